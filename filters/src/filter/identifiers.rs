//! Identifiers in the prose become bold code, marked or not; words the author finds tedious become
//! ordinary text, and all other code stays as it is.

use super::applied;
use super::book::Book;
use super::detect::{Detector, Neighbours, typed};
use super::docx;
use super::enumeration;
use super::neighbours::{begins_sentence, is_glued, next_text};
use super::opendocument;
use super::quiet::{self, Passage};
use super::siblings;
use super::strongs::Strongs;
use super::words::may_hold;
use crate::ast::build::Attr;
use crate::ast::raw::{Edits, Leaf, LeafKind, RawDocument};
use crate::names::known::{self, WordKind};
use crate::settings::{Detect, Identifiers};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

/// How many leaves are worth a thread.
const PART: usize = 1 << 13;

/// Sets identifiers for an output format; returns how many there are.
pub(super) fn apply(
    document: &RawDocument<'_>,
    settings: &Identifiers,
    book: &Book,
    format: &str,
    strongs: &Strongs,
    edits: &mut Edits,
) -> usize {
    let typed = &strongs.typed(document);
    let detector = Detector::new(&book.vocabulary, settings, &book.learned);
    let docx = format.starts_with("docx");
    let html = is_html(format);
    let opendocument = matches!(format, "odt" | "opendocument");
    let set = |part: Range<usize>| {
        let mut edits = Edits::default();
        let plain = PlainWords::new(settings, book);
        let mut pass = Pass {
            document,
            settings,
            plain,
            edits: &mut edits,
            docx,
            html,
            opendocument,
            typed,
            done: HashSet::new(),
            siblings: BTreeSet::new(),
        };
        let count = pass.part(part, &detector);
        (count, edits)
    };
    let parts = chapters(document.leaves());
    let done: Vec<_> = match &parts[..] {
        [part] => vec![set(part.clone())],
        _ => parts.into_par_iter().map(set).collect(),
    };
    done.iter().for_each(|(_, found)| edits.append(found));
    done.iter().map(|(count, _)| count).sum()
}

/// Whether pandoc's writer of a format writes HTML.
fn is_html(format: &str) -> bool {
    const SLIDES: &[&str] = &["dzslides", "revealjs", "s5", "slideous", "slidy"];
    format.contains("html") || format.starts_with("epub") || SLIDES.contains(&format)
}

/// Parts of a document that can be set side by side: each begins with a chapter, since what counts
/// a word's uses begins anew there.
fn chapters(leaves: &[Leaf]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (index, leaf) in leaves.iter().enumerate() {
        if leaf.kind == LeafKind::Header(1) && index - start >= PART {
            parts.push(start..index);
            start = index;
        }
    }
    parts.push(start..leaves.len());
    parts
}

/// Which identifiers become ordinary text.
struct PlainWords<'a> {
    settings: &'a Identifiers,
    keywords: HashSet<&'static str>,
    /// How often each word was used in this chapter.
    uses: HashMap<String, usize>,
}

impl<'a> PlainWords<'a> {
    fn new(settings: &'a Identifiers, book: &Book) -> Self {
        let language = book.vocabulary.language().filter(|_| settings.plain.keywords);
        let keywords = language.map(|language| known::words(language, WordKind::Keyword));
        let keywords = keywords.into_iter().flatten().collect();
        Self { settings, keywords, uses: HashMap::new() }
    }

    /// Whether a word is set as ordinary text here; counts its use.
    fn takes(&mut self, word: &str) -> bool {
        let plain = &self.settings.plain;
        if plain.words.contains(word) || self.keywords.contains(word) {
            return true;
        }
        let Some(after) = plain.after else { return false };
        let uses = self.uses.entry(word.to_owned()).or_default();
        *uses += 1;
        *uses > after
    }
}

struct Pass<'a, 'd> {
    document: &'a RawDocument<'d>,
    settings: &'a Identifiers,
    plain: PlainWords<'a>,
    edits: &'a mut Edits,
    /// For Word.
    docx: bool,
    /// For HTML.
    html: bool,
    /// For `OpenDocument`.
    opendocument: bool,
    /// Strong emphasis that the author typed as such.
    typed: &'a HashSet<usize>,
    /// The pieces of text that have identifiers.
    done: HashSet<usize>,
    /// Those that stand in one enumeration with a name before them, the next first.
    siblings: BTreeSet<usize>,
}

impl Pass<'_, '_> {
    /// Sets the identifiers of a part of the document; how many there are.
    fn part(&mut self, part: Range<usize>, detector: &Detector<'_>) -> usize {
        let document = self.document;
        let leaves = document.leaves();
        let learns = self.settings.detect == Detect::Learned;
        let passages = if learns {
            quiet::passages(document, part.clone(), detector)
        } else {
            Vec::new()
        };
        let mut count = 0;
        // Up to which leaf all is done: a call may go on in the next.
        let mut done = 0;
        for (at, index) in part.enumerate() {
            let leaf = &leaves[index];
            if index < done {
                continue;
            }
            match leaf.kind {
                LeafKind::Header(1) => self.plain.uses.clear(),
                LeafKind::Code => {
                    let is_set = self.code(leaf, detector);
                    count += usize::from(is_set);
                    if is_set {
                        count += self.siblings(index, detector);
                    }
                }
                LeafKind::Str if !is_alone(document, index) => {
                    let passage = passages.get(at).copied();
                    let (found, taken) = self.text(index, detector, passage);
                    count += found;
                    done = index + taken;
                    if found > 0 {
                        self.done.insert(index);
                        count += self.siblings(index, detector);
                    } else if self.is_sibling(index) {
                        count += self.sibling(index);
                    }
                }
                LeafKind::Emph => count += usize::from(self.starred(leaf, detector)),
                LeafKind::Strong if !self.typed.contains(&index) => {
                    count += usize::from(self.dunder(index, detector));
                }
                _ => {}
            }
        }
        count
    }

    /// Sets one piece of inline code; whether it is set as an identifier.
    fn code(&mut self, leaf: &Leaf, detector: &Detector<'_>) -> bool {
        let document = self.document;
        let Some((mut attr, place)) = document.attr(leaf) else { return false };
        let code = document.text(leaf);
        let identifier = detector.is_identifier(&code);
        let word = code.trim();
        if (identifier || self.settings.plain.words.contains(word))
            && self.plain.takes(word)
        {
            // Its text as it was written, escapes and all.
            let text = document.source(leaf.text_range());
            self.edits.replace(
                leaf.range(),
                &[br#"{"t":"Str","c":""#, text.as_bytes(), br#""}"#],
            );
            return false;
        }
        if !identifier {
            return false;
        }
        if self.docx || self.opendocument {
            let element = self.element(&code, leaf);
            self.edits.replace(leaf.range(), &[element.as_bytes()]);
            return true;
        }
        self.add_class(&mut attr);
        let attr = attr.to_json();
        let (open, close) = self.around(leaf);
        // All of the element stays but its attribute.
        let before = document.source(leaf.range().start..place.start);
        let after = document.source(place.end..leaf.range().end);
        let parts = [open, before, &attr, after, close].map(str::as_bytes);
        self.edits.replace(leaf.range(), &parts);
        true
    }

    /// Sets the identifiers in a piece of text; how many there are, and how many leaves they take up.
    fn text(
        &mut self,
        index: usize,
        detector: &Detector<'_>,
        passage: Option<Passage>,
    ) -> (usize, usize) {
        let document = self.document;
        let leaf = &document.leaves()[index];
        let text = document.text(leaf);
        // Few ask for it, and to find it costs more than to look at the text; most texts are told
        // at a glance.
        let tells = may_hold(&text);
        if !tells && passage.is_none() && detector.is_told_by_shape(&text) {
            return (0, 1);
        }
        let asks = passage.is_some() || tells && text.contains(['!', '?', '@']);
        let next = if asks { next_text(document, index) } else { "".into() };
        let listed = passage.filter(|passage| passage.marked);
        let listed = listed.map(|_| enumeration::place(document, index));
        let Passage { quiet, marked } = passage.unwrap_or_default();
        let listed = listed.unwrap_or_default();
        let begins = passage.is_some() && begins_sentence(document, index);
        if detector.has_phrases()
            && self.settings.detect != Detect::Off
            && let Some((whole, range, taken)) =
                applied::phrase(document, index, &text, detector)
        {
            let last = document.leaves()[index + taken - 1];
            let place = leaf.range().start..last.range().end;
            let found = std::iter::once(range).collect();
            return (self.set(&whole, found, leaf, place), taken);
        }
        if tells && let Some((whole, taken)) = applied::whole(document, index, &text) {
            let last = document.leaves()[index + taken - 1];
            let around = Neighbours { quiet, marked, listed, begins, next: "" };
            let found = detector.find(&whole, around);
            // It is one only where something is found that the first piece does not hold.
            if found.iter().any(|range| range.end > text.len()) {
                let range = leaf.range().start..last.range().end;
                return (self.set(&whole, found, leaf, range), taken);
            }
        }
        let mut found = detector
            .find(&text, Neighbours { quiet, marked, listed, begins, next: &next });
        // A word that goes on in a link or in emphasis is only a part of something.
        found.retain(|range| {
            !(range.end == text.len() && is_glued(document, index)
                || range.start == 0 && index > 0 && is_glued(document, index - 1))
        });
        (self.set(&text, found, leaf, leaf.range()), 1)
    }

    /// Sets what stands in one enumeration with the name at `index` before it, and notes what stands
    /// behind it; how many are set.
    fn siblings(&mut self, index: usize, detector: &Detector<'_>) -> usize {
        if self.settings.detect == Detect::Off {
            return 0;
        }
        let found = siblings::of(self.document, index, detector);
        let (before, behind): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|at| *at < index);
        self.siblings.extend(behind);
        before.into_iter().map(|at| self.sibling(at)).sum()
    }

    /// Whether the text at `index` stands in one enumeration with a name before it; asked in order.
    fn is_sibling(&mut self, index: usize) -> bool {
        while let Some(&next) = self.siblings.first() {
            if next > index {
                return false;
            }
            self.siblings.pop_first();
            if next == index {
                return true;
            }
        }
        false
    }

    /// Sets the one word of a text, which is a name because it stands beside one.
    fn sibling(&mut self, index: usize) -> usize {
        let leaf = &self.document.leaves()[index];
        let is_text = leaf.kind == LeafKind::Str && !is_alone(self.document, index);
        if !is_text || !self.done.insert(index) {
            return 0;
        }
        let text = self.document.text(leaf);
        let name = siblings::word(&text).len();
        let found = std::iter::once(0..name).collect();
        self.set(&text, found, leaf, leaf.range())
    }

    /// Puts a text with identifiers in it in the place of a range; how many it has.
    fn set(
        &mut self,
        text: &str,
        found: Vec<Range<usize>>,
        leaf: &Leaf,
        place: Range<usize>,
    ) -> usize {
        let mut out = String::new();
        let mut done = 0;
        let mut count = 0;
        for range in found {
            if self.plain.takes(&text[range.clone()]) {
                continue;
            }
            push_str(&text[done..range.start], &mut out);
            self.push_code(&typed(&text[range.clone()]), leaf, &mut out);
            done = range.end;
            count += 1;
        }
        if count > 0 {
            push_str(&text[done..], &mut out);
            self.edits.replace(place, &[out.trim_end_matches(',').as_bytes()]);
        }
        count
    }

    /// `__init__` without marks comes as "init" in Strong: whether it was that.
    fn dunder(&mut self, index: usize, detector: &Detector<'_>) -> bool {
        let leaf = &self.document.leaves()[index];
        let mut name = format!("__{}__", self.document.text(leaf));
        if !detector.is_dunder(&name) || self.plain.takes(&name) {
            return false;
        }
        let (call, rest, end) = self.call_behind(index);
        name.push_str(call);
        let mut out = String::new();
        self.push_code(&name, leaf, &mut out);
        push_str(&rest, &mut out);
        let place = leaf.range().start..end;
        self.edits.replace(place, &[out.trim_end_matches(',').as_bytes()]);
        true
    }

    /// The brackets of a call right behind a leaf, what its text has behind them, and where all of it
    /// ends: `__init__()` is one name.
    fn call_behind(&mut self, index: usize) -> (&'static str, String, usize) {
        let leaves = self.document.leaves();
        let leaf = &leaves[index];
        if let Some(next) = leaves.get(index + 1)
            && next.kind == LeafKind::Str
            && self.document.source(leaf.range().end..next.range().start).trim() == ","
            && let Some(rest) = self.document.text(next).strip_prefix("()")
            && !rest.starts_with('(')
            && !rest
                .strip_prefix('.')
                .is_some_and(|rest| rest.starts_with(char::is_alphabetic))
        {
            self.done.insert(index + 1);
            return ("()", rest.to_owned(), next.range().end);
        }
        ("", String::new(), leaf.range().end)
    }

    /// `*name*` without marks comes as "name" in Emph: whether it was that.
    fn starred(&mut self, leaf: &Leaf, detector: &Detector<'_>) -> bool {
        let text = self.document.text(leaf);
        if !detector.has_phrases() || !detector.is_starred(&text) {
            return false;
        }
        let name = format!("*{text}*");
        if self.plain.takes(&name) {
            return false;
        }
        let mut out = String::new();
        self.push_code(&name, leaf, &mut out);
        self.edits.replace(leaf.range(), &[out.trim_end_matches(',').as_bytes()]);
        true
    }

    fn push_code(&self, name: &str, leaf: &Leaf, out: &mut String) {
        out.push_str(&self.element(name, leaf));
        out.push(',');
    }

    /// An identifier as pandoc's JSON.
    fn element(&self, name: &str, leaf: &Leaf) -> String {
        let (open, close) = self.around(leaf);
        let (by_style, bold) = (self.settings.by_style, !open.is_empty());
        if self.opendocument {
            return opendocument::element(name, by_style, bold);
        }
        if self.docx {
            return docx::element(name, by_style, bold);
        }
        let mut attr = Attr::default();
        self.add_class(&mut attr);
        let (attr, name) = (attr.to_json(), quoted(name));
        format!(r#"{open}{{"t":"Code","c":[{attr},{name}]}}{close}"#)
    }

    /// Gives an identifier its class. Pandoc looks each class of inline code up among its 150
    /// languages, which took a tenth of a whole run; HTML shows the key alike.
    fn add_class(&self, attr: &mut Attr) {
        if self.html {
            attr.add_class_by_key("identifier");
        } else {
            attr.add_class("identifier");
        }
    }

    /// What stands around an identifier's code. A heading is bold by itself, and bold in Strong
    /// would be set twice.
    fn around(&self, leaf: &Leaf) -> (&'static str, &'static str) {
        if self.settings.bold && !leaf.context.is_bold() {
            (r#"{"t":"Strong","c":["#, "]}")
        } else {
            ("", "")
        }
    }
}

/// Whether emphasis stands around the text at `index` alone, which is the author's own mark.
fn is_alone(document: &RawDocument<'_>, index: usize) -> bool {
    let leaves = document.leaves();
    leaves.get(index + 1).is_some_and(|next| {
        matches!(next.kind, LeafKind::Emph | LeafKind::Strong)
            && next.range().start < leaves[index].range().start
    })
}

fn push_str(text: &str, out: &mut String) {
    if !text.is_empty() {
        out.push_str(r#"{"t":"Str","c":"#);
        out.push_str(&quoted(text));
        out.push_str("},");
    }
}

/// Text as a JSON string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;
    use serde_json::Value;

    /// The inlines that come out, as compact JSON.
    fn set_in(block: &str, settings: &Identifiers) -> String {
        set_for("markdown", block, settings)
    }

    /// The same for an output format.
    fn set_for(format: &str, block: &str, settings: &Identifiers) -> String {
        let json =
            format!(r#"{{"pandoc-api-version":[1,23],"meta":{{}},"blocks":[{block}]}}"#);
        let document = RawDocument::parse(json.as_bytes()).unwrap();
        let mut edits = Edits::default();
        let book = Book::read(&document, settings);
        apply(&document, settings, &book, format, &Strongs::default(), &mut edits);
        let mut out = Vec::new();
        document.write(edits, &mut out).unwrap();
        serde_json::from_slice::<Value>(&out).unwrap()["blocks"][0]["c"].to_string()
    }

    #[test]
    fn what_markdown_takes_for_bold_is_a_name_with_its_brackets() {
        let settings = Identifiers { bold: false, ..Settings::default().identifiers };
        let para = r#"{"t":"Para","c":[{"t":"Strong","c":[{"t":"Str","c":"init"}]},{"t":"Str","c":"()."},{"t":"Space"},{"t":"Str","c":"x"}]},{"t":"CodeBlock","c":[["",["python"],[]],"a = 1"]}"#;
        let found = set_in(para, &settings);
        assert!(
            found.contains(r#""__init__()"]}"#) && found.contains(r#""c":".""#),
            "{found}"
        );
        let detector_of = |code: &str, name: &str| {
            let mut vocabulary = crate::names::Vocabulary::default();
            vocabulary.add(Some("elixir"), code);
            let learned = crate::filter::learned::Learned::default();
            Detector::new(&vocabulary, &settings, &learned).is_dunder(name)
        };
        assert!(detector_of("start(__MODULE__)", "__MODULE__"));
        assert!(
            !detector_of("start(x)", "__MODULE__") && !detector_of("__so__", "__so__")
        );
    }

    #[test]
    fn a_call_may_have_spaces_in_its_brackets() {
        let settings = Identifiers { bold: false, ..Settings::default().identifiers };
        let set = |words: &str| {
            let words: Vec<_> = words
                .split(' ')
                .map(|word| format!(r#"{{"t":"Str","c":"{word}"}}"#))
                .collect();
            let para =
                format!(r#"{{"t":"Para","c":[{}]}}"#, words.join(r#",{"t":"Space"},"#));
            set_in(&para, &settings)
        };
        let code = |name: &str| {
            format!(r#"{{"t":"Code","c":[["",["identifier"],[]],"{name}"]}}"#)
        };
        let found = set("(see sort_all(x, y), now)");
        assert!(found.contains(&code("sort_all(x, y)")), "{found}");
        assert!(
            found.ends_with(
                r#"{"t":"Str","c":","},{"t":"Space"},{"t":"Str","c":"now)"}]"#
            ),
            "{found}"
        );
        let found = set("call sort_all(x, and so on");
        assert!(!found.contains("Code"), "{found}");
    }

    #[test]
    fn html_gets_the_class_by_its_key() {
        let settings = Identifiers { bold: false, ..Settings::default().identifiers };
        let set = |format, classes, pairs, text: &str| {
            let code =
                format!(r#"{{"t":"Code","c":[["",[{classes}],[{pairs}]],"f()"]}}"#);
            let para =
                format!(r#"{{"t":"Para","c":[{code},{{"t":"Str","c":"{text}"}}]}}"#);
            set_for(format, &para, &settings)
        };
        let key = r#"["class","identifier"]"#;
        for format in ["html", "html4", "chunkedhtml", "epub3", "revealjs"] {
            let code =
                |name: &str| format!(r#"{{"t":"Code","c":[["",[],[{key}]],"{name}"]}}"#);
            let both = format!("[{},{}]", code("f()"), code("g()"));
            assert_eq!(set(format, "", "", "g()"), both);
            assert_eq!(set(format, "", key, "g()"), both, "no class comes twice");
        }
        // What pandoc looks up anyway stays one list of classes.
        assert!(set("html", r#""x""#, "", "").contains(r#"["x","identifier"],[]"#));
        let other = set("html", "", r#"["class","x"]"#, "");
        assert!(other.contains(r#"["class","x identifier"]"#), "{other}");
        assert!(set("latex", "", "", "").contains(r#"["identifier"],[]"#));
    }

    #[test]
    fn identifiers_are_bold_once() {
        let settings = Settings::default().identifiers;
        let code = r#"{"t":"Code","c":[["",["x"],[]],"run()"]}"#;
        let marked = r#"{"t":"Code","c":[["",["x","identifier"],[]],"run()"]}"#;
        let bold = format!(r#"{{"t":"Strong","c":[{marked}]}}"#);
        let para = set_in(&format!(r#"{{"t":"Para","c":[{code}]}}"#), &settings);
        assert_eq!(para, format!("[{bold}]"));
        let heading = format!(r#"{{"t":"Header","c":[1,["",[],[]],[{code}]]}}"#);
        assert_eq!(set_in(&heading, &settings), format!(r#"[1,["",[],[]],[{marked}]]"#));
        let strong = format!(r#"{{"t":"Strong","c":[{code}]}}"#);
        assert_eq!(set_in(&strong, &settings), format!("[{marked}]"));
        let note = format!(r#"{{"t":"Header","c":[{{"t":"Note","c":[{code}]}}]}}"#);
        assert_eq!(set_in(&note, &settings), format!(r#"[{{"t":"Note","c":[{bold}]}}]"#));
        let settings = Identifiers { bold: false, ..settings };
        let para = set_in(&format!(r#"{{"t":"Para","c":[{code}]}}"#), &settings);
        assert_eq!(para, format!("[{marked}]"));
    }

    #[test]
    fn tedious_words_become_text_and_other_code_stays() {
        let mut settings = Settings::default().identifiers;
        settings.plain.words.insert("class".to_owned());
        let code = r#"[{"t":"Code","c":[["",[],[]],"class"]},{"t":"Code","c":[["",[],[]],"1 + \"a\""]}]"#;
        assert_eq!(
            set_in(&format!(r#"{{"t":"Para","c":{code}}}"#), &settings),
            r#"[{"t":"Str","c":"class"},{"t":"Code","c":[["",[],[]],"1 + \"a\""]}]"#
        );
    }

    #[test]
    fn chapters_set_side_by_side_come_out_as_one_by_one() {
        let mut settings = Settings::default().identifiers;
        settings.plain.after = Some(1);
        let word = r#"{"t":"Str","c":"word"},{"t":"Space"},"#.repeat(PART);
        let code = r#"{"t":"Code","c":[["",[],[]],"run()"]}"#;
        let chapter = format!(
            r#"{{"t":"Header","c":[1,["",[],[]],[]]}},{{"t":"Para","c":[{word}{code},{code}]}}"#
        );
        let filtered = |chapters: usize| {
            let blocks = vec![&*chapter; chapters].join(",");
            let json = format!(
                r#"{{"pandoc-api-version":[1,23],"meta":{{}},"blocks":[{blocks}]}}"#
            );
            let document = RawDocument::parse(json.as_bytes()).unwrap();
            assert_eq!(super::chapters(document.leaves()).len(), chapters);
            let mut edits = Edits::default();
            let book = Book::read(&document, &settings);
            let count = apply(
                &document,
                &settings,
                &book,
                "html",
                &Strongs::default(),
                &mut edits,
            );
            let mut out = Vec::new();
            document.write(edits, &mut out).unwrap();
            let out = serde_json::from_slice::<Value>(&out).unwrap();
            (count, out["blocks"].as_array().unwrap().clone())
        };
        let (one, alone) = filtered(1);
        let (three, together) = filtered(3);
        assert_eq!((one, three), (1, 3));
        assert_eq!(together, [alone.clone(), alone.clone(), alone].concat());
    }
}

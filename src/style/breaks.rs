//! Where code breaks at the end of a line, in listings, in tables and in running text.
//!
//! A browser breaks behind each hyphen, before most brackets and, where a name is longer than the
//! line, anywhere in it. Both are put right by elements without a text, so that code copies as its
//! source:
//!
//! ```text
//! <code>cargo --no-run</code>                  a hyphen keeps what is behind it
//! becomes   <code>cargo <span class="nobr">--n</span>o<span class="nobr">-r</span>un</code>
//! <code>SSL_OP_NO_SESSION_RESUMPTION</code>    a long name may break where its words end
//! becomes   <code>SSL_<wbr />OP_<wbr />NO_<wbr />SESSION_<wbr />RESUMPTION</code>
//! ```
//!
//! Only the two characters are held together: an option as a whole would run off a page that is
//! narrower than it.
//!
//! In a listing a name that has room in the next line goes there as a whole, and how long lines are is
//! known to the page alone. So each place says by its class from which width on it is none:
//!
//! ```text
//! <span class="line in4">    self.pocket.item</span>
//! becomes   <span class="line in4">    self.<wbr class="n20" />pocket.<wbr class="n20" />item</span>
//! @container (max-width: 9.99em) { wbr.n20 { display: inline } }
//! ```
//!
//! So it is with names of usual length in running text, where the section is what has a width.

mod listing;
mod runs;
mod text;

use super::lines;
use crate::epub::ContentDocument;
use crate::epub::dom::{Document, Kind, MarkKind, NodeId};
use runs::TextRun;
use std::ops::Range;

/// The class of characters that stay together.
const TOGETHER: &str = "nobr";

/// How many characters stand at least before a break and behind it.
const PART: usize = 3;

/// How many characters are held together at most, on a page of any width.
const MOST: usize = 8;

/// Where code stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CodePlace {
    /// In a listing, in a line whose wrapped part stands there.
    Block(lines::HangingIndent),
    /// In the cell of a table: a column that cannot become narrower than a name pushes the others off
    /// the page.
    Cell,
    /// In running text, with the room that its line has.
    Text(text::LineRoom),
    /// Not marked as code, in the cell of a table: what has digits is rather an address than a name.
    Words,
    /// Not marked as code, in running text, with the room that its line has.
    Prose(text::LineRoom),
}

impl CodePlace {
    fn is_code(self) -> bool {
        !matches!(self, Self::Words | Self::Prose(_))
    }

    /// How many characters a name has that breaks nowhere.
    fn short(self) -> usize {
        match self {
            Self::Block(_) => listing::SHORT,
            Self::Cell | Self::Words => 12,
            Self::Text(_) => text::SHORT,
            Self::Prose(_) => text::SHORT_PROSE,
        }
    }
}

/// Tells each piece of code where it breaks.
pub(crate) fn apply(document: &mut ContentDocument) {
    let tree = &document.tree;
    let pieces: Vec<(NodeId, CodePlace)> = tree
        .descendants(tree.root())
        .filter(|&node| is_code(tree, node))
        .filter(|&node| !tree.ancestors(node).any(|one| is_code(tree, one)))
        .filter(|&node| !is_done(tree, node))
        .map(|node| (node, place(tree, node)))
        .collect();
    for (code, place) in pieces {
        document.changed |= set(&mut document.tree, code, place);
    }
    between_keys(document);
}

/// Lets `Ctrl+Alt+Delete` break behind its signs, where each key is an element of its own.
fn between_keys(document: &mut ContentDocument) {
    for key in document.elements("kbd") {
        let tree = &mut document.tree;
        let Some(parent) = tree.parent(key) else { continue };
        let at = tree.position(key).unwrap_or_default();
        let before = at.checked_sub(1).map(|at| tree.children(parent)[at]);
        let joins =
            |node| matches!(tree.kind(node), Kind::Text(text) if text.ends_with('+'));
        if before.is_some_and(joins) {
            let place = tree.create_element("wbr", &[]);
            tree.insert(parent, at, place);
            document.changed = true;
        }
    }
}

fn is_code(tree: &Document, node: NodeId) -> bool {
    matches!(tree.name(node), Some("code" | "kbd" | "samp" | "tt"))
}

/// Whether an earlier run has put places for line breaks into the code.
fn is_done(tree: &Document, code: NodeId) -> bool {
    let is_ours = |node| tree.name(node) == Some("wbr") || tree.has_class(node, TOGETHER);
    let is_our_mark = |kind: MarkKind| match kind {
        MarkKind::Open(class) => class.name() == TOGETHER,
        MarkKind::Break(_) => true,
        MarkKind::Close => false,
    };
    let mut below = tree.descendants(code);
    below.any(|node| {
        is_ours(node) || tree.marks(node).iter().any(|mark| is_our_mark(mark.kind))
    })
}

fn place(tree: &Document, code: NodeId) -> CodePlace {
    let mut around = tree.ancestors(code).filter_map(|one| tree.name(one));
    let place = |name| match name {
        "pre" => Some(CodePlace::Block(lines::HangingIndent::default())),
        "td" | "th" => Some(CodePlace::Cell),
        _ => None,
    };
    around.find_map(place).unwrap_or_else(|| CodePlace::Text(text::line(tree, code)))
}

/// Goes through code: runs of text and tokens are read as one text, since a hyphen may be plain where
/// the name behind it is a token; other elements, such as a listing's lines, by themselves. Whether
/// anything changed.
fn set(tree: &mut Document, code: NodeId, place: CodePlace) -> bool {
    let mut changed = false;
    let mut open = vec![code];
    while let Some(parent) = open.pop() {
        let mut children = Vec::new();
        let mut own = false;
        let mut run = TextRun::default();
        let place = match place {
            CodePlace::Block(_) => CodePlace::Block(lines::hanging_indent(tree, parent)),
            _ => place,
        };
        let is_line = tree.is_line(parent);
        // Most lines are one text, and most of these break nowhere.
        if let &[only] = tree.children(parent)
            && let Kind::Text(text) = tree.kind(only)
        {
            let Some(found) = TextBreaks::of(text, place) else { continue };
            if runs::is_flat(tree, only) {
                run.read(tree, only);
                write_run(tree, run, found, is_line, &mut children);
                tree.set_children(parent, children);
                changed = true;
                continue;
            }
        }
        let all = tree.children(parent).to_vec();
        let all: Vec<NodeId> =
            all.into_iter().flat_map(|child| runs::readable(tree, child)).collect();
        for child in all {
            if run.read(tree, child) {
                continue;
            }
            own |=
                set_run(tree, std::mem::take(&mut run), (place, is_line), &mut children);
            children.push(child);
            open.push(child);
        }
        own |= set_run(tree, run, (place, is_line), &mut children);
        if own {
            tree.set_children(parent, children);
        }
        changed |= own;
    }
    changed
}

/// A place where a name may break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Break {
    /// The byte before which it stands.
    at: usize,
    /// How many characters wide its listing or its section has to be so that it is none.
    room: Option<usize>,
}

/// Where a text breaks, and where not.
struct TextBreaks {
    /// The bytes that stay together, in their order.
    together: Vec<Range<usize>>,
    /// Where it may break, in order, but for what stays together.
    breaks: Vec<Break>,
}

impl TextBreaks {
    /// Those of a text; nothing where there is nothing to say.
    fn of(text: &str, place: CodePlace) -> Option<Self> {
        let together = together(text);
        let mut breaks = places(text, place);
        let is_inside = |at: usize| {
            let next = together.partition_point(|range| range.end <= at);
            together.get(next).is_some_and(|range| range.start < at)
        };
        breaks.retain(|one| !is_inside(one.at));
        (!together.is_empty() || !breaks.is_empty()).then_some(Self { together, breaks })
    }
}

/// Writes a run again with its breaks to a list of children; whether it has any.
fn set_run(
    tree: &mut Document,
    mut run: TextRun,
    (place, is_line): (CodePlace, bool),
    to: &mut Vec<NodeId>,
) -> bool {
    let Some(found) = TextBreaks::of(&run.text, place) else {
        to.append(&mut run.nodes);
        return false;
    };
    write_run(tree, run, found, is_line, to);
    true
}

/// Writes a run again with these breaks to a list of children.
fn write_run(
    tree: &mut Document,
    mut run: TextRun,
    TextBreaks { together, breaks }: TextBreaks,
    is_line: bool,
    to: &mut Vec<NodeId>,
) {
    // What lies within a token stays within it.
    let (within, across): (Vec<_>, Vec<_>) =
        together.into_iter().partition(|range| run.is_within_part(range));
    (run.breaks, run.together) = (breaks, within);
    let nodes = std::mem::take(&mut run.nodes);
    let written = run.written(across);
    // The line of a listing is one text as a rule, and stays it.
    let marks = if is_line { written.marks() } else { None };
    match (marks, &*nodes) {
        (Some(marks), &[node]) if is_text(tree, node) => {
            tree.set_marks(node, marks);
            to.push(node);
        }
        (Some(marks), _) => to.push(tree.create_marked(written.text, marks)),
        (None, _) => to.extend(written.into_nodes(tree)),
    }
}

fn is_text(tree: &Document, node: NodeId) -> bool {
    matches!(tree.kind(node), Kind::Text(_))
}

/// The bytes of the characters that stay together, in their order and apart from each other.
fn together(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut before = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, one)) = chars.next() {
        let Some(&(behind, next)) = chars.peek() else { break };
        let is_dash = one == '-' && next == '-' && are_few(text, at);
        let is_turbofish = text[at..].starts_with("::<");
        // `Hello!</p>`
        let closes = text[behind..].starts_with("</");
        if is_dash || is_turbofish || !closes && stay_together(before, one, next) {
            let end = behind + next.len_utf8();
            match found.last_mut() {
                Some(last) if at < last.end => {
                    if end - last.start <= MOST {
                        last.end = end;
                    }
                }
                _ => found.push(at..end),
            }
        }
        before = Some(one);
    }
    found
}

/// Whether the hyphens from a byte on are few: a row of them is a line that was drawn.
fn are_few(text: &str, at: usize) -> bool {
    let is_hyphen = |c: &char| *c == '-';
    let before = text[..at].chars().rev().take_while(is_hyphen).take(MOST).count();
    let behind = text[at..].chars().take_while(is_hyphen).take(MOST).count();
    before + behind <= MOST / 2
}

/// Whether a line would end between two characters, and must not: by the rules of Unicode (UAX #14),
/// or by those of Blink and `WebKit`, which have a table of their own for ASCII.
fn stay_together(before: Option<char>, one: char, next: char) -> bool {
    let is_name = next.is_alphanumeric() || next == '_';
    let is_first =
        before.is_none_or(|c| c.is_whitespace() || "([{<=\"'`,;:|&".contains(c));
    let opens = "([{<".contains(next);
    match one {
        // `--no-run`, `->`, `-=`, `x86_64-unknown`: it breaks behind a hyphen wherever it may.
        '-' => !next.is_whitespace() && !"-)]},.;:!?/".contains(next),
        // `println!(`, `!=`, `!x`, `a?b:c`, `?=`
        '!' | '?' => {
            is_name || opens || "=!#$%&*+>@\\^`|~-".contains(next) && one != next
        }
        // `|>`, `|=`, `<|>` and the bars of `|x|`
        '|' => "=>&<".contains(next) || is_first && (is_name || opens),
        // `/>`, `/*`, `/=`, `</p`, `/usr`
        '/' => "=*>".contains(next) || is_first && is_name,
        // `sum::<f64>()`, `f(x)[0]`, `a[0][1]`
        '>' => next == '(',
        ')' => next == '[',
        ']' => "([".contains(next),
        // A quotation mark that opens.
        '"' | '\'' | '`' => opens && is_first,
        // `::<`, `=<`, `.<`
        '=' | ':' | '+' | '^' => next == '<',
        // `#[`, `$(`, `@{`, `%(`, `*(`, `&[`, `.(`
        '#' | '$' | '%' | '&' | '*' | '@' | '~' | '\\' | '.' => opens,
        _ => false,
    }
}

/// The bytes of a text in a table's cell before which it may break: within its long names.
pub(super) fn in_cell(text: &str) -> Vec<usize> {
    places(text, CodePlace::Words).into_iter().map(|one| one.at).collect()
}

/// The bytes of a text that is no code before which it may break, within its long names and addresses, each
/// with the class of the place.
pub(super) fn in_text(
    tree: &Document,
    node: NodeId,
    text: &str,
) -> Vec<(usize, Option<String>)> {
    let found = places(text, CodePlace::Prose(text::line(tree, node)));
    found.into_iter().map(|one| (one.at, one.room.map(listing::class))).collect()
}

/// Where a text may break: within its long names.
fn places(text: &str, place: CodePlace) -> Vec<Break> {
    let mut next = 0;
    let names = text.split_inclusive(ends_name).map(|name| {
        let start = next;
        next += name.len();
        (start, name.trim_end())
    });
    let long = names
        .filter(|(_, name)| name.len() > place.short())
        .filter(|(_, name)| name.chars().count() > place.short());
    let broken = |name: &str| match place {
        CodePlace::Block(hanging_indent) => listing::breaks(name, hanging_indent),
        _ => in_name(name, place),
    };
    long.flat_map(|(start, name)| {
        broken(name).into_iter().map(move |one| Break { at: start + one.at, ..one })
    })
    .collect()
}

/// Whether a name ends with a character: a blank, or a letter of the scripts that have none.
fn ends_name(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{ffef}')
}

/// The rules by which places of listings are none where there is room.
pub(super) fn rules() -> String {
    listing::rules()
}

/// From how many characters on an option breaks before its hyphens: those of usual length stay whole.
const OPTION: usize = 20;

/// The bytes of a name before which its words begin: behind `_`, `.`, `/` and `:`, before a capital, before
/// the hyphens of a long option, and in an address before its query.
fn in_name(name: &str, place: CodePlace) -> Vec<Break> {
    let length = name.chars().count();
    let (room, is_long) = match place {
        CodePlace::Text(line) => (line.room(length), length > text::LONG),
        CodePlace::Prose(line) => (line.room(length), length > text::LONG_PROSE),
        _ => (None, true),
    };
    // The ending of a file's name is a word.
    let least = if is_long || !place.is_code() { PART } else { PART - 1 };
    let form = NameForm::of(name, length, place);
    let mut places = Vec::new();
    let (mut last, mut has_word) = (0, false);
    let mut chars = name.char_indices().peekable();
    let mut before: Option<char> = None;
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        has_word |= before.is_some_and(char::is_alphanumeric);
        let begins =
            before.is_some_and(|before| begins_word(place, form, (before, c, next)));
        if begins && at - last >= PART && name.len() - at >= least && has_word {
            let is_whole = !is_long || c == '-' && name.len() < OPTION;
            places.push(Break { at, room: room.filter(|_| is_whole) });
            (last, has_word) = (at, false);
        }
        before = Some(c);
    }
    places
}

/// What a name as a whole is, which is asked once: it may be a text of any length without a blank.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct NameForm {
    is_short_prose: bool,
    is_long: bool,
    is_address: bool,
    is_path_of_windows: bool,
}

impl NameForm {
    /// Of a name of so many characters.
    fn of(name: &str, length: usize, place: CodePlace) -> Self {
        Self {
            is_short_prose: matches!(place, CodePlace::Prose(_))
                && length <= text::LONG_PROSE,
            is_long: name.len() >= OPTION,
            is_address: name.contains("://"),
            is_path_of_windows: name.contains(":\\"),
        }
    }
}

/// Whether a word of a name begins with the second of three characters.
fn begins_word(
    place: CodePlace,
    form: NameForm,
    (before, c, next): (char, char, Option<char>),
) -> bool {
    let sign = |c: char| "_./:".contains(c);
    let is_code = place.is_code();
    // Behind what opens or joins.
    let is_behind = |signs: &str| is_code && signs.contains(before);
    match c {
        '-' => {
            let is_long = form.is_long || matches!(place, CodePlace::Text(_));
            is_code && is_long && is_between(before, next)
        }
        '?' | '#' => !is_code && is_between(before, next),
        '&' if !is_code => is_between(before, next),
        '&' | '*' => is_behind("([{,"),
        _ if sign(c) => false,
        // `C:\\Program Files\\Common`
        _ if before == '\\' => form.is_path_of_windows && c.is_alphanumeric(),
        // `x86_64`, `1_000` and `v1.2` are words.
        _ if c.is_ascii_digit() => {
            place == CodePlace::Words && sign(before)
                || is_behind("([{,=:")
                || before == '/' && (is_code || form.is_address)
                || before == ':' && form.is_address
        }
        '"' | '\'' => is_behind("([{,="),
        _ if !c.is_alphanumeric() => false,
        _ if form.is_short_prose => sign(before),
        _ => {
            sign(before)
                || is_behind("([{,=+]@")
                || !is_code && before == '='
                || listing::begins_with_capital(before, c, next)
        }
    }
}

fn is_between(before: char, next: Option<char>) -> bool {
    before.is_alphanumeric() && next.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(xml: &str) -> (String, bool) {
        let mut document = ContentDocument::of("a.xhtml", xml);
        apply(&mut document);
        (document.tree.to_xml(), document.changed)
    }

    #[test]
    fn a_long_name_breaks_between_its_words() {
        let (once, changed) = applied(
            "<table><tr><td><code>SSL_OP_NO_TICKET x</code></td><td>\
             <strong><code>process.getActiveResourcesInfo()</code></strong></td></tr></table>",
        );
        assert_eq!(
            once,
            "<table><tr><td><code>SSL_<wbr />OP_<wbr />NO_<wbr />TICKET x</code></td><td>\
             <strong><code>process.<wbr />get<wbr />Active<wbr />Resources<wbr />Info()</code>\
             </strong></td></tr></table>"
        );
        assert!(changed);
        assert_eq!(
            applied(&once),
            (once, false),
            "it comes out the same the second time"
        );
        let text = |code: &str| applied(&format!("<p><code>{code}</code></p>")).0;
        assert_eq!(
            text("SSL_OP_NO_TICKET"),
            "<p><code>SSL_<wbr class=\"n18\" />OP_<wbr class=\"n18\" />NO_<wbr class=\"n18\" \
             />TICKET</code></p>"
        );
        assert_eq!(
            text("std::collections::HashMap"),
            "<p><code>std::<wbr />collections::<wbr />Hash<wbr />Map</code></p>"
        );
        assert_eq!(
            text("wait(timeout=10)"),
            "<p><code>wait(<wbr class=\"n18\" />timeout=<wbr class=\"n18\" />10)</code></p>"
        );
        for (code, wanted) in [
            ("tableformat.py", "tableformat.|py"),
            ("practical-python/", "practical|-python/"),
            ("New(&amp;store, 3)", "New(|&store, 3)"),
            ("map[string]int", "map[|string]|int"),
            ("command+option+n", "command+|option+n"),
            ("install@latest", "install@|latest"),
            ("Solutions/3_18", "Solutions/|3_18"),
            ("verylongmodulename.py", "verylongmodulename.py"),
        ] {
            let out = text(code);
            let parts: Vec<&str> = out.split("<wbr").collect();
            assert_eq!(parts.len(), wanted.split('|').count(), "{out}");
        }
        let listing = |code: &str| applied(&format!("<pre><code>{code}</code></pre>")).1;
        assert!(listing("std::collections::HashMap"));
        assert!(!listing("x.y = a[0]"));
        assert!(!listing(&"aB".repeat(40)), "data has no words");
    }

    #[test]
    fn keys_that_are_pressed_together_break_between_them() {
        let keys = "<p><kbd>Ctrl</kbd>+<kbd>Alt</kbd> <kbd>Tab</kbd></p>";
        let (once, changed) = applied(keys);
        assert_eq!(once, keys.replace("+<kbd>", "+<wbr /><kbd>"));
        assert!(changed);
        assert_eq!(applied(&once), (once, false));
    }

    #[test]
    fn what_means_one_thing_stays_together() {
        let of = |code: &str| {
            let found = together(code);
            found.into_iter().map(|range| code[range].to_owned()).collect::<Vec<_>>()
        };
        for (code, wanted) in [
            ("ls --no-run -l", &["--n", "-r", "-l"][..]),
            ("p->x => a::b - c -- d", &["->", "--"]),
            ("x86_64-unknown", &["-u"]),
            ("println!(\"a\") != !b", &["!(", "!=", "!b"]),
            ("a|b |> |x| c", &["|>", "|x"]),
            ("</p> <br/> a/b /usr/bin /* x */", &["/p", "/>", "/u", "/*"]),
            ("iter().sum::<f64>()", &["::<", ">("]),
            ("#[derive] $(x) 1, (2) f(x)[0]", &["#[", "$(", ")["]),
            ("------- |-----|--|", &["-|", "--|"]),
            ("a?b:c x?.y ?? z", &["?b"]),
            ("Hello!</p>", &["/p"]),
        ] {
            assert_eq!(of(code), wanted, "{code}");
        }
        assert!(of("-?!-?!-?!-?!-?!-?!").iter().all(|one| one.len() <= MOST));
    }

    #[test]
    fn tokens_stay_what_they_are() {
        let line = |inside: &str| {
            let xml = format!(
                "<pre><code><span class=\"line in0\">{inside}</span></code></pre>"
            );
            let (out, changed) = applied(&xml);
            assert!(changed);
            let at = xml.find(inside).unwrap();
            out[at..out.len() - "</span></code></pre>".len()].to_owned()
        };
        assert_eq!(
            line("p-&gt;x-<span class=\"fu\">go</span>()"),
            "p<span class=\"nobr\">-&gt;</span>x<wbr class=\"n12\" /><span \
             class=\"nobr\">-<span class=\"fu\">g</span></span><span class=\"fu\">o</span>()"
        );
        assert_eq!(
            line("<span class=\"st\">\"--no\"</span> x"),
            "<span class=\"st\">\"<span class=\"nobr\">--n</span>o\"</span> x"
        );
    }

    #[test]
    fn all_else_stays() {
        for xml in [
            "<p>a-b</p>",
            "<table><tr><td>SSL_OP_NO_TICKET_FOR_ME</td></tr></table>",
            "<table><tr><td><code>short_name</code></td></tr></table>",
            "<table><tr><td><code>__unbreakable__</code></td></tr></table>",
            "<table><tr><td><pre><code>SSL_OP</code></pre></td></tr></table>",
            "<pre>a-b</pre>",
        ] {
            assert_eq!(applied(xml), (xml.to_owned(), false));
        }
    }

    proptest::proptest! {
        /// Not a byte of code changes, and a second time nothing does.
        #[test]
        fn the_text_stays(
            code in "(\\PC|[ \n\"'#<>&/*_.:!?|-]|Ab|<b>){0,60}",
            cut in 0usize..60,
        ) {
            let mut tree = Document::parse("<p><code><span class=\"kw\"/></code></p>").unwrap();
            let element = tree.children(tree.root_element().unwrap())[0];
            let token = tree.children(element)[0];
            let cut = code.char_indices().nth(cut).map_or(code.len(), |(at, _)| at);
            tree.set_text(token, &code[..cut]);
            let rest = tree.create(Kind::Text(code[cut..].to_owned()));
            tree.append(element, rest);
            let mut document =
                ContentDocument::new("a.xhtml".into(), tree, false);
            apply(&mut document);
            let written = document.tree.to_xml();
            let read = Document::parse(&written).unwrap();
            proptest::prop_assert_eq!(read.text(read.root()), code);
            document.changed = false;
            apply(&mut document);
            proptest::prop_assert!(!document.changed);
        }
    }
}

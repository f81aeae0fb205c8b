//! The sample book as Chromium shows it: the faces it really uses, sizes that grow together,
//! and listings that fit a narrow screen.

use crate::support::cdp::Page;
use crate::support::{TempBook, concbook, pandoc_versions, repo, skip, spine};
use concbook::fsx;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::PathBuf;

/// Text of one kind, and the families it may be set in.
struct Kind {
    tags: &'static [&'static str],
    families: &'static [&'static str],
}

/// Code comes first: code in a heading or a paragraph is code.
const KINDS: &[Kind] = &[
    Kind {
        tags: &["pre", "code", "kbd", "samp", "tt"],
        families: &["Ubuntu Mono", "Concbook Mono"],
    },
    Kind {
        tags: &["h1", "h2", "h3", "h4", "h5", "h6"],
        families: &["Verdana", "DejaVu Sans"],
    },
    Kind { tags: &["p"], families: &["Georgia", "Gelasio", "DejaVu Sans"] },
];

/// The sample book built and unpacked, with its documents in reading order.
struct Sample {
    _folder: TempBook,
    documents: Vec<PathBuf>,
}

/// Chromium and the sample book, or nothing when a judge is missing, which is said.
fn set_up() -> Option<(Page, Sample)> {
    let Some(page) = Page::open() else {
        skip("Chromium is not installed");
        return None;
    };
    if pandoc_versions().is_empty() {
        skip("pandoc is not installed");
        return None;
    }
    let folder = TempBook::new();
    let (book, out) = (repo("examples/concurrency"), folder.path("out"));
    let args = ["build", book.to_str().unwrap(), "-o", out.to_str().unwrap()];
    let (code, _, stderr) = concbook(args.into_iter().chain(["--epubcheck", "never"]));
    assert_eq!(code, 0, "{stderr}");
    let files = fsx::files_below(&out).unwrap();
    let epub = files.iter().find(|file| file.extension().is_some_and(|e| e == "epub"));
    let bytes = fsx::read(&out.join(epub.unwrap())).unwrap();
    let root = folder.path("unpacked");
    zip::ZipArchive::new(Cursor::new(bytes)).unwrap().extract(&root).unwrap();
    let documents = spine(&root);
    assert!(documents.len() > 5, "{documents:?}");
    Some((page, Sample { _folder: folder, documents }))
}

/// Calls `see` with each text node that is not blank, and the elements around it: their names and
/// classes.
fn texts(
    node: &Value,
    around: &mut Vec<(String, String)>,
    see: &mut impl FnMut(&Value, &[(String, String)]),
) {
    if node["nodeType"] == 3 && !node["nodeValue"].as_str().unwrap().trim().is_empty() {
        see(node, around);
    }
    let name = node["localName"].as_str().unwrap_or_default();
    let attributes: Vec<_> =
        node["attributes"].as_array().into_iter().flatten().collect();
    let class = attributes.chunks(2).find(|pair| *pair[0] == "class");
    let class = class.map_or("", |pair| pair[1].as_str().unwrap());
    around.push((name.to_owned(), class.to_owned()));
    for child in node["children"].as_array().into_iter().flatten() {
        texts(child, around, see);
    }
    around.pop();
}

/// Reads the faces of the text in the open page: of each character in each kind of place, what is
/// among those that were `read` already left out. Returns how many text nodes of each kind it looked
/// at, and which text is set in a family that is wrong for it: another one, or in code a face that the
/// machine has.
pub(crate) fn faces(
    page: &mut Page,
    read: &mut BTreeSet<(String, char)>,
) -> ([usize; KINDS.len()], Vec<(String, String)>) {
    let document = page.call("DOM.getDocument", json!({ "depth": -1 }));
    let mut nodes = Vec::new();
    texts(&document["root"], &mut Vec::new(), &mut |node, around| {
        let is_in =
            |kind: &Kind| around.iter().any(|(tag, _)| kind.tags.contains(&tag.as_str()));
        // Formulas have fonts of their own.
        let is_formula = around.iter().any(|(tag, _)| tag == "math");
        let Some(kind) = KINDS.iter().position(is_in).filter(|_| !is_formula) else {
            return;
        };
        let text = node["nodeValue"].as_str().unwrap().to_owned();
        let place: String = around
            .iter()
            .flat_map(|(tag, class)| [tag.as_str(), ".", class.as_str(), " "])
            .collect();
        let new = text.chars().filter(|one| read.insert((place.clone(), *one))).count();
        if new > 0 {
            nodes.push((kind, node["nodeId"].clone(), text));
        }
    });
    let (mut seen, mut faults) = ([0; KINDS.len()], Vec::new());
    for (kind, id, text) in nodes {
        let answer = page.call("CSS.getPlatformFontsForNode", json!({ "nodeId": id }));
        let fonts = answer["fonts"].as_array().unwrap();
        seen[kind] += usize::from(!fonts.is_empty());
        for font in fonts {
            let family = font["familyName"].as_str().unwrap();
            let is_wanted =
                KINDS[kind].families.iter().any(|wanted| family.starts_with(wanted));
            // Code comes from the book's own files, to the last character.
            if !is_wanted || kind == 0 && font["isCustomFont"] != true {
                faults
                    .push((text.clone(), format!("{:?} in {family}", KINDS[kind].tags)));
            }
        }
    }
    (seen, faults)
}

#[test]
fn text_is_set_in_the_three_families() {
    let Some((mut page, sample)) = set_up() else { return };
    let (mut total, mut read) = ([0; KINDS.len()], BTreeSet::new());
    // A title page is set like a headline throughout.
    let prose = |document: &&PathBuf| !document.ends_with("title_page.xhtml");
    for document in sample.documents.iter().filter(prose) {
        page.load(document);
        let (seen, faults) = faces(&mut page, &mut read);
        assert!(faults.is_empty(), "{}:\n{faults:#?}", document.display());
        total.iter_mut().zip(seen).for_each(|(total, seen)| *total += seen);
    }
    assert!(total.iter().all(|seen| *seen > 0), "{total:?}");
}

#[test]
fn listings_grow_with_the_body() {
    let Some((mut page, sample)) = set_up() else { return };
    let mut measured = 0;
    for document in &sample.documents {
        page.load(document);
        let ratios: Vec<f64> = ["50%", "100%", "200%", "300%"]
            .iter()
            .filter_map(|s| ratio(&mut page, s))
            .collect();
        let Some(first) = ratios.first() else { continue };
        measured += 1;
        let same = ratios.iter().all(|ratio| (ratio - first).abs() <= 0.01);
        assert!(same, "{}: {ratios:?}", document.display());
    }
    assert!(measured > 0, "no document has a listing and a paragraph");
}

/// The size of listings as a part of the body's at one root font size, which must have had an
/// effect; nothing where a page lacks one of the two.
fn ratio(page: &mut Page, root: &str) -> Option<f64> {
    let sizes = page.evaluate(&format!(
        "document.documentElement.style.fontSize = '{root}';
         ['pre code', 'p', ':root'].map(s => document.querySelector(s))
           .map(e => e && parseFloat(getComputedStyle(e).fontSize))"
    ));
    let (code, body) = (sizes[0].as_f64()?, sizes[1].as_f64()?);
    let percent: f64 = root.trim_end_matches('%').parse().unwrap();
    let root = sizes[2].as_f64().unwrap();
    assert!((root - 16.0 * percent / 100.0).abs() < 0.01, "{sizes}");
    assert!(
        (body / root - 1.0).abs() < 0.5,
        "the body does not follow the root: {sizes}"
    );
    Some(code / body)
}

#[test]
fn listings_fit_a_narrow_screen() {
    let Some((mut page, sample)) = set_up() else { return };
    page.width(320);
    for document in &sample.documents {
        page.load(document);
        let wide = too_wide(&mut page);
        assert_eq!(wide, json!([]), "{}", document.display());
    }
}

/// What a reader copies from a listing is its source: line ends at each line's end and nowhere
/// else, no line numbers, no links.
#[test]
fn a_listing_copies_as_its_source() {
    let Some((mut page, sample)) = set_up() else { return };
    let mut listings = 0;
    for document in &sample.documents {
        page.load(document);
        let copied = page.evaluate(
            "[...document.querySelectorAll('figure.listing > pre > code')].map(code => {
               getSelection().selectAllChildren(code);
               return [getSelection().toString(), code.textContent];
             })",
        );
        for pair in copied.as_array().unwrap() {
            listings += 1;
            assert_eq!(pair[0], pair[1], "{}", document.display());
            let text = pair[1].as_str().unwrap();
            assert!(!text.contains("\n\n\n\n"), "{text}");
        }
    }
    assert!(listings > 20, "{listings} listings");
}

/// A listing in each of these languages, with what is hard to copy: blank lines, tabs, wide lines,
/// characters of XML, no end at the last line.
const LANGUAGES: &[(&str, &str)] = &[
    (
        "go",
        "func (s *S) F(n int) error {\n\n\treturn fmt.Errorf(\"%d <&>\\n\", n) // c\n}",
    ),
    ("python", "@d\ndef f(x: int) -> str:\n\n\n    return f\"a{x!r}\"  # c\n#: 'a1'"),
    ("console", "$ ls -l | grep \"a\"\ntotal 4\n$ cd"),
    ("rust", "pub fn f<'a>(x: &'a str) -> Vec<u8> { println!(\"{x}\"); 'c' }"),
    ("java", "class A<T> { /* Output:\na  b\n\n*/ }"),
    ("html", "<!DOCTYPE html>\n<p class=\"a\">&amp; <b>x</b></p>\n<!-- c -->"),
    ("yaml", "a:\n  - \"b\"\n  - 1 # c"),
    ("json", "{\"a\": [1, null, \"\\n\"]}"),
    ("sql", "SELECT *\n  FROM t -- c"),
    ("haskell", "f :: Int -> a\nf x = \"s\" ++ show x"),
    ("swift", "func f() -> Int? { nil } // c"),
    ("diff", "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n z"),
    ("makefile", "all: a\n\tcc -o $@ $<"),
    ("klingon", "qapla' <b>"),
];

/// A book of these listings, packed and unpacked, with the author's stylesheet.
fn languages(args: &[&str], css: &str) -> Option<(Page, TempBook, PathBuf)> {
    let mut book = String::from("# One\n\nText and [a link](https://example.org).\n");
    for (language, code) in LANGUAGES {
        use std::fmt::Write as _;
        write!(book, "\n```{{.{language} .numberLines}}\n{code}\n```\n").unwrap();
    }
    page_of(&book, args, css)
}

/// A book of one chapter, packed and unpacked, with the author's stylesheet; Chromium to look at it.
pub(crate) fn page_of(
    chapter: &str,
    args: &[&str],
    css: &str,
) -> Option<(Page, TempBook, PathBuf)> {
    let Some(page) = Page::open() else {
        skip("Chromium is not installed");
        return None;
    };
    let Some((_, pandoc)) = pandoc_versions().pop() else {
        skip("pandoc is not installed");
        return None;
    };
    let book = format!("---\ntitle: T\nlang: en\n---\n{chapter}");
    let folder = TempBook::new().file("book.md", book).file("own.css", css);
    let (raw, packed) = (folder.path("raw.epub"), folder.path("a.epub"));
    let run = concbook::proc::Process::new(pandoc)
        .args(["--css".into(), folder.path("own.css"), "-o".into(), raw.clone()])
        .args([folder.path("book.md")])
        .run();
    assert!(run.unwrap().status.success());
    let (raw, out) = (raw.to_str().unwrap(), packed.to_str().unwrap());
    let (code, _, said) = concbook(["pack", raw, "-o", out].iter().chain(args));
    assert_eq!(code, 0, "{said}");
    let bytes = fsx::read(&packed).unwrap();
    let root = folder.path("unpacked");
    zip::ZipArchive::new(Cursor::new(bytes)).unwrap().extract(&root).unwrap();
    Some((page, folder, root.join("EPUB/text/ch001.xhtml")))
}

#[test]
fn listings_of_many_languages_copy_as_their_source_and_fit() {
    let Some((mut page, _folder, document)) = languages(&[], "") else { return };
    page.width(320);
    page.load(&document);
    assert_eq!(too_wide(&mut page), json!([]));
    let copied = page.evaluate(
        "[...document.querySelectorAll('figure.listing > pre > code')].map(code => {
           getSelection().selectAllChildren(code);
           return [getSelection().toString(), code.querySelectorAll('span[class]:not(.line)').length];
         })",
    );
    assert_eq!(copied.as_array().unwrap().len(), LANGUAGES.len());
    for (listing, (language, code)) in copied.as_array().unwrap().iter().zip(LANGUAGES) {
        // pandoc reads a tab as four columns.
        assert_eq!(listing[0], code.replace('\t', "    "), "{language}");
        assert_eq!(listing[1] == 0, *language == "klingon", "{language}: {listing}");
    }
}

/// The computed colour of the first element that a selector finds.
fn colour(page: &mut Page, selector: &str) -> String {
    let code = format!("getComputedStyle(document.querySelector('{selector}')).color");
    page.evaluate(&code).as_str().unwrap().to_owned()
}

/// What a page of Arabic looks like: how wide a word is beside its letters one by one, in text, a heading
/// and code; on which side rules and indents stand, in it and in a part of it that is English; and how
/// code runs.
const FROM_RIGHT: &str = "(() => {
  const one = s => document.querySelector(s), style = s => getComputedStyle(one(s));
  const wide = (parent, text) => {
    const span = parent.appendChild(document.createElement('span'));
    span.textContent = text;
    const width = span.getBoundingClientRect().width;
    span.remove();
    return width;
  };
  const alone = (parent, text) => [...text].reduce((sum, c) => sum + wide(parent, c), 0);
  const joined = s => wide(one(s), 'سلام') < 0.9 * alone(one(s), 'سلام');
  const sides = (s, what) => ['Left', 'Right'].map(side => parseFloat(style(s)[what(side)]) > 0);
  return {
    joined: ['.r p', '.r h2', '.r pre code'].map(joined),
    rules: ['.r .callout', '.l .callout'].map(s => sides(s, side => `border${side}Width`)),
    lists: ['.r ul', '.l ul'].map(s => sides(s, side => `padding${side}`)),
    listing: sides('.r pre', side => `border${side}Width`),
    code: ['.r pre', '.r p code'].map(s => [style(s).direction, style(s).unicodeBidi]),
    aligned: ['.r h2', '.l h2', '.r pre'].map(s => style(s).textAlign),
  };
})()";

#[test]
fn text_from_right_to_left_is_joined_and_its_sides_are_swapped() {
    let part = |text: &str| {
        format!(
            "## {text}\n\n{text} `f(x)`.\n\n- {text}\n\n::: {{.callout .note}}\n{text}\n:::\n\n"
        )
    };
    let chapter = format!(
        "# One\n\n:::::: {{.r dir=rtl}}\n{}```python\nprint(\"سلام\")\n```\n\n\
         ::::: {{.l dir=ltr}}\n{}:::::\n::::::\n",
        part("سلام"),
        part("Peace")
    );
    let Some((mut page, _folder, document)) = page_of(&chapter, &[], "") else { return };
    page.load(&document);
    let (left, right) = (json!([true, false]), json!([false, true]));
    assert_eq!(
        page.evaluate(FROM_RIGHT),
        json!({
            "joined": [true, true, true],
            "rules": [right, left],
            "lists": [right, left],
            "listing": left,
            "code": [["ltr", "isolate"], ["ltr", "isolate"]],
            "aligned": ["start", "start", "left"],
        })
    );
}

#[test]
fn the_authors_rules_win() {
    const RED: &str = "rgb(255, 0, 0)";
    let css = "body { font-family: Palatino } h1 { font-family: Optima } \
               pre { margin: 7px; border-left: none } pre code .kw { color: red } \
               code .co { color: red; font-style: normal } code { font-size: 13px }";
    let Some((mut page, _folder, document)) = languages(&[], css) else { return };
    for scheme in ["light", "dark"] {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        page.call("Emulation.setEmulatedMedia", json!({ "features": features }));
        page.load(&document);
        assert_eq!(colour(&mut page, "pre .kw"), RED, "{scheme}");
        assert_eq!(colour(&mut page, "pre .co"), RED, "{scheme}");
        assert_ne!(colour(&mut page, "pre .st"), RED, "{scheme}");
        let styles = page.evaluate(
            "['p', 'h1', 'pre', 'pre code'].map(s => getComputedStyle(document.querySelector(s)))
               .map(s => [s.fontFamily, s.marginTop, s.borderLeftStyle, s.fontSize])",
        );
        assert_eq!(styles[0][0], "Palatino");
        assert_eq!(styles[1][0], "Optima");
        assert_eq!((&styles[2][1], &styles[2][2]), (&json!("7px"), &json!("none")));
        assert_eq!(styles[3][3], "13px");
    }
}

#[test]
fn colours_follow_the_light_and_stay_out_of_the_editions_without() {
    let Some((mut page, _folder, document)) = languages(&[], "") else { return };
    let mut seen = Vec::new();
    for scheme in ["light", "dark"] {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        page.call("Emulation.setEmulatedMedia", json!({ "features": features }));
        page.load(&document);
        assert_ne!(colour(&mut page, "pre .kw"), colour(&mut page, "pre"), "{scheme}");
        seen.push((colour(&mut page, "pre .kw"), colour(&mut page, "p")));
    }
    assert_ne!(seen[0].0, seen[1].0);
    assert_ne!(seen[0].1, seen[1].1, "the text follows as well");
    for edition in ["eink", "kindle"] {
        let args = ["--edition", edition];
        let Some((mut page, _folder, document)) = languages(&args, "") else { return };
        page.load(&document);
        let tokens = page.evaluate(
            "[...document.querySelectorAll('pre span')].map(e => getComputedStyle(e).color)
               .filter(c => c != getComputedStyle(document.body).color).length",
        );
        assert_eq!(tokens, 0, "{edition}");
        let weight = "getComputedStyle(document.querySelector('pre .kw')).fontWeight";
        assert_eq!(page.evaluate(weight), "700", "{edition}");
    }
}

/// The least contrast of the tokens of a page with its ground.
const LEAST_CONTRAST: &str = "(() => {
  const lum = rgb => rgb.map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const read = text => {
    const n = text.match(/[0-9.]+/g).slice(0, 3).map(Number);
    return lum(text.startsWith('rgb') ? n.map(v => v / 255) : n);
  };
  const ground = read(getComputedStyle(document.body).backgroundColor);
  return Math.min(...[...document.querySelectorAll('pre span, pre, a[href]')].map(e => {
    const own = read(getComputedStyle(e).color);
    return (Math.max(own, ground) + .05) / (Math.min(own, ground) + .05);
  }));
})()";

#[test]
fn colours_follow_the_theme_of_an_open_page() {
    let Some((mut page, _folder, document)) = languages(&[], "") else { return };
    for scheme in ["light", "dark"] {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        page.call("Emulation.setEmulatedMedia", json!({ "features": features }));
        page.load(&document);
        for (ground, text) in
            [("#ffffff", "#000000"), ("#f4ecd8", "#5f4b32"), ("#000000", "#ffffff")]
        {
            page.evaluate(&format!(
                "document.body.style.background = '{ground}';\
                 document.body.style.color = '{text}'"
            ));
            let least = page.evaluate(LEAST_CONTRAST).as_f64().unwrap();
            assert!(least >= 4.5, "{text} on {ground}, {scheme} system: {least}");
            assert_ne!(colour(&mut page, "pre .kw"), colour(&mut page, "pre"));
        }
    }
}

#[test]
fn deep_lines_stay_on_a_narrow_page_at_large_type() {
    let deep =
        format!("{}return first_of_many_names(second_name, third_name)", " ".repeat(24));
    let code =
        format!("# One\n\n```python\ndef f():\n{deep}\n```\n\n| a |\n|---|\n| b |\n");
    let Some((mut page, _folder, document)) = page_of(&code, &[], "") else { return };
    for width in [320, 360, 412] {
        page.width(width);
        page.load(&document);
        for size in [50, 100, 150, 200, 300] {
            page.evaluate(&format!(
                "document.documentElement.style.fontSize = '{size}%'"
            ));
            let lost = page.evaluate(
                "(() => { let lost = 0; const range = document.createRange();
                 for (const pre of document.querySelectorAll('pre')) {
                   const edge = pre.getBoundingClientRect();
                   const all = document.createTreeWalker(pre, NodeFilter.SHOW_TEXT);
                   for (let node; node = all.nextNode();)
                     for (let i = 0; i < node.length; i++) {
                       if (!node.data[i].trim()) continue;
                       range.setStart(node, i); range.setEnd(node, i + 1);
                       const box = range.getBoundingClientRect();
                       if (box.right > edge.right + 1 || box.left < edge.left - 1) lost++;
                     } }
                 return lost; })()",
            );
            assert_eq!(lost, 0, "{width} px, {size} %: letters beyond the edge");
            let tall = page.evaluate(
                "(() => { const pre = document.querySelector('pre');
                 return pre.getBoundingClientRect().height
                   / parseFloat(getComputedStyle(pre).fontSize); })()",
            );
            // 54 letters in at least a third of the width, a line of 1.3 em each.
            let tall = tall.as_f64().unwrap();
            assert!(tall < 40.0, "{width} px, {size} %: a sliver {tall} em high");
        }
    }
}

#[test]
fn digits_in_tables_stand_under_each_other() {
    let table = "# One\n\n| a |\n|---|\n| 1111 |\n| 8080 |\n\n1111 and 8080\n";
    let Some((mut page, _folder, document)) = page_of(table, &[], "") else { return };
    page.load(&document);
    let widths = page.evaluate(
        "document.fonts.ready.then(() => [...document.querySelectorAll('td')].map(cell => {
           const range = document.createRange();
           range.selectNodeContents(cell);
           return range.getBoundingClientRect().width;
         }))",
    );
    assert_eq!(widths[0], widths[1], "{widths}");
}

/// Tables as programming books have them: prose beside names, addresses, many columns, widths that
/// pandoc takes from the source.
const TABLES: &str = r"# One

| Approach | Threads | Processes | Asynchronous | Good for |
|---|---|---|---|---|
| Parallelism | no, because of the interpreter's lock | yes | no | computations |
| Cancellation | cooperative | immediate | cooperative | interactive programs |

| Option | Default | Description |
|:--|:--|:--------------------------------------------------|
| `--max-old-space-size` | `4096` | The heap's largest size in megabytes, which the collector keeps |
| `SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION` | off | Disallows resumption, see <https://www.example.org/documentation/tls/session-resumption.html> |

| Status | Name | Meaning |
|---:|---|---|
| 404 | Not Found | Nothing matches the address |
| 418 | StackOverflowException | The transaction was abandoned by its coordinator |

| n | m |
|---|---|
| 1 | 2 |

: Measurements, in milliseconds

| Language | Year | Typing | Memory | Concurrency | Package manager |
|---|---|---|---|---|---|
| JavaScript | 1995 | dynamic | collected | event loop | npm |
| Rust | 2015 | static | ownership | threads, async | Cargo |
| Python | 1991 | dynamic | counted | threads, async | pip |

+----------------------+---------------------------------------------+
| Isolation            | Anomalies that may occur                    |
+======================+=============================================+
| Serializable         | None. Transactions behave as if they ran    |
|                      | one after the other, in some order.         |
+----------------------+---------------------------------------------+
";

/// Words of tables that go over several lines, and tables that go over their edge.
const CUT: &str = r"(() => {
  const cut = [], range = document.createRange();
  for (const cell of document.querySelectorAll('td, th, caption')) {
    const all = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node; node = all.nextNode();)
      for (const word of node.data.matchAll(/[^\s-]+/g)) {
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        const tops = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
        if (tops.size > 1) cut.push(word[0]);
      }
  }
  const edge = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll('table')].filter(table =>
    table.getBoundingClientRect().right > edge + 1
    || table.getBoundingClientRect().width > table.parentNode.clientWidth + 1);
  return [cut, wide.map(table => table.textContent.trim().slice(0, 30))];
})()";

#[test]
fn tables_keep_their_words_on_a_phone() {
    let Some((mut page, _folder, document)) = page_of(TABLES, &[], "") else { return };
    for width in [320, 360, 412, 820] {
        page.width(width);
        page.load(&document);
        let found = page.evaluate(CUT);
        assert_eq!(found, json!([[], []]), "{width} px: words cut, tables too wide");
    }
    page.width(360);
    for size in [150, 200, 300] {
        page.evaluate(&format!("document.documentElement.style.fontSize = '{size}%'"));
        assert_eq!(page.evaluate(CUT)[1], json!([]), "{size} %: tables too wide");
    }
}

/// Pages as a reading system makes them: columns as wide and high as the window. How empty each page
/// but the last is at its end, and whether what belongs together stands on one.
const PAGES: &str = r"(() => {
  const root = document.documentElement.style, high = innerHeight;
  root.overflow = 'hidden';
  const wide = document.documentElement.clientWidth;
  root.cssText += `height: ${high}px; columns: ${wide}px; column-gap: 0; column-fill: auto`;
  document.body.style.margin = '0';
  const page = at => Math.floor((at + scrollX + 1) / wide);
  const ends = [];
  for (const one of document.querySelectorAll('p, img, figcaption, .line, tr, h1, h2'))
    for (const box of one.getClientRects())
      if (box.height) ends[page(box.left)] = Math.max(ends[page(box.left)] || 0, box.bottom);
  const empty = Array.from(ends.slice(0, -1), end => Math.round((1 - (end || 0) / high) * 100));
  const of = one => page(one.getClientRects()[0].left);
  const apart = [...document.querySelectorAll('figcaption, caption')].filter(caption => {
    const other = caption.parentNode.querySelector('img, thead, tbody tr');
    return other && of(other) !== of(caption);
  });
  const tall = [...document.querySelectorAll('img')].filter(img => img.clientHeight > high);
  return [empty, apart.map(one => one.textContent), tall.length];
})()";

#[test]
fn pages_end_where_they_are_full() {
    use std::fmt::Write as _;
    let mut book = String::from("# One\n\nText.\n");
    for number in 0..60 {
        write!(book, "\n```python\nx = {number}\n```\n").unwrap();
    }
    let text = "Words that fill a line or two of a page, so that it ends. ";
    book.push_str(&format!("\n{}\n", text.repeat(5)).repeat(5));
    // 300 by 2000 pixels.
    let svg = "PHN2ZyB4bWxucz0naHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmcnIHdpZHRoPSczMDAnIGhlaWdodD0nMjAwMCc+PHJlY3Qgd2lkdGg9JzMwMCcgaGVpZ2h0PScyMDAwJyBmaWxsPScjODg4Jy8+PC9zdmc+";
    write!(book, "\n![A tall picture](data:image/svg+xml;base64,{svg})\n").unwrap();
    book.push_str("\nText.\n\n| a | b |\n|---|---|\n");
    book.push_str(&"| x | y |\n".repeat(60));
    book.push_str("\n: A long table\n");
    book.push_str(&format!("\n{}\n", text.repeat(5)).repeat(3));
    let Some((mut page, _folder, document)) = page_of(&book, &[], "") else { return };
    page.width(360);
    page.load(&document);
    let found = page.evaluate(PAGES);
    let empty: Vec<i64> =
        found[0].as_array().unwrap().iter().map(|one| one.as_i64().unwrap()).collect();
    // Where the picture did not fit below the text.
    let much = empty.iter().filter(|percent| **percent > 20).count();
    assert!(empty.len() > 5 && much <= 1, "{found}");
    assert_eq!((&found[1], &found[2]), (&json!([]), &json!(0)), "{found}");
    page.width(1400);
    page.load(&document);
    let letters = page.evaluate(
        "(() => { const range = document.createRange();
         const node = [...document.querySelectorAll('p')].find(p => p.textContent.length > 200)
           .firstChild;
         for (let i = 1;; i++) {
           range.setStart(node, 0); range.setEnd(node, i);
           if (range.getClientRects().length > 1) return i;
         } })()",
    );
    let letters = letters.as_i64().unwrap();
    assert!((60..=80).contains(&letters), "{letters} letters in a line");
}

/// The beginnings of the listings that are wider than their box.
fn too_wide(page: &mut Page) -> Value {
    page.evaluate(
        "[...document.querySelectorAll('pre')].filter(e => e.scrollWidth > e.clientWidth)
           .map(e => e.textContent.slice(0, 60))",
    )
}

/// A judge that never complains is no judge: it must see what is wrong with this page.
#[test]
fn the_judge_sees_what_is_wrong() {
    let Some(mut page) = Page::open() else { return skip("Chromium is not installed") };
    let mono = repo("fonts/ubuntu-mono/UbuntuMono-Regular.ttf");
    let html = format!(
        "<!DOCTYPE html><meta charset=utf-8><style>
         @font-face {{ font-family: M; src: url('file://{}') }} code {{ font-family: M }}
         p {{ font-family: serif }} pre {{ font: 40px serif }}</style>
         <p>body <code>good</code> <code>arrow →</code><pre><code>{}</code></pre>
         <pre>wrong</pre>",
        mono.display(),
        "long ".repeat(40)
    );
    let folder = TempBook::new().file("page.html", html);
    page.width(320);
    page.load(&folder.path("page.html"));
    let (seen, faults) = faces(&mut page, &mut BTreeSet::new());
    assert_eq!(seen, [4, 0, 1]);
    assert_eq!(faults.len(), 3, "the paragraph, the arrow, the last listing: {faults:?}");
    assert_eq!(too_wide(&mut page).as_array().unwrap().len(), 1);
    let changed = (ratio(&mut page, "100%"), ratio(&mut page, "300%"));
    assert!(changed.0 > changed.1, "{changed:?}");
}

//! What `pack` and `check` say of a book is what EPUBCheck would say: nothing that no reading system opens is
//! passed over, and what was packed is packed again to the same bytes. Several files are worked on at once.

mod epubcheck;
mod judged;
mod listed;

use crate::support::archive::{CONTAINER, Member, archive, member};
use crate::support::{TempBook, concbook, epubcheck, skip};
use concbook::check::epubcheck::{When, run as ask};
use concbook::epub::Epub;
use concbook::finish::{FinishOptions, finish, prepare};
use concfilter::settings::Presentation;
use std::collections::BTreeSet;
use std::path::Path;

const PAGE: &str = "<html xmlns=\"http://www.w3.org/1999/xhtml\" \
    xmlns:epub=\"http://www.idpf.org/2007/ops\"><head><title>T</title></head><body>\
    <section epub:type=\"chapter\"><h1 id=\"a\">One &amp; two</h1><p>Text <b>bold</b> \
    <a href=\"#a\">up</a></p><!-- x --><pre><code>f() &lt; 3</code></pre></section></body></html>";
const SVG: &str = "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" \
    xmlns:x=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 9 9\"><g id=\"a\"><title>A</title>\
    <rect width=\"3\" height=\"3\"/></g><use x:href=\"#a\"/></svg>";
const NCX: &str = "<ncx xmlns=\"http://www.daisy.org/z3986/2005/ncx/\" version=\"2005-1\"><head>\
    <meta name=\"dtb:uid\" content=\"urn:x\"/></head><docTitle><text>T</text></docTitle><navMap>\
    <navPoint id=\"n\"><navLabel><text>A</text></navLabel><content src=\"a.xhtml\"/></navPoint>\
    </navMap></ncx>";
const NAV: &str = "<html xmlns=\"http://www.w3.org/1999/xhtml\" \
    xmlns:epub=\"http://www.idpf.org/2007/ops\"><head><title>N</title></head><body>\
    <nav epub:type=\"toc\"><ol><li><a href=\"a.xhtml\">A</a></li></ol></nav></body></html>";

/// A book of these files beside a page, navigation and an NCX; one of the same name takes their place.
fn book(files: &[(String, String)]) -> Vec<Member> {
    let (mut items, mut refs) = (String::new(), String::new());
    for (number, (name, _)) in files.iter().enumerate() {
        let is_page = name.ends_with("xhtml");
        if ["a.xhtml", "nav.xhtml", "toc.ncx"].contains(&&**name) {
            continue;
        }
        let kind = if is_page { "application/xhtml+xml" } else { "image/svg+xml" };
        items.extend(["<item id=\"i", &number.to_string(), "\" href=\"", name]);
        items.extend(["\" media-type=\"", kind, "\"/>"]);
        refs.extend(["<itemref idref=\"i", &number.to_string(), "\"/>"]);
    }
    let package = format!(
        "<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" \
         unique-identifier=\"i\"><metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
         <dc:identifier id=\"i\">urn:x</dc:identifier><dc:title>T</dc:title><dc:language>en\
         </dc:language><meta property=\"dcterms:modified\">2020-01-01T00:00:00Z</meta>\
         </metadata><manifest><item id=\"a\" href=\"a.xhtml\" \
         media-type=\"application/xhtml+xml\"/><item id=\"n\" href=\"nav.xhtml\" \
         media-type=\"application/xhtml+xml\" properties=\"nav\"/><item id=\"x\" \
         href=\"toc.ncx\" media-type=\"application/x-dtbncx+xml\"/>{items}</manifest>\
         <spine toc=\"x\"><itemref idref=\"a\"/>{refs}</spine></package>"
    );
    let mut members = vec![
        member("mimetype", "application/epub+zip"),
        member(
            "META-INF/container.xml",
            CONTAINER.replace("<container ", "<container version=\"1.0\" ").replace(
                "content.opf\"",
                "content.opf\" media-type=\"application/oebps-package+xml\"",
            ),
        ),
        member("EPUB/content.opf", package),
    ];
    let own = [("a.xhtml", PAGE), ("nav.xhtml", NAV), ("toc.ncx", NCX)];
    let own = own.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let is_own = |name: &String| files.iter().all(|(other, _)| other != name);
    for (name, text) in own.iter().filter(|(name, _)| is_own(name)).chain(files) {
        members.push(member(&format!("EPUB/{name}"), text));
    }
    members
}

/// Numbers that look like chance and are the same each time (Knuth's MMIX).
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }

    /// The text with something cut, doubled, flipped or put in.
    fn spoil(&mut self, text: &str) -> String {
        const BITS: &[&str] = &[
            "<",
            ">",
            "&",
            "\"",
            "</p>",
            "<p>",
            "<?xml?>",
            "<!--",
            "]]>",
            "x:",
            "&nbsp;",
            "\u{1}",
            "<x:y/>",
            "<?x",
            " id=\"a\" id=\"a\"",
            "<![CDATA[",
            "<!DOCTYPE a>",
            "é",
            "<br>",
        ];
        let (one, other) = (self.below(text.len()), self.below(text.len()));
        let (from, to) = (one.min(other), one.max(other));
        let bit = BITS[self.below(BITS.len())];
        match self.below(5) {
            0 => text[..from].to_owned(),
            1 => format!("{}{}", &text[..from], &text[to..]),
            2 => format!("{}{}", &text[..to], &text[from..]),
            3 => format!("{bit}{text}"),
            _ => format!("{}{bit}{}", &text[..from], &text[from..]),
        }
    }
}

impl Chance {
    /// The text with an element or an attribute left out, doubled, or given the value of another, so that it stays
    /// XML most of the time.
    fn reword(&mut self, text: &str) -> String {
        let pieces: Vec<_> = PIECES.find_iter(text).map(|found| found.range()).collect();
        if pieces.is_empty() {
            return self.spoil(text);
        }
        let one = pieces[self.below(pieces.len())].clone();
        let other = &text[pieces[self.below(pieces.len())].clone()];
        let is_alike = other.starts_with('<') == text[one.clone()].starts_with('<');
        let new = match self.below(4) {
            0 => String::new(),
            1 => text[one.clone()].repeat(2),
            2 if is_alike => other.to_owned(),
            _ => {
                let odd = [
                    "",
                    "x",
                    "1",
                    " ",
                    "#x",
                    "a b",
                    "../x",
                    "application/x",
                    "é",
                    "http://x/y",
                ];
                match text[one.clone()].split_once('"') {
                    Some((name, _)) if !name.starts_with('<') => {
                        format!("{name}\"{}\"", odd[self.below(odd.len())])
                    }
                    _ => String::new(),
                }
            }
        };
        format!("{}{new}{}", &text[..one.start], &text[one.end..])
    }
}

/// Elements without others in them, empty elements, and attributes.
static PIECES: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    regex::Regex::new(r#"<[\w:]+[^<>]*>[^<>]*</[\w:]+>|<[\w:]+[^<>]*/>| [\w:-]+="[^"]*""#)
        .unwrap()
});

fn pack(book: &TempBook) -> (i32, String) {
    let (from, to) = (book.path("a.epub"), book.path("out.epub"));
    let args = ["pack".as_ref(), from.as_os_str(), "-o".as_ref(), to.as_os_str()];
    let (code, _, said) = concbook(args.into_iter().chain(["--no-cover".as_ref()]));
    (code, said)
}

/// The names of the files that a line with one of these words tells of.
fn told(said: &str, words: &[&str]) -> BTreeSet<String> {
    let lines = said.lines().filter(|line| words.iter().any(|word| line.contains(word)));
    let name = |line: &str| {
        let (_, rest) = line.split_once("EPUB/")?;
        rest.split([':', ' ']).next().map(str::to_owned)
    };
    lines.filter_map(name).collect()
}

#[test]
fn what_no_reader_opens_is_an_error_of_pack() {
    for (name, text) in [
        ("s.svg", &SVG[..SVG.len() - 20]),
        ("toc.ncx", &NCX[..NCX.len() - 6]),
        ("nav.xhtml", &format!("<?xml?>{NAV}")),
        ("s.svg", ""),
        ("s.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><x:g/></svg>"),
    ] {
        let files = [(name.to_owned(), text.to_owned())];
        let book = TempBook::new().file("a.epub", archive(&book(&files)));
        let (code, said) = pack(&book);
        assert_eq!(code, 1, "{name}: {said}");
        let line = format!("EPUB/{name}");
        assert!(
            said.lines()
                .any(|one| one.contains(&line) && one.contains("error[epub-malformed]")),
            "{name}: {said}"
        );
    }
    // As it should be, nothing is told.
    let book = TempBook::new()
        .file("a.epub", archive(&book(&[("s.svg".to_owned(), SVG.to_owned())])));
    let (code, said) = pack(&book);
    assert_eq!((code, told(&said, &["epub-malformed"])), (0, BTreeSet::new()), "{said}");
}

/// The start tag of a page may be what is spoiled; all of it was taken for a prolog then, and the page for an empty one.
#[test]
fn what_stands_before_a_page_is_kept() {
    let spoiled = [
        PAGE.replacen("<html", "<htm", 1),
        format!("<?xml version=\"1.0\" enc>{PAGE}"),
        format!("lost</p>{PAGE}"),
    ];
    let named = spoiled.iter().enumerate();
    let files: Vec<_> =
        named.map(|(at, text)| (format!("p{at}.xhtml"), text.clone())).collect();
    let book = TempBook::new().file("a.epub", archive(&book(&files)));
    let (code, said) = pack(&book);
    assert_eq!(code, 0, "{said}");
    let bytes = std::fs::read(book.path("out.epub")).unwrap();
    let epub = Epub::from_bytes("out.epub", &bytes).unwrap();
    for (name, _) in &files {
        let text = epub.text(&format!("EPUB/{name}")).unwrap();
        assert!(text.contains("<b>bold</b>"), "{name}: {text}");
        assert!(said.contains(&format!("EPUB/{name}")), "{name}: {said}");
    }
}

/// All in one book, so that EPUBCheck starts once.
#[test]
fn epubcheck_finds_nothing_fatal_that_pack_does_not_tell() {
    if !epubcheck() {
        return skip("no EPUBCheck");
    }
    let mut chance = Chance(7);
    let mut files = Vec::new();
    for number in 0..40 {
        files.push((format!("p{number}.xhtml"), chance.spoil(PAGE)));
        files.push((format!("s{number}.svg"), chance.spoil(SVG)));
    }
    let book = TempBook::new().file("a.epub", archive(&book(&files)));
    let (code, said) = pack(&book);
    assert_eq!(code, 1, "{said}");
    let out = book.path("out.epub");
    let theirs = ask(&out, When::Always).unwrap().unwrap();
    let name = |file: &str| file.split_once("EPUB/").map(|(_, name)| name.to_owned());
    // It has one code for all that keeps a file from being read as XML.
    let fatal: BTreeSet<String> = theirs
        .iter()
        .filter(|one| one.code == "RSC-016")
        .filter_map(|one| name(&one.place.file))
        .collect();
    let ours = told(&said, &["error[epub-malformed]"]);
    assert!(fatal.len() > 3, "the files are spoiled: {fatal:?}");
    assert_eq!(fatal.difference(&ours).collect::<Vec<_>>(), [""; 0], "{said}");
    assert_eq!(ours.difference(&fatal).collect::<Vec<_>>(), [""; 0], "{said}");
    let (_, _, checked) =
        concbook(["check".as_ref(), out.as_os_str(), "--epubcheck=never".as_ref()]);
    assert_eq!(told(&checked, &["error[epub-malformed]"]), fatal, "{checked}");
}

/// What was finished is finished again without a change, whatever it was before.
#[test]
fn what_was_packed_is_packed_to_the_same_bytes() {
    let presentation = Presentation { cover: false, ..Presentation::default() };
    let options = FinishOptions { presentation, ..FinishOptions::default() };
    let packed = |bytes: &[u8]| {
        let epub = Epub::from_bytes("a.epub", bytes).ok()?;
        finish(prepare(epub, &options).ok()?, &options).ok()?.epub.to_bytes().ok()
    };
    let mut chance = Chance(11);
    let mut whole = 0;
    for round in 0..24 {
        let mut members = book(&[("s.svg".to_owned(), SVG.to_owned())]);
        let which = 2 + chance.below(members.len() - 2);
        let text = String::from_utf8(members[which].data.clone()).unwrap();
        members[which].data = chance.spoil(&text).into_bytes();
        if chance.below(6) == 0 {
            members.remove(2 + chance.below(members.len() - 2));
        }
        let Some(once) = packed(&archive(&members)) else { continue };
        whole += 1;
        let again = packed(&once).expect("what was packed is read");
        assert!(once == again, "round {round}: {}", differing(&once, &again));
    }
    assert!(whole > 8, "{whole} could be packed");
}

/// The first file in which two books differ, in both.
fn differing(one: &[u8], other: &[u8]) -> String {
    let open = |bytes| Epub::from_bytes("a.epub", bytes).unwrap();
    let (one, other) = (open(one), open(other));
    let entry =
        one.entries().iter().find(|entry| other.get(&entry.name) != Some(&entry.data));
    let Some(entry) = entry else { return "files were added".to_owned() };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let then = text(other.get(&entry.name).unwrap_or_default());
    format!("{}:\n{}\n{then}", entry.name, text(&entry.data))
}

#[test]
fn colours_that_are_kept_are_kept_again() {
    let style = "<style>pre > code.sourceCode { white-space: pre; position: relative; }\n\
        div.sourceCode { background-color: #f8f8f8; }\n\
        code span.kw { color: #204a87; font-weight: bold; }\n</style></head>";
    let page = PAGE.replace("</head>", &style.replace(" > ", " &gt; "));
    let book =
        TempBook::new().file("a.epub", archive(&book(&[("a.xhtml".to_owned(), page)])));
    let mut before = Vec::new();
    for round in 0..3 {
        let (from, to) = (book.path("a.epub"), book.path("out.epub"));
        let args = ["pack".as_ref(), from.as_os_str(), "-o".as_ref(), to.as_os_str()];
        let (code, _, said) =
            concbook(args.into_iter().chain(["--keep-highlighting".as_ref()]));
        assert_eq!(code, 0, "{said}");
        let bytes = std::fs::read(&to).unwrap();
        let epub = Epub::from_bytes("a.epub", &bytes).unwrap();
        let css = epub.text("EPUB/styles/concbook.css").unwrap();
        assert!(css.contains("code span.kw { color: #204a87"), "round {round}");
        assert!(
            round == 0 || bytes == before,
            "round {round}: {}",
            differing(&before, &bytes)
        );
        std::fs::rename(to, from).unwrap();
        before = bytes;
    }
}

#[test]
fn what_was_mended_of_endless_nesting_is_accepted() {
    let page = PAGE.replace("<p>", &("<br>".to_owned() + &"<div>x".repeat(4000)));
    let book =
        TempBook::new().file("a.epub", archive(&book(&[("a.xhtml".to_owned(), page)])));
    let (code, said) = pack(&book);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("warning[html-repaired]"), "{said}");
    let out = book.path("out.epub");
    let (code, _, said) =
        concbook(["check".as_ref(), out.as_os_str(), "--epubcheck=never".as_ref()]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn several_files_are_worked_on_and_a_bad_one_stops_none() {
    let good = archive(&book(&[]));
    let bad = archive(&book(&[("s.svg".to_owned(), "<svg".to_owned())]));
    let book = TempBook::new()
        .file("one.epub", &good)
        .file("two.epub", "no zip")
        .file("three.epub", &bad)
        .file("four.epub", &good);
    let names =
        ["one.epub", "two.epub", "three.epub", "four.epub"].map(|name| book.path(name));
    let run = |command: &str, names: &[std::path::PathBuf], more: &[&Path]| {
        let names = names.iter().map(|name| name.as_os_str());
        let more = more.iter().map(|one| one.as_os_str());
        concbook(std::iter::once(command.as_ref()).chain(names).chain(more))
    };
    let never = Path::new("--epubcheck=never");
    let (code, _, said) = run("check", &names, &[never]);
    assert_eq!(code, 2, "{said}");
    for line in [
        "two.epub: error: not a zip",
        "error[epub-malformed]",
        "one.epub: no findings",
        "four.epub: no findings",
        "1 of 4 files were not checked",
    ] {
        assert!(said.contains(line), "no {line:?}: {said}");
    }
    let (code, json, said) = run("check", &names, &[never, Path::new("--format=json")]);
    assert_eq!(code, 2, "{said}");
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&value["errors"], &value["files"].as_array().unwrap().len()),
        (&1.into(), &4)
    );
    assert!(value["files"][1]["error"].is_string(), "{json}");
    assert!(
        value["files"][2]["file"].as_str().unwrap().ends_with("three.epub"),
        "{json}"
    );
    let (code, _, said) = run("check", &[names[0].clone(), names[2].clone()], &[never]);
    assert_eq!(code, 1, "{said}");

    let out = book.path("out");
    let to: [&Path; 2] = [Path::new("-o"), &out];
    let (code, _, said) = run("pack", &names, &to);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("1 of 4 files were not packed"), "{said}");
    let made: Vec<bool> = ["one", "two", "three", "four"]
        .map(|name| out.join(format!("{name}.epub")).is_file())
        .to_vec();
    assert_eq!(made, [true, false, true, true]);
    let file: [&Path; 2] = [Path::new("-o"), &names[0]];
    let (code, _, said) = run("pack", &names, &file);
    assert!(code == 2 && said.contains("cannot be written into one file"), "{said}");
    let twice = [names[0].clone(), out.join("one.epub")];
    let (code, _, said) = run("pack", &twice, &to);
    assert!(code == 2 && said.contains("two ePubs are called one.epub"), "{said}");
}

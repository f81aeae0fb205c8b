//! What is fuzzed: functions that take any bytes and hold what they promise, or panic. The fuzzer calls them with
//! what it makes up, the tests with what chance makes of the seeds, for as long as there is time.

use concbook::css::{Stylesheet, inline};
use concbook::epub::{Document, Epub, html};
use concbook::finish::{FinishOptions, Finished, finish, prepare};
use concbook::fonts::UserFont;
use concbook::listings::compare::{Printed, compare};
use concbook::listings::{ListingSet, check, outputs::Expected};
use concbook::markdown::{Dialect, Index};
use concbook::project::{Chapter, Manifest, Project};
use concfilter::ast::Document as Ast;
use concfilter::filter;
use concfilter::settings::{Edition, Presentation, Settings};
use std::io::{Cursor, Write};
use std::sync::Arc;

/// A kind of input, by its name.
pub(crate) type Case = (&'static str, fn(&[u8]));

/// All of them, by how the names of their files end.
pub(crate) const CASES: &[Case] = &[
    ("opf", |data| part("EPUB/content.opf", data)),
    ("xhtml", |data| {
        part("EPUB/a.xhtml", data);
        if let Ok(text) = std::str::from_utf8(data) {
            let xml = html::parse(text).to_xml();
            assert!(Document::parse(&xml).is_ok(), "what was mended is XML: {xml}");
        }
    }),
    ("css", |data| {
        let text = String::from_utf8_lossy(data);
        for rule in &Stylesheet::parse(&text).rules {
            assert!(rule.offset <= text.len());
        }
        inline(&text);
        part("EPUB/c.css", data);
    }),
    ("svg", |data| part("EPUB/s.svg", data)),
    ("png", |data| part("EPUB/p.png", data)),
    ("ttf", font),
    ("epub", |data| finished(data, Edition::Color, Vec::new())),
    ("json", filtered),
    ("yaml", book_yaml),
    ("md", markdown),
    ("tags", tags),
    ("printed", printed),
];

/// What an author writes around a listing: the attributes of its fence, a line, and its text.
const TAGS: &str = "file=a.py expect=error match=\"E: .*\" timeout=5s norm=\"addr sort\" args=\"-a b\"\n\
    # a.py\n# {RunFirst: b.py} {Args: 1 2}\nprint(1)\n#: 1\n\"\"\"\nOutput:\n2\n\"\"\"\n";

/// What a program may print.
const PRINTED: &str =
    "1\r\n\u{1b}[31mred\u{1b}[0m <A object at 0x7f00>\n2024-01-02 10:11:12\n...\nc\nb\n";

/// The book that a file is put into.
const FILES: &[(&str, &str)] = &[
    (
        "META-INF/container.xml",
        "<container><rootfiles><rootfile \
        full-path=\"EPUB/content.opf\"/></rootfiles></container>",
    ),
    (
        "EPUB/content.opf",
        "<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" \
        unique-identifier=\"i\"><metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
        <dc:identifier id=\"i\">x</dc:identifier><dc:title>T</dc:title><dc:language>en</dc:language>\
        </metadata><manifest><item id=\"a\" href=\"a.xhtml\" media-type=\"application/xhtml+xml\"/>\
        <item id=\"c\" href=\"c.css\" media-type=\"text/css\"/><item id=\"p\" href=\"p.png\" \
        media-type=\"image/png\"/><item id=\"s\" href=\"s.svg\" media-type=\"image/svg+xml\"/>\
        </manifest><spine><itemref idref=\"a\"/></spine></package>",
    ),
    (
        "EPUB/a.xhtml",
        "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>T</title>\
        <link rel=\"stylesheet\" href=\"c.css\"/></head><body><h1>A</h1><p>Text <code>f()</code></p>\
        <pre class=\"python\"><code>x = 1</code></pre><p><img src=\"p.png\" alt=\"\"/>\
        <img src=\"s.svg\" alt=\"\"/></p></body></html>",
    ),
    ("EPUB/c.css", "p { font-family: X, serif }"),
    ("EPUB/s.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 2 1\"/>"),
    ("EPUB/p.png", ""),
];

/// A document as pandoc writes it.
const AST: &str = r##"{"pandoc-api-version":[1,23,1],"meta":{"lang":{"t":"MetaInlines","c":[{"t":"Str","c":"en"}]}},
"blocks":[{"t":"Header","c":[1,["a",[],[]],[{"t":"Str","c":"A"}]]},{"t":"Para","c":[{"t":"Strong","c":[{"t":"Str",
"c":"f_x"}]},{"t":"Space"},{"t":"Code","c":[["",[],[]],"g()"]},{"t":"Emph","c":[{"t":"Str","c":"\u00e9\ud83d\ude00"}]},
{"t":"Link","c":[["",[],[]],[{"t":"Str","c":"l"}],["#a",""]]}]},{"t":"CodeBlock","c":[["",["python"],[["k","v"]]],
"def f_x():\n    g()"]},{"t":"BulletList","c":[[{"t":"Plain","c":[{"t":"Str","c":"f_x()"}]}]]}]}"##;

/// The file of a kind that the book has.
pub(crate) fn seed(kind: &str) -> Vec<u8> {
    let own = FILES.iter().find(|(name, _)| name.ends_with(kind));
    match kind {
        "tags" => TAGS.into(),
        "printed" => PRINTED.into(),
        "json" => AST.into(),
        "epub" => container("", b""),
        _ => own.map_or_else(Vec::new, |(_, text)| (*text).into()),
    }
}

fn container(name: &str, data: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored);
    for (own, text) in FILES {
        zip.start_file(*own, stored).expect("names differ");
        zip.write_all(if *own == name { data } else { text.as_bytes() }).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

/// A file of a book is refused, or the book is finished, and then again to the same bytes.
fn part(name: &str, data: &[u8]) {
    // Vector images are drawn for some devices only.
    let edition = if name.ends_with("svg") { Edition::Eink } else { Edition::Color };
    finished(&container(name, data), edition, Vec::new());
}

fn font(data: &[u8]) {
    let font = UserFont { path: "a.ttf".to_owned(), data: data.to_vec() };
    let css = b"p { font-family: Gelasio }";
    finished(&container("EPUB/c.css", css), Edition::Color, vec![font]);
}

fn finished(bytes: &[u8], edition: Edition, fonts: Vec<UserFont>) {
    let Ok(epub) = Epub::from_bytes("a.epub", bytes) else { return };
    // A drawn cover costs a hundred times what all else does, and has tests of its own.
    let presentation = Presentation { edition, cover: false, ..Presentation::default() };
    let options = FinishOptions { presentation, fonts, ..FinishOptions::default() };
    let finished = |epub| finish(prepare(epub, &options)?, &options);
    let Ok(Finished { epub, .. }) = finished(epub) else { return };
    let once = epub.to_bytes().expect("what was read is written");
    let again = Epub::from_bytes("b.epub", &once).expect("what was written is read");
    let Finished { epub, .. } =
        finished(again).expect("what was finished is finished again");
    let twice = epub.to_bytes().expect("memory");
    assert!(once == twice, "what was finished changes: {}", differing(&once, &twice));
}

/// The first file in which two books differ, from where it does, in both.
fn differing(one: &[u8], other: &[u8]) -> String {
    let open = |bytes| Epub::from_bytes("a.epub", bytes).expect("it was written");
    let (one, other) = (open(one), open(other));
    let text = |bytes: &[u8], from: usize| {
        String::from_utf8_lossy(&bytes[from..bytes.len().min(from + 300)]).into_owned()
    };
    for entry in one.entries() {
        let own = &**entry.data;
        let its = other.get(&entry.name).unwrap_or_default();
        if own != its {
            let same = own.iter().zip(its).take_while(|(own, its)| own == its).count();
            let from = same.saturating_sub(100);
            return format!("{}:\n{}\n{}", entry.name, text(own, from), text(its, from));
        }
    }
    "files were added".to_owned()
}

/// What pandoc hands to a filter is refused, or the filter's answer is read again.
fn filtered(data: &[u8]) {
    let mut out = Vec::new();
    if filter::run(data, "html", None, &mut out).is_ok() {
        assert!(Ast::parse(&out).is_ok(), "what the filter writes is read");
    }
}

/// `book.yaml` is refused or read, and every setting in it.
fn book_yaml(data: &[u8]) {
    let dir = concbook::fsx::temp_dir().expect("there is room");
    let write = |name: &str, data: &[u8]| {
        concbook::fsx::write_new(&dir.path().join(name), data, 0o600)
    };
    write("book.yaml", data)
        .and_then(|()| write("a.md", b"# A\n"))
        .expect("there is room");
    if let Ok(project) = Project::open(dir.path()) {
        let _ = project.judge((3, 9));
    }
}

/// Markdown is read, whatever it is; what it is said to have lies in it. So are the tags of its listings, and
/// what they are said to print.
fn markdown(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let start: String = text.chars().take(400).collect();
    for dialect in [Dialect::Pandoc, Dialect::CommonMark { attributes: true }] {
        let index = Index::read(&text, dialect);
        for block in &index.blocks {
            assert!(text.get(block.range.clone()).is_some(), "a block lies in its text");
        }
        listings(&text, dialect, &start);
    }
}

/// The listings of a chapter are judged, and held against what they are said to have printed.
fn listings(text: &str, dialect: Dialect, printed: &str) {
    let chapter = Arc::new(Chapter::of_text("a.md", text, dialect));
    let settings = Settings::default().listings;
    let set = ListingSet::read(vec![chapter], &settings, &Manifest::default());
    let Ok(set) = set else { return };
    check::check(&set, &settings, true);
    for program in &set.programs {
        let expected = Expected::of(&set, program);
        let printed = Printed { stdout: printed.to_owned(), stderr: printed.to_owned() };
        compare(&expected, &printed, &program.tags, 60);
    }
}

/// The first line is what stands behind a fence, all others are a listing.
fn tags(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (attributes, lines) = text.split_once('\n').unwrap_or((&text, ""));
    let chapter = format!("# A\n\n~~~~~ {{.python {attributes}}}\n{lines}\n~~~~~\n");
    listings(&chapter, Dialect::Pandoc, "1\n");
}

/// What a program printed is compared in each way that a listing can ask for.
fn printed(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let ways = ["exact", "sample", "none", "first:2", "ends:2"].map(|output| {
        format!(
            "```{{.python file={}.py output={output} norm=\"addr date digits sort\"}}\nprint(1)\n\
             #: 1\nprint(2)\n#: a\n#: ...\n#: b\n```\n\n",
            output.replace(':', "")
        )
    });
    listings(&ways.concat(), Dialect::Pandoc, &text);
}

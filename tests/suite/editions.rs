//! The editions of a book: one file each, whether made at once or alone.

use crate::support::ace::Ace;
use crate::support::{TempBook, build, pandoc_versions, skip};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex};

#[test]
fn editions_made_at_once_are_those_made_alone() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    // A style of pandoc's is for screens alone, so that pandoc writes twice.
    for theme in ["", "highlight-style: tango\n"] {
        let yaml = format!(
            "{theme}input-files: [a.md]\nmetadata: {{title: T, lang: en, identifier: 'urn:x'}}\n"
        );
        let book = TempBook::new().file("book.yaml", yaml).file(
            "a.md",
            "# A\n\n![](gone.png)\n\n```python\ndef f(): return 1\n```\n\n# B\n",
        );
        let dir = book.path("");
        let made = |out: &str, edition: &str| {
            let out = book.path(out);
            let args = ["--epubcheck", "never", "--edition", edition];
            build((&dir, &out), &pandoc, &args)
        };
        let (_, _, said) = made("all", "all");
        assert_eq!(said.matches("[image-missing]").count(), 1, "{said}");
        assert_eq!(said.matches("1 chapter").count(), 4, "{said}");
        for edition in ["color", "eink", "kindle", "sample"] {
            made(edition, edition);
            let name = if edition == "sample" { "t-sample" } else { "t" };
            let alone = fs::read(book.path(&format!("{edition}/{name}.epub"))).unwrap();
            let together = fs::read(book.path(&format!("all/t-{edition}.epub"))).unwrap();
            assert!(alone == together, "{theme}{edition}");
        }
        fs::remove_dir_all(book.path("all")).unwrap();
        made("all", "kindle,kindle");
        assert!(book.path("all/t.epub").is_file(), "one edition has the book's name");
    }
}

#[test]
fn the_code_lies_beside_the_book_for_readers() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    let yaml = "input-files: [a.md]\nmetadata:\n  title: Small Boats\n  lang: en\n  edition: 2\n  identifier: 'urn:x'\n  concbook: {listings: {archive: true}}\n";
    let book = TempBook::new()
        .file("book.yaml", yaml)
        .file("LICENSE", "Mine.\n")
        .file("a.md", "# A\n\n```python\n# sail.py\nprint(1)\n#: 1\n```\n");
    let out = book.path("out");
    let args = ["--epubcheck", "never", "--edition", "all"];
    let (code, _, said) = build((&book.path(""), &out), &pandoc, &args);
    assert_eq!(code, 0, "{said}");
    let bytes = fs::read(out.join("small-boats-2-code.zip")).unwrap();
    let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let names: Vec<String> =
        archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names, ["LICENSE", "README.md", "a/sail.py"]);
    assert!(said.contains("small-boats-2-code.zip: the listings"), "{said}");
}

/// A book of three chapters and a preface, with links, notes and pictures across the end of its sample.
fn book_with_a_sample(sample: &str, mark: &str) -> TempBook {
    let yaml = format!(
        "input-files: [a.md, b.md, c.md]\nmetadata:\n  title: Small Boats\n  lang: de\n  author: A\n  \
         identifier:\n  - {{scheme: URL, text: 'urn:x:boats'}}\n  - {{scheme: ISBN-13, text: \
         9783161484100}}\n  concbook: {{cover: false, sample: {{{sample}}}}}\n"
    );
    let second = format!(
        "# Second\n\nSee [below](#later), [the third](c.md) and [its part](c.md#deep).[^x]\n\n{mark}\n\n\
         ## Later\n\nGone.[^y] ![gone](gone.png)\n\n[^x]: Kept note.\n\n[^y]: Lost note.\n"
    );
    let third =
        "# Third `code`\n\nΩ ![gone](last.png)\n\n## Deep\n\nText [up](a.md#first).\n";
    TempBook::new()
        .file("book.yaml", yaml)
        .file("a.md", "# Preface {-}\n\nHello.\n\n# First\n\nOne ![kept](kept.png)\n")
        .file("b.md", second)
        .file("c.md", third)
        .file("kept.png", picture(3))
        .file("gone.png", picture(8))
        .file("last.png", picture(9))
}

fn picture(width: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let image = image::RgbImage::from_pixel(width, 3, image::Rgb([200, 30, 30]));
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// The texts of an ePub's files by their names; nothing for what is none.
fn texts(file: &Path) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(fs::File::open(file).unwrap()).unwrap();
    let count = archive.len();
    let mut read = |at| {
        let mut member = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut member, &mut bytes).unwrap();
        let name = member.name().unwrap().into_owned();
        (name, String::from_utf8(bytes).unwrap_or_default())
    };
    (0..count).map(&mut read).collect()
}

#[test]
fn a_sample_ends_where_its_author_says_and_knows_nothing_of_the_rest() {
    let link = "link: 'https://boats.example.org/buy'";
    let mark = "<!-- concbook: sample ends -->";
    let cases = [(format!("chapters: 2, {link}"), ""), (link.to_owned(), mark)];
    let ace = Ace::find();
    for ((version, pandoc), (sample, mark)) in pandoc_versions().into_iter().zip(cases) {
        let book = book_with_a_sample(&sample, mark);
        let out = book.path("out");
        let args = ["--edition", "sample,color"];
        let (code, _, said) = build((&book.path(""), &out), &pandoc, &args);
        assert_eq!(code, 0, "pandoc {version}: {said}");
        assert!(!said.contains("warning["), "pandoc {version}: {said}");
        let file = out.join("small-boats-sample.epub");
        let files = texts(&file);
        let all: String = files.values().map(String::as_str).collect();
        // With a mark it ends within the second chapter, else behind it.
        let is_marked = !mark.is_empty();
        assert_eq!(all.contains("Gone."), !is_marked, "pandoc {version}");
        assert_eq!(all.contains("Lost note"), !is_marked, "pandoc {version}");
        assert!(
            all.contains("Kept note") && !all.contains("Ω") && !all.contains("Text ")
        );
        let pictures = files.keys().filter(|name| name.contains(".png")).count();
        assert_eq!(pictures, if is_marked { 1 } else { 2 }, "{:?}", files.keys());
        let end = &files["EPUB/sample-end.xhtml"];
        assert!(end.contains("Ende der Leseprobe") && end.contains("<span>Deep</span>"));
        assert!(end.contains("href=\"https://boats.example.org/buy\""), "{end}");
        assert_eq!(end.contains("<span>Later</span>"), is_marked, "{end}");
        let chapter = files.values().find(|text| text.contains("the third")).unwrap();
        assert!(!chapter.contains("href=\"#later\"") || !is_marked, "{chapter}");
        assert!(!all.contains("#deep") && !all.contains("ch004.xhtml"), "{chapter}");
        let package = &files["EPUB/content.opf"];
        for text in [
            "<dc:title id=\"epub-title-1\">Small Boats (Leseprobe)</dc:title>",
            "<dc:source>urn:x:boats</dc:source>",
            "<dc:type>preview</dc:type>",
        ] {
            assert!(package.contains(text), "{text}: {package}");
        }
        assert!(
            !all.contains("9783161484100") && !package.contains(">urn:x:boats</dc:id")
        );
        let whole: String =
            texts(&out.join("small-boats-color.epub")).into_values().collect();
        assert!(whole.contains("Lost note") && whole.contains("9783161484100"));
        assert!(!whole.contains("preview") && !whole.contains("Leseprobe"));
        if let Some(ace) = &ace {
            assert_eq!(ace.violations(&file), Vec::<String>::new());
        }
    }
}

#[test]
fn a_sample_is_never_the_whole_book() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    let book = book_with_a_sample("chapters: 3", "");
    let out = book.path("out");
    let build = |edition| {
        let args = ["--epubcheck", "never", "--edition", edition];
        build((&book.path(""), &out), &pandoc, &args)
    };
    let (code, _, said) = build("sample");
    assert_eq!(code, 1, "nothing was made: {said}");
    assert!(said.contains("book.yaml:9:37") && said.contains("[sample-whole]"), "{said}");
    let (code, _, said) = build("all");
    assert_eq!(code, 0, "{said}");
    assert_eq!(fs::read_dir(&out).unwrap().count(), 3, "{said}");
}

#[test]
fn readers_find_the_source_and_the_way_back() {
    for (version, pandoc) in pandoc_versions() {
        let yaml = |source: &str| {
            format!(
                "input-files: [a.md, b.md]\nmetadata:\n  title: Boats\n  lang: en\n  identifier: 'urn:x'\n  \
                 edition: 2\n  concbook: {{cover: false, source: {source}}}\n"
            )
        };
        let book = TempBook::new()
            .file("book.yaml", yaml("'https://github.com/me/boats/tree/main/code'"))
            .file("a.md", "# Sail & row\n\nText.[^n]\n\n```python\n# sail.py\nprint(1)\n```\n\n[^n]: Note.\n")
            .file("b.md", "# Land\n\n```python\nprint(2)\n```\n");
        let out = book.path("out");
        let (code, _, said) = build((&book.path(""), &out), &pandoc, &[]);
        assert_eq!(code, 0, "pandoc {version}: {said}");
        assert!(!said.contains("warning["), "pandoc {version}: {said}");
        let files = texts(&out.join("boats.epub"));
        let all: String = files.values().map(String::as_str).collect();
        let caption = "<figcaption><a href=\"https://github.com/me/boats/blob/main/code/a/sail.py\" \
                       class=\"source\"><code ";
        assert!(all.contains(caption), "pandoc {version}: {all}");
        assert!(!all.contains("data-concbook-source"), "pandoc {version}");
        let report = "href=\"https://github.com/me/boats/issues/new?title=Sail%20%26%20row%3A%20&amp;\
                      body=Boats%20%C2%B7%202%20%C2%B7%20Sail%20%26%20row%20%C2%B7%20color";
        assert!(all.contains(report), "pandoc {version}: {all}");
        assert_eq!(all.matches("<p class=\"report\">").count(), 2, "pandoc {version}");
        // Where the name stands in the code, the line is the link.
        let text = yaml("'https://github.com/me/boats'");
        let book = book.file(
            "book.yaml",
            text.replace("false,", "false, listings: {captions: slugline},"),
        );
        let (code, _, said) =
            build((&book.path(""), &out), &pandoc, &["--edition", "kindle"]);
        assert_eq!(code, 0, "pandoc {version}: {said}");
        let all: String = texts(&out.join("boats.epub")).into_values().collect();
        let line = "# <a href=\"https://github.com/me/boats/blob/HEAD/a/sail.py\" class=\"source\">sail.py</a>";
        assert!(all.contains(line), "pandoc {version}: {all}");
        assert!(!all.contains("data-concbook-source"), "pandoc {version}");
        if version.starts_with('2') {
            continue;
        }
        let book = book.file("book.yaml", yaml("'https://example.org/boats'"));
        let args = ["--epubcheck", "never"];
        let (_, _, said) = build((&book.path(""), &out), &pandoc, &args);
        assert!(said.contains("book.yaml:7:28: warning[source-unknown]"), "{said}");
    }
}

/// A server of one picture on this machine, which may become another.
fn serve(picture: Arc<Mutex<Vec<u8>>>) -> std::net::SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let body = picture.lock().unwrap().clone();
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: {}\r\n\
                 Connection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(&[head.as_bytes(), &body].concat());
        }
    });
    address
}

#[test]
fn pictures_on_the_web_stay_what_they_were_and_a_build_does_without_the_web() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    let shown = Arc::new(Mutex::new(picture(3)));
    let url = format!("http://{}/boat.png", serve(shown.clone()));
    let yaml = "input-files: [a.md]\nmetadata:\n  title: T\n  lang: en\n  identifier: 'urn:x'\n  \
                concbook: {cover: false, pictures: false}\n";
    let book = TempBook::new()
        .file("book.yaml", yaml)
        .file("a.md", format!("# A\n\n![boat]({url})\n"));
    let out = book.path("out");
    let build = |more: &[&str]| {
        let args = [&["--epubcheck", "never"], more].concat();
        let (code, _, said) = build((&book.path(""), &out), &pandoc, &args);
        let pixels = fs::read(out.join("t.epub")).unwrap();
        (code, said, pixels)
    };
    let (code, said, first) = build(&[]);
    assert_eq!((code, said.contains("warning[")), (0, false), "{said}");
    let lock = fs::read_to_string(book.path("concbook.lock")).unwrap();
    assert!(lock.contains(&format!(" image/png {url}\n")), "{lock}");
    *shown.lock().unwrap() = picture(5);
    let (code, said, again) = build(&[]);
    let told = format!("concbook.lock:2:1: warning[image-changed]: the picture {url}");
    assert!(code == 0 && said.contains(&told), "{said}");
    assert!(again == first, "the book has the picture of before");
    assert_eq!(fs::read_to_string(book.path("concbook.lock")).unwrap(), lock);
    let (code, said, offline) = build(&["--offline"]);
    assert_eq!((code, said.contains("warning[")), (0, false), "{said}");
    assert!(offline == first);
    fs::remove_dir_all(book.path(".concbook")).unwrap();
    let (code, said, _) = build(&["--offline"]);
    let told = format!("a.md:3:1: error[image-not-fetched]: the picture {url}");
    assert!(code == 1 && said.contains(&told), "{said}");
    // What the author accepts is taken.
    fs::remove_file(book.path("concbook.lock")).unwrap();
    let (code, said, new) = build(&[]);
    assert_eq!((code, said.contains("warning[")), (0, false), "{said}");
    assert!(
        new != first && fs::read_to_string(book.path("concbook.lock")).unwrap() != lock
    );
}

/// A book with all that Kindle has no room for, and a stylesheet of its own.
fn book_for_kindle() -> TempBook {
    let yaml = "input-files: [a.md]\ncss: [own.css]\nmetadata:\n  title: T\n  lang: en\n  identifier: 'urn:x'\n  \
                concbook: {cover: false}\n";
    let text = "# A\n\n```{.python .numberLines startFrom=9}\nx = 1\n    y = 2\n```\n\n- [x] done\n- [ ] open\n\n\
                ::: {.columns}\n::: {.column width=\"50%\"}\nLeft[^n]\n:::\n::: {.column width=\"50%\"}\nRight \
                [ink]{style=\"color: navy\"}\n:::\n:::\n\n$x^2$\n\n```python\nprint(1)\n#: 1\n```\n\n\
                | a | b |\n|---|---|\n| some words | [`a_long_name_of_code`](#b) |\n\n[^n]: Note.\n\n# B {#b}\n\nText\n";
    let css = "@import 'more.css';\n.box { background: #eee; }\n\n.a ~ .b::before { tab-size: 4 }\np { tab-size: 2 }\n";
    TempBook::new()
        .file("book.yaml", yaml)
        .file("a.md", text)
        .file("own.css", css)
        .file("more.css", "p { margin: 0 }\n")
}

#[test]
fn kindle_loses_nothing_and_its_author_is_told_what_it_drops() {
    for (version, pandoc) in pandoc_versions() {
        let book = book_for_kindle();
        let out = book.path("out");
        let args = ["--edition", "kindle", "-v"];
        let (code, _, said) = build((&book.path(""), &out), &pandoc, &args);
        assert_eq!(code, 0, "pandoc {version}: {said}");
        assert!(!said.contains("warning["), "pandoc {version}: {said}");
        let dropped = "own.css:4:1: info[kindle-style]: Kindle drops a part of this stylesheet: ~, tab-size";
        assert!(said.contains(dropped), "pandoc {version}: {said}");
        let files = texts(&out.join("t.epub"));
        let all: String = files.values().map(String::as_str).collect();
        for text in [
            "<span class=\"number\"> 9  </span>",
            "<span class=\"number\">10  </span>",
            "☑ ",
            "☐ ",
            ".box { color: #000; }",
        ] {
            assert!(all.contains(text), "pandoc {version}, {text}: {all}");
        }
        assert!(!all.contains("<input") && !all.contains("width:50%"), "{all}");
        assert_eq!(kindle_drops(&files), Vec::<String>::new(), "pandoc {version}");
        if version.starts_with('2') {
            continue;
        }
        let yaml = fs::read_to_string(book.path("book.yaml")).unwrap();
        let yaml = yaml.replace("cover: false", "cover: false, kindle: {limit: 1KB}");
        let book = book.file("book.yaml", yaml);
        let args = ["--edition", "all", "--epubcheck", "never"];
        let (code, _, said) = build((&book.path(""), &out), &pandoc, &args);
        assert_eq!((code, said.matches("[kindle-large]").count()), (1, 1), "{said}");
        assert!(
            said.contains(
                "t-kindle.epub: error[kindle-large]: the ePub for Kindle has 0."
            ),
            "{said}"
        );
    }
}

/// What Kindle drops of the styles of an ePub, but for the author's stylesheet.
fn kindle_drops(files: &BTreeMap<String, String>) -> Vec<String> {
    let mut found = Vec::new();
    let ours = files.iter().filter(|(name, _)| name.ends_with("concbook.css"));
    for (_, css) in ours {
        found.extend(concbook::css::for_kindle(css).1.into_iter().map(|one| one.what));
    }
    for text in files.values() {
        let styles =
            text.split(" style=\"").skip(1).filter_map(|one| one.split('"').next());
        for declaration in styles.flat_map(|style| style.split(';')) {
            let Some((property, value)) = declaration.split_once(':') else { continue };
            if !concbook::css::kindle_shows(property.trim(), value) {
                found.push(declaration.to_owned());
            }
        }
    }
    found
}

/// What Debian's `ebook-convert` says while it makes an AZW3 of an ePub, without what it always says.
fn converted(epub: &Path) -> Option<Vec<String>> {
    let program = concbook::proc::find("ebook-convert")?;
    let folder = concbook::fsx::temp_dir().unwrap();
    let ended = concbook::proc::Process::new(&program)
        .arg(epub)
        .arg(folder.path().join("book.azw3"))
        .arg("-vv")
        .env("QT_QPA_PLATFORM", "offscreen")
        .env("HOME", folder.path())
        .run()
        .unwrap();
    assert!(ended.status.success(), "{}", ended.stderr);
    let said = String::from_utf8(ended.stdout).unwrap() + &ended.stderr;
    let complaints = [
        "Unexpected",
        "Invalid",
        "Unknown",
        "No match",
        "Missing",
        "Error",
        "invalid",
        "Failed",
        "Could not",
        "not found",
        "not supported",
        "WARN",
    ];
    let wrong = |line: &&str| complaints.iter().any(|one| line.contains(one));
    let all = said.split("Parsing all content").nth(1).unwrap_or(&said).lines();
    Some(all.filter(wrong).map(str::to_owned).collect())
}

#[test]
fn kindle_books_convert_without_a_warning() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    if concbook::proc::find("ebook-convert").is_none() {
        // No target of the Makefile installs it: its package brings fonts, and pages fall otherwise with them.
        eprintln!("skipped: ebook-convert");
        return;
    }
    let small = book_for_kindle().file("own.css", "p { margin: 0 }\n");
    let torture = crate::support::repo("tests/books/torture");
    let out = small.path("out");
    for dir in [small.path(""), torture] {
        let args = ["--edition", "kindle", "--epubcheck", "never"];
        let (code, _, said) = build((&dir, &out), &pandoc, &args);
        assert_eq!(code, 0, "{said}");
    }
    for file in fs::read_dir(&out).unwrap() {
        let file = file.unwrap().path();
        assert_eq!(converted(&file), Some(vec![]), "{}", file.display());
    }
}

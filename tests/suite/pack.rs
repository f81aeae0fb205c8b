//! `concbook pack` as a user runs it, on what the installed pandoc writes.

use crate::support;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const BOOK: &str = "---\ntitle: T\nlang: en\nidentifier: urn:x\n---\n# One\n\nText `x`.\n\n\
                    ```{.python .numberLines startFrom=\"3\"}\ndef f():\n\n    return 1\n```\n\n# Two\n\nEnd.\n";
const OWN_CSS: &str = "p { color: red }\n";

/// Runs `judge` in one folder for each pandoc, with what it wrote as `raw.epub`.
fn each_pandoc(args: &[&str], mut judge: impl FnMut(&Path)) {
    let pandocs = support::pandoc_versions();
    if pandocs.is_empty() {
        support::skip("no pandoc");
    }
    for (version, pandoc) in pandocs {
        eprintln!("pandoc {version}");
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("book.md"), BOOK).unwrap();
        fs::write(dir.path().join("own.css"), OWN_CSS).unwrap();
        let run = Command::new(pandoc)
            .args(["book.md", "-o", "raw.epub"])
            .args(args)
            .current_dir(dir.path())
            .status();
        assert!(run.unwrap().success());
        judge(dir.path());
    }
}

/// The text of the first chapter's listings, with their markup.
fn listings(bytes: &[u8]) -> String {
    let text = entry(bytes, "EPUB/text/ch001.xhtml");
    let start = text.find("<figure").unwrap();
    text[start..text.rfind("</figure>").unwrap()].to_owned()
}

#[test]
fn both_ways_to_write_code_end_alike() {
    // 3.8 warns of the older option and takes it.
    let mut plain = Vec::new();
    each_pandoc(&["--no-highlight"], |dir| {
        plain.push(listings(&pack(dir, "raw.epub", "a.epub")));
    });
    let mut rest = plain.iter();
    each_pandoc(&["--highlight-style=zenburn"], |dir| {
        let bytes = pack(dir, "raw.epub", "a.epub");
        let ours = listings(&bytes);
        assert_eq!(Some(&ours), rest.next());
        assert!(
            ours.contains("<span class=\"kw\">def</span> <span class=\"fu\">f</span>()")
        );
        assert!(ours.contains("counter-reset: source-line 2"), "{ours}");
        assert!(!ours.contains("sourceCode") && !ours.contains("<a"), "{ours}");
        // Unless it is wanted.
        let run = concbook(dir, "raw.epub", "b.epub").arg("--keep-highlighting").status();
        assert!(run.unwrap().success());
        let bytes = fs::read(dir.join("b.epub")).unwrap();
        assert!(listings(&bytes).contains("<span class=\"cf\">return</span>"));
        let css = entry(&bytes, "EPUB/styles/concbook.css");
        assert!(css.contains("code span.kw { color: #f0dfaf; }"), "{css}");
        assert!(css.contains("figure.listing > pre { color: #cccccc; background-color"));
    });
}

#[test]
fn styles_differ_in_their_sheet_alone_and_so_do_editions_but_for_kindle() {
    each_pandoc(&[], |dir| {
        let of = |args: &[&str]| {
            let run = concbook(dir, "raw.epub", "a.epub").args(args).status();
            assert!(run.unwrap().success());
            let bytes = fs::read(dir.join("a.epub")).unwrap();
            (listings(&bytes), entry(&bytes, "EPUB/styles/concbook.css"))
        };
        let (listing, color) = of(&[]);
        assert!(color.contains("Georgia") && color.contains("prefers-color-scheme"));
        let (other, reader) = of(&["--style", "reader"]);
        assert_eq!(other, listing);
        let families = reader.lines().filter(|line| line.contains("font-family"));
        assert!(families.clone().all(|line| line.contains("Ubuntu Mono")), "{reader}");
        assert_eq!(
            families.count(),
            2,
            "the one face that is set, and the code: {reader}"
        );
        let checked = Command::new(env!("CARGO_BIN_EXE_concbook"))
            .args(["check", "a.epub", "--epubcheck", "never"])
            .current_dir(dir)
            .output()
            .unwrap();
        let said = String::from_utf8(checked.stderr).unwrap();
        assert!(said.contains("no findings"), "{said}");
        for edition in ["eink", "kindle"] {
            let (other, css) = of(&["--edition", edition]);
            // Kindle counts no lines by its stylesheet.
            assert_eq!(other == listing, edition == "eink", "{other}");
            assert!(css.contains("Georgia") && !css.contains("prefers-color-scheme"));
        }
    });
}

fn concbook(dir: &Path, input: &str, output: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concbook"));
    command.args(["pack", input, "-o", output]).current_dir(dir).stderr(Stdio::null());
    command
}

fn pack(dir: &Path, input: &str, output: &str) -> Vec<u8> {
    assert!(concbook(dir, input, output).status().unwrap().success());
    fs::read(dir.join(output)).unwrap()
}

/// The text of an entry.
fn entry(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
}

#[test]
fn an_epub_2_is_raised_to_3() {
    let judge = if support::epubcheck() { "always" } else { "never" };
    let args = ["-t", "epub2", "-M", "author=Ann", "-M", "date=2001-02-03"];
    each_pandoc(&args, |dir| {
        let bytes = pack(dir, "raw.epub", "a.epub");
        let package = entry(&bytes, "EPUB/content.opf");
        assert!(package.contains("version=\"3.0\""), "{package}");
        assert!(entry(&bytes, "EPUB/nav.xhtml").contains("One</a>"));
        let checked = Command::new(env!("CARGO_BIN_EXE_concbook"))
            .args(["check", "a.epub", "--epubcheck", judge])
            .current_dir(dir)
            .output()
            .unwrap();
        let said = String::from_utf8(checked.stderr).unwrap();
        assert!(checked.status.success() && !said.contains("error["), "{said}");
        assert!(bytes == pack(dir, "a.epub", "b.epub"), "not idempotent");
    });
}

#[test]
fn packing_again_changes_nothing() {
    each_pandoc(&[], |dir| {
        let first = pack(dir, "raw.epub", "a.epub");
        assert!(first == pack(dir, "raw.epub", "b.epub"), "the same input, other bytes");
        assert!(first == pack(dir, "a.epub", "c.epub"), "not idempotent");
    });
}

#[test]
fn mimetype_comes_first_and_stored() {
    each_pandoc(&[], |dir| {
        let bytes = pack(dir, "raw.epub", "a.epub");
        // A local file header (APPNOTE 4.3.7): method at 8, name at 30, then the content.
        assert_eq!(&bytes[..4], b"PK\x03\x04");
        assert_eq!(&bytes[8..10], [0, 0]);
        assert_eq!(&bytes[30..58], b"mimetypeapplication/epub+zip");
    });
}

#[test]
fn pandocs_styles_go_and_every_document_links_ours() {
    each_pandoc(&[], |dir| {
        let bytes = pack(dir, "raw.epub", "a.epub");
        let package = entry(&bytes, "EPUB/content.opf");
        assert!(!package.contains("stylesheet1.css"));
        // A face for headings, one for text, one for code: what the book has none of stays out.
        assert_eq!(package.matches("media-type=\"font/ttf\"").count(), 3);
        for (name, href) in [
            ("nav.xhtml", "\"styles/concbook.css\""),
            ("text/title_page.xhtml", "\"../styles/concbook.css\""),
            ("text/ch001.xhtml", "\"../styles/concbook.css\""),
        ] {
            let text = entry(&bytes, &format!("EPUB/{name}"));
            assert!(text.contains(href), "{name}: {text}");
            assert_eq!(text.matches("<link").count(), 1, "{name}");
            assert!(
                !text.contains("<style") && !text.contains("data-startFrom"),
                "{name}"
            );
        }
    });
}

#[test]
fn the_authors_stylesheet_stays_and_comes_last() {
    each_pandoc(&["--css", "own.css"], |dir| {
        let bytes = pack(dir, "raw.epub", "a.epub");
        assert_eq!(entry(&bytes, "EPUB/styles/stylesheet1.css").trim(), OWN_CSS.trim());
        for name in ["nav.xhtml", "text/ch001.xhtml"] {
            let text = entry(&bytes, &format!("EPUB/{name}"));
            let at = |sheet: &str| text.find(sheet).unwrap();
            assert!(at("concbook.css") < at("stylesheet1.css"), "{name}: {text}");
        }
    });
}

#[test]
fn a_killed_run_leaves_the_old_file_or_the_new_one() {
    each_pandoc(&[], |dir| {
        let new = pack(dir, "raw.epub", "new.epub");
        let target = dir.join("out.epub");
        for round in 0..12_u64 {
            fs::write(&target, b"old").unwrap();
            let mut child = concbook(dir, "raw.epub", "out.epub").spawn().unwrap();
            std::thread::sleep(Duration::from_millis(round * round * 4));
            // SIGKILL on Unix; a run that has ended already is as good.
            let _ = child.kill();
            child.wait().unwrap();
            let now = fs::read(&target).unwrap();
            assert!(now == b"old" || now == new, "round {round}: {} bytes", now.len());
        }
    });
}

/// What a container says of itself: no errors and no warnings of any judge.
fn clean(dir: &Path, name: &str) {
    let judge = if support::epubcheck() { "always" } else { "never" };
    let checked = Command::new(env!("CARGO_BIN_EXE_concbook"))
        .args(["check", name, "--epubcheck", judge])
        .current_dir(dir)
        .output()
        .unwrap();
    let said = String::from_utf8(checked.stderr).unwrap();
    // EPUBCheck notes that it cannot look into what was made unreadable.
    let is_noted =
        |line: &str| line.contains("info[RSC-004]") || line.ends_with("1 note");
    let is_clean = said.contains("no findings") || said.lines().all(is_noted);
    assert!(is_clean, "{name}: {said}");
}

#[test]
fn the_authors_own_fonts_come_first_and_can_be_made_unreadable() {
    each_pandoc(&[], |dir| {
        fs::create_dir(dir.join("fonts")).unwrap();
        let mine = fs::read(support::repo("fonts/gelasio/Gelasio-Regular.ttf")).unwrap();
        fs::write(dir.join("fonts/Mine.ttf"), &mine).unwrap();
        fs::write(dir.join("fonts/broken.otf"), "no font").unwrap();
        let of = |args: &[&str]| {
            let run = concbook(dir, "raw.epub", "a.epub").args(args).status().unwrap();
            assert_eq!(run.code(), Some(1), "the broken one is told of");
            clean(dir, "a.epub");
            let bytes = fs::read(dir.join("a.epub")).unwrap();
            let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
            let mut font = Vec::new();
            let mut file = archive.by_name("EPUB/fonts/concbook/own-Mine.ttf").unwrap();
            std::io::Read::read_to_end(&mut file, &mut font).unwrap();
            font
        };
        let plain = of(&["--fonts", "fonts"]);
        assert!(plain.starts_with(&[0, 1, 0, 0]) && plain.len() * 4 < mine.len());
        let hidden = of(&["--fonts", "fonts", "--obfuscate"]);
        assert!(!hidden.starts_with(&[0, 1, 0, 0]));
        assert_eq!(hidden.len(), plain.len());
        assert_eq!(hidden[1040..], plain[1040..]);
        let bytes = fs::read(dir.join("a.epub")).unwrap();
        let note = entry(&bytes, "META-INF/encryption.xml");
        assert!(note.contains("URI=\"EPUB/fonts/concbook/own-Mine.ttf\""), "{note}");
        // Ours is not needed beside it.
        assert!(!entry(&bytes, "EPUB/content.opf").contains("Gelasio-Regular"));
        // Packed again without them, nothing of them is left.
        fs::write(dir.join("b.epub"), pack(dir, "a.epub", "b.epub")).unwrap();
        clean(dir, "b.epub");
    });
}

#[test]
fn a_drawn_cover_and_fallbacks_of_drawings_are_valid() {
    each_pandoc(&[], |dir| {
        for args in
            [&[][..], &["--edition", "eink"], &["--edition", "kindle", "--no-cover"]]
        {
            let run = concbook(dir, "raw.epub", "a.epub").args(args).status().unwrap();
            assert!(run.success());
            clean(dir, "a.epub");
            let package =
                entry(&fs::read(dir.join("a.epub")).unwrap(), "EPUB/content.opf");
            let drawn = package.contains("concbook-cover.svg");
            assert_eq!(drawn, !args.contains(&"--no-cover"), "{package}");
            assert_eq!(package.contains("properties=\"cover-image\""), drawn);
            // Older readers look for it among the metadata.
            let named = "<meta name=\"cover\" content=\"concbook-cover-png\" />";
            assert_eq!(package.contains(named), drawn, "{package}");
        }
    });
}

#[test]
fn a_cover_that_is_a_vector_image_has_pixels_for_shops() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 160'>\
               <rect width='100' height='160' fill='teal'/></svg>";
    let book = support::TempBook::new()
        .file("book.yaml", "input-files: [a.md]\nepub-cover-image: c.svg\nmetadata: {title: T, lang: en}\n")
        .file("a.md", "# A\n\nText.\n")
        .file("c.svg", svg);
    let Some((_, pandoc)) = support::pandoc_versions().pop() else {
        return support::skip("pandoc is not installed");
    };
    for (edition, is_png) in [("color", false), ("kindle", true)] {
        let out = book.path(edition);
        let args = ["--edition", edition, "--epubcheck", "never"];
        let (code, _, said) = support::build((&book.path(""), &out), &pandoc, &args);
        assert_eq!(code, 0, "{said}");
        let files = concbook::fsx::files_below(&out).unwrap();
        let epub =
            files.iter().find(|file| file.extension().is_some_and(|e| e == "epub"));
        let bytes = fs::read(out.join(epub.unwrap())).unwrap();
        let package = entry(&bytes, "EPUB/content.opf");
        let item = package.split("<item ").find(|item| item.contains("cover-image"));
        let href = item.unwrap().split("href=\"").nth(1).unwrap();
        let href = href.split('"').next().unwrap();
        let (svg, _) = href.split_once(".png").unwrap();
        assert_eq!(std::path::Path::new(svg).extension().unwrap(), "svg", "{package}");
        assert_eq!(package.matches("name=\"cover\"").count(), 1, "{package}");
        let page = entry(&bytes, "EPUB/text/cover.xhtml");
        let shown = if is_png { href } else { svg };
        assert!(page.contains(&format!("{shown}\"")), "{edition}: {page}");
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut png = Vec::new();
        let mut file = archive.by_name(&format!("EPUB/{href}")).unwrap();
        std::io::Read::read_to_end(&mut file, &mut png).unwrap();
        assert_eq!(image::load_from_memory(&png).unwrap().height(), 2560);
    }
}

//! Raw HTML as authors and site generators write it: nothing of it is lost, and what an ePub may not
//! hold is put right or told.

use crate::support::{self, TempBook};
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;

/// Builds a book; what was said, and the text of its chapters.
fn build(book: &TempBook, pandoc: &Path) -> (String, String) {
    build_in(&book.path(""), pandoc)
}

fn build_in(dir: &Path, pandoc: &Path) -> (String, String) {
    let judge = if support::epubcheck() { "always" } else { "never" };
    let out = dir.join("out");
    let (_, _, said) = support::build((dir, &out), pandoc, &["--epubcheck", judge]);
    let file =
        std::fs::File::open(out.join("odd.epub")).unwrap_or_else(|_| panic!("{said}"));
    let mut archive = zip::ZipArchive::new(file).unwrap();
    let mut pages = String::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        if file.name().is_ok_and(|name| name.contains("text/ch")) {
            file.read_to_string(&mut pages).unwrap();
        }
    }
    (said, pages)
}

fn yaml(from: &str, chapters: &[String]) -> String {
    format!(
        "from: {from}\ninput-files: [{}]\nmetadata:\n  title: Odd\n  author: Ann\n  \
         lang: en\n  concbook: {{cover: false}}\n",
        chapters.join(", ")
    )
}

/// The errors that EPUBCheck alone told: their codes are in capitals.
fn by_epubcheck(said: &str) -> Vec<&str> {
    let is_its_own = |line: &&str| {
        let code = line.split_once(": error[").map(|(_, rest)| rest);
        code.is_some_and(|code| code.starts_with(|c: char| c.is_ascii_uppercase()))
    };
    said.lines().filter(is_its_own).collect()
}

#[test]
fn odd_markup_ends_in_a_valid_book_or_is_told() {
    const ODD: &str = include_str!("markup/odd.txt");
    let pieces: Vec<&str> = ODD.split("%%%\n").filter(|one| !one.is_empty()).collect();
    for (version, pandoc) in support::pandoc_versions() {
        for from in ["markdown", "gfm"] {
            let mut book =
                TempBook::new().file("a.png", include_bytes!("../build/dot.png"));
            let mut names = Vec::new();
            for (number, piece) in pieces.iter().enumerate() {
                let name = format!("c{number:03}.md");
                let text = format!("# Chapter {number}\n\n{piece}\nEndword{number}.\n");
                book = book.file(&name, text);
                names.push(name);
            }
            let book = book.file("book.yaml", yaml(from, &names));
            let (said, pages) = build(&book, &pandoc);
            let mut wrong = String::new();
            for line in by_epubcheck(&said) {
                // What its author has to put right, we tell, too.
                let place = line.split(": ").next().unwrap_or_default();
                let chapter = place.split(".md").next().unwrap_or_default();
                let ours = |one: &&str| {
                    one.contains(chapter)
                        && (one.contains("css-invalid") || one.contains("markup-invalid"))
                };
                if !said.lines().any(|one| ours(&one)) {
                    writeln!(wrong, "{line}").unwrap();
                }
            }
            assert_eq!(wrong, "", "pandoc {version} from {from}");
            for number in 0..pieces.len() {
                let word = format!("Endword{number}.");
                assert!(
                    pages.contains(&word),
                    "pandoc {version} from {from}: {word} is lost"
                );
            }
        }
    }
}

/// Sounds, films and frames in every position, each with a paragraph behind it.
const MEDIA: &str = "# Media\n\n<audio src=\"a.mp3\" controls></audio>\n\nAfter one.\n\n\
    Inline <audio src=\"gone.mp3\"></audio> text.\n\n\
    <video controls>\n\n<source src=\"https://example.org/a.mp4\">\n\nFall *back*.\n\n</video>\n\n\
    After two.\n\n<object data=\"x.svg\" type=\"image/svg+xml\">alt</object>\n\nAfter three.\n\n\
    <picture><source srcset=\"gone.webp\"><source srcset=\"dot.png\"><img src=\"dot.png\" alt=\"x\">\
    </picture>\n\n<audio src=\"a.mp3\">\n\nAfter four.\n\nThe <title> of a page.\n\n\
    - <audio src=\"a.mp3\">\n\n  In a list.\n\n> </video> In a quote.\n\nThe end.\n";

#[test]
fn what_stands_behind_a_sound_or_film_is_seen() {
    for (version, pandoc) in support::pandoc_versions() {
        for from in ["markdown", "gfm", "commonmark_x"] {
            let book = TempBook::new()
                .file("book.yaml", yaml(from, &["a.md".to_owned()]))
                .file("a.mp3", b"ID3")
                .file("x.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>")
                .file("dot.png", include_bytes!("../build/dot.png"))
                .file("a.md", MEDIA);
            let (said, pages) = build(&book, &pandoc);
            let context = format!("pandoc {version} from {from}: {said}\n{pages}");
            assert_eq!(by_epubcheck(&said), [""; 0], "{context}");
            for line in [
                "a.md:7:20: error[file-missing]: a <audio> shows gone.mp3, which does not exist",
                "error[file-missing]: a <source> shows gone.webp",
                "a.md:11:14: info[html-modernised]: a <source> shows https://example.org/a.mp4",
                "<audio> is never closed; closed where it begins",
                "<title> is never closed; shown as text",
            ] {
                assert!(said.contains(line), "no {line:?}: {context}");
            }
            // No text stands within what only plays.
            let mut rest = &*pages;
            while let Some((_, inside)) = rest.split_once("<audio") {
                let (player, behind) = inside.split_once("</audio>").expect("a pair");
                assert!(!player.contains('.') || !player.contains("<p"), "{context}");
                rest = behind;
            }
            for text in [
                "After one.",
                "After two.",
                "After three.",
                "After four.",
                "In a list.",
                "Fall <em>back</em>.",
                "&lt;title",
                "In a quote.",
                "The end.",
                "<a href=\"https://example.org/a.mp4\">",
                "../media/x-",
            ] {
                assert!(pages.contains(text), "no {text:?}: {context}");
            }
        }
    }
}

#[test]
fn formulas_are_formulas() {
    let a = "# On $x^2$\n\n$$\\begin{align} a &= b \\\\ c &= d \\end{align}$$\n\n\
             \\begin{gather} g \\end{gather}\n\n\\begin{equation*} e \\end{equation*}\n\n\
             $$\\begin{equation} f \\end{equation}$$\n\nAn $\\unknown{x}$ one.\n\n\
             $a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + a_{10} + a_{11}$\n\n⨌ is $⨌$.\n";
    for (version, pandoc) in support::pandoc_versions() {
        let book = TempBook::new()
            .file("book.yaml", yaml("markdown", &["a.md".to_owned()]))
            .file("a.md", a);
        let (said, pages) = build(&book, &pandoc);
        let context = format!("pandoc {version}: {said}\n{pages}");
        assert_eq!(by_epubcheck(&said), [""; 0], "{context}");
        assert_eq!(pages.matches("<math ").count(), 7, "{context}");
        assert!(
            pages.contains("alttext=\"x^2\"") && pages.contains("wide math-box"),
            "{context}"
        );
        let line =
            "a.md:11:5: warning[formula-unread]: the formula \\unknown{x} cannot be read";
        assert!(said.contains(line) && !said.contains("pandoc-warning"), "{context}");
        // The author's own way of writing formulas holds.
        let own = yaml("markdown", &["a.md".to_owned()]);
        let book = TempBook::new()
            .file("book.yaml", format!("html-math-method: {{method: webtex}}\n{own}"))
            .file("a.md", "# A\n\nNo formula.\n");
        let (said, _) = build(&book, &pandoc);
        assert!(said.contains("0 errors"), "{said}");
    }
}

/// A vector image with entities of its own that shows a picture beside it, as Illustrator writes it.
const DRAWING: &str = "<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \
    \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\" [<!ENTITY ns_svg \
    \"http://www.w3.org/2000/svg\">]>\n<svg xmlns=\"&ns_svg;\" \
    xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"9\" height=\"9\"><image width=\"9\" \
    height=\"9\" xlink:href=\"dot.png\"/></svg>";

/// Files named in every way but `<img>`, those that are there and those that are not.
const NAMED: &str = "# Files\n\n![A drawing](pictures/plan.svg)\n\n\
    <div style=\"background: url(pictures/dot.png)\">styled</div>\n\n\
    <img src=\"pictures/dot.png\" srcset=\"pictures/dot.png 1x, gone2.png 2x\" alt=\"set\">\n\n\
    ![outside](../secret.png)\n\n![none](notes.txt)\n\n![jpeg](pictures/photo.png)\n\n\
    <video src=\"a.mp4\" poster=\"pictures/dot.png\"></video>\n\n<audio src=\"a.wav\"></audio>\n\n\
    The end.\n";

/// A stylesheet that another imports names files by paths of its own.
const MORE: &str = "@import 'least.css';\nb { background: url(../pictures/dot.png) }\n\
    u { background: url(gone3.png) }\n";

const SHEET: &str = "@import \"sheets/more.css\";\n@import url(https://example.org/a.css);\n\
    p { background: url(pictures/dot.png) }\nq { background: url(gone.png) }\n";

#[test]
fn files_that_a_book_names_come_along_or_are_told() {
    for (version, pandoc) in support::pandoc_versions() {
        let settings = yaml("markdown", &["a.md".to_owned()]);
        let book = TempBook::new()
            .file("secret.png", include_bytes!("../build/dot.png"))
            .file("book/pictures/dot.png", include_bytes!("../build/dot.png"))
            .file("book/pictures/plan.svg", DRAWING)
            .file("book/pictures/photo.png", photo())
            .file("book/notes.txt", "text")
            .file("book/a.mp4", "x")
            .file("book/a.wav", "x")
            .file("book/sheets/more.css", MORE)
            .file("book/sheets/least.css", "i { background: url(../a.mp4#x) }")
            .file("book/own.css", SHEET)
            .file("book/a.md", NAMED)
            .file("book/book.yaml", format!("css: [own.css]\n{settings}"));
        let dir = book.path("book");
        let (said, pages) = build_in(&dir, &pandoc);
        let context = format!("pandoc {version}: {said}\n{pages}");
        for line in [
            "own.css:2:9: warning[file-remote]: the stylesheet shows https://example.org/a.css",
            "own.css:4:17: error[file-missing]: the stylesheet shows gone.png, which does",
            "more.css:3:17: error[file-missing]: the stylesheet shows gone3.png, which does",
            "error[file-missing]: a <img> shows gone2.png",
            "a.md:9:1: error[file-refused]: the picture ../secret.png lies outside",
            "a.md:11:1: error[image-broken]: the picture notes.txt cannot be read: it is no",
            "error[file-foreign]: ",
        ] {
            assert!(said.contains(line), "no {line:?}: {context}");
        }
        for line in by_epubcheck(&said) {
            assert!(line.contains("RSC-032"), "{line}: {context}");
        }
        for text in ["url('../media/", "srcset=\"../media/", "poster=\"../media/"] {
            assert!(pages.contains(text), "no {text:?}: {context}");
        }
        let sheet = text_of(&dir, "stylesheet1.css");
        assert!(sheet.contains("@import url('../media/more-"), "{sheet}");
        assert!(sheet.contains("q { background: none }"), "{sheet}");
        let more = text_of_file(&dir, "media/more-", ".css");
        assert!(more.contains("@import url('../media/least-"), "{more}");
        assert!(
            more.contains("b { background: url('") && more.contains(".png') }"),
            "{more}"
        );
        assert!(more.contains("u { background: none }"), "{more}");
        let least = text_of_file(&dir, "media/least-", ".css");
        assert!(least.contains("url('../media/a-"), "{least}");
        // A JPEG that is called photo.png gets the name of what it is.
        assert!(!said.contains("PKG-022"), "{context}");
        let jpegs = pages.matches(".jpg\"").count();
        assert_eq!(jpegs, 1, "{context}");
        let drawing = text_of(&dir, ".svg");
        assert!(
            !drawing.contains("\"dot.png") && drawing.contains("xlink:href=\""),
            "{drawing}"
        );
        assert!(
            !drawing.contains("ENTITY") && !said.contains("epub-malformed"),
            "{context}"
        );
    }
}

/// A JPEG of few pixels.
fn photo() -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels = image::RgbImage::from_pixel(2, 2, image::Rgb([9, 99, 199]));
    pixels.write_with_encoder(image::codecs::jpeg::JpegEncoder::new(&mut bytes)).unwrap();
    bytes
}

/// The text of the built book's file whose name ends so.
fn text_of(dir: &Path, end: &str) -> String {
    text_of_file(dir, "", end)
}

/// The text of the built book's file whose name holds the one, and ends in the other.
fn text_of_file(dir: &Path, part: &str, end: &str) -> String {
    let file = std::fs::File::open(dir.join("out/odd.epub")).unwrap();
    let mut archive = zip::ZipArchive::new(file).unwrap();
    let names: Vec<String> =
        archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let name = names
        .into_iter()
        .find(|name| name.contains(part) && name.ends_with(end))
        .unwrap();
    std::io::read_to_string(archive.by_name(&name).unwrap()).unwrap()
}

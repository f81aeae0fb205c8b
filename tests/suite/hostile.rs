//! Containers that are broken, or made to do harm: each ends in one message, or in findings, and
//! nothing is written over what was there.

use crate::support::archive::{
    CONTAINER, PACKAGE, PAGE, and, archive, good, member, with, without,
};
use crate::support::{TempBook, concbook, pandoc_versions};
use std::fs;

#[test]
fn the_builder_makes_a_container_that_is_read() {
    let book = TempBook::new().file("a.epub", archive(&good()));
    let (code, _, said) = run(&book, "pack", &[]);
    assert_eq!(code, 0, "{said}");
}

fn run(book: &TempBook, command: &str, flags: &[&str]) -> (i32, String, String) {
    let (input, output) = (book.path("a.epub"), book.path("out.epub"));
    let mut args = vec![command, input.to_str().unwrap()];
    match command {
        "pack" => args.extend(["-o", output.to_str().unwrap()]),
        _ => args.extend(["--epubcheck", "never"]),
    }
    args.extend(flags);
    concbook(args)
}

#[test]
fn each_ends_in_one_message_and_leaves_the_old_file() {
    let cut = |at: usize| archive(&good())[..at].to_vec();
    let whole = archive(&good()).len();
    let broken_package = PACKAGE.replace("</manifest>", "");
    let cases: Vec<(&str, Vec<u8>, &[&str], &str)> = vec![
        ("empty", Vec::new(), &[], "not a zip archive"),
        ("text", b"no zip at all".to_vec(), &[], "not a zip archive"),
        ("cut after the first header", cut(40), &[], "not a zip archive"),
        ("cut in the middle", cut(whole / 2), &[], "not a zip archive"),
        ("cut before the end", cut(whole - 1), &[], "not a zip archive"),
        ("nothing in it", archive(&[]), &[], "it has no META-INF/container.xml"),
        (
            "up and out",
            and(|one| one.name = "../evil.txt".into()),
            &[],
            "leads out of the container",
        ),
        (
            "up inside",
            and(|one| one.name = "EPUB/../../evil".into()),
            &[],
            "leads out of the container",
        ),
        (
            "absolute",
            and(|one| one.name = "/etc/evil".into()),
            &[],
            "leads out of the container",
        ),
        (
            "backslashes",
            and(|one| one.name = "EPUB\\evil".into()),
            &[],
            "leads out of the container",
        ),
        (
            "a drive",
            and(|one| one.name = "C:evil".into()),
            &[],
            "leads out of the container",
        ),
        (
            "twice",
            and(|one| one.name = "EPUB/a.xhtml".into()),
            &[],
            "two files of one name",
        ),
        ("a link", and(|one| one.mode = 0o120_777), &[], "is a link to another file"),
        ("encrypted", and(|one| one.flags = 1), &[], "is encrypted"),
        (
            "wrong checksum",
            and(|one| one.crc = Some(1)),
            &[],
            "cannot unpack \"EPUB/more.txt\"",
        ),
        ("unknown method", and(|one| one.method = 99), &[], "method not supported: 99"),
        (
            "deflated, it says",
            and(|one| one.method = 8),
            &[],
            "cannot unpack \"EPUB/more.txt\"",
        ),
        ("too many files", archive(&good()), &["--max-entries", "3"], "more than 3"),
        ("too large", archive(&good()), &["--max-size", "99"], "more than 99 bytes"),
        (
            "no container.xml",
            without("META-INF/container.xml"),
            &[],
            "has no META-INF/container.xml",
        ),
        (
            "broken container.xml",
            with("META-INF/container.xml", "<container>"),
            &[],
            "never closed",
        ),
        (
            "empty container.xml",
            with("META-INF/container.xml", ""),
            &[],
            "names no package document",
        ),
        (
            "no rootfile",
            with("META-INF/container.xml", "<c/>"),
            &[],
            "names no package document",
        ),
        (
            "package elsewhere",
            with("META-INF/container.xml", CONTAINER.replace("content", "other")),
            &[],
            "EPUB/other.opf is not there",
        ),
    ];
    for (name, bytes, flags, says) in cases {
        let book = TempBook::new().file("a.epub", bytes).file("out.epub", "the old file");
        for command in ["pack", "check"] {
            let (code, stdout, said) = run(&book, command, flags);
            assert_eq!((code, stdout.as_str()), (2, ""), "{command}: {name}: {said}");
            assert!(
                said.contains("a.epub") && said.contains(says),
                "{command}: {name}: {said}"
            );
            let errors = said.lines().filter(|line| line.contains("error: ")).count();
            assert_eq!(errors, 1, "{name}: {said}");
        }
        assert_eq!(fs::read(book.path("out.epub")).unwrap(), b"the old file", "{name}");
    }
    for (name, package, says) in [
        ("broken package", broken_package.as_str(), "content.opf"),
        ("empty package", "", "has no manifest"),
        ("no manifest", "<package/>", "has no manifest"),
    ] {
        let bytes = with("EPUB/content.opf", package);
        let book = TempBook::new().file("a.epub", bytes).file("out.epub", "the old file");
        let (code, _, said) = run(&book, "pack", &[]);
        assert_eq!(code, 2, "{name}: {said}");
        assert!(said.contains(says), "{name}: {said}");
        assert_eq!(fs::read(book.path("out.epub")).unwrap(), b"the old file", "{name}");
        assert_eq!(run(&book, "check", &[]).0, 1, "{name}");
    }
}

#[test]
fn what_unpacks_without_end_is_stopped() {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for one in good() {
        writer.start_file(String::from_utf8(one.name).unwrap(), options).unwrap();
        std::io::Write::write_all(&mut writer, &one.data).unwrap();
    }
    writer.start_file("EPUB/zeros", options).unwrap();
    std::io::Write::write_all(&mut writer, &vec![0; 20 << 20]).unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    let book = TempBook::new().file("a.epub", bytes);
    let (code, _, said) = run(&book, "pack", &["--max-ratio", "100"]);
    assert_eq!(code, 2, "{said}");
    assert!(
        said.contains("more than 100 times its size") && said.contains("--max-ratio"),
        "{said}"
    );
}

#[test]
fn documents_that_do_harm_become_findings() {
    let deep = |depth: usize| {
        format!(
            "<html><head><title>T</title></head><body>{}x{}</body></html>",
            "<div>".repeat(depth),
            "</div>".repeat(depth)
        )
    };
    for (name, page, pack_says, check_says) in [
        (
            "a hundred thousand levels",
            deep(100_000),
            "nested more than",
            "nested more than",
        ),
        (
            "not closed",
            "<html><body><p>x".to_owned(),
            "warning[html-repaired]",
            "epub-malformed",
        ),
        (
            "a control character",
            PAGE.replace("Text", "\u{1}"),
            "warning[html-repaired]",
            "U+0001 is not allowed",
        ),
        (
            "a NUL",
            PAGE.replace("Text", "a\0b"),
            "warning[html-repaired]",
            "U+0000 is not allowed",
        ),
        ("empty", String::new(), "", ""),
        (
            "only a comment",
            "<!-- -- -->".to_owned(),
            "warning[html-repaired]",
            "epub-malformed",
        ),
    ] {
        let book = TempBook::new().file("a.epub", with("EPUB/a.xhtml", &page));
        let (code, _, said) = run(&book, "pack", &[]);
        assert!(code < 2, "{name}: {said}");
        assert!(said.contains(pack_says), "{name}: {said}");
        let (code, _, said) = run(&book, "check", &[]);
        assert!(code < 2, "{name}: {said}");
        assert!(said.contains(check_says), "{name}: {said}");
        // What pack made of it can be packed and checked again.
        fs::rename(book.path("out.epub"), book.path("a.epub")).unwrap();
        assert!(run(&book, "pack", &[]).0 < 2, "{name}");
    }
}

#[test]
fn attributes_and_namespaces_without_end_are_told() {
    let many = |number: usize, one: &str| -> String {
        (0..number).map(|at| one.replace('N', &at.to_string())).collect()
    };
    let binding = format!(" {}>", many(3000, " xmlns:aN='b'"));
    let inside = "<p xmlns:q='u'>x</p>".repeat(3000);
    let page = PAGE.replacen('>', &binding, 1).replace("</body>", &(inside + "</body>"));
    let attributes = many(20_000, " data-aN=''");
    let fine = PAGE.replacen("<body", &format!("<body{attributes}"), 1);
    for (page, says) in [(page, "too many attributes or namespaces"), (fine, "")] {
        let book = TempBook::new().file("a.epub", with("EPUB/a.xhtml", &page));
        let (code, _, said) = run(&book, "check", &[]);
        let is_told = said.contains("error[epub-malformed]");
        assert!(code < 2 && said.contains(says), "{said}");
        assert_eq!(is_told, !says.is_empty(), "{said}");
    }
}

/// As a cover, and as a picture that is drawn for readers without vector images: a finding that names the
/// limit, in every case.
#[test]
fn vector_images_without_end_are_told_and_end_no_program() {
    let svg = |inside: &str| {
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 16'>{inside}</svg>"
        )
    };
    let deep = svg(&("<g>".repeat(880) + &"</g>".repeat(880)));
    let octaves =
        svg("<filter id='f'><feTurbulence baseFrequency='.1' numOctaves='1000000000'/>\
                       </filter><rect width='10' height='16' filter='url(#f)'/>");
    for (image, said) in [(&deep, "200 deep"), (&octaves, "2 seconds")] {
        for (properties, code) in
            [(" properties='cover-image'", "cover-broken"), ("", "image-broken")]
        {
            let item = format!(
                "<item id='i' href='i.svg' media-type='image/svg+xml'{properties}/></manifest>"
            );
            let mut members = good();
            members.push(member("EPUB/i.svg", image));
            for one in &mut members {
                if one.name == b"EPUB/content.opf" {
                    one.data = PACKAGE.replace("</manifest>", &item).into_bytes();
                }
                if one.name == b"EPUB/a.xhtml" {
                    let img = "<p><img src='i.svg' alt='I'/>";
                    one.data = PAGE.replace("<p>", img).into_bytes();
                }
            }
            let book = TempBook::new().file("a.epub", archive(&members));
            let (status, _, told) = run(&book, "pack", &["--edition", "kindle"]);
            assert_eq!(status, 1, "{code}: {told}");
            assert!(told.contains(code) && told.contains(said), "{code}: {told}");
        }
    }
}

/// A book with a stylesheet, a page of that markup and a picture.
fn styled(css: &str, page: &str, svg: &str) -> Vec<u8> {
    let items = "<item id='c' href='c.css' media-type='text/css'/>\
                 <item id='i' href='i.svg' media-type='image/svg+xml'/></manifest>";
    let head = "<link rel='stylesheet' href='c.css'/></head>";
    let page = PAGE.replace("</head>", head).replace("<p>", &format!("{page}<p>"));
    let members: Vec<_> = good()
        .into_iter()
        .filter(|one| !one.name.starts_with(b"EPUB/"))
        .chain([
            member("EPUB/content.opf", PACKAGE.replace("</manifest>", items)),
            member("EPUB/a.xhtml", page),
            member("EPUB/c.css", css),
            member("EPUB/i.svg", svg),
        ])
        .collect();
    archive(&members)
}

/// The parser of CSS calls itself for each level, and would overflow its stack.
#[test]
fn styles_without_end_are_told_and_end_no_program() {
    let nested = "@media print{p:is(".repeat(5000);
    let style = format!("<p style='width: {}1px'>x</p>", "calc(".repeat(5000));
    let in_page = format!("<style>{nested}</style>");
    for (css, page, pack_says, check_says) in [
        (&*nested, "", "100 deep", "100 deep"),
        ("", &*in_page, "100 deep", "100 deep"),
        ("", &*style, "html-modernised", "markup-invalid"),
    ] {
        let book = TempBook::new().file("a.epub", styled(css, page, "<svg/>"));
        let (code, _, said) = run(&book, "pack", &["--no-cover"]);
        assert!(said.contains(pack_says), "{said}");
        assert_eq!(code, i32::from(pack_says == "100 deep"), "{said}");
        let (code, _, said) = run(&book, "check", &[]);
        assert!(code == 1 && said.contains(check_says), "{code}: {said}");
    }
}

/// What is taken out may lie within what is taken out with it.
#[test]
fn what_is_taken_out_may_lie_in_itself() {
    let css = "p{margin:0}\n@import url(a.css) url(b.css);";
    let svg = "<svg xmlns='http://www.w3.org/2000/svg'><script><a onclick='f()'/>\
               <script onload='g()'/></script></svg>";
    let book = TempBook::new().file("a.epub", styled(css, "", svg));
    let (code, _, said) = run(&book, "pack", &["--no-cover"]);
    assert!(code < 2, "{said}");
    let epub = concbook::epub::Epub::open(
        &book.path("out.epub"),
        concbook::epub::Limits::default(),
    );
    let epub = epub.unwrap();
    assert_eq!(epub.text("EPUB/c.css").unwrap(), "p{margin:0}\n");
    let svg = epub.text("EPUB/i.svg").unwrap();
    assert!(!svg.contains("script") && !svg.contains("onclick"), "{svg}");
}

/// pandoc's time doubles with a few brackets more: these would take it years.
#[test]
fn a_chapter_that_pandoc_never_reads_is_told_of() {
    let brackets = "[a *b `c\n".repeat(60);
    let book = TempBook::new()
        .file("book.yaml", "input-files: [a.md]\nmetadata: {title: T, lang: en}\n")
        .file("a.md", format!("# A\n\nText.\n\n{brackets}"));
    let bounds = [
        (("CONCBOOK_PANDOC_SECONDS", "3"), "pandoc did not end within 3 s"),
        (("CONCBOOK_PANDOC_MB", "64"), "pandoc needs more memory than 64 MB"),
    ];
    // The newer one is asked twice, and would take twice as long.
    let (_, pandoc) = pandoc_versions().remove(0);
    for ((bound, most), says) in bounds {
        let made = std::process::Command::new(env!("CARGO_BIN_EXE_concbook"))
            .args(["build", ".", "-o", "made", "--epubcheck", "never", "--pandoc"])
            .arg(&pandoc)
            .env(bound, most)
            .current_dir(book.path(""))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&made.stderr);
        assert_eq!(made.status.code(), Some(2), "{said}");
        assert!(said.contains(&format!("a.md:5:1: error: {says}")), "{said}");
        assert!(said.contains("60 are never closed"), "{said}");
        assert!(!book.path("made").join("t.epub").exists(), "{said}");
    }
}

//! What stands in `book.yaml` holds as it holds for pandoc, or is told with its place.

use crate::support;
use crate::support::TempBook;
use concbook::proc::Process;
use std::fs;
use std::io::Read;
use std::path::Path;

const BASE: &str = "input-files: [a.md]\nmetadata: {title: T, lang: en}\n";
const DOT: &[u8] = include_bytes!("../build/dot.png");

/// Builds where the machine speaks German: exit code and standard error.
fn build(book: &TempBook, pandoc: &Path, args: &[&str]) -> (i32, String) {
    let outcome = Process::new(env!("CARGO_BIN_EXE_concbook"))
        .dir(book.path(""))
        .env("LANG", "de_DE.UTF-8")
        .args(["build", "book.yaml", "--epubcheck", "never", "--pandoc"])
        .arg(pandoc)
        .args(args)
        .run()
        .unwrap();
    (outcome.status.code().unwrap_or(-1), outcome.stderr)
}

/// The text of an ePub's documents and of the book's own stylesheets.
fn text(epub: &Path) -> String {
    let mut archive = zip::ZipArchive::new(fs::File::open(epub).unwrap()).unwrap();
    let mut all = String::new();
    for index in 0..archive.len() {
        let mut bytes = Vec::new();
        let mut file = archive.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        if !name.ends_with("ml") && !name.ends_with("opf") && !name.contains("stylesheet")
        {
            continue;
        }
        file.read_to_end(&mut bytes).unwrap();
        all.push_str(&String::from_utf8(bytes).unwrap_or_default());
    }
    all
}

/// Builds into `out/b.epub` and gives what it holds, and what was said.
fn built(book: &TempBook, pandoc: &Path) -> (String, String) {
    let (code, said) = build(book, pandoc, &["-o", "out/b.epub"]);
    assert_ne!(code, 2, "{said}");
    (text(&book.path("out/b.epub")), said)
}

#[test]
fn options_of_nested_defaults_files_hold() {
    for (version, pandoc) in support::pandoc_versions() {
        let book = TempBook::new()
            .file(
                "book.yaml",
                "defaults: [common/base]\ncss: own.css\nmetadata: {title: T}\n",
            )
            .file(
                "common/base.yaml",
                "defaults: ['common/names.yaml']\nreader: markdown-smart\n\
                 filters: ['${.}/f.lua']\ncss: [base.css]\ntoc: yes\n\
                 metadata: {title: Base, subtitle: Sub}\n",
            )
            .file(
                "common/names.yaml",
                "input-files: [a.md, gone.md]\nmetadata: {lang: fr}\n",
            )
            .file("common/f.lua", "function Str(s) return pandoc.Str(s.text:upper()) end")
            .file("a.md", "# One\n\nText^up^ and \"quotes\".\n")
            .file("own.css", "p { color: red }")
            .file("base.css", "p { color: blue }");
        let (code, said) = build(&book, &pandoc, &[]);
        let line = "common/names.yaml:1:21: error: there is no chapter gone.md";
        assert!(code == 2 && said.contains(line), "pandoc {version}: {said}");
        fs::write(
            book.path("common/names.yaml"),
            "input-files: [a.md]\nmetadata: {lang: fr}\n",
        )
        .unwrap();
        let (text, said) = built(&book, &pandoc);
        for part in [
            "<p>TEXT<sup>UP</sup> AND \"QUOTES\".</p>",
            "color: red",
            "color: blue",
            "<dc:language>fr</dc:language>",
            ">T</dc:title>",
            ">Sub</p>",
        ] {
            assert!(text.contains(part), "pandoc {version}: no {part}: {said}\n{text}");
        }
    }
}

#[test]
fn filters_see_what_pandoc_shows_them_and_their_pictures_arrive() {
    const SHOW: &str = "function Pandoc(doc)\n  local n = 0\n\
        for _ in pandoc.mediabag.items() do n = n + 1 end\n\
        pandoc.mediabag.insert('pic/' .. NAME .. '.png', 'image/png', io.open(NAME .. '.png', 'rb'):read('a'))\n\
        doc.blocks:insert(pandoc.Para{pandoc.Str(NAME .. '=' .. FORMAT .. ',' .. PANDOC_STATE.output_file\n\
        .. ',' .. tostring(PANDOC_WRITER_OPTIONS.number_sections) .. ',' .. n),\n\
        pandoc.Image(NAME, 'pic/' .. NAME .. '.png')})\n\
        io.stderr:write('[WARNING] said by ' .. NAME .. '\\n')\n\
        doc.meta.subtitle = 'Set by ' .. NAME\n  return doc\nend\n";
    let lua = |name: &str| format!("local NAME = '{name}'\n{SHOW}");
    let python = "#!/usr/bin/env python3\nimport json, sys\nd = json.load(sys.stdin)\n\
        d['blocks'].append({'t': 'Para', 'c': [{'t': 'Str', 'c': 'argv=' + sys.argv[1]}]})\n\
        json.dump(d, sys.stdout)\n";
    for (version, pandoc) in support::pandoc_versions() {
        let book = TempBook::new()
            .file(
                "book.yaml",
                format!(
                    "{BASE}to: epub3\nnumber-sections: true\noutput-file: Real.epub\n\
                     filters: [{{type: lua, path: one}}, files.lua, argv.py, concfilter, two.lua]\n"
                ),
            )
            .file("one", lua("one"))
            .file("two.lua", lua("two"))
            .file(
                "files.lua",
                "function Str(s) if s.text == 'Text.' then return pandoc.Str(table.concat(\n\
                 PANDOC_STATE.input_files, '+') .. ':' .. PANDOC_STATE.output_file) end end",
            )
            .file("argv.py", python)
            .file("one.png", DOT)
            .file("two.png", [DOT, b"another"].concat())
            .file("a.md", "# A\n\nText.\n");
        let (text, said) = built(&book, &pandoc);
        for part in [
            "one=<wbr />epub3,Real.<wbr />epub,true,0<img",
            "argv=epub3",
            "<p>a.md:<wbr class=\"n16\" />Real.<wbr class=\"n16\" />epub</p>",
            "two=<wbr />epub3,Real.<wbr />epub,true,1<img",
            "Set by two",
        ] {
            assert!(text.contains(part), "pandoc {version}: no {part}: {said}\n{text}");
        }
        for line in ["said by one", "said by two"] {
            assert!(said.contains(line), "pandoc {version}: {said}");
        }
        assert!(!said.contains("Could not fetch"), "pandoc {version}: {said}");
    }
}

#[test]
fn a_picture_or_an_anchor_that_a_filter_makes_is_not_missing() {
    let lua = "function Pandoc(doc)\n  local bytes = io.open('dot.png', 'rb'):read('a')\n\
               pandoc.mediabag.insert('bag/in.png', 'image/png', bytes)\n\
               local file = io.open('drawn.png', 'wb'); file:write(bytes); file:close()\n\
               return doc:walk{Image = function(image)\n\
               if image.src == 'to:dot' or image.src == 'chart' then image.src = 'dot.png' end\n\
               return image end,\n\
               Link = function(link) if link.target == 'term' then link.target = '#made' end\n\
               return link end,\n\
               Emph = function(emph) return pandoc.Span(emph.content, {id = 'made'}) end}\nend\n";
    for (version, pandoc) in support::pandoc_versions() {
        let book = TempBook::new()
            .file("book.yaml", format!("{BASE}filters: [f.lua]\n"))
            .file("f.lua", lua)
            .file("dot.png", DOT)
            .file(
                "a.md",
                "# A\n\n![bag](bag/in.png) ![file](drawn.png) ![other](chart)\n\n\
                 <img src=\"drawn.png\" alt=\"raw\" /> <img src=\"gone.png\" alt=\"nowhere\" />\n\n\
                 ![lost](lost.png)\n\n*anchor* [a](#made) [b](term) [c](nowhere)\n",
            );
        let (text, said) = built(&book, &pandoc);
        for link in ["#made\">a</a>", "#made\">b</a>", "<span>c</span>"] {
            assert!(text.contains(link), "pandoc {version}: no {link}: {said}\n{text}");
        }
        for alt in ["bag", "file", "other", "raw"] {
            let part = format!("alt=\"{alt}\"");
            assert!(text.contains(&part), "pandoc {version}: no {part}: {said}\n{text}");
        }
        for line in [
            "a.md:5:45: error[image-missing]: the picture gone.png",
            "a.md:7:1: error[image-missing]: the picture lost.png",
            "a.md:9:31: error[link-dead]: the link leads to nowhere",
        ] {
            assert!(said.contains(line), "pandoc {version}: no {line}: {said}");
        }
        assert_eq!(said.matches("error[").count(), 3, "pandoc {version}: {said}");
        assert_eq!(said.matches("warning[").count(), 0, "pandoc {version}: {said}");
    }
}

#[test]
fn a_book_cites_its_bibliography_and_what_that_lacks_is_told_where_it_is_cited() {
    let bib = "@book{knuth, author={Knuth, Donald}, title={TAOCP}, year={1968}}\n";
    for (version, pandoc) in support::pandoc_versions() {
        for how in ["filters: [citeproc, concfilter]", "citeproc: true"] {
            let book = TempBook::new()
                .file(
                    "book.yaml",
                    "input-files: [a.md, b.md]\n\
                     metadata: {title: T, lang: en, link-citations: true}\n\
                     bibliography: r.bib\n"
                        .to_owned()
                        + how,
                )
                .file("r.bib", bib)
                .file("a.md", "# A\n\nSee @knuth and\n[see @gone, p. 3].\n")
                .file("b.md", "# B\n\nSee `@gone` or [-@gone].\n");
            let (text, said) = built(&book, &pandoc);
            assert!(text.contains(">1968</a>)"), "pandoc {version}: {said}\n{text}");
            for line in [
                "a.md:4:6: error[citation-missing]: no bibliography has \"gone\"",
                "b.md:3:18: error[citation-missing]",
            ] {
                assert!(said.contains(line), "pandoc {version}: no {line}: {said}");
            }
            assert_eq!(said.matches("error[").count(), 2, "pandoc {version}: {said}");
        }
    }
}

#[test]
fn options_of_the_reader_and_of_the_writer_hold() {
    for (version, pandoc) in support::pandoc_versions() {
        let book = TempBook::new()
            .file(
                "book.yaml",
                format!(
                    "{BASE}tab-stop: 2\nstrip-comments: true\nshift-heading-level-by: 1\n\
                     number-sections: true\nnumber-offset: [4]\nsplit-level: 3\n\
                     html-q-tags: true\nindented-code-classes: [c]\n\
                     email-obfuscation: references\ntitle-prefix: P\n\
                     variables: {{header-includes: '<meta name=\"x\" content=\"y\" />'}}\n"
                ),
            )
            .file(
                "a.md",
                "# A\n\n- x\n\n\ty\n\n## B\n\n<!-- secret -->\n\"quoted\" a@b.cd\n\n    code\n",
            );
        let (text, said) = built(&book, &pandoc);
        for part in ["<q>quoted</q>", "<meta name=\"x\" content=\"y\"", "<h2", "y</p>"] {
            assert!(text.contains(part), "pandoc {version}: no {part}: {said}\n{text}");
        }
        assert!(!text.contains("secret"), "pandoc {version}: {text}");
    }
}

#[test]
fn a_book_without_a_language_is_the_same_on_every_machine() {
    for (version, pandoc) in support::pandoc_versions() {
        let yaml = "input-files: [a.md]\nmetadata: {title: T}\n";
        let book = TempBook::new().file("a.md", "# A\n\nText.\n").file("book.yaml", yaml);
        let (text, said) = built(&book, &pandoc);
        let line = "book.yaml:2:1: warning[language-missing]";
        assert!(said.contains(line), "pandoc {version}: {said}");
        assert!(text.contains("<dc:language>en-US</dc:language>"), "{text}");
        assert!(!text.contains("de-DE"), "pandoc {version}: {text}");
        for named in ["metadata: {title: T, language: fr}", "variables: {lang: fr}"] {
            let book = TempBook::new()
                .file("a.md", "# A\n\nText.\n")
                .file("book.yaml", format!("input-files: [a.md]\n{named}\n"));
            let (text, said) = built(&book, &pandoc);
            assert!(!said.contains("language-missing"), "pandoc {version}: {said}");
            assert!(text.contains("<dc:language>fr</dc:language>"), "{text}");
        }
    }
}

#[test]
fn the_book_is_written_where_its_author_says() {
    let Some((_, pandoc)) = support::pandoc_versions().pop() else {
        return support::skip("no pandoc");
    };
    for (option, args, file) in [
        ("", &["-o", "my.epub"][..], "my.epub"),
        ("", &["-o", "out"], "out/t.epub"),
        ("", &[], "build/t.epub"),
        ("output-file: x.epub", &[], "build/x.epub"),
        ("output-file: out/x.epub", &[], "out/x.epub"),
        ("output-file: out/x.epub", &["-o", "other"], "other/x.epub"),
    ] {
        let book = TempBook::new()
            .file("a.md", "# A\n\nText.\n")
            .file("book.yaml", format!("{BASE}{option}\n"));
        let (code, said) = build(&book, &pandoc, args);
        assert_eq!(code, 0, "{said}");
        assert!(book.path(file).is_file(), "{option} {args:?}: {said}");
    }
    let book = TempBook::new()
        .file("a.md", "# A\n\nText.\n")
        .file("book.yaml", "input-files: [a.md]\nmetadata: {title: T}\n");
    assert_eq!(build(&book, &pandoc, &[]).0, 0);
    let yaml = "input-files: [a.md]\nmetadata: {title: T}\nfail-if-warnings: true\n";
    fs::write(book.path("book.yaml"), yaml).unwrap();
    let (code, said) = build(&book, &pandoc, &[]);
    assert!(code == 1 && said.contains("fail-if-warnings is set"), "{said}");
}

/// Every one stops the build, and is told at its place.
#[test]
fn what_pandoc_would_refuse_is_told_by_its_line() {
    let Some((_, pandoc)) = support::pandoc_versions().pop() else {
        return support::skip("no pandoc");
    };
    for (option, line) in [
        (
            "number-sectoins: true",
            "has no option \"number-sectoins\"\n  hint: Is number-sections",
        ),
        ("conkbook: {}", "\n  hint: Is concbook meant? It stands among the metadata"),
        ("concbook: {}", "\n  hint: `concbook:` stands among the metadata"),
        ("toc: 'true'", "toc has to be true or false, but is text"),
        ("toc:", "toc has to be true or false, but is nothing"),
        ("toc-depth: '3'", "toc-depth has to be a whole number, but is text"),
        ("resource-path: .", "resource-path has to be a list of paths, but is text"),
        ("wrap: x", "pandoc cannot read the value of wrap: Unknown wrap method"),
        ("from: markdwon", "Unknown input format markdwon"),
        (
            "epub-cover-image: no.png",
            "there is no file no.png, which `epub-cover-image:`",
        ),
        ("css: no.css", "there is no file no.css"),
        ("template: t", "there is no file t, which `template:` names"),
        ("epub-metadata: m.xml", "there is no file m.xml"),
        ("metadata-files: [m]", "there is no metadata file m"),
        ("filters: [f.lua]", "there is no file f.lua, which `filters:` names"),
        ("to: epub2", "concbook makes ePub 3, and `to:` is epub2"),
        ("to: pdf", "concbook makes ePub 3, and `to:` is pdf"),
        ("output-file: x.pdf", "concbook makes ePub 3, and x.pdf is none"),
        ("sandbox: true", "sandbox cannot hold for a book"),
        ("defaults: [gone]", "there is no defaults file gone"),
        ("defaults: book", "the defaults file book leads back to itself"),
    ] {
        let book = TempBook::new()
            .file("a.md", "# A\n\nText.\n")
            .file("book.yaml", format!("{BASE}{option}\n"));
        let (code, said) = build(&book, &pandoc, &[]);
        assert_eq!(code, 2, "{option}: {said}");
        let right = said.starts_with("book.yaml:3:") && said.contains(line);
        assert!(right, "{option}: {said}");
        assert!(!said.contains("backtrace"), "{option}: {said}");
    }
    for (name, yaml, line) in [
        (
            "book.yaml",
            "metadata:\n\ttitle: T\n",
            "book.yaml:2:1: error: book.yaml is no YAML: the line is",
        ),
        ("book.yml", BASE, "There is a book.yml; call it book.yaml"),
    ] {
        let book = TempBook::new().file(name, yaml);
        let outcome = Process::new(env!("CARGO_BIN_EXE_concbook"))
            .dir(book.path(""))
            .arg("build")
            .run()
            .unwrap();
        assert!(outcome.stderr.contains(line), "{}", outcome.stderr);
    }
}

#[test]
fn what_does_not_hold_is_told_and_the_book_is_built() {
    let Some((_, pandoc)) = support::pandoc_versions().pop() else {
        return support::skip("no pandoc");
    };
    let yaml = "metadata:\n  title: T\n  lang: en\n  autor: A\n  series: S\n  concbook:\n    \
                chapters: [a.md, b*.md]\nlog-file: x\ndump-args: true\nverbosity: ERROR\n\
                epub-fonts: [no.ttf]\ncss: '${NO_SUCH_VARIABLE}own.css'\n";
    let book = TempBook::new()
        .file("book.yaml", yaml)
        .file("own.css", "p {}")
        .file("a.md", "# A\n\nText.\\index{x}\n\n\\newpage\n\n\\index{y}\n");
    let (code, said) = build(&book, &pandoc, &[]);
    assert_eq!(code, 0, "{said}");
    let lines = [
        "a.md:3:6: warning[raw-dropped]: \\index is tex and is left out of the ePub, here and once",
        "a.md:5:1: warning[raw-dropped]: \\newpage is tex",
        "book.yaml:4:3: warning[metadata-unknown]: the metadata have \"autor\"",
        "book.yaml:7:22: warning[glob-idle]: no file matches b*.md",
        "book.yaml:8:1: warning[option-ignored]: log-file does not hold",
        "book.yaml:9:1: warning[option-ignored]: dump-args does not hold",
        "book.yaml:11:14: warning[pandoc-warning]: pandoc: Could not fetch resource no.ttf",
        "book.yaml:12:1: warning[pandoc-warning]: there is no environment variable NO_SUCH",
    ];
    for line in lines {
        assert!(said.contains(line), "no {line}: {said}");
    }
    assert_eq!(said.matches("warning[").count(), lines.len(), "{said}");
}

#[test]
fn a_summary_gives_the_order_and_front_matter_the_pages() {
    let front = |text: &str| format!("---\n{text}\n---\n\n");
    for (version, pandoc) in support::pandoc_versions() {
        let book = TempBook::new()
            .file(
                "book.yaml",
                "from: gfm\nmetadata: {title: T, lang: en, concbook: {site: /guide/}}\n",
            )
            .file(
                "src/SUMMARY.md",
                "# Summary\n\n[Preface](preface.md)\n\n## The Part\n\n- [Last](z.md)\n    \
                 - [First](a.md)\n- [Draft]()\n",
            )
            .file("src/preface.md", "# Preface\n\nSee [one](/guide/begin/) and [two](/z/).\n")
            .file(
                "src/z.md",
                front("title: Zed\nlayout: post\ndate: 2019-01-01\npermalink: /z/")
                    + "Text [on](../begin).\n\n[there](https://x.org/guide/begin) \
                       [a]({{site.baseurl}}/begin/#deep)\n",
            )
            .file(
                "src/a.md",
                front("title: Ay\nslug: /begin\nauthor: Ann\ntags: [x]")
                    + "Text.\n\n## Deep\n\n[dead](/guide/gone/)\n",
            );
        let (text, said) = built(&book, &pandoc);
        for part in [
            "ch001.xhtml#preface",
            "See <a href=\"ch003.xhtml#",
            "and <a href=\"ch002.xhtml#",
            "Text <a href=\"ch003.xhtml#",
            "<a href=\"https://x.org/guide/begin\">there</a>",
            "<a href=\"ch003.xhtml#deep\">a</a>",
        ] {
            assert!(text.contains(part), "pandoc {version}: no {part}: {said}\n{text}");
        }
        // The contents have parts, and chapters in one another, whatever their headings are.
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let nav = flat.split("<span>The Part</span>").nth(1).unwrap();
        let inside = nav.split("</ol>").next().unwrap();
        let lists: Vec<_> = ["Zed", "<ol", "Ay", "<ol", "Deep"]
            .iter()
            .scan(0, |at, word| {
                *at += inside[*at..].find(word)?;
                Some(*at)
            })
            .collect();
        assert_eq!(lists.len(), 5, "pandoc {version}: {nav}");
        let draft = "SUMMARY.md:9:3: info[chapter-empty]";
        assert!(said.contains(draft), "pandoc {version}: {said}");
        for part in ["2019", "Ann", "post"] {
            assert!(!text.contains(part), "pandoc {version}: {part}: {text}");
        }
        assert!(said.contains("a.md:12:1: error[link-dead]"), "pandoc {version}: {said}");
        assert_eq!(said.matches("error[").count(), 1, "pandoc {version}: {said}");
        assert!(said.contains("3 chapters"), "pandoc {version}: {said}");
    }
}

#[test]
fn text_from_right_to_left_is_told_to_readers() {
    for (version, pandoc) in support::pandoc_versions() {
        for (metadata, is_rtl) in [
            ("lang: ar", true),
            ("lang: en, dir: rtl", true),
            ("lang: az-Arab", true),
            ("lang: he, dir: ltr", false),
        ] {
            let book = TempBook::new()
                .file(
                    "book.yaml",
                    format!("input-files: [a.md]\nmetadata: {{title: T, {metadata}}}\n"),
                )
                .file("a.md", "# A\n\nText `code()`.\n");
            let (text, said) = built(&book, &pandoc);
            let pages = text.matches("page-progression-direction=\"rtl\"").count();
            let roots = text.matches("<html").count();
            let right = text.matches(" dir=\"rtl\"").count();
            assert_eq!(
                pages,
                usize::from(is_rtl),
                "{version} {metadata}: {said}\n{text}"
            );
            // The cover is a picture.
            let wanted = if is_rtl { roots - 1 } else { 0 };
            assert_eq!(right, wanted, "{version} {metadata}: {said}\n{text}");
        }
    }
}

//! Formulas in editions for devices that show no MathML, as an author gets them.

use crate::support::{self, TempBook};
use std::io::Read as _;
use std::path::Path;

const YAML: &str = "from: markdown\nhtml-math-method: {method: mathml}\ninput-files: [a.md, b.md]\n\
                    metadata: {title: Formulas, author: Ann Author, lang: en}\n";

/// What a built book holds: the text of the two chapters, and the names of its pictures.
fn contents(epub: &Path) -> (String, Vec<String>) {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(epub).unwrap()).unwrap();
    let mut text = String::new();
    for name in ["EPUB/text/ch001.xhtml", "EPUB/text/ch002.xhtml"] {
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    }
    let names = archive.file_names().map(|name| name.unwrap().into_owned());
    (text, names.filter(|name| name.starts_with("EPUB/media/formula-")).collect())
}

#[test]
fn editions_for_devices_have_a_picture_beside_each_formula() {
    let judge = if support::epubcheck() { "always" } else { "never" };
    for (version, pandoc) in support::pandoc_versions() {
        let book = TempBook::new()
            .file("book.yaml", YAML)
            .file("a.md", "# One\n\nIt takes $O(n \\log n)$.\n\n$$\\frac{a<b}{2}$$\n")
            .file("b.md", "# Two\n\nIt takes $O(n \\log n)$, and\n$\\boxed{x}$ more.\n");
        let build = |edition: &str| {
            let out = book.path(edition);
            let dir = book.path("");
            let more = ["--edition", edition, "--epubcheck", judge];
            let (code, _, said) = support::build((&dir, &out), &pandoc, &more);
            assert_eq!(code, 0, "pandoc {version}, {edition}: {said}");
            (said, contents(&out.join("formulas.epub")))
        };
        for edition in ["eink", "kindle"] {
            let (said, (text, pictures)) = build(edition);
            // The same formula in two chapters has one picture.
            assert_eq!(pictures.len(), if said.contains("not-drawn") { 2 } else { 3 });
            assert_eq!(text.matches("<math ").count(), 4, "{text}");
            assert_eq!(text.matches("alt=\"O(n \\log n)\"").count(), 2, "{text}");
            assert!(text.contains("alt=\"\\frac{a&lt;b}{2}\""), "{text}");
            let pictured = text.matches("<span class=\"formula").count();
            let told = said.matches("b.md:4:2: warning[formula-not-drawn]").count();
            assert_eq!(pictured + told, 4, "each is drawn or told: {said}");
        }
        let (said, (text, pictures)) = build("color");
        assert!(pictures.is_empty() && !text.contains("class=\"formula"), "{text}");
        assert!(!said.contains("formula-not-drawn"), "{said}");
    }
}

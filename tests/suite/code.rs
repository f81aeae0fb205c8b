//! Code as Chromium shows it: where its lines end, and what is copied.

use crate::chromium::page_of;
use crate::support::cdp::Page;
use crate::support::{self, TempBook, skip};
use serde_json::json;

/// Code that a browser would break where it must not, in a listing and in running text.
const UNBREAKABLE: &[&str] = &[
    "cargo build --no-default-features --target x86_64-unknown-linux-gnu -- --nocapture",
    "let p = a->b->c; v.iter().map(|x| x != y).sum::<f64>() => println!(\"{}\", !done)",
    "a = b ? c:d; <br/> #[derive(Clone)] x |> f |> g && font-size: $(cat /etc/passwd)",
];

/// The places in code at which a line ends between two characters that are no blanks: what stands
/// before them and behind, and whether the line could not have ended elsewhere.
const BROKEN: &str = "(() => {
  const found = [];
  const range = document.createRange();
  for (const code of document.querySelectorAll('code')) {
    const chars = [];
    const all = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
    for (let node; node = all.nextNode();)
      for (let i = 0; i < node.length; i++) {
        range.setStart(node, i); range.setEnd(node, i + 1);
        const box = range.getBoundingClientRect();
        chars.push({ c: node.data[i], top: box.top, wbr: i == 0 &&
          [node.previousSibling, node.parentNode.previousSibling]
            .some(e => e && e.localName == 'wbr') });
      }
    chars.slice(1).forEach((one, i) => {
      const before = chars[i];
      if (one.c.trim() && before.c.trim() && one.top > before.top + 4 && !one.wbr)
        found.push(chars.slice(Math.max(0, i - 4), i + 1).map(e => e.c).join('') + '¶'
          + chars.slice(i + 1, i + 6).map(e => e.c).join(''));
    });
  }
  return found;
})()";

/// How many letters of a page stand beyond the edges of its body.
const LOST: &str = "(() => {
  let lost = 0;
  const range = document.createRange();
  const edge = document.body.getBoundingClientRect();
  const all = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = all.nextNode();)
    for (let i = 0; i < node.length; i++) {
      if (!node.data[i].trim()) continue;
      range.setStart(node, i); range.setEnd(node, i + 1);
      const box = range.getBoundingClientRect();
      if (box.right > edge.right + 1 || box.left < edge.left - 1) lost++;
    }
  return lost;
})()";

#[test]
fn lines_of_code_end_between_words() {
    let mut chapter = String::from("# One\n\n");
    for code in UNBREAKABLE {
        use std::fmt::Write as _;
        write!(chapter, "```\n{code}\n```\n\nSome text, `{code}`, more.\n\n").unwrap();
        write!(chapter, "```rust\n{code}\n```\n\n> - `{code}`\n\n").unwrap();
    }
    chapter.push_str(
        "A name, `SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION_AT_ALL`, in text.\n",
    );
    let css = "p { text-align: justify }";
    let Some((mut page, _folder, document)) = page_of(&chapter, &[], css) else { return };
    page.load(&document);
    for width in (320..=520).step_by(10) {
        page.width(width);
        for size in [100, 150] {
            page.evaluate(&format!(
                "document.documentElement.style.fontSize = '{size}%'"
            ));
            // A word that is longer than the line has to end somewhere.
            if size == 100 {
                assert_eq!(page.evaluate(BROKEN), json!([]), "{width} px");
            }
            assert_eq!(page.evaluate(LOST), 0, "{width} px, {size} %: letters are lost");
        }
    }
    page.evaluate("document.documentElement.style.fontSize = '100%'");
    let copied = page.evaluate(
        "[...document.querySelectorAll('code')].map(code => {
           getSelection().selectAllChildren(code);
           return getSelection().toString();
         })",
    );
    for (index, copied) in
        copied.as_array().unwrap().iter().take(4 * UNBREAKABLE.len()).enumerate()
    {
        assert_eq!(copied, UNBREAKABLE[index / 4]);
    }
    let widths = page.evaluate(
        "(() => {
           const widths = new Set(), range = document.createRange();
           for (const code of document.querySelectorAll('p code')) {
             const all = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
             for (let node; node = all.nextNode();)
               for (let i = 0; i < node.length; i++) {
                 range.setStart(node, i); range.setEnd(node, i + 1);
                 const width = range.getBoundingClientRect().width;
                 if (node.data[i] == ' ' && width) widths.add(width.toFixed(1));
               }
           }
           return [...widths];
         })()",
    );
    assert_eq!(widths.as_array().unwrap().len(), 1, "blanks are stretched: {widths}");
}

/// Numbers beside lines, marked lines, and numbers with explanations, at the top and in a quote.
const NUMBERED: &str = "# One\n\n\
    ``` {.python .numberLines hl_lines=4}\n# go.py\n# extract: no-run, slow\nx = 1  # (1)\n\
    y = \"wraps on a page of a phone, as it is\"  # <2>\n\
    ```\n\n(1) One.\n(2) Two.\n\n    ```js\n    b() // (1)\n    ```\n\n    1. Deep.\n\n\
    > - Three:\n>\n>   ```js\n>   a() // <1>\n>   ```\n>\n>   <1> In a list.\n\n\
    ```python\nz = 1  # (1)\n```\n\nA comment of the author's.\n";

#[test]
fn numbers_and_explanations_lead_to_each_other_and_copy_as_the_source() {
    let judge = if support::epubcheck() { "always" } else { "never" };
    for ((version, pandoc), more) in support::pandoc_versions().into_iter().zip([
        ["--edition", "eink", "--epubcheck", "never"],
        ["--edition", "color", "--epubcheck", judge],
    ]) {
        let yaml = "from: markdown\nto: epub3\ninput-files: [a.md]\n\
                    metadata:\n  title: A Book\n  author: Ann Author\n  lang: en\n";
        let book = TempBook::new().file("book.yaml", yaml).file("a.md", NUMBERED);
        let out = book.path("out.epub");
        let (code, _, said) = support::build((&book.path(""), &out), &pandoc, &more);
        assert_eq!(code, 0, "pandoc {version}: {said}");
        assert!(said.contains("0 errors, 0 warnings"), "pandoc {version}: {said}");
        let root = book.path("unpacked");
        let bytes = std::io::Cursor::new(concbook::fsx::read(&out).unwrap());
        zip::ZipArchive::new(bytes).unwrap().extract(&root).unwrap();
        let Some(mut page) = Page::open() else {
            return skip("Chromium is not installed");
        };
        page.width(320);
        page.load(&root.join("EPUB/text/ch001.xhtml"));
        let seen = page.evaluate(
            "[...document.querySelectorAll('a.annotation')].map(ring => {
               const to = document.getElementById(ring.getAttribute('href').slice(1));
               const back = document.getElementById(to.getAttribute('href').slice(1));
               return [back == ring, getComputedStyle(ring).borderTopStyle,
                       ring.getBoundingClientRect().width < 40];
             })",
        );
        assert_eq!(seen, json!(vec![json!([true, "solid", true]); 8]), "{version}");
        let copied = page.evaluate(
            "[...document.querySelectorAll('pre code')].map(code => {
               getSelection().selectAllChildren(code);
               return getSelection().toString();
             })",
        );
        let source: Vec<&str> = NUMBERED.lines().collect();
        assert_eq!(copied[0], source[5..7].join("\n"), "{version}");
        assert_eq!(copied[1], "b() // (1)");
        assert_eq!(copied[2], "a() // <1>");
        assert_eq!(copied[3], "z = 1  # (1)");
        let moved = page.evaluate(
            "[...document.querySelectorAll('pre .annotation')].map(ring =>
               getComputedStyle(ring).marginLeft).filter(margin => margin != '0px')",
        );
        assert_eq!(moved, json!([]), "a ring in a listing is where its line ends");
        let marked = page.evaluate(
            "[...document.querySelectorAll('pre .line')].map(line =>
               parseFloat(getComputedStyle(line, '::after').borderLeftWidth) > 3)",
        );
        assert_eq!(marked, json!([false, true, false, false, false]), "{version}");
        // The number of a line that wraps is beside its beginning, and left of its text.
        let beside = page.evaluate(
            "(() => {
               const line = document.querySelectorAll('pre .line')[1];
               const number = getComputedStyle(line, '::before');
               return [line.getClientRects()[0].height > 30, number.position,
                       parseFloat(number.left) + parseFloat(number.width) <= 0,
                       getComputedStyle(line.parentNode).counterReset];
             })()",
        );
        assert_eq!(beside, json!([true, "absolute", true, "source-line 2"]), "{version}");
    }
}

//! Code as Chromium shows it: where its lines end, and what is copied.

use crate::chromium::page_of;
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

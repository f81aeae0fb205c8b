//! What a page shows of each construct: callouts, notes, marked lines, signs in code, headings, contents and
//! the title page, as Chromium computes it; and that it is the stylesheet which does it.

use super::book::Book;
use super::screen;
use crate::support::TempBook;
use serde_json::json;
use std::fmt::Write as _;

const CHAPTER: &str = "\
# Die Datenbankverbindungsverwaltung

Ein Wort.[^1] *Ein Buch, in dem* ***eines** betont* ist, und noch mehr Text, damit die Zeile auf einem breiten
Schirm so lang wird, wie sie werden darf, und nicht länger, denn sonst findet niemand den Anfang der nächsten.

[^1]: Die erste.

::: {.note title=\"Zu `close()`\"}
Ihr Text.[^2]
:::

[^2]: Die zweite.

``` {.python caption=\"Eine Datei\" .numberLines hl_lines=\"2\"}
# shop/till.py
def open_till():  # (1)
    return True
```

1. Die Kasse

| Kopf *betont* |
|------|
| 1    |

: Eine *Tabelle*

## Ein `Till` im Titel

Text mit `switch_interval`.
";

const YAML: &str = "\
from: markdown
to: epub3
input-files: [1.md]
toc: true
metadata: {title: Titel, subtitle: Unter, author: A. Utor, lang: de-DE, date: '2026-03-01', rights: Alle,
  identifier: 978-3-16-148410-0}
";

/// The beginning of a document's name, what has to hold in it, and whether the stylesheet does that.
const SHOWN: &[(&str, &str, bool)] = &[
    // Callouts: a rule in the colour of the text, no ground, a bold title with its code, a role.
    ("ch", "css('.callout').borderLeftStyle === 'solid'", true),
    ("ch", "css('.callout').borderLeftColor === css('.callout').color", false),
    ("ch", "css('.callout').backgroundColor === 'rgba(0, 0, 0, 0)'", false),
    ("ch", "+css('.callout > .title').fontWeight >= 700", true),
    ("ch", "css('.callout > .title').breakAfter === 'avoid'", true),
    ("ch", "one('.callout > .title code').textContent === 'close()'", false),
    ("ch", "one('aside[role]') !== null && one('a[role=doc-noteref]') !== null", false),
    // Notes: numbers through the book, and a way there and back.
    ("ch", "all('a.footnote-ref').map((a) => a.textContent).join() === '1,2'", false),
    (
        "ch",
        "all('a.footnote-ref').every((a) => target(a).querySelector(`a[href='#${a.id}']`))",
        false,
    ),
    (
        "ch",
        "all('a.footnote-ref').every((a) => target(a).textContent.trim().startsWith(a.textContent))",
        false,
    ),
    ("ch", "css('a.footnote-ref').verticalAlign === 'super'", true),
    // Code: its file's name once, marked and numbered lines, signs that lead to their explanations and back.
    (
        "ch",
        "!one('pre').textContent.includes('till.py') && all('figcaption').length === 1",
        false,
    ),
    ("ch", "css('.marked', '::after').borderLeftStyle === 'solid'", true),
    ("ch", "css('.line', '::before').content.includes('counter')", true),
    (
        "ch",
        "one('.line').textContent.includes('# (1)') && px(css('.sign').fontSize) === 0",
        true,
    ),
    ("ch", "css('.annotation').borderTopStyle === 'solid'", true),
    ("ch", "target(one('pre .annotation')).closest('ol.annotations') !== null", false),
    ("ch", "target(one('ol .annotation')).closest('pre') !== null", false),
    // Small type: italics within italics, names in headings, hyphens where they belong.
    (
        "ch",
        "css('caption').fontStyle === 'italic' && css('caption em').fontStyle === 'normal'",
        true,
    ),
    (
        "ch",
        "css('h2 code').fontWeight === css('h2').fontWeight && +css('p code').fontWeight >= 700",
        false,
    ),
    ("ch", "css('p').hyphens === 'auto'", true),
    (
        "ch",
        "['pre', 'p code', 'h1', 'h2'].every((one) => css(one).hyphens === 'none')",
        true,
    ),
    ("ch", "css('h1 .long-word').hyphens === 'auto'", true),
    ("ch", "one('body > section > p').clientWidth / px(css('p').fontSize) < 35", true),
    // A name in text breaks between its words where a line has no room for it, and only there.
    ("ch", "css('p code wbr').display === 'none'", true),
    // Contents, in the language of the book.
    ("nav", "one('nav h1').textContent === 'Inhaltsverzeichnis'", false),
    (
        "nav",
        "+css('nav > ol > li > a').fontWeight > +css('nav ol ol a').fontWeight",
        true,
    ),
    ("nav", "css('nav li').listStyleType === 'none'", true),
    // The title page.
    (
        "title",
        "one('section').innerText.split(/\\s*\\n\\s*/).join('|') === 'Titel|Unter|A. Utor|1. März 2026|Alle|ISBN 978-3-16-148410-0'",
        false,
    ),
    (
        "title",
        "css('h1').textAlign === 'center' && px(css('h1').fontSize) > px(css('.subtitle').fontSize)",
        true,
    ),
    ("title", "px(css('.date').fontSize) < px(css('.author').fontSize)", true),
];

const TOOLS: &str = "
    window.all = (selector) => [...document.querySelectorAll(selector)];
    window.one = (selector) => document.querySelector(selector);
    window.css = (selector, pseudo) => getComputedStyle(one(selector), pseudo);
    window.px = parseFloat;
    window.target = (link) => document.getElementById(link.getAttribute('href').slice(1));
    window.sheets = (are) => { for (const sheet of document.styleSheets) sheet.disabled = !are };";

#[test]
fn each_construct_is_shown_as_it_should() {
    let folder = TempBook::new().file("book/1.md", CHAPTER).file("book/book.yaml", YAML);
    let Some(book) = Book::in_folder("shown", folder) else { return };
    let Some(mut page) = screen() else { return };
    page.width(820);
    let mut wrong = String::new();
    for name in ["title", "ch", "nav"] {
        let is_it = |path: &&std::path::PathBuf| {
            path.file_name().unwrap().to_str().unwrap().starts_with(name)
        };
        page.load(book.documents.iter().find(is_it).unwrap());
        page.evaluate(TOOLS);
        for (_, wanted, is_styled) in SHOWN.iter().filter(|one| one.0 == name) {
            let holds = page.evaluate(&format!("Boolean({wanted})"));
            if holds != json!(true) {
                writeln!(wrong, "{name}: {wanted}").unwrap();
            }
            if *is_styled {
                page.evaluate("sheets(false)");
                let holds = page.evaluate(&format!("Boolean({wanted})"));
                page.evaluate("sheets(true)");
                if holds != json!(false) {
                    writeln!(wrong, "{name}, without a stylesheet: {wanted}").unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

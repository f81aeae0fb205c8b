//! `check` over small ePubs that are broken in one way each: every code has a case that reports
//! it and nothing else.

mod book;

use book::{Book, GOOD_CSS, GOOD_PAGE, font};

#[test]
fn a_good_book_has_no_findings() {
    assert_eq!(Book::new().codes(), [""; 0]);
}

#[test]
fn epub_malformed() {
    let codes = Book::new().file("EPUB/more.xhtml", b"<html><p></html>").codes();
    assert_eq!(codes, ["epub-malformed"]);
}

#[test]
fn family_not_embedded() {
    let book = Book::new().css(&format!("{GOOD_CSS} em {{ font-family: Palatino }}"));
    let page = GOOD_PAGE.replace("Text", "<span><em>Text</em></span>");
    let book = book.page(&page);
    // The text in <em> is body text, so the family is also not the expected one.
    assert_eq!(book.codes(), ["family-not-embedded", "family-unexpected"]);
    let generic = Book::new().css(&format!("{GOOD_CSS} .no {{ font-family: Palatino }}"));
    assert_eq!(generic.codes(), [""; 0], "a rule for no text sets none");
    let stack = GOOD_CSS.replace("Gelasio, serif", "Gelasio, Palatino");
    assert_eq!(Book::new().css(&stack).codes(), ["family-not-embedded"]);
}

#[test]
fn font_file_missing() {
    let css = GOOD_CSS
        .replace("url(fonts/code.ttf)", "url(fonts/none.ttf), url(fonts/code.ttf)");
    assert_eq!(Book::new().css(&css).codes(), ["font-file-missing"]);
}

#[test]
fn an_obfuscated_font_is_not_judged() {
    let mut font = font("ubuntu-mono/UbuntuMono-Regular.ttf");
    font[..1040].iter_mut().for_each(|byte| *byte ^= 0x5a);
    let css = GOOD_CSS.replace("url(fonts/code.ttf)", "url('fonts/My%20Font.ttf')");
    let book = Book::new().css(&css).file("EPUB/fonts/My Font.ttf", &font);
    assert_eq!(book.codes(), ["font-file-wrong"]);
    let encryption = "<encryption xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\" \
        xmlns:enc=\"http://www.w3.org/2001/04/xmlenc#\"><enc:EncryptedData>\
        <enc:EncryptionMethod Algorithm=\"http://www.idpf.org/2008/embedding\"/>\
        <enc:CipherData><enc:CipherReference URI=\"EPUB/fonts/My%20Font.ttf\"/>\
        </enc:CipherData></enc:EncryptedData></encryption>";
    let book = book.file("META-INF/encryption.xml", encryption.as_bytes());
    assert_eq!(book.codes(), [""; 0]);
    let other = encryption.replace("My%20Font", "My%20Font%202");
    let book = book.file("META-INF/encryption.xml", other.as_bytes());
    assert_eq!(book.codes(), ["font-file-wrong"], "only what is named is left alone");
}

#[test]
fn font_file_wrong() {
    for (from, to, says) in [
        ("fonts/body.ttf)", "fonts/body.ttf) format('woff')", "not format(woff)"),
        (
            "font-family: Gelasio;",
            "font-family: Gelasio; font-weight: 700;",
            "weight 400",
        ),
        (
            "font-family: Gelasio;",
            "font-family: Gelasio; font-style: italic;",
            "is upright",
        ),
    ] {
        let findings = Book::new().css(&GOOD_CSS.replacen(from, to, 1)).findings();
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].code, "font-file-wrong");
        assert!(findings[0].message.contains(says), "{}", findings[0]);
        assert_eq!(findings[0].place.file, "book.epub/EPUB/book.css");
    }
    // A family in a stylesheet may be called as its author likes.
    let alias = GOOD_CSS.replacen("fonts/code.ttf", "fonts/body.ttf", 1);
    assert_eq!(Book::new().css(&alias).codes(), [""; 0]);
    let codes =
        Book::new().file("EPUB/fonts/code.ttf", b"<html>not found</html>").codes();
    assert_eq!(codes, ["font-file-wrong"]);
    let broken =
        Book::new().file("EPUB/fonts/code.ttf", b"\0\x01\0\0\0\xff\0\0\0\0").codes();
    assert_eq!(broken, ["font-file-wrong"]);
}

#[test]
fn font_media_type() {
    assert_eq!(Book::new().font_type("font/woff").codes(), ["font-media-type"; 3]);
    assert_eq!(Book::new().font_type("application/vnd.ms-opentype").codes(), [""; 0]);
}

#[test]
fn font_size_absolute() {
    for size in ["12pt", "16px", "1cm", "5mm", "1in", "1pc", "4q", "small", "medium"] {
        let css = format!("{GOOD_CSS} code {{ font-size: {size} }}");
        assert_eq!(Book::new().css(&css).codes(), ["font-size-absolute"], "{size}");
    }
    let css =
        format!("{GOOD_CSS} code {{ font-size: 85% }} svg text {{ font-size: 9px }}");
    assert_eq!(Book::new().css(&css).codes(), [""; 0]);
    let page = GOOD_PAGE.replace("<p>", "<p style=\"font-size: 9pt\">");
    assert_eq!(Book::new().page(&page).codes(), ["font-size-absolute"]);
}

#[test]
fn family_unexpected() {
    let findings =
        Book::new().css(&format!("{GOOD_CSS} p {{ font: 1em DejaVu Sans }}")).findings();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0].code, "family-unexpected");
    assert!(findings[0].message.contains("DejaVu Sans instead of Gelasio"));
    let inherits =
        Book::new().css(&format!("{GOOD_CSS} code {{ font-family: inherit }}"));
    assert_eq!(inherits.codes(), ["family-unexpected"]);
    let cover = GOOD_PAGE
        .replace("<body>", "<body epub:type=\"cover\" style=\"font-family: serif\">");
    let cover = cover.replace("<p>", "<p style=\"font-family: serif\">");
    assert_eq!(Book::new().page(&cover).codes(), [""; 0]);
}

#[test]
fn a_foreign_book_asked_for_no_family_of_ours() {
    let page = GOOD_PAGE.replace("Text", "<em onclick=\"x()\">Text</em>");
    let epub = Book::new().css("p { font-family: serif }").page(&page).epub();
    let families = concbook::check::Families::of(&epub);
    assert_eq!(families.body, None);
    assert_eq!(concbook::check::check(&epub, &families), []);
}

#[test]
fn markup_invalid() {
    for wrong in
        ["<li>x</li>", "<p><div>x</div></p>", "<p align=\"left\">x</p>", "<foo>x</foo>"]
    {
        let page = GOOD_PAGE.replace("<pre>", &format!("{wrong}<pre>"));
        assert_eq!(Book::new().page(&page).codes(), ["markup-invalid"], "{wrong}");
    }
}

#[test]
fn css_invalid() {
    let css = format!("{GOOD_CSS} .none {{ color: }}");
    assert_eq!(Book::new().css(&css).codes(), ["css-invalid"]);
}

#[test]
fn a_vector_image_may_define_entities() {
    let svg = "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg id=\"&a;\" />";
    assert_eq!(Book::new().svg(svg).codes(), [""; 0]);
    let bomb = "<!DOCTYPE svg [<!ENTITY a SYSTEM \"b\">]><svg id=\"&a;\" />";
    assert_eq!(Book::new().svg(bomb).codes(), ["epub-malformed"]);
}

#[test]
fn what_a_page_shows_is_in_the_book() {
    for (inside, code) in [
        ("<audio src=\"a.wav\"></audio>", "file-foreign"),
        ("<audio><source src=\"a.wav\" /></audio>", ""),
        ("<object data=\"a.wav\">text</object>", ""),
        ("<object data=\"none.svg\">text</object>", "file-missing"),
        ("<p><img src=\"https://example.org/a.png\" alt=\"\" /></p>", "file-remote"),
        ("<p><img src=\"none.png\" alt=\"\" /></p>", "image-missing"),
        ("<p><a href=\"none.xhtml\">x</a></p>", "link-dead"),
        ("<p><a href=\"#none\">x</a></p>", "link-dead"),
        ("<p id=\"a\"><a href=\"page.xhtml#a\">x</a></p>", ""),
        ("<p><a href=\"a.wav\">x</a></p>", "link-dead"),
    ] {
        let page = GOOD_PAGE.replace("<pre>", &format!("{inside}<pre>"));
        let codes = Book::new().file("EPUB/a.wav", b"").page(&page).codes();
        let wanted: Vec<_> = [code].into_iter().filter(|one| !one.is_empty()).collect();
        assert_eq!(codes, wanted, "{inside}");
    }
}

#[test]
fn listing_not_text() {
    let page = GOOD_PAGE.replace("<pre>", "<pre><img src=\"a.png\" alt=\"\" />");
    assert_eq!(
        Book::new().file("EPUB/a.png", b"").page(&page).codes(),
        ["listing-not-text"]
    );
    let page = GOOD_PAGE.replacen("<p>", "<p class=\"listing\"><svg><image /></svg>", 1);
    assert_eq!(Book::new().page(&page).codes(), ["listing-not-text"]);
}

#[test]
fn stylesheets_that_import_each_other_end() {
    let css = format!("@import 'base.css'; {GOOD_CSS}");
    let base = b"@import 'book.css'; @import url(base.css); p { font-size: 12px }";
    let codes = Book::new().css(&css).file("EPUB/base.css", base).codes();
    assert_eq!(codes, ["font-size-absolute"]);
}

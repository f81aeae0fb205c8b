//! One small ePub for each kind of thing that W3C's tests of reading systems ask for, by the names of their list
//! (<https://w3c.github.io/epub-tests/>), made here: no package registry carries theirs. Most are as the standard
//! wants them; some break it on purpose, as theirs do.

use crate::support::archive::{Member, member};
use crate::support::repo;
use sha1_smol::Sha1;

const OPS: &str = "http://www.idpf.org/2007/ops";

/// What a book of the list has beside a page, navigation and a stylesheet.
#[derive(Default)]
struct Book {
    /// Attributes of the package's root element, of its spine, of the page's root element.
    package: &'static str,
    spine_is: &'static str,
    html: &'static str,
    /// Properties of the page's item.
    properties: &'static str,
    metadata: &'static str,
    items: &'static str,
    /// The spine before and behind the page.
    before: &'static str,
    spine: &'static str,
    /// What follows the spine.
    collection: &'static str,
    head: &'static str,
    body: &'static str,
    css: &'static str,
    /// The navigation in place of what leads to the page.
    nav: Option<&'static str>,
    more_nav: &'static str,
    files: Vec<(&'static str, Vec<u8>)>,
}

fn page(attributes: &str, head: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n\
         <html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"{OPS}\" lang=\"en\" xml:lang=\"en\"{attributes}>\
         <head><title>A page</title>{head}</head><body>{body}</body></html>"
    )
}

impl Book {
    fn members(self) -> Vec<Member> {
        let properties = match self.properties {
            "" => String::new(),
            some => format!(" properties=\"{some}\""),
        };
        let package = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<package \
             xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" unique-identifier=\"i\"{}>\
             <metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:identifier id=\"i\">\
             urn:x:one</dc:identifier><dc:title>T</dc:title><dc:language>en</dc:language>\
             <meta property=\"dcterms:modified\">2020-01-01T00:00:00Z</meta>{}</metadata>\
             <manifest><item id=\"a\" href=\"a.xhtml\" media-type=\"application/xhtml+xml\"{properties}/>\
             <item id=\"n\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" \
             properties=\"nav\"/><item id=\"c\" href=\"c.css\" media-type=\"text/css\"/>{}</manifest>\
             <spine{}>{}<itemref idref=\"a\"/>{}</spine>{}</package>",
            self.package,
            self.metadata,
            self.items,
            self.spine_is,
            self.before,
            self.spine,
            self.collection
        );
        let head = format!("<link rel=\"stylesheet\" href=\"c.css\"/>{}", self.head);
        let body = format!("<h1 id=\"h\">A heading</h1><p>Text.</p>{}", self.body);
        let entries = self.nav.unwrap_or("<li><a href=\"a.xhtml\">A</a></li>");
        let nav = format!(
            "<nav epub:type=\"toc\" id=\"toc\"><h2>Contents</h2><ol>{entries}</ol></nav>{}",
            self.more_nav
        );
        let mut members = vec![
            member("mimetype", "application/epub+zip"),
            member("META-INF/container.xml", container("EPUB/content.opf", "")),
            member("EPUB/content.opf", package),
            member("EPUB/a.xhtml", page(self.html, &head, &body)),
            member("EPUB/nav.xhtml", page("", "", &nav)),
            member("EPUB/c.css", format!("p {{ margin: 0 }}\n{}", self.css)),
        ];
        for (name, data) in self.files {
            // Names are those of the book's folder, or with a slash before of the container.
            let name =
                name.strip_prefix('/').map_or(format!("EPUB/{name}"), str::to_owned);
            members.retain(|one| one.name != name.as_bytes());
            members.push(member(&name, data));
        }
        members
    }
}

fn container(package: &str, more: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><container version=\"1.0\" \
         xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles>\
         <rootfile full-path=\"{package}\" media-type=\"application/oebps-package+xml\"/>{more}\
         </rootfiles></container>"
    )
}

/// A document that names this encoding, whatever it named.
fn declared(encoding: &str, document: &str) -> Vec<u8> {
    let rest = document.strip_prefix("<?xml").and_then(|text| text.split_once("?>"));
    let rest = rest.map_or(document, |(_, rest)| rest);
    format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>{rest}").into_bytes()
}

fn picture(format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(2, 2).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn font() -> Vec<u8> {
    std::fs::read(repo("fonts/gelasio/Gelasio-Regular.ttf")).unwrap()
}

/// A font as the standard obfuscates it: its first 1040 bytes by the checksum of the identifier (EPUB 3.3, 4.4).
fn obfuscated() -> Vec<u8> {
    let key = Sha1::from("urn:x:one").digest().bytes();
    let mut font = font();
    for (byte, key) in font.iter_mut().take(1040).zip(key.iter().cycle()) {
        *byte ^= key;
    }
    font
}

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\" width=\"9\" \
    height=\"9\"><title>S</title><rect width=\"3\" height=\"3\" class=\"c\"/></svg>";
const ENCRYPTION: &str = "<encryption xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\" \
    xmlns:enc=\"http://www.w3.org/2001/04/xmlenc#\"><enc:EncryptedData><enc:EncryptionMethod \
    Algorithm=\"http://www.idpf.org/2008/embedding\"/><enc:CipherData><enc:CipherReference \
    URI=\"EPUB/f.ttf\"/></enc:CipherData></enc:EncryptedData></encryption>";
const FIXED: &str = "<meta property=\"rendition:layout\">pre-paginated</meta>";
const VIEWPORT: &str = "<meta name=\"viewport\" content=\"width=600, height=800\"/>";
const OVERLAY: &str = "<smil xmlns=\"http://www.w3.org/ns/SMIL\" xmlns:epub=\"http://www.idpf.org/2007/ops\" \
    version=\"3.0\"><body><seq epub:textref=\"a.xhtml\"><par><text src=\"a.xhtml#h\"/>\
    <audio src=\"s.mp3\" clipBegin=\"0s\" clipEnd=\"1s\"/></par></seq></body></smil>";
const DURATION: &str = "<meta property=\"media:duration\" refines=\"#o\">0:00:01</meta>\
    <meta property=\"media:duration\">0:00:01</meta>\
    <meta property=\"media:active-class\">spoken</meta>";
const OVERLAY_ITEMS: &str = "<item id=\"o\" href=\"o.smil\" media-type=\"application/smil+xml\"/>\
    <item id=\"s\" href=\"s.mp3\" media-type=\"audio/mpeg\"/>\
    <item id=\"b\" href=\"b.xhtml\" media-type=\"application/xhtml+xml\" media-overlay=\"o\"/>";

/// All of the list: names, and files of the container.
pub(super) fn all() -> Vec<(&'static str, Vec<Member>)> {
    let mut all: Vec<(&str, Vec<Member>)> = Vec::new();
    for part in [media(), packages(), navigation(), documents(), layout(), overlays()] {
        all.extend(part.into_iter().map(|(name, book)| (name, book.members())));
    }
    all.extend(containers());
    all
}

type Part = Vec<(&'static str, Book)>;

/// Core media types, foreign and remote resources, data URLs.
fn media() -> Part {
    let raster = |name, items, body, file, format| {
        (
            name,
            Book { items, body, files: vec![(file, picture(format))], ..Book::default() },
        )
    };
    let sound = |name, items, body, file| {
        (
            name,
            Book {
                items,
                body,
                files: vec![(file, b"ID3\x04".to_vec())],
                ..Book::default()
            },
        )
    };
    vec![
        raster(
            "pub-cmt-gif",
            "<item id=\"p\" href=\"p.gif\" media-type=\"image/gif\"/>",
            "<p><img src=\"p.gif\" alt=\"p\"/></p>",
            "p.gif",
            image::ImageFormat::Gif,
        ),
        raster(
            "pub-cmt-jpeg",
            "<item id=\"p\" href=\"p.jpg\" media-type=\"image/jpeg\"/>",
            "<p><img src=\"p.jpg\" alt=\"p\"/></p>",
            "p.jpg",
            image::ImageFormat::Jpeg,
        ),
        raster(
            "pub-cmt-png",
            "<item id=\"p\" href=\"p.png\" media-type=\"image/png\"/>",
            "<p><img src=\"p.png\" alt=\"p\"/></p>",
            "p.png",
            image::ImageFormat::Png,
        ),
        raster(
            "pub-cmt-webp",
            "<item id=\"p\" href=\"p.webp\" media-type=\"image/webp\"/>",
            "<p><img src=\"p.webp\" alt=\"p\"/></p>",
            "p.webp",
            image::ImageFormat::WebP,
        ),
        sound(
            "pub-cmt-mp3",
            "<item id=\"s\" href=\"s.mp3\" media-type=\"audio/mpeg\"/>",
            "<p><audio src=\"s.mp3\" controls=\"controls\">no sound</audio></p>",
            "s.mp3",
        ),
        sound(
            "pub-cmt-mp4",
            "<item id=\"s\" href=\"s.m4a\" media-type=\"audio/mp4\"/>",
            "<p><audio controls=\"controls\"><source src=\"s.m4a\"/></audio></p>",
            "s.m4a",
        ),
        sound(
            "pub-cmt-opus",
            "<item id=\"s\" href=\"s.opus\" media-type=\"audio/ogg; codecs=opus\"/>",
            "<p><audio src=\"s.opus\" controls=\"controls\"></audio></p>",
            "s.opus",
        ),
        (
            "pub-cmt-svg",
            Book {
                items: "<item id=\"s\" href=\"s.svg\" media-type=\"image/svg+xml\"/>",
                body: "<p><img src=\"s.svg\" alt=\"s\"/></p>",
                files: vec![("s.svg", SVG.into())],
                ..Book::default()
            },
        ),
        (
            "pub-foreign_image",
            Book {
                items: "<item id=\"t\" href=\"p.tiff\" media-type=\"image/tiff\"/>\
                    <item id=\"p\" href=\"p.png\" media-type=\"image/png\"/>",
                body: "<picture><source srcset=\"p.tiff\" type=\"image/tiff\"/>\
                    <img src=\"p.png\" alt=\"p\"/></picture>",
                files: vec![
                    ("p.tiff", b"II*\0".to_vec()),
                    ("p.png", picture(image::ImageFormat::Png)),
                ],
                ..Book::default()
            },
        ),
        (
            "pub-foreign_json-spine",
            Book {
                items: "<item id=\"j\" href=\"j.json\" media-type=\"application/json\" fallback=\"f\"/>\
                    <item id=\"f\" href=\"f.xhtml\" media-type=\"application/xhtml+xml\"/>",
                spine: "<itemref idref=\"j\"/>",
                files: vec![
                    ("j.json", b"{}".to_vec()),
                    ("f.xhtml", page("", "", "<p>F</p>").into()),
                ],
                ..Book::default()
            },
        ),
        (
            "pub-foreign_xml-suffix-spine",
            Book {
                items: "<item id=\"j\" href=\"j.dtbook\" media-type=\"application/x-dtbook+xml\" \
                    fallback=\"f\"/><item id=\"f\" href=\"f.xhtml\" \
                    media-type=\"application/xhtml+xml\"/>",
                spine: "<itemref idref=\"j\"/>",
                files: vec![
                    ("j.dtbook", b"<a/>".to_vec()),
                    ("f.xhtml", page("", "", "<p>F</p>").into()),
                ],
                ..Book::default()
            },
        ),
        (
            "pub-foreign_bad-fallback",
            Book {
                items: "<item id=\"j\" href=\"j.json\" media-type=\"application/json\" fallback=\"x\"/>",
                spine: "<itemref idref=\"j\"/>",
                files: vec![("j.json", b"{}".to_vec())],
                ..Book::default()
            },
        ),
        (
            "pub-foreign_fallback-circle",
            Book {
                items: "<item id=\"j\" href=\"j.json\" media-type=\"application/json\" fallback=\"k\"/>\
                    <item id=\"k\" href=\"k.json\" media-type=\"application/json\" fallback=\"j\"/>",
                spine: "<itemref idref=\"j\"/>",
                files: vec![("j.json", b"{}".to_vec()), ("k.json", b"{}".to_vec())],
                ..Book::default()
            },
        ),
        (
            "pub-data-urls_browsing-context",
            Book {
                body: "<p><img alt=\"d\" src=\"data:image/gif;base64,\
                    R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7\"/></p>",
                ..Book::default()
            },
        ),
        (
            "pub-data-urls_link",
            Book { body: "<p><a href=\"data:text/html,x\">d</a></p>", ..Book::default() },
        ),
        (
            "pub-file-urls",
            Book {
                body: "<p><iframe src=\"file:///etc/hosts\"></iframe></p>",
                ..Book::default()
            },
        ),
        (
            "pub-external-links",
            Book {
                body: "<p><a href=\"https://www.w3.org/\">w</a> <a href=\"mailto:a@example.org\">m</a></p>",
                ..Book::default()
            },
        ),
        (
            "pub-remote-audio",
            Book {
                properties: "remote-resources",
                items: "<item id=\"s\" href=\"https://example.org/s.mp3\" media-type=\"audio/mpeg\"/>",
                body: "<p><audio src=\"https://example.org/s.mp3\" controls=\"controls\"></audio></p>",
                ..Book::default()
            },
        ),
        (
            "pub-remote-image",
            Book {
                items: "<item id=\"p\" href=\"https://example.org/p.png\" media-type=\"image/png\"/>",
                body: "<p><img src=\"https://example.org/p.png\" alt=\"p\"/></p>",
                ..Book::default()
            },
        ),
        (
            "sec-untrusted-consent_network",
            Book {
                properties: "remote-resources scripted",
                body: "<script src=\"https://example.org/s.js\"></script>",
                ..Book::default()
            },
        ),
    ]
}

/// The package document.
fn packages() -> Part {
    let meta = |name, metadata| (name, Book { metadata, ..Book::default() });
    vec![
        meta("pkg-meta-unknown", "<meta property=\"x:unknown\">x</meta>"),
        (
            "pkg-meta-unknown_prefix",
            Book {
                package: " prefix=\"x: https://example.org/vocabulary#\"",
                metadata: "<meta property=\"x:unknown\">x</meta>",
                ..Book::default()
            },
        ),
        meta("pkg-meta-whitespace", "<dc:creator>\n  A\n  B  </dc:creator>"),
        meta(
            "pkg-creator-order",
            "<dc:creator id=\"y\">B</dc:creator><dc:creator id=\"z\">A</dc:creator>\
             <meta refines=\"#z\" property=\"display-seq\">1</meta>\
             <meta refines=\"#y\" property=\"role\" scheme=\"marc:relators\">aut</meta>",
        ),
        meta("pkg-title-order", "<dc:title id=\"t\">U</dc:title><meta refines=\"#t\" property=\"title-type\">subtitle</meta>"),
        meta("pkg-dir_rtl", "<dc:creator dir=\"rtl\" xml:lang=\"ar\">א</dc:creator>"),
        (
            "pkg-dir-auto_root-rtl",
            Book {
                package: " dir=\"rtl\"",
                metadata: "<dc:creator dir=\"auto\">A</dc:creator>",
                ..Book::default()
            },
        ),
        meta(
            "pkg-linked-records",
            "<link rel=\"record\" href=\"r.xml\" media-type=\"application/xml\" properties=\"onix\"/>",
        ),
        (
            "pkg-linked-records_local",
            Book {
                metadata: "<link rel=\"record\" href=\"r.xml\" media-type=\"application/xml\" properties=\"onix\"/>",
                files: vec![("r.xml", b"<a/>".to_vec())],
                ..Book::default()
            },
        ),
        meta("pkg-identifiers", "<dc:identifier>urn:isbn:9780000000002</dc:identifier><dc:source>s</dc:source>"),
        meta("pkg-belongs-to-collection", "<meta property=\"belongs-to-collection\" id=\"k\">S</meta><meta refines=\"#k\" property=\"collection-type\">series</meta><meta refines=\"#k\" property=\"group-position\">2</meta>"),
        (
            "pkg-collections-unknown",
            Book {
                collection: "<collection role=\"https://example.org/unknown\"><link href=\"a.xhtml\"/></collection>",
                ..Book::default()
            },
        ),
        (
            "pkg-manifest-unknown",
            Book { properties: "unknown", ..Book::default() },
        ),
        (
            "pkg-manifest-unlisted-resource",
            Book { files: vec![("x.txt", b"x".to_vec())], ..Book::default() },
        ),
        (
            "pkg-manifest-missing-file",
            Book {
                items: "<item id=\"m\" href=\"m.xhtml\" media-type=\"application/xhtml+xml\"/>",
                ..Book::default()
            },
        ),
        (
            "pkg-spine-duplicate-item-hyperlink",
            Book { spine: "<itemref idref=\"a\"/>", ..Book::default() },
        ),
        (
            "pkg-spine-nonlinear-activation",
            Book {
                items: "<item id=\"b\" href=\"b.xhtml\" media-type=\"application/xhtml+xml\"/>",
                spine: "<itemref idref=\"b\" linear=\"no\"/>",
                body: "<p><a href=\"b.xhtml\">b</a></p>",
                files: vec![("b.xhtml", page("", "", "<p>B</p>").into())],
                ..Book::default()
            },
        ),
        (
            "pkg-spine-unknown",
            Book { spine: "<itemref idref=\"n\" properties=\"unknown\"/>", ..Book::default() },
        ),
        (
            "pkg-spine-order-svg",
            Book {
                items: "<item id=\"s\" href=\"s.svg\" media-type=\"image/svg+xml\"/>",
                before: "<itemref idref=\"s\"/>",
                files: vec![("s.svg", SVG.into())],
                ..Book::default()
            },
        ),
        (
            "pkg-page-progression_rtl",
            Book { spine_is: " page-progression-direction=\"rtl\"", ..Book::default() },
        ),
        (
            "pkg-cover",
            Book {
                items: "<item id=\"p\" href=\"p.png\" media-type=\"image/png\" properties=\"cover-image\"/>",
                files: vec![("p.png", picture(image::ImageFormat::Png))],
                ..Book::default()
            },
        ),
        (
            "pkg-legacy-guide-and-ncx",
            Book {
                metadata: "<meta name=\"cover\" content=\"p\"/>",
                items: "<item id=\"x\" href=\"toc.ncx\" media-type=\"application/x-dtbncx+xml\"/>\
                    <item id=\"p\" href=\"p.png\" media-type=\"image/png\"/>",
                spine_is: " toc=\"x\"",
                collection: "<guide><reference type=\"text\" title=\"T\" href=\"a.xhtml\"/></guide>",
                files: vec![
                    ("toc.ncx", "<ncx xmlns=\"http://www.daisy.org/z3986/2005/ncx/\" version=\"2005-1\">\
                        <head><meta name=\"dtb:uid\" content=\"urn:x:one\"/></head><docTitle><text>T</text>\
                        </docTitle><navMap><navPoint id=\"n1\"><navLabel><text>A</text></navLabel>\
                        <content src=\"a.xhtml\"/></navPoint></navMap></ncx>".into()),
                    ("p.png", picture(image::ImageFormat::Png)),
                ],
                ..Book::default()
            },
        ),
    ]
}

/// The navigation document.
fn navigation() -> Part {
    let nav = |name, nav| (name, Book { nav: Some(nav), ..Book::default() });
    vec![
        (
            "nav-spine_in-spine",
            Book { spine: "<itemref idref=\"n\"/>", ..Book::default() },
        ),
        nav("nav-spine_not-in-spine", "<li><a href=\"a.xhtml#h\">H</a></li>"),
        nav(
            "nav-nested",
            "<li><span>Part</span><ol><li><a href=\"a.xhtml\">A</a></li></ol></li>",
        ),
        nav("nav-unlinked", "<li><a href=\"a.xhtml#no\">H</a></li>"),
        nav(
            "nav-remote",
            "<li><a href=\"https://example.org/\">H</a></li><li><a href=\"a.xhtml\">A</a></li>",
        ),
        nav(
            "nav-markup",
            "<li><a href=\"a.xhtml\"><em>A</em> <img src=\"p.png\" alt=\"p\"/></a></li>",
        ),
        nav(
            "nav-hidden",
            "<li><a href=\"a.xhtml\">A</a><ol hidden=\"\"><li><a href=\"a.xhtml#h\">H</a></li></ol></li>",
        ),
        (
            "nav-page-list-and-landmarks",
            Book {
                body: "<p><span epub:type=\"pagebreak\" role=\"doc-pagebreak\" id=\"p1\" aria-label=\"1\"></span>x</p>",
                more_nav: "<nav epub:type=\"page-list\"><ol><li><a href=\"a.xhtml#p1\">1</a></li></ol></nav>\
                    <nav epub:type=\"landmarks\"><ol><li><a epub:type=\"bodymatter\" href=\"a.xhtml\">A</a></li></ol></nav>",
                ..Book::default()
            },
        ),
        (
            "nav-other-list",
            Book {
                more_nav: "<nav epub:type=\"lot\"><h2>L</h2><ol><li><a href=\"a.xhtml\">1</a></li></ol></nav>",
                ..Book::default()
            },
        ),
    ]
}

/// Content documents: XHTML, SVG, MathML, scripts, stylesheets, languages.
fn documents() -> Part {
    let body = |name, body| (name, Book { body, ..Book::default() });
    let proper =
        |name, properties, body| (name, Book { properties, body, ..Book::default() });
    let styled = |name, css| (name, Book { css, ..Book::default() });
    vec![
        body("doc-xhtml-support", "<section><h2>S</h2><dl><dt>t</dt><dd>d</dd></dl><details><summary>s</summary><p>x</p></details><p><ruby>a<rt>b</rt></ruby> <bdi>x</bdi> <time datetime=\"2020-01-01\">t</time><wbr/></p><table><caption>c</caption><tr><th scope=\"col\">a</th></tr></table></section>"),
        body("doc-epub-type", "<aside epub:type=\"footnote\" id=\"f\"><p>x</p></aside><p><a epub:type=\"noteref\" href=\"#f\">1</a></p>"),
        body("doc-epub-type_unknown", "<section epub:type=\"unknown\"><p>x</p></section>"),
        body("doc-custom-attributes", "<p data-x=\"1\" xmlns:x=\"https://example.org/\" x:y=\"z\">x</p>"),
        body("doc-custom-attributes_urn", "<p xmlns:x=\"urn:x\" x:y=\"z\">x</p>"),
        body("doc-custom-attributes_reserved", "<p xmlns:x=\"http://www.w3.org/x\" x:y=\"z\">x</p>"),
        body("doc-rdfa-microdata", "<p itemscope=\"\" itemtype=\"https://schema.org/Book\"><span itemprop=\"name\">x</span></p>"),
        body("doc-form", "<form action=\"#h\"><p><label>l <input type=\"text\" name=\"n\"/></label></p></form>"),
        proper("doc-mathml-support", "mathml", "<p><math xmlns=\"http://www.w3.org/1998/Math/MathML\" alttext=\"x\"><mfrac><mi>x</mi><mn>2</mn></mfrac></math></p>"),
        proper("doc-mathml-annotation", "mathml", "<p><math xmlns=\"http://www.w3.org/1998/Math/MathML\"><semantics><mi>x</mi><annotation-xml encoding=\"MathML-Content\"><ci>x</ci></annotation-xml></semantics></math></p>"),
        body("doc-mathml-undeclared", "<p><math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mi>x</mi></math></p>"),
        proper("doc-svg-embedded", "svg", "<p><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><rect width=\"3\" height=\"3\"/></svg></p>"),
        proper("doc-svg-foreign-object", "svg", "<div><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><foreignObject width=\"9\" height=\"9\"><p xmlns=\"http://www.w3.org/1999/xhtml\">x</p></foreignObject></svg></div>"),
        proper("scr-support", "scripted", "<p id=\"x\">x</p><script>document.getElementById('x').textContent = 1 &lt; 2;</script>"),
        body("scr-undeclared", "<p id=\"x\">x</p><script>1;</script>"),
        proper("scr-support_event", "scripted", "<p onclick=\"void 0\">x</p>"),
        body("scr-data-block", "<script type=\"application/json\">{\"a\": 1}</script>"),
        (
            "scr-support_container-iframe",
            Book {
                items: "<item id=\"b\" href=\"b.xhtml\" media-type=\"application/xhtml+xml\" properties=\"scripted\"/>\
                    <item id=\"j\" href=\"j.js\" media-type=\"application/javascript\"/>",
                body: "<p><iframe src=\"b.xhtml\"></iframe></p>",
                files: vec![
                    ("b.xhtml", page("", "<script src=\"j.js\"></script>", "<p>B</p>").into()),
                    ("j.js", b"1;".to_vec()),
                ],
                ..Book::default()
            },
        ),
        styled("css-epub-prefixed", "p { -epub-hyphens: auto; -epub-writing-mode: vertical-rl; -epub-text-emphasis-style: dot }"),
        styled("css-direction", "p { direction: rtl; unicode-bidi: embed }"),
        styled("css-broken", "p { color: ; } @media { q { } "),
        styled("css-escapes", "q::before { content: \"\\\"\"; quotes: '\\'' \"/*\" } q { margin:]]> 0; \\31 a: b; --: c }"),
        body("css-escapes-inline", "<p style=\"content: &quot;\\&quot;&quot;; /* ; */ color/**/: red; margin: )0\">x</p>"),
        styled("css-remote-font", "@font-face { font-family: R; src: url(https://example.org/f.ttf) }"),
        (
            "css-fonts_tt",
            Book {
                items: "<item id=\"f\" href=\"f.ttf\" media-type=\"font/ttf\"/>",
                css: "@font-face { font-family: F; src: url(f.ttf) } p { font-family: F, serif }",
                files: vec![("f.ttf", font())],
                ..Book::default()
            },
        ),
        (
            "css-import-and-svg",
            Book {
                items: "<item id=\"d\" href=\"d.css\" media-type=\"text/css\"/>\
                    <item id=\"s\" href=\"s.svg\" media-type=\"image/svg+xml\"/>",
                css: "",
                body: "<p><img src=\"s.svg\" alt=\"s\"/></p>",
                files: vec![
                    ("c.css", b"@import \"d.css\";".to_vec()),
                    ("d.css", b".c { fill: red }".to_vec()),
                    ("s.svg", format!("<?xml-stylesheet href=\"d.css\" type=\"text/css\"?>{SVG}").into()),
                ],
                ..Book::default()
            },
        ),
        ("i18n-xhtml-dir", Book { html: " dir=\"rtl\"", ..Book::default() }),
        body("i18n-xhtml-lang", "<p lang=\"fr\" xml:lang=\"fr\">Bonjour</p><p lang=\"de\">Tag</p>"),
        body("pub-xml-names", "<x::y>z</x::y>"),
        body("pub-xml-non-validating_unclosed", "<p>one<p>two</p>"),
        (
            "pub-xml-external-id",
            Book {
                files: vec![("a.xhtml", "<!DOCTYPE html [<!ENTITY x SYSTEM \"c.css\">]>\
                    <html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>T</title></head><body><p>&x;</p></body></html>".into())],
                ..Book::default()
            },
        ),
        (
            "pub-xml-encoding",
            Book {
                items: "<item id=\"s\" href=\"s.svg\" media-type=\"image/svg+xml\"/>",
                body: "<p><img src=\"s.svg\" alt=\"s\"/></p>",
                files: vec![
                    ("/META-INF/container.xml", declared("cp1252", &container("EPUB/content.opf", ""))),
                    ("a.xhtml", declared("UTF-16", &page("", "", "<p>\u{e9}</p>"))),
                    ("nav.xhtml", declared("utf-9", &page("", "", "<nav epub:type=\"toc\"><ol><li><a href=\"a.xhtml\">A</a></li></ol></nav>"))),
                    ("s.svg", declared("iso-8859-99", SVG)),
                ],
                ..Book::default()
            },
        ),
        ("pub-xml-encoding_none", Book { files: vec![("a.xhtml", declared("\u{e9}", &page("", "", "<p>x</p>")))], ..Book::default() }),
        (
            "pub-xml-utf-16",
            Book {
                files: vec![("a.xhtml", {
                    let text = page("", "", "<p>x</p>").replace("UTF-8", "UTF-16");
                    [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
                })],
                ..Book::default()
            },
        ),
    ]
}

/// Fixed layouts and rendering.
fn layout() -> Part {
    let fixed = |name, head, spine| {
        (name, Book { metadata: FIXED, head, spine, ..Book::default() })
    };
    vec![
        fixed("fxl-xhtml-icb", VIEWPORT, ""),
        fixed("fxl-xhtml-no-viewport", "", ""),
        fixed(
            "fxl-xhtml-bad-viewport",
            "<meta name=\"viewport\" content=\"width=x\"/>",
            "",
        ),
        (
            "fxl-spread-and-orientation",
            Book {
                metadata: "<meta property=\"rendition:layout\">pre-paginated</meta>\
                    <meta property=\"rendition:spread\">landscape</meta>\
                    <meta property=\"rendition:orientation\">portrait</meta>",
                head: VIEWPORT,
                ..Book::default()
            },
        ),
        (
            "fxl-override_spine",
            Book {
                items: "<item id=\"b\" href=\"b.xhtml\" media-type=\"application/xhtml+xml\"/>",
                spine: "<itemref idref=\"b\" properties=\"rendition:layout-pre-paginated page-spread-left\"/>",
                files: vec![("b.xhtml", page("", VIEWPORT, "<p>B</p>").into())],
                ..Book::default()
            },
        ),
        (
            "fxl-svg",
            Book {
                metadata: FIXED,
                head: VIEWPORT,
                items: "<item id=\"s\" href=\"s.svg\" media-type=\"image/svg+xml\"/>",
                spine: "<itemref idref=\"s\"/>",
                files: vec![("s.svg", SVG.into())],
                ..Book::default()
            },
        ),
        (
            "lay-flow-scrolled",
            Book {
                metadata: "<meta property=\"rendition:flow\">scrolled-doc</meta>",
                ..Book::default()
            },
        ),
        (
            "lay-flow-invalid",
            Book {
                metadata: "<meta property=\"rendition:flow\">sideways</meta>",
                ..Book::default()
            },
        ),
        (
            "lay-spine-flow_and-align",
            Book {
                spine: "<itemref idref=\"n\" properties=\"rendition:flow-paginated rendition:align-x-center\"/>",
                ..Book::default()
            },
        ),
    ]
}

/// Media overlays.
fn overlays() -> Part {
    let spoken = |name, metadata, smil: String| {
        let book = Book {
            metadata,
            items: OVERLAY_ITEMS,
            spine: "<itemref idref=\"b\"/>",
            css: ".spoken { color: red }",
            files: vec![
                ("o.smil", smil.replace("a.xhtml", "b.xhtml").into()),
                ("s.mp3", b"ID3\x04".to_vec()),
                ("b.xhtml", page("", "", "<h1 id=\"h\">B</h1>").into()),
            ],
            ..Book::default()
        };
        (name, book)
    };
    vec![
        spoken("mol-audio-support", DURATION, OVERLAY.to_owned()),
        spoken("mol-duration-missing", "", OVERLAY.to_owned()),
        spoken("mol-fragment-missing", DURATION, OVERLAY.replace("#h", "#no")),
        spoken(
            "mol-clip-backwards",
            DURATION,
            OVERLAY.replace("clipBegin=\"0s\"", "clipBegin=\"9s\""),
        ),
        spoken(
            "mol-text-only",
            DURATION,
            OVERLAY.replace("<audio src=\"s.mp3\" clipBegin=\"0s\" clipEnd=\"1s\"/>", ""),
        ),
        spoken("mol-unclosed", DURATION, OVERLAY.replace("</body>", "")),
    ]
}

/// The container.
fn containers() -> Vec<(&'static str, Vec<Member>)> {
    let with = |files: &[(&'static str, &str)]| {
        let files = files.iter().map(|&(name, text)| (name, text.into())).collect();
        Book { files, ..Book::default() }.members()
    };
    let obfuscated = Book {
        items: "<item id=\"f\" href=\"f.ttf\" media-type=\"font/ttf\"/>",
        css: "@font-face { font-family: F; src: url(f.ttf) } p { font-family: F, serif }",
        files: vec![
            ("f.ttf", obfuscated()),
            ("/META-INF/encryption.xml", ENCRYPTION.into()),
        ],
        ..Book::default()
    };
    let odd_names = Book {
        items: "<item id=\"p\" href=\"%C3%A9%20p.png\" media-type=\"image/png\"/>",
        body: "<p><img src=\"%C3%A9%20p.png\" alt=\"p\"/></p>",
        files: vec![("é p.png", picture(image::ImageFormat::Png))],
        ..Book::default()
    };
    let elsewhere = Book {
        items: "<item id=\"b\" href=\"../OTHER/b.xhtml\" media-type=\"application/xhtml+xml\"/>",
        spine: "<itemref idref=\"b\"/>",
        files: vec![(
            "/OTHER/b.xhtml",
            page("", "", "<p><a href=\"../EPUB/a.xhtml\">a</a></p>").into(),
        )],
        ..Book::default()
    };
    let second = "<rootfile full-path=\"EPUB/second.opf\" media-type=\"application/oebps-package+xml\"/>";
    let rendition = Book::default().members();
    let package =
        rendition.iter().find(|one| one.name.ends_with(b"content.opf")).unwrap();
    let package = String::from_utf8(package.data.clone()).unwrap();
    vec![
        ("ocf-font_obfuscation", obfuscated.members()),
        ("ocf-encryption_unknown", with(&[("/META-INF/encryption.xml", &ENCRYPTION.replace("http://www.idpf.org/2008/embedding", "http://www.w3.org/2001/04/xmlenc#aes256-cbc").replace("f.ttf", "c.css"))])),
        ("ocf-metainf-inc", with(&[("/META-INF/x.xml", "<x/>")])),
        ("ocf-metainf-manifest", with(&[("/META-INF/manifest.xml", "<x/>")])),
        ("ocf-metainf-rights", with(&[("/META-INF/rights.xml", "<x/>")])),
        ("ocf-metainf-signatures", with(&[("/META-INF/signatures.xml", "<signatures xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"/>")])),
        ("ocf-package_arbitrary", with(&[("/META-INF/container.xml", &container("EPUB/other.opf", "")), ("other.opf", &package)])),
        ("ocf-package_multiple", with(&[("/META-INF/container.xml", &container("EPUB/content.opf", second)), ("second.opf", &package)])),
        ("ocf-package_missing", with(&[("/META-INF/container.xml", &container("EPUB/none.opf", ""))])),
        ("ocf-url_encoded", odd_names.members()),
        ("ocf-url_relative", elsewhere.members()),
        ("ocf-url_leaking", Book { body: "<p><img src=\"../../../p.png\" alt=\"p\"/><a href=\"/a.xhtml\">a</a></p>", ..Book::default() }.members()),
        ("ocf-mimetype_spaces", with(&[("/mimetype", "application/epub+zip \n")])),
        ("ocf-zip_folders", {
            let mut members = Book::default().members();
            members.push(member("EPUB/empty/", ""));
            members
        }),
        ("ocf-zip_order", {
            let mut members = Book::default().members();
            members.reverse();
            members
        }),
    ]
}

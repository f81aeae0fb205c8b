//! A small ePub, good until a test breaks it.

use concbook::check::{Families, check};
use concbook::epub::Epub;
use concbook::finding::Finding;
use std::io::{Cursor, Write};

pub(crate) const GOOD_CSS: &str = "\
@font-face { font-family: Gelasio; src: url(fonts/body.ttf) }
@font-face { font-family: DejaVu Sans; src: url(fonts/heading.ttf) }
@font-face { font-family: 'Ubuntu Mono'; src: url(fonts/code.ttf) }
body { font-family: Gelasio, serif }
h1 { font-family: 'DejaVu Sans', sans-serif }
code, pre { font-family: Ubuntu Mono, monospace }
";

pub(crate) const GOOD_PAGE: &str = "<?xml version=\"1.0\"?>
<html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\">
<head><title>T</title><link rel=\"stylesheet\" href=\"book.css\" /></head>
<body><h1>Title</h1><p>Text and <code>code</code>.</p><pre>listing</pre>
<p><svg><text>drawn</text></svg></p></body></html>";

const CONTAINER: &str = "<container><rootfiles><rootfile full-path=\"EPUB/book.opf\" />\
    </rootfiles></container>";

/// One of the fonts that concbook brings, by its path below `fonts/`.
pub(crate) fn font(path: &str) -> Vec<u8> {
    let fonts = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts");
    concbook::fsx::read(&fonts.join(path)).unwrap()
}

/// Builds an ePub file by file.
pub(crate) struct Book {
    files: Vec<(String, Vec<u8>)>,
    font_type: String,
}

impl Book {
    pub(crate) fn new() -> Self {
        let book = Self { files: Vec::new(), font_type: "font/ttf".to_owned() };
        book.page(GOOD_PAGE)
            .css(GOOD_CSS)
            .font("body", "gelasio/Gelasio-Regular.ttf")
            .font("heading", "dejavu-sans/DejaVuSans.ttf")
            .font("code", "ubuntu-mono/UbuntuMono-Regular.ttf")
    }

    pub(crate) fn file(mut self, name: &str, data: &[u8]) -> Self {
        self.files.retain(|(old, _)| old != name);
        self.files.push((name.to_owned(), data.to_vec()));
        self
    }

    pub(crate) fn page(self, text: &str) -> Self {
        self.file("EPUB/page.xhtml", text.as_bytes())
    }

    pub(crate) fn css(self, text: &str) -> Self {
        self.file("EPUB/book.css", text.as_bytes())
    }

    /// The media type that all fonts have in the manifest.
    pub(crate) fn font_type(mut self, media_type: &str) -> Self {
        media_type.clone_into(&mut self.font_type);
        self
    }

    fn font(self, name: &str, file: &str) -> Self {
        self.file(&format!("EPUB/fonts/{name}.ttf"), &font(file))
    }

    /// A vector image.
    pub(crate) fn svg(self, text: &str) -> Self {
        self.file("EPUB/a.svg", text.as_bytes())
    }

    pub(crate) fn epub(&self) -> Epub {
        let (mut manifest, mut spine) = (String::new(), String::new());
        let listed = self.files.iter().filter(|(name, _)| !name.starts_with("META-INF/"));
        for (at, (name, _)) in listed.enumerate() {
            let href = name.trim_start_matches("EPUB/");
            let kind = match href.rsplit('.').next() {
                Some("xhtml") => "application/xhtml+xml",
                Some("css") => "text/css",
                Some("svg") => "image/svg+xml",
                Some("png") => "image/png",
                Some("wav") => "audio/wav",
                _ => &self.font_type,
            };
            let item =
                format!("<item id=\"i{at}\" href=\"{href}\" media-type=\"{kind}\" />");
            manifest.push_str(&item);
            if kind == "application/xhtml+xml" {
                spine += "<itemref idref=\"i";
                spine += &at.to_string();
                spine += "\" />";
            }
        }
        let package = format!(
            "<package><manifest>{manifest}</manifest><spine>{spine}</spine></package>"
        );
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let own = [("META-INF/container.xml", CONTAINER), ("EPUB/book.opf", &*package)];
        let own = own.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
        for (name, data) in own.iter().chain(&self.files) {
            zip.start_file(&**name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(data).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        Epub::from_bytes("book.epub", &bytes).unwrap()
    }

    pub(crate) fn findings(&self) -> Vec<Finding> {
        let epub = self.epub();
        let [body, heading, code] =
            ["Gelasio", "DejaVu Sans", "Ubuntu Mono"].map(str::to_owned);
        let [body, heading, code] = [body, heading, code].map(Some);
        check(&epub, &Families { body, heading, code })
    }

    pub(crate) fn codes(&self) -> Vec<String> {
        self.findings().into_iter().map(|finding| finding.code.into_owned()).collect()
    }
}

//! The finishing of an ePub, with any bytes as the container or as one of its files: it is refused,
//! or finished, and what was finished can be opened and finished again. It never panics.

#![no_main]

use concbook::epub::Epub;
use concfilter::settings::{Edition, Presentation};
use concbook::finish::{Finished, FinishOptions, finish, prepare};
use libfuzzer_sys::fuzz_target;
use std::io::{Cursor, Write};

const FILES: &[(&str, &str)] = &[
    ("EPUB/a.xhtml", "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>T</title></head>\
        <body><h1>A</h1><p>Text <code>f()</code></p><pre class=\"python\"><code>x = 1</code></pre>\
        <p><img src=\"p.png\" alt=\"\"/><img src=\"s.svg\" alt=\"\"/></p></body></html>"),
    ("EPUB/content.opf", "<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" \
        unique-identifier=\"i\"><metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
        <dc:identifier id=\"i\">x</dc:identifier><dc:title>T</dc:title><dc:language>en</dc:language>\
        </metadata><manifest><item id=\"a\" href=\"a.xhtml\" media-type=\"application/xhtml+xml\"/>\
        <item id=\"n\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>\
        <item id=\"c\" href=\"c.css\" media-type=\"text/css\"/><item id=\"p\" href=\"p.png\" \
        media-type=\"image/png\"/><item id=\"s\" href=\"s.svg\" media-type=\"image/svg+xml\"/>\
        <item id=\"x\" href=\"toc.ncx\" media-type=\"application/x-dtbncx+xml\"/></manifest>\
        <spine toc=\"x\"><itemref idref=\"a\"/></spine></package>"),
    ("EPUB/nav.xhtml", "<html xmlns=\"http://www.w3.org/1999/xhtml\" \
        xmlns:epub=\"http://www.idpf.org/2007/ops\"><head><title>N</title></head><body>\
        <nav epub:type=\"toc\"><ol><li><a href=\"a.xhtml\">A</a></li></ol></nav></body></html>"),
    ("EPUB/c.css", "p { font-family: X, serif }"),
    ("EPUB/p.png", ""),
    ("EPUB/s.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 2 1\"/>"),
    ("EPUB/toc.ncx", "<ncx xmlns=\"http://www.daisy.org/z3986/2005/ncx/\"><navMap/></ncx>"),
    ("META-INF/container.xml", "<container><rootfiles><rootfile \
        full-path=\"EPUB/content.opf\"/></rootfiles></container>"),
];

fuzz_target!(|data: &[u8]| {
    finished(data, Edition::Color);
    let Some((&which, rest)) = data.split_first() else { return };
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored);
    for (at, (name, text)) in FILES.iter().enumerate() {
        zip.start_file(*name, stored).expect("names differ");
        let own = usize::from(which) % FILES.len() == at;
        zip.write_all(if own { rest } else { text.as_bytes() }).expect("memory");
    }
    let bytes = zip.finish().expect("memory").into_inner();
    let edition = if which >= 128 { Edition::Eink } else { Edition::Color };
    finished(&bytes, edition);
});

fn finished(bytes: &[u8], edition: Edition) {
    let Ok(epub) = Epub::from_bytes("a.epub", bytes) else { return };
    // A drawn cover costs a hundred times what all else does, and has tests of its own.
    let presentation = Presentation { edition, cover: false, ..Presentation::default() };
    let options = FinishOptions { presentation, ..FinishOptions::default() };
    let finished = |epub| finish(prepare(epub, &options)?, &options);
    let Ok(Finished { epub, .. }) = finished(epub) else { return };
    let once = epub.to_bytes().expect("what was read is written");
    let again = Epub::from_bytes("b.epub", &once).expect("what was written is read");
    finished(again).expect("what was finished is finished again");
}

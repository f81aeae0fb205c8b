//! Containers that are broken in ninety ways: which of them are refused, which are repaired, and what
//! the author is told of each.

use crate::support;
use crate::support::archive::{
    CONTAINER, PACKAGE, PAGE, and, archive, good, with, without,
};
use crate::support::{TempBook, concbook};
use std::fs;

fn utf16(text: &str) -> Vec<u8> {
    [0xff, 0xfe]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect()
}

/// The good book in which a piece of the package document is another.
fn package(from: &str, to: &str) -> Vec<u8> {
    assert!(PACKAGE.contains(from), "{from}");
    with("EPUB/content.opf", PACKAGE.replace(from, to))
}

/// The end of the archive with another number at a place (APPNOTE 4.3.16).
fn end(at: usize, number: u32, length: usize) -> Vec<u8> {
    let mut bytes = archive(&good());
    let start = bytes.len() - 22 + at;
    bytes[start..start + length].copy_from_slice(&number.to_le_bytes()[..length]);
    bytes
}

fn changed(index: usize, change: impl FnOnce(&mut support::archive::Member)) -> Vec<u8> {
    let mut members = good();
    change(&mut members[index]);
    archive(&members)
}

#[test]
fn every_kind_ends_as_it_should() {
    let item = "<item id=\"a\" href=\"a.xhtml\" media-type=\"application/xhtml+xml\"/>";
    let cases: Vec<(&str, i32, &str, Vec<u8>)> = vec![
        ("a picture", 2, "not a zip archive", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("a PDF", 2, "not a zip archive", b"%PDF-1.7\n1 0 obj\n".to_vec()),
        ("a web page", 2, "not a zip archive", PAGE.into()),
        (
            "gzip",
            2,
            "not a zip archive",
            [&b"\x1f\x8b\x08\0\0\0\0\0\0\x03"[..], &[0; 90]].concat(),
        ),
        ("7z", 2, "not a zip archive", [&b"7z\xbc\xaf\x27\x1c"[..], &[0; 90]].concat()),
        ("zeros", 2, "not a zip archive", vec![0; 5000]),
        (
            "the end alone",
            2,
            "it has no META-INF/container.xml",
            [&b"PK\x05\x06"[..], &[0; 18]].concat(),
        ),
        ("the end cut", 2, "not a zip archive", b"PK\x05\x06\0\0".to_vec()),
        ("directory beyond the file", 2, "not a zip archive", end(16, 0x00ff_ffff, 4)),
        ("directory too long", 0, "1 stylesheet", end(12, 0x00ff_ffff, 4)),
        ("several disks", 2, "not a zip archive", end(4, 3, 2)),
        ("more files told", 2, "not a zip archive", end(10, 9, 2)),
        ("fewer files told", 2, "content.opf is not there", {
            let mut b = end(10, 2, 2);
            let n = b.len() - 22;
            b[n + 8..n + 10].copy_from_slice(&2u16.to_le_bytes());
            b
        }),
        ("local header gone", 2, "Invalid local file header", {
            let mut b = archive(&good());
            b[0] = 0;
            b
        }),
        (
            "before",
            0,
            "1 stylesheet",
            [b"#!/bin/sh\n".to_vec(), archive(&good())].concat(),
        ),
        ("behind", 0, "1 stylesheet", [archive(&good()), b"more".to_vec()].concat()),
        (
            "two names",
            2,
            "has two names",
            and(|one| one.listed = Some("EPUB/other.txt".into())),
        ),
        (
            "name not utf8",
            2,
            "is not UTF-8",
            and(|one| {
                one.flags = 1 << 11;
                one.name = b"EPUB/\xff\xfe.txt".to_vec();
            }),
        ),
        ("empty name", 2, "leads out of the container", and(|one| one.name = Vec::new())),
        (
            "NUL name",
            2,
            "leads out of the container",
            and(|one| one.name = b"EPUB/a\0.txt".to_vec()),
        ),
        ("dots", 2, "leads out of the container", and(|one| one.name = b"..".to_vec())),
        ("dot", 2, "is no plain path", and(|one| one.name = b"EPUB/./b.txt".to_vec())),
        (
            "dots inside",
            2,
            "is no plain path",
            and(|one| one.name = b"EPUB/x/../b.txt".to_vec()),
        ),
        (
            "double slash",
            2,
            "is no plain path",
            and(|one| one.name = b"EPUB//b.txt".to_vec()),
        ),
        (
            "dir with data",
            2,
            "is a folder, and holds bytes",
            and(|one| one.name = b"EPUB/b/".to_vec()),
        ),
        (
            "case",
            2,
            "differ in capitals alone",
            and(|one| one.name = b"EPUB/A.xhtml".to_vec()),
        ),
        (
            "unc",
            2,
            "leads out of the container",
            and(|one| one.name = b"\\\\host\\share".to_vec()),
        ),
        (
            "control name",
            2,
            "has a control character in its name",
            and(|one| one.name = b"EPUB/a\nb.txt".to_vec()),
        ),
        ("device", 2, "is no plain file", and(|one| one.mode = 0o020_666)),
        ("fifo", 2, "is no plain file", and(|one| one.mode = 0o010_666)),
        (
            "long name",
            2,
            "has a name longer than 255 bytes",
            and(|one| one.name = vec![b'a'; 60000]),
        ),
        (
            "size small",
            2,
            "File is larger than its declared uncompressed size",
            and(|one| one.size = Some(2)),
        ),
        (
            "size large",
            2,
            "is 9 bytes long instead of the 4294967280 it tells of",
            and(|one| one.size = Some(0xffff_fff0)),
        ),
        ("strong encryption", 2, "is encrypted", and(|one| one.flags = 1 | 1 << 6)),
        ("bzip2", 2, "compression method not supported: 12", and(|one| one.method = 12)),
        ("lzma", 2, "compression method not supported: 14", and(|one| one.method = 14)),
        (
            "wrong crc of a page",
            2,
            "Invalid checksum",
            changed(3, |one| one.crc = Some(7)),
        ),
        ("encrypted page", 2, "is encrypted", changed(3, |one| one.flags = 1)),
        (
            "container utf16",
            2,
            "container.xml is not UTF-8 text",
            with("META-INF/container.xml", utf16(CONTAINER)),
        ),
        (
            "container not utf8",
            2,
            "container.xml is not UTF-8 text",
            with("META-INF/container.xml", b"\xff\xfe\xff"),
        ),
        (
            "container bomb",
            2,
            "container.xml: the document defines entities of its own",
            with(
                "META-INF/container.xml",
                format!(
                    "<!DOCTYPE c [<!ENTITY a \"b\">]>{}",
                    CONTAINER.replace("EPUB/content.opf", "&a;")
                ),
            ),
        ),
        (
            "container up",
            2,
            "content.opf is not there",
            with("META-INF/container.xml", CONTAINER.replace("EPUB/", "../")),
        ),
        (
            "container absolute",
            2,
            "content.opf is not there",
            with("META-INF/container.xml", CONTAINER.replace("EPUB/", "/EPUB/")),
        ),
        (
            "container folder",
            2,
            "not an ePub: its package document EPUB is not there",
            with("META-INF/container.xml", CONTAINER.replace("EPUB/content.opf", "EPUB")),
        ),
        (
            "container empty path",
            2,
            "not an ePub: its package document  is not there",
            with("META-INF/container.xml", CONTAINER.replace("EPUB/content.opf", "")),
        ),
        (
            "container page",
            2,
            "the package document has no manifest",
            with("META-INF/container.xml", CONTAINER.replace("content.opf", "a.xhtml")),
        ),
        ("package utf16", 2, "not UTF-8 text", with("EPUB/content.opf", utf16(PACKAGE))),
        (
            "package not utf8",
            2,
            "not UTF-8 text",
            with("EPUB/content.opf", b"<package>\xff</package>"),
        ),
        (
            "package bom",
            0,
            "1 stylesheet",
            with("EPUB/content.opf", format!("\u{feff}{PACKAGE}")),
        ),
        (
            "package entity",
            2,
            "unrecognized entity `a`",
            with("EPUB/content.opf", PACKAGE.replace("a.xhtml", "&a;")),
        ),
        (
            "package laughs",
            2,
            "defines entities of its own",
            with(
                "EPUB/content.opf",
                format!(
                    "<!DOCTYPE p [<!ENTITY a \"a.xhtml\">]>{}",
                    PACKAGE.replace("a.xhtml", "&a;")
                ),
            ),
        ),
        (
            "package external",
            2,
            "defines entities of its own",
            with(
                "EPUB/content.opf",
                format!(
                    "<!DOCTYPE p SYSTEM \"file:///etc/passwd\" [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>{}",
                    PACKAGE.replace("a.xhtml", "&a;")
                ),
            ),
        ),
        (
            "package html",
            2,
            "the package document has no manifest",
            with("EPUB/content.opf", PAGE),
        ),
        (
            "package deep",
            2,
            "the package document is malformed at byte 5997: elements are nested more than 2000 deep",
            with(
                "EPUB/content.opf",
                format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000)),
            ),
        ),
        (
            "no spine",
            1,
            "the spine names nothing to read",
            package("<spine><itemref idref=\"a\"/></spine>", ""),
        ),
        (
            "spine empty",
            1,
            "the spine names nothing to read",
            package("<itemref idref=\"a\"/>", ""),
        ),
        (
            "spine unknown",
            1,
            "the spine names \"b\", which the manifest has not",
            package("idref=\"a\"", "idref=\"b\""),
        ),
        (
            "spine twice",
            1,
            "the spine names \"a\" twice",
            package(
                "<itemref idref=\"a\"/>",
                "<itemref idref=\"a\"/><itemref idref=\"a\"/>",
            ),
        ),
        (
            "spine no idref",
            1,
            "a place of the spine names no item",
            package("idref=\"a\"", ""),
        ),
        ("no metadata", 0, "1 stylesheet", package("<metadata/>", "")),
        (
            "item no href",
            1,
            "an item of the manifest has no href",
            package("href=\"a.xhtml\"", ""),
        ),
        ("item no id", 1, "an item of the manifest has no id", package("id=\"a\"", "")),
        (
            "item twice",
            1,
            "\"a.xhtml\" stands in the manifest twice",
            package(item, &item.repeat(2)),
        ),
        (
            "item id twice",
            1,
            "two items of the manifest have the identifier \"a\"",
            package(
                item,
                &format!(
                    "{item}<item id=\"a\" href=\"content.opf\" media-type=\"text/plain\"/>"
                ),
            ),
        ),
        (
            "item missing file",
            1,
            "the container holds no such file",
            package("a.xhtml", "b.xhtml"),
        ),
        ("item up", 1, "leads out of the container", package("a.xhtml", "../../a.xhtml")),
        (
            "item absolute",
            1,
            "leads out of the container",
            package("a.xhtml", "/a.xhtml"),
        ),
        (
            "item web",
            1,
            "leads out of the container",
            package("a.xhtml", "https://example.org/a.xhtml"),
        ),
        (
            "item no type",
            1,
            "an item of the manifest has no media-type",
            package("media-type=\"application/xhtml+xml\"", ""),
        ),
        (
            "item wrong type",
            1,
            "it is no picture that readers know",
            package("application/xhtml+xml", "image/png"),
        ),
        (
            "item empty href",
            1,
            "an item of the manifest has no href",
            package("a.xhtml", ""),
        ),
        (
            "item file url",
            1,
            "leads out of the container",
            package("a.xhtml", "file:///etc/passwd"),
        ),
        ("not in manifest", 0, "1 stylesheet", with("EPUB/b.xhtml", PAGE)),
        ("no page", 1, "the container holds no such file", without("EPUB/a.xhtml")),
        ("no mimetype", 0, "1 stylesheet", without("mimetype")),
        ("wrong mimetype", 0, "1 stylesheet", with("mimetype", "text/plain")),
        (
            "drm",
            2,
            "is encrypted",
            with(
                "META-INF/encryption.xml",
                "<encryption xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><enc:EncryptedData xmlns:enc=\"http://www.w3.org/2001/04/xmlenc#\"><enc:EncryptionMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#aes128-cbc\"/><enc:CipherData><enc:CipherReference URI=\"EPUB/a.xhtml\"/></enc:CipherData></enc:EncryptedData></encryption>",
            ),
        ),
        ("rights", 0, "1 stylesheet", with("META-INF/rights.xml", "<rights/>")),
        (
            "broken encryption",
            2,
            "syntax error: tag not closed: `>` not found before end of input",
            with("META-INF/encryption.xml", "<encryption"),
        ),
        ("page utf16", 1, "not UTF-8 text", with("EPUB/a.xhtml", utf16(PAGE))),
        (
            "page not utf8",
            1,
            "not UTF-8 text",
            with("EPUB/a.xhtml", b"<html>\xff\xfe</html>"),
        ),
        (
            "page svg",
            0,
            "1 stylesheet",
            with("EPUB/a.xhtml", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ),
        (
            "page dup attr",
            0,
            "position 9: duplicated attribute, previous declaration at position 2",
            with("EPUB/a.xhtml", PAGE.replace("<p>", "<p id=\"a\" id=\"b\">")),
        ),
        (
            "page dup id",
            0,
            "repaired: 1 identifier",
            with("EPUB/a.xhtml", PAGE.replace("<p>", "<p id=\"a\"/><p id=\"a\">")),
        ),
        (
            "page external",
            2,
            "the document defines entities of its own",
            with(
                "EPUB/a.xhtml",
                format!(
                    "<!DOCTYPE html [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>{}",
                    PAGE.replace("Text", "&a;")
                ),
            ),
        ),
        (
            "page param entity",
            2,
            "the document defines entities of its own",
            with(
                "EPUB/a.xhtml",
                format!("<!DOCTYPE html [<!ENTITY % a \"x\">%a;]>{PAGE}"),
            ),
        ),
        (
            "page many attrs",
            0,
            "1 stylesheet",
            with(
                "EPUB/a.xhtml",
                PAGE.replace(
                    "<p>",
                    &format!(
                        "<p {}>",
                        (0..50_000)
                            .map(|n| format!("a{n}=''"))
                            .collect::<Vec<_>>()
                            .join(" ")
                    ),
                ),
            ),
        ),
        (
            "page cdata",
            0,
            "syntax error: CDATA not closed: `]]>` not found before end of input",
            with("EPUB/a.xhtml", PAGE.replace("Text", "<![CDATA[x")),
        ),
        (
            "page pi",
            0,
            "syntax error: processing instruction not closed: `?>` not found before end of input",
            with("EPUB/a.xhtml", PAGE.replace("Text", "<?php x")),
        ),
        (
            "page unbound prefix",
            0,
            "repaired: 1 place",
            with("EPUB/a.xhtml", PAGE.replace("<p>Text</p>", "<x:p>Text</x:p>")),
        ),
        (
            "page bad ref",
            0,
            "invalid character reference: `1114112` is not a valid codepoint",
            with("EPUB/a.xhtml", PAGE.replace("Text", "&#x110000; &#0; &nbsp;")),
        ),
    ];
    for (name, code, says, bytes) in cases {
        let book = TempBook::new().file("a.epub", bytes).file("out.epub", "the old file");
        let (input, output) = (book.path("a.epub"), book.path("out.epub"));
        let (input, output) = (input.to_str().unwrap(), output.to_str().unwrap());
        let (ended, stdout, said) = concbook(["pack", input, "-o", output]);
        assert_eq!((ended, stdout.as_str()), (code, ""), "{name}: {said}");
        assert!(said.contains(says), "{name}: {said}");
        let is_old = fs::read(output).unwrap() == b"the old file";
        assert_eq!(is_old, code == 2, "{name}: {said}");
        // check has the same to say, and never fails in another way.
        let (ended, _, said) = concbook(["check", input, "--epubcheck", "never"]);
        assert!(ended < 2 || code == 2, "{name}: {said}");
        let is_picture = says.contains("picture");
        assert!(code != 1 || is_picture || said.contains(says), "{name}: {said}");
        if code < 2 {
            // What pack made is packed again without a change.
            let again = concbook(["pack", output, "-o", input]);
            assert!(again.0 < 2, "{name}: {}", again.2);
            assert_eq!(fs::read(output).unwrap(), fs::read(input).unwrap(), "{name}");
        }
    }
}

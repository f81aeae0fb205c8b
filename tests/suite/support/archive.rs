//! Archives with headers as asked for, and a small book to spoil.

/// A file of an archive, with what its headers say of it.
#[derive(Clone)]
pub(crate) struct Member {
    pub name: Vec<u8>,
    pub data: Vec<u8>,
    pub flags: u16,
    pub method: u16,
    pub crc: Option<u32>,
    pub size: Option<u32>,
    pub mode: u32,
    /// The name in the directory at the end, where it is another.
    pub listed: Option<Vec<u8>>,
}

pub(crate) fn member(name: &str, data: impl AsRef<[u8]>) -> Member {
    Member {
        name: name.as_bytes().to_vec(),
        data: data.as_ref().to_vec(),
        // Names are UTF-8.
        flags: 1 << 11,
        method: 0,
        crc: None,
        size: None,
        mode: 0o100_644,
        listed: None,
    }
}

/// The checksum of zip (APPNOTE 4.4.7).
pub(crate) fn crc(data: &[u8]) -> u32 {
    !data.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
        })
    })
}

/// An archive of stored files, headers as asked for.
pub(crate) fn archive(members: &[Member]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut central = Vec::new();
    for one in members {
        let offset = u32::try_from(out.len()).unwrap();
        let length = u32::try_from(one.data.len()).unwrap();
        let mut common = Vec::new();
        common.extend(20_u16.to_le_bytes());
        common.extend(one.flags.to_le_bytes());
        common.extend(one.method.to_le_bytes());
        common.extend([0; 4]);
        common.extend(one.crc.unwrap_or_else(|| crc(&one.data)).to_le_bytes());
        common.extend(length.to_le_bytes());
        common.extend(one.size.unwrap_or(length).to_le_bytes());
        let ends = |name: &[u8]| {
            let length = u16::try_from(name.len()).unwrap().to_le_bytes();
            [length, [0; 2]].concat()
        };
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(ends(&one.name));
        out.extend(&one.name);
        out.extend(&one.data);
        let listed = one.listed.as_ref().unwrap_or(&one.name);
        central.extend(b"PK\x01\x02");
        // Made on Unix, so that the mode counts.
        central.extend([20, 3]);
        central.extend(&common);
        central.extend(ends(listed));
        central.extend([0; 6]);
        central.extend((one.mode << 16).to_le_bytes());
        central.extend(offset.to_le_bytes());
        central.extend(listed);
    }
    let start = u32::try_from(out.len()).unwrap();
    let length = u32::try_from(central.len()).unwrap();
    let count = u16::try_from(members.len()).unwrap().to_le_bytes();
    out.extend(&central);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count, count].concat());
    out.extend(length.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

pub(crate) const CONTAINER: &str = "<container xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\">\
    <rootfiles><rootfile full-path=\"EPUB/content.opf\"/></rootfiles></container>";
pub(crate) const PACKAGE: &str = "<package xmlns=\"http://www.idpf.org/2007/opf\"><metadata/><manifest>\
    <item id=\"a\" href=\"a.xhtml\" media-type=\"application/xhtml+xml\"/></manifest>\
    <spine><itemref idref=\"a\"/></spine></package>";
pub(crate) const PAGE: &str = "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>T</title></head>\
    <body><p>Text</p></body></html>";

pub(crate) fn good() -> Vec<Member> {
    vec![
        member("mimetype", "application/epub+zip"),
        member("META-INF/container.xml", CONTAINER),
        member("EPUB/content.opf", PACKAGE),
        member("EPUB/a.xhtml", PAGE),
    ]
}

/// The good book with one file replaced or added.
pub(crate) fn with(name: &str, text: impl AsRef<[u8]>) -> Vec<u8> {
    let mut members = good();
    members.retain(|one| one.name != name.as_bytes());
    members.push(member(name, text));
    archive(&members)
}

pub(crate) fn without(name: &str) -> Vec<u8> {
    let members: Vec<_> =
        good().into_iter().filter(|one| one.name != name.as_bytes()).collect();
    archive(&members)
}

/// The good book with another member.
pub(crate) fn and(change: impl FnOnce(&mut Member)) -> Vec<u8> {
    let mut members = good();
    let mut one = member("EPUB/more.txt", "more text");
    change(&mut one);
    members.push(one);
    archive(&members)
}

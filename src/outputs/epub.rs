//! An ePub for a kind of device.

use super::{Output, Raw};
use crate::finish::{Finished, finish};
use concfilter::settings::{Edition, Style};

/// An ePub in a style, for the devices of an edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EpubOutput {
    /// The families of text and headings.
    pub style: Style,
    /// The devices it is for.
    pub edition: Edition,
}

impl Output for EpubOutput {
    type Made = Finished;

    fn finish(&self, raw: &Raw) -> concfilter::error::Result<Finished> {
        let mut options = raw.options.clone();
        options.presentation.style = self.style;
        options.presentation.edition = self.edition;
        finish(raw.prepared.clone(), &options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::epub::Epub as Container;
    use crate::finish::FinishOptions;

    const CONTAINER: &str = "<container><rootfiles><rootfile full-path=\"a.opf\" />\
        </rootfiles></container>";
    const OPF: &str = "<package><metadata><dc:title>T</dc:title></metadata><manifest>\
        <item id=\"a\" href=\"a.xhtml\" media-type=\"application/xhtml+xml\" /></manifest>\
        <spine><itemref idref=\"a\" /></spine></package>";
    const PAGE: &str = "<html><head><title>T</title></head><body><p>x</p></body></html>";

    /// A book of one page.
    fn book() -> Container {
        let mut epub = Container::empty("a.epub");
        epub.put("META-INF/container.xml", CONTAINER.into());
        epub.put("a.opf", OPF.into());
        epub.put("a.xhtml", PAGE.into());
        let bytes = epub.to_bytes().unwrap();
        Container::from_bytes("a.epub", &bytes).unwrap()
    }

    #[test]
    fn editions_branch_off_the_same_raw_epub() {
        let raw = Raw::new(book(), FinishOptions::default()).unwrap();
        let made = |edition| {
            let output = EpubOutput { style: Style::Georgia, edition };
            output.finish(&raw).unwrap().epub.to_bytes().unwrap()
        };
        let (color, eink) = (made(Edition::Color), made(Edition::Eink));
        assert_ne!(color, eink);
        // Neither sees what the other did.
        assert_eq!(made(Edition::Color), color);
        let alone = Raw::new(book(), FinishOptions::default()).unwrap();
        let output = EpubOutput { style: Style::Georgia, edition: Edition::Eink };
        let finished = output.finish(&alone).unwrap();
        assert_eq!(finished.epub.to_bytes().unwrap(), eink);
    }
}

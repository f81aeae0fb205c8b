//! The elements that passes ask for, as places in the text of a document.

/// What surrounds a leaf.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Context(u8);

impl Context {
    const BOLD: u8 = 1;
    const HEADING: u8 = 2;
    const LINK: u8 = 4;
    const QUOTE: u8 = 8;

    /// It stands in a heading or in Strong, so it is bold already. A footnote starts afresh.
    pub fn is_bold(self) -> bool {
        self.0 & Self::BOLD != 0
    }

    /// It stands in a heading. A footnote starts afresh.
    pub fn in_heading(self) -> bool {
        self.0 & Self::HEADING != 0
    }

    /// It stands in the text of a link. A footnote starts afresh.
    pub fn in_link(self) -> bool {
        self.0 & Self::LINK != 0
    }

    /// It stands in a block quotation. A footnote starts afresh.
    pub fn in_quote(self) -> bool {
        self.0 & Self::QUOTE != 0
    }

    /// What surrounds the content of an element with this tag that itself stands here.
    pub(super) fn inside(self, tag: &[u8]) -> Self {
        match tag {
            b"Header" => Self(self.0 | Self::BOLD | Self::HEADING),
            b"Strong" => Self(self.0 | Self::BOLD),
            b"Link" => Self(self.0 | Self::LINK),
            b"BlockQuote" => Self(self.0 | Self::QUOTE),
            b"Note" => Self::default(),
            _ => self,
        }
    }
}

/// Which element a leaf is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeafKind {
    /// Text without markup.
    Str,
    /// Inline code.
    Code,
    /// A block of code.
    CodeBlock,
    /// Emphasis around one `Str` and nothing else; that `Str` is the leaf just before.
    Emph,
    /// Strong emphasis around one `Str` and nothing else; that `Str` is the leaf just before.
    Strong,
    /// Where a heading of this level begins; what it holds follows.
    Header(u8),
}

/// One element. Its places are bytes of the document it was found in; ask [`super::Raw`] for
/// what stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaf {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) text: (u32, u32),
    pub(super) escaped: bool,
    /// Which element it is.
    pub kind: LeafKind,
    /// What surrounds it.
    pub context: Context,
}

impl Leaf {
    /// The bytes it takes up.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The bytes of its text, between the quotes: JSON, with whatever escapes it holds.
    pub fn text_range(&self) -> std::ops::Range<usize> {
        self.text.0 as usize..self.text.1 as usize
    }
}

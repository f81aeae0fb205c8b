//! How font files are built, and what each kind is called.

/// How a font file is built, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FontFormat {
    /// OpenType with outlines in `glyf`.
    TrueType,
    /// OpenType with outlines in `CFF `.
    OpenType,
    /// Several fonts in one file.
    Collection,
    /// Web Open Font Format 1: compressed tables.
    Woff,
    /// Web Open Font Format 2. concbook never writes it: Kobo's readers fail on it.
    Woff2,
}

impl FontFormat {
    /// The format of a file, or `None` where it is no font.
    pub fn of(data: &[u8]) -> Option<Self> {
        match data.get(..4)? {
            [0, 1, 0, 0] | b"true" => Some(Self::TrueType),
            b"OTTO" => Some(Self::OpenType),
            b"ttcf" => Some(Self::Collection),
            b"wOFF" => Some(Self::Woff),
            b"wOF2" => Some(Self::Woff2),
            _ => None,
        }
    }

    /// The file name extensions and the names in `format()` that fit (CSS Fonts 4, section 4.3.1).
    /// OpenType takes both kinds of outlines.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::TrueType => &["ttf", "truetype", "opentype"],
            Self::OpenType => &["otf", "opentype"],
            Self::Collection => &["ttc", "otc", "collection"],
            Self::Woff => &["woff"],
            Self::Woff2 => &["woff2"],
        }
    }

    /// The media types that it may have in a manifest, the best first; none for what is no core media
    /// type (EPUB 3.3, section 3.2).
    pub fn media_types(self) -> &'static [&'static str] {
        match self {
            Self::TrueType => {
                &["font/ttf", "application/font-sfnt", "application/vnd.ms-opentype"]
            }
            Self::OpenType => {
                &["font/otf", "application/font-sfnt", "application/vnd.ms-opentype"]
            }
            Self::Collection => &[],
            Self::Woff => &["font/woff", "application/font-woff"],
            Self::Woff2 => &["font/woff2"],
        }
    }
}

/// Whether a media type is one of fonts: the core ones (EPUB 3.3, section 3.2), and what looks like them.
pub fn is_font(media_type: &str) -> bool {
    media_type.starts_with("font/")
        || media_type.starts_with("application/font-")
        || media_type == "application/vnd.ms-opentype"
}

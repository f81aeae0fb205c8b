//! The book is wrong: what, how badly, where, and how to repair it.
//!
//! Every code that concbook itself reports stands in [`Code`], with its severity and its
//! meaning: the one place to look up or to add one. Messages of other tools keep their own codes.

use concfilter::error::Place;
use std::borrow::Cow;
use std::fmt;

/// How bad a finding is. Only [`Severity::Error`] makes the exit code 1.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The reader is harmed, or a shop refuses the book.
    Error,
    /// Probably not what the author wants.
    Warning,
    /// Worth knowing; nothing to repair.
    Info,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        })
    }
}

macro_rules! codes {
    ($($variant:ident = $name:literal, $severity:ident, $meaning:literal;)*) => {
        /// The kinds of finding that concbook reports itself.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $(#[doc = $meaning] $variant,)* }

        impl Code {
            /// Every code, in the order of their registration.
            pub const ALL: &[Code] = &[$(Code::$variant,)*];

            /// The name printed in brackets after the severity.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// How bad it is.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }

            /// What it means, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$variant => $meaning,)* }
            }
        }
    };
}

codes! {
    LinkDead = "link-dead", Error, "A link leads to a file or heading that does not exist.";
    CoverBroken = "cover-broken", Error, "The cover's file is damaged, or no picture.";
    CoverMissing = "cover-missing", Warning, "The book has no cover, and none could be drawn.";
    CoverProportions = "cover-proportions", Warning, "The cover is not as high and wide as books are.";
    CoverSmall = "cover-small", Warning, "The cover has too few pixels for shops.";
    LinkOutside = "link-outside", Warning, "A link leads to a file that exists but is not part of the book.";
    ImageMissing = "image-missing", Error, "A picture's file does not exist.";
    ImageBroken = "image-broken", Error, "A picture's file is damaged.";
    FormulaNotDrawn = "formula-not-drawn", Warning, "A formula has no picture for readers that know no MathML.";
    ImageChanged = "image-changed", Warning, "A picture on the web is another than when the book was first built with it.";
    LockBroken = "lock-broken", Warning, "The lock file of pictures on the web cannot be read or written.";
    ImageNotFetched = "image-not-fetched", Warning, "A picture on the web could not be fetched.";
    HeadingUnlisted = "heading-unlisted", Warning, "A heading is missing from the table of contents.";
    SampleWhole = "sample-whole", Warning, "No sample is made, for it would be the whole book.";
    KindleLarge = "kindle-large", Error, "The ePub for Kindle is larger than Amazon takes, or than the book allows.";
    KindleStyle = "kindle-style", Info, "Kindle drops a part of the author's stylesheet.";
    SourceUnknown = "source-unknown", Warning, "Where the book's source is kept, concbook does not know how files are named.";
    SampleMark = "sample-mark", Warning, "A comment for concbook says what concbook does not know.";
    FileMissing = "file-missing", Error, "A file that the book names beside its pictures does not exist.";
    FileRefused = "file-refused", Error, "A file lies outside the folders that the book may read, or is none, and is left out.";
    IncludeMissing = "include-missing", Error, "A chapter includes a file, or a part of one, that is not there.";
    FileForeign = "file-foreign", Error, "A file has a type that readers need not show or play.";
    FileRemote = "file-remote", Warning, "A stylesheet or a picture names a file on the web, and does without it.";
    FormulaUnread = "formula-unread", Warning, "A formula could not be read, and stands in the book as TeX.";
    CssInvalid = "css-invalid", Error, "A stylesheet breaks the grammar of CSS.";
    MarkupInvalid = "markup-invalid", Error, "Markup that an ePub may not hold.";
    IdDuplicate = "id-duplicate", Warning, "Two things in one chapter have the same identifier.";
    ImageAltMissing = "image-alt-missing", Warning, "A picture has no description for those who cannot see it.";
    MarkupLiteral = "markup-literal", Warning, "Markup that pandoc does not read stays in the text as it is written.";
    DiagramSource = "diagram-source", Warning, "A diagram is printed as its source.";
    ListingLanguage = "listing-language", Warning, "A fence names a language that is not known.";
    ChapterEmpty = "chapter-empty", Warning, "A chapter has no text.";
    BookEmpty = "book-empty", Error, "The book has no text.";
    TitleMissing = "title-missing", Error, "The book has no title, without which no reader opens it.";
    LanguageInvalid = "language-invalid", Warning, "The book names no language that exists.";
    LanguageMissing = "language-missing", Warning, "The book names no language.";
    CitationMissing = "citation-missing", Error, "A chapter cites what no bibliography has.";
    RawDropped = "raw-dropped", Warning, "Raw text of another format is left out of the ePub.";
    OptionIgnored = "option-ignored", Warning, "An option of book.yaml does not hold.";
    MetadataUnknown = "metadata-unknown", Warning, "A key of the metadata is nearly one that is known.";
    GlobIdle = "glob-idle", Warning, "A glob or a folder in book.yaml matches no file.";
    PandocWarning = "pandoc-warning", Warning, "pandoc had a warning of its own.";
    HtmlRepaired = "html-repaired", Warning, "A document was not well-formed and was read as HTML instead.";
    HtmlModernised = "html-modernised", Info, "Markup that an ePub may not hold was rewritten.";
    EpubMalformed = "epub-malformed", Error, "A document of the ePub is not well-formed XML.";
    EpubPackage = "epub-package", Error, "The package document names what is not there, or what cannot be.";
    FamilyNotEmbedded = "family-not-embedded", Error, "A font family set on text is neither embedded nor followed by a generic family.";
    GlyphMissing = "glyph-missing", Warning, "A character is in no font of its text, so that readers show another font or a box.";
    FontForbidden = "font-forbidden", Error, "A font of the author's does not allow to be embedded.";
    FontFileMissing = "font-file-missing", Error, "A stylesheet names a font file that the container does not hold.";
    FontFileWrong = "font-file-wrong", Error, "A font file is not the font that its name or its @font-face rule claims.";
    FontMediaType = "font-media-type", Error, "A font is missing from the manifest or stands there with the wrong media type.";
    FontSizeAbsolute = "font-size-absolute", Error, "Text or code has an absolute font size, which readers cannot enlarge together.";
    FamilyUnexpected = "family-unexpected", Error, "Body, headings or code are not set in the family that the book asks for.";
    ListingNotText = "listing-not-text", Error, "A listing is a picture instead of text.";
    ListingTagUnknown = "listing-tag-unknown", Error, "A listing has an attribute or a tag that does not exist.";
    ListingTagWrong = "listing-tag-wrong", Error, "An attribute or a tag of a listing has a value that it cannot have.";
    ListingDuplicate = "listing-duplicate", Error, "Two listings have the same path and different text.";
    ListingContinued = "listing-continued", Error, "A listing continues one that is not there, or is continued by none.";
    ListingMissing = "listing-missing", Error, "A listing names another that is not there.";
    ListingUnclosed = "listing-unclosed", Error, "A fence is never closed.";
    ListingInline = "listing-inline", Error, "What stands behind a fence makes pandoc read inline code or text.";
    ListingAttributes = "listing-attributes", Warning, "A fence has attributes, which the book's format has not.";
    ListingDrift = "listing-drift", Error, "An extracted file is not what its listing makes.";
    ListingFailed = "listing-failed", Error, "A listing does not end as the book says.";
    ListingOutput = "listing-output", Error, "A listing does not print what the book shows.";
    ListingNoMain = "listing-no-main", Error, "A listing has no `main`, so that nothing prints what the book shows.";
    ListingToolchain = "listing-toolchain", Error, "What runs a listing is not installed, or nothing is known to run it.";
    ListingUnfinished = "listing-unfinished", Warning, "A listing is marked as unfinished.";
    ListingNoReason = "listing-no-reason", Warning, "A listing is not run, and nothing says why.";
    ListingPath = "listing-path", Error, "A listing names a file that cannot be made.";
    ListingsNone = "listings-none", Error, "Listings are to be run, and no code block names its file.";
    ListingNoOutput = "listing-no-output", Error, "A listing has to have output, and the book shows none.";
    ListingNotHidden = "listing-not-hidden", Error, "A listing that book.yaml hides cannot be told from one that is shown.";
    ListingOutputRefused = "listing-output-refused", Error, "What a listing prints cannot stand where its output stands.";
    ListingOutputUnplaced = "listing-output-unplaced", Error, "Which statement of a listing printed what cannot be told.";
    ListingOutputUnstable = "listing-output-unstable", Error, "A listing prints something else each time, so that its output is not written.";
    ListingOutputMeanwhile = "listing-output-meanwhile", Error, "A chapter was changed while its listings ran, so that their output is not written.";
    ListingUnfilled = "listing-unfilled", Warning, "A lone `#:` waits for output.";
    ListingExtension = "listing-extension", Warning, "A listing's file and its fence name different languages.";
    ListingSession = "listing-session", Warning, "What was typed at a prompt is no code of its language.";
    ListingWide = "listing-wide", Warning, "A listing has lines that are wider than the book's code.";
    ListingTabs = "listing-tabs", Warning, "A listing is indented with tabs, which are as wide as each reader likes.";
    IdentifierTypo = "identifier-typo", Warning, "A name in backticks stands in no listing, and one much like it does.";
    IdentifierSpelling = "identifier-spelling", Warning, "One name stands in two spellings.";
    IdentifierBrackets = "identifier-brackets", Info, "A function is named without the `()` it has in most places.";
    IdentifierUnmarked = "identifier-unmarked", Info, "An identifier has no backticks here, but has them in most places.";
}

/// One thing that is wrong with the book.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// A name from [`Code`], or another tool's own code.
    pub code: Cow<'static, str>,
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
    /// What is wrong: a clause in lower case without a full stop.
    pub message: String,
    /// What shows it: a difference, the end of a traceback. Several lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The author's next step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// What it is about, for whoever looks for it in the author's files.
    #[serde(skip)]
    pub subject: Option<Subject>,
}

/// What a finding is about, as a value: nothing has to be read out of its message.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Subject {
    /// Any of these characters.
    Glyphs(Vec<char>),
    /// What stands so in the author's text.
    Written(String),
    /// The picture at this path of the container.
    Picture(String),
    /// What the author set, or left out, under this name of `book.yaml`.
    Setting(Cow<'static, str>),
    /// The citation with this key.
    Citation(String),
    /// The link to this target, as the author wrote it.
    Link(String),
}

impl Finding {
    /// A finding of concbook's own.
    pub fn new(code: Code, place: Place, message: impl Into<String>) -> Self {
        Self {
            severity: code.severity(),
            code: Cow::Borrowed(code.name()),
            place,
            message: message.into(),
            detail: None,
            hint: None,
            subject: None,
        }
    }

    /// The same finding with what it is about.
    #[must_use]
    pub fn about(mut self, subject: Subject) -> Self {
        self.subject = Some(subject);
        self
    }

    /// The same finding with what shows it.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same finding with the author's next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A finding as it is remembered from build to build: with what it is about, which nobody is told in JSON.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RememberedFinding(Finding, Option<Subject>);

impl From<Finding> for RememberedFinding {
    fn from(finding: Finding) -> Self {
        let subject = finding.subject.clone();
        Self(finding, subject)
    }
}

impl From<RememberedFinding> for Finding {
    fn from(RememberedFinding(finding, subject): RememberedFinding) -> Self {
        Self { subject, ..finding }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}[{}]: {}", self.place, self.severity, self.code, self.message)
    }
}

/// Brings findings into the order they are printed in: by place, then severity, code and
/// message; the same finding twice becomes one.
pub fn sort(findings: &mut Vec<Finding>) {
    let key =
        |f: &Finding| (f.place.clone(), f.severity, f.code.clone(), f.message.clone());
    findings.sort_by_cached_key(key);
    findings.dedup();
}

/// Whether any finding is an error, so that the exit code is 1.
pub fn any_error(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_names_are_unique_and_kebab_case() {
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert!(
            names.iter().all(|n| n.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'))
        );
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
    }

    #[test]
    fn findings_come_back_from_json_as_they_were() {
        let plain = Finding::new(Code::LinkDead, Place::file("a.md"), "gone");
        let all = Finding::new(Code::LinkDead, Place::at("a.md", 3, 7), "gone")
            .detail("a\nb")
            .hint("Look");
        for finding in [plain, all] {
            let json = serde_json::to_string(&finding).unwrap();
            assert_eq!(serde_json::from_str::<Finding>(&json).unwrap(), finding);
        }
    }

    #[test]
    fn what_is_remembered_is_about_the_same() {
        for subject in [Subject::Glyphs(vec!['→']), Subject::Setting("lang".into())] {
            let finding = Finding::new(Code::LinkDead, Place::file("a.md"), "gone");
            let finding = finding.about(subject);
            let json = serde_json::to_string(&RememberedFinding::from(finding.clone()));
            let back: RememberedFinding = serde_json::from_str(&json.unwrap()).unwrap();
            assert_eq!(Finding::from(back), finding);
        }
    }

    #[test]
    fn findings_print_place_severity_code_message() {
        let finding = Finding::new(Code::LinkDead, Place::at("a.md", 3, 7), "no heading");
        assert_eq!(finding.to_string(), "a.md:3:7: error[link-dead]: no heading");
    }
}

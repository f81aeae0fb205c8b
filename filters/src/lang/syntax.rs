//! How a language writes what is no code, and which characters its names may hold.

use super::mark::Mark;

/// What begins a comment that ends with the line.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub struct LineComment {
    /// What begins it.
    pub mark: &'static str,
    /// Whether it begins none in a word, or behind `$`, `{`, `&` and `\`: a shell's `$#` and `a#b`.
    pub apart: bool,
    /// Whether it has to be the first of its line.
    pub first: bool,
    /// Whether it begins none behind `\`.
    pub unescaped: bool,
    /// Whether it is a word, behind which a blank or the line's end stands.
    pub word: bool,
    /// What must not follow: PHP's `#[` is an attribute, Haskell's `-->` an operator.
    pub except: &'static str,
}

/// What begins and ends a comment.
#[derive(Debug, Clone, Copy)]
pub struct BlockComment {
    /// What begins it.
    pub open: Mark,
    /// What ends it.
    pub close: Mark,
    /// Whether a comment may stand in it.
    pub nests: bool,
    /// Whether it has to be the first of its line.
    pub first: bool,
}

/// What begins and ends a string.
#[derive(Debug, Clone, Copy)]
pub struct Quotes {
    /// What begins it.
    pub open: Mark,
    /// What ends it.
    pub close: Mark,
    /// Whether it may hold line ends.
    pub lines: bool,
    /// Whether `\` is no escape in it.
    pub raw: bool,
    /// Whether its end, twice, stands for itself: SQL's `'it''s'`.
    pub doubled: bool,
}

/// What begins a text that ends with a line which is a certain word.
#[derive(Debug, Clone, Copy)]
pub struct Heredoc {
    /// What begins it.
    pub mark: &'static str,
    /// Whether blanks may stand before the word.
    pub apart: bool,
    /// Whether a word without quotes begins with a capital, for else it is an operator.
    pub upper: bool,
}

/// How a language writes comments, strings and names.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub struct Syntax {
    /// Comments that end with the line.
    pub line_comments: Vec<LineComment>,
    /// Comments that end with a mark.
    pub block_comments: Vec<BlockComment>,
    /// Strings, the longest beginning first, as one may begin another.
    pub strings: Vec<Quotes>,
    /// Texts that end with the line of a word.
    pub heredocs: Vec<Heredoc>,
    /// Whether `'` holds one character, or is something else: a lifetime, a sign in a number.
    pub char_quote: bool,
    /// Letters that may stand right before a string.
    pub prefixes: Vec<u8>,
    /// Whether `/` begins a regular expression where no value stands before it.
    pub regex: bool,
    /// Marks behind which a quote stands for itself: Clojure's `\"`.
    pub plain: Vec<&'static str>,
    /// Whether a name may end in `?` or `!`.
    pub marked_names: bool,
    /// Whether only what is assigned, defined or stands behind `$` is a name: the other words
    /// are commands and what they are given.
    pub shell: bool,
    /// Whether marks that are words count in any case.
    pub(super) nocase: bool,
    start: &'static str,
    name: &'static str,
    /// What each byte may be: a sum of the constants below.
    bytes: [u8; 256],
}

/// A byte that begins a name.
const BEGINS: u8 = 1;
/// A byte that goes on in a name.
const GOES_ON: u8 = 2;
/// A byte that may begin a comment, a string or the like.
const OPENS: u8 = 4;
/// A character of a name that is neither a letter, a digit nor `_`.
const SIGN: u8 = 8;

impl Default for Syntax {
    fn default() -> Self {
        let mut syntax = Self {
            line_comments: Vec::new(),
            block_comments: Vec::new(),
            strings: Vec::new(),
            heredocs: Vec::new(),
            char_quote: false,
            prefixes: Vec::new(),
            regex: false,
            plain: Vec::new(),
            marked_names: false,
            shell: false,
            nocase: false,
            start: "",
            name: "",
            bytes: [0; 256],
        };
        syntax.finish(false);
        syntax
    }
}

impl Syntax {
    /// Takes a line of a language's file.
    pub(super) fn take(&mut self, key: &str, words: Vec<&'static str>) {
        let is = |flag: &str| words.contains(&flag);
        match key {
            "line" => self.take_line_comments(&words),
            "block" => {
                if let [open, close, ..] = *words {
                    let (open, close) = (Mark::read(open), Mark::read(close));
                    self.block_comments.retain(|other| other.open != open);
                    let (nests, first) = (is("nests"), is("first"));
                    self.block_comments.push(BlockComment { open, close, nests, first });
                }
            }
            "string" => {
                if let [open, close, ..] = *words {
                    let (open, close) = (Mark::read(open), Mark::read(close));
                    self.strings.retain(|other| other.open != open);
                    let (lines, raw, doubled) = (is("lines"), is("raw"), is("doubled"));
                    self.strings.push(Quotes { open, close, lines, raw, doubled });
                }
            }
            "heredoc" => {
                if let [mark, ..] = *words {
                    let (apart, upper) = (is("apart"), is("upper"));
                    self.heredocs.push(Heredoc { mark, apart, upper });
                }
            }
            "char" => self.char_quote = true,
            "prefix" => {
                let letters = words.iter().filter_map(|word| word.bytes().next());
                self.prefixes.extend(letters.map(|byte| byte.to_ascii_lowercase()));
            }
            "regex" => self.regex = true,
            "plain" => self.plain.extend(words),
            "start" => self.start = words.first().copied().unwrap_or_default(),
            "name" => self.name = words.first().copied().unwrap_or_default(),
            "marked" => self.marked_names = true,
            "shell" => self.shell = true,
            _ => {}
        }
    }

    fn take_line_comments(&mut self, words: &[&'static str]) {
        const FLAGS: [&str; 4] = ["apart", "first", "unescaped", "word"];
        let is = |flag: &str| words.contains(&flag);
        let except = words.iter().find_map(|word| word.strip_prefix("except="));
        let is_mark =
            |word: &&&str| !FLAGS.contains(*word) && !word.starts_with("except=");
        for &mark in words.iter().filter(is_mark) {
            self.line_comments.push(LineComment {
                mark,
                apart: is("apart"),
                first: is("first"),
                unescaped: is("unescaped"),
                word: is("word"),
                except: except.unwrap_or_default(),
            });
        }
    }

    /// Makes the list of bytes, once all is taken.
    pub(super) fn finish(&mut self, nocase: bool) {
        self.nocase = nocase;
        self.block_comments.sort_by_key(|one| std::cmp::Reverse(one.open.len()));
        self.strings.sort_by_key(|one| std::cmp::Reverse(one.open.len()));
        let mut bytes = [0; 256];
        for (byte, sort) in (0..=u8::MAX).zip(&mut bytes) {
            if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 {
                *sort = BEGINS | GOES_ON;
            } else if byte.is_ascii_digit() {
                *sort = GOES_ON;
            }
        }
        self.start.bytes().for_each(|byte| bytes[usize::from(byte)] |= BEGINS | SIGN);
        self.name.bytes().for_each(|byte| bytes[usize::from(byte)] |= GOES_ON | SIGN);
        let mut opens = |byte: u8| {
            bytes[usize::from(byte)] |= OPENS;
            if nocase {
                bytes[usize::from(byte.to_ascii_uppercase())] |= OPENS;
                bytes[usize::from(byte.to_ascii_lowercase())] |= OPENS;
            }
        };
        let first = |mark: &&'static str| mark.bytes().next();
        self.line_comments.iter().filter_map(|one| first(&one.mark)).for_each(&mut opens);
        self.block_comments.iter().flat_map(|one| one.open.first()).for_each(&mut opens);
        self.strings.iter().flat_map(|one| one.open.first()).for_each(&mut opens);
        self.heredocs.iter().filter_map(|one| first(&one.mark)).for_each(&mut opens);
        self.plain.iter().filter_map(first).for_each(&mut opens);
        let prefixes = self.prefixes.iter();
        prefixes.flat_map(|byte| [*byte, byte.to_ascii_uppercase()]).for_each(&mut opens);
        if self.char_quote {
            opens(b'\'');
        }
        if self.regex {
            opens(b'/');
        }
        self.bytes = bytes;
    }

    fn is(&self, byte: u8, sort: u8) -> bool {
        self.bytes[usize::from(byte)] & sort != 0
    }

    /// Whether a byte begins a name. Bytes of other letters than ASCII's count, as they do in
    /// the languages that allow any.
    pub fn begins(&self, byte: u8) -> bool {
        self.is(byte, BEGINS)
    }

    /// Whether a byte goes on in a name.
    pub fn goes_on(&self, byte: u8) -> bool {
        self.is(byte, GOES_ON)
    }

    /// Whether a byte may stand in a name, but is neither a letter, a digit nor `_`.
    pub fn is_sign(&self, byte: u8) -> bool {
        self.is(byte, SIGN)
    }

    /// Whether a byte may begin a comment, a string or the like.
    pub(super) fn opens(&self, byte: u8) -> bool {
        self.is(byte, OPENS)
    }

    /// The characters that may begin a name, beside letters and `_`, and those that may go on
    /// in one, beside letters, digits and `_`.
    pub fn name_characters(&self) -> (&'static str, &'static str) {
        (self.start, self.name)
    }
}

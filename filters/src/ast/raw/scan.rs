//! The bytes of JSON, read once from front to back: strings, numbers, literals, and whole values
//! passed over. All of RFC 8259's grammar is checked on the way, nothing is built.
//!
//! Every function answers `None` where the grammar is broken. Who calls tells the author where
//! (see [`super::Raw::parse`]).

/// A place in JSON text.
#[derive(Debug, Clone)]
pub(super) struct JsonScanner<'a> {
    pub(super) bytes: &'a [u8],
    /// The byte that is read next.
    pub(super) at: usize,
    /// The objects that [`Self::skim`] passed over, in document order.
    pub(super) odd: Vec<SkimmedObject>,
    /// The brackets that are open while a value is passed over.
    open: Vec<OpenBracket>,
}

/// An object whose tag was looked for: whether it is an element may show only at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SkimmedObject {
    /// Where it begins.
    pub(super) start: usize,
    /// Where the text of its `t` begins and ends, without the quotes.
    pub(super) tag: Option<(usize, usize)>,
}

/// An open bracket.
#[derive(Debug, Clone, Copy)]
enum OpenBracket {
    Array,
    /// An object, and its number in [`JsonScanner::odd`].
    Object(usize),
}

impl<'a> JsonScanner<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, odd: Vec::new(), open: Vec::new() }
    }

    /// The next byte, which stays to be read.
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The next byte.
    pub(super) fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// Whether this text is next; then it has been read.
    pub(super) fn eat<const N: usize>(&mut self, text: &[u8; N]) -> bool {
        // With a length known when it is compiled, this is one comparison of a register or two.
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let found = rest.first_chunk() == Some(text);
        if found {
            self.at += N;
        }
        found
    }

    /// One byte that has to be there, with space around it.
    pub(super) fn expect(&mut self, byte: u8) -> Option<()> {
        self.space();
        (self.next()? == byte).then(|| self.space())
    }

    /// Passes over space.
    pub(super) fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// A string, quotes and all; gives the range of what is between them and whether it holds
    /// escapes.
    pub(super) fn string(&mut self) -> Option<(usize, usize, bool)> {
        if self.next()? != b'"' {
            return None;
        }
        let start = self.at;
        let escaped = self.string_rest()?;
        Some((start, self.at - 1, escaped))
    }

    /// A string from behind its opening quote to behind its closing one; whether it holds escapes.
    pub(super) fn string_rest(&mut self) -> Option<bool> {
        let mut escaped = false;
        loop {
            // Eight bytes at a time up to one that means something.
            while let Some(chunk) = self.bytes.get(self.at..)?.first_chunk::<8>() {
                let found = special(u64::from_le_bytes(*chunk));
                if found != 0 {
                    self.at += (found.trailing_zeros() / 8) as usize;
                    break;
                }
                self.at += 8;
            }
            match self.next()? {
                b'"' => return Some(escaped),
                b'\\' => {
                    escaped = true;
                    self.escape()?;
                }
                0..0x20 => return None,
                _ => {}
            }
        }
    }

    /// What stands behind a backslash. Halves of a surrogate pair are nothing by themselves.
    fn escape(&mut self) -> Option<()> {
        match self.next()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(()),
            b'u' => match self.hex()? {
                0xDC00..=0xDFFF => None,
                0xD800..=0xDBFF => {
                    let low = self.eat(b"\\u").then(|| self.hex())??;
                    (0xDC00..=0xDFFF).contains(&low).then_some(())
                }
                _ => Some(()),
            },
            _ => None,
        }
    }

    /// Four hexadecimal digits.
    fn hex(&mut self) -> Option<u32> {
        (0..4).try_fold(0, |value, _| {
            let digit = char::from(self.next()?).to_digit(16)?;
            Some(value * 16 + digit)
        })
    }

    /// A string, number or literal.
    pub(super) fn scalar(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.string().map(|_| ()),
            b't' => self.eat(b"true").then_some(()),
            b'f' => self.eat(b"false").then_some(()),
            b'n' => self.eat(b"null").then_some(()),
            _ => self.number(),
        }
    }

    /// A number that a computer's number can hold.
    fn number(&mut self) -> Option<()> {
        let start = self.at;
        self.eat(b"-");
        if !self.eat(b"0") {
            self.digits()?;
        }
        let whole = self.at;
        if self.eat(b".") {
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        // Only a number with an exponent or hundreds of digits can be too large.
        if self.at == whole && whole - start < 300 {
            return Some(());
        }
        let text = std::str::from_utf8(self.bytes.get(start..self.at)?).ok()?;
        text.parse::<f64>().is_ok_and(f64::is_finite).then_some(())
    }

    /// One digit or more.
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    /// Passes over a value, however deep it nests.
    pub(super) fn skip(&mut self) -> Option<()> {
        let noted = self.odd.len();
        self.skim()?;
        self.odd.truncate(noted);
        Some(())
    }

    /// Passes over a value and notes its objects.
    pub(super) fn skim(&mut self) -> Option<()> {
        self.open.clear();
        'value: loop {
            self.space();
            match self.peek()? {
                b'[' => {
                    self.at += 1;
                    self.space();
                    if !self.eat(b"]") {
                        self.open.push(OpenBracket::Array);
                        continue 'value;
                    }
                }
                b'{' => {
                    let number = self.odd.len();
                    self.odd.push(SkimmedObject { start: self.at, tag: None });
                    self.at += 1;
                    self.space();
                    if !self.eat(b"}") {
                        self.open.push(OpenBracket::Object(number));
                        self.key()?;
                        continue 'value;
                    }
                }
                _ => self.scalar()?,
            }
            // A value has ended, and maybe some of those around it.
            loop {
                let Some(open) = self.open.last() else { return Some(()) };
                let close = if matches!(open, OpenBracket::Array) { b']' } else { b'}' };
                self.space();
                match self.next()? {
                    b',' if close == b'}' => {
                        self.space();
                        self.key()?;
                        continue 'value;
                    }
                    b',' => continue 'value,
                    byte if byte == close => self.open.pop(),
                    _ => return None,
                };
            }
        }
    }

    /// A key and its colon, while a value is passed over. A `t` that is text makes the object an
    /// element.
    fn key(&mut self) -> Option<()> {
        let key = self.string()?;
        self.expect(b':')?;
        if self.bytes.get(key.0..key.1)? == b"t" && self.peek()? == b'"' {
            // Read again as a value right after: a tag is short.
            let at = self.at;
            let (start, end, _) = self.string()?;
            self.at = at;
            if let Some(OpenBracket::Object(number)) = self.open.last()
                && let Some(odd) = self.odd.get_mut(*number)
            {
                odd.tag = Some((start, end));
            }
        }
        Some(())
    }
}

/// Which of eight bytes end or break a run of a string's ordinary characters: `"`, `\` and
/// control characters. The lowest bit that is set is in the first such byte.
fn special(bytes: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const HIGHS: u64 = ONES << 7;
    // A byte below `limit` borrows into its high bit; one with the high bit set never counts.
    let below = |bytes: u64, limit: u64| bytes.wrapping_sub(ONES * limit) & !bytes;
    let is = |byte: u8| below(bytes ^ (ONES * u64::from(byte)), 1);
    (below(bytes, 0x20) | is(b'"') | is(b'\\')) & HIGHS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_serde_json_reads_is_read_and_nothing_else() {
        let samples = r#"0 -0 - 01 1. 1.5 .5 1e5 1E+5 1e 1e999 -1e999 1e-999 true tru null nul
            [] [,] [1,] [,1] [1:2] {} {,} {"a":1} {"a":1,} {"a"} {"a":[1,{}]} {a:1} {1:1}
            "" " "\"" "\n\u00e9" "\x" "\u12g4" "\ud83d\ude00" "\ud83d" "\ude00" "\ud83dx"
            "\ud83d\u0041" "éüßéüß" [ ] [[] [} {"t":"Str","c":"x"} [0]x"#;
        let more = [
            "",
            " ",
            "[1 2]",
            " { \"a\" : [ 1 , { } ] } ",
            "\"a\tb\"",
            "\"1234567\u{1}9\"",
            "\"\u{7f}\u{80}\"",
        ];
        for json in samples.split_whitespace().chain(more) {
            let mut scanner = JsonScanner::new(json.as_bytes(), 0);
            let read = scanner.skip().is_some() && {
                scanner.space();
                scanner.at == json.len()
            };
            let serde = serde_json::from_str::<serde_json::Value>(json).is_ok();
            assert_eq!(read, serde, "{json}");
        }
        for (digits, read) in [(300, true), (400, false)] {
            let json = "9".repeat(digits);
            assert_eq!(JsonScanner::new(json.as_bytes(), 0).skip().is_some(), read);
        }
    }

    #[test]
    fn the_first_special_byte_is_found_wherever_it_stands() {
        for byte in [b'"', b'\\', 0, 0x1f] {
            for at in 0..8 {
                let mut bytes = [0xff; 8];
                bytes[at..].fill(byte);
                let found = special(u64::from_le_bytes(bytes)).trailing_zeros() / 8;
                assert_eq!(found as usize, at, "{byte} at {at}");
            }
        }
        for byte in [b' ', b'!', b'#', b'[', b']', 0x7f, 0x80, 0xa2, 0xdc, 0xff] {
            assert_eq!(special(u64::from_le_bytes([byte; 8])), 0, "{byte}");
        }
    }

    #[test]
    fn objects_are_noted_with_their_tags() {
        let json = r#"[{"c":[{"x":1}],"t":"Para"},{"t":"Str","c":"a"}]"#;
        let mut scanner = JsonScanner::new(json.as_bytes(), 0);
        scanner.skim().unwrap();
        let tags: Vec<_> =
            scanner.odd.iter().map(|odd| odd.tag.map(|(s, e)| &json[s..e])).collect();
        assert_eq!(tags, [Some("Para"), None, Some("Str")]);
    }
}

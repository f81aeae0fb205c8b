//! One walk over a document's blocks, outside in and front to back, that checks the JSON and notes
//! the leaves. It keeps its own stack, so nesting has no limit but memory.
//!
//! Elements are objects with a `t`; of those the walk goes into `c` and passes over other keys.
//! In objects without `t`, such as citations, every value may hold elements. So constructors that
//! are not known are walked like any other.

use super::leaf::{Context, Kind, Leaf};
use super::scan::{Odd, Scanner};
use std::ops::Range;

/// A bracket that is open.
#[derive(Debug, Clone, Copy)]
struct Frame {
    kind: FrameKind,
    /// What surrounds the values in it.
    context: Context,
    /// Where it begins, and how many leaves there were then.
    start: u32,
    leaves: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FrameKind {
    Array,
    /// An object that is no element.
    Object,
    Element,
    /// An element that is a leaf if it holds one `Str` and nothing else.
    Emphasis(Kind),
}

/// Notes the leaves of the value that is next; `None` where the JSON is broken.
pub(super) fn walk(scanner: &mut Scanner<'_>, leaves: &mut Vec<Leaf>) -> Option<()> {
    scanner.odd.clear();
    Walk { scanner, leaves, stack: Vec::new(), odd: 0 }.run()
}

/// Where the attribute of the code begins and ends that begins at `start` and was noted as a leaf.
pub(super) fn attr(json: &[u8], start: usize) -> Option<Range<usize>> {
    let mut scanner = Scanner::new(json, start);
    scanner.expect(b'{')?;
    loop {
        let (from, to, _) = scanner.string()?;
        scanner.expect(b':')?;
        if json.get(from..to)? == b"c" {
            scanner.expect(b'[')?;
            let start = scanner.at;
            scanner.skip()?;
            return Some(start..scanner.at);
        }
        scanner.skip()?;
        scanner.expect(b',')?;
    }
}

struct Walk<'w, 'a> {
    scanner: &'w mut Scanner<'a>,
    leaves: &'w mut Vec<Leaf>,
    stack: Vec<Frame>,
    /// How many of the scanner's odd objects lie behind.
    odd: usize,
}

impl Walk<'_, '_> {
    fn run(&mut self) -> Option<()> {
        let mut context = Context::default();
        'value: loop {
            self.scanner.space();
            match self.scanner.peek()? {
                b'{' => {
                    if let Some(inside) = self.object(context)? {
                        context = inside;
                        continue 'value;
                    }
                }
                b'[' => {
                    // Most attributes are empty ones.
                    if !self.scanner.eat(br#"["",[],[]]"#) {
                        let start = self.scanner.at;
                        self.scanner.at += 1;
                        self.scanner.space();
                        if !self.scanner.eat(b"]") {
                            self.push(FrameKind::Array, context, start)?;
                            continue 'value;
                        }
                    }
                }
                _ => self.scanner.scalar()?,
            }
            // A value has ended, and maybe some of those around it.
            loop {
                let Some(frame) = self.stack.last() else { return Some(()) };
                context = frame.context;
                self.scanner.space();
                match (self.scanner.next()?, frame.kind) {
                    (b',', FrameKind::Array) => continue 'value,
                    (b']', FrameKind::Array) => {
                        self.stack.pop();
                    }
                    (b',', kind) => {
                        self.scanner.space();
                        if self.key(kind)? {
                            continue 'value;
                        }
                    }
                    (b'}', FrameKind::Array) => return None,
                    (b'}', kind) => {
                        let frame = self.stack.pop()?;
                        if let FrameKind::Emphasis(kind) = kind {
                            self.emphasis(kind, frame)?;
                        }
                    }
                    _ => return None,
                }
            }
        }
    }

    fn push(&mut self, kind: FrameKind, context: Context, start: usize) -> Option<()> {
        let leaves = u32::try_from(self.leaves.len()).ok()?;
        self.stack.push(Frame {
            kind,
            context,
            start: u32::try_from(start).ok()?,
            leaves,
        });
        Some(())
    }

    /// The object that is next: passed over when it has no more to show, else what surrounds
    /// its first value.
    fn object(&mut self, context: Context) -> Option<Option<Context>> {
        let start = self.scanner.at;
        // The shapes that pandoc writes, read at a go.
        if self.scanner.eat(br#"{"t":"Space"}"#) {
            return Some(None);
        }
        if self.scanner.eat(br#"{"t":"Str","c":""#) {
            let text = self.scanner.at;
            let escaped = self.scanner.string_rest()?;
            let text = (text, self.scanner.at - 1, escaped);
            if self.scanner.eat(b"}") {
                self.leaf(Kind::Str, context, start, text)?;
                return Some(None);
            }
        } else if self.scanner.eat(br#"{"t":""#) {
            let tag = self.scanner.at;
            self.scanner.string_rest()?;
            let tag = tag..self.scanner.at - 1;
            if self.scanner.eat(b"}") {
                return Some(None);
            }
            if self.scanner.eat(br#","c":"#) {
                self.scanner.space();
                let tag = self.scanner.bytes.get(tag)?;
                return self.element(start, tag, true, context);
            }
        }
        self.scanner.at = start;
        self.odd_object(context)
    }

    /// An object of any other shape: keys in another order, space, more keys.
    fn odd_object(&mut self, context: Context) -> Option<Option<Context>> {
        let start = self.scanner.at;
        let tag = self.look_ahead()?.tag;
        self.scanner.at += 1;
        self.scanner.space();
        if self.scanner.eat(b"}") {
            return Some(None);
        }
        let Some((from, to)) = tag else {
            self.push(FrameKind::Object, context, start)?;
            self.key(FrameKind::Object)?;
            return Some(Some(context));
        };
        let tag = self.scanner.bytes.get(from..to)?;
        // Passes over what stands before the content. A key that no pandoc knows of today would
        // be lost with an element that is replaced, so such an element is no leaf.
        let mut known = true;
        loop {
            let (from, to, _) = self.scanner.string()?;
            self.scanner.expect(b':')?;
            match self.scanner.bytes.get(from..to)? {
                b"c" => return self.element(start, tag, known, context),
                b"t" => {}
                _ => known = false,
            }
            self.scanner.skip()?;
            self.scanner.space();
            match self.scanner.next()? {
                b',' => self.scanner.space(),
                b'}' => return Some(None),
                _ => return None,
            }
        }
    }

    /// Whether the object that is next is an element. Each byte is looked at once, however deep
    /// such objects nest: one look takes in all that it holds.
    fn look_ahead(&mut self) -> Option<Odd> {
        let start = self.scanner.at;
        loop {
            match self.scanner.odd.get(self.odd) {
                Some(odd) if odd.start == start => return Some(*odd),
                Some(odd) if odd.start < start => self.odd += 1,
                _ => break,
            }
        }
        self.scanner.odd.clear();
        self.odd = 0;
        self.scanner.skim()?;
        self.scanner.at = start;
        self.scanner.odd.first().copied()
    }

    /// An element whose content is next: a leaf is read to its end, another is entered. `known`
    /// tells that nothing stands before the content but the tag.
    fn element(
        &mut self,
        start: usize,
        tag: &[u8],
        known: bool,
        context: Context,
    ) -> Option<Option<Context>> {
        let inside = context.inside(tag);
        let kind = match tag {
            b"Str" | b"Code" | b"CodeBlock" => {
                let kind = match tag {
                    b"Str" => Kind::Str,
                    b"Code" => Kind::Code,
                    _ => Kind::CodeBlock,
                };
                let text = self.text(kind)?;
                let known = self.rest()? && known;
                if let (Some(text), true) = (text, known) {
                    self.leaf(kind, context, start, text)?;
                }
                return Some(None);
            }
            b"Emph" => FrameKind::Emphasis(Kind::Emph),
            b"Strong" => FrameKind::Emphasis(Kind::Strong),
            b"Header" => {
                if let Some(level) = self.level() {
                    self.leaf(
                        Kind::Header(level),
                        context,
                        start,
                        (start, start, false),
                    )?;
                }
                FrameKind::Element
            }
            _ => FrameKind::Element,
        };
        self.push(kind, inside, start)?;
        Some(Some(inside))
    }

    /// The content of a leaf, passed over; gives its text, if it has the shape it should have.
    fn text(&mut self, kind: Kind) -> Option<Option<(usize, usize, bool)>> {
        let start = self.scanner.at;
        if kind == Kind::Str && self.scanner.peek() == Some(b'"') {
            return self.scanner.string().map(Some);
        }
        if kind != Kind::Str && self.scanner.eat(b"[") {
            // `[attr, text]`
            self.scanner.skip()?;
            self.scanner.space();
            if self.scanner.eat(b",") {
                self.scanner.space();
                if self.scanner.peek() == Some(b'"') {
                    let text = self.scanner.string()?;
                    self.scanner.space();
                    if self.scanner.eat(b"]") {
                        return Some(Some(text));
                    }
                }
            }
        }
        self.scanner.at = start;
        self.scanner.skip()?;
        Some(None)
    }

    /// The rest of an element behind its content; whether it is nothing but the tag.
    fn rest(&mut self) -> Option<bool> {
        let mut known = true;
        loop {
            self.scanner.space();
            match self.scanner.next()? {
                b'}' => return Some(known),
                b',' => {
                    self.scanner.space();
                    let (from, to, _) = self.scanner.string()?;
                    self.scanner.expect(b':')?;
                    known &= self.scanner.bytes.get(from..to)? == b"t";
                    self.scanner.skip()?;
                }
                _ => return None,
            }
        }
    }

    /// The level of a heading whose content is next, which stays to be read.
    fn level(&self) -> Option<u8> {
        let content = self.scanner.bytes.get(self.scanner.at..)?.strip_prefix(b"[")?;
        let content = content.trim_ascii_start();
        let digits = content.iter().position(|byte| !byte.is_ascii_digit())?;
        std::str::from_utf8(content.get(..digits)?).ok()?.parse().ok()
    }

    /// A key of an object behind its first: its value is next and to be walked, or it has been
    /// passed over.
    fn key(&mut self, kind: FrameKind) -> Option<bool> {
        self.scanner.string()?;
        self.scanner.expect(b':')?;
        if kind == FrameKind::Object {
            return Some(true);
        }
        self.scanner.skip()?;
        Some(false)
    }

    /// Emphasis has ended: a leaf, if it holds one `Str` and nothing else.
    fn emphasis(&mut self, kind: Kind, frame: Frame) -> Option<()> {
        let end = self.scanner.at;
        let Some(str) = self.leaves.last().copied() else { return Some(()) };
        if self.leaves.len() != frame.leaves as usize + 1 || str.kind != Kind::Str {
            return Some(());
        }
        let start = frame.start as usize;
        let before = self.scanner.bytes.get(start..str.start as usize)?;
        let after = self.scanner.bytes.get(str.end as usize..end)?;
        let tag = if kind == Kind::Strong { "Strong" } else { "Emph" };
        let is = |text: &[u8], parts: [&str; 3]| {
            let written = text.iter().filter(|byte| !byte.is_ascii_whitespace());
            written.eq(parts.iter().flat_map(|part| part.as_bytes()))
        };
        let alone = is(before, [r#"{"t":""#, tag, r#"","c":["#])
            && is(after, ["]}", "", ""])
            || is(before, [r#"{"c":["#, "", ""])
                && is(after, [r#"],"t":""#, tag, r#""}"#]);
        if alone {
            let outside = self.stack.last().map_or_else(Context::default, |f| f.context);
            let text = (str.text.0 as usize, str.text.1 as usize, str.escaped);
            self.leaf(kind, outside, start, text)?;
        }
        Some(())
    }

    /// Notes a leaf that ends here.
    fn leaf(
        &mut self,
        kind: Kind,
        context: Context,
        start: usize,
        (from, to, escaped): (usize, usize, bool),
    ) -> Option<()> {
        let place = |at: usize| u32::try_from(at).ok();
        self.leaves.push(Leaf {
            start: place(start)?,
            end: place(self.scanner.at)?,
            text: (place(from)?, place(to)?),
            escaped,
            kind,
            context,
        });
        Some(())
    }
}

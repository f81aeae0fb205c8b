//! One walk over a document's blocks, outside in and front to back, that checks the JSON and notes
//! the leaves. It keeps its own stack, so nesting has no limit but memory.
//!
//! Elements are objects with a `t`; of those the walk goes into `c` and passes over other keys.
//! In objects without `t`, such as citations, every value may hold elements. So constructors that
//! are not known are walked like any other.

use super::element::ElementKeys;
use super::leaf::{Context, Leaf, LeafKind};
use super::scan::{JsonScanner, SkimmedObject};

/// A bracket that is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) kind: FrameKind,
    /// What surrounds the values in it.
    pub(super) context: Context,
    /// Where it begins, and how many leaves there were then.
    pub(super) start: u32,
    pub(super) leaves: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FrameKind {
    Array,
    /// An object that is no element.
    Object,
    Element,
    /// An element that is a leaf if it holds one `Str` and nothing else.
    Emphasis(LeafKind),
}

/// Where the walk goes from an object's beginning.
#[derive(Debug, Clone, Copy)]
pub(super) enum NextStep {
    /// To the value in it that is next, which this surrounds.
    Into(Context),
    /// On behind it: it has been passed over.
    Past,
}

/// Notes the leaves of the value that is next; `None` where the JSON is broken.
pub(super) fn walk(scanner: &mut JsonScanner<'_>, leaves: &mut Vec<Leaf>) -> Option<()> {
    scanner.odd.clear();
    Walk { scanner, leaves, stack: Vec::new(), odd: 0 }.run()
}

/// The walk on its way.
pub(super) struct Walk<'w, 'a> {
    pub(super) scanner: &'w mut JsonScanner<'a>,
    pub(super) leaves: &'w mut Vec<Leaf>,
    pub(super) stack: Vec<Frame>,
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
                    if let NextStep::Into(inside) = self.object(context)? {
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

    pub(super) fn push(
        &mut self,
        kind: FrameKind,
        context: Context,
        start: usize,
    ) -> Option<()> {
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
    fn object(&mut self, context: Context) -> Option<NextStep> {
        let start = self.scanner.at;
        // The shapes that pandoc writes, read at a go.
        if self.scanner.eat(br#"{"t":"Space"}"#) {
            return Some(NextStep::Past);
        }
        if self.scanner.eat(br#"{"t":"Str","c":""#) {
            let text = self.scanner.at;
            let escaped = self.scanner.string_rest()?;
            let text = (text, self.scanner.at - 1, escaped);
            if self.scanner.eat(b"}") {
                self.leaf(LeafKind::Str, context, start, text)?;
                return Some(NextStep::Past);
            }
        } else if self.scanner.eat(br#"{"t":""#) {
            let tag = self.scanner.at;
            self.scanner.string_rest()?;
            let tag = tag..self.scanner.at - 1;
            if self.scanner.eat(b"}") {
                return Some(NextStep::Past);
            }
            if self.scanner.eat(br#","c":"#) {
                self.scanner.space();
                let tag = self.scanner.bytes.get(tag)?;
                let keys = ElementKeys { tag: true, strange: false };
                return self.element(start, tag, keys, context);
            }
        }
        self.scanner.at = start;
        self.odd_object(context)
    }

    /// An object of any other shape: keys in another order, space, more keys.
    fn odd_object(&mut self, context: Context) -> Option<NextStep> {
        let start = self.scanner.at;
        let tag = self.look_ahead()?.tag;
        self.scanner.at += 1;
        self.scanner.space();
        if self.scanner.eat(b"}") {
            return Some(NextStep::Past);
        }
        let Some((from, to)) = tag else {
            self.push(FrameKind::Object, context, start)?;
            self.key(FrameKind::Object)?;
            return Some(NextStep::Into(context));
        };
        let tag = self.scanner.bytes.get(from..to)?;
        let mut keys = ElementKeys::default();
        // Passes over what stands before the content.
        loop {
            let (from, to, _) = self.scanner.string()?;
            self.scanner.expect(b':')?;
            let key = self.scanner.bytes.get(from..to)?;
            if key == b"c" {
                return self.element(start, tag, keys, context);
            }
            keys.see(key);
            self.scanner.skip()?;
            self.scanner.space();
            match self.scanner.next()? {
                b',' => self.scanner.space(),
                b'}' => return Some(NextStep::Past),
                _ => return None,
            }
        }
    }

    /// Whether the object that is next is an element. Each byte is looked at once, however deep
    /// such objects nest: one look takes in all that it holds.
    fn look_ahead(&mut self) -> Option<SkimmedObject> {
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
}

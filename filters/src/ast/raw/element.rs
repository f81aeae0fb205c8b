//! The elements on the walk's way: which of them are leaves, and what surrounds what they hold.

use super::leaf::{Context, Leaf, LeafKind};
use super::scan::JsonScanner;
use super::walk::{Frame, FrameKind, NextStep, Walk};
use std::ops::Range;

/// The keys of an element that were met beside its content.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ElementKeys {
    pub(super) tag: bool,
    /// A key that no pandoc knows of today, one that is there twice, or content of a shape that
    /// is not known. It would be lost if the element were replaced, so such an element is no leaf.
    pub(super) strange: bool,
}

impl ElementKeys {
    pub(super) fn see(&mut self, key: &[u8]) {
        if key == b"t" && !self.tag {
            self.tag = true;
        } else {
            self.strange = true;
        }
    }
}

/// Where the attribute of the code begins and ends that begins at `start` and was noted as a leaf.
pub(super) fn attr(json: &[u8], start: usize) -> Option<Range<usize>> {
    let mut scanner = JsonScanner::new(json, start);
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

impl Walk<'_, '_> {
    /// An element whose content is next, behind these keys: a leaf is read to its end, another is
    /// entered.
    pub(super) fn element(
        &mut self,
        start: usize,
        tag: &[u8],
        keys: ElementKeys,
        context: Context,
    ) -> Option<NextStep> {
        let inside = context.inside(tag);
        let kind = match tag {
            b"Str" | b"Code" | b"CodeBlock" => {
                let kind = match tag {
                    b"Str" => LeafKind::Str,
                    b"Code" => LeafKind::Code,
                    _ => LeafKind::CodeBlock,
                };
                let mut keys = keys;
                let text = self.text(kind, &mut keys)?;
                let keys = self.rest(keys)?;
                if !keys.strange {
                    self.leaf(kind, context, start, text)?;
                }
                return Some(NextStep::Past);
            }
            b"Emph" => FrameKind::Emphasis(LeafKind::Emph),
            b"Strong" => FrameKind::Emphasis(LeafKind::Strong),
            b"Header" => {
                if let Some(level) = self.level() {
                    self.leaf(
                        LeafKind::Header(level),
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
        Some(NextStep::Into(inside))
    }

    /// The content of a leaf, passed over; gives its text. Content of another shape is strange.
    fn text(
        &mut self,
        kind: LeafKind,
        keys: &mut ElementKeys,
    ) -> Option<(usize, usize, bool)> {
        let start = self.scanner.at;
        if kind == LeafKind::Str && self.scanner.peek() == Some(b'"') {
            return self.scanner.string();
        }
        if kind != LeafKind::Str
            && let Some(text) = self.attr_and_text()
        {
            return Some(text);
        }
        // Of another shape, or broken: the next line tells.
        self.scanner.at = start;
        self.scanner.skip()?;
        keys.strange = true;
        Some((start, start, false))
    }

    /// `[attr, text]`: its text.
    fn attr_and_text(&mut self) -> Option<(usize, usize, bool)> {
        self.scanner.expect(b'[')?;
        self.scanner.skip()?;
        self.scanner.space();
        self.scanner.expect(b',')?;
        self.scanner.space();
        if self.scanner.peek() != Some(b'"') {
            return None;
        }
        let text = self.scanner.string()?;
        self.scanner.space();
        self.scanner.eat(b"]").then_some(text)
    }

    /// The rest of an element behind its content; all its keys.
    fn rest(&mut self, mut keys: ElementKeys) -> Option<ElementKeys> {
        loop {
            self.scanner.space();
            match self.scanner.next()? {
                b'}' => return Some(keys),
                b',' => {
                    self.scanner.space();
                    let (from, to, _) = self.scanner.string()?;
                    self.scanner.expect(b':')?;
                    keys.see(self.scanner.bytes.get(from..to)?);
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

    /// Emphasis has ended: a leaf, if it holds one `Str` and nothing else.
    pub(super) fn emphasis(&mut self, kind: LeafKind, frame: Frame) -> Option<()> {
        let end = self.scanner.at;
        let Some(str) = self.leaves.last().copied() else { return Some(()) };
        if self.leaves.len() != frame.leaves as usize + 1 || str.kind != LeafKind::Str {
            return Some(());
        }
        let start = frame.start as usize;
        let before = self.scanner.bytes.get(start..str.start as usize)?;
        let after = self.scanner.bytes.get(str.end as usize..end)?;
        let tag = if kind == LeafKind::Strong { "Strong" } else { "Emph" };
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

    /// Notes a leaf that ends here. A `Str` is one only in a list: passes may put several
    /// elements in its place.
    pub(super) fn leaf(
        &mut self,
        kind: LeafKind,
        context: Context,
        start: usize,
        (from, to, escaped): (usize, usize, bool),
    ) -> Option<()> {
        let listed =
            self.stack.last().is_some_and(|frame| frame.kind == FrameKind::Array);
        if kind == LeafKind::Str && !listed {
            return Some(());
        }
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

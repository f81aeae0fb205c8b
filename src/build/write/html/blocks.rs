//! Blocks.

use super::BodyWriter;
use super::attributes::{Attributes, is_writable};
use super::inlines::{is_comment, plain_text};
use crate::build::write::assemble::escaped;
use concfilter::ast::{deep, tag, visit};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Classes of divisions that pandoc writes as something else, or lays out.
const SPECIAL: &[&str] =
    &["section", "references", "column", "columns", "notes", "incremental"];

impl BodyWriter {
    /// Opens a heading's section, and writes the heading.
    pub(super) fn section(
        &mut self,
        out: &mut String,
        level: u64,
        c: &Value,
    ) -> Option<()> {
        let attributes = Attributes::read(&c[1])?;
        if !(1..=6).contains(&level) || attributes.has_key(&["number", "wrapper"]) {
            return None;
        }
        out.push_str("<section");
        attributes.write_id(out)?;
        attributes.write_classes(out, &[&*format!("level{level}")])?;
        attributes.write_pairs(out)?;
        write!(out, ">\n<h{level}").ok()?;
        attributes.write_classes(out, &[])?;
        attributes.write_pairs(out)?;
        out.push('>');
        self.inlines(out, &c[2])?;
        write!(out, "</h{level}>").ok()?;
        Some(())
    }

    /// Writes blocks, each on lines of its own.
    pub(super) fn blocks(&mut self, out: &mut String, blocks: &Value) -> Option<()> {
        for (at, block) in blocks.as_array()?.iter().enumerate() {
            if at > 0 {
                out.push('\n');
            }
            deep(|| self.block(out, block))?;
        }
        Some(())
    }

    pub(super) fn block(&mut self, out: &mut String, block: &Value) -> Option<()> {
        let c = &block["c"];
        match tag(block)? {
            "Para" if is_filled(c) => {
                out.push_str("<p>");
                self.inlines(out, c)?;
                out.push_str("</p>");
            }
            "Plain" if is_filled(c) => self.inlines(out, c)?,
            "CodeBlock" => listing(out, c)?,
            "BlockQuote" if is_filled(c) => {
                out.push_str("<blockquote>\n");
                self.blocks(out, c)?;
                out.push_str("\n</blockquote>");
            }
            "BulletList" if is_filled(c) => {
                let are_tasks = c.as_array()?.iter().all(|item| task(item).is_some());
                let class = if are_tasks { " class=\"task-list\"" } else { "" };
                write!(out, "<ul{class}>").ok()?;
                self.items(out, c)?;
                out.push_str("\n</ul>");
            }
            "OrderedList" if is_filled(&c[1]) => {
                numbered(out, &c[0])?;
                self.items(out, &c[1])?;
                out.push_str("\n</ol>");
            }
            "DefinitionList" if is_filled(c) => self.definitions(out, c)?,
            "LineBlock" if is_filled(c) => self.lines(out, c)?,
            "RawBlock" => raw(out, c)?,
            "HorizontalRule" => out.push_str("<hr />"),
            "Div" => self.division(out, c)?,
            "Figure" => self.figure(out, c)?,
            "Table" => self.table(out, c)?,
            _ => return None,
        }
        Some(())
    }

    fn items(&mut self, out: &mut String, items: &Value) -> Option<()> {
        for item in items.as_array()? {
            out.push_str("\n<li>");
            match task(item) {
                Some(is_done) => self.task(out, item, is_done)?,
                None => self.blocks(out, item)?,
            }
            out.push_str("</li>");
        }
        Some(())
    }

    /// An item that can be ticked.
    fn task(&mut self, out: &mut String, item: &Value, is_done: bool) -> Option<()> {
        let (first, rest) = item.as_array()?.split_first()?;
        let (open, close) =
            if tag(first) == Some("Para") { ("<p>", "</p>") } else { ("", "") };
        let checked = if is_done { " checked=\"\"" } else { "" };
        write!(out, "{open}<label><input type=\"checkbox\"{checked} />").ok()?;
        for inline in first["c"].as_array()?.get(2..)? {
            self.inlines(out, &json!([inline]))?;
        }
        write!(out, "</label>{close}").ok()?;
        for block in rest {
            out.push('\n');
            deep(|| self.block(out, block))?;
        }
        Some(())
    }

    fn definitions(&mut self, out: &mut String, c: &Value) -> Option<()> {
        out.push_str("<dl>");
        for item in c.as_array()? {
            out.push_str("\n<dt>");
            self.inlines(out, &item[0])?;
            out.push_str("</dt>");
            for definition in item[1].as_array()? {
                out.push_str("\n<dd>\n");
                self.blocks(out, definition)?;
                out.push_str("\n</dd>");
            }
        }
        out.push_str("\n</dl>");
        Some(())
    }

    fn lines(&mut self, out: &mut String, lines: &Value) -> Option<()> {
        out.push_str("<div class=\"line-block\">");
        for (at, line) in lines.as_array()?.iter().enumerate() {
            if at > 0 {
                out.push_str("<br />\n");
            }
            self.inlines(out, line)?;
        }
        out.push_str("</div>");
        Some(())
    }

    fn division(&mut self, out: &mut String, c: &Value) -> Option<()> {
        let attributes = Attributes::read(&c[0])?;
        let is_special =
            |class: &str| SPECIAL.contains(&class) || class.starts_with("csl-");
        if attributes.has_class(is_special) || attributes.has_key(&["width"]) {
            return None;
        }
        out.push_str("<div");
        attributes.write(out)?;
        out.push_str(">\n");
        self.blocks(out, &c[1])?;
        out.push_str("\n</div>");
        Some(())
    }

    /// A picture, or what stands in for one, with its caption.
    fn figure(&mut self, out: &mut String, c: &Value) -> Option<()> {
        let attributes = Attributes::read(&c[0])?;
        let (caption, content) = (&c[1][1], &c[2]);
        if !c[1][0].is_null() || !is_filled(content) {
            return None;
        }
        out.push_str("<figure");
        attributes.write(out)?;
        out.push_str(">\n");
        self.blocks(out, content)?;
        if is_filled(caption) {
            let hidden =
                if is_told(content, caption)? { " aria-hidden=\"true\"" } else { "" };
            write!(out, "\n<figcaption{hidden}>").ok()?;
            self.blocks(out, caption)?;
            out.push_str("</figcaption>");
        }
        out.push_str("\n</figure>");
        Some(())
    }
}

/// Whether a picture's text says what its caption says, so that a reader which speaks need not say it twice; nothing
/// where that is not plain.
fn is_told(content: &Value, caption: &Value) -> Option<bool> {
    let mut pictures = 0;
    visit(content.as_array()?, &mut |tag, _| pictures += usize::from(tag == "Image"));
    if pictures == 0 {
        return Some(false);
    }
    let ([plain], [caption]) =
        (content.as_array()?.as_slice(), caption.as_array()?.as_slice())
    else {
        return None;
    };
    let [image] = plain["c"].as_array()?.as_slice() else { return None };
    let is_plain = |block| tag(block) == Some("Plain");
    let attributes = Attributes::read(&image["c"][0])?;
    if !is_plain(plain) || !is_plain(caption) || attributes.value("alt").is_some() {
        return None;
    }
    Some(plain_text(&image["c"][1])? == plain_text(&caption["c"])?)
}

/// A comment, or what a filter emptied.
fn raw(out: &mut String, c: &Value) -> Option<()> {
    let text = c[1].as_str()?;
    let is_known = c[0] == "html" && (text.is_empty() || is_comment(text));
    is_known.then(|| out.push_str(text))
}

pub(super) fn is_filled(list: &Value) -> bool {
    list.as_array().is_some_and(|items| !items.is_empty())
}

fn listing(out: &mut String, c: &Value) -> Option<()> {
    let attributes = Attributes::read(&c[0])?;
    let text = c[1].as_str()?;
    if attributes.has_class(|class| class == "literate") || !is_writable(text) {
        return None;
    }
    out.push_str("<pre");
    attributes.write(out)?;
    out.push_str("><code>");
    out.push_str(&escaped(text));
    out.push_str("</code></pre>");
    Some(())
}

/// The tag that opens a numbered list.
fn numbered(out: &mut String, attributes: &Value) -> Option<()> {
    let start = attributes[0].as_u64()?;
    let (class, kind) = match tag(&attributes[1])? {
        "DefaultStyle" => ("", ""),
        "Decimal" => ("", " type=\"1\""),
        "LowerAlpha" => ("", " type=\"a\""),
        "UpperAlpha" => ("", " type=\"A\""),
        "LowerRoman" => ("", " type=\"i\""),
        "UpperRoman" => ("", " type=\"I\""),
        "Example" => (" class=\"example\"", " type=\"1\""),
        _ => return None,
    };
    out.push_str("<ol");
    if start != 1 {
        write!(out, " start=\"{start}\"").ok()?;
    }
    out.push_str(class);
    out.push_str(kind);
    out.push('>');
    Some(())
}

/// Whether an item of a list that can be ticked is; nothing for one that cannot.
fn task(item: &Value) -> Option<bool> {
    let [first, second, ..] = item[0]["c"].as_array()?.as_slice() else { return None };
    let is_text = matches!(tag(&item[0])?, "Plain" | "Para");
    match first["c"].as_str()? {
        "☐" if is_text && tag(second)? == "Space" => Some(false),
        "☒" if is_text && tag(second)? == "Space" => Some(true),
        _ => None,
    }
}

//! What stands in lines.

use super::attributes::{Attributes, is_writable, write_attribute, write_text};
use super::{BodyWriter, PICTURE};
use concfilter::ast::{deep, tag, visit};
use serde_json::Value;
use std::fmt::Write as _;

/// Classes of spans that become elements of that name.
const ELEMENTS: &[&str] = &["kbd", "mark", "dfn"];

/// Classes of spans that pandoc treats in a way of its own.
const SPECIAL: &[&str] = &["smallcaps", "underline", "ul"];

/// The keys of a picture's size.
const SIZES: &[&str] = &["width", "height"];

/// Kinds of pictures; other files may be sound or film.
const PICTURES: &[&str] = &["png", "jpg", "jpeg", "gif", "svg", "webp"];

impl BodyWriter {
    pub(super) fn inlines(&mut self, out: &mut String, inlines: &Value) -> Option<()> {
        for inline in inlines.as_array()? {
            match inline["t"].as_str()? {
                "Str" => write_text(out, inline["c"].as_str()?)?,
                "Space" | "SoftBreak" => out.push(' '),
                _ => deep(|| self.inline(out, inline))?,
            }
        }
        Some(())
    }

    fn inline(&mut self, out: &mut String, inline: &Value) -> Option<()> {
        let c = &inline["c"];
        match tag(inline)? {
            "LineBreak" => out.push_str("<br />\n"),
            "Emph" => self.within(out, "em", c)?,
            "Strong" => self.within(out, "strong", c)?,
            "Strikeout" => self.within(out, "del", c)?,
            "Superscript" => self.within(out, "sup", c)?,
            "Subscript" => self.within(out, "sub", c)?,
            "Underline" => self.within(out, "u", c)?,
            "SmallCaps" => {
                out.push_str("<span class=\"smallcaps\">");
                self.inlines(out, c)?;
                out.push_str("</span>");
            }
            "Quoted" => self.quoted(out, c)?,
            "Code" => code(out, c)?,
            "Span" => self.span(out, c)?,
            "Link" => self.link(out, c)?,
            "Image" => image(out, c)?,
            "Note" => self.note(out, c)?,
            "Cite" => self.citation(out, c)?,
            "RawInline" => raw(out, c)?,
            _ => return None,
        }
        Some(())
    }

    fn within(&mut self, out: &mut String, element: &str, inlines: &Value) -> Option<()> {
        out.push('<');
        out.push_str(element);
        out.push('>');
        self.inlines(out, inlines)?;
        out.push_str("</");
        out.push_str(element);
        out.push('>');
        Some(())
    }

    fn quoted(&mut self, out: &mut String, c: &Value) -> Option<()> {
        let (open, close) = quotes(c)?;
        out.push(open);
        self.inlines(out, &c[1])?;
        out.push(close);
        Some(())
    }

    fn span(&mut self, out: &mut String, c: &Value) -> Option<()> {
        let attributes = Attributes::read(&c[0])?;
        let first = attributes.classes.first().and_then(Value::as_str);
        let element = first.filter(|class| ELEMENTS.contains(class));
        let attributes = match element {
            Some(_) => Attributes { classes: &attributes.classes[1..], ..attributes },
            None => attributes,
        };
        let is_special = |class: &str| {
            ELEMENTS.contains(&class)
                || SPECIAL.contains(&class)
                || class.starts_with("csl-")
        };
        if attributes.has_class(is_special) {
            return None;
        }
        let element = element.unwrap_or("span");
        out.push('<');
        out.push_str(element);
        attributes.write(out)?;
        out.push('>');
        self.inlines(out, &c[1])?;
        write!(out, "</{element}>").ok()?;
        Some(())
    }

    fn citation(&mut self, out: &mut String, c: &Value) -> Option<()> {
        let keys = c[0].as_array()?.iter().map(|one| one["citationId"].as_str());
        out.push_str("<span class=\"citation\"");
        write_attribute(out, "data-cites", &keys.collect::<Option<Vec<_>>>()?.join(" "))?;
        out.push('>');
        self.inlines(out, &c[1])?;
        out.push_str("</span>");
        Some(())
    }

    /// Writes a link; one within it becomes a span, for HTML has no links in links.
    fn link(&mut self, out: &mut String, c: &Value) -> Option<()> {
        let attributes = Attributes::read(&c[0])?;
        let (target, title) = (c[2][0].as_str()?, c[2][1].as_str()?);
        if self.is_in_link {
            return self.span(out, c);
        }
        if holds(&c[1], "Note") {
            return None;
        }
        out.push_str("<a");
        write_attribute(out, "href", target)?;
        attributes.write(out)?;
        if !title.is_empty() {
            write_attribute(out, "title", title)?;
        }
        out.push('>');
        self.is_in_link = true;
        self.inlines(out, &c[1])?;
        self.is_in_link = false;
        out.push_str("</a>");
        Some(())
    }

    /// Writes the sign of a note; the note itself comes at the end of the page.
    fn note(&mut self, out: &mut String, blocks: &Value) -> Option<()> {
        if self.is_in_note {
            return None;
        }
        self.is_in_note = true;
        let mut note = String::new();
        self.blocks(&mut note, blocks)?;
        self.is_in_note = false;
        let number = self.notes.len() + 1;
        if self.notes_lead_back {
            let text = note.strip_prefix("<p>")?;
            note = format!(
                "<p><a href=\"#fnref{number}\" class=\"footnote-back\" \
                 role=\"doc-backlink\">{number}</a>. {text}"
            );
        }
        self.notes.push(note);
        write!(
            out,
            "<a href=\"#fn{number}\" class=\"footnote-ref\" id=\"fnref{number}\" \
             epub:type=\"noteref\" role=\"doc-noteref\">{number}</a>"
        )
        .ok()?;
        Some(())
    }
}

fn code(out: &mut String, c: &Value) -> Option<()> {
    let attributes = Attributes::read(&c[0])?;
    if attributes.has_class(|class| matches!(class, "sample" | "variable")) {
        return None;
    }
    out.push_str("<code");
    attributes.write(out)?;
    out.push('>');
    write_text(out, c[1].as_str()?)?;
    out.push_str("</code>");
    Some(())
}

fn image(out: &mut String, c: &Value) -> Option<()> {
    let attributes = Attributes::read(&c[0])?;
    let (target, title) = (c[2][0].as_str()?, c[2][1].as_str()?);
    let kind = target.rsplit_once('.')?.1.to_ascii_lowercase();
    if !PICTURES.contains(&&*kind) || attributes.has_key(&["style", "title"]) {
        return None;
    }
    let (style, size) = size(attributes)?;
    out.push_str(PICTURE);
    out.push('"');
    if !title.is_empty() {
        write_attribute(out, "title", title)?;
    }
    attributes.write_id(out)?;
    attributes.write_classes(out, &[])?;
    out.push_str(&style);
    attributes.write_pairs_except(out, SIZES)?;
    out.push_str(&size);
    if attributes.value("alt").is_none() {
        write_attribute(out, "alt", &plain_text(&c[1])?)?;
    }
    out.push_str(" />");
    Some(())
}

/// The marks of a quotation.
fn quotes(c: &Value) -> Option<(char, char)> {
    match tag(&c[0])? {
        "SingleQuote" => Some(('‘', '’')),
        "DoubleQuote" => Some(('“', '”')),
        _ => None,
    }
}

/// A tag without attributes or a comment, which pandoc leaves as it is.
fn raw(out: &mut String, c: &Value) -> Option<()> {
    let text = c[1].as_str()?;
    if c[0] == "html" && (is_comment(text) || text == "<br />") {
        out.push_str(text);
        return Some(());
    }
    let name = text.strip_prefix('<')?.strip_suffix('>')?;
    let name = name.strip_prefix('/').unwrap_or(name);
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_name =
        name.starts_with(|c: char| c.is_ascii_lowercase()) && name.bytes().all(is_plain);
    (c[0] == "html" && is_name).then(|| out.push_str(text))
}

/// Whether a text is one comment.
pub(super) fn is_comment(text: &str) -> bool {
    let inner = text.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
    inner.is_some_and(|inner| !inner.contains(['<', '>', '&']) && is_writable(inner))
}

/// A picture's size, as a style and as an attribute; nothing where it has two, or one in a unit that is
/// reckoned in another.
fn size(attributes: Attributes<'_>) -> Option<(String, String)> {
    let given: Vec<&str> =
        SIZES.iter().copied().filter(|key| attributes.has_key(&[key])).collect();
    let [key] = given.as_slice() else {
        return given.is_empty().then(Default::default);
    };
    let value = attributes.value(key)?;
    if let Some(share) = value.strip_suffix('%') {
        let end = if is_number(share) { ".0" } else { "" };
        let is_known = is_number(share) || is_fraction(share);
        return is_known
            .then(|| (format!(" style=\"{key}:{share}{end}%\""), String::new()));
    }
    let pixels = value.strip_suffix("px").unwrap_or(value);
    is_number(pixels).then(|| (String::new(), format!(" {key}=\"{pixels}\"")))
}

/// Whether a text is a whole number above nothing, written shortly.
fn is_number(text: &str) -> bool {
    (1..=5).contains(&text.len())
        && !text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is a number with a fraction, written shortly.
fn is_fraction(text: &str) -> bool {
    text.split_once('.').is_some_and(|(whole, part)| {
        is_number(whole)
            && (1..=5).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && !part.ends_with('0')
    })
}

/// Whether an element stands in inlines, at any depth.
fn holds(inlines: &Value, tag: &str) -> bool {
    let mut found = false;
    let inlines = inlines.as_array().map_or(&[][..], Vec::as_slice);
    visit(inlines, &mut |own, _| found |= own == tag);
    found
}

/// The text of inlines, as pandoc has it in a picture's `alt`; nothing where they hold what it treats in a way of
/// its own.
pub(super) fn plain_text(inlines: &Value) -> Option<String> {
    let mut out = String::new();
    gather(&mut out, inlines)?;
    Some(out)
}

fn gather(out: &mut String, inlines: &Value) -> Option<()> {
    for inline in inlines.as_array()? {
        let c = &inline["c"];
        match tag(inline)? {
            "Str" => out.push_str(c.as_str()?),
            "Space" | "SoftBreak" => out.push(' '),
            "Code" => out.push_str(c[1].as_str()?),
            "Emph" | "Strong" | "Strikeout" | "Superscript" | "Subscript"
            | "SmallCaps" | "Underline" => deep(|| gather(out, c))?,
            "Span" | "Link" | "Image" | "Cite" => deep(|| gather(out, &c[1]))?,
            "Quoted" => {
                let (open, close) = quotes(c)?;
                out.push(open);
                deep(|| gather(out, &c[1]))?;
                out.push(close);
            }
            "Note" => {}
            _ => return None,
        }
    }
    Some(())
}

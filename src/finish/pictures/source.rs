//! What a vector image may hold, told from its text before anything that builds a tree of it sees it: a
//! few lines of SVG can stand for millions of elements, or for more levels than a stack has.
//!
//! ```text
//! <g id="a"><path/>×10</g>  <g id="b"><use href="#a"/>×10</g>  <g id="c"><use href="#b"/>×10</g> …
//! ```

use crate::epub::comparisons::{MOST_COMPARISONS, TOO_MANY_COMPARISONS, comparisons};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::{BTreeMap, BTreeSet};

/// The most elements within each other, those that references lead to among them.
pub(super) const DEEPEST: usize = 200;

/// The most elements, each counted as often as it is drawn.
pub(super) const MOST_ELEMENTS: u64 = 100_000;

/// The most steps for what grows with the square of a number: the letters of a text are each looked for among all of
/// that text, and rules of `<style>` among all rules and elements. So many take a second or two.
const MOST_STEPS: u64 = 3_000_000_000;

/// How many steps of that kind a rule takes for an element or for another rule.
const RULE: u64 = 15;

/// The most `<tref>`, which no program writes any more: each is looked for among all elements.
const MOST_REFERENCES: usize = 1000;

/// An element of the image.
#[derive(Debug, Default)]
struct ImageElement {
    /// The elements in it.
    children: Vec<usize>,
    /// What it shows besides: identifiers, each with how often.
    shown: Vec<(String, u64)>,
    /// How many corners its line has, each of which may bear a marker.
    corners: u64,
    /// Its classes, for which rules of a `<style>` may give it more to show.
    classes: Vec<String>,
    /// Whether it is a gradient, which is made once however often it is used.
    is_gradient: bool,
}

/// All elements of an image, the root first.
#[derive(Debug, Default)]
struct Elements {
    all: Vec<ImageElement>,
    by_id: BTreeMap<String, usize>,
    /// What rules of `<style>` lead to, by class; by no name what any element may show.
    styled: BTreeMap<String, Vec<String>>,
    /// What is named as a marker anywhere.
    markers: BTreeSet<String>,
    /// How many rules there are in `<style>`.
    rules: u64,
    /// Where in the row of open elements the outermost `<text>` is, and how many letters it has.
    text: Option<(usize, u64)>,
    /// The squares of the letters of each text, together.
    letters: u64,
    /// How many `<tref>` there are.
    references: usize,
}

/// Whether an image is within the limits; what is beyond them otherwise.
pub(super) fn check(svg: &str) -> Result<(), String> {
    if comparisons(svg) > MOST_COMPARISONS {
        return Err(TOO_MANY_COMPARISONS.to_owned());
    }
    let elements = read(svg)?;
    let mut count = Count { elements: &elements, known: BTreeMap::new() };
    let (number, _) = count.of(0, 0)?;
    if number > MOST_ELEMENTS {
        return Err(format!(
            "it draws {} elements, and the most are {MOST_ELEMENTS}",
            if number == u64::MAX { "countless".to_owned() } else { number.to_string() }
        ));
    }
    Ok(())
}

fn too_deep() -> String {
    format!("its elements stand more than {DEEPEST} deep in each other")
}

/// Reads the elements, without a stack of their own.
fn read(svg: &str) -> Result<Elements, String> {
    let mut reader = Reader::from_str(svg.trim_start_matches('\u{feff}'));
    let mut elements = Elements::default();
    let mut open: Vec<usize> = Vec::new();
    let mut in_style = false;
    loop {
        let event =
            reader.read_event().map_err(|error| format!("it is no XML: {error}"))?;
        match event {
            Event::Start(start) => {
                in_style = start.local_name().into_inner() == "style";
                let at = elements.add(&start, open.last().copied())?;
                if elements.text.is_none() && start.local_name().into_inner() == "text" {
                    elements.text = Some((open.len(), 0));
                }
                open.push(at);
                if open.len() > DEEPEST {
                    return Err(too_deep());
                }
            }
            Event::Empty(start) => {
                elements.add(&start, open.last().copied())?;
            }
            Event::End(_) => {
                in_style = false;
                open.pop();
                elements.end_text(open.len());
            }
            Event::Text(text) if in_style => elements.style(&text),
            Event::Text(text) if elements.text.is_some() => elements.add_letters(&text),
            Event::CData(text) if !in_style && elements.text.is_some() => {
                elements.add_letters(&text);
            }
            Event::CData(text) if in_style => elements.style(&text),
            Event::DocType(text) if has_markup_in_entities(&text) => {
                return Err("it defines entities that hold markup".to_owned());
            }
            Event::Eof if elements.all.is_empty() => {
                return Err("it holds no element".to_owned());
            }
            Event::Eof => return elements.within_steps(),
            _ => {}
        }
    }
}

/// Whether an entity of a document type holds elements or other entities, whose number nobody knows
/// before they are put in.
fn has_markup_in_entities(doctype: &str) -> bool {
    doctype.split("<!ENTITY").skip(1).any(|rest| {
        let mut quoted = rest.splitn(3, ['"', '\'']);
        quoted.nth(1).is_some_and(|value| value.contains(['<', '&']))
    })
}

impl Elements {
    /// Adds an element to its parent.
    fn add(
        &mut self,
        start: &BytesStart<'_>,
        parent: Option<usize>,
    ) -> Result<usize, String> {
        let local = start.local_name();
        let local = local.into_inner();
        let is_use = local == "use";
        self.references += usize::from(local == "tref");
        let is_gradient = local.ends_with("Gradient");
        let mut element = ImageElement { is_gradient, ..ImageElement::default() };
        let at = self.all.len();
        for attribute in start.attributes() {
            let attribute =
                attribute.map_err(|error| format!("it is no XML: {error}"))?;
            let (name, value) = (attribute.key.into_inner(), &*attribute.value);
            let name = crate::elements::local(name);
            if is_followed(name) && has_entity(value) {
                return Err(format!("its attribute {name} has an entity"));
            }
            match name {
                "id" => {
                    self.by_id.entry(value.to_owned()).or_insert(at);
                }
                "href" if is_use => {
                    let id = value.trim().strip_prefix('#');
                    element.shown.extend(id.map(|id| (id.to_owned(), 1)));
                }
                "class" => {
                    let classes = value.split_whitespace().map(str::to_owned);
                    element.classes = classes.collect();
                }
                "d" | "points" => element.corners = corners(value),
                name if name.starts_with("marker") => self.markers.extend(named(value)),
                "fill" | "stroke" | "filter" | "mask" | "clip-path" => {
                    element.shown.extend(named(value).map(|id| (id, 1)));
                }
                "style" if value.contains("marker") => self.markers.extend(named(value)),
                "style" => element.shown.extend(named(value).map(|id| (id, 1))),
                _ => {}
            }
        }
        self.all.push(element);
        if let Some(parent) = parent {
            self.all[parent].children.push(at);
        }
        if self.all.len() as u64 > MOST_ELEMENTS {
            return Err(format!("it has more than {MOST_ELEMENTS} elements"));
        }
        Ok(at)
    }

    fn add_letters(&mut self, text: &str) {
        if let Some((_, letters)) = &mut self.text {
            *letters += text.chars().count() as u64;
        }
    }

    /// Notes the end of an element at that place of the row of open ones, which may be the text's.
    fn end_text(&mut self, at: usize) {
        if let Some((_, letters)) = self.text.take_if(|(text, _)| *text == at) {
            self.letters = self.letters.saturating_add(letters.saturating_mul(letters));
        }
    }

    /// The same elements, if what grows with squares is within the limits.
    fn within_steps(self) -> Result<Self, String> {
        let all = self.all.len() as u64;
        let rules = self.rules.saturating_mul(self.rules + all).saturating_mul(RULE);
        if self.letters > MOST_STEPS {
            return Err("its texts have more letters than can be set".to_owned());
        }
        if rules > MOST_STEPS {
            return Err(format!(
                "it has {} rules for {all} elements, too many",
                self.rules
            ));
        }
        if self.references > MOST_REFERENCES {
            return Err(format!("it has more than {MOST_REFERENCES} <tref>"));
        }
        Ok(self)
    }

    /// Notes what rules lead to: `.a, .b { clip-path: url(#c) }`.
    fn style(&mut self, css: &str) {
        // Each selector of a list is a rule of its own.
        self.rules += css.matches(['{', ',']).count() as u64;
        for rule in css.split('}') {
            let Some((selectors, declarations)) = rule.rsplit_once('{') else { continue };
            if declarations.contains("marker") {
                self.markers.extend(named(declarations));
                continue;
            }
            for selector in selectors.split(',') {
                let name = selector.rsplit_once('.').map_or("", |(_, name)| name);
                let ends = |c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_');
                let name = name.split(ends).next().unwrap_or_default();
                let known = self.styled.entry(name.to_owned()).or_default();
                known.extend(named(declarations));
            }
        }
    }
}

/// Whether an attribute names elements, or is named by them.
fn is_followed(name: &str) -> bool {
    matches!(
        name,
        "id" | "href" | "style" | "fill" | "stroke" | "filter" | "mask" | "clip-path"
    ) || name.starts_with("marker")
}

/// Whether a value has an entity that the image itself defines: it could lead to any element.
fn has_entity(value: &str) -> bool {
    let known = ["#", "amp;", "lt;", "gt;", "quot;", "apos;"];
    value.split('&').skip(1).any(|rest| !known.iter().any(|name| rest.starts_with(name)))
}

/// How many points a path or a polygon has, at most.
fn corners(data: &str) -> u64 {
    let numbers =
        data.split(|c: char| c.is_whitespace() || c == ',' || c.is_ascii_alphabetic());
    numbers.filter(|number| !number.is_empty()).count() as u64 / 2 + 1
}

/// The identifiers in `url(#…)`.
fn named(value: &str) -> impl Iterator<Item = String> {
    value.split("url(").skip(1).filter_map(|rest| {
        let (inside, _) = rest.split_once(')')?;
        let inside = inside.trim().trim_matches(['"', '\'']);
        inside.strip_prefix('#').map(str::to_owned)
    })
}

/// Counts elements as often as they are drawn.
struct Count<'e> {
    elements: &'e Elements,
    /// Number and height of what was counted; none while it is being counted.
    known: BTreeMap<usize, Option<(u64, usize)>>,
}

impl Count<'_> {
    /// How many elements an element stands for, itself among them, and how many levels.
    fn of(&mut self, at: usize, depth: usize) -> Result<(u64, usize), String> {
        match self.known.get(&at) {
            Some(&Some((number, height))) if depth + height <= DEEPEST => {
                return Ok((number, height));
            }
            Some(Some(_)) => return Err(too_deep()),
            // Renderers leave out what would show itself.
            Some(None) => return Ok((0, 0)),
            None if depth > DEEPEST => return Err(too_deep()),
            None => {}
        }
        self.known.insert(at, None);
        let element = &self.elements.all[at];
        let (mut number, mut height) = (1_u64, 0);
        let children = element.children.iter().map(|&child| (child, 1));
        let shown = element.shown.iter().map(|(id, times)| (id, *times));
        let classes = element.classes.iter().map(String::as_str).chain([""]);
        let styled = classes.filter_map(|class| self.elements.styled.get(class));
        let styled = styled.flatten().map(|id| (id, 1));
        let markers = self.elements.markers.iter().filter(|_| element.corners > 0);
        let markers = markers.map(|id| (id, element.corners));
        let led_to = shown.chain(styled).chain(markers);
        let led_to =
            led_to.filter_map(|(id, times)| Some((*self.elements.by_id.get(id)?, times)));
        let led_to = led_to.filter(|&(child, _)| !self.elements.all[child].is_gradient);
        for (child, times) in children.chain(led_to).collect::<Vec<_>>() {
            let (more, levels) = self.of(child, depth + 1)?;
            number = number.saturating_add(more.saturating_mul(times));
            height = height.max(levels + 1);
        }
        self.known.insert(at, Some((number, height)));
        Ok((number, height))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(inside: &str) -> String {
        format!("<svg xmlns='http://www.w3.org/2000/svg'>{inside}</svg>")
    }

    /// Ten of each thing in the next.
    fn tenfold(
        levels: usize,
        one: &str,
        each: impl Fn(usize) -> String,
        holder: [&str; 2],
    ) -> String {
        let mut text = format!("{}{one}{}", holder[0].replace('N', "0"), holder[1]);
        for level in 1..=levels {
            text += &holder[0].replace('N', &level.to_string());
            text += &each(level - 1).repeat(10);
            text += holder[1];
        }
        text
    }

    #[test]
    fn what_books_hold_is_within_the_limits() {
        let chart =
            "<defs><path id='m' d='M0 0h3'/><clipPath id='c'><rect/></clipPath></defs>\
                     <g class='a' clip-path=\"url(#c)\">"
                .to_owned()
                + &"<use xlink:href='#m' x='3'/>".repeat(5000)
                + "</g><style>.a{fill:url(#g)}</style>";
        // As drawing programs write it: classes for clips and gradients, each used by some elements.
        let rules =
            |n: usize| format!(".c{n}{{clip-path:url(#k{n})}}.g{n}{{fill:url(#g{n})}}");
        let drawing = (0..100).map(rules).collect::<Vec<_>>().concat();
        let defs = |n: usize| {
            format!(
                "<clipPath id='k{n}'><rect/></clipPath><linearGradient id='g{n}'>{}</linearGradient>\
                 {}",
                "<stop/>".repeat(20),
                format!("<g class='c{n} g{n}'><path/></g>").repeat(100)
            )
        };
        let defs = (0..100).map(defs).collect::<Vec<_>>().concat();
        let drawing = format!("<style>{drawing}</style>{defs}");
        let recursive = "<use href='#a' id='a'/>";
        for text in [svg(""), svg(&chart), svg(&drawing), svg(recursive)] {
            assert_eq!(check(&text), Ok(()));
        }
        let illustrator = "<!DOCTYPE svg [<!ENTITY ns_svg \"http://www.w3.org/2000/svg\">]>\
                           <svg xmlns='&ns_svg;'><g/></svg>";
        assert_eq!(check(illustrator), Ok(()));
    }

    #[test]
    fn what_would_grow_without_end_is_told() {
        let deep = |levels: usize| svg(&("<g>".repeat(levels) + &"</g>".repeat(levels)));
        let uses = |levels| {
            let each = |level| format!("<use href='#a{level}'/>");
            svg(&tenfold(levels, "<path/>", each, ["<g id='aN'>", "</g>"]))
        };
        let patterns = |levels| {
            let each = |level| format!("<rect fill='url(#a{level})'/>");
            svg(&tenfold(levels, "<path/>", each, ["<pattern id='aN'>", "</pattern>"]))
        };
        let link = |n: usize| format!("<g id='c{n}'><use href='#c{}'/></g>", n + 1);
        let chain: Vec<String> = (1..300).map(link).collect();
        let markers = format!(
            "<marker id='m'>{}</marker><path marker-mid='url(#m)' d='M{}'/>",
            "<path/>".repeat(100),
            "1 1 ".repeat(5000)
        );
        let entities =
            "<!DOCTYPE svg [<!ENTITY a \"<g/><g/>\"><!ENTITY b '&a;&a;'>]><svg>&b;</svg>";
        for (text, said) in [
            (deep(880), "200 deep"),
            (uses(6), "the most are 100000"),
            (uses(40), "the most are 100000"),
            (patterns(6), "the most are 100000"),
            (svg(&chain.concat()), "200 deep"),
            (svg(&markers), "the most are 100000"),
            (svg(&"<g/>".repeat(100_001)), "more than 100000"),
            (entities.to_owned(), "entities that hold markup"),
            (svg("<use href='&a;'/>"), "has an entity"),
            (
                svg(&format!(
                    "<style>rect.big {{ mask: url(#m) }}</style><mask id='m'>{}</mask>{}",
                    "<path/>".repeat(1000),
                    "<rect class='a big'/>".repeat(200)
                )),
                "the most are 100000",
            ),
            ("<svg".to_owned(), "no XML"),
            (svg(&format!("<text>{}</text>", "word ".repeat(12_000))), "more letters"),
            (
                svg(&format!("<style>{}</style>", ".c{fill:red}".repeat(15_000))),
                "15000 rules",
            ),
            (svg(&"<text><tref/></text>".repeat(1001)), "<tref>"),
        ] {
            let found = check(&text).unwrap_err();
            assert!(found.contains(said), "{said}: {found}");
        }
        let texts = format!("<text>{}</text>", "word ".repeat(200)).repeat(100);
        let rules = format!("<style>{}</style>", ".c{fill:red}".repeat(1000));
        let many = svg(&(texts + &rules + &"<rect/>".repeat(10_000)));
        for text in [deep(150), uses(3), patterns(3), many] {
            assert_eq!(check(&text), Ok(()));
        }
    }
}

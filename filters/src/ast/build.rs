//! Elements made, and attributes read: the shapes of Pandoc's `Attr` and of the few
//! constructors that passes write themselves.

use serde::Deserialize as _;
use serde_json::{Value, json};

/// An `Attr` as pandoc writes it in JSON.
type Fields = (String, Vec<String>, Vec<(String, String)>);

/// Pandoc's `Attr`: identifier, classes, key-value pairs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attr(pub String, pub Vec<String>, pub Vec<(String, String)>);

impl Attr {
    /// Reads an attribute; `None` when the value has another shape.
    pub fn read(value: &Value) -> Option<Self> {
        Fields::deserialize(value).ok().map(Self::from_fields)
    }

    /// Reads an attribute's JSON text; `None` when the value has another shape.
    pub fn parse(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok().map(Self::from_fields)
    }

    fn from_fields((id, classes, pairs): Fields) -> Self {
        Self(id, classes, pairs)
    }

    /// The attribute as JSON.
    pub fn write(&self) -> Value {
        json!([self.0, self.1, self.2])
    }

    /// The attribute as JSON text.
    pub fn to_json(&self) -> String {
        // Strings and lists of strings can always be written.
        serde_json::to_string(&(&self.0, &self.1, &self.2)).unwrap_or_default()
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.2.iter().find(|(name, _)| name == key).map(|(_, value)| &**value)
    }

    /// Adds a class unless it is there.
    pub fn add_class(&mut self, class: &str) {
        if !self.1.iter().any(|one| one == class) {
            self.1.push(class.to_owned());
        }
    }

    /// Adds a class as the value of the key `class`, which HTML shows as it shows a class, unless it
    /// is there; as a class where there are classes.
    pub fn add_class_by_key(&mut self, class: &str) {
        if !self.1.is_empty() {
            return self.add_class(class);
        }
        if self.has_class(class) {
            return;
        }
        match self.2.iter_mut().find(|(key, _)| key == "class") {
            Some((_, value)) => {
                value.push(' ');
                value.push_str(class);
            }
            None => self.2.push(("class".to_owned(), class.to_owned())),
        }
    }

    /// Whether a class is there, by key or not.
    pub fn has_class(&self, class: &str) -> bool {
        let by_key = self.get("class").unwrap_or_default();
        self.1.iter().any(|one| one == class)
            || by_key.split_whitespace().any(|one| one == class)
    }
}

/// An element's `Attr`: `None` for elements that have none.
pub fn attr(element: &Value) -> Option<&Value> {
    element.get("c")?.get(attr_index(element)?)
}

/// An element's `Attr`, to change.
pub fn attr_mut(element: &mut Value) -> Option<&mut Value> {
    let index = attr_index(element)?;
    element.get_mut("c")?.get_mut(index)
}

/// Where an element's `Attr` stands in its content.
fn attr_index(element: &Value) -> Option<usize> {
    match super::tag(element)? {
        "Header" => Some(1),
        "Code" | "CodeBlock" | "Div" | "Span" | "Link" | "Image" | "Figure" | "Table" => {
            Some(0)
        }
        _ => None,
    }
}

/// Text without markup.
pub fn str(text: &str) -> Value {
    json!({"t": "Str", "c": text})
}

/// A span around inlines.
pub fn span(attr: &Attr, inlines: Vec<Value>) -> Value {
    json!({"t": "Span", "c": [attr.write(), inlines]})
}

/// A link around inlines.
pub fn link(inlines: Vec<Value>, target: &str) -> Value {
    json!({"t": "Link", "c": [Attr::default().write(), inlines, [target, ""]]})
}

/// A heading.
pub fn header(level: u8, attr: &Attr, inlines: Vec<Value>) -> Value {
    json!({"t": "Header", "c": [level, attr.write(), inlines]})
}

/// A division around blocks.
pub fn div(attr: &Attr, blocks: Vec<Value>) -> Value {
    json!({"t": "Div", "c": [attr.write(), blocks]})
}

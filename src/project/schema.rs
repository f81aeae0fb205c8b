//! A JSON Schema (draft 7, which editors know best) of `book.yaml`, made from the tables that judge it.

use super::judge;
use crate::pandoc::options::{self, OptionKey, OptionKind};
use concfilter::settings::{SETTINGS, ValueKind};
use serde_json::{Map, Value, json};

/// The schema of a whole `book.yaml`: pandoc's options, with the metadata and concbook's settings among
/// them.
pub fn book_yaml() -> Value {
    let mut properties = Map::new();
    for name in options::names() {
        if let Some(option) = options::option(name) {
            properties.insert(name.to_owned(), of_option(name, option));
        }
    }
    properties.insert("metadata".to_owned(), metadata());
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "book.yaml",
        "description": "A pandoc defaults file, with concbook's settings under metadata.concbook",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

/// What an option of pandoc's takes, as `OptionKey::judge` has it.
fn of_option(name: &str, option: &OptionKey) -> Value {
    let texts = json!({"type": "array", "items": {"type": "string"}});
    let one_or_more = json!({"anyOf": [{"type": "string"}, texts.clone()]});
    if name == "citeproc" {
        return json!({"type": "boolean"});
    }
    match option.kind {
        OptionKind::Flag => json!({"type": "boolean"}),
        OptionKind::Number => json!({"type": "integer"}),
        OptionKind::Text | OptionKind::Path => json!({"type": ["string", "null"]}),
        OptionKind::List | OptionKind::PathList => texts,
        OptionKind::Paths if name == "input-files" => {
            json!({"anyOf": [texts, {"type": "null"}]})
        }
        OptionKind::Paths if OptionKey::takes_a_list_alone(name) => texts,
        OptionKind::Texts | OptionKind::Paths => one_or_more,
        OptionKind::Filters => json!({
            "type": "array",
            "items": {"anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {"type": {"type": "string"}, "path": {"type": "string"}},
                    "required": ["type"],
                },
            ]},
        }),
        OptionKind::Map => json!({"type": "object"}),
        OptionKind::Any => json!({}),
    }
}

/// The metadata: an author may have any, and concbook's settings stand among them.
fn metadata() -> Value {
    let mut properties: Map<String, Value> =
        judge::METADATA.iter().map(|&name| (name.to_owned(), json!({}))).collect();
    let text = json!({"type": "string"});
    properties.insert("lang".to_owned(), text);
    properties.insert("concbook".to_owned(), settings("", Some("concbook's settings")));
    json!({"type": "object", "properties": properties})
}

/// The settings one level below a path: those of `listings` are `listings.width` and others.
fn settings(path: &str, meaning: Option<&str>) -> Value {
    let mut properties = Map::new();
    for setting in SETTINGS {
        let below = match path {
            "" => Some(setting.path),
            path => {
                setting.path.strip_prefix(path).and_then(|rest| rest.strip_prefix('.'))
            }
        };
        let Some(below) = below else { continue };
        let (key, deeper) = below.split_once('.').unwrap_or((below, ""));
        let full = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        let value = if deeper.is_empty() {
            let mut value = of_value(&setting.kind, &full);
            value["description"] = setting.meaning.into();
            if let Some(default) =
                setting.default.and_then(|text| yaml(&setting.kind, text))
            {
                value["default"] = default;
            }
            value
        } else if properties.contains_key(key) {
            continue;
        } else {
            settings(&full, None)
        };
        properties.insert(key.to_owned(), value);
    }
    let mut all = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if let Some(meaning) = meaning {
        all["description"] = meaning.into();
    }
    all
}

/// What a setting's value may be.
fn of_value(kind: &ValueKind, path: &str) -> Value {
    match kind {
        ValueKind::Boolean => json!({"type": "boolean"}),
        ValueKind::Number => json!({"type": "integer", "minimum": 0}),
        ValueKind::Size => json!({"type": ["string", "integer"]}),
        ValueKind::Text => json!({"type": "string"}),
        ValueKind::Address => json!({"type": "string", "pattern": "^https?://."}),
        ValueKind::List(_) => json!({"anyOf": [
            {"type": "string"},
            {"type": "array", "items": {"type": "string"}},
        ]}),
        ValueKind::Choice(words) => {
            // YAML 1.1, which many editors read, takes `off` for false.
            let mut all: Vec<Value> = words.iter().map(|&word| word.into()).collect();
            if words.contains(&"off") {
                all.push(false.into());
            }
            json!({"enum": all})
        }
        // A tag of a listing may be written as `fragment: true`, and several values as a list.
        ValueKind::Map { values: ValueKind::Text, .. } => json!({
            "type": "object",
            "additionalProperties": {"anyOf": [
                {"type": ["string", "number", "boolean"]},
                {"type": "array", "items": {"type": "string"}},
            ]},
        }),
        ValueKind::Map { values, .. } => {
            json!({"type": "object", "additionalProperties": of_value(values, path)})
        }
        ValueKind::Either(one, other) => {
            json!({"anyOf": [of_value(one, path), of_value(other, path)]})
        }
        ValueKind::Settings => settings(path, None),
    }
}

/// A default, which the table has as YAML, as a value; nothing where it is no value of this kind.
fn yaml(kind: &ValueKind, text: &str) -> Option<Value> {
    match kind {
        ValueKind::Boolean => text.parse::<bool>().ok().map(Value::from),
        ValueKind::Number => text.parse::<u64>().ok().map(Value::from),
        ValueKind::Size | ValueKind::Text | ValueKind::Address | ValueKind::Choice(_) => {
            Some(text.into())
        }
        _ => None,
    }
}

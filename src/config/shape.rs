//! Checks a configuration as written against the schema of [`RawSettings`](super::raw::RawSettings), so
//! that every unknown key and every value of a wrong kind is found in one pass and named with its origin.

use config::{Value, ValueKind};
use serde_json::{Map, Value as Json};

use super::fault::{Fault, nearest};

/// The schema the configuration is checked against, every `$ref` written out.
pub fn schema() -> Json {
    let settings =
        schemars::generate::SchemaSettings::draft2020_12().with(|s| s.inline_subschemas = true);
    settings
        .into_generator()
        .into_root_schema_for::<super::raw::RawSettings>()
        .to_value()
}

/// Turns `value` into JSON of the shape `schema` asks for; what does not fit goes to `faults`.
pub fn conform(schema: &Json, value: &Value, key: &str, faults: &mut Vec<Fault>) -> Option<Json> {
    let before = faults.len();
    let conformed = match Shape::of(schema) {
        Shape::Section(properties) => section(properties, value, key, faults),
        Shape::Names => map(value, key, faults),
        Shape::Numbers => numbers(value),
        Shape::List => list(value),
        Shape::Choice(words) => word(value)
            .filter(|w| words.contains(&w.as_str()))
            .map(Json::from),
        Shape::Text => word(value).map(Json::from),
        Shape::Number => number(value).map(Json::from),
        Shape::Switch => switch(value).map(Json::from),
    };
    if conformed.is_none() && faults.len() == before {
        let secret = schema["writeOnly"] == Json::Bool(true);
        let mut fault = Fault::new(key, Shape::of(schema).advice(key)).origin(value.origin());
        fault.value = (!secret).then(|| show(value));
        faults.push(fault);
    }
    conformed
}

/// What kind of value a key takes.
pub enum Shape<'a> {
    Section(&'a Map<String, Json>),
    /// A table of names to text.
    Names,
    /// A table of names to numbers.
    Numbers,
    List,
    Choice(Vec<&'a str>),
    Text,
    Number,
    Switch,
}

impl<'a> Shape<'a> {
    pub fn of(schema: &'a Json) -> Self {
        if let Some(properties) = schema["properties"].as_object() {
            return Shape::Section(properties);
        }
        let words: Vec<&str> = match (schema["oneOf"].as_array(), schema["enum"].as_array()) {
            (Some(all), _) => all
                .iter()
                .flat_map(|s| s["const"].as_str().into_iter().chain(words_of(s)))
                .collect(),
            (_, Some(all)) => all.iter().filter_map(Json::as_str).collect(),
            _ => Vec::new(),
        };
        if !words.is_empty() {
            return Shape::Choice(words);
        }
        // An optional value is `["string", "null"]`; left out is how null is written in TOML.
        let kind = schema["type"]
            .as_str()
            .or_else(|| schema["type"][0].as_str())
            .unwrap_or("string");
        match kind {
            "object" if schema["additionalProperties"]["type"] == "integer" => Shape::Numbers,
            "object" => Shape::Names,
            "array" => Shape::List,
            "integer" | "number" => Shape::Number,
            "boolean" => Shape::Switch,
            _ => Shape::Text,
        }
    }

    fn advice(&self, key: &str) -> String {
        match self {
            Shape::Section(_) => format!("is a section; write its keys under [{key}]"),
            Shape::Names => format!("write a table, [{key}], of names and values"),
            Shape::Numbers => format!("write a table, [{key}], of names and whole numbers"),
            Shape::List => "write a list of strings, [\"…\", \"…\"]".into(),
            Shape::Choice(words) => format!("write {}", either(words)),
            Shape::Text => "write a string, \"…\"".into(),
            Shape::Number => "write a whole number, 0 or more".into(),
            Shape::Switch => "write true or false".into(),
        }
    }
}

fn words_of(schema: &Json) -> impl Iterator<Item = &str> {
    schema["enum"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
}

fn either(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => format!("\"{one}\""),
        [head @ .., last] => format!("\"{}\" or \"{last}\"", head.join("\", \"")),
    }
}

fn section(
    properties: &Map<String, Json>,
    value: &Value,
    key: &str,
    faults: &mut Vec<Fault>,
) -> Option<Json> {
    let ValueKind::Table(table) = &value.kind else {
        return None;
    };
    let mut out = Map::new();
    let mut names: Vec<_> = table.iter().collect();
    names.sort_by_key(|(name, _)| name.as_str());
    for (name, value) in names {
        let full = join(key, name);
        match properties.get(name) {
            Some(schema) => {
                if let Some(json) = conform(schema, value, &full, faults) {
                    out.insert(name.clone(), json);
                }
            }
            None => faults.push(unknown(&full, name, properties, origin(value))),
        }
    }
    Some(Json::Object(out))
}

fn unknown(full: &str, name: &str, siblings: &Map<String, Json>, origin: Option<&str>) -> Fault {
    let known = || siblings.keys().map(String::as_str);
    let advice = match nearest(name, known()) {
        Some(near) => {
            let prefix = full.strip_suffix(name).unwrap_or_default();
            format!("there is no such key; did you mean {prefix}{near}?")
        }
        None => match elsewhere(name) {
            Some(place) => format!("there is no such key; did you mean {place}?"),
            None => format!(
                "there is no such key; here stand {}",
                known().collect::<Vec<_>>().join(", ")
            ),
        },
    };
    Fault::new(full, advice).origin(origin)
}

/// Where a value was written; a table is where the first key in it is.
fn origin(value: &Value) -> Option<&str> {
    match &value.kind {
        ValueKind::Table(table) => table.values().find_map(origin),
        _ => value.origin(),
    }
}

/// A key of this very name in another section.
fn elsewhere(name: &str) -> Option<String> {
    let schema = schema();
    keys(&schema, "")
        .into_iter()
        .find(|k| k.rsplit('.').next() == Some(name))
}

/// Full names of all keys, in the order of the sections.
pub fn keys(schema: &Json, prefix: &str) -> Vec<String> {
    match Shape::of(schema) {
        Shape::Section(properties) => properties
            .iter()
            .flat_map(|(name, s)| keys(s, &join(prefix, name)))
            .collect(),
        _ => vec![prefix.to_owned()],
    }
}

pub fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}.{name}")
    }
}

/// A table of names to text; tables within it are joined with dots, as TOML reads `linger.ms = 5`.
fn map(value: &Value, key: &str, faults: &mut Vec<Fault>) -> Option<Json> {
    fn gather(
        value: &Value,
        name: &str,
        key: &str,
        out: &mut Map<String, Json>,
        faults: &mut Vec<Fault>,
    ) {
        match &value.kind {
            ValueKind::Table(table) => {
                for (part, value) in table {
                    gather(value, &join(name, part), key, out, faults);
                }
            }
            _ => match word(value) {
                Some(text) => {
                    out.insert(name.to_owned(), text.into());
                }
                None => faults.push(
                    Fault::new(join(key, name), "write a string, a number, true or false")
                        .value(show(value))
                        .origin(value.origin()),
                ),
            },
        }
    }
    let ValueKind::Table(_) = &value.kind else {
        return None;
    };
    let mut out = Map::new();
    gather(value, "", key, &mut out, faults);
    Some(Json::Object(out))
}

/// A table of names to whole numbers.
fn numbers(value: &Value) -> Option<Json> {
    let ValueKind::Table(table) = &value.kind else {
        return None;
    };
    table
        .iter()
        .map(|(name, v)| number(v).map(|n| (name.clone(), Json::from(n))))
        .collect::<Option<Map<_, _>>>()
        .map(Json::Object)
}

/// A list of strings; one string stands for a list of what its commas part.
fn list(value: &Value) -> Option<Json> {
    match &value.kind {
        ValueKind::Array(items) => items.iter().map(|v| word(v).map(Json::from)).collect(),
        ValueKind::String(s) => Some(
            s.split(',')
                .map(str::trim)
                .filter(|s| !s.is_empty())
                .map(Json::from)
                .collect(),
        ),
        _ => None,
    }
}

fn word(value: &Value) -> Option<String> {
    match &value.kind {
        ValueKind::String(s) => Some(s.clone()),
        ValueKind::Boolean(b) => Some(b.to_string()),
        ValueKind::I64(n) => Some(n.to_string()),
        ValueKind::U64(n) => Some(n.to_string()),
        ValueKind::Float(n) => Some(n.to_string()),
        _ => None,
    }
}

fn number(value: &Value) -> Option<u64> {
    match &value.kind {
        ValueKind::I64(n) => u64::try_from(*n).ok(),
        ValueKind::U64(n) => Some(*n),
        ValueKind::String(s) => s.trim().replace('_', "").parse().ok(),
        _ => None,
    }
}

fn switch(value: &Value) -> Option<bool> {
    match &value.kind {
        ValueKind::Boolean(b) => Some(*b),
        ValueKind::String(s) => s.trim().parse().ok(),
        _ => None,
    }
}

fn show(value: &Value) -> String {
    match &value.kind {
        ValueKind::String(s) => format!("{s:?}"),
        ValueKind::Table(_) => "a table".into(),
        ValueKind::Array(items) => {
            let items: Vec<_> = items.iter().map(show).collect();
            format!("[{}]", items.join(", "))
        }
        _ => word(value).unwrap_or_default(),
    }
}

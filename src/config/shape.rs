//! Checks a configuration as written against the schema of [`RawSettings`](super::raw::RawSettings), so
//! that every unknown key and every value of a wrong kind is found in one pass.

use serde_json::{Map, Value as Json};

use super::fault::{Fault, nearest};
use super::options;

/// The schema the configuration is checked against, every `$ref` written out.
pub fn schema() -> Json {
    let settings =
        schemars::generate::SchemaSettings::draft2020_12().with(|s| s.inline_subschemas = true);
    settings
        .into_generator()
        .into_root_schema_for::<super::raw::RawSettings>()
        .to_value()
}

/// What is written, each value of the kind its key takes; what does not fit goes to `faults`.
pub(super) fn conform(written: &Map<String, Json>, faults: &mut Vec<Fault>) -> Json {
    let schema = schema();
    match Shape::of(&schema) {
        Shape::Section(properties) => section(properties, written, "", faults),
        _ => Json::Null,
    }
}

/// Turns the value of `key` into what `schema` asks for: from the environment every value is a string.
fn conform_value(schema: &Json, value: &Json, key: &str, faults: &mut Vec<Fault>) -> Option<Json> {
    let shape = Shape::of(schema);
    let conformed = match &shape {
        Shape::Section(properties) => value
            .as_object()
            .map(|table| section(properties, table, key, faults)),
        Shape::Names => value.as_object().map(|table| names(table, key, faults)),
        Shape::Numbers => numbers(value),
        Shape::List => list(value),
        Shape::Choice(words) => word(value)
            .filter(|w| words.contains(&w.as_str()))
            .map(Json::from),
        Shape::Text => word(value).map(Json::from),
        Shape::Number => number(value).map(Json::from),
        Shape::Switch => switch(value).map(Json::from),
    };
    if conformed.is_none() {
        let secret = schema["writeOnly"] == Json::Bool(true);
        let mut fault = Fault::new(key, shape.advice(key));
        fault.value = (!secret).then(|| show(value));
        faults.push(fault);
    }
    conformed
}

/// What kind of value a key takes.
pub(super) enum Shape<'a> {
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
    /// What kind of value a part of the schema asks for.
    pub(super) fn of(schema: &'a Json) -> Self {
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
    table: &Map<String, Json>,
    key: &str,
    faults: &mut Vec<Fault>,
) -> Json {
    let mut out = Map::new();
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(name, _)| name.as_str());
    for (name, value) in entries {
        let full = join(key, name);
        let Some(schema) = properties.get(name) else {
            faults.push(unknown(&full, name, properties));
            continue;
        };
        if let Some(json) = conform_value(schema, value, &full, faults) {
            out.insert(name.clone(), json);
        }
    }
    Json::Object(out)
}

fn unknown(full: &str, name: &str, siblings: &Map<String, Json>) -> Fault {
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
    Fault::new(full, advice)
}

/// A key of this very name in another section.
fn elsewhere(name: &str) -> Option<String> {
    let schema = schema();
    keys(&schema, "")
        .into_iter()
        .find(|k| k.rsplit('.').next() == Some(name))
}

/// Full names of all keys, in the order of the sections.
pub(super) fn keys(schema: &Json, prefix: &str) -> Vec<String> {
    match Shape::of(schema) {
        Shape::Section(properties) => properties
            .iter()
            .flat_map(|(name, s)| keys(s, &join(prefix, name)))
            .collect(),
        _ => vec![prefix.to_owned()],
    }
}

/// The full name of a key under `prefix`, which may be empty.
pub(super) fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}.{name}")
    }
}

/// A table of names to text; tables within it are joined with dots, as TOML reads `linger.ms = 5`.
fn names(table: &Map<String, Json>, key: &str, faults: &mut Vec<Fault>) -> Json {
    fn gather(
        table: &Map<String, Json>,
        prefix: &str,
        key: &str,
        out: &mut Map<String, Json>,
        faults: &mut Vec<Fault>,
    ) {
        for (part, value) in table {
            let name = join(prefix, part);
            if let Json::Object(inner) = value {
                gather(inner, &name, key, out, faults);
            } else if let Some(text) = word(value) {
                out.insert(name, text.into());
            } else {
                let advice = "write a string, a number, true or false";
                let mut fault = Fault::new(join(key, &name), advice);
                fault.value = (!options::is_secret(&name)).then(|| show(value));
                faults.push(fault);
            }
        }
    }
    let mut out = Map::new();
    gather(table, "", key, &mut out, faults);
    Json::Object(out)
}

/// A table of names to whole numbers.
fn numbers(value: &Json) -> Option<Json> {
    let table = value.as_object()?.iter();
    let table = table.map(|(name, v)| Some((name.clone(), number(v)?.into())));
    table.collect::<Option<Map<_, _>>>().map(Json::Object)
}

/// A list of strings; one string stands for a list of what its commas part.
fn list(value: &Json) -> Option<Json> {
    match value {
        Json::Array(items) => items.iter().map(|v| word(v).map(Json::from)).collect(),
        Json::String(s) => {
            let parts = s.split(',').map(str::trim).filter(|s| !s.is_empty());
            Some(parts.map(Json::from).collect())
        }
        _ => None,
    }
}

fn word(value: &Json) -> Option<String> {
    match value {
        Json::String(s) => Some(s.clone()),
        Json::Bool(b) => Some(b.to_string()),
        Json::Number(n) if n.is_f64() => n.as_f64().map(|n| n.to_string()),
        Json::Number(n) => Some(n.to_string()),
        _ => None,
    }
}

fn number(value: &Json) -> Option<u64> {
    match value {
        Json::Number(n) => n.as_u64(),
        Json::String(s) => s.trim().replace('_', "").parse().ok(),
        _ => None,
    }
}

fn switch(value: &Json) -> Option<bool> {
    match value {
        Json::Bool(b) => Some(*b),
        Json::String(s) => s.trim().parse().ok(),
        _ => None,
    }
}

fn show(value: &Json) -> String {
    match value {
        Json::String(s) => format!("{s:?}"),
        Json::Object(_) => "a table".into(),
        Json::Array(items) => {
            let items: Vec<_> = items.iter().map(show).collect();
            format!("[{}]", items.join(", "))
        }
        _ => word(value).unwrap_or_default(),
    }
}

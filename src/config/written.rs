//! What is written in the configuration file and the environment: one tree, and the place of every key.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value as Json};
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::fault::Fault;
use super::{options, schema, shape};

/// What the names of the variables begin with.
pub(super) const PREFIX: &str = "COPYDESK_";

/// Where a key is written.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// In the file: `copydesk.toml:12`.
    File(String),
    /// In the environment: the variable's name.
    Variable(String),
}

/// Sections and keys as they are written, the environment over the file.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// A value of the file is of its TOML kind, one of the environment is a string.
    pub values: Map<String, Json>,
    /// By the full name of the key, sections too: `kafka`, `kafka.brokers`.
    places: BTreeMap<String, Place>,
}

impl Written {
    /// Reads a TOML file.
    ///
    /// # Errors
    /// When it cannot be read; when it is not TOML: then the fault is at `file:line:column`.
    pub(super) fn read_file(&mut self, path: &Path) -> Result<(), Fault> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|e| Fault::new(&*name, format!("cannot be read: {e}")))?;
        let table = DeTable::parse(&text).map_err(|e| {
            let at = e.span().map_or(0, |span| span.start);
            let (line, column) = line_and_column(&text, at);
            let advice = format!("is not TOML: {}", e.message());
            Fault::new(format!("{name}:{line}:{column}"), advice)
        })?;
        self.values = self.table(table.get_ref(), "", &|at| {
            Place::File(format!("{name}:{}", line_and_column(&text, at).0))
        });
        Ok(())
    }

    /// A table of the file in JSON; `place` turns the byte at which a key begins into its place.
    fn table(
        &mut self,
        table: &DeTable<'_>,
        prefix: &str,
        place: &dyn Fn(usize) -> Place,
    ) -> Map<String, Json> {
        let mut out = Map::new();
        for (key, value) in table {
            let full = shape::join(prefix, key.get_ref());
            let json = match value.get_ref() {
                DeValue::Table(inner) => self.table(inner, &full, place).into(),
                other => json(other),
            };
            out.insert(key.get_ref().to_string(), json);
            self.places.insert(full, place(key.span().start));
        }
        out
    }

    /// Lays the `COPYDESK_SECTION__KEY` variables over what there is; more `__` go deeper.
    ///
    /// Others may own variables that begin with `COPYDESK_`, too: those without `__` are passed over, but
    /// for one that begins like a section: it was meant as a key.
    pub(super) fn read_variables(
        &mut self,
        environment: impl IntoIterator<Item = (String, String)>,
        faults: &mut Vec<Fault>,
    ) {
        let schema = schema();
        let mut variables: Vec<_> = environment.into_iter().collect();
        variables.sort();
        for (name, text) in variables {
            let Some(path) = name.strip_prefix(PREFIX) else {
                continue;
            };
            let path = path.to_ascii_lowercase();
            if path.contains("__") {
                self.set(&steps(&path), text, &name);
            } else if let Some((section, key)) = path.split_once('_')
                && !schema["properties"][section].is_null()
            {
                let meant = format!("{PREFIX}{}__{}", section.to_uppercase(), key.to_uppercase());
                let advice = format!("two underscores part section and key: write {meant}");
                faults.push(Fault::new(name, advice));
            }
        }
    }

    /// Sets one key; sections on the way to it are made.
    fn set(&mut self, path: &[String], text: String, variable: &str) {
        let Some((last, sections)) = path.split_last() else {
            return;
        };
        let place = Place::Variable(variable.to_owned());
        let mut table = &mut self.values;
        let mut full = String::new();
        for section in sections {
            full = shape::join(&full, section);
            let inner = table.entry(section).or_insert(Json::Null);
            if !inner.is_object() {
                *inner = Map::new().into();
                self.places.insert(full.clone(), place.clone());
            }
            let Json::Object(inner) = inner else { return };
            table = inner;
        }
        table.insert(last.clone(), text.into());
        self.places.insert(shape::join(&full, last), place);
    }

    /// The value of a key of a section, where it is a string.
    pub(super) fn text(&self, section: &str, key: &str) -> Option<&str> {
        self.values.get(section)?.get(key)?.as_str()
    }

    /// Where each key is written, by its full name: `file:line`, or the name of a variable.
    pub(super) fn origins(&self) -> Origins {
        let all = self.places.iter().map(|(key, place)| match place {
            Place::File(place) | Place::Variable(place) => (key.clone(), place.clone()),
        });
        Origins(all.collect())
    }

    /// The full names of the keys whose value is the file's.
    pub(super) fn keys_of_the_file(&self) -> impl Iterator<Item = &str> {
        let of_file = |place: &Place| matches!(place, Place::File(_));
        let keys = self.places.iter().filter(move |(_, p)| of_file(p));
        keys.map(|(key, _)| key.as_str())
    }
}

/// Where each key is written, by its full name.
#[derive(Debug, Clone, Default)]
pub(super) struct Origins(BTreeMap<String, String>);

impl Origins {
    /// The faults, each with the place of its key where that is written and not known yet.
    pub(super) fn locate(&self, faults: &mut [Fault]) {
        for fault in faults.iter_mut().filter(|f| f.origin.is_none()) {
            fault.origin = self.0.get(&fault.key).cloned();
        }
    }
}

/// The keys a variable's name leads through, from its part after the prefix, in lower case.
fn steps(path: &str) -> Vec<String> {
    let mut steps: Vec<String> = path.split("__").map(str::to_owned).collect();
    if let [kafka, options, option @ ..] = &mut steps[..]
        && (kafka.as_str(), options.as_str()) == ("kafka", "options")
    {
        option
            .iter_mut()
            .for_each(|o| *o = options::from_variable(o));
    }
    steps
}

/// A value of the file in JSON. What JSON cannot say (a date, a number beyond 64 bits, `inf`) is a string.
fn json(value: &DeValue<'_>) -> Json {
    match value {
        DeValue::String(text) => Json::from(text.as_ref()),
        DeValue::Integer(number) => integer(number),
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Json::Null, |n| {
            serde_json::Number::from_f64(n).map_or_else(|| n.to_string().into(), Json::Number)
        }),
        DeValue::Boolean(on) => Json::from(*on),
        DeValue::Datetime(time) => time.to_string().into(),
        DeValue::Array(items) => items.iter().map(Spanned::get_ref).map(json).collect(),
        DeValue::Table(table) => {
            let pairs = table.iter();
            let pairs = pairs.map(|(k, v)| (k.get_ref().to_string(), json(v.get_ref())));
            Json::Object(pairs.collect())
        }
    }
}

fn integer(number: &DeInteger<'_>) -> Json {
    i64::from_str_radix(number.as_str(), number.radix())
        .map_or_else(|_| number.to_string().into(), Json::from)
}

/// Line and column of the byte `at`, both from 1, the column in characters.
fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    (line, before[start..].chars().count() + 1)
}

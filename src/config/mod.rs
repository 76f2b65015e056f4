//! Settings: from a TOML file and `COPYDESK_SECTION__KEY` variables to a checked [`Settings`], once, at
//! the start.
//!
//! ```text
//! defaults ← config/copydesk.toml ← COPYDESK_KAFKA__BROKERS=…     later wins
//!    │  shape      every key known, every value of its kind
//!    ▼
//! RawSettings      as written
//!    │  validate   values that make sense, alone and together; secrets read from their files
//!    ▼
//! Settings         what the rest of the program takes
//! ```
//!
//! All faults are reported at once, each with its key, its value, where it stands and what to write.

mod fault;
pub mod options;
pub mod raw;
mod secret;
mod security;
mod shape;
mod validate;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use config::{Config, File, FileFormat, Map, Source, Value};

pub use fault::{Fault, Faults, nearest};
pub use options::Client;
pub use raw::{
    Delivery, LogFormat, LogLevel, Mechanism, OnFailure, Order, OutputFormat, OutputKey, Protocol,
    RawSettings,
};
pub use secret::{REDACTED, Secret};
pub use security::{Security, Token, TokenError};
pub use shape::schema;

use crate::intake;
use crate::pipeline::Deadlines;

/// Checked settings: what the rest of the program takes.
#[derive(Debug, Clone)]
pub struct Settings {
    pub kafka: Kafka,
    pub pipeline: Pipeline,
    pub limits: Limits,
    pub stages: Stages,
    /// How documents are read, and the bounds of that.
    pub intake: intake::Settings,
    pub output: OutputFormat,
    pub ops: Ops,
    /// The same as it was written, for `config.loaded` and `check`; secrets in it never show.
    pub raw: RawSettings,
}

/// Where articles come from and go to, and what is promised on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Kafka {
    pub brokers: String,
    pub group: String,
    pub input: Input,
    pub output: String,
    pub dead_letters: String,
    pub delivery: Delivery,
    pub order: Order,
    pub output_key: OutputKey,
    /// Never empty: as configured, else the pod's or the host's name.
    pub instance: String,
    /// Whether `instance` was derived and so may be another living worker's, too.
    pub instance_is_default: bool,
    /// Never empty: as configured, else `<group>-<instance>`.
    pub transactional_id: String,
    /// How long the broker leaves a transaction open.
    pub transaction_timeout: Duration,
    pub window: Window,
    pub drain: Duration,
    pub shutdown: Duration,
    /// `None` for no limit.
    pub max_consecutive_failures: Option<u64>,
    pub security: Security,
    options: options::Options,
}

/// The topics of raw articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    Topics(Vec<String>),
    /// A regular expression that starts with `^`, as librdkafka subscribes to it.
    Pattern(String),
}

impl Input {
    /// As the consumer subscribes.
    pub fn subscription(&self) -> Vec<&str> {
        match self {
            Input::Topics(names) => names.iter().map(String::as_str).collect(),
            Input::Pattern(pattern) => vec![pattern],
        }
    }
}

/// What one transaction, or one commit of offsets, covers at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub time: Duration,
    pub records: usize,
    pub bytes: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Pipeline {
    /// At least one.
    pub threads: usize,
    pub deadlines: Deadlines,
}

/// Bounds beside those of reading a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    pub in_flight_bytes: usize,
    pub in_flight_articles: usize,
    pub output_bytes: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Stages {
    /// Names of stages not to run; each is one of the registry's.
    pub disabled: Vec<String>,
    pub on_failure: OnFailure,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Ops {
    /// Where health and metrics are served; `None` for nowhere.
    pub address: Option<SocketAddr>,
    pub log_format: LogFormat,
    pub log_level: LogLevel,
    pub stats_interval: Duration,
}

impl Settings {
    /// Reads the file, if one is named, and this process's environment over it.
    ///
    /// # Errors
    /// Everything wrong with either, at once.
    pub fn load(file: Option<&Path>) -> Result<Settings, Faults> {
        let variables = std::env::vars_os()
            .filter_map(|(n, v)| Some((n.into_string().ok()?, v.into_string().ok()?)));
        Settings::from_sources(file, variables)
    }

    /// The documented defaults, as they are without a file or any variable.
    ///
    /// # Errors
    /// When the defaults do not hold on this machine.
    pub fn defaults() -> Result<Settings, Faults> {
        validate::validate(RawSettings::default())
    }

    /// As [`Settings::load`], with the environment given.
    ///
    /// # Errors
    /// Everything wrong with either, at once.
    pub fn from_sources(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Settings, Faults> {
        let one = |fault| Faults(vec![fault]);
        let mut builder = Config::builder();
        if let Some(path) = file {
            let text = std::fs::read_to_string(path).map_err(|e| {
                one(Fault::new(
                    path.display().to_string(),
                    format!("cannot be read: {e}"),
                ))
            })?;
            let named = Named {
                origin: path.display().to_string(),
                text,
            };
            builder = builder.add_source(named);
        }
        let mut faults = Vec::new();
        let variables = Variables::new(environment, &mut faults);
        let config = builder.add_source(variables).build().map_err(|e| {
            let name = file.map_or("the configuration".into(), |p| p.display().to_string());
            one(Fault::new(
                name,
                format!("is not TOML: {}", e.to_string().trim_end()),
            ))
        })?;
        let json = shape::conform(&schema(), &config.cache, "", &mut faults);
        security::refuse_written_secrets(&config.cache, &mut faults);
        if !faults.is_empty() {
            return Err(Faults(faults));
        }
        let raw = serde_json::from_value(json.unwrap_or_default())
            .map_err(|e| one(Fault::new("the configuration", e.to_string())))?;
        validate::validate(raw)
    }

    /// Every secret in the settings, for the log to keep out of its lines.
    pub fn secrets(&self) -> Vec<Secret> {
        let mut all = self.kafka.security.secrets();
        let options = self.kafka.options.0.iter();
        all.extend(
            options
                .filter(|(name, _)| options::is_secret(name))
                .map(|(_, value)| Secret::new(&**value)),
        );
        all
    }

    /// Builds settings from values as written, the way tests and `demo` make them.
    ///
    /// # Errors
    /// Everything wrong with them, at once.
    pub fn from_raw(raw: RawSettings) -> Result<Settings, Faults> {
        validate::validate(raw)
    }
}

impl Kafka {
    /// The librdkafka settings the configuration decides for `client`: brokers, TLS, SASL and what stands
    /// under `[kafka.options]`. The worker's own come before these, so that options can change them.
    pub fn client_settings(&self, client: Client) -> Vec<(String, Secret)> {
        let mut all = vec![("bootstrap.servers".to_owned(), Secret::new(&*self.brokers))];
        all.extend(self.security.client_settings());
        if let (Client::Consumer, Input::Pattern(_)) = (client, &self.input) {
            // A pattern that matches the worker's own output would feed it to itself.
            let own = [&self.output, &self.dead_letters];
            let hidden: Vec<_> = own
                .iter()
                .map(|t| format!("^{}$", t.replace('.', "\\.")))
                .collect();
            all.push(("topic.blacklist".to_owned(), Secret::new(hidden.join(","))));
        }
        all.extend(
            self.options
                .0
                .iter()
                .filter(|(name, _)| options::is_for(name, client))
                .map(|(name, value)| (name.clone(), Secret::new(&**value))),
        );
        all
    }

    /// What `[kafka.options]` says of `name`.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.0.get(name).map(String::as_str)
    }
}

/// A TOML text whose values carry the file's own name as their origin.
#[derive(Debug, Clone)]
struct Named {
    origin: String,
    text: String,
}

impl Source for Named {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, config::ConfigError> {
        let table = File::from_str(&self.text, FileFormat::Toml).collect()?;
        Ok(table
            .into_iter()
            .map(|(k, v)| (k, named(v, &self.origin)))
            .collect())
    }

    fn collect_to(&self, cache: &mut Value) -> Result<(), config::ConfigError> {
        merge(cache, &Value::new(None, self.collect()?));
        Ok(())
    }
}

/// The same value with `origin` as the origin of everything in it.
fn named(value: Value, origin: &String) -> Value {
    use config::ValueKind::{Array, Table};
    let kind = match value.kind {
        Table(t) => Table(t.into_iter().map(|(k, v)| (k, named(v, origin))).collect()),
        Array(a) => Array(a.into_iter().map(|v| named(v, origin)).collect()),
        other => other,
    };
    Value::new(Some(origin), kind)
}

/// `COPYDESK_SECTION__KEY` variables, the name in lower case; more `__` go deeper.
#[derive(Debug, Clone)]
struct Variables(Map<String, Value>);

/// What the names of the variables begin with.
const PREFIX: &str = "COPYDESK_";

impl Variables {
    fn new(
        environment: impl IntoIterator<Item = (String, String)>,
        faults: &mut Vec<Fault>,
    ) -> Self {
        let schema = schema();
        let mut root = Value::new(None, Map::<String, Value>::new());
        let mut variables: Vec<_> = environment
            .into_iter()
            .filter(|(n, _)| n.starts_with(PREFIX))
            .collect();
        variables.sort();
        for (name, text) in variables {
            let path = &name[PREFIX.len()..];
            if !path.contains("__") {
                // Others may own COPYDESK_ variables; one that begins like a section was meant as a key.
                let lower = path.to_ascii_lowercase();
                let section = lower
                    .split_once('_')
                    .filter(|(s, _)| !schema["properties"][*s].is_null());
                if let Some((section, key)) = section {
                    let write =
                        format!("{PREFIX}{}__{}", section.to_uppercase(), key.to_uppercase());
                    faults.push(Fault::new(
                        name.clone(),
                        format!("two underscores part section and key: write {write}"),
                    ));
                }
                continue;
            }
            let mut parts: Vec<String> = path.split("__").map(str::to_ascii_lowercase).collect();
            if let [kafka, options, option @ ..] = &mut parts[..]
                && (kafka.as_str(), options.as_str()) == ("kafka", "options")
            {
                option
                    .iter_mut()
                    .for_each(|o| *o = options::from_variable(o));
            }
            place(&mut root, &parts, Value::new(Some(&name), text));
        }
        match root.kind {
            config::ValueKind::Table(table) => Variables(table),
            _ => Variables(Map::new()),
        }
    }
}

fn place(at: &mut Value, path: &[String], value: Value) {
    let config::ValueKind::Table(table) = &mut at.kind else {
        return;
    };
    match path {
        [] => {}
        [last] => {
            table.insert(last.clone(), value);
        }
        [first, rest @ ..] => {
            let inner = table
                .entry(first.clone())
                .or_insert_with(|| Value::new(None, Map::<String, Value>::new()));
            place(inner, rest, value);
        }
    }
}

impl Source for Variables {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, config::ConfigError> {
        Ok(self.0.clone())
    }

    fn collect_to(&self, cache: &mut Value) -> Result<(), config::ConfigError> {
        merge(cache, &Value::new(None, self.collect()?));
        Ok(())
    }
}

/// Lays `from` over `into`, key by key. The crate's own way would read the dots of a librdkafka setting
/// as steps of a path, and replace a whole section where one key of it is set.
fn merge(into: &mut Value, from: &Value) {
    use config::ValueKind::Table;
    match (&mut into.kind, &from.kind) {
        (Table(into), Table(from)) => {
            for (key, value) in from {
                match into.get_mut(key) {
                    Some(there) => merge(there, value),
                    None => {
                        into.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        _ => *into = from.clone(),
    }
}

#[cfg(test)]
mod tests;

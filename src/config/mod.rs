//! Settings: from a TOML file and `COPYDESK_SECTION__KEY` variables to a checked [`Settings`], once, at
//! the start.
//!
//! ```text
//! defaults ← config/copydesk.toml ← COPYDESK_KAFKA__BROKERS=…     later wins
//!    │  written    one tree, with the place of every key
//!    │  shape      every key known, every value of its kind
//!    ▼
//! RawSettings      as written
//!    │  validate   values that make sense, alone and together; secrets read from their files
//!    │  ├ pattern  that of the input topics compiles
//!    │  └ together client options that contradict each other
//!    ▼
//! Settings         what the rest of the program takes
//! ```
//!
//! All faults are reported at once, each with its key, its value, its place (`copydesk.toml:12`, or the
//! variable's name) and what to write.

pub mod data;
mod fault;
pub mod options;
mod pattern;
pub mod raw;
mod registry;
mod secret;
mod security;
mod shape;
mod start;
mod together;
mod validate;
mod written;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

pub use fault::{Fault, Faults, nearest};
pub use options::Client;
pub use raw::{
    Delivery, LogFormat, LogLevel, Mechanism, OnFailure, OnNotArticle, Order, OutputFormat,
    OutputKey, Protocol, RawSettings, SubjectName,
};
pub use registry::{Login, Registry};
pub use secret::{REDACTED, Secret};
pub use security::{Security, Token, TokenError};
pub use shape::schema;
pub use start::{Start, sources};
pub use together::SESSION_MS;

use written::{Origins, Written};

use crate::intake;
use crate::memory;
use crate::pipeline::Deadlines;
use crate::stages::StageSettings;
use crate::stages::topics::TopicLanguage;

/// Checked settings: what the rest of the program takes.
#[derive(Debug, Clone)]
pub struct Settings {
    pub kafka: Kafka,
    pub pipeline: Pipeline,
    pub limits: Limits,
    pub stages: Stages,
    /// How documents are read, and the bounds of that.
    pub intake: intake::Settings,
    /// What becomes of a document that is no article.
    pub not_article: OnNotArticle,
    /// How much is remembered across articles.
    pub memory: memory::Bounds,
    pub output: Output,
    /// The schema registry that records go out with.
    pub registry: Option<Registry>,
    pub ops: Ops,
    raw: RawSettings,
    origins: Origins,
}

/// Where articles come from and go to, and what is promised on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Kafka {
    pub brokers: String,
    pub group: String,
    pub input: Input,
    pub output: String,
    pub dead_letters: String,
    /// The topics of the memory; `None` when it is off.
    pub memory: Option<MemoryTopics>,
    pub delivery: Delivery,
    pub order: Order,
    pub output_key: OutputKey,
    /// Never empty: as configured, else the pod's or the host's name.
    pub instance: String,
    /// Whether `instance` was derived and so may be another living worker's, too.
    pub instance_is_default: bool,
    /// Never empty: as configured, else `<group>-<instance>`.
    pub transactional_id: String,
    /// Whether `transactional_id` was made of the group and the instance.
    pub transactional_id_is_default: bool,
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

/// The topics of a memory that all workers share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryTopics {
    /// What is remembered of each article.
    pub index: String,
    /// What was decided of each.
    pub links: String,
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
    /// Most sentences of a summary.
    pub summary_sentences: usize,
    pub on_failure: OnFailure,
}

/// How records go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Output {
    pub format: OutputFormat,
    pub cloudevents: bool,
    pub topic_language: TopicLanguage,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Ops {
    /// Where health and metrics are served; `None` for nowhere.
    pub address: Option<SocketAddr>,
    pub log_format: LogFormat,
    pub log_level: LogLevel,
    pub stats_interval: Duration,
    /// Where traces go; `None` for nowhere.
    pub traces: Option<Traces>,
}

/// Where traces go, and of which articles.
#[derive(Debug, Clone, PartialEq)]
pub struct Traces {
    /// The collector's address for traces: `http://host:4318/v1/traces`.
    pub endpoint: String,
    /// Share of the articles, of those whose message has no `traceparent`.
    pub ratio: f64,
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

    /// What the stages are made with.
    pub fn stage_settings(&self) -> StageSettings {
        StageSettings {
            outlets: Arc::clone(&self.intake.outlets),
            topic_language: self.output.topic_language,
            summary_sentences: self.stages.summary_sentences,
        }
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
        let mut written = Written::default();
        if let Some(path) = file {
            written.read_file(path).map_err(|f| Faults(vec![f]))?;
        }
        let mut faults = Vec::new();
        written.read_variables(environment, &mut faults);
        let shaped = shape::conform(&written.values, &mut faults);
        security::refuse_written_secrets(&written, &mut faults);
        let checked = if faults.is_empty() {
            serde_json::from_value(shaped)
                .map_err(|e| Faults(vec![Fault::new("the configuration", e.to_string())]))
                .and_then(validate::validate)
        } else {
            Err(Faults(faults))
        };
        let origins = written.origins();
        match checked {
            Ok(mut settings) => {
                settings.origins = origins;
                Ok(settings)
            }
            Err(mut faults) => {
                origins.locate(&mut faults.0);
                Err(faults)
            }
        }
    }

    /// Faults that were found later, each with the place of its key where that is written.
    pub fn located(&self, mut faults: Vec<Fault>) -> Faults {
        self.origins.locate(&mut faults);
        Faults(faults)
    }

    /// The settings as they were written, for `config.loaded`; secrets in them never show.
    pub fn as_written(&self) -> &RawSettings {
        &self.raw
    }

    /// Every secret in the settings, for the log to keep out of its lines.
    pub fn secrets(&self) -> Vec<Secret> {
        let mut all = self.kafka.security.secrets();
        all.extend(self.registry.iter().filter_map(Registry::secret));
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

/// The librdkafka setting of patterns of topics that a client takes for not there.
const HIDDEN_TOPICS: &str = "topic.blacklist";

impl Kafka {
    /// The librdkafka settings the configuration decides for `client`: brokers, TLS, SASL and what stands
    /// under `[kafka.options]`. The worker's own come before these, so that options can change them.
    pub fn client_settings(&self, client: Client) -> Vec<(String, Secret)> {
        let mut all = vec![("bootstrap.servers".to_owned(), Secret::new(&*self.brokers))];
        all.extend(self.security.client_settings());
        if let (Client::Consumer, Input::Pattern(_)) = (client, &self.input) {
            // A pattern that matches the worker's own output would feed it to itself.
            let mut own = vec![&self.output, &self.dead_letters];
            own.extend(self.memory.iter().flat_map(|m| [&m.index, &m.links]));
            let hidden = own.iter().map(|t| format!("^{}$", t.replace('.', "\\.")));
            let configured = self.option(HIDDEN_TOPICS).map(str::to_owned);
            let hidden: Vec<_> = hidden.chain(configured).collect();
            all.push((HIDDEN_TOPICS.to_owned(), Secret::new(hidden.join(","))));
        }
        let is_there = |name: &str| name == HIDDEN_TOPICS && all.iter().any(|(n, _)| n == name);
        let meant = |name: &String| options::is_for(name, client) && !is_there(name);
        let configured = self.options.0.iter().filter(|(name, _)| meant(name));
        let configured = configured.map(|(name, value)| (name.clone(), Secret::new(&**value)));
        let configured: Vec<_> = configured.collect();
        all.extend(configured);
        all
    }

    /// What `[kafka.options]` says of `name`.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.0.get(name).map(String::as_str)
    }
}

#[cfg(test)]
mod tests;

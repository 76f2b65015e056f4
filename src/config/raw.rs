//! The settings as they are written: sections, keys and defaults, before anything is checked against
//! anything else. `config/copydesk.toml` is this, commented; `copydesk schema config` is this, as a schema.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::options::Options;
use super::secret::Secret;
use crate::intake::FieldMap;
use crate::record::names;
use crate::stages::topics::TopicLanguage;

/// The configuration of copydesk.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawSettings {
    pub kafka: RawKafka,
    pub pipeline: RawPipeline,
    pub limits: RawLimits,
    pub stages: RawStages,
    pub intake: RawIntake,
    pub memory: RawMemory,
    /// Files that replace the data compiled in.
    pub resources: RawResources,
    pub output: RawOutput,
    pub registry: RawRegistry,
    pub ops: RawOps,
}

/// Data files that replace the ones compiled in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawResources {
    /// Outlets: name, aliases, domain, country, kind and feeds.
    pub outlets: Option<PathBuf>,
    /// Rules for the pages of single sites.
    pub sites: Option<PathBuf>,
    /// A folder of files, each in place of the one of the same path under config/: word lists, names and models.
    pub data: Option<PathBuf>,
}

/// Where articles come from and go to, and what is promised on the way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawKafka {
    /// Brokers to ask first, `host:port`, separated by commas.
    pub brokers: String,
    /// Consumer group. Workers of one group share the partitions.
    pub group: String,
    /// Topics of raw articles: names, or one POSIX extended regular expression that starts with `^`.
    pub input: Vec<String>,
    /// Topic of enriched records.
    pub output: String,
    /// Topic of messages that cannot be read, with their bytes and headers untouched.
    pub dead_letters: String,
    pub delivery: Delivery,
    pub order: Order,
    pub output_key: OutputKey,
    /// Name of this replica, unique among the living workers of the group and the same after a restart.
    /// Empty: the pod's or the host's name.
    pub instance: String,
    /// Transactional id of this replica; empty: made of the group and the instance.
    pub transactional_id: String,
    /// Longest time a window stays open, in milliseconds: a transaction, or what one commit of offsets covers.
    pub window_ms: u64,
    /// Most records in one window.
    pub window_records: u64,
    /// Most bytes of records in one window.
    pub window_bytes: u64,
    /// How long a partition that is taken away may finish what is in flight, in milliseconds.
    pub drain_ms: u64,
    /// How long a worker told to stop may finish what is in flight, in milliseconds.
    pub shutdown_ms: u64,
    /// Dead letters in a row after which the worker stops; 0 for no limit.
    pub max_consecutive_failures: u64,
    pub security: RawSecurity,
    /// Any librdkafka setting, handed on to the consumer, the producer or both as the setting is meant.
    pub options: Options,
}

names!(
    /// What is promised of every article.
    Delivery {
        /// Every article comes out; after a crash some come out twice.
        AtLeastOnce,
        /// Readers of committed records see every article once.
        ExactlyOnce,
    }
);

names!(
    /// In which order records come out.
    Order {
        /// Records of one key in input order.
        Key,
        /// Records of one partition in input order.
        Partition,
        /// As they are ready.
        None,
    }
);

names!(
    /// Key of the enriched record.
    OutputKey {
        /// The key of the raw article.
        Keep,
        /// The article's id.
        Id,
    }
);

/// Encryption, and who the worker is to the broker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawSecurity {
    pub protocol: Protocol,
    /// Certificates to trust, PEM; empty: those of the system.
    pub ca_file: String,
    /// Certificate of this client, PEM; empty: none.
    pub certificate_file: String,
    /// Private key of this client, PEM.
    pub key_file: String,
    /// Password of the private key; only from the environment.
    pub key_password: Secret,
    /// File that holds the password of the private key.
    pub key_password_file: String,
    /// Whether the broker's certificate must name the host it was reached by.
    pub verify_hostname: bool,
    pub mechanism: Mechanism,
    /// User for PLAIN and SCRAM.
    pub username: String,
    /// Password for PLAIN and SCRAM; only from the environment.
    pub password: Secret,
    /// File that holds the password.
    pub password_file: String,
    /// File that holds the token (a JWT) for OAUTHBEARER; read again whenever the token runs out.
    pub token_file: String,
}

names!(
    /// How the broker is spoken to.
    Protocol { Plaintext, Ssl, SaslPlaintext, SaslSsl }
);

names!(
    /// How the worker proves who it is.
    Mechanism {
        Plain,
        #[serde(rename = "scram-sha-256")]
        ScramSha256,
        #[serde(rename = "scram-sha-512")]
        ScramSha512,
        Oauthbearer,
    }
);

/// The threads and how long work may take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawPipeline {
    /// Threads for language work; 0 for one a core.
    pub threads: u64,
    /// Longest time to read a document up to its first article, and from each to the next, in milliseconds.
    pub read_deadline_ms: u64,
    /// Longest time of one stage on one article, in milliseconds.
    pub stage_deadline_ms: u64,
    /// The same for stages with a time of their own, by name.
    pub stage_deadlines_ms: BTreeMap<String, u64>,
    /// Longest time of all stages on one article, in milliseconds.
    pub article_deadline_ms: u64,
}

/// Bounds. What is past one of them has its own error code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawLimits {
    /// Largest raw document after decompression, in bytes.
    pub document_bytes: u64,
    /// Deepest nesting of elements or JSON values.
    pub depth: u64,
    /// Most articles in one document.
    pub items: u64,
    /// Most bytes of raw articles in the worker at one time; past it, partitions are paused.
    pub in_flight_bytes: u64,
    /// Most articles in the worker at one time; past it, partitions are paused.
    pub in_flight_articles: u64,
    /// Largest record, in bytes; a larger one is dead-lettered.
    pub output_bytes: u64,
}

/// Which stages run, and what becomes of an article when one fails.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawStages {
    /// Names of stages not to run.
    pub disabled: Vec<String>,
    /// Most sentences of a summary, from 1 to 10.
    pub summary_sentences: u64,
    pub on_failure: OnFailure,
}

names!(
    /// What becomes of an article of which a stage failed.
    OnFailure {
        /// The record goes out without that stage's fields and says so in `stages`.
        Publish,
        /// The raw article goes to the dead letters.
        DeadLetter,
    }
);

/// How raw articles are read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawIntake {
    pub not_article: OnNotArticle,
    /// Where a scraper's JSON keeps what: names to look under, in order; a dot goes into an object.
    pub scraper: FieldMap,
}

names!(
    /// What becomes of a page that is no article: a login, an error, a question about cookies, a list of articles.
    OnNotArticle {
        /// Its record goes out, with `genre` "not-article" and the reason in `quality.flags`.
        Publish,
        /// The raw document goes to the dead letters, with the code `not-article`.
        DeadLetter,
        /// Nothing goes out; it is counted, and logged.
        Drop,
    }
);

impl OnNotArticle {
    /// As the configuration, logs and metrics have it.
    pub fn name(self) -> &'static str {
        match self {
            OnNotArticle::Publish => "publish",
            OnNotArticle::DeadLetter => "dead-letter",
            OnNotArticle::Drop => "drop",
        }
    }
}

/// How much is remembered across articles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawMemory {
    /// Whether `run` remembers, in two topics that all workers share. `enrich` always does, in the process.
    pub enabled: bool,
    /// Topic of what is remembered of each article: one partition, `cleanup.policy=delete`. Empty: the output topic's
    /// name and `.index`.
    pub index_topic: String,
    /// Topic of what was decided of each article: one partition. Empty: the output topic's name and `.links`.
    pub links_topic: String,
    /// Articles published further apart than this, in days, are not compared; those that came longer ago are
    /// forgotten.
    pub window_days: u64,
    /// Most bytes of remembered articles; past it the oldest are forgotten.
    pub max_bytes: u64,
}

/// What the output topic and `enrich` print.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawOutput {
    pub format: OutputFormat,
    /// The language of the names in `topics`.
    pub topic_language: TopicLanguage,
    /// Whether records are CloudEvents 1.0 in binary mode, with their attributes in headers `ce_…`.
    pub cloudevents: bool,
}

names!(
    /// Format of the records.
    OutputFormat {
        /// `enriched-article/1`: `copydesk schema enriched`.
        Enriched,
        /// IPTC ninjs 3.1; what it has no place for stands in the message's header `copydesk-enriched`.
        Ninjs,
        /// `enriched-article/1` in Avro, of the schema `copydesk schema avro`; with `registry.url` only.
        Avro,
    }
);

/// The schema registry that records go out with, in the wire format of Confluent's serializers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawRegistry {
    /// Addresses of one registry, `http://` or `https://`, separated by commas; empty for none.
    pub url: String,
    pub subject: SubjectName,
    /// Whether a worker registers the schema of its records when it starts; otherwise it must be there.
    pub auto_register: bool,
    /// How long the registry may take to answer, in milliseconds.
    pub timeout_ms: u64,
    /// Certificates to trust, PEM; empty: those of the system.
    pub ca_file: String,
    /// Certificate of this client, PEM; empty: none.
    pub certificate_file: String,
    /// Private key of this client, PEM, in PKCS #8.
    pub key_file: String,
    /// User, or API key.
    pub username: String,
    /// Password, or API secret; only from the environment.
    pub password: Secret,
    /// File that holds the password.
    pub password_file: String,
    /// File that holds a bearer token.
    pub token_file: String,
}

names!(
    /// What the schema of the records is registered under.
    SubjectName {
        /// `<kafka.output>-value`.
        Topic,
        /// The record's name, `copydesk.EnrichedArticle`.
        Record,
        /// `<kafka.output>-copydesk.EnrichedArticle`.
        TopicRecord,
    }
);

/// What an operator sees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawOps {
    /// Where `/healthz`, `/readyz` and `/metrics` are served, `host:port`; `off` for nowhere.
    pub address: String,
    pub log_format: LogFormat,
    pub log_level: LogLevel,
    /// Seconds between stats lines.
    pub stats_interval_s: u64,
    /// Where traces are sent: a collector's address for OTLP over HTTP, `http://host:4318`; `off` for nowhere. In a
    /// build with the feature `otlp`, as the image is.
    pub traces: String,
    /// How many of a hundred articles are traced, of those whose message has no `traceparent`; those that have one are as
    /// that says.
    pub trace_percent: u64,
}

names!(
    /// How log lines are written.
    LogFormat {
        /// Text on a terminal, JSON elsewhere.
        Auto,
        Json,
        Text,
    }
);

names!(
    /// Lowest level of log lines that are written.
    LogLevel { Error, Warn, Info, Debug }
);

impl Default for RawKafka {
    fn default() -> Self {
        RawKafka {
            brokers: "localhost:9092".into(),
            group: "copydesk".into(),
            input: vec!["news.raw".into()],
            output: "news.enriched".into(),
            dead_letters: "news.dead-letters".into(),
            delivery: Delivery::AtLeastOnce,
            order: Order::Key,
            output_key: OutputKey::Keep,
            instance: String::new(),
            transactional_id: String::new(),
            window_ms: 200,
            window_records: 5_000,
            window_bytes: 16 << 20,
            drain_ms: 10_000,
            shutdown_ms: 20_000,
            max_consecutive_failures: 100,
            security: RawSecurity::default(),
            options: Options::default(),
        }
    }
}

impl Default for RawSecurity {
    fn default() -> Self {
        RawSecurity {
            protocol: Protocol::Plaintext,
            ca_file: String::new(),
            certificate_file: String::new(),
            key_file: String::new(),
            key_password: Secret::default(),
            key_password_file: String::new(),
            verify_hostname: true,
            mechanism: Mechanism::ScramSha512,
            username: String::new(),
            password: Secret::default(),
            password_file: String::new(),
            token_file: String::new(),
        }
    }
}

impl Default for RawPipeline {
    fn default() -> Self {
        RawPipeline {
            threads: 0,
            read_deadline_ms: 10_000,
            stage_deadline_ms: 2_000,
            stage_deadlines_ms: BTreeMap::new(),
            article_deadline_ms: 5_000,
        }
    }
}

impl Default for RawLimits {
    fn default() -> Self {
        RawLimits {
            document_bytes: 20 << 20,
            depth: 256,
            items: 100_000,
            in_flight_bytes: 64 << 20,
            in_flight_articles: 8_000,
            output_bytes: 1_000_000,
        }
    }
}

impl Default for RawStages {
    fn default() -> Self {
        RawStages {
            disabled: Vec::new(),
            summary_sentences: 2,
            on_failure: OnFailure::Publish,
        }
    }
}

impl Default for RawIntake {
    fn default() -> Self {
        RawIntake {
            not_article: OnNotArticle::Publish,
            scraper: FieldMap::default(),
        }
    }
}

impl Default for RawMemory {
    fn default() -> Self {
        RawMemory {
            enabled: false,
            index_topic: String::new(),
            links_topic: String::new(),
            window_days: 30,
            max_bytes: 1 << 30,
        }
    }
}

impl Default for RawOutput {
    fn default() -> Self {
        RawOutput {
            format: OutputFormat::Enriched,
            topic_language: TopicLanguage::En,
            cloudevents: false,
        }
    }
}

impl Default for RawRegistry {
    fn default() -> Self {
        RawRegistry {
            url: String::new(),
            subject: SubjectName::Topic,
            auto_register: true,
            timeout_ms: 10_000,
            ca_file: String::new(),
            certificate_file: String::new(),
            key_file: String::new(),
            username: String::new(),
            password: Secret::default(),
            password_file: String::new(),
            token_file: String::new(),
        }
    }
}

impl Default for RawOps {
    fn default() -> Self {
        RawOps {
            address: "127.0.0.1:9464".into(),
            log_format: LogFormat::Auto,
            log_level: LogLevel::Info,
            stats_interval_s: 10,
            traces: "off".into(),
            trace_percent: 100,
        }
    }
}

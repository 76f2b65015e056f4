//! Which librdkafka settings there are, which client each is for, and which are the worker's own.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::fault::{Fault, nearest};
use super::secret::REDACTED;

/// `[kafka.options]`: librdkafka settings by name. Values that are secrets never show.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Options(pub BTreeMap<String, String>);

impl Options {
    fn shown(&self) -> BTreeMap<&str, &str> {
        let all = self.0.iter().map(|(name, value)| {
            let shown = if is_secret(name) { REDACTED } else { value };
            (name.as_str(), shown)
        });
        all.collect()
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown().fmt(f)
    }
}

impl Serialize for Options {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.shown().serialize(serializer)
    }
}

/// Which of the worker's clients a setting is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    Consumer,
    Producer,
}

/// The settings librdkafka knows; see the file's head.
const TABLE: &str = include_str!("../../config/librdkafka.txt");

/// Settings copydesk decides, and the key that decides them; empty where none does.
const OWN: &[(&str, &str)] = &[
    ("bootstrap.servers", "kafka.brokers"),
    ("metadata.broker.list", "kafka.brokers"),
    ("group.id", "kafka.group"),
    ("group.instance.id", "kafka.instance"),
    ("transactional.id", "kafka.transactional_id"),
    ("security.protocol", "kafka.security.protocol"),
    ("ssl.ca.location", "kafka.security.ca_file"),
    (
        "ssl.certificate.location",
        "kafka.security.certificate_file",
    ),
    ("ssl.key.location", "kafka.security.key_file"),
    ("ssl.key.password", "kafka.security.key_password_file"),
    ("ssl.key.pem", "kafka.security.key_file"),
    (
        "ssl.endpoint.identification.algorithm",
        "kafka.security.verify_hostname",
    ),
    ("sasl.mechanism", "kafka.security.mechanism"),
    ("sasl.mechanisms", "kafka.security.mechanism"),
    ("sasl.username", "kafka.security.username"),
    ("sasl.password", "kafka.security.password_file"),
    ("enable.auto.commit", ""),
    ("auto.commit.enable", ""),
    ("auto.commit.interval.ms", ""),
    ("enable.auto.offset.store", ""),
    ("offset.store.method", ""),
    ("enable.partition.eof", ""),
    ("enable.idempotence", ""),
    ("delivery.report.only.error", ""),
    ("statistics.interval.ms", "ops.stats_interval_s"),
    ("enabled_events", ""),
    ("log.queue", ""),
    // The client would put a handler of its own in place of the worker's.
    ("internal.termination.signal", ""),
];

/// Two names of one setting, as librdkafka's table has them (`_RK_C_ALIAS` in rdkafka_conf.c, 2.12), but for those
/// of [`OWN`] and of OIDC, which it is built without.
const ALIASES: &[(&str, &str)] = &[
    ("linger.ms", "queue.buffering.max.ms"),
    ("acks", "request.required.acks"),
    ("retries", "message.send.max.retries"),
    ("compression.type", "compression.codec"),
    ("delivery.timeout.ms", "message.timeout.ms"),
    ("max.in.flight", "max.in.flight.requests.per.connection"),
    ("max.partition.fetch.bytes", "fetch.message.max.bytes"),
];

/// The other name of a setting that has two.
pub fn alias(option: &str) -> Option<&'static str> {
    ALIASES.iter().find_map(|(one, other)| match option {
        _ if option == *one => Some(*other),
        _ if option == *other => Some(*one),
        _ => None,
    })
}

fn known() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE
        .lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| l.split_once(' '))
}

/// Whether `option` is meant for `client`. A setting the table does not have is for both.
pub fn is_for(option: &str, client: Client) -> bool {
    let other = match client {
        Client::Consumer => "P",
        Client::Producer => "C",
    };
    known()
        .find(|(_, name)| *name == option)
        .is_none_or(|(scope, _)| scope != other)
}

/// What is wrong with naming `option` under `[kafka.options]`.
pub fn fault(option: &str) -> Option<Fault> {
    let key = format!("kafka.options.{option}");
    if let Some((_, instead)) = OWN.iter().find(|(name, _)| *name == option) {
        return Some(Fault::new(
            key,
            match *instead {
                "" => "the worker's own business; take it out".to_owned(),
                instead => format!("write {instead} instead"),
            },
        ));
    }
    if known().any(|(_, name)| name == option) {
        return None;
    }
    let advice = match nearest(option, known().map(|(_, name)| name)) {
        Some(near) => format!("librdkafka has no such setting; did you mean {near}?"),
        None => "librdkafka has no such setting; see its CONFIGURATION.md".to_owned(),
    };
    Some(Fault::new(key, advice))
}

/// The key that decides a librdkafka setting which is copydesk's to set; `None` for all others.
pub fn decided_by(option: &str) -> Option<&'static str> {
    let (_, key) = OWN.iter().find(|(name, _)| *name == option)?;
    Some(*key).filter(|key| !key.is_empty())
}

/// Whether the value of `option` is a secret.
pub fn is_secret(option: &str) -> bool {
    [
        "password",
        "secret",
        "passphrase",
        ".pem",
        "sasl.oauthbearer.config",
        "private.key",
    ]
    .iter()
    .any(|part| option.contains(part))
}

/// The setting an environment variable's part names: `LINGER_MS` is `linger.ms`.
pub fn from_variable(part: &str) -> String {
    let dotted = part.to_ascii_lowercase().replace('_', ".");
    known()
        .map(|(_, name)| name)
        .find(|name| name.replace('_', ".") == dotted)
        .map_or(dotted, str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_client_gets_its_own() {
        assert!(is_for("linger.ms", Client::Producer) && !is_for("linger.ms", Client::Consumer));
        assert!(
            is_for("fetch.min.bytes", Client::Consumer)
                && !is_for("fetch.min.bytes", Client::Producer)
        );
        assert!(is_for("client.id", Client::Consumer) && is_for("client.id", Client::Producer));
    }

    #[test]
    fn misspelt_and_reserved() {
        assert!(fault("linger.ms").is_none());
        assert!(
            fault("linger.msec")
                .unwrap()
                .advice
                .contains("did you mean linger.ms?")
        );
        assert!(fault("group.id").unwrap().advice.contains("kafka.group"));
        assert!(
            fault("enable.auto.commit")
                .unwrap()
                .advice
                .contains("take it out")
        );
    }

    #[test]
    fn two_names_of_one_setting_are_known_both_ways() {
        assert_eq!(alias("linger.ms"), Some("queue.buffering.max.ms"));
        assert_eq!(alias("queue.buffering.max.ms"), Some("linger.ms"));
        assert_eq!(alias("batch.size"), None);
        // What is set under one name is found under the other.
        for (one, other) in ALIASES {
            let value = match *one {
                name if name.contains("compression") => "lz4",
                name if name.contains("acks") => "1",
                _ => "7777",
            };
            let set = rdkafka::ClientConfig::new()
                .set(*one, value)
                .create_native_config();
            let set = set.unwrap();
            assert_eq!(set.get(other).unwrap(), set.get(one).unwrap(), "{one}");
        }
    }

    #[test]
    fn the_linked_library_knows_every_one() {
        for (_, name) in known() {
            let set = rdkafka::ClientConfig::new()
                .set(name, "1")
                .create_native_config();
            let unknown =
                set.is_err_and(|e| e.to_string().contains("No such configuration property"));
            assert!(!unknown, "{name}");
        }
    }
}

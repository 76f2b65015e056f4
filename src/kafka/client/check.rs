//! What librdkafka refuses of the settings of the worker's clients, found without a broker.

use rdkafka::config::ClientConfig;
use rdkafka::error::KafkaError;

use super::operator::ErrorCollector;
use super::settings;
use crate::config::{Fault, Settings, options};
use crate::kafka::limits::Limits;

/// Everything that keeps `copydesk run` from making its clients: values that the library does not take, and
/// those that do not go together. The clients that are made for this join nothing and send nothing.
pub fn faults(settings: &Settings) -> Vec<Fault> {
    let consumer = settings::consumer(settings);
    let producer = settings::producer(settings, &Limits::default());
    let mut faults = refused_values(settings, "consumer", &consumer);
    for fault in refused_values(settings, "producer", &producer) {
        // A setting of both clients is one key.
        if faults.iter().all(|known| known.key != fault.key) {
            faults.push(fault);
        }
    }
    if !faults.is_empty() {
        return faults;
    }
    let owner = || ErrorCollector::new(&settings.kafka.security);
    let consuming = super::consumer(&consumer, owner()).err();
    let publishing = super::producer(&producer, owner()).err();
    let consuming = consuming.map(|error| refused(settings, "consumer", &consumer, &error));
    let publishing = publishing.map(|error| refused(settings, "producer", &producer, &error));
    // A file that both clients read is one key.
    let publishing = publishing.filter(|p| consuming.as_ref().is_none_or(|c| c.key != p.key));
    consuming.into_iter().chain(publishing).collect()
}

/// The settings that the library refuses each by itself.
fn refused_values(settings: &Settings, client: &str, config: &ClientConfig) -> Vec<Fault> {
    let names = config.config_map().into_keys();
    let alone = names.filter_map(|name| {
        let mut one = ClientConfig::new();
        one.set(name, config.get(name)?);
        let error = one.create_native_config().err()?;
        Some(refused(settings, client, &one, &error))
    });
    alone.collect()
}

/// What is wrong when a client is not made with `config`: its key, its value, what to do.
fn refused(settings: &Settings, client: &str, config: &ClientConfig, error: &KafkaError) -> Fault {
    let (name, said) = match error {
        KafkaError::ClientConfig(_, said, name, _) => (Some(name.as_str()), said.clone()),
        KafkaError::ClientCreation(said) => (named(settings, config, said), said.clone()),
        other => (None, other.to_string()),
    };
    let said = format!("librdkafka makes no {client} with it ({said})");
    let advice = format!("{said}: write what its CONFIGURATION.md allows, or take it out");
    let Some(name) = name else {
        return Fault::new("kafka.options", advice);
    };
    let Some(value) = settings.kafka.option(name) else {
        return match options::decided_by(name) {
            Some(key) => Fault::new(key, format!("{said}: see whether it is what it should be")),
            None => Fault::new("kafka.options", advice),
        };
    };
    let fault = Fault::new(format!("kafka.options.{name}"), advice);
    match options::is_secret(name) {
        true => fault,
        false => fault.value(format!("{value:?}")),
    }
}

/// The setting that a sentence of the library's is about: of those it names the one that the configuration's
/// options set, and of several the longest, as `acks` is a part of other names.
fn named<'a>(settings: &Settings, config: &'a ClientConfig, said: &str) -> Option<&'a str> {
    let names = config.config_map().into_keys();
    let is_option = |name: &str| settings.kafka.option(name).is_some();
    let other = |name: &str| options::alias(name).is_some_and(|other| said.contains(other));
    names
        .filter(|name| said.contains(name) || other(name))
        .max_by_key(|name| (is_option(name), name.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RawSettings;

    fn told(options: &[(&str, &str)]) -> Vec<String> {
        let mut raw = RawSettings::default();
        // Nobody is asked.
        raw.kafka.brokers = "127.0.0.1:1".into();
        let options = options
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        raw.kafka.options.0.extend(options);
        let settings = Settings::from_raw(raw).unwrap();
        faults(&settings).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_value_that_a_client_refuses_is_told_once_with_its_key() {
        let all = told(&[
            ("fetch.wait.max.ms", "abc"),
            ("linger.ms", "abc"),
            ("socket.timeout.ms", "1"),
        ]);
        let begin = [
            "kafka.options.fetch.wait.max.ms = \"abc\": librdkafka makes no consumer with it (",
            "kafka.options.socket.timeout.ms = \"1\": librdkafka makes no consumer with it (",
            "kafka.options.linger.ms = \"abc\": librdkafka makes no producer with it (",
        ];
        assert_eq!(all.len(), begin.len(), "{all:?}");
        for (fault, begin) in all.iter().zip(begin) {
            assert!(fault.starts_with(begin), "{fault}");
            assert!(fault.ends_with("or take it out"), "{fault}");
        }
    }

    #[test]
    fn values_that_do_not_go_together_are_told_with_their_key() {
        let all = told(&[("acks", "1")]);
        assert!(
            matches!(&all[..], [one] if one.starts_with("kafka.options.acks = \"1\": ")),
            "{all:?}"
        );
        let all = told(&[("request.required.acks", "1")]);
        assert!(
            matches!(&all[..], [one] if one.starts_with("kafka.options.request.required.acks = \"1\": ")),
            "{all:?}"
        );
        let all = told(&[("session.timeout.ms", "400000")]);
        assert!(
            matches!(&all[..], [one] if one.starts_with("kafka.options.session.timeout.ms = \"400000\": ")),
            "{all:?}"
        );
    }

    #[test]
    fn settings_that_hold_make_both_clients() {
        assert_eq!(told(&[]), [""; 0]);
        assert_eq!(told(&[("fetch.wait.max.ms", "100")]), [""; 0]);
    }
}

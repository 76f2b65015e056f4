//! Asks the broker whether what the worker needs is there: for `copydesk check --connect`. Joins no
//! group, writes nothing.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::client::{Client as RdClient, ClientContext, OAuthToken};
use rdkafka::config::{ClientConfig, FromClientConfigAndContext, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::admin::{self, Right};
use crate::config::{Client, Delivery, Fault, Input, Security, Settings};

/// What the broker says.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// Brokers in the cluster.
    pub brokers: usize,
    /// Names of the input topics that are there; empty for a pattern, which only the group's leader resolves.
    pub inputs: Vec<String>,
    /// The topics the worker needs, as far as they are there.
    pub topics: Vec<Topic>,
    /// What is missing or forbidden.
    pub faults: Vec<Fault>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    pub name: String,
    pub partitions: usize,
    /// `max.message.bytes`; `None` when this user may not ask.
    pub max_message_bytes: Option<u64>,
}

/// Asks the broker.
///
/// # Errors
/// When no broker can be reached or it refuses the login.
pub fn survey(settings: &Settings, wait: Duration) -> Result<Survey, Fault> {
    let kafka = &settings.kafka;
    let mut config = ClientConfig::new();
    for (name, value) in kafka.client_settings(Client::Producer) {
        config.set(name, value.expose());
    }
    let setup = |e: KafkaError| {
        Fault::new(
            "kafka.options",
            format!("librdkafka refuses the settings: {e}"),
        )
    };
    config.set_log_level(RDKafkaLogLevel::Info);
    config.set("group.id", &kafka.group);
    let consumer =
        BaseConsumer::from_config_and_context(&config, Notes::new(settings)).map_err(setup)?;
    let mut survey = Survey {
        brokers: reach(&consumer, settings, wait)?,
        ..Survey::default()
    };
    let needed = needed(settings);
    let names: Vec<&str> = needed.iter().map(|(_, name, _)| *name).collect();
    let client = consumer.client();
    let described =
        admin::topics(client, &names, wait).unwrap_or_else(|_| plain(&consumer, &names, wait));
    for (key, name, right) in needed {
        match described.get(name) {
            Some(Ok(topic)) => {
                survey.topics.push(Topic {
                    name: name.to_owned(),
                    partitions: topic.partitions,
                    max_message_bytes: largest(client, name, wait),
                });
                if key == "kafka.input" {
                    survey.inputs.push(name.to_owned());
                }
                if topic.rights.as_ref().is_some_and(|r| !r.contains(&right)) {
                    survey.faults.push(forbidden(key, name, right));
                }
            }
            Some(Err(RDKafkaErrorCode::TopicAuthorizationFailed)) => {
                survey.faults.push(forbidden(key, name, right))
            }
            Some(Err(
                RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic,
            ))
            | None => {
                let advice = "the topic does not exist: create it (kafka-topics.sh --create --topic …), or write the name of one that does";
                survey
                    .faults
                    .push(Fault::new(key, advice).value(format!("{name:?}")));
            }
            Some(Err(code)) => {
                survey.faults.push(
                    Fault::new(key, format!("the broker says {code}")).value(format!("{name:?}")),
                );
            }
        }
    }
    let may_read = match admin::group_rights(client, &kafka.group, wait) {
        Ok(rights) => rights.is_none_or(|r| r.contains(&Right::Read)),
        Err(code) => code != RDKafkaErrorCode::GroupAuthorizationFailed,
    };
    if !may_read {
        let advice = "this user may not read in the group: grant it (kafka-acls.sh --add --operation Read --group …), or write another group";
        survey
            .faults
            .push(Fault::new("kafka.group", advice).value(format!("{:?}", kafka.group)));
    }
    Ok(survey)
}

/// Each topic the worker needs: the key that names it, its name, what the worker does with it.
fn needed(settings: &Settings) -> Vec<(&'static str, &str, Right)> {
    let kafka = &settings.kafka;
    let mut all = Vec::new();
    if let Input::Topics(names) = &kafka.input {
        all.extend(
            names
                .iter()
                .map(|name| ("kafka.input", name.as_str(), Right::Read)),
        );
    }
    all.push(("kafka.output", &kafka.output, Right::Write));
    all.push(("kafka.dead_letters", &kafka.dead_letters, Right::Write));
    all
}

fn forbidden(key: &str, name: &str, right: Right) -> Fault {
    let advice = format!(
        "this user may not {} the topic: grant it (kafka-acls.sh --add --operation {right:?} --topic {name} …), or log in as one who may",
        if right == Right::Read {
            "read"
        } else {
            "write to"
        },
    );
    Fault::new(key, advice).value(format!("{name:?}"))
}

/// Waits until a broker answers, and returns how many there are.
///
/// # Errors
/// When none does, or it refuses the login.
pub fn reach(
    consumer: &BaseConsumer<Notes>,
    settings: &Settings,
    wait: Duration,
) -> Result<usize, Fault> {
    let deadline = Instant::now() + wait;
    loop {
        let asked =
            consumer.fetch_metadata(Some(&settings.kafka.output), Duration::from_millis(500));
        if let Ok(metadata) = asked {
            return Ok(metadata.brokers().len());
        }
        // Errors of the connection come by way of a poll.
        let _ = consumer.poll(Duration::from_millis(50));
        let errors = &consumer.context().errors;
        let said = errors.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(fault) = said
            .iter()
            .find_map(|(code, text)| refused(*code, text, settings))
        {
            return Err(fault);
        }
        if Instant::now() >= deadline {
            // That all brokers are down is true, and says less than why.
            let why =
                |(code, _): &&(RDKafkaErrorCode, String)| *code != RDKafkaErrorCode::AllBrokersDown;
            let last = said.iter().rev().find(why);
            let last = last.map_or("no answer", |(_, text)| text.as_str());
            let advice = format!(
                "no broker can be reached within {} s ({last}): write host:port of one that runs",
                wait.as_secs()
            );
            return Err(
                Fault::new("kafka.brokers", advice).value(format!("{:?}", settings.kafka.brokers))
            );
        }
    }
}

/// What to write when the broker, or this side of TLS, says no.
fn refused(code: RDKafkaErrorCode, text: &str, settings: &Settings) -> Option<Fault> {
    use RDKafkaErrorCode::{
        Authentication, SSL, SaslAuthenticationFailed, UnsupportedSASLMechanism,
    };
    let security = &settings.kafka.security;
    match code {
        Authentication | SaslAuthenticationFailed => {
            let advice = format!(
                "the broker refuses the login ({text}): check the user, and the password in password_file"
            );
            Some(
                Fault::new("kafka.security.username", advice)
                    .value(format!("{:?}", security.username)),
            )
        }
        UnsupportedSASLMechanism => {
            let advice =
                format!("the broker does not take it ({text}): write one it is configured for");
            Some(Fault::new("kafka.security.mechanism", advice))
        }
        SSL => {
            let advice = format!(
                "the encrypted connection fails ({text}): check ca_file, certificate_file and their dates, and the protocol"
            );
            Some(
                Fault::new("kafka.security.ca_file", advice)
                    .value(format!("{:?}", security.ca_file)),
            )
        }
        _ => None,
    }
}

/// Topics as an old broker describes them: there or not, rights unknown.
fn plain(consumer: &BaseConsumer<Notes>, names: &[&str], wait: Duration) -> admin::Topics {
    let Ok(all) = consumer.fetch_metadata(None, wait) else {
        return admin::Topics::new();
    };
    let there = all.topics().iter().filter(|t| names.contains(&t.name()));
    let described = there.map(|t| {
        let said = admin::Described {
            id: String::new(),
            partitions: t.partitions().len(),
            rights: None,
        };
        (t.name().to_owned(), Ok(said))
    });
    described.collect()
}

fn largest<C: ClientContext>(client: &RdClient<C>, topic: &str, wait: Duration) -> Option<u64> {
    let config = admin::topic_config(client, topic, wait).ok()?;
    config.get("max.message.bytes")?.parse().ok()
}

/// Keeps the errors the client tells, and has its token.
pub struct Notes {
    security: Security,
    errors: Mutex<Vec<(RDKafkaErrorCode, String)>>,
}

impl Notes {
    pub fn new(settings: &Settings) -> Self {
        Notes {
            security: settings.kafka.security.clone(),
            errors: Mutex::default(),
        }
    }
}

impl ClientContext for Notes {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn log(&self, _level: RDKafkaLogLevel, _facility: &str, _text: &str) {}

    fn error(&self, error: KafkaError, reason: &str) {
        if let Some(code) = error.rdkafka_error_code() {
            let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
            errors.push((code, reason.to_owned()));
        }
    }

    fn generate_oauth_token(
        &self,
        _: Option<&str>,
    ) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        let token = self.security.token()?;
        Ok(OAuthToken {
            token: token.token.expose().to_owned(),
            principal_name: token.principal,
            lifetime_ms: token.expires_ms,
        })
    }
}

impl ConsumerContext for Notes {}

/// What cannot be asked without doing it.
pub fn unasked(settings: &Settings) -> Option<String> {
    let id = &settings.kafka.transactional_id;
    (settings.kafka.delivery == Delivery::ExactlyOnce)
        .then(|| format!("not asked: the right to the transactional id {id}; asking would fence the worker that has it"))
}

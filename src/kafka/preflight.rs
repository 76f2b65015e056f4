//! Finds out before a worker starts whether it can: for `copydesk check`, and with `--connect` what the broker
//! says. Joins no group, and writes nothing but the memory's topics, when it is asked to make them.

use std::time::Duration;

use rdkafka::client::{Client, ClientContext};
use rdkafka::consumer::Consumer as _;
use rdkafka::error::RDKafkaErrorCode;

use super::admin::{self, Right};
use super::client::operator::{self, OperatorConsumer};
use super::limits::TopicLimits;
use super::memory::topics::{self, WantedTopic};
use crate::config::{Delivery, Fault, Input, Settings};

/// What the broker says.
#[derive(Debug, Clone, Default)]
pub struct Preflight {
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
    /// `cleanup.policy`: whether only the last message of each key is kept; no, when this user may not ask.
    pub compacts: bool,
}

/// What a compacted output means for records with the keys of their messages.
pub const OUTPUT_COMPACTED: &str = "of the records with one key only the last is kept, and all articles of a feed have the key of its message: write kafka.output_key = \"id\", or give the topic cleanup.policy=delete, unless each message is one article under its own key";

/// What a compacted topic means for dead letters.
pub const LETTERS_COMPACTED: &str =
    "of the dead letters with one key only the last is kept: give the topic cleanup.policy=delete";

/// Something the worker does with a topic.
struct Need<'a> {
    /// The key of the configuration that names the topic.
    key: &'static str,
    topic: &'a str,
    rights: &'static [Right],
    /// What it must be like, if it is one of the memory's.
    of_memory: Option<WantedTopic<'a>>,
}

/// Finds what librdkafka refuses of the settings, without a broker.
pub fn client_faults(settings: &Settings) -> Vec<Fault> {
    super::client::check::faults(settings)
}

/// Asks the broker.
///
/// # Errors
/// When no broker can be reached or it refuses the login.
pub fn ask(settings: &Settings, wait: Duration) -> Result<Preflight, Fault> {
    let kafka = &settings.kafka;
    let consumer = connect(settings)?;
    let mut preflight = Preflight {
        brokers: operator::reach(&consumer, settings, wait)?,
        ..Preflight::default()
    };
    let needs = needs(settings);
    let names: Vec<&str> = needs.iter().map(|need| need.topic).collect();
    let client = consumer.client();
    let described =
        admin::topics(client, &names, wait).unwrap_or_else(|_| plain(&consumer, &names, wait));
    for need in &needs {
        let found = match described.get(need.topic) {
            Some(Ok(found)) => found,
            Some(Err(code)) => {
                preflight.faults.push(need.refused(*code));
                continue;
            }
            None => {
                preflight.faults.push(need.missing());
                continue;
            }
        };
        let config = admin::topic_config(client, need.topic, wait).unwrap_or_default();
        let limits = TopicLimits::of(&config);
        preflight.topics.push(Topic {
            name: need.topic.to_owned(),
            partitions: found.partitions,
            max_message_bytes: limits.message_bytes.map(|bytes| bytes as u64),
            compacts: limits.compacts,
        });
        if need.key == INPUT {
            preflight.inputs.push(need.topic.to_owned());
        }
        let of_memory = need.of_memory.as_ref();
        let fault = of_memory.and_then(|wanted| wanted.fault(found.partitions, &config));
        preflight.faults.extend(fault);
        if let Some(rights) = &found.rights {
            let lacking = need.rights.iter().filter(|right| !rights.contains(right));
            preflight
                .faults
                .extend(lacking.map(|right| need.forbidden(*right)));
        }
    }
    if !may_read_in_group(client, &kafka.group, wait) {
        let advice = "this user may not read in the group: grant it (kafka-acls.sh --add --operation Read --group …), or write another group";
        let fault = Fault::new("kafka.group", advice).value(format!("{:?}", kafka.group));
        preflight.faults.push(fault);
    }
    Ok(preflight)
}

fn connect(settings: &Settings) -> Result<OperatorConsumer, Fault> {
    operator::consumer(settings, &settings.kafka.group).map_err(|error| {
        let advice = format!("librdkafka refuses the settings: {error}");
        Fault::new("kafka.options", advice)
    })
}

/// Makes the topics of the memory that are not there, and sets right what is wrong with those that are; a line for
/// each thing that was done. What cannot be done is left for [`ask`] to find.
///
/// # Errors
/// As [`ask`].
pub fn make_topics(settings: &Settings, wait: Duration) -> Result<Vec<String>, Fault> {
    let consumer = connect(settings)?;
    operator::reach(&consumer, settings, wait)?;
    let client = consumer.client();
    let mut done = Vec::new();
    for wanted in topics::wanted(settings) {
        let name = wanted.name;
        let found = admin::topics(client, &[name], wait).unwrap_or_default();
        let (said, result) = match found.get(name) {
            Some(Ok(_)) => {
                let config = admin::topic_config(client, name, wait).unwrap_or_default();
                let differing = wanted.differing(&config);
                if differing.is_empty() {
                    continue;
                }
                let result = admin::alter_topic(client, name, &differing, wait);
                ("its settings are changed", result)
            }
            _ => {
                let result = admin::create_topic(client, name, 1, &wanted.settings, wait);
                ("made", result)
            }
        };
        done.push(match result {
            Ok(()) => format!("{name}: {said}"),
            Err(code) => format!("{name}: the broker says {code}"),
        });
    }
    // The broker's other parts hear of it in a moment.
    std::thread::sleep(Duration::from_millis(if done.is_empty() { 0 } else { 500 }));
    Ok(done)
}

const INPUT: &str = "kafka.input";

/// Every topic the worker needs, and for what.
fn needs(settings: &Settings) -> Vec<Need<'_>> {
    let kafka = &settings.kafka;
    let need = |key, topic, rights| Need {
        key,
        topic,
        rights,
        of_memory: None,
    };
    let mut all = Vec::new();
    if let Input::Topics(names) = &kafka.input {
        all.extend(names.iter().map(|name| need(INPUT, name, &[Right::Read])));
    }
    all.push(need("kafka.output", &kafka.output, &[Right::Write]));
    all.push(need(
        "kafka.dead_letters",
        &kafka.dead_letters,
        &[Right::Write],
    ));
    all.extend(topics::wanted(settings).into_iter().map(|wanted| Need {
        key: wanted.key,
        topic: wanted.name,
        rights: &[Right::Read, Right::Write],
        of_memory: Some(wanted),
    }));
    all
}

impl Need<'_> {
    fn fault(&self, advice: impl Into<String>) -> Fault {
        Fault::new(self.key, advice).value(format!("{:?}", self.topic))
    }

    fn missing(&self) -> Fault {
        if let Some(wanted) = &self.of_memory {
            return self.fault(wanted.advice());
        }
        self.fault("the topic does not exist: create it (kafka-topics.sh --create --topic …), or write the name of one that does")
    }

    fn forbidden(&self, right: Right) -> Fault {
        let topic = self.topic;
        let verb = match right {
            Right::Read => "read",
            _ => "write to",
        };
        self.fault(format!(
            "this user may not {verb} the topic: grant it (kafka-acls.sh --add --operation {right:?} --topic {topic} …), or log in as one who may"
        ))
    }

    /// What an answer about the topic means that describes none.
    fn refused(&self, code: RDKafkaErrorCode) -> Fault {
        use RDKafkaErrorCode::{TopicAuthorizationFailed, UnknownTopic, UnknownTopicOrPartition};
        match code {
            TopicAuthorizationFailed => self.forbidden(self.rights[0]),
            UnknownTopicOrPartition | UnknownTopic => self.missing(),
            code => self.fault(format!("the broker says {code}")),
        }
    }
}

/// Whether this user may read in the group; also when the broker does not say.
fn may_read_in_group<C: ClientContext>(client: &Client<C>, group: &str, wait: Duration) -> bool {
    match admin::group_rights(client, group, wait) {
        Ok(rights) => rights.is_none_or(|rights| rights.contains(&Right::Read)),
        Err(code) => code != RDKafkaErrorCode::GroupAuthorizationFailed,
    }
}

/// Topics as an old broker describes them: there or not, rights unknown.
fn plain(consumer: &OperatorConsumer, names: &[&str], wait: Duration) -> admin::Topics {
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

/// What cannot be asked without doing it.
pub fn not_asked(settings: &Settings) -> Option<String> {
    let id = &settings.kafka.transactional_id;
    (settings.kafka.delivery == Delivery::ExactlyOnce)
        .then(|| format!("not asked: the right to the transactional id {id}; asking would fence the worker that has it"))
}

//! The memory's topics as whoever reads them sees them: what the log says by itself, what was recorded, and what the
//! records say.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use copydesk::memory::{Bounds, Entry, Link, Memory};
use copydesk::record::EnrichedArticle;
use rdkafka::message::{Message, OwnedMessage};

use super::admin::Admin;
use super::reader::read_to_end;
use super::worker::Job;

/// What the topics of a memory of 30 days are like.
const TOPIC: &[(&str, &str)] = &[
    ("message.timestamp.type", "LogAppendTime"),
    ("retention.ms", "2678400000"),
];

/// What was decided, by the keys of entries.
pub type Links = BTreeMap<String, Link>;

/// The topics of one memory.
#[derive(Debug, Clone)]
pub struct Topics {
    bootstrap: String,
    pub index: String,
    pub links: String,
}

impl Topics {
    /// Makes them, under names that begin so.
    pub fn create(admin: &Admin, bootstrap: &str, name: &str) -> Result<Topics> {
        let topics = Topics::named(bootstrap, name);
        for topic in [&topics.index, &topics.links] {
            admin.create(topic, 1, TOPIC)?;
        }
        Ok(topics)
    }

    /// The same, with an index that this broker alone has.
    pub fn create_on(broker: i32, admin: &Admin, bootstrap: &str, name: &str) -> Result<Topics> {
        let topics = Topics::named(bootstrap, name);
        admin.create_on(broker, &topics.index, TOPIC)?;
        admin.create(&topics.links, 1, TOPIC)?;
        Ok(topics)
    }

    /// Those of these names, which may not be there.
    pub fn named(bootstrap: &str, name: &str) -> Topics {
        Topics {
            bootstrap: bootstrap.to_owned(),
            index: format!("{name}.index"),
            links: format!("{name}.links"),
        }
    }

    /// Has a worker remember in them.
    pub fn remember(&self, job: &mut Job) {
        job.set("memory.enabled", "true")
            .set("memory.index_topic", &format!("{:?}", self.index))
            .set("memory.links_topic", &format!("{:?}", self.links));
    }

    /// The index.
    pub fn entries(&self) -> Result<Vec<OwnedMessage>> {
        read_to_end(&self.bootstrap, &self.index)
    }

    /// What was recorded; the last of each key, as a compacted topic has it.
    pub fn recorded(&self) -> Result<Links> {
        let read = read_to_end(&self.bootstrap, &self.links)?;
        let links = read.iter().map(|message| {
            let (_, link) = Link::from_bytes(message.payload().context("a link without a value")?)?;
            Ok((key(message), link))
        });
        links.collect()
    }
}

pub fn key(message: &OwnedMessage) -> String {
    String::from_utf8_lossy(message.key().unwrap_or_default()).into_owned()
}

/// What the log says by itself, to whoever reads it from its beginning and knows of no link.
pub fn by_the_log(entries: &[OwnedMessage]) -> Result<Links> {
    let mut memory = Memory::new(Bounds {
        window_days: 30,
        bytes: 1 << 30,
    });
    let mut links = Links::new();
    for message in entries {
        let key = key(message);
        let Some(value) = message.payload() else {
            memory.void(key.as_bytes());
            continue;
        };
        let entry = Entry::from_bytes(value)?;
        let seconds = message
            .timestamp()
            .to_millis()
            .unwrap_or(0)
            .div_euclid(1_000);
        let position = message.offset().unsigned_abs();
        if let Some(decision) = memory.apply(position, seconds, key.as_bytes(), &entry, None) {
            links.insert(key, decision.link);
        }
    }
    Ok(links)
}

/// The records that came out, by the keys of their entries; each message is one article.
pub fn records(messages: &[OwnedMessage]) -> Result<Vec<(String, EnrichedArticle)>> {
    let values = messages.iter().filter_map(Message::payload);
    let records = values.map(|value| {
        let record: EnrichedArticle = serde_json::from_slice(value)?;
        let ingest = &record.ingest;
        let topic = ingest.topic.as_deref().context("no topic")?;
        let partition = ingest.partition.context("no partition")?;
        let offset = ingest.offset.context("no offset")?;
        Ok((format!("{topic}/{partition}/{offset}/1"), record))
    });
    records.collect()
}

/// The records that say something else than their links.
pub fn disagreements<'r>(
    records: impl IntoIterator<Item = (&'r String, &'r EnrichedArticle)>,
    links: &Links,
) -> Vec<String> {
    let mut all = Vec::new();
    for (key, record) in records {
        let cluster = record.duplicates.as_ref().map(|d| d.cluster.as_str());
        let said = (cluster, record.story.as_deref());
        let link = links.get(key);
        let recorded = link.map(|link| (Some(&*link.cluster.1), Some(&*link.story.1)));
        if recorded != Some(said) {
            all.push(format!("{key} says {said:?}, its link {recorded:?}"));
        }
    }
    all
}

use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rdkafka::consumer::Consumer;
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Message};
use rdkafka::{Offset, TopicPartitionList};
use serde_json::{Value, json};

use super::readable;
use crate::config::{MemoryTopics, Settings};
use crate::kafka::client::operator::{self, OperatorConsumer};
use crate::memory::{Decision, Entry, Link, Memory};
use crate::record::{CopyRelation, name_of};

/// Prints the copies of an article, from the topics of the memory (memory.enabled): who has the text, in the order in
/// which it came, and what each outlet made of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk copies ap-77 --config copydesk.toml
  copydesk copies ap-77 --json | jq -r '.outlet'

Exit codes: 0 done · 1 an error, or no such article in the window of the memory")]
pub(super) struct CopiesArguments {
    #[command(flatten)]
    members: Arguments,
}

/// Prints the articles of a running story, from the topics of the memory (memory.enabled), in the order in which they
/// came.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk story ap-77 --config copydesk.toml
  copydesk story ap-77 --json | jq -r '[.published, .outlet, .id] | @tsv'

Exit codes: 0 done · 1 an error, or no such article in the window of the memory")]
pub(super) struct StoryArguments {
    #[command(flatten)]
    members: Arguments,
}

#[derive(Debug, clap::Args)]
struct Arguments {
    /// Id of an article, as its record has it: of the first or of any other.
    id: String,
    /// Configuration file; see config/copydesk.toml.
    #[arg(long, short, env = "COPYDESK_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// As JSON, one object a line.
    #[arg(long)]
    json: bool,
}

/// Longest time to wait for the broker.
const BROKER_TIMEOUT: Duration = Duration::from_secs(15);

/// What is asked for.
#[derive(Debug, Clone, Copy)]
enum Group {
    Cluster,
    Story,
}

impl Group {
    /// Id of the first article of an article's.
    fn of(self, link: &Link) -> &str {
        match self {
            Group::Cluster => &link.cluster.1,
            Group::Story => &link.story.1,
        }
    }
}

pub(super) fn copies(arguments: &CopiesArguments) -> anyhow::Result<u8> {
    print(&arguments.members, Group::Cluster)
}

pub(super) fn story(arguments: &StoryArguments) -> anyhow::Result<u8> {
    print(&arguments.members, Group::Story)
}

fn print(arguments: &Arguments, group: Group) -> anyhow::Result<u8> {
    let settings = Settings::load(arguments.config.as_deref())?;
    let topics = settings.kafka.memory.clone();
    let topics = topics.context("the memory is off: memory.enabled = true turns it on")?;
    let log = Log::open(&settings, topics)?;
    let name = log.name(group, &arguments.id)?;
    let mut out = std::io::stdout().lock();
    let mut count = 0;
    log.replay(&settings, &mut |place, entry, decision| {
        if group.of(&decision.link) != name {
            return Ok(());
        }
        count += 1;
        match arguments.json {
            true => writeln!(out, "{}", as_json(place, entry, decision))?,
            false => write!(out, "{}", as_text(entry, decision))?,
        }
        Ok(())
    })?;
    if count == 0 {
        bail!(
            "no article {} in the memory, which goes back {} days",
            arguments.id,
            settings.memory.window_days
        );
    }
    Ok(0)
}

/// The topics of the memory, from their beginning.
struct Log {
    consumer: OperatorConsumer,
    topics: MemoryTopics,
    /// What was recorded, by the keys of entries.
    links: HashMap<Vec<u8>, Link>,
}

impl Log {
    fn open(settings: &Settings, topics: MemoryTopics) -> anyhow::Result<Log> {
        let mut log = Log {
            consumer: operator::consumer(settings, &settings.kafka.group)?,
            topics,
            links: HashMap::new(),
        };
        let mut links = HashMap::new();
        log.read(&log.topics.links, &mut |message| {
            let value = message.payload().unwrap_or_default();
            match Link::from_bytes(value) {
                Ok((_, link)) => {
                    links.insert(message.key().unwrap_or_default().to_vec(), link);
                }
                Err(fault) if fault.is_of_other_rules() => bail!("{fault}"),
                // The workers skip it, too.
                Err(_) => {}
            }
            Ok(())
        })?;
        log.links = links;
        Ok(log)
    }

    /// The name of the group that an article of this id is in: that of its first article.
    fn name(&self, group: Group, id: &str) -> anyhow::Result<String> {
        if self.links.values().any(|link| group.of(link) == id) {
            return Ok(id.to_owned());
        }
        let mut name = None;
        self.read(&self.topics.index, &mut |message| {
            if name.is_none()
                && let Some(Ok(entry)) = message.payload().map(Entry::from_bytes)
                && *entry.id == *id
            {
                let link = self.links.get(message.key().unwrap_or_default());
                name = link.map(|link| group.of(link).to_owned());
            }
            Ok(())
        })?;
        Ok(name.unwrap_or_else(|| id.to_owned()))
    }

    /// Goes through the log as a worker does.
    fn replay(
        &self,
        settings: &Settings,
        each: &mut dyn FnMut(i64, &Entry, &Decision) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut memory = Memory::new(settings.memory);
        self.read(&self.topics.index, &mut |message| {
            let key = message.key().unwrap_or_default();
            let Some(value) = message.payload() else {
                memory.void(key);
                return Ok(());
            };
            let Ok(entry) = Entry::from_bytes(value) else {
                return Ok(());
            };
            let seconds = message
                .timestamp()
                .to_millis()
                .unwrap_or(0)
                .div_euclid(1_000);
            let position = message.offset().unsigned_abs();
            let link = self.links.get(key);
            match memory.apply(position, seconds, key, &entry, link) {
                Some(decision) => each(message.offset(), &entry, &decision),
                None => Ok(()),
            }
        })
    }

    /// Reads a topic from its beginning to its end.
    fn read(
        &self,
        topic: &str,
        each: &mut dyn FnMut(&BorrowedMessage<'_>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(topic, 0, Offset::Beginning)?;
        self.consumer.assign(&list)?;
        let mut heard = Instant::now();
        while heard.elapsed() < BROKER_TIMEOUT {
            match self.consumer.poll(Duration::from_millis(200)) {
                None => {}
                Some(Ok(message)) => {
                    heard = Instant::now();
                    each(&message)?;
                }
                Some(Err(KafkaError::PartitionEOF(_))) => return Ok(()),
                Some(Err(error)) => return Err(error).context(topic.to_owned()),
            }
        }
        bail!(
            "{topic}: the broker has not answered for {} s; copydesk check --connect says whether it can be reached",
            BROKER_TIMEOUT.as_secs()
        )
    }
}

fn published(entry: &Entry) -> Option<String> {
    let time = jiff::Timestamp::from_second(entry.published?).ok()?;
    let time = time.to_string();
    Some(match entry.day_only {
        true => time.split('T').next()?.to_owned(),
        false => time,
    })
}

fn as_json(place: i64, entry: &Entry, decision: &Decision) -> Value {
    let duplicates = decision.duplicates();
    let edits = decision.edits().map(|edits| {
        json!({
            "headline": edits.headline,
            "kept": edits.kept,
            "removed": edits.removed,
            "removed_tail": edits.removed_tail,
            "added": edits.added.len(),
            "changed": edits.changed.len(),
            "numbers": edits.numbers,
        })
    });
    json!({
        "id": entry.id,
        "outlet": entry.outlet,
        "published": published(entry),
        "index_offset": place,
        "cluster": duplicates.cluster,
        "story": decision.link.story.1,
        "position": duplicates.position,
        "relation": duplicates.relation,
        "of": duplicates.of,
        "similarity": duplicates.similarity,
        "contained": duplicates.contained,
        "contains": duplicates.contains,
        "agencies": duplicates.agencies,
        "edits": edits,
    })
}

/// A line for the article, and one for what was made of its text.
fn as_text(entry: &Entry, decision: &Decision) -> String {
    let duplicates = decision.duplicates();
    let relation = name_of(duplicates.relation);
    let of = duplicates.of.as_deref();
    let of = of.map_or(String::new(), |of| format!(" of {of}"));
    let published = published(entry).unwrap_or_else(|| "undated".into());
    let outlet = match &*entry.outlet {
        "" => "unknown outlet",
        outlet => outlet,
    };
    let mut text = format!("{published}  {outlet}  {}  {relation}{of}\n", entry.id);
    let edits = decision.edits().map(readable::edits).unwrap_or_default();
    if duplicates.relation != CopyRelation::Original && !edits.is_empty() {
        text += &format!("    {edits}\n");
    }
    text
}

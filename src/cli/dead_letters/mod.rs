mod replay;
mod replayed;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Subcommand;
use jiff::Timestamp;
use rdkafka::consumer::{CommitMode, Consumer};
use rdkafka::error::{KafkaResult, RDKafkaErrorCode};
use rdkafka::message::{Message, OwnedHeaders, OwnedMessage};
use rdkafka::{Offset, TopicPartitionList};

use self::replay::Replay;
use self::replayed::Replayed;
use super::tap::Row;
use super::topic::{BROKER_TIMEOUT, Topic, place};
use crate::config::Settings;
use crate::kafka::dead_letter;
use crate::kafka::headers::Headers;

/// Lists, shows and replays messages of the dead-letter topic.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk dead-letters list --code not-text --since 2025-11-20
  copydesk dead-letters list --not-replayed --json
  copydesk dead-letters show 1@5
  copydesk dead-letters show 1@5 --raw > article.bin
  copydesk dead-letters replay --stage entities --dry-run
  copydesk dead-letters replay --code timed-out --to news.retry
  copydesk dead-letters replay --since 2025-11-20 --again

A letter is replayed once. What has been is remembered in the offsets that the group
<kafka.group>-dead-letters has committed on the dead-letter topic: the user needs the right to read in that
group, and the broker forgets offsets that are not committed again within its offsets.retention.minutes
(seven days by default). A letter counts when the broker has acknowledged it. Of a replay that is killed, the
last letters, 1,000 at most, may be sent again by the next one. Run one replay at a time.

Exit codes: 0 done · 1 an error, or letters that were left because they had been replayed too often")]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
    /// Configuration file; see config/copydesk.toml.
    #[arg(
        long,
        short,
        env = "COPYDESK_CONFIG",
        value_name = "FILE",
        global = true
    )]
    config: Option<PathBuf>,
    /// Dead-letter topic; else kafka.dead_letters of the configuration.
    #[arg(long, global = true, value_name = "TOPIC")]
    topic: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// One line a letter: where it lies, when and why it failed, where it came from; `replayed` at the end
    /// when it has been.
    #[command(after_help = "\
Examples:
  copydesk dead-letters list --code not-text --since 2025-11-20
  copydesk dead-letters list --not-replayed --json | jq -r .reason
  copydesk dead-letters list --topic news.other-dead-letters --limit 20")]
    List {
        #[command(flatten)]
        filter: Filter,
        /// Only letters that have not been replayed.
        #[arg(long)]
        not_replayed: bool,
        /// As JSON, one object a line.
        #[arg(long)]
        json: bool,
    },
    /// One letter with its headers and the beginning of its value.
    #[command(after_help = "\
Examples:
  copydesk dead-letters show 1@5
  copydesk dead-letters show 1@5 --raw > article.bin
  copydesk dead-letters show 1@5 --raw | copydesk enrich")]
    Show {
        /// Partition and offset in the dead-letter topic, as `list` prints them: 1@5.
        #[arg(value_parser = place)]
        place: (i32, i64),
        /// Write the value to standard output, byte for byte, and nothing else.
        #[arg(long)]
        raw: bool,
    },
    /// Sends letters back that have not been replayed, bytes, key and headers untouched. They stay in the
    /// dead-letter topic as well.
    #[command(after_help = "\
Examples:
  copydesk dead-letters replay --stage entities --dry-run
  copydesk dead-letters replay --code timed-out --to news.retry
  copydesk dead-letters replay --since 2025-11-20 --again")]
    Replay {
        #[command(flatten)]
        filter: Filter,
        /// Topic to send to; else the one each letter came from.
        #[arg(long, value_name = "TOPIC")]
        to: Option<String>,
        /// Say what would be sent; send nothing and remember nothing.
        #[arg(long)]
        dry_run: bool,
        /// Send letters that have been replayed as well.
        #[arg(long)]
        again: bool,
        /// Leave letters whose message has come back this often: it will whatever is done.
        #[arg(long, default_value_t = 3, value_name = "TIMES")]
        max_replays: u32,
    },
}

/// Which letters are meant; all conditions must hold.
#[derive(Debug, Default, clap::Args)]
struct Filter {
    /// Error code: malformed, too-large, …
    #[arg(long)]
    code: Option<String>,
    /// Where it failed: read, publish, or a stage's name.
    #[arg(long)]
    stage: Option<String>,
    /// Topic or feed it came from.
    #[arg(long)]
    source: Option<String>,
    /// Failed at this time or later: RFC 3339, or a date (UTC).
    #[arg(long, value_parser = time, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Failed before this time.
    #[arg(long, value_parser = time, value_name = "TIME")]
    until: Option<Timestamp>,
    /// Most letters to take.
    #[arg(long)]
    limit: Option<usize>,
}

/// Characters of a value that `show` prints.
const SHOWN: usize = 2_000;

pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .or_else(|_| format!("{text}T00:00:00Z").parse())
        .map_err(|_| "write 2025-11-20 or 2025-11-20T08:00:00Z".to_owned())
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let settings = Settings::load(arguments.config.as_deref())?;
    let topic = arguments
        .topic
        .as_deref()
        .unwrap_or(&settings.kafka.dead_letters);
    let letters = Letters::open(&settings, topic)?;
    match &arguments.action {
        Action::List {
            filter,
            not_replayed,
            json,
        } => {
            let replayed = match letters.replayed() {
                Err(error) if !not_replayed => {
                    eprintln!("copydesk: which letters have been replayed is not known: {error:#}");
                    None
                }
                replayed => Some(replayed?),
            };
            super::quietly(list(&letters, filter, replayed, *not_replayed, *json))?;
            Ok(0)
        }
        Action::Show { place, raw } => {
            let letter = letters.at(*place)?;
            super::quietly(show(&letter, *raw))?;
            Ok(0)
        }
        Action::Replay {
            filter,
            to,
            dry_run,
            again,
            max_replays,
        } => {
            let replay = Replay {
                to: to.as_deref(),
                dry_run: *dry_run,
                again: *again,
                max_replays: *max_replays,
            };
            let count = replay.run(&settings, &letters, filter)?;
            count.print(&replay);
            Ok(u8::from(count.too_often > 0))
        }
    }
}

fn list(
    letters: &Letters,
    filter: &Filter,
    replayed: Option<BTreeMap<i32, Replayed>>,
    not_replayed: bool,
    json: bool,
) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let mut left = filter.limit.unwrap_or(usize::MAX);
    letters.each(&mut |letter| {
        let (partition, offset) = (letter.0.partition(), letter.0.offset());
        let replayed = replayed
            .as_ref()
            .map(|all| all.get(&partition).is_some_and(|r| r.holds(offset)));
        if left > 0 && filter.takes(letter) && !(not_replayed && replayed == Some(true)) {
            left -= 1;
            let line = match json {
                true => letter.json(replayed).to_string(),
                false if replayed == Some(true) => letter.line() + "\treplayed",
                false => letter.line(),
            };
            writeln!(out, "{line}")?;
        }
        Ok(left > 0)
    })
}

/// The dead-letter topic, open for reading.
struct Letters {
    topic: Topic,
    group: String,
}

/// What is told of a dead letter: in a line, or as JSON.
pub(super) fn summary(message: OwnedMessage, json: bool) -> String {
    let letter = Letter::of(message);
    match json {
        true => letter.json(None).to_string(),
        false => letter.line(),
    }
}

/// A dead letter as a line of a screen.
pub(super) fn row(message: OwnedMessage) -> Row {
    let millis = message.timestamp().to_millis();
    let place = (message.partition(), message.offset());
    let letter = Letter::of(message);
    let of = [
        dead_letter::ERROR_CODE,
        dead_letter::TOPIC,
        dead_letter::REASON,
    ];
    let [code, topic, reason] = of.map(|name| letter.header(name).unwrap_or_else(|| "?".into()));
    Row::dead(place, millis, [&code, &topic, &reason])
}

/// One dead letter, with its headers copied out once: nearly everything asked of it stands in them.
struct Letter(OwnedMessage, Headers);

impl Letters {
    fn open(settings: &Settings, topic: &str) -> anyhow::Result<Self> {
        let group = format!("{}-dead-letters", settings.kafka.group);
        Ok(Letters {
            topic: Topic::open(settings, topic, &group)?,
            group,
        })
    }

    /// What has been replayed of each partition.
    fn replayed(&self) -> anyhow::Result<BTreeMap<i32, Replayed>> {
        let mut list = TopicPartitionList::new();
        for partition in &self.topic.partitions {
            list.add_partition(&self.topic.name, *partition);
        }
        let committed = self.of_group(&|| {
            self.topic
                .consumer
                .committed_offsets(list.clone(), BROKER_TIMEOUT)
        })?;
        let mut all = BTreeMap::new();
        for place in committed.elements() {
            self.of_group(&|| place.error())?;
            let replayed = match place.offset() {
                Offset::Offset(next) => {
                    Replayed::parse(next, place.metadata()).with_context(|| {
                        format!(
                            "partition {} of {}: the group {} has committed {next} with {:?}, which is not \
                             this command's: delete its offsets of the topic (kafka-consumer-groups.sh \
                             --delete-offsets …)",
                            place.partition(),
                            self.topic.name,
                            self.group,
                            place.metadata(),
                        )
                    })?
                }
                _ => Replayed::default(),
            };
            all.insert(place.partition(), replayed);
        }
        Ok(all)
    }

    /// Remembers what has been replayed of a partition.
    fn remember(&self, partition: i32, replayed: &Replayed) -> anyhow::Result<()> {
        let mut list = TopicPartitionList::new();
        let mut place = list.add_partition(&self.topic.name, partition);
        place.set_offset(Offset::Offset(replayed.next()))?;
        place.set_metadata(replayed.metadata());
        self.of_group(&|| self.topic.consumer.commit(&list, CommitMode::Sync))
    }

    /// Asks for something of the group's offsets, again while its broker is not ready.
    fn of_group<T>(&self, ask: &dyn Fn() -> KafkaResult<T>) -> anyhow::Result<T> {
        use RDKafkaErrorCode as E;
        let deadline = Instant::now() + BROKER_TIMEOUT;
        let group = &self.group;
        loop {
            let error = match ask() {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match error.rdkafka_error_code() {
                Some(
                    E::NotCoordinator
                    | E::CoordinatorLoadInProgress
                    | E::CoordinatorNotAvailable
                    | E::WaitingForCoordinator,
                ) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(100)),
                Some(E::GroupAuthorizationFailed) => bail!(
                    "this user may not read in the group {group}, whose offsets say what has been replayed: \
                     grant it (kafka-acls.sh --add --operation Read --group {group} …)"
                ),
                _ => {
                    bail!("the offsets of group {group}, which say what has been replayed: {error}")
                }
            }
        }
    }

    /// Hands every letter that is there now to `each`, partition by partition, until it says no.
    ///
    /// What comes while it reads is left: a letter that is replayed and fails again at once would
    /// otherwise be replayed again by the same command.
    fn each(&self, each: &mut dyn FnMut(&Letter) -> anyhow::Result<bool>) -> anyhow::Result<()> {
        let mut there = Vec::new();
        for &partition in &self.topic.partitions {
            there.push((partition, self.topic.end(partition)?));
        }
        let mut more = true;
        for (partition, end) in there {
            self.topic
                .read(partition, Offset::Beginning, &mut |message| {
                    if message.offset() >= end {
                        return Ok(false);
                    }
                    more = each(&Letter::of(message))?;
                    Ok(more)
                })?;
            if !more {
                break;
            }
        }
        Ok(())
    }

    fn at(&self, place: (i32, i64)) -> anyhow::Result<Letter> {
        let found = self.topic.at(place)?.map(Letter::of);
        found.with_context(|| {
            let (partition, offset) = place;
            format!(
                "there is no letter at {partition}@{offset} of {}",
                self.topic.name
            )
        })
    }
}

impl Letter {
    fn of(message: OwnedMessage) -> Self {
        let headers = message.headers().map(OwnedHeaders::as_borrowed);
        let headers = headers.map(Headers::of).unwrap_or_default();
        Letter(message, headers)
    }

    fn header(&self, name: &str) -> Option<String> {
        Some(String::from_utf8_lossy(self.1.get(name)?).into_owned())
    }

    fn failed_at(&self) -> Option<Timestamp> {
        self.header(dead_letter::FAILED_AT)?.parse().ok()
    }

    fn replays(&self) -> u32 {
        self.header(dead_letter::REPLAYS)
            .and_then(|n| n.parse().ok())
            .unwrap_or(0)
    }

    fn line(&self) -> String {
        let header = |name| self.header(name).unwrap_or_else(|| "?".into());
        format!(
            "{}@{}\t{}\t{}\t{}\t{}-{}@{}\t{} bytes\t{}",
            self.0.partition(),
            self.0.offset(),
            header(dead_letter::FAILED_AT),
            header(dead_letter::STAGE),
            header(dead_letter::ERROR_CODE),
            header(dead_letter::TOPIC),
            header(dead_letter::PARTITION),
            header(dead_letter::OFFSET),
            self.0.payload().unwrap_or_default().len(),
            header(dead_letter::REASON).replace(['\n', '\t'], " "),
        )
    }

    fn json(&self, replayed: Option<bool>) -> serde_json::Value {
        let number = |name| self.header(name).and_then(|n| n.parse::<i64>().ok());
        serde_json::json!({
            "partition": self.0.partition(),
            "offset": self.0.offset(),
            "failed_at": self.header(dead_letter::FAILED_AT),
            "stage": self.header(dead_letter::STAGE),
            "error_code": self.header(dead_letter::ERROR_CODE),
            "reason": self.header(dead_letter::REASON),
            "source_topic": self.header(dead_letter::TOPIC),
            "source_partition": number(dead_letter::PARTITION),
            "source_offset": number(dead_letter::OFFSET),
            "source": self.header("source"),
            "key": self.0.key().map(String::from_utf8_lossy),
            "bytes": self.0.payload().map(<[u8]>::len),
            "replays": self.replays(),
            "replayed": replayed,
        })
    }
}

impl Filter {
    fn takes(&self, letter: &Letter) -> bool {
        let is = |wanted: &Option<String>, names: &[&str]| {
            wanted
                .as_ref()
                .is_none_or(|w| names.iter().any(|n| letter.header(n).as_ref() == Some(w)))
        };
        let at = letter.failed_at();
        is(&self.code, &[dead_letter::ERROR_CODE])
            && is(&self.stage, &[dead_letter::STAGE])
            && is(&self.source, &[dead_letter::TOPIC, "source", "ce_source"])
            && self
                .since
                .is_none_or(|since| at.is_some_and(|at| at >= since))
            && self
                .until
                .is_none_or(|until| at.is_some_and(|at| at < until))
    }
}

fn show(letter: &Letter, raw: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let value = letter.0.payload().unwrap_or_default();
    if raw {
        return Ok(out.write_all(value)?);
    }
    writeln!(out, "{}", letter.line())?;
    if let Some(key) = letter.0.key() {
        writeln!(out, "key: {}", String::from_utf8_lossy(key).escape_debug())?;
    }
    for (key, value) in letter.1.iter() {
        let (key, value) = [key, value.unwrap_or_default()]
            .map(String::from_utf8_lossy)
            .into();
        writeln!(out, "{}: {}", key.escape_debug(), value.escape_debug())?;
    }
    // What nobody could read may hold anything: a terminal is not to obey it.
    let text = String::from_utf8_lossy(value);
    let plain = |c: char| {
        if c.is_control() && c != '\n' {
            '\u{fffd}'
        } else {
            c
        }
    };
    writeln!(
        out,
        "\n{}",
        text.chars().take(SHOWN).map(plain).collect::<String>()
    )?;
    if text.chars().nth(SHOWN).is_some() {
        writeln!(out, "… {} bytes in all; --raw has them", value.len())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(headers: &[(&str, &str)]) -> Letter {
        use rdkafka::message::Header;
        let mut all = OwnedHeaders::new();
        for (key, value) in headers {
            all = all.insert(Header {
                key,
                value: Some(*value),
            });
        }
        let time = rdkafka::Timestamp::CreateTime(1);
        Letter::of(OwnedMessage::new(
            Some(b"x".to_vec()),
            Some(b"k".to_vec()),
            "dead".into(),
            time,
            1,
            5,
            Some(all),
        ))
    }

    pub(super) fn failed() -> Letter {
        letter(&[
            ("source", "engine"),
            ("traceparent", "00-a-b-01"),
            (dead_letter::ERROR_CODE, "not-text"),
            (dead_letter::STAGE, "read"),
            (dead_letter::TOPIC, "news.raw"),
            (dead_letter::FAILED_AT, "2025-11-20T08:00:00Z"),
            (dead_letter::REPLAYS, "2"),
        ])
    }

    #[test]
    fn filters_by_code_stage_source_and_time() {
        let takes = |set: &dyn Fn(&mut Filter)| {
            let mut filter = Filter::default();
            set(&mut filter);
            filter.takes(&failed())
        };
        assert!(takes(&|_| ()));
        assert!(takes(&|f| f.code = Some("not-text".into())));
        assert!(!takes(&|f| f.code = Some("empty".into())));
        assert!(takes(&|f| f.stage = Some("read".into())));
        assert!(
            takes(&|f| f.source = Some("news.raw".into()))
                && takes(&|f| f.source = Some("engine".into()))
        );
        assert!(!takes(&|f| f.source = Some("other".into())));
        assert!(
            takes(&|f| f.since = time("2025-11-20").ok())
                && !takes(&|f| f.since = time("2025-11-21").ok())
        );
        assert!(
            takes(&|f| f.until = time("2025-11-21").ok())
                && !takes(&|f| f.until = time("2025-11-20").ok())
        );
    }

    #[test]
    fn times() {
        assert!(time("2025-11-20").is_ok() && time("2025-11-20T08:00:00Z").is_ok());
        assert!(time("yesterday").is_err());
    }
}

//! `copydesk tap`: what comes out of the workers, as it comes.
//!
//! The partitions are assigned, not subscribed to: no group is joined, no offset is committed, and the workers do not
//! notice.

mod filter;
mod glance;
mod row;

use std::borrow::Cow;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use jiff::Timestamp;
use rdkafka::consumer::Consumer;
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Message};
use rdkafka::{Offset, TopicPartitionList};

use super::dead_letters::{summary, time};
use super::look::{Look, Tint, harmless};
use super::topic::{BROKER_TIMEOUT, Topic, passes};
use crate::config::Settings;
use crate::record::Status;
use crate::registry::Reader;
pub(super) use filter::Filter;
pub(super) use glance::Glance;
pub(super) use row::Row;

/// Shows records as they are published, without touching the workers' group.
///
/// All conditions must hold. A topic's new partitions are seen by the next call.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk tap
  copydesk tap --status canceled --lang de --source ap
  copydesk tap --since 2025-11-20T08:00:00Z --about politics --json | jq -c '{id, headline}'
  copydesk tap --dead-letters

Exit codes: 0 whoever reads has gone, or --limit is reached · 1 an error")]
pub(super) struct Arguments {
    /// Dead letters instead of records; of the conditions only --source and --grep are about them.
    #[arg(long, conflicts_with_all = ["status", "lang", "about"])]
    dead_letters: bool,
    /// Topic to follow; else kafka.output of the configuration, or kafka.dead_letters.
    #[arg(long)]
    topic: Option<String>,
    /// From this time on: RFC 3339, or a date (UTC). Else from now on.
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<Timestamp>,
    /// Only records of this status: usable, withheld, canceled.
    #[arg(long, value_parser = status)]
    status: Option<Status>,
    /// Only records in this language: de.
    #[arg(long, value_name = "CODE")]
    lang: Option<String>,
    /// Only what comes from here: a part of the name of its feed, outlet, domain, credit or agency.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Only records about this: the code of an IPTC Media Topic, or a part of its name.
    #[arg(long, value_name = "TOPIC")]
    about: Option<String>,
    /// Only what has these words in headline or text, in capitals or not; of dead letters, in their reasons.
    #[arg(long, value_name = "WORDS")]
    grep: Option<String>,
    /// As they are, one JSON object a line.
    #[arg(long)]
    json: bool,
    /// End after so many.
    #[arg(long, value_name = "NUMBER")]
    limit: Option<u64>,
    /// Configuration file; see config/copydesk.toml.
    #[arg(long, short, env = "COPYDESK_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

fn status(text: &str) -> Result<Status, String> {
    serde_json::from_value(text.into()).map_err(|_| "write usable, withheld or canceled".to_owned())
}

/// Longest wait for a message before what was passed over is told.
const POLL: Duration = Duration::from_millis(200);

/// Lines a second that a person can see going by. On a terminal, what is more is counted and not read.
const LINES_A_SECOND: u32 = 100;

pub(super) fn run(arguments: &Arguments, look: Look) -> anyhow::Result<u8> {
    let settings = Settings::load(arguments.config.as_deref())?;
    let usual = match arguments.dead_letters {
        true => &settings.kafka.dead_letters,
        false => &settings.kafka.output,
    };
    let name = arguments.topic.as_ref().unwrap_or(usual);
    let topic = Topic::open(&settings, name, &format!("{}-tap", settings.kafka.group))?;
    assign(&topic, arguments.since)?;
    let tap = Tap {
        arguments,
        filter: Filter::of(arguments),
        reader: Reader::new(&settings)?,
        look,
    };
    let out = std::io::stdout();
    super::quietly(tap.follow(&topic, out.is_terminal(), &mut BufWriter::new(out.lock())))?;
    Ok(0)
}

/// Assigns all partitions, each from the time on, or from its end.
pub(super) fn assign(topic: &Topic, since: Option<Timestamp>) -> anyhow::Result<()> {
    let mut list = TopicPartitionList::new();
    for &partition in &topic.partitions {
        let offset = match since {
            Some(time) => Offset::Offset(time.as_millisecond()),
            None => Offset::Offset(topic.end(partition)?),
        };
        list.add_partition_offset(&topic.name, partition, offset)?;
    }
    if since.is_some() {
        let found = topic.consumer.offsets_for_times(list, BROKER_TIMEOUT);
        list = found
            .with_context(|| format!("the broker does not say where {} was then", topic.name))?;
    }
    Ok(topic.consumer.assign(&list)?)
}

/// How many of these records a call of `tap` with these words shows, to be measured.
///
/// # Errors
/// When the words are none of the command line.
pub fn shown(words: &[&str], records: &[Vec<u8>]) -> anyhow::Result<usize> {
    let words = ["copydesk", "tap"].iter().chain(words);
    let parsed = <super::Arguments as clap::Parser>::try_parse_from(words)?;
    let super::Command::Tap(arguments) = &parsed.command else {
        bail!("another command");
    };
    let tap = Tap {
        arguments,
        filter: Filter::of(arguments),
        look: Look::default(),
        reader: Reader::default(),
    };
    let all = records.iter();
    Ok(all
        .filter(|record| tap.shown(record, (0, 0), None).is_some())
        .count())
}

struct Tap<'a> {
    arguments: &'a Arguments,
    filter: Filter,
    reader: Reader,
    look: Look,
}

impl Tap<'_> {
    /// Shows what comes, until the limit or whoever reads has gone. What is written is passed on whenever nothing more is at
    /// hand, and each second.
    fn follow(&self, topic: &Topic, is_terminal: bool, out: &mut dyn Write) -> anyhow::Result<()> {
        let mut pace = Pace::new(match is_terminal && self.filter.takes_all() {
            true => LINES_A_SECOND,
            false => u32::MAX,
        });
        let mut left = self.arguments.limit.unwrap_or(u64::MAX);
        while left > 0 {
            let message = match topic.consumer.poll(Duration::ZERO) {
                None => {
                    out.flush()?;
                    topic.consumer.poll(POLL)
                }
                at_hand => at_hand,
            };
            if let Some(passed) = pace.passed_over() {
                if passed > 0 {
                    let told = format!("… {passed} more");
                    writeln!(out, "{}", self.look.tint(&told, Tint::Faint))?;
                }
                out.flush()?;
            }
            let message = match message {
                None | Some(Err(KafkaError::PartitionEOF(_))) => continue,
                Some(Ok(message)) => message,
                Some(Err(error)) if passes(&error) => continue,
                Some(Err(error)) => return Err(error).context(format!("topic {}", topic.name)),
            };
            if !pace.admits() {
                continue;
            }
            if let Some(line) = self.line(&message) {
                out.write_all(&line)?;
                out.write_all(b"\n")?;
                left -= 1;
            }
        }
        Ok(out.flush()?)
    }

    /// What to show of a message; nothing of one that does not fit the conditions.
    fn line<'m>(&self, message: &'m BorrowedMessage<'_>) -> Option<Cow<'m, [u8]>> {
        let (partition, offset) = (message.partition(), message.offset());
        if self.arguments.dead_letters {
            let letter = summary(message.detach(), self.arguments.json);
            let shown = || match self.arguments.json {
                true => letter.clone(),
                false => self.look.fitted(&harmless_line(&letter), 0),
            };
            return self.filter.takes_text(&letter).then(|| line(shown()));
        }
        let Some(payload) = message.payload() else {
            let key = String::from_utf8_lossy(message.key().unwrap_or_default());
            let is_shown = self.filter.takes_all() && !self.arguments.json;
            return is_shown.then(|| {
                line(format!(
                    "{partition}@{offset}\ttombstone\t{}",
                    harmless(&key)
                ))
            });
        };
        self.shown(
            payload,
            (partition, offset),
            message.timestamp().to_millis(),
        )
    }

    /// What to show of a record; nothing of one that does not fit the conditions. Of those that do not, most are told by
    /// their bytes; and what is only passed on is not read at all.
    fn shown<'p>(
        &self,
        payload: &'p [u8],
        (partition, offset): (i32, i64),
        millis: Option<i64>,
    ) -> Option<Cow<'p, [u8]>> {
        let complain = |error: anyhow::Error| {
            eprintln!("copydesk: {partition}@{offset} is no enriched record: {error:#}");
        };
        let json = self.reader.json(payload).map_err(complain).ok()?;
        if self.arguments.json && self.filter.takes_all() {
            return Some(json);
        }
        if !self.filter.may_take(&json) {
            return None;
        }
        let record = Glance::of(&json, self.filter.about.is_some());
        let record = record.map_err(|error| complain(error.into())).ok()?;
        if !self.filter.takes(&record) {
            return None;
        }
        if !self.arguments.json {
            return Some(line(
                Row::of(&record, (partition, offset), millis).line(self.look),
            ));
        }
        Some(json)
    }
}

fn line(text: String) -> Cow<'static, [u8]> {
    Cow::Owned(text.into_bytes())
}

/// One line, without what a terminal would obey; the tabs between columns stay.
fn harmless_line(text: &str) -> String {
    let columns: Vec<String> = text.split('\t').map(harmless).collect();
    columns.join("\t")
}

/// Counts what is more than so many lines a second: more than a person can see going by.
pub(super) struct Pace {
    most: u32,
    began: Instant,
    shown: u32,
    passed: u64,
}

impl Pace {
    pub(super) fn new(most: u32) -> Self {
        Pace {
            most,
            began: Instant::now(),
            shown: 0,
            passed: 0,
        }
    }

    /// Whether one more may be shown in this second.
    pub(super) fn admits(&mut self) -> bool {
        let admits = self.shown < self.most;
        match admits {
            true => self.shown += 1,
            false => self.passed += 1,
        }
        admits
    }

    /// At the end of a second: how many were passed over in it.
    pub(super) fn passed_over(&mut self) -> Option<u64> {
        if self.began.elapsed() < Duration::from_secs(1) {
            return None;
        }
        let passed = self.passed;
        *self = Pace::new(self.most);
        Some(passed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;
    use crate::intake::Hints;
    use crate::record::{EnrichedArticle, Ingest};

    pub(super) fn record() -> EnrichedArticle {
        let engine = Engine::configured(&Settings::defaults().unwrap()).unwrap();
        let article = "Ferry strike ends\n\nOSLO (AP) - Ferry crews in Oslo ended a strike on Thursday, the union said.\n";
        let hints = Hints {
            source: Some("Wire One".into()),
            ..Hints::default()
        };
        let mut found = None;
        engine
            .enrich(
                article.as_bytes(),
                &hints,
                &Ingest::default(),
                &mut |record| {
                    found = Some(record);
                    std::ops::ControlFlow::Continue(())
                },
            )
            .unwrap();
        found.unwrap()
    }

    #[test]
    fn a_terminal_is_shown_so_many_lines_a_second_and_told_of_the_others() {
        let mut pace = Pace::new(LINES_A_SECOND);
        let shown = (0..150).filter(|_| pace.admits()).count();
        assert_eq!((shown, pace.passed_over()), (LINES_A_SECOND as usize, None));
        pace.began = Instant::now().checked_sub(Duration::from_secs(2)).unwrap();
        assert_eq!(pace.passed_over(), Some(50));
        assert!(pace.admits());
        let mut pace = Pace::new(u32::MAX);
        assert!((0..1000).all(|_| pace.admits()));
    }

    #[test]
    fn a_record_in_a_line() {
        let arguments = <crate::cli::Arguments as clap::Parser>::parse_from(["copydesk", "tap"]);
        let crate::cli::Command::Tap(arguments) = &arguments.command else {
            panic!("{arguments:?}");
        };
        let tap = Tap {
            arguments,
            filter: Filter::default(),
            reader: Reader::default(),
            look: Look::default(),
        };
        let mut record = record();
        record.headline = Some("Ferry\u{1b}[2J strike ends".into());
        let bytes = serde_json::to_vec(&record).unwrap();
        let line = tap
            .shown(&bytes, (2, 8812), Some(1_763_622_000_000))
            .unwrap();
        let line = String::from_utf8_lossy(&line);
        assert!(
            line.starts_with("07:00:00    2@8812 text      en usable "),
            "{line}"
        );
        assert!(
            line.contains("Ferry\u{fffd}[2J strike ends") && line.ends_with(" words"),
            "{line}"
        );
    }

    /// On the embedded broker: what was there before is not shown, what comes is, and no group is formed.
    #[test]
    fn what_comes_is_shown_from_now_on() {
        use rdkafka::mocking::MockCluster;
        use rdkafka::producer::{BaseRecord, Producer};

        use crate::kafka::client::operator::{self, ErrorCollector};

        let cluster = MockCluster::new(1).unwrap();
        cluster.create_topic("news.enriched", 2, 1).unwrap();
        let settings = crate::cli::demo::settings(&cluster.bootstrap_servers()).unwrap();
        let owner = ErrorCollector::new(&settings.kafka.security);
        let producer = operator::producer(&settings, owner).unwrap();
        let send = |id: &str, status: Status| {
            let mut record = record();
            record.id = id.into();
            record.status = status;
            let bytes = serde_json::to_vec(&record).unwrap();
            let message = BaseRecord::<str, [u8]>::to("news.enriched")
                .partition(1)
                .payload(&bytes);
            producer.send(message).map_err(|(error, _)| error).unwrap();
            producer.flush(BROKER_TIMEOUT).unwrap();
        };
        send("before", Status::Canceled);
        let words = [
            "copydesk", "tap", "--json", "--status", "canceled", "--limit", "1",
        ];
        let arguments = <crate::cli::Arguments as clap::Parser>::parse_from(words);
        let crate::cli::Command::Tap(arguments) = &arguments.command else {
            panic!("{arguments:?}");
        };
        let topic = Topic::open(&settings, "news.enriched", "copydesk-tap").unwrap();
        assign(&topic, None).unwrap();
        send("usable", Status::Usable);
        send("killed", Status::Canceled);
        let tap = Tap {
            arguments,
            filter: Filter::of(arguments),
            reader: Reader::default(),
            look: Look::default(),
        };
        let mut out = Vec::new();
        tap.follow(&topic, false, &mut out).unwrap();
        let shown: EnrichedArticle = serde_json::from_slice(&out).unwrap();
        assert_eq!(shown.id, "killed");
        let groups = topic.consumer.fetch_group_list(None, BROKER_TIMEOUT);
        assert!(groups.map_or(0, |groups| groups.groups().len()) == 0);
    }
}

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use rdkafka::ClientContext;
use rdkafka::config::{ClientConfig, FromClientConfig, FromClientConfigAndContext};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, Message, OwnedHeaders, OwnedMessage};
use rdkafka::producer::{BaseProducer, BaseRecord, DeliveryResult, Producer, ProducerContext};
use rdkafka::{Offset, TopicPartitionList};

use crate::config::{Client, Settings};
use crate::kafka::headers::Headers;
use crate::kafka::{PARTITIONER, dead_letter};

/// Lists, shows and replays messages of the dead-letter topic.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk dead-letters list --code not-text --since 2025-11-20
  copydesk dead-letters show 1@5
  copydesk dead-letters show 1@5 --raw > article.bin
  copydesk dead-letters replay --stage entities --dry-run
  copydesk dead-letters replay --code timed-out --to news.retry

Exit codes: 0 done · 1 an error, or letters that were left because they had been replayed too often")]
pub struct Arguments {
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
    /// One line a letter: where it lies, when and why it failed, where it came from.
    List {
        #[command(flatten)]
        filter: Filter,
        /// As JSON, one object a line.
        #[arg(long)]
        json: bool,
    },
    /// One letter with its headers and the beginning of its value.
    Show {
        /// Partition and offset in the dead-letter topic, as `list` prints them: 1@5.
        #[arg(value_parser = place)]
        place: (i32, i64),
        /// Write the value to standard output, byte for byte, and nothing else.
        #[arg(long)]
        raw: bool,
    },
    /// Sends letters back, bytes, key and headers untouched. They stay in the dead-letter topic as well.
    Replay {
        #[command(flatten)]
        filter: Filter,
        /// Topic to send to; else the one each letter came from.
        #[arg(long, value_name = "TOPIC")]
        to: Option<String>,
        /// Say what would be sent, and send nothing.
        #[arg(long)]
        dry_run: bool,
        /// Leave letters that have been replayed this often: they come back whatever is done.
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

/// Longest time to wait for the broker.
const PATIENCE: Duration = Duration::from_secs(15);

/// Characters of a value that `show` prints.
const SHOWN: usize = 2_000;

fn time(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .or_else(|_| format!("{text}T00:00:00Z").parse())
        .map_err(|_| "write 2025-11-20 or 2025-11-20T08:00:00Z".to_owned())
}

fn place(text: &str) -> Result<(i32, i64), String> {
    let parsed = text
        .split_once('@')
        .and_then(|(p, o)| Some((p.parse().ok()?, o.parse().ok()?)));
    parsed.ok_or_else(|| "write partition@offset, as in 1@5".to_owned())
}

pub fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let settings = Settings::load(arguments.config.as_deref())?;
    let topic = arguments
        .topic
        .as_deref()
        .unwrap_or(&settings.kafka.dead_letters);
    let letters = Letters::open(&settings, topic)?;
    match &arguments.action {
        Action::List { filter, json } => {
            let mut out = std::io::stdout().lock();
            let result = letters.each(filter, &mut |letter| {
                let line = match json {
                    true => letter.json().to_string(),
                    false => letter.line(),
                };
                Ok(writeln!(out, "{line}")?)
            });
            super::quietly(result)?;
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
            max_replays,
        } => {
            let replay = Replay {
                to: to.as_deref(),
                dry_run: *dry_run,
                max_replays: *max_replays,
            };
            let done = replay.run(&settings, &letters, filter)?;
            let verb = if *dry_run { "would be sent" } else { "sent" };
            println!("{} {verb}", done.sent);
            if done.left > 0 {
                println!("{} left: replayed {max_replays} times already", done.left);
            }
            Ok(u8::from(done.left > 0))
        }
    }
}

/// The dead-letter topic, open for reading.
struct Letters {
    consumer: BaseConsumer,
    topic: String,
}

/// One dead letter, with its headers copied out once: nearly everything asked of it stands in them.
struct Letter(OwnedMessage, Headers);

impl Letters {
    fn open(settings: &Settings, topic: &str) -> anyhow::Result<Self> {
        let mut config = client(settings, Client::Consumer);
        config
            .set("group.id", format!("{}-dead-letters", settings.kafka.group))
            .set("isolation.level", "read_committed")
            .set("enable.auto.commit", "false")
            .set("enable.partition.eof", "true");
        config.remove("group.instance.id");
        Ok(Letters {
            consumer: BaseConsumer::from_config(&config)?,
            topic: topic.to_owned(),
        })
    }

    fn partitions(&self) -> anyhow::Result<Vec<i32>> {
        let metadata = self
            .consumer
            .fetch_metadata(Some(&self.topic), PATIENCE)
            .with_context(|| format!("topic {}", self.topic))?;
        let found = metadata
            .topics()
            .first()
            .map(|t| t.partitions().iter().map(|p| p.id()).collect());
        let found: Vec<i32> = found.unwrap_or_default();
        if found.is_empty() {
            bail!(
                "topic {} does not exist, or this user may not see it",
                self.topic
            );
        }
        Ok(found)
    }

    /// Hands every letter that is there now and passes the filter to `each`, partition by partition.
    ///
    /// What comes while it reads is left: a letter that is replayed and fails again at once would
    /// otherwise be replayed again by the same command.
    fn each(
        &self,
        filter: &Filter,
        each: &mut dyn FnMut(&Letter) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut left = filter.limit.unwrap_or(usize::MAX);
        let mut there = Vec::new();
        for partition in self.partitions()? {
            let (_, end) = self
                .consumer
                .fetch_watermarks(&self.topic, partition, PATIENCE)?;
            there.push((partition, end));
        }
        for (partition, end) in there {
            self.read(partition, Offset::Beginning, &mut |letter| {
                if letter.0.offset() >= end {
                    return Ok(false);
                }
                if left > 0 && filter.takes(&letter) {
                    left -= 1;
                    each(&letter)?;
                }
                Ok(left > 0)
            })?;
        }
        Ok(())
    }

    fn at(&self, (partition, offset): (i32, i64)) -> anyhow::Result<Letter> {
        let mut found = None;
        self.read(partition, Offset::Offset(offset), &mut |letter| {
            found = (letter.0.offset() == offset).then_some(letter);
            Ok(false)
        })?;
        found.with_context(|| {
            format!(
                "there is no letter at {partition}@{offset} of {}",
                self.topic
            )
        })
    }

    /// Reads a partition to its end, or until `each` says no.
    fn read(
        &self,
        partition: i32,
        from: Offset,
        each: &mut dyn FnMut(Letter) -> anyhow::Result<bool>,
    ) -> anyhow::Result<()> {
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(&self.topic, partition, from)?;
        self.consumer.assign(&list)?;
        let mut heard = Instant::now();
        while heard.elapsed() < PATIENCE {
            match self.consumer.poll(Duration::from_millis(200)) {
                None => {}
                Some(Ok(message)) => {
                    heard = Instant::now();
                    if !each(Letter::of(message.detach()))? {
                        return Ok(());
                    }
                }
                Some(Err(KafkaError::PartitionEOF(_))) => return Ok(()),
                Some(Err(e))
                    if e.rdkafka_error_code() == Some(RDKafkaErrorCode::BrokerTransportFailure) => {
                }
                Some(Err(e)) => return Err(e.into()),
            }
        }
        bail!("the broker did not answer for {} s", PATIENCE.as_secs())
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

    fn json(&self) -> serde_json::Value {
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

/// A replay as it was asked for.
struct Replay<'a> {
    to: Option<&'a str>,
    dry_run: bool,
    max_replays: u32,
}

/// What a replay came to.
#[derive(Debug, Default)]
struct Replayed {
    sent: usize,
    left: usize,
}

impl Replay<'_> {
    fn run(
        &self,
        settings: &Settings,
        letters: &Letters,
        filter: &Filter,
    ) -> anyhow::Result<Replayed> {
        let mut config = client(settings, Client::Producer);
        config
            .set("enable.idempotence", "true")
            .set("message.max.bytes", "1000000000");
        let producer = BaseProducer::from_config_and_context(&config, Refused::default())?;
        let bar = bar();
        let mut done = Replayed::default();
        letters.each(filter, &mut |letter| {
            bar.inc(1);
            if letter.replays() >= self.max_replays {
                done.left += 1;
                bar.suspend(|| {
                    eprintln!(
                        "copydesk: left, replayed {} times: {}",
                        letter.replays(),
                        letter.line()
                    )
                });
                return Ok(());
            }
            let source = letter.header(dead_letter::TOPIC);
            let topic = self.to.map(str::to_owned).or(source).with_context(|| {
                format!("{}: has no source; name a topic with --to", letter.line())
            })?;
            if self.dry_run {
                bar.suspend(|| println!("{topic} ← {}", letter.line()));
            } else {
                send(&producer, &topic, letter).with_context(|| letter.line())?;
            }
            done.sent += 1;
            Ok(())
        })?;
        producer
            .flush(PATIENCE * 4)
            .context("not everything was acknowledged")?;
        bar.finish_and_clear();
        if let Some(first) = producer.context().first() {
            bail!("the broker refused some of them: {first}");
        }
        Ok(done)
    }
}

/// Keeps the first refusal of the broker.
#[derive(Default)]
struct Refused(OnceLock<KafkaError>);

impl Refused {
    fn first(&self) -> Option<&KafkaError> {
        self.0.get()
    }
}

impl ClientContext for Refused {}

impl ProducerContext for Refused {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        if let Err((error, _)) = result {
            let _ = self.0.set(error.clone());
        }
    }
}

/// Sends a letter as it came in, with one more replay counted.
fn send(producer: &BaseProducer<Refused>, topic: &str, letter: &Letter) -> anyhow::Result<()> {
    let headers = headers(letter);
    let mut record = BaseRecord::<[u8], [u8]>::to(topic).headers(headers);
    record.payload = letter.0.payload();
    record.key = letter.0.key();
    record.timestamp = letter.0.timestamp().to_millis();
    loop {
        match producer.send(record) {
            Ok(()) => break,
            Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                record = back;
                producer.poll(Duration::from_millis(50));
            }
            Err((error, _)) => return Err(error.into()),
        }
    }
    producer.poll(Duration::ZERO);
    Ok(())
}

/// The message's own headers, and how often it has been replayed.
fn headers(letter: &Letter) -> OwnedHeaders {
    let kept = |key: &[u8]| !key.starts_with(dead_letter::PREFIX.as_bytes());
    let headers = letter.1.to_client(1, kept);
    let count = (letter.replays() + 1).to_string();
    headers.insert(Header {
        key: dead_letter::REPLAYS,
        value: Some(&count),
    })
}

fn client(settings: &Settings, role: Client) -> ClientConfig {
    let mut config = ClientConfig::new();
    if role == Client::Producer {
        // A key's letters go back to the partition where Java clients and the worker put that key.
        config.set("partitioner", PARTITIONER);
    }
    for (name, value) in settings.kafka.client_settings(role) {
        config.set(name, value.expose());
    }
    config
}

fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) =
        ProgressStyle::with_template("{spinner} {pos} letters · {per_sec} · {elapsed}")
    {
        bar.set_style(style);
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(headers: &[(&str, &str)]) -> Letter {
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

    fn failed() -> Letter {
        letter(&[
            ("source", "desk"),
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
                && takes(&|f| f.source = Some("desk".into()))
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
    fn a_replay_keeps_the_own_headers_and_counts() {
        let headers = headers(&failed());
        let headers = Headers::of(headers.as_borrowed());
        let want = [
            ("source", "desk"),
            ("traceparent", "00-a-b-01"),
            (dead_letter::REPLAYS, "3"),
        ];
        let want = want.map(|(k, v)| (k.as_bytes(), Some(v.as_bytes())));
        assert!(headers.iter().eq(want));
    }

    #[test]
    fn places_and_times() {
        assert_eq!(place("1@5"), Ok((1, 5)));
        assert!(place("5").is_err() && time("yesterday").is_err());
    }
}

use std::collections::HashSet;
use std::io::Write;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use base64::Engine as _;
use rdkafka::consumer::Consumer;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Header, Message, OwnedHeaders};
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{BaseRecord, Producer};
use rdkafka::{Offset, TopicPartitionList};
use serde_json::json;

use super::look::Look;
use super::proof;
use super::readable::readable;
use crate::config::{LogFormat, LogLevel, RawSettings, Settings};
use crate::engine::Engine;
use crate::intake::Hints;
use crate::kafka::client::operator::{self, ErrorCollector};
use crate::kafka::headers::Headers;
use crate::kafka::{Worker, dead_letter};
use crate::ops::install_log;
use crate::record::EnrichedArticle;

/// Shows it at work: an embedded broker, sample articles in every format, their records.
///
/// Nothing is fetched or installed; the broker lives in this process and goes with it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk demo
  copydesk demo --json | jq -c '{headline, language: .language.code, removed: [.removed[].kind]}'

Exit codes: 0 every article came out · 1 some did not in time")]
pub(super) struct Arguments {
    /// Print the records as JSON, one a line.
    #[arg(long)]
    json: bool,
}

/// Sample articles: file name, media type if the sender knows it, bytes.
const SAMPLES: &[(&str, Option<&str>, &[u8])] = &[
    (
        "aggregated.txt",
        Some("text/plain"),
        include_bytes!("../../config/demo/aggregated.txt"),
    ),
    (
        "ap-style.txt",
        None,
        include_bytes!("../../config/demo/ap-style.txt"),
    ),
    (
        "page.html",
        Some("text/html; charset=utf-8"),
        include_bytes!("../../config/demo/page.html"),
    ),
    (
        "feed.rss.xml",
        Some("application/rss+xml"),
        include_bytes!("../../config/demo/feed.rss.xml"),
    ),
    (
        "feed.atom.xml",
        Some("application/atom+xml"),
        include_bytes!("../../config/demo/feed.atom.xml"),
    ),
    (
        "feed.json",
        Some("application/feed+json"),
        include_bytes!("../../config/demo/feed.json"),
    ),
    (
        "package.newsml-g2.xml",
        None,
        include_bytes!("../../config/demo/package.newsml-g2.xml"),
    ),
    (
        "story.newsml-1.xml",
        None,
        include_bytes!("../../config/demo/story.newsml-1.xml"),
    ),
    (
        "story.nitf.xml",
        None,
        include_bytes!("../../config/demo/story.nitf.xml"),
    ),
    (
        "item.ninjs.json",
        None,
        include_bytes!("../../config/demo/item.ninjs.json"),
    ),
    (
        "wire.anpa.txt",
        None,
        include_bytes!("../../config/demo/wire.anpa.txt"),
    ),
    (
        "wire.iptc7901.txt",
        None,
        include_bytes!("../../config/demo/wire.iptc7901.txt"),
    ),
    (
        "scraped.json",
        Some("application/json"),
        include_bytes!("../../config/demo/scraped.json"),
    ),
    (
        "release.eml",
        Some("message/rfc822"),
        include_bytes!("../../config/demo/release.eml"),
    ),
    (
        "deutsch.txt",
        None,
        include_bytes!("../../config/demo/deutsch.txt"),
    ),
    (
        "latin1.txt",
        Some("text/plain; charset=iso-8859-1"),
        include_bytes!("../../config/demo/latin1.txt"),
    ),
    (
        "kill.txt",
        None,
        include_bytes!("../../config/demo/kill.txt"),
    ),
    (
        "poison.bin",
        None,
        include_bytes!("../../config/demo/poison.bin"),
    ),
];

/// One text of an agency at three outlets, cut by one and added to by another; what another wrote of the story; and
/// the agency's kill of its text: an envelope a line.
const COPIES: &str = include_str!("../../config/demo/copies.ndjson");

const INPUT: &str = "news.raw";
const OUTPUT: &str = "news.enriched";
const DEAD_LETTERS: &str = "news.dead-letters";
const INDEX: &str = "news.enriched.index";
const LINKS: &str = "news.enriched.links";
const PARTITIONS: i32 = 3;

/// Longest time until everything has come out; the group alone takes some three seconds to form.
const ALL_WITHIN: Duration = Duration::from_secs(60);

/// How often the worker is looked after while nothing comes.
const POLL: Duration = Duration::from_millis(100);

/// Silence after which nothing more is expected.
const QUIET: Duration = Duration::from_millis(500);

pub(super) fn run(arguments: &Arguments, look: Look) -> anyhow::Result<u8> {
    let cluster = MockCluster::new(1).context("the embedded broker does not start")?;
    for topic in [INPUT, OUTPUT, DEAD_LETTERS] {
        cluster.create_topic(topic, PARTITIONS, 1)?;
    }
    for topic in [INDEX, LINKS] {
        cluster.create_topic(topic, 1, 1)?;
    }
    let brokers = cluster.bootstrap_servers();
    let settings = settings(&brokers)?;
    let log = install_log(&settings);
    let say = |text: &str| {
        if !arguments.json {
            println!("{text}");
        }
    };
    say(&format!(
        "An embedded broker runs at {brokers}, with the topics {INPUT}, {OUTPUT} and {DEAD_LETTERS}."
    ));
    let sent = produce(&settings)?;
    say(&format!(
        "{sent} messages went in: documents as they are, in envelopes and gzipped, one nobody can read, one tombstone; among them one text of an agency at three outlets. \
         Of documents that came several times, the record of the first is shown."
    ));
    say(
        "The worker joins its group, which takes the broker some three seconds; then the records come.",
    );
    let engine = Engine::configured(&Settings::defaults()?)?;
    let worker = Worker::new(settings.clone(), engine.clone());
    let stop = worker.stop();
    let working = thread::Builder::new()
        .name("worker".into())
        .spawn(move || worker.run(log))?;
    let came = show(&settings, sent, arguments.json, look, &|| {
        working.is_finished()
    });
    stop.ask("the demo is over");
    let ended = working
        .join()
        .map_err(|_| anyhow!("the worker panicked"))??;
    let came = came?;
    let all_came = came.seen.len() >= sent;
    say(&format!(
        "\n{} messages in: {} records, {} dead letters, {} tombstones out. The worker stopped: {}.",
        sent, came.records, came.dead_letters, came.tombstones, ended.reason
    ));
    if !arguments.json {
        let index = proof_pages(&engine, came.shown)?;
        say(&format!(
            "\nWhat was found, as pages to look at: open {} in a browser.\nOf an article of yours: copydesk proof FILE",
            proof::address(&index)
        ));
    }
    say(
        "\nAgainst a broker of yours:\n  COPYDESK_KAFKA__BROKERS=host:9092 copydesk check --connect\n  COPYDESK_KAFKA__BROKERS=host:9092 copydesk run\nThe topics and everything else: config/copydesk.toml.",
    );
    Ok(u8::from(!all_came))
}

pub(super) fn settings(brokers: &str) -> anyhow::Result<Settings> {
    let mut raw = RawSettings::default();
    raw.kafka.brokers = brokers.to_owned();
    raw.kafka.input = vec![INPUT.into()];
    raw.kafka.output = OUTPUT.into();
    raw.kafka.dead_letters = DEAD_LETTERS.into();
    raw.kafka.instance = "demo".into();
    raw.memory.enabled = true;
    raw.memory.index_topic = INDEX.into();
    raw.memory.links_topic = LINKS.into();
    raw.ops.address = "off".into();
    raw.ops.log_level = LogLevel::Info;
    raw.ops.log_format = LogFormat::Auto;
    raw.ops.stats_interval_s = 60;
    Ok(Settings::from_raw(raw)?)
}

/// Sends every sample as it is, in an envelope, and some gzipped; then a tombstone. Returns how many.
fn produce(settings: &Settings) -> anyhow::Result<usize> {
    let owner = ErrorCollector::new(&settings.kafka.security);
    let producer = operator::producer(settings, owner)?;
    let mut sent = 0;
    let mut send =
        |key: &str, name: &str, kind: Option<&str>, value: Option<&[u8]>| -> anyhow::Result<()> {
            let mut headers = OwnedHeaders::new().insert(Header {
                key: "source",
                value: Some(format!("demo/{name}").as_bytes()),
            });
            if let Some(kind) = kind {
                headers = headers.insert(Header {
                    key: "content-type",
                    value: Some(kind.as_bytes()),
                });
            }
            let mut record = BaseRecord::to(INPUT).key(key).headers(headers);
            if let Some(value) = value {
                record = record.payload(value);
            }
            producer.send(record).map_err(|(e, _)| e)?;
            producer.poll(Duration::ZERO);
            sent += 1;
            Ok(())
        };
    let copies: Vec<&str> = COPIES.lines().collect();
    let (kill, copies) = copies.split_last().context("no copies")?;
    for copy in copies {
        send("copies", "copies", None, Some(copy.as_bytes()))?;
    }
    for (name, kind, bytes) in SAMPLES {
        send(name, name, *kind, Some(bytes))?;
        if *name == "poison.bin" {
            continue;
        }
        let envelope = json!({
            "source": format!("demo/{name}, in an envelope"),
            "content_type": kind,
            "encoding": "base64",
            "body": base64::engine::general_purpose::STANDARD.encode(bytes),
        });
        send(name, name, None, Some(envelope.to_string().as_bytes()))?;
        if name.ends_with(".xml") {
            let mut gzip =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            gzip.write_all(bytes)?;
            send(
                name,
                &format!("{name}, gzipped"),
                *kind,
                Some(&gzip.finish()?),
            )?;
        }
    }
    // Behind what it kills by so much that it does not overtake that.
    send("copies", "kill", None, Some(kill.as_bytes()))?;
    send("deleted", "tombstone", None, None)?;
    producer.flush(ALL_WITHIN)?;
    Ok(sent)
}

/// What came out.
#[derive(Debug, Default)]
struct Came {
    records: usize,
    dead_letters: usize,
    tombstones: usize,
    /// Partition and offset of each message that something came of, in the input; of tombstones in the output.
    seen: HashSet<(String, String)>,
    /// The records of documents that came as they are: those in envelopes and gzipped are the same once more.
    shown: Vec<EnrichedArticle>,
    look: Look,
}

impl Came {
    /// Counts a message; what to print of it.
    fn note(
        &mut self,
        message: &BorrowedMessage<'_>,
        json: bool,
    ) -> anyhow::Result<Option<String>> {
        if message.topic() == DEAD_LETTERS {
            let line = self.note_dead_letter(message);
            return Ok((!json).then_some(line));
        }
        match message.payload() {
            Some(payload) => self.note_record(payload, json),
            None => {
                let line = self.note_tombstone(message);
                Ok((!json).then_some(line))
            }
        }
    }

    fn note_dead_letter(&mut self, message: &BorrowedMessage<'_>) -> String {
        self.dead_letters += 1;
        let header = |name| header(message, name).unwrap_or_default();
        self.seen
            .insert((header(dead_letter::PARTITION), header(dead_letter::OFFSET)));
        format!(
            "\n━━ [dead letter] {}\n   why       {} ({})\n   kept      {} bytes, untouched",
            header("source"),
            header(dead_letter::REASON),
            header(dead_letter::ERROR_CODE),
            message.payload_len(),
        )
    }

    fn note_tombstone(&mut self, message: &BorrowedMessage<'_>) -> String {
        self.tombstones += 1;
        self.seen
            .insert(("tombstone".into(), message.offset().to_string()));
        let key = String::from_utf8_lossy(message.key().unwrap_or_default());
        format!("\n━━ [tombstone] {key}")
    }

    /// Counts a record; what to print of it, which is each document once.
    fn note_record(&mut self, payload: &[u8], json: bool) -> anyhow::Result<Option<String>> {
        self.records += 1;
        let record: EnrichedArticle = serde_json::from_slice(payload)?;
        let ingest = &record.ingest;
        self.seen.insert((
            ingest.partition.unwrap_or_default().to_string(),
            ingest.offset.unwrap_or_default().to_string(),
        ));
        if json {
            return Ok(Some(String::from_utf8_lossy(payload).into_owned()));
        }
        if is_once_more(&record) {
            return Ok(None);
        }
        let text = readable(&record, self.look).trim_end().to_owned();
        self.shown.push(record);
        Ok(Some(text))
    }
}

/// Whether the document came before as it is: this is the same in an envelope or gzipped.
fn is_once_more(record: &EnrichedArticle) -> bool {
    let source = record.ingest.source.as_deref().unwrap_or_default();
    source.ends_with(", in an envelope") || source.ends_with(", gzipped")
}

/// The sample that a record was made of, where the document came as it is.
fn sample(
    record: &EnrichedArticle,
) -> Option<&'static (&'static str, Option<&'static str>, &'static [u8])> {
    let name = record.ingest.source.as_deref()?.strip_prefix("demo/")?;
    SAMPLES.iter().find(|(sample, ..)| *sample == name)
}

/// Writes the proof pages of the records to a folder for temporary files; the index of them.
fn proof_pages(engine: &Engine, records: Vec<EnrichedArticle>) -> anyhow::Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("copydesk-demo-{}", std::process::id()));
    let pages: Vec<_> = records
        .into_iter()
        .map(|record| {
            let raw = sample(&record).and_then(|(_, kind, bytes)| {
                let hints = Hints {
                    content_type: kind.map(str::to_owned),
                    ..Hints::default()
                };
                proof::decoded_for(engine, &record, bytes, &hints).ok()?
            });
            (record, raw)
        })
        .collect();
    std::fs::create_dir_all(&folder)?;
    proof::into_folder(&folder, &pages)
}

/// Prints what comes out until everything has, the worker ends, or the time is over.
fn show(
    settings: &Settings,
    sent: usize,
    json: bool,
    look: Look,
    ended: &dyn Fn() -> bool,
) -> anyhow::Result<Came> {
    let consumer = operator::consumer(settings, "demo-reader")?;
    let mut all = TopicPartitionList::new();
    for topic in [OUTPUT, DEAD_LETTERS] {
        for partition in 0..PARTITIONS {
            all.add_partition_offset(topic, partition, Offset::Beginning)?;
        }
    }
    consumer.assign(&all)?;
    let mut came = Came {
        look,
        ..Came::default()
    };
    let began = Instant::now();
    while began.elapsed() < ALL_WITHIN && !ended() {
        // A feed makes several records of one message: the last has come when it has gone quiet.
        let all_seen = came.seen.len() >= sent;
        let message = match consumer.poll(if all_seen { QUIET } else { POLL }) {
            None if all_seen => break,
            None => continue,
            Some(Ok(message)) => message,
            Some(Err(error)) if passes(&error) => continue,
            Some(Err(error)) => return Err(error.into()),
        };
        if let Some(line) = came.note(&message, json)? {
            super::quietly(writeln!(std::io::stdout(), "{line}"))?;
        }
    }
    Ok(came)
}

/// Whether an error says nothing about what comes: the end of a partition, which is not the end of all, or a
/// connection that the client makes again.
fn passes(error: &KafkaError) -> bool {
    matches!(error, KafkaError::PartitionEOF(_))
        || error.rdkafka_error_code() == Some(RDKafkaErrorCode::BrokerTransportFailure)
}

fn header(message: &BorrowedMessage<'_>, name: &str) -> Option<String> {
    let headers = Headers::of(message.headers()?);
    Some(String::from_utf8_lossy(headers.get(name)?).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Ingest;
    use std::ops::ControlFlow;

    #[test]
    fn every_sample_but_the_poison_is_read_and_its_records_are_by_the_schema() {
        let engine = Engine::configured(&Settings::defaults().unwrap()).unwrap();
        for (name, kind, bytes) in SAMPLES {
            let hints = Hints {
                content_type: kind.map(str::to_owned),
                ..Hints::default()
            };
            let mut records = 0;
            let read = engine.enrich(bytes, &hints, &Ingest::default(), &mut |record| {
                records += 1;
                crate::record::schema::assert_valid(&serde_json::to_value(&record).unwrap());
                assert!(!readable(&record, Look::default()).is_empty());
                ControlFlow::Continue(())
            });
            assert_eq!(read.is_ok(), *name != "poison.bin", "{name}: {read:?}");
            assert_eq!(records > 0, *name != "poison.bin", "{name}");
        }
    }
}

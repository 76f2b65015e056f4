//! Single messages: what is kept on the way, and what becomes of those that cannot go it.

use std::time::Duration;

use copydesk::kafka::headers::Headers;
use rdkafka::bindings::rd_kafka_resp_err_t as RDKafkaRespErr;
use rdkafka::message::{Message, OwnedHeaders, OwnedMessage};
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{BaseRecord, Producer, ThreadedProducer};
use rdkafka::types::RDKafkaApiKey;
use serde_json::Value;

use crate::shared;
use crate::support::admin::{Admin, quiet};
use crate::support::cluster::{Cluster, Setup};
use crate::support::reader::{Exits, collect, header, read_to_end};
use crate::support::worker::{Delivery, Job};

const PATIENCE: Duration = Duration::from_secs(60);

/// A message for the worker.
#[derive(Debug, Clone, Default)]
pub(crate) struct Raw {
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    pub headers: Vec<(Vec<u8>, Vec<u8>)>,
    pub timestamp: Option<i64>,
}

impl Raw {
    pub(crate) fn text(value: &str) -> Raw {
        Raw {
            key: Some(b"k".to_vec()),
            value: Some(value.as_bytes().to_vec()),
            ..Raw::default()
        }
    }

    pub(crate) fn with(mut self, name: impl AsRef<[u8]>, value: &[u8]) -> Raw {
        self.headers.push((name.as_ref().to_vec(), value.to_vec()));
        self
    }
}

/// A topic whose messages stay however old they are: the broker of these tests deletes within seconds.
const KEPT: (&str, &str) = ("retention.ms", "-1");

/// Topics for a few messages, of one partition each, and a job between them.
pub(crate) fn between(kafka: &Cluster, name: &str) -> Job {
    let bootstrap = kafka.bootstrap();
    let admin = Admin::new(&bootstrap).unwrap();
    let exits = Exits {
        output: format!("{name}.out"),
        dead_letters: format!("{name}.dead"),
    };
    let input = format!("{name}.in");
    for topic in [&input, &exits.output, &exits.dead_letters] {
        admin.create(topic, 1, &[KEPT]).unwrap();
    }
    Job::new(&bootstrap, name, &input, &exits, Delivery::AtLeastOnce)
}

/// Makes a topic of one partition with a setting of its own, to take the place of one of the job's.
fn topic_with(job: &Job, topic: &str, setting: &str, value: &str) -> String {
    let admin = Admin::new(&job.bootstrap).unwrap();
    admin.create(topic, 1, &[KEPT, (setting, value)]).unwrap();
    topic.to_owned()
}

/// Runs a worker that is to stop because it cannot publish something; the reason it gives.
fn cannot_publish(job: &Job) -> String {
    let mut worker = job.start().unwrap();
    let code = worker.wait(PATIENCE).unwrap().code();
    assert_eq!(code, Some(7), "{}", worker.tail());
    let why = &worker.events("worker.failed")[0]["error"];
    why.as_str().unwrap().to_owned()
}

/// So many messages of one key, with the ids n0, n1, …
fn stories(count: usize) -> Vec<Raw> {
    let story = |n| Raw::text(STORY).with("id", format!("n{n}").as_bytes());
    (0..count).map(story).collect()
}

/// Puts messages on a topic.
pub(crate) fn put(bootstrap: &str, topic: &str, messages: &[Raw]) {
    let producer: ThreadedProducer<_> = quiet(bootstrap)
        .set("message.max.bytes", "100000000")
        .set("compression.type", "zstd")
        .create()
        .unwrap();
    for message in messages {
        let headers = message.headers.iter().map(|(k, v)| (&k[..], Some(&v[..])));
        let headers: Headers = headers.collect();
        let mut record: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(topic);
        record.key = message.key.as_deref();
        record.payload = message.value.as_deref();
        record.timestamp = message.timestamp;
        record.headers = Some(headers.to_client(0, |_| true));
        producer.send(record).map_err(|(e, _)| e).unwrap();
    }
    producer.flush(PATIENCE).unwrap();
}

/// The headers of a message, those without a value as empty.
fn headers(message: &OwnedMessage) -> Vec<(Vec<u8>, Vec<u8>)> {
    let native = message.headers().map(OwnedHeaders::as_borrowed).unwrap();
    let own =
        |(key, value): (&[u8], Option<&[u8]>)| (key.to_vec(), value.unwrap_or_default().to_vec());
    Headers::of(native).iter().map(own).collect()
}

fn record(message: &OwnedMessage) -> Value {
    serde_json::from_slice(message.payload().unwrap()).unwrap()
}

const STORY: &str = "Ferry terminal to be rebuilt\n\nKESSEL BAY — The harbor authority said on Tuesday it would rebuild the old ferry terminal.\n";

#[test]
fn key_headers_time_and_trace_are_kept() {
    let Some(kafka) = shared("what is kept on the way") else {
        return;
    };
    let job = between(kafka, "kept");
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let sent = Raw {
        timestamp: Some(1_770_000_000_123),
        key: Some(b"\xff\x00not text".to_vec()),
        ..Raw::text(STORY)
    }
    .with("id", b"urn:kessel:1")
    .with("Content-Type", b"text/plain; charset=utf-8")
    .with("traceparent", trace.as_bytes())
    .with("x-binary", b"\xfe\xff\x00")
    .with(b"x-\xe9t\xe9", b"no UTF-8")
    .with("x-twice", b"1")
    .with("x-twice", b"2");
    let tombstone = Raw {
        value: None,
        key: Some(b"gone".to_vec()),
        ..sent.clone()
    };
    put(&job.bootstrap, &job.input, &[sent.clone(), tombstone]);
    let _worker = job.start_ready().unwrap();
    let out = collect(&job.bootstrap, &job.exits.output, 2, PATIENCE).unwrap();
    for message in &out {
        assert_eq!(message.timestamp().to_millis(), sent.timestamp);
        assert_eq!(
            message.payload().is_none(),
            headers(message) == sent.headers
        );
    }
    // Two keys: their order is nobody's promise.
    let (full, empty): (Vec<_>, Vec<_>) = out.iter().partition(|m| m.payload().is_some());
    assert_eq!(full[0].key(), sent.key.as_deref());
    let described = Raw::text("")
        .with("raw-id", b"urn:kessel:1")
        .with("raw-Content-Type", b"text/plain; charset=utf-8");
    let of_record = [described.headers, sent.headers[2..].to_vec()].concat();
    let (own, kept) = {
        let mut all = headers(full[0]);
        (all.pop(), all)
    };
    assert_eq!(kept, of_record);
    let json = (b"content-type".to_vec(), b"application/json".to_vec());
    assert_eq!(own, Some(json));
    let record = record(full[0]);
    assert_eq!(record["id"], "urn:kessel:1");
    assert_eq!(record["headline"], "Ferry terminal to be rebuilt");
    assert_eq!(record["ingest"]["topic"], "kept.in");
    assert_eq!(record["ingest"]["offset"], 0);
    assert_eq!(empty.len(), 1, "the tombstone passes through");
    assert_eq!(empty[0].key(), Some(&b"gone"[..]));
}

/// The broker takes the first batches for duplicates of ones it has had, and writes nothing of them down: the client
/// calls that success. On the embedded broker, as no real one can be made to.
#[test]
fn what_is_acknowledged_without_a_place_in_the_log_is_sent_again() {
    let kafka = MockCluster::new(1).unwrap();
    for delivery in [Delivery::AtLeastOnce, Delivery::ExactlyOnce] {
        let name = delivery.name();
        let topic = |of: &str| {
            let topic = format!("{name}.{of}");
            kafka.create_topic(&topic, 1, 1).unwrap();
            topic
        };
        let exits = Exits {
            output: topic("out"),
            dead_letters: topic("dead"),
        };
        let mut job = Job::new(
            &kafka.bootstrap_servers(),
            name,
            &topic("in"),
            &exits,
            delivery,
        );
        // What the embedded broker cannot be asked.
        job.set("kafka.options.\"group.protocol\"", "\"classic\"");
        put(&job.bootstrap, &job.input, &stories(20));
        let duplicate = RDKafkaRespErr::RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER;
        // What ends old transactions is written first, to both topics.
        let first = RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR;
        let before = 2 * usize::from(delivery == Delivery::ExactlyOnce);
        let errors = [vec![first; before], vec![duplicate]].concat();
        kafka.request_errors(RDKafkaApiKey::Produce, &errors);
        let worker = job.start().unwrap();
        // The embedded broker shows what ends old transactions, too: as many again are to be waited for.
        let mut others = 0;
        let mut ids: Vec<Value> = loop {
            let out = collect(&job.bootstrap, &exits.output, 20 + others, 2 * PATIENCE).unwrap();
            let records = out.iter().filter(|m| m.payload().is_some());
            let ids: Vec<Value> = records.map(|m| record(m)["id"].clone()).collect();
            if ids.len() >= 20 {
                break ids;
            }
            others = out.len() - ids.len();
        };
        let mut expected: Vec<Value> = (0..20).map(|n| format!("n{n}").into()).collect();
        // Outside a transaction a batch that was under way behind the first may be in the log before it.
        if delivery == Delivery::AtLeastOnce {
            for ids in [&mut ids, &mut expected] {
                ids.sort_unstable_by(|a, b| a.as_str().cmp(&b.as_str()));
            }
        }
        assert_eq!(ids, expected, "{name}");
        let refused = worker.events("record.refused");
        assert_eq!(refused[0]["error_code"], "DuplicateSequenceNumber");
        let aborted = worker.events("txn.aborted");
        assert_eq!(aborted.is_empty(), delivery == Delivery::AtLeastOnce);
    }
}

#[test]
fn a_time_that_a_broker_refuses_stops_nobody() {
    let Some(kafka) = shared("a time in microseconds") else {
        return;
    };
    let mut job = between(kafka, "ahead");
    // Long.MAX_VALUE, what brokers before 4.0 had.
    const EVER: &str = "9223372036854775807";
    job.input = topic_with(
        &job,
        "ahead.patient",
        "message.timestamp.after.max.ms",
        EVER,
    );
    let milliseconds = 1_770_000_000_123;
    let at = |timestamp: i64| Raw {
        timestamp: Some(timestamp),
        ..Raw::text(STORY)
    };
    let poison = Raw {
        value: Some(br#"{"encoding": "base64", "body": "*** no ***"}"#.to_vec()),
        ..at(milliseconds * 1_000)
    };
    let messages = [
        at(milliseconds),
        at(milliseconds * 1_000),
        poison,
        at(milliseconds),
    ];
    put(&job.bootstrap, &job.input, &messages);
    let before = jiff::Timestamp::now().as_millisecond();
    let _worker = job.start_ready().unwrap();
    let out = collect(&job.bootstrap, &job.exits.output, 3, PATIENCE).unwrap();
    let dead = collect(&job.bootstrap, &job.exits.dead_letters, 1, PATIENCE).unwrap();
    let times: Vec<i64> = [&out[..], &dead[..]]
        .concat()
        .iter()
        .map(|m| m.timestamp().to_millis().unwrap())
        .collect();
    assert_eq!((times[0], times[2]), (milliseconds, milliseconds));
    for time in [times[1], times[3]] {
        assert!((before..before + 60_000).contains(&time), "{time}");
    }
}

#[test]
fn records_of_old_messages_are_not_deleted_for_their_age() {
    let Some(kafka) = shared("records of old messages") else {
        return;
    };
    const WEEK: &str = "604800000";
    let job = between(kafka, "archive");
    let admin = Admin::new(&job.bootstrap).unwrap();
    for topic in [&job.exits.output, &job.exits.dead_letters] {
        admin.alter(topic, &[(KEPT.0, WEEK)]).unwrap();
    }
    let of_2026 = Raw {
        timestamp: Some(1_770_000_000_123),
        ..Raw::text(STORY)
    };
    let poison = Raw {
        value: Some(br#"{"encoding": "base64", "body": "*** no ***"}"#.to_vec()),
        ..of_2026.clone()
    };
    put(&job.bootstrap, &job.input, &[of_2026, poison]);
    let before = jiff::Timestamp::now().as_millisecond();
    let _worker = job.start_ready().unwrap();
    let out = collect(&job.bootstrap, &job.exits.output, 1, PATIENCE).unwrap();
    let dead = collect(&job.bootstrap, &job.exits.dead_letters, 1, PATIENCE).unwrap();
    for message in [&out[0], &dead[0]] {
        let time = message.timestamp().to_millis().unwrap();
        assert!((before..before + 60_000).contains(&time), "{time}");
    }
    assert_eq!(
        record(&out[0])["ingest"]["timestamp"],
        "2026-02-02T02:40:00.123Z"
    );
    // Several times as long as the broker of these tests lets pass between two deletions.
    std::thread::sleep(Duration::from_secs(4));
    for topic in [&job.exits.output, &job.exits.dead_letters] {
        assert_eq!(admin.watermarks(topic).unwrap()[&0], (0, 1), "{topic}");
    }
}

#[test]
fn a_topic_that_keeps_one_message_of_each_key_is_told() {
    let Some(kafka) = shared("compacted topics") else {
        return;
    };
    let mut job = between(kafka, "compacting");
    job.exits.output = topic_with(&job, "compacting.last", "cleanup.policy", "compact");
    let checked = job.command(&["check", "--connect"]).unwrap();
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(said.contains("compacting.last is compacted: of"), "{said}");
    // The output may be meant so: a note.
    let faults = String::from_utf8_lossy(&checked.stderr).into_owned();
    assert!(!faults.contains("is compacted"), "{faults}");
    let worker = job.start_ready().unwrap();
    let told = worker.events("topic.limits");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["setting"], "cleanup.policy");
    assert_eq!(told[0]["topic"], "compacting.last");
    job.set("kafka.output_key", "\"id\"");
    job.exits.dead_letters = job.exits.output.clone() + ".dead";
    let dead = job.exits.dead_letters.clone();
    topic_with(&job, &dead, "cleanup.policy", "compact");
    let checked = job.command(&["check", "--connect"]).unwrap();
    let said = String::from_utf8_lossy(&checked.stderr).into_owned();
    let fault = "is compacted: of the dead letters with one key";
    assert!(said.contains(&dead) && said.contains(fault), "{said}");
    assert_eq!(checked.status.code(), Some(1), "{said}");
}

#[test]
fn a_worker_that_the_broker_has_forgotten_goes_on() {
    // What takes days by default: seven for a transactional id, one for a producer.
    let brief = [
        ("transactional.id.expiration.ms", "2000"),
        (
            "transaction.remove.expired.transaction.cleanup.interval.ms",
            "500",
        ),
        ("producer.id.expiration.ms", "2000"),
        ("producer.id.expiration.check.interval.ms", "500"),
    ];
    let setup = Setup {
        properties: brief.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec(),
        ..Setup::default()
    };
    let Some(kafka) = Cluster::start("a worker that was idle for days", setup) else {
        return;
    };
    for delivery in [Delivery::AtLeastOnce, Delivery::ExactlyOnce] {
        let mut job = between(&kafka, &format!("idle.{}", delivery.name()));
        job.delivery = delivery;
        let mut worker = job.start_ready().unwrap();
        for (n, story) in stories(2).iter().enumerate() {
            if n > 0 {
                std::thread::sleep(Duration::from_secs(5));
            }
            put(&job.bootstrap, &job.input, std::slice::from_ref(story));
            let out = collect(&job.bootstrap, &job.exits.output, n + 1, PATIENCE);
            assert!(out.is_ok(), "{out:?}\n{}", worker.tail());
        }
        assert!(worker.is_running(), "{}", worker.tail());
        // The broker refused the transaction, and what was in it came out with the next.
        let aborted = worker.events("txn.aborted");
        assert_eq!(aborted.is_empty(), delivery == Delivery::AtLeastOnce);
        let out = read_to_end(&job.bootstrap, &job.exits.output).unwrap();
        assert_eq!(out.len(), 2);
    }
}

#[test]
fn records_are_events_of_their_own() {
    let Some(kafka) = shared("records as CloudEvents") else {
        return;
    };
    let mut job = between(kafka, "events");
    job.set("output.cloudevents", "true");
    let feed = "<rss version='2.0'><channel><title>News</title><item><guid>a</guid><title>Ferry sinks</title></item><item><guid>b</guid><title>Mayor resigns</title></item></channel></rss>";
    let sent = Raw {
        timestamp: Some(1_770_000_000_123),
        ..Raw::text(feed)
    }
    .with("ce_id", b"feed-1")
    .with("ce_type", b"example.feed")
    .with("ce_specversion", b"1.0");
    put(&job.bootstrap, &job.input, &[sent]);
    let _worker = job.start_ready().unwrap();
    let out = collect(&job.bootstrap, &job.exits.output, 2, PATIENCE).unwrap();
    for (message, id) in out.iter().zip(["a", "b"]) {
        let record = record(message);
        assert_eq!(record["id"], id);
        assert_eq!(record["alt_ids"], serde_json::json!(["feed-1"]));
        let expected = [
            ("content-type", "application/json"),
            ("ce_specversion", "1.0"),
            ("ce_id", id),
            ("ce_source", "/copydesk/events.in/0/0"),
            ("ce_type", "copydesk.enriched-article.1"),
            ("ce_time", "2026-02-02T02:40:00.123Z"),
            ("raw-ce_id", "feed-1"),
            ("raw-ce_type", "example.feed"),
        ];
        for (name, value) in expected {
            assert_eq!(header(message, name).as_deref(), Some(value), "{name}");
        }
        let names = headers(message);
        let events = names.iter().filter(|(name, _)| name.starts_with(b"ce_"));
        assert_eq!(events.count(), 5, "none of the document's");
    }
}

#[test]
fn pages_that_are_no_article_go_where_they_are_sent() {
    let Some(kafka) = shared("pages that are no article") else {
        return;
    };
    let login = "<html><head><title>Log in | Norland Gazette</title></head><body><form><input type=\"password\"></form></body></html>";
    for (name, setting) in [("away", "dead-letter"), ("dropped", "drop")] {
        let mut job = between(kafka, name);
        job.set("intake.not_article", &format!("\"{setting}\""));
        let page = Raw::text(login).with("content-type", b"text/html");
        put(
            &job.bootstrap,
            &job.input,
            &[page.clone(), Raw::text(STORY), page.clone()],
        );
        let mut worker = job.start_ready().unwrap();
        let out = collect(&job.bootstrap, &job.exits.output, 1, PATIENCE).unwrap();
        assert_eq!(record(&out[0])["headline"], "Ferry terminal to be rebuilt");
        if setting == "dead-letter" {
            let dead = collect(&job.bootstrap, &job.exits.dead_letters, 2, PATIENCE).unwrap();
            for dead in &dead {
                let code = header(dead, "copydesk-error-code");
                assert_eq!(code.as_deref(), Some("not-article"));
                assert!(
                    header(dead, "copydesk-reason")
                        .unwrap()
                        .contains("login-page")
                );
                assert_eq!(dead.payload(), page.value.as_deref());
                assert_eq!(headers(dead)[..1], page.headers, "untouched");
            }
        }
        let (code, _) = worker.terminate(PATIENCE).unwrap();
        assert_eq!(code, Some(0), "{}", worker.tail());
        let told = worker.events("article.not_article");
        assert_eq!(told.len(), 2);
        assert_eq!(told[0]["action"], setting);
        let admin = Admin::new(&job.bootstrap).unwrap();
        assert_eq!(admin.lag(&job.group, &job.input).unwrap(), 0, "{setting}");
    }
}

#[test]
fn what_cannot_be_read_is_put_away_untouched_with_the_reason() {
    let Some(kafka) = shared("dead letters") else {
        return;
    };
    let job = between(kafka, "put-away");
    let poison = Raw::text(r#"{"encoding": "base64", "body": "*** no ***"}"#)
        .with("source", b"kessel-wire")
        .with(b"x-\xe9t\xe9", b"\xfe\xff\x00");
    put(
        &job.bootstrap,
        &job.input,
        &[Raw::text(STORY), poison.clone(), Raw::text(STORY)],
    );
    let _worker = job.start_ready().unwrap();
    let out = collect(&job.bootstrap, &job.exits.output, 2, PATIENCE).unwrap();
    assert_eq!(out.len(), 2, "the neighbours do not notice");
    let dead = &collect(&job.bootstrap, &job.exits.dead_letters, 1, PATIENCE).unwrap()[0];
    assert_eq!(dead.payload(), poison.value.as_deref());
    assert_eq!(dead.key(), poison.key.as_deref());
    assert_eq!(headers(dead)[..2], poison.headers);
    for (name, value) in [
        ("copydesk-error-code", "bad-encoding"),
        ("copydesk-stage", "read"),
        ("copydesk-topic", "put-away.in"),
        ("copydesk-partition", "0"),
        ("copydesk-offset", "1"),
        ("copydesk-version", env!("CARGO_PKG_VERSION")),
    ] {
        assert_eq!(header(dead, name).as_deref(), Some(value), "{name}");
    }
    assert!(header(dead, "copydesk-reason").unwrap().contains("base64"));
    let time = header(dead, "copydesk-failed-at").unwrap();
    assert!(time.parse::<jiff::Timestamp>().is_ok(), "{time}");
}

#[test]
fn what_is_too_large_going_in_or_out_is_put_away_once() {
    let Some(kafka) = shared("messages that are too large") else {
        return;
    };
    let mut job = between(kafka, "large");
    job.set("limits.document_bytes", "200000")
        .set("limits.output_bytes", "100000");
    let words = |bytes: usize| "The harbor authority met again. ".repeat(bytes / 32);
    // Fits going in, and its record does not fit going out; then one that does not fit going in.
    let messages = [
        Raw::text(&words(150_000)),
        Raw::text(&words(300_000)),
        Raw::text(STORY),
    ];
    put(&job.bootstrap, &job.input, &messages);
    let mut worker = job.start_ready().unwrap();
    collect(&job.bootstrap, &job.exits.output, 1, PATIENCE).unwrap();
    let dead = collect(&job.bootstrap, &job.exits.dead_letters, 2, PATIENCE).unwrap();
    let codes: Vec<_> = dead
        .iter()
        .map(|d| header(d, "copydesk-error-code").unwrap())
        .collect();
    assert_eq!(codes, ["record-too-large", "too-large"]);
    for (dead, sent) in dead.iter().zip(&messages) {
        assert_eq!(dead.payload(), sent.value.as_deref());
    }
    let (code, _) = worker.terminate(PATIENCE).unwrap();
    assert_eq!(code, Some(0), "{}", worker.tail());
    let admin = Admin::new(&job.bootstrap).unwrap();
    assert_eq!(admin.lag(&job.group, &job.input).unwrap(), 0);
}

#[test]
fn small_records_are_not_refused_for_the_batch_they_go_in() {
    let Some(kafka) = shared("a topic that takes little at a time") else {
        return;
    };
    const MOST: &str = "20000";
    let mut job = between(kafka, "little");
    job.exits.output = topic_with(&job, "little.small", "max.message.bytes", MOST);
    // As `copydesk check` has it. Uncompressed, so that a batch is as large as its records.
    job.set("limits.output_bytes", MOST)
        .set("kafka.options.\"compression.type\"", "\"none\"");
    put(&job.bootstrap, &job.input, &stories(200));
    let mut worker = job.start_ready().unwrap();
    let out = collect(&job.bootstrap, &job.exits.output, 200, PATIENCE).unwrap();
    for (n, message) in out.iter().enumerate() {
        assert_eq!(record(message)["id"], format!("n{n}"));
    }
    // Nothing was known of the limit: the broker refuses it.
    worker.terminate(PATIENCE).unwrap();
    job.settings.remove("limits.output_bytes");
    let words = Raw::text(&"The harbor authority met again. ".repeat(1_000));
    put(&job.bootstrap, &job.input, std::slice::from_ref(&words));
    let _worker = job.start_ready().unwrap();
    let dead = &collect(&job.bootstrap, &job.exits.dead_letters, 1, PATIENCE).unwrap()[0];
    assert_eq!(
        header(dead, "copydesk-error-code").as_deref(),
        Some("record-too-large")
    );
    let reason = header(dead, "copydesk-reason").unwrap();
    assert!(reason.contains("limits.output_bytes"), "{reason}");
    assert_eq!(dead.payload(), words.value.as_deref());
}

#[test]
fn a_record_that_its_topic_can_never_take_stops_the_worker_with_advice() {
    let Some(kafka) = shared("a compacted topic") else {
        return;
    };
    let mut job = between(kafka, "compacted");
    job.exits.output = topic_with(&job, "compacted.keyed", "cleanup.policy", "compact");
    let keyless = Raw {
        key: None,
        ..Raw::text(STORY)
    };
    put(
        &job.bootstrap,
        &job.input,
        &[Raw::text(STORY), keyless, Raw::text(STORY)],
    );
    let why = cannot_publish(&job);
    assert!(why.contains("kafka.output_key"), "{why}");
    // With a key of its own nothing is lost.
    job.set("kafka.output_key", "\"id\"");
    let _worker = job.start_ready().unwrap();
    let out = collect(&job.bootstrap, &job.exits.output, 3, PATIENCE).unwrap();
    assert!(out.iter().all(|m| m.key().is_some()));
}

#[test]
fn a_dead_letter_that_its_topic_cannot_take_stops_the_worker_and_is_not_lost() {
    let Some(kafka) = shared("a dead letter that is too large") else {
        return;
    };
    let mut job = between(kafka, "heavy");
    job.exits.dead_letters = topic_with(&job, "heavy.small", "max.message.bytes", "2000");
    job.set("kafka.options.\"compression.type\"", "\"none\"");
    let poison = format!(
        r#"{{"encoding": "base64", "body": "{}"}}"#,
        "*** no *** ".repeat(500)
    );
    put(
        &job.bootstrap,
        &job.input,
        &[Raw::text(STORY), Raw::text(&poison)],
    );
    let why = cannot_publish(&job);
    assert!(
        why.contains("[0]@1 ") && why.contains("max.message.bytes"),
        "{why}"
    );
    let admin = Admin::new(&job.bootstrap).unwrap();
    assert_eq!(admin.lag(&job.group, &job.input).unwrap(), 1);
}

#[test]
fn a_client_with_room_for_one_record_gets_all_of_them() {
    let Some(kafka) = shared("a full client") else {
        return;
    };
    let mut job = between(kafka, "narrow");
    job.set("output.format", "\"ninjs\"")
        .set("kafka.output_key", "\"id\"")
        .set("kafka.options.\"queue.buffering.max.messages\"", "\"1\"");
    put(&job.bootstrap, &job.input, &stories(100));
    let worker = job.start_ready().unwrap();
    let out = collect(&job.bootstrap, &job.exits.output, 100, PATIENCE).unwrap();
    for (n, message) in out.iter().enumerate() {
        let id = format!("n{n}");
        assert_eq!(message.key(), Some(id.as_bytes()));
        assert_eq!(record(message)["uri"], format!("urn:copydesk:{id}"));
        let sidecar: Value =
            serde_json::from_str(&header(message, "copydesk-enriched").unwrap()).unwrap();
        assert_eq!(sidecar["schema"], "enriched-article/1");
    }
    let full = worker.events("backpressure.on");
    assert_eq!(full[0]["cause"], "producer-queue");
}

#[test]
fn a_pattern_takes_the_topics_there_are_and_those_that_come() {
    let Some(kafka) = shared("topics by a pattern") else {
        return;
    };
    let mut job = between(kafka, "pattern");
    job.set("kafka.input", r#"['^pattern\.wire\..*$']"#).set(
        "kafka.options.\"topic.metadata.refresh.interval.ms\"",
        "\"500\"",
    );
    let admin = Admin::new(&job.bootstrap).unwrap();
    admin.create("pattern.wire.one", 2, &[]).unwrap();
    put(&job.bootstrap, "pattern.wire.one", &[Raw::text(STORY)]);
    put(
        &job.bootstrap,
        &job.input,
        &[Raw::text("Not for this worker.\n")],
    );
    let _worker = job.start_ready().unwrap();
    collect(&job.bootstrap, &job.exits.output, 1, PATIENCE).unwrap();
    admin.create("pattern.wire.two", 2, &[]).unwrap();
    put(&job.bootstrap, "pattern.wire.two", &[Raw::text(STORY)]);
    let out = collect(&job.bootstrap, &job.exits.output, 2, PATIENCE).unwrap();
    let mut topics: Vec<_> = out
        .iter()
        .map(|m| record(m)["ingest"]["topic"].as_str().map(str::to_owned))
        .collect();
    topics.sort();
    let expected = ["pattern.wire.one", "pattern.wire.two"].map(|t| Some(t.to_owned()));
    assert_eq!(topics, expected);
}

#[test]
fn too_many_failures_in_a_row_stop_the_worker() {
    let Some(kafka) = shared("failures in a row") else {
        return;
    };
    let mut job = between(kafka, "row");
    job.set("kafka.max_consecutive_failures", "20")
        .set("limits.in_flight_articles", "100");
    let poison = Raw::text(r#"{"encoding": "base64", "body": "*** no ***"}"#);
    let messages = vec![poison; 2000];
    put(&job.bootstrap, &job.input, &messages);
    let mut worker = job.start().unwrap();
    let status = worker.wait(PATIENCE).unwrap();
    assert_eq!(status.code(), Some(5), "{}", worker.tail());
    assert_eq!(worker.events("worker.failed").len(), 1, "{}", worker.tail());
    let admin = Admin::new(&job.bootstrap).unwrap();
    let dead = admin.records(&job.exits.dead_letters).unwrap();
    // As many as it stopped for are there to be looked at, and not much more than were under way then.
    assert!((20..500).contains(&dead), "{dead} dead letters");
}

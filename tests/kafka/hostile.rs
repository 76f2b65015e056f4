//! Messages made to hurt: each ends as one record or one dead letter, in bounded time and memory.

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::messages::{Raw, between, put};
use crate::shared;
use crate::support::admin::Admin;
use crate::support::reader::{collect, header};
use crate::support::worker::{Delivery, Job};

/// All of them together, in a build without optimisation, on a machine with other work.
const PATIENCE: Duration = Duration::from_secs(120);

/// Above what the largest of these needs at once (30 MB raw, decoded, copied), far below what the
/// bombs would unpack to.
const RESIDENT: u64 = 500 << 20;

fn compressed(bytes: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let block = vec![b'a'; 1 << 20];
    for _ in 0..bytes >> 20 {
        encoder.write_all(&block).unwrap();
    }
    encoder.finish().unwrap()
}

fn json(value: String) -> Raw {
    Raw::text(&value).with("content-type", b"application/json")
}

#[test]
fn hostile_messages_cost_bounded_time_and_memory() {
    let Some(kafka) = shared("hostile input") else {
        return;
    };
    let mut job = between(kafka, "hostile");
    // As it is run, with every stage; but patient, for a build without optimisation.
    job.set("stages.disabled", "[]")
        .set("pipeline.stage_deadline_ms", "20000")
        .set("pipeline.article_deadline_ms", "30000");
    let bytes = |value: &[u8]| Raw {
        value: Some(value.to_vec()),
        ..Raw::default()
    };
    let many_headers = (0..10_000).fold(Raw::text("A short report from Northam.\n"), |raw, n| {
        raw.with(format!("x-{n}"), b"\xff")
    });
    let noise: Vec<u8> = (0..200_000u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    // The message, and the code it is put away with; None where a record may come of it as well.
    let hostile: Vec<(&str, Raw, Option<&str>)> = vec![
        (
            "30 MB of text",
            Raw::text(&"The council met. ".repeat((30 << 20) / 17)),
            Some("too-large"),
        ),
        ("an empty value", bytes(b""), Some("empty")),
        ("white space", bytes(b" \n\t \r\n"), Some("empty")),
        (
            "an empty key",
            Raw {
                key: Some(Vec::new()),
                ..Raw::text("A report from Drumfell.\n")
            },
            None,
        ),
        ("10,000 headers", many_headers, None),
        (
            "a header's key that is not UTF-8",
            Raw::text("A report from Drumfell.\n").with(b"\xff\xfe", b"\xff"),
            None,
        ),
        (
            "noise",
            Raw {
                key: Some(noise[..64].to_vec()),
                ..bytes(&noise)
            }
            .with("content-type", b"\xff\xfe"),
            None,
        ),
        ("bytes that are not UTF-8", bytes(&[0xC3; 50_000]), None),
        (
            "JSON nested 10,000 deep",
            json("[".repeat(10_000) + &"]".repeat(10_000)),
            None,
        ),
        (
            "JSON objects 10,000 deep",
            json(r#"{"body":"#.repeat(10_000) + "1" + &"}".repeat(10_000)),
            None,
        ),
        (
            "HTML nested 100,000 deep",
            Raw::text(&("<html><body>".to_owned() + &"<div>".repeat(100_000) + "end"))
                .with("content-type", b"text/html"),
            None,
        ),
        (
            "XML nested 100,000 deep",
            Raw::text(&("<?xml version=\"1.0\"?>".to_owned() + &"<a>".repeat(100_000)))
                .with("content-type", b"application/xml"),
            None,
        ),
        (
            "a gzip bomb of 1 GB",
            bytes(&compressed(1 << 30)),
            Some("too-large"),
        ),
        (
            "a gzip stream cut off",
            bytes(&compressed(1 << 20)[..200]),
            None,
        ),
    ];
    let story = Raw::text(
        "Ferry terminal reopens\n\nSAN TELMAR — The ferry terminal reopened on Friday.\n",
    )
    .with("id", b"the-last");
    let mut messages: Vec<Raw> = hostile
        .iter()
        .map(|(name, raw, _)| raw.clone().with("x-name", name.as_bytes()))
        .collect();
    messages.push(story);
    put(&job.bootstrap, &job.input, &messages);

    let start = Instant::now();
    let mut worker = job.start_ready().unwrap();
    let admin = Admin::new(&job.bootstrap).unwrap();
    if let Err(error) = admin.wait_until_caught_up(&job.group, &job.input, PATIENCE) {
        panic!("{error:#}\n{}", worker.tail());
    }
    let took = start.elapsed();
    let peak = worker.usage().peak_resident;
    let (code, _) = worker.terminate(PATIENCE).unwrap();
    assert_eq!(code, Some(0), "{}", worker.tail());
    assert!(peak < RESIDENT, "{} MB resident", peak >> 20);
    println!("{took:?}, {} MB resident", peak >> 20);

    let count = |topic: &str| usize::try_from(admin.records(topic).unwrap()).unwrap();
    let (output, dead) = (&job.exits.output, &job.exits.dead_letters);
    let out = collect(&job.bootstrap, output, count(output), PATIENCE).unwrap();
    let dead = collect(&job.bootstrap, dead, count(dead), PATIENCE).unwrap();
    for (name, raw, code) in &hostile {
        let named =
            |m: &&rdkafka::message::OwnedMessage| header(m, "x-name").as_deref() == Some(name);
        let records = out.iter().filter(named).count();
        let letters: Vec<_> = dead.iter().filter(named).collect();
        assert_eq!(
            records + letters.len(),
            1,
            "{name}: {records} records, {} dead letters",
            letters.len()
        );
        let found = letters
            .first()
            .and_then(|m| header(m, "copydesk-error-code"));
        println!("{name}: {}", found.as_deref().unwrap_or("a record"));
        if let Some(code) = code {
            assert_eq!(found.as_deref(), Some(*code), "{name}");
        }
        if let Some(letter) = letters.first() {
            use rdkafka::message::Message;
            assert_eq!(letter.payload(), raw.value.as_deref(), "{name}: untouched");
        }
    }
    assert!(
        out.iter()
            .any(|m| header(m, "raw-id").as_deref() == Some("the-last"))
    );
}

/// A feed with so many items of so many sentences, in one message.
fn feed(items: usize, sentences: usize) -> Raw {
    let mut feed = "<rss version='2.0'><channel><title>Harbour News</title>".to_owned();
    for n in 0..items {
        let sentence = format!(
            "The ferry of Northam made its crossing number {n} on Friday, with all aboard. "
        );
        feed.push_str(&format!(
            "<item><guid>{n}</guid><title>Ferry {n}</title><description>{}</description></item>",
            sentence.repeat(sentences)
        ));
    }
    feed.push_str("</channel></rss>");
    Raw {
        key: Some(b"feed".to_vec()),
        ..Raw::text(&feed).with("content-type", b"application/rss+xml")
    }
}

/// Items of the feed; in a build for release `COPYDESK_FEED_ITEMS=100000` takes a few seconds.
const ITEMS: usize = 10_000;

/// Above what the worker needs for anything, far below what all records of the feed weigh.
const RESIDENT_WITH_FEED: u64 = 250 << 20;

#[test]
fn a_feed_in_one_message_is_a_record_for_each_item_in_their_order() {
    let Some(kafka) = shared("a long feed") else {
        return;
    };
    let items = std::env::var("COPYDESK_FEED_ITEMS").map_or(ITEMS, |n| n.parse().unwrap());
    let mut job = between(kafka, "feed");
    job.set("pipeline.article_deadline_ms", "120000");
    let message = feed(items, 1);
    let bytes = message.value.as_ref().map_or(0, Vec::len);
    put(&job.bootstrap, &job.input, &[message]);

    let mut worker = job.start_ready().unwrap();
    let admin = Admin::new(&job.bootstrap).unwrap();
    if let Err(error) = admin.wait_until_caught_up(&job.group, &job.input, PATIENCE) {
        panic!("{error:#}\n{}", worker.tail());
    }
    let peak = worker.usage().peak_resident;
    assert_eq!(worker.terminate(PATIENCE).unwrap().0, Some(0));
    println!(
        "{items} items of {} MB, {} MB resident",
        bytes >> 20,
        peak >> 20
    );
    assert!(peak < RESIDENT_WITH_FEED, "{} MB resident", peak >> 20);
    assert_came_out(&job, items);
    assert_eq!(admin.records(&job.exits.output).unwrap(), items as i64);
    assert_eq!(admin.records(&job.exits.dead_letters).unwrap(), 0);
}

/// Each item of a feed has come out once, in its order.
fn assert_came_out(job: &Job, items: usize) {
    let out = collect(&job.bootstrap, &job.exits.output, items, PATIENCE).unwrap();
    let headlines = out.iter().map(|m| {
        use rdkafka::message::Message;
        let record: serde_json::Value = serde_json::from_slice(m.payload().unwrap()).unwrap();
        record["headline"].as_str().unwrap().to_owned()
    });
    assert!(headlines.eq((0..items).map(|n| format!("Ferry {n}"))));
}

#[test]
fn a_feed_in_one_transaction_comes_out_whole_or_as_one_dead_letter() {
    let Some(kafka) = shared("a feed in one transaction") else {
        return;
    };
    let mut job = between(kafka, "whole-feed");
    job.delivery = Delivery::ExactlyOnce;
    job.set("limits.in_flight_bytes", &(16 << 20).to_string());
    // Twice what may be held, and less when it is compressed.
    let message = feed(ITEMS, 20);
    put(&job.bootstrap, &job.input, std::slice::from_ref(&message));
    let mut worker = job.start_ready().unwrap();
    let admin = Admin::new(&job.bootstrap).unwrap();
    if let Err(error) = admin.wait_until_caught_up(&job.group, &job.input, PATIENCE) {
        panic!("{error:#}\n{}", worker.tail());
    }
    let peak = worker.usage().peak_resident;
    assert_eq!(worker.terminate(PATIENCE).unwrap().0, Some(0));
    assert_came_out(&job, ITEMS);
    let stats = worker.events("stats");
    let weight = stats.last().unwrap()["out_bytes"].as_u64().unwrap();
    println!("{} MB of records, {} MB resident", weight >> 20, peak >> 20);
    assert!(weight > 32 << 20, "{weight} bytes of records");

    // More than may be held, however it is.
    job.set("limits.in_flight_bytes", &(1 << 20).to_string());
    put(&job.bootstrap, &job.input, &[message]);
    let _worker = job.start_ready().unwrap();
    let dead = &collect(&job.bootstrap, &job.exits.dead_letters, 1, PATIENCE).unwrap()[0];
    let said = |name| header(dead, name).unwrap();
    assert_eq!(said("copydesk-offset"), "1");
    assert_eq!(said("copydesk-error-code"), "too-many-records");
    assert_eq!(said("copydesk-published"), "0");
    assert!(said("copydesk-reason").contains("limits.in_flight_bytes"));
    let one_more = collect(
        &job.bootstrap,
        &job.exits.output,
        ITEMS + 1,
        Duration::from_secs(5),
    );
    let why = one_more.unwrap_err().to_string();
    assert!(why.starts_with("10000 of 10001"), "{why}");
}

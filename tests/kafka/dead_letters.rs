//! The command that lists and replays dead letters.

use std::process::{Command, Output};
use std::time::{Duration, Instant};

use rdkafka::message::Message;
use rdkafka::producer::{BaseRecord, Producer, ThreadedProducer};

use super::messages::{Raw, between, put};
use crate::shared;
use crate::support::admin::{Admin, quiet};
use crate::support::reader::{Exits, collect, header};
use crate::support::worker::{Delivery, Job};

const PATIENCE: Duration = Duration::from_secs(60);

/// A letter as the worker puts it away.
fn letter(job: &Job, code: &str, number: usize) -> Raw {
    Raw::text("What the harbor authority said.\n")
        .with("id", format!("n{number}").as_bytes())
        .with("copydesk-error-code", code.as_bytes())
        .with("copydesk-topic", job.input.as_bytes())
        .with("copydesk-failed-at", b"2026-03-02T09:30:00Z")
}

/// Runs `copydesk dead-letters` with these words.
fn run(job: &Job, words: &str) -> Output {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("copydesk.toml");
    // A worker whose input is a pattern does not see its own dead letters; this command does.
    let text = format!(
        "[kafka]\nbrokers = {:?}\ngroup = {:?}\ninput = ['^other\\..*$']\ndead_letters = {:?}\n",
        job.bootstrap, job.group, job.exits.dead_letters
    );
    std::fs::write(&file, text).unwrap();
    Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .arg("dead-letters")
        .args(words.split(' '))
        .arg("--config")
        .arg(&file)
        .output()
        .unwrap()
}

/// What it prints when all is well.
fn says(job: &Job, words: &str) -> String {
    let output = run(job, words);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, error) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{words}: {out}{error}");
    assert_eq!(error, "", "{words}");
    out
}

/// The places of the letters it lists.
fn places(job: &Job, words: &str) -> Vec<String> {
    let listed = says(job, words);
    let place = |line: &str| line.split('\t').next().unwrap().to_owned();
    listed.lines().map(place).collect()
}

#[test]
fn a_letter_is_replayed_once_unless_asked_for_again() {
    let Some(kafka) = shared("replays") else {
        return;
    };
    let job = between(kafka, "replays");
    let admin = Admin::new(&job.bootstrap).unwrap();
    let dead = &job.exits.dead_letters;
    let letters: Vec<Raw> = (0..3).map(|n| letter(&job, "timed-out", n)).collect();
    put(&job.bootstrap, dead, &letters);
    let memory = || admin.committed("replays-dead-letters", dead).unwrap();

    assert!(says(&job, "replay --dry-run").ends_with("3 would be sent\n"));
    assert!(memory().is_empty());
    assert_eq!(says(&job, "replay"), "3 sent\n");
    assert_eq!(memory()[&0], 3);
    assert_eq!(
        says(&job, "replay"),
        "0 sent, 3 left: replayed before; --again sends them too\n"
    );
    put(&job.bootstrap, dead, &[letter(&job, "timed-out", 3)]);
    assert_eq!(places(&job, "list --not-replayed"), ["0@3"]);
    let listed = says(&job, "list");
    let marked: Vec<bool> = listed.lines().map(|l| l.ends_with("\treplayed")).collect();
    assert_eq!(marked, [true, true, true, false]);
    assert_eq!(
        says(&job, "replay --limit 9"),
        "1 sent, 3 left: replayed before; --again sends them too\n"
    );
    assert_eq!(admin.records(&job.input).unwrap(), 4);
    assert_eq!(says(&job, "replay --again"), "4 sent\n");

    let back = collect(&job.bootstrap, &job.input, 8, PATIENCE).unwrap();
    let ids: Vec<_> = back.iter().map(|m| header(m, "id").unwrap()).collect();
    assert_eq!(ids, ["n0", "n1", "n2", "n3", "n0", "n1", "n2", "n3"]);
    let replays = |m| header(m, "copydesk-replays");
    assert!(back.iter().all(|m| replays(m).as_deref() == Some("1")));
}

#[test]
fn an_old_letter_is_not_deleted_for_its_age_where_it_is_sent() {
    let Some(kafka) = shared("replays of old letters") else {
        return;
    };
    let job = between(kafka, "old-letters");
    let admin = Admin::new(&job.bootstrap).unwrap();
    let week = ("retention.ms", "604800000");
    admin.alter(&job.input, &[week]).unwrap();
    let now = jiff::Timestamp::now().as_millisecond();
    let at = |number, timestamp| Raw {
        timestamp: Some(timestamp),
        ..letter(&job, "timed-out", number)
    };
    let letters = [at(0, 1_770_000_000_123), at(1, now - 3_600_000)];
    put(&job.bootstrap, &job.exits.dead_letters, &letters);
    assert_eq!(says(&job, "replay"), "2 sent\n");
    let back = collect(&job.bootstrap, &job.input, 2, PATIENCE).unwrap();
    let times: Vec<i64> = back
        .iter()
        .map(|m| m.timestamp().to_millis().unwrap())
        .collect();
    assert!((now..now + 60_000).contains(&times[0]), "{times:?}");
    assert_eq!(times[1], now - 3_600_000);
}

#[test]
fn what_a_filter_leaves_is_still_to_be_replayed() {
    let Some(kafka) = shared("replays by code") else {
        return;
    };
    let job = between(kafka, "by-code");
    let admin = Admin::new(&job.bootstrap).unwrap();
    let dead = &job.exits.dead_letters;
    // A marker of its transaction comes after every letter: they lie at 0, 2, 4, …
    let producer: ThreadedProducer<_> = quiet(&job.bootstrap)
        .set("transactional.id", "by-code")
        .create()
        .unwrap();
    producer.init_transactions(PATIENCE).unwrap();
    for (number, code) in ["a", "b", "b", "a", "b", "a"].into_iter().enumerate() {
        let raw = letter(&job, code, number);
        let headers: copydesk::kafka::headers::Headers = raw
            .headers
            .iter()
            .map(|(k, v)| (&k[..], Some(&v[..])))
            .collect();
        producer.begin_transaction().unwrap();
        let mut record: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(dead);
        record.payload = raw.value.as_deref();
        record.headers = Some(headers.to_client(0, |_| true));
        producer.send(record).map_err(|(e, _)| e).unwrap();
        producer.commit_transaction(PATIENCE).unwrap();
    }
    let memory = || admin.committed("by-code-dead-letters", dead).unwrap()[&0];

    assert_eq!(says(&job, "replay --code b"), "3 sent\n");
    assert_eq!(memory(), 0);
    let left = places(&job, "list --not-replayed");
    assert_eq!(left, ["0@0", "0@6", "0@10"]);
    assert_eq!(says(&job, "replay --code a --limit 1"), "1 sent\n");
    assert_eq!(memory(), 5, "all letters before 6, where it did not come");
    assert_eq!(places(&job, "list --not-replayed --code a"), left[1..]);
    assert_eq!(
        says(&job, "replay"),
        "2 sent, 4 left: replayed before; --again sends them too\n"
    );
    assert_eq!(memory(), 11);
    let back = collect(&job.bootstrap, &job.input, 6, PATIENCE).unwrap();
    let ids: Vec<_> = back.iter().map(|m| header(m, "id").unwrap()).collect();
    assert_eq!(ids, ["n1", "n2", "n4", "n0", "n3", "n5"]);
}

#[test]
fn a_letter_is_not_sent_when_that_could_not_be_remembered() {
    let Some(kafka) = shared("replays past what can be remembered") else {
        return;
    };
    let job = between(kafka, "fragments");
    let admin = Admin::new(&job.bootstrap).unwrap();
    let code = |n| if n % 2 == 0 { "a" } else { "b" };
    let letters: Vec<Raw> = (0..5_000).map(|n| letter(&job, code(n), n)).collect();
    put(&job.bootstrap, &job.exits.dead_letters, &letters);
    let output = run(&job, "replay --code b");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(
        error.contains("0@4097") && error.contains("--since"),
        "{error}"
    );
    // "1,1,1,…" in 4,096 bytes.
    assert_eq!(admin.records(&job.input).unwrap(), 2_048);
    assert_eq!(
        places(&job, "list --not-replayed --code b").len(),
        2_500 - 2_048
    );
    // As it advises.
    assert_eq!(says(&job, "replay --code a --limit 2000"), "2000 sent\n");
    let rest = says(&job, "replay --code b");
    assert!(rest.starts_with("452 sent, 2048 left"), "{rest}");
}

#[test]
fn without_a_broker_it_says_once_what_is_wrong_and_what_to_do() {
    let exits = Exits {
        output: "away.out".to_owned(),
        dead_letters: "away.dead".to_owned(),
    };
    let job = Job::new(
        "127.0.0.1:1",
        "away",
        "away.in",
        &exits,
        Delivery::AtLeastOnce,
    );
    let start = Instant::now();
    let output = run(&job, "list");
    assert!(start.elapsed() < Duration::from_secs(20));
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(
        error.contains("kafka.brokers = \"127.0.0.1:1\"") && error.contains("write host:port"),
        "{error}"
    );
}

use std::time::Duration;

use serde_json::{Map, Value};

use super::events::*;
use super::log::tests::logged;
use super::{Fate, Gauges};
use crate::config::{LogFormat, LogLevel, RawSettings};
use crate::kafka::Exit;

/// Emits one event of every kind, with values that show where each goes.
fn emit_all() {
    let scope = Scope {
        key: Some("k1".into()),
        trace_id: Some("4bf92f3577b34da6a3ce929d0e0e4736".into()),
        ..Scope::at("news.raw", 3, 1042)
    };
    let partitions = vec!["news.raw-0".to_owned(), "news.raw-3".to_owned()];
    WorkerStarted {
        pid: 7,
        threads: 2,
        stages: vec!["language".into()],
        input: vec!["news.raw".into()],
        output: "news.enriched".into(),
        dead_letters: "news.dead-letters".into(),
        delivery: "exactly-once".into(),
        order: "key".into(),
    }
    .emit();
    ConfigLoaded {
        file: Some("config/copydesk.toml".into()),
        settings: RawSettings::default(),
    }
    .emit();
    WorkerReady { ms: 431 }.emit();
    WorkerNotReady {
        reason: "no broker answers".into(),
    }
    .emit();
    AssignmentAdded {
        generation: 2,
        partitions: partitions.clone(),
    }
    .emit();
    AssignmentRevoked {
        generation: 3,
        partitions: partitions.clone(),
        drain_ms: 12,
        drained: 40,
        abandoned: 0,
    }
    .emit();
    AssignmentLost {
        generation: 4,
        partitions,
        abandoned: 17,
    }
    .emit();
    TxnCommitted {
        txn_seq: 9,
        records: 1000,
        ms: 8,
    }
    .emit();
    TxnAborted {
        txn_seq: 10,
        records: 12,
        ms: 30,
        cause: "partitions lost".into(),
        error_code: None,
    }
    .emit();
    TxnFenced {
        transactional_id: "copydesk-desk-1".into(),
        cause: "producer fenced".into(),
    }
    .emit();
    ArticleFailed {
        scope: scope.clone(),
        stage: "entities".into(),
        error_kind: "stage".into(),
        error_code: "timed-out".into(),
        attempt: 1,
        error: None,
    }
    .emit();
    ArticleDeadLettered {
        scope: scope.clone(),
        stage: "read".into(),
        error_kind: "input".into(),
        error_code: "not-text".into(),
        attempt: 1,
        reason: "the bytes are an image".into(),
        dead_letter_topic: "news.dead-letters".into(),
        dead_letter_partition: Some(1),
        dead_letter_offset: Some(5),
    }
    .emit();
    ArticleRetried {
        scope,
        attempt: 2,
        error_kind: "broker".into(),
        error_code: "queue-full".into(),
    }
    .emit();
    ArticlesLost {
        topic: "news.raw".into(),
        partition: 3,
        from_offset: 10,
        to_offset: 110,
        count: 100,
    }
    .emit();
    BackpressureOn {
        cause: "in-flight bytes".into(),
    }
    .emit();
    BackpressureOff {
        cause: "in-flight bytes".into(),
        ms: 84,
    }
    .emit();
    BrokerDown {
        broker: "kafka:9092/1".into(),
        error_code: "transport".into(),
        error: "connection refused".into(),
    }
    .emit();
    BrokerUp {
        broker: "kafka:9092/1".into(),
        ms: 5012,
    }
    .emit();
    ClientLog {
        client: "consumer".into(),
        facility: "SASL".into(),
        error_code: "log".into(),
        text: "password hunter2 was sent".into(),
    }
    .emit();
    Stalled {
        topic: "news.raw".into(),
        partition: 3,
        offset: 1042,
        stage: Some("work".into()),
        ms: 30_000,
    }
    .emit();
    WorkerFailed {
        error_kind: "broker".into(),
        error_code: "authentication".into(),
        error: "the broker refuses the password of user desk".into(),
        exit_code: Exit::Broker.code(),
    }
    .emit();
    SignalIgnored {
        signal: "SIGHUP".into(),
        advice: "restart to change the configuration".into(),
    }
    .emit();
    ShutdownBegin {
        reason: "SIGTERM".into(),
    }
    .emit();
    ShutdownEnd {
        reason: "SIGTERM".into(),
        drained: 40,
        abandoned: 0,
        ms: 310,
        exit_code: 0,
    }
    .emit();
}

fn parse(lines: &str) -> Vec<Map<String, Value>> {
    lines
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

#[test]
fn event_lines() {
    let mut lines = parse(&logged(LogFormat::Json, LogLevel::Debug, |_| emit_all()));
    for line in &mut lines {
        assert!(
            line["ts"]
                .as_str()
                .unwrap()
                .parse::<jiff::Timestamp>()
                .is_ok()
        );
        line["ts"] = "[ts]".into();
        line["version"] = "[version]".into();
        if line["event"] == "config.loaded" {
            line["settings"] = "[settings]".into();
        }
    }
    let text: Vec<String> = lines
        .iter()
        .map(|l| Value::Object(l.clone()).to_string())
        .collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn stats_line() {
    let stats = super::Stats::new(["language", "entities"]);
    stats.taken(1000);
    stats.stage("language", Duration::from_millis(2));
    stats.finished(
        1000,
        Duration::from_millis(5),
        Fate::Published {
            records: 1,
            bytes: 3000,
        },
    );
    stats.committed(Duration::from_millis(8));
    let gauges = Gauges {
        lag_total: Some(12),
        lag_max: Some(7),
        oldest: Some(Duration::from_millis(40)),
        queue_bytes: 512,
        broker_rtt_ms: Some(0.4),
    };
    let written = logged(LogFormat::Json, LogLevel::Info, |_| {
        Stats {
            line: stats.line(&gauges),
        }
        .emit();
    });
    let mut line = parse(&written).remove(0);
    for changing in ["ts", "version", "msg", "in_rate", "out_rate", "rss"] {
        line[changing] = format!("[{changing}]").into();
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&line).unwrap());
}

#[test]
fn every_event_is_emitted_by_the_snapshot() {
    let lines = parse(&logged(LogFormat::Json, LogLevel::Debug, |_| emit_all()));
    for entry in CATALOGUE {
        let apart = ["stats", "errors.suppressed"].contains(&entry.name);
        let there = apart || lines.iter().any(|l| l["event"] == entry.name);
        assert!(there, "{} is in no snapshot", entry.name);
    }
}

#[test]
fn secrets_are_taken_out_of_every_line() {
    for format in [LogFormat::Json, LogFormat::Text] {
        let written = logged(format, LogLevel::Debug, |_| {
            emit_all();
            tracing::error!(user = "desk", "login with hunter2 failed");
        });
        assert!(!written.contains("hunter2") && written.contains("[redacted]"));
    }
}

#[test]
fn thick_lines_are_counted_and_reported() {
    let written = logged(LogFormat::Json, LogLevel::Info, |log| {
        for offset in 0..250 {
            ArticleRetried {
                scope: Scope::at("news.raw", 0, offset),
                attempt: 1,
                error_kind: "broker".into(),
                error_code: "queue-full".into(),
            }
            .emit();
        }
        log.flush();
    });
    let lines = parse(&written);
    let written = lines
        .iter()
        .filter(|l| l["event"] == "article.retried")
        .count();
    let last = lines.last().unwrap();
    assert_eq!(last["event"], "errors.suppressed");
    assert_eq!(last["suppressed"], "article.retried");
    assert_eq!(last["error_code"], "queue-full");
    assert_eq!(last["count"].as_u64().unwrap() + written as u64, 250);
}

#[test]
fn text_on_a_terminal_is_one_line_an_event() {
    let written = logged(LogFormat::Text, LogLevel::Info, |_| {
        WorkerReady { ms: 431 }.emit();
        WorkerNotReady {
            reason: "two\nlines".into(),
        }
        .emit();
    });
    let lines: Vec<_> = written
        .lines()
        .map(|l| l.split_once(' ').unwrap().1)
        .collect();
    assert_eq!(
        lines,
        [
            "INFO  worker.ready           ready after 431 ms",
            "WARN  worker.not_ready       two lines"
        ]
    );
}

#[test]
fn levels_are_kept() {
    let written = logged(LogFormat::Json, LogLevel::Error, |_| emit_all());
    assert!(parse(&written).iter().all(|l| l["level"] == "error"));
    assert!(!written.is_empty());
}

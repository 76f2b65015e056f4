use std::time::Duration;

use serde_json::{Map, Value};

use super::events::*;
use super::log::tests::logged;
use super::metrics::{self, CATALOGUE as METRICS, Count, EVENTS, Kind};
use super::{Gauges, MemoryGauges, MessageOutcome, PartitionLag, WorkerInfo};

const MEMORY: MemoryGauges = MemoryGauges {
    entries: 1_400_000,
    bytes: 1_300_000_000,
    days: 8,
    lag: 3,
    waiting: 12,
};
use crate::config::{Fault, LogFormat, LogLevel, RawSettings};
use crate::engine::tests::bare_record;
use crate::kafka::Exit;
use crate::record::EnrichedArticle;

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
    ConfigFault {
        fault: Fault {
            origin: Some("copydesk.toml:12".into()),
            ..Fault::new(
                "kafka.delivery",
                "write \"at-least-once\" or \"exactly-once\"",
            )
            .value("\"once\"")
        },
    }
    .emit();
    WorkerReady { ms: 431 }.emit();
    WorkerNotReady {
        reason: "no broker answers".into(),
        since: None,
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
    PartitionsUnowned {
        topic: "news.raw".into(),
        partitions: vec![1, 4],
        ms: 40_000,
        action: "rejoining the group".into(),
    }
    .emit();
    for (cause, from_offset, to_offset) in [
        ("topic-recreated", Some(800), Some(0)),
        ("beyond-end", Some(800), Some(790)),
        ("below-start", Some(800), None),
    ] {
        PositionReset {
            topic: "news.raw".into(),
            partition: 3,
            from_offset,
            to_offset,
            cause: cause.into(),
        }
        .emit();
    }
    ConsumerReplaced {
        cause: "this static member was fenced by its own return".into(),
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
    TxnSwept {
        partitions: 12,
        ms: 31,
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
    NotArticle {
        scope: scope.clone(),
        action: "drop".into(),
        flags: vec!["login-page".into(), "not-article".into()],
        url: Some("https://news.example/login".into()),
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
    RecordRefused {
        scope,
        error_code: "InvalidTimestamp".into(),
        action: "sent with a new timestamp".into(),
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
    TopicLimits {
        topic: "news.enriched".into(),
        setting: "max.message.bytes".into(),
        value: "1048588".into(),
        configured: "limits.output_bytes = 4194304".into(),
        action: "larger records become dead letters".into(),
    }
    .emit();
    SchemaRegistered {
        subject: "news.enriched-value".into(),
        id: 7,
        url: "http://registry:8081/schemas/ids/7".into(),
        ms: 40,
    }
    .emit();
    MemoryLoading {
        entries: 120_000,
        of: 1_400_000,
        ms: 5_012,
    }
    .emit();
    MemoryLoaded {
        entries: 1_399_000,
        links: 1_398_950,
        bytes: 1_300_000_000,
        ms: 52_100,
    }
    .emit();
    MemoryFull {
        entries: 1_312_500,
        bytes: 1_006_632_960,
        days: 6,
    }
    .emit();
    MemorySkipped {
        topic: "news.enriched.index".into(),
        offset: 1042,
        error: "an entry that breaks off".into(),
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
    TracesNotSent {
        error: "connection refused".into(),
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
        advice: "restart the worker to have it read its configuration again".into(),
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

/// A record with a flag that there is, and one that there is not.
fn doubtful_record() -> EnrichedArticle {
    let mut record = bare_record();
    record.quality.flags = vec!["truncated".into(), "of-another-program".into()];
    record
}

#[test]
fn records_are_counted_by_what_they_are() {
    let stats = super::Stats::new([]);
    for _ in 0..3 {
        stats.made(&doubtful_record());
    }
    let text = stats.render(&Gauges::default());
    for sample in [
        "copydesk_records_by_format_total{format=\"text\"} 3",
        "copydesk_records_by_status_total{status=\"canceled\"} 0",
        "copydesk_records_by_status_total{status=\"usable\"} 3",
        "copydesk_records_by_language_total{language=\"none\"} 3",
        "copydesk_record_flags_total{flag=\"truncated\"} 3",
        "copydesk_record_flags_total{flag=\"other\"} 3",
    ] {
        assert!(text.lines().any(|line| line == sample), "{sample}\n{text}");
    }
}

fn lag(topic: &str, partition: i32, messages: Option<u64>) -> PartitionLag {
    PartitionLag {
        topic: topic.into(),
        partition,
        messages,
    }
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
        MessageOutcome::Published {
            records: 1,
            bytes: 3000,
        },
    );
    stats.latency(Duration::from_secs(70));
    stats.committed(Duration::from_millis(8));
    let gauges = Gauges {
        partitions: vec![lag("news.raw", 0, Some(5)), lag("news.raw", 3, Some(7))],
        unowned: Some(0),
        oldest: Some(Duration::from_millis(40)),
        queue_bytes: 512,
        broker_rtt_ms: Some(0.4),
        throttle_ms: Some(120),
        memory: Some(MEMORY),
        ..Gauges::default()
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
            RecordRefused {
                scope: Scope::at("news.raw", 0, offset),
                error_code: "queue-full".into(),
                action: "sent again alone".into(),
            }
            .emit();
        }
        log.flush();
    });
    let lines = parse(&written);
    let written = lines
        .iter()
        .filter(|l| l["event"] == "record.refused")
        .count();
    let last = lines.last().unwrap();
    assert_eq!(last["event"], "errors.suppressed");
    assert_eq!(last["suppressed"], "record.refused");
    assert_eq!(last["error_code"], "queue-full");
    assert_eq!(last["count"].as_u64().unwrap() + written as u64, 250);
}

#[test]
fn what_other_code_logs_is_limited_too_unless_it_was_asked_for() {
    let written = logged(LogFormat::Json, LogLevel::Debug, |log| {
        for _ in 0..30 {
            tracing::warn!(target: "librdkafka", "FAIL");
            tracing::debug!(target: "librdkafka", "sent");
        }
        log.flush();
    });
    let lines = parse(&written);
    let of = |level: &str| lines.iter().filter(|l| l["level"] == level).count();
    assert_eq!((of("warn"), of("debug")), (11, 30));
    let last = lines.last().unwrap();
    assert_eq!(
        last["msg"].as_str().unwrap().split(" in ").next(),
        Some("20 more of log librdkafka")
    );
}

#[test]
fn text_on_a_terminal_is_one_line_an_event() {
    let written = logged(LogFormat::Text, LogLevel::Info, |_| {
        WorkerReady { ms: 431 }.emit();
        WorkerNotReady {
            reason: "two\nlines".into(),
            since: None,
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

/// Counts of a label value that no other test uses: the counts are the process's.
fn counted(metric: &metrics::Metric, value: &str) -> u64 {
    let counts = EVENTS.of(metric).into_iter();
    let own = counts.filter(|(labels, _)| labels.iter().any(|l| l == value));
    own.map(|(_, count)| count).sum()
}

#[test]
fn events_are_counted_whether_or_not_their_line_is_written() {
    let failed = ArticleFailed {
        scope: Scope::at("news.raw", 0, 0),
        stage: "counted-in-a-test".into(),
        error_kind: "timed-out".into(),
        error_code: "stage-timed-out".into(),
        attempt: 1,
        error: None,
    };
    let lines = logged(LogFormat::Json, LogLevel::Warn, |_| {
        (0..250).for_each(|_| failed.emit());
    });
    assert_eq!(lines.lines().count(), 10);
    logged(LogFormat::Json, LogLevel::Error, |_| failed.emit());
    failed.emit();
    assert_eq!(counted(metrics::STAGE_FAILURES, "counted-in-a-test"), 252);
}

#[test]
fn each_event_moves_its_own_counter() {
    let said = |text: &str, code: &str| ClientLog {
        client: "producer".into(),
        facility: text.into(),
        error_code: code.into(),
        text: text.into(),
    };
    assert_eq!(said("FAIL", "").count(), None);
    let aborted = |code: Option<&str>| TxnAborted {
        txn_seq: 1,
        records: 0,
        ms: 0,
        cause: "partitions lost".into(),
        error_code: code.map(str::to_owned),
    };
    let lost = ArticlesLost {
        topic: "news.raw".into(),
        partition: 0,
        from_offset: 10,
        to_offset: 110,
        count: 100,
    };
    let generation = 1;
    let partitions = Vec::new();
    let added = AssignmentAdded {
        generation,
        partitions: partitions.clone(),
    };
    let gone = AssignmentLost {
        generation,
        partitions,
        abandoned: 0,
    };
    for (got, metric, labels, by) in [
        (
            said("error", "Resolve").count(),
            metrics::CLIENT_ERRORS,
            vec!["producer", "Resolve"],
            1,
        ),
        (
            aborted(None).count(),
            metrics::TRANSACTIONS_ABORTED,
            vec!["none"],
            1,
        ),
        (
            aborted(Some("Fenced")).count(),
            metrics::TRANSACTIONS_ABORTED,
            vec!["Fenced"],
            1,
        ),
        (lost.count(), metrics::MESSAGES_LOST, vec![], 100),
        (added.count(), metrics::REBALANCES, vec!["added"], 1),
        (gone.count(), metrics::REBALANCES, vec!["lost"], 1),
    ] {
        let labels = labels.into_iter().map(str::to_owned).collect();
        assert_eq!(got, Some(Count { metric, labels, by }));
    }
}

#[test]
fn metrics_have_help_and_type_and_are_those_documented() {
    emit_all();
    let stats = super::Stats::new(["language"]);
    stats.taken(10);
    let letter = MessageOutcome::DeadLettered {
        error_code: "empty",
    };
    stats.finished(10, Duration::from_millis(3), letter);
    let gauges = Gauges {
        partitions: vec![lag("news.raw", 0, Some(5))],
        unowned: Some(2),
        oldest: Some(Duration::from_millis(40)),
        queue_bytes: 512,
        broker_rtt_ms: Some(0.4),
        throttle_ms: Some(0),
        memory: Some(MEMORY),
        ready: Some(true),
        worker: Some(WorkerInfo {
            name: "desk-1".into(),
            group: "copydesk".into(),
            delivery: "exactly-once".into(),
            in_flight_messages: 8000,
            in_flight_bytes: 64 << 20,
        }),
    };
    stats.made(&doubtful_record());
    let text = stats.render(&gauges);
    let mut seen = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(head) = lines.next() {
        let (name, help) = head
            .strip_prefix("# HELP ")
            .unwrap()
            .split_once(' ')
            .unwrap();
        let metric = METRICS.iter().find(|m| m.name == name).unwrap();
        assert_eq!(help, metric.help());
        let kind = metric.kind.as_str();
        assert_eq!(lines.next(), Some(&*format!("# TYPE {name} {kind}")));
        let mut samples = 0;
        while let Some(sample) = lines.next_if(|l| !l.starts_with('#')) {
            let (series, value) = sample.rsplit_once(' ').unwrap();
            assert!(value.parse::<f64>().unwrap().is_finite(), "{sample}");
            let (own, labels) = series.split_once('{').unwrap_or((series, ""));
            let base = match metric.kind {
                Kind::Histogram => ["_bucket", "_sum", "_count"]
                    .iter()
                    .find_map(|end| own.strip_suffix(end)),
                _ => Some(own),
            };
            assert_eq!(base, Some(name), "{sample}");
            assert!(
                metric
                    .labels
                    .iter()
                    .all(|l| labels.contains(&format!("{l}=\"")))
            );
            samples += 1;
        }
        assert!(samples > 0, "{name}");
        seen.push(name);
    }
    let all: Vec<_> = METRICS.iter().map(|m| m.name).collect();
    if cfg!(target_os = "linux") {
        assert_eq!(seen, all);
    }
}

#[test]
fn what_is_unknown_or_gone_is_absent() {
    let stats = super::Stats::new([]);
    let series = |gauges: &Gauges, name: &str| -> Vec<String> {
        let text = stats.render(gauges);
        let own = text.lines().filter(|l| l.starts_with(name));
        own.map(str::to_owned).collect()
    };
    let mut gauges = Gauges {
        partitions: vec![lag("news.raw", 0, Some(5)), lag("news.raw", 3, None)],
        ..Gauges::default()
    };
    for name in ["copydesk_lag_", "copydesk_unowned", "copydesk_broker_"] {
        assert_eq!(series(&gauges, name), [""; 0], "{name}");
    }
    let line = stats.line(&gauges);
    assert_eq!(
        (line.lag_total, line.lag_max, line.assigned),
        (None, None, 2)
    );
    let partitions = "copydesk_partition_lag_messages";
    let first = format!("{partitions}{{topic=\"news.raw\",partition=\"0\"}} 5");
    assert_eq!(series(&gauges, partitions), [first]);
    gauges.partitions[1].messages = Some(7);
    gauges.partitions.remove(0);
    let second = format!("{partitions}{{topic=\"news.raw\",partition=\"3\"}} 7");
    assert_eq!(series(&gauges, partitions), [second]);
    assert_eq!(
        series(&gauges, "copydesk_lag_messages"),
        ["copydesk_lag_messages 7"]
    );
    assert_eq!(
        series(&gauges, "copydesk_assigned"),
        ["copydesk_assigned_partitions 1"]
    );
    gauges.partitions.clear();
    assert_eq!(series(&gauges, "copydesk_lag_"), [""; 0]);
}

#[test]
fn a_pause_counts_while_it_lasts() {
    let stats = super::Stats::new([]);
    let paused = || -> f64 {
        let text = stats.render(&Gauges::default());
        let line = text
            .lines()
            .find(|l| l.starts_with("copydesk_paused_seconds "));
        line.unwrap().rsplit_once(' ').unwrap().1.parse().unwrap()
    };
    assert!(paused() < f64::EPSILON);
    let began = std::time::Instant::now()
        .checked_sub(Duration::from_secs(5))
        .unwrap();
    stats.pause(began);
    stats.pause(std::time::Instant::now());
    let first = paused();
    assert!((5.0..6.0).contains(&first), "{first}");
    assert!(stats.line(&Gauges::default()).paused_ms >= 5000);
    std::thread::sleep(Duration::from_millis(5));
    assert!(paused() > first);
    stats.resume();
    let whole = paused();
    std::thread::sleep(Duration::from_millis(5));
    assert!((paused() - whole).abs() < f64::EPSILON);
    assert!(stats.line(&Gauges::default()).paused_ms < 1000);
}

#[test]
fn the_operators_page_names_events_that_there_are() {
    let page = include_str!("../../deploy/operating.md");
    let (_, table) = page.split_once("| event | says |\n|---|---|\n").unwrap();
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    let mut named = 0;
    for row in rows {
        let events = row.split('|').nth(1).unwrap();
        let mut family = "";
        for name in events.split('`').skip(1).step_by(2) {
            let full = match name.strip_prefix('.') {
                Some(_) => format!("{family}{name}"),
                None => name.to_owned(),
            };
            assert!(CATALOGUE.iter().any(|e| e.name == full), "{full}");
            family = name
                .split('.')
                .next()
                .filter(|f| !f.is_empty())
                .unwrap_or(family);
            named += 1;
        }
    }
    assert!(named > 15, "{named}");
}

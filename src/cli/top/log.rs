//! The workers' numbers, from their log: its `stats` lines, and what else it tells.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Deserialize;

use super::model::{Note, Stage, State, Update, Worker, clock};
use crate::ops::StatsLine;

/// What is read of every line.
#[derive(Debug, Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    event: Cow<'a, str>,
    #[serde(borrow)]
    level: Cow<'a, str>,
    #[serde(borrow)]
    ts: Cow<'a, str>,
    #[serde(borrow)]
    msg: Cow<'a, str>,
    #[serde(borrow)]
    instance: Cow<'a, str>,
    #[serde(borrow)]
    group: Cow<'a, str>,
}

/// What is read of a line that says which partitions came or went: `news.raw-3`.
#[derive(Debug, Deserialize)]
struct Partitions {
    partitions: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Started {
    delivery: String,
}

#[derive(Debug, Deserialize)]
struct Failed {
    stage: String,
}

/// The workers of a log, by their names.
#[derive(Debug, Default)]
pub(super) struct LogReader {
    workers: HashMap<String, Follow>,
    /// Whether a line was of the log; before one was, it is said what the first is not.
    is_log: bool,
}

/// What is known of a worker beside its last stats line.
#[derive(Debug, Default)]
struct Follow {
    worker: Worker,
    /// Time of the last stats line, and its totals.
    last: Option<(Timestamp, StatsLine)>,
    began: Option<Timestamp>,
    /// Failures of each stage since the stats line before the last, and since the last.
    failures: [BTreeMap<String, u64>; 2],
}

impl LogReader {
    /// Takes a line of the log; nothing comes of one that tells nothing.
    pub(super) fn take(&mut self, text: &str) -> Vec<Update> {
        let Ok(line) = serde_json::from_str::<Line<'_>>(text) else {
            let is_first = !self.is_log && !text.trim().is_empty();
            let said = "no JSON in the log: start the workers with ops.log_format = \"json\"";
            return Vec::from_iter(is_first.then(|| Update::Source(said.into())));
        };
        let mut updates = Vec::new();
        if !std::mem::replace(&mut self.is_log, true) {
            updates.push(Update::Source(String::new()));
        }
        if !self.workers.contains_key(&*line.instance) {
            self.workers
                .insert(line.instance.to_string(), Follow::default());
        }
        let Some(follow) = self.workers.get_mut(&*line.instance) else {
            return updates;
        };
        let is_told = line.event == "article.dead_lettered" || line.level != "info";
        let changed = follow.take(&line, text);
        if let State::Away(_, why) = &follow.worker.state
            && changed
        {
            updates.push(Update::Away {
                key: line.instance.to_string(),
                why: why.clone(),
            });
        } else if changed {
            updates.push(Update::Seen {
                key: line.instance.to_string(),
                worker: Box::new(follow.worker.clone()),
            });
        }
        // what a worker is ready for is noted where its state changes
        let is_state = line.event == "worker.not_ready" || line.event == "stats";
        if is_told && line.level != "debug" && !is_state {
            updates.push(Update::Happened(Note {
                time: time_of(&line.ts),
                worker: line.instance.into_owned(),
                text: format!("{}  {}", line.event, line.msg),
                is_bad: true,
            }));
        }
        updates
    }
}

impl Follow {
    /// Whether the worker is another now.
    fn take(&mut self, line: &Line<'_>, text: &str) -> bool {
        let worker = &mut self.worker;
        worker.name = line.instance.to_string();
        worker.group = Some(line.group.to_string());
        match &*line.event {
            "worker.started" => {
                *self = Follow {
                    began: line.ts.parse().ok(),
                    ..Follow::default()
                };
                self.worker.name = line.instance.to_string();
                self.worker.group = Some(line.group.to_string());
                let started = serde_json::from_str::<Started>(text).ok();
                self.worker.delivery = started.map(|s| s.delivery);
            }
            "worker.ready" => worker.state = State::Ready,
            "worker.not_ready" => worker.state = State::NotReady(line.msg.to_string()),
            "shutdown.end" => worker.state = State::Away(Instant::now(), line.msg.to_string()),
            "assignment.added" | "assignment.revoked" | "assignment.lost" => {
                let of = serde_json::from_str::<Partitions>(text);
                let of = of.map(|of| of.partitions).unwrap_or_default();
                let numbers = of.iter().filter_map(|p| p.rsplit_once('-')?.1.parse().ok());
                let numbers: Vec<i32> = numbers.collect();
                worker.partitions.retain(|own| !numbers.contains(own));
                if line.event == "assignment.added" {
                    worker.partitions.extend(numbers);
                    worker.partitions.sort_unstable();
                }
            }
            "article.failed" => {
                if let Ok(failed) = serde_json::from_str::<Failed>(text) {
                    *self.failures[1].entry(failed.stage).or_default() += 1;
                }
                return false;
            }
            "stats" => {
                let (Ok(stats), Ok(at)) = (serde_json::from_str(text), line.ts.parse()) else {
                    return false;
                };
                self.stats(at, stats);
            }
            _ => return false,
        }
        true
    }

    fn stats(&mut self, at: Timestamp, line: StatsLine) {
        let worker = &mut self.worker;
        // A worker whose beginning was not seen works: it would say if it did not.
        if worker.state == State::Unknown {
            worker.state = State::Ready;
        }
        let before = self.last.as_ref();
        let since = before.map(|(then, _)| at.duration_since(*then).as_secs_f64());
        let since = since.filter(|seconds| *seconds > 0.0);
        if let (Some(seconds), Some((_, before))) = (since, before) {
            let dead = line.dead_lettered.saturating_sub(before.dead_lettered);
            worker.dead_rate = dead as f64 / seconds;
            worker.paused = line.paused_ms as f64 / 1000.0 / seconds;
        }
        worker.up = self
            .began
            .and_then(|began| Duration::try_from(at.duration_since(began)).ok());
        worker.in_rate = line.in_rate;
        worker.out_rate = line.out_rate;
        worker.lag = line.lag_total;
        worker.oldest = Duration::from_millis(line.oldest_ms);
        worker.in_flight = line.in_flight;
        worker.in_flight_bytes = line.in_flight_bytes;
        worker.end_to_end = line.end_to_end;
        worker.resident_bytes = line.rss;
        self.failures.swap(0, 1);
        self.failures[1].clear();
        let stages = line.stages.iter().map(|(name, times)| {
            let stage = Stage {
                times: Some(*times),
                load: None,
                failures: self.failures[0].get(name).copied().unwrap_or(0),
            };
            (name.clone(), stage)
        });
        worker.stages = stages.collect();
        self.last = Some((at, line));
    }
}

/// The time of day in a line's time; the line's own text where it is none.
fn time_of(ts: &str) -> String {
    match ts.parse::<Timestamp>() {
        Ok(at) => clock(at),
        Err(_) => ts.chars().take(8).collect(),
    }
}

/// What of a file's end is read at the start: some minutes of a worker's log.
const TAIL: u64 = 1 << 20;

/// How often it is looked whether a file has grown.
const GROWN: Duration = Duration::from_millis(250);

/// Longest line that is read; the largest, that of the settings, has some 10 KB.
const LONGEST_LINE: u64 = 1 << 20;

/// Reads lines for as long as there are any; `each` says whether to go on.
pub(super) fn read_all(
    reader: &mut dyn BufRead,
    each: &mut dyn FnMut(&str) -> bool,
) -> std::io::Result<bool> {
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut bounded = std::io::Read::take(&mut *reader, LONGEST_LINE);
        if bounded.read_until(b'\n', &mut line)? == 0 {
            return Ok(true);
        }
        if !each(String::from_utf8_lossy(&line).trim_end()) {
            return Ok(false);
        }
    }
}

/// Follows a file as it grows, from its last part on; from its beginning when it is another, or shorter, than
/// before, as after a rotation.
pub(super) fn follow(path: &Path, each: &mut dyn FnMut(&str) -> bool) -> std::io::Result<()> {
    let mut file = Tail::open(path.to_owned())?;
    loop {
        if !file.read(each)? {
            return Ok(());
        }
        std::thread::sleep(GROWN);
        file.reopen_if_rotated();
    }
}

struct Tail {
    path: PathBuf,
    reader: BufReader<File>,
    /// The beginning of a line whose end is not written yet.
    part: Vec<u8>,
}

impl Tail {
    fn open(path: PathBuf) -> std::io::Result<Self> {
        let mut file = File::open(&path)?;
        let skipped = file.metadata()?.len().saturating_sub(TAIL);
        file.seek(SeekFrom::Start(skipped))?;
        let mut reader = BufReader::new(file);
        if skipped > 0 {
            reader.read_until(b'\n', &mut Vec::new())?;
        }
        Ok(Tail {
            path,
            reader,
            part: Vec::new(),
        })
    }

    /// Reads to the end; whether to go on.
    fn read(&mut self, each: &mut dyn FnMut(&str) -> bool) -> std::io::Result<bool> {
        loop {
            let mut bounded = std::io::Read::take(&mut self.reader, LONGEST_LINE);
            if bounded.read_until(b'\n', &mut self.part)? == 0 {
                return Ok(true);
            }
            if self.part.last() != Some(&b'\n') && (self.part.len() as u64) < LONGEST_LINE {
                return Ok(true);
            }
            let goes_on = each(String::from_utf8_lossy(&self.part).trim_end());
            self.part.clear();
            if !goes_on {
                return Ok(false);
            }
        }
    }

    fn reopen_if_rotated(&mut self) {
        let (Ok(now), Ok(own)) = (
            std::fs::metadata(&self.path),
            self.reader.get_ref().metadata(),
        ) else {
            // between two files there is none; the old one stays open
            return;
        };
        let place = self.reader.stream_position().unwrap_or(0);
        let is_same = (now.dev(), now.ino()) == (own.dev(), own.ino()) && now.len() >= place;
        if !is_same && let Ok(file) = File::open(&self.path) {
            self.reader = BufReader::new(file);
            self.part.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const HEAD: &str =
        r#""service":"copydesk","version":"0","instance":"desk-1","group":"g","run_id":"r""#;

    fn line(ts: &str, level: &str, event: &str, more: &str) -> String {
        format!(
            r#"{{"ts":"2026-03-02T09:30:{ts}Z","level":"{level}","event":"{event}","msg":"said",{HEAD}{more}}}"#
        )
    }

    fn stats(ts: &str, dead: u64) -> String {
        let stats = crate::ops::Stats::new(["times"]);
        stats.taken(10);
        stats.stage("times", Duration::from_millis(2));
        let mut value = serde_json::to_value(stats.line(&crate::ops::Gauges::default())).unwrap();
        value["dead_lettered"] = dead.into();
        value["lag_total"] = 3912.into();
        value["in_rate"] = 428.0.into();
        value["paused_ms"] = 2500.into();
        let fields = value.to_string();
        line(
            ts,
            "info",
            "stats",
            &format!(",{}", fields.trim_matches(['{', '}'])),
        )
    }

    fn last(updates: Vec<Update>) -> Worker {
        match updates.into_iter().next_back() {
            Some(Update::Seen { worker, .. }) => *worker,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_worker_is_what_its_lines_say() {
        let mut log = LogReader::default();
        log.take(&line(
            "00",
            "info",
            "worker.started",
            r#","delivery":"exactly-once""#,
        ));
        log.take(&line(
            "01",
            "info",
            "assignment.added",
            r#","partitions":["news.raw-3","news.raw-0","news.raw-1"]"#,
        ));
        log.take(&line(
            "02",
            "info",
            "assignment.revoked",
            r#","partitions":["news.raw-1"]"#,
        ));
        log.take(&line("02", "info", "worker.ready", ""));
        for _ in 0..3 {
            let told = log.take(&line("03", "warn", "article.failed", r#","stage":"times""#));
            assert!(
                matches!(&told[..], [Update::Happened(note)] if note.text == "article.failed  said")
            );
        }
        log.take(&stats("10", 0));
        let worker = last(log.take(&stats("20", 5)));
        assert_eq!(
            (worker.name.as_str(), worker.group.as_deref()),
            ("desk-1", Some("g"))
        );
        assert_eq!(worker.delivery.as_deref(), Some("exactly-once"));
        assert_eq!((&*worker.partitions, worker.lag), (&[0, 3][..], Some(3912)));
        assert_eq!(worker.up, Some(Duration::from_secs(20)));
        assert!((worker.dead_rate - 0.5).abs() < 1e-9 && (worker.paused - 0.25).abs() < 1e-9);
        assert!(worker.stages["times"].times.is_some());
        assert_eq!(worker.state, State::Ready);
        let ended = log.take(&line("30", "info", "shutdown.end", ""));
        assert!(
            matches!(&ended[..], [Update::Away { why, .. }] if why == "said"),
            "{ended:?}"
        );
    }

    #[test]
    fn failures_of_a_stage_stand_beside_it_until_the_next_line_but_one() {
        let mut log = LogReader::default();
        log.take(&line("03", "warn", "article.failed", r#","stage":"times""#));
        let failures = |updates| last(updates).stages["times"].failures;
        assert_eq!(failures(log.take(&stats("10", 0))), 1);
        assert_eq!(failures(log.take(&stats("20", 0))), 0);
    }

    #[test]
    fn text_is_no_log_and_it_is_said_until_one_line_is() {
        let mut log = LogReader::default();
        let said = |updates: Vec<Update>| match updates.into_iter().next() {
            Some(Update::Source(said)) => said,
            other => panic!("{other:?}"),
        };
        assert!(said(log.take("09:30 INFO worker.ready ready")).contains("log_format"));
        assert_eq!(said(log.take(&stats("10", 0))), "");
        assert!(log.take("a line of another program").is_empty());
    }

    #[test]
    fn a_file_is_followed_over_its_rotation() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("copydesk.log");
        std::fs::write(&path, "one\ntw").unwrap();
        let mut seen = Vec::new();
        let mut tail = Tail::open(path.clone()).unwrap();
        let mut read = |tail: &mut Tail| {
            tail.read(&mut |line| {
                seen.push(line.to_owned());
                true
            })
            .unwrap();
            seen.clone()
        };
        assert_eq!(read(&mut tail), ["one"]);
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap();
        writeln!(file, "o").unwrap();
        tail.reopen_if_rotated();
        assert_eq!(read(&mut tail), ["one", "two"]);
        std::fs::rename(&path, folder.path().join("copydesk.log.1")).unwrap();
        tail.reopen_if_rotated();
        std::fs::write(&path, "three\n").unwrap();
        tail.reopen_if_rotated();
        assert_eq!(read(&mut tail), ["one", "two", "three"]);
        std::fs::write(&path, "4\n").unwrap();
        tail.reopen_if_rotated();
        assert_eq!(read(&mut tail), ["one", "two", "three", "4"]);
    }

    #[test]
    fn of_a_long_file_its_end_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("copydesk.log");
        let line = "x".repeat(99) + "\n";
        std::fs::write(&path, line.repeat(30_000) + "last\n").unwrap();
        let mut tail = Tail::open(path).unwrap();
        let mut lines = Vec::new();
        tail.read(&mut |line| {
            lines.push(line.len());
            true
        })
        .unwrap();
        assert!(lines.len() < 11_000 && lines.iter().rev().skip(1).all(|n| *n == 99));
    }
}

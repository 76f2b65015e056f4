//! One run of a worker, or of the plain loop, over a topic that is already filled.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};

use crate::support::admin::{Admin, quiet};
use crate::support::articles::Mix;
use crate::support::load::Load;
use crate::support::process::{Process, Usage};
use crate::support::reader::Exits;
use crate::support::worker::{Delivery, Job};

/// No run takes longer.
const PATIENCE: Duration = Duration::from_secs(900);

/// Between two looks at how far a run is: asking costs the broker as much as some hundred records do.
const POLL: Duration = Duration::from_millis(25);

/// The broker answers within this, or the next look has the answer.
const ANSWER: Duration = Duration::from_secs(5);

/// Together two million records.
const WARM_UP_RECORDS: u32 = 200_000;
const WARM_UP_RUNS: u32 = 10;

/// Partitions of every topic.
const PARTITIONS: i32 = 6;

/// Where the measurements are made.
pub(crate) struct Place {
    pub bootstrap: String,
    pub admin: Admin,
    /// Asks how far a run is: one client for all, as each would open connections of its own.
    eye: BaseConsumer,
}

/// What a run came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// Records a second.
    pub rate: f64,
    /// Process CPU a record, in microseconds.
    pub cpu: f64,
    /// Most resident memory, in bytes.
    pub peak: u64,
}

impl Place {
    pub(crate) fn new(bootstrap: &str) -> Place {
        Place {
            bootstrap: bootstrap.to_owned(),
            admin: Admin::new(bootstrap).unwrap(),
            eye: quiet(bootstrap).create().unwrap(),
        }
    }

    /// Makes a topic and fills it.
    pub(crate) fn fill(&self, topic: &str, mix: &Mix, records: u32) {
        self.admin.create(topic, PARTITIONS, &[]).unwrap();
        Load::produce(&self.bootstrap, topic, mix, 0..records).unwrap();
    }

    /// Has the broker compile what it runs, on the cores that are to be measured: its own CPU a record falls
    /// from 5 µs to 2 within the first two million.
    pub(crate) fn warm_up(&self) {
        self.fill("warm.in", &two_kilobytes(0), WARM_UP_RECORDS);
        for run in 0..WARM_UP_RUNS {
            self.plain(&format!("warm-{run}"), "warm.in", WARM_UP_RECORDS);
        }
        self.admin.delete("warm.in").unwrap();
    }

    /// A worker from `input` to topics of its own, as a group of its own.
    pub(crate) fn job(&self, name: &str, input: &str, delivery: Delivery) -> Job {
        let exits = Exits {
            output: format!("{name}.out"),
            dead_letters: format!("{name}.dead"),
        };
        self.admin.create(&exits.output, PARTITIONS, &[]).unwrap();
        self.admin.create(&exits.dead_letters, 1, &[]).unwrap();
        Job::new(&self.bootstrap, name, input, &exits, delivery)
    }

    /// Runs the plain loop from `input` to a topic of its own.
    pub(crate) fn plain(&self, name: &str, input: &str, records: u32) -> Sample {
        let output = format!("{name}.out");
        self.admin.create(&output, PARTITIONS, &[]).unwrap();
        let mut command = Command::new(this_program());
        command
            .arg("--plain-loop")
            .args([&self.bootstrap, name, input, &output])
            .stdin(Stdio::null());
        let process = Process::start(command).unwrap();
        let sample = self.watch(&output, records, || process.usage());
        drop(process);
        self.admin.delete(&output).unwrap();
        sample
    }

    /// Runs a worker until `records` records are out, and removes its topics.
    pub(crate) fn worker(&self, job: &Job, records: u32) -> Sample {
        let mut worker = job.start_ready().unwrap();
        let sample = self.watch(&job.exits.output, records, || worker.usage());
        worker.terminate(Duration::from_secs(30)).unwrap();
        self.admin.delete(&job.exits.output).unwrap();
        self.admin.delete(&job.exits.dead_letters).unwrap();
        sample
    }

    /// The same, with the time each transaction's commit took, in milliseconds.
    pub(crate) fn worker_with_commits(&self, job: &Job, records: u32) -> (Sample, Vec<f64>) {
        let mut job = job.clone();
        job.set("ops.log_level", "\"debug\"");
        let mut worker = job.start_ready().unwrap();
        let sample = self.watch(&job.exits.output, records, || worker.usage());
        worker.terminate(Duration::from_secs(30)).unwrap();
        self.admin.delete(&job.exits.output).unwrap();
        self.admin.delete(&job.exits.dead_letters).unwrap();
        let lines = worker.events("txn.committed");
        (
            sample,
            lines.iter().filter_map(|l| l["ms"].as_f64()).collect(),
        )
    }

    /// Records on a topic; none while the broker has only just made it and does not lead it yet.
    fn records(&self, topic: &str) -> i64 {
        let asked = (0..PARTITIONS).map(|p| self.eye.fetch_watermarks(topic, p, ANSWER));
        asked.map(|both| both.map_or(0, |(_, next)| next)).sum()
    }

    /// Measures from the first records on the output to the last: without the start, and without the
    /// time it takes to join a group.
    fn watch(&self, output: &str, records: u32, usage: impl Fn() -> Usage) -> Sample {
        let records = i64::from(records);
        let deadline = Instant::now() + PATIENCE;
        let mut first: Option<(i64, Instant, Usage)> = None;
        loop {
            let out = self.records(output);
            let now = (out, Instant::now(), usage());
            if out >= records {
                let (before, since, used) =
                    first.expect("over before it could be watched: take more records");
                let count = (out - before) as f64;
                return Sample {
                    rate: count / now.1.duration_since(since).as_secs_f64(),
                    cpu: (now.2.cpu - used.cpu).as_secs_f64() * 1e6 / count,
                    peak: now.2.peak_resident,
                };
            }
            if out > 0 && first.is_none() {
                first = Some(now);
            }
            assert!(
                Instant::now() < deadline,
                "{out} of {records} after {PATIENCE:?}"
            );
            std::thread::sleep(POLL);
        }
    }
}

fn this_program() -> PathBuf {
    std::env::current_exe().unwrap()
}

/// Articles of 2 KB each: six paragraphs of plain text.
pub(crate) fn two_kilobytes(seed: u64) -> Mix {
    Mix {
        paragraphs: 6,
        plain_text: true,
        ..Mix::plain(seed)
    }
}

/// The middle of the values.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

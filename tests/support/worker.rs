//! The worker under test: the real binary, its configuration, its log.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::Value;

use super::distribution::target;
use super::process::{POLL, Process, Signal, Usage};
use super::reader::Exits;

/// Far above the second a start takes on a quiet machine.
const READY_WITHIN: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    AtLeastOnce,
    ExactlyOnce,
}

impl Delivery {
    pub fn name(self) -> &'static str {
        match self {
            Delivery::AtLeastOnce => "at-least-once",
            Delivery::ExactlyOnce => "exactly-once",
        }
    }
}

/// How the workers of a group agree on who has which partitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Protocol {
    /// Cooperative-sticky, decided by a member.
    Classic,
    /// KIP-848, decided by the broker.
    Consumer,
}

impl Protocol {
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Classic => "classic",
            Protocol::Consumer => "KIP-848",
        }
    }
}

/// How a worker is to be run.
#[derive(Debug, Clone)]
pub struct Job {
    pub bootstrap: String,
    pub group: String,
    pub input: String,
    pub exits: Exits,
    pub delivery: Delivery,
    /// Name of the replica; its transactional id and its place in the group follow from it.
    pub instance: String,
    /// Further settings: a key with its dots, and its value as TOML.
    pub settings: BTreeMap<String, String>,
    pub environment: Vec<(String, String)>,
}

impl Job {
    /// A worker on these topics that runs no stages: these tests are of the way through Kafka.
    pub fn new(
        bootstrap: &str,
        group: &str,
        input: &str,
        exits: &Exits,
        delivery: Delivery,
    ) -> Job {
        let mut job = Job {
            bootstrap: bootstrap.to_owned(),
            group: group.to_owned(),
            input: input.to_owned(),
            exits: exits.clone(),
            delivery,
            instance: "a".to_owned(),
            settings: BTreeMap::new(),
            environment: Vec::new(),
        };
        job.set("stages.disabled", &stages_but(&[]));
        job.set("ops.address", "\"off\"");
        // A worker killed with -9 leaves the group after this; the default would make each test wait.
        job.set("kafka.options.\"session.timeout.ms\"", "\"6000\"");
        job.set("kafka.options.\"auto.offset.reset\"", "\"earliest\"");
        job.set("ops.stats_interval_s", "1");
        job
    }

    pub fn set(&mut self, key: &str, toml: &str) -> &mut Job {
        self.settings.insert(key.to_owned(), toml.to_owned());
        self
    }

    pub fn protocol(&mut self, protocol: Protocol) -> &mut Job {
        if protocol == Protocol::Consumer {
            self.set("kafka.options.\"group.protocol\"", "\"consumer\"");
            // The broker's to say.
            self.settings.remove("kafka.options.\"session.timeout.ms\"");
        }
        self
    }

    pub fn env(&mut self, name: &str, value: &str) -> &mut Job {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same job as another replica.
    pub fn replica(&self, instance: &str) -> Job {
        Job {
            instance: instance.to_owned(),
            ..self.clone()
        }
    }

    /// The configuration file, one dotted key a line.
    fn toml(&self) -> String {
        let text = |value: &str| format!("{value:?}");
        let mut lines = vec![
            ("kafka.brokers", text(&self.bootstrap)),
            ("kafka.group", text(&self.group)),
            ("kafka.input", format!("[{:?}]", self.input)),
            ("kafka.output", text(&self.exits.output)),
            ("kafka.dead_letters", text(&self.exits.dead_letters)),
            ("kafka.delivery", text(self.delivery.name())),
            ("kafka.instance", text(&self.instance)),
            ("ops.log_format", text("json")),
        ];
        lines.retain(|(key, _)| !self.settings.contains_key(*key));
        let own = self.settings.iter().map(|(k, v)| (k.as_str(), v.clone()));
        let lines = lines.into_iter().chain(own);
        lines
            .map(|(key, value)| format!("{key} = {value}\n"))
            .collect()
    }

    /// Writes the configuration file, under a name of its own.
    fn write_configuration(&self) -> Result<PathBuf> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let directory = target()
            .join("tmp")
            .join(format!("workers-{}", std::process::id()));
        std::fs::create_dir_all(&directory)?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let file = directory.join(format!("{number}-{}.toml", self.instance));
        std::fs::write(&file, self.toml())?;
        Ok(file)
    }

    /// Runs another command of the program with the worker's configuration, to its end.
    pub fn command(&self, words: &[&str]) -> Result<Output> {
        let configuration = self.write_configuration()?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
        command
            .args(words)
            .arg("--config")
            .arg(configuration)
            .envs(self.environment.iter().map(|(k, v)| (k, v)));
        Ok(command.output()?)
    }

    /// Starts the worker; it need not be ready yet.
    pub fn start(&self) -> Result<Worker> {
        let configuration = self.write_configuration()?;
        let log = configuration.with_extension("log");
        let output = File::create(&log)?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
        command
            .arg("run")
            .arg("--config")
            .arg(&configuration)
            .envs(self.environment.iter().map(|(k, v)| (k, v)))
            .stdin(Stdio::null())
            .stdout(Stdio::from(output.try_clone()?))
            .stderr(Stdio::from(output));
        Ok(Worker {
            process: Process::start(command)?,
            configuration,
            log,
            started: Instant::now(),
        })
    }

    /// Starts the worker and waits until it says that it is ready.
    pub fn start_ready(&self) -> Result<Worker> {
        let mut worker = self.start()?;
        worker.wait_for("worker.ready", READY_WITHIN)?;
        Ok(worker)
    }
}

/// A running worker. Dropping it kills it.
#[derive(Debug)]
pub struct Worker {
    process: Process,
    configuration: PathBuf,
    log: PathBuf,
    started: Instant,
}

impl Worker {
    pub fn signal(&mut self, signal: Signal) -> Result<()> {
        self.process.signal(signal)
    }

    pub fn kill(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// Waits until it ends by itself.
    pub fn wait(&mut self, within: Duration) -> Result<ExitStatus> {
        match self.process.wait(within)? {
            Some(status) => Ok(status),
            None => bail!("the worker still runs after {within:?}\n{}", self.tail()),
        }
    }

    /// SIGTERM, and waits for the end. Returns the exit code and how long it took.
    pub fn terminate(&mut self, within: Duration) -> Result<(Option<i32>, Duration)> {
        let start = Instant::now();
        self.signal(Signal::Terminate)?;
        let status = self.wait(within)?;
        Ok((status.code(), start.elapsed()))
    }

    pub fn is_running(&mut self) -> bool {
        self.process.poll().is_ok_and(|status| status.is_none())
    }

    pub fn usage(&self) -> Usage {
        self.process.usage()
    }

    pub fn started(&self) -> Instant {
        self.started
    }

    /// Waits until the log has a line with this event, and returns its first.
    pub fn wait_for(&mut self, event: &str, within: Duration) -> Result<Value> {
        let deadline = Instant::now() + within;
        loop {
            if let Some(line) = self.events(event).into_iter().next() {
                return Ok(line);
            }
            if let Some(status) = self.process.poll()? {
                bail!("ended, {status}, before {event}\n{}", self.tail());
            }
            if Instant::now() > deadline {
                bail!("no {event} within {within:?}\n{}", self.tail());
            }
            std::thread::sleep(POLL);
        }
    }

    /// The lines of the log with this event.
    pub fn events(&self, event: &str) -> Vec<Value> {
        let log = self.log_text();
        let lines = log.lines().filter(|line| line.contains(event));
        let values = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok());
        values.filter(|v| v["event"] == event).collect()
    }

    pub fn log_text(&self) -> String {
        let bytes = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The end of the log without its regular lines, and the last of those, for a failure's message.
    pub fn tail(&self) -> String {
        let log = self.log_text();
        let (stats, other): (Vec<&str>, Vec<&str>) =
            log.lines().partition(|l| l.contains("\"event\":\"stats\""));
        let mut lines = other[other.len().saturating_sub(15)..].to_vec();
        lines.extend(stats.last());
        let short = lines.into_iter().map(|l| l.chars().take(400).collect());
        short.collect::<Vec<String>>().join("\n")
    }

    /// Where its log stays after it has ended.
    pub fn log_path(&self) -> &Path {
        &self.log
    }
}

impl Drop for Worker {
    /// Shows a failing test's worker: what it waited for is in its log.
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log.display();
            println!("-- the worker's log, {log} --\n{}", self.tail());
        }
    }
}

/// All stages but these, as a TOML list.
pub fn stages_but(these: &[&str]) -> String {
    let stages = copydesk::stages::registry(&copydesk::stages::StageSettings::default());
    let names: Vec<&str> = stages.iter().map(|stage| stage.name()).collect();
    let names: Vec<&str> = names.into_iter().filter(|n| !these.contains(n)).collect();
    format!("{names:?}")
}

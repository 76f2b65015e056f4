use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::error::KafkaError;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::config::{Faults, LogLevel, Settings, Start};
use crate::engine::Engine;
use crate::kafka::{Ended, Exit, Reason, Stop, Worker, preflight};
use crate::ops::events::{ConfigFault, ConfigLoaded, SignalIgnored};
use crate::ops::{Event as _, Identity, Log, LogOptions, Stats, install_log};
use crate::pipeline::caught;

/// Consumes raw articles and publishes enriched records until told to stop.
///
/// SIGTERM, SIGINT and SIGQUIT finish what is under way, commit and end; a second of them ends the process
/// at once. SIGHUP, SIGUSR1 and SIGUSR2 are told in the log and change nothing: to change the configuration,
/// restart.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk run --config copydesk.toml
  COPYDESK_KAFKA__BROKERS=kafka:9092 copydesk run 2> copydesk.log
  COPYDESK_OPS__LOG_FORMAT=json copydesk run --config copydesk.toml

Exit codes: 0 stopped as asked, everything finished · 1 configuration · 2 command line · 3 the broker
refuses for good · 4 fenced by another worker of the same name · 5 too many dead letters in a row ·
6 stopped as asked, not everything finished in time, or told to stop twice · 7 a record or dead letter
could not be published · 8 threads hang, or a fault of the program itself")]
pub(super) struct Arguments {
    /// Configuration file; see config/copydesk.toml.
    #[arg(long, short, env = "COPYDESK_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    tell_panics();
    // before anything that takes time: a worker told to stop while it loads must end as one told later
    let control = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let signals = control.block_on(async { Signals::listen() })?;
    let (settings, engine) = match load(arguments.config.as_deref()) {
        Ok(loaded) => loaded,
        Err(error) => {
            let log = log_as_written(arguments.config.as_deref());
            return Ok(refused(&error, &log));
        }
    };
    let log = install_log(&settings);
    ConfigLoaded {
        file: arguments.config.as_ref().map(|p| p.display().to_string()),
        settings: settings.as_written().clone(),
    }
    .emit();
    let worker = Worker::new(settings.clone(), engine);
    let stop = worker.stop();
    control.spawn(signals.pass_on(worker.stop(), worker.stats()));
    let ended = match caught(|| worker.run(log.clone())) {
        Ok(ended) => ended,
        Err(said) => Ok(panicked(&said, &stop)),
    };
    match ended {
        Ok(ended) => Ok(ended.exit.code()),
        // A signal that came twice has had the last word, and the process.
        Err(_) if !stop.has_last_word() => Ok(Exit::Configuration.code()),
        Err(error) => Ok(refused(&with_places(error, &settings), &log)),
    }
}

fn load(file: Option<&Path>) -> anyhow::Result<(Settings, Engine)> {
    let settings = Settings::load(file)?;
    let engine = Engine::configured(&settings)?;
    Ok((settings, engine))
}

/// The log of a worker whose settings do not hold.
fn log_as_written(file: Option<&Path>) -> Log {
    let start = Start::load(file);
    Log::install(LogOptions {
        format: start.log_format,
        level: LogLevel::Info,
        identity: Identity::new(start.instance, start.group),
        secrets: Vec::new(),
    })
}

/// The error with the places of the faults it is about; where it is that a client could not be made, with what
/// keeps it from that, key by key.
fn with_places(error: anyhow::Error, settings: &Settings) -> anyhow::Error {
    let faults = match error.downcast_ref::<Faults>() {
        Some(faults) => faults.0.clone(),
        None if error.is::<KafkaError>() => preflight::client_faults(settings),
        None => Vec::new(),
    };
    match faults.is_empty() {
        true => error,
        false => settings.located(faults).into(),
    }
}

/// Tells why the worker does not start, fault by fault, and that it has ended.
fn refused(error: &anyhow::Error, log: &Log) -> u8 {
    let mut reason = format!("{error:#}");
    if let Some(faults) = error.downcast_ref::<Faults>() {
        reason = faults.summary();
        for fault in &faults.0 {
            ConfigFault {
                fault: fault.clone(),
            }
            .emit();
        }
    }
    let ended = Ended {
        exit: Exit::Configuration,
        reason,
        drained: 0,
        abandoned: 0,
        took: Duration::ZERO,
    };
    ended.tell();
    log.flush();
    ended.exit.code()
}

/// A panic is a line of the log like every other, as soon as there is a log. To be called before anything
/// that catches one.
fn tell_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !tracing::dispatcher::has_been_set() {
            return before(info);
        }
        let thread = thread::current();
        let name = thread.name().unwrap_or("unnamed");
        tracing::error!("a fault of the program: thread {name}: {info}");
    }));
}

/// How a worker ends whose main thread panicked.
fn panicked(said: &str, stop: &Stop) -> Ended {
    let ended = Ended {
        exit: Exit::Stuck,
        reason: format!("a fault of the program itself: {said}; report it with the log"),
        drained: 0,
        abandoned: 0,
        took: Duration::ZERO,
    };
    if stop.has_last_word() {
        ended.tell();
    }
    ended
}

/// The signals that a worker hears, caught from the moment this is made. SIGPIPE is not among them: Rust
/// ignores it, and a log that nobody reads is no reason to stop.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
    hangup: Signal,
    user1: Signal,
    user2: Signal,
}

/// What the signals that change nothing are told with.
const NO_RELOAD: &str = "the configuration is not read again; to change it, restart the worker";
const NO_MEANING: &str = "it has no meaning here; SIGTERM stops the worker";

/// How long the last lines may take to write when the process is to end at once: standard error may be a
/// full pipe that nobody reads.
const LAST_LINES: Duration = Duration::from_secs(1);

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            hangup: signal(SignalKind::hangup())?,
            user1: signal(SignalKind::user_defined1())?,
            user2: signal(SignalKind::user_defined2())?,
        })
    }

    /// Asks for a graceful end on the first SIGTERM, SIGINT or SIGQUIT; a second one ends the process at once.
    async fn pass_on(mut self, stop: Arc<Stop>, stats: Arc<Stats>) {
        let under_way = || stats.in_flight().0 as usize;
        let mut asked = None;
        loop {
            let signal = tokio::select! {
                _ = self.terminate.recv() => "SIGTERM",
                _ = self.interrupt.recv() => "SIGINT",
                _ = self.quit.recv() => "SIGQUIT",
                _ = self.hangup.recv() => { ignore("SIGHUP", NO_RELOAD); continue }
                _ = self.user1.recv() => { ignore("SIGUSR1", NO_MEANING); continue }
                _ = self.user2.recv() => { ignore("SIGUSR2", NO_MEANING); continue }
            };
            match asked {
                None => {
                    asked = Some((Instant::now(), under_way()));
                    stop.ask(signal);
                }
                Some((since, before)) => end_at_once(&stop, |exit, first| Ended {
                    exit,
                    reason: format!("{first}, then {signal}: ended at once"),
                    drained: before.saturating_sub(under_way()),
                    abandoned: under_way(),
                    took: since.elapsed(),
                }),
            }
        }
    }
}

fn ignore(signal: &str, advice: &str) {
    SignalIgnored {
        signal: signal.into(),
        advice: advice.into(),
    }
    .emit();
}

/// Ends the process without waiting for anything but the last lines of its log.
fn end_at_once(stop: &Arc<Stop>, ended: impl FnOnce(Exit, &str) -> Ended) -> ! {
    let (exit, first) = match stop.reason() {
        Some(Reason::Halted(exit, why)) => (exit, why),
        Some(Reason::Asked(why)) => (Exit::DrainDeadline, why),
        None => (Exit::DrainDeadline, String::new()),
    };
    let ended = ended(exit, &first);
    let (sender, receiver) = mpsc::sync_channel(1);
    let stop = Arc::clone(stop);
    let tell = move || match stop.has_last_word() {
        true => {
            ended.tell();
            let _ = sender.send(());
        }
        // The worker is writing them itself.
        false => thread::sleep(LAST_LINES),
    };
    if thread::Builder::new().spawn(tell).is_ok() {
        let _ = receiver.recv_timeout(LAST_LINES);
    }
    // SAFETY: it takes a number and does not return. Unlike exit() it runs nothing that was registered for
    // the end, under which the threads still at work would lose what they use.
    unsafe { libc::_exit(i32::from(exit.code())) }
}

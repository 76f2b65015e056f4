use std::path::PathBuf;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::config::Settings;
use crate::desk::Desk;
use crate::kafka::{Stop, Worker};
use crate::ops::events::ConfigLoaded;
use crate::ops::{Event as _, install_log};

/// Consumes raw articles and publishes enriched records until told to stop.
///
/// Exit codes: 0 stopped as asked, everything finished · 1 configuration · 2 command line · 3 the broker
/// refuses for good · 4 fenced by another worker of the same name · 5 too many dead letters in a row ·
/// 6 stopped as asked, not everything finished in time · 7 a record or dead letter could not be
/// published · 8 threads hang.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Configuration file; see config/copydesk.toml.
    #[arg(long, short, env = "COPYDESK_CONFIG")]
    config: Option<PathBuf>,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    // before anything that takes time: a worker told to stop while it loads must end as one told later
    let control = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let signals = control.block_on(async { Signals::listen() })?;
    let settings = Settings::load(arguments.config.as_deref())?;
    let desk = Desk::configured(&settings)?;
    let log = install_log(&settings);
    ConfigLoaded {
        file: arguments.config.as_ref().map(|p| p.display().to_string()),
        settings: settings.raw.clone(),
    }
    .emit();
    let worker = Worker::new(settings, desk);
    control.spawn(signals.pass_on(worker.stop()));
    let ended = worker.run(log)?;
    Ok(ended.exit.code())
}

/// The signals that end a worker, caught from the moment this is made.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Asks for a graceful end on the first SIGTERM or SIGINT; a second one ends the process at once.
    async fn pass_on(mut self, stop: Arc<Stop>) {
        loop {
            let name = tokio::select! {
                _ = self.terminate.recv() => "SIGTERM",
                _ = self.interrupt.recv() => "SIGINT",
            };
            if stop.is_set() {
                std::process::exit(i32::from(crate::kafka::Exit::DrainDeadline.code()));
            }
            stop.ask(name);
        }
    }
}

use std::path::PathBuf;
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};

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
    let settings = Settings::load(arguments.config.as_deref())?;
    let desk = Desk::configured(&settings)?;
    let log = install_log(&settings);
    ConfigLoaded {
        file: arguments.config.as_ref().map(|p| p.display().to_string()),
        settings: settings.raw.clone(),
    }
    .emit();
    let worker = Worker::new(settings, desk);
    let control = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    control.block_on(async { watch_signals(worker.stop()) })?;
    let ended = worker.run(log)?;
    Ok(ended.exit.code())
}

/// Asks for a graceful end on the first SIGTERM or SIGINT; a second one ends the process at once.
fn watch_signals(stop: Arc<Stop>) -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        loop {
            let name = tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
            };
            if stop.is_set() {
                std::process::exit(i32::from(crate::kafka::Exit::DrainDeadline.code()));
            }
            stop.ask(name);
        }
    });
    Ok(())
}

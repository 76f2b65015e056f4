//! What an operator sees: log events, the stats line, metrics and health.
//!
//! Whoever has something to tell emits an event of [`events`]; counts and times go to [`Stats`]; whether
//! the worker lives and is ready to [`Health`]. [`Ops`] is the thread that serves the port, writes the
//! stats line and reports what the log held back.

mod build;
pub mod events;
mod health;
mod histogram;
pub mod log;
pub mod metrics;
mod process;
mod service_manager;
mod stats;
#[cfg(feature = "otlp")]
pub mod traces;

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

pub use build::{BUILD, Build};
pub use events::{Event, Scope};
pub use health::Health;
pub use histogram::Quantiles;
pub use log::{Identity, Log, LogOptions};
pub use stats::{Gauges, MemoryGauges, MessageOutcome, PartitionLag, Stats, StatsLine, WorkerInfo};
use tokio::sync::oneshot;

use crate::config::{Fault, Faults, Settings};
use service_manager::ServiceManager;

/// Answers what only whoever speaks to the broker knows.
pub type Probe = Box<dyn Fn() -> Gauges + Send + Sync>;

/// The operator's side of a running worker.
pub struct Ops {
    log: Log,
    stats: Arc<Stats>,
    health: Arc<Health>,
    stop: oneshot::Sender<()>,
    probe: Arc<Probe>,
    thread: JoinHandle<()>,
}

/// How often held-back lines and outages are looked at, and the service manager is told.
const TICK: Duration = Duration::from_secs(1);

/// Installs the process's log as the settings want it.
pub fn install_log(settings: &Settings) -> Log {
    Log::install(LogOptions {
        format: settings.ops.log_format,
        level: settings.ops.log_level,
        identity: Identity::new(&*settings.kafka.instance, &*settings.kafka.group),
        secrets: settings.secrets(),
    })
}

impl Ops {
    /// Takes the port and starts the thread. `probe` is asked with every stats line and every look at the
    /// metrics.
    ///
    /// # Errors
    /// When the port cannot be taken.
    pub fn start(
        settings: &crate::config::Ops,
        log: Log,
        stats: Arc<Stats>,
        health: Arc<Health>,
        probe: Probe,
    ) -> Result<Ops, Faults> {
        let fault = |what: String| Faults(vec![Fault::new("ops.address", what)]);
        let listener = match settings.address {
            Some(address) => Some(health::bind(address).map_err(|e| {
                fault(format!(
                    "{address} cannot be taken ({e}): write another, or \"off\""
                ))
            })?),
            None => None,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| fault(format!("cannot be served: {e}")))?;
        let (stop, mut stopped) = oneshot::channel();
        let interval = settings.stats_interval;
        let probe = Arc::new(probe);
        let (l, s, h) = (log.clone(), Arc::clone(&stats), Arc::clone(&health));
        let p = Arc::clone(&probe);
        let work = async move {
            if let Some(listener) = listener {
                let (h, s, p) = (Arc::clone(&h), Arc::clone(&s), Arc::clone(&p));
                tokio::spawn(async move { health::serve(listener, h, s, p).await });
            }
            let mut ticks = tokio::time::interval(TICK);
            let mut manager = ServiceManager::default();
            let mut lines =
                tokio::time::interval_at(tokio::time::Instant::now() + interval, interval);
            loop {
                tokio::select! {
                    _ = &mut stopped => return manager.tick(&h),
                    _ = ticks.tick() => {
                        h.tick();
                        l.tick();
                        manager.tick(&h);
                    }
                    _ = lines.tick() => events::Stats { line: s.line(&p()) }.emit(),
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("ops".into())
            .spawn(move || runtime.block_on(work))
            .map_err(|e| fault(format!("cannot be served: {e}")))?;
        Ok(Ops {
            log,
            stats,
            health,
            stop,
            probe,
            thread,
        })
    }

    pub fn stats(&self) -> &Arc<Stats> {
        &self.stats
    }

    pub fn health(&self) -> &Arc<Health> {
        &self.health
    }

    /// Writes the last stats line and what the log held back, closes the port, and returns the line.
    pub fn stop(self) -> StatsLine {
        let _ = self.stop.send(());
        let _ = self.thread.join();
        let line = self.stats.line(&(self.probe)());
        events::Stats { line: line.clone() }.emit();
        self.log.flush();
        line
    }
}

#[cfg(test)]
mod tests;

//! What `/healthz` and `/readyz` answer, and the port that serves them with `/metrics`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use jiff::Timestamp;

use super::Probe;
use super::events::{Event, WorkerNotReady, WorkerReady};
use super::stats::{Gauges, Stats};

/// A poll loop that has not turned for this long has died or hangs: librdkafka's own default for the
/// longest time between two polls is five minutes; a supervisor should know earlier.
const HEARTBEAT: Duration = Duration::from_secs(60);

/// How often an outage that lasts is told again.
const REMIND: Duration = Duration::from_secs(60);

/// Whether the worker lives, and whether it takes messages.
#[derive(Debug)]
pub struct Health {
    began: Instant,
    /// Milliseconds after `began` at which the poll loop last turned; 0 before it does at all.
    beat: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Why it is not ready; `None` when nothing but an outage is in the way.
    not_ready: Option<String>,
    /// By who told of them.
    outages: BTreeMap<&'static str, Outage>,
    /// When outages were last told in the log. Those that begin while one lasts are mostly what follows from
    /// it: they are told with it from the next time on.
    told: Instant,
    /// Since when it has not been ready, for whichever reason; `None` when it is.
    since: Option<Instant>,
    /// Set for good once the worker ends.
    leaving: bool,
}

/// What keeps the worker from working and may pass by itself.
#[derive(Debug)]
struct Outage {
    reason: String,
    since: Timestamp,
}

impl Default for Health {
    fn default() -> Self {
        let began = Instant::now();
        Health {
            began,
            beat: AtomicU64::new(0),
            state: Mutex::new(State {
                not_ready: Some("starting".into()),
                outages: BTreeMap::new(),
                told: began,
                since: Some(began),
                leaving: false,
            }),
        }
    }
}

impl State {
    fn refuse(&mut self, reason: &str) {
        self.since.get_or_insert_with(Instant::now);
        if self.not_ready.as_deref() != Some(reason) {
            self.not_ready = Some(reason.to_owned());
            let reason = reason.to_owned();
            WorkerNotReady {
                reason,
                since: None,
            }
            .emit();
        }
    }

    /// Tells all outages in one line; `lasts`: not for the first time.
    fn tell_outages(&mut self, lasts: bool) {
        self.told = Instant::now();
        let reasons: Vec<&str> = self.outages.values().map(|o| o.reason.as_str()).collect();
        let first = self.outages.values().map(|o| o.since).min();
        WorkerNotReady {
            reason: reasons.join("; "),
            since: first.filter(|_| lasts).map(|since| format!("{since:.0}")),
        }
        .emit();
    }

    /// Says that the worker is ready, if it has become so.
    fn settle(&mut self) {
        if self.not_ready.is_none()
            && self.outages.is_empty()
            && let Some(since) = self.since.take()
        {
            let ms = since.elapsed().as_millis() as u64;
            WorkerReady { ms }.emit();
        }
    }
}

impl Health {
    /// The poll loop has turned.
    pub fn beat(&self, now: Instant) {
        let now = now.duration_since(self.began).as_millis() as u64;
        self.beat.store(now.max(1), Ordering::Relaxed);
    }

    /// The worker takes messages, unless there is an outage or it is about to end. Logs the change, if it
    /// is one.
    pub fn ready(&self) {
        let mut state = self.lock();
        if !state.leaving {
            state.not_ready = None;
            state.settle();
        }
    }

    /// The worker takes none, and why. Logs the change, if it is one.
    pub fn not_ready(&self, reason: &str) {
        let mut state = self.lock();
        if !state.leaving {
            state.refuse(reason);
        }
    }

    /// The worker takes none from now on, and why: it never becomes ready again.
    pub fn leaving(&self, reason: &str) {
        let mut state = self.lock();
        if !state.leaving {
            state.leaving = true;
            state.refuse(reason);
        }
    }

    /// The worker is kept from working by something that may pass, and by what; `None` when it has passed.
    /// Logged when it begins and by [`Health::tick`] while it lasts.
    pub fn outage(&self, reason: Option<&str>) {
        self.outage_of("worker", reason);
    }

    /// The same, told by one of several, each of whom knows when its own has passed.
    pub fn outage_of(&self, who: &'static str, reason: Option<&str>) {
        let mut state = self.lock();
        let Some(reason) = reason else {
            if state.outages.remove(who).is_some() {
                state.settle();
            }
            return;
        };
        if let Some(known) = state.outages.get_mut(who) {
            reason.clone_into(&mut known.reason);
            return;
        }
        state.since.get_or_insert_with(Instant::now);
        let outage = Outage {
            reason: reason.to_owned(),
            since: Timestamp::now(),
        };
        let is_first = state.outages.is_empty();
        state.outages.insert(who, outage);
        if is_first && !state.leaving {
            state.tell_outages(false);
        }
    }

    /// Tells outages again that last. To be called on a timer.
    pub fn tick(&self) {
        self.remind(REMIND);
    }

    fn remind(&self, after: Duration) {
        let mut state = self.lock();
        let is_due = !state.outages.is_empty() && state.told.elapsed() >= after;
        if is_due && !state.leaving {
            state.tell_outages(true);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the worker is about to end.
    pub fn is_leaving(&self) -> bool {
        self.lock().leaving
    }

    /// `Err` with the reason when the worker should be restarted.
    pub fn alive(&self) -> Result<(), String> {
        let beat = self.beat.load(Ordering::Relaxed);
        let silent = self
            .began
            .elapsed()
            .saturating_sub(Duration::from_millis(beat));
        if beat > 0 && silent > HEARTBEAT {
            return Err(format!(
                "the poll loop has not turned for {} s",
                silent.as_secs()
            ));
        }
        Ok(())
    }

    /// `Err` with the reasons when the worker takes no messages.
    pub fn is_ready(&self) -> Result<(), String> {
        let state = self.lock();
        let outages = state.outages.values();
        let outages = outages.map(|o| format!("{}, since {:.0}", o.reason, o.since));
        let reasons: Vec<String> = state.not_ready.iter().cloned().chain(outages).collect();
        if reasons.is_empty() {
            return Ok(());
        }
        Err(reasons.join("; "))
    }
}

/// The three routes. Everything else is 404, every method but GET and HEAD 405.
fn routes(health: Arc<Health>, stats: Arc<Stats>, probe: Arc<Probe>) -> Router {
    let answer = |state: Result<(), String>| match state {
        Ok(()) => (StatusCode::OK, "ok\n".to_owned()),
        Err(reason) => (StatusCode::SERVICE_UNAVAILABLE, reason + "\n"),
    };
    let (alive, ready) = (Arc::clone(&health), Arc::clone(&health));
    let metrics = move || async move {
        let kind = [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )];
        let gauges = Gauges {
            ready: Some(ready.is_ready().is_ok()),
            ..probe()
        };
        (kind, stats.render(&gauges)).into_response()
    };
    Router::new()
        .route(
            "/healthz",
            get(move || async move { answer(alive.alive()) }),
        )
        .route(
            "/readyz",
            get(move || async move { answer(health.is_ready()) }),
        )
        .route("/metrics", get(metrics))
}

/// Serves the routes until the runtime ends.
pub(super) async fn serve(
    listener: std::net::TcpListener,
    health: Arc<Health>,
    stats: Arc<Stats>,
    probe: Arc<Probe>,
) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    axum::serve(listener, routes(health, stats, probe)).await
}

/// Takes the port, so that a port that is taken is an error at the start.
///
/// # Errors
/// When it cannot be bound.
pub(super) fn bind(address: SocketAddr) -> std::io::Result<std::net::TcpListener> {
    std::net::TcpListener::bind(address)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;
    use crate::config::{LogFormat, LogLevel};
    use crate::ops::log::tests::logged;

    /// Level, event, and what was said, of each line that `work` writes.
    fn told(work: impl FnOnce()) -> Vec<(String, String)> {
        let text = logged(LogFormat::Json, LogLevel::Info, |_| work());
        let lines = text.lines().map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let field = |name: &str| line[name].as_str().unwrap().to_owned();
            (field("event"), field("msg"))
        });
        lines.collect()
    }

    fn names(lines: &[(String, String)]) -> Vec<&str> {
        lines.iter().map(|(event, _)| event.as_str()).collect()
    }

    fn get(address: SocketAddr, request: &str) -> String {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        write!(
            stream,
            "{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn serves_three_routes_and_nothing_else() {
        let listener = bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        let health = Arc::new(Health::default());
        let stats = Arc::new(Stats::new(["language"]));
        stats.taken(7);
        stats.stage("language", Duration::from_millis(2));
        let (h, s) = (Arc::clone(&health), Arc::clone(&stats));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            let probe: Probe = Box::new(Gauges::default);
            runtime
                .block_on(serve(listener, h, s, Arc::new(probe)))
                .unwrap();
        });
        assert!(get(address, "GET /healthz").starts_with("HTTP/1.1 200"));
        let starting = get(address, "GET /readyz");
        assert!(starting.starts_with("HTTP/1.1 503") && starting.ends_with("starting\n"));
        health.ready();
        assert!(get(address, "GET /readyz").starts_with("HTTP/1.1 200"));
        let metrics = get(address, "GET /metrics");
        assert!(
            metrics.contains("copydesk_messages_in_total 1"),
            "{metrics}"
        );
        assert!(
            metrics.contains("copydesk_stage_seconds_bucket{stage=\"language\",le=\"0.0025\"} 1"),
            "{metrics}"
        );
        for request in [
            "GET /",
            "GET /config",
            "GET /metrics/../etc/passwd",
            "GET /debug/pprof",
        ] {
            assert!(
                get(address, request).starts_with("HTTP/1.1 404"),
                "{request}"
            );
        }
        for method in ["POST", "PUT", "DELETE"] {
            assert!(
                get(address, &format!("{method} /healthz")).starts_with("HTTP/1.1 405"),
                "{method}"
            );
        }
    }

    #[test]
    fn a_silent_poll_loop_is_not_alive() {
        let mut health = Health::default();
        health.beat(Instant::now());
        assert!(health.alive().is_ok());
        health.began -= HEARTBEAT * 2;
        assert!(health.alive().unwrap_err().contains("poll loop"));
    }

    #[test]
    fn ready_when_neither_a_reason_nor_an_outage_is_left() {
        let health = Health::default();
        let lines = told(|| {
            health.outage_of("consumer", Some("no broker"));
            health.outage(Some("commits fail"));
            health.ready();
            let why = health.is_ready().unwrap_err();
            assert!(why.contains("no broker, since 20") && why.contains("commits fail"));
            health.outage_of("consumer", None);
            assert!(health.is_ready().is_err());
            health.outage(None);
            assert!(health.is_ready().is_ok());
            health.outage(None);
            health.ready();
        });
        let (bad, good) = ("worker.not_ready", "worker.ready");
        assert_eq!(names(&lines), [bad, good]);
        assert_eq!(lines[0].1, "no broker");
    }

    #[test]
    fn what_follows_from_an_outage_is_told_with_it_in_one_line() {
        let health = Health::default();
        health.ready();
        let lines = told(|| {
            health.outage_of("consumer", Some("the consumer reaches no broker"));
            health.outage_of("producer", Some("the producer reaches no broker"));
            health.outage(Some("the broker cannot be asked"));
            health.remind(Duration::ZERO);
            health.outage_of("consumer", None);
            health.remind(Duration::ZERO);
        });
        assert_eq!(names(&lines), ["worker.not_ready"; 3]);
        assert_eq!(lines[0].1, "the consumer reaches no broker");
        let all = "the consumer reaches no broker; the producer reaches no broker; the broker cannot be asked, since 20";
        assert!(lines[1].1.starts_with(all), "{}", lines[1].1);
        assert!(lines[2].1.starts_with("the producer"), "{}", lines[2].1);
    }

    #[test]
    fn an_outage_is_told_at_once_and_again_while_it_lasts() {
        let health = Health::default();
        health.ready();
        let lines = told(|| {
            health.outage(Some("no broker"));
            health.outage(Some("no broker"));
            health.tick();
            health.remind(Duration::ZERO);
            health.outage(None);
            health.remind(Duration::ZERO);
        });
        let (bad, good) = ("worker.not_ready", "worker.ready");
        assert_eq!(names(&lines), [bad, bad, good]);
        assert_eq!(lines[0].1, "no broker");
        assert!(
            lines[1].1.starts_with("no broker, since 20"),
            "{}",
            lines[1].1
        );
    }

    #[test]
    fn a_worker_that_leaves_is_never_ready_again() {
        let health = Health::default();
        health.ready();
        let lines = told(|| {
            health.outage(Some("no broker"));
            health.leaving("SIGTERM");
            health.outage(None);
            health.ready();
            health.outage(Some("no broker"));
            health.remind(Duration::ZERO);
            health.not_ready("another");
            health.leaving("SIGINT");
            health.outage(None);
        });
        assert_eq!(names(&lines), ["worker.not_ready", "worker.not_ready"]);
        assert_eq!(lines[1].1, "SIGTERM");
        assert_eq!(health.is_ready(), Err("SIGTERM".into()));
    }
}

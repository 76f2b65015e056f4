//! What `/healthz` and `/readyz` answer, and the port that serves them with `/metrics`.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;

use super::events::{Event, WorkerNotReady, WorkerReady};
use super::stats::Stats;

/// A poll loop that has not turned for this long has died or hangs: librdkafka's own default for the
/// longest time between two polls is five minutes; a supervisor should know earlier.
const HEARTBEAT: Duration = Duration::from_secs(60);

/// Whether the worker lives, and whether it takes messages.
#[derive(Debug)]
pub struct Health {
    began: Instant,
    /// Milliseconds after `began` at which the poll loop last turned; 0 before it does at all.
    beat: AtomicU64,
    /// Why it is not ready; `None` when it is.
    not_ready: Mutex<Option<String>>,
}

impl Default for Health {
    fn default() -> Self {
        Health {
            began: Instant::now(),
            beat: AtomicU64::new(0),
            not_ready: Mutex::new(Some("starting".into())),
        }
    }
}

impl Health {
    /// The poll loop has turned.
    pub fn beat(&self, now: Instant) {
        let now = now.duration_since(self.began).as_millis() as u64;
        self.beat.store(now.max(1), Ordering::Relaxed);
    }

    /// The worker takes messages. Logs the change, if it is one.
    pub fn ready(&self) {
        if self.change(None) {
            let ms = self.began.elapsed().as_millis() as u64;
            WorkerReady { ms }.emit();
        }
    }

    /// The worker takes none, and why. Logs the change, if it is one.
    pub fn not_ready(&self, reason: &str) {
        if self.change(Some(reason)) {
            let reason = reason.to_owned();
            WorkerNotReady { reason }.emit();
        }
    }

    /// STUB
    pub fn outage(&self, _reason: Option<&str>) {}

    fn change(&self, reason: Option<&str>) -> bool {
        let mut now = self
            .not_ready
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let changed = now.as_deref() != reason;
        *now = reason.map(str::to_owned);
        changed
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

    /// `Err` with the reason when the worker takes no messages.
    pub fn is_ready(&self) -> Result<(), String> {
        let reason = self
            .not_ready
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        reason.clone().map_or(Ok(()), Err)
    }
}

/// The three routes. Everything else is 404, every method but GET and HEAD 405.
fn routes(health: Arc<Health>, stats: Arc<Stats>) -> Router {
    let answer = |state: Result<(), String>| match state {
        Ok(()) => (StatusCode::OK, "ok\n".to_owned()),
        Err(reason) => (StatusCode::SERVICE_UNAVAILABLE, reason + "\n"),
    };
    let alive = Arc::clone(&health);
    let metrics = move || async move {
        let kind = [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )];
        (kind, stats.render()).into_response()
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
pub async fn serve(
    listener: std::net::TcpListener,
    health: Arc<Health>,
    stats: Arc<Stats>,
) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    axum::serve(listener, routes(health, stats)).await
}

/// Takes the port, so that a port that is taken is an error at the start.
///
/// # Errors
/// When it cannot be bound.
pub fn bind(address: SocketAddr) -> std::io::Result<std::net::TcpListener> {
    std::net::TcpListener::bind(address)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

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
            runtime.block_on(serve(listener, h, s)).unwrap();
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
}

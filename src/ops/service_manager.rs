//! What the service manager is told, systemd or another that speaks its protocol (sd_notify): that the worker takes
//! articles, what is in the way while it does not, and that it lives.

use sd_notify::NotifyState;

use super::health::Health;

/// What stands behind the unit's name while there is nothing to say.
const READY: &str = "takes articles";

/// Tells what has changed.
#[derive(Debug, Default)]
pub(super) struct ServiceManager {
    /// Whether it has been told that the start is over. That is told once: a unit that is up stays up.
    started: bool,
    stopping: bool,
    status: String,
}

impl ServiceManager {
    /// To be called once a second. Without a service manager nothing happens.
    pub(super) fn tick(&mut self, health: &Health) {
        // Nobody can be told that it cannot be told; the watchdog then does what it is for.
        let _ = sd_notify::notify(&self.news(health));
    }

    fn news(&mut self, health: &Health) -> Vec<NotifyState<'_>> {
        let mut news = Vec::new();
        if health.alive().is_ok() {
            news.push(NotifyState::Watchdog);
        }
        let state = health.is_ready();
        if state.is_ok() && !self.started {
            self.started = true;
            news.push(NotifyState::Ready);
        }
        if health.is_leaving() && !self.stopping {
            self.stopping = true;
            news.push(NotifyState::Stopping);
        }
        let status = state.map_or_else(|why| why, |()| READY.to_owned());
        if status != self.status {
            self.status = status;
            news.push(NotifyState::Status(&self.status));
        }
        news
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn told(manager: &mut ServiceManager, health: &Health) -> Vec<String> {
        manager
            .news(health)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn the_start_is_told_once_and_what_is_in_the_way_when_it_changes() {
        let (mut manager, health) = (ServiceManager::default(), Health::default());
        health.beat(Instant::now());
        assert_eq!(
            told(&mut manager, &health),
            ["WATCHDOG=1", "STATUS=starting"]
        );
        assert_eq!(told(&mut manager, &health), ["WATCHDOG=1"]);
        health.ready();
        let ready = ["WATCHDOG=1", "READY=1", "STATUS=takes articles"];
        assert_eq!(told(&mut manager, &health), ready);
        health.outage(Some("no broker"));
        let told_now = told(&mut manager, &health);
        assert!(
            told_now[1].starts_with("STATUS=no broker, since "),
            "{told_now:?}"
        );
        health.outage(None);
        assert_eq!(
            told(&mut manager, &health),
            ["WATCHDOG=1", "STATUS=takes articles"]
        );
        health.leaving("SIGTERM");
        let leaving = ["WATCHDOG=1", "STOPPING=1", "STATUS=SIGTERM"];
        assert_eq!(told(&mut manager, &health), leaving);
    }
}

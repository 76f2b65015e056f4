//! The one place where it is decided that, and why, a worker ends.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use super::Exit;
use super::sync::{lock, recover};

/// Why the worker ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Somebody asked: finish what is under way, commit, leave.
    Asked(String),
    /// Going on would lose or repeat something, or do harm: leave at once.
    Halted(Exit, String),
}

/// Asked by signals, errors and limits; looked at by every loop.
#[derive(Debug, Default)]
pub struct Stop {
    quick: AtomicBool,
    ended: AtomicBool,
    reason: Mutex<Option<Reason>>,
    told: Condvar,
}

impl Stop {
    /// Asks for a graceful end. Whatever was said first stands, but a halt overrides a request.
    pub fn ask(&self, why: impl Into<String>) {
        self.set(Reason::Asked(why.into()));
    }

    /// Has the worker leave at once, committing nothing that has not finished.
    pub fn halt(&self, exit: Exit, why: impl Into<String>) {
        self.set(Reason::Halted(exit, why.into()));
    }

    fn set(&self, new: Reason) {
        let mut reason = lock(&self.reason);
        let stands = match (&*reason, &new) {
            (None, _) => false,
            (Some(Reason::Asked(_)), Reason::Halted(..)) => false,
            (Some(_), _) => true,
        };
        if !stands {
            *reason = Some(new);
        }
        self.quick.store(true, Ordering::Release);
        drop(reason);
        self.told.notify_all();
    }

    pub fn is_set(&self) -> bool {
        self.quick.load(Ordering::Acquire)
    }

    pub fn reason(&self) -> Option<Reason> {
        if !self.is_set() {
            return None;
        }
        lock(&self.reason).clone()
    }

    pub fn is_halted(&self) -> bool {
        matches!(self.reason(), Some(Reason::Halted(..)))
    }

    /// Whether the caller is the first who wants to say how the worker ended: it is said once.
    pub fn has_last_word(&self) -> bool {
        !self.ended.swap(true, Ordering::AcqRel)
    }

    /// Waits until there is a reason, or the time is over.
    pub fn wait(&self, time: Duration) {
        let reason = lock(&self.reason);
        if reason.is_none() {
            let _ = recover(self.told.wait_timeout(reason, time));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reason_stands_but_a_halt_overrides_a_request() {
        let stop = Stop::default();
        assert_eq!(stop.reason(), None);
        stop.ask("SIGTERM");
        stop.ask("SIGINT");
        assert_eq!(stop.reason(), Some(Reason::Asked("SIGTERM".into())));
        stop.halt(Exit::Fenced, "a");
        stop.halt(Exit::Broker, "b");
        stop.ask("SIGTERM");
        assert_eq!(
            stop.reason(),
            Some(Reason::Halted(Exit::Fenced, "a".into()))
        );
    }
}

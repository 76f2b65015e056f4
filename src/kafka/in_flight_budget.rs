//! What is in the worker at this moment, in messages and bytes, and who waits for it to become less.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use super::sync::{lock, recover};

/// Counts what is under way. A message counts from the moment it is taken until all that was made of
/// it is safe; its bytes are its own and those of what was made of it and not yet delivered.
#[derive(Debug)]
pub struct InFlightBudget {
    most_messages: usize,
    most_bytes: usize,
    messages: AtomicUsize,
    bytes: AtomicUsize,
    waiting: AtomicUsize,
    /// Whether somebody waits for room, and not just for less.
    wants_room: AtomicBool,
    lock: Mutex<()>,
    less: Condvar,
    room: Condvar,
}

/// What part of its bound must be free before a full worker takes messages again: to wake the consumer
/// for each message that leaves costs more than the message does.
const RESUME_PART: usize = 8;

impl InFlightBudget {
    pub fn new(most_messages: usize, most_bytes: usize) -> Self {
        InFlightBudget {
            most_messages,
            most_bytes,
            messages: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            wants_room: AtomicBool::new(false),
            lock: Mutex::new(()),
            less: Condvar::new(),
            room: Condvar::new(),
        }
    }

    pub fn most_bytes(&self) -> usize {
        self.most_bytes
    }

    pub fn messages(&self) -> usize {
        self.messages.load(Ordering::SeqCst)
    }

    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::SeqCst)
    }

    /// Whether no further message may be taken.
    pub fn is_full(&self) -> bool {
        self.messages() >= self.most_messages || self.is_full_by_bytes()
    }

    /// Whether the bytes alone are at their bound.
    pub fn is_full_by_bytes(&self) -> bool {
        self.bytes() >= self.most_bytes
    }

    /// Whether there is room for more than one message.
    fn has_room(&self) -> bool {
        let most = |bound: usize| bound.saturating_sub((bound / RESUME_PART).max(1));
        self.messages() <= most(self.most_messages) && self.bytes() <= most(self.most_bytes)
    }

    /// Counts a message that was taken, and its own bytes.
    pub fn add_message(&self, bytes: usize) {
        self.messages.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Takes off a message that has left the worker.
    pub fn remove_message(&self, bytes: usize) {
        self.messages.fetch_sub(1, Ordering::SeqCst);
        self.remove_bytes(bytes);
    }

    /// Counts bytes that were made of a message, see [`Reservation`].
    pub fn add_bytes(&self, bytes: usize) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Takes off bytes, and wakes whoever waits for less.
    pub fn remove_bytes(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::SeqCst);
        if self.wants_room.load(Ordering::SeqCst) && self.has_room() {
            drop(self.guard());
            self.room.notify_all();
        }
        self.notify();
    }

    fn guard(&self) -> MutexGuard<'_, ()> {
        lock(&self.lock)
    }

    /// Waits until there is room again or the time is over.
    pub fn wait_for_room(&self, time: Duration) {
        let guard = self.guard();
        self.wants_room.store(true, Ordering::SeqCst);
        let waited = self
            .room
            .wait_timeout_while(guard, time, |()| !self.has_room());
        self.wants_room.store(false, Ordering::SeqCst);
        drop(waited);
    }

    /// Wakes whoever waits for something to change.
    pub fn notify(&self) {
        if self.waiting.load(Ordering::SeqCst) > 0 {
            drop(self.guard());
            self.less.notify_all();
        }
    }

    /// Waits until `until` holds or the time is over; whether it holds. `until` is asked again whenever
    /// something has left.
    pub fn wait(&self, time: Duration, mut until: impl FnMut() -> bool) -> bool {
        if until() {
            return true;
        }
        let guard = self.guard();
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let (guard, _) = recover(self.less.wait_timeout_while(guard, time, |()| !until()));
        drop(guard);
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        until()
    }
}

/// Bytes that count for as long as this lives.
#[derive(Debug)]
pub struct Reservation {
    bytes: usize,
    budget: Arc<InFlightBudget>,
}

impl Reservation {
    pub fn new(bytes: usize, budget: &Arc<InFlightBudget>) -> Self {
        budget.add_bytes(bytes);
        Reservation {
            bytes,
            budget: Arc::clone(budget),
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget.remove_bytes(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_by_messages_or_by_bytes() {
        let budget = Arc::new(InFlightBudget::new(2, 100));
        budget.add_message(10);
        assert!(!budget.is_full());
        budget.add_message(10);
        assert!(budget.is_full() && !budget.is_full_by_bytes());
        budget.remove_message(10);
        let load = Reservation::new(90, &budget);
        assert!(budget.is_full() && budget.is_full_by_bytes());
        drop(load);
        budget.remove_message(10);
        assert_eq!((budget.messages(), budget.bytes()), (0, 0));
    }

    #[test]
    fn room_is_more_than_one_message() {
        let budget = InFlightBudget::new(16, 1000);
        (0..16).for_each(|_| budget.add_message(10));
        budget.remove_message(10);
        assert!(!budget.is_full() && !budget.has_room());
        std::thread::scope(|s| {
            let waits = s.spawn(|| {
                budget.wait_for_room(Duration::from_secs(10));
                budget.has_room()
            });
            budget.remove_message(10);
            assert!(waits.join().unwrap());
        });
        let narrow = InFlightBudget::new(1, 1);
        assert!(narrow.has_room());
        narrow.add_message(1);
        assert!(!narrow.has_room());
    }

    #[test]
    fn whoever_waits_is_woken() {
        let budget = InFlightBudget::new(1, 100);
        budget.add_message(10);
        std::thread::scope(|s| {
            let waits = s.spawn(|| budget.wait(Duration::from_secs(10), || !budget.is_full()));
            std::thread::sleep(Duration::from_millis(20));
            budget.remove_message(10);
            assert!(waits.join().unwrap());
        });
        budget.add_message(1);
        assert!(!budget.wait(Duration::from_millis(5), || !budget.is_full()));
    }
}

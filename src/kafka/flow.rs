//! What is in the worker at this moment, in messages and bytes, and who waits for it to become less.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use super::sync::{lock, recover};

/// Counts what is under way. A message counts from the moment it is taken until all that was made of
/// it is safe; its bytes are its own and those of what was made of it and not yet delivered.
#[derive(Debug)]
pub struct Flow {
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
const ROOM: usize = 8;

impl Flow {
    pub fn new(most_messages: usize, most_bytes: usize) -> Self {
        Flow {
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
        self.messages() >= self.most_messages || self.is_heavy()
    }

    /// Whether the bytes alone are at their bound.
    pub fn is_heavy(&self) -> bool {
        self.bytes() >= self.most_bytes
    }

    /// Whether there is room for more than one message.
    fn has_room(&self) -> bool {
        let most = |bound: usize| bound.saturating_sub((bound / ROOM).max(1));
        self.messages() <= most(self.most_messages) && self.bytes() <= most(self.most_bytes)
    }

    pub fn enter(&self, bytes: usize) {
        self.messages.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub fn leave(&self, bytes: usize) {
        self.messages.fetch_sub(1, Ordering::SeqCst);
        self.unload(bytes);
    }

    pub fn load(&self, bytes: usize) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub fn unload(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::SeqCst);
        if self.wants_room.load(Ordering::SeqCst) && self.has_room() {
            drop(self.guard());
            self.room.notify_all();
        }
        self.tell();
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
    pub fn tell(&self) {
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
pub struct Load {
    bytes: usize,
    flow: Arc<Flow>,
}

impl Load {
    pub fn new(bytes: usize, flow: &Arc<Flow>) -> Self {
        flow.load(bytes);
        Load {
            bytes,
            flow: Arc::clone(flow),
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.flow.unload(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_by_messages_or_by_bytes() {
        let flow = Arc::new(Flow::new(2, 100));
        flow.enter(10);
        assert!(!flow.is_full());
        flow.enter(10);
        assert!(flow.is_full() && !flow.is_heavy());
        flow.leave(10);
        let load = Load::new(90, &flow);
        assert!(flow.is_full() && flow.is_heavy());
        drop(load);
        flow.leave(10);
        assert_eq!((flow.messages(), flow.bytes()), (0, 0));
    }

    #[test]
    fn room_is_more_than_one_message() {
        let flow = Flow::new(16, 1000);
        (0..16).for_each(|_| flow.enter(10));
        flow.leave(10);
        assert!(!flow.is_full() && !flow.has_room());
        std::thread::scope(|s| {
            let waits = s.spawn(|| {
                flow.wait_for_room(Duration::from_secs(10));
                flow.has_room()
            });
            flow.leave(10);
            assert!(waits.join().unwrap());
        });
        let narrow = Flow::new(1, 1);
        assert!(narrow.has_room());
        narrow.enter(1);
        assert!(!narrow.has_room());
    }

    #[test]
    fn whoever_waits_is_woken() {
        let flow = Flow::new(1, 100);
        flow.enter(10);
        std::thread::scope(|s| {
            let waits = s.spawn(|| flow.wait(Duration::from_secs(10), || !flow.is_full()));
            std::thread::sleep(Duration::from_millis(20));
            flow.leave(10);
            assert!(waits.join().unwrap());
        });
        flow.enter(1);
        assert!(!flow.wait(Duration::from_millis(5), || !flow.is_full()));
    }
}

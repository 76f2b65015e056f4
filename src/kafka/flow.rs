//! What is in the worker at this moment, in messages and bytes, and who waits for it to become less.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Counts what is under way. A message counts from the moment it is taken until all that was made of
/// it is safe; its bytes are its own and those of what was made of it and not yet delivered.
#[derive(Debug)]
pub struct Flow {
    most_messages: usize,
    most_bytes: usize,
    messages: AtomicUsize,
    bytes: AtomicUsize,
    waiting: AtomicUsize,
    lock: Mutex<()>,
    less: Condvar,
}

impl Flow {
    pub fn new(most_messages: usize, most_bytes: usize) -> Self {
        Flow {
            most_messages,
            most_bytes,
            messages: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            lock: Mutex::new(()),
            less: Condvar::new(),
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

    pub fn enter(&self, bytes: usize) {
        self.messages.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub fn leave(&self, bytes: usize) {
        self.messages.fetch_sub(1, Ordering::Relaxed);
        self.unload(bytes);
    }

    fn load(&self, bytes: usize) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn unload(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::SeqCst);
        self.tell();
    }

    /// Wakes whoever waits for something to change.
    pub fn tell(&self) {
        if self.waiting.load(Ordering::SeqCst) > 0 {
            drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner));
            self.less.notify_all();
        }
    }

    /// Waits until `until` holds or the time is over; whether it holds. `until` is asked again whenever
    /// something has left.
    pub fn wait(&self, time: Duration, mut until: impl FnMut() -> bool) -> bool {
        if until() {
            return true;
        }
        let guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let (guard, _) = self
            .less
            .wait_timeout_while(guard, time, |()| !until())
            .unwrap_or_else(PoisonError::into_inner);
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

    pub fn bytes(&self) -> usize {
        self.bytes
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

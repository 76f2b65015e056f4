//! What became of the messages and articles, counted once each.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts since the start. Messages: `taken = finished + abandoned + under way`, always.
#[derive(Debug, Default)]
pub struct Tally {
    /// Messages taken from the input topics.
    pub taken: AtomicU64,
    /// Messages of which everything is safe.
    pub finished: AtomicU64,
    /// Messages whose partition went before they had finished; another worker does them again.
    pub abandoned: AtomicU64,
    /// Records acknowledged by the output topic; a feed makes many of one message.
    pub records: AtomicU64,
    pub dead_letters: AtomicU64,
    /// Tombstones passed through.
    pub tombstones: AtomicU64,
    pub bytes_in: AtomicU64,
    pub bytes_out: AtomicU64,
}

/// Adds to a count.
pub fn add(count: &AtomicU64, n: u64) {
    count.fetch_add(n, Ordering::Relaxed);
}

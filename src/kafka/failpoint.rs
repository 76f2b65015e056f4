//! Where the fault tests make the worker fail. Nothing of it is compiled in without the feature
//! `failpoints`.
//!
//! `COPYDESK_FAILPOINT=before-commit:crash:3` ends the process at the third transaction, when its offsets
//! are sent and it is not committed; `before-commit:delay:500` holds each there for half a second.

#[cfg(not(feature = "failpoints"))]
pub fn before_commit() {}

/// Called between sending the offsets of a transaction and committing it.
#[cfg(feature = "failpoints")]
pub fn before_commit() {
    use std::sync::atomic::{AtomicU64, Ordering};
    static PASSED: AtomicU64 = AtomicU64::new(0);
    let passed = PASSED.fetch_add(1, Ordering::Relaxed) + 1;
    for (action, value) in crate::pipeline::failpoints::of("before-commit") {
        let number: u64 = value.parse().unwrap_or(0);
        match action.as_str() {
            "crash" if passed == number => std::process::abort(),
            "delay" => std::thread::sleep(std::time::Duration::from_millis(number)),
            _ => {}
        }
    }
}

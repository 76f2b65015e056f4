//! Where the fault tests make the worker fail. Nothing of it is compiled in without the feature
//! `failpoints`.
//!
//! `COPYDESK_FAILPOINT=before-commit:crash:3` ends the process the third time it gets there;
//! `before-commit:delay:500` holds it there for half a second each time. The points: `before-send-offsets`,
//! `before-commit` (of a transaction, or of offsets), `after-commit`.

#[cfg(not(feature = "failpoints"))]
pub(super) fn pass(_point: &str) {}

/// Called when the worker gets to `point`.
#[cfg(feature = "failpoints")]
pub(super) fn pass(point: &str) {
    use std::collections::BTreeMap;
    use std::sync::Mutex;
    static PASSED: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());
    let mut passed = super::sync::lock(&PASSED);
    let count = passed.entry(point.to_owned()).or_default();
    *count += 1;
    let count = *count;
    drop(passed);
    for (action, value) in crate::pipeline::failpoints::of(point) {
        let number = value.parse().unwrap_or(1);
        match action.as_str() {
            "crash" if count == number => std::process::abort(),
            "delay" => std::thread::sleep(std::time::Duration::from_millis(number)),
            _ => {}
        }
    }
}

//! Panics as errors: what a step said and where, without a line on standard error.
//!
//! The hook is the process's. It keeps quiet only on a thread that is inside of [`caught`], and leaves what was
//! said in a thread local for it: the payload alone does not know the place in the source.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

static HOOK: Once = Once::new();

/// Runs `work`; a panic in it is an error that says what happened and where.
///
/// Nothing is printed for a panic caught here, so that one bad article does not break the log's lines.
///
/// # Errors
/// The panic's message and its place in the source.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    HOOK.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if CATCHING.get() {
                let text = info
                    .payload_as_str()
                    .unwrap_or("a value that is no text")
                    .to_owned();
                let place = info
                    .location()
                    .map(|l| format!(" ({}:{})", l.file(), l.line()))
                    .unwrap_or_default();
                LAST.set(Some(text + &place));
            } else {
                previous(info);
            }
        }));
    });
    let outer = CATCHING.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(outer);
    result.map_err(|_| {
        let said = LAST.take();
        said.unwrap_or_else(|| "panicked without a message".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_says_what_and_where() {
        let number = 7;
        let error = caught(|| panic!("no {number}")).unwrap_err();
        assert!(
            error.starts_with("no 7 (src/pipeline/panics.rs:"),
            "{error}"
        );
        assert_eq!(caught(|| 1), Ok(1));
    }
}

//! Locks that outlive a panic of who held them.

use std::sync::{LockResult, Mutex, MutexGuard, PoisonError};

/// What a lock or a wait on one gave, whether or not a thread panicked with it. All state under locks here is
/// changed in steps that leave it whole, and a worker that stops serving over another thread's panic would
/// lose more than it saves.
pub(crate) fn recover<G>(locked: LockResult<G>) -> G {
    locked.unwrap_or_else(PoisonError::into_inner)
}

/// Takes a lock, see [`recover`].
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    recover(mutex.lock())
}

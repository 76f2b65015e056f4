//! The clock that work is measured by. It stands still while the process does: stopped by a signal, in a
//! frozen container, on a virtual machine that is moved. Nobody is late for time in which nobody could work.
//!
//! A process does not notice that it is frozen; afterwards it sees that nobody has looked at the clock for
//! longer than is possible while its [`watchdog`](super::Pool) runs, which looks every 10 ms. Whoever looks
//! first takes what is too much off the clock. On a machine so busy that the watchdog does not run for a second,
//! deadlines are later by that second. With no pool in the process a gap means nothing, and time simply passes.

use std::ops::{Add, Sub};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// A time on the working clock, since it was first asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(Duration);

impl Moment {
    /// How long ago it was, in working time.
    pub fn elapsed(self) -> Duration {
        now() - self
    }
}

impl Add<Duration> for Moment {
    type Output = Moment;

    fn add(self, time: Duration) -> Moment {
        Moment(self.0.saturating_add(time))
    }
}

impl Sub for Moment {
    type Output = Duration;

    /// Zero when the other is later.
    fn sub(self, other: Moment) -> Duration {
        self.0.saturating_sub(other.0)
    }
}

/// The time on the working clock. Costs little more than [`Instant::now`].
pub fn now() -> Moment {
    CLOCK.now()
}

/// What the working clock showed at an instant that has just been.
pub fn at(instant: Instant) -> Moment {
    let real = instant.saturating_duration_since(start());
    Moment(real.saturating_sub(Duration::from_nanos(CLOCK.frozen.load(Ordering::Acquire))))
}

/// Promises that from now on the clock is looked at every [`TICK`] or so, for as long as this lives.
pub fn watched() -> Watched {
    CLOCK.now();
    CLOCK.watchdogs.fetch_add(1, Ordering::AcqRel);
    Watched(())
}

/// See [`watched`].
pub struct Watched(());

impl Drop for Watched {
    fn drop(&mut self) {
        CLOCK.watchdogs.fetch_sub(1, Ordering::AcqRel);
    }
}

/// How often a look at the clock is noted, in nanoseconds, and what is left of a frozen time.
pub const TICK: Duration = Duration::from_millis(10);

/// When nobody has looked for so long although somebody should have, the process has been frozen.
const FROZEN: Duration = Duration::from_secs(1);

const TICK_NS: u64 = TICK.as_nanos() as u64;
const FROZEN_NS: u64 = FROZEN.as_nanos() as u64;

static CLOCK: Clock<fn() -> u64> = Clock::new(real);

fn start() -> Instant {
    static START: OnceLock<Instant> = OnceLock::new();
    *START.get_or_init(Instant::now)
}

/// Nanoseconds since the first call, frozen time included.
fn real() -> u64 {
    start().elapsed().as_nanos() as u64
}

/// All times are nanoseconds of the source, which never goes back.
struct Clock<S> {
    source: S,
    /// How much of the source's time was frozen. Only ever grows.
    frozen: AtomicU64,
    /// When somebody looked last, give or take a tick. Written after `frozen`.
    looked: AtomicU64,
    /// Held by who writes the two.
    writing: Mutex<()>,
    watchdogs: AtomicUsize,
}

impl<S: Fn() -> u64> Clock<S> {
    const fn new(source: S) -> Self {
        Clock {
            source,
            frozen: AtomicU64::new(0),
            looked: AtomicU64::new(0),
            writing: Mutex::new(()),
            watchdogs: AtomicUsize::new(0),
        }
    }

    fn now(&self) -> Moment {
        loop {
            // Read before the source and after `looked`: if it is the same, no frozen time has been taken off
            // between, and time and deduction belong together.
            let frozen = self.frozen.load(Ordering::Acquire);
            let real = (self.source)();
            let looked = self.looked.load(Ordering::Acquire);
            if real.saturating_sub(looked) >= TICK_NS {
                return self.look();
            }
            if self.frozen.load(Ordering::Acquire) == frozen {
                return Moment(Duration::from_nanos(real.saturating_sub(frozen)));
            }
        }
    }

    /// Notes that somebody has looked, and takes off the time in which nobody could.
    fn look(&self) -> Moment {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let real = (self.source)();
        let gap = real.saturating_sub(self.looked.load(Ordering::Acquire));
        let mut frozen = self.frozen.load(Ordering::Acquire);
        if gap >= FROZEN_NS && self.watchdogs.load(Ordering::Acquire) > 0 {
            frozen += gap - TICK_NS;
            self.frozen.store(frozen, Ordering::Release);
        }
        self.looked.store(real, Ordering::Release);
        Moment(Duration::from_nanos(real.saturating_sub(frozen)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;
    use std::thread;

    use super::*;

    const MS: u64 = 1_000_000;

    /// A clock by whose source so much time passes as is added to the number.
    fn clock(real: &AtomicU64) -> Clock<impl Fn() -> u64> {
        Clock::new(|| real.load(Ordering::SeqCst))
    }

    fn ms(moment: Moment) -> u128 {
        moment.0.as_millis()
    }

    #[test]
    fn time_in_which_nobody_could_look_does_not_count() {
        let real = AtomicU64::new(0);
        let clock = clock(&real);
        clock.watchdogs.store(1, Ordering::SeqCst);
        let after = |time: u64| {
            real.fetch_add(time * MS, Ordering::SeqCst);
            ms(clock.now())
        };
        assert_eq!(after(0), 0);
        assert_eq!(after(7), 7);
        assert_eq!(after(900), 907, "a watchdog that is late");
        assert_eq!(after(3_600_000), 917, "an hour of nothing is a tick");
        assert_eq!(after(5), 922);
        assert_eq!(
            after(60_000),
            927,
            "a tick since the last look that was noted"
        );
        assert_eq!(after(20), 947);
    }

    #[test]
    fn without_a_watchdog_time_passes() {
        let real = AtomicU64::new(0);
        let clock = clock(&real);
        clock.now();
        real.store(60_000 * MS, Ordering::SeqCst);
        assert_eq!(ms(clock.now()), 60_000);
    }

    #[test]
    fn whoever_looks_while_frozen_time_is_taken_off_sees_no_jump() {
        const FREEZES: u64 = 200;
        const WORKED_MS: u64 = 50;
        let real = AtomicU64::new(0);
        let clock = clock(&real);
        clock.watchdogs.store(1, Ordering::SeqCst);
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let mut last = clock.now();
                    while !over.load(Ordering::SeqCst) {
                        let now = clock.now();
                        assert!(now >= last, "{now:?} after {last:?}");
                        last = now;
                    }
                });
            }
            for _ in 0..FREEZES {
                for _ in 0..WORKED_MS {
                    real.fetch_add(MS, Ordering::SeqCst);
                    clock.now();
                }
                real.fetch_add(60_000 * MS, Ordering::SeqCst);
            }
            over.store(true, Ordering::SeqCst);
        });
        let (worked, shown) = (FREEZES * WORKED_MS, ms(clock.now()) as u64);
        // A tick is left of each frozen time.
        let most = worked + FREEZES * TICK.as_millis() as u64;
        assert!((worked..=most).contains(&shown), "{shown} of {worked}");
    }
}

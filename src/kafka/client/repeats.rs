//! What a client says again and again: a line of a kind is told once a minute, and the others are counted.

use std::collections::HashMap;
use std::mem;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::kafka::sync::lock;
use crate::ops::Event as _;
use crate::ops::events::ErrorsSuppressed;

/// How often a line of a kind is told.
const EVERY: Duration = Duration::from_secs(60);

/// Most kinds that are remembered; a client knows some hundred sentences. Past it all are forgotten.
const KINDS: usize = 256;

/// The lines of a client by their kinds.
#[derive(Debug, Default)]
pub(super) struct Repeats(Mutex<HashMap<Kind, Said>>);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Kind {
    /// The error's code, else the facility.
    code: String,
    /// The sentence without its figures: times, counts, partitions.
    sentence: String,
}

#[derive(Debug)]
struct Said {
    told: Instant,
    /// Times it was said since it was told.
    held: u64,
}

impl Repeats {
    /// Whether a line is to be told now. Tells how many of its kind were not.
    pub(super) fn is_new(&self, code: &str, text: &str) -> bool {
        self.is_new_at(Instant::now(), code, text)
    }

    fn is_new_at(&self, now: Instant, code: &str, text: &str) -> bool {
        let kind = Kind {
            code: code.to_owned(),
            sentence: text.chars().filter(|c| !c.is_ascii_digit()).collect(),
        };
        let mut all = lock(&self.0);
        if let Some(said) = all.get_mut(&kind) {
            if now.duration_since(said.told) < EVERY {
                said.held += 1;
                return false;
            }
            tell_held(&kind, said, now);
            said.told = now;
            return true;
        }
        if all.len() >= KINDS {
            all.clear();
        }
        let said = Said { told: now, held: 0 };
        all.insert(kind, said);
        true
    }

    /// Tells how many lines were held back of the kinds whose minute is over. To be called on a timer.
    pub(super) fn tick(&self) {
        self.tick_at(Instant::now());
    }

    fn tick_at(&self, now: Instant) {
        lock(&self.0).retain(|kind, said| {
            let is_over = now.duration_since(said.told) >= EVERY;
            if is_over {
                tell_held(kind, said, now);
            }
            !is_over
        });
    }
}

fn tell_held(kind: &Kind, said: &mut Said, now: Instant) {
    let count = mem::take(&mut said.held);
    if count > 0 {
        ErrorsSuppressed {
            suppressed: "client.log".into(),
            error_code: kind.code.clone(),
            count,
            window_s: now.duration_since(said.told).as_secs(),
        }
        .emit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{LogFormat, LogLevel};
    use crate::ops::log::tests::logged;

    #[test]
    fn a_kind_is_told_once_a_minute_with_the_number_of_the_others() {
        let repeats = Repeats::default();
        let start = Instant::now();
        let at = |s: u64| start + Duration::from_secs(s);
        let text =
            |n: u32| format!("Partition news.raw(x)[{n}]: new leader {n} not found in cache");
        let written = logged(LogFormat::Json, LogLevel::Info, |_| {
            assert!(repeats.is_new_at(at(0), "METADATAUPDATE", &text(1)));
            assert!(repeats.is_new_at(at(0), "METADATAUPDATE", "Topic a not found in cache"));
            for n in 0..30 {
                assert!(!repeats.is_new_at(at(n), "METADATAUPDATE", &text(2)));
            }
            assert!(repeats.is_new_at(at(60), "METADATAUPDATE", &text(3)));
            assert!(!repeats.is_new_at(at(61), "METADATAUPDATE", &text(3)));
            repeats.tick_at(at(119));
            repeats.tick_at(at(121));
            repeats.tick_at(at(300));
        });
        let counts: Vec<u64> = written
            .lines()
            .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap()["count"].as_u64())
            .map(Option::unwrap)
            .collect();
        assert_eq!(counts, [30, 1]);
        assert!(repeats.0.lock().unwrap().is_empty());
    }

    #[test]
    fn no_more_kinds_are_remembered_than_the_bound() {
        let repeats = Repeats::default();
        for n in 0..u32::from(u16::MAX) {
            let word: String = n.to_string().bytes().map(|b| char::from(b + 17)).collect();
            assert!(repeats.is_new("X", &word));
        }
        assert!(repeats.0.lock().unwrap().len() <= KINDS);
    }
}

//! Which of the dates that a page gives is the one of its article.

use super::DateCandidate;
use crate::record::{DateBasis, DateRole, DateValue, Precision};

/// The first in order of trust; one that gives the time instead of the day only, when both are of a day, and one that
/// gives the zone of a time that the first has in UTC, to the second.
pub(super) fn best(all: &[DateCandidate], role: DateRole) -> Option<DateValue> {
    let first = all.iter().find(|c| c.role == role)?;
    if let Some(zoned) = all
        .iter()
        .find(|c| c.role == role && is_same_clock(&c.date, &first.date))
    {
        return Some(zoned.date.clone());
    }
    if let Some(shown) = all
        .iter()
        .find(|c| c.role == role && is_local_day(&c.date, &first.date))
    {
        return Some(shown.date.clone());
    }
    if first.date.precision == Precision::Day
        && let Some(finer) = all.iter().find(|c| {
            c.role == role
                && c.date.precision != Precision::Day
                && c.date.value.get(..10) == first.date.value.get(..10)
        })
    {
        return Some(finer.date.clone());
    }
    Some(first.date.clone())
}

/// Whether a time has the same date and clock as one in UTC, and a zone of its own: the other is a local time that was
/// marked as UTC.
fn is_same_clock(zoned: &DateValue, utc: &DateValue) -> bool {
    /// `2026-03-02T09:30:00`
    const CLOCK: usize = 19;
    let is_utc = |zone: &str| matches!(zone, "Z" | "+00:00" | "-00:00");
    let parts = |date: &'_ DateValue| {
        let (clock, zone) = date.value.split_at_checked(CLOCK)?;
        Some((clock.to_owned(), zone.to_owned()))
    };
    let (Some((clock, zone)), Some((given, marked))) = (parts(zoned), parts(utc)) else {
        return false;
    };
    clock == given && is_utc(&marked) && zone.starts_with(['+', '-']) && !is_utc(&zone)
}

/// Whether a day that readers see is that of a time without a zone, which a system set in UTC: the day after a time
/// late in the evening, or the day before one early in the morning.
fn is_local_day(shown: &DateValue, time: &DateValue) -> bool {
    /// Hours before and after midnight in which the day differs by zone; Europe and America are so far from UTC.
    const LATE: &str = "21:00";
    const EARLY: &str = "08:00";
    let (Some((day, clock)), DateBasis::Text) = (time.value.split_once('T'), shown.basis) else {
        return false;
    };
    let day_of = |text: &str| text.parse::<jiff::civil::Date>().ok();
    let (Some(day), Some(seen)) = (day_of(day), day_of(&shown.value)) else {
        return false;
    };
    let has_zone = clock.ends_with('Z') || clock.contains(['+', '-']);
    let is_next = clock >= LATE && day.tomorrow().is_ok_and(|next| next == seen);
    let is_last = clock < EARLY && day.yesterday().is_ok_and(|last| last == seen);
    !has_zone && (is_next || is_last)
}

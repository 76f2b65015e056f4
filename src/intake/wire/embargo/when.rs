//! The time that an embargo names.

use jiff::civil::Date;

use super::{WORDS, lower};
use crate::intake::dates::calendar::OF_WIRES;
use crate::intake::dates::{DayOfYear, Stamp, TimeOfDay, zones};

/// Most words of a line that are looked at.
const MOST_WORDS: usize = 16;

/// The time that an embargo names, in RFC 3339 as far as the copy gives it: a date without a year is
/// completed only from the time of publication, a clock time keeps the zone it names, if any.
pub(super) fn time(text: &str, published: Option<&str>) -> Option<String> {
    let words: Vec<&str> = text
        .split([' ', ',', '(', ')', '\n', '\u{a0}'])
        .filter(|w| !w.is_empty())
        .take(MOST_WORDS)
        .collect();
    let (day, figures) = day(&words, text)?;
    let date = match day.year {
        Some(year) => Date::new(year, day.month as i8, day.day as i8).ok()?,
        None => nearest(day, published?)?,
    };
    let mut at = (0..words.len()).filter(|at| Some(*at) != figures);
    let time = at
        .find_map(|at| clock(&words, at))
        .map(|(hour, minute)| TimeOfDay {
            hour,
            minute,
            second: None,
            offset: words.iter().find_map(|w| zone(w)),
        });
    Some(Stamp { date, time }.to_string())
}

/// The day, and which of the words it is when that is in figures.
fn day(words: &[&str], text: &str) -> Option<(DayOfYear, Option<usize>)> {
    if let Some(day) = words.iter().find_map(|w| iso_day(w)) {
        return Some((day, None));
    }
    // The day stands on either side of the name of its month.
    for word in words.iter().filter(|w| OF_WIRES.named(w).is_some()) {
        if let Some(day) = day_around(text, text.find(word)?) {
            return Some((day, None));
        }
    }
    (0..words.len()).find_map(|at| Some((day_in_figures(words, at)?, Some(at))))
}

/// "2025-12-04", whatever stands behind it.
fn iso_day(word: &str) -> Option<DayOfYear> {
    let date: Date = word.get(..10)?.parse().ok()?;
    Some(DayOfYear {
        year: Some(date.year()),
        month: date.month() as u8,
        day: date.day() as u8,
    })
}

/// The day that stands in front of or behind the month at `at`.
fn day_around(text: &str, at: usize) -> Option<DayOfYear> {
    let before = text[..at].trim_end();
    let before = [" de", " DE"]
        .iter()
        .find_map(|de| before.strip_suffix(de))
        .unwrap_or(before);
    let start = before.rfind(' ').map_or(0, |s| s + 1);
    // "4. Dezember, 12 Uhr": what stands in front is the day, if it can be one.
    let found = DayOfYear::read(&text[start..])
        .filter(|_| start < at)
        .or_else(|| DayOfYear::read(&text[at..]));
    found.map(|(day, _)| day)
}

/// In figures: "04.12.2025", "4.12. klo 10", but "10.10 Uhr" is a time.
fn day_in_figures(words: &[&str], at: usize) -> Option<DayOfYear> {
    let is_clock = words.get(at + 1).is_some_and(|w| is_hour_word(w))
        || at > 0 && is_clock_word(words[at - 1]);
    let (day, _) = DayOfYear::read_figures(words[at]).filter(|_| !is_clock)?;
    // Which of "04/12" is the month is not known of an English line.
    let sure = !words[at].contains('/') || day.day > 12;
    sure.then_some(day)
}

/// Whether a word stands in front of a time of day: "klo", "um".
fn is_clock_word(word: &str) -> bool {
    WORDS.clock_word.contains(&lower(word).as_str())
}

/// Whether a word stands behind an hour: "Uhr", "heures".
fn is_hour_word(word: &str) -> bool {
    WORDS.hour_word.contains(&lower(word).as_str())
}

/// The day of the year nearest to the day of publication: an embargo ends soon after it.
fn nearest(day: DayOfYear, published: &str) -> Option<Date> {
    let base: Date = published.get(..10)?.parse().ok()?;
    (-1..=1)
        .filter_map(|d| Date::new(base.year() + d, day.month as i8, day.day as i8).ok())
        .min_by_key(|d| base.until(*d).map_or(i32::MAX, |s| s.get_days().abs()))
}

/// A time of day at a word: "0001", "00:01", "10.30", "6 a.m.", "6:30pm", "noon", "midnight", "10 Uhr",
/// "klo 10", "10h30".
fn clock(words: &[&str], at: usize) -> Option<(u8, u8)> {
    let lower = words[at].trim_end_matches('!').to_ascii_lowercase();
    let next = words.get(at + 1).copied();
    if WORDS.noon.contains(&lower.as_str()) {
        return Some((12, 0));
    }
    if WORDS.midnight.contains(&lower.as_str()) {
        return Some((0, 0));
    }
    if let Some((hour, minute)) = around_h(&lower) {
        return of_day(hour.parse().ok()?, minute.parse().ok()?);
    }
    let said = at.checked_sub(1).is_some_and(|b| is_clock_word(words[b]))
        || next.is_some_and(is_hour_word);
    if lower.len() <= 2 && said {
        return of_day(lower.parse().ok()?, 0);
    }
    of_figures(&lower, next)
}

/// The hour and the minute of "10h30", "10h".
fn around_h(lower: &str) -> Option<(&str, &str)> {
    let (hour, minute) = lower.split_once('h')?;
    let sound = !hour.is_empty() && minute.bytes().all(|b| b.is_ascii_digit());
    sound.then_some((hour, if minute.is_empty() { "0" } else { minute }))
}

/// "00:01", "10.30", "6:30pm", "6" before "a.m.", "0001", "1600" before "GMT".
fn of_figures(lower: &str, next: Option<&str>) -> Option<(u8, u8)> {
    let digits = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '.');
    let suffix = &lower[digits.len()..];
    let afternoon = is_afternoon(suffix).or_else(|| is_afternoon(&next?.to_ascii_lowercase()));
    let (hour, minute) = if let Some((hour, minute)) = digits.split_once([':', '.']) {
        (hour, minute)
    } else if is_military(digits, suffix, next) {
        digits.split_at(2)
    } else if afternoon.is_some() {
        (digits, "0")
    } else {
        return None;
    };
    let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
    match (afternoon, hour) {
        (Some(true), 0..=11) => of_day(hour + 12, minute),
        (Some(false), 12) => of_day(0, minute),
        _ => of_day(hour, minute),
    }
}

/// An hour and a minute that the day has.
fn of_day(hour: u8, minute: u8) -> Option<(u8, u8)> {
    (hour < 24 && minute < 60).then_some((hour, minute))
}

/// Whether "pm" or "p.m." is said, or "am".
fn is_afternoon(lower: &str) -> Option<bool> {
    match lower.replace('.', "").as_str() {
        "am" => Some(false),
        "pm" => Some(true),
        _ => None,
    }
}

/// Whether four figures are a time without its colon ("0001", "1600 GMT"), and not a year.
fn is_military(digits: &str, suffix: &str, next: Option<&str>) -> bool {
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let hours = |w: &str| w.eq_ignore_ascii_case("hrs") || w.eq_ignore_ascii_case("hours");
    let timed = digits.starts_with('0')
        || matches!(suffix, "gmt" | "z" | "hrs" | "h" | "utc")
        || next.is_some_and(|n| zone(n).is_some() || hours(n));
    let year = digits.starts_with("19") || digits.starts_with("20");
    timed || digits < "2400" && !year
}

/// The offset in minutes of a zone that means one offset only.
fn zone(word: &str) -> Option<i16> {
    zones::anywhere(word.trim_end_matches(['.', ',', ';']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_never_completed_from_the_clock() {
        assert_eq!(time("0001 Thursday December 4", None), None);
        assert_eq!(
            time("0001 Thursday December 4", Some("2025-12-02")).as_deref(),
            Some("2025-12-04T00:01:00")
        );
        assert_eq!(
            time("0001 GMT Thursday January 1", Some("2025-12-30T10:00:00Z")).as_deref(),
            Some("2026-01-01T00:01:00Z")
        );
        assert_eq!(
            time("6 a.m. EST on Dec. 4, 2025", None).as_deref(),
            Some("2025-12-04T06:00:00-05:00")
        );
        assert_eq!(time("2025-12-04", None).as_deref(), Some("2025-12-04"));
        assert_eq!(time("Sunday", Some("2025-12-02")), None);
        let near = Some("2025-12-02T08:00:00+01:00");
        for (text, want) in [
            ("04.12.2025, 10.10 Uhr", "2025-12-04T10:10:00"),
            ("4. Dezember, 12 Uhr", "2025-12-04T12:00:00"),
            ("4.12. klo 10", "2025-12-04T10:00:00"),
            ("au 4 décembre à 10h30", "2025-12-04T10:30:00"),
            ("el 4 de diciembre a las 10.00", "2025-12-04T10:00:00"),
            ("Thursday 4 December at 0001", "2025-12-04T00:01:00"),
            (
                "LAS 05.00 GMT DEL JUEVES 4 DE DICIEMBRE",
                "2025-12-04T05:00:00Z",
            ),
        ] {
            assert_eq!(time(text, near).as_deref(), Some(want), "{text}");
        }
        assert_eq!(time("10.10 Uhr", near), None);
    }
}

//! When a wire filed its copy, as the formats of text wires and their transmitters stamp it: to the
//! minute, with a zone or without one.

use jiff::civil::Date;

use super::calendar::OF_WIRES;
use super::{Stamp, TimeOfDay, year_of_two_digits, zones};

/// "251037 Sep 24", "251037 GMT Sep 24": day, hour and minute, zone, month, year, as IPTC 7901 has it
/// behind the text.
pub fn iptc7901(text: &str) -> Option<Stamp> {
    let mut fields = text.split_whitespace();
    let time = fields.next().filter(|f| is_figures(f, 6))?;
    let mut next = fields.next()?;
    let utc = matches!(next, "GMT" | "UTC" | "Z");
    if utc {
        next = fields.next()?;
    }
    let month = OF_WIRES.named(next)?;
    let year = fields.next()?;
    let year = match year.get(..4).filter(|y| is_figures(y, 4)) {
        Some(year) => year,
        // What a transmitter runs on behind the two figures is none of them.
        None => year.get(..2)?,
    };
    let clock = (&time[2..4], &time[4..]);
    stamp(year, month, &time[..2], clock, utc.then_some(0))
}

/// "AP-WF-12-04-25 1012GMT": after the wire's name month, day and year, then the time, as ANPA 1312 has
/// it behind the text.
pub fn anpa(line: &str) -> Option<Stamp> {
    let (day, clock) = line.rsplit_once(' ')?;
    let mut parts = day.rsplitn(4, '-');
    let (year, day, month) = (parts.next()?, parts.next()?, parts.next()?);
    let month = is_figures(month, 2).then(|| month.parse().ok())??;
    let zone = clock.get(4..).and_then(zones::anywhere);
    stamp(year, month, day, (clock.get(..2)?, clock.get(2..4)?), zone)
}

/// What transmitters set below plain text: "031244 Mär 25", "APA0231 2025-03-03/12:44",
/// "03-MAR-25 11:02 NNNN", "KWS-21:37-09-12-25" (Kyodo: day, month, year).
pub fn transmitter(line: &str) -> Option<Stamp> {
    let line = line.trim_end_matches("NNNN").trim_end_matches("NNN").trim();
    let fields: Vec<&str> = line.split(' ').collect();
    match fields[..] {
        [time, _, year] | [time, "GMT" | "UTC", _, year]
            if is_figures(time, 6) && is_figures(year, 2) =>
        {
            iptc7901(line)
        }
        [number, time] if is_numbered(number) => iso(time),
        [date, time] => dashed(date, time),
        [line] => kyodo(line),
        _ => None,
    }
}

/// "2025-03-03/12:44".
fn iso(text: &str) -> Option<Stamp> {
    let (date, time) = text.split_once('/')?;
    at(date.parse().ok()?, time.split_once(':')?, None)
}

/// "03-MAR-25" and "11:02".
fn dashed(date: &str, time: &str) -> Option<Stamp> {
    let mut parts = date.split('-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    stamp(
        year,
        OF_WIRES.named(month)?,
        day,
        time.split_once(':')?,
        None,
    )
}

/// "KWS-21:37-09-12-25": the wire, the time, then day, month and year.
fn kyodo(line: &str) -> Option<Stamp> {
    let mut parts = line.strip_prefix("KWS-")?.split('-');
    let clock = parts.next()?.split_once(':')?;
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = is_figures(month, 2).then(|| month.parse().ok())??;
    stamp(year, month, day, clock, None).filter(|_| parts.next().is_none())
}

/// A service's letters and a number: "APA0231", "bsd0123".
pub fn is_numbered(word: &str) -> bool {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    (2..=8).contains(&letters.len())
        && letters.bytes().all(|b| b.is_ascii_alphabetic())
        && (3..=5).contains(&(word.len() - letters.len()))
}

/// A time of filing of its figures, two each; the year in two figures, or in four where a wire writes it so.
fn stamp(
    year: &str,
    month: u8,
    day: &str,
    clock: (&str, &str),
    offset: Option<i16>,
) -> Option<Stamp> {
    if !is_figures(day, 2) {
        return None;
    }
    let year = match year.len() {
        4 => year.parse().ok()?,
        _ => is_figures(year, 2).then(|| year.parse().ok().map(year_of_two_digits))??,
    };
    let date = Date::new(year, month as i8, day.parse().ok()?).ok()?;
    at(date, clock, offset)
}

/// A time of day, in two figures for the hour and two for the minute.
fn at(date: Date, (hour, minute): (&str, &str), offset: Option<i16>) -> Option<Stamp> {
    if !(is_figures(hour, 2) && is_figures(minute, 2)) {
        return None;
    }
    let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
    let time = TimeOfDay {
        hour,
        minute,
        second: None,
        offset,
    };
    (hour < 24 && minute < 60).then_some(Stamp {
        date,
        time: Some(time),
    })
}

fn is_figures(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_filing_are_read() {
        let read = |stamp: Option<Stamp>| stamp.map_or("-".to_owned(), |s| s.to_string());
        for (text, want) in [
            ("251037 Sep 24", "2024-09-25T10:37:00"),
            ("251037 GMT Sep 24", "2024-09-25T10:37:00Z"),
            ("031244 Mär 25NNNN", "2025-03-03T12:44:00"),
            ("251037 Sep 2024", "2024-09-25T10:37:00"),
            ("311037 Sep 24", "-"),
            ("252437 Sep 24", "-"),
            ("25103 Sep 24", "-"),
            ("251037 Sep", "-"),
        ] {
            assert_eq!(read(iptc7901(text)), want, "{text}");
        }
        for (text, want) in [
            ("AP-WF-12-04-25 1012GMT", "2025-12-04T10:12:00Z"),
            ("AP-NY-12-04-25 1012EST", "2025-12-04T10:12:00-05:00"),
            ("AP-NY-12-04-99 1012", "1999-12-04T10:12:00"),
            ("AP-WF-13-04-25 1012GMT", "-"),
            ("1012GMT", "-"),
        ] {
            assert_eq!(read(anpa(text)), want, "{text}");
        }
        for (text, want) in [
            ("031244 Mär 25", "2025-03-03T12:44:00"),
            ("APA0231 2025-03-03/12:44", "2025-03-03T12:44:00"),
            ("03-MAR-25 11:02 NNNN", "2025-03-03T11:02:00"),
            ("Apollo11 1969-07-20/20:17", "-"),
            ("031244 men 25", "-"),
        ] {
            assert_eq!(read(transmitter(text)), want, "{text}");
        }
    }
}

//! Dates that machines write for machines: RFC 3339 and ISO 8601, RFC 2822, Unix time. Nothing else is
//! read; what people write is for [`super::feed`] and [`super::written`].

use jiff::civil;

use super::parts::DateParts;
use super::{Stamp, TimeOfDay};
use crate::record::{DateBasis, DateValue, Precision};

/// A date as RFC 3339, ISO 8601 (basic or extended), RFC 2822, or Unix seconds or milliseconds gives
/// it. The zone stays as given (`Z` or `+00:00`); a time without one stays without one. `None` when it
/// is none of these.
pub fn machine(value: &str, basis: DateBasis) -> Option<DateValue> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        return digits(value).map(|stamp| stamp.value(basis));
    }
    let (value, precision) = day(value)
        .or_else(|| rfc2822(value))
        .or_else(|| date_time(value))?;
    Some(DateValue {
        value,
        precision,
        basis,
    })
}

/// `2025-12-04` and no time.
fn day(value: &str) -> Option<(String, Precision)> {
    let day: civil::Date = value.parse().ok()?;
    let timed = value.contains([':', 'T', 't']);
    (!timed).then(|| (day.to_string(), Precision::Day))
}

/// `Thu, 04 Dec 2025 09:12:00 +0800`.
fn rfc2822(value: &str) -> Option<(String, Precision)> {
    let at = jiff::fmt::rfc2822::parse(value).ok()?;
    let written = at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    Some((written, Precision::Second))
}

/// `2025-12-04T09:12:00+08:00`, with less of it, or with blanks instead of the `T` and before the offset, as scrapers have
/// it. Midnight without an offset is a day: what keeps dates in a column of times writes it so.
fn date_time(value: &str) -> Option<(String, Precision)> {
    let joined = value.replace(" +", "+").replace(" -", "-");
    let value = joined.as_str();
    let civil: civil::DateTime = value.trim_end_matches(['Z', 'z']).parse().ok()?;
    let offset = offset(value);
    if offset.is_empty() && civil.time() == civil::Time::midnight() {
        return Some((civil.date().to_string(), Precision::Day));
    }
    let colons = |text: &str| text.matches(':').count();
    let precision = if colons(value).saturating_sub(colons(&offset)) >= 2 {
        Precision::Second
    } else {
        Precision::Minute
    };
    let written = format!("{}{offset}", civil.strftime("%Y-%m-%dT%H:%M:%S"));
    Some((written, precision))
}

/// The offset at the end of an ISO 8601 time as RFC 3339 writes it; empty when there is none.
fn offset(value: &str) -> String {
    if value.ends_with(['Z', 'z']) {
        return "Z".to_owned();
    }
    let Some(clock) = value.find(':') else {
        return String::new();
    };
    let Some(sign) = value[clock..].find(['+', '-']).map(|s| clock + s) else {
        return String::new();
    };
    let digits: String = value[sign + 1..]
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let sign = &value[sign..=sign];
    match digits.len() {
        2 => format!("{sign}{digits}:00"),
        4 => format!("{sign}{}:{}", &digits[..2], &digits[2..]),
        _ => String::new(),
    }
}

/// Seconds or milliseconds since 1970, as JSON sources give them.
pub fn from_unix(number: i64) -> Option<Stamp> {
    /// From here on a number is milliseconds (as seconds it would be the year 5138).
    const MILLISECONDS_FROM: i64 = 100_000_000_000;
    let seconds = if number >= MILLISECONDS_FROM {
        number / 1000
    } else {
        number
    };
    let at = jiff::Timestamp::from_second(seconds).ok()?;
    let at = jiff::tz::Offset::UTC.to_datetime(at);
    Some(Stamp {
        date: at.date(),
        time: Some(TimeOfDay {
            hour: at.hour() as u8,
            minute: at.minute() as u8,
            second: Some(at.second() as u8),
            offset: Some(0),
        }),
    })
}

/// A text of nothing but digits: `20160116`, `201601161315` and `20160116131559` in the basic format of
/// ISO 8601, or a Unix time of ten digits (seconds) or thirteen (milliseconds).
pub fn digits(text: &str) -> Option<Stamp> {
    let mut parts = DateParts::default();
    match text.len() {
        8 | 12 | 14 => {
            parts.basic_date_time(text)?;
            parts.stamp()
        }
        10 | 13 if is_unix(text) => from_unix(text.parse().ok()?),
        _ => None,
    }
}

/// A Unix time of 2001 to 2033 in seconds starts with 1; `19…` would be YYYYMMDDHH as well.
fn is_unix(digits: &str) -> bool {
    digits.starts_with('1') && !(digits.len() == 10 && digits.starts_with("19"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_keep_their_zone_and_precision() {
        for (given, want, precision) in [
            ("2025-12-04", "2025-12-04", Precision::Day),
            (
                "2025-12-04T09:12:00+08:00",
                "2025-12-04T09:12:00+08:00",
                Precision::Second,
            ),
            (
                "2025-12-04T09:12:00Z",
                "2025-12-04T09:12:00Z",
                Precision::Second,
            ),
            (
                "2025-12-04 09:12:00",
                "2025-12-04T09:12:00",
                Precision::Second,
            ),
            (
                "2025-12-04 09:12:00 +08:00",
                "2025-12-04T09:12:00+08:00",
                Precision::Second,
            ),
            ("2025-12-04T00:00:00", "2025-12-04", Precision::Day),
            (
                "2025-12-04T00:00:00Z",
                "2025-12-04T00:00:00Z",
                Precision::Second,
            ),
            (
                "2025-12-04T09:12+0800",
                "2025-12-04T09:12:00+08:00",
                Precision::Minute,
            ),
            (
                "2025-12-04T09:12:00.123Z",
                "2025-12-04T09:12:00Z",
                Precision::Second,
            ),
            (
                "Thu, 04 Dec 2025 09:12:00 +0800",
                "2025-12-04T09:12:00+08:00",
                Precision::Second,
            ),
            ("1764810720", "2025-12-04T01:12:00Z", Precision::Second),
            ("1764810720000", "2025-12-04T01:12:00Z", Precision::Second),
            ("20251204", "2025-12-04", Precision::Day),
            ("20251204011200", "2025-12-04T01:12:00", Precision::Second),
        ] {
            let got = machine(given, DateBasis::Header).unwrap_or_else(|| panic!("{given}"));
            assert_eq!(
                (got.value.as_str(), got.precision),
                (want, precision),
                "{given}"
            );
        }
        for bad in ["", "yesterday", "2025-13-40", "::+", "-", "12:00", "+08:00"] {
            assert_eq!(machine(bad, DateBasis::Header), None, "{bad}");
        }
    }
}

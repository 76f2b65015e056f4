//! Dates as suppliers, feeds, agencies and pages write them: one file a grammar.
//!
//! ```text
//! machine     RFC 3339, ISO 8601, RFC 2822, Unix time         headers, scrapers' JSON, pages' meta tags
//! feed        the same, RFC 822, and all the broken forms     feeds, and whatever a supplier calls a date
//!             between, in several languages
//! day         a day as agencies name it, perhaps without      datelines, embargoes
//!             its year
//! filing      when a wire filed: ANPA 1312, IPTC 7901         text wires
//! written     dates within text for people                    visible text of pages
//! address     the day in the address of a page                pages
//! calendar    names of months and weekdays by language
//! zones       abbreviations of time zones
//! ```
//!
//! No reader invents: what is not in the text (a time, a zone, a year) is not in the result, and what
//! could be read two ways is not read at all. The clock is never asked. All take the century of a year
//! in two digits from [`year_of_two_digits`].

pub mod address;
pub mod calendar;
pub mod day;
pub mod feed;
pub mod filing;
pub mod machine;
mod parts;
pub mod written;
pub mod zones;

use std::fmt;

use jiff::civil::Date;

pub use day::DayOfYear;
pub use feed::parse;
pub use machine::{from_unix, machine};

use crate::record::{DateBasis, DateValue, Precision};
use crate::text::data::{Table, tables};

/// The names that dates are read by.
pub const TABLES: [Table; 2] = tables![calendar, zones,];

/// Two-digit years below this are of the 2000s, the others of the 1900s (RFC 5322, 4.3).
const CENTURY_PIVOT: i16 = 50;

/// The year that two digits stand for.
pub fn year_of_two_digits(two: i16) -> i16 {
    if two < CENTURY_PIVOT {
        2000 + two
    } else {
        1900 + two
    }
}

/// A moment as a text states it, with no more than it states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    pub date: Date,
    /// Time of day, where one is given.
    pub time: Option<TimeOfDay>,
}

/// A time of day with the zone as given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOfDay {
    pub hour: u8,
    pub minute: u8,
    /// `None` where the text stops at the minute.
    pub second: Option<u8>,
    /// Minutes east of Greenwich; `None` where no zone, or an ambiguous one (`IST`), is given.
    pub offset: Option<i16>,
}

impl Stamp {
    /// The day alone where the time is midnight without a zone: what keeps days in a column of times writes
    /// them so.
    pub fn without_midnight(self) -> Stamp {
        let is_midnight =
            |t: &TimeOfDay| (t.hour, t.minute, t.second.unwrap_or(0), t.offset) == (0, 0, 0, None);
        Stamp {
            time: self.time.filter(|t| !is_midnight(t)),
            ..self
        }
    }

    pub fn precision(&self) -> Precision {
        match self.time {
            None => Precision::Day,
            Some(TimeOfDay { second: None, .. }) => Precision::Minute,
            Some(_) => Precision::Second,
        }
    }

    /// Seconds since 1970; a stamp without time or zone counts as the start of its day, or as UTC.
    /// Good for putting stamps in order, not for publishing.
    pub fn unix(&self) -> i64 {
        let days = self.date.since(jiff::civil::date(1970, 1, 1));
        let days = days.map_or(0, |span| i64::from(span.get_days()));
        let of_day = self.time.map_or(0, |t| {
            i64::from(t.hour) * 3600 + i64::from(t.minute) * 60 + i64::from(t.second.unwrap_or(0))
                - i64::from(t.offset.unwrap_or(0)) * 60
        });
        days * 86_400 + of_day
    }

    pub fn value(&self, basis: DateBasis) -> DateValue {
        DateValue {
            value: self.to_string(),
            precision: self.precision(),
            basis,
        }
    }
}

/// RFC 3339 where a zone is given, the same without zone where none is, else the date alone.
/// Fractions of a second are dropped; a time to the minute is written with `:00`.
impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let d = self.date;
        write!(f, "{:04}-{:02}-{:02}", d.year(), d.month(), d.day())?;
        let Some(t) = self.time else { return Ok(()) };
        let second = t.second.unwrap_or(0);
        write!(f, "T{:02}:{:02}:{second:02}", t.hour, t.minute)?;
        match t.offset {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(o) => write!(
                f,
                "{}{:02}:{:02}",
                if o < 0 { '-' } else { '+' },
                o.abs() / 60,
                o.abs() % 60
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_of_time() {
        let at = |t: &str| parse(t).map(|s| s.unix());
        assert_eq!(at("1970-01-02"), Some(86_400));
        assert_eq!(at("2024-12-04T09:13:20+01:00"), Some(1_733_300_000));
    }

    #[test]
    fn two_digits_are_of_one_century() {
        assert_eq!(year_of_two_digits(49), 2049);
        assert_eq!(year_of_two_digits(50), 1950);
    }
}

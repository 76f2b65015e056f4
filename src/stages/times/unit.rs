//! Units of time: their length in the calendar and their letters in a TIMEX3 duration.

use jiff::Span as Length;
use jiff::civil::Date;

/// A length of time that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeUnit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Fortnight,
    Weekend,
    Month,
    Quarter,
    Year,
    Decade,
    Century,
    Millennium,
}

/// What the calendar and TIMEX3 make of a unit.
///
/// A duration of TIMEX3 is one of ISO 8601 with units of its own: `WE` weekends, `Q` quarters; and
/// `DE`, `CE`, `ML` for decades, centuries and millennia where their number is not known.
#[derive(Debug)]
struct UnitForm {
    unit: TimeUnit,
    /// Its name in config/times/words.tsv.
    name: &'static str,
    /// `PT` before units of the clock, else `P`.
    prefix: &'static str,
    letter: &'static str,
    /// How many of `letter` one is: a decade is `P10Y`.
    count: f64,
    /// The letters where no number is known: `PXDE`.
    vague: &'static str,
    /// What half a unit more adds: `P2Y6M`. Empty where it is written as a decimal fraction.
    half: &'static str,
    /// Its length in the calendar, in days or in months; neither for units of the clock.
    days: i64,
    months: i64,
}

#[rustfmt::skip]
const UNITS: [UnitForm; 13] = {
    use TimeUnit::*;
    const fn form(
        unit: TimeUnit, name: &'static str, (prefix, letter, count): (&'static str, &'static str, f64),
        vague: &'static str, half: &'static str, (days, months): (i64, i64),
    ) -> UnitForm {
        UnitForm { unit, name, prefix, letter, count, vague, half, days, months }
    }
    [
        form(Second,     "second",     ("PT", "S", 1.0),   "S",  "",     (0, 0)),
        form(Minute,     "minute",     ("PT", "M", 1.0),   "M",  "30S",  (0, 0)),
        form(Hour,       "hour",       ("PT", "H", 1.0),   "H",  "30M",  (0, 0)),
        form(Day,        "day",        ("P", "D", 1.0),    "D",  "T12H", (1, 0)),
        form(Week,       "week",       ("P", "W", 1.0),    "W",  "",     (7, 0)),
        form(Fortnight,  "fortnight",  ("P", "W", 2.0),    "W",  "",     (14, 0)),
        form(Weekend,    "weekend",    ("P", "WE", 1.0),   "WE", "",     (7, 0)),
        form(Month,      "month",      ("P", "M", 1.0),    "M",  "",     (0, 1)),
        form(Quarter,    "quarter",    ("P", "Q", 1.0),    "Q",  "",     (0, 3)),
        form(Year,       "year",       ("P", "Y", 1.0),    "Y",  "6M",   (0, 12)),
        form(Decade,     "decade",     ("P", "Y", 10.0),   "DE", "6M",   (0, 120)),
        form(Century,    "century",    ("P", "Y", 100.0),  "CE", "",     (0, 1_200)),
        form(Millennium, "millennium", ("P", "Y", 1000.0), "ML", "",     (0, 12_000)),
    ]
};

/// Most units a distance in the calendar has. News counts no days beyond; of years there is no calendar
/// that far.
const MOST_UNITS: u64 = 20_000;

/// The same for centuries and millennia: within the four digits of a year in ISO 8601.
const MOST_CENTURIES: u64 = 20;

impl TimeUnit {
    /// The unit with this name in config/times/words.tsv.
    pub(super) fn named(name: &str) -> Option<TimeUnit> {
        UNITS.iter().find(|u| u.name == name).map(|u| u.unit)
    }

    fn form(self) -> &'static UnitForm {
        &UNITS[self as usize]
    }

    /// Shorter than a day.
    pub(super) fn of_the_clock(self) -> bool {
        matches!(self, TimeUnit::Second | TimeUnit::Minute | TimeUnit::Hour)
    }

    /// The unit a point that lies so many of these away is told in: "two decades ago" is a year.
    pub(super) fn told_in(self) -> TimeUnit {
        match self {
            TimeUnit::Decade | TimeUnit::Century | TimeUnit::Millennium => TimeUnit::Year,
            TimeUnit::Fortnight => TimeUnit::Week,
            unit => unit,
        }
    }
}

/// `n` units as a length of the calendar; `None` past what a calendar holds and for units of the clock.
fn length(unit: TimeUnit, n: i64) -> Option<Length> {
    let most = match unit {
        TimeUnit::Century | TimeUnit::Millennium => MOST_CENTURIES,
        _ => MOST_UNITS,
    };
    if n.unsigned_abs() > most || unit.of_the_clock() {
        return None;
    }
    let form = unit.form();
    let days = Length::new().try_days(n * form.days).ok()?;
    days.try_months(n * form.months).ok()
}

/// `date` moved by `n` units, when the calendar reaches that far.
pub(super) fn shifted(date: Date, unit: TimeUnit, n: i64) -> Option<Date> {
    date.checked_add(length(unit, n)?).ok()
}

/// The TIMEX3 duration of `n` units: `P2Y6M`, `PT90M`; `PXM` where `n` is not known.
pub(super) fn duration(unit: TimeUnit, n: Option<f64>) -> String {
    let UnitForm {
        prefix,
        letter,
        half,
        ..
    } = unit.form();
    let Some(n) = n else {
        return format!("{prefix}X{}", unit.form().vague);
    };
    let n = n * unit.form().count;
    if n.fract() == 0.5 && !half.is_empty() {
        return match n.trunc() {
            0.0 => format!("{prefix}{half}"),
            whole => format!("{prefix}{whole}{letter}{half}"),
        };
    }
    // "three quarters of an hour"
    let smaller = match unit {
        TimeUnit::Year => Some(("P", 12.0, "M")),
        TimeUnit::Day => Some(("PT", 24.0, "H")),
        TimeUnit::Hour => Some(("PT", 60.0, "M")),
        _ => None,
    };
    if let Some((prefix, count, letter)) = smaller
        && matches!(n, 0.25 | 0.75)
    {
        return format!("{prefix}{}{letter}", n * count);
    }
    if n.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&n) {
        // whole numbers are written much faster as such
        return format!("{prefix}{}{letter}", n as u32);
    }
    format!("{prefix}{n}{letter}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_durations_as_timex3_does() {
        for (unit, n, want) in [
            (TimeUnit::Year, Some(2.5), "P2Y6M"),
            (TimeUnit::Hour, Some(5.5), "PT5H30M"),
            (TimeUnit::Hour, Some(0.5), "PT30M"),
            (TimeUnit::Hour, Some(0.75), "PT45M"),
            (TimeUnit::Minute, Some(1.5), "PT1M30S"),
            (TimeUnit::Day, Some(3.0), "P3D"),
            (TimeUnit::Day, Some(0.5), "PT12H"),
            (TimeUnit::Day, Some(2.5), "P2DT12H"),
            (TimeUnit::Month, Some(1.5), "P1.5M"),
            (TimeUnit::Decade, Some(2.0), "P20Y"),
            (TimeUnit::Decade, None, "PXDE"),
            (TimeUnit::Week, None, "PXW"),
            (TimeUnit::Quarter, Some(2.0), "P2Q"),
        ] {
            assert_eq!(duration(unit, n), want);
        }
    }

    #[test]
    fn every_unit_stands_in_its_row() {
        for (k, form) in UNITS.iter().enumerate() {
            assert_eq!(form.unit as usize, k, "{}", form.name);
        }
    }

    #[test]
    fn distances_end_where_the_calendar_ends() {
        let day = Date::constant(2015, 11, 11);
        for (unit, n, want) in [
            (TimeUnit::Year, -1, Some("2014-11-11")),
            (TimeUnit::Century, -20, Some("0015-11-11")),
            (TimeUnit::Century, -21, None),
            (TimeUnit::Decade, -5_000, None),
            (TimeUnit::Year, -20_000, None),
            (TimeUnit::Hour, 1, None),
        ] {
            let found = shifted(day, unit, n).map(|d| d.to_string());
            assert_eq!(found.as_deref(), want, "{n} {unit:?}");
        }
    }
}

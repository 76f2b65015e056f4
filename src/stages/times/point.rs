use std::fmt;

use jiff::civil::Date;
use jiff::{Span as Length, ToSpan};

use super::words::TimeUnit;

/// A stretch of the calendar, as coarse as it was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// First year of 1000.
    Millennium(i16),
    /// First year of the hundred: 1900 is "the 20th century" as TimeML writes it, "19".
    Century(i16),
    /// First year of the ten.
    Decade(i16),
    Year(i16),
    Half(i16, u8),
    Season(i16, &'static str),
    Quarter(i16, u8),
    Month(i16, u8),
    /// ISO year and week.
    Week(i16, u8),
    Weekend(i16, u8),
    Day(Date),
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Point::Millennium(y) => write!(f, "{}", y / 1000),
            Point::Century(y) => write!(f, "{:02}", y / 100),
            Point::Decade(y) => write!(f, "{:03}", y / 10),
            Point::Year(y) => write!(f, "{y:04}"),
            Point::Half(y, h) => write!(f, "{y:04}-H{h}"),
            Point::Season(y, s) => write!(f, "{y:04}-{s}"),
            Point::Quarter(y, q) => write!(f, "{y:04}-Q{q}"),
            Point::Month(y, m) => write!(f, "{y:04}-{m:02}"),
            Point::Week(y, w) => write!(f, "{y:04}-W{w:02}"),
            Point::Weekend(y, w) => write!(f, "{y:04}-W{w:02}-WE"),
            Point::Day(d) => write!(f, "{d}"),
        }
    }
}

/// The ISO week `date` lies in.
pub fn week_of(date: Date) -> (i16, u8) {
    let week = date.iso_week_date();
    (week.year(), week.week() as u8)
}

pub fn quarter_of(date: Date) -> u8 {
    (date.month() as u8 - 1) / 3 + 1
}

/// First month of a season; winter is named by the year it begins in.
fn season_start(season: &str) -> i8 {
    match season {
        "SP" => 3,
        "SU" => 6,
        "FA" => 9,
        _ => 12,
    }
}

impl Point {
    /// The stretch of length `unit` that holds `date`.
    pub fn around(date: Date, unit: TimeUnit) -> Point {
        let year = date.year();
        match unit {
            TimeUnit::Week | TimeUnit::Fortnight => {
                let (y, w) = week_of(date);
                Point::Week(y, w)
            }
            TimeUnit::Weekend => {
                let (y, w) = week_of(date);
                Point::Weekend(y, w)
            }
            TimeUnit::Month => Point::Month(year, date.month() as u8),
            TimeUnit::Quarter => Point::Quarter(year, quarter_of(date)),
            TimeUnit::Year => Point::Year(year),
            TimeUnit::Decade => Point::Decade(year - year.rem_euclid(10)),
            TimeUnit::Century => Point::Century(year - year.rem_euclid(100)),
            TimeUnit::Millennium => Point::Millennium(year - year.rem_euclid(1000)),
            TimeUnit::Second | TimeUnit::Minute | TimeUnit::Hour | TimeUnit::Day => {
                Point::Day(date)
            }
        }
    }

    /// Its first day.
    pub fn first_day(self) -> Option<Date> {
        let start = |y: i16, m: i8| Date::new(y, m, 1).ok();
        match self {
            Point::Millennium(y) | Point::Century(y) | Point::Decade(y) | Point::Year(y) => {
                start(y, 1)
            }
            Point::Half(y, h) => start(y, if h == 1 { 1 } else { 7 }),
            Point::Season(y, s) => start(y, season_start(s)),
            Point::Quarter(y, q) => start(y, (q as i8 - 1) * 3 + 1),
            Point::Month(y, m) => start(y, m as i8),
            Point::Week(y, w) | Point::Weekend(y, w) => {
                let monday =
                    jiff::civil::ISOWeekDate::new(y, w as i8, jiff::civil::Weekday::Monday);
                let monday = monday.ok()?.date();
                if matches!(self, Point::Weekend(..)) {
                    monday.checked_add(5.days()).ok()
                } else {
                    Some(monday)
                }
            }
            Point::Day(d) => Some(d),
        }
    }
}

/// `n` units as a length of the calendar; `None` past what a calendar holds.
pub fn length(unit: TimeUnit, n: i64) -> Option<Length> {
    if n.unsigned_abs() > 20_000 {
        return None;
    }
    Some(match unit {
        TimeUnit::Second | TimeUnit::Minute | TimeUnit::Hour => return None,
        TimeUnit::Day => n.days(),
        TimeUnit::Week | TimeUnit::Weekend => (n * 7).days(),
        TimeUnit::Fortnight => (n * 14).days(),
        TimeUnit::Month => n.months(),
        TimeUnit::Quarter => (n * 3).months(),
        TimeUnit::Year => n.years(),
        TimeUnit::Decade => (n * 10).years(),
        TimeUnit::Century | TimeUnit::Millennium if n.unsigned_abs() > 20 => return None,
        TimeUnit::Century => (n * 100).years(),
        TimeUnit::Millennium => (n * 1000).years(),
    })
}

/// `date` moved by `n` units, when the calendar reaches that far.
pub fn shifted(date: Date, unit: TimeUnit, n: i64) -> Option<Date> {
    date.checked_add(length(unit, n)?).ok()
}

/// The TIMEX3 duration of `n` units: `P2Y6M`, `PT90M`; `PXM` where `n` is not known.
pub fn duration(unit: TimeUnit, n: Option<f64>) -> String {
    let (prefix, letter, factor) = match unit {
        TimeUnit::Second => ("PT", "S", 1.0),
        TimeUnit::Minute => ("PT", "M", 1.0),
        TimeUnit::Hour => ("PT", "H", 1.0),
        TimeUnit::Day => ("P", "D", 1.0),
        TimeUnit::Week => ("P", "W", 1.0),
        TimeUnit::Fortnight => ("P", "W", 2.0),
        TimeUnit::Weekend => ("P", "WE", 1.0),
        TimeUnit::Month => ("P", "M", 1.0),
        TimeUnit::Quarter => ("P", "Q", 1.0),
        TimeUnit::Year => ("P", "Y", 1.0),
        TimeUnit::Decade => ("P", "Y", 10.0),
        TimeUnit::Century => ("P", "Y", 100.0),
        TimeUnit::Millennium => ("P", "Y", 1000.0),
    };
    let Some(n) = n else {
        let letter = match unit {
            TimeUnit::Decade => "DE",
            TimeUnit::Century => "CE",
            TimeUnit::Millennium => "ML",
            TimeUnit::Fortnight => "W",
            _ => letter,
        };
        return format!("{prefix}X{letter}");
    };
    let n = n * factor;
    if n.fract() == 0.5 {
        let whole = n.trunc();
        let lead = if whole == 0.0 {
            String::new()
        } else {
            format!("{whole}{letter}")
        };
        let half = match unit {
            TimeUnit::Year | TimeUnit::Decade => "6M",
            TimeUnit::Hour => "30M",
            TimeUnit::Minute => "30S",
            TimeUnit::Day if whole == 0.0 => return "PT12H".into(),
            TimeUnit::Day => "T12H",
            _ => "",
        };
        if !half.is_empty() {
            return format!("{prefix}{lead}{half}");
        }
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
            (TimeUnit::Minute, Some(1.5), "PT1M30S"),
            (TimeUnit::Day, Some(3.0), "P3D"),
            (TimeUnit::Month, Some(1.5), "P1.5M"),
            (TimeUnit::Decade, Some(2.0), "P20Y"),
            (TimeUnit::Decade, None, "PXDE"),
            (TimeUnit::Week, None, "PXW"),
            (TimeUnit::Quarter, Some(2.0), "P2Q"),
        ] {
            assert_eq!(duration(unit, n), want);
        }
    }
}

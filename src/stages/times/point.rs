//! Points of the calendar: what a DATE of TIMEX3 can be.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};

use super::unit::TimeUnit;

/// A stretch of the calendar, as coarse as it was named. Displays as the value TimeML gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Point {
    /// First year of 1000.
    Millennium(i16),
    /// First year of the hundred: 1900 is "the 20th century" as TimeML writes it, "19".
    Century(i16),
    /// First year of the ten.
    Decade(i16),
    Year(i16),
    /// Year and half, 1 or 2.
    Half(i16, u8),
    /// Year and name of the season: `SP`, `SU`, `FA`, `WI`.
    Season(i16, &'static str),
    /// Year and quarter, 1 to 4.
    Quarter(i16, u8),
    Month(i16, u8),
    /// ISO year and week.
    Week(i16, u8),
    /// ISO year and week of its Saturday and Sunday.
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

/// The ISO 8601 week `date` lies in: its year, which may be the one before or after, and its number.
pub(super) fn week_of(date: Date) -> (i16, u8) {
    let week = date.iso_week_date();
    (week.year(), week.week() as u8)
}

/// The quarter of the calendar year, 1 to 4.
pub(super) fn quarter_of(date: Date) -> u8 {
    (date.month() as u8 - 1) / 3 + 1
}

/// The seasons of TIMEX3 with their first and last month, as the weather service and the news of the
/// northern hemisphere count them. Winter is named by the year it begins in; its last month here is the
/// last in that year.
const SEASONS: [(&str, i8, i8); 4] = [("SP", 3, 5), ("SU", 6, 8), ("FA", 9, 11), ("WI", 12, 12)];

/// First and last month of a season, if `season` is one.
pub(super) fn season_months(season: &str) -> Option<(i8, i8)> {
    let found = SEASONS.iter().find(|(name, ..)| *name == season);
    found.map(|(_, first, last)| (*first, *last))
}

impl Point {
    /// The stretch of length `unit` that holds `date`.
    pub(super) fn around(date: Date, unit: TimeUnit) -> Point {
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

    /// Whether it lies within one `unit`, as far as a calendar goes: a day within a week, a month within a year.
    pub(super) fn is_within(self, unit: TimeUnit) -> bool {
        let longest = match unit {
            TimeUnit::Second | TimeUnit::Minute | TimeUnit::Hour | TimeUnit::Day => 1,
            TimeUnit::Week | TimeUnit::Fortnight | TimeUnit::Weekend => 7,
            TimeUnit::Month => 31,
            TimeUnit::Quarter => 92,
            TimeUnit::Year => 366,
            TimeUnit::Decade => 3_660,
            TimeUnit::Century => 36_600,
            TimeUnit::Millennium => 366_000,
        };
        self.days() <= longest
    }

    /// How many days it has, at most.
    fn days(self) -> u32 {
        match self {
            Point::Day(_) => 1,
            Point::Week(..) | Point::Weekend(..) => 7,
            Point::Month(..) => 31,
            Point::Quarter(..) | Point::Season(..) => 92,
            Point::Half(..) => 184,
            Point::Year(_) => 366,
            Point::Decade(_) => 3_660,
            Point::Century(_) => 36_600,
            Point::Millennium(_) => 366_000,
        }
    }

    /// Its first day.
    pub(super) fn first_day(self) -> Option<Date> {
        let start = |y: i16, m: i8| Date::new(y, m, 1).ok();
        match self {
            Point::Millennium(y) | Point::Century(y) | Point::Decade(y) | Point::Year(y) => {
                start(y, 1)
            }
            Point::Half(y, h) => start(y, (h as i8 - 1) * 6 + 1),
            Point::Season(y, s) => season_months(s).and_then(|(first, _)| start(y, first)),
            Point::Quarter(y, q) => start(y, (q as i8 - 1) * 3 + 1),
            Point::Month(y, m) => start(y, m as i8),
            Point::Week(y, w) => monday(y, w),
            Point::Weekend(y, w) => monday(y, w).and_then(|day| day.checked_add(5.days()).ok()),
            Point::Day(d) => Some(d),
        }
    }
}

/// The first day of an ISO week.
fn monday(year: i16, week: u8) -> Option<Date> {
    let day = ISOWeekDate::new(year, week as i8, Weekday::Monday);
    day.ok().map(ISOWeekDate::date)
}

//! Which day, month or year a name means: the one nearest to publication on the side of its tense.

use jiff::ToSpan;
use jiff::civil::Date;

use super::holidays::{self, HolidayRule};
use super::point::{Point, quarter_of, season_months};
use super::tense::Tense;
use super::unit::{TimeUnit, shifted};
use super::words::Rel;

/// How much farther away a date on the wrong side of its tense counts as. Set on the development sets:
/// a past verb in "payable Nov. 22" does not send the day back a year.
const WRONG_SIDE_WEIGHT: f64 = 2.5;

/// The same for a date ahead without a tense; news speaks of what was more than of what will be.
const AHEAD_WEIGHT: f64 = 1.3;

/// How far a candidate lies, by distance and tense; `distance` is positive for what is to come.
fn cost(distance: i64, tense: Tense) -> i64 {
    let weight = match (tense, distance.signum()) {
        (Tense::Over, 1) => return i64::MAX,
        (Tense::Past, 1) | (Tense::Future, -1) => WRONG_SIDE_WEIGHT,
        (Tense::Unknown, 1) => AHEAD_WEIGHT,
        _ => 1.0,
    };
    // tenths, so that the weights tell whole distances apart
    (distance.abs() as f64 * weight * 10.0) as i64
}

/// The same for a day, told from `today`.
fn cost_of(day: Date, today: Date, tense: Tense) -> i64 {
    let days = today.until(day).map_or(0, |span| span.get_days());
    cost(i64::from(days), tense)
}

/// The year of publication and its neighbours; of candidates equally far the first is meant.
fn years_around(today: Date) -> [i16; 3] {
    let year = today.year();
    [year, year - 1, year + 1]
}

/// The year whose candidate costs least.
fn cheapest_year(today: Date, cost: impl Fn(i16) -> i64) -> i16 {
    let years = years_around(today).into_iter();
    years.min_by_key(|y| cost(*y)).unwrap_or(today.year())
}

/// The year of a bare month: the nearest, with what lies on the wrong side of the tense farther off.
pub(super) fn month_year(today: Date, month: u8, tense: Tense) -> i16 {
    cheapest_year(today, |year| {
        let years = i64::from(year - today.year());
        let months = years * 12 + i64::from(month) - i64::from(today.month());
        cost(months, tense)
    })
}

/// The year of "last May", "next May", "this May".
pub(super) fn month_year_rel(today: Date, month: u8, rel: Rel) -> i16 {
    let month = month as i8;
    if rel.looks_back() {
        today.year() - i16::from(month >= today.month())
    } else if rel.looks_ahead() {
        today.year() + i16::from(month <= today.month())
    } else {
        today.year()
    }
}

/// Days from `today` to the next `weekday` (1 Monday to 7), and back to the last one; 0 for today.
fn days_to(today: Date, weekday: u8) -> (i64, i64) {
    let ahead = weekday as i8 - today.weekday().to_monday_one_offset();
    let (ahead, back) = (ahead.rem_euclid(7), (-ahead).rem_euclid(7));
    (i64::from(ahead), i64::from(back))
}

/// A bare weekday lies within seven days of publication; the tense says on which side.
pub(super) fn weekday(today: Date, weekday: u8, tense: Tense) -> Option<Date> {
    let (ahead, back) = days_to(today, weekday);
    let days = if tense == Tense::Future { ahead } else { -back };
    today.checked_add(days.days()).ok()
}

/// "last Friday", "next Friday", "that Friday", "this Friday".
pub(super) fn weekday_rel(today: Date, weekday: u8, rel: Rel) -> Option<Date> {
    let (ahead, back) = days_to(today, weekday);
    // what is told of today's weekday is a week away
    let full = |days: i64| if days == 0 { 7 } else { days };
    let within_week = i64::from(weekday) - i64::from(today.weekday().to_monday_one_offset());
    let days = match rel {
        Rel::Last | Rel::Past | Rel::Previous => -full(back),
        // a day still to come this week needs no "next": the next week's is meant
        Rel::Next if within_week > 0 => ahead + 7,
        Rel::Next | Rel::Coming | Rel::Following => full(ahead),
        Rel::That => -back,
        _ => within_week,
    };
    today.checked_add(days.days()).ok()
}

/// "the weekend": before Friday the weekend of the news is the last one.
pub(super) fn weekend(today: Date, tense: Tense) -> Option<Point> {
    let behind = today.weekday().to_monday_one_offset() < 5 && tense != Tense::Future;
    let day = shifted(today, TimeUnit::Weekend, -i64::from(behind))?;
    Some(Point::around(day, TimeUnit::Weekend))
}

/// First and last month of a season; what is no season is at the end of the year, as winter is.
fn months_of(season: &str) -> (i8, i8) {
    season_months(season).unwrap_or((12, 12))
}

/// The year of a bare season: this one, unless the tense rules it out.
pub(super) fn season_year(today: Date, season: &str, tense: Tense) -> i16 {
    let (first, last) = months_of(season);
    match tense {
        // a winter that is to come may have begun
        Tense::Future if last < today.month() && season != "WI" => today.year() + 1,
        Tense::Past | Tense::Over if first > today.month() => today.year() - 1,
        _ => today.year(),
    }
}

/// The year of "last summer", "next summer", "this summer".
pub(super) fn season_year_rel(today: Date, season: &str, rel: Rel) -> i16 {
    let (first, last) = months_of(season);
    if rel.looks_back() {
        today.year() - i16::from(last >= today.month() || season == "WI")
    } else if rel.looks_ahead() {
        today.year() + i16::from(first <= today.month())
    } else {
        today.year()
    }
}

/// The year of a bare quarter.
pub(super) fn quarter_year(today: Date, quarter: u8, tense: Tense) -> i16 {
    // A quarter still running is on one side and the other, and figures are told of what is over: the
    // first quarter that is reported in October is this year's.
    let tense = match tense {
        Tense::Past | Tense::Over => Tense::Over,
        Tense::Unknown | Tense::Any => Tense::Past,
        Tense::Future => Tense::Future,
    };
    let now = i64::from(quarter_of(today));
    cheapest_year(today, |year| {
        let years = i64::from(year - today.year());
        cost(years * 4 + i64::from(quarter) - now, tense)
    })
}

/// The quarter that ended last, with its year: earnings of October are of the third quarter.
pub(super) fn last_quarter(today: Date) -> (i16, u8) {
    match quarter_of(today) {
        1 => (today.year() - 1, 4),
        q => (today.year(), q - 1),
    }
}

/// The day of "Nov. 22". Up to three years back, for Feb. 29.
pub(super) fn month_day(today: Date, month: u8, day: u8, tense: Tense) -> Option<Date> {
    let year = today.year();
    let years = [year - 1, year, year + 1, year + 2, year - 2, year - 3];
    let days = years.into_iter();
    days.filter_map(|y| Date::new(y, month as i8, day as i8).ok())
        .min_by_key(|day| cost_of(*day, today, tense))
}

/// The days of a holiday in the year before, this year and the next, in order.
fn holiday_days(today: Date, rule: HolidayRule) -> impl DoubleEndedIterator<Item = Date> {
    let year = today.year();
    let years = [year - 1, year, year + 1].into_iter();
    years.filter_map(move |y| holidays::day(rule, y))
}

/// The day of a bare holiday.
pub(super) fn holiday(today: Date, rule: HolidayRule, tense: Tense) -> Option<Date> {
    holiday_days(today, rule).min_by_key(|day| cost_of(*day, today, tense))
}

/// "last Easter", "next Easter", "this Easter".
pub(super) fn holiday_rel(today: Date, rule: HolidayRule, rel: Rel) -> Option<Date> {
    let mut days = holiday_days(today, rule);
    if rel.looks_back() {
        days.rfind(|day| *day < today)
    } else if rel.looks_ahead() {
        days.find(|day| *day > today)
    } else {
        holidays::day(rule, today.year())
    }
}

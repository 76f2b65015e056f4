//! Holds what an expression means against the day of publication and what the text said before it.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

use super::grammar::{ClockTime, FoundTime, Meaning, unit_around};
use super::holidays::{self, HolidayRule};
use super::nearest;
use super::point::Point;
use super::tense::Tense;
use super::unit::{TimeUnit, duration, shifted};
use super::words::Rel;
use crate::record::{TimeExpression, TimeType};
use crate::text::Span;

/// The time an article's expressions are told from: its publication, in its own zone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Anchor {
    pub day: Date,
    /// With the time of day, where the supplier gives it.
    pub time: Option<DateTime>,
}

impl Anchor {
    /// Reads an RFC 3339 time or a date. Its own offset is kept: the day is the day where it was written.
    pub(super) fn parse(value: &str) -> Option<Anchor> {
        let day = value.get(..10)?.parse().ok()?;
        let time = value.get(..16).and_then(|t| t.parse::<DateTime>().ok());
        Some(Anchor { day, time })
    }
}

/// What is known while an article's expressions are resolved in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Resolver {
    pub anchor: Option<Anchor>,
    /// The day, month or year the text last spoke of.
    reference: Option<Point>,
    /// The last of them that was one day.
    reference_day: Option<Date>,
    /// The quarter under report, and the block that last named it.
    quarter: Option<((i16, u8), u32)>,
}

/// Where in the article an expression stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct ExpressionPlace {
    pub block: u32,
    /// Right behind a figure: "…, or 34 cents a share, a year earlier".
    pub behind_figure: bool,
}

/// Paragraphs after which the quarter under report is no longer what a figure is compared with. Set on
/// the development sets: reports of companies in the news are shorter, round-ups name the next quarter.
const PARAGRAPHS_UNDER_REPORT: u32 = 6;

/// What an expression came to.
#[derive(Debug, Default)]
struct Resolved {
    point: Option<Point>,
    value: Option<String>,
    unanchored: Option<String>,
    begin: Option<String>,
    end: Option<String>,
}

impl Resolved {
    /// A value the text states without a point of the calendar: `P2Y`, `PAST_REF`.
    fn fixed(value: impl Into<String>) -> Self {
        Resolved {
            value: Some(value.into()),
            ..Resolved::default()
        }
    }

    /// A point the text states in full.
    fn stated(point: Point) -> Self {
        Resolved {
            point: Some(point),
            ..Resolved::default()
        }
    }

    /// From `first` to `last`, both in it.
    fn stretch(first: Point, last: Point) -> Self {
        Resolved {
            value: Some(format!("{first}/{last}")),
            begin: Some(first.to_string()),
            end: Some(last.to_string()),
            ..Resolved::stated(first)
        }
    }

    /// A point where there is an anchor, and what the text alone says.
    fn at(point: Option<Point>, unanchored: impl Into<String>) -> Self {
        Resolved {
            point,
            unanchored: Some(unanchored.into()),
            ..Resolved::default()
        }
    }

    /// Adds a time of day, `T14:30` or `TMO`, to the day, or to a day that is not known.
    fn add_time_of_day(&mut self, tail: &str) {
        if self.value.is_none() && self.unanchored.is_none() {
            self.unanchored = Some("XXXX-XX-XX".into());
        }
        let forms = [&mut self.value, &mut self.unanchored];
        for form in forms.into_iter().flatten() {
            form.push_str(tail);
        }
    }
}

impl Resolver {
    pub(super) fn new(anchor: Option<Anchor>) -> Self {
        Resolver {
            anchor,
            ..Resolver::default()
        }
    }

    fn day(&self) -> Option<Date> {
        self.anchor.map(|a| a.day)
    }

    /// The day that "that week" and "two months later" count from, in `unit`: nothing where the text last spoke of a longer
    /// stretch, as there is no telling where in "the 1980s" a week lies.
    fn reference_for(&self, unit: TimeUnit) -> Option<Date> {
        match unit {
            TimeUnit::Day => self.reference_day,
            _ => self.reference.filter(|p| p.is_within(unit))?.first_day(),
        }
    }

    /// The day that an expression `n` units away counts from: what is before is so of publication too, where the text
    /// has spoken of no other time; what is "later" never is.
    fn told_from(&self, unit: TimeUnit, n: f64) -> Option<Date> {
        let of_publication = n < 0.0 && (unit == TimeUnit::Day || self.reference.is_none());
        let today = self.day().filter(|_| of_publication);
        self.reference_for(unit).or(today)
    }

    /// The day the text last spoke of, else that of publication.
    fn last_day(&self) -> Option<Date> {
        self.reference_day.or(self.day())
    }

    /// The record's entry for an expression at `span`.
    pub(super) fn resolve(
        &mut self,
        found: &FoundTime,
        span: Span,
        at: ExpressionPlace,
        tense: Tense,
    ) -> TimeExpression {
        let mut r = self.meaning(&found.meaning, tense, at);
        if tense == Tense::Any {
            r = Resolved::at(None, r.unanchored.unwrap_or_default());
        }
        let mut kind = found.kind;
        if let Some(point) = r.point {
            if kind == TimeType::Date && !compares(&found.meaning) {
                self.remember(point, at.block);
            } else if let Point::Day(day) = point {
                self.reference = Some(point);
                self.reference_day = Some(day);
            }
            r.value.get_or_insert_with(|| point.to_string());
        }
        if r.value.as_deref().is_some_and(has_time_of_day) {
            kind = TimeType::Time;
        }
        let tail = tail(found.part, found.clock);
        if !tail.is_empty() {
            kind = TimeType::Time;
            r.add_time_of_day(&tail);
            r.begin = found.clock.and_then(|c| instant(r.point?, c)).or(r.begin);
        }
        if let Some(most) = &found.at_most {
            r.begin = r.value.clone();
            r.end = Some(most.clone());
        }
        TimeExpression {
            start: span.start,
            end: span.end,
            kind,
            value: r.value,
            unanchored: r.unanchored,
            begin: r.begin,
            end_value: r.end,
        }
    }

    fn remember(&mut self, point: Point, block: u32) {
        match point {
            Point::Quarter(year, quarter) if self.comes_under_report(point, year) => {
                self.quarter = Some(((year, quarter), block));
            }
            Point::Day(day) => self.reference_day = Some(day),
            _ => {}
        }
        self.reference = Some(point);
    }

    /// Whether a quarter that is named is the one the story goes on to report: the same quarter of an
    /// earlier year is only compared with, and one that has not begun has no report.
    fn comes_under_report(&self, quarter: Point, year: i16) -> bool {
        let of_earlier_year = self.quarter.is_some_and(|((was, _), _)| year < was);
        let begun = match (quarter.first_day(), self.day()) {
            (Some(first), Some(today)) => first <= today,
            _ => true,
        };
        !of_earlier_year && begun
    }

    /// What an expression comes to. Each form of meaning has its own row.
    #[rustfmt::skip]
    fn meaning(&self, meaning: &Meaning, tense: Tense, at: ExpressionPlace) -> Resolved {
        match *meaning {
            Meaning::Point(point) => Resolved::stated(point),
            Meaning::Points(first, last) => Resolved::stretch(first, last),
            Meaning::MonthDay(m, d) => self.told(month_day_form(m, d), |today| {
                nearest::month_day(today, m, d, tense).map(Point::Day)
            }),
            Meaning::MonthDays(m, first, last) => self.month_days(m, first, last, tense),
            Meaning::UnitAround(unit, rule) => self.told(day_of_rule_form(rule), |today| {
                nearest::holiday(today, rule, tense).map(|day| unit_around(day, unit))
            }),
            Meaning::NthOf(nth, stretch, n) => self.told(offset(stretch, n), |today| {
                nth.of_current(today, stretch, n)
            }),
            Meaning::DayOfMonth(d) => Resolved::at(self.day_of_month(d), format!("XXXX-XX-{d:02}")),

            Meaning::Month(m) => self.told(month_form(m), |today| {
                Some(Point::Month(nearest::month_year(today, m, tense), m))
            }),
            Meaning::MonthOf(m, n) => self.told(month_form(m), |today| {
                Some(Point::Month(today.year() + n, m))
            }),
            Meaning::MonthRel(m, rel) => self.told(month_form(m), |today| {
                Some(Point::Month(nearest::month_year_rel(today, m, rel), m))
            }),

            Meaning::Weekday(w) => self.told(format!("XXXX-WXX-{w}"), |today| {
                nearest::weekday(today, w, tense).map(Point::Day)
            }),
            Meaning::WeekdayRel(w, rel) => self.weekday_rel(w, rel),
            Meaning::WeekdayOf(w, n) => self.told(format!("XXXX-WXX-{w}"), |today| {
                let monday = shifted(today, TimeUnit::Day, 1 - i64::from(today.weekday().to_monday_one_offset()))?;
                shifted(monday, TimeUnit::Day, 7 * n + i64::from(w) - 1).map(Point::Day)
            }),

            Meaning::Season(s) => self.told(format!("XXXX-{s}"), |today| {
                Some(Point::Season(nearest::season_year(today, s, tense), s))
            }),
            Meaning::SeasonOf(s, n) => self.told(format!("XXXX-{s}"), |today| {
                Some(Point::Season(today.year() + n, s))
            }),
            Meaning::SeasonRel(s, rel) => self.told(format!("XXXX-{s}"), |today| {
                Some(Point::Season(nearest::season_year_rel(today, s, rel), s))
            }),

            Meaning::Quarter(q) => self.told(format!("XXXX-Q{q}"), |today| {
                Some(Point::Quarter(nearest::quarter_year(today, q, tense), q))
            }),
            Meaning::QuarterOf(q, n) => self.told(format!("XXXX-Q{q}"), |today| {
                Some(Point::Quarter(today.year() + n, q))
            }),
            Meaning::HalfOf(h, n) => self.told(format!("XXXX-H{h}"), |today| {
                Some(Point::Half(today.year() + n, h))
            }),
            Meaning::Reported(unit) => self.reported(unit),
            Meaning::QuarterIn(year) => Resolved::stated(self.quarter_in(year)),
            Meaning::YearEarlier(unit) => self.told(offset(TimeUnit::Year, -1), |today| {
                Some(self.year_earlier(today, unit))
            }),

            Meaning::Holiday(rule) => self.told(holiday_form(rule), |today| {
                nearest::holiday(today, rule, tense).map(Point::Day)
            }),
            Meaning::HolidayRel(rule, rel) => self.told(holiday_form(rule), |today| {
                nearest::holiday_rel(today, rule, rel).map(Point::Day)
            }),

            Meaning::Current(TimeUnit::Weekend, 0) => self.told("XXXX-WXX-WE", |today| {
                nearest::weekend(today, tense)
            }),
            Meaning::Current(unit, n) => self.told(offset(unit, n), |today| {
                shifted(today, unit, n).map(|day| Point::around(day, unit))
            }),
            Meaning::FromReference(unit, n) => {
                let reference = self.told_from(unit, n as f64);
                let day = reference.and_then(|from| shifted(from, unit, n));
                Resolved::at(day.map(|day| Point::around(day, unit)), offset(unit, n))
            }
            Meaning::Ago(unit, Some(n)) => self.moved(unit, -n, true, at),
            Meaning::Hence(unit, Some(n)) => self.moved(unit, n, true, at),
            Meaning::Shift(unit, Some(n), sign) => self.moved(unit, n * f64::from(sign), false, at),

            Meaning::Ago(_, None) | Meaning::SinceEvent => Resolved::fixed(PAST_REF),
            Meaning::Hence(_, None) => Resolved::fixed(FUTURE_REF),
            Meaning::Shift(_, None, sign) => Resolved::fixed(some_time(f64::from(sign))),
            Meaning::Ref(value) => Resolved::fixed(value),
            Meaning::Duration(ref value) | Meaning::Set(ref value) | Meaning::BeforeChrist(ref value) => Resolved::fixed(value.clone()),
            Meaning::SomeDay => {
                Resolved::at(self.last_day().map(Point::Day), "XXXX-XX-XX")
            }
        }
    }

    /// A point told from the day of publication; `form` is what the text alone says.
    fn told(&self, form: impl Into<String>, point: impl FnOnce(Date) -> Option<Point>) -> Resolved {
        Resolved::at(self.day().and_then(point), form)
    }

    /// "June 3-5".
    fn month_days(&self, month: u8, first: u8, last: u8, tense: Tense) -> Resolved {
        let form = format!(
            "{}/{}",
            month_day_form(month, first),
            month_day_form(month, last)
        );
        let begin = (self.day()).and_then(|today| nearest::month_day(today, month, first, tense));
        let end = begin.and_then(|b| Date::new(b.year(), month as i8, last as i8).ok());
        match (begin, end) {
            (Some(begin), Some(end)) => Resolved {
                unanchored: Some(form),
                ..Resolved::stretch(Point::Day(begin), Point::Day(end))
            },
            _ => Resolved::at(None, form),
        }
    }

    /// "the 15th", of the month the text last spoke of.
    fn day_of_month(&self, day: u8) -> Option<Point> {
        let month = self.last_day()?;
        let day = Date::new(month.year(), month.month(), day as i8).ok();
        day.map(Point::Day)
    }

    fn weekday_rel(&self, w: u8, rel: Rel) -> Resolved {
        let from = match rel {
            Rel::Previous | Rel::Following | Rel::That => self.last_day(),
            _ => self.day(),
        };
        let day = from.and_then(|from| nearest::weekday_rel(from, w, rel));
        Resolved::at(day.map(Point::Day), format!("XXXX-WXX-{w}"))
    }

    /// "the 1988 period": the quarter under report, or the one that ended last, in that year.
    fn quarter_in(&self, year: i16) -> Point {
        match (self.quarter, self.day()) {
            (Some(((_, q), _)), _) => Point::Quarter(year, q),
            (None, Some(today)) => Point::Quarter(year, nearest::last_quarter(today).1),
            (None, None) => Point::Year(year),
        }
    }

    /// "the year-earlier quarter", "the year-earlier period".
    fn year_earlier(&self, today: Date, unit: TimeUnit) -> Point {
        let (year, quarter) = match self.quarter {
            Some((quarter, _)) => quarter,
            None if unit == TimeUnit::Quarter => nearest::last_quarter(today),
            None => return Point::Year(today.year() - 1),
        };
        Point::Quarter(year - 1, quarter)
    }

    /// "two years ago", "a day later": from today, or from what the text last spoke of.
    fn moved(&self, unit: TimeUnit, n: f64, from_today: bool, at: ExpressionPlace) -> Resolved {
        let sign = if n < 0.0 { "-" } else { "+" };
        let form = format!("{sign}{}", duration(unit, Some(n.abs())));
        if unit.of_the_clock() {
            return self.moved_by_clock(unit, n, form);
        }
        if unit == TimeUnit::Year
            && n == -1.0
            && let Some(quarter) = self.compared_quarter(at)
        {
            return Resolved::at(Some(quarter), form);
        }
        let from = if from_today {
            self.day()
        } else {
            self.told_from(unit, n)
        };
        Resolved::at(from.and_then(|from| point_from(from, unit, n)), form)
    }

    /// What "a year ago" means where a quarter is under report: figures are compared with the same
    /// quarter of the year before.
    fn compared_quarter(&self, at: ExpressionPlace) -> Option<Point> {
        let ((year, quarter), named) = self.quarter?;
        let near = at.behind_figure && at.block - named <= PARAGRAPHS_UNDER_REPORT;
        (named == at.block || near).then_some(Point::Quarter(year - 1, quarter))
    }

    /// "three hours ago": the minute where the time of publication is known, the day where whole days are
    /// told, else only the side.
    fn moved_by_clock(&self, unit: TimeUnit, n: f64, form: String) -> Resolved {
        let minutes = match unit {
            TimeUnit::Hour => n * 60.0,
            TimeUnit::Minute => n,
            _ => n / 60.0,
        };
        let Some(anchor) = self.anchor else {
            return Resolved::at(None, form);
        };
        if minutes.abs() > MOST_MINUTES {
            return Resolved::fixed(some_time(n));
        }
        if let Some(time) = anchor.time
            && let Ok(then) = time.checked_add((minutes as i64).minutes())
        {
            return Resolved {
                value: Some(then.strftime("%FT%H:%M").to_string()),
                ..Resolved::at(None, form)
            };
        }
        // with the day alone, whole days can be told: "24 hours ago"
        if minutes % MINUTES_A_DAY == 0.0 {
            let day = shifted(anchor.day, TimeUnit::Day, (minutes / MINUTES_A_DAY) as i64);
            return Resolved::at(day.map(Point::Day), form);
        }
        Resolved {
            value: Some(some_time(n).into()),
            ..Resolved::at(None, form)
        }
    }

    /// "the quarter", "the fiscal year": what the text last named of the kind, else the last one ended.
    fn reported(&self, unit: TimeUnit) -> Resolved {
        self.told(offset(unit, 0), |today| {
            if unit != TimeUnit::Quarter {
                return Some(Point::around(today, unit));
            }
            let under_report = self.quarter.map(|(quarter, _)| quarter);
            let (year, quarter) = under_report.unwrap_or_else(|| nearest::last_quarter(today));
            Some(Point::Quarter(year, quarter))
        })
    }
}

/// The values of TIMEX3 for a time of which only the side is known.
const PAST_REF: &str = "PAST_REF";
const FUTURE_REF: &str = "FUTURE_REF";

const MINUTES_A_DAY: f64 = 24.0 * 60.0;

/// Longest distance in minutes that is told to the minute, about 19 years: nobody counts hours beyond.
const MOST_MINUTES: f64 = 1e7;

/// Some time on the side of `n`.
fn some_time(n: f64) -> &'static str {
    if n < 0.0 { PAST_REF } else { FUTURE_REF }
}

/// The point that lies `n` units from `from`. Halves of years and decades are counted in months; of
/// other units no part is told.
fn point_from(from: Date, unit: TimeUnit, n: f64) -> Option<Point> {
    if n.fract() == 0.0 {
        let moved = shifted(from, unit, n as i64)?;
        return Some(Point::around(moved, unit.told_in()));
    }
    let (months, told_in) = match unit {
        TimeUnit::Year => (n * 12.0, TimeUnit::Month),
        TimeUnit::Decade => (n * 120.0, TimeUnit::Year),
        _ => return None,
    };
    let moved = shifted(from, TimeUnit::Month, months.round() as i64)?;
    Some(Point::around(moved, told_in))
}

/// Whether a value of TIMEX3 is a day with a time: `2015-11-11T14:30`, not `PT2H` or `PAST_REF`.
fn has_time_of_day(value: &str) -> bool {
    value.contains('T') && value.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether an expression only names what is compared with, so that the story goes on from elsewhere.
fn compares(meaning: &Meaning) -> bool {
    matches!(
        meaning,
        Meaning::YearEarlier(_)
            | Meaning::QuarterOf(_, -1)
            | Meaning::Ago(..)
            | Meaning::Shift(TimeUnit::Year, _, -1)
    )
}

/// The part of a value after its day: "TMO", "T14:30".
fn tail(part: Option<&'static str>, clock: Option<ClockTime>) -> String {
    match (clock, part) {
        (Some(c), _) => match c.minute {
            Some(m) => format!("T{:02}:{m:02}", c.hour),
            None => format!("T{:02}:00", c.hour),
        },
        (None, Some(part)) => format!("T{part}"),
        (None, None) => String::new(),
    }
}

/// The instant of a time of a day, in RFC 3339, where its zone is stated.
fn instant(point: Point, clock: ClockTime) -> Option<String> {
    let (Point::Day(day), Some(zone)) = (point, clock.zone) else {
        return None;
    };
    let (day, hour) = if clock.hour == 24 {
        (day.tomorrow().ok()?, 0)
    } else {
        (day, clock.hour)
    };
    let sign = if zone < 0 { '-' } else { '+' };
    let (h, m) = (zone.abs() / 60, zone.abs() % 60);
    let minute = clock.minute.unwrap_or(0);
    Some(format!("{day}T{hour:02}:{minute:02}:00{sign}{h:02}:{m:02}"))
}

/// A distance from the anchor in whole units, as a signed duration of ISO 8601-2: `-P1Y` for "last year".
fn offset(unit: TimeUnit, n: i64) -> String {
    let sign = match n {
        0 => "",
        n if n < 0 => "-",
        _ => "+",
    };
    format!("{sign}{}", duration(unit, Some(n.abs() as f64)))
}

/// What the text alone says of a month: ISO 8601 with `XXXX` for the year, as TimeML writes it.
fn month_form(month: u8) -> String {
    format!("XXXX-{month:02}")
}

fn month_day_form(month: u8, day: u8) -> String {
    format!("XXXX-{month:02}-{day:02}")
}

/// The same of a week, by the day it is around: of one that is counted, the month.
fn day_of_rule_form(rule: HolidayRule) -> String {
    match rule {
        HolidayRule::Nth(month, ..) => month_form(month as u8),
        _ => holiday_form(rule),
    }
}

fn holiday_form(rule: HolidayRule) -> String {
    match holidays::fixed(rule) {
        Some((month, day)) => month_day_form(month, day),
        None => "XXXX-XX-XX".into(),
    }
}

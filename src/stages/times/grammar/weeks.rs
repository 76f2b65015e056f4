//! Days and weeks by their place in a month or a year: "the second week of March", "the last Friday in June", "the week
//! of July 5", "the week after next".

use jiff::ToSpan;
use jiff::civil::Date;

use super::{FoundTime, Match, Meaning, date};
use crate::stages::times::holidays::{self, HolidayRule};
use crate::stages::times::line::TokenLine;
use crate::stages::times::point::Point;
use crate::stages::times::unit::{TimeUnit, shifted};
use crate::stages::times::words::{Rel, TimeWord};

/// The `n`th day, weekday, week or weekend of a stretch, from its end where `n` is negative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::stages::times) struct Nth {
    unit: TimeUnit,
    /// Of a weekday: 1 Monday to 7 Sunday.
    weekday: Option<u8>,
    n: i8,
}

impl Nth {
    /// The rule of its day, or of a day in it, in a month. A week is of the month that has its Thursday, as ISO 8601
    /// gives weeks to years, and a weekend of the one that has its Saturday.
    fn rule(self, month: i8) -> HolidayRule {
        const THURSDAY: i8 = 4;
        const SATURDAY: i8 = 6;
        match (self.unit, self.weekday) {
            (_, Some(weekday)) => HolidayRule::Nth(month, weekday as i8, self.n),
            (TimeUnit::Week, None) => HolidayRule::Nth(month, THURSDAY, self.n),
            (TimeUnit::Weekend, None) => HolidayRule::Nth(month, SATURDAY, self.n),
            (_, None) if self.n < 0 => HolidayRule::LastOf(month),
            (_, None) => HolidayRule::Fixed(month, self.n),
        }
    }

    /// The rule of its day in a year.
    fn rule_of_year(self) -> HolidayRule {
        self.rule(if self.n < 0 { 12 } else { 1 })
    }

    /// The point it is in a year, by the rule of its day.
    fn point(self, rule: HolidayRule, year: i16) -> Option<Point> {
        holidays::day(rule, year).map(|day| unit_around(day, self.unit))
    }

    /// The point it is in the month or year that lies `n` from the one with `today` in it.
    pub(in crate::stages::times) fn of_current(
        self,
        today: Date,
        stretch: TimeUnit,
        n: i64,
    ) -> Option<Point> {
        let day = shifted(today, stretch, n)?;
        let rule = match stretch {
            TimeUnit::Month => self.rule(day.month()),
            _ => self.rule_of_year(),
        };
        self.point(rule, day.year())
    }
}

/// The day, the week or the weekend that a day stands for: a Monday or Tuesday for the weekend before it.
pub(in crate::stages::times) fn unit_around(day: Date, unit: TimeUnit) -> Point {
    let of_weekend = || day.checked_sub(2.days()).unwrap_or(day);
    match unit {
        TimeUnit::Weekend => Point::around(of_weekend(), unit),
        _ => Point::around(day, unit),
    }
}

impl TokenLine<'_> {
    /// "first Monday of May", "last week in October 2027", "first weekend of next month", "last day of 2014": the `n`th
    /// of what stands at `j`.
    pub(super) fn nth_of_stretch(&self, i: usize, j: usize, n: i8) -> Option<FoundTime> {
        let (unit, weekday) = match self.word(j) {
            TimeWord::Weekday(weekday) => (TimeUnit::Day, Some(weekday)),
            TimeWord::Unit(unit @ (TimeUnit::Day | TimeUnit::Week | TimeUnit::Weekend)) => {
                (unit, None)
            }
            _ => return None,
        };
        if !self.any(j + 1, &["of", "in"]) || self.is(j, "weekday") {
            return None;
        }
        let nth = Nth { unit, weekday, n };
        let (meaning, end) = match self.word(j + 2) {
            TimeWord::Month(month) if self.starts_title(j + 2) => self.nth_of_month(nth, j, month),
            _ => self.nth_of_current(nth, j).or_else(|| {
                let year = self.at_year(j + 2)?.time()?;
                let Meaning::Point(Point::Year(y)) = year.meaning else {
                    return None;
                };
                let point = nth.point(nth.rule_of_year(), y)?;
                Some((Meaning::Point(point), year.end))
            }),
        }?;
        Some(date(i, end, meaning).the())
    }

    /// The `nth` of the month that stands behind it and "of", with the year, and the index after them.
    fn nth_of_month(&self, nth: Nth, j: usize, month: u8) -> Option<(Meaning, usize)> {
        let rule = nth.rule(month as i8);
        let end = self.after_month(j + 2);
        if let Some((year, end)) = self.year_after(end) {
            return Some((Meaning::Point(nth.point(rule, year)?), end));
        }
        let meaning = match nth.unit {
            TimeUnit::Day => Meaning::Holiday(rule),
            unit => Meaning::UnitAround(unit, rule),
        };
        Some((meaning, end))
    }

    /// The `nth` of "the month", "next year", "last month" behind it and "of", and the index after that.
    fn nth_of_current(&self, nth: Nth, j: usize) -> Option<(Meaning, usize)> {
        let at = j + 2;
        let offset = match self.word(at) {
            TimeWord::Rel(Rel::Last) => -1,
            TimeWord::Rel(Rel::This) => 0,
            TimeWord::Rel(Rel::Next) => 1,
            _ if self.is(at, "the") => 0,
            _ => return None,
        };
        let TimeWord::Unit(stretch @ (TimeUnit::Month | TimeUnit::Year)) = self.word(at + 1) else {
            return None;
        };
        let alone = !self.tied_hyphen(at + 2) && self.closes_phrase(at + 2);
        alone.then_some((Meaning::NthOf(nth, stretch, offset), at + 2))
    }

    /// "final week of May", "opening weekend of June", at the unit.
    pub(super) fn edge_of_stretch(&self, i: usize, floor: usize) -> Option<FoundTime> {
        let first = i.checked_sub(1).filter(|k| *k >= floor)?;
        let n = match self.of(first) {
            "final" | "Final" | "closing" => -1,
            "opening" | "Opening" => 1,
            _ => return None,
        };
        self.nth_of_stretch(first, i, n)
    }

    /// "week of March 6", "week beginning 5 July", "weekend of the 5th of May 2025", at the unit.
    pub(super) fn unit_around_day(&self, i: usize, unit: TimeUnit) -> Option<FoundTime> {
        let opens = self.any(i + 1, &["of", "beginning", "starting", "commencing"]);
        if !opens || !matches!(unit, TimeUnit::Week | TimeUnit::Weekend) {
            return None;
        }
        let at = i + 2 + usize::from(self.is(i + 2, "the"));
        let day = match self.word(at) {
            TimeWord::Month(month) => self.at_month(at, month),
            TimeWord::Weekday(day) => self.at_weekday(at, day),
            _ => self.day_first(at),
        };
        let mut f = day?.time().filter(|f| !f.has_time_of_day())?;
        f.meaning = match f.meaning {
            Meaning::MonthDay(month, day) => {
                Meaning::UnitAround(unit, HolidayRule::Fixed(month as i8, day as i8))
            }
            Meaning::Point(Point::Day(day)) => Meaning::Point(unit_around(day, unit)),
            _ => return None,
        };
        f.start = i;
        Some(f.the())
    }

    /// "the week after next", "the year before last", at the unit.
    pub(super) fn second_from_now(&self, i: usize, unit: TimeUnit) -> Option<Match> {
        let n = match (self.of(i + 1), self.word(i + 2)) {
            ("after", TimeWord::Rel(Rel::Next)) => 2,
            ("before", TimeWord::Rel(Rel::Last)) => -2,
            _ => return None,
        };
        let is_told = !unit.of_the_clock() && unit != TimeUnit::Day && self.closes_phrase(i + 3);
        is_told.then(|| Match::Found(date(i, i + 3, Meaning::Current(unit, n)).the()))
    }
}

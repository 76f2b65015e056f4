//! Days and months: weekdays, dates, named days.

use super::{FoundTime, Match, Meaning, century_of, date, found};
use crate::record::TimeType;
use crate::stages::times::holidays;
use crate::stages::times::line::TokenLine;
use crate::stages::times::point::Point;
use crate::stages::times::words::{TimeUnit, TimeWord};
use crate::text::TokenKind;

impl TokenLine<'_> {
    /// Named days, and months and weekdays that are part of one.
    pub(super) fn at_name(&self, i: usize) -> Option<Match> {
        if let Some(f) = self.since_event(i) {
            return f.hit();
        }
        let (rule, end) = holidays::at(self.text, self.tokens, i)?;
        // "Easter Island", "Christmas Day parade" is one of the day all the same
        if self.starts_title(end)
            && self.kind(end) == Some(TokenKind::Word)
            && self.word(end) == TimeWord::None
            && self.spaced(end)
            && end == i + 1
        {
            return None;
        }
        if self.is(end, "week") {
            return None;
        }
        match self.year_after(end) {
            Some((y, end)) => {
                let day = holidays::day(rule, y)?;
                date(i, end, Meaning::Point(Point::Day(day))).hit()
            }
            None => date(i, end, Meaning::Holiday(rule)).hit(),
        }
    }

    /// "since its invasion of Ukraine": the stretch that began with an event the text does not date.
    ///
    /// Only of events that befall a country and open an era, with whose they are and of whom.
    pub(super) fn since_event(&self, i: usize) -> Option<FoundTime> {
        if !self.is(i, "since") || !self.any(i + 1, &["its", "his", "her", "their"]) {
            return None;
        }
        let mut noun = i + 2;
        if self.kind(noun) == Some(TokenKind::Word) && self.any(noun + 1, ERA_EVENTS) {
            noun += 1;
        }
        if !self.any(noun, ERA_EVENTS) {
            return None;
        }
        let mut end = noun + 1;
        if self.any(end, &["of", "from"]) {
            let mut k = end + 1;
            if self.is(k, "the") {
                k += 1;
            }
            while self.starts_title(k) && self.kind(k) == Some(TokenKind::Word) && k < end + 5 {
                k += 1;
            }
            if !self.starts_title(k - 1) {
                return None;
            }
            end = k;
        } else {
            return None;
        }
        Some(date(i, end, Meaning::SinceEvent))
    }

    /// The index after a month's name and the point of its abbreviation.
    pub(super) fn after_month(&self, i: usize) -> usize {
        let short = self.of(i).len() <= 4 && !self.of(i).ends_with('.');
        if short && self.is(i + 1, ".") && self.kind(i + 2) == Some(TokenKind::Number) {
            i + 2
        } else {
            i + 1
        }
    }

    /// A month with a day or a year: "Oct. 6, 1998", "June 3-5", "October 1998", "October last year".
    pub(super) fn at_month(&self, i: usize, month: u8) -> Option<Match> {
        let j = self.after_month(i);
        let common = self.any(i, &["may", "march", "mar", "second"]) && !self.starts_title(i);
        let at_day = if self.is(j, "the") { j + 1 } else { j };
        if let Some((day, end)) = self.day_of_month(at_day)
            && !self.percent_or_clock(end)
            && valid(month, day)
        {
            let range = if self.is_dash(end) || self.any(end, &["to", "through", "thru"]) {
                self.day_of_month(end + 1).filter(|(last, past)| {
                    *last > day && valid(month, *last) && !self.percent_or_clock(*past)
                })
            } else {
                None
            };
            if let Some((last, past)) = range {
                return Some(Match::Found(match self.year_after(past) {
                    Some((y, past)) => {
                        let point = |d: u8| jiff::civil::Date::new(y, month as i8, d as i8).ok();
                        date(
                            i,
                            past,
                            Meaning::Points(Point::Day(point(day)?), Point::Day(point(last)?)),
                        )
                    }
                    None => date(i, past, Meaning::MonthDays(month, day, last)),
                }));
            }
            if let Some((y, past)) = self.year_after(end)
                && let Ok(day) = jiff::civil::Date::new(y, month as i8, day as i8)
            {
                return date(i, past, Meaning::Point(Point::Day(day))).hit();
            }
            return date(i, end, Meaning::MonthDay(month, day)).hit();
        }
        if common {
            return None;
        }
        if let Some((y, end)) = self.year_after(j) {
            return date(i, end, Meaning::Point(Point::Month(y, month))).hit();
        }
        if let Some((offset, end)) = self.year_offset(j) {
            return date(i, end, Meaning::MonthOf(month, offset)).hit();
        }
        None
    }

    pub(super) fn percent_or_clock(&self, i: usize) -> bool {
        self.of(i) == "%"
            || matches!(self.word(i), TimeWord::AmPm(_) | TimeWord::OClock)
            || self.any(i, &["percent", "million", "billion", "points"])
    }

    /// A month alone. "May" and "March" are words too, so they need a sign that the month is meant.
    pub(super) fn month_alone(&self, i: usize, month: u8) -> Option<Match> {
        let text = self.of(i);
        let full = text.len() > 4 || matches!(month, 5..=7);
        if !full && !text.ends_with('.') && !self.supported(i) {
            return None;
        }
        if matches!(month, 3 | 5) || !self.starts_title(i) {
            if !self.supported(i) || !self.starts_title(i) && matches!(month, 3 | 5) {
                return None;
            }
            if month == 3
                && self.any(i + 1, &["on", "for", "of", "in", "to", "against"])
                && !self.before_any(
                    i,
                    &[
                        "in", "since", "by", "until", "last", "next", "early", "late",
                    ],
                )
            {
                return None;
            }
        } else if month == 8 && !self.starts_title(i) {
            return None;
        }
        // April Jones, May Smith, June Brown
        let name = self.starts_title(i + 1)
            && self.kind(i + 1) == Some(TokenKind::Word)
            && self.word(i + 1) == TimeWord::None
            && matches!(month, 4..=6)
            && !self.supported(i);
        if name {
            return None;
        }
        date(i, i + 1, Meaning::Month(month)).hit()
    }

    /// Something before the month says that it is one.
    pub(super) fn supported(&self, i: usize) -> bool {
        let k = if self.tied_hyphen(i.wrapping_sub(1)) {
            i - 1
        } else {
            i
        };
        self.before_any(k, MONTH_SIGNS)
            || matches!(
                i.checked_sub(1).map(|k| self.word(k)),
                Some(TimeWord::Edge | TimeWord::Mid | TimeWord::Each | TimeWord::Rel(_))
            )
            || (self.any(
                k.wrapping_sub(1),
                &["and", "or", "to", "-", "through", "\u{2013}"],
            ) && k >= 2
                && matches!(self.word(k - 2), TimeWord::Month(_)))
            || self.before_any(k, &["the"]) && k >= 2 && self.any(k - 2, &["in", "since"])
    }

    pub(super) fn at_weekday(&self, i: usize, day: u8) -> Option<Match> {
        if self.any(i + 1, AFTER_NAMED_DAY) && self.starts_title(i + 1)
            || self.before_any(
                i,
                &[
                    "Black", "Bloody", "Super", "Ash", "Good", "Holy", "Palm", "Easter", "Cyber",
                ],
            ) && self.starts_title(i)
                && self.starts_title(i - 1)
        {
            return None;
        }
        // the name of a day with its date
        let mut j = if self.is(i + 1, ".") && self.of(i).len() <= 5 {
            i + 2
        } else {
            i + 1
        };
        if self.is(j, ",") {
            j += 1;
        }
        if let TimeWord::Month(m) = self.word(j)
            && let Some(Match::Found(mut f)) = self.at_month(j, m)
            && matches!(
                f.meaning,
                Meaning::MonthDay(..) | Meaning::Point(Point::Day(_))
            )
        {
            f.start = i;
            return self.then_clock(f).hit();
        }
        if self.is(j, "the") || self.kind(j) == Some(TokenKind::Number) {
            let at = if self.is(j, "the") { j + 1 } else { j };
            if let Some(Match::Found(mut f)) = self.day_first(at) {
                f.start = i;
                return self.then_clock(f).hit();
            }
        }
        let mut f = date(i, i + 1, Meaning::Weekday(day));
        match self.word(i + 1) {
            TimeWord::Part(p) => {
                f.kind = TimeType::Time;
                f.part = Some(p);
                f.end = i + 2;
            }
            TimeWord::Parts(p) => {
                return found(
                    i,
                    i + 2,
                    TimeType::Set,
                    Meaning::Set(format!("XXXX-WXX-{day}T{p}")),
                )
                .hit();
            }
            TimeWord::Overnight => {
                f.kind = TimeType::Time;
                f.part = Some("NI");
                f.end = i + 2;
            }
            _ => {}
        }
        self.then_clock(f).hit()
    }

    /// "Mondays", "on Sundays and holidays".
    pub(super) fn at_weekdays(&self, i: usize, day: u8) -> Option<Match> {
        found(
            i,
            i + 1,
            TimeType::Set,
            Meaning::Set(format!("XXXX-WXX-{day}")),
        )
        .hit()
    }

    pub(super) fn at_day(&self, i: usize, n: i8) -> Option<Match> {
        if self.is(i + 1, "Show") || self.before_any(i, &["USA"]) && self.starts_title(i) {
            return None;
        }
        let mut f = date(i, i + 1, Meaning::Current(TimeUnit::Day, i64::from(n)));
        if let TimeWord::Part(p) = self.word(i + 1) {
            f.kind = TimeType::Time;
            f.part = Some(p);
            f.end = i + 2;
        }
        if self.is(i, "yesterday")
            && self.is(i.wrapping_sub(1), "before")
            && i >= 3
            && self.is(i - 2, "day")
        {
            f.meaning = Meaning::Current(TimeUnit::Day, -2);
            f.start = i - 2;
            f.article = true;
        } else if self.is(i, "tomorrow")
            && self.is(i.wrapping_sub(1), "after")
            && i >= 3
            && self.is(i - 2, "day")
        {
            f.meaning = Meaning::Current(TimeUnit::Day, 2);
            f.start = i - 2;
            f.article = true;
        }
        self.then_clock(f).hit()
    }

    /// "6 November 2001", "6th of November", "3-5 June", "the 15th of May".
    pub(super) fn day_first(&self, i: usize) -> Option<Match> {
        let (day, mut end) = self.day_of_month(i)?;
        let mut last = None;
        if (self.is_dash(end) || self.any(end, &["to", "and"]))
            && let Some((d, past)) = self.day_of_month(end + 1)
            && d > day
            && self.is(end, "to") | self.is_dash(end)
        {
            last = Some(d);
            end = past;
        }
        let of = self.is(end, "of");
        if of {
            end += 1;
        }
        end = self.past_hyphen(end);
        let TimeWord::Month(month) = self.word(end) else {
            return None;
        };
        if !self.starts_title(end)
            && matches!(month, 3 | 5)
            && !self.is(end - 1, "of")
            && self.year(end + 1).is_none()
            && !self.before_any(i, &["on"])
            || !valid(month, last.unwrap_or(day))
        {
            return None;
        }
        let past = self.after_month(end).min(end + 1);
        let year = self.year_after(past);
        let civil = |y: i16, d: u8| {
            jiff::civil::Date::new(y, month as i8, d as i8)
                .ok()
                .map(Point::Day)
        };
        let f = match (year, last) {
            (Some((y, past)), None) => date(i, past, Meaning::Point(civil(y, day)?)),
            (Some((y, past)), Some(d)) => {
                date(i, past, Meaning::Points(civil(y, day)?, civil(y, d)?))
            }
            (None, None) => date(i, past, Meaning::MonthDay(month, day)),
            (None, Some(d)) => date(i, past, Meaning::MonthDays(month, day, d)),
        };
        // "the 14th of February"
        if of { f.the() } else { f }.hit()
    }

    /// 2001-11-06 and 11/6/01; slashes are read the American way unless the first is past 12.
    pub(super) fn iso_or_slashes(&self, i: usize) -> Option<Match> {
        let mark = self.of(i + 1);
        if self.spaced(i + 1) || self.spaced(i + 2) || !matches!(mark, "-" | "/") {
            return None;
        }
        if self.of(i + 3) != mark || self.spaced(i + 3) || self.spaced(i + 4) {
            return None;
        }
        let (y, m, d) = if let Some(y) = self.year(i) {
            (y, self.digits(i + 2, 1..=12)?, self.digits(i + 4, 1..=31)?)
        } else {
            let (a, b) = (self.digits(i, 1..=31)?, self.digits(i + 2, 1..=31)?);
            let y = match self.of(i + 4).len() {
                4 => self.year(i + 4)?,
                2 if mark == "/" => century_of(self.digits(i + 4, 0..=99)?),
                _ => return None,
            };
            if a > 12 { (y, b, a) } else { (y, a, b) }
        };
        let day = jiff::civil::Date::new(y, m as i8, d as i8).ok()?;
        date(i, i + 5, Meaning::Point(Point::Day(day))).hit()
    }
}

/// Words before a month's name that is also another word.
const MONTH_SIGNS: &[&str] = &[
    "in", "since", "by", "until", "till", "of", "from", "through", "during", "for", "to",
    "between", "late", "early", "mid", "last", "next", "this", "before", "after", "each", "every",
    "around", "on",
];

/// Events that open an era of a country's story.
const ERA_EVENTS: &[&str] = &[
    "invasion",
    "annexation",
    "occupation",
    "conquest",
    "independence",
    "unification",
    "reunification",
    "liberation",
];

fn valid(month: u8, day: u8) -> bool {
    // a leap year, so that Feb. 29 is a day
    jiff::civil::Date::new(2000, month as i8, day as i8).is_ok()
}

/// Newspapers named after a weekday, and what else takes one into a name.
const AFTER_NAMED_DAY: &[&str] = &[
    "Times",
    "Telegraph",
    "Mirror",
    "Express",
    "Mail",
    "Herald",
    "People",
    "Independent",
    "Tribune",
    "Post",
    "Sun",
    "World",
    "Night",
    "School",
];

//! Days and months: weekdays, dates, named days.

use jiff::civil::Date;

use super::{FoundTime, Match, Meaning, WORDS, century_of, date, set, unit_around};
use crate::stages::times::holidays;
use crate::stages::times::line::TokenLine;
use crate::stages::times::point::Point;
use crate::stages::times::unit::TimeUnit;
use crate::stages::times::words::{Rel, TimeWord};
use crate::text::TokenKind;

/// Most words in capitals that name whom an era began with: "invasion of Bosnia and Herzegovina" has two.
const LONGEST_ERA_NAME: usize = 4;

impl TokenLine<'_> {
    /// Named days, and months and weekdays that are part of one.
    pub(super) fn at_name(&self, i: usize) -> Option<Match> {
        let coded = || self.quarter_by_code(i).or_else(|| self.fiscal_by_code(i));
        if let Some(f) = self.since_event(i).or_else(coded) {
            return f.hit();
        }
        let (rule, end) = holidays::at(self.text, self.tokens, i)?;
        // "Easter Island", "Christmas Day parade" is one of the day all the same
        let in_name = end == i + 1 && self.is_name(end) && self.spaced(end);
        if in_name || self.is(end, "week") {
            return None;
        }
        // "Labor Day weekend"
        let is_weekend = self.word(end) == TimeWord::Unit(TimeUnit::Weekend);
        let (end, unit) = match is_weekend {
            true => (end + 1, TimeUnit::Weekend),
            false => (end, TimeUnit::Day),
        };
        let (end, meaning) = match self.year_after(end) {
            Some((y, end)) => {
                let day = holidays::day(rule, y)?;
                (end, Meaning::Point(unit_around(day, unit)))
            }
            None if is_weekend => (end, Meaning::UnitAround(unit, rule)),
            None => (end, Meaning::Holiday(rule)),
        };
        let mut f = date(i, end, meaning);
        f.article = is_weekend;
        f.hit()
    }

    /// Whether token `i` is a word in title case that is none of the times.
    fn is_name(&self, i: usize) -> bool {
        self.is_title_word(i) && self.word(i) == TimeWord::None
    }

    fn is_title_word(&self, i: usize) -> bool {
        self.starts_title(i) && self.kind(i) == Some(TokenKind::Word)
    }

    /// "since its invasion of Ukraine": the stretch that began with an event the text does not date.
    ///
    /// Only of events that befall a country and open an era, with whose they are and of whom.
    fn since_event(&self, i: usize) -> Option<FoundTime> {
        if !self.is(i, "since") || !self.any(i + 1, &["its", "his", "her", "their"]) {
            return None;
        }
        let is_event = |k: usize| self.any(k, &WORDS.era_event);
        // "its full invasion"
        let described = self.kind(i + 2) == Some(TokenKind::Word) && is_event(i + 3);
        let event = i + 2 + usize::from(described);
        if !is_event(event) || !self.any(event + 1, &["of", "from"]) {
            return None;
        }
        let name = event + 2 + usize::from(self.is(event + 2, "the"));
        let most = event + 2 + LONGEST_ERA_NAME;
        let end = (name..most).find(|k| !self.is_title_word(*k));
        let end = end.unwrap_or(most);
        self.starts_title(end - 1)
            .then(|| date(i, end, Meaning::SinceEvent))
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
        let at_day = if self.is(j, "the") { j + 1 } else { j };
        if let Some((day, end)) = self.day_of(month, at_day) {
            return self.month_day(i, month, day, end);
        }
        let common = self.any(i, &["may", "march", "mar", "second"]) && !self.starts_title(i);
        if common {
            return None;
        }
        if let Some((y, end)) = self.year_after(j) {
            return date(i, end, Meaning::Point(Point::Month(y, month))).hit();
        }
        let (offset, end) = self.year_offset(j)?;
        date(i, end, Meaning::MonthOf(month, offset)).hit()
    }

    /// A day of `month` at `i`, and the index after it.
    fn day_of(&self, month: u8, i: usize) -> Option<(u8, usize)> {
        let (day, end) = self.day_of_month(i)?;
        (!self.percent_or_clock(end) && valid(month, day)).then_some((day, end))
    }

    /// The month at `i` with its `day` that ends before `end`, the last day of several, and the year.
    fn month_day(&self, i: usize, month: u8, day: u8, end: usize) -> Option<Match> {
        let to = self.is_dash(end) || self.any(end, &["to", "through", "thru"]);
        let last = to.then(|| self.day_of(month, end + 1)).flatten();
        if let Some((last, end)) = last.filter(|(last, _)| *last > day) {
            let Some((y, end)) = self.year_after(end) else {
                return date(i, end, Meaning::MonthDays(month, day, last)).hit();
            };
            let (first, last) = (civil_day(y, month, day)?, civil_day(y, month, last)?);
            return date(i, end, Meaning::Points(first, last)).hit();
        }
        if let Some((y, end)) = self.year_after(end)
            && let Some(day) = civil_day(y, month, day)
        {
            return date(i, end, Meaning::Point(day)).hit();
        }
        let of_range = self.year_of_range(i, (month, day), end);
        if let Some(day) = of_range.and_then(|y| civil_day(y, month, day)) {
            return date(i, end, Meaning::Point(day)).hit();
        }
        date(i, end, Meaning::MonthDay(month, day)).hit()
    }

    /// The year of the first of two days, which is written behind the second: "May 30 to June 2, 2025".
    fn year_of_range(&self, i: usize, first: (u8, u8), end: usize) -> Option<i16> {
        let TimeWord::Month(month) = self.word(end + 1) else {
            return None;
        };
        let (day, after) = self.day_of(month, self.after_month(end + 1))?;
        let (year, _) = self
            .year_after(after)
            .filter(|_| self.opens_range(i, end))?;
        Some(if (month, day) > first { year } else { year - 1 })
    }

    /// Whether what stands at `end` makes the date at `i` the first of two.
    fn opens_range(&self, i: usize, end: usize) -> bool {
        self.is_dash(end)
            || self.any(end, &["to", "through", "thru", "until"])
            || self.is(end, "and") && self.before_any(i, &["between"])
    }

    /// The first of two months in capitals: "Jan-Mar 2015", "May through July"; its year, if that is written behind the
    /// second.
    fn first_of_months(&self, i: usize, first: u8) -> Option<FoundTime> {
        let TimeWord::Month(last) = self.word(i + 2) else {
            return None;
        };
        let in_capitals = self.starts_title(i) && self.starts_title(i + 2);
        if !in_capitals || !self.opens_range(i, i + 1) {
            return None;
        }
        let year = self.year_after(self.after_month(i + 2));
        let meaning = match year {
            Some((year, _)) if last < first => Meaning::Point(Point::Month(year - 1, first)),
            Some((year, _)) => Meaning::Point(Point::Month(year, first)),
            None => Meaning::Month(first),
        };
        Some(date(i, i + 1, meaning))
    }

    /// Whether a number that ends at `i` is a share, a sum or an hour, not a day.
    fn percent_or_clock(&self, i: usize) -> bool {
        self.of(i) == "%"
            || matches!(self.word(i), TimeWord::AmPm(_) | TimeWord::OClock)
            || self.any(i, &["percent", "million", "billion", "points"])
    }

    /// A month alone. "May" and "March" are words too, so they need a sign that the month is meant, and
    /// so do short forms and what is not in capitals.
    pub(super) fn month_alone(&self, i: usize, month: u8) -> Option<Match> {
        if let Some(first) = self.first_of_months(i, month) {
            return first.hit();
        }
        let (title, word) = (self.starts_title(i), is_other_word(month));
        let is_month = if self.has_sign_of_month(i) {
            (title || !word) && !(month == 3 && self.is_march(i))
        } else {
            title && !word && self.is_written_out(i, month) && !self.is_person(i, month)
        };
        is_month.then(|| Match::Found(date(i, i + 1, Meaning::Month(month))))
    }

    /// Whether a month is no short form without its point: longer than "Sept", or "May", "June", "July".
    fn is_written_out(&self, i: usize, month: u8) -> bool {
        self.of(i).len() > 4 || matches!(month, 5..=7) || self.of(i).ends_with('.')
    }

    /// "April Jones", "June Brown", "April Summers".
    fn is_person(&self, i: usize, month: u8) -> bool {
        let is_surname = matches!(self.word(i + 1), TimeWord::Season(_) | TimeWord::Seasons(_))
            && self.is_title_word(i + 1);
        matches!(month, 4 | 6) && (self.is_name(i + 1) || is_surname)
    }

    /// Whether "March" at `i` is as likely a march: "March on Washington".
    fn is_march(&self, i: usize) -> bool {
        self.any(i + 1, &WORDS.march_particle) && !self.before_any(i, &WORDS.march_sign)
    }

    /// Something before the month says that it is one.
    fn has_sign_of_month(&self, i: usize) -> bool {
        let hyphen = i > 0 && self.tied_hyphen(i - 1);
        let k = if hyphen { i - 1 } else { i };
        if self.before_any(k, &WORDS.month_sign) {
            return true;
        }
        let before = i.checked_sub(1).map(|k| self.word(k));
        let relation = matches!(
            before,
            Some(TimeWord::Edge | TimeWord::Mid | TimeWord::Each | TimeWord::Rel(_))
        );
        // "March and April"
        let second = self.before_any(k, &["and", "or", "to", "-", "through", "\u{2013}"])
            && k >= 2
            && matches!(self.word(k - 2), TimeWord::Month(_));
        let in_the = k >= 2 && self.before_any(k, &["the"]) && self.any(k - 2, &["in", "since"]);
        relation || second || in_the
    }

    /// A weekday with what belongs to it: "Tuesday, Oct. 6", "Friday the 13th of May", "Monday night",
    /// "Thursday at 9 p.m."
    pub(super) fn at_weekday(&self, i: usize, day: u8) -> Option<Match> {
        if self.is_day_in_name(i) {
            return None;
        }
        if let Some(mut f) = self.date_after_weekday(i) {
            f.start = i;
            return self.then_clock(f).hit();
        }
        let with_part = |part| date(i, i + 2, Meaning::Weekday(day)).in_part(part);
        if let Some(f) = self.weekday_of_week(i, day) {
            return self.then_clock(f).hit();
        }
        let f = match self.word(i + 1) {
            TimeWord::Part(p) => with_part(p),
            TimeWord::Overnight => with_part("NI"),
            TimeWord::Parts(p) => return set(i, i + 2, format!("XXXX-WXX-{day}T{p}")).hit(),
            _ => date(i, i + 1, Meaning::Weekday(day)),
        };
        self.then_clock(f).hit()
    }

    /// "Tuesday last week", "Tuesday of next week".
    fn weekday_of_week(&self, i: usize, day: u8) -> Option<FoundTime> {
        let at = i + 1 + usize::from(self.is(i + 1, "of"));
        let weeks = match self.word(at) {
            TimeWord::Rel(Rel::Last) => -1,
            TimeWord::Rel(Rel::This) => 0,
            TimeWord::Rel(Rel::Next) => 1,
            _ => return None,
        };
        let is_week = self.word(at + 1) == TimeWord::Unit(TimeUnit::Week);
        is_week.then(|| date(i, at + 2, Meaning::WeekdayOf(day, weeks)))
    }

    /// "Sunday Times", "Black Friday".
    fn is_day_in_name(&self, i: usize) -> bool {
        let before = self.starts_title(i + 1) && self.any(i + 1, &WORDS.after_day_in_name);
        let after = self.starts_title(i)
            && self.before_any(i, &WORDS.before_day_in_name)
            && self.starts_title(i - 1);
        before || after
    }

    /// The index after a weekday at `i`, the point of its abbreviation and a comma.
    fn after_weekday(&self, i: usize) -> usize {
        let point = self.of(i).len() <= "Thurs".len() && self.is(i + 1, ".");
        let j = i + 1 + usize::from(point);
        j + usize::from(self.is(j, ","))
    }

    /// The date whose weekday stands at `i`: "Oct. 6", "the 6th of October".
    fn date_after_weekday(&self, i: usize) -> Option<FoundTime> {
        let j = self.after_weekday(i);
        if let TimeWord::Month(m) = self.word(j) {
            let month = self.at_month(j, m)?.time()?;
            let is_day = matches!(
                month.meaning,
                Meaning::MonthDay(..) | Meaning::Point(Point::Day(_))
            );
            return is_day.then_some(month);
        }
        let the = self.is(j, "the");
        if the || self.kind(j) == Some(TokenKind::Number) {
            return self.day_first(j + usize::from(the))?.time();
        }
        None
    }

    /// "Sun", "Sat.", "Mon": weekdays only with their point, before a date or with another one, "Mon-Fri".
    pub(super) fn at_weekday_short(&self, i: usize, day: u8) -> Option<Match> {
        let pointed = self.of(i).len() > 4 && self.of(i).ends_with('.');
        let j = i + 1 + usize::from(self.is(i + 1, "."));
        let j = j + usize::from(self.is(j, ","));
        let is_month = |k: usize| matches!(self.word(k), TimeWord::Month(_));
        let month_first = is_month(j) && self.number(j + 1).is_some();
        let day_first = || self.day_of_month(j).is_some_and(|(_, end)| is_month(end));
        let dated = self.starts_title(i) && (month_first || day_first());
        (pointed || dated || self.is_of_days(i))
            .then(|| self.at_weekday(i, day))
            .flatten()
    }

    /// Whether the short weekday at `i` is an end of several days: "Mon-Fri", "Tues to Sunday".
    fn is_of_days(&self, i: usize) -> bool {
        let joins = |k: usize| self.is_dash(k) || self.any(k, &["to", "through", "thru"]);
        let is_day = |k: usize| {
            let is_day = matches!(
                self.word(k),
                TimeWord::Weekday(_) | TimeWord::WeekdayShort(_)
            );
            is_day && self.starts_title(k)
        };
        let opens = joins(i + 1) && is_day(i + 2);
        is_day(i) && (opens || i >= 2 && joins(i - 1) && is_day(i - 2))
    }

    /// "today", "tomorrow night", "the day before yesterday", `n` days from publication.
    pub(super) fn at_day(&self, i: usize, n: i8) -> Option<Match> {
        let titled =
            self.before_any(i, &WORDS.before_day_title) || self.any(i + 1, &WORDS.after_day_title);
        if titled && self.starts_title(i) {
            return None;
        }
        let mut f = date(i, i + 1, Meaning::Current(TimeUnit::Day, i64::from(n)));
        if let TimeWord::Part(p) = self.word(i + 1) {
            f = f.in_part(p);
            f.end = i + 2;
        }
        for (day, relation, n) in [("yesterday", "before", -2), ("tomorrow", "after", 2)] {
            if i >= 3 && self.is(i, day) && self.is(i - 1, relation) && self.is(i - 2, "day") {
                f.meaning = Meaning::Current(TimeUnit::Day, n);
                f.start = i - 2;
                f.article = true;
            }
        }
        self.then_clock(f).hit()
    }

    /// "6 November 2001", "6th of November", "3-5 June", "the 15th of May".
    pub(super) fn day_first(&self, i: usize) -> Option<Match> {
        let (day, end) = self.day_of_month(i)?;
        let last = self.last_day(day, end);
        let end = last.map_or(end, |(_, end)| end);
        let of = self.is(end, "of");
        let at = self.past_tie(end + usize::from(of));
        let TimeWord::Month(month) = self.word(at) else {
            return None;
        };
        let last = last.map(|(last, _)| last);
        let year = self
            .year_after(at + 1)
            .or_else(|| self.year_behind_tie(end + usize::from(of), at));
        if !valid(month, last.unwrap_or(day)) || self.is_common_word(i, at, month) {
            return None;
        }
        let (end, meaning) = match (year, last) {
            (Some((y, end)), None) => (end, Meaning::Point(civil_day(y, month, day)?)),
            (Some((y, end)), Some(last)) => {
                let (first, last) = (civil_day(y, month, day)?, civil_day(y, month, last)?);
                (end, Meaning::Points(first, last))
            }
            (None, None) => (at + 1, Meaning::MonthDay(month, day)),
            (None, Some(last)) => (at + 1, Meaning::MonthDays(month, day, last)),
        };
        let mut f = date(i, end, meaning);
        // "the 14th of February"
        f.article = of;
        f.hit()
    }

    /// Index after a hyphen or a slash that ties the tokens around it, else `i`.
    fn past_tie(&self, i: usize) -> usize {
        let slash = self.of(i) == "/" && !self.spaced(i) && !self.spaced(i + 1);
        if slash { i + 1 } else { self.past_hyphen(i) }
    }

    /// The year of "19-Nov-2012", "19-Nov-12" and "19/Nov/2012", whose month at `month_at` a hyphen or a slash ties to
    /// the day before `from`; and the index after it.
    fn year_behind_tie(&self, from: usize, month_at: usize) -> Option<(i16, usize)> {
        let at = self.past_tie(month_at + 1);
        if month_at == from || at == month_at + 1 {
            return None;
        }
        let year = match self.of(at).len() {
            4 => self.year(at)?,
            2 => century_of(self.digits(at, 0..=99)?),
            _ => return None,
        };
        Some((year, at + 1))
    }

    /// 27.08.2023, as much of Europe writes it: the day first, unless only the second can be one; 27.08.23, which is none
    /// where the second cannot be a month; and 2023.08.27.
    fn dotted(&self, i: usize) -> Option<Match> {
        let mut parts = self.of(i).split('.');
        let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
        let number = |text: &str| {
            let digits = text.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| text.parse::<i16>().ok())?
        };
        let (a, b, c) = (number(first)?, number(second)?, number(third)?);
        let (year, month, day) = match (first.len(), second.len(), third.len()) {
            (1 | 2, 1 | 2, 4) if b > 12 => (c, a, b),
            (1 | 2, 1 | 2, 4) => (c, b, a),
            (4, 1 | 2, 1 | 2) => (a, b, c),
            (2, 2, 2) if b <= 12 && !self.before_any(i, &WORDS.version_sign) => {
                (century_of(u32::try_from(c).ok()?), b, a)
            }
            _ => return None,
        };
        let in_range = parts.next().is_none() && (1000..2200).contains(&year);
        let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
        let point = civil_day(year, month, day).filter(|_| in_range)?;
        date(i, i + 1, Meaning::Point(point)).hit()
    }

    /// The last day of "3-5 June", behind the `first`, and the index after it.
    fn last_day(&self, first: u8, i: usize) -> Option<(u8, usize)> {
        if !self.is_dash(i) && !self.is(i, "to") {
            return None;
        }
        self.day_of_month(i + 1).filter(|(last, _)| *last > first)
    }

    /// Whether "may" or "march" at `month_at`, behind the number at `i`, is no month: "the 3 may go".
    fn is_common_word(&self, i: usize, month_at: usize, month: u8) -> bool {
        let sign = self.is(month_at - 1, "of")
            || self.before_any(i, &["on"])
            || self.year(month_at + 1).is_some();
        is_other_word(month) && !self.starts_title(month_at) && !sign
    }

    /// 2001-11-06, 27.08.2023 and 11/6/01; slashes are read the American way unless the first is past 12.
    pub(super) fn in_figures(&self, i: usize) -> Option<Match> {
        self.dotted(i)
            .or_else(|| self.iso_or_slashes(i))
            .or_else(|| self.month_and_year(i))
    }

    /// 11/2016.
    fn month_and_year(&self, i: usize) -> Option<Match> {
        let run_on = self.of(i + 1) == "/" && !self.spaced(i + 1) && !self.spaced(i + 2);
        let alone = self.of(i + 3) != "/" && self.before(i) != "/";
        if !run_on || !alone {
            return None;
        }
        let month = self.digits(i, 1..=12)? as u8;
        let year = self.year(i + 2)?;
        date(i, i + 3, Meaning::Point(Point::Month(year, month))).hit()
    }

    fn iso_or_slashes(&self, i: usize) -> Option<Match> {
        let mark = self.of(i + 1);
        let run_on = |k: usize| !self.spaced(k);
        if !matches!(mark, "-" | "/") || self.of(i + 3) != mark || !(i + 1..i + 5).all(run_on) {
            return None;
        }
        let (year, month, day) = match self.year(i) {
            Some(y) => (y, self.digits(i + 2, 1..=12)?, self.digits(i + 4, 1..=31)?),
            None => self.year_last(i, mark)?,
        };
        let day = civil_day(year, month as u8, day as u8)?;
        date(i, i + 5, Meaning::Point(day)).hit()
    }

    /// Year, month and day of 11/6/01, 11/6/2001 and 6-11-2001.
    fn year_last(&self, i: usize, mark: &str) -> Option<(i16, u32, u32)> {
        let (first, second) = (self.digits(i, 1..=31)?, self.digits(i + 2, 1..=31)?);
        let year = match self.of(i + 4).len() {
            4 => self.year(i + 4)?,
            2 if mark == "/" => century_of(self.digits(i + 4, 0..=99)?),
            _ => return None,
        };
        let (month, day) = if first > 12 {
            (second, first)
        } else {
            (first, second)
        };
        Some((year, month, day))
    }
}

/// Whether the name of a month is also another word: "March", "May".
pub(super) fn is_other_word(month: u8) -> bool {
    matches!(month, 3 | 5)
}

/// Whether a month has such a day in some year.
fn valid(month: u8, day: u8) -> bool {
    // a leap year, so that Feb. 29 is a day
    civil_day(2000, month, day).is_some()
}

fn civil_day(year: i16, month: u8, day: u8) -> Option<Point> {
    let day = Date::new(year, month as i8, day as i8);
    day.ok().map(Point::Day)
}

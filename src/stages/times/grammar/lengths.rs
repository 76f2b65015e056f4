//! Lengths of time, exact and vague, and the points and sets made of them.

use super::{FoundTime, Match, Meaning, date, found};
use crate::record::TimeType;
use crate::stages::times::line::TokenLine;
use crate::stages::times::point::{Point, duration};
use crate::stages::times::words::{TimeUnit, TimeWord};
use crate::text::TokenKind;
use crate::text::numbers::{self, NumberForm, NumberWord};

impl TokenLine<'_> {
    /// Whether "old" follows, so that a length is an age.
    pub(super) fn old_after(&self, end: usize) -> bool {
        let next = self.past_hyphen(end);
        self.is(next, "old")
            || self.is(next, "olds")
            || self.is(end, "of") && self.is(end + 1, "age")
    }

    pub(super) fn at_often(&self, i: usize, value: &'static str) -> Option<Match> {
        // "the Daily News"; in lower case it says how often, also of "the party daily Granma"
        let name = self.starts_title(i) && self.starts_title(i + 1) && self.spaced(i + 1);
        (!name).then(|| Match::Found(found(i, i + 1, TimeType::Set, Meaning::Set(value.into()))))
    }

    /// "a year", "per week", "each month", "every two days" after a count of times: the set's value.
    pub(super) fn per(&self, i: usize) -> Option<(String, usize)> {
        if !self.any(i, &["a", "an", "per", "each", "every"]) {
            return None;
        }
        match self.word(i + 1) {
            TimeWord::Unit(u) => Some((duration(u, Some(1.0)), i + 2)),
            _ => None,
        }
    }

    /// "half an hour", "half-year", "the first half" is met at its ordinal.
    pub(super) fn at_half(&self, i: usize) -> Option<Match> {
        let mut j = self.past_hyphen(i + 1);
        if self.any(j, &["a", "an"]) {
            j += 1;
        }
        let TimeWord::Unit(u) = self.word(j) else {
            return None;
        };
        if u == TimeUnit::Quarter
            || matches!(self.word(i.wrapping_sub(1)), TimeWord::Number) && i > 0
        {
            return None;
        }
        self.lasting(i, j + 1, u, Some(0.5))
    }

    /// "several years", "a few days", "many months".
    pub(super) fn at_vague(&self, i: usize, floor: usize) -> Option<Match> {
        let j = self.past_hyphen(i + 1);
        let j = if matches!(self.word(j), TimeWord::Filler) {
            j + 1
        } else {
            j
        };
        let unit = match self.word(j) {
            TimeWord::Units(u) => u,
            TimeWord::Unit(u) if j > i + 1 => u,
            _ => return None,
        };
        let few = self.is(i, "few");
        let mut start = i;
        if few
            && self.before_any(i, &["a", "last", "past", "next"])
            && i > floor
            && self.is(i - 1, "a")
        {
            start -= 1;
        }
        self.lasting(start, j + 1, unit, None)
    }

    pub(super) fn at_couple(&self, i: usize, floor: usize) -> Option<Match> {
        let j = if self.is(i + 1, "of") { i + 2 } else { i + 1 };
        let j = if matches!(self.word(j), TimeWord::Filler) {
            j + 1
        } else {
            j
        };
        let TimeWord::Units(u) = self.word(j) else {
            return None;
        };
        let start = if self.before_any(i, &["a"]) && i > floor {
            i - 1
        } else {
            i
        };
        self.lasting(start, j + 1, u, Some(2.0))
    }

    /// A count of units after "last", "next", "every": unit, number, end.
    pub(super) fn counted(&self, i: usize) -> Option<(TimeUnit, Option<f64>, usize)> {
        match self.word(i) {
            TimeWord::Vague => match self.word(i + 1) {
                TimeWord::Units(u) => Some((u, None, i + 2)),
                _ => None,
            },
            TimeWord::Couple => {
                let j = if self.is(i + 1, "of") { i + 2 } else { i + 1 };
                match self.word(j) {
                    TimeWord::Units(u) => Some((u, Some(2.0), j + 1)),
                    _ => None,
                }
            }
            TimeWord::Half => None,
            _ => {
                let (n, high, unit, end) = self.quantity(i)?;
                // "the next 12 to 18 months" has no one length
                Some((unit, high.is_none().then_some(n), end))
            }
        }
    }

    /// A number (or a range of two) with its unit of time: "two years", "12 to 18 months", "10-day".
    pub(super) fn quantity(&self, i: usize) -> Option<(f64, Option<f64>, TimeUnit, usize)> {
        let number = self.number(i)?;
        if number.tail > 0 {
            let token = self.of(number.end - 1);
            let tail = &token[token.len() - number.tail..];
            let unit = match tail {
                "hr" | "hrs" => TimeUnit::Hour,
                "min" | "mins" => TimeUnit::Minute,
                "yr" | "yrs" => TimeUnit::Year,
                _ => return None,
            };
            return Some((number.value, None, unit, number.end));
        }
        // "three quarters" is a number to the reader and a length here
        if number.form == NumberForm::Fraction
            && self.unit(number.end - 1) == Some(TimeUnit::Quarter)
        {
            let NumberWord::Unit(n) = numbers::word(self.of(i))? else {
                return None;
            };
            return (number.end > i + 1).then_some((n, None, TimeUnit::Quarter, number.end));
        }
        if number.form == NumberForm::Ordinal {
            return None;
        }
        let mut high = None;
        let mut j = number.end;
        let second = if self.any(j, &["to", "or"]) || self.is_dash(j) {
            let mut k = j + 1;
            if self.is_hyphen(j) && self.spaced(j) != self.spaced(j + 1) {
                k = j + 1;
            }
            self.number(k)
                .filter(|n| n.tail == 0 && n.form != NumberForm::Ordinal && n.value > number.value)
        } else {
            None
        };
        if let Some(second) = second {
            high = Some(second.value);
            j = second.end;
        } else if self.is_hyphen(j) && !self.tied_hyphen(j) && self.any(j + 1, &["to", "or"]) {
            // "six- to eight-week"
            let second = self.number(j + 2)?;
            high = Some(second.value);
            j = second.end;
        }
        let mut k = self.past_hyphen(j);
        let mut fillers = 0;
        while matches!(self.word(k), TimeWord::Filler) && fillers < 2 {
            k = self.past_hyphen(k + 1);
            fillers += 1;
        }
        if self.is(k, "of") && number.form == NumberForm::Fraction {
            k += 1;
            if self.any(k, &["a", "an"]) {
                k += 1;
            }
        }
        let unit = self.unit(k)?;
        if self.starts_title(k)
            && self.kind(i) == Some(TokenKind::Number)
            && !self.starts_title(k + 1)
            && self.spaced(k)
            && k == number.end
            && self.is(k, "minutes")
        {
            return None;
        }
        // "the 1988 quarter" is of a year
        if number.form == NumberForm::Digits
            && self.year(i).is_some()
            && matches!(self.word(k), TimeWord::Unit(_))
        {
            return None;
        }
        // "one second", not the ordinal of "10 second homes"
        if self.is(k, "second") && !(k == j + 1 && self.is_hyphen(j)) && number.value != 1.0 {
            return None;
        }
        let mut value = number.value;
        let mut end = k + 1;
        if number.form == NumberForm::Fraction && unit == TimeUnit::Quarter {
            return None;
        }
        if self.is(end, "and")
            && self.is(end + 1, "a")
            && matches!(self.word(end + 2), TimeWord::Half)
        {
            value += 0.5;
            end += 3;
        }
        Some((value, high, unit, end))
    }

    pub(super) fn at_units(&self, i: usize, unit: TimeUnit) -> Option<Match> {
        let ago = matches!(self.word(i + 1), TimeWord::Ago);
        let sign = self.before_any(
            i,
            &[
                "for", "within", "in", "over", "after", "through", "took", "take", "takes",
                "spend", "spent",
            ],
        ) || ago
            || self.tied_hyphen(i + 1) && self.is(i + 2, "long");
        if !sign || unit == TimeUnit::Second || unit == TimeUnit::Quarter {
            // "over the years", "in the weeks ahead"
            let over = self.before_any(i, &["the"])
                && i >= 2
                && (self.any(i - 2, &["over", "through", "down"]) || self.is(i + 1, "ahead"));
            return (over && !unit.of_the_clock()).then(|| {
                let end = i + 1 + usize::from(self.is(i + 1, "ahead"));
                Match::Found(
                    found(
                        i,
                        end,
                        TimeType::Duration,
                        Meaning::Duration(duration(unit, None)),
                    )
                    .the(),
                )
            });
        }
        let mut end = i + 1;
        // "weeks or months"
        if self.any(end, &["or", "and"]) && matches!(self.word(end + 1), TimeWord::Units(_)) {
            end += 2;
        }
        self.lasting(i, end, unit, None)
    }

    /// A unit in the singular: "a week", "the year", "year-end", "the week of March 6".
    pub(super) fn at_unit(&self, i: usize, unit: TimeUnit, floor: usize) -> Option<Match> {
        // "second" is far more often an ordinal
        if self.is(i, "second") {
            return self.at_number(i, floor);
        }
        if self.any(i, &["min", "sec", "hr"]) {
            return None;
        }
        let hyphen = self.tied_hyphen(i + 1);
        let next = if hyphen { i + 2 } else { i + 1 };
        if unit == TimeUnit::Year || unit == TimeUnit::Quarter || unit == TimeUnit::Month {
            if hyphen && self.is(next, "old") {
                return Some(Match::Skip(next + 1));
            }
            // "year-ago", "year-earlier", with the quarter they are said of
            if hyphen
                && unit == TimeUnit::Year
                && (self.is(next, "ago") || self.is(next, "earlier"))
            {
                return Some(Match::Found(self.year_earlier(i, next + 1)));
            }
            let end_word = if self.kind(i + 1) == Some(TokenKind::Clitic) {
                i + 2
            } else {
                next
            };
            if self.is(end_word, "end")
                && (hyphen
                    || end_word == i + 2
                    || !self.before_any(i, &["a", "the", "this", "last", "next"]))
            {
                return date(i, end_word + 1, Meaning::Current(unit, 0)).hit();
            }
        }
        if hyphen && self.is(next, "long") {
            return found(
                i,
                next + 1,
                TimeType::Duration,
                Meaning::Duration(duration(unit, Some(1.0))),
            )
            .hit();
        }
        if hyphen {
            return None;
        }
        // "a week", "an hour", "an additional year"
        let mut k = i;
        if i > 0
            && matches!(self.word(i - 1), TimeWord::Filler)
            && !self.before_any(i, &["more", "other", "long"])
        {
            k -= 1;
        }
        if self.before_any(k, &["a", "an", "another"]) && k > floor {
            if self.rate(k - 1) && !matches!(self.word(i + 1), TimeWord::Ago | TimeWord::Shift(_)) {
                return Some(Match::Skip(i + 1));
            }
            let start = k - 1;
            let mut n = 1.0;
            let mut end = i + 1;
            if self.is(end, "and")
                && self.is(end + 1, "a")
                && matches!(self.word(end + 2), TimeWord::Half)
            {
                n = 1.5;
                end += 3;
            } else if self.is(end, "or") && self.is(end + 1, "two") {
                end += 2;
            }
            if unit == TimeUnit::Quarter || self.is(i, "weekday") {
                return None;
            }
            return self.lasting(start, end, unit, Some(n));
        }
        if !self.before_any(i, &["the"]) || i == floor {
            return None;
        }
        // "the year 2000", "the week of March 6", "the month of May"
        if unit == TimeUnit::Year
            && let Some((y, end)) = self.year_after(i + 1)
        {
            return date(i, end, Meaning::Point(Point::Year(y))).the().hit();
        }
        if self.is(i + 1, "of")
            && let TimeWord::Month(m) = self.word(i + 2)
        {
            if unit == TimeUnit::Week
                && let Some(Match::Found(f)) = self.at_month(i + 2, m)
            {
                let meaning = match f.meaning {
                    Meaning::MonthDay(m, d) => Meaning::WeekOf(m, d),
                    other => other,
                };
                return Some(Match::Found(FoundTime {
                    start: i,
                    article: true,
                    meaning,
                    ..f
                }));
            }
            if unit == TimeUnit::Month {
                let mut f = match self.at_month(i + 2, m) {
                    Some(Match::Found(f)) => f,
                    _ => date(i, i + 3, Meaning::Month(m)),
                };
                f.start = i;
                f.article = true;
                return f.hit();
            }
        }
        match unit {
            TimeUnit::Quarter => date(i, i + 1, Meaning::Reported(unit)).the().hit(),
            TimeUnit::Weekend => date(i, i + 1, Meaning::Current(unit, 0)).the().hit(),
            TimeUnit::Year if self.any(i + 1, &["ended", "ending"]) => found(
                i,
                i + 1,
                TimeType::Duration,
                Meaning::Duration("P1Y".into()),
            )
            .the()
            .hit(),
            TimeUnit::Year | TimeUnit::Week | TimeUnit::Month => {
                let sign = i >= 2
                    && (self.any(
                        i - 2,
                        &["for", "of", "in", "during", "through", "over", "throughout"],
                    ));
                let before = self.any(
                    i + 1,
                    &[
                        "before", "after", "that", "when", "ended", "ending", "to", "of",
                    ],
                );
                (sign && !before)
                    .then(|| Match::Found(date(i, i + 1, Meaning::Current(unit, 0)).the()))
            }
            TimeUnit::Day => {
                let sign = i >= 3
                    && self.any(i - 2, &["in", "of"])
                    && matches!(
                        self.word(i - 3),
                        TimeWord::Shift(_) | TimeWord::Edge | TimeWord::Portion
                    );
                sign.then(|| Match::Found(date(i, i + 1, Meaning::FromReference(unit, 0)).the()))
            }
            _ => None,
        }
    }

    /// Whether "a year" with its article at `article` says how often, after an amount: "$5 a year".
    pub(super) fn rate(&self, article: usize) -> bool {
        let Some(k) = article.checked_sub(1) else {
            return false;
        };
        if !self.is(article, "a") && !self.is(article, "an") {
            return false;
        }
        let text = self.of(k);
        self.kind(k) == Some(TokenKind::Number)
            || matches!(text, "%" | "$")
            || matches!(
                self.word(k),
                TimeWord::Number | TimeWord::Units(_) | TimeWord::Times
            )
            || (text.len() > 3
                && text.ends_with('s')
                && !text.ends_with("ss")
                && !text.ends_with("'s")
                && !self.starts_title(k)
                && self.kind(k) == Some(TokenKind::Word)
                && !self.any(
                    k,
                    &[
                        "was", "this", "lasts", "takes", "less", "costs", "needs", "wants", "has",
                        "perhaps", "plus", "versus",
                    ],
                ))
            || self.any(k, &["percent", "share", "copy", "ton", "barrel"])
    }

    pub(super) fn at_number(&self, i: usize, floor: usize) -> Option<Match> {
        // words that only an article makes a number: "a hundred years"
        if self.word(i) == TimeWord::Number
            && matches!(
                numbers::word(self.of(i)),
                Some(NumberWord::Hundred | NumberWord::Dozen | NumberWord::Scale(_))
            )
        {
            let start = i
                .checked_sub(1)
                .filter(|k| self.any(*k, &["a", "an"]) && *k >= floor)?;
            let (n, high, unit, end) = self.quantity(start)?;
            return self.lasting_range(start, end, unit, n, high);
        }
        if let Some((clock, end)) = self.clock(i) {
            return self.with_day(i, end, clock);
        }
        if let Some(m) = self.iso_or_slashes(i) {
            return Some(m);
        }
        if let Some(m) = self.day_first(i) {
            return Some(m);
        }
        if let Some((q, end)) = self.quarter(i) {
            return Some(Match::Found(self.quarter_of_year(i, q, end)));
        }
        if let Some(m) = self.ordinal(i) {
            return Some(m);
        }
        if let Some((n, high, unit, end)) = self.quantity(i)
            && !(unit == TimeUnit::Quarter && self.is(end, "of"))
        {
            // "will one day be": some day to come
            if self.is(i, "one")
                && unit == TimeUnit::Day
                && high.is_none()
                && self.spaced(end - 1)
                && self.before_any(i, &["will", "would", "could", "can", "may", "might"])
            {
                return date(i, end, Meaning::Ref("FUTURE_REF")).hit();
            }
            return self.lasting_range(i, end, unit, n, high);
        }
        // "three times a year"
        if let Some(number) = self.number(i)
            && self.is(number.end, "times")
            && let Some((value, end)) = self.per(number.end + 1)
        {
            return found(i, end, TimeType::Set, Meaning::Set(value)).hit();
        }
        if self.kind(i) == Some(TokenKind::Number) {
            return self.at_year(i);
        }
        let (y, end) = self.year_in_words(i)?;
        (y != 2000 || self.before_any(i, &["year", "in", "since", "by"]))
            .then(|| Match::Found(date(i, end, Meaning::Point(Point::Year(y)))))
    }

    /// Wraps a length that may turn out to be a point: "two years ago", "a month later".
    pub(super) fn lasting_range(
        &self,
        start: usize,
        end: usize,
        unit: TimeUnit,
        n: f64,
        high: Option<f64>,
    ) -> Option<Match> {
        // ages are no durations of the story
        if self.old_after(end) {
            return Some(Match::Skip(self.past_hyphen(end) + 1));
        }
        if self.is(end, "older") || self.is(end, "younger") {
            return Some(Match::Skip(end));
        }
        if high.is_some() {
            return self.lasting(start, end, unit, Some(n));
        }
        // "two years and three months", "5 hours, 30 minutes"
        let second = if self.any(end, &["and", ","]) {
            end + 1
        } else {
            end
        };
        if (second > end || self.kind(second) == Some(TokenKind::Number))
            && let Some((m, None, smaller, past)) = self.quantity(second)
            && compound(unit, smaller)
        {
            let tail = duration(smaller, Some(m));
            let head = duration(unit, Some(n));
            let tail = match (head.starts_with("PT"), tail.strip_prefix("PT")) {
                (true, Some(tail)) => tail.to_owned(),
                (false, Some(tail)) => format!("T{tail}"),
                (_, None) => tail[1..].to_owned(),
            };
            return found(
                start,
                past,
                TimeType::Duration,
                Meaning::Duration(format!("{head}{tail}")),
            )
            .hit();
        }
        self.lasting(start, end, unit, Some(n))
    }

    /// A length of time with what may follow it: "ago", "later", "from now", "or so".
    pub(super) fn lasting(
        &self,
        start: usize,
        end: usize,
        unit: TimeUnit,
        n: Option<f64>,
    ) -> Option<Match> {
        let mut end = end;
        if self.is(end, "or") && self.any(end + 1, &["so", "more", "less"]) {
            end += 2;
        }
        match self.word(end) {
            TimeWord::Ago => return date(start, end + 1, Meaning::Ago(unit, n)).hit(),
            TimeWord::Hence => return date(start, end + 1, Meaning::Hence(unit, n)).hit(),
            TimeWord::Shift(sign)
                if !self.is(end + 1, "than") && !unit.of_the_clock() && n.is_some() =>
            {
                return date(start, end + 1, Meaning::Shift(unit, n, sign)).hit();
            }
            _ => {}
        }
        if self.is(end, "from") && self.any(end + 1, &["now", "today"]) {
            return date(start, end + 2, Meaning::Hence(unit, n)).hit();
        }
        if self.tied_hyphen(end) && self.is(end + 1, "long") {
            end += 2;
        }
        found(
            start,
            end,
            TimeType::Duration,
            Meaning::Duration(duration(unit, n)),
        )
        .hit()
    }
}

/// Whether a length may go on in a smaller unit.
fn compound(unit: TimeUnit, smaller: TimeUnit) -> bool {
    matches!(
        (unit, smaller),
        (
            TimeUnit::Year,
            TimeUnit::Month | TimeUnit::Day | TimeUnit::Week
        ) | (TimeUnit::Month, TimeUnit::Day | TimeUnit::Week)
            | (TimeUnit::Week, TimeUnit::Day)
            | (TimeUnit::Day, TimeUnit::Hour)
            | (TimeUnit::Hour, TimeUnit::Minute)
            | (TimeUnit::Minute, TimeUnit::Second)
    )
}

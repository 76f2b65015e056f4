//! Lengths of time, exact and vague, and the points and sets made of them.

use super::{FoundTime, Match, Meaning, WORDS, date, found, length, set};
use crate::record::TimeType;
use crate::stages::times::line::TokenLine;
use crate::stages::times::point::Point;
use crate::stages::times::unit::{TimeUnit, duration};
use crate::stages::times::words::TimeWord;
use crate::text::TokenKind;
use crate::text::numbers::{self, Number, NumberForm, NumberWord};

/// A number of units, or a range of two numbers: "two years", "12 to 18 months".
struct CountedUnits {
    n: f64,
    /// The upper end of a range.
    high: Option<f64>,
    unit: TimeUnit,
    /// Index after the unit.
    end: usize,
}

/// Most words between a number and its unit: "two long hard years".
const MOST_FILLERS: usize = 2;

impl TokenLine<'_> {
    /// Whether "old" follows, so that a length is an age.
    pub(super) fn old_after(&self, end: usize) -> bool {
        let next = self.past_hyphen(end);
        self.any(next, &["old", "olds"]) || self.is(end, "of") && self.is(end + 1, "age")
    }

    /// "daily", "annually".
    pub(super) fn at_often(&self, i: usize, value: &'static str) -> Option<Match> {
        // "the Daily News"; "the French daily Le Phare" is a paper, "her daily Spanish lesson" none
        let name = self.starts_title(i + 1) && self.spaced(i + 1);
        let paper = self.before_any(i, &WORDS.before_paper);
        let name = name && (self.starts_title(i) || paper);
        (!name).then(|| Match::Found(set(i, i + 1, value.into())))
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

    /// "half an hour", "half-year", "half past seven"; "the first half" is met at its ordinal.
    pub(super) fn at_half(&self, i: usize) -> Option<Match> {
        if let Some((clock, end)) = self.spoken_clock(i) {
            return self.with_day(i, end, clock);
        }
        let mut j = self.past_hyphen(i + 1);
        if self.any(j, &["a", "an"]) {
            j += 1;
        }
        // "half a million years"
        if j > i + 1
            && self.needs_article(j)
            && let Some(counted) = self.counted_units(j - 1)
        {
            let n = counted.n / 2.0;
            return self.lasting_range(i, &CountedUnits { n, ..counted });
        }
        let TimeWord::Unit(u) = self.word(j) else {
            return None;
        };
        let after_number = i > 0 && self.word(i - 1) == TimeWord::Number;
        if u == TimeUnit::Quarter || after_number {
            return None;
        }
        self.lasting(i, j + 1, u, Some(0.5))
    }

    /// The index after a filler at `i`, else `i`.
    fn past_filler(&self, i: usize) -> usize {
        i + usize::from(self.word(i) == TimeWord::Filler)
    }

    /// "several years", "a few days", "many months".
    pub(super) fn at_vague(&self, i: usize, floor: usize) -> Option<Match> {
        let j = self.past_filler(self.past_hyphen(i + 1));
        let unit = match self.word(j) {
            TimeWord::Units(u) => u,
            TimeWord::Unit(u) if j > i + 1 => u,
            _ => return None,
        };
        let a_few = self.is(i, "few") && self.before_any(i, &["a"]) && i > floor;
        let start = if a_few { i - 1 } else { i };
        self.lasting(start, j + 1, unit, None)
    }

    /// "a couple of weeks".
    pub(super) fn at_couple(&self, i: usize, floor: usize) -> Option<Match> {
        let j = self.past_filler(i + 1 + usize::from(self.is(i + 1, "of")));
        let TimeWord::Units(u) = self.word(j) else {
            return None;
        };
        let article = self.before_any(i, &["a"]) && i > floor;
        let start = if article { i - 1 } else { i };
        self.lasting(start, j + 1, u, Some(2.0))
    }

    /// A count of units after "last", "next", "every": unit, number, end.
    pub(super) fn counted(&self, i: usize) -> Option<(TimeUnit, Option<f64>, usize)> {
        let units = |j: usize, n: Option<f64>| match self.word(j) {
            TimeWord::Units(u) => Some((u, n, j + 1)),
            _ => None,
        };
        match self.word(i) {
            TimeWord::Vague => units(i + 1, None),
            TimeWord::Couple => units(i + 1 + usize::from(self.is(i + 1, "of")), Some(2.0)),
            TimeWord::Half => None,
            _ => {
                let counted = self.counted_units(i)?;
                // "the next 12 to 18 months" has no one length
                let n = counted.high.is_none().then_some(counted.n);
                Some((counted.unit, n, counted.end))
            }
        }
    }

    /// A number (or a range of two) with its unit of time: "two years", "12 to 18 months", "10-day".
    fn counted_units(&self, i: usize) -> Option<CountedUnits> {
        let number = self.number(i)?;
        let quarters = number.form == NumberForm::Fraction
            && self.unit(number.end - 1) == Some(TimeUnit::Quarter);
        if number.tail > 0 {
            return self.unit_run_on(&number);
        }
        if quarters {
            return match self.part_of_unit(number.end) {
                // "three quarters of an hour"
                Some((unit, end)) => Some(CountedUnits {
                    n: number.value,
                    high: None,
                    unit,
                    end,
                }),
                None => self.quarters(i, number.end),
            };
        }
        if number.form == NumberForm::Ordinal {
            return None;
        }
        let (high, after) = self.upper_end(i, &number)?;
        let k = self.unit_after(&number, after);
        let unit = self.unit(k)?;
        if self.is_no_length(i, &number, after, k) {
            return None;
        }
        let (half, end) = match self.and_a_half(k + 1) {
            true => (0.5, k + 4),
            false => (0.0, k + 1),
        };
        Some(CountedUnits {
            n: number.value + half,
            high,
            unit,
            end,
        })
    }

    /// The unit of "of an hour" at `i`, and the index after it.
    fn part_of_unit(&self, i: usize) -> Option<(TimeUnit, usize)> {
        let of_one = self.is(i, "of") && self.any(i + 1, &["a", "an"]);
        let unit = self.unit(i + 2).filter(|_| of_one)?;
        Some((unit, i + 3))
    }

    /// "a quarter of an hour" and "a quarter to eight", from "quarter", which is mostly a part of the year.
    fn at_fourth(&self, i: usize, floor: usize) -> Option<Match> {
        let article = self.before_any(i, &["a"]) && i > floor;
        let start = i - usize::from(article);
        if let Some((unit, end)) = self.part_of_unit(i + 1) {
            return self.lasting(start, end, unit, Some(0.25));
        }
        let (clock, end) = self.spoken_clock(i)?;
        self.with_day(start, end, clock)
    }

    /// "and a half" at `i`.
    fn and_a_half(&self, i: usize) -> bool {
        self.is(i, "and") && self.is(i + 1, "a") && self.word(i + 2) == TimeWord::Half
    }

    /// "10hrs": a unit run on to digits.
    fn unit_run_on(&self, number: &Number) -> Option<CountedUnits> {
        let token = self.of(number.end - 1);
        let unit = match &token[token.len() - number.tail..] {
            "hr" | "hrs" => TimeUnit::Hour,
            "min" | "mins" => TimeUnit::Minute,
            "yr" | "yrs" => TimeUnit::Year,
            _ => return None,
        };
        Some(CountedUnits {
            n: number.value,
            high: None,
            unit,
            end: number.end,
        })
    }

    /// "three quarters", a fraction to the reader of numbers and a length here.
    fn quarters(&self, i: usize, end: usize) -> Option<CountedUnits> {
        let NumberWord::Unit(n) = numbers::word(self.of(i))? else {
            return None;
        };
        (end > i + 1).then_some(CountedUnits {
            n,
            high: None,
            unit: TimeUnit::Quarter,
            end,
        })
    }

    /// The upper end of a range that `number` at `i` opens, if it does, and the index after the numbers.
    fn upper_end(&self, i: usize, number: &Number) -> Option<(Option<f64>, usize)> {
        let j = number.end;
        let of_two = self.is(j, "and") && self.before_any(i, &["between"]);
        if self.any(j, &["to", "or"]) || self.is_dash(j) || of_two {
            let is_higher =
                |n: &Number| n.tail == 0 && n.form != NumberForm::Ordinal && n.value > number.value;
            if let Some(second) = self.number(j + 1).filter(is_higher) {
                return Some((Some(second.value), second.end));
            }
        }
        // "six- to eight-week"
        if self.is_hyphen(j) && !self.tied_hyphen(j) && self.any(j + 1, &["to", "or"]) {
            let second = self.number(j + 2)?;
            return Some((Some(second.value), second.end));
        }
        Some((None, j))
    }

    /// Where the unit of a number stands whose words end before `i`: "two more years", "half of a year".
    fn unit_after(&self, number: &Number, i: usize) -> usize {
        let mut k = self.past_hyphen(i);
        for _ in 0..MOST_FILLERS {
            if self.word(k) != TimeWord::Filler {
                break;
            }
            k = self.past_hyphen(k + 1);
        }
        if self.is(k, "of") && number.form == NumberForm::Fraction {
            k += 1;
            k += usize::from(self.any(k, &["a", "an"]));
        }
        k
    }

    /// Whether the number at `i` and the unit at `k` make no length; the numbers end before `after`.
    fn is_no_length(&self, i: usize, number: &Number, after: usize, k: usize) -> bool {
        let broadcast = k == number.end && self.is_broadcast(i, k);
        // "the 1988 quarter" is of a year
        let of_year = number.form == NumberForm::Digits
            && self.year(i).is_some()
            && matches!(self.word(k), TimeWord::Unit(_));
        // "one second", not the ordinal of "10 second homes"
        let hyphened = k == after + 1 && self.is_hyphen(after);
        let ordinal = self.is(k, "second") && !hyphened && number.value != 1.0;
        let part_of_quarter =
            number.form == NumberForm::Fraction && self.unit(k) == Some(TimeUnit::Quarter);
        broadcast || of_year || ordinal || part_of_quarter
    }

    /// "60 Minutes", the broadcast, with its number at `i` and the word at `k`.
    fn is_broadcast(&self, i: usize, k: usize) -> bool {
        let title = self.starts_title(k) && !self.starts_title(k + 1);
        title && self.is(k, "minutes") && self.kind(i) == Some(TokenKind::Number) && self.spaced(k)
    }

    /// Units without a number: "for years", "weeks ago", "over the weeks ahead".
    pub(super) fn at_units(&self, i: usize, unit: TimeUnit) -> Option<Match> {
        if let Some(night) = self.hours_of_night(i) {
            return night.hit();
        }
        let has_sign = self.before_any(i, &WORDS.length_sign)
            || self.word(i + 1) == TimeWord::Ago
            || self.tied_hyphen(i + 1) && self.is(i + 2, "long");
        if !has_sign || matches!(unit, TimeUnit::Second | TimeUnit::Quarter) {
            return self.the_units(i, unit);
        }
        // "weeks or months"
        let pair =
            self.any(i + 1, &["or", "and"]) && matches!(self.word(i + 2), TimeWord::Units(_));
        self.lasting(i, if pair { i + 3 } else { i + 1 }, unit, None)
    }

    /// "early hours of Sunday", "small hours of the 5th of May": the morning of a day.
    fn hours_of_night(&self, i: usize) -> Option<FoundTime> {
        let is_night = self.is(i, "hours") && self.before_any(i, &WORDS.hours_of_night);
        if !is_night || !self.is(i + 1, "of") {
            return None;
        }
        let mut day = self.day_at(i + 2 + usize::from(self.is(i + 2, "the")))?;
        day.start = i - 1;
        let night = match day.part {
            Some(_) => day,
            None => day.in_part("MO"),
        };
        Some(night.the())
    }

    /// "over the years", "in the weeks ahead".
    fn the_units(&self, i: usize, unit: TimeUnit) -> Option<Match> {
        if unit.of_the_clock() || i < 2 || !self.before_any(i, &["the"]) {
            return None;
        }
        let ahead = self.is(i + 1, "ahead");
        let over = ahead || self.any(i - 2, &["over", "through", "down"]);
        let end = i + 1 + usize::from(ahead);
        over.then(|| Match::Found(length(i, end, unit, None).the()))
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
        if unit == TimeUnit::Quarter
            && let Some(found) = self.at_fourth(i, floor)
        {
            return Some(found);
        }
        if let Some(found) = self.unit_in_compound(i, unit) {
            return Some(found);
        }
        if self.tied_hyphen(i + 1) {
            return None;
        }
        if let Some(article) = self.article_of_unit(i).filter(|a| *a >= floor) {
            return self.one_unit(i, article, unit);
        }
        let found = self.edge_of_stretch(i, floor);
        if let Some(f) = found.or_else(|| self.unit_around_day(i, unit)) {
            return f.hit();
        }
        if !self.before_any(i, &["the"]) || i == floor {
            return None;
        }
        // "the year 2000"
        if unit == TimeUnit::Year
            && let Some((y, end)) = self.year_after(i + 1)
        {
            return date(i, end, Meaning::Point(Point::Year(y))).the().hit();
        }
        self.unit_of_month(i, unit)
            .or_else(|| self.second_from_now(i, unit))
            .or_else(|| self.the_unit(i, unit))
    }

    /// Index of "a" or "another" before the unit at `i`, with an adjective between: "an additional year".
    fn article_of_unit(&self, i: usize) -> Option<usize> {
        let adjective = i > 0
            && self.word(i - 1) == TimeWord::Filler
            && !self.before_any(i, &["more", "other", "long"]);
        let k = if adjective { i - 1 } else { i };
        (self.before_any(k, &["a", "an", "another"])).then(|| k - 1)
    }

    /// "six-month-old", "year-ago", "year-end", "year's end", "week-long", at their unit.
    fn unit_in_compound(&self, i: usize, unit: TimeUnit) -> Option<Match> {
        let hyphen = self.tied_hyphen(i + 1);
        let next = if hyphen { i + 2 } else { i + 1 };
        if matches!(unit, TimeUnit::Year | TimeUnit::Quarter | TimeUnit::Month) {
            if hyphen && self.is(next, "old") {
                return Some(Match::Skip(next + 1));
            }
            // "year-ago", "year-earlier", with the quarter they are said of
            if hyphen && unit == TimeUnit::Year && self.any(next, &["ago", "earlier"]) {
                return Some(Match::Found(self.year_earlier(i, next + 1)));
            }
            if let Some(end) = self.unit_end(i, next) {
                return date(i, end, Meaning::Current(unit, 0)).hit();
            }
        }
        (hyphen && self.is(next, "long"))
            .then(|| Match::Found(length(i, next + 1, unit, Some(1.0))))
    }

    /// The index after "year-end", "year's end" or a bare "year end"; `next` is behind the unit's hyphen.
    fn unit_end(&self, i: usize, next: usize) -> Option<usize> {
        let clitic = self.kind(i + 1) == Some(TokenKind::Clitic);
        let at = if clitic { i + 2 } else { next };
        let joined = at == i + 2;
        let bare = !self.before_any(i, &["a", "the", "this", "last", "next"]);
        (self.is(at, "end") && (joined || bare)).then_some(at + 1)
    }

    /// "a week", "an hour and a half", "a year or two"; or how often, after an amount: "$5 a year".
    fn one_unit(&self, i: usize, article: usize, unit: TimeUnit) -> Option<Match> {
        let told_from = matches!(self.word(i + 1), TimeWord::Ago | TimeWord::Shift(_));
        if !told_from && self.rate(article) {
            return Some(Match::Skip(i + 1));
        }
        if unit == TimeUnit::Quarter || self.is(i, "weekday") {
            return None;
        }
        if self.and_a_half(i + 1) {
            return self.lasting(article, i + 4, unit, Some(1.5));
        }
        let or_two = self.is(i + 1, "or") && self.is(i + 2, "two");
        let end = if or_two { i + 3 } else { i + 1 };
        self.lasting(article, end, unit, Some(1.0))
    }

    /// "the month of May", "the week of March 6-8".
    fn unit_of_month(&self, i: usize, unit: TimeUnit) -> Option<Match> {
        let TimeWord::Month(m) = self.word(i + 2) else {
            return None;
        };
        if !self.is(i + 1, "of") {
            return None;
        }
        let month = self.at_month(i + 2, m).and_then(Match::time);
        let mut f = match (unit, month) {
            (TimeUnit::Week | TimeUnit::Month, Some(month)) => month,
            (TimeUnit::Month, None) => date(i, i + 3, Meaning::Month(m)),
            _ => return None,
        };
        f.start = i;
        f.the().hit()
    }

    /// "the quarter", "the weekend", "the year", where they are the ones of publication.
    fn the_unit(&self, i: usize, unit: TimeUnit) -> Option<Match> {
        let the = |meaning| date(i, i + 1, meaning).the().hit();
        match unit {
            TimeUnit::Quarter => the(Meaning::Reported(unit)),
            TimeUnit::Weekend => the(Meaning::Current(unit, 0)),
            TimeUnit::Year if self.any(i + 1, &["ended", "ending"]) => {
                length(i, i + 1, unit, Some(1.0)).the().hit()
            }
            TimeUnit::Year | TimeUnit::Week | TimeUnit::Month if self.is_period(i) => {
                the(Meaning::Current(unit, 0))
            }
            TimeUnit::Day if self.is_day_with_parts(i) => match self.before_any(i - 2, &["end"]) {
                true => the(Meaning::FromReference(unit, 0)),
                false => the(Meaning::SomeDay),
            },
            _ => None,
        }
    }

    /// Whether "the year" at `i` is the one of publication: "in the year", not "in the year before".
    fn is_period(&self, i: usize) -> bool {
        let has_sign = i >= 2 && self.any(i - 2, &WORDS.period_sign);
        has_sign && !self.any(i + 1, &WORDS.after_no_period) && self.is_part_of_period(i)
    }

    /// Whether "the year" at `i`, where "of" stands before it, has a part of its own told: "the first half of the year",
    /// but not "player of the year" and "any day of the week".
    fn is_part_of_period(&self, i: usize) -> bool {
        let Some(part) = i.checked_sub(3).filter(|_| self.is(i - 2, "of")) else {
            return true;
        };
        match self.word(part) {
            TimeWord::Portion | TimeWord::Half => true,
            TimeWord::Unit(u) | TimeWord::Units(u) => u != TimeUnit::Day && !u.of_the_clock(),
            // "the result of the week's buying"
            _ => {
                self.kind(i + 1) == Some(TokenKind::Clitic) || self.any(part, &WORDS.part_of_period)
            }
        }
    }

    /// "earlier in the day", "the end of the day", with "day" at `i`.
    fn is_day_with_parts(&self, i: usize) -> bool {
        let part = i.checked_sub(3).map(|k| self.word(k));
        matches!(
            part,
            Some(TimeWord::Shift(_) | TimeWord::Edge | TimeWord::Portion)
        ) && self.any(i - 2, &["in", "of"])
    }

    /// Whether "a year" with its article at `article` says how often, after an amount: "$5 a year".
    fn rate(&self, article: usize) -> bool {
        let Some(k) = article.checked_sub(1) else {
            return false;
        };
        self.any(article, &["a", "an"])
            && (self.kind(k) == Some(TokenKind::Number)
                || matches!(self.of(k), "%" | "$")
                || matches!(
                    self.word(k),
                    TimeWord::Number | TimeWord::Units(_) | TimeWord::Times
                )
                || self.any(k, &["percent", "share", "copy", "ton", "barrel"])
                || self.is_plural(k))
    }

    /// Whether token `k` looks like the plural of things that are counted.
    pub(super) fn is_plural(&self, k: usize) -> bool {
        let text = self.of(k);
        let in_s = text.len() > 3 && text.ends_with('s') && !text.ends_with("ss");
        in_s && !text.ends_with("'s")
            && !self.starts_title(k)
            && self.kind(k) == Some(TokenKind::Word)
            && !self.any(k, &WORDS.no_plural)
    }

    /// What begins with a number: times of day, dates, quarters, lengths, years.
    pub(super) fn at_number(&self, i: usize, floor: usize) -> Option<Match> {
        if self.word(i) == TimeWord::Number && self.needs_article(i) {
            return self.with_article(i, floor);
        }
        // "4:30 to 7:00pm" before the "4:30" of its own
        let with_minutes = self.of(i).contains(':').then(|| self.hour_of_range(i));
        if let Some(f) = with_minutes.flatten() {
            return f.hit();
        }
        if let Some((clock, end)) = self.clock(i) {
            return self.with_day(i, end, clock);
        }
        if let Some(f) = self.hour_of_range(i) {
            return f.hit();
        }
        if let Some(f) = self.quarter_by_code(i) {
            return f.hit();
        }
        self.in_figures(i)
            .or_else(|| self.day_first(i))
            .or_else(|| self.quarter_from(i))
            .or_else(|| self.ordinal(i))
            .or_else(|| self.units_from(i))
            .or_else(|| self.times_per_unit(i))
            .or_else(|| self.year_of_era(i))
            .or_else(|| self.year_from(i))
    }

    /// "a hundred years", from "hundred".
    fn with_article(&self, i: usize, floor: usize) -> Option<Match> {
        let article = i.checked_sub(1).filter(|k| *k >= floor)?;
        if !self.any(article, &["a", "an"]) {
            return None;
        }
        let counted = self.counted_units(article)?;
        self.lasting_range(article, &counted)
    }

    /// Words that only an article makes a number.
    fn needs_article(&self, i: usize) -> bool {
        matches!(
            numbers::word(self.of(i)),
            Some(NumberWord::Hundred | NumberWord::Dozen | NumberWord::Scale(_))
        )
    }

    /// "two years", "one day".
    fn units_from(&self, i: usize) -> Option<Match> {
        let counted = self.counted_units(i)?;
        if counted.unit == TimeUnit::Quarter && self.is(counted.end, "of") {
            return None;
        }
        // "will one day be": some day to come
        let one_day = self.is(i, "one")
            && counted.unit == TimeUnit::Day
            && counted.high.is_none()
            && self.spaced(counted.end - 1)
            && self.before_any(i, &WORDS.will);
        if one_day {
            return date(i, counted.end, Meaning::Ref("FUTURE_REF")).hit();
        }
        self.lasting_range(i, &counted)
    }

    /// "three times a year".
    fn times_per_unit(&self, i: usize) -> Option<Match> {
        let number = self.number(i)?;
        if !self.is(number.end, "times") {
            return None;
        }
        let (value, end) = self.per(number.end + 1)?;
        set(i, end, value).hit()
    }

    /// A year in digits or words.
    fn year_from(&self, i: usize) -> Option<Match> {
        if self.kind(i) == Some(TokenKind::Number) {
            return self.at_year(i);
        }
        let (y, end) = self.year_in_words(i)?;
        // "two thousand" is a count unless more says that it is the year
        let is_year = y != 2000 || self.before_any(i, &["year", "in", "since", "by"]);
        is_year.then(|| Match::Found(date(i, end, Meaning::Point(Point::Year(y)))))
    }

    /// Wraps a length that may turn out to be a point: "two years ago", "a month later".
    fn lasting_range(&self, start: usize, counted: &CountedUnits) -> Option<Match> {
        let CountedUnits { n, unit, end, .. } = *counted;
        // ages are no durations of the story
        if self.old_after(end) {
            return Some(Match::Skip(self.past_hyphen(end) + 1));
        }
        if self.any(end, &["older", "younger"]) {
            return Some(Match::Skip(end));
        }
        if counted.high.is_none()
            && let Some(compound) = self.compound_length(start, counted)
        {
            return compound.hit();
        }
        let mut found = self.lasting(start, end, unit, Some(n))?;
        if let (Match::Found(f), Some(high)) = (&mut found, counted.high)
            && f.kind == TimeType::Duration
        {
            f.at_most = Some(duration(unit, Some(high)));
        }
        Some(found)
    }

    /// "two years and three months", "5 hours, 30 minutes", "1 year, 1 month and 21 days".
    fn compound_length(&self, start: usize, counted: &CountedUnits) -> Option<FoundTime> {
        let mut value = duration(counted.unit, Some(counted.n));
        let (mut unit, mut end) = (counted.unit, counted.end);
        while let Some(rest) = self.smaller_units(end, unit) {
            let tail = duration(rest.unit, Some(rest.n));
            // one P for all, and one T before the first unit of the clock
            match tail.strip_prefix("PT") {
                Some(tail) if value.contains('T') => value.push_str(tail),
                Some(tail) => value.extend(["T", tail]),
                None => value.push_str(&tail[1..]),
            }
            (unit, end) = (rest.unit, rest.end);
        }
        let meaning = Meaning::Duration(value);
        (end > counted.end).then(|| found(start, end, TimeType::Duration, meaning))
    }

    /// What a length in `unit` that ends before `end` goes on with: "and three months".
    fn smaller_units(&self, end: usize, unit: TimeUnit) -> Option<CountedUnits> {
        let comma = end + usize::from(self.is(end, ","));
        let at = comma + usize::from(self.is(comma, "and"));
        if at == end && self.kind(at) != Some(TokenKind::Number) {
            return None;
        }
        let rest = self.counted_units(at)?;
        (rest.high.is_none() && goes_on_in(unit, rest.unit)).then_some(rest)
    }

    /// A length of time with what may follow it: "ago", "later", "from now", "or so".
    fn lasting(&self, start: usize, end: usize, unit: TimeUnit, n: Option<f64>) -> Option<Match> {
        let or_so = self.is(end, "or") && self.any(end + 1, &["so", "more", "less"]);
        let end = if or_so { end + 2 } else { end };
        if let Some(point) = self.point_by_length(start, end, unit, n) {
            return point.hit();
        }
        let long = self.tied_hyphen(end) && self.is(end + 1, "long");
        length(start, if long { end + 2 } else { end }, unit, n).hit()
    }

    /// The point that a length tells by the words behind it: "ago", "from now", "later".
    fn point_by_length(
        &self,
        start: usize,
        end: usize,
        unit: TimeUnit,
        n: Option<f64>,
    ) -> Option<FoundTime> {
        let from_now = self.is(end, "from") && self.any(end + 1, &["now", "today"]);
        // "in two weeks' time"
        let in_time = self.is(end + 1, "time")
            && matches!(self.of(end), "'" | "\u{2019}" | "'s" | "\u{2019}s")
            && self.before_any(start, &["in"]);
        let (words, meaning) = match self.word(end) {
            TimeWord::Ago => (1, Meaning::Ago(unit, n)),
            TimeWord::Hence => (1, Meaning::Hence(unit, n)),
            TimeWord::Shift(sign) => {
                let compares = self.is(end + 1, "than");
                if compares || unit.of_the_clock() || n.is_none() {
                    return None;
                }
                (1, Meaning::Shift(unit, n, sign))
            }
            _ if from_now || in_time => (2, Meaning::Hence(unit, n)),
            _ => return None,
        };
        Some(date(start, end + words, meaning))
    }
}

/// Whether a length may go on in a smaller unit.
fn goes_on_in(unit: TimeUnit, smaller: TimeUnit) -> bool {
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

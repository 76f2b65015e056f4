//! Years, decades and centuries, and the quarters, halves and seasons in them.

use std::ops::{Range, RangeInclusive};

use super::{FoundTime, Match, Meaning, WORDS, century_of, date, length};
use crate::stages::times::line::TokenLine;
use crate::stages::times::point::Point;
use crate::stages::times::unit::TimeUnit;
use crate::stages::times::words::{Rel, TimeWord};
use crate::text::TokenKind;
use crate::text::numbers::{self, NumberForm, NumberWord};

/// Four digits in these years are a year unless a word says otherwise; others need a word that says so.
/// News tells of its own century and of plans.
const YEARS_WITHOUT_SIGN: RangeInclusive<i16> = 1900..=2060;

/// The decades there are: four digits with -s outside them are no decade.
const DECADES: RangeInclusive<i16> = 1000..=2190;

/// Most centuries news counts.
const MOST_CENTURIES: f64 = 30.0;

/// Most times a weekday or a week comes in a month.
const MOST_IN_MONTH: f64 = 5.0;

/// Marks before four digits that make them a price, a score, a part of an address or of a sum.
const MARKS_BEFORE_NUMBER: &[&str] = &["$", "£", "€", "¥", "#", "/", ":", ".", "+", "=", "*"];

/// Marks behind four digits that make them a share or a price.
const MARKS_AFTER_NUMBER: &[&str] = &["%", "°", "$", "£", "€", ":", "+"];

/// Marks that a year may be run on to.
const MARKS_BEFORE_YEAR: &[&str] = &[
    "(", "[", "\"", "\u{201c}", "'", "\u{2018}", "\u{2014}", "--", "\u{2013}",
];

impl TokenLine<'_> {
    /// A year at `i`, possibly after a comma, and the index after it.
    pub(super) fn year_after(&self, i: usize) -> Option<(i16, usize)> {
        let at = i + usize::from(self.any(i, &[",", "of"]));
        if let Some(y) = self.year(at) {
            // "July 4, 2000 people" reads as a year all the same: news writes 2,000
            return Some((y, at + 1));
        }
        if at == i
            && let Some(short) = self.short_year(i)
        {
            return Some(short);
        }
        self.year_in_words(at)
    }

    /// "'98", and the index after it.
    fn short_year(&self, i: usize) -> Option<(i16, usize)> {
        let apostrophe = matches!(self.of(i), "'" | "\u{2019}" | "\u{2018}");
        if !apostrophe || self.spaced(i + 1) || self.of(i + 1).len() != 2 {
            return None;
        }
        let two = self.digits(i + 1, 0..=99)?;
        Some((century_of(two), i + 2))
    }

    /// "nineteen ninety-seven", "two thousand", "two thousand and one".
    pub(super) fn year_in_words(&self, i: usize) -> Option<(i16, usize)> {
        if self.is(i, "two") && self.is(i + 1, "thousand") {
            let at = i + 2 + usize::from(self.is(i + 2, "and"));
            return Some(match self.unit_word(at, 1..20) {
                Some(u) => (2000 + u, at + 1),
                None => (2000, i + 2),
            });
        }
        let twenty = || self.tens_word(i).filter(|t| *t == 20);
        let century = self.unit_word(i, 17..20).or_else(twenty)?;
        let (year, end) = self.year_of_century(self.past_hyphen(i + 1))?;
        Some((century * 100 + year, end))
    }

    /// "ninety-seven", "seventeen", "oh five", and the index after it.
    fn year_of_century(&self, i: usize) -> Option<(i16, usize)> {
        if let Some(t) = self.tens_word(i) {
            let next = self.past_hyphen(i + 1);
            return Some(match self.unit_word(next, 1..10) {
                Some(u) => (t + u, next + 1),
                None => (t, i + 1),
            });
        }
        if let Some(u) = self.unit_word(i, 10..20) {
            return Some((u, i + 1));
        }
        if !self.any(i, &["oh", "o"]) {
            return None;
        }
        let u = self.unit_word(i + 1, 1..10)?;
        Some((u, i + 2))
    }

    /// "one" to "nineteen", if in `range`.
    fn unit_word(&self, i: usize, range: Range<i16>) -> Option<i16> {
        match numbers::word(self.of(i)) {
            Some(NumberWord::Unit(u)) => Some(u as i16).filter(|u| range.contains(u)),
            _ => None,
        }
    }

    /// "twenty" to "ninety".
    fn tens_word(&self, i: usize) -> Option<i16> {
        match numbers::word(self.of(i)) {
            Some(NumberWord::Tens(t)) => Some(t as i16),
            _ => None,
        }
    }

    /// "last year", "this year", "next year" after a month, season or quarter: years from the anchor's.
    pub(super) fn year_offset(&self, i: usize) -> Option<(i16, usize)> {
        let at = i + usize::from(self.any(i, &["of", ","]));
        let offset = match self.word(at) {
            TimeWord::Rel(Rel::Last) => -1,
            TimeWord::Rel(Rel::This) => 0,
            TimeWord::Rel(Rel::Next) => 1,
            _ => return None,
        };
        let unit = at + 1 + usize::from(self.word(at + 1) == TimeWord::Fiscal);
        (self.unit(unit) == Some(TimeUnit::Year)).then_some((offset, unit + 1))
    }

    /// "summer 1998", "the fall of last year", "in the spring".
    pub(super) fn at_season(&self, i: usize, season: &'static str) -> Option<Match> {
        if let Some((y, end)) = self.year_after(i + 1) {
            let point = Point::Season(y, season);
            let end = self.past_second_year(end - 1, y).unwrap_or(end);
            return date(i, end, Meaning::Point(point)).the().hit();
        }
        if let Some((offset, end)) = self.year_offset(i + 1) {
            return date(i, end, Meaning::SeasonOf(season, offset)).the().hit();
        }
        let has_sign = self.has_sign_of_season(i);
        let name = self.starts_title(i) && self.starts_title(i + 1);
        if name && !has_sign {
            return None;
        }
        // "fall" and "spring" are other words too
        let is_season = if self.any(i, &["fall", "spring"]) {
            has_sign && !self.any(i + 1, &WORDS.after_no_season) && !self.before_any(i, &["a"])
        } else {
            has_sign || self.before_any(i, &["the", "last", "next", "of"])
        };
        is_season.then(|| Match::Found(date(i, i + 1, Meaning::Season(season)).the()))
    }

    /// "in fall", "late in the spring".
    fn has_sign_of_season(&self, i: usize) -> bool {
        let in_the =
            i >= 2 && self.before_any(i, &["the"]) && self.any(i - 2, &WORDS.the_season_sign);
        in_the || self.before_any(i, &WORDS.season_sign)
    }

    /// "fiscal 1989", "fiscal year 2019", "the fiscal first quarter", "the fiscal year".
    pub(super) fn at_fiscal(&self, i: usize) -> Option<Match> {
        let j = self.past_hyphen(i + 1);
        if let Some(f) = self.years_from(i, j) {
            return f.hit();
        }
        if let Some((q, end)) = self.quarter(j) {
            return Some(Match::Found(self.quarter_of_year(i, q, end)));
        }
        if self.unit(j) != Some(TimeUnit::Year) {
            return None;
        }
        if let Some((y, end)) = self.year_after(j + 1) {
            return date(i, end, Meaning::Point(Point::Year(y))).hit();
        }
        let vague =
            self.is(i, "financial") && !self.before_any(i, &["the", "this", "last", "next"]);
        (!vague).then(|| Match::Found(date(i, j + 1, Meaning::Reported(TimeUnit::Year)).the()))
    }

    /// "the year-earlier period", "the year-ago third quarter", "year-ago".
    pub(super) fn year_earlier(&self, i: usize, end: usize) -> FoundTime {
        if let Some((q, past)) = self.quarter(end) {
            return date(i, past, Meaning::QuarterOf(q, -1)).the();
        }
        if self.is(end, "period") || self.unit(end) == Some(TimeUnit::Quarter) {
            return date(i, end + 1, Meaning::YearEarlier(TimeUnit::Quarter)).the();
        }
        if let Some((unit, n, past)) = self.counted(end) {
            return length(i, past, unit, n).the();
        }
        date(i, end, Meaning::YearEarlier(TimeUnit::Year))
    }

    /// An ordinal and "quarter": which, 1 to 4, and the index after.
    pub(super) fn quarter(&self, i: usize) -> Option<(u8, usize)> {
        let n = match numbers::word(self.of(i)) {
            Some(NumberWord::Ordinal(o)) => o as u8,
            _ => {
                let in_digits = ["1st", "2nd", "3rd", "4th"];
                in_digits.iter().position(|o| *o == self.of(i))? as u8 + 1
            }
        };
        let mut j = self.past_hyphen(i + 1);
        if self.word(j) == TimeWord::Fiscal {
            j = self.past_hyphen(j + 1);
        }
        let is_quarter = self.word(j) == TimeWord::Unit(TimeUnit::Quarter);
        (is_quarter && (1..=4).contains(&n)).then_some((n, j + 1))
    }

    /// "the third quarter", "the third quarter of 1998".
    pub(super) fn quarter_from(&self, i: usize) -> Option<Match> {
        let (q, end) = self.quarter(i)?;
        Some(Match::Found(self.quarter_of_year(i, q, end)))
    }

    /// "Q3 2025", "3Q25", "H1 2025", and "Q3" alone: quarters and halves as reports of companies have them.
    pub(super) fn quarter_by_code(&self, i: usize) -> Option<FoundTime> {
        let (letter, n, figures) = quarter_code(self.of(i))?;
        let year = match figures.len() {
            0 => None,
            2 => Some(century_of(figures.parse().ok()?)),
            4 => figures.parse().ok(),
            _ => return None,
        };
        if let Some(year) = year {
            let point = point_by_code(letter, n, year)?;
            return Some(date(i, i + 1, Meaning::Point(point)));
        }
        if letter == b'Q' {
            let tied = self.tied_hyphen(i + 1) || i > 0 && self.tied_hyphen(i - 1);
            return (!tied).then(|| self.quarter_of_year(i, n, i + 1));
        }
        let (year, end) = self.year_after(i + 1)?;
        Some(date(
            i,
            end,
            Meaning::Point(point_by_code(letter, n, year)?),
        ))
    }

    /// "FY2024", "FY24", "FY 2024": years as reports of companies have them.
    pub(super) fn fiscal_by_code(&self, i: usize) -> Option<FoundTime> {
        let figures = self.of(i).strip_prefix("FY")?;
        let (year, end) = match figures.len() {
            0 => return self.years_from(i, i + 1),
            2 => (century_of(figures.parse().ok()?), i + 1),
            4 => (figures.parse().ok()?, i + 1),
            _ => return None,
        };
        let in_range = (1900..2200).contains(&year);
        in_range.then(|| date(i, end, Meaning::Point(Point::Year(year))))
    }

    /// The year at `at`, or two of which the second begins where it ends: "2023/24". It is of what begins at `i`.
    fn years_from(&self, i: usize, at: usize) -> Option<FoundTime> {
        let year = self.year(at)?;
        let end = self.past_second_year(at, year);
        let meaning = match end {
            Some(_) => years(year, year + 1),
            None => Meaning::Point(Point::Year(year)),
        };
        Some(date(i, end.unwrap_or(at + 1), meaning))
    }

    /// The index after the second year of "2018-19" and "2018/19", whose first, `year`, is at `i`.
    fn past_second_year(&self, i: usize, year: i16) -> Option<usize> {
        let tied = (self.is_dash(i + 1) || self.of(i + 1) == "/")
            && !self.spaced(i + 1)
            && !self.spaced(i + 2);
        let last = self.last_year(i + 2, year).filter(|_| tied)?;
        (last == year + 1).then_some(i + 3)
    }

    /// "44 BC", "AD 100", "100 CE", "the fifth century B.C.".
    pub(super) fn year_of_era(&self, i: usize) -> Option<Match> {
        let era = |k: usize| era(self.of(k));
        if era(i) == Some(Era::Common) && self.of(i).starts_with('A') {
            let year = self.digits(i + 1, 1..=1999)?;
            return date(i, i + 2, Meaning::Point(Point::Year(year as i16))).hit();
        }
        let figures = self.tokens.get(i)?.of(self.text);
        let year: u32 = figures.parse().ok().filter(|y| (1..=9999).contains(y))?;
        let meaning = match era(i + 1)? {
            Era::Before => Meaning::BeforeChrist(format!("BC{year:04}")),
            Era::Common if year < 2000 => Meaning::Point(Point::Year(year as i16)),
            Era::Common => return None,
        };
        date(i, i + 2, meaning).hit()
    }

    /// The quarter `q` that stands at `start..end`, with a year after it.
    fn quarter_of_year(&self, start: usize, q: u8, end: usize) -> FoundTime {
        let hyphen = self.is_hyphen(end.wrapping_sub(2));
        let (end, meaning) = if let Some((y, end)) = self.year_after(end) {
            (end, Meaning::Point(Point::Quarter(y, q)))
        } else if let Some((offset, end)) = self.year_offset(end) {
            (end, Meaning::QuarterOf(q, offset))
        } else if self.is(end, "of")
            && self.word(end + 1) == TimeWord::Fiscal
            && let Some(y) = self.year(end + 2)
        {
            (end + 3, Meaning::Point(Point::Quarter(y, q)))
        } else {
            (end, Meaning::Quarter(q))
        };
        let mut f = date(start, end, meaning);
        f.article = !hyphen;
        f
    }

    /// "the first half of 1990", "20th century", "the first nine months".
    pub(super) fn ordinal(&self, i: usize) -> Option<Match> {
        let number = self.number(i)?;
        if number.form != NumberForm::Ordinal {
            return None;
        }
        let n = number.value;
        let j = self.past_hyphen(number.end);
        match self.word(j) {
            TimeWord::Half if n <= 2.0 => return self.half_of_year(i, n as u8, j + 1),
            TimeWord::Unit(TimeUnit::Century) if (1.0..=MOST_CENTURIES).contains(&n) => {
                let before = era(self.of(j + 1)) == Some(Era::Before);
                let (end, meaning) = match before {
                    true => (
                        j + 2,
                        Meaning::BeforeChrist(format!("BC{:02}", n as i16 - 1)),
                    ),
                    false => (j + 1, Meaning::Point(Point::Century((n as i16 - 1) * 100))),
                };
                let mut f = date(i, end, meaning);
                f.article = j == number.end && !self.tied_hyphen(j + 1);
                return f.hit();
            }
            _ => {}
        }
        if n <= MOST_IN_MONTH
            && let Some(day) = self.nth_of_stretch(i, j, n as i8)
        {
            return day.hit();
        }
        // "the first nine months", "the first few days", "the second two weeks"
        if j != number.end {
            return None;
        }
        let (unit, n, end) = self.counted(j)?;
        length(i, end, unit, n).the().hit()
    }

    /// The half `h` whose words end before `end`, with its year.
    fn half_of_year(&self, i: usize, h: u8, end: usize) -> Option<Match> {
        if let Some((y, end)) = self.year_after(end) {
            return date(i, end, Meaning::Point(Point::Half(y, h))).the().hit();
        }
        let (offset, end) = self.year_offset(end)?;
        date(i, end, Meaning::HalfOf(h, offset)).the().hit()
    }

    /// The apostrophe of "'80s".
    pub(super) fn at_apostrophe(&self, i: usize) -> Option<Match> {
        let opens = self.spaced(i) && !self.spaced(i + 1);
        // "the flood of '53", "the summer of '69"
        if let Some((year, end)) = self.short_year(i)
            && opens
            && self.before_any(i, &["of", "in", "since", "until"])
        {
            return date(i, end, Meaning::Point(Point::Year(year))).hit();
        }
        if !opens || !matches!(self.of(i), "'" | "\u{2019}" | "\u{2018}" | "`") {
            return None;
        }
        let digits = self.of(i + 1).strip_suffix('s')?;
        let n: u32 = digits.parse().ok().filter(|n: &u32| n.is_multiple_of(10))?;
        let decade = || Meaning::Point(Point::Decade(century_of(n)));
        (digits.len() == 2).then(|| Match::Found(date(i, i + 2, decade()).the()))
    }

    /// "the nineties", by its first year.
    pub(super) fn at_decade(&self, i: usize, first: i16) -> Option<Match> {
        let decade = date(i, i + 1, Meaning::Point(Point::Decade(first))).the();
        // "the early nineties", "the mid-nineties"
        let head = if i > 0 && self.tied_hyphen(i - 1) {
            i - 1
        } else {
            i
        };
        let before = head.checked_sub(1).map(|k| self.word(k));
        let is_told =
            matches!(before, Some(TimeWord::Edge | TimeWord::Mid)) || self.before_any(i, &["the"]);
        is_told.then_some(Match::Found(decade))
    }

    /// A year, years, or a decade in digits.
    pub(super) fn at_year(&self, i: usize) -> Option<Match> {
        if let Some(decade) = self.decade_in_digits(i) {
            return date(i, i + 1, Meaning::Point(decade)).the().hit();
        }
        if let Some(decade) = self.decade_with_apostrophe(i) {
            return date(i, i + 2, Meaning::Point(decade)).the().hit();
        }
        let year = self.year(i)?;
        if !self.is_year(i, year) {
            return None;
        }
        if self.is_dash(i + 1) && !self.spaced(i + 1) && !self.spaced(i + 2) {
            return self.years_by_dash(i, year);
        }
        if self.is(i + 1, "/") {
            return self.years_by_slash(i, year);
        }
        self.quarter_of(i, year)
            .or_else(|| date(i, i + 1, Meaning::Point(Point::Year(year))).hit())
    }

    /// "1998-99", "2019-2021", and "1998" before a dash of its own; "1998-4" is a number.
    fn years_by_dash(&self, i: usize, year: i16) -> Option<Match> {
        if let Some(last) = self.last_year(i + 2, year) {
            return date(i, i + 3, years(year, last)).hit();
        }
        let is_number = self.kind(i + 2) == Some(TokenKind::Number);
        (!is_number).then(|| Match::Found(date(i, i + 1, Meaning::Point(Point::Year(year)))))
    }

    /// "1998/99", a season.
    fn years_by_slash(&self, i: usize, year: i16) -> Option<Match> {
        let last = self.year_of_two_digits(i + 2, year)?;
        (last == year + 1).then(|| Match::Found(date(i, i + 3, years(year, last))))
    }

    /// "the 1988 third quarter", "the 1989 period", with the year at `i`.
    fn quarter_of(&self, i: usize, year: i16) -> Option<Match> {
        // "2018 Q1"
        if let Some((letter, n, "")) = quarter_code(self.of(i + 1)) {
            let point = point_by_code(letter, n, year)?;
            return date(i, i + 2, Meaning::Point(point)).hit();
        }
        if let Some((q, end)) = self.quarter(i + 1) {
            let point = Point::Quarter(year, q);
            return date(i, end, Meaning::Point(point)).the().hit();
        }
        let period = self.unit(i + 1) == Some(TimeUnit::Quarter) || self.is(i + 1, "period");
        period.then(|| Match::Found(date(i, i + 2, Meaning::QuarterIn(year)).the()))
    }

    /// "1990s", "the 90s", "1800s".
    fn decade_in_digits(&self, i: usize) -> Option<Point> {
        let decade = self.of(i).strip_suffix('s')?;
        // "in his early 20s" is an age
        let owned = i >= 2 && self.any(i - 2, &["his", "her", "their", "my", "your", "our"]);
        if owned && decade.len() == 2 {
            return None;
        }
        let n: u32 = decade.parse().ok().filter(|n: &u32| n.is_multiple_of(10))?;
        let first = match decade.len() {
            2 if self.before_any(i, &["the", "mid", "-", "early", "late"]) => century_of(n),
            4 => n as i16,
            _ => return None,
        };
        // "the 1800s" are the century, "the 1900s" as often the decade
        let century = first % 100 == 0 && first < 1900;
        let point = if century {
            Point::Century
        } else {
            Point::Decade
        };
        DECADES.contains(&first).then(|| point(first))
    }

    /// "the 1990's", "the mid-90's", which a year of its own has no article before.
    fn decade_with_apostrophe(&self, i: usize) -> Option<Point> {
        let is_told = self.before_any(i, &["the", "mid", "-", "early", "late"]);
        if !is_told || !matches!(self.of(i + 1), "'s" | "\u{2019}s") || self.spaced(i + 1) {
            return None;
        }
        let n = self.digits(i, 10..=2190).filter(|n| n.is_multiple_of(10))?;
        let first = match self.of(i).len() {
            2 => century_of(n),
            4 if n % 100 != 0 => n as i16,
            _ => return None,
        };
        DECADES.contains(&first).then_some(Point::Decade(first))
    }

    /// The year at `i` that ends the years from `first` on: "1998-99", "2019-2021".
    fn last_year(&self, i: usize, first: i16) -> Option<i16> {
        let two_digits = || {
            let last = self.year_of_two_digits(i, first);
            last.filter(|_| self.of(i).len() == 2)
        };
        let last = self.year(i).or_else(two_digits)?;
        // "1998-99-00" is a number
        let follows = last > first && last < first + 100;
        (follows && !self.is_hyphen(i + 1)).then_some(last)
    }

    /// The year that two digits at `i` stand for in the century of `year`.
    fn year_of_two_digits(&self, i: usize, year: i16) -> Option<i16> {
        let two = self.digits(i, 0..=99)?;
        Some(year - year % 100 + two as i16)
    }

    /// Whether four digits are a year: not a count, price, address or model number.
    fn is_year(&self, i: usize, year: i16) -> bool {
        if self.is_short_sign_of_year(i) {
            return true;
        }
        if MARKS_BEFORE_NUMBER.contains(&self.before(i))
            || MARKS_AFTER_NUMBER.contains(&self.of(i + 1))
            || self.before_any(i, &WORDS.label_sign)
        {
            return false;
        }
        // run on to letters or digits: B-2000, 555-1234, 2000-strong
        if !self.spaced(i) && i >= 2 && self.is_hyphen(i - 1) {
            return self.any(i - 2, &["mid", "pre", "post", "early", "late", "fiscal"]);
        }
        let run_on = !self.spaced(i) && i > 0 && !MARKS_BEFORE_YEAR.contains(&self.before(i));
        if run_on || self.counts_what_follows(i) {
            return false;
        }
        let hedged = self.before_any(i, &WORDS.hedge_of_count);
        self.has_sign_of_year(i) || YEARS_WITHOUT_SIGN.contains(&year) && !hedged
    }

    /// "c. 1750", "b. 1950".
    fn is_short_sign_of_year(&self, i: usize) -> bool {
        let word = match self.before(i) {
            "." if i >= 2 && !self.spaced(i - 1) => self.of(i - 2),
            before => before.trim_end_matches('.'),
        };
        self.before(i).ends_with('.') && WORDS.short_year_sign.contains(&word)
    }

    /// Whether what stands before the digits at `i` says that they are a year.
    fn has_sign_of_year(&self, i: usize) -> bool {
        let word = i.checked_sub(1).map(|k| self.word(k));
        self.before_any(i, &WORDS.year_sign)
            || matches!(
                word,
                Some(
                    TimeWord::Edge
                        | TimeWord::Mid
                        | TimeWord::Fiscal
                        | TimeWord::Month(_)
                        | TimeWord::Season(_)
                )
            )
    }

    /// Whether the digits at `i` count what stands behind them: "2000 people", "1500 million", "1990 Elm
    /// Street".
    fn counts_what_follows(&self, i: usize) -> bool {
        let next = i + 1;
        let unit = match self.unit(next) {
            None | Some(TimeUnit::Quarter) => false,
            Some(_) => self.quarter(next).is_none(),
        };
        let scale = matches!(numbers::word(self.of(next)), Some(NumberWord::Scale(_)));
        let street = self.starts_title(next) && self.any(next + 1, &WORDS.street);
        unit || scale || street || self.any(next, &WORDS.counted)
    }
}

/// Letter and number of "Q3" and "3Q", and the figures behind them.
fn quarter_code(text: &str) -> Option<(u8, u8, &str)> {
    match text.as_bytes() {
        [letter @ (b'Q' | b'H'), n @ b'1'..=b'4']
        | [n @ b'1'..=b'4', letter @ (b'Q' | b'H'), ..] => {
            let figures = &text[2..];
            let is_year = figures.bytes().all(|b| b.is_ascii_digit());
            is_year.then_some((*letter, n - b'0', figures))
        }
        _ => None,
    }
}

/// The quarter or the half of a year that a code names.
fn point_by_code(letter: u8, n: u8, year: i16) -> Option<Point> {
    match (letter, n) {
        (b'Q', _) => Some(Point::Quarter(year, n)),
        (_, 1 | 2) => Some(Point::Half(year, n)),
        _ => None,
    }
}

/// An era of years.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Era {
    /// "BC", "BCE".
    Before,
    /// "AD", "CE".
    Common,
}

/// The era a word names, with or without its points.
fn era(word: &str) -> Option<Era> {
    match word.trim_end_matches('.') {
        "BC" | "B.C" | "BCE" | "B.C.E" => Some(Era::Before),
        "AD" | "A.D" | "CE" | "C.E" => Some(Era::Common),
        _ => None,
    }
}

/// The years from `first` to `last`.
fn years(first: i16, last: i16) -> Meaning {
    Meaning::Points(Point::Year(first), Point::Year(last))
}

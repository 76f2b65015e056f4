//! Years, decades and centuries, and the quarters, halves and seasons in them.

use super::{FoundTime, Match, Meaning, century_of, date, found};
use crate::record::TimeType;
use crate::stages::times::line::TokenLine;
use crate::stages::times::point::{Point, duration};
use crate::stages::times::words::{Rel, TimeUnit, TimeWord};
use crate::text::TokenKind;
use crate::text::numbers::{self, NumberForm, NumberWord};

impl TokenLine<'_> {
    /// A year at `i`, possibly after a comma, and the index after it.
    pub(super) fn year_after(&self, i: usize) -> Option<(i16, usize)> {
        let at = if self.is(i, ",") || self.is(i, "of") {
            i + 1
        } else {
            i
        };
        if let Some(y) = self.year(at) {
            // "July 4, 2000 people" reads as a year all the same: news writes 2,000
            return Some((y, at + 1));
        }
        if at == i
            && matches!(self.of(at), "'" | "\u{2019}" | "\u{2018}")
            && !self.spaced(at + 1)
            && self.of(at + 1).len() == 2
            && let Some(two) = self.digits(at + 1, 0..=99)
        {
            return Some((century_of(two), at + 2));
        }
        let (y, end) = self.year_in_words(at)?;
        Some((y, end))
    }

    /// "nineteen ninety-seven", "two thousand", "two thousand and one".
    pub(super) fn year_in_words(&self, i: usize) -> Option<(i16, usize)> {
        let unit = |k: usize| match numbers::word(self.of(k)) {
            Some(NumberWord::Unit(u)) => Some(u as i16),
            _ => None,
        };
        let tens = |k: usize| match numbers::word(self.of(k)) {
            Some(NumberWord::Tens(t)) => Some(t as i16),
            _ => None,
        };
        if self.is(i, "two") && self.is(i + 1, "thousand") {
            let at = if self.is(i + 2, "and") { i + 3 } else { i + 2 };
            return Some(match unit(at).filter(|u| *u > 0) {
                Some(u) => (2000 + u, at + 1),
                None => (2000, i + 2),
            });
        }
        let century = unit(i)
            .filter(|u| (17..=19).contains(u))
            .or_else(|| tens(i).filter(|t| *t == 20))?;
        let at = self.past_hyphen(i + 1);
        if let Some(t) = tens(at) {
            let next = self.past_hyphen(at + 1);
            return Some(match unit(next).filter(|u| (1..10).contains(u)) {
                Some(u) => (century * 100 + t + u, next + 1),
                None => (century * 100 + t, at + 1),
            });
        }
        if let Some(u) = unit(at).filter(|u| (10..20).contains(u)) {
            return Some((century * 100 + u, at + 1));
        }
        if self.any(at, &["oh", "o"])
            && let Some(u) = unit(at + 1).filter(|u| (1..10).contains(u))
        {
            return Some((century * 100 + u, at + 2));
        }
        None
    }

    /// "last year", "this year", "next year" after a month, season or quarter: years from the anchor's.
    pub(super) fn year_offset(&self, i: usize) -> Option<(i16, usize)> {
        let at = if self.is(i, "of") || self.is(i, ",") {
            i + 1
        } else {
            i
        };
        let offset = match self.word(at) {
            TimeWord::Rel(Rel::Last) => -1,
            TimeWord::Rel(Rel::This) => 0,
            TimeWord::Rel(Rel::Next) => 1,
            _ => return None,
        };
        let unit = if matches!(self.word(at + 1), TimeWord::Fiscal) {
            at + 2
        } else {
            at + 1
        };
        (self.unit(unit) == Some(TimeUnit::Year)).then_some((offset, unit + 1))
    }

    pub(super) fn at_season(&self, i: usize, season: &'static str) -> Option<Match> {
        if let Some((y, end)) = self.year_after(i + 1) {
            return date(i, end, Meaning::Point(Point::Season(y, season)))
                .the()
                .hit();
        }
        if let Some((offset, end)) = self.year_offset(i + 1) {
            return date(i, end, Meaning::SeasonOf(season, offset)).the().hit();
        }
        let doubtful = self.any(i, &["fall", "spring"]);
        let sign = self.before_any(
            i,
            &[
                "in", "by", "until", "since", "late", "early", "mid", "this", "during",
            ],
        ) || self.before_any(i, &["the"])
            && i >= 2
            && self.any(
                i - 2,
                &[
                    "in", "during", "by", "until", "of", "since", "late", "early",
                ],
            );
        if self.starts_title(i) && self.starts_title(i + 1) && !sign {
            return None;
        }
        if doubtful
            && (!sign
                || self.any(
                    i + 1,
                    &[
                        "of", "in", "from", "to", "on", "below", "behind", "into", "short", "back",
                        "for",
                    ],
                )
                || self.before_any(i, &["a"]))
        {
            return None;
        }
        if !doubtful && !sign && !self.before_any(i, &["the", "last", "next", "of"]) {
            return None;
        }
        date(i, i + 1, Meaning::Season(season)).the().hit()
    }

    /// "fiscal 1989", "fiscal year 2019", "the fiscal first quarter", "the fiscal year".
    pub(super) fn at_fiscal(&self, i: usize) -> Option<Match> {
        let j = self.past_hyphen(i + 1);
        if let Some(y) = self.year(j) {
            return date(i, j + 1, Meaning::Point(Point::Year(y))).hit();
        }
        if let Some((q, end)) = self.quarter(j) {
            return Some(Match::Found(self.quarter_of_year(i, q, end)));
        }
        if self.unit(j) == Some(TimeUnit::Year) {
            if let Some((y, end)) = self.year_after(j + 1) {
                return date(i, end, Meaning::Point(Point::Year(y))).hit();
            }
            if self.any(i, &["financial"]) && !self.before_any(i, &["the", "this", "last", "next"])
            {
                return None;
            }
            return date(i, j + 1, Meaning::Reported(TimeUnit::Year))
                .the()
                .hit();
        }
        None
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
            return found(
                i,
                past,
                TimeType::Duration,
                Meaning::Duration(duration(unit, n)),
            )
            .the();
        }
        date(i, end, Meaning::YearEarlier(TimeUnit::Year))
    }

    /// An ordinal (or "last") and "quarter" or "half": which, and the index after.
    pub(super) fn quarter(&self, i: usize) -> Option<(u8, usize)> {
        let n = match numbers::word(self.of(i)) {
            Some(NumberWord::Ordinal(o)) => o as u8,
            _ => match self.of(i) {
                "1st" => 1,
                "2nd" => 2,
                "3rd" => 3,
                "4th" => 4,
                _ => return None,
            },
        };
        let j = self.past_hyphen(i + 1);
        let j = if matches!(self.word(j), TimeWord::Fiscal) {
            self.past_hyphen(j + 1)
        } else {
            j
        };
        (self.word(j) == TimeWord::Unit(TimeUnit::Quarter) && (1..=4).contains(&n))
            .then_some((n, j + 1))
    }

    /// The quarter `q` that stands at `start..end`, with a year after it.
    pub(super) fn quarter_of_year(&self, start: usize, q: u8, end: usize) -> FoundTime {
        let hyphen = self.is_hyphen(end.wrapping_sub(2));
        let mut f = if let Some((y, past)) = self.year_after(end) {
            date(start, past, Meaning::Point(Point::Quarter(y, q)))
        } else if let Some((offset, past)) = self.year_offset(end) {
            date(start, past, Meaning::QuarterOf(q, offset))
        } else if self.any(end, &["of"])
            && matches!(self.word(end + 1), TimeWord::Fiscal)
            && self.year(end + 2).is_some()
        {
            let y = self.year(end + 2).unwrap_or_default();
            date(start, end + 3, Meaning::Point(Point::Quarter(y, q)))
        } else {
            date(start, end, Meaning::Quarter(q))
        };
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
        if matches!(self.word(j), TimeWord::Half) && n <= 2.0 && !self.is(j + 1, "of")
            || matches!(self.word(j), TimeWord::Half)
                && n <= 2.0
                && (self.year_after(j + 1).is_some() || self.year_offset(j + 1).is_some())
        {
            let h = n as u8;
            if let Some((y, end)) = self.year_after(j + 1) {
                return date(i, end, Meaning::Point(Point::Half(y, h))).the().hit();
            }
            if let Some((offset, end)) = self.year_offset(j + 1) {
                return date(i, end, Meaning::HalfOf(h, offset)).the().hit();
            }
            return None;
        }
        match self.word(j) {
            TimeWord::Unit(TimeUnit::Century) if (1.0..=30.0).contains(&n) => {
                let mut f = date(
                    i,
                    j + 1,
                    Meaning::Point(Point::Century((n as i16 - 1) * 100)),
                );
                f.article = j == number.end && !self.tied_hyphen(j + 1);
                return f.hit();
            }
            _ => {}
        }
        // "the first nine months", "the first few days", "the second two weeks"
        if let Some((unit, n, end)) = self.counted(number.end)
            && j == number.end
        {
            return found(
                i,
                end,
                TimeType::Duration,
                Meaning::Duration(duration(unit, n)),
            )
            .the()
            .hit();
        }
        // an ordinal that is nothing here hides what follows from the readers of lengths
        None
    }

    /// The apostrophe of "'80s" and "'98".
    pub(super) fn at_apostrophe(&self, i: usize) -> Option<Match> {
        if !matches!(self.of(i), "'" | "\u{2019}" | "\u{2018}" | "`")
            || self.spaced(i + 1)
            || !self.spaced(i)
        {
            return None;
        }
        let decade = self.of(i + 1).strip_suffix('s')?;
        let n: u32 = decade.parse().ok()?;
        (decade.len() == 2 && n.is_multiple_of(10)).then(|| {
            Match::Found(date(i, i + 2, Meaning::Point(Point::Decade(century_of(n)))).the())
        })
    }

    /// A year, years, or a decade in digits.
    pub(super) fn at_year(&self, i: usize) -> Option<Match> {
        let text = self.of(i);
        if let Some(decade) = text.strip_suffix('s')
            && matches!(decade.len(), 2 | 4)
            && let Ok(n) = decade.parse::<u32>()
            && n.is_multiple_of(10)
        {
            let first = if decade.len() == 2 {
                if !self.before_any(i, &["the", "mid", "-", "early", "late"]) {
                    return None;
                }
                century_of(n)
            } else {
                n as i16
            };
            if !(1000..=2190).contains(&first) {
                return None;
            }
            let point = if first % 100 == 0 && first < 1900 {
                Point::Century(first)
            } else {
                Point::Decade(first)
            };
            return date(i, i + 1, Meaning::Point(point)).the().hit();
        }
        let year = self.year(i)?;
        if !self.is_year(i, year) {
            return None;
        }
        // "1998-99", "2019-2021"
        if self.is_dash(i + 1) && !self.spaced(i + 1) && !self.spaced(i + 2) {
            let last = self.year(i + 2).or_else(|| {
                let two = self.digits(i + 2, 0..=99)?;
                (self.of(i + 2).len() == 2).then_some(year - year % 100 + two as i16)
            });
            if let Some(last) = last
                && last > year
                && last < year + 100
                && !self.is_hyphen(i + 3)
            {
                return date(
                    i,
                    i + 3,
                    Meaning::Points(Point::Year(year), Point::Year(last)),
                )
                .hit();
            }
            if self.kind(i + 2) == Some(TokenKind::Number) {
                return None;
            }
        }
        if self.is(i + 1, "/") {
            let two = self.digits(i + 2, 0..=99)?;
            let last = year - year % 100 + two as i16;
            return (last == year + 1).then(|| {
                Match::Found(date(
                    i,
                    i + 3,
                    Meaning::Points(Point::Year(year), Point::Year(last)),
                ))
            });
        }
        // "the 1988 third quarter", "the 1989 period"
        if let Some((q, end)) = self.quarter(i + 1) {
            return date(i, end, Meaning::Point(Point::Quarter(year, q)))
                .the()
                .hit();
        }
        if self.unit(i + 1) == Some(TimeUnit::Quarter) || self.is(i + 1, "period") {
            return date(i, i + 2, Meaning::QuarterIn(year)).the().hit();
        }
        date(i, i + 1, Meaning::Point(Point::Year(year))).hit()
    }

    /// Whether four digits are a year: not a count, price, address or model number.
    pub(super) fn is_year(&self, i: usize, year: i16) -> bool {
        let prev = self.before(i);
        let sign = self.before_any(i, YEAR_SIGNS)
            || matches!(
                i.checked_sub(1).map(|k| self.word(k)),
                Some(
                    TimeWord::Edge
                        | TimeWord::Mid
                        | TimeWord::Fiscal
                        | TimeWord::Month(_)
                        | TimeWord::Season(_)
                )
            );
        if matches!(
            prev,
            "$" | "£" | "€" | "¥" | "#" | "/" | ":" | "." | "+" | "=" | "*"
        ) || self.before_any(i, NUMBER_SIGNS)
            || matches!(self.of(i + 1), "%" | "°" | "$" | "£" | "€")
            || self.is(i + 1, ":")
        {
            return false;
        }
        // run on to letters or digits: B-2000, 555-1234, 2000-strong
        if !self.spaced(i) && self.is_hyphen(i.wrapping_sub(1)) && i >= 2 {
            let head = self.of(i - 2);
            return self.any(i - 2, &["mid", "pre", "post", "early", "late", "fiscal"])
                && !head.is_empty();
        }
        if !self.spaced(i)
            && i > 0
            && !matches!(
                prev,
                "(" | "[" | "\"" | "\u{201c}" | "'" | "\u{2018}" | "\u{2014}" | "--" | "\u{2013}"
            )
        {
            return false;
        }
        if self.unit(i + 1).is_some()
            && self.unit(i + 1) != Some(TimeUnit::Quarter)
            && self.quarter(i + 1).is_none()
            || self.any(i + 1, YEAR_DENIERS)
        {
            return false;
        }
        if matches!(numbers::word(self.of(i + 1)), Some(NumberWord::Scale(_))) {
            return false;
        }
        // "1990 Elm Street"
        if self.starts_title(i + 1)
            && self.any(
                i + 2,
                &["street", "st.", "avenue", "ave.", "road", "drive", "lane"],
            )
        {
            return false;
        }
        if (1900..=2060).contains(&year) {
            return sign
                || !self.any(
                    i.wrapping_sub(1),
                    &[
                        "about",
                        "some",
                        "nearly",
                        "almost",
                        "than",
                        "over",
                        "least",
                        "up",
                        "approximately",
                        "roughly",
                        "around",
                        "only",
                    ],
                )
                || i == 0;
        }
        sign
    }
}

/// Words before a number of four digits that make it a year.
const YEAR_SIGNS: &[&str] = &[
    "in", "since", "by", "until", "till", "from", "of", "during", "through", "before", "after",
    "between", "and", "to", "year", "circa", "c.", "the", "for", "early", "late", "fiscal", "its",
    "his", "their", "her", "a",
];

/// Words before a number that make it a label.
const NUMBER_SIGNS: &[&str] = &[
    "no",
    "no.",
    "nos",
    "nos.",
    "number",
    "flight",
    "room",
    "route",
    "highway",
    "page",
    "section",
    "resolution",
    "article",
    "rule",
    "windows",
    "boeing",
    "airbus",
    "model",
    "code",
    "line",
    "channel",
    "gate",
    "apartment",
    "suite",
    "box",
    "unit",
    "index",
    "area",
    "dlrs",
    "rs",
    "rs.",
    "us$",
    "version",
    "bus",
    "train",
    "level",
];

/// Nouns after a number that make it a count, not a year.
const YEAR_DENIERS: &[&str] = &[
    "people",
    "men",
    "women",
    "troops",
    "soldiers",
    "miles",
    "feet",
    "meters",
    "metres",
    "kilometers",
    "kilometres",
    "points",
    "tons",
    "tonnes",
    "pounds",
    "dollars",
    "euros",
    "yen",
    "francs",
    "jobs",
    "workers",
    "employees",
    "students",
    "refugees",
    "police",
    "homes",
    "houses",
    "shares",
    "units",
    "words",
    "pages",
    "votes",
    "seats",
    "votes",
    "block",
    "percent",
    "hectares",
    "acres",
    "square",
    "cubic",
    "gmt",
    "hours",
    "local",
    "kilograms",
    "kg",
    "km",
    "mph",
    "deaths",
    "cases",
    "civilians",
    "guests",
    "members",
    "copies",
    "cars",
    "vehicles",
    "mg",
    "calories",
    "megawatts",
    "barrels",
    "street",
    "st.",
    "avenue",
    "ave.",
    "road",
    "drive",
];

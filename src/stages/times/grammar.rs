//! The grammar: small functions around the words that can begin an expression.

use super::holidays::{self, Rule};
use super::line::Line;
use super::point::{Point, duration};
use super::words::{Rel, Unit, Word};
use crate::record::TimeType;
use crate::text::TokenKind;
use crate::text::numbers::{self, Form, NumberWord};

/// What an expression means before it is held against the anchor.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    Point(Point),
    /// Several days of one month, or several years: first and last.
    Points(Point, Point),
    MonthDay(u8, u8),
    MonthDays(u8, u8, u8),
    Month(u8),
    /// Month of the year `n` years from the anchor's: "October last year".
    MonthOf(u8, i16),
    MonthRel(u8, Rel),
    Weekday(u8),
    WeekdayRel(u8, Rel),
    Season(&'static str),
    SeasonOf(&'static str, i16),
    SeasonRel(&'static str, Rel),
    Quarter(u8),
    QuarterOf(u8, i16),
    HalfOf(u8, i16),
    Holiday(Rule),
    HolidayRel(Rule, Rel),
    /// A unit by its distance from the one that holds the anchor: "last year", "tomorrow".
    Current(Unit, i64),
    /// The same from the day the text last spoke of: "the following day".
    FromReference(Unit, i64),
    /// "two years ago"; `None` for "years ago".
    Ago(Unit, Option<f64>),
    Hence(Unit, Option<f64>),
    /// "two years later" (+1), "a day earlier" (−1), from what the text last spoke of.
    Shift(Unit, Option<f64>, i8),
    /// "the quarter", "the year": the one under report.
    Reported(Unit),
    /// "the 1988 period": the quarter under report, in that year.
    QuarterIn(i16),
    /// "the year-earlier quarter".
    YearEarlier(Unit),
    /// "the 15th", with the month of the date before it.
    DayOfMonth(u8),
    Ref(&'static str),
    Duration(String),
    Set(String),
    /// A time of day whose day stands elsewhere.
    SomeDay,
    /// An open stretch since an event the text names without a date.
    SinceEvent,
    /// The week that holds a day without its year.
    WeekOf(u8, u8),
}

/// A stated time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// 0 to 24; 24 is the midnight that ends the day.
    pub hour: u8,
    pub minute: Option<u8>,
    /// Minutes from UTC, where the text names the zone.
    pub zone: Option<i16>,
}

/// An expression found at tokens `start..end` of its line.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub start: usize,
    pub end: usize,
    pub kind: TimeType,
    pub what: What,
    pub part: Option<&'static str>,
    pub clock: Option<Clock>,
    /// Whether an article before it belongs to it.
    pub article: bool,
}

/// What stands at a token.
pub enum Match {
    Found(Found),
    /// Something else up to this index: an age, a rate.
    Skip(usize),
}

fn found(start: usize, end: usize, kind: TimeType, what: What) -> Found {
    Found {
        start,
        end,
        kind,
        what,
        part: None,
        clock: None,
        article: false,
    }
}

fn date(start: usize, end: usize, what: What) -> Found {
    found(start, end, TimeType::Date, what)
}

impl Found {
    fn the(mut self) -> Self {
        self.article = true;
        self
    }

    fn hit(self) -> Option<Match> {
        Some(Match::Found(self))
    }
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

impl Line<'_> {
    /// What begins at token `i`. Nothing before token `floor` may be taken.
    pub fn find(&self, i: usize, floor: usize) -> Option<Match> {
        let mut m = match self.word(i) {
            Word::None => match self.kind(i)? {
                TokenKind::Number => self.at_number(i, floor),
                TokenKind::Word => self.at_name(i),
                TokenKind::Punctuation => self.at_apostrophe(i),
                _ => None,
            },
            Word::Number => self.at_number(i, floor),
            Word::Month(m) => {
                let at_holiday = self.at_name(i);
                if at_holiday.is_some() {
                    at_holiday
                } else {
                    self.at_month(i, m).or_else(|| self.month_alone(i, m))
                }
            }
            Word::Weekday(d) => self.at_weekday(i, d),
            Word::WeekdayShort(d) => {
                let tail = if self.is(i + 1, ".") { i + 2 } else { i + 1 };
                let tail = if self.is(tail, ",") { tail + 1 } else { tail };
                (self.starts_title(i)
                    && matches!(self.word(tail), Word::Month(_))
                    && self.number(tail + 1).is_some()
                    || self.of(i).ends_with('.') && self.of(i).len() > 4)
                    .then(|| self.at_weekday(i, d))
                    .flatten()
            }
            Word::Weekdays(d) => self.at_weekdays(i, d),
            Word::Unit(u) => self.at_unit(i, u, floor),
            Word::Units(u) => self.at_units(i, u),
            Word::Often(value) => self.at_often(i, value),
            Word::Times => self
                .per(i + 1)
                .map(|(value, end)| Match::Found(found(i, end, TimeType::Set, What::Set(value)))),
            Word::Season(s) => self.at_season(i, s),
            Word::Seasons(_) | Word::Parts(_) => None,
            Word::Part(p) => self.at_part(i, p),
            Word::Overnight => (!self.word_after_noun(i + 1)).then(|| {
                let mut f = found(i, i + 1, TimeType::Time, What::Current(Unit::Day, 0));
                f.part = Some("NI");
                Match::Found(f)
            }),
            Word::Clock(hour) => {
                if self.tied_hyphen(i + 1) && hour != 12 || self.before_any(i, &["high"]) {
                    return None;
                }
                self.with_day(
                    i,
                    i + 1,
                    Clock {
                        hour,
                        minute: Some(0),
                        zone: None,
                    },
                )
            }
            Word::Day(n) => self.at_day(i, n),
            Word::Tonight => {
                let mut f = found(i, i + 1, TimeType::Time, What::Current(Unit::Day, 0));
                f.part = Some("NI");
                f.hit()
            }
            Word::Ref(value) => {
                let opener = self.is(i, "now") && self.is(i + 1, ",") && self.starts_title(i)
                    || self.tied_hyphen(i + 1);
                (!opener).then(|| {
                    let right = self.before(i).eq_ignore_ascii_case("right") && floor < i;
                    let start = if right && self.is(i, "now") { i - 1 } else { i };
                    Match::Found(date(start, i + 1, What::Ref(value)))
                })
            }
            Word::Current => self.at_current(i),
            Word::Recent => match self.word(i + 1) {
                Word::Units(u) => found(
                    i,
                    i + 2,
                    TimeType::Duration,
                    What::Duration(duration(u, None)),
                )
                .hit(),
                _ => date(i, i + 1, What::Ref("PAST_REF")).hit(),
            },
            Word::Soon => (!self.before_any(i, &["as", "too", "how", "so"])
                && !self.any(i + 1, &["after", "as", "became", "to", "enough"])
                && !self.tied_hyphen(i + 1))
            .then(|| Match::Found(date(i, i + 1, What::Ref("FUTURE_REF")))),
            Word::Future => self.at_future(i, floor),
            Word::Rel(rel) => self.at_rel(i, rel),
            Word::Each => self.at_each(i),
            Word::Fiscal => self.at_fiscal(i),
            Word::Half => self.at_half(i),
            Word::Vague => self.at_vague(i, floor),
            Word::Couple => self.at_couple(i, floor),
            Word::Decade(first) => self
                .before_any(i, &["the"])
                .then(|| Match::Found(date(i, i + 1, What::Point(Point::Decade(first))).the())),
            Word::Long(value) => {
                found(i, i + 1, TimeType::Duration, What::Duration(value.into())).hit()
            }
            Word::Zone(_)
            | Word::AmPm(_)
            | Word::OClock
            | Word::Ago
            | Word::Shift(_)
            | Word::Hence
            | Word::Edge
            | Word::Mid
            | Word::Portion
            | Word::Stretch
            | Word::Filler
            | Word::Around => None,
        }?;
        if let Match::Found(f) = &mut m {
            self.extend_left(f, floor);
            self.extend_right(f);
        }
        Some(m)
    }

    /// Whether a noun phrase that ends before `i` can be over: what follows is no further noun.
    pub fn closes_phrase(&self, i: usize) -> bool {
        self.kind(i) != Some(TokenKind::Word) || self.any(i, FUNCTION_WORDS)
    }

    /// Whether "old" follows, so that a length is an age.
    fn old_after(&self, end: usize) -> bool {
        let next = self.past_hyphen(end);
        self.is(next, "old")
            || self.is(next, "olds")
            || self.is(end, "of") && self.is(end + 1, "age")
    }

    /// A noun follows that the word before it only describes ("overnight delivery").
    fn word_after_noun(&self, i: usize) -> bool {
        self.any(
            i,
            &[
                "delivery",
                "mail",
                "bag",
                "rate",
                "rates",
                "success",
                "sensation",
                "stay",
                "train",
            ],
        )
    }

    /// Named days, and months and weekdays that are part of one.
    fn at_name(&self, i: usize) -> Option<Match> {
        if let Some(f) = self.since_event(i) {
            return f.hit();
        }
        let (rule, end) = holidays::at(self.text, self.tokens, i)?;
        // "Easter Island", "Christmas Day parade" is one of the day all the same
        if self.starts_title(end)
            && self.kind(end) == Some(TokenKind::Word)
            && self.word(end) == Word::None
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
                date(i, end, What::Point(Point::Day(day))).hit()
            }
            None => date(i, end, What::Holiday(rule)).hit(),
        }
    }

    /// "since its invasion of Ukraine": the stretch that began with an event the text does not date.
    ///
    /// Only of events that befall a country and open an era, with whose they are and of whom.
    fn since_event(&self, i: usize) -> Option<Found> {
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
        Some(date(i, end, What::SinceEvent))
    }

    /// A year at `i`, possibly after a comma, and the index after it.
    fn year_after(&self, i: usize) -> Option<(i16, usize)> {
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
    fn year_in_words(&self, i: usize) -> Option<(i16, usize)> {
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
    fn year_offset(&self, i: usize) -> Option<(i16, usize)> {
        let at = if self.is(i, "of") || self.is(i, ",") {
            i + 1
        } else {
            i
        };
        let offset = match self.word(at) {
            Word::Rel(Rel::Last) => -1,
            Word::Rel(Rel::This) => 0,
            Word::Rel(Rel::Next) => 1,
            _ => return None,
        };
        let unit = if matches!(self.word(at + 1), Word::Fiscal) {
            at + 2
        } else {
            at + 1
        };
        (self.unit(unit) == Some(Unit::Year)).then_some((offset, unit + 1))
    }

    /// The index after a month's name and the point of its abbreviation.
    fn after_month(&self, i: usize) -> usize {
        let short = self.of(i).len() <= 4 && !self.of(i).ends_with('.');
        if short && self.is(i + 1, ".") && self.kind(i + 2) == Some(TokenKind::Number) {
            i + 2
        } else {
            i + 1
        }
    }

    /// A month with a day or a year: "Oct. 6, 1998", "June 3-5", "October 1998", "October last year".
    fn at_month(&self, i: usize, month: u8) -> Option<Match> {
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
                            What::Points(Point::Day(point(day)?), Point::Day(point(last)?)),
                        )
                    }
                    None => date(i, past, What::MonthDays(month, day, last)),
                }));
            }
            if let Some((y, past)) = self.year_after(end)
                && let Ok(day) = jiff::civil::Date::new(y, month as i8, day as i8)
            {
                return date(i, past, What::Point(Point::Day(day))).hit();
            }
            return date(i, end, What::MonthDay(month, day)).hit();
        }
        if common {
            return None;
        }
        if let Some((y, end)) = self.year_after(j) {
            return date(i, end, What::Point(Point::Month(y, month))).hit();
        }
        if let Some((offset, end)) = self.year_offset(j) {
            return date(i, end, What::MonthOf(month, offset)).hit();
        }
        None
    }

    fn percent_or_clock(&self, i: usize) -> bool {
        self.of(i) == "%"
            || matches!(self.word(i), Word::AmPm(_) | Word::OClock)
            || self.any(i, &["percent", "million", "billion", "points"])
    }

    /// A month alone. "May" and "March" are words too, so they need a sign that the month is meant.
    fn month_alone(&self, i: usize, month: u8) -> Option<Match> {
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
            && self.word(i + 1) == Word::None
            && matches!(month, 4..=6)
            && !self.supported(i);
        if name {
            return None;
        }
        date(i, i + 1, What::Month(month)).hit()
    }

    /// Something before the month says that it is one.
    fn supported(&self, i: usize) -> bool {
        let k = if self.tied_hyphen(i.wrapping_sub(1)) {
            i - 1
        } else {
            i
        };
        self.before_any(k, MONTH_SIGNS)
            || matches!(
                i.checked_sub(1).map(|k| self.word(k)),
                Some(Word::Edge | Word::Mid | Word::Each | Word::Rel(_))
            )
            || (self.any(
                k.wrapping_sub(1),
                &["and", "or", "to", "-", "through", "\u{2013}"],
            ) && k >= 2
                && matches!(self.word(k - 2), Word::Month(_)))
            || self.before_any(k, &["the"]) && k >= 2 && self.any(k - 2, &["in", "since"])
    }

    fn at_weekday(&self, i: usize, day: u8) -> Option<Match> {
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
        if let Word::Month(m) = self.word(j)
            && let Some(Match::Found(mut f)) = self.at_month(j, m)
            && matches!(f.what, What::MonthDay(..) | What::Point(Point::Day(_)))
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
        let mut f = date(i, i + 1, What::Weekday(day));
        match self.word(i + 1) {
            Word::Part(p) => {
                f.kind = TimeType::Time;
                f.part = Some(p);
                f.end = i + 2;
            }
            Word::Parts(p) => {
                return found(
                    i,
                    i + 2,
                    TimeType::Set,
                    What::Set(format!("XXXX-WXX-{day}T{p}")),
                )
                .hit();
            }
            Word::Overnight => {
                f.kind = TimeType::Time;
                f.part = Some("NI");
                f.end = i + 2;
            }
            _ => {}
        }
        self.then_clock(f).hit()
    }

    /// "Mondays", "on Sundays and holidays".
    fn at_weekdays(&self, i: usize, day: u8) -> Option<Match> {
        found(
            i,
            i + 1,
            TimeType::Set,
            What::Set(format!("XXXX-WXX-{day}")),
        )
        .hit()
    }

    fn at_day(&self, i: usize, n: i8) -> Option<Match> {
        if self.is(i + 1, "Show") || self.before_any(i, &["USA"]) && self.starts_title(i) {
            return None;
        }
        let mut f = date(i, i + 1, What::Current(Unit::Day, i64::from(n)));
        if let Word::Part(p) = self.word(i + 1) {
            f.kind = TimeType::Time;
            f.part = Some(p);
            f.end = i + 2;
        }
        if self.is(i, "yesterday")
            && self.is(i.wrapping_sub(1), "before")
            && i >= 3
            && self.is(i - 2, "day")
        {
            f.what = What::Current(Unit::Day, -2);
            f.start = i - 2;
            f.article = true;
        } else if self.is(i, "tomorrow")
            && self.is(i.wrapping_sub(1), "after")
            && i >= 3
            && self.is(i - 2, "day")
        {
            f.what = What::Current(Unit::Day, 2);
            f.start = i - 2;
            f.article = true;
        }
        self.then_clock(f).hit()
    }

    /// Adds a time of day that follows its day: "Friday at 9 p.m.", "Thursday, 10:30 a.m.".
    fn then_clock(&self, mut f: Found) -> Found {
        let at = if self.any(f.end, &["at", ","]) {
            f.end + 1
        } else {
            f.end
        };
        if f.part.is_none()
            && let Some((clock, end)) = self.clock(at)
            && (at > f.end || self.stated(at, end))
        {
            f.clock = Some(clock);
            f.kind = TimeType::Time;
            f.end = end;
        }
        f
    }

    fn stated(&self, from: usize, to: usize) -> bool {
        (from..to).any(|k| {
            matches!(
                self.word(k),
                Word::AmPm(_) | Word::Zone(_) | Word::OClock | Word::Clock(_)
            )
        })
    }

    fn at_often(&self, i: usize, value: &'static str) -> Option<Match> {
        // "the Daily News"; in lower case it says how often, also of "the party daily Granma"
        let name = self.starts_title(i) && self.starts_title(i + 1) && self.spaced(i + 1);
        (!name).then(|| Match::Found(found(i, i + 1, TimeType::Set, What::Set(value.into()))))
    }

    /// "a year", "per week", "each month", "every two days" after a count of times: the set's value.
    fn per(&self, i: usize) -> Option<(String, usize)> {
        if !self.any(i, &["a", "an", "per", "each", "every"]) {
            return None;
        }
        match self.word(i + 1) {
            Word::Unit(u) => Some((duration(u, Some(1.0)), i + 2)),
            _ => None,
        }
    }

    fn at_season(&self, i: usize, season: &'static str) -> Option<Match> {
        if let Some((y, end)) = self.year_after(i + 1) {
            return date(i, end, What::Point(Point::Season(y, season)))
                .the()
                .hit();
        }
        if let Some((offset, end)) = self.year_offset(i + 1) {
            return date(i, end, What::SeasonOf(season, offset)).the().hit();
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
        date(i, i + 1, What::Season(season)).the().hit()
    }

    /// "the morning", "in the evening": only with an article or a day named elsewhere.
    fn at_part(&self, i: usize, part: &'static str) -> Option<Match> {
        if part == "NI" && self.is(i, "night") {
            return None;
        }
        if self.tied_hyphen(i + 1) {
            return None;
        }
        // "morning of June 3", "evening of the same day"
        let sign = self.before_any(i, &["the"])
            && i >= 2
            && self.any(i - 2, &["in", "during", "by", "of", "into", "throughout"])
            || self.before_any(i, &["mid", "early", "late", "at", "before", "after", "by"])
            || self.is_hyphen(i.wrapping_sub(1)) && i >= 2 && self.is(i - 2, "mid");
        if self.word(i + 1) == Word::None
            && self.kind(i + 1) == Some(TokenKind::Word)
            && self.any(i + 1, &["show", "talk", "news", "service", "prayers"])
        {
            return None;
        }
        let mut f = found(i, i + 1, TimeType::Time, What::SomeDay).the();
        f.part = Some(part);
        let at = if self.any(i + 1, &["of", "on", ","]) {
            i + 2
        } else {
            i + 1
        };
        if let Some(day) = self.day_at(at).filter(|_| !self.is(i + 1, ",")) {
            f.what = day.what;
            f.end = day.end;
            return f.hit();
        }
        sign.then_some(Match::Found(f))
    }

    /// A day that can complete a time of day.
    fn day_at(&self, i: usize) -> Option<Found> {
        let m = match self.word(i) {
            Word::Weekday(d) => self.at_weekday(i, d),
            Word::WeekdayShort(d) if self.of(i).ends_with('.') => self.at_weekday(i, d),
            Word::Month(m) => self.at_month(i, m),
            Word::Day(n) => self.at_day(i, n),
            Word::Rel(rel) => match self.word(i + 1) {
                Word::Weekday(_) => self.at_rel(i, rel),
                _ => None,
            },
            Word::None if self.kind(i) == Some(TokenKind::Number) => self.day_first(i),
            _ => None,
        }?;
        match m {
            Match::Found(f) if f.clock.is_none() => Some(f),
            _ => None,
        }
    }

    fn at_current(&self, i: usize) -> Option<Match> {
        let at = if matches!(self.word(i + 1), Word::Fiscal) {
            i + 2
        } else {
            i + 1
        };
        match self.word(at) {
            Word::Unit(u) if !matches!(u, Unit::Second | Unit::Minute | Unit::Hour) => {
                date(i, at + 1, What::Current(u, 0)).the().hit()
            }
            _ => date(i, i + 1, What::Ref("PRESENT_REF")).hit(),
        }
    }

    fn at_future(&self, i: usize, floor: usize) -> Option<Match> {
        let mut start = i;
        if self.before_any(i, &["near", "foreseeable", "immediate", "distant"]) && i > floor {
            start -= 1;
        }
        let the = start > floor && self.before_any(start, &["the"]);
        let bare = self.before_any(start, &["in"]);
        let noun = self.closes_phrase(i + 1);
        ((the || bare) && (noun || start < i)).then(|| {
            Match::Found(date(
                if the { start - 1 } else { start },
                i + 1,
                What::Ref("FUTURE_REF"),
            ))
        })
    }

    /// "last year", "the past two months", "next Tuesday", "this morning", "the following day", …
    fn at_rel(&self, i: usize, rel: Rel) -> Option<Match> {
        let mut rel = rel;
        let mut j = i + 1;
        // "this past spring", "this coming Sunday", "that same day"
        if let Word::Rel(second) = self.word(j) {
            match (rel, second) {
                (Rel::This, Rel::Past | Rel::Last) => rel = Rel::Last,
                (Rel::This, Rel::Coming | Rel::Next) => rel = Rel::Next,
                (Rel::That, Rel::Same | Rel::Following) => rel = second,
                _ => return None,
            }
            j += 1;
        }
        let fiscal = matches!(self.word(j), Word::Fiscal);
        if fiscal {
            j += 1;
        }
        // a count: "the past two months", "the next few days", "the first"
        let verb = matches!(rel, Rel::Last)
            && i > 0
            && (self.before_any(
                i,
                &["to", "will", "would", "could", "may", "might", "can", "not"],
            ) || self.kind(i - 1) == Some(TokenKind::Clitic)
                && !self.before(i).eq_ignore_ascii_case("'s"));
        if let Some((unit, n, end)) = self.counted(j) {
            if verb || matches!(rel, Rel::Same | Rel::That) || self.old_after(end) {
                return None;
            }
            return found(
                i,
                end,
                TimeType::Duration,
                What::Duration(duration(unit, n)),
            )
            .the()
            .hit();
        }
        let offset = match rel {
            Rel::Last | Rel::Past => -1,
            Rel::Next | Rel::Coming => 1,
            _ => 0,
        };
        match self.word(j) {
            Word::Unit(u) => self.rel_unit(i, j, rel, u),
            Word::Units(u) if self.spaced(j) => match rel {
                Rel::These if u == Unit::Day => date(i, j + 1, What::Ref("PRESENT_REF")).hit(),
                Rel::Past | Rel::Last | Rel::Previous if !verb => found(
                    i,
                    j + 1,
                    TimeType::Duration,
                    What::Duration(duration(u, None)),
                )
                .the()
                .hit(),
                Rel::Coming | Rel::Next | Rel::Following => found(
                    i,
                    j + 1,
                    TimeType::Duration,
                    What::Duration(duration(u, None)),
                )
                .the()
                .hit(),
                _ => None,
            },
            Word::Month(m)
                if matches!(
                    rel,
                    Rel::Last
                        | Rel::Past
                        | Rel::Next
                        | Rel::This
                        | Rel::Coming
                        | Rel::Previous
                        | Rel::Following
                ) =>
            {
                if !self.starts_title(j) && matches!(m, 3 | 5) {
                    return None;
                }
                if let Some(Match::Found(mut f)) = self.at_month(j, m) {
                    // "last Aug. 2", "next May 4"
                    if matches!(f.what, What::MonthDay(..)) && !matches!(rel, Rel::This) {
                        f.start = i;
                    }
                    return f.hit();
                }
                date(i, j + 1, What::MonthRel(m, rel)).hit()
            }
            Word::Weekday(d)
                if matches!(
                    rel,
                    Rel::Last
                        | Rel::Past
                        | Rel::Next
                        | Rel::This
                        | Rel::Coming
                        | Rel::Previous
                        | Rel::Following
                        | Rel::That
                ) =>
            {
                if let Some(Match::Found(mut f)) = self.at_weekday(j, d) {
                    f.start = i;
                    f.article = matches!(rel, Rel::Previous | Rel::Following);
                    if f.what == What::Weekday(d) {
                        f.what = What::WeekdayRel(d, rel);
                    }
                    return f.hit();
                }
                None
            }
            Word::Season(s)
                if !matches!(rel, Rel::These | Rel::Those | Rel::Same | Rel::Latest) =>
            {
                let verb = s == "FA"
                    && self.is(j, "fall")
                    && self.any(j + 1, &["below", "short", "into", "from", "behind"]);
                (!verb).then(|| Match::Found(date(i, j + 1, What::SeasonRel(s, rel))))
            }
            Word::Part(p) => {
                let what = match rel {
                    Rel::Last | Rel::Past => What::Current(Unit::Day, -1),
                    Rel::This => What::Current(Unit::Day, 0),
                    Rel::Next | Rel::Following | Rel::Coming => What::FromReference(Unit::Day, 1),
                    Rel::Previous => What::FromReference(Unit::Day, -1),
                    Rel::That | Rel::Same => What::FromReference(Unit::Day, 0),
                    Rel::These | Rel::Those | Rel::Latest => return None,
                };
                let mut f = found(i, j + 1, TimeType::Time, what);
                f.part = Some(p);
                f.article = !matches!(rel, Rel::Last | Rel::This);
                self.then_clock(f).hit()
            }
            Word::Stretch if matches!(rel, Rel::Latest) && self.is(j, "period") => {
                date(i, j + 1, What::Reported(Unit::Quarter)).the().hit()
            }
            Word::Number if self.quarter(j).is_some() => None,
            _ => {
                if let Some((rule, end)) = holidays::at(self.text, self.tokens, j)
                    && (offset != 0 || rel == Rel::This)
                {
                    return date(i, end, What::HolidayRel(rule, rel)).hit();
                }
                // "in the past", not "past the gate" or "the past president"
                let past = rel == Rel::Past
                    && self.before_any(i, &["the"])
                    && i >= 2
                    && self.any(i - 2, &["in", "from", "of", "with", "to"])
                    && self.closes_phrase(j);
                past.then(|| Match::Found(date(i, i + 1, What::Ref("PAST_REF")).the()))
            }
        }
    }

    /// A relation word at `i` before the singular unit at `j`.
    fn rel_unit(&self, i: usize, j: usize, rel: Rel, unit: Unit) -> Option<Match> {
        if self.tied_hyphen(j + 1) || !self.spaced(j) && !self.is_hyphen(j - 1) {
            return None;
        }
        if unit.of_the_clock() {
            return (matches!(rel, Rel::Last | Rel::Past | Rel::Next | Rel::Coming)
                && unit == Unit::Hour)
                .then(|| {
                    Match::Found(
                        found(i, j + 1, TimeType::Duration, What::Duration("PT1H".into())).the(),
                    )
                });
        }
        let the = i > 0 && self.before(i).eq_ignore_ascii_case("the");
        let what = match rel {
            Rel::Last => What::Current(unit, -1),
            Rel::Past => {
                let long = !matches!(unit, Unit::Day);
                return long.then(|| {
                    Match::Found(
                        found(
                            i,
                            j + 1,
                            TimeType::Duration,
                            What::Duration(duration(unit, Some(1.0))),
                        )
                        .the(),
                    )
                });
            }
            Rel::Next
                if unit == Unit::Day || (the && unit != Unit::Year && unit != Unit::Quarter) =>
            {
                What::FromReference(unit, 1)
            }
            Rel::Next | Rel::Coming => What::Current(unit, 1),
            Rel::This if unit == Unit::Day => return None,
            Rel::This => What::Current(unit, 0),
            Rel::That | Rel::Same => What::FromReference(unit, 0),
            Rel::Previous => What::FromReference(unit, -1),
            Rel::Following => What::FromReference(unit, 1),
            Rel::Latest => What::Reported(unit),
            Rel::These | Rel::Those => return None,
        };
        if rel == Rel::Last && unit == Unit::Day {
            return None;
        }
        // "next year's first quarter"
        if unit == Unit::Year
            && self.kind(j + 1) == Some(TokenKind::Clitic)
            && let What::Current(_, n) = what
        {
            if let Some((q, end)) = self.quarter(j + 2) {
                return date(i, end, What::QuarterOf(q, n as i16)).hit();
            }
            if self.unit(j + 2) == Some(Unit::Quarter) && n == -1 {
                return date(i, j + 3, What::YearEarlier(Unit::Quarter)).hit();
            }
        }
        date(i, j + 1, what).the().hit()
    }

    /// "every Tuesday", "each July", "every two weeks", "every other day".
    fn at_each(&self, i: usize) -> Option<Match> {
        let set = |end: usize, value: String| found(i, end, TimeType::Set, What::Set(value)).hit();
        let mut j = i + 1;
        let mut n = 1.0;
        if self.is(j, "other") {
            n = 2.0;
            j += 1;
        } else if let Some((unit, n, end)) = self.counted(j) {
            return set(end, duration(unit, n));
        } else if let Some(number) = self.number(j)
            && number.form == Form::Ordinal
            && matches!(self.word(number.end), Word::Unit(_))
        {
            n = number.value;
            j = number.end;
        }
        match self.word(j) {
            Word::Unit(u) => set(j + 1, duration(u, Some(n))),
            Word::Weekday(d) => match self.word(j + 1) {
                Word::Part(p) => set(j + 2, format!("XXXX-WXX-{d}T{p}")),
                _ => set(j + 1, format!("XXXX-WXX-{d}")),
            },
            Word::Month(m) => match self.day_of_month(self.after_month(j)) {
                Some((day, end)) => set(end, format!("XXXX-{m:02}-{day:02}")),
                None => set(j + 1, format!("XXXX-{m:02}")),
            },
            Word::Season(s) => set(j + 1, format!("XXXX-{s}")),
            Word::Part(p) => set(j + 1, format!("XXXX-XX-XXT{p}")),
            _ => {
                let (rule, end) = holidays::at(self.text, self.tokens, j)?;
                let value = match holidays::fixed(rule) {
                    Some((m, d)) => format!("XXXX-{m:02}-{d:02}"),
                    None => "P1Y".into(),
                };
                set(end, value)
            }
        }
    }

    /// "fiscal 1989", "fiscal year 2019", "the fiscal first quarter", "the fiscal year".
    fn at_fiscal(&self, i: usize) -> Option<Match> {
        let j = self.past_hyphen(i + 1);
        if let Some(y) = self.year(j) {
            return date(i, j + 1, What::Point(Point::Year(y))).hit();
        }
        if let Some((q, end)) = self.quarter(j) {
            return Some(Match::Found(self.quarter_of_year(i, q, end)));
        }
        if self.unit(j) == Some(Unit::Year) {
            if let Some((y, end)) = self.year_after(j + 1) {
                return date(i, end, What::Point(Point::Year(y))).hit();
            }
            if self.any(i, &["financial"]) && !self.before_any(i, &["the", "this", "last", "next"])
            {
                return None;
            }
            return date(i, j + 1, What::Reported(Unit::Year)).the().hit();
        }
        None
    }

    /// "half an hour", "half-year", "the first half" is met at its ordinal.
    fn at_half(&self, i: usize) -> Option<Match> {
        let mut j = self.past_hyphen(i + 1);
        if self.any(j, &["a", "an"]) {
            j += 1;
        }
        let Word::Unit(u) = self.word(j) else {
            return None;
        };
        if u == Unit::Quarter || matches!(self.word(i.wrapping_sub(1)), Word::Number) && i > 0 {
            return None;
        }
        self.lasting(i, j + 1, u, Some(0.5))
    }

    /// "several years", "a few days", "many months".
    fn at_vague(&self, i: usize, floor: usize) -> Option<Match> {
        let j = self.past_hyphen(i + 1);
        let j = if matches!(self.word(j), Word::Filler) {
            j + 1
        } else {
            j
        };
        let unit = match self.word(j) {
            Word::Units(u) => u,
            Word::Unit(u) if j > i + 1 => u,
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

    fn at_couple(&self, i: usize, floor: usize) -> Option<Match> {
        let j = if self.is(i + 1, "of") { i + 2 } else { i + 1 };
        let j = if matches!(self.word(j), Word::Filler) {
            j + 1
        } else {
            j
        };
        let Word::Units(u) = self.word(j) else {
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
    fn counted(&self, i: usize) -> Option<(Unit, Option<f64>, usize)> {
        match self.word(i) {
            Word::Vague => match self.word(i + 1) {
                Word::Units(u) => Some((u, None, i + 2)),
                _ => None,
            },
            Word::Couple => {
                let j = if self.is(i + 1, "of") { i + 2 } else { i + 1 };
                match self.word(j) {
                    Word::Units(u) => Some((u, Some(2.0), j + 1)),
                    _ => None,
                }
            }
            Word::Half => None,
            _ => {
                let (n, high, unit, end) = self.quantity(i)?;
                // "the next 12 to 18 months" has no one length
                Some((unit, high.is_none().then_some(n), end))
            }
        }
    }

    /// A number (or a range of two) with its unit of time: "two years", "12 to 18 months", "10-day".
    fn quantity(&self, i: usize) -> Option<(f64, Option<f64>, Unit, usize)> {
        let number = self.number(i)?;
        if number.tail > 0 {
            let token = self.of(number.end - 1);
            let tail = &token[token.len() - number.tail..];
            let unit = match tail {
                "hr" | "hrs" => Unit::Hour,
                "min" | "mins" => Unit::Minute,
                "yr" | "yrs" => Unit::Year,
                _ => return None,
            };
            return Some((number.value, None, unit, number.end));
        }
        // "three quarters" is a number to the reader and a length here
        if number.form == Form::Fraction && self.unit(number.end - 1) == Some(Unit::Quarter) {
            let NumberWord::Unit(n) = numbers::word(self.of(i))? else {
                return None;
            };
            return (number.end > i + 1).then_some((n, None, Unit::Quarter, number.end));
        }
        if number.form == Form::Ordinal {
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
                .filter(|n| n.tail == 0 && n.form != Form::Ordinal && n.value > number.value)
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
        while matches!(self.word(k), Word::Filler) && fillers < 2 {
            k = self.past_hyphen(k + 1);
            fillers += 1;
        }
        if self.is(k, "of") && number.form == Form::Fraction {
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
        if number.form == Form::Digits
            && self.year(i).is_some()
            && matches!(self.word(k), Word::Unit(_))
        {
            return None;
        }
        // "one second", not the ordinal of "10 second homes"
        if self.is(k, "second") && !(k == j + 1 && self.is_hyphen(j)) && number.value != 1.0 {
            return None;
        }
        let mut value = number.value;
        let mut end = k + 1;
        if number.form == Form::Fraction && unit == Unit::Quarter {
            return None;
        }
        if self.is(end, "and") && self.is(end + 1, "a") && matches!(self.word(end + 2), Word::Half)
        {
            value += 0.5;
            end += 3;
        }
        Some((value, high, unit, end))
    }

    fn at_units(&self, i: usize, unit: Unit) -> Option<Match> {
        let ago = matches!(self.word(i + 1), Word::Ago);
        let sign = self.before_any(
            i,
            &[
                "for", "within", "in", "over", "after", "through", "took", "take", "takes",
                "spend", "spent",
            ],
        ) || ago
            || self.tied_hyphen(i + 1) && self.is(i + 2, "long");
        if !sign || unit == Unit::Second || unit == Unit::Quarter {
            // "over the years"
            let over = self.before_any(i, &["the"])
                && i >= 2
                && self.any(i - 2, &["over", "through", "down"]);
            return (over && !unit.of_the_clock()).then(|| {
                Match::Found(
                    found(
                        i,
                        i + 1,
                        TimeType::Duration,
                        What::Duration(duration(unit, None)),
                    )
                    .the(),
                )
            });
        }
        let mut end = i + 1;
        // "weeks or months"
        if self.any(end, &["or", "and"]) && matches!(self.word(end + 1), Word::Units(_)) {
            end += 2;
        }
        self.lasting(i, end, unit, None)
    }

    /// A unit in the singular: "a week", "the year", "year-end", "the week of March 6".
    fn at_unit(&self, i: usize, unit: Unit, floor: usize) -> Option<Match> {
        // "second" is far more often an ordinal
        if self.is(i, "second") {
            return self.at_number(i, floor);
        }
        if self.any(i, &["min", "sec", "hr"]) {
            return None;
        }
        let hyphen = self.tied_hyphen(i + 1);
        let next = if hyphen { i + 2 } else { i + 1 };
        if unit == Unit::Year || unit == Unit::Quarter || unit == Unit::Month {
            if hyphen && self.is(next, "old") {
                return Some(Match::Skip(next + 1));
            }
            // "year-ago", "year-earlier", with the quarter they are said of
            if hyphen && unit == Unit::Year && (self.is(next, "ago") || self.is(next, "earlier")) {
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
                return date(i, end_word + 1, What::Current(unit, 0)).hit();
            }
        }
        if hyphen && self.is(next, "long") {
            return found(
                i,
                next + 1,
                TimeType::Duration,
                What::Duration(duration(unit, Some(1.0))),
            )
            .hit();
        }
        if hyphen {
            return None;
        }
        // "a week", "an hour", "an additional year"
        let mut k = i;
        if i > 0
            && matches!(self.word(i - 1), Word::Filler)
            && !self.before_any(i, &["more", "other", "long"])
        {
            k -= 1;
        }
        if self.before_any(k, &["a", "an", "another"]) && k > floor {
            if self.rate(k - 1) && !matches!(self.word(i + 1), Word::Ago | Word::Shift(_)) {
                return Some(Match::Skip(i + 1));
            }
            let start = k - 1;
            let mut n = 1.0;
            let mut end = i + 1;
            if self.is(end, "and")
                && self.is(end + 1, "a")
                && matches!(self.word(end + 2), Word::Half)
            {
                n = 1.5;
                end += 3;
            } else if self.is(end, "or") && self.is(end + 1, "two") {
                end += 2;
            }
            if unit == Unit::Quarter || self.is(i, "weekday") {
                return None;
            }
            return self.lasting(start, end, unit, Some(n));
        }
        if !self.before_any(i, &["the"]) || i == floor {
            return None;
        }
        // "the year 2000", "the week of March 6", "the month of May"
        if unit == Unit::Year
            && let Some((y, end)) = self.year_after(i + 1)
        {
            return date(i, end, What::Point(Point::Year(y))).the().hit();
        }
        if self.is(i + 1, "of")
            && let Word::Month(m) = self.word(i + 2)
        {
            if unit == Unit::Week
                && let Some(Match::Found(f)) = self.at_month(i + 2, m)
            {
                let what = match f.what {
                    What::MonthDay(m, d) => What::WeekOf(m, d),
                    other => other,
                };
                return Some(Match::Found(Found {
                    start: i,
                    article: true,
                    what,
                    ..f
                }));
            }
            if unit == Unit::Month {
                let mut f = match self.at_month(i + 2, m) {
                    Some(Match::Found(f)) => f,
                    _ => date(i, i + 3, What::Month(m)),
                };
                f.start = i;
                f.article = true;
                return f.hit();
            }
        }
        match unit {
            Unit::Quarter => date(i, i + 1, What::Reported(unit)).the().hit(),
            Unit::Weekend => date(i, i + 1, What::Current(unit, 0)).the().hit(),
            Unit::Year if self.any(i + 1, &["ended", "ending"]) => {
                found(i, i + 1, TimeType::Duration, What::Duration("P1Y".into()))
                    .the()
                    .hit()
            }
            Unit::Year | Unit::Week | Unit::Month => {
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
                    .then(|| Match::Found(date(i, i + 1, What::Current(unit, 0)).the()))
            }
            Unit::Day => {
                let sign = i >= 3
                    && self.any(i - 2, &["in", "of"])
                    && matches!(
                        self.word(i - 3),
                        Word::Shift(_) | Word::Edge | Word::Portion
                    );
                sign.then(|| Match::Found(date(i, i + 1, What::FromReference(unit, 0)).the()))
            }
            _ => None,
        }
    }

    /// Whether "a year" with its article at `article` says how often, after an amount: "$5 a year".
    fn rate(&self, article: usize) -> bool {
        let Some(k) = article.checked_sub(1) else {
            return false;
        };
        if !self.is(article, "a") && !self.is(article, "an") {
            return false;
        }
        let text = self.of(k);
        self.kind(k) == Some(TokenKind::Number)
            || matches!(text, "%" | "$")
            || matches!(self.word(k), Word::Number | Word::Units(_) | Word::Times)
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

    /// "the year-earlier period", "the year-ago third quarter", "year-ago".
    fn year_earlier(&self, i: usize, end: usize) -> Found {
        if let Some((q, past)) = self.quarter(end) {
            return date(i, past, What::QuarterOf(q, -1)).the();
        }
        if self.is(end, "period") || self.unit(end) == Some(Unit::Quarter) {
            return date(i, end + 1, What::YearEarlier(Unit::Quarter)).the();
        }
        if let Some((unit, n, past)) = self.counted(end) {
            return found(
                i,
                past,
                TimeType::Duration,
                What::Duration(duration(unit, n)),
            )
            .the();
        }
        date(i, end, What::YearEarlier(Unit::Year))
    }

    /// An ordinal (or "last") and "quarter" or "half": which, and the index after.
    fn quarter(&self, i: usize) -> Option<(u8, usize)> {
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
        let j = if matches!(self.word(j), Word::Fiscal) {
            self.past_hyphen(j + 1)
        } else {
            j
        };
        (self.word(j) == Word::Unit(Unit::Quarter) && (1..=4).contains(&n)).then_some((n, j + 1))
    }

    /// The quarter `q` that stands at `start..end`, with a year after it.
    fn quarter_of_year(&self, start: usize, q: u8, end: usize) -> Found {
        let hyphen = self.is_hyphen(end.wrapping_sub(2));
        let mut f = if let Some((y, past)) = self.year_after(end) {
            date(start, past, What::Point(Point::Quarter(y, q)))
        } else if let Some((offset, past)) = self.year_offset(end) {
            date(start, past, What::QuarterOf(q, offset))
        } else if self.any(end, &["of"])
            && matches!(self.word(end + 1), Word::Fiscal)
            && self.year(end + 2).is_some()
        {
            let y = self.year(end + 2).unwrap_or_default();
            date(start, end + 3, What::Point(Point::Quarter(y, q)))
        } else {
            date(start, end, What::Quarter(q))
        };
        f.article = !hyphen;
        f
    }

    fn at_number(&self, i: usize, floor: usize) -> Option<Match> {
        // words that only an article makes a number: "a hundred years"
        if self.word(i) == Word::Number
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
            && !(unit == Unit::Quarter && self.is(end, "of"))
        {
            return self.lasting_range(i, end, unit, n, high);
        }
        // "three times a year"
        if let Some(number) = self.number(i)
            && self.is(number.end, "times")
            && let Some((value, end)) = self.per(number.end + 1)
        {
            return found(i, end, TimeType::Set, What::Set(value)).hit();
        }
        if self.kind(i) == Some(TokenKind::Number) {
            return self.at_year(i);
        }
        let (y, end) = self.year_in_words(i)?;
        (y != 2000 || self.before_any(i, &["year", "in", "since", "by"]))
            .then(|| Match::Found(date(i, end, What::Point(Point::Year(y)))))
    }

    /// "the first half of 1990", "20th century", "the first nine months".
    fn ordinal(&self, i: usize) -> Option<Match> {
        let number = self.number(i)?;
        if number.form != Form::Ordinal {
            return None;
        }
        let n = number.value;
        let j = self.past_hyphen(number.end);
        if matches!(self.word(j), Word::Half) && n <= 2.0 && !self.is(j + 1, "of")
            || matches!(self.word(j), Word::Half)
                && n <= 2.0
                && (self.year_after(j + 1).is_some() || self.year_offset(j + 1).is_some())
        {
            let h = n as u8;
            if let Some((y, end)) = self.year_after(j + 1) {
                return date(i, end, What::Point(Point::Half(y, h))).the().hit();
            }
            if let Some((offset, end)) = self.year_offset(j + 1) {
                return date(i, end, What::HalfOf(h, offset)).the().hit();
            }
            return None;
        }
        match self.word(j) {
            Word::Unit(Unit::Century) if (1.0..=30.0).contains(&n) => {
                let mut f = date(i, j + 1, What::Point(Point::Century((n as i16 - 1) * 100)));
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
                What::Duration(duration(unit, n)),
            )
            .the()
            .hit();
        }
        // an ordinal that is nothing here hides what follows from the readers of lengths
        None
    }

    /// Wraps a length that may turn out to be a point: "two years ago", "a month later".
    fn lasting_range(
        &self,
        start: usize,
        end: usize,
        unit: Unit,
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
                What::Duration(format!("{head}{tail}")),
            )
            .hit();
        }
        self.lasting(start, end, unit, Some(n))
    }

    /// A length of time with what may follow it: "ago", "later", "from now", "or so".
    fn lasting(&self, start: usize, end: usize, unit: Unit, n: Option<f64>) -> Option<Match> {
        let mut end = end;
        if self.is(end, "or") && self.any(end + 1, &["so", "more", "less"]) {
            end += 2;
        }
        match self.word(end) {
            Word::Ago => return date(start, end + 1, What::Ago(unit, n)).hit(),
            Word::Hence => return date(start, end + 1, What::Hence(unit, n)).hit(),
            Word::Shift(sign)
                if !self.is(end + 1, "than") && !unit.of_the_clock() && n.is_some() =>
            {
                return date(start, end + 1, What::Shift(unit, n, sign)).hit();
            }
            _ => {}
        }
        if self.is(end, "from") && self.any(end + 1, &["now", "today"]) {
            return date(start, end + 2, What::Hence(unit, n)).hit();
        }
        if self.tied_hyphen(end) && self.is(end + 1, "long") {
            end += 2;
        }
        found(
            start,
            end,
            TimeType::Duration,
            What::Duration(duration(unit, n)),
        )
        .hit()
    }

    /// "6 November 2001", "6th of November", "3-5 June", "the 15th of May".
    fn day_first(&self, i: usize) -> Option<Match> {
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
        if self.is(end, "of") {
            end += 1;
        }
        end = self.past_hyphen(end);
        let Word::Month(month) = self.word(end) else {
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
            (Some((y, past)), None) => date(i, past, What::Point(civil(y, day)?)),
            (Some((y, past)), Some(d)) => date(i, past, What::Points(civil(y, day)?, civil(y, d)?)),
            (None, None) => date(i, past, What::MonthDay(month, day)),
            (None, Some(d)) => date(i, past, What::MonthDays(month, day, d)),
        };
        f.hit()
    }

    /// 2001-11-06 and 11/6/01; slashes are read the American way unless the first is past 12.
    fn iso_or_slashes(&self, i: usize) -> Option<Match> {
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
        date(i, i + 5, What::Point(Point::Day(day))).hit()
    }

    /// The apostrophe of "'80s" and "'98".
    fn at_apostrophe(&self, i: usize) -> Option<Match> {
        if !matches!(self.of(i), "'" | "\u{2019}" | "\u{2018}" | "`")
            || self.spaced(i + 1)
            || !self.spaced(i)
        {
            return None;
        }
        let decade = self.of(i + 1).strip_suffix('s')?;
        let n: u32 = decade.parse().ok()?;
        (decade.len() == 2 && n.is_multiple_of(10))
            .then(|| Match::Found(date(i, i + 2, What::Point(Point::Decade(century_of(n)))).the()))
    }

    /// A year, years, or a decade in digits.
    fn at_year(&self, i: usize) -> Option<Match> {
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
            return date(i, i + 1, What::Point(point)).the().hit();
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
                return date(i, i + 3, What::Points(Point::Year(year), Point::Year(last))).hit();
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
                    What::Points(Point::Year(year), Point::Year(last)),
                ))
            });
        }
        // "the 1988 third quarter", "the 1989 period"
        if let Some((q, end)) = self.quarter(i + 1) {
            return date(i, end, What::Point(Point::Quarter(year, q)))
                .the()
                .hit();
        }
        if self.unit(i + 1) == Some(Unit::Quarter) || self.is(i + 1, "period") {
            return date(i, i + 2, What::QuarterIn(year)).the().hit();
        }
        date(i, i + 1, What::Point(Point::Year(year))).hit()
    }

    /// Whether four digits are a year: not a count, price, address or model number.
    fn is_year(&self, i: usize, year: i16) -> bool {
        let prev = self.before(i);
        let sign = self.before_any(i, YEAR_SIGNS)
            || matches!(
                i.checked_sub(1).map(|k| self.word(k)),
                Some(Word::Edge | Word::Mid | Word::Fiscal | Word::Month(_) | Word::Season(_))
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
        if self.unit(i + 1).is_some() && !matches!(self.unit(i + 1), Some(Unit::Quarter))
            || self.any(i + 1, YEAR_DENIERS)
        {
            return false;
        }
        if matches!(numbers::word(self.of(i + 1)), Some(NumberWord::Scale(_))) {
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

    /// A time of day at `i`: "9:30 p.m.", "10pm", "1430 GMT", "4 in the morning", "noon".
    fn clock(&self, i: usize) -> Option<(Clock, usize)> {
        if let Word::Clock(hour) = self.word(i) {
            return Some(self.zone(
                Clock {
                    hour,
                    minute: Some(0),
                    zone: None,
                },
                i + 1,
            ));
        }
        let token = self.tokens.get(i)?;
        if token.kind != TokenKind::Number {
            // "ten o'clock", "six in the morning", "nine p.m."
            let number = self
                .number(i)
                .filter(|n| n.form == Form::Words && (1.0..=12.0).contains(&n.value))?;
            let (pm, end) = self.half_of_day(number.end)?;
            return Some(self.zone(twelve(number.value as u8, None, pm)?, end));
        }
        let text = self.of(i);
        let cut = text
            .find(|c: char| c.is_ascii_alphabetic())
            .unwrap_or(text.len());
        let (digits, letters) = text.split_at(cut);
        let (hour, minute) = match digits.split_once([':', '.']) {
            Some((h, m)) => {
                if h.len() > 2
                    || m.len() != 2
                    || (digits.contains('.')
                        && letters.is_empty()
                        && !matches!(self.word(i + 1), Word::AmPm(_) | Word::Zone(_)))
                {
                    return None;
                }
                (h.parse::<u8>().ok()?, Some(m.parse::<u8>().ok()?))
            }
            None if digits.len() == 4 => {
                (digits[..2].parse().ok()?, Some(digits[2..].parse().ok()?))
            }
            None if digits.len() <= 2 => (digits.parse().ok()?, None),
            None => return None,
        };
        if hour > 24 || minute.is_some_and(|m| m > 59) {
            return None;
        }
        if !letters.is_empty() {
            let pm = match letters {
                "am" | "AM" => false,
                "pm" | "PM" => true,
                _ => return None,
            };
            return Some(self.zone(twelve(hour, minute, Some(pm))?, i + 1));
        }
        if digits.len() == 4 && minute.is_some() && !digits.contains([':', '.']) {
            // four digits are a time only with a zone or "hours"
            if matches!(self.word(i + 1), Word::Zone(_)) {
                return Some(self.zone(
                    Clock {
                        hour,
                        minute,
                        zone: None,
                    },
                    i + 1,
                ));
            }
            return self
                .any(i + 1, &["hours", "hrs"])
                .then_some((
                    Clock {
                        hour,
                        minute,
                        zone: None,
                    },
                    i + 2,
                ))
                .filter(|_| text.starts_with('0') || self.before_any(i, &["at", "by", "until"]));
        }
        if let Some((pm, end)) = self.half_of_day(i + 1) {
            return Some(self.zone(twelve(hour, minute, pm)?, end));
        }
        // 14:30 alone: after a preposition of time or before a zone
        if digits.contains(':') || matches!(self.word(i + 1), Word::Zone(_)) && digits.contains('.')
        {
            let zoned = matches!(self.word(i + 1), Word::Zone(_))
                || self.is(i + 1, "(") && matches!(self.word(i + 2), Word::Zone(_))
                || self.is(i + 1, "local");
            if zoned
                || self.before_any(
                    i,
                    &[
                        "at", "by", "until", "from", "before", "after", "around", "about",
                    ],
                ) && text.len() <= 5
            {
                return Some(self.zone(
                    Clock {
                        hour,
                        minute,
                        zone: None,
                    },
                    i + 1,
                ));
            }
        }
        None
    }

    /// What says which half of the day: `Some(pm)`, or `None` inside for "o'clock" alone.
    fn half_of_day(&self, i: usize) -> Option<(Option<bool>, usize)> {
        match self.word(i) {
            Word::AmPm(pm) => {
                // "10 am" and "10 a.m."; "I am" is not after a number
                Some((Some(pm), i + 1))
            }
            Word::OClock => Some(match self.half_of_day(i + 1) {
                Some((pm @ Some(_), end)) => (pm, end),
                _ => (None, i + 1),
            }),
            _ if self.any(i, &["in", "at"]) => {
                let at = if self.is(i + 1, "the") { i + 2 } else { i + 1 };
                match self.word(at) {
                    Word::Part("MO") if at == i + 2 => Some((Some(false), at + 1)),
                    Word::Part("AF" | "EV") if at == i + 2 => Some((Some(true), at + 1)),
                    Word::Part("NI") if self.is(i, "at") && self.is(at, "night") => {
                        Some((Some(true), at + 1))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Takes a zone after a time: "EST", "(GMT)", "local time", "Eastern time".
    fn zone(&self, mut clock: Clock, end: usize) -> (Clock, usize) {
        if let Word::Zone(minutes) = self.word(end)
            && self.of(end).chars().all(|c| c.is_ascii_uppercase())
        {
            clock.zone = minutes;
            return (clock, end + 1);
        }
        if self.any(
            end,
            &[
                "local", "Eastern", "Central", "Pacific", "Mountain", "Moscow",
            ],
        ) && self.is(end + 1, "time")
        {
            return (clock, end + 2);
        }
        (clock, end)
    }

    /// A time of day with the day that may follow it: "10 p.m. Wednesday", "5 p.m. EST, Nov. 6".
    fn with_day(&self, start: usize, end: usize, clock: Clock) -> Option<Match> {
        let (clock, end) = if clock.zone.is_none() {
            self.zone(clock, end)
        } else {
            (clock, end)
        };
        let mut f = found(start, end, TimeType::Time, What::SomeDay);
        f.clock = Some(clock);
        let at = if self.any(end, &[",", "on"]) {
            end + 1
        } else {
            end
        };
        if let Some(day) = self
            .day_at(at)
            .filter(|d| d.part.is_none() || !self.is(end, ","))
        {
            f.what = day.what;
            f.end = day.end;
        }
        f.hit()
    }

    /// Takes in what stands before: "late", "the", "the end of", "more than".
    fn extend_left(&self, f: &mut Found, floor: usize) {
        let point = f.kind != TimeType::Duration && f.kind != TimeType::Set;
        let mut the = f.article;
        for _ in 0..4 {
            if f.start <= floor {
                return;
            }
            let k = f.start - 1;
            // "mid-1996", "late-November"
            if self.is_hyphen(k) && k > floor && self.tied_hyphen(k) {
                let head = self.word(k - 1);
                if matches!(head, Word::Edge | Word::Mid) && point
                    || self.any(k - 1, &["post", "pre"])
                {
                    f.start = k - 1;
                    the = !matches!(f.what, What::Weekday(_) | What::MonthDay(..))
                        && (the || matches!(f.what, What::Point(_)));
                    continue;
                }
                return;
            }
            match self.word(k) {
                Word::Edge | Word::Mid if point && !matches!(f.what, What::Ref(_)) => {
                    f.start = k;
                    the |= matches!(f.what, What::Season(_))
                        || matches!(f.what, What::Point(Point::Decade(_)));
                    continue;
                }
                Word::Shift(_)
                    if point
                        && matches!(
                            f.what,
                            What::Current(..)
                                | What::Weekday(_)
                                | What::WeekdayRel(..)
                                | What::FromReference(..)
                                | What::MonthRel(..)
                                | What::Month(_)
                        ) =>
                {
                    f.start = k;
                    continue;
                }
                _ => {}
            }
            if the && self.is(k, "the") {
                f.start = k;
                the = false;
                // "earlier in the year"
                if k >= floor + 2
                    && self.is(k - 1, "in")
                    && matches!(self.word(k - 2), Word::Shift(_) | Word::Edge)
                {
                    f.start = k - 2;
                }
                continue;
            }
            if self.is(k, "of")
                && k > floor
                && point
                && matches!(self.word(k - 1), Word::Portion)
                && !matches!(f.what, What::Ref(_) | What::SomeDay)
                && f.clock.is_none()
            {
                f.start = k - 1;
                the = true;
                continue;
            }
            if self.any(k, &["sometime"]) && point {
                f.start = k;
                continue;
            }
            break;
        }
        self.modifiers(f, floor);
    }

    /// "more than four hours", "nearly two years ago", "around Nov. 1", "at least the past 18 months".
    fn modifiers(&self, f: &mut Found, floor: usize) {
        let measured = f.kind == TimeType::Duration && !matches!(self.word(f.start), Word::Recent)
            || matches!(f.what, What::Ago(..) | What::Shift(..) | What::Hence(..))
            || f.clock.is_some();
        if f.start <= floor {
            return;
        }
        let k = f.start - 1;
        if measured {
            if k > floor
                && self.is(k, "than")
                && self.any(k - 1, &["more", "less", "fewer", "longer"])
            {
                f.start = if k >= floor + 2 && self.is(k - 2, "no") {
                    k - 2
                } else {
                    k - 1
                };
            } else if k > floor
                && (self.any(k, &["least", "most"]) && self.is(k - 1, "at")
                    || self.is(k, "to") && self.is(k - 1, "up"))
            {
                f.start = k - 1;
            } else if self.any(
                k,
                &[
                    "nearly",
                    "almost",
                    "about",
                    "around",
                    "approximately",
                    "roughly",
                    "over",
                ],
            ) && !(self.is(k, "over") && self.is(f.start, "the"))
            {
                f.start = k;
            }
        } else if matches!(
            f.what,
            What::MonthDay(..) | What::Point(_) | What::Month(_) | What::Current(Unit::Year, _)
        ) && self.is(k, "around")
        {
            f.start = k;
        }
    }

    fn extend_right(&self, f: &mut Found) {
        // "this morning at 9", "the end of the month" need nothing; "1994 or later"
        if matches!(f.what, What::Point(Point::Year(_)))
            && self.is(f.end, "or")
            && self.any(f.end + 1, &["later", "earlier", "so"])
        {
            f.end += 2;
        }
    }
}

/// Words that cannot go on a noun phrase.
const FUNCTION_WORDS: &[&str] = &[
    "a", "an", "the", "and", "or", "but", "if", "as", "at", "by", "for", "from", "in", "into",
    "of", "on", "about", "to", "with", "without", "under", "after", "before", "because", "than",
    "that", "which", "who", "when", "where", "while", "is", "are", "was", "were", "be", "has",
    "have", "had", "will", "would", "could", "can", "may", "might", "should", "must", "not", "it",
    "he", "she", "they", "we", "you", "i", "his", "her", "its", "their", "our", "so", "rather",
    "there", "this", "these", "between", "during", "through", "until", "since", "over", "against",
    "only", "holds", "looks", "remains", "depends", "brings", "lies",
];

/// Words before a month's name that is also another word.
const MONTH_SIGNS: &[&str] = &[
    "in", "since", "by", "until", "till", "of", "from", "through", "during", "for", "to",
    "between", "late", "early", "mid", "last", "next", "this", "before", "after", "each", "every",
    "around", "on",
];

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

/// The year two digits stand for: from 1930 to 2029.
fn century_of(two: u32) -> i16 {
    if two < 30 {
        2000 + two as i16
    } else {
        1900 + two as i16
    }
}

/// Whether a length may go on in a smaller unit.
fn compound(unit: Unit, smaller: Unit) -> bool {
    matches!(
        (unit, smaller),
        (Unit::Year, Unit::Month | Unit::Day | Unit::Week)
            | (Unit::Month, Unit::Day | Unit::Week)
            | (Unit::Week, Unit::Day)
            | (Unit::Day, Unit::Hour)
            | (Unit::Hour, Unit::Minute)
            | (Unit::Minute, Unit::Second)
    )
}

/// Twelve-hour time to twenty-four; without a half of the day the hour stays as it is.
fn twelve(hour: u8, minute: Option<u8>, pm: Option<bool>) -> Option<Clock> {
    let hour = match pm {
        Some(_) if hour > 12 || hour == 0 => return None,
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    (hour <= 24).then_some(Clock {
        hour,
        minute,
        zone: None,
    })
}

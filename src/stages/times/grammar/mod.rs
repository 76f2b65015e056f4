//! The grammar: small functions around the words that can begin an expression.

mod clock;
mod days;
mod lengths;
mod relative;
mod years;

use super::holidays::HolidayRule;
use super::line::TokenLine;
use super::point::{Point, duration};
use super::words::{Rel, TimeUnit, TimeWord};
use crate::record::TimeType;
use crate::text::TokenKind;

/// What an expression means before it is held against the anchor.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
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
    Holiday(HolidayRule),
    HolidayRel(HolidayRule, Rel),
    /// A unit by its distance from the one that holds the anchor: "last year", "tomorrow".
    Current(TimeUnit, i64),
    /// The same from the day the text last spoke of: "the following day".
    FromReference(TimeUnit, i64),
    /// "two years ago"; `None` for "years ago".
    Ago(TimeUnit, Option<f64>),
    Hence(TimeUnit, Option<f64>),
    /// "two years later" (+1), "a day earlier" (−1), from what the text last spoke of.
    Shift(TimeUnit, Option<f64>, i8),
    /// "the quarter", "the year": the one under report.
    Reported(TimeUnit),
    /// "the 1988 period": the quarter under report, in that year.
    QuarterIn(i16),
    /// "the year-earlier quarter".
    YearEarlier(TimeUnit),
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
pub struct ClockTime {
    /// 0 to 24; 24 is the midnight that ends the day.
    pub hour: u8,
    pub minute: Option<u8>,
    /// Minutes from UTC, where the text names the zone.
    pub zone: Option<i16>,
}

/// An expression found at tokens `start..end` of its line.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundTime {
    pub start: usize,
    pub end: usize,
    pub kind: TimeType,
    pub meaning: Meaning,
    pub part: Option<&'static str>,
    pub clock: Option<ClockTime>,
    /// Whether an article before it belongs to it.
    pub article: bool,
}

/// What stands at a token.
pub enum Match {
    Found(FoundTime),
    /// Something else up to this index: an age, a rate.
    Skip(usize),
}

fn found(start: usize, end: usize, kind: TimeType, meaning: Meaning) -> FoundTime {
    FoundTime {
        start,
        end,
        kind,
        meaning,
        part: None,
        clock: None,
        article: false,
    }
}

fn date(start: usize, end: usize, meaning: Meaning) -> FoundTime {
    found(start, end, TimeType::Date, meaning)
}

impl FoundTime {
    fn the(mut self) -> Self {
        self.article = true;
        self
    }

    fn hit(self) -> Option<Match> {
        Some(Match::Found(self))
    }
}

impl TokenLine<'_> {
    /// What begins at token `i`. Nothing before token `floor` may be taken.
    pub fn find(&self, i: usize, floor: usize) -> Option<Match> {
        let mut m = match self.word(i) {
            TimeWord::None => match self.kind(i)? {
                TokenKind::Number => self.at_number(i, floor),
                TokenKind::Word => self.at_name(i),
                TokenKind::Punctuation => self.at_apostrophe(i),
                _ => None,
            },
            TimeWord::Number => self.at_number(i, floor),
            TimeWord::Month(m) => {
                let at_holiday = self.at_name(i);
                if at_holiday.is_some() {
                    at_holiday
                } else {
                    self.at_month(i, m).or_else(|| self.month_alone(i, m))
                }
            }
            TimeWord::Weekday(d) => self.at_weekday(i, d),
            TimeWord::WeekdayShort(d) => {
                let tail = if self.is(i + 1, ".") { i + 2 } else { i + 1 };
                let tail = if self.is(tail, ",") { tail + 1 } else { tail };
                (self.starts_title(i)
                    && matches!(self.word(tail), TimeWord::Month(_))
                    && self.number(tail + 1).is_some()
                    || self.of(i).ends_with('.') && self.of(i).len() > 4)
                    .then(|| self.at_weekday(i, d))
                    .flatten()
            }
            TimeWord::Weekdays(d) => self.at_weekdays(i, d),
            TimeWord::Unit(u) => self.at_unit(i, u, floor),
            TimeWord::Units(u) => self.at_units(i, u),
            TimeWord::Often(value) => self.at_often(i, value),
            TimeWord::Times => self.per(i + 1).map(|(value, end)| {
                Match::Found(found(i, end, TimeType::Set, Meaning::Set(value)))
            }),
            TimeWord::Season(s) => self.at_season(i, s),
            TimeWord::Seasons(_) | TimeWord::Parts(_) => None,
            TimeWord::Part(p) => self.at_part(i, p),
            TimeWord::Overnight => (!self.word_after_noun(i + 1)).then(|| {
                let mut f = found(i, i + 1, TimeType::Time, Meaning::Current(TimeUnit::Day, 0));
                f.part = Some("NI");
                Match::Found(f)
            }),
            TimeWord::Clock(hour) => {
                if self.tied_hyphen(i + 1) && hour != 12 || self.before_any(i, &["high"]) {
                    return None;
                }
                self.with_day(
                    i,
                    i + 1,
                    ClockTime {
                        hour,
                        minute: Some(0),
                        zone: None,
                    },
                )
            }
            TimeWord::Day(n) => self.at_day(i, n),
            TimeWord::Tonight => {
                let mut f = found(i, i + 1, TimeType::Time, Meaning::Current(TimeUnit::Day, 0));
                f.part = Some("NI");
                f.hit()
            }
            TimeWord::Ref(value) => {
                let opener = self.is(i, "now") && self.is(i + 1, ",") && self.starts_title(i)
                    || self.tied_hyphen(i + 1);
                (!opener).then(|| {
                    let right = self.before(i).eq_ignore_ascii_case("right") && floor < i;
                    let start = if right && self.is(i, "now") { i - 1 } else { i };
                    Match::Found(date(start, i + 1, Meaning::Ref(value)))
                })
            }
            TimeWord::Current => self.at_current(i),
            TimeWord::Recent => match self.word(i + 1) {
                TimeWord::Units(u) => found(
                    i,
                    i + 2,
                    TimeType::Duration,
                    Meaning::Duration(duration(u, None)),
                )
                .hit(),
                _ => date(i, i + 1, Meaning::Ref("PAST_REF")).hit(),
            },
            TimeWord::Soon => (!self.before_any(i, &["as", "too", "how", "so"])
                && !self.any(i + 1, &["after", "as", "became", "to", "enough"])
                && !self.tied_hyphen(i + 1))
            .then(|| Match::Found(date(i, i + 1, Meaning::Ref("FUTURE_REF")))),
            TimeWord::Future => self.at_future(i, floor),
            TimeWord::Rel(rel) => self.at_rel(i, rel),
            TimeWord::Each => self.at_each(i),
            TimeWord::Fiscal => self.at_fiscal(i),
            TimeWord::Half => self.at_half(i),
            TimeWord::Vague => self.at_vague(i, floor),
            TimeWord::Couple => self.at_couple(i, floor),
            TimeWord::Decade(first) => self
                .before_any(i, &["the"])
                .then(|| Match::Found(date(i, i + 1, Meaning::Point(Point::Decade(first))).the())),
            TimeWord::Long(value) => found(
                i,
                i + 1,
                TimeType::Duration,
                Meaning::Duration(value.into()),
            )
            .hit(),
            TimeWord::Zone(_)
            | TimeWord::AmPm(_)
            | TimeWord::OClock
            | TimeWord::Ago
            | TimeWord::Shift(_)
            | TimeWord::Hence
            | TimeWord::Edge
            | TimeWord::Mid
            | TimeWord::Portion
            | TimeWord::Stretch
            | TimeWord::Filler
            | TimeWord::Around => None,
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

    /// Takes in what stands before: "late", "the", "the end of", "more than".
    fn extend_left(&self, f: &mut FoundTime, floor: usize) {
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
                if matches!(head, TimeWord::Edge | TimeWord::Mid) && point
                    || self.any(k - 1, &["post", "pre"])
                {
                    f.start = k - 1;
                    the = !matches!(f.meaning, Meaning::Weekday(_) | Meaning::MonthDay(..))
                        && (the || matches!(f.meaning, Meaning::Point(_)));
                    continue;
                }
                return;
            }
            match self.word(k) {
                TimeWord::Edge | TimeWord::Mid
                    if point && !matches!(f.meaning, Meaning::Ref(_)) =>
                {
                    f.start = k;
                    the |= matches!(f.meaning, Meaning::Season(_))
                        || matches!(f.meaning, Meaning::Point(Point::Decade(_)));
                    continue;
                }
                TimeWord::Shift(_)
                    if point
                        && matches!(
                            f.meaning,
                            Meaning::Current(..)
                                | Meaning::Weekday(_)
                                | Meaning::WeekdayRel(..)
                                | Meaning::FromReference(..)
                                | Meaning::MonthRel(..)
                                | Meaning::Month(_)
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
                    && matches!(self.word(k - 2), TimeWord::Shift(_) | TimeWord::Edge)
                {
                    f.start = k - 2;
                }
                continue;
            }
            if self.is(k, "of")
                && k > floor
                && point
                && matches!(self.word(k - 1), TimeWord::Portion)
                && !matches!(f.meaning, Meaning::Ref(_) | Meaning::SomeDay)
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
    fn modifiers(&self, f: &mut FoundTime, floor: usize) {
        let measured = f.kind == TimeType::Duration
            && !matches!(self.word(f.start), TimeWord::Recent)
            || matches!(
                f.meaning,
                Meaning::Ago(..) | Meaning::Shift(..) | Meaning::Hence(..)
            )
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
            f.meaning,
            Meaning::MonthDay(..)
                | Meaning::Point(_)
                | Meaning::Month(_)
                | Meaning::Current(TimeUnit::Year, _)
        ) && self.is(k, "around")
        {
            f.start = k;
        }
    }

    fn extend_right(&self, f: &mut FoundTime) {
        // "this morning at 9", "the end of the month" need nothing; "1994 or later"
        if matches!(f.meaning, Meaning::Point(Point::Year(_)))
            && self.is(f.end, "or")
            && self.any(f.end + 1, &["later", "earlier", "so"])
        {
            f.end += 2;
        }
        // "the next two years or so"
        if f.kind == TimeType::Duration
            && self.is(f.end, "or")
            && self.any(f.end + 1, &["so", "more"])
            && !self.is(f.end + 2, "than")
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

/// The year two digits stand for: from 1930 to 2029.
fn century_of(two: u32) -> i16 {
    if two < 30 {
        2000 + two as i16
    } else {
        1900 + two as i16
    }
}

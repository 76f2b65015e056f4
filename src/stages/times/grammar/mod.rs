//! The grammar: small functions around the words that can begin an expression.

mod clock;
mod days;
mod extent;
pub(super) mod generic;
mod lengths;
mod relative;
mod weeks;
mod years;

pub(super) use self::weeks::{Nth, unit_around};

use super::holidays::HolidayRule;
use super::line::TokenLine;
use super::point::Point;
use super::unit::{TimeUnit, duration};
use super::words::{Rel, TimeWord};
use crate::record::TimeType;
use crate::text::TokenKind;
use crate::text::data::DataFile;
use crate::text::word_lists::word_lists;

word_lists! {
    /// Words around times that are in no expression, or make one of what is a time or not.
    WORDS "times/lists.tsv" {
        /// Words that cannot go on a noun phrase.
        function_word,
        /// Words right before a length that blur it.
        hedge,
        /// Verbs and particles before "last" that make it a verb: "will last two days".
        modal,
        /// Verbs before "one day" that make it some day to come.
        will,
        /// Words before the name of a month that is also another word.
        month_sign,
        /// Words before "March" that make it the month although "on", "for" or "to" follows.
        march_sign,
        /// Words after "March" by which it may be a march.
        march_particle,
        /// Events that open an era of a country's story.
        era_event,
        /// Newspapers named after a weekday, and what else takes one into a name.
        after_day_in_name,
        /// What takes a weekday after it into a name.
        before_day_in_name,
        /// Words before a season that is also another word.
        season_sign,
        /// The same with "the" between.
        the_season_sign,
        /// Words after "fall" or "spring" by which it is no season.
        after_no_season,
        /// Words after "last fall" and its like by which "fall" is a verb.
        after_verb_fall,
        /// Words before a number of four digits that make it a year.
        year_sign,
        /// Words before a number that make it a label.
        label_sign,
        /// Nouns after a number of four digits that make it a count or an address, not a year.
        counted,
        /// What ends the name of a street after its number.
        street,
        /// Words before a number of four digits that make it a count.
        hedge_of_count,
        /// Words before units without a number that make them a length: "for years".
        length_sign,
        /// Words before "the year", "the week" and "the month" that make it the one of publication.
        period_sign,
        /// Words after it by which it is another one.
        after_no_period,
        /// Words in -s that are no things a rate is of.
        no_plural,
        /// Words before a bare "14:30" that make it a time of day.
        clock_sign,
        /// Nouns that "overnight" only describes.
        overnight_thing,
        /// Nouns after a part of the day that name a thing: "morning show".
        part_in_name,
        /// Names of zones before "time".
        zone_name,
        /// Words before figures with points that make them the number of a version.
        version_sign,
        /// Short words with a point before a year: "c. 1750", "b. 1950".
        short_year_sign,
        /// Names of regions before the city of a zone: "Europe/Berlin".
        zone_region,
        /// Words before "hours" that make them those after midnight.
        hours_of_night,
        /// Nouns that "today's" gives to these times: "today's youth".
        of_the_times,
        /// Verbs that call upon the reader: "Contact us today!".
        call,
        /// Words before such a verb.
        before_call,
        /// Words behind one, where it is no noun.
        after_call,
        /// Verbs for how things are.
        states,
        /// Words right before "today" by which it is these times: "available today".
        before_these_times,
        /// Words before "Today" that make it a title: "USA Today".
        before_day_title,
        /// Words after it.
        after_day_title,
        /// Words before "the next week" by which it is told from publication.
        stretching,
        /// Words before "of the year" by which it is the one of publication.
        part_of_period,
        /// Words before "daily" by which it is a paper: "the regional daily".
        before_paper,
        /// Words of games that are played in quarters, and of no trade.
        game_of_quarters,
        /// Words by which something is so every time: "usually in April".
        habit,
    }
}

pub(super) const LISTS_FILE: DataFile<'static> = FILE;

/// Makes the lists now, so that the first article does not pay for them.
pub(super) fn warm() {
    load();
}

/// What an expression means before it is held against the anchor.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Meaning {
    Point(Point),
    /// Several days of one month, or several years: first and last.
    Points(Point, Point),
    /// Month and day: "Oct. 6".
    MonthDay(u8, u8),
    /// Month, first and last day: "June 3-5".
    MonthDays(u8, u8, u8),
    Month(u8),
    /// Month of the year `n` years from the anchor's: "October last year".
    MonthOf(u8, i16),
    /// "last May".
    MonthRel(u8, Rel),
    /// 1 Monday to 7 Sunday.
    Weekday(u8),
    WeekdayRel(u8, Rel),
    /// A weekday of the week `n` weeks from the anchor's: "Tuesday of last week".
    WeekdayOf(u8, i64),
    /// A year or century before the common era, as TIMEX2 writes it: `BC0044`, `BC04`.
    BeforeChrist(String),
    /// `SP`, `SU`, `FA` or `WI`.
    Season(&'static str),
    /// Season, quarter or half of the year `n` years from the anchor's: "the fall of last year".
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
    /// "two years from now"; `None` for "years from now".
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
    /// `PAST_REF`, `PRESENT_REF` or `FUTURE_REF`.
    Ref(&'static str),
    /// A length, by its TIMEX3 value: `P2Y6M`.
    Duration(String),
    /// What comes again and again, by the value of what comes: `XXXX-WXX-2` for "every Tuesday".
    Set(String),
    /// A time of day whose day stands elsewhere.
    SomeDay,
    /// An open stretch since an event the text names without a date.
    SinceEvent,
    /// The week or weekend that holds the day of a rule, in a year the text does not give.
    UnitAround(TimeUnit, HolidayRule),
    /// The first or last of the month or year that lies `n` from the anchor's: "the first week of next month".
    NthOf(Nth, TimeUnit, i64),
}

impl Meaning {
    /// A quarter without its year, which may be one of a game.
    pub(super) fn is_quarter(&self) -> bool {
        match self {
            Meaning::Quarter(_) | Meaning::Reported(TimeUnit::Quarter) => true,
            Meaning::Set(value) | Meaning::Duration(value) => value.ends_with('Q'),
            _ => false,
        }
    }
}

/// A stated time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClockTime {
    /// 0 to 24; 24 is the midnight that ends the day.
    pub hour: u8,
    pub minute: Option<u8>,
    /// Minutes from UTC, where the text names the zone.
    pub zone: Option<i16>,
}

impl ClockTime {
    fn of(hour: u8, minute: Option<u8>) -> Self {
        ClockTime {
            hour,
            minute,
            zone: None,
        }
    }
}

/// An expression found at tokens `start..end` of its line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FoundTime {
    pub start: usize,
    pub end: usize,
    pub kind: TimeType,
    pub meaning: Meaning,
    /// The part of the day, `MO`, `AF`, `EV` or `NI`.
    pub part: Option<&'static str>,
    pub clock: Option<ClockTime>,
    /// Whether an article before it belongs to it.
    pub article: bool,
    /// The upper end of a length told as two: "three to four days".
    pub at_most: Option<String>,
}

/// What stands at a token.
pub(super) enum Match {
    Found(FoundTime),
    /// Something else up to this index: an age, a rate.
    Skip(usize),
}

impl Match {
    /// The expression, if it is one.
    fn time(self) -> Option<FoundTime> {
        match self {
            Match::Found(f) => Some(f),
            Match::Skip(_) => None,
        }
    }
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
        at_most: None,
    }
}

/// A date at tokens `start..end`.
pub(super) fn date(start: usize, end: usize, meaning: Meaning) -> FoundTime {
    found(start, end, TimeType::Date, meaning)
}

/// A length of `n` units, or of some.
fn length(start: usize, end: usize, unit: TimeUnit, n: Option<f64>) -> FoundTime {
    let meaning = Meaning::Duration(duration(unit, n));
    found(start, end, TimeType::Duration, meaning)
}

/// What comes again and again, by the value of TIMEX3 for it.
fn set(start: usize, end: usize, value: String) -> FoundTime {
    found(start, end, TimeType::Set, Meaning::Set(value))
}

impl FoundTime {
    /// Lets an article before it belong to it.
    fn the(mut self) -> Self {
        self.article = true;
        self
    }

    /// Makes it a part of its day, `MO` or `NI`.
    fn in_part(mut self, part: &'static str) -> Self {
        self.kind = TimeType::Time;
        self.part = Some(part);
        self
    }

    fn hit(self) -> Option<Match> {
        Some(Match::Found(self))
    }

    /// Whether a time of day or a part of the day was read with it.
    pub(super) fn has_time_of_day(&self) -> bool {
        self.clock.is_some() || self.part.is_some()
    }

    /// A date or a time, not a length or a set.
    fn is_point(&self) -> bool {
        !matches!(self.kind, TimeType::Duration | TimeType::Set)
    }
}

impl TokenLine<'_> {
    /// What begins at token `i`. Nothing before token `floor` may be taken.
    pub(super) fn find(&self, i: usize, floor: usize) -> Option<Match> {
        let mut found = self.begins(i, floor)?;
        if let Match::Found(f) = &mut found {
            self.extend_left(f, floor);
            self.extend_right(f);
        }
        Some(found)
    }

    /// The reader for each class of word.
    fn begins(&self, i: usize, floor: usize) -> Option<Match> {
        match self.word(i) {
            TimeWord::None => match self.kind(i)? {
                TokenKind::Number => self.at_number(i, floor),
                TokenKind::Word => self.at_name(i).or_else(|| self.year_of_era(i)),
                TokenKind::Punctuation => self.at_apostrophe(i),
                _ => None,
            },
            TimeWord::Number => self.at_number(i, floor),
            TimeWord::Month(m) => self
                .at_name(i)
                .or_else(|| self.at_month(i, m))
                .or_else(|| self.month_alone(i, m)),
            TimeWord::Weekday(d) => self.at_weekday(i, d),
            TimeWord::WeekdayShort(d) => self.at_weekday_short(i, d),
            TimeWord::Weekdays(d) => set(i, i + 1, format!("XXXX-WXX-{d}")).hit(),
            TimeWord::Unit(u) => self.at_unit(i, u, floor),
            TimeWord::Units(u) => self.at_units(i, u),
            TimeWord::Often(value) => self.at_often(i, value),
            TimeWord::Times => self
                .per(i + 1)
                .and_then(|(value, end)| set(i, end, value).hit()),
            TimeWord::Season(s) => self.at_season(i, s),
            TimeWord::Part(p) => self.at_part(i, p),
            TimeWord::Overnight => self.at_overnight(i),
            TimeWord::Clock(hour) => self.at_noon(i, hour),
            TimeWord::Day(n) => self.at_day(i, n),
            TimeWord::Tonight => tonight(i).hit(),
            TimeWord::Ref(value) => self.at_ref(i, value, floor),
            TimeWord::Current => self.at_current(i),
            TimeWord::Recent => self.at_recent(i),
            TimeWord::Soon => self.at_soon(i),
            TimeWord::Future => self.at_future(i, floor),
            TimeWord::Rel(rel) => self.at_rel(i, rel),
            TimeWord::Each => self.at_each(i),
            TimeWord::Fiscal => self.at_fiscal(i),
            TimeWord::Half => self.at_half(i),
            TimeWord::Vague => self.at_vague(i, floor),
            TimeWord::Couple => self.at_couple(i, floor),
            TimeWord::Decade(first) => self.at_decade(i, first),
            TimeWord::Long(value) => found(
                i,
                i + 1,
                TimeType::Duration,
                Meaning::Duration(value.into()),
            )
            .hit(),
            // words inside an expression or behind it
            TimeWord::Seasons(_)
            | TimeWord::Parts(_)
            | TimeWord::Zone(_)
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
        }
    }

    /// Whether a noun phrase that ends before `i` can be over: what follows is no further noun.
    pub(super) fn closes_phrase(&self, i: usize) -> bool {
        self.kind(i) != Some(TokenKind::Word) || self.any(i, &WORDS.function_word)
    }
}

/// The night that follows the day of publication.
fn tonight(i: usize) -> FoundTime {
    date(i, i + 1, Meaning::Current(TimeUnit::Day, 0)).in_part("NI")
}

/// First of the hundred years that two digits stand for. News of the archives reaches back to 1930; what
/// it says of years to come is mostly written in full.
const FIRST_OF_TWO_DIGITS: i16 = 1930;

/// The year two digits stand for: from 1930 to 2029.
fn century_of(two: u32) -> i16 {
    let year = 1900 + two as i16;
    if year < FIRST_OF_TWO_DIGITS {
        year + 100
    } else {
        year
    }
}

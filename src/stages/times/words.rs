//! The words temporal expressions are made of, by their classes in config/times/words.tsv.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use super::point::season_months;
use super::unit::TimeUnit;
use crate::intake::dates::calendar;
use crate::text::data::{DataFault, DataFile, DataRow, data_file, sound};
use crate::text::numbers::{self, NumberWord};
use crate::text::word_table::WordTable;

pub(super) const WORDS_FILE: DataFile<'static> = data_file!("times/words.tsv");

/// How "last", "next" and their kin place what follows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rel {
    Last,
    Past,
    Next,
    This,
    That,
    These,
    Those,
    Coming,
    Previous,
    Following,
    Same,
    Latest,
}

impl Rel {
    /// The relation with this name in config/times/words.tsv.
    fn named(name: &str) -> Option<Rel> {
        const NAMES: [(&str, Rel); 12] = [
            ("last", Rel::Last),
            ("past", Rel::Past),
            ("next", Rel::Next),
            ("this", Rel::This),
            ("that", Rel::That),
            ("these", Rel::These),
            ("those", Rel::Those),
            ("coming", Rel::Coming),
            ("previous", Rel::Previous),
            ("following", Rel::Following),
            ("same", Rel::Same),
            ("latest", Rel::Latest),
        ];
        NAMES.iter().find(|(n, _)| *n == name).map(|(_, rel)| *rel)
    }

    /// Says on which side of publication one thing of its kind lies, not which of several is meant.
    pub(super) fn places(self) -> bool {
        self.looks_back() || self.looks_ahead() || self == Rel::This
    }

    /// "last", "past", "previous": what lies before.
    pub(super) fn looks_back(self) -> bool {
        matches!(self, Rel::Last | Rel::Past | Rel::Previous)
    }

    /// "next", "coming", "following": what lies ahead.
    pub(super) fn looks_ahead(self) -> bool {
        matches!(self, Rel::Next | Rel::Coming | Rel::Following)
    }
}

/// What a word can be in a temporal expression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum TimeWord {
    None,
    /// 1 to 12.
    Month(u8),
    /// 1 Monday to 7 Sunday, as ISO 8601 counts; in the variants after it as well.
    Weekday(u8),
    /// "Sun", "Sat", "Mon": weekdays only where more supports it.
    WeekdayShort(u8),
    Weekdays(u8),
    Unit(TimeUnit),
    Units(TimeUnit),
    /// "period", "term": a stretch whose length another expression gives.
    Stretch,
    /// "daily": the value of the set.
    Often(&'static str),
    /// "twice" and its kin.
    Times,
    /// As TIMEX3 names it: `SP`, `SU`, `FA`, `WI`.
    Season(&'static str),
    Seasons(&'static str),
    /// Part of a day as TIMEX3 names it: `MO`, `AF`, `EV`, `NI`.
    Part(&'static str),
    Parts(&'static str),
    Overnight,
    /// "noon", "midnight": hour.
    Clock(u8),
    /// True for "p.m.".
    AmPm(bool),
    OClock,
    /// "today" and its neighbours: days from today.
    Day(i8),
    Tonight,
    /// `PAST_REF`, `PRESENT_REF` or `FUTURE_REF` of TIMEX3.
    Ref(&'static str),
    Current,
    Recent,
    Soon,
    Future,
    Rel(Rel),
    Each,
    Ago,
    /// "earlier" −1, "later" +1.
    Shift(i8),
    Hence,
    Edge,
    Mid,
    Portion,
    Fiscal,
    Half,
    Vague,
    Couple,
    Around,
    /// "nineties": the first year of the ten.
    Decade(i16),
    /// "yearlong": its duration.
    Long(&'static str),
    /// May stand between a number and its unit.
    Filler,
    /// A number word, read by [`crate::text::numbers`].
    Number,
    /// A time zone: minutes from UTC, where the name says so.
    Zone(Option<i16>),
}

static TIME_WORDS: LazyLock<WordTable<TimeWord>> = LazyLock::new(|| {
    let own = WORDS_FILE.rows().map(|row| sound(entry(&row)));
    // of two entries the first stands, so "second" and "quarter" stay units of time
    let numbers = numbers::words().filter(|(_, word)| !matches!(word, NumberWord::ShortScale(_)));
    let numbers = numbers.map(|(word, _)| (word, TimeWord::Number));
    let plurals = calendar::english_weekdays().map(|(name, day)| (format!("{name}s"), day));
    let plurals: Vec<_> = plurals.collect();
    let weekdays = plurals
        .iter()
        .map(|(name, day)| (name.as_str(), TimeWord::Weekdays(*day)));
    let own: Vec<(&str, TimeWord)> = own.chain(names_of_the_calendar()).collect();
    WordTable::new(own.into_iter().chain(weekdays).chain(numbers))
});

/// The months and the days of the week.
fn names_of_the_calendar() -> impl Iterator<Item = (&'static str, TimeWord)> {
    let months = calendar::english_months().map(|(name, month)| (name, TimeWord::Month(month)));
    let days = calendar::english_weekdays().map(|(name, day)| (name, TimeWord::Weekday(day)));
    let short = calendar::english_short_weekdays();
    let short = short.map(|(name, day)| (name, TimeWord::WeekdayShort(day)));
    months.chain(days).chain(short)
}

/// A row of the file: the word, and what it is.
fn entry(row: &DataRow<'static>) -> Result<(&'static str, TimeWord), DataFault> {
    let [word, class, value] = row.columns()?;
    let of_class = class_of(class, value)
        .ok_or_else(|| row.fault(format!("no class {class} of {value:?}")))?;
    Ok((word, of_class))
}

fn class_of(class: &str, value: &'static str) -> Option<TimeWord> {
    if let Some((_, word)) = PLAIN_CLASSES.iter().find(|(name, _)| *name == class) {
        return Some(*word);
    }
    let (_, read) = VALUED_CLASSES.iter().find(|(name, _)| *name == class)?;
    read(value)
}

/// Classes of config/times/words.tsv whose rows have no value.
const PLAIN_CLASSES: &[(&str, TimeWord)] = &[
    ("span", TimeWord::Stretch),
    ("times", TimeWord::Times),
    ("overnight", TimeWord::Overnight),
    ("oclock", TimeWord::OClock),
    ("tonight", TimeWord::Tonight),
    ("current", TimeWord::Current),
    ("recent", TimeWord::Recent),
    ("soon", TimeWord::Soon),
    ("future", TimeWord::Future),
    ("each", TimeWord::Each),
    ("ago", TimeWord::Ago),
    ("hence", TimeWord::Hence),
    ("edge", TimeWord::Edge),
    ("mid", TimeWord::Mid),
    ("portion", TimeWord::Portion),
    ("fiscal", TimeWord::Fiscal),
    ("half", TimeWord::Half),
    ("vague", TimeWord::Vague),
    ("couple", TimeWord::Couple),
    ("around", TimeWord::Around),
    ("filler", TimeWord::Filler),
];

/// Makes the word of a value, if the value is one.
type ReadValue = fn(&'static str) -> Option<TimeWord>;

/// Classes of config/times/words.tsv with what their values mean.
const VALUED_CLASSES: &[(&str, ReadValue)] = &[
    ("unit", |v| TimeUnit::named(v).map(TimeWord::Unit)),
    ("units", |v| TimeUnit::named(v).map(TimeWord::Units)),
    ("often", |v| Some(TimeWord::Often(v))),
    ("season", |v| season_months(v).map(|_| TimeWord::Season(v))),
    ("seasons", |v| {
        season_months(v).map(|_| TimeWord::Seasons(v))
    }),
    ("part", |v| Some(TimeWord::Part(v))),
    ("parts", |v| Some(TimeWord::Parts(v))),
    ("clock", |v| {
        number(v.strip_suffix(":00")?, 0..=24).map(TimeWord::Clock)
    }),
    ("ampm", |v| {
        matches!(v, "am" | "pm").then_some(TimeWord::AmPm(v == "pm"))
    }),
    ("day", |v| v.parse().ok().map(TimeWord::Day)),
    ("ref", |v| Some(TimeWord::Ref(v))),
    ("rel", |v| Rel::named(v).map(TimeWord::Rel)),
    ("shift", |v| v.parse().ok().map(TimeWord::Shift)),
    ("decade", |v| v.parse().ok().map(TimeWord::Decade)),
    ("long", |v| Some(TimeWord::Long(v))),
    ("zone", |v| {
        let minutes = v.parse().ok();
        (minutes.is_some() || v == "?").then_some(TimeWord::Zone(minutes))
    }),
];

/// A whole number in `range`.
fn number(text: &str, range: RangeInclusive<u8>) -> Option<u8> {
    text.parse().ok().filter(|n| range.contains(n))
}

/// The class of one word, [`TimeWord::None`] for nearly all of them.
pub(super) fn word(text: &str) -> TimeWord {
    TIME_WORDS.get(text).unwrap_or(TimeWord::None)
}

/// Makes the table now, so that the first article does not pay for it.
pub(super) fn warm() {
    LazyLock::force(&TIME_WORDS);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_file_is_understood() {
        for row in WORDS_FILE.rows() {
            let (name, _) = entry(&row).unwrap();
            assert_ne!(word(name), TimeWord::None, "{name}");
        }
    }
}

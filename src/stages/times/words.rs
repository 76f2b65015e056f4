use std::sync::LazyLock;

use crate::text::data::{DataFile, data_file};
use crate::text::numbers;
use crate::text::word_table::{WordTable, rows};

pub const WORDS_FILE: DataFile<'static> = data_file!("times/words.tsv");

/// A length of time that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Fortnight,
    Weekend,
    Month,
    Quarter,
    Year,
    Decade,
    Century,
    Millennium,
}

impl Unit {
    fn named(name: &str) -> Option<Unit> {
        Some(match name {
            "second" => Unit::Second,
            "minute" => Unit::Minute,
            "hour" => Unit::Hour,
            "day" => Unit::Day,
            "week" => Unit::Week,
            "fortnight" => Unit::Fortnight,
            "weekend" => Unit::Weekend,
            "month" => Unit::Month,
            "quarter" => Unit::Quarter,
            "year" => Unit::Year,
            "decade" => Unit::Decade,
            "century" => Unit::Century,
            "millennium" => Unit::Millennium,
            _ => return None,
        })
    }

    /// Shorter than a day.
    pub fn of_the_clock(self) -> bool {
        matches!(self, Unit::Second | Unit::Minute | Unit::Hour)
    }
}

/// How "last", "next" and their kin place what follows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rel {
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

/// What a word can be in a temporal expression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Word {
    None,
    Month(u8),
    Weekday(u8),
    /// "Sun", "Sat", "Mon": weekdays only where more supports it.
    WeekdayShort(u8),
    Weekdays(u8),
    Unit(Unit),
    Units(Unit),
    /// "period", "term": a stretch whose length another expression gives.
    Stretch,
    /// "daily": the value of the set.
    Often(&'static str),
    /// "twice" and its kin.
    Times,
    Season(&'static str),
    Seasons(&'static str),
    Part(&'static str),
    Parts(&'static str),
    Overnight,
    /// "noon", "midnight": hour.
    Clock(u8),
    AmPm(bool),
    OClock,
    /// "today" and its neighbours: days from today.
    Day(i8),
    Tonight,
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

static WORDS: LazyLock<WordTable<Word>> = LazyLock::new(|| {
    let own = rows(WORDS_FILE).filter_map(|row| Some((*row.first()?, class(&row)?)));
    // of two entries the first stands, so "second" and "quarter" stay units of time
    let numbers = rows(numbers::WORDS_FILE)
        .filter(|row| row.get(1).is_some_and(|class| *class != "short-scale"))
        .filter_map(|row| Some((*row.first()?, Word::Number)));
    WordTable::new(own.chain(numbers))
});

fn class(row: &[&'static str]) -> Option<Word> {
    let [_, class, value] = *row else {
        return None;
    };
    Some(match class {
        "month" => Word::Month(value.parse().ok()?),
        "weekday" => Word::Weekday(value.parse().ok()?),
        "weekday-short" => Word::WeekdayShort(value.parse().ok()?),
        "weekdays" => Word::Weekdays(value.parse().ok()?),
        "unit" => Word::Unit(Unit::named(value)?),
        "units" => Word::Units(Unit::named(value)?),
        "span" => Word::Stretch,
        "often" => Word::Often(value),
        "times" => Word::Times,
        "season" => Word::Season(value),
        "seasons" => Word::Seasons(value),
        "part" => Word::Part(value),
        "parts" => Word::Parts(value),
        "overnight" => Word::Overnight,
        "clock" => Word::Clock(value.get(..2)?.parse().ok()?),
        "ampm" => Word::AmPm(value == "pm"),
        "oclock" => Word::OClock,
        "day" => Word::Day(value.parse().ok()?),
        "tonight" => Word::Tonight,
        "ref" => Word::Ref(value),
        "current" => Word::Current,
        "recent" => Word::Recent,
        "soon" => Word::Soon,
        "future" => Word::Future,
        "rel" => Word::Rel(match value {
            "last" => Rel::Last,
            "past" => Rel::Past,
            "next" => Rel::Next,
            "this" => Rel::This,
            "that" => Rel::That,
            "these" => Rel::These,
            "those" => Rel::Those,
            "coming" => Rel::Coming,
            "previous" => Rel::Previous,
            "following" => Rel::Following,
            "same" => Rel::Same,
            "latest" => Rel::Latest,
            _ => return None,
        }),
        "each" => Word::Each,
        "ago" => Word::Ago,
        "shift" => Word::Shift(value.parse().ok()?),
        "hence" => Word::Hence,
        "edge" => Word::Edge,
        "mid" => Word::Mid,
        "portion" => Word::Portion,
        "fiscal" => Word::Fiscal,
        "half" => Word::Half,
        "vague" => Word::Vague,
        "couple" => Word::Couple,
        "around" => Word::Around,
        "decade" => Word::Decade(value.parse().ok()?),
        "long" => Word::Long(value),
        "filler" => Word::Filler,
        "zone" => Word::Zone(value.parse().ok()),
        _ => return None,
    })
}

/// The class of one word, [`Word::None`] for nearly all of them.
pub fn word(text: &str) -> Word {
    WORDS.get(text).unwrap_or(Word::None)
}

/// Makes the table now, so that the first article does not pay for it.
pub fn warm() {
    LazyLock::force(&WORDS);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_file_is_understood() {
        for row in rows(WORDS_FILE) {
            assert!(class(&row).is_some(), "{row:?}");
            assert_ne!(word(row[0]), Word::None, "{row:?}");
        }
    }
}

use std::sync::LazyLock;

use crate::text::data::{DataFile, data_file};
use crate::text::numbers;
use crate::text::word_table::{WordTable, rows};

pub const WORDS_FILE: DataFile<'static> = data_file!("times/words.tsv");

/// A length of time that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
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

impl TimeUnit {
    fn named(name: &str) -> Option<TimeUnit> {
        Some(match name {
            "second" => TimeUnit::Second,
            "minute" => TimeUnit::Minute,
            "hour" => TimeUnit::Hour,
            "day" => TimeUnit::Day,
            "week" => TimeUnit::Week,
            "fortnight" => TimeUnit::Fortnight,
            "weekend" => TimeUnit::Weekend,
            "month" => TimeUnit::Month,
            "quarter" => TimeUnit::Quarter,
            "year" => TimeUnit::Year,
            "decade" => TimeUnit::Decade,
            "century" => TimeUnit::Century,
            "millennium" => TimeUnit::Millennium,
            _ => return None,
        })
    }

    /// Shorter than a day.
    pub fn of_the_clock(self) -> bool {
        matches!(self, TimeUnit::Second | TimeUnit::Minute | TimeUnit::Hour)
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
pub enum TimeWord {
    None,
    Month(u8),
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

static TIME_WORDS: LazyLock<WordTable<TimeWord>> = LazyLock::new(|| {
    let own = rows(WORDS_FILE).filter_map(|row| Some((*row.first()?, class(&row)?)));
    // of two entries the first stands, so "second" and "quarter" stay units of time
    let numbers = rows(numbers::WORDS_FILE)
        .filter(|row| row.get(1).is_some_and(|class| *class != "short-scale"))
        .filter_map(|row| Some((*row.first()?, TimeWord::Number)));
    WordTable::new(own.chain(numbers))
});

fn class(row: &[&'static str]) -> Option<TimeWord> {
    let [_, class, value] = *row else {
        return None;
    };
    Some(match class {
        "month" => TimeWord::Month(value.parse().ok()?),
        "weekday" => TimeWord::Weekday(value.parse().ok()?),
        "weekday-short" => TimeWord::WeekdayShort(value.parse().ok()?),
        "weekdays" => TimeWord::Weekdays(value.parse().ok()?),
        "unit" => TimeWord::Unit(TimeUnit::named(value)?),
        "units" => TimeWord::Units(TimeUnit::named(value)?),
        "span" => TimeWord::Stretch,
        "often" => TimeWord::Often(value),
        "times" => TimeWord::Times,
        "season" => TimeWord::Season(value),
        "seasons" => TimeWord::Seasons(value),
        "part" => TimeWord::Part(value),
        "parts" => TimeWord::Parts(value),
        "overnight" => TimeWord::Overnight,
        "clock" => TimeWord::Clock(value.get(..2)?.parse().ok()?),
        "ampm" => TimeWord::AmPm(value == "pm"),
        "oclock" => TimeWord::OClock,
        "day" => TimeWord::Day(value.parse().ok()?),
        "tonight" => TimeWord::Tonight,
        "ref" => TimeWord::Ref(value),
        "current" => TimeWord::Current,
        "recent" => TimeWord::Recent,
        "soon" => TimeWord::Soon,
        "future" => TimeWord::Future,
        "rel" => TimeWord::Rel(match value {
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
        "each" => TimeWord::Each,
        "ago" => TimeWord::Ago,
        "shift" => TimeWord::Shift(value.parse().ok()?),
        "hence" => TimeWord::Hence,
        "edge" => TimeWord::Edge,
        "mid" => TimeWord::Mid,
        "portion" => TimeWord::Portion,
        "fiscal" => TimeWord::Fiscal,
        "half" => TimeWord::Half,
        "vague" => TimeWord::Vague,
        "couple" => TimeWord::Couple,
        "around" => TimeWord::Around,
        "decade" => TimeWord::Decade(value.parse().ok()?),
        "long" => TimeWord::Long(value),
        "filler" => TimeWord::Filler,
        "zone" => TimeWord::Zone(value.parse().ok()),
        _ => return None,
    })
}

/// The class of one word, [`TimeWord::None`] for nearly all of them.
pub fn word(text: &str) -> TimeWord {
    TIME_WORDS.get(text).unwrap_or(TimeWord::None)
}

/// Makes the table now, so that the first article does not pay for it.
pub fn warm() {
    LazyLock::force(&TIME_WORDS);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_file_is_understood() {
        for row in rows(WORDS_FILE) {
            assert!(class(&row).is_some(), "{row:?}");
            assert_ne!(word(row[0]), TimeWord::None, "{row:?}");
        }
    }
}

//! Names of months and weekdays: one table of all languages, of which a reader takes those it meets.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::text::word_lists::{List, word_lists};

word_lists! {
    /// Months and weekdays in small letters.
    NAMES "dates/calendar.tsv" {
        january,
        february,
        march,
        april,
        may,
        june,
        july,
        august,
        september,
        october,
        november,
        december,
        /// Months that are words of their own in English: in a wire's line they are months only
        /// behind a day.
        behind_a_day,
        weekday,
        weekday_short,
    }
    with OF_WIRES, OF_FEEDS, OF_PAGES
}

/// The names of the months in some languages.
pub struct Months {
    /// Months from 1 by their names; where two languages name two months alike, the earlier month.
    by_name: HashMap<&'static str, u8, foldhash::fast::RandomState>,
    /// Longest name, in bytes: most words are told off by their length.
    longest: usize,
}

/// Shortest name of a month, in bytes.
const SHORTEST_MONTH: usize = 3;

impl Months {
    fn of(is_read: impl Fn(&str) -> bool) -> Months {
        let mut by_name = HashMap::default();
        for (list, month) in months().into_iter().zip(1..) {
            for (languages, name) in list.rows() {
                if languages.split(',').any(&is_read) {
                    by_name.entry(name).or_insert(month);
                }
            }
        }
        Months {
            longest: by_name.keys().map(|name| name.len()).max().unwrap_or(0),
            by_name,
        }
    }

    /// The month a word names, 1 to 12, without regard to case or the full stop of an abbreviation.
    pub fn named(&self, word: &str) -> Option<u8> {
        let word = word.trim_end_matches('.');
        if !(SHORTEST_MONTH..=self.longest).contains(&word.len()) {
            return None;
        }
        self.by_name.get(word.to_lowercase().as_str()).copied()
    }
}

/// The lists of the months from January on.
fn months() -> [List; 12] {
    let n = &*NAMES;
    [
        n.january,
        n.february,
        n.march,
        n.april,
        n.may,
        n.june,
        n.july,
        n.august,
        n.september,
        n.october,
        n.november,
        n.december,
    ]
}

/// Languages of the agencies' wires. Croatian, which calls October what Polish calls November, is not
/// among them.
const WIRES: [&str; 15] = [
    "en", "de", "fr", "es", "it", "pt", "nl", "da", "nb", "sv", "fi", "pl", "cs", "ru", "hu",
];

/// Languages that feeds are seen to write their dates in.
const FEEDS: [&str; 14] = [
    "en", "de", "fr", "es", "it", "pt", "nl", "da", "nb", "sv", "fi", "pl", "cs", "is",
];

/// Months as the agencies name them.
pub static OF_WIRES: LazyLock<Months> = LazyLock::new(|| Months::of(|l| WIRES.contains(&l)));

/// Months as feeds name them.
pub static OF_FEEDS: LazyLock<Months> = LazyLock::new(|| Months::of(|l| FEEDS.contains(&l)));

/// Months in all languages of the table.
pub static OF_PAGES: LazyLock<Months> = LazyLock::new(|| Months::of(|_| true));

/// Whether the name of a month is a word of its own in English.
pub fn is_word_of_its_own(month: &str) -> bool {
    let same = |m: &&str| month.eq_ignore_ascii_case(m);
    NAMES.behind_a_day.iter().any(same)
}

/// Whether a word in small letters is the whole name of a day of the week.
pub fn is_weekday(lower: &str) -> bool {
    NAMES.weekday.contains(&lower)
}

/// Whether a word in small letters is a day of the week in short.
pub fn is_short_weekday(lower: &str) -> bool {
    NAMES.weekday_short.contains(&lower)
}

/// The English names of the months, whole and short, each with its number from 1.
pub fn english_months() -> impl Iterator<Item = (&'static str, u8)> {
    let names = |list: List| english(list).collect::<Vec<_>>();
    let numbered = months().into_iter().zip(1..);
    numbered.flat_map(move |(list, month)| names(list).into_iter().map(move |n| (n, month)))
}

/// The English names of the days of the week, from Monday as 1.
pub fn english_weekdays() -> impl Iterator<Item = (&'static str, u8)> {
    english(NAMES.weekday).zip(1..)
}

/// The English names of the days of the week in short, each with its number from Monday as 1.
pub fn english_short_weekdays() -> impl Iterator<Item = (&'static str, u8)> {
    // No two days of the week begin with the same two letters.
    let day = |short: &str| english_weekdays().find(|(name, _)| short.get(..2) == name.get(..2));
    english(NAMES.weekday_short).filter_map(move |short| Some((short, day(short)?.1)))
}

fn english(list: List) -> impl Iterator<Item = &'static str> {
    let rows = list.rows().collect::<Vec<_>>().into_iter();
    let is_english = |languages: &str| languages.split(',').any(|l| l == "en");
    rows.filter(move |(languages, _)| is_english(languages))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_known_in_the_languages_that_a_reader_takes() {
        for (word, wires, feeds, pages) in [
            ("Dec.", Some(12), Some(12), Some(12)),
            ("MÄRZ", Some(3), Some(3), Some(3)),
            ("декабря", Some(12), None, Some(12)),
            ("október", Some(10), Some(10), Some(10)),
            // November in Poland, October in Croatia.
            ("listopada", Some(11), Some(11), Some(10)),
            ("ocak", None, None, Some(1)),
            ("monday", None, None, None),
            ("de", None, None, None),
        ] {
            assert_eq!(OF_WIRES.named(word), wires, "{word}");
            assert_eq!(OF_FEEDS.named(word), feeds, "{word}");
            assert_eq!(OF_PAGES.named(word), pages, "{word}");
        }
    }

    #[test]
    fn weekdays_are_known() {
        assert!(is_weekday("søndag") && !is_weekday("sun") && is_short_weekday("sun"));
    }
}

//! Days as datelines and embargoes name them: a month and a day, with or without a year.

use std::sync::LazyLock;

use crate::text::word_lists::{List, word_lists};

word_lists! {
    /// The names of the months in lower case, in English and the languages of the wires that use their
    /// own; Slavic and Finnish ones as they stand behind a day.
    NAMES "wire/months.tsv" {
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
        /// Words of their own in English: months only behind a day.
        behind_a_day,
    }
}

/// The names by month.
static MONTHS: LazyLock<[List; 12]> = LazyLock::new(|| {
    let w = &*NAMES;
    [
        w.january,
        w.february,
        w.march,
        w.april,
        w.may,
        w.june,
        w.july,
        w.august,
        w.september,
        w.october,
        w.november,
        w.december,
    ]
});

/// Longest name of a month, in bytes.
const LONGEST_MONTH: usize = 18;

/// The month a word names, 1 to 12, in English or the languages of the wires that use their own.
pub fn month(word: &str) -> Option<u8> {
    let word = word.trim_end_matches('.');
    if word.len() < 3 || word.len() > LONGEST_MONTH {
        return None;
    }
    let word = word.to_lowercase();
    let found = MONTHS
        .iter()
        .position(|names| names.contains(&word.as_str()))?;
    Some(found as u8 + 1)
}

/// A day, with the year where the copy gives one; never completed from the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayOfYear {
    pub year: Option<i16>,
    pub month: u8,
    pub day: u8,
}

impl DayOfYear {
    /// ISO 8601: `2025-12-04`, or `--12-04` without a year.
    pub fn iso(self) -> String {
        match self.year {
            Some(year) => format!("{year:04}-{:02}-{:02}", self.month, self.day),
            None => format!("--{:02}-{:02}", self.month, self.day),
        }
    }

    /// Reads "Dec. 4", "December 4, 2025", "4 December 2025", "4 dic", "den 4. december" or
    /// "4 de diciembre de 2025", "2025. március 3." at the start of `text`; also says how many bytes of it that took.
    pub fn read(text: &str) -> Option<(DayOfYear, usize)> {
        // Figures name the day: most words are told off without looking for a month.
        let reach = text.len().min(LONGEST_MONTH + 6);
        if !text.as_bytes()[..reach].iter().any(u8::is_ascii_digit) {
            return None;
        }
        let words = Words::new(text);
        let figure = |n: usize| {
            words
                .get(n)
                .is_some_and(|(w, _)| w.starts_with(|c: char| c.is_ascii_digit()))
        };
        if !figure(0) && !figure(1) {
            return None;
        }
        if let Some(found) = DayOfYear::read_year_first(&words) {
            return Some(found);
        }
        let named = |n: usize| {
            words
                .get(n)
                .and_then(|(w, _)| month(w.trim_end_matches(',')))
        };
        let numbered = |n: usize| words.get(n).and_then(|(w, _)| day(w));
        let is = |n: usize, word: &str| {
            words
                .get(n)
                .is_some_and(|(w, _)| w.eq_ignore_ascii_case(word))
        };
        // Where the month stands, where the day, and which word is the last of both.
        let (month, day, last) = match (named(0), numbered(1)) {
            (Some(month), Some(day)) if !NAMES.behind_a_day.iter().any(|m| is(0, m)) => {
                (month, day, 1)
            }
            _ => {
                let first = usize::from(is(0, "den"));
                let name = first + 1 + usize::from(is(first + 1, "de"));
                (named(name)?, numbered(first)?, name)
            }
        };
        if day > [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][usize::from(month) - 1] {
            return None;
        }
        let bare =
            |end: usize, word: &str| end - (word.len() - word.trim_end_matches([',', '.']).len());
        let (word, last_end) = words.get(last)?;
        let mut end = bare(last_end, word);
        let of_year = last + 1 + usize::from(is(last + 1, "de") || is(last + 1, "del"));
        let year = words.get(of_year).and_then(|(word, word_end)| {
            let digits = word.trim_end_matches([',', '.', ':']);
            let year: i16 = (digits.len() == 4).then(|| digits.parse().ok())??;
            (1900..2100).contains(&year).then(|| {
                end = word_end - (word.len() - digits.len());
                year
            })
        });
        Some((DayOfYear { year, month, day }, end))
    }

    /// "2025. március 3.", as Hungarian has it.
    fn read_year_first(words: &Words<'_>) -> Option<(DayOfYear, usize)> {
        let year = words.get(0)?.0.strip_suffix('.').filter(|y| y.len() == 4)?;
        let year = year.parse().ok().filter(|y| (1900..2100).contains(y))?;
        let month = month(words.get(1)?.0)?;
        let (word, end) = words.get(2)?;
        let day = day(word.trim_end_matches(','))?;
        let end = end - (word.len() - word.trim_end_matches([',', '.']).len());
        let year = Some(year);
        Some((DayOfYear { year, month, day }, end))
    }

    /// Reads a day in figures, the day first as all of Europe writes it: "04/12", "4.12.", "04.12.2025",
    /// "4-12-2025"; also says how many bytes of `text` that took.
    pub fn read_figures(text: &str) -> Option<(DayOfYear, usize)> {
        let word = text.split([' ', ',', ')', '\n', '\u{a0}']).next()?;
        let mut parts = word.trim_end_matches('.').split(['/', '.', '-']);
        let mut number = || {
            parts
                .next()
                .filter(|p| p.bytes().all(|b| b.is_ascii_digit()))
        };
        let (first, second, third) = (number()?, number()?, number());
        if first.len() > 2 || second.len() > 2 || parts.next().is_some() {
            return None;
        }
        let day: u8 = first.parse().ok().filter(|d| (1..=31).contains(d))?;
        let month: u8 = second.parse().ok().filter(|m| (1..=12).contains(m))?;
        let year = match third {
            None => None,
            Some(year) if year.len() == 4 => Some(year.parse().ok()?),
            Some(year) if year.len() == 2 => Some(2000 + year.parse::<i16>().ok()?),
            Some(_) => return None,
        };
        Some((DayOfYear { year, month, day }, word.len()))
    }
}

fn day(word: &str) -> Option<u8> {
    let digits = word.trim_end_matches([',', '.']);
    let digits = ["st", "nd", "rd", "th", "er", "º"]
        .iter()
        .find_map(|s| digits.strip_suffix(s))
        .unwrap_or(digits);
    if digits.is_empty() || digits.len() > 2 {
        return None;
    }
    digits.parse().ok().filter(|d| (1..=31).contains(d))
}

/// The first few words of a text and where each ends.
struct Words<'t>([Option<(&'t str, usize)>; WORDS]);

/// As many words as "4 de diciembre de 2025" has, and one more.
const WORDS: usize = 6;

impl<'t> Words<'t> {
    fn new(text: &'t str) -> Self {
        let mut words = [None; WORDS];
        let mut at = 0;
        for slot in &mut words {
            let rest = &text[at..];
            let start = at + rest.len() - rest.trim_start_matches(' ').len();
            let rest = &text[start..];
            let end = start
                + rest
                    .find([' ', ')', '(', '\n', '/', '\u{a0}', '—', '–'])
                    .unwrap_or(rest.len());
            if end == start {
                break;
            }
            *slot = Some((&text[start..end], end));
            at = end;
        }
        Words(words)
    }

    fn get(&self, n: usize) -> Option<(&'t str, usize)> {
        self.0.get(n).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_the_usual_orders() {
        for (text, want, rest) in [
            ("Dec. 4 (Xinhua)", "--12-04", " (Xinhua)"),
            ("December 4. /TASS/", "--12-04", ". /TASS/"),
            ("Dec 4, 2025 (AFP)", "2025-12-04", " (AFP)"),
            ("4 December 2025", "2025-12-04", ""),
            ("4 dic (EFE)", "--12-04", " (EFE)"),
            ("den 4. december /ritzau/", "--12-04", " /ritzau/"),
            ("4. joulukuuta (STT)", "--12-04", " (STT)"),
            ("4 de diciembre de 2025 (EFE)", "2025-12-04", " (EFE)"),
            ("1er décembre (AFP)", "--12-01", " (AFP)"),
            ("4 декабря. /ТАСС/", "--12-04", ". /ТАСС/"),
            ("04 set (Lusa)", "--09-04", " (Lusa)"),
            ("out 4 (Lusa)", "", ""),
            ("Sunday", "", ""),
            ("Feb. 30", "", ""),
            ("May I", "", ""),
        ] {
            let got = DayOfYear::read(text);
            assert_eq!(got.map_or(String::new(), |g| g.0.iso()), want, "{text}");
            if let Some((_, end)) = got {
                assert_eq!(&text[end..], rest, "{text}");
            }
        }
        for (text, want) in [
            ("04/12 (BELGA)", "--12-04"),
            ("4.12. klo 10", "--12-04"),
            ("04.12.2025, 10.00 Uhr", "2025-12-04"),
            ("12/13/2025", ""),
            ("10.00", ""),
            ("4.12.2.1", ""),
        ] {
            let got = DayOfYear::read_figures(text);
            assert_eq!(got.map_or(String::new(), |g| g.0.iso()), want, "{text}");
        }
    }
}

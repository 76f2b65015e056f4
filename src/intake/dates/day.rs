//! A day as datelines and embargoes name it: "Dec. 4", "4 December 2025", "4 de diciembre de 2025",
//! "2025. március 3.", "04/12"; the form of AP's and Reuters' style guides, and its like in the languages
//! of the wires.

use super::calendar::{OF_WIRES, is_word_of_its_own};
use super::year_of_two_digits;

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
        let reach = text.len().min(FIGURE_WITHIN);
        if !text.as_bytes()[..reach].iter().any(u8::is_ascii_digit) {
            return None;
        }
        let words = FirstWords::new(text);
        let figure = |n: usize| words.word(n).starts_with(|c: char| c.is_ascii_digit());
        if !figure(0) && !figure(1) {
            return None;
        }
        words
            .year_first()
            .or_else(|| words.month_first())
            .or_else(|| words.day_first())
    }

    /// Reads a day in figures, the day first as all of Europe writes it: "04/12", "4.12.", "04.12.2025",
    /// "4-12-2025"; also says how many bytes of `text` that took.
    pub fn read_figures(text: &str) -> Option<(DayOfYear, usize)> {
        let word = text.split([' ', ',', ')', '\n', '\u{a0}']).next()?;
        let mut parts = word.trim_end_matches('.').split(['/', '.', '-']);
        let (day, month) = (two_figures(parts.next()?)?, two_figures(parts.next()?)?);
        // "4.12.klo 10": what is not in figures is no year.
        let year = match parts.next().filter(|y| is_figures(y)) {
            None => None,
            Some(year) => Some(year_in_figures(year)?),
        };
        let is_day = (1..=31).contains(&day) && (1..=12).contains(&month);
        (is_day && parts.next().is_none()).then_some((DayOfYear { year, month, day }, word.len()))
    }
}

fn is_figures(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// One or two figures.
fn two_figures(text: &str) -> Option<u8> {
    (is_figures(text) && text.len() <= 2).then(|| text.parse().ok())?
}

/// A year in two or four figures.
fn year_in_figures(text: &str) -> Option<i16> {
    let year = text.parse().ok()?;
    match text.len() {
        4 => Some(year),
        2 => Some(year_of_two_digits(year)),
        _ => None,
    }
}

/// Days that a month has at most.
const DAYS: [u8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Years that copy is of or speaks of as days.
const YEARS: std::ops::Range<i16> = 1900..2100;

/// How far into a text the figure of the day begins at the latest, in bytes: behind the longest name of a
/// month and "den".
const FIGURE_WITHIN: usize = 24;

/// The day that "4", "04", "4th" or "1er" is.
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
struct FirstWords<'t>([Option<(&'t str, usize)>; MOST_WORDS]);

/// As many words as "4 de diciembre de 2025" has, and one more.
const MOST_WORDS: usize = 6;

impl<'t> FirstWords<'t> {
    fn new(text: &'t str) -> Self {
        let mut words = [None; MOST_WORDS];
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
        FirstWords(words)
    }

    fn get(&self, n: usize) -> Option<(&'t str, usize)> {
        self.0.get(n).copied().flatten()
    }

    /// The word at `n`, empty past the last.
    fn word(&self, n: usize) -> &'t str {
        self.get(n).map_or("", |(word, _)| word)
    }

    fn is(&self, n: usize, word: &str) -> bool {
        self.word(n).eq_ignore_ascii_case(word)
    }

    fn month(&self, n: usize) -> Option<u8> {
        OF_WIRES.named(self.word(n).trim_end_matches(','))
    }

    /// "Dec. 4", "December 4, 2025".
    fn month_first(&self) -> Option<(DayOfYear, usize)> {
        let (month, day) = (self.month(0)?, day(self.word(1))?);
        (!is_word_of_its_own(self.word(0))).then(|| self.with_year(month, day, 1))?
    }

    /// "4 December", "den 4. december", "4 de diciembre".
    fn day_first(&self) -> Option<(DayOfYear, usize)> {
        let first = usize::from(self.is(0, "den"));
        let name = first + 1 + usize::from(self.is(first + 1, "de"));
        let (month, day) = (self.month(name)?, day(self.word(first))?);
        self.with_year(month, day, name)
    }

    /// A day whose last word is at `last`, with the year that may stand behind it.
    fn with_year(&self, month: u8, day: u8, last: usize) -> Option<(DayOfYear, usize)> {
        if day > DAYS[usize::from(month) - 1] {
            return None;
        }
        let end = self.bare_end(last)?;
        let of_year = last + 1 + usize::from(self.is(last + 1, "de") || self.is(last + 1, "del"));
        let (year, end) = match self.year(of_year) {
            Some((year, end)) => (Some(year), end),
            None => (None, end),
        };
        Some((DayOfYear { year, month, day }, end))
    }

    /// A year in four figures, and where it ends without the mark behind it.
    fn year(&self, n: usize) -> Option<(i16, usize)> {
        let (word, end) = self.get(n)?;
        let figures = word.trim_end_matches([',', '.', ':']);
        let year = (figures.len() == 4).then(|| figures.parse().ok())??;
        let end = end - (word.len() - figures.len());
        YEARS.contains(&year).then_some((year, end))
    }

    /// Where the word at `n` ends without the mark behind it.
    fn bare_end(&self, n: usize) -> Option<usize> {
        let (word, end) = self.get(n)?;
        Some(end - (word.len() - word.trim_end_matches([',', '.']).len()))
    }

    /// "2025. március 3.", as Hungarian has it.
    fn year_first(&self) -> Option<(DayOfYear, usize)> {
        let year = self.word(0).strip_suffix('.').filter(|y| y.len() == 4)?;
        let year = year.parse().ok().filter(|y| YEARS.contains(y))?;
        let month = OF_WIRES.named(self.word(1))?;
        let day = day(self.word(2).trim_end_matches(','))?;
        let year = Some(year);
        Some((DayOfYear { year, month, day }, self.bare_end(2)?))
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

//! Days as datelines and embargoes name them: a month and a day, with or without a year.

const MONTHS: [(&str, &[&str]); 12] = [
    (
        "jan",
        &["january", "enero", "ene", "janvier", "januar", "gennaio"],
    ),
    (
        "feb",
        &["february", "febrero", "février", "februar", "febbraio"],
    ),
    ("mar", &["march", "marzo", "mars", "märz"]),
    ("apr", &["april", "abril", "avril", "abr", "aprile"]),
    ("may", &["may", "mayo", "mai", "maggio"]),
    ("jun", &["june", "junio", "juin", "juni", "giugno"]),
    ("jul", &["july", "julio", "juillet", "juli", "luglio"]),
    ("aug", &["august", "agosto", "août", "ago"]),
    (
        "sep",
        &["september", "sept", "septiembre", "septembre", "settembre"],
    ),
    (
        "oct",
        &["october", "octubre", "octobre", "oktober", "okt", "ottobre"],
    ),
    ("nov", &["november", "noviembre", "novembre"]),
    (
        "dec",
        &[
            "december",
            "diciembre",
            "décembre",
            "dezember",
            "dez",
            "dic",
            "dicembre",
        ],
    ),
];

/// The month a word names, 1 to 12, in English or the languages of the wires that use their own.
pub fn month(word: &str) -> Option<u8> {
    let word = word.trim_end_matches('.');
    if word.len() < 3 || word.len() > 11 {
        return None;
    }
    let word = word.to_lowercase();
    let found = MONTHS
        .iter()
        .position(|(short, names)| word == *short || names.contains(&word.as_str()))?;
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

    /// Reads "Dec. 4", "December 4, 2025", "4 December 2025" or "4 dic" at the start of `text`; also says
    /// how many bytes of it that took.
    pub fn read(text: &str) -> Option<(DayOfYear, usize)> {
        let words = Words::new(text);
        // Figures name the day: most words are told off without looking for a month.
        if ![0, 1].into_iter().any(|n| {
            words
                .get(n)
                .is_some_and(|(w, _)| w.starts_with(|c: char| c.is_ascii_digit()))
        }) {
            return None;
        }
        let [(first, _), (second, second_end)] = [words.get(0)?, words.get(1)?];
        let (month, day) = match (month(first.trim_end_matches(',')), day(second)) {
            (Some(month), Some(day)) => (month, day),
            _ => (month(second.trim_end_matches([',', '.']))?, day(first)?),
        };
        if day > [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][usize::from(month) - 1] {
            return None;
        }
        let bare =
            |end: usize, word: &str| end - (word.len() - word.trim_end_matches([',', '.']).len());
        let mut end = bare(second_end, second);
        let year = words.get(2).and_then(|(word, word_end)| {
            let digits = word.trim_end_matches([',', '.', ':']);
            let year: i16 = (digits.len() == 4).then(|| digits.parse().ok())??;
            (1900..2100).contains(&year).then(|| {
                end = word_end - (word.len() - digits.len());
                year
            })
        });
        Some((DayOfYear { year, month, day }, end))
    }
}

fn day(word: &str) -> Option<u8> {
    let digits = word.trim_end_matches([',', '.']);
    let digits = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|s| digits.strip_suffix(s))
        .unwrap_or(digits);
    if digits.is_empty() || digits.len() > 2 {
        return None;
    }
    digits.parse().ok().filter(|d| (1..=31).contains(d))
}

/// The first few words of a text and where each ends.
struct Words<'t>([Option<(&'t str, usize)>; 3]);

impl<'t> Words<'t> {
    fn new(text: &'t str) -> Self {
        let mut words = [None; 3];
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
        self.0[n]
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
    }
}

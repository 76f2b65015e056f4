//! Dates as pages write them for people, anywhere in a text: "16. Mai 2024, 18:00 Uhr",
//! "May 16, 2024 6:00 pm", "2024年5月16日".
//!
//! A date has its year; the month is named in any language of [`super::calendar`], or all is in figures. A
//! time of day counts shortly behind the date, or shortly before it.

use std::ops::Range;

use super::calendar::OF_PAGES;
use super::year_of_two_digits;
use crate::record::{DateBasis, DateValue, Precision};

/// A stretch of digits or of letters, or a sign; blanks and commas are none.
#[derive(Debug, Clone, Copy, PartialEq)]
enum TextToken<'a> {
    /// Its value and how many digits it has.
    Number(u32, usize),
    Word(&'a str),
    Sign(char),
}

use TextToken::{Number, Sign, Word};

/// Longest text that is searched, in bytes.
const LONGEST_TEXT: usize = 400;
/// Years a news page can be of.
const YEARS: std::ops::RangeInclusive<u32> = 1980..=2099;
/// From here on scripts set words without blanks between them: CJK radicals and all that follows.
const CJK: u32 = 0x2e80;

/// Words between a day and its month: "16th of May", "1er août", "16 de mayo".
const BEHIND_DAY: [&str; 9] = ["st", "nd", "rd", "th", "er", "de", "of", "d", "η"];
/// Words between a month and its year: "mayo de 2024", "мая 2024 г.".
const BEHIND_MONTH: [&str; 5] = ["de", "del", "of", "г", "р"];
/// Words between a year and the day or month behind it: "2024. gada 5. marts", "2024 m. kovo 5 d.".
const BEHIND_YEAR: [&str; 2] = ["gada", "m"];
/// Vietnamese names months by their numbers: "5 tháng 3 năm 2024".
const NUMBERED_MONTH: &str = "tháng";
const BEFORE_YEAR: &str = "năm";
/// Years by which the Buddhist era, in which Thai pages write, is ahead.
const BUDDHIST_YEARS: u32 = 543;
/// The year before the first of Japan's era Reiwa.
const BEFORE_REIWA: u32 = 2018;

/// The first date in `text`. `month_first`: 5/6/2024 is the 6th of May, as American pages have it.
pub fn find(text: &str, month_first: bool) -> Option<DateValue> {
    let located = located(text, month_first);
    located.into_iter().next().map(|(_, date)| date)
}

/// All dates in `text` with the bytes they take, in order.
pub fn located(text: &str, month_first: bool) -> Vec<(Range<usize>, DateValue)> {
    let text = &text[..text.floor_char_boundary(LONGEST_TEXT)];
    let (tokens, places) = tokens(text);
    let tokens = TextTokens(&tokens);
    let mut out = Vec::new();
    let (mut at, mut free) = (0, 0);
    while at < tokens.0.len() {
        let Some((day, next)) = tokens.day(at, month_first) else {
            at += 1;
            continue;
        };
        let (mut time, after) = match tokens.time_after(next) {
            Some((time, after)) => (Some(time), after),
            None => (None, next),
        };
        let mut first = at;
        if time.is_none()
            && let Some((before, start)) = tokens.time_before(at)
            && start >= free
        {
            time = Some(before);
            first = start;
        }
        free = after;
        out.push((places[first].start..places[after - 1].end, day.value(time)));
        at = after;
    }
    out
}

/// A day of the calendar.
#[derive(Debug, Clone, Copy)]
struct Day {
    year: u32,
    month: u32,
    day: u32,
}

impl Day {
    /// `None` when there is no such day.
    fn new(year: u32, month: u32, day: u32) -> Option<Day> {
        let days = match month {
            2 if year.is_multiple_of(4) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        (1..=days)
            .contains(&day)
            .then_some(Day { year, month, day })
    }

    /// As the record has it, with the time of day if there is one.
    fn value(self, time: Option<String>) -> DateValue {
        let Day { year, month, day } = self;
        let date = format!("{year:04}-{month:02}-{day:02}");
        let (value, precision) = match time {
            Some(time) => (format!("{date}T{time}"), Precision::Minute),
            None => (date, Precision::Day),
        };
        DateValue {
            value,
            precision,
            basis: DateBasis::Text,
        }
    }
}

/// The tokens of a text and the bytes of each.
fn tokens(text: &str) -> (Vec<TextToken<'_>>, Vec<Range<usize>>) {
    let mut tokens = Vec::new();
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let run = |is: fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
        let length = if c.is_ascii_digit() {
            let length = run(|c| c.is_ascii_digit());
            // More digits than a number holds are no date.
            let number = rest[..length].parse().unwrap_or(u32::MAX);
            tokens.push(Number(number, length));
            length
        } else if is_letter(c) {
            let length = run(|c| is_letter(c) || is_mark(c));
            tokens.push(Word(&rest[..length]));
            length
        } else if c.is_whitespace() || c == ',' {
            at += c.len_utf8();
            continue;
        } else {
            tokens.push(Sign(c));
            c.len_utf8()
        };
        places.push(at..at + length);
        at += length;
    }
    (tokens, places)
}

/// Letters of scripts that part their words.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() && (c as u32) < CJK
}

fn thai(c: char) -> bool {
    matches!(c as u32, 0x0e01..=0x0e5b)
}

/// Vowel signs of Indic and Thai writing belong to the word.
fn is_mark(c: char) -> bool {
    matches!(c as u32, 0x0300..=0x036f | 0x0900..=0x0e7f)
}

/// The tokens of a text. Its methods read at a token, and say behind which token what they read ends.
#[derive(Clone, Copy)]
struct TextTokens<'t>(&'t [TextToken<'t>]);

impl<'t> TextTokens<'t> {
    fn get(self, at: usize) -> Option<TextToken<'t>> {
        self.0.get(at).copied()
    }

    fn is_sign(self, at: usize, signs: &[char]) -> bool {
        matches!(self.get(at), Some(Sign(c)) if signs.contains(&c))
    }

    fn is_word(self, at: usize, words: &[&str]) -> bool {
        matches!(self.get(at), Some(Word(w)) if words.contains(&w))
    }

    /// Whether a word stands there, whatever its case.
    fn says(self, at: usize, word: &str) -> bool {
        matches!(self.get(at), Some(Word(w)) if w.eq_ignore_ascii_case(word))
    }

    fn month(self, at: usize) -> Option<u32> {
        match self.get(at)? {
            Word(w) => OF_PAGES.named(w).map(u32::from),
            _ => None,
        }
    }

    /// A year in four digits.
    fn year(self, at: usize) -> Option<u32> {
        let Number(year, 4) = self.get(at)? else {
            return None;
        };
        let is_thai = |token: &TextToken<'_>| matches!(token, Word(w) if w.starts_with(thai));
        let year = match year.checked_sub(BUDDHIST_YEARS) {
            Some(common) if YEARS.contains(&common) && self.0.iter().any(is_thai) => common,
            _ => year,
        };
        Some(year).filter(|y| YEARS.contains(y))
    }

    /// A year in two digits.
    fn short_year(self, at: usize) -> Option<u32> {
        let Number(two, 2) = self.get(at)? else {
            return None;
        };
        let year = u32::try_from(year_of_two_digits(two as i16)).ok()?;
        Some(year).filter(|y| YEARS.contains(y))
    }

    /// The date that begins at a token.
    fn day(self, at: usize, month_first: bool) -> Option<(Day, usize)> {
        match self.get(at)? {
            Number(..) if self.year(at).is_some() => self
                .year_first_in_figures(at)
                .or_else(|| self.year_first(at)),
            Number(day, 1 | 2) => match self.month_behind(at) {
                Some((month, next)) => {
                    let year_at = self.year_behind(at, next)?;
                    let year = self
                        .year(year_at)
                        .or_else(|| self.short_year_behind(year_at))?;
                    Some((Day::new(year, month, day)?, year_at + 1))
                }
                None => self
                    .in_figures(at, month_first)
                    .or_else(|| self.of_reiwa(at)),
            },
            Number(..) | Sign(_) => None,
            Word(_) => self.month_name_first(at),
        }
    }

    /// `2024年5月16日`, `2024-05-16`, `2024/5/16`, `2024. 5. 16.`
    fn year_first_in_figures(self, at: usize) -> Option<(Day, usize)> {
        let year = self.year(at)?;
        let (Number(month, _), Number(day, _)) = (self.get(at + 2)?, self.get(at + 4)?) else {
            return None;
        };
        let parted = self.is_sign(at + 1, &['年', '-', '/', '.', '년'])
            && self.is_sign(at + 3, &['月', '-', '/', '.', '월']);
        let closed = usize::from(self.is_sign(at + 5, &['日', '일', '.']));
        let day = Day::new(year, month, day).filter(|_| parted)?;
        Some((day, at + 5 + closed))
    }

    /// `2024 May 16`, `2024. május 16.`, `2024. gada 16. maijs`
    fn year_first(self, at: usize) -> Option<(Day, usize)> {
        let year = self.year(at)?;
        let behind = at + 1 + usize::from(self.is_sign(at + 1, &['.']));
        let mut next = behind;
        while self.is_word(next, &BEHIND_YEAR) || next > behind && self.is_sign(next, &['.']) {
            next += 1;
        }
        let Some(month) = self.month(next) else {
            let Number(day, 1 | 2) = self.get(next).filter(|_| next > behind)? else {
                return None;
            };
            let (month, end) = self.month_behind(next)?;
            return Some((Day::new(year, month, day)?, end));
        };
        let day_at = next + 1 + usize::from(self.is_sign(next + 1, &['.']));
        let Number(day, 1 | 2) = self.get(day_at)? else {
            return None;
        };
        let end = day_at + 1 + usize::from(self.is_sign(day_at + 1, &['.']));
        Some((Day::new(year, month, day)?, end))
    }

    /// `令和6年5月16日`, from the 6 on.
    fn of_reiwa(self, at: usize) -> Option<(Day, usize)> {
        let is_era = self.is_sign(at.checked_sub(2)?, &['令']) && self.is_sign(at - 1, &['和']);
        let (Number(year, _), Number(month, _), Number(day, _)) =
            (self.get(at)?, self.get(at + 2)?, self.get(at + 4)?)
        else {
            return None;
        };
        let parted = self.is_sign(at + 1, &['年']) && self.is_sign(at + 3, &['月']);
        let day = Day::new(BEFORE_REIWA + year, month, day).filter(|_| is_era && parted)?;
        Some((day, at + 5 + usize::from(self.is_sign(at + 5, &['日']))))
    }

    /// The month behind the day at `at`: `16. Mai`, `16 de mayo`, `16th of May`.
    fn month_behind(self, at: usize) -> Option<(u32, usize)> {
        /// How far behind the day the month stands: a sign and a word, or two words, lie between.
        const WITHIN: usize = 3;
        let mut next = at + 1;
        if let (true, Some(Number(month, _))) =
            (self.says(next, NUMBERED_MONTH), self.get(next + 1))
        {
            return Some((
                month,
                next + 2 + usize::from(self.says(next + 2, BEFORE_YEAR)),
            ));
        }
        if self.is_sign(next, &['.', '-', '/', 'º', 'ª']) {
            next += 1;
        }
        while self.is_word(next, &BEHIND_DAY) {
            next += 1;
        }
        // "5 d'abril"
        next += usize::from(self.is_sign(next, &['\'', '’']));
        let month = self.month(next)?;
        (next - at <= WITHIN).then_some((month, next + 1))
    }

    /// Where the year stands behind the day at `at` and its month: `2024`, `de 2024`, `. 2024`; `next` is
    /// behind the month.
    fn year_behind(self, at: usize, next: usize) -> Option<usize> {
        /// How far behind the day the year stands.
        const WITHIN: usize = 5;
        let parts = |at: &usize| {
            self.is_sign(*at, &['.', '-', '/', '\'', '’']) || self.is_word(*at, &BEHIND_MONTH)
        };
        let year_at = (next..).find(|at| !parts(at))?;
        (year_at - at <= WITHIN).then_some(year_at)
    }

    /// The year of two digits in `16-May-24` and `16 May '24`, or where a line ends: `16 May 24`.
    fn short_year_behind(self, at: usize) -> Option<u32> {
        let is_parted = self.is_sign(at.checked_sub(1)?, &['-', '\'', '’']);
        self.short_year(at)
            .filter(|_| is_parted || self.get(at + 1).is_none())
    }

    /// `16.05.2024`, `5/16/2024`, `16-05-2024`, `16.05.24`, `5/16/24`
    fn in_figures(self, at: usize, month_first: bool) -> Option<(Day, usize)> {
        let (Number(first, _), Number(second, 1 | 2)) = (self.get(at)?, self.get(at + 2)?) else {
            return None;
        };
        let sign = self.get(at + 1).filter(|s| self.get(at + 3) == Some(*s))?;
        if !matches!(sign, Sign('.' | '/' | '-')) {
            return None;
        }
        let year = match self.get(at + 4)? {
            Number(_, 2) if sign != Sign('-') => self.short_year(at + 4)?,
            _ => self.year(at + 4)?,
        };
        let swapped = (month_first && sign == Sign('/') || second > 12) && first <= 12;
        let (month, day) = if swapped {
            (first, second)
        } else {
            (second, first)
        };
        Some((Day::new(year, month, day)?, at + 5))
    }

    /// `May 16, 2024`, `May. 16th 2024`
    fn month_name_first(self, at: usize) -> Option<(Day, usize)> {
        let month = self.month(at)?;
        let at = at + 1 + usize::from(self.is_sign(at + 1, &['.']));
        let Number(day, 1 | 2) = self.get(at)? else {
            return None;
        };
        let at = at + 1 + usize::from(self.is_word(at + 1, &["st", "nd", "rd", "th"]));
        if self.is_sign(at, &['\'', '’']) {
            return Some((Day::new(self.short_year(at + 1)?, month, day)?, at + 2));
        }
        Some((Day::new(self.year(at)?, month, day)?, at + 1))
    }

    /// A time of day shortly after a date: `18:00`, `6:00 pm`, `18.00 Uhr`, `18h30`, `18時30分`.
    fn time_after(self, next: usize) -> Option<(String, usize)> {
        /// Words and signs between a date and its time: "um", "- a las".
        const BETWEEN: usize = 3;
        let at = (next..=next + BETWEEN).find(|at| matches!(self.get(*at), Some(Number(..))))?;
        let (Number(hour @ 0..=23, 1 | 2), Number(minute @ 0..=59, 2)) =
            (self.get(at)?, self.get(at + 2)?)
        else {
            return None;
        };
        if !self.joins_a_time(at + 1) {
            return None;
        }
        let mut after = at + 3;
        let mut second = 0;
        if self.is_sign(after, &[':'])
            && let Some(Number(s @ 0..=59, 2)) = self.get(after + 1)
        {
            second = s;
            after += 2;
        }
        let (hour, after) = match self.half_of_day(after) {
            Some((true, after)) if hour < 12 => (hour + 12, after),
            Some((false, after)) if hour == 12 => (0, after),
            Some((_, after)) => (hour, after),
            None => (hour, after),
        };
        Some((format!("{hour:02}:{minute:02}:{second:02}"), after))
    }

    /// Whether what stands at a token makes the numbers around it an hour and a minute.
    fn joins_a_time(self, at: usize) -> bool {
        match self.get(at) {
            Some(Sign(':' | '：' | '時' | '时' | '시')) => true,
            // "18.00 Uhr", "kl. 18.00": a full stop needs a word that says it is a time.
            Some(Sign('.')) => {
                let before = at.checked_sub(2);
                self.says(at + 2, "uhr")
                    || matches!(self.get(at + 2), Some(Word(w)) if w.starts_with("kl"))
                    || before.is_some_and(|b| self.says(b, "kl") || self.says(b, "klo"))
            }
            Some(Word(w)) => matches!(w, "h" | "H" | "u"),
            _ => false,
        }
    }

    /// `pm`, `P.M`: whether it is the afternoon.
    fn half_of_day(self, at: usize) -> Option<(bool, usize)> {
        if self.says(at, "pm") || self.says(at, "am") {
            return Some((self.says(at, "pm"), at + 1));
        }
        let dotted = self.is_sign(at + 1, &['.']) && self.says(at + 2, "m");
        let half = self.says(at, "p") || self.says(at, "a");
        (half && dotted).then(|| (self.says(at, "p"), at + 3))
    }

    /// A time of day shortly before the date at `at`, and the token it starts with.
    fn time_before(self, at: usize) -> Option<(String, usize)> {
        /// Words and signs between a time and the date after it: "5:04 PM, Thursday", "14:10 Uhr am".
        const BETWEEN: usize = 4;
        let words = self.0[..at].iter().rev();
        let between = words.take_while(|t| !matches!(t, Number(..))).count();
        // Hour, sign and minute stand in front of the words.
        let end = at - between;
        let start = end.checked_sub(3)?;
        let [
            Number(hour @ 0..=23, 1..=2),
            Sign(sign),
            Number(minute @ 0..=59, 2),
        ] = self.0[start..end]
        else {
            return None;
        };
        let says = |word: &str| (end..at).any(|n| self.says(n, word));
        let joined = sign == ':' || sign == '.' && says("uhr");
        if between > BETWEEN || !joined {
            return None;
        }
        let hour = match hour {
            1..=11 if says("pm") => hour + 12,
            12 if says("am") => 0,
            _ => hour,
        };
        Some((format!("{hour:02}:{minute:02}:00"), start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_many_languages() {
        for (text, want) in [
            (
                "Veröffentlicht am 16. Mai 2024, 18:05 Uhr",
                "2024-05-16T18:05:00",
            ),
            ("May 16, 2024 6:00 pm EDT", "2024-05-16T18:00:00"),
            (
                "Updated 5:04 PM, Thursday May 16 2024",
                "2024-05-16T17:04:00",
            ),
            ("12:47, 21 мая 2024", "2024-05-21T12:47:00"),
            ("14.10 Uhr am 3. Mai 2024", "2024-05-03T14:10:00"),
            ("Result 3:2, 21 May 2024", "2024-05-21"),
            ("16 de mayo de 2024 a las 9:30", "2024-05-16T09:30:00"),
            ("Publié le 1er août 2023 à 08h15", "2023-08-01T08:15:00"),
            ("2024年5月16日 18時30分", "2024-05-16T18:30:00"),
            ("2024. 5. 16. 18:30", "2024-05-16T18:30:00"),
            ("16.05.2024 18:30", "2024-05-16T18:30:00"),
            ("16 мая 2024 г.", "2024-05-16"),
            ("17 Mayıs 2024 - 12:10", "2024-05-17T12:10:00"),
            ("3. kesäkuuta 2024", "2024-06-03"),
            ("Publikacja: 02.02.2025 21:52", "2025-02-02T21:52:00"),
            ("16 مايو 2024", "2024-05-16"),
            ("१६ मई 2024", ""),
            ("31.02.2024", ""),
            ("16.05.24", "2024-05-16"),
            ("16/05/24", "2024-05-16"),
            ("16-May-24", "2024-05-16"),
            ("16 May 24", "2024-05-16"),
            ("16 May 24 people", ""),
            ("May 16 '24", "2024-05-16"),
            ("May 16 24", ""),
            ("2024. március 5., kedd 11:20", "2024-03-05T11:20:00"),
            ("2024. márc. 5. 10:11", "2024-03-05T10:11:00"),
            ("2024. gada 5. marts", "2024-03-05"),
            ("2024 m. kovo 5 d.", "2024-03-05"),
            ("© 2024 5 May 2025", "2025-05-05"),
            ("5 d’abril de 2024", "2024-04-05"),
            ("5 de març de 2024", "2024-03-05"),
            ("Ngày 5 tháng 3 năm 2024", "2024-03-05"),
            ("5 มีนาคม 2567 เวลา 10:11", "2024-03-05T10:11:00"),
            ("5 May 2567", ""),
            ("令和6年3月5日", "2024-03-05"),
            ("6年3月5日", ""),
            ("5 במרץ 2024", "2024-03-05"),
            ("5 آذار 2024", "2024-03-05"),
            ("5 сакавіка 2024", "2024-03-05"),
            ("16.05.99", "1999-05-16"),
            ("no date 2024", ""),
        ] {
            let got = find(text, false).map(|d| d.value).unwrap_or_default();
            assert_eq!(got, want, "{text}");
        }
        assert_eq!(find("5/6/2024", true).unwrap().value, "2024-05-06");
        assert_eq!(find("5/6/2024", false).unwrap().value, "2024-06-05");
    }
}

//! Dates as pages write them for people: "16. Mai 2024, 18:00 Uhr", "May 16, 2024 6:00 pm", "2024年5月16日".

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::intake::html::body::hints::entries;
use crate::record::{DateBasis, DateValue, Precision};
use crate::text::data::{DataFile, data_file};

static MONTHS: LazyLock<HashMap<&'static str, u8>> = LazyLock::new(|| {
    entries(FILE)
        .filter_map(|(month, names)| Some((month.parse::<u8>().ok()?, names)))
        .flat_map(|(month, names)| names.split(' ').map(move |name| (name, month)))
        .collect()
});

pub const FILE: DataFile<'static> = data_file!("page/months.txt");

static UPDATED: LazyLock<Vec<&'static str>> = LazyLock::new(|| words("updated"));
static PUBLISHED: LazyLock<Vec<&'static str>> = LazyLock::new(|| words("published"));

fn words(kind: &str) -> Vec<&'static str> {
    entries(FILE)
        .filter(|(k, _)| *k == kind)
        .flat_map(|(_, list)| list.split('|').map(str::trim))
        .collect()
}

/// Whether a text says that something was changed, or published, at the date it gives.
pub fn says_updated(text: &str) -> bool {
    says(text, &UPDATED)
}

pub fn says_published(text: &str) -> bool {
    says(text, &PUBLISHED)
}

fn says(text: &str, words: &[&str]) -> bool {
    let lower = text.to_lowercase();
    words.iter().any(|word| {
        lower.match_indices(word).any(|(at, _)| {
            let before = lower[..at].chars().next_back();
            let after = lower[at + word.len()..].chars().next();
            let free = |c: Option<char>| c.is_none_or(|c| !c.is_alphabetic() || c as u32 >= 0x2e80);
            free(before) && (free(after) || word.chars().all(|c| c as u32 >= 0x2e80))
        })
    })
}

/// A stretch of digits or of letters.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Token<'a> {
    Number(u32, usize),
    Word(&'a str),
    Sign(char),
}

/// Longest text that is searched, in bytes.
const LONGEST: usize = 400;
/// Years a news page can be of.
const YEARS: std::ops::RangeInclusive<u32> = 1980..=2099;

/// The first date in `text`. `month_first`: 5/6/2024 is the 6th of May, as American pages have it.
pub fn find(text: &str, month_first: bool) -> Option<DateValue> {
    all(text, month_first).into_iter().next()
}

/// All dates in `text`, in order, each with the byte it starts at left out: what stands between two
/// belongs to the second.
pub fn all(text: &str, month_first: bool) -> Vec<DateValue> {
    located(text, month_first)
        .into_iter()
        .map(|(_, d)| d)
        .collect()
}

/// All dates in `text` with the bytes they take.
pub fn located(text: &str, month_first: bool) -> Vec<(std::ops::Range<usize>, DateValue)> {
    let end = (0..=LONGEST.min(text.len()))
        .rev()
        .find(|n| text.is_char_boundary(*n))
        .unwrap_or(0);
    let (tokens, places) = tokens(&text[..end]);
    let mut out = Vec::new();
    let (mut at, mut free) = (0, 0);
    while at < tokens.len() {
        if let Some((year, month, day, next)) = date_at(&tokens, at, month_first) {
            let (mut time, after) = time_after(&tokens, next);
            let mut first = at;
            if time.is_none()
                && let Some((before, start)) = time_before(&tokens, at)
                && start >= free
            {
                time = Some(before);
                first = start;
            }
            free = after;
            let from = places[first].start;
            let to = places[after.min(places.len()) - 1].end;
            out.push((from..to, value(year, month, day, time.as_deref())));
            at = after.max(at + 1);
        } else {
            at += 1;
        }
    }
    out
}

fn value(year: u32, month: u32, day: u32, time: Option<&str>) -> DateValue {
    let date = format!("{year:04}-{month:02}-{day:02}");
    match time {
        Some(time) => DateValue {
            value: format!("{date}T{time}"),
            precision: Precision::Minute,
            basis: DateBasis::Text,
        },
        None => DateValue {
            value: date,
            precision: Precision::Day,
            basis: DateBasis::Text,
        },
    }
}

fn tokens(text: &str) -> (Vec<Token<'_>>, Vec<std::ops::Range<usize>>) {
    let mut tokens = Vec::new();
    let mut places = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let mut end = at + c.len_utf8();
        if c.is_ascii_digit() {
            let mut number = c as u32 - '0' as u32;
            while let Some((n, d)) = chars.peek().copied().filter(|(_, d)| d.is_ascii_digit()) {
                number = number
                    .saturating_mul(10)
                    .saturating_add(d as u32 - '0' as u32);
                end = n + 1;
                chars.next();
            }
            tokens.push(Token::Number(number, end - at));
        } else if c.is_alphabetic() && (c as u32) < 0x2e80 {
            while let Some((n, d)) = chars
                .peek()
                .copied()
                .filter(|(_, d)| (d.is_alphabetic() || is_mark(*d)) && (*d as u32) < 0x2e80)
            {
                end = n + d.len_utf8();
                chars.next();
            }
            tokens.push(Token::Word(&text[at..end]));
        } else if c.is_whitespace() || c == ',' {
            continue;
        } else {
            tokens.push(Token::Sign(c));
        }
        places.push(at..end);
    }
    (tokens, places)
}

/// Vowel signs of Indic and Thai writing belong to the word.
fn is_mark(c: char) -> bool {
    matches!(c as u32, 0x0300..=0x036f | 0x0900..=0x0e7f)
}

fn month_of(word: &str) -> Option<u32> {
    MONTHS
        .get(word.to_lowercase().as_str())
        .map(|m| u32::from(*m))
}

/// A date that starts with token `at`: year, month, day and the token after it.
fn date_at(t: &[Token<'_>], at: usize, month_first: bool) -> Option<(u32, u32, u32, usize)> {
    use Token::*;
    let year = |n: u32, digits: usize| (digits == 4 && YEARS.contains(&n)).then_some(n);
    let get = |n: usize| t.get(at + n).copied();
    let word_month = |token: Option<Token<'_>>| match token {
        Some(Word(w)) => month_of(w),
        _ => None,
    };
    match get(0)? {
        Number(y, d) if year(y, d).is_some() => {
            // 2024年5月16日, 2024-05-16, 2024/5/16, 2024. 5. 16.
            if let (Some(Sign(a)), Some(Number(m, _)), Some(Sign(b)), Some(Number(day, _))) =
                (get(1), get(2), get(3), get(4))
                && "年-/.년".contains(a)
                && "月-/.월".contains(b)
            {
                let after = if matches!(get(5), Some(Sign('日' | '일' | '.'))) {
                    6
                } else {
                    5
                };
                return checked(y, m, day, at + after);
            }
            // 2024 May 16
            let month = word_month(get(1))?;
            if let Some(Number(day, _)) = get(2) {
                return checked(y, month, day, at + 3);
            }
            None
        }
        Number(day, digits) if digits <= 2 => {
            // 16. Mai 2024, 16 de mayo de 2024, 16th May 2024
            let mut n = 1;
            while matches!(get(n), Some(Sign('.' | '-' | '/' | 'º' | 'ª'))) && n < 2
                || matches!(get(n), Some(Word(w)) if matches!(w, "st" | "nd" | "rd" | "th" | "er" | "de" | "of" | "d" | "η" | "-a"))
            {
                n += 1;
                if n > 3 {
                    return None;
                }
            }
            if let Some(month) = word_month(get(n)) {
                n += 1;
                while matches!(get(n), Some(Sign('.' | '-' | '/' | '\'' | '’')))
                    || matches!(get(n), Some(Word(w)) if matches!(w, "de" | "del" | "of" | "г" | "р"))
                {
                    n += 1;
                    if n > 5 {
                        return None;
                    }
                }
                if let Some(Number(y, d)) = get(n) {
                    let y = year(y, d)?;
                    return checked(y, month, day, at + n + 1);
                }
                return None;
            }
            // 16.05.2024, 5/16/2024, 16-05-24
            if let (Some(Sign(a)), Some(Number(second, d2)), Some(Sign(b)), Some(Number(y, dy))) =
                (get(1), get(2), get(3), get(4))
                && a == b
                && matches!(a, '.' | '/' | '-')
                && d2 <= 2
            {
                let y = match dy {
                    4 => year(y, 4)?,
                    2 if a == '.' => 2000 + y,
                    _ => return None,
                };
                let (first_is_month, must) = (month_first && a == '/', second > 12);
                let (m, d) = if (first_is_month || must) && day <= 12 {
                    (day, second)
                } else {
                    (second, day)
                };
                return checked(y, m, d, at + 5);
            }
            None
        }
        Word(w) => {
            // May 16, 2024; May. 16 2024; ngày is a word before numbers and no month
            let month = month_of(w)?;
            let mut n = 1;
            if matches!(get(n), Some(Sign('.'))) {
                n += 1;
            }
            let Some(Number(day, d)) = get(n) else {
                return None;
            };
            if d > 2 {
                return None;
            }
            n += 1;
            if matches!(get(n), Some(Word("st" | "nd" | "rd" | "th"))) {
                n += 1;
            }
            match get(n) {
                Some(Number(y, d)) => checked(year(y, d)?, month, day, at + n + 1),
                _ => None,
            }
        }
        _ => None,
    }
}

fn checked(year: u32, month: u32, day: u32, next: usize) -> Option<(u32, u32, u32, usize)> {
    let days = match month {
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=days)
        .contains(&day)
        .then_some((year, month, day, next))
}

/// A time of day shortly after a date: `18:00`, `6:00 pm`, `18.00 Uhr`, `18h30`, `18時30分`.
fn time_after(t: &[Token<'_>], next: usize) -> (Option<String>, usize) {
    use Token::*;
    for at in next..(next + 4).min(t.len()) {
        let Number(hour, digits) = t[at] else {
            continue;
        };
        if digits > 2 || hour > 23 {
            break;
        }
        let (Some(between), Some(Number(minute, 2))) = (t.get(at + 1), t.get(at + 2)) else {
            break;
        };
        let joined = match between {
            Sign(':' | '：' | '時' | '时' | '시') => true,
            Sign('.') => {
                matches!(t.get(at + 3), Some(Word(w)) if w.eq_ignore_ascii_case("uhr") || w.starts_with("kl"))
                    || matches!(t.get(at.wrapping_sub(1)), Some(Word(w)) if w.eq_ignore_ascii_case("kl") || w.eq_ignore_ascii_case("klo"))
            }
            Word(w) => matches!(*w, "h" | "H" | "u"),
            _ => false,
        };
        if !joined || *minute > 59 {
            break;
        }
        let mut after = at + 3;
        let mut second = None;
        if let (Some(Sign(':')), Some(Number(s, 2))) = (t.get(after), t.get(after + 1))
            && *s < 60
        {
            second = Some(*s);
            after += 2;
        }
        let mut hour = hour;
        let half = match (t.get(after), t.get(after + 1), t.get(after + 2)) {
            (Some(Word(w)), ..) if w.eq_ignore_ascii_case("pm") || w.eq_ignore_ascii_case("am") => {
                after += 1;
                Some(w.to_ascii_lowercase())
            }
            (Some(Word(w)), Some(Sign('.')), Some(Word(m)))
                if (w.eq_ignore_ascii_case("p") || w.eq_ignore_ascii_case("a"))
                    && m.eq_ignore_ascii_case("m") =>
            {
                after += 3;
                Some(format!("{}m", w.to_ascii_lowercase()))
            }
            _ => None,
        };
        match half.as_deref() {
            Some("pm") if hour < 12 => hour += 12,
            Some("am") if hour == 12 => hour = 0,
            _ => {}
        }
        return (
            Some(format!("{hour:02}:{minute:02}:{:02}", second.unwrap_or(0))),
            after,
        );
    }
    (None, next)
}

/// Words and signs between a time and the date after it: "5:04 PM, Thursday", "14:10 Uhr am".
const MOST_BETWEEN: usize = 4;

/// A time of day shortly before the date at `at`, and the token it starts with.
fn time_before(t: &[Token<'_>], at: usize) -> Option<(String, usize)> {
    use Token::*;
    for between in 0..=MOST_BETWEEN {
        let start = at.checked_sub(between + 3)?;
        let words = &t[at - between..at];
        if words.iter().any(|w| matches!(w, Number(..))) {
            return None;
        }
        let says = |word: &str| {
            words
                .iter()
                .any(|w| matches!(w, Word(w) if w.eq_ignore_ascii_case(word)))
        };
        let [
            Number(hour @ 0..=23, 1..=2),
            Sign(sign),
            Number(minute @ 0..=59, 2),
        ] = t[start..start + 3]
        else {
            continue;
        };
        if sign != ':' && !(sign == '.' && says("uhr")) {
            continue;
        }
        let hour = match hour {
            1..=11 if says("pm") => hour + 12,
            12 if says("am") => 0,
            _ => hour,
        };
        return Some((format!("{hour:02}:{minute:02}:00"), start));
    }
    None
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
            ("no date 2024", ""),
        ] {
            let got = find(text, false).map(|d| d.value).unwrap_or_default();
            assert_eq!(got, want, "{text}");
        }
        assert_eq!(find("5/6/2024", true).unwrap().value, "2024-05-06");
        assert_eq!(find("5/6/2024", false).unwrap().value, "2024-06-05");
    }

    #[test]
    fn words_that_say_updated() {
        assert!(says_updated("Aktualisiert: 3. Mai"));
        assert!(says_updated("更新：2024"));
        assert!(!says_updated("Published 3 May"));
        assert!(says_published("Publié le 3 mai"));
    }
}

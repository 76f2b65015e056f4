//! Named days of the news calendar: their names in text, and the day each falls on in a year.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::text::Token;
use crate::text::data::{DataFault, DataFile, DataRow, data_file, sound};

pub(super) const HOLIDAYS_FILE: DataFile<'static> = data_file!("times/holidays.tsv");

/// How the day of a holiday is found in a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum HolidayRule {
    /// Month and day, the same every year.
    Fixed(i8, i8),
    /// Month, weekday (1 Monday to 7), which one (negative from the end).
    Nth(i8, i8, i8),
    /// The last day of a month.
    LastOf(i8),
    /// As `Nth`, and days after it.
    AfterNth(i8, i8, i8, i64),
    /// Days from Western Easter Sunday.
    Easter(i64),
    /// The Tuesday after the first Monday of November (2 U.S.C. 7).
    UsElection,
}

#[derive(Debug)]
struct Holiday {
    /// The words of its name, in lower case.
    words: Vec<&'static str>,
    rule: HolidayRule,
}

/// Holidays by the first letter of their names, longest names first.
static HOLIDAYS: LazyLock<[Vec<Holiday>; 26]> = LazyLock::new(|| {
    let mut all = [const { Vec::new() }; 26];
    for row in HOLIDAYS_FILE.rows() {
        let (letter, holiday) = sound(entry(&row));
        all[letter].push(holiday);
    }
    for holidays in &mut all {
        holidays.sort_by_key(|h: &Holiday| std::cmp::Reverse(h.words.len()));
    }
    all
});

/// A row of the file: the holiday, and its first letter from 0.
fn entry(row: &DataRow<'static>) -> Result<(usize, Holiday), DataFault> {
    let [name, rule] = row.columns()?;
    let first = name.bytes().next().filter(u8::is_ascii_lowercase);
    let first = first.ok_or_else(|| row.fault(format!("{name:?} begins with no letter")))?;
    let rule = parse(rule).ok_or_else(|| row.fault(format!("{rule:?} is no rule")))?;
    let words = name.split(' ').collect();
    Ok((usize::from(first - b'a'), Holiday { words, rule }))
}

/// The rule a row writes: `12-25`, `nth:11-4-4`, `nth:11-4-4+1`, `easter-2`, `us-election`.
fn parse(rule: &str) -> Option<HolidayRule> {
    if let Some(days) = rule.strip_prefix("easter") {
        return days.parse().ok().map(HolidayRule::Easter);
    }
    if rule == "us-election" {
        return Some(HolidayRule::UsElection);
    }
    if let Some(nth) = rule.strip_prefix("nth:") {
        if let Some((nth, days)) = nth.split_once('+') {
            let [month, weekday, n] = numbers(nth)?;
            return Some(HolidayRule::AfterNth(month, weekday, n, days.parse().ok()?));
        }
        let [month, weekday, n] = numbers(nth)?;
        return Some(HolidayRule::Nth(month, weekday, n));
    }
    let [month, day] = numbers(rule)?;
    Some(HolidayRule::Fixed(month, day))
}

/// `N` numbers with hyphens between them; the last may have a sign of its own.
fn numbers<const N: usize>(text: &str) -> Option<[i8; N]> {
    let numbers: Option<Vec<i8>> = text.splitn(N, '-').map(|part| part.parse().ok()).collect();
    numbers?.try_into().ok()
}

/// Makes the tables now.
pub(super) fn warm() {
    LazyLock::force(&HOLIDAYS);
}

/// The named day that starts at token `i`, and the index after its name.
///
/// Names are capitalised in running text; their possessives count with or without their apostrophe.
pub(super) fn at(text: &str, tokens: &[Token], i: usize) -> Option<(HolidayRule, usize)> {
    let token = tokens.get(i)?;
    let first = *text.as_bytes().get(token.span.start as usize)?;
    if !first.is_ascii_uppercase() {
        return None;
    }
    HOLIDAYS[usize::from(first - b'A')].iter().find_map(|h| {
        let mut j = i;
        for word in &h.words {
            j = matches(text, tokens, j, word)?;
        }
        Some((h.rule, j))
    })
}

/// Matches one word of a name, possibly several tokens run together ("new" "year" "'s"): the index after
/// the last of them.
fn matches(text: &str, tokens: &[Token], i: usize, word: &str) -> Option<usize> {
    let start = tokens.get(i)?.span.start as usize;
    let end = start + matched_bytes(text.get(start..)?, word)?;
    // the word must end where a token ends
    let ends = tokens[i..].iter().map(|t| t.span.end as usize);
    let reaching = ends.enumerate().find(|(_, token_end)| *token_end >= end);
    let (k, _) = reaching.filter(|(_, token_end)| *token_end == end)?;
    Some(i + k + 1)
}

/// The bytes at the beginning of `text` that are `word`, in any case and with either apostrophe.
fn matched_bytes(text: &str, word: &str) -> Option<usize> {
    let mut chars = text.chars();
    for want in word.chars() {
        let c = match chars.next()? {
            '\u{2019}' => '\'',
            c => c.to_ascii_lowercase(),
        };
        if c != want {
            return None;
        }
    }
    Some(text.len() - chars.as_str().len())
}

/// The day a rule gives in `year`.
pub(super) fn day(rule: HolidayRule, year: i16) -> Option<Date> {
    match rule {
        HolidayRule::Fixed(month, day) => Date::new(year, month, day).ok(),
        HolidayRule::Nth(month, weekday, n) => nth_weekday(year, month, weekday, n),
        HolidayRule::LastOf(month) => {
            let first = Date::new(year, month, 1).ok()?;
            Some(first.last_of_month())
        }
        HolidayRule::AfterNth(month, weekday, n, days) => {
            let nth = nth_weekday(year, month, weekday, n)?;
            nth.checked_add(days.days()).ok()
        }
        HolidayRule::Easter(days) => easter(year)?.checked_add(days.days()).ok(),
        HolidayRule::UsElection => nth_weekday(year, 11, 1, 1)?.tomorrow().ok(),
    }
}

/// The `n`th `weekday` (1 Monday to 7) of a month, from its end where `n` is negative.
fn nth_weekday(year: i16, month: i8, weekday: i8, n: i8) -> Option<Date> {
    let weekday = Weekday::from_monday_one_offset(weekday).ok()?;
    let first = Date::new(year, month, 1).ok()?;
    first.nth_weekday_of_month(n, weekday).ok()
}

/// The month and day that are the same every year.
pub(super) fn fixed(rule: HolidayRule) -> Option<(u8, u8)> {
    match rule {
        HolidayRule::Fixed(m, d) => Some((m as u8, d as u8)),
        _ => None,
    }
}

/// Western Easter Sunday, by the anonymous Gregorian computus (Meeus, Jones, Butcher).
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y.rem_euclid(19), y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    Date::new(year, month as i8, day as i8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Span, tokens::tokenize};

    #[test]
    fn finds_the_days() {
        for (rule, year, want) in [
            ("easter+0", 1998, "1998-04-12"),
            ("easter+0", 2000, "2000-04-23"),
            ("easter-2", 2026, "2026-04-03"),
            ("nth:11-4-4", 1999, "1999-11-25"),
            ("nth:05-1--1", 2024, "2024-05-27"),
            ("nth:11-4-4+1", 2024, "2024-11-29"),
            ("nth:11-4-4+1", 2019, "2019-11-29"),
            ("us-election", 1998, "1998-11-03"),
            ("us-election", 2016, "2016-11-08"),
            ("12-25", 2025, "2025-12-25"),
        ] {
            let rule = parse(rule).unwrap();
            assert_eq!(day(rule, year).unwrap().to_string(), want);
        }
    }

    #[test]
    fn matches_names_of_several_words() {
        for (text, want) in [
            ("New Year\u{2019}s Day was", 4),
            ("New Year's Eve", 4),
            ("Thanksgiving Day", 2),
            ("St. Patrick's Day", 4),
            ("Easter Island", 1),
            ("Newport", 0),
            ("Christmas", 1),
        ] {
            let tokens = tokenize(text, std::iter::once(Span::new(0, text.len())));
            assert_eq!(at(text, &tokens, 0).map_or(0, |x| x.1), want, "{text}");
        }
    }
}

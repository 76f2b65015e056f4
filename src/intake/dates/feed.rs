//! Dates as feeds write them: RFC 822 and 2822, RFC 3339, ISO 8601 basic and extended, and all the
//! broken forms between, in the languages feeds are seen to use.
//!
//! One pass over the words and figures of the text, each of which says what it can be; a text with a
//! figure that no date has, or with more words than a date has, is none.

use super::calendar::{OF_FEEDS, is_short_weekday, is_weekday};
use super::parts::{DateParts, NamedPart};
use super::{Stamp, machine, zones};

/// Longest text that is looked at: no form of a date with weekday, zone and label is longer.
const LONGEST_DATE: usize = 100;

/// Reads a date, `None` where the text holds none or could be read two ways.
pub fn parse(text: &str) -> Option<Stamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST_DATE {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return machine::digits(text);
    }
    let tokens = tokens(text);
    let mut reader = FeedReader {
        tokens: &tokens,
        at: 0,
        parts: DateParts::default(),
    };
    reader.read()?;
    reader.parts.stamp()
}

/// A stretch of digits, of letters or of blanks, or a sign.
#[derive(Debug, Clone, Copy, PartialEq)]
enum DateToken<'a> {
    Number(&'a str),
    Word(&'a str),
    Sign(char),
    Space,
}

fn tokens(text: &str) -> Vec<DateToken<'_>> {
    let mut out = Vec::with_capacity(24);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let run = |f: fn(char) -> bool| rest.find(|c| !f(c)).unwrap_or(rest.len());
        let (token, length) = if c.is_ascii_digit() {
            let n = run(|c| c.is_ascii_digit());
            (DateToken::Number(&rest[..n]), n)
        } else if c.is_alphabetic() {
            let n = run(|c| c.is_alphabetic());
            (DateToken::Word(&rest[..n]), n)
        } else if c.is_whitespace() {
            (DateToken::Space, run(char::is_whitespace))
        } else {
            (DateToken::Sign(c), c.len_utf8())
        };
        out.push(token);
        rest = &rest[length..];
    }
    out
}

struct FeedReader<'t> {
    tokens: &'t [DateToken<'t>],
    at: usize,
    parts: DateParts,
}

impl<'t> FeedReader<'t> {
    fn peek(&self, ahead: usize) -> Option<DateToken<'t>> {
        self.tokens.get(self.at + ahead).copied()
    }

    fn number(&self, ahead: usize) -> Option<&'t str> {
        match self.peek(ahead) {
            Some(DateToken::Number(n)) => Some(n),
            _ => None,
        }
    }

    fn sign(&self, ahead: usize) -> Option<char> {
        match self.peek(ahead) {
            Some(DateToken::Sign(c)) => Some(c),
            _ => None,
        }
    }

    fn read(&mut self) -> Option<()> {
        /// More words than this that are part of no date, and the text is prose.
        const STRANGERS: usize = 4;
        let mut strangers = 0;
        while let Some(token) = self.peek(0) {
            match token {
                DateToken::Number(n) => self.on_number(n)?,
                DateToken::Word(w) => strangers += usize::from(!self.on_word(w)),
                DateToken::Sign('+' | '-' | '−') if self.parts.hour.is_some() => {
                    self.on_offset()?
                }
                // A zone name in brackets repeats the offset: 2026-01-02T10:00+01:00[Europe/Berlin].
                DateToken::Sign('[') if self.parts.offset.is_some() => break,
                DateToken::Sign(_) | DateToken::Space => self.at += 1,
            }
            if strangers > STRANGERS {
                return None;
            }
        }
        Some(())
    }

    /// Reads the number at the current token, and what goes with it; `None` when no date has it there.
    fn on_number(&mut self, n: &'t str) -> Option<()> {
        if let (Some(':'), Some(minute)) = (self.sign(1), self.number(2)) {
            return self.clock(n, minute);
        }
        if self.numeric_date(n)? {
            return Some(());
        }
        if let Some(minute) = self.minute_behind_dot(n) {
            return self.clock(n, minute);
        }
        if let Some(DateToken::Word(w)) = self.peek(1)
            && self.number_and_word(n, w)?
        {
            return Some(());
        }
        self.bare_number(n)
    }

    /// The minute of `09.12 Uhr`.
    fn minute_behind_dot(&self, hour: &str) -> Option<&'t str> {
        let minute = self.number(2).filter(|m| m.len() == 2)?;
        let dotted = self.sign(1) == Some('.') && hour.len() <= 2;
        (dotted && self.parts.hour.is_none() && self.says_clock(3)).then_some(minute)
    }

    /// A number whose part the word set close to it says: `2025年`, `18h30`, `9am`. Whether it was one.
    fn number_and_word(&mut self, n: &'t str, word: &str) -> Option<bool> {
        if let Some(part) = cjk_part(word) {
            self.parts.set(part, n)?;
            self.at += 2;
            return Some(true);
        }
        if n.len() > 2 {
            return Some(false);
        }
        match word.to_lowercase().as_str() {
            // French 18h30, Portuguese 18h.
            "h" | "u" | "hs" | "hrs" => {
                self.parts.set(NamedPart::Hour, n)?;
                self.at += 2;
                if let Some(minute) = self.number(0).filter(|m| m.len() == 2) {
                    self.parts.set(NamedPart::Minute, minute)?;
                    self.at += 1;
                }
                Some(true)
            }
            "am" | "pm" if self.parts.hour.is_none() => {
                self.parts.set(NamedPart::Hour, n)?;
                self.at += 1;
                Some(true)
            }
            _ => Some(false),
        }
    }

    /// A number by itself: its length and what is still missing tell what it is.
    fn bare_number(&mut self, n: &'t str) -> Option<()> {
        let p = &mut self.parts;
        let (no_year, no_hour) = (p.year.is_none(), p.hour.is_none());
        // The time of the basic format of ISO 8601: 20160116T131559.
        let clock = n.len() == 6 && p.day.is_some() && no_hour;
        match n.len() {
            8 | 12 | 14 if no_year => p.basic_date_time(n),
            6 if clock => p.basic_time(n),
            4 if no_year => p.year(n),
            4 if no_hour => p.basic_time(n),
            1 | 2 if p.day.is_none() => p.set(NamedPart::Day, n),
            2 if no_year && p.month.is_some() => p.year(n),
            // A number no date has.
            _ => None,
        }?;
        self.at += 1;
        if clock {
            self.fraction();
        }
        Some(())
    }

    /// Whether the words from `ahead` on make the number before them a time of day.
    fn says_clock(&self, ahead: usize) -> bool {
        let next = match self.peek(ahead) {
            Some(DateToken::Space) => self.peek(ahead + 1),
            other => other,
        };
        match next {
            Some(DateToken::Word(w)) => {
                let w = w.to_lowercase();
                matches!(w.as_str(), "uhr" | "am" | "pm" | "a" | "p" | "h" | "uur")
                    || zones::behind_time(&w).is_some()
            }
            None | Some(DateToken::Sign(')' | ',')) => self.parts.day.is_some(),
            _ => false,
        }
    }

    fn clock(&mut self, hour: &str, minute: &str) -> Option<()> {
        if self.parts.hour.is_some() || hour.len() > 2 || minute.len() > 2 {
            return None;
        }
        self.parts.hour = Some(hour.parse().ok()?);
        self.parts.minute = minute.parse().ok()?;
        self.at += 3;
        if let (Some(':' | '.'), Some(second)) = (self.sign(0), self.number(1))
            && second.len() == 2
        {
            self.parts.second = Some(second.parse().ok()?);
            self.at += 2;
            self.fraction();
        }
        Some(())
    }

    fn fraction(&mut self) {
        if let (Some('.' | ','), Some(_)) = (self.sign(0), self.number(1)) {
            self.at += 2;
        } else if let (Some(':'), Some(ms)) = (self.sign(0), self.number(1))
            && ms.len() == 3
        {
            self.at += 2;
        }
    }

    /// `2026-01-02`, `02.01.2026`, `01/02/2026`, `2-Jan-2026`: whether the number begins one, `None` when
    /// its order is not known.
    fn numeric_date(&mut self, first: &'t str) -> Option<bool> {
        let Some(sign @ ('-' | '/' | '.' | '‐' | '–')) = self.sign(1) else {
            return Some(false);
        };
        if self.parts.day.is_some() {
            return Some(false);
        }
        if let Some(DateToken::Word(w)) = self.peek(2)
            && self.sign(3) == Some(sign)
            && let (Some(month), Some(year)) = (OF_FEEDS.named(w), self.number(4))
        {
            self.parts.day = Some(first.parse().ok()?);
            self.parts.month = Some(month as i8);
            self.parts.year(year)?;
            self.at += 5;
            return Some(true);
        }
        // German writes a space after the dot now and then: 16. 5. 2021.
        let gap = usize::from(sign == '.' && self.peek(2) == Some(DateToken::Space));
        let gap2 = usize::from(gap == 1 && self.peek(4 + gap) == Some(DateToken::Space));
        let (Some(second), true, Some(third)) = (
            self.number(2 + gap),
            self.sign(3 + gap) == Some(sign),
            self.number(4 + gap + gap2),
        ) else {
            return Some(false);
        };
        match (first.len(), second.len(), third.len()) {
            (4, 1 | 2, 1 | 2) => self.set_date(first, second, third)?,
            (1 | 2, 1 | 2, 2 | 4) => {
                let day_first = is_day_first(sign, first, second)?;
                // 01/13/03 says too little: it may begin with the year.
                if third.len() == 2 && sign != '.' {
                    return None;
                }
                let (day, month) = if day_first {
                    (first, second)
                } else {
                    (second, first)
                };
                self.set_date(third, month, day)?;
            }
            _ => return Some(false),
        }
        self.at += 5 + gap + gap2;
        Some(true)
    }

    fn set_date(&mut self, year: &str, month: &str, day: &str) -> Option<()> {
        self.parts.set(NamedPart::Year, year)?;
        self.parts.set(NamedPart::Month, month)?;
        self.parts.set(NamedPart::Day, day)
    }

    /// `+0100`, `+01:00`, `-5`; the sign is at the current token.
    fn on_offset(&mut self) -> Option<()> {
        let negative = self.sign(0) != Some('+');
        self.at += 1;
        let Some(digits) = self.number(0) else {
            return Some(());
        };
        // 09:12 - 2026 …: a year after a dash.
        let is_year = digits.len() == 4 && self.parts.year.is_none() && negative;
        if is_year || digits.len() > 4 {
            return Some(());
        }
        self.at += 1;
        let minute = self.number(1).filter(|m| m.len() == 2);
        let (hours, minutes) = match (self.sign(0), minute) {
            (Some(':'), Some(minute)) if digits.len() <= 2 => {
                self.at += 2;
                (digits, minute)
            }
            _ if digits.len() <= 2 => (digits, "0"),
            _ => digits.split_at(digits.len() - 2),
        };
        let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
        if hours > FURTHEST_ZONE || minutes > 59 {
            return None;
        }
        let offset = hours * 60 + minutes;
        self.parts.offset = Some(if negative { -offset } else { offset });
        Some(())
    }

    /// Reads the word at the current token: whether it is part of a date.
    fn on_word(&mut self, word: &'t str) -> bool {
        let lower = word.to_lowercase();
        self.at += 1;
        if let Some(month) = OF_FEEDS.named(&lower) {
            // "mar" is March, and Tuesday in Spanish: a month is not named twice.
            self.parts.month.get_or_insert(month as i8);
            if self.sign(0) == Some('.') {
                self.at += 1;
            }
            return true;
        }
        if let Some(afternoon) = self.half_of_day(&lower) {
            self.parts.afternoon = Some(afternoon);
            return true;
        }
        if self.parts.hour.is_some()
            && let Some(offset) = zones::behind_time(&lower)
        {
            self.parts.offset = self.parts.offset.or(offset);
            return true;
        }
        BESIDE.contains(&lower.as_str()) || is_weekday(&lower) || is_short_weekday(&lower)
    }

    /// Whether the word before the current token says afternoon (`pm`, `p.m.`) or morning.
    fn half_of_day(&mut self, lower: &str) -> Option<bool> {
        match lower {
            "am" => return Some(false),
            "pm" => return Some(true),
            "a" | "p" => {}
            _ => return None,
        }
        let dotted =
            self.sign(0) == Some('.') && matches!(self.peek(1), Some(DateToken::Word("m" | "M")));
        if dotted {
            self.at += 2;
        }
        dotted.then_some(lower == "p")
    }
}

/// Whether of two figures between `sign`s the first is the day; `None` when nothing tells.
fn is_day_first(sign: char, first: &str, second: &str) -> Option<bool> {
    let (first, second): (u8, u8) = (first.parse().ok()?, second.parse().ok()?);
    // Nobody sets full stops and the month first; a figure above 12 is no month.
    if sign == '.' || first > 12 || first == second {
        return Some(true);
    }
    (second > 12).then_some(false)
}

/// No zone is further from Greenwich than 14 hours (UTC+14:00, the Line Islands).
const FURTHEST_ZONE: i16 = 14;

/// Words that stand beside the parts of a date.
const BESIDE: [&str; 17] = [
    "t", "st", "nd", "rd", "th", "uhr", "de", "del", "of", "at", "um", "den", "kl", "klo", "le",
    "à", "às",
];

/// The part that a Chinese, Japanese or Korean word behind a figure names: `2025年12月4日`.
fn cjk_part(word: &str) -> Option<NamedPart> {
    Some(match word.chars().next()? {
        '年' | '년' => NamedPart::Year,
        '月' | '월' => NamedPart::Month,
        '日' | '일' | '号' => NamedPart::Day,
        '時' | '时' | '시' | '点' => NamedPart::Hour,
        '分' | '분' => NamedPart::Minute,
        '秒' | '초' => NamedPart::Second,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        parse(text).map_or_else(|| "-".to_owned(), |s| format!("{s} {:?}", s.precision()))
    }

    #[test]
    fn the_standards() {
        assert_eq!(
            read("2025-12-04T09:12:00+08:00"),
            "2025-12-04T09:12:00+08:00 Second"
        );
        assert_eq!(
            read("2016-01-02T19:03:39.000Z"),
            "2016-01-02T19:03:39Z Second"
        );
        assert_eq!(read("20160116T131559+0000"), "2016-01-16T13:15:59Z Second");
        assert_eq!(read("20160116T131559Z"), "2016-01-16T13:15:59Z Second");
        assert_eq!(read("20160116T131559.000Z"), "2016-01-16T13:15:59Z Second");
        assert_eq!(read("20210516T090004"), "2021-05-16T09:00:04 Second");
        assert_eq!(
            read("2000-01-01T12:00+00:00"),
            "2000-01-01T12:00:00Z Minute"
        );
        assert_eq!(read("2021-05-16"), "2021-05-16 Day");
        assert_eq!(read("20210516"), "2021-05-16 Day");
        assert_eq!(
            read("Thu, 13 Aug 2020 06:57:55 -0300"),
            "2020-08-13T06:57:55-03:00 Second"
        );
        assert_eq!(
            read("Fri, 13 Apr 01 19:23 GMT"),
            "2001-04-13T19:23:00Z Minute"
        );
        assert_eq!(
            read("2026-01-02T10:00:00+01:00[Europe/Berlin]"),
            "2026-01-02T10:00:00+01:00 Second"
        );
        assert_eq!(read("1733300000"), "2024-12-04T08:13:20Z Second");
        assert_eq!(read("1733300000123"), "2024-12-04T08:13:20Z Second");
    }

    #[test]
    fn broken_forms() {
        assert_eq!(
            read("Sat, Dec 16 2023 02:02:33 PM"),
            "2023-12-16T14:02:33 Second"
        );
        assert_eq!(
            read("Thu, 06 Feb 2020 00:00:00 PST"),
            "2020-02-06T00:00:00-08:00 Second"
        );
        assert_eq!(
            read("Tue, 15 Nov 2022 20:15:04 Z"),
            "2022-11-15T20:15:04Z Second"
        );
        assert_eq!(
            read("Thu Jan  1 05:30:00 2015"),
            "2015-01-01T05:30:00 Second"
        );
        assert_eq!(read("2021.05.16 09:00:04"), "2021-05-16T09:00:04 Second");
        assert_eq!(read("16.05.2021 09:00"), "2021-05-16T09:00:00 Minute");
        assert_eq!(
            read("December 4, 2025 9:12 a.m. EST"),
            "2025-12-04T09:12:00-05:00 Minute"
        );
        assert_eq!(
            read("4. Dezember 2025, 09.12 Uhr"),
            "2025-12-04T09:12:00 Minute"
        );
        assert_eq!(
            read("4 décembre 2025 à 18h30"),
            "2025-12-04T18:30:00 Minute"
        );
        assert_eq!(
            read("16-May-2021 10:00:00 UTC"),
            "2021-05-16T10:00:00Z Second"
        );
        assert_eq!(read("2025年12月4日 09:12"), "2025-12-04T09:12:00 Minute");
        assert_eq!(
            read("Wed, 02 Oct 2002 24:00:00 GMT"),
            "2002-10-03T00:00:00Z Second"
        );
        assert_eq!(
            read("2023-12-17 00:58:40 -0500"),
            "2023-12-17T00:58:40-05:00 Second"
        );
        assert_eq!(
            read("Mon, 1 Jan 2024 9am GMT+1"),
            "2024-01-01T09:00:00+01:00 Minute"
        );
        assert_eq!(
            read("Published: 12/31/2023 11:59 PM ET"),
            "2023-12-31T23:59:00 Minute"
        );
    }

    #[test]
    fn nothing_is_invented() {
        for text in [
            "",
            "today",
            "2023",
            "04/05/2026",
            "01/02/03",
            "31 February 2020",
            "Monday",
            "12:30",
            "Dec 4",
            "5 apples and 2020 pears were sold on market",
            "0000-00-00",
            "99999999",
        ] {
            assert_eq!(read(text), "-", "{text}");
        }
    }
}

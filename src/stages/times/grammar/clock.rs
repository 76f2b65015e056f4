//! Times of day, parts of the day, and the day they are of.

use super::{Clock, Found, Match, What, found};
use crate::record::TimeType;
use crate::stages::times::line::Line;
use crate::stages::times::words::Word;
use crate::text::TokenKind;
use crate::text::numbers::Format;

impl Line<'_> {
    /// A noun follows that the word before it only describes ("overnight delivery").
    pub(super) fn word_after_noun(&self, i: usize) -> bool {
        self.any(
            i,
            &[
                "delivery",
                "mail",
                "bag",
                "rate",
                "rates",
                "success",
                "sensation",
                "stay",
                "train",
            ],
        )
    }

    /// Adds a time of day that follows its day: "Friday at 9 p.m.", "Thursday, 10:30 a.m.".
    pub(super) fn then_clock(&self, mut f: Found) -> Found {
        let at = if self.any(f.end, &["at", ","]) {
            f.end + 1
        } else {
            f.end
        };
        if f.part.is_none()
            && let Some((clock, end)) = self.clock(at)
            && (at > f.end || self.stated(at, end))
        {
            f.clock = Some(clock);
            f.kind = TimeType::Time;
            f.end = end;
        }
        f
    }

    pub(super) fn stated(&self, from: usize, to: usize) -> bool {
        (from..to).any(|k| {
            matches!(
                self.word(k),
                Word::AmPm(_) | Word::Zone(_) | Word::OClock | Word::Clock(_)
            )
        })
    }

    /// "the morning", "in the evening": only with an article or a day named elsewhere.
    pub(super) fn at_part(&self, i: usize, part: &'static str) -> Option<Match> {
        if part == "NI" && self.is(i, "night") {
            return None;
        }
        if self.tied_hyphen(i + 1) {
            return None;
        }
        // "morning of June 3", "evening of the same day"
        let sign = self.before_any(i, &["the"])
            && i >= 2
            && self.any(i - 2, &["in", "during", "by", "of", "into", "throughout"])
            || self.before_any(i, &["mid", "early", "late", "at", "before", "after", "by"])
            || self.is_hyphen(i.wrapping_sub(1)) && i >= 2 && self.is(i - 2, "mid");
        if self.word(i + 1) == Word::None
            && self.kind(i + 1) == Some(TokenKind::Word)
            && self.any(i + 1, &["show", "talk", "news", "service", "prayers"])
        {
            return None;
        }
        let mut f = found(i, i + 1, TimeType::Time, What::SomeDay).the();
        f.part = Some(part);
        let at = if self.any(i + 1, &["of", "on", ","]) {
            i + 2
        } else {
            i + 1
        };
        if let Some(day) = self.day_at(at).filter(|_| !self.is(i + 1, ",")) {
            f.what = day.what;
            f.end = day.end;
            return f.hit();
        }
        sign.then_some(Match::Found(f))
    }

    /// A day that can complete a time of day.
    pub(super) fn day_at(&self, i: usize) -> Option<Found> {
        let m = match self.word(i) {
            Word::Weekday(d) => self.at_weekday(i, d),
            Word::WeekdayShort(d) if self.of(i).ends_with('.') => self.at_weekday(i, d),
            Word::Month(m) => self.at_month(i, m),
            Word::Day(n) => self.at_day(i, n),
            Word::Rel(rel) => match self.word(i + 1) {
                Word::Weekday(_) => self.at_rel(i, rel),
                _ => None,
            },
            Word::None if self.kind(i) == Some(TokenKind::Number) => self.day_first(i),
            _ => None,
        }?;
        match m {
            Match::Found(f) if f.clock.is_none() => Some(f),
            _ => None,
        }
    }

    /// A time of day at `i`: "9:30 p.m.", "10pm", "1430 GMT", "4 in the morning", "noon".
    pub(super) fn clock(&self, i: usize) -> Option<(Clock, usize)> {
        if let Word::Clock(hour) = self.word(i) {
            return Some(self.zone(
                Clock {
                    hour,
                    minute: Some(0),
                    zone: None,
                },
                i + 1,
            ));
        }
        let token = self.tokens.get(i)?;
        if token.kind != TokenKind::Number {
            // "ten o'clock", "six in the morning", "nine p.m."
            let number = self
                .number(i)
                .filter(|n| n.form == Format::Words && (1.0..=12.0).contains(&n.value))?;
            let (pm, end) = self.half_of_day(number.end)?;
            return Some(self.zone(twelve(number.value as u8, None, pm)?, end));
        }
        let text = self.of(i);
        let cut = text
            .find(|c: char| c.is_ascii_alphabetic())
            .unwrap_or(text.len());
        let (digits, letters) = text.split_at(cut);
        // digits of other scripts are numbers, and no times of a newspaper's English
        if !text.is_ascii() {
            return None;
        }
        let (hour, minute) = match digits.split_once([':', '.']) {
            Some((h, m)) => {
                if h.len() > 2
                    || m.len() != 2
                    || (digits.contains('.')
                        && letters.is_empty()
                        && !matches!(self.word(i + 1), Word::AmPm(_) | Word::Zone(_)))
                {
                    return None;
                }
                (h.parse::<u8>().ok()?, Some(m.parse::<u8>().ok()?))
            }
            None if digits.len() == 4 => {
                (digits[..2].parse().ok()?, Some(digits[2..].parse().ok()?))
            }
            None if digits.len() <= 2 => (digits.parse().ok()?, None),
            None => return None,
        };
        if hour > 24 || minute.is_some_and(|m| m > 59) {
            return None;
        }
        if !letters.is_empty() {
            let pm = match letters {
                "am" | "AM" => false,
                "pm" | "PM" => true,
                _ => return None,
            };
            return Some(self.zone(twelve(hour, minute, Some(pm))?, i + 1));
        }
        if digits.len() == 4 && minute.is_some() && !digits.contains([':', '.']) {
            // four digits are a time only with a zone or "hours"
            if matches!(self.word(i + 1), Word::Zone(_)) {
                return Some(self.zone(
                    Clock {
                        hour,
                        minute,
                        zone: None,
                    },
                    i + 1,
                ));
            }
            return self
                .any(i + 1, &["hours", "hrs"])
                .then_some((
                    Clock {
                        hour,
                        minute,
                        zone: None,
                    },
                    i + 2,
                ))
                .filter(|_| {
                    text.starts_with('0')
                        || self.before_any(i, &["at", "by", "until"])
                        || matches!(self.word(i + 2), Word::Zone(_))
                });
        }
        if let Some((pm, end)) = self.half_of_day(i + 1) {
            return Some(self.zone(twelve(hour, minute, pm)?, end));
        }
        // 14:30 alone: after a preposition of time or before a zone
        if digits.contains(':') || matches!(self.word(i + 1), Word::Zone(_)) && digits.contains('.')
        {
            let zoned = matches!(self.word(i + 1), Word::Zone(_))
                || self.is(i + 1, "(") && matches!(self.word(i + 2), Word::Zone(_))
                || self.is(i + 1, "local");
            if zoned
                || self.before_any(
                    i,
                    &[
                        "at", "by", "until", "from", "before", "after", "around", "about",
                    ],
                ) && text.len() <= 5
            {
                return Some(self.zone(
                    Clock {
                        hour,
                        minute,
                        zone: None,
                    },
                    i + 1,
                ));
            }
        }
        None
    }

    /// What says which half of the day: `Some(pm)`, or `None` inside for "o'clock" alone.
    pub(super) fn half_of_day(&self, i: usize) -> Option<(Option<bool>, usize)> {
        match self.word(i) {
            Word::AmPm(pm) => {
                // "10 am" and "10 a.m."; "I am" is not after a number
                Some((Some(pm), i + 1))
            }
            Word::OClock => Some(match self.half_of_day(i + 1) {
                Some((pm @ Some(_), end)) => (pm, end),
                _ => (None, i + 1),
            }),
            _ if self.any(i, &["in", "at"]) => {
                let at = if self.is(i + 1, "the") { i + 2 } else { i + 1 };
                match self.word(at) {
                    Word::Part("MO") if at == i + 2 => Some((Some(false), at + 1)),
                    Word::Part("AF" | "EV") if at == i + 2 => Some((Some(true), at + 1)),
                    Word::Part("NI") if self.is(i, "at") && self.is(at, "night") => {
                        Some((Some(true), at + 1))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Takes a zone after a time: "EST", "(GMT)", "local time", "Eastern time".
    pub(super) fn zone(&self, mut clock: Clock, end: usize) -> (Clock, usize) {
        if let Word::Zone(minutes) = self.word(end)
            && self.of(end).chars().all(|c| c.is_ascii_uppercase())
        {
            clock.zone = minutes;
            return (clock, end + 1);
        }
        if self.any(
            end,
            &[
                "local", "Eastern", "Central", "Pacific", "Mountain", "Moscow",
            ],
        ) && self.is(end + 1, "time")
        {
            return (clock, end + 2);
        }
        (clock, end)
    }

    /// A time of day with the day that may follow it: "10 p.m. Wednesday", "5 p.m. EST, Nov. 6".
    pub(super) fn with_day(&self, start: usize, end: usize, clock: Clock) -> Option<Match> {
        let (clock, end) = if clock.zone.is_none() {
            self.zone(clock, end)
        } else {
            (clock, end)
        };
        let mut f = found(start, end, TimeType::Time, What::SomeDay);
        f.clock = Some(clock);
        let at = if self.any(end, &[",", "on"]) {
            end + 1
        } else {
            end
        };
        if let Some(day) = self
            .day_at(at)
            .filter(|d| d.part.is_none() || !self.is(end, ","))
        {
            f.what = day.what;
            f.end = day.end;
        }
        f.hit()
    }
}

/// Twelve-hour time to twenty-four; without a half of the day the hour stays as it is.
fn twelve(hour: u8, minute: Option<u8>, pm: Option<bool>) -> Option<Clock> {
    let hour = match pm {
        Some(_) if hour > 12 || hour == 0 => return None,
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    (hour <= 24).then_some(Clock {
        hour,
        minute,
        zone: None,
    })
}

//! Times of day, parts of the day, and the day they are of.

use super::{ClockTime, FoundTime, Match, Meaning, found};
use crate::record::TimeType;
use crate::stages::times::line::TokenLine;
use crate::stages::times::words::TimeWord;
use crate::text::TokenKind;
use crate::text::numbers::NumberForm;

impl TokenLine<'_> {
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
    pub(super) fn then_clock(&self, mut f: FoundTime) -> FoundTime {
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
                TimeWord::AmPm(_) | TimeWord::Zone(_) | TimeWord::OClock | TimeWord::Clock(_)
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
        if self.word(i + 1) == TimeWord::None
            && self.kind(i + 1) == Some(TokenKind::Word)
            && self.any(i + 1, &["show", "talk", "news", "service", "prayers"])
        {
            return None;
        }
        let mut f = found(i, i + 1, TimeType::Time, Meaning::SomeDay).the();
        f.part = Some(part);
        let at = if self.any(i + 1, &["of", "on", ","]) {
            i + 2
        } else {
            i + 1
        };
        if let Some(day) = self.day_at(at).filter(|_| !self.is(i + 1, ",")) {
            f.meaning = day.meaning;
            f.end = day.end;
            return f.hit();
        }
        sign.then_some(Match::Found(f))
    }

    /// A day that can complete a time of day.
    pub(super) fn day_at(&self, i: usize) -> Option<FoundTime> {
        let m = match self.word(i) {
            TimeWord::Weekday(d) => self.at_weekday(i, d),
            TimeWord::WeekdayShort(d) if self.of(i).ends_with('.') => self.at_weekday(i, d),
            TimeWord::Month(m) => self.at_month(i, m),
            TimeWord::Day(n) => self.at_day(i, n),
            TimeWord::Rel(rel) => match self.word(i + 1) {
                TimeWord::Weekday(_) => self.at_rel(i, rel),
                _ => None,
            },
            TimeWord::None if self.kind(i) == Some(TokenKind::Number) => self.day_first(i),
            _ => None,
        }?;
        match m {
            Match::Found(f) if f.clock.is_none() => Some(f),
            _ => None,
        }
    }

    /// A time of day at `i`: "9:30 p.m.", "10pm", "1430 GMT", "4 in the morning", "noon".
    pub(super) fn clock(&self, i: usize) -> Option<(ClockTime, usize)> {
        if let TimeWord::Clock(hour) = self.word(i) {
            return Some(self.zone(
                ClockTime {
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
                .filter(|n| n.form == NumberForm::Words && (1.0..=12.0).contains(&n.value))?;
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
                        && !matches!(self.word(i + 1), TimeWord::AmPm(_) | TimeWord::Zone(_)))
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
            if matches!(self.word(i + 1), TimeWord::Zone(_)) {
                return Some(self.zone(
                    ClockTime {
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
                    ClockTime {
                        hour,
                        minute,
                        zone: None,
                    },
                    i + 2,
                ))
                .filter(|_| {
                    text.starts_with('0')
                        || self.before_any(i, &["at", "by", "until"])
                        || matches!(self.word(i + 2), TimeWord::Zone(_))
                });
        }
        if let Some((pm, end)) = self.half_of_day(i + 1) {
            return Some(self.zone(twelve(hour, minute, pm)?, end));
        }
        // 14:30 alone: after a preposition of time or before a zone
        if digits.contains(':')
            || matches!(self.word(i + 1), TimeWord::Zone(_)) && digits.contains('.')
        {
            let zoned = matches!(self.word(i + 1), TimeWord::Zone(_))
                || self.is(i + 1, "(") && matches!(self.word(i + 2), TimeWord::Zone(_))
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
                    ClockTime {
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
            TimeWord::AmPm(pm) => {
                // "10 am" and "10 a.m."; "I am" is not after a number
                Some((Some(pm), i + 1))
            }
            TimeWord::OClock => Some(match self.half_of_day(i + 1) {
                Some((pm @ Some(_), end)) => (pm, end),
                _ => (None, i + 1),
            }),
            _ if self.any(i, &["in", "at"]) => {
                let at = if self.is(i + 1, "the") { i + 2 } else { i + 1 };
                match self.word(at) {
                    TimeWord::Part("MO") if at == i + 2 => Some((Some(false), at + 1)),
                    TimeWord::Part("AF" | "EV") if at == i + 2 => Some((Some(true), at + 1)),
                    TimeWord::Part("NI") if self.is(i, "at") && self.is(at, "night") => {
                        Some((Some(true), at + 1))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Takes a zone after a time: "EST", "(GMT)", "local time", "Eastern time".
    pub(super) fn zone(&self, mut clock: ClockTime, end: usize) -> (ClockTime, usize) {
        if let TimeWord::Zone(minutes) = self.word(end)
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
    pub(super) fn with_day(&self, start: usize, end: usize, clock: ClockTime) -> Option<Match> {
        let (clock, end) = if clock.zone.is_none() {
            self.zone(clock, end)
        } else {
            (clock, end)
        };
        let mut f = found(start, end, TimeType::Time, Meaning::SomeDay);
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
            f.meaning = day.meaning;
            f.end = day.end;
        }
        f.hit()
    }
}

/// Twelve-hour time to twenty-four; without a half of the day the hour stays as it is.
fn twelve(hour: u8, minute: Option<u8>, pm: Option<bool>) -> Option<ClockTime> {
    let hour = match pm {
        Some(_) if hour > 12 || hour == 0 => return None,
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    (hour <= 24).then_some(ClockTime {
        hour,
        minute,
        zone: None,
    })
}

//! Times of day, parts of the day, and the day they are of.

use super::{ClockTime, FoundTime, Match, Meaning, WORDS, date, found, tonight};
use crate::record::TimeType;
use crate::stages::times::line::TokenLine;
use crate::stages::times::words::TimeWord;
use crate::text::TokenKind;
use crate::text::numbers::NumberForm;

impl TokenLine<'_> {
    /// "overnight", of the night after publication, not "overnight delivery".
    pub(super) fn at_overnight(&self, i: usize) -> Option<Match> {
        let describes = self.any(i + 1, &WORDS.overnight_thing);
        // "Overnight Oats"
        let named = i > 0 && self.starts_title(i) && self.starts_title(i + 1);
        (!describes && !named).then(|| Match::Found(tonight(i)))
    }

    /// "noon" or "midnight", not "high noon" or "midnight-blue".
    pub(super) fn at_noon(&self, i: usize, hour: u8) -> Option<Match> {
        let in_compound = self.tied_hyphen(i + 1) && hour != 12;
        if in_compound || self.before_any(i, &["high"]) {
            return None;
        }
        self.with_day(i, i + 1, ClockTime::of(hour, Some(0)))
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
        let night = part == "NI" && self.is(i, "night");
        if night || self.tied_hyphen(i + 1) || self.any(i + 1, &WORDS.part_in_name) {
            return None;
        }
        let mut f = date(i, i + 1, Meaning::SomeDay).the().in_part(part);
        // "morning of June 3", "evening of the same day"
        let at = i + 1 + usize::from(self.any(i + 1, &["of", "on"]));
        // "morning of the 5th of May"
        let the = self.is(at, "the") && self.kind(at + 1) == Some(TokenKind::Number);
        let at = at + usize::from(the);
        if !self.is(i + 1, ",")
            && let Some(day) = self.day_at(at)
        {
            f.meaning = day.meaning;
            f.end = day.end;
            return f.hit();
        }
        self.has_sign_of_part(i).then_some(Match::Found(f))
    }

    /// Whether what stands before a part of the day at `i` says that it is one of the story.
    fn has_sign_of_part(&self, i: usize) -> bool {
        let in_the = self.before_any(i, &["the"])
            && i >= 2
            && self.any(i - 2, &["in", "during", "by", "of", "into", "throughout"]);
        let mid = i >= 2 && self.is_hyphen(i - 1) && self.is(i - 2, "mid");
        let signs = ["mid", "early", "late", "at", "before", "after", "by"];
        in_the || mid || self.before_any(i, &signs)
    }

    /// A day that can complete a time of day.
    pub(super) fn day_at(&self, i: usize) -> Option<FoundTime> {
        let day = match self.word(i) {
            TimeWord::Weekday(d) => self.at_weekday(i, d),
            TimeWord::WeekdayShort(d) if self.of(i).ends_with('.') => self.at_weekday(i, d),
            TimeWord::Month(m) => self.at_month(i, m),
            TimeWord::Day(n) => self.at_day(i, n),
            TimeWord::Tonight => tonight(i).hit(),
            TimeWord::Rel(rel) if matches!(self.word(i + 1), TimeWord::Weekday(_)) => {
                self.at_rel(i, rel)
            }
            TimeWord::None if self.kind(i) == Some(TokenKind::Number) => self.day_first(i),
            _ => None,
        };
        day?.time().filter(|f| f.clock.is_none())
    }

    /// A time of day at `i`: "9:30 p.m.", "10pm", "1430 GMT", "4 in the morning", "noon"; and the index
    /// after it.
    pub(super) fn clock(&self, i: usize) -> Option<(ClockTime, usize)> {
        if let TimeWord::Clock(hour) = self.word(i) {
            return Some(self.zone(ClockTime::of(hour, Some(0)), i + 1));
        }
        if let Some(spoken) = self.spoken_clock(i) {
            return Some(spoken);
        }
        match self.kind(i)? {
            TokenKind::Number => self.clock_in_digits(i),
            _ => self.clock_in_words(i),
        }
    }

    /// "ten o'clock", "six in the morning", "nine p.m."
    fn clock_in_words(&self, i: usize) -> Option<(ClockTime, usize)> {
        let number = self
            .number(i)
            .filter(|n| n.form == NumberForm::Words && (1.0..=12.0).contains(&n.value))?;
        let (pm, end) = self.half_of_day(number.end)?;
        Some(self.zone(twelve(ClockTime::of(number.value as u8, None), pm)?, end))
    }

    /// "half past seven", "a quarter to eight in the evening", "5 minutes past midnight": an hour, and how far it is
    /// from it. "ten to six" alone is a range or a vote as often, and needs a word before it that says it is a time.
    pub(super) fn spoken_clock(&self, i: usize) -> Option<(ClockTime, usize)> {
        let (minutes, k) = self.minutes_from_hour(i)?;
        let to = self.is(k, "to");
        if !to && !self.is(k, "past") {
            return None;
        }
        let (hour, end) = match self.word(k + 1) {
            TimeWord::Clock(hour) => (hour, k + 2),
            _ => {
                let hour = self.number(k + 1)?;
                let is_hour = hour.tail == 0 && (1.0..=12.0).contains(&hour.value);
                (is_hour && hour.value.fract() == 0.0).then_some((hour.value as u8, hour.end))?
            }
        };
        let (pm, after) = self.half_of_day(end).unwrap_or((None, end));
        let named = self.any(i, &["half", "quarter"]);
        // "from ten to six", "10 to 2 p.m." are ranges
        let in_words = self.kind(i) == Some(TokenKind::Word);
        let is_range = to && !named && (!in_words || self.before_any(i, &["from", "between"]));
        if is_range {
            return None;
        }
        let told = after > end || !to || self.before_any(i, &WORDS.clock_sign);
        let ends = self.closes_phrase(after) && self.of(after) != "%";
        if !(told || named) || !ends {
            return None;
        }
        let hour = twelve(ClockTime::of(hour, None), pm.filter(|_| hour <= 12))?.hour % 24;
        let clock = match to {
            true => ClockTime::of(hour_before(hour, pm), Some(60 - minutes)),
            false => ClockTime::of(hour, Some(minutes)),
        };
        Some(self.zone(clock, after))
    }

    /// The minutes of "half", "quarter", "ten" and "five minutes" before "past" or "to", and the index after them.
    fn minutes_from_hour(&self, i: usize) -> Option<(u8, usize)> {
        if self.is(i, "half") {
            return self.is(i + 1, "past").then_some((30, i + 1));
        }
        if self.is(i, "quarter") {
            return Some((15, i + 1));
        }
        let number = self.number(i)?;
        let k = number.end + usize::from(self.any(number.end, &["minute", "minutes"]));
        let sound = number.tail == 0
            && number.value.fract() == 0.0
            && number.form != NumberForm::Ordinal
            && (1.0..30.0).contains(&number.value);
        sound.then_some((number.value as u8, k))
    }

    /// The "8" of "8 to 10 p.m." and "8-10 p.m.", of the same half of the day unless it would come after.
    pub(super) fn hour_of_range(&self, i: usize) -> Option<FoundTime> {
        let low = self
            .first_hour(i)
            .filter(|low| (1..=12).contains(&low.hour))?;
        let joint = self.is(i + 1, "to")
            || self.is_dash(i + 1)
            || self.is(i + 1, "and") && self.before_any(i, &["between"]);
        if !joint {
            return None;
        }
        let (high, end) = self.clock(i + 2)?;
        let has_half = (i + 3..end).any(|k| matches!(self.word(k), TimeWord::AmPm(_)))
            || self.of(i + 2).ends_with(['m', 'M']);
        if !has_half {
            return None;
        }
        let at = |pm| twelve(low, Some(pm));
        let same = at(high.hour >= 12)?;
        let clock = if (same.hour, same.minute) < (high.hour, high.minute) {
            same
        } else {
            at(high.hour < 12)?
        };
        let mut f = found(i, i + 1, TimeType::Time, Meaning::SomeDay);
        f.clock = Some(clock);
        Some(f)
    }

    /// The "8", "8:30" or "eight" at `i` that may begin a range.
    fn first_hour(&self, i: usize) -> Option<ClockTime> {
        if self.of(i).contains(':') {
            let written = WrittenClock::read(self.of(i))?;
            return written.letters.is_empty().then_some(written.time);
        }
        let low = self.number(i)?;
        let is_whole = low.tail == 0
            && low.end == i + 1
            && low.value.fract() == 0.0
            && low.form != NumberForm::Ordinal
            && (1.0..=12.0).contains(&low.value);
        is_whole.then(|| ClockTime::of(low.value as u8, None))
    }

    /// "9:30 p.m.", "10pm", "1430 GMT", "4 in the morning".
    fn clock_in_digits(&self, i: usize) -> Option<(ClockTime, usize)> {
        let written = WrittenClock::read(self.of(i))?;
        let time = written.time;
        let run_on = half_by_letters(written.letters)?;
        if run_on.is_some() {
            return Some(self.zone(twelve(time, run_on)?, i + 1));
        }
        if written.mark.is_none() && time.minute.is_some() {
            return self.four_digits(i, time);
        }
        // "9.30" is a price or a score unless more says that it is a time
        let told = matches!(self.word(i + 1), TimeWord::AmPm(_) | TimeWord::Zone(_));
        if written.mark == Some('.') && !told {
            return None;
        }
        if let Some((pm, end)) = self.half_of_day(i + 1) {
            return Some(self.zone(twelve(time, pm)?, end));
        }
        let bare = written.mark.is_some() && self.has_sign_of_clock(i);
        bare.then(|| self.zone(time, i + 1))
    }

    /// "1430 GMT", "0900 hours": four digits are a time only with a zone or "hours".
    fn four_digits(&self, i: usize, time: ClockTime) -> Option<(ClockTime, usize)> {
        if self.is_zone(i + 1) {
            return Some(self.zone(time, i + 1));
        }
        let is_time = self.of(i).starts_with('0')
            || self.before_any(i, &["at", "by", "until"])
            || self.is_zone(i + 2);
        (is_time && self.any(i + 1, &["hours", "hrs"])).then_some((time, i + 2))
    }

    /// Whether "14:30" alone is a time of day: before a zone or after a preposition of time.
    fn has_sign_of_clock(&self, i: usize) -> bool {
        let zoned = self.is_zone(i + 1)
            || self.is(i + 1, "(") && self.is_zone(i + 2)
            || self.is(i + 1, "local");
        zoned || self.of(i).len() <= "14:30".len() && self.before_any(i, &WORDS.clock_sign)
    }

    fn is_zone(&self, i: usize) -> bool {
        matches!(self.word(i), TimeWord::Zone(_))
    }

    /// What says which half of the day: `Some(pm)`, or `None` inside for "o'clock" alone.
    pub(super) fn half_of_day(&self, i: usize) -> Option<(Option<bool>, usize)> {
        match self.word(i) {
            // "10 am" and "10 a.m."; "I am" is not after a number
            TimeWord::AmPm(pm) => Some((Some(pm), i + 1)),
            TimeWord::OClock => Some(match self.half_of_day(i + 1) {
                Some((pm @ Some(_), end)) => (pm, end),
                _ => (None, i + 1),
            }),
            _ => self.part_as_half(i).map(|(pm, end)| (Some(pm), end)),
        }
    }

    /// "in the morning", "in the evening", "at night": whether it is the second half, and the index after.
    fn part_as_half(&self, i: usize) -> Option<(bool, usize)> {
        let at = self.is(i, "at");
        if at && self.is(i + 1, "night") {
            return Some((true, i + 2));
        }
        let in_the = (at || self.is(i, "in")) && self.is(i + 1, "the");
        let TimeWord::Part(part) = self.word(i + 2) else {
            return None;
        };
        let night = at && self.is(i + 2, "night");
        (in_the && (night || part != "NI")).then_some((part != "MO", i + 3))
    }

    /// Takes a zone after a time: "EST", "(GMT)", "local time", "Eastern time".
    pub(super) fn zone(&self, mut clock: ClockTime, end: usize) -> (ClockTime, usize) {
        if let TimeWord::Zone(minutes) = self.word(end)
            && self.of(end).chars().all(|c| c.is_ascii_uppercase())
        {
            clock.zone = minutes;
            return match self.minutes_from_utc(end) {
                Some((minutes, end)) => (
                    ClockTime {
                        zone: Some(minutes),
                        ..clock
                    },
                    end,
                ),
                None => (clock, end + 1),
            };
        }
        if let Some(end) = self.zone_of_region(end) {
            return (clock, end);
        }
        if self.any(end, &WORDS.zone_name) && self.is(end + 1, "time") {
            return (clock, end + 2);
        }
        // "Beijing time", "New York time"
        let is_place = |k: usize| self.starts_title(k) && self.word(k) == TimeWord::None;
        let names = (end..end + 2).take_while(|k| is_place(*k)).count();
        if names > 0 && self.of(end + names) == "time" {
            return (clock, end + names + 1);
        }
        (clock, end)
    }

    /// "UTC+5", "GMT-3": minutes from UTC, and the index after them.
    fn minutes_from_utc(&self, i: usize) -> Option<(i16, usize)> {
        let sign = match self.of(i + 1) {
            "+" => 1,
            "-" | "\u{2212}" => -1,
            _ => return None,
        };
        if !self.any(i, &["UTC", "GMT"]) || self.spaced(i + 1) || self.spaced(i + 2) {
            return None;
        }
        let (hours, minutes) = match self.of(i + 2).split_once(':') {
            Some((hours, minutes)) => (hours, minutes),
            None => (self.of(i + 2), "0"),
        };
        let hours: i16 = hours.parse().ok().filter(|h| *h <= 14)?;
        let minutes: i16 = minutes.parse().ok().filter(|m| *m < 60)?;
        Some((sign * (hours * 60 + minutes), i + 3))
    }

    /// The index after a zone by the name of its region and city, as IANA has it: "Europe/Berlin".
    fn zone_of_region(&self, i: usize) -> Option<usize> {
        let tied = |k: usize| !self.spaced(k) && self.kind(k).is_some();
        let city = i + 2;
        if !self.any(i, &WORDS.zone_region) || self.of(i + 1) != "/" || !tied(i + 1) || !tied(city)
        {
            return None;
        }
        // "New_York"
        let is_more = |k: usize| self.of(k) == "_" && tied(k) && tied(k + 1);
        let more = (0..2).take_while(|n| is_more(city + 1 + 2 * n)).count();
        Some(city + 1 + 2 * more)
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

/// A time of day as one token writes it.
struct WrittenClock<'t> {
    time: ClockTime,
    /// What stands between hour and minute: `:` or `.`; nothing in "10" and "1430".
    mark: Option<char>,
    /// Letters run on to the digits.
    letters: &'t str,
}

impl<'t> WrittenClock<'t> {
    /// "10", "9:30", "9.30pm", "1430".
    fn read(text: &'t str) -> Option<Self> {
        // digits of other scripts are numbers, and no times of a newspaper's English
        if !text.is_ascii() {
            return None;
        }
        let cut = text
            .find(|c: char| c.is_ascii_alphabetic())
            .unwrap_or(text.len());
        let (digits, letters) = text.split_at(cut);
        let mark = digits.chars().find(|c| matches!(c, ':' | '.'));
        let (hour, minute) = split_clock(digits, mark)?;
        let hour: u8 = hour.parse().ok()?;
        let minute: Option<u8> = minute.map(str::parse).transpose().ok()?;
        let sound = hour <= 24 && minute.is_none_or(|m| m < 60);
        sound.then(|| WrittenClock {
            time: ClockTime::of(hour, minute),
            mark,
            letters,
        })
    }
}

/// Hour and minute of "9:30", "9.30", "1430" and "10", with what stands between them.
fn split_clock(digits: &str, mark: Option<char>) -> Option<(&str, Option<&str>)> {
    let (hour, minute) = match mark {
        Some(mark) => digits.split_once(mark).map(|(h, m)| (h, Some(m)))?,
        None if digits.len() == 4 => (&digits[..2], Some(&digits[2..])),
        None => (digits, None),
    };
    let sound = hour.len() <= 2 && minute.is_none_or(|m| m.len() == 2);
    sound.then_some((hour, minute))
}

/// What letters run on to an hour say of the half of the day: `Some(pm)`, or `None` inside for none.
fn half_by_letters(letters: &str) -> Option<Option<bool>> {
    match letters {
        "" => Some(None),
        "am" | "AM" => Some(Some(false)),
        "pm" | "PM" => Some(Some(true)),
        _ => None,
    }
}

/// The hour before `hour`, of which the half of the day may be known.
fn hour_before(hour: u8, pm: Option<bool>) -> u8 {
    match (hour, pm) {
        (0, _) => 23,
        (1, None) => 12,
        (hour, _) => hour - 1,
    }
}

/// Twelve-hour time to twenty-four; without a half of the day the hour stays as it is.
fn twelve(time: ClockTime, pm: Option<bool>) -> Option<ClockTime> {
    let hour = match (pm, time.hour) {
        (Some(_), 0 | 13..) => return None,
        (Some(true), hour @ 1..=11) => hour + 12,
        (Some(false), 12) => 0,
        (_, hour) => hour,
    };
    (hour <= 24).then_some(ClockTime { hour, ..time })
}

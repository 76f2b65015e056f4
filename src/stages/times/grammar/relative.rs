//! "last", "next", "this", "every" and what they say of a unit, a month or a day.

use super::days::is_other_word;
use super::{Match, Meaning, WORDS, date, length, set};
use crate::stages::times::holidays;
use crate::stages::times::line::TokenLine;
use crate::stages::times::point::Point;
use crate::stages::times::unit::{TimeUnit, duration};
use crate::stages::times::words::{Rel, TimeWord};
use crate::text::TokenKind;
use crate::text::numbers::NumberForm;

impl TokenLine<'_> {
    /// "now", "currently", "the past": the past, the present or the future as a whole.
    pub(super) fn at_ref(&self, i: usize, value: &'static str, floor: usize) -> Option<Match> {
        // "Now, let us …"
        let opener = self.is(i, "now") && self.is(i + 1, ",") && self.starts_title(i);
        if opener || self.tied_hyphen(i + 1) {
            return None;
        }
        let right_now = self.is(i, "now") && self.before_any(i, &["right"]) && floor < i;
        let start = if right_now { i - 1 } else { i };
        date(start, i + 1, Meaning::Ref(value)).hit()
    }

    /// "recent weeks", "recently".
    pub(super) fn at_recent(&self, i: usize) -> Option<Match> {
        match self.word(i + 1) {
            TimeWord::Units(u) => length(i, i + 2, u, None).hit(),
            _ => date(i, i + 1, Meaning::Ref("PAST_REF")).hit(),
        }
    }

    /// "soon" of what is to come, not "as soon as", "soon after".
    pub(super) fn at_soon(&self, i: usize) -> Option<Match> {
        let compares = self.before_any(i, &["as", "too", "how", "so"])
            || self.any(i + 1, &["after", "as", "became", "to", "enough"]);
        let is_time = !compares && !self.tied_hyphen(i + 1);
        is_time.then(|| Match::Found(date(i, i + 1, Meaning::Ref("FUTURE_REF"))))
    }

    /// "the current quarter", "current".
    pub(super) fn at_current(&self, i: usize) -> Option<Match> {
        let at = if matches!(self.word(i + 1), TimeWord::Fiscal) {
            i + 2
        } else {
            i + 1
        };
        match self.word(at) {
            TimeWord::Unit(u) if !u.of_the_clock() => {
                date(i, at + 1, Meaning::Current(u, 0)).the().hit()
            }
            _ => date(i, i + 1, Meaning::Ref("PRESENT_REF")).hit(),
        }
    }

    /// "the near future", "in future".
    pub(super) fn at_future(&self, i: usize, floor: usize) -> Option<Match> {
        let mut start = i;
        if self.before_any(i, &["near", "foreseeable", "immediate", "distant"]) && i > floor {
            start -= 1;
        }
        let the = start > floor && self.before_any(start, &["the"]);
        let bare = self.before_any(start, &["in"]);
        let noun = self.closes_phrase(i + 1);
        ((the || bare) && (noun || start < i)).then(|| {
            Match::Found(date(
                if the { start - 1 } else { start },
                i + 1,
                Meaning::Ref("FUTURE_REF"),
            ))
        })
    }

    /// "last year", "the past two months", "next Tuesday", "this morning", "the following day", …
    pub(super) fn at_rel(&self, i: usize, first: Rel) -> Option<Match> {
        let (rel, after) = self.relation(i, first)?;
        let j = match self.word(after) {
            TimeWord::Fiscal => after + 1,
            _ => after,
        };
        if let Some((unit, n, end)) = self.counted(j) {
            let stretch = !matches!(rel, Rel::Same | Rel::That) && !self.is_verb_last(i, rel);
            return (stretch && !self.old_after(end))
                .then(|| Match::Found(length(i, end, unit, n).the()));
        }
        // "the last Sunday in October", "the last week of May"
        if rel == Rel::Last
            && let Some(last) = self.nth_of_stretch(i, j, -1)
        {
            return last.hit();
        }
        match self.word(j) {
            TimeWord::Unit(u) => self.rel_unit(i, j, rel, u),
            TimeWord::Units(u) if self.spaced(j) => self.rel_units(i, j, rel, u),
            TimeWord::Month(m) => self.rel_month(i, j, rel, m),
            TimeWord::Weekday(d) => self.rel_weekday(i, j, rel, d),
            TimeWord::Season(s) => self.rel_season(i, j, rel, s),
            TimeWord::Part(p) => self.rel_part(i, j, rel, p),
            TimeWord::Stretch if rel == Rel::Latest && self.is(j, "period") => {
                date(i, j + 1, Meaning::Reported(TimeUnit::Quarter))
                    .the()
                    .hit()
            }
            // "the last half of 1998"
            TimeWord::Half if rel == Rel::Last && self.is(j + 1, "of") => {
                let (y, end) = self.year_after(j + 1)?;
                date(i, end, Meaning::Point(Point::Half(y, 2))).the().hit()
            }
            TimeWord::Number if self.quarter(j).is_some() => None,
            _ => self
                .rel_holiday(i, j, rel)
                .or_else(|| self.the_past(i, j, rel)),
        }
    }

    /// The relation at `i` and the index after it; two words can make one: "this past spring", "this
    /// coming Sunday", "that same day".
    fn relation(&self, i: usize, first: Rel) -> Option<(Rel, usize)> {
        let TimeWord::Rel(second) = self.word(i + 1) else {
            return Some((first, i + 1));
        };
        let rel = match (first, second) {
            (Rel::This, Rel::Past | Rel::Last) => Rel::Last,
            (Rel::This, Rel::Coming | Rel::Next) => Rel::Coming,
            (Rel::That, Rel::Same | Rel::Following) => second,
            _ => return None,
        };
        Some((rel, i + 2))
    }

    /// Whether "last" is the verb: "will last two days", "it'll last weeks".
    fn is_verb_last(&self, i: usize, rel: Rel) -> bool {
        rel == Rel::Last
            && i > 0
            && (self.before_any(i, &WORDS.modal)
                || self.kind(i - 1) == Some(TokenKind::Clitic) && !self.before_any(i, &["'s"]))
    }

    /// "these days", "past weeks", "coming months", without a number.
    fn rel_units(&self, i: usize, j: usize, rel: Rel, unit: TimeUnit) -> Option<Match> {
        if rel == Rel::These && unit == TimeUnit::Day {
            return date(i, j + 1, Meaning::Ref("PRESENT_REF")).hit();
        }
        let stretch = rel.looks_ahead() || rel.looks_back() && !self.is_verb_last(i, rel);
        stretch.then(|| Match::Found(length(i, j + 1, unit, None).the()))
    }

    /// "last May", "last Aug. 2", "next May 4".
    fn rel_month(&self, i: usize, j: usize, rel: Rel, month: u8) -> Option<Match> {
        if !rel.places() || is_other_word(month) && !self.starts_title(j) {
            return None;
        }
        if let Some(Match::Found(mut f)) = self.at_month(j, month) {
            if matches!(f.meaning, Meaning::MonthDay(..)) && rel != Rel::This {
                f.start = i;
            }
            return f.hit();
        }
        date(i, j + 1, Meaning::MonthRel(month, rel)).hit()
    }

    /// "next Tuesday", "the following Tuesday night".
    fn rel_weekday(&self, i: usize, j: usize, rel: Rel, day: u8) -> Option<Match> {
        if !rel.places() && rel != Rel::That {
            return None;
        }
        let mut f = self.at_weekday(j, day)?.time()?;
        f.start = i;
        f.article = matches!(rel, Rel::Previous | Rel::Following);
        if f.meaning == Meaning::Weekday(day) {
            f.meaning = Meaning::WeekdayRel(day, rel);
        }
        f.hit()
    }

    /// "last summer", "this fall", but not "this fall below …".
    fn rel_season(&self, i: usize, j: usize, rel: Rel, season: &'static str) -> Option<Match> {
        if !rel.places() && rel != Rel::That {
            return None;
        }
        let verb = self.is(j, "fall") && self.any(j + 1, &WORDS.after_verb_fall);
        (!verb).then(|| Match::Found(date(i, j + 1, Meaning::SeasonRel(season, rel))))
    }

    /// "this morning", "last night", "the following evening".
    fn rel_part(&self, i: usize, j: usize, rel: Rel, part: &'static str) -> Option<Match> {
        let meaning = match rel {
            Rel::Last | Rel::Past => Meaning::Current(TimeUnit::Day, -1),
            Rel::This => Meaning::Current(TimeUnit::Day, 0),
            Rel::Next | Rel::Following | Rel::Coming => Meaning::FromReference(TimeUnit::Day, 1),
            Rel::Previous => Meaning::FromReference(TimeUnit::Day, -1),
            Rel::That | Rel::Same => Meaning::FromReference(TimeUnit::Day, 0),
            Rel::These | Rel::Those | Rel::Latest => return None,
        };
        let mut f = date(i, j + 1, meaning).in_part(part);
        f.article = !matches!(rel, Rel::Last | Rel::This);
        self.then_clock(f).hit()
    }

    /// "last Christmas", "this Easter".
    fn rel_holiday(&self, i: usize, j: usize, rel: Rel) -> Option<Match> {
        if !matches!(
            rel,
            Rel::Last | Rel::Past | Rel::Next | Rel::Coming | Rel::This
        ) {
            return None;
        }
        let (rule, end) = holidays::at(self.text, self.tokens, j)?;
        date(i, end, Meaning::HolidayRel(rule, rel)).hit()
    }

    /// "in the past", not "past the gate" or "the past president".
    fn the_past(&self, i: usize, j: usize, rel: Rel) -> Option<Match> {
        let past = rel == Rel::Past
            && self.before_any(i, &["the"])
            && i >= 2
            && self.any(i - 2, &["in", "from", "of", "with", "to"])
            && self.closes_phrase(j);
        past.then(|| Match::Found(date(i, i + 1, Meaning::Ref("PAST_REF")).the()))
    }

    /// A relation word at `i` before the singular unit at `j`: "last week", "next year's first quarter".
    fn rel_unit(&self, i: usize, j: usize, rel: Rel, unit: TimeUnit) -> Option<Match> {
        let run_on = !self.spaced(j) && !self.is_hyphen(j - 1);
        if run_on || self.tied_hyphen(j + 1) {
            return None;
        }
        let stretch = length(i, j + 1, unit, Some(1.0)).the();
        if unit.of_the_clock() {
            // of minutes and seconds "next minute" is a manner of speech
            let hour = unit == TimeUnit::Hour
                && matches!(rel, Rel::Last | Rel::Past | Rel::Next | Rel::Coming);
            return hour.then_some(Match::Found(stretch));
        }
        if rel == Rel::Past {
            return (unit != TimeUnit::Day).then_some(Match::Found(stretch));
        }
        // "the next week" is told from the story, "next week", "within the next week" and "the next year" from publication
        let stretches = i >= 2 && self.any(i - 2, &WORDS.stretching);
        let of_story = self.before_any(i, &["the"]) && !stretches;
        let meaning = unit_meaning(rel, unit, of_story)?;
        if let Meaning::Current(TimeUnit::Year, n) = meaning
            && self.kind(j + 1) == Some(TokenKind::Clitic)
            && let Some(found) = self.quarter_of_rel_year(i, j + 2, n)
        {
            return Some(found);
        }
        date(i, j + 1, meaning).the().hit()
    }

    /// "last year's quarter", "next year's first quarter", with what is of the year at `k`.
    fn quarter_of_rel_year(&self, i: usize, k: usize, years: i64) -> Option<Match> {
        if let Some((q, end)) = self.quarter(k) {
            return date(i, end, Meaning::QuarterOf(q, years as i16)).hit();
        }
        let year_earlier = years == -1 && self.unit(k) == Some(TimeUnit::Quarter);
        year_earlier.then(|| Match::Found(date(i, k + 1, Meaning::YearEarlier(TimeUnit::Quarter))))
    }

    /// "every Tuesday", "each July", "every two weeks", "every other day", "every third year".
    pub(super) fn at_each(&self, i: usize) -> Option<Match> {
        let j = i + 1;
        if self.is(j, "other") {
            return self.each_one(i, j + 1, 2.0);
        }
        if let Some((unit, n, end)) = self.counted(j) {
            return set(i, end, duration(unit, n)).hit();
        }
        if let Some(number) = self.number(j)
            && number.form == NumberForm::Ordinal
            && matches!(self.word(number.end), TimeWord::Unit(_))
        {
            return self.each_one(i, number.end, number.value);
        }
        self.each_one(i, j, 1.0)
    }

    /// The set of what stands at `j`: a unit every `n`th time, or a name.
    fn each_one(&self, i: usize, j: usize, n: f64) -> Option<Match> {
        let (end, value) = match self.word(j) {
            TimeWord::Unit(u) => (j + 1, duration(u, Some(n))),
            TimeWord::Weekday(d) => match self.word(j + 1) {
                TimeWord::Part(p) => (j + 2, format!("XXXX-WXX-{d}T{p}")),
                _ => (j + 1, format!("XXXX-WXX-{d}")),
            },
            TimeWord::Month(m) => match self.day_of_month(self.after_month(j)) {
                Some((day, end)) => (end, format!("XXXX-{m:02}-{day:02}")),
                None => (j + 1, format!("XXXX-{m:02}")),
            },
            TimeWord::Season(s) => (j + 1, format!("XXXX-{s}")),
            TimeWord::Part(p) => (j + 1, format!("XXXX-XX-XXT{p}")),
            _ => {
                let (rule, end) = holidays::at(self.text, self.tokens, j)?;
                let day = holidays::fixed(rule);
                let value = day.map_or("P1Y".into(), |(m, d)| format!("XXXX-{m:02}-{d:02}"));
                (end, value)
            }
        };
        set(i, end, value).hit()
    }
}

/// What a relation makes of one unit; one that is next may be `of_story`.
fn unit_meaning(rel: Rel, unit: TimeUnit, of_story: bool) -> Option<Meaning> {
    let next_of_story = of_story && !matches!(unit, TimeUnit::Year | TimeUnit::Quarter);
    Some(match rel {
        Rel::Last | Rel::This if unit == TimeUnit::Day => return None,
        Rel::Last => Meaning::Current(unit, -1),
        Rel::Next if unit == TimeUnit::Day || next_of_story => Meaning::FromReference(unit, 1),
        Rel::Next | Rel::Coming => Meaning::Current(unit, 1),
        Rel::This => Meaning::Current(unit, 0),
        Rel::That | Rel::Same => Meaning::FromReference(unit, 0),
        Rel::Previous => Meaning::FromReference(unit, -1),
        Rel::Following => Meaning::FromReference(unit, 1),
        Rel::Latest => Meaning::Reported(unit),
        Rel::Past | Rel::These | Rel::Those => return None,
    })
}

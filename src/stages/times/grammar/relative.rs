//! "last", "next", "this", "every" and what they say of a unit, a month or a day.

use super::{Match, Meaning, date, found};
use crate::record::TimeType;
use crate::stages::times::holidays;
use crate::stages::times::line::TokenLine;
use crate::stages::times::point::{Point, duration};
use crate::stages::times::words::{Rel, TimeUnit, TimeWord};
use crate::text::TokenKind;
use crate::text::numbers::NumberForm;

impl TokenLine<'_> {
    pub(super) fn at_current(&self, i: usize) -> Option<Match> {
        let at = if matches!(self.word(i + 1), TimeWord::Fiscal) {
            i + 2
        } else {
            i + 1
        };
        match self.word(at) {
            TimeWord::Unit(u)
                if !matches!(u, TimeUnit::Second | TimeUnit::Minute | TimeUnit::Hour) =>
            {
                date(i, at + 1, Meaning::Current(u, 0)).the().hit()
            }
            _ => date(i, i + 1, Meaning::Ref("PRESENT_REF")).hit(),
        }
    }

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
    pub(super) fn at_rel(&self, i: usize, rel: Rel) -> Option<Match> {
        let mut rel = rel;
        let mut j = i + 1;
        // "this past spring", "this coming Sunday", "that same day"
        if let TimeWord::Rel(second) = self.word(j) {
            match (rel, second) {
                (Rel::This, Rel::Past | Rel::Last) => rel = Rel::Last,
                (Rel::This, Rel::Coming | Rel::Next) => rel = Rel::Coming,
                (Rel::That, Rel::Same | Rel::Following) => rel = second,
                _ => return None,
            }
            j += 1;
        }
        let fiscal = matches!(self.word(j), TimeWord::Fiscal);
        if fiscal {
            j += 1;
        }
        // a count: "the past two months", "the next few days", "the first"
        let verb = matches!(rel, Rel::Last)
            && i > 0
            && (self.before_any(
                i,
                &["to", "will", "would", "could", "may", "might", "can", "not"],
            ) || self.kind(i - 1) == Some(TokenKind::Clitic)
                && !self.before(i).eq_ignore_ascii_case("'s"));
        if let Some((unit, n, end)) = self.counted(j) {
            if verb || matches!(rel, Rel::Same | Rel::That) || self.old_after(end) {
                return None;
            }
            return found(
                i,
                end,
                TimeType::Duration,
                Meaning::Duration(duration(unit, n)),
            )
            .the()
            .hit();
        }
        let offset = match rel {
            Rel::Last | Rel::Past => -1,
            Rel::Next | Rel::Coming => 1,
            _ => 0,
        };
        match self.word(j) {
            TimeWord::Unit(u) => self.rel_unit(i, j, rel, u),
            TimeWord::Units(u) if self.spaced(j) => match rel {
                Rel::These if u == TimeUnit::Day => {
                    date(i, j + 1, Meaning::Ref("PRESENT_REF")).hit()
                }
                Rel::Past | Rel::Last | Rel::Previous if !verb => found(
                    i,
                    j + 1,
                    TimeType::Duration,
                    Meaning::Duration(duration(u, None)),
                )
                .the()
                .hit(),
                Rel::Coming | Rel::Next | Rel::Following => found(
                    i,
                    j + 1,
                    TimeType::Duration,
                    Meaning::Duration(duration(u, None)),
                )
                .the()
                .hit(),
                _ => None,
            },
            TimeWord::Month(m)
                if matches!(
                    rel,
                    Rel::Last
                        | Rel::Past
                        | Rel::Next
                        | Rel::This
                        | Rel::Coming
                        | Rel::Previous
                        | Rel::Following
                ) =>
            {
                if !self.starts_title(j) && matches!(m, 3 | 5) {
                    return None;
                }
                if let Some(Match::Found(mut f)) = self.at_month(j, m) {
                    // "last Aug. 2", "next May 4"
                    if matches!(f.meaning, Meaning::MonthDay(..)) && !matches!(rel, Rel::This) {
                        f.start = i;
                    }
                    return f.hit();
                }
                date(i, j + 1, Meaning::MonthRel(m, rel)).hit()
            }
            TimeWord::Weekday(d)
                if matches!(
                    rel,
                    Rel::Last
                        | Rel::Past
                        | Rel::Next
                        | Rel::This
                        | Rel::Coming
                        | Rel::Previous
                        | Rel::Following
                        | Rel::That
                ) =>
            {
                if let Some(Match::Found(mut f)) = self.at_weekday(j, d) {
                    f.start = i;
                    f.article = matches!(rel, Rel::Previous | Rel::Following);
                    if f.meaning == Meaning::Weekday(d) {
                        f.meaning = Meaning::WeekdayRel(d, rel);
                    }
                    return f.hit();
                }
                None
            }
            TimeWord::Season(s)
                if !matches!(rel, Rel::These | Rel::Those | Rel::Same | Rel::Latest) =>
            {
                let verb = s == "FA"
                    && self.is(j, "fall")
                    && self.any(j + 1, &["below", "short", "into", "from", "behind"]);
                (!verb).then(|| Match::Found(date(i, j + 1, Meaning::SeasonRel(s, rel))))
            }
            TimeWord::Part(p) => {
                let meaning = match rel {
                    Rel::Last | Rel::Past => Meaning::Current(TimeUnit::Day, -1),
                    Rel::This => Meaning::Current(TimeUnit::Day, 0),
                    Rel::Next | Rel::Following | Rel::Coming => {
                        Meaning::FromReference(TimeUnit::Day, 1)
                    }
                    Rel::Previous => Meaning::FromReference(TimeUnit::Day, -1),
                    Rel::That | Rel::Same => Meaning::FromReference(TimeUnit::Day, 0),
                    Rel::These | Rel::Those | Rel::Latest => return None,
                };
                let mut f = found(i, j + 1, TimeType::Time, meaning);
                f.part = Some(p);
                f.article = !matches!(rel, Rel::Last | Rel::This);
                self.then_clock(f).hit()
            }
            TimeWord::Stretch if matches!(rel, Rel::Latest) && self.is(j, "period") => {
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
            _ => {
                if let Some((rule, end)) = holidays::at(self.text, self.tokens, j)
                    && (offset != 0 || rel == Rel::This)
                {
                    return date(i, end, Meaning::HolidayRel(rule, rel)).hit();
                }
                // "in the past", not "past the gate" or "the past president"
                let past = rel == Rel::Past
                    && self.before_any(i, &["the"])
                    && i >= 2
                    && self.any(i - 2, &["in", "from", "of", "with", "to"])
                    && self.closes_phrase(j);
                past.then(|| Match::Found(date(i, i + 1, Meaning::Ref("PAST_REF")).the()))
            }
        }
    }

    /// A relation word at `i` before the singular unit at `j`.
    pub(super) fn rel_unit(&self, i: usize, j: usize, rel: Rel, unit: TimeUnit) -> Option<Match> {
        if self.tied_hyphen(j + 1) || !self.spaced(j) && !self.is_hyphen(j - 1) {
            return None;
        }
        if unit.of_the_clock() {
            return (matches!(rel, Rel::Last | Rel::Past | Rel::Next | Rel::Coming)
                && unit == TimeUnit::Hour)
                .then(|| {
                    Match::Found(
                        found(
                            i,
                            j + 1,
                            TimeType::Duration,
                            Meaning::Duration("PT1H".into()),
                        )
                        .the(),
                    )
                });
        }
        let the = i > 0 && self.before(i).eq_ignore_ascii_case("the");
        let meaning = match rel {
            Rel::Last => Meaning::Current(unit, -1),
            Rel::Past => {
                let long = !matches!(unit, TimeUnit::Day);
                return long.then(|| {
                    Match::Found(
                        found(
                            i,
                            j + 1,
                            TimeType::Duration,
                            Meaning::Duration(duration(unit, Some(1.0))),
                        )
                        .the(),
                    )
                });
            }
            Rel::Next
                if unit == TimeUnit::Day
                    || (the && unit != TimeUnit::Year && unit != TimeUnit::Quarter) =>
            {
                Meaning::FromReference(unit, 1)
            }
            Rel::Next | Rel::Coming => Meaning::Current(unit, 1),
            Rel::This if unit == TimeUnit::Day => return None,
            Rel::This => Meaning::Current(unit, 0),
            Rel::That | Rel::Same => Meaning::FromReference(unit, 0),
            Rel::Previous => Meaning::FromReference(unit, -1),
            Rel::Following => Meaning::FromReference(unit, 1),
            Rel::Latest => Meaning::Reported(unit),
            Rel::These | Rel::Those => return None,
        };
        if rel == Rel::Last && unit == TimeUnit::Day {
            return None;
        }
        // "next year's first quarter"
        if unit == TimeUnit::Year
            && self.kind(j + 1) == Some(TokenKind::Clitic)
            && let Meaning::Current(_, n) = meaning
        {
            if let Some((q, end)) = self.quarter(j + 2) {
                return date(i, end, Meaning::QuarterOf(q, n as i16)).hit();
            }
            if self.unit(j + 2) == Some(TimeUnit::Quarter) && n == -1 {
                return date(i, j + 3, Meaning::YearEarlier(TimeUnit::Quarter)).hit();
            }
        }
        date(i, j + 1, meaning).the().hit()
    }

    /// "every Tuesday", "each July", "every two weeks", "every other day".
    pub(super) fn at_each(&self, i: usize) -> Option<Match> {
        let set =
            |end: usize, value: String| found(i, end, TimeType::Set, Meaning::Set(value)).hit();
        let mut j = i + 1;
        let mut n = 1.0;
        if self.is(j, "other") {
            n = 2.0;
            j += 1;
        } else if let Some((unit, n, end)) = self.counted(j) {
            return set(end, duration(unit, n));
        } else if let Some(number) = self.number(j)
            && number.form == NumberForm::Ordinal
            && matches!(self.word(number.end), TimeWord::Unit(_))
        {
            n = number.value;
            j = number.end;
        }
        match self.word(j) {
            TimeWord::Unit(u) => set(j + 1, duration(u, Some(n))),
            TimeWord::Weekday(d) => match self.word(j + 1) {
                TimeWord::Part(p) => set(j + 2, format!("XXXX-WXX-{d}T{p}")),
                _ => set(j + 1, format!("XXXX-WXX-{d}")),
            },
            TimeWord::Month(m) => match self.day_of_month(self.after_month(j)) {
                Some((day, end)) => set(end, format!("XXXX-{m:02}-{day:02}")),
                None => set(j + 1, format!("XXXX-{m:02}")),
            },
            TimeWord::Season(s) => set(j + 1, format!("XXXX-{s}")),
            TimeWord::Part(p) => set(j + 1, format!("XXXX-XX-XXT{p}")),
            _ => {
                let (rule, end) = holidays::at(self.text, self.tokens, j)?;
                let value = match holidays::fixed(rule) {
                    Some((m, d)) => format!("XXXX-{m:02}-{d:02}"),
                    None => "P1Y".into(),
                };
                set(end, value)
            }
        }
    }
}

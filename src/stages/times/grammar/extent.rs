//! What belongs to an expression on either side of its core: "late", "the end of", "more than", "or so".

use super::{FoundTime, Meaning, WORDS};
use crate::record::TimeType;
use crate::stages::times::line::TokenLine;
use crate::stages::times::point::Point;
use crate::stages::times::unit::TimeUnit;
use crate::stages::times::words::TimeWord;

/// Most words taken in before an expression, one by one: "the late part of the" has four.
const MOST_WORDS_BEFORE: usize = 4;

/// Where an expression begins with one word more, and whether an article before that belongs to it.
type StepLeft = Option<(usize, bool)>;

impl TokenLine<'_> {
    /// Takes in what stands before: "late", "the", "the end of", "more than".
    pub(super) fn extend_left(&self, f: &mut FoundTime, floor: usize) {
        let mut the = f.article;
        for _ in 0..MOST_WORDS_BEFORE {
            if f.start <= floor {
                return;
            }
            let k = f.start - 1;
            let step = if self.tied_hyphen(k) && k > floor {
                self.hyphened_head(f, the, k - 1)
            } else {
                self.edge(f, the, k)
                    .or_else(|| self.article(the, k, floor))
                    .or_else(|| self.portion(f, k, floor))
                    .or_else(|| (self.is(k, "sometime") && f.is_point()).then_some((k, the)))
            };
            let Some((start, takes_article)) = step else {
                break;
            };
            f.start = start;
            the = takes_article;
        }
        self.extend_by_modifier(f, floor);
    }

    /// "mid-1996", "late-November", "post-1989", with the word at `head`.
    fn hyphened_head(&self, f: &FoundTime, the: bool, head: usize) -> StepLeft {
        let edge = matches!(self.word(head), TimeWord::Edge | TimeWord::Mid) && f.is_point();
        if !edge && !self.any(head, &["post", "pre"]) {
            return None;
        }
        let the = the || matches!(f.meaning, Meaning::Point(_));
        let one_day = matches!(f.meaning, Meaning::Weekday(_) | Meaning::MonthDay(..));
        Some((head, the && !one_day))
    }

    /// "early" or "late" at `k`, "earlier" before what can be told from a day.
    fn edge(&self, f: &FoundTime, the: bool, k: usize) -> StepLeft {
        if !f.is_point() {
            return None;
        }
        match self.word(k) {
            TimeWord::Edge | TimeWord::Mid if !matches!(f.meaning, Meaning::Ref(_)) => {
                let takes_article = matches!(
                    f.meaning,
                    Meaning::Season(_) | Meaning::Point(Point::Decade(_))
                );
                Some((k, the || takes_article))
            }
            TimeWord::Shift(_) if can_be_earlier(&f.meaning) => Some((k, the)),
            _ => None,
        }
    }

    /// "the" at `k`, and "earlier in" before it.
    fn article(&self, the: bool, k: usize, floor: usize) -> StepLeft {
        if !the || !self.is(k, "the") {
            return None;
        }
        // "earlier in the year"
        let earlier = k >= floor + 2
            && self.is(k - 1, "in")
            && matches!(self.word(k - 2), TimeWord::Shift(_) | TimeWord::Edge);
        Some((if earlier { k - 2 } else { k }, false))
    }

    /// "end of", with "of" at `k`.
    fn portion(&self, f: &FoundTime, k: usize, floor: usize) -> StepLeft {
        let has_portions = f.is_point()
            && f.clock.is_none()
            && !matches!(f.meaning, Meaning::Ref(_) | Meaning::SomeDay);
        let portion = k > floor && self.is(k, "of") && self.word(k - 1) == TimeWord::Portion;
        (portion && has_portions).then(|| (k - 1, true))
    }

    /// "more than four hours", "nearly two years ago", "around Nov. 1", "at least the past 18 months".
    fn extend_by_modifier(&self, f: &mut FoundTime, floor: usize) {
        if f.start <= floor {
            return;
        }
        let measured = f.kind == TimeType::Duration && self.word(f.start) != TimeWord::Recent
            || matches!(
                f.meaning,
                Meaning::Ago(..) | Meaning::Shift(..) | Meaning::Hence(..)
            )
            || f.clock.is_some();
        let modifier = if measured {
            self.modifier_of_length(f, floor)
        } else {
            self.modifier_of_point(f)
        };
        f.start = modifier.unwrap_or(f.start);
    }

    /// Where "no more than", "at least", "up to" or "nearly" before a length begins.
    fn modifier_of_length(&self, f: &FoundTime, floor: usize) -> Option<usize> {
        let k = f.start - 1;
        let inside = k > floor;
        if inside && self.is(k, "than") && self.any(k - 1, &["more", "less", "fewer", "longer"]) {
            let no = k >= floor + 2 && self.is(k - 2, "no");
            return Some(if no { k - 2 } else { k - 1 });
        }
        let at_least = self.any(k, &["least", "most"]) && self.before_any(k, &["at"]);
        let up_to = self.is(k, "to") && self.before_any(k, &["up"]);
        if inside && (at_least || up_to) {
            return Some(k - 1);
        }
        // "over the next two years" is the stretch
        let over_the = self.is(k, "over") && self.is(f.start, "the");
        (self.any(k, &WORDS.hedge) && !over_the).then_some(k)
    }

    /// Where "around" before a date begins.
    fn modifier_of_point(&self, f: &FoundTime) -> Option<usize> {
        let blurs = matches!(
            f.meaning,
            Meaning::MonthDay(..)
                | Meaning::Point(_)
                | Meaning::Month(_)
                | Meaning::Current(TimeUnit::Year, _)
        );
        let k = f.start - 1;
        (blurs && self.is(k, "around")).then_some(k)
    }

    /// Takes in what stands behind: "1994 or later", "the next two years or so".
    pub(super) fn extend_right(&self, f: &mut FoundTime) {
        if !self.is(f.end, "or") {
            return;
        }
        let year = matches!(f.meaning, Meaning::Point(Point::Year(_)));
        let open_year = year && self.any(f.end + 1, &["later", "earlier", "so"]);
        let open_length = f.kind == TimeType::Duration
            && self.any(f.end + 1, &["so", "more"])
            && !self.is(f.end + 2, "than");
        if open_year || open_length {
            f.end += 2;
        }
    }
}

/// What "earlier" and "later" can stand before: "earlier this week", "earlier Monday".
fn can_be_earlier(meaning: &Meaning) -> bool {
    matches!(
        meaning,
        Meaning::Current(..)
            | Meaning::Weekday(_)
            | Meaning::WeekdayRel(..)
            | Meaning::FromReference(..)
            | Meaning::MonthRel(..)
            | Meaning::Month(_)
    )
}

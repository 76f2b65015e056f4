//! Percentages, points and "one in five", and what they are of.

use super::{AmountWord, FoundAmount, Quantity, Scan, WORDS, blank, round};
use crate::record::AmountKind;
use crate::text::numbers::{Number, NumberForm};
use crate::text::{Span, TokenKind};

/// Most figures of a fraction without its nought.
const LONGEST_FRACTION: usize = 3;

/// Most words of what a share is of.
const LONGEST_SHARE_OF: usize = 12;

impl<'t> Scan<'t, '_> {
    /// "46%", "20 to 25 percent", "50 basis points", "2.5 percentage points".
    pub(super) fn percent(&self, i: usize, q: Quantity) -> Option<FoundAmount> {
        let k = self.past_hyphen(q.end);
        if (q.form == NumberForm::Fraction || self.is(q.end, "of"))
            && let Some(found) = self.part_of_point(i, q)
        {
            return Some(found);
        }
        if self.of(k) == "%" {
            return self.percent_by_sign(i, k, q);
        }
        if self.is(k, "per") && self.is(k + 1, "cent") {
            let point = self.any(k + 2, &["point", "points"]);
            return self.percent_amount(i, k + 2 + usize::from(point), q, None);
        }
        match self.word(k) {
            Some(AmountWord::Percent) => {
                // "seven percentage points", "a seven-percentage-point lead"
                let point = self.past_hyphen(k + 1);
                if self.word(point) == Some(AmountWord::Point) {
                    return self.percent_amount(i, point + 1, q, Some("percentage point"));
                }
                self.percent_amount(i, k + 1, q, None)
            }
            Some(AmountWord::Basis) if self.word(k + 1) == Some(AmountWord::Point) => {
                // a basis point is a hundredth of a percentage point
                let q = Quantity {
                    value: q.value / 100.0,
                    to: q.to.map(|t| t / 100.0),
                    ..q
                };
                self.percent_amount(i, k + 2, q, Some("basis point"))
            }
            _ => None,
        }
    }

    /// "8%", "8%-10%", "8% to 10%", "8% points", with the sign at `k`.
    fn percent_by_sign(&self, i: usize, k: usize, q: Quantity) -> Option<FoundAmount> {
        let joint = self.is_dash(k + 1)
            || self.is(k + 1, "to") && !self.opened_by(i, "from")
            || self.is(k + 1, "and") && self.opened_by(i, "between");
        let range = q.to.is_none() && joint;
        let high = range.then(|| self.reader().read(k + 2)).flatten();
        if let Some(high) = high.filter(|high| self.of(high.end) == "%" && high.value > q.value) {
            let to = Some(high.value);
            return self.percent_amount(i, high.end + 1, Quantity { to, ..q }, None);
        }
        if self.any(k + 1, &["point", "points"]) {
            return self.percent_amount(i, k + 2, q, Some("percentage point"));
        }
        self.percent_amount(i, k + 1, q, None)
    }

    /// "three-tenths of a percentage point", "0.5 of a percentage point", "half a percent", "a quarter-point": parts of one.
    fn part_of_point(&self, i: usize, q: Quantity) -> Option<FoundAmount> {
        let mut k = self.past_hyphen(q.end);
        let tied = k > q.end;
        k += usize::from(self.is(k, "of"));
        let whole = self.any(k, &["a", "one", "1"]);
        k += usize::from(whole);
        match self.word(k) {
            Some(AmountWord::Percent) if whole && self.word(k + 1) == Some(AmountWord::Point) => {
                self.percent_amount(i, k + 2, q, Some("percentage point"))
            }
            Some(AmountWord::Percent) if whole => self.percent_amount(i, k + 1, q, None),
            // "a quarter-point cut" is of rates; "half a point" is of a game as often
            Some(AmountWord::Point) if tied && !whole => {
                self.percent_amount(i, k + 1, q, Some("percentage point"))
            }
            _ => None,
        }
    }

    /// "a tenth of a percent": the part of one that an ordinal names.
    pub(super) fn part_by_ordinal(&self, i: usize, n: f64) -> Option<FoundAmount> {
        let q = Quantity::of(round(1.0 / n), NumberForm::Fraction, i + 2);
        let is_part = n >= 3.0 && self.is(q.end, "of");
        is_part.then(|| self.part_of_point(i, q)).flatten()
    }

    /// ".5 percent": a fraction without its nought, whose figures stand at `i`.
    pub(super) fn bare_fraction(&self, i: usize) -> Option<FoundAmount> {
        let point = i.checked_sub(1)?;
        let figures = self.of(i);
        let is_fraction = self.of(point) == "."
            && self.spaced(point)
            && !self.spaced(i)
            && figures.len() <= LONGEST_FRACTION
            && figures.bytes().all(|b| b.is_ascii_digit());
        let value = is_fraction
            .then(|| format!("0.{figures}").parse().ok())
            .flatten()?;
        let q = Quantity::of(value, NumberForm::Digits, i + 1);
        let found = self.percent(i, q)?;
        Some(FoundAmount {
            start: point,
            ..found
        })
    }

    pub(super) fn percent_amount(
        &self,
        start: usize,
        end: usize,
        q: Quantity,
        unit: Option<&str>,
    ) -> Option<FoundAmount> {
        let mut amount = blank(AmountKind::Percent);
        amount.value = Some(q.value);
        amount.value_to = q.to;
        amount.unit = unit.map(Into::into);
        amount.of = self.share_of(end);
        Some(FoundAmount { start, end, amount })
    }

    /// "one in five", "two out of three", "9 in 10": a share, as a percentage.
    pub(super) fn one_in(&self, i: usize) -> Option<FoundAmount> {
        let top = self.reader().read(i).filter(is_small)?;
        let k = self.past_in(top.end)?;
        let bottom = self.reader().read(k).filter(is_small)?;
        if !is_share(top.value, bottom.value) || self.is_no_share(bottom.end) {
            return None;
        }
        let mut amount = blank(AmountKind::Percent);
        amount.value = Some(round(top.value / bottom.value * 100.0));
        amount.unit = Some("share".into());
        if self.kind(bottom.end) == Some(TokenKind::Word)
            && self.word(bottom.end) != Some(AmountWord::Stop)
        {
            amount.of = self.things(bottom.end);
        }
        Some(FoundAmount {
            start: i,
            end: bottom.end,
            amount,
        })
    }

    /// The index after "in", "out of" or "in every" at `i`.
    fn past_in(&self, i: usize) -> Option<usize> {
        let k = if self.is(i, "out") && self.is(i + 1, "of") {
            i + 2
        } else if self.is(i, "in") {
            i + 1
        } else {
            return None;
        };
        Some(k + usize::from(self.is(k, "every")))
    }

    /// Whether what stands at `i` makes no share of two numbers: "one in two years", "three in 10 minutes".
    fn is_no_share(&self, i: usize) -> bool {
        self.of(i) == "%" || self.kind(i) == Some(TokenKind::Number) || self.any(i, &WORDS.no_share)
    }

    /// "American adults" of "one in five American adults smokes": up to the plural that heads it.
    fn things(&self, start: usize) -> Option<Span> {
        let end = (start..self.tokens.len().min(start + 4))
            .take_while(|k| self.kind(*k) == Some(TokenKind::Word))
            .take_while(|k| self.word(*k) != Some(AmountWord::Stop))
            .find(|k| self.word(*k) == Some(AmountWord::Plural) || self.is_plural(*k))?;
        Some(Span {
            start: self.tokens[start].span.start,
            end: self.tokens[end].span.end,
        })
    }

    /// The noun phrase after "of": what a share is a share of.
    pub(super) fn share_of(&self, end: usize) -> Option<Span> {
        if !self.is(end, "of") {
            return None;
        }
        self.phrase(end + 1)
    }

    /// The noun phrase from `start` on, as far as its words go.
    pub(super) fn phrase(&self, start: usize) -> Option<Span> {
        let last = self.tokens.len().min(start + LONGEST_SHARE_OF);
        let stop = (start..last).find(|k| self.ends_phrase(*k, start));
        let end = stop.unwrap_or(last.max(start));
        let article =
            end == start + 1 && self.any(start, &["the", "a", "an", "its", "their", "his", "her"]);
        (end > start && !article).then(|| Span {
            start: self.tokens[start].span.start,
            end: self.tokens[end - 1].span.end,
        })
    }

    /// Whether token `k` stands behind the noun phrase from `start` on.
    fn ends_phrase(&self, k: usize, start: usize) -> bool {
        match self.kind(k) {
            Some(TokenKind::Punctuation) => !self.tied_hyphen(k),
            Some(TokenKind::Symbol) => k > start && !self.spaced(k),
            Some(TokenKind::Word) => k > start && self.word(k) == Some(AmountWord::Stop),
            _ => false,
        }
    }
}

/// A whole number as shares are told in: "one", "5".
fn is_small(n: &Number) -> bool {
    n.tail == 0
        && !n.scaled
        && n.value.fract() == 0.0
        && matches!(n.form, NumberForm::Words | NumberForm::Digits)
}

/// Whether people tell `top` in `bottom` as a share: up to "nine in 10", and one in any number.
fn is_share(top: f64, bottom: f64) -> bool {
    let usual = bottom <= 10.0 || top == 1.0;
    usual && (1.0..10.0).contains(&top) && top < bottom
}

//! Amounts that say once more what the one before them said, in another currency or unit.

use super::{FoundAmount, Scan, WORDS};
use crate::record::{Amount, AmountKind};

/// Most words between an amount and the one that restates it: ", or nearly".
const MOST_WORDS_BETWEEN: usize = 4;

impl Scan<'_, '_> {
    /// Ties an amount to the one just before it, the `index`th of the text, that it restates: "300 billion
    /// euros ($348 billion)", "10 miles (16 kilometers)", "$348 billion, or 300 billion euros,".
    pub(crate) fn tie_restated(&self, before: &FoundAmount, found: &mut FoundAmount, index: usize) {
        if !self.opens_restatement(before.end, found.start) {
            return;
        }
        let (a, b) = (&before.amount, &mut found.amount);
        match (a.kind, b.kind) {
            (AmountKind::Money, AmountKind::Money) if in_two_currencies(a, b) => {
                b.same_as = Some(index as u32);
                b.implied_rate = implied_rate(a, b);
            }
            (AmountKind::Measure, AmountKind::Measure) if in_two_units(a, b) => {
                b.same_as = Some(index as u32);
            }
            _ => {}
        }
    }

    /// Whether the tokens `from..to` between two amounts say that the second is the first: "(", "(about",
    /// ", or".
    fn opens_restatement(&self, from: usize, to: usize) -> bool {
        match to.saturating_sub(from) {
            1 => self.of(from) == "(",
            2..=MOST_WORDS_BETWEEN => {
                let opens =
                    self.of(from) == "(" || self.of(from) == "," && self.of(from + 1) == "or";
                opens && (from + 1..to).all(|k| self.any(k, &WORDS.restating))
            }
            _ => false,
        }
    }
}

fn in_two_currencies(a: &Amount, b: &Amount) -> bool {
    a.currency.is_some() && b.currency.is_some() && a.currency != b.currency
}

fn in_two_units(a: &Amount, b: &Amount) -> bool {
    a.si_unit.is_some() && a.si_unit == b.si_unit && a.unit != b.unit
}

/// What one of `a`'s currency is in `b`'s, where both are told in whole units.
fn implied_rate(a: &Amount, b: &Amount) -> Option<f64> {
    let whole_units = a.unit.is_none() && b.unit.is_none();
    let (x, y) = (a.value?, b.value?);
    (whole_units && x > 0.0).then(|| y / x)
}

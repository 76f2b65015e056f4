//! Measures, ages, and things that are counted.

use super::{AmountWord, FoundAmount, Quantity, Scan, blank};
use crate::record::AmountKind;
use crate::stages::amounts::measures::{MeasureUnit, UNITS};
use crate::text::numbers::{self, NumberForm};
use crate::text::tokens::Case;
use crate::text::{Span, TokenKind};

/// What people are called by what befell them.
const CASUALTIES: &[&str] = &["dead", "injured", "wounded", "missing", "homeless"];

/// Most words between a number and the noun it counts: "12 new bilateral trade agreements".
const MOST_ADJECTIVES: usize = 3;

impl<'t> Scan<'t, '_> {
    /// "46-year-old", "52 years old", "aged 30" has no unit and is left alone.
    pub(super) fn age(&self, i: usize, q: Quantity) -> Option<FoundAmount> {
        let k = self.past_hyphen(q.end);
        if !self.any(
            k,
            &[
                "year", "years", "month", "months", "week", "weeks", "day", "days",
            ],
        ) {
            return None;
        }
        let old = self.past_hyphen(k + 1);
        let end = if self.any(old, &["old", "olds"]) {
            old + 1
        } else if self.is(k + 1, "of") && self.is(k + 2, "age") {
            k + 3
        } else {
            return None;
        };
        let mut amount = blank(AmountKind::Measure);
        amount.value = Some(q.value);
        amount.value_to = q.to;
        amount.unit = Some(format!("{} of age", plural_unit(self.of(k))));
        Some(FoundAmount {
            start: i,
            end,
            amount,
        })
    }

    /// "10 miles", "30-foot", "5 feet 10 inches", "90 degrees Fahrenheit".
    pub(super) fn measure(&self, i: usize, q: Quantity) -> Option<FoundAmount> {
        let mut k = self.past_hyphen(q.end);
        if self.of(k) == "°" {
            let celsius = self.any(k + 1, &["c"]);
            let unit = UNITS.named(if celsius {
                "degrees celsius"
            } else {
                "degrees fahrenheit"
            });
            let end = if self.any(k + 1, &["c", "f"]) {
                k + 2
            } else {
                k + 1
            };
            let unit = unit
                .filter(|_| end == k + 2)
                .or_else(|| UNITS.named("degrees"))?;
            return Some(self.measure_amount(i, end, q, unit, "degrees"));
        }
        if self.kind(k) != Some(TokenKind::Word) {
            return None;
        }
        if self.of(k).len() <= 2
            && !(q.form == NumberForm::Digits
                && self.any(
                    k,
                    &[
                        "ft", "km", "kg", "cm", "mm", "lb", "oz", "kw", "mw", "gw", "yd", "mb",
                        "gb", "tb", "hp",
                    ],
                ))
        {
            return None;
        }
        // "300 million cubic feet", "5 million metric tons", "40 statute miles"
        if self.any(k, &["statute", "running", "linear", "gross"]) && UNITS.starts(self.of(k + 1)) {
            k += 1;
        }
        let (unit, mut end) = UNITS.at(self.text, self.tokens, k)?;
        let label = Span {
            start: self.tokens[k].span.start,
            end: self.tokens[end - 1].span.end,
        }
        .of(self.text);
        // "50 cups", "six degrees of separation", "second yards" are left to counts and readers
        if self.any(k, &["stone", "cup", "cups", "knot", "second"]) && self.is(k + 1, "of") {
            return None;
        }
        let mut q = q;
        // "5 feet 10 inches", "6-foot-3"
        if q.to.is_none() && self.any(k, &["foot", "feet", "ft"]) {
            let at = self.past_hyphen(end);
            let at = if self.any(at, &[","]) { at + 1 } else { at };
            if let Some(inches) = self.reader().read(at)
                && inches.value < 12.0
                && inches.tail == 0
            {
                let named = self.any(inches.end, &["inch", "inches", "in"]);
                if named || at == end + 1 && self.is_hyphen(end) {
                    let feet = q.value;
                    q.value = feet + inches.value / 12.0;
                    end = if named { inches.end + 1 } else { inches.end };
                }
            }
        }
        // speed told by a rate: "60 miles an hour" is a name of its own; "5 gallons a minute" is a rate
        Some(self.measure_amount(i, end, q, unit, label))
    }

    pub(super) fn measure_amount(
        &self,
        start: usize,
        end: usize,
        q: Quantity,
        unit: MeasureUnit,
        label: &str,
    ) -> FoundAmount {
        let mut amount = blank(AmountKind::Measure);
        amount.value = Some(q.value);
        amount.value_to = q.to;
        amount.unit = Some(label.to_owned());
        amount.si_value = unit.si_value(q.value);
        if amount.si_value.is_some() && !unit.si.is_empty() {
            amount.si_unit = Some(unit.si.to_owned());
        }
        FoundAmount { start, end, amount }
    }

    /// "12 agreements", "40 people", "three new Japanese companies".
    pub(super) fn count(&self, i: usize, q: Quantity) -> Option<FoundAmount> {
        if q.value.fract() != 0.0 && !q.scaled && q.form != NumberForm::Fraction
            || q.form == NumberForm::Fraction
        {
            return None;
        }
        let bare_year = !q.scaled
            && q.to.is_none()
            && q.form == NumberForm::Digits
            && (1800.0..2100.0).contains(&q.value)
            && self.of(i).len() == 4;
        if bare_year || q.value == 1.0 && q.to.is_none() || self.tied_hyphen(q.end) {
            return None;
        }
        let mut k = q.end;
        // "two of the hostages" and "300 of them" count what stands before; "12 of its 15 members"
        let mut adjectives = 0;
        loop {
            if self.kind(k) != Some(TokenKind::Word)
                || !self.spaced(k) && !self.is_hyphen(k.wrapping_sub(1))
            {
                return None;
            }
            // "3 USD50 cards"
            if self.of(k).bytes().any(|b| b.is_ascii_digit()) {
                return None;
            }
            let word = self.word(k);
            // "40 injured": who was, where no noun says it
            if self.any(k, CASUALTIES) {
                if !(self.is_plural(k + 1) || self.word(k + 1) == Some(AmountWord::Plural)) {
                    break;
                }
                k += 1;
                continue;
            }
            if matches!(
                word,
                Some(
                    AmountWord::NoCount
                        | AmountWord::Stop
                        | AmountWord::Percent
                        | AmountWord::Period
                )
            ) || numbers::word(self.of(k)).is_some()
            {
                return None;
            }
            if word == Some(AmountWord::Plural) || self.is_plural(k) {
                // "12 Senate votes": the last plural of the phrase is the head
                while self.is_plural(k + 1)
                    && self.spaced(k + 1)
                    && self.word(k + 1).is_none()
                    && (self.tokens[k].case == Case::Title || self.is(k, "police"))
                {
                    k += 1;
                }
                break;
            }
            adjectives += 1;
            if adjectives > MOST_ADJECTIVES {
                return None;
            }
            k += 1;
            if self.tied_hyphen(k) {
                k += 1;
            }
        }
        let mut amount = blank(AmountKind::Count);
        amount.value = Some(q.value);
        amount.value_to = q.to;
        let noun = Span {
            start: self.tokens[q.end].span.start,
            end: self.tokens[k].span.end,
        };
        amount.unit = Some(noun.of(self.text).to_owned());
        Some(FoundAmount {
            start: i,
            end: k + 1,
            amount,
        })
    }

    pub(super) fn is_plural(&self, k: usize) -> bool {
        let word = self.of(k);
        self.kind(k) == Some(TokenKind::Word)
            && word.len() > 3
            && word.ends_with('s')
            && !word.ends_with("ss")
            && !word.ends_with("us")
            && !word.ends_with("is")
            && self.word(k) != Some(AmountWord::NoCount)
    }
}

fn plural_unit(word: &str) -> String {
    let word = word.to_ascii_lowercase();
    if word.ends_with('s') {
        word
    } else {
        word + "s"
    }
}

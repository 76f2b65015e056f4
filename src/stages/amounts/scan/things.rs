//! Measures, ages, and things that are counted.

use std::ops::Range;

use super::{AmountWord, FoundAmount, Quantity, Scan, WORDS, blank};
use crate::record::AmountKind;
use crate::stages::amounts::measures::{MeasureUnit, UNITS};
use crate::text::numbers::{self, NumberForm};
use crate::text::tokens::Case;
use crate::text::{Span, TokenKind};

/// Most words between a number and the noun it counts: "12 new bilateral trade agreements".
const MOST_ADJECTIVES: usize = 3;

/// What a score of things is.
const SCORE: f64 = 20.0;

/// Four digits in these years are rather a year than a count.
const COUNTED_AS_YEARS: Range<f64> = 1800.0..2100.0;

impl<'t> Scan<'t, '_> {
    /// "46-year-old", "52 years old", "aged 30" has no unit and is left alone.
    pub(super) fn age(&self, i: usize, q: Quantity) -> Option<FoundAmount> {
        let k = self.past_hyphen(q.end);
        if !self.any(k, &WORDS.age_unit) {
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
        let k = self.past_hyphen(q.end);
        if self.of(k) == "°" {
            return self.degrees(i, k, q);
        }
        let k = self.past_part(k, &q);
        if self.kind(k) != Some(TokenKind::Word) {
            return None;
        }
        let spelt = self.of(k).len() > 2;
        let short = || q.form == NumberForm::Digits && self.any(k, &WORDS.short_unit);
        if !spelt && !short() {
            return None;
        }
        // "40 statute miles"
        let described =
            self.any(k, &["statute", "running", "linear", "gross"]) && UNITS.starts(self.of(k + 1));
        let k = k + usize::from(described);
        let (unit, end) = UNITS.at(self.text, self.tokens, k)?;
        let label = self.between(k, end);
        // "a cup of", "second of" are left to counts and readers
        if self.any(k, &["stone", "cup", "cups", "knot", "second"]) && self.is(k + 1, "of") {
            return None;
        }
        let feet = q.to.is_none() && self.any(k, &["foot", "feet", "ft"]);
        let (q, end) = if feet {
            self.with_inches(q, end)
        } else {
            (q, end)
        };
        Some(self.measure_amount(i, end, q, unit, label))
    }

    /// The index of the unit that a fraction is a part of: "half a mile", "three-quarters of an inch".
    fn past_part(&self, k: usize, q: &Quantity) -> usize {
        let at = k + usize::from(self.is(k, "of"));
        let is_part = q.form == NumberForm::Fraction && self.any(at, &["a", "an"]);
        if is_part { at + 1 } else { k }
    }

    /// The text of the tokens `from..to`.
    fn between(&self, from: usize, to: usize) -> &'t str {
        let span = Span {
            start: self.tokens[from].span.start,
            end: self.tokens[to - 1].span.end,
        };
        span.of(self.text)
    }

    /// "90°F", "20 °C", "an angle of 30°", with the sign at `k`.
    fn degrees(&self, i: usize, k: usize, q: Quantity) -> Option<FoundAmount> {
        let (name, end) = match self.of(k + 1) {
            "c" | "C" => ("degrees celsius", k + 2),
            "f" | "F" => ("degrees fahrenheit", k + 2),
            _ => ("degrees", k + 1),
        };
        let unit = UNITS.named(name).or_else(|| UNITS.named("degrees"))?;
        Some(self.measure_amount(i, end, q, unit, "degrees"))
    }

    /// "10 inches" behind feet, "5 feet 10 inches", "6-foot-3", added in feet; and the index after them.
    fn with_inches(&self, feet: Quantity, end: usize) -> (Quantity, usize) {
        let at = self.past_hyphen(end);
        let at = at + usize::from(self.is(at, ","));
        let Some(inches) = self.reader().read(at) else {
            return (feet, end);
        };
        let named = self.any(inches.end, &["inch", "inches", "in"]);
        let tied = at == end + 1 && self.is_hyphen(end);
        if inches.value >= 12.0 || inches.tail > 0 || !(named || tied) {
            return (feet, end);
        }
        let value = feet.value + inches.value / 12.0;
        let past = inches.end + usize::from(named);
        (Quantity { value, ..feet }, past)
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
        let value = if unit.never_below_zero {
            q.value.abs()
        } else {
            q.value
        };
        amount.value = Some(value);
        amount.value_to = q.to;
        amount.unit = Some(label.to_owned());
        amount.si_value = unit.si_value(value);
        if amount.si_value.is_some() && !unit.si.is_empty() {
            amount.si_unit = Some(unit.si.to_owned());
        }
        FoundAmount { start, end, amount }
    }

    /// "12 agreements", "40 people", "three new Japanese companies".
    pub(super) fn count(&self, i: usize, q: Quantity) -> Option<FoundAmount> {
        if !self.can_count(i, &q) {
            return None;
        }
        let head = self.counted_noun(q.end)?;
        if self.is_resolution(i, q.end..head + 1) {
            return None;
        }
        let mut amount = blank(AmountKind::Count);
        amount.value = Some(q.value);
        amount.value_to = q.to;
        amount.unit = Some(self.between(q.end, head + 1).to_owned());
        Some(FoundAmount {
            start: i,
            end: head + 1,
            amount,
        })
    }

    /// "a score of ships": twenty; a score of points is one of a game.
    pub(super) fn a_score(&self, i: usize) -> Option<FoundAmount> {
        if !self.is(i + 1, "score") || !self.is(i + 2, "of") {
            return None;
        }
        let head = self.counted_noun(i + 3)?;
        if self.word(head) == Some(AmountWord::Point) {
            return None;
        }
        let mut amount = blank(AmountKind::Count);
        amount.value = Some(SCORE);
        amount.unit = Some(self.between(i + 3, head + 1).to_owned());
        Some(FoundAmount {
            start: i,
            end: head + 1,
            amount,
        })
    }

    /// Whether a number can count things: a whole one, not "one", a year, or tied to what follows.
    fn can_count(&self, i: usize, q: &Quantity) -> bool {
        let whole = q.form != NumberForm::Fraction && (q.scaled || q.value.fract() == 0.0);
        let range = q.to.is_some();
        let four_digits = q.form == NumberForm::Digits && self.of(i).len() == 4;
        let bare_year = four_digits && !range && !q.scaled && COUNTED_AS_YEARS.contains(&q.value);
        let one = q.value == 1.0 && !range;
        // "four USB 3.0 ports"
        let version = !q.scaled && !range && self.of(i).contains('.');
        // "911 calls"
        let phone = self.any(i, &["911", "999", "112"])
            && self.any(q.end, &["call", "calls", "operators", "dispatchers"]);
        let named = four_digits_or_less(self.of(i)) && self.is_behind_acronym(i);
        let no_count = bare_year || one || version || phone || named;
        whole && !no_count && !self.tied_hyphen(q.end)
    }

    /// Whether the number at `i` belongs to the name before it: "the EQB 450 cars", but not "the UN 15 days" and none in a
    /// headline in capitals.
    pub(super) fn is_behind_acronym(&self, i: usize) -> bool {
        let Some(name) = i.checked_sub(1) else {
            return false;
        };
        let is_upper = |k: usize| {
            let word = self.of(k);
            word.len() >= 3 && word.bytes().all(|b| b.is_ascii_uppercase())
        };
        let around = [name.checked_sub(1), Some(i + 1)];
        let shouted = around.into_iter().flatten().any(is_upper);
        let place = name > 0 && self.any(name - 1, &["in", "at", "from", "gave", "give", "for"]);
        is_upper(name) && !shouted && !place
    }

    /// "4K video", "8K displays": how sharp a picture is, by the K on its number at `i` and the words in `noun`.
    fn is_resolution(&self, i: usize, mut noun: Range<usize>) -> bool {
        matches!(self.of(i), "2K" | "4K" | "5K" | "6K" | "8K" | "12K")
            && noun.any(|k| self.any(k, &WORDS.of_pictures))
    }

    /// The head of the noun phrase at `start` that a number counts: the last plural of it.
    fn counted_noun(&self, start: usize) -> Option<usize> {
        let mut k = start;
        let mut adjectives = 0;
        while self.can_be_counted(k) {
            // "40 injured": who was, where no noun says it
            if self.any(k, &WORDS.casualty) {
                if !self.is_any_plural(k + 1) {
                    return Some(k);
                }
                k += 1;
                continue;
            }
            if self.ends_count(k) {
                return None;
            }
            if self.is_any_plural(k) {
                return Some(self.last_plural(k));
            }
            adjectives += 1;
            if adjectives > MOST_ADJECTIVES {
                return None;
            }
            k = self.past_hyphen(k + 1);
        }
        None
    }

    /// Whether token `k` can stand in the noun phrase behind a number; not the "USD50" of "3 USD50 cards".
    fn can_be_counted(&self, k: usize) -> bool {
        self.kind(k) == Some(TokenKind::Word)
            && (self.spaced(k) || self.is_hyphen(k.wrapping_sub(1)))
            && !self.of(k).bytes().any(|b| b.is_ascii_digit())
    }

    /// Whether the word at `k` says that nothing is counted: a verb, a unit, a further number.
    fn ends_count(&self, k: usize) -> bool {
        matches!(
            self.word(k),
            Some(AmountWord::NoCount | AmountWord::Stop | AmountWord::Percent | AmountWord::Period)
        ) || numbers::word(self.of(k)).is_some()
    }

    /// A plural in -s or one of the list: "people".
    fn is_any_plural(&self, k: usize) -> bool {
        self.is_plural(k) || self.word(k) == Some(AmountWord::Plural)
    }

    /// "12 Senate votes", "12 police officers", "12 media partners": the last of the plurals from `k` on heads the phrase.
    fn last_plural(&self, k: usize) -> usize {
        let mut k = k;
        while self.is_plural(k + 1)
            && self.spaced(k + 1)
            && self.word(k + 1).is_none()
            && (self.tokens[k].case == Case::Title || self.any(k, &["police", "media", "data"]))
        {
            k += 1;
        }
        k
    }

    /// Whether token `k` looks like a plural in -s: not "glass", "virus" or "crisis".
    pub(super) fn is_plural(&self, k: usize) -> bool {
        let word = self.of(k);
        self.kind(k) == Some(TokenKind::Word)
            && word.len() > 3
            && word.ends_with('s')
            && !["ss", "us", "is"].iter().any(|end| word.ends_with(end))
            && self.word(k) != Some(AmountWord::NoCount)
    }
}

/// Whether a number is written in four digits or less.
fn four_digits_or_less(text: &str) -> bool {
    text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit())
}

fn plural_unit(word: &str) -> String {
    let word = word.to_ascii_lowercase();
    if word.ends_with('s') {
        word
    } else {
        word + "s"
    }
}

//! Numbers as news writes them: digits with separators, words, magnitudes, fractions, ordinals.
//!
//! [`read`] takes a number at a token and says where it ends. It knows "1,234.5", "12,50,000",
//! "2 1/2", "2½", "twenty-four", "a hundred thirty million", "two and a half million", "half a
//! million", "35 lakh", "three point five", "two-thirds", "21st". What a number counts, and the
//! letters run on to its digits ("10am", "5km", "3bn"), are the caller's matter.

use super::data::{DataFile, data_file};
use std::sync::LazyLock;

use super::word_table::{WordTable, rows};
use super::{Token, TokenKind};

/// The number words, compiled in.
pub const WORDS_FILE: DataFile<'static> = data_file!("numbers.tsv");

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NumberWord {
    Unit(f64),
    Tens(f64),
    Hundred,
    Scale(f64),
    /// `bn`, `m`, `k`: a magnitude only straight after digits.
    ShortScale(f64),
    Dozen,
    Ordinal(f64),
    /// The denominator of "half", "quarters", "thirds".
    Fraction(f64),
}

static NUMBER_WORDS: LazyLock<WordTable<NumberWord>> = LazyLock::new(|| {
    WordTable::new(rows(WORDS_FILE).filter_map(|row| {
        let [word, class, value] = row[..] else {
            return None;
        };
        let value: f64 = value.parse().ok()?;
        let class = match class {
            "unit" => NumberWord::Unit(value),
            "tens" => NumberWord::Tens(value),
            "hundred" => NumberWord::Hundred,
            "scale" => NumberWord::Scale(value),
            "short-scale" => NumberWord::ShortScale(value),
            "dozen" => NumberWord::Dozen,
            "ordinal" => NumberWord::Ordinal(value),
            "fraction" => NumberWord::Fraction(value),
            _ => return None,
        };
        Some((word, class))
    }))
});

/// The number word `word` is, if it is one.
pub fn word(word: &str) -> Option<NumberWord> {
    NUMBER_WORDS.get(word)
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberForm {
    Digits,
    Words,
    Ordinal,
    /// A part of one thing: "two-thirds", "half".
    Fraction,
}

/// A number read from tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    pub value: f64,
    /// Index after its last token.
    pub end: usize,
    pub form: NumberForm,
    /// True where a magnitude word was applied ("million", "lakh").
    pub scaled: bool,
    /// Bytes of letters run on to the digits of its last token, not read as part of the number.
    pub tail: usize,
}

/// Longest run of digits read as a number; a longer one is an identifier.
const MOST_DIGITS: usize = 18;

/// Splits a digit token into its number and the letters run on to it.
///
/// Commas must stand before groups of three digits, or of two in the Indian way ("12,50,000").
/// `None` for clock times, versions and anything else that is not one number.
pub fn digits(token: &str) -> Option<(f64, &str)> {
    let cut = token
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.')))
        .unwrap_or(token.len());
    let (number, tail) = token.split_at(cut);
    let number_part = number.trim_end_matches(['.', ',']);
    let (whole, fraction) = match number_part.split_once('.') {
        Some((whole, fraction)) => (whole, fraction),
        None => (number_part, ""),
    };
    if tail.starts_with(':') || fraction.contains(['.', ',']) {
        return None;
    }
    if whole.len() + fraction.len() > MOST_DIGITS + 6 {
        return None;
    }
    let mut value = 0f64;
    let mut count = 0;
    let mut groups = whole.split(',').peekable();
    let mut first = true;
    while let Some(group) = groups.next() {
        let last = groups.peek().is_none();
        let fits = first || group.len() == 3 || (!last && group.len() == 2);
        if group.is_empty() || !fits || (first && !last && group.len() > 3) {
            return None;
        }
        for b in group.bytes() {
            value = value * 10.0 + f64::from(b - b'0');
            count += 1;
        }
        first = false;
    }
    if count == 0 || count > MOST_DIGITS {
        return None;
    }
    if !fraction.is_empty() {
        // through the decimal text, so that 8.10 is the nearest double to 8.1
        value = if whole.contains(',') {
            number_part.replace(',', "").parse().ok()?
        } else {
            number_part.parse().ok()?
        };
    }
    Some((value, tail))
}

/// The value of a character that is a vulgar fraction.
fn vulgar(c: char) -> Option<f64> {
    Some(match c {
        '½' => 0.5,
        '¼' => 0.25,
        '¾' => 0.75,
        '⅓' => 1.0 / 3.0,
        '⅔' => 2.0 / 3.0,
        '⅛' => 0.125,
        '⅜' => 0.375,
        '⅝' => 0.625,
        '⅞' => 0.875,
        '⅕' => 0.2,
        _ => return None,
    })
}

/// A reader over the tokens of one block; `tokens` must not reach past it.
#[derive(Debug, Clone, Copy)]
pub struct NumberReader<'t> {
    pub text: &'t str,
    pub tokens: &'t [Token],
}

impl<'t> NumberReader<'t> {
    fn of(&self, i: usize) -> &'t str {
        self.tokens.get(i).map_or("", |t| t.of(self.text))
    }

    fn is(&self, i: usize, word: &str) -> bool {
        self.of(i).eq_ignore_ascii_case(word)
    }

    fn word(&self, i: usize) -> Option<NumberWord> {
        let token = self.tokens.get(i)?;
        (token.kind == TokenKind::Word)
            .then(|| word(token.of(self.text)))
            .flatten()
    }

    /// Index after a hyphen that ties the tokens around it together, else `i` itself.
    fn past_hyphen(&self, i: usize) -> usize {
        let tied = |k: usize| self.tokens.get(k).is_some_and(|t| !t.spaced);
        if tied(i) && matches!(self.of(i), "-" | "\u{2010}" | "\u{2011}") && tied(i + 1) {
            i + 1
        } else {
            i
        }
    }

    /// Reads a number that starts at token `i`.
    pub fn read(&self, i: usize) -> Option<Number> {
        let token = self.tokens.get(i)?;
        match token.kind {
            TokenKind::Number => self.digits_at(i),
            TokenKind::Word => self.words_at(i),
            _ => None,
        }
    }

    fn digits_at(&self, i: usize) -> Option<Number> {
        let text = self.of(i);
        let mut number = Number {
            value: 0.0,
            end: i + 1,
            form: NumberForm::Digits,
            scaled: false,
            tail: 0,
        };
        if let Some(part) = text.chars().next_back().and_then(vulgar) {
            let whole = text.trim_end_matches(|c| vulgar(c).is_some());
            number.value = part
                + if whole.is_empty() {
                    0.0
                } else {
                    let (value, "") = digits(whole)? else {
                        return None;
                    };
                    value
                };
            if whole.is_empty() {
                number.form = NumberForm::Fraction;
            }
            return Some(self.scale(number));
        }
        let (value, tail) = digits(text)?;
        number.value = value;
        match tail {
            "" => {}
            "st" | "nd" | "rd" | "th" | "ST" | "ND" | "RD" | "TH" => {
                number.form = NumberForm::Ordinal;
                return Some(number);
            }
            _ => {
                number.tail = tail.len();
                return Some(number);
            }
        }
        if let Some((part, end)) = self.slash(i, true) {
            return Some(self.scale(Number {
                value: part,
                end,
                form: NumberForm::Fraction,
                ..number
            }));
        }
        // 2 1/2 and 2-1/2
        let next = self.past_hyphen(i + 1);
        if value.fract() == 0.0 {
            if let Some((part, end)) = self.slash(next, false) {
                number.value += part;
                number.end = end;
            } else if self
                .tokens
                .get(next)
                .is_some_and(|t| t.kind == TokenKind::Number)
                && let Some(part) = single(self.of(next)).and_then(vulgar)
            {
                number.value += part;
                number.end = next + 1;
            }
        }
        Some(self.scale(number))
    }

    /// "1/2" as three tokens run together. `alone`: it is not the tail of a mixed number, so
    /// only the fractions of running text count, not 9/11 or 24/7.
    fn slash(&self, i: usize, alone: bool) -> Option<(f64, usize)> {
        let [a, bar, b] = self.tokens.get(i..i + 3)? else {
            return None;
        };
        if a.kind != TokenKind::Number || bar.spaced || b.spaced {
            return None;
        }
        if !matches!(bar.of(self.text), "/" | "\u{2044}")
            || self
                .tokens
                .get(i + 3)
                .is_some_and(|t| !t.spaced && t.of(self.text) == "/")
        {
            return None;
        }
        let (top, "") = digits(a.of(self.text))? else {
            return None;
        };
        let (bottom, "") = digits(b.of(self.text))? else {
            return None;
        };
        let usual = [2.0, 3.0, 4.0, 5.0, 8.0, 10.0, 16.0, 32.0, 64.0].contains(&bottom);
        let sound = top >= 1.0 && top < bottom && (usual || (!alone && bottom <= 100.0));
        sound.then_some((top / bottom, i + 3))
    }

    /// Applies "and a half" and the magnitude words that follow.
    fn scale(&self, mut number: Number) -> Number {
        let (mut extra, mut past) = (0.0, number.end);
        if self.is(past, "and")
            && let Some((part, end)) = self.part(past + 1)
        {
            (extra, past) = (part, end);
        }
        let mut last = 1.0;
        let mut j = past;
        let mut first = true;
        loop {
            let k = self.past_hyphen(j);
            let scale = match self.word(k) {
                Some(NumberWord::Scale(s)) => s,
                Some(NumberWord::ShortScale(s)) if first && number.form == NumberForm::Digits => {
                    // "5 m" is metres as often as millions
                    if s == 1e6 && self.is(k, "m") || self.is(k, "t") || self.is(k, "b") {
                        break;
                    }
                    s
                }
                Some(NumberWord::Hundred) if first && number.value < 100.0 => 100.0,
                Some(NumberWord::Dozen) if first => 12.0,
                _ => break,
            };
            // "1.2 lakh crore" multiplies; "two thousand million" as well
            if first {
                number.value += extra;
                extra = 0.0;
            }
            number.value *= scale;
            number.scaled = scale >= 1000.0 || number.scaled;
            last = scale;
            first = false;
            j = k + 1;
        }
        if !first {
            number.value = tidy(number.value);
            number.end = j;
            if number.form == NumberForm::Fraction {
                number.form = NumberForm::Words;
            }
            if self.is(j, "and")
                && let Some((part, end)) = self.part(j + 1)
                && !matches!(self.word(end), Some(NumberWord::Scale(_)))
            {
                number.value += part * last;
                number.end = end;
            }
        } else if extra > 0.0 {
            number.value += extra;
            number.end = past;
        }
        number
    }

    /// "a half", "one quarter", "three quarters", after "and".
    fn part(&self, i: usize) -> Option<(f64, usize)> {
        let top = if self.is(i, "a") {
            1.0
        } else if let Some(NumberWord::Unit(u)) = self.word(i) {
            u
        } else {
            return None;
        };
        let j = self.past_hyphen(i + 1);
        match self.word(j)? {
            NumberWord::Fraction(bottom) if top < bottom => Some((top / bottom, j + 1)),
            _ => None,
        }
    }

    fn words_at(&self, i: usize) -> Option<Number> {
        let number = |value, end, form| Number {
            value,
            end,
            form,
            scaled: false,
            tail: 0,
        };
        let article = self.is(i, "a") || self.is(i, "an");
        let start = if article { i + 1 } else { i };
        match self.word(start)? {
            NumberWord::Fraction(bottom) => return self.fraction(start, 1.0 / bottom),
            NumberWord::ShortScale(_) => return None,
            NumberWord::Scale(s) if !article => {
                // "million" alone is a noun; "thousand-dollar" is not met without its number
                let _ = s;
                return None;
            }
            NumberWord::Hundred | NumberWord::Dozen if !article => return None,
            NumberWord::Unit(_) | NumberWord::Tens(_) | NumberWord::Ordinal(_) if article => {
                return None;
            }
            _ => {}
        }
        let (mut total, mut group) = (0.0, if article { 1.0 } else { 0.0 });
        let mut fresh = article;
        let mut scaled = false;
        let mut end = start;
        let mut j = start;
        loop {
            let mut k = self.past_hyphen(j);
            if j > start && self.is(k, "and") && (group >= 100.0 || (group == 0.0 && scaled)) {
                if !matches!(
                    self.word(k + 1),
                    Some(NumberWord::Unit(_) | NumberWord::Tens(_))
                ) {
                    break;
                }
                k += 1;
            }
            let under = group % 100.0;
            match self.word(k) {
                Some(NumberWord::Unit(u)) if !fresh => {
                    let free = under == 0.0 || (under >= 20.0 && under % 10.0 == 0.0 && u < 10.0);
                    if !free
                        || (u == 0.0 && k > start)
                        || (j == k && j > start && under == 0.0 && group == 0.0 && !scaled)
                    {
                        break;
                    }
                    group += u;
                }
                Some(NumberWord::Tens(t)) if !fresh && under == 0.0 => group += t,
                Some(NumberWord::Hundred) if group > 0.0 && group < 100.0 => group *= 100.0,
                Some(NumberWord::Dozen) if group > 0.0 && !scaled => {
                    return Some(self.scale(number(group * 12.0, k + 1, NumberForm::Words)));
                }
                Some(NumberWord::Scale(s)) => {
                    if group > 0.0 {
                        total += group * s;
                        group = 0.0;
                    } else if scaled {
                        total *= s;
                    } else {
                        break;
                    }
                    scaled = true;
                }
                Some(NumberWord::Ordinal(o)) if !fresh || o >= 100.0 => {
                    let fits = if o < 10.0 {
                        under == 0.0 || (under >= 20.0 && under % 10.0 == 0.0)
                    } else {
                        under == 0.0
                    };
                    // "two thirds" is a fraction, "one third" as well; "twenty-first" is not
                    if k > start && total == 0.0 && group < 20.0 && group > 0.0 {
                        if (3.0..=100.0).contains(&o) && group < o && (k > j || group == 1.0) {
                            return Some(number(group / o, k + 1, NumberForm::Fraction));
                        }
                        break;
                    }
                    if !fits {
                        break;
                    }
                    return Some(number(total + group + o, k + 1, NumberForm::Ordinal));
                }
                Some(NumberWord::Fraction(bottom))
                    if total == 0.0 && group >= 1.0 && group < bottom && !fresh =>
                {
                    return self.fraction(k, group / bottom);
                }
                _ => break,
            }
            fresh = false;
            end = k + 1;
            j = end;
        }
        if end == start {
            return None;
        }
        // "three point five"
        if total == 0.0 && self.is(end, "point") {
            let (mut value, mut place, mut at) = (group, 0.1, end + 1);
            while let Some(NumberWord::Unit(u)) = self.word(at)
                && u < 10.0
                && place > 1e-6
            {
                value += u * place;
                place /= 10.0;
                at += 1;
            }
            if at > end + 1 {
                return Some(self.scale(number(tidy(value), at, NumberForm::Words)));
            }
        }
        let mut read = number(total + group, end, NumberForm::Words);
        read.scaled = scaled;
        if scaled {
            let last = total;
            if self.is(end, "and")
                && let Some((part, past)) = self.part(end + 1)
                && total > 0.0
                && group == 0.0
            {
                let unit = magnitude(last);
                read.value += part * unit;
                read.end = past;
            }
            return Some(read);
        }
        Some(self.scale(read))
    }

    /// What follows the fraction word at `i`: "half a million", "a quarter million", or nothing.
    fn fraction(&self, i: usize, part: f64) -> Option<Number> {
        let mut j = self.past_hyphen(i + 1);
        if self.is(j, "of") {
            j += 1;
        }
        if self.is(j, "a") {
            j += 1;
        }
        if let Some(NumberWord::Scale(s)) = self.word(j) {
            return Some(Number {
                value: part * s,
                end: j + 1,
                form: NumberForm::Words,
                scaled: true,
                tail: 0,
            });
        }
        if let Some(NumberWord::Dozen) = self.word(j) {
            return Some(Number {
                value: part * 12.0,
                end: j + 1,
                form: NumberForm::Words,
                scaled: false,
                tail: 0,
            });
        }
        Some(Number {
            value: part,
            end: i + 1,
            form: NumberForm::Fraction,
            scaled: false,
            tail: 0,
        })
    }
}

/// The magnitude word that made `total`: a million for 3,000,000.
fn magnitude(total: f64) -> f64 {
    [1e15, 1e12, 1e9, 1e6, 1e3]
        .into_iter()
        .find(|m| total >= *m)
        .unwrap_or(1.0)
}

/// Undoes the last bits of error a product of decimal fractions leaves: 1.2 × 1e9 is 1,200,000,000.
fn tidy(value: f64) -> f64 {
    let rounded = (value * 1e6).round() / 1e6;
    if (rounded - value).abs() <= value.abs() * 1e-12 {
        rounded
    } else {
        value
    }
}

fn single(text: &str) -> Option<char> {
    let mut chars = text.chars();
    let first = chars.next()?;
    chars.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Span, tokens::tokenize};

    fn read(text: &str) -> Option<(f64, String, NumberForm)> {
        let tokens = tokenize(text, std::iter::once(Span::new(0, text.len())));
        let number = NumberReader {
            text,
            tokens: &tokens,
        }
        .read(0)?;
        let end = tokens[number.end - 1].span.end as usize - number.tail;
        Some((number.value, text[..end].to_owned(), number.form))
    }

    fn value(text: &str) -> f64 {
        let (value, span, _) = read(text).unwrap_or_else(|| panic!("{text}: no number"));
        assert_eq!(span, text, "{text}: read to {span}");
        value
    }

    #[test]
    fn reads_numbers_as_news_writes_them() {
        for (text, want) in [
            ("1,234.50", 1234.5),
            ("12,50,000", 1_250_000.0),
            ("2 1/2", 2.5),
            ("2-1/2", 2.5),
            ("2½", 2.5),
            ("300 billion", 3e11),
            ("3.5 million", 3_500_000.0),
            ("35 lakh", 3_500_000.0),
            ("1.2 lakh crore", 1.2e12),
            ("twenty-four", 24.0),
            ("twenty four", 24.0),
            ("a hundred thirty million", 130e6),
            ("one hundred and five", 105.0),
            ("two and a half million", 2.5e6),
            ("half a million", 5e5),
            ("a quarter million", 2.5e5),
            ("three quarters billion", 7.5e8),
            ("a million and a half", 1.5e6),
            ("three point five", 3.5),
            ("two thousand five hundred", 2500.0),
            ("three million four hundred thousand", 3.4e6),
            ("two-thirds", 2.0 / 3.0),
            ("a dozen", 12.0),
            ("two dozen", 24.0),
            ("twenty-first", 21.0),
            ("21st", 21.0),
            ("a thousand", 1000.0),
            ("two hundred thousand", 200_000.0),
            ("5.5", 5.5),
        ] {
            assert!(
                (value(text) - want).abs() < 1e-6 * want,
                "{text}: {}",
                value(text)
            );
        }
    }

    #[test]
    fn leaves_what_is_no_number_alone() {
        for text in [
            "million",
            "9:30",
            "1.2.3",
            "12,34",
            "half-hearted x",
            "dozen",
        ] {
            let got = read(text);
            assert!(
                got.is_none() || got.as_ref().is_some_and(|g| g.2 == NumberForm::Fraction),
                "{text}: {got:?}"
            );
        }
        assert_eq!(read("nineteen ninety").map(|r| r.0), Some(19.0));
        assert_eq!(read("five six").map(|r| r.0), Some(5.0));
        assert_eq!(read("10am").map(|r| (r.0, r.1)), Some((10.0, "10".into())));
    }
}

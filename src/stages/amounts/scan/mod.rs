//! The grammar of amounts: a number, what it counts, and the words around that bound it.

mod currency;
mod shares;
mod things;

use crate::text::data::{DataFile, data_file};
use std::sync::LazyLock;

use crate::record::{Amount, AmountKind};
use crate::stages::amounts::context::Countries;
use crate::stages::amounts::measures::UNITS;
use crate::stages::amounts::money::CURRENCIES;
use crate::text::numbers::{self, Number, NumberForm, NumberReader, NumberWord};
use crate::text::word_table::{WordTable, rows};
use crate::text::{Token, TokenKind};

pub const MODIFIERS_FILE: DataFile<'static> = data_file!("amounts/modifiers.tsv");
pub const WORDS_FILE: DataFile<'static> = data_file!("amounts/words.tsv");

/// What a word can be around an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AmountWord {
    Percent,
    Point,
    Basis,
    Up,
    Down,
    /// "millions", "dozens": an amount without a number.
    Vague,
    /// Ends what a count or a share is of.
    Stop,
    /// A plural that does not end in -s.
    Plural,
    /// Ends in -s and is no plural, or is counted by another stage.
    NoCount,
    /// A word before a number that makes it a label: "Flight 103".
    Label,
    /// A period a rate is by.
    Period,
}

static AMOUNT_WORDS: LazyLock<WordTable<AmountWord>> = LazyLock::new(|| {
    WordTable::new(rows(WORDS_FILE).flat_map(|row| {
        let class = match row[0] {
            "percent" => AmountWord::Percent,
            "point" => AmountWord::Point,
            "basis" => AmountWord::Basis,
            "up" => AmountWord::Up,
            "down" => AmountWord::Down,
            "vague" => AmountWord::Vague,
            "stop" => AmountWord::Stop,
            "plural" => AmountWord::Plural,
            "no-count" => AmountWord::NoCount,
            "label" => AmountWord::Label,
            "period" => AmountWord::Period,
            _ => return Vec::new(),
        };
        row.get(1)
            .copied()
            .unwrap_or_default()
            .split(' ')
            .map(|w| (w, class))
            .collect()
    }))
});

/// Modifiers as their words, longest first.
static MODIFIERS: LazyLock<Vec<(Vec<&'static str>, &'static str)>> = LazyLock::new(|| {
    let mut all: Vec<_> = rows(MODIFIERS_FILE)
        .map(|row| (row[0].split(' ').collect::<Vec<_>>(), row[0]))
        .collect();
    all.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
    all
});

/// Makes the tables now, so that the first article does not pay for them.
pub fn warm() {
    LazyLock::force(&AMOUNT_WORDS);
    LazyLock::force(&MODIFIERS);
    LazyLock::force(&CURRENCIES);
    LazyLock::force(&UNITS);
}

/// An amount with the tokens it stands on.
#[derive(Debug)]
pub struct FoundAmount {
    pub start: usize,
    pub end: usize,
    pub amount: Amount,
}

/// The tokens of one block.
pub struct Scan<'t, 'c> {
    pub text: &'t str,
    pub tokens: &'t [Token],
    pub countries: &'c Countries<'t>,
}

/// Tokens before a change that may say its direction.
const DIRECTION_WINDOW: usize = 4;

fn blank(kind: AmountKind) -> Amount {
    Amount {
        start: 0,
        end: 0,
        kind,
        value: None,
        value_to: None,
        currency: None,
        currency_basis: None,
        unit: None,
        si_value: None,
        si_unit: None,
        modifier: None,
        per: None,
        direction: None,
        of: None,
        same_as: None,
        implied_rate: None,
    }
}

/// A quantity read at a token: one number or a range of two.
#[derive(Debug, Clone, Copy)]
struct Quantity {
    value: f64,
    to: Option<f64>,
    end: usize,
    form: NumberForm,
    scaled: bool,
    /// Letters run on to its last digits.
    tail: usize,
}

impl<'t> Scan<'t, '_> {
    fn of(&self, i: usize) -> &'t str {
        self.tokens.get(i).map_or("", |t| t.of(self.text))
    }

    fn is(&self, i: usize, word: &str) -> bool {
        self.of(i).eq_ignore_ascii_case(word)
    }

    fn any(&self, i: usize, of: &[&str]) -> bool {
        let text = self.of(i);
        of.iter().any(|x| text.eq_ignore_ascii_case(x))
    }

    fn kind(&self, i: usize) -> Option<TokenKind> {
        self.tokens.get(i).map(|t| t.kind)
    }

    fn spaced(&self, i: usize) -> bool {
        self.tokens.get(i).is_none_or(|t| t.spaced)
    }

    fn word(&self, i: usize) -> Option<AmountWord> {
        (self.kind(i)? == TokenKind::Word)
            .then(|| AMOUNT_WORDS.get(self.of(i)))
            .flatten()
    }

    fn is_hyphen(&self, i: usize) -> bool {
        matches!(self.of(i), "-" | "\u{2010}" | "\u{2011}")
    }

    fn is_dash(&self, i: usize) -> bool {
        self.is_hyphen(i) || matches!(self.of(i), "\u{2013}" | "\u{2014}")
    }

    fn tied_hyphen(&self, i: usize) -> bool {
        self.is_hyphen(i) && !self.spaced(i) && i + 1 < self.tokens.len() && !self.spaced(i + 1)
    }

    fn past_hyphen(&self, i: usize) -> usize {
        if self.tied_hyphen(i) { i + 1 } else { i }
    }

    fn reader(&self) -> NumberReader<'t> {
        NumberReader {
            text: self.text,
            tokens: self.tokens,
        }
    }

    /// The letters run on to the digits of token `i`.
    fn tail(&self, i: usize, length: usize) -> &'t str {
        let token = self.of(i);
        &token[token.len() - length.min(token.len())..]
    }

    /// The amount that begins at token `i`.
    pub fn at(&self, i: usize) -> Option<FoundAmount> {
        let token = self.tokens.get(i)?;
        let text = token.of(self.text);
        let mut found = match token.kind {
            TokenKind::Symbol => self.sign_first(i, i)?,
            TokenKind::Number => self.number_first(i)?,
            TokenKind::Word => {
                if let Some(found) = self.prefix_first(i, text) {
                    found
                } else {
                    match numbers::word(text) {
                        Some(NumberWord::ShortScale(_)) => return None,
                        Some(_) => self.number_first(i)?,
                        None if text.len() == 1 && text.eq_ignore_ascii_case("a")
                            || text.eq_ignore_ascii_case("an") =>
                        {
                            self.number_first(i).filter(|_| {
                                !matches!(
                                    numbers::word(self.of(i + 1)),
                                    None | Some(NumberWord::Ordinal(_))
                                )
                            })?
                        }
                        None => self.vague(i)?,
                    }
                }
            }
            _ => return None,
        };
        self.surroundings(&mut found);
        Some(found)
    }

    fn opened_by(&self, start: usize, word: &str) -> bool {
        start > 0 && self.is(start - 1, word)
    }

    /// One number, or two with a dash, "to" or "or" between them.
    fn quantity(&self, i: usize) -> Option<Quantity> {
        let first = self.reader().read(i)?;
        if first.form == NumberForm::Ordinal {
            return None;
        }
        let mut q = Quantity {
            value: first.value,
            to: None,
            end: first.end,
            form: first.form,
            scaled: first.scaled,
            tail: first.tail,
        };
        if first.tail > 0 {
            return Some(q);
        }
        let dash = self.is_dash(first.end) && self.spaced(first.end) == self.spaced(first.end + 1);
        // "rose from 5 to 7" is a change, not a range; so is "from $5 to $7"
        let sign = i > 0 && self.kind(i - 1) == Some(TokenKind::Symbol);
        let change = self.opened_by(i, "from") || sign && self.opened_by(i - 1, "from");
        let to = self.is(first.end, "to") && !change;
        let or = self.is(first.end, "or") && first.form == NumberForm::Words;
        let and = self.is(first.end, "and") && self.opened_by(i, "between");
        if !(dash || to || or || and) {
            return Some(q);
        }
        let joint = first.end + 1;
        if let Some(second) = self.reader().read(joint)
            && second.form != NumberForm::Ordinal
            && second.form != NumberForm::Fraction
            && self.forms_range(&first, &second)
        {
            let mut low = first.value;
            if second.scaled && !first.scaled && low < 1000.0 {
                low *= magnitude(second.value);
            }
            if second.value > low {
                q.value = low;
                q.to = Some(second.value);
                q.end = second.end;
                q.scaled = second.scaled;
                q.tail = second.tail;
            }
        }
        Some(q)
    }

    fn forms_range(&self, first: &Number, second: &Number) -> bool {
        // not scores with more parts, phone numbers or dates: 3-2-1, 555-1234
        let more =
            self.is_hyphen(second.end) && self.kind(second.end + 1) == Some(TokenKind::Number);
        !more && second.value > 0.0 && (first.value > 0.0 || second.value < 100.0)
    }

    /// An amount that begins with its number.
    fn number_first(&self, i: usize) -> Option<FoundAmount> {
        if self.labelled(i) {
            return None;
        }
        if let Some(found) = self.one_in(i) {
            return Some(found);
        }
        let q = self.quantity(i)?;
        if q.tail > 0 {
            return self.with_tail(i, q);
        }
        self.money_after_number(i, q)
            .or_else(|| self.percent(i, q))
            .or_else(|| self.age(i, q))
            .or_else(|| self.measure(i, q))
            .or_else(|| self.count(i, q))
    }

    /// A number that is a label: "Flight 103", "No. 7", "Boeing 747", "B-52".
    fn labelled(&self, i: usize) -> bool {
        let Some(k) = i.checked_sub(1) else {
            return false;
        };
        if self.word(k) == Some(AmountWord::Label) {
            return true;
        }
        if self.spaced(i) {
            return false;
        }
        // run on to what stands before: "B-52", "3.5/4", "x2"
        match self.kind(k) {
            Some(TokenKind::Punctuation) => {
                self.is_hyphen(k)
                    && !self.spaced(k)
                    && k > 0
                    && self.kind(k - 1) != Some(TokenKind::Punctuation)
                    || matches!(self.of(k), "/" | ":" | "." | "_" | "*")
            }
            Some(TokenKind::Symbol) => !matches!(self.of(k), "+" | "<" | ">" | "~" | "="),
            _ => true,
        }
    }

    /// Letters run on to digits: "5km", "115.5USD", "3bn euros", "50p", "20m".
    fn with_tail(&self, i: usize, q: Quantity) -> Option<FoundAmount> {
        let last = q.end - 1;
        let tail = self.tail(last, q.tail);
        let plain = Quantity { tail: 0, ..q };
        if let Some(code) = CURRENCIES.code(tail) {
            return Some(self.money(i, q.end, plain, Some(code), Some("sign")));
        }
        if let Some(scale) = scale_of(tail) {
            let full = scaled(plain, scale);
            if let Some(found) = self.money_after_number(i, full) {
                return Some(found);
            }
            // "20m people" counts; "20m" alone may be metres
            return self
                .count(i, full)
                .filter(|_| tail != "m" || self.spaced(q.end));
        }
        if tail == "p" && self.countries.pence() {
            let mut found = self.money(i, q.end, plain, Some("GBP"), Some("sign"));
            found.amount.unit = Some("pence".into());
            return Some(found);
        }
        if self.any(last, &[]) || tail.chars().all(|c| c.is_ascii_alphabetic()) {
            if tail == "pc" || tail == "pct" {
                return self.percent_amount(i, q.end, plain, None);
            }
            let unit = UNITS.named(tail).or_else(|| match tail {
                "m" => UNITS.named("meter"),
                "g" => UNITS.named("gram"),
                "l" => UNITS.named("liter"),
                "in" => UNITS.named("inch"),
                "kW" => UNITS.named("kw"),
                _ => None,
            })?;
            return Some(self.measure_amount(i, q.end, plain, unit, tail));
        }
        None
    }

    /// What stands around an amount: its modifier, its period, the direction of a change.
    fn surroundings(&self, found: &mut FoundAmount) {
        found.amount.modifier = self.modifier(found.start);
        if found.amount.kind != AmountKind::Count || found.amount.per.is_none() {
            found.amount.per = self.per(found.end);
        }
        if matches!(found.amount.kind, AmountKind::Percent | AmountKind::Money) {
            found.amount.direction = self.direction(found).map(Into::into);
        }
    }

    fn modifier(&self, start: usize) -> Option<String> {
        MODIFIERS.iter().find_map(|(words, text)| {
            let from = start.checked_sub(words.len())?;
            words
                .iter()
                .enumerate()
                .all(|(k, w)| self.is(from + k, w))
                .then(|| (*text).to_owned())
        })
    }

    /// "a year", "per share", "-a-share", "an hour", "annually".
    fn per(&self, end: usize) -> Option<String> {
        let hyphen = self.tied_hyphen(end);
        let at = if hyphen { end + 1 } else { end };
        if self.any(at, &["annually", "yearly"]) {
            return Some("year".into());
        }
        if self.any(at, &["daily"]) && !hyphen {
            return Some("day".into());
        }
        if self.is(at, "/") {
            return (self.word(at + 1) == Some(AmountWord::Period))
                .then(|| self.of(at + 1).to_ascii_lowercase());
        }
        if !self.any(at, &["a", "an", "per", "each", "every"]) {
            return None;
        }
        let unit = self.past_hyphen(at + 1);
        let word = self.of(unit);
        if self.word(unit) == Some(AmountWord::Period)
            || self.is(at, "per") && self.kind(unit) == Some(TokenKind::Word)
        {
            // "$98 a year earlier" compares
            if self.any(unit + 1, &["earlier", "ago", "later", "before"]) {
                return None;
            }
            return Some(word.to_ascii_lowercase());
        }
        None
    }

    /// Up or down, by the verb just before the change or the noun just after it.
    fn direction(&self, found: &FoundAmount) -> Option<&'static str> {
        let name = |w: Option<AmountWord>| match w {
            Some(AmountWord::Up) => Some("up"),
            Some(AmountWord::Down) => Some("down"),
            _ => None,
        };
        // "fell 214 points, or 2.4 percent"
        let mut from = found.start;
        if from >= 2 && self.is(from - 1, "or") && self.is(from - 2, ",") {
            from -= 2;
        }
        for k in (from.saturating_sub(DIRECTION_WINDOW)..from).rev() {
            if self.kind(k) == Some(TokenKind::Punctuation) && !self.is_hyphen(k) {
                break;
            }
            // "a drop of $5"
            if self.is(k, "of") && k > 0 {
                return name(self.word(k - 1));
            }
            // "rose to $5": a level, not a change
            if self.any(k, &["to", "at", "from"]) {
                return None;
            }
            // "raised $5 million" is gathered, not a change
            let gathered = found.amount.kind == AmountKind::Money
                && self.any(k, &["raise", "raises", "raised", "raising"]);
            if let Some(direction) = name(self.word(k)).filter(|_| !gathered) {
                return Some(direction);
            }
        }
        (found.amount.kind == AmountKind::Percent || self.spaced(found.end))
            .then(|| name(self.word(found.end)))
            .flatten()
    }
}

/// The magnitude of letters run on to digits or after them: `bn`, `m`, `k`.
fn scale_of(text: &str) -> Option<f64> {
    if text.eq_ignore_ascii_case("million") {
        return Some(1e6);
    }
    match numbers::word(text)? {
        NumberWord::ShortScale(s) | NumberWord::Scale(s) => Some(s),
        _ => None,
    }
}

fn scaled(q: Quantity, scale: f64) -> Quantity {
    Quantity {
        value: round(q.value * scale),
        to: q.to.map(|t| round(t * scale)),
        scaled: true,
        tail: 0,
        ..q
    }
}

/// Undoes the last bits of error of a decimal product.
fn round(value: f64) -> f64 {
    let rounded = (value * 1e6).round() / 1e6;
    if (rounded - value).abs() <= value.abs() * 1e-9 {
        rounded
    } else {
        value
    }
}

fn magnitude(value: f64) -> f64 {
    [1e12, 1e9, 1e6, 1e3]
        .into_iter()
        .find(|m| value >= *m)
        .unwrap_or(1.0)
}

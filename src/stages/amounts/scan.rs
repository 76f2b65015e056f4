//! The grammar of amounts: a number, what it counts, and the words around that bound it.

use std::sync::LazyLock;

use super::context::Countries;
use super::measures::{UNITS, Unit};
use super::money::{Name, TABLE};
use crate::record::{Amount, AmountKind};
use crate::text::numbers::{self, Form, Number, NumberWord, Reader};
use crate::text::tokens::Case;
use crate::text::word_table::{WordTable, rows};
use crate::text::{Span, Token, TokenKind};

pub const MODIFIERS_FILE: &str = include_str!("../../../config/amounts/modifiers.tsv");
pub const WORDS_FILE: &str = include_str!("../../../config/amounts/words.tsv");

/// What a word can be around an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
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

static WORDS: LazyLock<WordTable<Word>> = LazyLock::new(|| {
    WordTable::new(rows(WORDS_FILE).flat_map(|row| {
        let class = match row[0] {
            "percent" => Word::Percent,
            "point" => Word::Point,
            "basis" => Word::Basis,
            "up" => Word::Up,
            "down" => Word::Down,
            "vague" => Word::Vague,
            "stop" => Word::Stop,
            "plural" => Word::Plural,
            "no-count" => Word::NoCount,
            "label" => Word::Label,
            "period" => Word::Period,
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
    LazyLock::force(&WORDS);
    LazyLock::force(&MODIFIERS);
    LazyLock::force(&TABLE);
    LazyLock::force(&UNITS);
}

/// An amount with the tokens it stands on.
#[derive(Debug)]
pub struct Found {
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

/// Most words between a number and the noun it counts: "12 new bilateral trade agreements".
const ADJECTIVES: usize = 3;

/// Most words of what a share is of.
const OF_WORDS: usize = 12;

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
    form: Form,
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

    fn word(&self, i: usize) -> Option<Word> {
        (self.kind(i)? == TokenKind::Word)
            .then(|| WORDS.get(self.of(i)))
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

    fn reader(&self) -> Reader<'t> {
        Reader {
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
    pub fn at(&self, i: usize) -> Option<Found> {
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

    /// Letters that lead to a sign or stand for one: "US$5", "HK $ 10", "Rs 500", "USD 200", "dlrs 14".
    fn prefix_first(&self, i: usize, text: &str) -> Option<Found> {
        let next = self.tokens.get(i + 1);
        if let Some(next) = next
            && next.kind == TokenKind::Symbol
            && (!next.spaced || text.len() > 1)
            && text.len() <= 4
        {
            let sign = next.of(self.text);
            let mut joined = [0u8; 16];
            let length = text.len() + sign.len();
            if length <= joined.len() {
                joined[..text.len()].copy_from_slice(text.as_bytes());
                joined[text.len()..length].copy_from_slice(sign.as_bytes());
                let joined = std::str::from_utf8(&joined[..length]).ok()?;
                if let Some(code) = TABLE.sign(joined)
                    && let Some(q) = self.quantity(i + 2)
                {
                    return self.money_after_sign(i, q, code, "sign");
                }
            }
            // a code before its sign: "usd$ 15", "EUR € 10"
            if let Some(code) = TABLE.code(text)
                && TABLE.sign(sign).is_some()
                && let Some(q) = self.quantity(i + 2)
            {
                return self.money_after_sign(i, q, code, "sign");
            }
        }
        // "USD115" and "USD115.5" are one word to the tokenizer
        if text.len() > 3
            && text.is_ascii()
            && text.as_bytes()[3].is_ascii_digit()
            && text[..3].bytes().all(|b| b.is_ascii_uppercase())
            && let Some(code) = TABLE.code(&text[..3])
            && let Some((mut value, "")) = numbers::digits(&text[3..])
        {
            let mut end = i + 1;
            if self.is(end, ".")
                && !self.spaced(end)
                && !self.spaced(end + 1)
                && self.kind(end + 1) == Some(TokenKind::Number)
            {
                let decimals = self.of(end + 1);
                if let Ok(exact) = format!("{value:.0}.{decimals}").parse() {
                    value = exact;
                    end += 2;
                }
            }
            let q = Quantity {
                value,
                to: None,
                end,
                form: Form::Digits,
                scaled: false,
                tail: 0,
            };
            return self.money_after_sign(i, q, code, "sign");
        }
        if self.kind(i + 1) != Some(TokenKind::Number)
            && !(self.is(i + 1, ".") && self.kind(i + 2) == Some(TokenKind::Number))
        {
            return None;
        }
        let at = if self.is(i + 1, ".") { i + 2 } else { i + 1 };
        let upper = self.tokens[i].case == Case::Upper;
        if upper && let Some(code) = TABLE.code(text) {
            let q = self.quantity(at)?;
            return self.money_after_sign(i, q, code, "sign");
        }
        // signs made of letters, longer than one and not words of the language
        if text.len() >= 2
            && (self.tokens[i].case != Case::Lower || self.any(i, &["rs", "dlrs", "tk", "rmb"]))
            && !self.any(
                i,
                &[
                    "no", "le", "km", "mk", "bs", "br", "tl", "tt", "sr", "sh", "kz",
                ],
            )
            && let Some(code) = TABLE.sign(text)
        {
            let q = self.quantity(at)?;
            return self.money_after_sign(i, q, code, "sign");
        }
        // a unit before its number: "sen 100,000", "euro 125"
        if let Some(name @ Name::Minor(_)) = TABLE.name(text)
            && self.any(i, &["sen"])
            && self.tokens[i].case == Case::Lower
        {
            let q = self.quantity(at)?;
            let (code, basis) = self.currency(name, None, i);
            let mut found = self.money(i, q.end, q, code, basis);
            found.amount.unit = Some("sen".into());
            return Some(found);
        }
        None
    }

    /// An amount at a currency sign, with the letters before it from token `start` on.
    fn sign_first(&self, start: usize, i: usize) -> Option<Found> {
        let sign = self.of(i);
        let first = sign.chars().next()?;
        if matches!(first, '%' | '+' | '=' | '<' | '>' | '^' | '|' | '~' | '°') {
            return None;
        }
        let code = TABLE.sign(sign)?;
        let q = self.quantity(i + 1)?;
        let (code, basis) = if matches!(sign, "$" | "¥" | "￥" | "\u{ff04}") {
            self.countries.sign(sign, code)
        } else {
            (code, "sign")
        };
        self.money_after_sign(start, q, code, basis)
    }

    /// Completes an amount whose currency stands before it.
    fn money_after_sign(
        &self,
        start: usize,
        q: Quantity,
        code: &'static str,
        basis: &'static str,
    ) -> Option<Found> {
        let mut q = q;
        let mut end = q.end;
        if q.tail > 0 {
            let scale = scale_of(self.tail(q.end - 1, q.tail))?;
            q = scaled(q, scale);
        } else if !q.scaled
            && let Some(scale) = scale_of(self.of(end))
                .filter(|_| self.kind(end) == Some(TokenKind::Word) && self.of(end).len() <= 3)
        {
            q = scaled(q, scale);
            end += 1;
        }
        // "$5 to $7 million", "$10-$15"
        if q.to.is_none()
            && (self.is_dash(end) || self.is(end, "to") && !self.opened_by(start, "from"))
            && self.kind(end + 1) == Some(TokenKind::Symbol)
            && self.of(end + 1) == self.of(self.sign_of(start))
            && let Some(high) = self.quantity(end + 2)
            && high.to.is_none()
        {
            let mut high = high;
            let mut past = high.end;
            if high.tail > 0 {
                high = scaled(high, scale_of(self.tail(high.end - 1, high.tail))?);
            } else if !high.scaled
                && let Some(scale) = scale_of(self.of(past)).filter(|_| self.of(past).len() <= 3)
            {
                high = scaled(high, scale);
                past += 1;
            }
            if high.scaled && !q.scaled && q.value < 1000.0 && high.value >= 1000.0 {
                let factor = magnitude(high.value);
                q.value *= factor;
            }
            if high.value > q.value {
                q.to = Some(high.value);
                end = past;
            }
        }
        // "$300 US", "$5 million Canadian"
        if let Some(adjective) = Some(self.of(end)).filter(|_| self.spaced(end))
            && self.any(end, &["US", "Canadian", "Australian", "Cdn"])
            && (self.kind(end + 1) != Some(TokenKind::Word)
                || self.any(end + 1, &["and", "in", "to", "for", "a", "per"]))
            && basis != "sign"
            && let Some(noun) = TABLE.name("dollar")
            && let Some(code) = TABLE.with_adjective(adjective, noun)
        {
            return Some(self.money(start, end + 1, q, Some(code), Some("name")));
        }
        Some(self.money(start, end, q, Some(code), Some(basis)))
    }

    /// Index of the sign in an amount that starts at `start`.
    fn sign_of(&self, start: usize) -> usize {
        if self.kind(start) == Some(TokenKind::Symbol) {
            start
        } else {
            start + 1
        }
    }

    fn opened_by(&self, start: usize, word: &str) -> bool {
        start > 0 && self.is(start - 1, word)
    }

    fn money(
        &self,
        start: usize,
        end: usize,
        q: Quantity,
        code: Option<&'static str>,
        basis: Option<&'static str>,
    ) -> Found {
        let mut amount = blank(AmountKind::Money);
        amount.value = Some(q.value);
        amount.value_to = q.to;
        amount.currency = code.map(Into::into);
        amount.currency_basis = basis.map(Into::into);
        Found { start, end, amount }
    }

    /// One number, or two with a dash, "to" or "or" between them.
    fn quantity(&self, i: usize) -> Option<Quantity> {
        let first = self.reader().read(i)?;
        if first.form == Form::Ordinal {
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
        let or = self.is(first.end, "or") && first.form == Form::Words;
        if !(dash || to || or) {
            return Some(q);
        }
        let joint = first.end + 1;
        if let Some(second) = self.reader().read(joint)
            && second.form != Form::Ordinal
            && second.form != Form::Fraction
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
    fn number_first(&self, i: usize) -> Option<Found> {
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
        if self.word(k) == Some(Word::Label) {
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
    fn with_tail(&self, i: usize, q: Quantity) -> Option<Found> {
        let last = q.end - 1;
        let tail = self.tail(last, q.tail);
        let plain = Quantity { tail: 0, ..q };
        if let Some(code) = TABLE.code(tail) {
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

    /// "300 billion euros", "35 lakh rupees", "50 cents", "10 €", "13 dollars 45", "75 USD million".
    fn money_after_number(&self, i: usize, q: Quantity) -> Option<Found> {
        let mut q = q;
        let mut k = self.past_hyphen(q.end);
        // a sign or a code behind the number
        if self.kind(k) == Some(TokenKind::Symbol)
            && !matches!(self.of(k), "%" | "°" | "+" | "=")
            && (self.kind(k + 1) != Some(TokenKind::Number)
                || self.spaced(k + 1) && !self.spaced(k)
                || self.number_has_own_sign(k))
            && let Some(code) = TABLE.sign(self.of(k))
        {
            return Some(self.money(i, k + 1, q, Some(code), Some("sign")));
        }
        if let Some(code) = TABLE.code(self.of(k))
            && (self.tokens[k].case == Case::Upper
                || matches!(code, "USD" | "EUR" | "GBP" | "INR" | "CAD" | "AUD"))
        {
            let mut end = k + 1;
            if !q.scaled
                && let Some(NumberWord::Scale(scale)) = numbers::word(self.of(end))
            {
                q = scaled(q, scale);
                end += 1;
            }
            let end = self.loose_hundredths(&mut q, end);
            return Some(self.money(i, end, q, Some(code), Some("sign")));
        }
        // an adjective of one or two words: "Australian dollars", "Hong Kong dollars", "U.S. dollars"
        let (mut adjective, mut noun_at) = (None, k);
        let mut joined = String::new();
        if TABLE.name(self.of(k)).is_none() {
            if TABLE.name(self.of(k + 1)).is_some() && self.kind(k) == Some(TokenKind::Word) {
                adjective = Some(self.of(k).trim_end_matches('.'));
                noun_at = k + 1;
            } else if TABLE.name(self.of(k + 2)).is_some()
                && self.kind(k) == Some(TokenKind::Word)
                && self.kind(k + 1) == Some(TokenKind::Word)
            {
                joined = format!("{}-{}", self.of(k), self.of(k + 1));
                noun_at = k + 2;
            }
        }
        if !joined.is_empty() {
            adjective = Some(joined.as_str());
        }
        k = noun_at;
        let name = TABLE.name(self.of(k))?;
        let found = match adjective {
            Some(a) => {
                if self.is(k - 1, "old") || self.is(k - 1, "new") {
                    self.currency(name, None, i)
                } else {
                    let code = TABLE.with_adjective(a, name)?;
                    (Some(code), Some("name"))
                }
            }
            None => {
                if self.is_word_rather(k, &q) {
                    return None;
                }
                self.currency(name, None, i)
            }
        };
        let (code, basis) = found;
        let mut end = k + 1;
        // "pound sterling", "Swiss francs"
        if self.is(end, "sterling") {
            end += 1;
        }
        if let Name::Minor(_) = name {
            let mut found = self.money(i, end, q, code, basis);
            found.amount.unit = Some(TABLE.singular(name).to_owned());
            return Some(found);
        }
        // "thirteen dollars forty-five cents", "13 dollars and 45 cents", "15 dollars 50"
        if q.to.is_none() && q.value.fract() == 0.0 {
            let at = if self.is(end, "and") { end + 1 } else { end };
            if let Some(cents) = self.reader().read(at)
                && cents.value < 100.0
                && cents.tail == 0
                && matches!(TABLE.name(self.of(cents.end)), Some(Name::Minor(_)))
            {
                q.value += cents.value / 100.0;
                end = cents.end + 1;
            } else {
                end = self.loose_hundredths(&mut q, end);
            }
        }
        Some(self.money(i, end, q, code, basis))
    }

    /// Whether the number after `k` has the sign at `k`: "50 $ 30".
    fn number_has_own_sign(&self, k: usize) -> bool {
        // "10 $ 30 $": every number before its sign
        self.kind(k + 2) == Some(TokenKind::Symbol)
    }

    /// "15 dollars 50": two digits or words of tens that nothing else claims.
    fn loose_hundredths(&self, q: &mut Quantity, end: usize) -> usize {
        let Some(cents) = self.reader().read(end) else {
            return end;
        };
        let plain = cents.tail == 0
            && (10.0..100.0).contains(&cents.value)
            && cents.value.fract() == 0.0
            && matches!(cents.form, Form::Digits | Form::Words)
            && self.spaced(end)
            && q.value.fract() == 0.0
            && !q.scaled;
        let free = match self.kind(cents.end) {
            None => true,
            Some(TokenKind::Punctuation) => !self.is_hyphen(cents.end) && !self.is(cents.end, ","),
            Some(TokenKind::Word) => self.any(cents.end, &["more", "and", "for", "each"]),
            _ => false,
        };
        if plain && free {
            q.value += cents.value / 100.0;
            cents.end
        } else {
            end
        }
    }

    /// Names of money that are more often other words: they need a magnitude, a plural or a sign of money.
    fn is_word_rather(&self, k: usize, q: &Quantity) -> bool {
        let word = self.of(k);
        let doubtful = self.any(
            k,
            &[
                "won",
                "real",
                "ban",
                "bans",
                "para",
                "paras",
                "sum",
                "sums",
                "sol",
                "sols",
                "att",
                "pul",
                "ore",
                "som",
                "p",
                "mark",
                "crown",
                "colon",
                "colons",
                "lat",
                "lats",
                "ether",
                "sterling",
                "boliviano",
                "rand",
                "rands",
                "p",
                "avo",
                "deni",
                "lira",
                "sou",
                "tala",
                "kip",
                "dong",
                "kina",
                "birr",
                "euro",
                "mo",
                "sh",
                "reals",
                "sen",
                "sens",
                "fils",
                "filler",
                "fillers",
                "cups",
            ],
        );
        if self.any(
            k,
            &[
                "sen", "fils", "birr", "rand", "lira", "euro", "kina", "dong", "kip", "tala",
            ],
        ) {
            return self.tokens[k].case == Case::Title;
        }
        if self.any(k, &["pound", "pounds"]) {
            return !self.countries.pounds_are_money(q.scaled)
                || self.is(k + 1, "of") && !q.scaled
                || self.is_hyphen(k + 1);
        }
        if self.any(k, &["mark", "crown"]) {
            return !(self.is_hyphen(k - 1) && q.value > 1.0);
        }
        doubtful && !q.scaled && !(word.eq_ignore_ascii_case("won") && q.value >= 1000.0)
    }

    /// The currency of a name by its adjective, by being the only one, by context, by default.
    fn currency(
        &self,
        name: Name,
        adjective: Option<&str>,
        i: usize,
    ) -> (Option<&'static str>, Option<&'static str>) {
        if let Some(code) = adjective.and_then(|a| TABLE.with_adjective(a, name)) {
            return (Some(code), Some("name"));
        }
        if let Some(code) = TABLE.only(name) {
            return (Some(code), Some("name"));
        }
        let at = self.tokens.get(i).map_or(0, |t| t.span.start);
        if let Some(code) = self.countries.name(name, at) {
            return (Some(code), Some("context"));
        }
        match self.countries.default(TABLE.singular(name)) {
            Some(code) => (Some(code), Some("default")),
            None => (None, None),
        }
    }

    /// "46%", "20 to 25 percent", "50 basis points", "2.5 percentage points".
    fn percent(&self, i: usize, q: Quantity) -> Option<Found> {
        let k = self.past_hyphen(q.end);
        if self.of(k) == "%" {
            let mut q = q;
            // "8%-10%", "8% to 10%"
            if q.to.is_none()
                && (self.is_dash(k + 1) || self.is(k + 1, "to") && !self.opened_by(i, "from"))
                && let Some(high) = self.reader().read(k + 2)
                && self.of(high.end) == "%"
                && high.value > q.value
            {
                q.to = Some(high.value);
                return self.percent_amount(i, high.end + 1, q, None);
            }
            if self.any(k + 1, &["point", "points"]) {
                return self.percent_amount(i, k + 2, q, Some("percentage point"));
            }
            return self.percent_amount(i, k + 1, q, None);
        }
        if self.is(k, "per") && self.is(k + 1, "cent") {
            let end = if self.any(k + 2, &["point", "points"]) {
                k + 3
            } else {
                k + 2
            };
            return self.percent_amount(i, end, q, None);
        }
        match self.word(k) {
            Some(Word::Percent) => {
                if self.word(k + 1) == Some(Word::Point) {
                    return self.percent_amount(i, k + 2, q, Some("percentage point"));
                }
                self.percent_amount(i, k + 1, q, None)
            }
            Some(Word::Basis) if self.word(k + 1) == Some(Word::Point) => {
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

    fn percent_amount(
        &self,
        start: usize,
        end: usize,
        q: Quantity,
        unit: Option<&str>,
    ) -> Option<Found> {
        let mut amount = blank(AmountKind::Percent);
        amount.value = Some(q.value);
        amount.value_to = q.to;
        amount.unit = unit.map(Into::into);
        amount.of = self.share_of(end);
        Some(Found { start, end, amount })
    }

    /// "one in five", "two out of three", "9 in 10": a share, as a percentage.
    fn one_in(&self, i: usize) -> Option<Found> {
        let small = |n: &Number| {
            n.tail == 0
                && !n.scaled
                && n.value.fract() == 0.0
                && matches!(n.form, Form::Words | Form::Digits)
        };
        let top = self.reader().read(i).filter(small)?;
        let mut k = top.end;
        if self.is(k, "out") && self.is(k + 1, "of") {
            k += 2;
        } else if self.any(k, &["in"]) {
            k += 1;
        } else {
            return None;
        }
        if self.any(k, &["every"]) {
            k += 1;
        }
        let bottom = self.reader().read(k).filter(small)?;
        if !(top.value >= 1.0
            && top.value < bottom.value
            && (bottom.value <= 10.0 || top.value == 1.0)
            && top.value < 10.0)
        {
            return None;
        }
        // "one in two years", "three in 10 minutes" are no shares
        let time = self.any(
            bottom.end,
            &[
                "years", "months", "weeks", "days", "hours", "minutes", "seconds", "games",
                "percent", "decades", "million", "-",
            ],
        ) || self.of(bottom.end) == "%";
        if time || self.kind(bottom.end) == Some(TokenKind::Number) {
            return None;
        }
        let mut amount = blank(AmountKind::Percent);
        amount.value = Some(round(top.value / bottom.value * 100.0));
        amount.unit = Some("share".into());
        if self.kind(bottom.end) == Some(TokenKind::Word)
            && self.word(bottom.end) != Some(Word::Stop)
        {
            amount.of = self.phrase(bottom.end);
        }
        Some(Found {
            start: i,
            end: bottom.end,
            amount,
        })
    }

    /// The noun phrase after "of": what a share is a share of.
    fn share_of(&self, end: usize) -> Option<Span> {
        if !self.is(end, "of") {
            return None;
        }
        self.phrase(end + 1)
    }

    /// The noun phrase from `start` on, as far as its words go.
    fn phrase(&self, start: usize) -> Option<Span> {
        let mut end = start;
        while end < self.tokens.len() && end < start + OF_WORDS {
            let stop = match self.kind(end) {
                Some(TokenKind::Punctuation) => !(self.is_hyphen(end) && self.tied_hyphen(end)),
                Some(TokenKind::Symbol) => end > start && !self.spaced(end),
                Some(TokenKind::Word) => end > start && self.word(end) == Some(Word::Stop),
                _ => false,
            };
            if stop {
                break;
            }
            end += 1;
        }
        let article =
            end == start + 1 && self.any(start, &["the", "a", "an", "its", "their", "his", "her"]);
        (end > start && !article).then(|| Span {
            start: self.tokens[start].span.start,
            end: self.tokens[end - 1].span.end,
        })
    }

    /// "46-year-old", "52 years old", "aged 30" has no unit and is left alone.
    fn age(&self, i: usize, q: Quantity) -> Option<Found> {
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
        Some(Found {
            start: i,
            end,
            amount,
        })
    }

    /// "10 miles", "30-foot", "5 feet 10 inches", "90 degrees Fahrenheit".
    fn measure(&self, i: usize, q: Quantity) -> Option<Found> {
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
            && !(q.form == Form::Digits
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

    fn measure_amount(
        &self,
        start: usize,
        end: usize,
        q: Quantity,
        unit: Unit,
        label: &str,
    ) -> Found {
        let mut amount = blank(AmountKind::Measure);
        amount.value = Some(q.value);
        amount.value_to = q.to;
        amount.unit = Some(label.to_owned());
        amount.si_value = unit.si_value(q.value);
        if amount.si_value.is_some() && !unit.si.is_empty() {
            amount.si_unit = Some(unit.si.to_owned());
        }
        Found { start, end, amount }
    }

    /// "12 agreements", "40 people", "three new Japanese companies".
    fn count(&self, i: usize, q: Quantity) -> Option<Found> {
        if q.value.fract() != 0.0 && !q.scaled && q.form != Form::Fraction
            || q.form == Form::Fraction
        {
            return None;
        }
        let bare_year = !q.scaled
            && q.to.is_none()
            && q.form == Form::Digits
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
            let word = self.word(k);
            if matches!(
                word,
                Some(Word::NoCount | Word::Stop | Word::Percent | Word::Period)
            ) || numbers::word(self.of(k)).is_some()
            {
                return None;
            }
            if word == Some(Word::Plural) || self.is_plural(k) {
                // "12 Senate votes": the last plural of the phrase is the head
                while self.is_plural(k + 1)
                    && self.spaced(k + 1)
                    && self.word(k + 1).is_none()
                    && self.tokens[k].case == Case::Title
                {
                    k += 1;
                }
                break;
            }
            adjectives += 1;
            if adjectives > ADJECTIVES {
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
        Some(Found {
            start: i,
            end: k + 1,
            amount,
        })
    }

    fn is_plural(&self, k: usize) -> bool {
        let word = self.of(k);
        self.kind(k) == Some(TokenKind::Word)
            && word.len() > 3
            && word.ends_with('s')
            && !word.ends_with("ss")
            && !word.ends_with("us")
            && !word.ends_with("is")
            && self.word(k) != Some(Word::NoCount)
    }

    /// "millions of dollars", "several million dollars", "hundreds of thousands of euros": money without a number.
    fn vague(&self, i: usize) -> Option<Found> {
        if self.word(i) != Some(Word::Vague) {
            return None;
        }
        let mut k = i + 1;
        let mut scale = self.any(
            i,
            &[
                "millions",
                "billions",
                "trillions",
                "thousands",
                "hundreds",
                "crores",
                "lakhs",
            ],
        );
        for _ in 0..4 {
            if self.is(k, "of") {
                k += 1;
            }
            let word = self.of(k);
            if self.word(k) == Some(Word::Vague)
                || matches!(
                    numbers::word(word),
                    Some(NumberWord::Scale(_) | NumberWord::Hundred)
                )
            {
                scale = true;
                k += 1;
            } else {
                break;
            }
        }
        let adjective = TABLE.name(self.of(k)).is_none() && TABLE.name(self.of(k + 1)).is_some();
        let noun = if adjective { k + 1 } else { k };
        let name = TABLE.name(self.of(noun))?;
        if !scale
            || self.kind(noun) != Some(TokenKind::Word)
            || !self.of(noun).ends_with('s') && !self.any(noun, &["yen", "yuan", "won", "baht"])
        {
            return None;
        }
        if self.any(noun, &["pounds"]) && !self.countries.pounds_are_money(true) {
            return None;
        }
        let (code, basis) = self.currency(name, adjective.then(|| self.of(k)), i);
        if adjective && basis != Some("name") {
            return None;
        }
        let mut amount = blank(AmountKind::Money);
        amount.currency = code.map(Into::into);
        amount.currency_basis = basis.map(Into::into);
        amount.modifier = None;
        Some(Found {
            start: i,
            end: noun + 1,
            amount,
        })
    }

    /// What stands around an amount: its modifier, its period, the direction of a change.
    fn surroundings(&self, found: &mut Found) {
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
            return (self.word(at + 1) == Some(Word::Period))
                .then(|| self.of(at + 1).to_ascii_lowercase());
        }
        if !self.any(at, &["a", "an", "per", "each", "every"]) {
            return None;
        }
        let unit = self.past_hyphen(at + 1);
        let word = self.of(unit);
        if self.word(unit) == Some(Word::Period)
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
    fn direction(&self, found: &Found) -> Option<&'static str> {
        let name = |w: Option<Word>| match w {
            Some(Word::Up) => Some("up"),
            Some(Word::Down) => Some("down"),
            _ => None,
        };
        for k in (found.start.saturating_sub(DIRECTION_WINDOW)..found.start).rev() {
            if self.kind(k) == Some(TokenKind::Punctuation) && !self.is_hyphen(k) {
                break;
            }
            // "rose to $5": a level, not a change
            if self.any(k, &["to", "at", "from", "of"]) {
                return None;
            }
            if let Some(direction) = name(self.word(k)) {
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

fn plural_unit(word: &str) -> String {
    let word = word.to_ascii_lowercase();
    if word.ends_with('s') {
        word
    } else {
        word + "s"
    }
}

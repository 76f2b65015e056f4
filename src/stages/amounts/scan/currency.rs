//! Money: signs, codes and names, and the number before or after them.

use std::borrow::Cow;

use super::{AmountWord, FoundAmount, Quantity, Scan, WORDS, blank, magnitude, scale_of, scaled};
use crate::record::AmountKind;
use crate::stages::amounts::money::{CURRENCIES, MoneyName};
use crate::text::TokenKind;
use crate::text::numbers::{self, Number, NumberForm, NumberWord};
use crate::text::tokens::Case;

impl<'t> Scan<'t, '_> {
    /// Letters that lead to a sign or stand for one: "US$5", "HK $ 10", "Rs 500", "USD 200", "dlrs 14".
    pub(super) fn prefix_first(&self, i: usize, text: &str) -> Option<FoundAmount> {
        self.letters_before_sign(i, text)
            .or_else(|| self.code_run_on(i, text))
            .or_else(|| self.letters_before_number(i, text))
    }

    /// "US$5", "HK $ 10"; and a code before its sign: "usd$ 15", "EUR € 10".
    fn letters_before_sign(&self, i: usize, text: &str) -> Option<FoundAmount> {
        let next = self.tokens.get(i + 1)?;
        let leads = text.len() <= LONGEST_PREFIX && (!next.spaced || text.len() > 1);
        if next.kind != TokenKind::Symbol || !leads {
            return None;
        }
        let sign = next.of(self.text);
        let of_code = || {
            CURRENCIES
                .code(text)
                .filter(|_| CURRENCIES.sign(sign).is_some())
        };
        let code = joined_sign(text, sign).or_else(of_code)?;
        let q = self.quantity(i + 2)?;
        self.money_after_sign(i, q, code, "sign")
    }

    /// "USD115", "USD1,500.50", "CHF20m", "R500m", "Sh500": one word to the tokenizer and what follows.
    fn code_run_on(&self, i: usize, text: &str) -> Option<FoundAmount> {
        let (letters, digits) = text.split_at(text.find(|c: char| c.is_ascii_digit())?);
        if !(1..=3).contains(&letters.len()) {
            return None;
        }
        let mut q = self.run_on_number(i, digits)?;
        let in_capitals = letters.bytes().all(|b| b.is_ascii_uppercase());
        let is_title = letters.starts_with(|c: char| c.is_ascii_uppercase());
        let of_letters = || {
            is_title
                .then(|| self.sign_of_letters(letters, &q))
                .flatten()
        };
        let code = CURRENCIES
            .code(letters)
            .filter(|_| in_capitals)
            .or_else(of_letters)?;
        if q.tail == 0
            && let Some(NumberWord::Scale(scale)) = numbers::word(self.of(q.end))
        {
            q = Quantity {
                end: q.end + 1,
                ..scaled(q, scale)
            };
        }
        self.money_after_sign(i, q, code, "sign")
    }

    /// The currency of up to three letters run on to the digits of `q`: "R500m", "NKr5bn". "R2" and "N95" are names of things,
    /// so that the sign counts with a magnitude, or where its country is the outlet's or the dateline's.
    fn sign_of_letters(&self, letters: &str, q: &Quantity) -> Option<&'static str> {
        let is_sum = match q.tail {
            0 => matches!(numbers::word(self.of(q.end)), Some(NumberWord::Scale(_))),
            tail => scale_of(self.tail(q.end - 1, tail)).is_some(),
        };
        let mut bearing = CURRENCIES.bearing(letters);
        let found = bearing.find(|currency| is_sum || self.countries.is_local(currency))?;
        Some(found.code)
    }

    /// The number that begins with `digits` at the end of token `i`, and goes on in the tokens run on to it: the "1,500.50"
    /// of "USD1,500.50".
    fn run_on_number(&self, i: usize, digits: &str) -> Option<Quantity> {
        let mut whole = digits.to_owned();
        let mut past = i + 1;
        while matches!(self.of(past), "," | ".")
            && !self.spaced(past)
            && !self.spaced(past + 1)
            && self.kind(past + 1) == Some(TokenKind::Number)
        {
            whole.push_str(self.of(past));
            whole.push_str(self.of(past + 1));
            past += 2;
        }
        let ((value, tail), end) = match numbers::digits(&whole) {
            Some((value, tail)) => ((value, tail.len()), past),
            None => {
                let (value, tail) = numbers::digits(digits)?;
                ((value, tail.len()), i + 1)
            }
        };
        Some(Quantity {
            tail,
            ..Quantity::of(value, NumberForm::Digits, end)
        })
    }

    /// "USD 200", "Rs. 500", "dlrs 14", "sen 100,000".
    fn letters_before_number(&self, i: usize, text: &str) -> Option<FoundAmount> {
        let at = i + 1 + usize::from(self.is(i + 1, "."));
        if self.kind(at) != Some(TokenKind::Number) {
            return None;
        }
        let in_capitals = self.tokens[i].case == Case::Upper;
        let code = CURRENCIES.code(text).filter(|_| in_capitals);
        if let Some(code) = code.or_else(|| self.letters_as_sign(i, text)) {
            let q = self.quantity(at)?;
            return self.money_after_sign(i, q, code, "sign");
        }
        self.minor_before_number(i, at, text)
    }

    /// Signs made of letters, longer than one and not words of the language.
    fn letters_as_sign(&self, i: usize, text: &str) -> Option<&'static str> {
        let lower_too = self.any(i, &["rs", "dlrs", "tk", "rmb"]);
        let written_so = self.tokens[i].case != Case::Lower || lower_too;
        if text.len() < 2 || !written_so || self.any(i, &WORDS.letters_no_sign) {
            return None;
        }
        // "Fr. 500"
        let pointed = || {
            let has_point = self.is(i + 1, ".") && !self.spaced(i + 1);
            has_point.then(|| joined_sign(text, ".")).flatten()
        };
        CURRENCIES.sign(text).or_else(pointed)
    }

    /// "sen 100,000": a hundredth before its number.
    fn minor_before_number(&self, i: usize, at: usize, text: &str) -> Option<FoundAmount> {
        let name @ MoneyName::Minor(_) = CURRENCIES.name(text)? else {
            return None;
        };
        if !self.is(i, "sen") || self.tokens[i].case != Case::Lower {
            return None;
        }
        let q = self.quantity(at)?;
        let (code, basis) = self.currency(name, None, i);
        let mut found = self.money(i, q.end, q, code, basis);
        found.amount.unit = Some("sen".into());
        Some(found)
    }

    /// An amount at a currency sign, with the letters before it from token `start` on.
    pub(super) fn sign_first(&self, start: usize, i: usize) -> Option<FoundAmount> {
        let sign = self.of(i);
        let first = sign.chars().next()?;
        if matches!(first, '%' | '+' | '=' | '<' | '>' | '^' | '|' | '~' | '°') {
            return None;
        }
        let code = CURRENCIES.sign(sign)?;
        let q = self.quantity(i + 1)?;
        let (code, basis) = if matches!(sign, "$" | "¥" | "￥" | "\u{ff04}") {
            self.countries.sign(sign, code)
        } else {
            (code, "sign")
        };
        self.money_after_sign(start, q, code, basis)
    }

    /// Completes an amount whose currency stands before it.
    pub(super) fn money_after_sign(
        &self,
        start: usize,
        q: Quantity,
        code: &'static str,
        basis: &'static str,
    ) -> Option<FoundAmount> {
        let (mut q, mut end) = self.with_short_scale(q)?;
        if let Some(high) = self.upper_sum(start, end, &q) {
            let (high, past) = self.with_short_scale(high)?;
            // "$5 to $7 million"
            if high.scaled && !q.scaled && q.value < 1000.0 && high.value >= 1000.0 {
                q.value *= magnitude(high.value);
            }
            if high.value > q.value {
                q.to = Some(high.value);
                end = past;
            }
        }
        if basis != "sign"
            && let Some(code) = self.dollar_by_adjective(end)
        {
            return Some(self.money(start, end + 1, q, Some(code), Some("name")));
        }
        Some(self.money(start, end, q, Some(code), Some(basis)))
    }

    /// A quantity with the magnitude of the letters run on to it or behind it, "5m", "5 bn", and the index
    /// after them; `None` where the letters are none.
    fn with_short_scale(&self, q: Quantity) -> Option<(Quantity, usize)> {
        if q.tail > 0 {
            let scale = scale_of(self.tail(q.end - 1, q.tail))?;
            return Some((scaled(q, scale), q.end));
        }
        let letters = self.of(q.end);
        let is_short = self.kind(q.end) == Some(TokenKind::Word) && letters.len() <= 3;
        match scale_of(letters) {
            Some(scale) if is_short && !q.scaled => Some((scaled(q, scale), q.end + 1)),
            _ => Some((q, q.end)),
        }
    }

    /// The upper end of "$5 to $7 million", "$10-$15", where the lower one ends before `end`.
    fn upper_sum(&self, start: usize, end: usize, low: &Quantity) -> Option<Quantity> {
        let joint = self.is_dash(end)
            || self.is(end, "to") && !self.opened_by(start, "from")
            || self.is(end, "and") && self.opened_by(start, "between");
        let same_sign = self.kind(end + 1) == Some(TokenKind::Symbol)
            && self.of(end + 1) == self.of(self.sign_of(start));
        if low.to.is_some() || !joint || !same_sign {
            return None;
        }
        self.quantity(end + 2).filter(|high| high.to.is_none())
    }

    /// The dollar of "$300 US", "$5 million Canadian", by the adjective at `i`.
    fn dollar_by_adjective(&self, i: usize) -> Option<&'static str> {
        if !self.spaced(i) || !self.any(i, &["US", "Canadian", "Australian", "Cdn"]) {
            return None;
        }
        // not "$300 Canadian shares"
        let closes = self.kind(i + 1) != Some(TokenKind::Word)
            || self.any(i + 1, &["and", "in", "to", "for", "a", "per"]);
        let dollar = CURRENCIES.name("dollar").filter(|_| closes)?;
        CURRENCIES.with_adjective(self.of(i), dollar)
    }

    /// Index of the sign in an amount that starts at `start`.
    pub(super) fn sign_of(&self, start: usize) -> usize {
        if self.kind(start) == Some(TokenKind::Symbol) {
            start
        } else {
            start + 1
        }
    }

    pub(super) fn money(
        &self,
        start: usize,
        end: usize,
        q: Quantity,
        code: Option<&'static str>,
        basis: Option<&'static str>,
    ) -> FoundAmount {
        let mut amount = blank(AmountKind::Money);
        // "3.000 euros": nobody tells a sum to the tenth of a hundredth, and all of them noughts
        let figures = self.of(q.end.saturating_sub(1));
        let in_thousands = q.form == NumberForm::Digits
            && !q.scaled
            && q.value >= 1.0
            && q.to.is_none()
            && figures.ends_with(".000");
        let factor = if in_thousands { 1000.0 } else { 1.0 };
        amount.value = Some(q.value * factor);
        amount.value_to = q.to;
        amount.currency = code.map(Into::into);
        amount.currency_basis = basis.map(Into::into);
        FoundAmount { start, end, amount }
    }

    /// "300 billion euros", "35 lakh rupees", "50 cents", "10 €", "13 dollars 45", "75 USD million".
    pub(super) fn money_after_number(&self, i: usize, q: Quantity) -> Option<FoundAmount> {
        let k = self.past_hyphen(q.end);
        self.sign_behind(i, k, q)
            .or_else(|| self.code_behind(i, k, q))
            .or_else(|| self.name_behind(i, k, q))
    }

    /// "3.2 m euros", "5 bn rupees": the letters of a magnitude stand by themselves.
    pub(super) fn money_after_scale(&self, i: usize, q: Quantity) -> Option<FoundAmount> {
        let (q, end) = self.with_short_scale(q)?;
        (end > q.end).then(|| self.money_after_number(i, Quantity { end, ..q }))?
    }

    /// "10 €", "50 $", "35¢".
    fn sign_behind(&self, i: usize, k: usize, q: Quantity) -> Option<FoundAmount> {
        let is_sign =
            self.kind(k) == Some(TokenKind::Symbol) && !matches!(self.of(k), "%" | "°" | "+" | "=");
        // "10, $ 30": the sign is the next number's
        let own = self.kind(k + 1) != Some(TokenKind::Number)
            || self.spaced(k + 1) && !self.spaced(k)
            || self.number_has_own_sign(k);
        if !is_sign || !own {
            return None;
        }
        if self.of(k) == "¢" {
            let cent = CURRENCIES.name("cent")?;
            let (code, basis) = self.currency(cent, None, i);
            let mut found = self.money(i, k + 1, q, code, basis);
            found.amount.unit = Some(CURRENCIES.singular(cent).to_owned());
            return Some(found);
        }
        let code = CURRENCIES.sign(self.of(k))?;
        Some(self.money(i, k + 1, q, Some(code), Some("sign")))
    }

    /// "75 USD million", "10 EUR".
    fn code_behind(&self, i: usize, k: usize, q: Quantity) -> Option<FoundAmount> {
        let code = CURRENCIES.code(self.of(k))?;
        let lower_too = matches!(code, "USD" | "EUR" | "GBP" | "INR" | "CAD" | "AUD");
        if self.tokens[k].case != Case::Upper && !lower_too {
            return None;
        }
        let mut q = q;
        let mut end = k + 1;
        if !q.scaled
            && let Some(NumberWord::Scale(scale)) = numbers::word(self.of(end))
        {
            q = scaled(q, scale);
            end += 1;
        }
        let end = self.loose_hundredths(&mut q, end);
        Some(self.money(i, end, q, Some(code), Some("sign")))
    }

    /// "300 billion euros", "five Australian dollars", "50 cents".
    fn name_behind(&self, i: usize, k: usize, q: Quantity) -> Option<FoundAmount> {
        let (adjective, at) = self.adjective_of_money(k);
        let name = CURRENCIES.name(self.of(at))?;
        let (code, basis) = match adjective {
            // "100 old francs"
            Some(_) if self.any(at - 1, &["old", "new"]) => self.currency(name, None, i),
            Some(adjective) => {
                let code = CURRENCIES.with_adjective(&adjective, name)?;
                (Some(code), Some("name"))
            }
            None if self.is_word_rather(at, &q) => return None,
            None => self.currency(name, None, i),
        };
        // "pounds sterling"
        let end = at + 1 + usize::from(self.is(at + 1, "sterling"));
        if let MoneyName::Minor(_) = name {
            let mut found = self.money(i, end, q, code, basis);
            found.amount.unit = Some(CURRENCIES.singular(name).to_owned());
            return Some(found);
        }
        let mut q = q;
        let end = self.hundredths(&mut q, end);
        Some(self.money(i, end, q, code, basis))
    }

    /// The adjective before the name of money, of one or two words, "Australian dollars", "Hong Kong
    /// dollars", and the index of the name.
    fn adjective_of_money(&self, k: usize) -> (Option<Cow<'t, str>>, usize) {
        let is_name = |k: usize| CURRENCIES.name(self.of(k)).is_some();
        let is_word = |k: usize| self.kind(k) == Some(TokenKind::Word);
        if is_name(k) || !is_word(k) {
            return (None, k);
        }
        if is_name(k + 1) {
            // "U.S. dollars"
            let adjective = self.of(k).trim_end_matches('.');
            return (Some(adjective.into()), k + 1);
        }
        if is_word(k + 1) && is_name(k + 2) {
            let adjective = format!("{}-{}", self.of(k), self.of(k + 1));
            return (Some(adjective.into()), k + 2);
        }
        (None, k)
    }

    /// Adds "forty-five cents" or "50" behind whole units of money: "thirteen dollars forty-five cents", "13
    /// dollars and 45 cents", "15 dollars 50". The index after them.
    fn hundredths(&self, q: &mut Quantity, end: usize) -> usize {
        if q.to.is_some() || q.value.fract() != 0.0 {
            return end;
        }
        let at = end + usize::from(self.is(end, "and"));
        let are_cents = |cents: &Number| {
            let name = CURRENCIES.name(self.of(cents.end));
            cents.value < 100.0 && cents.tail == 0 && matches!(name, Some(MoneyName::Minor(_)))
        };
        match self.reader().read(at).filter(are_cents) {
            Some(cents) => {
                q.value += cents.value / 100.0;
                cents.end + 1
            }
            None => self.loose_hundredths(q, end),
        }
    }

    /// Whether the number after `k` has the sign at `k`: "50 $ 30".
    pub(super) fn number_has_own_sign(&self, k: usize) -> bool {
        // "10 $ 30 $": every number before its sign
        self.kind(k + 2) == Some(TokenKind::Symbol)
    }

    /// "15 dollars 50": two digits or words of tens that nothing else claims.
    pub(super) fn loose_hundredths(&self, q: &mut Quantity, end: usize) -> usize {
        let Some(cents) = self.reader().read(end) else {
            return end;
        };
        let two_digits = (10.0..100.0).contains(&cents.value) && cents.value.fract() == 0.0;
        let plain = matches!(cents.form, NumberForm::Digits | NumberForm::Words) && cents.tail == 0;
        let whole = q.value.fract() == 0.0 && !q.scaled;
        let free = self.ends_sum(cents.end);
        if two_digits && plain && whole && free && self.spaced(end) {
            q.value += cents.value / 100.0;
            cents.end
        } else {
            end
        }
    }

    /// Whether nothing behind a sum, at `i`, claims its last number.
    fn ends_sum(&self, i: usize) -> bool {
        match self.kind(i) {
            None => true,
            Some(TokenKind::Punctuation) => !self.is_hyphen(i) && !self.is(i, ","),
            Some(TokenKind::Word) => self.any(i, &["more", "and", "for", "each"]),
            _ => false,
        }
    }

    /// Names of money that are more often other words: they need a magnitude, a plural or a sign of money.
    pub(super) fn is_word_rather(&self, k: usize, q: &Quantity) -> bool {
        if self.any(k, &WORDS.name_in_title) {
            return self.tokens[k].case == Case::Title;
        }
        if self.any(k, &["pound", "pounds"]) {
            return !self.is(k + 1, "sterling") && self.is_weight(k, q);
        }
        if self.any(k, &["mark", "crown"]) {
            return !(self.is_hyphen(k - 1) && q.value > 1.0);
        }
        // "won" behind thousands is no verb
        let won = self.is(k, "won") && q.value >= 1000.0;
        !q.scaled && !won && self.any(k, &WORDS.word_like_money)
    }

    /// Whether the pounds at `k` are more likely those of a scale.
    fn is_weight(&self, k: usize, q: &Quantity) -> bool {
        !self.countries.pounds_are_money(q.scaled)
            || self.is(k + 1, "of") && !q.scaled
            || self.is_hyphen(k + 1)
    }

    /// The currency of a name by its adjective, by being the only one, by context, by default.
    pub(super) fn currency(
        &self,
        name: MoneyName,
        adjective: Option<&str>,
        i: usize,
    ) -> (Option<&'static str>, Option<&'static str>) {
        if let Some(code) = adjective.and_then(|a| CURRENCIES.with_adjective(a, name)) {
            return (Some(code), Some("name"));
        }
        if let Some(code) = CURRENCIES.only(name) {
            return (Some(code), Some("name"));
        }
        let at = self.tokens.get(i).map_or(0, |t| t.span.start);
        if let Some(code) = self.countries.name(name, at) {
            return (Some(code), Some("context"));
        }
        match self.countries.default(CURRENCIES.singular(name)) {
            Some(code) => (Some(code), Some("default")),
            None => (None, None),
        }
    }

    /// "millions of dollars", "several million dollars", "hundreds of thousands of euros": money without a number.
    pub(super) fn vague(&self, i: usize) -> Option<FoundAmount> {
        if self.word(i) != Some(AmountWord::Vague) {
            return None;
        }
        let (k, great) = self.past_magnitudes(i);
        let is_name = |k: usize| CURRENCIES.name(self.of(k)).is_some();
        let adjective = !is_name(k) && is_name(k + 1);
        let noun = k + usize::from(adjective);
        let name = CURRENCIES.name(self.of(noun))?;
        let weight = self.is(noun, "pounds") && !self.countries.pounds_are_money(true);
        if !great || weight || !self.is_plural_of_money(noun) {
            return None;
        }
        let (code, basis) = self.currency(name, adjective.then(|| self.of(k)), i);
        if adjective && basis != Some("name") {
            return None;
        }
        let mut amount = blank(AmountKind::Money);
        amount.currency = code.map(Into::into);
        amount.currency_basis = basis.map(Into::into);
        Some(FoundAmount {
            start: i,
            end: noun + 1,
            amount,
        })
    }

    /// "dollars", "yen".
    fn is_plural_of_money(&self, k: usize) -> bool {
        let plural = self.of(k).ends_with('s') || self.any(k, &["yen", "yuan", "won", "baht"]);
        plural && self.kind(k) == Some(TokenKind::Word)
    }

    /// The index after the magnitudes that the word at `i` opens, "hundreds of thousands of", and whether
    /// one of them is as great as sums of money are told in.
    fn past_magnitudes(&self, i: usize) -> (usize, bool) {
        let mut k = i + 1;
        let mut great = self.any(i, &WORDS.great_magnitude);
        for _ in 0..MOST_MAGNITUDES {
            k += usize::from(self.is(k, "of"));
            let magnitude = matches!(
                numbers::word(self.of(k)),
                Some(NumberWord::Scale(_) | NumberWord::Hundred)
            );
            if !magnitude && self.word(k) != Some(AmountWord::Vague) {
                break;
            }
            great = true;
            k += 1;
        }
        (k, great)
    }
}

/// Longest run of letters before a sign that is part of it, in bytes: "BRL$".
const LONGEST_PREFIX: usize = 4;

/// Most words of magnitude in a row: "tens of hundreds of thousands of millions".
const MOST_MAGNITUDES: usize = 4;

/// The currency of letters and a sign that make one together: "US" and "$".
fn joined_sign(letters: &str, sign: &str) -> Option<&'static str> {
    let mut joined = [0u8; 16];
    let length = letters.len() + sign.len();
    let joined = joined.get_mut(..length)?;
    joined[..letters.len()].copy_from_slice(letters.as_bytes());
    joined[letters.len()..].copy_from_slice(sign.as_bytes());
    CURRENCIES.sign(std::str::from_utf8(joined).ok()?)
}

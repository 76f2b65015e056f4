//! Money: signs, codes and names, and the number before or after them.

use super::{AmountWord, FoundAmount, Quantity, Scan, blank, magnitude, scale_of, scaled};
use crate::record::AmountKind;
use crate::stages::amounts::money::{CURRENCIES, MoneyName};
use crate::text::TokenKind;
use crate::text::numbers::{self, NumberForm, NumberWord};
use crate::text::tokens::Case;

impl<'t> Scan<'t, '_> {
    /// Letters that lead to a sign or stand for one: "US$5", "HK $ 10", "Rs 500", "USD 200", "dlrs 14".
    pub(super) fn prefix_first(&self, i: usize, text: &str) -> Option<FoundAmount> {
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
                if let Some(code) = CURRENCIES.sign(joined)
                    && let Some(q) = self.quantity(i + 2)
                {
                    return self.money_after_sign(i, q, code, "sign");
                }
            }
            // a code before its sign: "usd$ 15", "EUR € 10"
            if let Some(code) = CURRENCIES.code(text)
                && CURRENCIES.sign(sign).is_some()
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
            && let Some(code) = CURRENCIES.code(&text[..3])
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
                form: NumberForm::Digits,
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
        if upper && let Some(code) = CURRENCIES.code(text) {
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
            && let Some(code) = CURRENCIES.sign(text)
        {
            let q = self.quantity(at)?;
            return self.money_after_sign(i, q, code, "sign");
        }
        // a unit before its number: "sen 100,000", "euro 125"
        if let Some(name @ MoneyName::Minor(_)) = CURRENCIES.name(text)
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
            && (self.is_dash(end)
                || self.is(end, "to") && !self.opened_by(start, "from")
                || self.is(end, "and") && self.opened_by(start, "between"))
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
            && let Some(noun) = CURRENCIES.name("dollar")
            && let Some(code) = CURRENCIES.with_adjective(adjective, noun)
        {
            return Some(self.money(start, end + 1, q, Some(code), Some("name")));
        }
        Some(self.money(start, end, q, Some(code), Some(basis)))
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
        amount.value = Some(q.value);
        amount.value_to = q.to;
        amount.currency = code.map(Into::into);
        amount.currency_basis = basis.map(Into::into);
        FoundAmount { start, end, amount }
    }

    /// "300 billion euros", "35 lakh rupees", "50 cents", "10 €", "13 dollars 45", "75 USD million".
    pub(super) fn money_after_number(&self, i: usize, q: Quantity) -> Option<FoundAmount> {
        let mut q = q;
        let mut k = self.past_hyphen(q.end);
        // a sign or a code behind the number
        if self.kind(k) == Some(TokenKind::Symbol)
            && !matches!(self.of(k), "%" | "°" | "+" | "=")
            && (self.kind(k + 1) != Some(TokenKind::Number)
                || self.spaced(k + 1) && !self.spaced(k)
                || self.number_has_own_sign(k))
            && let Some(code) = CURRENCIES.sign(self.of(k))
        {
            return Some(self.money(i, k + 1, q, Some(code), Some("sign")));
        }
        if let Some(code) = CURRENCIES.code(self.of(k))
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
        if CURRENCIES.name(self.of(k)).is_none() {
            if CURRENCIES.name(self.of(k + 1)).is_some() && self.kind(k) == Some(TokenKind::Word) {
                adjective = Some(self.of(k).trim_end_matches('.'));
                noun_at = k + 1;
            } else if CURRENCIES.name(self.of(k + 2)).is_some()
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
        let name = CURRENCIES.name(self.of(k))?;
        let found = match adjective {
            Some(a) => {
                if self.is(k - 1, "old") || self.is(k - 1, "new") {
                    self.currency(name, None, i)
                } else {
                    let code = CURRENCIES.with_adjective(a, name)?;
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
        if let MoneyName::Minor(_) = name {
            let mut found = self.money(i, end, q, code, basis);
            found.amount.unit = Some(CURRENCIES.singular(name).to_owned());
            return Some(found);
        }
        // "thirteen dollars forty-five cents", "13 dollars and 45 cents", "15 dollars 50"
        if q.to.is_none() && q.value.fract() == 0.0 {
            let at = if self.is(end, "and") { end + 1 } else { end };
            if let Some(cents) = self.reader().read(at)
                && cents.value < 100.0
                && cents.tail == 0
                && matches!(
                    CURRENCIES.name(self.of(cents.end)),
                    Some(MoneyName::Minor(_))
                )
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
    pub(super) fn number_has_own_sign(&self, k: usize) -> bool {
        // "10 $ 30 $": every number before its sign
        self.kind(k + 2) == Some(TokenKind::Symbol)
    }

    /// "15 dollars 50": two digits or words of tens that nothing else claims.
    pub(super) fn loose_hundredths(&self, q: &mut Quantity, end: usize) -> usize {
        let Some(cents) = self.reader().read(end) else {
            return end;
        };
        let plain = cents.tail == 0
            && (10.0..100.0).contains(&cents.value)
            && cents.value.fract() == 0.0
            && matches!(cents.form, NumberForm::Digits | NumberForm::Words)
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
    pub(super) fn is_word_rather(&self, k: usize, q: &Quantity) -> bool {
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
            if self.word(k) == Some(AmountWord::Vague)
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
        let adjective =
            CURRENCIES.name(self.of(k)).is_none() && CURRENCIES.name(self.of(k + 1)).is_some();
        let noun = if adjective { k + 1 } else { k };
        let name = CURRENCIES.name(self.of(noun))?;
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
        Some(FoundAmount {
            start: i,
            end: noun + 1,
            amount,
        })
    }
}

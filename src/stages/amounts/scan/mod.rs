//! The grammar of amounts: a number, what it counts, and the words around that bound it.

mod currency;
mod restated;
mod shares;
mod things;

use std::sync::LazyLock;

use crate::record::{Amount, AmountKind};
use crate::stages::amounts::context::Countries;
use crate::stages::amounts::measures::UNITS;
use crate::stages::amounts::money::CURRENCIES;
use crate::text::data::{DataFault, DataFile, DataRow, data_file, sound};
use crate::text::numbers::{self, Number, NumberForm, NumberReader, NumberWord};
use crate::text::word_lists::word_lists;
use crate::text::word_table::WordTable;
use crate::text::{Token, TokenKind};

pub(super) const MODIFIERS_FILE: DataFile<'static> = data_file!("amounts/modifiers.tsv");
pub(super) const WORDS_FILE: DataFile<'static> = data_file!("amounts/words.tsv");

word_lists! {
    /// Words around amounts that no class of config/amounts/words.tsv tells.
    WORDS "amounts/lists.tsv" {
        /// What people are called by what befell them.
        casualty,
        /// Units an age is told in.
        age_unit,
        /// Units of two letters, told from words only behind digits.
        short_unit,
        /// What no share of two numbers is of: "three in 10 minutes".
        no_share,
        /// Letters before a number that are words or units rather than a sign of money.
        letters_no_sign,
        /// Names of money that in title case name a person or a firm.
        name_in_title,
        /// Names of money that are more often other words.
        word_like_money,
        /// Magnitudes in the plural that sums of money are told in.
        great_magnitude,
        /// Words between an amount and the one that restates it.
        restating,
        /// Nouns of what has a resolution: "4K video".
        of_pictures,
        /// Words after "a year" or "a second" by which it is a distance.
        comparing,
    }
}

pub(super) const LISTS_FILE: DataFile<'static> = FILE;

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

static AMOUNT_WORDS: LazyLock<WordTable<AmountWord>> =
    LazyLock::new(|| WordTable::new(WORDS_FILE.rows().flat_map(|row| sound(entries(&row)))));

/// A row of the file: words separated by spaces, and what all of them are.
fn entries(
    row: &DataRow<'static>,
) -> Result<impl Iterator<Item = (&'static str, AmountWord)> + use<>, DataFault> {
    let [class, words] = row.columns()?;
    let of_class = AMOUNT_CLASSES.iter().find(|(name, _)| *name == class);
    let (_, class) = of_class.ok_or_else(|| row.fault(format!("no class {class}")))?;
    Ok(words.split(' ').map(|word| (word, *class)))
}

/// The classes of config/amounts/words.tsv.
const AMOUNT_CLASSES: &[(&str, AmountWord)] = &[
    ("percent", AmountWord::Percent),
    ("point", AmountWord::Point),
    ("basis", AmountWord::Basis),
    ("up", AmountWord::Up),
    ("down", AmountWord::Down),
    ("vague", AmountWord::Vague),
    ("stop", AmountWord::Stop),
    ("plural", AmountWord::Plural),
    ("no-count", AmountWord::NoCount),
    ("label", AmountWord::Label),
    ("period", AmountWord::Period),
];

/// Modifiers as their words, longest first.
static MODIFIERS: LazyLock<Vec<(Vec<&'static str>, &'static str)>> = LazyLock::new(|| {
    let rows = MODIFIERS_FILE.rows().map(|row| sound(row.columns()));
    let mut all: Vec<_> = rows
        .map(|[text]| (text.split(' ').collect::<Vec<_>>(), text))
        .collect();
    all.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
    all
});

/// Makes the tables now, so that the first article does not pay for them.
pub(super) fn warm() {
    LazyLock::force(&AMOUNT_WORDS);
    load();
    LazyLock::force(&MODIFIERS);
    LazyLock::force(&CURRENCIES);
    LazyLock::force(&UNITS);
}

/// An amount with the tokens it stands on.
#[derive(Debug)]
pub(super) struct FoundAmount {
    pub start: usize,
    pub end: usize,
    pub amount: Amount,
}

/// The tokens of one block.
pub(super) struct Scan<'t, 'c> {
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

impl Quantity {
    /// One number.
    fn of(value: f64, form: NumberForm, end: usize) -> Quantity {
        Quantity {
            value,
            to: None,
            end,
            form,
            scaled: false,
            tail: 0,
        }
    }
}

impl<'t> Scan<'t, '_> {
    /// The text of token `i`; empty past the end.
    fn of(&self, i: usize) -> &'t str {
        self.tokens.get(i).map_or("", |t| t.of(self.text))
    }

    /// Whether token `i` is `word`, in any case of ASCII letters.
    fn is(&self, i: usize, word: &str) -> bool {
        self.of(i).eq_ignore_ascii_case(word)
    }

    /// Whether token `i` is one of `of`, in any case of ASCII letters.
    fn any(&self, i: usize, of: &[&str]) -> bool {
        let text = self.of(i);
        of.iter().any(|x| text.eq_ignore_ascii_case(x))
    }

    /// What token `i` is made of; `None` past the end.
    fn kind(&self, i: usize) -> Option<TokenKind> {
        self.tokens.get(i).map(|t| t.kind)
    }

    /// Whether white space stands before token `i`, or it is past the end.
    fn spaced(&self, i: usize) -> bool {
        self.tokens.get(i).is_none_or(|t| t.spaced)
    }

    /// What token `i` is around an amount.
    fn word(&self, i: usize) -> Option<AmountWord> {
        (self.kind(i)? == TokenKind::Word)
            .then(|| AMOUNT_WORDS.get(self.of(i)))
            .flatten()
    }

    fn is_hyphen(&self, i: usize) -> bool {
        matches!(self.of(i), "-" | "\u{2010}" | "\u{2011}")
    }

    /// A dash or hyphen between the ends of a range.
    fn is_dash(&self, i: usize) -> bool {
        self.is_hyphen(i) || matches!(self.of(i), "\u{2013}" | "\u{2014}")
    }

    /// Whether a hyphen at `i` ties the tokens around it: no space on either side.
    fn tied_hyphen(&self, i: usize) -> bool {
        self.is_hyphen(i) && !self.spaced(i) && i + 1 < self.tokens.len() && !self.spaced(i + 1)
    }

    /// The index after a hyphen that ties the tokens around it, else `i`.
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
    pub(super) fn at(&self, i: usize) -> Option<FoundAmount> {
        let token = self.tokens.get(i)?;
        let text = token.of(self.text);
        let mut found = match token.kind {
            TokenKind::Symbol => {
                let found = self.sign_first(i, i)?;
                if self.is_below_zero(i) {
                    with_minus(found)
                } else {
                    found
                }
            }
            TokenKind::Number => self.number_first(i)?,
            TokenKind::Word => self
                .prefix_first(i, text)
                .or_else(|| self.word_first(i, text))?,
            _ => return None,
        };
        self.surroundings(&mut found);
        Some(found)
    }

    /// An amount that begins with a number word, its article, or a word for many.
    fn word_first(&self, i: usize, text: &str) -> Option<FoundAmount> {
        match numbers::word(text) {
            Some(NumberWord::ShortScale(_)) => None,
            Some(_) => self.number_first(i),
            None if text.eq_ignore_ascii_case("a") || text.eq_ignore_ascii_case("an") => {
                match numbers::word(self.of(i + 1)) {
                    None => self.a_score(i),
                    Some(NumberWord::Ordinal(n)) => self.part_by_ordinal(i, n),
                    Some(_) => self.number_first(i),
                }
            }
            None => self.vague(i),
        }
    }

    /// Whether `word` stands right before an amount that starts at `start`.
    fn opened_by(&self, start: usize, word: &str) -> bool {
        start > 0 && self.is(start - 1, word)
    }

    /// One number, or two with a dash, "to" or "or" between them.
    fn quantity(&self, i: usize) -> Option<Quantity> {
        if let Some(q) = self.with_decimal_comma(i) {
            return Some(q);
        }
        let first = self.reader().read(i)?;
        if first.form == NumberForm::Ordinal {
            return None;
        }
        let q = Quantity {
            value: first.value,
            to: None,
            end: first.end,
            form: first.form,
            scaled: first.scaled,
            tail: first.tail,
        };
        if first.tail > 0 || !self.joins_numbers(i, &first) {
            return Some(q);
        }
        Some(self.range(&first).unwrap_or(q))
    }

    /// "12,5 percent", "2,5 million euros", "€12,50": a comma that parts decimals, where a unit or a sign says that it is
    /// one number and not two of a list.
    fn with_decimal_comma(&self, i: usize) -> Option<Quantity> {
        let token = self.tokens.get(i)?;
        let (value, tail) = numbers::decimal_comma(token.of(self.text))?;
        let q = Quantity {
            tail: tail.len(),
            ..Quantity::of(value, NumberForm::Digits, i + 1)
        };
        if !tail.is_empty() {
            return scale_of(tail).map(|_| q);
        }
        if let Some(NumberWord::Scale(scale)) = numbers::word(self.of(i + 1)) {
            let q = scaled(q, scale);
            return Some(Quantity { end: i + 2, ..q });
        }
        let behind_sign = i > 0 && !self.spaced(i) && CURRENCIES.sign(self.of(i - 1)).is_some();
        let before_unit = self.of(i + 1) == "%"
            || self.word(i + 1) == Some(AmountWord::Percent)
            || self.is(i + 1, "per") && self.is(i + 2, "cent")
            || CURRENCIES.sign(self.of(i + 1)).is_some()
            || CURRENCIES.name(self.of(i + 1)).is_some();
        (behind_sign || before_unit).then_some(q)
    }

    /// Whether what stands behind `first`, at `i`, joins it to the upper end of a range.
    fn joins_numbers(&self, i: usize, first: &Number) -> bool {
        let end = first.end;
        let dash = self.is_dash(end) && self.spaced(end) == self.spaced(end + 1);
        // "rose from 5 to 7" is a change, not a range; so is "from $5 to $7"
        let sign = i > 0 && self.kind(i - 1) == Some(TokenKind::Symbol);
        let change = self.opened_by(i, "from") || sign && self.opened_by(i - 1, "from");
        let to = self.is(end, "to") && !change;
        let or = self.is(end, "or") && first.form == NumberForm::Words;
        let and = self.is(end, "and") && self.opened_by(i, "between");
        dash || to || or || and
    }

    /// The range from `first` to the number behind the word that joins them.
    fn range(&self, first: &Number) -> Option<Quantity> {
        let second = self.reader().read(first.end + 1)?;
        let of_form = !matches!(second.form, NumberForm::Ordinal | NumberForm::Fraction);
        if !of_form || !self.forms_range(first, &second) {
            return None;
        }
        // "5 to 7 million"
        let takes_scale = second.scaled && !first.scaled && first.value < 1000.0;
        let factor = if takes_scale {
            magnitude(second.value)
        } else {
            1.0
        };
        let low = first.value * factor;
        (second.value > low).then_some(Quantity {
            value: low,
            to: Some(second.value),
            end: second.end,
            form: first.form,
            scaled: second.scaled,
            tail: second.tail,
        })
    }

    fn forms_range(&self, first: &Number, second: &Number) -> bool {
        // not scores with more parts, phone numbers or dates: 3-2-1, 555-1234
        let more =
            self.is_hyphen(second.end) && self.kind(second.end + 1) == Some(TokenKind::Number);
        !more && second.value > 0.0 && (first.value > 0.0 || second.value < 100.0)
    }

    /// An amount that begins with its number.
    fn number_first(&self, i: usize) -> Option<FoundAmount> {
        if let Some(found) = self.bare_fraction(i) {
            return Some(found);
        }
        if self.labelled(i) {
            return None;
        }
        if let Some(found) = self.one_in(i) {
            return Some(found);
        }
        let q = self.quantity(i)?;
        let below = self.is_below_zero(i) && q.to.is_none();
        let signed = Quantity {
            value: if below { -q.value } else { q.value },
            ..q
        };
        let found = if q.tail > 0 {
            self.with_tail(i, signed)
        } else {
            self.money_after_number(i, q)
                .or_else(|| self.money_after_scale(i, q))
                .or_else(|| self.percent(i, signed))
                .or_else(|| self.age(i, q))
                .or_else(|| self.measure(i, signed))
                .or_else(|| self.count(i, q))
        };
        found.map(|found| if below { with_minus(found) } else { found })
    }

    /// Whether a minus stands before token `i`, as a word or as a sign that is run on: "minus 20 degrees", "-3.5%".
    fn is_below_zero(&self, i: usize) -> bool {
        let Some(k) = i.checked_sub(1) else {
            return false;
        };
        let subtracts = || k > 0 && self.kind(k - 1) == Some(TokenKind::Number);
        let begins = k == 0 || self.spaced(k) || self.of(k - 1) == "(";
        let sign = (self.is_hyphen(k) || self.of(k) == "\u{2212}") && begins && !self.spaced(i);
        sign || self.any(k, &["minus", "negative"]) && !subtracts()
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
                let compound = k > 0 && self.kind(k - 1) != Some(TokenKind::Punctuation);
                self.is_hyphen(k) && !self.spaced(k) && compound
                    || matches!(self.of(k), "/" | ":" | "." | "_" | "*")
            }
            Some(TokenKind::Symbol) => !matches!(self.of(k), "+" | "<" | ">" | "~" | "="),
            _ => true,
        }
    }

    /// Letters run on to digits: "5km", "115.5USD", "3bn euros", "50p", "20m".
    fn with_tail(&self, i: usize, q: Quantity) -> Option<FoundAmount> {
        let tail = self.tail(q.end - 1, q.tail);
        let plain = Quantity { tail: 0, ..q };
        if let Some(code) = CURRENCIES.code(tail) {
            return Some(self.money(i, q.end, plain, Some(code), Some("sign")));
        }
        if let Some(scale) = scale_of(tail) {
            let full = scaled(plain, scale);
            // "20m people" counts; "20m" alone may be metres
            let counts = tail != "m" || self.spaced(q.end);
            return self
                .money_after_number(i, full)
                .or_else(|| self.count(i, full).filter(|_| counts));
        }
        if tail == "p" && self.countries.pence() {
            let mut found = self.money(i, q.end, plain, Some("GBP"), Some("sign"));
            found.amount.unit = Some("pence".into());
            return Some(found);
        }
        if matches!(tail, "pc" | "pct") {
            return self.percent_amount(i, q.end, plain, None);
        }
        if !tail.bytes().all(|b| b.is_ascii_alphabetic()) {
            return None;
        }
        let short = SHORT_UNITS.iter().find(|(letters, _)| *letters == tail);
        let by_letters = || short.and_then(|(_, name)| UNITS.named(name));
        // "ROCK 5C" is a name, "30C" a temperature
        if matches!(tail, "C" | "F") && self.is_behind_acronym(i) {
            return None;
        }
        let unit = UNITS.named(tail).or_else(by_letters)?;
        Some(self.measure_amount(i, q.end, plain, unit, tail))
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

    /// The longest modifier right before an amount: "more than", "at least".
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
        // "$82 per Norland share"
        let of_name = self.is(at, "per")
            && self.of(unit).starts_with(|c: char| c.is_ascii_uppercase())
            && self.word(unit + 1) == Some(AmountWord::Period);
        let unit = unit + usize::from(of_name);
        let is_period = self.word(unit) == Some(AmountWord::Period)
            || self.is(at, "per") && self.kind(unit) == Some(TokenKind::Word);
        // "$98 a year earlier", "60 mph a second faster"
        let compares = self.any(unit + 1, &WORDS.comparing);
        (is_period && !compares).then(|| self.of(unit).to_ascii_lowercase())
    }

    /// Up or down, by the verb just before the change or the noun just after it.
    fn direction(&self, found: &FoundAmount) -> Option<&'static str> {
        // "fell 214 points, or 2.4 percent"
        let second =
            found.start >= 2 && self.is(found.start - 1, "or") && self.is(found.start - 2, ",");
        let from = if second { found.start - 2 } else { found.start };
        for k in (from.saturating_sub(DIRECTION_WINDOW)..from).rev() {
            if self.kind(k) == Some(TokenKind::Punctuation) && !self.is_hyphen(k) {
                break;
            }
            // "a drop of $5"
            if self.is(k, "of") && k > 0 {
                return direction_of(self.word(k - 1));
            }
            // "rose to $5": a level, not a change
            if self.any(k, &["to", "at", "from"]) {
                return None;
            }
            let direction = direction_of(self.word(k));
            if direction.is_some() && !self.is_gathering(k, found) {
                return direction;
            }
        }
        let noun_follows = found.amount.kind == AmountKind::Percent || self.spaced(found.end);
        direction_of(self.word(found.end)).filter(|_| noun_follows)
    }

    /// "raised $5 million" is gathered, not a change.
    fn is_gathering(&self, k: usize, found: &FoundAmount) -> bool {
        let raises = ["raise", "raises", "raised", "raising"];
        found.amount.kind == AmountKind::Money && self.any(k, &raises)
    }
}

/// An amount with the minus before it, where it can be below zero: people and things are not.
fn with_minus(mut found: FoundAmount) -> FoundAmount {
    let amount = &mut found.amount;
    if amount.kind == AmountKind::Money && amount.value_to.is_none() {
        amount.value = amount.value.map(|value| -value.abs());
    }
    if amount.kind == AmountKind::Count {
        amount.value = amount.value.map(f64::abs);
    } else if amount.value.is_some_and(|value| value < 0.0) {
        found.start -= 1;
    }
    found
}

/// The direction of a change that a verb or a noun tells.
fn direction_of(word: Option<AmountWord>) -> Option<&'static str> {
    match word {
        Some(AmountWord::Up) => Some("up"),
        Some(AmountWord::Down) => Some("down"),
        _ => None,
    }
}

/// Symbols of units that count only straight after digits, with a name of the unit in the table.
const SHORT_UNITS: [(&str, &str); 7] = [
    ("m", "meter"),
    ("g", "gram"),
    ("l", "liter"),
    ("in", "inch"),
    ("kW", "kw"),
    ("C", "celsius"),
    ("F", "fahrenheit"),
];

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

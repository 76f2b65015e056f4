//! Numbers as news writes them: digits with separators, words, magnitudes, fractions, ordinals.
//!
//! [`NumberReader::read`] takes a number at a token and says where it ends. It knows "1,234.5", "12,50,000",
//! "2 1/2", "2½", "twenty-four", "a hundred thirty million", "two and a half million", "half a
//! million", "35 lakh", "three point five", "two-thirds", "21st". What a number counts, and the
//! letters run on to its digits ("10am", "5km", "3bn"), are the caller's matter.

use std::sync::LazyLock;

use super::data::{DataFault, DataFile, DataRow, data_file, sound};
use super::word_table::WordTable;
use super::{Token, TokenKind};

/// The number words, compiled in.
pub const WORDS_FILE: DataFile<'static> = data_file!("numbers.tsv");

/// What a word can be in a number, by its class in config/numbers.tsv.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NumberWord {
    /// "zero" to "nineteen".
    Unit(f64),
    /// "twenty" to "ninety".
    Tens(f64),
    Hundred,
    /// "thousand", "million", "lakh", "crore".
    Scale(f64),
    /// `bn`, `m`, `k`: a magnitude only straight after digits.
    ShortScale(f64),
    Dozen,
    /// "first", "twentieth", "hundredth".
    Ordinal(f64),
    /// The denominator of "half", "quarters", "thirds".
    Fraction(f64),
}

static NUMBER_WORDS: LazyLock<WordTable<NumberWord>> = LazyLock::new(|| WordTable::new(words()));

/// All number words, in the order of the file.
pub fn words() -> impl Iterator<Item = (&'static str, NumberWord)> {
    WORDS_FILE.rows().map(|row| sound(entry(&row)))
}

fn entry(row: &DataRow<'static>) -> Result<(&'static str, NumberWord), DataFault> {
    let [word, class, value] = row.columns()?;
    let number: f64 = value
        .parse()
        .map_err(|_| row.fault(format!("{value:?} is no number")))?;
    let of_class = NUMBER_CLASSES.iter().find(|(name, _)| *name == class);
    let (_, of_value) = of_class.ok_or_else(|| row.fault(format!("no class {class}")))?;
    Ok((word, of_value(number)))
}

/// Makes the word of a value.
type OfValue = fn(f64) -> NumberWord;

/// The classes of config/numbers.tsv.
const NUMBER_CLASSES: [(&str, OfValue); 8] = [
    ("unit", NumberWord::Unit),
    ("tens", NumberWord::Tens),
    ("hundred", |_| NumberWord::Hundred),
    ("scale", NumberWord::Scale),
    ("short-scale", NumberWord::ShortScale),
    ("dozen", |_| NumberWord::Dozen),
    ("ordinal", NumberWord::Ordinal),
    ("fraction", NumberWord::Fraction),
];

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

impl Number {
    /// A number that ends before token `end`, with neither magnitude nor letters run on.
    fn of(value: f64, end: usize, form: NumberForm) -> Self {
        Number {
            value,
            end,
            form,
            scaled: false,
            tail: 0,
        }
    }
}

/// Longest run of digits read as a number; a longer one is an identifier.
const MOST_DIGITS: usize = 18;

/// Most groups of three digits behind the first.
const MOST_GROUPS: usize = 5;

/// Longest fraction in digits beside them.
const MOST_DECIMALS: usize = 6;

/// Splits a digit token into its number and the letters run on to it.
///
/// Commas must stand before groups of three digits, or of two in the Indian way ("12,50,000").
/// `None` for clock times, versions and anything else that is not one number.
pub fn digits(token: &str) -> Option<(f64, &str)> {
    if token.contains(APOSTROPHES) {
        return swiss(token);
    }
    let cut = token
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.')))
        .unwrap_or(token.len());
    let (number, tail) = token.split_at(cut);
    let number = number.trim_end_matches(['.', ',']);
    if let Some(value) = parted_by_points(number) {
        return Some((value, tail));
    }
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let too_long = whole.len() + fraction.len() > MOST_DIGITS + MOST_DECIMALS;
    if too_long || tail.starts_with(':') || fraction.contains(['.', ',']) {
        return None;
    }
    let value = whole_number(whole)?;
    if fraction.is_empty() {
        return Some((value, tail));
    }
    // through the decimal text, so that 8.10 is the nearest double to 8.1
    let exact = if whole.contains(',') {
        number.replace(',', "").parse()
    } else {
        number.parse()
    };
    Some((exact.ok()?, tail))
}

/// What parts groups of digits in Switzerland and Liechtenstein.
pub const APOSTROPHES: [char; 2] = ['\'', '’'];

/// "1'200" and "1’200.50": groups of three digits behind an apostrophe.
fn swiss(token: &str) -> Option<(f64, &str)> {
    let is_part = |c: char| c.is_ascii_digit() || c == '.' || APOSTROPHES.contains(&c);
    let cut = token.find(|c| !is_part(c)).unwrap_or(token.len());
    let (number, tail) = token.split_at(cut);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let mut groups = whole.split(APOSTROPHES);
    let first = groups.next()?;
    let sound = (1..=3).contains(&first.len())
        && groups.all(|g| g.len() == 3)
        && fraction.bytes().all(|b| b.is_ascii_digit());
    let plain: String = number
        .chars()
        .filter(|c| !APOSTROPHES.contains(c))
        .collect();
    let value = (sound && plain.len() <= MOST_DIGITS).then(|| plain.parse().ok())?;
    Some((value?, tail))
}

/// "1.234.567", "1.234.567,89" and "1.234,50", as much of Europe has them: groups of three digits, each behind a point.
/// One group alone, without decimals behind a comma, may be decimals.
fn parted_by_points(number: &str) -> Option<f64> {
    let (whole, fraction) = number.split_once(',').unwrap_or((number, ""));
    let groups: Vec<&str> = whole.split('.').collect();
    let [first, rest @ ..] = groups.as_slice() else {
        return None;
    };
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let fewest = if fraction.is_empty() { 2 } else { 1 };
    let sound = (fewest..=MOST_GROUPS).contains(&rest.len())
        && (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && rest.iter().all(|group| group.len() == 3)
        && fraction.len() <= 2
        && is_digits(fraction);
    let plain = format!("{}.{fraction}", groups.concat());
    sound.then(|| plain.parse().ok())?
}

/// Whole digits, a comma and one or two decimals, "12,5", and the letters run on to them: the number in countries that
/// write it so, two numbers of a list in others.
pub fn decimal_comma(token: &str) -> Option<(f64, &str)> {
    let (whole, rest) = token.split_once(',')?;
    let cut = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (part, tail) = rest.split_at(cut);
    let sound = (1..=3).contains(&whole.len())
        && whole.bytes().all(|b| b.is_ascii_digit())
        && (1..=2).contains(&part.len())
        && tail.bytes().all(|b| b.is_ascii_alphabetic());
    let value = sound.then(|| format!("{whole}.{part}").parse().ok())?;
    Some((value?, tail))
}

/// Digits with commas between their groups.
fn whole_number(text: &str) -> Option<f64> {
    let mut value = 0f64;
    let mut count = 0;
    let mut groups = text.split(',').peekable();
    let mut first = true;
    while let Some(group) = groups.next() {
        let fits = match (first, groups.peek().is_none()) {
            (true, true) => !group.is_empty(),
            (true, false) => matches!(group.len(), 1..=3),
            (false, true) => group.len() == 3,
            (false, false) => matches!(group.len(), 2 | 3),
        };
        if !fits {
            return None;
        }
        for b in group.bytes() {
            value = value * 10.0 + f64::from(b - b'0');
            count += 1;
        }
        first = false;
    }
    (count <= MOST_DIGITS).then_some(value)
}

/// The vulgar fractions of Unicode that news uses.
const VULGAR_FRACTIONS: [(char, f64); 10] = [
    ('½', 0.5),
    ('¼', 0.25),
    ('¾', 0.75),
    ('⅓', 1.0 / 3.0),
    ('⅔', 2.0 / 3.0),
    ('⅛', 0.125),
    ('⅜', 0.375),
    ('⅝', 0.625),
    ('⅞', 0.875),
    ('⅕', 0.2),
];

/// The value of a character that is a vulgar fraction.
fn vulgar(c: char) -> Option<f64> {
    let found = VULGAR_FRACTIONS.iter().find(|(sign, _)| *sign == c);
    found.filter(|_| !c.is_ascii()).map(|(_, value)| *value)
}

/// Denominators of fractions in running text; 9/11 and 24/7 are none.
const USUAL_DENOMINATORS: [f64; 9] = [2.0, 3.0, 4.0, 5.0, 8.0, 10.0, 16.0, 32.0, 64.0];

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
        if let Some(part) = text.chars().next_back().and_then(vulgar) {
            return self.vulgar_at(i, part);
        }
        let (value, tail) = digits(text)?;
        let mut number = Number::of(value, i + 1, NumberForm::Digits);
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
        if let Some((value, end)) = self.parted_by_blanks(i, value) {
            return Some(self.scale(Number::of(value, end, NumberForm::Digits)));
        }
        if let Some((part, end)) = self.slash(i, true) {
            return Some(self.scale(Number::of(part, end, NumberForm::Fraction)));
        }
        if value.fract() == 0.0
            && let Some((part, end)) = self.mixed_part(i + 1)
        {
            number.value += part;
            number.end = end;
        }
        Some(self.scale(number))
    }

    /// "40 000" and "1 234 567": groups of three digits with a blank before each, as the SI and much of Europe have
    /// it; and the index after them. Of two numbers side by side ("in 100 200 people") a single group that does not
    /// begin with a nought may be the second.
    fn parted_by_blanks(&self, i: usize, first: f64) -> Option<(f64, usize)> {
        let is_first = |text: &str| {
            (1..=3).contains(&text.len())
                && !text.starts_with('0')
                && text.bytes().all(|b| b.is_ascii_digit())
        };
        if !is_first(self.of(i)) {
            return None;
        }
        let (mut value, mut end, mut groups) = (first, i + 1, 0);
        while let Some(token) = self.tokens.get(end)
            && token.spaced
            && token.kind == TokenKind::Number
            && groups < MOST_GROUPS
            && let group = token.of(self.text)
            && group.len() == 3
            && group.bytes().all(|b| b.is_ascii_digit())
        {
            value = value * 1000.0 + group.parse::<f64>().ok()?;
            groups += 1;
            end += 1;
        }
        let sure = groups > 1 || groups == 1 && self.of(i + 1).starts_with('0');
        sure.then_some((value, end))
    }

    /// "½" and "2½", as one token.
    fn vulgar_at(&self, i: usize, part: f64) -> Option<Number> {
        let whole = self.of(i).trim_end_matches(|c| vulgar(c).is_some());
        if whole.is_empty() {
            return Some(self.scale(Number::of(part, i + 1, NumberForm::Fraction)));
        }
        let (value, "") = digits(whole)? else {
            return None;
        };
        Some(self.scale(Number::of(part + value, i + 1, NumberForm::Digits)))
    }

    /// The fraction of "2 1/2", "2-1/2" and "2 ½", at `i`, and the index after it.
    fn mixed_part(&self, i: usize) -> Option<(f64, usize)> {
        let at = self.past_hyphen(i);
        self.slash(at, false).or_else(|| {
            let token = self.tokens.get(at)?;
            let part = single(token.of(self.text)).and_then(vulgar)?;
            (token.kind == TokenKind::Number).then_some((part, at + 1))
        })
    }

    /// "1/2" as three tokens run together. `alone`: it is not the tail of a mixed number, so
    /// only the fractions of running text count, not 9/11 or 24/7.
    fn slash(&self, i: usize, alone: bool) -> Option<(f64, usize)> {
        let [a, bar, b] = self.tokens.get(i..i + 3)? else {
            return None;
        };
        let is_bar = matches!(bar.of(self.text), "/" | "\u{2044}");
        let tied = a.kind == TokenKind::Number && !bar.spaced && !b.spaced;
        if !is_bar || !tied || self.slash_follows(i + 3) {
            return None;
        }
        let parts = (digits(a.of(self.text))?, digits(b.of(self.text))?);
        let ((top, ""), (bottom, "")) = parts else {
            return None;
        };
        let usual = USUAL_DENOMINATORS.contains(&bottom) || !alone && bottom <= 100.0;
        (usual && top >= 1.0 && top < bottom).then_some((top / bottom, i + 3))
    }

    /// A second slash: "1/2/2001" is a date.
    fn slash_follows(&self, i: usize) -> bool {
        let token = self.tokens.get(i);
        token.is_some_and(|t| !t.spaced && t.of(self.text) == "/")
    }

    /// Applies "and a half" and the magnitude words that follow.
    fn scale(&self, mut number: Number) -> Number {
        let (extra, past) = self.and_part(number.end).unwrap_or((0.0, number.end));
        let mut value = number.value + extra;
        let mut last = None;
        let mut end = past;
        // "1.2 lakh crore" multiplies; "two thousand million" as well
        loop {
            let k = self.past_hyphen(end);
            let Some(factor) = self.factor(k, &number, last.is_none()) else {
                break;
            };
            value *= factor;
            number.scaled |= factor >= 1000.0;
            last = Some(factor);
            end = k + 1;
        }
        number.end = end;
        let Some(last) = last else {
            number.value = value;
            return number;
        };
        number.value = tidy(value);
        if number.form == NumberForm::Fraction {
            number.form = NumberForm::Words;
        }
        // "a million and a half"
        if let Some((part, end)) = self.and_part(end)
            && !matches!(self.word(end), Some(NumberWord::Scale(_)))
        {
            number.value += part * last;
            number.end = end;
        }
        number
    }

    /// What the word at `k` multiplies `number` by; the `first` of several may be a short one.
    fn factor(&self, k: usize, number: &Number, first: bool) -> Option<f64> {
        match self.word(k)? {
            NumberWord::Scale(s) => Some(s),
            NumberWord::ShortScale(s) if first && number.form == NumberForm::Digits => {
                // "5 m" is metres as often as millions, "5 t" tonnes, "5 b" no billion
                let doubtful = ["m", "t", "b"].iter().any(|x| self.is(k, x));
                (!doubtful).then_some(s)
            }
            NumberWord::Hundred if first && number.value < 100.0 => Some(100.0),
            NumberWord::Dozen if first => Some(12.0),
            _ => None,
        }
    }

    /// "and a half", "-and-a-half", "and three quarters" at `i`.
    fn and_part(&self, i: usize) -> Option<(f64, usize)> {
        let at = self.past_hyphen(i);
        let part = self.past_hyphen(at + 1);
        self.is(at, "and").then(|| self.part(part)).flatten()
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

    /// A number that begins with a word, or with the article of "a hundred".
    fn words_at(&self, i: usize) -> Option<Number> {
        let article = self.is(i, "a") || self.is(i, "an");
        let start = i + usize::from(article);
        match self.word(start)? {
            NumberWord::Fraction(bottom) => return self.fraction(start, 1.0 / bottom),
            word if !opens_number(word, article) => return None,
            _ => {}
        }
        let mut sum = WordSum::new(start, article);
        while let Some((k, word)) = self.next_word(&sum) {
            if let Some(number) = self.ended_by(word, k, &sum) {
                return Some(number);
            }
            if !sum.add(word, k) {
                break;
            }
        }
        if !sum.begun() {
            return None;
        }
        self.decimals(&sum).or_else(|| Some(self.whole(&sum)))
    }

    /// The number of a sum that no further number word goes on, with the fraction or the magnitude behind.
    fn whole(&self, sum: &WordSum) -> Number {
        let mut number = Number::of(sum.total + sum.group, sum.end, NumberForm::Words);
        if !sum.scaled {
            return self.scale(number);
        }
        number.scaled = true;
        // "two million and a half"
        if sum.group == 0.0
            && sum.total > 0.0
            && let Some((part, end)) = self.and_part(sum.end)
        {
            number.value += part * magnitude(sum.total);
            number.end = end;
        }
        number
    }

    /// The number word that goes on from `sum`, past a hyphen or an "and", and its index.
    fn next_word(&self, sum: &WordSum) -> Option<(usize, NumberWord)> {
        let k = self.past_hyphen(sum.end);
        let takes_and = sum.begun() && (sum.group >= 100.0 || sum.group == 0.0 && sum.scaled);
        if !takes_and || !self.is(k, "and") {
            return Some((k, self.word(k)?));
        }
        match self.word(k + 1)? {
            word @ (NumberWord::Unit(_) | NumberWord::Tens(_)) => Some((k + 1, word)),
            _ => None,
        }
    }

    /// The number that `word` at `k` ends: "two dozen", "twenty-first", "two thirds".
    fn ended_by(&self, word: NumberWord, k: usize, sum: &WordSum) -> Option<Number> {
        match word {
            NumberWord::Dozen if sum.group > 0.0 && !sum.scaled => {
                let dozens = Number::of(sum.group * 12.0, k + 1, NumberForm::Words);
                Some(self.scale(dozens))
            }
            NumberWord::Ordinal(o) if !sum.fresh || o >= 100.0 => sum.with_ordinal(o, k),
            NumberWord::Fraction(bottom)
                if sum.total == 0.0 && (1.0..bottom).contains(&sum.group) && !sum.fresh =>
            {
                self.fraction(k, sum.group / bottom)
            }
            _ => None,
        }
    }

    /// "three point five".
    fn decimals(&self, sum: &WordSum) -> Option<Number> {
        if sum.total != 0.0 || !self.is(sum.end, "point") {
            return None;
        }
        let first = sum.end + 1;
        let (mut value, mut place, mut at) = (sum.group, 0.1, first);
        while let Some(NumberWord::Unit(u)) = self.word(at)
            && u < 10.0
            && place > SMALLEST_PLACE
        {
            value += u * place;
            place /= 10.0;
            at += 1;
        }
        let number = Number::of(tidy(value), at, NumberForm::Words);
        (at > first).then(|| self.scale(number))
    }

    /// What follows the fraction word at `i`: "half a million", "a quarter million", or nothing.
    fn fraction(&self, i: usize, part: f64) -> Option<Number> {
        let mut j = self.past_hyphen(i + 1);
        j += usize::from(self.is(j, "of"));
        j += usize::from(self.is(j, "a"));
        Some(match self.word(j) {
            Some(NumberWord::Scale(s)) => Number {
                scaled: true,
                ..Number::of(part * s, j + 1, NumberForm::Words)
            },
            Some(NumberWord::Dozen) => Number::of(part * 12.0, j + 1, NumberForm::Words),
            _ => Number::of(part, i + 1, NumberForm::Fraction),
        })
    }
}

/// Whether a number can begin with `word`: "million" and "dozen" need the `article` before them, others
/// have none.
fn opens_number(word: NumberWord, article: bool) -> bool {
    match word {
        NumberWord::Unit(_) | NumberWord::Tens(_) | NumberWord::Ordinal(_) => !article,
        NumberWord::Scale(_) | NumberWord::Hundred | NumberWord::Dozen => article,
        NumberWord::Fraction(_) => true,
        NumberWord::ShortScale(_) => false,
    }
}

/// Last place read after "point" in words.
const SMALLEST_PLACE: f64 = 1e-6;

/// A number in words as it is read from left to right: "three million four hundred".
struct WordSum {
    /// The groups that have their magnitude: "three million".
    total: f64,
    /// The group under way, below its magnitude: "four hundred".
    group: f64,
    /// Whether a magnitude was read.
    scaled: bool,
    /// Whether no more than an article was read, which counts as one.
    fresh: bool,
    /// Index of the first number word, and the one after the last.
    start: usize,
    end: usize,
}

impl WordSum {
    fn new(start: usize, article: bool) -> Self {
        WordSum {
            total: 0.0,
            group: if article { 1.0 } else { 0.0 },
            scaled: false,
            fresh: article,
            start,
            end: start,
        }
    }

    fn begun(&self) -> bool {
        self.end > self.start
    }

    /// What the group has below a hundred.
    fn under_hundred(&self) -> f64 {
        self.group % 100.0
    }

    /// Whether the group ends in tens that units can follow: "twenty".
    fn ends_in_tens(&self) -> bool {
        let under = self.under_hundred();
        under >= 20.0 && under % 10.0 == 0.0
    }

    /// Adds the word at `k`; false where it does not go on the number.
    fn add(&mut self, word: NumberWord, k: usize) -> bool {
        match word {
            NumberWord::Unit(u) if self.takes_unit(u, k) => self.group += u,
            NumberWord::Tens(t) if !self.fresh && self.under_hundred() == 0.0 => self.group += t,
            NumberWord::Hundred if self.group > 0.0 && self.group < 100.0 => self.group *= 100.0,
            NumberWord::Scale(s) if self.group > 0.0 => {
                self.total += self.group * s;
                self.group = 0.0;
                self.scaled = true;
            }
            NumberWord::Scale(s) if self.scaled => self.total *= s,
            _ => return false,
        }
        self.fresh = false;
        self.end = k + 1;
        true
    }

    /// Whether "four" at `k` goes on: after nothing, "twenty", "hundred" or "thousand", not after "five".
    fn takes_unit(&self, unit: f64, k: usize) -> bool {
        let free = self.under_hundred() == 0.0 || self.ends_in_tens() && unit < 10.0;
        let zero_inside = unit == 0.0 && self.begun();
        // "zero five"
        let after_zero = self.begun() && k == self.end && self.group == 0.0 && !self.scaled;
        free && !self.fresh && !zero_inside && !after_zero
    }

    /// The number that the ordinal at `k` ends: "twenty-first"; or the fraction: "two-thirds", "one third".
    fn with_ordinal(&self, ordinal: f64, k: usize) -> Option<Number> {
        if self.begun() && self.total == 0.0 && self.group > 0.0 && self.group < 20.0 {
            let tied = k > self.end || self.group == 1.0;
            let is_part = (3.0..=100.0).contains(&ordinal) && self.group < ordinal && tied;
            let part = self.group / ordinal;
            return is_part.then(|| Number::of(part, k + 1, NumberForm::Fraction));
        }
        let fits = self.under_hundred() == 0.0 || ordinal < 10.0 && self.ends_in_tens();
        let value = self.total + self.group + ordinal;
        fits.then(|| Number::of(value, k + 1, NumberForm::Ordinal))
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
            ("three-and-a-half", 3.5),
            ("five-and-a-half million", 5.5e6),
            ("1.234.567", 1_234_567.0),
            ("1.234.567,89", 1_234_567.89),
            ("1.234,50", 1234.5),
            ("nought point five", 0.5),
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
    fn thousands_may_be_parted_by_blanks_and_apostrophes() {
        for (text, want) in [
            ("40 000 euros", 40_000.0),
            ("1 234 567 people", 1_234_567.0),
            ("12 050 votes", 12_050.0),
            ("1'200 francs", 1_200.0),
            ("2’345’678.50 francs", 2_345_678.5),
            ("100 200 people", 100.0),
        ] {
            assert_eq!(read(text).map(|(value, ..)| value), Some(want), "{text}");
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

//! What can be seen of each token before anything is decided: its form, its clusters, the gazetteer's
//! names it is part of, and how the article writes the same word elsewhere.

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use super::super::WORDS;
use super::super::gazetteer::Gazetteer;
use super::super::hash::{self, HashedMap};
use super::super::lexicon::{ALWAYS_LOWER, Lexicon, WordFacts};
use crate::text::tokens::{Case, Token, TokenKind};

/// Words a line needs to be called a headline in capitals.
const CAPITAL_LINE_WORDS: usize = 2;

/// One token as the features see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenFeatures {
    /// Hash of the word in lower case; of a number, of its form.
    pub lower: u64,
    /// Hash of the word as it is written.
    pub exact: u64,
    /// Hash of its form in capitals, small letters, digits and marks.
    pub shape: u64,
    /// Hashes of the first three and four, last two, three and four letters; 0 without a capital.
    pub ends: [u64; 5],
    pub facts: WordFacts,
    pub case: Case,
    pub kind: TokenKind,
    pub block: u32,
    /// Begins a sentence, as far as the marks before it tell.
    pub opens: bool,
    /// Stands in a line of capitals.
    pub capitals: bool,
    /// Stands in a line that capitalises its words, as headlines do.
    pub titled: bool,
    pub spaced: bool,
    /// Kinds of the gazetteer's name it is part of; the high bit where it is not the first token.
    pub gazetteer: u16,
    /// May be part of a name; the rest is not looked at.
    pub active: bool,
    /// The capitalised run it stands in: first and past the last token.
    pub run: (u32, u32),
    /// Its first letter in lower case.
    pub initial: char,
    /// Hash of its letters when it may be an acronym; else 0.
    pub letters: u64,
}

/// Marks a token that continues a gazetteer name.
pub(crate) const CONTINUES: u16 = 1 << 15;

impl TokenFeatures {
    pub(crate) fn has_capital(&self) -> bool {
        matches!(self.case, Case::Title | Case::Upper | Case::Mixed)
    }
}

/// How one word is written through the article.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct WordUsage {
    /// Times in lower case.
    pub lower: u16,
    /// Capitalised where no sentence begins.
    pub capitalised: u16,
    /// Lower-case hashes of the words before and after up to three capitalised occurrences.
    pub before: [u64; 3],
    pub after: [u64; 3],
    /// Their tokens, and how many of the three there are.
    pub places: [u32; 3],
    pub noted: u8,
    /// Follows a first name somewhere.
    pub after_first_name: bool,
}

/// All that was seen in one article.
#[derive(Debug, Default)]
pub(crate) struct ObservedText {
    pub tokens: Vec<TokenFeatures>,
    /// How much the article speaks of sport: 0 hardly, 1 some, 2 a report or results. There cities
    /// and countries are teams.
    pub sport: u8,
    pub usage: HashedMap<WordUsage>,
    /// The last token of the run of capitalised words that each acronym may stand for, by its letters.
    pub spelt_out: HashedMap<u32>,
}

/// Looks at all tokens of an article. `text` is what the tokens point into.
pub(crate) fn observe(
    text: &str,
    tokens: &[Token],
    lexicon: &Lexicon,
    gazetteer: &Gazetteer,
) -> ObservedText {
    let mut article = ObservedText {
        tokens: Vec::with_capacity(tokens.len()),
        ..ObservedText::default()
    };
    let mut from = 0;
    while from < tokens.len() {
        let block = tokens[from].block;
        let to = from + tokens[from..].partition_point(|t| t.block == block);
        let (capitals, titled) = line_style(&tokens[from..to]);
        let mut opens = true;
        for t in &tokens[from..to] {
            article
                .tokens
                .push(look(text, t, lexicon, opens, capitals, titled));
            opens = opens_after(t.of(text), opens);
        }
        mark_names(&mut article.tokens[from..to], gazetteer);
        mark_active(&mut article.tokens[from..to], from as u32);
        from = to;
    }
    note_usage(&mut article);
    note_spelt_out(&mut article);
    article.sport = sport(&article.tokens);
    article
}

/// Whether a sentence may begin behind `mark`, which itself stands where one `opens` or does not.
fn opens_after(mark: &str, opens: bool) -> bool {
    match mark {
        "." | "?" | "!" | "..." | "\u{2026}" | ":" => true,
        "\"" | "'" | "\u{201c}" | "\u{201d}" | "\u{2018}" | "\u{2019}" | "``" | "''" | "’’" => {
            opens
        }
        "(" | ")" | "[" | "]" | "-" | "--" | "\u{2013}" | "\u{2014}" | "*" | "\u{2022}" => opens,
        _ => false,
    }
}

/// Words of sport in a thousand from which an article speaks of it, and from which it reports it.
const SOME_SPORT: usize = 5;
const MUCH_SPORT: usize = 14;

fn sport(tokens: &[TokenFeatures]) -> u8 {
    /// An article of fewer words counts as one of so many: a few words are no report.
    const FEWEST_WORDS: usize = 100;
    static SPORT: LazyLock<HashSet<u64>> =
        LazyLock::new(|| WORDS.sport.iter().map(|w| hash::lower(w)).collect());
    let words = tokens.iter().filter(|t| t.kind == TokenKind::Word).count();
    let found = tokens.iter().filter(|t| SPORT.contains(&t.lower)).count();
    match found * 1000 / words.max(FEWEST_WORDS) {
        n if n >= MUCH_SPORT => 2,
        n if n >= SOME_SPORT => 1,
        _ => 0,
    }
}

/// Whether a line is all capitals, and whether it capitalises its words.
fn line_style(tokens: &[Token]) -> (bool, bool) {
    /// Bytes from which a word in small letters tells: headlines write "of" and "the" so.
    const LONG_WORD: usize = 4;
    /// Words with a capital that a line needs to be called titled.
    const TITLED_LINE_WORDS: usize = 4;
    let words = tokens
        .iter()
        .filter(|t| t.kind == TokenKind::Word && t.span.len() > 1);
    let (mut upper, mut lower, mut title) = (0, 0, 0);
    for word in words {
        match word.case {
            Case::Upper => upper += 1,
            Case::Title | Case::Mixed => title += 1,
            Case::Lower => lower += usize::from(word.span.len() >= LONG_WORD),
            Case::None => {}
        }
    }
    let capitals = upper >= CAPITAL_LINE_WORDS && lower == 0 && upper > 3 * title;
    let titled = !capitals && title >= TITLED_LINE_WORDS && title > 3 * lower;
    (capitals, titled)
}

/// What is seen of token `t` by itself.
fn look(
    text: &str,
    t: &Token,
    lexicon: &Lexicon,
    opens: bool,
    capitals: bool,
    titled: bool,
) -> TokenFeatures {
    let word = t.of(text);
    let number = t.kind == TokenKind::Number;
    let lower = if number {
        number_shape(word)
    } else {
        hash::lower(word)
    };
    let cased = matches!(t.case, Case::Title | Case::Upper | Case::Mixed);
    let facts = if t.kind == TokenKind::Word {
        lexicon.get(lower, cased)
    } else {
        WordFacts::default()
    };
    TokenFeatures {
        lower,
        exact: hash::bytes(word.as_bytes()),
        shape: shape(word, capitals),
        ends: if cased { ends(word) } else { [0; 5] },
        facts,
        case: t.case,
        kind: t.kind,
        block: t.block,
        opens,
        capitals,
        titled,
        spaced: t.spaced,
        gazetteer: 0,
        active: false,
        run: (0, 0),
        initial: word.chars().next().map_or('\0', |c| c.to_ascii_lowercase()),
        letters: if t.case == Case::Upper {
            letters(word)
        } else {
            0
        },
    }
}

/// Letters that an acronym has.
pub(crate) const ACRONYM: RangeInclusive<usize> = 2..=7;

/// The hash of an acronym by its letters in lower case.
pub(crate) fn acronym(letters: impl Iterator<Item = char>) -> u64 {
    letters.fold(0x6c, |h, c| hash::fold(h, u64::from(u32::from(c))))
}

/// The hash of the letters of an acronym, `0` for what is too short or too long.
fn letters(word: &str) -> u64 {
    let letters = word.chars().filter(|c| c.is_alphabetic());
    if !ACRONYM.contains(&letters.clone().count()) {
        return 0;
    }
    acronym(letters.map(|c| c.to_ascii_lowercase()))
}

/// Notes for each run of capitalised words, and for what follows its first word, the acronym it would have.
fn note_spelt_out(article: &mut ObservedText) {
    let mut i = 0;
    while i < article.tokens.len() {
        let (first, end) = article.tokens[i].run;
        if first == end {
            i += 1;
            continue;
        }
        for start in [first, first + 1] {
            let words = article.tokens[start as usize..end as usize].iter();
            let initials = words.filter(|t| t.has_capital()).map(|t| t.initial);
            if ACRONYM.contains(&initials.clone().count()) {
                article
                    .spelt_out
                    .entry(acronym(initials))
                    .or_insert(end - 1);
            }
        }
        i = end as usize;
    }
}

/// Digits count by how many there are, not by which.
fn number_shape(word: &str) -> u64 {
    let mut h = 0x6e75_6d62;
    for b in word.bytes() {
        h = hash::fold(h, u64::from(if b.is_ascii_digit() { b'0' } else { b }));
    }
    h
}

/// Runs of upper-case, lower-case letters and digits, each as one; marks as they are.
fn shape(word: &str, capitals: bool) -> u64 {
    let mut h = u64::from(capitals) + 0x73;
    let mut last = 0;
    let mut repeats = 0;
    for c in word.chars() {
        let class = if c.is_uppercase() {
            b'X'
        } else if c.is_alphabetic() {
            b'x'
        } else if c.is_numeric() {
            b'0'
        } else {
            c as u8
        };
        repeats = if class == last { repeats + 1 } else { 0 };
        // one letter and several are told apart, more are not
        if repeats < 2 {
            h = hash::fold(h, u64::from(class));
        }
        last = class;
    }
    h
}

fn ends(word: &str) -> [u64; 5] {
    let mut buffer = [0u8; 8];
    let mut part = |s: &str| {
        if s.is_ascii() && s.len() <= 8 {
            let b = &mut buffer[..s.len()];
            b.copy_from_slice(s.as_bytes());
            b.make_ascii_lowercase();
            hash::bytes(b)
        } else {
            hash::lower(s)
        }
    };
    let n = word.chars().count();
    let head = |k: usize| {
        let end = word.char_indices().nth(k).map_or(word.len(), |(i, _)| i);
        &word[..end]
    };
    let tail = |k: usize| {
        let start = word
            .char_indices()
            .nth(n.saturating_sub(k))
            .map_or(0, |(i, _)| i);
        &word[start..]
    };
    [
        part(head(3)),
        part(head(4)),
        part(tail(2)),
        part(tail(3)),
        part(tail(4)),
    ]
}

/// Marks the tokens of names the gazetteer knows, longest first from the left.
fn mark_names(seen: &mut [TokenFeatures], gazetteer: &Gazetteer) {
    let mut at = 0;
    while at < seen.len() {
        if !seen[at].has_capital() {
            at += 1;
            continue;
        }
        let found = gazetteer.longest(
            at,
            seen.len(),
            |i| seen[i].lower,
            |i| seen[i].exact,
            seen[at].capitals,
        );
        let Some((n, names)) = found else {
            at += 1;
            continue;
        };
        let kinds = names.kinds;
        for (i, s) in seen[at..at + n].iter_mut().enumerate() {
            s.gazetteer = kinds | if i > 0 { CONTINUES } else { 0 };
        }
        at += n;
    }
}

/// Distance within which a lower-case word between two capitalised ones may belong to a name.
const BRIDGE: usize = 3;

/// Tokens before a capitalised word that may belong to its name: "al-Shabaab", "van Gogh", "afrol News".
const LEAD_IN: usize = 2;

/// Tokens from a capitalised word to a number of its name: "G-20", "Boeing 737".
const TO_NUMBER: usize = 2;

/// Longest run of capitalised words: a line of a table of names is no name.
const LONGEST_RUN: usize = 24;

/// Marks tokens that may belong to a name, and the runs of capitalised words. `base` is the place of the
/// first token in the text.
///
/// The model reads these alone. Of the words in small letters between two capitalised ones it reads those of which
/// names are made (`inner` in the table of words): in the project's labels they are 97 of 100 inside a name.
fn mark_active(tokens: &mut [TokenFeatures], base: u32) {
    let mut last_capital: Option<usize> = None;
    for i in 0..tokens.len() {
        let since = last_capital.map(|l| (l, i - l));
        if tokens[i].has_capital() {
            let near = since
                .filter(|(_, n)| *n <= BRIDGE + 1)
                .map(|(last, _)| last);
            if let Some(last) = near.filter(|last| tokens[last + 1..i].iter().all(is_inner)) {
                activate(&mut tokens[last..=i]);
            }
            if !is_plain_opener(tokens, i) {
                tokens[i].active = true;
                mark_lead_in(&mut tokens[..i]);
            }
            last_capital = Some(i);
        } else if tokens[i].kind == TokenKind::Number
            && let Some((last, _)) = since.filter(|(_, n)| *n <= TO_NUMBER)
        {
            activate(&mut tokens[last..=i]);
        }
    }
    mark_runs(tokens, base);
}

/// Whether a token that is no capitalised word can stand inside a name.
fn is_inner(token: &TokenFeatures) -> bool {
    static INNER: LazyLock<HashSet<u64>> =
        LazyLock::new(|| WORDS.inner.iter().map(|w| hash::lower(w)).collect());
    token.kind != TokenKind::Word || token.has_capital() || INNER.contains(&token.lower)
}

/// Whether token `i` opens a sentence with a word that is written small everywhere else: "The bank", "He said".
fn is_plain_opener(tokens: &[TokenFeatures], i: usize) -> bool {
    let token = &tokens[i];
    let usual = !token.titled && !token.capitals && token.case == Case::Title;
    let common = token.facts.capitals == ALWAYS_LOWER && token.facts.names == 0;
    let alone = !tokens
        .get(i + 1)
        .is_some_and(|t| t.has_capital() || t.kind != TokenKind::Word);
    token.opens && usual && common && token.gazetteer == 0 && alone
}

fn activate(tokens: &mut [TokenFeatures]) {
    tokens.iter_mut().for_each(|t| t.active = true);
}

/// Marks what may belong to a capitalised word behind these tokens: a word of which names are made, or a mark and what
/// is before it.
fn mark_lead_in(before: &mut [TokenFeatures]) {
    let Some(last) = before.len().checked_sub(1) else {
        return;
    };
    let first = match before[last].kind {
        TokenKind::Word if is_inner(&before[last]) => last,
        TokenKind::Word | TokenKind::Number => return,
        _ => (last + 1).saturating_sub(LEAD_IN),
    };
    for token in &mut before[first..] {
        token.active |= token.kind != TokenKind::Number;
    }
}

/// Marks runs of capitalised words, joined over "of", "and", "the", hyphens.
fn mark_runs(tokens: &mut [TokenFeatures], base: u32) {
    let mut i = 0;
    while i < tokens.len() {
        if !tokens[i].has_capital() {
            tokens[i].run = (base + i as u32, base + i as u32);
            i += 1;
            continue;
        }
        let end = run_end(tokens, i);
        for t in &mut tokens[i..end] {
            t.run = (base + i as u32, base + end as u32);
        }
        i = end;
    }
}

/// Past the last token of the run that begins at `first`.
fn run_end(tokens: &[TokenFeatures], first: usize) -> usize {
    let has_capital = |i: usize| tokens.get(i).is_some_and(TokenFeatures::has_capital);
    let mut end = first + 1;
    while end - first <= LONGEST_RUN {
        if has_capital(end) {
            end += 1;
        } else if has_capital(end + 1) && joins(&tokens[end]) {
            end += 2;
        } else {
            break;
        }
    }
    end
}

/// A token that may join capitalised words to one name.
fn joins(token: &TokenFeatures) -> bool {
    static JOINERS: LazyLock<Vec<u64>> =
        LazyLock::new(|| WORDS.joiner.iter().map(|w| hash::lower(w)).collect());
    JOINERS.contains(&token.lower)
}

/// Counts how each word is written through the article.
fn note_usage(article: &mut ObservedText) {
    let tokens = &article.tokens;
    for (i, t) in tokens.iter().enumerate() {
        if t.kind != TokenKind::Word || t.capitals {
            continue;
        }
        if !t.has_capital() {
            // a word that the lexicon knows in lower case only says nothing about names
            let common = t.facts.capitals == ALWAYS_LOWER && t.facts.brown != 0;
            if let Some(usage) = article.usage.get_mut(&t.lower) {
                usage.lower = usage.lower.saturating_add(1);
            } else if !common {
                article.usage.entry(t.lower).or_default().lower = 1;
            }
            continue;
        }
        let before = i.checked_sub(1).map(|b| &tokens[b]);
        let after = tokens.get(i + 1).filter(|a| a.block == t.block);
        let usage = article.usage.entry(t.lower).or_default();
        usage.note_capitalised(i, t, before, after);
    }
}

impl WordUsage {
    /// Counts token `i`, which has a capital, between the tokens `before` and `after` it.
    fn note_capitalised(
        &mut self,
        i: usize,
        token: &TokenFeatures,
        before: Option<&TokenFeatures>,
        after: Option<&TokenFeatures>,
    ) {
        /// Stands for the word before one that opens a sentence.
        const SENTENCE_START: u64 = 1;
        if !token.opens && !token.titled {
            self.capitalised = self.capitalised.saturating_add(1);
        }
        let first_name = |b: &TokenFeatures| b.facts.is_first_name() && b.has_capital();
        if token.spaced && before.is_some_and(|b| b.block == token.block && first_name(b)) {
            self.after_first_name = true;
        }
        let at = self.noted as usize;
        if at < self.places.len() {
            self.before[at] = if token.opens {
                SENTENCE_START
            } else {
                before.map_or(0, |b| b.lower)
            };
            self.after[at] = after.map_or(0, |a| a.lower);
            self.places[at] = i as u32;
            self.noted += 1;
        }
    }
}

/// Bits of the gazetteer alone, without the continuation mark.
pub(crate) fn kinds(s: &TokenFeatures) -> u16 {
    s.gazetteer & !CONTINUES
}

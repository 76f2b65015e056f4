//! What can be seen of each token before anything is decided: its form, its clusters, the gazetteer's
//! names it is part of, and how the article writes the same word elsewhere.

use std::collections::HashSet;

use super::super::gazetteer::Gazetteer;
use super::super::hash::{self, HashedMap};
use super::super::lexicon::{Lexicon, WordFacts};
use crate::text::tokens::{Case, Token, TokenKind};

/// Words a line needs to be called a headline in capitals.
const CAPITAL_LINE_WORDS: usize = 2;

/// One token as the features see it.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub lower: u64,
    pub exact: u64,
    pub shape: u64,
    /// First three and four, last two, three and four letters.
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
}

/// Marks a token that continues a gazetteer name.
pub const CONTINUES: u16 = 1 << 15;

impl Seen {
    pub fn has_capital(&self) -> bool {
        matches!(self.case, Case::Title | Case::Upper | Case::Mixed)
    }
}

/// How one word is written through the article.
#[derive(Debug, Clone, Copy, Default)]
pub struct Habit {
    pub lower: u16,
    /// Capitalised where no sentence begins.
    pub capitalised: u16,
    /// Lower-case hashes of the words before and after up to three capitalised occurrences.
    pub before: [u64; 3],
    pub after: [u64; 3],
    pub places: [u32; 3],
    pub noted: u8,
    /// Follows a first name somewhere.
    pub after_first_name: bool,
}

/// All that was seen in one article.
#[derive(Debug, Default)]
pub struct Article {
    pub seen: Vec<Seen>,
    /// How much the article speaks of sport: 0 hardly, 1 some, 2 a report or results. There cities
    /// and countries are teams.
    pub sport: u8,
    pub habits: HashedMap<Habit>,
}

/// Looks at all tokens of an article. `text` is what the tokens point into.
pub fn observe(text: &str, tokens: &[Token], lexicon: &Lexicon, gazetteer: &Gazetteer) -> Article {
    let mut article = Article {
        seen: Vec::with_capacity(tokens.len()),
        ..Article::default()
    };
    let mut from = 0;
    while from < tokens.len() {
        let block = tokens[from].block;
        let to = from + tokens[from..].partition_point(|t| t.block == block);
        let (capitals, titled) = line_style(&tokens[from..to]);
        let mut opens = true;
        for t in &tokens[from..to] {
            article
                .seen
                .push(look(text, t, lexicon, opens, capitals, titled));
            opens = match t.of(text) {
                "." | "?" | "!" | "..." | "\u{2026}" => true,
                "\"" | "'" | "\u{201c}" | "\u{201d}" | "\u{2018}" | "\u{2019}" | "(" | ")"
                | "``" | "''" | "[" | "]" | "-" | "--" | "\u{2013}" | "\u{2014}" | "*"
                | "\u{2022}" => opens,
                ":" => true,
                _ => false,
            };
        }
        mark_names(&mut article.seen[from..to], gazetteer);
        mark_active(&mut article.seen[from..to], from as u32);
        from = to;
    }
    note_habits(&mut article);
    article.sport = sport(&article.seen);
    article
}

/// Words of match reports and results.
const SPORT: &[&str] = &[
    "match",
    "beat",
    "goal",
    "goals",
    "innings",
    "cup",
    "coach",
    "striker",
    "midfielder",
    "tournament",
    "scored",
    "season",
    "championship",
    "champions",
    "league",
    "soccer",
    "cricket",
    "tennis",
    "baseball",
    "basketball",
    "rugby",
    "golf",
    "halftime",
    "wicket",
    "wickets",
    "batsman",
    "olympic",
    "olympics",
    "medal",
    "seeded",
    "quarterfinal",
    "semifinal",
    "semi-final",
    "qualifier",
    "standings",
    "scorers",
    "overs",
    "defeated",
    "referee",
    "stadium",
    "athletics",
    "cycling",
    "homered",
    "homer",
    "pitcher",
    "inning",
    "rebounds",
    "playoff",
    "playoffs",
    "touchdown",
    "teammate",
    "football",
    "hockey",
    "volleyball",
    "handball",
    "boxing",
    "scores",
    "fc",
    "goalkeeper",
    "penalty",
];

/// Words of sport in a thousand from which an article speaks of it, and from which it reports it.
const SOME_SPORT: usize = 5;
const MUCH_SPORT: usize = 14;

fn sport(seen: &[Seen]) -> u8 {
    thread_local! {
        static WORDS: HashSet<u64> = SPORT.iter().map(|w| hash::lower(w)).collect();
    }
    let words = seen.iter().filter(|s| s.kind == TokenKind::Word).count();
    let found = WORDS.with(|w| seen.iter().filter(|s| w.contains(&s.lower)).count());
    match found * 1000 / words.max(100) {
        n if n >= MUCH_SPORT => 2,
        n if n >= SOME_SPORT => 1,
        _ => 0,
    }
}

/// Whether a line is all capitals, and whether it capitalises its words.
fn line_style(tokens: &[Token]) -> (bool, bool) {
    let (mut upper, mut lower, mut title) = (0, 0, 0);
    for t in tokens {
        if t.kind == TokenKind::Word && t.span.len() > 1 {
            match t.case {
                Case::Upper => upper += 1,
                Case::Title | Case::Mixed => title += 1,
                Case::Lower if t.span.len() > 3 => lower += 1,
                _ => {}
            }
        }
    }
    let capitals = upper >= CAPITAL_LINE_WORDS && lower == 0 && upper > 3 * title;
    let titled = !capitals && title >= 4 && title > 3 * lower;
    (capitals, titled)
}

fn look(
    text: &str,
    t: &Token,
    lexicon: &Lexicon,
    opens: bool,
    capitals: bool,
    titled: bool,
) -> Seen {
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
    Seen {
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
fn mark_names(seen: &mut [Seen], gazetteer: &Gazetteer) {
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

/// Marks tokens that may belong to a name, and the runs of capitalised words.
fn mark_active(seen: &mut [Seen], base: u32) {
    let n = seen.len();
    let mut last_capital = None;
    for i in 0..n {
        if seen[i].has_capital() {
            if let Some(l) = last_capital
                && i - l <= BRIDGE + 1
            {
                seen[l..=i].iter_mut().for_each(|s| s.active = true);
            }
            seen[i].active = true;
            // "al-Shabaab", "van Gogh", "afrol News"
            for b in 1..=2.min(i) {
                if seen[i - b].kind == TokenKind::Number {
                    break;
                }
                seen[i - b].active = true;
                if b == 1 && seen[i - 1].kind == TokenKind::Word {
                    break;
                }
            }
            last_capital = Some(i);
        } else if seen[i].kind == TokenKind::Number && last_capital.is_some_and(|l| i - l <= 2) {
            // "G-20", "Boeing 737"
            let l = last_capital.unwrap_or(i);
            seen[l..=i].iter_mut().for_each(|s| s.active = true);
        }
    }
    // runs of capitalised words, joined over "of", "and", "the", hyphens
    let mut i = 0;
    while i < n {
        if !seen[i].has_capital() {
            seen[i].run = (base + i as u32, base + i as u32);
            i += 1;
            continue;
        }
        let mut end = i + 1;
        loop {
            if end < n && seen[end].has_capital() {
                end += 1;
            } else if end + 1 < n && joins(&seen[end]) && seen[end + 1].has_capital() {
                end += 2;
            } else {
                break;
            }
            if end - i > 24 {
                break;
            }
        }
        for s in &mut seen[i..end] {
            s.run = (base + i as u32, base + end as u32);
        }
        i = end;
    }
}

/// A token that may join capitalised words to one name.
fn joins(s: &Seen) -> bool {
    thread_local! {
        static JOINERS: [u64; 9] = ["of", "-", "&", "de", "al", "for", "bin", "el", "\u{2010}"].map(hash::lower);
    }
    JOINERS.with(|j| j.contains(&s.lower))
}

fn note_habits(article: &mut Article) {
    let seen = &article.seen;
    for (i, s) in seen.iter().enumerate() {
        if s.kind != TokenKind::Word || s.capitals {
            continue;
        }
        if !s.has_capital() {
            if let Some(h) = article.habits.get_mut(&s.lower) {
                h.lower = h.lower.saturating_add(1);
            } else if s.facts.capitals != 1 || s.facts.brown == 0 {
                article.habits.entry(s.lower).or_default().lower = 1;
            }
            continue;
        }
        let h = article.habits.entry(s.lower).or_default();
        if !s.opens && !s.titled {
            h.capitalised = h.capitalised.saturating_add(1);
        }
        let before = i.checked_sub(1).map(|b| &seen[b]);
        if before.is_some_and(|b| {
            b.facts.names & 1 != 0 && b.has_capital() && b.block == s.block && s.spaced
        }) {
            h.after_first_name = true;
        }
        let at = h.noted as usize;
        if at < h.places.len() {
            h.before[at] = if s.opens {
                1
            } else {
                before.map_or(0, |b| b.lower)
            };
            h.after[at] = seen
                .get(i + 1)
                .filter(|a| a.block == s.block)
                .map_or(0, |a| a.lower);
            h.places[at] = i as u32;
            h.noted += 1;
        }
    }
}

/// Bits of the gazetteer alone, without the continuation mark.
pub fn kinds(s: &Seen) -> u16 {
    s.gazetteer & !CONTINUES
}

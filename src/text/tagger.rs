//! Parts of speech of English: a hidden Markov model over the tags of the Penn Treebank (Brants 2000, "TnT"),
//! made at start from the counts in `config/language/tags.tsv`.
//!
//! Of two tags after one another the counts tell how likely that is; what a word can be they tell from
//! the word, and where it is rare or unknown from its ending and its capital. Time is linear in the
//! text: a word has few tags that it can be.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::data::{DataFile, data_file, sound};
use super::{Token, TokenKind};

/// How often words have which tags, and tags follow one another.
pub const TAGS_FILE: DataFile<'static> = data_file!("language/tags.tsv");

/// What a token is in its sentence, as far as a stage has asked so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartOfSpeech {
    /// A common noun, singular or plural.
    Noun,
    /// A word of a name.
    ProperNoun,
    Adjective,
    /// The form of a verb in "-ing" or its past participle.
    Participle,
    /// Any other form of a verb.
    Verb,
    Other,
}

impl PartOfSpeech {
    /// The part of speech of a tag of the Penn Treebank.
    fn of(tag: &str) -> PartOfSpeech {
        match tag {
            "NN" | "NNS" => PartOfSpeech::Noun,
            "NNP" | "NNPS" => PartOfSpeech::ProperNoun,
            "JJ" | "JJR" | "JJS" => PartOfSpeech::Adjective,
            "VBG" | "VBN" => PartOfSpeech::Participle,
            "VB" | "VBD" | "VBP" | "VBZ" | "MD" => PartOfSpeech::Verb,
            _ => PartOfSpeech::Other,
        }
    }

    pub fn is_noun(self) -> bool {
        matches!(self, PartOfSpeech::Noun | PartOfSpeech::ProperNoun)
    }

    /// Whether a word can be in a noun phrase that has no determiner: a noun or what describes one.
    pub fn is_nominal(self) -> bool {
        self.is_noun() || matches!(self, PartOfSpeech::Adjective | PartOfSpeech::Participle)
    }
}

/// Place of a tag in [`Tagger::parts`].
type Tag = u8;

/// What a word can be, each with a weight: a probability, or the logarithm of a likelihood.
type Choices = Vec<(Tag, f32)>;

/// Longest ending that tells what an unknown word is, in letters (Brants 2000 takes 10, from ten times as
/// many words).
const LONGEST_ENDING: usize = 5;

/// One word seen, in the counts of words: they are in tenths.
const ONCE: u32 = 10;

/// Words seen at most so often tell what endings say: what is new to the model is like its rare words.
const RARE: u32 = 8 * ONCE;

/// Weight of what shorter endings say, in the counts of words.
const SHORTER_ENDING: f32 = 4.0 * ONCE as f32;

/// Weight of what its ending says of a word that is known, likewise; and how far that is trusted.
const OWN_ENDING: f32 = 0.5 * ONCE as f32;
const OWN_ENDING_TRUST: f32 = 0.3;

/// Part of the probability of a tag after another that is given to all tags as often as they are.
const UNSEEN_AFTER: f32 = 0.05;

/// What is left for a name, and for anything but a name, where a word that is known is written with a
/// capital inside a sentence.
const UNSEEN_NAME: f32 = 1e-3;
const NO_NAME: f32 = 0.1;

/// Probabilities below this are none.
const LEAST: f32 = 1e-5;

/// In whose writing an ending was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Writing {
    Lower,
    Capitalised,
    /// Either: the first word of a sentence is capitalised whatever it is.
    Any,
}

#[derive(Debug)]
struct Tagger {
    parts: Vec<PartOfSpeech>,
    /// How often a tag is one of all words'.
    shares: Vec<f32>,
    /// Logarithm of the probability of a tag after another: `after[before * tags + tag]`.
    after: Vec<f32>,
    /// The same after the beginning of a sentence, and of its end after a tag.
    first: Vec<f32>,
    last: Vec<f32>,
    /// Words in lower case with the counts of their tags.
    words: HashMap<String, Vec<(Tag, u32)>, FixedState>,
    endings: HashMap<(Writing, String), Choices, FixedState>,
    /// Tags of numbers, names, and of signs that are not known.
    number: Tag,
    names: Vec<Tag>,
    sign: Tag,
}

static TAGGER: LazyLock<Tagger> = LazyLock::new(Tagger::read);

/// Reads the counts, so that the first article does not wait for it.
pub fn warm() {
    LazyLock::force(&TAGGER);
}

/// The parts of speech of the tokens of one sentence.
pub fn parts_of_speech(sentence: &[Token], text: &str) -> Vec<PartOfSpeech> {
    TAGGER.tag(sentence, text)
}

/// A row: `NN 3 JJ 1`.
fn counts(cell: &str) -> Option<Vec<(&str, u32)>> {
    let mut cells = cell.split(' ');
    let mut out = Vec::new();
    while let Some(tag) = cells.next() {
        out.push((tag, cells.next()?.parse().ok()?));
    }
    Some(out)
}

impl Tagger {
    fn read() -> Tagger {
        let mut after: HashMap<&str, Vec<(&str, u32)>> = HashMap::new();
        let mut words: Vec<(&str, Vec<(&str, u32)>)> = Vec::new();
        let mut tags: Vec<&str> = Vec::new();
        for row in TAGS_FILE.rows() {
            let [kind, name, cell] = sound(row.columns());
            let counts = counts(cell).ok_or_else(|| row.fault("not `TAG count TAG count`"));
            let counts = sound(counts);
            match kind {
                "after" => {
                    tags.extend(Some(name).filter(|n| *n != "^"));
                    after.insert(name, counts);
                }
                "word" => words.push((name, counts)),
                _ => sound(Err(row.fault("neither `after` nor `word`"))),
            }
        }
        let place = |tag: &str| tags.iter().position(|t| *t == tag);
        // A tag that no other follows ends sentences only; none of the file does.
        let tag_of = |tag: &str| place(tag).unwrap_or_default() as Tag;
        let words = words.into_iter().map(|(word, counts)| {
            let counts = counts.into_iter().map(|(tag, n)| (tag_of(tag), n));
            (word, counts.collect::<Vec<(Tag, u32)>>())
        });
        let words: Vec<(&str, Vec<(Tag, u32)>)> = words.collect();
        let mut totals = vec![0u32; tags.len()];
        for (tag, n) in after.values().flatten() {
            if let Some(at) = place(tag) {
                totals[at] += n;
            }
        }
        let all: u32 = totals.iter().sum();
        let shares: Vec<f32> = totals.iter().map(|n| *n as f32 / all as f32).collect();
        let chance = |before: &str, tag: &str, share: f32| {
            let row = after.get(before).map(|r| &r[..]).unwrap_or_default();
            let total: u32 = row.iter().map(|(_, n)| n).sum();
            let seen = row.iter().find(|(t, _)| *t == tag).map_or(0, |(_, n)| *n);
            let seen = seen as f32 / total.max(1) as f32;
            ((1.0 - UNSEEN_AFTER) * seen + UNSEEN_AFTER * share + 1e-6).ln()
        };
        let of_all = |before: &str| {
            let pairs = tags.iter().zip(&shares);
            pairs
                .map(|(tag, share)| chance(before, tag, *share))
                .collect::<Vec<f32>>()
        };
        Tagger {
            parts: tags.iter().map(|t| PartOfSpeech::of(t)).collect(),
            after: tags.iter().flat_map(|before| of_all(before)).collect(),
            first: of_all("^"),
            last: tags
                .iter()
                .map(|before| chance(before, "$end", 0.0))
                .collect(),
            endings: endings(&words),
            number: tag_of("CD"),
            names: vec![tag_of("NNP"), tag_of("NNPS")],
            sign: tag_of("SYM"),
            words: in_lower_case(&words),
            shares,
        }
    }

    /// The most likely tags of a sentence (Viterbi).
    fn tag(&self, sentence: &[Token], text: &str) -> Vec<PartOfSpeech> {
        let tags = self.parts.len();
        // For each token what it can be: the tag, the score of the best way there, and the place of the
        // choice before.
        let mut steps: Vec<Vec<(Tag, f32, usize)>> = Vec::with_capacity(sentence.len());
        let mut is_first = true;
        for token in sentence {
            let choices = self.choices(token, text, is_first);
            is_first &= token.kind != TokenKind::Word;
            let step = choices.into_iter().map(|(tag, likelihood)| {
                let Some(before) = steps.last() else {
                    return (tag, self.first[tag as usize] + likelihood, 0);
                };
                let ways = before.iter().enumerate().map(|(at, (b, score, _))| {
                    (at, score + self.after[*b as usize * tags + tag as usize])
                });
                let best = ways.fold(
                    (0, f32::MIN),
                    |best, way| if way.1 > best.1 { way } else { best },
                );
                (tag, best.1 + likelihood, best.0)
            });
            let step = step.collect();
            steps.push(step);
        }
        let Some(end) = steps.last() else {
            return Vec::new();
        };
        let scores = end
            .iter()
            .map(|(tag, score, _)| score + self.last[*tag as usize]);
        let mut at = scores
            .enumerate()
            .fold(
                (0, f32::MIN),
                |best, way| if way.1 > best.1 { way } else { best },
            )
            .0;
        let mut out = vec![PartOfSpeech::Other; sentence.len()];
        for (part, step) in out.iter_mut().zip(&steps).rev() {
            let (tag, _, before) = step[at];
            *part = self.parts[tag as usize];
            at = before;
        }
        out
    }

    /// What a token can be, never nothing, with the logarithm of its likelihood.
    fn choices(&self, token: &Token, text: &str, is_first: bool) -> Choices {
        let word = token.of(text);
        match token.kind {
            TokenKind::Number => return vec![(self.number, 0.0)],
            TokenKind::Address => return vec![(self.names[0], 0.0)],
            _ => {}
        }
        let is_capitalised = word.starts_with(char::is_uppercase);
        let lower = word.to_lowercase().replace('\u{2019}', "'");
        let known = self.words.get(&lower).map(|c| &c[..]);
        let mut chances = match (known, token.kind) {
            (None, TokenKind::Punctuation | TokenKind::Symbol) => return vec![(self.sign, 0.0)],
            (Some(known), TokenKind::Punctuation | TokenKind::Symbol | TokenKind::Clitic) => {
                shares(known)
            }
            _ => {
                let writing = match (is_capitalised, is_first) {
                    (true, true) => Writing::Any,
                    (true, false) => Writing::Capitalised,
                    (false, _) => Writing::Lower,
                };
                self.of_word(&lower, known.unwrap_or_default(), writing)
            }
        };
        chances.retain(|(_, p)| *p > LEAST);
        for (tag, chance) in &mut chances {
            *chance = (*chance / self.shares[*tag as usize].max(LEAST)).ln();
        }
        if chances.is_empty() {
            chances.push((self.names[0], 0.0));
        }
        chances
    }

    /// What a word can be, by how often it was what, and by its ending where it was seen rarely.
    fn of_word(&self, lower: &str, known: &[(Tag, u32)], writing: Writing) -> Choices {
        let seen: u32 = known.iter().map(|(_, n)| n).sum();
        let is_name_like = writing == Writing::Capitalised;
        let mut chances = shares(known);
        if seen < RARE || is_name_like {
            let by_ending = self.by_ending(lower, writing);
            if seen == 0 {
                return by_ending;
            }
            let trust = seen as f32 / (seen as f32 + OWN_ENDING);
            for (_, chance) in &mut chances {
                *chance *= trust;
            }
            for (tag, chance) in by_ending {
                let more = (1.0 - trust) * chance * OWN_ENDING_TRUST;
                match chances.iter_mut().find(|(t, _)| *t == tag) {
                    Some((_, chance)) => *chance += more,
                    None => chances.push((tag, more)),
                }
            }
        }
        if is_name_like {
            for tag in &self.names {
                if !chances.iter().any(|(t, _)| t == tag) {
                    chances.push((*tag, UNSEEN_NAME));
                }
            }
            for (tag, chance) in &mut chances {
                if !self.names.contains(tag) {
                    *chance *= NO_NAME;
                }
            }
        }
        chances
    }

    /// What the longest ending that is known says.
    fn by_ending(&self, lower: &str, writing: Writing) -> Choices {
        let mut starts: Vec<usize> = lower.char_indices().rev().map(|(at, _)| at).collect();
        starts.truncate(LONGEST_ENDING);
        let longest_first = starts.into_iter().rev().chain([lower.len()]);
        let mut found = longest_first.filter_map(|at| {
            // An owned key is made; words that come here are few.
            self.endings.get(&(writing, lower[at..].to_owned()))
        });
        found.next().cloned().unwrap_or_default()
    }
}

fn shares(counts: &[(Tag, u32)]) -> Choices {
    let total: u32 = counts.iter().map(|(_, n)| n).sum();
    let share = |(tag, n): &(Tag, u32)| (*tag, *n as f32 / total as f32);
    counts.iter().map(share).collect()
}

fn add(counts: &mut Vec<(Tag, u32)>, more: &[(Tag, u32)]) {
    for (tag, n) in more {
        match counts.iter_mut().find(|(t, _)| t == tag) {
            Some((_, count)) => *count += n,
            None => counts.push((*tag, *n)),
        }
    }
}

/// The counts of words, however they were written.
fn in_lower_case(
    words: &[(&str, Vec<(Tag, u32)>)],
) -> HashMap<String, Vec<(Tag, u32)>, FixedState> {
    let mut lower: HashMap<String, Vec<(Tag, u32)>, FixedState> = HashMap::default();
    for (word, counts) in words {
        add(lower.entry(word.to_lowercase()).or_default(), counts);
    }
    lower
}

/// What endings say of words: each is trusted as far as it was seen, and for the rest the next shorter one.
fn endings(words: &[(&str, Vec<(Tag, u32)>)]) -> HashMap<(Writing, String), Choices, FixedState> {
    let all = in_lower_case(words);
    let mut seen: HashMap<(Writing, String), Vec<(Tag, u32)>, FixedState> = HashMap::default();
    for (word, counts) in words {
        let lower = word.to_lowercase();
        let often: u32 = all[&lower].iter().map(|(_, n)| n).sum();
        if often > RARE || !word.starts_with(char::is_alphabetic) {
            continue;
        }
        let writing = if word.starts_with(char::is_uppercase) {
            Writing::Capitalised
        } else {
            Writing::Lower
        };
        let starts = lower.char_indices().rev().map(|(at, _)| at);
        for at in [lower.len()].into_iter().chain(starts.take(LONGEST_ENDING)) {
            for writing in [writing, Writing::Any] {
                let ending = (writing, lower[at..].to_owned());
                add(seen.entry(ending).or_default(), counts);
            }
        }
    }
    let mut keys: Vec<&(Writing, String)> = seen.keys().collect();
    keys.sort_by_key(|(_, ending)| ending.len());
    let mut out: HashMap<(Writing, String), Choices, FixedState> = HashMap::default();
    for key in keys {
        let counts = &seen[key];
        let total: u32 = counts.iter().map(|(_, n)| n).sum();
        let mut chances = shares(counts);
        let mut letters = key.1.chars();
        if letters.next().is_some() {
            let shorter = out.get(&(key.0, letters.as_str().to_owned()));
            let trust = total as f32 / (total as f32 + SHORTER_ENDING);
            for (_, chance) in &mut chances {
                *chance *= trust;
            }
            for (tag, chance) in shorter.into_iter().flatten() {
                let more = (1.0 - trust) * chance;
                match chances.iter_mut().find(|(t, _)| t == tag) {
                    Some((_, chance)) => *chance += more,
                    None => chances.push((*tag, more)),
                }
            }
        }
        chances.retain(|(_, p)| *p > 1e-3);
        out.insert(key.clone(), chances);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Span, tokens::tokenize};

    fn nouns(text: &str) -> Vec<&str> {
        let tokens = tokenize(text, std::iter::once(Span::new(0, text.len())));
        let parts = parts_of_speech(&tokens, text);
        let nouns = tokens.iter().zip(parts).filter(|(_, p)| p.is_noun());
        nouns.map(|(t, _)| t.of(text)).collect()
    }

    #[test]
    fn nouns_are_told_from_verbs_and_adjectives() {
        assert_eq!(
            nouns("The new mayor of Harbour Bay said the old bridge needs repairs."),
            ["mayor", "Harbour", "Bay", "bridge", "repairs"]
        );
        // words that the counts do not know, by their endings
        assert_eq!(
            nouns("She quickly replastered the crumbliest trawlers."),
            ["trawlers"]
        );
    }

    #[test]
    fn a_word_is_what_its_place_makes_it() {
        assert_eq!(nouns("They will report on Monday."), ["Monday"]);
        assert_eq!(nouns("The report was late."), ["report"]);
    }

    #[test]
    fn every_token_has_a_part_whatever_it_is() {
        for text in ["", "—", "€ 5", "x@y.example", "ÄÖÜ 漢字 ’s", "’"] {
            let tokens = tokenize(text, std::iter::once(Span::new(0, text.len())));
            assert_eq!(parts_of_speech(&tokens, text).len(), tokens.len());
        }
    }
}

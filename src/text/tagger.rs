//! Parts of speech of English: a hidden Markov model over the tags of the Penn Treebank (Brants 2000, "TnT"),
//! made at start from the counts in `config/language/tags.tsv`.
//!
//! Of two tags after one another the counts tell how likely that is; what a word can be they tell from
//! the word, and where it is rare or unknown from its ending and its capital. Time is linear in the
//! text: a word has few tags that it can be.
//!
//! The `syntax` stage has a tagger of its own for the sentences that are parsed, which takes more than four times as long.
//! This one is for what needs the parts of speech of all sentences of every article, and only roughly.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::data::{DataFile, data_file, sound};
use super::feature_hash::{self as hash, HashedMap};
use super::{Token, TokenKind, push_lower};

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

/// Place of a tag in [`Model::parts`].
type Tag = u8;

/// Room for tags: the Penn Treebank has 45. A power of two, so that no place needs a check.
const TAGS: usize = 64;

/// A number for each tag.
type ByTag = [f32; TAGS];

fn index(tag: Tag) -> usize {
    usize::from(tag) % TAGS
}

/// What a word can be, with the probability of each.
type Chances = Vec<(Tag, f32)>;

/// What a word can be: where that stands in [`Model::choices`], and above [`START_BITS`] how many there are. In one number,
/// so that the table of words stays near.
#[derive(Debug, Clone, Copy)]
struct Choices(u32);

const START_BITS: u32 = 24;

impl Choices {
    fn new(start: usize, count: usize) -> Choices {
        debug_assert!(start < 1 << START_BITS && count <= TAGS);
        Choices(start as u32 | (count as u32) << START_BITS)
    }

    fn range(self) -> Range<usize> {
        let start = self.0 & ((1 << START_BITS) - 1);
        start as usize..(start + (self.0 >> START_BITS)) as usize
    }
}

/// Where choices stand that were kept already, by their bits.
type Kept = HashMap<Vec<(Tag, u32)>, Choices>;

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

/// Probabilities below this are none, and so are those below a part of the largest: that saves half of the time and
/// changes next to nothing.
const LEAST: f32 = 1e-5;
const LEAST_PART: f32 = 2e-3;

/// In whose writing an ending was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Writing {
    Lower,
    Capitalised,
    /// Either: the first word of a sentence is capitalised whatever it is.
    Any,
}

const WRITINGS: [Writing; 3] = [Writing::Lower, Writing::Capitalised, Writing::Any];

/// What a word that is known can be.
#[derive(Debug)]
struct KnownWord {
    /// By the counts alone.
    counted: Choices,
    /// By [`Writing`].
    written: [Choices; WRITINGS.len()],
}

#[derive(Debug)]
struct Model {
    parts: Vec<PartOfSpeech>,
    /// Logarithm of the probability of a tag after another: `after[tag][before]`.
    after: [ByTag; TAGS],
    /// The same after the beginning of a sentence, and of its end after a tag.
    first: ByTag,
    last: ByTag,
    /// By the hash of the word in lower case.
    words: HashedMap<KnownWord>,
    /// By [`ending_key`].
    endings: HashedMap<Choices>,
    /// Tags with the logarithms of their likelihoods; none of the stretches that words and endings name is empty.
    choices: Vec<(Tag, f32)>,
    /// What numbers, addresses and signs that are not known can be.
    number: [(Tag, f32); 1],
    name: [(Tag, f32); 1],
    sign: [(Tag, f32); 1],
}

static MODEL: LazyLock<Model> = LazyLock::new(Model::read);

/// Reads the counts, so that the first article does not wait for it.
pub fn warm() {
    LazyLock::force(&MODEL);
}

/// The best way to a tag of a token.
#[derive(Debug, Clone, Copy)]
struct Way {
    tag: Tag,
    score: f32,
    /// The place of the way to the token before.
    before: u32,
}

/// Tags sentences one after the other, in buffers that are used again.
#[derive(Debug, Default)]
pub struct Tagger {
    lower: String,
    ways: Vec<Way>,
    /// Where the ways to each token end in `ways`.
    ends: Vec<usize>,
    parts: Vec<PartOfSpeech>,
}

impl Tagger {
    /// The parts of speech of the tokens of one sentence: those of the most likely tags (Viterbi).
    pub fn parts_of_speech(&mut self, sentence: &[Token], text: &str) -> &mut [PartOfSpeech] {
        let model = &*MODEL;
        self.parts.clear();
        self.parts.resize(sentence.len(), PartOfSpeech::Other);
        self.look_up(model, sentence, text);
        let mut before = 0..0;
        for &end in &self.ends {
            let (done, rest) = self.ways.split_at_mut(before.end);
            for way in &mut rest[..end - before.end] {
                let (place, score) = model.best_before(way.tag, &done[before.clone()]);
                way.score += score;
                way.before = (before.start + place) as u32;
            }
            before = before.end..end;
        }
        let ends = self.ways[before.clone()].iter();
        let scores = ends.map(|way| way.score + model.last[index(way.tag)]);
        let mut place = before.start + best(scores).0;
        for part in self.parts.iter_mut().rev() {
            let way = self.ways[place];
            *part = model.parts[way.tag as usize];
            place = way.before as usize;
        }
        &mut self.parts
    }

    /// What each token can be, as ways that begin with it. All tokens are looked up before the first way is found, as the
    /// table of words is larger than a core's nearest cache: so one look-up does not wait for another.
    fn look_up(&mut self, model: &Model, sentence: &[Token], text: &str) {
        self.ways.clear();
        self.ends.clear();
        let mut is_first = true;
        for token in sentence {
            let choices = model.choices(token, text, is_first, &mut self.lower);
            is_first &= token.kind != TokenKind::Word;
            self.ways
                .extend(choices.iter().map(|(tag, likelihood)| Way {
                    tag: *tag,
                    score: *likelihood,
                    before: 0,
                }));
            self.ends.push(self.ways.len());
        }
    }
}

/// The largest of some scores, of equals the first, and its place.
fn best(scores: impl Iterator<Item = f32>) -> (usize, f32) {
    let better = |best: (usize, f32), next: (usize, f32)| if next.1 > best.1 { next } else { best };
    scores.enumerate().fold((0, f32::MIN), better)
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

/// Counts of tags by word, as the file has them.
type WordCounts = Vec<(&'static str, Vec<(Tag, u32)>)>;

impl Model {
    fn read() -> Model {
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
        debug_assert!(tags.len() <= TAGS);
        let place = |tag: &str| tags.iter().position(|t| *t == tag);
        // A tag that no other follows ends sentences only; none of the file does.
        let tag_of = |tag: &str| place(tag).unwrap_or_default() as Tag;
        let words = words.into_iter().map(|(word, counts)| {
            let counts = counts.into_iter().map(|(tag, n)| (tag_of(tag), n));
            (word, counts.collect::<Vec<(Tag, u32)>>())
        });
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
        let by_tag = |of: &dyn Fn(&str, f32) -> f32| -> ByTag {
            let known = |n: usize| tags.get(n).map_or(0.0, |tag| of(tag, shares[n]));
            std::array::from_fn(known)
        };
        let before_each = |tag: &str, share: f32| by_tag(&|before, _| chance(before, tag, share));
        let after = |n: usize| {
            tags.get(n)
                .map_or([0.0; TAGS], |tag| before_each(tag, shares[n]))
        };
        let mut model = Model {
            parts: tags.iter().map(|t| PartOfSpeech::of(t)).collect(),
            after: std::array::from_fn(after),
            first: by_tag(&|tag, share| chance("^", tag, share)),
            last: before_each("$end", 0.0),
            words: HashedMap::default(),
            endings: HashedMap::default(),
            choices: Vec::new(),
            number: [(tag_of("CD"), 0.0)],
            name: [(tag_of("NNP"), 0.0)],
            sign: [(tag_of("SYM"), 0.0)],
        };
        let names = [tag_of("NNP"), tag_of("NNPS")];
        model.learn(&words.collect(), &shares, names);
        model
    }

    /// Works out what all words and endings can be.
    fn learn(&mut self, words: &WordCounts, shares: &[f32], names: [Tag; 2]) {
        let endings = endings(words);
        let mut kept = Kept::new();
        for ((writing, ending), chances) in &endings {
            let choices = self.keep(chances, shares, &mut kept);
            self.endings.insert(ending_key(*writing, ending), choices);
        }
        for (word, known) in in_lower_case(words) {
            let known = KnownWord {
                counted: self.keep(&self::shares(&known), shares, &mut kept),
                written: WRITINGS.map(|writing| {
                    let chances = of_known_word(&word, &known, writing, &endings, names);
                    self.keep(&chances, shares, &mut kept)
                }),
            };
            self.words.insert(hash::bytes(word.as_bytes()), known);
        }
    }

    /// Keeps what a word can be, as likelihoods; those that many words have alike once, as a small table stays near.
    fn keep(&mut self, chances: &[(Tag, f32)], shares: &[f32], kept: &mut Kept) -> Choices {
        let most = chances.iter().fold(0f32, |most, (_, p)| most.max(*p));
        let least = LEAST.max(most * LEAST_PART);
        let likely = chances.iter().filter(|(_, p)| *p > least);
        let mut choices: Vec<(Tag, f32)> = likely
            .map(|(tag, p)| (*tag, (p / shares[*tag as usize].max(LEAST)).ln()))
            .collect();
        if choices.is_empty() {
            choices.extend(self.name);
        }
        let key = choices.iter().map(|(tag, l)| (*tag, l.to_bits())).collect();
        let known = kept.entry(key).or_insert_with(|| {
            let kept = Choices::new(self.choices.len(), choices.len());
            self.choices.extend(choices);
            kept
        });
        *known
    }

    /// Which of the ways to the token before leads best to `tag`, and the score of going it.
    fn best_before(&self, tag: Tag, ways: &[Way]) -> (usize, f32) {
        if ways.is_empty() {
            return (0, self.first[index(tag)]);
        }
        let after = &self.after[index(tag)];
        best(ways.iter().map(|w| w.score + after[index(w.tag)]))
    }

    /// What a token can be, never nothing, with the logarithm of its likelihood. `lower` is a buffer.
    fn choices(
        &self,
        token: &Token,
        text: &str,
        is_first: bool,
        lower: &mut String,
    ) -> &[(Tag, f32)] {
        match token.kind {
            TokenKind::Number => return &self.number,
            TokenKind::Address => return &self.name,
            _ => {}
        }
        let word = token.of(text);
        let is_sign = matches!(token.kind, TokenKind::Punctuation | TokenKind::Symbol);
        let writing = match (word.starts_with(char::is_uppercase), is_first) {
            (true, true) => Writing::Any,
            (true, false) => Writing::Capitalised,
            (false, _) => Writing::Lower,
        };
        let key = if word.is_ascii() {
            hash::lower(word)
        } else {
            write_lower(word, lower);
            hash::bytes(lower.as_bytes())
        };
        let choices = match self.words.get(&key) {
            Some(known) if is_sign || token.kind == TokenKind::Clitic => &known.counted,
            Some(known) => &known.written[writing as usize],
            None if is_sign => return &self.sign,
            None => {
                write_lower(word, lower);
                match self.by_ending(lower, writing) {
                    Some(choices) => choices,
                    None => return &self.name,
                }
            }
        };
        &self.choices[choices.range()]
    }

    /// What the longest ending that is known says.
    fn by_ending(&self, lower: &str, writing: Writing) -> Option<&Choices> {
        longest_first(lower).find_map(|ending| self.endings.get(&ending_key(writing, ending)))
    }
}

/// Writes `word` as the counts have it: in lower case, with straight apostrophes.
fn write_lower(word: &str, lower: &mut String) {
    lower.clear();
    push_lower(lower, word);
    if !word.is_ascii() && lower.contains('\u{2019}') {
        *lower = lower.replace('\u{2019}', "'");
    }
}

/// The endings of a word that may tell what it is, from the longest to none.
fn longest_first(word: &str) -> impl Iterator<Item = &str> {
    let mut starts = word.char_indices().rev().map(|(at, _)| at);
    let start = starts.by_ref().take(LONGEST_ENDING).last();
    let mut rest = Some(&word[start.unwrap_or(word.len())..]);
    std::iter::from_fn(move || {
        let ending = rest?;
        let mut letters = ending.chars();
        rest = letters.next().map(|_| letters.as_str());
        Some(ending)
    })
}

fn ending_key(writing: Writing, ending: &str) -> u64 {
    hash::fold(hash::bytes(ending.as_bytes()), writing as u64)
}

/// What endings say of words.
type Endings = HashMap<(Writing, String), Chances, FixedState>;

/// What a word can be, by how often it was what, and by its ending where it was seen rarely.
fn of_known_word(
    lower: &str,
    known: &[(Tag, u32)],
    writing: Writing,
    endings: &Endings,
    names: [Tag; 2],
) -> Chances {
    let seen: u32 = known.iter().map(|(_, n)| n).sum();
    let is_name_like = writing == Writing::Capitalised;
    let mut chances = shares(known);
    if seen < RARE || is_name_like {
        let by_ending =
            longest_first(lower).find_map(|ending| endings.get(&(writing, ending.to_owned())));
        let trust = seen as f32 / (seen as f32 + OWN_ENDING);
        for (_, chance) in &mut chances {
            *chance *= trust;
        }
        let times = (1.0 - trust) * OWN_ENDING_TRUST;
        add_chances(&mut chances, by_ending.into_iter().flatten(), times);
    }
    if is_name_like {
        for tag in names {
            if !chances.iter().any(|(t, _)| *t == tag) {
                chances.push((tag, UNSEEN_NAME));
            }
        }
        for (tag, chance) in &mut chances {
            if !names.contains(tag) {
                *chance *= NO_NAME;
            }
        }
    }
    chances
}

fn add_chances<'c>(chances: &mut Chances, more: impl Iterator<Item = &'c (Tag, f32)>, times: f32) {
    for (tag, chance) in more {
        let more = times * chance;
        match chances.iter_mut().find(|(t, _)| t == tag) {
            Some((_, chance)) => *chance += more,
            None => chances.push((*tag, more)),
        }
    }
}

fn shares(counts: &[(Tag, u32)]) -> Chances {
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
fn in_lower_case(words: &WordCounts) -> HashMap<String, Vec<(Tag, u32)>, FixedState> {
    let mut lower: HashMap<String, Vec<(Tag, u32)>, FixedState> = HashMap::default();
    for (word, counts) in words {
        add(lower.entry(word.to_lowercase()).or_default(), counts);
    }
    lower
}

/// What endings say of words: each is trusted as far as it was seen, and for the rest the next shorter one.
fn endings(words: &WordCounts) -> Endings {
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
    let mut out = Endings::default();
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
            add_chances(&mut chances, shorter.into_iter().flatten(), 1.0 - trust);
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
        let mut tagger = Tagger::default();
        let parts = tagger.parts_of_speech(&tokens, text);
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
            let mut tagger = Tagger::default();
            assert_eq!(tagger.parts_of_speech(&tokens, text).len(), tokens.len());
        }
    }
}

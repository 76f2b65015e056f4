//! Which candidates say best what the article is about.
//!
//! A candidate's score is a sum of a few things that are seen of it, each times a weight. The weights began as those of a
//! logistic regression on phrases that people chose for the articles of two collections, and were then searched for what
//! does well on both; they have not been tried on articles of others. The two disagree on single words, which one
//! collection has few of and the other hardly anything else: the weight of [`SINGLE`] lies between.

use super::candidates::{Candidate, Candidates};
use super::words::{Stem, Words, key};
use crate::record::{Entity, MentionKind};
use crate::text::feature_hash::HashedMap;

/// What every phrase begins with: few are chosen.
const BASE: f32 = -3.5;
/// For the logarithm of how often it stands in the article, and in how many sentences: what comes again and
/// again in one sentence is a list.
const COUNT: f32 = 0.82;
const SENTENCES: f32 = -0.35;
/// For the logarithm of its place in the article, in words: news says first what matters.
const PLACE: f32 = -0.28;
/// For how often its words stand in the article, by logarithm, on average.
const WORDS: f32 = 1.26;
/// For how rare its commonest word is in news.
const RARITY: f32 = 0.18;
/// For a single word, for each time it is said, by logarithm, and for the phrases that it is a part of,
/// likewise: "strike" says less than "ferry strike".
const SINGLE: f32 = 0.3;
const SINGLE_COUNT: f32 = -0.5;
const SINGLE_PARTS: f32 = -0.62;
/// For four words and more.
const LONG: f32 = -0.6;
/// For "rising water": much of it is a verb with its object.
const PARTICIPIAL: f32 = -1.1;
/// For the share of names in it: most names of an article are those who speak in it.
const PROPER: f32 = -0.5;
/// For the salience of the entity that it names.
const SALIENCE: f32 = 4.75;

/// How much better a phrase must be than a longer one around it to keep the other out; else the longer one
/// takes its place: "Hurricane Anna" that of "hurricane".
const MARGIN: f32 = 1.0;

/// The best phrases with their scores from 0 to 1, best first, at most `most`; none stands inside another.
pub(super) fn best(
    candidates: &Candidates,
    words: &Words,
    entities: &[Entity],
    most: usize,
) -> Vec<(Vec<Stem>, f32)> {
    let salience = salience(words, entities);
    let mut parts = vec![0u32; words.stems.len()];
    for candidate in candidates.all.iter().filter(|c| c.stems.len() > 1) {
        for stem in &candidate.stems {
            parts[*stem as usize] += 1;
        }
    }
    let score = |c: &Candidate| {
        let named = salience.get(&c.key).copied().unwrap_or_default();
        self::score(c, words, &parts) + SALIENCE * named
    };
    let mut ranked: Vec<(&Candidate, f32)> = candidates.all.iter().map(|c| (c, score(c))).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut chosen: Vec<(Vec<Stem>, f32)> = Vec::with_capacity(most);
    for (candidate, score) in ranked {
        let stems = &candidate.stems;
        let is_part = chosen.iter().any(|(other, _)| contains(other, stems));
        let around = chosen.iter().position(|(other, _)| contains(stems, other));
        if is_part {
            continue;
        }
        match around {
            None if chosen.len() < most => chosen.push((stems.clone(), score)),
            None => break,
            Some(at) if score > chosen[at].1 - MARGIN => {
                chosen[at].0.clone_from(stems);
                let mut place = 0;
                chosen.retain(|(other, _)| {
                    place += 1;
                    place - 1 == at || !contains(stems, other)
                });
            }
            Some(_) => {}
        }
    }
    for (_, score) in &mut chosen {
        let chance = 1.0 / (1.0 + (-*score).exp());
        *score = (chance * 1000.0).round() / 1000.0;
    }
    chosen
}

/// How well a candidate says what the article is about, as the logarithm of odds; `parts` counts for each
/// stem the phrases of several words that have it.
fn score(candidate: &Candidate, words: &Words, parts: &[u32]) -> f32 {
    let facts = candidate.stems.iter().map(|s| words.stems[*s as usize]);
    let length = candidate.stems.len();
    let counts: f32 = facts.clone().map(|f| (f.count as f32).ln_1p()).sum();
    let rarity = facts.map(|f| f.rarity).fold(f32::INFINITY, f32::min);
    let count = (candidate.count as f32).ln();
    let mut score = BASE
        + COUNT * count
        + SENTENCES * (candidate.sentences as f32).ln_1p()
        + PLACE * (candidate.first as f32).ln_1p()
        + WORDS * counts / length as f32
        + RARITY * rarity
        + PROPER * candidate.proper;
    if let [stem] = candidate.stems[..] {
        let parts = (parts[stem as usize] as f32).ln_1p();
        score += SINGLE + SINGLE_COUNT * count + SINGLE_PARTS * parts;
    }
    if length > 3 {
        score += LONG;
    }
    if candidate.is_participial {
        score += PARTICIPIAL;
    }
    score
}

/// Whether `part` stands in `whole`, both one after the other.
fn contains(whole: &[Stem], part: &[Stem]) -> bool {
    whole.len() >= part.len() && whole.windows(part.len()).any(|w| w == part)
}

/// Salience of the entities by the [`key`] of the words that name them.
fn salience(words: &Words, entities: &[Entity]) -> HashedMap<f32> {
    let mut out = HashedMap::default();
    for entity in entities {
        let Some(salience) = entity.salience else {
            continue;
        };
        let mentions = entity.mentions.iter();
        for name in mentions.filter(|m| m.kind == MentionKind::Name) {
            let named = words.within(name.span()).iter().map(|w| w.stem);
            let known: &mut f32 = out.entry(key(named)).or_default();
            *known = known.max(salience);
        }
    }
    out
}

//! The article's evidence: what the first pass took a name for elsewhere in the same article, as
//! features of the second pass. "Smith" alone is a person where "Jane Smith" stands above.

use super::super::hash::{HashedMap, fold};
use super::super::labels::{NameType, OUTSIDE, names, parts};
use super::observe::ObservedText;

/// Votes for each type, and for being no name in the last place.
type Votes = [u16; NameType::ALL.len() + 1];

const NO_NAME: usize = NameType::ALL.len();

/// What the first pass found, counted by word and by name.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    labels: Vec<u8>,
    /// Of each token: its name's `(first, past the last)`, or `(0, 0)`.
    spans: Vec<(u32, u32)>,
    words: HashedMap<Votes>,
    whole: HashedMap<Votes>,
    /// Last words of names of several words, and first words.
    ends: HashedMap<Votes>,
    starts: HashedMap<Votes>,
}

fn key(article: &ObservedText, first: usize, end: usize) -> u64 {
    article.tokens[first..end]
        .iter()
        .fold(0x6e61, |h, s| fold(h, s.lower))
}

fn vote(map: &mut HashedMap<Votes>, key: u64, kind: usize) {
    let v = &mut map.entry(key).or_default()[kind];
    *v = v.saturating_add(1);
}

/// The winner of votes without the `own` one: type, how clearly it won and how many votes there were, as one number.
fn verdict(votes: Option<&Votes>, own: Option<usize>) -> u64 {
    let Some(votes) = votes else { return 0 };
    let mut v = *votes;
    if let Some(o) = own {
        v[o] = v[o].saturating_sub(1);
    }
    let total: u32 = v.iter().map(|x| u32::from(*x)).sum();
    if total == 0 {
        return 0;
    }
    let (best, n) = v
        .iter()
        .enumerate()
        .max_by_key(|(i, n)| (**n, usize::MAX - i))
        .map_or((0, 0), |(i, n)| (i, u32::from(*n)));
    1 + best as u64 + clearness(n, total) * 8 + many(total) * 32
}

/// How clearly `n` of `total` votes win, from 0 to 3 by quarters.
fn clearness(n: u32, total: u32) -> u64 {
    u64::from((n * 4 / total).saturating_sub(1))
}

/// One vote, a few or many: 0, 1, 2.
fn many(total: u32) -> u64 {
    match total {
        1 => 0,
        2..=3 => 1,
        _ => 2,
    }
}

impl Evidence {
    /// Counts the labels of the first pass.
    pub(crate) fn gather(article: &ObservedText, labels: &[u8]) -> Evidence {
        let mut e = Evidence {
            labels: labels.to_vec(),
            spans: vec![(0, 0); labels.len()],
            ..Evidence::default()
        };
        for (first, end, kind) in names(labels) {
            let kind = kind as usize;
            vote(&mut e.whole, key(article, first, end), kind);
            if end - first > 1 {
                vote(&mut e.ends, article.tokens[end - 1].lower, kind);
                vote(&mut e.starts, article.tokens[first].lower, kind);
            }
            for s in &mut e.spans[first..end] {
                *s = (first as u32, end as u32);
            }
        }
        for (s, &l) in article.tokens.iter().zip(labels) {
            if s.has_capital() {
                let kind = parts(l).map_or(NO_NAME, |(k, _)| k as usize);
                vote(&mut e.words, s.lower, kind);
            }
        }
        e
    }

    /// Writes the features of token `i` to `out`.
    pub(crate) fn features(&self, article: &ObservedText, i: usize, out: &mut Vec<u64>) {
        out.clear();
        let here = &article.tokens[i];
        let label = |j: Option<usize>| {
            j.filter(|&j| article.tokens.get(j).is_some_and(|s| s.block == here.block))
                .map_or(OUTSIDE, |j| self.labels[j])
        };
        let own = u64::from(self.labels[i]);
        let before = u64::from(label(i.checked_sub(1)));
        let after = u64::from(label(Some(i + 1)));
        let own_kind = parts(self.labels[i]).map_or(NO_NAME, |(k, _)| k as usize);
        let multi = self.spans[i].1 - self.spans[i].0 > 1;
        let mut template = 0x7365_636f;
        let mut add = |value: u64| {
            template += 1;
            out.push(fold(template, value));
        };
        add(own);
        add(own | before << 8);
        add(own | after << 8);
        if !here.has_capital() {
            return;
        }
        let word = verdict(self.words.get(&here.lower), Some(own_kind));
        let in_multi = multi.then_some(own_kind);
        let is = |at: u32| i as u32 == at;
        let ends = verdict(
            self.ends.get(&here.lower),
            in_multi.filter(|_| is(self.spans[i].1 - 1)),
        );
        let starts = verdict(
            self.starts.get(&here.lower),
            in_multi.filter(|_| is(self.spans[i].0)),
        );
        let whole = if self.spans[i].1 > 0 {
            let (first, end) = self.spans[i];
            verdict(
                self.whole.get(&key(article, first as usize, end as usize)),
                Some(own_kind),
            )
        } else {
            0
        };
        let run = if here.run.1 > here.run.0 {
            verdict(
                self.whole
                    .get(&key(article, here.run.0 as usize, here.run.1 as usize)),
                in_multi.filter(|_| self.spans[i] == here.run),
            )
        } else {
            0
        };
        let alone = verdict(
            self.whole.get(&key(article, i, i + 1)),
            (self.spans[i].1 - self.spans[i].0 == 1).then_some(own_kind),
        );
        let style = here.case as u64 | u64::from(here.opens) << 4 | u64::from(here.capitals) << 5;
        add(word);
        add(word | own << 16);
        add(ends | own << 16);
        add(starts | own << 16);
        add(whole | own << 16);
        add(run | own << 16 | u64::from(here.run.1 - here.run.0).min(5) << 32);
        add(alone | own << 16);
        add(alone | ends << 16 | starts << 32);
        add(word | style << 16);
        add(word | before << 16);
        add(word | after << 16);
        let lists = u64::from(here.gazetteer) | u64::from(here.facts.names) << 16;
        add(word | lists << 32);
        add(own | ends << 8 | lists << 32);
    }
}

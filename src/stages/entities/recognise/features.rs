//! The features of a token: hashes of what stands at it and around it.

use std::ops::RangeInclusive;

use super::super::hash::fold;
use super::observe::{ObservedText, TokenFeatures, kinds};
use crate::text::tokens::{Case, TokenKind};

/// Collects the features of one token. Each template has its own number, so that equal values of
/// different templates differ.
struct Collector<'o> {
    out: &'o mut Vec<u64>,
    template: u64,
}

impl Collector<'_> {
    #[inline]
    fn add(&mut self, value: u64) {
        self.template += 1;
        self.out.push(fold(
            self.template.wrapping_mul(0xff51_afd7_ed55_8ccd),
            value,
        ));
    }

    /// Adds to one of the templates of what may stand in several places.
    #[inline]
    fn shared(&mut self, template: u64, value: u64) {
        const FIRST: u64 = 1000;
        let template = (FIRST + template).wrapping_mul(0xff51_afd7_ed55_8ccd);
        self.out.push(fold(template, value));
    }

    /// As [`Collector::add`], but nothing for 0, what is not known.
    #[inline]
    fn known(&mut self, value: u64) {
        if value == 0 {
            self.template += 1;
        } else {
            self.add(value);
        }
    }
}

/// What stands for the token before the first and after the last of a block.
const EDGE: TokenFeatures = TokenFeatures {
    lower: 0xed6e,
    exact: 0xed6e,
    shape: 0xed6e,
    ends: [0; 5],
    facts: super::super::lexicon::WordFacts {
        brown: 0,
        fine: 0,
        coarse: 0,
        names: 0,
        capitals: 0,
    },
    case: Case::None,
    kind: TokenKind::Punctuation,
    block: u32::MAX,
    opens: false,
    capitals: false,
    titled: false,
    spaced: false,
    gazetteer: 0,
    active: false,
    run: (0, 0),
    initial: '\0',
    letters: 0,
};

/// Joins two values to one.
#[inline]
fn pair(a: u64, b: u64) -> u64 {
    fold(a.wrapping_add(0x2545_f491_4f6c_dd1d), b)
}

/// The form of a word, or its coarse cluster: what a context is worth remembering by.
#[inline]
fn context_key(s: &TokenFeatures) -> u64 {
    if s.facts.coarse != 0 {
        u64::from(s.facts.coarse)
    } else {
        s.shape
    }
}

fn style(s: &TokenFeatures) -> u64 {
    s.case as u64 | (s.opens as u64) << 3 | (s.capitals as u64) << 4 | (s.titled as u64) << 5
}

/// Bits of a Brown cluster's path that make a coarse, a middle and a fine cluster of words.
const BROWN_4: u32 = 0xf;
const BROWN_6: u32 = 0x3f;
const BROWN_10: u32 = 0x3ff;

/// The gazetteer's names and name lists a token stands in.
fn listed(t: &TokenFeatures) -> u64 {
    u64::from(t.gazetteer) | u64::from(t.facts.names) << 16
}

/// A token with its neighbours of the same block.
struct Window<'a> {
    /// From three before it to three behind it.
    tokens: [&'a TokenFeatures; 7],
}

impl<'a> Window<'a> {
    fn around(tokens: &'a [TokenFeatures], i: usize) -> Self {
        let block = tokens[i].block;
        let at = |offset: isize| {
            i.checked_add_signed(offset)
                .and_then(|j| tokens.get(j))
                .filter(|t| t.block == block)
                .unwrap_or(&EDGE)
        };
        Window {
            tokens: [-3, -2, -1, 0, 1, 2, 3].map(at),
        }
    }
}

/// Writes the features of token `i` to `out`.
///
/// Each template is numbered by its place in the code: a model is made for one order of them.
pub(crate) fn features(article: &ObservedText, i: usize, out: &mut Vec<u64>) {
    out.clear();
    let window = Window::around(&article.tokens, i);
    let mut c = Collector { out, template: 0 };
    c.add(0);
    word_features(&window, &mut c);
    form_features(&window, &mut c);
    cluster_features(&window, &mut c);
    list_features(&window, &mut c);
    sport_features(article.sport, &window, &mut c);
    run_features(article, i, &mut c);
    usage_features(article, i, &mut c);
    far_features(article, i, &mut c);
}

/// The words themselves.
fn word_features(window: &Window<'_>, c: &mut Collector<'_>) {
    let [p3, p2, p1, here, n1, n2, n3] = window.tokens;
    for t in [p2, p1, here, n1, n2] {
        c.add(t.lower);
    }
    c.add(pair(p1.lower, here.lower));
    c.add(pair(here.lower, n1.lower));
    c.add(pair(p2.lower, p1.lower));
    c.add(pair(n1.lower, n2.lower));
    c.known(p3.lower);
    c.known(n3.lower);
    if here.capitals {
        c.template += 1;
    } else {
        c.add(here.exact);
    }
}

/// How the words are written.
fn form_features(window: &Window<'_>, c: &mut Collector<'_>) {
    let [_, _, p1, here, n1, _, _] = window.tokens;
    for t in [p1, here, n1] {
        c.add(t.shape);
    }
    c.add(style(here));
    c.add(pair(style(p1), pair(style(here), style(n1))));
    c.add(pair(p1.shape, pair(here.shape, n1.shape)));
    for e in here.ends {
        c.known(e);
    }
    c.known(p1.ends[3]);
    c.known(n1.ends[3]);
    c.add(u64::from(here.spaced) | u64::from(n1.spaced) << 1 | (here.kind as u64) << 2);
}

/// The clusters of the words.
fn cluster_features(window: &Window<'_>, c: &mut Collector<'_>) {
    let [_, p2, p1, here, n1, n2, _] = window.tokens;
    for t in [p2, p1, here, n1, n2] {
        c.known(u64::from(t.facts.fine));
    }
    for t in [p1, here, n1] {
        c.known(u64::from(t.facts.coarse));
        c.known(u64::from(t.facts.brown & BROWN_6));
        c.known(u64::from(t.facts.brown & BROWN_10));
    }
    c.known(u64::from(here.facts.brown));
    c.known(u64::from(here.facts.brown & BROWN_4));
    c.add(pair(u64::from(p1.facts.fine), style(here)));
    c.add(pair(u64::from(n1.facts.fine), style(here)));
    c.add(pair(u64::from(p1.facts.coarse), u64::from(here.facts.fine)));
    c.add(pair(u64::from(here.facts.fine), u64::from(n1.facts.coarse)));
    c.add(pair(context_key(p1), context_key(n1)));
    c.add(pair(context_key(p2), pair(context_key(p1), style(here))));
    c.add(pair(context_key(n1), pair(context_key(n2), style(here))));
}

/// The gazetteer and the lists of first and last names.
fn list_features(window: &Window<'_>, c: &mut Collector<'_>) {
    let [_, _, p1, here, n1, _, _] = window.tokens;
    let names = |t: &TokenFeatures| u64::from(t.facts.names) | (t.has_capital() as u64) << 4;
    c.add(listed(here));
    c.known(listed(p1));
    c.known(listed(n1));
    c.add(pair(listed(p1), listed(here)));
    c.add(pair(listed(here), listed(n1)));
    c.add(pair(names(p1), pair(names(here), names(n1))));
    c.add(pair(listed(here), style(here)));
    for beside in [p1, n1] {
        c.known(if kinds(here) == 0 {
            0
        } else {
            pair(listed(here), beside.lower)
        });
    }
    let capitals = u64::from(here.facts.capitals);
    c.add(pair(capitals, style(here)));
    c.add(pair(capitals, pair(listed(here), style(n1))));
}

/// The same in an article on sport, where cities and countries are teams.
fn sport_features(sport: u8, window: &Window<'_>, c: &mut Collector<'_>) {
    let [_, _, p1, here, n1, _, _] = window.tokens;
    let sport = u64::from(sport) + 1;
    c.add(pair(sport, listed(here)));
    c.add(pair(sport, style(here)));
    c.add(pair(sport, pair(listed(here), context_key(n1))));
    c.add(pair(sport, pair(listed(here), context_key(p1))));
}

/// The run of capitalised words the token stands in: where in it, its first and last word, what
/// stands before and after it.
fn run_features(article: &ObservedText, i: usize, c: &mut Collector<'_>) {
    let seen = &article.tokens;
    let here = &seen[i];
    let (first, end) = (here.run.0 as usize, here.run.1 as usize);
    if first == end {
        c.template += 14;
        return;
    }
    let side = |j: Option<usize>| {
        j.and_then(|j| seen.get(j))
            .filter(|s| s.block == here.block)
            .unwrap_or(&EDGE)
    };
    let before = side(first.checked_sub(1));
    let before2 = side(first.checked_sub(2));
    let after = side(Some(end));
    let after2 = side(Some(end + 1));
    let place =
        ((i - first).min(3) | ((end - 1 - i).min(3) << 2) | ((end - first).min(6) << 4)) as u64;
    let last = &seen[end - 1];
    c.add(pair(place, style(here)));
    c.add(pair(last.lower, (end - 1 - i).min(4) as u64));
    c.known(if last.facts.fine == 0 {
        0
    } else {
        pair(u64::from(last.facts.fine), (end - 1 - i).min(4) as u64)
    });
    c.add(pair(seen[first].lower, (i - first).min(4) as u64));
    c.known(if seen[first].facts.fine == 0 {
        0
    } else {
        pair(u64::from(seen[first].facts.fine), (i - first).min(4) as u64)
    });
    c.add(pair(before.lower, place & 0xf));
    c.add(pair(after.lower, place & 0xf));
    c.add(pair(before2.lower, before.lower));
    c.add(pair(after.lower, after2.lower));
    c.add(pair(
        u64::from(before.facts.fine),
        u64::from(after.facts.fine),
    ));
    c.add(pair(u64::from(after2.facts.fine), after.lower));
    c.add(pair(
        u64::from(seen[first].facts.names),
        pair(u64::from(last.facts.names), place),
    ));
    let whole = seen[first..end].iter().fold(0, |h, t| fold(h, t.lower));
    c.add(pair(whole, place));
    let spelt_out = article.spelt_out.get(&here.letters);
    c.known(spelt_out.map_or(0, |last| pair(1, context_key(&seen[*last as usize]))));
}

/// How the article writes the same word elsewhere.
fn usage_features(article: &ObservedText, i: usize, c: &mut Collector<'_>) {
    let here = &article.tokens[i];
    let Some(h) = article
        .usage
        .get(&here.lower)
        .filter(|_| here.has_capital())
    else {
        return;
    };
    let often = u64::from(h.capitalised.min(2)) | u64::from(h.lower.min(2)) << 2;
    c.add(pair(often, style(here)));
    c.add(pair(
        u64::from(h.after_first_name),
        u64::from(here.facts.names) | (style(here) << 8),
    ));
    for k in 0..3 {
        if k < h.noted as usize && h.places[k] as usize != i {
            c.shared(0, h.before[k]);
            c.shared(1, h.after[k]);
            let after = article.tokens.get(h.places[k] as usize + 1);
            c.shared(2, after.map_or(0, |t| u64::from(t.facts.fine)));
        }
    }
}

/// The clusters of words further off, to either side, wherever they stand there.
fn far_features(article: &ObservedText, i: usize, c: &mut Collector<'_>) {
    const FAR: RangeInclusive<usize> = 3..=5;
    let here = &article.tokens[i];
    if !here.has_capital() {
        return;
    }
    let mut note = |j: Option<usize>, side: u64| {
        let far = j.and_then(|j| article.tokens.get(j));
        let far = far.filter(|t| t.block == here.block && t.facts.fine != 0);
        if let Some(t) = far {
            c.shared(side, u64::from(t.facts.fine));
        }
    };
    for distance in FAR {
        note(i.checked_sub(distance), 3);
        note(Some(i + distance), 4);
    }
}

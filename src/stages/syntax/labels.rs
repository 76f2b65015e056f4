//! Labels: how each word depends on its head, when all heads are known.

use super::model::{LABELS, Model, Scores, highest};
use super::parse::{Label, Tag};
use super::words::{Seen, add_features, feature};
use crate::stages::hashed_rows::HashedRows;

/// What stands for the tag of a word that is not there.
const NONE: u64 = 0x7f;

/// A sentence whose heads are known.
pub(super) struct Tree<'s> {
    pub seen: &'s [Seen],
    pub tags: &'s [Tag],
    pub heads: &'s [u16],
    /// Facts of each word's dependents.
    kin: Vec<Kin>,
}

/// What depends on a word.
#[derive(Debug, Clone, Copy)]
struct Kin {
    /// The outermost dependents.
    first: u16,
    last: u16,
    left: u16,
    right: u16,
    /// A form of "be", "get" or "have" among them.
    auxiliary: u64,
    /// A "to" among them, a word like "that", "if", "who".
    to: bool,
    opener: u64,
}

impl<'s> Tree<'s> {
    pub(super) fn new(seen: &'s [Seen], tags: &'s [Tag], heads: &'s [u16]) -> Tree<'s> {
        let none = Kin {
            first: u16::MAX,
            last: u16::MAX,
            left: 0,
            right: 0,
            auxiliary: 0,
            to: false,
            opener: 0,
        };
        let mut kin = vec![none; heads.len()];
        for (at, head) in heads.iter().enumerate() {
            if *head as usize == at {
                continue;
            }
            let of = &mut kin[*head as usize];
            if of.first == u16::MAX {
                of.first = at as u16;
            }
            of.last = at as u16;
            let is_left = at < *head as usize;
            of.left += u16::from(is_left);
            of.right += u16::from(!is_left);
            if is_left {
                match tags[at] {
                    Tag::Vb | Tag::Vbd | Tag::Vbg | Tag::Vbn | Tag::Vbp | Tag::Vbz => {
                        of.auxiliary = seen[at].lower;
                    }
                    Tag::To => of.to = true,
                    Tag::In | Tag::Wdt | Tag::Wp | Tag::Wrb if of.opener == 0 => {
                        of.opener = seen[at].lower;
                    }
                    _ => {}
                }
            }
        }
        Tree {
            seen,
            tags,
            heads,
            kin,
        }
    }

    fn tag(&self, at: u16) -> u64 {
        self.tags.get(at as usize).map_or(NONE, |t| *t as u64)
    }

    fn is_root(&self, at: usize) -> bool {
        self.heads[at] as usize == at
    }
}

/// The labels of a sentence whose heads are known.
pub(super) fn label(tree: &Tree<'_>, model: &Model) -> Vec<Label> {
    label_by(tree, &model.sure_labels, &model.labels)
}

pub(super) fn label_by(
    tree: &Tree<'_>,
    sure: &HashedRows<1>,
    scores: &impl Scores<LABELS>,
) -> Vec<Label> {
    let mut labels = Vec::with_capacity(tree.heads.len());
    let mut buffer = Vec::with_capacity(FEATURES);
    // the label of the last dependent of each word so far
    let mut before = vec![Label::Root; tree.heads.len()];
    for at in 0..tree.heads.len() {
        let label = if tree.is_root(at) {
            Label::Root
        } else {
            sure_label(tree, at, sure).unwrap_or_else(|| {
                features(tree, &before, at, &mut buffer);
                best(&scores.scores(&buffer))
            })
        };
        before[tree.heads[at] as usize] = label;
        labels.push(label);
    }
    labels
}

/// The label with the highest score; a word that has a head is no root.
pub(super) fn best(scores: &[f32; LABELS]) -> Label {
    Label::ALL[highest(scores, |n| Label::ALL[n] != Label::Root)]
}

/// What is enough for the label of some arcs: the tags of both words and which comes first; with one of the words; with
/// the tags around the dependent.
pub(super) fn sure_keys(tree: &Tree<'_>, at: usize) -> [u64; 4] {
    let head = tree.heads[at];
    let is_left = u64::from(at < head as usize);
    let pair = tree.tag(at as u16) << 16 | tree.tag(head) << 8 | is_left;
    let previous = at.checked_sub(1).map_or(NONE, |n| tree.tag(n as u16));
    [
        feature(0, &[pair]),
        feature(1, &[pair, tree.seen[at].lower]),
        feature(2, &[pair, tree.seen[head as usize].lower]),
        feature(3, &[pair, previous, tree.tag(at as u16 + 1)]),
    ]
}

/// The label of an arc between words between which there is one only.
pub(super) fn sure_label(tree: &Tree<'_>, at: usize, sure: &HashedRows<1>) -> Option<Label> {
    let keys = sure_keys(tree, at);
    let row = keys.iter().find_map(|key| sure.row(*key))?;
    Label::ALL.get(*row.first()? as usize).copied()
}

/// Features of an arc.
const FEATURES: usize = 34;

/// The features of the arc of the word at `at`; `before` has the label of the last dependent so far of each word.
pub(super) fn features(tree: &Tree<'_>, before: &[Label], at: usize, out: &mut Vec<u64>) {
    let head = tree.heads[at] as usize;
    let (word, of) = (&tree.seen[at], &tree.seen[head]);
    let (tag, head_tag) = (tree.tag(at as u16), tree.tag(head as u16));
    let (kin, of_kin) = (&tree.kin[at], &tree.kin[head]);
    let is_left = u64::from(at < head);
    let far = u64::from(at.abs_diff(head).min(4) as u8);
    let pair = tag << 16 | head_tag << 8 | is_left;
    let grand = tree.heads[head];
    let grand_tag = if grand as usize == head {
        NONE
    } else {
        tree.tag(grand)
    };
    let sibling = before[head] as u64;
    let (first, last) = (tree.tag(kin.first), tree.tag(kin.last));
    let last_word = tree.seen.get(kin.last as usize).map_or(0, |w| w.lower);
    let first_word = tree.seen.get(kin.first as usize).map_or(0, |w| w.lower);
    let voice = if head_tag == Tag::Vbn as u64 {
        of_kin.auxiliary
    } else {
        0
    };
    let shape = u64::from(kin.to) << 1 | u64::from(of_kin.to);
    let rights = u64::from(of_kin.right.min(3));
    let lefts = u64::from(of_kin.left.min(3));
    let is_last =
        u64::from(of_kin.last as usize == at) << 1 | u64::from(of_kin.first as usize == at);
    let next = tree.tag(at as u16 + 1);
    let previous = at.checked_sub(1).map_or(NONE, |n| tree.tag(n as u16));
    out.clear();
    add_features!(
        out,
        &[pair],
        &[pair, far],
        &[word.lower, pair],
        &[of.lower, pair],
        &[word.lower, of.lower, is_left],
        &[word.lower],
        &[of.lower, is_left],
        &[word.cluster, pair],
        &[of.cluster, pair],
        &[word.path_6, of.path_6, is_left],
        &[word.cluster, of.path_6, is_left],
        &[word.path_6, of.cluster, is_left],
        &[pair, sibling],
        &[of.lower, sibling, tag],
        &[of.cluster, sibling, tag, is_left],
        &[pair, grand_tag],
        &[pair, first],
        &[pair, last],
        &[pair, last_word],
        &[pair, first_word],
        &[pair, voice],
        &[pair, kin.auxiliary],
        &[pair, kin.opener],
        &[pair, of_kin.opener],
        &[pair, shape, voice],
        &[of.lower, shape, pair],
        &[pair, rights, is_last],
        &[pair, lefts, is_last],
        &[of.lower, rights, is_last, tag],
        &[pair, next],
        &[pair, previous],
        &[word.endings[2], pair],
        &[of.endings[2], pair],
        &[word.lower, next, is_left],
    );
    debug_assert_eq!(out.len(), FEATURES);
}

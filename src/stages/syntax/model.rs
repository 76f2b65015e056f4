//! The models of syntax, as their file holds them.

use std::sync::LazyLock;

use super::parse::{Label, Tag};
use crate::stages::direct_rows::DirectRows;
use crate::stages::hashed_rows::{HashedRows, number};
use crate::text::data::{DataFile, data_file};

/// Tags and labels of the models: as many as there are.
pub(super) const TAGS: usize = Tag::ALL.len();
pub(super) const LABELS: usize = Label::ALL.len();

/// Actions of the parser.
pub(super) const ACTIONS: usize = 4;

const MAGIC: &[u8; 8] = b"cdsyntx3";

/// Bytes of the digest behind the magic ones: the first of the BLAKE3 hash of what follows.
const DIGEST: usize = 8;

fn digest(bytes: &[u8]) -> [u8; DIGEST] {
    let hash = blake3::hash(bytes);
    std::array::from_fn(|n| hash.as_bytes()[n])
}

/// The model that is compiled in.
pub(super) const FILE: DataFile<'static> = data_file!("models/syntax.model");

/// The classes of words among the Brown clusters (Brown et al. 1992).
#[derive(Debug)]
pub(super) struct Clusters {
    /// The number of a word's class, two bytes, by the hash of the word in lower case.
    pub(super) words: HashedRows<2>,
    /// The path of each class from the root of the tree of classes, a bit a step, the first step lowest.
    pub(super) paths: Vec<u32>,
}

/// A class: its number from 1, 0 for words that have none, and its path.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Class {
    pub number: u64,
    pub path: u64,
}

impl Clusters {
    pub(super) fn of(&self, lower: u64) -> Class {
        let Some(&[low, high]) = self.words.row(lower) else {
            return Class::default();
        };
        let number = u16::from_le_bytes([low, high]);
        let path = self.paths.get(number as usize).copied().unwrap_or_default();
        Class {
            number: u64::from(number) + 1,
            path: u64::from(path) + 1,
        }
    }
}

/// The models of tags, of arcs and of labels, and what needs no model: words and arcs that have always the same.
#[derive(Debug)]
pub struct Model {
    pub(super) clusters: Clusters,
    /// The tag of words that have one only, by their form.
    pub(super) sure_tags: HashedRows<1>,
    pub(super) tags: DirectRows<TAGS>,
    /// Actions by few features, for where these are enough.
    pub(super) plain_actions: DirectRows<ACTIONS>,
    pub(super) actions: DirectRows<ACTIONS>,
    /// The label of arcs that have one only, by [`super::labels::sure_keys`].
    pub(super) sure_labels: HashedRows<1>,
    pub(super) labels: DirectRows<LABELS>,
}

impl Model {
    /// The model compiled in, read at first use.
    ///
    /// # Panics
    /// When the file is damaged, which the first test that reads it shows.
    pub fn get() -> &'static Model {
        static LOADED: LazyLock<Model> = LazyLock::new(|| {
            let model = Model::from_bytes(FILE.bytes());
            model.unwrap_or_else(|| panic!("{}: damaged, or no model of syntax", FILE.path))
        });
        &LOADED
    }

    /// Reads a model file; `None` when it is none, or not all of it, or damaged.
    pub fn from_bytes(all: &'static [u8]) -> Option<Model> {
        let (stated, bytes) = all.strip_prefix(MAGIC)?.split_first_chunk::<DIGEST>()?;
        if *stated != digest(bytes) {
            return None;
        }
        let (paths, bytes) = number(bytes)?;
        let (paths, bytes) = bytes.split_at_checked(paths.checked_mul(4)?)?;
        let paths = paths.chunks_exact(4);
        let paths = paths.map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        let paths: Vec<u32> = paths.collect();
        let (words, bytes) = HashedRows::from_bytes(bytes)?;
        let (sure_tags, bytes) = HashedRows::from_bytes(bytes)?;
        let (tags, bytes) = DirectRows::from_bytes(bytes)?;
        let (plain_actions, bytes) = DirectRows::from_bytes(bytes)?;
        let (actions, bytes) = DirectRows::from_bytes(bytes)?;
        let (sure_labels, bytes) = HashedRows::from_bytes(bytes)?;
        let (labels, bytes) = DirectRows::from_bytes(bytes)?;
        bytes.is_empty().then_some(Model {
            clusters: Clusters { words, paths },
            sure_tags,
            tags,
            plain_actions,
            actions,
            sure_labels,
            labels,
        })
    }
}

/// A table of weights, as it is packed.
#[derive(Debug, Default)]
pub(super) struct Weights<const N: usize> {
    /// What one step of a weight is worth.
    pub scale: f32,
    /// Whose the rows are.
    pub fingerprints: Vec<u16>,
    pub rows: Vec<[i8; N]>,
}

impl<const N: usize> Weights<N> {
    pub(super) fn pack(&self) -> Vec<u8> {
        DirectRows::pack(self.scale, &self.fingerprints, &self.rows)
    }
}

/// What a model file is made of. Each part is that of [`Model`]; weights with the fingerprints of their features.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub paths: Vec<u32>,
    pub words: Vec<(u64, [i8; 2])>,
    pub sure_tags: Vec<(u64, [i8; 1])>,
    pub tags: Weights<TAGS>,
    pub plain_actions: Weights<ACTIONS>,
    pub actions: Weights<ACTIONS>,
    pub sure_labels: Vec<(u64, [i8; 1])>,
    pub labels: Weights<LABELS>,
}

impl Parts {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend((self.paths.len() as u32).to_le_bytes());
        out.extend(self.paths.iter().flat_map(|path| path.to_le_bytes()));
        out.extend(HashedRows::pack(1.0, &self.words));
        out.extend(HashedRows::pack(1.0, &self.sure_tags));
        out.extend(self.tags.pack());
        out.extend(self.plain_actions.pack());
        out.extend(self.actions.pack());
        out.extend(HashedRows::pack(1.0, &self.sure_labels));
        out.extend(self.labels.pack());
        [&MAGIC[..], &digest(&out), &out].concat()
    }
}

/// What gives the scores of `N` classes: the model as shipped, or one that is being learnt.
pub(super) trait Scores<const N: usize> {
    /// The sum of the weights of the features for each class.
    fn scores(&self, features: &[u64]) -> [f32; N];
}

/// The class with the highest score among those `allowed`, the first of several.
pub(super) fn highest<const N: usize>(scores: &[f32; N], allowed: impl Fn(usize) -> bool) -> usize {
    let mut best = (usize::MAX, f32::NEG_INFINITY);
    for (class, score) in scores.iter().enumerate() {
        if *score > best.1 && allowed(class) {
            best = (class, *score);
        }
    }
    best.0.min(N - 1)
}

impl<const N: usize> Scores<N> for DirectRows<N> {
    fn scores(&self, features: &[u64]) -> [f32; N] {
        self.sums(features).map(f32::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights<const N: usize, const R: usize>(rows: [(u16, [i8; N]); R]) -> Weights<N> {
        let (fingerprints, rows) = rows.into_iter().unzip();
        Weights {
            scale: 0.5,
            fingerprints,
            rows,
        }
    }

    fn small() -> Vec<u8> {
        Parts {
            paths: vec![0b101, 0b11],
            words: vec![(7, [1, 0])],
            sure_tags: vec![(8, [Tag::Dt as i8])],
            tags: weights([(7, [3; TAGS]), (0, [0; TAGS])]),
            plain_actions: weights([(0, [0; ACTIONS]), (3, [4, 3, 2, 1])]),
            actions: weights([
                (5, [9; ACTIONS]),
                (6, [4, 3, 2, 1]),
                (7, [1, -2, 3, -4]),
                (8, [9; ACTIONS]),
            ]),
            sure_labels: vec![(11, [Label::Det as i8])],
            labels: weights([(0, [0; LABELS]), (12, [-3; LABELS])]),
        }
        .to_bytes()
    }

    #[test]
    fn a_model_is_read_as_it_was_written() {
        let model = Model::from_bytes(small().leak()).unwrap();
        let class = model.clusters.of(7);
        assert_eq!((class.number, class.path), (2, 0b11 + 1));
        assert_eq!(model.clusters.of(8).number, 0);
        assert_eq!(model.sure_tags.row(8), Some(&[Tag::Dt as u8][..]));
        // the first bits of a feature's hash are the place of its row, the last its fingerprint
        let feature = |row: u64, fingerprint: u64| row << 62 | 0xabc << 16 | fingerprint;
        let (own, another) = (feature(2, 7), feature(2, 8));
        let features = [own, own, feature(1, 6), another, feature(0, 6)];
        assert_eq!(model.actions.scores(&features), [6.0, -1.0, 8.0, -7.0]);
        assert_eq!(
            model.plain_actions.scores(&[1 << 63 | 3]),
            [4.0, 3.0, 2.0, 1.0]
        );
        assert_eq!(model.tags.scores(&[7]), [3.0; TAGS]);
        assert_eq!(model.labels.scores(&[1 << 63 | 12])[LABELS - 1], -3.0);
    }

    #[test]
    fn what_is_cut_off_or_changed_is_no_model() {
        let whole = small();
        for length in 0..whole.len() {
            assert!(Model::from_bytes(whole[..length].to_vec().leak()).is_none());
        }
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x10;
            assert!(Model::from_bytes(changed.leak()).is_none(), "byte {at}");
        }
        let longer = [&whole[..], &[0]].concat();
        assert!(Model::from_bytes(longer.leak()).is_none());
    }

    #[test]
    fn of_equal_scores_the_first_is_the_highest() {
        assert_eq!(highest(&[1.0, 3.0, 3.0, 2.0], |_| true), 1);
        assert_eq!(highest(&[1.0, 3.0, 3.0, 2.0], |n| n != 1), 2);
    }
}

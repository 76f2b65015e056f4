//! Which articles have a hash.

/// Buckets of one index. The bucket of a hash says half of its bits; the other half, the tag, stands there beside each
/// number.
const BUCKETS: usize = 1 << 16;

/// For each hash the numbers of the articles that have it: six bytes each.
#[derive(Debug)]
pub(super) struct Postings {
    /// None before the first number comes.
    buckets: Vec<Bucket>,
    /// Newest articles of one hash that are kept.
    most: usize,
}

/// Tags, and the halves of numbers: in the order of both.
type Bucket = Vec<[u16; 3]>;

/// Bytes of one number, with the room that buckets have left on average.
pub(super) const POSTING: usize = 7;

impl Postings {
    pub(super) fn of_newest(most: usize) -> Postings {
        Postings {
            buckets: Vec::new(),
            most,
        }
    }

    /// Adds an article, whose number is above all before; `first` is that of the first article there still is.
    pub(super) fn add(&mut self, hash: u32, number: u32, first: u32) {
        if self.buckets.is_empty() {
            self.buckets.resize_with(BUCKETS, Bucket::new);
        }
        let (bucket, tag) = place(hash);
        let bucket = &mut self.buckets[bucket];
        if bucket.len() == bucket.capacity() {
            bucket.retain(|posting| number_of(*posting) >= first);
            if bucket.len() + bucket.len() / 16 >= bucket.capacity() {
                bucket.reserve_exact(bucket.len() / 16 + 2);
            }
        }
        let mut run = run(bucket, tag);
        let last = bucket[run.clone()].last();
        if last.is_some_and(|posting| number_of(*posting) == number) {
            return;
        }
        if run.len() == self.most {
            // The oldest makes room: those between move down by one.
            bucket.copy_within(run.start + 1..run.end, run.start);
            run.end -= 1;
            bucket[run.end] = posting(tag, number);
        } else {
            bucket.insert(run.end, posting(tag, number));
        }
    }

    /// The articles that have a hash, from number `first` on, ascending.
    pub(super) fn get(&self, hash: u32, first: u32) -> impl DoubleEndedIterator<Item = u32> {
        self.spot(hash).numbers(first)
    }

    /// Where the numbers of some hashes stand.
    pub(super) fn spots(&self, hashes: &[u32]) -> Vec<Spot<'_>> {
        hashes.iter().map(|hash| self.spot(*hash)).collect()
    }

    /// Reads where hashes are about to be added: see [`Spot`].
    pub(super) fn touch(&self, hashes: impl Iterator<Item = u32>) {
        let before = hashes.filter(|hash| self.spot(*hash).is_before);
        std::hint::black_box(before.count());
    }

    fn spot(&self, hash: u32) -> Spot<'_> {
        let (bucket, tag) = place(hash);
        let bucket = self.buckets.get(bucket).map_or(&[][..], |b| b);
        let near = guess(bucket, tag);
        Spot {
            bucket,
            tag,
            near,
            is_before: bucket.get(near).is_some_and(|[t, ..]| *t < tag),
        }
    }
}

/// A hash that is looked for. The bucket was read at one place: done for many hashes before the first is looked for
/// in earnest, the processor waits for memory once and not each time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot<'p> {
    bucket: &'p [[u16; 3]],
    tag: u16,
    near: usize,
    is_before: bool,
}

impl<'p> Spot<'p> {
    /// The articles that have the hash, from number `first` on, ascending.
    pub(super) fn numbers(self, first: u32) -> impl DoubleEndedIterator<Item = u32> + 'p {
        let Spot { bucket, tag, .. } = self;
        let start = edge(bucket, self.near, self.is_before, |t| t < tag);
        let is_here = bucket.get(start).is_some_and(|[t, ..]| *t == tag);
        let end = edge(bucket, start, is_here, |t| t <= tag);
        let found = bucket[start..end].iter().map(|p| number_of(*p));
        found.filter(move |number| *number >= first)
    }
}

/// Bucket and tag of a hash, which is mixed first: the smallest hashes of a text are alike in their upper bits. (The
/// finaliser of MurmurHash3, which loses nothing: bucket and tag together are the hash.)
fn place(hash: u32) -> (usize, u16) {
    let mut x = hash;
    x = (x ^ (x >> 16)).wrapping_mul(0x85eb_ca6b);
    x = (x ^ (x >> 13)).wrapping_mul(0xc2b2_ae35);
    x ^= x >> 16;
    ((x >> 16) as usize, x as u16)
}

fn posting(tag: u16, number: u32) -> [u16; 3] {
    [tag, (number >> 16) as u16, number as u16]
}

fn number_of([_, high, low]: [u16; 3]) -> u32 {
    u32::from(high) << 16 | u32::from(low)
}

/// About where a tag stands in a bucket: tags are spread evenly.
fn guess(bucket: &[[u16; 3]], tag: u16) -> usize {
    (usize::from(tag) * bucket.len()) >> 16
}

/// Where the numbers of a tag stand in a bucket.
fn run(bucket: &[[u16; 3]], tag: u16) -> std::ops::Range<usize> {
    let near = guess(bucket, tag);
    let is_before = bucket.get(near).is_some_and(|[t, ..]| *t < tag);
    let start = edge(bucket, near, is_before, |t| t < tag);
    let is_here = bucket.get(start).is_some_and(|[t, ..]| *t == tag);
    start..edge(bucket, start, is_here, |t| t <= tag)
}

/// The first place whose tag is not `before`, looked for from a place on of which `is_before` says what it is. The
/// distance is doubled, for buckets that one tag fills.
fn edge(bucket: &[[u16; 3]], from: usize, is_before: bool, before: impl Fn(u16) -> bool) -> usize {
    let mut step = 4;
    // Everything below `low` is before the edge, everything from `high` on is not.
    let (low, high) = if is_before {
        let (mut low, mut high) = (from + 1, from + step);
        while high < bucket.len() && before(bucket[high][0]) {
            low = high + 1;
            step *= 2;
            high += step;
        }
        (low, high.min(bucket.len()))
    } else {
        let (mut low, mut high) = (from.saturating_sub(step), from);
        while low < high && low > 0 && !before(bucket[low][0]) {
            high = low;
            step *= 2;
            low = low.saturating_sub(step);
        }
        (low, high)
    };
    low + bucket[low..high].partition_point(|posting| before(posting[0]))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_newest_of_a_hash_are_kept_and_old_ones_are_gone() {
        let mut postings = Postings::of_newest(3);
        let get = |postings: &Postings, first| postings.get(7, first).collect::<Vec<_>>();
        assert!(get(&postings, 0).is_empty());
        for number in 0..5 {
            postings.add(7, number, 0);
            postings.add(7, number, 0);
        }
        assert_eq!(get(&postings, 0), [2, 3, 4]);
        assert_eq!(get(&postings, 4), [4]);
    }

    proptest! {
        /// In one bucket, and with more than it has room for.
        #[test]
        fn what_is_added_is_found(tags in vec(0u16..40, 0..400), spread in 1u16..1600, forgotten in 0u32..100) {
            let mut bucket = Bucket::new();
            let mut by_tag: BTreeMap<u16, Vec<u32>> = BTreeMap::new();
            for (number, tag) in (0u32..).zip(tags) {
                let tag = tag.wrapping_mul(spread);
                let run = run(&bucket, tag);
                bucket.insert(run.end, posting(tag, number));
                by_tag.entry(tag).or_default().push(number);
            }
            bucket.retain(|posting| number_of(*posting) >= forgotten);
            for (tag, numbers) in by_tag {
                let found: Vec<u32> = bucket[run(&bucket, tag)].iter().map(|p| number_of(*p)).collect();
                let left: Vec<u32> = numbers.into_iter().filter(|n| *n >= forgotten).collect();
                prop_assert_eq!(found, left);
            }
        }

        #[test]
        fn no_two_hashes_have_one_place(a in any::<u32>(), b in any::<u32>()) {
            prop_assert_eq!(a == b, place(a) == place(b));
        }
    }
}

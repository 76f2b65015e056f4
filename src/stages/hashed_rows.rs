//! The table of a model: a row of bytes for each feature, found by the feature's hash and read where it lies.

/// Rows of `N` bytes by the hash of a feature.
///
/// An open-addressed table of 16-bit fingerprints, at most 70 % full; the rows lie packed in the order
/// of the slots, found by counting the filled slots before.
#[derive(Debug)]
pub struct HashedRows<const N: usize> {
    fingerprints: Vec<u16>,
    /// Filled slots before each block of 64.
    ranks: Vec<u32>,
    filled: Vec<u64>,
    rows: &'static [u8],
    /// What one step of a weight is worth.
    pub scale: f32,
}

/// Features that are looked up together.
const AT_ONCE: usize = 96;

fn fingerprint(hash: u64) -> u16 {
    (hash as u16).max(1)
}

fn slot(hash: u64, slots: usize) -> usize {
    ((u128::from(hash) * slots as u128) >> 64) as usize
}

impl<const N: usize> HashedRows<N> {
    /// The row of a feature.
    #[inline]
    pub fn row(&self, hash: u64) -> Option<&[u8]> {
        let at = slot(hash, self.fingerprints.len());
        let at = self.find(at, fingerprint(hash))?;
        self.rows.get(self.place(at)..)?.get(..N)
    }

    /// The sums of the rows of some features, each byte a number with a sign. At most 258 features, so that no sum
    /// overflows.
    pub fn sums(&self, features: &[u64]) -> [i16; N] {
        let mut sums = [0i16; N];
        self.each_row(features, |_, row| {
            for (sum, weight) in sums.iter_mut().zip(row) {
                *sum += i16::from(*weight as i8);
            }
        });
        sums
    }

    /// Hands on the row of each feature that has one, with the feature's place in the list.
    ///
    /// The table is larger than a core's cache. What is read of it for one feature does not wait for another: first all
    /// slots are read, then the rows of those that are there.
    #[inline]
    pub fn each_row(&self, features: &[u64], mut read: impl FnMut(usize, &[u8; N])) {
        for (n, chunk) in features.chunks(AT_ONCE).enumerate() {
            let mut slots = [(0, 0u16); AT_ONCE];
            for (seen, hash) in slots.iter_mut().zip(chunk) {
                let at = slot(*hash, self.fingerprints.len());
                *seen = (at, self.fingerprints[at]);
            }
            let mut places = [(0, 0); AT_ONCE];
            let mut found = 0;
            for (which, ((at, first), hash)) in slots.into_iter().zip(chunk).enumerate() {
                let wanted = fingerprint(*hash);
                let at = match first {
                    0 => continue,
                    first if first == wanted => at,
                    _ => match self.find(at, wanted) {
                        Some(at) => at,
                        None => continue,
                    },
                };
                places[found] = (n * AT_ONCE + which, self.place(at));
                found += 1;
            }
            for (which, place) in &places[..found] {
                let row = self.rows.get(*place..).and_then(<[u8]>::first_chunk::<N>);
                if let Some(row) = row {
                    read(*which, row);
                }
            }
        }
    }

    /// The slot with this fingerprint, from `at` on.
    #[inline]
    fn find(&self, mut at: usize, wanted: u16) -> Option<usize> {
        loop {
            match self.fingerprints[at] {
                0 => return None,
                f if f == wanted => return Some(at),
                _ => {
                    at += 1;
                    if at == self.fingerprints.len() {
                        at = 0;
                    }
                }
            }
        }
    }

    /// Where the row of a filled slot begins.
    #[inline]
    fn place(&self, at: usize) -> usize {
        let before = self.filled[at / 64] & ((1u64 << (at % 64)) - 1);
        (self.ranks[at / 64] as usize + before.count_ones() as usize) * N
    }

    /// The bytes of a table. Of features whose slot and fingerprint agree the first stays.
    pub fn pack(scale: f32, rows: &[(u64, [i8; N])]) -> Vec<u8> {
        let slots = (rows.len() * 10 / 7).max(64).next_multiple_of(64);
        let mut fingerprints = vec![0u16; slots];
        let mut source = vec![usize::MAX; slots];
        for (r, (hash, _)) in rows.iter().enumerate() {
            let mut at = slot(*hash, slots);
            while fingerprints[at] != 0 && fingerprints[at] != fingerprint(*hash) {
                at = (at + 1) % slots;
            }
            if fingerprints[at] == 0 {
                fingerprints[at] = fingerprint(*hash);
                source[at] = r;
            }
        }
        let kept = source.iter().filter(|r| **r != usize::MAX).count();
        let mut out = Vec::new();
        out.extend((slots as u32).to_le_bytes());
        out.extend((kept as u32).to_le_bytes());
        out.extend(scale.to_le_bytes());
        for f in &fingerprints {
            out.extend(f.to_le_bytes());
        }
        for r in source.into_iter().filter(|r| *r != usize::MAX) {
            out.extend(rows[r].1.map(|w| w as u8));
        }
        out
    }

    /// Reads a table from the beginning of `bytes`, and gives what is behind it; `None` when it is none.
    pub fn from_bytes(bytes: &'static [u8]) -> Option<(Self, &'static [u8])> {
        let (slots, bytes) = number(bytes)?;
        let (kept, bytes) = number(bytes)?;
        let (scale, bytes) = bytes.split_first_chunk::<4>()?;
        let (prints, bytes) = bytes.split_at_checked(slots * 2)?;
        let (rows, bytes) = bytes.split_at_checked(kept * N)?;
        let fingerprints: Vec<u16> = prints
            .chunks_exact(2)
            .map(|b| u16::from_le_bytes([b[0], b[1]]))
            .collect();
        let (filled, ranks, count) = index(&fingerprints);
        // a search ends at an empty slot, so there must be one
        (slots > 0 && count == kept && kept < slots).then_some((
            HashedRows {
                fingerprints,
                ranks,
                filled,
                rows,
                scale: f32::from_le_bytes(*scale),
            },
            bytes,
        ))
    }
}

/// For each block of 64 slots which are filled, as bits, and how many before it; and how many there are.
fn index(fingerprints: &[u16]) -> (Vec<u64>, Vec<u32>, usize) {
    let mut filled = Vec::with_capacity(fingerprints.len() / 64 + 1);
    let mut ranks = Vec::with_capacity(fingerprints.len() / 64 + 1);
    let mut count = 0;
    for block in fingerprints.chunks(64) {
        ranks.push(count);
        let mut bits = 0u64;
        for (i, f) in block.iter().enumerate() {
            bits |= u64::from(*f != 0) << i;
        }
        count += bits.count_ones();
        filled.push(bits);
    }
    (filled, ranks, count as usize)
}

/// A number of four bytes, and what is behind it.
pub(super) fn number(bytes: &'static [u8]) -> Option<(usize, &'static [u8])> {
    let (n, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_le_bytes(*n) as usize, rest))
}

/// The step by which weights fit into a byte: a 127th of the largest.
pub(super) fn step(weights: impl Iterator<Item = f32>) -> f32 {
    let most = weights.fold(0f32, |m, w| m.max(w.abs()));
    (most / 127.0).max(1e-6)
}

//! The weights of a linear model in a direct-mapped table: a feature has its row in one place or in none.

/// Weights of `N` classes for each feature, in 2^n rows.
///
/// The first bits of a feature's hash say which row may be its own, its last 16 whether it is. Of features whose first
/// bits agree the model has one, the most useful when it was learnt. In return nothing is searched: what is read for one
/// feature depends neither on what was read for it before nor on the others, and no branch depends on any of it.
#[derive(Debug)]
pub(super) struct DirectRows<const N: usize> {
    /// Two bytes a row.
    fingerprints: &'static [[u8; 2]],
    rows: &'static [[u8; N]],
    shift: u32,
    /// What one step of a weight is worth.
    pub(super) scale: f32,
}

/// A table has at most 2^24 rows.
const MOST_BITS: u32 = 24;

/// The place of a feature's row in a table of 2^`bits`.
#[inline]
pub(super) fn place(hash: u64, bits: u32) -> usize {
    (hash >> (u64::BITS - bits)) as usize
}

/// What a row says of the feature whose it is. Of a row that is nobody's it is 0, and one feature in 65,536 finds there
/// weights of 0.
#[inline]
pub(super) fn fingerprint(hash: u64) -> u16 {
    hash as u16
}

impl<const N: usize> DirectRows<N> {
    /// The sums of the rows of some features, each byte a number with a sign. At most 258 features, so that no sum
    /// overflows.
    #[inline]
    pub(super) fn sums(&self, features: &[u64]) -> [i16; N] {
        let mut sums = [0i16; N];
        for hash in features {
            let at = (hash >> self.shift) as usize;
            let is_own = u16::from_le_bytes(self.fingerprints[at]) == fingerprint(*hash);
            let mask = if is_own { -1 } else { 0 };
            for (sum, weight) in sums.iter_mut().zip(&self.rows[at]) {
                *sum += i16::from(*weight as i8 & mask);
            }
        }
        sums
    }

    /// The bytes of a table of 2^n rows: the n, the worth of a step, the fingerprints, the rows.
    pub(super) fn pack(scale: f32, fingerprints: &[u16], rows: &[[i8; N]]) -> Vec<u8> {
        debug_assert!(rows.len().is_power_of_two() && rows.len() > 1);
        debug_assert_eq!(fingerprints.len(), rows.len());
        let mut out = rows.len().trailing_zeros().to_le_bytes().to_vec();
        out.extend(scale.to_le_bytes());
        out.extend(fingerprints.iter().flat_map(|f| f.to_le_bytes()));
        out.extend(rows.as_flattened().iter().map(|weight| *weight as u8));
        out
    }

    /// Reads a table from the beginning of `bytes`, and gives what is behind it; `None` when it is none.
    pub(super) fn from_bytes(bytes: &'static [u8]) -> Option<(Self, &'static [u8])> {
        let (bits, bytes) = bytes.split_first_chunk::<4>()?;
        let bits = u32::from_le_bytes(*bits);
        if !(1..=MOST_BITS).contains(&bits) {
            return None;
        }
        let (scale, bytes) = bytes.split_first_chunk::<4>()?;
        let (fingerprints, bytes) = bytes.split_at_checked(2 << bits)?;
        let (rows, bytes) = bytes.split_at_checked(N << bits)?;
        let table = DirectRows {
            fingerprints: fingerprints.as_chunks().0,
            rows: rows.as_chunks().0,
            shift: u64::BITS - bits,
            scale: f32::from_le_bytes(*scale),
        };
        Some((table, bytes))
    }
}

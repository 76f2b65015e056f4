//! Stable hashing of words and features: what the model file stores must mean the same in every build.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// Folds `x` into `h`.
#[inline]
pub fn fold(h: u64, x: u64) -> u64 {
    let m = (h ^ x).wrapping_mul(MULTIPLIER);
    m ^ (m >> 29)
}

/// Hash of a string of bytes.
#[inline]
pub fn bytes(text: &[u8]) -> u64 {
    let mut h = text.len() as u64;
    let mut chunks = text.chunks_exact(8);
    for c in &mut chunks {
        h = fold(
            h,
            u64::from_le_bytes([c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]]),
        );
    }
    let mut last = 0u64;
    for &b in chunks.remainder() {
        last = last << 8 | u64::from(b);
    }
    fold(fold(h, last), 0x51)
}

/// Hash of a word in lower case.
#[inline]
pub fn lower(word: &str) -> u64 {
    let mut buffer = [0u8; 64];
    if word.len() <= buffer.len() && word.is_ascii() {
        let out = &mut buffer[..word.len()];
        out.copy_from_slice(word.as_bytes());
        out.make_ascii_lowercase();
        return bytes(out);
    }
    bytes(word.to_lowercase().as_bytes())
}

/// A map keyed by hashes, which need no hashing again.
pub type HashedMap<V> = HashMap<u64, V, BuildHasherDefault<Passed>>;

/// Passes a 64-bit key through as its own hash.
#[derive(Debug, Default, Clone, Copy)]
pub struct Passed(u64);

impl Hasher for Passed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes_in: &[u8]) {
        self.0 = bytes(bytes_in);
    }

    fn write_u64(&mut self, x: u64) {
        self.0 = x;
    }
}

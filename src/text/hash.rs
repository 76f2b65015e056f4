//! Hashes of text that are stored or sent, and so are fixed for ever: those of one version must compare with the
//! next one's, and with what any other language makes of the same bytes.

use super::push_lower;

/// 64-bit FNV-1a with a final mix: simple enough to be written again in any language that reads the record.
pub fn bytes(bytes: &[u8]) -> u64 {
    each(bytes.iter().copied())
}

/// Hash of a word in lower case.
pub fn lower(word: &str) -> u64 {
    if word.is_ascii() {
        return each(word.bytes().map(|b| b.to_ascii_lowercase()));
    }
    let mut lower = String::new();
    push_lower(&mut lower, word);
    bytes(lower.as_bytes())
}

fn each(bytes: impl Iterator<Item = u8>) -> u64 {
    let fnv = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    mix(fnv)
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit of the input moves every bit out.
pub fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The hash of a run of words by their own hashes, in their order.
pub fn run(words: impl IntoIterator<Item = u64>) -> u64 {
    words
        .into_iter()
        .fold(0, |h: u64, word| mix(h.rotate_left(23) ^ word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fixed_for_ever() {
        // FNV-1a of "" is its offset basis; mixed by SplitMix64's finaliser, computed apart from this code
        assert_eq!(bytes(b""), 0xf52a_15e9_a9b5_e89b);
    }

    #[test]
    fn a_run_knows_its_order() {
        assert_ne!(run([1, 2, 3]), run([1, 3, 2]));
        assert_ne!(run([1, 2]), run([1, 2, 0]));
    }
}

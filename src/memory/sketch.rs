//! A sketch in few bytes, as it is held.
//!
//! Its hashes ascend, so that their upper bytes hardly change from one to the next: the lower three bytes of each
//! stand first, then come the upper ones as bits, a 0 for each step up and a 1 for each hash (Elias and Fano).

/// Bits of a hash that are not in the bitmap.
const LOW: u32 = 24;

/// Appends a sketch.
pub(super) fn write(sketch: &[u32], to: &mut Vec<u8>) {
    to.extend(sketch.iter().flat_map(|hash| {
        let [a, b, c, _] = hash.to_le_bytes();
        [a, b, c]
    }));
    let (mut bits, mut count, mut high) = (0u8, 0, 0);
    let mut push = |bit: u8| {
        bits |= bit << (count % 8);
        count += 1;
        if count % 8 == 0 {
            to.push(std::mem::take(&mut bits));
        }
    };
    for hash in sketch {
        while high < hash >> LOW {
            push(0);
            high += 1;
        }
        push(1);
    }
    if count % 8 != 0 {
        to.push(bits);
    }
}

/// Reads a sketch of so many hashes.
pub(super) fn read(bytes: &[u8], count: usize) -> Vec<u32> {
    let (low, bits) = bytes.split_at_checked(3 * count).unwrap_or_default();
    let (low, _) = low.as_chunks::<3>();
    let mut sketch = Vec::with_capacity(count);
    for (at, bits) in (0u32..).step_by(8).zip(bits) {
        let mut bits = *bits;
        while bits != 0 {
            // Behind the last one comes what is not of this sketch.
            let Some([a, b, c]) = low.get(sketch.len()) else {
                return sketch;
            };
            // Before the bit of a hash stand those of the hashes before it, and the steps up.
            let high = at + bits.trailing_zeros() - sketch.len() as u32;
            sketch.push(u32::from_le_bytes([*a, *b, *c, high as u8]));
            bits &= bits - 1;
        }
    }
    sketch
}

/// Bytes that a sketch of so many hashes takes, about: its bitmap has a bit for each, and as many steps or fewer
/// where the text is not short.
pub(super) fn bytes(count: usize) -> usize {
    3 * count + count / 4
}

#[cfg(test)]
mod tests {
    use proptest::collection::btree_set;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_is_read_behind_the_last_hash() {
        let mut bytes = Vec::new();
        write(&[u32::MAX], &mut bytes);
        bytes.extend([0; 40]);
        assert_eq!(read(&bytes, 1), [u32::MAX]);
        assert_eq!(read(&bytes, 0), [0; 0]);
    }

    proptest! {
        #[test]
        fn a_sketch_is_read_as_it_was_written(
            sketch in btree_set(any::<u32>(), 0..=64),
            shift in 0u32..20,
            behind in any::<u8>(),
        ) {
            let sketch: Vec<u32> = sketch.iter().map(|hash| hash >> shift).collect();
            let mut bytes = Vec::new();
            write(&sketch, &mut bytes);
            bytes.push(behind);
            prop_assert_eq!(read(&bytes, sketch.len()), sketch);
        }
    }
}

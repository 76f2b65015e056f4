/// A table from words to small values, made for one look-up per token of running text.
///
/// Keys are ASCII words of at most [`LONGEST_TABLE_WORD`] letters, compared without regard to case and without
/// the point of an abbreviation; a typographic apostrophe counts as a straight one. Most tokens are
/// in no table, so a miss must be cheap: first letter and length tell off most words, the others are
/// packed into one integer and probed in an open table a quarter full; half full where there are so many words that
/// the table is larger than the nearest caches.
#[derive(Debug)]
pub struct WordTable<V> {
    /// Packed words, 0 where there is none.
    keys: Vec<u128>,
    values: Vec<Option<V>>,
    /// For each first letter the lengths of the words that begin with it, as bits.
    lengths: [u32; 32],
    mask: usize,
}

/// The longest word a table holds, in bytes.
pub const LONGEST_TABLE_WORD: usize = 16;

/// Words from which on a table is half full.
const MANY: usize = 8192;

/// `word` in lower case as the bytes of an integer, the first one lowest, and its length; `None` for
/// what no table holds.
#[inline]
fn pack(word: &str) -> Option<(u128, usize)> {
    let mut bytes = word.as_bytes();
    if let [head @ .., b'.'] = bytes {
        bytes = head;
    }
    if bytes.is_empty() || bytes.len() > LONGEST_TABLE_WORD {
        return pack_slowly(bytes);
    }
    let packed = load(bytes);
    if packed & NOT_ASCII != 0 {
        return pack_slowly(bytes);
    }
    Some((lower(packed), bytes.len()))
}

const NOT_ASCII: u128 = u128::from_ne_bytes([0x80; 16]);

/// One to sixteen bytes as an integer, the first one lowest.
#[inline]
fn load(bytes: &[u8]) -> u128 {
    // Two loads that overlap cover any length from half their width on.
    let n = bytes.len();
    if let (Some(head), Some(tail)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let (head, tail) = (u64::from_le_bytes(*head), u64::from_le_bytes(*tail));
        u128::from(head) | u128::from(tail) << (8 * (n - 8))
    } else if let (Some(head), Some(tail)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let (head, tail) = (u32::from_le_bytes(*head), u32::from_le_bytes(*tail));
        u128::from(u64::from(head) | u64::from(tail) << (8 * (n - 4)))
    } else {
        let whole = bytes
            .iter()
            .rev()
            .fold(0, |all, b| all << 8 | u32::from(*b));
        u128::from(whole)
    }
}

/// ASCII bytes in lower case, all at once.
#[inline]
fn lower(packed: u128) -> u128 {
    const ONES: u128 = u128::from_ne_bytes([1; 16]);
    // The high bit of each byte from `A` on, without those past `Z`: no byte carries into the next.
    let from_a = packed + ONES * u128::from(0x80 - b'A');
    let past_z = packed + ONES * u128::from(0x7f - b'Z');
    packed | (from_a & !past_z & NOT_ASCII) >> 2
}

/// [`pack`] for words with typographic apostrophes.
#[cold]
fn pack_slowly(bytes: &[u8]) -> Option<(u128, usize)> {
    if bytes.is_empty() || bytes.len() > LONGEST_TABLE_WORD + 2 {
        return None;
    }
    let (mut packed, mut length, mut at) = (0u128, 0, 0);
    while let Some(&byte) = bytes.get(at) {
        let byte = if byte.is_ascii() {
            at += 1;
            byte.to_ascii_lowercase()
        } else if bytes[at..].starts_with("\u{2019}".as_bytes()) {
            at += 3;
            b'\''
        } else {
            return None;
        };
        if length == LONGEST_TABLE_WORD {
            return None;
        }
        packed |= u128::from(byte) << (8 * length);
        length += 1;
    }
    Some((packed, length))
}

#[inline]
fn slot(packed: u128) -> usize {
    let folded = (packed as u64) ^ ((packed >> 64) as u64).rotate_left(29);
    (folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize
}

impl<V: Copy> WordTable<V> {
    /// A table of `entries`; of two with the same word the first stands. Words that cannot be keys
    /// are left out.
    pub fn new<'w>(entries: impl IntoIterator<Item = (&'w str, V)>) -> Self {
        let entries: Vec<_> = entries
            .into_iter()
            .filter_map(|(word, value)| Some((pack(word)?, value)))
            .collect();
        let room = if entries.len() < MANY { 4 } else { 2 };
        let size = (entries.len() * room).next_power_of_two().max(16);
        let mut table = WordTable {
            keys: vec![0; size],
            values: vec![None; size],
            lengths: [0; 32],
            mask: size - 1,
        };
        for ((key, length), value) in entries {
            let mut at = slot(key) & table.mask;
            while table.keys[at] != 0 && table.keys[at] != key {
                at = (at + 1) & table.mask;
            }
            if table.keys[at] == 0 {
                table.keys[at] = key;
                table.values[at] = Some(value);
                table.lengths[key as usize % 32] |= 1 << length;
            }
        }
        table
    }

    #[inline]
    pub fn get(&self, word: &str) -> Option<V> {
        let (key, length) = pack(word)?;
        if self.lengths[key as usize % 32] >> length & 1 == 0 {
            return None;
        }
        let mut at = slot(key) & self.mask;
        while self.keys[at] != 0 {
            if self.keys[at] == key {
                return self.values[at];
            }
            at = (at + 1) & self.mask;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_words_whatever_their_case_and_point() {
        let table = WordTable::new([("nov", 11), ("o'clock", 1), ("nov", 12)]);
        assert_eq!(table.get("Nov."), Some(11));
        assert_eq!(table.get("NOV"), Some(11));
        assert_eq!(table.get("o\u{2019}clock"), Some(1));
        assert_eq!(table.get("novel"), None);
        assert_eq!(table.get(""), None);
        assert_eq!(table.get("."), None);
        assert_eq!(table.get("a-word-longer-than-sixteen"), None);
        assert_eq!(table.get("\0"), None);
    }

    #[test]
    fn words_of_every_length_are_packed_alike() {
        let word = "ABCDEFGHIJKLMNOP@[`{Z'az";
        for from in 0..8 {
            for to in from + 1..=from + LONGEST_TABLE_WORD {
                let word = &word[from..to];
                assert_eq!(pack(word), pack_slowly(word.as_bytes()), "{word}");
            }
        }
    }
}

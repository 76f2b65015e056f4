/// A table from words to small values, made for one look-up per token of running text.
///
/// Keys are ASCII words of at most [`LONGEST`] letters, compared without regard to case and without
/// the point of an abbreviation; a typographic apostrophe counts as a straight one. Most tokens are
/// in no table, so a miss must be as cheap as a hit: the word is packed into one integer and probed
/// in an open table a quarter full.
#[derive(Debug)]
pub struct WordTable<V> {
    slots: Vec<Option<(u128, V)>>,
    mask: usize,
}

/// The longest word a table holds, in bytes.
pub const LONGEST: usize = 16;

/// `word` in lower case, as the bytes of an integer; `None` for what no table holds.
fn pack(word: &str) -> Option<u128> {
    let mut bytes = word.as_bytes();
    if let [head @ .., b'.'] = bytes {
        bytes = head;
    }
    if bytes.is_empty() || bytes.len() > LONGEST + 2 {
        return None;
    }
    let mut packed = 0u128;
    let mut length = 0;
    let mut at = 0;
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
        length += 1;
        if length > LONGEST {
            return None;
        }
        packed = packed << 8 | u128::from(byte);
    }
    Some(packed)
}

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
        let size = (entries.len() * 4).next_power_of_two().max(16);
        let mut table = WordTable {
            slots: vec![None; size],
            mask: size - 1,
        };
        for (key, value) in entries {
            let mut at = slot(key) & table.mask;
            while let Some((held, _)) = table.slots[at] {
                if held == key {
                    break;
                }
                at = (at + 1) & table.mask;
            }
            if table.slots[at].is_none() {
                table.slots[at] = Some((key, value));
            }
        }
        table
    }

    pub fn get(&self, word: &str) -> Option<V> {
        let key = pack(word)?;
        let mut at = slot(key) & self.mask;
        while let Some((held, value)) = self.slots[at] {
            if held == key {
                return Some(value);
            }
            at = (at + 1) & self.mask;
        }
        None
    }
}

/// The rows of a tab-separated data file: no comments, no empty lines.
pub fn rows(file: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    file.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
}

/// A digest of data files, for the version a stage states of itself.
pub fn digest(files: &[&str]) -> String {
    let mut hash = blake3::Hasher::new();
    for file in files {
        hash.update(file.as_bytes());
    }
    hash.finalize().to_hex()[..8].to_owned()
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
    }
}

//! What is known of single words: Brown clusters, clusters of word vectors, first and last names, and
//! how often they are written with a capital. Part of the model file.

use super::hash;

/// What the lexicon says of a word; all zero for an unknown one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WordFacts {
    /// Brown cluster path, first branch in the lowest bit; 0 when unknown.
    pub brown: u32,
    /// Cluster of 1,024 of the word's vector, from 1; 0 when unknown.
    pub fine: u16,
    /// Cluster of 128, from 1.
    pub coarse: u8,
    /// Bits: 1 first name, 2 last name, 4 a man's, 8 a woman's first name.
    pub names: u8,
    /// 0 unknown, 1 (always lower case) to 6 (always capitalised), 7 an acronym.
    pub capitals: u8,
}

impl WordFacts {
    /// 1 for a man's, 2 for a woman's first name, 0 for neither or both.
    pub fn gender(self) -> u8 {
        self.names >> 2
    }
}

/// Bytes of one slot: key, then the packed facts of the word in lower case and capitalised.
const SLOT: usize = 12;

/// The words of the model: an open-addressed table over hashes of lower-case words.
#[derive(Debug, Clone)]
pub struct Lexicon {
    keys: Vec<u32>,
    facts: Vec<u64>,
}

fn key_of(hash: u64) -> u32 {
    (hash >> 16) as u32 | 1
}

impl Lexicon {
    /// Facts of the word with lower-case hash `lower`; `capitalised` picks the cluster of that form.
    #[inline]
    pub fn get(&self, lower: u64, capitalised: bool) -> WordFacts {
        let mask = self.keys.len() - 1;
        let key = key_of(lower);
        let mut at = (lower >> 40) as usize & mask;
        loop {
            match self.keys[at] {
                0 => return WordFacts::default(),
                k if k == key => {
                    let f = self.facts[at];
                    let (l, t) = ((f & 0x3ffff) as u32, (f >> 18 & 0x3ffff) as u32);
                    return WordFacts {
                        brown: if capitalised && t != 0 || l == 0 {
                            t
                        } else {
                            l
                        },
                        fine: (f >> 36 & 0x7ff) as u16,
                        coarse: (f >> 47 & 0xff) as u8,
                        names: (f >> 55 & 15) as u8,
                        capitals: (f >> 59 & 7) as u8,
                    };
                }
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Builds the table from lines of `word, Brown cluster in lower case, capitalised, fine cluster,
    /// coarse cluster, names, capitals`.
    ///
    /// # Errors
    /// When a line has not seven fields of the right kind.
    pub fn from_table(table: &str) -> anyhow::Result<Lexicon> {
        let mut rows = Vec::new();
        for line in table.lines() {
            let f: Vec<&str> = line.split('\t').collect();
            let [word, numbers @ ..] = &f[..] else {
                continue;
            };
            anyhow::ensure!(numbers.len() == 6, "not seven fields: {line:?}");
            if !word.starts_with(char::is_alphabetic) {
                continue;
            }
            let mut n = [0u64; 6];
            for (out, x) in n.iter_mut().zip(numbers) {
                *out = x.parse()?;
            }
            let facts = n[0] & 0x3ffff
                | (n[1] & 0x3ffff) << 18
                | (n[2] & 0x7ff) << 36
                | (n[3] & 0xff) << 47
                | (n[4] & 15) << 55
                | (n[5] & 7) << 59;
            rows.push((hash::lower(word), facts));
        }
        // at most three quarters full, so that a search is short
        let slots = (rows.len() * 4 / 3).next_power_of_two();
        let mut lexicon = Lexicon {
            keys: vec![0; slots],
            facts: vec![0; slots],
        };
        for (hash, facts) in rows {
            let mut at = (hash >> 40) as usize & (slots - 1);
            while lexicon.keys[at] != 0 && lexicon.keys[at] != key_of(hash) {
                at = (at + 1) & (slots - 1);
            }
            lexicon.keys[at] = key_of(hash);
            lexicon.facts[at] = facts;
        }
        Ok(lexicon)
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.keys.len() * SLOT);
        for (k, f) in self.keys.iter().zip(&self.facts) {
            out.extend(k.to_le_bytes());
            out.extend(f.to_le_bytes());
        }
        out
    }

    /// Reads what [`Lexicon::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<Lexicon> {
        let slots = bytes.len() / SLOT;
        if !slots.is_power_of_two() || !bytes.len().is_multiple_of(SLOT) {
            return None;
        }
        let mut lexicon = Lexicon {
            keys: Vec::with_capacity(slots),
            facts: Vec::with_capacity(slots),
        };
        for s in bytes.chunks_exact(SLOT) {
            lexicon
                .keys
                .push(u32::from_le_bytes([s[0], s[1], s[2], s[3]]));
            lexicon.facts.push(u64::from_le_bytes([
                s[4], s[5], s[6], s[7], s[8], s[9], s[10], s[11],
            ]));
        }
        // one empty slot at least, or a search for an unknown word would not end
        lexicon.keys.contains(&0).then_some(lexicon)
    }
}

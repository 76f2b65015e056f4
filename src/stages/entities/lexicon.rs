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
    /// Bits: [`FIRST_NAME`], 2 last name, 4 a man's, 8 a woman's first name.
    pub names: u8,
    /// How often it has a capital where no sentence begins: 0 unknown, [`ALWAYS_LOWER`] to 6 (always
    /// capitalised), 7 an acronym.
    pub capitals: u8,
}

/// The bit of [`WordFacts::names`] for a first name.
const FIRST_NAME: u8 = 1;

/// The value of [`WordFacts::capitals`] for a word that is always in lower case.
pub(super) const ALWAYS_LOWER: u8 = 1;

/// The highest value of [`WordFacts::capitals`] for a word that has a capital in a name only.
pub(super) const MOSTLY_LOWER: u8 = 2;

/// What a first name tells of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gender {
    Man,
    Woman,
}

impl WordFacts {
    /// `None` for a name of neither or of both.
    pub fn gender(self) -> Option<Gender> {
        match self.names >> 2 {
            1 => Some(Gender::Man),
            2 => Some(Gender::Woman),
            _ => None,
        }
    }

    pub fn is_first_name(self) -> bool {
        self.names & FIRST_NAME != 0
    }
}

/// Bytes of one slot: key, then the packed facts of the word in lower case and capitalised.
const SLOT: usize = 12;

/// A field of a word's facts, which are packed into 64 bits.
#[derive(Debug, Clone, Copy)]
struct BitField {
    shift: u32,
    bits: u32,
}

/// Brown cluster of the word in lower case.
const LOWER: BitField = BitField { shift: 0, bits: 18 };
/// Brown cluster of the word with a capital.
const CAPITALISED: BitField = BitField {
    shift: 18,
    bits: 18,
};
const FINE: BitField = BitField {
    shift: 36,
    bits: 11,
};
const COARSE: BitField = BitField { shift: 47, bits: 8 };
const NAMES: BitField = BitField { shift: 55, bits: 4 };
const CAPITALS: BitField = BitField { shift: 59, bits: 3 };

/// The fields in the order of the columns of the table of words.
const COLUMNS: [BitField; 6] = [LOWER, CAPITALISED, FINE, COARSE, NAMES, CAPITALS];

impl BitField {
    const fn mask(self) -> u64 {
        (1 << self.bits) - 1
    }

    const fn of(self, packed: u64) -> u64 {
        packed >> self.shift & self.mask()
    }

    const fn pack(self, value: u64) -> u64 {
        (value & self.mask()) << self.shift
    }
}

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
                    let (l, t) = (LOWER.of(f) as u32, CAPITALISED.of(f) as u32);
                    return WordFacts {
                        brown: if capitalised && t != 0 || l == 0 {
                            t
                        } else {
                            l
                        },
                        fine: FINE.of(f) as u16,
                        coarse: COARSE.of(f) as u8,
                        names: NAMES.of(f) as u8,
                        capitals: CAPITALS.of(f) as u8,
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
            anyhow::ensure!(numbers.len() == COLUMNS.len(), "not seven fields: {line:?}");
            if !word.starts_with(char::is_alphabetic) {
                continue;
            }
            let mut facts = 0;
            for (field, x) in COLUMNS.iter().zip(numbers) {
                facts |= field.pack(x.parse()?);
            }
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

//! Fingerprints of the text: an exact hash of its words, SimHash and MinHash for near-duplicates.
//!
//! All three look at the same thing: the lower-cased words of the body, punctuation and white space
//! left out, so that a change of quotation marks or line breaks changes nothing. The headline is left
//! out too: outlets write their own above the same agency copy. The hashes are fixed for ever: stored
//! fingerprints of one version must compare with the next one's.

use base64::Engine;
use sha2::{Digest, Sha256};

use super::{Outcome, Stage, StageError};
use crate::intake::Article;
use crate::pipeline::Budget;
use crate::record::Fingerprint;
use crate::text::{hash, push_lower};

/// NormalisedWords a shingle: long enough that agencies' phrases do not count as copies, short enough that an
/// edited word spoils four shingles only.
const SHINGLE: usize = 4;

/// Minima in a MinHash signature: the standard error of the estimated similarity is 1/√128 ≈ 0.09.
pub const MINIMA: usize = 128;

pub struct FingerprintStage;

impl Stage for FingerprintStage {
    type Reads = ();
    type Finds = Fingerprint;

    fn run(
        &self,
        article: &Article,
        (): (),
        _: &Budget,
    ) -> Result<Outcome<Fingerprint>, StageError> {
        let words = words(article.body().map(|b| b.span().of(&article.text)));
        if words.ends.is_empty() {
            return Ok(Outcome::Skipped("no words in the body"));
        }
        let shingles = words.shingles();
        let minima = minhash(&shingles);
        let bytes: Vec<u8> = minima.iter().flat_map(|m| m.to_le_bytes()).collect();
        Ok(Outcome::found(Fingerprint {
            text_sha256: Sha256::digest(&words.text)
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect(),
            simhash: format!("{:016x}", simhash(&shingles)),
            minhash: base64::engine::general_purpose::STANDARD.encode(bytes),
        }))
    }
}

/// The normalised words of a text, each followed by one space.
struct NormalisedWords {
    text: String,
    /// Where each word ends in `text`, its space included.
    ends: Vec<usize>,
}

fn words<'t>(blocks: impl Iterator<Item = &'t str>) -> NormalisedWords {
    let mut words = NormalisedWords {
        text: String::new(),
        ends: Vec::new(),
    };
    for block in blocks {
        for word in block
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
        {
            push_lower(&mut words.text, word);
            words.text.push(' ');
            words.ends.push(words.text.len());
        }
    }
    words
}

impl NormalisedWords {
    /// Hashes of every run of [`SHINGLE`] words, each once: a phrase that a list repeats on every
    /// line must not outvote the rest. One hash of everything where there are fewer words.
    fn shingles(&self) -> Vec<u64> {
        let count = self.ends.len().saturating_sub(SHINGLE - 1).max(1);
        let mut hashes: Vec<u64> = (0..count)
            .map(|i| {
                let start = if i == 0 { 0 } else { self.ends[i - 1] };
                let end = self.ends[(i + SHINGLE).min(self.ends.len()) - 1];
                hash::bytes(&self.text.as_bytes()[start..end])
            })
            .collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes
    }
}

/// SimHash (Charikar 2002): each bit is the majority of that bit over all shingles.
fn simhash(shingles: &[u64]) -> u64 {
    // Eight counters of a byte each lie in one word, which counts eight bits of a shingle in one
    // addition; they are emptied before they can run over.
    let mut ones = [0usize; 64];
    for few in shingles.chunks(usize::from(u8::MAX)) {
        let mut counters = [0u64; 8];
        for shingle in few {
            for (counter, byte) in counters.iter_mut().zip(shingle.to_le_bytes()) {
                *counter += SPREAD[usize::from(byte)];
            }
        }
        let bytes = counters.iter().flat_map(|c| c.to_le_bytes());
        for (count, byte) in ones.iter_mut().zip(bytes) {
            *count += usize::from(byte);
        }
    }
    ones.iter().enumerate().fold(0, |h, (bit, count)| {
        h | u64::from(2 * count > shingles.len()) << bit
    })
}

/// The bits of a byte, each in a byte of its own.
const SPREAD: [u64; 256] = {
    let mut spread = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut bit = 0;
        while bit < 8 {
            spread[byte] |= ((byte as u64 >> bit) & 1) << (8 * bit);
            bit += 1;
        }
        byte += 1;
    }
    spread
};

/// One-permutation MinHash with optimal densification (Li, Owen, Zhang 2012; Shrivastava 2017): one
/// hash a shingle sorts it into a bin, each bin keeps its minimum, an empty bin borrows another's.
fn minhash(shingles: &[u64]) -> [u32; MINIMA] {
    const EMPTY: u32 = u32::MAX;
    let mut minima = [EMPTY; MINIMA];
    for shingle in shingles {
        let bin = (shingle >> 32) as usize % MINIMA;
        // the low half, kept off the value that marks an empty bin
        let value = (*shingle as u32).min(EMPTY - 1);
        minima[bin] = minima[bin].min(value);
    }
    let filled = minima;
    for (bin, value) in minima.iter_mut().enumerate() {
        let mut attempt = 0u64;
        while *value == EMPTY && attempt < 10_000 {
            let other = hash::mix((bin as u64) << 32 | attempt) as usize % MINIMA;
            *value = filled[other];
            attempt += 1;
        }
    }
    minima
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (u64, [u32; MINIMA]) {
        let shingles = words(std::iter::once(text)).shingles();
        (simhash(&shingles), minhash(&shingles))
    }

    fn similarity(a: &[u32; MINIMA], b: &[u32; MINIMA]) -> f32 {
        a.iter().zip(b).filter(|(x, y)| x == y).count() as f32 / MINIMA as f32
    }

    fn story(sentences: std::ops::Range<u32>) -> String {
        sentences
            .map(|n| {
                format!(
                    "In district {n} the council of ward {} voted on road {} today. ",
                    n * 7,
                    n * 13
                )
            })
            .collect()
    }

    #[test]
    fn punctuation_case_and_breaks_change_nothing() {
        assert_eq!(
            of("“We will go,” she said."),
            of("\"WE will go\"\nshe  said")
        );
    }

    #[test]
    fn an_edit_moves_the_fingerprints_a_little_and_another_story_a_lot() {
        let (sim, min) = of(&story(0..40));
        let (sim_cut, min_cut) = of(&story(0..38));
        let (sim_other, min_other) = of(&story(100..140));
        assert!(
            (sim ^ sim_cut).count_ones() <= 12,
            "{}",
            (sim ^ sim_cut).count_ones()
        );
        assert!(
            (sim ^ sim_other).count_ones() > 16,
            "{}",
            (sim ^ sim_other).count_ones()
        );
        // the true Jaccard similarity of the cut story is 38/40
        assert!(similarity(&min, &min_cut) > 0.85);
        assert!(similarity(&min, &min_other) < 0.2);
    }

    #[test]
    fn no_bin_stays_empty() {
        assert_eq!(of("one").1.iter().filter(|m| **m == u32::MAX).count(), 0);
    }
}

/// Converts byte positions of one text into Unicode code points, the unit of the public record.
///
/// Keeps one checkpoint every [`STEP`] bytes, so a look-up counts at most that many bytes and the
/// table costs 1/16 of the text.
#[derive(Debug)]
pub struct CodePoints<'t> {
    text: &'t [u8],
    checkpoints: Vec<u32>,
    ascii: bool,
}

/// Distance of checkpoints in bytes; small enough that a look-up stays within a cache line.
const STEP: usize = 64;

fn is_start(byte: u8) -> bool {
    (byte as i8) >= -0x40
}

impl<'t> CodePoints<'t> {
    pub fn new(text: &'t str) -> Self {
        let ascii = text.is_ascii();
        let text = text.as_bytes();
        let mut checkpoints = Vec::new();
        if !ascii {
            checkpoints.reserve(text.len() / STEP + 1);
            let mut count = 0u32;
            for chunk in text.chunks(STEP) {
                checkpoints.push(count);
                count += chunk.iter().filter(|b| is_start(**b)).count() as u32;
            }
        }
        CodePoints {
            text,
            checkpoints,
            ascii,
        }
    }

    /// The number of code points before byte position `byte`. Positions past the end count as the end.
    pub fn at(&self, byte: u32) -> u32 {
        let byte = (byte as usize).min(self.text.len());
        if self.ascii {
            return byte as u32;
        }
        let chunk = (byte / STEP).min(self.checkpoints.len().saturating_sub(1));
        let Some(&before) = self.checkpoints.get(chunk) else {
            return 0;
        };
        before
            + self.text[chunk * STEP..byte]
                .iter()
                .filter(|b| is_start(**b))
                .count() as u32
    }

    /// The length of the whole text in code points.
    pub fn total(&self) -> u32 {
        self.at(self.text.len() as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_counting_chars(text in "\\PC{0,300}") {
            let map = CodePoints::new(&text);
            for (chars, (byte, _)) in text.char_indices().enumerate() {
                prop_assert_eq!(map.at(byte as u32), chars as u32);
            }
            prop_assert_eq!(map.total(), text.chars().count() as u32);
        }
    }
}

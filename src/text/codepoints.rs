use std::borrow::Cow;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// Converts byte positions of one text into Unicode code points, the unit of the public record.
///
/// Keeps one checkpoint every [`CHECKPOINT_BYTES`] bytes, so a look-up counts at most that many bytes and the
/// table costs 1/16 of the text.
#[derive(Debug)]
pub struct CodePoints<'t> {
    text: &'t [u8],
    table: Cow<'t, CodePointTable>,
}

/// What has been counted of a text.
#[derive(Debug, Clone)]
struct CodePointTable {
    checkpoints: Vec<u32>,
    ascii: bool,
}

/// Distance of checkpoints in bytes; small enough that a look-up stays within a cache line.
const CHECKPOINT_BYTES: usize = 64;

fn is_start(byte: u8) -> bool {
    (byte as i8) >= -0x40
}

impl CodePointTable {
    fn of(text: &str) -> Self {
        let ascii = text.is_ascii();
        let mut checkpoints = Vec::new();
        if !ascii {
            checkpoints.reserve(text.len() / CHECKPOINT_BYTES + 1);
            let mut count = 0u32;
            for chunk in text.as_bytes().chunks(CHECKPOINT_BYTES) {
                checkpoints.push(count);
                count += chunk.iter().filter(|b| is_start(**b)).count() as u32;
            }
        }
        CodePointTable { checkpoints, ascii }
    }
}

impl<'t> CodePoints<'t> {
    pub fn new(text: &'t str) -> Self {
        CodePoints {
            text: text.as_bytes(),
            table: Cow::Owned(CodePointTable::of(text)),
        }
    }

    /// The number of code points before byte position `byte`. Positions past the end count as the end.
    pub fn at(&self, byte: u32) -> u32 {
        let CodePointTable { checkpoints, ascii } = &*self.table;
        let byte = (byte as usize).min(self.text.len());
        if *ascii {
            return byte as u32;
        }
        let chunk = (byte / CHECKPOINT_BYTES).min(checkpoints.len().saturating_sub(1));
        let Some(&before) = checkpoints.get(chunk) else {
            return 0;
        };
        before
            + self.text[chunk * CHECKPOINT_BYTES..byte]
                .iter()
                .filter(|b| is_start(**b))
                .count() as u32
    }

    /// The length of the whole text in code points.
    pub fn total(&self) -> u32 {
        self.at(self.text.len() as u32)
    }
}

/// A text that many share. Its code points are counted once, when they are first asked for: each of a
/// hundred thousand articles of one feed asks.
#[derive(Debug, Clone)]
pub struct SharedText(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    text: Box<str>,
    table: OnceLock<CodePointTable>,
}

impl SharedText {
    pub fn code_points(&self) -> CodePoints<'_> {
        let Shared { text, table } = &*self.0;
        CodePoints {
            text: text.as_bytes(),
            table: Cow::Borrowed(table.get_or_init(|| CodePointTable::of(text))),
        }
    }
}

impl<T: Into<Box<str>>> From<T> for SharedText {
    fn from(text: T) -> Self {
        SharedText(Arc::new(Shared {
            text: text.into(),
            table: OnceLock::new(),
        }))
    }
}

impl Deref for SharedText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_counting_chars(text in "\\PC{0,300}") {
            let shared = SharedText::from(text.as_str());
            for map in [CodePoints::new(&text), shared.code_points()] {
                for (chars, (byte, _)) in text.char_indices().enumerate() {
                    prop_assert_eq!(map.at(byte as u32), chars as u32);
                }
                prop_assert_eq!(map.total(), text.chars().count() as u32);
            }
        }
    }

    #[test]
    fn what_is_shared_is_counted_once() {
        let text = SharedText::from("Fähre");
        assert_eq!(text.code_points().at(3), 2);
        let table = |text: &SharedText| text.0.table.get().map(std::ptr::from_ref);
        assert!(table(&text).is_some());
        assert_eq!(table(&text.clone()), table(&text));
    }
}

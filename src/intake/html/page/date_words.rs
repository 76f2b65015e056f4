//! Words that announce the date at which a page was published or changed.

use std::sync::LazyLock;

use crate::intake::html::body::hints::entries;
use crate::text::data::{DataFile, data_file};

pub const FILE: DataFile<'static> = data_file!("page/date_words.txt");

/// From here on scripts set words without blanks between them: CJK radicals and all that follows.
const CJK: u32 = 0x2e80;

static UPDATED: LazyLock<Vec<&'static str>> = LazyLock::new(|| words("updated"));
static PUBLISHED: LazyLock<Vec<&'static str>> = LazyLock::new(|| words("published"));

fn words(kind: &str) -> Vec<&'static str> {
    entries(FILE)
        .filter(|(k, _)| *k == kind)
        .flat_map(|(_, list)| list.split('|').map(str::trim))
        .collect()
}

/// Whether a text says that something was changed at the date it gives.
pub fn says_updated(text: &str) -> bool {
    says(text, &UPDATED)
}

/// Whether a text says that something was published at the date it gives.
pub fn says_published(text: &str) -> bool {
    says(text, &PUBLISHED)
}

fn says(text: &str, words: &[&str]) -> bool {
    let lower = text.to_lowercase();
    words.iter().any(|word| {
        lower.match_indices(word).any(|(at, _)| {
            let before = lower[..at].chars().next_back();
            let after = lower[at + word.len()..].chars().next();
            let free = |c: Option<char>| c.is_none_or(|c| !c.is_alphabetic() || c as u32 >= CJK);
            free(before) && (free(after) || word.chars().all(|c| c as u32 >= CJK))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_say_updated() {
        assert!(says_updated("Aktualisiert: 3. Mai"));
        assert!(says_updated("更新：2024"));
        assert!(!says_updated("Published 3 May"));
        assert!(says_published("Publié le 3 mai"));
    }
}

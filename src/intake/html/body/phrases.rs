//! Standing sentences around articles: "Read more", "Sign up for our newsletter", in many languages.
//!
//! They are those of `config/page/phrases.tsv`, which says what `^` and `$` at the ends of a phrase mean.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::record::RemovedKind;
use crate::text::data::{DataFile, data_file};
use crate::text::word_lists;

pub const FILE: DataFile<'static> = data_file!("page/phrases.tsv");

/// Reads the file.
///
/// # Panics
/// With file and line at a fault in it.
pub fn load() {
    LazyLock::force(&PHRASES);
}

/// The lists of the file in its order, and what a line is that has a phrase of each.
const LISTS: [(&str, RemovedKind); 13] = [
    ("related-links", RemovedKind::RelatedLinks),
    ("read-more", RemovedKind::ReadMore),
    ("newsletter", RemovedKind::Newsletter),
    ("other", RemovedKind::Other),
    ("cookie-notice", RemovedKind::CookieNotice),
    ("paywall-notice", RemovedKind::PaywallNotice),
    ("share-bar", RemovedKind::ShareBar),
    ("advertisement", RemovedKind::Advertisement),
    ("comments", RemovedKind::Comments),
    ("copyright", RemovedKind::Copyright),
    ("contact-note", RemovedKind::ContactNote),
    ("agency-boilerplate", RemovedKind::AgencyBoilerplate),
    ("author-bio", RemovedKind::AuthorBio),
];

/// Longest line that can be a standing sentence, in bytes of UTF-8. The longest in use (a wire's
/// notice, a list of sponsors) stay under it; a paragraph of copy that opens like one does not.
const LONGEST_SENTENCE: usize = 260;
/// Longest cookie or consent notice, in bytes: they have several sentences, and their words ("we use cookies",
/// "with your consent") open hardly any copy.
const LONGEST_NOTICE: usize = 700;
/// Longest line, in bytes, that a phrase which may stand anywhere is looked for in: a paragraph of copy may
/// have "as a preferred source" in the middle of it. Chosen on the development pages.
const LONGEST_ANYWHERE: usize = 200;

/// A phrase with its anchors, the text itself being in [`StandingPhrases::patterns`].
struct StandingPhrase {
    kind: RemovedKind,
    /// It begins the line.
    opens: bool,
    /// Nothing but signs comes after it.
    closes: bool,
}

/// All phrases, in lower case and with straight apostrophes.
struct StandingPhrases {
    patterns: AhoCorasick,
    phrases: Vec<StandingPhrase>,
}

static PHRASES: LazyLock<StandingPhrases> = LazyLock::new(|| {
    let lists = word_lists::read(FILE, LISTS.map(|(name, _)| name))
        .unwrap_or_else(|fault| panic!("{fault}"));
    let mut words = Vec::new();
    let mut phrases = Vec::new();
    for (list, (_, kind)) in lists.iter().zip(LISTS) {
        for phrase in list.iter() {
            let inner = phrase.strip_prefix('^').unwrap_or(phrase);
            let inner = inner.strip_suffix('$').unwrap_or(inner);
            words.push(inner.replace('’', "'"));
            phrases.push(StandingPhrase {
                kind,
                opens: phrase.starts_with('^'),
                closes: phrase.ends_with('$'),
            });
        }
    }
    let patterns =
        AhoCorasick::new(&words).unwrap_or_else(|fault| panic!("{}: {fault}", FILE.path));
    StandingPhrases { patterns, phrases }
});

/// What standing sentence a line is, if it is one.
pub fn kind_of(line: &str) -> Option<RemovedKind> {
    if line.len() > LONGEST_NOTICE {
        return None;
    }
    let length = line.len();
    let line = line
        .trim_matches(|c: char| c.is_whitespace() || "•·|>»›→▶►*[]()-–—".contains(c))
        .to_lowercase()
        .replace('’', "'");
    PHRASES
        .patterns
        .find_overlapping_iter(&line)
        .find_map(|found| {
            let phrase = &PHRASES.phrases[found.pattern().as_usize()];
            let fits = phrase.fits(found.start(), &line[found.end()..], length);
            fits.then_some(phrase.kind)
        })
}

impl StandingPhrase {
    /// Whether the phrase makes a line of `length` bytes standing, in which it starts at `start` and has `rest`
    /// behind it.
    fn fits(&self, start: usize, rest: &str, length: usize) -> bool {
        let most = match self.kind {
            RemovedKind::CookieNotice => LONGEST_NOTICE,
            _ => LONGEST_SENTENCE,
        };
        let anchored = match (self.opens, self.closes) {
            (true, true) => start == 0 && is_end(rest),
            (true, false) => start == 0 && ends_word(rest),
            (false, true) => is_end(rest),
            (false, false) => length <= LONGEST_ANYWHERE || self.kind == RemovedKind::CookieNotice,
        };
        anchored && length <= most
    }
}

/// Whether nothing but signs is left of a line.
fn is_end(rest: &str) -> bool {
    !rest.contains(char::is_alphanumeric)
}

/// Whether a word ends before `rest`. Chinese and Japanese show no ends of words.
fn ends_word(rest: &str) -> bool {
    let next = rest.chars().next();
    next.is_none_or(|c| !c.is_alphanumeric() || c as u32 >= 0x2e80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_standing_sentences() {
        for (line, kind) in [
            ("Read more: The other story", RemovedKind::ReadMore),
            ("Sign up for our newsletter here", RemovedKind::Newsletter),
            ("ADVERTISEMENT", RemovedKind::Advertisement),
            ("Lesen Sie auch: Etwas anderes", RemovedKind::RelatedLinks),
            ("Don’t miss: Something", RemovedKind::RelatedLinks),
            ("相关新闻：别的", RemovedKind::RelatedLinks),
        ] {
            assert_eq!(kind_of(line), Some(kind), "{line}");
        }
    }

    #[test]
    fn leaves_copy_alone() {
        for line in [
            "Readers more than once wrote to us.",
            "Share prices fell on Tuesday.",
            "The share of women rose.",
            "Advertisements for cigarettes were banned in 1971.",
        ] {
            assert_eq!(kind_of(line), None, "{line}");
        }
    }
}

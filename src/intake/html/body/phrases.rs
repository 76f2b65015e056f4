//! Standing sentences around articles: "Read more", "Sign up for our newsletter", in many languages.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::hints::{entries, removed_kind};
use crate::record::RemovedKind;
use crate::text::data::{DataFile, data_file};

struct Phrase {
    kind: RemovedKind,
    opens: bool,
    whole: bool,
}

struct Phrases {
    patterns: AhoCorasick,
    phrases: Vec<Phrase>,
}

pub const FILE: DataFile<'static> = data_file!("page/phrases.txt");

static PHRASES: LazyLock<Option<Phrases>> = LazyLock::new(|| {
    let mut words = Vec::new();
    let mut phrases = Vec::new();
    for (kind, list) in entries(FILE) {
        let kind = removed_kind(kind)?;
        for phrase in list.split(" | ") {
            let phrase = phrase.trim();
            let inner = phrase.strip_prefix('^').unwrap_or(phrase);
            let inner = inner.strip_suffix('$').unwrap_or(inner);
            words.push(inner.replace('’', "'"));
            phrases.push(Phrase {
                kind,
                opens: phrase.starts_with('^'),
                whole: phrase.ends_with('$'),
            });
        }
    }
    let patterns = AhoCorasick::new(&words).ok()?;
    Some(Phrases { patterns, phrases })
});

/// Longest line that can be a standing sentence, in bytes of UTF-8. The longest in use (a wire's
/// notice, a list of sponsors) stay under it; a paragraph of copy that opens like one does not.
const LONGEST: usize = 260;
/// Longest cookie or consent notice.
const LONGEST_NOTICE: usize = 700;
/// Longest line a phrase that may stand anywhere is looked for in.
const LONGEST_ANYWHERE: usize = 200;

/// What standing sentence a line is, if it is one.
pub fn kind_of(line: &str) -> Option<RemovedKind> {
    if line.len() > LONGEST_NOTICE {
        return None;
    }
    let length = line.len();
    let all = PHRASES.as_ref()?;
    let line = line
        .trim_matches(|c: char| c.is_whitespace() || "•·|>»›→▶►*[]()-–—".contains(c))
        .to_lowercase()
        .replace('’', "'");
    for found in all.patterns.find_overlapping_iter(&line) {
        let phrase = &all.phrases[found.pattern().as_usize()];
        let rest = &line[found.end()..];
        // A phrase ends where a word does; Chinese and Japanese show no ends of words.
        let ends_word = rest
            .chars()
            .next()
            .is_none_or(|c| !c.is_alphanumeric() || c as u32 >= 0x2e80);
        let fits = if phrase.opens {
            found.start() == 0
                && if phrase.whole {
                    rest.trim_matches(|c: char| !c.is_alphanumeric()).is_empty()
                } else {
                    ends_word
                }
        } else if phrase.whole {
            rest.trim_matches(|c: char| !c.is_alphanumeric()).is_empty()
        } else {
            length <= LONGEST_ANYWHERE || phrase.kind == RemovedKind::CookieNotice
        };
        let most = match phrase.kind {
            RemovedKind::CookieNotice => LONGEST_NOTICE,
            _ => LONGEST,
        };
        if fits && length <= most {
            return Some(phrase.kind);
        }
    }
    None
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

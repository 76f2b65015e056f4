//! Words that announce the date at which a page was published or changed.

use std::collections::HashSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::intake::dates::calendar;
use crate::text::word_lists::word_lists;

word_lists! {
    /// See the comments in the file.
    WORDS "page/date-words.tsv" {
        published,
        updated,
        beside,
        month_first_zone,
        dated_name,
        foot_name,
        meta_ending,
        other_name,
        comment_name,
        comment_heading,
        counted_comments,
        script_name,
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

/// Whether a designer's name, in small letters, is that of an element with the date of an article.
pub fn names_date(name: &str) -> bool {
    WORDS.dated_name.iter().any(|part| name.contains(part))
}

/// Whether a designer's name, in small letters, is that of the foot of an article.
pub fn names_foot(name: &str) -> bool {
    WORDS.foot_name.iter().any(|part| name.contains(part))
}

/// Whether a designer's name, in small letters, is that of a box with other stories or comments.
pub fn names_others(name: &str) -> bool {
    WORDS.other_name.iter().any(|part| name.contains(part))
}

/// Whether a designer's name, in small letters, is that of a box with what readers say.
pub fn names_comments(name: &str) -> bool {
    WORDS.comment_name.iter().any(|part| name.contains(part))
}

/// Whether a line stands over what readers say: "Comments (3)", "2 responses to the plan".
pub fn opens_comments(line: &str) -> bool {
    let lower = line.to_lowercase();
    let heading = lower.trim_matches(|c: char| !c.is_alphabetic());
    let is_counted = lower.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let begins = |word: &&&str| {
        let rest = heading.strip_prefix(**word);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
    };
    WORDS.comment_heading.contains(&heading)
        || is_counted && WORDS.counted_comments.iter().any(|word| begins(&word))
}

/// Whether the end of a meta tag's name says that its date is that of publication.
pub fn ends_published_meta(ending: &str) -> bool {
    WORDS.meta_ending.contains(&ending)
}

/// Whether a text opens by saying that something was published at the date it gives.
pub fn opens_published(text: &str) -> bool {
    let lower = text.to_lowercase();
    let opens = |word: &&&str| {
        lower
            .strip_prefix(**word)
            .is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
    };
    WORDS.published.iter().any(|word| opens(&word))
}

/// Whether all words of a text are such as stand in front of a date and announce it, a day of the week among them. True
/// of no word at all.
pub fn announce_dates(text: &str) -> bool {
    static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        let phrases = [&WORDS.published, &WORDS.updated, &WORDS.beside];
        let phrases = phrases.into_iter().flat_map(|list| list.iter());
        phrases.flat_map(|phrase| phrase.split(' ')).collect()
    });
    let lower = text.to_lowercase();
    let mut words = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.all(|w| KNOWN.contains(w) || calendar::is_weekday(w) || calendar::is_short_weekday(w))
}

/// Whether a word is the name of a time zone where days are written with the month first.
pub fn is_zone_with_month_first(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_uppercase())
        && WORDS
            .month_first_zone
            .contains(&&*word.to_ascii_lowercase())
}

/// Whether a text says that something was published or changed, in another language than English.
pub fn is_foreign(text: &str) -> bool {
    let rows = WORDS.published.rows().chain(WORDS.updated.rows());
    let foreign = rows
        .filter(|(languages, _)| *languages != "en")
        .map(|(_, word)| word);
    says(text, &foreign.collect::<Vec<_>>())
}

/// What stands behind each name of a date of publication in a script.
pub fn behind_published_names(script: &str) -> impl Iterator<Item = &str> {
    static NAMES: LazyLock<AhoCorasick> = LazyLock::new(|| {
        let names = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(WORDS.script_name.iter());
        names.unwrap_or_else(|fault| panic!("{}: {fault}", FILE.path))
    });
    NAMES
        .find_iter(script)
        .map(move |found| &script[found.end()..])
        .filter(|rest| rest.starts_with(['"', '\'', ':', '=', ' ']))
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
    fn dates_in_scripts_stand_behind_their_names() {
        let of = |script: &'static str| behind_published_names(script).collect::<Vec<_>>();
        assert_eq!(of("{\"publishDate\":\"2011\"}"), ["\":\"2011\"}"]);
        assert!(of("publishDateFormat = 'x'").is_empty());
    }

    #[test]
    fn lines_over_comments() {
        for line in [
            "Comments",
            "Comments (12)",
            "3 Responses to “The bridge”",
            "Leave a Reply",
            "2 Kommentare",
        ] {
            assert!(opens_comments(line), "{line}");
        }
        for line in [
            "Comments by the mayor",
            "Responses to the crisis",
            "3 responsible men",
            "Comment: why it matters",
        ] {
            assert!(!opens_comments(line), "{line}");
        }
    }

    #[test]
    fn words_that_say_updated() {
        assert!(says_updated("Aktualisiert: 3. Mai"));
        assert!(says_updated("更新：2024"));
        assert!(!says_updated("Published 3 May"));
        assert!(says_published("Publié le 3 mai"));
        assert!(opens_published("First published on 3 May"));
        assert!(!opens_published("It was published on 3 May"));
        assert!(!opens_published("Publisheds 3 May"));
        assert!(is_foreign("Publié le 3 mai"));
        assert!(!is_foreign("Published 3 May"));
    }
}

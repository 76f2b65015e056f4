//! What kind of copy it is: alerts, digests and advisories are not stories.

use std::sync::LazyLock;

use super::{HEAD_BLOCKS, scan};
use crate::intake::draft::Draft;
use crate::record::Genre;
use crate::text::word_lists::{List, word_lists};

word_lists! {
    /// What kinds of copy are told by.
    WORDS "wire/genre.tsv" {
        /// Words in a slugline, a headline or a first line that make it an alert.
        alert,
        /// Words in them that make it copy for editors.
        advisory,
        /// Words in them that make it a live page.
        live,
        /// What a line of an advisory begins with.
        advisory_opening,
        /// What an alert begins with.
        alert_opening,
        /// What a note to editors says of an alert (dpa).
        alert_note,
    }
    with ANYWHERE, OPENINGS
}

/// Phrases that tell the kind wherever they stand in a line.
static ANYWHERE: LazyLock<scan::PhraseSet> = LazyLock::new(|| {
    let lists = [&WORDS.alert, &WORDS.advisory, &WORDS.live];
    scan::PhraseSet::new(lists.map(List::phrases).to_vec().leak())
});

/// What a line begins with.
static OPENINGS: LazyLock<scan::Meanings<Genre>> = LazyLock::new(|| {
    scan::Meanings::of(&[
        (WORDS.advisory_opening, Genre::Advisory),
        (WORDS.alert_opening, Genre::Alert),
    ])
});

/// Lines at the head that are looked at, and the longest of them, in bytes.
const LINES: usize = 4;
const LONGEST_LINE: usize = 120;
/// Longest note that says of the copy that it is an alert, in bytes.
const LONGEST_NOTE: usize = 40;
/// Longest opening that may be a word in a sentence, in bytes.
const SHORT_OPENING: usize = 8;

/// Reads the kind of copy off the slugline, the headline and the first lines.
pub(super) fn apply(draft: &mut Draft) {
    if draft.supplied.genre.is_some() {
        return;
    }
    let supplied = &draft.supplied;
    let named = [&supplied.slugline, &supplied.headline]
        .into_iter()
        .flatten()
        .map(String::as_str);
    let lines = draft
        .blocks
        .iter()
        .take(HEAD_BLOCKS.min(LINES))
        .map(|b| b.text.as_str())
        .filter(|t| t.len() <= LONGEST_LINE);
    // dpa says in a note that it is an alert.
    let noted = || {
        let is_alert = |n: &&String| {
            n.len() <= LONGEST_NOTE && WORDS.alert_note.iter().any(|w| scan::has(n, w))
        };
        let note = draft.supplied.editorial_notes.iter().find(is_alert);
        note.map(|_| Genre::Alert)
    };
    let found = named.chain(lines).find_map(genre).or_else(noted);
    draft.supplied.genre = found;
}

fn genre(line: &str) -> Option<Genre> {
    let line = scan::bare(line);
    let opens = |(phrase, genre, rest): (&str, Genre, &str)| {
        // "ADVISORY:" and not "Advisory board resigns".
        let capitals = line.chars().take(phrase.len()).all(|c| !c.is_lowercase());
        let set_off = rest.starts_with([':', ' ', '-']);
        let sure = phrase.len() > SHORT_OPENING && !phrase.starts_with("advisory");
        (rest.is_empty() || capitals || set_off && sure).then_some(genre)
    };
    OPENINGS
        .open(line)
        .find_map(opens)
        .or_else(|| ANYWHERE.any_in(line).then(|| anywhere(line))?)
}

/// The kind that a phrase in the line tells.
fn anywhere(line: &str) -> Option<Genre> {
    let lists = [
        (&WORDS.alert, Genre::Alert),
        (&WORDS.advisory, Genre::Advisory),
        (&WORDS.live, Genre::LiveBlog),
    ];
    let tells = |list: &List| list.iter().any(|p| scan::has(line, p));
    lists.into_iter().find(|(l, _)| tells(l)).map(|(_, g)| g)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_and_alerts_are_told_from_stories() {
        assert_eq!(genre("BC-US--APNewsAlert"), Some(Genre::Alert));
        assert_eq!(genre("BC-AP News Digest 6 p.m."), Some(Genre::Advisory));
        assert_eq!(
            genre("ADVISORY: Coverage of the vote"),
            Some(Genre::Advisory)
        );
        assert_eq!(genre("(Achtung - Planungshinweis)"), Some(Genre::Advisory));
        assert_eq!(genre("Advisory board resigns"), None);
        assert_eq!(genre("Ferry sinks"), None);
    }
}

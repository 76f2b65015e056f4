//! What kind of copy it is: alerts, digests and advisories are not stories.

use super::{HEAD_BLOCKS, scan};
use crate::intake::draft::Draft;
use crate::record::Genre;

/// Words in a slugline, a headline or a first line that tell the kind, in lower case.
const ANYWHERE: &[(&str, Genre)] = &[
    ("apnewsalert", Genre::Alert),
    ("ap news alert", Genre::Alert),
    ("newsalert", Genre::Alert),
    ("eilmeldung", Genre::Alert),
    ("news digest", Genre::Advisory),
    ("coverage advisory", Genre::Advisory),
    ("news advisory", Genre::Advisory),
    ("coverage plans", Genre::Advisory),
    ("news budget", Genre::Advisory),
    ("news agenda", Genre::Advisory),
    ("news summary", Genre::Advisory),
    ("daybook", Genre::Advisory),
    ("planungshinweis", Genre::Advisory),
    ("tagesvorschau", Genre::Advisory),
    ("wochenvorschau", Genre::Advisory),
    ("themenplanung", Genre::Advisory),
    ("photo advisory", Genre::Advisory),
    ("video advisory", Genre::Advisory),
    ("editorial advisory", Genre::Advisory),
    ("stories at this hour", Genre::Advisory),
    ("top news stories", Genre::Advisory),
    ("live updates:", Genre::LiveBlog),
    ("live blog", Genre::LiveBlog),
];

/// Words of which each phrase of [`ANYWHERE`] has one.
static TELLING: scan::Phrases = scan::Phrases::new(&[&[
    "news",
    "eilmeldung",
    "advisory",
    "coverage",
    "daybook",
    "planung",
    "vorschau",
    "stories",
    "live ",
]]);

/// What a line begins with.
const OPENINGS: &[(&str, Genre)] = &[
    ("bc-ap news", Genre::Advisory),
    ("advisory", Genre::Advisory),
    ("(advisory", Genre::Advisory),
    ("planning advisory", Genre::Advisory),
    ("note to subscribers", Genre::Advisory),
    ("flash flash", Genre::Alert),
    ("bulletin bulletin", Genre::Alert),
];

/// Reads the kind of copy off the slugline, the headline and the first lines.
pub fn apply(draft: &mut Draft) {
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
        .take(HEAD_BLOCKS.min(4))
        .map(|b| b.text.as_str())
        .filter(|t| t.len() <= 120);
    // dpa says in a note that it is an alert.
    let noted = || {
        let is_alert = |n: &&String| n.len() <= 40 && scan::has(n, "eilmeldung");
        let note = draft.supplied.editorial_notes.iter().find(is_alert);
        note.map(|_| Genre::Alert)
    };
    let found = named.chain(lines).find_map(genre).or_else(noted);
    draft.supplied.genre = found;
}

fn genre(line: &str) -> Option<Genre> {
    let line = scan::bare(line);
    let opens = |(phrase, genre): &(&str, Genre)| {
        let rest = scan::after(line, phrase)?;
        // "ADVISORY:" and not "Advisory board resigns".
        let capitals = line.chars().take(phrase.len()).all(|c| !c.is_lowercase());
        (rest.is_empty()
            || capitals
            || rest.starts_with([':', ' ', '-'])
                && phrase.len() > 8
                && !phrase.starts_with("advisory"))
        .then_some(*genre)
    };
    OPENINGS.iter().find_map(opens).or_else(|| {
        if !TELLING.any_in(line) {
            return None;
        }
        ANYWHERE
            .iter()
            .find(|(p, _)| scan::has(line, p))
            .map(|(_, g)| *g)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_has_a_telling_word() {
        assert!(ANYWHERE.iter().all(|(phrase, _)| TELLING.any_in(phrase)));
    }

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

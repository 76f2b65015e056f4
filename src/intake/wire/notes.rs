//! Notes between editors: they are never copy.

use std::sync::LazyLock;

use super::{HEAD_BLOCKS, is_body, scan};
use crate::intake::draft::Draft;
use crate::record::{RemovedKind, VersionKind};
use crate::text::word_lists::word_lists;

word_lists! {
    /// What notes to editors are told by.
    WORDS "wire/notes.tsv" {
        /// How a line begins that is a note whatever follows.
        opening,
        /// What a note in brackets says first of an update.
        update,
        /// What it says first of a correction.
        correction,
        /// What it says first of copy that is sent again for a fault in sending it.
        refile,
        /// What it says first of copy that is sent again as it was.
        repeat,
        /// What it says first that tells no kind of version.
        other,
        /// Words anywhere in a note that make it one of a correction.
        correction_inside,
        /// Openings of sentences by which an article says that it was corrected.
        corrected,
        /// What stands in front of the word for the piece, where the sentence is about an earlier version of it.
        earlier,
        /// The same, where it is about the piece.
        this,
        /// What an article calls itself.
        piece,
        /// What it says of itself behind that.
        was_corrected,
        /// The same where the sentence says what for.
        was_revised,
        /// What for.
        to_correct,
        /// What else tells of a mistake behind a label.
        mistake,
        /// What opens the part of a document that is not for publication.
        not_for_publication,
        /// Headings of the notepad that dpa sends behind its copy.
        notepad,
    }
    with OPENINGS, ADVISORIES, NOT_FOR_PUBLICATION
}

static OPENINGS: LazyLock<scan::Prefixes> =
    LazyLock::new(|| scan::Prefixes::new(WORDS.opening.phrases()));

/// What a note in brackets says first, and what kind of version that makes.
static ADVISORIES: LazyLock<scan::Meanings<Option<VersionKind>>> = LazyLock::new(|| {
    let w = &*WORDS;
    scan::Meanings::of(&[
        (w.update, Some(VersionKind::Update)),
        (w.correction, Some(VersionKind::Correction)),
        (w.refile, Some(VersionKind::Refile)),
        (w.repeat, Some(VersionKind::Repeat)),
        (w.other, None),
    ])
});

static NOT_FOR_PUBLICATION: LazyLock<scan::Prefixes> =
    LazyLock::new(|| scan::Prefixes::new(WORDS.not_for_publication.phrases()));

/// Blocks at the foot that a note can stand in.
const FOOT: usize = 6;
/// Longest line that is a note by its opening, and longest note in brackets, in bytes.
const LONGEST_LINE: usize = 600;
const LONGEST_BRACKETED: usize = 500;
/// How far into a note "… has been corrected" stands at the latest, in bytes.
const CORRECTED_WITHIN: usize = 60;
/// Longest label of a note, in bytes: "Correction (March 3, 2025)".
const LONGEST_LABEL: usize = 40;

/// Takes notes out of the head and the foot of a draft, and all that is not for publication.
pub(super) fn apply(draft: &mut Draft) {
    not_for_publication(draft);
    let mut at = 0;
    let mut seen = 0;
    while at < draft.blocks.len() {
        seen += 1;
        let near_end = draft.blocks.len() - at <= FOOT;
        if seen > HEAD_BLOCKS && !near_end {
            at += 1;
            continue;
        }
        let block = &draft.blocks[at];
        if !is_body(block) || !is_note(&block.text) {
            at += 1;
            continue;
        }
        note(draft, at);
    }
    given(draft);
}

/// Moves the note at `at` out of the body.
fn note(draft: &mut Draft, at: usize) {
    let text = draft.remove(at, RemovedKind::EditorialNote);
    let inner = scan::bracketed(&text)
        .unwrap_or_else(|| scan::bare(&text))
        .to_owned();
    if draft.supplied.version_kind.is_none() {
        draft.supplied.version_kind = kind(&inner);
    }
    if !draft.supplied.editorial_notes.contains(&inner) {
        draft.supplied.editorial_notes.push(inner);
    }
}

/// Reads the kind of version, and who wrote and edited the copy, off the notes that the format itself
/// supplied.
fn given(draft: &mut Draft) {
    for note in draft.supplied.editorial_notes.clone() {
        super::signoff::line(draft, &note);
    }
    if draft.supplied.version_kind.is_none() {
        draft.supplied.version_kind = draft
            .supplied
            .editorial_notes
            .iter()
            .find_map(|n| kind(scan::bracketed(n).unwrap_or(n)));
    }
}

/// Whether a line is a note to editors.
pub(super) fn is_note(line: &str) -> bool {
    let text = scan::bare(line);
    if OPENINGS.after(text).is_some() && text.len() < LONGEST_LINE {
        return true;
    }
    if text.len() < LONGEST_BRACKETED && says_of_itself(text) {
        return true;
    }
    let Some(inner) = scan::bracketed(line).filter(|i| i.len() < LONGEST_BRACKETED) else {
        return false;
    };
    says_first(inner).is_some() || is_corrected(inner)
}

/// The kind of version a note speaks of.
fn kind(note: &str) -> Option<VersionKind> {
    // "Eds: Corrects spelling …": what the note says, not that it is one.
    let said = note.split_once(": ").map_or(note, |(_, rest)| rest);
    if is_corrected(note) || is_corrected(said) {
        return Some(VersionKind::Correction);
    }
    says_first(note)
        .flatten()
        .or_else(|| says_first(said).flatten())
        .or_else(|| {
            WORDS
                .correction_inside
                .iter()
                .any(|w| scan::has(said, w))
                .then_some(VersionKind::Correction)
        })
}

/// The kind of version that the first words of a note tell; `Some(None)` for a note that tells none.
fn says_first(text: &str) -> Option<Option<VersionKind>> {
    // A whole word: "Adds detail", not "Addsworth".
    ADVISORIES
        .open(text)
        .find(|(word, _, rest)| word.ends_with(' ') || !rest.starts_with(char::is_alphanumeric))
        .map(|(_, kind, _)| kind)
}

fn is_corrected(text: &str) -> bool {
    WORDS.corrected.iter().any(|p| scan::has(text, p)) || says_of_itself(text)
}

/// Whether a paragraph that no brackets set off says of its own article that it was corrected.
fn says_of_itself(text: &str) -> bool {
    // Papers set a bullet before what they amended.
    let (labelled, said) = without_label(text.trim_start_matches(['•', '*', ' ']));
    scan::after_any(said, &WORDS.corrected).is_some()
        || names_earlier_version(said)
        || names_correction(said)
        || labelled && WORDS.mistake.iter().any(|word| scan::has(said, word))
}

/// Whether "Correction:", "Clarification (March 3):" or the like opens a text, and what stands behind it and behind a day
/// that is set off as well.
fn without_label(text: &str) -> (bool, &str) {
    let parted = |text: &'_ str| {
        let marks = [": ", " — ", " – "];
        let ends = marks.iter().filter_map(|m| Some((text.find(m)?, m.len())));
        ends.min().filter(|(at, _)| *at <= LONGEST_LABEL)
    };
    let word = text
        .split(|c: char| !c.is_alphabetic())
        .next()
        .unwrap_or("");
    let is_label = WORDS
        .correction
        .iter()
        .any(|w| word.eq_ignore_ascii_case(w));
    let Some((at, mark)) = parted(text).filter(|_| is_label) else {
        return (false, text);
    };
    let rest = &text[at + mark..];
    let is_day = |(at, _): &(usize, usize)| rest[..*at].contains(|c: char| c.is_ascii_digit());
    match parted(rest).filter(is_day) {
        Some((at, mark)) => (true, &rest[at + mark..]),
        None => (true, rest),
    }
}

/// "An earlier version of this column …"
fn names_earlier_version(text: &str) -> bool {
    scan::after_any(text, &WORDS.earlier)
        .and_then(|rest| scan::after_any(rest, &WORDS.piece))
        .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// "This Dec. 4 story has been corrected", "This article was updated on March 3 to correct the name".
fn names_correction(text: &str) -> bool {
    if scan::after_any(text, &WORDS.this).is_none() {
        return false;
    }
    let behind_piece = |verb: &str| {
        let at = scan::find(text, verb).filter(|at| *at < CORRECTED_WITHIN)?;
        let word = text[..at].rsplit([' ', '-']).next()?;
        let is_piece = WORDS.piece.iter().any(|p| word.eq_ignore_ascii_case(p));
        is_piece.then(|| &text[at + verb.len()..])
    };
    let is_corrected = |verb: &&str| behind_piece(verb).is_some();
    let is_for_it = |rest: &str| WORDS.to_correct.iter().any(|p| scan::has(rest, p));
    WORDS.was_corrected.iter().any(is_corrected)
        || WORDS
            .was_revised
            .iter()
            .any(|verb| behind_piece(verb).is_some_and(is_for_it))
}

/// Takes out everything from the line on that says that what follows is not for publication, and dpa's
/// notepad in front of it.
fn not_for_publication(draft: &mut Draft) {
    let opens = |text: &str| {
        let bare = scan::bare(text);
        NOT_FOR_PUBLICATION.after(bare).is_some()
            || WORDS.notepad.iter().any(|n| bare.eq_ignore_ascii_case(n))
    };
    let Some(at) = draft.blocks.iter().position(|b| opens(&b.text)) else {
        return;
    };
    // Its heading alone in an article without anything before it would leave nothing.
    while draft.blocks.len() > at {
        let text = draft.remove(at, RemovedKind::EditorialNote);
        super::signoff::line(draft, &text);
        let text = scan::bare(&text);
        if !text.is_empty() && !opens(text) {
            draft.supplied.editorial_notes.push(text.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_told_from_copy() {
        for yes in [
            "Eds: Adds quotes from the mayor.",
            "^(Eds: UPDATES throughout.)<",
            "EDITOR'S NOTE _ Jane Roe has covered Westmere since 1990.",
            "(Adds details, shares)",
            "(This Dec. 4 story has been corrected to fix the name of the ferry)",
            "(Foto Illustration)",
            "(Amplía con declaraciones del alcalde)",
            "(Rettet: Navnet på færgen)",
            "(LISÄÄ: Kaupunginjohtajan kommentti)",
            "(This Dec. 4 story corrects the name of the ferry in paragraph 2)",
            "This story has been corrected to show that the ferry holds 40 people.",
            "An earlier version of this article gave a wrong name of the ferry.",
            "Correction: A previous version of this story gave a wrong day.",
            "Correction, March 3: A previous version of this column gave a wrong day.",
            "CORRECTION (March 3, 2025): The bridge was incorrectly said to be of 1910.",
            "Correction: March 3, 2025: The name of the engineer was misspelled.",
            "Clarification: This post has been clarified to say that the bridge closes on weekdays.",
            "• This article was amended on 3 March 2025. The bridge is of 1912.",
            "The headline of this article was amended on 3 March 2025.",
            "[This story was updated on March 3 to correct the name of the ferry.]",
            "In einer früheren Fassung dieses Artikels stand, die Brücke sei von 1910.",
        ] {
            assert!(is_note(yes), "{yes}");
        }
        for no in [
            "Editors across Westmere were surprised.",
            "(He adds sugar.)",
            "Adds up to ten.",
            "(Addsworth)",
            "Edward said no.",
            "This story of the ferry goes on.",
            "Correction: Ferry story",
            "This article of the law was amended on Monday.",
            "An earlier version of this law was struck down.",
            "This report was updated on Monday with new figures.",
            "Corrections officers said the report was incorrect.",
        ] {
            assert!(!is_note(no), "{no}");
        }
    }

    #[test]
    fn notes_tell_the_kind_of_version() {
        assert_eq!(
            kind("Eds: Corrects name of ferry."),
            Some(VersionKind::Correction)
        );
        assert_eq!(
            kind("Refiles to fix typo in headline"),
            Some(VersionKind::Refile)
        );
        assert_eq!(
            kind("Repeats for additional clients, no change to text"),
            Some(VersionKind::Repeat)
        );
        assert_eq!(
            kind("EDITOR'S NOTE: This story was updated on March 3 to correct the year."),
            Some(VersionKind::Correction)
        );
        assert_eq!(kind("UPDATES: Adds quotes."), Some(VersionKind::Update));
        assert_eq!(kind("With AP Photos."), None);
    }
}

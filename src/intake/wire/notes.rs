//! Notes between editors: they are never copy.

use super::{HEAD_BLOCKS, is_body, scan};
use crate::intake::draft::Draft;
use crate::record::{RemovedKind, VersionKind};

/// How a line begins that is a note whatever follows.
static OPENINGS: scan::Openings = scan::Openings::new(&[
    "eds:",
    "eds.:",
    "eds -",
    "eds,",
    "editors:",
    "editor's note",
    "editors' note",
    "editor’s note",
    "editors’ note",
    "ed:",
    "ed note:",
    "ednote:",
    "attention editors",
    "attention editor",
    "attn editors",
    "attn:",
    "note to editors",
    "notes to editors",
    "note to subscribers",
    "note to readers:",
    "a note to editors",
    "editorial note",
    "(eds",
    "internal note",
    "advisory to editors",
    "with photos by",
    "with photo",
    "with ap photos",
    "ap photos",
    "ap photo ",
    "ap video",
    "photo advisory",
    "pictures:",
    "(picture",
    "(photo",
    "(with photo",
    "(foto",
    "(bild",
    "hinweis an die redaktion",
    "redaktioneller hinweis",
    "hinweis für redaktionen",
    "nota al editor",
    "nota a los editores",
    "nota ai redattori",
    "nota voor de redactie",
    "note aux rédactions",
    "note aux clients",
    "attention clients",
    "attention rédactions",
    "achtung redaktionen",
    "til red:",
    "til red.:",
    "til redaktionen:",
    "til redaksjonen:",
    "till red:",
    "till redaktionen:",
    "obs red",
    "nb red",
    "huom! ",
    "toimituksille:",
    "slug:",
    "headline:",
    "words:",
    "(word count",
]);

/// What a note in brackets says first, and what kind of version that makes.
const ADVISORIES: &[(&str, Option<VersionKind>)] = &[
    ("adds", Some(VersionKind::Update)),
    ("adding", Some(VersionKind::Update)),
    ("updates", Some(VersionKind::Update)),
    ("updating", Some(VersionKind::Update)),
    ("updated", Some(VersionKind::Update)),
    ("rewrites", Some(VersionKind::Update)),
    ("recasts", Some(VersionKind::Update)),
    ("releads", Some(VersionKind::Update)),
    ("leads with", Some(VersionKind::Update)),
    ("ledes with", Some(VersionKind::Update)),
    ("edits", Some(VersionKind::Update)),
    ("inserts", Some(VersionKind::Update)),
    ("incorporates", Some(VersionKind::Update)),
    ("subs ", Some(VersionKind::Update)),
    ("new throughout", Some(VersionKind::Update)),
    ("writes through", Some(VersionKind::Update)),
    ("changes dateline", Some(VersionKind::Update)),
    ("zusammenfassung", Some(VersionKind::Update)),
    ("corrects", Some(VersionKind::Correction)),
    ("corrected", Some(VersionKind::Correction)),
    ("correcting", Some(VersionKind::Correction)),
    ("correction", Some(VersionKind::Correction)),
    ("clarifies", Some(VersionKind::Correction)),
    ("fixes", Some(VersionKind::Correction)),
    ("removes", Some(VersionKind::Correction)),
    ("deletes", Some(VersionKind::Correction)),
    ("berichtigung", Some(VersionKind::Correction)),
    ("korrektur", Some(VersionKind::Correction)),
    ("refiles", Some(VersionKind::Refile)),
    ("refiling", Some(VersionKind::Refile)),
    ("resends", Some(VersionKind::Refile)),
    ("resending", Some(VersionKind::Refile)),
    ("repeats", Some(VersionKind::Repeat)),
    ("repeating", Some(VersionKind::Repeat)),
    ("wiederholung", Some(VersionKind::Repeat)),
    ("aktualisiert", Some(VersionKind::Update)),
    ("ergänzt", Some(VersionKind::Update)),
    ("neu: ", Some(VersionKind::Update)),
    ("berichtigt", Some(VersionKind::Correction)),
    ("korrigiert", Some(VersionKind::Correction)),
    ("actualise", Some(VersionKind::Update)),
    ("ajoute", Some(VersionKind::Update)),
    ("complète", Some(VersionKind::Update)),
    ("corrige", Some(VersionKind::Correction)),
    ("rectifie", Some(VersionKind::Correction)),
    ("répétition", Some(VersionKind::Repeat)),
    ("actualiza", Some(VersionKind::Update)),
    ("amplía", Some(VersionKind::Update)),
    ("añade", Some(VersionKind::Update)),
    ("rectifica", Some(VersionKind::Correction)),
    ("repite", Some(VersionKind::Repeat)),
    ("aggiorna", Some(VersionKind::Update)),
    ("aggiunge", Some(VersionKind::Update)),
    ("corregge", Some(VersionKind::Correction)),
    ("rettifica", Some(VersionKind::Correction)),
    ("atualiza", Some(VersionKind::Update)),
    ("opdateret", Some(VersionKind::Update)),
    ("opdaterer", Some(VersionKind::Update)),
    ("oppdatert", Some(VersionKind::Update)),
    ("oppdaterer", Some(VersionKind::Update)),
    ("rettet", Some(VersionKind::Correction)),
    ("retter", Some(VersionKind::Correction)),
    ("rettelse", Some(VersionKind::Correction)),
    ("uppdaterar", Some(VersionKind::Update)),
    ("uppdaterad", Some(VersionKind::Update)),
    ("rättar", Some(VersionKind::Correction)),
    ("rättelse", Some(VersionKind::Correction)),
    ("päivittää", Some(VersionKind::Update)),
    ("päivitetty", Some(VersionKind::Update)),
    ("lisää", Some(VersionKind::Update)),
    ("lisätty", Some(VersionKind::Update)),
    ("täydentää", Some(VersionKind::Update)),
    ("korjaa", Some(VersionKind::Correction)),
    ("korjattu", Some(VersionKind::Correction)),
    ("with ", None),
    ("for full coverage", None),
    ("for more", None),
    ("also moved", None),
    ("moved in", None),
    ("moving on", None),
    ("resumes", None),
    ("eil", None),
    ("achtung", None),
    ("vorschau", None),
    ("korr-bericht", None),
    ("eds", None),
    ("attn", None),
];

/// Sentences by which an article says that it was corrected.
const CORRECTED: &[&str] = &[
    "this story has been corrected",
    "this story corrects",
    "this story was corrected",
    "this version corrects",
    "this version of the story corrects",
    "this article has been corrected",
    "this article was corrected",
    "this item has been corrected",
    "this report has been corrected",
    "an earlier version of this story",
    "an earlier version of this article",
    "a previous version of this story",
    "a previous version of this article",
    "story has been corrected to",
    "in einer früheren version dieses textes",
];

/// What opens the part of a document that is not for publication.
static NOT_FOR_PUBLICATION: scan::Openings = scan::Openings::new(&[
    "the following information is not intended for publication",
    "the following information is not for publication",
    "the following is not for publication",
    "not for publication:",
    "not for publication.",
    "information not for publication",
    "die folgenden informationen sind nicht zur veröffentlichung bestimmt",
    "nicht zur veröffentlichung",
    "ne pas publier",
    "no para publicación",
    "niet voor publicatie",
    "ikke til offentliggørelse",
    "ikke for publisering",
    "ej för publicering",
    "ei julkaistavaksi",
]);

/// Headings of the notepad that dpa sends behind its copy.
const NOTEPADS: &[&str] = &[
    "notebook",
    "notizblock",
    "dpa-notizblock",
    "dpa notebook",
    "notepad",
];

/// Takes notes out of the head and the foot of a draft, and all that is not for publication.
pub fn apply(draft: &mut Draft) {
    not_for_publication(draft);
    let mut at = 0;
    let mut seen = 0;
    while at < draft.blocks.len() {
        seen += 1;
        let near_end = draft.blocks.len() - at <= 6;
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
pub fn is_note(line: &str) -> bool {
    let text = scan::bare(line);
    if OPENINGS.after(text).is_some() && text.len() < 600 {
        return true;
    }
    let Some(inner) = scan::bracketed(line).filter(|i| i.len() < 500) else {
        return false;
    };
    says_first(inner).is_some() || is_corrected(inner)
}

/// The kind of version a note speaks of.
fn kind(note: &str) -> Option<VersionKind> {
    // "Eds: Corrects spelling …": what the note says, not that it is one.
    let said = note.split_once(": ").map_or(note, |(_, rest)| rest);
    if is_corrected(note) {
        return Some(VersionKind::Correction);
    }
    says_first(note)
        .flatten()
        .or_else(|| says_first(said).flatten())
        .or_else(|| {
            ["correction", "corrects "]
                .iter()
                .any(|w| scan::has(said, w))
                .then_some(VersionKind::Correction)
        })
}

fn says_first(text: &str) -> Option<Option<VersionKind>> {
    ADVISORIES.iter().find_map(|(word, kind)| {
        let rest = scan::after(text, word)?;
        // A whole word: "Adds detail", not "Addsworth".
        (word.ends_with(' ') || !rest.starts_with(char::is_alphanumeric)).then_some(*kind)
    })
}

fn is_corrected(text: &str) -> bool {
    CORRECTED.iter().any(|p| scan::has(text, p))
        || (scan::after(text, "this ").is_some()
            && scan::find(text, " has been corrected").is_some_and(|at| at < 60))
}

/// Takes out everything from the line on that says that what follows is not for publication, and dpa's
/// notepad in front of it.
fn not_for_publication(draft: &mut Draft) {
    let opens = |text: &str| {
        let bare = scan::bare(text);
        NOT_FOR_PUBLICATION.after(bare).is_some()
            || NOTEPADS.iter().any(|n| bare.eq_ignore_ascii_case(n))
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
        ] {
            assert!(is_note(yes), "{yes}");
        }
        for no in [
            "Editors across Westmere were surprised.",
            "(He adds sugar.)",
            "Adds up to ten.",
            "(Addsworth)",
            "Edward said no.",
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
        assert_eq!(kind("UPDATES: Adds quotes."), Some(VersionKind::Update));
        assert_eq!(kind("With AP Photos."), None);
    }
}

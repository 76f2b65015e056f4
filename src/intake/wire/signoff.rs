//! Sign-offs: who reported, wrote and edited the copy, in a note at its foot.
//!
//! ```text
//! (Reporting by Jane Roe in London, John Doe; Writing by Ann Poe; Editing by Max Moe)
//! Associated Press writers Jane Roe in London and John Doe in Paris contributed to this report.
//! - Reporting by: Jane Roe          - Redaktion: Max Moe
//! ```

use std::sync::LazyLock;

use super::agencies::agency;
use super::{byline, scan};
use crate::intake::draft::Draft;
use crate::record::{Author, AuthorRole};
use crate::text::word_lists::word_lists;

word_lists! {
    /// What sign-offs are told by.
    WORDS "wire/signoff.tsv" {
        /// Labels in front of the names of those who wrote or reported.
        writer,
        /// Labels of those who edited.
        editor,
        /// Labels of those who took the pictures.
        photographer,
        /// Labels of all others who had a part in it.
        contributor,
        /// Words of a desk that signs where a person would: "Autor/in: Politik Ausland".
        desk,
        /// Words of which a sign-off that stands at the end of a paragraph has one.
        telling,
        /// What a block that is nothing but a sign-off begins with.
        opening,
        /// Words without a capital that a sign-off may have between its names.
        connective,
        /// Labels of a second group that no semicolon parts from the first.
        runs_on,
        /// What stands behind the names of those who helped.
        contributed,
        /// What stands in front of the names of those whose files went into the copy.
        with_files,
        /// Names of AP's posts in front of the names of its writers.
        ap_post,
        /// Posts in front of a single name, in any place.
        post,
    }
    with LABELS
}

/// Labels and the roles they give.
static LABELS: LazyLock<scan::Meanings<AuthorRole>> = LazyLock::new(|| {
    scan::Meanings::of(&[
        (WORDS.writer, AuthorRole::Writer),
        (WORDS.editor, AuthorRole::Editor),
        (WORDS.photographer, AuthorRole::Photographer),
        (WORDS.contributor, AuthorRole::Contributor),
    ])
});

/// Words without a capital, connectives apart, that still leave a block a sign-off.
const MOST_LOWER: usize = 2;
/// Longest rest of a sentence from "contributed to this report" on, in bytes.
const LONGEST_END: usize = 120;
/// Ends of sentences that initials and abbreviations put among names.
const MOST_POINTS: usize = 2;

/// Longest sign-off, in bytes.
const LONGEST_SIGNOFF: usize = 900;

/// Longest line that names whose files went into the copy, in bytes.
const LONGEST_FILES: usize = 160;

/// Where a sign-off begins in a block: at its start, or in brackets at its end.
pub(super) fn find(text: &str) -> Option<usize> {
    if contributed(text).is_some() {
        return Some(0);
    }
    let open = |at: usize| {
        let inner = text[at..].trim_start_matches(['(', '[', ' ']);
        let labelled = label(inner).is_some_and(|(_, rest)| !rest.is_empty());
        labelled
            && text.len() - at <= LONGEST_SIGNOFF
            && WORDS.telling.iter().any(|w| scan::has(inner, w))
    };
    let closed = text.trim_end_matches('.').ends_with([')', ']']);
    // In brackets at the end of a paragraph, as Reuters runs it on.
    if closed && let Some(at) = text.rfind(['(', '[']).filter(|&at| open(at)) {
        // Names may have brackets of their own; the sign-off opens with its label.
        return Some(at);
    }
    // Or a whole block of it, in brackets or not, made of labels and names only.
    let bare = text.trim_start_matches(['(', '[']);
    (text.len() <= LONGEST_SIGNOFF
        && scan::after_any(bare, &WORDS.opening).is_some()
        && groups(bare).next().is_some()
        && !is_sentence(bare))
    .then_some(0)
}

/// "Reporting by the newspaper showed …" is copy: words in lower case that are no connectives.
fn is_sentence(text: &str) -> bool {
    let rest = label(text).map_or(text, |(_, rest)| rest);
    let lower = rest
        .split([' ', ','])
        .filter(|w| w.starts_with(char::is_lowercase))
        .filter(|w| {
            !WORDS
                .connective
                .contains(&w.trim_end_matches([';', ':', '.']))
        })
        .count();
    lower > MOST_LOWER
}

/// Reads a sign-off into the draft's authors.
pub(super) fn note(draft: &mut Draft, text: &str) {
    if let Some((names, organization)) = contributed(text) {
        for name in byline::split_names(names) {
            let name = strip_post(&name);
            add(draft, name, AuthorRole::Contributor, organization);
        }
        return;
    }
    let inner =
        text.trim_matches(|c: char| matches!(c, '(' | ')' | '[' | ']' | '.') || c.is_whitespace());
    for (role, names) in groups(inner) {
        people(draft, names, role);
    }
}

/// Reads a labelled line, as dpa lists them in the part that is not for publication.
pub(super) fn line(draft: &mut Draft, text: &str) {
    let text = text.trim_start_matches(['-', '•', '*', ' ', '#']);
    if let Some((role, rest)) = label_role(text)
        && rest.starts_with(':')
    {
        // Places, telephone numbers and addresses follow a name.
        for part in rest[1..].split(',').flat_map(|p| p.split(" und ")) {
            let contact = |c: char| matches!(c, '(' | '<' | '+') || c.is_ascii_digit();
            let name = part.split(contact).next().unwrap_or("").trim();
            let address = part.contains('@') && name.len() == part.trim().len();
            if name.contains(' ') && !address {
                add(draft, name, role, None);
            }
        }
    }
}

fn people(draft: &mut Draft, names: &str, role: AuthorRole) {
    let without_places = names.replace('(', ", (");
    for name in byline::split_names(&without_places) {
        let name = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
        add(draft, name, role, None);
    }
}

fn add(draft: &mut Draft, name: &str, role: AuthorRole, organization: Option<&str>) {
    let desk = || {
        name.split([' ', '-'])
            .any(|w| WORDS.desk.contains(&w.to_lowercase().as_str()))
    };
    if !byline::is_name(name) || agency(name).is_some() || desk() {
        return;
    }
    let authors = &mut draft.supplied.authors;
    // Who wrote the byline also reported; the byline stands.
    if authors.iter().any(|a| a.name.eq_ignore_ascii_case(name)) {
        return;
    }
    authors.push(Author {
        name: name.to_owned(),
        role,
        organization: organization.map(str::to_owned),
    });
}

/// The groups of a sign-off: a role and the names with it.
fn groups(text: &str) -> impl Iterator<Item = (AuthorRole, &str)> {
    text.split([';', '\n'])
        .flat_map(split_at_labels)
        .filter_map(|part| label_role(part.trim().trim_start_matches("and ")))
        .map(|(role, rest)| (role, rest.trim_start_matches([':', ' '])))
}

/// "Reporting by A, additional reporting by B, editing by C" without its semicolons.
fn split_at_labels(part: &str) -> impl Iterator<Item = &str> {
    let mut rest = part;
    std::iter::from_fn(move || {
        let labels = WORDS.runs_on.iter().filter_map(|l| scan::find(rest, l));
        let cut = labels.filter(|at| *at > 0).min().unwrap_or(rest.len());
        let (first, others) = rest.split_at(cut);
        rest = others.trim_start_matches([',', '.', ' ']);
        (!first.is_empty()).then_some(first)
    })
}

/// The role that the label at the start of `text` gives, and what follows it.
fn label(text: &str) -> Option<(AuthorRole, &str)> {
    let (_, role, rest) = LABELS.open(text).next()?;
    Some((role, rest))
}

/// [`label`], when the label ends with its word.
fn label_role(text: &str) -> Option<(AuthorRole, &str)> {
    label(text).filter(|(_, rest)| !rest.starts_with(char::is_alphabetic))
}

/// The names in "— With files from Jane Roe in Westmere" (CP).
fn with_files(text: &str) -> Option<&str> {
    let mark = |c| matches!(c, '—' | '–' | '-' | '_' | '*' | '(' | ')' | '[' | ']' | ' ');
    let names = scan::after_any(text.trim_matches(mark), &WORDS.with_files)?;
    (text.len() <= LONGEST_FILES).then(|| names.trim_end_matches('.'))
}

/// The names in "… contributed to this report.", and the agency whose writers they are.
fn contributed(text: &str) -> Option<(&str, Option<&'static str>)> {
    if let Some(names) = with_files(text) {
        return Some((names, None));
    }
    if text.len() > LONGEST_SIGNOFF || !scan::has(text, "contributed") {
        return None;
    }
    let at = WORDS.contributed.iter().find_map(|e| {
        let at = scan::find(text, e)?;
        (!text[at + e.len()..].starts_with(char::is_alphanumeric)).then_some(at)
    })?;
    let names = text[..at]
        .trim()
        .trim_start_matches(['_', '—', '-', '*', ' ']);
    // One sentence, and it ends here.
    let rest = &text[at..];
    let names_only = !names.contains(". ")
        || names.contains("A.P.")
        || names.matches(". ").count() <= MOST_POINTS;
    if rest.len() > LONGEST_END || !names_only {
        return None;
    }
    let names = behind_reported(names);
    if let Some(rest) = scan::after_any(names, &WORDS.ap_post) {
        return Some((rest, Some("AP")));
    }
    let capital = names.starts_with(char::is_uppercase);
    capital.then_some((names, None))
}

/// The last sentence, where those before it say from where the others reported: "Roe reported from Westmere. John Doe …".
fn behind_reported(names: &str) -> &str {
    match names.rsplit_once(". ") {
        Some((before, last)) if scan::has(before, " reported ") => last,
        _ => names,
    }
}

/// A name without the post in front of it: "Science Writer Jane Roe", "staff writer Jane Roe".
fn strip_post(name: &str) -> &str {
    WORDS
        .post
        .iter()
        .find_map(|p| scan::find(name, p).map(|at| &name[at + p.len()..]))
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Format;

    fn read(text: &str) -> Vec<(String, AuthorRole)> {
        let mut draft = Draft::new(Format::Text, "utf-8", text.into());
        let at = find(text).unwrap_or_else(|| panic!("no sign-off: {text}"));
        note(&mut draft, &text[at..]);
        draft
            .supplied
            .authors
            .into_iter()
            .map(|a| (a.name, a.role))
            .collect()
    }

    #[test]
    fn roles_and_names() {
        use AuthorRole::*;
        assert_eq!(
            read(
                "he said. (Reporting by Jane Roe in London, John Doe; Additional reporting by Kim Lee; Writing by Ann Poe; Editing by Max Moe and Lou Coe)"
            ),
            [
                ("Jane Roe", Writer),
                ("John Doe", Writer),
                ("Kim Lee", Contributor),
                ("Ann Poe", Writer),
                ("Max Moe", Editor),
                ("Lou Coe", Editor)
            ]
            .map(|(n, r)| (n.to_owned(), r))
        );
        assert_eq!(
            read(
                "Associated Press writers Jane Roe in London and John Doe in Paris contributed to this report."
            ),
            [("Jane Roe", Contributor), ("John Doe", Contributor)].map(|(n, r)| (n.to_owned(), r))
        );
        assert_eq!(
            read(
                "Reporting by Jane Roe, additional reporting by Kim Lee, writing by Ann Poe, Editing by Max Moe"
            ),
            [
                ("Jane Roe", Writer),
                ("Kim Lee", Contributor),
                ("Ann Poe", Writer),
                ("Max Moe", Editor)
            ]
            .map(|(n, r)| (n.to_owned(), r))
        );
        assert_eq!(
            read(
                "Roe reported from Westmere. Associated Press writers John Doe in Easting, Ohio, and Kim Lee in Paris contributed to this report."
            ),
            [("John Doe", Contributor), ("Kim Lee", Contributor)].map(|(n, r)| (n.to_owned(), r))
        );
        assert_eq!(
            read("— With files from John Doe in Easting"),
            [("John Doe".to_owned(), Contributor)]
        );
        assert_eq!(read("The Associated Press contributed to this report."), []);
    }

    #[test]
    fn copy_is_no_sign_off() {
        for no in [
            "Reporting by the newspaper showed that ferries were often late and seldom clean.",
            "Roe (who was editing the paper) said so.",
            "He contributed to this reporter's woes.",
            "Editing is hard.",
        ] {
            assert_eq!(find(no), None, "{no}");
        }
    }
}

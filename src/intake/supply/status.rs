//! Words by which suppliers say whether an article may be used and what kind of version it is.

use crate::record::{Status, VersionKind};
use crate::text::word_lists::{List, word_lists};

word_lists! {
    /// What words of the status, signals and instructions begin with.
    STATUS "wire/status.tsv" {
        /// The copy must not be used, now or later.
        canceled,
        /// The copy must not be used yet.
        withheld,
        /// The copy may be used.
        usable,
        /// A signal that takes the copy back.
        signal_canceled,
        /// A signal that holds the copy.
        signal_withheld,
        /// Signals that say what kind of version it is.
        signal_correction,
        signal_update,
        signal_lead,
        signal_repeat,
        signal_refile,
    }
}

/// What a word says of the status; `None` for a word of no known vocabulary.
///
/// Vocabularies: IPTC pubstatus NewsCodes, NewsML 1.2 `Status`, NITF `management-status`, ninjs
/// `pubstatus`, and the words agencies' JSON and content systems use, in any spelling: `stat:usable`,
/// `STATUS/Canceled`, `Embargoed until 10:00`, `on_hold`.
pub fn status_word(word: &str) -> Option<Status> {
    // A code has its vocabulary in front; a sentence ("Embargoed until 10:00") has none.
    let first = word.split_whitespace().next()?;
    let word = match first.rsplit([':', '/', '#']).find(|w| !w.is_empty()) {
        Some(code) if code.len() < first.len() => code,
        _ => word,
    };
    let word: String = word
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    [
        (&STATUS.canceled, Status::Canceled),
        (&STATUS.withheld, Status::Withheld),
        (&STATUS.usable, Status::Usable),
    ]
    .into_iter()
    .find_map(|(list, status)| list.iter().any(|w| word.starts_with(w)).then_some(status))
}

/// What a signal or instruction says: the kind of version, and what it does to the status. The first
/// list that has its beginning decides.
pub fn signal(code: &str) -> (Option<VersionKind>, Option<Status>) {
    let word = code
        .rsplit([':', '/', '#'])
        .next()
        .unwrap_or(code)
        .to_ascii_lowercase();
    let opens = |list: &List| list.iter().any(|w| word.starts_with(w));
    let restricts = [
        (&STATUS.signal_canceled, Status::Canceled),
        (&STATUS.signal_withheld, Status::Withheld),
    ];
    if let Some((_, status)) = restricts.iter().find(|(list, _)| opens(list)) {
        return (None, Some(*status));
    }
    let versions = [
        (&STATUS.signal_correction, VersionKind::Correction),
        (&STATUS.signal_update, VersionKind::Update),
        (&STATUS.signal_lead, VersionKind::Lead),
        (&STATUS.signal_repeat, VersionKind::Repeat),
        (&STATUS.signal_refile, VersionKind::Refile),
    ];
    let version = versions.iter().find(|(list, _)| opens(list));
    (version.map(|(_, kind)| *kind), None)
}

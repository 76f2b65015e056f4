//! The AP Media API: ninjs 1.x with AP's additions, wrapped in `data` and `item`.

use serde_json::Value;

use super::anpa::urgency;
use super::ninjs;
use crate::intake::Format;
use crate::intake::json::{Fields, text_of};
use crate::intake::supply;
use crate::intake::supply::DraftBuilder;
use crate::intake::{Document, ReadError, Reading};
use crate::record::{DateRole, Status, VersionKind};

/// Reads an answer of the API: one item or a list of them.
///
/// # Errors
/// As for [`ninjs::read`].
pub fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    ninjs::items(document, reading, Format::ApJson, item)
}

fn item(v: &Value, builder: &mut DraftBuilder) {
    ninjs::item(v, builder);
    let s = builder.supplied();
    // The id of the item is the same in all its versions; the address has a query and changes.
    if let Some(id) = v.any(&["altids"]).and_then(|a| a.text(&["itemid"])) {
        let address = s.id.replace(id);
        if let Some(address) = address {
            s.add_alt_id(address);
        }
        s.alt_ids.retain(|a| Some(a) != s.id.as_ref());
    }
    s.deck = s.deck.take().or_else(|| v.text(&["headline_extended"]));
    if let Some(priority) = v.text(&["editorialpriority"]) {
        // The letters of its text wire.
        let letter = priority.trim().to_ascii_lowercase();
        s.urgency = s.urgency.or_else(|| urgency(&letter));
    }
    editorial_types(v, builder);
    for (names, role) in [
        (
            &["releasedatetime", "releasedate", "embargodatetime"][..],
            DateRole::Embargo,
        ),
        (&["arrivaldate", "itemstartdatetime"], DateRole::Other),
    ] {
        ninjs::date(v.any(names), role, builder);
    }
    let s = builder.supplied();
    s.source = v
        .list(&["infosource", "source", "sources"])
        .iter()
        .find_map(|x| text_of(x).or_else(|| x.text(&["name"])))
        .or_else(|| s.source.take())
        .or(Some("AP".to_owned()));
    for line in v.list(&["bylines"]) {
        // "title" is the writer's post: AP Science Writer.
        let Some(title) = line.text(&["title"]) else {
            continue;
        };
        let named = line
            .text(&["by"])
            .map(|by| supply::authors_of(&by))
            .unwrap_or_default();
        for author in named {
            s.add_author(&author.name, author.role, Some(title.clone()));
        }
    }
}

/// Words in an editorial type that say what the version does to the status.
const STATUSES: &[(&str, Status)] = &[
    ("kill", Status::Canceled),
    ("withdraw", Status::Canceled),
    ("hold", Status::Withheld),
    ("advance", Status::Withheld),
];

/// Words in an editorial type that say what kind of version it is; the first that it has counts.
const VERSIONS: &[(&str, VersionKind)] = &[
    ("correct", VersionKind::Correction),
    ("lead", VersionKind::Lead),
    ("writethru", VersionKind::Update),
    ("update", VersionKind::Update),
    ("add", VersionKind::Update),
    ("repeat", VersionKind::Repeat),
];

/// `editorialtypes`: what kind of version this is (`Lead`, `Writethru`, `Correction`, `Kill`, …).
fn editorial_types(v: &Value, builder: &mut DraftBuilder) {
    let listed = v.list(&["editorialtypes", "editorialtype"]);
    for kind in listed.iter().filter_map(text_of) {
        let lower = kind.to_ascii_lowercase();
        if let Some((_, status)) = STATUSES.iter().find(|(word, _)| lower.contains(word)) {
            builder.restrict(*status);
        }
        let version = VERSIONS.iter().find(|(word, _)| lower.contains(word));
        let s = builder.supplied();
        if s.version_kind != Some(VersionKind::Correction) {
            s.version_kind = version.map(|(_, kind)| *kind).or(s.version_kind);
        }
        s.genre = s.genre.or_else(|| supply::genre(&kind));
    }
}

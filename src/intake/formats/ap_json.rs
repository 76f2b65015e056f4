//! The AP Media API: ninjs 1.x with AP's additions, wrapped in `data` and `item`.

use serde_json::Value;

use super::ninjs;
use crate::intake::Format;
use crate::intake::json::{Fields, text_of};
use crate::intake::supply;
use crate::intake::supply::DraftBuilder;
use crate::intake::{Document, ReadError, Reading};
use crate::record::{DateRole, VersionKind};

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
    if let Some(priority) = v.text(&["editorialpriority"]) {
        s.set_urgency(urgency(&priority));
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

/// AP's priority letters on IPTC's scale: flash, bulletin (and kills), urgent (and every correction),
/// regular, deferred, advances.
fn urgency(letter: &str) -> Option<&'static str> {
    Some(match letter.trim().to_ascii_lowercase().as_str() {
        "f" => "1",
        "b" => "2",
        "u" => "3",
        "r" => "4",
        "d" => "5",
        "a" | "s" => "6",
        _ => return None,
    })
}

/// `editorialtypes`: what kind of version this is (`Lead`, `Writethru`, `Correction`, `Kill`, …).
fn editorial_types(v: &Value, builder: &mut DraftBuilder) {
    for kind in v
        .list(&["editorialtypes", "editorialtype"])
        .iter()
        .filter_map(text_of)
    {
        let lower = kind.to_ascii_lowercase();
        if lower.contains("kill") || lower.contains("withdraw") {
            builder.restrict(crate::record::Status::Canceled);
        } else if lower.contains("hold") || lower.contains("advance") {
            builder.restrict(crate::record::Status::Withheld);
        }
        let version = if lower.contains("correct") {
            Some(VersionKind::Correction)
        } else if lower.contains("lead") {
            Some(VersionKind::Lead)
        } else if lower.contains("writethru") || lower.contains("update") || lower.contains("add") {
            Some(VersionKind::Update)
        } else if lower.contains("repeat") {
            Some(VersionKind::Repeat)
        } else {
            None
        };
        let s = builder.supplied();
        if s.version_kind != Some(VersionKind::Correction) {
            s.version_kind = version.or(s.version_kind);
        }
        s.genre = s.genre.or_else(|| supply::genre(&kind));
    }
}

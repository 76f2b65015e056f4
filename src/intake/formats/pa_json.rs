//! PA's JSON as its editorial systems send it (`GOA-WIRES-NINJS`): ninjs by name, with names of its
//! own, empty strings for what is not known, HTML in `body_text`.

use serde_json::Value;

use super::ninjs;
use super::nitf;
use crate::intake::Format;
use crate::intake::embedded;
use crate::intake::json::{Fields, text_of};
use crate::intake::supply;
use crate::intake::supply::{DraftBuilder, coded};
use crate::intake::{Document, ReadError, Reading};
use crate::record::{DateRole, Dateline};

/// Shortest `abstract` that is one: desks put their own short codes there.
const ABSTRACT_CHARS: usize = 20;

/// Reads a PA document.
///
/// # Errors
/// As for [`ninjs::read`].
pub fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    ninjs::items(document, reading, Format::PaJson, item)
}

fn item(v: &Value, builder: &mut DraftBuilder) {
    // PA's content API has ninjs's own names; the wires' format has others beside them.
    ninjs::item(v, builder);
    for (role, names) in [
        (
            DateRole::Published,
            &["firstVersion", "published", "publishedDate", "issued"][..],
        ),
        (DateRole::Modified, &["modified", "modifiedDate"]),
        (DateRole::Other, &["dateTimeSent"]),
        (DateRole::Embargo, &["embargoUntil", "embargoDate"]),
    ] {
        ninjs::date(v.any(names), role, builder);
    }
    if let Some(status) = v.text(&["status"]) {
        let (kind, _) = supply::signal(&status);
        ninjs::apply_signal(&status, builder);
        if kind.is_none() {
            builder.state(Some(&status));
        }
    }
    let s = builder.supplied();
    for id in ["usn", "unique-name", "originalUrn", "id"] {
        s.add_alt_id(v.text(&[id]).filter(|i| i != "0").unwrap_or_default());
    }
    s.slugline = s.slugline.take().or_else(|| v.text(&["slug"]));
    s.set_urgency(v.text(&["priority"]).as_deref());
    s.deck = v
        .text(&["subhead", "subheadline"])
        .or_else(|| {
            v.text(&["abstract"])
                .filter(|a| a.chars().count() >= ABSTRACT_CHARS)
        })
        .or_else(|| {
            s.deck
                .take()
                .filter(|d| d.chars().count() >= ABSTRACT_CHARS)
        })
        .and_then(|d| embedded::one_line(&d));
    s.usage_terms = s.usage_terms.take().or_else(|| v.text(&["usage"]));
    s.source = Some("PA".to_owned());
    // Here subjects are one object with a list of codes.
    if let Some(codes) = v.any(&["subjects"]).and_then(|x| x.any(&["code"])) {
        s.subjects.clear();
        let list = codes
            .as_array()
            .map_or(std::slice::from_ref(codes), Vec::as_slice);
        for code in list.iter().filter_map(text_of) {
            s.add_subject(coded(Some(&code), None));
        }
    }
    if let Some(text) = v.text(&["location"]) {
        let place = nitf::is_place(&text).then(|| text.clone());
        s.dateline.get_or_insert(Dateline {
            text,
            place,
            ..Dateline::default()
        });
    }
}

//! dpa's digital wires: the article as HTML in parts (text, infobox, links, notepad), everything said
//! of it in `categories`.

use serde_json::Value;

use super::ninjs;
use super::nitf;
use crate::intake::Format;
use crate::intake::embedded;
use crate::intake::html;
use crate::intake::json::{Fields, text_of};
use crate::intake::supply;
use crate::intake::supply::{DraftBuilder, coded};
use crate::intake::{Document, DraftBlock, ReadError, Reading};
use crate::record::{
    Author, AuthorRole, BlockKind, DateRole, Dateline, Genre, Media, MediaKind, VersionKind,
};

/// Reads an entry of digital wires, or a list of them.
///
/// # Errors
/// As for [`ninjs::read`].
pub fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    ninjs::items(document, reading, Format::DpaJson, item)
}

fn item(v: &Value, builder: &mut DraftBuilder) {
    let s = builder.supplied();
    s.id = v.text(&["urn", "dpa_id", "id"]);
    s.add_alt_id(v.text(&["entry_id"]).unwrap_or_default());
    s.set_version(v.text(&["version"]).as_deref());
    s.set_urgency(v.text(&["urgency"]).as_deref());
    for (role, name) in [
        (DateRole::Published, "version_created"),
        (DateRole::Created, "content_created"),
        (DateRole::Other, "updated"),
        (DateRole::Embargo, "embargoed"),
    ] {
        ninjs::date(v.any(&[name]), role, builder);
    }
    builder.status(v.text(&["pubstatus"]).as_deref());
    if let Some(signal) = v.text(&["signal"]) {
        ninjs::apply_signal(&signal, builder);
    }
    builder.language(v.text(&["language"]).as_deref());
    lines(v, builder);
    notes(v, builder);
    categories(v, builder);
    creators(builder);
    body(v, builder);
    for association in v.list(&["associations"]) {
        picture(association, builder);
    }
}

fn lines(v: &Value, builder: &mut DraftBuilder) {
    let line = |name: &str| v.text(&[name]).and_then(|t| embedded::one_line(&t));
    let s = builder.supplied();
    s.headline = line("headline").or_else(|| line("title"));
    s.deck = match (line("subhead"), line("teaser")) {
        (Some(subhead), Some(teaser)) => Some(format!("{subhead} – {teaser}")),
        (subhead, teaser) => subhead.or(teaser),
    };
    if let Some(kicker) = line("kicker") {
        s.add_keyword(kicker);
    }
    s.byline = line("byline");
    if let Some(text) = line("dateline") {
        let place = nitf::is_place(&text).then(|| text.clone());
        s.dateline = Some(Dateline {
            text,
            place,
            ..Dateline::default()
        });
    }
    s.credit = line("creditline");
    s.copyright = line("copyrightnotice");
    s.usage_terms = line("usageterms");
    s.source = Some("dpa".to_owned());
    if let Some(notice) = line("autopublishnotice") {
        s.add_note(notice);
    }
}

fn notes(v: &Value, builder: &mut DraftBuilder) {
    for note in v.list(&["ednotes"]) {
        let role = note.text(&["role"]).unwrap_or_default();
        let text = note.text(&["ednote", "text"]);
        let s = builder.supplied();
        if role.ends_with(":correction") && s.version_kind.is_none() {
            s.version_kind = Some(VersionKind::Correction);
        }
        s.add_note(
            text.and_then(|t| embedded::one_line(&t))
                .unwrap_or_default(),
        );
        if role.ends_with(":embargo") {
            // The note announces the embargo; its time stands in `embargoed`.
            builder.embargoed();
        }
    }
    // Older entries have their notes in the notepad only.
    if let Some(notepad) = v.any(&["notepad"])
        && builder.supplied().editorial_notes.is_empty()
    {
        for part in ["public_html", "nonpublic_html"] {
            let Some(page) = notepad.text(&[part]) else {
                continue;
            };
            for block in html::fragment_blocks(&page) {
                if block.kind == BlockKind::ListItem {
                    builder.supplied().add_note(block.text);
                }
            }
        }
    }
}

fn categories(v: &Value, builder: &mut DraftBuilder) {
    for category in v.list(&["categories"]) {
        let kind = category.text(&["type"]).unwrap_or_default();
        let name = category.text(&["name"]);
        let code = category.text(&["qcode"]);
        let s = builder.supplied();
        match kind.rsplit(':').next().unwrap_or_default() {
            "dpasubject" | "subject" | "geosubject" | "desk" | "poi" | "person"
            | "organisation" | "organization" | "event" => {
                let mut subject = coded(code.as_deref(), name);
                if subject.scheme.is_none() {
                    subject.scheme = kind.rsplit(':').next().map(str::to_owned);
                }
                s.add_subject(subject);
            }
            "keyword" => s.add_keyword(name.unwrap_or_default()),
            "rubric" => _ = name.map(|n| s.section.get_or_insert(n)),
            "genre" => s.genre = s.genre.or_else(|| supply::genre(&name?)),
            "located" => {
                if let Some(place) = name {
                    s.dateline.get_or_insert(Dateline {
                        text: place.clone(),
                        place: Some(place),
                        ..Dateline::default()
                    });
                }
            }
            "infosource" => s.credit = s.credit.take().or(name),
            "signal" => {
                if let Some(code) = code {
                    ninjs::apply_signal(&code, builder);
                }
            }
            "pubstatus" => builder.status(code.or(name).as_deref()),
            "creator" => person(name, AuthorRole::Writer, builder),
            "contributor" => person(name, AuthorRole::Editor, builder),
            _ => {}
        }
    }
}

/// Creators and contributors are user names as often as people's.
fn person(name: Option<String>, role: AuthorRole, builder: &mut DraftBuilder) {
    let Some(name) = name else { return };
    if let [author] = supply::authors_of(&name).as_slice() {
        builder.supplied().add_author(&author.name, role, None);
    }
}

/// Creators are the users of the desk, who need not be all of those that the byline names.
fn creators(builder: &mut DraftBuilder) {
    let s = builder.supplied();
    for author in s
        .byline
        .as_deref()
        .map(supply::authors_of)
        .unwrap_or_default()
    {
        let known = |a: &Author| a.name.eq_ignore_ascii_case(&author.name);
        if !s.authors.iter().any(known) {
            s.authors.push(author);
        }
    }
}

fn body(v: &Value, builder: &mut DraftBuilder) {
    for part in ["article_html", "infobox_html"] {
        if let Some(page) = v.text(&[part]) {
            embedded::html_text(&page, None, builder);
        }
    }
    if let Some(links) = v.text(&["linkbox_html"]) {
        for link in embedded::html_body(&links, None).links {
            builder.supplied().add_link(link);
        }
    }
    if builder.draft.blocks.is_empty() {
        let caption = v
            .list(&["descriptions"])
            .iter()
            .find_map(|d| text_of(d).or_else(|| d.text(&["description", "value"])));
        if let Some(caption) = caption.as_deref().and_then(embedded::one_line) {
            builder
                .draft
                .blocks
                .push(DraftBlock::new(BlockKind::Caption, caption));
            let pictured = v.list(&["associations"]).iter().any(|a| {
                matches!(
                    a.text(&["type"]).as_deref(),
                    Some("image" | "picture" | "photo")
                )
            });
            let s = builder.supplied();
            s.genre = s.genre.or(pictured.then_some(Genre::PhotoCaption));
        }
    }
}

fn picture(v: &Value, builder: &mut DraftBuilder) {
    let kind = match v.text(&["type"]).as_deref() {
        Some("image" | "picture" | "photo") => MediaKind::Image,
        Some("graphic") => MediaKind::Graphic,
        Some("video") => MediaKind::Video,
        Some("audio") => MediaKind::Audio,
        _ => return,
    };
    let size = |r: &&Value| {
        r.any(&["width", "size"])
            .and_then(Value::as_u64)
            .unwrap_or(0)
    };
    let largest = v.list(&["renditions"]).iter().max_by_key(size);
    let media = Media {
        kind,
        url: largest
            .and_then(|r| r.text(&["url"]))
            .or_else(|| v.text(&["urn"])),
        caption: v.text(&["caption"]).or_else(|| v.text(&["headline"])),
        credit: v.text(&["creditline"]),
    };
    builder
        .supplied()
        .add_renditions(media, &ninjs::renditions(v));
}

//! ninjs 1.x, 2.x and 3.x: IPTC's news in JSON, an item or a list of items.
//!
//! 1.x has one property a meaning (`headline`, `body_xhtml`), 2.x and 3.x lists of `{role, value}`
//! (`headlines`, `bodies`); 3.x writes in camel case what the others write in lower case. All names
//! are tried, since suppliers mix them. The AP Media API speaks 1.x with additions ([`super::ap_json`]).

use serde_json::Value;

use super::nitf;
use crate::intake::Format;
use crate::intake::embedded;
use crate::intake::json;
use crate::intake::json::{Fields, text_of};
use crate::intake::supply;
use crate::intake::supply::{Supply, coded};
use crate::intake::xml::{Source, Step};
use crate::intake::{Document, DraftBlock, ErrorCode, ReadError, Reading};
use crate::record::{
    AuthorRole, BlockKind, DateBasis, DateRole, Dateline, Genre, Media, MediaKind, Subject,
};

/// Reads a ninjs document.
///
/// # Errors
/// Where and why the JSON broke; [`ErrorCode::NoArticle`] when there is no object in it.
pub fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    items(document, reading, Format::Ninjs, |value, supply| {
        item(value, supply);
    })
}

/// Parses a document and maps each of its items, whatever wraps them.
pub fn items(
    document: &Document<'_>,
    reading: &mut Reading<'_>,
    format: Format,
    map: fn(&Value, &mut Supply),
) -> Result<(), ReadError> {
    let decoded = document.decode();
    let parsed = json::parse(&decoded.text, reading.limits.depth)?;
    let mut found = Vec::new();
    unwrap(&parsed.value, 0, &mut found);
    if found.len() > reading.limits.items {
        return Err(ReadError::too_many(reading.limits, "items"));
    }
    for value in &found {
        let mut supply = Supply::new(decoded.draft(format), DateBasis::Wire, reading.outlets);
        supply.draft.flags.extend(parsed.flag);
        map(value, &mut supply);
        if supply.draft.blocks.is_empty() && supply.supplied().headline.is_none() {
            supply.flag(super::newsml_g2::FLAG_NO_BODY);
        }
        if (reading.emit)(supply.finish()).is_break() {
            return Ok(());
        }
    }
    if let Some(error) = parsed.error {
        return Err(error);
    }
    if found.is_empty() {
        return Err(ReadError::new(
            ErrorCode::NoArticle,
            "there is no item in the JSON",
        ));
    }
    Ok(())
}

/// The objects that are items: the document, each of a list, or what services wrap them in
/// (`data`, `items`, `item`, `entries`).
fn unwrap<'v>(value: &'v Value, depth: usize, found: &mut Vec<&'v Value>) {
    /// `{"data": {"items": [{"item": {…}}]}}` is the deepest seen.
    const DEEPEST: usize = 6;
    match value {
        Value::Array(items) if depth < DEEPEST => {
            items.iter().for_each(|i| unwrap(i, depth + 1, found))
        }
        Value::Object(map) => {
            let is_item = [
                "uri",
                "urn",
                "headline",
                "headlines",
                "bodies",
                "body_text",
                "usn",
            ]
            .iter()
            .any(|k| map.contains_key(*k));
            if !is_item && depth < DEEPEST {
                for key in [
                    "data", "items", "item", "entries", "entry", "results", "articles", "content",
                ] {
                    if let Some(inner @ (Value::Array(_) | Value::Object(_))) = map.get(key) {
                        return unwrap(inner, depth + 1, found);
                    }
                }
            }
            found.push(value);
        }
        _ => {}
    }
}

/// Maps one item.
pub fn item(v: &Value, supply: &mut Supply) {
    let s = supply.supplied();
    s.id = v.text(&["uri", "guid", "id"]);
    s.set_version(v.text(&["version"]).as_deref());
    alt_ids(v, supply);
    for (role, names) in [
        (
            DateRole::Published,
            &["firstCreated", "firstcreated", "firstPublished"][..],
        ),
        (DateRole::Modified, &["versionCreated", "versioncreated"]),
        (
            DateRole::Created,
            &["contentCreated", "contentcreated", "created"],
        ),
        (
            DateRole::Embargo,
            &["embargoed", "embargoedUntil", "embargo"],
        ),
        (DateRole::Other, &["contentModified", "contentmodified"]),
        (DateRole::Other, &["expires"]),
    ] {
        date(v.any(names), role, supply);
    }
    supply.status(v.text(&["pubStatus", "pubstatus"]).as_deref());
    signals(v, supply);
    supply.language(v.text(&["language"]).as_deref());
    rights(v, supply);
    headlines(v, supply);
    people(v, supply);
    let s = supply.supplied();
    s.set_urgency(v.text(&["urgency"]).as_deref());
    s.slugline = v.text(&["slugline"]);
    for note in v.list(&["edNote", "ednote", "edNotes"]) {
        let note = text_of(note).or_else(|| note.text(&["value", "text"]));
        s.add_note(note.unwrap_or_default());
    }
    for keyword in v.list(&["keywords", "keyword"]) {
        match keyword {
            Value::String(k) if k.contains(',') => k.split(',').for_each(|k| s.add_keyword(k)),
            Value::String(k) => s.add_keyword(k),
            other => s.add_keyword(other.text(&["name", "value"]).unwrap_or_default()),
        }
    }
    s.section = v
        .list(&["services", "service"])
        .iter()
        .find_map(|x| text_of(x).or_else(|| x.text(&["name", "literal", "code"])));
    if let Some(link) = v.text(&["href", "url", "link"]) {
        s.url.get_or_insert(link);
    }
    for (names, scheme) in [
        (&["subjects", "subject"][..], None),
        (&["people", "person"], Some("person")),
        (
            &["organisations", "organisation", "organizations"],
            Some("organisation"),
        ),
        (&["places", "place"], Some("place")),
        (&["objects", "object"], Some("object")),
        (&["events", "event"], Some("event")),
    ] {
        for value in v.list(names) {
            supply.supplied().add_subject(subject(value, scheme));
        }
    }
    genres(v, supply);
    located(v, supply);
    body(v, supply);
    associations(v, supply);
}

pub fn date(value: Option<&Value>, role: DateRole, supply: &mut Supply) {
    match value {
        Some(Value::String(text)) => supply.date(role, Some(text)),
        Some(Value::Number(n)) => {
            let stamp = n.as_i64().and_then(crate::intake::dates::from_unix);
            supply.stamp(role, stamp, &n.to_string());
        }
        // An embargo that is only said to be.
        Some(Value::Bool(true)) if role == DateRole::Embargo => supply.embargoed(),
        _ => {}
    }
}

fn alt_ids(v: &Value, supply: &mut Supply) {
    let s = supply.supplied();
    match v.any(&["altIds", "altids"]) {
        Some(Value::Object(ids)) => ids
            .values()
            .filter_map(text_of)
            .for_each(|id| s.add_alt_id(id)),
        Some(Value::Array(ids)) => {
            for id in ids {
                s.add_alt_id(
                    text_of(id)
                        .or_else(|| id.text(&["value"]))
                        .unwrap_or_default(),
                );
            }
        }
        _ => {}
    }
}

fn signals(v: &Value, supply: &mut Supply) {
    for signal in v.list(&["signals", "signal"]) {
        let code =
            text_of(signal).or_else(|| signal.text(&["uri", "qcode", "literal", "code", "name"]));
        if let Some(code) = code {
            apply_signal(&code, supply);
        }
    }
}

pub fn apply_signal(code: &str, supply: &mut Supply) {
    let (kind, status) = supply::signal(code);
    let s = supply.supplied();
    if kind.is_some() && s.version_kind.is_none() {
        s.version_kind = kind;
    }
    if let Some(status) = status {
        supply.restrict(status);
    }
}

fn rights(v: &Value, supply: &mut Supply) {
    let s = supply.supplied();
    let holder = v.any(&["copyrightHolder", "copyrightholder"]);
    let holder = holder.and_then(|h| text_of(h).or_else(|| h.text(&["name"])));
    s.copyright = v
        .text(&["copyrightNotice", "copyrightnotice"])
        .or_else(|| holder.clone());
    let terms: Vec<String> = v
        .list(&["usageTerms", "usageterms"])
        .iter()
        .filter_map(text_of)
        .collect();
    s.usage_terms = (!terms.is_empty()).then(|| terms.join(" "));
    let sources = v.list(&["infoSources", "infosources", "infosource", "infoSource"]);
    let source = sources
        .iter()
        .find_map(|x| text_of(x).or_else(|| x.text(&["name", "literal"])));
    let provider = v
        .any(&["provider"])
        .and_then(|p| text_of(p).or_else(|| p.text(&["name", "literal"])));
    s.credit = v
        .text(&["creditline", "creditLine"])
        .or_else(|| source.clone());
    s.source = provider.or(source).or(holder);
}

/// Roles of a description that says what the item is about; others are its caption, a credit, who wrote
/// the caption.
const DECKS: &[&str] = &[
    "",
    "text",
    "summary",
    "abstract",
    "teaser",
    "lead",
    "intro",
    "description",
    "short",
    "medium",
    "long",
    "deck",
    "subhead",
    "main",
];

fn headlines(v: &Value, supply: &mut Supply) {
    let s = supply.supplied();
    let line = |t: String| embedded::one_line(&t);
    let mut main = v.text(&["headline", "headline_text"]);
    let role_of = |h: &Value| h.text(&["role"]).unwrap_or_default().to_lowercase();
    let listed = v.list(&["headlines"]);
    let chosen = listed
        .iter()
        .find(|h| role_of(h).ends_with("main"))
        .or_else(|| listed.first());
    main = main.or_else(|| chosen.and_then(|h| h.text(&["value"])));
    for other in listed {
        let role = role_of(other);
        if role.contains("sub") || role.contains("deck") {
            s.deck = s.deck.take().or_else(|| other.text(&["value"]));
        }
    }
    s.headline = main
        .or_else(|| v.text(&["headline_extended", "headline_main"]))
        .or_else(|| v.text(&["title"]))
        .and_then(line);
    let listed = v.list(&["descriptions"]);
    let described = listed.iter().find(|d| DECKS.contains(&role_of(d).as_str()));
    let credit = listed.iter().find(|d| role_of(d).starts_with("credit"));
    s.credit = credit.and_then(|d| d.text(&["value"])).or(s.credit.take());
    let summary = v
        .text(&[
            "description_summary",
            "description_text",
            "description",
            "abstract",
            "subheadline",
        ])
        .or_else(|| described.and_then(|d| d.text(&["value"])));
    s.deck = s.deck.take().or(summary).and_then(line);
}

fn people(v: &Value, supply: &mut Supply) {
    let s = supply.supplied();
    let mut lines = Vec::new();
    for by in v.list(&["by", "byline", "bylines"]) {
        if let Some(line) = text_of(by).or_else(|| by.text(&["by", "value", "name"])) {
            lines.push(line);
        }
    }
    if !lines.is_empty() {
        s.byline = embedded::one_line(&lines.join(", "));
    }
    // Whom a picture names took it.
    let is_picture = matches!(v.text(&["type"]).as_deref(), Some("picture" | "photo"));
    if is_picture && let Some(byline) = s.byline.clone() {
        for author in supply::authors_of(&byline) {
            s.add_author(&author.name, AuthorRole::Photographer, author.organization);
        }
    }
    for (names, role) in [
        (&["photographer"][..], AuthorRole::Photographer),
        (&["captionwriter", "producer"], AuthorRole::Contributor),
        (&["editor"], AuthorRole::Editor),
    ] {
        for person in v.list(names) {
            if let Some(name) = text_of(person).or_else(|| person.text(&["name"])) {
                supply.supplied().add_author(&name, role, None);
            }
        }
    }
}

/// A concept: 1.x has scheme and code, 2.x and 3.x a URI or a literal.
fn subject(v: &Value, kind: Option<&str>) -> Subject {
    let name = text_of(v).or_else(|| v.text(&["name"]));
    let code = v.text(&["code", "symbol"]);
    let mut subject = match (v.text(&["scheme"]), code) {
        (Some(scheme), Some(code)) => {
            let whole = format!("{}/{code}", scheme.trim_end_matches('/'));
            match supply::newscode(&whole) {
                Some((scheme, code)) => coded(Some(&format!("{scheme}:{code}")), name),
                None => Subject {
                    scheme: Some(scheme),
                    code: Some(code),
                    name,
                },
            }
        }
        (None, Some(code)) => supply::numbered(&code, name, None),
        (scheme, None) => match (v.text(&["uri", "qcode"]), v.text(&["literal"])) {
            // IPTC's own code says more than the supplier's address for it.
            (Some(_), Some(code)) if is_newscode(&code) => supply::numbered(&code, name, None),
            (Some(uri), _) => coded(Some(&uri), name),
            (None, Some(literal)) => {
                let same = Some(&literal) == name.as_ref();
                let mut subject = supply::numbered(if same { "" } else { &literal }, name, scheme);
                if subject.code.is_none() && subject.name.is_none() {
                    subject.name = Some(literal);
                }
                subject
            }
            (None, None) => Subject {
                scheme,
                code: None,
                name,
            },
        },
    };
    if subject.scheme.is_none() {
        subject.scheme = kind.map(str::to_owned);
    }
    subject
}

fn is_newscode(code: &str) -> bool {
    code.len() == 8 && code.bytes().all(|b| b.is_ascii_digit())
}

fn genres(v: &Value, supply: &mut Supply) {
    let mut genre = v.list(&["genres", "genre"]).iter().find_map(|g| {
        text_of(g).as_deref().and_then(supply::genre).or_else(|| {
            ["name", "uri", "code", "literal"]
                .iter()
                .find_map(|n| supply::genre(&g.text(&[n])?))
        })
    });
    match v.text(&["type"]).as_deref() {
        Some("picture" | "photo" | "graphic") => genre = genre.or(Some(Genre::PhotoCaption)),
        Some("event" | "planning" | "coverage") => genre = genre.or(Some(Genre::Advisory)),
        _ => {}
    }
    supply.supplied().genre = genre;
}

fn located(v: &Value, supply: &mut Supply) {
    let dateline = v.text(&["dateline"]);
    let place = v
        .any(&["located"])
        .and_then(|l| text_of(l).or_else(|| l.text(&["name", "literal"])));
    let Some(text) = dateline.clone().or_else(|| place.clone()) else {
        return;
    };
    // "Oslo, Norway": the place is its first part.
    let place = place.or_else(|| nitf::is_place(&text).then(|| text.clone()));
    let place = place.map(|p| p.split(',').next().unwrap_or(&p).trim().to_owned());
    supply.supplied().dateline = Some(Dateline {
        text,
        place,
        ..Dateline::default()
    });
}

/// The body in the richest rendering that has text.
fn body(v: &Value, supply: &mut Supply) {
    let mut html = Vec::new();
    let mut nitf_bodies = Vec::new();
    let mut plain = Vec::new();
    for body in v.list(&["bodies"]) {
        let Some(value) = body.text(&["value"]) else {
            continue;
        };
        let role = body.text(&["role"]).unwrap_or_default().to_lowercase();
        let media = body
            .text(&["contentType", "contenttype"])
            .unwrap_or_default()
            .to_lowercase();
        if role == "nitf" || media.contains("nitf") {
            nitf_bodies.push(value);
        } else if media.contains("html") || role.contains("html") {
            // Of several the plain ones first: rich ones repeat the associated media.
            let at = if role.contains("rich") { html.len() } else { 0 };
            html.insert(at, value);
        } else if media.contains("xml") {
            // A supplier's own XML, such as TT's SGML; the other renderings say the same.
        } else {
            plain.push(value);
        }
    }
    if let Some(map) = v.as_object() {
        for (name, value) in map {
            let Some(rest) = name
                .strip_prefix("body_")
                .or((name == "body").then_some("text"))
            else {
                continue;
            };
            let Some(value) = text_of(value).or_else(|| value.text(&["value", "text", "content"]))
            else {
                continue;
            };
            match rest {
                _ if rest.contains("nitf") => nitf_bodies.push(value),
                _ if rest.contains("html") => html.push(value),
                _ => plain.push(value),
            }
        }
    }
    type ReadBody = fn(&str, &mut Supply);
    let readers: [(&[String], ReadBody); 3] = [
        (&html, |b, s| embedded::html_text(b, None, s)),
        (&nitf_bodies, nitf_text),
        (&plain, embedded::any_text),
    ];
    for (bodies, read) in readers {
        for body in bodies {
            read(body, supply);
            if nitf::has_text(&supply.draft.blocks) {
                return drop_repeated_head(supply);
            }
        }
    }
    described(v, supply);
}

/// A NITF document in a string.
pub fn nitf_text(text: &str, supply: &mut Supply) {
    /// Agencies' NITF is some ten elements deep.
    const DEPTH: usize = 128;
    let mut source = Source::new(text, DEPTH);
    loop {
        match source.step() {
            Step::Start { name, .. }
                if matches!(name, "nitf" | "body" | "body.content" | "block" | "p") =>
            {
                let tree = source.element();
                if let Some(root) = tree.root() {
                    let mut inner = supply.inside();
                    match name {
                        "nitf" => nitf::apply(root, &mut inner),
                        _ => nitf::take_body(crate::intake::xml::Body::read(root), &mut inner),
                    }
                    // Offsets would be those of the string, not of the document.
                    inner.draft.blocks.iter_mut().for_each(|b| b.pieces.clear());
                    supply.absorb(inner);
                }
                if name == "nitf" {
                    return;
                }
            }
            Step::Eof => return,
            _ => {}
        }
    }
}

/// A body that begins with the headline of its item repeats it.
fn drop_repeated_head(supply: &mut Supply) {
    let headline = supply.supplied().headline.clone();
    if let (Some(first), Some(headline)) = (supply.draft.blocks.first(), headline)
        && first.text.trim() == headline.trim()
        && supply.draft.blocks.len() > 1
    {
        supply.draft.blocks.remove(0);
    }
}

/// Items without a body have their text in a description: pictures a caption, events a note.
fn described(v: &Value, supply: &mut Supply) {
    let visual = matches!(
        v.text(&["type"]).as_deref(),
        Some("picture" | "photo" | "graphic" | "video" | "audio")
    );
    let listed = v.list(&["descriptions"]);
    let caption = v
        .text(&["description_caption", "description_xhtml", "caption"])
        .or_else(|| {
            let captioned = listed
                .iter()
                .find(|d| d.text(&["role"]).is_some_and(|r| r.contains("caption")));
            captioned
                .or_else(|| if visual { listed.first() } else { None })
                .and_then(|d| d.text(&["value"]))
        });
    let caption = caption.or_else(|| {
        if visual {
            v.text(&["description_text"])
        } else {
            None
        }
    });
    if let Some(line) = caption.as_deref().and_then(embedded::one_line) {
        let s = supply.supplied();
        s.deck = s.deck.take().filter(|d| *d != line);
        supply
            .draft
            .blocks
            .push(DraftBlock::new(BlockKind::Caption, line));
        return;
    }
    // An item of a text service whose text is its description.
    let deck = supply.supplied().deck.take();
    match deck {
        Some(deck) => {
            let blocks = embedded::plain_blocks(&deck, supply.outlets);
            supply.draft.blocks.extend(blocks);
        }
        None => supply.supplied().deck = None,
    }
}

fn associations(v: &Value, supply: &mut Supply) {
    let own = v.text(&["type"]);
    if matches!(
        own.as_deref(),
        Some("picture" | "photo" | "graphic" | "video" | "audio")
    ) {
        let caption = supply
            .draft
            .blocks
            .iter()
            .find(|b| b.kind == BlockKind::Caption);
        let caption = caption.map(|b| b.text.clone());
        if let Some(mut media) = media(v) {
            media.caption = media.caption.or(caption);
            supply.supplied().media.push(media);
        }
    }
    let linked: Vec<&Value> = match v.any(&["associations"]) {
        Some(Value::Object(map)) => map.values().collect(),
        Some(Value::Array(list)) => list.iter().collect(),
        _ => Vec::new(),
    };
    for item in linked {
        match media(item) {
            Some(media) => supply.supplied().add_renditions(media, &renditions(item)),
            None => {
                if let Some(uri) = item.text(&["uri"]) {
                    supply.supplied().add_link(uri);
                }
            }
        }
    }
}

/// All addresses of a picture, film or sound: those of its renditions and its own.
pub fn renditions(v: &Value) -> Vec<String> {
    let own = v.text(&["uri", "urn"]);
    let listed: Vec<&Value> = match v.any(&["renditions"]) {
        Some(Value::Object(map)) => map.values().collect(),
        Some(Value::Array(list)) => list.iter().collect(),
        _ => Vec::new(),
    };
    let addresses = listed.iter().filter_map(|r| r.text(&["href", "url"]));
    addresses.chain(own).collect()
}

/// A picture, film or sound with its largest rendition.
pub fn media(v: &Value) -> Option<Media> {
    let kind = match v
        .text(&["type"])
        .unwrap_or_default()
        .to_lowercase()
        .as_str()
    {
        "picture" | "photo" | "image" => MediaKind::Image,
        "graphic" => MediaKind::Graphic,
        "video" => MediaKind::Video,
        "audio" => MediaKind::Audio,
        _ => return None,
    };
    let renditions: Vec<&Value> = match v.any(&["renditions"]) {
        Some(Value::Object(map)) => map.values().collect(),
        Some(Value::Array(list)) => list.iter().collect(),
        _ => Vec::new(),
    };
    let width = |r: &Value| r.any(&["width"]).and_then(Value::as_f64).unwrap_or(0.0);
    let largest = renditions
        .into_iter()
        .filter(|r| r.text(&["href", "url"]).is_some())
        .reduce(|a, b| if width(b) > width(a) { b } else { a });
    let caption = v
        .text(&["description_caption", "description_text", "caption"])
        .or_else(|| {
            // Of several the one that says it is a caption, else the longest.
            let listed = v.list(&["descriptions"]);
            let of = |d: &Value| d.text(&["value"]);
            let is_caption = |d: &&Value| d.text(&["role"]).is_some_and(|r| r.contains("caption"));
            listed
                .iter()
                .find(is_caption)
                .and_then(of)
                .or_else(|| listed.iter().filter_map(of).max_by_key(String::len))
        })
        .or_else(|| v.text(&["headline"]));
    Some(Media {
        kind,
        url: largest
            .and_then(|r| r.text(&["href", "url"]))
            .or_else(|| v.text(&["uri", "urn"])),
        caption: caption.as_deref().and_then(embedded::one_line),
        credit: v.text(&["creditline", "creditLine", "by", "byline"]),
    })
}

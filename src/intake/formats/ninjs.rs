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
use crate::intake::supply::{DraftBuilder, coded};
use crate::intake::xml::Source;
use crate::intake::{Document, DraftBlock, ErrorCode, ReadError, Reading};
use crate::record::{
    AuthorRole, BlockKind, DateBasis, DateRole, Dateline, Genre, Media, MediaKind, Subject,
};

/// Reads a ninjs document.
///
/// # Errors
/// Where and why the JSON broke; [`ErrorCode::NoArticle`] when there is no object in it.
pub fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    items(document, reading, Format::Ninjs, |value, builder| {
        item(value, builder);
    })
}

/// Parses a document and maps each of its items, whatever wraps them.
pub fn items(
    document: &Document<'_>,
    reading: &mut Reading<'_>,
    format: Format,
    map: fn(&Value, &mut DraftBuilder),
) -> Result<(), ReadError> {
    let decoded = document.decode();
    let parsed = json::parse(&decoded.text, reading.limits.depth)?;
    let mut found = Vec::new();
    unwrap(&parsed.value, 0, &mut found);
    if found.len() > reading.limits.items {
        return Err(ReadError::too_many(reading.limits, "items"));
    }
    for value in &found {
        let mut builder =
            DraftBuilder::new(decoded.draft(format), DateBasis::Wire, reading.outlets);
        builder.draft.flags.extend(parsed.flag);
        map(value, &mut builder);
        builder.flag_empty();
        if (reading.emit)(builder.finish()).is_break() {
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
/// (`data`, `items`, `item`, `entries`; Elasticsearch's `hits` and `_source`).
fn unwrap<'v>(value: &'v Value, depth: usize, found: &mut Vec<&'v Value>) {
    /// `{"data": {"items": [{"item": {…}}]}}` is the deepest seen.
    const ITEMS_DEEP: usize = 6;
    match value {
        Value::Array(items) if depth < ITEMS_DEEP => {
            items.iter().for_each(|i| unwrap(i, depth + 1, found))
        }
        Value::Object(map) => {
            if !is_item(map) && depth < ITEMS_DEEP {
                for key in [
                    "data", "_items", "items", "item", "entries", "entry", "results", "articles",
                    "content", "docs", "news", "package", "hits", "_source",
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

/// Whether an object is an item, not what a service wraps items in.
fn is_item(map: &serde_json::Map<String, Value>) -> bool {
    const OF_ITEMS: [&str; 13] = [
        "uri",
        "urn",
        "guid",
        "headline",
        "headlines",
        "bodies",
        "body_text",
        "body_html",
        "body_xhtml",
        "pubstatus",
        "pubStatus",
        "versioncreated",
        "usn",
    ];
    OF_ITEMS.iter().any(|k| map.contains_key(*k))
}

/// The dates of an item, by all names that versions give them.
const DATES: &[(DateRole, &[&str])] = &[
    (
        DateRole::Published,
        &["firstCreated", "firstcreated", "firstPublished"],
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
];

/// The lists of what an item is about, and the scheme of those that name none.
const SUBJECTS: &[(&[&str], Option<&str>)] = &[
    (&["subjects", "subject"], None),
    (&["people", "person"], Some("person")),
    (
        &["organisations", "organisation", "organizations"],
        Some("organisation"),
    ),
    (&["places", "place"], Some("place")),
    (&["objects", "object"], Some("object")),
    (&["events", "event"], Some("event")),
];

/// Maps one item.
pub fn item(v: &Value, builder: &mut DraftBuilder) {
    let s = builder.supplied();
    s.id = v.text(&["uri", "guid", "id"]);
    s.set_version(v.text(&["version"]).as_deref());
    alt_ids(v, builder);
    for (role, names) in DATES {
        date(v.any(names), *role, builder);
    }
    builder.status(v.text(&["pubStatus", "pubstatus"]).as_deref());
    // Where Superdesk's items are exported whole.
    let state = v
        .text(&["state"])
        .filter(|w| supply::status_word(w).is_some());
    builder.status(state.as_deref());
    signals(v, builder);
    builder.language(v.text(&["language"]).as_deref());
    rights(v, builder);
    headlines(v, builder);
    people(v, builder);
    let s = builder.supplied();
    s.set_urgency(v.text(&["urgency"]).as_deref());
    s.slugline = v.text(&["slugline"]);
    for note in v.list(&["edNote", "ednote", "edNotes"]) {
        let note = text_of(note).or_else(|| note.text(&["value", "text"]));
        s.add_note(note.unwrap_or_default());
    }
    for keyword in v.list(&["keywords", "keyword"]) {
        match keyword {
            // One text may hold them all.
            Value::String(all) => all.split(',').for_each(|k| s.add_keyword(k)),
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
    for (names, scheme) in SUBJECTS {
        for value in v.list(names) {
            builder.supplied().add_subject(subject(value, *scheme));
        }
    }
    genres(v, builder);
    located(v, builder);
    body(v, builder);
    associations(v, builder);
}

pub fn date(value: Option<&Value>, role: DateRole, builder: &mut DraftBuilder) {
    match value {
        Some(Value::String(text)) => builder.date(role, Some(text)),
        Some(Value::Number(n)) => {
            let stamp = n.as_i64().and_then(crate::intake::dates::from_unix);
            builder.stamp(role, stamp, &n.to_string());
        }
        // An embargo that is only said to be.
        Some(Value::Bool(true)) if role == DateRole::Embargo => builder.embargoed(),
        _ => {}
    }
}

fn alt_ids(v: &Value, builder: &mut DraftBuilder) {
    let s = builder.supplied();
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

fn signals(v: &Value, builder: &mut DraftBuilder) {
    for signal in v.list(&["signals", "signal"]) {
        let code =
            text_of(signal).or_else(|| signal.text(&["uri", "qcode", "literal", "code", "name"]));
        if let Some(code) = code {
            apply_signal(&code, builder);
        }
    }
}

pub fn apply_signal(code: &str, builder: &mut DraftBuilder) {
    let (kind, status) = supply::signal(code);
    let s = builder.supplied();
    if kind.is_some() && s.version_kind.is_none() {
        s.version_kind = kind;
    }
    if let Some(status) = status {
        builder.restrict(status);
    }
}

fn rights(v: &Value, builder: &mut DraftBuilder) {
    let s = builder.supplied();
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

fn headlines(v: &Value, builder: &mut DraftBuilder) {
    let s = builder.supplied();
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
            "description_html",
            "description",
            "abstract",
            "subheadline",
        ])
        .or_else(|| described.and_then(|d| d.text(&["value"])));
    s.deck = s.deck.take().or(summary).and_then(line);
}

fn people(v: &Value, builder: &mut DraftBuilder) {
    let s = builder.supplied();
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
                builder.supplied().add_author(&name, role, None);
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
            (Some(_), Some(code)) if supply::is_newscode(&code) => {
                supply::numbered(&code, name, None)
            }
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

fn genres(v: &Value, builder: &mut DraftBuilder) {
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
    builder.supplied().genre = genre;
}

fn located(v: &Value, builder: &mut DraftBuilder) {
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
    builder.supplied().dateline = Some(Dateline {
        text,
        place,
        ..Dateline::default()
    });
}

/// The renderings of a body.
#[derive(Default)]
struct Renderings {
    html: Vec<String>,
    nitf: Vec<String>,
    plain: Vec<String>,
}

impl Renderings {
    /// 2.x and 3.x: `bodies`, each with its role or media type.
    fn listed(&mut self, v: &Value) {
        for body in v.list(&["bodies"]) {
            let Some(value) = body.text(&["value"]) else {
                continue;
            };
            let role = body.text(&["role"]).unwrap_or_default().to_lowercase();
            let media = body.text(&["contentType", "contenttype"]);
            let media = media.unwrap_or_default().to_lowercase();
            if role == "nitf" || media.contains("nitf") {
                self.nitf.push(value);
            } else if media.contains("html") || role.contains("html") {
                // Of several the plain ones first: rich ones repeat the associated media.
                let is_rich = role.contains("rich");
                let at = if is_rich { self.html.len() } else { 0 };
                self.html.insert(at, value);
            } else if !media.contains("xml") {
                self.plain.push(value);
            }
            // A supplier's own XML, such as TT's SGML: the other renderings say the same.
        }
    }

    /// 1.x: a property for each, `body_xhtml`, `body_text`; `body` is text.
    fn named(&mut self, v: &Value) {
        for (name, value) in v.as_object().into_iter().flatten() {
            let kind = match name.as_str() {
                "body" => "text",
                name => match name.strip_prefix("body_") {
                    Some(kind) => kind,
                    None => continue,
                },
            };
            let text = text_of(value).or_else(|| value.text(&["value", "text", "content"]));
            let renderings = match kind {
                _ if kind.contains("nitf") => &mut self.nitf,
                _ if kind.contains("html") => &mut self.html,
                _ => &mut self.plain,
            };
            renderings.extend(text);
        }
    }
}

/// The body in the richest rendering that has text.
fn body(v: &Value, builder: &mut DraftBuilder) {
    let mut renderings = Renderings::default();
    renderings.listed(v);
    renderings.named(v);
    type ReadBody = fn(&str, &mut DraftBuilder);
    let readers: [(&[String], ReadBody); 3] = [
        (&renderings.html, |b, s| embedded::html_text(b, None, s)),
        (&renderings.nitf, nitf_text),
        (&renderings.plain, embedded::any_text),
    ];
    for (bodies, read) in readers {
        for body in bodies {
            read(body, builder);
            if nitf::has_text(&builder.draft.blocks) {
                return drop_repeated_head(builder);
            }
        }
    }
    described(v, builder);
}

/// A NITF document in a string.
pub fn nitf_text(text: &str, builder: &mut DraftBuilder) {
    /// Agencies' NITF is some ten elements deep.
    const NITF_DEPTH: usize = 128;
    let mut source = Source::new(text, NITF_DEPTH);
    while let Some(name) = source.next_start() {
        if !matches!(name, "nitf" | "body" | "body.content" | "block" | "p") {
            continue;
        }
        let tree = source.element();
        if let Some(root) = tree.root() {
            let mut inner = builder.inside();
            match name {
                "nitf" => nitf::apply(root, &mut inner),
                _ => nitf::take_body(crate::intake::xml::Body::read(root), &mut inner),
            }
            // Offsets would be those of the string, not of the document.
            inner.draft.blocks.iter_mut().for_each(|b| b.pieces.clear());
            builder.absorb(inner);
        }
        if name == "nitf" {
            return;
        }
    }
}

/// A body that begins with the headline of its item repeats it.
fn drop_repeated_head(builder: &mut DraftBuilder) {
    let headline = builder.supplied().headline.clone();
    if let (Some(first), Some(headline)) = (builder.draft.blocks.first(), headline)
        && first.text.trim() == headline.trim()
        && builder.draft.blocks.len() > 1
    {
        builder.draft.blocks.remove(0);
    }
}

/// Items without a body have their text in a description: pictures a caption, events a note.
fn described(v: &Value, builder: &mut DraftBuilder) {
    let visual = is_media(v);
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
        let s = builder.supplied();
        s.deck = s.deck.take().filter(|d| *d != line);
        builder
            .draft
            .blocks
            .push(DraftBlock::new(BlockKind::Caption, line));
        return;
    }
    // An item of a text service whose text is its description.
    let deck = builder.supplied().deck.take();
    match deck {
        Some(deck) => {
            let blocks = embedded::plain_blocks(&deck, builder.outlets);
            builder.draft.blocks.extend(blocks);
        }
        None => builder.supplied().deck = None,
    }
}

/// Whether an item is a picture, film or sound.
fn is_media(v: &Value) -> bool {
    matches!(
        v.text(&["type"]).as_deref(),
        Some("picture" | "photo" | "graphic" | "video" | "audio")
    )
}

/// The values of a property: of a map by names, as 1.x has it, or of a list.
fn values<'v>(v: &'v Value, property: &str) -> Vec<&'v Value> {
    match v.any(&[property]) {
        Some(Value::Object(map)) => map.values().collect(),
        Some(Value::Array(list)) => list.iter().collect(),
        _ => Vec::new(),
    }
}

fn associations(v: &Value, builder: &mut DraftBuilder) {
    if is_media(v) {
        let caption = builder
            .draft
            .blocks
            .iter()
            .find(|b| b.kind == BlockKind::Caption);
        let caption = caption.map(|b| b.text.clone());
        if let Some(mut media) = media(v) {
            media.caption = media.caption.or(caption);
            builder.supplied().media.push(media);
        }
    }
    for item in values(v, "associations") {
        match media(item) {
            Some(media) => builder.supplied().add_renditions(media, &renditions(item)),
            None => {
                if let Some(uri) = item.text(&["uri"]) {
                    builder.supplied().add_link(uri);
                }
            }
        }
    }
}

/// All addresses of a picture, film or sound: those of its renditions and its own.
pub fn renditions(v: &Value) -> Vec<String> {
    let own = v.text(&["uri", "urn"]);
    let listed = values(v, "renditions");
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
    let renditions = values(v, "renditions");
    let width = |r: &Value| r.any(&["width"]).and_then(Value::as_f64).unwrap_or(0.0);
    let largest = renditions
        .into_iter()
        .filter(|r| r.text(&["href", "url"]).is_some())
        .reduce(|a, b| if width(b) > width(a) { b } else { a });
    let caption = v
        .text(&["description_caption", "description_text", "caption"])
        .or_else(|| described_caption(v))
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

/// Of several descriptions the one that says it is a caption, else the longest.
fn described_caption(v: &Value) -> Option<String> {
    let listed = v.list(&["descriptions"]);
    let of = |d: &Value| d.text(&["value"]);
    let is_caption = |d: &&Value| d.text(&["role"]).is_some_and(|r| r.contains("caption"));
    let caption = listed.iter().find(is_caption).and_then(of);
    caption.or_else(|| listed.iter().filter_map(of).max_by_key(String::len))
}

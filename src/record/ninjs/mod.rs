//! The record as IPTC ninjs 3.1, for consumers of wires, and the sidecar for what ninjs has no place for.
//!
//! ninjs is closed: an unknown property makes an item invalid, and a time that is not a full RFC 3339
//! date-time (a bare day, a time without zone) does too. What cannot be said in it stands in the
//! sidecar, which carries the same `uri`.
//!
//! | ninjs | from the record |
//! |---|---|
//! | `uri` | `id` where it is a URI, else `urn:copydesk:` and the id, percent-encoded |
//! | `type` | `picture`, `video` or `audio` for a caption with its media, else `text` |
//! | `representationType` | `partial` with the flag `truncated`, else `full` |
//! | `version` `urgency` `slugline` `pubStatus` `language` | the same; `pubStatus` is `status` |
//! | `firstCreated` | `published` |
//! | `versionCreated` | `modified`, else `published` |
//! | `contentCreated` | the first of `dates_seen` that says created |
//! | `embargoedUntil` | `embargoed_until` |
//! | `copyrightNotice` `usageTerms` | `copyright`, `usage_terms` |
//! | `edNote` | `editorial_notes`, one a line |
//! | `headlines` | `headline`, role `main` |
//! | `descriptions` | `deck` and the sentences of `summary`, each with role `summary`; a picture's caption, role `caption` |
//! | `bodies` | role `text`: the body, a block a line; role `html`: the same with its structure |
//! | `by` | `byline`, else the names of `authors` |
//! | `located` | `dateline.place` |
//! | `people` `organisations` `places` `events` `objects` | `entities`; `rel` is `about` from a salience of [`ABOUT`] on, else `mentions`; a place has its GeoNames URI and position; products, works and laws are objects |
//! | `subjects` | `subjects` (`classifies`), `topics` that are not among them (from the text with creator `copydesk` and `confidence`, the chance in percent), `keywords` (`keyword`), `keyphrases` (`keyword`, creator `copydesk`) |
//! | `genres` | `genre` |
//! | `infoSources` | `credit` (role `creditline`), `origin.agency` (`origin`), `outlet` (`publisher`) |
//! | `altIds` | `alt_ids` (role `supplier`), `url`, else `ingest.url` (`web`), `supersedes` (`supersedes`), `story` (`story`), `duplicates.cluster` (`cluster`) |
//! | `associations` | `media`, with caption, credit and one rendition each |
//!
//! The sidecar is the record without the fields that the item says in full.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    BlockKind, EnrichedArticle, Entity, EntityType, Flag, Genre, Media, MediaKind, Subject,
    TopicBasis,
};

/// Salience from which on an article is about an entity: where two fifths of its name mentions or
/// the lead are its own.
pub const ABOUT: f32 = 0.3;

/// The address of the schema an item satisfies.
pub const SCHEMA: &str = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json";

/// A ninjs 3.1 item. Serialises to a document the schema accepts.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    uri: String,
    standard: Standard,
    #[serde(rename = "type")]
    kind: &'static str,
    representation_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_created: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_created: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_created: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    embargoed_until: Option<String>,
    pub_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    urgency: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    copyright_notice: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage_terms: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ed_note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    headlines: Vec<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slugline: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    located: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    descriptions: Vec<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bodies: Vec<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    people: Vec<Concept>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    organisations: Vec<Concept>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    places: Vec<Concept>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    events: Vec<Concept>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    objects: Vec<Concept>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subjects: Vec<Concept>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    genres: Vec<Concept>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    info_sources: Vec<Source>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alt_ids: Vec<AltId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    associations: Vec<Association>,
}

#[derive(Debug, Clone, Serialize)]
struct Standard {
    name: &'static str,
    version: &'static str,
    schema: &'static str,
}

impl Default for Standard {
    fn default() -> Self {
        Standard {
            name: "ninjs",
            version: "3.1",
            schema: SCHEMA,
        }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Text {
    role: &'static str,
    content_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    char_count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    word_count: Option<usize>,
    value: String,
}

impl Text {
    fn plain(role: &'static str, value: &str) -> Self {
        Text {
            role,
            content_type: "text/plain",
            char_count: None,
            word_count: None,
            value: value.to_owned(),
        }
    }
}

#[derive(Debug, Clone, Default, Serialize)]
struct Concept {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rel: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    literal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    creator: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<u8>,
    #[serde(rename = "geoJSON", skip_serializing_if = "Option::is_none")]
    geo: Option<Value>,
}

#[derive(Debug, Clone, Serialize)]
struct Source {
    name: String,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct AltId {
    role: &'static str,
    value: String,
}

#[derive(Debug, Clone, Serialize)]
struct Association {
    name: String,
    uri: String,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    descriptions: Vec<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    renditions: Vec<Rendition>,
}

#[derive(Debug, Clone, Serialize)]
struct Rendition {
    name: &'static str,
    href: String,
}

/// The record as a ninjs item.
pub fn item(record: &EnrichedArticle) -> Item {
    let mut item = Item {
        uri: uri_of(&record.id),
        kind: kind(record),
        representation_type: if partial(record) { "partial" } else { "full" },
        version: record.version.map(|v| v.to_string()),
        pub_status: record.status.as_str(),
        urgency: record.urgency,
        copyright_notice: record.copyright.clone(),
        usage_terms: record.usage_terms.clone(),
        language: record.language.as_ref().map(|l| l.code.clone()),
        slugline: record.slugline.clone(),
        located: record.dateline.as_ref().and_then(|d| d.place.clone()),
        by: by(record),
        headlines: texts("main", record.headline.as_deref()),
        descriptions: descriptions(record),
        ..Item::default()
    };
    if !record.editorial_notes.is_empty() {
        item.ed_note = Some(record.editorial_notes.join("\n"));
    }
    dates(record, &mut item);
    bodies(record, &mut item);
    for entity in &record.entities {
        self::entity(entity, &mut item);
    }
    subjects(record, &mut item);
    if let Some(genre) = record.genre {
        item.genres.push(Concept {
            name: Some(genre_name(genre).to_owned()),
            ..Concept::default()
        });
    }
    sources(record, &mut item);
    alt_ids(record, &mut item);
    for (number, media) in record.media.iter().enumerate() {
        let association = association(media, number + 1, &item.uri);
        item.associations.push(association);
    }
    item
}

/// Fields of the record that the item says in full; all others stand in the sidecar.
const SAID: [&str; 17] = [
    "version",
    "status",
    "embargoed_until",
    "editorial_notes",
    "genre",
    "urgency",
    "slugline",
    "keywords",
    "subjects",
    "alt_ids",
    "headline",
    "deck",
    "byline",
    "credit",
    "copyright",
    "usage_terms",
    "media",
];

/// What ninjs has no place for: the record without the fields the item says in full, with the item's
/// `uri`. Offsets are into its own `content.text`.
pub fn sidecar(record: &EnrichedArticle) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("uri".to_owned(), json!(uri_of(&record.id)));
    // A record is made of strings, numbers and lists of them: it always serialises to an object.
    let Ok(Value::Object(fields)) = serde_json::to_value(record) else {
        return out;
    };
    // An embargo's end that is no full time has no place in the item.
    let timed = record.embargoed_until.as_deref().is_none_or(is_date_time);
    out.extend(fields.into_iter().filter(|(name, _)| {
        !SAID.contains(&name.as_str()) || (name == "embargoed_until" && !timed)
    }));
    out
}

/// The id as a URI.
fn uri_of(id: &str) -> String {
    if is_uri(id) {
        return id.to_owned();
    }
    let mut out = String::from("urn:copydesk:");
    for b in id.bytes() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' => {
                out.push(b as char)
            }
            _ => out.push_str(&format!("%{b:02X}")),
        }
    }
    if out.ends_with(':') {
        out.push('-');
    }
    out
}

/// RFC 3986: a scheme, then only the signs a URI may have, percent signs before two hexadecimal digits.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&b);
    let escapes = text.split('%').skip(1).all(|part| {
        part.get(..2)
            .is_some_and(|two| two.bytes().all(|b| b.is_ascii_hexdigit()))
    });
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
        && !rest.is_empty()
        && rest.bytes().all(allowed)
        && rest.matches('#').count() <= 1
        && escapes
        // An authority has its own rules: those of the URL standard.
        && (!rest.starts_with("//") || url::Url::parse(text).is_ok())
}

/// A full RFC 3339 time with zone, which is all that ninjs takes.
fn is_date_time(text: &str) -> bool {
    text.len() > 10 && text.parse::<jiff::Timestamp>().is_ok()
}

fn date_time(text: &str) -> Option<String> {
    is_date_time(text).then(|| text.to_owned())
}

fn dates(record: &EnrichedArticle, item: &mut Item) {
    item.first_created = record.published.as_ref().and_then(|d| date_time(&d.value));
    item.version_created = record
        .modified
        .as_ref()
        .and_then(|d| date_time(&d.value))
        .or_else(|| item.first_created.clone());
    item.content_created = record
        .dates_seen
        .iter()
        .filter(|d| d.role == super::DateRole::Created)
        .find_map(|d| date_time(&d.value));
    item.embargoed_until = record.embargoed_until.as_deref().and_then(date_time);
}

fn kind(record: &EnrichedArticle) -> &'static str {
    let captions = record
        .content
        .blocks
        .iter()
        .any(|b| b.kind == BlockKind::Caption);
    let body = record.content.blocks.iter().any(|b| is_body(b.kind));
    match record.media.first() {
        Some(media) if captions && !body => media_kind(media.kind),
        _ if record.genre == Some(Genre::PhotoCaption) => "picture",
        _ => "text",
    }
}

fn is_body(kind: BlockKind) -> bool {
    !matches!(
        kind,
        BlockKind::Headline | BlockKind::Deck | BlockKind::Caption
    )
}

fn media_kind(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "picture",
        MediaKind::Video => "video",
        MediaKind::Audio => "audio",
        MediaKind::Graphic => "graphic",
        MediaKind::Embed => "component",
    }
}

fn partial(record: &EnrichedArticle) -> bool {
    record
        .quality
        .flags
        .iter()
        .any(|f| f == Flag::TRUNCATED.as_str())
}

fn by(record: &EnrichedArticle) -> Option<String> {
    record.byline.clone().or_else(|| {
        let names: Vec<&str> = record.authors.iter().map(|a| a.name.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    })
}

/// What sums the article up: the supplier's own words, then the sentences found.
fn descriptions(record: &EnrichedArticle) -> Vec<Text> {
    let mut found = texts("summary", record.deck.as_deref());
    let mut reader = CodePointReader::new(&record.content.text);
    let sentences = record.summary.iter().map(|s| reader.slice(s.start, s.end));
    let summary = sentences.collect::<Vec<_>>().join(" ");
    found.extend(texts("summary", Some(&summary)));
    found
}

fn texts(role: &'static str, text: Option<&str>) -> Vec<Text> {
    text.filter(|t| !t.is_empty())
        .map(|t| Text::plain(role, t))
        .into_iter()
        .collect()
}

/// The body as text and as HTML; captions are descriptions.
fn bodies(record: &EnrichedArticle, item: &mut Item) {
    let mut text = String::new();
    let mut html = String::new();
    let mut lists = false;
    let mut table = false;
    let mut reader = CodePointReader::new(&record.content.text);
    for block in &record.content.blocks {
        let part = reader.slice(block.start, block.end);
        if block.kind == BlockKind::Caption {
            // The captions of an article's pictures are with its associations.
            if item.kind != "text" {
                item.descriptions.push(Text::plain("caption", part));
            }
            continue;
        }
        if !is_body(block.kind) {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(part);
        let (in_list, in_table) = (
            block.kind == BlockKind::ListItem,
            block.kind == BlockKind::Table,
        );
        for (open, was, tag) in [(in_list, &mut lists, "ul"), (in_table, &mut table, "table")] {
            if open != *was {
                html.push_str(if open { "<" } else { "</" });
                html.push_str(tag);
                html.push('>');
                *was = open;
            }
        }
        markup(block.kind, part, &mut html);
    }
    for (open, tag) in [(lists, "</ul>"), (table, "</table>")] {
        if open {
            html.push_str(tag);
        }
    }
    if text.is_empty() {
        return;
    }
    let words = text.split_whitespace().count();
    let chars = text.chars().count();
    item.bodies.push(Text {
        char_count: Some(chars),
        word_count: Some(words),
        ..Text::plain("text", &text)
    });
    item.bodies.push(Text {
        role: "html",
        content_type: "text/html",
        char_count: Some(html.chars().count()),
        word_count: Some(words),
        value: html,
    });
}

fn markup(kind: BlockKind, text: &str, html: &mut String) {
    let (open, close) = match kind {
        BlockKind::Crosshead => ("<h2>", "</h2>"),
        BlockKind::ListItem => ("<li>", "</li>"),
        BlockKind::Quote => ("<blockquote><p>", "</p></blockquote>"),
        BlockKind::Table => {
            html.push_str("<tr>");
            for cell in text.split(" | ") {
                html.push_str("<td>");
                escape(cell, html);
                html.push_str("</td>");
            }
            return html.push_str("</tr>");
        }
        _ => ("<p>", "</p>"),
    };
    html.push_str(open);
    escape(text, html);
    html.push_str(close);
}

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            c => html.push(c),
        }
    }
}

/// Slices a text by code points that ascend, in one pass.
struct CodePointReader<'t> {
    text: &'t str,
    byte: usize,
    point: u32,
}

impl<'t> CodePointReader<'t> {
    fn new(text: &'t str) -> Self {
        CodePointReader {
            text,
            byte: 0,
            point: 0,
        }
    }

    fn seek(&mut self, point: u32) -> usize {
        if point < self.point {
            (self.byte, self.point) = (0, 0);
        }
        let rest = &self.text[self.byte..];
        let ahead = (point - self.point) as usize;
        self.byte += rest
            .char_indices()
            .nth(ahead)
            .map_or(rest.len(), |(at, _)| at);
        self.point = point;
        self.byte
    }

    fn slice(&mut self, start: u32, end: u32) -> &'t str {
        let from = self.seek(start);
        let to = self.seek(end.max(start));
        &self.text[from..to]
    }
}

fn entity(entity: &Entity, item: &mut Item) {
    let list = match entity.kind {
        EntityType::Person => &mut item.people,
        EntityType::Organization => &mut item.organisations,
        EntityType::Place => &mut item.places,
        EntityType::Event => &mut item.events,
        EntityType::Product | EntityType::Work | EntityType::Law => &mut item.objects,
        EntityType::Nationality | EntityType::Language => return,
    };
    let about = entity.salience.is_some_and(|s| s >= ABOUT);
    list.push(Concept {
        name: Some(entity.name.clone()),
        rel: Some(if about { "about" } else { "mentions" }),
        uri: entity
            .links
            .geonames
            .map(|id| format!("https://sws.geonames.org/{id}/")),
        literal: Some(entity.id.clone()),
        geo: (entity.kind == EntityType::Place)
            .then_some(entity.location)
            .flatten()
            .map(|l| json!({"type": "Point", "coordinates": [l.lon, l.lat]})),
        ..Concept::default()
    });
}

/// The concept URI of a code of IPTC's NewsCodes.
fn newscode(scheme: &str, code: &str) -> Option<String> {
    let vocabulary = match scheme {
        "medtop" => "mediatopic",
        "iptc-subject-code" => "subjectcode",
        _ => return None,
    };
    let uri = format!("http://cv.iptc.org/newscodes/{vocabulary}/{code}");
    is_uri(&uri).then_some(uri)
}

fn subjects(record: &EnrichedArticle, item: &mut Item) {
    for Subject { scheme, code, name } in &record.subjects {
        let uri = match (scheme, code) {
            (Some(scheme), Some(code)) => newscode(scheme, code),
            (None, Some(code)) if is_uri(code) => Some(code.clone()),
            _ => None,
        };
        let literal = match (&uri, scheme, code) {
            (Some(_), ..) => None,
            (None, Some(scheme), Some(code)) => Some(format!("{scheme}:{code}")),
            (None, scheme, code) => code.clone().or_else(|| scheme.clone()),
        };
        item.subjects.push(Concept {
            name: name.clone(),
            rel: Some("classifies"),
            uri,
            literal,
            ..Concept::default()
        });
    }
    for topic in &record.topics {
        let (scheme, code) = topic.code.split_once(':').unwrap_or(("", &topic.code));
        let uri = newscode(scheme, code);
        if uri.is_some() && item.subjects.iter().any(|s| s.uri == uri) {
            continue;
        }
        item.subjects.push(Concept {
            name: Some(topic.name.clone()),
            rel: Some("classifies"),
            literal: uri.is_none().then(|| topic.code.clone()),
            uri,
            creator: (topic.basis == TopicBasis::Text).then_some("copydesk"),
            confidence: topic
                .score
                .map(|s| (s.clamp(0.0, 1.0) * 100.0).round() as u8),
            ..Concept::default()
        });
    }
    for keyword in &record.keywords {
        item.subjects.push(Concept {
            name: Some(keyword.clone()),
            rel: Some("keyword"),
            ..Concept::default()
        });
    }
    for keyphrase in &record.keyphrases {
        item.subjects.push(Concept {
            name: Some(keyphrase.text.clone()),
            rel: Some("keyword"),
            creator: Some("copydesk"),
            ..Concept::default()
        });
    }
}

fn genre_name(genre: Genre) -> &'static str {
    match genre {
        Genre::Article => "article",
        Genre::Alert => "alert",
        Genre::Advisory => "advisory",
        Genre::LiveBlog => "live-blog",
        Genre::PhotoCaption => "photo-caption",
        Genre::Obituary => "obituary",
        Genre::Opinion => "opinion",
        Genre::NotArticle => "not-article",
    }
}

fn sources(record: &EnrichedArticle, item: &mut Item) {
    let mut add = |name: &str, role, uri| {
        item.info_sources.push(Source {
            name: name.to_owned(),
            role,
            uri,
        });
    };
    if let Some(credit) = &record.credit {
        add(credit, "creditline", None);
    }
    if let Some(origin) = &record.origin {
        add(&origin.agency, "origin", None);
    }
    if let Some(outlet) = &record.outlet {
        let uri = outlet.domain.as_ref().map(|d| format!("https://{d}/"));
        add(&outlet.name, "publisher", uri.filter(|u| is_uri(u)));
    }
}

fn alt_ids(record: &EnrichedArticle, item: &mut Item) {
    let mut add = |role, value: Option<&str>| {
        if let Some(value) = value {
            item.alt_ids.push(AltId {
                role,
                value: value.to_owned(),
            });
        }
    };
    record
        .alt_ids
        .iter()
        .for_each(|id| add("supplier", Some(id)));
    add(
        "web",
        record.url.as_deref().or(record.ingest.url.as_deref()),
    );
    add("supersedes", record.supersedes.as_deref());
    add("story", record.story.as_deref());
    add(
        "cluster",
        record.duplicates.as_ref().map(|d| d.cluster.as_str()),
    );
}

fn association(media: &Media, number: usize, item: &str) -> Association {
    let url = media.url.as_deref().filter(|u| is_uri(u));
    let own = format!("{}#media-{number}", item.split('#').next().unwrap_or(item));
    Association {
        name: format!("media-{number}"),
        uri: url.map_or(own, str::to_owned),
        kind: media_kind(media.kind),
        descriptions: texts("caption", media.caption.as_deref()),
        by: media.credit.clone(),
        renditions: url
            .map(|href| Rendition {
                name: "main",
                href: href.to_owned(),
            })
            .into_iter()
            .collect(),
    }
}

#[cfg(test)]
mod tests;

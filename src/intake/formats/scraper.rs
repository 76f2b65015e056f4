//! Scrapers' JSON: one object an article, its fields found by a map that the configuration can change.
//!
//! The map as it ships knows news-please and the names that Scrapy spiders, NewsAPI, newspaper3k and
//! trafilatura use. A document may be one object, an array of them, one object a line, or an object
//! that holds the array (`articles`, `results`, …).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::intake::formats::text;
use crate::intake::{
    Decoded, Document, Draft, DraftBlock, ErrorCode, Format, ReadError, Reading, hints, html, wire,
};
use crate::record::{
    Author, AuthorRole, BlockKind, DateBasis, DateRole, DateValue, Media, MediaKind, Outlet,
};

/// Which fields of a scraper's JSON mean what: for each, paths tried in order, the first that holds
/// something wins. A path is a key, or keys joined by dots (`meta.published`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FieldMap {
    /// Where the articles stand when the document is an object around them.
    pub articles: Vec<String>,
    /// The supplier's id.
    pub id: Vec<String>,
    /// The headline.
    pub headline: Vec<String>,
    /// The standfirst.
    pub deck: Vec<String>,
    /// The text of the article, plain or HTML.
    pub body: Vec<String>,
    /// Names, as a list or as one string.
    pub authors: Vec<String>,
    /// When it was published.
    pub published: Vec<String>,
    /// When it was last changed.
    pub modified: Vec<String>,
    /// Where it was fetched.
    pub url: Vec<String>,
    /// Domain or name of the outlet.
    pub outlet: Vec<String>,
    /// The declared language.
    pub language: Vec<String>,
    /// Section of the site.
    pub section: Vec<String>,
    /// Keywords, as a list or as one string.
    pub keywords: Vec<String>,
    /// Address of the main picture.
    pub image: Vec<String>,
    /// The copyright line.
    pub copyright: Vec<String>,
}

impl Default for FieldMap {
    fn default() -> Self {
        let list = |names: &str| names.split(' ').map(str::to_owned).collect();
        FieldMap {
            articles: list("articles results items docs hits"),
            id: list("id _id guid uuid article_id"),
            headline: list("title headline title_page title_rss name"),
            deck: list("description subtitle summary excerpt abstract deck"),
            body: list(
                "maintext text articleBody article_text full_text cleaned_text content body article body_text html",
            ),
            authors: list("authors author byline creator"),
            published: list(
                "date_publish published_at publishedAt published date_published datePublished publish_date pub_date pubDate date timestamp",
            ),
            modified: list(
                "date_modify modified_at updated_at updatedAt date_modified dateModified modified updated",
            ),
            url: list("url link source_url canonical_url canonicalLink webUrl"),
            outlet: list(
                "source_domain domain hostname sitename source.name site_name publisher.name publisher source",
            ),
            language: list("language lang inLanguage"),
            section: list("section category articleSection"),
            keywords: list("keywords tags"),
            image: list("image_url urlToImage top_image image.url image thumbnail"),
            copyright: list("copyright rights"),
        }
    }
}

/// Reads a scraper's JSON, emitting a draft for each object that has a headline or a body.
///
/// # Errors
/// [`ErrorCode::Malformed`] with the byte where the JSON breaks; articles before it stand.
/// [`ErrorCode::NoArticle`] when no object has a headline or a body.
pub fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let decoded = document.decode();
    let mut found = 0usize;
    let values = serde_json::Deserializer::from_str(&decoded.text).into_iter::<Value>();
    for value in values {
        let value = value.map_err(|e| malformed(&decoded.text, &e))?;
        let list = match &value {
            Value::Array(list) => list.as_slice(),
            Value::Object(_) => reading
                .fields
                .articles
                .iter()
                .find_map(|path| at(&value, path)?.as_array())
                .filter(|list| list.iter().all(Value::is_object) && !list.is_empty())
                .map_or(std::slice::from_ref(&value), Vec::as_slice),
            _ => &[],
        };
        for object in list {
            if found >= reading.limits.items {
                return Err(ReadError::too_many(reading.limits, "articles"));
            }
            if let Some(draft) = article(object, &decoded, reading) {
                found += 1;
                if (reading.emit)(draft).is_break() {
                    return Ok(());
                }
            }
        }
    }
    if found == 0 {
        return Err(ReadError::new(
            ErrorCode::NoArticle,
            "no object has a headline or a text under a known field",
        ));
    }
    Ok(())
}

/// The error of a JSON document, with the byte it is at.
pub fn malformed(text: &str, error: &serde_json::Error) -> ReadError {
    let line_start = match error.line() {
        0 | 1 => 0,
        line => memchr::memchr_iter(b'\n', text.as_bytes())
            .nth(line - 2)
            .map_or(0, |p| p + 1),
    };
    ReadError::new(ErrorCode::Malformed, format!("not JSON: {error}"))
        .at((line_start + error.column().saturating_sub(1)) as u64)
}

fn article(object: &Value, decoded: &Decoded, reading: &Reading<'_>) -> Option<Draft> {
    let map = reading.fields;
    let string = |paths: &[String]| paths.iter().find_map(|p| as_string(at(object, p)?));
    let body = string(&map.body);
    let headline = string(&map.headline);
    if body.is_none() && headline.is_none() {
        return None;
    }
    let mut draft = match &body {
        Some(body) => body_draft(body, decoded, reading),
        None => decoded.draft(Format::ScraperJson),
    };
    draft.format = Format::ScraperJson;
    let s = &mut draft.supplied;
    let over = |slot: &mut Option<String>, paths: &[String]| {
        if let Some(given) = string(paths) {
            *slot = Some(given);
        }
    };
    over(&mut s.id, &map.id);
    over(&mut s.url, &map.url);
    over(&mut s.language, &map.language);
    over(&mut s.section, &map.section);
    over(&mut s.copyright, &map.copyright);
    if headline.is_some() {
        s.headline = headline;
        // The map's headline stands for one that the text seemed to open with.
        let given = s.headline.as_deref().unwrap_or_default();
        draft
            .blocks
            .retain(|b| b.kind != BlockKind::Headline || b.text != given);
        for block in &mut draft.blocks {
            if block.kind == BlockKind::Headline {
                block.kind = BlockKind::Paragraph;
            }
        }
    }
    // A description is a deck only when it is not the beginning of the text once more.
    s.deck = string(&map.deck).filter(|deck| {
        let start: String = deck.chars().take(40).collect();
        s.headline.as_deref() != Some(deck) && !body.as_deref().is_some_and(|b| b.contains(&start))
    });
    let dates = [
        (&map.published, DateRole::Published),
        (&map.modified, DateRole::Modified),
    ];
    for (paths, role) in dates {
        let found: Option<DateValue> = string(paths).and_then(|v| hints::date(&v, DateBasis::Meta));
        if let Some(date) = found {
            hints::seen(s, &date, role);
            match role {
                DateRole::Published => s.published = Some(date),
                _ => s.modified = Some(date),
            }
        }
    }
    if let Some(authors) = map.authors.iter().find_map(|p| names(at(object, p)?)) {
        s.byline = Some(authors.join(", "));
        s.authors = authors
            .into_iter()
            .map(|name| Author {
                name,
                role: AuthorRole::Writer,
                organization: None,
            })
            .collect();
    }
    if let Some(outlet) = string(&map.outlet) {
        let is_domain = outlet.contains('.') && !outlet.contains(' ');
        s.outlet = Some(Outlet {
            domain: is_domain.then(|| outlet.trim_start_matches("www.").to_ascii_lowercase()),
            name: outlet,
        });
    }
    if let Some(words) = map.keywords.iter().find_map(|p| names(at(object, p)?)) {
        s.keywords = words;
    }
    if let Some(url) = string(&map.image) {
        s.media.push(Media {
            kind: MediaKind::Image,
            url: Some(url),
            caption: None,
            credit: None,
        });
    }
    Some(draft)
}

/// A draft of the body alone: as a page when it is one, as a fragment when it has tags, else as plain text.
///
/// The text stands escaped in the document, so its blocks have no place there.
fn body_draft(body: &str, decoded: &Decoded, reading: &Reading<'_>) -> Draft {
    let mut draft = decoded.draft(Format::ScraperJson);
    let has_tags =
        crate::intake::decode::sniff::format(body.as_bytes(), None) == Some(Format::Html);
    let is_page = has_tags
        && ["<html", "<body", "<HTML", "<BODY"]
            .iter()
            .any(|t| body.contains(t));
    if is_page && let Some(page) = read_page(body, reading) {
        draft.blocks = page.blocks;
        draft.removed = page.removed;
        draft.supplied = page.supplied;
        draft.flags.extend(page.flags);
        draft.removed.iter_mut().for_each(|r| r.raw = None);
    } else if has_tags {
        draft.blocks = html::fragment_blocks(body);
    } else {
        draft.blocks = text::lay_out(body, reading.outlets);
        draft.supplied.headline = text::headline(&draft.blocks);
    }
    draft
        .blocks
        .iter_mut()
        .for_each(|b: &mut DraftBlock| b.pieces.clear());
    draft
}

fn read_page(body: &str, reading: &Reading<'_>) -> Option<Draft> {
    let reader = Format::Html.reader();
    let mut page = None;
    let document = Document {
        bytes: body.as_bytes(),
        format: Format::Html,
        content_type: Some("text/html; charset=utf-8"),
    };
    let mut emit = |draft: Draft| {
        page = Some(draft);
        std::ops::ControlFlow::Break(())
    };
    reader(
        &document,
        &mut Reading {
            depth: reading.depth + 1,
            emit: &mut emit,
            ..*reading
        },
    )
    .ok()?;
    page
}

/// The value at a dotted path; a literal key with a dot in it wins.
fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    value
        .get(path)
        .or_else(|| path.split('.').try_fold(value, |v, key| v.get(key)))
        .filter(|v| !v.is_null())
}

/// A value as one string: a string, a number, the lines of a list, or the `name`, `text` or `url` of an object.
fn as_string(value: &Value) -> Option<String> {
    let string = match value {
        Value::String(s) => s.trim().to_owned(),
        Value::Number(n) => n.to_string(),
        Value::Array(list) => {
            let lines: Vec<String> = list.iter().filter_map(as_string).collect();
            lines.join("\n")
        }
        Value::Object(o) => {
            let inner = ["name", "text", "value", "url", "$oid", "$date"];
            return inner.iter().find_map(|k| as_string(o.get(*k)?));
        }
        _ => return None,
    };
    (!string.is_empty() && !matches!(string.as_str(), "None" | "null" | "N/A")).then_some(string)
}

/// A value as a list of names: a list of strings or objects, or one string taken apart as a byline is.
fn names(value: &Value) -> Option<Vec<String>> {
    let names: Vec<String> = match value {
        Value::Array(list) => list.iter().filter_map(as_string).collect(),
        _ => wire::split_names(&as_string(value)?),
    };
    (!names.is_empty()).then_some(names)
}

//! Scrapers' JSON: one object an article, its fields found by a map that the configuration can change.
//!
//! The map as it ships knows news-please and the names that Scrapy spiders, newspaper3k and trafilatura use,
//! those of news services (NewsAPI, GNews, Event Registry, Webz.io, Diffbot, the Guardian's and The New
//! York Times' own), and of publishing systems (WordPress, Ghost, Arc). A document may be one object, an
//! array of them, one object a line, or an object that holds the array (`articles`, `results`, …).

mod elements;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::intake::dates;
use crate::intake::embedded;
use crate::intake::formats::{feed, text};
use crate::intake::outlets;
use crate::intake::{
    Decoded, Document, Draft, DraftBlock, ErrorCode, Format, ReadError, Reading, Supplied, hints,
    html, wire,
};
use crate::record::{
    Author, AuthorRole, BlockKind, DateBasis, DateRole, DateValue, Flag, HeadlineBasis, Media,
    MediaKind, Outlet,
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
            articles: list(
                "articles articles.results results items docs hits hits.hits posts stories news entries objects data data.articles data.items data.posts data.results response.results response.docs value",
            ),
            id: list("id _id guid uuid article_id stories_id uri"),
            headline: list(
                "title headline headline.main webTitle headlines.basic attributes.title title_page title_rss name",
            ),
            deck: list(
                "description description.basic subtitle subheadlines.basic fields.standfirst custom_excerpt summary excerpt abstract deck",
            ),
            body: list(
                "maintext text articleBody article_text full_text story_text cleaned_text content_html contentHtml content body_html bodyHtml body_xhtml body article body_text fields.body fields.bodyText attributes.body html html_content content_text contentText story fulltext main_text article_html text_html plain_text content.rendered lead_paragraph",
            ),
            authors: list(
                "_embedded.author authors author byline.original byline fields.byline credits.by primary_author creator",
            ),
            published: list(
                "date_publish published_at publishedAt published date_published datePublished dateTimePub publish_date first_publish_date webPublicationDate pub_date pubDate date_gmt date dateTime display_date timestamp",
            ),
            modified: list(
                "date_modify modified_at updated_at updatedAt date_modified dateModified modified_gmt modified updated last_updated_date fields.lastModified",
            ),
            url: list(
                "url link permalink links.permalink source_url canonical_url canonicalLink webUrl web_url pageUrl source",
            ),
            outlet: list(
                "source_domain domain hostname sitename siteName source.name source.title source_name site_name media_name provider publisher.name publisher source",
            ),
            language: list("language lang inLanguage humanLanguage fields.lang"),
            section: list(
                "section sectionName section_name taxonomy.primary_section.name category articleSection",
            ),
            keywords: list("keywords tags"),
            image: list("image_url urlToImage top_image image.url image thumbnail"),
            copyright: list("copyright rights"),
        }
    }
}

impl FieldMap {
    /// The names of all fields of an article.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let lists = [
            &self.id,
            &self.headline,
            &self.deck,
            &self.body,
            &self.authors,
            &self.published,
            &self.modified,
            &self.url,
            &self.outlet,
            &self.language,
            &self.section,
            &self.keywords,
            &self.image,
            &self.copyright,
        ];
        lists.into_iter().flatten().map(String::as_str)
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
        for object in objects(&value, reading.fields) {
            if found >= reading.limits.items {
                return Err(ReadError::too_many(reading.limits, "articles"));
            }
            if let Some(draft) = article(source(object), &decoded, reading) {
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

/// The objects that are an article each: those of a list, or of the list in an object around them. One with a headline
/// and a text of its own is the article, whatever lists it has.
fn objects<'v>(value: &'v Value, fields: &FieldMap) -> &'v [Value] {
    let has = |object: &'v Value, paths: &[String]| {
        let object = source(object);
        Mapped { object, fields }.string(paths).is_some()
    };
    let itself = std::slice::from_ref(value);
    match value {
        Value::Array(list) => list,
        Value::Object(_) if has(value, &fields.headline) && has(value, &fields.body) => itself,
        Value::Object(_) => {
            let mut lists = fields.articles.iter();
            let list = lists.find_map(|path| at(value, path)?.as_array());
            let is_list =
                |list: &&Vec<Value>| !list.is_empty() && list.iter().all(Value::is_object);
            list.filter(is_list).map_or(itself, Vec::as_slice)
        }
        _ => &[],
    }
}

/// An object as it was put into Elasticsearch, whose hits hold it as `_source`.
fn source(object: &Value) -> &Value {
    let source = object.get("_source").filter(|v| v.is_object());
    source.unwrap_or(object)
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

/// A scraper's object, read by the map of its fields.
struct Mapped<'v> {
    object: &'v Value,
    fields: &'v FieldMap,
}

impl Mapped<'_> {
    /// The first of these fields that is there, as one string.
    fn string(&self, paths: &[String]) -> Option<String> {
        paths
            .iter()
            .find_map(|path| as_string(at(self.object, path)?))
    }

    /// The first of these fields that is there, as a list of names.
    fn names(&self, paths: &[String]) -> Option<Vec<String>> {
        paths.iter().find_map(|path| names(at(self.object, path)?))
    }

    /// The date in the first of these fields, noted among all that were seen.
    fn date(&self, paths: &[String], role: DateRole, s: &mut Supplied) -> Option<DateValue> {
        let (path, mut text) = paths
            .iter()
            .find_map(|path| Some((path, as_string(at(self.object, path)?)?)))?;
        // WordPress leaves the zone to the field's name.
        if path.ends_with("_gmt") && !text.ends_with('Z') {
            text.push('Z');
        }
        let date = dates::machine(&text, DateBasis::Meta)?;
        hints::seen(s, &date, role);
        Some(date)
    }

    /// The address of the article: `source` may hold one, or an outlet.
    fn address(&self) -> Option<String> {
        self.fields.url.iter().find_map(|path| {
            let text = as_string(at(self.object, path)?)?;
            (path != "source" || text.contains("://")).then_some(text)
        })
    }

    /// What the object says of the article beside headline and text.
    fn fill(&self, s: &mut Supplied) {
        let fields = self.fields;
        for (slot, paths) in [
            (&mut s.id, &fields.id),
            (&mut s.language, &fields.language),
            (&mut s.section, &fields.section),
            (&mut s.copyright, &fields.copyright),
        ] {
            *slot = self.string(paths).or(slot.take());
        }
        s.url = self.address().or(s.url.take());
        let published = self.date(&fields.published, DateRole::Published, s);
        s.published = published.or(s.published.take());
        let modified = self.date(&fields.modified, DateRole::Modified, s);
        s.modified = modified.or(s.modified.take());
        // WordPress has the author's number.
        let is_name = |name: &String| name.contains(char::is_alphabetic);
        let authors = self.names(&fields.authors);
        if let Some(authors) = authors.filter(|names| names.iter().any(is_name)) {
            s.byline = Some(authors.join(", "));
            let author = |name| Author {
                name,
                role: AuthorRole::Writer,
                organization: None,
            };
            s.authors = authors.into_iter().map(author).collect();
        }
        let outlet = self.string(&fields.outlet).map(outlet);
        s.outlet = outlet.or(s.outlet.take());
        if let Some(outlet) = &mut s.outlet {
            let host = s.url.as_deref().and_then(outlets::domain_of);
            let host = host.filter(|host| !outlets::redirects(host));
            outlet.domain = outlet.domain.take().or(host);
        }
        if let Some(words) = self.names(&fields.keywords) {
            s.keywords = words;
        }
        s.media.extend(self.string(&fields.image).map(|url| Media {
            kind: MediaKind::Image,
            url: Some(url),
            caption: None,
            credit: None,
        }));
    }
}

/// An outlet by its name, or by its domain where that is what stands there.
fn outlet(name: String) -> Outlet {
    let name = outlets::domain_of(&name).unwrap_or(name);
    let is_domain = name.contains('.') && !name.contains(' ');
    Outlet {
        domain: is_domain.then(|| name.trim_start_matches("www.").to_ascii_lowercase()),
        name,
    }
}

fn article(object: &Value, decoded: &Decoded, reading: &Reading<'_>) -> Option<Draft> {
    let fields = reading.fields;
    let mapped = Mapped { object, fields };
    let body = mapped.string(&fields.body);
    let body = body.or_else(|| elements::html(object.get("content_elements")?));
    let (body, is_cut) = without_cut(body);
    let headline = mapped.string(&fields.headline);
    let headline = headline.and_then(|h| embedded::one_line(&h));
    if body.is_none() && headline.is_none() {
        return None;
    }
    let mut draft = match &body {
        Some(body) => body_draft(body, decoded, reading),
        None => decoded.draft(Format::ScraperJson),
    };
    draft.format = Format::ScraperJson;
    if is_cut {
        draft.flags.insert(Flag::PARTIAL_COPY);
    }
    if let Some(headline) = headline {
        put_headline(&mut draft, headline);
    }
    let s = &mut draft.supplied;
    let deck = mapped.string(&fields.deck);
    s.deck = deck.and_then(|d| embedded::one_line(&d));
    mapped.fill(s);
    feed::without_outlet(s, None, HeadlineBasis::Wire);
    Some(draft)
}

/// A text without what services set where they cut it ("… [+1234 chars]"), and whether it was cut.
fn without_cut(body: Option<String>) -> (Option<String>, bool) {
    let kept = body.as_deref().and_then(|text| {
        let (kept, mark) = text.trim_end().strip_suffix(" chars]")?.rsplit_once('[')?;
        let figures = mark.trim_start_matches('+');
        let is_count = !figures.is_empty() && figures.bytes().all(|b| b.is_ascii_digit());
        is_count.then(|| kept.trim_end().to_owned())
    });
    match kept {
        Some(kept) => (Some(kept), true),
        None => (body, false),
    }
}

/// The map's headline stands for one that the text seemed to open with.
fn put_headline(draft: &mut Draft, headline: String) {
    draft
        .blocks
        .retain(|b| b.kind != BlockKind::Headline || b.text != headline);
    for block in &mut draft.blocks {
        if block.kind == BlockKind::Headline {
            block.kind = BlockKind::Paragraph;
        }
    }
    draft.supplied.headline = Some(headline);
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
        take_back_kind(&mut draft);
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

/// Takes back that a page is no article where that was told by how little there is: what else was known of the page
/// stands in the scraper's fields. What a page says that it is stands.
fn take_back_kind(draft: &mut Draft) {
    let says = [
        Flag::CHALLENGE_PAGE,
        Flag::ERROR_PAGE,
        Flag::LOGIN_PAGE,
        Flag::CONSENT_WALL,
    ];
    if says.iter().any(|flag| draft.flags.contains(flag)) {
        return;
    }
    for flag in [Flag::INDEX_PAGE, Flag::PAYWALL_PAGE, Flag::NOT_ARTICLE] {
        draft.flags.remove(&flag);
    }
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
            // WordPress has `rendered` texts, Drupal `processed` ones.
            let inner = [
                "name",
                "rendered",
                "processed",
                "html",
                "text",
                "value",
                "content",
                "url",
                "$oid",
                "$date",
            ];
            return inner.iter().find_map(|k| as_string(o.get(*k)?));
        }
        _ => return None,
    };
    (!string.is_empty() && !matches!(string.as_str(), "None" | "null" | "N/A")).then_some(string)
}

/// A value as a list of names: a list of strings or objects, or one string taken apart as a byline is.
fn names(value: &Value) -> Option<Vec<String>> {
    // The New York Times has keywords of a kind: `{"name": "subject", "value": "Ferries"}`.
    let name = |v: &Value| match v.get("name").and(v.get("value")) {
        Some(value) => as_string(value),
        None => as_string(v),
    };
    let names: Vec<String> = match value {
        Value::Array(list) => list.iter().filter_map(name).collect(),
        _ => wire::split_names(&as_string(value)?),
    };
    (!names.is_empty()).then_some(names)
}

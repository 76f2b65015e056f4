//! schema.org's articles in JSON-LD, alone: an object, a list, a `@graph`.

use serde_json::Value;

use crate::intake::Format;
use crate::intake::draft::Supplied;
use crate::intake::embedded;
use crate::intake::json;
use crate::intake::json::{Fields, text_of};
use crate::intake::outlets::domain_of;
use crate::intake::supply;
use crate::intake::supply::{DraftBuilder, coded};
use crate::intake::{Document, DraftBlock, ErrorCode, ReadError, Reading};
use crate::record::{
    Access, AuthorRole, BlockKind, DateBasis, DateRole, Dateline, Flag, Genre, Media, MediaKind,
    Outlet, VersionKind,
};

/// Deepest nesting of `@graph`, `mainEntity` and lists that is looked into for articles.
const ARTICLES_DEEP: usize = 8;

/// Reads every article in the document.
///
/// # Errors
/// Where and why the JSON broke; [`ErrorCode::NoArticle`] when no object is an article.
pub fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let decoded = document.decode();
    let parsed = json::parse(&decoded.text, reading.limits.depth)?;
    let mut found = Vec::new();
    articles(&parsed.value, 0, &mut found);
    for value in found.iter().take(reading.limits.items) {
        let mut builder = DraftBuilder::new(
            decoded.draft(Format::JsonLd),
            DateBasis::JsonLd,
            reading.outlets,
        );
        builder.draft.flags.extend(parsed.flag);
        article(value, &mut builder);
        if (reading.emit)(builder.finish()).is_break() {
            return Ok(());
        }
    }
    if let Some(error) = parsed.error {
        return Err(error);
    }
    match found.len() {
        0 => Err(ReadError::new(
            ErrorCode::NoArticle,
            "no object in the JSON-LD is an article",
        )),
        n if n > reading.limits.items => Err(ReadError::too_many(reading.limits, "items")),
        _ => Ok(()),
    }
}

fn articles<'v>(value: &'v Value, depth: usize, found: &mut Vec<&'v Value>) {
    if depth > ARTICLES_DEEP {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|i| articles(i, depth + 1, found)),
        Value::Object(map) => {
            if is_article(value) {
                return found.push(value);
            }
            for key in [
                "@graph",
                "mainEntity",
                "mainEntityOfPage",
                "itemListElement",
                "item",
                "hasPart",
            ] {
                if let Some(inner) = map.get(key) {
                    articles(inner, depth + 1, found);
                }
            }
        }
        _ => {}
    }
}

/// `@type` is an article's, or there is none and it has an article's fields.
fn is_article(v: &Value) -> bool {
    let types: Vec<String> = v
        .list(&["@type", "type"])
        .iter()
        .filter_map(text_of)
        .collect();
    if types.is_empty() {
        return v.any(&["headline", "articleBody"]).is_some();
    }
    types.iter().any(|t| {
        let t = t.rsplit(['/', ':', '#']).next().unwrap_or(t);
        t.ends_with("Article") || t.ends_with("BlogPosting") || t == "Report" || t == "Review"
    })
}

fn article(v: &Value, builder: &mut DraftBuilder) {
    let s = builder.supplied();
    identify(v, s);
    lines(v, s);
    topics(v, s);
    s.access = access(v);
    s.genre = genre(v);
    people(v, builder);
    let language = v.any(&["inLanguage"]);
    let language = language.and_then(|l| text_of(l).or_else(|| l.text(&["alternateName", "name"])));
    builder.language(language.as_deref());
    for (role, name) in [
        (DateRole::Published, "datePublished"),
        (DateRole::Modified, "dateModified"),
        (DateRole::Created, "dateCreated"),
        (DateRole::Other, "expires"),
    ] {
        builder.date(role, v.text(&[name]).as_deref());
    }
    // The status of the work, which may be "Draft" or any word of the page's system.
    let status = v.text(&["creativeWorkStatus"]);
    let status = status.filter(|w| supply::status_word(w).is_some());
    builder.status(status.as_deref());
    if let Some(body) = v.text(&["articleBody", "text", "reviewBody"]) {
        embedded::any_text(&body, builder);
    }
    live_entries(v, builder);
    media(v, builder);
    if builder.draft.blocks.is_empty() && builder.supplied().headline.is_none() {
        builder.flag(Flag::NO_BODY);
    }
}

/// A property as text on one line.
fn line(v: &Value, names: &[&str]) -> Option<String> {
    v.text(names).and_then(|t| embedded::one_line(&t))
}

/// The name of what a value is: a text, or an object that has one.
fn named(value: &Value) -> Option<String> {
    text_of(value).or_else(|| value.text(&["name", "legalName", "@value"]))
}

/// The first name among the values of a property.
fn first_named(v: &Value, names: &[&str]) -> Option<String> {
    v.list(names).iter().find_map(named)
}

/// Address, identifier, version and publisher.
fn identify(v: &Value, s: &mut Supplied) {
    let address = |value: &Value| text_of(value).or_else(|| value.text(&["@id", "url"]));
    s.url = v
        .text(&["url"])
        .or_else(|| v.any(&["mainEntityOfPage"]).and_then(address));
    let identifier = v.any(&["identifier"]);
    s.id = identifier
        .and_then(|i| text_of(i).or_else(|| i.text(&["value", "@id"])))
        .or_else(|| v.text(&["@id"]))
        .or_else(|| s.url.clone());
    s.set_version(v.text(&["version"]).as_deref());
    let mut publishers = v.list(&["publisher", "isPartOf"]).iter();
    s.outlet = publishers.find_map(|publisher| {
        let address = publisher.text(&["url", "@id"]);
        Some(Outlet {
            name: named(publisher)?,
            domain: address.as_deref().and_then(domain_of),
        })
    });
}

/// Headline, deck and the lines of rights and credit.
fn lines(v: &Value, s: &mut Supplied) {
    s.headline = line(v, &["headline", "name"]);
    s.deck = line(v, &["alternativeHeadline", "description", "abstract"]);
    s.section = first_named(v, &["articleSection"]);
    s.credit =
        line(v, &["creditText"]).or_else(|| first_named(v, &["sourceOrganization", "provider"]));
    s.copyright = line(v, &["copyrightNotice"]).or_else(|| {
        let holder = first_named(v, &["copyrightHolder"])?;
        let year = v.text(&["copyrightYear"]);
        Some(year.map_or_else(|| holder.clone(), |y| format!("© {y} {holder}")))
    });
    s.usage_terms = line(v, &["usageInfo", "license", "conditionsOfAccess"]);
    s.dateline = line(v, &["dateline"]).map(|text| Dateline {
        text,
        ..Dateline::default()
    });
}

/// Keywords, subjects and corrections.
fn topics(v: &Value, s: &mut Supplied) {
    for keyword in v.list(&["keywords"]) {
        // One text may hold them all.
        let keywords = named(keyword).unwrap_or_default();
        keywords.split(',').for_each(|k| s.add_keyword(k));
    }
    for subject in v.list(&["about", "mentions"]) {
        let code = subject.text(&["sameAs", "@id", "termCode", "url"]);
        s.add_subject(coded(code.as_deref(), named(subject)));
    }
    for note in v.list(&["correction"]) {
        let text = text_of(note).or_else(|| note.text(&["text", "description", "name"]));
        s.add_note(text.unwrap_or_default());
        s.version_kind = Some(VersionKind::Correction);
    }
}

/// `isAccessibleForFree`, as a truth value or the word for one.
fn access(v: &Value) -> Option<Access> {
    let free = match v.any(&["isAccessibleForFree"])? {
        Value::Bool(free) => *free,
        Value::String(free) if free.eq_ignore_ascii_case("true") => true,
        Value::String(free) if free.eq_ignore_ascii_case("false") => false,
        _ => return None,
    };
    Some(if free {
        Access::Free
    } else {
        Access::Paywalled
    })
}

fn genre(v: &Value) -> Option<Genre> {
    let kind = v
        .list(&["@type"])
        .iter()
        .find_map(|t| match text_of(t)?.as_str() {
            "LiveBlogPosting" => Some(Genre::LiveBlog),
            "OpinionNewsArticle" => Some(Genre::Opinion),
            "NewsArticle" | "ReportageNewsArticle" | "AnalysisNewsArticle" => Some(Genre::Article),
            _ => None,
        });
    let stated = v
        .list(&["genre"])
        .iter()
        .find_map(|g| supply::genre(&text_of(g)?));
    stated.or(kind)
}

fn people(v: &Value, builder: &mut DraftBuilder) {
    let mut byline = Vec::new();
    for (key, role) in [
        ("author", AuthorRole::Writer),
        ("creator", AuthorRole::Writer),
        ("editor", AuthorRole::Editor),
        ("contributor", AuthorRole::Contributor),
    ] {
        // Nearly all pages that name a creator name the author again.
        if key == "creator" && !byline.is_empty() {
            continue;
        }
        for person in v.list(&[key]) {
            let name = text_of(person).or_else(|| person.text(&["name", "@value"]));
            let Some(name) = name.and_then(|n| embedded::one_line(&n)) else {
                continue;
            };
            if role == AuthorRole::Writer {
                byline.push(name.clone());
            }
            author(person, name, role, builder);
        }
    }
    if !byline.is_empty() {
        builder.supplied().byline = Some(byline.join(", "));
    }
}

/// One who is named as an author or the like: a person, several in one text, or an organisation, whose
/// name is the credit.
fn author(v: &Value, name: String, role: AuthorRole, builder: &mut DraftBuilder) {
    let s = builder.supplied();
    let kind = v.text(&["@type"]).unwrap_or_default();
    if kind.contains("Organization") || supply::is_agency(&name) {
        s.credit.get_or_insert(name);
    } else if v.is_string() {
        // A string may hold several names; an object holds one.
        for author in supply::authors_of(&name) {
            s.add_author(&author.name, role, author.organization);
        }
    } else {
        let affiliation = v.any(&["affiliation", "worksFor"]);
        let works_for = affiliation.and_then(|a| text_of(a).or_else(|| a.text(&["name"])));
        s.add_author(&name, role, works_for);
    }
}

fn live_entries(v: &Value, builder: &mut DraftBuilder) {
    for update in v.list(&["liveBlogUpdate"]) {
        if let Some(headline) = update
            .text(&["headline", "name"])
            .and_then(|h| embedded::one_line(&h))
        {
            builder
                .draft
                .blocks
                .push(DraftBlock::new(BlockKind::Crosshead, headline));
        }
        if let Some(body) = update.text(&["articleBody", "text", "description"]) {
            let had = builder.draft.blocks.len();
            embedded::any_text(&body, builder);
            for block in &mut builder.draft.blocks[had..] {
                if block.kind == BlockKind::Paragraph {
                    block.kind = BlockKind::LiveEntry;
                }
            }
        }
    }
}

fn media(v: &Value, builder: &mut DraftBuilder) {
    for (key, kind) in [
        ("image", MediaKind::Image),
        ("video", MediaKind::Video),
        ("audio", MediaKind::Audio),
        ("associatedMedia", MediaKind::Embed),
    ] {
        for item in v.list(&[key]) {
            let kind = match item.text(&["@type"]).as_deref() {
                Some("ImageObject") => MediaKind::Image,
                Some("VideoObject") => MediaKind::Video,
                Some("AudioObject") => MediaKind::Audio,
                _ => kind,
            };
            let url =
                text_of(item).or_else(|| item.text(&["url", "contentUrl", "embedUrl", "@id"]));
            let Some(url) = url else { continue };
            let credit = item.any(&["creditText", "creator", "author", "copyrightHolder"]);
            builder.supplied().add_media(Media {
                kind,
                url: Some(url),
                caption: item
                    .text(&["caption", "description"])
                    .and_then(|c| embedded::one_line(&c)),
                credit: credit.and_then(|c| text_of(c).or_else(|| c.text(&["name"]))),
            });
        }
    }
}

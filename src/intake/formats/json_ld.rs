//! schema.org's articles in JSON-LD, alone: an object, a list, a `@graph`.

use serde_json::Value;

use crate::intake::Format;
use crate::intake::embedded;
use crate::intake::json;
use crate::intake::json::{Fields, text_of};
use crate::intake::outlets::domain_of;
use crate::intake::supply;
use crate::intake::supply::{Supply, coded};
use crate::intake::{Document, DraftBlock, ErrorCode, ReadError, Reading};
use crate::record::{
    Access, AuthorRole, BlockKind, DateBasis, DateRole, Dateline, Genre, Media, MediaKind, Outlet,
    VersionKind,
};

/// Deepest nesting of `@graph`, `mainEntity` and lists that is looked into for articles.
const DEEPEST: usize = 8;

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
        let mut supply = Supply::new(
            decoded.draft(Format::JsonLd),
            DateBasis::JsonLd,
            reading.outlets,
        );
        supply.draft.flags.extend(parsed.flag);
        article(value, &mut supply);
        if (reading.emit)(supply.finish()).is_break() {
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
    if depth > DEEPEST {
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

fn article(v: &Value, supply: &mut Supply) {
    let line = |names: &[&str]| v.text(names).and_then(|t| embedded::one_line(&t));
    let named =
        |value: &Value| text_of(value).or_else(|| value.text(&["name", "legalName", "@value"]));
    let first = |names: &[&str]| v.list(names).iter().find_map(named);
    let s = supply.supplied();
    let address = |value: &Value| text_of(value).or_else(|| value.text(&["@id", "url"]));
    s.url = v
        .text(&["url"])
        .or_else(|| v.any(&["mainEntityOfPage"]).and_then(address));
    let identifier = v
        .any(&["identifier"])
        .and_then(|i| text_of(i).or_else(|| i.text(&["value", "@id"])));
    s.id = identifier
        .or_else(|| v.text(&["@id"]))
        .or_else(|| s.url.clone());
    s.headline = line(&["headline", "name"]);
    s.deck = line(&["alternativeHeadline", "description", "abstract"]);
    s.section = first(&["articleSection"]);
    s.credit = line(&["creditText"]).or_else(|| first(&["sourceOrganization", "provider"]));
    s.copyright = line(&["copyrightNotice"]).or_else(|| {
        let holder = first(&["copyrightHolder"])?;
        let year = v.text(&["copyrightYear"]);
        Some(year.map_or_else(|| holder.clone(), |y| format!("© {y} {holder}")))
    });
    s.usage_terms = line(&["usageInfo", "license", "conditionsOfAccess"]);
    if let Some(text) = line(&["dateline"]) {
        s.dateline = Some(Dateline {
            text,
            ..Dateline::default()
        });
    }
    if let Some(publisher) = v
        .list(&["publisher", "isPartOf"])
        .iter()
        .find(|p| named(p).is_some())
    {
        s.outlet = named(publisher).map(|name| Outlet {
            name,
            domain: publisher
                .text(&["url", "@id"])
                .as_deref()
                .and_then(domain_of),
        });
    }
    for keyword in v.list(&["keywords"]) {
        match named(keyword) {
            Some(list) if list.contains(',') => list.split(',').for_each(|k| s.add_keyword(k)),
            other => s.add_keyword(other.unwrap_or_default()),
        }
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
    s.set_version(v.text(&["version"]).as_deref());
    s.access = match v.any(&["isAccessibleForFree"]) {
        Some(Value::Bool(free)) => Some(if *free {
            Access::Free
        } else {
            Access::Paywalled
        }),
        Some(Value::String(free)) if free.eq_ignore_ascii_case("true") => Some(Access::Free),
        Some(Value::String(free)) if free.eq_ignore_ascii_case("false") => Some(Access::Paywalled),
        _ => None,
    };
    s.genre = genre(v);
    people(v, supply);
    supply.language(
        v.any(&["inLanguage"])
            .and_then(|l| text_of(l).or_else(|| l.text(&["alternateName", "name"])))
            .as_deref(),
    );
    for (role, name) in [
        (DateRole::Published, "datePublished"),
        (DateRole::Modified, "dateModified"),
        (DateRole::Created, "dateCreated"),
        (DateRole::Other, "expires"),
    ] {
        supply.date(role, v.text(&[name]).as_deref());
    }
    supply.status(
        v.text(&["creativeWorkStatus"])
            .filter(|w| supply::status_word(w).is_some())
            .as_deref(),
    );
    if let Some(body) = v.text(&["articleBody", "text", "reviewBody"]) {
        embedded::any_text(&body, supply);
    }
    live_entries(v, supply);
    media(v, supply);
    if supply.draft.blocks.is_empty() && supply.supplied().headline.is_none() {
        supply.flag(super::newsml_g2::FLAG_NO_BODY);
    }
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

fn people(v: &Value, supply: &mut Supply) {
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
            let Some(name) = text_of(person).or_else(|| person.text(&["name", "@value"])) else {
                continue;
            };
            let Some(name) = embedded::one_line(&name) else {
                continue;
            };
            if role == AuthorRole::Writer {
                byline.push(name.clone());
            }
            let organization = person
                .text(&["@type"])
                .is_some_and(|t| t.contains("Organization"));
            if organization || supply::is_agency(&name) {
                let s = supply.supplied();
                s.credit.get_or_insert(name);
                continue;
            }
            let affiliation = person.any(&["affiliation", "worksFor"]);
            let works_for = affiliation.and_then(|a| text_of(a).or_else(|| a.text(&["name"])));
            // A string may hold several names; an object holds one.
            if person.is_string() {
                for author in supply::authors_of(&name) {
                    supply
                        .supplied()
                        .add_author(&author.name, role, author.organization);
                }
            } else {
                supply.supplied().add_author(&name, role, works_for);
            }
        }
    }
    if !byline.is_empty() {
        supply.supplied().byline = Some(byline.join(", "));
    }
}

fn live_entries(v: &Value, supply: &mut Supply) {
    for update in v.list(&["liveBlogUpdate"]) {
        if let Some(headline) = update
            .text(&["headline", "name"])
            .and_then(|h| embedded::one_line(&h))
        {
            supply
                .draft
                .blocks
                .push(DraftBlock::new(BlockKind::Crosshead, headline));
        }
        if let Some(body) = update.text(&["articleBody", "text", "description"]) {
            let had = supply.draft.blocks.len();
            embedded::any_text(&body, supply);
            for block in &mut supply.draft.blocks[had..] {
                if block.kind == BlockKind::Paragraph {
                    block.kind = BlockKind::LiveEntry;
                }
            }
        }
    }
}

fn media(v: &Value, supply: &mut Supply) {
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
            supply.supplied().add_media(Media {
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

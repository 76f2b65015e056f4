//! Dates of the head of a page: its JSON-LD and its meta tags.

use super::{DateCandidate, push, words};
use crate::intake::html::page::{ArticlePlace, Sources, json_ld};
use crate::intake::html::tree::Tree;
use crate::record::{DateBasis, DateRole};

const PUBLISHED: [&str; 30] = [
    "article:published_time",
    "article:published",
    "og:article:published_time",
    "og:published_time",
    "og:pubdate",
    "datepublished",
    "date_published",
    "published_time",
    "publishdate",
    "publish-date",
    "publish_date",
    "published-date",
    "published_at",
    "pubdate",
    "publication_date",
    "publication-date",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "vr:published_time",
    "originalpublicationdate",
    "article_date_original",
    "citation_publication_date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dc.date.created",
    "dcterms.created",
    "date",
];

const MODIFIED: [&str; 12] = [
    "article:modified_time",
    "article:modified",
    "og:updated_time",
    "og:modified_time",
    "datemodified",
    "date_modified",
    "last-modified",
    "lastmod",
    "revised",
    "dc.date.modified",
    "dcterms.modified",
    "updated",
];

pub(super) fn of_json(sources: &Sources<'_>, all: &mut Vec<DateCandidate>) {
    // The page's own dates are its article's, where the article has none.
    let (article, page) = (sources.json.article(), sources.json.page());
    for (key, role) in [
        ("datePublished", DateRole::Published),
        ("dateModified", DateRole::Modified),
        ("dateCreated", DateRole::Created),
    ] {
        let of = |data: &Option<json_ld::ArticleData<'_>>| data.as_ref().and_then(|d| d.text(key));
        if let Some(value) = of(&article).or_else(|| of(&page)) {
            push(all, &value, DateBasis::JsonLd, role, sources.month_first);
        }
    }
}

pub(super) fn of_meta_endings(
    _: &Tree<'_>,
    sources: &Sources<'_>,
    _: ArticlePlace<'_>,
    all: &mut Vec<DateCandidate>,
) {
    for (name, value) in sources.meta.pairs() {
        let ending = name.rsplit([':', '.']).next().unwrap_or_default();
        if words::ends_published_meta(ending) {
            push(
                all,
                value,
                DateBasis::Meta,
                DateRole::Published,
                sources.month_first,
            );
        }
    }
}

pub(super) fn of_meta(sources: &Sources<'_>, all: &mut Vec<DateCandidate>) {
    for (names, role) in [
        (&PUBLISHED[..], DateRole::Published),
        (&MODIFIED[..], DateRole::Modified),
    ] {
        for name in names {
            if let Some(value) = sources.meta.get(&[name]) {
                push(all, value, DateBasis::Meta, role, sources.month_first);
            }
        }
    }
}

//! What a page says about its article: headline, deck, authors, dates, address, outlet, section,
//! keywords, language, picture, access, and whether it is an article at all.

mod access;
pub mod authors;
pub mod date_words;
mod dates;
mod headline;
pub mod json_ld;
mod kind;
mod media;
mod meta;

pub use authors::opens_byline;
pub use dates::parse as parse_date;
pub use headline::Headline;
pub use kind::{Found, flags, says_article};

use crate::intake::hints::seen;
use crate::intake::html::sites::{self, Site};
use crate::intake::html::tree::{Id, Tree};
use crate::intake::{Hints, Supplied};
use crate::record::{DateBasis, DateRole, Genre, Outlet};

/// What the page says of itself, read once.
pub struct Sources<'t> {
    pub meta: meta::Meta<'t>,
    pub json: json_ld::JsonLd,
    /// Address of the page: as fetched, else as it names itself.
    pub url: Option<String>,
    /// Host of the address, without `www.`.
    pub domain: Option<String>,
    /// Name of the outlet as the page gives it.
    pub outlet: Option<String>,
    pub fetched_at: Option<String>,
    /// 5/6/2024 is the 6th of May here.
    pub month_first: bool,
}

impl<'t> Sources<'t> {
    pub fn of(tree: &Tree<'t>, hints: &Hints) -> Self {
        let meta = meta::Meta::of(tree);
        let json = json_ld::JsonLd::of(tree);
        let url = hints
            .url
            .clone()
            .or_else(|| meta.canonical.clone())
            .or_else(|| meta.get(&["og:url"]).map(str::to_owned));
        let domain = url.as_deref().and_then(domain);
        let language = meta.language.clone().unwrap_or_default().to_lowercase();
        let month_first = language == "en-us"
            || (language.starts_with("en") || language.is_empty())
                && domain.as_deref().is_some_and(|d| {
                    [".com", ".org", ".net", ".us", ".gov", ".edu"]
                        .iter()
                        .any(|e| d.ends_with(e))
                })
                && !matches!(
                    &*language,
                    "en-gb" | "en-au" | "en-in" | "en-za" | "en-ie" | "en-nz"
                );
        let outlet = outlet_name(&meta, &json);
        Sources {
            meta,
            json,
            url,
            domain,
            outlet,
            fetched_at: hints.fetched_at.clone(),
            month_first,
        }
    }
}

/// The host of an address in lower case, without `www.`.
pub fn domain(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, r)| r);
    let host = rest.split(['/', '?', '#', ':']).next()?.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (host.contains('.') && !host.contains(' ')).then(|| host.to_owned())
}

/// The page's headline and where it stands.
pub fn headline(tree: &Tree<'_>, sources: &Sources<'_>, site: Option<&Site>) -> Headline {
    let mut headline = headline::find(tree, sources);
    if let Some(given) = site.and_then(|s| sites::first(&s.headline, tree, sources)) {
        headline.text = Some(given);
    }
    headline
}

/// Where on the page the article is.
#[derive(Clone, Copy)]
pub struct Place<'p> {
    pub headline: Option<Id>,
    pub body: Option<Id>,
    /// Whether an element is known to be about something else.
    pub apart: &'p dyn Fn(Id) -> bool,
}

/// Reads all page data into `supplied`. `signed` are lines of the text that may be signatures, by index;
/// the indices of those that are come back.
pub fn read(
    tree: &Tree<'_>,
    sources: &Sources<'_>,
    site: Option<&Site>,
    headline: &Headline,
    place: Place<'_>,
    signed: &[(usize, &str)],
    supplied: &mut Supplied,
) -> Vec<usize> {
    let meta = &sources.meta;
    let article = sources.json.article();
    supplied.headline = headline.text.clone();
    supplied.deck = article
        .and_then(|a| a.text("description"))
        .or_else(|| {
            meta.get(&["og:description", "description", "twitter:description"])
                .map(json_ld::clean)
        })
        .filter(|d| !d.is_empty() && !d.ends_with('…') && !d.ends_with("..."));
    let (authors, signatures) = authors::find(tree, sources, place, signed);
    supplied.authors = authors;
    dates::read(tree, sources, place, supplied);
    if let Some(site) = site {
        of_site(tree, sources, site, supplied);
    }
    supplied.url = meta
        .canonical
        .clone()
        .or_else(|| meta.get(&["og:url"]).map(str::to_owned))
        .map(|u| absolute(&u, sources.url.as_deref()))
        .or_else(|| sources.url.clone());
    supplied.language = article
        .and_then(|a| a.text("inLanguage"))
        .filter(|l| l.len() <= 12)
        .or_else(|| meta.language.clone())
        .or_else(|| {
            meta.get(&["og:locale", "content-language", "dc.language"])
                .map(|l| l.replace('_', "-"))
        });
    supplied.outlet = outlet(sources);
    supplied.section = article.and_then(|a| a.text("articleSection")).or_else(|| {
        meta.get(&[
            "article:section",
            "section",
            "parsely-section",
            "cxenseparse:category",
            "og:section",
        ])
        .map(str::to_owned)
    });
    supplied.keywords = keywords(sources);
    supplied.copyright = article.and_then(|a| {
        a.text("copyrightNotice")
            .or_else(|| a.text("copyrightHolder"))
    });
    supplied.media = media::find(tree, sources, place);
    supplied.access = access::find(tree, sources);
    supplied.genre = genre(sources);
    signatures
}

/// What the rules of the site say goes before what was found without them.
fn of_site(tree: &Tree<'_>, sources: &Sources<'_>, site: &Site, supplied: &mut Supplied) {
    if let Some(byline) = sites::first(&site.author, tree, sources) {
        let mut authors = Vec::new();
        authors::add(&mut authors, &byline, false);
        if !authors.is_empty() {
            supplied.authors = authors;
        }
    }
    if let Some(date) = sites::first(&site.published, tree, sources)
        .and_then(|v| dates::parse(&v, DateBasis::Meta, sources.month_first))
    {
        seen(supplied, &date, DateRole::Published);
        supplied.published = Some(date);
    }
}

fn absolute(url: &str, base: Option<&str>) -> String {
    match base.and_then(|b| url::Url::parse(b).ok()) {
        Some(base) if !url.contains("://") => {
            base.join(url).map_or_else(|_| url.to_owned(), String::from)
        }
        _ => url.to_owned(),
    }
}

fn outlet_name(meta: &meta::Meta<'_>, json: &json_ld::JsonLd) -> Option<String> {
    let publisher = || {
        let article = json.article()?;
        let publisher = article.resolve(article.all("publisher").first()?)?;
        publisher.get("name").and_then(json_ld::plain)
    };
    meta.get(&["og:site_name"])
        .map(json_ld::clean)
        .or_else(publisher)
        .or_else(|| {
            meta.get(&["application-name", "publisher"])
                .map(json_ld::clean)
        })
        .filter(|n| !n.is_empty())
}

fn outlet(sources: &Sources<'_>) -> Option<Outlet> {
    let name = sources.outlet.clone().or_else(|| sources.domain.clone())?;
    Some(Outlet {
        name,
        domain: sources.domain.clone(),
    })
}

/// Most keywords that are kept.
const MOST_KEYWORDS: usize = 40;

fn keywords(sources: &Sources<'_>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        for word in text.split([',', ';']) {
            let word = json_ld::clean(word);
            if !word.is_empty()
                && word.len() < 80
                && out.len() < MOST_KEYWORDS
                && !out.contains(&word)
            {
                out.push(word);
            }
        }
    };
    if let Some(article) = sources.json.article() {
        for value in article.all("keywords") {
            if let Some(text) = json_ld::plain(value) {
                add(&text);
            }
        }
    }
    for name in [
        "news_keywords",
        "keywords",
        "article:tag",
        "parsely-tags",
        "sailthru.tags",
    ] {
        for value in sources.meta.all(name) {
            add(value);
        }
    }
    out
}

fn genre(sources: &Sources<'_>) -> Option<Genre> {
    if sources.json.has_type(&["LiveBlogPosting"]) {
        return Some(Genre::LiveBlog);
    }
    let article = sources.json.article()?;
    article.is("OpinionNewsArticle").then_some(Genre::Opinion)
}

/// Words in addresses of pages that are written as things happen, as whole parts of the path.
const LIVE: [&str; 14] = [
    "live",
    "liveblog",
    "live-blog",
    "live-updates",
    "live-news",
    "liveticker",
    "newsticker",
    "ticker",
    "en-direct",
    "direct",
    "en-vivo",
    "ao-minuto",
    "diretta",
    "direto",
];

/// Whether the page says that it is written as things happen.
pub fn is_live(sources: &Sources<'_>) -> bool {
    sources.json.has_type(&["LiveBlogPosting"])
        || sources
            .url
            .as_deref()
            .and_then(|u| u.split_once("://"))
            .is_some_and(|(_, path)| path.split(['/', '?', '#']).any(|part| LIVE.contains(&part)))
}

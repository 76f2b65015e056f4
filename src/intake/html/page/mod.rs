//! What a page says about its article: headline, deck, authors, dates, address, outlet, section,
//! keywords, language, picture, access, and whether it is an article at all.

pub(super) mod access;
pub mod authors;
pub mod dates;
pub(super) mod headline;
pub mod json_ld;
pub(super) mod kind;
pub(super) mod media;
mod meta;
pub(super) mod outlet;
pub(super) mod section;
mod unmarked;

pub use authors::opens_byline;
pub use dates::{is_dating, of_line_alone as dates_of_line, parse as parse_date};
pub use headline::Headline;
pub use kind::{BodySize, flags, is_live, says_article};

use crate::intake::hints::seen;
use crate::intake::html::sites::{self, Site};
use crate::intake::html::tree::{Id, Tree};
use crate::intake::{Hints, Supplied};
use crate::record::{DateBasis, DateRole, Genre, HeadlineBasis, HeadlineSeen};

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
        let month_first = is_american(&language, domain.as_deref());
        let outlet = outlet::name(&meta, &json, domain.as_deref());
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

/// Whether a page in `language` (BCP 47, lower case; may be empty) at a domain writes the month first: it says that it
/// is in American English, or in English of no country or in no language at all under a domain of no other country.
fn is_american(language: &str, domain: Option<&str>) -> bool {
    let ending = [".com", ".org", ".net", ".us", ".gov", ".edu"];
    let elsewhere = ["en-gb", "en-au", "en-in", "en-za", "en-ie", "en-nz"];
    let may_be =
        (language.starts_with("en") || language.is_empty()) && !elsewhere.contains(&language);
    let at_home = || domain.is_some_and(|d| ending.iter().any(|e| d.ends_with(e)));
    language == "en-us" || (may_be && at_home())
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
        headline.seen.insert(
            0,
            HeadlineSeen {
                value: given.clone(),
                basis: HeadlineBasis::Site,
            },
        );
        headline.text = Some(given);
    }
    headline
}

/// Where on the page the article is.
#[derive(Clone, Copy)]
pub struct ArticlePlace<'p> {
    pub headline: Option<Id>,
    pub body: Option<Id>,
    /// Where the comments of readers begin.
    pub comments: Option<Id>,
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
    place: ArticlePlace<'_>,
    signed: &[(usize, &str)],
    supplied: &mut Supplied,
) -> Vec<usize> {
    let meta = &sources.meta;
    let article = sources.json.article();
    let said = |key: &str| article.and_then(|a| a.text(key));
    supplied.headline = headline.text.clone();
    for seen in &headline.seen {
        supplied.add_headline(seen.clone());
    }
    supplied.deck = deck(sources);
    let (authors, signatures) = authors::find(tree, sources, place, signed);
    supplied.authors = authors;
    dates::read(tree, sources, place, supplied);
    if let Some(site) = site {
        of_site(tree, sources, site, supplied);
    }
    supplied.url = own_address(sources);
    supplied.language = said("inLanguage")
        .filter(|l| l.len() <= LONGEST_LANGUAGE)
        .or_else(|| meta.language.clone())
        .or_else(|| Some(meta.get(&LANGUAGES)?.replace('_', "-")));
    supplied.outlet = outlet::find(sources);
    supplied.section = section::find(tree, sources, supplied.url.as_deref());
    supplied.keywords = keywords(sources);
    supplied.copyright = said("copyrightNotice").or_else(|| said("copyrightHolder"));
    supplied.media = media::find(tree, sources, place);
    supplied.access = access::find(tree, sources);
    supplied.genre = genre(sources);
    signatures
}

/// Longest language tag that is taken from JSON-LD, in bytes: some sites write the language's name, or all they have.
/// A language, a script and a region have 10 ("zh-Hant-TW").
const LONGEST_LANGUAGE: usize = 12;

/// Meta tags with the language: Open Graph, HTTP's header as a pragma, Dublin Core.
const LANGUAGES: [&str; 3] = ["og:locale", "content-language", "dc.language"];

/// What the page's data say of the article in short, the most trusted first.
pub fn descriptions(sources: &Sources<'_>) -> Vec<String> {
    let article = sources.json.article();
    let names = ["og:description", "description", "twitter:description"];
    let in_meta = names.iter().filter_map(|name| sources.meta.get(&[*name]));
    // Some systems give the article what the video in it is about.
    let of_video = |description: &String| {
        let videos = article.iter().flat_map(|a| a.all("video"));
        let mut said = videos.filter_map(|v| v.get("description").and_then(json_ld::plain));
        said.any(|said| said == *description)
    };
    let of_article = article.as_ref().and_then(|a| a.text("description"));
    let of_article = of_article.filter(|d| !of_video(d));
    of_article
        .into_iter()
        .chain(in_meta.map(json_ld::clean))
        .collect()
}

/// Longest summary that is a deck, in bytes, four sentences: journals give all of an abstract, some sites all of the text.
pub const LONGEST_DECK: usize = 600;

/// Fewest words of a summary that is a deck: fewer are a place, a rubric or a tag. Scripts without spaces are not counted.
const LEAST_WORDS_OF_DECK: usize = 3;

/// The summary as the page's data have it; none where it is the opening of the text, cut off, or the site's slogan, which
/// stands in the page's title as well.
fn deck(sources: &Sources<'_>) -> Option<String> {
    let first = descriptions(sources).into_iter().next();
    let is_whole = |d: &str| {
        !["…", "...", "[…]", "[...]", "(…)", "(...)"]
            .iter()
            .any(|end| d.ends_with(end))
    };
    let is_label = |d: &str| {
        let words = d.split_ascii_whitespace().filter(|w| w.len() > 1);
        d.is_ascii() && words.count() < LEAST_WORDS_OF_DECK
    };
    let title = sources.meta.title.as_deref().unwrap_or_default();
    first
        .filter(|d| is_whole(d) && !is_label(d) && d.len() <= LONGEST_DECK)
        .filter(|d| !title.contains(d.trim_end_matches('.')))
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

/// The article's own address: what the page calls canonical, else what `og:url` says, else where it was fetched.
///
/// Some content systems name the front page for every page: that is no article's address.
fn own_address(sources: &Sources<'_>) -> Option<String> {
    let fetched = sources.url.as_deref();
    let is_front = |address: &str| {
        url::Url::parse(address).is_ok_and(|url| url.path() == "/" && url.query().is_none())
    };
    let canonical = sources.meta.canonical.as_deref();
    let said = [canonical, sources.meta.get(&["og:url"])];
    let mut said = said
        .into_iter()
        .flatten()
        .map(|address| absolute(address.trim(), fetched))
        .filter(|address| !is_front(address) || fetched.is_some_and(is_front));
    said.find(|address| address.starts_with("http"))
        .or_else(|| sources.url.clone())
}

/// An address joined to that of the page, unless it has a scheme.
fn absolute(url: &str, base: Option<&str>) -> String {
    match base.and_then(|b| url::Url::parse(b).ok()) {
        Some(base) if !url.contains("://") => {
            base.join(url).map_or_else(|_| url.to_owned(), String::from)
        }
        _ => url.to_owned(),
    }
}

/// Most keywords that are kept; an article of a well kept site has 5 to 15. More are every word of the text, put there
/// for search engines.
const MOST_KEYWORDS: usize = 40;
/// A keyword of this many bytes is none but a sentence, or a list with another separator than comma and semicolon.
const NO_KEYWORD: usize = 80;

/// Meta tags with keywords: Google News', HTML's, Open Graph's, then those of analytics and mailing systems.
const KEYWORDS: [&str; 5] = [
    "news_keywords",
    "keywords",
    "article:tag",
    "parsely-tags",
    "sailthru.tags",
];

/// The keywords of the page's data and of all meta tags with any, each once, in order.
fn keywords(sources: &Sources<'_>) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(article) = sources.json.article() {
        for text in article
            .all("keywords")
            .into_iter()
            .filter_map(json_ld::plain)
        {
            add_keywords(&mut out, &text);
        }
    }
    for name in KEYWORDS {
        for value in sources.meta.all(name) {
            add_keywords(&mut out, value);
        }
    }
    out
}

fn add_keywords(out: &mut Vec<String>, text: &str) {
    for word in text.split([',', ';']) {
        let word = json_ld::clean(word);
        let fits = !word.is_empty() && word.len() < NO_KEYWORD;
        if fits && out.len() < MOST_KEYWORDS && !out.contains(&word) {
            out.push(word);
        }
    }
}

/// The genre by schema.org's type of the article.
fn genre(sources: &Sources<'_>) -> Option<Genre> {
    if sources.json.has_type(&["LiveBlogPosting"]) {
        return Some(Genre::LiveBlog);
    }
    let article = sources.json.article()?;
    article.is("OpinionNewsArticle").then_some(Genre::Opinion)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_s_own_address() {
        let own = |head: &str, fetched: &str| {
            let html = format!("<html><head>{head}</head><body><h1>Ferry sinks</h1></body></html>");
            let tree = Tree::parse(&html, 64);
            let hints = Hints {
                url: Some(fetched.to_owned()),
                ..Hints::default()
            };
            own_address(&Sources::of(&tree, &hints)).unwrap()
        };
        let canonical = |address: &str| format!("<link rel=canonical href='{address}'>");
        let og = "<meta property=og:url content='https://news.example/1'>";
        let fetched = "https://news.example/1?from=feed";
        for (head, fetched, want) in [
            (
                canonical("https://news.example/1"),
                fetched,
                "https://news.example/1",
            ),
            (canonical("/1"), fetched, "https://news.example/1"),
            (
                canonical("https://origin.example/story"),
                fetched,
                "https://origin.example/story",
            ),
            (
                canonical("https://news.example/") + og,
                fetched,
                "https://news.example/1",
            ),
            (canonical("https://news.example"), fetched, fetched),
            (
                canonical("https://news.example/"),
                "https://news.example/",
                "https://news.example/",
            ),
            (og.to_owned(), fetched, "https://news.example/1"),
            (canonical("javascript:void(0)"), fetched, fetched),
            (String::new(), fetched, fetched),
        ] {
            assert_eq!(own(&head, fetched), want, "{head}");
        }
    }
}

//! Whether a page is an article at all.

use std::collections::BTreeSet;

use super::Sources;
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{ROOT, Tree};
use crate::intake::{Flag, Supplied};

/// The page holds no article.
pub const NOT_ARTICLE: Flag = "not-article";
/// A front page or a section: a list of articles.
pub const INDEX_PAGE: Flag = "index-page";
/// A video or a sound with little text.
pub const VIDEO_PAGE: Flag = "video-page";
/// "Page not found", also where the server said all is well.
pub const ERROR_PAGE: Flag = "error-page";
/// Nothing but a question about cookies.
pub const CONSENT_WALL: Flag = "consent-wall";

/// Signs of running text under which a page is no article unless it says it is: three short paragraphs.
const LITTLE: u32 = 250;

/// What titles of error pages say.
const ERRORS: [&str; 22] = [
    "404",
    "page not found",
    "not found",
    "page unavailable",
    "access denied",
    "403 forbidden",
    "are you a robot",
    "just a moment",
    "attention required",
    "seite nicht gefunden",
    "page introuvable",
    "página no encontrada",
    "página não encontrada",
    "pagina non trovata",
    "pagina niet gevonden",
    "sidan hittades inte",
    "siden ble ikke funnet",
    "siden blev ikke fundet",
    "nie znaleziono",
    "stránka nenalezena",
    "страница не найдена",
    "sayfa bulunamadı",
];

/// What titles of consent pages say.
const CONSENT: [&str; 8] = [
    "before you continue",
    "bevor sie fortfahren",
    "avant de continuer",
    "antes de continuar",
    "prima di continuare",
    "your privacy choices",
    "cookie consent",
    "privacy settings",
];

pub fn flags(
    tree: &Tree<'_>,
    sources: &Sources<'_>,
    signs: u32,
    supplied: &Supplied,
) -> BTreeSet<Flag> {
    let mut flags = BTreeSet::new();
    let says_article = sources.json.article().is_some()
        || sources
            .meta
            .get(&["og:type"])
            .is_some_and(|t| t.eq_ignore_ascii_case("article"));
    let title = sources
        .meta
        .title
        .as_deref()
        .or(supplied.headline.as_deref())
        .unwrap_or("")
        .to_lowercase();
    if signs < 2 * LITTLE && !says_article {
        if ERRORS
            .iter()
            .any(|e| title.starts_with(e) || title.ends_with(e))
        {
            flags.insert(ERROR_PAGE);
            flags.insert(NOT_ARTICLE);
        }
        if CONSENT.iter().any(|c| title.contains(c)) {
            flags.insert(CONSENT_WALL);
            flags.insert(NOT_ARTICLE);
        }
    }
    let video = sources.json.has_type(&["VideoObject"])
        || sources
            .meta
            .get(&["og:type"])
            .is_some_and(|t| t.starts_with("video"));
    if video && signs < LITTLE {
        flags.insert(VIDEO_PAGE);
    }
    let path = sources
        .url
        .as_deref()
        .and_then(|u| u.split_once("://"))
        .and_then(|(_, r)| r.split_once('/'))
        .map_or("", |(_, p)| p.split(['?', '#']).next().unwrap_or(p));
    let list = sources.json.has_type(&["ItemList", "CollectionPage"]);
    let cards = tree.find_all(ROOT, Tag::Article).take(8).count();
    let front = path.trim_matches('/').is_empty() && sources.url.is_some();
    if !says_article
        && supplied.published.is_none()
        && (front || (list && signs < 4 * LITTLE) || (cards >= 8 && signs < 4 * LITTLE))
    {
        flags.insert(INDEX_PAGE);
        flags.insert(NOT_ARTICLE);
    }
    if signs < LITTLE && !says_article && supplied.published.is_none() {
        flags.insert(NOT_ARTICLE);
    }
    flags
}

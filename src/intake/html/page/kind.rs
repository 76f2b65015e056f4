//! Whether a page is an article at all.

use std::collections::BTreeSet;

use super::Sources;
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, ROOT, Tree};
use crate::intake::{Flag, Supplied};
use crate::record::DateBasis;

/// Signs of running text under which a page is no article unless it says it is: three short paragraphs.
const LITTLE: u32 = 250;

/// What titles of error pages say.
const ERRORS: [&str; 41] = [
    "error 404",
    "404 error",
    "404 not found",
    "404: not found",
    "404 -",
    "404 –",
    "404 |",
    "page not found",
    "not found",
    "page unavailable",
    "page doesn't exist",
    "access denied",
    "403 forbidden",
    "410 gone",
    "500 internal server error",
    "502 bad gateway",
    "503 service",
    "are you a robot",
    "just a moment",
    "attention required",
    "security check",
    "seite nicht gefunden",
    "page introuvable",
    "page non trouvée",
    "página no encontrada",
    "página não encontrada",
    "pagina non trovata",
    "pagina niet gevonden",
    "sidan hittades inte",
    "siden ble ikke funnet",
    "siden blev ikke fundet",
    "sivua ei löytynyt",
    "nie znaleziono",
    "stránka nenalezena",
    "az oldal nem található",
    "pagina nu a fost găsită",
    "страница не найдена",
    "сторінку не знайдено",
    "sayfa bulunamadı",
    "η σελίδα δεν βρέθηκε",
    "ページが見つかりません",
];

/// What titles of consent pages say.
const CONSENT: [&str; 12] = [
    "before you continue",
    "bevor sie fortfahren",
    "avant de continuer",
    "antes de continuar",
    "prima di continuare",
    "voordat je verder",
    "your privacy choices",
    "cookie consent",
    "privacy settings",
    "privacy gate",
    "privacywall",
    "zustimmung",
];

/// Paths of front pages besides the empty one and those of a language.
const FRONT: [&str; 5] = ["index.html", "index.htm", "index.php", "home", "homepage"];

/// Headings that are links, of which a list of articles has this many.
const LINKED_HEADINGS: usize = 10;

/// What was found in a page's body.
pub struct Found {
    /// Signs of running text that was kept.
    pub signs: u32,
    /// Bytes of cookie notices that were not.
    pub notices: usize,
}

pub fn flags(
    tree: &Tree<'_>,
    sources: &Sources<'_>,
    found: &Found,
    supplied: &Supplied,
) -> BTreeSet<Flag> {
    let mut flags = BTreeSet::new();
    let signs = found.signs;
    let has_article = sources.json.article().is_some();
    let says_article = says_article(sources);
    // Dates of a list's entries are none of the list's.
    let dated = supplied
        .published
        .as_ref()
        .is_some_and(|d| matches!(d.basis, DateBasis::JsonLd | DateBasis::Meta));
    let titles = || {
        [sources.meta.title.as_deref(), supplied.headline.as_deref()]
            .into_iter()
            .flatten()
            .map(|t| t.trim().replace('’', "'").to_lowercase())
    };
    // An error page often comes out of the template for articles.
    if signs < 2 * LITTLE && !has_article && !dated {
        let is_error = |title: &str| {
            let title = title.trim_end_matches(['.', '!', '?', '…', ' ']);
            title == "404"
                || ERRORS
                    .iter()
                    .any(|e| title.starts_with(e) || title.ends_with(e))
        };
        if titles().any(|t| is_error(&t)) {
            flags.insert(Flag::ERROR_PAGE);
            flags.insert(Flag::NOT_ARTICLE);
        }
    }
    if !says_article && !dated {
        let asks = signs < 2 * LITTLE && titles().any(|t| CONSENT.iter().any(|c| t.contains(c)));
        if asks || (signs < LITTLE && found.notices > LITTLE as usize) {
            flags.insert(Flag::CONSENT_WALL);
            flags.insert(Flag::NOT_ARTICLE);
        }
    }
    let video = sources.json.has_type(&["VideoObject"])
        || sources
            .meta
            .get(&["og:type"])
            .is_some_and(|t| t.starts_with("video"));
    if video && signs < LITTLE {
        flags.insert(Flag::VIDEO_PAGE);
    }
    let list = sources.json.has_type(&["ItemList", "CollectionPage"])
        || tree.find_all(ROOT, Tag::Article).take(8).count() == 8
        || linked_headings(tree);
    if !says_article && !dated && (is_front(sources) || (list && signs < 4 * LITTLE)) {
        flags.insert(Flag::INDEX_PAGE);
        flags.insert(Flag::NOT_ARTICLE);
    }
    if signs < LITTLE && !says_article && !video && supplied.published.is_none() {
        flags.insert(Flag::NOT_ARTICLE);
    }
    flags
}

/// Whether the page says that it is an article.
pub fn says_article(sources: &Sources<'_>) -> bool {
    sources.json.article().is_some()
        || sources
            .meta
            .get(&["og:type"])
            .is_some_and(|t| t.eq_ignore_ascii_case("article"))
}

/// Whether the address is that of a front page.
fn is_front(sources: &Sources<'_>) -> bool {
    let Some((_, rest)) = sources.url.as_deref().and_then(|u| u.split_once("://")) else {
        return false;
    };
    let path = rest
        .split(['?', '#'])
        .next()
        .and_then(|p| p.split_once('/'))
        .map_or("", |(_, path)| path.trim_matches('/'));
    let language = path.len() == 2 && path.bytes().all(|b| b.is_ascii_lowercase());
    path.is_empty() || language || FRONT.contains(&path)
}

/// Whether many of the page's headings lead elsewhere.
fn linked_headings(tree: &Tree<'_>) -> bool {
    let links = |id: Id| {
        tree.tag(tree.parent(id)) == Tag::A || tree.end(id) > id + 1 && tree.tag(id + 1) == Tag::A
    };
    (1..tree.len() as Id)
        .filter(|id| matches!(tree.tag(*id), Tag::H2 | Tag::H3 | Tag::H4) && links(*id))
        .take(LINKED_HEADINGS)
        .count()
        == LINKED_HEADINGS
}

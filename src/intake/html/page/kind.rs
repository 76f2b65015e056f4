//! Whether a page is an article at all, and whether it is written as things happen.

use std::collections::BTreeSet;

use super::Sources;
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, ROOT, Tree};
use crate::intake::{Flag, Supplied};
use crate::record::DateBasis;
use crate::text::word_lists::word_lists;

word_lists! {
    /// Words in titles and addresses, as the file explains them.
    WORDS "page/kinds.tsv" {
        error_title,
        consent_title,
        front_path,
        live_path,
    }
}

/// Characters of running text under which a page is no article unless it says it is: three short paragraphs. Lower,
/// pages of a caption and a notice pass for articles; higher, briefs on pages without data do not.
const LITTLE: u32 = 250;
/// Text with which a page may still be an error page or a consent wall by its title: what such a page says, with
/// the titles of what else there is to read. An article about "access denied" has more. Chosen on the development pages.
const LITTLE_AROUND_NOTICE: u32 = 2 * LITTLE;
/// Text with which a list of articles may still be nothing else: the longest teaser, or a section's
/// introduction. Chosen on the development pages.
const LITTLE_BESIDE_LIST: u32 = 4 * LITTLE;

/// Headings that are links, of which a list of articles has this many; below are the related stories of an
/// article.
const LINKED_HEADINGS: usize = 10;
/// Article elements of a list of articles; an article page has its own and some cards or comments.
const ARTICLES_OF_LIST: usize = 8;

/// How much was found in a page's body.
pub struct BodySize {
    /// Characters of text that was kept.
    pub chars: u32,
    /// Bytes of cookie notices that were not.
    pub notices: usize,
}

/// What kind of page it is, as flags of its article; none for an ordinary article.
pub fn flags(
    tree: &Tree<'_>,
    sources: &Sources<'_>,
    body: &BodySize,
    supplied: &Supplied,
) -> BTreeSet<Flag> {
    let page = PageFacts::of(sources, body, supplied);
    let kinds: [(bool, &[Flag]); 5] = [
        (page.is_error(), &[Flag::ERROR_PAGE, Flag::NOT_ARTICLE]),
        (
            page.is_consent_wall(),
            &[Flag::CONSENT_WALL, Flag::NOT_ARTICLE],
        ),
        (page.is_index(tree), &[Flag::INDEX_PAGE, Flag::NOT_ARTICLE]),
        (page.has_little && page.is_video, &[Flag::VIDEO_PAGE]),
        (page.is_scrap(), &[Flag::NOT_ARTICLE]),
    ];
    let flags = kinds.iter().filter(|(is, _)| *is);
    flags.flat_map(|(_, flags)| *flags).copied().collect()
}

/// What is known of a page whose kind is asked for.
struct PageFacts<'a> {
    sources: &'a Sources<'a>,
    body: &'a BodySize,
    supplied: &'a Supplied,
    /// The page says that it is an article.
    says_article: bool,
    /// Its data have a date of publication. Visible dates do not count: those of a list's entries are none of
    /// the list's.
    dated: bool,
    /// It has hardly any text.
    has_little: bool,
    /// It says that it is a video, or has one.
    is_video: bool,
}

impl<'a> PageFacts<'a> {
    fn of(sources: &'a Sources<'a>, body: &'a BodySize, supplied: &'a Supplied) -> Self {
        let dated = supplied
            .published
            .as_ref()
            .is_some_and(|d| matches!(d.basis, DateBasis::JsonLd | DateBasis::Meta));
        let og_type = sources.meta.get(&["og:type"]);
        PageFacts {
            sources,
            body,
            supplied,
            says_article: says_article(sources),
            dated,
            has_little: body.chars < LITTLE,
            is_video: sources.json.has_type(&["VideoObject"])
                || og_type.is_some_and(|t| t.starts_with("video")),
        }
    }

    /// Whether any title of the page, in lower case and with straight apostrophes, is as asked.
    fn any_title(&self, is: impl Fn(&str) -> bool) -> bool {
        let title = self.sources.meta.title.as_deref();
        [title, self.supplied.headline.as_deref()]
            .into_iter()
            .flatten()
            .any(|t| is(&t.trim().replace('’', "'").to_lowercase()))
    }

    /// "Page not found". It often comes out of the template for articles, so that what `og:type` says does not count.
    fn is_error(&self) -> bool {
        let may_be = self.body.chars < LITTLE_AROUND_NOTICE
            && self.sources.json.article().is_none()
            && !self.dated;
        may_be
            && self.any_title(|title| {
                let title = title.trim_end_matches(['.', '!', '?', '…', ' ']);
                let is = |e: &&str| title.starts_with(*e) || title.ends_with(*e);
                title == "404" || WORDS.error_title.iter().any(is)
            })
    }

    /// Whether the page asks about cookies and shows nothing else: its title says so, or its text is a notice.
    fn is_consent_wall(&self) -> bool {
        if self.says_article || self.dated {
            return false;
        }
        let asks = |title: &str| WORDS.consent_title.iter().any(|c| title.contains(c));
        let is_notice = self.has_little && self.body.notices > LITTLE as usize;
        is_notice || (self.body.chars < LITTLE_AROUND_NOTICE && self.any_title(asks))
    }

    /// Whether it is a front page or a list of articles.
    fn is_index(&self, tree: &Tree<'_>) -> bool {
        if self.says_article || self.dated {
            return false;
        }
        let is_list = || {
            let articles = tree.find_all(ROOT, Tag::Article).take(ARTICLES_OF_LIST);
            self.sources.json.has_type(&["ItemList", "CollectionPage"])
                || articles.count() == ARTICLES_OF_LIST
                || linked_headings(tree)
        };
        is_front(self.sources) || (self.body.chars < LITTLE_BESIDE_LIST && is_list())
    }

    /// Whether there is hardly any text, and nothing that says it is an article all the same: a brief has a date.
    fn is_scrap(&self) -> bool {
        let says_nothing = !self.says_article && self.supplied.published.is_none();
        self.has_little && says_nothing && !self.is_video
    }
}

/// Whether the page says that it is written as things happen: by schema.org's type, or in its address.
pub fn is_live(sources: &Sources<'_>) -> bool {
    sources.json.has_type(&["LiveBlogPosting"])
        || sources
            .url
            .as_deref()
            .and_then(|u| u.split_once("://"))
            .is_some_and(|(_, path)| {
                path.split(['/', '?', '#'])
                    .any(|part| WORDS.live_path.contains(&part))
            })
}

/// Whether the page says that it is an article, in JSON-LD or by the Open Graph protocol's `og:type`.
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
    path.is_empty() || language || WORDS.front_path.contains(&path)
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

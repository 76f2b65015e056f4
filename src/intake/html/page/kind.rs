//! Whether a page is an article at all, and whether it is written as things happen.

use std::collections::BTreeSet;

use super::Sources;
use crate::intake::html::layout::PageLines;
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, ROOT, Tree};
use crate::intake::{DraftBlock, Flag, Supplied};
use crate::record::{BlockKind, DateBasis};
use crate::text::word_lists::word_lists;

word_lists! {
    /// Words in titles, texts and addresses, as the file explains them.
    WORDS "page/kinds.tsv" {
        error_title,
        error_text,
        challenge_title,
        challenge_text,
        challenge_mark,
        login_title,
        consent_title,
        consent_text,
        paywall_title,
        paywall_text,
        list_title,
        list_path,
        front_path,
        live_path,
    }
}

/// Characters of running text under which a page is no article unless it says it is: three short paragraphs. Lower,
/// pages of a caption and a notice pass for articles; higher, briefs on pages without data do not.
const LITTLE: u32 = 250;
/// Text with which a page may still be a notice by its title: what such a page says, with the titles of what else there
/// is to read. An article about "access denied" has more. Chosen on the development pages.
const LITTLE_AROUND_NOTICE: u32 = 2 * LITTLE;
/// Text with which a list of articles may still be nothing else: the longest teaser, or a section's
/// introduction. Chosen on the development pages.
const LITTLE_BESIDE_LIST: u32 = 4 * LITTLE;
/// Characters that no teaser in a list has, and nearly every article has in one of its paragraphs.
const LONGEST_TEASER: u32 = 300;
/// Text of the longest questions about cookies, with all that the law wants to be said.
const LONGEST_NOTICE: u32 = 4_000;
/// Bytes of a page's text that are looked through for what a notice says.
const LOOKED_THROUGH: usize = 16_000;

/// Headings that are links, of which a list of articles has this many; below are the related stories of an
/// article.
const LINKED_HEADINGS: usize = 10;
/// Article elements of a list of articles; an article page has its own and some cards or comments.
const ARTICLES_OF_LIST: usize = 8;
/// Links as long as headlines, of which a list of articles has this many.
const HEADLINE_LINKS: usize = 15;
/// Characters from which on the text of a link is a headline, and no name of a section.
const HEADLINE: usize = 25;
/// Words from which on a headline is none of a section's or a topic's names.
const HEADLINE_WORDS: usize = 5;
/// What suffices of headings and links where address or title say that the page is a list.
const FEW: usize = 5;

/// How much was found in a page's body.
pub struct BodySize<'b> {
    /// Characters of text that was kept.
    pub chars: u32,
    /// Bytes of cookie notices that were not.
    pub notices: usize,
    pub blocks: &'b [DraftBlock],
}

/// What kind of page it is, as flags of its article; none for an ordinary article.
pub fn flags(
    tree: &Tree<'_>,
    sources: &Sources<'_>,
    body: &BodySize<'_>,
    supplied: &Supplied,
) -> BTreeSet<Flag> {
    let page = PageFacts::of(tree, sources, body, supplied);
    let none: [(&dyn Fn() -> bool, Flag); 6] = [
        (&|| page.is_challenge(), Flag::CHALLENGE_PAGE),
        (&|| page.is_error(), Flag::ERROR_PAGE),
        (&|| page.is_login(), Flag::LOGIN_PAGE),
        (&|| page.is_consent_wall(), Flag::CONSENT_WALL),
        (&|| page.is_paywall(), Flag::PAYWALL_PAGE),
        (&|| page.is_index(), Flag::INDEX_PAGE),
    ];
    let mut flags = BTreeSet::new();
    if let Some((_, kind)) = none.iter().find(|(is, _)| is()) {
        flags.extend([*kind, Flag::NOT_ARTICLE]);
    } else if page.is_scrap() {
        flags.insert(Flag::NOT_ARTICLE);
    }
    if page.has_little && page.is_video {
        flags.insert(Flag::VIDEO_PAGE);
    }
    flags
}

/// What is known of a page whose kind is asked for.
struct PageFacts<'a> {
    tree: &'a Tree<'a>,
    sources: &'a Sources<'a>,
    body: &'a BodySize<'a>,
    supplied: &'a Supplied,
    /// The page says that it is an article.
    says_article: bool,
    /// Its data have a date of publication. Visible dates do not count: those of a list's entries are none of
    /// the list's.
    dated: bool,
    /// It has neither a date nor an article in its data. `og:type` does not count: notices often come out of the
    /// template for articles.
    is_bare: bool,
    /// It has hardly any text.
    has_little: bool,
    /// It says that it is a video, or has one.
    is_video: bool,
    /// Parts of its titles, in lower case and with straight apostrophes: "log in" and "norland gazette".
    titles: Vec<String>,
    /// All that stands on it, likewise, up to a bound; nothing where there is too much for a notice.
    text: String,
    /// The lines of its body, likewise, without the headline.
    kept: Vec<String>,
}

impl<'a> PageFacts<'a> {
    fn of(
        tree: &'a Tree<'a>,
        sources: &'a Sources<'a>,
        body: &'a BodySize<'a>,
        supplied: &'a Supplied,
    ) -> Self {
        let dated = supplied
            .published
            .as_ref()
            .is_some_and(|d| matches!(d.basis, DateBasis::JsonLd | DateBasis::Meta));
        let og_type = sources.meta.get(&["og:type"]);
        let is_bare = sources.json.article().is_none() && !dated;
        let may_be_notice = is_bare && body.chars < LONGEST_NOTICE;
        PageFacts {
            tree,
            sources,
            body,
            supplied,
            says_article: says_article(sources),
            dated,
            is_bare,
            has_little: body.chars < LITTLE,
            is_video: sources.json.has_type(&["VideoObject"])
                || og_type.is_some_and(|t| t.starts_with("video")),
            titles: titles(sources, supplied),
            text: if may_be_notice {
                text(tree)
            } else {
                String::new()
            },
            kept: if may_be_notice {
                kept(body)
            } else {
                Vec::new()
            },
        }
    }

    /// Whether there is hardly anything on it, menus and all: of an article that was not found more would be there.
    fn is_empty(&self) -> bool {
        self.has_little && !self.says_article && self.text.len() < LITTLE_BESIDE_LIST as usize
    }

    /// Whether it can be a notice by what its title says.
    fn may_be_notice(&self) -> bool {
        self.is_bare && self.body.chars < LITTLE_AROUND_NOTICE
    }

    /// Whether a part of a title is one of these phrases, or begins with one of several words.
    fn is_titled(&self, phrases: &[&str]) -> bool {
        self.titles.iter().any(|title| {
            phrases.iter().any(|phrase| {
                let rest = title.strip_prefix(phrase);
                rest.is_some_and(|r| r.is_empty() || phrase.contains(' ') && r.starts_with(' '))
            })
        })
    }

    /// Whether the text says so many of these phrases, and hardly anything beside the lines that do.
    fn says(&self, phrases: &[&str], least: usize) -> bool {
        let said = phrases.iter().filter(|p| self.text.contains(**p));
        said.take(least).count() == least && self.has_little_beside(phrases)
    }

    /// Whether hardly anything is left of what was kept without the lines that say one of these phrases.
    fn has_little_beside(&self, phrases: &[&str]) -> bool {
        let beside = self.kept.iter().filter(|line| {
            let mut phrases = phrases.iter();
            !phrases.any(|phrase| line.contains(phrase))
        });
        let chars: usize = beside.map(|line| line.chars().count()).sum();
        chars < LITTLE as usize
    }

    /// Whether it asks for a proof that the reader is no robot.
    fn is_challenge(&self) -> bool {
        if !self.may_be_notice() {
            return false;
        }
        let asks = |title: &String| {
            let mut phrases = WORDS.challenge_title.iter();
            phrases.any(|phrase| title.contains(phrase))
        };
        let is_marked = || {
            let source = self.tree.source().as_bytes();
            let mut marks = WORDS.challenge_mark.iter();
            marks.any(|mark| contains_ignoring_case(source, mark.as_bytes()))
        };
        self.titles.iter().any(asks) && self.has_little_beside(&WORDS.challenge_text)
            || self.says(&WORDS.challenge_text, 1)
            || self.is_empty() && is_marked()
    }

    /// "Page not found". It often comes out of the template for articles, so that what `og:type` says does not count.
    fn is_error(&self) -> bool {
        let is_titled = || {
            self.titles.iter().any(|title| {
                let is = |e: &&str| title.starts_with(*e) || title.ends_with(*e);
                title == "404" || WORDS.error_title.iter().any(is)
            })
        };
        self.may_be_notice()
            && (is_titled() || !self.says_article && self.says(&WORDS.error_text, 1))
    }

    /// Whether it asks who the reader is.
    fn is_login(&self) -> bool {
        if !self.may_be_notice() {
            return false;
        }
        let fields = |kinds: &[&str]| {
            self.tree.find_all(ROOT, Tag::Input).any(|id| {
                let kind = self.tree.attribute(id, "type");
                kind.is_some_and(|kind| kinds.iter().any(|k| kind.eq_ignore_ascii_case(k)))
            })
        };
        let is_form = || self.has_little || fields(&["password", "email"]);
        self.is_titled(&WORDS.login_title) && is_form() && self.has_little_beside(&[])
            || self.is_empty() && fields(&["password"])
    }

    /// Whether the page asks about cookies and shows nothing else: its title says so, or its text is a notice.
    fn is_consent_wall(&self) -> bool {
        if !self.is_bare {
            return false;
        }
        let asks = |title: &String| WORDS.consent_title.iter().any(|c| title.contains(c));
        let is_titled = self.body.chars < LITTLE_AROUND_NOTICE && self.titles.iter().any(asks);
        let is_notice = self.has_little && self.body.notices > LITTLE as usize;
        is_titled || is_notice && !self.says_article || self.says(&WORDS.consent_text, 3)
    }

    /// Whether it sells subscriptions and shows nothing else. An article of which a paywall leaves the headline says by
    /// its data that it is one.
    fn is_paywall(&self) -> bool {
        let may_be = self.is_bare && !self.says_article && self.body.chars < LITTLE_BESIDE_LIST;
        let least = if self.is_titled(&WORDS.paywall_title) {
            1
        } else {
            2
        };
        may_be && self.says(&WORDS.paywall_text, least)
    }

    /// Whether it is a front page or a list of articles.
    fn is_index(&self) -> bool {
        if self.says_article || self.dated {
            return false;
        }
        let blocks = self.body.blocks.iter();
        let long = blocks.filter(|b| b.text.chars().count() >= LONGEST_TEASER as usize);
        let is_short = match long.take(2).count() {
            0 => true,
            1 => self.body.chars < LITTLE_BESIDE_LIST,
            _ => false,
        };
        is_front(self.sources) || (is_short && self.is_list())
    }

    /// Whether its headline stands on it, and is a sentence rather than the name of a section.
    fn has_headline(&self) -> bool {
        let headline = self.supplied.headline.as_deref().unwrap_or_default();
        let stands = |id: Id| lower(&self.tree.text_of(id)) == lower(headline);
        headline.split_whitespace().count() >= HEADLINE_WORDS
            && self.tree.find_all(ROOT, Tag::H1).any(stands)
    }

    fn is_list(&self) -> bool {
        let articles = self
            .tree
            .find_all(ROOT, Tag::Article)
            .take(ARTICLES_OF_LIST)
            .count();
        let headings = linked_headings(self.tree);
        let is_titled = self.is_titled(&WORDS.list_title);
        if self.has_headline() && !is_titled {
            return false;
        }
        let is_called = || {
            let mut parts = path(self.sources).split('/').rev().skip(1);
            is_titled || parts.any(|part| WORDS.list_path.contains(&part))
        };
        let lists = ["ItemList", "CollectionPage", "SearchResultsPage"];
        self.sources.json.has_type(&lists)
            || articles == ARTICLES_OF_LIST
            || headings == LINKED_HEADINGS
            || articles.max(headings) >= FEW && is_called()
            || is_called() && headline_links(self.tree) == HEADLINE_LINKS
    }

    /// Whether there is hardly any text, and nothing that says it is an article all the same: a brief has a date.
    fn is_scrap(&self) -> bool {
        let says_nothing = !self.says_article && self.supplied.published.is_none();
        self.has_little && says_nothing && !self.is_video && !self.has_results()
    }

    /// Whether its headline stands in an `<article>` with results: rows of a table, or lines of names and numbers, which
    /// make no running text.
    fn has_results(&self) -> bool {
        let headline = self.supplied.headline.as_deref().unwrap_or_default();
        let stands = |id: &Id| lower(&self.tree.text_of(*id)) == lower(headline);
        let heading = self.tree.find_all(ROOT, Tag::H1).find(stands);
        let is_article = |id: &Id| self.tree.tag(*id) == Tag::Article;
        let article = heading.and_then(|id| self.tree.ancestors(id).find(is_article));
        article.is_some_and(|id| {
            let lines = PageLines::of(self.tree, id, &mut |_| false);
            let mut lines = lines.lines.iter().map(|line| (line, lines.text_of(line)));
            lines.any(|(line, text)| line.linked == 0 && text != headline && is_result(text))
        })
    }
}

/// Whether a line has a name and two numbers, as a score, a row of a table or the numbers of a draw.
fn is_result(line: &str) -> bool {
    let words = line.split_whitespace();
    let words = words.map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()));
    let is_number = |w: &&str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_digit() || b == b':');
    let numbers = words.clone().filter(is_number).count();
    let named = words.clone().any(|w| w.starts_with(char::is_uppercase));
    numbers >= 2 && named && !line.contains(['@', '+'])
}

/// The parts of the page's titles: what stands between bars, dashes and colons, without signs around it.
fn titles(sources: &Sources<'_>, supplied: &Supplied) -> Vec<String> {
    let title = sources.meta.title.as_deref();
    let titles = [title, supplied.headline.as_deref()].into_iter().flatten();
    let mut parts = Vec::new();
    for title in titles {
        let title = lower(title);
        let separators = ['|', '–', '—', '·', '»', '«', ':', '•'];
        let at_dashes = title.split(" - ").flat_map(|part| part.split(separators));
        for part in at_dashes.chain([title.as_str()]) {
            let part = part.trim_matches(|c: char| c.is_whitespace() || ".!?…¡¿#\"".contains(c));
            if !part.is_empty() {
                parts.push(part.to_owned());
            }
        }
    }
    parts
}

/// All that stands on a page, as far as it is looked through.
fn text(tree: &Tree<'_>) -> String {
    let text = PageLines::of(tree, ROOT, &mut |_| false).text;
    lower(&text[..text.floor_char_boundary(LOOKED_THROUGH)])
}

/// The lines of a page's body.
fn kept(body: &BodySize<'_>) -> Vec<String> {
    let lines = body.blocks.iter().filter(|b| b.kind != BlockKind::Headline);
    lines.map(|line| lower(&line.text)).collect()
}

/// Text as the lists have it.
fn lower(text: &str) -> String {
    let spaced: Vec<&str> = text.split_whitespace().collect();
    spaced.join(" ").replace('’', "'").to_lowercase()
}

/// Whether bytes have a phrase of lower-case ASCII in them, in whatever case.
fn contains_ignoring_case(bytes: &[u8], phrase: &[u8]) -> bool {
    let Some(first) = phrase.first() else {
        return true;
    };
    memchr::memchr2_iter(*first, first.to_ascii_uppercase(), bytes).any(|at| {
        bytes[at..]
            .get(..phrase.len())
            .is_some_and(|part| part.eq_ignore_ascii_case(phrase))
    })
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

/// The path of the page's address, without the slashes around it.
fn path<'s>(sources: &'s Sources<'_>) -> &'s str {
    sources
        .url
        .as_deref()
        .and_then(|url| url.split_once("://"))
        .and_then(|(_, rest)| rest.split(['?', '#']).next())
        .and_then(|rest| rest.split_once('/'))
        .map_or("", |(_, path)| path.trim_matches('/'))
}

/// Whether the address is that of a front page.
fn is_front(sources: &Sources<'_>) -> bool {
    let has_address = sources.url.as_deref().is_some_and(|u| u.contains("://"));
    let path = path(sources);
    let language = path.len() == 2 && path.bytes().all(|b| b.is_ascii_lowercase());
    has_address && (path.is_empty() || language || WORDS.front_path.contains(&path))
}

/// How many of the page's headings lead elsewhere, up to [`LINKED_HEADINGS`].
fn linked_headings(tree: &Tree<'_>) -> usize {
    let links = |id: Id| {
        tree.tag(tree.parent(id)) == Tag::A || tree.end(id) > id + 1 && tree.tag(id + 1) == Tag::A
    };
    (1..tree.len() as Id)
        .filter(|id| matches!(tree.tag(*id), Tag::H2 | Tag::H3 | Tag::H4) && links(*id))
        .take(LINKED_HEADINGS)
        .count()
}

/// How many of the page's links read like headlines, up to [`HEADLINE_LINKS`].
fn headline_links(tree: &Tree<'_>) -> usize {
    tree.find_all(ROOT, Tag::A)
        .filter(|id| tree.text_of(*id).chars().count() >= HEADLINE)
        .take(HEADLINE_LINKS)
        .count()
}

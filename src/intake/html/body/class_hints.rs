//! What the names of elements (class, id, role, microdata, data attributes) say about what they hold.
//!
//! A hint is evidence, no more: [`super::boilerplate`] lets an element go only when it does not hold the bulk
//! of the page's running text. The names are those of `config/page/class-hints.tsv`.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, Tree};
use crate::record::RemovedKind;
use crate::text::data::{DataFile, data_file};
use crate::text::word_lists;

/// What an element seems to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassHint {
    /// The article's body.
    Body,
    /// Text that no reader sees.
    Hidden,
    /// Captions and credits of pictures.
    Caption,
    /// An entry of a live page.
    LiveEntry,
    /// Something else than the article.
    Apart(RemovedKind),
    /// Something else by the rules of the site (`config/sites.toml`), beyond doubt.
    Stripped,
}

pub const FILE: DataFile<'static> = data_file!("page/class-hints.tsv");

/// Reads the file.
///
/// # Panics
/// With file and line at a fault in it.
pub fn load() {
    LazyLock::force(&CLASS_PATTERNS);
}

/// The lists of the file in its order, which is the order in which patterns that end at one place are
/// weighed, and what a name of each says.
const LISTS: [(&str, ClassHint); 18] = [
    ("body", ClassHint::Body),
    ("live-entry", ClassHint::LiveEntry),
    ("hidden", ClassHint::Hidden),
    ("comments", ClassHint::Apart(RemovedKind::Comments)),
    ("related-links", ClassHint::Apart(RemovedKind::RelatedLinks)),
    ("most-read", ClassHint::Apart(RemovedKind::MostRead)),
    ("newsletter", ClassHint::Apart(RemovedKind::Newsletter)),
    ("share-bar", ClassHint::Apart(RemovedKind::ShareBar)),
    ("author-bio", ClassHint::Apart(RemovedKind::AuthorBio)),
    ("byline", ClassHint::Apart(RemovedKind::Byline)),
    ("navigation", ClassHint::Apart(RemovedKind::Navigation)),
    ("cookie-notice", ClassHint::Apart(RemovedKind::CookieNotice)),
    (
        "paywall-notice",
        ClassHint::Apart(RemovedKind::PaywallNotice),
    ),
    (
        "advertisement",
        ClassHint::Apart(RemovedKind::Advertisement),
    ),
    ("promo", ClassHint::Apart(RemovedKind::Promo)),
    ("caption", ClassHint::Caption),
    ("copyright", ClassHint::Apart(RemovedKind::Copyright)),
    ("contact-note", ClassHint::Apart(RemovedKind::ContactNote)),
];

/// The patterns of all lists in one automaton, and what each pattern says.
struct ClassPatterns {
    patterns: AhoCorasick,
    hints: Vec<ClassHint>,
}

static CLASS_PATTERNS: LazyLock<ClassPatterns> = LazyLock::new(|| {
    let lists = word_lists::read(FILE, LISTS.map(|(name, _)| name))
        .unwrap_or_else(|fault| panic!("{fault}"));
    let mut words: Vec<&str> = Vec::new();
    let mut hints = Vec::new();
    for (list, (_, hint)) in lists.iter().zip(LISTS) {
        words.extend(list.phrases());
        hints.resize(words.len(), hint);
    }
    let patterns = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .build(&words)
        .unwrap_or_else(|fault| panic!("{}: {fault}", FILE.path));
    ClassPatterns { patterns, hints }
});

/// Longest joined names of an element that are looked at, in bytes: names beyond are generated (by utility
/// style sheets and trackers), not designed.
const LONGEST_NAMES: usize = 600;

/// Largest hidden element that is left out before anything is weighed, in nodes. Below lie labels for screen
/// readers and closed menus; what is larger may be a body that a script reveals, which is weighed first.
/// Chosen on the development pages.
const MOST_HIDDEN_NODES: u32 = 40;

/// Properties of schema.org's `Article` that stand around its text, not in it (as microdata, `itemprop`).
const PAGE_DATA: [&str; 16] = [
    "author",
    "datePublished",
    "dateModified",
    "dateCreated",
    "publisher",
    "keywords",
    "mainEntityOfPage",
    "headline",
    "description",
    "image",
    "url",
    "width",
    "height",
    "inLanguage",
    "wordCount",
    "articleSection",
];

/// Attributes that name what an element is for: HTML's own, WAI-ARIA's, and what publishing systems and their
/// tests use.
const NAMING: [&str; 12] = [
    "class",
    "id",
    "role",
    "aria-label",
    "data-component",
    "data-testid",
    "data-test-id",
    "data-module",
    "data-type",
    "data-qa",
    "data-block",
    "data-tb-region",
];

/// What each element of a tree says it holds, by node; `None` for text and elements that do not say.
pub struct ElementHints {
    hints: Vec<Option<ClassHint>>,
    /// Whether cards of other stories are what the page is about.
    cards: bool,
}

impl ElementHints {
    pub fn of(tree: &Tree<'_>) -> Self {
        let mut reader = ClassHintReader::default();
        let hints = (0..tree.len() as Id)
            .map(|id| match tree.tag(id) {
                Tag::Document
                | Tag::Text
                | Tag::Html
                | Tag::Body
                | Tag::Br
                | Tag::Script
                | Tag::Style
                | Tag::Meta
                | Tag::Link
                | Tag::Head => None,
                tag => reader
                    .hint(tree, id)
                    .or_else(|| of_tag(tag).filter(|_| !holds_paragraphs(tree, id, tag))),
            })
            .collect();
        ElementHints {
            hints,
            cards: false,
        }
    }

    pub fn hint(&self, id: Id) -> Option<ClassHint> {
        self.hints[id as usize]
    }

    /// Forgets the names that are often a mere setting of the article's own element: what is left are
    /// other people's words, other stories, and elements whose kind says that they are not the article.
    pub fn doubt(&mut self, tree: &Tree<'_>) {
        for (id, hint) in self.hints.iter_mut().enumerate() {
            let doubtful = match hint {
                Some(ClassHint::Apart(kind)) => !matches!(
                    kind,
                    RemovedKind::Comments
                        | RemovedKind::RelatedLinks
                        | RemovedKind::MostRead
                        | RemovedKind::CookieNotice
                ),
                Some(ClassHint::Hidden) => true,
                _ => false,
            };
            if doubtful {
                *hint = of_tag(tree.tag(id as Id));
            }
        }
    }

    /// Takes what is called other stories, navigation or an offer for what the page is about.
    pub fn take_cards(&mut self, tree: &Tree<'_>) {
        self.cards = true;
        for (id, hint) in self.hints.iter_mut().enumerate() {
            let is_card = matches!(
                hint,
                Some(ClassHint::Apart(
                    RemovedKind::RelatedLinks
                        | RemovedKind::MostRead
                        | RemovedKind::Navigation
                        | RemovedKind::Promo
                        | RemovedKind::Advertisement
                ))
            );
            if is_card {
                *hint = of_tag(tree.tag(id as Id));
            }
        }
    }

    /// Whether cards of other stories are what the page is about.
    pub fn cards_are_content(&self) -> bool {
        self.cards
    }

    /// Notes that an element is not the article, whatever it is called.
    pub fn strip(&mut self, id: Id) {
        self.hints[id as usize] = Some(ClassHint::Stripped);
    }

    /// Whether an element is left out of the lines altogether.
    pub fn skips(&self, tree: &Tree<'_>, id: Id) -> bool {
        self.hint(id) == Some(ClassHint::Hidden) && tree.end(id) - id <= MOST_HIDDEN_NODES
    }
}

/// Reads the hints of one element after another, keeping its buffer.
#[derive(Default)]
struct ClassHintReader {
    /// The words of the element's names in lower case, each after a hyphen: `-most-read-list-2`.
    names: String,
}

impl ClassHintReader {
    /// What the element's names and state say.
    fn hint(&mut self, tree: &Tree<'_>, id: Id) -> Option<ClassHint> {
        self.names.clear();
        if tree.tag(id) == Tag::Other {
            self.add(tree.name(id), false);
        }
        let mut body = false;
        for (name, value) in tree.attributes(id) {
            match of_attribute(name, value) {
                // Another attribute may still hide it.
                Some(ClassHint::Body) => body = true,
                Some(hint) => return Some(hint),
                None if NAMING.iter().any(|n| n.eq_ignore_ascii_case(name)) => {
                    self.add(value, name.eq_ignore_ascii_case("class"));
                }
                None => {}
            }
        }
        if body {
            return Some(ClassHint::Body);
        }
        tree.worked(self.names.len() / 16);
        if self.names.is_empty() {
            return None;
        }
        self.names.push('-');
        self.look_up()
    }

    /// What the names say, by the patterns in them.
    fn look_up(&self) -> Option<ClassHint> {
        let mut best: Option<ClassHint> = None;
        let mut longest: Option<(usize, usize)> = None;
        for found in CLASS_PATTERNS.patterns.find_overlapping_iter(&self.names) {
            // "-post-footer-" is not "-footer-", which comes after it, as both end here.
            let within =
                longest.is_some_and(|(start, end)| end == found.end() && start < found.start());
            // "no-share" is a setting of something that is not.
            let denied = self.names[..found.start()].ends_with("-no");
            if within || denied {
                continue;
            }
            longest = Some((found.start(), found.end()));
            let hint = CLASS_PATTERNS.hints[found.pattern().as_usize()];
            best = Some(best.map_or(hint, |best| stronger(best, hint)));
        }
        best
    }

    /// Adds the words of a name, in lower case, each with a hyphen before it.
    fn add(&mut self, name: &str, class: bool) {
        for token in name.split_ascii_whitespace() {
            if self.names.len() + token.len() > LONGEST_NAMES {
                return;
            }
            if !(class && is_setting(token)) {
                push_words(&mut self.names, token);
            }
        }
    }
}

/// Which of two hints of one element's names counts, the earlier or the later.
///
/// An element called both "related" and "article-body" is the body of a related article, or a body with a
/// setting in its name: it is taken for apart, and its mass will tell which of the two. A byline is the
/// weakest of what is apart, since all of an article's head may be called one.
fn stronger(earlier: ClassHint, later: ClassHint) -> ClassHint {
    use ClassHint::{Apart, LiveEntry};
    match (earlier, later) {
        (LiveEntry, _) | (_, LiveEntry) => LiveEntry,
        (Apart(RemovedKind::Byline), Apart(_)) => later,
        (Apart(_), _) => earlier,
        (_, Apart(_)) => later,
        _ => earlier,
    }
}

/// Whether a class is a setting of a screen size (`print:hidden`) or a topic of a post (`category-related`).
fn is_setting(class: &str) -> bool {
    class.contains(':') || class.starts_with("category-") || class.starts_with("tag-")
}

/// What an attribute other than a name says: that the element is hidden, or which part of an article it is
/// (microdata by schema.org).
fn of_attribute(name: &str, value: &str) -> Option<ClassHint> {
    match name.as_bytes() {
        b"hidden" if value != "until-found" => Some(ClassHint::Hidden),
        b"style" if is_hiding(value) => Some(ClassHint::Hidden),
        b"id" if is_one_comment(value) => Some(ClassHint::Apart(RemovedKind::Comments)),
        b"itemprop" => {
            let value = value.trim();
            let is = |property: &str| value.eq_ignore_ascii_case(property);
            if is("articleBody") {
                Some(ClassHint::Body)
            } else if is("liveBlogUpdate") {
                Some(ClassHint::LiveEntry)
            } else {
                let around = PAGE_DATA.iter().any(|p| is(p));
                around.then_some(ClassHint::Apart(RemovedKind::Byline))
            }
        }
        _ => None,
    }
}

/// Whether an identifier is that of what one reader said: "comment-215", "li-comment-215". Entries of live commentary are
/// numbered too.
fn is_one_comment(id: &str) -> bool {
    let named = id.trim_end_matches(|c: char| c.is_ascii_digit());
    let name = named.trim_end_matches(['-', '_']);
    let word = "comment";
    let at = name.len().checked_sub(word.len());
    let is_comment = |at: usize| {
        let of_name = name.as_bytes();
        of_name[at..].eq_ignore_ascii_case(word.as_bytes())
            && (at == 0 || matches!(of_name[at - 1], b'-' | b'_'))
    };
    let of_live = || name.contains("live") || name.contains("match");
    named.len() < id.len() && at.is_some_and(is_comment) && !of_live()
}

/// Cuts a name into words at every sign and capital. Letters that are not ASCII are left out, as pages
/// write their names in ASCII.
pub(super) fn push_words(names: &mut String, token: &str) {
    let mut previous = b'-';
    names.push('-');
    for &b in token.as_bytes() {
        let in_word = b.is_ascii_alphanumeric() || b >= 0x80;
        let new_word = b.is_ascii_uppercase() && previous.is_ascii_lowercase();
        if new_word || (!in_word && !names.ends_with('-')) {
            names.push('-');
        }
        if b.is_ascii_alphanumeric() {
            names.push(b.to_ascii_lowercase() as char);
        }
        previous = b;
    }
    if names.ends_with('-') {
        names.pop();
    }
}

/// Whether an element is hidden by its style or an attribute.
pub(in crate::intake::html) fn is_hidden(tree: &Tree<'_>, id: Id) -> bool {
    let mut attributes = tree.attributes(id);
    attributes.any(|(name, value)| of_attribute(name, value) == Some(ClassHint::Hidden))
}

/// Whether a style attribute has `display: none`.
fn is_hiding(style: &str) -> bool {
    let Some(at) = memchr::memmem::find(style.as_bytes(), b"display") else {
        return false;
    };
    style[at + 7..]
        .trim_start_matches([' ', ':'])
        .starts_with("none")
}

/// Whether a button or a label has several paragraphs in it: its author forgot the end tag, and they are the page's.
fn holds_paragraphs(tree: &Tree<'_>, id: Id, tag: Tag) -> bool {
    let nodes = (tree.end(id) - id).min(MOST_HIDDEN_NODES);
    let paragraphs = || {
        let within = (id..id + nodes).filter(|n| tree.tag(*n) == Tag::P);
        within.take(2).count()
    };
    matches!(tag, Tag::Button | Tag::Label) && paragraphs() == 2
}

/// What an element's kind says on its own.
fn of_tag(tag: Tag) -> Option<ClassHint> {
    match tag {
        Tag::Nav | Tag::Menu | Tag::Footer => Some(ClassHint::Apart(RemovedKind::Navigation)),
        Tag::Aside => Some(ClassHint::Apart(RemovedKind::RelatedLinks)),
        Tag::Form | Tag::Dialog | Tag::Fieldset => Some(ClassHint::Apart(RemovedKind::Other)),
        Tag::Button | Tag::Label => Some(ClassHint::Hidden),
        // A line that is nothing but a time is not the article's; a time within a line is.
        Tag::Time => Some(ClassHint::Apart(RemovedKind::Byline)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(html: &str) -> Option<ClassHint> {
        ClassHintReader::default().hint(&Tree::parse(html, 9), 1)
    }

    #[test]
    fn names_are_cut_into_words() {
        assert_eq!(hint("<div class='ArticleBody'>"), Some(ClassHint::Body));
        assert_eq!(
            hint("<div class='c-mostRead__list'>"),
            Some(ClassHint::Apart(RemovedKind::MostRead))
        );
        assert_eq!(
            hint("<div id=comments>"),
            Some(ClassHint::Apart(RemovedKind::Comments))
        );
        assert_eq!(
            hint("<li id=li-comment-215>"),
            Some(ClassHint::Apart(RemovedKind::Comments))
        );
        assert_eq!(
            hint("<li id=live-comment-2>"),
            hint("<li id=live-comment->")
        );
        assert_eq!(hint("<div id=document-2>"), None);
        assert_eq!(hint("<div class='unrelated head no-ads'>"), None);
        assert_eq!(
            hint("<div class=post-footer>"),
            Some(ClassHint::Apart(RemovedKind::Byline))
        );
        assert_eq!(hint("<article class='post category-related'>"), None);
        assert_eq!(
            hint("<related-stories>"),
            Some(ClassHint::Apart(RemovedKind::RelatedLinks))
        );
    }

    #[test]
    fn hidden_is_hidden() {
        assert_eq!(
            hint("<p style='color:red; display: none'>"),
            Some(ClassHint::Hidden)
        );
        assert_eq!(hint("<p hidden>"), Some(ClassHint::Hidden));
        assert_eq!(
            hint("<div itemprop='articleBody' class=x>"),
            Some(ClassHint::Body)
        );
    }
}

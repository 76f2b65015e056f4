//! What the names of elements (class, id, role, …) say about what they hold.
//!
//! A hint is evidence, not a verdict: `body` lets an element go only when it does not hold the bulk
//! of the page's paragraphs.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, Tree};
use crate::record::RemovedKind;
use crate::text::data::{DataFile, data_file};

/// What an element seems to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
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
    /// Something else by the rules of the site, beyond doubt.
    Stripped,
}

struct Vocabulary {
    patterns: AhoCorasick,
    hints: Vec<Hint>,
}

pub const FILE: DataFile<'static> = data_file!("page/hints.txt");

static VOCABULARY: LazyLock<Option<Vocabulary>> = LazyLock::new(|| {
    let mut words = Vec::new();
    let mut hints = Vec::new();
    for (kind, patterns) in entries(FILE) {
        let hint = match kind {
            "body" => Hint::Body,
            "hidden" => Hint::Hidden,
            "caption" => Hint::Caption,
            "live-entry" => Hint::LiveEntry,
            kind => Hint::Apart(removed_kind(kind)?),
        };
        for pattern in patterns.split_ascii_whitespace() {
            words.push(pattern);
            hints.push(hint);
        }
    }
    let patterns = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .build(&words)
        .ok()?;
    Some(Vocabulary { patterns, hints })
});

/// The lines `kind: rest` of a data file, comments left out.
pub fn entries(file: DataFile<'static>) -> impl Iterator<Item = (&'static str, &'static str)> {
    file.text()
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(": "))
}

/// A kind by its name in the record.
pub fn removed_kind(name: &str) -> Option<RemovedKind> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
}

/// Longest joined name that is looked at, in bytes: names beyond are generated, not designed.
const LONGEST: usize = 600;

/// Microdata that is about the article, not in it.
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

/// Attributes that name what an element is for.
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

/// Reads the hints of one element after another, keeping its buffer.
#[derive(Default)]
pub struct Reader {
    names: String,
}

impl Reader {
    /// What the element's names and state say.
    pub fn hint(&mut self, tree: &Tree<'_>, id: Id) -> Option<Hint> {
        self.names.clear();
        let tag = tree.tag(id);
        let mut body = false;
        if tag == Tag::Other {
            self.add(tree.name(id), false);
        }
        for (name, value) in tree.attributes(id) {
            match name.as_bytes() {
                b"hidden" if value != "until-found" => return Some(Hint::Hidden),
                b"style" if is_hiding(value) => return Some(Hint::Hidden),
                b"itemprop" => {
                    let value = value.trim();
                    body |= value.eq_ignore_ascii_case("articleBody");
                    if value.eq_ignore_ascii_case("liveBlogUpdate") {
                        return Some(Hint::LiveEntry);
                    }
                    if PAGE_DATA.iter().any(|n| n.eq_ignore_ascii_case(value)) {
                        return Some(Hint::Apart(RemovedKind::Byline));
                    }
                }
                _ if NAMING.iter().any(|n| n.eq_ignore_ascii_case(name)) => {
                    self.add(value, name.eq_ignore_ascii_case("class"));
                }
                _ => {}
            }
        }
        if body {
            return Some(Hint::Body);
        }
        tree.worked(self.names.len() / 16);
        if self.names.is_empty() {
            return None;
        }
        self.names.push('-');
        let vocabulary = VOCABULARY.as_ref()?;
        let mut best: Option<Hint> = None;
        let mut longest: Option<(usize, usize)> = None;
        for found in vocabulary.patterns.find_overlapping_iter(&self.names) {
            // "no-share" is a setting of something that is not; "-post-footer-" is not "-footer-", which
            // comes after it, as both end here.
            let within =
                longest.is_some_and(|(start, end)| end == found.end() && start < found.start());
            if within || self.names[..found.start()].ends_with("-no") {
                continue;
            }
            longest = Some((found.start(), found.end()));
            let hint = vocabulary.hints[found.pattern().as_usize()];
            // An element called both "related" and "article-body" is the body of a related article, or
            // a body with a setting in its name: which of the two, its mass will tell.
            best = match (best, hint) {
                (Some(Hint::LiveEntry), _) | (_, Hint::LiveEntry) => Some(Hint::LiveEntry),
                (Some(Hint::Apart(kind)), _) if kind != RemovedKind::Byline => best,
                (_, Hint::Apart(_)) => Some(hint),
                (None, _) => Some(hint),
                _ => best,
            };
        }
        best
    }

    /// Adds the words of a name, in lower case, each with a hyphen before it.
    fn add(&mut self, name: &str, class: bool) {
        for token in name.split_ascii_whitespace() {
            if self.names.len() + token.len() > LONGEST {
                return;
            }
            // `print:hidden` and the like are settings of a screen size; a post's categories are its topics.
            if class
                && (token.contains(':')
                    || token.starts_with("category-")
                    || token.starts_with("tag-"))
            {
                continue;
            }
            let mut previous = b'-';
            self.names.push('-');
            for &b in token.as_bytes() {
                if b.is_ascii_alphanumeric() || b >= 0x80 {
                    if b.is_ascii_uppercase() && previous.is_ascii_lowercase() {
                        self.names.push('-');
                    }
                    if b < 0x80 {
                        self.names.push(b.to_ascii_lowercase() as char);
                    }
                } else if !self.names.ends_with('-') {
                    self.names.push('-');
                }
                previous = b;
            }
            if self.names.ends_with('-') {
                self.names.pop();
            }
        }
    }
}

fn is_hiding(style: &str) -> bool {
    let Some(at) = memchr::memmem::find(style.as_bytes(), b"display") else {
        return false;
    };
    style[at + 7..]
        .trim_start_matches([' ', ':'])
        .starts_with("none")
}

/// What an element's kind says on its own.
pub fn of_tag(tag: Tag) -> Option<Hint> {
    match tag {
        Tag::Nav | Tag::Menu | Tag::Footer => Some(Hint::Apart(RemovedKind::Navigation)),
        Tag::Aside => Some(Hint::Apart(RemovedKind::RelatedLinks)),
        Tag::Form | Tag::Dialog | Tag::Fieldset => Some(Hint::Apart(RemovedKind::Other)),
        Tag::Button | Tag::Label => Some(Hint::Hidden),
        // A line that is nothing but a time is not the article's; a time within a line is.
        Tag::Time => Some(Hint::Apart(RemovedKind::Byline)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(html: &str) -> Option<Hint> {
        Reader::default().hint(&Tree::parse(html, 9), 1)
    }

    #[test]
    fn names_are_cut_into_words() {
        assert_eq!(hint("<div class='ArticleBody'>"), Some(Hint::Body));
        assert_eq!(
            hint("<div class='c-mostRead__list'>"),
            Some(Hint::Apart(RemovedKind::MostRead))
        );
        assert_eq!(
            hint("<div id=comments>"),
            Some(Hint::Apart(RemovedKind::Comments))
        );
        assert_eq!(hint("<div class='unrelated head no-ads'>"), None);
        assert_eq!(
            hint("<div class=post-footer>"),
            Some(Hint::Apart(RemovedKind::Byline))
        );
        assert_eq!(hint("<article class='post category-related'>"), None);
        assert_eq!(
            hint("<related-stories>"),
            Some(Hint::Apart(RemovedKind::RelatedLinks))
        );
    }

    #[test]
    fn hidden_is_hidden() {
        assert_eq!(
            hint("<p style='color:red; display: none'>"),
            Some(Hint::Hidden)
        );
        assert_eq!(hint("<p hidden>"), Some(Hint::Hidden));
        assert_eq!(
            hint("<div itemprop='articleBody' class=x>"),
            Some(Hint::Body)
        );
    }

    #[test]
    fn every_kind_of_the_data_file_is_known() {
        assert!(VOCABULARY.is_some());
    }
}

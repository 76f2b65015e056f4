//! What the head of a page and its marked-up elements say: meta tags, links, title, language.
//!
//! A meta tag is named by HTML's `name` and `http-equiv`, by RDFa's `property` (Open Graph, `article:` and
//! others) and by microdata's `itemprop`, all in one list: pages mix them up.

use std::borrow::Cow;

use super::dates::comments;
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, LowerName, ROOT, Tree};

/// Most meta tags that are read; a page has 20 to 100. Bounds the work of looking one up.
const MOST_TAGS: usize = 1_000;
/// Most names of one tag: one of each kind.
const MOST_NAMES: usize = 4;

/// The meta tags of a page, names in lower case, in order.
#[derive(Debug, Default)]
pub struct Meta<'t> {
    pairs: Vec<(String, Cow<'t, str>)>,
    /// Text of the first title element.
    pub title: Option<String>,
    pub canonical: Option<String>,
    pub amp: Option<String>,
    /// Language as the html element declares it.
    pub language: Option<String>,
}

impl<'t> Meta<'t> {
    pub fn of(tree: &Tree<'t>) -> Self {
        let mut meta = Meta::default();
        for id in tree.descendants(ROOT) {
            match tree.tag(id) {
                Tag::Meta if meta.pairs.len() < MOST_TAGS && !comments::is_item(tree, id) => {
                    meta.add(tree, id);
                }
                Tag::Link => meta.link(tree, id),
                Tag::Title if meta.title.is_none() && !in_picture(tree, id) => {
                    meta.title = Some(raw_text(tree, id)).filter(|t| !t.is_empty());
                }
                Tag::Html if meta.language.is_none() => {
                    meta.language = language(tree, id);
                }
                _ => {}
            }
        }
        meta
    }

    fn add(&mut self, tree: &Tree<'t>, id: Id) {
        let (mut names, mut content) = (Vec::new(), None);
        for (name, value) in tree.attributes(id) {
            match LowerName::of(name).as_str() {
                "name" | "property" | "itemprop" | "http-equiv" if names.len() < MOST_NAMES => {
                    names.push(value.trim().to_ascii_lowercase());
                }
                "content" => {
                    content = Some(crate::intake::html::entities::decode(value, true));
                }
                _ => {}
            }
        }
        let Some(content) = content.filter(|c| !c.trim().is_empty()) else {
            return;
        };
        names.dedup();
        for name in names {
            self.pairs.push((name, content.clone()));
        }
    }

    fn link(&mut self, tree: &Tree<'t>, id: Id) {
        let Some(rel) = tree.attribute(id, "rel") else {
            return;
        };
        let slot = match rel.to_ascii_lowercase().as_str() {
            "canonical" => &mut self.canonical,
            "amphtml" => &mut self.amp,
            _ => return,
        };
        if slot.is_none() {
            *slot = tree
                .attribute(id, "href")
                .map(|h| h.trim().to_owned())
                .filter(|h| !h.is_empty());
        }
    }

    /// The first value of the first of `names` that has one.
    pub fn get(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            let (_, value) = self.pairs.iter().find(|(n, _)| n == name)?;
            Some(value.trim())
        })
    }

    /// All tags: name and value.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.trim()))
    }

    /// All values of a name.
    pub fn all<'m>(&'m self, name: &str) -> impl Iterator<Item = &'m str> {
        let name = name.to_owned();
        self.pairs
            .iter()
            .filter(move |(n, _)| *n == name)
            .map(|(_, v)| v.trim())
    }
}

/// The language an element declares, as BCP 47 has it.
fn language(tree: &Tree<'_>, id: Id) -> Option<String> {
    tree.attribute(id, "lang")
        .or_else(|| tree.attribute(id, "xml:lang"))
        .map(|l| l.trim().to_owned())
        .filter(|l| !l.is_empty())
}

/// Whether an element stands in an SVG image, whose title is not the page's.
fn in_picture(tree: &Tree<'_>, id: Id) -> bool {
    tree.ancestors(id).skip(1).any(|a| tree.tag(a) == Tag::Svg)
}

/// The text of an element whose content is not markup, decoded, on one line.
fn raw_text(tree: &Tree<'_>, id: Id) -> String {
    let mut out = String::new();
    for node in tree.descendants(id) {
        if tree.tag(node) == Tag::Text {
            let (raw, _) = tree.raw_text(node);
            crate::intake::html::tree::push_collapsed(
                &mut out,
                &crate::intake::html::entities::decode(raw, false),
            );
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_head() {
        let tree = Tree::parse(
            "<html lang=de><head><title>A &amp; B</title><meta property='og:title' content='A'>\
             <meta content=x name=Author><link rel=canonical href=/a></head><svg><title>no</title></svg>",
            99,
        );
        let meta = Meta::of(&tree);
        assert_eq!(meta.title.as_deref(), Some("A & B"));
        assert_eq!(meta.get(&["twitter:title", "og:title"]), Some("A"));
        assert_eq!(meta.get(&["author"]), Some("x"));
        assert_eq!(meta.canonical.as_deref(), Some("/a"));
        assert_eq!(meta.language.as_deref(), Some("de"));
    }
}

//! Authors by the elements of a page that are marked as bylines, and by boxes about them.

use super::byline::{LONGEST_BYLINE, plausible};
use super::{ArticlePlace, WORDS, add};
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, LowerName, Tree};
use crate::record::Author;

/// Largest element that is read as a byline, in bytes of markup: with portraits and buttons to follow, but not a
/// column of teasers.
const MOST_MARKUP: usize = 6_000;
/// Most names that stand in elements of their own without any mark, in one byline.
const MOST_APART: usize = 3;
/// Nodes behind the article in which its byline may stand. Further off sign other articles and commenters.
const BEHIND: Id = 60;

/// The most surely marked byline so far.
#[derive(Default)]
struct MarkedByline {
    /// As [`worth`] has it; 0 for none.
    worth: u32,
    authors: Vec<Author>,
}

impl MarkedByline {
    fn add(&mut self, worth: u32, found: Vec<Author>) {
        if found.is_empty() {
            return;
        }
        if worth > self.worth {
            *self = MarkedByline {
                worth,
                authors: found,
            };
        } else if worth == self.worth && worth >= NAME_WORTH {
            // Each name has an element of its own.
            for author in found {
                let same = |a: &Author| a.name.eq_ignore_ascii_case(&author.name);
                if !self.authors.iter().any(same) {
                    self.authors.push(author);
                }
            }
        }
    }
}

/// Authors by marked-up elements: `rel=author`, `itemprop=author`, elements called byline or author.
pub(super) fn of_elements(tree: &Tree<'_>, place: ArticlePlace<'_>) -> Vec<Author> {
    let mut best = MarkedByline::default();
    let mut until = 0;
    // A byline stands near its article: comments and the site's list of authors lie outside.
    let end = place.body.map_or(tree.len() as Id, |a| tree.end(a));
    for id in 1..tree.len() as Id {
        if id < until || !tree.is_element(id) || tree.is_invisible(id) {
            continue;
        }
        let Some(worth) = worth(tree, id) else {
            continue;
        };
        // Behind the article only where none stands before, and near.
        if id > end && (best.worth > 0 || id > end + BEHIND) {
            break;
        }
        if tree.extent(id) > MOST_MARKUP || (place.apart)(id) {
            continue;
        }
        let text = tree.text_of(id);
        if (1..=LONGEST_BYLINE).contains(&text.len()) {
            until = tree.end(id);
            best.add(worth, named_in(tree, id, &text));
        }
    }
    best.authors
}

/// The authors that an element which is marked as a byline names: in links to them, else in its text, else in
/// parts of it.
fn named_in(tree: &Tree<'_>, id: Id, text: &str) -> Vec<Author> {
    let mut found = Vec::new();
    let mut until = id;
    for part in tree.descendants(id) {
        if part >= until && tree.is_element(part) && is_name(tree, part) {
            until = tree.end(part);
            add(&mut found, &tree.text_of(part), false);
        }
    }
    found.retain(|a| plausible(&a.name));
    if !found.is_empty() {
        return found;
    }
    let mut linked = false;
    for link in tree
        .find_all(id, Tag::A)
        .filter(|a| is_author_link(tree, *a))
    {
        linked = true;
        add(&mut found, &tree.text_of(link), false);
    }
    if !linked {
        add(&mut found, text, false);
    }
    found.retain(|a| plausible(&a.name));
    if found.is_empty() {
        // A name, a date and a job may stand side by side in elements of their own.
        for part in tree.find_all(id, Tag::Text) {
            add(&mut found, tree.raw_text(part).0, false);
        }
        found.retain(|a| plausible(&a.name) && !a.name.contains(|c: char| c.is_ascii_digit()));
        // More of them are a box about the author, with his fields and buttons.
        if found.len() > MOST_APART {
            found.clear();
        }
    }
    found
}

fn is_author_link(tree: &Tree<'_>, id: Id) -> bool {
    let has_path = |href: &str| WORDS.author_path.iter().any(|p| href.contains(p));
    tree.attribute(id, "rel").is_some_and(|r| is_author_rel(&r))
        || tree.attribute(id, "href").is_some_and(|h| has_path(&h))
}

/// Whether a link's relations have HTML's link type `author`.
fn is_author_rel(rel: &str) -> bool {
    rel.split_ascii_whitespace().any(|r| r == "author")
}

/// How surely an element names the author: said by HTML's `rel` or by microdata, called a name, called a byline.
const SAID_WORTH: u32 = 4;
const NAME_WORTH: u32 = 3;
const BYLINE_WORTH: u32 = 2;

/// What elements with authors are called, the surest first.
const AUTHOR_CLASSES: [(&str, u32); 11] = [
    ("author-name", NAME_WORTH),
    ("author__name", NAME_WORTH),
    ("authorname", NAME_WORTH),
    ("byline-name", NAME_WORTH),
    ("byline__name", NAME_WORTH),
    ("byline", BYLINE_WORTH),
    ("author", BYLINE_WORTH),
    ("autor", BYLINE_WORTH),
    ("auteur", BYLINE_WORTH),
    ("writer", BYLINE_WORTH),
    ("reporter", BYLINE_WORTH),
];

/// Words in such names of elements about an author which do not name him.
const ABOUT_AUTHOR: [&str; 9] = [
    "bio",
    "image",
    "avatar",
    "comment",
    "related",
    "follow",
    "social",
    "description",
    "date",
];

/// How surely an element names the author, from its marks; `None` when it does not.
fn worth(tree: &Tree<'_>, id: Id) -> Option<u32> {
    let of_mark = |(name, value): (&str, &str)| match LowerName::of(name).as_str() {
        "itemprop" if value == "author" || value == "creator" => SAID_WORTH,
        "rel" if is_author_rel(value) => SAID_WORTH,
        "class" | "id" | "data-testid" | "data-component" | "data-qa" => class_worth(value),
        _ => 0,
    };
    let worth = tree.attributes(id).map(of_mark).max()?;
    (worth > 0).then_some(worth)
}

fn class_worth(class: &str) -> u32 {
    let class = class.to_ascii_lowercase();
    let surest = AUTHOR_CLASSES.iter().find(|(w, _)| class.contains(w));
    match surest {
        Some((_, worth)) if !ABOUT_AUTHOR.iter().any(|w| class.contains(w)) => *worth,
        _ => 0,
    }
}

/// Whether an element holds a name and nothing else: it is called so, or says so by microdata or microformats.
fn is_name(tree: &Tree<'_>, id: Id) -> bool {
    tree.attributes(id)
        .any(|(name, value)| match LowerName::of(name).as_str() {
            "itemprop" => value == "name",
            "class" => {
                class_worth(value) == NAME_WORTH
                    || value.split_ascii_whitespace().any(|c| c == "fn")
            }
            _ => false,
        })
}

/// Elements above a name that say whose it is.
const AROUND_NAME: usize = 8;

/// The author in a box about them, for a page that names them nowhere else: a name in a link to them, with no
/// comments around it.
pub(super) fn of_boxes(tree: &Tree<'_>, place: ArticlePlace<'_>) -> Vec<Author> {
    let (Some(body), end) = (place.body, place.body.map_or(0, |b| tree.end(b))) else {
        return Vec::new();
    };
    let is_called = |id: Id, word: &str| {
        tree.attributes(id).any(|(name, value)| {
            matches!(LowerName::of(name).as_str(), "class" | "id")
                && value.to_ascii_lowercase().contains(word)
        })
    };
    let mut found = Vec::new();
    for id in body..(end + BEHIND).min(tree.len() as Id) {
        let is_link = tree.tag(id) == Tag::A && is_author_link(tree, id);
        if !(is_link || tree.is_element(id) && is_name(tree, id)) {
            continue;
        }
        let around = || tree.ancestors(id).take(AROUND_NAME);
        if around().any(|a| is_called(a, "author")) && !around().any(|a| is_called(a, "comment")) {
            add(&mut found, &tree.text_of(id), false);
        }
    }
    found.retain(|a| plausible(&a.name));
    // Several are the authors of other stories.
    if found.len() > 1 { Vec::new() } else { found }
}

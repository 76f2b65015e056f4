//! What readers of a page say, which has dates of its own.

use super::{lines, words};
use crate::intake::html::page::{ArticlePlace, json_ld};
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, LowerName, Tree};

/// Longest line that stands over comments, in bytes, and the most markup of one.
const LONGEST_LINE: usize = 80;
const LONGEST_MARKUP: usize = 1_000;
/// Least text between headline and comments, in bytes: a line over less is one that leads to them.
const LEAST_TEXT: usize = 400;
/// Elements above a node that are asked whether they are a comment.
const AROUND: usize = 6;

/// Where the comments begin: at a heading over them behind the article's text, or at such a line behind its element.
pub fn begin(tree: &Tree<'_>, headline: Option<Id>, body: Option<Id>) -> Option<Id> {
    let nodes = tree.len() as Id;
    let from = headline.or(body)?;
    let end = body.map_or(nodes, |body| tree.end(body));
    let mut text = 0;
    (from + 1..nodes).find(|id| {
        let (tag, is_behind) = (tree.tag(*id), text >= LEAST_TEXT);
        if tag == Tag::Text && !tree.is_raw(*id) {
            let (raw, _) = tree.raw_text(*id);
            text += raw.trim().len();
            let is_line = is_behind && *id >= end && raw.len() <= LONGEST_LINE;
            return is_line && words::opens_comments(&json_ld::clean(raw));
        }
        let is_heading = is_behind && tag.is_heading() && tree.extent(*id) <= LONGEST_MARKUP;
        is_heading && {
            let line = tree.text_of(*id);
            line.len() <= LONGEST_LINE && words::opens_comments(&line)
        }
    })
}

/// Whether a node is of a comment: behind the line over them, in a comment of schema.org, or in an element that is
/// called so. What the headline stands in too is the article's own, whatever it is called.
pub(super) fn holds(tree: &Tree<'_>, place: ArticlePlace<'_>, id: Id) -> bool {
    let is_own = |around: Id| place.headline.is_some_and(|h| tree.is_ancestor(around, h));
    let mut names = lines::names_around(tree, id);
    place.comments.is_some_and(|comments| id >= comments)
        || is_item(tree, id)
        || names.any(|(around, name)| !is_own(around) && words::names_comments(&name))
}

/// Whether a node stands in a comment of schema.org.
pub fn is_item(tree: &Tree<'_>, id: Id) -> bool {
    let is_comment = |around: Id| {
        tree.attributes(around)
            .any(|(name, value)| match LowerName::of(name).as_str() {
                "itemtype" | "typeof" => value.trim().ends_with("Comment"),
                "itemprop" | "property" => value.trim() == "comment",
                _ => false,
            })
    };
    tree.ancestors(id).skip(1).take(AROUND).any(is_comment)
}

/// The script before the comments that it has.
pub(super) fn before(script: &str) -> &str {
    let at = ["\"comment\":", "\"comments\":"]
        .iter()
        .filter_map(|name| script.find(name));
    at.min().map_or(script, |at| &script[..at])
}

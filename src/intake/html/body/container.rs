//! Which element holds the article.

use super::hints::Hint;
use super::marks::{Marks, Names};
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, Tree};

/// How much scraps and links weigh against running text.
const AGAINST: f32 = 1.0;
/// What an element called a body, or an article, is worth more.
const BODY_BONUS: f32 = 1.15;
const ARTICLE_BONUS: f32 = 1.05;

/// The element with the best balance of running text over the rest, the innermost of equals.
///
/// A page may go on with other articles below its own, longer ones too: the element around the headline
/// `title` goes before them, where it holds an article.
pub fn choose(tree: &Tree<'_>, marks: &Marks, names: &Names, title: Option<Id>) -> Option<Id> {
    let best = within_range(tree, marks, names, 0..tree.len() as Id)?;
    let titled = title.and_then(|t| around_title(tree, marks, best, t));
    match titled {
        Some(own) => within_range(tree, marks, names, own..tree.end(own)),
        None => Some(best),
    }
}

/// The element around the headline with a fair part of the running text `best` has, if `best` lies elsewhere.
fn around_title(tree: &Tree<'_>, marks: &Marks, best: Id, title: Id) -> Option<Id> {
    let enough = (marks.good_in(tree, best) as f32 * LEAST_OF_BEST) as u32;
    let own = tree
        .ancestors(title)
        .find(|id| marks.good_in(tree, *id) >= enough.max(LEAST_OWN))?;
    (!tree.is_ancestor(own, best) && !tree.is_ancestor(best, own)).then_some(own)
}

/// How much of the longest article's running text, and how many signs of it, an element around the headline
/// must have to be an article: more than a deck or a summary has.
const LEAST_OF_BEST: f32 = 0.25;
const LEAST_OWN: u32 = 900;

fn within_range(
    tree: &Tree<'_>,
    marks: &Marks,
    names: &Names,
    range: std::ops::Range<Id>,
) -> Option<Id> {
    let mut best: Option<(f32, Id)> = None;
    for id in range {
        let tag = tree.tag(id);
        if matches!(tag, Tag::Text | Tag::P) {
            continue;
        }
        let good = marks.good_in(tree, id);
        if good == 0 {
            continue;
        }
        let mut score = good as f32 - AGAINST * marks.bad_in(tree, id) as f32;
        if names.hint(id) == Some(Hint::Body) {
            score *= BODY_BONUS;
        } else if tag == Tag::Article {
            score *= ARTICLE_BONUS;
        }
        if best.is_none_or(|(b, _)| score >= b) {
            best = Some((score, id));
        }
    }
    best.map(|(_, id)| within(tree, marks, names, id))
}

/// The article or body within `container` when one holds the better part of its running text: the
/// rest is then something else that lies around it.
fn within(tree: &Tree<'_>, marks: &Marks, names: &Names, container: Id) -> Id {
    // An article in several parts, each called a body, is not one of its parts.
    let (mut parts, mut until) = (0, container);
    for id in tree.descendants(container) {
        if id >= until && names.hint(id) == Some(Hint::Body) {
            parts += marks.good_in(tree, id);
            until = tree.end(id);
        }
    }
    let mut best = container;
    for id in tree.descendants(container) {
        let whole = match names.hint(id) {
            Some(Hint::Body) => marks.good_in(tree, id) as f32 >= WHOLE_BODY * parts as f32,
            _ => matches!(tree.tag(id), Tag::Article | Tag::Main),
        };
        if whole
            && tree.is_ancestor(best, id)
            && marks.good_in(tree, id) as f32 >= BETTER_PART * marks.good_in(tree, best) as f32
        {
            best = id;
        }
    }
    best
}

/// How much of all that is called a body one of them must hold to be the whole of it.
const WHOLE_BODY: f32 = 0.9;
/// How much of the running text an element called an article must hold to be it.
const BETTER_PART: f32 = 0.55;

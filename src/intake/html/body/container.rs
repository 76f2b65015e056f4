//! Which element holds the article.

use super::class_hints::{ClassHint, ElementHints};
use super::weights::TextWeights;
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, Tree};

/// What an element called a body, or an article, is worth more. Small, as both names are given to teasers too:
/// they decide between elements of much the same text, such as the body and the column around it, where a crosshead
/// or a list of links in the difference would else count for the outer one. Chosen on the development pages.
const BODY_BONUS: f32 = 1.15;
const ARTICLE_BONUS: f32 = 1.05;

/// How much of the running text of the page's longest article, and how many characters of it, an element around
/// the headline must have to be an article: more than a deck or a summary has. Guards on one side against pages that
/// go on with other, longer articles below their own, on the other against a headline in a header of its own, whose
/// deck would be taken for the article. Chosen on the development pages.
const LEAST_OF_BEST: f32 = 0.25;
const LEAST_OWN_CHARS: u32 = 900;
/// The same where both stand in `<article>` elements of their own: a brief of two sentences.
const LEAST_ARTICLE_CHARS: u32 = 200;

/// How much of all that is called a body one of them must hold to be the whole of it. Less, and an article in
/// several parts (before and after a box, a page each of a gallery) would shrink to its longest; nothing less than
/// nearly all lets a box that is called a body too lie beside it. Chosen on the development pages.
const WHOLE_BODY: f32 = 0.9;
/// How much of the chosen element's running text an `<article>`, a `<main>` or a whole body in it must hold to be
/// taken instead: the better part. Lower, the first of several articles on a section page would do; much higher,
/// comments and other stories around the article would stay. Chosen on the development pages.
const BETTER_PART: f32 = 0.55;

/// How many times the text of the chosen element the article around it must have to be taken instead. Less, and
/// what stands around the text (summaries, notes on the author) would come in with it.
const MUCH_MORE: f32 = 1.5;

/// The element with the best balance of running text over the rest, the innermost of equals.
///
/// A page may go on with other articles below its own, longer ones too: the element around the headline
/// `title` goes before them, where it holds an article.
pub(super) fn choose(
    tree: &Tree<'_>,
    weights: &TextWeights,
    hints: &ElementHints,
    title: Option<Id>,
) -> Option<Id> {
    let best = best_of(tree, weights, hints, 0..tree.len() as Id)?;
    let titled = title.and_then(|t| around_title(tree, weights, best, t));
    let chosen = match titled {
        Some(own) => best_of(tree, weights, hints, own..tree.end(own))?,
        None => best,
    };
    Some(whole_article(tree, weights, chosen))
}

/// The `<article>` around the chosen element, where it has no other article in it, and much more text: an article that is mostly lists of links would else shrink to the section of it that has fewest.
fn whole_article(tree: &Tree<'_>, weights: &TextWeights, chosen: Id) -> Id {
    let text = |id: Id| weights.text_in(tree, id) as f32;
    let is_only = |id: Id| {
        let mut within = tree.find_all(id, Tag::Article);
        within.all(|inner| tree.is_ancestor(inner, chosen) || text(inner) == 0.0)
    };
    let mut around = tree.ancestors(chosen).skip(1);
    around
        .find(|id| tree.tag(*id) == Tag::Article)
        .filter(|id| text(*id) >= MUCH_MORE * text(chosen) && is_only(*id))
        .unwrap_or(chosen)
}

/// The element around the headline with a fair part of the running text `best` has, if `best` lies elsewhere.
fn around_title(tree: &Tree<'_>, weights: &TextWeights, best: Id, title: Id) -> Option<Id> {
    let enough = (weights.text_in(tree, best) as f32 * LEAST_OF_BEST) as u32;
    let is_enough = |id: &Id| weights.text_in(tree, *id) >= enough.max(LEAST_OWN_CHARS);
    let lies_elsewhere = |own: &Id| !tree.is_ancestor(*own, best) && !tree.is_ancestor(best, *own);
    let own = tree.ancestors(title).find(is_enough).filter(lies_elsewhere);
    if own.is_some() {
        return own;
    }
    // Two stories, each in an element for articles.
    let article = |of: Id| tree.ancestors(of).find(|id| tree.tag(*id) == Tag::Article);
    let (own, other) = (article(title)?, article(best)?);
    let apart = own != other && !tree.is_ancestor(own, other) && !tree.is_ancestor(other, own);
    let chars = weights.text_in(tree, own);
    let is_story = apart && chars >= enough.max(LEAST_ARTICLE_CHARS) && has_headline(tree, other);
    is_story.then_some(own)
}

/// Whether an element begins a story of its own: it has an `<h1>`, or a heading that is a link to the story's page.
fn has_headline(tree: &Tree<'_>, id: Id) -> bool {
    tree.descendants(id).any(|node| {
        let tag = tree.tag(node);
        let leads = || tree.end(node) > node + 1 && tree.tag(node + 1) == Tag::A;
        tag == Tag::H1 || tag.is_heading() && leads()
    })
}

/// The element in `range` with the best balance, or the article within it.
fn best_of(
    tree: &Tree<'_>,
    weights: &TextWeights,
    hints: &ElementHints,
    range: std::ops::Range<Id>,
) -> Option<Id> {
    let mut best: Option<(f32, Id)> = None;
    for id in range {
        let tag = tree.tag(id);
        let text = weights.text_in(tree, id);
        if text == 0 || matches!(tag, Tag::Text | Tag::P) {
            continue;
        }
        let mut score = text as f32 - weights.clutter_in(tree, id) as f32;
        if hints.hint(id) == Some(ClassHint::Body) {
            score *= BODY_BONUS;
        } else if tag == Tag::Article {
            score *= ARTICLE_BONUS;
        }
        if best.is_none_or(|(b, _)| score >= b) {
            best = Some((score, id));
        }
    }
    best.map(|(_, id)| article_within(tree, weights, hints, id))
}

/// The article or body within `container` when one holds the better part of its running text: the
/// rest is then something else that lies around it.
fn article_within(
    tree: &Tree<'_>,
    weights: &TextWeights,
    hints: &ElementHints,
    container: Id,
) -> Id {
    let bodies = body_text(tree, weights, hints, container) as f32;
    let is_article = |id: Id| match hints.hint(id) {
        Some(ClassHint::Body) => weights.text_in(tree, id) as f32 >= WHOLE_BODY * bodies,
        _ => matches!(tree.tag(id), Tag::Article | Tag::Main),
    };
    let mut best = container;
    for id in tree.descendants(container) {
        if is_article(id)
            && tree.is_ancestor(best, id)
            && weights.text_in(tree, id) as f32 >= BETTER_PART * weights.text_in(tree, best) as f32
        {
            best = id;
        }
    }
    best
}

/// Running text of all that is called a body in `container`: an article in several parts, each called a body,
/// is not one of its parts.
fn body_text(tree: &Tree<'_>, weights: &TextWeights, hints: &ElementHints, container: Id) -> u32 {
    let (mut chars, mut until) = (0, container);
    for id in tree.descendants(container) {
        if id >= until && hints.hint(id) == Some(ClassHint::Body) {
            chars += weights.text_in(tree, id);
            until = tree.end(id);
        }
    }
    chars
}

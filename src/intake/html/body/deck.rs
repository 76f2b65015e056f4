//! The deck as it stands on the page: a line between headline and text that its element's names or microdata call one.

use super::boilerplate::Boilerplate;
use super::class_hints::push_words;
use super::line_filter::{LineDecision, same_words};
use super::{BodyEvidence, phrases};
use crate::intake::html::layout::{PageLine, PageLines};
use crate::intake::html::page::{LONGEST_DECK, is_dating, opens_byline};
use crate::intake::html::tree::{Id, Tree};
use crate::intake::supply::is_agency;
use crate::record::{BlockKind, RemovedKind};
use crate::text::word_lists::word_lists;

word_lists! {
    /// Names in classes of the element of a deck.
    WORDS "page/decks.tsv" {
        deck_class,
    }
}

/// Lines behind the headline among which the deck is, and nodes of the page: byline and share bar may stand before it.
/// Further off are captions and other stories; set on the development pages.
const LINES: usize = 15;
const NODES: Id = 60;
/// Shortest line that is a deck, in characters without blanks: shorter are labels of the section.
const SHORTEST_CHARS: u32 = 25;
/// Elements around a line whose names may call it a deck: the line's own and a wrapper.
const ELEMENTS: usize = 2;
/// Properties of schema.org's `Article` that are decks where they stand on a page (as microdata, `itemprop`).
const PROPERTIES: [&str; 2] = ["description", "alternativeHeadline"];

/// The line that is the article's deck and is not among its text: the first that stands behind the headline and before
/// running text.
pub(super) fn line(
    tree: &Tree<'_>,
    lines: &PageLines,
    decisions: &[LineDecision],
    boilerplate: &Boilerplate,
    evidence: &BodyEvidence<'_>,
) -> Option<usize> {
    let title = evidence.title?;
    let end = tree.end(title);
    let behind = |line: &PageLine| line.first >= end;
    let from = lines.lines.iter().position(behind)?;
    let near = |line: &PageLine| line.first < end + NODES;
    let to = from
        + lines.lines[from..]
            .iter()
            .take(LINES)
            .take_while(|l| near(l))
            .count();
    (from..to)
        .take_while(|n| !is_text(decisions[*n]))
        .find(|n| {
            let line = &lines.lines[*n];
            let text = lines.text_of(line);
            line.chars >= SHORTEST_CHARS
                && text.len() <= LONGEST_DECK
                // The titles of other stories are links.
                && line.linked == 0
                && boilerplate.apart[*n].is_none_or(stands_above)
                && is_open(decisions[*n])
                && is_called_deck(tree, line, title)
                && phrases::kind_of(text).is_none()
                && !is_dating(text)
                && !opens_byline(text)
                && !is_credit(text)
                && !evidence.headline.is_some_and(|h| same_words(h, text))
        })
}

/// Whether nothing else is known of a line than that it is no running text.
fn is_open(decision: LineDecision) -> bool {
    match decision {
        LineDecision::Outside | LineDecision::Keep(BlockKind::Crosshead) => true,
        LineDecision::Remove(kind) => kind == RemovedKind::Other || stands_above(kind),
        LineDecision::Keep(_) => false,
    }
}

/// Whether boxes of a kind stand above an article and may have its deck in them.
fn stands_above(kind: RemovedKind) -> bool {
    matches!(kind, RemovedKind::Byline | RemovedKind::Navigation)
}

/// Whether a line ends with an agency's name, as the credit of a picture does.
fn is_credit(text: &str) -> bool {
    let last = text.rsplit([',', '/', '|']).next().unwrap_or_default();
    is_agency(last.trim())
}

/// Whether a line is kept as the article's text; a heading in front of it is not yet the text.
fn is_text(decision: LineDecision) -> bool {
    decision.keeps_text() && decision != LineDecision::Keep(BlockKind::Crosshead)
}

/// Whether names or microdata of the elements around a line, as far as the headline is not in them, call it a deck.
fn is_called_deck(tree: &Tree<'_>, line: &PageLine, title: Id) -> bool {
    let own = |id: &Id| !(*id <= title && title < tree.end(*id));
    let around = tree.ancestors(line.first).filter(|id| tree.is_element(*id));
    around.take(ELEMENTS).take_while(own).any(|id| {
        let property = tree.attribute(id, "itemprop");
        let class = tree.attribute(id, "class");
        property.is_some_and(|p| PROPERTIES.contains(&p.trim()))
            || class.is_some_and(|class| names_deck(&class))
    })
}

/// Whether one of the words of a class is what a deck is called: "article-standfirst", "c-articleDek".
fn names_deck(class: &str) -> bool {
    let mut words = String::new();
    for token in class.split_ascii_whitespace() {
        push_words(&mut words, token);
    }
    words.push('-');
    WORDS.deck_class.iter().any(|name| words.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_that_name_a_deck() {
        for class in [
            "standfirst",
            "c-articleDek",
            "story sub-headline speakable",
            "post__subtitle",
        ] {
            assert!(names_deck(class), "{class}");
        }
        for class in ["dekor", "headline", "leader", "a-subtitles", ""] {
            assert!(!names_deck(class), "{class}");
        }
    }
}

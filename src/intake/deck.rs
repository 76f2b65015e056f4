//! Whether a deck says anything: publishing systems fill the summary of a page, of a feed's item or of a wire's header
//! with the opening of the text, whole, cut off or with a label before it, and editors with the headline.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::{Draft, DraftBlock, Format};
use crate::record::{BlockKind, RemovedKind};
use crate::text::{closing_sign, letters};

/// Letters and figures in a row that two texts share by more than chance: three words.
const RUN_LETTERS: usize = 14;
/// Share of a deck's runs that stand in another text as well from which on the deck is that text again. From here on 42
/// of 43 decks of the development pages are a paragraph with a word changed or an opening cut in the middle; at .75
/// every fourth is an editor's.
const REPEATED: f64 = 0.85;

/// Takes the deck from a draft where it repeats the headline, another line of the supplier or the text. One that stands in the
/// text as the deck is a line of its own there, and goes only where the text begins with it once more.
pub(super) fn drop_repeated(draft: &mut Draft) {
    let Some(deck) = draft.supplied.deck.as_deref() else {
        return;
    };
    let letters_of_deck: Vec<char> = letters(deck).collect();
    if !is_sentence(deck) {
        mark_standing(&mut draft.blocks, &letters_of_deck);
    }
    let body = letters_of_body(&draft.blocks);
    if let Some(at) = draft.blocks.iter().position(|b| b.kind == BlockKind::Deck) {
        // AP's summary at the head of a story is its first two sentences, without the dateline.
        let is_summary = || draft.format == Format::Anpa && repeats(&letters_of_deck, &body);
        if body.starts_with(&letters_of_deck) || is_summary() {
            draft.supplied.deck = None;
            draft.remove(at, RemovedKind::Other);
        }
        return;
    }
    let said = &draft.supplied;
    let lines = [&said.headline, &said.credit, &said.slugline];
    let is_in = |text: &[char]| repeats(&letters_of_deck, text);
    let is_line = |line: &String| is_in(&letters(line).collect::<Vec<_>>());
    // EFE sets its keyword in the place of a second headline.
    let keywords = &said.keywords;
    if lines.into_iter().flatten().chain(keywords).any(is_line) || is_in(&body) {
        draft.supplied.deck = None;
    }
}

/// Makes the first line of the text the deck where it is the deck, letter for letter: the sender has it twice.
fn mark_standing(blocks: &mut [DraftBlock], deck: &[char]) {
    let first = blocks.iter_mut().find(|b| b.kind != BlockKind::Headline);
    if let Some(first) = first.filter(|b| letters(&b.text).eq(deck.iter().copied())) {
        first.kind = BlockKind::Deck;
    }
}

/// Whether a deck is written as a sentence, which may be the first of the text as well.
fn is_sentence(deck: &str) -> bool {
    matches!(closing_sign(deck), Some('.' | '!' | '?' | '…' | '。'))
}

/// Whether nearly all of a deck stands in another text; both as their letters alone. A short one must stand there whole.
fn repeats(deck: &[char], text: &[char]) -> bool {
    if deck.len() < RUN_LETTERS {
        return deck == text;
    }
    let runs: HashSet<&[char], RandomState> = text.windows(RUN_LETTERS).collect();
    let shared = deck.windows(RUN_LETTERS).filter(|run| runs.contains(run));
    let all = deck.len() - RUN_LETTERS + 1;
    shared.count() as f64 >= REPEATED * all as f64
}

fn letters_of_body(blocks: &[DraftBlock]) -> Vec<char> {
    use BlockKind::{Caption, Deck, Headline};
    let is_body = |b: &&DraftBlock| !matches!(b.kind, Headline | Deck | Caption);
    let body = blocks.iter().filter(is_body);
    body.flat_map(|b| letters(&b.text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Format;

    const TEXT: [&str; 2] = [
        "A ferry sank off Westmere on Thursday, the harbour’s master said. All who were on board are safe.",
        "Divers will look at the wreck as soon as the wind has fallen, which may take until the weekend.",
    ];

    fn deck_left(deck: &str) -> Option<String> {
        let mut draft = Draft::new(Format::Html, "utf-8", "".into());
        draft.supplied.headline = Some("Ferry sinks off Westmere with eighty on board".into());
        draft.supplied.slugline = Some("FERRY-SINKING-WESTMERE".into());
        draft.supplied.deck = Some(deck.into());
        for text in TEXT {
            let block = DraftBlock::new(BlockKind::Paragraph, text);
            draft.blocks.push(block);
        }
        drop_repeated(&mut draft);
        draft.supplied.deck
    }

    #[test]
    fn what_the_text_or_the_headline_says_is_no_deck() {
        for deck in [
            "A ferry sank off Westmere on Thursday , the harbour's master said […]",
            "Shipping A ferry sank off Westmere on Thursday, the harbour's master said. All who were on board are saf",
            "All who were on board are safe. Divers will look at the wreck as soon as the wind has fallen",
            "Ferry Sinks off Westmere With Eighty on Board",
            "Ferry sinking Westmere",
        ] {
            assert_eq!(deck_left(deck), None, "{deck}");
        }
    }

    #[test]
    fn an_editor_s_deck_stays() {
        for deck in [
            "Harbour's master blames the wind; all who were on board are safe",
            "The ship had been repaired in spring",
            "Ferry sinks: what we know",
            "Alle Passagiere gerettet",
            "乗客は全員無事",
        ] {
            assert_eq!(deck_left(deck).as_deref(), Some(deck));
        }
    }

    #[test]
    fn a_first_line_that_is_the_deck_is_marked_as_one() {
        let mut draft = Draft::new(Format::Nitf, "utf-8", "".into());
        draft.supplied.deck = Some("ON THIS DAY AT SEA".into());
        let texts = ["On this day at sea", TEXT[0]];
        let paragraphs = texts.map(|text| DraftBlock::new(BlockKind::Paragraph, text));
        draft.blocks.extend(paragraphs);
        drop_repeated(&mut draft);
        assert!(draft.supplied.deck.is_some());
        assert_eq!(draft.blocks[0].kind, BlockKind::Deck);
    }

    #[test]
    fn a_line_that_stands_as_the_deck_stays_but_for_the_opening() {
        for (deck, stays) in [(TEXT[1], true), (TEXT[0], false)] {
            let mut draft = Draft::new(Format::Text, "utf-8", "".into());
            draft.supplied.deck = Some(deck.into());
            draft.blocks = vec![DraftBlock::new(BlockKind::Deck, deck)];
            let paragraphs = TEXT.map(|text| DraftBlock::new(BlockKind::Paragraph, text));
            draft.blocks.extend(paragraphs);
            drop_repeated(&mut draft);
            assert_eq!(draft.supplied.deck.is_some(), stays);
            assert_eq!(draft.blocks.len(), if stays { 3 } else { 2 });
        }
    }
}

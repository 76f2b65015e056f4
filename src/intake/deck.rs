//! Whether a deck says anything: publishing systems fill the summary of a page, of a feed's item or of a wire's header
//! with the opening of the text, whole, cut off or with a label before it, and editors with the headline.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::{Draft, DraftBlock};
use crate::record::{BlockKind, RemovedKind};
use crate::text::closing_sign;

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
    mark_standing(&mut draft.blocks, deck);
    if let Some(at) = draft.blocks.iter().position(|b| b.kind == BlockKind::Deck) {
        if letters_of_body(&draft.blocks).starts_with(&letters(deck)) {
            draft.supplied.deck = None;
            draft.remove(at, RemovedKind::Other);
        }
        return;
    }
    let said = &draft.supplied;
    let lines = [&said.headline, &said.credit, &said.slugline];
    let letters_of_deck = letters(deck);
    let is_said = || {
        let mut lines = lines.into_iter().flatten();
        lines.any(|line| repeats(&letters_of_deck, &letters(line)))
    };
    let is_in_text = || repeats(&letters_of_deck, &letters_of_body(&draft.blocks));
    if is_said() || is_in_text() {
        draft.supplied.deck = None;
    }
}

/// Makes the first line of the text the deck where it is the deck word for word and no sentence: the sender has it twice.
fn mark_standing(blocks: &mut [DraftBlock], deck: &str) {
    let first = blocks.iter_mut().find(|b| b.kind != BlockKind::Headline);
    let is_sentence = matches!(closing_sign(deck), Some('.' | '!' | '?' | '…' | '。'));
    if let Some(first) = first.filter(|b| !is_sentence && letters(&b.text) == letters(deck)) {
        first.kind = BlockKind::Deck;
    }
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

/// The letters and figures of a text in lower case: marks and spaces are set anew when a text is copied.
fn letters(text: &str) -> Vec<char> {
    push_letters(Vec::new(), text)
}

fn letters_of_body(blocks: &[DraftBlock]) -> Vec<char> {
    let is_body = |b: &&DraftBlock| {
        !matches!(
            b.kind,
            BlockKind::Headline | BlockKind::Deck | BlockKind::Caption
        )
    };
    let body = blocks.iter().filter(is_body);
    body.fold(Vec::new(), |letters, block| {
        push_letters(letters, &block.text)
    })
}

fn push_letters(mut letters: Vec<char>, text: &str) -> Vec<char> {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    letters.extend(kept.flat_map(char::to_lowercase));
    letters
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

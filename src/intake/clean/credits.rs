//! Captions of pictures in text without markup, told by the credit that ends them: "… at the harbour. (AP Photo/Ana
//! Ruiz)", "… on Monday. Photograph: Ana Ruiz/Getty", "Ferry in port ©Ana Ruiz (AFP)"; or by one in capitals that opens
//! them: "GETTY The ferry in port".

use crate::intake::{Draft, DraftBlock};
use crate::record::BlockKind;
use crate::text::word_lists::word_lists;

word_lists! {
    WORDS "clean/credits.tsv" {
        label,
        label_of,
        bank,
        agency,
        particle,
        opening,
    }
}

/// Longest caption, in bytes, and longest credit at its end.
const CAPTION_BYTES: usize = 420;
const CREDIT_BYTES: usize = 90;
/// Most words of a photographer's name, or of several.
const NAME_WORDS: usize = 6;
/// Most words of a credit that opens a caption, and fewest words behind it.
const OPENING_WORDS: usize = 5;
const WORDS_BEHIND: usize = 5;

/// Makes captions of the paragraphs that a picture's credit ends or opens, as long as other text is left. What was taken for the
/// deck and is one is no deck.
pub(super) fn mark(draft: &mut Draft) {
    use BlockKind::{Caption, Crosshead, Deck, Paragraph};
    let blocks = &mut draft.blocks;
    let is_text = |b: &DraftBlock| b.kind == Paragraph;
    let may_be = |b: &DraftBlock| {
        matches!(b.kind, Paragraph | Crosshead | Deck)
            && b.text.len() <= CAPTION_BYTES
            && (ends_with_credit(&b.text) || begins_with_credit(&b.text))
    };
    let captions: Vec<usize> = (0..blocks.len()).filter(|n| may_be(&blocks[*n])).collect();
    let texts = blocks.iter().filter(|b| is_text(b)).count();
    let taken = captions.iter().filter(|n| is_text(&blocks[**n])).count();
    if taken < texts {
        for n in captions {
            if blocks[n].kind == Deck {
                draft.supplied.deck = None;
            }
            blocks[n].kind = Caption;
        }
    }
}

/// Whether a text ends with the credit of a picture.
fn ends_with_credit(text: &str) -> bool {
    let text = text.trim_end_matches(['.', ' ']);
    if let Some(inner) = text.strip_suffix(')') {
        let Some(at) = inner
            .rfind('(')
            .filter(|at| inner.len() - at <= CREDIT_BYTES)
        else {
            return false;
        };
        let bracket = inner[at + 1..].trim();
        return is_labelled(bracket)
            || is_of_bank(bracket)
            || is_name_and_seller(bracket)
            || is_behind_sign(&inner[..at]);
    }
    let from = text.len().saturating_sub(CREDIT_BYTES);
    let tail = &text[text.ceil_char_boundary(from)..];
    let begins_here = tail.len() == text.len();
    if begins_here && is_of_bank(text) || is_with_rights(tail) {
        return true;
    }
    // Behind the end of a sentence, a bar, or at the beginning of the line.
    let ends = tail.match_indices(['.', '!', '?', '”', '"', ')', '|']);
    let starts = ends
        .map(|(at, sign)| at + sign.len())
        .chain(begins_here.then_some(0));
    let is_credit = |part: &str| is_labelled(part) || is_name_and_seller(part);
    starts
        .into_iter()
        .any(|at| is_credit(tail[at..].trim_start()))
        || is_behind_sign(tail)
}

/// "GETTY The ferry in port", "WESTMERE FERRIES•GETTY The ferry in port": a seller in capitals, maybe behind another, and
/// words that are no sentence.
fn begins_with_credit(text: &str) -> bool {
    if text.ends_with(['.', '!', ':', '…']) {
        return false;
    }
    let is_capital = |part: &str| !part.contains(char::is_lowercase);
    let ends = text.match_indices(' ').map(|(at, _)| at);
    let mut in_capitals = ends
        .take(OPENING_WORDS)
        .take_while(|at| is_capital(&text[..*at]));
    let found = in_capitals.find(|at| {
        let credit = text[..*at].to_lowercase();
        let seller = credit.rsplit(['•', '/']).next().unwrap_or_default();
        WORDS.opening.contains(&seller)
    });
    found.is_some_and(|at| {
        let rest = text[at..].trim_start();
        rest.starts_with(|c: char| c.is_uppercase() || "\"'“‘".contains(c))
            && !is_capital(rest)
            && rest.split_ascii_whitespace().count() >= WORDS_BEHIND
    })
}

/// "Photo: Ana Ruiz", "AP Photo/Ana Ruiz", "Photo by Ana Ruiz/Courier": a label and a name.
fn is_labelled(part: &str) -> bool {
    let lower = part.to_lowercase();
    let behind = |label: &str| lower.strip_prefix(label);
    let marked = WORDS
        .label
        .iter()
        .filter_map(|label| behind(label)?.strip_prefix([':', '/']));
    let named = WORDS
        .label_of
        .iter()
        .filter_map(|label| behind(label)?.strip_prefix(' '));
    let mut names = marked.chain(named);
    names.any(|name| !name.trim().is_empty() && !name.contains(". "))
}

/// "Getty Images", "iStock": who sells pictures and no text.
fn is_of_bank(part: &str) -> bool {
    WORDS.bank.contains(&part.to_lowercase().as_str())
}

/// "Ana Ruiz/Reuters", "Pool via AP", "Ana Ruiz/Invision/AP": names with capitals in front of a slash or "via", and a
/// seller behind.
fn is_name_and_seller(part: &str) -> bool {
    let cut = part
        .rfind('/')
        .map(|at| (at, 1))
        .max(part.rfind(" via ").map(|at| (at, 5)));
    let Some((at, length)) = cut else {
        return false;
    };
    let (before, seller) = (&part[..at], part[at + length..].trim());
    let seller = seller.to_lowercase();
    let sells = WORDS.bank.contains(&seller.as_str()) || WORDS.agency.contains(&seller.as_str());
    let words: Vec<&str> = before.split([' ', '/']).filter(|w| !w.is_empty()).collect();
    let is_name = |w: &&str| w.starts_with(char::is_uppercase) || WORDS.particle.contains(w);
    sells && !words.is_empty() && words.len() <= NAME_WORDS && words.iter().all(is_name)
}

/// "Ana Ruiz/Copyright 2026 The AP. All rights reserved": rights behind a photographer's name.
fn is_with_rights(tail: &str) -> bool {
    let lower = tail.to_lowercase();
    lower.ends_with("all rights reserved") && lower.contains("/copyright ")
}

/// "©Ana Ruiz (AFP)", "© Ana Ruiz/dpa | Ana Ruiz": a name behind the sign, where a copyright line has a year.
fn is_behind_sign(text: &str) -> bool {
    let Some(at) = text
        .rfind('©')
        .filter(|at| text.len() - at <= CREDIT_BYTES && *at > 0)
    else {
        return false;
    };
    let name = text[at + '©'.len_utf8()..].trim_start();
    name.starts_with(char::is_alphabetic)
        && !name.contains(". ")
        && !name.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Format;

    #[test]
    fn credits_end_captions() {
        for text in [
            "The ferry in the harbour of Westmere on Monday. (AP Photo/Ana Ruiz)",
            "The ferry in the harbour of Westmere. (Ana Ruiz/Getty Images)",
            "The ferry in the harbour of Westmere (Getty)",
            "The ferry in the harbour of Westmere. (Photo: Ana Ruiz, Westmere Courier)",
            "The ferry in the harbour of Westmere. Photograph: Ana Ruiz/AP",
            "The ferry in the harbour of Westmere on Monday. | Photo Credit: Reuters",
            "The ferry in the harbour ©Ana Ruiz (AFP/File)",
            "Die Fähre im Hafen. (Symbolfoto: picture alliance/dpa | Ana Ruiz)",
            "Die Fähre im Hafen © Ana Ruiz/dpa | Ana Ruiz",
            "Ana Ruiz/Westmere Ferries/Pool via AP",
            "Photo: Reuters",
            "Getty Images",
            "The ferry in the harbour Ana Ruiz/Copyright 2026 The AP. All rights reserved.",
        ] {
            assert!(ends_with_credit(text), "{text}");
        }
    }

    #[test]
    fn copy_ends_otherwise() {
        for text in [
            "The ferry sank off Westmere on Monday. (Reuters)",
            "The rules are those of the Environmental Protection Agency (EPA).",
            "The ferry sank. (Reporting by Ana Ruiz; Editing by Bo Lind/Reuters)",
            "With inputs from PTI/AFP",
            "© 2026 Westmere Courier",
            "All rights reserved © Westmere Courier 2026",
            "Cost per credit: In-state | $1,797",
            "She said of the photo: it shows nothing.",
            "He was paid by the hour and/or AP",
            "",
        ] {
            assert!(!ends_with_credit(text), "{text}");
        }
    }

    #[test]
    fn credits_in_capitals_open_captions() {
        for text in [
            "GETTY The ferry in the harbour of Westmere",
            "GETTY IMAGES The ferry in the harbour of Westmere",
            "WESTMERE FERRIES•GETTY Ferry news: Ana Ruiz at the harbour",
            "EPA A ferry in the harbour of Westmere",
            "GETTY Is the ferry 'too old'?",
        ] {
            assert!(begins_with_credit(text), "{text}");
        }
        for text in [
            "EPA Administrator Ana Ruiz said on Monday that the harbour was clean.",
            "REUTERS TO BUY FERRIES OF WESTMERE",
            "GETTY museum in Westmere opens on Monday",
            "EPA Response",
            "AP Interview: Ana Ruiz on the harbour of Westmere",
            "Getty Images has a picture of Westmere",
        ] {
            assert!(!begins_with_credit(text), "{text}");
        }
    }

    fn marked(blocks: &[(BlockKind, &str)]) -> Draft {
        let mut draft = Draft::new(Format::Text, "utf-8", "".into());
        for (kind, text) in blocks {
            draft.blocks.push(DraftBlock::new(*kind, *text));
            if *kind == BlockKind::Deck {
                draft.supplied.deck = Some((*text).to_owned());
            }
        }
        mark(&mut draft);
        draft
    }

    #[test]
    fn a_text_of_captions_alone_stays_text() {
        let caption = "The ferry in the harbour of Westmere. (AP Photo/Ana Ruiz)";
        let copy = "The ferry of Westmere goes twice a day.";
        let mut blocks = marked(&[
            (BlockKind::Paragraph, caption),
            (BlockKind::Paragraph, copy),
        ])
        .blocks;
        assert_eq!(blocks.pop().unwrap().kind, BlockKind::Paragraph);
        assert_eq!(blocks.pop().unwrap().kind, BlockKind::Caption);
        let alone = marked(&[(BlockKind::Paragraph, caption)]).blocks;
        assert_eq!(alone[0].kind, BlockKind::Paragraph);
    }

    #[test]
    fn a_caption_that_was_taken_for_the_deck_is_none() {
        let caption = "The ferry in the harbour of Westmere. (Photo: Ana Ruiz)";
        let copy = "The ferry of Westmere goes twice a day.";
        let draft = marked(&[(BlockKind::Deck, caption), (BlockKind::Paragraph, copy)]);
        assert_eq!(draft.blocks[0].kind, BlockKind::Caption);
        assert_eq!(draft.supplied.deck, None);
    }
}

//! What headlines take up: "Berg Calls Report 'Outrageous Distortion'" above a text that quotes her so.

use super::marks::{Quoted, quoted};
use crate::record::{Block, BlockKind, Quote, QuoteType};
use crate::text::{TokenKind, Tokens};

/// A word alone is taken up from no longer stretch in marks than this, in words: in a sentence it may stand by chance.
const SHORT: usize = 4;

/// Stretches in marks of a headline that are looked at: more are no headline's.
const MOST: usize = 4;

/// Adds the quotations of the headline whose words somebody is quoted with in the text below: the speaker is the same.
pub(super) fn take_up(text: &str, tokens: &Tokens, blocks: &[Block], quotes: &mut Vec<Quote>) {
    let Some(block) = blocks.iter().find(|b| b.kind == BlockKind::Headline) else {
        return;
    };
    let mut taken = Vec::new();
    let marks = quoted(text, tokens, tokens.within(block.span()));
    for mark in marks.into_iter().take(MOST) {
        let span = tokens[mark.open].span.join(tokens[mark.close].span);
        let is_known = |q: &Quote| q.content.start < span.end && span.start < q.content.end;
        if !mark.closed || quotes.iter().any(is_known) {
            continue;
        }
        let said = words(text, tokens, &mark);
        let below = quotes.iter().filter(|q| q.content.start >= block.end);
        let same: Vec<&Quote> = below.filter(|q| holds(text, tokens, q, &said)).collect();
        let named = same.iter().find(|q| q.speaker.is_some());
        if let Some(quote) = named.or(same.first()) {
            taken.push(Quote {
                kind: QuoteType::Direct,
                content: span,
                cue: None,
                source: None,
                ..(*quote).clone()
            });
        }
    }
    quotes.extend(taken);
    quotes.sort_by_key(|q| q.content.start);
}

/// The words between two marks, in small letters.
fn words(text: &str, tokens: &Tokens, mark: &Quoted) -> Vec<String> {
    let inside = tokens.get(mark.open + 1..mark.close).unwrap_or_default();
    let words = inside.iter().filter(|t| t.kind != TokenKind::Punctuation);
    words.map(|t| t.of(text).to_lowercase()).collect()
}

/// Whether a quotation has these words in one pair of marks.
fn holds(text: &str, tokens: &Tokens, quote: &Quote, said: &[String]) -> bool {
    if said.is_empty() || quote.kind == QuoteType::Indirect {
        return false;
    }
    let marks = quoted(text, tokens, tokens.within(quote.content));
    marks.iter().any(|mark| {
        let words = words(text, tokens, mark);
        (said.len() > 1 || words.len() <= SHORT) && words.windows(said.len()).any(|w| w == said)
    })
}

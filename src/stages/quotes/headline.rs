//! What headlines take up: "Berg Calls Report 'Outrageous Distortion'" above a text that quotes her so.

use super::marks::{Quoted, quoted};
use crate::record::{Block, BlockKind, Quote, QuoteType};
use crate::text::{TokenKind, Tokens};

/// A word alone is taken up from no longer stretch in marks than this, in words: in a sentence it may stand by chance.
const SHORT: usize = 4;

/// Adds the quotations of headlines whose words somebody is quoted with in the text below: the speaker is the same.
pub(super) fn take_up(text: &str, tokens: &Tokens, blocks: &[Block], quotes: &mut Vec<Quote>) {
    let mut taken = Vec::new();
    for block in blocks.iter().filter(|b| b.kind == BlockKind::Headline) {
        for mark in quoted(text, tokens, tokens.within(block.span())) {
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
    let content = tokens.within(quote.content);
    let Some(first) = tokens.get(content.start) else {
        return false;
    };
    let start = tokens.partition_point(|t| t.block < first.block);
    let end = tokens.partition_point(|t| t.block <= first.block);
    let marks = quoted(text, tokens, start..end);
    let mut inside = marks.iter().filter(|m| content.contains(&m.open));
    inside.any(|mark| {
        let words = words(text, tokens, mark);
        (said.len() > 1 || words.len() <= SHORT) && words.windows(said.len()).any(|w| w == said)
    })
}

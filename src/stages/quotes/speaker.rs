//! From the words that name a source to the entity that speaks.

use super::extract::FoundQuote;
use crate::record::{Entity, EntityType, MentionKind};
use crate::text::{Span, Tokens};

/// Gives each quotation its speaker, where the source can be told to be one of the entities.
///
/// A source that contains a mention of a person, organisation or place speaks as that entity; the
/// mention nearest the end of the phrase wins, since titles come first ("Treasury Secretary Ann Berg").
/// A pronoun that no entity claims is whoever spoke last, when that is a person.
pub(super) fn resolve(text: &str, tokens: &Tokens, entities: &[Entity], found: &mut [FoundQuote]) {
    let mut last: Option<String> = None;
    for f in found {
        let speaker = match f.quote.source {
            Some(source) => named(entities, source).or_else(|| {
                pronoun(text, tokens, source)
                    .then(|| last.clone())
                    .flatten()
            }),
            // a paragraph that goes on from the one before, whose speaker it has by construction
            None if f.quote.cue.is_none() => last.clone(),
            None => None,
        };
        last.clone_from(&speaker);
        f.quote.speaker = speaker;
    }
}

fn named(entities: &[Entity], source: Span) -> Option<String> {
    let mut best: Option<(u8, u32, &Entity)> = None;
    for entity in entities.iter().filter(|e| can_speak(e.kind)) {
        for mention in entity.mentions.iter().filter(|m| m.span().overlaps(source)) {
            let rank = match (entity.kind, mention.kind) {
                (EntityType::Person, _) => 3,
                (_, MentionKind::Name) => 2,
                _ => 1,
            };
            if best.is_none_or(|(r, end, _)| (rank, mention.end) > (r, end)) {
                best = Some((rank, mention.end, entity));
            }
        }
    }
    best.map(|(_, _, e)| e.id.clone())
}

fn can_speak(kind: EntityType) -> bool {
    matches!(
        kind,
        EntityType::Person | EntityType::Organization | EntityType::Place
    )
}

fn pronoun(text: &str, tokens: &Tokens, source: Span) -> bool {
    let range = tokens.within(source);
    range.len() == 1
        && matches!(
            tokens[range.start].of(text).to_ascii_lowercase().as_str(),
            "he" | "she"
        )
}

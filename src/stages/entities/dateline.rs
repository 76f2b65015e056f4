//! The place a dateline names: a place whatever the model takes it for, and the country of the dateline.

use std::ops::Range;

use super::gazetteer::{Gazetteer, kind};
use super::labels::{NameType, OUTSIDE, names, write};
use crate::intake::Article;
use crate::record::{Entity, EntityType};
use crate::text::tokens::tokenize;
use crate::text::{Span, Token};

/// Where the dateline's place stands in the text. `None` when the copy has no dateline in it.
pub(super) fn place(article: &Article) -> Option<Span> {
    let start = article.dateline()?.start as usize;
    let place = article.supplied.dateline.as_ref()?.place.as_deref()?;
    // In the copy it stands in capitals more often than not.
    let mut end = start;
    let mut rest = article.text[end..].chars();
    for wanted in place.chars() {
        let c = rest.next()?;
        if !c.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
        end += c.len_utf8();
    }
    Some(Span::new(start, end))
}

/// Labels the tokens of the dateline's place as a place, unless they are that already. Capitals before a
/// dash alone, without a day or an agency, must be a name that the gazetteer knows.
pub(super) fn correct(
    article: &Article,
    tokens: &[Token],
    labels: &mut [u8],
    place: Span,
    gazetteer: &Gazetteer,
) {
    let range = tokens_in(tokens, place);
    let dateline = article.supplied.dateline.as_ref();
    let is_sure = dateline.is_some_and(|d| d.source.is_some() || d.date.is_some());
    let known = gazetteer.look_up_tokens(&article.text, &tokens[range.clone()]);
    if range.is_empty() || !(is_sure || known.is_some()) {
        return;
    }
    let overlapping = |(start, end): (usize, usize)| start < range.end && end > range.start;
    let taken: Vec<(Range<usize>, NameType)> = names(labels)
        .into_iter()
        .filter(|(start, end, _)| overlapping((*start, *end)))
        .map(|(start, end, kind)| (start..end, kind))
        .collect();
    if taken.iter().any(|(_, kind)| *kind == NameType::Place) {
        return;
    }
    for (name, _) in taken {
        labels[name].fill(OUTSIDE);
    }
    write(labels, range.start, range.end, NameType::Place);
}

/// The country of the dateline's place: that of the entity it became, where the place is well known or the
/// article names the country, or a region of it. A small town alone may be anywhere.
pub(super) fn country(entities: &[Entity], place: Span, well_known: bool) -> Option<String> {
    let places = || entities.iter().filter(|e| e.kind == EntityType::Place);
    let its = places().find(|e| e.mentions.iter().any(|m| m.start == place.start))?;
    let confirmed = || {
        let is_wide = |e: &Entity| matches!(e.subtype.as_deref(), Some("country" | "region"));
        places().any(|e| is_wide(e) && e.country == its.country)
    };
    its.country.clone().filter(|_| well_known || confirmed())
}

/// The country of a dateline that a format gives beside the copy: of a country, a region or a large city that
/// the gazetteer knows.
pub(super) fn country_given(article: &Article, gazetteer: &Gazetteer) -> Option<String> {
    let place = article.supplied.dateline.as_ref()?.place.as_deref()?;
    let whole = Span::new(0, place.len());
    let tokens = tokenize(place, std::iter::once(whole));
    let known = gazetteer.look_up_tokens(place, &tokens)?;
    gazetteer.country_of_place(known).map(str::to_owned)
}

/// Whether the gazetteer knows the dateline's place as a country, a region or a large city.
pub(super) fn is_well_known(
    text: &str,
    tokens: &[Token],
    place: Span,
    gazetteer: &Gazetteer,
) -> bool {
    let range = tokens_in(tokens, place);
    let known = gazetteer.look_up_tokens(text, &tokens[range]);
    known.is_some_and(|names| names.kinds & (kind::COUNTRY | kind::REGION | kind::LARGE_CITY) != 0)
}

/// The tokens of a stretch of text.
fn tokens_in(tokens: &[Token], place: Span) -> Range<usize> {
    let start = tokens.partition_point(|t| t.span.start < place.start);
    start
        ..tokens
            .partition_point(|t| t.span.end <= place.end)
            .max(start)
}

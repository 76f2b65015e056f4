//! From the sentences of an article to its events.

use std::ops::Range;

use super::confidence::Chances;
use super::find::{self, Candidate};
use super::merge::{self, Told};
use super::scope::{self, Scope};
use super::sentence::{Sentence, is_somebody};
use super::{attach, confidence, participants, possible};
use crate::intake::Article;
use crate::record::{Entity, EntityType, Event, EventType, Quote, TimeExpression, Topic};
use crate::stages::syntax::{Label, Syntax};
use crate::stages::{Entities, Quotes, Times, Topics};
use crate::text::{Span, Tokens};

/// Mentions of entities in the order of the text, each with the place of its entity.
pub(super) fn mentions(entities: &[Entity]) -> Vec<(Span, u32)> {
    let mut mentions: Vec<(Span, u32)> = Vec::new();
    for (at, entity) in entities.iter().enumerate() {
        mentions.extend(entity.mentions.iter().map(|m| (m.span(), at as u32)));
    }
    mentions.sort_unstable_by_key(|(span, at)| (span.start, span.end, *at));
    mentions
}

/// What sentences are read from.
pub(super) struct Reading<'a> {
    pub text: &'a str,
    pub tokens: &'a Tokens,
    /// Sentences as spans of the text.
    pub sentences: &'a [Span],
    pub syntax: &'a Syntax,
    pub entities: &'a [Entity],
    pub mentions: Vec<(Span, u32)>,
}

impl<'a> Reading<'a> {
    /// An article with its tokens, its sentences and their syntax, and its entities, if any were found.
    pub(super) fn of(
        article: &'a Article,
        (tokens, sentences, syntax): (&'a Tokens, &'a [Span], &'a Syntax),
        entities: Option<&'a Entities>,
    ) -> Self {
        let entities = entities.map(|e| &e.entities[..]).unwrap_or_default();
        Reading {
            text: &article.text,
            tokens,
            sentences,
            syntax,
            entities,
            mentions: mentions(entities),
        }
    }

    /// A sentence with its parse, where its words may tell an event.
    pub(super) fn sentence(&self, at: usize) -> Option<Sentence<'a>> {
        let text = self.text;
        let words = self.syntax.tokens(at, self.tokens)?;
        if !possible::by_forms(words, text) {
            return None;
        }
        let tags = self.syntax.tags(at, text, self.tokens)?;
        if !possible::by_tags(words, tags, text) {
            return None;
        }
        let parse = self.syntax.parse(at, text, self.tokens)?;
        Some(Sentence::new(parse, text, self.entities, &self.mentions))
    }
}

/// What else is known of the article.
pub(super) struct Beside<'a> {
    pub quotes: &'a [Quote],
    pub times: &'a [TimeExpression],
    pub topics: &'a [Topic],
    /// The year of publication.
    pub year: Option<i16>,
    /// The place that the dateline names.
    pub dateline: Option<&'a str>,
}

impl<'a> Beside<'a> {
    /// What the article says of itself, and what stages have found.
    pub(super) fn of(
        article: &'a Article,
        (quotes, times, topics): (Option<&'a Quotes>, Option<&'a Times>, Option<&'a Topics>),
    ) -> Self {
        let published = article.supplied.published.as_ref();
        let dateline = article.supplied.dateline.as_ref();
        Beside {
            quotes: quotes.map(|q| &q[..]).unwrap_or_default(),
            times: times.map(|t| &t[..]).unwrap_or_default(),
            topics: topics.map(|t| &t[..]).unwrap_or_default(),
            year: published.and_then(|p| p.value.get(..4)?.parse().ok()),
            dateline: dateline.and_then(|d| d.place.as_deref()),
        }
    }
}

fn event(sentence: &Sentence<'_>, candidate: &Candidate, beside: &Beside<'_>, chance: f32) -> Told {
    let ids = |somebody: &[participants::Somebody]| {
        let mut ids: Vec<String> = Vec::new();
        for id in somebody.iter().filter_map(|s| s.participant.entity.clone()) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    };
    let everyone = candidate.actors.iter().chain(&candidate.recipients);
    let everyone = everyone.chain(&candidate.third_parties);
    let quote = beside
        .quotes
        .iter()
        .position(|q| q.content.contains(candidate.trigger));
    let time = attach::time(sentence, candidate, beside.times);
    let is_past = time
        .as_deref()
        .zip(beside.year)
        .is_some_and(|(time, year)| attach::is_before(time, year));
    let event = Event {
        kind: candidate.kind,
        cameo: candidate.cameo.map(str::to_owned),
        trigger: candidate.trigger,
        actors: ids(&candidate.actors),
        recipients: ids(&candidate.recipients),
        participants: everyone.map(|s| s.participant.clone()).collect(),
        place: attach::place(sentence, candidate),
        time,
        modality: candidate.status.modality,
        polarity: candidate.status.polarity,
        background: candidate.status.background || is_past,
        quote: quote.map(|at| at as u32),
        mentions: Vec::new(),
        confidence: Some(chance),
    };
    Told {
        event,
        actors: Told::keys(&candidate.actors),
        recipients: Told::keys(&candidate.recipients),
        again: find::is_again(sentence, candidate),
        is_past,
        word: sentence.lemma(candidate.word).to_owned(),
        names: names(sentence, candidate),
        beside: ids_within(sentence, 0..sentence.parse.len(), is_somebody),
    }
}

/// Ids of the entities that the words of an event name: of a noun those in its phrase, and the places in what stands
/// behind prepositions of the verb.
fn names(sentence: &Sentence<'_>, candidate: &Candidate) -> Vec<String> {
    let mut names = Vec::new();
    if !candidate.is_verb {
        let phrase = sentence.parse.subtree(candidate.word);
        names = ids_within(sentence, phrase, is_somebody);
    }
    let verb = candidate
        .support
        .or(candidate.is_verb.then_some(candidate.word));
    let behind = verb.into_iter().flat_map(|v| sentence.parse.dependents(v));
    for preposition in behind.filter(|d| sentence.label(*d) == Label::Prep) {
        let phrase = sentence.parse.subtree(preposition);
        names.extend(ids_within(sentence, phrase, |e| {
            e.kind == EntityType::Place
        }));
    }
    names
}

fn ids_within(
    sentence: &Sentence<'_>,
    words: Range<usize>,
    wanted: impl Fn(&Entity) -> bool,
) -> Vec<String> {
    let entities = words.filter_map(|at| sentence.entity(at));
    let mut ids: Vec<String> = entities
        .filter(|e| wanted(e))
        .map(|e| e.id.clone())
        .collect();
    ids.dedup();
    ids
}

/// The first event of the text, if it is something done, happens where the dateline says, unless it says otherwise.
fn place_of_dateline(place: Option<&str>, entities: &[Entity], told: &mut [Told]) {
    let Some(place) = place else {
        return;
    };
    let Some(first) = told.first_mut() else {
        return;
    };
    let done = matches!(
        first.event.kind,
        EventType::Assault
            | EventType::Coerce
            | EventType::Protest
            | EventType::Consult
            | EventType::Mobilize
    );
    let entity = entities
        .iter()
        .find(|e| e.kind == EntityType::Place && e.name == place);
    if let Some(entity) = entity.filter(|_| done && first.event.place.is_none()) {
        first.event.place = Some(entity.id.clone());
    }
}

/// Hands on what the sentences of an article tell, each with its sentence and the number of that; `None` when `spent` says
/// that there is no more time.
pub(super) fn each(
    reading: &Reading<'_>,
    beside: &Beside<'_>,
    spent: impl Fn() -> bool,
    mut hand_on: impl FnMut(&Sentence<'_>, usize, &Candidate),
) -> Option<()> {
    let scope = Scope::of(reading, beside);
    for number in 0..reading.sentences.len() {
        if spent() {
            return None;
        }
        let Some(sentence) = reading.sentence(number) else {
            continue;
        };
        let mut found = find::candidates(&sentence);
        found.retain(|c| {
            c.dropped.is_none()
                && scope.admits(c)
                && !scope::is_address(&sentence, c, beside.quotes)
        });
        found.sort_by_key(|c| (c.depth, c.word));
        found.iter().for_each(|c| hand_on(&sentence, number, c));
    }
    Some(())
}

/// The events of an article, each once; `None` when `spent` says that there is no more time.
pub(super) fn events(
    reading: &Reading<'_>,
    beside: &Beside<'_>,
    spent: impl Fn() -> bool,
) -> Option<Vec<Event>> {
    let chances = Chances::of(reading, beside);
    let mut told = Vec::new();
    each(reading, beside, spent, |sentence, number, candidate| {
        let chance = chances.chance(sentence, number, candidate);
        if confidence::is_enough(chance) {
            told.push(event(sentence, candidate, beside, chance));
        }
    })?;
    place_of_dateline(beside.dateline, reading.entities, &mut told);
    Some(merge::merged(told))
}

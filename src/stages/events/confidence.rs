//! How sure an event is: the chance that the text tells an event of the scheme where the lexicon finds one.
//!
//! A row of the lexicon is right in some articles and for some people more than for others: a minister meets, a board
//! meets, and so do rails. The chance is a logistic regression over what is known of a candidate, its weights the table
//! `config/events/confidence.tsv`, learnt ([`train`](super::train)) from events that readers judged one by one. It says
//! nothing of who takes part, nor of modality.
//!
//! What was said of 2,035 events of some 1,200 articles, each by a table that had learnt nothing of its source (nine:
//! newspapers, agencies, pages of the web), and how many of them were events of PLOVER's types at all, in percent:
//!
//! | confidence | said | right | events |
//! |---|---|---|---|
//! | 0.0–0.1 | 7 | 6 | 32 |
//! | 0.1–0.2 | 15 | 16 | 93 |
//! | 0.2–0.3 | 25 | 20 | 122 |
//! | 0.3–0.4 | 35 | 33 | 132 |
//! | 0.4–0.5 | 45 | 49 | 163 |
//! | 0.5–0.6 | 55 | 56 | 167 |
//! | 0.6–0.7 | 65 | 76 | 194 |
//! | 0.7–0.8 | 75 | 80 | 281 |
//! | 0.8–0.9 | 85 | 87 | 400 |
//! | 0.9–1.0 | 94 | 92 | 451 |
//!
//! `copydesk train events --check` prints such a table of labelled articles.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::find::Candidate;
use super::participants::Somebody;
use super::read::{Beside, Reading};
use super::scope::acts_in_public;
use super::sentence::Sentence;
use crate::record::{EntityType, Topic};
use crate::stages::syntax::Label;
use crate::text::data::{DataFile, data_file};
use crate::text::table;

pub(super) const FILE: DataFile<'static> = data_file!("events/confidence.tsv");

/// The feature that every candidate has.
pub(super) const BASE: &str = "base";

/// An event that is less sure is not told. Of the candidates of the table above 68 % are events; of those from 0.3 on 76 %,
/// which are 97 % of the events, of those from 0.4 on 79 %, which are 94 % of them.
const LEAST: f32 = 0.35;

/// Shares of the entities that act in public are told apart by fifths.
const SHARES: usize = 5;

/// Steps from the root of the sentence that are told apart.
const DEEPEST: usize = 4;

/// By feature.
pub(super) type Weights = HashMap<&'static str, f32, FixedState>;

static IN_FORCE: LazyLock<Weights> = LazyLock::new(|| weights(FILE.path, FILE.text()));

/// The weights of a table.
///
/// # Panics
/// With the line at a row that is not a feature and a number.
pub(super) fn weights(path: &'static str, table: &'static str) -> Weights {
    let rows = table::rows::<2>(path, table);
    rows.map(|row| (row.columns[0], row.number(1))).collect()
}

/// The chance of an event whose weights have this sum, 0 to 1.
pub(super) fn logistic(sum: f32) -> f32 {
    1.0 / (1.0 + f32::exp(-sum))
}

/// Reads the table.
pub(super) fn load() {
    LazyLock::force(&IN_FORCE);
}

/// Whether an event of this chance is told.
pub(super) fn is_enough(chance: f32) -> bool {
    chance >= LEAST
}

/// What counts of the article.
pub(super) struct Chances<'a> {
    topics: &'a [Topic],
    /// Fifths of its entities that act in public.
    public: usize,
}

impl<'a> Chances<'a> {
    pub(super) fn of(reading: &Reading<'_>, beside: &Beside<'a>) -> Self {
        let public = reading.entities.iter().filter(|e| acts_in_public(e));
        Chances {
            topics: beside.topics,
            public: public.count() * SHARES / reading.entities.len().max(1),
        }
    }

    /// The chance of a candidate in the sentence of this number, 0 to 1, to two decimals.
    pub(super) fn chance(
        &self,
        sentence: &Sentence<'_>,
        number: usize,
        candidate: &Candidate,
    ) -> f32 {
        let mut sum = 0.0;
        self.features(sentence, number, candidate, |feature| {
            sum += IN_FORCE.get(feature).copied().unwrap_or(0.0);
        });
        (logistic(sum) * 100.0).round() / 100.0
    }

    /// Hands on the features of a candidate, as the table names them; none twice.
    pub(super) fn features(
        &self,
        sentence: &Sentence<'_>,
        number: usize,
        candidate: &Candidate,
        mut hand_on: impl FnMut(&str),
    ) {
        let mut name = String::new();
        let mut say = |parts: std::fmt::Arguments<'_>| {
            name.clear();
            // writing to a string cannot fail
            let _ = name.write_fmt(parts);
            hand_on(&name);
        };
        let word = candidate.word;
        let kind = candidate.kind.name();
        let lemma = sentence.lemma(word);
        let part = if candidate.is_verb { "verb" } else { "noun" };
        say(format_args!("{BASE}"));
        say(format_args!("type {kind}"));
        say(format_args!("{part} {lemma}"));
        say(format_args!("{part} {lemma} {kind}"));
        say(format_args!("as {}", sentence.label(word).name()));
        let actor = candidate.actors.first();
        say(format_args!(
            "actor {}",
            actor.map_or("nobody", |a| who(sentence, a))
        ));
        let recipient = candidate.recipients.first();
        say(format_args!(
            "recipient {}",
            recipient.map_or("nobody", |r| who(sentence, r))
        ));
        if let Some(object) = sentence.objects(word).first() {
            say(format_args!("object {}", sentence.lemma(*object)));
        }
        let mut beside: Vec<(&str, &str)> = sentence
            .parse
            .dependents(word)
            .filter(|d| colours(sentence.label(*d)))
            .map(|d| (sentence.label(d).name(), sentence.lemma(d)))
            .collect();
        beside.sort_unstable();
        beside.dedup();
        for (label, lemma) in beside {
            say(format_args!("{label} {lemma}"));
        }
        for topic in self.topics {
            say(format_args!("topic {}", topic.code));
        }
        if self.topics.is_empty() {
            say(format_args!("topic none"));
        }
        say(format_args!("depth {}", candidate.depth.min(DEEPEST)));
        let place = match number {
            0 => "first",
            1 => "second",
            2..6 => "early",
            _ => "late",
        };
        say(format_args!("sentence {place}"));
        say(format_args!("public {}/{SHARES}", self.public));
    }
}

/// Words beside a verb or noun that say what it means here: "met with", "attacked verbally", "met his match".
fn colours(label: Label) -> bool {
    matches!(
        label,
        Label::Prep
            | Label::Aux
            | Label::Advmod
            | Label::Amod
            | Label::Compound
            | Label::Prt
            | Label::Neg
    )
}

/// What somebody is: the sector, else the kind of entity, else the pronoun, else "people" or "thing".
fn who<'s>(sentence: &'s Sentence<'_>, somebody: &'s Somebody) -> &'s str {
    if let Some(sector) = &somebody.participant.sector {
        return sector;
    }
    if let Some(entity) = sentence.entity(somebody.head) {
        return match entity.kind {
            EntityType::Person => "person",
            EntityType::Organization => "organization",
            EntityType::Place => "place",
            _ => "nationality",
        };
    }
    if sentence.is_person(somebody.head) {
        return sentence.lemma(somebody.head);
    }
    if somebody.is_agent { "people" } else { "thing" }
}

//! What the article is about: IPTC Media Topics.
//!
//! ```text
//! supplied     the supplier's codes, through the tables, and the section and keywords of the page
//! terms        the words of the text, hashed ─ model   terms → chance of each of the 17 topics of level 1
//!                                            ─ cues    phrases and words → deeper topics
//! ```
//!
//! IPTC's own codes from the supplier are the answer: nothing is added to them. What an agency's categories, a
//! section or keywords say stands beside what the text says. From the text come at most [`LEVEL_1_TOPICS`] topics of
//! level 1, each with at most [`DEEPER_TOPICS`] deeper ones where cues tell them, each with a chance of its own.
//!
//! Beside these: `vocabulary` (the tables of `config/topics`), [`train`], which makes `config/models/topics.model`, and
//! [`check()`], which measures it.

mod check;
mod cues;
mod model;
mod supplied;
mod terms;
pub mod train;
mod vocabulary;

use std::sync::LazyLock;

pub use check::check;
pub use model::Model;
pub use vocabulary::{TopicLanguage, code_of_level_1};

use self::cues::{Cues, Hit};
use self::model::LABELS;
use self::terms::Term;
use self::vocabulary::{Code, Vocabulary};
use super::{Given, Outcome, Stage, StageError, StageSettings, Topics};
use crate::intake::Article;
use crate::pipeline::Budget;
use crate::record::{Language, Status, Topic, TopicBasis};
use crate::text::Tokens;
use crate::text::data::Data;

/// Words below which a text says too little of its topic. A headline says enough where its chance is high: of 1,432 that
/// were said to have a topic 83 in a hundred were right, of the 181 of fewer than eight words 85.
const LEAST_WORDS: u32 = 4;

/// Topics of level 1 at most that are read from the text.
const LEVEL_1_TOPICS: usize = 3;

/// Deeper topics at most under each of them.
const DEEPER_TOPICS: usize = 2;

/// The chance below which a topic is not said: an editor would rather strike the code than keep it.
const LEAST_CHANCE: f32 = 0.5;

/// The chance below which nothing is said at all. Of the likeliest topics that are only a little likelier than not fewer
/// are right than their chances say, in the hardest of three sources 53 in a hundred.
const LEAST_OF_LIKELIEST: f32 = 0.56;

pub struct TopicsStage {
    language: TopicLanguage,
}

impl TopicsStage {
    pub fn new(settings: &StageSettings) -> Self {
        let language = settings.topic_language;
        TopicsStage { language }
    }

    fn topic(&self, code: Code, score: Option<f32>, basis: TopicBasis) -> Topic {
        let vocabulary = Vocabulary::get();
        Topic {
            code: format!("medtop:{code}"),
            name: vocabulary.name(code, self.language).to_owned(),
            score,
            basis,
        }
    }
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    Vocabulary::get();
    supplied::load();
    Model::get();
    Cues::get();
    Data::of(&[
        vocabulary::TOPICS_FILE,
        vocabulary::SUBJECT_CODES_FILE,
        supplied::CATEGORIES_FILE,
        supplied::SECTIONS_FILE,
        cues::FILE,
        model::FILE,
    ])
});

impl Stage for TopicsStage {
    type Reads = (Tokens, Language);
    type Finds = Topics;

    fn data(&self) -> Option<&Data> {
        Some(&DATA)
    }

    fn run(
        &self,
        article: &Article,
        (tokens, language): Given<'_, Self>,
        budget: &Budget,
    ) -> Result<Outcome<Topics>, StageError> {
        let coded = supplied::codes(&article.supplied.subjects);
        if !coded.is_empty() {
            let topics = coded.into_iter().map(|coded| {
                let topic = self.topic(coded.code, None, TopicBasis::Supplied);
                // a code that is newer than the vocabulary has the supplier's name
                let name = coded.name.filter(|_| topic.name.is_empty());
                Topic {
                    name: name.map_or(topic.name, str::to_owned),
                    ..topic
                }
            });
            return Ok(Outcome::found(topics.collect()));
        }
        let stated = supplied::stated(&article.supplied);
        let mut topics: Topics = stated
            .iter()
            .map(|&(code, basis)| self.topic(code, None, basis))
            .collect();
        let skipped = match tokens {
            None => Some("no tokens"),
            Some(_) if article.supplied.status == Some(Status::Canceled) => {
                Some("canceled copy is a notice")
            }
            Some(tokens) if super::is_unsupported(language, tokens) => {
                Some("no rules for this language")
            }
            Some(tokens) if tokens.words() < LEAST_WORDS => Some("too few words"),
            Some(tokens) => {
                if budget.spent() {
                    return Err(StageError::TimedOut);
                }
                let stated: Vec<Code> = stated.iter().map(|(code, _)| *code).collect();
                for (code, score) in in_text(&article.text, tokens, &stated) {
                    topics.push(self.topic(code, Some(score), TopicBasis::Text));
                }
                None
            }
        };
        Ok(match skipped.filter(|_| topics.is_empty()) {
            Some(why) => Outcome::Skipped(why),
            None => Outcome::found(topics),
        })
    }
}

/// The chance of each topic of level 1 by these words, and the deeper topics that have cues among them. Cues of a topic
/// of level 1 and of all under it raise its score, each further one less.
fn chances(model: &Model, words: &[Term]) -> ([f32; LABELS], Vec<Hit>) {
    let hits = Cues::get().hits(words);
    let mut support = [0f32; LABELS];
    for hit in &hits {
        if let Some(label) = Vocabulary::get().label(hit.code) {
            support[label] += hit.strength.ln_1p();
        }
    }
    let chances = model::chances(&model.scores(words), &support.map(f32::sqrt));
    (chances, hits)
}

/// The topics that the text tells beside those `stated`, each with its chance, the likeliest first.
fn in_text(text: &str, tokens: &Tokens, stated: &[Code]) -> Vec<(Code, f32)> {
    let found = told(Model::get(), &terms::words(text, tokens), stated);
    found.iter().map(|(c, s)| (*c, rounded(*s))).collect()
}

/// What [`in_text`] finds by a model.
fn told(model: &Model, words: &[Term], stated: &[Code]) -> Vec<(Code, f32)> {
    let vocabulary = Vocabulary::get();
    let (mut chances, hits) = chances(model, words);
    for (label, chance) in chances.iter_mut().enumerate() {
        if stated.iter().any(|c| vocabulary.label(*c) == Some(label)) {
            *chance = 1.0;
        }
    }
    let says_any = chances.iter().any(|chance| *chance >= LEAST_OF_LIKELIEST);
    let mut level_1: Vec<usize> = (0..LABELS)
        .filter(|label| says_any && chances[*label] >= LEAST_CHANCE)
        .collect();
    level_1.sort_by(|a, b| chances[*b].total_cmp(&chances[*a]).then(a.cmp(b)));
    level_1.truncate(LEVEL_1_TOPICS.max(stated.len()));
    let mut found: Vec<(Code, f32)> = Vec::new();
    for label in level_1 {
        found.push((code_of_level_1(label), chances[label]));
        found.extend(cues::deeper(&hits, label, chances[label]));
    }
    // what is stated, or stands above it, is not said again
    let is_stated = |code: Code| {
        let mut lines = stated.iter().map(|s| vocabulary.line(*s));
        lines.any(|mut line| line.any(|c| c == code))
    };
    found.retain(|(code, _)| !is_stated(*code));
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    found
}

/// A chance to two decimals, as far as it is known.
fn rounded(chance: f32) -> f32 {
    (chance * 100.0).round() / 100.0
}

#[cfg(test)]
mod table_tests;
#[cfg(test)]
mod tests;

//! The stages: each a function from what is already known of an article to what it found.
//!
//! [`registry`] is the one list of them that the pipeline, the tests, the benchmarks and the
//! documentation walk. A stage declares the findings it reads, and is given those alone; stages without
//! a path between them run concurrently.

pub mod amounts;
mod direct_rows;
pub mod entities;
pub mod events;
pub mod fingerprint;
mod hashed_rows;
pub mod keyphrases;
pub mod known;
pub mod language;
pub mod origin;
pub mod quality;
pub mod quotes;
pub mod sentences;
pub mod summary;
pub mod syntax;
pub mod times;
#[cfg(test)]
mod times_amounts_tests;
pub mod tokens;
pub mod tone;
pub mod topics;

use std::sync::Arc;

use known::findings;
pub use known::{
    Amounts, CopyQuality, Entities, Events, Keyphrases, Known, Quotes, Reads, Sentences,
    StageFinding, Summary, Times, Tones, Topics,
};
pub use syntax::Syntax;
use thiserror::Error;

use crate::intake::{Article, Draft, Outlets};
use crate::pipeline::{Budget, Call};
use crate::record::{Fingerprint, Flag, Language, Origin};
use crate::text::Tokens;
use crate::text::data::Data;

/// What a stage came to.
#[derive(Debug)]
pub enum Outcome<F = Finding> {
    Found(StageOutput<F>),
    /// It had nothing to do here, and why.
    Skipped(&'static str),
    /// It waits for something outside; what comes of that is its outcome. For a stage that states its
    /// [`Stage::calls`].
    Pending(Call<Result<Outcome<F>, StageError>>),
}

impl<F> Outcome<F> {
    /// A finding that raises no doubt.
    pub fn found(finding: F) -> Self {
        let flags = Vec::new();
        Outcome::Found(StageOutput { finding, flags })
    }
}

impl<F: Into<Finding> + 'static> Outcome<F> {
    /// The same, whatever kind of finding it is.
    fn of_any_kind(self) -> Outcome {
        match self {
            Outcome::Found(StageOutput { finding, flags }) => Outcome::Found(StageOutput {
                finding: finding.into(),
                flags,
            }),
            Outcome::Skipped(why) => Outcome::Skipped(why),
            Outcome::Pending(call) => {
                Outcome::Pending(Call::new(async { Ok(call.await?.of_any_kind()) }))
            }
        }
    }
}

/// What a stage hands on.
#[derive(Debug)]
pub struct StageOutput<F = Finding> {
    pub finding: F,
    /// Doubts about the copy that came up on the way, for `quality.flags`.
    pub flags: Vec<Flag>,
}

/// Why a stage failed; its fields stay empty, the article goes on.
#[derive(Debug, Error)]
pub enum StageError {
    #[error("over its deadline")]
    TimedOut,
    #[error("{0}")]
    Failed(String),
}

/// What stage `S` is given of the findings it declares to read.
pub type Given<'k, S> = <<S as Stage>::Reads as Reads>::Given<'k>;

/// One stage of the work on an article: a function from the article and the findings it declares to its
/// own. Its name, in logs, metrics, `stages` and the configuration, is that of what it finds.
///
/// It can read no more than it declares, and the order of the stages comes from these declarations:
///
/// ```
/// use copydesk::{intake::Article, pipeline::Budget, record::Language, text::Tokens};
/// use copydesk::stages::{Given, Outcome, Sentences, Stage, StageError};
///
/// struct OneSentence;
///
/// impl Stage for OneSentence {
///     type Reads = (Tokens,);
///     type Finds = Sentences;
///
///     fn run(&self, _: &Article, (tokens,): Given<'_, Self>, _: &Budget) -> Result<Outcome<Sentences>, StageError> {
///         let whole = tokens.and_then(|t| Some(t.first()?.span.join(t.last()?.span)));
///         Ok(Outcome::found(whole.into_iter().collect()))
///     }
/// }
/// ```
///
/// The same stage with a finding that it does not declare is refused:
///
/// ```compile_fail
/// use copydesk::{intake::Article, pipeline::Budget, record::Language, text::Tokens};
/// use copydesk::stages::{Given, Outcome, Sentences, Stage, StageError};
///
/// struct OneSentence;
///
/// impl Stage for OneSentence {
///     type Reads = (Tokens,);
///     type Finds = Sentences;
///
///     fn run(&self, _: &Article, (tokens, language): (Option<&Tokens>, Option<&Language>), _: &Budget) -> Result<Outcome<Sentences>, StageError> {
///         let whole = tokens.and_then(|t| Some(t.first()?.span.join(t.last()?.span)));
///         Ok(Outcome::found(whole.into_iter().collect()))
///     }
/// }
/// ```
pub trait Stage: Send + Sync + Sized {
    /// The findings it reads.
    type Reads: Reads;

    /// What it finds.
    type Finds: StageFinding;

    /// All data files that its findings depend on. Asking for them also loads every table that is made
    /// of them, so that no article waits for it; a fault in a file panics with file and line.
    fn data(&self) -> Option<&Data> {
        None
    }

    /// How many of its calls may be in flight at a time, for a stage that waits for something outside;
    /// articles beyond wait for their turn. Its deadline holds for a call from its turn on.
    fn calls(&self) -> Option<usize> {
        None
    }

    /// Does the work. Checks `budget` at least once every few milliseconds of work. One that waits gives
    /// [`Outcome::Pending`] instead, with all that its call needs.
    ///
    /// # Errors
    /// When the budget is spent, or the work cannot be done.
    fn run(
        &self,
        article: &Article,
        given: Given<'_, Self>,
        budget: &Budget,
    ) -> Result<Outcome<Self::Finds>, StageError>;
}

/// A stage as the registry holds it, whatever it reads and finds. To write one, implement [`Stage`].
pub trait AnyStage: Send + Sync {
    fn name(&self) -> &'static str;

    /// Names of the stages whose findings it reads.
    fn reads(&self) -> &'static [&'static str];

    /// As [`Stage::data`].
    fn data(&self) -> Option<&Data> {
        None
    }

    /// What `provenance` says of its fields: its version, and the digest of its data where it has any.
    fn version(&self) -> String {
        match self.data() {
            Some(data) => format!("{}/1 + data {}", self.name(), data.digest),
            None => format!("{}/1", self.name()),
        }
    }

    /// As [`Stage::calls`].
    fn calls(&self) -> Option<usize> {
        None
    }

    /// Does the work on what is known of an article.
    ///
    /// # Errors
    /// As [`Stage::run`].
    fn run(&self, known: &Known, budget: &Budget) -> Result<Outcome, StageError>;
}

impl<S: Stage> AnyStage for S {
    fn name(&self) -> &'static str {
        S::Finds::STAGE
    }

    fn reads(&self) -> &'static [&'static str] {
        S::Reads::STAGES
    }

    fn data(&self) -> Option<&Data> {
        Stage::data(self)
    }

    fn calls(&self) -> Option<usize> {
        Stage::calls(self)
    }

    fn run(&self, known: &Known, budget: &Budget) -> Result<Outcome, StageError> {
        let given = S::Reads::of(known);
        Ok(Stage::run(self, &known.article, given, budget)?.of_any_kind())
    }
}

/// A stage that the configuration switches off: it keeps its place in the graph and finds nothing; its
/// data are not loaded.
pub struct Disabled(pub Box<dyn AnyStage>);

impl AnyStage for Disabled {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn reads(&self) -> &'static [&'static str] {
        self.0.reads()
    }

    fn run(&self, _known: &Known, _budget: &Budget) -> Result<Outcome, StageError> {
        Ok(Outcome::Skipped("disabled"))
    }
}

/// Words below which the language told of a text is a guess: on lines of seven words, mostly figures,
/// the detector is wrong with a confidence of 0.9.
const WORDS_TO_TELL: u32 = 12;

/// Whether a text is in a language that the stages have no rules for: any but English. Of a text of a
/// few words nobody can tell.
fn is_unsupported(language: Option<&Language>, tokens: &Tokens) -> bool {
    language.is_some_and(|l| l.code != "en") && tokens.words() >= WORDS_TO_TELL
}

/// The tokens and sentences of a text that the rules for English can read; else why there is nothing to do.
fn english<'k>(
    language: Option<&Language>,
    tokens: Option<&'k Tokens>,
    sentences: Option<&'k Sentences>,
) -> Result<(&'k Tokens, &'k Sentences), &'static str> {
    if tokens.is_some_and(|tokens| is_unsupported(language, tokens)) {
        return Err("no rules for this language");
    }
    tokens.zip(sentences).ok_or("no tokens or sentences")
}

/// What the stages are made with: settings that one of them reads, and tables that they share with the
/// readers.
#[derive(Debug, Clone)]
pub struct StageSettings {
    /// `resources.outlets`.
    pub outlets: Arc<Outlets>,
    /// `output.topic_language`.
    pub topic_language: topics::TopicLanguage,
    /// `stages.summary_sentences`: most sentences of a summary.
    pub summary_sentences: usize,
}

impl Default for StageSettings {
    fn default() -> Self {
        StageSettings {
            outlets: Arc::clone(Outlets::shipped()),
            topic_language: topics::TopicLanguage::En,
            summary_sentences: 2,
        }
    }
}

findings! {
    Language(language: Language),
    Tokens(tokens: Tokens),
    Sentences(sentences: Sentences),
    Syntax(syntax: Syntax),
    Origin(origin: Origin),
    Fingerprint(fingerprint: Fingerprint),
    Entities(entities: Entities),
    Times(times: Times),
    Amounts(amounts: Amounts),
    Quotes(quotes: Quotes),
    Topics(topics: Topics),
    Events(events: Events),
    Keyphrases(keyphrases: Keyphrases),
    Summary(summary: Summary),
    CopyQuality(quality: CopyQuality),
    Tones(tone: Tones),
}

/// All stages in an order in which each comes after those it reads.
pub fn registry(settings: &StageSettings) -> Vec<Box<dyn AnyStage>> {
    vec![
        Box::new(language::LanguageStage),
        Box::new(tokens::TokensStage),
        Box::new(sentences::SentencesStage),
        Box::new(syntax::SyntaxStage),
        Box::new(origin::OriginStage::new(Arc::clone(&settings.outlets))),
        Box::new(fingerprint::FingerprintStage),
        Box::new(entities::EntitiesStage),
        Box::new(times::TimesStage),
        Box::new(amounts::AmountsStage),
        Box::new(quotes::QuotesStage),
        Box::new(topics::TopicsStage::new(settings)),
        Box::new(events::EventsStage),
        Box::new(keyphrases::KeyphrasesStage),
        Box::new(summary::SummaryStage {
            sentences: settings.summary_sentences,
        }),
        Box::new(quality::QualityStage),
        Box::new(tone::ToneStage),
    ]
}

/// Holds each line of a table of cases, of which there are `least` at least, against `check`, which says what is wrong.
///
/// # Panics
/// When there are fewer, or something is wrong with one.
#[cfg(test)]
fn check_table(table: &str, least: usize, check: impl FnMut(&str) -> Option<String>) {
    let cases = table
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'));
    let cases: Vec<&str> = cases.collect();
    assert!(cases.len() >= least, "{} cases", cases.len());
    let wrong: Vec<String> = cases.iter().copied().filter_map(check).collect();
    assert!(
        wrong.is_empty(),
        "{} of {} wrong:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

/// All that the stages find in a draft, as English: a text of five words is too short to tell its language by.
///
/// # Errors
/// That of the first stage that fails.
pub fn all_found(draft: Draft, settings: &StageSettings) -> Result<Known, StageError> {
    let known = Known::new(Article::from_draft(draft, "text".into()));
    known.store(Finding::Language(Language {
        code: "en".into(),
        confidence: None,
    }));
    for stage in registry(settings) {
        if let Outcome::Found(output) = stage.run(&known, &Budget::unlimited())? {
            known.keep(&*stage, output);
        }
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::text::data::named_in;

    #[test]
    fn a_stage_states_all_data_in_its_folder() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/stages");
        let mut stated = 0;
        for stage in registry(&StageSettings::default()) {
            let files = stage.data().map(|d| d.files.clone()).unwrap_or_default();
            let folder = source.join(stage.name());
            let read = if folder.is_dir() {
                named_in(&folder)
            } else {
                named_in(&folder.with_extension("rs"))
            };
            for file in &read {
                assert!(
                    files.contains(file),
                    "{} does not state {file}",
                    stage.name()
                );
            }
            for file in &files {
                assert!(
                    Path::new(env!("CARGO_MANIFEST_DIR")).join(file).is_file(),
                    "{file}"
                );
            }
            assert_eq!(stage.version().contains(" + data "), !files.is_empty());
            stated += files.len();
        }
        assert!(stated > 20, "{stated}");
    }

    #[test]
    fn the_provenance_of_the_origin_follows_the_table_of_outlets() {
        let own = Arc::new(Outlets::parse("[[outlets]]\nname = \"Norland Gazette\"\n").unwrap());
        let version = |outlets: &Arc<Outlets>| {
            let stages = registry(&StageSettings {
                outlets: Arc::clone(outlets),
                ..StageSettings::default()
            });
            stages
                .iter()
                .find(|s| s.name() == "origin")
                .unwrap()
                .version()
        };
        assert_ne!(version(&own), version(Outlets::shipped()));
    }
}

//! Tone: how positive or negative the article reads, and how it speaks of each entity.
//!
//! ```text
//! tokens, sentences ─ words      a sentence as the model sees it: words by number, names left out, negation
//!                   ─ features   the words near and far on either side of a name
//!                   ─ model      what each word adds, by the window it stands in
//! ```
//!
//! Beside these: `train`, which makes the file `config/models/tone.model`.
//!
//! The article's score is the mean over its sentences of what twenty readers would have rated each; an
//! entity's is the mean over the sentences that mention it of how likely the tone toward it is positive less how
//! likely it is negative. Neither is the author's opinion: on PerSenT (Bastan et al. 2020), which asks for the
//! author's attitude toward the main person of a whole article, the label of such a mean has a macro-F1 of about
//! 44, where chance has 33.

mod features;
mod model;
pub mod train;
mod words;

use std::sync::LazyLock;

pub use model::Model;

use self::model::ByClass;
use self::words::SentenceWords;
use super::{Entities, Given, Outcome, Sentences, Stage, StageError, Tones};
use crate::intake::Article;
use crate::pipeline::Budget;
use crate::record::{BlockKind, Entity, EntityTone, Language, Tone, ToneLabel};
use crate::text::data::Data;
use crate::text::{Span, Tokens};

/// A score this far from 0 has a label of its own: the bands of the readers' ratings the model learnt from.
const NEUTRAL_WITHIN: f32 = 0.05;

static DATA: LazyLock<Data> = LazyLock::new(|| {
    words::load();
    Model::get();
    Data::of(&[model::FILE, words::FILE])
});

pub struct ToneStage;

impl Stage for ToneStage {
    type Reads = (Tokens, Sentences, Language, Entities);
    type Finds = Tones;

    fn data(&self) -> Option<&Data> {
        Some(&DATA)
    }

    fn run(
        &self,
        article: &Article,
        (tokens, sentences, language, entities): Given<'_, Self>,
        budget: &Budget,
    ) -> Result<Outcome<Tones>, StageError> {
        let (tokens, sentences) = match super::english(language, tokens, sentences) {
            Ok(readable) => readable,
            Err(why) => return Ok(Outcome::Skipped(why)),
        };
        let entities = entities.map(|e| &e.entities[..]).unwrap_or_default();
        let mut mentions = mentions(entities).into_iter().peekable();
        let mut toward = vec![Toward::default(); entities.len()];
        let mut scores = Vec::with_capacity(sentences.len());
        let model = Model::get();
        for sentence in sentences {
            if budget.spent() {
                return Err(StageError::TimedOut);
            }
            let within = tokens.within(*sentence);
            let Some(first) = tokens[within.clone()].first() else {
                continue;
            };
            let words =
                SentenceWords::of(&article.text, &tokens[within.clone()], &model.vocabulary);
            if is_running_text(article, first.block) {
                scores.push(model.sentence(&words));
            }
            let mut here = Vec::new();
            while let Some((mention, entity)) = mentions.next_if(|m| m.0.start < sentence.end) {
                let target = tokens.within(mention);
                if target.start >= within.start && !target.is_empty() {
                    let target = target.start - within.start..target.end - within.start;
                    here.push((entity, model.target(&words, &target)));
                }
            }
            add_sentence(&mut toward, here);
        }
        Ok(Outcome::found(Tones {
            article: article_tone(&scores),
            entities: toward.iter().map(Toward::tone).collect(),
        }))
    }
}

/// Whether the block of that number is text of the body that runs on.
fn is_running_text(article: &Article, block: u32) -> bool {
    use BlockKind::{ListItem, LiveEntry, Paragraph, Quote};
    let block = article.blocks.get(block as usize);
    block.is_some_and(|b| matches!(b.kind, Paragraph | ListItem | Quote | LiveEntry))
}

/// All mentions in the order of the text, each with the place of its entity in `entities`.
fn mentions(entities: &[Entity]) -> Vec<(Span, usize)> {
    let numbered = entities.iter().enumerate();
    let mut mentions: Vec<_> = numbered
        .flat_map(|(at, entity)| entity.mentions.iter().map(move |m| (m.span(), at)))
        .collect();
    mentions.sort_unstable();
    mentions
}

/// The article's tone, from the scores of its sentences.
fn article_tone(scores: &[f32]) -> Option<Tone> {
    if scores.is_empty() {
        return None;
    }
    let mean = scores.iter().sum::<f32>() / scores.len() as f32;
    let score = hundredths(mean.clamp(-1.0, 1.0));
    let label = if score <= -NEUTRAL_WITHIN {
        ToneLabel::Negative
    } else if score >= NEUTRAL_WITHIN {
        ToneLabel::Positive
    } else {
        ToneLabel::Neutral
    };
    Some(Tone { score, label })
}

/// To two places; never "-0.0".
fn hundredths(x: f32) -> f32 {
    (x * 100.0).round() / 100.0 + 0.0
}

/// What was found toward one entity.
#[derive(Debug, Clone, Copy, Default)]
struct Toward {
    /// Sum over sentences.
    likely: ByClass,
    sentences: u32,
}

impl Toward {
    fn tone(&self) -> Option<EntityTone> {
        let [negative, neutral, positive] = self.likely;
        let label = if neutral >= negative.max(positive) {
            ToneLabel::Neutral
        } else if negative >= positive {
            ToneLabel::Negative
        } else {
            ToneLabel::Positive
        };
        (self.sentences > 0).then(|| EntityTone {
            score: hundredths((positive - negative) / self.sentences as f32),
            label,
            n: self.sentences,
        })
    }
}

/// Adds what one sentence says of its entities: of one mentioned twice, the mean of both.
fn add_sentence(toward: &mut [Toward], mut here: Vec<(usize, ByClass)>) {
    here.sort_by_key(|(entity, _)| *entity);
    for mentions in here.chunk_by(|a, b| a.0 == b.0) {
        let found = &mut toward[mentions[0].0];
        found.sentences += 1;
        for (_, likely) in mentions {
            for (sum, p) in found.likely.iter_mut().zip(likely) {
                *sum += p / mentions.len() as f32;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::{Draft, DraftBlock, Format};
    use crate::stages::{Known, StageSettings, registry};

    /// What all stages find in a text, a paragraph a line.
    fn known(text: &str) -> Known {
        let mut draft = Draft::new(Format::Text, "utf-8", "".into());
        let blocks = text
            .lines()
            .map(|l| DraftBlock::new(BlockKind::Paragraph, l));
        draft.blocks.extend(blocks);
        let known = Known::new(Article::from_draft(draft, "test".into()));
        for stage in registry(&StageSettings::default()) {
            if let Ok(Outcome::Found(output)) = stage.run(&known, &Budget::unlimited()) {
                known.keep(&*stage, output);
            }
        }
        known
    }

    fn article(text: &str) -> Tone {
        known(text).tone().unwrap().article.unwrap()
    }

    /// The tone toward each entity by its name.
    fn toward(text: &str) -> Vec<(String, EntityTone)> {
        let known = known(text);
        let tones = &known.tone().unwrap().entities;
        let entities = known.entities().unwrap().entities.iter().zip(tones);
        entities
            .filter_map(|(e, tone)| Some((e.name.clone(), (*tone)?)))
            .collect()
    }

    #[test]
    fn glad_news_reads_better_than_sad_news() {
        let glad = article(
            "The town celebrated a wonderful success on Monday. Everybody praised the brave rescuers \
             and enjoyed the happy ending.",
        );
        let sad = article(
            "The terrible attack killed nine people on Monday. Families mourned the victims of a brutal \
             crime and feared more violence.",
        );
        assert_eq!(
            (glad.label, sad.label),
            (ToneLabel::Positive, ToneLabel::Negative)
        );
        assert!(glad.score > 0.1 && sad.score < -0.1, "{glad:?} {sad:?}");
    }

    #[test]
    fn who_is_praised_and_who_is_blamed_are_told_apart() {
        let found = toward(
            "Critics accused Senator Ellen Marsh of lying and called her corrupt. \
             Voters praised Governor Ruth Adeyemi for her brave and honest leadership.",
        );
        let of = |name: &str| found.iter().find(|(n, _)| n == name).map(|(_, tone)| *tone);
        let (blamed, praised) = (of("Ellen Marsh").unwrap(), of("Ruth Adeyemi").unwrap());
        assert_eq!(blamed.label, ToneLabel::Negative, "{blamed:?}");
        assert_eq!(praised.label, ToneLabel::Positive, "{praised:?}");
        assert!(blamed.score < 0.0 && praised.score > 0.0);
    }

    #[test]
    fn a_sentence_counts_once_however_often_it_names_somebody() {
        let found = toward(
            "Ellen Marsh said that Marsh would never be Marsh without the party. \
             Ellen Marsh spoke on Monday. The weather was fine.",
        );
        let marsh = found.iter().find(|(n, _)| n == "Ellen Marsh").unwrap();
        assert_eq!(marsh.1.n, 2);
    }

    #[test]
    fn what_is_not_english_has_no_tone() {
        let german = known(
            "Der Bürgermeister lobte am Montag die großartige Arbeit der Feuerwehr in der ganzen Stadt und dankte allen.",
        );
        assert!(german.tone().is_none());
    }
}

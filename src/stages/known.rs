use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::{AnyStage, Finding, Slots, StageOutput};
use crate::intake::Article;
use crate::record::{
    Amount, Entity, EntityTone, Event, Flag, Focus, Keyphrase, Quote, Readability, TimeExpression,
    Tone, Topic,
};
use crate::text::{Span, Tokens};

/// Sentences in order, offsets in bytes; none crosses a block.
pub type Sentences = Vec<Span>;
pub type Times = Vec<TimeExpression>;
pub type Amounts = Vec<Amount>;
pub type Quotes = Vec<Quote>;
pub type Topics = Vec<Topic>;
/// What happens, each once; places in bytes.
pub type Events = Vec<Event>;

/// The phrases that say what an article is about, the most telling first, their mentions in bytes.
pub type Keyphrases = Vec<Keyphrase>;

/// The sentences that sum an article up, in its order, offsets in bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary(pub Vec<Span>);

/// What the finished text says of its quality; doubts go beside it, as flags.
#[derive(Debug, Clone, Default)]
pub struct CopyQuality {
    /// `None` for what is not English, or too short.
    pub readability: Option<Readability>,
}

/// Tone of the article and toward its entities.
#[derive(Debug, Clone, Default)]
pub struct Tones {
    /// `None` for an article without running text.
    pub article: Option<Tone>,
    /// For each of [`Entities::entities`]; `None` for one that no sentence mentions.
    pub entities: Vec<Option<EntityTone>>,
}

/// The entities of an article, their mentions in bytes, and what the story is about.
#[derive(Debug, Clone, Default)]
pub struct Entities {
    /// In the order of their first mention.
    pub entities: Vec<Entity>,
    pub focus: Option<Focus>,
    /// ISO 3166-1 alpha-2 code of the country of the dateline's place.
    pub dateline_country: Option<String>,
}

/// What one stage finds, and others may read.
pub trait StageFinding: Into<Finding> + 'static {
    /// The name of the stage that finds it.
    const STAGE: &'static str;

    /// The finding, if that stage has come to one.
    fn of(known: &Known) -> Option<&Self>;
}

/// What a stage reads: a tuple of the findings of other stages, `(Tokens, Sentences)`.
pub trait Reads {
    /// Names of the stages that find them.
    const STAGES: &'static [&'static str];

    /// A reference to each of them; `None` where its stage found nothing.
    type Given<'k>;

    fn of(known: &Known) -> Self::Given<'_>;
}

macro_rules! reads {
    ($($finding:ident)+) => {
        impl<$($finding: StageFinding),+> Reads for ($($finding,)+) {
            const STAGES: &'static [&'static str] = &[$($finding::STAGE),+];

            type Given<'k> = ($(Option<&'k $finding>,)+);

            fn of(known: &Known) -> Self::Given<'_> {
                ($($finding::of(known),)+)
            }
        }
    };
}

impl Reads for () {
    const STAGES: &'static [&'static str] = &[];

    type Given<'k> = ();

    fn of(_: &Known) -> Self::Given<'_> {}
}

reads!(A);
reads!(A B);
reads!(A B C);
reads!(A B C D);
reads!(A B C D E);
reads!(A B C D E F G H);

/// Declares what stages can find: the [`Finding`] enum, and a slot and an accessor under the name
/// of the stage for each kind.
macro_rules! findings {
    ($($variant:ident($stage:ident: $type:ty)),+ $(,)?) => {
        /// What one stage found, offsets in bytes.
        #[derive(Debug, Clone)]
        pub enum Finding { $($variant($type)),+ }

        /// A place for each of them.
        #[derive(Debug, Default)]
        pub(super) struct Slots { $($stage: std::sync::OnceLock<$type>),+ }

        $(
            impl From<$type> for Finding {
                fn from(finding: $type) -> Self { Finding::$variant(finding) }
            }

            impl StageFinding for $type {
                const STAGE: &'static str = stringify!($stage);

                fn of(known: &Known) -> Option<&Self> { known.$stage() }
            }
        )+

        impl Known {
            /// Stores a finding. The first of a kind stands; a later one is ignored.
            pub(crate) fn store(&self, finding: Finding) {
                match finding { $(Finding::$variant(x) => { let _ = self.slots.$stage.set(x); })+ }
            }

            $(pub fn $stage(&self) -> Option<&$type> { self.slots.$stage.get() })+
        }
    };
}

pub(super) use findings;

/// All that is known of one article so far: the article itself and what the stages found.
///
/// A stage never holds it: it is given what it declares to read, see [`super::Stage`].
#[derive(Debug)]
pub struct Known {
    pub article: Article,
    pub(super) slots: Slots,
    notes: Mutex<Notes>,
}

/// What goes with the findings into the record.
#[derive(Debug, Default)]
struct Notes {
    /// For `quality.flags`, in the order in which they came.
    flags: Vec<Flag>,
    /// Version by the name of the stage, or of the reading.
    provenance: BTreeMap<String, String>,
}

impl Known {
    pub fn new(article: Article) -> Self {
        Known {
            article,
            slots: Slots::default(),
            notes: Mutex::default(),
        }
    }

    /// Takes what a stage found: its finding, its flags, and which version of the stage it was.
    pub fn keep(&self, stage: &dyn AnyStage, output: StageOutput) {
        self.store(output.finding);
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.flags.extend(output.flags);
        notes
            .provenance
            .insert(stage.name().to_owned(), stage.version());
    }

    /// Notes which version of something before the stages, the reading, produced its fields.
    pub fn credit(&mut self, name: &str, version: String) {
        let notes = self.notes.get_mut();
        notes
            .unwrap_or_else(PoisonError::into_inner)
            .provenance
            .insert(name.to_owned(), version);
    }

    /// Doubts about the copy that stages told with their findings.
    pub fn flags(&self) -> Vec<String> {
        let notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.flags.iter().map(Flag::to_string).collect()
    }

    /// Which version of each stage, and of the reading, produced its fields.
    pub fn provenance(&self) -> BTreeMap<String, String> {
        let notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.provenance.clone()
    }

    /// Number of words in the text; 0 without tokens.
    pub fn words(&self) -> u32 {
        self.tokens().map_or(0, Tokens::words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Language;

    #[test]
    fn what_a_stage_reads_is_named_by_its_types() {
        type Declared = (Tokens, Language, Times);
        assert_eq!(Declared::STAGES, ["tokens", "language", "times"]);
        assert!(<()>::STAGES.is_empty());
    }
}

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::entities;
use crate::intake::Article;
use crate::record::{Amount, Fingerprint, Language, Origin, Quote, TimeExpression};
use crate::text::{Span, TokenKind, Tokens};

/// Declares what stages can find: the [`Finding`] enum, a slot and an accessor for each kind.
macro_rules! findings {
    ($($(#[$meta:meta])* $variant:ident($slot:ident: $type:ty)),+ $(,)?) => {
        /// What one stage found, offsets in bytes.
        #[derive(Debug, Clone)]
        pub enum Finding { $($(#[$meta])* $variant($type)),+ }

        #[derive(Debug, Default)]
        struct Slots { $($slot: OnceLock<$type>),+ }

        impl Known {
            /// Stores a finding. The first of a kind stands; a later one is ignored.
            pub fn store(&self, finding: Finding) {
                match finding { $(Finding::$variant(x) => { let _ = self.slots.$slot.set(x); })+ }
            }

            $($(#[$meta])* pub fn $slot(&self) -> Option<&$type> { self.slots.$slot.get() })+
        }
    };
}

findings! {
    Language(language: Language),
    Tokens(tokens: Tokens),
    /// Sentences in order; none crosses a block.
    Sentences(sentences: Vec<Span>),
    Origin(origin: Origin),
    Fingerprint(fingerprint: Fingerprint),
    Entities(entities: entities::Findings),
    Times(times: Vec<TimeExpression>),
    Amounts(amounts: Vec<Amount>),
    Quotes(quotes: Vec<Quote>),
}

/// All that is known of one article so far: the article itself and what the stages found.
#[derive(Debug)]
pub struct Known {
    pub article: Article,
    slots: Slots,
    flags: Mutex<Vec<String>>,
    provenance: Mutex<BTreeMap<String, String>>,
}

impl Known {
    pub fn new(article: Article) -> Self {
        Known {
            article,
            slots: Slots::default(),
            flags: Mutex::default(),
            provenance: Mutex::default(),
        }
    }

    /// Notes a doubt about the copy for `quality.flags`.
    pub fn flag(&self, flag: &str) {
        self.flags
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(flag.to_owned());
    }

    pub fn flags(&self) -> Vec<String> {
        self.flags
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Notes which version of a stage, or of the reading, produced its fields.
    pub fn credit(&self, name: &str, version: String) {
        self.provenance
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_owned(), version);
    }

    pub fn provenance(&self) -> BTreeMap<String, String> {
        self.provenance
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Number of words in the text: tokens of letters or digits.
    pub fn words(&self) -> u32 {
        let tokens = self.tokens().map(|t| &t.0[..]).unwrap_or_default();
        tokens
            .iter()
            .filter(|t| {
                matches!(
                    t.kind,
                    TokenKind::Word | TokenKind::Number | TokenKind::Address
                )
            })
            .count() as u32
    }
}

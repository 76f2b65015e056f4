//! IPTC's Media Topics: their tree, their names, and the older subject codes.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::LABELS;
use crate::record::names;
use crate::text::data::{DataFile, data_file};
use crate::text::table;

pub(super) const TOPICS_FILE: DataFile<'static> = data_file!("topics/medtop.tsv");
pub(super) const SUBJECT_CODES_FILE: DataFile<'static> = data_file!("topics/subject-codes.tsv");

names!(
    /// In what language the names of topics are given.
    TopicLanguage {
        /// English.
        En,
        /// German.
        De,
        /// French.
        Fr,
        /// Spanish.
        Es,
    }
);

/// The code of a Media Topic: eight digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(pub(super) u32);

impl Code {
    /// Reads eight digits.
    pub(super) fn read(text: &str) -> Option<Code> {
        let digits = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse().ok().map(Code)).flatten()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08}", self.0)
    }
}

/// The code of a topic of level 1 by its number from 0: `01000000` to `17000000`.
pub fn code_of_level_1(label: usize) -> Code {
    Code((label as u32 + 1) * 1_000_000)
}

struct Concept {
    parent: Option<Code>,
    /// In the order of [`TopicLanguage`].
    names: [&'static str; 4],
}

type ByCode<V> = HashMap<Code, V, foldhash::fast::FixedState>;

pub(super) struct Vocabulary {
    concepts: ByCode<Concept>,
    by_name: HashMap<String, Code>,
    /// Media Topics by the number of a subject code.
    subject_codes: ByCode<Code>,
}

impl Vocabulary {
    /// The tables, read at first use.
    ///
    /// # Panics
    /// With file and line at a fault in one.
    pub(super) fn get() -> &'static Vocabulary {
        static LOADED: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::load);
        &LOADED
    }

    fn load() -> Vocabulary {
        let mut concepts = ByCode::default();
        let mut by_name = HashMap::new();
        for row in table::rows::<7>(TOPICS_FILE.path, TOPICS_FILE.text()) {
            let [code, parent, en, de, fr, es, retired] = row.columns;
            let Some(code) = Code::read(code) else {
                row.fault("not a code of eight digits")
            };
            let parent = Code::read(parent);
            let names = [en, de, fr, es].map(|n| if n.is_empty() { en } else { n });
            if retired.is_empty() {
                for name in names {
                    by_name.entry(name.to_lowercase()).or_insert(code);
                }
            }
            concepts.insert(code, Concept { parent, names });
        }
        let mut subject_codes = ByCode::default();
        for row in table::rows::<2>(SUBJECT_CODES_FILE.path, SUBJECT_CODES_FILE.text()) {
            match row.columns.map(Code::read) {
                [Some(subject), Some(topic)] if concepts.contains_key(&topic) => {
                    subject_codes.insert(subject, topic);
                }
                _ => row.fault("not a subject code and a Media Topic"),
            }
        }
        Vocabulary {
            concepts,
            by_name,
            subject_codes,
        }
    }

    pub(super) fn has(&self, code: Code) -> bool {
        self.concepts.contains_key(&code)
    }

    /// The name of a topic; empty for one that is not known.
    pub(super) fn name(&self, code: Code, language: TopicLanguage) -> &'static str {
        let concept = self.concepts.get(&code);
        concept.map_or("", |c| c.names[language as usize])
    }

    /// The topic with that name, in lower case, in one of the languages.
    pub(super) fn named(&self, name: &str) -> Option<Code> {
        self.by_name.get(name).copied()
    }

    /// The topic that a subject code became.
    pub(super) fn of_subject_code(&self, code: Code) -> Option<Code> {
        self.subject_codes.get(&code).copied()
    }

    /// A topic and all above it.
    pub(super) fn line(&self, code: Code) -> impl Iterator<Item = Code> {
        /// The tree has six levels; a table with a circle must end too.
        const LEVELS: usize = 8;
        let up = |code: &Code| self.concepts.get(code).and_then(|c| c.parent);
        std::iter::successors(Some(code), up).take(LEVELS)
    }

    /// The number from 0 of the topic of level 1 that a topic stands under.
    pub(super) fn label(&self, code: Code) -> Option<usize> {
        let top = self.line(code).last()?.0;
        let label = (top / 1_000_000) as usize;
        let level_1 = top.is_multiple_of(1_000_000) && (1..=LABELS).contains(&label);
        level_1.then(|| label - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_in_use_stands_under_one_of_level_1() {
        let vocabulary = Vocabulary::get();
        let mut seen = [0; LABELS];
        for code in vocabulary.concepts.keys() {
            let label = vocabulary.label(*code);
            seen[label.unwrap_or_else(|| panic!("{code}"))] += 1;
        }
        assert!(seen.iter().all(|n| *n > 3), "{seen:?}");
    }

    #[test]
    fn names_come_in_four_languages() {
        let v = Vocabulary::get();
        let weather = Code(17_000_000);
        assert_eq!(v.name(weather, TopicLanguage::En), "weather");
        assert_eq!(v.name(weather, TopicLanguage::De), "Wetter");
        assert_eq!(v.name(weather, TopicLanguage::Fr), "Météo");
        assert_eq!(v.name(weather, TopicLanguage::Es), "Meteorología");
        assert_eq!(v.named("wetter"), Some(weather));
    }
}

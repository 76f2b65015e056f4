//! Classes of words, `config/events/classes.txt`, and who acts, `config/events/agents.tsv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use crate::text::data::{DataFile, data_file};
use crate::text::table;

pub(super) const CLASSES_FILE: DataFile<'static> = data_file!("events/classes.txt");
pub(super) const AGENTS_FILE: DataFile<'static> = data_file!("events/agents.tsv");

/// A set of classes: bit n for the class that the file names as the n-th.
pub(super) type ClassSet = u128;

/// Classes that the rules ask for by themselves.
#[derive(Debug, Clone, Copy)]
pub(super) struct RuleClasses {
    /// Verbs that only bring in the noun of an event.
    pub support: ClassSet,
    /// Verbs that say of an event that it is there.
    pub occur: ClassSet,
    /// Nouns that measure what stands behind their "of".
    pub partitive: ClassSet,
    /// Nouns for people and bodies whose sector is not known.
    pub agent: ClassSet,
    /// Nouns whose plural means that each does it to the other: "both sides".
    pub sides: ClassSet,
    /// Days, months and other nouns of time.
    pub calendar: ClassSet,
    /// Verbs and nouns for what a third party does, who brings others together.
    pub mediate: ClassSet,
    /// Nouns for what says something for who issues it: "a statement condemning the coup".
    pub document: ClassSet,
    /// Verbs that need whom they are said to: "urged residents to leave".
    pub directive: ClassSet,
}

/// All that is known of single words.
#[derive(Debug)]
pub(super) struct Classes {
    /// By lemma; of a compound by `first_second`.
    words: HashMap<&'static str, ClassSet, FixedState>,
    names: Vec<&'static str>,
    pub rule: RuleClasses,
    /// Sector by noun or compound.
    sectors: HashMap<&'static str, Option<&'static str>, FixedState>,
    /// The last words of all compounds, here and in the sectors.
    compounds: HashMap<&'static str, (), FixedState>,
}

static CLASSES: LazyLock<Classes> = LazyLock::new(Classes::read);

impl Classes {
    pub(super) fn get() -> &'static Classes {
        &CLASSES
    }

    fn read() -> Classes {
        let mut words: HashMap<&str, ClassSet, FixedState> = HashMap::default();
        let mut compounds: HashMap<&str, (), FixedState> = HashMap::default();
        let mut names: Vec<&str> = Vec::new();
        for (row, class, members) in table::classes(CLASSES_FILE.path, CLASSES_FILE.text()) {
            let at = names.iter().position(|n| *n == class).unwrap_or_else(|| {
                names.push(class);
                names.len() - 1
            });
            if at >= ClassSet::BITS as usize {
                panic!("{}", row.fault("more than 128 classes"));
            }
            for word in members {
                *words.entry(word).or_default() |= 1 << at;
                if let Some((_, last)) = word.rsplit_once('_') {
                    compounds.insert(last, ());
                }
            }
        }
        let of = |class: &str| match names.iter().position(|n| *n == class) {
            Some(at) => 1 << at,
            None => panic!("{}:1: no class {class}", CLASSES_FILE.path),
        };
        let rule = RuleClasses {
            support: of("support"),
            occur: of("occur"),
            partitive: of("partitive"),
            agent: of("agent"),
            sides: of("sides"),
            calendar: of("calendar"),
            mediate: of("mediate"),
            document: of("document"),
            directive: of("directive"),
        };
        let mut sectors: HashMap<&str, Option<&str>, FixedState> = HashMap::default();
        for row in table::rows::<2>(AGENTS_FILE.path, AGENTS_FILE.text()) {
            let [noun, sector] = row.columns;
            let is_code = sector.len() == 3 && sector.bytes().all(|b| b.is_ascii_uppercase());
            if !is_code && sector != "-" {
                row.fault("no sector: three capitals, or -");
            }
            sectors.insert(noun, is_code.then_some(sector));
            if let Some((_, last)) = noun.rsplit_once('_') {
                compounds.insert(last, ());
            }
        }
        Classes {
            words,
            names,
            rule,
            sectors,
            compounds,
        }
    }

    /// The class of this name.
    pub(super) fn named(&self, name: &str) -> Option<ClassSet> {
        let at = self.names.iter().position(|n| *n == name)?;
        Some(1 << at)
    }

    /// Words with their classes, of a compound the last.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'static str, ClassSet)> {
        let last = |word: &'static str| word.rsplit_once('_').map_or(word, |(_, last)| last);
        self.words
            .iter()
            .map(move |(word, class)| (last(word), *class))
    }

    /// Nouns with their sectors, of a compound the last.
    pub(super) fn sectors(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let known = self.sectors.iter();
        known.filter_map(|(noun, sector)| {
            let last = noun.rsplit_once('_').map_or(*noun, |(_, last)| last);
            Some((last, (*sector)?))
        })
    }

    /// The classes of a word that may have another before it: "strike", "hunger strike".
    pub(super) fn of(&self, lemma: &str, before: Option<&str>) -> ClassSet {
        let whole = before.and_then(|before| {
            self.compounds.get(lemma)?;
            self.words.get(&*format!("{before}_{lemma}"))
        });
        self.words.get(lemma).copied().unwrap_or(0) | whole.copied().unwrap_or(0)
    }

    /// The sector of a noun that may have another before it.
    pub(super) fn sector(&self, lemma: &str, before: Option<&str>) -> Option<&'static str> {
        let whole = before.and_then(|before| {
            self.compounds.get(lemma)?;
            self.sectors.get(&*format!("{before}_{lemma}"))
        });
        *whole.or_else(|| self.sectors.get(lemma))?
    }

    /// Whether a sector is one of the file's.
    pub(super) fn is_sector(&self, name: &str) -> bool {
        self.sectors.values().any(|s| *s == Some(name))
    }
}

/// Reads both files.
pub(super) fn load() {
    LazyLock::force(&CLASSES);
}

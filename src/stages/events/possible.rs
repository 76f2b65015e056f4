//! Which sentences may tell an event: a test of their words as they are written, so that the others need no parts of
//! speech, and one of their lemmas, so that those need no parse.
//!
//! A row of the lexicon can match only where a form of its verb or noun stands in the sentence, and for each of its
//! conditions a form of one of the words that it asks for. No sentence that tells an event fails the test.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use super::classes::{ClassSet, Classes};
use super::lexicon::{Condition, Entry, Lexicon, Slot, Wanted};
use crate::stages::syntax::{Tag, forms, lemma};
use crate::text::Token;
use crate::text::feature_hash::{HashedMap, lower};

/// Bits of a [`Found`]. Two lemmas that share one cost a parse too many now and then.
const BITS: usize = 1024;

/// What is found in a sentence: lemmas as bits, and the classes of all of them.
#[derive(Debug, Clone, Copy)]
struct Found {
    lemmas: [u64; BITS / 64],
    classes: ClassSet,
}

/// What a word may be, by its form alone.
#[derive(Debug, Default)]
struct Form {
    /// Bits of its lemmas that conditions ask for.
    lemmas: Vec<usize>,
    classes: ClassSet,
    /// Rows of the lexicon that it may be the verb of, or the noun.
    verbs: Vec<&'static [Row]>,
    nouns: Vec<&'static [Row]>,
}

/// What must be found for a row to match: of each of these something.
#[derive(Debug)]
struct Row(Vec<Need>);

#[derive(Debug)]
struct Need {
    lemmas: Vec<usize>,
    classes: ClassSet,
}

static FORMS: LazyLock<HashedMap<Form>> = LazyLock::new(|| {
    let mut numbers: HashMap<&'static str, usize> = HashMap::new();
    let mut all: HashedMap<Form> = HashedMap::default();
    let mut each_form = |word: &str, change: &dyn Fn(&mut Form)| {
        let both = |form: &String| [lower(form), lower(&form.replace('\'', "\u{2019}"))];
        let hashes: BTreeSet<u64> = forms(word).iter().flat_map(both).collect();
        for hash in hashes {
            change(all.entry(hash).or_default());
        }
    };
    for (lemma, entries) in Lexicon::verbs().all() {
        let rows = rows(entries, &mut numbers);
        each_form(lemma, &|form| form.verbs.push(rows));
    }
    for (lemma, entries) in Lexicon::nouns().all() {
        let rows = rows(entries, &mut numbers);
        each_form(lemma, &|form| form.nouns.push(rows));
    }
    for (word, class) in Classes::get().all() {
        each_form(word, &|form| form.classes |= class);
    }
    for (noun, sector) in Classes::get().sectors() {
        // a sector is a lemma that stands for its nouns
        let Some(number) = numbers.get(sector) else {
            continue;
        };
        each_form(noun, &|form| form.lemmas.push(*number % BITS));
    }
    for (lemma, number) in &numbers {
        each_form(lemma, &|form| form.lemmas.push(*number % BITS));
    }
    all
});

/// Makes the table of forms.
pub(super) fn load() {
    LazyLock::force(&FORMS);
}

/// The rows of a lemma that tell events. They live as long as the table.
fn rows(entries: &'static [Entry], numbers: &mut HashMap<&'static str, usize>) -> &'static [Row] {
    let told = entries.iter().filter(|e| e.kind.is_some());
    let rows: Vec<Row> = told.map(|entry| row(entry, numbers)).collect();
    rows.leak()
}

fn row(entry: &'static Entry, numbers: &mut HashMap<&'static str, usize>) -> Row {
    let mut number = |lemma: &'static str| {
        let next = numbers.len();
        *numbers.entry(lemma).or_insert(next) % BITS
    };
    let mut needs = Vec::new();
    for condition in entry.conditions.iter().filter(|c| !c.wanted.is_empty()) {
        if let Slot::Preposition(preposition) = condition.slot {
            needs.push(Need {
                lemmas: vec![number(preposition)],
                classes: 0,
            });
        }
        needs.extend(need(condition, &mut number));
    }
    Row(needs)
}

/// What must stand in the slot of a condition; `None` where it is no certain word.
fn need(condition: &Condition, number: &mut impl FnMut(&'static str) -> usize) -> Option<Need> {
    let mut need = Need {
        lemmas: Vec::new(),
        classes: 0,
    };
    for wanted in &condition.wanted {
        match wanted {
            Wanted::Any | Wanted::Name | Wanted::Anyone => return None,
            Wanted::Sector(sector) => need.lemmas.push(number(sector)),
            Wanted::Lemma(lemma) | Wanted::Compound(_, lemma) => need.lemmas.push(number(lemma)),
            Wanted::Class(class) => need.classes |= class,
        }
    }
    Some(need)
}

impl Row {
    fn may_match(&self, found: &Found) -> bool {
        self.0.iter().all(|need| {
            let has = |bit: &usize| found.lemmas[bit / 64] >> (bit % 64) & 1 == 1;
            need.classes & found.classes != 0 || need.lemmas.iter().any(has)
        })
    }
}

/// A word of a sentence: its form or its lemma as a hash, and whether it may be the verb or the noun of a row.
struct Word {
    hash: u64,
    is_verb: bool,
    is_noun: bool,
}

/// Whether a row of the lexicon may match in the sentence of these tokens, whatever their parts of speech.
pub(super) fn by_forms(sentence: &[Token], text: &str) -> bool {
    may_match(sentence.iter().map(|token| Word {
        hash: lower(token.of(text)),
        is_verb: true,
        is_noun: true,
    }))
}

/// Whether a row may match, now that the parts of speech are known.
pub(super) fn by_tags(sentence: &[Token], tags: &[Tag], text: &str) -> bool {
    may_match(sentence.iter().zip(tags).map(|(token, tag)| Word {
        hash: lower(&lemma(token.of(text), *tag)),
        is_verb: tag.is_verb(),
        is_noun: matches!(tag, Tag::Nn | Tag::Nns),
    }))
}

fn may_match(sentence: impl Iterator<Item = Word>) -> bool {
    let mut found = Found {
        lemmas: [0; BITS / 64],
        classes: 0,
    };
    let mut rows: Vec<&'static [Row]> = Vec::new();
    for word in sentence {
        let Some(form) = FORMS.get(&word.hash) else {
            continue;
        };
        for bit in &form.lemmas {
            found.lemmas[bit / 64] |= 1 << (bit % 64);
        }
        found.classes |= form.classes;
        let verbs = form.verbs.iter().filter(|_| word.is_verb);
        let nouns = form.nouns.iter().filter(|_| word.is_noun);
        rows.extend(verbs.chain(nouns));
    }
    let mut rows = rows.into_iter().flatten();
    rows.any(|row| row.may_match(&found))
}

//! Which sentences may tell an event: a test of their words as they are written, so that the others need no parts of
//! speech, and one of their lemmas and parts of speech, so that those need no parse.
//!
//! A row of the lexicon can match only where a form of its verb or noun stands in the sentence, and for each of its
//! conditions a form of one of the words that it asks for, near enough and on the side where it would stand. Distances
//! are such that of the sentences of two hundred articles that tell an event one in a thousand fails the test.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::LazyLock;

use super::classes::{ClassSet, Classes};
use super::lexicon::{Condition, Entry, Lexicon, Slot, Wanted};
use crate::stages::syntax::{Tag, forms, lemma};
use crate::text::Token;
use crate::text::feature_hash::{HashedMap, lower};

/// Words at most from a verb to its object, and from a preposition to what stands behind it.
const OBJECT: usize = 10;

/// Words at most from a verb or noun to its preposition.
const PREPOSITION: usize = 16;

/// Words at most from a verb to its particle, and from a noun back to a word before it.
const MODIFIER: usize = 8;

/// Prepositions that may open a clause, before its verb: "in an attack on Friday, four were killed".
const OPENING: [&str; 8] = ["in", "at", "on", "after", "during", "under", "by", "with"];

/// The whole sentence.
const ALL: Range<usize> = 0..usize::MAX;

/// What a word may be, by its form alone.
#[derive(Debug, Default)]
struct Form {
    /// Numbers of its lemmas that conditions ask for.
    lemmas: Vec<usize>,
    classes: ClassSet,
    /// Whether it may be a noun for somebody.
    is_agent: bool,
    /// Rows of the lexicon that it may be the verb of, or the noun.
    verbs: Vec<&'static [Row]>,
    nouns: Vec<&'static [Row]>,
}

/// What must be found for a row to match: all of these.
#[derive(Debug)]
struct Row(Vec<Need>);

/// What must be found for a condition: one of the words.
#[derive(Debug)]
struct Need {
    place: Place,
    /// Where the words are none in particular.
    is_any: bool,
    lemmas: Vec<usize>,
    classes: ClassSet,
    /// Whether a name or a pronoun does, and any noun for somebody.
    is_name: bool,
    is_agent: bool,
}

/// Where it must be found.
#[derive(Debug, Clone, Copy)]
enum Place {
    Anywhere,
    /// At most so many words behind the verb.
    Behind(usize),
    /// At most so many words before the noun.
    Before(usize),
    /// Where an object stands: behind a verb in the active, but for relative clauses.
    Object,
    /// Behind the preposition of this number, and that itself anywhere or behind the verb or noun.
    Prepositional {
        number: usize,
        is_opening: bool,
    },
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
    let agent = Classes::get().rule.agent;
    for (word, class) in Classes::get().all() {
        each_form(word, &|form| {
            form.classes |= class;
            form.is_agent |= class & agent != 0;
        });
    }
    for (noun, sector) in Classes::get().sectors() {
        // a sector is a lemma that stands for its nouns
        let number = numbers.get(sector);
        each_form(noun, &|form| {
            form.is_agent = true;
            form.lemmas.extend(number);
        });
    }
    for (lemma, number) in &numbers {
        each_form(lemma, &|form| form.lemmas.push(*number));
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
    let mut number = |lemma: &'static str| {
        let next = numbers.len();
        *numbers.entry(lemma).or_insert(next)
    };
    let row = |entry: &'static Entry| {
        let asked = entry.conditions.iter().filter(|c| !c.wanted.is_empty());
        Row(asked.map(|c| need(c, &mut number)).collect())
    };
    let rows: Vec<Row> = told.map(row).collect();
    rows.leak()
}

fn need(condition: &Condition, number: &mut impl FnMut(&'static str) -> usize) -> Need {
    let place = match condition.slot {
        Slot::Preposition(preposition) => Place::Prepositional {
            number: number(preposition),
            is_opening: OPENING.contains(&preposition),
        },
        Slot::Object => Place::Object,
        Slot::Particle => Place::Behind(MODIFIER),
        Slot::Modifier => Place::Before(MODIFIER),
        Slot::Subject | Slot::Complement | Slot::Modal | Slot::Attribute | Slot::Verb => {
            Place::Anywhere
        }
    };
    let mut need = Need {
        place,
        is_any: false,
        lemmas: Vec::new(),
        classes: 0,
        is_name: false,
        is_agent: false,
    };
    for wanted in &condition.wanted {
        match wanted {
            Wanted::Any | Wanted::Infinitive => need.is_any = true,
            Wanted::Name | Wanted::Organisation | Wanted::Person => need.is_name = true,
            Wanted::Anyone => {
                need.is_name = true;
                need.is_agent = true;
            }
            Wanted::Sector(sector) => need.lemmas.push(number(sector)),
            Wanted::Lemma(lemma) | Wanted::Compound(_, lemma) => need.lemmas.push(number(lemma)),
            Wanted::Class(class) => need.classes |= class,
        }
    }
    need
}

/// A word of a sentence that conditions may ask for.
struct Word {
    at: usize,
    form: Option<&'static Form>,
    /// Whether it may be a name, a pronoun for people or a number that stands for them.
    is_name: bool,
    /// Unknown before the sentence is tagged.
    tag: Option<Tag>,
}

/// The words of a sentence that conditions may ask for, in their order.
struct Found {
    words: Vec<Word>,
    /// Whether a relative clause may stand in it, whose object is before its verb.
    has_relative: bool,
}

impl Row {
    fn may_match(&self, word: &Word, found: &Found) -> bool {
        self.0.iter().all(|need| need.may_be_met(word, found))
    }
}

impl Need {
    fn may_be_met(&self, of: &Word, found: &Found) -> bool {
        let is_within =
            |places: Range<usize>| self.is_any || found.within(places).any(|word| self.fits(word));
        let behind = of.at + 1;
        match self.place {
            Place::Anywhere => is_within(ALL),
            Place::Behind(most) => is_within(behind..behind + most),
            Place::Before(most) => is_within(of.at.saturating_sub(most)..of.at),
            Place::Object => {
                let is_active = of.tag.is_some_and(|t| t != Tag::Vbn) && !found.has_relative;
                is_within(if is_active {
                    behind..behind + OBJECT
                } else {
                    ALL
                })
            }
            Place::Prepositional { number, is_opening } => {
                let near = behind..behind + PREPOSITION;
                let is_it = |w: &&Word| w.form.is_some_and(|f| f.lemmas.contains(&number));
                let mut prepositions = found
                    .within(if is_opening { ALL } else { near })
                    .filter(is_it);
                prepositions.any(|p| is_within(p.at + 1..p.at + 1 + OBJECT))
            }
        }
    }

    fn fits(&self, word: &Word) -> bool {
        if self.is_name && word.is_name {
            return true;
        }
        word.form.is_some_and(|form| {
            self.is_agent && form.is_agent
                || self.classes & form.classes != 0
                || form.lemmas.iter().any(|lemma| self.lemmas.contains(lemma))
        })
    }
}

impl Found {
    /// The words at these places of the sentence.
    fn within(&self, places: Range<usize>) -> impl Iterator<Item = &Word> {
        let first = self.words.partition_point(|w| w.at < places.start);
        self.words[first..]
            .iter()
            .take_while(move |w| w.at < places.end)
    }

    fn may_tell(&self) -> bool {
        self.words.iter().any(|word| {
            let Some(form) = word.form else {
                return false;
            };
            let is_verb = word.tag.is_none_or(Tag::is_verb);
            let is_noun = word.tag.is_none_or(|t| matches!(t, Tag::Nn | Tag::Nns));
            let verbs = form.verbs.iter().filter(|_| is_verb);
            let nouns = form.nouns.iter().filter(|_| is_noun);
            let mut rows = verbs.chain(nouns).copied().flatten();
            rows.any(|row| row.may_match(word, self))
        })
    }
}

/// Whether a row of the lexicon may match in the sentence of these tokens, whatever their parts of speech.
pub(super) fn by_forms(sentence: &[Token], text: &str) -> bool {
    let mut words = Vec::with_capacity(sentence.len());
    let mut has_row = false;
    for (at, token) in sentence.iter().enumerate() {
        let token = token.of(text);
        let form = FORMS.get(&lower(token));
        has_row |= form.is_some_and(|f| !f.verbs.is_empty() || !f.nouns.is_empty());
        words.push(Word {
            at,
            form,
            is_name: true,
            tag: None,
        });
    }
    let has_relative = true;
    has_row
        && Found {
            words,
            has_relative,
        }
        .may_tell()
}

/// Whether a row may match, now that the parts of speech are known.
pub(super) fn by_tags(sentence: &[Token], tags: &[Tag], text: &str) -> bool {
    let mut words = Vec::with_capacity(sentence.len());
    let mut has_relative = false;
    for (at, (token, tag)) in sentence.iter().zip(tags).enumerate() {
        let token = token.of(text);
        has_relative |= matches!(tag, Tag::Wdt | Tag::Wp) || token.eq_ignore_ascii_case("that");
        let form = FORMS.get(&lower(&lemma(token, *tag)));
        let is_name = token.starts_with(char::is_uppercase)
            || matches!(tag, Tag::Prp | Tag::Wp | Tag::Cd | Tag::Nnp | Tag::Nnps);
        if is_name || form.is_some() {
            words.push(Word {
                at,
                form,
                is_name,
                tag: Some(*tag),
            });
        }
    }
    Found {
        words,
        has_relative,
    }
    .may_tell()
}

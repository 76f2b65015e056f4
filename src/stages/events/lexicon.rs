//! What verbs and nouns stand for, by what stands with them: `config/events/verbs.tsv` and `nouns.tsv`, whose heads say
//! how a row is written.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::cameo;
use super::classes::{ClassSet, Classes};
use crate::record::EventType;
use crate::text::data::{DataFile, data_file};
use crate::text::table::{self, Row};

pub(super) const VERBS_FILE: DataFile<'static> = data_file!("events/verbs.tsv");
pub(super) const NOUNS_FILE: DataFile<'static> = data_file!("events/nouns.tsv");

/// A place beside a verb or noun that words can stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Subject,
    Object,
    /// The verb of a clause that completes it.
    Complement,
    /// The modal of such a clause: "said it must leave".
    Modal,
    /// What the object is said to be.
    Attribute,
    /// Of a noun: the verb that brings it in, or whose subject it is.
    Verb,
    /// Of a noun: a word before it, or whose it is; of a verb: an adverb, or a preposition with what stands behind it.
    Modifier,
    /// The particle of a phrasal verb, behind it.
    Particle,
    /// The object of this preposition.
    Preposition(&'static str),
}

impl Slot {
    fn of(name: &'static str) -> Slot {
        match name {
            "subj" => Slot::Subject,
            "obj" => Slot::Object,
            "comp" => Slot::Complement,
            "modal" => Slot::Modal,
            "attr" => Slot::Attribute,
            "verb" => Slot::Verb,
            "mod" => Slot::Modifier,
            preposition => Slot::Preposition(preposition),
        }
    }
}

/// What a word in a slot must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Any,
    /// An entity, or a pronoun for people.
    Name,
    /// Somebody of any kind: a name, a noun of a sector or one for people.
    Anyone,
    /// The name of an organisation or a state.
    Organisation,
    /// The name of a person.
    Person,
    /// A verb with "to": "asked them to leave", not "asked who had left".
    Infinitive,
    Lemma(&'static str),
    /// A noun with another before it.
    Compound(&'static str, &'static str),
    Class(ClassSet),
    Sector(&'static str),
}

/// One condition of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    pub slot: Slot,
    /// One of these stands there; none: nothing may.
    pub wanted: Vec<Wanted>,
}

/// Where a noun tells an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Alone,
    /// After a verb that brings it in, or as the subject of one that says it is there.
    Support,
    /// With who did it, or to whom.
    Acted,
    /// The same, or where it is spoken of as known: "the killing".
    Known,
}

/// One row: what a verb or noun is when its conditions hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Line in its file, for `copydesk explain`.
    pub line: usize,
    pub conditions: Vec<Condition>,
    /// `None`: no event.
    pub kind: Option<EventType>,
    pub cameo: Option<&'static str>,
    pub mode: Mode,
    /// Where the actor stands, if not at the subject.
    pub actor: Vec<Slot>,
    /// Where the recipient stands, if not at the object: the first that is filled.
    pub recipient: Option<Vec<Slot>>,
    /// Whether the object is somebody, whatever noun names it: one arrests people only.
    pub people: bool,
    /// Whether it is told though nobody takes part: "a bomb exploded".
    pub alone: bool,
}

/// The rows of verbs, or those of nouns, by lemma.
#[derive(Debug)]
pub(super) struct Lexicon {
    entries: HashMap<&'static str, Vec<Entry>, FixedState>,
}

static VERBS: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut lexicon = Lexicon::default();
    for row in table::rows::<5>(VERBS_FILE.path, VERBS_FILE.text()) {
        let [words, conditions, kind, cameo, roles] = row.columns;
        let entry = entry(&row, [conditions, kind, cameo, roles], Mode::Alone);
        for word in words.split('|') {
            let mut entry = entry.clone();
            let (verb, particle) = word.split_once(' ').unwrap_or((word, ""));
            if !particle.is_empty() {
                entry.conditions.push(Condition {
                    slot: Slot::Particle,
                    wanted: vec![Wanted::Lemma(particle)],
                });
            }
            lexicon.entries.entry(verb).or_default().push(entry);
        }
    }
    lexicon.in_order()
});

static NOUNS: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut lexicon = Lexicon::default();
    for row in table::rows::<6>(NOUNS_FILE.path, NOUNS_FILE.text()) {
        let [words, conditions, mode, kind, cameo, roles] = row.columns;
        let mode = match mode {
            "alone" => Mode::Alone,
            "support" => Mode::Support,
            "acted" => Mode::Acted,
            "known" => Mode::Known,
            _ => row.fault("the mode is alone, support, acted or known"),
        };
        let entry = entry(&row, [conditions, kind, cameo, roles], mode);
        for word in words.split('|') {
            let mut entry = entry.clone();
            let noun = word.rsplit_once('_').map_or(word, |(before, noun)| {
                entry.conditions.push(Condition {
                    slot: Slot::Modifier,
                    wanted: vec![Wanted::Lemma(before)],
                });
                noun
            });
            lexicon.entries.entry(noun).or_default().push(entry);
        }
    }
    lexicon.in_order()
});

impl Default for Lexicon {
    fn default() -> Self {
        let entries = HashMap::default();
        Lexicon { entries }
    }
}

impl Lexicon {
    pub(super) fn verbs() -> &'static Lexicon {
        &VERBS
    }

    pub(super) fn nouns() -> &'static Lexicon {
        &NOUNS
    }

    /// All lemmas with their rows.
    pub(super) fn all(&'static self) -> impl Iterator<Item = (&'static str, &'static [Entry])> {
        self.entries
            .iter()
            .map(|(lemma, entries)| (*lemma, &entries[..]))
    }

    /// The rows of a lemma, in the order in which they count.
    pub(super) fn entries(&'static self, lemma: &str) -> &'static [Entry] {
        self.entries.get(lemma).map_or(&[], |entries| entries)
    }

    /// The first of the rows that fit.
    pub(super) fn best(
        &'static self,
        lemma: &str,
        mut fits: impl FnMut(&Condition) -> bool,
    ) -> Option<&'static Entry> {
        let mut entries = self.entries(lemma).iter();
        entries.find(|entry| entry.conditions.iter().all(&mut fits))
    }

    /// Puts the rows of each lemma in the order in which they count.
    fn in_order(mut self) -> Lexicon {
        for entries in self.entries.values_mut() {
            entries.sort_by_key(|entry| Reverse(entry.weight()));
        }
        self
    }
}

impl Entry {
    /// How much a row asks for: the number of its conditions, and of those that name nothing but words.
    fn weight(&self) -> (usize, usize) {
        let names_words = |c: &&Condition| {
            let is_word = |w: &Wanted| {
                matches!(
                    w,
                    Wanted::Lemma(_) | Wanted::Compound(..) | Wanted::Class(_) | Wanted::Sector(_)
                )
            };
            !c.wanted.is_empty() && c.wanted.iter().all(is_word)
        };
        let words = self.conditions.iter().filter(names_words).count();
        (self.conditions.len(), words)
    }
}

/// The entry that the columns `[conditions, type, code, roles]` say.
fn entry<const N: usize>(
    row: &Row<'static, N>,
    [conditions, kind, code, roles]: [&'static str; 4],
    mode: Mode,
) -> Entry {
    let kind = match kind {
        "-" => None,
        name => Some(
            EventType::of_name(name).unwrap_or_else(|| row.fault("no type of PLOVER, and no -")),
        ),
    };
    let cameo = (code != "-").then(|| {
        kind.and_then(|kind| cameo::code(code, kind))
            .unwrap_or_else(|| row.fault("no code of config/events/cameo.tsv for this type"))
    });
    let conditions = conditions.split_whitespace().filter(|c| *c != "-");
    let conditions = conditions.map(|c| condition(row, c)).collect();
    let mut entry = Entry {
        line: row.line(),
        conditions,
        kind,
        cameo,
        mode,
        actor: Vec::new(),
        recipient: None,
        people: false,
        alone: false,
    };
    for role in roles.split_whitespace().filter(|r| *r != "-") {
        if role == "people" || role == "alone" {
            entry.people |= role == "people";
            entry.alone |= role == "alone";
            continue;
        }
        let Some((name, slots)) = role.split_once('=') else {
            row.fault("roles are written actor=SLOT recipient=SLOT|SLOT people alone");
        };
        let slots = slots.split('|').filter(|s| *s != "-").map(Slot::of);
        match name {
            "actor" => entry.actor = slots.collect(),
            "recipient" => entry.recipient = Some(slots.collect()),
            _ => row.fault("a role is actor or recipient"),
        }
    }
    entry
}

fn condition<const N: usize>(row: &Row<'static, N>, text: &'static str) -> Condition {
    if let Some(slot) = text.strip_prefix('!') {
        let slot = Slot::of(slot);
        let wanted = Vec::new();
        return Condition { slot, wanted };
    }
    let Some((slot, wanted)) = text.split_once('=') else {
        row.fault("a condition is written SLOT=WORD|WORD, or !SLOT");
    };
    let wanted = wanted.split('|').map(|word| match word {
        "*" => Wanted::Any,
        "@name" => Wanted::Name,
        "@anyone" => Wanted::Anyone,
        "@organisation" => Wanted::Organisation,
        "@person" => Wanted::Person,
        "@infinitive" => Wanted::Infinitive,
        _ => match word.strip_prefix('@') {
            Some(class) => match Classes::get().named(class) {
                Some(class) => Wanted::Class(class),
                None if Classes::get().is_sector(class) => Wanted::Sector(class),
                None => row.fault(&format!("no class @{class} in config/events/classes.txt")),
            },
            None => match word.split_once('_') {
                Some((before, noun)) => Wanted::Compound(before, noun),
                None => Wanted::Lemma(word),
            },
        },
    });
    Condition {
        slot: Slot::of(slot),
        wanted: wanted.collect(),
    }
}

/// Reads both files.
pub(super) fn load() {
    LazyLock::force(&VERBS);
    LazyLock::force(&NOUNS);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &'static str) -> Entry {
        let row = table::rows::<5>("x.tsv", line).next().unwrap();
        let [_, conditions, kind, code, roles] = row.columns;
        entry(&row, [conditions, kind, code, roles], Mode::Alone)
    }

    #[test]
    fn a_row_says_conditions_type_code_and_roles() {
        let entry =
            read("hold\tobj=@talks|hunger_strike !to\tCONSULT\t040\trecipient=with|between");
        assert_eq!(
            (entry.kind, entry.cameo),
            (Some(EventType::Consult), Some("040"))
        );
        assert_eq!(entry.conditions.len(), 2);
        let [object, to] = &entry.conditions[..] else {
            panic!()
        };
        assert_eq!(object.slot, Slot::Object);
        assert_eq!(object.wanted[1], Wanted::Compound("hunger", "strike"));
        assert_eq!((to.slot, to.wanted.len()), (Slot::Preposition("to"), 0));
        let slots = ["with", "between"].map(Slot::Preposition);
        assert_eq!(entry.recipient.as_deref(), Some(&slots[..]));
        assert_eq!(read("hail\tfrom=*\t-\t-\t-").kind, None);
    }

    #[test]
    #[should_panic(expected = "x.tsv:1: no type of PLOVER, and no -")]
    fn a_type_that_is_none_is_told() {
        read("hit\t-\tFIGHT\t-\t-");
    }

    #[test]
    #[should_panic(expected = "x.tsv:1: no code of config/events/cameo.tsv for this type")]
    fn a_code_of_another_type_is_told() {
        read("visit\t-\tCONSULT\t190\t-");
    }

    #[test]
    #[should_panic(expected = "x.tsv:1: no class @talk in config/events/classes.txt")]
    fn a_class_that_is_none_is_told() {
        read("hold\tobj=@talk\tCONSULT\t040\t-");
    }

    #[test]
    fn there_are_verbs_for_every_type() {
        let entries = Lexicon::verbs().entries.values().flatten();
        let kinds: std::collections::BTreeSet<_> = entries.filter_map(|e| e.kind).collect();
        assert_eq!(kinds.len(), 16, "{kinds:?}");
    }

    #[test]
    fn the_row_with_most_conditions_counts() {
        let wanted = |slot| move |c: &Condition| c.slot == slot;
        let released = Lexicon::verbs().best("accuse", wanted(Slot::Preposition("of")));
        assert_eq!(released.map(|e| e.conditions.len()), Some(1));
        assert_eq!(
            Lexicon::verbs()
                .best("accuse", |_| false)
                .map(|e| e.conditions.len()),
            Some(0)
        );
        assert_eq!(Lexicon::verbs().best("sleep", |_| true), None);
    }
}

//! Whether what a word tells happened: a walk from the word up through what governs it.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::sentence::Sentence;
use crate::record::{EventType, Modality, Polarity};
use crate::stages::syntax::{Label, Tag};
use crate::text::data::{DataFile, data_file};
use crate::text::table;

pub(super) const FILE: DataFile<'static> = data_file!("events/words.txt");

/// Governors at most that are looked at above a word.
const HIGHEST: usize = 8;

macro_rules! word_classes {
    ($($name:ident = $bit:literal,)+) => {
        /// Classes of the file, as bits.
        #[allow(non_upper_case_globals, reason = "they have the names of the file")]
        mod class { $(pub(in super::super) const $name: u32 = 1 << $bit;)+ }
        const NAMES: &[(&str, u32)] = &[$((stringify!($name), 1 << $bit)),+];
    };
}

word_classes! {
    wish = 0, promise = 1, doubt = 2, not = 3,
    wish_noun = 4, promise_noun = 5, doubt_noun = 6, not_noun = 7,
    doubt_adverb = 8, doubt_adjective = 9, promise_adjective = 10, not_adverb = 11, not_adjective = 12,
    doubt_modal = 13, promise_modal = 14, condition = 15,
    not_preposition = 16, content_preposition = 17,
    say = 18, commit = 19,
    background_noun = 20, background_preposition = 21, background_verb = 22, background_adjective = 23,
    habit_adverb = 24, about_noun = 25,
}

/// Classes of verbs under which something is no fact.
const WEAKENING: u32 = class::wish | class::promise | class::doubt | class::not;

/// Classes of nouns that say so.
const WEAKENING_NOUNS: u32 =
    class::wish_noun | class::promise_noun | class::doubt_noun | class::not_noun;

static WORDS: LazyLock<HashMap<&'static str, u32, FixedState>> = LazyLock::new(|| {
    let mut words: HashMap<&str, u32, FixedState> = HashMap::default();
    for (row, name, members) in table::classes(FILE.path, FILE.text()) {
        let class = NAMES.iter().find(|(n, _)| *n == name);
        let (_, class) =
            class.unwrap_or_else(|| panic!("{}", row.fault(format!("there is no class {name}"))));
        for word in members {
            *words.entry(word).or_default() |= class;
        }
    }
    words
});

/// Reads the file.
pub(super) fn load() {
    LazyLock::force(&WORDS);
}

fn classes_of(lemma: &str) -> u32 {
    WORDS.get(lemma).copied().unwrap_or(0)
}

fn is(sentence: &Sentence<'_>, at: usize, class: u32) -> bool {
    classes_of(sentence.lemma(at)) & class != 0
}

/// Whether somebody commits himself by this verb to what he says that he will do.
pub(super) fn is_commitment(sentence: &Sentence<'_>, at: usize) -> bool {
    is(sentence, at, class::commit)
}

/// What is said of whether something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Status {
    pub modality: Modality,
    pub polarity: Polarity,
    pub background: bool,
    /// The word that says it will be done, by whom it is about: "will", "willing".
    pub future: Option<usize>,
    /// The verb of saying above it, with what it says as its clause.
    pub said_by: Option<usize>,
    /// The words that decided, for `copydesk explain`.
    pub because: Vec<usize>,
}

/// What a participle before a noun says: it was done before, whatever the sentence says of the noun ("the jailed leader").
pub(super) fn presupposed() -> Status {
    Status {
        background: true,
        ..ASSERTED
    }
}

/// A fact of today.
const ASSERTED: Status = Status {
    modality: Modality::Asserted,
    polarity: Polarity::Positive,
    background: false,
    future: None,
    said_by: None,
    because: Vec::new(),
};

/// "Release the hostages": a verb that nobody does, at the head of its sentence.
fn is_order(sentence: &Sentence<'_>, verb: usize) -> bool {
    let beside = [Label::Nsubj, Label::Nsubjpass, Label::Aux, Label::Auxpass];
    sentence.tag(verb) == Tag::Vb
        && sentence.label(verb) == Label::Root
        && sentence.with(verb, &beside).next().is_none()
}

struct Walk<'s, 'a> {
    sentence: &'s Sentence<'a>,
    /// Whether the event is that something is said: who goes somewhere to say so says so.
    is_said_by_it: bool,
    status: Status,
}

/// What the sentence says of the event of type `kind` whose trigger is the word at `trigger`.
pub(super) fn status(sentence: &Sentence<'_>, trigger: usize, kind: EventType) -> Status {
    let mut walk = Walk {
        sentence,
        is_said_by_it: matches!(
            kind,
            EventType::Accuse | EventType::Request | EventType::Protest
        ),
        status: ASSERTED,
    };
    walk.own_words(trigger, trigger);
    walk.climb(trigger);
    if is_order(sentence, trigger) {
        walk.weaken(Modality::Wished, trigger);
    }
    if walk.sentence.is_question() {
        walk.weaken(Modality::Possible, sentence.parse.len() - 1);
    }
    walk.status
}

impl Walk<'_, '_> {
    fn is(&self, at: usize, class: u32) -> bool {
        is(self.sentence, at, class)
    }

    /// The first that is less than a fact stands.
    fn weaken(&mut self, to: Modality, because: usize) {
        if self.status.modality == Modality::Asserted {
            self.status.modality = to;
            self.status.because.push(because);
        }
    }

    fn negate(&mut self, because: usize) {
        self.status.polarity = match self.status.polarity {
            Polarity::Positive => Polarity::Negative,
            _ => Polarity::Positive,
        };
        self.status.because.push(because);
    }

    /// What stands around a word of the chain: modals, negation, adverbs, "if", adjectives. `trigger` is the word the
    /// walk comes from.
    fn own_words(&mut self, at: usize, trigger: usize) {
        let sentence = self.sentence;
        let is_verb = sentence.tag(at).is_verb() || sentence.tag(at).is_adjective();
        for d in sentence.parse.dependents(at) {
            match sentence.label(d) {
                Label::Neg => self.negate(d),
                Label::Aux if is_verb => self.auxiliary(at, d),
                Label::Mark if self.is(d, class::condition) => self.weaken(Modality::Possible, d),
                Label::Advmod if self.is(d, class::doubt_adverb) => {
                    self.weaken(Modality::Possible, d);
                }
                Label::Advmod if self.is(d, class::habit_adverb) && self.is_present(at) => {
                    self.weaken(Modality::Possible, d);
                }
                Label::Advmod if self.is(d, class::not_adverb) => self.negate(d),
                // "no longer"
                Label::Advmod => {
                    let no = [Label::Neg, Label::Det, Label::Advmod];
                    let mut before = sentence.with(d, &no);
                    if let Some(no) = before.find(|n| sentence.lemma(*n) == "no") {
                        self.negate(no);
                    }
                }
                Label::Amod if !is_verb && at == trigger => self.adjective(d),
                Label::Det if !is_verb && self.is(d, class::not_adverb) => self.negate(d),
                Label::Preconj | Label::Cc if d < at && self.is(d, class::not_adverb) => {
                    self.negate(d)
                }
                Label::Nsubj | Label::Nsubjpass | Label::Dobj | Label::Attr
                    if is_verb && d != trigger =>
                {
                    self.no_one(d);
                }
                _ => {}
            }
        }
    }

    /// Whether a verb stands in the present, with nothing beside it that says otherwise.
    fn is_present(&self, verb: usize) -> bool {
        matches!(self.sentence.tag(verb), Tag::Vbz | Tag::Vbp)
    }

    /// "No protesters were detained": what nobody does, or is done to nobody, is not done.
    fn no_one(&mut self, noun: usize) {
        let sentence = self.sentence;
        let lemma = sentence.lemma(noun);
        // the parser takes a "not" for a subject or an object now and then
        let is_not = matches!(lemma, "not" | "n't" | "n’t");
        if is_not || matches!(lemma, "nobody" | "none" | "nothing" | "no-one") {
            self.negate(noun);
        }
        let determiner = sentence.with(noun, &[Label::Det]).next();
        if let Some(no) = determiner.filter(|d| matches!(sentence.lemma(*d), "no" | "neither")) {
            self.negate(no);
        }
    }

    fn auxiliary(&mut self, verb: usize, auxiliary: usize) {
        let sentence = self.sentence;
        if self.is(auxiliary, class::promise_modal) {
            self.weaken(Modality::Promised, auxiliary);
            self.status.future.get_or_insert(auxiliary);
        } else if sentence.tag(auxiliary) == Tag::Md && self.is(auxiliary, class::doubt_modal) {
            let is_would = matches!(sentence.lemma(auxiliary), "would" | "'d" | "’d");
            // "said it would": the future of what was said in the past
            let said = matches!(
                sentence.label(verb),
                Label::Ccomp | Label::Conj | Label::Relcl | Label::Xcomp
            );
            if is_would && said && !self.has_condition(verb) {
                self.weaken(Modality::Promised, auxiliary);
                self.status.future.get_or_insert(auxiliary);
            } else {
                self.weaken(Modality::Possible, auxiliary);
            }
        } else if sentence.lemma(auxiliary) == "to" && sentence.tag(verb) == Tag::Vb {
            self.purpose(verb, auxiliary);
        } else if sentence.tag(auxiliary) == Tag::Vbd && sentence.lemma(auxiliary) == "have" {
            // "had attacked": before what the article tells, unless that is what was said
            let reported = matches!(
                sentence.label(verb),
                Label::Ccomp | Label::Conj | Label::Root
            );
            self.status.background |= !reported;
        }
    }

    fn has_condition(&self, verb: usize) -> bool {
        let clauses = self.sentence.with(verb, &[Label::Advcl]);
        let mut marks = clauses.filter_map(|c| self.sentence.child(c, Label::Mark));
        marks.any(|m| self.is(m, class::condition))
    }

    /// "To" without a governor that says what it means: what is done for, not what is done ("launched a raid to free the
    /// hostages"). But "went on to attack" tells an attack, and who "took to the streets to demand", demanded.
    fn purpose(&mut self, verb: usize, to: usize) {
        let sentence = self.sentence;
        let head = sentence.parse.head(verb);
        let head = match sentence.label(verb) {
            Label::Advcl => head,
            Label::Acl => head
                .filter(|noun| self.is_means(*noun))
                .and_then(|n| sentence.parse.head(n)),
            _ => None,
        };
        let Some(head) = head else {
            return;
        };
        let goes_on = !self.is(head, class::say) && self.governor_classes(head) & class::say != 0;
        let is_done = matches!(sentence.tag(head), Tag::Vbd | Tag::Vbz | Tag::Vbp);
        let is_said = self.is_said_by_it && is_done && !self.is(head, class::wish | class::doubt);
        if !(goes_on || is_said) {
            self.weaken(Modality::Wished, to);
        }
    }

    /// Whether a noun is what is done for something: the object of a verb; but not "the first country to ban", nor one that
    /// says itself what comes of it ("the power to ban").
    fn is_means(&self, noun: usize) -> bool {
        let sentence = self.sentence;
        let is_one_of_several = |d: usize| {
            sentence.tag(d) == Tag::Jjs
                || matches!(
                    sentence.lemma(d),
                    "first" | "second" | "last" | "latest" | "only" | "next"
                )
        };
        sentence.label(noun) == Label::Dobj
            && !self.is(noun, WEAKENING_NOUNS)
            && !sentence.parse.dependents(noun).any(is_one_of_several)
    }

    fn adjective(&mut self, at: usize) {
        if self.is(at, class::doubt_adjective) {
            self.weaken(Modality::Possible, at);
        } else if self.is(at, class::promise_adjective) {
            self.weaken(Modality::Promised, at);
        } else if self.is(at, class::not_adjective) {
            self.negate(at);
        }
        self.status.background |= self.is(at, class::background_adjective);
    }

    fn climb(&mut self, trigger: usize) {
        let sentence = self.sentence;
        let mut at = trigger;
        for _ in 0..HIGHEST {
            let Some(head) = sentence.parse.head(at) else {
                return;
            };
            match sentence.label(at) {
                Label::Conj => {
                    if !self.shares(at, head) {
                        // what stands by itself goes on above the first of the clauses
                        let first = self.first_of(at);
                        if !self.above(first) {
                            return;
                        }
                        at = sentence.parse.head(first).unwrap_or(first);
                        continue;
                    }
                    self.own_words(head, trigger);
                    at = head;
                }
                // "if" and "to" were seen beside the verb
                Label::Relcl | Label::Appos | Label::Parataxis | Label::Dep | Label::Advcl => {
                    return;
                }
                Label::Acl
                    if sentence.tag(at) != Tag::Vb && sentence.child(at, Label::Mark).is_none() =>
                {
                    return;
                }
                _ => {
                    if !self.above(at) {
                        return;
                    }
                    at = head;
                }
            }
        }
    }

    fn first_of(&self, at: usize) -> usize {
        let mut first = at;
        while self.sentence.label(first) == Label::Conj {
            match self.sentence.parse.head(first) {
                Some(head) => first = head,
                None => break,
            }
        }
        first
    }

    /// Whether a conjunct shares the modals and negation of the one before it: it has no subject or modal of its own and
    /// the same form, and no "but" stands between.
    fn shares(&self, at: usize, head: usize) -> bool {
        let sentence = self.sentence;
        if !sentence.tag(at).is_verb() {
            return true;
        }
        let own = [Label::Nsubj, Label::Nsubjpass, Label::Aux];
        let is_own = sentence
            .with(at, &own)
            .any(|d| sentence.label(d) != Label::Aux || sentence.tag(d) == Tag::Md);
        let but = sentence
            .with(head, &[Label::Cc])
            .any(|c| sentence.lemma(c) == "but");
        !is_own && !but && sentence.tag(at) == sentence.tag(head)
    }

    /// What the head of a word says of it. Returns whether the walk goes on above the head.
    fn above(&mut self, at: usize) -> bool {
        let sentence = self.sentence;
        let Some(head) = sentence.parse.head(at) else {
            return false;
        };
        let label = sentence.label(at);
        if matches!(label, Label::Pobj | Label::Pcomp) {
            return self.preposition(at, head);
        }
        let tag = sentence.tag(head);
        if tag.is_noun() {
            self.noun(head);
            return true;
        }
        if !tag.is_verb() && !tag.is_adjective() {
            return true;
        }
        match label {
            Label::Nsubj | Label::Nsubjpass | Label::Csubj => self.predicate(at, head),
            _ => self.governor(at, head),
        }
    }

    /// A preposition before what is told. What stands behind one that says only when, where or why stands as true, whatever
    /// is said above it: "not since the attack", "despite giving their backing, they insisted".
    fn preposition(&mut self, at: usize, preposition: usize) -> bool {
        let is_noun = self.sentence.tag(at).is_noun();
        if self.is(preposition, class::not_preposition) {
            self.negate(preposition);
        }
        self.status.background |= is_noun && self.is(preposition, class::background_preposition);
        let is_beside = is_noun || self.is(preposition, class::background_preposition);
        !is_beside || self.is(preposition, class::content_preposition)
    }

    /// The verb whose subject is told: it says something of that only where it says that it is there, or brings it in.
    fn predicate(&mut self, at: usize, verb: usize) -> bool {
        let sentence = self.sentence;
        if sentence.tag(at).is_verb() {
            return false;
        }
        let rule = sentence.rule();
        let classes = self.governor_classes(verb);
        let is_passive = sentence.label(at) == Label::Nsubjpass;
        if is_passive && classes & WEAKENING != 0 {
            self.weaken_by(classes, verb);
        } else if sentence.lemma(verb) == "be" {
            // "an attack is likely"
            let said = sentence.with(verb, &[Label::Acomp]).next();
            if let Some(said) = said {
                self.adjective(said);
            }
        } else if !sentence.is_in(verb, rule.occur | rule.support) {
            return false;
        }
        self.own_words(verb, at);
        true
    }

    /// The verb or adjective that what is told completes.
    fn governor(&mut self, at: usize, head: usize) -> bool {
        let sentence = self.sentence;
        let label = sentence.label(at);
        let is_clause = matches!(label, Label::Ccomp | Label::Xcomp);
        let classes = self.governor_classes(head);
        let is_said = is_clause && classes & class::say != 0;
        if is_said {
            self.status.said_by.get_or_insert(head);
            if self.is_negated(head) {
                self.weaken(Modality::Possible, head);
                return false;
            }
        }
        // "insisted that he had used force" is no wish, as "insisted that he leave" is
        let is_told = is_said && sentence.tag(at) != Tag::Vb;
        // of what one is suspected; but "suspected in Paris" says nothing of Paris
        let is_adjunct =
            label == Label::Prep && classes & class::doubt != 0 && !self.is_of_clause(at);
        if !is_adjunct && !is_told {
            self.weaken_by(classes, head);
        }
        self.status.background |= classes & class::background_verb != 0 && label != Label::Ccomp;
        let is_yet = |d| sentence.lemma(d) == "yet";
        if label == Label::Xcomp && sentence.with(head, &[Label::Advmod]).any(is_yet) {
            self.negate(head);
        }
        // "can confirm that he was arrested"
        if !is_said {
            self.own_words(head, at);
        }
        true
    }

    /// What a governor of these classes says.
    fn weaken_by(&mut self, classes: u32, because: usize) {
        if classes & class::not != 0 {
            self.negate(because);
        } else if classes & class::wish != 0 {
            self.weaken(Modality::Wished, because);
        } else if classes & class::promise != 0 {
            if self.status.modality == Modality::Asserted {
                self.status.future.get_or_insert(because);
            }
            self.weaken(Modality::Promised, because);
        } else if classes & class::doubt != 0 {
            self.weaken(Modality::Possible, because);
        }
    }

    /// "Accused of bombing": what the preposition brings is what one is accused of.
    fn is_of_clause(&self, preposition: usize) -> bool {
        let clause = self.sentence.child(preposition, Label::Pcomp);
        clause.is_some() && self.is(preposition, class::content_preposition)
    }

    fn is_negated(&self, verb: usize) -> bool {
        self.sentence.with(verb, &[Label::Neg]).next().is_some()
    }

    fn governor_classes(&self, head: usize) -> u32 {
        let sentence = self.sentence;
        let mut beside = sentence.with(head, &[Label::Prt, Label::Advmod]);
        let particle = beside.find(|p| *p > head);
        let phrasal = particle
            .map(|p| classes_of(&format!("{}_{}", sentence.lemma(head), sentence.lemma(p))));
        match phrasal {
            Some(classes) if classes != 0 => classes,
            _ => classes_of(sentence.lemma(head)),
        }
    }

    /// "Plans to attack", "a call for talks", "allegations of torture", "no evidence of an attack".
    fn noun(&mut self, head: usize) {
        let sentence = self.sentence;
        if self.is(head, class::not_noun) {
            self.negate(head);
        } else if self.is(head, class::wish_noun) {
            self.weaken(Modality::Wished, head);
        } else if self.is(head, class::promise_noun) {
            self.weaken(Modality::Promised, head);
        } else if self.is(head, class::doubt_noun) {
            self.weaken(Modality::Possible, head);
        }
        self.status.background |= self.is(head, class::background_noun);
        // "gave no details about the talks" denies no talks
        let mut determiners = sentence.with(head, &[Label::Det]);
        if determiners.any(|d| sentence.lemma(d) == "no") && !self.is(head, class::about_noun) {
            self.negate(head);
        }
    }
}

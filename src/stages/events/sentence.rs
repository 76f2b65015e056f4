//! A parsed sentence with what the rules ask of its words, and who stands where beside a verb or noun.

use std::borrow::Cow;

use super::classes::{ClassSet, Classes, RuleClasses};
use super::lexicon::{Condition, Slot, Wanted};
use crate::record::{Entity, EntityType};
use crate::stages::syntax::{Label, Parse, Tag};

/// Steps at most from a verb to the one whose subject it shares.
const FARTHEST: usize = 6;

/// Words at most that are coordinated, or measured by each other.
const MOST_TOGETHER: usize = 12;

/// A sentence as the rules see it. Words are told by their places in the parse.
#[derive(Debug)]
pub(super) struct Sentence<'a> {
    pub parse: &'a Parse,
    pub text: &'a str,
    /// Lemmas in lower case.
    lemmas: Vec<Cow<'a, str>>,
    classes: Vec<ClassSet>,
    /// Place of the entity that is mentioned where the word stands.
    entities: Vec<Option<u32>>,
    pub all_entities: &'a [Entity],
}

impl<'a> Sentence<'a> {
    /// `mentions` are those of `entities` in the order of the text, each with the place of its entity.
    pub(super) fn new(
        parse: &'a Parse,
        text: &'a str,
        entities: &'a [Entity],
        mentions: &[(crate::text::Span, u32)],
    ) -> Sentence<'a> {
        let lemmas: Vec<Cow<'a, str>> = (0..parse.len())
            .map(|at| {
                let lemma = parse.lemma(at, text);
                match lemma.chars().any(char::is_uppercase) {
                    true => Cow::Owned(lemma.to_lowercase()),
                    false => lemma,
                }
            })
            .collect();
        let mut sentence = Sentence {
            parse,
            text,
            classes: Vec::with_capacity(lemmas.len()),
            entities: vec![None; lemmas.len()],
            lemmas,
            all_entities: entities,
        };
        let known = Classes::get();
        for at in 0..parse.len() {
            let classes = known.of(&sentence.lemmas[at], sentence.before(at));
            sentence.classes.push(classes);
        }
        let whole = parse[0].span.join(parse[parse.len() - 1].span);
        let from = mentions.partition_point(|(m, _)| m.end <= whole.start);
        for (span, entity) in mentions[from..]
            .iter()
            .take_while(|m| m.0.start < whole.end)
        {
            for at in parse.within(*span) {
                sentence.entities[at].get_or_insert(*entity);
            }
        }
        sentence
    }

    pub(super) fn lemma(&self, at: usize) -> &str {
        &self.lemmas[at]
    }

    /// The classes that the rules ask for.
    pub(super) fn rule(&self) -> RuleClasses {
        Classes::get().rule
    }

    pub(super) fn tag(&self, at: usize) -> Tag {
        self.parse[at].tag
    }

    pub(super) fn label(&self, at: usize) -> Label {
        self.parse[at].label
    }

    pub(super) fn is_in(&self, at: usize, class: ClassSet) -> bool {
        self.classes[at] & class != 0
    }

    /// The lemma of the modifier directly before a noun.
    pub(super) fn before(&self, at: usize) -> Option<&str> {
        let before = at.checked_sub(1)?;
        let modifies = matches!(
            self.label(before),
            Label::Compound | Label::Amod | Label::Nmod
        );
        let near = self.parse.head(before) == Some(at);
        (modifies && near).then(|| &*self.lemmas[before])
    }

    pub(super) fn sector(&self, at: usize) -> Option<&'static str> {
        // "the military said": an adjective in the place of a noun
        let stands = [Label::Nsubj, Label::Nsubjpass, Label::Dobj, Label::Pobj];
        let is_noun =
            self.tag(at).is_noun() || self.tag(at) == Tag::Jj && stands.contains(&self.label(at));
        if !is_noun {
            return None;
        }
        Classes::get().sector(self.lemma(at), self.before(at))
    }

    /// The entity that a word is part of a mention of.
    pub(super) fn entity(&self, at: usize) -> Option<&'a Entity> {
        let at = self.entities[at]? as usize;
        self.all_entities.get(at)
    }

    /// Dependents with one of these labels.
    pub(super) fn with<'s>(
        &'s self,
        at: usize,
        labels: &'s [Label],
    ) -> impl Iterator<Item = usize> + 's {
        let dependents = self.parse.dependents(at);
        dependents.filter(move |n| labels.contains(&self.label(*n)))
    }

    pub(super) fn child(&self, at: usize, label: Label) -> Option<usize> {
        self.parse.dependent(at, label)
    }

    /// Whether a verb is in the passive.
    pub(super) fn is_passive(&self, verb: usize) -> bool {
        if self.is_directed(verb) {
            return true;
        }
        if self.tag(verb) != Tag::Vbn {
            return false;
        }
        let marks = [Label::Auxpass, Label::Nsubjpass, Label::Agent];
        if self.with(verb, &marks).next().is_some() {
            return true;
        }
        let has_own = self
            .with(verb, &[Label::Aux, Label::Nsubj])
            .next()
            .is_some();
        match self.label(verb) {
            Label::Acl | Label::Amod | Label::Advcl => {
                !has_own && self.child(verb, Label::Dobj).is_none()
            }
            Label::Conj => {
                !has_own
                    && self
                        .parse
                        .head(verb)
                        .is_some_and(|head| self.is_passive(head))
            }
            _ => false,
        }
    }

    /// "Residents urged to leave", as headlines have it: a verb that needs whom it is said to has no object before its "to".
    pub(super) fn is_directed(&self, verb: usize) -> bool {
        let marks = [Label::Dobj, Label::Aux];
        matches!(self.tag(verb), Tag::Vbn | Tag::Vbd)
            && self.is_in(verb, self.rule().directive)
            && self.label(verb) != Label::Relcl
            && self.with(verb, &marks).next().is_none()
            && verb + 2 < self.lemmas.len()
            && self.lemma(verb + 1) == "to"
            && self.tag(verb + 2) == Tag::Vb
    }

    /// The word before which a relative clause stands, for its pronoun; else the word itself.
    fn antecedent(&self, at: usize) -> usize {
        let is_relative = matches!(self.tag(at), Tag::Wdt | Tag::Wp)
            || self.tag(at) == Tag::In && self.lemma(at) == "that";
        if !is_relative {
            return at;
        }
        let mut verb = at;
        for _ in 0..FARTHEST {
            let Some(head) = self.parse.head(verb) else {
                return at;
            };
            if self.label(verb) == Label::Relcl {
                return head;
            }
            verb = head;
        }
        at
    }

    /// The word before a verb that its form agrees with, shared by coordination, control and participles: of a passive
    /// it is to whom the thing is done.
    pub(super) fn surface_subject(&self, verb: usize) -> Option<usize> {
        let mut at = verb;
        for _ in 0..FARTHEST {
            let own = [Label::Nsubj, Label::Nsubjpass];
            if let Some(subject) = self.with(at, &own).next() {
                return Some(self.speaker(at, self.antecedent(subject)));
            }
            let head = self.parse.head(at)?;
            match self.label(at) {
                Label::Conj | Label::Ccomp | Label::Parataxis => at = head,
                Label::Xcomp => match self.child(head, Label::Dobj) {
                    Some(object) if !self.is_passive(head) => return Some(object),
                    _ => at = head,
                },
                Label::Advcl if self.tag(at) != Tag::Vbd => at = head,
                Label::Acl => return self.subject_of_acl(at, head),
                // "the jailed leader"
                Label::Amod if self.tag(at) == Tag::Vbn => return Some(head),
                Label::Relcl => return Some(head),
                Label::Pcomp => {
                    let verb = self.parse.head(head)?;
                    if self.tag(verb).is_noun() {
                        return self.possessor(verb);
                    }
                    let of_object =
                        matches!(self.lemma(head), "of" | "from" | "for" | "into" | "with");
                    match self.child(verb, Label::Dobj) {
                        Some(object) if of_object && !self.is_passive(verb) => {
                            return Some(object);
                        }
                        _ => at = verb,
                    }
                }
                _ => return None,
            }
            if self.tag(at).is_adjective() && matches!(self.label(at), Label::Acomp | Label::Oprd) {
                // "is willing to": the subject of "is"
                at = self.parse.head(at)?;
            } else if !self.tag(at).is_verb() {
                return self.with(at, &own).next().map(|s| self.antecedent(s));
            }
        }
        None
    }

    /// Who says so, for "it", "they", "he" or "she" as the subject of what somebody says: "Syria says it will leave".
    fn speaker(&self, verb: usize, subject: usize) -> usize {
        let is_pronoun = matches!(self.lemma(subject), "it" | "they" | "he" | "she" | "we");
        let mut clause = verb;
        while is_pronoun && self.label(clause) == Label::Conj {
            match self.parse.head(clause) {
                Some(head) => clause = head,
                None => break,
            }
        }
        let is_said = is_pronoun && self.label(clause) == Label::Ccomp;
        let says = self.parse.head(clause).filter(|_| is_said);
        let speaker = says.and_then(|says| self.with(says, &[Label::Nsubj]).next());
        speaker
            .filter(|s| *s < subject || self.tag(*s).is_noun())
            .map_or(subject, |s| self.antecedent(s))
    }

    /// Who does what a clause behind a noun says: the noun itself ("rebels fighting the army"), for "to" the noun's
    /// possessor or who has it ("their decision to leave"), for what a document says who issues it ("issued a statement
    /// condemning the coup").
    fn subject_of_acl(&self, verb: usize, noun: usize) -> Option<usize> {
        let is_document = self.is_in(noun, self.rule().document) && self.tag(verb) == Tag::Vbg;
        if self.tag(verb) != Tag::Vb && !is_document {
            return Some(noun);
        }
        let owner = self.possessor(noun).or_else(|| {
            let head = self.parse.head(noun)?;
            let is_object = matches!(self.label(noun), Label::Dobj | Label::Attr);
            let verb = (is_object && self.tag(head).is_verb()).then_some(head)?;
            self.with(verb, &[Label::Nsubj]).next()
        });
        owner.or(is_document.then_some(noun))
    }

    fn possessor(&self, noun: usize) -> Option<usize> {
        self.child(noun, Label::Poss)
    }

    /// A word and what is coordinated with it; of a measure also what is measured.
    pub(super) fn spread(&self, at: usize) -> Vec<usize> {
        let mut all = vec![at];
        let mut last = at;
        while let Some(next) = self.child(last, Label::Conj) {
            if !self.tag(next).is_verb() || self.tag(at).is_verb() {
                all.push(next);
            }
            last = next;
            if all.len() > MOST_TOGETHER {
                break;
            }
        }
        // "hundreds of thousands of protesters"
        let mut n = 0;
        while n < all.len() && all.len() < MOST_TOGETHER {
            all.extend(self.measured(all[n]));
            n += 1;
        }
        all
    }

    /// What stands behind the "of" of a noun that only measures it: "a group of rebels".
    pub(super) fn measured(&self, at: usize) -> Option<usize> {
        let measures = self.is_in(at, self.rule().partitive) || self.tag(at) == Tag::Cd;
        if !measures {
            return None;
        }
        let of = self
            .with(at, &[Label::Prep])
            .find(|p| matches!(self.lemma(*p), "of" | "in"))?;
        self.child(of, Label::Pobj)
    }

    /// Who does what a verb says.
    pub(super) fn subject(&self, verb: usize) -> Option<usize> {
        if !self.is_passive(verb) {
            return self.surface_subject(verb);
        }
        let by = self
            .with(verb, &[Label::Agent, Label::Prep])
            .find(|by| self.lemma(*by) == "by")?;
        self.child(by, Label::Pobj)
    }

    /// To whom or what it is done.
    pub(super) fn objects(&self, verb: usize) -> Vec<usize> {
        if self.is_passive(verb) {
            return match self.surface_subject(verb) {
                Some(object) => self.spread(object),
                None => Vec::new(),
            };
        }
        let own: Vec<usize> = self
            .with(verb, &[Label::Dobj])
            .map(|o| self.antecedent(o))
            .flat_map(|o| self.spread(o))
            .collect();
        if !own.is_empty() {
            return own;
        }
        match self.label(verb) {
            // "the village that troops attacked": the clause has a subject of its own and no object
            Label::Relcl => {
                let has_subject = self
                    .child(verb, Label::Nsubj)
                    .is_some_and(|s| self.antecedent(s) == s);
                let head = self.parse.head(verb).filter(|_| has_subject);
                head.into_iter().collect()
            }
            // "arrested and deported the migrants"
            Label::Conj => {
                let head = self
                    .parse
                    .head(verb)
                    .filter(|h| self.tag(*h) == self.tag(verb));
                let object = head
                    .and_then(|h| self.child(h, Label::Dobj))
                    .filter(|o| *o > verb);
                object.into_iter().collect()
            }
            _ => self
                .with(verb, &[Label::Conj])
                .find(|c| self.tag(*c) == self.tag(verb) && self.child(*c, Label::Nsubj).is_none())
                .filter(|_| {
                    self.with(verb, &[Label::Prep, Label::Prt, Label::Ccomp, Label::Xcomp])
                        .next()
                        .is_none()
                })
                .map(|c| self.with(c, &[Label::Dobj]).collect())
                .unwrap_or_default(),
        }
    }

    /// The objects of a preposition behind a word, clauses too ("of bombing").
    pub(super) fn prepositional(&self, at: usize, preposition: &str, to: &mut Vec<usize>) {
        let labels = [Label::Prep, Label::Dative, Label::Agent, Label::Prt];
        for p in self.with(at, &labels) {
            if self.lemma(p) != preposition {
                continue;
            }
            for object in self.with(p, &[Label::Pobj, Label::Pcomp]) {
                to.extend(self.spread(self.antecedent(object)));
            }
        }
    }

    /// What stands in a slot beside a verb or noun.
    pub(super) fn slot(&self, at: usize, slot: Slot) -> Vec<usize> {
        let is_verb = self.tag(at).is_verb();
        let mut found = Vec::new();
        match slot {
            Slot::Subject => {
                if let Some(subject) = self.subject(at) {
                    found = self.spread(subject);
                }
            }
            Slot::Object => found = self.objects(at),
            Slot::Complement => {
                let labels = [Label::Xcomp, Label::Ccomp];
                found.extend(
                    self.with(at, &labels)
                        .filter(|c| *c > at || self.tag(*c) == Tag::Vb),
                );
                let purpose =
                    |c: &usize| self.tag(*c) == Tag::Vb && self.child(*c, Label::Aux).is_some();
                found.extend(self.with(at, &[Label::Advcl]).filter(purpose));
                // "gave orders to fire"; of a noun its own: "an agreement to share water"
                let own = (!is_verb).then_some(at);
                for noun in self.with(at, &[Label::Dobj]).chain(own) {
                    found.extend(
                        self.with(noun, &[Label::Acl])
                            .filter(|c| self.tag(*c) == Tag::Vb),
                    );
                }
            }
            Slot::Attribute => {
                found.extend(self.with(at, &[Label::Oprd, Label::Acomp, Label::Attr]));
                // "hold the army responsible", where the adjective's clause has the object as its subject
                found.extend(
                    self.with(at, &[Label::Ccomp])
                        .filter(|c| self.tag(*c).is_adjective()),
                );
            }
            Slot::Modal => {
                for clause in self.with(at, &[Label::Ccomp]) {
                    found.extend(self.with(clause, &[Label::Aux]));
                }
            }
            Slot::Verb => found.extend(self.governing_verb(at)),
            Slot::Particle => {
                let labels = [Label::Prt, Label::Advmod, Label::Oprd, Label::Acomp];
                found.extend(self.with(at, &labels).filter(|p| *p > at));
                // "took over the base"; but not "gave in October"
                let next = self.with(at, &[Label::Prep]).find(|p| *p == at + 1);
                found.extend(next.filter(|p| {
                    let object = self.child(*p, Label::Pobj);
                    object.is_none_or(|o| {
                        self.tag(o) != Tag::Cd && !self.is_in(o, self.rule().calendar)
                    })
                }));
            }
            Slot::Modifier if is_verb => {
                let labels = [
                    Label::Prt,
                    Label::Advmod,
                    Label::Mark,
                    Label::Prep,
                    Label::Oprd,
                    Label::Acomp,
                ];
                found.extend(self.with(at, &labels));
            }
            Slot::Modifier => {
                let labels = [Label::Compound, Label::Amod, Label::Nmod, Label::Poss];
                found.extend(self.with(at, &labels));
            }
            Slot::Preposition(preposition) => {
                self.prepositional(at, preposition, &mut found);
                if is_verb && found.is_empty() {
                    for object in self.objects(at) {
                        self.prepositional(object, preposition, &mut found);
                    }
                }
            }
        }
        found
    }

    /// The verb that brings a noun in, or whose subject it is.
    pub(super) fn governing_verb(&self, noun: usize) -> Option<usize> {
        let mut at = noun;
        for _ in 0..FARTHEST {
            let head = self.parse.head(at)?;
            match self.label(at) {
                Label::Conj => {
                    at = head;
                    continue;
                }
                Label::Dobj | Label::Nsubj | Label::Nsubjpass if self.tag(head).is_verb() => {
                    return Some(head);
                }
                Label::Pobj => {
                    let owner = self.parse.head(head)?;
                    // "a series of attacks": the measure's verb
                    if self.measured(owner) == Some(at) {
                        at = owner;
                        continue;
                    }
                    return self.tag(owner).is_verb().then_some(owner);
                }
                _ => return None,
            }
        }
        None
    }

    /// Whether one of the words in a slot is what a condition wants.
    pub(super) fn holds(&self, at: usize, condition: &Condition) -> bool {
        let there = self.slot(at, condition.slot);
        if condition.wanted.is_empty() {
            return there.is_empty();
        }
        there
            .iter()
            .any(|word| condition.wanted.iter().any(|w| self.is_wanted(*word, *w)))
    }

    /// Whether a word is the month: "in March" is no march, but "the Women's March" is one.
    fn is_month_of_march(&self, at: usize) -> bool {
        let named = [Label::Det, Label::Poss, Label::Compound];
        self.lemma(at) == "march"
            && self.tag(at).is_proper_noun()
            && self.with(at, &named).next().is_none()
    }

    fn is_wanted(&self, at: usize, wanted: Wanted) -> bool {
        match wanted {
            Wanted::Lemma(_) | Wanted::Class(_) if self.is_month_of_march(at) => false,
            Wanted::Any => true,
            Wanted::Name => self.entity(at).is_some_and(is_somebody) || self.is_person(at),
            Wanted::Anyone => {
                let is_named = self.entity(at).is_some_and(is_body);
                is_named
                    || self.is_person(at)
                    || self.sector(at).is_some()
                    || self.is_in(at, self.rule().agent)
                    // "wounded 40"
                    || self.tag(at) == Tag::Cd && self.label(at) == Label::Dobj
            }
            Wanted::Infinitive => {
                let mut auxiliaries = self.with(at, &[Label::Aux]);
                self.tag(at) == Tag::Vb && auxiliaries.any(|a| self.lemma(a) == "to")
            }
            Wanted::Person => {
                let entity = self.entity(at);
                entity.is_some_and(|e| e.kind == EntityType::Person)
            }
            Wanted::Organisation => {
                let entity = self.entity(at);
                entity.is_some_and(|e| e.kind != EntityType::Person && is_body(e))
            }
            Wanted::Lemma(lemma) => self.lemma(at) == lemma,
            Wanted::Compound(before, noun) => {
                self.lemma(at) == noun && self.before(at) == Some(before)
            }
            Wanted::Class(class) => self.is_in(at, class),
            Wanted::Sector(sector) => self.sector(at) == Some(sector),
        }
    }

    /// Where two words and what is between them stand, if they are near; else where the first does.
    pub(super) fn joined(&self, at: usize, other: usize, most: usize) -> crate::text::Span {
        let span = self.parse[at].span;
        if at.abs_diff(other) <= most {
            span.join(self.parse[other].span)
        } else {
            span
        }
    }
}

/// Whether an entity is somebody: a person, an organisation, a people, a state; not a mere place.
fn is_body(entity: &Entity) -> bool {
    let is_state = entity.subtype.as_deref() == Some("country");
    is_somebody(entity) && (entity.kind != EntityType::Place || is_state)
}

/// Whether an entity can act or be acted upon.
pub(super) fn is_somebody(entity: &Entity) -> bool {
    matches!(
        entity.kind,
        EntityType::Person | EntityType::Organization | EntityType::Place | EntityType::Nationality
    )
}

impl Sentence<'_> {
    pub(super) fn is_capitalised(&self, at: usize) -> bool {
        self.parse[at]
            .span
            .of(self.text)
            .starts_with(char::is_uppercase)
    }

    /// Whether a word is a pronoun for people: "them", "who".
    pub(super) fn is_person(&self, at: usize) -> bool {
        let pronouns = [
            "he", "she", "they", "we", "i", "you", "him", "her", "them", "us", "me", "who", "whom",
        ];
        matches!(self.tag(at), Tag::Prp | Tag::Wp) && pronouns.contains(&self.lemma(at))
    }

    pub(super) fn is_question(&self) -> bool {
        let marks = self.parse.iter().rev().take(3);
        let mut texts = marks.map(|w| w.span.of(self.text));
        texts.any(|t| t.starts_with('?'))
    }
}

//! Who does what a verb or noun tells, and to whom.

use super::find::{Candidate, consumed_object};
use super::lexicon::Slot;
use super::participants::{self, Somebody};
use super::sentence::Sentence;
use crate::record::{EntityType, EventType, Role};
use crate::stages::syntax::{Label, Tag};

/// Prepositions behind which the recipient stands, where a row does not say.
const RECIPIENT: [Slot; 9] = [
    Slot::Preposition("against"),
    Slot::Preposition("on"),
    Slot::Preposition("to"),
    Slot::Preposition("with"),
    Slot::Preposition("at"),
    Slot::Preposition("toward"),
    Slot::Preposition("towards"),
    Slot::Preposition("from"),
    Slot::Preposition("for"),
];

/// Those that lead from the thing that is done to whom it belongs: "rejected the proposal of the mediator".
const OWNER: [&str; 9] = [
    "of", "by", "from", "against", "on", "with", "to", "in", "into",
];

/// Those that may lead to the recipient in a clause that says what is agreed or asked.
const IN_CONTENT: [&str; 10] = [
    "to", "on", "against", "with", "from", "for", "in", "at", "of", "into",
];

/// How many such steps lead to somebody at most.
const OWNER_DEPTH: usize = 2;

/// Types that are done to those of a place: "lifted the curfew in Gaza".
const TO_PLACES: [EventType; 6] = [
    EventType::Aid,
    EventType::Coerce,
    EventType::Concede,
    EventType::Mobilize,
    EventType::Retreat,
    EventType::Sanction,
];

/// Puts those who take part beside a candidate.
pub(super) fn fill_in(sentence: &Sentence<'_>, candidate: &mut Candidate) {
    if candidate.is_verb {
        candidate.actors = verb_actors(sentence, candidate);
        candidate.recipients = verb_recipients(sentence, candidate);
        // nobody is protested: "farmers protested in Warsaw" has no passive
        if candidate.kind == EventType::Protest
            && candidate.actors.is_empty()
            && sentence.is_passive(candidate.word)
        {
            candidate.actors = in_role(&candidate.recipients, Role::Actor);
            candidate.recipients.clear();
        }
    } else {
        of_noun(sentence, candidate);
    }
    if !is_mutual(candidate.kind) {
        let actors = heads(&candidate.actors);
        candidate.recipients.retain(|r| !actors.contains(&r.head));
    }
    candidate.third_parties = third_parties(sentence, candidate);
    let others = heads(&candidate.third_parties);
    candidate.recipients.retain(|r| !others.contains(&r.head));
}

/// Takes those who act from those to whom it is done: what reads like that is a clause read wrongly, or a pronoun. Where
/// both sides are meant, each is both.
pub(super) fn part(sentence: &Sentence<'_>, candidate: &mut Candidate) {
    let actors = &candidate.actors;
    if is_mutual(candidate.kind) && are_several(sentence, actors) {
        return;
    }
    candidate.recipients.retain(|recipient| {
        let (one, head) = (&recipient.participant, recipient.head);
        let is_same = |actor: &Somebody| {
            let entity = one.entity.is_some() && actor.participant.entity == one.entity;
            entity || actor.head == head || actor.participant.span == one.span
        };
        !actors.iter().any(is_same)
    });
}

/// Who brings the others together: "a truce brokered by Egypt", "met under the auspices of the United Nations".
fn third_parties(sentence: &Sentence<'_>, candidate: &Candidate) -> Vec<Somebody> {
    if !is_mutual(candidate.kind) && candidate.kind != EventType::Retreat {
        return Vec::new();
    }
    let word = candidate.word;
    let mediate = sentence.rule().mediate;
    let mut told = vec![word];
    told.extend(candidate.support);
    if candidate.is_verb {
        told.extend(sentence.objects(word));
    }
    for preposition in ["to", "on", "for", "in"] {
        sentence.prepositional(word, preposition, &mut told);
    }
    let mut mediators = Vec::new();
    for at in told {
        for clause in sentence.with(at, &[Label::Acl]) {
            if sentence.is_in(clause, mediate) && sentence.is_passive(clause) {
                mediators.extend(sentence.subject(clause));
            }
        }
        let mut ways = Vec::new();
        for preposition in ["under", "through", "with"] {
            sentence.prepositional(at, preposition, &mut ways);
        }
        for way in ways.into_iter().filter(|w| sentence.is_in(*w, mediate)) {
            mediators.extend(modifiers(sentence, way));
            sentence.prepositional(way, "of", &mut mediators);
        }
    }
    let mut found = distinct(sentence, &mediators, Role::ThirdParty);
    let actors = heads(&candidate.actors);
    found.retain(|f| is_told(f) && !actors.contains(&f.head));
    found
}

/// Types in which each side does the same.
fn is_mutual(kind: EventType) -> bool {
    matches!(
        kind,
        EventType::Consult | EventType::Agree | EventType::Support | EventType::Cooperate
    )
}

/// Types that are done to somebody or something.
fn is_material(kind: EventType) -> bool {
    matches!(kind, EventType::Assault | EventType::Coerce)
}

fn heads(somebody: &[Somebody]) -> Vec<usize> {
    somebody.iter().map(|s| s.head).collect()
}

/// The same people as actors, or as recipients.
pub(super) fn in_role(somebody: &[Somebody], role: Role) -> Vec<Somebody> {
    let mut somebody = somebody.to_vec();
    for one in &mut somebody {
        one.participant.role = role;
    }
    somebody
}

/// "Both sides met": each is actor and recipient, where nobody else is the recipient.
pub(super) fn reciprocate(sentence: &Sentence<'_>, candidate: &mut Candidate) {
    let with = [Slot::Preposition("with"), Slot::Preposition("between")];
    let slots = candidate.entry.recipient.as_deref().unwrap_or_default();
    let is_with = slots.iter().any(|slot| with.contains(slot));
    let alone = is_mutual(candidate.kind) && candidate.recipients.is_empty();
    if is_with && alone && are_several(sentence, &candidate.actors) {
        candidate.recipients = in_role(&candidate.actors, Role::Recipient);
    }
}

fn are_several(sentence: &Sentence<'_>, somebody: &[Somebody]) -> bool {
    match somebody {
        [] => false,
        [one] => {
            let is_plural = sentence.tag(one.head) == Tag::Nns;
            sentence.lemma(one.head) == "they"
                || is_plural && sentence.is_in(one.head, sentence.rule().sides)
        }
        _ => true,
    }
}

/// Who stands in the first of the slots that is filled.
fn first_filled(sentence: &Sentence<'_>, at: usize, slots: &[Slot], role: Role) -> Vec<Somebody> {
    let filled = slots
        .iter()
        .map(|slot| distinct(sentence, &sentence.slot(at, *slot), role));
    filled
        .into_iter()
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// Those whom the heads name, each once.
fn distinct(sentence: &Sentence<'_>, heads: &[usize], role: Role) -> Vec<Somebody> {
    let mut found: Vec<Somebody> = Vec::new();
    for head in heads {
        for somebody in participants::named(sentence, *head, role) {
            if found.iter().all(|f| f.head != somebody.head) {
                found.push(somebody);
            }
        }
    }
    found
}

fn is_told(somebody: &Somebody) -> bool {
    somebody.is_agent || somebody.participant.entity.is_some()
}

fn verb_actors(sentence: &Sentence<'_>, candidate: &Candidate) -> Vec<Somebody> {
    let own = &candidate.entry.actor;
    if !own.is_empty() {
        return first_filled(sentence, candidate.word, own, Role::Actor);
    }
    let mut actors = first_filled(sentence, candidate.word, &[Slot::Subject], Role::Actor);
    actors.retain(|a| a.is_agent);
    actors
}

fn verb_recipients(sentence: &Sentence<'_>, candidate: &Candidate) -> Vec<Somebody> {
    let word = candidate.word;
    if candidate.entry.recipient.as_deref() == Some(&[]) {
        return Vec::new();
    }
    let ways: [&dyn Fn() -> Vec<Somebody>; 6] = [
        &|| dative(sentence, word),
        &|| objects(sentence, candidate),
        &|| prepositional(sentence, candidate),
        &|| places(sentence, candidate),
        &|| asked(sentence, candidate),
        &|| owners(sentence, &sentence.objects(word)),
    ];
    let found = ways.iter().map(|way| way());
    found
        .into_iter()
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// "Gave Ukraine tanks".
fn dative(sentence: &Sentence<'_>, verb: usize) -> Vec<Somebody> {
    let is_named = |d: &usize| sentence.tag(*d).is_noun() || sentence.tag(*d) == Tag::Prp;
    let dative = sentence.with(verb, &[Label::Dative]).find(is_named);
    dative
        .map(|d| participants::named(sentence, d, Role::Recipient))
        .unwrap_or_default()
}

/// The object, unless it is part of what the verb means.
fn objects(sentence: &Sentence<'_>, candidate: &Candidate) -> Vec<Somebody> {
    if consumed_object(sentence, candidate).is_some() {
        return Vec::new();
    }
    let objects = sentence.slot(candidate.word, Slot::Object);
    let mut found = distinct(sentence, &objects, Role::Recipient);
    for somebody in &mut found {
        // "82 were killed"
        let is_number = is_material(candidate.kind) && sentence.tag(somebody.head) == Tag::Cd;
        somebody.is_agent |= candidate.entry.people || is_number;
    }
    found.retain(|o| o.is_agent || is_material(candidate.kind));
    found
}

fn prepositional(sentence: &Sentence<'_>, candidate: &Candidate) -> Vec<Somebody> {
    let slots = candidate.entry.recipient.as_deref().unwrap_or(&RECIPIENT);
    let mut found = first_filled(sentence, candidate.word, slots, Role::Recipient);
    if candidate.kind != EventType::Assault {
        found.retain(is_told);
    }
    found
}

fn places(sentence: &Sentence<'_>, candidate: &Candidate) -> Vec<Somebody> {
    if !TO_PLACES.contains(&candidate.kind) {
        return Vec::new();
    }
    let slots = [Slot::Preposition("in"), Slot::Preposition("to")];
    let mut found = first_filled(sentence, candidate.word, &slots, Role::Recipient);
    found.retain(is_told);
    found
}

/// Who is asked to do it: the subject of the clause that says what.
fn asked(sentence: &Sentence<'_>, candidate: &Candidate) -> Vec<Somebody> {
    if candidate.kind != EventType::Request {
        return Vec::new();
    }
    let clauses = sentence.slot(candidate.word, Slot::Complement);
    let subject = |clause: &usize| {
        sentence
            .with(*clause, &[Label::Nsubj, Label::Nsubjpass])
            .next()
    };
    let subjects: Vec<usize> = clauses.iter().filter_map(subject).collect();
    let mut found = distinct(sentence, &subjects, Role::Recipient);
    found.retain(|f| f.is_agent);
    found
}

/// To whom an object belongs: "rejected Iran's offer", "lifted the US embargo", "the proposal of the mediator", "a
/// suspension of flights to Chad", "appeals lodged by the union".
fn owners(sentence: &Sentence<'_>, objects: &[usize]) -> Vec<Somebody> {
    let mut next = objects.to_vec();
    for _ in 0..OWNER_DEPTH {
        let mut inner = Vec::new();
        for object in &next {
            let mut heads = modifiers(sentence, *object);
            for preposition in OWNER {
                sentence.prepositional(*object, preposition, &mut heads);
            }
            for clause in sentence.with(*object, &[Label::Acl]) {
                heads.extend(sentence.subject(clause).filter(|s| s != object));
            }
            let mut found = distinct(sentence, &heads, Role::Recipient);
            found.retain(is_told);
            if !found.is_empty() {
                return found;
            }
            inner.extend(heads);
        }
        next = inner;
    }
    Vec::new()
}

/// Names and possessors before a noun.
fn modifiers(sentence: &Sentence<'_>, noun: usize) -> Vec<usize> {
    let labels = [Label::Poss, Label::Compound, Label::Amod, Label::Nmod];
    let named = |b: &usize| sentence.entity(*b).is_some() || sentence.label(*b) == Label::Poss;
    sentence.with(noun, &labels).filter(named).collect()
}

/// To whom what is agreed, asked, refused or threatened would be done, where nothing else says so: somebody or a place in
/// the clause that says what it is ("agreed to open its borders to refugees"), or what it is for ("gave $2 million to
/// help Ethiopia").
pub(super) fn of_content(sentence: &Sentence<'_>, candidate: &mut Candidate) {
    let has_content = matches!(
        candidate.kind,
        EventType::Agree
            | EventType::Reject
            | EventType::Request
            | EventType::Threaten
            | EventType::Aid
            | EventType::Support
    );
    let none = candidate.entry.recipient.as_deref() == Some(&[]);
    if !has_content || !candidate.is_verb || !candidate.recipients.is_empty() || none {
        return;
    }
    let actors = heads(&candidate.actors);
    for clause in sentence.slot(candidate.word, Slot::Complement) {
        let mut heads = sentence.objects(clause);
        heads.extend(sentence.slot(clause, Slot::Subject));
        for preposition in IN_CONTENT {
            heads.extend(sentence.slot(clause, Slot::Preposition(preposition)));
        }
        let mut found = distinct(sentence, &heads, Role::Recipient);
        found.retain(|f| is_told(f) && !actors.contains(&f.head));
        if found.is_empty() {
            found = owners(sentence, &sentence.objects(clause));
            found.retain(|f| !actors.contains(&f.head));
        }
        if !found.is_empty() {
            candidate.recipients = found;
            return;
        }
    }
}

fn of_noun(sentence: &Sentence<'_>, candidate: &mut Candidate) {
    let word = candidate.word;
    let own = candidate.entry.recipient.as_deref().unwrap_or(&RECIPIENT);
    if own.contains(&Slot::Preposition("between")) {
        let sides = distinct(sentence, &sides(sentence, word), Role::Actor);
        if !sides.is_empty() {
            candidate.recipients = in_role(&sides, Role::Recipient);
            candidate.actors = sides;
            return;
        }
    }
    let mut recipients = first_filled(sentence, word, own, Role::Recipient);
    if let Some(support) = candidate.support.filter(|_| recipients.is_empty()) {
        recipients = first_filled(sentence, support, own, Role::Recipient);
    }
    candidate.actors = noun_actors(sentence, candidate);
    if candidate.entry.people && recipients.is_empty() {
        recipients = sufferers(sentence, candidate);
        let victims = heads(&recipients);
        candidate.actors.retain(|a| !victims.contains(&a.head));
    }
    // "an attack by rebels on a base": what follows may hang on who did it
    for actor in heads(&candidate.actors) {
        if recipients.is_empty() && actor > word {
            recipients = first_filled(sentence, actor, own, Role::Recipient);
        }
    }
    candidate.recipients = recipients;
}

/// Who stands behind the "between" or "among" of a noun. "Between" has two: where the parser gives it one, with an "and"
/// that joins nothing, the noun behind that is the other.
fn sides(sentence: &Sentence<'_>, noun: usize) -> Vec<usize> {
    let mut sides = sentence.slot(noun, Slot::Preposition("between"));
    if sides.is_empty() {
        return sentence.slot(noun, Slot::Preposition("among"));
    }
    if let [side] = sides[..] {
        let and = sentence.with(side, &[Label::Cc]).last();
        let is_head = |at: &usize| {
            let inner = [Label::Det, Label::Amod, Label::Compound, Label::Poss];
            !inner.contains(&sentence.label(*at))
        };
        let behind = and.and_then(|and| (and + 1..sentence.parse.len()).find(is_head));
        sides.extend(behind.filter(|at| sentence.tag(*at).is_noun()));
    }
    sides
}

fn noun_actors(sentence: &Sentence<'_>, candidate: &Candidate) -> Vec<Somebody> {
    let word = candidate.word;
    let support = || {
        let support = candidate.support?;
        Some(first_filled(
            sentence,
            support,
            &[Slot::Subject],
            Role::Actor,
        ))
    };
    let ways: [&dyn Fn() -> Vec<Somebody>; 6] = [
        &|| first_filled(sentence, word, &candidate.entry.actor, Role::Actor),
        &|| support().unwrap_or_default(),
        &|| first_filled(sentence, word, &[Slot::Preposition("by")], Role::Actor),
        &|| before(sentence, word),
        &|| responsible(sentence, word),
        &|| whose(sentence, word),
    ];
    for way in ways {
        let mut found = way();
        found.retain(|a| a.is_agent);
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// "Israel's attack", "the Russian invasion", "Hamas rocket fire".
fn before(sentence: &Sentence<'_>, noun: usize) -> Vec<Somebody> {
    distinct(sentence, &modifiers(sentence, noun), Role::Actor)
}

/// "Brown's killing", "the Brown shooting", "his arrest": whose it is, where that is a person, is to whom it was done.
fn sufferers(sentence: &Sentence<'_>, candidate: &Candidate) -> Vec<Somebody> {
    let is_person = |at: &usize| {
        let entity = sentence.entity(*at);
        entity.is_some_and(|e| e.kind == EntityType::Person)
    };
    let mut named = modifiers(sentence, candidate.word);
    named.retain(is_person);
    let mut found = distinct(sentence, &named, Role::Recipient);
    if found.is_empty() && candidate.support.is_none() {
        found = in_role(&whose(sentence, candidate.word), Role::Recipient);
    }
    found
}

/// "The army was responsible for the killings": who was.
fn responsible(sentence: &Sentence<'_>, noun: usize) -> Vec<Somebody> {
    let preposition = sentence
        .parse
        .head(noun)
        .filter(|_| sentence.label(noun) == Label::Pobj);
    let adjective = preposition.and_then(|p| sentence.parse.head(p));
    let adjective = adjective.filter(|a| matches!(sentence.lemma(*a), "responsible" | "behind"));
    let verb = adjective.and_then(|a| sentence.parse.head(a));
    let subject = verb.and_then(|v| sentence.surface_subject(v));
    subject
        .map(|s| distinct(sentence, &[s], Role::Actor))
        .unwrap_or_default()
}

/// "Completed their withdrawal": of whom the sentence speaks.
fn whose(sentence: &Sentence<'_>, noun: usize) -> Vec<Somebody> {
    let mut own = sentence.with(noun, &[Label::Poss]);
    if !own.any(|p| sentence.tag(p) == Tag::PrpPossessive) {
        return Vec::new();
    }
    let verb = sentence.governing_verb(noun);
    let subject = verb.and_then(|verb| sentence.surface_subject(verb));
    subject
        .map(|s| distinct(sentence, &[s], Role::Actor))
        .unwrap_or_default()
}

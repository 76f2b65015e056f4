//! One act that two words of a sentence tell: "killed in an attack", "gathered at a rally", "ambushed and killed".

use super::find::{Candidate, TRIGGER_WORDS};
use super::participants::Somebody;
use super::sentence::Sentence;
use crate::record::{EventType, Modality};
use crate::stages::syntax::{Label, Tag};

/// Verbs for what comes of an attack.
const HARM: [&str; 5] = ["kill", "wound", "injure", "die", "target"];

/// Whether a verb says what comes of an attack.
pub(super) fn is_harm(sentence: &Sentence<'_>, word: usize) -> bool {
    HARM.contains(&sentence.lemma(word))
}

/// Leaves one candidate of those that tell one act, with all who take part in it.
pub(super) fn join(sentence: &Sentence<'_>, found: &mut [Candidate]) {
    for attack in 0..found.len() {
        if let Some(verb) = harm_of(sentence, found, attack) {
            merge_harm(sentence, found, attack, verb);
        }
    }
    for told in 0..found.len() {
        if let Some(again) = harm_beside(sentence, found, told) {
            drop_into(sentence, found, told, again);
        }
        if let Some(verb) = doing_at(sentence, found, told) {
            found[told].status = found[verb].status.clone();
            drop_into(sentence, found, told, verb);
        }
        if let Some(again) = noun_beside(sentence, found, told) {
            drop_into(sentence, found, told, again);
        }
    }
}

/// The verb beside an attack that says only what came of it.
fn harm_of(sentence: &Sentence<'_>, found: &[Candidate], attack: usize) -> Option<usize> {
    let attack = &found[attack];
    let is_harm = |c: &Candidate| c.is_verb && is_harm(sentence, c.word);
    if attack.kind != EventType::Assault || attack.dropped.is_some() || is_harm(attack) {
        return None;
    }
    let comes_of = |c: &Candidate| {
        c.kind == EventType::Assault && is_harm(c) && comes_of(sentence, c.word, attack)
    };
    found.iter().position(comes_of)
}

/// Whether a verb of harm says what came of an attack: "the attack killed four", "killed in an attack", "an attack that
/// killed four", "an attack targeting police", "attacked the base, killing four".
fn comes_of(sentence: &Sentence<'_>, harm: usize, attack: &Candidate) -> bool {
    let depends = sentence.parse.head(harm) == Some(attack.word);
    if attack.is_verb {
        return depends
            && sentence.label(harm) == Label::Advcl
            && sentence.tag(harm) == Tag::Vbg
            && harm > attack.word;
    }
    let is_clause = match sentence.label(harm) {
        Label::Relcl => !sentence.is_passive(harm),
        Label::Acl => sentence.tag(harm) == Tag::Vbg,
        _ => false,
    };
    sentence.governing_verb(attack.word) == Some(harm) || depends && is_clause
}

/// What came of an attack is no event beside it: the attack is told, with those whom the verb names. Where the verb stands
/// near, it is part of the trigger.
fn merge_harm(sentence: &Sentence<'_>, found: &mut [Candidate], attack: usize, verb: usize) {
    let victims = found[verb].recipients.clone();
    let doers = found[verb].actors.clone();
    let harm = found[verb].word;
    found[verb].dropped = Some("the attack tells it");
    let attack = &mut found[attack];
    if attack.is_verb {
        take_over(attack, doers, victims);
    } else {
        take_over(attack, doers, Vec::new());
        attack.recipients.splice(0..0, victims);
        if attack.support.is_none() {
            attack.trigger = sentence.joined(attack.word, harm, TRIGGER_WORDS);
        }
    }
    if attack.status.modality == Modality::Asserted {
        attack.status.background = false;
    }
}

/// Gives a candidate those who take part in another that tells the same act: its actors where it has none itself, and the
/// recipients that it lacks.
fn take_over(told: &mut Candidate, actors: Vec<Somebody>, recipients: Vec<Somebody>) {
    if told.actors.is_empty() {
        told.actors = actors;
    }
    let known: Vec<usize> = told.recipients.iter().map(|r| r.head).collect();
    let others = recipients.into_iter().filter(|r| !known.contains(&r.head));
    told.recipients.extend(others);
}

/// Whether two candidates that stand are told alike: of one type, as facts or as wishes, denied or not.
fn are_alike(a: &Candidate, b: &Candidate) -> bool {
    let stand = a.dropped.is_none() && b.dropped.is_none();
    let (of_a, of_b) = (&a.status, &b.status);
    stand && a.kind == b.kind && of_a.modality == of_b.modality && of_a.polarity == of_b.polarity
}

/// The verb coordinated with that of an attack that says what came of it, done to the same: "ambushed and killed two".
fn harm_beside(sentence: &Sentence<'_>, found: &[Candidate], attack: usize) -> Option<usize> {
    let attack = &found[attack];
    let heads = |c: &Candidate| -> Vec<usize> { c.recipients.iter().map(|r| r.head).collect() };
    let is_again = |c: &Candidate| {
        c.is_verb
            && is_harm(sentence, c.word)
            && sentence.label(c.word) == Label::Conj
            && sentence.parse.head(c.word) == Some(attack.word)
            && sentence.child(c.word, Label::Nsubj).is_none()
            && heads(c) == heads(attack)
    };
    let is_attack = attack.is_verb && attack.kind == EventType::Assault;
    let mut all = found.iter();
    all.position(|c| is_attack && are_alike(attack, c) && is_again(c))
}

/// The verb for what is done on the occasion that a noun names: "gathered at a rally", "greeted her before the talks".
fn doing_at(sentence: &Sentence<'_>, found: &[Candidate], occasion: usize) -> Option<usize> {
    let occasion = &found[occasion];
    let is_occasion = matches!(occasion.kind, EventType::Protest | EventType::Consult)
        && !occasion.is_verb
        && sentence.label(occasion.word) == Label::Pobj;
    let verb = sentence.governing_verb(occasion.word)?;
    let mut all = found.iter();
    all.position(|c| is_occasion && c.is_verb && c.word == verb && are_alike(occasion, c))
}

/// The noun coordinated with another that nothing tells apart: "the shootings and attacks".
fn noun_beside(sentence: &Sentence<'_>, found: &[Candidate], told: usize) -> Option<usize> {
    let told = &found[told];
    let is_again = |c: &Candidate| {
        let mut own = sentence.parse.dependents(c.word);
        !told.is_verb
            && !c.is_verb
            && sentence.label(c.word) == Label::Conj
            && sentence.parse.head(c.word) == Some(told.word)
            && own.all(|d| matches!(sentence.label(d), Label::Cc | Label::Punct | Label::Relcl))
    };
    let mut all = found.iter();
    all.position(|c| are_alike(told, c) && is_again(c))
}

/// Makes one of two candidates part of the other.
fn drop_into(sentence: &Sentence<'_>, found: &mut [Candidate], told: usize, again: usize) {
    let other = found[again].clone();
    found[again].dropped = Some("another word tells the same");
    let told = &mut found[told];
    take_over(told, other.actors, other.recipients);
    let with = sentence.joined(told.word, other.word, TRIGGER_WORDS);
    told.trigger = told.trigger.join(with);
}

//! Events of one sentence: words that may tell one, what the lexicon says of them, who takes part, and which of them
//! stand.

use super::cameo;
use super::classes::Classes;
use super::lexicon::{Condition, Entry, Lexicon, Mode, Slot, Wanted};
use super::modality::{self, Status};
use super::participants::{self, Somebody};
use super::sentence::{Sentence, is_somebody};
use super::{roles, standing};
use crate::record::{EventType, Modality, Polarity, Role};
use crate::stages::syntax::{Label, Tag};
use crate::text::Span;

/// Words at most between a verb and the noun it brings in that are one trigger: "launched a series of attacks".
pub(super) const TRIGGER_WORDS: usize = 5;

/// A word that may tell an event, and what became of it.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// The verb or noun.
    pub word: usize,
    /// The verb that brings a noun in.
    pub support: Option<usize>,
    pub entry: &'static Entry,
    /// Whether the entry is one of verbs.
    pub is_verb: bool,
    pub kind: EventType,
    pub cameo: Option<&'static str>,
    pub trigger: Span,
    pub actors: Vec<Somebody>,
    pub recipients: Vec<Somebody>,
    pub third_parties: Vec<Somebody>,
    pub status: Status,
    /// Steps from the root of the sentence.
    pub depth: usize,
    /// Why it is no event; `None` for one that stands.
    pub dropped: Option<&'static str>,
}

/// All candidates of a sentence in the order of the text.
pub(super) fn candidates(sentence: &Sentence<'_>) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for word in 0..sentence.parse.len() {
        let tag = sentence.tag(word);
        let candidate = if tag.is_verb() {
            verb(sentence, word)
        } else if matches!(tag, Tag::Nn | Tag::Nns) {
            noun(sentence, word)
        } else {
            None
        };
        found.extend(candidate);
    }
    for candidate in &mut found {
        roles::fill_in(sentence, candidate);
        if !is_brought_in(sentence, candidate) {
            candidate.dropped = Some("no verb brings it in");
        }
        act_of_speech(sentence, candidate);
    }
    standing::settle(sentence, &mut found);
    found
}

fn candidate(
    sentence: &Sentence<'_>,
    word: usize,
    entry: &'static Entry,
    kind: EventType,
) -> Candidate {
    let mut depth = 0;
    let mut at = word;
    while let Some(head) = sentence.parse.head(at) {
        depth += 1;
        at = head;
    }
    Candidate {
        word,
        support: None,
        entry,
        is_verb: true,
        kind,
        cameo: entry.cameo,
        trigger: sentence.parse[word].span,
        actors: Vec::new(),
        recipients: Vec::new(),
        third_parties: Vec::new(),
        status: modality::status(sentence, word, kind),
        depth,
        dropped: None,
    }
}

fn verb(sentence: &Sentence<'_>, word: usize) -> Option<Candidate> {
    let label = sentence.label(word);
    if matches!(label, Label::Compound | Label::Aux | Label::Auxpass) {
        return None;
    }
    let lexicon = Lexicon::verbs();
    let entry = lexicon.best(sentence.lemma(word), |c| sentence.holds(word, c))?;
    let kind = entry.kind?;
    let to_others = matches!(kind, EventType::Assault | EventType::Support);
    if to_others && is_done_to_oneself(sentence, word) {
        return None;
    }
    let mut candidate = candidate(sentence, word, entry, kind);
    if label == Label::Amod {
        // "the jailed leader"; but not "the visiting president", "the attacked village"
        candidate.status = modality::presupposed();
        return (entry.people && sentence.tag(word) == Tag::Vbn).then_some(candidate);
    }
    let particle = sentence.child(word, Label::Prt);
    if let Some(particle) = particle.filter(|p| p.abs_diff(word) == 1) {
        candidate.trigger = sentence.joined(word, particle, 1);
    }
    let part =
        consumed_object(sentence, &candidate).or_else(|| prepositional_part(sentence, &candidate));
    if let Some(part) = part {
        candidate.trigger = sentence.joined(word, part, TRIGGER_WORDS);
    }
    Some(candidate)
}

/// Whether the object of a verb is "himself", "themselves": who kills himself attacks nobody, who praises himself
/// supports nobody.
fn is_done_to_oneself(sentence: &Sentence<'_>, verb: usize) -> bool {
    sentence.objects(verb).into_iter().any(|object| {
        let word = sentence.parse[object];
        let form = word.span.of(sentence.text);
        word.tag == Tag::Prp && (form.ends_with("self") || form.ends_with("selves"))
    })
}

/// The object that is part of what the verb means: the attack of "launched an attack".
pub(super) fn consumed_object(sentence: &Sentence<'_>, candidate: &Candidate) -> Option<usize> {
    let asked = |c: &&Condition| c.slot == Slot::Object && !c.wanted.is_empty();
    let condition = candidate.entry.conditions.iter().find(asked)?;
    let objects = sentence.objects(candidate.word);
    let object = *objects.first()?;
    let is_thing = !condition.wanted.contains(&Wanted::Any);
    let agent = participants::named(sentence, object, Role::Recipient);
    let is_agent = agent.iter().any(|a| a.is_agent);
    let recipient = candidate.entry.recipient.as_deref();
    let says_whom = recipient.is_some_and(|slots| !slots.contains(&Slot::Object));
    (is_thing && (says_whom || !is_agent) && !sentence.is_passive(candidate.word)).then_some(object)
}

/// What stands behind a preposition that is part of what the verb means: the strike of "went on strike".
pub(super) fn prepositional_part(sentence: &Sentence<'_>, candidate: &Candidate) -> Option<usize> {
    let means = |w: &Wanted| {
        matches!(
            w,
            Wanted::Lemma(_) | Wanted::Compound(..) | Wanted::Class(_)
        )
    };
    let conditions = candidate.entry.conditions.iter();
    let mut asked =
        conditions.filter(|c| matches!(c.slot, Slot::Preposition(_)) && c.wanted.iter().any(means));
    let there = sentence.slot(candidate.word, asked.next()?.slot);
    there
        .into_iter()
        .find(|at| *at > candidate.word && sentence.entity(*at).is_none())
}

fn noun(sentence: &Sentence<'_>, word: usize) -> Option<Candidate> {
    if matches!(
        sentence.label(word),
        Label::Compound | Label::Nmod | Label::Amod | Label::Npadvmod
    ) {
        return None;
    }
    // part of a name: "Battle Creek", "the Gulf War"
    if sentence.entity(word).is_some() && sentence.is_capitalised(word) {
        return None;
    }
    let lexicon = Lexicon::nouns();
    let entry = lexicon.best(sentence.lemma(word), |c| sentence.holds(word, c))?;
    let kind = entry.kind?;
    let mut candidate = candidate(sentence, word, entry, kind);
    candidate.is_verb = false;
    let governing = sentence.governing_verb(word);
    let rule = Classes::get().rule;
    let brings_in = |verb: &usize| {
        sentence.is_in(*verb, rule.support) && sentence.subject(*verb).is_none_or(|s| s != word)
    };
    candidate.support = governing.filter(brings_in);
    if let Some(support) = candidate.support {
        candidate.trigger = sentence.joined(word, support, TRIGGER_WORDS);
        candidate.status = modality::status(sentence, word, kind);
    }
    Some(candidate)
}

/// Whether a noun that needs it has a verb that brings it in or says that it is there, or says itself who and to whom
/// ("the visit of the minister to Chad"), of a visit or an inquiry whose ("the pope's visit").
fn is_brought_in(sentence: &Sentence<'_>, candidate: &Candidate) -> bool {
    if candidate.entry.mode != Mode::Support || candidate.support.is_some() {
        return true;
    }
    let occurs = sentence.governing_verb(candidate.word).is_some_and(|verb| {
        sentence.is_in(verb, sentence.rule().occur)
            && sentence.surface_subject(verb) == Some(candidate.word)
    });
    let whose = || {
        let kinds = matches!(candidate.kind, EventType::Consult | EventType::Accuse);
        let mut owners = sentence.with(candidate.word, &[Label::Poss]);
        kinds && owners.any(|o| sentence.entity(o).is_some_and(is_somebody))
    };
    occurs || !candidate.actors.is_empty() && (!candidate.recipients.is_empty() || whose())
}

/// Whether a noun speaks of an event as known: "the attack", "this meeting", "their talks".
pub(super) fn is_again(sentence: &Sentence<'_>, candidate: &Candidate) -> bool {
    let known = |d: usize| match sentence.label(d) {
        Label::Det => matches!(
            sentence.lemma(d),
            "the" | "this" | "that" | "these" | "those" | "such"
        ),
        Label::Poss => sentence.tag(d) == Tag::PrpPossessive,
        _ => false,
    };
    !candidate.is_verb && sentence.parse.dependents(candidate.word).any(known)
}

/// A promise, refusal or threat is told as what will or will not be done: "will provide aid" is AGREE, "would not
/// accept" is REJECT, "said they would boycott" is THREATEN (PLOVER manual, on AGREE).
fn act_of_speech(sentence: &Sentence<'_>, candidate: &mut Candidate) {
    if candidate.dropped.is_some() || candidate.status.modality != Modality::Promised {
        return;
    }
    let Some(future) = candidate.status.future else {
        return;
    };
    let gives = matches!(
        candidate.kind,
        EventType::Consult
            | EventType::Support
            | EventType::Cooperate
            | EventType::Aid
            | EventType::Concede
            | EventType::Retreat
    );
    let speaks = matches!(
        candidate.kind,
        EventType::Agree
            | EventType::Request
            | EventType::Accuse
            | EventType::Reject
            | EventType::Threaten
    );
    if candidate.status.polarity == Polarity::Negative {
        if (gives || candidate.kind == EventType::Agree) && candidate.status.said_by.is_some() {
            candidate.cameo = cameo::refused(candidate.cameo);
            candidate.kind = EventType::Reject;
            candidate.status.polarity = Polarity::Positive;
            candidate.status.modality = Modality::Asserted;
            // what is a fact is that it was said
            if let Some(said_by) = candidate.status.said_by {
                candidate.trigger = sentence.parse[said_by].span;
            }
        }
        return;
    }
    if gives {
        candidate.cameo = cameo::promised(candidate.cameo);
        candidate.kind = EventType::Agree;
    } else if !speaks && says_so_himself(sentence, candidate) && future != candidate.word {
        candidate.cameo = cameo::threatened(candidate.cameo);
        candidate.kind = EventType::Threaten;
    }
}

/// Whether who will do it is who says so.
fn says_so_himself(sentence: &Sentence<'_>, candidate: &Candidate) -> bool {
    let Some(said_by) = candidate.status.said_by else {
        return false;
    };
    if !modality::is_commitment(sentence, said_by) {
        return false;
    }
    let (Some(speaker), Some(actor)) =
        (sentence.surface_subject(said_by), candidate.actors.first())
    else {
        return false;
    };
    let same_entity = match (sentence.entity(speaker), &actor.participant.entity) {
        (Some(a), Some(b)) => a.id == *b,
        _ => false,
    };
    speaker == actor.head
        || same_entity
        || matches!(
            sentence.lemma(actor.head),
            "it" | "they" | "we" | "he" | "she" | "i"
        )
}

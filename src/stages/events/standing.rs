//! Which candidates of a sentence stand as events.

use super::find::{Candidate, consumed_object, prepositional_part};
use super::lexicon::Mode;
use super::participants::Somebody;
use super::roles::{self, in_role};
use super::sentence::Sentence;
use crate::record::{EventType, Modality, Polarity, Role};
use crate::stages::syntax::{Label, Tag};

/// Steps at most from an event up to the one it is the content of.
const DEEPEST: usize = 8;

/// Prepositions before what is asked, agreed, refused or blamed for; others say when, where or why.
const CONTENT: [&str; 10] = [
    "of", "to", "for", "on", "with", "into", "from", "against", "about", "at",
];

/// Verbs for what comes of an attack.
const HARM: [&str; 5] = ["kill", "wound", "injure", "die", "target"];

/// Says of each candidate whether it stands, and hands on those who take part.
pub(super) fn settle(sentence: &Sentence<'_>, found: &mut [Candidate]) {
    for inner in 0..found.len() {
        if let Some(outer) = container(sentence, found, inner) {
            contain(found, outer, inner);
        }
    }
    for noun in 0..found.len() {
        if let Some(verb) = harm_of(sentence, found, noun) {
            merge_harm(found, noun, verb);
        }
    }
    for candidate in found.iter_mut() {
        roles::of_content(sentence, candidate);
        roles::part(sentence, candidate);
        roles::reciprocate(sentence, candidate);
        if candidate.dropped.is_none() {
            candidate.dropped = fault(sentence, candidate);
        }
    }
}

/// What is agreed, asked, refused, threatened or blamed for is no event of its own; to whom it would be done is to whom
/// the threat is.
fn contain(found: &mut [Candidate], outer: usize, inner: usize) {
    if found[outer].dropped.is_some() {
        return;
    }
    found[inner].dropped = Some("it is what another event of the sentence is about");
    let none = found[outer].entry.recipient.as_deref() == Some(&[]);
    if none || !found[outer].recipients.is_empty() {
        return;
    }
    let actors: Vec<usize> = found[outer].actors.iter().map(|a| a.head).collect();
    let others = |somebody: &[Somebody]| {
        let mut others = in_role(somebody, Role::Recipient);
        others.retain(|o| !actors.contains(&o.head));
        others
    };
    let asked = found[outer].kind == EventType::Request;
    let mut recipients = if asked {
        others(&found[inner].actors)
    } else {
        Vec::new()
    };
    if recipients.is_empty() {
        recipients = others(&found[inner].recipients);
    }
    found[outer].recipients = recipients;
}

/// The candidate that another is the content of, or the object that it has in its meaning.
fn container(sentence: &Sentence<'_>, found: &[Candidate], inner: usize) -> Option<usize> {
    let mut at = found[inner].word;
    for _ in 0..DEEPEST {
        let head = sentence.parse.head(at)?;
        if stands_by_itself(sentence, at) {
            return None;
        }
        if let Some(outer) = found.iter().position(|c| c.word == head && c.is_verb) {
            if is_content(sentence, at, &found[outer], &found[inner]) {
                return Some(outer);
            }
            if sentence.label(at) != Label::Conj {
                return None;
            }
        }
        at = head;
    }
    None
}

/// Whether what a word says is told for itself, whatever stands above it.
fn stands_by_itself(sentence: &Sentence<'_>, at: usize) -> bool {
    match sentence.label(at) {
        Label::Relcl | Label::Appos | Label::Parataxis | Label::Nsubj | Label::Nsubjpass => true,
        Label::Advcl | Label::Acl => sentence.tag(at) != Tag::Vb,
        Label::Conj => sentence.tag(at).is_verb() && sentence.child(at, Label::Nsubj).is_some(),
        Label::Prep => {
            let clause = sentence.child(at, Label::Pcomp).is_some();
            let is_way = clause && matches!(sentence.lemma(at), "in" | "by" | "without");
            !is_way && !CONTENT.contains(&sentence.lemma(at))
        }
        _ => false,
    }
}

fn is_content(sentence: &Sentence<'_>, at: usize, outer: &Candidate, inner: &Candidate) -> bool {
    let part = consumed_object(sentence, outer).or_else(|| prepositional_part(sentence, outer));
    if part.is_some_and(|o| o == inner.word || sentence.spread(o).contains(&inner.word)) {
        return true;
    }
    let label = sentence.label(at);
    if label == Label::Conj {
        return false;
    }
    // what is done for something else: "sent troops to protect the border"
    if label == Label::Advcl {
        return true;
    }
    match outer.kind {
        EventType::Request | EventType::Agree | EventType::Reject | EventType::Threaten => true,
        // what is condemned, praised or protested against has happened
        EventType::Accuse | EventType::Support | EventType::Protest => inner.is_verb,
        _ => false,
    }
}

/// The verb beside the noun of an attack that says only what came of it.
fn harm_of(sentence: &Sentence<'_>, found: &[Candidate], noun: usize) -> Option<usize> {
    let attack = &found[noun];
    if attack.is_verb || attack.kind != EventType::Assault || attack.dropped.is_some() {
        return None;
    }
    let verb = sentence.governing_verb(attack.word)?;
    let says_harm = |c: &Candidate| {
        c.word == verb
            && c.is_verb
            && c.kind == EventType::Assault
            && HARM.contains(&sentence.lemma(verb))
    };
    found.iter().position(says_harm)
}

/// "Killed in an attack", "an attack killed four": one event, told by the noun, with those whom the verb names.
fn merge_harm(found: &mut [Candidate], noun: usize, verb: usize) {
    let victims = found[verb].recipients.clone();
    let doers = found[verb].actors.clone();
    found[verb].dropped = Some("the noun of the attack tells it");
    let noun = &mut found[noun];
    if noun.actors.is_empty() {
        noun.actors = doers;
    }
    noun.recipients.splice(0..0, victims);
    if noun.status.modality == Modality::Asserted {
        noun.status.background = false;
    }
}

/// Why a candidate is no event: nobody is in it who can act, or it does not say who.
fn fault(sentence: &Sentence<'_>, candidate: &Candidate) -> Option<&'static str> {
    let agents = |all: &[Somebody]| all.iter().any(|s| s.is_agent);
    let is_real = candidate.status.modality == Modality::Asserted
        && candidate.status.polarity == Polarity::Positive;
    let somebody = agents(&candidate.actors) || agents(&candidate.recipients);
    if !(somebody || is_real && tells_by_itself(sentence, candidate)) {
        return Some("nobody takes part who can act");
    }
    // what is only said, asked or agreed, and what may come or was wanted, needs who does it
    let is_said = matches!(
        candidate.kind,
        EventType::Request
            | EventType::Agree
            | EventType::Reject
            | EventType::Threaten
            | EventType::Support
            | EventType::Concede
    );
    let is_idea = matches!(
        candidate.status.modality,
        Modality::Wished | Modality::Possible
    );
    if (is_said || is_idea) && candidate.actors.is_empty() {
        return Some("it does not say who does it");
    }
    None
}

/// Whether a noun is news without a name: "the bombing", "a rally"; of several without any determiner ("attacks") it is
/// not told which.
fn tells_by_itself(sentence: &Sentence<'_>, candidate: &Candidate) -> bool {
    let is_told = matches!(
        candidate.kind,
        EventType::Assault | EventType::Protest | EventType::Consult | EventType::Coerce
    );
    let labels = [
        Label::Det,
        Label::Poss,
        Label::Nummod,
        Label::Amod,
        Label::Compound,
    ];
    let one = sentence.tag(candidate.word) == Tag::Nn || candidate.support.is_some();
    let told = one || sentence.with(candidate.word, &labels).next().is_some();
    is_told && !candidate.is_verb && candidate.entry.mode == Mode::Alone && told
}

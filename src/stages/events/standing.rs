//! Which candidates of a sentence stand as events.

use super::attach;
use super::find::{self, Candidate, consumed_object, prepositional_part};
use super::lexicon::{Mode, Slot};
use super::one_act::{self, is_harm};
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

/// Says of each candidate whether it stands, and hands on those who take part.
pub(super) fn settle(sentence: &Sentence<'_>, found: &mut [Candidate]) {
    for inner in 0..found.len() {
        if let Some(outer) = container(sentence, found, inner) {
            contain(found, outer, inner);
        }
    }
    one_act::join(sentence, found);
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
        let outer = found.iter().position(|c| c.word == head);
        if let Some(outer) = outer.filter(|o| found[*o].is_verb) {
            if is_content(sentence, at, &found[outer], &found[inner]) {
                return Some(outer);
            }
            if sentence.label(at) != Label::Conj {
                return None;
            }
        }
        // "a meeting to discuss the crisis" is one event
        let is_purpose = sentence.label(at) == Label::Acl;
        if let Some(outer) = outer.filter(|o| is_purpose && found[*o].kind == found[inner].kind) {
            return Some(outer);
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

/// Why a candidate is no event: nobody is in it who can act, or it does not say who.
fn fault(sentence: &Sentence<'_>, candidate: &Candidate) -> Option<&'static str> {
    let agents = |all: &[Somebody]| all.iter().any(|s| s.is_agent);
    let is_real = candidate.status.modality == Modality::Asserted
        && candidate.status.polarity == Polarity::Positive;
    let somebody = agents(&candidate.actors) || agents(&candidate.recipients);
    let alone = candidate.entry.alone
        || tells_by_itself(sentence, candidate)
        || is_struck(sentence, candidate);
    if !(somebody || is_real && alone) {
        return Some("nobody takes part who can act");
    }
    // what is only said, asked or agreed, and what may come or was wanted, needs who does it, or in the passive to whom
    let is_said = matches!(
        candidate.kind,
        EventType::Request
            | EventType::Agree
            | EventType::Reject
            | EventType::Threaten
            | EventType::Support
            | EventType::Concede
    );
    let is_wish = candidate.status.modality == Modality::Wished;
    let is_idea = is_wish || candidate.status.modality == Modality::Possible;
    let may_lack_actor = !is_said
        || matches!(
            candidate.kind,
            EventType::Request | EventType::Reject | EventType::Threaten
        );
    let is_passive = || {
        sentence.child(candidate.word, Label::Auxpass).is_some()
            || sentence.is_directed(candidate.word)
    };
    let to_whom =
        may_lack_actor && candidate.is_verb && is_passive() && agents(&candidate.recipients);
    if (is_said || is_idea) && candidate.actors.is_empty() && (is_wish || !to_whom) {
        return Some("it does not say who does it");
    }
    None
}

/// Whether a noun is news without a name: "the bombing", "a rally"; of several without any determiner or place
/// ("attacks") it is not told which.
fn tells_by_itself(sentence: &Sentence<'_>, candidate: &Candidate) -> bool {
    let is_told = matches!(
        candidate.kind,
        EventType::Assault | EventType::Protest | EventType::Consult | EventType::Coerce
    );
    if candidate.is_verb || !is_told {
        return false;
    }
    let labels = [
        Label::Det,
        Label::Poss,
        Label::Nummod,
        Label::Amod,
        Label::Compound,
    ];
    let which = || {
        sentence.tag(candidate.word) == Tag::Nn
            || candidate.support.is_some()
            || sentence.with(candidate.word, &labels).next().is_some()
            || attach::place(sentence, candidate).is_some()
    };
    match candidate.entry.mode {
        Mode::Alone => which(),
        Mode::Known => find::is_again(sentence, candidate),
        Mode::Support | Mode::Acted => false,
    }
}

/// Whether a thing was struck, by whom it is not said: "the mosque was bombed".
fn is_struck(sentence: &Sentence<'_>, candidate: &Candidate) -> bool {
    let slots = candidate.entry.recipient.as_deref();
    // "a missile was launched": the object is not what is struck
    let is_object = slots.is_none_or(|slots| slots.contains(&Slot::Object));
    is_object
        && candidate.is_verb
        && candidate.kind == EventType::Assault
        && !is_harm(sentence, candidate.word)
        && sentence.is_passive(candidate.word)
        && !candidate.recipients.is_empty()
}

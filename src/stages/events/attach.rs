//! Time and place of an event: those that its own clause gives, and no others.

use super::find::Candidate;
use super::sentence::Sentence;
use crate::record::{EntityType, TimeExpression};
use crate::stages::syntax::Label;

/// Steps at most from a time or a place up to the event it belongs to.
const FARTHEST: usize = 6;

/// The value of the time that is attached to a candidate.
pub(super) fn time(
    sentence: &Sentence<'_>,
    candidate: &Candidate,
    times: &[TimeExpression],
) -> Option<String> {
    let whole = sentence.parse.span(sentence.parse.root());
    let from = times.partition_point(|t| t.end <= whole.start);
    let inside = times[from..].iter().take_while(|t| t.start < whole.end);
    let attached = inside.filter(|t| {
        let head = sentence.parse.head_of(crate::text::Span {
            start: t.start,
            end: t.end,
        });
        head.is_some_and(|head| belongs(sentence, head, candidate))
    });
    let values = attached.filter_map(|t| t.value.clone().or_else(|| t.unanchored.clone()));
    values.into_iter().find(|v| is_point(v))
}

/// Whether a value tells when, not how long or how often.
fn is_point(value: &str) -> bool {
    value.starts_with(|c: char| c.is_ascii_digit() || c == 'X') && !value.starts_with("XXXX-XX-XXT")
}

/// Whether a time lies in a year before `year`.
pub(super) fn is_before(time: &str, year: i16) -> bool {
    let digits = time
        .get(..4)
        .filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
    digits
        .and_then(|d| d.parse::<i16>().ok())
        .is_some_and(|of| of < year)
}

/// Whether what stands at `at` depends on the trigger, by prepositions and what measures only.
fn belongs(sentence: &Sentence<'_>, mut at: usize, candidate: &Candidate) -> bool {
    let triggers = [Some(candidate.word), candidate.support];
    for _ in 0..FARTHEST {
        let Some(head) = sentence.parse.head(at) else {
            return false;
        };
        let adjunct = matches!(
            sentence.label(at),
            Label::Npadvmod
                | Label::Prep
                | Label::Pobj
                | Label::Advmod
                | Label::Compound
                | Label::Nummod
                | Label::Amod
                | Label::Nmod
                | Label::Quantmod
                | Label::Appos
        );
        if !adjunct {
            return false;
        }
        if triggers.contains(&Some(head)) {
            return true;
        }
        if sentence.tag(head).is_verb() {
            return false;
        }
        at = head;
    }
    false
}

/// The id of the place that the candidate's clause says it happens in.
pub(super) fn place(sentence: &Sentence<'_>, candidate: &Candidate) -> Option<String> {
    let objects = sentence.objects(candidate.word);
    let owners = [Some(candidate.word), candidate.support]
        .into_iter()
        .flatten()
        .chain(objects);
    let taken: Vec<usize> = candidate.recipients.iter().map(|r| r.head).collect();
    for owner in owners {
        for preposition in [
            "in",
            "at",
            "near",
            "outside",
            "inside",
            "across",
            "throughout",
        ] {
            let mut found = Vec::new();
            sentence.prepositional(owner, preposition, &mut found);
            let places = found.iter().filter(|p| {
                !taken.contains(p) || candidate.kind == crate::record::EventType::Assault
            });
            let entity = places
                .filter_map(|p| sentence.entity(*p))
                .find(|e| e.kind == EntityType::Place);
            if let Some(entity) = entity {
                return Some(entity.id.clone());
            }
        }
    }
    None
}

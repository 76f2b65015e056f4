//! One event of an article told several times becomes one, with the places where it is told again.

use super::participants::Somebody;
use crate::record::{Event, EventType, Modality, Polarity};

/// An event with what it is told apart by.
#[derive(Debug)]
pub(super) struct Told {
    pub event: Event,
    pub actors: Vec<String>,
    pub recipients: Vec<String>,
    /// Whether a noun speaks of it as known: "the attack", "their talks".
    pub again: bool,
    /// Whether its time is in a year before the article's.
    pub is_past: bool,
    /// The lemma that tells it.
    pub word: String,
    /// Ids of the entities that its own words name: of a noun all beside it ("the Dallas shooting"), of a verb the places.
    pub names: Vec<String>,
    /// Ids of all entities of its sentence.
    pub beside: Vec<String>,
}

impl Told {
    pub(super) fn keys(somebody: &[Somebody]) -> Vec<String> {
        let mut keys: Vec<String> = somebody.iter().map(|s| s.key.clone()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    fn is_by_nobody(&self) -> bool {
        self.actors.is_empty() && self.recipients.is_empty()
    }

    fn what(&self) -> (EventType, Modality, Polarity) {
        (self.event.kind, self.event.modality, self.event.polarity)
    }
}

/// The events in their order, each with its later mentions.
pub(super) fn merged(told: Vec<Told>) -> Vec<Event> {
    let mut kept: Vec<Told> = Vec::new();
    for next in told {
        let same = kept.iter_mut().find(|first| is_same(first, &next));
        match same {
            Some(first) => {
                let event = &mut first.event;
                event.mentions.push(next.event.trigger);
                event.cameo = event.cameo.take().or(next.event.cameo);
                event.time = event.time.take().or(next.event.time);
                event.place = event.place.take().or(next.event.place);
                first.beside.extend(next.names);
            }
            None => kept.push(next),
        }
    }
    kept.into_iter().map(|told| told.event).collect()
}

/// Whether a later event is the same as an earlier one: of one type, with the same people, and not at another time or
/// place. A noun that speaks of it as known need not name them: "the attack" is the same as the first of its type. Where
/// nobody has a name, another name beside it tells another event: "protesters marched in Oakland", "the Mombasa attack".
fn is_same(first: &Told, next: &Told) -> bool {
    let other = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
    let nobody = first.is_by_nobody() && next.is_by_nobody();
    let same_people = if next.again {
        may_agree(&first.actors, &next.actors) && may_agree(&first.recipients, &next.recipients)
    } else if nobody {
        first.word == next.word
    } else {
        shared(&first.actors, &next.actors) && shared(&first.recipients, &next.recipients)
    };
    let is_known = |name: &String| first.beside.contains(name);
    let by_name = [&next.event.actors, &next.event.recipients];
    let has_name = by_name.iter().any(|ids| !ids.is_empty());
    let is_of_past = next.event.time.is_some() && next.is_past != first.is_past;
    first.what() == next.what()
        && !is_of_past
        && !other(&first.event.time, &next.event.time)
        && !other(&first.event.place, &next.event.place)
        && same_people
        && (has_name && !next.again || next.names.iter().all(is_known))
}

/// Whether both name somebody in common, or nobody.
fn shared(a: &[String], b: &[String]) -> bool {
    a.iter().any(|x| b.contains(x)) || a.is_empty() && b.is_empty()
}

fn may_agree(a: &[String], b: &[String]) -> bool {
    a.is_empty() || b.is_empty() || shared(a, b)
}

//! Byte positions become code points, once, when a record is put together.

use super::{Amount, Block, Entity, Event, Keyphrase, Mention, Quote, TimeExpression};
use crate::text::{CodePoints, Span};

/// Turns byte positions into code points, in place.
pub trait Relocate {
    /// Positions are of the text `to` was made for, before and after.
    fn relocate(&mut self, to: &CodePoints<'_>);
}

impl Relocate for Span {
    fn relocate(&mut self, to: &CodePoints<'_>) {
        *self = Span {
            start: to.at(self.start),
            end: to.at(self.end),
        };
    }
}

impl<T: Relocate> Relocate for Vec<T> {
    fn relocate(&mut self, to: &CodePoints<'_>) {
        self.iter_mut().for_each(|x| x.relocate(to));
    }
}

impl<T: Relocate> Relocate for Option<T> {
    fn relocate(&mut self, to: &CodePoints<'_>) {
        self.iter_mut().for_each(|x| x.relocate(to));
    }
}

/// Relocates `start` and `end` of a type that carries them side by side.
macro_rules! relocate_ends {
    ($($t:ty),+) => { $(impl Relocate for $t {
        fn relocate(&mut self, to: &CodePoints<'_>) {
            self.start = to.at(self.start);
            self.end = to.at(self.end);
        }
    })+ };
}
relocate_ends!(Block, Mention, TimeExpression);

impl Relocate for Amount {
    fn relocate(&mut self, to: &CodePoints<'_>) {
        self.start = to.at(self.start);
        self.end = to.at(self.end);
        self.of.relocate(to);
    }
}

impl Relocate for Entity {
    fn relocate(&mut self, to: &CodePoints<'_>) {
        self.mentions.relocate(to);
    }
}

impl Relocate for Keyphrase {
    fn relocate(&mut self, to: &CodePoints<'_>) {
        self.mentions.relocate(to);
    }
}

impl Relocate for Quote {
    fn relocate(&mut self, to: &CodePoints<'_>) {
        self.content.relocate(to);
        self.cue.relocate(to);
        self.source.relocate(to);
    }
}

impl Relocate for Event {
    fn relocate(&mut self, to: &CodePoints<'_>) {
        self.trigger.relocate(to);
        self.mentions.relocate(to);
        for participant in &mut self.participants {
            participant.span.relocate(to);
        }
    }
}

//! Messages on all threads of a pool, what comes of them in the order they were sent.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, unbounded};

use super::{Engine, Message, Room, Sink};
use crate::intake::{ErrorCode, ReadError};
use crate::memory::{self, Entry, Memory, RecordedLink};
use crate::pipeline::Pool;
use crate::record::EnrichedArticle;

/// Writes a record down on the thread that made it.
pub type Render = Arc<dyn Fn(&EnrichedArticle) -> Vec<u8> + Send + Sync>;

/// What comes of a message: its records as they are ready, then how it ended.
#[derive(Debug)]
pub enum Event {
    Record(Vec<u8>),
    End(Result<(), ReadError>),
}

/// The same on its way to the thread that takes it.
enum Ready {
    Event(Event),
    /// A record that is to be remembered, in its turn, before it is written down.
    Undecided(Box<(EnrichedArticle, Entry)>),
}

/// Messages under way for each thread: enough that none waits while the oldest is still at work.
const MESSAGES_A_THREAD: usize = 16;

/// Records of one message that may wait for the messages before it.
const RECORDS_AHEAD: usize = 16;

/// Enriches messages on all threads of a pool and hands out what comes of them in the order they were sent.
///
/// `T` is what the caller knows a message by.
pub struct InOrder<T> {
    engine: Engine,
    pool: Pool,
    render: Render,
    memory: Option<Memory>,
    /// Articles that were remembered.
    remembered: u64,
    under_way: VecDeque<(T, Outcome)>,
}

/// What comes of a message under way.
struct Outcome {
    events: Receiver<Ready>,
    /// Told when an event has been taken.
    taken: Sender<()>,
}

impl<T> InOrder<T> {
    pub fn new(engine: Engine, pool: Pool, render: Render) -> Self {
        InOrder {
            engine,
            pool,
            render,
            memory: None,
            remembered: 0,
            under_way: VecDeque::new(),
        }
    }

    /// The same with a memory across the articles, in the order in which they come out.
    pub fn remembering(mut self, memory: Memory) -> Self {
        self.memory = Some(memory);
        self
    }

    /// Sends a message; hands what is ready, and what must be to make room, to `take`.
    ///
    /// # Errors
    /// Those of `take`.
    pub fn send<E>(
        &mut self,
        tag: T,
        message: Message,
        take: &mut dyn FnMut(&T, Event) -> Result<(), E>,
    ) -> Result<(), E> {
        #[allow(
            clippy::disallowed_methods,
            reason = "its length is bounded by `Channel::full`, and beyond by what may be parked"
        )]
        let (sender, events) = unbounded();
        let (taken, room) = bounded(1);
        let sink = Box::new(Channel {
            sender,
            room,
            render: Arc::clone(&self.render),
            remembers: self.memory.is_some(),
        });
        let engine = self.engine.clone();
        self.under_way.push_back((tag, Outcome { events, taken }));
        self.pool
            .submit(Box::new(move |pool| engine.work(pool, message, sink)));
        let room = self.pool.threads() * MESSAGES_A_THREAD;
        self.drain_to(room, take)
    }

    /// Waits for everything still under way.
    ///
    /// # Errors
    /// Those of `take`.
    pub fn finish<E>(mut self, take: &mut dyn FnMut(&T, Event) -> Result<(), E>) -> Result<(), E> {
        self.drain_to(0, take)
    }

    fn drain_to<E>(
        &mut self,
        room: usize,
        take: &mut dyn FnMut(&T, Event) -> Result<(), E>,
    ) -> Result<(), E> {
        while self.under_way.len() > room {
            let Some((tag, Outcome { events, taken })) = self.under_way.pop_front() else {
                break;
            };
            let mut ended = false;
            while !ended && let Ok(event) = events.recv() {
                // When the last word has not been heard yet, it says the same.
                let _ = taken.try_send(());
                let event = self.decide(event);
                ended = matches!(event, Event::End(_));
                take(&tag, event)?;
            }
            if !ended {
                let why = ReadError::new(ErrorCode::Panicked, "the work on it broke off");
                take(&tag, Event::End(Err(why)))?;
            }
        }
        Ok(())
    }

    /// Says of a record, before it is written down, what is known from those before it.
    fn decide(&mut self, ready: Ready) -> Event {
        let (mut record, entry) = match ready {
            Ready::Event(event) => return event,
            Ready::Undecided(both) => *both,
        };
        let position = self.remembered;
        self.remembered += 1;
        if let Some(memory) = &mut self.memory {
            // The log of this process has no time of its own: only how much it holds bounds it.
            let decision = memory.apply(position, 0, &position.to_le_bytes(), &entry, None);
            if let Some(decision) = decision {
                decision.write(&mut record);
            }
        }
        Event::Record((self.render)(&record))
    }
}

/// Carries the events of one message to the thread that takes them.
struct Channel {
    sender: Sender<Ready>,
    room: Receiver<()>,
    render: Render,
    remembers: bool,
}

impl Sink for Channel {
    fn record(&mut self, record: EnrichedArticle, _: Option<RecordedLink>) -> ControlFlow<()> {
        let ready = if self.remembers && memory::is_remembered(&record) {
            let entry = Entry::of(&record);
            Ready::Undecided(Box::new((record, entry)))
        } else {
            Ready::Event(Event::Record((self.render)(&record)))
        };
        match self.sender.send(ready) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }

    /// A message far ahead holds its thread, not its memory.
    fn full(&self) -> Option<Room> {
        if self.sender.len() < RECORDS_AHEAD {
            return None;
        }
        let (sender, room) = (self.sender.clone(), self.room.clone());
        Some(Box::new(move |time: Duration| {
            let told = room.recv_timeout(time);
            told == Err(RecvTimeoutError::Disconnected) || sender.len() < RECORDS_AHEAD
        }))
    }

    fn done(self: Box<Self>, result: Result<(), ReadError>) {
        // Nobody listening any more is a reason to stop, not a fault.
        let _ = self.sender.send(Ready::Event(Event::End(result)));
    }
}

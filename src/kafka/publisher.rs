//! Sends what is made of the messages, each lane in input order, on a thread of its own.
//!
//! [`Outbox`] decides what may go out and in which order; [`publish`] sends it as it comes, for
//! at-least-once delivery. For exactly-once see [`super::transaction`].

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};
use rdkafka::error::{KafkaError, KafkaResult};

use super::assignment::Share;
use super::dead_letter::Failure;
use super::exit::{Exit, fatal_exit};
use super::flow::Flow;
use super::lanes::{Lanes, Release};
use super::limits::Limits;
use super::packed::Packed;
use super::producer::{Parcel, Producer, Product, Refused, SendError};
use super::refusal::{Manner, Remedy};
use super::stop::Stop;
use super::sync::lock;
use super::ticket::Ticket;
use crate::ops::Event as _;
use crate::ops::events::{BackpressureOff, BackpressureOn};

/// What the other threads tell the publisher.
pub enum Event {
    /// Something was made of a message, and more is to come.
    Made(Arc<Ticket>, Product),
    /// The last thing that is made of it, or nothing at all.
    Done(Arc<Ticket>, Option<Product>),
    /// The broker refused something that was sent.
    Refused(Box<Refused>),
    /// Look up: a partition is being drained, or has gone.
    Wake,
    /// The last event: nothing more will come, and nothing more is to be sent.
    Leave,
}

/// The lanes, shared between the thread that takes messages and the one that publishes.
#[derive(Default)]
pub struct SharedLanes(Mutex<Lanes<Arc<Ticket>, Product>>);

impl SharedLanes {
    pub fn enter(&self, ticket: &Arc<Ticket>) {
        let head = self
            .lock()
            .enter(ticket.lane, ticket.number, Arc::clone(ticket));
        if head {
            ticket.set_head();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Lanes<Arc<Ticket>, Product>> {
        lock(&self.0)
    }

    /// What a message that has not finished is waiting for: a thread (`queue`), its own reading and
    /// stages (`work`), the messages before it in its lane (`order`), or the broker (`publish`).
    pub fn stage(&self, share: &Share, offset: i64) -> &'static str {
        let lanes = self.lock();
        let same = |t: &Arc<Ticket>| t.raw.offset == offset && std::ptr::eq(&*t.share, share);
        match lanes.find(same) {
            None => "publish",
            Some((_, true)) => "order",
            Some((ticket, false)) if ticket.has_begun() => "work",
            Some(_) => "queue",
        }
    }

    /// Lets go of the messages whose partition has gone, begun or not.
    pub fn forget_dead(&self) {
        self.lock().retain(|ticket| ticket.share.is_alive());
    }

    /// What may go out because of an event, in order.
    pub fn release(&self, event: Event, out: &mut Vec<Release<Arc<Ticket>, Product>>) {
        match event {
            Event::Made(ticket, product) => {
                let now = self.lock().put(ticket.lane, ticket.number, product);
                out.extend(now.map(|product| Release::Item(ticket, product)));
            }
            Event::Done(ticket, last) => {
                let mut lanes = self.lock();
                let now = last.and_then(|product| lanes.put(ticket.lane, ticket.number, product));
                out.extend(now.map(|product| Release::Item(Arc::clone(&ticket), product)));
                lanes.finish(ticket.lane, ticket.number, out);
            }
            Event::Wake => self.forget_dead(),
            // What was refused has lost its place in the order already.
            Event::Refused(_) | Event::Leave => {}
        }
    }
}

/// Error code of a record that is larger than the output takes, or than the settings allow.
pub const TOO_LARGE: &str = "record-too-large";

/// The failure of a record that the output topic does not take for its size.
pub fn too_large(reason: String) -> Failure {
    Failure {
        code: TOO_LARGE,
        stage: "publish".into(),
        reason,
        published: 0,
    }
}

/// Messages in a row that could not be read or published.
#[derive(Debug)]
pub struct Failures {
    /// `None` for no limit.
    pub most: Option<u64>,
    pub in_a_row: AtomicU64,
}

impl Failures {
    pub fn note(&self, failed: bool, stop: &Stop) {
        if !failed {
            self.in_a_row.store(0, Ordering::Relaxed);
            return;
        }
        let row = self.in_a_row.fetch_add(1, Ordering::Relaxed) + 1;
        if self.most.is_some_and(|most| row >= most) {
            stop.halt(
                Exit::Failures,
                format!(
                    "{row} messages in a row went to the dead letters: see their copydesk-reason"
                ),
            );
        }
    }
}

/// What a publisher works with.
pub struct Outbox {
    pub producer: Producer,
    pub lanes: Arc<SharedLanes>,
    pub events: Receiver<Event>,
    pub flow: Arc<Flow>,
    /// What has been unpacked to be sent and is not delivered yet, see [`UNPACKED`].
    pub unpacked: Arc<Flow>,
    pub stop: Arc<Stop>,
}

/// Most bytes that are unpacked and under way to the broker, beside those of `limits.in_flight_bytes`: more
/// than the client sends in the time of an answer.
pub const UNPACKED: usize = 16 << 20;

/// How long the publisher sleeps when nothing happens; it looks for the end of the worker then.
const IDLE: Duration = Duration::from_millis(100);

/// Cause of back-pressure: the client has no room for another record.
const QUEUE: &str = "producer-queue";

/// How long it waits for room in the client before it looks again.
const ROOM: Duration = Duration::from_millis(5);

impl Outbox {
    /// The next event; `None` when there was none in `time`, `Err` when there will be none any more.
    pub fn next(&self, time: Duration) -> Result<Option<Event>, ()> {
        // Without asking the clock while there is something to do.
        if let Ok(event) = self.events.try_recv() {
            return Ok(Some(event));
        }
        match self.events.recv_timeout(time) {
            Ok(event) => Ok(Some(event)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(()),
        }
    }

    /// Sleeps, or until something has left the worker.
    pub fn rest(&self, time: Duration) {
        let before = self.flow.messages();
        self.flow.wait(time, || self.flow.messages() < before);
    }

    /// Sends a product, waiting for room as long as it takes.
    ///
    /// # Errors
    /// When the worker halts, or the client takes nothing more.
    pub fn send(
        &self,
        ticket: Arc<Ticket>,
        product: Product,
        manner: Manner,
    ) -> Result<(), Trouble> {
        if let Product::Packed(packed) = product {
            return self.send_packed(&ticket, packed, manner);
        }
        let product = match self.producer.is_too_large(&product) {
            false => product,
            true => match self.in_its_place(&ticket) {
                Some(letter) => letter,
                None => return Ok(()),
            },
        };
        if manner.alone {
            self.settle()?;
        }
        self.hand_over(Box::new(Parcel {
            ticket,
            product,
            manner,
        }))?;
        if manner.alone {
            self.settle()?;
        }
        Ok(())
    }

    /// The dead letter for a record that is too large; `None` when its message has one already.
    fn in_its_place(&self, ticket: &Ticket) -> Option<Product> {
        let most = self.producer.limits().output.message_bytes.unwrap_or(0);
        let failure = too_large(format!(
            "larger than the topic takes, {most} bytes: raise its max.message.bytes or lower limits.output_bytes"
        ));
        let first = ticket.dead_lettered(failure.code);
        first.then_some(Product::DeadLetter(failure))
    }

    /// Waits until everything that was sent has been answered for.
    fn settle(&self) -> Result<(), Trouble> {
        while !self.producer.flush() {
            if self.stop.is_halted() {
                return Err(Trouble::Halted);
            }
        }
        Ok(())
    }

    fn hand_over(&self, mut parcel: Box<Parcel>) -> Result<(), Trouble> {
        let mut blocked: Option<Instant> = None;
        loop {
            if self.stop.is_halted() {
                return Err(Trouble::Halted);
            }
            let Err((error, back)) = self.producer.send(parcel) else {
                break;
            };
            parcel = back;
            match error {
                SendError::Full => {
                    if blocked.is_none() {
                        blocked = Some(Instant::now());
                        BackpressureOn {
                            cause: QUEUE.into(),
                        }
                        .emit();
                    }
                    let before = self.producer.unanswered();
                    self.flow.wait(ROOM, || self.producer.unanswered() < before);
                }
                SendError::TooLarge(reason) => match parcel.product {
                    Product::DeadLetter(_) => {
                        self.stop.halt(
                            Exit::Publish,
                            format!("a dead letter is too large: {reason}"),
                        );
                        return Err(Trouble::Halted);
                    }
                    _ => {
                        let failure = too_large(reason);
                        parcel.ticket.dead_lettered(failure.code);
                        parcel.product = Product::DeadLetter(failure);
                    }
                },
                SendError::Other(error) => return Err(Trouble::Refused(error)),
            }
        }
        if let Some(since) = blocked {
            BackpressureOff {
                cause: QUEUE.into(),
                ms: since.elapsed().as_millis() as u64,
            }
            .emit();
        }
        Ok(())
    }
}

impl Outbox {
    /// Sends records that were held, when those before them have gone.
    fn send_packed(
        &self,
        ticket: &Arc<Ticket>,
        packed: Packed,
        manner: Manner,
    ) -> Result<(), Trouble> {
        // What has been answered for may still be held: a refused record waits for this thread.
        while self.unpacked.is_heavy() && self.producer.unanswered() > 0 {
            if self.stop.is_halted() {
                return Err(Trouble::Halted);
            }
            self.unpacked.wait(ROOM, || !self.unpacked.is_heavy());
        }
        let records = packed.unpack().map_err(|error| {
            let why = format!("records that were held cannot be read back: {error}");
            self.stop.halt(Exit::Stuck, why);
            Trouble::Halted
        })?;
        records.into_iter().try_for_each(|record| {
            self.send(Arc::clone(ticket), record.product(&self.unpacked), manner)
        })
    }
}

/// Why something was not sent.
#[derive(Debug)]
pub enum Trouble {
    /// The worker halts.
    Halted,
    /// The client takes nothing more.
    Refused(KafkaError),
}

/// Makes a producer that knows what the topics take now; `None` when that is what it was.
pub type Renew = Box<dyn Fn(&Limits) -> KafkaResult<Option<Producer>> + Send>;

/// Between two questions what the topics take.
const RENEW: Duration = Duration::from_secs(10);

/// Between two tries to send what could not be sent yet.
const LATER: Duration = Duration::from_millis(200);

/// Sends again what was refused, or the message's dead letter in its place; see [`super::refusal`].
fn send_again(outbox: &Outbox, refused: Refused) -> Result<(), Trouble> {
    let Refused {
        parcel,
        remedy,
        said,
    } = refused;
    let Parcel {
        ticket,
        product,
        manner,
    } = parcel;
    // Another worker has the partition, and sends it.
    if !ticket.share.is_alive() {
        return Ok(());
    }
    match remedy {
        Remedy::Again(manner) => outbox.send(Arc::clone(&ticket), product, manner)?,
        Remedy::Later => {
            outbox.rest(LATER);
            outbox.send(Arc::clone(&ticket), product, manner)?;
        }
        _ => {
            let failure = too_large(said);
            // One letter a message, however many of its records are refused.
            if ticket.dead_lettered(failure.code) {
                let letter = Product::DeadLetter(failure);
                outbox.send(Arc::clone(&ticket), letter, Manner::default())?;
            }
        }
    }
    // The part of the message that was refused; what was sent in its place is a part of its own.
    ticket.close();
    Ok(())
}

/// Publishes as things come, until all who tell of events are gone or the worker halts.
pub fn publish(outbox: Outbox, renew: Renew) {
    let stop = Arc::clone(&outbox.stop);
    let mut stream = Stream {
        outbox,
        renew,
        renewed: None,
        put_off: VecDeque::new(),
        again: VecDeque::new(),
        released: VecDeque::new(),
    };
    if let Err(Trouble::Refused(error)) = stream.run() {
        let exit = error.rdkafka_error_code().and_then(fatal_exit);
        stop.halt(
            exit.unwrap_or(Exit::Publish),
            format!("nothing can be published any more: {error}"),
        );
    }
    // What is behind a record that could not be published must not come out before it.
    if stop.is_halted() {
        stream.outbox.producer.purge();
    }
}

/// At-least-once publishing, with what waits for its turn.
struct Stream {
    outbox: Outbox,
    renew: Renew,
    /// When it was last asked what the topics take.
    renewed: Option<Instant>,
    /// Events that came while refused records were taken back.
    put_off: VecDeque<Event>,
    /// What was refused or taken back, in the order of its messages.
    again: VecDeque<Refused>,
    released: VecDeque<Release<Arc<Ticket>, Product>>,
}

impl Stream {
    fn run(&mut self) -> Result<(), Trouble> {
        let mut released = Vec::new();
        loop {
            if self.outbox.producer.is_refusing() {
                self.take_back()?;
            }
            if let Some(refused) = self.again.pop_front() {
                send_again(&self.outbox, refused)?;
                continue;
            }
            if let Some(release) = self.released.pop_front() {
                self.pass_on(release)?;
                continue;
            }
            let event = match self.put_off.pop_front() {
                Some(event) => event,
                None => match self.outbox.next(IDLE) {
                    Ok(Some(event)) => event,
                    Ok(None) => continue,
                    Err(()) => return Ok(()),
                },
            };
            match event {
                Event::Leave => return Ok(()),
                Event::Refused(refused) => self.again.push_back(*refused),
                event => self.outbox.lanes.release(event, &mut released),
            }
            self.released.extend(released.drain(..));
        }
    }

    fn pass_on(&self, release: Release<Arc<Ticket>, Product>) -> Result<(), Trouble> {
        match release {
            // A partition that went is another worker's now: it publishes this again.
            Release::Item(ticket, _) if !ticket.share.is_alive() => {}
            Release::Item(ticket, product) => {
                self.outbox.send(ticket, product, Manner::default())?;
            }
            Release::Head(ticket) => ticket.set_head(),
            Release::Finished(ticket) => ticket.close(),
        }
        Ok(())
    }

    /// A record was refused: takes everything back that is behind it, so that it comes out in its order.
    fn take_back(&mut self) -> Result<(), Trouble> {
        while !self.outbox.producer.take_back() {
            if self.outbox.stop.is_halted() {
                return Err(Trouble::Halted);
            }
        }
        while let Ok(Some(event)) = self.outbox.next(Duration::ZERO) {
            match event {
                Event::Refused(refused) => self.again.push_back(*refused),
                event => self.put_off.push_back(event),
            }
        }
        // What was refused beside others: a topic takes less than the producer knows.
        let unknown = self.again.iter().any(|r| !r.parcel.manner.alone);
        if unknown && self.renewed.is_none_or(|at| at.elapsed() >= RENEW) {
            self.renewed = Some(Instant::now());
            let other = (self.renew)(self.outbox.producer.limits()).map_err(Trouble::Refused)?;
            if let Some(producer) = other {
                self.outbox.producer = producer;
            }
        }
        let again = self.again.make_contiguous();
        again.sort_by_key(|refused| refused.parcel.ticket.number);
        Ok(())
    }
}

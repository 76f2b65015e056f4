//! Sends what is made of the messages, each queue in input order, on a thread of its own.
//!
//! [`Outbox`] decides what may go out and in which order; [`publish`] sends it as it comes, for
//! at-least-once delivery. For exactly-once see [`super::transaction`].

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};
use rdkafka::error::{KafkaError, KafkaResult};
use thiserror::Error;

use super::assignment::PartitionEpoch;
use super::dead_letter::Failure;
use super::exit::{Exit, fatal_exit};
use super::in_flight_budget::InFlightBudget;
use super::in_flight_message::InFlightMessage;
use super::key_queues::{KeyQueues, Release};
use super::limits::Limits;
use super::packed::Packed;
use super::producer::{PendingDelivery, Producer, Product, Refused, SendError};
use super::refusal::{RefusalAction, SendMode};
use super::shared::Shared;
use super::stop::Stop;
use super::sync::lock;
use crate::ops::Event as _;
use crate::ops::events::{BackpressureOff, BackpressureOn};
use crate::record::ErrorCode;

/// What the other threads tell the publisher.
pub enum PublisherMessage {
    /// Something was made of a message, and more is to come.
    Made(Arc<InFlightMessage>, Product),
    /// The last thing that is made of it, or nothing at all.
    Done(Arc<InFlightMessage>, Option<Product>),
    /// The broker refused something that was sent.
    Refused(Box<Refused>),
    /// Look up: a partition is being drained, or has gone.
    Wake,
    /// The last event: nothing more will come, and nothing more is to be sent.
    Leave,
}

/// The queues, shared between the thread that takes messages and the one that publishes.
#[derive(Default)]
pub struct SharedKeyQueues(Mutex<KeyQueues<Arc<InFlightMessage>, Product>>);

impl SharedKeyQueues {
    pub fn enter(&self, message: &Arc<InFlightMessage>) {
        let head = self
            .lock()
            .enter(message.queue, message.number, Arc::clone(message));
        if head {
            message.set_head();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, KeyQueues<Arc<InFlightMessage>, Product>> {
        lock(&self.0)
    }

    /// What a message that has not finished is waiting for: a thread (`queue`), its own reading and
    /// stages (`work`), the messages before it in its queue (`order`), or the broker (`publish`).
    pub fn stage(&self, epoch: &PartitionEpoch, offset: i64) -> &'static str {
        let queues = self.lock();
        let same =
            |t: &Arc<InFlightMessage>| t.raw.offset == offset && std::ptr::eq(&*t.epoch, epoch);
        match queues.find(same) {
            None => "publish",
            Some((_, true)) => "order",
            Some((message, false)) if message.has_begun() => "work",
            Some(_) => "queue",
        }
    }

    /// Lets go of the messages whose partition has gone, begun or not.
    pub fn forget_invalidated(&self) {
        self.lock().retain(|message| message.epoch.is_current());
    }

    /// What may go out because of an event, in order.
    pub fn release(
        &self,
        event: PublisherMessage,
        out: &mut Vec<Release<Arc<InFlightMessage>, Product>>,
    ) {
        match event {
            PublisherMessage::Made(message, product) => {
                let now = self.lock().put(message.queue, message.number, product);
                out.extend(now.map(|product| Release::Item(message, product)));
            }
            PublisherMessage::Done(message, last) => {
                let mut queues = self.lock();
                let now =
                    last.and_then(|product| queues.put(message.queue, message.number, product));
                out.extend(now.map(|product| Release::Item(Arc::clone(&message), product)));
                queues.finish(message.queue, message.number, out);
            }
            PublisherMessage::Wake => self.forget_invalidated(),
            // What was refused has lost its place in the order already.
            PublisherMessage::Refused(_) | PublisherMessage::Leave => {}
        }
    }
}

/// The failure of a record that the output topic does not take for its size.
pub(super) fn too_large(reason: String) -> Failure {
    Failure {
        code: ErrorCode::RecordTooLarge.as_str(),
        stage: "publish".into(),
        reason,
        published: 0,
    }
}

/// What a publisher works with.
pub(super) struct Outbox {
    pub producer: Producer,
    pub queues: Arc<SharedKeyQueues>,
    /// What the other threads tell.
    pub inbox: Receiver<PublisherMessage>,
    pub budget: Arc<InFlightBudget>,
    /// What has been unpacked to be sent and is not delivered yet, see [`UNPACKED`].
    pub unpacked: Arc<InFlightBudget>,
    pub stop: Arc<Stop>,
}

/// Most bytes that are unpacked and under way to the broker, beside those of `limits.in_flight_bytes`: more
/// than the client sends in the time of an answer.
const UNPACKED: usize = 16 << 20;

/// More calls to look up than can wait at a time, a publisher that cannot go on for a day and a rebalance each
/// minute included.
const LOOK_UPS: usize = 4_096;

/// How long the publisher sleeps when nothing happens; it looks for the end of the worker then.
pub(super) const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Cause of back-pressure: the client has no room for another record.
const QUEUE: &str = "producer-queue";

/// How long it waits for room in the client before it looks again.
const ROOM_RETRY: Duration = Duration::from_millis(5);

impl Outbox {
    pub(super) fn new(
        shared: &Shared,
        producer: Producer,
        inbox: Receiver<PublisherMessage>,
    ) -> Self {
        Outbox {
            producer,
            queues: Arc::clone(&shared.queues),
            inbox,
            budget: Arc::clone(&shared.budget),
            unpacked: Arc::new(InFlightBudget::new(usize::MAX, UNPACKED)),
            stop: Arc::clone(&shared.stop),
        }
    }

    /// The next event; `None` when there was none in `time`.
    ///
    /// Those that wait are bounded by what is in flight: each belongs to a message, or to a record or dead letter
    /// made of one, of which each takes at least a byte of it. Only calls to look up belong to nothing; there is
    /// one for each rebalance.
    ///
    /// # Errors
    /// When there will be none any more.
    pub(super) fn next(&self, time: Duration) -> Result<Option<PublisherMessage>, Disconnected> {
        // In this order: what is counted as waiting stays in flight until it is taken here.
        debug_assert!({
            let waiting = self.inbox.len();
            let bytes = self.budget.bytes() + self.unpacked.bytes();
            waiting <= 2 * (self.budget.messages() + bytes) + LOOK_UPS
        });
        // Without asking the clock while there is something to do.
        if let Ok(event) = self.inbox.try_recv() {
            return Ok(Some(event));
        }
        match self.inbox.recv_timeout(time) {
            Ok(event) => Ok(Some(event)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(Disconnected),
        }
    }

    /// Sleeps, or until something has left the worker.
    pub(super) fn rest(&self, time: Duration) {
        let before = self.budget.messages();
        self.budget.wait(time, || self.budget.messages() < before);
    }

    /// Sends a product, or the dead letter in its place when it is too large for the topic, waiting for room as
    /// long as it takes.
    ///
    /// # Errors
    /// When the worker halts, or the client takes nothing more.
    pub(super) fn send(
        &self,
        message: Arc<InFlightMessage>,
        product: Product,
        mode: SendMode,
    ) -> Result<(), PublishError> {
        match self.is_too_large(&product) {
            false => self.send_judged(message, product, mode),
            true => match self.letter_in_its_place(&message) {
                Some(letter) => self.send_judged(message, letter, mode),
                None => Ok(()),
            },
        }
    }

    /// Whether the topic refuses this for its size. To be asked once: a value above the bound is packed for it.
    pub(super) fn is_too_large(&self, product: &Product) -> bool {
        self.producer.is_too_large(product)
    }

    /// Sends a product of which [`Outbox::is_too_large`] has been asked.
    ///
    /// # Errors
    /// As [`Outbox::send`].
    pub(super) fn send_judged(
        &self,
        message: Arc<InFlightMessage>,
        product: Product,
        mode: SendMode,
    ) -> Result<(), PublishError> {
        if let Product::Packed(packed) = product {
            return self.send_packed(&message, packed, mode);
        }
        if mode.alone {
            self.settle()?;
        }
        self.hand_over(Box::new(PendingDelivery {
            message,
            product,
            mode,
        }))?;
        if mode.alone {
            self.settle()?;
        }
        Ok(())
    }

    /// The dead letter for a record that is too large; `None` when its message has one already.
    pub(super) fn letter_in_its_place(&self, message: &InFlightMessage) -> Option<Product> {
        let most = self.producer.limits().output.message_bytes.unwrap_or(0);
        let failure = too_large(format!(
            "larger than the topic takes, {most} bytes: raise its max.message.bytes or lower limits.output_bytes"
        ));
        let first = message.dead_lettered(failure.code);
        message.void();
        first.then_some(Product::DeadLetter(failure))
    }

    /// Waits until everything that was sent has been answered for.
    fn settle(&self) -> Result<(), PublishError> {
        while !self.producer.flush() {
            if self.stop.is_halted() {
                return Err(PublishError::Halted);
            }
        }
        Ok(())
    }

    fn hand_over(&self, mut pending: Box<PendingDelivery>) -> Result<(), PublishError> {
        let mut blocked: Option<Instant> = None;
        loop {
            if self.stop.is_halted() {
                return Err(PublishError::Halted);
            }
            let Err((error, back)) = self.producer.send(pending) else {
                break;
            };
            pending = back;
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
                    self.budget
                        .wait(ROOM_RETRY, || self.producer.unanswered() < before);
                }
                SendError::TooLarge(error) => match pending.product {
                    Product::DeadLetter(_) => {
                        self.stop.halt(
                            Exit::Publish,
                            format!("a dead letter is too large: {error}"),
                        );
                        return Err(PublishError::Halted);
                    }
                    _ => {
                        let failure = too_large(error.to_string());
                        pending.message.dead_lettered(failure.code);
                        pending.message.void();
                        pending.product = Product::DeadLetter(failure);
                    }
                },
                SendError::Other(error) => return Err(PublishError::Refused(error)),
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
        message: &Arc<InFlightMessage>,
        packed: Packed,
        mode: SendMode,
    ) -> Result<(), PublishError> {
        // What has been answered for may still be held: a refused record waits for this thread.
        while self.unpacked.is_full_by_bytes() && self.producer.unanswered() > 0 {
            if self.stop.is_halted() {
                return Err(PublishError::Halted);
            }
            self.unpacked
                .wait(ROOM_RETRY, || !self.unpacked.is_full_by_bytes());
        }
        let records = packed.unpack().map_err(|error| {
            let why = format!("records that were held cannot be read back: {error}");
            self.stop.halt(Exit::Stuck, why);
            PublishError::Halted
        })?;
        records.into_iter().try_for_each(|record| {
            self.send(Arc::clone(message), record.product(&self.unpacked), mode)
        })
    }
}

/// Why something was not sent.
#[derive(Debug, Error)]
pub(super) enum PublishError {
    #[error("the worker halts")]
    Halted,
    #[error("the client takes nothing more: {0}")]
    Refused(#[from] KafkaError),
}

/// Nobody is left who tells the publisher anything.
#[derive(Debug, Error)]
#[error("no part of the worker is left to tell the publisher anything")]
pub(super) struct Disconnected;

/// Makes a producer that knows what the topics take now; `None` when that is what it was.
pub(super) type Renew = Box<dyn Fn(&Limits) -> KafkaResult<Option<Producer>> + Send>;

/// Between two questions what the topics take.
const RENEW: Duration = Duration::from_secs(10);

/// Between two tries to send what could not be sent yet.
const LATER: Duration = Duration::from_millis(200);

/// Sends again what was refused, or the message's dead letter in its place; see [`super::refusal`].
fn send_again(outbox: &Outbox, refused: Refused) -> Result<(), PublishError> {
    let Refused {
        pending,
        action,
        said,
    } = refused;
    let PendingDelivery {
        message,
        product,
        mode,
    } = pending;
    // Another worker has the partition, and sends it.
    if !message.epoch.is_current() {
        return Ok(());
    }
    match action {
        RefusalAction::SendAgain(mode) => outbox.send(Arc::clone(&message), product, mode)?,
        RefusalAction::SendLater => {
            outbox.rest(LATER);
            outbox.send(Arc::clone(&message), product, mode)?;
        }
        _ => {
            let failure = too_large(said);
            // One letter a message, however many of its records are refused.
            if message.dead_lettered(failure.code) {
                message.void();
                let letter = Product::DeadLetter(failure);
                outbox.send(Arc::clone(&message), letter, SendMode::default())?;
            }
        }
    }
    // The part of the message that was refused; what was sent in its place is a part of its own.
    message.close();
    Ok(())
}

/// Publishes as things come, until all who tell of events are gone or the worker halts.
pub(super) fn publish(outbox: Outbox, renew: Renew) {
    let stop = Arc::clone(&outbox.stop);
    let mut stream = StreamingPublisher {
        outbox,
        renew,
        renewed: None,
        put_off: VecDeque::new(),
        again: VecDeque::new(),
        released: VecDeque::new(),
        freed: Vec::new(),
    };
    if let Err(PublishError::Refused(error)) = stream.run() {
        // Whatever comes after the error that made the client useless is refused as "fatal", without its cause.
        let (code, said) = match stream.outbox.producer.fatal() {
            Some((code, said)) => (Some(code), said),
            None => (error.rdkafka_error_code(), error.to_string()),
        };
        stop.halt(
            code.and_then(fatal_exit).unwrap_or(Exit::Publish),
            format!("nothing can be published any more: {said}"),
        );
    }
    // What is behind a record that could not be published must not come out before it.
    if stop.is_halted() {
        stream.outbox.producer.purge();
    }
}

/// At-least-once publishing, with what waits for its turn.
struct StreamingPublisher {
    outbox: Outbox,
    renew: Renew,
    /// When it was last asked what the topics take.
    renewed: Option<Instant>,
    /// Events that came while refused records were taken back.
    put_off: VecDeque<PublisherMessage>,
    /// What was refused or taken back, in the order of its messages.
    again: VecDeque<Refused>,
    /// What may go out, in its order.
    released: VecDeque<Release<Arc<InFlightMessage>, Product>>,
    /// What one event lets out, on its way there.
    freed: Vec<Release<Arc<InFlightMessage>, Product>>,
}

impl StreamingPublisher {
    fn run(&mut self) -> Result<(), PublishError> {
        loop {
            if self.outbox.producer.is_refusing() {
                self.take_back()?;
            }
            if let Some(refused) = self.again.pop_front() {
                send_again(&self.outbox, refused)?;
            } else if let Some(release) = self.released.pop_front() {
                self.pass_on(release)?;
            } else if self.hear().is_break() {
                return Ok(());
            }
        }
    }

    /// Takes the next event, if one comes. `Break`: it is the last.
    fn hear(&mut self) -> ControlFlow<()> {
        let next = match self.put_off.pop_front() {
            Some(event) => Ok(Some(event)),
            None => self.outbox.next(POLL_INTERVAL),
        };
        match next {
            Err(Disconnected) | Ok(Some(PublisherMessage::Leave)) => return ControlFlow::Break(()),
            Ok(None) => {}
            Ok(Some(PublisherMessage::Refused(refused))) => self.again.push_back(*refused),
            Ok(Some(event)) => {
                self.outbox.queues.release(event, &mut self.freed);
                self.released.extend(self.freed.drain(..));
            }
        }
        ControlFlow::Continue(())
    }

    fn pass_on(&self, release: Release<Arc<InFlightMessage>, Product>) -> Result<(), PublishError> {
        match release {
            // A partition that went is another worker's now: it publishes this again.
            Release::Item(message, _) if !message.epoch.is_current() => {}
            Release::Item(message, product) => {
                self.outbox.send(message, product, SendMode::default())?;
            }
            Release::Head(message) => message.set_head(),
            Release::Finished(message) => message.close(),
        }
        Ok(())
    }

    /// A record was refused: takes everything back that is behind it, so that it comes out in its order.
    fn take_back(&mut self) -> Result<(), PublishError> {
        while !self.outbox.producer.take_back() {
            if self.outbox.stop.is_halted() {
                return Err(PublishError::Halted);
            }
        }
        while let Ok(Some(event)) = self.outbox.next(Duration::ZERO) {
            match event {
                PublisherMessage::Refused(refused) => self.again.push_back(*refused),
                event => self.put_off.push_back(event),
            }
        }
        // What was refused beside others: a topic takes less than the producer knows.
        let unknown = self.again.iter().any(|r| !r.pending.mode.alone);
        if unknown && self.renewed.is_none_or(|at| at.elapsed() >= RENEW) {
            self.renewed = Some(Instant::now());
            let other =
                (self.renew)(self.outbox.producer.limits()).map_err(PublishError::Refused)?;
            if let Some(producer) = other {
                self.outbox.producer = producer;
            }
        }
        let again = self.again.make_contiguous();
        again.sort_by_key(|refused| refused.pending.message.number);
        Ok(())
    }
}

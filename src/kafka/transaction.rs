//! Publishes exactly once: records, dead letters and input offsets of a window in one transaction.
//!
//! A window opens with the first message to send and is committed when its time is over, when it is
//! full, or when a partition is being drained. What is made of messages meanwhile waits in the channel:
//! only sending stops while a window commits, the language work goes on.
//!
//! A message goes into a window whole, once all of it is made, and after all messages before it in its
//! partition: a committed offset says that everything before it is out.
//!
//! What can go wrong, and what follows:
//!
//! | the client says | what is done |
//! |---|---|
//! | retriable | the same call again, for as long as a transaction lasts: the client knows how far it got |
//! | the transaction must be aborted (a rebalance, a lost record) | abort, go back to the committed offsets |
//! | the same, for a right that is missing | leave: it would be refused again |
//! | the same, for a record that was refused | that record is sent another way when it comes again, see [`super::refusal`] |
//! | anything else (epoch, producer id, transaction state), or an abort whose end is in doubt | a new producer under the same id, once what the old one left open has been swept, see [`super::sweep`]; go back |
//! | fenced, no broker was away lately and no transaction was open long enough for the broker to have ended it | another worker has the id: leave |

use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use foldhash::HashMap;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};
use thiserror::Error;

use super::assignment::PartitionEpoch;
use super::client::monitor::OWN_RETURN;
use super::exit::{Exit, fatal_exit};
use super::failpoint;
use super::in_flight_message::InFlightMessage;
use super::key_queues::Release;
use super::producer::{Producer, Product, Refused};
use super::publisher::{
    Disconnected, Outbox, POLL_INTERVAL, PublishError, PublisherMessage, too_large,
};
use super::refusal::{RefusalAction, SendMode};
use super::rewind::Rewind;
use super::shared::Shared;
use super::shared_consumer::SharedConsumer;
use crate::config::Window;
use crate::ops::events::{TxnAborted, TxnCommitted, TxnFenced};
use crate::ops::{Event as _, Health, Stats};

/// How another producer takes up the transactional id.
pub(super) struct Connect {
    pub make: Make,
    pub enter: Enter,
}

/// Makes a producer that knows what the topics take; the broker is told nothing of it yet.
pub(super) type Make = Box<dyn Fn() -> KafkaResult<Producer> + Send>;

/// Has the broker let a producer in, when what was left open under its id has been swept.
pub(super) type Enter = Box<dyn Fn(&Producer) -> KafkaResult<()> + Send>;

/// The transactional publisher: that of at-least-once, and the consumer whose offsets go along.
pub(super) struct TransactionalPublisher {
    outbox: Outbox,
    consumer: Arc<SharedConsumer>,
    bounds: Window,
    /// Drains going on: a window does not wait to fill while there are any.
    draining: Arc<AtomicUsize>,
    connect: Connect,
    /// How the consuming thread is told to go back.
    rewind: Arc<Rewind>,
    transactional_id: String,
    /// How long the broker leaves a transaction open.
    timeout: Duration,
    stats: Arc<Stats>,
    health: Arc<Health>,
}

/// What is in the open transaction.
struct Open {
    since: Instant,
    records: usize,
    bytes: usize,
    /// Messages in it, in the order they went in.
    messages: Vec<Arc<InFlightMessage>>,
}

/// By number of its epoch, a partition and the offset after its last message in the window.
type Ends = BTreeMap<u64, (Arc<PartitionEpoch>, i64)>;

impl Open {
    /// How far its messages go, and that as what the transaction commits.
    fn ends(&self) -> Result<(Ends, TopicPartitionList), TransactionError> {
        let mut ends = Ends::new();
        for message in &self.messages {
            let epoch = &message.epoch;
            // Another worker has the partition and does it again: this must not come out.
            if !epoch.is_current() {
                return Err(TransactionError::Abort("a partition went".into(), None));
            }
            // Its topic is gone: there is no offset to commit.
            if !epoch.is_detached() {
                ends.insert(epoch.number, (Arc::clone(epoch), message.raw.offset + 1));
            }
        }
        let mut offsets = TopicPartitionList::with_capacity(ends.len());
        for (epoch, end) in ends.values() {
            let added =
                offsets.add_partition_offset(&epoch.topic, epoch.partition, Offset::Offset(*end));
            added.map_err(|e| TransactionError::Abort(e.to_string(), None))?;
        }
        Ok((ends, offsets))
    }
}

/// Why a transaction did not come to its end: what was said, and the client's code for it if there is one.
#[derive(Debug, Error)]
enum TransactionError {
    #[error("to be aborted: {0}")]
    Abort(String, Option<RDKafkaErrorCode>),
    #[error("its producer is of no more use: {0}")]
    Replace(String, Option<RDKafkaErrorCode>),
    #[error("the worker halts")]
    Halted,
}

/// Between two tries of a call that may be tried again.
const RETRY: Duration = Duration::from_millis(50);

/// Who tells [`Health`] that transactions are kept from working.
pub(super) const TRANSACTION: &str = "transaction";

/// How long the broker may keep a producer from coming in before the worker is not ready.
pub(super) const UNABLE: Duration = Duration::from_secs(15);

/// Longest wait before the next try when one transaction after the other is given up.
const BACK_OFF: Duration = Duration::from_secs(5);

/// An abort that takes longer, or more than one try, has met a broker in trouble.
const SMOOTH: Duration = Duration::from_secs(1);

/// How long before its timeout a transaction counts as ended by the broker: the clocks differ.
const MARGIN: Duration = Duration::from_secs(1);

/// What has been made of messages, on its way into a transaction.
#[derive(Default)]
struct TransactionState {
    /// Transactions so far.
    number: u64,
    open: Option<Open>,
    /// What was made of messages that are not whole yet, by their number.
    parts: HashMap<u64, (Arc<InFlightMessage>, Vec<Product>)>,
    /// Messages of which the broker refused a record: how they are sent when they come again.
    refused: HashMap<(Arc<str>, i32, i64), Resend>,
    /// What may go out and has not been put into the transaction.
    released: Vec<Release<Arc<InFlightMessage>, Product>>,
    /// Events that came while a transaction was given up.
    put_off: VecDeque<PublisherMessage>,
    /// Whether a record was refused that was sent beside others, which tells that a topic takes less than
    /// the producer knows.
    was_refused: bool,
    /// Transactions given up since the last that was committed, without anything learnt from them.
    in_vain: u32,
}

/// How a message goes out of which a record was refused.
enum Resend {
    In(SendMode),
    /// As a dead letter, for this reason.
    DeadLetter(String),
}

impl TransactionalPublisher {
    pub(super) fn new(
        shared: &Shared,
        outbox: Outbox,
        consumer: &Arc<SharedConsumer>,
        connect: Connect,
        rewind: &Arc<Rewind>,
    ) -> Self {
        let kafka = &shared.settings.kafka;
        TransactionalPublisher {
            outbox,
            consumer: Arc::clone(consumer),
            bounds: kafka.window,
            draining: Arc::clone(&shared.draining),
            connect,
            rewind: Arc::clone(rewind),
            transactional_id: kafka.transactional_id.clone(),
            timeout: kafka.transaction_timeout,
            stats: Arc::clone(&shared.stats),
            health: Arc::clone(&shared.health),
        }
    }

    /// Publishes until told to leave or the worker halts.
    pub(super) fn run(mut self) {
        let mut state = TransactionState::default();
        loop {
            let draining = self.draining.load(Ordering::Acquire) > 0;
            let event = match self.next(&mut state, draining) {
                Err(Disconnected) | Ok(Some(PublisherMessage::Leave)) => break,
                Ok(event) => event,
            };
            let quiet = event.is_none();
            if let Some(event) = event {
                self.note(&mut state, event);
            }
            let mut result = self.take(&mut state);
            if result.is_ok() && self.is_due(&state, draining && quiet) {
                result = self.commit(&mut state);
            }
            if let Err(error) = result
                && !self.mend(&mut state, error)
            {
                return;
            }
        }
        if state.open.is_some() {
            self.leave_nothing_open();
        }
    }

    /// The next event; `None` when the open window must not wait longer for one.
    fn next(
        &self,
        state: &mut TransactionState,
        draining: bool,
    ) -> Result<Option<PublisherMessage>, Disconnected> {
        if let Some(event) = state.put_off.pop_front() {
            return Ok(Some(event));
        }
        let left = state.open.as_ref().map_or(POLL_INTERVAL, |open| {
            self.bounds.time.saturating_sub(open.since.elapsed())
        });
        let event = self
            .outbox
            .next(if draining { Duration::ZERO } else { left })?;
        // Nothing to do while a partition is drained: do not spin.
        if event.is_none() && draining && state.open.is_none() {
            self.outbox.rest(Duration::from_millis(1));
        }
        Ok(event)
    }

    /// Learns what an event tells, and what may go out because of it.
    fn note(&self, state: &mut TransactionState, event: PublisherMessage) {
        match event {
            PublisherMessage::Refused(refused) => return state.note_refused(*refused),
            PublisherMessage::Wake => state.forget_invalidated(&self.rewind),
            _ => {}
        }
        self.outbox.queues.release(event, &mut state.released);
    }

    /// Puts what may go out into the transaction.
    fn take(&self, state: &mut TransactionState) -> Result<(), TransactionError> {
        let mut result = Ok(());
        let mut released = std::mem::take(&mut state.released);
        for release in released.drain(..) {
            match release {
                Release::Item(message, product) if message.epoch.is_current() => {
                    let part = state.parts.entry(message.number);
                    part.or_insert_with(|| (message, Vec::new()))
                        .1
                        .push(product);
                }
                Release::Item(..) => {}
                Release::Head(message) => message.set_head(),
                Release::Finished(message) => {
                    let made = state.parts.remove(&message.number);
                    let products = made.map(|(_, products)| products).unwrap_or_default();
                    if result.is_ok() && message.epoch.is_current() {
                        result = self.put(state, message, products);
                    }
                }
            }
        }
        state.released = released;
        result
    }

    fn is_due(&self, state: &TransactionState, now: bool) -> bool {
        state.open.as_ref().is_some_and(|open| {
            open.since.elapsed() >= self.bounds.time
                || open.records >= self.bounds.records
                || open.bytes >= self.bounds.bytes
                || now
        })
    }

    /// Aborts at the end, so that readers of committed records need not wait for the broker to do it.
    fn leave_nothing_open(&self) {
        let _ = self.outbox.producer.abort();
    }

    /// Puts a whole message into the open transaction, beginning one when there is none.
    fn put(
        &self,
        state: &mut TransactionState,
        message: Arc<InFlightMessage>,
        products: Vec<Product>,
    ) -> Result<(), TransactionError> {
        if state.open.is_none() {
            self.again(|| self.outbox.producer.begin())?;
        }
        let (mode, products) = state.as_it_is_taken(&message, products);
        let products = match products.iter().any(|p| self.outbox.is_too_large(p)) {
            false => products,
            // A message goes out whole or not at all.
            true => self
                .outbox
                .letter_in_its_place(&message)
                .into_iter()
                .collect(),
        };
        let window = state.open.get_or_insert_with(|| Open {
            since: Instant::now(),
            records: 0,
            bytes: 0,
            messages: Vec::new(),
        });
        // In the window first: a message sent in part must be found when it is given up.
        window.messages.push(Arc::clone(&message));
        for product in products {
            window.records += product.records();
            window.bytes += product.bytes();
            match self.outbox.send_judged(Arc::clone(&message), product, mode) {
                Ok(()) => {}
                Err(PublishError::Halted) => return Err(TransactionError::Halted),
                Err(PublishError::Refused(error)) => {
                    return Err(self.broken(&self.reason().unwrap_or(error)));
                }
            }
        }
        Ok(())
    }

    /// Why the client takes no more records. It refuses them without a word and tells whoever asks for
    /// another transaction.
    fn reason(&self) -> Option<KafkaError> {
        let error = self.outbox.producer.begin().err()?;
        let broken = matches!(&error, KafkaError::Transaction(e) if e.txn_requires_abort());
        broken.then_some(error)
    }

    /// Commits the window with the offsets of what is in it.
    fn commit(&self, state: &mut TransactionState) -> Result<(), TransactionError> {
        let Some(window) = &state.open else {
            return Ok(());
        };
        state.number += 1;
        let start = Instant::now();
        let consumer = self.consumer.get();
        self.flush(start)?;
        if self.outbox.producer.takes_unplaced() {
            let said = "a record was acknowledged without a place in the log".to_owned();
            let code = Some(RDKafkaErrorCode::DuplicateSequenceNumber);
            return Err(TransactionError::Abort(said, code));
        }
        // Before the look at the partitions, and the same for every try: one of a later generation would be
        // accepted for partitions that went and came back meanwhile, and are being read again.
        let Some(group) = consumer.group_metadata() else {
            return Err(TransactionError::Abort("not in the group".into(), None));
        };
        let group = Arc::new(group);
        let (ends, offsets) = window.ends()?;
        self.wait_for_beginnings(ends.values().map(|(epoch, _)| epoch));
        failpoint::pass("before-send-offsets");
        if offsets.count() > 0 {
            self.again(|| self.outbox.producer.send_offsets(&offsets, &group))?;
        }
        failpoint::pass("before-commit");
        self.again(|| self.outbox.producer.commit())?;
        failpoint::pass("after-commit");
        // The client reckons the lag from what is stored.
        let _ = consumer.store_offsets(&offsets);
        for (epoch, end) in ends.values() {
            epoch.committed(Some(*end));
        }
        for message in &window.messages {
            message.commit();
            state.refused.remove(&place(message));
        }
        self.stats.committed(start.elapsed());
        TxnCommitted {
            txn_seq: state.number,
            records: window.records as u64,
            ms: start.elapsed().as_millis() as u64,
        }
        .emit();
        state.open = None;
        state.in_vain = 0;
        Ok(())
    }

    /// Waits, in the first transaction after partitions came, until the inspector knows what was committed of
    /// them before.
    fn wait_for_beginnings<'a>(&self, epochs: impl Iterator<Item = &'a Arc<PartitionEpoch>>) {
        for epoch in epochs {
            while epoch.waits_for_beginning() && !self.outbox.stop.is_set() {
                thread::sleep(Duration::from_millis(5));
            }
        }
    }

    /// Waits until the broker has answered for all records of the window. The client gives each of them up
    /// before the transaction's time is over.
    fn flush(&self, start: Instant) -> Result<(), TransactionError> {
        while !self.outbox.producer.flush() {
            if self.outbox.stop.is_halted() {
                return Err(TransactionError::Halted);
            }
            if start.elapsed() >= self.timeout {
                let said = format!("records without an answer for {:?}", self.timeout);
                return Err(TransactionError::Replace(said, None));
            }
        }
        Ok(())
    }

    /// Calls the client until it has an answer that asking again does not change, or the broker has ended
    /// the transaction anyway: a client that lost its coordinator in the middle may never have one.
    fn again(&self, call: impl Fn() -> KafkaResult<()>) -> Result<(), TransactionError> {
        let start = Instant::now();
        loop {
            match call() {
                Ok(()) => return Ok(()),
                Err(KafkaError::Transaction(error)) if error.is_retriable() => {
                    if self.outbox.stop.is_halted() {
                        return Err(TransactionError::Halted);
                    }
                    if start.elapsed() >= self.timeout {
                        let said = format!("no end in {:?}: {error}", self.timeout);
                        return Err(TransactionError::Replace(said, Some(error.code())));
                    }
                    thread::sleep(RETRY);
                }
                Err(error) => return Err(self.broken(&error)),
            }
        }
    }

    /// What an error makes of the transaction.
    fn broken(&self, error: &KafkaError) -> TransactionError {
        let fatal = self.outbox.producer.fatal();
        let code = fatal
            .as_ref()
            .map(|(code, _)| *code)
            .or(error.rdkafka_error_code());
        let said = match fatal {
            Some((_, said)) => return TransactionError::Replace(said, code),
            None => error.to_string(),
        };
        match error {
            KafkaError::Transaction(error) if error.txn_requires_abort() => {
                TransactionError::Abort(said, code)
            }
            // Sending is refused once something in the transaction was lost.
            KafkaError::MessageProduction(_) => TransactionError::Abort(said, code),
            _ => TransactionError::Replace(said, code),
        }
    }

    /// Gives a broken transaction up and goes back to what is committed. False when the worker ends.
    fn mend(&mut self, state: &mut TransactionState, broken: TransactionError) -> bool {
        let start = Instant::now();
        let window = state.open.take();
        state.parts.clear();
        // From here on nothing more of what is under way counts, whoever is at work on it.
        self.rewind.invalidate_epochs();
        self.outbox.queues.forget_invalidated();
        let age = window
            .as_ref()
            .map_or(Duration::ZERO, |w| w.since.elapsed());
        let (replace, cause, code) = match broken {
            TransactionError::Halted => {
                self.leave_nothing_open();
                return false;
            }
            TransactionError::Abort(cause, code) => (false, cause, code),
            TransactionError::Replace(cause, code) => (true, cause, code),
        };
        let expired = age + MARGIN >= self.timeout;
        if is_fenced(code) && !expired && !self.was_cut_off(OWN_RETURN) {
            return self.fenced(&cause);
        }
        // The broker would refuse it again.
        let refused = code.filter(|_| !replace).and_then(fatal_exit);
        if let Some(exit) = refused.filter(|exit| *exit != Exit::Fenced) {
            let why = format!("nothing can be published any more: {cause}");
            self.outbox.stop.halt(exit, why);
            self.leave_nothing_open();
            return false;
        }
        let smooth = !replace && self.abort_smoothly();
        TxnAborted {
            txn_seq: state.number,
            records: window.map_or(0, |w| w.records) as u64,
            ms: age.as_millis() as u64,
            cause,
            error_code: code.map(|c| format!("{c:?}")),
        }
        .emit();
        self.hear_reports(state);
        // Whether the broker wrote the end of it to every partition cannot be known once it was in trouble.
        let in_doubt = !smooth || expired || is_fenced(code) || self.was_cut_off(age + MARGIN);
        // Another producer knows what the topics take by now.
        if (in_doubt || state.was_refused) && !self.replace() {
            return false;
        }
        tracing::debug!(
            ms = start.elapsed().as_millis() as u64,
            in_doubt,
            "gone back to the committed offsets"
        );
        state.was_refused = false;
        self.back_off(state);
        self.rewind.ask();
        !self.outbox.stop.is_halted()
    }

    /// Takes what is told by now: the client has said what became of every record that was aborted.
    fn hear_reports(&self, state: &mut TransactionState) {
        while let Ok(Some(event)) = self.outbox.next(Duration::ZERO) {
            match event {
                PublisherMessage::Refused(refused) => state.note_refused(*refused),
                event => state.put_off.push_back(event),
            }
        }
    }

    /// Aborts; whether the broker took it at once.
    fn abort_smoothly(&self) -> bool {
        let start = Instant::now();
        let tries = Cell::new(0);
        let aborted = self.again(|| {
            tries.set(tries.get() + 1);
            self.outbox.producer.abort()
        });
        aborted.is_ok() && tries.get() == 1 && start.elapsed() < SMOOTH
    }

    fn was_cut_off(&self, time: Duration) -> bool {
        let consumer = self.consumer.get();
        consumer.context().monitor.was_cut_off(time) || self.outbox.producer.was_cut_off(time)
    }

    /// Waits, longer each time, when one transaction after the other is given up and nothing is learnt.
    fn back_off(&self, state: &mut TransactionState) {
        let wait = RETRY * 2u32.saturating_pow(state.in_vain.min(10));
        state.in_vain += 1;
        if state.in_vain > 1 {
            self.outbox.stop.wait(wait.min(BACK_OFF));
        }
    }

    /// Takes a new producer. False when the worker ends.
    fn replace(&mut self) -> bool {
        let start = Instant::now();
        loop {
            if self.outbox.stop.is_halted() {
                return false;
            }
            // The old one first: it has the id too, and goes on with what it was told to do.
            let entered = (self.connect.make)().and_then(|producer| {
                discard(std::mem::replace(&mut self.outbox.producer, producer));
                (self.connect.enter)(&self.outbox.producer)
            });
            let Err(error) = entered else {
                self.health.outage_of(TRANSACTION, None);
                return true;
            };
            if start.elapsed() >= UNABLE {
                let said = format!("no transaction can be begun: {error}");
                self.health.outage_of(TRANSACTION, Some(&said));
            }
            let code = error.rdkafka_error_code();
            if is_fenced(code) && !self.was_cut_off(OWN_RETURN) {
                return self.fenced(&error.to_string());
            }
            let exit = code.and_then(fatal_exit);
            if let Some(exit) = exit.filter(|exit| *exit != Exit::Fenced) {
                self.outbox.stop.halt(exit, format!("producer: {error}"));
                return false;
            }
            let consumer = self.consumer.get();
            let monitor = &consumer.context().monitor;
            monitor.say("transaction", code, error.to_string());
            thread::sleep(RETRY * 4);
        }
    }

    fn fenced(&self, cause: &str) -> bool {
        let id = &self.transactional_id;
        TxnFenced {
            transactional_id: id.clone(),
            cause: cause.to_owned(),
        }
        .emit();
        self.outbox.stop.halt(
            Exit::Fenced,
            format!("another worker uses the transactional id {id}"),
        );
        false
    }
}

/// How long a producer may take to end.
const DISCARD: Duration = Duration::from_secs(3);

/// Ends a producer, on a thread of its own: a broken one may hang, and is left behind then.
fn discard(producer: Producer) {
    let (done, ended) = crossbeam_channel::bounded::<()>(0);
    let thread = thread::Builder::new().name("discard".into());
    let ending = thread.spawn(move || {
        drop(producer);
        drop(done);
    });
    if ending.is_ok() {
        let _ = ended.recv_timeout(DISCARD);
    }
}

fn is_fenced(code: Option<RDKafkaErrorCode>) -> bool {
    use RDKafkaErrorCode::{Fenced, InvalidProducerEpoch, ProducerFenced};
    matches!(code, Some(Fenced | ProducerFenced | InvalidProducerEpoch))
}

fn place(message: &InFlightMessage) -> (Arc<str>, i32, i64) {
    let epoch = &message.epoch;
    (
        Arc::clone(&epoch.topic),
        epoch.partition,
        message.raw.offset,
    )
}

impl TransactionState {
    /// Learns how a message is to be sent of which a record was refused.
    fn note_refused(&mut self, refused: Refused) {
        let resend = match refused.action {
            RefusalAction::SendAgain(mode) => Resend::In(mode),
            RefusalAction::DeadLetter => Resend::DeadLetter(refused.said),
            _ => return,
        };
        self.in_vain = 0;
        self.was_refused |= !refused.pending.mode.alone;
        self.refused.insert(place(&refused.pending.message), resend);
    }

    /// How a message goes out, and as what: as it was made, unless a record of it was refused before.
    fn as_it_is_taken(
        &self,
        message: &InFlightMessage,
        made: Vec<Product>,
    ) -> (SendMode, Vec<Product>) {
        let resend = match self.refused.is_empty() {
            true => None,
            false => self.refused.get(&place(message)),
        };
        match resend {
            None => (SendMode::default(), made),
            Some(Resend::In(mode)) => (*mode, made),
            Some(Resend::DeadLetter(reason)) => {
                let failure = too_large(reason.clone());
                message.dead_lettered(failure.code);
                message.void();
                (SendMode::default(), vec![Product::DeadLetter(failure)])
            }
        }
    }

    /// Lets go of what belongs to partitions that went.
    fn forget_invalidated(&mut self, rewind: &Rewind) {
        self.parts
            .retain(|_, (message, _)| message.epoch.is_current());
        let assignment = &rewind.assignment;
        self.refused
            .retain(|(topic, partition, _), _| assignment.get(topic, *partition).is_some());
    }
}

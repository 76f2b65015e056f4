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
//! | the same, for a right or a topic that is missing | leave: it would be refused again |
//! | anything else (epoch, producer id, transaction state, an abort that fails) | a new producer under the same id, which ends what the old one left open; go back |
//! | fenced, and no transaction was open long enough for the broker to have ended it | another worker has the id: leave |

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use foldhash::HashMap;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};

use super::assignment::Share;
use super::failpoint;
use super::group::Group;
use super::lanes::Release;
use super::producer::{Producer, Product};
use super::publisher::{Event, Outbox, Trouble, too_large};
use super::rewind::Rewind;
use super::ticket::Ticket;
use super::{Exit, client};
use crate::config::Window;
use crate::ops::events::{TxnAborted, TxnCommitted, TxnFenced};
use crate::ops::{Event as _, Stats};

/// Makes another producer under the same transactional id.
pub type Connect = Box<dyn Fn() -> KafkaResult<Producer> + Send>;

/// The transactional publisher: that of at-least-once, and the consumer whose offsets go along.
pub struct Transactions {
    pub outbox: Outbox,
    pub consumer: Arc<BaseConsumer<Group>>,
    pub bounds: Window,
    /// Drains going on: a window does not wait to fill while there are any.
    pub hurry: Arc<AtomicUsize>,
    pub connect: Connect,
    /// How the consuming thread is told to go back.
    pub rewind: Arc<Rewind>,
    pub transactional_id: String,
    /// How long the broker leaves a transaction open.
    pub timeout: Duration,
    pub stats: Arc<Stats>,
}

/// What is in the open transaction.
struct Open {
    since: Instant,
    records: usize,
    bytes: usize,
    /// Messages in it, in the order they went in.
    messages: Vec<Arc<Ticket>>,
}

/// A transaction that did not come to its end.
#[derive(Debug)]
enum Broken {
    /// Can be aborted.
    Abort(String, Option<RDKafkaErrorCode>),
    /// The producer is of no more use.
    Replace(String, Option<RDKafkaErrorCode>),
    /// The worker halts.
    Halted,
}

/// Longest sleep when nothing happens.
const IDLE: Duration = Duration::from_millis(100);

/// Between two tries of a call that may be tried again.
const RETRY: Duration = Duration::from_millis(50);

/// How long a new producer may take to be let in before it is asked again.
const INIT: Duration = Duration::from_secs(10);

/// How long before its timeout a transaction counts as ended by the broker: the clocks differ.
const MARGIN: Duration = Duration::from_secs(1);

impl Transactions {
    /// Publishes until told to leave or the worker halts.
    pub fn run(mut self) {
        let mut number = 0;
        let mut open: Option<Open> = None;
        // What was made of messages that are not whole yet, by their number.
        let mut parts: HashMap<u64, (Arc<Ticket>, Vec<Product>)> = HashMap::default();
        // Places whose record the broker refused for its size: dead-lettered when they come again.
        let mut refused: HashMap<(Arc<str>, i32, i64), String> = HashMap::default();
        let mut released = Vec::new();
        loop {
            let left = open.as_ref().map_or(IDLE, |open| {
                self.bounds.time.saturating_sub(open.since.elapsed())
            });
            let hurried = self.hurry.load(Ordering::Acquire) > 0;
            let event = match self
                .outbox
                .next(if hurried { Duration::ZERO } else { left })
            {
                Ok(event) => event,
                Err(()) => break,
            };
            let quiet = event.is_none();
            match event {
                Some(Event::Leave) => break,
                Some(Event::Refused(ticket, reason)) => {
                    let place = (
                        Arc::clone(&ticket.share.topic),
                        ticket.share.partition,
                        ticket.raw.offset,
                    );
                    refused.insert(place, reason);
                }
                Some(event) => {
                    if matches!(event, Event::Wake) {
                        parts.retain(|_, (ticket, _)| ticket.share.is_alive());
                    }
                    self.outbox.lanes.release(event, &mut released);
                }
                // Nothing to do while a partition is drained: do not spin.
                None if hurried && open.is_none() => self.outbox.rest(Duration::from_millis(1)),
                None => {}
            }
            let mut result = Ok(());
            for release in released.drain(..) {
                match release {
                    Release::Item(ticket, product) if ticket.share.is_alive() => {
                        let part = parts.entry(ticket.number);
                        part.or_insert_with(|| (ticket, Vec::new())).1.push(product);
                    }
                    Release::Item(..) => {}
                    Release::Head(ticket) => ticket.set_head(),
                    Release::Finished(ticket) => {
                        let made = parts.remove(&ticket.number);
                        let mut products = made.map(|(_, products)| products).unwrap_or_default();
                        if result.is_ok() && ticket.share.is_alive() {
                            if !refused.is_empty() {
                                replace_refused(&ticket, &mut products, &mut refused);
                            }
                            result = self.put(&mut open, ticket, products);
                        }
                    }
                }
            }
            let due = open.as_ref().is_some_and(|open| {
                open.since.elapsed() >= self.bounds.time
                    || open.records >= self.bounds.records
                    || open.bytes >= self.bounds.bytes
                    || (hurried && quiet)
            });
            if result.is_ok()
                && due
                && let Some(window) = &open
            {
                number += 1;
                result = self.commit(number, window);
                if result.is_ok() {
                    open = None;
                }
            }
            if let Err(broken) = result {
                let window = open.take();
                parts.clear();
                if !self.mend(number, window, broken) {
                    return;
                }
            }
        }
        if open.is_some() {
            self.leave_nothing_open();
        }
    }

    /// Aborts at the end, so that readers of committed records need not wait for the broker to do it.
    fn leave_nothing_open(&self) {
        let _ = self.outbox.producer.abort();
    }

    /// Puts a whole message into the open transaction, beginning one when there is none.
    fn put(
        &self,
        open: &mut Option<Open>,
        ticket: Arc<Ticket>,
        products: Vec<Product>,
    ) -> Result<(), Broken> {
        if open.is_none() {
            self.again(|| self.outbox.producer.begin())?;
        }
        let window = open.get_or_insert_with(|| Open {
            since: Instant::now(),
            records: 0,
            bytes: 0,
            messages: Vec::new(),
        });
        // In the window first: a message sent in part must be found when it is given up.
        window.messages.push(Arc::clone(&ticket));
        for product in products {
            window.records += product.records();
            window.bytes += product.bytes();
            match self.outbox.send(Arc::clone(&ticket), product) {
                Ok(()) => {}
                Err(Trouble::Halted) => return Err(Broken::Halted),
                Err(Trouble::Refused(error)) => {
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
    fn commit(&self, number: u64, window: &Open) -> Result<(), Broken> {
        let start = Instant::now();
        self.flush(start)?;
        // Before the look at the partitions, and the same for every try: one of a later generation would be
        // accepted for partitions that went and came back meanwhile, and are being read again.
        let Some(group) = self.consumer.group_metadata() else {
            return Err(Broken::Abort("not in the group".into(), None));
        };
        let group = Arc::new(group);
        let mut ends: BTreeMap<u64, (Arc<Share>, i64)> = BTreeMap::new();
        for ticket in &window.messages {
            // Another worker has the partition and does it again: this must not come out.
            if !ticket.share.is_alive() {
                return Err(Broken::Abort("a partition went".into(), None));
            }
            ends.insert(
                ticket.share.epoch,
                (Arc::clone(&ticket.share), ticket.raw.offset + 1),
            );
        }
        let mut offsets = TopicPartitionList::with_capacity(ends.len());
        for (share, end) in ends.values() {
            let added =
                offsets.add_partition_offset(&share.topic, share.partition, Offset::Offset(*end));
            added.map_err(|e| Broken::Abort(e.to_string(), None))?;
        }
        failpoint::pass("before-send-offsets");
        self.again(|| self.outbox.producer.send_offsets(&offsets, &group))?;
        failpoint::pass("before-commit");
        self.again(|| self.outbox.producer.commit())?;
        failpoint::pass("after-commit");
        // The client reckons the lag from what is stored.
        let _ = self.consumer.store_offsets(&offsets);
        for (share, end) in ends.values() {
            share.committed(Some(*end));
        }
        for ticket in &window.messages {
            ticket.commit();
        }
        self.stats.committed(start.elapsed());
        TxnCommitted {
            txn_seq: number,
            records: window.records as u64,
            ms: start.elapsed().as_millis() as u64,
        }
        .emit();
        Ok(())
    }

    /// Waits until the broker has answered for all records of the window. The client gives each of them up
    /// before the transaction's time is over.
    fn flush(&self, start: Instant) -> Result<(), Broken> {
        while !self.outbox.producer.flush() {
            if self.outbox.stop.is_halted() {
                return Err(Broken::Halted);
            }
            if start.elapsed() >= self.timeout {
                let said = format!("records without an answer for {:?}", self.timeout);
                return Err(Broken::Replace(said, None));
            }
        }
        Ok(())
    }

    /// Calls the client until it has an answer that asking again does not change, or the broker has ended
    /// the transaction anyway: a client that lost its coordinator in the middle may never have one.
    fn again(&self, call: impl Fn() -> KafkaResult<()>) -> Result<(), Broken> {
        let start = Instant::now();
        loop {
            match call() {
                Ok(()) => return Ok(()),
                Err(KafkaError::Transaction(error)) if error.is_retriable() => {
                    if self.outbox.stop.is_halted() {
                        return Err(Broken::Halted);
                    }
                    if start.elapsed() >= self.timeout {
                        let said = format!("no end in {:?}: {error}", self.timeout);
                        return Err(Broken::Replace(said, Some(error.code())));
                    }
                    thread::sleep(RETRY);
                }
                Err(error) => return Err(self.broken(&error)),
            }
        }
    }

    /// What an error makes of the transaction.
    fn broken(&self, error: &KafkaError) -> Broken {
        let fatal = self.outbox.producer.fatal();
        let code = fatal
            .as_ref()
            .map(|(code, _)| *code)
            .or(error.rdkafka_error_code());
        let said = match fatal {
            Some((_, said)) => return Broken::Replace(said, code),
            None => error.to_string(),
        };
        match error {
            KafkaError::Transaction(error) if error.txn_requires_abort() => {
                Broken::Abort(said, code)
            }
            // Sending is refused once something in the transaction was lost.
            KafkaError::MessageProduction(_) => Broken::Abort(said, code),
            _ => Broken::Replace(said, code),
        }
    }

    /// Gives a broken transaction up and goes back to what is committed. False when the worker ends.
    fn mend(&mut self, number: u64, window: Option<Open>, broken: Broken) -> bool {
        let start = Instant::now();
        // From here on nothing more of what is under way counts, whoever is at work on it.
        self.rewind.kill_all();
        self.outbox.lanes.forget_dead();
        let age = window
            .as_ref()
            .map_or(Duration::ZERO, |w| w.since.elapsed());
        let (replace, cause, code) = match broken {
            Broken::Halted => {
                self.leave_nothing_open();
                return false;
            }
            Broken::Abort(cause, code) => (false, cause, code),
            Broken::Replace(cause, code) => (true, cause, code),
        };
        let expired = age + MARGIN >= self.timeout;
        if is_fenced(code) && !expired {
            return self.fenced(&cause);
        }
        if let Some(exit) = code.filter(|_| !replace).and_then(client::verdict)
            && exit != Exit::Fenced
        {
            let why = format!("nothing can be published any more: {cause}");
            self.outbox.stop.halt(exit, why);
            self.leave_nothing_open();
            return false;
        }
        let aborted = !replace && self.again(|| self.outbox.producer.abort()).is_ok();
        TxnAborted {
            txn_seq: number,
            records: window.map_or(0, |w| w.records) as u64,
            ms: age.as_millis() as u64,
            cause,
            error_code: code.map(|c| format!("{c:?}")),
        }
        .emit();
        if !aborted && !self.replace() {
            return false;
        }
        tracing::debug!(
            ms = start.elapsed().as_millis() as u64,
            "gone back to the committed offsets"
        );
        self.rewind.ask();
        true
    }

    /// Takes a new producer. False when the worker ends.
    fn replace(&mut self) -> bool {
        loop {
            if self.outbox.stop.is_halted() {
                return false;
            }
            let error = match (self.connect)() {
                Err(error) => error,
                Ok(producer) => match producer.init(INIT) {
                    Ok(()) => {
                        discard(std::mem::replace(&mut self.outbox.producer, producer));
                        return true;
                    }
                    Err(error) => {
                        discard(producer);
                        error
                    }
                },
            };
            let code = error.rdkafka_error_code();
            if is_fenced(code) {
                return self.fenced(&error.to_string());
            }
            if let Some(exit) = code.and_then(client::verdict) {
                self.outbox.stop.halt(exit, format!("producer: {error}"));
                return false;
            }
            self.consumer
                .context()
                .watch
                .say("transaction", code, error.to_string());
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

/// Takes a producer apart on a thread of its own: that of a broken one may hang.
fn discard(producer: Producer) {
    let thread = thread::Builder::new().name("discard".into());
    // Without a thread it is dropped here and now.
    let _ = thread.spawn(move || drop(producer));
}

fn is_fenced(code: Option<RDKafkaErrorCode>) -> bool {
    use RDKafkaErrorCode::{Fenced, InvalidProducerEpoch, ProducerFenced};
    matches!(code, Some(Fenced | ProducerFenced | InvalidProducerEpoch))
}

/// Sends a message to the dead letters in place of the records the broker refused when it came before.
fn replace_refused(
    ticket: &Ticket,
    products: &mut Vec<Product>,
    refused: &mut HashMap<(Arc<str>, i32, i64), String>,
) {
    let place = (
        Arc::clone(&ticket.share.topic),
        ticket.share.partition,
        ticket.raw.offset,
    );
    if let Some(reason) = refused.remove(&place) {
        let failure = too_large(reason);
        ticket.dead_lettered(failure.code);
        *products = vec![Product::DeadLetter(failure)];
    }
}

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

use super::assignment::Share;
use super::client::monitor::OWN_RETURN;
use super::exit::{Exit, fatal_exit};
use super::failpoint;
use super::lanes::Release;
use super::producer::{Producer, Product, Refused};
use super::publisher::{Event, Outbox, Trouble, too_large};
use super::refusal::{Manner, Remedy};
use super::rewind::Rewind;
use super::shared::SharedConsumer;
use super::ticket::Ticket;
use crate::config::Window;
use crate::ops::events::{TxnAborted, TxnCommitted, TxnFenced};
use crate::ops::{Event as _, Health, Stats};

/// How another producer takes up the transactional id.
pub struct Connect {
    pub make: Make,
    pub enter: Enter,
}

/// Makes a producer that knows what the topics take; the broker is told nothing of it yet.
pub type Make = Box<dyn Fn() -> KafkaResult<Producer> + Send>;

/// Has the broker let a producer in, when what was left open under its id has been swept.
pub type Enter = Box<dyn Fn(&Producer) -> KafkaResult<()> + Send>;

/// The transactional publisher: that of at-least-once, and the consumer whose offsets go along.
pub struct Transactions {
    pub outbox: Outbox,
    pub consumer: Arc<SharedConsumer>,
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
    pub health: Arc<Health>,
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

/// Who tells [`Health`] that transactions are kept from working.
pub const TRANSACTION: &str = "transaction";

/// How long the broker may keep a producer from coming in before the worker is not ready.
pub const UNABLE: Duration = Duration::from_secs(15);

/// Longest wait before the next try when one transaction after the other is given up.
const BACK_OFF: Duration = Duration::from_secs(5);

/// An abort that takes longer, or more than one try, has met a broker in trouble.
const SMOOTH: Duration = Duration::from_secs(1);

/// How long before its timeout a transaction counts as ended by the broker: the clocks differ.
const MARGIN: Duration = Duration::from_secs(1);

/// What has been made of messages, on its way into a transaction.
#[derive(Default)]
struct Progress {
    /// Transactions so far.
    number: u64,
    open: Option<Open>,
    /// What was made of messages that are not whole yet, by their number.
    parts: HashMap<u64, (Arc<Ticket>, Vec<Product>)>,
    /// Messages of which the broker refused a record: how they are sent when they come again.
    refused: HashMap<(Arc<str>, i32, i64), Resend>,
    /// Events that came while a transaction was given up.
    put_off: VecDeque<Event>,
    /// Whether a record was refused that was sent beside others, which tells that a topic takes less than
    /// the producer knows.
    was_refused: bool,
    /// Transactions given up since the last that was committed, without anything learnt from them.
    in_vain: u32,
}

/// How a message goes out of which a record was refused.
enum Resend {
    In(Manner),
    /// As a dead letter, for this reason.
    DeadLetter(String),
}

impl Transactions {
    /// Publishes until told to leave or the worker halts.
    pub fn run(mut self) {
        let mut progress = Progress::default();
        let mut released = Vec::new();
        loop {
            let left = progress.open.as_ref().map_or(IDLE, |open| {
                self.bounds.time.saturating_sub(open.since.elapsed())
            });
            let hurried = self.hurry.load(Ordering::Acquire) > 0;
            let patience = if hurried { Duration::ZERO } else { left };
            let event = match progress.put_off.pop_front() {
                Some(event) => Some(event),
                None => match self.outbox.next(patience) {
                    Ok(event) => event,
                    Err(()) => break,
                },
            };
            let quiet = event.is_none();
            match event {
                Some(Event::Leave) => break,
                Some(Event::Refused(refused)) => progress.note_refused(*refused),
                Some(event) => {
                    if matches!(event, Event::Wake) {
                        progress.forget_dead(&self.rewind);
                    }
                    self.outbox.lanes.release(event, &mut released);
                }
                // Nothing to do while a partition is drained: do not spin.
                None if hurried && progress.open.is_none() => {
                    self.outbox.rest(Duration::from_millis(1));
                }
                None => {}
            }
            let mut result = self.take(&mut progress, &mut released);
            if result.is_ok() && self.is_due(&progress, hurried && quiet) {
                result = self.commit(&mut progress);
            }
            if let Err(broken) = result
                && !self.mend(&mut progress, broken)
            {
                return;
            }
        }
        if progress.open.is_some() {
            self.leave_nothing_open();
        }
    }

    /// Puts what may go out into the transaction.
    fn take(
        &self,
        progress: &mut Progress,
        released: &mut Vec<Release<Arc<Ticket>, Product>>,
    ) -> Result<(), Broken> {
        let mut result = Ok(());
        for release in released.drain(..) {
            match release {
                Release::Item(ticket, product) if ticket.share.is_alive() => {
                    let part = progress.parts.entry(ticket.number);
                    part.or_insert_with(|| (ticket, Vec::new())).1.push(product);
                }
                Release::Item(..) => {}
                Release::Head(ticket) => ticket.set_head(),
                Release::Finished(ticket) => {
                    let made = progress.parts.remove(&ticket.number);
                    let products = made.map(|(_, products)| products).unwrap_or_default();
                    if result.is_ok() && ticket.share.is_alive() {
                        result = self.put(progress, ticket, products);
                    }
                }
            }
        }
        result
    }

    fn is_due(&self, progress: &Progress, now: bool) -> bool {
        progress.open.as_ref().is_some_and(|open| {
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
        progress: &mut Progress,
        ticket: Arc<Ticket>,
        products: Vec<Product>,
    ) -> Result<(), Broken> {
        if progress.open.is_none() {
            self.again(|| self.outbox.producer.begin())?;
        }
        let (manner, mut products) = progress.as_it_is_taken(&ticket, products);
        // A message goes out whole or not at all.
        if let Some(large) = products
            .iter()
            .position(|p| self.outbox.producer.is_too_large(p))
        {
            products = vec![products.swap_remove(large)];
        }
        let window = progress.open.get_or_insert_with(|| Open {
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
            match self.outbox.send(Arc::clone(&ticket), product, manner) {
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
    fn commit(&self, progress: &mut Progress) -> Result<(), Broken> {
        let Some(window) = &progress.open else {
            return Ok(());
        };
        progress.number += 1;
        let start = Instant::now();
        let consumer = self.consumer.get();
        self.flush(start)?;
        // Before the look at the partitions, and the same for every try: one of a later generation would be
        // accepted for partitions that went and came back meanwhile, and are being read again.
        let Some(group) = consumer.group_metadata() else {
            return Err(Broken::Abort("not in the group".into(), None));
        };
        let group = Arc::new(group);
        let mut ends: BTreeMap<u64, (Arc<Share>, i64)> = BTreeMap::new();
        for ticket in &window.messages {
            // Another worker has the partition and does it again: this must not come out.
            if !ticket.share.is_alive() {
                return Err(Broken::Abort("a partition went".into(), None));
            }
            // Its topic is gone: there is no offset to commit.
            if ticket.share.is_detached() {
                continue;
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
        self.wait_for_beginnings(ends.values().map(|(share, _)| share));
        failpoint::pass("before-send-offsets");
        if offsets.count() > 0 {
            self.again(|| self.outbox.producer.send_offsets(&offsets, &group))?;
        }
        failpoint::pass("before-commit");
        self.again(|| self.outbox.producer.commit())?;
        failpoint::pass("after-commit");
        // The client reckons the lag from what is stored.
        let _ = consumer.store_offsets(&offsets);
        for (share, end) in ends.values() {
            share.committed(Some(*end));
        }
        for ticket in &window.messages {
            ticket.commit();
            progress.refused.remove(&place(ticket));
        }
        self.stats.committed(start.elapsed());
        TxnCommitted {
            txn_seq: progress.number,
            records: window.records as u64,
            ms: start.elapsed().as_millis() as u64,
        }
        .emit();
        progress.open = None;
        progress.in_vain = 0;
        Ok(())
    }

    /// Waits, in the first transaction after partitions came, until the inspector knows what was committed of
    /// them before.
    fn wait_for_beginnings<'a>(&self, shares: impl Iterator<Item = &'a Arc<Share>>) {
        for share in shares {
            while share.waits_for_beginning() && !self.outbox.stop.is_set() {
                thread::sleep(Duration::from_millis(5));
            }
        }
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
    fn mend(&mut self, progress: &mut Progress, broken: Broken) -> bool {
        let start = Instant::now();
        let window = progress.open.take();
        progress.parts.clear();
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
        let cut_off = self.was_cut_off(OWN_RETURN);
        if is_fenced(code) && !expired && !cut_off {
            return self.fenced(&cause);
        }
        if let Some(exit) = code.filter(|_| !replace).and_then(fatal_exit)
            && exit != Exit::Fenced
        {
            let why = format!("nothing can be published any more: {cause}");
            self.outbox.stop.halt(exit, why);
            self.leave_nothing_open();
            return false;
        }
        let smooth = !replace && self.abort_smoothly();
        TxnAborted {
            txn_seq: progress.number,
            records: window.map_or(0, |w| w.records) as u64,
            ms: age.as_millis() as u64,
            cause,
            error_code: code.map(|c| format!("{c:?}")),
        }
        .emit();
        // The client has told what became of every record by now.
        while let Ok(Some(event)) = self.outbox.next(Duration::ZERO) {
            match event {
                Event::Refused(refused) => progress.note_refused(*refused),
                event => progress.put_off.push_back(event),
            }
        }
        // Whether the broker wrote the end of it to every partition cannot be known once it was in trouble.
        let in_doubt = !smooth || expired || is_fenced(code) || self.was_cut_off(age + MARGIN);
        // Another producer knows what the topics take by now.
        if (in_doubt || progress.was_refused) && !self.replace() {
            return false;
        }
        tracing::debug!(
            ms = start.elapsed().as_millis() as u64,
            in_doubt,
            "gone back to the committed offsets"
        );
        progress.was_refused = false;
        self.back_off(progress);
        self.rewind.ask();
        !self.outbox.stop.is_halted()
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
        consumer.context().watch.was_cut_off(time) || self.outbox.producer.was_cut_off(time)
    }

    /// Waits, longer each time, when one transaction after the other is given up and nothing is learnt.
    fn back_off(&self, progress: &mut Progress) {
        let wait = RETRY * 2u32.saturating_pow(progress.in_vain.min(10));
        progress.in_vain += 1;
        if progress.in_vain > 1 {
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
            let watch = &consumer.context().watch;
            watch.say("transaction", code, error.to_string());
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

fn place(ticket: &Ticket) -> (Arc<str>, i32, i64) {
    let share = &ticket.share;
    (Arc::clone(&share.topic), share.partition, ticket.raw.offset)
}

impl Progress {
    /// Learns how a message is to be sent of which a record was refused.
    fn note_refused(&mut self, refused: Refused) {
        let resend = match refused.remedy {
            Remedy::Again(manner) => Resend::In(manner),
            Remedy::DeadLetter => Resend::DeadLetter(refused.said),
            _ => return,
        };
        self.in_vain = 0;
        self.was_refused |= !refused.parcel.manner.alone;
        self.refused.insert(place(&refused.parcel.ticket), resend);
    }

    /// How a message goes out, and as what: as it was made, unless a record of it was refused before.
    fn as_it_is_taken(&self, ticket: &Ticket, made: Vec<Product>) -> (Manner, Vec<Product>) {
        let resend = match self.refused.is_empty() {
            true => None,
            false => self.refused.get(&place(ticket)),
        };
        match resend {
            None => (Manner::default(), made),
            Some(Resend::In(manner)) => (*manner, made),
            Some(Resend::DeadLetter(reason)) => {
                let failure = too_large(reason.clone());
                ticket.dead_lettered(failure.code);
                (Manner::default(), vec![Product::DeadLetter(failure)])
            }
        }
    }

    /// Lets go of what belongs to partitions that went.
    fn forget_dead(&mut self, rewind: &Rewind) {
        self.parts.retain(|_, (ticket, _)| ticket.share.is_alive());
        let assignment = &rewind.assignment;
        self.refused
            .retain(|(topic, partition, _), _| assignment.get(topic, *partition).is_some());
    }
}

//! The client that publishes: its settings, what it sends, and what it is told became of that.

use std::ffi::{CStr, CString};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossbeam_channel::Sender;
use rdkafka::TopicPartitionList;
use rdkafka::bindings::{self as c, rd_kafka_vtype_t as V};
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerGroupMetadata;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, DeliveryResult, Message as _, OwnedHeaders};
use rdkafka::producer::{Producer as _, ProducerContext, PurgeConfig, ThreadedProducer};
use thiserror::Error;

use super::client::monitor::ClientMonitor;
use super::client::{self, Context, Owner};
use super::dead_letter::{self, Failure};
use super::exit::{Exit, fatal_exit};
use super::in_flight_budget::Reservation;
use super::in_flight_message::{InFlightMessage, Raw};
use super::limits::{Limits, Packing};
use super::packed::Packed;
use super::placed::Placed;
use super::publisher::PublisherMessage;
use super::record_headers;
use super::refusal::{self, RefusalAction, SendMode};
use super::shared::Shared;
use super::stop::Stop;
use crate::config::{Delivery, OutputKey, Security, Settings};
use crate::memory::RecordedLink;
use crate::ops::Event as _;
use crate::ops::events::{ArticleDeadLettered, RecordRefused};

/// Something made of a message.
#[derive(Debug)]
pub enum Product {
    /// An enriched record; its id where its key or its headers have it.
    Record {
        id: Option<Vec<u8>>,
        value: Vec<u8>,
        /// What its format has no place for, for the header `copydesk-enriched`.
        sidecar: Option<Vec<u8>>,
        load: Reservation,
    },
    /// Records that are held until their message is done with; [`super::publisher::Outbox`] unpacks them.
    Packed(Packed),
    /// What was decided of an article, to be recorded beside its record.
    Link(RecordedLink),
    /// A deletion, passed on.
    Tombstone,
    /// The message as it came, passed on unread: what the way through the worker costs by itself.
    #[cfg(feature = "failpoints")]
    Unread,
    /// The message itself, to the dead letters.
    DeadLetter(Failure),
}

impl Product {
    /// How many messages go out for it.
    pub fn records(&self) -> usize {
        match self {
            Product::Packed(packed) => packed.records(),
            Product::Link(_) => 0,
            _ => 1,
        }
    }

    /// Bytes of the record; a dead letter is the message itself, which is counted there.
    pub fn bytes(&self) -> usize {
        match self {
            Product::Record { value, sidecar, .. } => {
                value.len() + sidecar.as_ref().map_or(0, Vec::len)
            }
            Product::Packed(packed) => packed.unpacked(),
            Product::Link(link) => link.key.len() + link.value.len(),
            _ => 0,
        }
    }

    /// The bytes that go out for a message; `None` for a tombstone.
    fn payload<'a>(&'a self, raw: &'a Raw) -> Option<&'a [u8]> {
        match self {
            Product::Record { value, .. } => Some(value),
            Product::Link(link) => Some(&link.value),
            #[cfg(feature = "failpoints")]
            Product::Unread => raw.value.as_deref(),
            // Never sent as such.
            Product::Packed(_) => None,
            Product::Tombstone => None,
            Product::DeadLetter(_) => raw.value.as_deref(),
        }
    }
}

/// A product on its way to the broker. It comes back with the report that it was delivered, or not; until then
/// the client reads the payload from here, and has no copy of it.
pub struct PendingDelivery {
    pub message: Arc<InFlightMessage>,
    pub product: Product,
    pub mode: SendMode,
}

/// A delivery that the broker refused, and what can be done about that.
pub struct Refused {
    pub pending: PendingDelivery,
    pub action: RefusalAction,
    /// What the broker said.
    pub said: String,
}

/// Takes the news of deliveries, on the client's own thread.
pub struct DeliveryReports {
    delivery: Delivery,
    publisher: Sender<PublisherMessage>,
    stop: Arc<Stop>,
    monitor: Arc<ClientMonitor>,
    /// Most bytes of a batch with more than one record.
    batch_bytes: usize,
    /// Set when a record has been refused, until what is behind it has been taken back.
    refusing: AtomicBool,
    /// Set when a record of a transaction was acknowledged without a place in the log.
    unplaced: AtomicBool,
    placed: Placed,
}

impl DeliveryReports {
    pub fn new(shared: &Shared, monitor: &Arc<ClientMonitor>, limits: &Limits) -> Self {
        DeliveryReports {
            delivery: shared.settings.kafka.delivery,
            publisher: shared.publisher.clone(),
            stop: Arc::clone(&shared.stop),
            monitor: Arc::clone(monitor),
            batch_bytes: client::settings::batch_bytes(&shared.settings, limits),
            refusing: AtomicBool::new(false),
            unplaced: AtomicBool::new(false),
            placed: Placed::default(),
        }
    }
}

impl Owner for DeliveryReports {
    fn security(&self) -> &Security {
        &self.monitor.security
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        self.monitor.log(level, facility, text);
    }

    fn error(&self, error: &KafkaError, reason: &str) {
        match self.delivery {
            Delivery::ExactlyOnce => self.monitor.transaction_error(error, reason),
            Delivery::AtLeastOnce => self.monitor.error(error, reason),
        }
    }

    fn statistics(&self, json: &[u8]) {
        self.monitor.statistics(json);
    }
}

impl ProducerContext for Context<DeliveryReports> {
    type DeliveryOpaque = Box<PendingDelivery>;

    fn delivery(&self, result: &DeliveryResult<'_>, pending: Box<PendingDelivery>) {
        match result {
            Ok(written) => {
                let (topic, partition) = (written.topic(), written.partition());
                let alone = pending.mode.alone;
                match self.placed.is(topic, partition, written.offset(), alone) {
                    true => self.delivered(&pending, written),
                    false => self.unplaced(*pending),
                }
            }
            Err((error, _)) => self.refused(pending, error),
        }
    }
}

impl DeliveryReports {
    fn delivered(&self, pending: &PendingDelivery, written: &BorrowedMessage<'_>) {
        match &pending.product {
            Product::DeadLetter(failure) => {
                let letter = ArticleDeadLettered {
                    scope: pending.message.scope(),
                    stage: failure.stage.clone(),
                    error_kind: "article".into(),
                    error_code: failure.code.into(),
                    attempt: 1,
                    reason: failure.reason.clone(),
                    dead_letter_topic: written.topic().to_owned(),
                    dead_letter_partition: Some(written.partition()),
                    dead_letter_offset: Some(written.offset()),
                };
                match self.delivery {
                    Delivery::AtLeastOnce => letter.emit(),
                    // Told with the commit: what is aborted is in nobody's dead letters.
                    Delivery::ExactlyOnce => pending.message.letter_written(letter),
                }
            }
            Product::Link(_) => {}
            _ => pending.message.published(written.payload_len()),
        }
        // In a transaction nothing is safe before its commit; the window finishes its messages then.
        if self.is_streaming() {
            pending.message.close();
        }
    }

    /// Sends a record again that was acknowledged without a place in the log; see [`super::placed`].
    fn unplaced(&self, pending: PendingDelivery) {
        let error = KafkaError::MessageProduction(RDKafkaErrorCode::DuplicateSequenceNumber);
        let action = RefusalAction::SendAgain(SendMode {
            alone: true,
            ..pending.mode
        });
        RecordRefused {
            scope: pending.message.scope(),
            error_code: format!("{:?}", RDKafkaErrorCode::DuplicateSequenceNumber),
            action: action.in_words().into(),
        }
        .emit();
        self.refusing.store(self.is_streaming(), Ordering::Release);
        self.unplaced.store(!self.is_streaming(), Ordering::Release);
        self.give_back(pending, action, &error);
    }

    fn refused(&self, pending: Box<PendingDelivery>, error: &KafkaError) {
        use RDKafkaErrorCode::{PurgeInflight, PurgeQueue};
        let Some(code) = error.rdkafka_error_code() else {
            return self.halt(&pending, Exit::Publish, error, "");
        };
        match code {
            // Taken back, to go out behind what was refused.
            PurgeQueue if self.is_streaming() && !self.stop.is_halted() => {
                let action = RefusalAction::SendAgain(pending.mode);
                return self.give_back(*pending, action, error);
            }
            // The worker is leaving, or the transaction is being given up.
            PurgeQueue | PurgeInflight => return,
            _ => {}
        }
        let is_dead_letter = matches!(pending.product, Product::DeadLetter(_));
        // One that is larger than a batch goes alone in its own.
        let mode = SendMode {
            alone: pending.mode.alone || pending.product.bytes() > self.batch_bytes,
            ..pending.mode
        };
        match refusal::action(code, mode, is_dead_letter) {
            RefusalAction::Halt(advice) => self.halt(&pending, Exit::Publish, error, advice),
            RefusalAction::NotRefused => self.failed(&pending, code, error),
            action => {
                RecordRefused {
                    scope: pending.message.scope(),
                    error_code: format!("{code:?}"),
                    action: action.in_words().into(),
                }
                .emit();
                self.refusing.store(self.is_streaming(), Ordering::Release);
                self.give_back(*pending, action, error);
            }
        }
    }

    /// Whether records go out as they come, and not in transactions.
    fn is_streaming(&self) -> bool {
        self.delivery == Delivery::AtLeastOnce
    }

    /// Something was not delivered, and not for what it is.
    fn failed(&self, pending: &PendingDelivery, code: RDKafkaErrorCode, error: &KafkaError) {
        let exit = fatal_exit(code).filter(|exit| *exit != Exit::Fenced);
        // Of all else a transaction says itself, at its commit, what is to be done.
        if exit.is_some() || self.is_streaming() {
            self.halt(pending, exit.unwrap_or(Exit::Publish), error, "");
        }
    }

    fn give_back(&self, pending: PendingDelivery, action: RefusalAction, error: &KafkaError) {
        let refused = Refused {
            pending,
            action,
            said: format!(
                "{error}: larger than the topic takes, raise its max.message.bytes or lower limits.output_bytes"
            ),
        };
        // The publisher gone means the worker is leaving without this message: it comes again.
        let _ = self
            .publisher
            .send(PublisherMessage::Refused(Box::new(refused)));
    }

    fn halt(&self, pending: &PendingDelivery, exit: Exit, error: &KafkaError, advice: &str) {
        let InFlightMessage { epoch, raw, .. } = &*pending.message;
        let what = match pending.product {
            Product::DeadLetter(_) => "the dead letter",
            Product::Link(_) => "the memory's link",
            _ => "the record",
        };
        let (topic, partition, offset) = (&epoch.topic, epoch.partition, raw.offset);
        self.stop.halt(
            exit,
            format!(
                "{what} for {topic}[{partition}]@{offset} could not be published: {error}{advice}"
            ),
        );
    }
}

type Client = ThreadedProducer<Context<DeliveryReports>>;

/// The producer with what it needs to know to send.
pub(super) struct Producer {
    client: Arc<Client>,
    output: CString,
    dead_letters: CString,
    /// Topic of links; empty when the memory is off.
    links: CString,
    limits: Limits,
    packing: Packing,
}

/// Why something could not be handed to the client. It is still the caller's then.
#[derive(Debug, Error)]
pub(super) enum SendError {
    /// Larger than the client takes.
    #[error("{0}")]
    TooLarge(KafkaError),
    #[error("the client has no room")]
    Full,
    #[error(transparent)]
    Other(#[from] KafkaError),
}

impl Producer {
    /// # Errors
    /// When the client does not take its settings.
    pub(super) fn new(
        settings: &Settings,
        owner: DeliveryReports,
        limits: Limits,
    ) -> KafkaResult<Self> {
        let config = client::settings::producer(settings, &limits);
        Ok(Producer {
            limits,
            packing: Packing::of(&settings.kafka),
            client: Arc::new(client::polling_producer(&config, owner)?),
            output: CString::new(&*settings.kafka.output)?,
            links: match &settings.kafka.memory {
                Some(topics) => CString::new(&*topics.links)?,
                None => CString::default(),
            },
            dead_letters: CString::new(&*settings.kafka.dead_letters)?,
        })
    }

    /// Sends what is pending: a record to the output topic, a dead letter to its own.
    ///
    /// # Errors
    /// See [`SendError`]; nothing has been sent then, and it comes back.
    pub(super) fn send(
        &self,
        pending: Box<PendingDelivery>,
    ) -> Result<(), (SendError, Box<PendingDelivery>)> {
        let PendingDelivery {
            message, product, ..
        } = &*pending;
        let raw = &message.raw;
        let (topic, headers) = match product {
            Product::Record { id, sidecar, .. } => {
                let headers = record_headers::headers(message, id.as_deref(), sidecar.as_deref());
                (&self.output, Some(headers))
            }
            Product::Link(_) => (&self.links, None),
            Product::DeadLetter(failure) => {
                let now = jiff::Timestamp::now().to_string();
                let headers = dead_letter::headers(message, failure, &now);
                (&self.dead_letters, Some(headers))
            }
            _ => {
                let any = !raw.headers.is_empty();
                let headers = any.then(|| raw.headers.to_client(0, |_| true));
                (&self.output, headers)
            }
        };
        message.open();
        let Err((code, pending)) = self.hand_over(topic, headers, pending) else {
            return Ok(());
        };
        pending.message.close();
        let error = KafkaError::MessageProduction(code);
        let error = match code {
            RDKafkaErrorCode::QueueFull => SendError::Full,
            RDKafkaErrorCode::MessageSizeTooLarge => SendError::TooLarge(error),
            _ => SendError::Other(error),
        };
        Err((error, pending))
    }

    /// Gives a delivery to the client for a topic. The payload stays where it is, in the delivery, until that
    /// comes back with its report: the binding's own way has the client copy it, which holds each record in
    /// memory twice and costs a tenth of what the worker without stages spends on one.
    fn hand_over(
        &self,
        topic: &CStr,
        headers: Option<OwnedHeaders>,
        pending: Box<PendingDelivery>,
    ) -> Result<(), (RDKafkaErrorCode, Box<PendingDelivery>)> {
        let PendingDelivery {
            message, product, ..
        } = &*pending;
        let raw = &message.raw;
        let key = match product {
            Product::Record { id: Some(id), .. } if message.context.output_key == OutputKey::Id => {
                Some(&id[..])
            }
            Product::Link(link) => Some(link.key.as_bytes()),
            _ => raw.key.as_deref(),
        };
        let place =
            |bytes: Option<&[u8]>| bytes.map_or((ptr::null(), 0), |b| (b.as_ptr(), b.len()));
        let (key, key_len) = place(key);
        let (payload, payload_len) = place(product.payload(raw));
        let native_headers = headers.as_ref().map_or(ptr::null(), |h| {
            ptr::from_ref(h.as_borrowed()).cast::<c::rd_kafka_headers_t>()
        });
        let limits = match product {
            Product::DeadLetter(_) => &self.limits.dead_letters,
            _ => &self.limits.output,
        };
        let is_link = matches!(product, Product::Link(_));
        let own = raw.timestamp.filter(|_| !pending.mode.new_time && !is_link);
        let timestamp = limits.kept_time(own, jiff::Timestamp::now().as_millisecond());
        let pending: *mut PendingDelivery = Box::into_raw(pending);
        // SAFETY: each type is followed by what the library's table of them asks for (rdkafka.h,
        // rd_kafka_vtype_t). Topic and key are copied. Without RD_KAFKA_MSG_F_COPY the payload must stay as it is
        // until the delivery report (rd_kafka_produce): it lies in the pending delivery, or in the message that
        // this holds, and from here on only the report has it. rdkafka 0.39 takes it up with `Box::from_raw` of
        // the opaque pointer as the `DeliveryOpaque` of this client's context (its src/util.rs, `IntoOpaque for
        // Box<T>`; src/producer/base_producer.rs, `handle_delivery_report_event`), which is the type it is here.
        let answer = unsafe {
            c::rd_kafka_producev(
                self.client.client().native_ptr(),
                V::RD_KAFKA_VTYPE_TOPIC,
                topic.as_ptr(),
                V::RD_KAFKA_VTYPE_MSGFLAGS,
                0,
                V::RD_KAFKA_VTYPE_VALUE,
                payload,
                payload_len,
                V::RD_KAFKA_VTYPE_KEY,
                key,
                key_len,
                V::RD_KAFKA_VTYPE_OPAQUE,
                pending,
                V::RD_KAFKA_VTYPE_TIMESTAMP,
                timestamp,
                V::RD_KAFKA_VTYPE_HEADERS,
                native_headers,
                V::RD_KAFKA_VTYPE_END,
            )
        };
        if answer == c::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR {
            // The library's now (rdkafka.h, RD_KAFKA_VTYPE_HEADERS).
            std::mem::forget(headers);
            return Ok(());
        }
        // SAFETY: a call that fails takes nothing and reports nothing (rdkafka.h, rd_kafka_producev), so the pointer
        // made above is still this function's alone.
        Err((answer.into(), unsafe { Box::from_raw(pending) }))
    }

    /// Has the broker let this producer in, and end what an earlier one of its id left open.
    ///
    /// # Errors
    /// When it does not within `time`, or refuses.
    pub(super) fn init(&self, time: Duration) -> KafkaResult<()> {
        self.call(time, move |client| client.init_transactions(time))
    }

    /// # Errors
    /// As the client says; see [`super::transaction`].
    pub(super) fn begin(&self) -> KafkaResult<()> {
        self.client.begin_transaction()
    }

    /// Sends what is buffered at once and waits until all of it is answered; whether it was within
    /// [`CALL_TIMEOUT`].
    ///
    /// Without this, the client's own commit waits in steps of 100 ms.
    pub(super) fn flush(&self) -> bool {
        let native = self.client.client().native_ptr();
        let time = i32::try_from(CALL_TIMEOUT.as_millis()).unwrap_or(i32::MAX);
        // SAFETY: the pointer is that of a living client, which `self` holds for the whole call, and the
        // library is thread-safe. It waits for the client's own thread to serve the answers.
        let answer = unsafe { c::rd_kafka_flush(native, time) };
        answer == c::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR
    }

    /// # Errors
    /// As the client says; see [`super::transaction`].
    pub(super) fn send_offsets(
        &self,
        offsets: &TopicPartitionList,
        group: &Arc<ConsumerGroupMetadata>,
    ) -> KafkaResult<()> {
        let (offsets, group) = (offsets.clone(), Arc::clone(group));
        self.call(CALL_TIMEOUT, move |client| {
            client.send_offsets_to_transaction(&offsets, &group, CALL_TIMEOUT)
        })
    }

    /// # Errors
    /// As the client says; see [`super::transaction`].
    pub(super) fn commit(&self) -> KafkaResult<()> {
        self.call(CALL_TIMEOUT, |client| {
            client.commit_transaction(CALL_TIMEOUT)
        })
    }

    /// # Errors
    /// As the client says; see [`super::transaction`].
    pub(super) fn abort(&self) -> KafkaResult<()> {
        self.call(CALL_TIMEOUT, |client| {
            client.abort_transaction(CALL_TIMEOUT)
        })
    }

    /// Makes a call of the client that is to come back within `time`, and gives it up when it does not
    /// within [`GRACE`] more.
    ///
    /// It may never: when the broker goes away at the wrong moment, librdkafka 2.12 can lose the answer to
    /// `send_offsets_to_transaction` and then waits for it for good, whatever time it was given. The thread
    /// that waits is left behind with its hold on the client.
    fn call(
        &self,
        time: Duration,
        call: impl FnOnce(&Client) -> KafkaResult<()> + Send + 'static,
    ) -> KafkaResult<()> {
        let client = Arc::clone(&self.client);
        let answer = within(time + GRACE, move || call(&client));
        answer.unwrap_or(Err(KafkaError::Global(RDKafkaErrorCode::OperationTimedOut)))
    }

    /// The error that made the client useless, if one did.
    pub(super) fn fatal(&self) -> Option<(RDKafkaErrorCode, String)> {
        self.client.client().fatal_error()
    }

    /// Whether a record was acknowledged without a place in the log since this was last asked: the transaction
    /// that it was sent in must not be committed.
    pub(super) fn takes_unplaced(&self) -> bool {
        let unplaced = &self.client.context().unplaced;
        unplaced.swap(false, Ordering::AcqRel)
    }

    /// Whether a record has been refused and what is behind it has not been taken back.
    pub(super) fn is_refusing(&self) -> bool {
        self.client.context().refusing.load(Ordering::Acquire)
    }

    /// Takes back what has been handed over and not been sent, and waits for an answer to the rest; whether
    /// there is none without by now. It comes back as [`PublisherMessage::Refused`].
    ///
    /// To be called until it is done: batches behind a refused one are refused too, for the gap before them,
    /// and lie in the client's queue for a moment until it sends them again.
    pub(super) fn take_back(&self) -> bool {
        const MOMENT: Duration = Duration::from_millis(2);
        self.purge();
        let done = self.client.flush(MOMENT).is_ok() && self.unanswered() == 0;
        if done {
            self.client
                .context()
                .refusing
                .store(false, Ordering::Release);
        }
        done
    }

    /// Throws away what has been handed over and not been sent.
    pub(super) fn purge(&self) {
        self.client
            .purge(PurgeConfig::default().queue().non_blocking());
    }

    /// Whether the output refuses this for its size, as far as that is certain.
    pub(super) fn is_too_large(&self, product: &Product) -> bool {
        match product {
            Product::Record { value, .. } => self.limits.output.is_too_large(value, self.packing),
            _ => false,
        }
    }

    /// What the topics took when this producer was made.
    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether a broker was away for this client at any time within the last `time`.
    pub(super) fn was_cut_off(&self, time: Duration) -> bool {
        self.client.context().monitor.was_cut_off(time)
    }

    /// Messages handed over and not answered for.
    pub(super) fn unanswered(&self) -> usize {
        usize::try_from(self.client.in_flight_count()).unwrap_or(0)
    }
}

/// Does something on a thread of its own; `None` when it has not come back in `time`, or there is no thread.
fn within<T: Send + 'static>(
    time: Duration,
    call: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (sender, receiver) = crossbeam_channel::bounded(1);
    let thread = std::thread::Builder::new().name("transaction".into());
    let caller = thread.spawn(move || {
        // Nobody hears any more when it comes too late.
        let _ = sender.send(call());
    });
    caller.ok().and_then(|_| receiver.recv_timeout(time).ok())
}

/// How long one call of a transaction waits. It says then that the same call goes on from where it was; who
/// does not make it again must take another producer, or the client and the broker have different views.
const CALL_TIMEOUT: Duration = Duration::from_secs(1);

/// How long past its time a call may take: far above what a busy machine makes of it, and so short that a
/// transaction given up for it can be done again within the time readers wait for it anyway.
const GRACE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_never_comes_back_is_given_up() {
        assert_eq!(within(Duration::from_secs(60), || 7), Some(7));
        let (_open, never) = crossbeam_channel::bounded::<()>(0);
        let lost = within(Duration::from_millis(10), move || never.recv());
        assert_eq!(lost, None);
    }
}

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
use rdkafka::message::{BorrowedMessage, DeliveryResult, Header, Message as _, OwnedHeaders};
use rdkafka::producer::{Producer as _, ProducerContext, PurgeConfig, ThreadedProducer};

use super::client::monitor::Watch;
use super::client::{self, Context, Owner};
use super::dead_letter::{self, Failure};
use super::exit::{Exit, fatal_exit};
use super::flow::Load;
use super::limits::{Limits, Packing};
use super::packed::Packed;
use super::publisher::Event;
use super::refusal::{self, Manner, Remedy};
use super::stop::Stop;
use super::ticket::{Raw, Ticket};
use crate::config::{Delivery, Security, Settings};
use crate::ops::Event as _;
use crate::ops::events::{ArticleDeadLettered, RecordRefused};

/// Header of a record in a format that cannot say everything: the rest, as JSON.
pub const SIDECAR: &str = "copydesk-enriched";

/// Something made of a message.
#[derive(Debug)]
pub enum Product {
    /// An enriched record; `key` where it is not the message's own.
    Record {
        key: Option<Vec<u8>>,
        value: Vec<u8>,
        /// What its format has no place for, for the header [`SIDECAR`].
        sidecar: Option<Vec<u8>>,
        load: Load,
    },
    /// Records that are held until their message is done with; [`super::publisher::Outbox`] unpacks them.
    Packed(Packed),
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
            _ => 0,
        }
    }

    /// The bytes that go out for a message; `None` for a tombstone.
    fn payload<'a>(&'a self, raw: &'a Raw) -> Option<&'a [u8]> {
        match self {
            Product::Record { value, .. } => Some(value),
            #[cfg(feature = "failpoints")]
            Product::Unread => raw.value.as_deref(),
            // Never sent as such.
            Product::Packed(_) => None,
            Product::Tombstone => None,
            Product::DeadLetter(_) => raw.value.as_deref(),
        }
    }
}

/// What comes back with the news that something was delivered, or not. The client has no copy of the
/// payload: it reads it from here.
pub struct Parcel {
    pub ticket: Arc<Ticket>,
    pub product: Product,
    pub manner: Manner,
}

/// A parcel that the broker refused, and what can be done about that.
pub struct Refused {
    pub parcel: Parcel,
    pub remedy: Remedy,
    /// What the broker said.
    pub said: String,
}

/// Takes the news of deliveries, on the client's own thread.
pub struct Deliveries {
    pub delivery: Delivery,
    pub events: Sender<Event>,
    pub stop: Arc<Stop>,
    pub watch: Arc<Watch>,
    /// Most bytes of a batch with more than one record.
    pub batch_bytes: usize,
    /// Set when a record has been refused, until what is behind it has been taken back.
    pub refusing: AtomicBool,
}

impl Owner for Deliveries {
    fn security(&self) -> &Security {
        &self.watch.security
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        self.watch.log(level, facility, text);
    }

    fn error(&self, error: &KafkaError, reason: &str) {
        match self.delivery {
            Delivery::ExactlyOnce => self.watch.transaction_error(error, reason),
            Delivery::AtLeastOnce => self.watch.error(error, reason),
        }
    }

    fn statistics(&self, json: &[u8]) {
        self.watch.statistics(json);
    }
}

impl ProducerContext for Context<Deliveries> {
    type DeliveryOpaque = Box<Parcel>;

    fn delivery(&self, result: &DeliveryResult<'_>, parcel: Box<Parcel>) {
        match result {
            Ok(message) => self.delivered(&parcel, message),
            Err((error, _)) => self.refused(parcel, error),
        }
    }
}

impl Deliveries {
    fn delivered(&self, parcel: &Parcel, message: &BorrowedMessage<'_>) {
        match &parcel.product {
            Product::DeadLetter(failure) => {
                let written = ArticleDeadLettered {
                    scope: parcel.ticket.scope(),
                    stage: failure.stage.clone(),
                    error_kind: "article".into(),
                    error_code: failure.code.into(),
                    attempt: 1,
                    reason: failure.reason.clone(),
                    dead_letter_topic: message.topic().to_owned(),
                    dead_letter_partition: Some(message.partition()),
                    dead_letter_offset: Some(message.offset()),
                };
                match self.delivery {
                    Delivery::AtLeastOnce => written.emit(),
                    // Told with the commit: what is aborted is in nobody's dead letters.
                    Delivery::ExactlyOnce => parcel.ticket.letter_written(written),
                }
            }
            _ => parcel.ticket.published(message.payload_len()),
        }
        // In a transaction nothing is safe before its commit; the window finishes its messages then.
        if self.delivery == Delivery::AtLeastOnce {
            parcel.ticket.close();
        }
    }

    fn refused(&self, parcel: Box<Parcel>, error: &KafkaError) {
        use RDKafkaErrorCode::{PurgeInflight, PurgeQueue};
        let code = match error.rdkafka_error_code() {
            // Taken back, to go out behind what was refused.
            Some(PurgeQueue)
                if self.delivery == Delivery::AtLeastOnce && !self.stop.is_halted() =>
            {
                let remedy = Remedy::Again(parcel.manner);
                return self.give_back(*parcel, remedy, error);
            }
            // The worker is leaving, or the transaction is being given up.
            Some(PurgeQueue | PurgeInflight) => return,
            Some(code) => code,
            None => return self.halt(&parcel, Exit::Publish, error, ""),
        };
        let is_dead_letter = matches!(parcel.product, Product::DeadLetter(_));
        // One that is larger than a batch goes alone in its own.
        let manner = Manner {
            alone: parcel.manner.alone || parcel.product.bytes() > self.batch_bytes,
            ..parcel.manner
        };
        match refusal::remedy(code, manner, is_dead_letter) {
            Remedy::Halt(advice) => self.halt(&parcel, Exit::Publish, error, advice),
            // Of all else a transaction says itself, at its commit, what is to be done.
            Remedy::NotRefused => {
                let exit = fatal_exit(code).filter(|exit| *exit != Exit::Fenced);
                if exit.is_some() || self.delivery == Delivery::AtLeastOnce {
                    self.halt(&parcel, exit.unwrap_or(Exit::Publish), error, "");
                }
            }
            remedy => {
                let action = match remedy {
                    Remedy::DeadLetter => "its message goes to the dead letters",
                    Remedy::Again(manner) if manner.new_time => "sent again with a new time",
                    Remedy::Again(_) => "sent again alone",
                    _ => "sent again later",
                };
                RecordRefused {
                    scope: parcel.ticket.scope(),
                    error_code: format!("{code:?}"),
                    action: action.into(),
                }
                .emit();
                self.refusing
                    .store(self.delivery == Delivery::AtLeastOnce, Ordering::Release);
                self.give_back(*parcel, remedy, error);
            }
        }
    }

    fn give_back(&self, parcel: Parcel, remedy: Remedy, error: &KafkaError) {
        let refused = Refused {
            parcel,
            remedy,
            said: format!(
                "{error}: larger than the topic takes, raise its max.message.bytes or lower limits.output_bytes"
            ),
        };
        // The publisher gone means the worker is leaving without this message: it comes again.
        let _ = self.events.send(Event::Refused(Box::new(refused)));
    }

    fn halt(&self, parcel: &Parcel, exit: Exit, error: &KafkaError, advice: &str) {
        let Ticket { share, raw, .. } = &*parcel.ticket;
        let what = match parcel.product {
            Product::DeadLetter(_) => "the dead letter",
            _ => "the record",
        };
        let (topic, partition, offset) = (&share.topic, share.partition, raw.offset);
        self.stop.halt(
            exit,
            format!(
                "{what} for {topic}[{partition}]@{offset} could not be published: {error}{advice}"
            ),
        );
    }
}

type Client = ThreadedProducer<Context<Deliveries>>;

/// The producer with what it needs to know to send.
pub struct Producer {
    client: Arc<Client>,
    output: CString,
    dead_letters: CString,
    limits: Limits,
    packing: Packing,
}

/// Why something could not be handed to the client.
#[derive(Debug)]
pub enum SendError {
    /// Larger than the client takes.
    TooLarge(String),
    /// The client has no room; what was to be sent is still the caller's.
    Full,
    Other(KafkaError),
}

impl Producer {
    /// # Errors
    /// When the client does not take its settings.
    pub fn new(settings: &Settings, owner: Deliveries, limits: Limits) -> KafkaResult<Self> {
        let config = client::settings::producer(settings, &limits);
        Ok(Producer {
            limits,
            packing: Packing::of(&settings.kafka),
            client: Arc::new(client::polling_producer(&config, owner)?),
            output: CString::new(&*settings.kafka.output)?,
            dead_letters: CString::new(&*settings.kafka.dead_letters)?,
        })
    }

    /// Sends a parcel: a record to the output topic, a dead letter to its own.
    ///
    /// # Errors
    /// See [`SendError`]; nothing has been sent then, and the parcel comes back.
    pub fn send(&self, parcel: Box<Parcel>) -> Result<(), (SendError, Box<Parcel>)> {
        let Parcel {
            ticket, product, ..
        } = &*parcel;
        let raw = &ticket.raw;
        let (topic, headers) = match product {
            Product::Record {
                sidecar: Some(sidecar),
                ..
            } => {
                let headers = raw.headers.to_client(1, |_| true).insert(Header {
                    key: SIDECAR,
                    value: Some(sidecar),
                });
                (&self.output, Some(headers))
            }
            Product::DeadLetter(failure) => {
                let now = jiff::Timestamp::now().to_string();
                let headers = dead_letter::headers(ticket, failure, &now);
                (&self.dead_letters, Some(headers))
            }
            _ => {
                let any = !raw.headers.is_empty();
                let headers = any.then(|| raw.headers.to_client(0, |_| true));
                (&self.output, headers)
            }
        };
        ticket.open();
        let Err((code, parcel)) = self.hand_over(topic, headers, parcel) else {
            return Ok(());
        };
        parcel.ticket.close();
        let error = KafkaError::MessageProduction(code);
        let error = match code {
            RDKafkaErrorCode::QueueFull => SendError::Full,
            RDKafkaErrorCode::MessageSizeTooLarge => SendError::TooLarge(error.to_string()),
            _ => SendError::Other(error),
        };
        Err((error, parcel))
    }

    /// Gives a parcel to the client for a topic. The payload stays where it is, in the parcel, until the
    /// parcel comes back with the news of its delivery: the binding's own way has the client copy it, which
    /// holds each record in memory twice and costs a tenth of what the worker without stages spends on one.
    fn hand_over(
        &self,
        topic: &CStr,
        headers: Option<OwnedHeaders>,
        parcel: Box<Parcel>,
    ) -> Result<(), (RDKafkaErrorCode, Box<Parcel>)> {
        let Parcel {
            ticket, product, ..
        } = &*parcel;
        let raw = &ticket.raw;
        let key = match product {
            Product::Record { key: Some(own), .. } => Some(&own[..]),
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
        let own = raw.timestamp.filter(|_| !parcel.manner.new_time);
        let timestamp = limits.kept_time(own, jiff::Timestamp::now().as_millisecond());
        let parcel = Box::into_raw(parcel);
        // SAFETY: each type is followed by what the library's table of them asks for. Topic and key are
        // copied. The payload must stay as it is until the delivery callback is invoked (rdkafka.h): it lies
        // in the parcel, or in the message that the parcel's ticket holds, and from here on only the
        // callback has the parcel.
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
                parcel,
                V::RD_KAFKA_VTYPE_TIMESTAMP,
                timestamp,
                V::RD_KAFKA_VTYPE_HEADERS,
                native_headers,
                V::RD_KAFKA_VTYPE_END,
            )
        };
        if answer == c::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR {
            // The library's now.
            std::mem::forget(headers);
            return Ok(());
        }
        // SAFETY: the library has not taken it, so it is still this function's alone.
        Err((answer.into(), unsafe { Box::from_raw(parcel) }))
    }

    /// Has the broker let this producer in, and end what an earlier one of its id left open.
    ///
    /// # Errors
    /// When it does not within `time`, or refuses.
    pub fn init(&self, time: Duration) -> KafkaResult<()> {
        self.call(time, move |client| client.init_transactions(time))
    }

    /// # Errors
    /// As the client says; see [`super::transaction`].
    pub fn begin(&self) -> KafkaResult<()> {
        self.client.begin_transaction()
    }

    /// Sends what is buffered at once and waits until all of it is answered; whether it was within
    /// [`PATIENCE`].
    ///
    /// Without this, the client's own commit waits in steps of 100 ms.
    pub fn flush(&self) -> bool {
        let native = self.client.client().native_ptr();
        let time = i32::try_from(PATIENCE.as_millis()).unwrap_or(i32::MAX);
        // SAFETY: the pointer is that of a living client, which `self` holds for the whole call, and the
        // library is thread-safe. It waits for the client's own thread to serve the answers.
        let answer = unsafe { c::rd_kafka_flush(native, time) };
        answer == c::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR
    }

    /// # Errors
    /// As the client says; see [`super::transaction`].
    pub fn send_offsets(
        &self,
        offsets: &TopicPartitionList,
        group: &Arc<ConsumerGroupMetadata>,
    ) -> KafkaResult<()> {
        let (offsets, group) = (offsets.clone(), Arc::clone(group));
        self.call(PATIENCE, move |client| {
            client.send_offsets_to_transaction(&offsets, &group, PATIENCE)
        })
    }

    /// # Errors
    /// As the client says; see [`super::transaction`].
    pub fn commit(&self) -> KafkaResult<()> {
        self.call(PATIENCE, |client| client.commit_transaction(PATIENCE))
    }

    /// # Errors
    /// As the client says; see [`super::transaction`].
    pub fn abort(&self) -> KafkaResult<()> {
        self.call(PATIENCE, |client| client.abort_transaction(PATIENCE))
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
    pub fn fatal(&self) -> Option<(RDKafkaErrorCode, String)> {
        self.client.client().fatal_error()
    }

    /// Whether a record has been refused and what is behind it has not been taken back.
    pub fn is_refusing(&self) -> bool {
        self.client.context().refusing.load(Ordering::Acquire)
    }

    /// Takes back what has been handed over and not been sent, and waits for an answer to the rest; whether
    /// there is none without by now. It comes back as [`Event::Refused`].
    ///
    /// To be called until it is done: batches behind a refused one are refused too, for the gap before them,
    /// and lie in the client's queue for a moment until it sends them again.
    pub fn take_back(&self) -> bool {
        const MOMENT: Duration = Duration::from_millis(2);
        self.client
            .purge(PurgeConfig::default().queue().non_blocking());
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
    pub fn purge(&self) {
        self.client
            .purge(PurgeConfig::default().queue().non_blocking());
    }

    /// Whether the output refuses this for its size, as far as that is certain.
    pub fn is_too_large(&self, product: &Product) -> bool {
        match product {
            Product::Record { value, .. } => self.limits.output.is_too_large(value, self.packing),
            _ => false,
        }
    }

    /// What the topics took when this producer was made.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether a broker was away for this client at any time within the last `time`.
    pub fn was_cut_off(&self, time: Duration) -> bool {
        self.client.context().watch.was_cut_off(time)
    }

    /// Messages handed over and not answered for.
    pub fn unanswered(&self) -> usize {
        usize::try_from(self.client.in_flight_count()).unwrap_or(0)
    }
}

/// Does something on a thread of its own; `None` when it has not come back in `time`, or there is no thread.
fn within<T: Send + 'static>(
    time: Duration,
    call: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (told, hears) = crossbeam_channel::bounded(1);
    let thread = std::thread::Builder::new().name("transaction".into());
    let caller = thread.spawn(move || {
        // Nobody hears any more when it comes too late.
        let _ = told.send(call());
    });
    caller.ok().and_then(|_| hears.recv_timeout(time).ok())
}

/// How long one call of a transaction waits. It says then that the same call goes on from where it was; who
/// does not make it again must take another producer, or the client and the broker have different views.
const PATIENCE: Duration = Duration::from_secs(1);

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

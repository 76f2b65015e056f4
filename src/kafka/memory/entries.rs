//! Writes entries to the index, outside of any transaction.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Message as _};
use rdkafka::producer::{
    BaseRecord, Producer as _, ProducerContext, PurgeConfig, ThreadedProducer,
};

use super::MemoryClient;
use crate::config::{Security, Settings};
use crate::kafka::client::{self, Context, Owner};
use crate::kafka::exit::{Exit, fatal_exit};
use crate::kafka::placed::Placed;
use crate::kafka::stop::Stop;
use crate::kafka::sync::lock;

/// One message to the index; without a value the article is to be forgotten.
struct Written {
    key: String,
    value: Option<Vec<u8>>,
    /// Whether it was acknowledged before, without a place in the log.
    again: AtomicBool,
}

/// Writes to the index. What the broker did not take is written again, for as long as it takes: whoever waits for it
/// goes on when it comes out of the index, and what comes twice does no harm.
pub(super) struct Entries {
    topic: String,
    client: ThreadedProducer<Context<Reports>>,
}

impl Entries {
    /// # Errors
    /// When the client does not take its settings.
    pub(super) fn new(settings: &Settings, topic: &str, stop: &Arc<Stop>) -> KafkaResult<Self> {
        let reports = Reports {
            client: MemoryClient::new(settings, stop),
            topic: topic.to_owned(),
            refused: Mutex::default(),
            placed: Placed::default(),
        };
        let config = client::settings::memory_writer(settings);
        Ok(Entries {
            topic: topic.to_owned(),
            client: client::polling_producer(&config, reports)?,
        })
    }

    pub(super) fn send(&self, key: String, value: Option<Vec<u8>>) {
        self.hand_over(&Arc::new(Written {
            key,
            value,
            again: AtomicBool::new(false),
        }));
    }

    /// Writes what was not taken.
    pub(super) fn send_again(&self) {
        let refused = std::mem::take(&mut *lock(&self.client.context().refused));
        for message in refused {
            self.hand_over(&message);
        }
    }

    /// Gives up what has not been written.
    pub(super) fn purge(&self) {
        let all = PurgeConfig::default().queue().inflight().non_blocking();
        self.client.purge(all);
    }

    fn hand_over(&self, message: &Arc<Written>) {
        let mut record = BaseRecord::with_opaque_to(&self.topic, Arc::clone(message))
            .key(&message.key)
            .partition(0);
        if let Some(value) = &message.value {
            record = record.payload(value);
        }
        if let Err((error, _)) = self.client.send(record) {
            // Whatever comes after the error that made the client useless is refused as "fatal", without its cause.
            let fatal = self.client.client().fatal_error();
            let said = fatal.map_or_else(|| error.to_string(), |(_, said)| said);
            let message = Arc::clone(message);
            self.client.context().refused(message, &error, &said);
        }
    }
}

/// Takes the news of what became of messages.
struct Reports {
    client: MemoryClient,
    topic: String,
    /// What is to be written again.
    refused: Mutex<Vec<Arc<Written>>>,
    placed: Placed,
}

impl Reports {
    fn refused(&self, message: Arc<Written>, error: &KafkaError, said: &str) {
        use RDKafkaErrorCode as E;
        let code = error.rdkafka_error_code();
        let exit = match code {
            // The worker is leaving.
            Some(E::PurgeQueue | E::PurgeInflight) => return,
            // It would be refused again.
            Some(E::MessageSizeTooLarge | E::InvalidRecord | E::PolicyViolation) => {
                Some(Exit::Publish)
            }
            code => code.and_then(fatal_exit),
        };
        if let Some(exit) = exit {
            let why = format!(
                "what is remembered of {} could not be written to {}: {said}",
                message.key, self.topic
            );
            return self.client.stop.halt(exit, why);
        }
        lock(&self.refused).push(message);
    }
}

impl Owner for Reports {
    fn security(&self) -> &Security {
        self.client.security()
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        self.client.log(level, facility, text);
    }

    fn error(&self, error: &KafkaError, reason: &str) {
        self.client.error(error, reason);
    }
}

impl ProducerContext for Context<Reports> {
    type DeliveryOpaque = Arc<Written>;

    fn delivery(&self, result: &DeliveryResult<'_>, message: Arc<Written>) {
        match result {
            Ok(written) => {
                let (topic, partition) = (written.topic(), written.partition());
                // One that was written again is believed: what comes twice does no harm, and it must end.
                let again = message.again.swap(true, Ordering::Relaxed);
                if !self.placed.is(topic, partition, written.offset(), again) {
                    lock(&self.refused).push(message);
                }
            }
            Err((error, _)) => self.refused(message, error, &error.to_string()),
        }
    }
}

//! The one place where clients of the broker are made, for the worker and for every command.
//!
//! ```text
//! settings   a ClientConfig for each purpose, from the configuration
//! check      what librdkafka refuses of them, told by key, without a broker
//! Context    takes librdkafka's callbacks: log, errors, statistics, requests for a token
//!   ├ monitor    the worker's clients: into the log, the health and the metrics
//!   │ └ repeats  what one says again and again is told once a minute
//!   └ operator   the commands' clients: errors are kept for whoever asks
//! ```
//!
//! A client made past this module logs in with a password or a certificate and with no token: rdkafka's own
//! contexts leave the request for one unanswered.

pub mod check;
pub mod monitor;
pub mod operator;
mod repeats;
pub mod settings;

use std::ops::Deref;
use std::time::Duration;

use rdkafka::client::{ClientContext, OAuthToken};
use rdkafka::config::{ClientConfig, FromClientConfigAndContext as _, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, ConsumerContext};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::producer::{BaseProducer, ProducerContext, ThreadedProducer};

use crate::config::Security;

/// What the owner of a client does with what it tells beside messages.
pub trait Owner: Send + Sync {
    /// How the client logs in.
    fn security(&self) -> &Security;

    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str);

    /// An error outside any message. `reason` is the library's sentence for it.
    fn error(&self, error: &KafkaError, reason: &str);

    /// The client's statistics, a JSON document (librdkafka's STATISTICS.md), every
    /// `statistics.interval.ms`.
    fn statistics(&self, _json: &[u8]) {}
}

/// The context of every client: hands what the library says to the client's owner, and answers its request
/// for an OAUTHBEARER token.
pub struct Context<O>(O);

impl<O> Deref for Context<O> {
    type Target = O;

    fn deref(&self) -> &O {
        &self.0
    }
}

impl<O: Owner> ClientContext for Context<O> {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        self.0.log(level, facility, text);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.0.error(&error, reason);
    }

    fn stats_raw(&self, json: &[u8]) {
        self.0.statistics(json);
    }

    fn generate_oauth_token(
        &self,
        _config: Option<&str>,
    ) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        let token = self.0.security().token()?;
        Ok(OAuthToken {
            token: token.token.expose().to_owned(),
            principal_name: token.principal,
            lifetime_ms: token.expires_ms,
        })
    }
}

/// How long a new client is polled for its first token, which it gets from a poll only: a call that asks the broker
/// something before the first poll would wait for a connection in vain. The library has asked for it by the time the client is
/// made (librdkafka 2.12, `rd_kafka_sasl_oauthbearer_init`), and reading it takes well below a millisecond.
const FIRST_TOKEN: Duration = Duration::from_millis(20);

/// Makes a consuming client. It has subscribed to nothing yet, and has its first token.
///
/// # Errors
/// When the library does not take the settings.
pub fn consumer<O: Owner>(config: &ClientConfig, owner: O) -> KafkaResult<BaseConsumer<Context<O>>>
where
    Context<O>: ConsumerContext,
{
    let takes_token = owner.security().takes_token();
    let consumer = BaseConsumer::from_config_and_context(config, Context(owner))?;
    if takes_token {
        // No message can come, and an error has been told to the owner.
        let _ = consumer.poll(FIRST_TOKEN);
    }
    Ok(consumer)
}

/// Makes a publishing client that somebody polls. It has its first token.
///
/// # Errors
/// When the library does not take the settings.
pub fn producer<O: Owner>(config: &ClientConfig, owner: O) -> KafkaResult<BaseProducer<Context<O>>>
where
    Context<O>: ProducerContext,
{
    let takes_token = owner.security().takes_token();
    let producer = BaseProducer::from_config_and_context(config, Context(owner))?;
    if takes_token {
        producer.poll(FIRST_TOKEN);
    }
    Ok(producer)
}

/// Makes a publishing client that polls itself, on a thread of its own.
///
/// # Errors
/// When the library does not take the settings.
pub fn polling_producer<O: Owner + 'static>(
    config: &ClientConfig,
    owner: O,
) -> KafkaResult<ThreadedProducer<Context<O>>>
where
    Context<O>: ProducerContext,
{
    ThreadedProducer::from_config_and_context(config, Context(owner))
}

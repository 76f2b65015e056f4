//! The clients of the commands that an operator runs beside the worker: `check`, `dead-letters`, `demo`.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, DeliveryResult, ProducerContext};

use super::{Context, Owner, settings};
use crate::config::{Fault, Security, Settings};
use crate::kafka::sync::lock;

/// Keeps the last errors a client told, for the command to say why nothing came of it. Its log is not shown.
#[derive(Debug)]
pub struct ErrorCollector {
    security: Security,
    errors: Mutex<VecDeque<(RDKafkaErrorCode, String)>>,
}

/// Most errors that are kept: a client without a broker tells two a second, and the last say why.
const KEPT: usize = 100;

impl ErrorCollector {
    pub fn new(security: &Security) -> Self {
        ErrorCollector {
            security: security.clone(),
            errors: Mutex::default(),
        }
    }
}

impl Owner for ErrorCollector {
    fn security(&self) -> &Security {
        &self.security
    }

    fn log(&self, _level: RDKafkaLogLevel, _facility: &str, _text: &str) {}

    fn error(&self, error: &KafkaError, reason: &str) {
        let Some(code) = error.rdkafka_error_code() else {
            return;
        };
        let mut errors = lock(&self.errors);
        errors.truncate(KEPT - 1);
        errors.push_front((code, reason.to_owned()));
    }
}

impl ConsumerContext for Context<ErrorCollector> {}

impl ProducerContext for Context<ErrorCollector> {
    type DeliveryOpaque = ();

    fn delivery(&self, _: &DeliveryResult<'_>, (): ()) {}
}

/// A command's consuming client.
pub type OperatorConsumer = BaseConsumer<Context<ErrorCollector>>;

/// Makes a consuming client that joins no group; `group` is the one whose offsets it reads and commits.
///
/// # Errors
/// When the library does not take the settings.
pub fn consumer(settings: &Settings, group: &str) -> KafkaResult<OperatorConsumer> {
    let config = settings::operator_consumer(settings, group);
    super::consumer(&config, ErrorCollector::new(&settings.kafka.security))
}

/// Makes a publishing client. Its owner is told what becomes of each record.
///
/// # Errors
/// When the library does not take the settings.
pub fn producer<O: Owner>(settings: &Settings, owner: O) -> KafkaResult<BaseProducer<Context<O>>>
where
    Context<O>: ProducerContext,
{
    super::producer(&settings::operator_producer(settings), owner)
}

/// Waits until a broker answers, and returns how many there are.
///
/// # Errors
/// When none does within `wait`, or it refuses the login.
pub fn reach(
    consumer: &OperatorConsumer,
    settings: &Settings,
    wait: Duration,
) -> Result<usize, Fault> {
    let deadline = Instant::now() + wait;
    loop {
        let asked =
            consumer.fetch_metadata(Some(&settings.kafka.output), Duration::from_millis(500));
        if let Ok(metadata) = asked {
            return Ok(metadata.brokers().len());
        }
        // Errors of the connection come by way of a poll.
        let _ = consumer.poll(Duration::from_millis(50));
        let errors = lock(&consumer.context().errors);
        // Oldest first: what is refused has its reason there.
        let mut oldest_first = errors.iter().rev();
        if let Some(fault) =
            oldest_first.find_map(|(code, text)| refused_login(*code, text, settings))
        {
            return Err(fault);
        }
        if Instant::now() >= deadline {
            return Err(unreachable(&errors, settings, wait));
        }
    }
}

fn unreachable(
    latest_first: &VecDeque<(RDKafkaErrorCode, String)>,
    settings: &Settings,
    wait: Duration,
) -> Fault {
    // That all brokers are down is true, and says less than why.
    let why = |(code, _): &&(RDKafkaErrorCode, String)| *code != RDKafkaErrorCode::AllBrokersDown;
    let last = latest_first.iter().find(why);
    let last = last.map_or("no answer", |(_, text)| text.as_str());
    let advice = format!(
        "no broker can be reached within {} s ({last}): write host:port of one that runs",
        wait.as_secs()
    );
    Fault::new("kafka.brokers", advice).value(format!("{:?}", settings.kafka.brokers))
}

/// What to write when the broker, or this side of TLS, says no.
fn refused_login(code: RDKafkaErrorCode, text: &str, settings: &Settings) -> Option<Fault> {
    use RDKafkaErrorCode::{
        Authentication, SSL, SaslAuthenticationFailed, UnsupportedSASLMechanism,
    };
    let security = &settings.kafka.security;
    match code {
        Authentication | SaslAuthenticationFailed if security.takes_token() => {
            let advice = format!(
                "the login fails ({text}): check that it holds a token the broker takes, and one that has not run out"
            );
            let file = security.token_file.clone().unwrap_or_default();
            let fault = Fault::new("kafka.security.token_file", advice);
            Some(fault.value(format!("{:?}", file.display().to_string())))
        }
        Authentication | SaslAuthenticationFailed => {
            let advice = format!(
                "the broker refuses the login ({text}): check the user, and the password in password_file"
            );
            Some(
                Fault::new("kafka.security.username", advice)
                    .value(format!("{:?}", security.username)),
            )
        }
        UnsupportedSASLMechanism => {
            let advice =
                format!("the broker does not take it ({text}): write one it is configured for");
            Some(Fault::new("kafka.security.mechanism", advice))
        }
        SSL => {
            let advice = format!(
                "the encrypted connection fails ({text}): check ca_file, certificate_file and their dates, and the protocol"
            );
            Some(
                Fault::new("kafka.security.ca_file", advice)
                    .value(format!("{:?}", security.ca_file)),
            )
        }
        _ => None,
    }
}

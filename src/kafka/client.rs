//! What the consuming and the publishing client have in common.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::client::OAuthToken;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::statistics::Statistics;

use super::Exit;
use super::gauges::Meters;
use super::stop::Stop;
use crate::config::{Security, Settings};
use crate::ops::Event as _;
use crate::ops::events::{BrokerDown, BrokerUp, ClientLog};

/// What a client tells beside messages: its log, its errors, its statistics.
pub struct Watch {
    pub client: &'static str,
    pub stop: Arc<Stop>,
    pub security: Security,
    pub gauges: Arc<Meters>,
    /// Brokers that are away, and since when.
    pub down: Mutex<Vec<(String, Instant)>>,
    /// When a broker last could not be reached, or was back.
    pub trouble: Mutex<Option<Instant>>,
}

/// How long after a broker was away the worker's own return explains that it is fenced: requests it sent
/// before meet the name under which it joined since. Twice the longest default session of a group.
pub const OWN_RETURN: Duration = Duration::from_secs(90);

impl Watch {
    pub fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        use RDKafkaLogLevel::{Alert, Critical, Emerg, Error, Warning};
        if matches!(level, Emerg | Alert | Critical | Error | Warning) {
            self.tell(facility, "", text);
        } else {
            tracing::debug!(client = self.client, facility, "{text}");
        }
    }

    /// An error outside any message: most pass by themselves, some never do.
    pub fn error(&self, error: &KafkaError, reason: &str) {
        let code = error.rdkafka_error_code();
        match code.and_then(verdict) {
            Some(exit) => self.stop.halt(exit, format!("{}: {reason}", self.client)),
            None if is_about_certificate(reason) => self.stop.halt(
                Exit::Broker,
                format!(
                    "{}: a certificate is refused, ours or the broker's; see kafka.security: {reason}",
                    self.client
                ),
            ),
            None => {
                self.note_down(reason, code);
                self.say("error", code, reason.to_owned());
            }
        }
    }

    /// As [`Watch::error`], of a client with a transactional id: whether it is fenced for good, the
    /// transaction's next call meets too and knows better.
    pub fn transaction_error(&self, error: &KafkaError, reason: &str) {
        use RDKafkaErrorCode::{Fatal, Fenced, InvalidProducerEpoch, ProducerFenced};
        match error.rdkafka_error_code() {
            Some(code @ (Fatal | Fenced | InvalidProducerEpoch | ProducerFenced)) => {
                self.say("transaction", Some(code), reason.to_owned());
            }
            _ => self.error(error, reason),
        }
    }

    /// Passes on what went wrong with the client and may mend itself.
    pub fn say(&self, facility: &str, code: Option<RDKafkaErrorCode>, text: String) {
        self.tell(facility, &name(code), &text);
    }

    fn tell(&self, facility: &str, error_code: &str, text: &str) {
        ClientLog {
            client: self.client.into(),
            facility: facility.into(),
            error_code: error_code.into(),
            text: text.into(),
        }
        .emit();
    }

    /// Whether a broker was away at any time within the last `time`.
    pub fn was_cut_off(&self, time: Duration) -> bool {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let down = self.down.lock().unwrap_or_else(PoisonError::into_inner);
        !down.is_empty() || trouble.is_some_and(|at| at.elapsed() <= time)
    }

    fn note_trouble(&self) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        *trouble = Some(Instant::now());
    }

    /// Says once that a broker is away. The client's errors begin with the broker's name.
    fn note_down(&self, reason: &str, code: Option<RDKafkaErrorCode>) {
        use RDKafkaErrorCode::{BrokerTransportFailure, OperationTimedOut, Resolve};
        if !matches!(
            code,
            Some(BrokerTransportFailure | OperationTimedOut | Resolve)
        ) {
            return;
        }
        let Some((broker, error)) = reason.split_once(": ") else {
            return;
        };
        self.note_trouble();
        let mut down = self.down.lock().unwrap_or_else(PoisonError::into_inner);
        if down.iter().all(|(name, _)| name != broker) {
            down.push((broker.to_owned(), Instant::now()));
            BrokerDown {
                broker: broker.to_owned(),
                error_code: name(code),
                error: error.to_owned(),
            }
            .emit();
        }
    }

    /// Says of the brokers that were away and are among `up` that they are back.
    pub fn note_up(&self, up: &[&str]) {
        let mut down = self.down.lock().unwrap_or_else(PoisonError::into_inner);
        down.retain(|(broker, since)| {
            let back = up.contains(&broker.as_str());
            if back {
                self.note_trouble();
                BrokerUp {
                    broker: broker.clone(),
                    ms: since.elapsed().as_millis() as u64,
                }
                .emit();
            }
            !back
        });
    }

    /// Takes the client's statistics, a JSON document.
    pub fn stats(&self, json: &[u8]) {
        if let Ok(statistics) = serde_json::from_slice::<Statistics>(json) {
            let up = statistics.brokers.values().filter(|b| b.state == "UP");
            let up: Vec<&str> = up.map(|b| b.name.as_str()).collect();
            self.note_up(&up);
            self.gauges.note(&statistics);
        }
    }

    pub fn token(&self) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        let token = self.security.token()?;
        Ok(OAuthToken {
            token: token.token.expose().to_owned(),
            principal_name: token.principal,
            lifetime_ms: token.expires_ms,
        })
    }
}

fn name(code: Option<RDKafkaErrorCode>) -> String {
    code.map(|c| format!("{c:?}")).unwrap_or_default()
}

/// The clock by which librdkafka says when its statistics were made (`ts`): the system's monotonic clock, in
/// microseconds.
pub fn clock_us() -> i64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the call fills in the structure it is given, which lives as long as it.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut now) };
    now.tv_sec * 1_000_000 + now.tv_nsec / 1_000
}

/// How the worker ends for an error that no waiting mends; `None` for all others. An unknown topic is not
/// among them: a broker that has just started, or a topic that has just been made, needs a moment; the
/// inspector sees when it stays unknown.
pub fn verdict(code: RDKafkaErrorCode) -> Option<Exit> {
    use RDKafkaErrorCode as E;
    match code {
        E::Fenced | E::FencedInstanceId | E::ProducerFenced | E::InvalidProducerEpoch => {
            Some(Exit::Fenced)
        }
        E::Authentication
        | E::SaslAuthenticationFailed
        | E::UnsupportedSASLMechanism
        | E::TopicAuthorizationFailed
        | E::GroupAuthorizationFailed
        | E::ClusterAuthorizationFailed
        | E::TransactionalIdAuthorizationFailed
        | E::InvalidTopic
        | E::Fatal => Some(Exit::Broker),
        _ => None,
    }
}

/// Whether TLS failed over a certificate, on either side: run out, unknown, or for another host. The
/// client counts it among the passing troubles of a connection, and would try for ever.
fn is_about_certificate(reason: &str) -> bool {
    (reason.contains("SSL") || reason.contains("ssl://")) && reason.contains("certificate")
}

/// Settings of both clients that the configuration may change.
pub fn config(settings: &Settings) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("client.id", format!("copydesk-{}", settings.kafka.instance))
        .set(
            "statistics.interval.ms",
            settings.ops.stats_interval.as_millis().to_string(),
        )
        // A broker that comes back is found within a second, not ten.
        .set("reconnect.backoff.max.ms", "1000")
        // New partitions, and topics that a pattern matches, are seen within this time.
        .set("topic.metadata.refresh.interval.ms", "10000")
        .set_log_level(RDKafkaLogLevel::Info);
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_told_from_other_troubles_of_a_connection() {
        assert!(is_about_certificate(
            "ssl://h:1/bootstrap: Receive failed: error:0A000416:SSL routines::ssl/tls alert certificate unknown: SSL alert number 46"
        ));
        assert!(is_about_certificate(
            "ssl://h:1/bootstrap: SSL handshake failed: broker certificate could not be verified"
        ));
        assert!(!is_about_certificate(
            "ssl://h:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed"
        ));
    }
}

//! What the consuming and the publishing client have in common.

use std::sync::Arc;

use rdkafka::client::OAuthToken;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::Exit;
use super::stop::Stop;
use crate::config::{Security, Settings};

/// Takes a client's statistics, a JSON document.
pub type OnStats = Box<dyn Fn(&[u8]) + Send + Sync>;

/// What a client tells beside messages: its log, its errors, its statistics.
pub struct Watch {
    pub client: &'static str,
    pub stop: Arc<Stop>,
    pub security: Security,
    pub on_stats: OnStats,
}

impl Watch {
    pub fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        use RDKafkaLogLevel::{Alert, Critical, Emerg, Error, Warning};
        let client = self.client;
        match level {
            Emerg | Alert | Critical | Error | Warning => {
                tracing::warn!(event = "client.log", client, facility, "{text}");
            }
            _ => tracing::debug!(event = "client.log", client, facility, "{text}"),
        }
    }

    /// An error outside any message: most pass by themselves, some never do.
    pub fn error(&self, error: &KafkaError, reason: &str) {
        let code = error.rdkafka_error_code();
        match code.and_then(verdict) {
            Some(exit) => self.stop.halt(exit, format!("{}: {reason}", self.client)),
            None => {
                let error_code = code.map(|c| format!("{c:?}")).unwrap_or_default();
                tracing::warn!(
                    event = "client.error",
                    client = self.client,
                    error_code,
                    "{reason}"
                );
            }
        }
    }

    pub fn stats(&self, json: &[u8]) {
        (self.on_stats)(json);
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

/// How the worker ends for an error that no waiting mends; `None` for all others.
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
        | E::UnknownTopicOrPartition
        | E::UnknownTopic
        | E::InvalidTopic
        | E::Fatal => Some(Exit::Broker),
        _ => None,
    }
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

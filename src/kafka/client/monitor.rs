//! What the worker's clients tell beside messages, and what follows from it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::statistics::Statistics;

use super::repeats::Repeats;
use crate::config::Security;
use crate::kafka::exit::{Exit, fatal_exit};
use crate::kafka::gauges::Meters;
use crate::kafka::shared::Shared;
use crate::kafka::stop::Stop;
use crate::kafka::sync::lock;
use crate::ops::events::{BrokerDown, BrokerUp, ClientLog};
use crate::ops::{Event as _, Health};

/// What a client tells beside messages: its log, its errors, its statistics.
pub struct ClientMonitor {
    client: &'static str,
    stop: Arc<Stop>,
    pub security: Security,
    meters: Arc<Meters>,
    health: Arc<Health>,
    /// Brokers that are away, and since when.
    down: Mutex<Vec<(String, Instant)>>,
    /// When a broker last did not answer, could not be reached, or was back.
    trouble: Mutex<Option<Instant>>,
    /// Since when the client has said that it has no broker left.
    alone: Mutex<Option<Instant>>,
    /// The error last told, and when.
    last: Mutex<Option<(String, Instant)>>,
    repeats: Repeats,
}

/// How long the client must find no broker before the worker is not ready. It says so too when the first of a
/// name's addresses does not answer and the next one does.
const ALONE: Duration = Duration::from_secs(1);

/// Within this time the same error is the same one: rdkafka 0.39 tells a producer's errors twice, once as a
/// client's and once as a producer's.
const TWICE: Duration = Duration::from_millis(5);

/// How long after a broker was away the worker's own return explains that it is fenced: requests it sent
/// before meet the name under which it joined since. Twice the longest default session of a group.
pub const OWN_RETURN: Duration = Duration::from_secs(90);

impl ClientMonitor {
    /// `client` is what it goes by in the log: `consumer` or `producer`.
    pub fn new(client: &'static str, shared: &Shared) -> Self {
        ClientMonitor {
            client,
            stop: Arc::clone(&shared.stop),
            security: shared.settings.kafka.security.clone(),
            meters: Arc::clone(&shared.meters),
            health: Arc::clone(&shared.health),
            down: Mutex::default(),
            trouble: Mutex::default(),
            alone: Mutex::default(),
            last: Mutex::default(),
            repeats: Repeats::default(),
        }
    }

    /// A line of the client's own log: from warnings on it is an event, below that a debug line. What failed at a
    /// broker is an error, too, in the same words, and told as one.
    pub fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        use RDKafkaLogLevel::{Alert, Critical, Emerg, Error, Warning};
        let is_failure = matches!(level, Emerg | Alert | Critical | Error);
        let is_told = is_failure && facility == "FAIL";
        if (is_failure || matches!(level, Warning)) && !is_told {
            self.tell(facility, "", text);
        } else {
            tracing::debug!(client = self.client, facility, "{text}");
        }
    }

    /// An error outside any message: most pass by themselves, some never do.
    pub fn error(&self, error: &KafkaError, reason: &str) {
        if self.is_told(reason) {
            return;
        }
        let code = error.rdkafka_error_code();
        match code.and_then(fatal_exit) {
            Some(exit) => self.stop.halt(exit, format!("{}: {reason}", self.client)),
            None if is_about_certificate(reason) => self.stop.halt(
                Exit::Broker,
                format!(
                    "{}: a certificate is refused, ours or the broker's; see kafka.security: {reason}",
                    self.client
                ),
            ),
            None => {
                let is_away = self.note_down(reason, code) || self.note_outage(code);
                let event = self.event("error", &name(code), reason);
                match is_away {
                    // The event of the broker, or of the worker, says so.
                    true => event.tally(),
                    false => self.tell_event(&event),
                }
            }
        }
    }

    /// As [`ClientMonitor::error`], of a client with a transactional id: whether it is fenced for good, the
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

    /// Whether this is the error that was told just now.
    fn is_told(&self, reason: &str) -> bool {
        let mut last = lock(&self.last);
        let told = last
            .as_ref()
            .is_some_and(|(text, at)| text == reason && at.elapsed() < TWICE);
        *last = (!told).then(|| (reason.to_owned(), Instant::now()));
        told
    }

    /// Passes on what went wrong with the client and may mend itself.
    pub fn say(&self, facility: &str, code: Option<RDKafkaErrorCode>, text: String) {
        self.tell(facility, &name(code), &text);
    }

    fn tell(&self, facility: &str, error_code: &str, text: &str) {
        self.tell_event(&self.event(facility, error_code, text));
    }

    fn event(&self, facility: &str, error_code: &str, text: &str) -> ClientLog {
        ClientLog {
            client: self.client.into(),
            facility: facility.into(),
            error_code: error_code.into(),
            text: text.into(),
        }
    }

    /// Tells what the client says, once a minute where it says it again and again.
    fn tell_event(&self, event: &ClientLog) {
        let code = match event.error_code.as_str() {
            "" => &event.facility,
            code => code,
        };
        match self.repeats.is_new(code, &event.text) {
            true => event.emit(),
            false => event.tally(),
        }
    }

    /// Whether a broker was away at any time within the last `time`.
    pub fn was_cut_off(&self, time: Duration) -> bool {
        let trouble = lock(&self.trouble);
        let down = lock(&self.down);
        !down.is_empty() || trouble.is_some_and(|at| at.elapsed() <= time)
    }

    /// Notes that a broker did not answer in time, or that this is over.
    pub fn note_trouble(&self) {
        let mut trouble = lock(&self.trouble);
        *trouble = Some(Instant::now());
    }

    /// Says once that a broker is away; whether the error is about that. The client's errors begin with the
    /// broker's name.
    fn note_down(&self, reason: &str, code: Option<RDKafkaErrorCode>) -> bool {
        use RDKafkaErrorCode::{BrokerTransportFailure, OperationTimedOut, Resolve};
        if !matches!(
            code,
            Some(BrokerTransportFailure | OperationTimedOut | Resolve)
        ) {
            return false;
        }
        // What is no name of a broker has spaces: what failed, instead of who.
        let Some((broker, error)) = reason.split_once(": ").filter(|(b, _)| !b.contains(' '))
        else {
            return false;
        };
        self.note_trouble();
        let mut down = lock(&self.down);
        if down
            .iter()
            .all(|(name, _)| address(name) != address(broker))
        {
            down.push((broker.to_owned(), Instant::now()));
            BrokerDown {
                broker: broker.to_owned(),
                error_code: name(code),
                error: error.to_owned(),
            }
            .emit();
        }
        true
    }

    /// The client has no broker left, and says so again with each try: the worker is not ready until one is
    /// back. Whether the error is that.
    fn note_outage(&self, code: Option<RDKafkaErrorCode>) -> bool {
        if code != Some(RDKafkaErrorCode::AllBrokersDown) {
            return false;
        }
        self.note_trouble();
        let mut alone = lock(&self.alone);
        if alone.get_or_insert_with(Instant::now).elapsed() < ALONE {
            return true;
        }
        drop(alone);
        let down = lock(&self.down);
        // The group's coordinator is one of them under another name.
        let names = down
            .iter()
            .filter_map(|(name, _)| Some(name.rsplit_once('/')?.0));
        let names: Vec<&str> = names.collect();
        let mut reason = format!("the {} reaches no broker", self.client);
        if !names.is_empty() {
            reason += &format!(" ({})", names.join(", "));
        }
        self.health.outage_of(self.client, Some(&reason));
        true
    }

    /// Says of the brokers that were away and are among `up` that they are back.
    pub fn note_up(&self, up: &[&str]) {
        if !up.is_empty() {
            *lock(&self.alone) = None;
            self.health.outage_of(self.client, None);
        }
        let mut down = lock(&self.down);
        down.retain(|(broker, since)| {
            let back = up.iter().any(|u| address(u) == address(broker));
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
    pub fn statistics(&self, json: &[u8]) {
        self.repeats.tick();
        if let Ok(statistics) = serde_json::from_slice::<Statistics>(json) {
            let up = statistics.brokers.values().filter(|b| b.state == "UP");
            let up: Vec<&str> = up.map(|b| b.name.as_str()).collect();
            self.note_up(&up);
            self.meters.note(&statistics);
        }
    }
}

/// A broker's name without its id, which the client learns only when it has spoken to it: before, it is
/// `bootstrap`.
fn address(broker: &str) -> &str {
    broker
        .rsplit_once('/')
        .map_or(broker, |(address, _)| address)
}

fn name(code: Option<RDKafkaErrorCode>) -> String {
    code.map(|c| format!("{c:?}")).unwrap_or_default()
}

/// Whether TLS failed over a certificate, on either side: run out, unknown, or for another host. The
/// client counts it among the passing troubles of a connection, and would try for ever.
fn is_about_certificate(reason: &str) -> bool {
    (reason.contains("SSL") || reason.contains("ssl://")) && reason.contains("certificate")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{LogFormat, LogLevel, Settings};
    use crate::ops::Stats;
    use crate::ops::log::tests::logged;

    fn monitor() -> ClientMonitor {
        let stats = Arc::new(Stats::new([]));
        let (shared, ..) = Shared::new(Settings::defaults().unwrap(), stats, Arc::default());
        ClientMonitor::new("consumer", &shared)
    }

    #[test]
    fn the_same_error_told_twice_at_once_is_one() {
        let monitor = monitor();
        let told: Vec<bool> = ["a", "a", "a", "b", "a"].map(|e| monitor.is_told(e)).into();
        assert_eq!(told, [false, true, false, false, false]);
        std::thread::sleep(TWICE);
        assert!(!monitor.is_told("a"));
    }

    #[test]
    fn only_brokers_are_down_and_each_once() {
        let monitor = monitor();
        for reason in [
            "kafka-1:9092/bootstrap: Connect failed",
            "kafka-1:9092/1: Connect failed",
            "Failed to fetch committed offsets for partitions in group \"g\": Local: transport",
        ] {
            let code = RDKafkaErrorCode::BrokerTransportFailure;
            monitor.error(&KafkaError::Global(code), reason);
        }
        let down = monitor.down.lock().unwrap();
        let names: Vec<_> = down.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["kafka-1:9092/bootstrap"]);
    }

    #[test]
    fn without_any_broker_the_worker_is_not_ready() {
        use RDKafkaErrorCode::{AllBrokersDown, BrokerTransportFailure};
        let monitor = monitor();
        monitor.health.ready();
        let error = |code, reason: &str| monitor.error(&KafkaError::Global(code), reason);
        error(
            BrokerTransportFailure,
            "kafka-1:9092/bootstrap: Connect failed",
        );
        error(BrokerTransportFailure, "kafka-1:9092/1: Connect failed");
        assert!(monitor.health.is_ready().is_ok());
        error(AllBrokersDown, "1/1 brokers are down");
        assert!(monitor.health.is_ready().is_ok());
        *monitor.alone.lock().unwrap() = Instant::now().checked_sub(ALONE);
        error(AllBrokersDown, "2/2 brokers are down");
        let why = monitor.health.is_ready().unwrap_err();
        assert!(
            why.starts_with("the consumer reaches no broker (kafka-1:9092), since 2"),
            "{why}"
        );
        monitor.note_up(&[]);
        assert!(monitor.health.is_ready().is_err());
        monitor.note_up(&["kafka-1:9092/1"]);
        error(AllBrokersDown, "1/1 brokers are down");
        assert!(monitor.health.is_ready().is_ok());
        assert!(monitor.down.lock().unwrap().is_empty());
    }

    #[test]
    fn brokers_that_are_away_are_told_once_and_other_errors_once_a_minute() {
        use RDKafkaErrorCode::{AllBrokersDown, BrokerTransportFailure, CoordinatorNotAvailable};
        let monitor = monitor();
        let written = logged(LogFormat::Json, LogLevel::Info, |_| {
            for n in 0..50 {
                let error = |code, reason: &str| monitor.error(&KafkaError::Global(code), reason);
                let failed = format!("kafka-1:9092/bootstrap: Connect failed (after {n}ms)");
                monitor.log(RDKafkaLogLevel::Error, "FAIL", &failed);
                error(BrokerTransportFailure, &failed);
                error(AllBrokersDown, &format!("{n}/{n} brokers are down"));
                error(CoordinatorNotAvailable, &format!("no coordinator, try {n}"));
                let chatter = format!("Partition news.raw(x)[{n}]: not found in cache");
                monitor.log(RDKafkaLogLevel::Warning, "METADATAUPDATE", &chatter);
            }
        });
        let told: Vec<String> = written
            .lines()
            .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap())
            .map(|line| format!("{} {}", line["event"], line["error_code"]))
            .collect();
        let wanted = [
            r#""broker.down" "BrokerTransportFailure""#,
            r#""client.log" "CoordinatorNotAvailable""#,
            r#""client.log" """#,
        ];
        assert_eq!(told, wanted, "{written}");
    }

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

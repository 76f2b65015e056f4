//! Client options that librdkafka takes one by one and that do not go together, or do not do what whoever wrote
//! them means. What it refuses by itself is found by making clients (`kafka/client/check.rs`).

use super::fault::Fault;
use super::options;
use super::raw::RawKafka;

/// The group protocol of KIP-848, in which the broker decides what members decide in the classic one.
const NEWER: &str = "consumer";

/// What the broker decides there, by its own settings.
const DECIDED_BY_BROKER: [(&str, &str); 3] = [
    (
        "session.timeout.ms",
        "set group.consumer.session.timeout.ms at the broker",
    ),
    (
        "heartbeat.interval.ms",
        "set group.consumer.heartbeat.interval.ms at the broker",
    ),
    (
        "partition.assignment.strategy",
        "name an assignor of the broker's as group.remote.assignor",
    ),
];

/// The worker's own session of a member of the group, and librdkafka's default of the time between two
/// heartbeats, in milliseconds.
pub const SESSION_MS: u64 = 20_000;
const HEARTBEAT_MS: u64 = 3_000;

pub(super) fn check(raw: &RawKafka, faults: &mut Vec<Fault>) {
    let option = |name: &str| raw.options.0.get(name).map(String::as_str);
    let mut fault = |name: &str, advice: String| {
        let fault = Fault::new(format!("kafka.options.{name}"), advice);
        faults.push(match option(name) {
            Some(value) if !options::is_secret(name) => fault.value(format!("{value:?}")),
            _ => fault,
        });
    };
    for name in raw.options.0.keys() {
        // Each pair once: at the later of its names.
        if let Some(other) = options::alias(name)
            && other < name.as_str()
            && option(other).is_some()
        {
            let advice = format!("is another name of {other}, which is set, too: keep one");
            fault(name, advice);
        }
    }
    if option("group.protocol") == Some(NEWER) {
        for (name, instead) in DECIDED_BY_BROKER {
            if option(name).is_some() {
                let advice = format!(
                    "with \"group.protocol\" = \"{NEWER}\" the broker decides it: take it out, or {instead}"
                );
                fault(name, advice);
            }
        }
        return;
    }
    if option("group.remote.assignor").is_some() {
        let advice =
            format!("means something with \"group.protocol\" = \"{NEWER}\" only: take it out");
        fault("group.remote.assignor", advice);
    }
    let ms = |name: &str, default| match option(name) {
        // What is no number is refused elsewhere.
        Some(written) => written.parse().ok(),
        None => Some(default),
    };
    let session = ms("session.timeout.ms", SESSION_MS);
    let heartbeat = ms("heartbeat.interval.ms", HEARTBEAT_MS);
    if let (Some(session), Some(heartbeat)) = (session, heartbeat)
        && heartbeat >= session
    {
        match option("heartbeat.interval.ms") {
            Some(_) => fault(
                "heartbeat.interval.ms",
                format!(
                    "the group throws a member out that is silent for session.timeout.ms, {session}: write a third of that"
                ),
            ),
            None => fault(
                "session.timeout.ms",
                format!(
                    "a member is heard every heartbeat.interval.ms, {heartbeat}, and would be thrown out in between: write three times that"
                ),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(options: &[(&str, &str)]) -> Vec<String> {
        let mut raw = RawKafka::default();
        let options = options
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        raw.options.0.extend(options);
        let mut faults = Vec::new();
        check(&raw, &mut faults);
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_the_broker_decides_is_told_with_the_newer_protocol_alone() {
        let classic = [
            ("session.timeout.ms", "9000"),
            ("heartbeat.interval.ms", "3000"),
            ("partition.assignment.strategy", "range"),
        ];
        assert_eq!(told(&classic), [""; 0]);
        let newer = [&classic[..], &[("group.protocol", "consumer")]].concat();
        let all = told(&newer);
        assert_eq!(all.len(), 3, "{all:?}");
        assert!(
            all[0].starts_with(
                "kafka.options.session.timeout.ms = \"9000\": with \"group.protocol\""
            ),
            "{all:?}"
        );
        assert!(all[2].ends_with("as group.remote.assignor"), "{all:?}");
        let assignor = ("group.remote.assignor", "uniform");
        assert_eq!(told(&[assignor]).len(), 1);
        assert_eq!(told(&[assignor, ("group.protocol", "consumer")]), [""; 0]);
    }

    #[test]
    fn a_session_outlasts_the_time_between_heartbeats() {
        let all = told(&[("heartbeat.interval.ms", "20000")]);
        assert!(
            matches!(&all[..], [one] if one.starts_with("kafka.options.heartbeat.interval.ms = \"20000\"")),
            "{all:?}"
        );
        let all = told(&[("session.timeout.ms", "3000")]);
        assert!(
            matches!(&all[..], [one] if one.starts_with("kafka.options.session.timeout.ms = \"3000\"")),
            "{all:?}"
        );
        let both = [
            ("session.timeout.ms", "45000"),
            ("heartbeat.interval.ms", "20000"),
        ];
        assert_eq!(told(&both), [""; 0]);
    }

    #[test]
    fn two_names_of_one_option_are_told_once() {
        let all = told(&[("linger.ms", "5"), ("queue.buffering.max.ms", "50")]);
        assert_eq!(
            all,
            [
                "kafka.options.queue.buffering.max.ms = \"50\": is another name of linger.ms, which is set, too: keep one"
            ]
        );
    }
}

use std::net::ToSocketAddrs;
use std::path::Path;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use super::fault::{Fault, Faults, nearest};
use super::raw::{Delivery, RawKafka, RawPipeline, RawSettings};
use super::security::readable;
use super::{Input, Kafka, Limits, Ops, Pipeline, Security, Settings, Stages, Window, options};
use crate::intake::{Outlets, Sites};
use crate::pipeline::Deadlines;
use crate::{intake, stages};

/// Longest topic name Kafka takes.
const TOPIC_BYTES: usize = 249;

/// Checks what the values mean, alone and together.
pub fn validate(raw: RawSettings) -> Result<Settings, Faults> {
    let mut faults = Vec::new();
    let kafka = kafka(&raw.kafka, &mut faults);
    let pipeline = Pipeline {
        threads: match raw.pipeline.threads {
            0 => available_parallelism().map_or(1, usize::from),
            n => at_most("pipeline.threads", n, 1024, &mut faults) as usize,
        },
        deadlines: deadlines(&raw.pipeline, &mut faults),
    };
    let (reading, limits) = limits(&raw, &mut faults);
    stage_names("stages.disabled", &raw.stages.disabled, &mut faults);
    let timed: Vec<String> = raw.pipeline.stage_deadlines_ms.keys().cloned().collect();
    stage_names("pipeline.stage_deadlines_ms", &timed, &mut faults);
    let files = serde_json::to_value(&raw.resources).unwrap_or_default();
    for (key, path) in files.as_object().into_iter().flatten() {
        if let Some(path) = path.as_str()
            && let Err(e) = readable(path.as_ref())
        {
            let fault = Fault::new(format!("resources.{key}"), format!("cannot be read: {e}"));
            faults.push(fault.value(format!("{path:?}")));
        }
    }
    let ops = Ops {
        address: address(&raw.ops.address, &mut faults),
        log_format: raw.ops.log_format,
        log_level: raw.ops.log_level,
        stats_interval: Duration::from_secs(at_least(
            "ops.stats_interval_s",
            raw.ops.stats_interval_s,
            1,
            &mut faults,
        )),
    };
    let outlets = outlets(raw.resources.outlets.as_deref(), &mut faults);
    let sites = sites(raw.resources.sites.as_deref(), &mut faults);
    if !faults.is_empty() {
        return Err(Faults(faults));
    }
    Ok(Settings {
        kafka,
        pipeline,
        limits,
        stages: Stages {
            disabled: raw.stages.disabled.clone(),
            on_failure: raw.stages.on_failure,
        },
        intake: intake::Settings {
            limits: reading,
            fields: raw.intake.scraper.clone(),
            outlets,
            sites,
        },
        output: raw.output.format,
        ops,
        raw,
    })
}

/// The table of outlets; that its file can be read at all is checked with the other resources.
fn outlets(file: Option<&Path>, faults: &mut Vec<Fault>) -> Arc<Outlets> {
    let file = file.filter(|f| f.is_file());
    let loaded = file.map_or_else(
        || Ok(Outlets::shipped().clone()),
        |f| Outlets::load(f).map(Arc::new),
    );
    loaded.unwrap_or_else(|e| {
        faults.push(Fault::new("resources.outlets", format!("{e:#}")));
        Outlets::shipped().clone()
    })
}

/// The rules for single sites, likewise.
fn sites(file: Option<&Path>, faults: &mut Vec<Fault>) -> Arc<Sites> {
    let file = file.filter(|f| f.is_file());
    let loaded = file.map_or_else(
        || Ok(Sites::shipped().clone()),
        |f| Sites::load(f).map(Arc::new),
    );
    loaded.unwrap_or_else(|e| {
        faults.push(Fault::new("resources.sites", e.to_string()));
        Sites::shipped().clone()
    })
}

fn stage_names(key: &str, names: &[String], faults: &mut Vec<Fault>) {
    if names.is_empty() {
        return;
    }
    // The registry is the one list of stages, whatever their data.
    let registry = stages::registry(Outlets::shipped());
    let known: Vec<&str> = registry.iter().map(|s| s.name()).collect();
    for name in names.iter().filter(|n| !known.contains(&n.as_str())) {
        let advice = match nearest(name, known.iter().copied()) {
            Some(near) => format!("there is no such stage; did you mean \"{near}\"?"),
            None => format!("there is no such stage; there are {}", known.join(", ")),
        };
        faults.push(Fault::new(key, advice).value(format!("{name:?}")));
    }
}

fn deadlines(raw: &RawPipeline, faults: &mut Vec<Fault>) -> Deadlines {
    let stages = raw.stage_deadlines_ms.iter().map(|(name, ms)| {
        let key = format!("pipeline.stage_deadlines_ms.{name}");
        (name.clone(), duration(&key, *ms, faults))
    });
    Deadlines {
        stages: stages.collect(),
        read: duration("pipeline.read_deadline_ms", raw.read_deadline_ms, faults),
        stage: duration("pipeline.stage_deadline_ms", raw.stage_deadline_ms, faults),
        article: duration(
            "pipeline.article_deadline_ms",
            raw.article_deadline_ms,
            faults,
        ),
    }
}

fn kafka(raw: &RawKafka, faults: &mut Vec<Fault>) -> Kafka {
    let brokers: Vec<&str> = raw.brokers.split(',').map(str::trim).collect();
    for broker in &brokers {
        let host = broker.rsplit_once("://").map_or(*broker, |(_, rest)| rest);
        let port = host
            .rsplit_once(':')
            .map(|(h, p)| (!h.is_empty(), p.parse::<u16>().is_ok()));
        if port != Some((true, true)) {
            let advice = "write host:port, several separated by commas";
            faults.push(Fault::new("kafka.brokers", advice).value(format!("{:?}", raw.brokers)));
        }
    }
    if raw.group.trim().is_empty() {
        faults
            .push(Fault::new("kafka.group", "write the name of the consumer group").value("\"\""));
    }
    let input = input(raw, faults);
    for (key, name) in [("output", &raw.output), ("dead_letters", &raw.dead_letters)] {
        topic(&format!("kafka.{key}"), name, faults);
        if raw.input.contains(name) {
            let advice =
                "is an input topic, too: the worker would read what it writes; write another name";
            faults.push(Fault::new(format!("kafka.{key}"), advice).value(format!("{name:?}")));
        }
    }
    if raw.output == raw.dead_letters {
        let advice = "is the output topic, too; write another name";
        faults.push(
            Fault::new("kafka.dead_letters", advice).value(format!("{:?}", raw.dead_letters)),
        );
    }
    for name in raw.options.0.keys() {
        faults.extend(options::fault(name));
    }
    let instance_is_default = raw.instance.trim().is_empty();
    let instance = match raw.instance.trim() {
        "" => host_name().unwrap_or_else(|| {
            if raw.delivery == Delivery::ExactlyOnce && raw.transactional_id.trim().is_empty() {
                let advice = "this host has no name of its own to make the transactional id of: write a name that is this replica's alone";
                faults.push(Fault::new("kafka.instance", advice).value("\"\""));
            }
            "localhost".into()
        }),
        name => name.to_owned(),
    };
    let transactional_id = match raw.transactional_id.trim() {
        "" => format!("{}-{instance}", raw.group),
        id => id.to_owned(),
    };
    let window = Window {
        time: duration("kafka.window_ms", raw.window_ms, faults),
        records: at_least("kafka.window_records", raw.window_records, 1, faults) as usize,
        bytes: at_least("kafka.window_bytes", raw.window_bytes, 1, faults) as usize,
    };
    Kafka {
        brokers: brokers.join(","),
        group: raw.group.trim().to_owned(),
        input,
        output: raw.output.clone(),
        dead_letters: raw.dead_letters.clone(),
        delivery: raw.delivery,
        order: raw.order,
        output_key: raw.output_key,
        instance,
        instance_is_default,
        transactional_id,
        transaction_timeout: transaction_timeout(raw, faults),
        window,
        drain: duration("kafka.drain_ms", raw.drain_ms, faults),
        shutdown: duration("kafka.shutdown_ms", raw.shutdown_ms, faults),
        max_consecutive_failures: (raw.max_consecutive_failures > 0)
            .then_some(raw.max_consecutive_failures),
        security: Security::new(&raw.security, faults),
        options: raw.options.clone(),
    }
}

/// How long the broker leaves a transaction open, and what else exactly-once hangs on among the options.
fn transaction_timeout(raw: &RawKafka, faults: &mut Vec<Fault>) -> Duration {
    /// Readers of committed records are held up that long by a worker that died.
    const DEFAULT: Duration = Duration::from_secs(10);
    /// The least that librdkafka takes.
    const LEAST_MS: u64 = 1_000;
    let option = |name: &str| raw.options.0.get(name).map(String::as_str);
    if let (Delivery::ExactlyOnce, Some(level)) = (raw.delivery, option("isolation.level"))
        && level != "read_committed"
    {
        // The client then takes offsets of open transactions for committed ones.
        let advice = "exactly-once needs read_committed; take it out";
        faults
            .push(Fault::new("kafka.options.isolation.level", advice).value(format!("{level:?}")));
    }
    let Some(written) = option("transaction.timeout.ms") else {
        return DEFAULT;
    };
    match written.parse() {
        Ok(ms) if ms >= LEAST_MS => Duration::from_millis(ms),
        _ => {
            let advice = format!("write a number of milliseconds, {LEAST_MS} or more");
            let fault = Fault::new("kafka.options.transaction.timeout.ms", advice);
            faults.push(fault.value(format!("{written:?}")));
            DEFAULT
        }
    }
}

fn input(raw: &RawKafka, faults: &mut Vec<Fault>) -> Input {
    match &raw.input[..] {
        [pattern] if pattern.starts_with('^') => return Input::Pattern(pattern.clone()),
        [] => faults.push(Fault::new("kafka.input", "write the topics to read").value("[]")),
        names => {
            for name in names {
                if name.starts_with('^') {
                    let advice = "a regular expression stands alone; write it as the only entry, with | in it";
                    faults.push(Fault::new("kafka.input", advice).value(format!("{name:?}")));
                } else {
                    topic("kafka.input", name, faults);
                }
            }
        }
    }
    Input::Topics(raw.input.clone())
}

fn topic(key: &str, name: &str, faults: &mut Vec<Fault>) {
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    let ok = !name.is_empty()
        && name.len() <= TOPIC_BYTES
        && name.bytes().all(legal)
        && name != "."
        && name != "..";
    if !ok {
        let advice =
            "write the name of a topic: letters, digits, dot, dash and underscore, at most 249";
        faults.push(Fault::new(key, advice).value(format!("{name:?}")));
    }
}

fn limits(raw: &RawSettings, faults: &mut Vec<Fault>) -> (intake::Limits, Limits) {
    let limits = &raw.limits;
    let mut some = |key: &str, n: u64| at_least(&format!("limits.{key}"), n, 1, faults) as usize;
    let reading = intake::Limits {
        document_bytes: some("document_bytes", limits.document_bytes),
        depth: some("depth", limits.depth),
        items: some("items", limits.items),
    };
    let checked = Limits {
        in_flight_bytes: some("in_flight_bytes", limits.in_flight_bytes),
        in_flight_articles: some("in_flight_articles", limits.in_flight_articles),
        output_bytes: some("output_bytes", limits.output_bytes),
    };
    // Offsets are 32-bit numbers inside, and librdkafka takes no larger messages.
    at_most(
        "limits.document_bytes",
        limits.document_bytes,
        1_000_000_000,
        faults,
    );
    at_most(
        "limits.output_bytes",
        limits.output_bytes,
        1_000_000_000,
        faults,
    );
    // Recursion over the parsed tree stays within a worker thread's stack up to here.
    at_most("limits.depth", limits.depth, 1_000, faults);
    (reading, checked)
}

fn duration(key: &str, ms: u64, faults: &mut Vec<Fault>) -> Duration {
    at_most(key, ms, 86_400_000, faults);
    Duration::from_millis(at_least(key, ms, 1, faults))
}

fn at_least(key: &str, n: u64, least: u64, faults: &mut Vec<Fault>) -> u64 {
    if n < least {
        faults.push(Fault::new(key, format!("write a number of {least} or more")).value(n));
    }
    n
}

fn at_most(key: &str, n: u64, most: u64, faults: &mut Vec<Fault>) -> u64 {
    if n > most {
        faults.push(Fault::new(key, format!("write a number of at most {most}")).value(n));
    }
    n
}

fn address(written: &str, faults: &mut Vec<Fault>) -> Option<std::net::SocketAddr> {
    if written == "off" {
        return None;
    }
    let found = written
        .to_socket_addrs()
        .ok()
        .and_then(|mut all| all.next());
    if found.is_none() {
        let advice = "write host:port, \"127.0.0.1:9464\" for this machine only, or \"off\"";
        faults.push(Fault::new("ops.address", advice).value(format!("{written:?}")));
    }
    found
}

/// The pod's or the host's name; `None` where it is one that many hosts bear.
fn host_name() -> Option<String> {
    let variable = |name| std::env::var(name).ok();
    let file = |path| std::fs::read_to_string(path).ok();
    [
        variable("POD_NAME"),
        variable("HOSTNAME"),
        file("/proc/sys/kernel/hostname"),
        file("/etc/hostname"),
    ]
    .into_iter()
    .flatten()
    .map(|name| name.trim().to_owned())
    .find(|name| {
        !matches!(
            name.as_str(),
            "" | "localhost" | "localhost.localdomain" | "(none)"
        )
    })
}

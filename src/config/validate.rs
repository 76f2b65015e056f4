//! Checks what values mean, alone and together, and makes [`Settings`] of them. Asks the machine where it
//! must: its name, its cores, whether the files named are there.

use std::net::ToSocketAddrs;
use std::path::Path;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use super::fault::{Fault, Faults, nearest};
use super::raw::{Delivery, RawKafka, RawMemory, RawOps, RawPipeline, RawSettings};
use super::security::readable;
use super::{
    Input, Kafka, Limits, MemoryTopics, Ops, Origins, Output, Pipeline, Registry, Security,
    Settings, Stages, Traces, Window, data, options, pattern, together,
};
use crate::intake::{Outlets, Sites};
use crate::pipeline::Deadlines;
use crate::stages::StageSettings;
use crate::{intake, memory, stages};

/// Longest topic name Kafka takes.
const TOPIC_BYTES: usize = 249;

/// More threads than any machine this runs on has cores.
const MOST_THREADS: u64 = 1_024;

/// Longest of all times, in milliseconds: a day. Whoever writes more means another unit.
const LONGEST_MS: u64 = 86_400_000;

/// Largest document and record: offsets are 32-bit numbers inside, and librdkafka takes no larger message
/// (its `message.max.bytes`).
const MOST_BYTES: u64 = 1_000_000_000;

/// Deepest nesting: recursion over the parsed tree stays within a worker thread's stack up to here.
const DEEPEST: u64 = 1_000;

/// Most sentences of a summary: more is no summary.
const MOST_SUMMARY_SENTENCES: u64 = 10;

/// Longest memory, in days: ten years. What is older is an archive.
const MOST_DAYS: u64 = 3_660;

/// Least memory, in bytes: some thousand articles.
const LEAST_MEMORY: u64 = 1 << 20;

/// Checks what the values mean, alone and together.
pub(super) fn validate(raw: RawSettings) -> Result<Settings, Faults> {
    let mut faults = Vec::new();
    // Before anything reads a table.
    if let Some(folder) = &raw.resources.data {
        faults.extend(data::replace(folder).err());
    }
    let mut kafka = kafka(&raw.kafka, &mut faults);
    let pipeline = Pipeline {
        threads: match raw.pipeline.threads {
            0 => available_parallelism().map_or(1, usize::from),
            n => at_most("pipeline.threads", n, MOST_THREADS, &mut faults) as usize,
        },
        deadlines: deadlines(&raw.pipeline, &mut faults),
    };
    let (reading, limits) = limits(&raw, &mut faults);
    stage_names("stages.disabled", &raw.stages.disabled, &mut faults);
    let summary_sentences = summary_sentences(raw.stages.summary_sentences, &mut faults);
    let timed: Vec<String> = raw.pipeline.stage_deadlines_ms.keys().cloned().collect();
    stage_names("pipeline.stage_deadlines_ms", &timed, &mut faults);
    let resources = [
        ("resources.outlets", &raw.resources.outlets),
        ("resources.sites", &raw.resources.sites),
    ];
    for (key, path) in resources {
        if let Some(path) = path
            && let Err(e) = readable(path)
        {
            let fault = Fault::new(key, format!("cannot be read: {e}"));
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
        traces: traces(&raw.ops, &mut faults),
    };
    let memory = memory(&raw.memory, &mut faults);
    kafka.memory = memory_topics(&raw, &mut faults);
    let registry = Registry::new(&raw, &mut faults);
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
            summary_sentences,
            on_failure: raw.stages.on_failure,
        },
        intake: intake::Settings {
            limits: reading,
            fields: raw.intake.scraper.clone(),
            outlets,
            sites,
        },
        not_article: raw.intake.not_article,
        memory,
        output: Output {
            format: raw.output.format,
            cloudevents: raw.output.cloudevents,
            topic_language: raw.output.topic_language,
        },
        registry,
        ops,
        raw,
        origins: Origins::default(),
    })
}

/// How much is remembered across articles.
fn memory(raw: &RawMemory, faults: &mut Vec<Fault>) -> memory::Bounds {
    let days = at_least("memory.window_days", raw.window_days, 1, faults);
    let bytes = at_least("memory.max_bytes", raw.max_bytes, LEAST_MEMORY, faults);
    memory::Bounds {
        window_days: at_most("memory.window_days", days, MOST_DAYS, faults) as u32,
        bytes: bytes as usize,
    }
}

/// The topics of the memory, if it is on: each one of its own.
fn memory_topics(raw: &RawSettings, faults: &mut Vec<Fault>) -> Option<MemoryTopics> {
    if !raw.memory.enabled {
        return None;
    }
    let kafka = &raw.kafka;
    let named = |key: &str, name: &str, ending: &str, taken: &[&str], faults: &mut Vec<Fault>| {
        let name = match name {
            "" => format!("{}.{ending}", kafka.output),
            name => name.to_owned(),
        };
        topic(key, &name, faults);
        if taken.contains(&name.as_str()) || kafka.input.contains(&name) {
            let advice = "is another topic of the configuration, too; write a name of its own";
            faults.push(Fault::new(key, advice).value(format!("{name:?}")));
        }
        name
    };
    let taken = [&*kafka.output, &*kafka.dead_letters];
    let written = &raw.memory;
    let (key, index) = ("memory.index_topic", &written.index_topic);
    let index = named(key, index, "index", &taken, faults);
    let taken = [&*kafka.output, &*kafka.dead_letters, &index];
    let (key, links) = ("memory.links_topic", &written.links_topic);
    let links = named(key, links, "links", &taken, faults);
    Some(MemoryTopics { index, links })
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

/// Every name is one of the registry's.
fn stage_names(key: &str, names: &[String], faults: &mut Vec<Fault>) {
    if names.is_empty() {
        return;
    }
    // The registry is the one list of stages, whatever their data.
    let registry = stages::registry(&StageSettings::default());
    let known: Vec<&str> = registry.iter().map(|s| s.name()).collect();
    for name in names.iter().filter(|n| !known.contains(&n.as_str())) {
        let advice = match nearest(name, known.iter().copied()) {
            Some(near) => format!("there is no such stage; did you mean \"{near}\"?"),
            None => format!("there is no such stage; there are {}", known.join(", ")),
        };
        faults.push(Fault::new(key, advice).value(format!("{name:?}")));
    }
}

fn summary_sentences(n: u64, faults: &mut Vec<Fault>) -> usize {
    let key = "stages.summary_sentences";
    at_most(key, n, MOST_SUMMARY_SENTENCES, faults);
    at_least(key, n, 1, faults) as usize
}

/// How long reading, each stage and all of them may take.
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
    let brokers = brokers(raw, faults);
    if raw.group.trim().is_empty() {
        faults
            .push(Fault::new("kafka.group", "write the name of the consumer group").value("\"\""));
    }
    let input = input(raw, faults);
    output_topics(raw, faults);
    for name in raw.options.0.keys() {
        faults.extend(options::fault(name));
    }
    together::check(raw, faults);
    let instance = instance(raw, faults);
    let transactional_id = raw.transactional_id.trim();
    let window = Window {
        time: duration("kafka.window_ms", raw.window_ms, faults),
        records: at_least("kafka.window_records", raw.window_records, 1, faults) as usize,
        bytes: at_least("kafka.window_bytes", raw.window_bytes, 1, faults) as usize,
    };
    Kafka {
        brokers,
        group: raw.group.trim().to_owned(),
        input,
        output: raw.output.clone(),
        dead_letters: raw.dead_letters.clone(),
        memory: None,
        delivery: raw.delivery,
        order: raw.order,
        output_key: raw.output_key,
        instance_is_default: raw.instance.trim().is_empty(),
        transactional_id_is_default: transactional_id.is_empty(),
        transactional_id: match transactional_id {
            "" => format!("{}-{instance}", raw.group),
            id => id.to_owned(),
        },
        instance,
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

/// `host:port`, each with or without a protocol before it, separated by commas alone.
fn brokers(raw: &RawKafka, faults: &mut Vec<Fault>) -> String {
    let brokers: Vec<&str> = raw.brokers.split(',').map(str::trim).collect();
    for broker in &brokers {
        let address = broker.rsplit_once("://").map_or(*broker, |(_, rest)| rest);
        let reachable = address
            .rsplit_once(':')
            .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
        if !reachable {
            let advice = "write host:port, several separated by commas";
            faults.push(Fault::new("kafka.brokers", advice).value(format!("{:?}", raw.brokers)));
        }
    }
    brokers.join(",")
}

/// The topics written to: each one of its own, and none that is read.
fn output_topics(raw: &RawKafka, faults: &mut Vec<Fault>) {
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
}

/// The name of this replica: as configured, else the pod's or the host's.
fn instance(raw: &RawKafka, faults: &mut Vec<Fault>) -> String {
    let written = raw.instance.trim();
    if !written.is_empty() {
        return written.to_owned();
    }
    host_name().unwrap_or_else(|| {
        if raw.delivery == Delivery::ExactlyOnce && raw.transactional_id.trim().is_empty() {
            let advice = "this host has no name of its own to make the transactional id of: write a name that is this replica's alone";
            faults.push(Fault::new("kafka.instance", advice).value("\"\""));
        }
        "localhost".into()
    })
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

/// Names of topics, or one pattern alone.
fn input(raw: &RawKafka, faults: &mut Vec<Fault>) -> Input {
    match &raw.input[..] {
        [pattern] if pattern.starts_with('^') => {
            let wrong = pattern::fault(pattern);
            faults.extend(
                wrong.map(|advice| Fault::new("kafka.input", advice).value(format!("{pattern:?}"))),
            );
            return Input::Pattern(pattern.clone());
        }
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

/// A name that Kafka takes for a topic.
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

/// The bounds of reading a document, and the others.
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
    for (key, n, most) in [
        ("document_bytes", limits.document_bytes, MOST_BYTES),
        ("output_bytes", limits.output_bytes, MOST_BYTES),
        ("depth", limits.depth, DEEPEST),
    ] {
        at_most(&format!("limits.{key}"), n, most, faults);
    }
    (reading, checked)
}

/// From 1 ms to a day.
pub(super) fn duration(key: &str, ms: u64, faults: &mut Vec<Fault>) -> Duration {
    at_most(key, ms, LONGEST_MS, faults);
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

/// Where health and metrics are served; `off` is nowhere.
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

/// Where traces go, in a build that can send them.
fn traces(raw: &RawOps, faults: &mut Vec<Fault>) -> Option<Traces> {
    let percent = raw.trace_percent;
    if percent > 100 {
        let fault = Fault::new("ops.trace_percent", "write a number from 0 to 100");
        faults.push(fault.value(percent.to_string()));
    }
    if raw.traces == "off" {
        return None;
    }
    let url = url::Url::parse(&raw.traces).ok();
    let url = url.filter(|url| url.scheme() == "http" && url.has_host());
    let advice = match &url {
        None => {
            "write the address of a collector for OTLP over HTTP, \"http://127.0.0.1:4318\", or \"off\""
        }
        Some(_) if !cfg!(feature = "otlp") => {
            "this program was built without traces: build it with --features otlp, or write \"off\""
        }
        Some(_) => "",
    };
    if !advice.is_empty() {
        let fault = Fault::new("ops.traces", advice);
        faults.push(fault.value(format!("{:?}", raw.traces)));
    }
    let mut url = url?;
    if url.path() == "/" {
        url.set_path("/v1/traces");
    }
    let endpoint = url.into();
    Some(Traces {
        endpoint,
        ratio: percent as f64 / 100.0,
    })
}

/// The pod's or the host's name; `None` where it is one that many hosts bear.
pub(super) fn host_name() -> Option<String> {
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

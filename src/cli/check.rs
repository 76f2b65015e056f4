use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::config::{self, Fault, OutputKey, Settings, TokenError};
use crate::engine::Engine;
use crate::kafka::preflight::{self, Preflight};
use crate::registry::{Client, State};

/// Checks the configuration, and with --connect the broker, the topics, the rights and the schema registry.
///
/// Every fault names the key, its value and what to write instead.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk check --config config/copydesk.toml
  copydesk check --config copydesk.toml --connect --timeout 30
  copydesk check --config copydesk.toml --connect --create
  COPYDESK_KAFKA__BROKERS=kafka:9092 copydesk check --connect

Exit codes: 0 no fault · 1 faults, one a line on standard error · 3 the broker cannot be reached, or refuses the login")]
pub(super) struct Arguments {
    /// Configuration file; see config/copydesk.toml.
    #[arg(long, short, env = "COPYDESK_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Ask the broker, too. Nothing is written and no group is joined.
    #[arg(long)]
    connect: bool,
    /// Make the topics of the memory (memory.enabled) that are not there, and set right those that are.
    #[arg(long, requires = "connect")]
    create: bool,
    /// Seconds the broker may take to answer.
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    timeout: u64,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let file = arguments.config.as_deref();
    println!("settings from {}", config::sources(file));
    if file.is_none() && Path::new(USUAL).is_file() {
        println!("not read: ./{USUAL}; --config {USUAL} names it");
    }
    let settings = Settings::load(file)?;
    let (here, notes) = on_this_machine(&settings);
    if !here.is_empty() {
        return Err(settings.located(here).into());
    }
    let engine = Engine::configured(&settings)?;
    println!("configuration: good; {} stages", engine.stages().len());
    notes.iter().for_each(|note| println!("{note}"));
    if !arguments.connect {
        return Ok(0);
    }
    let wait = Duration::from_secs(arguments.timeout);
    let made = match arguments.create {
        true => preflight::make_topics(&settings, wait),
        false => Ok(Vec::new()),
    };
    let found = match made.and_then(|made| Ok((made, preflight::ask(&settings, wait)?))) {
        Ok((made, found)) => {
            made.iter().for_each(|line| println!("{line}"));
            found
        }
        Err(fault) => {
            eprintln!("copydesk: {}", settings.located(vec![fault]));
            return Ok(crate::kafka::Exit::Broker.code());
        }
    };
    println!(
        "broker: {} answers, {} in the cluster",
        settings.kafka.brokers, found.brokers
    );
    for topic in &found.topics {
        println!(
            "{}: {} partitions, messages up to {}",
            topic.name,
            topic.partitions,
            bytes(topic.max_message_bytes)
        );
    }
    if let Some(note) = preflight::not_asked(&settings) {
        println!("{note}");
    }
    let kafka = &settings.kafka;
    if compacts(&found, &kafka.output) && kafka.output_key == OutputKey::Keep {
        println!(
            "{} is compacted: {}",
            kafka.output,
            preflight::OUTPUT_COMPACTED
        );
    }
    let mut faults = faults(&settings, &found);
    match registry(&settings) {
        Ok(note) => note.iter().for_each(|note| println!("{note}")),
        Err(fault) => faults.push(fault),
    }
    if faults.is_empty() {
        println!("everything the worker needs is there");
        return Ok(0);
    }
    eprintln!("copydesk: {}", settings.located(faults));
    Ok(1)
}

/// The name of a configuration that is found in a folder and not read by itself.
const USUAL: &str = "copydesk.toml";

/// What keeps a worker from starting that can be found without a broker, and what may be in its way at this
/// moment only.
fn on_this_machine(settings: &Settings) -> (Vec<Fault>, Vec<String>) {
    let mut faults = preflight::client_faults(settings);
    faults.extend(token(settings));
    let mut notes = Vec::new();
    match address(settings.ops.address) {
        Ok(note) => notes.extend(note),
        Err(fault) => faults.push(fault),
    }
    (faults, notes)
}

/// Whether there is a token to log in with.
fn token(settings: &Settings) -> Option<Fault> {
    let security = &settings.kafka.security;
    let file = security
        .token_file
        .as_deref()
        .filter(|_| security.takes_token())?;
    let advice = match security.token() {
        Ok(token) if token.expires_ms > jiff::Timestamp::now().as_millisecond() => return None,
        Ok(_) => "the token in it has run out: have it renewed".to_owned(),
        Err(TokenError::NotAToken(_)) => {
            "holds no JWT with `sub` and `exp`: write the token into it as it was issued, alone"
                .to_owned()
        }
        Err(error) => error.to_string(),
    };
    let fault = Fault::new("kafka.security.token_file", advice);
    Some(fault.value(format!("{:?}", file.display().to_string())))
}

/// Whether a worker can serve there. That the port is taken is no fault: a worker may run.
fn address(address: Option<SocketAddr>) -> Result<Option<String>, Fault> {
    let Some(address) = address else {
        return Ok(None);
    };
    match TcpListener::bind(address) {
        Ok(_) => Ok(None),
        Err(e) if e.kind() == ErrorKind::AddrInUse => Ok(Some(format!(
            "ops.address {address} is taken at this moment, by a worker or another program"
        ))),
        Err(e) => {
            let advice = format!(
                "cannot be taken ({e}): write an address of this machine, 127.0.0.1:9464 or 0.0.0.0:9464, or \"off\""
            );
            Err(Fault::new("ops.address", advice).value(format!("\"{address}\"")))
        }
    }
}

fn bytes(limit: Option<u64>) -> String {
    limit.map_or("an unknown size".into(), |n| format!("{n} bytes"))
}

/// How it stands with the schema of the records, where there is a registry.
fn registry(settings: &Settings) -> Result<Option<String>, Fault> {
    let Some(registry) = &settings.registry else {
        return Ok(None);
    };
    let client = Client::new(registry, settings.output.format)?;
    let state = client.ask().map_err(|refusal| refusal.fault)?;
    let subject = &registry.subject;
    Ok(Some(match state {
        State::Registered(schema) => format!("registry: the schema of {subject} is {}", schema.id),
        State::ToRegister => {
            format!(
                "registry: answers; a worker that starts will register its schema under {subject}"
            )
        }
    }))
}

/// What the broker's answers mean for these settings.
fn faults(settings: &Settings, found: &Preflight) -> Vec<Fault> {
    let kafka = &settings.kafka;
    let mut faults = found.faults.clone();
    let largest = |name: &str| {
        found
            .topics
            .iter()
            .find(|t| t.name == name)
            .and_then(|t| t.max_message_bytes)
    };
    if let Some(most) = largest(&kafka.output)
        && most < settings.limits.output_bytes as u64
    {
        let advice = format!(
            "topic {} takes messages up to {most} bytes: write {most} at most, or raise its max.message.bytes",
            kafka.output
        );
        faults.push(Fault::new("limits.output_bytes", advice).value(settings.limits.output_bytes));
    }
    let largest_input = found.inputs.iter().filter_map(|name| largest(name)).max();
    if let (Some(dead), Some(input)) = (largest(&kafka.dead_letters), largest_input)
        && dead <= input
    {
        let advice = format!(
            "takes messages up to {dead} bytes, the input up to {input}: a dead letter is its message and headers; raise its max.message.bytes"
        );
        faults.push(
            Fault::new("kafka.dead_letters", advice).value(format!("{:?}", kafka.dead_letters)),
        );
    }
    if compacts(found, &kafka.dead_letters) {
        let advice = format!("is compacted: {}", preflight::LETTERS_COMPACTED);
        faults.push(
            Fault::new("kafka.dead_letters", advice).value(format!("{:?}", kafka.dead_letters)),
        );
    }
    faults
}

/// Whether a topic keeps only the last message of each key.
fn compacts(found: &Preflight, topic: &str) -> bool {
    let mut topics = found.topics.iter();
    topics.any(|t| t.name == topic && t.compacts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kafka::preflight::Topic;

    /// The fault that a configuration has, which begins like this after its place.
    fn told(text: &str, line: usize, begin: &str) {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("copydesk.toml");
        std::fs::write(&file, text).unwrap();
        let place = format!(" ({}:{line}): ", file.display());
        let arguments = Arguments {
            config: Some(file),
            connect: false,
            create: false,
            timeout: 1,
        };
        let told = run(&arguments).unwrap_err().to_string();
        let told = told.strip_prefix("configuration: ").unwrap();
        assert!(told.replace(&place, ": ").starts_with(begin), "{told}");
        assert!(told.contains(&place), "{told}");
    }

    #[test]
    fn what_would_keep_a_worker_from_starting_is_told_with_its_line() {
        told(
            "[kafka]\nbrokers = \"127.0.0.1:1\"\noptions = { \"fetch.wait.max.ms\" = \"abc\" }\n",
            3,
            "kafka.options.fetch.wait.max.ms = \"abc\": librdkafka makes no consumer with it",
        );
        told(
            "[ops]\n\naddress = \"192.0.2.1:9464\"\n",
            3,
            "ops.address = \"192.0.2.1:9464\": cannot be taken (",
        );
        told(
            "[kafka]\ninput = [\"^news(\"]\n",
            2,
            "kafka.input = \"^news(\": is no POSIX extended regular expression (",
        );
        let token = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(token.path(), "secret, but no token").unwrap();
        let path = token.path().display();
        told(
            &format!(
                "[kafka.security]\nprotocol = \"sasl-plaintext\"\nmechanism = \"oauthbearer\"\ntoken_file = \"{path}\"\n"
            ),
            4,
            &format!("kafka.security.token_file = \"{path}\": holds no JWT"),
        );
    }

    #[test]
    fn a_port_that_is_taken_is_a_note_and_one_nowhere_a_fault() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let note = address(Some(taken.local_addr().unwrap())).unwrap();
        assert!(note.unwrap().contains("is taken at this moment"));
        assert_eq!(address(None), Ok(None));
    }

    #[test]
    fn what_a_topic_takes_and_keeps_too_little_of_is_named() {
        let settings = Settings::defaults().unwrap();
        let topic = |name: &str, max| Topic {
            name: name.into(),
            partitions: 1,
            max_message_bytes: Some(max),
            compacts: name == "news.dead-letters",
        };
        let found = Preflight {
            brokers: 1,
            inputs: vec!["news.raw".into()],
            topics: vec![
                topic("news.raw", 1_048_588),
                topic("news.enriched", 500_000),
                topic("news.dead-letters", 1_048_588),
            ],
            faults: Vec::new(),
        };
        let faults: Vec<String> = faults(&settings, &found)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(faults.len(), 3);
        assert!(
            faults[0].starts_with("limits.output_bytes = 1000000: topic news.enriched takes"),
            "{}",
            faults[0]
        );
        assert!(
            faults[1].starts_with("kafka.dead_letters = \"news.dead-letters\": takes"),
            "{}",
            faults[1]
        );
        assert!(
            faults[2].starts_with("kafka.dead_letters = \"news.dead-letters\": is compacted: of"),
            "{}",
            faults[2]
        );
    }
}

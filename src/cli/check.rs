use std::path::PathBuf;
use std::time::Duration;

use crate::config::{Fault, Faults, Settings};
use crate::engine::Engine;
use crate::kafka::preflight::{self, Preflight};

/// Checks the configuration, and with --connect the broker, the topics and the rights.
///
/// Every fault names the key, its value and what to write instead.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk check --config config/copydesk.toml
  COPYDESK_KAFKA__BROKERS=kafka:9092 copydesk check --connect

Exit codes: 0 no fault · 1 faults, one a line on standard error · 3 the broker cannot be reached")]
pub(super) struct Arguments {
    /// Configuration file; see config/copydesk.toml.
    #[arg(long, short, env = "COPYDESK_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Ask the broker, too. Nothing is written and no group is joined.
    #[arg(long)]
    connect: bool,
    /// Seconds the broker may take to answer.
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    timeout: u64,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let settings = Settings::load(arguments.config.as_deref())?;
    let refused = preflight::client_faults(&settings);
    if !refused.is_empty() {
        return Err(Faults(refused).into());
    }
    let engine = Engine::configured(&settings)?;
    println!("configuration: good; {} stages", engine.stages().len());
    if !arguments.connect {
        return Ok(0);
    }
    let found = match preflight::ask(&settings, Duration::from_secs(arguments.timeout)) {
        Ok(found) => found,
        Err(fault) => {
            eprintln!("copydesk: {}", Faults(vec![fault]));
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
    let faults = faults(&settings, &found);
    if faults.is_empty() {
        println!("everything the worker needs is there");
        return Ok(0);
    }
    eprintln!("copydesk: {}", Faults(faults));
    Ok(1)
}

fn bytes(limit: Option<u64>) -> String {
    limit.map_or("an unknown size".into(), |n| format!("{n} bytes"))
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
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kafka::preflight::Topic;

    #[test]
    fn a_setting_that_a_client_refuses_is_a_fault_without_a_broker() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("copydesk.toml");
        let text =
            "[kafka]\nbrokers = \"127.0.0.1:1\"\noptions = { \"fetch.wait.max.ms\" = \"abc\" }\n";
        std::fs::write(&file, text).unwrap();
        let arguments = Arguments {
            config: Some(file),
            connect: false,
            timeout: 1,
        };
        let told = run(&arguments).unwrap_err().to_string();
        let begin = "configuration: kafka.options.fetch.wait.max.ms = \"abc\": librdkafka makes no consumer with it";
        assert!(told.starts_with(begin), "{told}");
    }

    #[test]
    fn sizes_that_do_not_fit_are_named() {
        let settings = Settings::defaults().unwrap();
        let topic = |name: &str, max| Topic {
            name: name.into(),
            partitions: 1,
            max_message_bytes: Some(max),
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
        assert_eq!(faults.len(), 2);
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
    }
}

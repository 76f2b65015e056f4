//! `copydesk schema`: what there is, printed from the types and tables that the program itself uses.

use std::io::Write;

use crate::ops::{events, metrics};
use crate::record::{ErrorCode, Flag};
use crate::{config, record};

/// Prints the JSON Schema (2020-12) of a record or of the configuration, or a table of what the log, the
/// metrics, dead letters and records name.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk schema enriched > enriched-article.schema.json
  copydesk schema config | jq '.properties.kafka.properties | keys'
  copydesk schema metrics | grep lag
  copydesk schema codes | grep too-large")]
pub(super) struct Arguments {
    /// What to print.
    #[arg(value_enum)]
    what: What,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum What {
    /// The envelope of a raw article.
    Raw,
    /// The enriched article.
    Enriched,
    /// The same in Avro, as `output.format = "avro"` publishes it.
    Avro,
    /// The configuration file.
    Config,
    /// The events of the log, as a Markdown table.
    Events,
    /// The metrics that /metrics serves, as a Markdown table.
    Metrics,
    /// The doubts about the copy that `quality.flags` of a record names, as a Markdown table.
    Flags,
    /// The codes of dead letters and failed stages, as a Markdown table.
    Codes,
    /// The data files that `resources.data` may replace, one a line.
    Data,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let text = match arguments.what {
        What::Raw => serde_json::to_string_pretty(&record::schema::raw())?,
        What::Enriched => serde_json::to_string_pretty(&record::schema::enriched())?,
        What::Avro => serde_json::to_string_pretty(&record::avro::schema())?,
        What::Config => serde_json::to_string_pretty(&config::schema())?,
        What::Events => events_table(),
        What::Metrics => metrics_table(),
        What::Flags => meanings("flag", Flag::ALL.iter().copied()),
        What::Codes => codes_table(),
        What::Data => {
            let files = config::data::replaceable();
            let names: Vec<_> = files.iter().map(|f| config::data::in_folder(f)).collect();
            names.join("\n")
        }
    };
    super::quietly(writeln!(std::io::stdout(), "{text}"))?;
    Ok(0)
}

fn events_table() -> String {
    let rows = events::CATALOGUE.iter().map(|event| {
        [
            code(event.name),
            event.level.to_ascii_lowercase(),
            if event.limited { "yes" } else { "" }.into(),
            codes(event.fields().iter().map(String::as_str)),
            event.meaning.trim().into(),
        ]
    });
    table(["event", "level", "limited", "fields", "says"], rows)
}

fn metrics_table() -> String {
    let rows = metrics::CATALOGUE.iter().map(|metric| {
        [
            code(metric.name),
            metric.kind.as_str().into(),
            codes(metric.labels.iter().copied()),
            metric.help().into(),
        ]
    });
    table(["metric", "type", "labels", "says"], rows)
}

fn codes_table() -> String {
    let all = ErrorCode::ALL.iter();
    meanings("code", all.map(|(code, says)| (code.as_str(), *says)))
}

/// A table of names and what each says.
fn meanings<'a>(head: &str, rows: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    table(
        [head, "says"],
        rows.map(|(name, says)| [code(name), says.trim().into()]),
    )
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn codes<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.map(code).collect::<Vec<_>>().join(", ")
}

/// A table in Markdown.
fn table<const N: usize>(head: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
    let mut lines = vec![
        line(&head.map(str::to_owned)),
        format!("|{}", "---|".repeat(N)),
    ];
    lines.extend(rows.map(|row| line(&row)));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_are_schemas() {
        for schema in [
            record::schema::raw(),
            record::schema::enriched(),
            config::schema(),
        ] {
            assert_eq!(
                schema["$schema"],
                "https://json-schema.org/draft/2020-12/schema"
            );
            jsonschema::meta::validate(&schema).unwrap();
        }
    }

    #[test]
    fn the_shipped_configuration_is_by_its_schema() {
        let toml: toml::Value = toml::from_str(include_str!("../../config/copydesk.toml")).unwrap();
        let json = serde_json::to_value(toml).unwrap();
        let validator = jsonschema::draft202012::new(&config::schema()).unwrap();
        assert!(
            validator.is_valid(&json),
            "{:?}",
            validator.iter_errors(&json).next()
        );
    }

    #[test]
    fn tables_hold_what_the_code_has() {
        let events = events_table();
        assert_eq!(events.lines().count(), events::CATALOGUE.len() + 2);
        assert!(events.contains(
            "| `backpressure.off` | info | yes | `cause`, `ms` | Consumption goes on. |"
        ));
        assert!(
            events.contains(
                "`topic`, `partition`, `offset`, `key`, `generation`, `trace_id`, `stage`"
            )
        );
        assert!(events.contains("`lag_total`"));
        let metrics = metrics_table();
        assert_eq!(metrics.lines().count(), metrics::CATALOGUE.len() + 2);
        assert!(metrics.contains(
            "| `copydesk_dead_lettered_total` | counter | `error_code` | Messages dead-lettered, by error code |"
        ));
        let flags = meanings("flag", Flag::ALL.iter().copied());
        assert!(flags.contains(&format!("\n| `{}` | ", Flag::TRUNCATED)));
        let codes = codes_table();
        assert!(codes.contains("\n| `record-too-large` | The record is larger than"));
        for table in [events, metrics, flags, codes] {
            let columns = |l: &str| l.matches('|').count();
            let first = columns(table.lines().next().unwrap());
            assert!(table.lines().all(|l| columns(l) == first));
        }
    }
}

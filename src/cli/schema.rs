use std::io::Write;

use crate::{config, record};

/// Prints the JSON Schema (2020-12) of a record or of the configuration.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk schema enriched > enriched-article.schema.json
  copydesk schema config | jq '.properties.kafka.properties | keys'")]
pub struct Arguments {
    /// What to print the schema of.
    #[arg(value_enum)]
    what: What,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum What {
    /// The envelope of a raw article.
    Raw,
    /// The enriched article.
    Enriched,
    /// The configuration file.
    Config,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let schema = match arguments.what {
        What::Raw => record::schema::raw(),
        What::Enriched => record::schema::enriched(),
        What::Config => config::schema(),
    };
    let text = serde_json::to_string_pretty(&schema)?;
    super::quietly(writeln!(std::io::stdout(), "{text}"))?;
    Ok(0)
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
}

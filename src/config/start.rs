//! What can be told of a configuration before it is known to hold.

use std::path::Path;

use super::raw::RawKafka;
use super::written::{PREFIX, Written};
use super::{LogFormat, validate};

/// How a worker is to say that its configuration does not hold: as it is written there, as far as that can be
/// read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    pub log_format: LogFormat,
    pub instance: String,
    pub group: String,
}

impl Start {
    /// From the same places as [`super::Settings::load`]. Never fails.
    pub fn load(file: Option<&Path>) -> Start {
        let variables = std::env::vars_os()
            .filter_map(|(n, v)| Some((n.into_string().ok()?, v.into_string().ok()?)));
        Start::from_sources(file, variables)
    }

    pub(super) fn from_sources(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Start {
        let mut written = Written::default();
        if let Some(path) = file {
            // What is wrong with it is told by whoever reads it for its settings.
            let _ = written.read_file(path);
        }
        written.read_variables(environment, &mut Vec::new());
        let text = |section, key| written.text(section, key).filter(|t| !t.is_empty());
        let format = text("ops", "log_format").unwrap_or_default();
        let instance = text("kafka", "instance").map(str::to_owned);
        Start {
            log_format: serde_json::from_value(format.into()).unwrap_or(LogFormat::Auto),
            instance: instance.or_else(validate::host_name).unwrap_or_default(),
            group: text("kafka", "group").map_or_else(|| RawKafka::default().group, str::to_owned),
        }
    }
}

/// Where settings come from, in words: `copydesk.toml and the environment (COPYDESK_KAFKA__BROKERS)`.
pub fn sources(file: Option<&Path>) -> String {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    in_words(file, names)
}

fn in_words(file: Option<&Path>, variables: impl Iterator<Item = String>) -> String {
    let file = file.map_or_else(|| "the defaults".to_owned(), |f| f.display().to_string());
    let is_key = |name: &String| {
        name.strip_prefix(PREFIX)
            .is_some_and(|key| key.contains("__"))
    };
    let mut names: Vec<String> = variables.filter(is_key).collect();
    names.sort();
    match &names[..] {
        [] => file,
        names => format!("{file} and the environment ({})", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(text: &str, environment: &[(&str, &str)]) -> Start {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let variables = environment
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        Start::from_sources(Some(file.path()), variables)
    }

    #[test]
    fn the_form_of_the_log_is_read_from_a_configuration_that_does_not_hold() {
        let text = "[kafka]\nbroker = 7\ngroup = \"desk\"\ninstance = \"a\"\n[ops]\nlog_format = \"json\"\n";
        let told = start(text, &[]);
        assert_eq!(told.log_format, LogFormat::Json);
        assert_eq!((&*told.group, &*told.instance), ("desk", "a"));
        let told = start(text, &[("COPYDESK_OPS__LOG_FORMAT", "text")]);
        assert_eq!(told.log_format, LogFormat::Text);
        assert_eq!(start("", &[]).group, "copydesk");
        let no_toml = "[ops\nlog_format = \"json\"\n";
        assert_eq!(start(no_toml, &[]).log_format, LogFormat::Auto);
        let no_format = "[ops]\nlog_format = \"xml\"\n";
        assert_eq!(start(no_format, &[]).log_format, LogFormat::Auto);
    }

    #[test]
    fn sources_are_named_with_the_variables_that_are_keys() {
        let names = ["COPYDESK_OPS__ADDRESS", "COPYDESK_CONFIG", "PATH"];
        let words = |file| in_words(file, names.iter().map(|n| (*n).to_owned()));
        assert_eq!(
            words(None),
            "the defaults and the environment (COPYDESK_OPS__ADDRESS)"
        );
        let file = Path::new("etc/copydesk.toml");
        assert!(words(Some(file)).starts_with("etc/copydesk.toml and"));
        assert_eq!(in_words(None, std::iter::empty()), "the defaults");
    }
}

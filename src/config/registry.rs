//! The schema registry: where it is, who the worker is to it, and the name of the schema there.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::fault::Fault;
use super::raw::{OutputFormat, RawRegistry, RawSettings, SubjectName};
use super::security::{check_file, secret};
use super::{Secret, validate};
use crate::record::avro::RECORD_NAME;

/// A schema registry, checked. Its password is read already.
#[derive(Debug, Clone, PartialEq)]
pub struct Registry {
    /// Addresses of one registry, at least one, without a slash at the end.
    pub urls: Vec<String>,
    /// What the schema of the records is registered under.
    pub subject: String,
    pub auto_register: bool,
    pub timeout: Duration,
    /// Certificates to trust; `None` for those of the system.
    pub ca_file: Option<PathBuf>,
    /// Certificate of this client, and its key.
    pub identity: Option<(PathBuf, PathBuf)>,
    pub login: Login,
}

/// Who the worker is to the registry.
#[derive(Debug, Clone, PartialEq)]
pub enum Login {
    Anonymous,
    Basic {
        username: String,
        password: Secret,
    },
    /// A bearer token in a file, which is read when a connection is made.
    Token(PathBuf),
}

impl Registry {
    /// Checks what is written, alone and with the form of the records. `None` where no registry is wanted.
    pub(super) fn new(settings: &RawSettings, faults: &mut Vec<Fault>) -> Option<Registry> {
        let raw = &settings.registry;
        let format = settings.output.format;
        if raw.url.trim().is_empty() {
            if format == OutputFormat::Avro {
                let advice = "readers of Avro need its schema: name a schema registry in registry.url, or write \"enriched\"";
                faults.push(Fault::new("output.format", advice).value("\"avro\""));
            }
            return None;
        }
        if format == OutputFormat::Ninjs {
            let advice = "ninjs goes out without a schema registry: take registry.url out, or write \"enriched\" or \"avro\"";
            faults.push(Fault::new("output.format", advice).value("\"ninjs\""));
        }
        for (key, file) in [
            ("registry.ca_file", &raw.ca_file),
            ("registry.certificate_file", &raw.certificate_file),
            ("registry.key_file", &raw.key_file),
            ("registry.token_file", &raw.token_file),
        ] {
            check_file(key, file, faults);
        }
        if raw.certificate_file.is_empty() != raw.key_file.is_empty() {
            let advice = "a certificate and its key go together: set both certificate_file and key_file, or neither";
            faults.push(Fault::new("registry.key_file", advice));
        }
        let file = |name: &str| (!name.is_empty()).then(|| PathBuf::from(name));
        let topic = &settings.kafka.output;
        Some(Registry {
            urls: urls(&raw.url, faults),
            subject: match raw.subject {
                SubjectName::Topic => format!("{topic}-value"),
                SubjectName::Record => RECORD_NAME.to_owned(),
                SubjectName::TopicRecord => format!("{topic}-{RECORD_NAME}"),
            },
            auto_register: raw.auto_register,
            timeout: validate::duration("registry.timeout_ms", raw.timeout_ms, faults),
            ca_file: file(&raw.ca_file),
            identity: file(&raw.certificate_file).zip(file(&raw.key_file)),
            login: login(raw, faults),
        })
    }

    /// The password, where there is one.
    pub(super) fn secret(&self) -> Option<Secret> {
        match &self.login {
            Login::Basic { password, .. } => Some(password.clone()).filter(|p| !p.is_empty()),
            Login::Anonymous | Login::Token(_) => None,
        }
    }
}

/// Addresses that a client can ask; what stands before an `@` would be a secret in a file of settings.
fn urls(written: &str, faults: &mut Vec<Fault>) -> Vec<String> {
    let mut urls = Vec::new();
    for url in written.split(',').map(str::trim) {
        let advice = match Url::parse(url) {
            Ok(parsed) if !parsed.username().is_empty() || parsed.password().is_some() => {
                let advice = "holds a user: write it as registry.username, and the password into registry.password_file";
                faults.push(Fault::new("registry.url", advice));
                continue;
            }
            Ok(parsed) if matches!(parsed.scheme(), "http" | "https") && parsed.has_host() => {
                urls.push(url.trim_end_matches('/').to_owned());
                continue;
            }
            Ok(_) => "write an address that begins with http:// or https://".to_owned(),
            Err(error) => {
                format!("is no address ({error}): write http://host:8081 or https://host")
            }
        };
        faults.push(Fault::new("registry.url", advice).value(format!("{url:?}")));
    }
    urls
}

fn login(raw: &RawRegistry, faults: &mut Vec<Fault>) -> Login {
    let key = "registry.password";
    let password = secret(key, &raw.password, &raw.password_file, faults);
    if !raw.token_file.is_empty() {
        if !raw.username.is_empty() || !password.is_empty() {
            let advice = "is set, and so is a user or a password: keep one way to log in";
            faults.push(Fault::new("registry.token_file", advice));
        }
        return Login::Token(PathBuf::from(&raw.token_file));
    }
    if raw.username.is_empty() {
        if !password.is_empty() {
            let advice = "write the name of the user, or the API key, that the password is of";
            faults.push(Fault::new("registry.username", advice).value("\"\""));
        }
        return Login::Anonymous;
    }
    Login::Basic {
        username: raw.username.clone(),
        password,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(change: impl Fn(&mut RawSettings)) -> Vec<String> {
        let mut raw = RawSettings::default();
        raw.registry.url = "http://registry:8081/".into();
        change(&mut raw);
        let mut faults = Vec::new();
        Registry::new(&raw, &mut faults);
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_does_not_go_together_is_told_with_its_key() {
        assert_eq!(told(|_| {}), [""; 0]);
        for (change, begin) in [
            (
                (|raw| raw.output.format = OutputFormat::Ninjs) as fn(&mut RawSettings),
                "output.format = \"ninjs\": ninjs goes out without",
            ),
            (
                |raw| {
                    raw.output.format = OutputFormat::Avro;
                    raw.registry.url = String::new();
                },
                "output.format = \"avro\": readers of Avro need its schema",
            ),
            (
                |raw| raw.registry.url = "registry:8081".into(),
                "registry.url = \"registry:8081\": write an address that begins with http",
            ),
            (
                |raw| raw.registry.url = "http://one:8081,two".into(),
                "registry.url = \"two\": is no address",
            ),
            (
                |raw| raw.registry.password = Secret::new("hunter2"),
                "registry.username = \"\": write the name",
            ),
            (
                |raw| raw.registry.timeout_ms = 0,
                "registry.timeout_ms = 0: write a number of 1",
            ),
            (
                |raw| raw.registry.certificate_file = "/dev/null".into(),
                "registry.key_file: a certificate and its key",
            ),
        ] {
            let told = told(change);
            assert!(
                matches!(&told[..], [one] if one.starts_with(begin)),
                "{told:?}"
            );
        }
    }

    #[test]
    fn a_password_in_an_address_is_refused_and_not_shown() {
        let told = told(|raw| raw.registry.url = "https://me:hunter2@registry".into());
        assert_eq!(told.len(), 1);
        assert!(
            told[0].starts_with("registry.url: holds a user"),
            "{told:?}"
        );
        assert!(!told[0].contains("hunter2"));
    }

    #[test]
    fn subjects_are_those_of_the_strategies() {
        for (subject, name) in [
            (SubjectName::Topic, "news.enriched-value"),
            (SubjectName::Record, "copydesk.EnrichedArticle"),
            (
                SubjectName::TopicRecord,
                "news.enriched-copydesk.EnrichedArticle",
            ),
        ] {
            let mut raw = RawSettings::default();
            raw.registry.url = "http://one:8081/, http://two:8081".into();
            raw.registry.subject = subject;
            let registry = Registry::new(&raw, &mut Vec::new()).unwrap();
            assert_eq!(registry.subject, name);
            assert_eq!(registry.urls, ["http://one:8081", "http://two:8081"]);
        }
    }
}

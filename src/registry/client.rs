//! What is asked of a schema registry, and what its answers mean for the configuration.

use std::error::Error;
use std::path::Path;

use reqwest::blocking::ClientBuilder;
use reqwest::{Certificate, Identity};
use schema_registry_converter::blocking::schema_registry::{
    SrSettings, get_schema_by_id, is_compatible_schema, perform_sr_call, post_schema,
};
use schema_registry_converter::error::SRCError;
use schema_registry_converter::schema_registry_common::{
    RawError, RegisteredSchema, SchemaType, SrCall, SuppliedSchema,
};
use serde_json::json;

use super::{Registered, kind_of, printed_by, schema_of};
use crate::config::{Fault, Login, OutputFormat, Registry};
use crate::record::avro::RECORD_NAME;

/// Asks one registry. Its calls wait for their answers, and must not be made on a thread of tokio's.
#[derive(Debug)]
pub struct Client {
    registry: Registry,
    format: OutputFormat,
    calls: SrSettings,
}

/// What the registry, or the way to it, refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub fault: Fault,
    /// Whether it may pass by itself: nobody answers, or with an error of the server's own.
    pub passes: bool,
}

/// How it stands with the schema of the records, without anything being changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    Registered(Registered),
    /// A worker that starts will register it.
    ToRegister,
}

impl Client {
    /// A client that has not yet asked anything.
    ///
    /// # Errors
    /// When a certificate, a key or a token cannot be read.
    pub fn new(registry: &Registry, format: OutputFormat) -> Result<Self, Fault> {
        let mut urls = registry.urls.iter().cloned();
        let mut settings = SrSettings::new_builder(urls.next().unwrap_or_default());
        for url in urls {
            settings.add_url(url);
        }
        settings.set_timeout(registry.timeout);
        match &registry.login {
            Login::Anonymous => {}
            Login::Basic { username, password } => {
                settings.set_basic_authorization(username, Some(password.expose()));
            }
            Login::Token(file) => {
                let token = read("registry.token_file", file)?;
                settings.set_token_authorization(String::from_utf8_lossy(&token).trim());
            }
        }
        let calls = settings.build_with(http(registry)?).map_err(|error| {
            Fault::new(
                "registry",
                format!("no client can be made: {}", reasons(&error)),
            )
        })?;
        Ok(Client {
            registry: registry.clone(),
            format,
            calls,
        })
    }

    /// The schema of the records, registered or looked up as the configuration wants it.
    ///
    /// # Errors
    /// When there is no answer, or none that a worker can start with.
    pub fn settle(&self) -> Result<Registered, Refusal> {
        let subject = self.registry.subject.clone();
        let id = match self.registry.auto_register {
            true => post_schema(&self.calls, subject, self.schema()).map(|found| found.id),
            false => self.look_up(),
        };
        id.map(|id| self.registered(id))
            .map_err(|error| self.refusal(&error))
    }

    /// The same without registering anything.
    ///
    /// # Errors
    /// As [`Client::settle`].
    pub fn ask(&self) -> Result<State, Refusal> {
        let error = match self.look_up() {
            Ok(id) => return Ok(State::Registered(self.registered(id))),
            Err(error) => error,
        };
        let unknown_subject = match answer(&error) {
            Some((_, code)) if code == SUBJECT_NOT_FOUND => true,
            Some((_, code)) if code == SCHEMA_NOT_FOUND => false,
            _ => return Err(self.refusal(&error)),
        };
        if !self.registry.auto_register {
            return Err(self.refusal(&error));
        }
        let subject = self.registry.subject.clone();
        if unknown_subject {
            return Ok(State::ToRegister);
        }
        match is_compatible_schema(&self.calls, subject, self.schema()) {
            Ok(true) => Ok(State::ToRegister),
            Ok(false) => Err(self.incompatible("")),
            Err(error) => Err(self.refusal(&error)),
        }
    }

    /// The schema of an id.
    ///
    /// # Errors
    /// When there is no answer, or no such schema.
    pub(super) fn schema_by_id(&self, id: u32) -> Result<RegisteredSchema, Refusal> {
        get_schema_by_id(id, &self.calls).map_err(|error| self.refusal(&error))
    }

    /// The id of the schema of the records, where it is under the subject already.
    fn look_up(&self) -> Result<u32, SRCError> {
        let body = json!({"schema": schema_of(self.format), "schemaType": kind_of(self.format)});
        let (subject, body) = (&self.registry.subject, body.to_string());
        let found = perform_sr_call(&self.calls, SrCall::PostForVersion(subject, &body))?;
        found
            .id
            .ok_or_else(|| SRCError::non_retryable_without_cause("the answer has no id"))
    }

    fn schema(&self) -> SuppliedSchema {
        let kind = match self.format {
            OutputFormat::Avro => SchemaType::Avro,
            OutputFormat::Enriched | OutputFormat::Ninjs => SchemaType::Json,
        };
        let name = Some(RECORD_NAME.to_owned());
        SuppliedSchema::new(name, kind, schema_of(self.format))
    }

    fn registered(&self, id: u32) -> Registered {
        let url = self.registry.urls.first().map_or("", String::as_str);
        Registered {
            id,
            address: format!("{url}/schemas/ids/{id}"),
        }
    }

    /// What an error means, told with the key to change.
    fn refusal(&self, error: &SRCError) -> Refusal {
        let said = reasons(error);
        let Some((status, code)) = answer(error) else {
            let advice = format!(
                "no answer that could be used ({said}): see that the registry runs there, and that its certificate is of registry.ca_file"
            );
            return self.at_its_address(advice, true);
        };
        let subject = &self.registry.subject;
        match (status, code) {
            (401, _) => {
                let advice = format!(
                    "refuses the login ({said}): set registry.username and registry.password_file, or registry.token_file"
                );
                self.at_its_address(advice, false)
            }
            (403, _) => {
                let advice = format!(
                    "this user may not do that under {subject} ({said}): grant it, or register the schema by another way and write registry.auto_register = false"
                );
                self.at_its_address(advice, false)
            }
            (404, SUBJECT_NOT_FOUND | SCHEMA_NOT_FOUND) => {
                let advice = format!(
                    "{} has no such schema under {subject}: register what `{}` prints, or write true",
                    self.addresses(),
                    printed_by(self.format)
                );
                let fault = Fault::new("registry.auto_register", advice);
                let value = self.registry.auto_register;
                let fault = fault.value(value);
                Refusal {
                    fault,
                    passes: false,
                }
            }
            (404, _) => {
                let advice = format!(
                    "has no schema registry there ({said}): write the address with its path, such as …/apis/ccompat/v7"
                );
                self.at_its_address(advice, false)
            }
            (409, _) => self.incompatible(&said),
            (429 | 500.., _) => {
                self.at_its_address(format!("cannot answer at this moment ({said})"), true)
            }
            _ => self.at_its_address(format!("does not take the schema: {said}"), false),
        }
    }

    fn incompatible(&self, said: &str) -> Refusal {
        let subject = &self.registry.subject;
        let because = match said {
            "" => String::new(),
            said => format!(" ({said})"),
        };
        let advice = format!(
            "the schema of this version's records is not compatible with the last one under {subject}{because}: change that subject's compatibility level, or let the records of this version go to another topic"
        );
        self.at_its_address(advice, false)
    }

    fn at_its_address(&self, advice: String, passes: bool) -> Refusal {
        let fault = Fault::new("registry.url", advice);
        let fault = fault.value(format!("{:?}", self.addresses()));
        Refusal { fault, passes }
    }

    fn addresses(&self) -> String {
        self.registry.urls.join(",")
    }
}

/// Codes in the body of an answer 404.
const SUBJECT_NOT_FOUND: u32 = 40_401;
const SCHEMA_NOT_FOUND: u32 = 40_403;

/// The status of an answer, and the code in its body; 0 where it has none. `None` where nobody answered.
fn answer(error: &SRCError) -> Option<(u16, u32)> {
    let body = error.source()?.downcast_ref::<RawError>()?;
    // "HTTP request to schema registry failed with status 404 Not Found"
    let status = error.error.split(' ').find_map(|word| word.parse().ok());
    Some((status?, body.error_code))
}

/// Everything an error says, from the outside in, each thing once.
fn reasons(error: &SRCError) -> String {
    let mut all = vec![error.error.clone()];
    let mut source = error.source();
    while let Some(error) = source {
        let said = error.to_string();
        if all.iter().all(|before| !before.contains(&said)) {
            all.push(said);
        }
        source = error.source();
    }
    all.join(": ")
}

/// The HTTP client with the certificates of the configuration.
fn http(registry: &Registry) -> Result<ClientBuilder, Fault> {
    let mut http = reqwest::blocking::Client::builder()
        .user_agent(concat!("copydesk/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none());
    if let Some(file) = &registry.ca_file {
        let key = "registry.ca_file";
        let found = Certificate::from_pem_bundle(&read(key, file)?);
        http = http.tls_certs_only(found.map_err(|e| no_pem(key, file, &e))?);
    }
    if let Some((certificate, key)) = &registry.identity {
        let name = "registry.key_file";
        let identity = Identity::from_pkcs8_pem(
            &read("registry.certificate_file", certificate)?,
            &read(name, key)?,
        );
        http = http.identity(identity.map_err(|e| no_pem(name, key, &e))?);
    }
    Ok(http)
}

fn read(key: &str, file: &Path) -> Result<Vec<u8>, Fault> {
    std::fs::read(file).map_err(|error| {
        Fault::new(key, format!("cannot be read: {error}")).value(format!("{file:?}"))
    })
}

fn no_pem(key: &str, file: &Path, error: &reqwest::Error) -> Fault {
    let why = error
        .source()
        .map_or_else(|| error.to_string(), ToString::to_string);
    let advice =
        format!("cannot be used ({why}): write a file in PEM; a key in PKCS #8, not encrypted");
    Fault::new(key, advice).value(format!("{file:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn client(auto_register: bool) -> Client {
        let mut raw = Settings::defaults().unwrap().as_written().clone();
        raw.registry.url = "http://registry:8081".into();
        raw.registry.auto_register = auto_register;
        raw.output.format = OutputFormat::Avro;
        let settings = Settings::from_raw(raw).unwrap();
        Client::new(settings.registry.as_ref().unwrap(), settings.output.format).unwrap()
    }

    /// What is said of an answer.
    fn told(status: &str, code: u32, message: &str) -> (String, bool) {
        let body: RawError =
            serde_json::from_value(json!({"error_code": code, "message": message})).unwrap();
        let said = format!("HTTP request to schema registry failed with status {status}");
        let error = SRCError::non_retryable_with_cause(body, &said);
        let refusal = client(false).refusal(&error);
        (refusal.fault.to_string(), refusal.passes)
    }

    #[test]
    fn an_answer_is_told_with_the_key_to_change_and_what_may_pass_passes() {
        let url = "registry.url = \"http://registry:8081\": ";
        for (status, code, begin, passes) in [
            ("401 Unauthorized", 401, "refuses the login", false),
            (
                "403 Forbidden",
                0,
                "this user may not do that under news.enriched-value",
                false,
            ),
            ("404 Not Found", 0, "has no schema registry there", false),
            (
                "409 Conflict",
                409,
                "the schema of this version's records is not compatible",
                false,
            ),
            (
                "422 Unprocessable Entity",
                42_201,
                "does not take the schema",
                false,
            ),
            (
                "429 Too Many Requests",
                0,
                "cannot answer at this moment",
                true,
            ),
            (
                "503 Service Unavailable",
                0,
                "cannot answer at this moment",
                true,
            ),
        ] {
            let (said, may_pass) = told(status, code, "no reason given");
            assert!(said.starts_with(&format!("{url}{begin}")), "{said}");
            assert!(said.contains("no reason given"), "{said}");
            assert_eq!(may_pass, passes, "{said}");
        }
        for code in [SUBJECT_NOT_FOUND, SCHEMA_NOT_FOUND] {
            let (said, passes) = told("404 Not Found", code, "");
            assert!(
                said.starts_with(
                    "registry.auto_register = false: http://registry:8081 has no such schema"
                ),
                "{said}"
            );
            assert!(said.contains("copydesk schema avro") && !passes, "{said}");
        }
    }

    #[test]
    fn no_answer_may_pass() {
        let mut raw = Settings::defaults().unwrap().as_written().clone();
        raw.registry.url = "http://127.0.0.1:1".into();
        let settings = Settings::from_raw(raw).unwrap();
        let client = Client::new(settings.registry.as_ref().unwrap(), OutputFormat::Enriched);
        let refusal = client.unwrap().settle().unwrap_err();
        assert!(refusal.passes, "{refusal:?}");
        let said = refusal.fault.to_string();
        assert!(
            said.starts_with("registry.url = \"http://127.0.0.1:1\": no answer"),
            "{said}"
        );
        assert!(said.contains("refused"), "{said}");
    }

    #[test]
    fn a_file_that_is_no_certificate_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(
            file.path(),
            "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n",
        )
        .unwrap();
        let mut raw = Settings::defaults().unwrap().as_written().clone();
        raw.registry.url = "https://registry".into();
        raw.registry.ca_file = file.path().display().to_string();
        let settings = Settings::from_raw(raw).unwrap();
        let registry = settings.registry.as_ref().unwrap();
        let fault = Client::new(registry, OutputFormat::Enriched).unwrap_err();
        assert!(fault.to_string().starts_with("registry"), "{fault}");
    }
}

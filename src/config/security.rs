//! How the worker's clients talk to the broker, and where their passwords and tokens come from.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

use super::fault::Fault;
use super::raw::{Mechanism, Protocol, RawSecurity};
use super::written::{PREFIX, Written};
use super::{Secret, options};

/// Encryption, and who the worker is to the broker. Passwords are read already.
#[derive(Debug, Clone, PartialEq)]
pub struct Security {
    pub protocol: Protocol,
    pub mechanism: Mechanism,
    /// Empty for the system's certificates.
    pub ca_file: String,
    certificate_file: String,
    key_file: String,
    key_password: Secret,
    verify_hostname: bool,
    /// Empty where none is needed.
    pub username: String,
    password: Secret,
    pub token_file: Option<PathBuf>,
}

/// An OAUTHBEARER token as its file holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    pub token: Secret,
    /// `sub` of the token.
    pub principal: String,
    /// `exp` of the token, in milliseconds since 1970.
    pub expires_ms: i64,
}

/// Why there is no token. Never says what is in the file.
#[derive(Debug, Error)]
pub enum TokenError {
    #[error("kafka.security.token_file is not set")]
    NoFile,
    #[error("kafka.security.token_file {0}: {1}")]
    Unreadable(PathBuf, std::io::Error),
    #[error("kafka.security.token_file {0} holds no JWT with `sub` and `exp`")]
    NotAToken(PathBuf),
}

impl Protocol {
    fn encrypts(self) -> bool {
        matches!(self, Protocol::Ssl | Protocol::SaslSsl)
    }

    fn logs_in(self) -> bool {
        matches!(self, Protocol::SaslPlaintext | Protocol::SaslSsl)
    }
}

impl Mechanism {
    /// As SASL registers it.
    fn sasl_name(self) -> &'static str {
        match self {
            Mechanism::Plain => "PLAIN",
            Mechanism::ScramSha256 => "SCRAM-SHA-256",
            Mechanism::ScramSha512 => "SCRAM-SHA-512",
            Mechanism::Oauthbearer => "OAUTHBEARER",
        }
    }

    /// Whether it logs in with a token that the program hands over, not with a user and a password.
    fn takes_token(self) -> bool {
        self == Mechanism::Oauthbearer
    }
}

impl Security {
    /// Checks what is written, and reads the passwords that stand in files.
    pub fn new(raw: &RawSecurity, faults: &mut Vec<Fault>) -> Security {
        check_encryption(raw, faults);
        check_login(raw, faults);
        check_files(raw, faults);
        Security {
            key_password: secret(
                "kafka.security.key_password",
                &raw.key_password,
                &raw.key_password_file,
                faults,
            ),
            password: secret(
                "kafka.security.password",
                &raw.password,
                &raw.password_file,
                faults,
            ),
            protocol: raw.protocol,
            mechanism: raw.mechanism,
            ca_file: raw.ca_file.clone(),
            certificate_file: raw.certificate_file.clone(),
            key_file: raw.key_file.clone(),
            verify_hostname: raw.verify_hostname,
            username: raw.username.clone(),
            token_file: (!raw.token_file.is_empty()).then(|| PathBuf::from(&raw.token_file)),
        }
    }

    /// As librdkafka settings.
    pub fn client_settings(&self) -> Vec<(String, Secret)> {
        let protocol = match self.protocol {
            Protocol::Plaintext => return Vec::new(),
            Protocol::Ssl => "ssl",
            Protocol::SaslPlaintext => "sasl_plaintext",
            Protocol::SaslSsl => "sasl_ssl",
        };
        let mut all = vec![("security.protocol".to_owned(), Secret::new(protocol))];
        let mut set = |name: &str, value: &str| {
            if !value.is_empty() {
                all.push((name.to_owned(), Secret::new(value)));
            }
        };
        if self.protocol.encrypts() {
            // The OpenSSL built in looks for the system's certificates in the wrong place unless told to search.
            let ca = match self.ca_file.as_str() {
                "" => "probe",
                file => file,
            };
            set("ssl.ca.location", ca);
            set("ssl.certificate.location", &self.certificate_file);
            set("ssl.key.location", &self.key_file);
            set("ssl.key.password", self.key_password.expose());
            let check = if self.verify_hostname {
                "https"
            } else {
                "none"
            };
            set("ssl.endpoint.identification.algorithm", check);
        }
        if self.protocol.logs_in() {
            set("sasl.mechanism", self.mechanism.sasl_name());
            if !self.mechanism.takes_token() {
                set("sasl.username", &self.username);
                set("sasl.password", self.password.expose());
            }
        }
        all
    }

    /// Whether a client logs in with a token.
    pub fn takes_token(&self) -> bool {
        self.protocol.logs_in() && self.mechanism.takes_token()
    }

    /// The passwords that are set.
    pub fn secrets(&self) -> Vec<Secret> {
        let all = [&self.password, &self.key_password];
        all.into_iter().filter(|s| !s.is_empty()).cloned().collect()
    }

    /// Reads the OAUTHBEARER token, anew each time: whoever renews it writes the file.
    ///
    /// # Errors
    /// When there is no file, it cannot be read, or it holds no JWT.
    pub fn token(&self) -> Result<Token, TokenError> {
        let path = self.token_file.as_deref().ok_or(TokenError::NoFile)?;
        let text =
            std::fs::read_to_string(path).map_err(|e| TokenError::Unreadable(path.into(), e))?;
        parse_token(text.trim()).ok_or_else(|| TokenError::NotAToken(path.into()))
    }
}

fn fault(key: &str, advice: impl Into<String>) -> Fault {
    Fault::new(format!("kafka.security.{key}"), advice)
}

/// Certificates go with an encrypted connection, and a certificate with its key.
fn check_encryption(raw: &RawSecurity, faults: &mut Vec<Fault>) {
    let files = [&raw.ca_file, &raw.certificate_file, &raw.key_file];
    if !raw.protocol.encrypts() && files.iter().any(|f| !f.is_empty()) {
        faults.push(fault(
            "protocol",
            "certificates are set but the connection is not encrypted: write \"ssl\" or \"sasl-ssl\"",
        ));
    }
    if raw.certificate_file.is_empty() != raw.key_file.is_empty() {
        faults.push(fault(
            "key_file",
            "a certificate and its key go together: set both certificate_file and key_file, or neither",
        ));
    }
}

/// A user goes with a connection that logs in, and each mechanism with what it logs in by.
fn check_login(raw: &RawSecurity, faults: &mut Vec<Fault>) {
    let has_password = !raw.password.is_empty() || !raw.password_file.is_empty();
    let has_user = has_password || !raw.username.is_empty() || !raw.token_file.is_empty();
    if !raw.protocol.logs_in() {
        if has_user {
            faults.push(fault(
                "protocol",
                "a user is set but the connection does not log in: write \"sasl-ssl\" or \"sasl-plaintext\"",
            ));
        }
        return;
    }
    if raw.mechanism.takes_token() {
        if raw.token_file.is_empty() {
            faults.push(fault("token_file", "name the file that holds the token"));
        }
        return;
    }
    if raw.username.is_empty() {
        faults.push(fault("username", "write the name of the user"));
    }
    if !has_password {
        faults.push(fault(
            "password_file",
            "name the file that holds the password, or set COPYDESK_KAFKA__SECURITY__PASSWORD",
        ));
    }
}

/// Every file that is named can be read.
fn check_files(raw: &RawSecurity, faults: &mut Vec<Fault>) {
    for (key, file) in [
        ("kafka.security.ca_file", &raw.ca_file),
        ("kafka.security.certificate_file", &raw.certificate_file),
        ("kafka.security.key_file", &raw.key_file),
        ("kafka.security.token_file", &raw.token_file),
    ] {
        check_file(key, file, faults);
    }
}

/// A file that is named can be read.
pub(super) fn check_file(key: &str, file: &str, faults: &mut Vec<Fault>) {
    if !file.is_empty()
        && let Err(e) = readable(file.as_ref())
    {
        let fault = Fault::new(key, format!("cannot be read: {e}"));
        faults.push(fault.value(format!("{file:?}")));
    }
}

/// A secret as it is written, or as its file holds it, without the line's end there.
pub(super) fn secret(key: &str, written: &Secret, file: &str, faults: &mut Vec<Fault>) -> Secret {
    if file.is_empty() {
        return written.clone();
    }
    if !written.is_empty() {
        let name = key.rsplit('.').next().unwrap_or(key);
        faults.push(Fault::new(
            key,
            format!("is set, and so is {name}_file: keep one"),
        ));
    }
    match std::fs::read_to_string(file) {
        Ok(text) => Secret::new(text.trim_end_matches(['\r', '\n'])),
        Err(e) => {
            let fault = Fault::new(format!("{key}_file"), format!("cannot be read: {e}"));
            faults.push(fault.value(format!("{file:?}")));
            Secret::default()
        }
    }
}

/// The claims are only looked at to tell librdkafka when to ask again; the broker verifies them.
fn parse_token(token: &str) -> Option<Token> {
    let claims = URL_SAFE_NO_PAD
        .decode(token.split('.').nth(1)?.trim_end_matches('='))
        .ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    Some(Token {
        token: Secret::new(token),
        principal: claims["sub"].as_str()?.to_owned(),
        expires_ms: (claims["exp"].as_f64()? * 1000.0) as i64,
    })
}

/// The keys of secrets, beside those among the options of the client.
const SECRETS: [&str; 3] = [
    "kafka.security.password",
    "kafka.security.key_password",
    "registry.password",
];

/// A password in a file that is copied, committed and mailed is no secret: it may come from the
/// environment or from a file of its own.
pub(super) fn refuse_written_secrets(written: &Written, faults: &mut Vec<Fault>) {
    for key in written.keys_of_the_file() {
        let instead = if let Some(option) = key.strip_prefix("kafka.options.") {
            if !options::is_secret(option) || options::fault(option).is_some() {
                continue;
            }
            let variable = option.replace('.', "_").to_uppercase();
            format!("set {PREFIX}KAFKA__OPTIONS__{variable}")
        } else if SECRETS.contains(&key) {
            let name = key.rsplit('.').next().unwrap_or(key);
            let variable = key.replace('.', "__").to_uppercase();
            format!("name a file that holds it in {name}_file, or set {PREFIX}{variable}")
        } else {
            continue;
        };
        let advice = format!("a secret does not belong in this file: {instead}");
        faults.push(Fault::new(key, advice));
    }
}

/// Whether it is a file that can be opened for reading.
pub(super) fn readable(path: &Path) -> std::io::Result<()> {
    let file = std::fs::File::open(path)?;
    match file.metadata()?.is_dir() {
        true => Err(std::io::ErrorKind::IsADirectory.into()),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_token() {
        let claims = URL_SAFE_NO_PAD.encode(br#"{"sub":"copydesk","exp":1800000000}"#);
        let token = parse_token(&format!("e30.{claims}.sig")).unwrap();
        assert_eq!(
            (token.principal.as_str(), token.expires_ms),
            ("copydesk", 1_800_000_000_000)
        );
        assert!(parse_token("nonsense").is_none());
    }
}

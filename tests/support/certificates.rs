//! Certificates for TLS, made with openssl: an authority, a broker, clients good and bad.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// An authority that signs certificates, and the directory all of them lie in.
#[derive(Debug)]
pub struct Authority {
    directory: PathBuf,
}

/// A certificate and its key, PEM.
#[derive(Debug, Clone)]
pub struct Identity {
    pub certificate: PathBuf,
    pub key: PathBuf,
    /// Both in one file, the form Kafka reads.
    pub both: PathBuf,
}

impl Authority {
    pub fn new(directory: &Path) -> Result<Authority> {
        std::fs::create_dir_all(directory)?;
        let authority = Authority {
            directory: directory.to_owned(),
        };
        authority.openssl(&format!(
            "req -x509 {KEY} -keyout authority.key -out authority.pem -days 30 -subj /CN=authority"
        ))?;
        Ok(authority)
    }

    pub fn certificate(&self) -> PathBuf {
        self.directory.join("authority.pem")
    }

    /// Signs a certificate for `name`, good for `days` from now; -1 gives one that has run out.
    pub fn sign(&self, name: &str, days: i32) -> Result<Identity> {
        let file = |extension: &str| self.directory.join(format!("{name}.{extension}"));
        std::fs::write(
            file("ext"),
            "subjectAltName = DNS:localhost, IP:127.0.0.1\n",
        )?;
        self.openssl(&format!(
            "req {KEY} -keyout {name}.key -out {name}.csr -subj /CN={name}"
        ))?;
        self.openssl(&format!(
            "x509 -req -in {name}.csr -CA authority.pem -CAkey authority.key -CAcreateserial \
             -days {days} -extfile {name}.ext -out {name}.pem"
        ))?;
        let both = std::fs::read_to_string(file("key"))? + &std::fs::read_to_string(file("pem"))?;
        std::fs::write(file("both.pem"), both)?;
        Ok(Identity {
            certificate: file("pem"),
            key: file("key"),
            both: file("both.pem"),
        })
    }

    fn openssl(&self, arguments: &str) -> Result<()> {
        let output = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(&self.directory)
            .stdin(Stdio::null())
            .output()
            .context("cannot run openssl")?;
        ensure!(
            output.status.success(),
            "openssl {arguments}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(())
    }
}

/// A new key on the curve every TLS library has, not encrypted.
const KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";

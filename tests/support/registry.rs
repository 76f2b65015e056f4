//! A real schema registry: Apicurio's, with Confluent's interface, in memory, fetched once through Maven.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use serde_json::Value;

use super::certificates::Authority;
use super::distribution::{java, maven, target};
use super::ports;
use super::process::Process;

/// The last that runs on Java 17, which Kafka needs, too.
const VERSION: &str = "2.6.13.Final";

/// Far above the seconds it takes on a quiet machine.
const START_WITHIN: Duration = Duration::from_secs(400);

/// A running registry, with and without TLS. Dropping it kills it.
#[derive(Debug)]
pub struct Registry {
    _process: Process,
    port: u16,
    tls_port: u16,
    /// Who has signed its certificate.
    pub authority: PathBuf,
}

impl Registry {
    /// The one registry of a test program. `None`, said loudly, when it cannot be had: then `what` is not tested.
    /// With `COPYDESK_REQUIRE_KAFKA=1` that is a failure.
    ///
    /// # Panics
    /// When it is required and cannot be had, or does not start.
    pub fn shared(what: &str) -> Option<&'static Registry> {
        static REGISTRY: OnceLock<Option<Registry>> = OnceLock::new();
        let start = || match fetch() {
            Ok(home) => Some(Registry::start(&home).unwrap_or_else(|e| panic!("{e:#}"))),
            Err(why) => {
                assert!(
                    std::env::var_os("COPYDESK_REQUIRE_KAFKA").is_none_or(|v| v == "0"),
                    "COPYDESK_REQUIRE_KAFKA is set, and there is no schema registry: {why:#}"
                );
                eprintln!(
                    "\n*** NOT TESTED ON A REAL SCHEMA REGISTRY: {what}\n*** Apicurio {VERSION} could not be had: {why:#}\n"
                );
                None
            }
        };
        REGISTRY.get_or_init(start).as_ref()
    }

    fn start(home: &Path) -> Result<Registry> {
        let (port, tls_port) = (ports::free()?, ports::free()?);
        let directory = target()
            .join("tmp")
            .join(format!("registry-{}", std::process::id()));
        let authority = Authority::new(&directory)?;
        let own = authority.sign("registry", 30)?;
        let log = directory.join("log");
        let output = File::create(&log)?;
        let mut command = Command::new(java());
        command
            .args(["-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"])
            .arg("-Dquarkus.http.host=127.0.0.1")
            .arg(format!("-Dquarkus.http.port={port}"))
            .arg(format!("-Dquarkus.http.ssl-port={tls_port}"))
            .arg(format!(
                "-Dquarkus.http.ssl.certificate.files={}",
                own.certificate.display()
            ))
            .arg(format!(
                "-Dquarkus.http.ssl.certificate.key-files={}",
                own.key.display()
            ))
            .arg("-jar")
            .arg(home.join(format!("apicurio-registry-app-{VERSION}-runner.jar")))
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        let mut registry = Registry {
            _process: Process::start(command)?,
            port,
            tls_port,
            authority: authority.certificate(),
        };
        let deadline = Instant::now() + START_WITHIN;
        while registry.get("/subjects").is_err() {
            let ended = registry._process.poll()?;
            if ended.is_some() || Instant::now() > deadline {
                bail!(
                    "the registry does not start: {}",
                    std::fs::read_to_string(&log).unwrap_or_default()
                );
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(registry)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn url(&self) -> String {
        url("http", self.port)
    }

    pub fn tls_url(&self) -> String {
        url("https", self.tls_port)
    }

    pub fn get(&self, path: &str) -> Result<Value> {
        let response = reqwest::blocking::get(self.url() + path)?;
        Ok(serde_json::from_slice(
            &response.error_for_status()?.bytes()?,
        )?)
    }

    /// Registers a schema, as whoever looks after the registry would.
    pub fn register(&self, subject: &str, kind: &str, schema: &str) -> Result<Value> {
        let body = serde_json::json!({"schema": schema, "schemaType": kind});
        self.send("POST", &format!("/subjects/{subject}/versions"), &body)
    }

    pub fn send(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let request = reqwest::blocking::Client::new()
            .request(method.parse()?, self.url() + path)
            .header("content-type", "application/vnd.schemaregistry.v1+json")
            .body(body.to_string());
        let response = request.send()?;
        ensure!(response.status().is_success(), "{:?}", response.text());
        Ok(serde_json::from_slice(&response.bytes()?)?)
    }
}

/// Where Apicurio has Confluent's interface.
pub fn url(scheme: &str, port: u16) -> String {
    format!("{scheme}://127.0.0.1:{port}/apis/ccompat/v7")
}

/// Where it lies unpacked.
fn fetch() -> Result<PathBuf> {
    let home = target().join(format!("apicurio-{VERSION}"));
    if home.is_dir() {
        return Ok(home);
    }
    let work = tempfile::tempdir_in(target())?;
    let partial = work.path().join("unpacked");
    let project = work.path().join("pom.xml");
    maven("unpack-dependencies", &dependency(), &project, &partial)?;
    if std::fs::rename(&partial, &home).is_err() {
        // Another test program was quicker.
        ensure!(home.is_dir(), "cannot move {}", partial.display());
    }
    Ok(home)
}

fn dependency() -> String {
    format!(
        "    <dependency>\n      \
           <groupId>io.apicurio</groupId><artifactId>apicurio-registry-app</artifactId><version>{VERSION}</version>\n      \
           <classifier>all</classifier><type>tar.gz</type>\n      \
           <exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>\n    \
         </dependency>\n"
    )
}

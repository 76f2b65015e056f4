//! Apache Kafka's own jars, fetched once through Maven into the target directory.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, ensure};

const VERSION: &str = "4.3.1";

/// Kafka's artefacts name the logging interface only; this is its implementation.
const LOGGING: &str = "2.25.3";

/// Where the jars lie and what runs them.
#[derive(Debug)]
pub struct Distribution {
    libraries: PathBuf,
}

impl Distribution {
    /// The distribution, fetched when it is not there yet. `None`, said loudly, when it cannot be
    /// had: then `what` is not tested against a real broker. With `COPYDESK_REQUIRE_KAFKA=1` that is
    /// a failure.
    ///
    /// # Panics
    /// When it is required and cannot be had.
    pub fn get(what: &str) -> Option<&'static Distribution> {
        static DISTRIBUTION: OnceLock<Result<Distribution, String>> = OnceLock::new();
        let found = DISTRIBUTION.get_or_init(|| fetch().map_err(|e| format!("{e:#}")));
        match found {
            Ok(distribution) => Some(distribution),
            Err(why) => {
                assert!(
                    std::env::var_os("COPYDESK_REQUIRE_KAFKA").is_none_or(|v| v == "0"),
                    "COPYDESK_REQUIRE_KAFKA is set, and there is no Apache Kafka {VERSION}: {why}"
                );
                // Past the capture of the test runner, which hides what a passing test prints.
                let _ = writeln!(
                    std::io::stderr(),
                    "\n*** NOT TESTED ON A REAL KAFKA: {what}\n*** Apache Kafka {VERSION} could not be had: {why}\n"
                );
                None
            }
        }
    }

    /// A command that runs one of its programs, a class still to be named, with a small heap.
    pub fn java(&self, heap_megabytes: u32, quick_compiler: bool) -> Command {
        let mut command = Command::new(java());
        command
            .arg(format!("-Xmx{heap_megabytes}m"))
            // Few cores: the simplest collector.
            .args(["-XX:+UseSerialGC", "-Xshare:auto"])
            .args(quick_compiler.then_some("-XX:TieredStopAtLevel=1"))
            .arg("-Dlog4j2.level=INFO")
            .arg("-cp")
            .arg(self.libraries.join("*"))
            .stdin(Stdio::null());
        command
    }

    /// Runs one of its command-line tools to its end.
    pub fn tool(&self, class: &str, arguments: &[&str]) -> Result<String> {
        let output = self
            .java(128, true)
            .arg(class)
            .args(arguments)
            .output()
            .with_context(|| format!("cannot run {class}"))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        ensure!(
            output.status.success(),
            "{class} {arguments:?} failed: {}{}",
            text(&output.stdout),
            text(&output.stderr)
        );
        Ok(text(&output.stdout))
    }
}

/// The target directory, wherever cargo was told to put it.
pub fn target() -> &'static Path {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    scratch.parent().unwrap_or(scratch)
}

pub fn java() -> PathBuf {
    match std::env::var_os("JAVA_HOME") {
        Some(home) => Path::new(&home).join("bin/java"),
        None => PathBuf::from("java"),
    }
}

fn fetch() -> Result<Distribution> {
    let home = target().join(format!("kafka-{VERSION}"));
    let libraries = home.join("libs");
    if !libraries.is_dir() {
        download(&home, &libraries).context("fetching it with Maven")?;
    }
    let java = Command::new(java()).arg("-version").output();
    ensure!(
        java.is_ok_and(|o| o.status.success()),
        "no Java runs here (set JAVA_HOME, or put java 17 or later on the PATH)"
    );
    Ok(Distribution { libraries })
}

fn download(home: &Path, libraries: &Path) -> Result<()> {
    std::fs::create_dir_all(home)?;
    // Fetched beside its place and moved there whole: another test program may be fetching too.
    let partial = home.join(format!("libs.partial-{}", std::process::id()));
    maven(
        "copy-dependencies",
        &dependencies(),
        &home.join("pom.xml"),
        &partial,
    )?;
    if std::fs::rename(&partial, libraries).is_err() {
        // The other one was quicker.
        ensure!(libraries.is_dir(), "cannot move {}", partial.display());
        std::fs::remove_dir_all(&partial)?;
    }
    Ok(())
}

/// Has Maven put `dependencies`, as its project file names them, into a directory: `goal` is copy-dependencies or
/// unpack-dependencies. The project file is written to `project`.
pub fn maven(goal: &str, dependencies: &str, project: &Path, into: &Path) -> Result<()> {
    let text = format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\n  \
           <modelVersion>4.0.0</modelVersion>\n  \
           <groupId>copydesk</groupId><artifactId>for-tests</artifactId><version>1</version>\n  \
           <packaging>pom</packaging>\n  \
           <dependencies>\n{dependencies}  </dependencies>\n\
         </project>\n"
    );
    std::fs::write(project, text)?;
    let output = Command::new("mvn")
        .args(["--batch-mode", "--quiet", "--file"])
        .arg(project)
        .arg(format!("dependency:{goal}"))
        .arg(format!("-DoutputDirectory={}", into.display()))
        .stdin(Stdio::null())
        .output()
        .context("cannot run mvn")?;
    ensure!(
        output.status.success(),
        "mvn failed: {}",
        String::from_utf8_lossy(&output.stdout)
    );
    Ok(())
}

fn dependencies() -> String {
    let dependency = |group: &str, artifact: &str, version: &str| {
        format!(
            "    <dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version></dependency>\n"
        )
    };
    dependency("org.apache.kafka", "kafka_2.13", VERSION)
        + &dependency("org.apache.kafka", "kafka-tools", VERSION)
        + &dependency("org.apache.logging.log4j", "log4j-slf4j-impl", LOGGING)
}

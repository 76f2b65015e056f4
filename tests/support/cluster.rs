//! A real Apache Kafka in KRaft mode on loopback: one broker, or three.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::metadata::Metadata;

use super::distribution::{Distribution, target};
use super::ports;
use super::process::{Process, Signal};

/// Kafka wants a UUID in its own base-64 form; which one does not matter on loopback.
const CLUSTER_ID: &str = "Y29weWRlc2stdGVzdHMtMQ";

/// Far above the 3 to 8 s a start takes: other tests may be compiling beside it.
const START_WITHIN: Duration = Duration::from_secs(90);

/// What kind of cluster is wanted.
#[derive(Debug, Clone)]
pub struct Setup {
    /// One or three. Three replicate every topic three times, two of them in sync.
    pub brokers: u16,
    pub heap_megabytes: u32,
    /// Whether the broker's code is compiled quickly and not well: right for tests, wrong for figures.
    pub quick_compiler: bool,
    /// Files for a listener with TLS, where each client shows a certificate.
    pub tls: Option<ServerTls>,
    /// Names and passwords for a listener with SASL SCRAM-SHA-256.
    pub users: Vec<(String, String)>,
    /// Whether to add a listener with SASL OAUTHBEARER that takes unsigned tokens.
    pub tokens: bool,
    /// Whether rights are checked. The tests' own clients, on the plain listener, may do everything.
    pub authorizer: bool,
    /// Whether to add a listener whose advertised port is another one, for a proxy to listen on.
    pub proxied: bool,
    /// Further lines of `server.properties`.
    pub properties: Vec<(String, String)>,
}

impl Default for Setup {
    fn default() -> Self {
        Setup {
            brokers: 1,
            heap_megabytes: 384,
            quick_compiler: true,
            tls: None,
            users: Vec::new(),
            tokens: false,
            authorizer: false,
            proxied: false,
            properties: Vec::new(),
        }
    }
}

/// PEM files of a broker that speaks TLS.
#[derive(Debug, Clone)]
pub struct ServerTls {
    /// Key and certificate in one file.
    pub identity: PathBuf,
    /// Whose signature makes a client's certificate good.
    pub authority: PathBuf,
}

/// A running cluster. Dropping it kills its brokers and removes their data.
#[derive(Debug)]
pub struct Cluster {
    setup: Setup,
    distribution: &'static Distribution,
    directory: PathBuf,
    brokers: Vec<Broker>,
}

/// One broker of a cluster, numbered from 1.
#[derive(Debug)]
pub struct Broker {
    id: u16,
    directory: PathBuf,
    ports: Ports,
    process: Mutex<Option<Process>>,
}

#[derive(Debug, Clone, Copy)]
struct Ports {
    plain: u16,
    controller: u16,
    tls: u16,
    scram: u16,
    token: u16,
    behind_proxy: u16,
    proxy: u16,
}

struct Listener {
    name: &'static str,
    protocol: &'static str,
    port: u16,
    /// The port clients are told to use.
    advertised: u16,
}

impl Listener {
    fn new(name: &'static str, protocol: &'static str, port: u16) -> Listener {
        Listener {
            name,
            protocol,
            port,
            advertised: port,
        }
    }
}

impl Cluster {
    /// Starts one and waits until it takes requests. `None`, said loudly, when no Kafka can be had
    /// here, so that `what` goes untested.
    ///
    /// # Panics
    /// When Kafka can be had and does not start.
    pub fn start(what: &str, setup: Setup) -> Option<Cluster> {
        let distribution = Distribution::get(what)?;
        match Cluster::launch(distribution, setup) {
            Ok(cluster) => Some(cluster),
            Err(error) => panic!("Kafka does not start: {error:#}"),
        }
    }

    fn launch(distribution: &'static Distribution, setup: Setup) -> Result<Cluster> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let scratch = target().join("tmp");
        remove_leftovers(&scratch);
        let directory = scratch.join(format!(
            "kafka-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        ));
        let brokers = (1..=setup.brokers)
            .map(|id| Broker::new(id, &directory))
            .collect::<Result<Vec<_>>>()?;
        let cluster = Cluster {
            setup,
            distribution,
            directory,
            brokers,
        };
        cluster.format()?;
        for broker in &cluster.brokers {
            cluster.start_process(broker)?;
        }
        cluster.wait_until_ready()?;
        Ok(cluster)
    }

    /// Addresses of the listener for the tests' own clients: no TLS, no password, every right.
    pub fn bootstrap(&self) -> String {
        self.addresses(|ports| ports.plain)
    }

    pub fn tls_bootstrap(&self) -> String {
        self.addresses(|ports| ports.tls)
    }

    pub fn scram_bootstrap(&self) -> String {
        self.addresses(|ports| ports.scram)
    }

    pub fn token_bootstrap(&self) -> String {
        self.addresses(|ports| ports.token)
    }

    /// Addresses where a proxy has to listen for clients to reach the brokers.
    pub fn proxied_bootstrap(&self) -> String {
        self.addresses(|ports| ports.proxy)
    }

    fn addresses(&self, port: impl Fn(&Ports) -> u16) -> String {
        let addresses: Vec<String> = self
            .brokers
            .iter()
            .map(|b| format!("127.0.0.1:{}", port(&b.ports)))
            .collect();
        addresses.join(",")
    }

    /// For each broker the port a proxy listens on and the port it forwards to.
    pub fn proxied_ports(&self) -> Vec<(u16, u16)> {
        let ports = self.brokers.iter().map(|b| b.ports);
        ports.map(|p| (p.proxy, p.behind_proxy)).collect()
    }

    pub fn ids(&self) -> impl Iterator<Item = u16> {
        1..=self.setup.brokers
    }

    /// `kill -9` to one broker.
    pub fn kill(&self, id: u16) -> Result<()> {
        match self.process(id)?.take() {
            Some(mut process) => process.kill(),
            None => bail!("broker {id} is not running"),
        }
    }

    /// An orderly stop of one broker.
    pub fn stop(&self, id: u16) -> Result<()> {
        let Some(mut process) = self.process(id)?.take() else {
            bail!("broker {id} is not running")
        };
        process.signal(Signal::Terminate)?;
        ensure!(
            process.wait(Duration::from_secs(60))?.is_some(),
            "broker {id} does not stop"
        );
        Ok(())
    }

    /// Freezes (`Stop`) or thaws (`Continue`) one broker.
    pub fn signal(&self, id: u16, signal: Signal) -> Result<()> {
        match self.process(id)?.as_mut() {
            Some(process) => process.signal(signal),
            None => bail!("broker {id} is not running"),
        }
    }

    /// Starts a broker again that was killed or stopped, and waits until all take requests.
    pub fn restart(&self, id: u16) -> Result<()> {
        self.start_process(self.broker(id)?)?;
        self.wait_until_ready()
    }

    /// Runs one of Kafka's tools as the tests' own, all-powerful client.
    pub fn tool(&self, class: &str, arguments: &[&str]) -> Result<String> {
        let bootstrap = self.bootstrap();
        let mut all = vec!["--bootstrap-server", &bootstrap];
        all.extend(arguments);
        self.distribution.tool(class, &all)
    }

    /// What the files of broker 1 hold of a topic's partitions, as `DumpLogSegments` prints it. What the
    /// broker has not yet handed to the system is not in them; it hands over every batch as it comes.
    pub fn dump(&self, topic: &str) -> Result<String> {
        let data = self.broker(1)?.directory.join("data");
        let mut files = Vec::new();
        for partition in 0.. {
            let directory = data.join(format!("{topic}-{partition}"));
            let Ok(entries) = std::fs::read_dir(directory) else {
                break;
            };
            let paths = entries.flatten().map(|entry| entry.path());
            let logs = paths.filter(|path| path.extension().is_some_and(|e| e == "log"));
            files.extend(logs.map(|path| path.display().to_string()));
        }
        ensure!(!files.is_empty(), "broker 1 has no files of {topic}");
        // By partition, and in each by first offset.
        files.sort();
        self.distribution.tool(
            "org.apache.kafka.tools.DumpLogSegments",
            &["--deep-iteration", "--files", &files.join(",")],
        )
    }

    /// Who has which partition of a group's topics, as the group's coordinator says; partitions without an
    /// owner are left out. Empty while the group is rebalancing.
    pub fn owners(&self, group: &str) -> Result<BTreeMap<(String, i32), String>> {
        let class = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";
        let table = self.tool(class, &["--describe", "--group", group])?;
        // GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG CONSUMER-ID HOST CLIENT-ID
        let owned = table.lines().filter_map(|line| {
            let mut cells = line.split_whitespace();
            (cells.next() == Some(group)).then_some(())?;
            let topic = cells.next()?.to_owned();
            let partition = cells.next()?.parse().ok()?;
            let owner = cells.nth(3).filter(|owner| *owner != "-")?;
            Some(((topic, partition), owner.to_owned()))
        });
        Ok(owned.collect())
    }

    /// The end of a broker's log, for a failure's message.
    pub fn log_tail(&self, id: u16) -> String {
        let path = self.directory.join(format!("{id}/log"));
        let text = std::fs::read(path).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }

    fn broker(&self, id: u16) -> Result<&Broker> {
        let found = self.brokers.iter().find(|b| b.id == id);
        found.with_context(|| format!("there is no broker {id}"))
    }

    fn process(&self, id: u16) -> Result<MutexGuard<'_, Option<Process>>> {
        let process = &self.broker(id)?.process;
        Ok(process.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Writes each broker's properties and formats its storage, all brokers at once.
    fn format(&self) -> Result<()> {
        std::thread::scope(|scope| {
            let formatting: Vec<_> = self
                .brokers
                .iter()
                .map(|broker| scope.spawn(|| self.format_one(broker)))
                .collect();
            formatting.into_iter().try_for_each(|thread| {
                let result = thread.join();
                result.unwrap_or_else(|_| bail!("formatting panicked"))
            })
        })
    }

    fn format_one(&self, broker: &Broker) -> Result<()> {
        std::fs::create_dir_all(&broker.directory)?;
        let path = broker.properties_path();
        let properties = self.properties(broker);
        let lines: Vec<String> = properties.iter().map(|(k, v)| format!("{k}={v}")).collect();
        std::fs::write(&path, lines.join("\n"))?;
        let path = path.to_str().context("the target directory is not UTF-8")?;
        let mut arguments = vec!["format", "-t", CLUSTER_ID, "-c", path];
        let users: Vec<String> = self
            .setup
            .users
            .iter()
            .map(|(name, password)| format!("SCRAM-SHA-256=[name={name},password={password}]"))
            .collect();
        for user in &users {
            arguments.extend(["--add-scram", user]);
        }
        self.distribution
            .tool("kafka.tools.StorageTool", &arguments)?;
        Ok(())
    }

    fn properties(&self, broker: &Broker) -> BTreeMap<String, String> {
        let setup = &self.setup;
        let copies = setup.brokers.min(3);
        let voters: Vec<String> = self
            .brokers
            .iter()
            .map(|b| format!("{}@127.0.0.1:{}", b.id, b.ports.controller))
            .collect();

        let ports = broker.ports;
        let mut listeners = vec![
            Listener::new("PLAIN", "PLAINTEXT", ports.plain),
            Listener::new("CONTROLLER", "PLAINTEXT", ports.controller),
        ];
        if setup.proxied {
            listeners.push(Listener {
                advertised: ports.proxy,
                ..Listener::new("PROXIED", "PLAINTEXT", ports.behind_proxy)
            });
        }
        if setup.tls.is_some() {
            listeners.push(Listener::new("TLS", "SSL", ports.tls));
        }
        if !setup.users.is_empty() {
            listeners.push(Listener::new("SCRAM", "SASL_PLAINTEXT", ports.scram));
        }
        if setup.tokens {
            listeners.push(Listener::new("TOKEN", "SASL_PLAINTEXT", ports.token));
        }
        let join = |part: &dyn Fn(&Listener) -> Option<String>| {
            let parts: Vec<String> = listeners.iter().filter_map(part).collect();
            parts.join(",")
        };

        let mut properties: BTreeMap<String, String> = BTreeMap::new();
        let mut set = |key: &str, value: String| properties.insert(key.to_owned(), value);
        set("process.roles", "broker,controller".into());
        set("node.id", broker.id.to_string());
        set("controller.quorum.voters", voters.join(","));
        set("controller.listener.names", "CONTROLLER".into());
        set("inter.broker.listener.name", "PLAIN".into());
        set(
            "listeners",
            join(&|l| Some(format!("{}://127.0.0.1:{}", l.name, l.port))),
        );
        set(
            "advertised.listeners",
            join(&|l| {
                let address = format!("{}://127.0.0.1:{}", l.name, l.advertised);
                (l.name != "CONTROLLER").then_some(address)
            }),
        );
        set(
            "listener.security.protocol.map",
            join(&|l| Some(format!("{}:{}", l.name, l.protocol))),
        );
        let data = broker.directory.join("data");
        set("log.dirs", data.display().to_string());
        set("auto.create.topics.enable", "false".into());
        set("default.replication.factor", copies.to_string());
        set("min.insync.replicas", copies.div_ceil(2).to_string());
        for internal in ["offsets.topic", "transaction.state.log"] {
            set(&format!("{internal}.num.partitions"), "4".into());
            set(
                &format!("{internal}.replication.factor"),
                copies.to_string(),
            );
        }
        set(
            "transaction.state.log.min.isr",
            copies.div_ceil(2).to_string(),
        );
        // A record of 30 MB has to get in before the worker can refuse it.
        set("message.max.bytes", (40 << 20).to_string());
        set("replica.fetch.max.bytes", (40 << 20).to_string());
        // Brisk timers, so that what an operator waits minutes for takes seconds here.
        set("group.initial.rebalance.delay.ms", "0".into());
        set("group.min.session.timeout.ms", "1000".into());
        set("group.consumer.min.session.timeout.ms", "1000".into());
        set("group.consumer.session.timeout.ms", "6000".into());
        set("log.retention.check.interval.ms", "1000".into());
        set("log.initial.task.delay.ms", "1000".into());
        set("group.consumer.min.heartbeat.interval.ms", "500".into());
        set("group.consumer.heartbeat.interval.ms", "1000".into());
        set(
            "transaction.abort.timed.out.transaction.cleanup.interval.ms",
            "1000".into(),
        );
        set("broker.session.timeout.ms", "4000".into());
        set("broker.heartbeat.interval.ms", "500".into());
        set("controlled.shutdown.enable", "true".into());
        set("log.cleaner.enable", "false".into());
        set("num.network.threads", "2".into());
        set("num.io.threads", "3".into());
        set("background.threads", "2".into());
        if let Some(tls) = &setup.tls {
            set("ssl.keystore.type", "PEM".into());
            set("ssl.keystore.location", tls.identity.display().to_string());
            set("ssl.truststore.type", "PEM".into());
            set(
                "ssl.truststore.location",
                tls.authority.display().to_string(),
            );
            set("listener.name.tls.ssl.client.auth", "required".into());
        }
        if !setup.users.is_empty() {
            set(
                "listener.name.scram.sasl.enabled.mechanisms",
                "SCRAM-SHA-256".into(),
            );
            set(
                "listener.name.scram.scram-sha-256.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;".into(),
            );
        }
        if setup.tokens {
            const OAUTH: &str = "org.apache.kafka.common.security.oauthbearer";
            let mut of_listener = |key: &str, value: String| {
                set(&format!("listener.name.token.{key}"), value);
            };
            of_listener("sasl.enabled.mechanisms", "OAUTHBEARER".into());
            of_listener(
                "oauthbearer.sasl.jaas.config",
                format!("{OAUTH}.OAuthBearerLoginModule required;"),
            );
            // Kafka's own for tests: takes a JWT that nobody signed, and looks at its times.
            of_listener(
                "oauthbearer.sasl.server.callback.handler.class",
                format!("{OAUTH}.internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler"),
            );
        }
        if setup.authorizer {
            set(
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer".into(),
            );
            set("super.users", "User:ANONYMOUS".into());
        }
        for (key, value) in &setup.properties {
            set(key, value.clone());
        }
        properties
    }

    fn start_process(&self, broker: &Broker) -> Result<()> {
        let mut running = self.process(broker.id)?;
        ensure!(running.is_none(), "broker {} is running", broker.id);
        let log = File::options()
            .create(true)
            .append(true)
            .open(broker.directory.join("log"))?;
        let mut command = self
            .distribution
            .java(self.setup.heap_megabytes, self.setup.quick_compiler);
        command
            .arg("kafka.Kafka")
            .arg(broker.properties_path())
            .stdout(Stdio::from(log.try_clone()?))
            .stderr(Stdio::from(log));
        *running = Some(Process::start(command)?);
        Ok(())
    }

    /// Waits until every broker that was started is part of the cluster and, when that is all of them,
    /// every partition has all its copies in sync: the next to go takes nothing with it.
    pub fn wait_until_ready(&self) -> Result<()> {
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", self.bootstrap())
            .set("reconnect.backoff.max.ms", "200")
            // It is refused until the broker listens: nothing to tell.
            .set("log_level", "0");
        let client: BaseConsumer = config.create()?;
        let running = self
            .ids()
            .filter(|id| self.process(*id).is_ok_and(|process| process.is_some()))
            .count();
        let deadline = Instant::now() + START_WITHIN;
        while Instant::now() < deadline {
            let metadata = client.fetch_metadata(None, Duration::from_secs(1));
            let complete = running == self.brokers.len();
            let in_sync = |m: &Metadata| {
                let mut partitions = m.topics().iter().flat_map(|t| t.partitions());
                partitions.all(|p| p.isr().len() == p.replicas().len())
            };
            if metadata.is_ok_and(|m| m.brokers().len() >= running && (!complete || in_sync(&m))) {
                return Ok(());
            }
            for id in self.ids() {
                let mut process = self.process(id)?;
                if let Some(status) = process.as_mut().and_then(|p| p.poll().ok().flatten()) {
                    drop(process);
                    bail!("broker {id} ended, {status}:\n{}", self.log_tail(id));
                }
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("not ready after {START_WITHIN:?}:\n{}", self.log_tail(1))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for broker in &self.brokers {
            let process = broker.process.lock();
            drop(process.unwrap_or_else(PoisonError::into_inner).take());
        }
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

impl Broker {
    fn new(id: u16, cluster: &Path) -> Result<Broker> {
        Ok(Broker {
            id,
            directory: cluster.join(id.to_string()),
            ports: Ports {
                plain: ports::free()?,
                controller: ports::free()?,
                tls: ports::free()?,
                scram: ports::free()?,
                token: ports::free()?,
                behind_proxy: ports::free()?,
                proxy: ports::free()?,
            },
            process: Mutex::new(None),
        })
    }

    fn properties_path(&self) -> PathBuf {
        self.directory.join("server.properties")
    }
}

/// Removes what clusters of ended processes left: a test program that keeps its cluster in a static
/// never drops it, and one that was killed could not.
fn remove_leftovers(scratch: &Path) {
    let Ok(entries) = std::fs::read_dir(scratch) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let owner = name
            .to_str()
            .and_then(|n| n.strip_prefix("kafka-")?.split('-').next());
        if owner.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

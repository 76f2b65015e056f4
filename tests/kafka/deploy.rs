//! What `deploy/` ships, tried on a real Kafka: the topics of the Compose file, the workers of the
//! manifests for Kubernetes, what systemd is told.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Once;
use std::time::{Duration, Instant};

use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

use super::messages::between;
use crate::shared;
use crate::support::admin::Admin;
use crate::support::ports;
use crate::support::process::{Process, Signal};

const PATIENCE: Duration = Duration::from_secs(60);

fn yaml(name: &str) -> Vec<Yaml> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("deploy")
        .join(name);
    YamlLoader::load_from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The topics that the Compose file makes, each with its `max.message.bytes`.
fn topics_of_compose() -> BTreeMap<String, String> {
    let compose = yaml("compose.yaml");
    let script = compose[0]["services"]["topics"]["command"][0]
        .as_str()
        .unwrap();
    let made = script.lines().filter_map(|line| {
        let mut words = line.trim().strip_prefix("make ")?.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    });
    made.collect()
}

/// Makes them, once for all tests of this file.
fn make_topics(bootstrap: &str) {
    static MADE: Once = Once::new();
    MADE.call_once(|| {
        let admin = Admin::new(bootstrap).unwrap();
        for (topic, bytes) in topics_of_compose() {
            let settings = [("max.message.bytes", bytes.as_str())];
            admin.create(&topic, 6, &settings).unwrap();
        }
    });
}

#[test]
fn a_worker_of_the_compose_file_finds_everything_it_needs() {
    let Some(cluster) = shared("deploy: compose") else {
        return;
    };
    assert_eq!(topics_of_compose().len(), 3);
    make_topics(&cluster.bootstrap());
    let compose = yaml("compose.yaml");
    let environment = compose[0]["services"]["worker"]["environment"]
        .as_hash()
        .unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["check", "--connect"])
        .envs(
            environment
                .iter()
                .map(|(k, v)| (k.as_str().unwrap(), v.as_str().unwrap())),
        )
        .env("COPYDESK_KAFKA__BROKERS", cluster.bootstrap())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("everything the worker needs is there"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Runs a command in which no file can be written but those under `/dev` and `/proc`.
fn on_a_read_only_file_system() -> Option<Command> {
    const READ_ONLY: &str =
        "mount -o remount,bind,ro / && ! touch /tmp/copydesk-writable 2>&- && exec \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", READ_ONLY, "sh"]);
    let tried = Command::new("unshare")
        .args(["--mount", "sh", "-c", READ_ONLY, "sh", "true"])
        .output();
    match tried {
        Ok(output) if output.status.success() => Some(command),
        why => {
            eprintln!(
                "\n*** NOT TESTED ON A READ-ONLY FILE SYSTEM: the worker of deploy/kubernetes\n*** {why:?}\n"
            );
            None
        }
    }
}

#[test]
fn the_pods_of_the_manifest_work_without_writing_a_file() {
    let Some(cluster) = shared("deploy: kubernetes") else {
        return;
    };
    make_topics(&cluster.bootstrap());
    let set = &yaml("kubernetes/base/statefulset.yaml")[0];
    let container = &set["spec"]["template"]["spec"]["containers"][0];
    let component = &yaml("kubernetes/components/exactly-once/kustomization.yaml")[0];
    let patch = component["patches"][0]["patch"].as_str().unwrap();
    let patch = &YamlLoader::load_from_str(patch).unwrap()[0]["spec"]["template"]["spec"];
    let arguments = container["args"].as_vec().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copydesk.toml");
    let shipped =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/kubernetes/base/copydesk.toml");
    std::fs::copy(shipped, &file).unwrap();

    let mut pods = Vec::new();
    for name in ["copydesk-0", "copydesk-1"] {
        let program = env!("CARGO_BIN_EXE_copydesk");
        let mut command = match on_a_read_only_file_system() {
            Some(mut command) => {
                command.arg(program);
                command
            }
            None => Command::new(program),
        };
        for argument in arguments.iter().map(|a| a.as_str().unwrap()) {
            match argument {
                "/etc/copydesk/copydesk.toml" => command.arg(&file),
                other => command.arg(other),
            };
        }
        for variable in container["env"].as_vec().unwrap() {
            assert_eq!(
                variable["valueFrom"]["fieldRef"]["fieldPath"].as_str(),
                Some("metadata.name")
            );
            command.env(variable["name"].as_str().unwrap(), name);
        }
        for variable in patch["containers"][0]["env"].as_vec().unwrap() {
            let text = |key: &str| variable[key].as_str().unwrap();
            command.env(text("name"), text("value"));
        }
        let log = folder.path().join(format!("{name}.log"));
        command
            .env("COPYDESK_KAFKA__BROKERS", cluster.bootstrap())
            .env("COPYDESK_KAFKA__GROUP", "deploy-kubernetes")
            .env("COPYDESK_OPS__ADDRESS", "127.0.0.1:0")
            .env("COPYDESK_OPS__LOG_FORMAT", "json")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap());
        pods.push((name, Process::start(command).unwrap(), log));
    }
    for (name, process, log) in &mut pods {
        let started = wait_for(log, "worker.started");
        assert_eq!(started["delivery"], "exactly-once");
        assert_eq!(started["instance"], *name);
        wait_for(log, "worker.ready");
        process.signal(Signal::Terminate).unwrap();
        let status = process.wait(PATIENCE).unwrap().unwrap();
        let text = std::fs::read_to_string(&log).unwrap();
        assert_eq!(status.code(), Some(0), "{text}");
    }
}

/// What a worker tells systemd until one of its lines begins so.
fn told_until(socket: &UnixDatagram, begin: &str) -> Vec<String> {
    let mut told = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let read = socket.recv(&mut buffer);
        let read = read.unwrap_or_else(|e| panic!("no {begin}: {e}: {told:?}"));
        let text = String::from_utf8(buffer[..read].to_vec()).unwrap();
        told.extend(text.lines().map(str::to_owned));
        if told.iter().any(|line| line.starts_with(begin)) {
            return told;
        }
    }
}

#[test]
fn systemd_is_told_when_a_worker_is_ready_and_that_it_lives() {
    let Some(cluster) = shared("deploy: systemd") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut job = between(cluster, "systemd");
    job.env("NOTIFY_SOCKET", path.to_str().unwrap());
    let mut worker = job.start().unwrap();
    let told = told_until(&socket, "READY=1");
    let watchdogs = told.iter().filter(|line| *line == "WATCHDOG=1").count();
    assert!(watchdogs >= 1, "{told:?}");
    assert!(told.contains(&"STATUS=starting".to_owned()), "{told:?}");
    assert!(
        told.contains(&"STATUS=takes articles".to_owned()),
        "{told:?}"
    );
    let (code, _) = worker.terminate(PATIENCE).unwrap();
    assert_eq!(code, Some(0), "{}", worker.tail());
    told_until(&socket, "STOPPING=1");

    // While there is no broker it lives, is not ready, and says why.
    job.set(
        "kafka.brokers",
        &format!("\"127.0.0.1:{}\"", ports::free().unwrap()),
    );
    let mut worker = job.start().unwrap();
    let told = told_until(&socket, "STATUS=starting; ");
    assert!(!told.contains(&"READY=1".to_owned()), "{told:?}");
    told_until(&socket, "WATCHDOG=1");
    worker.kill().unwrap();
}

fn wait_for(log: &Path, event: &str) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        let text = std::fs::read_to_string(log).unwrap();
        let mut lines = text.lines().filter_map(|l| serde_json::from_str(l).ok());
        if let Some(line) = lines.find(|l: &Value| l["event"] == event) {
            return line;
        }
        assert!(Instant::now() < end, "no {event} in {text}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

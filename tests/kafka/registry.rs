//! Records with a real schema registry: read back by consumers that are not ours, and what a worker does when the
//! registry is away, refuses, or has another schema.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rdkafka::message::Message;
use serde_json::{Value, json};

use super::messages::{Raw, between, put};
use crate::shared;
use crate::support::certificates::Authority;
use crate::support::distribution::target;
use crate::support::ports;
use crate::support::process::Process;
use crate::support::reader::{collect, header};
use crate::support::registry::{self, Registry};
use crate::support::worker::{Job, stages_but};

const PATIENCE: Duration = Duration::from_secs(90);

const STORY: &str = "Ferry strike ends after nine days\n\nNORTHPORT, Norland (AP) — Ferry crews in Northport went back to \
                     work on Monday after their union accepted a raise of 4.5 percent.\n\n“We got what we came for,” said \
                     Karin Holm, who led the talks for the union 🚢.\n\nThe strike had cost the port about $12.5 million.\n";

/// A job whose records have something in most fields, between topics of its own.
fn job(what: &str, name: &str) -> Option<(Job, &'static Registry)> {
    let kafka = shared(what)?;
    let registry = Registry::shared(what)?;
    let mut job = between(kafka, name);
    job.set("registry.url", &format!("{:?}", registry.url()));
    Some((job, registry))
}

/// Without what is null or absent, and without the times that stages took.
fn comparable(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields
                .iter()
                .filter(|(name, value)| !value.is_null() && *name != "ms");
            kept.map(|(name, value)| (name.clone(), comparable(value)))
                .collect()
        }
        Value::Array(all) => all.iter().map(comparable).collect(),
        other => other.clone(),
    }
}

/// What Confluent's own deserializers make of the values of a topic, in Python.
const THEIRS: &str = r#"
import json, sys
from confluent_kafka import Consumer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

brokers, topic, registry, form, count = sys.argv[1:]
client = SchemaRegistryClient({"url": registry})
make = {"avro": lambda: AvroDeserializer(client), "json": lambda: JSONDeserializer(None, schema_registry_client=client)}
decode = make[form]()
consumer = Consumer({"bootstrap.servers": brokers, "group.id": topic + "-theirs", "auto.offset.reset": "earliest"})
consumer.subscribe([topic])
left = int(count)
while left:
    message = consumer.poll(60)
    assert message is not None and not message.error(), message
    print(json.dumps(decode(message.value(), SerializationContext(topic, MessageField.VALUE))))
    left -= 1
consumer.close()
"#;

/// The Python that has Confluent's client, if there is one.
fn python() -> Option<&'static str> {
    let has = |python: &&&str| {
        let tried = Command::new(python)
            .args(["-c", "import confluent_kafka.schema_registry.avro, confluent_kafka.schema_registry.json_schema"])
            .output();
        tried.is_ok_and(|output| output.status.success())
    };
    ["target/ci/bin/python", "python3"]
        .iter()
        .find(has)
        .copied()
}

fn theirs(job: &Job, registry: &Registry, form: &str, count: usize) -> Option<Vec<Value>> {
    let Some(python) = python() else {
        assert!(
            std::env::var_os("COPYDESK_REQUIRE_TOOLS").is_none_or(|v| v == "0"),
            "COPYDESK_REQUIRE_TOOLS is set, and no Python has confluent-kafka: see .ci/python.txt"
        );
        eprintln!(
            "\n*** NOT TESTED WITH CONFLUENT'S CLIENT: no Python here has confluent-kafka[avro,json]\n"
        );
        return None;
    };
    let output = Command::new(python)
        .args(["-c", THEIRS, &job.bootstrap, &job.exits.output])
        .args([&registry.url(), form, &count.to_string()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let lines = String::from_utf8(output.stdout).unwrap();
    Some(
        lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
    )
}

/// The first lines that the example of the Python reader prints of a topic.
fn followed(job: &Job, registry: &Registry, count: usize) -> Option<Vec<String>> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/python");
    let mut child = Command::new("timeout")
        .args([&PATIENCE.as_secs().to_string(), python()?])
        .arg(package.join("examples/follow.py"))
        .args([&job.bootstrap, &job.exits.output, &registry.url()])
        .env("PYTHONPATH", package.join("src"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let lines: Vec<String> = lines.take(count).map(Result::unwrap).collect();
    // `timeout` passes this on.
    let ended = Command::new("kill").arg(child.id().to_string()).status();
    assert!(ended.unwrap().success());
    child.wait().unwrap();
    Some(lines)
}

#[test]
fn records_are_read_back_by_confluents_client_as_the_json_has_them() {
    let what = "records with a schema registry";
    let Some((mut avro, registry)) = job(what, "avro") else {
        return;
    };
    let messages = [Raw::text(STORY), Raw::text("Ferry sinks.\n")];
    put(&avro.bootstrap, &avro.input, &messages);
    avro.set("stages.disabled", "[]")
        .set("output.format", "\"avro\"");
    avro.set("output.cloudevents", "true");
    // The same articles as plain JSON, and as JSON with a schema.
    let beside = |name: &str| {
        let mut other = between(shared(what).unwrap(), name);
        other.input.clone_from(&avro.input);
        other
            .set("stages.disabled", "[]")
            .set("output.cloudevents", "true");
        other
    };
    let plain = beside("plain");
    let mut framed = beside("framed");
    framed.set("registry.url", &format!("{:?}", registry.url()));

    let mut out = Vec::new();
    for job in [&plain, &framed, &avro] {
        let mut worker = job.start_ready().unwrap();
        out.push(collect(&job.bootstrap, &job.exits.output, 2, PATIENCE).unwrap());
        worker.terminate(PATIENCE).unwrap();
    }
    let expected: Vec<Value> = out[0]
        .iter()
        .map(|m| comparable(&serde_json::from_slice(m.payload().unwrap()).unwrap()))
        .collect();
    assert!(
        expected[0]["quotes"]
            .as_array()
            .is_some_and(|q| !q.is_empty())
    );
    for (job, form, out) in [(&framed, "json", &out[1]), (&avro, "avro", &out[2])] {
        let value = out[0].payload().unwrap();
        let subject = format!("{}-value", job.exits.output);
        let latest = registry
            .get(&format!("/subjects/{subject}/versions/latest"))
            .unwrap();
        let id = u32::from_be_bytes(value[1..5].try_into().unwrap());
        assert_eq!((value[0], json!(id)), (0, latest["id"].clone()));
        let content_type = format!("application/vnd.confluent.{form}");
        assert_eq!(header(&out[0], "content-type").unwrap(), content_type);
        let address = format!("{}/schemas/ids/{id}", registry.url());
        assert_eq!(header(&out[0], "ce_dataschema").unwrap(), address);
        assert_eq!(
            header(&out[0], "ce_type").unwrap(),
            "copydesk.enriched-article.1"
        );
        if let Some(read) = theirs(job, registry, form, 2) {
            let read: Vec<Value> = read.iter().map(comparable).collect();
            assert_eq!(read, expected, "{form}");
        }
        if let Some(lines) = followed(job, registry, 2) {
            let headline = "0@0 usable Ferry strike ends after nine days";
            assert_eq!(
                lines.first().map(String::as_str),
                Some(headline),
                "{form}: {lines:?}"
            );
            assert_eq!(lines.len(), 2, "{form}: {lines:?}");
        }
        // and by the program's own commands
        let place = ["--topic", &*job.exits.output];
        let shown = job
            .command(&[
                "tap",
                "--json",
                "--since",
                "2026-01-01T00:00:00Z",
                "--limit",
                "2",
                place[0],
                place[1],
            ])
            .unwrap();
        let lines = String::from_utf8(shown.stdout).unwrap();
        let read: Vec<Value> = lines
            .lines()
            .map(|line| comparable(&serde_json::from_str(line).unwrap()))
            .collect();
        assert_eq!(
            read,
            expected,
            "{form}: {}",
            String::from_utf8_lossy(&shown.stderr)
        );
    }
    assert!(out[2][0].payload().unwrap().len() * 2 < out[0][0].payload().unwrap().len());
    assert_eq!(
        header(&out[0][0], "content-type").unwrap(),
        "application/json"
    );
    assert_eq!(header(&out[0][0], "ce_dataschema"), None);
}

#[test]
fn a_worker_waits_for_its_registry_and_says_so() {
    let Some((mut job, real)) = job("a schema registry that is away", "registry-away") else {
        return;
    };
    let port = ports::free().unwrap();
    job.set(
        "registry.url",
        &format!("{:?}", registry::url("http", port)),
    );
    put(&job.bootstrap, &job.input, &[Raw::text(STORY)]);
    let mut worker = job.start().unwrap();
    let told = worker.wait_for("worker.not_ready", PATIENCE).unwrap();
    let reason = told["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("registry.url = ") && reason.contains("refused"),
        "{reason}"
    );
    let checked = job.command(&["check", "--connect"]).unwrap();
    let said = String::from_utf8_lossy(&checked.stderr);
    assert_eq!(checked.status.code(), Some(1), "{said}");
    assert!(said.contains("registry.url = "), "{said}");
    // It comes, and the worker goes on by itself.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    let to = real.port();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (client, server) = (
                client.unwrap(),
                TcpStream::connect((Ipv4Addr::LOCALHOST, to)).unwrap(),
            );
            let (mut a, mut b) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut a, &mut b));
            let (mut a, mut b) = (server, client);
            std::thread::spawn(move || std::io::copy(&mut a, &mut b));
        }
    });
    let registered = worker.wait_for("schema.registered", PATIENCE).unwrap();
    assert_eq!(registered["subject"], "registry-away.out-value");
    worker.wait_for("worker.ready", PATIENCE).unwrap();
    let out = collect(&job.bootstrap, &job.exits.output, 1, PATIENCE).unwrap();
    assert_eq!(out[0].payload().unwrap()[0], 0);
    // One that is told to stop while it waits ends as one told later.
    job.set(
        "registry.url",
        &format!("{:?}", registry::url("http", ports::free().unwrap())),
    );
    let mut worker = job.replica("b").start().unwrap();
    worker.wait_for("worker.not_ready", PATIENCE).unwrap();
    let (code, _) = worker.terminate(PATIENCE).unwrap();
    assert_eq!(code, Some(0), "{}", worker.tail());
}

/// What keeps a worker of this job from starting, as it says itself and as `check` says.
fn refused(job: &Job) -> String {
    let mut worker = job.start().unwrap();
    let status = worker.wait(PATIENCE).unwrap();
    assert_eq!(status.code(), Some(1), "{}", worker.tail());
    let fault = worker.events("config.fault")[0]["msg"]
        .as_str()
        .unwrap()
        .to_owned();
    let checked = job.command(&["check", "--connect"]).unwrap();
    let said = String::from_utf8_lossy(&checked.stderr).into_owned();
    assert_eq!(checked.status.code(), Some(1), "{said}");
    let key = fault.split(' ').next().unwrap();
    assert!(said.contains(key), "{said}\n{fault}");
    fault
}

#[test]
fn a_schema_that_must_be_there_is_looked_up_alone() {
    let Some((mut job, registry)) = job("a schema that must be there", "lookup") else {
        return;
    };
    job.set("output.format", "\"avro\"")
        .set("registry.auto_register", "false");
    let fault = refused(&job);
    assert!(
        fault.starts_with("registry.auto_register = false"),
        "{fault}"
    );
    assert!(
        fault.contains("copydesk schema avro") && fault.contains(&registry.url()),
        "{fault}"
    );
    assert!(
        registry.get("/subjects/lookup.out-value/versions").is_err(),
        "something was registered"
    );

    let printed = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["schema", "avro"])
        .output()
        .unwrap();
    let schema = String::from_utf8(printed.stdout).unwrap();
    let id = registry
        .register("lookup.out-value", "AVRO", schema.trim_end())
        .unwrap()["id"]
        .clone();
    let checked = job.command(&["check", "--connect"]).unwrap();
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(
        said.contains(&format!("registry: the schema of lookup.out-value is {id}")),
        "{said}"
    );
    let mut worker = job.start_ready().unwrap();
    assert_eq!(
        worker.wait_for("schema.registered", PATIENCE).unwrap()["id"],
        id
    );
}

#[test]
fn a_schema_that_does_not_fit_the_last_one_is_refused() {
    let Some((mut job, registry)) = job("a schema that does not fit", "unfit") else {
        return;
    };
    job.set("output.format", "\"avro\"")
        .set("registry.subject", "\"topic-record\"");
    let checked = job.command(&["check", "--connect"]).unwrap();
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(
        said.contains("will register its schema under unfit.out-copydesk.EnrichedArticle"),
        "{said}"
    );
    let other = r#"{"type": "record", "namespace": "copydesk", "name": "EnrichedArticle", "fields": [{"name": "id", "type": "int"}]}"#;
    let subject = "unfit.out-copydesk.EnrichedArticle";
    registry.register(subject, "AVRO", other).unwrap();
    let level = json!({"compatibility": "BACKWARD"});
    registry
        .send("PUT", &format!("/config/{subject}"), &level)
        .unwrap();
    let fault = refused(&job);
    assert!(
        fault.starts_with("registry.url = ") && fault.contains(subject),
        "{fault}"
    );
    assert!(fault.contains("compatib"), "{fault}");
}

/// A registry that wants a certificate of its clients, and a user or a token, with one schema.
const GUARDED: &str = r#"
import http.server, json, ssl, sys
port, certificate, key, authority = sys.argv[1:]
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        good = self.headers.get("authorization") in ("Basic ZGVzazpPcnNpbm8tOWM0MQ==", "Bearer a.b.c")
        body = json.dumps({"id": 7} if good else {"error_code": 401, "message": "Unauthorized"}).encode()
        self.send_response(200 if good else 401)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
context.load_verify_locations(authority)
context.verify_mode = ssl.CERT_REQUIRED
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"#;

fn text(path: &Path) -> String {
    format!("{:?}", path.display().to_string())
}

#[test]
fn a_worker_shows_its_certificate_and_logs_in() {
    let Some((mut job, registry)) = job("a schema registry behind TLS", "guarded") else {
        return;
    };
    job.set("stages.disabled", &stages_but(&[]));
    // A real one, whose certificate no system trusts.
    job.set("registry.url", &format!("{:?}", registry.tls_url()));
    let checked = job.command(&["check", "--connect"]).unwrap();
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(
        said.contains("registry.ca_file") && said.contains("certificate"),
        "{said}"
    );
    job.set("registry.ca_file", &text(&registry.authority));
    let checked = job.command(&["check", "--connect"]).unwrap();
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(said.contains("registry: answers"), "{said}{checked:?}");

    // One that asks who is there.
    let directory = target()
        .join("tmp")
        .join(format!("guarded-{}", std::process::id()));
    let authority = Authority::new(&directory).unwrap();
    let own = authority.sign("guarded", 30).unwrap();
    let desk = authority.sign("desk", 30).unwrap();
    let port = ports::free().unwrap();
    let mut command = Command::new("python3");
    command
        .args(["-c", GUARDED, &port.to_string()])
        .args([&own.certificate, &own.key, &authority.certificate()])
        .stdin(Stdio::null());
    let _guarded = Process::start(command).unwrap();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        std::thread::sleep(Duration::from_millis(50));
    }
    job.set("registry.url", &format!("\"https://127.0.0.1:{port}\""));
    job.set("registry.ca_file", &text(&authority.certificate()));
    job.set("registry.certificate_file", &text(&desk.certificate));
    job.set("registry.key_file", &text(&desk.key));
    let fault = refused(&job);
    assert!(
        fault.contains("refuses the login") && fault.contains("registry.password_file"),
        "{fault}"
    );
    let settled = |job: &Job| {
        let mut worker = job.start_ready().unwrap();
        assert_eq!(worker.events("schema.registered")[0]["id"], 7);
        worker.terminate(PATIENCE).unwrap();
        assert!(!worker.log_text().contains("Orsino-9c41"));
    };
    let mut by_token = job.clone();
    let token = directory.join("token");
    std::fs::write(&token, "a.b.c\n").unwrap();
    by_token.set("registry.token_file", &text(&token));
    settled(&by_token);
    job.set("registry.username", "\"desk\"");
    job.env("COPYDESK_REGISTRY__PASSWORD", "Orsino-9c41");
    settled(&job);
}

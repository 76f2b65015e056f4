//! Traces as a collector gets them: a worker on the embedded broker, and a collector that this test is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test that panics has failed, as it should; its client is the supplier's, not the program's"
)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind, status::StatusCode};
use prost::Message as _;
use rdkafka::ClientConfig;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};

/// Longest wait for the spans, the worker's start included.
const SOON: Duration = Duration::from_secs(120);

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// What a collector was sent.
#[derive(Debug, Default)]
struct Received {
    requests: Vec<(String, ExportTraceServiceRequest)>,
}

impl Received {
    fn spans(&self) -> Vec<Span> {
        let resources = self.requests.iter().flat_map(|(_, r)| &r.resource_spans);
        let scopes = resources.flat_map(|r| &r.scope_spans);
        scopes.flat_map(|scope| scope.spans.clone()).collect()
    }
}

/// Takes OTLP over HTTP, protobuf, and says yes.
fn collector() -> (String, Arc<Mutex<Received>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let received = Arc::new(Mutex::new(Received::default()));
    let kept = Arc::clone(&received);
    thread::spawn(move || {
        for socket in listener.incoming() {
            let kept = Arc::clone(&kept);
            thread::spawn(move || serve(socket.unwrap(), &kept));
        }
    });
    (address, received)
}

fn serve(mut socket: std::net::TcpStream, received: &Mutex<Received>) {
    let mut reader = BufReader::new(socket.try_clone().unwrap());
    loop {
        let mut head = String::new();
        while reader.read_line(&mut head).unwrap_or(0) > 2 {}
        if head.is_empty() {
            return;
        }
        let header = |name: &str| {
            let lines = head.lines().filter_map(|line| line.split_once(": "));
            let mut own = lines.filter(|(n, _)| n.eq_ignore_ascii_case(name));
            own.next().map(|(_, value)| value.to_owned())
        };
        assert_eq!(
            header("content-type").as_deref(),
            Some("application/x-protobuf")
        );
        let length = header("content-length").unwrap().parse().unwrap();
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let request = ExportTraceServiceRequest::decode(&*body).unwrap();
        let path = head.split(' ').nth(1).unwrap().to_owned();
        received.lock().unwrap().requests.push((path, request));
        socket
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            .unwrap();
    }
}

struct Worker(Child);

impl Worker {
    fn start(brokers: &str, more: &[(&str, &str)]) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_copydesk"))
            .arg("run")
            .env("COPYDESK_KAFKA__BROKERS", brokers)
            .env("COPYDESK_KAFKA__INSTANCE", "desk-1")
            .env("COPYDESK_OPS__ADDRESS", "off")
            .env("COPYDESK_OPS__LOG_FORMAT", "json")
            .envs(more.iter().copied())
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Worker(child)
    }

    /// Stops it as an operator would, and returns its log.
    fn stop(mut self) -> String {
        let told = Command::new("kill").arg(self.0.id().to_string()).status();
        assert!(told.unwrap().success());
        let mut log = String::new();
        let mut error = self.0.stderr.take().unwrap();
        error.read_to_string(&mut log).unwrap();
        self.0.wait().unwrap();
        log
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

/// An embedded broker with the topics of the default configuration.
fn cluster() -> MockCluster<'static, rdkafka::producer::DefaultProducerContext> {
    let cluster = MockCluster::new(1).unwrap();
    for topic in ["news.raw", "news.enriched", "news.dead-letters"] {
        cluster.create_topic(topic, 1, 1).unwrap();
    }
    cluster
}

/// Sends documents, each with the headers that are given.
fn send(brokers: &str, documents: &[(&str, &[(&str, &str)])]) {
    let producer: BaseProducer = ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .create()
        .unwrap();
    for (body, headers) in documents {
        let mut all = OwnedHeaders::new();
        for (key, value) in *headers {
            let value = Some(value.as_bytes());
            all = all.insert(Header { key, value });
        }
        let record = BaseRecord::to("news.raw")
            .key("k1")
            .payload(*body)
            .headers(all);
        producer.send(record).map_err(|(error, _)| error).unwrap();
    }
    producer.flush(SOON).unwrap();
}

fn spans_when(received: &Mutex<Received>, is_all: impl Fn(&[Span]) -> bool) -> Vec<Span> {
    let end = Instant::now() + SOON;
    loop {
        let spans = received.lock().unwrap().spans();
        if is_all(&spans) {
            return spans;
        }
        assert!(Instant::now() < end, "{spans:#?}");
        thread::sleep(Duration::from_millis(100));
    }
}

fn text(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    let value = |pair: &KeyValue| match pair.value.as_ref()?.value.as_ref()? {
        any_value::Value::StringValue(text) => Some(text.clone()),
        any_value::Value::IntValue(number) => Some(number.to_string()),
        other => panic!("{other:?}"),
    };
    let pairs = attributes
        .iter()
        .map(|pair| (pair.key.clone(), value(pair).unwrap()));
    pairs.collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const ARTICLE: &str = "Ferry strike ends\n\nOSLO (AP) - Ferry crews in Oslo ended a strike on Thursday, said Anna Berg.\n";

#[test]
fn an_article_is_a_span_of_its_messages_trace_with_one_for_each_stage() {
    let (collector, received) = collector();
    let cluster = cluster();
    let brokers = cluster.bootstrap_servers();
    let parent = format!("00-{TRACE}-{PARENT}-01");
    let unsampled = format!("00-{}-{PARENT}-00", TRACE.replace('4', "5"));
    let plain: (&str, &str) = ("content-type", "text/plain");
    send(
        &brokers,
        &[
            (ARTICLE, &[plain, ("traceparent", &parent)]),
            (ARTICLE, &[plain]),
            (ARTICLE, &[plain, ("traceparent", &unsampled)]),
            ("{\"half\": ", &[("content-type", "application/json")]),
        ],
    );
    let worker = Worker::start(&brokers, &[("COPYDESK_OPS__TRACES", &collector)]);
    let spans = spans_when(&received, |spans| {
        spans
            .iter()
            .filter(|s| s.name == "process news.raw")
            .count()
            >= 3
    });
    worker.stop();
    let path = &received.lock().unwrap().requests[0].0.clone();
    assert_eq!(path, "/v1/traces");
    let resource = received.lock().unwrap().requests[0].1.resource_spans[0]
        .resource
        .clone();
    let resource = text(&resource.unwrap().attributes);
    assert_eq!(resource["service.name"], "copydesk");
    assert_eq!(resource["service.instance.id"], "desk-1");

    let of_offset = |offset: &str| -> Vec<&Span> {
        let is_own = |s: &&Span| {
            text(&s.attributes)
                .get("messaging.kafka.offset")
                .is_some_and(|o| o == offset)
        };
        spans.iter().filter(is_own).collect()
    };
    let [article] = of_offset("0")[..] else {
        panic!("{spans:#?}")
    };
    assert_eq!(hex(&article.trace_id), TRACE);
    assert_eq!(hex(&article.parent_span_id), PARENT);
    assert_eq!(article.kind, SpanKind::Consumer as i32);
    let attributes = text(&article.attributes);
    for (name, value) in [
        ("messaging.system", "kafka"),
        ("messaging.operation.type", "process"),
        ("messaging.destination.name", "news.raw"),
        ("messaging.destination.partition.id", "0"),
        ("messaging.kafka.message.key", "k1"),
        ("messaging.consumer.group.name", "copydesk"),
        ("copydesk.format", "text"),
        ("copydesk.status", "usable"),
    ] {
        assert_eq!(attributes[name], value, "{name}");
    }
    let stages: Vec<&Span> = spans
        .iter()
        .filter(|span| span.parent_span_id == article.span_id)
        .collect();
    let names: Vec<&str> = stages.iter().map(|span| span.name.as_str()).collect();
    for stage in [
        "stage language",
        "stage sentences",
        "stage entities",
        "stage quotes",
    ] {
        assert!(names.contains(&stage), "{names:?}");
    }
    for stage in stages {
        assert_eq!(stage.trace_id, article.trace_id);
        let is_within = stage.start_time_unix_nano >= article.start_time_unix_nano
            && stage.end_time_unix_nano >= stage.start_time_unix_nano;
        assert!(is_within, "{stage:?}");
        assert_eq!(text(&stage.attributes)["copydesk.stage.status"], "ok");
    }

    let [own] = of_offset("1")[..] else {
        panic!("{spans:#?}")
    };
    assert!(own.parent_span_id.is_empty() && hex(&own.trace_id) != TRACE);
    assert!(
        of_offset("2").is_empty(),
        "whoever sent it did not want it traced"
    );
    let [letter] = of_offset("3")[..] else {
        panic!("{spans:#?}")
    };
    assert!(!text(&letter.attributes)["error.type"].is_empty());
    assert_eq!(
        letter.status.as_ref().unwrap().code,
        StatusCode::Error as i32
    );
}

#[test]
fn a_collector_that_is_away_costs_spans_and_nothing_else() {
    let nobody = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let cluster = cluster();
    let brokers = cluster.bootstrap_servers();
    send(&brokers, &[(ARTICLE, &[("content-type", "text/plain")])]);
    let worker = Worker::start(
        &brokers,
        &[
            ("COPYDESK_OPS__TRACES", &format!("http://{nobody}")),
            ("COPYDESK_OPS__STATS_INTERVAL_S", "1"),
        ],
    );
    thread::sleep(Duration::from_secs(20));
    let log = worker.stop();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let of = |event: &str| {
        lines
            .iter()
            .filter(|l| l["event"] == event)
            .collect::<Vec<_>>()
    };
    let told = of("traces.not_sent");
    assert!(
        !told.is_empty() && told[0]["msg"].as_str().unwrap().contains("refused"),
        "{log}"
    );
    assert_eq!(of("stats").last().unwrap()["out"], 1, "{log}");
    assert_eq!(of("shutdown.end")[0]["exit_code"], 0, "{log}");
}

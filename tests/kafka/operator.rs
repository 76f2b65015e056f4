//! What an operator sees of a worker on a real broker: its lag, its partitions, whether it is ready.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::delivery::Bench;
use crate::shared;
use crate::support::articles::Mix;
use crate::support::cluster::{Cluster, Setup};
use crate::support::load::Load;
use crate::support::ports;
use crate::support::reader::Exits;
use crate::support::worker::{Delivery, Job, Worker};

const PATIENCE: Duration = Duration::from_secs(60);
const SHUTDOWN: Duration = Duration::from_secs(20);

/// The port of a worker's `/metrics` and its like.
struct Port(u16);

impl Port {
    fn of(job: &mut Job) -> Port {
        let port = ports::free().unwrap();
        job.set("ops.address", &format!("\"127.0.0.1:{port}\""));
        Port(port)
    }

    /// Status and body.
    fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.0)).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head[9..12].parse().unwrap(), body.to_owned())
    }

    /// The samples of a metric, each with its labels.
    fn samples(&self, metric: &str) -> Vec<(String, f64)> {
        let (_, body) = self.get("/metrics");
        let lines = body.lines().filter_map(|line| line.strip_prefix(metric));
        let own = lines.filter(|rest| rest.starts_with(['{', ' ']));
        let pairs = own.map(|rest| rest.rsplit_once(' ').unwrap());
        pairs
            .map(|(labels, value)| (labels.to_owned(), value.parse().unwrap()))
            .collect()
    }

    fn value(&self, metric: &str) -> Option<f64> {
        self.samples(metric).first().map(|(_, value)| *value)
    }
}

fn eventually(worker: &Worker, what: &str, is: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is() {
        assert!(Instant::now() < deadline, "not {what}\n{}", worker.tail());
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn lag_counts_what_was_never_committed_and_follows_the_assignment() {
    const ARTICLES: u32 = 300;
    let Some(kafka) = shared("lag by partition") else {
        return;
    };
    let mix = Mix {
        plain_text: true,
        ..Mix::plain(12)
    };
    let mut bench = Bench::new(kafka, "operator", Delivery::AtLeastOnce, mix, ARTICLES);
    Load::produce(&bench.bootstrap, &bench.input, &bench.mix, 0..ARTICLES).unwrap();
    // Nothing is committed while the test looks on.
    bench.job.set("kafka.window_ms", "600000");
    let (mut a, mut b) = (bench.job.replica("a"), bench.job.replica("b"));
    let (port, other) = (Port::of(&mut a), Port::of(&mut b));
    let mut first = a.start_ready().unwrap();
    let (lag, of_partition) = ("copydesk_lag_messages", "copydesk_partition_lag_messages");
    assert!(
        bench.ledger.wait_until_complete(PATIENCE),
        "{}",
        first.tail()
    );
    eventually(&first, "known", || port.value(lag).is_some());
    assert_eq!(port.value(lag), Some(f64::from(ARTICLES)));
    let partitions = port.samples(of_partition);
    assert_eq!(partitions.len(), 6, "{partitions:?}");
    let sum: f64 = partitions.iter().map(|(_, lag)| lag).sum();
    assert_eq!(sum, f64::from(ARTICLES));
    let written = "copydesk_article_latency_seconds_count";
    assert_eq!(port.value(written), Some(f64::from(ARTICLES)));

    // What goes is committed first, and its gauges go with it.
    let mut second = b.start_ready().unwrap();
    let assigned = "copydesk_assigned_partitions";
    eventually(&first, "shared", || {
        port.value(assigned) == Some(3.0) && other.value(assigned) == Some(3.0)
    });
    assert_eq!(port.samples(of_partition).len(), 3);
    eventually(&second, "committed", || other.value(lag) == Some(0.0));
    let moved = port.samples("copydesk_rebalances_total");
    let of = |kind: &str| moved.iter().find(|(l, _)| l.contains(kind)).unwrap().1;
    assert!(of("added") >= 1.0 && of("revoked") >= 1.0, "{moved:?}");
    for worker in [&mut first, &mut second] {
        let (code, _) = worker.terminate(SHUTDOWN).unwrap();
        assert_eq!(code, Some(0), "{}", worker.tail());
    }
}

#[test]
fn a_worker_that_finds_no_broker_says_so_once() {
    let exits = Exits {
        output: "nowhere.out".to_owned(),
        dead_letters: "nowhere.dead".to_owned(),
    };
    let mut job = Job::new(
        "127.0.0.1:1",
        "nowhere",
        "nowhere.in",
        &exits,
        Delivery::AtLeastOnce,
    );
    let port = Port::of(&mut job);
    let mut worker = job.start().unwrap();
    worker.wait_for("worker.not_ready", PATIENCE).unwrap();
    // Each client tries some ten times a second.
    std::thread::sleep(Duration::from_secs(5));
    let told = worker.events("worker.not_ready");
    assert_eq!(told.len(), 1, "{}", worker.tail());
    let reason = told[0]["reason"].as_str().unwrap();
    assert!(
        reason.contains("reaches no broker (127.0.0.1:1)"),
        "{reason}"
    );
    // The consumer's and the producer's.
    assert_eq!(worker.events("broker.down").len(), 2, "{}", worker.tail());
    let other = ["client.log", "errors.suppressed"].map(|e| worker.events(e).len());
    assert_eq!(other, [0, 0], "{}", worker.tail());
    let (status, why) = port.get("/readyz");
    assert_eq!(status, 503);
    assert!(why.contains("(127.0.0.1:1), since 20"), "{why}");
    let (_, metrics) = port.get("/metrics");
    assert!(!metrics.contains("\ncopydesk_lag_messages"), "{metrics}");
    let counted: f64 = port
        .samples("copydesk_client_errors_total")
        .iter()
        .map(|(_, n)| n)
        .sum();
    assert!(counted > 10.0, "{counted}");
    let (code, _) = worker.terminate(SHUTDOWN).unwrap();
    assert_eq!(code, Some(0), "{}", worker.tail());
}

#[test]
fn a_worker_without_a_broker_is_not_ready_and_one_that_leaves_stays_so() {
    let Some(kafka) = Cluster::start("an outage", Setup::default()) else {
        return;
    };
    let mut bench = Bench::new(&kafka, "outage", Delivery::AtLeastOnce, Mix::plain(13), 1);
    let port = Port::of(&mut bench.job);
    let mut worker = bench.job.start_ready().unwrap();
    assert_eq!(port.get("/readyz"), (200, "ok\n".to_owned()));
    kafka.kill(1).unwrap();
    eventually(&worker, "told of the outage", || {
        port.get("/readyz").0 == 503
    });
    let (_, why) = port.get("/readyz");
    assert!(why.contains("reaches no broker (127.0.0.1:"), "{why}");
    assert!(why.contains(", since 20"), "{why}");
    kafka.restart(1).unwrap();
    eventually(&worker, "ready again", || port.get("/readyz").0 == 200);
    assert_eq!(worker.events("worker.ready").len(), 2, "{}", worker.tail());
    let told = worker.events("worker.not_ready").len();
    assert!((1..=2).contains(&told), "{}", worker.tail());
    let (code, _) = worker.terminate(SHUTDOWN).unwrap();
    assert_eq!(code, Some(0), "{}", worker.tail());
    assert_eq!(worker.events("worker.ready").len(), 2, "{}", worker.tail());
}

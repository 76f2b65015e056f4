//! `copydesk top` in a real terminal, that of tmux.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test that panics has failed, as it should, and says what it leaves out; its client is the worker's, not \
              the program's"
)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use copydesk::config::Settings;
use copydesk::engine::Engine;
use copydesk::intake::Hints;
use copydesk::ops::{Gauges, MessageOutcome, PartitionLag, Stats, WorkerInfo};
use copydesk::record::{Ingest, Status};
use rdkafka::ClientConfig;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};

/// Longest wait for the screen to be as it should.
const SOON: Duration = Duration::from_secs(30);

/// A worker that serves what a worker with this work would, a batch of it with every look.
struct FakeWorker {
    address: SocketAddr,
    is_ready: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<()>>,
}

impl FakeWorker {
    fn start(name: &str, at: Option<SocketAddr>) -> Self {
        let listener = TcpListener::bind(at.unwrap_or_else(|| ([127, 0, 0, 1], 0).into())).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let is_ready = Arc::new(AtomicBool::new(true));
        let stop: Arc<AtomicBool> = Arc::default();
        let (ready, stopped, name) = (Arc::clone(&is_ready), Arc::clone(&stop), name.to_owned());
        let thread = thread::spawn(move || {
            let stats = Stats::new(["entities", "times"]);
            while !stopped.load(Ordering::Relaxed) {
                let Ok((mut socket, _)) = listener.accept() else {
                    thread::sleep(Duration::from_millis(10));
                    continue;
                };
                socket.set_nonblocking(false).unwrap();
                let mut request = [0; 4096];
                let read = socket.read(&mut request).unwrap_or(0);
                let is_ready = ready.load(Ordering::Relaxed);
                let (status, body) = match request[..read].starts_with(b"GET /readyz") {
                    true => ("503 Service Unavailable", "no broker answers\n".to_owned()),
                    false => ("200 OK", metrics(&stats, &name, is_ready)),
                };
                let answer = format!(
                    "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                );
                let _ = socket.write_all(answer.as_bytes());
            }
        });
        FakeWorker {
            address,
            is_ready,
            stop,
            thread: Some(thread),
        }
    }

    fn end(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for FakeWorker {
    fn drop(&mut self) {
        self.end();
    }
}

/// What a worker answers that did a hundred messages since the last look, one of which became a dead letter.
fn metrics(stats: &Stats, name: &str, is_ready: bool) -> String {
    for n in 0..100 {
        stats.taken(1000);
        stats.stage("entities", Duration::from_millis(3));
        stats.stage("times", Duration::from_millis(1));
        let outcome = match n {
            0 => MessageOutcome::DeadLettered {
                error_code: "malformed",
            },
            _ => MessageOutcome::Published {
                records: 1,
                bytes: 9000,
            },
        };
        stats.finished(1000, Duration::from_millis(6), outcome);
    }
    stats.render(&Gauges {
        partitions: vec![PartitionLag {
            topic: "news.raw".into(),
            partition: 3,
            messages: Some(1204),
        }],
        ready: Some(is_ready),
        worker: Some(WorkerInfo {
            name: name.into(),
            group: "night-desk".into(),
            delivery: "exactly-once".into(),
            in_flight_messages: 8000,
            in_flight_bytes: 64 << 20,
        }),
        ..Gauges::default()
    })
}

/// One at a time: the servers of tmux are cheap, the machine may be small.
static TERMINAL: Mutex<()> = Mutex::new(());

/// A terminal of tmux with a program in it, on a server of its own.
struct Terminal {
    folder: tempfile::TempDir,
}

impl Terminal {
    /// `None`, said loudly, where there is no tmux.
    fn open(what: &str, command: &str) -> Option<Self> {
        let there = Command::new("tmux")
            .arg("-V")
            .output()
            .is_ok_and(|o| o.status.success());
        if !there {
            assert!(
                std::env::var_os("COPYDESK_REQUIRE_TMUX").is_none_or(|v| v == "0"),
                "COPYDESK_REQUIRE_TMUX is set, and there is no tmux"
            );
            eprintln!(
                "\n*** NOT TESTED IN A TERMINAL: {what}. There is no tmux here: apt install tmux\n"
            );
            return None;
        }
        let terminal = Terminal {
            folder: tempfile::tempdir().unwrap(),
        };
        let ended = terminal.folder.path().join("ended");
        let line = format!(
            "{command}; echo \"exit $?\" > {}; sleep 600",
            ended.display()
        );
        let size = ["-x", "130", "-y", "30"];
        let mut new = vec!["-f", "/dev/null", "new-session", "-d"];
        new.extend(size);
        new.push(&line);
        terminal.tmux(&new);
        Some(terminal)
    }

    fn tmux(&self, arguments: &[&str]) -> String {
        let output = Command::new("tmux")
            .env_remove("TMUX")
            .env("LC_ALL", "C.UTF-8")
            .arg("-u")
            .arg("-S")
            .arg(self.folder.path().join("socket"))
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "tmux {arguments:?}: {error}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn screen(&self) -> String {
        self.tmux(&["capture-pane", "-p"])
    }

    fn press(&self, key: &str) {
        self.tmux(&["send-keys", key]);
    }

    /// The screen once it is as it should.
    fn once(&self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + SOON;
        loop {
            let screen = self.screen();
            if is_so(&screen) {
                return screen;
            }
            assert!(Instant::now() < end, "never {what}:\n{screen}");
            thread::sleep(Duration::from_millis(100));
        }
    }

    fn has(&self, part: &str) -> String {
        self.once(part, |screen| screen.contains(part))
    }

    fn exit(&self) -> String {
        let file = self.folder.path().join("ended");
        let end = Instant::now() + SOON;
        loop {
            match std::fs::read_to_string(&file) {
                Ok(text) if text.ends_with('\n') => return text.trim().to_owned(),
                _ => assert!(Instant::now() < end, "it does not end:\n{}", self.screen()),
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

fn program() -> &'static str {
    env!("CARGO_BIN_EXE_copydesk")
}

#[test]
fn workers_are_seen_go_and_come_back() {
    let _one = TERMINAL
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let first = FakeWorker::start("desk-0", None);
    let mut second = FakeWorker::start("desk-1", None);
    let command = format!(
        "{} top --interval 1 {} {}",
        program(),
        first.address,
        second.address
    );
    let Some(terminal) = Terminal::open("copydesk top over /metrics", &command) else {
        return;
    };
    terminal.has("● READY");
    let screen = terminal.once("rates", |s| {
        s.contains("night-desk") && s.contains("dead lettered +1 malformed") && s.contains("75%")
    });
    assert!(screen.contains("2 workers ─ exactly-once"), "{screen}");
    assert!(screen.contains("lag   2,408"), "{screen}");
    let row = screen.lines().find(|l| l.starts_with("desk-0")).unwrap();
    assert!(
        row.contains("● ready") && row.contains("entities"),
        "{screen}"
    );

    first.is_ready.store(false, Ordering::Relaxed);
    terminal.has("not ready: no broker answers");
    terminal.has("◐ 1 of 2 READY");
    first.is_ready.store(true, Ordering::Relaxed);
    terminal.has("● READY");

    let address = second.address;
    second.end();
    let screen = terminal.has("✗ away");
    assert!(
        screen.contains("lag   1,204"),
        "its lag is in no sum:\n{screen}"
    );
    let _again = FakeWorker::start("desk-1", Some(address));
    terminal.has("● READY");

    terminal.press("Down");
    terminal.has("worker desk-0");
    terminal.press("Escape");
    terminal.has("2 workers");
    terminal.press("s");
    terminal.has("s stages by p95");
    terminal.press("h");
    terminal.has("when the lag is gone");
    terminal.press("p");
    terminal.has(" paused ");
    terminal.press("p");
    // however small the window gets
    terminal.tmux(&["resize-window", "-x", "60", "-y", "12"]);
    terminal.has("desk-0");
    terminal.press("q");
    assert_eq!(terminal.exit(), "exit 0");
    let left = terminal.screen();
    assert!(
        !left.contains("copydesk top"),
        "the terminal is as before:\n{left}"
    );
}

/// A record of this text, as a worker with the embedded broker's settings publishes it.
fn record(article: &str, status: Status) -> Vec<u8> {
    let engine = Engine::configured(&Settings::defaults().unwrap()).unwrap();
    let mut found = None;
    let read = engine.enrich(
        article.as_bytes(),
        &Hints::default(),
        &Ingest::default(),
        &mut |mut record| {
            record.status = status;
            found = Some(serde_json::to_vec(&record).unwrap());
            std::ops::ControlFlow::Continue(())
        },
    );
    read.unwrap();
    found.unwrap()
}

#[test]
fn records_and_dead_letters_come_by_and_one_is_proved() {
    let _one = TERMINAL
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let cluster = MockCluster::new(1).unwrap();
    let topics = ["news.enriched", "news.dead-letters"];
    for topic in topics {
        cluster.create_topic(topic, 1, 1).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("copydesk.toml");
    let brokers = cluster.bootstrap_servers();
    std::fs::write(&config, format!("[kafka]\nbrokers = \"{brokers}\"\n")).unwrap();
    let worker = FakeWorker::start("desk-0", None);
    let command = format!(
        "cd {} && {} top --interval 1 --records --config copydesk.toml {}",
        folder.path().display(),
        program(),
        worker.address
    );
    let Some(terminal) = Terminal::open("the records of copydesk top", &command) else {
        return;
    };
    terminal.has("RECORDS  all");
    let producer: BaseProducer = ClientConfig::new()
        .set("bootstrap.servers", &brokers)
        .create()
        .unwrap();
    let send = |topic: &str, value: &[u8], headers: &[(&str, &str)]| {
        let headers = headers
            .iter()
            .fold(OwnedHeaders::new(), |all, (key, value)| {
                all.insert(Header {
                    key,
                    value: Some(*value),
                })
            });
        let message = BaseRecord::<str, [u8]>::to(topic)
            .payload(value)
            .headers(headers);
        producer.send(message).map_err(|(error, _)| error).unwrap();
        producer.flush(SOON).unwrap();
    };
    let ferry = record(
        "Ferry strike ends\n\nOSLO (AP) - Ferry crews in Oslo ended a strike on Thursday, the union said.\n",
        Status::Usable,
    );
    let kill = record(
        "Kill: ferry strike\n\nOSLO (AP) - Ferry crews in Oslo ended a strike on Thursday, the union said.\n",
        Status::Canceled,
    );
    // a topic is read from where it ends when it is opened: the first are sent until one is seen
    let screen = terminal.once("the record", |screen| {
        if !screen.contains("Ferry strike ends") {
            send(topics[0], &ferry, &[]);
            thread::sleep(Duration::from_millis(300));
        }
        screen.contains("Ferry strike ends")
    });
    let row = screen
        .lines()
        .find(|l| l.contains("Ferry strike ends"))
        .unwrap();
    assert!(row.contains(" 0@") && row.contains("usable"), "{screen}");
    let letter = [
        ("copydesk-error-code", "malformed"),
        ("copydesk-topic", "news.raw"),
        ("copydesk-reason", "not JSON\u{1b}[2J: ends inside a string"),
    ];
    terminal.once("the dead letter", |screen| {
        if !screen.contains("✗ dead") {
            send(topics[1], b"{", &letter);
            thread::sleep(Duration::from_millis(300));
        }
        screen.contains("not JSON\u{fffd}[2J: ends inside a string")
    });
    send(topics[0], &kill, &[]);
    terminal.has("canceled");

    terminal.press("/");
    for key in ["status:canceled", "Enter"] {
        terminal.press(key);
    }
    terminal.has("RECORDS  status:canceled");
    terminal.press("d");
    let screen = terminal.has("RECORDS  dead letters");
    assert!(!screen.contains("Ferry strike ends"), "{screen}");
    terminal.press("Tab");
    terminal.press("Enter");
    terminal.has("copydesk dead-letters show 0@");
    terminal.press("d");
    terminal.press("Enter");
    terminal.has(".proof.html");
    let pages = std::fs::read_dir(folder.path()).unwrap();
    let pages: Vec<_> = pages
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".proof.html"))
        .collect();
    assert!(
        pages.len() == 1 && pages[0].starts_with("news.enriched-0-"),
        "{pages:?}"
    );
    terminal.press("q");
    assert_eq!(terminal.exit(), "exit 0");
}

#[test]
fn colour_is_only_there_where_it_is_wanted() {
    let _one = TERMINAL
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let worker = FakeWorker::start("desk-0", None);
    for (environment, option, is_colored) in [
        ("env -u NO_COLOR", "", true),
        ("NO_COLOR=1", "", false),
        ("env -u NO_COLOR", "--color never", false),
    ] {
        let command = format!(
            "{environment} {} top {option} {}",
            program(),
            worker.address
        );
        let Some(terminal) = Terminal::open("the colours of copydesk top", &command) else {
            return;
        };
        terminal.has("● READY");
        let raw = terminal.tmux(&["capture-pane", "-p", "-e"]);
        // 30 to 37 and 38;… are colours of the text, 39 is none
        let colored = raw.replace("\u{1b}[39m", "").contains("\u{1b}[3");
        assert_eq!(colored, is_colored, "{environment} {option}\n{raw}");
        terminal.press("C-c");
        assert_eq!(terminal.exit(), "exit 0");
    }
}

#[test]
fn a_log_that_is_piped_in_is_shown_and_keys_still_work() {
    let _one = TERMINAL
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("copydesk.log");
    std::fs::write(&log, log_lines()).unwrap();
    let command = format!("tail -f {} | {} top --log -", log.display(), program());
    let Some(terminal) = Terminal::open("copydesk top over a log", &command) else {
        return;
    };
    terminal.once("the log", |screen| {
        let parts = [
            "428/s",
            "group night-desk",
            "desk-7",
            "article.dead_lettered",
        ];
        parts.iter().all(|part| screen.contains(part))
    });
    terminal.press("q");
    // tail goes when it next writes
    let mut file = std::fs::OpenOptions::new().append(true).open(&log).unwrap();
    for _ in 0..50 {
        let _ = file.write_all(log_lines().as_bytes());
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(terminal.exit(), "exit 0");
}

/// A stats line and a dead letter, as a worker writes them.
fn log_lines() -> String {
    let stats = Stats::new(["times"]);
    stats.taken(10);
    stats.stage("times", Duration::from_millis(2));
    let mut line = serde_json::to_value(stats.line(&Gauges::default())).unwrap();
    let mut head = |event: &str, level: &str, msg: &str| {
        for (name, value) in [
            ("ts", "2026-03-02T09:30:00Z"),
            ("level", level),
            ("event", event),
            ("msg", msg),
            ("service", "copydesk"),
            ("instance", "desk-7"),
            ("group", "night-desk"),
        ] {
            line[name] = value.into();
        }
        line["in_rate"] = 428.0.into();
        line.to_string()
    };
    let stats = head("stats", "info", "in 1");
    let letter = head("article.dead_lettered", "warn", "news.raw-3@1042: not JSON");
    format!("{stats}\n{letter}\n")
}

#[test]
fn what_is_no_terminal_gets_one_screen_as_text() {
    let worker = FakeWorker::start("desk-0", None);
    let taken = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let output = Command::new(program())
        .args(["top", "--interval", "1"])
        .args([worker.address.to_string(), taken.to_string()])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(
        text.contains("desk-0") && text.contains("✗ away") && !text.contains('\u{1b}'),
        "{text}"
    );
    let missing = Path::new("/nowhere/copydesk.log");
    let output = Command::new(program())
        .args(["top", "--log"])
        .arg(missing)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/nowhere/copydesk.log"));
}

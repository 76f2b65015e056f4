//! What signals do to the process. None of this needs a broker.

use std::fs::File;
use std::io::Write;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use crate::support::process::{Process, Signal};
use crate::support::reader::Exits;
use crate::support::worker::{Delivery, Job, Worker};

const PATIENCE: Duration = Duration::from_secs(60);

/// Long enough for a signal to be taken before the next one.
const APART: Duration = Duration::from_millis(300);

/// A worker that looks in vain for its broker.
fn worker(delivery: Delivery) -> Worker {
    let exits = Exits {
        output: "signals.out".to_owned(),
        dead_letters: "signals.dead".to_owned(),
    };
    let job = Job::new("127.0.0.1:1", "signals", "signals.in", &exits, delivery);
    let mut worker = job.start().unwrap();
    worker.wait_for("worker.started", PATIENCE).unwrap();
    worker
}

#[test]
fn a_signal_that_means_nothing_is_told_and_the_worker_goes_on() {
    let mut worker = worker(Delivery::AtLeastOnce);
    for signal in [
        Signal::HangUp,
        Signal::User1,
        Signal::Pipe,
        Signal::User2,
        Signal::HangUp,
    ] {
        worker.signal(signal).unwrap();
        sleep(APART);
    }
    let told = worker.events("signal.ignored");
    let names: Vec<_> = told.iter().map(|e| e["signal"].as_str().unwrap()).collect();
    assert_eq!(names, ["SIGHUP", "SIGUSR1", "SIGUSR2", "SIGHUP"]);
    let advice = told[0]["advice"].as_str().unwrap();
    assert!(advice.contains("restart"), "{advice}");
    assert!(worker.is_running(), "{}", worker.tail());
}

#[test]
fn the_signals_to_stop_end_it_gracefully_by_their_names() {
    for (signal, name) in [
        (Signal::Terminate, "SIGTERM"),
        (Signal::Interrupt, "SIGINT"),
        (Signal::Quit, "SIGQUIT"),
    ] {
        let mut worker = worker(Delivery::AtLeastOnce);
        worker.signal(signal).unwrap();
        let code = worker.wait(PATIENCE).unwrap().code();
        assert_eq!(code, Some(0), "{}", worker.tail());
        let ends = worker.events("shutdown.end");
        assert_eq!(ends.len(), 1, "{}", worker.tail());
        assert_eq!(ends[0]["reason"], name);
    }
}

#[test]
fn a_second_one_ends_it_at_once_with_its_last_line() {
    // It waits for the broker to let its producer in, and hears of the first signal only after that.
    let mut worker = worker(Delivery::ExactlyOnce);
    worker.signal(Signal::Terminate).unwrap();
    sleep(APART);
    worker.signal(Signal::Quit).unwrap();
    let code = worker.wait(Duration::from_secs(2)).unwrap().code();
    assert_eq!(code, Some(6), "{}", worker.tail());
    let ends = worker.events("shutdown.end");
    assert_eq!(ends.len(), 1, "{}", worker.tail());
    assert_eq!(ends[0]["exit_code"], 6);
    assert_eq!(ends[0]["reason"], "SIGTERM, then SIGQUIT: ended at once");
    let last = worker.log_text().lines().last().unwrap().to_owned();
    assert!(last.contains("shutdown.end"), "{last}");
}

#[test]
fn an_article_under_way_keeps_its_stages_when_the_process_was_frozen() {
    /// What the stages may take: more than they need in any build, on a machine with other work.
    const TIME: Duration = Duration::from_secs(10);
    // Some two seconds of work, or half a one.
    let paragraphs = if cfg!(debug_assertions) { 1_500 } else { 6_000 };
    let paragraph = "WESTMERE — A ferry sank off the port of Westmere on Thursday, and all 212 people on board were \
                     taken off in less than an hour. \"I have never seen a crew work like that,\" Captain Piet \
                     Maas said in Paris. The Anna, built in 1979, cost 12 million euros.\n\n";
    let text = "Ferry sinks off Westmere\n\n".to_owned() + &paragraph.repeat(paragraphs);
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("record.json");
    let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    command
        .args(["enrich", "--content-type", "text/plain", "--output", "json"])
        .env(
            "COPYDESK_PIPELINE__STAGE_DEADLINE_MS",
            TIME.as_millis().to_string(),
        )
        .env(
            "COPYDESK_PIPELINE__ARTICLE_DEADLINE_MS",
            TIME.as_millis().to_string(),
        )
        .stdin(Stdio::piped())
        .stdout(File::create(&out).unwrap());
    let mut process = Process::start(command).unwrap();
    let mut stdin = process.stdin().unwrap();
    // It has loaded everything when it reads what is more than a pipe holds.
    stdin.write_all(text.as_bytes()).unwrap();
    drop(stdin);
    sleep(Duration::from_millis(100));
    process.signal(Signal::Stop).unwrap();
    assert!(process.poll().unwrap().is_none(), "it had ended before");
    sleep(TIME + Duration::from_secs(1));
    process.signal(Signal::Continue).unwrap();
    let status = process.wait(PATIENCE).unwrap().unwrap();
    assert!(status.success());
    let record: Value = serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
    for stage in record["stages"].as_array().unwrap() {
        let skipped = stage["name"] == "origin";
        let wanted = if skipped { "skipped" } else { "ok" };
        assert_eq!(stage["status"], wanted, "{stage}");
    }
}

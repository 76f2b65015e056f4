//! What signals do to a worker. None of this needs a broker: it is the process that is looked at.

use std::time::Duration;

use crate::support::process::Signal;
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
        std::thread::sleep(APART);
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
    std::thread::sleep(APART);
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

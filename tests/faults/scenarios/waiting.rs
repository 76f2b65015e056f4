//! Articles that wait for something outside while the worker is killed, moved and stopped.

use anyhow::{Result, ensure};

use super::{Case, Done, needs_failpoints};
use crate::ground::Grounds;
use crate::support::worker::Worker;
use crate::trial::Trial;

/// How long an article waits, in milliseconds, half as long to half as long again.
const WAIT_MS: u64 = 400;

/// Calls in flight: enough for half as many articles again as come.
const CALLS: u32 = 240;

/// What the failpoints look for, in the headline of each article: one call in ten fails, one in a hundred never
/// ends by itself.
const FAIL_MARKER: &str = "7 on its future";
const HANG_MARKER: &str = "99 on its future";

/// So many articles must have been in a worker at one time: without threads to wait, no more wait than may.
const AT_A_TIME: u64 = 60;

/// 28: every article waits, a hundred and more at a time, on two threads. Workers are killed, told to stop, and
/// joined by another for a while.
pub fn interrupted(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    if !cfg!(feature = "failpoints") {
        return Ok(needs_failpoints());
    }
    let rounds = if case.short { 3 } else { 9 };
    let bootstrap = grounds.shared()?.bootstrap();
    let seconds = 4 + 4 * rounds;
    let mut trial = Trial::open(&bootstrap, &bootstrap, case.plan(seed, 400, seconds))?;
    trial
        .job
        .set("pipeline.threads", "2")
        .env(
            "COPYDESK_FAILPOINT",
            &format!(
                "await:ms:{WAIT_MS},await:calls:{CALLS},await:fail:{FAIL_MARKER},await:hang:{HANG_MARKER}"
            ),
        );
    let jobs = [trial.job.replica("a"), trial.job.replica("b")];
    let mut workers = [jobs[0].start_ready()?, jobs[1].start_ready()?];
    let load = trial.load()?;
    let mut most_waiting = 0;
    for round in 0..rounds {
        trial.pause(1000..2500);
        let victim = usize::from(trial.seeded.once_in(2));
        most_waiting = most_waiting.max(most_in_flight(&workers[victim]));
        match round % 3 {
            0 => workers[victim].kill()?,
            1 => trial.stop(&mut workers[victim]).map(|_| ())?,
            _ => {
                let mut guest = trial.job.replica("c").start_ready()?;
                trial.pause(1000..2000);
                trial.stop(&mut guest)?;
                continue;
            }
        }
        workers[victim] = jobs[victim].start()?;
    }
    trial.all_stay(&mut workers, &jobs)?;
    // Of the calls the statistics have those that failed: the others found nothing.
    let waits = |worker: &Worker| {
        let lines = worker.events("stats");
        lines.iter().any(|line| line["stages"]["waits"].is_object())
    };
    ensure!(workers.iter().any(waits), "no stage waits");
    trial.check(most_waiting >= AT_A_TIME, || {
        format!("no more than {most_waiting} articles were in a worker at a time")
    });
    let (verdict, faults) = trial.close(load, &mut workers)?;
    Ok(Done::Ran {
        injected: format!("{rounds} changes, {most_waiting} in flight"),
        verdict,
        faults,
    })
}

/// The most messages that a worker told to be in flight.
fn most_in_flight(worker: &Worker) -> u64 {
    let lines = worker.events("stats");
    let in_flight = lines.iter().filter_map(|line| line["in_flight"].as_u64());
    in_flight.max().unwrap_or(0)
}

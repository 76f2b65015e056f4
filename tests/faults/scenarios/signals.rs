//! Signals to a worker: killed, told to stop, frozen; and a crash at the worst moment.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::{Case, Done, needs_failpoints};
use crate::ground::Grounds;
use crate::support::articles::Mix;
use crate::support::process::Signal;
use crate::support::worker::{Delivery, Protocol, stages_but};
use crate::trial::{Plan, Trial};

/// 1: `kill -9` to one of two workers, 20 times, each started again at once.
pub fn kill(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    const KILLS: usize = 20;
    let bootstrap = grounds.shared()?.bootstrap();
    let mut trial = Trial::open(&bootstrap, &bootstrap, case.plan(seed, 400, 24))?;
    let jobs = [trial.job.replica("a"), trial.job.replica("b")];
    let mut workers = [jobs[0].start_ready()?, jobs[1].start_ready()?];
    let load = trial.load()?;
    for _ in 0..KILLS {
        trial.pause(200..1200);
        let victim = usize::from(trial.seeded.once_in(2));
        workers[victim].kill()?;
        workers[victim] = jobs[victim].start()?;
    }
    let (verdict, faults) = trial.close(load, &mut workers)?;
    Ok(Done::Ran {
        injected: format!("{KILLS} kills"),
        verdict,
        faults,
    })
}

/// 2: SIGTERM under load. What was in flight is finished; nothing is repeated in either mode.
pub fn terminate(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    const TIMES: usize = 4;
    let bootstrap = grounds.shared()?.bootstrap();
    let mut trial = Trial::open(&bootstrap, &bootstrap, case.plan(seed, 600, 12))?;
    let job = trial.job.clone();
    let mut worker = job.start_ready()?;
    let load = trial.load()?;
    for _ in 0..TIMES {
        trial.pause(500..2000);
        trial.stop(&mut worker)?;
        worker = job.start()?;
    }
    let (verdict, mut faults) = trial.close(load, &mut [worker])?;
    if verdict.repeated > 0 {
        faults.push("an orderly stop repeated articles".to_owned());
    }
    Ok(Done::Ran {
        injected: format!("{TIMES} SIGTERM"),
        verdict,
        faults,
    })
}

/// 3: frozen past the transaction timeout: the broker has aborted what the zombie goes on with.
pub fn stop_past_transaction(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    let times = if case.short { 1 } else { 2 };
    let bootstrap = grounds.shared()?.bootstrap();
    let mut trial = Trial::open(&bootstrap, &bootstrap, case.plan(seed, 400, 20))?;
    if trial.plan.protocol == Protocol::Classic {
        // Longer than the freeze: this is about the transaction, not about the group.
        trial
            .job
            .set("kafka.options.\"session.timeout.ms\"", "\"30000\"");
    }
    // Past the transaction timeout of 10 s and the second in which the broker looks for such.
    freeze(trial, times, 12_000..13_000)
}

/// 4: frozen past the session and the longest time between polls: its partitions are another's.
pub fn stop_past_session(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    const TIMES: usize = 2;
    let bootstrap = grounds.shared()?.bootstrap();
    let mut trial = Trial::open(&bootstrap, &bootstrap, case.plan(seed, 400, 24))?;
    trial
        .job
        .set("kafka.options.\"max.poll.interval.ms\"", "\"6500\"");
    freeze(trial, TIMES, 8000..9000)
}

/// Freezes one of two workers that many times for that many milliseconds.
fn freeze(mut trial: Trial, times: usize, milliseconds: std::ops::Range<u64>) -> Result<Done> {
    let jobs = [trial.job.replica("a"), trial.job.replica("b")];
    let mut workers = [jobs[0].start_ready()?, jobs[1].start_ready()?];
    let load = trial.load()?;
    for _ in 0..times {
        trial.pause(300..1500);
        let victim = usize::from(trial.seeded.once_in(2));
        workers[victim].signal(Signal::Stop)?;
        trial.pause(milliseconds.clone());
        workers[victim].signal(Signal::Continue)?;
        trial.pause(2000..3000);
        trial.all_stay(&mut workers, &jobs)?;
    }
    let (verdict, faults) = trial.close(load, &mut workers)?;
    Ok(Done::Ran {
        injected: format!("{times} freezes"),
        verdict,
        faults,
    })
}

/// 16: the process dies when the offsets are in the transaction and the transaction is not committed.
pub fn crash_before_commit(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    const CRASHES: usize = 5;
    if !cfg!(feature = "failpoints") {
        return Ok(needs_failpoints());
    }
    let bootstrap = grounds.shared()?.bootstrap();
    // Long enough that there is something to commit for the last of them on a busy machine, too.
    let mut trial = Trial::open(&bootstrap, &bootstrap, case.plan(seed, 160, 30))?;
    debug_assert_eq!(trial.plan.delivery, Delivery::ExactlyOnce);
    let job = trial.job.clone();
    let mut worker = job.start_ready()?;
    let load = trial.load()?;
    trial.stop(&mut worker)?;
    for _ in 0..CRASHES {
        let commits = trial.seeded.within(1..6);
        let mut doomed = job.clone();
        doomed.env(
            "COPYDESK_FAILPOINT",
            &format!("before-commit:crash:{commits}"),
        );
        let mut worker = doomed.start()?;
        let status = worker.wait(Duration::from_secs(30))?;
        trial.check(!status.success(), || format!("no crash, {status}"));
    }
    worker = job.start()?;
    let (verdict, faults) = trial.close(load, &mut [worker])?;
    Ok(Done::Ran {
        injected: format!("{CRASHES} crashes"),
        verdict,
        faults,
    })
}

/// 19: SIGTERM with thousands of messages queued in the worker, deletions among them. What was begun is
/// finished; what was not is the next one's, whatever it is.
pub fn terminate_backlog(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    /// As many as the worker holds by default.
    const QUEUED: u32 = 8000;
    /// It takes a fraction of a second; the rest is for a machine that is busy with other scenarios.
    const PROMPT: Duration = Duration::from_secs(2);

    if !cfg!(feature = "failpoints") {
        return Ok(needs_failpoints());
    }
    let plan = case.plan(seed, 0, 0);
    let plan = Plan {
        articles: QUEUED,
        mix: Mix {
            tombstone_every: 150,
            ..plan.mix
        },
        ..plan
    };
    let bootstrap = grounds.shared()?.bootstrap();
    let mut trial = Trial::open(&bootstrap, &bootstrap, plan)?;
    trial.load_part(0..QUEUED - 1)?.join()?;
    let mut slow = trial.job.clone();
    // 3 ms of one core for each, so that the backlog stays.
    slow.set("stages.disabled", &stages_but(&["language"]))
        .env("COPYDESK_FAILPOINT", "stage:spin:3000us");
    let mut worker = slow.start_ready()?;
    let begun = trial.ledger.wait_for_share(0.03, Duration::from_secs(60));
    ensure!(begun, "nothing comes out\n{}", worker.tail());
    trial.pause(500..1500);
    let left = trial.ledger.missing();
    ensure!(left > QUEUED / 4, "only {left} are left to be queued");
    let took = trial.stop(&mut worker)?;
    trial.check(took < PROMPT, || {
        format!("{took:?} from SIGTERM to the end\n{}", worker.tail())
    });
    let ends = worker.events("shutdown.end");
    let abandoned = ends.iter().filter_map(|end| end["abandoned"].as_u64());
    let abandoned: u64 = abandoned.sum();
    trial.check(abandoned == 0, || format!("{abandoned} abandoned"));
    trial.ledger.start_clock();
    let worker = trial.job.start()?;
    let load = trial.load_part(QUEUED - 1..QUEUED)?;
    let (verdict, mut faults) = trial.close(load, &mut [worker])?;
    if verdict.repeated > 0 {
        faults.push("an orderly stop repeated articles".to_owned());
    }
    Ok(Done::Ran {
        injected: format!("{left} left, gone in {:.1} s", took.as_secs_f64()),
        verdict,
        faults,
    })
}

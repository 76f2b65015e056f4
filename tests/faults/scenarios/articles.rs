//! Articles that hurt: unreadable, panicking, endless, huge; and too many at once.

use std::time::Duration;

use anyhow::Result;
use copydesk::kafka::Exit;

use super::{Case, Done};
use crate::ground::Grounds;
use crate::support::articles::{LOOP_MARKER, Mix, PANIC_MARKER, Special};
use crate::support::worker::stages_but;
use crate::trial::{Plan, Trial};

/// 11: one dead letter for each article that cannot be worked on; its neighbours do not notice.
pub fn poison(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    let mut plan = case.plan(seed, 400, 10);
    plan.mix.poison_every = 31;
    plan.mix.tombstone_every = 37;
    let mut kinds = vec![Special::Huge];
    if cfg!(feature = "failpoints") {
        kinds.extend([Special::Panic, Special::Panic, Special::Loop]);
    }
    for (n, kind) in (1..).zip(&kinds) {
        plan.mix.special.insert(n * plan.articles / 6, *kind);
    }
    let bootstrap = grounds.shared()?.bootstrap();
    let mut trial = Trial::open(&bootstrap, &bootstrap, plan)?;
    trial
        .job
        // One stage for the failpoints to strike, and an article it fails on is not published.
        .set("stages.disabled", &stages_but(&["language"]))
        .set("stages.on_failure", "\"dead-letter\"")
        .env(
            "COPYDESK_FAILPOINT",
            &format!("stage:panic:{PANIC_MARKER},stage:loop:{LOOP_MARKER}"),
        );
    let worker = trial.job.start_ready()?;
    let load = trial.load()?;
    let (verdict, faults) = trial.close(load, &mut [worker])?;
    Ok(Done::Ran {
        injected: format!("{kinds:?} + poison"),
        verdict,
        faults,
    })
}

/// 15: ten times the load at once, of large articles, with little memory to hold them.
pub fn burst(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    /// Most raw bytes in the worker at one time.
    const IN_FLIGHT: u64 = 16 << 20;
    /// What the process may take in all: the cap, what the consumer and the producer hold beside it
    /// (two more of it), and what a worker at rest has.
    const RESIDENT: u64 = 3 * IN_FLIGHT + (72 << 20);

    let plan = Plan {
        mix: Mix {
            paragraphs: 300,
            ..Mix::rough(seed)
        },
        ..case.plan(seed, 300, 10)
    };
    let bootstrap = grounds.shared()?.bootstrap();
    let mut trial = Trial::open(&bootstrap, &bootstrap, plan)?;
    let megabytes = IN_FLIGHT >> 10;
    trial
        .job
        .set("limits.in_flight_bytes", &IN_FLIGHT.to_string())
        .set(
            "kafka.options.\"queued.max.messages.kbytes\"",
            &format!("\"{megabytes}\""),
        );
    let worker = trial.job.start_ready()?;
    let quiet = trial.plan.articles / 10;
    let load = trial.load_part(0..quiet)?;
    load.join()?;
    trial.ledger.start_clock();
    trial.plan.rate = 0;
    let load = trial.load_part(quiet..trial.plan.articles)?;
    trial.ledger.wait_until_complete(Duration::from_secs(120));
    let peak = worker.usage().peak_resident;
    trial.check(peak > 0 && peak <= RESIDENT, || {
        format!("{} MB resident, {} allowed", peak >> 20, RESIDENT >> 20)
    });
    let (verdict, faults) = trial.close(load, &mut [worker])?;
    Ok(Done::Ran {
        injected: format!("burst, peak {} MB resident", peak >> 20),
        verdict,
        faults,
    })
}

/// 25: nothing that comes can be read. The worker halts, and what it says to look at is there to be looked at.
pub fn flood(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    /// The default of `kafka.max_consecutive_failures`.
    const MOST: u64 = 100;
    let plan = case.plan(seed, 0, 0);
    let plan = Plan {
        articles: 1000,
        mix: Mix {
            poison_every: 1,
            ..plan.mix
        },
        ..plan
    };
    let bootstrap = grounds.shared()?.bootstrap();
    let mut trial = Trial::open(&bootstrap, &bootstrap, plan)?;
    trial.load_part(0..900)?.join()?;
    let mut worker = trial.job.start()?;
    let status = worker.wait(Duration::from_secs(60))?;
    let failures = i32::from(Exit::Failures.code());
    trial.check(status.code() == Some(failures), || {
        format!("it ended with {status}\n{}", worker.tail())
    });
    trial.ledger.wait_for_share(0.1, Duration::from_secs(10));
    let evidence = trial.ledger.verdict().dead_lettered;
    trial.check(evidence >= MOST, || {
        format!("it ended for {MOST} dead letters, of which {evidence} are there")
    });
    trial.job.set("kafka.max_consecutive_failures", "0");
    trial.ledger.start_clock();
    let worker = trial.job.start_ready()?;
    let load = trial.load_part(900..1000)?;
    let (verdict, faults) = trial.close(load, &mut [worker])?;
    Ok(Done::Ran {
        injected: format!("halted with {evidence} dead letters"),
        verdict,
        faults,
    })
}

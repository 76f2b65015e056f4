//! The group of workers: it grows, it shrinks, and two of it claim one name.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::{Case, Done};
use crate::ground::Grounds;
use crate::trial::Trial;

/// 5: one worker, then two, three, two, one: each change moves partitions inside a window.
pub fn scale(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    // Every five seconds by the table; the short form has less patience.
    let pace = match case.short {
        true => 2500..3500,
        false => 4500..5500,
    };
    let bootstrap = grounds.shared()?.bootstrap();
    let seconds = if case.short { 14 } else { 24 };
    let mut trial = Trial::open(&bootstrap, &bootstrap, case.plan(seed, 400, seconds))?;
    let mut workers = vec![trial.job.replica("a").start_ready()?];
    let load = trial.load()?;
    for name in ["b", "c"] {
        trial.pause(pace.clone());
        workers.push(trial.job.replica(name).start()?);
    }
    for _ in 0..2 {
        trial.pause(pace.clone());
        let mut leaving = workers.remove(0);
        trial.stop(&mut leaving)?;
    }
    let (verdict, faults) = trial.close(load, &mut workers)?;
    Ok(Done::Ran {
        injected: "4 changes".to_owned(),
        verdict,
        faults,
    })
}

/// 9: two workers with one transactional id. One of them must go, with one clear line.
pub fn twins(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    let bootstrap = grounds.shared()?.bootstrap();
    let mut trial = Trial::open(&bootstrap, &bootstrap, case.plan(seed, 400, 10))?;
    let id = format!("\"twins-{seed}\"");
    trial.job.set("kafka.transactional_id", &id);
    let mut first = trial.job.replica("a").start_ready()?;
    let load = trial.load()?;
    trial.pause(500..1500);
    let mut second = trial.job.replica("b").start()?;
    let deadline = Instant::now() + Duration::from_secs(20);
    while first.is_running() && second.is_running() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
    let (mut loser, winner) = match first.is_running() {
        false => (first, second),
        true => (second, first),
    };
    let gone = !loser.is_running();
    trial.check(gone, || "both go on".to_owned());
    if gone {
        let status = loser.wait(Duration::ZERO)?;
        let lines = loser.events("txn.fenced").len();
        trial.check(status.code().is_some_and(|code| code != 0), || {
            format!("the loser ends with {status}")
        });
        trial.check(lines == 1, || {
            format!("{lines} lines with txn.fenced\n{}", loser.tail())
        });
    }
    drop(loser);
    let (verdict, faults) = trial.close(load, &mut [winner])?;
    Ok(Done::Ran {
        injected: "1 twin".to_owned(),
        verdict,
        faults,
    })
}

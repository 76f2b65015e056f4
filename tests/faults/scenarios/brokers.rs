//! Brokers that die, restart, and hand over to each other.

use anyhow::Result;

use super::{Case, Done};
use crate::ground::Grounds;
use crate::support::worker::{Job, Worker};
use crate::trial::Trial;

/// 6: the broker killed and started again, then stopped in order and started again; the long form also
/// kills each of three in turn, so that leaders and coordinators move.
pub fn broken(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    let brokers = if case.short { 1 } else { 3 };
    let kafka = grounds.own(brokers, false)?;
    let bootstrap = kafka.bootstrap();
    let seconds = if case.short { 15 } else { 40 };
    let mut trial = Trial::open(&bootstrap, &bootstrap, case.plan(seed, 300, seconds))?;
    let jobs = [trial.job.replica("a"), trial.job.replica("b")];
    let mut workers = [jobs[0].start_ready()?, jobs[1].start_ready()?];
    let load = trial.load()?;
    let mut left = 0;
    for id in kafka.ids() {
        trial.pause(1000..3000);
        kafka.kill(id)?;
        // Long enough for the others to take over.
        let down = if brokers > 1 { 6000..8000 } else { 500..2000 };
        trial.pause(down);
        kafka.restart(id)?;
        left += revive(&mut trial, &mut workers, &jobs)?;
    }
    trial.pause(1000..2000);
    kafka.stop(1)?;
    trial.pause(500..2000);
    kafka.restart(1)?;
    left += revive(&mut trial, &mut workers, &jobs)?;
    let (verdict, faults) = trial.close(load, &mut workers)?;
    Ok(Done::Ran {
        injected: format!("{brokers} killed of {brokers}, 1 stopped; left {left}×"),
        verdict,
        faults,
    })
}

/// A static member whose session ended while its coordinator was away may be fenced by its own rejoining.
fn revive(trial: &mut Trial, workers: &mut [Worker; 2], jobs: &[Job; 2]) -> Result<usize> {
    let mut left = 0;
    for (worker, job) in workers.iter_mut().zip(jobs) {
        left += trial.revive(worker, job)?;
    }
    Ok(left)
}

//! Brokers that die, restart, and hand over to each other.

use std::time::Duration;

use anyhow::Result;

use super::{Case, Done};
use crate::ground::Grounds;
use crate::support::cluster::Cluster;
use crate::support::markers::Markers;
use crate::support::process::Signal;
use crate::support::reader::Exits;
use crate::support::worker::Delivery;
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
    for id in kafka.ids() {
        trial.pause(1000..3000);
        kafka.kill(id)?;
        // Long enough for the others to take over.
        let down = if brokers > 1 { 6000..8000 } else { 500..2000 };
        trial.pause(down);
        kafka.restart(id)?;
        trial.all_stay(&mut workers, &jobs)?;
    }
    trial.pause(1000..2000);
    kafka.stop(1)?;
    trial.pause(500..2000);
    kafka.restart(1)?;
    trial.all_stay(&mut workers, &jobs)?;
    let (verdict, faults) = trial.close(load, &mut workers)?;
    Ok(Done::Ran {
        injected: format!("{brokers} killed of {brokers}, 1 stopped"),
        verdict,
        faults,
    })
}

/// 17: the only broker is away, under load, for longer than its own session and the group's, and about as long
/// as a transaction may last; then it and the workers are killed together. A broker that comes back may end a
/// transaction without a marker for what it wrote: see [`Markers`].
pub fn away(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    let kafka = grounds.own(1, false)?;
    let bootstrap = kafka.bootstrap();
    let outages = if case.short { 2 } else { 3 };
    let plan = case.plan(seed, 300, 12 * (1 + outages));
    let mut trial = Trial::open(&bootstrap, &bootstrap, plan)?;
    let jobs = [trial.job.replica("a"), trial.job.replica("b")];
    let mut workers = [jobs[0].start_ready()?, jobs[1].start_ready()?];
    let load = trial.load()?;
    for outage in 0..outages {
        trial.pause(1500..3000);
        kafka.kill(1)?;
        trial.pause(if outage < 2 { 5000..9000 } else { 9000..15_000 });
        kafka.restart(1)?;
        trial.ledger.fault_is_over();
        trial.pause(3000..6000);
        trial.all_stay(&mut workers, &jobs)?;
    }
    kafka.kill(1)?;
    for worker in &mut workers {
        worker.kill()?;
    }
    // Past the transaction timeout of 10 s: the broker ends what was open while it comes back.
    trial.pause(10_500..12_500);
    kafka.restart(1)?;
    trial.ledger.fault_is_over();
    for (worker, job) in workers.iter_mut().zip(&jobs) {
        *worker = job.start()?;
    }
    let delivery = trial.plan.delivery;
    let look = |exits: &Exits| match delivery {
        Delivery::ExactlyOnce => published(&kafka, exits),
        Delivery::AtLeastOnce => Ok(Vec::new()),
    };
    let (verdict, faults) = trial.close_after(load, &mut workers, look)?;
    Ok(Done::Ran {
        injected: format!("{outages} outages, 1 more with the workers"),
        verdict,
        faults,
    })
}

/// Where the broker's files say that records became committed whose transaction was not.
fn published(kafka: &Cluster, exits: &Exits) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for topic in [&exits.output, &exits.dead_letters] {
        let markers = Markers::read(&kafka.dump(topic)?);
        if markers.commits == 0 {
            faults.push(format!("no commit markers on {topic}"));
        }
        let published = markers.published();
        if let Some(first) = published.first() {
            faults.push(format!(
                "{} times a producer left records open on {topic} and a later commit published them, first: {first:?}",
                published.len()
            ));
        }
    }
    Ok(faults)
}

/// 24: the machine of the broker stands still for a while, then that of the workers. Nobody has gone away.
pub fn frozen(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    let kafka = grounds.own(1, false)?;
    let bootstrap = kafka.bootstrap();
    let mut trial = Trial::open(&bootstrap, &bootstrap, case.plan(seed, 300, 50))?;
    let jobs = [trial.job.replica("a"), trial.job.replica("b")];
    let mut workers = [jobs[0].start_ready()?, jobs[1].start_ready()?];
    let load = trial.load()?;
    trial.pause(1000..3000);
    kafka.signal(1, Signal::Stop)?;
    std::thread::sleep(Duration::from_secs(14));
    kafka.signal(1, Signal::Continue)?;
    trial.ledger.fault_is_over();
    trial.pause(5000..8000);
    trial.all_stay(&mut workers, &jobs)?;
    for worker in &mut workers {
        worker.signal(Signal::Stop)?;
    }
    std::thread::sleep(Duration::from_secs(20));
    for worker in &mut workers {
        worker.signal(Signal::Continue)?;
    }
    trial.ledger.fault_is_over();
    trial.pause(5000..8000);
    trial.all_stay(&mut workers, &jobs)?;
    let (verdict, faults) = trial.close(load, &mut workers)?;
    Ok(Done::Ran {
        injected: "14 s without broker, 20 s without workers".to_owned(),
        verdict,
        faults,
    })
}

//! The group of workers: it grows, it shrinks, and two of it claim one name.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use copydesk::kafka::Exit;

use super::{Case, Done, Sum, needs_failpoints};
use crate::ground::Grounds;
use crate::support::cluster::Cluster;
use crate::support::worker::{Job, Worker, stages_but};
use crate::trial::{Closed, Plan, Trial};

/// Within this after the last change in a group every partition must have an owner.
const OWNED: Duration = Duration::from_secs(60);

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
        let fenced = i32::from(Exit::Fenced.code());
        trial.check(status.code() == Some(fenced), || {
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

/// 20: a static member that has to give partitions up is restarted before it has: it comes back to what it was
/// told to keep, and nobody is told to take the rest. Someone must notice.
pub fn restarted_owner(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    if !cfg!(feature = "failpoints") {
        return Ok(needs_failpoints());
    }
    let trials = if case.short { 2 } else { 6 };
    let mut sum = Sum::default();
    for n in 0..trials {
        let (how, kill) = match n % 2 {
            0 => ("kill -9", true),
            _ => ("SIGTERM", false),
        };
        let closed = restart_owner(grounds.shared()?, case, seed + n, kill);
        sum.add(&format!("{how}, seed {}", seed + n), closed);
    }
    Ok(sum.done(format!("{trials} restarts")))
}

fn restart_owner(kafka: &Cluster, case: &Case, seed: u64, kill: bool) -> Result<Closed> {
    let how = if kill { "kill" } else { "term" };
    let plan = case.plan(seed, 0, 0);
    let plan = Plan {
        name: format!("{}-{how}", plan.name),
        articles: 4000,
        ..plan
    };
    let bootstrap = kafka.bootstrap();
    let mut trial = Trial::open(&bootstrap, &bootstrap, plan)?;
    // Longer than a restart takes: to the coordinator it never was away.
    trial
        .job
        .set("kafka.options.\"session.timeout.ms\"", "\"20000\"");
    let jobs = ["a", "b", "c"].map(|name| trial.job.replica(name));
    trial.load_part(0..trial.plan.articles - 1)?.join()?;
    // Half a second for an article that was begun: so long it takes to give a partition up.
    let mut slow = jobs[0].clone();
    slow.set("stages.disabled", &stages_but(&["language"]))
        .env("COPYDESK_FAILPOINT", "stage:spin:500000us");
    let mut old = slow.start_ready()?;
    let patience = Duration::from_secs(60);
    old.wait_for("assignment.added", patience)?;
    let (b, c) = (jobs[1].start()?, jobs[2].start()?);
    let deadline = Instant::now() + patience;
    let is_in = |worker: &Worker| !worker.events("worker.ready").is_empty();
    while !is_in(&b) && !is_in(&c) {
        ensure!(Instant::now() < deadline, "{}", b.tail());
        std::thread::sleep(Duration::from_millis(10));
    }
    // One of them knows that it gets nothing yet; who has too much is finishing what it began.
    trial.pause(0..150);
    match kill {
        true => old.kill()?,
        false => trial.stop(&mut old).map(|_| ())?,
    }
    trial.ledger.start_clock();
    let mut workers = [jobs[0].start()?, b, c];
    all_owned(kafka, &mut trial);
    trial.all_stay(&mut workers, &jobs)?;
    let load = trial.load_part(trial.plan.articles - 1..trial.plan.articles)?;
    trial.close(load, &mut workers)
}

/// Checks that every partition of the trial's input has an owner in time, as the coordinator says.
fn all_owned(kafka: &Cluster, trial: &mut Trial) {
    let deadline = Instant::now() + OWNED;
    let inputs = trial.inputs.iter();
    let partitions = trial.plan.partitions;
    let all: BTreeSet<(String, i32)> = inputs
        .flat_map(|input| (0..partitions).map(|partition| (input.clone(), partition)))
        .collect();
    loop {
        // A coordinator that has just come back may not answer at first.
        let owners = kafka.owners(&trial.job.group).unwrap_or_default();
        let owned: BTreeSet<_> = owners.into_keys().collect();
        let orphans: Vec<_> = all.difference(&owned).collect();
        if orphans.is_empty() {
            return;
        }
        if Instant::now() > deadline {
            let (count, first) = (orphans.len(), orphans[0]);
            let fault =
                format!("{count} partitions have no owner after {OWNED:?}, first: {first:?}");
            trial.faults.push(fault);
            return;
        }
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// 23: two hundred partitions by a pattern, up to six workers that come and go, and a broker that dies and
/// comes back among them.
pub fn many_partitions(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    const CHANGES: usize = 8;
    const MOST: usize = 6;
    let kafka = grounds.own(1, false)?;
    let bootstrap = kafka.bootstrap();
    let plan = Plan {
        topics: 20,
        partitions: 10,
        ..case.plan(seed, 250, 40)
    };
    let mut trial = Trial::open(&bootstrap, &bootstrap, plan)?;
    trial.job.set(
        "kafka.options.\"topic.metadata.refresh.interval.ms\"",
        "\"2000\"",
    );
    let mut names = (0..).map(|n| format!("w{n}"));
    let mut more = |trial: &Trial| -> Result<(Job, Worker)> {
        let Some(name) = names.next() else {
            bail!("no more names")
        };
        let job = trial.job.replica(&name);
        let worker = job.start()?;
        Ok((job, worker))
    };
    let mut workers = vec![more(&trial)?, more(&trial)?];
    let load = trial.load()?;
    for change in 0..CHANGES {
        trial.pause(2000..3500);
        if change == CHANGES / 2 {
            kafka.kill(1)?;
            trial.pause(1000..4000);
            kafka.restart(1)?;
        }
        let grow = workers.len() < 2 || (workers.len() < MOST && trial.seeded.within(0..3) < 2);
        if grow {
            workers.push(more(&trial)?);
            continue;
        }
        let leaving = trial.seeded.within(0..workers.len() as u64);
        let (_, mut worker) = workers.remove(usize::try_from(leaving)?);
        match trial.seeded.once_in(3) {
            true => worker.kill()?,
            false => trial.stop(&mut worker).map(|_| ())?,
        }
    }
    all_owned(&kafka, &mut trial);
    let (jobs, mut workers): (Vec<Job>, Vec<Worker>) = workers.into_iter().unzip();
    trial.all_stay(&mut workers, &jobs)?;
    let (verdict, faults) = trial.close(load, &mut workers)?;
    Ok(Done::Ran {
        injected: format!("{CHANGES} changes, 1 broker killed"),
        verdict,
        faults,
    })
}

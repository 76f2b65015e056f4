//! Articles that are remembered across workers, while those are killed, frozen and joined by others, and while the
//! memory is away.

use std::time::Duration;

use anyhow::Result;

use super::{Case, Done};
use crate::ground::Grounds;
use crate::support::memory::{Links, Topics, by_the_log, disagreements, records};
use crate::support::process::Signal;
use crate::support::reader::{Exits, read_to_end};
use crate::trial::Trial;

/// 29: workers killed between entry and commit, frozen past their session, joined by another for a while.
pub fn interrupted(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    let rounds = if case.short { 4 } else { 12 };
    let bootstrap = grounds.shared()?.bootstrap();
    let plan = case.plan(seed, 200, 6 + 4 * rounds);
    let mut trial = Trial::open(&bootstrap, &bootstrap, plan)?;
    let topics = Topics::create(&trial.admin, &bootstrap, &trial.job.group)?;
    topics.remember(&mut trial.job);
    let jobs = [trial.job.replica("a"), trial.job.replica("b")];
    let mut workers = [jobs[0].start_ready()?, jobs[1].start_ready()?];
    let load = trial.load()?;
    for round in 0..rounds {
        trial.pause(500..2000);
        let victim = usize::from(trial.seeded.once_in(2));
        match round % 4 {
            0 | 2 => {
                workers[victim].kill()?;
                workers[victim] = jobs[victim].start()?;
            }
            1 => {
                let mut guest = trial.job.replica("c").start_ready()?;
                trial.pause(500..1500);
                trial.stop(&mut guest)?;
            }
            _ => {
                workers[victim].signal(Signal::Stop)?;
                trial.pause(8_000..9_000);
                workers[victim].signal(Signal::Continue)?;
            }
        }
    }
    trial.all_stay(&mut workers, &jobs)?;
    let look = |exits: &Exits| wrong(&bootstrap, exits, &topics);
    let (verdict, faults) = trial.close_after(load, &mut workers, look)?;
    Ok(Done::Ran {
        injected: format!("{rounds} changes"),
        verdict,
        faults,
    })
}

/// 30: the one broker that has the index is away for a minute. Articles wait, and the worker says for what.
pub fn away(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    const HOME: u16 = 3;
    let time = Duration::from_secs(if case.short { 20 } else { 60 });
    let cluster = grounds.own(3, false)?;
    let bootstrap = cluster.bootstrap();
    let mut trial = Trial::open(&bootstrap, &bootstrap, case.plan(seed, 200, 10))?;
    let home = i32::from(HOME);
    let topics = Topics::create_on(home, &trial.admin, &bootstrap, &trial.job.group)?;
    topics.remember(&mut trial.job);
    let job = trial.job.clone();
    let mut worker = job.start_ready()?;
    let load = trial.load()?;
    trial.pause(500..1500);
    cluster.stop(HOME)?;
    std::thread::sleep(time);
    let told = worker.events("worker.not_ready");
    let says_so = told
        .iter()
        .any(|line| line.to_string().contains(&topics.index));
    trial.check(says_so, || {
        "the worker did not say what it waits for".to_owned()
    });
    let runs = worker.is_running();
    trial.check(runs, || format!("the worker left\n{}", worker.tail()));
    cluster.restart(HOME)?;
    trial.ledger.fault_is_over();
    let look = |exits: &Exits| wrong(&bootstrap, exits, &topics);
    let (verdict, faults) = trial.close_after(load, &mut [worker], look)?;
    Ok(Done::Ran {
        injected: format!("{} s away", time.as_secs()),
        verdict,
        faults,
    })
}

/// What is wrong between log, links and records.
fn wrong(bootstrap: &str, exits: &Exits, topics: &Topics) -> Result<Vec<String>> {
    let links: Links = topics.recorded()?;
    let published = records(&read_to_end(bootstrap, &exits.output)?)?;
    let mut wrong = disagreements(published.iter().map(|(key, record)| (key, record)), &links);
    let by_the_log = by_the_log(&topics.entries()?)?;
    for (key, link) in &links {
        if by_the_log.get(key) != Some(link) {
            let log = by_the_log.get(key);
            wrong.push(format!(
                "{key}: recorded is {link:?}, and the log says {log:?}"
            ));
        }
    }
    wrong.truncate(20);
    Ok(wrong)
}

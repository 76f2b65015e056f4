//! Topics that refuse what is sent, and go on refusing it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use anyhow::{Result, ensure};
use copydesk::kafka::Exit;

use super::topics::halted;
use super::{Case, Done, Sum};
use crate::ground::Grounds;
use crate::support::articles::{Fate, Mix, Special};
use crate::support::worker::Worker;
use crate::trial::{Closed, Plan, Trial};

/// Midnight at the start of 2000 and of 2100, in milliseconds since 1970.
const YEAR_2000: i64 = 946_684_800_000;
const YEAR_2100: i64 = 4_102_444_800_000;

/// Retention goes by the messages' own time.
const KEPT: (&str, &str) = ("retention.ms", "-1");

/// 21: the output refuses some records for good. What can be published otherwise is; what cannot is one
/// message's matter, and not the worker's occupation.
pub fn for_good(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    let bootstrap = grounds.shared()?.bootstrap();
    let mut sum = Sum::default();
    let plan = |name: &str| {
        let plan = case.plan(seed, 0, 0);
        Plan {
            name: format!("{}-{name}", plan.name),
            articles: 1000,
            ..plan
        }
    };
    sum.add("old timestamps", old(&bootstrap, plan("old")));
    sum.add("compacted", compacted(&bootstrap, plan("compacted")));
    for (name, most, from) in [
        ("6,000 bytes", "6000", 0),
        ("1,000 bytes", "1000", 0),
        ("6,000 bytes all at once", "6000", 500),
    ] {
        let plan = plan(&format!("{most}-{from}"));
        sum.add(name, small(&bootstrap, plan, most, from));
    }
    Ok(sum.done("5 refusals".to_owned()))
}

/// Messages of the year 2000, and an output that takes none older than an hour.
fn old(bootstrap: &str, mut plan: Plan) -> Result<Closed> {
    plan.mix.timestamps = Some(|n| YEAR_2000 + i64::from(n));
    plan.input_settings = vec![KEPT];
    plan.output_settings = vec![("message.timestamp.before.max.ms", "3600000")];
    let mut trial = Trial::open(bootstrap, bootstrap, plan)?;
    let mut workers = [trial.job.start_ready()?];
    let load = trial.load_part(0..trial.plan.articles)?;
    trial.ledger.start_clock();
    trial.ledger.wait_while_progress(Duration::from_secs(20));
    no_storm(&mut trial, &workers[0], 0);
    trial.close(load, &mut workers)
}

/// Articles without keys among those that have one, and an output that is compacted.
fn compacted(bootstrap: &str, mut plan: Plan) -> Result<Closed> {
    plan.mix.keyless_every = 70;
    plan.output_settings = vec![("cleanup.policy", "compact")];
    let mut trial = Trial::open(bootstrap, bootstrap, plan)?;
    let last = trial.plan.articles - 1;
    trial.load_part(0..last)?.join()?;
    let mut worker = trial.job.start()?;
    match halted(&mut trial, &mut worker, Exit::Publish) {
        Ok(()) => {
            let said = worker.events("worker.failed");
            let message = said.iter().find_map(|line| line["msg"].as_str());
            trial.check(message.is_some_and(names_an_offset), || {
                format!("no offset is named: {message:?}")
            });
        }
        Err(error) => trial.faults.push(format!("{error:#}")),
    }
    no_storm(&mut trial, &worker, 0);
    drop(worker);
    let kept = [("cleanup.policy", "delete")];
    trial.admin.alter(&trial.exits.output, &kept)?;
    trial.ledger.start_clock();
    let worker = trial.job.start_ready()?;
    let load = trial.load_part(last..last + 1)?;
    trial.close(load, &mut [worker])
}

/// Whether it says where in the input it is about: `topic-partition@offset`, or `offset 7`.
fn names_an_offset(message: &str) -> bool {
    let follows = |before: &str| {
        let mut parts = message.split(before).skip(1);
        parts.any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    follows("@") || follows("offset ")
}

/// An output for small records only, from the beginning or from some article on. What is too large alone is
/// dead-lettered, and nothing else, deletions least of all.
fn small(bootstrap: &str, mut plan: Plan, most: &'static str, from: u32) -> Result<Closed> {
    let setting = [("max.message.bytes", most)];
    plan.mix = Mix {
        plain_text: true,
        paragraphs: 1,
        tombstone_every: 37,
        ..plan.mix
    };
    // Every record of an article is larger than 1,000 bytes.
    let every = if most == "1000" { 1 } else { 25 };
    plan.mix.special = long(&plan.mix, from..plan.articles, every);
    if from == 0 {
        plan.output_settings = setting.to_vec();
    }
    let mut trial = Trial::open(bootstrap, bootstrap, plan)?;
    trial.job.set("kafka.max_consecutive_failures", "0");
    let mut workers = [trial.job.start_ready()?];
    if from > 0 {
        trial.load_part(0..from)?.join()?;
        let share = f64::from(from) / f64::from(trial.plan.articles);
        let out = trial.ledger.wait_for_share(share, Duration::from_secs(60));
        ensure!(out, "nothing comes out\n{}", workers[0].tail());
        trial.admin.alter(&trial.exits.output, &setting)?;
        // What is under way to a topic whose limit falls may be passed by what the client sends again by itself.
        trial.order_is_promised = false;
        trial.pause(500..1000);
    }
    let load = trial.load_part(from..trial.plan.articles)?;
    trial.ledger.start_clock();
    trial.ledger.wait_while_progress(Duration::from_secs(20));
    let refused = trial.plan.mix.special.len();
    no_storm(&mut trial, &workers[0], refused);
    let jobs = [trial.job.clone()];
    trial.all_stay(&mut workers, &jobs)?;
    trial.close(load, &mut workers)
}

/// Every so many articles that are records are to be long ones.
fn long(mix: &Mix, numbers: Range<u32>, every: usize) -> BTreeMap<u32, Special> {
    let records = numbers.filter(|n| mix.fate(*n) == Fate::Record);
    let chosen = records.step_by(every);
    chosen.map(|number| (number, Special::Long)).collect()
}

/// Checks that the worker did not do and say the same thing over and over; `refused` messages are the reason
/// for an aborted transaction each, at most.
fn no_storm(trial: &mut Trial, worker: &Worker, refused: usize) {
    const LOG: usize = 200_000;
    const ABORTS: usize = 30;
    let log = worker.log_text();
    // Dead letters are the purpose, and the figures come by the clock.
    let regular = |line: &&str| !line.contains("dead_lettered");
    let bytes: usize = log.lines().filter(regular).map(str::len).sum();
    trial.check(bytes < LOG, || format!("{bytes} bytes of log"));
    let aborts = worker.events("txn.aborted").len();
    trial.check(aborts < ABORTS + refused, || {
        format!("{aborts} transactions aborted")
    });
}

/// 22: messages of clocks that are wrong by decades, in both directions.
pub fn skewed(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    let mut plan = case.plan(seed, 400, 5);
    plan.mix.timestamps = Some(|n| match n % 4 {
        0 => YEAR_2100 + i64::from(n),
        1 => -86_400_000,
        // The first millisecond of 1970: of 0 the client makes the present.
        2 => 1,
        _ => YEAR_2000,
    });
    plan.input_settings = vec![
        KEPT,
        ("message.timestamp.after.max.ms", "9223372036854775807"),
    ];
    plan.output_settings = vec![KEPT];
    plan.dead_letter_settings = vec![KEPT];
    let bootstrap = grounds.shared()?.bootstrap();
    let trial = Trial::open(&bootstrap, &bootstrap, plan)?;
    let worker = trial.job.start_ready()?;
    let load = trial.load()?;
    let (verdict, faults) = trial.close(load, &mut [worker])?;
    Ok(Done::Ran {
        injected: "1969, 1970, 2000, 2100".to_owned(),
        verdict,
        faults,
    })
}

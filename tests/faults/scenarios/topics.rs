//! Topics that change under the worker: rights, size limits, partitions, retention, deletion.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::{Case, Done};
use crate::ground::{Grounds, USER};
use crate::support::articles::{Fate, Mix};
use crate::support::cluster::Cluster;
use crate::support::worker::Worker;
use crate::trial::{Plan, Trial};

/// Within this a worker that cannot go on must be gone.
const HALT: Duration = Duration::from_secs(60);

/// 10: the right to write is withdrawn, then given back; then the input topic is deleted. The worker
/// halts each time and skips nothing.
pub fn withdrawn(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    let kafka = grounds.shared()?;
    let plan = case.plan(seed, 300, 12);
    let half = plan.articles / 2;
    let mut trial = Trial::open(&kafka.bootstrap(), &kafka.scram_bootstrap(), plan)?;
    let (user, password) = USER;
    trial
        .job
        .set("kafka.security.protocol", "\"sasl-plaintext\"")
        .set("kafka.security.mechanism", "\"scram-sha-256\"")
        .set("kafka.security.username", &format!("{user:?}"))
        .env("COPYDESK_KAFKA__SECURITY__PASSWORD", password);
    let all = ["--allow-principal", "User:desk", "--operation", "All"];
    let group = trial.job.group.clone();
    grant(
        kafka,
        &[
            "--add",
            all[0],
            all[1],
            all[2],
            all[3],
            "--topic",
            &group,
            "--group",
            &group,
            "--transactional-id",
            &group,
            "--resource-pattern-type",
            "prefixed",
        ],
    )?;
    let mut worker = trial.job.start_ready()?;
    let load = trial.load_part(0..half)?;
    trial.pause(1000..2000);
    let output = trial.exits.output.clone();
    let denial = [
        "--deny-principal",
        "User:desk",
        "--operation",
        "Write",
        "--topic",
        &output,
    ];
    grant(kafka, &[&["--add"], &denial[..]].concat())?;
    // The command takes its time; something must come after it for the worker to be refused.
    load.join()?;
    let load = trial.load_part(half..trial.plan.articles)?;
    halted(&mut trial, &mut worker)?;
    grant(kafka, &[&["--remove", "--force"], &denial[..]].concat())?;
    trial.ledger.start_clock();
    let job = trial.job.clone();
    worker = job.start()?;
    let admin_input = trial.input.clone();
    let bootstrap = trial.bootstrap.clone();
    let mut faults = Vec::new();
    // Everything is out and the worker stopped; then its input goes away while it is at rest.
    let plan = trial.plan.clone();
    let (verdict, found) = trial.close(load, &mut [worker])?;
    faults.extend(found);
    faults.extend(deleted(&bootstrap, &admin_input, plan)?);
    Ok(Done::Ran {
        injected: "right withdrawn, input deleted".to_owned(),
        verdict,
        faults,
    })
}

/// The input topic is deleted under a worker; returns what is wrong with how it takes it.
fn deleted(bootstrap: &str, name: &str, plan: Plan) -> Result<Vec<String>> {
    let plan = Plan {
        name: format!("{name}-deleted"),
        ..plan
    };
    let mut trial = Trial::open(bootstrap, bootstrap, plan)?;
    trial.job.set(
        "kafka.options.\"topic.metadata.refresh.interval.ms\"",
        "\"1000\"",
    );
    let mut worker = trial.job.start_ready()?;
    trial.load_part(0..200)?.join()?;
    trial.admin.delete(&trial.input)?;
    halted(&mut trial, &mut worker)?;
    Ok(trial.faults)
}

/// Checks that the worker ends by itself, with an exit code that says so and a line that says why.
fn halted(trial: &mut Trial, worker: &mut Worker) -> Result<()> {
    let status = worker.wait(HALT)?;
    let code = status.code().unwrap_or(0);
    let said = worker.events("worker.failed").len() + worker.events("txn.fenced").len();
    trial.check(code > 0 && code < 100, || {
        format!("it ended with {status}\n{}", worker.tail())
    });
    trial.check(said == 1, || {
        format!("it said {said} times why it ended\n{}", worker.tail())
    });
    Ok(())
}

fn grant(kafka: &Cluster, arguments: &[&str]) -> Result<()> {
    kafka.tool("org.apache.kafka.tools.AclCommand", arguments)?;
    Ok(())
}

/// 12: no dead letter can be written. The worker halts before the article it could not put away, and
/// goes on from there once it can.
pub fn no_dead_letters(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    let plan = Plan {
        dead_letter_settings: vec![("max.message.bytes", "100")],
        ..case.plan(seed, 300, 6)
    };
    let first_poison = (0..plan.articles).find(|n| plan.mix.fate(*n) == Fate::DeadLetter);
    let bootstrap = grounds.shared()?.bootstrap();
    let mut trial = Trial::open(&bootstrap, &bootstrap, plan)?;
    let mut worker = trial.job.start_ready()?;
    let load = trial.load_part(0..trial.plan.articles)?;
    halted(&mut trial, &mut worker)?;
    let committed = trial.admin.committed(&trial.job.group, &trial.input)?;
    let committed: i64 = committed.values().sum();
    trial.check(committed < i64::from(trial.plan.articles), || {
        format!("{committed} offsets committed; article {first_poison:?} could not be put away")
    });
    let enough = [("max.message.bytes", "1000000")];
    trial.admin.alter(&trial.exits.dead_letters, &enough)?;
    trial.ledger.start_clock();
    let worker = trial.job.start()?;
    let (verdict, faults) = trial.close(load, &mut [worker])?;
    Ok(Done::Ran {
        injected: format!("halted with {committed} committed"),
        verdict,
        faults,
    })
}

/// 13: the input gets more partitions while it is consumed.
pub fn more_partitions(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    let plan = case.plan(seed, 300, 12);
    let half = plan.articles / 2;
    let plan = Plan {
        mix: Mix {
            other_keys_from: half,
            ..plan.mix
        },
        partitions: 3,
        ..plan
    };
    let bootstrap = grounds.shared()?.bootstrap();
    let mut trial = Trial::open(&bootstrap, &bootstrap, plan)?;
    trial.job.set(
        "kafka.options.\"topic.metadata.refresh.interval.ms\"",
        "\"1000\"",
    );
    let worker = trial.job.start_ready()?;
    let load = trial.load_part(0..half)?;
    trial.pause(1000..2000);
    trial.admin.add_partitions(&trial.input, 7)?;
    load.join()?;
    trial.ledger.start_clock();
    let load = trial.load_part(half..trial.plan.articles)?;
    let (verdict, faults) = trial.close(load, &mut [worker])?;
    Ok(Done::Ran {
        injected: "3 → 7 partitions".to_owned(),
        verdict,
        faults,
    })
}

/// 14: retention removes what a stopped worker has not consumed. That is lost for certain; the worker
/// must say how much.
pub fn overtaken(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    let bootstrap = grounds.shared()?.bootstrap();
    let plan = Plan {
        mix: Mix {
            paragraphs: 2,
            ..Mix::plain(seed)
        },
        ..case.plan(seed, 0, 0)
    };
    let plan = Plan {
        articles: 3000,
        rate: 0,
        ..plan
    };
    let mut trial = Trial::open(&bootstrap, &bootstrap, plan)?;
    let mut worker = trial.job.start_ready()?;
    trial.load_part(0..1000)?.join()?;
    let share = trial.ledger.wait_for_share(0.33, HALT);
    ensure!(share, "nothing comes out\n{}", worker.tail());
    trial.stop(&mut worker)?;
    trial.load_part(1000..2000)?.join()?;
    let marks = trial.admin.watermarks(&trial.input)?;
    let ends = marks
        .into_iter()
        .map(|(partition, (_, end))| (partition, end));
    trial.admin.delete_before(&trial.input, &ends.collect())?;
    let mut worker = trial.job.start_ready()?;
    trial.load_part(2000..3000)?.join()?;
    trial.ledger.wait_for_share(0.66, HALT);
    let reported: u64 = worker
        .events("articles.lost")
        .iter()
        .filter_map(|line| line["count"].as_u64())
        .sum();
    trial.check(reported == 1000, || {
        format!(
            "{reported} of 1000 lost articles reported\n{}",
            worker.tail()
        )
    });
    let caught_up = trial
        .admin
        .wait_until_caught_up(&trial.job.group, &trial.input, HALT);
    trial.check(caught_up.is_ok(), || {
        "what remained was not consumed".to_owned()
    });
    trial.stop(&mut worker)?;
    let mut verdict = trial.ledger.verdict();
    trial.check(verdict.lost == 1000 && verdict.repeated == 0, || {
        format!("1000 were removed, {} are missing", verdict.lost)
    });
    // Removed by the broker, and said so: not the worker's loss.
    verdict.injected -= 1000;
    verdict.lost = verdict.lost.saturating_sub(1000);
    verdict.examples.clear();
    verdict.recovery = Duration::ZERO;
    Ok(Done::Ran {
        injected: format!("1000 removed, {reported} reported"),
        verdict,
        faults: trial.faults,
    })
}

//! Topics that change under the worker: rights, size limits, partitions, retention, deletion.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use copydesk::kafka::Exit;

use super::{Case, Done, Sum};
use crate::ground::{Grounds, USER};
use crate::support::articles::{Fate, Mix};
use crate::support::cluster::Cluster;
use crate::support::load::Load;
use crate::support::process::Signal;
use crate::support::worker::Worker;
use crate::trial::{Closed, Plan, Trial};

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
    halted(&mut trial, &mut worker, Exit::Broker)?;
    grant(kafka, &[&["--remove", "--force"], &denial[..]].concat())?;
    trial.ledger.start_clock();
    let job = trial.job.clone();
    worker = job.start()?;
    let admin_input = trial.input().to_owned();
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
    trial.admin.delete(trial.input())?;
    halted(&mut trial, &mut worker, Exit::Broker)?;
    Ok(trial.faults)
}

/// Checks that the worker ends by itself, with an exit code that says so and a line that says why.
pub fn halted(trial: &mut Trial, worker: &mut Worker, exit: Exit) -> Result<()> {
    let status = worker.wait(HALT)?;
    let said = worker.events("worker.failed").len() + worker.events("txn.fenced").len();
    trial.check(status.code() == Some(i32::from(exit.code())), || {
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
    halted(&mut trial, &mut worker, Exit::Publish)?;
    let committed = trial.admin.committed(&trial.job.group, trial.input())?;
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
    trial.admin.add_partitions(trial.input(), 7)?;
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
    let marks = trial.admin.watermarks(trial.input())?;
    let ends = marks
        .into_iter()
        .map(|(partition, (_, end))| (partition, end));
    trial.admin.delete_before(trial.input(), &ends.collect())?;
    let mut worker = trial.job.start_ready()?;
    trial.load_part(2000..3000)?.join()?;
    trial.ledger.wait_for_share(0.66, HALT);
    let count = |worker: &Worker| -> u64 {
        let lines = worker.events("articles.lost");
        lines.iter().filter_map(|l| l["count"].as_u64()).sum()
    };
    // It is told by who asks the broker, beside the articles.
    let deadline = Instant::now() + Duration::from_secs(10);
    while count(&worker) < 1000 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(50));
    }
    let reported = count(&worker);
    trial.check(reported == 1000, || {
        format!(
            "{reported} of 1000 lost articles reported\n{}",
            worker.tail()
        )
    });
    let caught_up = trial
        .admin
        .wait_until_caught_up(&trial.job.group, trial.input(), HALT);
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

/// 18: the input topic is deleted and made anew, faster than a worker looks at the metadata or so slowly that
/// it must have missed it. The offsets of the old one say nothing about the new one.
pub fn recreated(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    let gaps: &[Duration] = match case.short {
        true => &[Duration::from_millis(500)],
        false => &[Duration::from_millis(500), Duration::from_secs(14)],
    };
    let bootstrap = grounds.shared()?.bootstrap();
    let mut sum = Sum::default();
    for gap in gaps {
        let plan = case.plan(seed, 0, 0);
        let plan = Plan {
            name: format!("{}-{}", plan.name, gap.as_millis()),
            articles: 2000,
            partitions: 3,
            ..plan
        };
        sum.add(&format!("after {gap:?}"), recreate(&bootstrap, plan, *gap));
    }
    Ok(sum.done(format!("made anew after {gaps:?}")))
}

fn recreate(bootstrap: &str, plan: Plan, gap: Duration) -> Result<Closed> {
    let mut trial = Trial::open(bootstrap, bootstrap, plan)?;
    let job = trial.job.clone();
    let mut workers = [job.start_ready()?];
    let input = trial.input().to_owned();
    trial.load_part(0..800)?.join()?;
    trial.admin.wait_until_caught_up(&job.group, &input, HALT)?;
    trial.admin.delete(&input)?;
    std::thread::sleep(gap);
    // Its name is free again in a moment.
    let deadline = Instant::now() + HALT;
    while let Err(error) = trial.admin.create(&input, trial.plan.partitions, &[]) {
        ensure!(Instant::now() < deadline, "{error:#}");
        std::thread::sleep(Duration::from_millis(200));
    }
    let stays = workers[0].is_running();
    if !stays {
        // There was no topic for longer than a moment: whoever runs it starts it again.
        let status = workers[0].wait(Duration::ZERO)?;
        let gone = status.code() == Some(i32::from(Exit::Broker.code()));
        trial.check(gone && gap > Duration::from_secs(5), || {
            format!("the worker left, {status}\n{}", workers[0].tail())
        });
        workers[0] = job.start_ready()?;
    }
    trial.ledger.start_clock();
    // Fewer than were in the old one.
    trial.load_part(800..1400)?.join()?;
    // Longer than the worker takes to commit its positions once more.
    std::thread::sleep(Duration::from_secs(8));
    trial.all_stay(&mut workers, &[job])?;
    let load = trial.load_part(1400..2000)?;
    let (verdict, mut faults) = trial.close(load, &mut workers)?;
    let resets = workers[0].events("position.reset");
    let told = resets.iter().any(|line| line["cause"] == "topic-recreated");
    if stays && !told {
        faults.push(format!(
            "it did not say that the topic is another: {resets:?}"
        ));
    }
    Ok((verdict, faults))
}

/// 26: retention removes what a frozen worker has not consumed, on two partitions. It must say how much, of both.
pub fn overtaken_frozen(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    let bootstrap = grounds.shared()?.bootstrap();
    let plan = Plan {
        mix: Mix {
            paragraphs: 2,
            ..Mix::plain(seed)
        },
        articles: 1200,
        partitions: 2,
        ..case.plan(seed, 0, 0)
    };
    let mut trial = Trial::open(&bootstrap, &bootstrap, plan)?;
    trial
        .job
        .set("kafka.options.\"session.timeout.ms\"", "\"30000\"");
    let input = trial.input().to_owned();
    let mut worker = trial.job.start_ready()?;
    trial.load_part(0..400)?.join()?;
    trial
        .admin
        .wait_until_caught_up(&trial.job.group, &input, HALT)?;
    worker.signal(Signal::Stop)?;
    let before = trial.admin.watermarks(&input)?;
    trial.load_part(400..1000)?.join()?;
    let after = trial.admin.watermarks(&input)?;
    let mut removed = 0;
    let mut firsts = BTreeMap::new();
    for (partition, (_, end)) in after {
        let first = end - i64::try_from(trial.seeded.within(20..80))?;
        let (_, consumed) = before.get(&partition).context("a partition more")?;
        removed += u64::try_from(first - consumed)?;
        firsts.insert(partition, first);
    }
    trial.admin.delete_before(&input, &firsts)?;
    worker.signal(Signal::Continue)?;
    trial.load_part(1000..1200)?.join()?;
    let caught_up = trial
        .admin
        .wait_until_caught_up(&trial.job.group, &input, HALT);
    trial.check(caught_up.is_ok(), || {
        "what remained was not consumed".to_owned()
    });
    let reported = |worker: &Worker| -> u64 {
        let lines = worker.events("articles.lost");
        lines.iter().filter_map(|line| line["count"].as_u64()).sum()
    };
    let deadline = Instant::now() + Duration::from_secs(10);
    while reported(&worker) < removed && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(100));
    }
    trial.stop(&mut worker)?;
    let reported = reported(&worker);
    trial.check(reported == removed, || {
        format!(
            "{reported} of {removed} lost articles reported\n{}",
            worker.tail()
        )
    });
    let mut verdict = trial.ledger.verdict();
    trial.check(verdict.lost == removed && verdict.repeated == 0, || {
        format!("{removed} were removed, {} are missing", verdict.lost)
    });
    // Removed by the broker: not the worker's loss.
    verdict.injected -= removed;
    verdict.lost = verdict.lost.saturating_sub(removed);
    verdict.examples.clear();
    verdict.recovery = Duration::ZERO;
    Ok(Done::Ran {
        injected: format!("{removed} removed, {reported} reported"),
        verdict,
        faults: trial.faults,
    })
}

/// 27: the input is written in transactions and then rests: each partition ends in a record of the broker's
/// own, or in articles that were aborted. Whoever scales by the group's lag must see that all is done.
pub fn control_records(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    const RESTS: Duration = Duration::from_secs(15);
    let bootstrap = grounds.shared()?.bootstrap();
    let plan = Plan {
        articles: 1000,
        ..case.plan(seed, 0, 0)
    };
    let mut trial = Trial::open(&bootstrap, &bootstrap, plan)?;
    let worker = trial.job.start_ready()?;
    let (mix, input) = (trial.plan.mix.clone(), trial.input().to_owned());
    let group = trial.job.group.clone();
    for end in ["a commit", "an abort"] {
        match end {
            "a commit" => Load::in_transactions(&bootstrap, &input, &mix, 0..500, 100)?,
            _ => {
                Load::in_transactions(&bootstrap, &input, &mix, 500..999, 100)?;
                Load::aborted(&bootstrap, &input, &mix, 1000..1100)?;
            }
        }
        let rests = trial.admin.wait_until_caught_up(&group, &input, RESTS);
        trial.check(rests.is_ok(), || {
            format!("after {end}: {:#}", rests.unwrap_err())
        });
    }
    trial.ledger.start_clock();
    let load = trial.load_part(999..1000)?;
    let (verdict, faults) = trial.close(load, &mut [worker])?;
    Ok(Done::Ran {
        injected: "rests after a commit, an abort".to_owned(),
        verdict,
        faults,
    })
}

//! The fault suite: what a worker promises, checked while its world is taken apart around it.
//!
//! Each scenario runs real workers against a real Apache Kafka, injects its fault at moments a seed
//! chooses, and asks a ledger what was lost, repeated or put out of order, as a reader of committed
//! records saw it on the way and at the end.
//!
//! ```text
//! cargo test --features failpoints --test faults -- --short --seed 7
//! cargo test --features failpoints --test faults -- --scenario 3 --seed 7
//! cargo test --features failpoints --test faults -- --hours 1
//! ```

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test that panics has failed, as it should; it may print, and has clients of its own"
)]

#[path = "../support/mod.rs"]
mod support;

mod ground;
mod report;
mod scenarios;
mod trial;

use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use clap::Parser;

use ground::Grounds;
use report::{Outcome, Report};
use scenarios::{Case, SCENARIOS};
use support::distribution::Distribution;
use support::seeded::Seeded;
use support::worker::{Delivery, Protocol};

/// Breaks things around a worker and counts what is lost, repeated or out of order.
#[derive(Debug, Parser)]
struct Arguments {
    /// The short form: the scenarios that together take a few minutes, or the short form of those named.
    /// Also what no arguments mean.
    #[arg(long)]
    short: bool,
    /// Only these scenarios, by number.
    #[arg(long, value_delimiter = ',')]
    scenario: Vec<u8>,
    /// Only this delivery mode.
    #[arg(long)]
    delivery: Option<String>,
    /// Only this group protocol; else the seed chooses one for each scenario that is about the group.
    #[arg(long)]
    protocol: Option<Protocol>,
    /// Chooses the moments of the faults and the articles.
    #[arg(long)]
    seed: Option<u64>,
    /// That many runs, each with the next seed.
    #[arg(long, default_value_t = 1)]
    runs: u64,
    /// All scenarios at random for this long.
    #[arg(long)]
    hours: Option<f64>,
    /// How many scenarios run beside each other on the one broker.
    #[arg(long, default_value_t = 3)]
    lanes: usize,
    /// Says what there is, and ends.
    #[arg(long)]
    list: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list {
        for scenario in SCENARIOS {
            let short = if scenario.short { "short" } else { "" };
            println!("{:>2}  {:<60} {short}", scenario.number, scenario.title);
        }
        return ExitCode::SUCCESS;
    }
    if Distribution::get("the fault suite").is_none() {
        return ExitCode::SUCCESS;
    }
    // Printed, so that a run without a given seed can be repeated too.
    let seed = arguments.seed.unwrap_or_else(seed_of_the_moment);
    let mut reports = Vec::new();
    match arguments.hours {
        Some(hours) => run_at_random(&arguments, seed, hours, &mut reports),
        None => {
            for seed in seed..seed + arguments.runs {
                run_all(&chosen(&arguments), seed, arguments.lanes, &mut reports);
            }
        }
    }
    report::summary(&reports);
    match reports
        .iter()
        .all(|r| !matches!(r.outcome, Outcome::Failed(_)))
    {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn seed_of_the_moment() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(1, |now| now.as_secs() % 100_000)
}

/// The cases the command line asks for.
fn chosen(arguments: &Arguments) -> Vec<Case> {
    let by_number = !arguments.scenario.is_empty();
    let short = arguments.short || (!by_number && arguments.hours.is_none());
    let wanted = SCENARIOS.iter().filter(|scenario| match by_number {
        true => arguments.scenario.contains(&scenario.number),
        false => scenario.short || !short,
    });
    let cases = wanted.flat_map(|scenario| {
        let modes = match short {
            true => scenario.short_modes,
            false => scenario.modes,
        };
        modes.iter().map(move |delivery| Case {
            scenario,
            delivery: *delivery,
            protocol: arguments.protocol,
            short,
        })
    });
    let only = arguments.delivery.as_deref();
    cases
        .filter(|case| only.is_none_or(|name| name == case.delivery.name()))
        .collect()
}

/// Runs the cases once: those that share a broker beside each other, then those that break theirs.
fn run_all(cases: &[Case], seed: u64, lanes: usize, reports: &mut Vec<Report>) {
    println!("seed {seed}");
    let start = Instant::now();
    let grounds = Grounds::default();
    let (alone, shared): (Vec<&Case>, Vec<&Case>) =
        cases.iter().partition(|case| case.scenario.alone);
    // The longest first, so that the lanes end together.
    let mut waiting = shared;
    waiting.sort_by_key(|case| case.scenario.seconds);
    let waiting = Mutex::new(waiting);
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..lanes.clamp(1, cases.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let next = lock(&waiting).pop();
                    let Some(case) = next else { break };
                    let report = case.run(&grounds, seed);
                    println!("{report}");
                    lock(&done).push(report);
                }
            });
        }
    });
    reports.extend(done.into_inner().unwrap_or_default());
    for case in alone {
        let report = case.run(&grounds, seed);
        println!("{report}");
        reports.push(report);
    }
    println!("seed {seed} took {:.0} s\n", start.elapsed().as_secs_f64());
}

/// Runs cases at random, one after the other, until the time is over.
fn run_at_random(arguments: &Arguments, seed: u64, hours: f64, reports: &mut Vec<Report>) {
    let cases = chosen(arguments);
    let end = Instant::now() + Duration::from_secs_f64(hours * 3600.0);
    let mut seeded = Seeded::new(seed);
    let grounds = Grounds::default();
    println!("seed {seed}, {hours} h");
    while Instant::now() < end {
        let case = seeded.pick(&cases);
        let report = case.run(&grounds, seeded.within(0..1 << 32));
        println!("{report}");
        reports.push(report);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The modes of a scenario that is about both.
const BOTH: &[Delivery] = &[Delivery::ExactlyOnce, Delivery::AtLeastOnce];

/// The modes of a scenario that is about transactions.
const EXACTLY_ONCE: &[Delivery] = &[Delivery::ExactlyOnce];

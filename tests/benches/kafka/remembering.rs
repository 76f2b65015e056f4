//! What the memory across articles costs a worker: its own CPU a record, records a second, and how much longer a record
//! takes to come out. CPU is compared of two workers that run at once, since whatever slows the machine slows both; of
//! runs one after another on a machine that others share the ratios scatter by a third. What is lost beyond that CPU the
//! broker has, which runs on the same cores.

use std::time::Duration;

use super::run::{Place, median};
use crate::support::articles::Mix;
use crate::support::load::Load;
use crate::support::memory::Topics;
use crate::support::worker::{Delivery, Job};

/// Articles a second while it is measured how long they take: few enough that none waits for another.
const RATE: u32 = 20;
const TIMED: u32 = 400;

pub(crate) fn measure(place: &Place, records: u32, rounds: usize) {
    place.fill("remembering.in", &Mix::plain(6), records);
    at_once(place, records, rounds);
    in_turn(place, records, rounds);
}

/// The CPU a record of a worker with the memory and of one without, which run at the same time.
fn at_once(place: &Place, records: u32, rounds: usize) {
    println!(
        "\n## A worker with the memory beside one without, {records} mixed articles, all stages, at-least-once\n"
    );
    println!("| round | without, µs a record | with, µs a record | ratio |");
    println!("|---|---|---|---|");
    let mut ratios = Vec::new();
    for round in 1..=rounds {
        let worker = |with: bool| {
            let name = format!("remembering-{with}-{round}-at-once");
            place
                .worker(&job(place, &name, "remembering.in", with), records)
                .cpu
        };
        let (without, with) = std::thread::scope(|scope| {
            let with = scope.spawn(|| worker(true));
            (worker(false), with.join().unwrap())
        });
        let ratio = without / with;
        println!("| {round} | {without:.0} | {with:.0} | {ratio:.2} |");
        ratios.push(ratio);
    }
    println!("\nmedian ratio {:.2}", median(ratios.into_iter()));
}

/// Records a second and the time of half of the articles, of runs one after another.
fn in_turn(place: &Place, records: u32, rounds: usize) {
    println!(
        "\n## With and without the memory, {records} mixed articles, all stages, at-least-once\n"
    );
    println!(
        "| round | without, records/s | with, records/s | ratio | without, p50 ms | with, p50 ms | more |"
    );
    println!("|---|---|---|---|---|---|---|");
    let (mut ratios, mut longer) = (Vec::new(), Vec::new());
    for round in 1..=rounds {
        let run = |with: bool| {
            let name = format!("remembering-{with}-{round}");
            let job = job(place, &name, "remembering.in", with);
            (
                place.worker(&job, records).rate,
                half_time(place, &format!("{name}-timed"), with),
            )
        };
        // Each begins every other round: what slows the machine for a while slows both.
        let (without, with) = match round % 2 {
            0 => (run(false), run(true)),
            _ => {
                let with = run(true);
                (run(false), with)
            }
        };
        let (ratio, more) = (with.0 / without.0, with.1 - without.1);
        println!(
            "| {round} | {:.0} | {:.0} | {ratio:.2} | {:.1} | {:.1} | {more:+.1} |",
            without.0, with.0, without.1, with.1
        );
        ratios.push(ratio);
        longer.push(more);
    }
    let (ratio, more) = (median(ratios.into_iter()), median(longer.into_iter()));
    println!("\nmedian ratio {ratio:.2}, p50 {more:+.1} ms");
}

/// A worker with all stages, with a memory of its own or none.
fn job(place: &Place, name: &str, input: &str, with: bool) -> Job {
    let mut job = place.job(name, input, Delivery::AtLeastOnce);
    job.set("stages.disabled", "[]");
    if with {
        let topics = Topics::create(&place.admin, &place.bootstrap, name).unwrap();
        topics.remember(&mut job);
    }
    job
}

/// Half of the articles take no longer than this, in milliseconds, from their own timestamps to their records.
fn half_time(place: &Place, name: &str, with: bool) -> f64 {
    let input = format!("{name}.in");
    let mix = Mix::plain(7);
    place.fill(&input, &mix, 1);
    let mut job = job(place, name, &input, with);
    job.set("ops.stats_interval_s", "1");
    let mut worker = job.start_ready().unwrap();
    let load = Load::start(&place.bootstrap, &input, &mix, 1..1 + TIMED, RATE).unwrap();
    load.join().unwrap();
    std::thread::sleep(Duration::from_secs(3));
    worker.terminate(Duration::from_secs(30)).unwrap();
    let lines = worker.events("stats");
    let times = lines
        .iter()
        .filter_map(|line| line["latency"]["p50"].as_f64());
    let times: Vec<f64> = times.collect();
    // The first second warms up.
    median(times.into_iter().skip(3))
}

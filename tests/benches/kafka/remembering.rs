//! What the memory across articles costs a worker: records a second, the worker's own CPU a record, and how much longer
//! a record takes to come out. What is lost beyond that CPU the broker has, which runs on the same cores.

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
    let mix = Mix::plain(6);
    place.fill("remembering.in", &mix, records);
    println!(
        "\n## With and without the memory, {records} mixed articles, all stages, at-least-once\n"
    );
    println!(
        "| round | without, records/s | with, records/s | ratio | without, µs a record | with, µs a record | ratio | without, p50 ms | with, p50 ms | more |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let (mut ratios, mut of_cpu, mut longer) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=rounds {
        let run = |with: bool| {
            let name = format!("remembering-{with}-{round}");
            let job = job(place, &name, "remembering.in", with);
            (
                place.worker(&job, records),
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
        let ratio = with.0.rate / without.0.rate;
        let cpu = without.0.cpu / with.0.cpu;
        let more = with.1 - without.1;
        println!(
            "| {round} | {:.0} | {:.0} | {ratio:.2} | {:.0} | {:.0} | {cpu:.2} | {:.1} | {:.1} | {more:+.1} |",
            without.0.rate, with.0.rate, without.0.cpu, with.0.cpu, without.1, with.1
        );
        ratios.push(ratio);
        of_cpu.push(cpu);
        longer.push(more);
    }
    let [ratio, cpu, more] = [ratios, of_cpu, longer].map(|all| median(all.into_iter()));
    println!("\nmedian ratio {ratio:.2}, of the worker's CPU {cpu:.2}, p50 {more:+.1} ms");
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

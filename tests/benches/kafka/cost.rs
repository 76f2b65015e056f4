//! The worker with its stages switched off against the plain loop: what all the care costs.
//!
//! Twice: passing messages on unread, which is the engine alone (with failpoints only), and reading each
//! article and writing its record.

use super::run::{Place, Sample, median, two_kilobytes};
use crate::support::worker::Delivery;

pub(crate) fn measure(place: &Place, records: u32, rounds: usize) {
    place.fill("cost.in", &two_kilobytes(1), records);
    if cfg!(feature = "failpoints") {
        compare(
            place,
            records,
            rounds,
            "passing on unread",
            Some("stage:relay"),
        );
    } else {
        println!(
            "\nthe engine alone needs a worker with failpoints: cargo bench --features failpoints"
        );
    }
    compare(place, records, rounds, "reading and writing", None);
}

fn compare(place: &Place, records: u32, rounds: usize, what: &str, failpoint: Option<&str>) {
    let run = if failpoint.is_some() { "relay" } else { "read" };
    println!(
        "\n## Worker without stages, {what}, against a plain loop, {records} records of 2 KB\n"
    );
    println!(
        "| round | loop records/s | worker records/s | ratio | loop µs a record | worker µs a record | more | worker MB |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut all: Vec<(Sample, Sample)> = Vec::new();
    for round in 1..=rounds {
        let plain = place.plain(&format!("plain-{run}-{round}"), "cost.in", records);
        let mut job = place.job(
            &format!("worker-{run}-{round}"),
            "cost.in",
            Delivery::AtLeastOnce,
        );
        if let Some(failpoint) = failpoint {
            job.env("COPYDESK_FAILPOINT", failpoint);
        }
        let worker = place.worker(&job, records);
        row(&round.to_string(), plain, worker, ratio(&(plain, worker)));
        all.push((plain, worker));
    }
    let middle = |part: fn(&(Sample, Sample)) -> Sample| Sample {
        rate: median(all.iter().map(|s| part(s).rate)),
        cpu: median(all.iter().map(|s| part(s).cpu)),
        peak: all.iter().map(|s| part(s).peak).max().unwrap_or(0),
    };
    // Of the rounds' own ratios: what slows the machine for a while slows both runs of a round.
    let ratio = median(all.iter().map(ratio));
    row("median", middle(|s| s.0), middle(|s| s.1), ratio);
}

fn ratio((plain, worker): &(Sample, Sample)) -> f64 {
    worker.rate / plain.rate
}

fn row(name: &str, plain: Sample, worker: Sample, ratio: f64) {
    println!(
        "| {name} | {:.0} | {:.0} | {:.2} | {:.1} | {:.1} | {:+.1} | {} |",
        plain.rate,
        worker.rate,
        ratio,
        plain.cpu,
        worker.cpu,
        worker.cpu - plain.cpu,
        worker.peak >> 20
    );
}

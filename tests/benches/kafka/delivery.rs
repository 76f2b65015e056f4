//! What exactly-once costs beside at-least-once, with all stages.

use super::run::{Place, Sample, median};
use crate::support::articles::Mix;
use crate::support::worker::Delivery;

pub(crate) fn measure(place: &Place, records: u32, rounds: usize) {
    let mix = Mix::plain(5);
    place.fill("delivery.in", &mix, records);
    println!(
        "\n## Exactly-once against at-least-once, {records} mixed articles, all stages, windows of 200 ms\n"
    );
    println!("| round | at-least-once records/s | exactly-once records/s | ratio |");
    println!("|---|---|---|---|");
    let mut ratios = Vec::new();
    let mut commits = Vec::new();
    for round in 1..=rounds {
        let mut run = |delivery: Delivery| -> Sample {
            let mut job = place.job(
                &format!("{}-{round}", delivery.name()),
                "delivery.in",
                delivery,
            );
            job.set("stages.disabled", "[]");
            let (sample, times) = place.worker_with_commits(&job, records);
            commits.extend(times);
            sample
        };
        let (least, exactly) = (run(Delivery::AtLeastOnce), run(Delivery::ExactlyOnce));
        let ratio = exactly.rate / least.rate;
        println!(
            "| {round} | {:.0} | {:.0} | {ratio:.2} |",
            least.rate, exactly.rate
        );
        ratios.push(ratio);
    }
    println!("\nmedian ratio {:.2}", median(ratios.into_iter()));
    match commits.is_empty() {
        true => println!("no commit was timed"),
        false => println!(
            "commit p50 {:.1} ms over {} commits",
            median(commits.iter().copied()),
            commits.len()
        ),
    }
}

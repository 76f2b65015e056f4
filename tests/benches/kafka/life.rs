//! How long a worker takes to be ready, and to be gone.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::run::{Place, median};
use crate::support::articles::Mix;
use crate::support::ledger::Ledger;
use crate::support::load::Load;
use crate::support::reader::Watch;
use crate::support::worker::Delivery;

/// More than one round takes away.
const RECORDS: u32 = 300_000;

pub(crate) fn measure(place: &Place, rounds: usize) {
    let mix = Mix {
        plain_text: true,
        paragraphs: 2,
        ..Mix::plain(4)
    };
    place.admin.create("life.in", 6, &[]).unwrap();
    Load::produce(&place.bootstrap, "life.in", &mix, 0..RECORDS).unwrap();
    let mut job = place.job("life", "life.in", Delivery::AtLeastOnce);
    // As it is run: with every stage.
    job.set("stages.disabled", "[]");
    let ledger = Arc::new(Ledger::new(&mix, RECORDS));
    let watch = Watch::start(&place.bootstrap, &job.exits, Arc::clone(&ledger)).unwrap();
    let (mut ready, mut gone) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let mut worker = job.start().unwrap();
        worker
            .wait_for("worker.ready", Duration::from_secs(60))
            .unwrap();
        ready.push(worker.started().elapsed().as_secs_f64());
        std::thread::sleep(Duration::from_secs(2));
        let start = Instant::now();
        let (code, _) = worker.terminate(Duration::from_secs(60)).unwrap();
        gone.push(start.elapsed().as_secs_f64());
        assert_eq!(code, Some(0), "{}", worker.tail());
    }
    let repeated = ledger.verdict().repeated;
    drop(watch);
    println!("\n## Start and end under load, {rounds} rounds, all stages\n");
    println!("| | median s | longest s |\n|---|---|---|");
    let longest = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
    for (name, values) in [("start to ready", &ready), ("SIGTERM to exit", &gone)] {
        println!(
            "| {name} | {:.2} | {:.2} |",
            median(values.iter().copied()),
            longest(values)
        );
    }
    println!("\nrepeated after {rounds} orderly stops: {repeated}");
}

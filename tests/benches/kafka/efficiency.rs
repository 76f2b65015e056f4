//! With a stage that takes 3 ms of CPU: how much of the cores goes into it?

use std::thread::available_parallelism;

use super::run::Place;
use crate::support::articles::Mix;
use crate::support::worker::Delivery;

const SPIN: f64 = 0.003;
const RECORDS: u32 = 15_000;

pub(crate) fn measure(place: &Place) {
    println!("\n## A stage of 3 ms\n");
    if !cfg!(feature = "failpoints") {
        println!("needs a worker with failpoints: cargo bench --features failpoints");
        return;
    }
    let mix = Mix {
        plain_text: true,
        ..Mix::plain(2)
    };
    place.fill("spin.in", &mix, RECORDS);
    let mut job = place.job("spin", "spin.in", Delivery::AtLeastOnce);
    job.env("COPYDESK_FAILPOINT", "stage:spin:3000us");
    let sample = place.worker(&job, RECORDS);
    let cores = available_parallelism().unwrap().get() as f64;
    let possible = cores / SPIN;
    println!("| records/s | cores ÷ 3 ms | share |\n|---|---|---|");
    println!(
        "| {:.0} | {possible:.0} | {:.1} % |",
        sample.rate,
        sample.rate / possible * 100.0
    );
}

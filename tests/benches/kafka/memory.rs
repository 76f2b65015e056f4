//! Resident memory while far more waits than the worker may hold.

use super::run::Place;
use crate::support::articles::Mix;
use crate::support::worker::Delivery;

/// About 500 KB of plain text.
const PARAGRAPHS: u64 = 1_450;
const CAP: u64 = 64 << 20;

pub(crate) fn measure(place: &Place, records: u32) {
    let mix = Mix {
        paragraphs: PARAGRAPHS,
        plain_text: true,
        ..Mix::plain(3)
    };
    place.fill("memory.in", &mix, records);
    let mut job = place.job("memory", "memory.in", Delivery::AtLeastOnce);
    job.set("limits.in_flight_bytes", &CAP.to_string());
    job.set("limits.output_bytes", "4000000");
    let topic = job.exits.output.clone();
    place
        .admin
        .alter(&topic, &[("max.message.bytes", "8000000")])
        .unwrap();
    let sample = place.worker(&job, records);
    place.admin.delete("memory.in").unwrap();
    println!("\n## Memory, {records} records of 500 KB waiting, cap 64 MB\n");
    println!("| records/s | most resident MB |\n|---|---|");
    println!("| {:.0} | {} |", sample.rate, sample.peak >> 20);
}

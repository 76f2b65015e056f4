//! What `tap` does with a record of a page, by how it is called: time a record, and what share of a core 5,000 of them a
//! second take. What the Kafka client takes to bring them comes beside it.
//!
//! `cargo bench --bench tap`

#![allow(clippy::print_stdout, reason = "the share is a result, too")]

use std::hint::black_box;
use std::ops::ControlFlow;
use std::time::Instant;

use copydesk::cli::tap::shown;
use copydesk::config::Settings;
use copydesk::engine::Engine;
use copydesk::intake::Hints;
use copydesk::record::Ingest;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// The records of a second.
const RATE: usize = 5_000;

/// How `tap` is called: for others to read, and where few or none of the records are wanted.
const CALLS: [(&str, &[&str]); 5] = [
    ("all as JSON", &["--json"]),
    ("canceled ones", &["--status", "canceled"]),
    ("from a source", &["--source", "reuters"]),
    ("with words", &["--grep", "volcano"]),
    ("all readably, no terminal", &[]),
];

/// The record of one of the fixtures' pages, as the whole engine makes it, over and over.
fn records() -> Option<Vec<Vec<u8>>> {
    let article = include_str!("../fixtures/html/courier-storm.html");
    let settings = Settings::defaults().ok()?;
    let engine = Engine::configured(&settings).ok()?;
    let mut record = None;
    let (hints, ingest) = (Hints::default(), Ingest::default());
    let read = engine.enrich(article.as_bytes(), &hints, &ingest, &mut |one| {
        record = serde_json::to_vec(&one).ok();
        ControlFlow::Continue(())
    });
    read.ok()?;
    Some(vec![record?; 500])
}

fn tap(c: &mut Criterion) {
    let Some(records) = records() else {
        return println!("there are no records");
    };
    let bytes = records[0].len();
    println!("a record of {bytes} bytes");
    let mut group = c.benchmark_group("tap");
    group.throughput(Throughput::Elements(records.len() as u64));
    for (name, words) in CALLS {
        let began = Instant::now();
        let count = shown(words, &records).unwrap_or(0);
        let share = began.elapsed().as_secs_f64() / records.len() as f64 * RATE as f64 * 100.0;
        println!(
            "{name}: {count} of {} shown, {share:.1} % of a core at {RATE} a second",
            records.len()
        );
        group.bench_function(name, |b| {
            b.iter(|| black_box(shown(words, &records).unwrap_or(0)))
        });
    }
    group.finish();
}

criterion_group!(benches, tap);
criterion_main!(benches);

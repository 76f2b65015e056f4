//! Words a second of tokens and entities together, on one core, on a story made here; and the time the
//! model and the gazetteer take to load.

use std::hint::black_box;
use std::ops::ControlFlow;
use std::time::Instant;

use copydesk::engine::finish;
use copydesk::intake::{self, Hints, Settings};
use copydesk::pipeline::Budget;
use copydesk::stages::{AnyStage, Known, Outcome, entities::EntitiesStage, tokens::TokensStage};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Paragraphs of invented news; repeated they make an article of usual length.
const PARAGRAPHS: &str = "\
Norwegian Prime Minister Ingrid Solberg-Dahl met Kenya's Joseph Mwangi in Nairobi on Monday for talks on trade and fisheries, their offices said in a joint statement.
The European Fisheries Council (EFC) would pay for two of the ships, she told reporters, and the African Union would send observers from Addis Ababa, Dakar and Cape Town.
Shares of Brandvik Marine ASA rose 4.5 percent in Oslo after the company said it had won a contract worth $120 million from the Kenyan Ministry of Transport.
Analysts at Halvorsen & Lie said that rivals in Denmark, Spain and South Korea had offered lower prices but could not deliver the vessels before the end of next year.
\"We share one sea and we will share what we know about it,\" Mwangi said, adding that the two countries had been talking since the summit in Lisbon three years ago.
";

/// Times the paragraphs stand in one article.
const REPEATS: usize = 3;

fn known() -> Known {
    let text = PARAGRAPHS.repeat(REPEATS);
    let hints = Hints {
        content_type: Some("text/plain".to_owned()),
        ..Hints::default()
    };
    let mut found = None;
    let settings = Settings::default();
    let read = intake::read(text.as_bytes(), &hints, &settings, &mut |draft| {
        found = Some(Known::new(finish(draft, &hints, &settings.outlets)));
        ControlFlow::Continue(())
    });
    match (read, found) {
        (Ok(()), Some(known)) => known,
        _ => unreachable!("plain text can be read"),
    }
}

fn run(known: &Known) {
    for stage in [&TokensStage as &dyn AnyStage, &EntitiesStage] {
        match stage.run(known, &Budget::unlimited()) {
            Ok(Outcome::Found(output)) => known.keep(stage, output),
            other => unreachable!("{}: {other:?}", stage.name()),
        }
    }
}

fn entities(c: &mut Criterion) {
    let start = Instant::now();
    run(&known());
    println!(
        "first article, with the load of model and gazetteer: {:?}",
        start.elapsed()
    );
    let words = PARAGRAPHS.split_whitespace().count() * REPEATS;
    let mut group = c.benchmark_group("entities");
    group.throughput(Throughput::Elements(words as u64));
    group.bench_function("tokens and entities, words", |b| {
        b.iter_batched(
            known,
            |k| run(black_box(&k)),
            criterion::BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, entities);
criterion_main!(benches);

//! Speed of the times and amounts stages alone: their own work on text already split into tokens.
//!
//! `cargo bench --bench times_amounts`; the rates are bytes of clean text a second on one core.

use std::hint::black_box;

use copydesk::intake::{Article, Draft, DraftBlock, Format};
use copydesk::pipeline::Budget;
use copydesk::record::{BlockKind, DateBasis, DateValue, Precision};
use copydesk::stages::{AnyStage, Known, Outcome, amounts, sentences, times, tokens};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Paragraphs as agencies write them: about one expression of time and one amount a sentence.
const PARAGRAPHS: &[&str] = &[
    "The Norland parliament voted 212-187 late Tuesday to approve a three-year, $4.2 billion plan to rebuild \
     the country's ports, ending months of argument over how much the government should borrow.",
    "Finance Minister Ada Lindqvist said on Wednesday morning that work would begin in mid-July and that at \
     least 12 harbors would be dredged by the end of next year. \"We have waited two decades for this,\" she \
     told reporters at the ministry.",
    "The ports handled 46 percent of the country's exports last year, down from 51 percent in 2019, according \
     to the statistics office. Shipping companies have complained since the 1990s of silting that keeps larger \
     vessels more than 10 miles (16 kilometers) offshore.",
    "Opposition lawmakers called the plan reckless and said they would ask the constitutional court to stop it. \
     The court, which sits in the old customs house, has overturned government decisions before, and its \
     president is known as a critic of public debt.",
    "Under the agreement the state bank will lend 300 billion crowns, and pension funds are to take up the rest \
     in bonds that pay 5.5% a year. Some 3,000 workers are expected to be hired for the first stage, which the \
     ministry wants finished before the elections in November.",
    "Critics pointed out that a similar project collapsed in the fourth quarter of 2014, when the contractor, a \
     subsidiary of Halvorsen Marine, ran out of money and left two unfinished piers that still stand in the \
     harbor of Lundby, where residents now use them for fishing.",
];

/// Text of one long article; articles of the usual length are faster to hold in the caches.
const TEXT_BYTES: usize = 64 << 10;

fn known() -> Known {
    let mut draft = Draft::new(Format::Text, "utf-8", "".into());
    let mut length = 0;
    for text in PARAGRAPHS.iter().cycle() {
        if length > TEXT_BYTES {
            break;
        }
        length += text.len() + 1;
        draft
            .blocks
            .push(DraftBlock::new(BlockKind::Paragraph, *text));
    }
    draft.supplied.published = Some(DateValue {
        value: "2026-03-04".into(),
        precision: Precision::Day,
        basis: DateBasis::Header,
    });
    Known::new(Article::from_draft(draft, "bench".into()))
}

fn run(known: &Known, stage: &dyn AnyStage) {
    if let Ok(Outcome::Found(output)) = stage.run(known, &Budget::unlimited()) {
        known.keep(stage, output);
    }
}

fn stages(c: &mut Criterion) {
    let known = known();
    run(&known, &tokens::TokensStage);
    run(&known, &sentences::SentencesStage);
    let times = times::TimesStage;
    let amounts = amounts::AmountsStage;
    run(&known, &times);
    let mut group = c.benchmark_group("stages");
    group.throughput(Throughput::Bytes(known.article.text.len() as u64));
    group.bench_function("times", |b| {
        b.iter(|| black_box(times.run(black_box(&known), &Budget::unlimited())));
    });
    group.bench_function("amounts", |b| {
        b.iter(|| black_box(amounts.run(black_box(&known), &Budget::unlimited())));
    });
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);

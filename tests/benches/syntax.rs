//! Speed of the parser: tags, heads and labels of sentences that are split into tokens already.
//!
//! `cargo bench --bench syntax`; words a second on one core, marks not counted.

use std::hint::black_box;

use copydesk::stages::syntax;
use copydesk::text::tokens::tokenize;
use copydesk::text::{Span, Tokens};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Sentences of the length of news, of which none repeats another's words.
const SENTENCES: [&str; 8] = [
    "The Norland parliament voted 212-187 late Tuesday to approve a three-year plan to rebuild the country's ports, \
     ending months of argument over how much the government should borrow.",
    "Opposition lawmakers called it reckless and said they would ask the constitutional court to stop it before the \
     general election in the autumn.",
    "Soldiers opened fire on a crowd that had gathered outside the governor's residence, killing at least four people, \
     witnesses and a hospital doctor told reporters.",
    "\"We have neither the ships nor the crews,\" Finance Minister Ada Lindqvist told a news conference in Lundby.",
    "Police arrested eleven men, among them two former officers accused of having sold rifles from the armoury, after \
     a raid on a farm near the border.",
    "Inflation reached its highest level in a decade, and the trade deficit has widened since exports of timber fell.",
    "Environmental campaigners fear for the seals and seabirds of the estuary.",
    "A truce brokered by neighbouring Estmark, which both sides had promised to respect, was broken within hours when \
     rebels shelled the airport.",
];

fn parser(c: &mut Criterion) {
    let sentences = SENTENCES.map(|text| {
        let tokens = tokenize(text, std::iter::once(Span::new(0, text.len())));
        (text, tokens)
    });
    let words: u32 = sentences
        .iter()
        .map(|(_, tokens)| Tokens::words(tokens))
        .sum();
    let mut group = c.benchmark_group("syntax");
    group.throughput(Throughput::Elements(u64::from(words)));
    group.bench_function("tag, parse and label", |b| {
        b.iter(|| {
            for (text, tokens) in &sentences {
                black_box(syntax::parse(black_box(tokens), text));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, parser);
criterion_main!(benches);

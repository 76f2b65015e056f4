//! Speed of the topics stage alone: its own work on an article of 400 words already split into tokens.
//!
//! `cargo bench --bench topics`; the time is that of one article on one core.

use std::hint::black_box;

use copydesk::intake::{Article, Draft, DraftBlock, Format};
use copydesk::pipeline::Budget;
use copydesk::record::BlockKind;
use copydesk::stages::{AnyStage, Known, Outcome, StageSettings, language, tokens, topics};
use criterion::{Criterion, criterion_group, criterion_main};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Paragraphs of which none repeats another's words, so that each has its own features.
const PARAGRAPHS: [&str; 5] = [
    "The Norland parliament voted 212-187 late Tuesday to approve a three-year plan to rebuild the country's ports, \
     ending months of argument over how much the government should borrow. Opposition lawmakers called it reckless and \
     said they would ask the constitutional court to stop it before the general election in the autumn.",
    "Finance Minister Ada Lindqvist said that work would begin in mid-July and that at least twelve harbours would be \
     dredged by next year. Economists expect interest rates to rise when the central bank meets; inflation reached its \
     highest level in a decade, and the trade deficit has widened since exports of timber and fish fell.",
    "Trade union leaders welcomed the jobs but warned of strike action if foreign contractors were hired. Dockers have \
     been on the picket line in Lundby for nine days over pay, and ferries there carry neither passengers nor lorries. \
     The employers' association said collective bargaining would begin on Friday.",
    "Environmental campaigners fear for the seals and seabirds of the estuary. Scientists who took samples from the \
     river bed found mercury from a paper mill that closed in 1974; digging it up, they wrote in a journal, would \
     poison mussels, eels and everything that feeds on them, and the cost of cleaning had not been counted.",
    "In the old customs house a museum of seafaring will open, with paintings, models of ships and the diaries of a \
     captain whose voyages made him famous. Its director hopes that cruise passengers will stay a night; hotels and \
     restaurants in the quarter are fully booked for the festival in August.",
];

/// Words of an article of the usual length.
const WORDS: usize = 400;

fn known() -> Known {
    let mut draft = Draft::new(Format::Text, "utf-8", "".into());
    let mut words = 0;
    for text in PARAGRAPHS.iter().cycle() {
        if words >= WORDS {
            break;
        }
        words += text.split_whitespace().count();
        let block = DraftBlock::new(BlockKind::Paragraph, *text);
        draft.blocks.push(block);
    }
    Known::new(Article::from_draft(draft, "bench".into()))
}

fn run(known: &Known, stage: &dyn AnyStage) {
    if let Ok(Outcome::Found(output)) = stage.run(known, &Budget::unlimited()) {
        known.keep(stage, output);
    }
}

fn stage(c: &mut Criterion) {
    let known = known();
    run(&known, &tokens::TokensStage);
    run(&known, &language::LanguageStage);
    let topics: Box<dyn AnyStage> = Box::new(topics::TopicsStage::new(&StageSettings::default()));
    c.bench_function("topics of 400 words", |b| {
        b.iter(|| black_box(topics.run(black_box(&known), &Budget::unlimited())));
    });
}

criterion_group!(benches, stage);
criterion_main!(benches);

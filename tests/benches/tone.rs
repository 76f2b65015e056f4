//! Speed of tone, with and without entities, and of the stage of quality, on an article of 400 words once tokens,
//! sentences and entities are known.
//!
//! `cargo bench --bench tone`

use std::hint::black_box;

use copydesk::intake::{Article, Draft, DraftBlock, Format};
use copydesk::pipeline::Budget;
use copydesk::record::BlockKind;
use copydesk::stages::{Known, Outcome, StageSettings, registry};
use criterion::{Criterion, criterion_group, criterion_main};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// About a hundred words, with names in every sentence.
const PARAGRAPHS: &[&str] = &[
    "Mayor Carl Diaz on Tuesday defended the plan to close four schools in Harbour Bay, which parents and teachers \
     have fought for months and which the Teachers' Union of Norland called a disgrace.",
    "“We are facing a winter without buses and without a plan, and nobody has told us why,” said Anna Berg, who \
     leads the parents. She accused Diaz of breaking his promises and praised Senator Ellen Marsh for her help.",
    "Marsh, a critic of the mayor, said that the Finance Ministry had refused to pay for repairs. A spokesman for \
     the ministry rejected that as false and pointed to a report by Halvorsen Marine that found half of the \
     buildings unsafe.",
];

const WORDS: u32 = 400;

/// The article with what the stages before found, without the findings of those named.
fn known(without: &[&str]) -> Known {
    let mut draft = Draft::new(Format::Text, "utf-8", "".into());
    let mut words = 0;
    for text in PARAGRAPHS.iter().cycle() {
        if words >= WORDS {
            break;
        }
        words += text.split_whitespace().count() as u32;
        let block = DraftBlock::new(BlockKind::Paragraph, *text);
        draft.blocks.push(block);
    }
    let known = Known::new(Article::from_draft(draft, "bench".into()));
    for stage in registry(&StageSettings::default()) {
        if !without.contains(&stage.name())
            && let Ok(Outcome::Found(output)) = stage.run(&known, &Budget::unlimited())
        {
            known.keep(&*stage, output);
        }
    }
    known
}

fn stages(c: &mut Criterion) {
    let whole = known(&["tone", "quality"]);
    let nameless = known(&["tone", "quality", "entities"]);
    let stages = registry(&StageSettings::default());
    let mut group = c.benchmark_group("400 words");
    for (name, stage, known) in [
        ("tone of the article", "tone", &nameless),
        ("tone with entities", "tone", &whole),
        ("quality", "quality", &whole),
    ] {
        let Some(stage) = stages.iter().find(|s| s.name() == stage) else {
            continue;
        };
        group.bench_function(name, |b| {
            b.iter(|| black_box(stage.run(known, &Budget::unlimited())))
        });
    }
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);

//! Speed of the stage of events on an article of 400 words, once its sentences are parsed and all that it reads is known;
//! and with the parsing of the sentences that tell an event.
//!
//! `cargo bench --bench events`

use std::hint::black_box;

use copydesk::intake::{Article, Draft, DraftBlock, Format};
use copydesk::pipeline::Budget;
use copydesk::record::BlockKind;
use copydesk::stages::{AnyStage, Known, Outcome, StageSettings, registry};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// About a hundred words, of which every second sentence tells an event.
const PARAGRAPHS: &[&str] = &[
    "Norland artillery shelled the border town of Karst on Friday, killing at least four civilians, hours after envoys \
     of both countries had met in Geneva for talks on a ceasefire.",
    "The town has about nine thousand inhabitants, a sugar factory and a railway station that was built before the war. \
     Most of its shops have been closed since the spring.",
    "The Foreign Ministry accused Norland of breaking its promises and urged the United Nations to send observers. \
     Police arrested twelve students who protested outside the embassy in the capital.",
    "“We will not withdraw a single soldier,” General Peter Lund said, and denied that his troops had attacked the \
     hospital.",
];

const WORDS: u32 = 400;

/// The article with what the stages before found.
fn known() -> Known {
    let mut draft = Draft::new(Format::Text, "utf-8", "".into());
    let mut words = 0;
    for text in PARAGRAPHS.iter().cycle() {
        if words >= WORDS {
            break;
        }
        words += text.split_whitespace().count() as u32;
        draft
            .blocks
            .push(DraftBlock::new(BlockKind::Paragraph, *text));
    }
    let known = Known::new(Article::from_draft(draft, "bench".into()));
    for stage in registry(&StageSettings::default()) {
        if stage.name() != "events"
            && let Ok(Outcome::Found(output)) = stage.run(&known, &Budget::unlimited())
        {
            known.keep(&*stage, output);
        }
    }
    known
}

fn events(c: &mut Criterion) {
    let stages = registry(&StageSettings::default());
    let stage: Option<&dyn AnyStage> = stages.iter().find(|s| s.name() == "events").map(|s| &**s);
    let Some(stage) = stage else { return };
    let parsed = known();
    // the sentences it asks for are parsed the first time
    black_box(stage.run(&parsed, &Budget::unlimited())).ok();
    let mut group = c.benchmark_group("400 words");
    group.throughput(Throughput::Elements(u64::from(parsed.words())));
    group.bench_function("events, parsed", |b| {
        b.iter(|| black_box(stage.run(&parsed, &Budget::unlimited())));
    });
    group.bench_function("events, with the parser", |b| {
        b.iter_batched(
            known,
            |known| black_box(stage.run(&known, &Budget::unlimited())),
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

criterion_group!(benches, events);
criterion_main!(benches);

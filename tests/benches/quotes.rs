//! Speed of finding quotations once tokens, sentences and entities are known, in bytes of text a second.
//!
//! `cargo bench --bench quotes`

use std::hint::black_box;

use copydesk::intake::{Article, Draft, DraftBlock, Format};
use copydesk::pipeline::Budget;
use copydesk::record::BlockKind;
use copydesk::stages::{Known, Outcome, StageSettings, registry};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// A story of the length of a long agency piece, one paragraph in two with a quotation.
fn story() -> Vec<String> {
    let mut paragraphs = Vec::new();
    for n in 0..12 {
        paragraphs.push(format!("The council of Harbour Bay voted on Tuesday to close {n} of its schools, a step that parents, teachers and the unions had fought for months in the courts and in the streets of the old town."));
        paragraphs.push("“We are facing a winter without buses, without nurses and without a plan, and nobody in that hall has told us why,” Anna Berg, who leads the parents' union, said on Tuesday.".to_owned());
        paragraphs.push("Officials at the ministry, which pays for most of the schools, did not return calls; a spokesman for the mayor pointed to a report from March that found half of the buildings unsafe.".to_owned());
        paragraphs.push("Mayor Carl Diaz said that the city had “no choice but to act” and that the money saved, some $12 million a year, would go to repairs. “It hurts,” he said, “but it is right.”".to_owned());
    }
    paragraphs
}

fn quotes(c: &mut Criterion) {
    let mut draft = Draft::new(Format::Text, "utf-8", "".into());
    draft.blocks.extend(
        story()
            .iter()
            .map(|p| DraftBlock::new(BlockKind::Paragraph, p.as_str())),
    );
    let known = Known::new(Article::from_draft(draft, "bench".into()));
    let stages = registry(&StageSettings::default());
    for stage in stages.iter().filter(|s| s.name() != "quotes") {
        if let Ok(Outcome::Found(output)) = stage.run(&known, &Budget::unlimited()) {
            known.keep(&**stage, output);
        }
    }
    let Some(stage) = stages.iter().find(|s| s.name() == "quotes") else {
        return;
    };
    let mut group = c.benchmark_group("quotes");
    group.throughput(Throughput::Bytes(known.article.text.len() as u64));
    group.bench_function("find", |b| {
        b.iter(|| black_box(stage.run(&known, &Budget::unlimited())))
    });
    group.finish();
}

criterion_group!(benches, quotes);
criterion_main!(benches);

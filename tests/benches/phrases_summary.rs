//! Time of keyphrases and of the summary on an article of 400 words, once the stages before them have run.
//!
//! `cargo bench --bench phrases_summary`

use std::hint::black_box;

use copydesk::intake::{Article, Draft, DraftBlock, Format};
use copydesk::pipeline::Budget;
use copydesk::record::BlockKind;
use copydesk::stages::{Known, Outcome, StageSettings, registry};
use criterion::{Criterion, criterion_group, criterion_main};

/// A story of about 400 words.
const STORY: [&str; 14] = [
    "Norwegian Prime Minister Ingrid Solberg-Dahl met Kenya's Joseph Mwangi in Nairobi on Monday for talks on trade and fisheries, their offices said in a joint statement.",
    "The two governments agreed on a patrol of the fishing grounds off the coast, where foreign trawlers have taken most of the tuna for years without paying for a licence.",
    "The European Fisheries Council would pay for two of the patrol ships, she told reporters, and the African Union would send observers from Addis Ababa, Dakar and Cape Town.",
    "“We share one sea and we will share what we know about it,” Mwangi said, adding that the two countries had been talking since the summit in Lisbon three years ago.",
    "Shares of Brandvik Marine rose 4.5 percent in Oslo after the company said it had won a contract worth $120 million from the Kenyan Ministry of Transport.",
    "Analysts at Halvorsen & Lie said that rivals in Denmark, Spain and South Korea had offered lower prices but could not deliver the patrol ships before the end of next year.",
    "Fishing villages on the coast have complained of empty nets since the foreign trawlers came, and several boats were rammed at night last winter.",
    "In Mombasa, the chairwoman of the fishers' union, Amina Odhiambo, said the patrol came late but not too late for the tuna.",
    "Her union had asked for armed guards on the boats, which the ministry refused because of the cost and of the risk to the crews.",
    "Kenya loses about 10 billion shillings a year to illegal fishing, according to a study by the university of Nairobi that was published in March.",
    "Two trawlers were stopped in April with 80 tons of tuna below deck; their owners, who live abroad, have not paid the fines of the court.",
    "The patrol is to begin in the new year with three ships, a radar station near Malindi and a school for inspectors, the statement said.",
    "Norway has similar treaties with Ghana and Mauritania, where catches of the local boats have doubled since the patrols began, the ministry in Oslo says.",
    "Parliament in Nairobi must still approve the treaty, which the opposition calls a gift to foreign shipyards.",
];

fn known() -> Known {
    let mut draft = Draft::new(Format::Text, "utf-8", "".into());
    let headline = DraftBlock::new(
        BlockKind::Headline,
        "Kenya and Norway agree on fishing patrol",
    );
    draft.blocks.push(headline);
    let paragraphs = STORY.iter();
    draft
        .blocks
        .extend(paragraphs.map(|p| DraftBlock::new(BlockKind::Paragraph, *p)));
    Known::new(Article::from_draft(draft, "bench".into()))
}

fn phrases_summary(c: &mut Criterion) {
    let known = known();
    let stages = registry(&StageSettings::default());
    for stage in &stages {
        if let Ok(Outcome::Found(output)) = stage.run(&known, &Budget::unlimited()) {
            known.keep(&**stage, output);
        }
    }
    let mut group = c.benchmark_group(format!("{} words", known.words()));
    for stage in stages
        .iter()
        .filter(|s| ["keyphrases", "summary"].contains(&s.name()))
    {
        group.bench_function(stage.name(), |b| {
            b.iter(|| black_box(stage.run(&known, &Budget::unlimited())))
        });
    }
    group.finish();
}

criterion_group!(benches, phrases_summary);
criterion_main!(benches);

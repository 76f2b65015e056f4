//! The proof page of an article of 400 words, with the document as received: time, and size, which is printed.
//!
//! `cargo bench --bench proof`

#![allow(clippy::print_stdout, reason = "the size is a result, too")]

use std::hint::black_box;
use std::ops::ControlFlow;

use copydesk::cli::proof::page;
use copydesk::config::Settings;
use copydesk::engine::Engine;
use copydesk::intake::Hints;
use copydesk::record::Ingest;
use criterion::{Criterion, criterion_group, criterion_main};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// A page of 400 words with more names, times and sums than news has, and what is around it on a page.
const PARAGRAPHS: [&str; 10] = [
    "LONDON (AP) — Mayor Carl Diaz on Tuesday defended the plan to close four schools in Bristol, which parents and \
     teachers have fought for months and which the Teachers' Union called a disgrace. It will cost $100 million.",
    "“We are facing a winter without buses and without a plan, and nobody has told us why,” said Anna Berg, who leads \
     the parents. She accused Diaz of breaking his promises and praised Senator Ellen Marsh for her help in recent \
     years.",
    "Marsh, a critic of the mayor, said that the Finance Ministry had refused to pay 300 million euros ($348 million) \
     for repairs last year. A spokesman in Paris rejected that as false and pointed to a report by Halvorsen Marine \
     that found 46% of the buildings unsafe.",
    "France and the European Union have described the United States as a partner. President Emmanuel Macron met with \
     China's Xi Jinping in Beijing on Thursday morning as part of a three-day visit focusing on Ukraine and Gaza.",
    "Some 2,000 people marched through the centre of Bristol on Saturday evening. Police arrested eleven of them \
     after stones were thrown at the town hall, and two officers were taken to hospital, Chief Inspector Maria \
     Lindqvist said.",
    "“Nobody wants a fight, but we will not be silent,” Berg told Radio West on Sunday. The union said it would \
     strike for three days from 16 March unless the council agreed to talks by Friday noon.",
    "Diaz took office in May 2024 with 52% of the vote. His predecessor, Harold Finch, had promised to spend £45 \
     million on new classrooms within five years, but the money went to roads instead, according to the National \
     Audit Office.",
    "The Department for Education in London declined to comment. Its minister, Priya Raman, is expected to visit the \
     city next week, and a court in Cardiff will hear the parents' complaint on 2 April.",
    "In Wales, where eleven schools were closed in 2023, pupils travel 14 miles a day on average, a study by Swansea \
     University found. “The buses are full and late,” said its author, Owen Price. “It is the youngest who pay.”",
    "The council wants to decide on Monday. If it votes for the plan, the last lessons will be given in July, and 640 \
     children will have to find other schools before the summer ends, the city said in a statement late on Tuesday.",
];

fn article() -> String {
    let body: String = PARAGRAPHS
        .iter()
        .map(|text| format!("<p>{text}</p>\n"))
        .collect();
    let around =
        "<li><a href=\"/section/somewhere\">Somewhere else on the site</a></li>".repeat(60);
    format!(
        "<!doctype html><html><head><title>Mayor defends plan</title></head><body><nav><ul>{around}</ul></nav>\
         <article><h1>Mayor defends plan to close schools</h1>{body}</article><footer>{around}</footer></body></html>"
    )
}

fn proof(c: &mut Criterion) {
    let article = article();
    let hints = Hints {
        published_at: Some("2026-03-04".into()),
        ..Hints::default()
    };
    let engine = Settings::defaults().map(|settings| Engine::configured(&settings));
    let Ok(Ok(engine)) = engine else {
        return println!("there is no engine");
    };
    let mut record = None;
    let read = engine.enrich(article.as_bytes(), &hints, &Ingest::default(), &mut |one| {
        record = Some(one);
        ControlFlow::Continue(())
    });
    let raw = engine
        .decoded(article.as_bytes(), &hints)
        .unwrap_or_default();
    let (Ok(()), Some(record), [raw]) = (read, record, &raw[..]) else {
        return println!("the article is not read");
    };
    let size = page(&record, Some(raw)).len();
    println!("{} words: a page of {size} bytes", record.content.words);
    c.bench_function("proof page", |b| {
        b.iter(|| black_box(page(&record, Some(raw))))
    });
}

criterion_group!(benches, proof);
criterion_main!(benches);

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
const PARAGRAPHS: [&str; 4] = [
    "LONDON (AP) — Mayor Carl Diaz on Tuesday defended the plan to close four schools in Bristol, which parents and \
     teachers have fought for months and which the Teachers' Union called a disgrace. It will cost $100 million.",
    "“We are facing a winter without buses and without a plan, and nobody has told us why,” said Anna Berg, who \
     leads the parents. She accused Diaz of breaking his promises and praised Senator Ellen Marsh for her help in \
     recent years.",
    "Marsh, a critic of the mayor, said that the Finance Ministry had refused to pay 300 million euros ($348 million) \
     for repairs last year. A spokesman in Paris rejected that as false and pointed to a report by Halvorsen Marine \
     that found 46% of the buildings unsafe.",
    "France and the European Union have described the United States as a partner. President Emmanuel Macron met with \
     China's Xi Jinping in Beijing on Thursday morning as part of a three-day visit focusing on Ukraine and Gaza.",
];

fn article() -> String {
    let mut body = String::new();
    let mut words = 0;
    for text in PARAGRAPHS.iter().cycle() {
        if words >= 400 {
            break;
        }
        words += text.split_whitespace().count();
        body += &format!("<p>{text}</p>\n");
    }
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

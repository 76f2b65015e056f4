//! Reading speed of the structured formats, in bytes of the document a second on one core.
//!
//! Each document is one of realistic size and mark-up, repeated to a feed or message of about a
//! megabyte where the format holds several articles. Charset, format, reading and the wires' conventions
//! are all in the time. `cargo bench --bench structured`.

use std::hint::black_box;
use std::ops::ControlFlow;
use std::path::Path;

use copydesk::intake::{self, Hints, Settings};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn fixture(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/structured");
    String::from_utf8_lossy(&std::fs::read(root.join(path)).unwrap_or_default()).into_owned()
}

/// Running text: what makes the bulk of any article.
const PARAGRAPH: &str = "The council of Westmere voted on Monday to close the old bridge for a year of \
    repairs, a decision that shops on the harbour had fought since the plan became known in spring, and \
    that the mayor called \u{201c}overdue\u{201d} in a statement to reporters.";

/// A document with `n` more paragraphs after the first end of one.
fn longer(document: &str, n: usize, open: &str, close: &str) -> String {
    let more = format!("{close}{open}{PARAGRAPH}").repeat(n);
    document.replacen(close, &format!("{more}{close}"), 1)
}

/// The part of a document from `from` to `to`, repeated `n` times in its place.
fn repeated(document: &str, from: &str, to: &str, n: usize) -> String {
    let Some(start) = document.find(from) else {
        return document.to_owned();
    };
    let Some(end) = document[start..].find(to).map(|e| start + e + to.len()) else {
        return document.to_owned();
    };
    let part = &document[start..end];
    format!(
        "{}{}{}",
        &document[..start],
        part.repeat(n),
        &document[end..]
    )
}

fn documents() -> Vec<(&'static str, String)> {
    let g2 = longer(
        &fixture("newsml-g2/message-two-items.xml"),
        15,
        "<p>",
        "</p>",
    );
    let newsml1 = longer(
        &fixture("newsml-1.2/text-with-photo.xml"),
        15,
        "<p>",
        "</p>",
    );
    let nitf = longer(
        &fixture("nitf/correction.xml"),
        4_000,
        "<p class=\"txt-ind\">",
        "</p>",
    );
    let rss = longer(&fixture("rss/feed.xml"), 15, "<p>", "</p>");
    let atom = longer(&fixture("atom/feed.xml"), 15, "<p>", "</p>");
    let ninjs = longer(&fixture("ninjs/v1-text.json"), 15, "<p>", "</p>");
    let dpa = longer(&fixture("dpa-json/entry.json"), 15, "<p>", "</p>");
    let json_feed = longer(&fixture("json-feed/feed.json"), 15, "<p>", "</p>");
    vec![
        ("newsml-g2", repeated(&g2, "<newsItem", "</newsItem>", 100)),
        (
            "newsml-1.2",
            repeated(&newsml1, "<NewsItem ", "</NewsItem>", 100),
        ),
        ("nitf", nitf),
        ("rss", repeated(&rss, "<item>", "</item>", 100)),
        ("atom", repeated(&atom, "<entry>", "</entry>", 100)),
        ("ninjs", format!("[{}]", vec![ninjs; 100].join(","))),
        ("dpa-json", format!("[{}]", vec![dpa; 100].join(","))),
        (
            "json-feed",
            repeated(&json_feed, "{\"id\":\"1\"", "},", 100),
        ),
    ]
}

fn read(bytes: &[u8]) -> usize {
    let mut articles = 0;
    let done = intake::read(
        bytes,
        &Hints::default(),
        &Settings::default(),
        &mut |draft| {
            black_box(&draft);
            articles += 1;
            ControlFlow::Continue(())
        },
    );
    assert!(done.is_ok() && articles > 0, "{done:?}");
    articles
}

fn structured(c: &mut Criterion) {
    let mut group = c.benchmark_group("read");
    group.sample_size(20);
    for (name, document) in documents() {
        group.throughput(Throughput::Bytes(document.len() as u64));
        group.bench_function(name, |b| b.iter(|| read(black_box(document.as_bytes()))));
    }
    group.finish();
}

criterion_group!(benches, structured);
criterion_main!(benches);

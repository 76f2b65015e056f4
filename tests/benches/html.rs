//! Speed of the page reader: whole page to draft, on generated pages and on hostile ones.
//!
//! `cargo bench --bench html`. Pages a second on one core are the elements of `page` over its time. Before
//! that it prints, for each hostile page, its time a byte over that of an ordinary page, and the most memory
//! it took, the page itself apart, over its size.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark prints what it measured"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fmt::Write;
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use copydesk::intake::html::{self, sites::Sites};
use copydesk::intake::{Draft, Format, Hints};
use copydesk::text::SharedText;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// The system's allocator, counting what is held and the most that was.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: hands everything on to the system's allocator as it comes.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Relaxed) + layout.size();
        MOST.fetch_max(held, Relaxed);
        // SAFETY: the caller's promise about the layout is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        // SAFETY: all that was given out came from the system's allocator, under this layout.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A page of a news site as large as real ones (about 200 KB): head with scripts and JSON-LD, menus,
/// an article with boxes in it, related stories, comments, footer.
fn page(paragraphs: usize) -> String {
    let mut html = String::from(
        "<!doctype html><html lang=en><head><title>Storm closes the harbour of Ellbruck | Ellbruck Courier</title>",
    );
    for n in 0..60 {
        let _ = write!(
            html,
            "<meta property=\"og:x{n}\" content=\"value {n}\"><link rel=preload href=\"/a/{n}.js\">"
        );
    }
    html.push_str("<meta property=\"article:published_time\" content=\"2025-03-04T08:00:00Z\">");
    html.push_str("<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"headline\":\"Storm closes the harbour of Ellbruck\",\"datePublished\":\"2025-03-04T08:00:00Z\",\"author\":{\"@type\":\"Person\",\"name\":\"Mara Lindqvist\"}}</script>");
    for n in 0..20 {
        let _ = write!(
            html,
            "<script>window.q{n}=[{}];</script>",
            "1234567890,".repeat(300)
        );
    }
    let _ = write!(
        html,
        "<style>{}</style></head><body><header><nav><ul>",
        ".a{color:red}".repeat(2_000)
    );
    for n in 0..150 {
        let _ = write!(
            html,
            "<li class=\"nav-item nav-item-{n}\"><a href=\"/section/{n}\" data-track=\"nav\">Section {n}</a></li>"
        );
    }
    html.push_str("</ul></nav></header><main><article><h1>Storm closes the harbour of Ellbruck</h1><p class=byline>By <a rel=author href=/authors/mara>Mara Lindqvist</a></p><div class=\"article-body\">");
    for n in 0..paragraphs {
        let _ = write!(
            html,
            "<p>The harbour master of Ellbruck said on Tuesday that boat {n} &ndash; one of <a href=\"/boats/{n}\">many</a> &ndash; would stay where it was until the wind, which had reached 110 kilometres an hour, had fallen.</p>"
        );
        if n % 6 == 5 {
            html.push_str("<aside class=\"related\"><h3><a href=/x>Another story</a></h3><p>Something else happened.</p></aside><div class=\"ad-slot\"><script>ad()</script></div>");
        }
    }
    html.push_str("</div></article></main><section class=related-stories>");
    for n in 0..120 {
        let _ = write!(
            html,
            "<div class=\"card teaser\"><a href=\"/story/{n}\"><img src=\"/i/{n}.jpg\" alt=\"\" srcset=\"{}\"><h3>Story number {n} of the day</h3></a><p>What it says in short, and why it should be read now.</p></div>",
            "/i/a.jpg 100w, ".repeat(12)
        );
    }
    html.push_str("</section><section id=comments>");
    for n in 0..60 {
        let _ = write!(
            html,
            "<div class=comment><b>reader{n}</b><p>I for one have always said that the harbour ought to be closed in such weather.</p></div>"
        );
    }
    html.push_str("</section><footer><p>© Ellbruck Courier</p></footer></body></html>");
    html
}

/// Pages made to be slow, each of two megabytes or more, after what they are compared to.
fn hostile() -> Vec<(&'static str, String)> {
    let size = 2 << 20;
    let of = |part: &str| part.repeat(size / part.len());
    vec![
        ("ordinary", page(40).repeat(10)),
        ("nested-divs", "<div>".repeat(200_000)),
        (
            "unclosed-formatting",
            format!("{}{}", "<div><b>".repeat(5_000), of("text ")),
        ),
        ("attributes", format!("<p {}>x", "a=1 ".repeat(1_000_000))),
        (
            "elements-of-attributes",
            of(&format!("<p {}>x", "a=1 ".repeat(200))),
        ),
        ("one-text", "word ".repeat((30 << 20) / 5)),
        ("entities", of("&amp;&nope;&#8217;")),
        (
            "entities-that-are-none",
            of("&abcdefghijklmnopqrstuvwxyzabcd"),
        ),
        ("nuls", of("\0")),
        ("linked-headings", of("<h3><a href=x>y</a></h3>")),
        ("open-angles", of("<")),
        ("quotes", of("<a b=\"")),
    ]
}

fn read(raw: &SharedText, hints: &Hints) -> Draft {
    let mut draft = Draft::new(Format::Html, "utf-8", raw.clone());
    html::article(&mut draft, hints, Sites::shipped());
    draft
}

/// Processor time of this thread: other programs on the machine do not count.
fn cpu_seconds() -> f64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the clock writes the structure it is given, which outlives the call.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut now) };
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

/// Times of which the least counts: what disturbs a run only makes it longer.
const RUNS: usize = 5;

/// Prints what hostile pages cost next to the first, which is ordinary.
fn costs() {
    let hints = Hints::default();
    let mut ordinary = None;
    for (name, html) in hostile() {
        let raw: SharedText = html.into();
        let before = HELD.load(Relaxed);
        MOST.store(before, Relaxed);
        let mut least = f64::MAX;
        for _ in 0..RUNS {
            let start = cpu_seconds();
            black_box(read(&raw, &hints));
            least = least.min(cpu_seconds() - start);
        }
        let a_byte = least / raw.len() as f64;
        let time = a_byte / *ordinary.get_or_insert(a_byte);
        let memory = (MOST.load(Relaxed) - before) as f64 / raw.len() as f64;
        println!("{name:24} time {time:5.2}×  memory {memory:5.2}×");
    }
}

fn speed(c: &mut Criterion) {
    costs();
    let hints = Hints {
        url: Some("https://courier.example/2025/03/04/storm".into()),
        ..Hints::default()
    };
    let mut group = c.benchmark_group("page");
    for paragraphs in [10, 40, 160] {
        let raw: SharedText = page(paragraphs).into();
        assert!(read(&raw, &hints).blocks.len() >= paragraphs);
        group.throughput(Throughput::Elements(1));
        group.bench_with_input(
            BenchmarkId::from_parameter(format!("{} KB", raw.len() / 1024)),
            &raw,
            |b, raw| {
                b.iter(|| black_box(read(raw, &hints)));
            },
        );
    }
    group.finish();
    let mut group = c.benchmark_group("hostile");
    group.sample_size(10);
    for (name, html) in hostile() {
        let raw: SharedText = html.into();
        group.throughput(Throughput::Bytes(raw.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(name), &raw, |b, raw| {
            b.iter(|| black_box(read(raw, &hints)));
        });
    }
    group.finish();
}

criterion_group!(benches, speed);
criterion_main!(benches);

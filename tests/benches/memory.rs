//! The memory at a size: decisions a second, bytes an article and the time of a start, at 250,000, 500,000 and 1,000,000
//! made entries. Times are those that one core works. Of six entries one is a copy of one before it, and one belongs to a story before it.
//!
//! `cargo bench --bench memory`; `COPYDESK_BENCH_ENTRIES=2000000` makes more of them.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark says what it measured"
)]

use std::time::Duration;

use copydesk::memory::{Bounds, Entry, Link, Memory, Terms};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Sentences of an article, and its names and words that are kept: those of an agency's text of 400 words.
const SENTENCES: usize = 16;
const FACTS: usize = 40;
const WORDS: usize = 40;
const NAMES: usize = 12;

/// Entries that are made at once: what making them costs is not measured.
const AT_ONCE: u32 = 1_000;

fn main() {
    let most = std::env::var("COPYDESK_BENCH_ENTRIES");
    let most: u32 = most.map_or(1_000_000, |n| n.parse().unwrap());
    let mut memory = memory();
    // Of each link the places; written to now, so that its memory is there before the measurement.
    let mut links = vec![(u64::MAX, u64::MAX, None); most as usize];
    let (mut bytes, before) = (0, resident());
    let (mut time, mut done) = (Duration::ZERO, 0);
    for from in (0..most).step_by(AT_ONCE as usize) {
        let made = made(from..most.min(from + AT_ONCE));
        bytes += made.iter().map(|(_, raw)| raw.len()).sum::<usize>();
        let start = cpu_time();
        for (number, raw) in &made {
            let read = Entry::from_bytes(raw).unwrap();
            let decision = memory.apply(u64::from(*number), 0, &number.to_le_bytes(), &read, None);
            let Link { cluster, story, of } = decision.unwrap().link;
            links[*number as usize] = (cluster.0, story.0, of);
        }
        time += cpu_time() - start;
        done += made.len();
        let all = from as usize + made.len();
        if all.is_multiple_of(most as usize / 4) {
            println!(
                "{all:>9} entries: {:>7.0} decisions/s, {:.1} us each; {} bytes an entry in the log; {} bytes counted, {} bytes resident an article",
                done as f64 / time.as_secs_f64(),
                time.as_secs_f64() * 1e6 / done as f64,
                bytes / all,
                memory.bytes() / memory.len(),
                resident().saturating_sub(before) / memory.len(),
            );
            (time, done) = (Duration::ZERO, 0);
        }
    }
    drop(memory);
    start(most, &links);
}

fn memory() -> Memory {
    Memory::new(Bounds {
        window_days: 30,
        bytes: usize::MAX,
    })
}

/// Entries as the log has them.
fn made(numbers: std::ops::Range<u32>) -> Vec<(u32, Vec<u8>)> {
    numbers
        .map(|number| (number, entry(number).to_bytes()))
        .collect()
}

/// The time of a start: the same entries once more, with what was recorded of each.
fn start(most: u32, links: &[(u64, u64, Option<u64>)]) {
    let mut memory = memory();
    let mut time = Duration::ZERO;
    for from in (0..most).step_by(AT_ONCE as usize) {
        let made = made(from..most.min(from + AT_ONCE));
        let start = cpu_time();
        for (number, raw) in &made {
            let (cluster, story, of) = links[*number as usize];
            let link = Link {
                cluster: (cluster, id(cluster as u32).into()),
                story: (story, id(story as u32).into()),
                of,
            };
            let read = Entry::from_bytes(raw).unwrap();
            memory.apply(
                u64::from(*number),
                0,
                &number.to_le_bytes(),
                &read,
                Some(&link),
            );
        }
        time += cpu_time() - start;
    }
    println!("start with {most} entries: {:.1} s", time.as_secs_f64());
}

/// Time that a core has worked for this thread.
fn cpu_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(text.split(' ').next().unwrap().parse().unwrap())
}

/// Resident memory of the process in bytes.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text.split(' ').nth(1).and_then(|n| n.parse::<usize>().ok());
    pages.unwrap_or(0) * 4096
}

/// Numbers that have nothing to do with one another.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (x >> 32) as u32
    }

    fn ascending(&mut self, count: usize, mask: u32) -> Vec<u32> {
        let mut all: Vec<u32> = (0..count).map(|_| self.next() & mask).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

fn id(number: u32) -> String {
    format!("urn:news.example:2026:{number:09}")
}

/// Entry `number`: every sixth is a copy of one 5 to 5,000 before it, with a tenth of the text another.
fn entry(number: u32) -> Entry {
    let is_copy = number % 6 == 5;
    let of = match is_copy {
        true => number.saturating_sub(5 + Numbers(u64::from(number)).next() % 5_000) / 6 * 6,
        false => number,
    };
    let mut text = Numbers(u64::from(of));
    let mut own = Numbers(u64::from(number) << 32);
    let mut sketch = text.ascending(64, u32::MAX >> 5);
    let mut sentences: Vec<u32> = (0..SENTENCES).map(|_| text.next() << 8 | 24).collect();
    if is_copy {
        sketch.truncate(58);
        sentences[SENTENCES - 1] = own.next() << 8 | 24;
    }
    let facts = text.ascending(FACTS, u32::from(u16::MAX));
    // Words come from some tens of thousands; the lowest byte says whether one stands in the head, and its weight.
    let mut words = text.ascending(WORDS, 0x7f_ff8f);
    words.dedup_by_key(|word| *word >> 8);
    // A story has names of its own.
    let mut story = Numbers(u64::from(of / 40) << 20);
    let names = story.ascending(NAMES, 0x00ff_ffbf);
    Entry {
        id: id(number).into(),
        published: Some(1_770_000_000 + i64::from(number)),
        outlet: format!("outlet-{}.example", number % 400).into(),
        references: [own.next(), own.next()].into(),
        words: 400,
        text: u64::from(text.next()) << 32 | u64::from(own.next()),
        headline: text.next(),
        sketch: sketch.into(),
        facts: facts.iter().map(|fact| *fact as u16).collect(),
        gists: sentences.iter().map(|s| (*s >> 8) as u16).collect(),
        numbers: "\n412 187\n4.5 2 9\n\n\n6\n300\n\n2026\n\n\n".into(),
        sentences: sentences.into(),
        terms: Terms {
            words: words.into(),
            names: names.into(),
        },
        ..Entry::default()
    }
}

//! What thousands of waiting articles cost those that wait for nothing.
//!
//! `cargo bench --bench awaiting`. Two compute threads; the same articles go through all stages, by turns with
//! nothing else in the pool and with 2,000 articles parked in it. Prints articles a second for each, and the
//! ratio of the medians.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark prints what it measured, and one that panics has failed, as it should"
)]

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use copydesk::engine::{Engine, Message, Room, Sink};
use copydesk::intake::{Hints, ReadError, Settings};
use copydesk::memory::RecordedLink;
use copydesk::pipeline::{Budget, Call, Deadlines, Pool, PoolOptions};
use copydesk::record::{EnrichedArticle, Ingest};
use copydesk::stages::{AnyStage, Known, Outcome, StageError, StageSettings, registry};
use crossbeam_channel::{Receiver, Sender, bounded};
use tokio::sync::watch;

const WAITING: usize = 2_000;
const THREADS: usize = 2;
/// Articles of one measurement, and measurements of each kind.
const ARTICLES: usize = 1_000;
const ROUNDS: usize = 5;

/// The articles that have this in their text wait.
const MARKER: &str = "WAITING";

/// A stage whose calls end when they are released.
struct Held {
    in_flight: Arc<AtomicUsize>,
    released: watch::Receiver<bool>,
}

impl AnyStage for Held {
    fn name(&self) -> &'static str {
        "held"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["language"]
    }

    fn calls(&self) -> Option<usize> {
        Some(WAITING)
    }

    fn run(&self, known: &Known, _: &Budget) -> Result<Outcome, StageError> {
        if !known.article.text.contains(MARKER) {
            return Ok(Outcome::Skipped("nothing to wait for"));
        }
        let (in_flight, mut released) = (Arc::clone(&self.in_flight), self.released.clone());
        Ok(Outcome::Pending(Call::new(async move {
            in_flight.fetch_add(1, Ordering::SeqCst);
            let _ = released.wait_for(|released| *released).await;
            in_flight.fetch_sub(1, Ordering::SeqCst);
            Ok(Outcome::Skipped("released"))
        })))
    }
}

/// Tells of each message that is done.
struct Done(Sender<()>);

impl Sink for Done {
    fn record(&mut self, record: EnrichedArticle, _: Option<RecordedLink>) -> ControlFlow<()> {
        std::hint::black_box(record);
        ControlFlow::Continue(())
    }

    fn full(&self) -> Option<Room> {
        None
    }

    fn done(self: Box<Self>, result: Result<(), ReadError>) {
        assert!(result.is_ok(), "plain text can be read");
        let _ = self.0.send(());
    }
}

struct Bench {
    engine: Engine,
    pool: Pool,
    told: Sender<()>,
    done: Receiver<()>,
}

impl Bench {
    fn send(&self, text: &str, sink: Sender<()>) {
        let message = Message {
            bytes: text.as_bytes().into(),
            hints: Hints::default(),
            ingest: Ingest::default(),
        };
        let engine = self.engine.clone();
        let job = Box::new(move |pool: &_| engine.work(pool, message, Box::new(Done(sink))));
        self.pool.submit(job);
    }

    /// Articles a second.
    fn measure(&self, text: &str) -> f64 {
        let start = Instant::now();
        (0..ARTICLES).for_each(|_| self.send(text, self.told.clone()));
        (0..ARTICLES).for_each(|_| self.done.recv().expect("the pool works"));
        ARTICLES as f64 / start.elapsed().as_secs_f64()
    }
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn main() -> anyhow::Result<()> {
    let in_flight = Arc::new(AtomicUsize::new(0));
    let (release, released) = watch::channel(false);
    let settings = Settings::default();
    let mut stages = registry(&StageSettings {
        outlets: settings.outlets.clone(),
        ..StageSettings::default()
    });
    stages.push(Box::new(Held {
        in_flight: Arc::clone(&in_flight),
        released,
    }));
    let long = Duration::from_secs(3600);
    let deadlines = Deadlines {
        stage: long,
        article: long,
        read: long,
        ..Deadlines::default()
    };
    let (told, done) = bounded(ARTICLES);
    let bench = Bench {
        engine: Engine::with_stages(stages, settings, deadlines)?,
        pool: Pool::new(PoolOptions {
            threads: THREADS,
            stuck: 0,
            nice: 0,
            parked_bytes: 1 << 30,
            on_halt: Box::new(|why| panic!("{why}")),
        }),
        told,
        done,
    };
    let paragraph = "The harbour master of Ellbruck said on Tuesday that the boats would stay until the wind, \
                     which had reached 110 kilometres an hour, had fallen. \"Nobody leaves,\" said Mara Lindqvist. ";
    let text = format!("Storm closes harbour\n\n{}", paragraph.repeat(8));
    // Short, so that most of the time goes to what is measured.
    let waiting = format!("{MARKER} for Ellbruck.");
    bench.measure(&text);

    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.push(bench.measure(&text));
        release.send_replace(false);
        let (told, ended) = bounded(WAITING);
        (0..WAITING).for_each(|_| bench.send(&waiting, told.clone()));
        while in_flight.load(Ordering::SeqCst) < WAITING {
            std::thread::sleep(Duration::from_millis(1));
        }
        beside.push(bench.measure(&text));
        assert_eq!(
            in_flight.load(Ordering::SeqCst),
            WAITING,
            "they waited all the time"
        );
        release.send_replace(true);
        (0..WAITING).for_each(|_| ended.recv().expect("what waits goes on"));
    }
    let (alone, beside) = (median(alone), median(beside));
    println!("{THREADS} threads, {ARTICLES} articles a measurement, median of {ROUNDS}");
    println!("alone: {alone:.0} articles/s");
    println!("beside {WAITING} that wait: {beside:.0} articles/s");
    println!("ratio: {:.3}", beside / alone);
    Ok(())
}

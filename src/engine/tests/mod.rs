use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

use super::*;
use crate::pipeline::{Budget, Halted, Pool, PoolOptions};
use crate::stages::{Outcome, StageError};

pub mod awaiting;
mod ids;

pub type Work = fn(&Known, &Budget) -> Result<Outcome, StageError>;

/// A stage made for a test.
pub struct Made(&'static str, &'static [&'static str], Work);

impl AnyStage for Made {
    fn name(&self) -> &'static str {
        self.0
    }

    fn reads(&self) -> &'static [&'static str] {
        self.1
    }

    fn run(&self, known: &Known, budget: &Budget) -> Result<Outcome, StageError> {
        (self.2)(known, budget)
    }
}

/// The record of a short text that no stage has seen.
pub fn bare_record() -> EnrichedArticle {
    let engine = Engine::with_stages(
        Vec::new(),
        intake::Settings::default(),
        Deadlines::default(),
    );
    let mut made = None;
    let (hints, ingest) = (Hints::default(), Ingest::default());
    engine
        .unwrap()
        .enrich(b"Ferry sinks.", &hints, &ingest, &mut |record| {
            made = Some(record);
            ControlFlow::Continue(())
        })
        .unwrap();
    made.unwrap()
}

fn skip(_: &Known, _: &Budget) -> Result<Outcome, StageError> {
    Ok(Outcome::Skipped("made to"))
}

fn engine(stages: Vec<Made>) -> Engine {
    let deadlines = Deadlines {
        read: Duration::from_millis(200),
        stage: Duration::from_millis(50),
        article: Duration::from_secs(5),
        ..Deadlines::default()
    };
    let boxed = stages.into_iter().map(|s| Box::new(s) as Box<dyn AnyStage>);
    Engine::with_stages(boxed.collect(), intake::Settings::default(), deadlines).unwrap()
}

fn pool(threads: usize, stuck: usize) -> (Pool, mpsc::Receiver<Halted>) {
    pool_that_parks(threads, stuck, 64 << 20)
}

/// A pool where parked articles may weigh so much.
pub fn pool_that_parks(
    threads: usize,
    stuck: usize,
    parked_bytes: usize,
) -> (Pool, mpsc::Receiver<Halted>) {
    let (sender, receiver) = mpsc::channel();
    let options = PoolOptions {
        threads,
        stuck,
        nice: 0,
        parked_bytes,
        on_halt: Box::new(move |why| sender.send(why).unwrap()),
    };
    (Pool::new(options), receiver)
}

fn message(text: &str) -> Message {
    Message {
        bytes: text.as_bytes().into(),
        hints: Hints::default(),
        ingest: Ingest::default(),
    }
}

/// Sends texts through a pool; for each the statuses of its stages, or the code of its error.
fn through(engine: Engine, pool: Pool, texts: &[&str]) -> Vec<(String, Vec<String>)> {
    let render: Render = Arc::new(|r| serde_json::to_vec(&r.stages).unwrap());
    let mut line = InOrder::new(engine, pool, render);
    let mut results = Vec::new();
    let mut take = |tag: &String, event: Event| -> Result<(), ()> {
        match event {
            Event::Record(stages) => {
                let stages: Vec<StageReport> = serde_json::from_slice(&stages).unwrap();
                let statuses = stages.iter().map(|s| format!("{:?}", s.status)).collect();
                results.push((tag.clone(), statuses));
            }
            Event::End(Ok(())) => {}
            Event::End(Err(e)) => results.push((tag.clone(), vec![e.code.as_str().to_owned()])),
        }
        Ok(())
    };
    for text in texts {
        line.send((*text).to_owned(), message(text), &mut take)
            .unwrap();
    }
    line.finish(&mut take).unwrap();
    results
}

#[test]
fn a_panic_costs_one_stage_of_one_article() {
    fn panics(known: &Known, _: &Budget) -> Result<Outcome, StageError> {
        assert!(!known.article.text.contains("poison"), "bad copy");
        Ok(Outcome::Skipped("made to"))
    }
    let engine = engine(vec![Made("one", &[], panics), Made("two", &["one"], skip)]);
    let (pool, _halted) = pool(2, 2);
    let results = through(engine, pool, &["good", "poison", "fine"]);
    let ends: Vec<_> = results.iter().map(|(_, s)| s.join(" ")).collect();
    assert_eq!(
        ends,
        ["Skipped Skipped", "Failed Skipped", "Skipped Skipped"]
    );
}

#[test]
fn a_stage_that_hangs_is_left_behind_and_its_article_goes_on() {
    static RELEASE: AtomicBool = AtomicBool::new(false);
    fn hangs(known: &Known, _: &Budget) -> Result<Outcome, StageError> {
        while known.article.text.contains("endless") && !RELEASE.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(Outcome::Skipped("made to"))
    }
    let engine = engine(vec![Made("one", &[], hangs), Made("two", &["one"], skip)]);
    let (pool, halted) = pool(1, 3);
    let results = through(engine, pool, &["a", "endless b", "c", "endless d", "e"]);
    RELEASE.store(true, Ordering::Relaxed);
    let ends: Vec<_> = results
        .iter()
        .map(|(t, s)| format!("{t}: {}", s.join(" ")))
        .collect();
    let expected = [
        "a: Skipped Skipped",
        "endless b: TimedOut Skipped",
        "c: Skipped Skipped",
        "endless d: TimedOut Skipped",
        "e: Skipped Skipped",
    ];
    assert_eq!(ends, expected);
    assert!(halted.try_recv().is_err());
}

#[test]
fn too_many_hanging_threads_halt_the_pool() {
    static RELEASE: AtomicBool = AtomicBool::new(false);
    fn hangs(_: &Known, _: &Budget) -> Result<Outcome, StageError> {
        while !RELEASE.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(Outcome::Skipped("made to"))
    }
    let engine = engine(vec![Made("one", &[], hangs)]);
    let (pool, halted) = pool(1, 1);
    through(engine, pool, &["a", "b", "c"]);
    RELEASE.store(true, Ordering::Relaxed);
    assert_eq!(halted.try_recv(), Ok(Halted::TooManyStuck { stuck: 2 }));
}

#[test]
fn a_stage_that_minds_its_budget_gives_up_itself() {
    fn minds(_: &Known, budget: &Budget) -> Result<Outcome, StageError> {
        while !budget.spent() {
            std::thread::sleep(Duration::from_millis(1));
        }
        Err(StageError::TimedOut)
    }
    let engine = engine(vec![Made("one", &[], minds)]);
    let (pool, halted) = pool(1, 0);
    let results = through(engine, pool, &["a"]);
    assert_eq!(results[0].1, ["TimedOut"]);
    assert!(halted.try_recv().is_err());
}

#[test]
fn stages_without_a_path_between_them_run_at_the_same_time() {
    static MOST: AtomicUsize = AtomicUsize::new(0);
    static NOW: AtomicUsize = AtomicUsize::new(0);
    fn counted(_: &Known, _: &Budget) -> Result<Outcome, StageError> {
        MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(20));
        NOW.fetch_sub(1, Ordering::SeqCst);
        Ok(Outcome::Skipped("made to"))
    }
    let engine = engine(vec![
        Made("one", &[], counted),
        Made("two", &[], counted),
        Made("three", &["one", "two"], skip),
    ]);
    let (pool, _halted) = pool(2, 2);
    // Both threads must have come to wait before one of them can be free to help.
    std::thread::sleep(Duration::from_millis(50));
    let results = through(engine, pool, &["a"]);
    assert_eq!(results[0].1, ["Skipped", "Skipped", "Skipped"]);
    assert_eq!(MOST.load(Ordering::SeqCst), 2);
}

#[test]
fn results_come_in_input_order_whatever_takes_how_long() {
    fn slow_for_some(known: &Known, _: &Budget) -> Result<Outcome, StageError> {
        let len = known.article.text.len() as u64;
        std::thread::sleep(Duration::from_millis(len * 7 % 11));
        Ok(Outcome::Skipped("made to"))
    }
    let engine = engine(vec![Made("one", &[], slow_for_some)]);
    let (pool, _halted) = pool(4, 2);
    let texts: Vec<String> = (0..100)
        .map(|n| "x".repeat(n % 13 + 1) + &n.to_string())
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let results = through(engine, pool, &texts);
    let tags: Vec<&str> = results.iter().map(|(t, _)| t.as_str()).collect();
    assert_eq!(tags, texts);
}

#[test]
fn a_message_that_cannot_be_read_says_why() {
    let (pool, _halted) = pool(1, 1);
    let results = through(engine(vec![]), pool, &["a", "", "b"]);
    assert_eq!(results[1].1, ["empty"]);
    assert_eq!(results.len(), 3);
}

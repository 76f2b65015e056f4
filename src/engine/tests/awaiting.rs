//! Stages that wait for something outside.

use std::sync::Mutex;
use std::time::Instant;

use proptest::prelude::*;

use super::*;
use crate::memory::RecordedLink;
use crate::pipeline::Call;

/// A stage that waits as the text of the article says, in words of its own: `w30` for 30 ms, and then `fail`,
/// `panic` or `hang`.
pub struct Awaits {
    most: usize,
    /// Calls in flight, and the most there were.
    now: Arc<AtomicUsize>,
    peak: Arc<AtomicUsize>,
}

impl Awaits {
    pub fn new(most: usize) -> Self {
        Awaits {
            most,
            now: Arc::default(),
            peak: Arc::default(),
        }
    }
}

/// Counts down when a call ends, however it ends.
struct InFlight(Arc<AtomicUsize>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl AnyStage for Awaits {
    fn name(&self) -> &'static str {
        "awaits"
    }

    fn reads(&self) -> &'static [&'static str] {
        &[]
    }

    fn calls(&self) -> Option<usize> {
        Some(self.most)
    }

    fn run(&self, known: &Known, _: &Budget) -> Result<Outcome, StageError> {
        let words: Vec<String> = known
            .article
            .text
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        let waits = words.iter().find_map(|w| w.strip_prefix("w")?.parse().ok());
        let Some(ms) = waits else {
            return Ok(Outcome::Skipped("nothing to wait for"));
        };
        let (now, peak) = (Arc::clone(&self.now), Arc::clone(&self.peak));
        Ok(Outcome::Pending(Call::new(async move {
            peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let _in_flight = InFlight(now);
            tokio::time::sleep(Duration::from_millis(ms)).await;
            let says = |word: &str| words.iter().any(|w| w == word);
            if says("hang") {
                std::future::pending::<()>().await;
            }
            assert!(!says("panic"), "a bad answer");
            match says("fail") {
                true => Err(StageError::Failed("no answer".into())),
                false => Ok(Outcome::Skipped("waited")),
            }
        })))
    }
}

/// Deadlines of which only that of a stage, and of an article, is short.
fn deadlines(stage: u64, article: u64) -> Deadlines {
    Deadlines {
        stage: Duration::from_millis(stage),
        article: Duration::from_millis(article),
        ..Deadlines::default()
    }
}

/// An engine with a stage that waits, and others.
pub fn with(awaits: Awaits, others: Vec<Made>, deadlines: Deadlines) -> Engine {
    let mut stages: Vec<Box<dyn AnyStage>> = vec![Box::new(awaits)];
    stages.extend(others.into_iter().map(|s| Box::new(s) as Box<dyn AnyStage>));
    Engine::with_stages(stages, intake::Settings::default(), deadlines).unwrap()
}

/// A feed with an item for each text.
pub fn feed(texts: &[String]) -> String {
    let items: Vec<_> = texts
        .iter()
        .enumerate()
        .map(|(n, text)| serde_json::json!({"id": n.to_string(), "content_text": text}))
        .collect();
    let version = "https://jsonfeed.org/version/1.1";
    serde_json::json!({"version": version, "title": "Feed", "items": items}).to_string()
}

/// Sends messages through a pool; the texts that came out, in their order, each after its message's number.
/// A message that cannot be read says so in the place of a text.
fn texts_through(engine: &Engine, pool: Pool, messages: &[String]) -> Vec<(usize, String)> {
    let render: Render = Arc::new(|r| r.content.text.clone().into_bytes());
    let mut line = InOrder::new(engine.clone(), pool, render);
    let mut out = Vec::new();
    let mut take = |tag: &usize, event: Event| -> Result<(), ()> {
        match event {
            Event::Record(text) => out.push((*tag, String::from_utf8(text).unwrap())),
            Event::End(Ok(())) => {}
            Event::End(Err(error)) => out.push((*tag, error.to_string())),
        }
        Ok(())
    };
    for (tag, text) in messages.iter().enumerate() {
        line.send(tag, message(text), &mut take).unwrap();
    }
    line.finish(&mut take).unwrap();
    out
}

#[test]
fn what_waits_holds_no_thread_and_others_go_on() {
    const ARTICLES: usize = 200;
    const MS: u32 = 300;
    static MEANWHILE: AtomicUsize = AtomicUsize::new(0);
    fn meanwhile(_: &Known, _: &Budget) -> Result<Outcome, StageError> {
        MEANWHILE.fetch_add(1, Ordering::SeqCst);
        Ok(Outcome::Skipped("made to"))
    }
    fn after(_: &Known, _: &Budget) -> Result<Outcome, StageError> {
        assert_eq!(MEANWHILE.load(Ordering::SeqCst), ARTICLES, "begun before");
        Ok(Outcome::Skipped("made to"))
    }
    let others = vec![
        Made("meanwhile", &[], meanwhile),
        Made("after", &["awaits"], after),
    ];
    let engine = with(Awaits::new(ARTICLES), others, deadlines(10_000, 10_000));
    // One message, so that all articles are under way at one time.
    let texts: Vec<String> = (0..ARTICLES).map(|n| format!("n{n} w{MS}")).collect();
    let start = Instant::now();
    let (pool, _halted) = pool(1, 0);
    let out = texts_through(&engine, pool, &[feed(&texts)]);
    assert_eq!(
        out,
        texts.iter().map(|t| (0, t.clone())).collect::<Vec<_>>()
    );
    let one_by_one = Duration::from_millis(u64::from(MS)) * ARTICLES as u32;
    assert!(start.elapsed() < one_by_one / 4, "{:?}", start.elapsed());
}

#[test]
fn a_call_that_fails_panics_or_hangs_costs_its_own_fields() {
    let others = vec![Made("other", &[], skip), Made("after", &["awaits"], skip)];
    let engine = with(Awaits::new(8), others, deadlines(500, 5_000));
    let (pool, halted) = pool(1, 0);
    let texts = ["w1 a", "w1 fail", "w1 panic", "w1 hang", "b"];
    let results = through(engine, pool, &texts);
    let ends: Vec<_> = results
        .iter()
        .map(|(t, s)| format!("{t}: {}", s.join(" ")))
        .collect();
    let expected = [
        "w1 a: Skipped Skipped Skipped",
        "w1 fail: Failed Skipped Skipped",
        "w1 panic: Failed Skipped Skipped",
        "w1 hang: TimedOut Skipped Skipped",
        "b: Skipped Skipped Skipped",
    ];
    assert_eq!(ends, expected);
    assert!(halted.try_recv().is_err());
}

#[test]
fn no_more_calls_are_in_flight_than_the_stage_says() {
    const MOST: usize = 7;
    let awaits = Awaits::new(MOST);
    let (now, peak) = (Arc::clone(&awaits.now), Arc::clone(&awaits.peak));
    // To wait for its turn is nobody's failure: 100 calls one after the other would take two seconds.
    let engine = with(awaits, vec![], deadlines(1_000, 1_000));
    let (pool, _halted) = pool(2, 0);
    let texts: Vec<String> = (0..100).map(|n| format!("w20 n{n}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let results = through(engine, pool, &texts);
    assert!(
        results.iter().all(|(_, s)| s == &["Skipped"]),
        "{results:?}"
    );
    assert_eq!(peak.load(Ordering::SeqCst), MOST);
    assert_eq!(now.load(Ordering::SeqCst), 0);
}

#[test]
fn time_spent_waiting_is_not_the_articles() {
    let after = vec![Made("after", &["awaits"], skip)];
    let engine = with(Awaits::new(8), after, deadlines(10_000, 400));
    let (pool, _halted) = pool(1, 0);
    let results = through(engine, pool, &["w900"]);
    assert_eq!(results[0].1, ["Skipped", "Skipped"]);
}

#[test]
fn an_article_that_waited_may_hang_like_any_other() {
    static RELEASE: AtomicBool = AtomicBool::new(false);
    fn hangs(known: &Known, _: &Budget) -> Result<Outcome, StageError> {
        while known.article.text.contains("endless") && !RELEASE.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(Outcome::Skipped("made to"))
    }
    let stages = vec![
        Made("hangs", &["awaits"], hangs),
        Made("last", &["hangs"], skip),
    ];
    let engine = with(Awaits::new(8), stages, deadlines(150, 5_000));
    let texts: Vec<String> = ["w20 a", "endless b", "w20 endless c", "d", "w20 e"]
        .map(str::to_owned)
        .to_vec();
    let (pool, halted) = pool(1, 4);
    let out = texts_through(&engine, pool, &[feed(&texts)]);
    RELEASE.store(true, Ordering::Relaxed);
    assert_eq!(
        out,
        texts.iter().map(|t| (0, t.clone())).collect::<Vec<_>>()
    );
    assert!(halted.try_recv().is_err());
}

#[test]
fn who_waits_for_room_gives_way_to_what_has_come() {
    // More than may be ahead of the first message, on the one thread that the first message needs.
    let many: Vec<String> = (0..100).map(|n| format!("n{n}")).collect();
    let messages = ["w50 first".to_owned(), feed(&many)];
    let engine = with(Awaits::new(8), vec![], deadlines(10_000, 10_000));
    let (pool, _halted) = pool(1, 0);
    let out = texts_through(&engine, pool, &messages);
    let expected: Vec<_> = std::iter::once((0, messages[0].clone()))
        .chain(many.iter().map(|t| (1, t.clone())))
        .collect();
    assert_eq!(out, expected);
}

#[test]
fn a_callers_own_thread_waits_itself() {
    let after = vec![Made("after", &["awaits"], skip)];
    let engine = with(Awaits::new(2), after, deadlines(200, 5_000));
    let texts = ["w5 a", "b", "w5 fail", "w1 hang"].map(str::to_owned);
    let mut statuses = Vec::new();
    engine
        .enrich(
            feed(&texts).as_bytes(),
            &Hints::default(),
            &Ingest::default(),
            &mut |record| {
                let stages = record.stages.iter().map(|s| format!("{:?}", s.status));
                statuses.push(stages.collect::<Vec<_>>().join(" "));
                ControlFlow::Continue(())
            },
        )
        .unwrap();
    let expected = [
        "Skipped Skipped",
        "Skipped Skipped",
        "Failed Skipped",
        "TimedOut Skipped",
    ];
    assert_eq!(statuses, expected);
}

/// Notes what is told to it, and that it was let go of.
struct Witness(Arc<Mutex<Vec<&'static str>>>);

impl Witness {
    fn note(&self, what: &'static str) {
        self.0.lock().unwrap().push(what);
    }
}

impl Sink for Witness {
    fn record(&mut self, _: EnrichedArticle, _: Option<RecordedLink>) -> ControlFlow<()> {
        self.note("record");
        ControlFlow::Continue(())
    }

    fn full(&self) -> Option<Room> {
        None
    }

    fn done(self: Box<Self>, _: Result<(), ReadError>) {
        self.note("done");
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.note("dropped");
    }
}

#[test]
fn a_pool_that_closes_lets_go_of_what_waits() {
    let awaits = Awaits::new(1);
    let (now, peak) = (Arc::clone(&awaits.now), Arc::clone(&awaits.peak));
    // One call is in flight, the others wait for their turn; neither would end in an hour.
    let engine = with(awaits, vec![], deadlines(3_600_000, 3_600_000));
    let (pool, _halted) = pool(1, 0);
    let heard = Arc::new(Mutex::new(Vec::new()));
    for text in [
        "w1 hang",
        "w1",
        &*feed(&["a".to_owned(), "w1".to_owned(), "b".to_owned()]),
    ] {
        let (engine, message, sink) = (engine.clone(), message(text), Witness(Arc::clone(&heard)));
        pool.submit(Box::new(move |pool| {
            engine.work(pool, message, Box::new(sink))
        }));
    }
    let patience = Instant::now() + Duration::from_secs(30);
    while peak.load(Ordering::SeqCst) == 0 || heard.lock().unwrap().is_empty() {
        assert!(Instant::now() < patience, "nothing waits");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(pool.close(patience));
    let all_gone = || now.load(Ordering::SeqCst) == 0 && Arc::strong_count(&heard) == 1;
    while !all_gone() {
        assert!(
            Instant::now() < patience,
            "{} in flight, {heard:?}",
            now.load(Ordering::SeqCst)
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    // The first article of the feed waits for nothing; no message came to its end.
    assert_eq!(
        *heard.lock().unwrap(),
        ["record", "dropped", "dropped", "dropped"]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever waits for how long and however it ends, with much or little room for what is parked: the
    /// records of all messages come out complete and in input order.
    #[test]
    fn records_come_in_input_order_whatever_waits_how_long(
        messages in prop::collection::vec(prop::collection::vec((0u8..6, 0u64..12), 1..40), 1..12),
        threads in 1usize..4,
        most in 1usize..20,
        parked_bytes in prop::sample::select(vec![1, 20_000, 64 << 20]),
    ) {
        let engine = with(
            Awaits::new(most),
            vec![Made("other", &[], skip), Made("after", &["awaits"], skip)],
            deadlines(2_000, 10_000),
        );
        let texts: Vec<Vec<String>> = messages
            .iter()
            .enumerate()
            .map(|(m, articles)| {
                let text = |(n, (kind, ms)): (usize, &(u8, u64))| match kind {
                    0..3 => format!("m{m} n{n}"),
                    3 | 4 => format!("m{m} n{n} w{ms}"),
                    _ => format!("m{m} n{n} w{ms} fail"),
                };
                articles.iter().enumerate().map(text).collect()
            })
            .collect();
        let (pool, _halted) = pool_that_parks(threads, 2, parked_bytes);
        let documents: Vec<String> = texts.iter().map(|t| feed(t)).collect();
        let out = texts_through(&engine, pool, &documents);
        let expected: Vec<(usize, String)> = texts
            .into_iter()
            .enumerate()
            .flat_map(|(m, texts)| texts.into_iter().map(move |t| (m, t)))
            .collect();
        prop_assert_eq!(out, expected);
    }
}

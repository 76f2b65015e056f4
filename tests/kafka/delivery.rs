//! What the worker promises, on a real broker: everything arrives, once, in order, and what cannot be
//! read is put away untouched.

use std::sync::Arc;
use std::time::Duration;

use crate::shared;
use crate::support::admin::Admin;
use crate::support::articles::Mix;
use crate::support::cluster::Cluster;
use crate::support::ledger::{Ledger, Verdict};
use crate::support::load::Load;
use crate::support::reader::{Exits, Watch};
use crate::support::worker::{Delivery, Job};

const PATIENCE: Duration = Duration::from_secs(300);
const SHUTDOWN: Duration = Duration::from_secs(20);

/// Topics of one test, the reader behind them, and the job of its workers.
pub(crate) struct Bench {
    pub admin: Admin,
    pub bootstrap: String,
    pub input: String,
    pub mix: Mix,
    pub ledger: Arc<Ledger>,
    pub job: Job,
    watch: Watch,
}

impl Bench {
    pub(crate) fn new(
        kafka: &Cluster,
        name: &str,
        delivery: Delivery,
        mix: Mix,
        articles: u32,
    ) -> Bench {
        let bootstrap = kafka.bootstrap();
        let admin = Admin::new(&bootstrap).unwrap();
        let input = format!("{name}.in");
        let exits = Exits {
            output: format!("{name}.out"),
            dead_letters: format!("{name}.dead"),
        };
        for (topic, partitions) in [(&input, 6), (&exits.output, 6), (&exits.dead_letters, 1)] {
            admin.create(topic, partitions, &[]).unwrap();
        }
        let ledger = Arc::new(Ledger::new(&mix, articles));
        let watch = Watch::start(&bootstrap, &exits, Arc::clone(&ledger)).unwrap();
        let job = Job::new(&bootstrap, name, &input, &exits, delivery);
        Bench {
            admin,
            bootstrap,
            input,
            mix,
            ledger,
            job,
            watch,
        }
    }

    /// Waits until everything was seen, reads it all again, and returns the verdict.
    pub(crate) fn verdict(self) -> Verdict {
        let complete = self.ledger.wait_until_complete(PATIENCE);
        let verdict = self.ledger.verdict();
        assert!(complete, "{verdict}");
        let fresh = Ledger::new(&self.mix, u32::try_from(verdict.injected).unwrap());
        assert_eq!(self.watch.finish(&fresh).unwrap(), None);
        self.ledger.verdict()
    }
}

#[test]
fn a_hundred_thousand_articles_through_two_workers_with_a_restart_and_poison_among_them() {
    const ARTICLES: u32 = 100_000;
    let Some(kafka) = shared("100,000 articles through two workers") else {
        return;
    };
    let mix = Mix {
        keys: 2_000,
        paragraphs: 2,
        ..Mix::rough(1)
    };
    let bench = Bench::new(kafka, "volume", Delivery::AtLeastOnce, mix, ARTICLES);
    let load = Load::start(&bench.bootstrap, &bench.input, &bench.mix, 0..ARTICLES, 0).unwrap();
    let (a, b) = (bench.job.replica("a"), bench.job.replica("b"));
    let mut first = a.start_ready().unwrap();
    let mut second = b.start_ready().unwrap();
    assert!(
        bench.ledger.wait_for_share(0.4, PATIENCE),
        "{}",
        first.tail()
    );
    let (code, took) = second.terminate(SHUTDOWN).unwrap();
    assert_eq!(code, Some(0), "{took:?}\n{}", second.tail());
    let mut second = b.start_ready().unwrap();
    load.join().unwrap();
    assert!(
        bench.ledger.wait_until_complete(PATIENCE),
        "{}",
        bench.ledger.verdict()
    );
    for worker in [&mut first, &mut second] {
        let (code, took) = worker.terminate(SHUTDOWN).unwrap();
        assert_eq!(code, Some(0), "{took:?}\n{}", worker.tail());
    }
    let lag = bench.admin.lag(&bench.job.group, &bench.input).unwrap();
    assert_eq!(lag, 0, "offsets not committed");
    let verdict = bench.verdict();
    assert!(verdict.exactly_once(), "{verdict}");
    assert_eq!(verdict.records + verdict.dead_lettered, u64::from(ARTICLES));
    assert_eq!(verdict.dead_lettered, u64::from(ARTICLES / 97));
}

#[test]
fn exactly_once_through_two_workers_of_which_one_is_killed() {
    const ARTICLES: u32 = 10_000;
    let Some(kafka) = shared("exactly once") else {
        return;
    };
    let mix = Mix {
        paragraphs: 2,
        ..Mix::rough(2)
    };
    let bench = Bench::new(kafka, "once", Delivery::ExactlyOnce, mix, ARTICLES);
    let load = Load::start(&bench.bootstrap, &bench.input, &bench.mix, 0..ARTICLES, 0).unwrap();
    let (a, b) = (bench.job.replica("a"), bench.job.replica("b"));
    let _first = a.start_ready().unwrap();
    let mut second = b.start_ready().unwrap();
    assert!(
        bench.ledger.wait_for_share(0.3, PATIENCE),
        "{}",
        second.tail()
    );
    second.kill().unwrap();
    let _second = b.start().unwrap();
    load.join().unwrap();
    let verdict = bench.verdict();
    assert!(verdict.exactly_once(), "{verdict}");
}

#[test]
fn a_worker_told_to_stop_under_load_goes_at_once_and_repeats_nothing() {
    const ARTICLES: u32 = 10_000;
    let Some(kafka) = shared("SIGTERM") else {
        return;
    };
    let mix = Mix {
        paragraphs: 2,
        ..Mix::plain(3)
    };
    let bench = Bench::new(kafka, "stop", Delivery::AtLeastOnce, mix, ARTICLES);
    Load::produce(&bench.bootstrap, &bench.input, &bench.mix, 0..ARTICLES).unwrap();
    let mut worker = bench.job.start_ready().unwrap();
    assert!(
        bench.ledger.wait_for_share(0.1, PATIENCE),
        "{}",
        worker.tail()
    );
    let (code, took) = worker.terminate(SHUTDOWN).unwrap();
    assert_eq!(code, Some(0), "{}", worker.tail());
    assert!(took < Duration::from_secs(5), "{took:?}");
    let _worker = bench.job.start_ready().unwrap();
    let verdict = bench.verdict();
    assert!(verdict.exactly_once(), "{verdict}");
}

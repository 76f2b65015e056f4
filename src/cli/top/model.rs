//! What is known of the workers, wherever it comes from.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::cli::tap::Row;
use crate::ops::Quantiles;

/// One worker as it was last heard of. Rates are per second, over the last ten seconds or so.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Worker {
    pub name: String,
    pub group: Option<String>,
    pub delivery: Option<String>,
    pub state: State,
    pub up: Option<Duration>,
    /// Numbers of its partitions.
    pub partitions: Vec<i32>,
    pub in_rate: f64,
    pub out_rate: f64,
    pub dead_rate: f64,
    /// `None` while the lag of one of its partitions is unknown.
    pub lag: Option<u64>,
    pub oldest: Duration,
    pub in_flight: u64,
    pub in_flight_bytes: u64,
    /// How many messages, and how many bytes of them, may be in it.
    pub most_messages: Option<u64>,
    pub most_bytes: Option<u64>,
    /// Share of the time in which consumption was paused.
    pub paused: f64,
    /// From taking a message to its records being written.
    pub end_to_end: Option<Quantiles>,
    pub resident_bytes: Option<u64>,
    /// Cores in use.
    pub cores: Option<f64>,
    pub stages: BTreeMap<String, Stage>,
    /// Records of the last minute by format, status, language and flag.
    pub kinds: Kinds,
}

/// Whether a worker takes messages.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum State {
    #[default]
    Unknown,
    Ready,
    /// And why.
    NotReady(String),
    /// It does not answer, or has stopped: since when, and why.
    Away(Instant, String),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Stage {
    /// Of the time of an article.
    pub times: Option<Quantiles>,
    /// Seconds of work each second; the log does not say.
    pub load: Option<f64>,
    /// In the last minute.
    pub failures: u64,
}

pub(super) type Counts = BTreeMap<String, u64>;

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Kinds {
    pub formats: Counts,
    pub statuses: Counts,
    pub languages: Counts,
    pub flags: Counts,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Note {
    /// Time of day.
    pub time: String,
    pub worker: String,
    pub text: String,
    pub is_bad: bool,
}

/// What a source tells.
#[derive(Debug)]
pub(super) enum Update {
    /// How a worker is now; `key` tells it from the others of all sources.
    Seen {
        key: String,
        worker: Box<Worker>,
    },
    /// A worker does not answer, and why.
    Away {
        key: String,
        why: String,
    },
    Happened(Note),
    /// A record or a dead letter has come.
    Record(Box<Row>),
    /// How many records of the last second are not shown.
    PassedOver(u64),
    /// The source itself cannot be read, or has ended.
    Source(String),
}

/// What the screen shows.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub workers: BTreeMap<String, Worker>,
    /// The latest last.
    pub notes: VecDeque<Note>,
    /// Records and dead letters, the latest last, each with its number.
    pub records: VecDeque<(u64, Row)>,
    /// Records of the last second that are not among them.
    pub passed_over: u64,
    /// What is said of the source itself.
    pub source: Option<String>,
    /// The latest last.
    history: VecDeque<Point>,
}

/// How all workers stood at a time.
#[derive(Debug, Clone, Copy)]
struct Point {
    at: Instant,
    in_rate: f64,
    lag: Option<u64>,
    /// How many answered: with one more or less the lag is another for that alone.
    workers: usize,
}

/// Points that are kept, one every two seconds: what a line of blocks has room for.
const POINTS: usize = 30;

/// Time between two points.
const POINT: Duration = Duration::from_secs(2);

/// Lines that are kept of what happened.
const NOTES: usize = 200;

/// Records and dead letters that are kept.
const RECORDS: usize = 500;

/// When the lag is gone, at the pace of the last minute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Clears {
    In(Duration),
    Grows,
    Unknown,
}

impl Model {
    /// Takes what a source tells; whether the screen is another now.
    pub(super) fn take(&mut self, update: Update, now: Instant) {
        match update {
            Update::Seen { key, worker } => {
                let before = self.workers.get(&key).map(|w| w.state.clone());
                self.note_change(before.as_ref(), &worker);
                self.workers.insert(key, *worker);
                self.point(now);
            }
            Update::Away { key, why } => {
                let worker = self.workers.entry(key.clone()).or_insert_with(|| Worker {
                    name: key,
                    ..Worker::default()
                });
                let is_new = !matches!(worker.state, State::Away(..));
                let since = match worker.state {
                    State::Away(since, _) => since,
                    _ => now,
                };
                worker.state = State::Away(since, why.clone());
                if is_new {
                    let name = worker.name.clone();
                    self.happened(Note::now(name, format!("away: {why}"), true));
                }
            }
            Update::Happened(note) => self.happened(note),
            Update::Record(row) => self.record(*row),
            Update::PassedOver(records) => self.passed_over = records,
            Update::Source(said) => self.source = Some(said),
        }
    }

    /// Says that a worker is ready or not, when it was otherwise before.
    fn note_change(&mut self, before: Option<&State>, worker: &Worker) {
        let (text, is_bad) = match (&worker.state, before) {
            (now, Some(before)) if now == before => return,
            (State::Ready, Some(_)) => ("ready".to_owned(), false),
            (State::NotReady(why), _) => (format!("not ready: {why}"), true),
            _ => return,
        };
        self.happened(Note::now(worker.name.clone(), text, is_bad));
    }

    fn record(&mut self, row: Row) {
        let number = self.records.back().map_or(0, |(last, _)| last + 1);
        self.records.push_back((number, row));
        if self.records.len() > RECORDS {
            self.records.pop_front();
        }
    }

    fn happened(&mut self, note: Note) {
        self.notes.push_back(note);
        if self.notes.len() > NOTES {
            self.notes.pop_front();
        }
    }

    fn point(&mut self, now: Instant) {
        if let Some(last) = self.history.back()
            && now.saturating_duration_since(last.at) < POINT
        {
            return;
        }
        let total = self.total();
        self.history.push_back(Point {
            at: now,
            in_rate: total.in_rate,
            lag: total.lag,
            workers: self.there().count(),
        });
        if self.history.len() > POINTS {
            self.history.pop_front();
        }
    }

    /// Messages a second of the last minute, the latest last.
    pub(super) fn in_rates(&self) -> Vec<f64> {
        self.history.iter().map(|point| point.in_rate).collect()
    }

    /// The lag of the last minute where it was known, the latest last.
    pub(super) fn lags(&self) -> Vec<f64> {
        let known = self.history.iter().filter_map(|point| point.lag);
        known.map(|lag| lag as f64).collect()
    }

    /// When the lag is gone.
    pub(super) fn clears(&self) -> Clears {
        let workers = self.history.back().map_or(0, |point| point.workers);
        let same = self.history.iter().filter(|p| p.workers == workers);
        let mut known = same.filter_map(|point| Some((point.at, point.lag?)));
        let (Some((began, first)), Some((ended, last))) = (known.next(), known.next_back()) else {
            return Clears::Unknown;
        };
        let seconds = ended.saturating_duration_since(began).as_secs_f64();
        match first.checked_sub(last) {
            _ if last == 0 => Clears::In(Duration::ZERO),
            None => Clears::Grows,
            Some(0) => Clears::Unknown,
            Some(less) => Clears::In(Duration::from_secs_f64(last as f64 * seconds / less as f64)),
        }
    }

    /// All of them by name.
    pub(super) fn by_name(&self) -> Vec<&Worker> {
        let mut all: Vec<&Worker> = self.workers.values().collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    /// Those that answer.
    fn there(&self) -> impl Iterator<Item = &Worker> {
        let is_there = |worker: &&Worker| !matches!(worker.state, State::Away(..));
        self.workers.values().filter(is_there)
    }

    /// Those that answer, together. Of times the worst is shown: quantiles of several do not add up.
    pub(super) fn total(&self) -> Worker {
        let mut all = self.there();
        let Some(mut total) = all.next().cloned() else {
            return Worker::default();
        };
        for worker in all {
            total.add(worker);
        }
        total
    }
}

impl Worker {
    fn add(&mut self, other: &Worker) {
        self.up = self.up.max(other.up);
        self.in_rate += other.in_rate;
        self.out_rate += other.out_rate;
        self.dead_rate += other.dead_rate;
        self.lag = self.lag.zip(other.lag).map(|(a, b)| a + b);
        self.oldest = self.oldest.max(other.oldest);
        self.in_flight += other.in_flight;
        self.in_flight_bytes += other.in_flight_bytes;
        self.most_messages = sum(self.most_messages, other.most_messages);
        self.most_bytes = sum(self.most_bytes, other.most_bytes);
        self.paused = self.paused.max(other.paused);
        self.end_to_end = worst(self.end_to_end, other.end_to_end);
        for (name, stage) in &other.stages {
            let own = self.stages.entry(name.clone()).or_default();
            own.times = worst(own.times, stage.times);
            own.failures += stage.failures;
            own.load = match (own.load, stage.load) {
                (Some(a), Some(b)) => Some(a + b),
                (a, b) => a.or(b),
            };
        }
        for (own, more) in [
            (&mut self.kinds.formats, &other.kinds.formats),
            (&mut self.kinds.statuses, &other.kinds.statuses),
            (&mut self.kinds.languages, &other.kinds.languages),
            (&mut self.kinds.flags, &other.kinds.flags),
        ] {
            for (name, count) in more {
                *own.entry(name.clone()).or_default() += count;
            }
        }
    }
}

impl Note {
    /// Something that is noticed now.
    pub(super) fn now(worker: String, text: String, is_bad: bool) -> Self {
        Note {
            time: time_of_day(),
            worker,
            text,
            is_bad,
        }
    }
}

/// Now, as a clock on the wall has it.
pub(super) fn time_of_day() -> String {
    clock(Timestamp::now())
}

/// The time of day here.
pub(super) fn clock(at: Timestamp) -> String {
    let here = at.to_zoned_datetime(TimeZone::system());
    here.strftime("%H:%M:%S").to_string()
}

fn sum(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    a.zip(b).map(|(a, b)| a + b)
}

fn worst(a: Option<Quantiles>, b: Option<Quantiles>) -> Option<Quantiles> {
    let (Some(one), Some(other)) = (a, b) else {
        return a.or(b);
    };
    Some(Quantiles {
        p50: one.p50.max(other.p50),
        p95: one.p95.max(other.p95),
        p99: one.p99.max(other.p99),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(key: &str, in_rate: f64, lag: Option<u64>, state: State) -> Update {
        let worker = Worker {
            name: key.into(),
            in_rate,
            lag,
            state,
            ..Worker::default()
        };
        Update::Seen {
            key: key.into(),
            worker: Box::new(worker),
        }
    }

    #[test]
    fn a_worker_that_is_away_stays_in_the_table_and_out_of_the_sums() {
        let mut model = Model::default();
        let now = Instant::now();
        model.take(seen("a", 400.0, Some(10), State::Ready), now);
        model.take(seen("b", 300.0, Some(5), State::Ready), now);
        assert_eq!(model.total().lag, Some(15));
        for seconds in [3, 5] {
            let away = Update::Away {
                key: "b".into(),
                why: "connection refused".into(),
            };
            model.take(away, now + Duration::from_secs(seconds));
        }
        assert_eq!(model.workers.len(), 2);
        assert!((model.total().in_rate - 400.0).abs() < f64::EPSILON);
        let State::Away(since, _) = &model.workers["b"].state else {
            panic!("{:?}", model.workers["b"].state);
        };
        assert_eq!(*since, now + Duration::from_secs(3), "since the first time");
        model.take(seen("b", 300.0, None, State::Ready), now);
        let said: Vec<_> = model.notes.iter().map(|n| n.text.as_str()).collect();
        assert_eq!(said, ["away: connection refused", "ready"]);
        assert_eq!(model.total().lag, None, "that of one is not known");
    }

    #[test]
    fn a_worker_never_heard_of_has_the_name_it_was_asked_by() {
        let mut model = Model::default();
        let away = Update::Away {
            key: "host:9464".into(),
            why: "no such host".into(),
        };
        model.take(away, Instant::now());
        assert_eq!(model.workers["host:9464"].name, "host:9464");
    }

    #[test]
    fn the_lag_clears_at_the_pace_of_the_last_minute() {
        let clears = |lags: &[u64]| {
            let mut model = Model::default();
            let began = Instant::now();
            for (n, lag) in lags.iter().enumerate() {
                let at = began + POINT * u32::try_from(n).unwrap();
                model.take(seen("a", 1.0, Some(*lag), State::Ready), at);
            }
            model.clears()
        };
        assert_eq!(clears(&[]), Clears::Unknown);
        assert_eq!(clears(&[100, 60, 20]), Clears::In(Duration::from_secs(1)));
        assert_eq!(clears(&[20, 60]), Clears::Grows);
        assert_eq!(clears(&[20, 20]), Clears::Unknown);
        assert_eq!(clears(&[20, 0]), Clears::In(Duration::ZERO));
        let mut model = Model::default();
        let began = Instant::now();
        model.take(seen("a", 1.0, Some(100), State::Ready), began);
        model.take(seen("b", 1.0, Some(100), State::Ready), began + POINT);
        assert_eq!(
            model.clears(),
            Clears::Unknown,
            "it was seen, and did not grow"
        );
    }

    #[test]
    fn times_of_several_workers_are_those_of_the_worst() {
        let of = |p50| {
            Some(Quantiles {
                p50,
                p95: 2.0 * p50,
                p99: 3.0 * p50,
            })
        };
        assert_eq!(worst(of(1.0), of(4.0)), of(4.0));
        assert_eq!(worst(None, of(4.0)), of(4.0));
    }
}

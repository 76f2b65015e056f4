//! A worker's numbers, from its `/metrics`.

use std::collections::{BTreeMap, VecDeque};
use std::io::Read;
use std::time::{Duration, Instant, SystemTime};

use foldhash::HashMap;
use reqwest::blocking::Client;

use super::model::{Counts, Kinds, Note, Stage, State, Update, Worker};
use crate::ops::Quantiles;
use crate::ops::metrics::{self, Kind, Metric};

/// One answer of `/metrics`.
#[derive(Debug)]
struct Scrape {
    at: Instant,
    /// By name.
    samples: HashMap<String, Vec<Sample>>,
}

#[derive(Debug, PartialEq)]
struct Sample {
    labels: Vec<(String, String)>,
    value: f64,
}

/// Rates and times are those of so long.
const RATES: Duration = Duration::from_secs(10);

/// What is counted by kind is that of so long.
const KINDS: Duration = Duration::from_secs(60);

/// Longest wait for an answer: a worker that needs longer is as good as away.
const ANSWER: Duration = Duration::from_secs(2);

/// Largest answer that is read. One of a worker with a hundred partitions has 60 KB.
const MOST_BYTES: u64 = 16 << 20;

/// What a line of samples is made of.
fn sample(line: &str) -> Option<(&str, Sample)> {
    let (series, value) = line.rsplit_once(' ')?;
    let value = value.parse().ok()?;
    let Some((name, labels)) = series.split_once('{') else {
        let labels = Vec::new();
        return Some((series, Sample { labels, value }));
    };
    let labels = pairs(labels.strip_suffix('}')?)?;
    Some((name, Sample { labels, value }))
}

/// `a="b",c="d"`, where a backslash escapes `\`, `"` and a line's end.
fn pairs(mut text: &str) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    while !text.is_empty() {
        let (name, rest) = text.split_once("=\"")?;
        let mut value = String::new();
        let mut chars = rest.char_indices();
        let end = loop {
            match chars.next()? {
                (end, '"') => break end,
                (_, '\\') => value.push(match chars.next()?.1 {
                    'n' => '\n',
                    c => c,
                }),
                (_, c) => value.push(c),
            }
        };
        pairs.push((name.to_owned(), value));
        let rest = &rest[end + 1..];
        text = rest.strip_prefix(',').unwrap_or(rest);
    }
    Some(pairs)
}

impl Scrape {
    fn read(text: &str, at: Instant) -> Self {
        let mut samples: HashMap<String, Vec<Sample>> = HashMap::default();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        for (name, sample) in lines.filter_map(sample) {
            match samples.get_mut(name) {
                Some(own) => own.push(sample),
                None => {
                    samples.insert(name.to_owned(), vec![sample]);
                }
            }
        }
        Scrape { at, samples }
    }

    fn of(&self, name: &str) -> &[Sample] {
        self.samples.get(name).map_or(&[], Vec::as_slice)
    }

    /// The sum of all samples of a metric; nothing when there are none.
    fn value(&self, metric: &Metric) -> Option<f64> {
        let own = self.of(metric.name);
        (!own.is_empty()).then(|| own.iter().map(|s| s.value).sum())
    }

    /// A label of the first sample of a metric.
    fn label(&self, metric: &Metric, name: &str) -> Option<String> {
        let first = self.of(metric.name).first()?;
        first.label(name).map(str::to_owned)
    }

    /// Counts by a label, or by both where there are two.
    fn counts(&self, metric: &Metric) -> BTreeMap<Vec<&str>, f64> {
        let own = self.of(metric.name).iter();
        own.map(|s| {
            let labels = s.labels.iter().map(|(_, value)| value.as_str());
            (labels.collect(), s.value)
        })
        .collect()
    }

    /// Upper bounds in seconds and how many are not above them, of a histogram or of that with this label.
    fn buckets(&self, metric: &Metric, own: Option<(&str, &str)>) -> Vec<(f64, f64)> {
        let all = self.of(&format!("{}_bucket", metric.name)).iter();
        all.filter(|s| own.is_none_or(|(name, value)| s.label(name) == Some(value)))
            .filter_map(|s| Some((s.label("le")?.parse().ok()?, s.value)))
            .collect()
    }
}

impl Sample {
    fn label(&self, name: &str) -> Option<&str> {
        let own = self.labels.iter().find(|(n, _)| n == name);
        own.map(|(_, value)| value.as_str())
    }
}

/// How far a histogram came from `before` to `now`, as quantiles in milliseconds.
fn quantiles(before: &[(f64, f64)], now: &[(f64, f64)]) -> Option<Quantiles> {
    let same = before.len() == now.len();
    let grown: Vec<(f64, f64)> = now
        .iter()
        .enumerate()
        .map(|(n, (bound, count))| (*bound, if same { count - before[n].1 } else { *count }))
        .collect();
    let total = grown.last().map(|(_, count)| *count).filter(|n| *n > 0.0)?;
    Some(Quantiles {
        p50: quantile(&grown, 0.50 * total),
        p95: quantile(&grown, 0.95 * total),
        p99: quantile(&grown, 0.99 * total),
    })
}

/// Where `rank` falls, in milliseconds: between the bounds of its bucket by its place among those there, as
/// Prometheus' `histogram_quantile` does.
fn quantile(buckets: &[(f64, f64)], rank: f64) -> f64 {
    let mut below = (0.0, 0.0);
    for &(bound, count) in buckets {
        if count >= rank && bound.is_finite() {
            let share = (rank - below.1) / (count - below.1).max(f64::MIN_POSITIVE);
            return (below.0 + (bound - below.0) * share.clamp(0.0, 1.0)) * 1000.0;
        }
        if bound.is_finite() {
            below = (bound, count);
        }
    }
    below.0 * 1000.0
}

/// Follows one worker.
pub(super) struct Watch {
    /// Host and port.
    key: String,
    metrics: String,
    readiness: String,
    client: Client,
    /// Of the last minute, the latest last.
    scrapes: VecDeque<Scrape>,
}

impl Watch {
    /// `address` is `host:port`, or an address of http with or without `/metrics`.
    ///
    /// # Errors
    /// When it is neither.
    pub(super) fn new(address: &str) -> Result<Self, String> {
        let with_scheme = match address.contains("://") {
            true => address.to_owned(),
            false => format!("http://{address}"),
        };
        let mut url = url::Url::parse(&with_scheme)
            .map_err(|e| format!("{address}: {e}; write host:port"))?;
        if url.scheme() != "http" {
            return Err(format!("{address}: workers serve http, nothing else"));
        }
        if url.path() == "/" {
            url.set_path("/metrics");
        }
        let host = url.host_str().unwrap_or_default();
        let key = format!("{host}:{}", url.port_or_known_default().unwrap_or(80));
        let readiness = url.join("readyz").map_err(|e| e.to_string())?;
        let client = Client::builder()
            .timeout(ANSWER)
            // a worker is asked directly, whatever the environment says of the way out
            .no_proxy()
            .build()
            .map_err(|e| e.to_string())?;
        Ok(Watch {
            key,
            metrics: url.into(),
            readiness: readiness.into(),
            client,
            scrapes: VecDeque::new(),
        })
    }

    /// Asks the worker, and tells what is new.
    pub(super) fn look(&mut self) -> Vec<Update> {
        let text = match self.get(&self.metrics) {
            Ok((200, text)) => text,
            Ok((status, _)) => return self.away(format!("{} answers {status}", self.metrics)),
            Err(error) => return self.away(format!("{error:#}")),
        };
        let now = Scrape::read(&text, Instant::now());
        if now.value(metrics::MESSAGES_IN).is_none() {
            return self.away(format!("{} has no metrics of copydesk", self.metrics));
        }
        let state = match now.value(metrics::READY) {
            Some(ready) if ready > 0.0 => State::Ready,
            None => State::Unknown,
            Some(_) => {
                let answer = self.get(&self.readiness).map(|(_, text)| text);
                State::NotReady(answer.unwrap_or_default().trim().to_owned())
            }
        };
        self.take(now, state)
    }

    fn get(&self, url: &str) -> anyhow::Result<(u16, String)> {
        let answer = self.client.get(url).send();
        let answer = answer.map_err(reqwest::Error::without_url)?;
        let status = answer.status().as_u16();
        let mut body = String::new();
        answer.take(MOST_BYTES).read_to_string(&mut body)?;
        Ok((status, body))
    }

    fn away(&mut self, why: String) -> Vec<Update> {
        // What was counted before says nothing of the time in which nobody looked.
        self.scrapes.clear();
        let key = self.key.clone();
        vec![Update::Away { key, why }]
    }

    fn take(&mut self, now: Scrape, state: State) -> Vec<Update> {
        let fell = |before: &Scrape| {
            before.value(metrics::MESSAGES_IN) > now.value(metrics::MESSAGES_IN)
                || before.value(metrics::START_TIME_SECONDS)
                    != now.value(metrics::START_TIME_SECONDS)
        };
        if self.scrapes.back().is_some_and(fell) {
            self.scrapes.clear();
        }
        let aged = |scrape: &Scrape, age| now.at.saturating_duration_since(scrape.at) >= age;
        while self.scrapes.len() > 1 && aged(&self.scrapes[1], KINDS) {
            self.scrapes.pop_front();
        }
        let recent = self.scrapes.iter().rev().find(|s| aged(s, RATES));
        let recent = recent.or(self.scrapes.front());
        let mut worker = worker(&now, recent, self.scrapes.front());
        if worker.name.is_empty() {
            worker.name.clone_from(&self.key);
        }
        worker.state = state;
        let mut updates = match self.scrapes.back() {
            Some(before) => happened(before, &now, &worker.name),
            None => Vec::new(),
        };
        updates.push(Update::Seen {
            key: self.key.clone(),
            worker: Box::new(worker),
        });
        self.scrapes.push_back(now);
        updates
    }
}

/// The worker as it is now, with what it did since the one before and, by kinds, since the oldest.
fn worker(now: &Scrape, recent: Option<&Scrape>, oldest: Option<&Scrape>) -> Worker {
    let whole = |metric| now.value(metric).map(|n| n as u64);
    let since = recent.map_or(0.0, |r| (now.at - r.at).as_secs_f64());
    let rate = |metric: &Metric| -> Option<f64> {
        let before = recent?.value(metric).unwrap_or(0.0);
        let grown = now.value(metric)? - before;
        (since > 0.0).then(|| grown.max(0.0) / since)
    };
    let partitions = now.of(metrics::PARTITION_LAG.name).iter();
    let mut partitions: Vec<i32> = partitions
        .filter_map(|s| s.label("partition")?.parse().ok())
        .collect();
    partitions.sort_unstable();
    let began = now.value(metrics::START_TIME_SECONDS);
    let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let up = began
        .zip(clock.ok())
        .map(|(began, clock)| Duration::from_secs_f64((clock.as_secs_f64() - began).max(0.0)));
    let grown = |metric| oldest.map_or_else(Counts::new, |oldest| grown(metric, oldest, now));
    Worker {
        name: now
            .label(metrics::WORKER_INFO, "worker")
            .unwrap_or_default(),
        group: now.label(metrics::WORKER_INFO, "group"),
        delivery: now.label(metrics::WORKER_INFO, "delivery"),
        state: State::Unknown,
        up,
        partitions,
        in_rate: rate(metrics::MESSAGES_IN).unwrap_or(0.0),
        out_rate: rate(metrics::MESSAGES_OUT).unwrap_or(0.0),
        dead_rate: rate(metrics::DEAD_LETTERED).unwrap_or(0.0),
        lag: whole(metrics::LAG),
        oldest: Duration::from_secs_f64(now.value(metrics::OLDEST_SECONDS).unwrap_or(0.0).max(0.0)),
        in_flight: whole(metrics::IN_FLIGHT).unwrap_or(0),
        in_flight_bytes: whole(metrics::IN_FLIGHT_BYTES).unwrap_or(0),
        most_messages: whole(metrics::IN_FLIGHT_LIMIT),
        most_bytes: whole(metrics::IN_FLIGHT_LIMIT_BYTES),
        paused: rate(metrics::PAUSED_SECONDS).unwrap_or(0.0),
        end_to_end: recent.and_then(|recent| {
            let of = |scrape: &Scrape| scrape.buckets(metrics::MESSAGE_SECONDS, None);
            quantiles(&of(recent), &of(now))
        }),
        resident_bytes: whole(metrics::RESIDENT_BYTES),
        cores: rate(metrics::CPU_SECONDS),
        stages: stages(now, recent, &grown(metrics::STAGE_FAILURES)),
        kinds: Kinds {
            formats: grown(metrics::RECORDS_BY_FORMAT),
            statuses: grown(metrics::RECORDS_BY_STATUS),
            languages: grown(metrics::RECORDS_BY_LANGUAGE),
            flags: grown(metrics::RECORD_FLAGS),
        },
    }
}

/// How far the counts of a metric came, by its first label; what did not grow is left out.
fn grown(metric: &Metric, before: &Scrape, now: &Scrape) -> Counts {
    let before = before.counts(metric);
    let mut grown = Counts::new();
    for (labels, count) in now.counts(metric) {
        let more = count - before.get(&labels).copied().unwrap_or(0.0);
        if more > 0.0 {
            let name = labels.first().copied().unwrap_or_default();
            *grown.entry(name.to_owned()).or_default() += more as u64;
        }
    }
    grown
}

fn stages(now: &Scrape, recent: Option<&Scrape>, failures: &Counts) -> BTreeMap<String, Stage> {
    let sums = format!("{}_sum", metrics::STAGE_SECONDS.name);
    let sum = |scrape: &Scrape, name: &str| {
        let own = scrape.of(&sums).iter();
        own.filter(|s| s.label("stage") == Some(name))
            .map(|s| s.value)
            .sum::<f64>()
    };
    let stage = |sample: &Sample| {
        let name = sample.label("stage")?.to_owned();
        let of = |s: &Scrape| s.buckets(metrics::STAGE_SECONDS, Some(("stage", &name)));
        let since = recent.map(|r| (now.at - r.at).as_secs_f64());
        let load = recent.zip(since).filter(|(_, seconds)| *seconds > 0.0);
        let stage = Stage {
            times: recent.and_then(|recent| quantiles(&of(recent), &of(now))),
            load: load.map(|(recent, seconds)| (sample.value - sum(recent, &name)) / seconds),
            failures: failures.get(&name).copied().unwrap_or(0),
        };
        Some((name, stage))
    };
    now.of(&sums).iter().filter_map(stage).collect()
}

/// What of the counters that events move, and of dead letters, went up.
fn happened(before: &Scrape, now: &Scrape, worker: &str) -> Vec<Update> {
    let counters = metrics::CATALOGUE.iter().filter(|metric| {
        metric.kind == Kind::Counter && (metric.by_events || **metric == metrics::DEAD_LETTERED)
    });
    let mut updates = Vec::new();
    for metric in counters {
        let earlier = before.counts(metric);
        for (labels, count) in now.counts(metric) {
            let more = count - earlier.get(&labels).copied().unwrap_or(0.0);
            if more <= 0.0 {
                continue;
            }
            let name = metric.name.trim_start_matches("copydesk_");
            let name = name.trim_end_matches("_total").replace('_', " ");
            let labels = labels.join(", ");
            let text = format!("{name} +{more} {labels}");
            let note = Note::now(worker.to_owned(), text.trim_end().to_owned(), true);
            updates.push(Update::Happened(note));
        }
    }
    updates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{Gauges, MessageOutcome, PartitionLag, Stats, WorkerInfo};

    fn gauges(lag: u64) -> Gauges {
        Gauges {
            partitions: vec![PartitionLag {
                topic: "news.raw".into(),
                partition: 3,
                messages: Some(lag),
            }],
            ready: Some(true),
            worker: Some(WorkerInfo {
                name: "desk-1".into(),
                group: "copydesk".into(),
                delivery: "exactly-once".into(),
                in_flight_messages: 8000,
                in_flight_bytes: 64 << 20,
            }),
            ..Gauges::default()
        }
    }

    fn work(stats: &Stats, messages: u64) {
        for n in 0..messages {
            stats.taken(10);
            stats.stage("entities", Duration::from_millis(3));
            stats.stage("times", Duration::from_millis(1));
            let outcome = match n % 10 {
                9 => MessageOutcome::DeadLettered {
                    error_code: "malformed",
                },
                _ => MessageOutcome::Published {
                    records: 1,
                    bytes: 100,
                },
            };
            stats.finished(10, Duration::from_millis(4), outcome);
        }
    }

    #[test]
    fn what_a_worker_writes_is_read() {
        let stats = Stats::new(["entities", "times"]);
        let mut watch = Watch::new("localhost:9464").unwrap();
        let began = Instant::now();
        let scrape = |seconds, lag| {
            let at = began + Duration::from_secs(seconds);
            Scrape::read(&stats.render(&gauges(lag)), at)
        };
        watch.take(scrape(0, 90), State::Ready);
        work(&stats, 1000);
        let updates = watch.take(scrape(10, 40), State::Ready);
        let [Update::Happened(note), Update::Seen { key, worker }] = &updates[..] else {
            panic!("{updates:?}");
        };
        assert_eq!(note.text, "dead lettered +100 malformed");
        assert_eq!(key, "localhost:9464");
        assert_eq!(worker.name, "desk-1");
        assert_eq!(worker.delivery.as_deref(), Some("exactly-once"));
        let near = |got: f64, want: f64| (got - want).abs() < want * 0.01;
        assert!(
            near(worker.in_rate, 100.0) && near(worker.out_rate, 90.0),
            "{worker:?}"
        );
        assert!(near(worker.dead_rate, 10.0), "{worker:?}");
        assert_eq!((worker.lag, &*worker.partitions), (Some(40), &[3][..]));
        assert_eq!(worker.most_messages, Some(8000));
        let entities = &worker.stages["entities"];
        // between the bounds of its bucket, 2.5 and 5 ms
        let p50 = entities.times.unwrap().p50;
        assert!((2.5..=5.0).contains(&p50), "{p50}");
        assert!(near(entities.load.unwrap(), 0.3), "{entities:?}");
        assert!(near(worker.stages["times"].load.unwrap(), 0.1));
    }

    #[test]
    fn a_worker_that_began_anew_is_not_compared_with_itself_before() {
        let mut watch = Watch::new("localhost:9464").unwrap();
        let began = Instant::now();
        let before = Stats::new([]);
        work(&before, 500);
        let text = |stats: &Stats, seconds| {
            Scrape::read(
                &stats.render(&gauges(0)),
                began + Duration::from_secs(seconds),
            )
        };
        watch.take(text(&before, 0), State::Ready);
        let updates = watch.take(text(&Stats::new([]), 10), State::Ready);
        let [Update::Seen { worker, .. }] = &updates[..] else {
            panic!("{updates:?}");
        };
        assert!(worker.in_rate.abs() < f64::EPSILON);
    }

    #[test]
    fn labels_with_what_must_be_escaped() {
        let text = "a_total{topic=\"a\\\"b\\\\c\\nd, e=\\\"\",partition=\"0\"} 7\n# HELP b x\nb 1.5e3\nbroken{ 1\n";
        let scrape = Scrape::read(text, Instant::now());
        let sample = &scrape.of("a_total")[0];
        assert_eq!(sample.label("topic"), Some("a\"b\\c\nd, e=\""));
        assert_eq!(sample.label("partition"), Some("0"));
        assert!((scrape.of("b")[0].value - 1500.0).abs() < f64::EPSILON);
        assert!(scrape.of("broken").is_empty());
    }

    #[test]
    fn quantiles_lie_between_the_bounds_of_their_bucket() {
        let before = [(0.001, 10.0), (0.01, 10.0), (f64::INFINITY, 10.0)];
        let now = [(0.001, 10.0), (0.01, 110.0), (f64::INFINITY, 110.0)];
        let q = quantiles(&before, &now).unwrap();
        assert!((q.p50 - 5.5).abs() < 1e-9, "{q:?}");
        assert_eq!(quantiles(&now, &now), None);
        let beyond = [(0.001, 0.0), (0.01, 0.0), (f64::INFINITY, 5.0)];
        let q = quantiles(&[], &beyond).unwrap();
        assert!((q.p99 - 10.0).abs() < 1e-9, "the last bound there is");
    }

    #[test]
    fn addresses_as_they_are_typed() {
        for (typed, metrics, readiness) in [
            (
                "desk-1:9464",
                "http://desk-1:9464/metrics",
                "http://desk-1:9464/readyz",
            ),
            (
                "http://[::1]:1/",
                "http://[::1]:1/metrics",
                "http://[::1]:1/readyz",
            ),
            (
                "http://a/x/metrics",
                "http://a/x/metrics",
                "http://a/x/readyz",
            ),
        ] {
            let watch = Watch::new(typed).unwrap();
            assert_eq!((&*watch.metrics, &*watch.readiness), (metrics, readiness));
        }
        for typed in ["https://a:1", "ftp://a", "http://"] {
            assert!(Watch::new(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn a_worker_that_is_not_there_is_away() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        drop(taken);
        let mut watch = Watch::new(&address.to_string()).unwrap();
        let updates = watch.look();
        let [Update::Away { key, why }] = &updates[..] else {
            panic!("{updates:?}");
        };
        assert_eq!(*key, address.to_string());
        assert!(why.contains("refused"), "{why}");
    }
}

//! The memory across workers, on a real broker: one log of entries, and one answer, whoever gives it and whatever
//! happens meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use copydesk::memory::{ALGORITHM, Entry};
use copydesk::record::{CopyRelation, EnrichedArticle};
use rdkafka::message::{Message, OwnedMessage};
use serde_json::Value;

use crate::messages::{Raw, put};
use crate::shared;
use crate::support::admin::Admin;
use crate::support::cluster::{Cluster, Setup};
use crate::support::memory::{Links, Topics, by_the_log, disagreements, key, records};
use crate::support::process::Signal;
use crate::support::reader::{Exits, collect};
use crate::support::worker::{Delivery, Job, Protocol, Worker};

const PATIENCE: Duration = Duration::from_secs(240);

/// The topics of one memory, and workers before them.
struct Desk {
    admin: Admin,
    bootstrap: String,
    name: String,
    partitions: i32,
    input: String,
    topics: Topics,
}

impl Desk {
    fn new(kafka: &Cluster, name: &str, partitions: i32) -> Desk {
        let bootstrap = kafka.bootstrap();
        let admin = Admin::new(&bootstrap).unwrap();
        let topics = Topics::create(&admin, &bootstrap, name).unwrap();
        Desk::of(&bootstrap, topics, name, partitions)
    }

    fn of(bootstrap: &str, topics: Topics, name: &str, partitions: i32) -> Desk {
        let admin = Admin::new(bootstrap).unwrap();
        let input = format!("{name}.in");
        admin.create(&input, partitions, &[]).unwrap();
        Desk {
            topics,
            admin,
            bootstrap: bootstrap.to_owned(),
            name: name.to_owned(),
            partitions,
            input,
        }
    }

    /// A worker of a group of its own, with an output of its own, and the one memory.
    fn job(&self, group: &str, delivery: Delivery) -> Job {
        let exits = Exits {
            output: format!("{}.{group}.out", self.name),
            dead_letters: format!("{}.{group}.dead", self.name),
        };
        self.admin
            .create(&exits.output, self.partitions, &[])
            .unwrap();
        self.admin.create(&exits.dead_letters, 1, &[]).unwrap();
        let group = format!("{}.{group}", self.name);
        let mut job = Job::new(&self.bootstrap, &group, &self.input, &exits, delivery);
        self.topics.remember(&mut job);
        job
    }

    /// Puts articles on the input.
    fn put(&self, articles: impl IntoIterator<Item = u32>) {
        let articles: Vec<Raw> = articles.into_iter().map(article).collect();
        put(&self.bootstrap, &self.input, &articles);
    }

    /// The records of a job's output, each article once, by the key of its entry.
    fn records(&self, job: &Job, count: usize) -> BTreeMap<String, EnrichedArticle> {
        let read = collect(&self.bootstrap, &job.exits.output, count, PATIENCE).unwrap();
        let records: BTreeMap<_, _> = records(&read).unwrap().into_iter().collect();
        assert_eq!(records.len(), count, "some came out twice");
        records
    }

    /// What was recorded of so many articles. The end of a transaction comes to one topic after the other.
    fn recorded(&self, count: usize) -> Links {
        let mut links = Links::new();
        wait("not every link is recorded", || {
            links = self.topics.recorded().unwrap();
            links.len() >= count
        });
        assert_eq!(links.len(), count);
        links
    }

    fn entries(&self) -> Vec<OwnedMessage> {
        self.topics.entries().unwrap()
    }
}

/// Every record says what its link says.
fn agree(records: &BTreeMap<String, EnrichedArticle>, links: &Links) {
    let wrong = disagreements(records, links);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Stories that are told; every article of a number above it is a copy of one below.
const STORIES: u32 = 40;

/// An article: of every story the full text first, then one trimmed, then one with a paragraph and a headline of its
/// own, and so on.
fn article(number: u32) -> Raw {
    let (story, variant) = (number % STORIES, number / STORIES);
    let mut paragraphs: Vec<String> = (0..7).map(|p| paragraph(story * 100 + p)).collect();
    let mut headline = words(story * 100 + 50, 7);
    match variant % 3 {
        0 => {}
        1 => paragraphs.truncate(5),
        _ => {
            paragraphs.insert(3, paragraph(1_000_000 + number));
            headline = words(2_000_000 + number, 6);
        }
    }
    let text = format!("{headline}\n\n{}\n", paragraphs.join("\n\n"));
    let minute = number % 1_440;
    let published = format!("2026-11-20T{:02}:{:02}:00Z", minute / 60, minute % 60);
    let mut raw = Raw::text(&text);
    raw.key = Some(format!("k{}", number % 17).into_bytes());
    raw.with("content-type", b"text/plain; charset=utf-8")
        .with("id", format!("a{number}").as_bytes())
        .with("source", format!("outlet-{variant}").as_bytes())
        .with("published-at", published.as_bytes())
}

/// Two sentences of words that no other paragraph has in this order, with names and numbers.
fn paragraph(seed: u32) -> String {
    let name = words(seed * 7 + 3, 1);
    format!(
        "{} said {name} of {} paid {} for {}. {} and {}.",
        words(seed * 7, 9),
        words(seed * 7 + 4, 1),
        10 + seed % 80_000,
        words(seed * 7 + 1, 8).to_lowercase(),
        words(seed * 7 + 2, 11),
        name
    )
}

/// So many made words, the first with a capital.
fn words(seed: u32, count: usize) -> String {
    const SYLLABLES: [&str; 16] = [
        "ka", "lo", "min", "ter", "sa", "vor", "ne", "di", "pel", "ru", "bas", "ti", "go", "fen",
        "lar", "mu",
    ];
    let mut state = u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut text = String::new();
    for word in 0..count {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let syllables = [8, 24, 40].map(|shift| SYLLABLES[(state >> shift) as usize % 16]);
        let space = if word == 0 { "" } else { " " };
        let _ = write!(text, "{space}{}", syllables.concat());
    }
    text[..1].to_uppercase() + &text[1..]
}

fn stop(workers: &mut [Worker]) {
    for worker in workers {
        let (code, took) = worker.terminate(Duration::from_secs(60)).unwrap();
        assert_eq!(code, Some(0), "{took:?}\n{}", worker.tail());
    }
}

fn wait(what: &str, mut until: impl FnMut() -> bool) {
    let start = Instant::now();
    while !until() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn memory_is_one_whoever_dies_stops_and_comes_back() {
    let Some(kafka) = shared("the memory of three workers of which one dies and one stands still")
    else {
        return;
    };
    const ARTICLES: usize = 480;
    let desk = Desk::new(kafka, "memory-one", 6);
    let mut job = desk.job("first", Delivery::ExactlyOnce);
    job.set("kafka.window_ms", "100");
    desk.put(0..120);
    let [a, b, c] = ["a", "b", "c"].map(|name| job.replica(name));
    let mut workers: Vec<Worker> = [&a, &b, &c].map(|job| job.start_ready().unwrap()).into();
    desk.put(120..240);
    wait("no article is remembered", || {
        desk.admin.records(&desk.topics.index).unwrap() > 130
    });
    // Between entry and commit, as a rule: a window is open most of the time.
    workers[0].kill().unwrap();
    desk.put(240..360);
    workers[0] = a.start().unwrap();
    workers[1].signal(Signal::Stop).unwrap();
    std::thread::sleep(Duration::from_secs(9));
    workers[1].signal(Signal::Continue).unwrap();
    desk.put(360..480);
    let records = desk.records(&job, ARTICLES);
    let links = desk.recorded(ARTICLES);
    for (worker, job) in workers.iter_mut().zip([&a, &b, &c]) {
        // One that stood still too long may have been fenced.
        if !worker.is_running() {
            *worker = job.start_ready().unwrap();
        }
    }
    stop(&mut workers);
    assert_eq!(records.len(), ARTICLES);
    agree(&records, &links);
    let entries = desk.entries();
    assert_eq!(
        by_the_log(&entries).unwrap(),
        links,
        "the log says otherwise"
    );
    // Copies are found at all: no more clusters than stories.
    let clusters: BTreeSet<&str> = links.values().map(|link| &*link.cluster.1).collect();
    assert_eq!(clusters.len(), STORIES as usize);
    let again = again(&desk, &links, ARTICLES);
    assert_eq!(
        desk.entries().len(),
        entries.len(),
        "{again} workers wrote entries again"
    );
}

/// Has the same input worked on again by other groups, of 1, 3 and 7 workers: all say what was recorded.
fn again(desk: &Desk, links: &Links, articles: usize) -> usize {
    let mut all = 0;
    for (count, delivery) in [
        (1, Delivery::AtLeastOnce),
        (3, Delivery::ExactlyOnce),
        (7, Delivery::AtLeastOnce),
    ] {
        let mut job = desk.job(&format!("of-{count}"), delivery);
        if count == 3 {
            job.protocol(Protocol::Consumer);
        }
        let replicas = (0..count).map(|n| job.replica(&format!("w{n}")));
        let mut workers: Vec<Worker> = replicas.map(|job| job.start().unwrap()).collect();
        let records = desk.records(&job, articles);
        assert_eq!(records.len(), articles);
        agree(&records, links);
        for worker in &mut workers {
            worker.wait_for("worker.ready", PATIENCE).unwrap();
        }
        stop(&mut workers);
        all += count;
    }
    all
}

#[test]
fn memory_begins_in_the_middle_of_its_log() {
    let Some(kafka) = shared("the memory of a worker that begins in the middle") else {
        return;
    };
    let desk = Desk::new(kafka, "memory-cold", 2);
    let job = desk.job("cold", Delivery::ExactlyOnce);
    let mut done = 0;
    let mut clusters: BTreeMap<String, String> = BTreeMap::new();
    for start in 0..10u32 {
        let mut worker = job.start_ready().unwrap();
        worker.wait_for("memory.loaded", PATIENCE).unwrap();
        desk.put(start * STORIES..(start + 1) * STORIES);
        done += STORIES as usize;
        let records = desk.records(&job, done);
        agree(&records, &desk.recorded(done));
        for record in records.values() {
            let story = record.id[1..].parse::<u32>().unwrap() % STORIES;
            let cluster = record.duplicates.as_ref().unwrap().cluster.clone();
            let known = clusters
                .entry(format!("story {story}"))
                .or_insert(cluster.clone());
            assert_ne!(record.story.as_deref(), Some(""));
            assert_eq!(
                *known, cluster,
                "{} is not where its first copy is",
                record.id
            );
        }
        stop(&mut [worker]);
        // Retention moves the beginning of the index on: the first texts of all clusters are gone.
        let end = desk.admin.watermarks(&desk.topics.index).unwrap()[&0].1;
        let cut = end - i64::from(STORIES);
        desk.admin
            .delete_before(&desk.topics.index, &BTreeMap::from([(0, cut)]))
            .unwrap();
    }
}

fn says_why(worker: &Worker) -> bool {
    let lines = worker.events("worker.not_ready");
    let mut said = lines.iter().filter_map(|line| line["msg"].as_str());
    said.any(|said| said.contains("memory-away.index is away"))
}

#[test]
fn memory_that_is_away_is_waited_for() {
    const HOME: u16 = 3;
    let setup = Setup {
        brokers: 3,
        ..Setup::default()
    };
    let Some(kafka) = Cluster::start("a memory that is away", setup) else {
        return;
    };
    let (bootstrap, name) = (kafka.bootstrap(), "memory-away");
    let admin = Admin::new(&bootstrap).unwrap();
    let topics = Topics::create_on(i32::from(HOME), &admin, &bootstrap, name).unwrap();
    let desk = Desk::of(&bootstrap, topics, name, 2);
    let mut job = desk.job("away", Delivery::ExactlyOnce);
    job.set("kafka.shutdown_ms", "4000");
    let mut worker = job.start_ready().unwrap();
    desk.put(0..40);
    desk.records(&job, 40);
    kafka.stop(HOME).unwrap();
    desk.put(40..80);
    wait("it is not said what articles wait for", || {
        says_why(&worker)
    });
    // It ends when it is told to, and what waits is not committed.
    let (code, took) = worker.terminate(Duration::from_secs(30)).unwrap();
    assert_eq!(code, Some(6), "{}", worker.tail());
    assert!(took < Duration::from_secs(15), "{took:?}");
    let worker = job.start().unwrap();
    wait("it is not said what articles wait for", || {
        says_why(&worker)
    });
    kafka.restart(HOME).unwrap();
    let records = desk.records(&job, 80);
    agree(&records, &desk.recorded(80));
    stop(&mut [worker]);
    assert_eq!(by_the_log(&desk.entries()).unwrap(), desk.recorded(80));
}

#[test]
fn memory_forgets_what_is_dead_lettered() {
    let Some(kafka) = shared("a dead letter after its entry") else {
        return;
    };
    for delivery in [Delivery::ExactlyOnce, Delivery::AtLeastOnce] {
        let desk = Desk::new(kafka, &format!("memory-dead-{}", delivery.name()), 1);
        let mut job = desk.job("dead", delivery);
        job.set("limits.output_bytes", "60000");
        let mut worker = job.start_ready().unwrap();
        // Its record is larger than it may be, which is found when it is written down, after its entry.
        let mut first = article(1);
        let text = String::from_utf8(first.value.take().unwrap()).unwrap();
        let large = format!("{text}\n\n{}\n", "zuvolim ".repeat(20_000));
        first.value = Some(large.into_bytes());
        put(&desk.bootstrap, &desk.input, &[first]);
        worker.wait_for("article.dead_lettered", PATIENCE).unwrap();
        wait("it is not taken back", || {
            desk.entries()
                .iter()
                .any(|message| message.payload().is_none())
        });
        let entries = desk.entries();
        assert_eq!(entries.len(), 2);
        assert_eq!(key(&entries[0]), key(&entries[1]));
        // Whoever comes later is no copy of what was never published.
        desk.put([1 + STORIES, 1 + 2 * STORIES]);
        let records = desk.records(&job, 2);
        // Which of the two comes first into the index is open.
        let clusters: BTreeSet<&str> = records
            .values()
            .map(|record| record.duplicates.as_ref().unwrap().cluster.as_str())
            .collect();
        assert!(
            clusters.len() == 1 && !clusters.contains("a1"),
            "{clusters:?}"
        );
        agree(&records, &desk.recorded(2));
        stop(&mut [worker]);
    }
}

/// Version `version` of an agency's item.
fn item(number: u32, version: u32, status: &str, headline: &str, text: &str) -> Raw {
    let item = serde_json::json!({
        "uri": format!("http://ninjs.copper.example/items/{number}"),
        "type": "text",
        "version": version.to_string(),
        "versioncreated": format!("2026-11-20T10:{number:02}:0{version}Z"),
        "pubstatus": status,
        "language": "en",
        "headline": headline,
        "body_text": text,
    });
    Raw::text(&item.to_string())
        .with("content-type", b"application/json")
        .with("source", b"copper")
}

#[test]
fn memory_has_a_kill_after_what_it_takes_back() {
    let Some(kafka) = shared("a kill right behind its text") else {
        return;
    };
    const ITEMS: u32 = 30;
    let desk = Desk::new(kafka, "memory-kill", 1);
    let job = desk.job("kill", Delivery::AtLeastOnce);
    let pairs = (0..ITEMS).flat_map(|number| {
        // It takes far longer than the notice.
        let text: Vec<String> = (0..60).map(|p| paragraph(number * 100 + p)).collect();
        let text = item(number, 1, "usable", &words(number, 6), &text.join("\n\n"));
        [
            text,
            item(number, 2, "canceled", "Story killed", "Kill the story."),
        ]
    });
    put(&desk.bootstrap, &desk.input, &pairs.collect::<Vec<_>>());
    let mut worker = job.start_ready().unwrap();
    let records = desk.records(&job, 2 * ITEMS as usize);
    agree(&records, &desk.recorded(2 * ITEMS as usize));
    for number in 0..ITEMS {
        let of = |offset: u32| &records[&format!("{}/0/{offset}/1", desk.input)];
        let (text, kill) = (of(2 * number), of(2 * number + 1));
        let copies = |record: &EnrichedArticle| record.duplicates.clone().unwrap();
        assert_eq!(copies(text).position, 1);
        assert_eq!(copies(kill).cluster, copies(text).cluster);
        assert_eq!(
            (copies(kill).relation, copies(kill).position),
            (CopyRelation::Version, 2)
        );
    }
    let (code, _) = worker.terminate(Duration::from_secs(60)).unwrap();
    assert_eq!(code, Some(0), "{}", worker.tail());
}

#[test]
fn memory_of_another_algorithm_ends_the_worker() {
    let Some(kafka) = shared("a memory of another release") else {
        return;
    };
    let desk = Desk::new(kafka, "memory-other", 1);
    let job = desk.job("other", Delivery::ExactlyOnce);
    desk.put(0..1);
    let mut worker = job.start_ready().unwrap();
    desk.records(&job, 1);
    // The first byte is the version of the algorithm, those behind it say with which data files.
    let strange = |index: &str, place: usize| {
        let mut entry = Entry::default().to_bytes();
        entry[place] ^= 2;
        let strange = Raw {
            key: Some(b"x/0/0/1".to_vec()),
            value: Some(entry),
            ..Raw::default()
        };
        put(&desk.bootstrap, index, &[strange]);
    };
    let ended = |worker: &mut Worker, over: &str| {
        let code = worker.wait(PATIENCE).unwrap().code();
        assert_eq!(code, Some(1), "{}", worker.tail());
        let failed = worker.events("worker.failed");
        assert_eq!(failed.len(), 1, "{}", worker.tail());
        let why = failed[0]["error"].as_str().unwrap();
        assert!(why.contains(over), "{why}");
    };
    strange(&desk.topics.index, 0);
    let of_another = format!(
        "an entry of algorithm {}; this build knows {ALGORITHM}",
        ALGORITHM ^ 2
    );
    ended(&mut worker, &of_another);
    // Nor does one begin where such an entry is; on topics of its own it does, beside the others.
    ended(&mut job.start().unwrap(), &of_another);
    let next = Desk::new(kafka, "memory-other-next", 1);
    let mut upgraded = job.clone();
    next.topics.remember(&mut upgraded);
    let mut worker = upgraded.start_ready().unwrap();
    desk.put(1..3);
    assert_eq!(desk.records(&upgraded, 3).len(), 3);
    assert_eq!(next.recorded(2).len(), 2);
    strange(&next.topics.index, 1);
    ended(&mut worker, "an entry made with the data files");
}

#[test]
fn memory_is_made_by_check_and_told_by_copies_and_story() {
    let Some(kafka) = shared("the topics of the memory") else {
        return;
    };
    let (bootstrap, name) = (kafka.bootstrap(), "memory-told");
    let desk = Desk::of(&bootstrap, Topics::named(&bootstrap, name), name, 1);
    let job = desk.job("told", Delivery::ExactlyOnce);
    let run = |words: &[&str]| {
        let output = job.command(words).unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (
            output.status.code(),
            text(&output.stdout),
            text(&output.stderr),
        )
    };
    let (code, _, said) = run(&["check", "--connect"]);
    assert_eq!(code, Some(1));
    for topic in ["memory.index_topic", "memory.links_topic"] {
        assert!(
            said.contains(topic) && said.contains("--create makes it"),
            "{said}"
        );
    }
    // The tests' broker takes as much in every topic, and a dead letter is more than its message.
    let larger = [("max.message.bytes", "50000000")];
    let dead_letters = &job.exits.dead_letters;
    desk.admin.alter(dead_letters, &larger).unwrap();
    let (code, made, said) = run(&["check", "--connect", "--create"]);
    assert_eq!(code, Some(0), "{made}{said}");
    assert!(made.contains("memory-told.index: made"), "{made}");
    desk.admin
        .alter(&desk.topics.index, &[("cleanup.policy", "compact")])
        .unwrap();
    let (code, _, said) = run(&["check", "--connect"]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains("cleanup.policy is compact and must be delete"),
        "{said}"
    );
    let (code, made, said) = run(&["check", "--connect", "--create"]);
    assert_eq!(code, Some(0), "{made}{said}");
    assert!(
        made.contains("memory-told.index: its settings are changed"),
        "{made}"
    );

    let mut worker = job.start_ready().unwrap();
    desk.put([0]);
    desk.records(&job, 1);
    desk.put([STORIES, 2 * STORIES, 1]);
    desk.records(&job, 4);
    desk.recorded(4);
    let (code, _) = worker.terminate(Duration::from_secs(60)).unwrap();
    assert_eq!(code, Some(0), "{}", worker.tail());
    // Whichever of the copies is named, all of them are told, in the order in which they came.
    for id in ["a0", "a40", "a80"] {
        let (code, told, said) = run(&["copies", id, "--json"]);
        assert_eq!(code, Some(0), "{said}");
        let lines = told
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let lines: Vec<Value> = lines.collect();
        assert_eq!(lines.len(), 3, "{told}");
        assert_eq!(
            (&lines[0]["id"], &lines[0]["relation"]),
            (&"a0".into(), &"original".into())
        );
        assert!(lines.iter().all(|line| line["cluster"] == "a0"), "{told}");
        let trimmed = lines.iter().find(|line| line["id"] == "a40").unwrap();
        assert_eq!(
            (&trimmed["relation"], &trimmed["of"]),
            (&"shortened".into(), &"a0".into())
        );
        assert_eq!(trimmed["outlet"], "outlet-1");
    }
    let (code, told, said) = run(&["story", "a40"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        told.contains("outlet-2  a80  copy of a0\n    another headline\n"),
        "{told}"
    );
    let (code, _, said) = run(&["copies", "nobody"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("no article nobody in the memory"), "{said}");
}

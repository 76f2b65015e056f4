//! The ledger: which articles went in, which came out where, and what is wrong with that.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::articles::{Fate, Mix};

/// Where a message was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exit {
    Output,
    DeadLetters,
}

/// A message seen behind the worker.
#[derive(Debug, Clone)]
pub struct Seen<'a> {
    pub exit: Exit,
    pub partition: i32,
    /// The article's number, from its header; None when there is no such header.
    pub number: Option<u32>,
    /// Empty when there is none.
    pub key: &'a [u8],
    pub tombstone: bool,
    /// Whether a record is that article's, from beginning to end.
    pub whole: bool,
}

/// What was seen, checked as it comes. Shared by the reader that runs along and whoever waits for it.
#[derive(Debug)]
pub struct Ledger {
    mix: Mix,
    injected: u32,
    books: Mutex<Books>,
}

#[derive(Debug)]
struct Books {
    /// How often each article was seen, by number.
    counts: Vec<u8>,
    missing: u32,
    records: u64,
    dead_lettered: u64,
    repeated: u64,
    out_of_order: u64,
    astray: u64,
    examples: Vec<String>,
    /// The highest number first seen on the output topic, by key.
    newest: HashMap<Vec<u8>, u32>,
    /// The numbers in the order of each partition, to compare two readers.
    sequences: BTreeMap<(Exit, i32), Vec<u32>>,
    last_progress: Instant,
    longest_silence: Duration,
}

/// What is wrong, in numbers. All zero but the first three when nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    pub injected: u64,
    /// Messages on the output topic.
    pub records: u64,
    pub dead_lettered: u64,
    /// Articles that came out nowhere.
    pub lost: u64,
    /// Messages beyond the first of an article.
    pub repeated: u64,
    /// Articles first seen after a later one of their key.
    pub out_of_order: u64,
    /// Articles that came out where they should not, records that are not their article's, and messages
    /// nobody put in.
    pub astray: u64,
    /// The longest time without a new article while some were missing.
    pub recovery: Duration,
    /// A few of the faults, in words.
    pub examples: Vec<String>,
}

impl Ledger {
    /// Opens a ledger for articles `0..injected` of `mix`.
    pub fn new(mix: &Mix, injected: u32) -> Ledger {
        Ledger {
            mix: mix.clone(),
            injected,
            books: Mutex::new(Books {
                counts: vec![0; injected as usize],
                missing: injected,
                records: 0,
                dead_lettered: 0,
                repeated: 0,
                out_of_order: 0,
                astray: 0,
                examples: Vec::new(),
                newest: HashMap::new(),
                sequences: BTreeMap::new(),
                last_progress: Instant::now(),
                longest_silence: Duration::ZERO,
            }),
        }
    }

    /// Starts the clock of silence: what came before (start of processes, the first load) is no fault's.
    pub fn start_clock(&self) {
        let mut books = self.books();
        books.last_progress = Instant::now();
        books.longest_silence = Duration::ZERO;
    }

    /// Says that a fault is over that let nothing through: recovery counts from now on.
    pub fn fault_is_over(&self) {
        self.books().last_progress = Instant::now();
    }

    /// Enters a message; messages of a partition must come in its order.
    pub fn see(&self, seen: &Seen<'_>) {
        let mut books = self.books();
        match seen.exit {
            Exit::Output => books.records += 1,
            Exit::DeadLetters => books.dead_lettered += 1,
        }
        let known = seen.number.filter(|n| *n < self.injected);
        let Some(number) = known else {
            let key = String::from_utf8_lossy(seen.key).into_owned();
            return books.stray(format!("nobody put in {:?} with key {key}", seen.number));
        };
        let place = (seen.exit, seen.partition);
        books.sequences.entry(place).or_default().push(number);

        let expected = match self.mix.fate(number) {
            Fate::Record => (Exit::Output, false),
            Fate::Tombstone => (Exit::Output, true),
            Fate::DeadLetter => (Exit::DeadLetters, false),
        };
        if (seen.exit, seen.tombstone) != expected {
            books.stray(format!(
                "{number} came out at {:?}, tombstone: {}; expected {expected:?}",
                seen.exit, seen.tombstone
            ));
        }

        if !seen.whole {
            books.stray(format!("what came out for {number} is not its record"));
        }

        let count = &mut books.counts[number as usize];
        *count = count.saturating_add(1);
        if *count > 1 {
            books.repeated += 1;
            return books.example(format!("{number} repeated on {place:?}"));
        }
        books.missing -= 1;
        books.longest_silence = books.longest_silence.max(books.last_progress.elapsed());
        books.last_progress = Instant::now();
        // Without a key there is no order to keep.
        if seen.exit == Exit::Output && !seen.key.is_empty() {
            match books.newest.get_mut(seen.key) {
                None => {
                    books.newest.insert(seen.key.to_vec(), number);
                }
                Some(newest) if *newest < number => *newest = number,
                Some(newest) => {
                    let newest = *newest;
                    books.out_of_order += 1;
                    books.example(format!("{number} after {newest} of the same key"));
                }
            }
        }
    }

    /// Articles that were not seen yet.
    pub fn missing(&self) -> u32 {
        self.books().missing
    }

    /// Waits until every article was seen; false when some are missing after `within`.
    pub fn wait_until_complete(&self, within: Duration) -> bool {
        let deadline = Instant::now() + within;
        while self.missing() > 0 {
            if Instant::now() > deadline {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        true
    }

    /// Waits until every article was seen, as long as some come: false when none has for `silence`.
    pub fn wait_while_progress(&self, silence: Duration) -> bool {
        loop {
            let (missing, quiet) = {
                let books = self.books();
                (books.missing, books.last_progress.elapsed())
            };
            if missing == 0 || quiet > silence {
                return missing == 0;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until at least `share` (0 to 1) of the articles were seen.
    pub fn wait_for_share(&self, share: f64, within: Duration) -> bool {
        let deadline = Instant::now() + within;
        while f64::from(self.missing()) > f64::from(self.injected) * (1.0 - share) {
            if Instant::now() > deadline {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        true
    }

    pub fn verdict(&self) -> Verdict {
        let books = self.books();
        let silence = match books.missing {
            0 => books.longest_silence,
            _ => books.longest_silence.max(books.last_progress.elapsed()),
        };
        let mut examples = books.examples.clone();
        let lost = books.counts.iter().enumerate().filter(|(_, c)| **c == 0);
        examples.extend(lost.take(3).map(|(number, _)| format!("{number} lost")));
        Verdict {
            injected: u64::from(self.injected),
            records: books.records,
            dead_lettered: books.dead_lettered,
            lost: u64::from(books.missing),
            repeated: books.repeated,
            out_of_order: books.out_of_order,
            astray: books.astray,
            recovery: silence,
            examples,
        }
    }

    /// Whether another reader saw the same messages in the same order; None when it did, else where not.
    pub fn differs_from(&self, other: &Ledger) -> Option<String> {
        let (mine, theirs) = (self.books(), other.books());
        let places = mine.sequences.keys().chain(theirs.sequences.keys());
        let mut places =
            places.filter(|place| mine.sequences.get(place) != theirs.sequences.get(place));
        places.next().map(|place| {
            let length = |books: &Books| books.sequences.get(place).map_or(0, Vec::len);
            format!(
                "{place:?}: {} messages seen on the way, {} at the end, not the same",
                length(&mine),
                length(&theirs)
            )
        })
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Books {
    fn stray(&mut self, what: String) {
        self.astray += 1;
        // Rarer than repeats, and worse.
        self.examples.insert(0, what);
        self.examples.truncate(5);
    }

    fn example(&mut self, what: String) {
        if self.examples.len() < 5 {
            self.examples.push(what);
        }
    }
}

impl Verdict {
    /// Nothing lost, nothing out of order, nothing astray. Repeats are judged by who knows the mode.
    pub fn nothing_lost(&self) -> bool {
        self.lost == 0 && self.out_of_order == 0 && self.astray == 0
    }

    /// Adds what another trial of the same scenario came to.
    pub fn add(&mut self, other: Verdict) {
        self.injected += other.injected;
        self.records += other.records;
        self.dead_lettered += other.dead_lettered;
        self.lost += other.lost;
        self.repeated += other.repeated;
        self.out_of_order += other.out_of_order;
        self.astray += other.astray;
        self.recovery = self.recovery.max(other.recovery);
        self.examples.extend(other.examples);
    }

    /// Each article exactly once.
    pub fn exactly_once(&self) -> bool {
        self.nothing_lost() && self.repeated == 0
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "in {}, out {}, dead-lettered {}, lost {}, repeated {}, out of order {}, astray {}, recovery {:.1} s",
            self.injected,
            self.records,
            self.dead_lettered,
            self.lost,
            self.repeated,
            self.out_of_order,
            self.astray,
            self.recovery.as_secs_f64()
        )?;
        for example in &self.examples {
            write!(f, "\n      {example}")?;
        }
        Ok(())
    }
}

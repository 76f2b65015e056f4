//! What a worker makes of the two topics, without a broker.

use std::task::{Context as TaskContext, Poll, Waker};

use super::*;
use crate::config::RawSettings;
use crate::kafka::stop::Reason;
use crate::memory::ALGORITHM;
use crate::ops::Stats;

/// A memory that nobody reads topics for, and why its worker ends.
fn memory() -> (Arc<SharedMemory>, Arc<Stop>) {
    let mut raw = RawSettings::default();
    // Nobody is asked.
    raw.kafka.brokers = "127.0.0.1:1".into();
    raw.memory.enabled = true;
    let settings = Settings::from_raw(raw).unwrap();
    let (shared, ..) = Shared::new(settings, Arc::new(Stats::new([])), Arc::default());
    let memory = SharedMemory::new(&shared).unwrap().unwrap();
    memory.lock().has_links = true;
    (memory, Arc::clone(&shared.stop))
}

/// An entry of a text that all articles of one number have.
fn entry(id: &str, text: u32) -> Entry {
    let hashes = |count: u32| (0..count).map(move |n| text * 1_000 + n);
    Entry {
        id: id.into(),
        words: 400,
        text: u64::from(text),
        outlet: id.into(),
        sketch: hashes(64).collect(),
        facts: hashes(20).map(|h| h as u16).collect(),
        sentences: hashes(10).map(|h| h << 8 | 20).collect(),
        gists: hashes(10).map(|h| h as u16).collect(),
        ..Entry::default()
    }
}

/// What an article is told by now.
fn told(deciding: &mut Deciding) -> Option<Decided> {
    let mut context = TaskContext::from_waker(Waker::noop());
    match deciding.as_mut().poll(&mut context) {
        Poll::Ready(decided) => Some(decided),
        Poll::Pending => None,
    }
}

fn take(memory: &SharedMemory, offset: u64, key: &str, entry: &Entry) -> bool {
    let goes_on = memory.take_entry(offset, 0, key.as_bytes(), Some(&entry.to_bytes()));
    memory.answer();
    goes_on
}

#[test]
fn an_article_is_told_when_its_entry_comes_out_of_the_index() {
    let (memory, _) = memory();
    let mut early = memory.decide("in/0/0/1".into(), entry("a", 1));
    // Not before the index has been read up to where it ended at the start.
    assert_eq!(memory.lock().behind.len(), 1);
    memory.note_caught_up(1);
    assert_eq!(memory.gauges().waiting, 1);
    assert_eq!(told(&mut early), None);
    take(&memory, 0, "in/0/0/1", &entry("a", 1));
    let first = told(&mut early).unwrap();
    assert_eq!((first.position, &*first.decision.link.cluster.1), (0, "a"));
    let mut copy = memory.decide("in/1/0/1".into(), entry("b", 1));
    // Another worker's comes between.
    take(&memory, 1, "in/2/0/1", &entry("c", 1));
    assert_eq!(told(&mut copy), None);
    take(&memory, 2, "in/1/0/1", &entry("b", 1));
    let copy = told(&mut copy).unwrap();
    assert_eq!(copy.decision.link.cluster, first.decision.link.cluster);
    assert_eq!(memory.gauges().waiting, 0);
}

#[test]
fn an_article_worked_on_again_is_told_the_same_with_and_without_its_link() {
    let (memory, _) = memory();
    memory.note_caught_up(1);
    take(&memory, 0, "in/0/0/1", &entry("a", 1));
    take(&memory, 1, "in/0/1/1", &entry("b", 1));
    let mut again = memory.decide("in/0/1/1".into(), entry("b", 1));
    let decided = told(&mut again).unwrap();
    assert_eq!(
        (decided.position, &*decided.decision.link.cluster.1),
        (1, "a")
    );
    // Nothing was appended, and a third copy does not change what was said.
    assert_eq!(memory.gauges().waiting, 0);
    take(&memory, 2, "in/0/2/1", &entry("c", 1));
    let mut third = memory.decide("in/0/1/1".into(), entry("b", 1));
    assert_eq!(told(&mut third).as_ref(), Some(&decided));
    let link = decided.decision.link.to_bytes(1);
    assert!(memory.take_link(0, b"in/0/1/1", &link));
    assert_eq!(memory.lock().unlinked.len(), 2);
    let mut linked = memory.decide("in/0/1/1".into(), entry("b", 1));
    let linked = told(&mut linked).unwrap();
    assert_eq!(linked.decision.link, decided.decision.link);
    assert_eq!(linked.position, 1);
}

#[test]
fn of_two_entries_of_one_article_the_first_holds() {
    let (memory, _) = memory();
    memory.note_caught_up(1);
    let mut own = memory.decide("in/0/0/1".into(), entry("a", 1));
    // A worker that had the partition before wrote it, too, and came first with it.
    take(&memory, 0, "in/0/0/1", &entry("a", 1));
    take(&memory, 1, "in/0/0/1", &entry("a", 1));
    let decided = told(&mut own).unwrap();
    assert_eq!(decided.position, 0);
    assert_eq!(memory.gauges().entries, 1);
}

#[test]
fn what_is_recorded_holds_whether_it_comes_before_the_entry_or_after() {
    let (memory, _) = memory();
    memory.note_caught_up(1);
    let recorded = Link {
        cluster: (3, "old".into()),
        story: (3, "old".into()),
        of: None,
    };
    memory.take_link(0, b"in/0/0/1", &recorded.to_bytes(7));
    take(&memory, 7, "in/0/0/1", &entry("a", 1));
    let mut copy = memory.decide("in/0/1/1".into(), entry("b", 1));
    take(&memory, 8, "in/0/1/1", &entry("b", 1));
    assert_eq!(&*told(&mut copy).unwrap().decision.link.cluster.1, "old");
    // Of another text the link comes late.
    take(&memory, 9, "in/0/2/1", &entry("c", 2));
    memory.take_link(1, b"in/0/2/1", &recorded.to_bytes(9));
    let mut copy = memory.decide("in/0/3/1".into(), entry("d", 2));
    take(&memory, 10, "in/0/3/1", &entry("d", 2));
    assert_eq!(&*told(&mut copy).unwrap().decision.link.cluster.1, "old");
}

#[test]
fn partitions_that_come_are_caught_up_with_before_their_articles_are_decided() {
    let (memory, _) = memory();
    memory.note_caught_up(1);
    memory.note_assignment();
    let mut deciding = memory.decide("in/0/0/1".into(), entry("a", 1));
    // Its last owner had written its entry.
    take(&memory, 0, "in/0/0/1", &entry("a", 1));
    assert_eq!(told(&mut deciding), None);
    memory.note_caught_up(2);
    assert_eq!(told(&mut deciding).unwrap().position, 0);
    assert_eq!(memory.gauges().waiting, 0, "nothing was written again");
}

#[test]
fn a_dead_lettered_article_is_no_longer_compared() {
    let (memory, _) = memory();
    memory.note_caught_up(1);
    take(&memory, 0, "in/0/0/1", &entry("a", 1));
    assert!(memory.take_entry(1, 0, b"in/0/0/1", None));
    let mut copy = memory.decide("in/0/1/1".into(), entry("b", 1));
    take(&memory, 2, "in/0/1/1", &entry("b", 1));
    assert_eq!(&*told(&mut copy).unwrap().decision.link.cluster.1, "b");
}

#[test]
fn what_cannot_be_gone_on_with_ends_the_worker() {
    let why = |stop: &Stop| match stop.reason() {
        Some(Reason::Halted(exit, why)) => (exit, why),
        other => panic!("{other:?}"),
    };
    let (other, stop) = memory();
    let mut bytes = entry("a", 1).to_bytes();
    bytes[0] += 1;
    assert!(!other.take_entry(0, 0, b"k", Some(&bytes)));
    let (exit, said) = why(&stop);
    assert_eq!(exit, Exit::Configuration);
    let of = format!(
        "an entry of algorithm {}; this build knows {ALGORITHM}",
        ALGORITHM + 1
    );
    assert!(said.contains(&of), "{said}");
    let (other, stop) = memory();
    let mut bytes = entry("a", 1).to_bytes();
    bytes[1] ^= 1;
    assert!(!other.take_entry(0, 0, b"k", Some(&bytes)));
    let (exit, said) = why(&stop);
    assert_eq!(exit, Exit::Configuration);
    assert!(said.contains("made with the data files"), "{said}");
    let (anew, stop) = memory();
    assert!(take(&anew, 5, "in/0/0/1", &entry("a", 1)));
    assert!(!take(&anew, 0, "in/0/0/1", &entry("a", 1)));
    let (exit, said) = why(&stop);
    assert_eq!(exit, Exit::Broker);
    assert!(said.contains("was made anew"), "{said}");
    // What is no entry at all is skipped, by all.
    let (strange, stop) = memory();
    let mut bytes = entry("a", 1).to_bytes();
    bytes.truncate(9);
    assert!(strange.take_entry(0, 0, b"k", Some(&bytes)));
    assert_eq!((stop.reason(), strange.gauges().entries), (None, 0));
}

#[test]
fn a_kill_waits_for_what_is_before_it() {
    let (memory, _) = memory();
    memory.note_caught_up(1);
    for offset in 0..3 {
        memory.begun("in", 0, offset);
    }
    memory.begun("in", 1, 0);
    let notice = Entry {
        kind: Kind::Kill,
        ..entry("k", 0)
    };
    let waits = |memory: &SharedMemory| (lock(&memory.turns).kills(), memory.lock().waiting.len());
    let mut told_of_kill = memory.decide("in/0/1/1".into(), notice.clone());
    assert_eq!((waits(&memory), memory.gauges().waiting), ((1, 0), 1));
    // What is before it need not wait, nor need what is behind it, unless that is a kill itself.
    let _texts = ["in/0/0/1", "in/0/2/1"].map(|key| memory.decide(key.into(), entry(key, 1)));
    assert_eq!(waits(&memory), (1, 2));
    memory.ended("in", 1, 0);
    memory.ended("in", 0, 2);
    assert_eq!(
        waits(&memory),
        (1, 2),
        "another partition's, and one behind it"
    );
    memory.ended("in", 0, 0);
    memory.ended("in", 0, 0);
    assert_eq!(waits(&memory), (0, 3));
    take(&memory, 0, "in/0/0/1", &entry("a", 1));
    take(&memory, 1, "in/0/1/1", &notice);
    assert_eq!(told(&mut told_of_kill).unwrap().position, 1);
    // Those that are first go on at once, as does one of a message nobody knows.
    for key in ["in/0/1/2", "in/7/7/1"] {
        let _deciding = memory.decide(key.into(), notice.clone());
        assert_eq!(lock(&memory.turns).kills(), 0);
    }
    // The worker gave a message up: nobody waits any more.
    drop(memory.decide("in/0/9/1".into(), notice));
    assert_eq!(waits(&memory).0, 1);
    memory.look();
    assert_eq!(waits(&memory).0, 0);
}

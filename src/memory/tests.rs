//! What the memory says of articles of our own.

use std::ops::ControlFlow;
use std::sync::LazyLock;

use super::*;
use crate::engine::Engine;
use crate::intake::{Hints, Settings};
use crate::record::{EnrichedArticle, Ingest, OriginBasis, Status};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Settings::default()).unwrap());

const FERRY: [&str; 7] = [
    "NORTHPORT, Norland (AP) — Ferry crews in Northport voted on Monday to end a strike that had cut off the outer islands for nine days.",
    "The vote was 412 to 187, the Union of Norland Seamen said after a meeting in the harbour hall that lasted until midnight.",
    "Under the deal wages rise by 4.5 percent in April and by another 2 percent in the autumn, less than the 9 percent crews had asked for.",
    "Transport Minister Karin Holm called the outcome fair to the crews and to the taxpayers of the islands.",
    "Shops on Great Skerry had run out of milk and flour by the weekend, and the hospital in Westhaven flew in medicine by helicopter.",
    "The first boat is due to leave Northport at 6 a.m. on Tuesday with mail, food and some 300 stranded passengers.",
    "Fishermen on the islands say that the strike has cost them the best week of the herring season.",
];

fn text(headline: &str, paragraphs: &[&str]) -> String {
    std::iter::once(&headline)
        .chain(paragraphs)
        .copied()
        .collect::<Vec<_>>()
        .join("\n\n")
}

fn record(id: &str, source: &str, published: &str, text: &str) -> EnrichedArticle {
    let hints = Hints {
        id: Some(id.into()),
        content_type: Some("text/plain; charset=utf-8".into()),
        source: Some(source.into()),
        published_at: Some(published.into()),
        ..Hints::default()
    };
    let mut records = Vec::new();
    let mut emit = |record| {
        records.push(record);
        ControlFlow::Continue(())
    };
    ENGINE
        .enrich(text.as_bytes(), &hints, &Ingest::default(), &mut emit)
        .unwrap();
    records.remove(0)
}

fn memory() -> Memory {
    Memory::new(Bounds {
        window_days: 30,
        bytes: 1 << 30,
    })
}

/// The records as they are when each has been decided after those before it.
fn decided(records: &[EnrichedArticle]) -> Vec<EnrichedArticle> {
    let mut memory = memory();
    let mut decided = records.to_vec();
    for (position, record) in decided.iter_mut().enumerate() {
        let entry = Entry::of(record);
        let position = position as u64;
        memory
            .apply(position, 0, &position.to_le_bytes(), &entry, None)
            .unwrap()
            .write(record);
    }
    decided
}

fn three_outlets() -> Vec<EnrichedArticle> {
    let first = text("Ferry strike ends after nine days", &FERRY);
    let trimmed = text("Ferry strike ends after nine days", &FERRY[..4]);
    let local = "Mayor Ola Brandt of Westhaven said that the town would send the seamen a cake with 187 candles for the losers of the vote.";
    let mut own: Vec<&str> = FERRY.to_vec();
    own[0] = FERRY[0].strip_prefix("NORTHPORT, Norland (AP) — ").unwrap();
    own.insert(4, local);
    let extended = text("Islanders get their boats back", &own);
    vec![
        record("ap-1", "Harbor Gazette", "2026-03-02T09:00:00Z", &first),
        record("b-1", "Millbrook Times", "2026-03-02T09:30:00Z", &trimmed),
        record("c-1", "Westhaven Post", "2026-03-02T11:00:00Z", &extended),
    ]
}

fn copy(record: &EnrichedArticle) -> &crate::record::Duplicates {
    record.duplicates.as_ref().unwrap()
}

#[test]
fn what_outlets_make_of_one_text_is_told() {
    let records = decided(&three_outlets());
    let first = copy(&records[0]);
    assert_eq!(
        (first.cluster.as_str(), first.relation),
        ("ap-1", CopyRelation::Original)
    );
    assert_eq!(
        (first.first.as_deref(), first.copies, first.edits.is_none()),
        (None, 1, true)
    );
    let trimmed = copy(&records[1]);
    assert_eq!(
        (trimmed.cluster.as_str(), trimmed.relation),
        ("ap-1", CopyRelation::Shortened)
    );
    let edits = trimmed.edits.as_ref().unwrap();
    assert_eq!(
        (edits.headline, edits.removed, edits.removed_tail),
        (false, 3, 3)
    );
    let extended = copy(&records[2]);
    assert_eq!(
        (extended.copies, extended.outlets, extended.origins),
        (3, 3, 1)
    );
    assert_eq!(extended.agencies, ["AP"]);
    assert_eq!(extended.first.as_deref(), Some("ap-1"));
    let edits = extended.edits.as_ref().unwrap();
    assert!(edits.headline && edits.removed == 0, "{edits:?}");
    let characters: Vec<char> = records[2].content.text.chars().collect();
    let added = edits.added[0];
    let added: String = characters[added.start as usize..added.end as usize]
        .iter()
        .collect();
    assert!(
        added.starts_with("Mayor Ola Brandt") && added.ends_with("of the vote."),
        "{added}"
    );
    assert_eq!(edits.added.len(), 1);
}

#[test]
fn an_uncredited_copy_is_the_agencys() {
    let records = decided(&three_outlets());
    let origin = records[2].origin.as_ref().unwrap();
    assert_eq!(
        (origin.agency.as_str(), &origin.basis[..]),
        ("AP", &[OriginBasis::DuplicateOf][..])
    );
    assert_eq!(
        records[0].origin.as_ref().unwrap().basis,
        [OriginBasis::Dateline]
    );
}

#[test]
fn copies_are_of_one_story_and_another_event_is_not() {
    let mut records = three_outlets();
    let council = text(
        "Council of Eastmoor closes two schools",
        &[
            "EASTMOOR — The council of Eastmoor voted on Tuesday to close two primary schools, a step that parents had fought for months.",
            "Half of the classrooms in the brick buildings from 1921 are unsafe, a report by engineers found in January.",
            "Pupils will go to the new school in Mill Lane, head teacher Anna Berg said, and nobody will walk further than a mile.",
        ],
    );
    records.push(record(
        "d-1",
        "Eastmoor Echo",
        "2026-03-03T09:00:00Z",
        &council,
    ));
    let records = decided(&records);
    let stories: Vec<_> = records
        .iter()
        .map(|r| r.story.as_deref().unwrap())
        .collect();
    assert_eq!(stories, ["ap-1", "ap-1", "ap-1", "d-1"]);
    let thread = records[2].thread.as_ref().unwrap();
    assert_eq!(
        (
            thread.position,
            thread.texts,
            thread.outlets,
            thread.origins
        ),
        (3, 1, 3, 1)
    );
    assert_eq!(thread.since.as_deref(), Some("2026-03-02T09:00:00Z"));
}

#[test]
fn articles_with_one_post_in_them_are_no_copies() {
    let post = "The crews of Northport will sail again on Tuesday and I am glad of it. Nobody won but the islands, and I thank all \
        who waited at the harbour for nine days with children and luggage and without a word of complaint. See you on \
        the first boat. — Karin Holm (@karin_holm) March 2, 2026";
    let gazette = [
        "The transport minister wrote on Monday that she would be on the first ferry herself, and shared pictures of it.",
        "Readers of the Gazette answered by the hundred, most of them with questions on timetables.",
    ];
    let post_times = [
        "A note by Karin Holm on the end of the strike was read by half of the country before noon.",
        "Shop owners on Great Skerry printed it out and put it in their windows, next to prices of milk.",
    ];
    let with_post = |own: &[&str; 2], headline| text(headline, &[own[0], post, own[1]]);
    let one = with_post(&gazette, "Minister to sail");
    let two = with_post(&post_times, "Half of the country reads a note");
    let records = decided(&[
        record("a", "Harbor Gazette", "2026-03-02T09:00:00Z", &one),
        record("b", "Millbrook Times", "2026-03-02T10:00:00Z", &two),
        // What the outlet wrote itself makes a copy.
        record("c", "Westhaven Post", "2026-03-02T11:00:00Z", &two),
    ]);
    let clusters: Vec<&str> = records.iter().map(|r| copy(r).cluster.as_str()).collect();
    assert_eq!(clusters, ["a", "b", "b"]);
    let edits = copy(&records[2]).edits.as_ref().unwrap();
    assert_eq!((edits.kept, edits.removed), (2, 0));
}

#[test]
fn a_story_is_told_in_other_words() {
    let first = text(
        "Norland launches weather satellite",
        &[
            "NORTHPORT — Norland launched its third weather satellite from Skerry Point on Monday, and engineers picked up its first signals an hour later.",
            "The rocket carried the satellite Stormwatch into an orbit 800 kilometres high, the space agency said.",
        ],
    );
    let second = text(
        "Stormwatch satellite sends pictures after launch",
        &[
            "The newest of Norland's satellites has sent home its first pictures of clouds, two days after the launch at Skerry Point.",
            "Stormwatch sees rain fronts earlier than ships do, said Mira Dahl, who leads the forecasters in Northport.",
        ],
    );
    // It has a word of both heads in its own, and no more.
    let other = text(
        "Eastmoor launches inquiry into herring quotas",
        &[
            "WESTHAVEN — Parliament will look into how herring quotas were shared out, after auditors found that three boats got half of them.",
            "The audit office said that 40 million crowns could not be explained by what the fishermen had landed since 2019.",
        ],
    );
    let records = decided(&[
        record("a", "Harbor Gazette", "2026-03-02T09:00:00Z", &first),
        record("b", "Millbrook Times", "2026-03-04T09:00:00Z", &second),
        record("c", "Westhaven Post", "2026-03-04T10:00:00Z", &other),
    ]);
    let stories: Vec<_> = records
        .iter()
        .map(|r| r.story.as_deref().unwrap())
        .collect();
    assert_eq!(stories, ["a", "a", "c"]);
    assert!(
        records[1]
            .thread
            .as_ref()
            .unwrap()
            .similarity
            .is_some_and(|s| s > 0.2)
    );
}

#[test]
fn the_same_words_with_other_names_and_numbers_are_no_copy() {
    let rates = |company: &str, city: &str, chief: &str, numbers: [&str; 4]| {
        let [profit, sales, before, share] = numbers;
        let first = format!(
            "{city} — Net profit of {company} rose to {profit} million dollars in the quarter, the company said on Tuesday."
        );
        let second = format!(
            "It said that sales were {sales} million dollars, after {before} million in the same quarter of the year before."
        );
        let third = format!(
            "Results per share, at {share} cents, were in line with what analysts had expected, said {chief} of {company}."
        );
        text("Quarterly results", &[&first, &second, &third])
    };
    let one = rates(
        "Norland Steel",
        "Northport",
        "Karin Holm",
        ["12.5", "310", "295", "41"],
    );
    let two = rates(
        "Skerry Foods",
        "Westhaven",
        "Ola Brandt",
        ["7.1", "88", "79", "12"],
    );
    let records = decided(&[
        record("a", "Wire", "2026-03-02T09:00:00Z", &one),
        record("b", "Wire", "2026-03-02T10:00:00Z", &two),
        record("c", "Wire", "2026-03-02T11:00:00Z", &two),
    ]);
    assert_eq!(copy(&records[1]).relation, CopyRelation::Original);
    assert_eq!(copy(&records[2]).cluster, "b");
    // One outlet's own text once more is a version, and no second copy.
    assert_eq!(copy(&records[2]).relation, CopyRelation::Version);
    assert_eq!(
        (copy(&records[2]).copies, copy(&records[2]).position),
        (1, 2)
    );
}

#[test]
fn a_kill_names_the_cluster_it_hits_and_is_no_copy() {
    let mut records = three_outlets();
    let mut kill = record(
        "k",
        "Harbor Gazette",
        "2026-03-02T12:00:00Z",
        "KILL\n\nKill the story.",
    );
    kill.status = Status::Canceled;
    kill.supersedes = Some("ap-1".into());
    records.push(kill);
    records.push(record(
        "e",
        "Coastline News",
        "2026-03-02T13:00:00Z",
        &text("Strike over", &FERRY[..6]),
    ));
    let records = decided(&records);
    let kill = copy(&records[3]);
    assert_eq!(
        (kill.cluster.as_str(), kill.relation),
        ("ap-1", CopyRelation::Version)
    );
    assert_eq!(kill.of.as_deref(), Some("ap-1"));
    assert_eq!(kill.copies, 3);
    // A copy that comes later is found to be one of what was killed.
    assert_eq!(
        (copy(&records[4]).cluster.as_str(), copy(&records[4]).copies),
        ("ap-1", 4)
    );
}

#[test]
fn the_first_entry_of_a_key_counts() {
    let records = three_outlets();
    let entries: Vec<Entry> = records.iter().map(Entry::of).collect();
    let mut memory = memory();
    assert!(memory.apply(0, 0, b"a", &entries[0], None).is_some());
    assert!(memory.apply(1, 0, b"a", &entries[0], None).is_none());
    let decision = memory.apply(2, 0, b"b", &entries[1], None).unwrap();
    assert_eq!(&*decision.link.cluster.1, "ap-1");
    assert_eq!(memory.len(), 2);
    memory.void(b"a");
    memory.void(b"b");
    let decision = memory.apply(3, 0, b"c", &entries[2], None).unwrap();
    assert_eq!(
        &*decision.link.cluster.1, "c-1",
        "nothing that is void is compared"
    );
}

#[test]
fn links_are_authoritative_and_carry_over_a_start_in_the_middle() {
    let entries: Vec<Entry> = three_outlets().iter().map(Entry::of).collect();
    let mut whole = memory();
    let mut links = Vec::new();
    for (position, entry) in entries.iter().enumerate() {
        let entry = Entry::from_bytes(&entry.to_bytes()).unwrap();
        let position = position as u64;
        links.push(
            whole
                .apply(position, 0, &[position as u8], &entry, None)
                .unwrap()
                .link,
        );
    }
    // The first is not in this one's window: its name lives on in the link of the second.
    let mut late = memory();
    let second = late
        .apply(1, 0, &[1], &entries[1], Some(&links[1]))
        .unwrap();
    assert_eq!(second.link.cluster, links[1].cluster);
    let third = late.apply(2, 0, &[2], &entries[2], None).unwrap();
    assert_eq!(third.link.cluster, links[2].cluster);
    assert_eq!(third.link.story, links[2].story);
}

#[test]
fn what_is_past_the_bounds_is_forgotten() {
    let entries: Vec<Entry> = three_outlets().iter().map(Entry::of).collect();
    let day = 86_400;
    let mut memory = memory();
    memory.apply(0, 0, b"a", &entries[0], None);
    memory.apply(1, 31 * day, b"b", &entries[1], None);
    assert_eq!(memory.len(), 1);
    let decision = memory.apply(2, 31 * day, b"c", &entries[2], None).unwrap();
    assert_eq!(&*decision.link.cluster.1, "b-1");
    let mut small = Memory::new(Bounds {
        window_days: 30,
        bytes: 8_000,
    });
    for position in 0..100u64 {
        small.apply(position, 0, &position.to_le_bytes(), &entries[0], None);
        assert!(small.bytes() < 12_000);
    }
    assert!(small.len() > 2);
}

#[test]
fn an_article_worked_on_again_is_told_what_was_decided() {
    let entries: Vec<Entry> = three_outlets().iter().map(Entry::of).collect();
    let mut memory = memory();
    let keys: [&[u8]; 3] = [b"a", b"b", b"c"];
    let mut links = Vec::new();
    for (position, (key, entry)) in (0..).zip(keys.into_iter().zip(&entries)) {
        let decision = memory.apply(position, 0, key, entry, None).unwrap();
        links.push(decision.link);
    }
    for ((key, entry), link) in keys.into_iter().zip(&entries).zip(&links) {
        assert_eq!(memory.apply(9, 0, key, entry, None), None, "it is void");
        assert_eq!(&memory.again(key, entry).unwrap().link, link);
    }
    assert_eq!(memory.position(b"c"), Some(2));
    assert_eq!(memory.position(b"d"), None);
    assert_eq!(memory.again(b"d", &entries[0]), None);
}

#[test]
fn a_link_that_comes_late_is_authoritative_for_what_follows() {
    let entries: Vec<Entry> = three_outlets().iter().map(Entry::of).collect();
    // The first is before the window of this process: it takes the second for one without copies.
    let mut late = memory();
    let own = late.apply(1, 0, b"b", &entries[1], None).unwrap().link;
    assert_eq!(&*own.cluster.1, "b-1");
    let recorded = Link {
        cluster: (0, "ap-1".into()),
        story: (0, "ap-1".into()),
        of: Some(0),
    };
    assert!(late.correct(b"b", &recorded));
    assert!(!late.correct(b"b", &recorded), "it is so already");
    let third = late.apply(2, 0, b"c", &entries[2], None).unwrap().link;
    assert_eq!(
        (third.cluster, third.story),
        (recorded.cluster, recorded.story)
    );
    // Nothing is left behind in the counts when all are forgotten.
    late.apply(3, 40 * 86_400, b"d", &Entry::default(), None);
    assert_eq!(
        (late.len(), late.clusters.len(), late.stories.len()),
        (1, 0, 0)
    );
}

#[test]
fn the_story_of_a_copy_whose_first_texts_are_before_the_window_keeps_its_name() {
    let entries: Vec<Entry> = three_outlets().iter().map(Entry::of).collect();
    let mut late = memory();
    let recorded = Link {
        cluster: (5, "c".into()),
        story: (2, "s".into()),
        of: Some(5),
    };
    let own = late
        .apply(9, 0, b"b", &entries[1], Some(&recorded))
        .unwrap();
    assert_eq!(own.link.story, recorded.story);
    let copy = late.apply(10, 0, b"c", &entries[2], None).unwrap();
    assert_eq!(
        (copy.link.cluster, copy.link.story),
        (recorded.cluster, recorded.story)
    );
    assert_eq!(&*late.again(b"b", &entries[1]).unwrap().link.story.1, "s");
    late.apply(11, 40 * 86_400, b"d", &Entry::default(), None);
    assert_eq!((late.clusters.len(), late.stories.len()), (0, 0));
}

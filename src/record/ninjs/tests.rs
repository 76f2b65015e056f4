//! Items are held against IPTC's own schema, offline.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::*;
use crate::engine::Engine;
use crate::intake::{Hints, Settings};
use crate::record::{Ingest, Topic};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/structured")
}

fn schema(name: &str) -> Value {
    let bytes = std::fs::read(fixtures().join("schema").join(name)).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn check(items: &[Value]) {
    let geo = schema("GeoJSON.json");
    let registry = jsonschema::Registry::new()
        .add("https://geojson.org/schema/GeoJSON.json", &geo)
        .unwrap()
        .prepare()
        .unwrap();
    let validator = jsonschema::options()
        .with_registry(&registry)
        .should_validate_formats(true)
        .build(&schema("ninjs-schema_3.1.json"))
        .unwrap();
    for item in items {
        let errors: Vec<String> = validator
            .iter_errors(item)
            .map(|e| format!("{}: {e}", e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}\n{item:#}");
    }
    // The schema is closed: the check would not pass anything.
    let mut odd = items[0].clone();
    odd["extra"] = json!(1);
    assert!(!validator.is_valid(&odd));
}

fn records(paths: &mut dyn Iterator<Item = PathBuf>) -> Vec<EnrichedArticle> {
    let engine = Engine::new(Settings::default()).unwrap();
    let mut records = Vec::new();
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let _ = engine.enrich(
            &bytes,
            &Hints::default(),
            &Ingest::default(),
            &mut |record| {
                records.push(record);
                ControlFlow::Continue(())
            },
        );
    }
    records
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.extend(files(&path));
        } else if !path.components().any(|c| c.as_os_str() == "schema") {
            out.push(path);
        }
    }
    out
}

#[test]
fn every_fixture_becomes_a_valid_item() {
    let records = records(&mut files(&fixtures()).into_iter());
    assert!(records.len() > 20);
    let items: Vec<Value> = records
        .iter()
        .map(|r| serde_json::to_value(item(r)).unwrap())
        .collect();
    check(&items);
}

#[test]
fn what_an_item_cannot_say_stands_in_the_sidecar() {
    let path = fixtures().join("newsml-g2/message-two-items.xml");
    let records = records(&mut std::iter::once(path));
    let record = &records[0];
    let value = serde_json::to_value(item(record)).unwrap();
    assert_eq!(value["uri"], "tag:northwire.example,2026:txt_5501");
    assert_eq!(value["pubStatus"], "usable");
    assert_eq!(value["urgency"], 3);
    assert_eq!(
        value["subjects"][0]["uri"],
        "http://cv.iptc.org/newscodes/mediatopic/20000160"
    );
    let html = value["bodies"][1]["value"].as_str().unwrap();
    assert!(
        html.contains("<h2>FOG</h2><ul><li>") && html.contains("<table><tr><td>Boat</td>"),
        "{html}"
    );
    let beside = sidecar(record);
    assert_eq!(beside["uri"], value["uri"]);
    assert!(
        beside.contains_key("quotes")
            && beside.contains_key("content")
            && beside.contains_key("stages")
    );
    assert!(!beside.contains_key("headline"));
}

#[test]
fn topics_of_the_text_are_subjects_with_their_chance() {
    let path = fixtures().join("newsml-g2/message-two-items.xml");
    let mut record = records(&mut std::iter::once(path)).remove(0);
    let topic = |code: &str, score, basis| Topic {
        code: code.into(),
        name: "x".into(),
        score,
        basis,
    };
    // the first is among the supplier's subjects
    record.topics = vec![
        topic("medtop:20000160", None, TopicBasis::Supplied),
        topic("medtop:11000000", None, TopicBasis::Section),
        topic("medtop:20000640", Some(0.82), TopicBasis::Text),
    ];
    let value = serde_json::to_value(item(&record)).unwrap();
    let with = |code: &str| -> Vec<Value> {
        let subjects = value["subjects"].as_array().unwrap();
        let uri = format!("http://cv.iptc.org/newscodes/mediatopic/{code}");
        subjects
            .iter()
            .filter(|s| s["uri"] == *uri)
            .cloned()
            .collect()
    };
    assert_eq!(with("20000160").len(), 1);
    assert_eq!(with("11000000")[0].get("confidence"), None);
    let [summit] = &with("20000640")[..] else {
        panic!("{value:#}")
    };
    assert_eq!(summit["confidence"], 82);
    assert_eq!(summit["creator"], "copydesk");
    assert_eq!(summit["rel"], "classifies");
    check(&[value]);
}

#[test]
fn keyphrases_and_the_summary_have_their_places() {
    let path = fixtures().join("../html/courier-storm.html");
    let records = records(&mut std::iter::once(path));
    let record = &records[0];
    assert!(!record.keyphrases.is_empty() && !record.summary.is_empty());
    let value = serde_json::to_value(item(record)).unwrap();
    let subjects = value["subjects"].as_array().unwrap();
    for keyphrase in &record.keyphrases {
        let is_it = |s: &&Value| s["name"] == keyphrase.text && s["creator"] == "copydesk";
        let subject = subjects.iter().find(is_it).unwrap();
        assert_eq!(subject["rel"], "keyword");
    }
    let last = value["descriptions"].as_array().unwrap().last().unwrap();
    let sentence = record.summary[0];
    let chars = record.content.text.chars().skip(sentence.start as usize);
    let sentence: String = chars
        .take((sentence.end - sentence.start) as usize)
        .collect();
    assert_eq!(last["role"], "summary");
    assert!(last["value"].as_str().unwrap().starts_with(&sentence));
    check(&[value]);
}

#[test]
fn uris_are_uris() {
    for good in [
        "http://a.example/x?y=1#z",
        "urn:newsml:x:1",
        "tag:a,2026:1",
        "blake3:00ff",
    ] {
        assert_eq!(uri_of(good), good);
    }
    for (bad, want) in [
        ("t3_abc", "urn:copydesk:t3_abc"),
        ("a b", "urn:copydesk:a%20b"),
        ("http://a b", "urn:copydesk:http:%2F%2Fa%20b"),
        ("http://", "urn:copydesk:http:%2F%2F"),
        ("é", "urn:copydesk:%C3%A9"),
    ] {
        assert_eq!(uri_of(bad), want);
    }
}

#[test]
fn times_that_ninjs_cannot_say_are_left_out() {
    assert!(is_date_time("2026-03-02T10:00:00+01:00"));
    assert!(!is_date_time("2026-03-02T10:00:00"));
    assert!(!is_date_time("2026-03-02"));
}

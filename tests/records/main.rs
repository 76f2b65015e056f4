//! Every fixture becomes records: each is held against the schema and against its snapshot.
//!
//! The tests walk `tests/fixtures/<format>/` and `tests/fixtures/structured/<format>/`, and every format there
//! is must have a file there that is read as it. A new file is enough for a new snapshot
//! (`INSTA_UPDATE=always cargo test --test records` writes it, and a person reads it).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that panics has failed, as it should"
)]

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use copydesk::engine::Engine;
use copydesk::intake::{Format, Hints, ReadError, Settings};
use copydesk::record::{EnrichedArticle, Ingest, schema};

/// The files in the folders that are named for a format.
fn fixtures() -> Vec<PathBuf> {
    Format::ALL
        .iter()
        .flat_map(|format| fixtures_of(*format))
        .collect()
}

fn fixtures_of(format: Format) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let folders = [root.clone(), root.join("structured")];
    let mut files: Vec<PathBuf> = folders
        .iter()
        .map(|folder| folder.join(format.name()))
        .filter(|folder| folder.is_dir())
        .flat_map(|folder| fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

/// The records of a file, and why what follows them could not be read.
fn enrich(engine: &Engine, path: &Path) -> (Vec<EnrichedArticle>, Option<ReadError>) {
    let bytes = fs::read(path).unwrap();
    let mut records = Vec::new();
    let read = engine.enrich(
        &bytes,
        &Hints::default(),
        &Ingest::default(),
        &mut |record| {
            records.push(record);
            ControlFlow::Continue(())
        },
    );
    (records, read.err())
}

#[test]
fn fixtures_become_the_records_they_should() {
    let engine = Engine::new(Settings::default()).unwrap();
    let schema =
        jsonschema::validator_for(&serde_json::to_value(schema::enriched()).unwrap()).unwrap();
    for path in fixtures() {
        let (records, error) = enrich(&engine, &path);
        assert!(
            error.is_some() || !records.is_empty(),
            "{}: no record and no error",
            path.display()
        );
        let mut values = Vec::new();
        for record in &records {
            let value = serde_json::to_value(record).unwrap();
            let faults: Vec<String> = schema
                .iter_errors(&value)
                .map(|e| format!("{}: {e}", e.instance_path()))
                .collect();
            assert!(faults.is_empty(), "{}: {faults:#?}", path.display());
            offsets_are_true(record, &path);
            values.push(value);
        }
        if let Some(error) = error {
            values.push(serde_json::json!({ "error": error.to_string() }));
        }
        let format = path
            .parent()
            .unwrap()
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let name = format!("{format}__{}", path.file_name().unwrap().to_string_lossy());
        insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_json_snapshot!(name, values, {
                "[].stages[].ms" => "[ms]",
                "[].provenance" => "[provenance]",
            });
        });
    }
}

#[test]
fn every_format_has_a_fixture_that_is_read_as_it() {
    let engine = Engine::new(Settings::default()).unwrap();
    for format in Format::ALL {
        let files = fixtures_of(*format);
        let records: Vec<_> = files
            .iter()
            .flat_map(|path| enrich(&engine, path).0)
            .collect();
        assert!(!records.is_empty(), "no fixture of {}", format.name());
        // A web archive is a container: its articles have the formats of the documents in it.
        let read =
            |r: &EnrichedArticle| *format == Format::Warc || r.ingest.format == format.name();
        assert!(
            records.iter().any(read),
            "none is read as {}",
            format.name()
        );
    }
}

#[test]
fn every_format_has_a_fuzz_target() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz");
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let targets: Vec<(String, String)> = fs::read_dir(root.join("targets"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let code = fs::read_to_string(&path).unwrap();
            (path.file_name().unwrap().to_str().unwrap().to_owned(), code)
        })
        .collect();
    for (file, _) in &targets {
        let path = format!("path = \"targets/{file}\"");
        assert!(manifest.contains(&path), "no [[bin]] for {file}");
    }
    for format in Format::ALL {
        let variant = format!("Format::{format:?}");
        let names = |code: &str| {
            let mut found = code.match_indices(&variant);
            // `Format::Text` is not `Format::TextX`.
            found.any(|(at, _)| !code[at + variant.len()..].starts_with(char::is_alphanumeric))
        };
        assert!(
            targets.iter().any(|(_, code)| names(code)),
            "no fuzz target of {}",
            format.name()
        );
    }
}

#[test]
fn the_readme_names_every_format() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let (_, rest) = readme.split_once("\nFormats read").unwrap();
    let (list, _) = rest.split_once("\n\n").unwrap();
    for format in Format::ALL {
        let name = format!("`{}`", format.name());
        assert!(list.contains(&name), "{name} is not in README's list");
    }
}

/// Every span lies inside the text, in order, and on code points.
fn offsets_are_true(record: &EnrichedArticle, path: &Path) {
    let length = record.content.text.chars().count() as u32;
    let within = |start: u32, end: u32, what: &str| {
        assert!(
            start <= end && end <= length,
            "{}: {what} {start}..{end} of {length}",
            path.display()
        );
    };
    record
        .content
        .blocks
        .iter()
        .for_each(|b| within(b.start, b.end, "block"));
    record
        .content
        .sentences
        .iter()
        .for_each(|s| within(s.start, s.end, "sentence"));
    record
        .content
        .segments
        .iter()
        .for_each(|s| within(s.0, s.0 + s.2, "segment"));
    record
        .times
        .iter()
        .for_each(|t| within(t.start, t.end, "time"));
    record
        .amounts
        .iter()
        .for_each(|a| within(a.start, a.end, "amount"));
    for mention in record.entities.iter().flat_map(|e| &e.mentions) {
        within(mention.start, mention.end, "mention");
    }
    for quote in &record.quotes {
        within(quote.content.start, quote.content.end, "quotation");
    }
}

#[test]
fn nothing_killed_held_or_embargoed_is_usable() {
    let engine = Engine::new(Settings::default()).unwrap();
    for path in fixtures() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if ["kill", "hold", "embargo", "withdraw", "cancel"]
            .iter()
            .any(|w| name.contains(w))
        {
            for record in enrich(&engine, &path).0 {
                assert_ne!(
                    record.status,
                    copydesk::record::Status::Usable,
                    "{}",
                    path.display()
                );
            }
        }
    }
}

//! The files under `deploy/` are what their tools can read, and say what the program understands.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that panics has failed, as it should"
)]

use std::path::Path;

use copydesk::config::Settings;
use yaml_rust2::{Yaml, YamlLoader};

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("deploy")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn yaml(name: &str) -> Vec<Yaml> {
    YamlLoader::load_from_str(&read(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

#[test]
fn compose_starts_kafka_topics_workers_and_samples() {
    let documents = yaml("compose.yaml");
    let services = &documents[0]["services"];
    for service in ["kafka", "topics", "worker", "samples"] {
        assert!(!services[service].is_badvalue(), "no service {service}");
    }
    // every variable names a key that the configuration has
    let environment = services["worker"]["environment"].as_hash().unwrap();
    let shipped =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("config/copydesk.toml"))
            .unwrap();
    let shipped: toml::Table = shipped.parse().unwrap();
    for name in environment.keys().map(|k| k.as_str().unwrap()) {
        let (section, key) = name
            .strip_prefix("COPYDESK_")
            .and_then(|n| n.split_once("__"))
            .unwrap();
        let section = shipped[&section.to_lowercase()].as_table().unwrap();
        assert!(
            section.contains_key(&key.to_lowercase()),
            "{name} names no key of the configuration"
        );
    }
}

#[test]
fn the_manifest_for_kubernetes_holds_a_configuration_that_loads() {
    let documents = yaml("kubernetes.yaml");
    let kinds: Vec<_> = documents
        .iter()
        .map(|d| d["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["ConfigMap", "StatefulSet"]);
    let pod = &documents[1]["spec"]["template"]["spec"];
    assert!(pod["containers"][0]["readinessProbe"]["httpGet"]["path"].as_str() == Some("/readyz"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copydesk.toml");
    std::fs::write(
        &file,
        documents[0]["data"]["copydesk.toml"].as_str().unwrap(),
    )
    .unwrap();
    Settings::load(Some(&file)).unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn the_unit_has_the_sections_systemd_wants() {
    let unit = read("copydesk.service");
    let mut section = "";
    for line in unit
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        match line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            Some(name) => {
                assert!(["Unit", "Service", "Install"].contains(&name), "{name}");
                section = name;
            }
            None => {
                let (key, value) = line
                    .split_once('=')
                    .unwrap_or_else(|| panic!("no = in {line}"));
                assert!(
                    !section.is_empty() && !key.contains(' ') && !value.is_empty(),
                    "{line}"
                );
            }
        }
    }
    assert!(unit.contains("ExecStart=/usr/local/bin/copydesk run --config "));
}

#[test]
fn the_samples_are_envelopes() {
    let samples = read("samples.ndjson");
    assert!(samples.lines().count() >= 3);
    for line in samples.lines() {
        serde_json::from_str::<copydesk::record::RawEnvelope>(line)
            .unwrap_or_else(|e| panic!("{line}: {e}"));
    }
}

#[test]
fn notice_names_files_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let notice = std::fs::read_to_string(root.join("NOTICE")).unwrap();
    let named = notice
        .lines()
        .filter(|l| l.starts_with("config/") || l.starts_with("tests/"));
    let mut files = 0;
    for line in named {
        // "config/gazetteers/countries.tsv, regions.tsv": the others lie in the folder of the first
        let folder = Path::new(line.split(", ").next().unwrap())
            .parent()
            .unwrap();
        for name in line.split(", ").map(|p| Path::new(p).file_name().unwrap()) {
            let path = root.join(folder).join(name);
            let is_there = match name.to_str().unwrap().strip_prefix("*.") {
                Some(ending) => std::fs::read_dir(root.join(folder)).unwrap().any(|entry| {
                    entry
                        .unwrap()
                        .path()
                        .extension()
                        .is_some_and(|e| e == ending)
                }),
                None => path.is_file(),
            };
            assert!(is_there, "{}", path.display());
            files += 1;
        }
    }
    assert!(files >= 7, "{files}");
}

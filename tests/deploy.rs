//! The files under `deploy/` are what their tools can read, and say what the program understands.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that panics has failed, as it should, and says what it leaves out"
)]

use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Command, Stdio};

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
    let of_kind = |kind: &str| {
        let found = documents.iter().find(|d| d["kind"].as_str() == Some(kind));
        found.unwrap_or_else(|| panic!("no {kind}"))
    };
    let set = &of_kind("StatefulSet")["spec"];
    let service = of_kind("Service");
    assert_eq!(service["metadata"]["name"], set["serviceName"]);
    assert_eq!(service["spec"]["clusterIP"].as_str(), Some("None"));
    let labels = &set["template"]["metadata"]["labels"];
    assert_eq!(service["spec"]["selector"], *labels);
    assert_eq!(set["selector"]["matchLabels"], *labels);
    let pod = &set["template"]["spec"];
    assert!(pod["containers"][0]["readinessProbe"]["httpGet"]["path"].as_str() == Some("/readyz"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copydesk.toml");
    std::fs::write(
        &file,
        of_kind("ConfigMap")["data"]["copydesk.toml"]
            .as_str()
            .unwrap(),
    )
    .unwrap();
    let settings = Settings::load(Some(&file)).unwrap_or_else(|e| panic!("{e}"));
    let grace = pod["terminationGracePeriodSeconds"].as_i64().unwrap();
    assert!(settings.kafka.shutdown.as_secs() < grace.unsigned_abs());
}

/// Every control of the Pod Security standard "restricted" that a pod like this one is judged by.
/// <https://kubernetes.io/docs/concepts/security/pod-security-standards/>
#[test]
fn the_pods_keep_to_the_restricted_standard() {
    let documents = yaml("kubernetes.yaml");
    let set = documents
        .iter()
        .find(|d| d["kind"].as_str() == Some("StatefulSet"))
        .unwrap();
    let pod = &set["spec"]["template"]["spec"];
    for namespace in ["hostNetwork", "hostPID", "hostIPC"] {
        assert!(pod[namespace].is_badvalue(), "{namespace}");
    }
    let context = &pod["securityContext"];
    assert_eq!(context["runAsNonRoot"].as_bool(), Some(true));
    assert!(context["runAsUser"].as_i64().unwrap() > 0);
    assert_eq!(
        context["seccompProfile"]["type"].as_str(),
        Some("RuntimeDefault")
    );
    for volume in pod["volumes"].as_vec().unwrap() {
        let kinds = volume
            .as_hash()
            .unwrap()
            .keys()
            .map(|k| k.as_str().unwrap());
        for kind in kinds.filter(|k| *k != "name") {
            assert!(
                ["configMap", "emptyDir", "secret"].contains(&kind),
                "{kind}"
            );
        }
    }
    for container in pod["containers"].as_vec().unwrap() {
        let own = &container["securityContext"];
        assert_eq!(own["allowPrivilegeEscalation"].as_bool(), Some(false));
        assert_eq!(own["readOnlyRootFilesystem"].as_bool(), Some(true));
        assert_eq!(own["capabilities"]["drop"][0].as_str(), Some("ALL"));
        assert!(own["capabilities"]["add"].is_badvalue());
        let image = container["image"].as_str().unwrap();
        let (_, tag) = image.rsplit_once(':').expect("a tag");
        assert_eq!(tag, env!("CARGO_PKG_VERSION"), "{image}");
        for port in container["ports"].as_vec().unwrap() {
            assert!(port["hostPort"].is_badvalue());
        }
    }
}

#[test]
fn the_unit_is_one_that_systemd_knows_and_shields() {
    let unit = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/copydesk.service");
    let analyze = |arguments: &[&str]| {
        let mut command = std::process::Command::new("systemd-analyze");
        command.args(arguments).arg(&unit).output()
    };
    let Ok(verified) = analyze(&["verify"]) else {
        eprintln!("\n*** NOT TESTED: deploy/copydesk.service. There is no systemd-analyze here.\n");
        return;
    };
    let said = String::from_utf8_lossy(&verified.stderr);
    // The program is not installed where the tests run.
    let unknown = said
        .lines()
        .find(|l| l.contains("copydesk.service") && !l.contains("is not executable"));
    assert_eq!(unknown, None, "{said}");
    let judged = analyze(&["security", "--offline=true", "--no-pager"]).unwrap();
    let said = String::from_utf8_lossy(&judged.stdout);
    let exposure = said
        .lines()
        .rev()
        .find_map(|l| l.split_once("copydesk.service: "))
        .and_then(|(_, rest)| rest.split_whitespace().next())
        .unwrap_or_else(|| panic!("{said}{}", String::from_utf8_lossy(&judged.stderr)));
    assert!(exposure.parse::<f32>().unwrap() < 3.0, "{exposure}");
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
                let (key, _) = line
                    .split_once('=')
                    .unwrap_or_else(|| panic!("no = in {line}"));
                assert!(!section.is_empty() && !key.contains(' '), "{line}");
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

/// A folder of data with one file: that of config/ with something said in another way.
fn folder_with(name: &str, change: impl Fn(String) -> String) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let text = std::fs::read_to_string(shipped.join("wire/kill.tsv")).unwrap();
    let file = folder.path().join(name);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, change(text)).unwrap();
    folder
}

/// What the program says of a text with the data in `folder`: its exit code, its records, its errors.
fn enriched_with(folder: &Path, text: &str) -> (Option<i32>, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["enrich", "--output", "json"])
        .env("COPYDESK_RESOURCES__DATA", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let sent = program.stdin.take().unwrap().write_all(text.as_bytes());
    // one that refuses its configuration reads nothing
    sent.or_else(|e| (e.kind() == ErrorKind::BrokenPipe).then_some(()).ok_or(e))
        .unwrap();
    let output = program.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn a_folder_of_data_replaces_what_is_compiled_in() {
    let copy = "ZZ-SPIKE THIS\n\nThe story on the harbour is withdrawn by the desk in Norland.\n";
    let own = |text: String| text + "kill_line\ten\tzz-spike this\n";
    let record = |folder: &Path| -> serde_json::Value {
        let (code, records, errors) = enriched_with(folder, copy);
        assert_eq!(code, Some(0), "{errors}");
        serde_json::from_str(&records).unwrap()
    };
    let theirs = record(folder_with("wire/kill.tsv", |text| text).path());
    let own = record(folder_with("wire/kill.tsv", own).path());
    assert_eq!(theirs["status"], "usable");
    assert_eq!(own["status"], "canceled");
    assert_ne!(theirs["provenance"]["intake"], own["provenance"]["intake"]);
}

#[test]
fn a_fault_in_a_folder_of_data_is_told_at_the_start() {
    for (name, line, says) in [
        ("wire/kill.tsv", "kill_lines\ten\tx\n", "wire/kill.tsv:"),
        (
            "wire/kil.tsv",
            "",
            "wire/kil.tsv replaces nothing; did you mean wire/kill.tsv?",
        ),
    ] {
        let folder = folder_with(name, |text| text + line);
        let (code, records, errors) = enriched_with(folder.path(), "Text.\n");
        assert_ne!(code, Some(0));
        assert!(records.is_empty(), "{records}");
        assert!(
            errors.contains("resources.data") && errors.contains(says),
            "{errors}"
        );
    }
}

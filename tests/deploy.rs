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

const OVERLAYS: [&str; 3] = ["base", "overlays/exactly-once", "overlays/keda"];

/// A program of `.ci/run`, from its folder or the path. `None`, said loudly, where it is not there; with
/// `COPYDESK_REQUIRE_TOOLS=1` that is a failure.
fn tool(name: &str, what: &str) -> Option<Command> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/ci/bin")
        .join(name);
    for program in [own.as_path(), Path::new(name)] {
        if let Err(error) = Command::new(program).arg("--help").output()
            && error.kind() == ErrorKind::NotFound
        {
            continue;
        }
        return Some(Command::new(program));
    }
    assert!(
        std::env::var_os("COPYDESK_REQUIRE_TOOLS").is_none_or(|v| v == "0"),
        "COPYDESK_REQUIRE_TOOLS is set, and there is no {name}"
    );
    eprintln!("\n*** NOT TESTED: {what}. There is no {name} here; .ci/run installs it.\n");
    None
}

/// What a program prints that must succeed.
fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, errors) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{out}{errors}");
    out
}

/// An overlay as it is applied; nothing where there is no kustomize.
fn rendered(overlay: &str) -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("deploy/kubernetes")
        .join(overlay);
    let mut kustomize = tool("kustomize", "the overlays for Kubernetes")?;
    Some(printed(kustomize.arg("build").arg(folder)))
}

fn of_kind<'a>(documents: &'a [Yaml], kind: &str) -> &'a Yaml {
    let found = documents.iter().find(|d| d["kind"].as_str() == Some(kind));
    found.unwrap_or_else(|| panic!("no {kind}"))
}

#[test]
fn the_manifests_for_kubernetes_go_together() {
    let set = yaml("kubernetes/base/statefulset.yaml").remove(0);
    let service = yaml("kubernetes/base/service.yaml").remove(0);
    let spec = &set["spec"];
    assert_eq!(service["metadata"]["name"], spec["serviceName"]);
    assert_eq!(service["spec"]["clusterIP"].as_str(), Some("None"));
    let labels = &spec["template"]["metadata"]["labels"];
    assert_eq!(service["spec"]["selector"], *labels);
    assert_eq!(spec["selector"]["matchLabels"], *labels);
    let budget = yaml("kubernetes/base/poddisruptionbudget.yaml").remove(0);
    assert_eq!(budget["spec"]["selector"]["matchLabels"], *labels);
    let policy = yaml("kubernetes/base/networkpolicy.yaml").remove(0);
    assert_eq!(policy["spec"]["podSelector"]["matchLabels"], *labels);
    let pod = &spec["template"]["spec"];
    assert_eq!(
        pod["containers"][0]["readinessProbe"]["httpGet"]["path"].as_str(),
        Some("/readyz")
    );
    let settings =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/kubernetes/base/copydesk.toml");
    let settings = Settings::load(Some(&settings)).unwrap_or_else(|e| panic!("{e}"));
    let grace = pod["terminationGracePeriodSeconds"].as_i64().unwrap();
    assert!(settings.kafka.shutdown.as_secs() < grace.unsigned_abs());
    // what KEDA watches is what the workers read
    let scaled = yaml("kubernetes/components/keda/scaledobject.yaml").remove(0);
    assert_eq!(
        scaled["spec"]["scaleTargetRef"]["name"],
        set["metadata"]["name"]
    );
    let watched = &scaled["spec"]["triggers"][0]["metadata"];
    assert_eq!(
        watched["bootstrapServers"].as_str().unwrap(),
        settings.kafka.brokers
    );
    assert_eq!(
        watched["consumerGroup"].as_str().unwrap(),
        settings.kafka.group
    );
    assert_eq!(
        [watched["topic"].as_str().unwrap()],
        *settings.kafka.input.subscription()
    );
    // the brokers can be reached past the policy
    let port: i64 = settings
        .kafka
        .brokers
        .rsplit_once(':')
        .unwrap()
        .1
        .parse()
        .unwrap();
    let allowed = policy["spec"]["egress"]
        .as_vec()
        .unwrap()
        .iter()
        .flat_map(|rule| rule["ports"].as_vec().unwrap());
    let range = |p: &Yaml| {
        let first = p["port"].as_i64().unwrap();
        first..=p["endPort"].as_i64().unwrap_or(first)
    };
    assert!(allowed.map(range).any(|ports| ports.contains(&port)));
}

/// Every control of the Pod Security standard "restricted" that a pod like this one is judged by.
/// <https://kubernetes.io/docs/concepts/security/pod-security-standards/>
#[test]
fn the_pods_keep_to_the_restricted_standard() {
    let documents = yaml("kubernetes/base/statefulset.yaml");
    let pod = &documents[0]["spec"]["template"]["spec"];
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
        for port in container["ports"].as_vec().unwrap() {
            assert!(port["hostPort"].is_badvalue());
        }
    }
    let namespace = yaml("kubernetes/base/namespace.yaml").remove(0);
    let enforced = &namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"];
    assert_eq!(enforced.as_str(), Some("restricted"));
    let images = &yaml("kubernetes/base/kustomization.yaml").remove(0)["images"];
    assert_eq!(
        images[0]["newTag"].as_str(),
        Some(env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn the_overlays_are_what_they_say() {
    for overlay in OVERLAYS {
        let Some(text) = rendered(overlay) else {
            return;
        };
        let documents = YamlLoader::load_from_str(&text).unwrap();
        let set = of_kind(&documents, "StatefulSet");
        let container = &set["spec"]["template"]["spec"]["containers"][0];
        let environment = container["env"].as_vec().unwrap();
        let delivery = environment
            .iter()
            .find(|v| v["name"].as_str() == Some("COPYDESK_KAFKA__DELIVERY"));
        let delivery = delivery.map(|v| v["value"].as_str().unwrap());
        assert_eq!(
            delivery,
            (overlay != "base").then_some("exactly-once"),
            "{overlay}"
        );
        // a replica's name is its own in all of them
        assert!(
            environment
                .iter()
                .any(|v| v["name"].as_str() == Some("COPYDESK_KAFKA__INSTANCE"))
        );
        let replicas = set["spec"]["replicas"].as_i64();
        let scaled = documents
            .iter()
            .any(|d| d["kind"].as_str() == Some("ScaledObject"));
        assert_eq!(
            (replicas.is_none(), scaled),
            (overlay.ends_with("keda"), overlay.ends_with("keda"))
        );
        for document in documents
            .iter()
            .filter(|d| d["kind"].as_str() != Some("Namespace"))
        {
            assert_eq!(
                document["metadata"]["namespace"].as_str(),
                Some("copydesk"),
                "{document:?}"
            );
        }
    }
}

#[test]
fn the_overlays_pass_kube_score_and_the_schemas_of_kubernetes() {
    for overlay in OVERLAYS {
        let Some(text) = rendered(overlay) else {
            return;
        };
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rendered.yaml");
        std::fs::write(&file, text).unwrap();
        if let Some(mut score) = tool("kube-score", "the manifests for Kubernetes by kube-score") {
            // A limit of the CPU only has a worker wait while the CPU is idle.
            printed(
                score
                    .args(["score", "--ignore-container-cpu-limit"])
                    .arg(&file),
            );
        }
        if let Some(mut validate) = tool(
            "kubernetes-validate",
            "the manifests by the schemas of Kubernetes",
        ) {
            let said = printed(validate.arg("--strict").arg(&file));
            assert!(said.matches(" passed for resource ").count() >= 6, "{said}");
        }
    }
}

#[test]
fn the_dockerfile_is_one_that_hadolint_finds_nothing_in() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/Dockerfile");
    let text = read("Dockerfile");
    for label in ["title", "description", "version", "revision", "licenses"] {
        assert!(
            text.contains(&format!("org.opencontainers.image.{label}=")),
            "{label}"
        );
    }
    assert!(text.contains(&format!("image.version=\"{}\"", env!("CARGO_PKG_VERSION"))));
    if let Some(mut hadolint) = tool("hadolint", "deploy/Dockerfile") {
        printed(hadolint.arg(file));
    }
}

/// The units as they are installed, with the one of a template called `copydesk@english`.
fn installed_units() -> (tempfile::TempDir, [std::path::PathBuf; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let install = |from: &str, to: &str| {
        let to = folder.path().join(to);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(&to, read(&format!("systemd/{from}"))).unwrap();
        to
    };
    let units = [
        install("copydesk.service", "copydesk.service"),
        install("copydesk@.service", "copydesk@english.service"),
    ];
    for unit in ["copydesk.service.d", "copydesk@.service.d"] {
        install("login.conf", &format!("{unit}/login.conf"));
    }
    (folder, units)
}

#[test]
fn the_units_are_ones_that_systemd_knows_and_shields() {
    let (_folder, units) = installed_units();
    for unit in &units {
        let name = unit.file_name().unwrap().to_str().unwrap();
        let Some(mut verify) = tool("systemd-analyze", "the units for systemd") else {
            return;
        };
        let verified = verify.arg("verify").arg(unit).output().unwrap();
        let said = String::from_utf8_lossy(&verified.stderr);
        // The program is not installed where the tests run.
        let unknown = said
            .lines()
            .find(|l| l.contains("copydesk") && !l.contains("is not executable"));
        assert_eq!(unknown, None, "{said}");
        let mut judge = Command::new("systemd-analyze");
        let judged = judge
            .args(["security", "--offline=true", "--no-pager"])
            .arg(unit)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&judged.stdout);
        let exposure = said
            .lines()
            .rev()
            .find_map(|l| l.split_once(&format!("{name}: ")))
            .and_then(|(_, rest)| rest.split_whitespace().next())
            .unwrap_or_else(|| panic!("{said}{}", String::from_utf8_lossy(&judged.stderr)));
        assert!(exposure.parse::<f32>().unwrap() <= 2.0, "{exposure}");
    }
}

#[test]
fn the_units_have_the_sections_systemd_wants_and_name_keys_that_there_are() {
    for name in ["copydesk.service", "copydesk@.service", "login.conf"] {
        let unit = read(&format!("systemd/{name}"));
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
        let starts = unit.contains("ExecStart=/usr/local/bin/copydesk run --config ");
        assert_eq!(starts, name != "login.conf", "{name}");
        // what is told to systemd counts only where it listens
        assert_eq!(
            unit.contains("Type=notify") && unit.contains("WatchdogSec="),
            starts
        );
        let variables = unit
            .split("Environment=")
            .skip(1)
            .map(|rest| rest.split('=').next().unwrap());
        for variable in variables {
            let path = variable
                .strip_prefix("COPYDESK_")
                .unwrap()
                .to_lowercase()
                .replace("__", "/properties/");
            let schema = copydesk::config::schema();
            let key = schema.pointer(&format!("/properties/{path}"));
            assert!(
                key.is_some(),
                "{variable} names no key of the configuration"
            );
        }
    }
}

/// The Python reader on records that the program makes here and now.
#[test]
fn the_reader_in_python_reads_what_the_program_writes() {
    let Some(mut python) = tool("python3", "the Python reader") else {
        return;
    };
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/python");
    let copydesk = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
        command.args(arguments);
        command
    };
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let schema = write(
        "schema.json",
        printed(&mut copydesk(&["schema", "enriched"])),
    );
    let samples = package.with_file_name("samples.ndjson");
    let mut enrich = copydesk(&["enrich", "--ndjson", "--output", "json"]);
    let records = write(
        "records",
        printed(enrich.stdin(std::fs::File::open(samples).unwrap())),
    );
    printed(
        python
            .arg(package.join("generate.py"))
            .arg("--check")
            .stdin(std::fs::File::open(schema).unwrap()),
    );
    let program = python.get_program().to_owned();
    let pandas = Command::new(&program)
        .args(["-c", "import pandas"])
        .output()
        .unwrap();
    if !pandas.status.success() {
        assert!(
            std::env::var_os("COPYDESK_REQUIRE_TOOLS").is_none_or(|v| v == "0"),
            "COPYDESK_REQUIRE_TOOLS is set, and there is no pandas"
        );
        eprintln!(
            "\n*** NOT TESTED: the Python reader. There is no pandas here; .ci/run installs it.\n"
        );
        return;
    }
    printed(
        Command::new(&program)
            .args(["-m", "unittest", "discover", "-s", "tests"])
            .current_dir(&package)
            .env("PYTHONPATH", package.join("src"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("COPYDESK_RECORDS", &records),
    );
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

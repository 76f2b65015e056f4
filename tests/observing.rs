//! Dashboard, alerts and log queries of `deploy/`: what they ask for is there, and alerts fire and clear.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that panics has failed, as it should, and says what it leaves out"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use copydesk::ops::events;
use copydesk::ops::metrics::{self, Kind, Metric};
use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

/// Labels that Prometheus itself gives, or a histogram has.
const GIVEN: [&str; 3] = ["job", "instance", "le"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy")
}

fn read(name: &str) -> String {
    let path = root().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The metrics that an expression asks for, each with the labels it is chosen by.
fn asked(expression: &str) -> Vec<(&'static Metric, Vec<String>)> {
    let mut found = Vec::new();
    let mut rest = expression;
    while let Some(start) = ["copydesk_", "process_"]
        .iter()
        .filter_map(|prefix| rest.find(prefix))
        .min()
    {
        let name: String = rest[start..].chars().take_while(|c| is_word(*c)).collect();
        rest = &rest[start + name.len()..];
        let of = |name: &str| metrics::CATALOGUE.iter().find(|m| m.name == name).copied();
        let of_histogram = || {
            let ends = ["_bucket", "_sum", "_count"].iter();
            let base = ends.filter_map(|end| of(name.strip_suffix(end)?)).next();
            base.filter(|metric| metric.kind == Kind::Histogram)
        };
        let metric = of(&name)
            .or_else(of_histogram)
            .unwrap_or_else(|| panic!("no metric {name}: {expression}"));
        assert!(
            metric.kind != Kind::Histogram || name != metric.name,
            "{name} has no samples of its own: {expression}"
        );
        let mut labels = Vec::new();
        if let Some(inside) = rest.strip_prefix('{') {
            let (inside, _) = inside.split_once('}').expect("a closing brace");
            for pair in inside.split(',') {
                labels.push(
                    pair.split(['=', '!', '~'])
                        .next()
                        .unwrap()
                        .trim()
                        .to_owned(),
                );
            }
        }
        found.push((metric, labels));
    }
    found
}

/// What an expression sums by and groups by.
fn grouped(expression: &str) -> Vec<String> {
    let after = expression.split(" by (").skip(1);
    let lists = after.map(|rest| rest.split_once(')').expect("a closing bracket").0);
    lists
        .flat_map(|list| list.split(','))
        .map(|label| label.trim().to_owned())
        .collect()
}

/// Checks that metrics and labels of an expression are there.
fn check(expression: &str) {
    let asked = asked(expression);
    let mut all: BTreeSet<&str> = GIVEN.into();
    for (metric, labels) in &asked {
        all.extend(metric.labels);
        for label in labels {
            let is_there = GIVEN.contains(&&**label) || metric.labels.contains(&&**label);
            assert!(
                is_there,
                "{} has no label {label}: {expression}",
                metric.name
            );
        }
        let is_counter = metric.kind != Kind::Gauge;
        let is_rated = ["rate(", "increase(", "changes("]
            .iter()
            .any(|f| expression.contains(f));
        assert!(
            !is_counter || is_rated,
            "a counter as it stands: {expression}"
        );
    }
    for label in grouped(expression) {
        assert!(
            all.contains(&*label),
            "nothing has the label {label}: {expression}"
        );
    }
}

fn dashboard() -> Value {
    serde_json::from_str(&read("grafana/copydesk.json")).unwrap()
}

/// The expressions of a dashboard with the titles of their panels.
fn expressions(dashboard: &Value) -> Vec<(String, String)> {
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let targets = panels.flat_map(|panel| {
        let title = panel["title"].as_str().unwrap();
        let targets = panel["targets"].as_array().into_iter().flatten();
        targets.map(move |target| {
            let expression = target["expr"].as_str().unwrap();
            (title.to_owned(), expression.to_owned())
        })
    });
    targets.collect()
}

#[test]
fn the_dashboard_asks_for_metrics_and_labels_that_there_are() {
    let dashboard = dashboard();
    let expressions = expressions(&dashboard);
    assert!(expressions.len() > 30, "{}", expressions.len());
    for (title, expression) in &expressions {
        assert!(!asked(expression).is_empty(), "{title} asks for nothing");
        check(expression);
    }
    for annotation in dashboard["annotations"]["list"].as_array().unwrap() {
        annotation["expr"].as_str().into_iter().for_each(check);
    }
    let variables = dashboard["templating"]["list"].as_array().unwrap().iter();
    let names: Vec<_> = variables.map(|v| v["name"].as_str().unwrap()).collect();
    let text = dashboard.to_string();
    for (name, used) in [
        ("datasource", "${datasource}"),
        ("job", "$job"),
        ("instance", "$instance"),
    ] {
        assert!(names.contains(&name) && text.contains(used), "{name}");
    }
}

#[test]
fn the_panels_of_the_dashboard_lie_beside_each_other() {
    let dashboard = dashboard();
    let mut ids = BTreeSet::new();
    let mut taken: BTreeMap<(u64, u64), String> = BTreeMap::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        let title = panel["title"].as_str().unwrap();
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "{title}");
        let place = |name: &str| panel["gridPos"][name].as_u64().unwrap();
        assert!(place("x") + place("w") <= 24, "{title}");
        for x in place("x")..place("x") + place("w") {
            for y in place("y")..place("y") + place("h") {
                let before = taken.insert((x, y), title.to_owned());
                assert_eq!(before, None, "{title}");
            }
        }
        let is_row = panel["type"] == "row";
        let says = panel["description"].as_str().unwrap_or_default();
        assert!(
            is_row || !says.is_empty(),
            "{title} does not say what it shows"
        );
    }
}

fn alerts() -> Vec<Yaml> {
    let documents = YamlLoader::load_from_str(&read("prometheus/alerts.yaml")).unwrap();
    let groups = documents[0]["groups"].as_vec().unwrap().iter();
    groups
        .flat_map(|group| group["rules"].as_vec().unwrap().clone())
        .collect()
}

#[test]
fn alerts_ask_for_what_there_is_say_what_to_do_and_are_tried() {
    let tests = YamlLoader::load_from_str(&read("prometheus/alerts_test.yaml")).unwrap();
    let tests = tests[0]["tests"].as_vec().unwrap();
    let alerts = alerts();
    assert!(alerts.len() > 12, "{}", alerts.len());
    for alert in &alerts {
        let name = alert["alert"].as_str().unwrap();
        let expression = alert["expr"].as_str().unwrap();
        check(expression);
        assert!(
            !asked(expression).is_empty() || expression.contains("up{"),
            "{name}"
        );
        let severity = alert["labels"]["severity"].as_str().unwrap();
        assert!(["page", "ticket"].contains(&severity), "{name}");
        for note in ["summary", "action"] {
            assert!(
                !alert["annotations"][note].as_str().unwrap().is_empty(),
                "{name}"
            );
        }
        let test = tests
            .iter()
            .find(|test| test["name"].as_str() == Some(name));
        let test = test.unwrap_or_else(|| panic!("{name} is not tried"));
        // quiet, firing, clear
        let samples = test["promql_expr_test"].as_vec().unwrap().iter();
        let firing: Vec<usize> = samples
            .map(|sample| sample["exp_samples"].as_vec().unwrap().len())
            .collect();
        assert_eq!(firing, [0, 1, 0], "{name}");
    }
    assert_eq!(tests.len(), alerts.len());
}

/// promtool: that of `COPYDESK_PROMTOOL`, or of the path. Without one its tests are skipped, unless
/// `COPYDESK_REQUIRE_PROMTOOL=1`.
fn promtool() -> Option<PathBuf> {
    let named = std::env::var_os("COPYDESK_PROMTOOL").unwrap_or_else(|| "promtool".into());
    let program = PathBuf::from(named);
    let version = Command::new(&program).arg("--version").output();
    if version.is_ok_and(|output| output.status.success()) {
        return Some(program);
    }
    let is_required = std::env::var_os("COPYDESK_REQUIRE_PROMTOOL").is_some_and(|v| v != "0");
    assert!(
        !is_required,
        "COPYDESK_REQUIRE_PROMTOOL is set, and there is no promtool"
    );
    eprintln!(
        "\n*** NOT TESTED: whether the alerts fire and clear. There is no promtool: it comes with Prometheus\n"
    );
    None
}

fn run(promtool: &Path, arguments: &[&str], folder: &Path) {
    let output = Command::new(promtool)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "promtool {arguments:?}\n{}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
}

#[test]
fn each_alert_fires_and_clears_and_the_dashboard_is_understood() {
    let Some(promtool) = promtool() else { return };
    let folder = root().join("prometheus");
    run(
        &promtool,
        &[
            "check",
            "rules",
            "--lint=all",
            "--lint-fatal",
            "alerts.yaml",
        ],
        &folder,
    );
    run(&promtool, &["test", "rules", "alerts_test.yaml"], &folder);
    // The dashboard's expressions as rules, of which promtool checks the syntax.
    let mut rules = "groups: [{name: dashboard, rules: [\n".to_owned();
    for (n, (_, expression)) in expressions(&dashboard()).iter().enumerate() {
        let expression = expression
            .replace("$__rate_interval", "5m")
            .replace('$', "");
        let _ = writeln!(rules, "{{record: \"panel:{n}\", expr: {expression:?}}},");
    }
    rules += "]}]\n";
    let scratch = tempfile::tempdir().unwrap();
    std::fs::write(scratch.path().join("dashboard.yaml"), rules).unwrap();
    run(
        &promtool,
        &["check", "rules", "dashboard.yaml"],
        scratch.path(),
    );
}

/// Fields of every line of the log.
const LINE: [&str; 9] = [
    "ts", "level", "event", "msg", "service", "version", "instance", "group", "run_id",
];

/// Words of the query language that the queries use, and the one label that they choose lines by.
const LOGQL: [&str; 14] = [
    "app",
    "at",
    "by",
    "count_over_time",
    "json",
    "line_format",
    "max",
    "max_over_time",
    "p95",
    "sum",
    "sum_over_time",
    "topk",
    "unwrap",
    "stats",
];

#[test]
fn log_queries_name_events_and_fields_that_there_are() {
    let page = read("observing.md");
    let blocks = page.split("```logql\n").skip(1);
    let blocks = blocks.map(|rest| rest.split_once("```").unwrap().0);
    let queries: Vec<&str> = blocks.flat_map(|block| block.split("\n\n")).collect();
    assert!(queries.len() >= 8, "{}", queries.len());
    for query in queries {
        let quoted = |after: &str| -> Vec<&str> {
            let all = query.split(after).skip(1);
            all.map(|rest| rest.split('"').next().unwrap()).collect()
        };
        let mut names = quoted("event=\"");
        names.extend(
            quoted("event=~\"")
                .iter()
                .flat_map(|names| names.split('|')),
        );
        // `event="event"` takes a field of that name out of the line
        names.retain(|name| *name != "event");
        let events: Vec<_> = names
            .iter()
            .map(|name| {
                let event = events::CATALOGUE.iter().find(|event| event.name == *name);
                event.unwrap_or_else(|| panic!("no event {name}: {query}"))
            })
            .collect();
        let events = match events.is_empty() {
            true => events::CATALOGUE.iter().collect(),
            false => events,
        };
        let mut fields: BTreeSet<String> = LINE.map(str::to_owned).into();
        fields.extend(events.iter().flat_map(|event| event.fields()));
        for (n, part) in query.split('"').enumerate() {
            let is_quoted = n % 2 == 1;
            if is_quoted && !part.contains("{{") {
                continue;
            }
            let words = part
                .split(|c: char| !is_word(c))
                .filter(|word| !word.is_empty());
            for word in words.filter(|word| !is_duration(word)) {
                let is_known = fields.contains(word) || !is_quoted && LOGQL.contains(&word);
                assert!(is_known, "{word}: {query}");
            }
        }
    }
}

/// `15m`
fn is_duration(word: &str) -> bool {
    let number = word.strip_suffix(['m', 'h']);
    number.is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
}

#[test]
fn every_page_for_people_is_short() {
    for page in std::fs::read_dir(root()).unwrap() {
        let path = page.unwrap().path();
        if path.extension().is_some_and(|end| end == "md") {
            let lines = std::fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines <= 150, "{} has {lines} lines", path.display());
        }
    }
}

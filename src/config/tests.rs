use super::*;

fn write(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

fn load(text: &str, environment: &[(&str, &str)]) -> Result<Settings, Faults> {
    let file = write(text);
    let variables = environment
        .iter()
        .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
    Settings::from_sources(Some(file.path()), variables)
}

fn faults(text: &str, environment: &[(&str, &str)]) -> Vec<Fault> {
    load(text, environment).unwrap_err().0
}

const SHIPPED: &str = include_str!("../../config/copydesk.toml");

#[test]
fn shipped_file_equals_defaults() {
    assert_eq!(
        *load(SHIPPED, &[]).unwrap().as_written(),
        RawSettings::default()
    );
}

#[test]
fn shipped_file_has_every_key_with_a_comment() {
    let mut section = String::new();
    let mut stood = Vec::new();
    for line in SHIPPED.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').to_owned();
        } else if let Some((key, _)) = line.trim_start_matches("# ").split_once(" = ") {
            stood.push(format!("{section}.{key}"));
        }
    }
    for key in shape::keys(&schema(), "") {
        let there = key == "kafka.options" || stood.contains(&key);
        assert!(there, "config/copydesk.toml lacks {key}");
    }
}

#[test]
fn every_key_is_described() {
    fn walk(schema: &serde_json::Value, key: &str) {
        for (name, s) in schema["properties"].as_object().into_iter().flatten() {
            let key = shape::join(key, name);
            assert!(s["description"].is_string(), "{key} has no description");
            walk(s, &key);
        }
    }
    walk(&schema(), "");
}

#[test]
fn environment_wins() {
    let settings = load(
        "[kafka]\nbrokers = \"a:1\"\ngroup = \"desk\"\n[kafka.options]\n\"linger.ms\" = 5",
        &[
            ("COPYDESK_KAFKA__BROKERS", "b:2,c:3"),
            ("COPYDESK_KAFKA__INPUT", "x, y"),
            ("COPYDESK_KAFKA__OPTIONS__COMPRESSION_TYPE", "zstd"),
            ("COPYDESK_PIPELINE__THREADS", "3"),
            ("COPYDESK_REQUIRE_KAFKA", "1"),
        ],
    )
    .unwrap();
    assert_eq!(settings.kafka.brokers, "b:2,c:3");
    assert_eq!(settings.kafka.group, "desk");
    assert_eq!(settings.kafka.input.subscription(), ["x", "y"]);
    assert_eq!(settings.kafka.option("linger.ms"), Some("5"));
    assert_eq!(settings.kafka.option("compression.type"), Some("zstd"));
    assert_eq!(settings.pipeline.threads, 3);
}

#[test]
fn faults_name_key_value_place_and_cure() {
    let file =
        "[kafka]\nbroker = \"a:1\"\ndelivery = \"exactly\"\nwindow_ms = \"soon\"\n[kafa]\nx = 1\n";
    let file = write(file);
    let found = Settings::from_sources(Some(file.path()), []).unwrap_err();
    let shown = found
        .to_string()
        .replace(&file.path().display().to_string(), "FILE");
    insta::assert_snapshot!(shown, @r#"
    configuration: 4 faults
      kafa (FILE:5): there is no such key; did you mean kafka?
      kafka.broker (FILE:2): there is no such key; did you mean kafka.brokers?
      kafka.delivery = "exactly" (FILE:3): write "at-least-once" or "exactly-once"
      kafka.window_ms = "soon" (FILE:4): write a whole number, 0 or more
    "#);
}

#[test]
fn values_that_make_no_sense() {
    let file = write(
        r#"
        [kafka]
        brokers = "kafka"
        input = ["news.raw", "news.enriched"]
        [kafka.options]
        "linger.msec" = 5
        "group.id" = "x"
        "transaction.timeout.ms" = "10s"
        [stages]
        disabled = ["langauge"]
        summary_sentences = 11
        [limits]
        depth = 0
        [ops]
        address = "nowhere"
        stats_interval_s = 0
        "#,
    );
    let found = Settings::from_sources(Some(file.path()), []).unwrap_err();
    let shown = found
        .to_string()
        .replace(&file.path().display().to_string(), "FILE");
    insta::assert_snapshot!(shown, @r#"
    configuration: 10 faults
      kafka.brokers = "kafka" (FILE:3): write host:port, several separated by commas
      kafka.output = "news.enriched": is an input topic, too: the worker would read what it writes; write another name
      kafka.options.group.id (FILE:7): write kafka.group instead
      kafka.options.linger.msec (FILE:6): librdkafka has no such setting; did you mean linger.ms?
      kafka.options.transaction.timeout.ms = "10s" (FILE:8): write a number of milliseconds, 1000 or more
      limits.depth = 0 (FILE:13): write a number of 1 or more
      stages.disabled = "langauge" (FILE:10): there is no such stage; did you mean "language"?
      stages.summary_sentences = 11 (FILE:11): write a number of at most 10
      ops.address = "nowhere" (FILE:15): write host:port, "127.0.0.1:9464" for this machine only, or "off"
      ops.stats_interval_s = 0 (FILE:16): write a number of 1 or more
    "#);
}

#[test]
fn exactly_once_counts_on_committed_offsets() {
    let text = |delivery: &str| {
        format!(
            "[kafka]\ndelivery = \"{delivery}\"\n[kafka.options]\n\"isolation.level\" = \"read_uncommitted\"\n"
        )
    };
    let found = &faults(&text("exactly-once"), &[])[0];
    assert_eq!(found.key, "kafka.options.isolation.level");
    assert_eq!(found.value.as_deref(), Some("\"read_uncommitted\""));
    assert_eq!(
        found.advice,
        "exactly-once needs read_committed; take it out"
    );
    assert!(load(&text("at-least-once"), &[]).is_ok());
}

#[test]
fn a_key_of_another_section_is_named() {
    let fault = &faults("[kafka]\nthreads = 2", &[])[0];
    assert!(fault.advice.contains("pipeline.threads"), "{fault}");
}

#[test]
fn one_underscore_too_few() {
    let fault = &faults("", &[("COPYDESK_KAFKA_BROKERS", "a:1")])[0];
    assert!(fault.advice.contains("COPYDESK_KAFKA__BROKERS"), "{fault}");
}

#[test]
fn secrets_come_from_environment_or_file_and_never_show() {
    let login = "[kafka.security]\nprotocol = \"sasl-ssl\"\nusername = \"desk\"\n";
    let refused = faults(&format!("{login}password = \"hunter2\""), &[]);
    assert!(refused[0].to_string().contains("password_file"));
    assert!(!format!("{refused:?}").contains("hunter2"));
    let refused = faults(
        "[kafka.options]\n\"ssl.keystore.password\" = \"hunter2\"",
        &[],
    );
    assert!(!format!("{refused:?}").contains("hunter2"));
    let refused = faults("[kafka.options]\nssl.keystore.password = \"hunter2\"", &[]);
    assert!(
        refused[0]
            .to_string()
            .contains("does not belong in this file")
    );
    assert!(!format!("{refused:?}").contains("hunter2"));

    let by_option = load(
        "",
        &[("COPYDESK_KAFKA__OPTIONS__SSL_KEYSTORE_PASSWORD", "hunter2")],
    )
    .unwrap();
    let shown = format!(
        "{by_option:?} {}",
        serde_json::to_string(by_option.as_written()).unwrap()
    );
    assert!(!shown.contains("hunter2"));
    assert_eq!(by_option.secrets()[0].expose(), "hunter2");

    let by_variable = load(login, &[("COPYDESK_KAFKA__SECURITY__PASSWORD", "hunter2")]).unwrap();
    let password = write("hunter2\n");
    let by_file = load(
        &format!("{login}password_file = {:?}", password.path()),
        &[],
    )
    .unwrap();
    for settings in [by_variable, by_file] {
        let all = settings.kafka.client_settings(Client::Consumer);
        let set = all
            .iter()
            .find(|(name, _)| name == "sasl.password")
            .unwrap();
        assert_eq!(set.1.expose(), "hunter2");
        let shown = format!(
            "{settings:?} {all:?} {}",
            serde_json::to_string(settings.as_written()).unwrap()
        );
        assert!(!shown.contains("hunter2"));
    }
}

#[test]
fn a_pattern_never_matches_the_own_output() {
    let settings = load("[kafka]\ninput = \"^news[.].*\"", &[]).unwrap();
    let consumer = settings.kafka.client_settings(Client::Consumer);
    let hidden = consumer
        .iter()
        .find(|(name, _)| name == "topic.blacklist")
        .unwrap();
    assert_eq!(hidden.1.expose(), r"^news\.enriched$,^news\.dead-letters$");
}

#[test]
fn broken_toml_names_its_line_and_column() {
    let file = write("[kafka]\nbrokers = \n");
    let found = Settings::from_sources(Some(file.path()), []).unwrap_err();
    let place = format!(
        "configuration: {}:2:11: is not TOML: ",
        file.path().display()
    );
    assert!(found.to_string().starts_with(&place), "{found}");
}

#[test]
fn a_key_written_twice_is_no_toml() {
    let found = faults("[kafka]\ngroup = \"a\"\ngroup = \"b\"\n", &[]);
    assert!(found[0].key.ends_with(".toml:3:1"), "{}", found[0]);
}

/// Where each fault of a configuration stands: its key, and the line or the variable.
fn places(text: &str, environment: &[(&str, &str)]) -> Vec<(String, String)> {
    let place = |fault: Fault| {
        let origin = fault.origin.unwrap_or_default();
        let line = origin.rsplit(".toml:").next().unwrap_or_default();
        (fault.key, line.to_owned())
    };
    faults(text, environment).into_iter().map(place).collect()
}

#[test]
fn a_fault_stands_at_the_line_of_its_key() {
    let text = "\
[kafka]
group = \"desk\"
[kafka.options]
linger.msec = 5
\"group.id\" = \"x\"

[ops]
stats_interval_s = 0
[limits]
depth = 0
";
    let shown = places(
        text,
        &[
            ("COPYDESK_LIMITS__DEPTH", "0"),
            ("COPYDESK_KAFKA__BROKERS", "a"),
        ],
    );
    let shown: Vec<_> = shown
        .iter()
        .map(|(k, p)| (k.as_str(), p.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            ("kafka.brokers", "COPYDESK_KAFKA__BROKERS"),
            ("kafka.options.group.id", "5"),
            ("kafka.options.linger.msec", "4"),
            ("limits.depth", "COPYDESK_LIMITS__DEPTH"),
            ("ops.stats_interval_s", "8"),
        ]
    );
}

#[test]
fn an_unknown_section_stands_at_its_head_and_nothing_at_a_key_that_is_not_written() {
    assert_eq!(places("\n[kafa]\n", &[]), [("kafa".into(), "2".into())]);
    let login = "[kafka.security]\nprotocol = \"sasl-ssl\"\nusername = \"desk\"\n";
    assert_eq!(
        places(login, &[]),
        [("kafka.security.password_file".into(), String::new())]
    );
}

#[test]
fn values_of_every_kind_of_toml() {
    let text = "[kafka.options]\n\"linger.ms\" = 0.5\n\"client.rack\" = 2026-01-02\n\"fetch.min.bytes\" = 0x10\n\"check.crcs\" = true\n";
    let settings = load(text, &[]).unwrap();
    let option = |name| settings.kafka.option(name).unwrap().to_owned();
    assert_eq!(
        ["linger.ms", "client.rack", "fetch.min.bytes", "check.crcs"].map(option),
        ["0.5", "2026-01-02", "16", "true"]
    );
}

#[test]
fn a_variable_wins_over_an_option_however_that_is_written() {
    let variable = [("COPYDESK_KAFKA__OPTIONS__LINGER_MS", "7")];
    for text in ["linger.ms = 5", "\"linger.ms\" = 5"] {
        let settings = load(&format!("[kafka.options]\n{text}\n"), &variable).unwrap();
        assert_eq!(settings.kafka.option("linger.ms"), Some("7"));
    }
}

#[test]
fn a_resource_that_is_a_folder_or_does_not_hold_is_told_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let bad = write("[[outlets]]\nname = \"A\"\nnames = 7\n");
    for (file, says) in [
        (folder.path(), "cannot be read: ".to_owned()),
        (bad.path(), format!("{}:", bad.path().display())),
    ] {
        let text = format!("[resources]\noutlets = {:?}\n", file.display().to_string());
        let faults = faults(&text, &[]);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(faults[0].key, "resources.outlets");
        assert!(faults[0].advice.starts_with(&says), "{faults:?}");
        assert!(!faults[0].advice.contains('\n'), "{faults:?}");
    }
}

#[test]
fn traces_go_to_an_address_of_http_in_a_build_that_has_them() {
    let fault = |traces: &str| {
        let text = format!("[ops]\ntraces = \"{traces}\"\ntrace_percent = 5\n");
        load(&text, &[]).map(|settings| settings.ops.traces)
    };
    assert_eq!(fault("off").unwrap(), None);
    for wrong in ["collector:4318", "https://collector:4318", "on"] {
        let said = fault(wrong).unwrap_err().to_string();
        assert!(said.contains("OTLP over HTTP"), "{said}");
    }
    let wanted = fault("http://collector:4318");
    if cfg!(feature = "otlp") {
        let traces = wanted.unwrap().unwrap();
        assert_eq!(traces.endpoint, "http://collector:4318/v1/traces");
        assert!((traces.ratio - 0.05).abs() < 1e-9);
    } else {
        let said = wanted.unwrap_err().to_string();
        assert!(said.contains("--features otlp"), "{said}");
    }
    let said = load("[ops]\ntrace_percent = 101\n", &[]).unwrap_err();
    assert!(said.to_string().contains("from 0 to 100"), "{said}");
}

//! The commands as somebody types them who has no Kafka: what they print where, and how they end.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test that panics has failed, as it should; its processes end by themselves"
)]

use std::fs::File;
use std::io::Write;
use std::os::fd::{FromRawFd, OwnedFd};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// Stages that these tests are not about, and that take time to load.
const OFF: &str = "origin,fingerprint,entities,times,amounts,quotes";

const ARTICLE: &str =
    "Ferry sinks\n\nWESTMERE (AP) - A ferry sank off the port on Thursday, police said.\n";

/// A folder to work in, and the program called in it.
struct Desk(TempDir);

/// How a call ended.
struct Ended {
    code: i32,
    out: String,
    err: String,
}

impl Desk {
    fn new(files: &[(&str, &[u8])]) -> Desk {
        let desk = Desk(tempfile::tempdir().unwrap());
        for (name, bytes) in files {
            let path = desk.0.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        desk
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
        command
            .args(words)
            .current_dir(self.path())
            .env("COPYDESK_STAGES__DISABLED", OFF)
            .env("COPYDESK_OPS__ADDRESS", "off")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn call(&self, words: &[&str]) -> Ended {
        Ended::of(self.command(words))
    }

    fn call_with_input(&self, words: &[&str], input: &[u8]) -> Ended {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(input).unwrap();
        std::io::Seek::rewind(&mut file).unwrap();
        let mut command = self.command(words);
        command.stdin(file);
        Ended::of(command)
    }
}

impl Ended {
    fn of(mut command: Command) -> Ended {
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ended {
            code: output.status.code().unwrap(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// File and line of each record.
    fn places(&self) -> Vec<(Option<String>, Option<u64>)> {
        self.json(&self.out)
            .iter()
            .map(|record| &record["ingest"])
            .map(|i| (i["file"].as_str().map(str::to_owned), i["line"].as_u64()))
            .collect()
    }

    fn json(&self, lines: &str) -> Vec<Value> {
        lines
            .lines()
            .map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{e}: {l}\n{}", self.err)))
            .collect()
    }
}

fn packed(text: &str) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_enriched() {
    let desk = Desk::new(&[
        ("in/a.txt", ARTICLE.as_bytes()),
        ("in/deep/b.txt", ARTICLE.as_bytes()),
        ("last.txt", ARTICLE.as_bytes()),
        ("zero.txt", b""),
    ]);
    symlink("../../in", desk.path().join("in/deep/back")).unwrap();
    let words = ["enrich", "gone.txt", "in", "zero.txt", "-", "last.txt"];
    let ended = desk.call_with_input(&words, ARTICLE.as_bytes());
    let files: Vec<_> = ended.places().into_iter().map(|(file, _)| file).collect();
    let files: Vec<_> = files.iter().map(Option::as_deref).collect();
    let wanted = [
        Some("in/a.txt"),
        Some("in/deep/b.txt"),
        None,
        Some("last.txt"),
    ];
    assert_eq!(files, wanted, "{}", ended.err);
    let told: Vec<&str> = ended.err.lines().collect();
    assert_eq!(
        told,
        [
            "copydesk: gone.txt: is not there",
            "copydesk: in/deep/back: is a link to a folder that has been read already",
            "copydesk: zero.txt: empty: the document has no bytes",
        ]
    );
    assert_eq!(ended.code, 1);
}

/// What Media Topic 20000533 is called.
const LANGUAGES: [(&str, &str); 4] = [
    ("en", "unemployment"),
    ("de", "Arbeitslosigkeit"),
    ("fr", "Chômage"),
    ("es", "Desempleo"),
];

const STRIKE: &str = "Ferry strike goes on\n\n\
    The ferry strike in Norland entered its second week on Monday after talks between the trade union and the \
    operators broke down over pay. Dockers are expected to join the industrial action.\n\n\
    Union leaders said that striking workers would stay on the picket line until the employers offered a pay rise \
    in line with inflation. The employers called the strike ballot unlawful.\n\n\
    Collective bargaining had to begin anew, the employers' association wrote to the trade union on Tuesday.\n";

#[test]
fn a_newsroom_sets_the_cues_and_the_language_of_topics_and_the_length_of_summaries() {
    let cues =
        b"20000533\tpicket line; trade union; ferry strike; collective bargaining; pay rise\n";
    let desk = Desk::new(&[
        ("story.txt", STRIKE.as_bytes()),
        ("data/topics/cues.tsv", cues),
        (
            "faulty/topics/cues.tsv",
            b"20000533\tpicket line\n12345\tstrike\n",
        ),
    ]);
    let record = |settings: &[(&str, &str)]| {
        let mut command = desk.command(&["enrich", "story.txt"]);
        command.envs(settings.iter().copied());
        let ended = Ended::of(command);
        ended.json(&ended.out).remove(0)
    };
    // the name of the topic that the newsroom's own cues tell
    let cued = |record: &Value| {
        let mut topics = record["topics"].as_array().unwrap().iter();
        let topic = topics.find(|topic| topic["code"] == "medtop:20000533")?;
        topic["name"].as_str().map(str::to_owned)
    };
    let own = ("COPYDESK_RESOURCES__DATA", "data");
    for (language, name) in LANGUAGES {
        let record = record(&[own, ("COPYDESK_OUTPUT__TOPIC_LANGUAGE", language)]);
        assert_eq!(cued(&record), Some(name.into()), "{record}");
    }
    let shipped = record(&[("COPYDESK_STAGES__SUMMARY_SENTENCES", "1")]);
    assert_eq!(cued(&shipped), None, "{shipped}");
    assert_eq!(shipped["summary"].as_array().unwrap().len(), 1);
    assert_eq!(record(&[])["summary"].as_array().unwrap().len(), 2);

    let mut command = desk.command(&["enrich", "story.txt"]);
    command.env("COPYDESK_RESOURCES__DATA", "faulty");
    let ended = Ended::of(command);
    assert!(
        ended.err.contains("cues.tsv:2: no code of a Media Topic"),
        "{}",
        ended.err
    );
    assert_ne!(ended.code, 0);
}

#[test]
fn a_folder_without_a_file_is_told_and_nothing_waits() {
    let desk = Desk::new(&[("empty/.hidden", b"x")]);
    let ended = desk.call(&["enrich", "empty"]);
    assert_eq!(
        ended.err,
        "copydesk: empty: there is no file to read in it\n"
    );
    assert_eq!((ended.code, ended.out.as_str()), (0, ""));
}

#[test]
fn of_gzip_that_breaks_off_the_whole_lines_are_enriched() {
    let lines: String = (0..400)
        .map(|n| format!("{{\"id\": \"n{n}\", \"content_type\": \"text/plain\", \"body\": \"Story {n}\\n\\nText of {}.\"}}\n", n * 7919))
        .collect();
    let whole = packed(&lines);
    let desk = Desk::new(&[
        ("cut.ndjson.gz", &whole[..whole.len() / 2]),
        ("whole.ndjson.gz", &whole),
    ]);
    let ended = desk.call(&["enrich", "--ndjson", "cut.ndjson.gz", "whole.ndjson.gz"]);
    assert_eq!(ended.code, 1);
    let places = ended.places();
    let of = |name: &str| {
        places
            .iter()
            .filter(|(f, _)| f.as_deref() == Some(name))
            .count()
    };
    assert_eq!(of("whole.ndjson.gz"), 400);
    let cut = of("cut.ndjson.gz");
    assert!((100..400).contains(&cut), "{cut}");
    assert_eq!(places[0], (Some("cut.ndjson.gz".to_owned()), Some(1)));
    let told: Vec<&str> = ended
        .err
        .lines()
        .filter(|l| l.contains("breaks off"))
        .collect();
    assert!(
        matches!(&told[..], [one] if one.starts_with("copydesk: cut.ndjson.gz:")),
        "{told:?}"
    );
}

#[test]
fn a_person_at_a_terminal_is_told_what_is_waited_for() {
    let (mut master, mut slave) = (0, 0);
    let none = std::ptr::null_mut();
    // SAFETY: two numbers are written; the pointers that may be null are.
    let opened = unsafe { libc::openpty(&mut master, &mut slave, none, none.cast(), none.cast()) };
    assert_eq!(opened, 0);
    // SAFETY: the call has opened both, and nobody else has them.
    let (master, slave) = unsafe { (OwnedFd::from_raw_fd(master), OwnedFd::from_raw_fd(slave)) };
    let desk = Desk::new(&[]);
    let mut command = desk.command(&["enrich", "--output", "json"]);
    command.stdin(slave);
    let child = command.spawn().unwrap();
    // Lines, and what Ctrl-D sends; more than one, as the end of a line that is not empty takes two.
    let mut terminal = File::from(master);
    terminal
        .write_all(format!("{ARTICLE}\x04\x04").as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.starts_with("copydesk: waits for an article from the terminal; Ctrl-D ends it"),
        "{told}"
    );
    let record: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(record["headline"], "Ferry sinks");
}

#[test]
fn check_says_what_it_read_and_what_it_did_not() {
    let good = "[kafka]\ngroup = \"desk\"\n";
    let desk = Desk::new(&[
        ("copydesk.toml", good.as_bytes()),
        ("bad.toml", b"[kafka]\ngroup = \"desk\"\nbroker = \"a:1\"\n"),
    ]);
    let ended = desk.call(&["check"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let told: Vec<&str> = ended.out.lines().collect();
    assert_eq!(
        told[..2],
        [
            "settings from the defaults and the environment (COPYDESK_OPS__ADDRESS, COPYDESK_STAGES__DISABLED)",
            "not read: ./copydesk.toml; --config copydesk.toml names it",
        ]
    );
    let ended = desk.call(&["check", "--config", "copydesk.toml"]);
    assert!(
        ended.out.starts_with("settings from copydesk.toml and "),
        "{}",
        ended.out
    );
    assert!(!ended.out.contains("not read"), "{}", ended.out);
    let ended = desk.call(&["check", "--config", "bad.toml"]);
    assert_eq!(ended.code, 1);
    assert!(
        ended.out.starts_with("settings from bad.toml and "),
        "{}",
        ended.out
    );
    assert_eq!(
        ended.err,
        "copydesk: configuration: kafka.broker (bad.toml:3): there is no such key; did you mean kafka.brokers?\n"
    );
}

/// The lines of a worker that does not start, and its exit code.
fn start(text: &str) -> (Vec<Value>, i32) {
    let desk = Desk::new(&[("copydesk.toml", text.as_bytes())]);
    let ended = desk.call(&["run", "--config", "copydesk.toml"]);
    (ended.json(&ended.err), ended.code)
}

#[test]
fn a_worker_that_does_not_start_says_why_in_the_form_of_its_log() {
    let json = "[ops]\nlog_format = \"json\"\n";
    let (lines, code) = start(&format!(
        "{json}[kafka]\nbroker = \"a:1\"\ndelivery = \"once\"\ngroup = \"desk\"\n"
    ));
    assert_eq!(code, 1);
    let events: Vec<_> = lines.iter().map(|l| l["event"].as_str().unwrap()).collect();
    assert_eq!(
        events,
        [
            "config.fault",
            "config.fault",
            "worker.failed",
            "shutdown.end"
        ]
    );
    assert_eq!(lines[0]["key"], "kafka.broker");
    assert_eq!(lines[0]["origin"], "copydesk.toml:4");
    assert_eq!(lines[1]["value"], "\"once\"");
    assert_eq!(lines[2]["error_code"], "configuration");
    assert!(lines.iter().all(|l| l["group"] == "desk"));
    assert_eq!(lines[3]["exit_code"], 1);

    // What only making a client finds, and what only the machine knows.
    let late = format!("{json}[kafka.options]\n\"acks\" = 1\n");
    let (lines, code) = start(&late);
    assert_eq!(code, 1);
    let fault = lines.iter().find(|l| l["event"] == "config.fault").unwrap();
    assert_eq!(fault["key"], "kafka.options.acks");
    assert_eq!(fault["origin"], "copydesk.toml:4");
    assert_eq!(lines.last().unwrap()["event"], "shutdown.end");

    let desk = Desk::new(&[("text.toml", b"[ops]\nlog_format = \"text\"\nlevel = 1\n")]);
    let ended = desk.call(&["run", "--config", "text.toml"]);
    let first = ended.err.lines().next().unwrap();
    assert!(first.contains(" ERROR config.fault "), "{first}");
    assert!(first.contains("ops.level (text.toml:3)"), "{first}");
}

#[test]
fn a_port_that_is_taken_ends_a_worker_with_its_lines() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let desk = Desk::new(&[]);
    let mut command = desk.command(&["run"]);
    command.env("COPYDESK_OPS__ADDRESS", &address);
    command.env("COPYDESK_KAFKA__BROKERS", "127.0.0.1:1");
    let ended = Ended::of(command);
    assert_eq!(ended.code, 1);
    let lines = ended.json(&ended.err);
    let last: Vec<_> = lines
        .iter()
        .rev()
        .take(3)
        .map(|l| l["event"].as_str().unwrap())
        .collect();
    assert_eq!(last, ["shutdown.end", "worker.failed", "config.fault"]);
    let fault = &lines[lines.len() - 3];
    assert_eq!(fault["key"], "ops.address");
    assert_eq!(fault["origin"], "COPYDESK_OPS__ADDRESS");
    let why = lines[lines.len() - 2]["error"].as_str().unwrap();
    assert!(why.contains("cannot be taken"), "{why}");
}

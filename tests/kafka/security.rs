//! A broker with TLS, SCRAM and rights: what works, and what is said when it does not. No secret is ever
//! in a log.

use std::sync::OnceLock;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::messages::{Raw, between, put};
use crate::support::admin::Admin;
use crate::support::certificates::{Authority, Identity};
use crate::support::cluster::{Cluster, ServerTls, Setup};
use crate::support::distribution::{Distribution, target};
use crate::support::reader::collect;
use crate::support::worker::{Delivery, Job, Worker};

const PATIENCE: Duration = Duration::from_secs(60);
const PASSWORD: &str = "Orsino-9c41-ferry";
const WRONG_PASSWORD: &str = "Drumfell-77aa-rail";

/// An unsigned JWT (RFC 7519, section 6) of this user, good until so many seconds from now.
fn token(user: &str, seconds: i64) -> String {
    let now = jiff::Timestamp::now().as_second();
    let claims = format!(
        r#"{{"sub":{user:?},"iat":{},"exp":{}}}"#,
        now - 60,
        now + seconds
    );
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.", part(r#"{"alg":"none"}"#), part(&claims))
}

struct Secured {
    kafka: Cluster,
    authority: Authority,
    desk: Identity,
    expired: Identity,
}

/// A broker with a TLS listener that asks for certificates, a listener with SCRAM and one with tokens. Who is called
/// `desk` may do everything, `intern` may read and not write.
fn secured(what: &str) -> Option<&'static Secured> {
    static SECURED: OnceLock<Option<Secured>> = OnceLock::new();
    Distribution::get(what)?;
    SECURED
        .get_or_init(|| {
            let directory = target()
                .join("tmp")
                .join(format!("certificates-{}", std::process::id()));
            let authority = Authority::new(&directory).unwrap();
            let broker = authority.sign("broker", 30).unwrap();
            let user = |name: &str| (name.to_owned(), PASSWORD.to_owned());
            let setup = Setup {
                tls: Some(ServerTls {
                    identity: broker.both,
                    authority: authority.certificate(),
                }),
                users: vec![user("desk"), user("intern")],
                tokens: true,
                authorizer: true,
                ..Setup::default()
            };
            let kafka = Cluster::start(what, setup)?;
            grant(&kafka, &["User:desk", "User:CN=desk"], "All");
            grant(&kafka, &["User:intern"], "Read");
            Some(Secured {
                kafka,
                desk: authority.sign("desk", 30).unwrap(),
                expired: authority.sign("expired", -1).unwrap(),
                authority,
            })
        })
        .as_ref()
}

fn grant(kafka: &Cluster, principals: &[&str], operation: &str) {
    let mut arguments = vec![
        "--add",
        "--operation",
        operation,
        "--topic",
        "*",
        "--group",
        "*",
    ];
    if operation == "All" {
        arguments.extend(["--transactional-id", "*"]);
    }
    for principal in principals {
        arguments.extend(["--allow-principal", principal]);
    }
    kafka
        .tool("org.apache.kafka.tools.AclCommand", &arguments)
        .unwrap();
}

impl Secured {
    fn scram(&self, name: &str, user: &str, password: &str) -> Job {
        let mut job = self.job(name, &self.kafka.scram_bootstrap());
        job.set("kafka.security.protocol", "\"sasl-plaintext\"")
            .set("kafka.security.mechanism", "\"scram-sha-256\"")
            .set("kafka.security.username", &format!("{user:?}"))
            .env("COPYDESK_KAFKA__SECURITY__PASSWORD", password);
        job
    }

    /// A job that logs in with this token.
    fn token(&self, name: &str, token: &str) -> Job {
        let file = target()
            .join("tmp")
            .join(format!("token-{}-{name}", std::process::id()));
        std::fs::write(&file, token).unwrap();
        let mut job = self.job(name, &self.kafka.token_bootstrap());
        job.set("kafka.security.protocol", "\"sasl-plaintext\"")
            .set("kafka.security.mechanism", "\"oauthbearer\"")
            .set(
                "kafka.security.token_file",
                &format!("{:?}", file.display().to_string()),
            );
        job
    }

    fn tls(&self, name: &str, identity: &Identity) -> Job {
        let mut job = self.job(name, &self.kafka.tls_bootstrap());
        let authority = self.authority.certificate();
        job.set("kafka.security.protocol", "\"ssl\"")
            .set(
                "kafka.security.ca_file",
                &format!("{:?}", authority.display().to_string()),
            )
            .set(
                "kafka.security.certificate_file",
                &format!("{:?}", identity.certificate.display().to_string()),
            )
            .set(
                "kafka.security.key_file",
                &format!("{:?}", identity.key.display().to_string()),
            );
        job
    }

    /// A job that logs all there is, over topics with a few articles.
    fn job(&self, name: &str, bootstrap: &str) -> Job {
        let mut job = between(&self.kafka, name);
        let stories: Vec<Raw> = (0..20)
            .map(|n| Raw::text(&format!("Report {n}\n\nNothing new.\n")))
            .collect();
        put(&self.kafka.bootstrap(), &job.input, &stories);
        job.bootstrap = bootstrap.to_owned();
        job.set("ops.log_level", "\"debug\"")
            .set("kafka.options.debug", "\"security,broker,conf\"");
        job
    }

    /// Runs a worker that is to get everything through.
    fn works(&self, mut job: Job) {
        job.delivery = Delivery::ExactlyOnce;
        self.passes_all(&job);
    }

    fn passes_all(&self, job: &Job) -> Worker {
        let mut worker = job.start_ready().unwrap();
        let out = collect(&self.kafka.bootstrap(), &job.exits.output, 20, PATIENCE);
        assert!(out.is_ok(), "{}", worker.tail());
        let (code, _) = worker.terminate(PATIENCE).unwrap();
        assert_eq!(code, Some(0), "{}", worker.tail());
        self.tells_nothing(&worker);
        worker
    }

    /// Runs a worker that is to be refused, and returns the one line in which it says why.
    fn is_refused(&self, job: &Job) -> String {
        let mut worker = job.start().unwrap();
        let status = worker.wait(PATIENCE).unwrap();
        assert_eq!(status.code(), Some(3), "{}", worker.tail());
        self.tells_nothing(&worker);
        let log = worker.log_text();
        for trace in ["panicked at", "stack backtrace", "RUST_BACKTRACE"] {
            assert!(!log.contains(trace), "{log}");
        }
        let lines = worker.events("worker.failed");
        assert_eq!(lines.len(), 1, "{}", worker.tail());
        let line = lines[0]["error"].as_str().unwrap_or_default().to_owned();
        println!("{line}");
        line
    }

    /// No secret is in a worker's log, whatever its level.
    fn tells_nothing(&self, worker: &Worker) {
        let log = worker.log_text();
        assert!(log.len() > 1000, "there is a log to look into");
        for secret in [PASSWORD, WRONG_PASSWORD] {
            assert!(
                !log.contains(secret),
                "a password in {}",
                worker.log_path().display()
            );
        }
        for identity in [&self.desk, &self.expired] {
            let key = std::fs::read_to_string(&identity.key).unwrap();
            for line in key.lines().filter(|l| !l.starts_with("-----")) {
                assert!(
                    !log.contains(line),
                    "a key in {}",
                    worker.log_path().display()
                );
            }
        }
    }
}

#[test]
fn a_client_certificate_gets_in() {
    let Some(secured) = secured("TLS with client certificates") else {
        return;
    };
    secured.works(secured.tls("tls", &secured.desk));
}

#[test]
fn a_password_by_scram_gets_in() {
    let Some(secured) = secured("SASL SCRAM") else {
        return;
    };
    secured.works(secured.scram("scram", "desk", PASSWORD));
}

/// Each command has clients of its own, and each must ask for a token.
#[test]
fn a_token_gets_every_command_in() {
    let Some(secured) = secured("SASL OAUTHBEARER") else {
        return;
    };
    let jwt = token("desk", 3600);
    let mut job = secured.token("oauthbearer", &jwt);
    // A dead letter is its message and some headers: `check` asks for the room.
    job.exits.dead_letters = "oauthbearer.letters".into();
    let room = [("max.message.bytes", "50000000")];
    let admin = Admin::new(&secured.kafka.bootstrap()).unwrap();
    admin.create(&job.exits.dead_letters, 1, &room).unwrap();
    let says = |job: &Job, words: &[&str]| {
        let output = job.command(words).unwrap();
        let [out, error] =
            [&output.stdout, &output.stderr].map(|b| String::from_utf8_lossy(b).into_owned());
        assert!(!out.contains(&jwt) && !error.contains(&jwt), "{out}{error}");
        (output.status.code(), out, error)
    };
    let (code, out, error) = says(&job, &["check", "--connect"]);
    assert_eq!(code, Some(0), "{out}{error}");
    let topics: Vec<&str> = out
        .lines()
        .filter(|l| l.contains(" partitions, "))
        .collect();
    assert_eq!(topics.len(), 3, "{out}");
    assert!(topics.iter().all(|l| l.ends_with(" bytes")), "{out}");

    let letter = Raw::text("Nobody can read this.\n").with("copydesk-error-code", b"malformed");
    put(
        &secured.kafka.bootstrap(),
        &job.exits.dead_letters,
        &[letter],
    );
    let (code, out, error) = says(&job, &["dead-letters", "list"]);
    assert_eq!((code, out.lines().count()), (Some(0), 1), "{out}{error}");
    assert!(out.contains("\tmalformed\t"), "{out}");

    // The sweep of an earlier transaction, the producer, and the consumer that is asked before it is polled.
    job.delivery = Delivery::ExactlyOnce;
    let worker = secured.passes_all(&job);
    assert!(
        !worker.log_text().contains(&jwt),
        "{}",
        worker.log_path().display()
    );

    let late = secured.token("oauthbearer-late", &token("desk", -30));

    // A token that has run out needs no broker to be told.
    let (code, out, error) = says(&late, &["check", "--connect"]);
    assert_eq!(code, Some(1), "{out}{error}");
    assert!(error.contains("kafka.security.token_file"), "{error}");
    assert!(error.contains("has run out"), "{error}");
}

#[test]
fn a_wrong_password_is_refused_in_one_line() {
    let Some(secured) = secured("a wrong password") else {
        return;
    };
    let line = secured.is_refused(&secured.scram("wrong-password", "desk", WRONG_PASSWORD));
    assert!(line.to_lowercase().contains("authentication"), "{line}");
}

#[test]
fn an_expired_certificate_is_refused_in_one_line() {
    let Some(secured) = secured("an expired certificate") else {
        return;
    };
    let line = secured.is_refused(&secured.tls("expired", &secured.expired));
    assert!(line.contains("certificate"), "{line}");
}

#[test]
fn a_missing_right_is_refused_in_one_line() {
    let Some(secured) = secured("a missing right") else {
        return;
    };
    let line = secured.is_refused(&secured.scram("no-right", "intern", PASSWORD));
    assert!(line.contains("uthoriz"), "{line}");
}

//! Tests against Kafka: the embedded broker where that is enough, a real Apache Kafka where delivery
//! is claimed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test that panics has failed, as it should; it may print, and has clients of its own"
)]

#[path = "../support/mod.rs"]
mod support;

mod dead_letters;
mod delivery;
mod deploy;
mod harness;
mod hostile;
mod memory;
mod messages;
mod operator;
mod registry;
mod security;
mod signals;

use std::sync::OnceLock;

use support::cluster::{Cluster, Setup};
use support::distribution::Distribution;

/// The one broker of the tests that leave it as they found it: starting it takes seconds.
fn shared(what: &str) -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    Distribution::get(what)?;
    CLUSTER
        .get_or_init(|| Cluster::start(what, Setup::default()))
        .as_ref()
}

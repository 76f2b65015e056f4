//! Tests against Kafka: the embedded broker where that is enough, a real Apache Kafka where delivery
//! is claimed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that panics has failed, as it should"
)]

#[path = "../support/mod.rs"]
mod support;

mod harness;

//! copydesk stands beside a Kafka broker between the raw news feeds and everything that reads the news.
//! It consumes raw articles in whatever form they come, finds out what they say, and publishes one
//! enriched record for each.
//!
//! ```text
//! Kafka input topic
//!    │  kafka/      consume · rebalance · pause · order · commit (or transaction)
//!    ▼
//!    intake/        bytes → Draft: charset, form (HTML, NewsML-G2, NITF, ninjs, ANPA, feeds, …), wire conventions
//!    ▼
//!    stages/        Article → findings, one module a stage, run as a graph
//!    ▼
//!    record/        findings → EnrichedArticle (the public contract) → bytes
//!    ▼
//!    kafka/         publish · dead letters
//! Kafka output topic
//! ```
//!
//! Rules of the house:
//!
//! 1. A stage is a function from what is already known to what it found. It declares which findings
//!    it reads and is given no others; [`stages::registry`] derives the order. It never sees Kafka, the
//!    clock or the network.
//! 2. Outcomes are explicit: findings, `Skipped(reason)` or a typed error. A panic or a missed deadline
//!    costs one stage of one article. `in = out + dead-lettered + dropped on purpose + in flight`, always.
//! 3. Language work runs on a fixed pool of threads; tokio is for signals, timers and the health port.
//! 4. Offsets are bytes inside and Unicode code points in the record; [`record::assemble()`] converts once.
//! 5. Word lists, tables and models are data files under `config/`, compiled in, replaceable by setting.
//! 6. Everything is bounded: bytes in flight, nesting, document size, time a stage, log rate.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        reason = "a test that panics has failed, as it should"
    )
)]

pub mod cli;
pub mod config;
pub mod desk;
pub mod intake;
pub mod kafka;
pub mod ops;
pub mod pipeline;
pub mod record;
pub mod stages;
pub mod text;

//! What every program under `tests/` that needs Kafka shares: a real Apache Kafka fetched through
//! Maven and started on free loopback ports, worker processes, loads of articles, and the ledger that
//! says what was lost, repeated or put out of order.
//!
//! Included by path (`#[path = "../support/mod.rs"] mod support;`), so that it is no crate of its own.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each program under tests/ uses its own part of this"
)]

pub mod admin;
pub mod articles;
pub mod certificates;
pub mod cluster;
pub mod distribution;
pub mod ledger;
pub mod load;
pub mod markers;
pub mod memory;
pub mod ports;
pub mod process;
pub mod proxy;
pub mod reader;
pub mod registry;
pub mod seeded;
pub mod worker;

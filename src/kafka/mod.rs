//! Everything that knows Kafka: takes messages in, keeps their order, publishes what is made of them.
//!
//! ```text
//!  consumer   takes a message · a Ticket follows it · it enters its lane
//!     ▼
//!  pool       reads and enriches it (the engine); a Sink turns records into Products
//!     ▼
//!  publisher  sends what is first in its lane · dead letters go the same way
//!     ▼
//!  producer   acknowledged: the ticket closes its part, with the last the watermark moves
//!     ▼
//!  consumer   commits the watermark
//! ```
//!
//! Four threads beside the pool: `consumer` polls, takes rebalance callbacks and commits; `publisher`
//! sends; the producing client's own thread brings the news of deliveries; the `inspector` asks the broker,
//! every few seconds, whether what the worker believes is still true. What they share is small and each
//! behind its own lock: the [`assignment`] (which partitions, each with its [`watermark`]), the [`lanes`]
//! (order), the [`flow`] (how much is in the worker), the [`shared`] consuming client, and the [`stop`]
//! (why it ends).
//!
//! What is done when the broker does not do its part has a module each: [`refusal`] (records it does not
//! take), [`sweep`] (transactions it did not end), [`inspector`] (topics, positions and partitions that are
//! not what they were).
//!
//! A message is finished when all that was made of it has been acknowledged. Offsets are committed up
//! to the first message that has not finished, and never for a partition that has gone.

mod admin;
mod assignment;
pub mod client;
mod consumer;
pub mod dead_letter;
mod exit;
mod failpoint;
mod flow;
mod gauges;
mod group;
pub mod headers;
mod hints;
mod identity;
mod inspector;
mod lanes;
mod limits;
mod packed;
pub mod preflight;
mod producer;
mod publisher;
mod refusal;
mod rewind;
mod shared;
mod sink;
mod stop;
mod sweep;
pub(crate) mod sync;
mod ticket;
mod transaction;
mod watermark;
mod worker;

pub use exit::Exit;
pub use stop::{Reason, Stop};
pub use worker::{Ended, Worker};

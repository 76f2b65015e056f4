//! Everything that knows Kafka: takes messages in, keeps their order, publishes what is made of them.
//!
//! ```text
//!  consumer_loop      takes a message · follows it as an InFlightMessage · puts it into its key queue
//!     ▼
//!  pool               reads and enriches it; a Sink turns records into Products
//!     ▼
//!  publisher          sends what is first in its queue · dead letters go the same way
//!     ▼
//!  producer           acknowledged: one part of the message is done, with the last its offset is finished
//!     ▼
//!  consumer_loop      commits each partition up to its first unfinished message
//! ```
//!
//! Four threads beside the pool, and two more where articles are remembered (`memory`): `consumer_loop` polls, takes rebalance callbacks and commits; `publisher`
//! sends; the producing client's own thread brings delivery reports; the `inspector` asks the broker, every
//! few seconds, whether what the worker believes is still true. What they share is small and each behind its
//! own lock: the `assignment` (which partitions, each with its `offset_tracker`), the `key_queues` (order), the
//! `in_flight_budget` (back-pressure), the `shared_consumer`, and the `stop` (why it ends). `worker` puts all of
//! it together.
//!
//! Every client, of the worker and of the commands, is made in [`client`].
//!
//! What is done when the broker does not do its part has a module each: `refusal` (records it does not
//! take), `sweep` (transactions it did not end), `inspector` (topics, positions and partitions that are
//! not what they were).
//!
//! A message is finished when all that was made of it has been acknowledged. Offsets are committed up
//! to the first message that has not finished, and never for a partition that has gone.

mod admin;
mod assignment;
pub mod client;
mod consumer_loop;
pub mod dead_letter;
mod exit;
mod failpoint;
mod gauges;
mod group;
pub mod headers;
mod identity;
mod in_flight_budget;
mod in_flight_message;
mod inspector;
mod key_queues;
pub mod limits;
mod memory;
mod message_metadata;
mod offset_tracker;
mod packed;
pub mod placed;
pub mod preflight;
mod producer;
mod publisher;
mod record_headers;
mod refusal;
mod registration;
mod rewind;
mod shared;
mod shared_consumer;
mod sink;
mod stop;
mod sweep;
pub(crate) mod sync;
mod transaction;
mod worker;
mod worker_context;

pub use exit::Exit;
pub use message_metadata::hints;
pub use stop::{Reason, Stop};
pub use worker::{Ended, Worker};

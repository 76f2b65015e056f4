//! Runs the work: a fixed pool of threads, the graph of steps, deadlines, panics.
//!
//! Knows neither Kafka nor news. Whoever has work says what its steps are ([`Work`]) and which step
//! needs which ([`Graph`]); a [`Run`] takes one piece of work through them, on one thread or, when
//! threads of the [`Pool`] are free, on several. A step that outstays its time is recorded
//! [`StepStatus::TimedOut`] and the run goes on without it: a well-behaved step asks its [`Budget`] and
//! gives up itself; the thread of one that does not is written off by the watchdog and replaced. A step that
//! waits for something outside gives a [`Call`] and holds no thread: see [`awaiting`].

pub mod awaiting;
mod budget;
pub mod clock;
mod deadlines;
#[cfg(feature = "failpoints")]
pub mod failpoints;
mod graph;
mod panics;
mod pool;
mod priority;
mod run;

pub use awaiting::{Call, Calls};
pub use budget::Budget;
pub use deadlines::Deadlines;
pub use graph::{Graph, GraphError};
pub use panics::caught;
pub use pool::{Halted, Job, Parking, Pool, PoolHandle, PoolOptions};
pub use priority::yield_to_others;
pub use run::{Done, Limits, Progress, Resumed, Run, StepReport, StepStatus, Work};

//! Runs the work: a fixed pool of threads, the graph of steps, deadlines, panics.
//!
//! Knows neither Kafka nor news. Whoever has work says what its steps are ([`Work`]) and which step
//! needs which ([`Graph`]); a [`Run`] takes one piece of work through them, on one thread or, when
//! threads of the [`Pool`] are free, on several. A step that outstays its time is recorded
//! [`StepStatus::TimedOut`] and the run goes on without it: a well-behaved step asks its [`Budget`] and
//! gives up itself; the thread of one that does not is written off by the watchdog and replaced.

mod budget;
pub mod clock;
mod deadlines;
#[cfg(feature = "failpoints")]
pub mod failpoints;
mod graph;
mod nice;
mod panics;
mod pool;
mod run;

pub use budget::Budget;
pub use deadlines::Deadlines;
pub use graph::{Graph, GraphError};
pub use nice::be_nice;
pub use panics::caught;
pub use pool::{Halted, Job, Pool, PoolOptions, Turn};
pub use run::{Done, Limits, Resume, Run, StepReport, StepStatus, Work};

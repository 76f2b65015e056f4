//! Runs the work: threads, the stage graph, deadlines, panics.

mod budget;
mod inline;

pub use budget::Budget;
pub use inline::run_inline;

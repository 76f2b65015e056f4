//! What the worker costs on a real Apache Kafka, printed as tables.
//!
//! ```text
//! cargo bench --bench kafka -- cost                  # worker without stages against a plain loop
//! cargo bench --bench kafka -- memory life delivery remembering
//! cargo bench --bench kafka --features failpoints -- efficiency
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a benchmark that panics has failed, as it should; it prints, and has clients of its own"
)]

#[path = "../../support/mod.rs"]
mod support;

mod cost;
mod delivery;
mod efficiency;
mod life;
mod memory;
mod plain;
mod remembering;
mod run;

use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use run::Place;
use support::cluster::{Cluster, Setup};

#[derive(Debug, Parser)]
struct Arguments {
    /// What to measure; nothing: everything.
    what: Vec<What>,
    /// Records of the throughput measurements.
    #[arg(long, default_value_t = 200_000)]
    records: u32,
    /// Rounds of the alternating measurements.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Records of 500 KB for the memory measurement.
    #[arg(long, default_value_t = 10_000)]
    large: u32,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
    /// Run as the plain loop: brokers, group, input topic, output topic.
    #[arg(long, num_args = 4, hide = true)]
    plain_loop: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Worker without stages against a plain consume-and-produce loop.
    Cost,
    /// A stage of 3 ms: how much of the cores does language work?
    Efficiency,
    /// Resident memory with large records waiting.
    Memory,
    /// Start to ready, SIGTERM to exit.
    Life,
    /// Exactly-once against at-least-once, with all stages.
    Delivery,
    /// With the memory across articles against without.
    Remembering,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let [brokers, group, input, output] = &arguments.plain_loop[..] {
        plain::run(brokers, group, input, output);
        return ExitCode::SUCCESS;
    }
    let setup = Setup {
        heap_megabytes: 512,
        quick_compiler: false,
        ..Setup::default()
    };
    let Some(kafka) = Cluster::start("the benchmark", setup) else {
        return ExitCode::FAILURE;
    };
    let place = Place::new(&kafka.bootstrap());
    let wanted = |what| arguments.what.is_empty() || arguments.what.contains(&what);
    // Else the compiler of a cold broker is measured, too: in the first minute it takes a third of the cores.
    if [What::Cost, What::Efficiency, What::Remembering]
        .map(wanted)
        .contains(&true)
    {
        place.warm_up();
    }
    if wanted(What::Cost) {
        cost::measure(&place, arguments.records, arguments.rounds);
    }
    if wanted(What::Efficiency) {
        efficiency::measure(&place);
    }
    if wanted(What::Memory) {
        memory::measure(&place, arguments.large);
    }
    if wanted(What::Life) {
        life::measure(&place, arguments.rounds);
    }
    if wanted(What::Delivery) {
        delivery::measure(&place, arguments.records / 10, arguments.rounds);
    }
    if wanted(What::Remembering) {
        remembering::measure(&place, arguments.records / 20, arguments.rounds);
    }
    ExitCode::SUCCESS
}

//! The command line: one file a subcommand.

mod enrich;
mod run;
mod train;

use clap::{Parser, Subcommand};

/// Turns raw news articles from Kafka into enriched records.
#[derive(Debug, Parser)]
#[command(name = "copydesk", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    Enrich(enrich::Arguments),
    Train(train::Arguments),
}

/// Parses the command line, runs the subcommand and returns the process's exit code.
pub fn main() -> u8 {
    let result = match Arguments::parse().command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Enrich(arguments) => enrich::run(&arguments),
        Command::Train(arguments) => train::run(&arguments),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("copydesk: {error:#}");
            1
        }
    }
}

//! The command line: one file a subcommand.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command talks to whoever typed it"
)]

mod check;
mod dead_letters;
mod demo;
mod enrich;
mod inputs;
mod progress;
mod readable;
mod run;
mod schema;
mod train;

use clap::{Parser, Subcommand};

/// Turns raw news articles from Kafka into enriched records.
#[derive(Debug, Parser)]
#[command(
    name = "copydesk",
    version,
    arg_required_else_help = true,
    after_help = "\
Examples:
  copydesk demo                                    see it work, without Kafka
  copydesk enrich article.html                     one article, without Kafka
  copydesk check --config copydesk.toml --connect  is everything there?
  copydesk run --config copydesk.toml              work

Any key of the configuration can be set in the environment: COPYDESK_KAFKA__BROKERS=kafka:9092.
`copydesk <command> --help` has examples and exit codes."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    Enrich(enrich::Arguments),
    Check(check::Arguments),
    DeadLetters(dead_letters::Arguments),
    Demo(demo::Arguments),
    Schema(schema::Arguments),
    Train(train::Arguments),
}

/// Parses the command line, runs the subcommand and returns the process's exit code.
pub fn main() -> u8 {
    let result = match Arguments::parse().command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Enrich(arguments) => enrich::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::DeadLetters(arguments) => dead_letters::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
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

/// Takes it for done when whoever reads standard output has gone (`| head`).
fn quietly<E: Into<anyhow::Error>>(result: Result<(), E>) -> anyhow::Result<()> {
    let gone = |e: &anyhow::Error| {
        e.downcast_ref::<std::io::Error>()
            .is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
    };
    match result.map_err(Into::into) {
        Err(error) if gone(&error) => Ok(()),
        result => result,
    }
}

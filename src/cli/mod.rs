//! The command line: one file a subcommand.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command talks to whoever typed it"
)]

mod check;
mod dead_letters;
mod demo;
mod described;
mod enrich;
mod explain;
mod inputs;
mod look;
mod manual;
mod members;
mod progress;
pub mod proof;
mod readable;
mod run;
mod schema;
pub mod tap;
mod top;
mod topic;
mod train;
mod words;

use std::sync::LazyLock;

use clap::{CommandFactory, Parser, Subcommand};

use crate::ops::{BUILD, Build};
use look::{Color, Look};

/// Turns raw news articles from Kafka into enriched records.
#[derive(Debug, Parser)]
#[command(
    name = "copydesk",
    version = version(),
    arg_required_else_help = true,
    after_help = "\
Examples:
  copydesk demo                                    see it work, without Kafka
  copydesk enrich article.html                     one article, without Kafka
  copydesk proof article.html                      the same as a page to look at
  copydesk check --config copydesk.toml --connect  is everything there?
  copydesk run --config copydesk.toml              work

Any key of the configuration can be set in the environment: COPYDESK_KAFKA__BROKERS=kafka:9092.
`copydesk <command> --help` has examples and exit codes."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Whether text on standard output is in colour.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    Enrich(enrich::Arguments),
    Check(check::Arguments),
    DeadLetters(dead_letters::Arguments),
    Proof(proof::Arguments),
    Tap(tap::Arguments),
    Top(top::Arguments),
    Copies(members::CopiesArguments),
    Story(members::StoryArguments),
    Demo(demo::Arguments),
    Explain(explain::Arguments),
    Schema(schema::Arguments),
    Train(train::Arguments),
    Completions(manual::Completions),
    Man(manual::Man),
}

/// The version of the program, the revision it was built from where the build says so, and the Kafka client's.
fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let Build {
            version,
            revision,
            librdkafka,
        } = &*BUILD;
        format!(
            "{version} (revision {}, librdkafka {librdkafka})",
            revision.unwrap_or("not stated by the build")
        )
    });
    &VERSION
}

/// Parses the command line, runs the subcommand and returns the process's exit code.
pub fn main() -> u8 {
    let arguments = Arguments::parse();
    let look = Look::of(arguments.color);
    let result = match arguments.command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Enrich(arguments) => enrich::run(&arguments, look),
        Command::Check(arguments) => check::run(&arguments),
        Command::DeadLetters(arguments) => dead_letters::run(&arguments),
        Command::Proof(arguments) => proof::run(&arguments),
        Command::Tap(arguments) => tap::run(&arguments, look),
        Command::Top(arguments) => top::run(&arguments, look),
        Command::Demo(arguments) => demo::run(&arguments, look),
        Command::Copies(arguments) => members::copies(&arguments),
        Command::Story(arguments) => members::story(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Train(arguments) => train::run(&arguments),
        Command::Completions(arguments) => manual::completions(&arguments, Arguments::command()),
        Command::Man(arguments) => manual::man(&arguments, Arguments::command()),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command with its own, by the words it is called by.
    fn commands(command: &clap::Command, words: &str, out: &mut Vec<(String, String)>) {
        let help = command.get_after_help().map(ToString::to_string);
        out.push((words.to_owned(), help.unwrap_or_default()));
        for below in command.get_subcommands().filter(|c| c.get_name() != "help") {
            commands(below, &format!("{words} {}", below.get_name()), out);
        }
    }

    /// The words of an example that this program is given: without variables before it, pipes and files after it.
    fn arguments(line: &str) -> Option<Vec<String>> {
        let call = line.split(" | ").find(|part| part.contains("copydesk"))?;
        let (_, call) = call.split_once("copydesk")?;
        let call = call.split(['<', '>', '#']).next()?.trim_end_matches('2');
        // What it does stands behind it, in the first help.
        let call = call.trim_start().split("  ").next()?;
        let words = call
            .split_whitespace()
            .map(|w| w.trim_matches('\'').to_owned());
        Some(
            std::iter::once("copydesk".to_owned())
                .chain(words)
                .collect(),
        )
    }

    #[test]
    fn the_help_of_every_command_has_examples_and_they_are_understood() {
        let mut all = Vec::new();
        commands(&Arguments::command(), "copydesk", &mut all);
        assert!(all.len() > 10, "{all:?}");
        for (words, help) in all {
            let (_, examples) = help
                .split_once("Examples:\n")
                .unwrap_or_else(|| panic!("{words} --help has no examples"));
            let lines = examples.lines().take_while(|line| !line.is_empty());
            let mut own = 0;
            for line in lines {
                own += usize::from(line.contains(&words));
                let given = arguments(line).unwrap_or_else(|| panic!("{line}"));
                let parsed = Arguments::try_parse_from(&given);
                assert!(
                    parsed.is_ok(),
                    "{line}: {:?} {}",
                    given,
                    parsed.unwrap_err()
                );
            }
            assert!(own > 0, "{words} --help has no example of it");
        }
    }
}

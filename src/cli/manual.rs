//! `copydesk completions` and `copydesk man`: made from the command line's own description.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap_complete::Shell;
use clap_mangen::Man as Page;

/// Prints a script that completes this command line in a shell.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk completions bash > /etc/bash_completion.d/copydesk
  copydesk completions zsh > _copydesk")]
pub(super) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the manual page, or writes those of all commands to a folder.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk man | man -l -
  copydesk man /usr/local/share/man/man1")]
pub(super) struct Man {
    /// Folder to write copydesk.1 and a page for each command to.
    folder: Option<PathBuf>,
}

pub(super) fn completions(
    arguments: &Completions,
    mut command: clap::Command,
) -> anyhow::Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "copydesk", &mut script);
    super::quietly(std::io::stdout().write_all(&script))?;
    Ok(0)
}

pub(super) fn man(arguments: &Man, command: clap::Command) -> anyhow::Result<u8> {
    match &arguments.folder {
        Some(folder) => {
            std::fs::create_dir_all(folder)
                .and_then(|()| clap_mangen::generate_to(command, folder))
                .with_context(|| format!("{} cannot be written to", folder.display()))?;
        }
        None => {
            let mut page = Vec::new();
            Page::new(command).render(&mut page)?;
            super::quietly(std::io::stdout().write_all(&page))?;
        }
    }
    Ok(0)
}

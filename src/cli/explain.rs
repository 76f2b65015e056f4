//! `copydesk explain`: what a stage makes of a sentence, and why.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use crate::config::Settings;
use crate::intake::dates::machine;
use crate::intake::{Draft, DraftBlock, Format};
use crate::record::{BlockKind, DateBasis};
use crate::stages::{all_found, events};

/// Says what a stage makes of a sentence, and why: for whoever edits the files under config/.
///
/// For events: the parse of the sentence, each verb or noun that may tell an event with the row of verbs.tsv or nouns.tsv
/// that it matches, how sure it is, who takes part, whether it happened and which words say so, and why it is no event where
/// it is none.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk explain events \"Rebels released nine hostages on Monday.\"
  copydesk explain events --config copydesk.toml - < story.txt

Exit codes: 0 done · 1 the configuration or the text cannot be read")]
pub(super) struct Arguments {
    /// The stage.
    #[arg(value_enum)]
    what: What,
    /// The text, in English, as one argument or several; `-`: standard input.
    #[arg(required = true)]
    text: Vec<String>,
    /// Configuration file; its `resources` are used.
    #[arg(long, short, env = "COPYDESK_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// When the text was published: RFC 3339, or a date. What happened in an earlier year is background.
    #[arg(long, value_name = "TIME", value_parser = super::described::published_at)]
    published_at: Option<String>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum What {
    /// Who did what to whom.
    Events,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let settings = Settings::load(arguments.config.as_deref())?;
    let mut text = arguments.text.join(" ");
    if text == "-" {
        text.clear();
        io::stdin().lock().read_to_string(&mut text)?;
    }
    let mut draft = Draft::new(Format::Text, "utf-8", "".into());
    let lines = text.lines().filter(|l| !l.trim().is_empty());
    let blocks = lines.map(|l| DraftBlock::new(BlockKind::Paragraph, l));
    draft.blocks.extend(blocks);
    let published = arguments.published_at.as_deref();
    draft.supplied.published = published.and_then(|p| machine(p, DateBasis::Header));
    let known = all_found(draft, &settings.stage_settings())?;
    let explained = match arguments.what {
        What::Events => events::explain(&known),
    };
    super::quietly(io::stdout().write_all(explained.as_bytes()))?;
    Ok(0)
}

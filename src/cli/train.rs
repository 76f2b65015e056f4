//! `copydesk train`: from labelled articles to a model file.

use std::fs::File;
use std::path::PathBuf;

use anyhow::Context;

use crate::stages::{entities, events, keyphrases, syntax, tone, topics};

/// Makes a model from labelled articles. The same data gives the same model.
///
/// The folder with the data holds for entities train.jsonl, an article a line, and words.tsv, the table of the lexicon;
/// for events judged.jsonl, an article a line with events that readers judged; for keyphrases news.jsonl, an article a line
/// with its text in `body`; for syntax parses.jsonl, a sentence a line, and clusters.tsv, the classes of words; for topics
/// train.jsonl, a text a line, and vectors.tsv, the vectors of words; config/models/prepare makes them, but for news.jsonl.
/// Of keyphrases the table in force is measured, not the one made.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk train entities --data training/ --out entities.model
  copydesk train entities --data training/ --out entities.model --check held-out.jsonl

Exit codes: 0 done · 1 the data cannot be read, or the model cannot be written")]
pub(super) struct Arguments {
    /// What to learn.
    #[arg(value_enum)]
    what: What,
    /// Folder with the training data.
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// File to write the model to.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Labelled articles to measure the model on afterwards; may be given several times.
    #[arg(long, value_name = "FILE")]
    check: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum What {
    /// The recogniser of people, organisations, places and other names.
    Entities,
    /// How sure events are: the table of their weights.
    Events,
    /// What words mostly are: the table of keyphrases.
    Keyphrases,
    /// Parts of speech and syntax.
    Syntax,
    /// The tone of sentences, and toward whom they speak of.
    Tone,
    /// The classifier of the topics of level 1.
    Topics,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    // Before the work of minutes.
    for file in &arguments.check {
        File::open(file).with_context(|| format!("{} cannot be read", file.display()))?;
    }
    let unwritten = || format!("{} cannot be written", arguments.out.display());
    let folder = arguments.out.parent().filter(|f| !f.as_os_str().is_empty());
    if let Some(folder) = folder {
        std::fs::metadata(folder).with_context(unwritten)?;
    }
    let say = &mut |line: &str| eprintln!("{line}");
    let model = match arguments.what {
        What::Entities => entities::train::train(&arguments.data, say)?,
        What::Events => events::train::train(&arguments.data, say)?,
        What::Keyphrases => keyphrases::train::train(&arguments.data, say)?,
        What::Syntax => syntax::train::train(&arguments.data, say)?,
        What::Tone => tone::train::train(&arguments.data, say)?,
        What::Topics => topics::train::train(&arguments.data, say)?,
    };
    std::fs::write(&arguments.out, &model).with_context(unwritten)?;
    eprintln!(
        "{} bytes written to {}",
        model.len(),
        arguments.out.display()
    );
    // A model borrows its file for ever. The process ends with this one.
    check(arguments, model.leak(), say)?;
    Ok(0)
}

/// Measures the model that was written.
fn check(
    arguments: &Arguments,
    model: &'static [u8],
    say: &mut dyn FnMut(&str),
) -> anyhow::Result<()> {
    let unreadable = || anyhow::anyhow!("the model written cannot be read");
    match arguments.what {
        What::Entities => {
            let model = entities::Model::from_bytes(model).ok_or_else(unreadable)?;
            let mut files = arguments.check.iter();
            files.try_for_each(|file| entities::train::check(&model, file, say))
        }
        What::Events => {
            let mut files = arguments.check.iter();
            files.try_for_each(|file| events::train::check(model, file, say))
        }
        What::Keyphrases => {
            let mut files = arguments.check.iter();
            files.try_for_each(|file| keyphrases::train::check(file, say))
        }
        What::Syntax => {
            let model = syntax::Model::from_bytes(model).ok_or_else(unreadable)?;
            let mut files = arguments.check.iter();
            files.try_for_each(|file| syntax::train::check(&model, file, say))
        }
        What::Tone => {
            let model = tone::Model::from_bytes(model).ok_or_else(unreadable)?;
            let mut files = arguments.check.iter();
            files.try_for_each(|file| tone::train::check(&model, file, say))
        }
        What::Topics => {
            let model = topics::Model::from_bytes(model).ok_or_else(unreadable)?;
            let mut files = arguments.check.iter();
            files.try_for_each(|file| topics::check(&model, file, say))
        }
    }
}

//! `copydesk train`: from labelled articles to a model file.

use std::path::PathBuf;

use crate::stages::{entities, tone};

/// Makes a model from labelled articles. The same data gives the same model.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What to learn.
    #[arg(value_enum)]
    what: What,
    /// Folder with the training data.
    #[arg(long)]
    data: PathBuf,
    /// File to write the model to.
    #[arg(long)]
    out: PathBuf,
    /// Labelled articles to measure the model on afterwards; may be given several times.
    #[arg(long)]
    check: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum What {
    /// The recogniser of people, organisations, places and other names.
    Entities,
    /// The tone of sentences, and toward whom they speak of.
    Tone,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let say = &mut |line: &str| eprintln!("{line}");
    let model = match arguments.what {
        What::Entities => entities::train::train(&arguments.data, say)?,
        What::Tone => tone::train::train(&arguments.data, say)?,
    };
    std::fs::write(&arguments.out, &model)?;
    eprintln!(
        "{} bytes written to {}",
        model.len(),
        arguments.out.display()
    );
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
        What::Tone => {
            let model = tone::Model::from_bytes(model).ok_or_else(unreadable)?;
            let mut files = arguments.check.iter();
            files.try_for_each(|file| tone::train::check(&model, file, say))
        }
    }
}

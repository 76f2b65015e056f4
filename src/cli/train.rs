//! `copydesk train`: from labelled articles to a model file.

use std::path::PathBuf;

use crate::stages::{entities, topics};

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
    /// The classifier of the topics of level 1.
    Topics,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let mut say = |line: &str| eprintln!("{line}");
    let model = match arguments.what {
        What::Entities => entities::train::train(&arguments.data, &mut say)?,
        What::Topics => topics::train::train(&arguments.data, &mut say)?,
    };
    std::fs::write(&arguments.out, &model)?;
    eprintln!(
        "{} bytes written to {}",
        model.len(),
        arguments.out.display()
    );
    let unreadable = || anyhow::anyhow!("the model written cannot be read");
    match arguments.what {
        What::Entities => {
            let model = entities::Model::from_bytes(model.leak()).ok_or_else(unreadable)?;
            for file in &arguments.check {
                entities::train::check(&model, file, &mut say)?;
            }
        }
        What::Topics => {
            let model = topics::Model::from_bytes(model.leak()).ok_or_else(unreadable)?;
            for file in &arguments.check {
                topics::train::check(&model, file, &mut say)?;
            }
        }
    }
    Ok(0)
}

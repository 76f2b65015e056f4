use std::io::{BufRead, BufWriter, Read, Write, stdin, stdout};
use std::ops::ControlFlow;

use anyhow::Context;

use crate::desk::Desk;
use crate::intake::{Hints, Limits};
use crate::record::Ingest;
use crate::stages::ResourceFiles;

/// Enriches articles from files or standard input, without Kafka.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Files to read; standard input when there is none.
    files: Vec<std::path::PathBuf>,
    /// The input is one envelope a line.
    #[arg(long)]
    ndjson: bool,
    /// Media type of a bare document.
    #[arg(long)]
    content_type: Option<String>,
    /// Address a bare document was fetched from.
    #[arg(long)]
    url: Option<String>,
    /// When a bare document was published: RFC 3339, or a date.
    #[arg(long)]
    published_at: Option<String>,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let desk = Desk::new(&ResourceFiles::default(), Limits::default())?;
    let hints = Hints {
        content_type: arguments.content_type.clone(),
        url: arguments.url.clone(),
        published_at: arguments.published_at.clone(),
        ..Hints::default()
    };
    let mut out = BufWriter::new(stdout().lock());
    let mut failed = false;
    let mut one = |bytes: &[u8], name: &str, out: &mut dyn Write| {
        let mut written = Ok(());
        let read = desk.enrich(bytes, &hints, &Ingest::default(), &mut |record| {
            written = serde_json::to_writer(&mut *out, &record)
                .map_err(anyhow::Error::from)
                .and_then(|()| Ok(out.write_all(b"\n")?));
            if written.is_ok() {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        if let Err(error) = read {
            eprintln!("copydesk: {name}: {error}");
            failed = true;
        }
        written
    };
    let inputs: Vec<Box<dyn BufRead>> = if arguments.files.is_empty() {
        vec![Box::new(stdin().lock())]
    } else {
        let open = |p: &std::path::PathBuf| -> anyhow::Result<Box<dyn BufRead>> {
            Ok(Box::new(std::io::BufReader::new(
                std::fs::File::open(p).with_context(|| p.display().to_string())?,
            )))
        };
        arguments.files.iter().map(open).collect::<Result<_, _>>()?
    };
    for mut input in inputs {
        if arguments.ndjson {
            for (number, line) in input.split(b'\n').enumerate() {
                let line = line?;
                if !line.trim_ascii().is_empty() {
                    one(&line, &format!("line {}", number + 1), &mut out)?;
                }
            }
        } else {
            let mut bytes = Vec::new();
            input.read_to_end(&mut bytes)?;
            one(&bytes, "input", &mut out)?;
        }
    }
    out.flush()?;
    Ok(u8::from(failed))
}

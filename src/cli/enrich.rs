use std::io::{BufRead, BufWriter, Read, Write, stdin, stdout};
use std::sync::Arc;

use anyhow::Context;

use crate::desk::{Desk, Event, InOrder, Message, Render};
use crate::intake::{Hints, Limits};
use crate::pipeline::{Pool, PoolOptions};
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
    let pool = Pool::new(PoolOptions::per_core(Box::new(|why| {
        eprintln!("copydesk: {why}");
        std::process::exit(1);
    })));
    let render: Render = Arc::new(|record| {
        let mut line = serde_json::to_vec(record).unwrap_or_default();
        line.push(b'\n');
        line
    });
    let mut desk = InOrder::new(desk, pool, render);
    let mut out = BufWriter::new(stdout().lock());
    let mut failed = false;
    let mut take = |name: &String, event: Event| -> anyhow::Result<()> {
        match event {
            Event::Record(line) => out.write_all(&line)?,
            Event::End(Ok(())) => {}
            Event::End(Err(error)) => {
                eprintln!("copydesk: {name}: {error}");
                failed = true;
            }
        }
        Ok(())
    };
    let message = |bytes: Vec<u8>| Message {
        bytes: Arc::new(bytes),
        hints: hints.clone(),
        ingest: Ingest::default(),
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
                    desk.send(format!("line {}", number + 1), message(line), &mut take)?;
                }
            }
        } else {
            let mut bytes = Vec::new();
            input.read_to_end(&mut bytes)?;
            desk.send("input".to_owned(), message(bytes), &mut take)?;
        }
    }
    desk.finish(&mut take)?;
    out.flush()?;
    Ok(u8::from(failed))
}

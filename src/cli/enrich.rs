//! `copydesk enrich`: files through the same engine as messages, without Kafka.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use indicatif::ProgressBar;

use super::inputs::{self, Document, Reading};
use super::progress;
use super::readable::readable;
use crate::config::{OutputFormat, Settings};
use crate::engine::{Engine, Event, InOrder, Message, Render};
use crate::intake::Hints;
use crate::pipeline::{Pool, PoolOptions};
use crate::record::{Ingest, ninjs};

/// Enriches articles from files, folders or standard input, without Kafka.
///
/// Records come out in the order of the input, one a line; on a terminal, readably.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk enrich article.html --url https://example.com/news/1
  copydesk enrich wire/ | jq -c '{id, headline, status}'
  zcat pages.ndjson.gz | copydesk enrich --ndjson > records.ndjson
  curl -s https://example.com/feed.xml | copydesk enrich --content-type application/rss+xml

Exit codes: 0 all read · 1 some of the input could not be read; standard error says which and why")]
pub(super) struct Arguments {
    /// Files and folders to read, plain or gzip; standard input when there is none.
    files: Vec<PathBuf>,
    /// Every line of the input is an envelope, or a scraper's JSON.
    #[arg(long)]
    ndjson: bool,
    /// Media type of a bare document: text/html, application/rss+xml; charset=utf-8, …
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// Address a bare document was fetched from.
    #[arg(long)]
    url: Option<String>,
    /// Feed or outlet a bare document came from.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// When a bare document was published: RFC 3339, or a date.
    #[arg(long, value_name = "TIME")]
    published_at: Option<String>,
    /// How records are written.
    #[arg(long, value_enum, default_value_t = Output::Auto)]
    output: Output,
    /// Configuration file; see config/copydesk.toml. Its `kafka` section is not used here.
    #[arg(long, short, env = "COPYDESK_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Output {
    /// Readably on a terminal, else JSON.
    Auto,
    /// One JSON object a line.
    Json,
    /// Indented JSON.
    Pretty,
    /// What was found and removed, for reading.
    Readable,
    /// One IPTC ninjs 3.1 item a line; what that has no place for is left out.
    Ninjs,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let settings = Settings::load(arguments.config.as_deref())?;
    let engine = Engine::configured(&settings)?;
    let render = render(arguments.output, settings.output.format);
    let mut engine = InOrder::new(
        engine,
        pool(settings.pipeline.threads, settings.limits.in_flight_bytes),
        render,
    );
    let files = inputs::files(&arguments.files)?;
    let bar = bar(&files);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut failed = false;
    let mut take = |name: &String, event: Event| -> anyhow::Result<()> {
        match event {
            Event::Record(bytes) => out.write_all(&bytes)?,
            Event::End(Ok(())) => {}
            Event::End(Err(error)) => {
                bar.suspend(|| eprintln!("copydesk: {name}: {error}"));
                failed = true;
            }
        }
        Ok(())
    };
    let hints = hints(arguments);
    let reading = Reading {
        ndjson: arguments.ndjson,
        most: settings.intake.limits.document_bytes,
    };
    let progress = |bytes| bar.inc(bytes);
    let mut done = || -> anyhow::Result<()> {
        let mut send = |document: Document| {
            let message = Message {
                bytes: document.bytes.into(),
                hints: hints.clone(),
                ingest: Ingest::default(),
            };
            engine.send(document.name, message, &mut take)
        };
        if arguments.files.is_empty() {
            inputs::read_stdin(reading, &progress, &mut send)?;
        }
        for file in &files {
            inputs::read_file(file, reading, &progress, &mut send)?;
        }
        Ok(())
    };
    let result = done().and_then(|()| engine.finish(&mut take));
    bar.finish_and_clear();
    super::quietly(result.and_then(|()| Ok(out.flush()?)))?;
    Ok(u8::from(failed))
}

/// As many threads as given; when all of them hang the process ends.
fn pool(threads: usize, parked_bytes: usize) -> Pool {
    Pool::new(PoolOptions {
        threads,
        stuck: threads,
        nice: 0,
        parked_bytes,
        on_halt: Box::new(|why| {
            eprintln!("copydesk: {why}");
            std::process::exit(i32::from(crate::kafka::Exit::Stuck.code()));
        }),
    })
}

/// What the command line says of every document.
fn hints(arguments: &Arguments) -> Hints {
    Hints {
        content_type: arguments.content_type.clone(),
        url: arguments.url.clone(),
        source: arguments.source.clone(),
        published_at: arguments.published_at.clone(),
        ..Hints::default()
    }
}

/// How records are written: what `auto` means depends on the terminal and the configuration.
fn render(output: Output, format: OutputFormat) -> Render {
    let output = match output {
        Output::Auto if io::stdout().is_terminal() => Output::Readable,
        Output::Auto if format == OutputFormat::Ninjs => Output::Ninjs,
        Output::Auto => Output::Json,
        chosen => chosen,
    };
    Arc::new(move |record| {
        // Records are made of strings, numbers and lists of them: nothing of that fails to serialise.
        let mut bytes = match output {
            Output::Readable => return readable(record).into_bytes(),
            Output::Pretty => serde_json::to_vec_pretty(record).unwrap_or_default(),
            Output::Ninjs => serde_json::to_vec(&ninjs::item(record)).unwrap_or_default(),
            Output::Json | Output::Auto => serde_json::to_vec(record).unwrap_or_default(),
        };
        bytes.push(b'\n');
        bytes
    })
}

/// A bar of the bytes read: not where records go to the terminal, too.
fn bar(files: &[PathBuf]) -> ProgressBar {
    if io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let size = |p: &PathBuf| std::fs::metadata(p).map_or(0, |m| m.len());
    match files.iter().map(size).sum() {
        0 => progress::bar(
            None,
            "{spinner} {binary_bytes} · {binary_bytes_per_sec} · {elapsed}",
        ),
        total => progress::bar(
            Some(total),
            "{wide_bar} {binary_bytes} of {binary_total_bytes} · {binary_bytes_per_sec} · {eta} to go",
        ),
    }
}

//! `copydesk enrich`: files through the same engine as messages, without Kafka.

use std::cell::{Cell, RefCell};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use indicatif::ProgressBar;

use super::described::Described;
use super::inputs::{self, Document, Reading, Source, Told};
use super::look::Look;
use super::progress;
use super::readable::readable;
use crate::config::{OutputFormat, Settings};
use crate::engine::{Engine, Event, InOrder, Message, Render};
use crate::memory::Memory;
use crate::pipeline::{Pool, PoolOptions};
use crate::record::ninjs;

/// Enriches articles from files, folders or standard input, without Kafka.
///
/// Records come out in the order of the input, one a line; on a terminal, readably. Each says which article before
/// it has the same text, and which story it belongs to.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk enrich article.html --url https://example.com/news/1
  copydesk enrich wire/ | jq -c '{id, headline, status}'
  zcat pages.ndjson.gz | copydesk enrich --ndjson > records.ndjson
  curl -s https://example.com/feed.xml | copydesk enrich --content-type application/rss+xml -

Exit codes: 0 all read · 1 some of the input could not be read; standard error says which and why")]
pub(super) struct Arguments {
    /// Files and folders to read, plain or gzip; `-`, or none: standard input. What cannot be read is told on
    /// standard error, and the rest is read. Each record names its file in `ingest.file`.
    files: Vec<PathBuf>,
    /// Every line of the input is an envelope, or a scraper's JSON.
    #[arg(long)]
    ndjson: bool,
    #[command(flatten)]
    described: Described,
    /// How records are written.
    #[arg(long, value_enum, default_value_t = Output::Auto)]
    output: Output,
    /// Remember nothing from one article to the next: `duplicates`, `story` and `thread` stay null.
    #[arg(long)]
    no_memory: bool,
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

pub(super) fn run(arguments: &Arguments, look: Look) -> anyhow::Result<u8> {
    let settings = Settings::load(arguments.config.as_deref())?;
    let engine = Engine::configured(&settings)?;
    let render = render(arguments.output, settings.output.format, look);
    let mut engine = InOrder::new(
        engine,
        pool(settings.pipeline.threads, settings.limits.in_flight_bytes),
        render,
    );
    if !arguments.no_memory {
        engine = engine.remembering(Memory::new(settings.memory));
    }
    let failures = Failures::default();
    let sources = inputs::sources(&arguments.files, &mut &failures);
    failures.show_beside(bar(&sources));
    if sources.contains(&Source::Stdin) && io::stdin().is_terminal() {
        eprintln!("{}", waiting_for(arguments.ndjson));
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let mut take = |name: &String, event: Event| -> anyhow::Result<()> {
        match event {
            Event::Record(bytes) => out.write_all(&bytes)?,
            Event::End(Ok(())) => {}
            Event::End(Err(error)) => failures.tell(name, &error.to_string()),
        }
        Ok(())
    };
    let hints = arguments.described.hints();
    let reading = Reading {
        ndjson: arguments.ndjson,
        most: settings.intake.limits.document_bytes,
    };
    let progress = |bytes| failures.bar.borrow().inc(bytes);
    let mut send = |document: Document| {
        let message = Message {
            bytes: document.bytes.into(),
            hints: hints.clone(),
            ingest: document.ingest,
        };
        engine.send(document.name, message, &mut take)
    };
    let read = sources
        .iter()
        .try_for_each(|source| inputs::read(source, reading, &progress, &mut &failures, &mut send));
    let result = read.and_then(|()| engine.finish(&mut take));
    failures.bar.borrow().finish_and_clear();
    super::quietly(result.and_then(|()| Ok(out.flush()?)))?;
    Ok(u8::from(failures.any.get()))
}

/// What could not be read is told at once, above the bar.
struct Failures {
    any: Cell<bool>,
    bar: RefCell<ProgressBar>,
}

impl Default for Failures {
    fn default() -> Self {
        Failures {
            any: Cell::new(false),
            bar: RefCell::new(ProgressBar::hidden()),
        }
    }
}

impl Failures {
    fn show_beside(&self, bar: ProgressBar) {
        *self.bar.borrow_mut() = bar;
    }

    fn tell(&self, name: &str, why: &str) {
        self.any.set(true);
        self.say(&format!("{name}: {why}"));
    }

    fn say(&self, text: &str) {
        self.bar.borrow().suspend(|| eprintln!("copydesk: {text}"));
    }
}

impl Told for &Failures {
    fn unread(&mut self, name: &str, why: &str) {
        self.tell(name, why);
    }

    fn empty(&mut self, folder: &str) {
        self.say(&format!("{folder}: there is no file to read in it"));
    }
}

/// What a person at a terminal is told who named no file.
fn waiting_for(ndjson: bool) -> &'static str {
    match ndjson {
        true => {
            "copydesk: waits for envelopes from the terminal, one a line; Ctrl-D ends them (see copydesk enrich --help)"
        }
        false => {
            "copydesk: waits for an article from the terminal; Ctrl-D ends it (see copydesk enrich --help)"
        }
    }
}

/// As many threads as given; when all of them hang the process ends.
pub(super) fn pool(threads: usize, parked_bytes: usize) -> Pool {
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

/// How records are written: what `auto` means depends on the terminal and the configuration.
fn render(output: Output, format: OutputFormat, look: Look) -> Render {
    let output = match output {
        Output::Auto if io::stdout().is_terminal() => Output::Readable,
        Output::Auto if format == OutputFormat::Ninjs => Output::Ninjs,
        Output::Auto => Output::Json,
        chosen => chosen,
    };
    Arc::new(move |record| {
        // Records are made of strings, numbers and lists of them: nothing of that fails to serialise.
        let mut bytes = match output {
            Output::Readable => return readable(record, look).into_bytes(),
            Output::Pretty => serde_json::to_vec_pretty(record).unwrap_or_default(),
            Output::Ninjs => serde_json::to_vec(&ninjs::item(record)).unwrap_or_default(),
            Output::Json | Output::Auto => serde_json::to_vec(record).unwrap_or_default(),
        };
        bytes.push(b'\n');
        bytes
    })
}

/// A bar of the bytes read: not where records go to the terminal, too.
fn bar(sources: &[Source]) -> ProgressBar {
    if io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let size = |source: &Source| match source {
        Source::Stdin => 0,
        Source::File(path) => std::fs::metadata(path).map_or(0, |m| m.len()),
    };
    match sources.iter().map(size).sum() {
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

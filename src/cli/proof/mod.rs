//! `copydesk proof`: a record as one HTML page, to see what was found in the article and where.
//!
//! The page is a file that asks for nothing outside of itself: its policy allows one style and one script, by their
//! hashes, and every text of the record goes through maud's escaping. What is data (style, script, outlines of the land,
//! words for times) lies in `config/proof/`.

mod article;
mod index;
mod layers;
mod margin;
mod overview;
mod page;
mod pages;
mod received;
mod text;

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use maud::{Markup, html};
use rdkafka::Message as _;
use rdkafka::message::{OwnedHeaders, OwnedMessage};
use serde::Deserialize;

pub use self::page::page;
use self::pages::Pages;
pub(super) use self::pages::address;
use super::described::Described;
use super::inputs::{self, Document, Reading, Told};
use super::topic::{Topic, place};
use crate::config::Settings;
use crate::engine::{Engine, Event, InOrder, Message, Render};
use crate::intake::Hints;
use crate::intake::decode::gzip;
use crate::kafka::headers::Headers;
use crate::kafka::hints;
use crate::memory::Memory;
use crate::record::{EnrichedArticle, Ingest};
use crate::registry::Reader;
use crate::text::SharedText;

/// Writes what was found in an article as a page to look at: the text with every layer, what was removed, and the
/// document as received.
///
/// The input is articles, as for enrich, or records, as enrich and the worker write them: as JSON, or one a line. Of
/// several, each has a page of its own in a folder, and an index stands beside them. A page is one file that asks for
/// nothing outside of itself.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk proof article.html
  copydesk proof wire/ -o pages
  copydesk enrich article.html --output json | copydesk proof -o article.proof.html -
  copydesk proof --topic news.enriched --at 2@8812 --config copydesk.toml

Exit codes: 0 done · 1 some of the input could not be read; standard error says which and why")]
pub(super) struct Arguments {
    /// Files and folders of articles or records, plain or gzip; `-`, or none: standard input.
    files: Vec<PathBuf>,
    /// File to write; `-` is standard output; a folder for several records. Else NAME.proof.html in the working
    /// folder, or the folder NAME.proof.
    #[arg(long, short, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Every line of the input is a document or a record.
    #[arg(long)]
    ndjson: bool,
    #[command(flatten)]
    described: Described,
    /// Topic to take one record from.
    #[arg(long, requires = "at", conflicts_with = "files")]
    topic: Option<String>,
    /// Partition and offset of the record there: 2@8812. The article as received is fetched, too, if it is still
    /// there.
    #[arg(long, value_name = "PARTITION@OFFSET", value_parser = place, requires = "topic")]
    at: Option<(i32, i64)>,
    /// Configuration file; see config/copydesk.toml.
    #[arg(long, short, env = "COPYDESK_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let settings = Settings::load(arguments.config.as_deref())?;
    let engine = Engine::configured(&settings)?;
    let mut failed = false;
    let output = arguments.output.clone();
    let pages = match (&arguments.topic, arguments.at) {
        (Some(topic), Some(place)) => {
            let mut pages = Pages::new(output.or_else(|| Some(page_file(topic, place))));
            let (record, raw) = of_topic(&settings, &engine, topic, place)?;
            let raw = raw.unwrap_or_else(|error| {
                eprintln!("copydesk: the article as received is not shown: {error:#}");
                None
            });
            pages.add("", &record, raw.as_deref())?;
            pages
        }
        _ => {
            let mut pages = Pages::new(output);
            failed = of_files(arguments, &settings, &engine, &mut pages)?;
            pages
        }
    };
    super::quietly(pages.finish())?;
    Ok(u8::from(failed))
}

/// The file of the page of a record of a topic. A topic's name has dots and is no file's.
fn page_file(topic: &str, (partition, offset): (i32, i64)) -> PathBuf {
    format!("{topic}-{partition}-{offset}.proof.html").into()
}

/// Writes the page of a record of a topic to the working folder; its address in a browser.
///
/// # Errors
/// When there is no such record, or the page cannot be written.
pub(super) fn of_place(
    settings: &Settings,
    topic: &str,
    place: (i32, i64),
) -> anyhow::Result<String> {
    let engine = Engine::configured(settings)?;
    let (record, raw) = of_topic(settings, &engine, topic, place)?;
    let mut pages = Pages::new(Some(page_file(topic, place)));
    let raw = raw.unwrap_or_default();
    pages.add("", &record, raw.as_deref())?;
    Ok(pages::address(&pages.write()?))
}

/// The pages of records made elsewhere, for the demo: the index of them.
///
/// # Errors
/// When they cannot be written.
pub(super) fn into_folder(
    folder: &Path,
    records: &[(EnrichedArticle, Option<SharedText>)],
) -> anyhow::Result<PathBuf> {
    let mut pages = Pages::new(Some(folder.to_owned()));
    for (record, raw) in records {
        pages.add("", record, raw.as_deref())?;
    }
    pages.write()
}

/// Tells on standard error what cannot be read.
#[derive(Default)]
struct Failures {
    any: bool,
}

impl Told for Failures {
    fn unread(&mut self, name: &str, why: &str) {
        self.any = true;
        eprintln!("copydesk: {name}: {why}");
    }

    fn empty(&mut self, folder: &str) {
        eprintln!("copydesk: {folder}: there is no file to read in it");
    }
}

/// A message sent to the engine: its name, and what is needed to decode it again.
type Sent = (String, Arc<[u8]>);

/// Adds the pages of the files; whether something could not be read.
fn of_files(
    arguments: &Arguments,
    settings: &Settings,
    engine: &Engine,
    pages: &mut Pages,
) -> anyhow::Result<bool> {
    let render: Render = Arc::new(|record| serde_json::to_vec(record).unwrap_or_default());
    let threads = super::enrich::pool(settings.pipeline.threads, settings.limits.in_flight_bytes);
    let mut order =
        InOrder::new(engine.clone(), threads, render).remembering(Memory::new(settings.memory));
    let hints = arguments.described.hints();
    let failures = RefCell::new(Failures::default());
    let pages = RefCell::new(pages);
    let mut records: Vec<EnrichedArticle> = Vec::new();
    let mut take = |(name, bytes): &Sent, event: Event| -> anyhow::Result<()> {
        let result = match event {
            Event::Record(record) => {
                records.push(serde_json::from_slice(&record)?);
                return Ok(());
            }
            Event::End(result) => result,
        };
        if let Err(error) = result {
            failures.borrow_mut().unread(name, &error.to_string());
        }
        // What a broken document held before its end has been read; where it broke, its rest is not shown.
        let raw = engine.decoded(bytes, &hints).unwrap_or_default();
        for (n, record) in std::mem::take(&mut records).iter().enumerate() {
            let raw = raw.get(n).map(|text| &**text);
            pages.borrow_mut().add(name, record, raw)?;
        }
        Ok(())
    };
    let reading = Reading {
        ndjson: arguments.ndjson,
        most: settings.intake.limits.document_bytes,
    };
    let mut told = Failures::default();
    let sources = inputs::sources(&arguments.files, &mut told);
    for source in &sources {
        inputs::read(source, reading, &|_| {}, &mut told, &mut |document| {
            let Document {
                name,
                ingest,
                bytes,
            } = document;
            if let Some(records) = records_of(&bytes, reading.most) {
                for record in records {
                    match record {
                        Ok(record) => pages.borrow_mut().add(&name, &record, None)?,
                        Err(error) => failures.borrow_mut().unread(&name, &error.to_string()),
                    }
                }
                return Ok(());
            }
            let bytes: Arc<[u8]> = bytes.into();
            let message = Message {
                bytes: Arc::clone(&bytes),
                hints: hints.clone(),
                ingest,
            };
            order.send((name, bytes), message, &mut take)
        })?;
    }
    order.finish(&mut take)?;
    let any = failures.borrow().any;
    Ok(any || told.any)
}

/// What a file says it is.
#[derive(Deserialize)]
struct Schema {
    schema: String,
}

/// The records in a file of them; `None` where it is none.
fn records_of(bytes: &[u8], most: usize) -> Option<Vec<serde_json::Result<EnrichedArticle>>> {
    let opened;
    let bytes = if gzip::is(bytes) {
        opened = gzip::open(bytes, most).ok()?.0;
        &opened
    } else {
        bytes
    };
    let mut first = serde_json::Deserializer::from_slice(bytes).into_iter::<Schema>();
    let schema = first.next()?.ok()?.schema;
    if !schema.starts_with("enriched-article/") {
        return None;
    }
    Some(
        serde_json::Deserializer::from_slice(bytes)
            .into_iter()
            .collect(),
    )
}

/// The article a record was made of, or why there is none.
type Received = anyhow::Result<Option<SharedText>>;

/// A record of a topic, and the article it was made of, if that is still there.
fn of_topic(
    settings: &Settings,
    engine: &Engine,
    name: &str,
    place: (i32, i64),
) -> anyhow::Result<(EnrichedArticle, Received)> {
    let (partition, offset) = place;
    let topic = Topic::open(settings, name, &settings.kafka.group)?;
    let message = topic.at(place)?;
    let Some(message) = message else {
        bail!("there is no record at {partition}@{offset} of {name}");
    };
    let payload = message.payload();
    let payload = payload.with_context(|| {
        format!("{partition}@{offset} of {name} is a tombstone: the article was deleted")
    })?;
    let json = Reader::new(settings)?.json(payload);
    let record: EnrichedArticle = json
        .and_then(|json| Ok(serde_json::from_slice(&json)?))
        .with_context(|| format!("{partition}@{offset} of {name} is no enriched record"))?;
    let raw = received(settings, engine, &record);
    Ok((record, raw))
}

/// The decoded document a record was made of, from the topic it came from.
fn received(
    settings: &Settings,
    engine: &Engine,
    record: &EnrichedArticle,
) -> anyhow::Result<Option<SharedText>> {
    let Ingest {
        topic: Some(name),
        partition: Some(partition),
        offset: Some(offset),
        ..
    } = &record.ingest
    else {
        bail!("the record does not say where it came from");
    };
    let topic = Topic::open(settings, name, &settings.kafka.group)?;
    let gone = || format!("{name} no longer has {partition}@{offset}");
    let message = topic.at((*partition, *offset))?.with_context(gone)?;
    let bytes = message.payload().with_context(gone)?;
    decoded_for(engine, record, bytes, &hints_of(&message))
}

fn hints_of(message: &OwnedMessage) -> Hints {
    let headers = message.headers().map(OwnedHeaders::as_borrowed);
    hints(&headers.map(Headers::of).unwrap_or_default())
}

/// The decoded document of the one article in a message that a record was made of.
pub(super) fn decoded_for(
    engine: &Engine,
    record: &EnrichedArticle,
    bytes: &[u8],
    hints: &Hints,
) -> anyhow::Result<Option<SharedText>> {
    let mut all = engine.decoded(bytes, hints)?;
    let mut number = None;
    let mut n = 0;
    if all.len() > 1 {
        engine.enrich(bytes, hints, &Ingest::default(), &mut |article| {
            if article.id == record.id {
                number = Some(n);
                return ControlFlow::Break(());
            }
            n += 1;
            ControlFlow::Continue(())
        })?;
    } else {
        number = Some(0);
    }
    let number = number.filter(|n| *n < all.len());
    Ok(number.map(|n| all.swap_remove(n)))
}

/// The lists of a record that have items on the page, each with its letter in pointers.
const LISTS: [(&str, &str); 7] = [
    ("e", "entities"),
    ("q", "quotes"),
    ("t", "times"),
    ("a", "amounts"),
    ("v", "events"),
    ("o", "topics"),
    ("x", "removed"),
];

/// Where the record has an item: `e3` is `entities/3`. A page has hundreds of them.
fn pointer(list: &str, number: usize) -> String {
    let own = LISTS.iter().find(|(_, name)| *name == list);
    format!("{}{number}", own.map_or("", |(letter, _)| letter))
}

/// The names of entities by their ids.
struct Names<'r>(HashMap<&'r str, &'r str>);

impl<'r> Names<'r> {
    fn of_record(record: &'r EnrichedArticle) -> Self {
        let all = record.entities.iter();
        Names(all.map(|e| (e.id.as_str(), e.name.as_str())).collect())
    }

    /// The name of an entity, else its id.
    fn of(&self, id: &str) -> String {
        text::short(self.0.get(id).copied().unwrap_or(id), 80)
    }
}

/// An address that a click opens; what is no address of the web is only shown.
fn link(url: &str) -> Markup {
    let shown = text::short(url, 200);
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    html! {
        @if is_web { a href=(url) rel="noopener noreferrer" { bdi { (shown) } } } @else { bdi { (shown) } }
    }
}

#[cfg(test)]
mod tests;

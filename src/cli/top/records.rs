//! Records and dead letters as they come, for the screen: two threads that read their topics as `tap` does, in no group.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use crossbeam_channel::Sender;
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Message};

use super::model::{Note, Update};
use crate::cli::tap::{Filter, Glance, Pace, Row, assign};
use crate::cli::topic::{Topic, passes};
use crate::cli::{dead_letters, proof};
use crate::config::Settings;
use crate::kafka::sync::lock;
use crate::registry::Reader;

/// Lines a second of each topic that the screen takes. What is more is counted and not read.
const LINES_A_SECOND: u32 = 10;

/// Longest wait for a message before it is looked whether another filter is wanted.
const POLL: Duration = Duration::from_millis(200);

/// The filter that is wanted from now on, until it is taken.
type Wanted = Arc<Mutex<Option<Filter>>>;

/// What the screen asks of those who read the topics.
pub(super) struct Records {
    settings: Settings,
    sender: Sender<Update>,
    wanted: Wanted,
}

impl Records {
    /// Reads the topics of the configuration from now on, until the screen is gone. Errors are told on the screen.
    ///
    /// # Errors
    /// When no thread can be started.
    pub(super) fn follow(settings: Settings, sender: Sender<Update>) -> anyhow::Result<Self> {
        let wanted = Wanted::default();
        let mut filters = Some(Arc::clone(&wanted));
        for topic in [&settings.kafka.output, &settings.kafka.dead_letters] {
            let feed = Feed {
                topic: topic.clone(),
                sender: sender.clone(),
                filters: filters.take(),
            };
            let settings = settings.clone();
            let work = move || {
                if let Err(error) = feed.run(&settings) {
                    let note = Note::now(feed.topic.clone(), format!("{error:#}"), true);
                    let _ = feed.sender.send(Update::Happened(note));
                }
            };
            thread::Builder::new().name("records".into()).spawn(work)?;
        }
        Ok(Records {
            settings,
            sender,
            wanted,
        })
    }

    /// From now on only the records that fit.
    pub(super) fn only(&self, filter: Filter) {
        *lock(&self.wanted) = Some(filter);
    }

    /// Makes the proof page of a record, and says where it is. Of a dead letter: how to look at it.
    pub(super) fn prove(&self, row: &Row) {
        let (partition, offset) = row.place;
        let say = |sender: &Sender<Update>, text: String, is_bad| {
            let _ = sender.send(Update::Happened(Note::now("proof".into(), text, is_bad)));
        };
        if row.status.is_none() {
            let command = format!("copydesk dead-letters show {partition}@{offset}");
            return say(&self.sender, command, false);
        }
        say(
            &self.sender,
            format!("of {partition}@{offset} is being made"),
            false,
        );
        let (settings, sender, place) = (self.settings.clone(), self.sender.clone(), row.place);
        let work = move || match proof::of_place(&settings, &settings.kafka.output, place) {
            Ok(address) => say(&sender, address, false),
            Err(error) => say(&sender, format!("{error:#}"), true),
        };
        let started = thread::Builder::new().name("proof".into()).spawn(work);
        if let Err(error) = started {
            say(&self.sender, error.to_string(), true);
        }
    }
}

struct Feed {
    topic: String,
    sender: Sender<Update>,
    /// Of the records; dead letters are all shown.
    filters: Option<Wanted>,
}

impl Feed {
    fn run(&self, settings: &Settings) -> anyhow::Result<()> {
        let topic = Topic::open(
            settings,
            &self.topic,
            &format!("{}-top", settings.kafka.group),
        )?;
        assign(&topic, None)?;
        let reader = Reader::new(settings)?;
        let mut filter = Filter::default();
        let mut pace = Pace::new(LINES_A_SECOND);
        loop {
            if let Some(wanted) = self.filters.as_ref().and_then(|f| lock(f).take()) {
                filter = wanted;
            }
            if let Some(passed) = pace.passed_over()
                && self.filters.is_some()
                && self.sender.send(Update::PassedOver(passed)).is_err()
            {
                return Ok(());
            }
            let message = match topic.consumer.poll(POLL) {
                None | Some(Err(KafkaError::PartitionEOF(_))) => continue,
                Some(Ok(message)) => message,
                Some(Err(error)) if passes(&error) => continue,
                Some(Err(error)) => return Err(error).context(self.topic.clone()),
            };
            if let Some(row) = self.row(&message, &reader, &filter, &mut pace)
                && self.sender.send(Update::Record(Box::new(row))).is_err()
            {
                return Ok(());
            }
        }
    }

    /// The line of a message that is wanted; nothing of a tombstone.
    fn row(
        &self,
        message: &BorrowedMessage<'_>,
        reader: &Reader,
        filter: &Filter,
        pace: &mut Pace,
    ) -> Option<Row> {
        let place = (message.partition(), message.offset());
        let millis = message.timestamp().to_millis();
        if self.filters.is_none() {
            return pace.admits().then(|| dead_letters::row(message.detach()));
        }
        if filter.takes_all() && !pace.admits() {
            return None;
        }
        let json = reader.json(message.payload()?);
        let unreadable = |error: &dyn std::fmt::Display| {
            let what = format!("is no enriched record: {error}");
            Some(Row::dead(place, millis, ["?", &self.topic, &what]))
        };
        let json = match json {
            Ok(json) => json,
            Err(error) => return unreadable(&error),
        };
        if !filter.may_take(&json) {
            return None;
        }
        match Glance::of(&json, filter.about.is_some()) {
            Err(error) => unreadable(&error),
            Ok(record) if filter.takes(&record) => {
                (filter.takes_all() || pace.admits()).then(|| Row::of(&record, place, millis))
            }
            Ok(_) => None,
        }
    }
}

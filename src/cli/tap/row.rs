//! A record or a dead letter in a line.

use jiff::Timestamp;

use super::glance::Glance;
use crate::cli::look::{Look, Tint, harmless};
use crate::cli::words::one_line;
use crate::record::Status;

/// What a line shows, without control characters.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::cli) struct Row {
    /// When it was written.
    pub at: Option<Timestamp>,
    /// Partition and offset in its topic.
    pub place: (i32, i64),
    pub format: String,
    pub language: String,
    /// `None` of a dead letter.
    pub status: Option<Status>,
    /// Its outlet, else its feed.
    pub source: String,
    /// The headline, else the first line of the text; of a dead letter, the reason.
    pub text: String,
    pub words: Option<u32>,
}

/// Columns of a place and of a source.
const PLACE: usize = 9;
const SOURCE: usize = 16;

impl Row {
    pub(in crate::cli) fn of(record: &Glance<'_>, place: (i32, i64), millis: Option<i64>) -> Self {
        let outlet = record.outlet.as_ref().map(|outlet| outlet.name.as_str());
        let source = outlet.or(record.ingest.source.as_deref());
        let first = || record.content.text.lines().next();
        let text = record.headline.as_deref().or_else(first);
        Row {
            at: time(millis),
            place,
            format: harmless(&record.ingest.format),
            language: harmless(record.language.as_ref().map_or("–", |l| &l.code)),
            status: Some(record.status),
            source: harmless(source.unwrap_or("–")),
            text: one_line(text.unwrap_or_default()),
            words: Some(record.content.words),
        }
    }

    /// Of a dead letter: its error code, the topic its message came from, and why it failed.
    pub(in crate::cli) fn dead(
        place: (i32, i64),
        millis: Option<i64>,
        [code, topic, reason]: [&str; 3],
    ) -> Self {
        Row {
            at: time(millis),
            place,
            format: harmless(code),
            language: "–".into(),
            status: None,
            source: harmless(topic),
            text: one_line(reason),
            words: None,
        }
    }

    /// What stands before the text, each with its colour. `clock` says the time of day.
    pub(in crate::cli) fn columns(
        &self,
        clock: &dyn Fn(Timestamp) -> String,
    ) -> [(String, Option<Tint>); 4] {
        let (partition, offset) = self.place;
        let (status, tint) = match self.status {
            Some(status @ Status::Usable) => (status.as_str(), Tint::Good),
            Some(status @ Status::Withheld) => (status.as_str(), Tint::Doubtful),
            Some(status @ Status::Canceled) => (status.as_str(), Tint::Bad),
            None => ("✗ dead", Tint::Bad),
        };
        let place = format!("{partition}@{offset}");
        let time = self.at.map_or_else(String::new, clock);
        [
            (format!("{time:8} {place:>PLACE$}"), Some(Tint::Faint)),
            (
                format!("{:9} {:2}", cut(&self.format, 9), cut(&self.language, 2)),
                None,
            ),
            (format!("{status:8}"), Some(tint)),
            (format!("{:SOURCE$}", cut(&self.source, SOURCE)), None),
        ]
    }

    /// The line, as long as the terminal is wide, with the time of day in UTC as records have it.
    pub(super) fn line(&self, look: Look) -> String {
        let columns = self.columns(&|at| at.strftime("%H:%M:%S").to_string());
        let words = self.words.map(|words| format!("{words} words"));
        let words = words.unwrap_or_default();
        let used = columns
            .iter()
            .map(|(text, _)| text.chars().count() + 1)
            .sum::<usize>();
        let text = look.fitted(&self.text, used + words.len() + 1);
        let columns = columns.map(|(text, tint)| match tint {
            Some(tint) => look.tint(&text, tint),
            None => text,
        });
        format!(
            "{} {text} {}",
            columns.join(" "),
            look.tint(&words, Tint::Faint)
        )
    }
}

fn time(millis: Option<i64>) -> Option<Timestamp> {
    millis.and_then(|ms| Timestamp::from_millisecond(ms).ok())
}

/// The beginning of `text`, `width` characters at most.
fn cut(text: &str, width: usize) -> String {
    text.chars().take(width).collect()
}

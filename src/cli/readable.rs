//! A record as a person reads it at a terminal.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::look::{Look, Tint, harmless};
use super::words::{self, one_line};
use crate::memory::Edits;
use crate::record::{
    BlockKind, CopyEdits, CopyRelation, EnrichedArticle, EntityType, QuoteType, StageStatus,
    Status, name_of,
};
use crate::text::Span;

/// Longest stretch of text shown in one piece, in characters: a line of a wide terminal.
const LONGEST: usize = 100;

/// Names, times or amounts shown of one kind.
const LISTED: usize = 8;

/// Direct quotations shown.
const QUOTES: usize = 2;

/// The record in a dozen lines: what it is, what was found, what was removed.
pub(super) fn readable(record: &EnrichedArticle, look: Look) -> String {
    let mut page = Page::headed(&headline(record), look);
    page.line("file", &file(record));
    let tint = match record.status {
        Status::Usable => None,
        Status::Withheld => Some(Tint::Doubtful),
        Status::Canceled => Some(Tint::Bad),
    };
    page.tinted("is", &what_it_is(record), tint);
    page.line("from", &sources(record));
    let authors: Vec<_> = record.authors.iter().map(|a| a.name.as_str()).collect();
    page.line("by", &authors.join(", "));
    page.line("dated", &dates(record));
    page.line("text", &size(record));
    page.line("copies", &copies(record));
    page.line("story", &story(record));
    entities(record, &mut page);
    spans(record, &mut page);
    let topics = record.topics.iter().map(|t| t.name.as_str());
    page.line("topics", &listed(topics.collect()));
    for removed in &record.removed {
        let text = short_line(&removed.text);
        page.line("removed", &format!("{}: {text}", name_of(removed.kind)));
    }
    page.tinted(
        "doubts",
        &record.quality.flags.join(", "),
        Some(Tint::Doubtful),
    );
    let failed = record
        .stages
        .iter()
        .filter(|s| matches!(s.status, StageStatus::Failed | StageStatus::TimedOut));
    let failed: Vec<_> = failed.map(|s| s.name.as_str()).collect();
    page.tinted("failed", &failed.join(", "), Some(Tint::Bad));
    page.text
}

/// A headline and lines of a name and what there is of it.
struct Page {
    text: String,
    look: Look,
}

/// Columns before what there is of a name.
const INDENT: usize = 13;

impl Page {
    fn headed(headline: &str, look: Look) -> Self {
        let lines = look.wrapped(&short_line(headline), 3);
        let lines = lines.iter().map(|line| look.tint(line, Tint::Heading));
        let text = format!("\n━━ {}\n", lines.collect::<Vec<_>>().join("\n   "));
        Page { text, look }
    }

    /// Adds a line, unless there is nothing to say; as many as the terminal's width wants.
    fn line(&mut self, name: &str, what: &str) {
        self.tinted(name, what, None);
    }

    fn tinted(&mut self, name: &str, what: &str, tint: Option<Tint>) {
        if what.is_empty() {
            return;
        }
        let mut name = self.look.tint(&format!("{name:<9}"), Tint::Faint);
        for line in self.look.wrapped(&harmless(what), INDENT) {
            let line = tint.map_or(line.clone(), |tint| self.look.tint(&line, tint));
            let _ = writeln!(self.text, "   {name} {line}");
            name = " ".repeat(9);
        }
    }
}

/// The file and line it was read from, where it was.
fn file(record: &EnrichedArticle) -> String {
    let file = record.ingest.file.as_deref().unwrap_or_default();
    match record.ingest.line {
        Some(line) => format!("{file}:{line}"),
        None => file.to_owned(),
    }
}

/// The headline, else the first line of the text.
fn headline(record: &EnrichedArticle) -> String {
    let first = || record.content.text.lines().next().map(str::to_owned);
    record.headline.clone().or_else(first).unwrap_or_default()
}

/// The names found, a line for each type.
fn entities(record: &EnrichedArticle, page: &mut Page) {
    let mut by_type: BTreeMap<EntityType, Vec<&str>> = BTreeMap::new();
    for entity in &record.entities {
        by_type.entry(entity.kind).or_default().push(&entity.name);
    }
    for (kind, names) in by_type {
        page.line(&name_of(kind), &listed(names));
    }
}

/// The quotations, times and amounts, in the words of the text.
fn spans(record: &EnrichedArticle, page: &mut Page) {
    let text: Vec<char> = record.content.text.chars().collect();
    let words_at = |start, end| -> String {
        let span = Span { start, end };
        text.get(span.range()).unwrap_or_default().iter().collect()
    };
    let words_of = |span: Span| words_at(span.start, span.end);
    let direct = record.quotes.iter().filter(|q| q.kind == QuoteType::Direct);
    for quote in direct.take(QUOTES) {
        let speaker = quote.source.map(|s| format!(" — {}", words_of(s)));
        let said = short_line(&words_of(quote.content));
        page.line("quote", &(said + &speaker.unwrap_or_default()));
    }
    let times = record.times.iter().map(|time| {
        let said = words_at(time.start, time.end);
        match words::time(time) {
            Some(means) if means != said => format!("{said} = {means}"),
            _ => said,
        }
    });
    page.line("times", &listed(times.collect()));
    let amounts = record.amounts.iter().map(words::amount);
    page.line("amounts", &listed(amounts.collect()));
}

/// Format, language, and what is unusual about it: its status, its version, an embargo.
fn what_it_is(record: &EnrichedArticle) -> String {
    let mut parts = vec![record.ingest.format.clone()];
    parts.extend(record.language.as_ref().map(|l| l.code.clone()));
    match record.status {
        Status::Usable => {}
        Status::Withheld => parts.push("WITHHELD".into()),
        Status::Canceled => parts.push("CANCELED".into()),
    }
    parts.extend(record.version_kind.map(name_of));
    let embargo = record.embargoed_until.as_ref();
    parts.extend(embargo.map(|t| format!("embargoed until {t}")));
    parts.join(", ")
}

/// The outlet, else the feed; the agency it is a copy of; the place it was filed in.
fn sources(record: &EnrichedArticle) -> String {
    let outlet = record.outlet.as_ref().map(|o| match &o.domain {
        Some(domain) => format!("{} ({domain})", o.name),
        None => o.name.clone(),
    });
    let source = record.ingest.source.clone().filter(|_| outlet.is_none());
    let origin = record.origin.as_ref();
    let origin = origin.map(|o| format!("copy of {}", o.agency));
    let place = record.dateline.as_ref().and_then(|d| d.place.as_ref());
    let place = place.map(|p| format!("filed in {p}"));
    joined([outlet, source, origin, place])
}

/// Those there are, separated by commas.
fn joined<const N: usize>(parts: [Option<String>; N]) -> String {
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    parts.join(", ")
}

/// Which text it has, who else has it, and what was made of it; nothing of one that nobody else has.
fn copies(record: &EnrichedArticle) -> String {
    let Some(duplicates) = &record.duplicates else {
        return String::new();
    };
    if duplicates.relation == CopyRelation::Original {
        return String::new();
    }
    let of = duplicates.of.as_ref().unwrap_or(&duplicates.cluster);
    let mut parts = vec![format!("{} of {of}", name_of(duplicates.relation))];
    let copies = counted(duplicates.copies, "copy", "copies");
    let outlets = counted(duplicates.outlets, "outlet", "outlets");
    parts.push(format!("{copies} at {outlets}"));
    parts.extend(
        duplicates
            .edits
            .as_ref()
            .map(edits)
            .filter(|e| !e.is_empty()),
    );
    parts.join("; ")
}

/// A number and what it counts.
fn counted(count: u32, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// What was made of a text, by numbers of sentences.
pub(super) struct EditCounts<'e> {
    headline: bool,
    kept: u32,
    removed: u32,
    removed_tail: u32,
    added: usize,
    changed: usize,
    numbers: &'e [[String; 2]],
}

impl<'e> From<&'e CopyEdits> for EditCounts<'e> {
    fn from(edits: &'e CopyEdits) -> Self {
        EditCounts {
            headline: edits.headline,
            kept: edits.kept,
            removed: edits.removed,
            removed_tail: edits.removed_tail,
            added: edits.added.len(),
            changed: edits.changed.len(),
            numbers: &edits.numbers,
        }
    }
}

impl<'e> From<&'e Edits> for EditCounts<'e> {
    fn from(edits: &'e Edits) -> Self {
        EditCounts {
            headline: edits.headline,
            kept: edits.kept,
            removed: edits.removed,
            removed_tail: edits.removed_tail,
            added: edits.added.len(),
            changed: edits.changed.len(),
            numbers: &edits.numbers,
        }
    }
}

/// What was made of a text, in words.
pub(super) fn edits<'e>(edits: impl Into<EditCounts<'e>>) -> String {
    let edits = edits.into();
    let mut all = Vec::new();
    let mut sentences = |count: u32, what: &str| {
        if count > 0 {
            all.push(format!(
                "{} {what}",
                counted(count, "sentence", "sentences")
            ));
        }
    };
    sentences(edits.kept, "kept");
    sentences(edits.removed_tail, "cut off the end");
    sentences(edits.removed.saturating_sub(edits.removed_tail), "left out");
    sentences(edits.added as u32, "added");
    sentences(edits.changed as u32, "changed");
    if edits.headline {
        all.push("another headline".into());
    }
    let numbers = edits.numbers.iter();
    all.extend(numbers.map(|[was, is]| format!("{was} became {is}")));
    all.join(", ")
}

/// The story it belongs to; nothing of one that is all of its story.
fn story(record: &EnrichedArticle) -> String {
    let thread = record.thread.as_ref().filter(|thread| thread.texts > 1);
    let (Some(story), Some(thread)) = (&record.story, thread) else {
        return String::new();
    };
    format!(
        "{story}: article {} of it, {} at {}",
        thread.position,
        counted(thread.texts, "text", "texts"),
        counted(thread.outlets, "outlet", "outlets")
    )
}

/// When it was published and changed.
fn dates(record: &EnrichedArticle) -> String {
    let published = record.published.as_ref().map(|d| d.value.clone());
    let modified = record.modified.as_ref();
    joined([published, modified.map(|d| format!("changed {}", d.value))])
}

/// How long the text is.
fn size(record: &EnrichedArticle) -> String {
    let content = &record.content;
    let blocks = content
        .blocks
        .iter()
        .filter(|b| b.kind == BlockKind::Paragraph)
        .count();
    format!(
        "{} words, {} sentences, {blocks} paragraphs",
        content.words,
        content.sentences.len()
    )
}

/// `text` on one line, cut at [`LONGEST`].
fn short_line(text: &str) -> String {
    let flat = one_line(text);
    match flat.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &flat[..cut]),
        None => flat,
    }
}

/// The first [`LISTED`] of `items`, and how many more there are.
fn listed<T: AsRef<str>>(items: Vec<T>) -> String {
    let shown: Vec<_> = items.iter().take(LISTED).map(AsRef::as_ref).collect();
    let shown = shown.join(" · ");
    match items.len().saturating_sub(LISTED) {
        0 => shown,
        more => format!("{shown} · {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::engine::Engine;
    use crate::intake::Hints;
    use crate::record::Ingest;

    #[test]
    fn values_are_said_in_words_and_the_terminal_obeys_nothing() {
        let engine = Engine::configured(&Settings::defaults().unwrap()).unwrap();
        let article = "Strike \u{9b}31m ends\n\nOSLO - The port paid $100 million after decades of talks on Thursday.\n";
        let mut text = String::new();
        let read = engine.enrich(
            article.as_bytes(),
            &Hints::default(),
            &Ingest::default(),
            &mut |mut record| {
                record.byline = Some("x".into());
                record.credit = None;
                record.authors.clear();
                record.ingest.source = Some("a\u{1b}[2Jfeed".into());
                text = readable(&record, Look::default());
                std::ops::ControlFlow::Continue(())
            },
        );
        assert!(read.is_ok());
        for there in [
            "100 million USD",
            "decades = some decades",
            "Thursday",
            "a\u{fffd}[2Jfeed",
        ] {
            assert!(text.contains(there), "{there}: {text}");
        }
        for never in ["PXDE", "XXXX", "\u{1b}", "\u{9b}"] {
            assert!(!text.contains(never), "{never}: {text}");
        }
    }

    #[test]
    fn edits_are_told_in_words() {
        let added = Span {
            start: 412,
            end: 590,
        };
        let all = CopyEdits {
            headline: true,
            kept: 5,
            removed: 3,
            removed_tail: 2,
            added: vec![added],
            changed: Vec::new(),
            numbers: vec![["27".into(), "25".into()]],
        };
        assert_eq!(
            edits(&all),
            "5 sentences kept, 2 sentences cut off the end, 1 sentence left out, 1 sentence added, another headline, 27 became 25"
        );
    }
}

//! JSON Feed 1.0 and 1.1. The items are read one by one off the stream of JSON, so that a long feed
//! is never in memory as values.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::{AUTHORS, Channel, Text, base_of, media};
use crate::intake::Format;
use crate::intake::embedded;
use crate::intake::json;
use crate::intake::json::{Fields, text_of};
use crate::intake::supply::Supply;
use crate::intake::{
    Decoded, Document, Draft, ErrorCode, FLAG_TRUNCATED, Outlets, ReadError, Reading,
};
use crate::record::{DateBasis, DateRole, Media, MediaKind};

/// Reads a feed, emitting each item as it is read.
///
/// # Errors
/// As for [`super::rss::read`].
pub fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let decoded = document.decode();
    let text = decoded.text.trim_start_matches('\u{feff}');
    let mut walk = Walk {
        decoded: &decoded,
        channel: Channel::default(),
        reading,
        count: 0,
        skip: 0,
        flag: None,
        stop: None,
    };
    let mut json = serde_json::Deserializer::from_str(text);
    let failure = (&mut json).deserialize_any(Feed(&mut walk)).err();
    match walk.stop.take() {
        Some(Stop::Enough) => return Ok(()),
        Some(Stop::Failed(error)) => return Err(error),
        None => {}
    }
    if let Some(error) = failure {
        // The rest may be mended: what has been emitted is passed over.
        let at = json::offset(text, error.line(), error.column());
        let failure = ReadError::new(ErrorCode::Malformed, error.to_string()).at(at as u64);
        let parsed = json::parse(text, walk.reading.limits.depth).map_err(|e| match e.code {
            ErrorCode::TooDeep => e,
            _ => failure,
        })?;
        walk.skip = walk.count;
        walk.flag = parsed.flag;
        let last = parsed.value.list(&["items"]).len();
        for (number, item) in parsed
            .value
            .list(&["items"])
            .iter()
            .enumerate()
            .skip(walk.skip)
        {
            walk.flag = parsed
                .flag
                .filter(|f| *f != FLAG_TRUNCATED || number + 1 == last);
            if walk.item(item).is_err() {
                break;
            }
        }
        if let Some(Stop::Failed(error)) = walk.stop.take() {
            return Err(error);
        }
        if let Some(error) = parsed.error {
            return Err(error);
        }
    }
    if walk.count == 0 {
        return Err(ReadError::new(
            ErrorCode::NoArticle,
            "there is no item in the feed",
        ));
    }
    Ok(())
}

enum Stop {
    Enough,
    Failed(ReadError),
}

struct Walk<'w, 'r> {
    decoded: &'w Decoded,
    channel: Channel,
    reading: &'w mut Reading<'r>,
    count: usize,
    skip: usize,
    flag: Option<crate::intake::Flag>,
    stop: Option<Stop>,
}

impl Walk<'_, '_> {
    /// Emits one item; an error ends the walk.
    fn item(&mut self, value: &Value) -> Result<(), ()> {
        self.count += 1;
        if self.count > self.reading.limits.items {
            let error = ReadError::too_many(self.reading.limits, "items");
            self.stop = Some(Stop::Failed(error));
            return Err(());
        }
        let mut draft = item(value, &self.channel, self.decoded, self.reading.outlets);
        draft.flags.extend(self.flag);
        if (self.reading.emit)(draft).is_break() {
            self.stop = Some(Stop::Enough);
            return Err(());
        }
        Ok(())
    }

    fn about(&mut self, key: &str, value: &Value) {
        match key {
            "title" => {
                self.channel.title = text_of(value).and_then(|t| embedded::one_line(&t));
            }
            "language" => self.channel.language = text_of(value),
            "home_page_url" => {
                self.channel.link = text_of(value);
                self.channel.base = self.channel.link.as_deref().and_then(base_of);
            }
            "author" | "authors" => {
                let people = value
                    .as_array()
                    .map_or(std::slice::from_ref(value), Vec::as_slice);
                let names = people.iter().filter_map(|p| p.text(&["name"]));
                self.channel.authors = names.take(AUTHORS).collect();
            }
            _ => {}
        }
    }
}

struct Feed<'f, 'w, 'r>(&'f mut Walk<'w, 'r>);

impl<'de> Visitor<'de> for Feed<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON Feed")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "items" {
                map.next_value_seed(Items(self.0))?;
            } else {
                let value: Value = map.next_value()?;
                self.0.about(&key, &value);
            }
        }
        Ok(())
    }
}

struct Items<'f, 'w, 'r>(&'f mut Walk<'w, 'r>);

impl<'de> DeserializeSeed<'de> for Items<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(value) = items.next_element::<Value>()? {
            self.0
                .item(&value)
                .map_err(|()| A::Error::custom("stopped"))?;
        }
        Ok(())
    }
}

fn item(v: &Value, channel: &Channel, decoded: &Decoded, outlets: &Outlets) -> Draft {
    let mut supply = Supply::new(decoded.draft(Format::JsonFeed), DateBasis::Feed, outlets);
    let resolve = |names: &[&str]| v.text(names).and_then(|u| channel.resolve(&u));
    let s = supply.supplied();
    s.url = resolve(&["url"]).or_else(|| resolve(&["external_url"]));
    s.id = v.text(&["id"]).or_else(|| s.url.clone());
    s.headline = v.text(&["title"]).and_then(|t| embedded::one_line(&t));
    s.add_link(resolve(&["external_url"]).unwrap_or_default());
    for tag in v.list(&["tags"]).iter().filter_map(text_of) {
        s.add_keyword(tag);
    }
    supply.date(DateRole::Published, v.text(&["date_published"]).as_deref());
    supply.date(DateRole::Modified, v.text(&["date_modified"]).as_deref());
    supply.language(v.text(&["language"]).as_deref());
    let mut names: Vec<String> = v
        .list(&["authors", "author"])
        .iter()
        .filter_map(|a| text_of(a).or_else(|| a.text(&["name"])))
        .collect();
    if names.is_empty() {
        names.clone_from(&channel.authors);
    }
    for name in &names {
        super::named_author(name, &mut supply);
    }
    let text = |name: &str, html: bool| {
        v.text(&[name]).map(|t| Text {
            html,
            text: t.into(),
            at: None,
        })
    };
    let content = text("content_html", true).or_else(|| text("content_text", false));
    super::body(content, text("summary", false), &mut supply);
    for image in ["image", "banner_image"] {
        if let Some(url) = resolve(&[image]) {
            supply.supplied().add_media(Media {
                kind: MediaKind::Image,
                url: Some(url),
                caption: None,
                credit: None,
            });
        }
    }
    for attachment in v.list(&["attachments"]) {
        let url = attachment.text(&["url"]).and_then(|u| channel.resolve(&u));
        media::enclosure(url, attachment.text(&["mime_type"]).as_deref(), &mut supply);
    }
    super::absolute(&mut supply, channel.base.as_ref());
    channel.apply(&mut supply);
    super::mark_empty(&mut supply);
    supply.finish()
}

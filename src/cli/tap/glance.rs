//! What of a record is looked at to choose it and to show it in a line. The rest, most of it, is not read.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::record::Status;

/// The first of the fields that no line shows and no condition but that of topics asks for. They are two thirds of a
/// record.
const REST: &str = "entities";

#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Glance<'r> {
    pub status: Status,
    #[serde(default)]
    pub headline: Option<String>,
    #[serde(default)]
    pub language: Option<Language>,
    #[serde(default)]
    pub outlet: Option<Outlet>,
    #[serde(default)]
    pub credit: Option<String>,
    #[serde(default)]
    pub origin: Option<Origin>,
    #[serde(default)]
    pub topics: Vec<Topic>,
    #[serde(borrow)]
    pub content: Content<'r>,
    pub ingest: Ingest,
}

impl<'r> Glance<'r> {
    /// Reads a record; its topics only where they are wanted.
    ///
    /// # Errors
    /// When what is read is no record's. A fault in what is not read is none.
    pub(in crate::cli) fn of(json: &'r [u8], with_topics: bool) -> serde_json::Result<Self> {
        if with_topics {
            return serde_json::from_slice(json);
        }
        let mut read = None;
        let mut from = serde_json::Deserializer::from_slice(json);
        let ended = from.deserialize_map(Head { read: &mut read });
        // A map that is left before its end is an error to the library.
        read.map_or_else(|| ended.and_then(|()| Err(missing())), Ok)
    }
}

fn missing() -> serde_json::Error {
    de::Error::custom("it has no fields")
}

/// Reads a record as far as [`REST`].
struct Head<'h, 'r> {
    read: &'h mut Option<Glance<'r>>,
}

impl<'r> Visitor<'r> for Head<'_, 'r> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an enriched record")
    }

    fn visit_map<A: MapAccess<'r>>(self, map: A) -> Result<(), A::Error> {
        let head = MapAccessDeserializer::new(Fields { map });
        *self.read = Some(Glance::deserialize(head)?);
        Ok(())
    }
}

/// The fields before [`REST`].
struct Fields<A> {
    map: A,
}

impl<'r, A: MapAccess<'r>> MapAccess<'r> for Fields<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'r>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let key = self.map.next_key::<Cow<'r, str>>()?;
        let key = key.filter(|key| key != REST);
        key.map(|key| seed.deserialize(key.into_deserializer()))
            .transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'r>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Language {
    pub code: String,
}

#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Outlet {
    pub name: String,
    #[serde(default)]
    pub domain: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Origin {
    pub agency: String,
}

#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Topic {
    pub code: String,
    pub name: String,
}

#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Content<'r> {
    #[serde(borrow)]
    pub text: Cow<'r, str>,
    #[serde(default)]
    pub words: u32,
}

#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Ingest {
    pub format: String,
    #[serde(default)]
    pub source: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::super::tests::record;
    use super::*;

    #[test]
    fn a_record_is_read_as_far_as_a_line_needs_it() {
        let mut record = record();
        record.headline = Some("Ferry strike ends".into());
        let bytes = serde_json::to_vec(&record).unwrap();
        let rest = memchr::memmem::find(&bytes, b",\"entities\":").unwrap();
        for (json, with_topics, is_read) in [
            (&bytes[..], false, true),
            (&bytes[..], true, true),
            (&bytes[..rest + 13], false, true),
            (&bytes[..rest + 13], true, false),
            (&bytes[..rest], false, false),
            (b"{}", false, false),
            (b"[1]", false, false),
            (b"", false, false),
        ] {
            let read = Glance::of(json, with_topics);
            assert_eq!(read.is_ok(), is_read, "{read:?}");
            if let Ok(read) = read {
                assert_eq!(read.headline.as_deref(), Some("Ferry strike ends"));
                assert_eq!(read.content.words, record.content.words);
            }
        }
    }
}

//! Records with a schema registry: the wire format of Confluent's serializers, and what is asked of the registry.
//!
//! ```text
//! a record's value    0 │ id of its schema, 4 bytes, big-endian │ the record: JSON, or Avro's binary encoding
//! ```
//!
//! A worker has its schema registered, or looks it up, when it starts, and has no need of the registry from then on. A
//! reader asks for the schema of each id that it meets, once.

mod client;
mod reader;

pub use client::{Client, Refusal, State};
pub use reader::Reader;

use crate::config::OutputFormat;
use crate::record::{avro, schema};

/// The schema of the records, as the registry knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    pub id: u32,
    /// Where the registry has it: `http://registry:8081/schemas/ids/7`.
    pub address: String,
}

impl Registered {
    /// The value of a record that goes out.
    pub fn framed(&self, record: Vec<u8>) -> Vec<u8> {
        schema_registry_converter::schema_registry_common::get_payload(self.id, record)
    }
}

/// A kind of schema, as the registry names it.
fn kind_of(format: OutputFormat) -> &'static str {
    match format {
        OutputFormat::Avro => "AVRO",
        OutputFormat::Enriched | OutputFormat::Ninjs => "JSON",
    }
}

/// What is registered for records of a format: to the byte what [`printed_by`] prints, as not every registry takes two
/// ways of writing one schema for the same.
fn schema_of(format: OutputFormat) -> String {
    let schema = match format {
        OutputFormat::Avro => avro::schema(),
        OutputFormat::Enriched | OutputFormat::Ninjs => schema::enriched(),
    };
    format!("{schema:#}")
}

/// The word of `copydesk schema` that prints it.
fn printed_by(format: OutputFormat) -> &'static str {
    match format {
        OutputFormat::Avro => "copydesk schema avro",
        OutputFormat::Enriched | OutputFormat::Ninjs => "copydesk schema enriched",
    }
}

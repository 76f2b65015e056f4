//! JSON Schema (2020-12) of the public records, as `copydesk schema` prints it.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::Value;

use super::{EnrichedArticle, RawEnvelope};

/// Schema of the raw article's envelope.
pub fn raw() -> Value {
    of::<RawEnvelope>("raw-article/1")
}

/// Schema of the enriched article.
pub fn enriched() -> Value {
    of::<EnrichedArticle>(super::SCHEMA)
}

fn of<T: JsonSchema>(title: &str) -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<T>().to_value();
    schema["title"] = title.into();
    schema
}

/// Asserts that a record is what its schema says.
#[cfg(test)]
pub fn assert_valid(record: &Value) {
    use std::sync::LazyLock;
    static VALIDATOR: LazyLock<jsonschema::Validator> =
        LazyLock::new(|| jsonschema::draft202012::new(&enriched()).unwrap());
    let faults: Vec<String> = VALIDATOR
        .iter_errors(record)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect();
    assert!(
        faults.is_empty(),
        "not by the schema:\n{}",
        faults.join("\n")
    );
}

//! Records in Apache Avro 1.12: the schema, made of the JSON Schema of the record, and the way there and back.
//!
//! | JSON Schema | Avro |
//! |---|---|
//! | an object | a record of that name in the namespace `copydesk`, its fields in the same order |
//! | an object of any names | a map, empty by default |
//! | an array, of spans and pairs too | an array, empty by default |
//! | a string, one of a list of names too | a string: a list in the schema could not be added to |
//! | an integer | a long |
//! | a number | a double |
//! | a boolean | a boolean |
//! | what may be `null` or absent | a union of null and the type, null by default |
//!
//! An Avro record is the JSON record with `null` for what that leaves out. Numbers go through their text, so that
//! readers of both have the same number.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use anyhow::{Context as _, anyhow};
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::schema::{NamesRef, ResolvedSchema, Schema};
use apache_avro::types::Value as Avro;
use apache_avro::writer::datum::GenericDatumWriter;
use serde_json::{Map, Value as Json, json};

use super::EnrichedArticle;

/// The full name of the record.
pub const RECORD_NAME: &str = "copydesk.EnrichedArticle";

/// The Avro schema of the enriched article, as JSON.
pub fn schema() -> Json {
    let source = super::schema::enriched();
    let (namespace, name) = RECORD_NAME.split_once('.').unwrap_or_default();
    let mut translator = Translator {
        definitions: &source["$defs"],
        written: BTreeSet::new(),
    };
    let mut record = translator.record(name, &source);
    record.insert("namespace".into(), namespace.into());
    record.into()
}

/// Translates a JSON Schema of the shapes that schemars makes of the record's types.
struct Translator<'a> {
    definitions: &'a Json,
    /// Names of records that were spelled out: from then on a name stands for its record.
    written: BTreeSet<String>,
}

impl Translator<'_> {
    fn record(&mut self, name: &str, source: &Json) -> Map<String, Json> {
        let required = |field: &str| {
            let all = source["required"].as_array();
            all.is_some_and(|all| all.iter().any(|name| name == field))
        };
        let properties = source["properties"].as_object();
        let fields = properties.into_iter().flatten().map(|(field, source)| {
            let mut avro = Map::new();
            avro.insert("name".into(), field.as_str().into());
            describe(&mut avro, source);
            let translated = self.kind(source);
            let optional = is_nullable(source) || !(required(field) || is_list(&translated));
            let (kind, default) = match optional {
                true => (json!(["null", translated]), Some(Json::Null)),
                false => (translated.clone(), empty(&translated)),
            };
            avro.insert("type".into(), kind);
            avro.extend(default.map(|value| ("default".to_owned(), value)));
            Json::Object(avro)
        });
        let fields: Vec<Json> = fields.collect();
        let mut record = Map::new();
        record.insert("type".into(), "record".into());
        record.insert("name".into(), name.into());
        describe(&mut record, source);
        record.insert("fields".into(), fields.into());
        record
    }

    /// The type of a value that is not null.
    fn kind(&mut self, source: &Json) -> Json {
        if let Some(reference) = source["$ref"].as_str() {
            return self.definition(reference.rsplit('/').next().unwrap_or_default());
        }
        if let Some(one) = source["anyOf"].as_array().and_then(|all| all.first()) {
            return self.kind(one);
        }
        match type_of(source) {
            "array" => {
                let items = match source["prefixItems"].as_array() {
                    // of one kind each, in this record
                    Some(all) => all.first().unwrap_or(&Json::Null),
                    None => &source["items"],
                };
                json!({"type": "array", "items": self.kind(items)})
            }
            "object" => {
                json!({"type": "map", "values": self.kind(&source["additionalProperties"])})
            }
            "integer" => "long".into(),
            "number" => "double".into(),
            "boolean" => "boolean".into(),
            _ => "string".into(),
        }
    }

    fn definition(&mut self, name: &str) -> Json {
        let source = &self.definitions[name];
        if source["properties"].is_null() {
            return self.kind(source);
        }
        match self.written.insert(name.to_owned()) {
            true => self.record(name, source).into(),
            false => name.into(),
        }
    }
}

fn describe(avro: &mut Map<String, Json>, source: &Json) {
    if let Some(description) = source["description"].as_str() {
        avro.insert("doc".into(), description.into());
    }
}

/// The type that a JSON Schema names, or the first of two: the other is null.
fn type_of(source: &Json) -> &str {
    let kind = &source["type"];
    kind.as_str().or(kind[0].as_str()).unwrap_or_default()
}

fn is_nullable(source: &Json) -> bool {
    let in_list = |list: &Json, is_null: fn(&Json) -> bool| {
        list.as_array().is_some_and(|all| all.iter().any(is_null))
    };
    in_list(&source["type"], |kind| kind == "null")
        || in_list(&source["anyOf"], |one| one["type"] == "null")
}

fn is_list(avro: &Json) -> bool {
    avro["type"] == "array"
}

/// What a reader of a later schema takes where an earlier record has no such field.
fn empty(avro: &Json) -> Option<Json> {
    match avro["type"].as_str()? {
        "array" => Some(json!([])),
        "map" => Some(json!({})),
        _ => None,
    }
}

/// What records are written by.
static SCHEMA: LazyLock<Result<Schema, String>> =
    LazyLock::new(|| Schema::parse_str(&schema().to_string()).map_err(|e| e.to_string()));

static NAMES: LazyLock<Option<ResolvedSchema<'static>>> =
    LazyLock::new(|| ResolvedSchema::new(SCHEMA.as_ref().ok()?).ok());

/// A record in Avro's binary encoding, without anything around it.
///
/// # Errors
/// When the record is not what its schema says.
pub fn encode(record: &EnrichedArticle) -> anyhow::Result<Vec<u8>> {
    let schema = SCHEMA.as_ref().map_err(|why| anyhow!("{why}"))?;
    let names = NAMES
        .as_ref()
        .context("a name in the schema has no record")?;
    // By its text: 0.9 as a 32-bit number is another 64-bit number than 0.9.
    let json: Json = serde_json::from_slice(&serde_json::to_vec(record)?)?;
    let value = by_schema(schema, names.get_names(), &json)?;
    let writer = GenericDatumWriter::builder(schema).build()?;
    Ok(writer.write_value_to_vec(value)?)
}

/// Reads records that were written by one schema, of this version of the program or of another.
#[derive(Debug)]
pub struct Decoder(Schema);

impl Decoder {
    /// # Errors
    /// When it is no schema.
    pub fn new(schema: &str) -> anyhow::Result<Self> {
        Ok(Decoder(Schema::parse_str(schema)?))
    }

    /// A record as JSON.
    ///
    /// # Errors
    /// When the bytes are not by the schema.
    pub fn decode(&self, mut bytes: &[u8]) -> anyhow::Result<Json> {
        let reader = GenericDatumReader::builder(&self.0).build()?;
        by_value(reader.read_value(&mut bytes)?)
    }
}

/// A JSON value as the schema has it.
fn by_schema(schema: &Schema, names: &NamesRef<'_>, json: &Json) -> anyhow::Result<Avro> {
    let unlike = || anyhow!("{json} where its schema has {schema:?}");
    Ok(match schema {
        Schema::Ref { name } => {
            let record = names
                .get(name)
                .with_context(|| format!("no record {name}"))?;
            by_schema(record, names, json)?
        }
        Schema::Record(record) => {
            let object = json.as_object().ok_or_else(unlike)?;
            let field = |field: &apache_avro::schema::RecordField| {
                let value = object.get(&field.name).unwrap_or(&Json::Null);
                let value = by_schema(&field.schema, names, value);
                Ok((
                    field.name.clone(),
                    value.with_context(|| field.name.clone())?,
                ))
            };
            let fields: anyhow::Result<_> = record.fields.iter().map(field).collect();
            Avro::Record(fields?)
        }
        Schema::Union(union) => match (json, union.variants()) {
            (Json::Null, _) => Avro::Union(0, Box::new(Avro::Null)),
            (json, [_, kind]) => Avro::Union(1, Box::new(by_schema(kind, names, json)?)),
            _ => return Err(unlike()),
        },
        Schema::Array(array) => {
            let all = json.as_array().ok_or_else(unlike)?.iter();
            let all: anyhow::Result<_> =
                all.map(|one| by_schema(&array.items, names, one)).collect();
            Avro::Array(all?)
        }
        Schema::Map(map) => {
            let all = json.as_object().ok_or_else(unlike)?.iter();
            let all: anyhow::Result<_> = all
                .map(|(key, one)| Ok((key.clone(), by_schema(&map.types, names, one)?)))
                .collect();
            Avro::Map(all?)
        }
        Schema::Long => Avro::Long(json.as_i64().ok_or_else(unlike)?),
        Schema::Double => Avro::Double(json.as_f64().ok_or_else(unlike)?),
        Schema::Boolean => Avro::Boolean(json.as_bool().ok_or_else(unlike)?),
        Schema::String => Avro::String(json.as_str().ok_or_else(unlike)?.to_owned()),
        _ => return Err(unlike()),
    })
}

/// An Avro value as JSON.
fn by_value(value: Avro) -> anyhow::Result<Json> {
    let object = |fields: &mut dyn Iterator<Item = (String, Avro)>| -> anyhow::Result<Json> {
        let fields = fields.map(|(name, value)| Ok((name, by_value(value)?)));
        Ok(Json::Object(fields.collect::<anyhow::Result<_>>()?))
    };
    Ok(match value {
        Avro::Null => Json::Null,
        Avro::Boolean(value) => value.into(),
        Avro::Int(value) => value.into(),
        Avro::Long(value) => value.into(),
        Avro::Float(value) => value.into(),
        Avro::Double(value) => value.into(),
        Avro::String(value) | Avro::Enum(_, value) => value.into(),
        Avro::Union(_, value) => by_value(*value)?,
        Avro::Array(all) => {
            let all = all.into_iter().map(by_value);
            Json::Array(all.collect::<anyhow::Result<_>>()?)
        }
        Avro::Record(fields) => object(&mut fields.into_iter())?,
        Avro::Map(fields) => object(&mut fields.into_iter())?,
        other => return Err(anyhow!("{other:?} is nothing that a record has")),
    })
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;

    /// Without what is null or absent: JSON leaves some of it out.
    fn without_nulls(json: &Json) -> Json {
        match json {
            Json::Object(fields) => {
                let kept = fields.iter().filter(|(_, value)| !value.is_null());
                kept.map(|(name, value)| (name.clone(), without_nulls(value)))
                    .collect()
            }
            Json::Array(all) => all.iter().map(without_nulls).collect(),
            other => other.clone(),
        }
    }

    #[test]
    fn the_schema_is_one_that_a_later_one_can_read_from() {
        let parsed = Schema::parse_str(&schema().to_string()).unwrap();
        let Schema::Record(record) = &parsed else {
            panic!("{parsed:?}");
        };
        assert_eq!(record.name.to_string(), RECORD_NAME);
        let field = |name: &str| record.fields.iter().find(|f| f.name == name).unwrap();
        assert_eq!(field("id").schema, Schema::String);
        assert_eq!(field("id").default, None);
        assert_eq!(field("version").default, Some(Json::Null));
        assert_eq!(field("entities").default, Some(json!([])));
        assert_eq!(field("provenance").default, Some(json!({})));
        assert!(field("embargoed_until").doc.is_some());
    }

    #[test]
    fn a_record_comes_back_as_its_json_has_it() {
        let engine = crate::engine::Engine::new(crate::intake::Settings::default()).unwrap();
        let text = "Ferry strike ends\n\nNORTHPORT, Norland (AP) — “We got what we came for,” said Karin Holm, who \
                    led the talks, on Monday. The strike had cost about $12.5 million, or 4.5 percent of the year.\n";
        let mut records = Vec::new();
        engine
            .enrich(
                text.as_bytes(),
                &Default::default(),
                &Default::default(),
                &mut |record| {
                    records.push(record);
                    ControlFlow::Continue(())
                },
            )
            .unwrap();
        let record = &records[0];
        assert!(!record.quotes.is_empty() && !record.amounts.is_empty());
        let json: Json = serde_json::from_slice(&serde_json::to_vec(record).unwrap()).unwrap();
        let bytes = encode(record).unwrap();
        let decoder = Decoder::new(&schema().to_string()).unwrap();
        let back = decoder.decode(&bytes).unwrap();
        assert_eq!(without_nulls(&back), without_nulls(&json));
        assert_eq!(back["ingest"]["file"], Json::Null);
        let typed: EnrichedArticle = serde_json::from_value(back).unwrap();
        assert_eq!(typed.id, record.id);
        assert!(decoder.decode(&bytes[..bytes.len() / 2]).is_err());
    }

    #[test]
    fn a_value_that_its_schema_does_not_have_is_an_error_that_names_the_field() {
        let schema = SCHEMA.as_ref().unwrap();
        let names = NAMES.as_ref().unwrap().get_names();
        let wrong = by_schema(schema, names, &json!({"schema": 1})).unwrap_err();
        assert_eq!(wrong.to_string(), "schema");
    }
}

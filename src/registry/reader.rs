//! Reads records of the output topic, whichever form they were written in.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use anyhow::{Context as _, bail};
use schema_registry_converter::schema_registry_common::{
    BytesResult, SchemaType, get_bytes_result,
};

use super::Client;
use crate::config::Settings;
use crate::record::avro;

/// Turns values of the output topic into the JSON of their records.
#[derive(Debug, Default)]
pub struct Reader {
    client: Option<Client>,
    /// Those that were asked for, by id.
    schemas: RefCell<BTreeMap<u32, Rc<Form>>>,
}

/// What stands behind the id of a schema.
#[derive(Debug)]
enum Form {
    Json,
    Avro(avro::Decoder),
}

impl Reader {
    /// # Errors
    /// When no client can be made of the configuration of the registry.
    pub fn new(settings: &Settings) -> anyhow::Result<Self> {
        let client = settings.registry.as_ref();
        let client = client.map(|registry| Client::new(registry, settings.output.format));
        Ok(Reader {
            client: client
                .transpose()
                .map_err(|fault| settings.located(vec![fault]))?,
            schemas: RefCell::default(),
        })
    }

    /// The JSON of a record. A value that does not begin as the wire format does is taken for JSON, so that what was
    /// written before there was a registry can be read, too.
    ///
    /// # Errors
    /// When the registry does not give the schema, or the record is not by it.
    pub fn json<'v>(&self, value: &'v [u8]) -> anyhow::Result<Cow<'v, [u8]>> {
        let BytesResult::Valid(id, record) = get_bytes_result(Some(value)) else {
            return Ok(Cow::Borrowed(value));
        };
        match &*self.form(id)? {
            Form::Json => Ok(Cow::Borrowed(record)),
            Form::Avro(decoder) => {
                let json = decoder.decode(record);
                let json = json.with_context(|| format!("it is not by the schema {id}"))?;
                Ok(Cow::Owned(serde_json::to_vec(&json)?))
            }
        }
    }

    fn form(&self, id: u32) -> anyhow::Result<Rc<Form>> {
        if let Some(known) = self.schemas.borrow().get(&id) {
            return Ok(Rc::clone(known));
        }
        let client = self.client.as_ref().with_context(|| {
            format!("it goes by the schema {id} of a registry: name that in registry.url")
        })?;
        let found = client.schema_by_id(id);
        let found = found.map_err(|refusal| anyhow::anyhow!("{}", refusal.fault))?;
        let form = Rc::new(match found.schema_type {
            SchemaType::Json => Form::Json,
            SchemaType::Avro => Form::Avro(avro::Decoder::new(&found.schema)?),
            _ => bail!("the schema {id} is of a kind that no record has"),
        });
        self.schemas.borrow_mut().insert(id, Rc::clone(&form));
        Ok(form)
    }
}

//! The desk: one message's way from bytes to records, whatever brings the message and takes the records.

use std::ops::ControlFlow;

use sha2::{Digest, Sha256};

use crate::intake::{self, Article, Draft, Hints, ReadError, envelope};
use crate::pipeline::run_inline;
use crate::record::{EnrichedArticle, Ingest, assemble};
use crate::stages::{Known, ResourceFiles, Stage, clean, registry};

/// Everything needed to enrich articles: the stages with their data, and how documents are read.
pub struct Desk {
    stages: Vec<Box<dyn Stage>>,
    settings: intake::Settings,
}

impl Desk {
    /// # Errors
    /// When a data file of the configuration cannot be read.
    pub fn new(
        files: &ResourceFiles,
        settings: impl Into<intake::Settings>,
    ) -> anyhow::Result<Self> {
        Ok(Desk {
            stages: registry(files)?,
            settings: settings.into(),
        })
    }

    pub fn stages(&self) -> &[Box<dyn Stage>] {
        &self.stages
    }

    /// Enriches every article in one message and hands each record to `emit`.
    ///
    /// `ingest` is what the transport knows of the message; the desk fills in the rest.
    ///
    /// # Errors
    /// When the message, or what follows the records already emitted, cannot be read.
    pub fn enrich(
        &self,
        message: &[u8],
        hints: &Hints,
        ingest: &Ingest,
        emit: &mut dyn FnMut(EnrichedArticle) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let (document, hints) = envelope::open(message, hints)?;
        let sha256 = hex(&Sha256::digest(&document));
        let base = Ingest {
            bytes: document.len() as u64,
            sha256,
            url: hints.url.clone(),
            source: hints.source.clone(),
            ..ingest.clone()
        };
        intake::read(&document, &hints, &self.settings, &mut |draft| {
            let known = Known::new(finish(draft, &hints));
            let reports = run_inline(&self.stages, &known);
            let ingest = Ingest {
                format: known.article.form.name().to_owned(),
                charset: known.article.charset.clone(),
                ..base.clone()
            };
            emit(assemble(&known, ingest, reports))
        })
    }
}

/// Cleans a draft and gives the article its id: the supplier's, else a hash of source and content.
pub fn finish(mut draft: Draft, hints: &Hints) -> Article {
    clean::clean(&mut draft);
    let given = hints.id.clone().or_else(|| draft.supplied.id.clone());
    let mut article = Article::from_draft(draft, String::new());
    article.id = given.unwrap_or_else(|| {
        let mut hash = blake3::Hasher::new();
        hash.update(hints.source.as_deref().unwrap_or("").as_bytes());
        hash.update(&[0]);
        hash.update(article.text.as_bytes());
        format!("blake3:{}", &hash.finalize().to_hex()[..32])
    });
    article
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

//! What the command line says of the documents it names.

use crate::intake::Hints;
use crate::intake::dates::machine;
use crate::record::DateBasis;

/// What is said of every bare document of the input.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Described {
    /// Media type of a bare document: text/html, application/rss+xml; charset=utf-8, …
    #[arg(long, value_name = "TYPE", value_parser = content_type)]
    content_type: Option<String>,
    /// Address a bare document was fetched from.
    #[arg(long)]
    url: Option<String>,
    /// Feed or outlet a bare document came from.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// When a bare document was published: RFC 3339, or a date.
    #[arg(long, value_name = "TIME", value_parser = published_at)]
    published_at: Option<String>,
}

impl Described {
    pub(super) fn hints(&self) -> Hints {
        Hints {
            content_type: self.content_type.clone(),
            url: self.url.clone(),
            source: self.source.clone(),
            published_at: self.published_at.clone(),
            ..Hints::default()
        }
    }
}

/// A date as documents have it.
pub(super) fn published_at(text: &str) -> Result<String, String> {
    match machine(text, DateBasis::Header) {
        Some(_) => Ok(text.to_owned()),
        None => Err("write 2026-03-02T09:30:00Z, or 2026-03-02".to_owned()),
    }
}

fn content_type(text: &str) -> Result<String, String> {
    let kind = text.split(';').next().unwrap_or_default();
    match kind.split_once('/') {
        Some((kind, name)) if !kind.trim().is_empty() && !name.trim().is_empty() => {
            Ok(text.to_owned())
        }
        _ => Err(
            "write a media type, as in text/html or application/rss+xml; charset=utf-8".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_say_nothing_are_refused() {
        assert!(published_at("2026-03-02").is_ok() && published_at("2026-03-02T09:30:00Z").is_ok());
        assert!(published_at("yesterday").is_err());
        assert!(content_type("text/html; charset=utf-8").is_ok());
        assert!(content_type("html").is_err() && content_type("text/").is_err());
    }
}

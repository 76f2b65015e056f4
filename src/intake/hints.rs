//! What is known of a document beside its bytes.

use super::dates::{self, machine};
use super::draft::Supplied;
use super::{Draft, supply};
use crate::record::{DateBasis, DateRole, DateSeen, DateValue, Flag};

/// What is known of a document beside its bytes: from Kafka headers, an envelope or the command line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hints {
    pub id: Option<String>,
    pub content_type: Option<String>,
    pub url: Option<String>,
    pub source: Option<String>,
    pub fetched_at: Option<String>,
    pub published_at: Option<String>,
}

impl Hints {
    /// Puts the hints on a draft. The time of publication wins over what the document says and has the
    /// basis `header`; address and source fill what the document left open.
    pub fn apply(&self, draft: &mut Draft) {
        let supplied = &mut draft.supplied;
        if let Some(given) = self
            .published_at
            .as_deref()
            .and_then(|v| machine(v, DateBasis::Header))
        {
            seen(supplied, &given, DateRole::Published);
            let stamp = |d: &DateValue| dates::parse(&d.value);
            let said = supplied.published.as_ref().and_then(stamp);
            if let (Some(said), Some(given)) = (said, stamp(&given))
                && supply::apart(said, given)
            {
                draft.flags.insert(Flag::DATE_CONTRADICTED);
            }
            supplied.published = Some(given);
        }
        let fill = |slot: &mut Option<String>, hint: &Option<String>| {
            if slot.is_none() {
                slot.clone_from(hint);
            }
        };
        fill(&mut supplied.url, &self.url);
        fill(&mut supplied.source, &self.source);
    }
}

/// Notes a date among all that were seen, once.
pub fn seen(supplied: &mut Supplied, date: &DateValue, role: DateRole) {
    let candidate = DateSeen {
        value: date.value.clone(),
        basis: date.basis,
        role,
    };
    supplied.add_date(candidate);
}

//! The agencies as datelines, bylines and credits name them.
//!
//! Which outlet a name means, for its domain and country, is for [`crate::intake::Outlets`], a table that
//! a newsroom may replace; how a wire signs does not change with it.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::scan;
use crate::text::data::{DataFault, DataFile, DataRow, data_file, sound};

/// The agencies and the names they sign with.
pub const FILE: DataFile<'static> = data_file!("wire/agencies.tsv");

/// Reads the file.
///
/// # Panics
/// With file and line at a fault in it.
pub(super) fn load() {
    LazyLock::force(&SIGNATURES);
}

/// An agency, as one of the names it signs with tells.
#[derive(Debug, PartialEq)]
pub struct Agency {
    /// As the record writes it.
    pub name: &'static str,
    /// Whether its datelines go without a dash: "New Delhi, Dec 4 (PTI) The …".
    pub no_dash: bool,
    /// Whether its "$" is the US dollar wherever it writes from.
    pub us_dollars: bool,
}

/// The names that agencies sign with.
struct Signatures {
    /// In small letters.
    by_name: HashMap<&'static str, Agency, foldhash::fast::RandomState>,
    /// How they begin, and the longest of them, in bytes: these tell off nearly all that is no agency.
    first: scan::FirstBytes,
    longest: usize,
}

static SIGNATURES: LazyLock<Signatures> = LazyLock::new(|| {
    let mut signatures = Signatures {
        by_name: HashMap::default(),
        first: scan::FirstBytes::NONE,
        longest: 0,
    };
    for data in FILE.rows() {
        let (signature, agency) = sound(row(&data));
        signatures.first = signatures.first.and(&[signature]);
        signatures.longest = signatures.longest.max(signature.len());
        if signatures.by_name.insert(signature, agency).is_some() {
            panic!("{}", data.fault("two agencies sign so"));
        }
    }
    signatures
});

/// A row of the file: a name of at least two bytes in small letters, and the agency that signs so.
fn row(row: &DataRow<'static>) -> Result<(&'static str, Agency), DataFault> {
    let [name, dash, dollars, signature] = row.columns()?;
    let agency = Agency {
        name,
        no_dash: match dash {
            "dash" => false,
            "no-dash" => true,
            _ => return Err(row.fault("not dash or no-dash")),
        },
        us_dollars: match dollars {
            "usd" => true,
            "-" => false,
            _ => return Err(row.fault("not usd or -")),
        },
    };
    if signature.len() < 2 || signature != signature.to_lowercase() {
        return Err(row.fault("not a name of two bytes or more in small letters"));
    }
    Ok((signature, agency))
}

/// Longest name of a regional service, in bytes.
const LONGEST_SERVICE: usize = 4;

/// The agency that copy names so, without regard to case.
pub fn agency(name: &str) -> Option<&'static Agency> {
    let name = name.trim();
    if let Some(found) = signed(name) {
        return Some(found);
    }
    // Two sources ("lni/dpa", "NTB-Reuters"): the first that is an agency; dpa's regional services are none.
    let mut parts = name.split(['/', '-', '–']);
    parts.clone().nth(1)?;
    // "Jane Roe/TT" is a writer with her agency.
    let signs = |p: &str| p.len() <= LONGEST_SERVICE || agency(p).is_some();
    parts.clone().all(signs).then(|| parts.find_map(agency))?
}

/// The agency that signs with this name and no other words.
fn signed(name: &str) -> Option<&'static Agency> {
    let s = &*SIGNATURES;
    let may = name.len() <= s.longest && s.first.may_open(name);
    may.then(|| s.by_name.get(name.to_lowercase().as_str()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agencies_are_known_by_their_names() {
        let name = |n: &str| agency(n).map(|a| a.name);
        assert_eq!(name("The Associated Press"), Some("AP"));
        assert_eq!(name("dpa/lni"), Some("dpa"));
        assert_eq!(name("AFP"), Some("AFP"));
        assert_eq!(name("NTB-Reuters"), Some("NTB"));
        assert_eq!(name("awp/sda"), Some("Keystone-SDA"));
        assert_eq!(name("ČTK"), Some("CTK"));
        assert_eq!(name("Jean-Luc"), None);
        assert_eq!(name("Jane Roe/TT"), None);
        assert_eq!(name("Westmere Courier"), None);
    }

    #[test]
    fn an_agency_is_an_outlet_of_the_shipped_table_or_none() {
        use crate::intake::outlets::{Kind, Outlets};
        for (signature, agency) in &SIGNATURES.by_name {
            let Some(outlet) = Outlets::shipped().by_name(signature) else {
                continue;
            };
            assert!(
                matches!(
                    outlet.kind,
                    Some(Kind::Agency | Kind::Broadcaster | Kind::Online)
                ),
                "{signature} signs for {}, and is {outlet:?}",
                agency.name
            );
        }
    }
}

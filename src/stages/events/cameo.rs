//! The codes of CAMEO, `config/events/cameo.tsv`, and what becomes of a code when what it stands for is only promised,
//! refused or threatened.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::record::EventType;
use crate::text::data::{DataFile, data_file};
use crate::text::table;

pub(super) const FILE: DataFile<'static> = data_file!("events/cameo.tsv");

static CODES: LazyLock<HashMap<&'static str, EventType>> = LazyLock::new(|| {
    let rows = table::rows::<3>(FILE.path, FILE.text());
    rows.map(|row| {
        let [code, kind, _] = row.columns;
        let kind = EventType::of_name(kind).unwrap_or_else(|| row.fault("no type of PLOVER"));
        if !(3..=4).contains(&code.len()) || code.bytes().any(|b| !b.is_ascii_digit()) {
            row.fault("no code of three or four digits");
        }
        (code, kind)
    })
    .collect()
});

/// Reads the table.
pub(super) fn load() {
    LazyLock::force(&CODES);
}

/// The code as the table has it, where it is one of this type.
pub(super) fn code(code: &str, kind: EventType) -> Option<&'static str> {
    let (code, of) = CODES.get_key_value(code)?;
    (*of == kind).then_some(*code)
}

/// The code for what is only promised: PLOVER codes a future visit as AGREE 036, never as CONSULT 042.
pub(super) fn promised(of: Option<&str>) -> Option<&'static str> {
    let to = match of? {
        c if c.starts_with("04") => "036",
        c if c.starts_with("05") => "032",
        "061" => "0311",
        "062" => "0312",
        "063" => "0313",
        "064" => "0314",
        "071" => "0331",
        "072" => "0332",
        "073" => "0333",
        "074" => "0334",
        c if c.starts_with("06") => "031",
        c if c.starts_with("07") => "033",
        "081" | "0811" | "0812" | "0813" | "0814" => "0351",
        "082" => "0352",
        "0831" => "0341",
        "0832" => "0342",
        "0833" => "0343",
        "0834" => "0344",
        "083" => "034",
        "084" | "0841" | "0842" => "0353",
        "085" => "0354",
        c if c.starts_with("086") => "0355",
        c if c.starts_with("087") => "0356",
        c if c.starts_with("08") => "035",
        c if c.starts_with("03") => return code(c, EventType::Agree),
        _ => "030",
    };
    code(to, EventType::Agree)
}

/// The code for what somebody says that he will not do.
pub(super) fn refused(of: Option<&str>) -> Option<&'static str> {
    let to = match of? {
        c if c.starts_with("04") => "125",
        c if c.starts_with("06") => "121",
        c if c.starts_with("07") => "122",
        "0831" => "1231",
        c if c.starts_with("083") => "123",
        c if c.starts_with("084") => "1243",
        "085" => "1244",
        c if c.starts_with("086") => "1245",
        c if c.starts_with("087") => "1246",
        c if c.starts_with("08") => "124",
        _ => "120",
    };
    code(to, EventType::Reject)
}

/// The code for what somebody says that he will do to others.
pub(super) fn threatened(of: Option<&str>) -> Option<&'static str> {
    let to = match of? {
        c if c.starts_with("14") => "133",
        "162" | "1621" | "1622" | "1623" => "1311",
        "163" => "1312",
        "164" => "134",
        "165" => "135",
        c if c.starts_with("166") => "136",
        c if c.starts_with("16") => "1313",
        c if c.starts_with("17") => "132",
        c if c.starts_with("15") || c.starts_with("18") || c.starts_with("19") => "138",
        _ => "130",
    };
    code(to, EventType::Threaten)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_of_its_type_only() {
        assert_eq!(code("042", EventType::Consult), Some("042"));
        assert_eq!(code("042", EventType::Aid), None);
        assert_eq!(code("13y", EventType::Threaten), None);
        assert_eq!(code("010", EventType::Support), None);
    }

    #[test]
    fn a_promise_has_a_code_of_its_own() {
        assert_eq!(promised(Some("042")), Some("036"));
        assert_eq!(promised(Some("073")), Some("0333"));
        assert_eq!(promised(Some("0871")), Some("0356"));
        assert_eq!(promised(None), None);
        assert_eq!(refused(Some("0841")), Some("1243"));
        assert_eq!(threatened(Some("190")), Some("138"));
        for code in CODES.keys() {
            assert!(promised(Some(code)).is_some(), "{code}");
            assert!(refused(Some(code)).is_some(), "{code}");
            assert!(threatened(Some(code)).is_some(), "{code}");
        }
    }
}

//! Subjects by their codes, whose vocabularies IPTC and suppliers write in several ways.

use crate::record::Subject;

/// Subject of a qualified code: `medtop:20000523` → scheme `medtop`, code `20000523`; of a NewsCodes
/// URI the last two steps of its path; of any other URI the URI itself.
pub fn coded(code: Option<&str>, name: Option<String>) -> Subject {
    let (scheme, code) = match code.map(str::trim).filter(|c| !c.is_empty()) {
        None => (None, None),
        Some(uri) if uri.starts_with("http") => match newscode(uri) {
            Some((scheme, code)) => (Some(scheme.to_owned()), Some(code.to_owned())),
            None => (None, Some(uri.to_owned())),
        },
        Some(code) => match code.split_once(':') {
            Some((alias, code)) if !alias.is_empty() && !code.is_empty() => {
                (Some(scheme_of(alias)), Some(code.to_owned()))
            }
            _ => (None, Some(code.to_owned())),
        },
    };
    Subject { scheme, code, name }
}

/// IPTC catalogue aliases that mean the same vocabulary under several names.
fn scheme_of(alias: &str) -> String {
    match alias {
        "medtop" | "mediatopic" => "medtop",
        "subj" | "iptc-subject-code" | "IptcSubjectCodes" | "subjectcode" => "iptc-subject-code",
        other => other,
    }
    .to_owned()
}

/// Vocabulary and code of a concept URI of IPTC's NewsCodes.
pub fn newscode(uri: &str) -> Option<(&str, &str)> {
    let (_, path) = uri.split_once("cv.iptc.org/newscodes/")?;
    let (vocabulary, code) = path.trim_end_matches('/').split_once('/')?;
    let scheme = match vocabulary {
        "mediatopic" => "medtop",
        "subjectcode" => "iptc-subject-code",
        other => other,
    };
    (!code.is_empty()).then_some((scheme, code))
}

/// Whether a code can be one of IPTC's: eight digits.
pub fn is_newscode(code: &str) -> bool {
    code.len() == 8 && code.bytes().all(|b| b.is_ascii_digit())
}

/// A subject given by a number alone: eight digits that start with 2000 are a Media Topic (as are the
/// first-level ones, `01000000` to `17000000`, shared with the older subject codes).
pub fn numbered(code: &str, name: Option<String>, scheme: Option<String>) -> Subject {
    let code = code.trim();
    let eight = is_newscode(code);
    let scheme = scheme.or_else(|| {
        eight.then(|| {
            if code.starts_with("2000") {
                "medtop".to_owned()
            } else {
                "iptc-subject-code".to_owned()
            }
        })
    });
    Subject {
        scheme,
        code: (!code.is_empty()).then(|| code.to_owned()),
        name,
    }
}

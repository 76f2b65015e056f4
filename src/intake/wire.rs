//! The conventions all agencies share, applied to every form: datelines, bylines, editorial notes,
//! version tags, sign-offs, kills, holds and embargoes.

use super::Draft;

/// Reads the conventions off a draft: what they say goes to [`Draft::supplied`], their lines leave the body.
pub fn apply(_draft: &mut Draft) {}

/// Whether a line opens with an agency's convention: a byline, a dateline, a note to editors.
pub fn is_convention(line: &str) -> bool {
    line.starts_with("By ") || line.starts_with("(Eds") || line.starts_with("Eds:")
}

/// The names in a byline without its "By": parted at commas and "and".
pub fn split_names(names: &str) -> Vec<String> {
    names
        .split([',', ';'])
        .flat_map(|part| part.split(" and "))
        .map(|name| name.trim().trim_start_matches("By ").trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

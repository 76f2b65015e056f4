//! The conventions all agencies share, applied to every form: datelines, bylines, editorial notes,
//! version tags, sign-offs, kills, holds and embargoes.

use super::Draft;

/// Reads the conventions off a draft: what they say goes to [`Draft::supplied`], their lines leave the body.
pub fn apply(_draft: &mut Draft) {}

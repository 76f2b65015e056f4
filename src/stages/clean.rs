//! Takes leftovers out of the body: lists of outlets, newsletter prompts, share bars, copyright lines.

use crate::intake::Draft;

/// Cleans a draft: what is not the article moves from its blocks to [`Draft::removed`], with its kind.
pub fn clean(_draft: &mut Draft) {}

//! From a reader's draft to the article that the stages work on.

use crate::intake::clean;
use crate::intake::outlets::Outlets;
use crate::intake::{Article, Draft, Hints};

/// Cleans a draft and gives the article its id: the supplier's, else a hash of source and content.
pub fn finish(mut draft: Draft, hints: &Hints, outlets: &Outlets) -> Article {
    clean::clean(&mut draft, outlets);
    let given = hints.id.clone().or_else(|| draft.supplied.id.clone());
    let mut article = Article::from_draft(draft, String::new());
    article.id = given.unwrap_or_else(|| id_of_content(&article, hints));
    article
}

/// `blake3:` and 32 hexadecimal digits: the same for the same source and content, whenever it comes.
fn id_of_content(article: &Article, hints: &Hints) -> String {
    let mut hash = blake3::Hasher::new();
    hash.update(hints.source.as_deref().unwrap_or("").as_bytes());
    hash.update(&[0]);
    hash.update(article.text.as_bytes());
    // A kill has no body: what it says is in its notes.
    if article.body().next().is_none() {
        for note in &article.supplied.editorial_notes {
            hash.update(&[0]);
            hash.update(note.as_bytes());
        }
    }
    format!("blake3:{}", &hash.finalize().to_hex()[..32])
}

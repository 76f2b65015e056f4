//! Names and codes of genres, in the vocabularies of IPTC and of suppliers.

use crate::record::Genre;
use crate::text::word_lists::word_lists;

word_lists! {
    /// What genres are called, by the genre of the record.
    WORDS "wire/genres.tsv" {
        alert,
        advisory,
        live_blog,
        photo_caption,
        obituary,
        opinion,
    }
}

/// What a genre's name or code says, as far as the record tells genres apart.
pub fn genre(text: &str) -> Option<Genre> {
    let word = text
        .rsplit([':', '/'])
        .next()
        .unwrap_or(text)
        .trim()
        .to_lowercase();
    [
        (&WORDS.alert, Genre::Alert),
        (&WORDS.advisory, Genre::Advisory),
        (&WORDS.live_blog, Genre::LiveBlog),
        (&WORDS.photo_caption, Genre::PhotoCaption),
        (&WORDS.obituary, Genre::Obituary),
        (&WORDS.opinion, Genre::Opinion),
    ]
    .into_iter()
    .find_map(|(names, genre)| names.contains(&word.as_str()).then_some(genre))
}

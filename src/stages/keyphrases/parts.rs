//! What a word is in its sentence, as far as phrases ask.

use crate::stages::syntax::Tag;
use crate::text::Token;
use crate::text::data::{DataFile, DataRow, data_file, sound};
use crate::text::tokens::Case;

pub(super) const PARTS_FILE: DataFile<'static> = data_file!("keyphrases/parts-of-speech.tsv");

/// A part of speech.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartOfSpeech {
    /// A common noun, singular or plural.
    Noun,
    /// A word of a name.
    ProperNoun,
    Adjective,
    /// The form of a verb in "-ing" or its past participle.
    Participle,
    /// Any other form of a verb.
    Verb,
    /// A word in capitals that is in no name: what it is cannot be seen from it.
    Shouted,
    Other,
}

/// The parts of speech that the file has, as it writes them.
const WRITTEN: [(&str, PartOfSpeech); 6] = [
    ("noun", PartOfSpeech::Noun),
    ("name", PartOfSpeech::ProperNoun),
    ("adjective", PartOfSpeech::Adjective),
    ("participle", PartOfSpeech::Participle),
    ("verb", PartOfSpeech::Verb),
    ("other", PartOfSpeech::Other),
];

/// The rows of the file: a word in lower case, and what it mostly is.
///
/// # Panics
/// At a fault in it, with its line.
pub(super) fn usual() -> impl Iterator<Item = (&'static str, PartOfSpeech)> {
    let read = |row: DataRow<'static>| {
        let [word, part] = row.columns()?;
        let part = WRITTEN.iter().find(|(written, _)| *written == part);
        let (_, part) = part.ok_or_else(|| row.fault("no part of speech"))?;
        Ok((word, *part))
    };
    PARTS_FILE.rows().map(move |row| sound(read(row)))
}

impl PartOfSpeech {
    /// What a token is that has this tag.
    pub(super) fn of(tag: Tag, token: &Token) -> PartOfSpeech {
        match tag {
            Tag::Nnp | Tag::Nnps if token.case == Case::Upper => PartOfSpeech::Shouted,
            Tag::Nn | Tag::Nns => PartOfSpeech::Noun,
            Tag::Nnp | Tag::Nnps => PartOfSpeech::ProperNoun,
            Tag::Jj | Tag::Jjr | Tag::Jjs => PartOfSpeech::Adjective,
            Tag::Vbg | Tag::Vbn => PartOfSpeech::Participle,
            Tag::Vb | Tag::Vbd | Tag::Vbp | Tag::Vbz | Tag::Md => PartOfSpeech::Verb,
            _ => PartOfSpeech::Other,
        }
    }

    /// What a word is taken for that is `usual`ly this in news, or unknown, whatever stands around it; `is_first` in its
    /// sentence, where every word has a capital. That costs a fraction of the tagger's time and agrees with it on 94 of
    /// 100 words of the texts that the file was made of.
    pub(super) fn guess(
        token: &Token,
        text: &str,
        usual: Option<PartOfSpeech>,
        is_first: bool,
    ) -> PartOfSpeech {
        use PartOfSpeech as P;
        let ends_in = |endings: &[&str]| endings.iter().any(|e| token.of(text).ends_with(e));
        match (token.case, usual) {
            (_, Some(P::Other)) => P::Other,
            (Case::Upper, _) => P::Shouted,
            // "American" is nothing else.
            (Case::Title | Case::Mixed, Some(P::Adjective)) => P::Adjective,
            (Case::Title, Some(usual)) if is_first => usual,
            (Case::Title | Case::Mixed, _) => P::ProperNoun,
            (Case::Lower | Case::None, Some(usual)) => usual,
            (Case::Lower | Case::None, None) if ends_in(&["ing", "ed"]) => P::Participle,
            (Case::Lower | Case::None, None) if ends_in(&["ly"]) => P::Other,
            (Case::Lower | Case::None, None) => P::Noun,
        }
    }

    /// As the file writes it.
    pub(super) fn written(self) -> &'static str {
        let written = WRITTEN.iter().find(|(_, part)| *part == self);
        // In capitals it is the name that the tagger took it for.
        written.map_or("name", |(written, _)| written)
    }

    pub(super) fn is_noun(self) -> bool {
        matches!(self, PartOfSpeech::Noun | PartOfSpeech::ProperNoun)
    }

    /// Whether a word can be in a noun phrase that has no determiner: a noun or what describes one.
    pub(super) fn is_nominal(self) -> bool {
        self.is_noun() || matches!(self, PartOfSpeech::Adjective | PartOfSpeech::Participle)
    }
}

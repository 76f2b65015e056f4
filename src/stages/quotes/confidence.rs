//! How sure the speaker of a quotation is: the share of speakers that were right, of those found the same way.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::record::{Entity, EntityType, MentionKind};
use crate::text::data::{DataFile, data_file};
use crate::text::{Span, table};

pub(super) const FILE: DataFile<'static> = data_file!("quotes/confidence.tsv");

/// The share that was right, by the way the speaker was found and by whether a person speaks.
pub(super) static SHARES: LazyLock<HashMap<(&'static str, bool), f32>> = LazyLock::new(|| {
    table::rows::<3>(FILE.path, FILE.text())
        .map(|row| {
            let [way, speaker, _] = row.columns;
            let person = match speaker {
                "person" => true,
                "other" => false,
                _ => row.fault("the speaker is neither `person` nor `other`"),
            };
            ((way, person), row.number(2))
        })
        .collect()
});

/// How sure it is that `entity` speaks where the words `source` say who does; `through` says that it speaks through a
/// spokesman or a paper. `None` where the table does not have the way.
pub(super) fn of_speaker(entity: &Entity, source: Option<Span>, through: bool) -> Option<f32> {
    let way = match source {
        None => "goes-on",
        Some(_) if through => "through",
        Some(source) => {
            let mut inside = entity
                .mentions
                .iter()
                .filter(|m| m.start < source.end && source.start < m.end);
            match inside.next_back().map(|m| m.kind) {
                Some(MentionKind::Name | MentionKind::Metonym | MentionKind::Modifier) => "name",
                Some(MentionKind::Nominal) => "noun",
                Some(MentionKind::Pronoun) => "pronoun",
                // "he" of whom no entity knows: who spoke last
                None if source.len() <= "she".len() => "pronoun",
                // in apposition to the source
                None => "beside",
            }
        }
    };
    SHARES
        .get(&(way, entity.kind == EntityType::Person))
        .copied()
}

#[cfg(test)]
mod tests {
    use crate::intake::{Draft, DraftBlock, Format};
    use crate::record::BlockKind;
    use crate::stages::all_found;

    #[test]
    fn one_named_is_surer_than_he() {
        let sure = |text: &str| {
            let mut draft = Draft::new(Format::Text, "utf-8", "".into());
            draft
                .blocks
                .push(DraftBlock::new(BlockKind::Paragraph, text));
            let known = all_found(draft);
            known.quotes().unwrap()[0].confidence
        };
        let named = sure("“We will rebuild the bridge,” Anna Berg said.");
        let he = sure("Tom Keller opened the door. “Come back tomorrow,” he said.");
        assert!(named.unwrap() > he.unwrap());
        assert_eq!(sure("“The water is safe,” officials said."), None);
        // too few were seen
        assert_eq!(
            sure("“The water is safe,” a spokesman for Siemens said."),
            None
        );
    }
}

//! How sure the speaker of a quotation is: the share of speakers that were right, of those found the same way.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::text::data::{DataFile, data_file};
use crate::text::table;

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

/// The share of speakers, people or others, found this way that were right; `None` where the table does not have it.
pub(super) fn share(way: &'static str, person: bool) -> Option<f32> {
    SHARES.get(&(way, person)).copied()
}

#[cfg(test)]
mod tests {
    use crate::intake::{Draft, DraftBlock, Format};
    use crate::record::BlockKind;
    use crate::stages::{StageSettings, all_found};

    #[test]
    fn one_named_is_surer_than_he() {
        let sure = |text: &str| {
            let mut draft = Draft::new(Format::Text, "utf-8", "".into());
            draft
                .blocks
                .push(DraftBlock::new(BlockKind::Paragraph, text));
            let known = all_found(draft, &StageSettings::default()).unwrap();
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

//! Which item of Wikidata an entity is, by the table `gazetteers/wikidata.tsv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::name_key;
use crate::record::{Entity, EntityType};
use crate::text::data::{DataFile, data_file};
use crate::text::table;

pub(crate) const FILE: DataFile<'static> = data_file!("gazetteers/wikidata.tsv");

/// An item of Wikidata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Item {
    id: &'static str,
    /// The country that an article must speak of, where others bear the name; empty for none.
    country: &'static str,
}

/// Items by kind and key; `None` where two rows give different ones.
type Items = HashMap<(&'static str, String), Option<Item>>;

pub(crate) static ITEMS: LazyLock<Items> = LazyLock::new(|| items(FILE.path, FILE.text()));

fn items(path: &'static str, text: &'static str) -> Items {
    let mut found = Items::new();
    for row in table::rows::<5>(path, text) {
        let [kind, name, id, others, country] = row.columns;
        let item = Item { id, country };
        let spellings = match kind {
            "country" | "city" | "organization" => "",
            "person" => others,
            _ => row.fault("no country, city, organization or person"),
        };
        let number = id.strip_prefix('Q').map(str::parse::<u32>);
        if !matches!(number, Some(Ok(_))) {
            row.fault("no id of Wikidata");
        }
        for key in std::iter::once(name).chain(spellings.split('|')) {
            if key.is_empty() {
                continue;
            }
            let entry = found.entry((kind, name_key(key))).or_insert(Some(item));
            if entry.is_some_and(|known| known.id != id) {
                *entry = None;
            }
        }
    }
    found
}

fn item(kind: &'static str, key: &str) -> Option<Item> {
    *ITEMS.get(&(kind, name_key(key)))?
}

/// Sets the item of each country, city, organisation and person that the table has. `usual` gives the usual name of
/// an organisation by what it is called in the text.
pub(crate) fn set(entities: &mut [Entity], usual: impl Fn(&str) -> Option<&'static str>) {
    let spoken_of: Vec<String> = entities
        .iter()
        .filter(|e| matches!(e.kind, EntityType::Place | EntityType::Nationality))
        .filter_map(|e| e.country.clone())
        .collect();
    for e in entities {
        let found = match e.kind {
            EntityType::Organization => item("organization", usual(&e.name).unwrap_or(&e.name)),
            EntityType::Person => item("person", &e.name),
            EntityType::Place => match (&e.links.iso3166, e.links.geonames) {
                (Some(iso), _) => item("country", iso),
                (None, Some(id)) => item("city", &id.to_string()),
                (None, None) => None,
            },
            _ => None,
        };
        let holds = |i: &Item| i.country.is_empty() || spoken_of.iter().any(|c| c == i.country);
        e.links.wikidata = found.filter(holds).map(|i| i.id.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::items;

    #[test]
    fn what_two_rows_give_differently_is_none() {
        let table = "person\tAnna Berg\tQ1\tA. Berg|Ann Berg\t\nperson\tAnn Berg\tQ2\t\t\n";
        let items = items("a table", table);
        let id = |name: &str| items[&("person", name.to_owned())].map(|i| i.id);
        assert_eq!(id("anna berg"), Some("Q1"));
        assert_eq!(id("a berg"), Some("Q1"));
        assert_eq!(id("ann berg"), None);
    }

    #[test]
    #[should_panic(expected = "no id of Wikidata")]
    fn a_row_without_an_id_is_told() {
        items("a table", "city\t1\tOslo\tOslo, NO\t\n");
    }
}

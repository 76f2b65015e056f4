//! The currencies of the world as news writes them, and which one an amount is in.

use crate::text::data::{DataFile, data_file};
use std::sync::LazyLock;

use crate::text::word_table::{WordTable, rows};

pub const CURRENCIES_FILE: DataFile<'static> = data_file!("amounts/currencies.tsv");
pub const COUNTRIES_FILE: DataFile<'static> = data_file!("amounts/countries.tsv");
pub const DEFAULTS_FILE: DataFile<'static> = data_file!("amounts/defaults.tsv");

/// One currency of the table.
#[derive(Debug)]
pub struct Currency {
    pub code: &'static str,
    countries: Vec<&'static str>,
    adjectives: Vec<&'static str>,
    nouns: Vec<&'static str>,
    minors: Vec<&'static str>,
    signs: Vec<&'static str>,
}

/// What a word says of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyName {
    /// A unit of money, singular or plural: index into the nouns.
    Noun(u16),
    /// A hundredth of one.
    Minor(u16),
}

#[derive(Debug)]
pub struct CurrencyTable {
    pub currencies: Vec<Currency>,
    /// Nouns in the singular with the currencies that bear them, in the order of the file.
    nouns: Vec<(&'static str, Vec<u16>)>,
    minors: Vec<(&'static str, Vec<u16>)>,
    names: WordTable<MoneyName>,
    codes: WordTable<u16>,
    /// Signs and the codes of the first currencies that have them.
    signs: Vec<(&'static str, &'static str)>,
    defaults: Vec<(&'static str, &'static str)>,
    countries: WordTable<[u8; 2]>,
}

pub static CURRENCIES: LazyLock<CurrencyTable> = LazyLock::new(CurrencyTable::read);

fn list(cell: &'static str, by: char) -> Vec<&'static str> {
    cell.split(by).filter(|x| !x.is_empty()).collect()
}

/// Plurals that are not made with -s; the rest of the nouns take it or stay as they are.
const PLURALS: &[(&str, &str)] = &[
    ("penny", "pennies"),
    ("colon", "colones"),
    ("rupee", "rupees"),
    ("stg", "sterling"),
];

impl CurrencyTable {
    fn read() -> CurrencyTable {
        let currencies: Vec<Currency> = rows(CURRENCIES_FILE)
            .filter_map(|row| {
                let [code, countries, adjectives, nouns, minors, signs] = row[..] else {
                    return None;
                };
                Some(Currency {
                    code,
                    countries: list(countries, ','),
                    adjectives: list(adjectives, ','),
                    nouns: list(nouns, ','),
                    minors: list(minors, ','),
                    signs: list(signs, ' '),
                })
            })
            .collect();
        let gather = |of: fn(&Currency) -> &Vec<&'static str>| {
            let mut nouns: Vec<(&'static str, Vec<u16>)> = Vec::new();
            for (k, c) in currencies.iter().enumerate() {
                for noun in of(c) {
                    match nouns.iter_mut().find(|(n, _)| n == noun) {
                        Some((_, of)) => of.push(k as u16),
                        None => nouns.push((noun, vec![k as u16])),
                    }
                }
            }
            nouns
        };
        let nouns = gather(|c| &c.nouns);
        let minors = gather(|c| &c.minors);
        let mut words: Vec<(String, MoneyName)> = Vec::new();
        for (list, wrap) in [
            (&nouns, MoneyName::Noun as fn(u16) -> MoneyName),
            (&minors, MoneyName::Minor as fn(u16) -> MoneyName),
        ] {
            for (k, (noun, _)) in list.iter().enumerate() {
                words.push(((*noun).to_owned(), wrap(k as u16)));
                words.push((format!("{noun}s"), wrap(k as u16)));
                if let Some((_, plural)) = PLURALS.iter().find(|(n, _)| n == noun) {
                    words.push(((*plural).to_owned(), wrap(k as u16)));
                }
            }
        }
        let names = WordTable::new(words.iter().map(|(w, n)| (w.as_str(), *n)));
        let codes = WordTable::new(
            currencies
                .iter()
                .enumerate()
                .map(|(k, c)| (c.code, k as u16)),
        );
        let countries = rows(COUNTRIES_FILE).flat_map(|row| {
            let iso = row[0].as_bytes();
            let iso = [iso[0], iso[1]];
            let names = row.get(1).copied().unwrap_or_default();
            list(names, ',').into_iter().map(move |name| (name, iso))
        });
        let adjectives = currencies.iter().flat_map(|c| {
            let iso = c.countries.first().map(|x| x.as_bytes());
            let iso = iso.map_or([0, 0], |x| [x[0], x[1]]);
            c.adjectives.iter().map(move |a| (*a, iso))
        });
        let countries = WordTable::new(
            countries
                .chain(adjectives)
                .filter(|(_, iso)| *iso != [0, 0]),
        );
        CurrencyTable {
            names,
            codes,
            signs: currencies
                .iter()
                .flat_map(|c| c.signs.iter().map(|sign| (*sign, c.code)))
                .collect(),
            defaults: rows(DEFAULTS_FILE)
                .filter_map(|r| Some((*r.first()?, *r.get(1)?)))
                .collect(),
            nouns,
            minors,
            countries,
            currencies,
        }
    }

    pub fn name(&self, word: &str) -> Option<MoneyName> {
        self.names.get(word)
    }

    /// The currency of a three-letter code; codes that are also words count in capitals only.
    pub fn code(&self, word: &str) -> Option<&'static str> {
        if word.len() != 3 {
            return None;
        }
        let index = self.codes.get(word)?;
        Some(self.currencies[usize::from(index)].code)
    }

    /// The currency of a sign with the letters before it: `us$`, `hk$`, `€`, `rs`.
    pub fn sign(&self, sign: &str) -> Option<&'static str> {
        self.signs
            .iter()
            .find(|(s, _)| s.eq_ignore_ascii_case(sign))
            .map(|(_, code)| *code)
    }

    /// The country a word brings up, by its name, a city or its adjective.
    pub fn country(&self, word: &str) -> Option<[u8; 2]> {
        self.countries.get(word)
    }

    /// The currency that has `adjective` and the name.
    pub fn with_adjective(&self, adjective: &str, name: MoneyName) -> Option<&'static str> {
        self.bearers(name).find_map(|c| {
            c.adjectives
                .iter()
                .any(|a| a.eq_ignore_ascii_case(adjective))
                .then_some(c.code)
        })
    }

    fn bearers(&self, name: MoneyName) -> impl Iterator<Item = &Currency> {
        let of = match name {
            MoneyName::Noun(k) => &self.nouns[usize::from(k)].1,
            MoneyName::Minor(k) => &self.minors[usize::from(k)].1,
        };
        of.iter().map(|k| &self.currencies[usize::from(*k)])
    }

    pub fn singular(&self, name: MoneyName) -> &'static str {
        match name {
            MoneyName::Noun(k) => self.nouns[usize::from(k)].0,
            MoneyName::Minor(k) => self.minors[usize::from(k)].0,
        }
    }

    /// The one currency of the name, if only one bears it.
    pub fn only(&self, name: MoneyName) -> Option<&'static str> {
        let mut of = self.bearers(name);
        match (of.next(), of.next()) {
            (Some(c), None) => Some(c.code),
            _ => None,
        }
    }

    /// The bearer of the name that circulates in one of `countries`, asked in order.
    pub fn local(&self, name: MoneyName, countries: &[[u8; 2]]) -> Option<&'static str> {
        countries.iter().find_map(|iso| {
            self.bearers(name)
                .find(|c| c.countries.iter().any(|x| x.as_bytes() == iso))
                .map(|c| c.code)
        })
    }

    pub fn default(&self, noun: &str) -> Option<&'static str> {
        self.defaults
            .iter()
            .find(|(n, _)| *n == noun)
            .map(|(_, code)| *code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        assert_eq!(CURRENCIES.currencies.len(), rows(CURRENCIES_FILE).count());
        assert!(CURRENCIES.currencies.len() > 190);
        for c in &CURRENCIES.currencies {
            assert!(c.code.len() == 3 && c.code.bytes().all(|b| b.is_ascii_uppercase()));
            assert_eq!(CURRENCIES.code(c.code), Some(c.code));
        }
        for (_, code) in &CURRENCIES.defaults {
            assert!(CURRENCIES.code(code).is_some(), "{code}");
        }
    }

    #[test]
    fn names_and_signs_lead_to_codes() {
        let noun = |w| CURRENCIES.name(w).unwrap();
        assert_eq!(
            CURRENCIES.with_adjective("Canadian", noun("dollars")),
            Some("CAD")
        );
        assert_eq!(
            CURRENCIES.with_adjective("hong-kong", noun("dollar")),
            Some("HKD")
        );
        assert_eq!(CURRENCIES.only(noun("yuan")), Some("CNY"));
        assert_eq!(CURRENCIES.only(noun("dollars")), None);
        assert_eq!(CURRENCIES.local(noun("rupees"), &[*b"PK"]), Some("PKR"));
        assert_eq!(CURRENCIES.sign("HK$"), Some("HKD"));
        assert_eq!(CURRENCIES.sign("€"), Some("EUR"));
        assert_eq!(CURRENCIES.sign("$"), Some("USD"));
    }
}

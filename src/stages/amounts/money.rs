//! The currencies of the world as news writes them, and which one an amount is in.

use std::sync::LazyLock;

use crate::text::data::{DataFault, DataFile, DataRow, data_file, sound};
use crate::text::word_table::WordTable;

pub(super) const CURRENCIES_FILE: DataFile<'static> = data_file!("amounts/currencies.tsv");
pub(super) const COUNTRIES_FILE: DataFile<'static> = data_file!("amounts/countries.tsv");
pub(super) const DEFAULTS_FILE: DataFile<'static> = data_file!("amounts/defaults.tsv");

/// A country by its ISO 3166-1 alpha-2 code.
pub(super) type CountryCode = [u8; 2];

/// `code` as one, if it is two capitals.
pub(super) fn country_code(code: &str) -> Option<CountryCode> {
    let letters = CountryCode::try_from(code.as_bytes()).ok()?;
    letters
        .iter()
        .all(u8::is_ascii_uppercase)
        .then_some(letters)
}

/// One currency of the table: a row of config/amounts/currencies.tsv.
#[derive(Debug)]
pub(super) struct Currency {
    /// Its code of ISO 4217.
    pub code: &'static str,
    /// Where it circulates, the country of its adjectives first.
    pub countries: Vec<CountryCode>,
    adjectives: Vec<&'static str>,
    nouns: Vec<&'static str>,
    minors: Vec<&'static str>,
    signs: Vec<&'static str>,
}

/// What a word says of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MoneyName {
    /// A unit of money, singular or plural: index into the nouns.
    Noun(u16),
    /// A hundredth of one.
    Minor(u16),
}

#[derive(Debug)]
pub(super) struct CurrencyTable {
    pub currencies: Vec<Currency>,
    /// Nouns in the singular with the currencies that bear them, in the order of the file.
    nouns: Vec<(&'static str, Vec<u16>)>,
    minors: Vec<(&'static str, Vec<u16>)>,
    names: WordTable<MoneyName>,
    codes: WordTable<u16>,
    /// Signs and the codes of the first currencies that have them.
    signs: Vec<(&'static str, &'static str)>,
    defaults: Vec<(&'static str, &'static str)>,
    countries: WordTable<CountryCode>,
}

pub(super) static CURRENCIES: LazyLock<CurrencyTable> =
    LazyLock::new(|| sound(CurrencyTable::read()));

/// The parts of a cell.
fn parts(cell: &'static str, by: char) -> Vec<&'static str> {
    cell.split(by).filter(|x| !x.is_empty()).collect()
}

/// A country as a cell names it.
fn country(row: &DataRow<'static>, code: &str) -> Result<CountryCode, DataFault> {
    country_code(code).ok_or_else(|| row.fault(format!("{code:?} is no code of a country")))
}

/// Plurals that are not made with -s; the rest of the nouns take it or stay as they are.
const IRREGULAR_PLURALS: &[(&str, &str)] = &[
    ("penny", "pennies"),
    ("colon", "colones"),
    ("stg", "sterling"),
];

impl Currency {
    fn read(row: &DataRow<'static>) -> Result<Currency, DataFault> {
        let [code, countries, adjectives, nouns, minors, signs] = row.columns()?;
        let countries = parts(countries, ',').into_iter();
        Ok(Currency {
            code,
            countries: countries
                .map(|c| country(row, c))
                .collect::<Result<_, _>>()?,
            adjectives: parts(adjectives, ','),
            nouns: parts(nouns, ','),
            minors: parts(minors, ','),
            signs: parts(signs, ' '),
        })
    }
}

/// Nouns of `currencies`, each with the indices of those that bear it, in their order.
fn bearers_of(
    currencies: &[Currency],
    nouns_of: fn(&Currency) -> &[&'static str],
) -> Vec<(&'static str, Vec<u16>)> {
    let mut nouns: Vec<(&'static str, Vec<u16>)> = Vec::new();
    for (k, currency) in currencies.iter().enumerate() {
        for noun in nouns_of(currency) {
            match nouns.iter_mut().find(|(n, _)| n == noun) {
                Some((_, bearers)) => bearers.push(k as u16),
                None => nouns.push((noun, vec![k as u16])),
            }
        }
    }
    nouns
}

/// The singular and the plurals of a noun.
fn spellings(noun: &str) -> impl Iterator<Item = String> {
    let irregular = IRREGULAR_PLURALS.iter().find(|(n, _)| *n == noun);
    let regular = [noun.to_owned(), format!("{noun}s")].into_iter();
    regular.chain(irregular.map(|(_, plural)| (*plural).to_owned()))
}

/// What names a country: its names and cities first, then the adjectives of its currency.
fn country_words(currencies: &[Currency]) -> Result<WordTable<CountryCode>, DataFault> {
    let mut words = Vec::new();
    for row in COUNTRIES_FILE.rows() {
        let [iso, names] = row.columns()?;
        let iso = country(&row, iso)?;
        words.extend(parts(names, ',').into_iter().map(|name| (name, iso)));
    }
    for currency in currencies {
        if let Some(iso) = currency.countries.first() {
            words.extend(currency.adjectives.iter().map(|name| (*name, *iso)));
        }
    }
    Ok(WordTable::new(words))
}

impl CurrencyTable {
    fn read() -> Result<CurrencyTable, DataFault> {
        let rows = CURRENCIES_FILE.rows();
        let currencies: Vec<Currency> = rows
            .map(|row| Currency::read(&row))
            .collect::<Result<_, _>>()?;
        let nouns = bearers_of(&currencies, |c| &c.nouns);
        let minors = bearers_of(&currencies, |c| &c.minors);
        let mut names: Vec<(String, MoneyName)> = Vec::new();
        for (k, (noun, _)) in nouns.iter().enumerate() {
            names.extend(spellings(noun).map(|word| (word, MoneyName::Noun(k as u16))));
        }
        for (k, (noun, _)) in minors.iter().enumerate() {
            names.extend(spellings(noun).map(|word| (word, MoneyName::Minor(k as u16))));
        }
        let codes = currencies.iter().enumerate();
        let signs = currencies
            .iter()
            .flat_map(|c| c.signs.iter().map(|sign| (*sign, c.code)));
        let defaults = DEFAULTS_FILE
            .rows()
            .map(|row| row.columns().map(|[noun, code]| (noun, code)));
        Ok(CurrencyTable {
            names: WordTable::new(names.iter().map(|(word, name)| (word.as_str(), *name))),
            codes: WordTable::new(codes.map(|(k, c)| (c.code, k as u16))),
            signs: signs.collect(),
            defaults: defaults.collect::<Result<_, _>>()?,
            countries: country_words(&currencies)?,
            nouns,
            minors,
            currencies,
        })
    }

    pub(super) fn name(&self, word: &str) -> Option<MoneyName> {
        self.names.get(word)
    }

    /// The currency of a three-letter code; codes that are also words count in capitals only.
    pub(super) fn code(&self, word: &str) -> Option<&'static str> {
        if word.len() != 3 {
            return None;
        }
        let index = self.codes.get(word)?;
        Some(self.currencies[usize::from(index)].code)
    }

    /// The currency of a sign with the letters before it: `us$`, `hk$`, `€`, `rs`.
    pub(super) fn sign(&self, sign: &str) -> Option<&'static str> {
        self.signs
            .iter()
            .find(|(s, _)| s.eq_ignore_ascii_case(sign))
            .map(|(_, code)| *code)
    }

    /// The currencies that have a sign, the first of the file first.
    pub(super) fn bearing<'s>(&'s self, sign: &'s str) -> impl Iterator<Item = &'s Currency> {
        self.currencies
            .iter()
            .filter(move |c| c.signs.iter().any(|s| s.eq_ignore_ascii_case(sign)))
    }

    /// The country a word brings up, by its name, a city or its adjective.
    pub(super) fn country(&self, word: &str) -> Option<CountryCode> {
        self.countries.get(word)
    }

    /// The currency that has `adjective` and the name.
    pub(super) fn with_adjective(&self, adjective: &str, name: MoneyName) -> Option<&'static str> {
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

    pub(super) fn singular(&self, name: MoneyName) -> &'static str {
        match name {
            MoneyName::Noun(k) => self.nouns[usize::from(k)].0,
            MoneyName::Minor(k) => self.minors[usize::from(k)].0,
        }
    }

    /// The one currency of the name, if only one bears it.
    pub(super) fn only(&self, name: MoneyName) -> Option<&'static str> {
        let mut of = self.bearers(name);
        match (of.next(), of.next()) {
            (Some(c), None) => Some(c.code),
            _ => None,
        }
    }

    /// The bearer of the name that circulates in one of `countries`, asked in order.
    pub(super) fn local(&self, name: MoneyName, countries: &[CountryCode]) -> Option<&'static str> {
        countries.iter().find_map(|iso| {
            self.bearers(name)
                .find(|c| c.countries.contains(iso))
                .map(|c| c.code)
        })
    }

    pub(super) fn default(&self, noun: &str) -> Option<&'static str> {
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
        assert_eq!(CURRENCIES.currencies.len(), CURRENCIES_FILE.rows().count());
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

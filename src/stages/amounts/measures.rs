//! Units of measure and their worth in SI.

use std::sync::LazyLock;

use crate::text::Token;
use crate::text::data::{DataFault, DataFile, data_file, sound};
use crate::text::word_table::WordTable;

pub(super) const UNITS_FILE: DataFile<'static> = data_file!("amounts/units.tsv");

/// How a value in the unit becomes one in SI.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum ToSi {
    Factor(f64),
    Celsius,
    Fahrenheit,
    /// No one SI unit ("degrees", "decibels").
    Not,
}

impl ToSi {
    /// The last column of the file: a factor, `C`, `F`, or nothing.
    fn of(column: &str) -> Option<ToSi> {
        match column {
            "" => Some(ToSi::Not),
            "C" => Some(ToSi::Celsius),
            "F" => Some(ToSi::Fahrenheit),
            factor => factor.parse().ok().map(ToSi::Factor),
        }
    }
}

#[derive(Debug)]
struct UnitName {
    /// Words and marks of the name, as they stand in text without their spaces.
    text: &'static str,
    unit: u16,
}

/// A unit of measure: its name in SI, empty where it has none ("rpm"), and the way there.
#[derive(Debug, Clone, Copy)]
pub(super) struct MeasureUnit {
    pub si: &'static str,
    pub to_si: ToSi,
    /// Nothing has less than none of it: a hyphen before "75kg" is no minus.
    pub never_below_zero: bool,
}

/// Quantities of which there is never less than none.
const NEVER_BELOW_ZERO: [&str; 7] = [
    "mass",
    "area",
    "volume",
    "frequency",
    "data",
    "data rate",
    "image",
];

/// The units of config/amounts/units.tsv by the words of their names.
#[derive(Debug)]
pub(super) struct UnitTable {
    units: Vec<MeasureUnit>,
    /// Names by their first word, longest first.
    names: Vec<Vec<UnitName>>,
    first: WordTable<u16>,
}

pub(super) static UNITS: LazyLock<UnitTable> = LazyLock::new(|| sound(UnitTable::read()));

impl UnitTable {
    fn read() -> Result<UnitTable, DataFault> {
        let mut units = Vec::new();
        let mut firsts: Vec<&'static str> = Vec::new();
        let mut names: Vec<Vec<UnitName>> = Vec::new();
        for row in UNITS_FILE.rows() {
            let [spellings, quantity, si, factor] = row.columns()?;
            let to_si = ToSi::of(factor)
                .ok_or_else(|| row.fault(format!("{factor:?} is no factor to SI")))?;
            let unit = units.len() as u16;
            units.push(MeasureUnit {
                si,
                to_si,
                never_below_zero: NEVER_BELOW_ZERO.contains(&quantity),
            });
            for text in spellings.split(',') {
                let first = text.split([' ', '-', '/']).next().unwrap_or(text);
                let known = firsts.iter().position(|f| *f == first);
                let k = known.unwrap_or_else(|| {
                    firsts.push(first);
                    names.push(Vec::new());
                    firsts.len() - 1
                });
                names[k].push(UnitName { text, unit });
            }
        }
        for list in &mut names {
            list.sort_by_key(|n| std::cmp::Reverse(n.text.len()));
        }
        Ok(UnitTable {
            units,
            names,
            first: WordTable::new(firsts.iter().enumerate().map(|(k, f)| (*f, k as u16))),
        })
    }

    /// Whether a unit's name can start with `word`.
    pub(super) fn starts(&self, word: &str) -> bool {
        self.first.get(word).is_some()
    }

    /// The unit whose name starts at token `i`, and the index after its last token.
    pub(super) fn at(
        &self,
        text: &str,
        tokens: &[Token],
        i: usize,
    ) -> Option<(MeasureUnit, usize)> {
        let first = tokens.get(i)?.of(text);
        let list = &self.names[usize::from(self.first.get(first)?)];
        list.iter().find_map(|name| {
            let mut rest = name.text;
            let mut j = i;
            while !rest.is_empty() {
                let token = tokens.get(j)?.of(text);
                // a word's point may be part of the name ("sq. ft.") or end the sentence
                let token = token
                    .strip_suffix('.')
                    .filter(|t| !t.is_empty())
                    .unwrap_or(token);
                let head = rest.get(..token.len())?;
                if !head.eq_ignore_ascii_case(token) {
                    return None;
                }
                rest = rest[token.len()..].trim_start_matches([' ', '.']);
                j += 1;
            }
            Some((self.units[usize::from(name.unit)], j))
        })
    }

    /// The unit whose whole name is `text`: letters run on to digits ("5km").
    pub(super) fn named(&self, text: &str) -> Option<MeasureUnit> {
        let list = &self.names[usize::from(self.first.get(text)?)];
        list.iter()
            .find(|n| n.text.eq_ignore_ascii_case(text))
            .map(|n| self.units[usize::from(n.unit)])
    }
}

impl MeasureUnit {
    /// `value` of this unit in SI units.
    pub(super) fn si_value(&self, value: f64) -> Option<f64> {
        match self.to_si {
            ToSi::Factor(factor) => Some(value * factor),
            ToSi::Celsius => Some(value + 273.15),
            ToSi::Fahrenheit => Some((value + 459.67) * 5.0 / 9.0),
            ToSi::Not => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Span, tokens::tokenize};

    fn unit(text: &str) -> Option<(MeasureUnit, usize)> {
        let tokens = tokenize(text, std::iter::once(Span::new(0, text.len())));
        UNITS.at(text, &tokens, 0)
    }

    #[test]
    fn finds_units_of_one_word_and_more() {
        assert_eq!(unit("miles away").map(|u| u.1), Some(1));
        assert_eq!(unit("miles per hour").map(|u| u.1), Some(3));
        assert_eq!(unit("square kilometres of").map(|u| u.1), Some(2));
        assert_eq!(unit("kilowatt-hours").map(|u| u.1), Some(3));
        assert_eq!(unit("milestone").map(|u| u.1), None);
        let (f, _) = unit("degrees Fahrenheit").unwrap();
        assert!((f.si_value(212.0).unwrap() - 373.15).abs() < 1e-9);
    }
}

//! Tables in data files that are no lists of phrases ([`super::word_lists`]): rows of columns separated
//! by tabs, and words by class.
//!
//! Lines that begin with `#` and empty lines say nothing. The files are compiled in and read once; a
//! fault in one panics with file and line, in every test that reads it.

use std::fmt::Display;
use std::str::{FromStr, SplitWhitespace};

use super::data::{self, DataRow, sound};

/// One row of a table.
#[derive(Debug, Clone, Copy)]
pub struct Row<'t, const N: usize> {
    row: DataRow<'t>,
    pub columns: [&'t str; N],
}

impl<const N: usize> Row<'_, N> {
    /// The number in a column, counted from 0.
    ///
    /// # Panics
    /// When there is none.
    pub fn number<T: FromStr<Err: Display>>(&self, column: usize) -> T {
        let text = self.columns[column];
        text.parse()
            .unwrap_or_else(|e| self.fault(&format!("{text:?}: {e}")))
    }

    /// Its line in the file, from 1.
    pub fn line(&self) -> usize {
        self.row.line()
    }

    /// Panics with the place of the row and what is wrong with it.
    pub fn fault(&self, what: &str) -> ! {
        panic!("{}", self.row.fault(what))
    }
}

/// The rows of a table of `N` columns; `path` is that of the file.
///
/// # Panics
/// At a row that has not `N` columns.
pub fn rows<'t, const N: usize>(path: &'t str, text: &'t str) -> impl Iterator<Item = Row<'t, N>> {
    data::rows(path, text).map(|row| Row {
        columns: sound(row.columns()),
        row,
    })
}

/// The lines `class: word word …` of a file, each with its class and its words; a class may have several lines.
///
/// # Panics
/// At a line without a class or without words.
pub fn classes<'t>(
    path: &'t str,
    text: &'t str,
) -> impl Iterator<Item = (DataRow<'t>, &'t str, SplitWhitespace<'t>)> {
    data::rows(path, text).map(|row| match row.text.split_once(':') {
        Some((class, words)) if !words.trim().is_empty() => (row, class, words.split_whitespace()),
        _ => panic!("{}", row.fault("not `class: word word`")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_their_columns_and_numbers() {
        let rows: Vec<Row<'_, 2>> = rows("x.tsv", "# a\n\na\t1\nb\t-2.5\n").collect();
        assert_eq!(rows[0].columns, ["a", "1"]);
        assert_eq!(rows[0].number::<u8>(1), 1);
        assert!((rows[1].number::<f32>(1) + 2.5).abs() < f32::EPSILON);
    }

    #[test]
    #[should_panic(expected = "x.tsv:3: 3 columns, not 2")]
    fn a_row_with_too_many_columns_is_told_by_its_line() {
        rows::<2>("x.tsv", "# a\na\tb\na\tb\tc\n").for_each(drop);
    }

    #[test]
    #[should_panic(expected = "x.tsv:1: \"1x\": invalid digit found in string")]
    fn what_is_no_number_is_told_by_its_line() {
        let sum: u32 = rows::<1>("x.tsv", "1x\n")
            .map(|row| row.number::<u32>(0))
            .sum();
        assert_eq!(sum, 1);
    }

    #[test]
    #[should_panic(expected = "x.txt:2: not `class: word word`")]
    fn a_line_without_words_is_told() {
        let read = classes("x.txt", "a: b c\nd:\n");
        assert_eq!(read.map(|(_, _, words)| words.count()).sum::<usize>(), 2);
    }
}

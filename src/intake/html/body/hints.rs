//! The older format of data files, which the words of dates still have: a line is `kind: rest`.

use crate::text::data::DataFile;

/// The lines `kind: rest` of a data file, comments left out.
pub fn entries(file: DataFile<'static>) -> impl Iterator<Item = (&'static str, &'static str)> {
    file.text()
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(": "))
}

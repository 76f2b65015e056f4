//! The older format of data files, which the words of dates still have: a line is `kind: rest`.

use crate::text::data::DataFile;

/// The lines `kind: rest` of a data file, comments left out.
///
/// # Panics
/// With file and line at one that is not so.
pub(crate) fn entries(
    file: DataFile<'static>,
) -> impl Iterator<Item = (&'static str, &'static str)> {
    file.rows().map(|row| {
        let entry = row.text.split_once(": ");
        entry.unwrap_or_else(|| panic!("{}", row.fault("not `kind: rest`")))
    })
}

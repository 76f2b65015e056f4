//! The words of a place at the start of a line.

use super::marks::dash;
use super::{FoundDateline, WORDS};
use crate::intake::dates::DayOfYear;
use crate::intake::wire::agencies::agency;
use crate::intake::wire::letter_case;

/// Most words a place has, its region included: "SAN PEDRO DE MACORIS, Dominican Republic".
const PLACE_WORDS: usize = 7;
/// The words of a place at the start of a line.
pub(super) struct PlaceName<'t> {
    /// Without its region.
    pub name: &'t str,
    /// Whether the region is a state of the USA.
    american: bool,
    /// Whether the place, not its region, is all in capitals.
    pub capitals: bool,
    /// Where the place and its region end, in bytes.
    pub end: usize,
}

impl<'t> PlaceName<'t> {
    pub(super) fn read(window: &'t str) -> Option<PlaceName<'t>> {
        let mut words = 0;
        let mut end = 0;
        let mut comma = None;
        for (at, word) in pieces(window) {
            let bare = word.trim_end_matches([',', ':', '.']);
            let set_close = at == end + 1;
            if is_dash(word) || words > 0 && begins_other(window, at, word) {
                break;
            }
            // "TOKYO, Kyodo -", "SYDNEY AAP -".
            if words > 0 && set_close && (comma.is_some() || bare.len() == 3) {
                let after = &window[at + bare.len()..];
                if is_agency_in_capitals(bare) && dash(after).is_some() {
                    break;
                }
            }
            let particle = words > 0 && WORDS.particle.contains(&bare);
            if !(particle || is_name_like(bare)) || words == PLACE_WORDS {
                return None;
            }
            words += 1;
            end = at + word.len();
            if word.ends_with(',') && comma.is_none() {
                comma = Some(at + bare.len());
            }
            if word.ends_with(':') {
                end -= 1;
                break;
            }
            // A sentence that ends here is no place, save "MOSCOW. Dec 4" and abbreviations.
            let closes = word.ends_with('.') && bare.len() > LONGEST_ABBREVIATION;
            if closes && DayOfYear::read(window[end..].trim_start()).is_none() {
                return None;
            }
            // A dash set close: "NEW YORK--(BUSINESS WIRE)--".
        }
        (words > 0).then(|| PlaceName::of(window, end, comma))?
    }

    /// The place whose words end at `end`; its region stands behind the comma.
    fn of(window: &'t str, end: usize, comma: Option<usize>) -> Option<PlaceName<'t>> {
        let joined = window.get(..end)?;
        let whole = joined.trim_end_matches([',', ' ']);
        let name = comma.map_or(whole, |at| window[..at].trim());
        let region = window
            .get(name.len()..whole.len())
            .unwrap_or("")
            .trim_matches([',', ' ']);
        let name = name.trim_end_matches(':');
        let letters = name.chars().filter(|c| c.is_alphabetic());
        let capitals = letters.clone().count() >= 2 && letters.clone().all(char::is_uppercase);
        Some(PlaceName {
            name,
            american: is_state(region),
            capitals,
            end: whole.len(),
        })
    }

    /// The dateline that this place makes with a day and an agency, whose text begins at `end`.
    pub(super) fn found(
        self,
        day: Option<DayOfYear>,
        source: Option<&str>,
        end: usize,
    ) -> FoundDateline {
        let first = self.name.split('/').next().unwrap_or(self.name);
        let first = match first.trim_end_matches('.') {
            short if short.len() + 1 == first.len() && short.len() > 4 => short,
            _ => first,
        };
        FoundDateline {
            place: Some(letter_case::title_case(first.trim())),
            american: self.american,
            day,
            source: source.map(str::to_owned),
            end,
        }
    }
}

/// Longest abbreviation at the end of a place ("Calif."), without its full stop, in bytes.
const LONGEST_ABBREVIATION: usize = 5;

fn is_dash(word: &str) -> bool {
    matches!(word, "-" | "--" | "---" | "–" | "_" | "−") || word.starts_with('—')
}

/// Whether an agency in brackets or a day begins at a word behind a place.
fn begins_other(window: &str, at: usize, word: &str) -> bool {
    let figures = word.starts_with(|c: char| c.is_ascii_digit());
    word.starts_with(['(', '/', '['])
        || DayOfYear::read(&window[at..]).is_some()
        || figures && DayOfYear::read_figures(word).is_some()
}

fn is_agency_in_capitals(word: &str) -> bool {
    word.chars().all(char::is_uppercase) && agency(word).is_some()
}

/// Whether a word can be of a name: a capital, and letters and the marks that names have.
fn is_name_like(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
        && word
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '’' | '-' | '/' | '`'))
}

/// The words of a text and where each begins; a dash or bracket set close to a word begins a new one.
fn pieces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let start = at + (rest.len() - rest.trim_start_matches([' ', '\u{a0}']).len());
        let rest = &text[start..];
        if rest.is_empty() {
            return None;
        }
        let mut length = rest.find([' ', '\u{a0}']).unwrap_or(rest.len());
        if let Some(close) = rest[..length].find("--").filter(|&n| n > 0) {
            length = close;
        }
        if let Some(close) = rest[..length].find(['—', '–', '(']).filter(|&n| n > 0) {
            length = close;
        }
        at = start + length;
        Some((start, &rest[..length]))
    })
}

/// Whether a region after a comma is a state of the USA, as AP or the post abbreviates it.
fn is_state(region: &str) -> bool {
    WORDS.state.contains(&region.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_known_as_datelines_write_them() {
        assert!(is_state("Ore.") && is_state("N.C.") && is_state("Texas") && !is_state("Nigeria"));
    }
}

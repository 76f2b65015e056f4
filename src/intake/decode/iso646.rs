//! National variants of ISO 646: seven-bit text in which the places of brackets, braces and a few other
//! signs hold a language's own letters ("f}r" is "für" in German and "får" in Swedish). Text wires of
//! the old kind still send them, and never say which one it is.

/// A variant: its name, the words that tell its language, and its letters.
struct Variant {
    charset: &'static str,
    words: &'static [&'static str],
    letters: &'static [(char, char)],
}

/// By language; of French there is the one of France and Canada, and the Swiss one, by [`SWISS`].
const VARIANTS: &[Variant] = &[
    Variant {
        charset: "iso-646-de",
        words: &[
            "der", "die", "und", "das", "nicht", "mit", "von", "auf", "ist", "ein",
        ],
        letters: &[
            ('[', 'Ä'),
            ('\\', 'Ö'),
            (']', 'Ü'),
            ('{', 'ä'),
            ('|', 'ö'),
            ('}', 'ü'),
            ('~', 'ß'),
        ],
    },
    Variant {
        charset: "iso-646-se",
        words: &[
            "och", "att", "som", "det", "inte", "av", "en", "ett", "ja", "ei", "mutta", "sanoi",
        ],
        letters: &[
            ('[', 'Ä'),
            ('\\', 'Ö'),
            (']', 'Å'),
            ('{', 'ä'),
            ('|', 'ö'),
            ('}', 'å'),
        ],
    },
    Variant {
        charset: "iso-646-no",
        words: &[
            "og", "ikke", "som", "det", "til", "af", "av", "er", "at", "en",
        ],
        letters: &[
            ('[', 'Æ'),
            ('\\', 'Ø'),
            (']', 'Å'),
            ('{', 'æ'),
            ('|', 'ø'),
            ('}', 'å'),
        ],
    },
    Variant {
        charset: "iso-646-fr",
        words: &[
            "le", "la", "les", "des", "et", "est", "une", "dans", "pour", "du",
        ],
        letters: &[
            ('@', 'à'),
            ('[', 'â'),
            ('\\', 'ç'),
            (']', 'ê'),
            ('^', 'î'),
            ('`', 'ô'),
            ('{', 'é'),
            ('|', 'ù'),
            ('}', 'è'),
            ('~', 'û'),
        ],
    },
    Variant {
        charset: "iso-646-it",
        words: &[
            "il", "di", "che", "della", "per", "non", "del", "con", "una", "gli",
        ],
        letters: &[
            ('\\', 'ç'),
            (']', 'é'),
            ('`', 'ù'),
            ('{', 'à'),
            ('|', 'ò'),
            ('}', 'è'),
            ('~', 'ì'),
        ],
    },
    Variant {
        charset: "iso-646-es",
        words: &[
            "el", "los", "las", "del", "que", "en", "por", "con", "una", "para",
        ],
        letters: &[('\\', 'Ñ'), ('|', 'ñ'), ('}', 'ç')],
    },
    Variant {
        charset: "iso-646-pt",
        words: &[
            "os", "que", "em", "um", "uma", "dos", "para", "com", "da", "do",
        ],
        letters: &[
            ('[', 'Ã'),
            ('\\', 'Ç'),
            (']', 'Õ'),
            ('{', 'ã'),
            ('|', 'ç'),
            ('}', 'õ'),
        ],
    },
];
/// Swiss agencies send German and French in one variant; German looks the same in it.
const SWISS: &[(char, char)] = &[
    ('@', 'à'),
    ('[', 'é'),
    ('\\', 'ç'),
    (']', 'ê'),
    ('^', 'î'),
    ('_', 'è'),
    ('`', 'ô'),
    ('{', 'ä'),
    ('|', 'ö'),
    ('}', 'ü'),
    ('~', 'û'),
    ('#', 'ù'),
];

/// Signs that no word of seven-bit English text has, and how many words with one make a variant.
const TELLING_SIGNS: &[char] = &['{', '|', '}', '\\'];
const TELLING_WORDS: usize = 2;

/// Decodes text that is in a national variant; `None` when it is not. Also says which one it is.
pub(super) fn decode(text: &str) -> Option<(String, &'static str)> {
    let bytes = text.as_bytes();
    let telling = memchr::memchr3(b'{', b'|', b'}', bytes).or(memchr::memchr2(b'\\', b'[', bytes));
    if telling.is_none() || !text.is_ascii() {
        return None;
    }
    // Words with a sign in them; what braces enclose is no word.
    let spelt = |signs: &[char]| {
        let words = text.split_ascii_whitespace();
        words
            .filter(|w| {
                w.contains(signs)
                    && w.contains(|c: char| c.is_ascii_alphabetic())
                    && !(w.starts_with('{') && w.ends_with('}'))
            })
            .count()
    };
    let inside = |sign: u8| {
        let windows = text.as_bytes().windows(3);
        let letters = |w: &&[u8]| w[0].is_ascii_alphabetic() && w[2].is_ascii_alphabetic();
        windows.filter(|w| w[1] == sign).filter(letters).count()
    };
    let (braces, brackets) = (spelt(TELLING_SIGNS), inside(b'['));
    if braces + brackets < TELLING_WORDS {
        return None;
    }
    let count = |v: &&Variant| {
        let words = text.split(|c: char| !c.is_ascii_alphabetic());
        words.filter(|w| v.words.contains(w)).count()
    };
    let variant = VARIANTS.iter().max_by_key(count).filter(|v| count(v) > 0)?;
    // "é" is the commonest of the letters: a brace in France, a bracket in Switzerland.
    if variant.charset == "iso-646-fr" && brackets > inside(b'{') {
        return Some((mapped(text, SWISS), "iso-646-ch"));
    }
    Some((mapped(text, variant.letters), variant.charset))
}

/// The text with each sign that belongs to a word as the letter it stands for.
fn mapped(text: &str, letters: &[(char, char)]) -> String {
    let bytes = text.as_bytes();
    let letter = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(|b| b.is_ascii_alphabetic() || TELLING_SIGNS.contains(&char::from(*b)))
    };
    let blank = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_none_or(u8::is_ascii_whitespace)
    };
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for (at, c) in text.char_indices() {
        let (before, after) = (at.checked_sub(1), Some(at + 1));
        let belongs = match c {
            // Brackets and signs of the keyboard stand beside words as well.
            '`' => letter(before),
            '[' if letter(before) => true,
            // "à" is a word itself; a bracket that is not closed opens a word.
            '@' if blank(before) && blank(after) => true,
            '[' if letter(after) && !closed(&text[at..]) => true,
            '[' | ']' | '@' | '_' | '#' | '^' => letter(before) && letter(after),
            // "å" and "è" are words themselves; a bar alone parts columns.
            '}' if blank(before) && blank(after) => true,
            _ => letter(before) || letter(after),
        };
        let made = letters.iter().find(|(sign, _)| *sign == c);
        out.push(made.filter(|_| belongs).map_or(c, |(_, letter)| *letter));
    }
    out
}

/// Whether a bracket at the start of the text is closed behind a word in its line.
fn closed(text: &str) -> bool {
    let line = text.lines().next().unwrap_or("");
    line.match_indices(']')
        .any(|(at, _)| !line[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_are_told_by_their_language() {
        for (text, want, charset) in [
            (
                "Die F{hre ist f}r die K}ste zu gro~. [rzte und das |l.",
                "Die Fähre ist für die Küste zu groß. Ärzte und das öl.",
                "iso-646-de",
            ),
            (
                "F{rjan gick p} grund och det var f|r m}nga.",
                "Färjan gick på grund och det var för många.",
                "iso-646-se",
            ),
            (
                "Lautta ei l{htenyt, mutta s{{ parani, h{n sanoi.",
                "Lautta ei lähtenyt, mutta sää parani, hän sanoi.",
                "iso-646-se",
            ),
            (
                "Det er ikke lett } f} f{rgen til |ya og hj{lpe.",
                "Det er ikke lett å få færgen til øya og hjælpe.",
                "iso-646-no",
            ),
            (
                "Le ferry a coul{ dans la journ{e, la premi}re fois, @ Westmere.",
                "Le ferry a coulé dans la journée, la première fois, à Westmere.",
                "iso-646-fr",
            ),
            (
                "Le ferry a coul[ dans la journ[e et l'[quipe est sauv[e.",
                "Le ferry a coulé dans la journée et l'équipe est sauvée.",
                "iso-646-ch",
            ),
            (
                "Il traghetto } affondato; la citt{ pi` vicina per il capit|lo.",
                "Il traghetto è affondato; la città più vicina per il capitòlo.",
                "iso-646-it",
            ),
        ] {
            let got = decode(text);
            let got = got.as_ref().map(|(t, c)| (t.as_str(), *c));
            assert_eq!(got, Some((want, charset)), "{text}");
        }
    }

    #[test]
    fn english_and_tables_stay_as_they_are() {
        for text in [
            "The ferry [sank] off Westmere, the line said (mail desk@acme.example).",
            "| Westmere | 3 | 1 |\n| Easting | 2 | 2 |",
            "{braces} and a|b once",
            "C:\\x",
        ] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}

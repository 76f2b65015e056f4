//! English cue verbs with their classes, and the function words of a clause.

use std::collections::HashMap;
use std::str::SplitWhitespace;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::data::{DataFile, DataRow, data_file};
use super::tokens::Case;
use super::{Token, TokenKind, table};

/// What a word can be in a clause; several at once are possible.
#[derive(Debug, Clone, Copy, Default)]
pub struct Word {
    parts: u16,
    /// The cue this word may be, with the class it belongs to.
    pub cue: Option<Cue>,
    /// The cues it is when a particle follows: "call" names, "call for" and "call on" demand.
    pub phrasal: &'static [Cue],
}

/// One form of a cue verb.
#[derive(Debug, Clone, Copy)]
pub struct Cue {
    /// Class of the verb: the quotation's stance.
    pub class: &'static str,
    pub strength: Strength,
    pub form: VerbForm,
    /// The word that must follow (`out` of "point out").
    pub particle: Option<&'static str>,
}

/// How much a verb says on its own about speech.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Only right beside a direct quotation.
    Beside,
    /// Only with quotation marks in what follows.
    WithMarks,
    /// Always.
    Plain,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerbForm {
    /// `say`: after a modal or "to", or with a plural subject.
    Base,
    /// `says`, `said`.
    Finite,
    /// `saying`.
    Participle,
}

macro_rules! parts {
    ($($name:ident $is:ident $line:literal = $bit:expr;)+) => {
        $(const $name: u16 = 1 << $bit;)+
        const PARTS: &[(&str, u16)] = &[$(($line, $name)),+];
        impl Word { $(pub fn $is(self) -> bool { self.parts & $name != 0 })+ }
    };
}

parts! {
    PRONOUN is_pronoun "pronoun" = 0;
    DETERMINER is_determiner "determiner" = 1;
    AUXILIARY is_auxiliary "auxiliary" = 2;
    MODAL is_modal "modal" = 3;
    NEGATION is_negation "negation" = 4;
    CONDITIONAL is_conditional "conditional" = 5;
    PREPOSITION is_preposition "preposition" = 6;
    CONJUNCTION is_conjunction "conjunction" = 7;
    RELATIVE is_relative "relative" = 8;
    ADVERB is_adverb "adverb" = 9;
    TIME is_time "time" = 10;
    SPEECH is_speech_noun "speech" = 11;
}

impl Word {
    /// Whether the word can stand inside a noun phrase: nothing is known of it that speaks against it.
    pub fn can_be_nominal(self) -> bool {
        self.parts & !(DETERMINER | TIME | SPEECH) == 0
    }
}

/// Words by their parts of speech.
pub const FUNCTION_WORDS_FILE: DataFile<'static> = data_file!("language/function_words.txt");
/// Verbs that bring in what is said.
pub const CUES_FILE: DataFile<'static> = data_file!("language/cues.txt");

/// The longest word in the lexicon, in bytes.
const LONGEST_LEXICON_WORD: usize = 16;

static LEXICON: LazyLock<HashMap<String, Word, FixedState>> = LazyLock::new(|| {
    let mut lexicon: HashMap<String, Word, FixedState> = HashMap::default();
    for (row, class, words) in classes(FUNCTION_WORDS_FILE) {
        let part = PARTS.iter().find(|(name, _)| *name == class);
        let (_, part) =
            part.unwrap_or_else(|| panic!("{}", row.fault(format!("no class {class}"))));
        for word in words {
            lexicon.entry(word.to_owned()).or_default().parts |= part;
        }
    }
    let mut phrasal: HashMap<String, Vec<Cue>, FixedState> = HashMap::default();
    for (_, class, verbs) in classes(CUES_FILE) {
        for entry in verbs {
            let (entry, strength) = match entry.strip_suffix(['*', '+']) {
                Some(e) if entry.ends_with('*') => (e, Strength::WithMarks),
                Some(e) => (e, Strength::Beside),
                None => (entry, Strength::Plain),
            };
            let (verb, particle) = entry
                .split_once('_')
                .map_or((entry, None), |(v, p)| (v, Some(p)));
            for (form, kind) in inflect(verb) {
                let cue = Cue {
                    class,
                    strength,
                    form: kind,
                    particle,
                };
                if particle.is_some() {
                    phrasal.entry(form).or_default().push(cue);
                } else {
                    // the first class that lists a form keeps it
                    lexicon.entry(form).or_default().cue.get_or_insert(cue);
                }
            }
        }
    }
    for (form, cues) in phrasal {
        // made once and kept for good, like the table itself
        lexicon.entry(form).or_default().phrasal = cues.leak();
    }
    lexicon
});

/// Builds the lexicon, so that the first article does not wait for it.
pub fn warm() {
    LazyLock::force(&LEXICON);
}

fn classes(
    file: DataFile<'static>,
) -> impl Iterator<Item = (DataRow<'static>, &'static str, SplitWhitespace<'static>)> {
    table::classes(file.path, file.text())
}

/// The forms of a verb: those listed with slashes, or made from the base by the rules of spelling.
fn inflect(verb: &str) -> Vec<(String, VerbForm)> {
    let form = |w: &str, base: &str| {
        let kind = match w {
            // listed twice, the base is its own past: read/reads/read/reading
            w if w == base && verb.split('/').filter(|f| *f == base).count() == 1 => VerbForm::Base,
            w if w.ends_with("ing") => VerbForm::Participle,
            _ => VerbForm::Finite,
        };
        (w.to_owned(), kind)
    };
    if let Some((base, _)) = verb.split_once('/') {
        return verb.split('/').map(|w| form(w, base)).collect();
    }
    let stem = verb.strip_suffix('e').unwrap_or(verb);
    let soft_y = verb
        .strip_suffix('y')
        .filter(|s| !s.ends_with(['a', 'e', 'i', 'o', 'u']));
    let third = match soft_y {
        Some(s) => format!("{s}ies"),
        None if verb.ends_with(['s', 'x', 'z']) || verb.ends_with("sh") || verb.ends_with("ch") => {
            format!("{verb}es")
        }
        None => format!("{verb}s"),
    };
    let past = soft_y.map_or_else(|| format!("{stem}ed"), |s| format!("{s}ied"));
    let ending = if verb.ends_with("ee") {
        format!("{verb}ing")
    } else {
        format!("{stem}ing")
    };
    [verb, &third, &past, &ending]
        .iter()
        .map(|w| form(w, verb))
        .collect()
}

/// Looks a token up. Costs one hash; words that cannot be in the lexicon cost none.
pub fn look_up(token: &Token, text: &str) -> Word {
    if !matches!(token.kind, TokenKind::Word | TokenKind::Clitic)
        || token.span.len() > LONGEST_LEXICON_WORD
    {
        return Word::default();
    }
    let mut buffer = [0u8; LONGEST_LEXICON_WORD];
    let bytes = token.of(text).as_bytes();
    let lower = &mut buffer[..bytes.len()];
    lower.copy_from_slice(bytes);
    lower.make_ascii_lowercase();
    std::str::from_utf8(lower)
        .ok()
        .and_then(|w| LEXICON.get(w))
        .copied()
        .unwrap_or_default()
}

/// Whether the straight quotation mark at token `i` closes although a space stands before it: behind a comma or stop, and
/// right before who says it, as in `…, "Berg said`. Copy that was taken apart and put together again has such marks.
pub fn closes_before_cue(text: &str, tokens: &[Token], i: usize) -> bool {
    /// "said", "he said", "Ann Berg said": words up to the verb.
    const NAME: usize = 3;
    let word = |i: usize| tokens.get(i).map_or("", |t| t.of(text));
    let stop = i > 0 && matches!(word(i - 1), "," | "." | "?" | "!");
    if !stop || word(i) != "\"" {
        return false;
    }
    let behind = &tokens[i + 1..];
    let is_verb = |t: &&Token| {
        look_up(t, text)
            .cue
            .is_some_and(|c| c.form == VerbForm::Finite)
    };
    let is_subject = |t: &&Token| {
        let pronoun = ["he", "she", "they"].contains(&t.of(text));
        t.kind == TokenKind::Word && (pronoun || t.case == Case::Title)
    };
    let subject = behind.iter().take(NAME);
    let subject = subject.take_while(|t| is_subject(t) && !is_verb(t)).count();
    let glued = behind.first().is_some_and(|t| !t.spaced);
    glued && behind.get(subject).is_some_and(|t| is_verb(&t))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_inflected_as_they_are_spelt() {
        let forms = |v: &str| inflect(v).into_iter().map(|f| f.0).collect::<Vec<_>>();
        assert_eq!(
            forms("announce"),
            ["announce", "announces", "announced", "announcing"]
        );
        assert_eq!(forms("reply"), ["reply", "replies", "replied", "replying"]);
        assert_eq!(
            forms("stress"),
            ["stress", "stresses", "stressed", "stressing"]
        );
        assert_eq!(
            forms("say/says/said/saying"),
            ["say", "says", "said", "saying"]
        );
        assert_eq!(
            inflect("say/says/said/saying")
                .iter()
                .map(|f| f.1)
                .collect::<Vec<_>>(),
            [
                VerbForm::Base,
                VerbForm::Finite,
                VerbForm::Finite,
                VerbForm::Participle
            ]
        );
    }

    #[test]
    fn no_word_is_longer_than_what_is_looked_up() {
        let longest = LEXICON.keys().map(String::len).max().unwrap();
        assert!(longest <= LONGEST_LEXICON_WORD, "{longest}");
    }
}

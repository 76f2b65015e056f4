//! The language of the text, with a confidence.
//!
//! The witnesses: the script, which settles a third of the languages alone; letters only some write; the
//! commonest function words, which speak for 40 languages; and a character-n-gram classifier
//! (`whichlang`, 16 languages) for texts too short to have many function words. A declared language
//! counts as one more witness where the others are weak, never against them.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::{Outcome, Stage, StageError, StageOutput};
use crate::intake::Article;
use crate::pipeline::Budget;
use crate::record::{BlockKind, Flag, Language};
use crate::text::data::{Data, DataFile, data_file};
use crate::text::word_lists::{List, word_lists};
use crate::text::{push_lower, table};

/// How much text is looked at, in bytes: past it the answer no longer changes on news.
const SAMPLE: usize = 4_000;

/// How much of it the classifier sees, in bytes: it is asked for the sake of short texts.
const CLASSIFIED: usize = 1_000;

/// Confidence above which the text is held against a declared language: [`confidence`] is a
/// probability, and one in ten wrong flags is what an editor puts up with.
const SURE: f32 = 0.9;

/// Below this many letters there is nothing to tell a language by.
const FEWEST_LETTERS: usize = 12;

/// The commonest function words of each language.
const STOPWORDS_FILE: DataFile<'static> = data_file!("language/stopwords.txt");

static DATA: LazyLock<Data> = LazyLock::new(|| {
    LazyLock::force(&LANGUAGES);
    load();
    Data::of(&[STOPWORDS_FILE, FILE])
});

pub struct LanguageStage;

impl Stage for LanguageStage {
    type Reads = ();
    type Finds = Language;

    fn data(&self) -> Option<&Data> {
        Some(&DATA)
    }

    fn run(&self, article: &Article, (): (), _: &Budget) -> Result<Outcome<Language>, StageError> {
        let from = article
            .blocks
            .iter()
            .find(|b| !matches!(b.kind, BlockKind::Headline | BlockKind::Caption))
            .map_or(0, |b| b.start as usize);
        let body = article.text.get(from..).unwrap_or(&article.text);
        // a body of one short line says less than headline and body together
        let text = if body.len() < 200 {
            article.text.as_str()
        } else {
            body
        };
        let declared = article.supplied.language.as_deref();
        let Some(language) = detect(text, declared) else {
            return Ok(Outcome::Skipped("too little text"));
        };
        let contradicts = declared.is_some_and(|d| !same(&primary(d), &language.code));
        let mut flags = Vec::new();
        if contradicts && language.confidence > Some(SURE) {
            flags.push(Flag::LANGUAGE_MISMATCH);
        }
        Ok(Outcome::Found(StageOutput {
            finding: language,
            flags,
        }))
    }
}

/// The language `text` is written in. `declared` is a BCP 47 tag that somebody put on it.
///
/// Returns `None` for text with too few letters, when nothing is declared either.
pub fn detect(text: &str, declared: Option<&str>) -> Option<Language> {
    let sample = &text[..text.floor_char_boundary(SAMPLE)];
    let declared = declared.map(primary).filter(|d| d.len() == 2);
    let letters = sample
        .chars()
        .filter(|c| c.is_alphabetic())
        .take(FEWEST_LETTERS)
        .count();
    let cjk = script(sample);
    if letters < FEWEST_LETTERS && !matches!(cjk, Some("zh" | "ja" | "ko")) {
        return declared.map(|code| Language {
            code,
            confidence: None,
        });
    }
    if let Some(code) = cjk {
        return Some(Language {
            code: code.into(),
            confidence: Some(0.99),
        });
    }
    let mut votes = count_function_words(sample);
    let (guess, weight) = guess(sample);
    *votes.entry(guess).or_default() += weight;
    count_letters(sample, &mut votes);
    count_sequences(sample, &mut votes);
    // a declaration is worth a function word: enough to settle a headline, too little to overrule a paragraph
    if let Some(declared) = &declared
        && let Some(code) = LANGUAGES.codes.iter().find(|c| same(declared, c))
    {
        *votes.entry(code).or_default() += 1.0;
    }
    let mut ranked: Vec<(&str, f32)> = votes.into_iter().collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let (code, best) = *ranked.first()?;
    let second = ranked.get(1).map_or(0.0, |r| r.1);
    let confidence = confidence(best, second);
    match declared {
        // A table of names tells no language; who sent it knows.
        Some(declared) if confidence < UNSURE && !same(&declared, code) => Some(Language {
            code: declared,
            confidence: None,
        }),
        _ => Some(Language {
            code: code.into(),
            confidence: Some(confidence),
        }),
    }
}

/// The classifier's answer and its votes: it is worth two function words, less on a handful of words.
fn guess(sample: &str) -> (&'static str, f32) {
    /// Words from which it is worth all of its votes.
    const ENOUGH_WORDS: usize = 12;
    const MOST_VOTES: f32 = 2.0;
    /// Finnish is not among the classifier's languages and looks Swedish to it, but for the å.
    const DOUBTFUL: f32 = 0.25;
    let guess = classifier(&sample[..sample.floor_char_boundary(CLASSIFIED)]);
    let words = sample.split_whitespace().take(ENOUGH_WORDS).count();
    let weight = if guess == "sv" && has_no_ring(sample) {
        DOUBTFUL
    } else {
        1.0
    };
    (guess, (words as f32 / 6.0).min(MOST_VOTES) * weight)
}

/// Confidence below which a declared language stands against the one that the text seems to be in: the
/// curve gives an even chance there.
const UNSURE: f32 = 0.6;

/// How sure a lead of `best` votes over `second` is.
///
/// A logistic curve in the lead over the square root of all votes; its two numbers were fitted to
/// how often cuts of 40 to 400 characters of news in 12 languages came out right.
fn confidence(best: f32, second: f32) -> f32 {
    let z = (best - second) / (best + second).sqrt().max(1.0);
    let p = 1.0 / (1.0 + (-(SLOPE * z + INTERCEPT)).exp());
    (p * 100.0).round() / 100.0
}
const SLOPE: f32 = 4.0;
const INTERCEPT: f32 = -2.2;

/// Votes of the function words in `text` for each language that has any.
fn count_function_words(text: &str) -> HashMap<&'static str, f32, FixedState> {
    let mut votes: HashMap<&str, f32, FixedState> = HashMap::default();
    let mut lower = String::new();
    for word in text
        .split(|c: char| !c.is_alphabetic() && !is_mark(c))
        .filter(|w| !w.is_empty() && w.len() <= 24)
    {
        lower.clear();
        push_lower(&mut lower, word);
        if let Some(speakers) = LANGUAGES.words.get(lower.as_str()) {
            // a word that many languages share says little for each
            let weight = 1.0 / (speakers.len() as f32).sqrt();
            for code in speakers {
                *votes.entry(code).or_default() += weight;
            }
        }
    }
    votes
}

/// Adds a vote for each of the first few letters that only some languages write: `ø`, `ł`, `ї`.
fn count_letters(text: &str, votes: &mut HashMap<&'static str, f32, FixedState>) {
    let known = |c: char| LETTERS.iter().find(|(letters, _)| letters.contains(c));
    let beyond_ascii = text.chars().filter(|c| !c.is_ascii());
    let found = beyond_ascii.flat_map(char::to_lowercase).filter_map(known);
    for (_, codes) in found.take(MOST_LETTERS) {
        for code in codes {
            *votes.entry(code).or_default() += LETTER_WEIGHT;
        }
    }
}

/// Whether a text has several of `ä` and `ö` and not one `å`, which Swedish writes as often.
fn has_no_ring(text: &str) -> bool {
    let umlauts = text.chars().filter(|c| matches!(c, 'ä' | 'ö' | 'Ä' | 'Ö'));
    umlauts.take(3).count() == 3 && !text.contains(['å', 'Å'])
}

/// Adds a vote for each of the first few pairs of letters that only some languages write: languages that
/// put endings where others put function words have few of those.
fn count_sequences(text: &str, votes: &mut HashMap<&'static str, f32, FixedState>) {
    /// First byte of the letters from U+00C0 to U+00FF in UTF-8.
    const LATIN_1: u8 = 0xc3;
    let bytes = text.as_bytes();
    let known = |at: usize| {
        SEQUENCES
            .iter()
            .find(|s| bytes[at..].starts_with(s.0.as_bytes()))
    };
    // All of them begin with a letter twice or have one beyond ASCII; hardly any place in a text does.
    let may =
        |(at, pair): (usize, &[u8])| (pair[0] == pair[1] || pair.contains(&LATIN_1)).then_some(at);
    let places = bytes.windows(2).enumerate().filter_map(may);
    let found = places.filter_map(known).take(MOST_LETTERS);
    for code in found.flat_map(|s| &s.1) {
        *votes.entry(code).or_default() += LETTER_WEIGHT;
    }
}

/// Letters, and pairs of letters, of one kind that are counted: enough to outweigh a wrong answer of the
/// classifier, too little to outweigh function words.
const MOST_LETTERS: usize = 6;

/// What one of them is worth among the votes, where a function word of one language is worth 1.
const LETTER_WEIGHT: f32 = 0.5;

word_lists! {
    /// See the comments in the file.
    WORDS "language/letters.tsv" {
        letters,
        sequence,
    }
    with LETTERS, SEQUENCES
}

/// What some languages write, with the codes of those languages.
type WrittenBy = Vec<(&'static str, Vec<&'static str>)>;

static LETTERS: LazyLock<WrittenBy> = LazyLock::new(|| written_by(&WORDS.letters));
static SEQUENCES: LazyLock<WrittenBy> = LazyLock::new(|| written_by(&WORDS.sequence));

fn written_by(list: &List) -> WrittenBy {
    let rows = list.rows();
    rows.map(|(languages, letters)| (letters, languages.split(',').collect()))
        .collect()
}

/// Vowel signs and joiners of Indic and Arabic scripts, part of a word though not alphabetic.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{97f}' | '\u{64b}'..='\u{652}' | '\u{200c}' | '\u{300}'..='\u{36f}')
}

/// The language that most letters' script belongs to alone.
fn script(text: &str) -> Option<&'static str> {
    if text.is_ascii() {
        return None;
    }
    let (mut all, mut kana, mut han, mut hangul) = (0usize, 0usize, 0usize, 0usize);
    let mut others = [0usize; SCRIPTS.len()];
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        all += 1;
        match c {
            '\u{3040}'..='\u{30ff}' => kana += 1,
            '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' => han += 1,
            '\u{ac00}'..='\u{d7af}' => hangul += 1,
            c => {
                if let Some(i) = own_script(c) {
                    others[i] += 1;
                }
            }
        }
    }
    let most = all / 2;
    if kana + han > most {
        // Japanese news has a kana in every other word; Chinese has none
        return Some(if kana * 10 > han { "ja" } else { "zh" });
    }
    if hangul > most {
        return Some("ko");
    }
    others.iter().position(|n| *n > most).map(|i| SCRIPTS[i].2)
}

/// The index in [`SCRIPTS`] of a letter's script.
fn own_script(c: char) -> Option<usize> {
    SCRIPTS
        .iter()
        .position(|(from, to, _)| (*from..=*to).contains(&c))
}

/// Scripts that one language of the news has to itself.
const SCRIPTS: [(char, char, &str); 15] = [
    ('\u{370}', '\u{3ff}', "el"),
    ('\u{590}', '\u{5ff}', "he"),
    ('\u{530}', '\u{58f}', "hy"),
    ('\u{10a0}', '\u{10ff}', "ka"),
    ('\u{e00}', '\u{e7f}', "th"),
    ('\u{980}', '\u{9ff}', "bn"),
    ('\u{a00}', '\u{a7f}', "pa"),
    ('\u{a80}', '\u{aff}', "gu"),
    ('\u{b80}', '\u{bff}', "ta"),
    ('\u{c00}', '\u{c7f}', "te"),
    ('\u{c80}', '\u{cff}', "kn"),
    ('\u{d00}', '\u{d7f}', "ml"),
    ('\u{d80}', '\u{dff}', "si"),
    ('\u{1000}', '\u{109f}', "my"),
    ('\u{1780}', '\u{17ff}', "km"),
];

/// The answer of the n-gram classifier as an ISO 639-1 code.
fn classifier(text: &str) -> &'static str {
    let guess = whichlang::detect_language(text).three_letter_code();
    let known = CLASSIFIER_CODES.iter().find(|(three, _)| *three == guess);
    known.map_or(guess, |(_, two)| two)
}

/// The classifier's languages: ISO 639-3 and 639-1 codes.
const CLASSIFIER_CODES: [(&str, &str); 16] = [
    ("ara", "ar"),
    ("cmn", "zh"),
    ("deu", "de"),
    ("eng", "en"),
    ("fra", "fr"),
    ("hin", "hi"),
    ("ita", "it"),
    ("jpn", "ja"),
    ("kor", "ko"),
    ("nld", "nl"),
    ("por", "pt"),
    ("rus", "ru"),
    ("spa", "es"),
    ("swe", "sv"),
    ("tur", "tr"),
    ("vie", "vi"),
];

/// The primary subtag of a BCP 47 tag, lower case: `en` of `en-US` or `en_US`.
fn primary(tag: &str) -> String {
    tag.split(['-', '_'])
        .next()
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase()
}

/// Whether two codes name the same language of the record: Norwegian is declared three ways.
fn same(declared: &str, code: &str) -> bool {
    declared == code
        || code == "nb" && matches!(declared, "no" | "nn")
        || code == "hr" && matches!(declared, "bs" | "sr" | "sh")
        || code == "sr" && matches!(declared, "hr" | "bs" | "sh")
}

struct Languages {
    codes: Vec<&'static str>,
    words: HashMap<&'static str, Vec<&'static str>, FixedState>,
}

static LANGUAGES: LazyLock<Languages> = LazyLock::new(|| {
    let mut codes = Vec::new();
    let mut words: HashMap<&str, Vec<&str>, FixedState> = HashMap::default();
    for (_, code, list) in table::classes(STOPWORDS_FILE.path, STOPWORDS_FILE.text()) {
        codes.push(code);
        for word in list {
            let speakers = words.entry(word).or_default();
            if !speakers.contains(&code) {
                speakers.push(code);
            }
        }
    }
    Languages { codes, words }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_stands_where_the_text_tells_little() {
        let table = "Westmere | 10 | 8 | 1\nBath | 10 | 8 | 0\nAstra Lione | 10 | 6 | 1";
        let found = detect(table, Some("en-GB")).unwrap();
        assert_eq!(found.code, "en");
        let plain = "Der Minister sagte am Montag, dass der Plan bis Jahresende fertig sein wird.";
        assert_eq!(detect(plain, Some("en")).unwrap().code, "de");
    }

    #[test]
    fn knows_a_sentence_of_many_languages() {
        for (code, text) in [
            (
                "en",
                "The minister said on Monday that the plan would be ready by the end of the year.",
            ),
            (
                "de",
                "Der Minister sagte am Montag, dass der Plan bis zum Ende des Jahres fertig sein wird.",
            ),
            (
                "fr",
                "Le ministre a déclaré lundi que le plan sera prêt avant la fin de l'année.",
            ),
            (
                "es",
                "El ministro dijo el lunes que el plan estará listo antes de que termine el año.",
            ),
            (
                "it",
                "Il ministro ha detto lunedì che il piano sarà pronto entro la fine dell'anno.",
            ),
            (
                "pt",
                "O ministro disse na segunda-feira que o plano não estará pronto até ao fim do ano.",
            ),
            (
                "nl",
                "De minister zei maandag dat het plan voor het einde van het jaar klaar is.",
            ),
            (
                "sv",
                "Ministern sade i måndags att planen ska vara klar för beslut och inte försenas.",
            ),
            (
                "da",
                "Ministeren sagde mandag, at planen skal være klar, og at den ikke bliver forsinket af det.",
            ),
            (
                "nb",
                "Ministeren sa mandag at planen skal være klar, og at den ikke blir forsinket av å vente.",
            ),
            (
                "fi",
                "Ministeri sanoi maanantaina, että suunnitelma on valmis ja se ei ole myöhässä.",
            ),
            (
                "pl",
                "Minister powiedział w poniedziałek, że plan nie jest gotowy i że to się może zmienić.",
            ),
            (
                "cs",
                "Ministr v pondělí řekl, že plán je hotový a že se na něm již nebude nic měnit.",
            ),
            (
                "hu",
                "A miniszter hétfőn azt mondta, hogy a terv elkészült, és nem fog egy napot sem késni.",
            ),
            (
                "ro",
                "Ministrul a spus luni că planul este gata și că nu va fi amânat din cauza celor care au votat.",
            ),
            (
                "tr",
                "Bakan pazartesi günü planın yıl sonuna kadar hazır olacağını ve bir değişiklik için çok geç olduğunu söyledi.",
            ),
            (
                "id",
                "Menteri mengatakan pada hari Senin bahwa rencana itu tidak akan selesai dalam tahun ini.",
            ),
            (
                "ru",
                "Министр заявил в понедельник, что план будет готов к концу года и не изменится.",
            ),
            (
                "uk",
                "Міністр заявив у понеділок, що план буде готовий до кінця року і не зміниться.",
            ),
            (
                "el",
                "Ο υπουργός δήλωσε τη Δευτέρα ότι το σχέδιο θα είναι έτοιμο.",
            ),
            ("he", "השר אמר ביום שני כי התוכנית תהיה מוכנה עד סוף השנה"),
            (
                "ar",
                "قال الوزير يوم الاثنين إن الخطة ستكون جاهزة في نهاية العام",
            ),
            ("zh", "部长周一表示，该计划将在年底前完成。"),
            ("ja", "大臣は月曜日、計画は年末までに完成すると述べた。"),
            (
                "ko",
                "장관은 월요일 계획이 연말까지 준비될 것이라고 말했다.",
            ),
            (
                "hi",
                "मंत्री ने सोमवार को कहा कि योजना साल के अंत में तैयार है और यह नहीं रुकेगी",
            ),
        ] {
            assert_eq!(
                detect(text, None).map(|l| l.code).as_deref(),
                Some(code),
                "{text}"
            );
        }
    }

    #[test]
    fn a_declaration_settles_only_what_is_open() {
        assert_eq!(
            detect("12.30", Some("de-AT")).map(|l| l.code).as_deref(),
            Some("de")
        );
        assert_eq!(
            detect("The plan was ready and the vote was on Monday.", Some("fr"))
                .map(|l| l.code)
                .as_deref(),
            Some("en")
        );
        assert!(detect("42", None).is_none());
    }

    #[test]
    fn long_texts_are_surer_than_short_ones() {
        let short = detect("Minister resigns over report", None).and_then(|l| l.confidence);
        let long = detect(
            &"The minister said that he would resign from the post. ".repeat(5),
            None,
        )
        .and_then(|l| l.confidence);
        assert!(long > short && long > Some(0.98), "{short:?} {long:?}");
    }
}

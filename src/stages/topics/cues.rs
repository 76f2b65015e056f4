//! Cues of the deeper topics: phrases, and words of which two must stand together in the article.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::terms::{self, Term};
use super::vocabulary::{Code, Vocabulary};
use crate::text::data::{DataFile, data_file};
use crate::text::feature_hash::{self as hash, HashedMap};
use crate::text::table;

pub(super) const FILE: DataFile<'static> = data_file!("topics/cues.tsv");

/// Words of the longest phrase.
const LONGEST: usize = 5;

/// What a phrase counts, each time it stands there up to [`TIMES`], and what a word counts, once.
const PHRASE: f32 = 2.0;
const WORD: f32 = 1.0;
const TIMES: u32 = 3;

/// Least strength of a topic: one phrase, or two words.
const LEAST: f32 = 2.0;

/// Strength by which a deeper topic is half as likely as that above it, so that one phrase gives it 96 in a hundred of
/// the other's chance. Not measured, as there is no set of running text with deeper topics: the chance is that of the
/// topic above, by and large, and how deep the topics are told follows from the cues.
const HALF: f32 = 0.08;

/// A deeper topic that has cues in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub code: Code,
    /// From [`LEAST`] on.
    pub strength: f32,
}

#[derive(Debug)]
struct Cue {
    phrase: bool,
    /// Numbers of the topics it speaks for.
    topics: Vec<u16>,
}

pub(super) struct Cues {
    topics: Vec<Code>,
    cues: Vec<Cue>,
    /// Beginnings of cues by the hash of their words; with the number of the cue that ends there.
    starts: HashedMap<Option<u32>>,
}

impl Cues {
    /// The table, read at first use.
    ///
    /// # Panics
    /// With file and line at a fault in it.
    pub(super) fn get() -> &'static Cues {
        static LOADED: LazyLock<Cues> = LazyLock::new(|| Cues::read(FILE.path, FILE.text()));
        &LOADED
    }

    fn read(path: &str, text: &str) -> Cues {
        let mut cues = Cues {
            topics: Vec::new(),
            cues: Vec::new(),
            starts: HashedMap::default(),
        };
        let mut numbers: HashMap<Code, u16> = HashMap::new();
        for row in table::rows::<2>(path, text) {
            let code = Code::read(row.columns[0]).filter(|c| Vocabulary::get().has(*c));
            let Some(code) = code else {
                row.fault("no code of a Media Topic")
            };
            let number = *numbers.entry(code).or_insert_with(|| {
                cues.topics.push(code);
                cues.topics.len() as u16 - 1
            });
            for cue in row.columns[1].split(';') {
                if let Err(what) = cues.add(cue.trim(), number) {
                    row.fault(&format!("{cue:?}: {what}"));
                }
            }
        }
        cues
    }

    fn add(&mut self, cue: &str, topic: u16) -> Result<(), &'static str> {
        let words: Vec<u64> = terms::of_text(cue).iter().map(|t| t.stem).collect();
        if words.is_empty() || words.len() > LONGEST {
            return Err("not one to five words");
        }
        let mut key = 0;
        for word in &words {
            key = hash::fold(key, *word);
            self.starts.entry(key).or_insert(None);
        }
        let number = *self.starts.entry(key).or_default().get_or_insert_with(|| {
            let phrase = words.len() > 1;
            let topics = Vec::new();
            self.cues.push(Cue { phrase, topics });
            self.cues.len() as u32 - 1
        });
        let topics = &mut self.cues[number as usize].topics;
        if topics.contains(&topic) {
            return Err("stands twice");
        }
        topics.push(topic);
        Ok(())
    }

    /// The topics that have enough cues among `words`, the strongest first, of equals the deepest.
    pub(super) fn hits(&self, words: &[Term]) -> Vec<Hit> {
        let mut times = vec![0u32; self.cues.len()];
        let mut strengths = vec![0f32; self.topics.len()];
        for i in 0..words.len() {
            let mut key = 0;
            for word in &words[i..words.len().min(i + LONGEST)] {
                key = hash::fold(key, word.stem);
                match self.starts.get(&key) {
                    None => break,
                    Some(None) => {}
                    Some(Some(cue)) => {
                        let seen = &mut times[*cue as usize];
                        *seen += 1;
                        let cue = &self.cues[*cue as usize];
                        let most = if cue.phrase { TIMES } else { 1 };
                        if *seen <= most {
                            for topic in &cue.topics {
                                strengths[usize::from(*topic)] +=
                                    if cue.phrase { PHRASE } else { WORD };
                            }
                        }
                    }
                }
            }
        }
        let codes = self.topics.iter().copied();
        let mut hits: Vec<Hit> = codes
            .zip(strengths)
            .map(|(code, strength)| Hit { code, strength })
            .filter(|hit| hit.strength >= LEAST)
            .collect();
        let depth = |hit: &Hit| Vocabulary::get().line(hit.code).count();
        hits.sort_by(|a, b| {
            let stronger = b.strength.total_cmp(&a.strength);
            let deeper = depth(b).cmp(&depth(a));
            stronger.then(deeper).then(a.code.cmp(&b.code))
        });
        hits
    }
}

/// The strongest topics under that of level 1 with the number `label`, each with its chance; `above` is the chance of
/// that of level 1. A topic gives way to one with cues that stands under it.
pub(super) fn deeper(hits: &[Hit], label: usize, above: f32) -> Vec<(Code, f32)> {
    let vocabulary = Vocabulary::get();
    let level_1 = super::code_of_level_1(label);
    let under = |code: Code, top: Code| code != top && vocabulary.line(code).any(|c| c == top);
    hits.iter()
        .filter(|hit| under(hit.code, level_1))
        .filter(|hit| !hits.iter().any(|other| under(other.code, hit.code)))
        .map(|hit| (hit.code, above * hit.strength / (hit.strength + HALF)))
        .filter(|(_, chance)| *chance >= super::LEAST_CHANCE)
        .take(super::DEEPER_TOPICS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::topics::vocabulary::TOPICS_FILE;

    fn codes(table: &str, text: &str) -> Vec<u32> {
        let cues = Cues::read("x.tsv", table);
        let hits = cues.hits(&terms::of_text(text));
        hits.iter().map(|h| h.code.0).collect()
    }

    const STRIKES: &str = "20000529\tpicket line; walkout; striker\n20000536\ttrade union\n";

    #[test]
    fn a_phrase_is_enough_and_a_word_needs_another() {
        assert_eq!(
            codes(STRIKES, "They stood on the Picket lines."),
            [20_000_529]
        );
        assert_eq!(
            codes(STRIKES, "The strikers called the walkout a success."),
            [20_000_529]
        );
        assert!(codes(STRIKES, "The striker scored; the other striker did not.").is_empty());
        assert!(codes(STRIKES, "They stood in line at the picket fence.").is_empty());
    }

    #[test]
    fn the_strongest_comes_first_and_a_topic_gives_way_to_one_under_it() {
        let text = "The trade union and other trade unions stood on a picket line.";
        assert_eq!(codes(STRIKES, text), [20_000_536, 20_000_529]);
        // labour relations stand above the labour dispute
        let table = "20000524\tpicket line; trade union\n20000529\tpicket line\n";
        let cues = Cues::read("x.tsv", table);
        let hits = cues.hits(&terms::of_text(text));
        assert_eq!(hits.len(), 2);
        let deeper: Vec<u32> = deeper(&hits, 8, 1.0).iter().map(|d| d.0.0).collect();
        assert_eq!(deeper, [20_000_529]);
    }

    #[test]
    #[should_panic(expected = "x.tsv:2: no code of a Media Topic")]
    fn a_code_that_is_none_is_told_by_its_line() {
        Cues::read("x.tsv", "# cues\n99000000\ta b\n");
    }

    #[test]
    #[should_panic(expected = "x.tsv:1: \" a b\": stands twice")]
    fn a_cue_that_stands_twice_is_told() {
        Cues::read("x.tsv", "20000529\ta b; a b\n");
    }

    #[test]
    fn every_topic_of_level_2_has_cues() {
        let vocabulary = Vocabulary::get();
        let cues = Cues::get();
        for row in table::rows::<7>(TOPICS_FILE.path, TOPICS_FILE.text()) {
            let [code, .., retired] = row.columns;
            let code = Code::read(code).unwrap();
            if retired.is_empty() && vocabulary.line(code).count() == 2 {
                assert!(cues.topics.contains(&code), "{code}");
            }
        }
    }
}

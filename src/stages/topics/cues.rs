//! Cues of the deeper topics: phrases, and words of which two must stand together in the article.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::model::logistic;
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

/// The chance that an editor accepts a deeper topic under an accepted one of level 1: a logistic curve over how often its
/// cues stand in the text and after how many words the first does, both by their logarithms. Fitted on 249 topics that
/// cues told in 129 articles of a dozen sources, each judged by a reader; by cross-validation over the articles, of the
/// 149 with a chance from 0.5 on 83 in a hundred were right, of those with less 29.
const DEEPER_BASE: f32 = 2.6;
const DEEPER_TIMES: f32 = 1.2;
const DEEPER_PLACE: f32 = -0.6;

/// Words of a headline: a cue among them is no later than any other.
const HEADLINE: f32 = 5.0;

/// A topic that has cues in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub code: Code,
    /// From [`LEAST`] on.
    pub strength: f32,
    /// How often its cues stand there.
    times: u32,
    /// Words before the first of them.
    before: u32,
}

impl Hit {
    fn none(code: Code) -> Hit {
        Hit {
            code,
            strength: 0.0,
            times: 0,
            before: 0,
        }
    }

    /// The chance that an editor accepts it where that of level 1 is accepted.
    fn chance(&self) -> f32 {
        let place = (self.before as f32 + HEADLINE).ln();
        let times = (self.times as f32).ln();
        logistic(DEEPER_BASE + DEEPER_TIMES * times + DEEPER_PLACE * place)
    }
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

    /// The topics that have enough cues among `words`, the likeliest first, of equals the strongest and deepest.
    pub(super) fn hits(&self, words: &[Term]) -> Vec<Hit> {
        let mut times = vec![0u32; self.cues.len()];
        let mut hits: Vec<Hit> = self.topics.iter().copied().map(Hit::none).collect();
        for at in 0..words.len() {
            let mut key = 0;
            for word in &words[at..words.len().min(at + LONGEST)] {
                key = hash::fold(key, word.stem);
                match self.starts.get(&key) {
                    None => break,
                    Some(None) => {}
                    Some(Some(cue)) => {
                        times[*cue as usize] += 1;
                        self.count(*cue, times[*cue as usize], at, &mut hits);
                    }
                }
            }
        }
        hits.retain(|hit| hit.strength >= LEAST);
        let depth = |hit: &Hit| Vocabulary::get().line(hit.code).count();
        hits.sort_by_cached_key(|hit| {
            let hundredths = (100.0 * hit.chance()).round() as u32;
            let strength = hit.strength as u32;
            (Reverse((hundredths, strength, depth(hit))), hit.code)
        });
        hits
    }

    /// Counts a cue that stands at a place, for the `times`th time, for its topics.
    fn count(&self, cue: u32, times: u32, at: usize, hits: &mut [Hit]) {
        let cue = &self.cues[cue as usize];
        let (most, weight) = if cue.phrase {
            (TIMES, PHRASE)
        } else {
            (1, WORD)
        };
        for topic in &cue.topics {
            let hit = &mut hits[usize::from(*topic)];
            if hit.times == 0 {
                hit.before = at as u32;
            }
            hit.times += 1;
            if times <= most {
                hit.strength += weight;
            }
        }
    }
}

/// The likeliest topics under that of level 1 with the number `label`, each with its chance, which is never above
/// `above`, that of level 1. A topic gives way to one that stands under it.
pub(super) fn deeper(hits: &[Hit], label: usize, above: f32) -> Vec<(Code, f32)> {
    let vocabulary = Vocabulary::get();
    let level_1 = super::code_of_level_1(label);
    let under = |code: Code, top: Code| code != top && vocabulary.line(code).any(|c| c == top);
    let likely: Vec<(Code, f32)> = hits
        .iter()
        .filter(|hit| under(hit.code, level_1))
        .map(|hit| (hit.code, hit.chance().min(above)))
        .filter(|(_, chance)| *chance >= super::LEAST_CHANCE)
        .collect();
    likely
        .iter()
        .filter(|(code, _)| !likely.iter().any(|(other, _)| under(*other, *code)))
        .take(super::DEEPER_TOPICS)
        .copied()
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
    fn the_likeliest_comes_first_and_a_topic_gives_way_to_one_under_it() {
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
    fn what_is_said_often_and_early_is_likely() {
        let cues = Cues::read("x.tsv", STRIKES);
        let chance = |text: &str| {
            let hits = cues.hits(&terms::of_text(text));
            deeper(&hits, 8, 1.0).first().map(|d| d.1)
        };
        let filler = "It was a long day for all of them. ".repeat(40);
        let once = "They stood on the picket line.";
        let early = chance(&format!("{once} {filler}")).unwrap();
        let often = chance(&format!("{once} {once} {once} {filler}")).unwrap();
        assert!(early > 0.75 && often > early, "{early} {often}");
        assert_eq!(chance(&format!("{filler} {once}")), None);
        // nor is it ever likelier than what stands above it
        let hits = cues.hits(&terms::of_text(once));
        assert_eq!(deeper(&hits, 8, 0.6)[0].1, 0.6);
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

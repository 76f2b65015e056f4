//! Measures a model, with the cues, on labelled texts.

use std::path::Path;

use super::model::{LABELS, Model};
use super::terms::of_text;
use super::train::labelled;
use super::vocabulary::{Code, Vocabulary};
use super::{LEAST_OF_LIKELIEST, LEAST_WORDS, chances, told};

/// Bands of chances that are told apart.
const BANDS: usize = 20;

/// How many topics were wrong and right, by the band of their chance.
#[derive(Default)]
struct Tally([[u32; 2]; BANDS]);

impl Tally {
    fn add(&mut self, chance: f32, is_right: bool) {
        let band = ((chance * BANDS as f32) as usize).min(BANDS - 1);
        self.0[band][usize::from(is_right)] += 1;
    }

    /// What was right of those from the band `from` on, up to the band `to`.
    fn right(&self, from: usize, to: usize) -> String {
        let bands = &self.0[from..to];
        let right: u32 = bands.iter().map(|band| band[1]).sum();
        let all: u32 = bands.iter().flatten().sum();
        format!("{right} of {all} right")
    }

    fn say(&self, say: &mut dyn FnMut(&str)) {
        for (i, _) in self.0.iter().enumerate().filter(|b| b.1 != &[0, 0]) {
            let least = i as f32 / BANDS as f32;
            say(&format!(
                "  chance from {least:.2}: {}",
                self.right(i, i + 1)
            ));
        }
    }
}

/// Measures a model on labelled texts, by the chances that it gives: how often the likeliest topic of level 1 is one of
/// theirs; where texts have several topics, the others that are said beside it; where they have deeper ones, those.
///
/// # Errors
/// When the file cannot be read or is not one of labelled texts.
pub fn check(model: &Model, file: &Path, say: &mut dyn FnMut(&str)) -> anyhow::Result<()> {
    let vocabulary = Vocabulary::get();
    let (mut likeliest, mut said) = (Tally::default(), Tally::default());
    let (mut beside, mut deeper) = (Tally::default(), Tally::default());
    let (mut has_several, mut has_deeper) = (false, false);
    let mut short = 0;
    for (text, labels) in labelled(file)? {
        let words = of_text(&text.text);
        if words.len() < LEAST_WORDS as usize {
            short += 1;
            continue;
        }
        let (chances, _) = chances(model, &words);
        let best = (0..LABELS).max_by(|a, b| chances[*a].total_cmp(&chances[*b]));
        let best = best.unwrap_or_default();
        likeliest.add(chances[best], labels[best] > 0.0);
        if chances[best] >= LEAST_OF_LIKELIEST {
            said.add(chances[best], labels[best] > 0.0);
        }
        let codes: Vec<Code> = text.codes.iter().filter_map(|c| Code::read(c)).collect();
        has_several |= labels.iter().sum::<f32>() > 1.0;
        has_deeper |= codes.iter().any(|c| vocabulary.line(*c).count() > 1);
        for (code, chance) in told(model, &words, &[]) {
            let is_right = codes.iter().any(|c| vocabulary.line(*c).any(|c| c == code));
            if vocabulary.line(code).count() > 1 {
                deeper.add(chance, is_right);
            } else if vocabulary.label(code) != Some(best) {
                beside.add(chance, is_right);
            }
        }
    }
    say(&format!(
        "{}: {}, of those said {}, {short} too short",
        file.display(),
        likeliest.right(0, BANDS),
        said.right(0, BANDS)
    ));
    likeliest.say(say);
    for (name, tally, is_labelled) in [
        ("beside the likeliest", beside, has_several),
        ("deeper", deeper, has_deeper),
    ] {
        if is_labelled {
            say(&format!("{name}: {}", tally.right(0, BANDS)));
            tally.say(say);
        }
    }
    Ok(())
}

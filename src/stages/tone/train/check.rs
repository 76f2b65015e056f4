//! Measures a model on sentences it has not learnt from.

use std::path::Path;

use super::data::{RatedLine, TargetLine, labelled, lines, sentence};
use crate::stages::tone::model::{CLASSES, Model};

/// Prints how well the model does on a file like `targets.jsonl` (macro-F1, and F1 by class) or like
/// `sentences.jsonl` (correlation and mean absolute error of the articles' means).
///
/// # Errors
/// When the file cannot be read as either.
pub fn check(model: &Model, file: &Path, say: &mut dyn FnMut(&str)) -> anyhow::Result<()> {
    let found = match lines::<TargetLine>(file) {
        Ok(targets) => check_targets(model, &targets),
        Err(_) => check_sentences(model, &lines::<RatedLine>(file)?),
    };
    say(&format!("{}: {found}", file.display()));
    Ok(())
}

fn check_targets(model: &Model, targets: &[TargetLine]) -> String {
    let mut table = [[0u32; CLASSES]; CLASSES];
    for target in targets
        .iter()
        .flat_map(|line| labelled(line, &model.vocabulary))
    {
        let likely = model.target(&target.words, &target.target);
        let best = (0..CLASSES).max_by(|a, b| likely[*a].total_cmp(&likely[*b]));
        table[target.class][best.unwrap_or_default()] += 1;
    }
    let f1 = [0, 1, 2].map(|class| {
        let wanted: u32 = table[class].iter().sum();
        let found: u32 = table.iter().map(|row| row[class]).sum();
        200.0 * table[class][class] as f32 / (wanted + found).max(1) as f32
    });
    let [negative, neutral, positive] = f1;
    format!(
        "{} targets, macro-F1 {:.2} (negative {negative:.2}, neutral {neutral:.2}, positive {positive:.2})",
        table.iter().flatten().sum::<u32>(),
        (negative + neutral + positive) / 3.0
    )
}

fn check_sentences(model: &Model, rated: &[RatedLine]) -> String {
    // what readers and the model say of each article
    let articles: Vec<(f32, f32)> = rated
        .chunk_by(|a, b| a.article == b.article)
        .map(|article| {
            let n = article.len() as f32;
            let wanted = article.iter().map(|s| s.score).sum::<f32>() / n;
            let found = article
                .iter()
                .map(|s| model.sentence(&sentence(&s.text, &model.vocabulary)));
            (wanted, found.sum::<f32>() / n)
        })
        .collect();
    let n = articles.len().max(1) as f32;
    let error = articles.iter().map(|(a, b)| (a - b).abs()).sum::<f32>() / n;
    format!(
        "{} articles, Pearson {:.2}, mean absolute error {error:.4}",
        articles.len(),
        100.0 * pearson(&articles)
    )
}

/// The coefficient of correlation.
fn pearson(pairs: &[(f32, f32)]) -> f32 {
    let n = pairs.len().max(1) as f32;
    let mean = |of: fn(&(f32, f32)) -> f32| pairs.iter().map(of).sum::<f32>() / n;
    let (a, b) = (mean(|p| p.0), mean(|p| p.1));
    let sum =
        |of: &dyn Fn(f32, f32) -> f32| pairs.iter().map(|p| of(p.0 - a, p.1 - b)).sum::<f32>();
    sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt()
}

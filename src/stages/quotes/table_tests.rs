//! Every case of `tests/cases/quotes.txt`, run through all stages.

use crate::intake::{Draft, DraftBlock, Format};
use crate::record::{Author, AuthorRole, BlockKind, Polarity, Quote, QuoteType};
use crate::stages::{Known, StageSettings, all_found, check_table};

/// All that the stages find in a text of the table.
fn read(text: &str) -> Known {
    let mut draft = Draft::new(Format::Text, "utf-8", "".into());
    for line in text.split('¶') {
        if let Some(author) = line.strip_prefix('@') {
            draft.supplied.authors.push(Author {
                name: author.to_owned(),
                role: AuthorRole::Writer,
                organization: None,
            });
            continue;
        }
        let (kind, line) = match line.strip_prefix('#') {
            Some(headline) => (BlockKind::Headline, headline),
            None => (BlockKind::Paragraph, line),
        };
        draft.blocks.push(DraftBlock::new(kind, line));
    }
    all_found(draft, &StageSettings::default()).unwrap()
}

fn kind_of(quote: &Quote) -> String {
    let kind = match quote.kind {
        QuoteType::Direct => "direct",
        QuoteType::Mixed => "mixed",
        QuoteType::Indirect => "indirect",
    };
    match quote.polarity {
        Polarity::Positive => kind.to_owned(),
        Polarity::Negative => format!("{kind}:negative"),
        Polarity::Hypothetical => format!("{kind}:hypothetical"),
    }
}

/// Cases whose speaker may stay unknown: names are told by a trained model, which may miss a few.
const SPEAKERS_MISSED: usize = 3;

/// What is wrong with a case, if anything; `unknown` counts the speakers that are not found.
fn check(line: &str, unknown: &mut usize) -> Option<String> {
    let cells: Vec<&str> = line.split(" | ").collect();
    let [kind, content, cue, source, speaker, text] = cells[..] else {
        return Some(format!("not six cells: {line}"));
    };
    let known = read(text);
    let laid = &known.article.text;
    let quotes = known.quotes().cloned().unwrap_or_default();
    if kind == "none" {
        return (!quotes.is_empty()).then(|| {
            format!(
                "{text}\n  found {:?}",
                quotes
                    .iter()
                    .map(|q| q.content.of(laid))
                    .collect::<Vec<_>>()
            )
        });
    }
    let seen = |q: &Quote| q.content.of(laid).replace('\n', "¶");
    let Some(quote) = quotes.iter().find(|q| seen(q) == content) else {
        return Some(format!(
            "{text}\n  wanted {content}\n  found  {:?}",
            quotes.iter().map(seen).collect::<Vec<_>>()
        ));
    };
    let of = |span: Option<crate::text::Span>| span.map_or("-", |s| s.of(laid));
    let entities = known
        .entities()
        .map(|f| &f.entities[..])
        .unwrap_or_default();
    let name = quote
        .speaker
        .as_ref()
        .and_then(|id| entities.iter().find(|e| e.id == *id))
        .map_or("-", |e| e.name.as_str());
    let mut wrong = Vec::new();
    if kind_of(quote) != kind {
        wrong.push(format!("type {}", kind_of(quote)));
    }
    if cue != "-" && of(quote.cue) != cue {
        wrong.push(format!("cue {}", of(quote.cue)));
    }
    // an apposition may or may not be counted to the source
    let found = of(quote.source);
    if found != source
        && !(found != "-" && (source.starts_with(found) || found.starts_with(source)))
    {
        wrong.push(format!("source {found}"));
    }
    if speaker != "-" && name == "-" {
        *unknown += 1;
    } else if name != speaker {
        wrong.push(format!("speaker {name}"));
    }
    (!wrong.is_empty()).then(|| format!("{text}\n  {}", wrong.join(", ")))
}

#[test]
fn every_case_of_the_table_is_read_as_written() {
    let table = include_str!("../../../tests/cases/quotes.txt");
    let mut unknown = 0;
    check_table(table, 200, |case| check(case, &mut unknown));
    assert!(unknown <= SPEAKERS_MISSED, "{unknown} speakers not found");
}

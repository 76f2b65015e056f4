//! Money, shares, counts and measures, normalised.
//!
//! An amount is found around its number, or at a currency sign or code: [`scan`] reads the number
//! ([`crate::text::numbers`]), then asks in turn whether what stands beside it is money, a share, an
//! age, a measure or something counted. What is no amount of the story is left alone: what the times
//! stage took, labels ("Flight 103"), years, scores, numbers inside addresses and names.
//!
//! `value` is the number with its magnitude, the lower end of a range. Money in hundredths keeps the
//! unit it is told in: "50 cents" is 50 with the unit `cent` in USD. A percentage is in percent, basis
//! points too (25 basis points are 0.25, unit `basis point`), "one in five" is 20.
//!
//! Whose dollar it is: a sign or name of its own says so (`US$`, "Canadian dollars"). A bare "$" is the
//! outlet's by its domain, else the dateline's, unless an agency wrote it that means US dollars by it;
//! other shared names ("pesos", "rupees") are the nearest country's in the sentence first.
//! `currency_basis` says which it was; a name that nothing settles has no currency.

mod context;
mod measures;
mod money;
mod scan;

use std::iter::Peekable;
use std::sync::LazyLock;

use context::Countries;
use scan::{FoundAmount, Scan};

use super::{Amounts, Given, Outcome, Sentences, Stage, StageError, Times};
use crate::intake::{Article, wire};
use crate::pipeline::Budget;
use crate::record::{Amount, AmountKind, Language};
use crate::text::data::Data;
use crate::text::{Token, TokenKind, Tokens, numbers};

/// Finds and normalises amounts.
pub struct AmountsStage;

static DATA: LazyLock<Data> = LazyLock::new(|| {
    scan::warm();
    context::warm();
    Data::of(&[
        money::CURRENCIES_FILE,
        money::COUNTRIES_FILE,
        money::DEFAULTS_FILE,
        measures::UNITS_FILE,
        scan::MODIFIERS_FILE,
        scan::WORDS_FILE,
        scan::LISTS_FILE,
        wire::AGENCIES_FILE,
        context::DOMAINS_FILE,
        numbers::WORDS_FILE,
    ])
});

impl Stage for AmountsStage {
    type Reads = (Tokens, Sentences, Language, Times);
    type Finds = Amounts;

    fn data(&self) -> Option<&Data> {
        Some(&DATA)
    }

    fn run(
        &self,
        article: &Article,
        (tokens, sentences, language, times): Given<'_, Self>,
        budget: &Budget,
    ) -> Result<Outcome<Amounts>, StageError> {
        let Some(tokens) = tokens else {
            return Ok(Outcome::Skipped("no tokens"));
        };
        if super::is_unsupported(language, tokens) {
            return Ok(Outcome::Skipped("no rules for this language"));
        }
        let text = &article.text;
        let sentences = sentences.map(Vec::as_slice).unwrap_or_default();
        let expressions = times.map(Vec::as_slice).unwrap_or_default();
        let countries = Countries::new(article, tokens, sentences);
        let mut amounts = Vec::new();
        let mut taken = expressions.iter().map(|t| (t.start, t.end)).peekable();
        for block in tokens.chunk_by(|a, b| a.block == b.block) {
            if budget.spent() {
                return Err(StageError::TimedOut);
            }
            let scan = Scan {
                text,
                tokens: block,
                countries: &countries,
            };
            walk(&scan, &mut taken, &mut amounts);
        }
        Ok(Outcome::found(amounts))
    }
}

/// Adds the amounts of one block to `amounts`. `taken` are the spans of the times still to come, whose
/// numbers are theirs.
fn walk(
    scan: &Scan,
    taken: &mut Peekable<impl Iterator<Item = (u32, u32)>>,
    amounts: &mut Vec<Amount>,
) {
    let mut last: Option<FoundAmount> = None;
    let mut i = 0;
    while let Some(token) = scan.tokens.get(i) {
        while taken.next_if(|t| t.1 <= token.span.start).is_some() {}
        let in_time = taken.peek().is_some_and(|t| t.0 < token.span.end);
        let free = !in_time && can_begin(scan.text, token);
        let Some(mut found) = free.then(|| scan.at(i)).flatten() else {
            i += 1;
            continue;
        };
        let start = scan.tokens[found.start].span.start;
        let end = scan.tokens[found.end - 1].span.end;
        // a count that reaches into a time ("three Mondays") is the time's
        let reaches_time = taken.peek().is_some_and(|t| t.0 < end);
        if reaches_time && found.amount.kind == AmountKind::Count {
            i += 1;
            continue;
        }
        found.amount.start = start;
        found.amount.end = end;
        if let Some(before) = &last {
            scan.tie_restated(before, &mut found, amounts.len() - 1);
        }
        i = found.end.max(i + 1);
        amounts.push(found.amount.clone());
        last = Some(found);
    }
}

/// Whether an amount can begin at this token: a sign, digits, a number word, a prefix before a sign.
fn can_begin(text: &str, token: &Token) -> bool {
    match token.kind {
        TokenKind::Number => true,
        TokenKind::Symbol => text.as_bytes()[token.span.start as usize] != b'%',
        TokenKind::Word => true,
        _ => false,
    }
}

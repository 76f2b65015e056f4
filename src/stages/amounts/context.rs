//! Whose money a shared sign or name is, by what the article says of countries.

use std::sync::LazyLock;

use super::money::{CURRENCIES, CountryCode, Currency, MoneyName, country_code};
use crate::intake::{Article, wire};
use crate::text::data::{DataFault, DataFile, DataRow, data_file, sound};
use crate::text::tokens::Case;
use crate::text::{Span, Token, TokenKind};

/// What the article says of the country its money is of.
#[derive(Debug)]
pub(super) struct Countries<'t> {
    text: &'t str,
    tokens: &'t [Token],
    sentences: &'t [Span],
    /// Where the outlet is published, by its domain.
    outlet: Option<CountryCode>,
    dateline: Option<CountryCode>,
    /// Whether an agency wrote the copy that means US dollars by "$" wherever it writes from.
    agency: bool,
    /// Whether the text has sums in pounds by their sign.
    in_pounds: bool,
    year: Option<i16>,
}

pub(super) const DOMAINS_FILE: DataFile<'static> = data_file!("amounts/domains.tsv");

/// Ends of domains with the country whose they are.
static DOMAINS: LazyLock<Vec<(&'static str, CountryCode)>> =
    LazyLock::new(|| DOMAINS_FILE.rows().map(|row| sound(domain(&row))).collect());

fn domain(row: &DataRow<'static>) -> Result<(&'static str, CountryCode), DataFault> {
    let [end, iso] = row.columns()?;
    let code = country_code(iso);
    let code = code.ok_or_else(|| row.fault(format!("{iso:?} is no code of a country")))?;
    Ok((end, code))
}

/// Makes the tables now, so that the first article does not pay for them.
pub(super) fn warm() {
    LazyLock::force(&DOMAINS);
}

/// Tokens on each side of an amount in which a country's name says whose money it is.
const COUNTRY_REACH: usize = 64;

/// Euro coins and notes replaced the national ones in January 2002 (Regulation (EC) No 974/98).
const FIRST_YEAR_OF_EURO_COINS: i16 = 2002;

impl<'t> Countries<'t> {
    pub(super) fn new(article: &'t Article, tokens: &'t [Token], sentences: &'t [Span]) -> Self {
        let supplied = &article.supplied;
        let dateline = supplied.dateline.as_ref();
        let agency = dateline
            .and_then(|d| d.source.as_deref())
            .or(supplied.credit.as_deref())
            .and_then(wire::agency)
            .is_some_and(|agency| agency.us_dollars);
        Countries {
            text: &article.text,
            tokens,
            sentences,
            outlet: supplied
                .outlet
                .as_ref()
                .and_then(|o| o.domain.as_deref())
                .and_then(by_domain),
            dateline: dateline
                .and_then(|d| d.country.as_deref())
                .and_then(country_code),
            agency,
            in_pounds: article.text.contains('£'),
            year: supplied
                .published
                .as_ref()
                .and_then(|p| p.value.get(..4)?.parse().ok()),
        }
    }

    /// What a bare `$` or `¥` means: the outlet's money, then the dateline's, else `usual`.
    pub(super) fn sign(&self, sign: &str, usual: &'static str) -> (&'static str, &'static str) {
        let noun = if sign == "$" || sign == "\u{ff04}" {
            "dollar"
        } else {
            "yuan"
        };
        let candidates = if self.agency {
            [None, None]
        } else {
            [self.outlet, self.dateline]
        };
        if let Some(name) = CURRENCIES.name(noun) {
            for iso in candidates.into_iter().flatten() {
                if let Some(code) = CURRENCIES.local(name, &[iso]) {
                    return (code, "context");
                }
            }
        }
        (usual, "default")
    }

    /// The currency a shared name means at byte `at`: by the sentence, the dateline, the outlet.
    pub(super) fn name(&self, name: MoneyName, at: u32) -> Option<&'static str> {
        let dollars = matches!(CURRENCIES.singular(name), "dollar" | "cent");
        if dollars && self.agency {
            return None;
        }
        let named = || self.by_country_named(name, at);
        if !dollars && let Some(code) = named() {
            return Some(code);
        }
        let mut places = [self.dateline, self.outlet].into_iter().flatten();
        let code = places.find_map(|iso| CURRENCIES.local(name, &[iso]));
        code.or_else(|| self.by_year(name))
    }

    /// The currency of the country that the sentence names next to byte `at`: before it first, then after.
    fn by_country_named(&self, name: MoneyName, at: u32) -> Option<&'static str> {
        let sentence = self.sentence(at);
        let token_at = |byte: u32| self.tokens.partition_point(|t| t.span.start < byte);
        let (from, to) = (token_at(sentence.start), token_at(sentence.end));
        let here = token_at(at).min(to);
        let before = from.max(here.saturating_sub(COUNTRY_REACH))..here;
        let after = here..to.min(here + COUNTRY_REACH);
        before.rev().chain(after).find_map(|k| {
            let token = &self.tokens[k];
            if token.kind != TokenKind::Word || token.case == Case::Lower {
                return None;
            }
            let iso = CURRENCIES.country(token.of(self.text))?;
            CURRENCIES.local(name, &[iso])
        })
    }

    /// National currencies of the euro area: only in copy from before its coins.
    fn by_year(&self, name: MoneyName) -> Option<&'static str> {
        let old = self.year.is_some_and(|y| y < FIRST_YEAR_OF_EURO_COINS);
        match CURRENCIES.singular(name) {
            "franc" if !old => Some("CHF"),
            "lira" if old => Some("ITL"),
            _ => None,
        }
    }

    /// What a shared noun means when nothing says whose it is.
    pub(super) fn default(&self, noun: &str) -> Option<&'static str> {
        CURRENCIES.default(noun)
    }

    /// Whether "pounds" is money here rather than weight.
    pub(super) fn pounds_are_money(&self, scaled: bool) -> bool {
        scaled || [self.outlet, self.dateline].contains(&Some(*b"GB"))
    }

    /// Whether a currency circulates where the outlet or the dateline is.
    pub(super) fn is_local(&self, currency: &Currency) -> bool {
        let mut here = [self.outlet, self.dateline].into_iter().flatten();
        here.any(|iso| currency.countries.contains(&iso))
    }

    /// Whether "50p" is money here.
    pub(super) fn pence(&self) -> bool {
        self.in_pounds || [self.outlet, self.dateline].contains(&Some(*b"GB"))
    }

    fn sentence(&self, at: u32) -> Span {
        let k = self.sentences.partition_point(|s| s.end <= at);
        self.sentences
            .get(k)
            .copied()
            .filter(|s| s.start <= at)
            .unwrap_or(Span { start: at, end: at })
    }
}

fn by_domain(domain: &str) -> Option<CountryCode> {
    DOMAINS
        .iter()
        .find(|(end, _)| domain.ends_with(end))
        .map(|(_, iso)| *iso)
}

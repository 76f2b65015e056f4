use super::money::{CURRENCIES, MoneyName};
use crate::intake::Article;
use crate::text::tokens::Case;
use crate::text::{Span, Token, TokenKind};

/// What the article says of the country its money is of.
#[derive(Debug)]
pub struct Countries<'t> {
    text: &'t str,
    tokens: &'t [Token],
    sentences: &'t [Span],
    /// Where the outlet is published, by its domain.
    outlet: Option<[u8; 2]>,
    dateline: Option<[u8; 2]>,
    /// Whether an agency wrote the copy that means US dollars by "$" wherever it writes from.
    agency: bool,
    year: Option<i16>,
}

/// Agencies whose style is "$" for US dollars.
const DOLLAR_AGENCIES: &[&str] = &[
    "ap",
    "associated press",
    "reuters",
    "afp",
    "dpa",
    "xinhua",
    "bloomberg",
    "upi",
    "efe",
    "ansa",
    "kyodo",
    "tass",
];

/// Tokens on each side of an amount in which a country's name says whose money it is.
const COUNTRY_REACH: usize = 64;

/// Ends of domains that are a country's, with its ISO code where they differ.
const DOMAINS: &[(&str, [u8; 2])] = &[
    (".au", *b"AU"),
    (".ca", *b"CA"),
    (".nz", *b"NZ"),
    (".sg", *b"SG"),
    (".hk", *b"HK"),
    (".uk", *b"GB"),
    (".ie", *b"IE"),
    (".in", *b"IN"),
    (".pk", *b"PK"),
    (".lk", *b"LK"),
    (".np", *b"NP"),
    (".mx", *b"MX"),
    (".ar", *b"AR"),
    (".cl", *b"CL"),
    (".ph", *b"PH"),
    (".ch", *b"CH"),
    (".se", *b"SE"),
    (".no", *b"NO"),
    (".dk", *b"DK"),
    (".jp", *b"JP"),
    (".cn", *b"CN"),
    (".tw", *b"TW"),
    (".jm", *b"JM"),
    (".fj", *b"FJ"),
    (".eg", *b"EG"),
    (".ke", *b"KE"),
    (".tz", *b"TZ"),
    (".ug", *b"UG"),
    (".za", *b"ZA"),
    (".ng", *b"NG"),
    (".tt", *b"TT"),
    (".bb", *b"BB"),
    (".zw", *b"ZW"),
    (".na", *b"NA"),
];

impl<'t> Countries<'t> {
    pub fn new(article: &'t Article, tokens: &'t [Token], sentences: &'t [Span]) -> Self {
        let supplied = &article.supplied;
        let dateline = supplied.dateline.as_ref();
        let iso = |code: &str| <[u8; 2]>::try_from(code.as_bytes()).ok();
        let agency = dateline
            .and_then(|d| d.source.as_deref())
            .or(supplied.credit.as_deref())
            .is_some_and(|s| DOLLAR_AGENCIES.iter().any(|a| s.eq_ignore_ascii_case(a)));
        Countries {
            text: &article.text,
            tokens,
            sentences,
            outlet: supplied
                .outlet
                .as_ref()
                .and_then(|o| o.domain.as_deref())
                .and_then(by_domain),
            dateline: dateline.and_then(|d| d.country.as_deref()).and_then(iso),
            agency,
            year: supplied
                .published
                .as_ref()
                .and_then(|p| p.value.get(..4)?.parse().ok()),
        }
    }

    /// What a bare `$` or `¥` means: the outlet's money, then the dateline's, else `usual`.
    pub fn sign(&self, sign: &str, usual: &'static str) -> (&'static str, &'static str) {
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
    pub fn name(&self, name: MoneyName, at: u32) -> Option<&'static str> {
        let dollars = matches!(CURRENCIES.singular(name), "dollar" | "cent");
        if !dollars {
            let sentence = self.sentence(at);
            let from = self
                .tokens
                .partition_point(|t| t.span.start < sentence.start);
            let to = self.tokens.partition_point(|t| t.span.start < sentence.end);
            // nearest country before the amount first, then after it
            let here = self.tokens.partition_point(|t| t.span.start < at).min(to);
            let near = (from.max(here.saturating_sub(COUNTRY_REACH))..here)
                .rev()
                .chain(here..to.min(here + COUNTRY_REACH));
            for k in near {
                let token = &self.tokens[k];
                if token.kind != TokenKind::Word || token.case == Case::Lower {
                    continue;
                }
                if let Some(iso) = CURRENCIES.country(token.of(self.text))
                    && let Some(code) = CURRENCIES.local(name, &[iso])
                {
                    return Some(code);
                }
            }
        }
        if dollars && self.agency {
            return None;
        }
        let places = [self.dateline, self.outlet];
        let code = places
            .into_iter()
            .flatten()
            .find_map(|iso| CURRENCIES.local(name, &[iso]));
        code.or_else(|| {
            // national currencies of the euro area: before 2002 only
            let old = self.year.is_some_and(|y| y < 2002);
            match CURRENCIES.singular(name) {
                "franc" if !old => Some("CHF"),
                "lira" if old => Some("ITL"),
                _ => None,
            }
        })
    }

    pub fn default(&self, noun: &str) -> Option<&'static str> {
        CURRENCIES.default(noun)
    }

    /// Whether "pounds" is money here rather than weight.
    pub fn pounds_are_money(&self, scaled: bool) -> bool {
        scaled || [self.outlet, self.dateline].contains(&Some(*b"GB"))
    }

    /// Whether "50p" is money here.
    pub fn pence(&self) -> bool {
        [self.outlet, self.dateline].contains(&Some(*b"GB"))
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

fn by_domain(domain: &str) -> Option<[u8; 2]> {
    DOMAINS
        .iter()
        .find(|(end, _)| domain.ends_with(end))
        .map(|(_, iso)| *iso)
}

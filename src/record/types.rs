use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::Span;

/// Declares an enum of names as the record writes them, in kebab case.
macro_rules! names {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$vmeta])* $variant),+ }
    };
}

/// One enriched article, as published to the output topic.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct EnrichedArticle {
    /// Version of this schema: `enriched-article/1`.
    pub schema: String,
    /// The supplier's id where there is one (guid, urn), else a hash of source and content.
    pub id: String,
    /// Ordinal of this version of the story, as the supplier counts.
    pub version: Option<u32>,
    pub version_kind: Option<VersionKind>,
    /// Id, slug or reference of what this article replaces, corrects or kills.
    pub supersedes: Option<String>,
    pub status: Status,
    /// RFC 3339 time until which the article must not be published; `null` when none is stated.
    pub embargoed_until: Option<String>,
    pub editorial_notes: Vec<String>,
    pub genre: Option<Genre>,
    /// Editorial urgency, 1 (flash) to 9.
    pub urgency: Option<u8>,
    pub slugline: Option<String>,
    pub keywords: Vec<String>,
    /// Subjects as the supplier coded them.
    pub subjects: Vec<Subject>,
    /// Other identifiers of the same article: wire sequence numbers, thread keys.
    pub alt_ids: Vec<String>,
    pub ingest: Ingest,
    pub content: Content,
    pub removed: Vec<Removed>,
    pub headline: Option<String>,
    pub deck: Option<String>,
    pub byline: Option<String>,
    pub authors: Vec<Author>,
    pub dateline: Option<Dateline>,
    pub published: Option<DateValue>,
    pub modified: Option<DateValue>,
    /// Every date candidate that was seen, not only the winners.
    pub dates_seen: Vec<DateSeen>,
    pub language: Option<Language>,
    pub outlet: Option<Outlet>,
    /// Section of the site or service.
    pub section: Option<String>,
    pub credit: Option<String>,
    pub copyright: Option<String>,
    pub usage_terms: Option<String>,
    pub origin: Option<Origin>,
    pub media: Vec<Media>,
    pub links: Vec<String>,
    pub access: Access,
    pub entities: Vec<Entity>,
    pub focus: Option<Focus>,
    pub quotes: Vec<Quote>,
    pub times: Vec<TimeExpression>,
    pub amounts: Vec<Amount>,
    pub events: Vec<Event>,
    pub topics: Vec<Topic>,
    pub keyphrases: Vec<Keyphrase>,
    pub summary: Vec<Span>,
    pub tone: Option<Tone>,
    pub fingerprint: Option<Fingerprint>,
    pub duplicates: Option<Duplicates>,
    /// Id of the running story.
    pub story: Option<String>,
    pub quality: Quality,
    /// Which stage and resource version produced a field.
    pub provenance: BTreeMap<String, String>,
    pub stages: Vec<StageReport>,
}

names!(
    /// What kind of new version of a story this is.
    VersionKind { Correction, Update, Lead, Repeat, Refile }
);

names!(
    /// Whether the article may be used.
    Status {
        Usable,
        /// Held, embargoed or an advance.
        Withheld,
        /// Killed or withdrawn.
        Canceled,
    }
);

names!(
    /// What kind of copy this is.
    Genre { Article, Alert, Advisory, LiveBlog, PhotoCaption, Obituary, Opinion }
);

/// A subject as the supplier coded it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// Vocabulary of the code (`medtop`, `iptc-subject-code`, a URI); `null` when the supplier names none.
    pub scheme: Option<String>,
    pub code: Option<String>,
    pub name: Option<String>,
}

/// Where the raw article came from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ingest {
    pub topic: Option<String>,
    pub partition: Option<i32>,
    pub offset: Option<i64>,
    /// RFC 3339 time of the Kafka record.
    pub timestamp: Option<String>,
    pub key: Option<String>,
    /// The format the document was read as: `html`, `text`, `newsml-g2`, …
    pub format: String,
    /// Character set it was decoded with, in lower case.
    pub charset: String,
    /// Size of the raw document in bytes.
    pub bytes: u64,
    /// SHA-256 of the raw document.
    pub sha256: String,
    pub url: Option<String>,
    pub source: Option<String>,
}

/// The clean text, one block a line.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Content {
    pub text: String,
    pub blocks: Vec<Block>,
    pub sentences: Vec<Span>,
    /// `[text_start, raw_start, length]` in code points: where each stretch of text stood in the decoded raw document.
    pub segments: Vec<Segment>,
    pub words: u32,
    pub reading_minutes: f32,
}

/// A stretch of `content.text` and where it stood in the decoded raw document: `(text_start, raw_start, length)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Segment(pub u32, pub u32, pub u32);

names!(
    /// What a block of the article is.
    BlockKind { Headline, Deck, Crosshead, Paragraph, ListItem, Quote, Caption, Table, LiveEntry }
);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Block {
    pub kind: BlockKind,
    pub start: u32,
    pub end: u32,
    /// When the entry of a live page was written, as far as the page says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
}

impl Block {
    pub fn span(&self) -> Span {
        Span {
            start: self.start,
            end: self.end,
        }
    }
}

names!(
    /// Why a stretch of the document is not part of the article.
    RemovedKind {
        /// Names of outlets or feeds that an aggregator left behind.
        OutletList,
        RelatedLinks,
        MostRead,
        Newsletter,
        CookieNotice,
        PaywallNotice,
        ShareBar,
        AuthorBio,
        Byline,
        Copyright,
        ContactNote,
        Comments,
        Advertisement,
        /// An invitation to another article in the middle of this one.
        Promo,
        ReadMore,
        Navigation,
        Caption,
        /// An agency's standing text.
        AgencyBoilerplate,
        EditorialNote,
        SignOff,
        EndMark,
        VersionLine,
        Dateline,
        Separator,
        Other,
    }
);

/// Text taken out of the article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Removed {
    pub kind: RemovedKind,
    pub text: String,
    /// Where it stood in the decoded raw document, in code points, where that is known.
    pub raw: Option<Span>,
    #[serde(default)]
    pub outlets: Vec<Outlet>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outlet {
    pub name: String,
    pub domain: Option<String>,
}

names!(AuthorRole {
    Writer,
    Editor,
    Contributor,
    Photographer
});

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Author {
    pub name: String,
    pub role: AuthorRole,
    pub organization: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Dateline {
    /// The dateline as it stands, with its dash.
    pub text: String,
    pub place: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The day it names: `2025-12-04`, or `--12-04` where no year is given.
    pub date: Option<String>,
    /// The agency it names, as it names it.
    pub source: Option<String>,
}

names!(Precision {
    Second,
    Minute,
    Day
});

names!(
    /// Where a date was learnt.
    DateBasis { Header, Meta, JsonLd, Feed, Wire, Dateline, Text, Url, Time }
);

/// A point in time as learnt from somewhere; never from the clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DateValue {
    /// RFC 3339 time with its zone as given, or a date (`2025-12-04`) when the precision is a day.
    pub value: String,
    pub precision: Precision,
    pub basis: DateBasis,
}

names!(
    /// What a date says of the article.
    DateRole { Published, Modified, Created, Embargo, Other }
);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DateSeen {
    pub value: String,
    pub basis: DateBasis,
    pub role: DateRole,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Language {
    /// ISO 639-1 code.
    pub code: String,
    pub confidence: Option<f32>,
}

names!(OriginBasis {
    Credit,
    Dateline,
    Copyright,
    DuplicateOf,
    OutletList,
    Byline,
    Source
});

/// The agency or outlet the copy comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    pub agency: String,
    /// Absent: no corpus says how often each basis is right.
    pub confidence: Option<f32>,
    pub basis: Vec<OriginBasis>,
}

names!(MediaKind {
    Image,
    Video,
    Audio,
    Graphic,
    Embed
});

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Media {
    pub kind: MediaKind,
    pub url: Option<String>,
    pub caption: Option<String>,
    pub credit: Option<String>,
}

names!(Access {
    Free,
    Metered,
    Paywalled,
    Unknown
});

names!(EntityType {
    Person,
    Organization,
    Place,
    Nationality,
    Event,
    Product,
    Work,
    Law,
    Language
});

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Entity {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: EntityType,
    /// `country`, `city`, `region`, `facility`, `company`, `government`, …
    pub subtype: Option<String>,
    /// The fullest name the article gives, or the usual name of a resolved place.
    pub name: String,
    /// Role or title as the text gives it.
    pub role: Option<String>,
    pub organization: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Share of the article that is about it, 0 to 1.
    pub salience: Option<f32>,
    pub confidence: Option<f32>,
    pub links: Links,
    pub location: Option<Location>,
    pub mentions: Vec<Mention>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Links {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iso3166: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geonames: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Location {
    pub lat: f32,
    pub lon: f32,
}

names!(MentionKind {
    Name,
    Nominal,
    Pronoun,
    /// A capital that stands for its government: "to involve Beijing".
    Metonym,
    /// A name that only modifies a participle: "U.S.-led".
    Modifier
});

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mention {
    pub start: u32,
    pub end: u32,
    pub kind: MentionKind,
}

impl Mention {
    pub fn span(&self) -> Span {
        Span {
            start: self.start,
            end: self.end,
        }
    }
}

/// The country and place the story is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Focus {
    pub country: Option<String>,
    pub place: Option<String>,
    pub confidence: Option<f32>,
}

names!(QuoteType {
    Direct,
    Indirect,
    Mixed
});

names!(Polarity {
    Positive,
    Negative,
    Hypothetical
});

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quote {
    #[serde(rename = "type")]
    pub kind: QuoteType,
    /// What was said; for a direct quotation with its quotation marks.
    pub content: Span,
    pub cue: Option<Span>,
    pub source: Option<Span>,
    /// Id of the entity that speaks.
    pub speaker: Option<String>,
    /// `negative` for what was not said, `hypothetical` for what might be said.
    pub polarity: Polarity,
    /// Class of the cue: `say`, `claim`, `deny`, `promise`, …
    pub stance: Option<String>,
    pub confidence: Option<f32>,
}

names!(TimeType {
    Date,
    Time,
    Duration,
    Set
});

/// A temporal expression with its TIMEX3 value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TimeExpression {
    pub start: u32,
    pub end: u32,
    #[serde(rename = "type")]
    pub kind: TimeType,
    /// TIMEX3 value; `null` where it would need a publication date that is not known.
    pub value: Option<String>,
    /// The underspecified form, as far as the text alone says: `XXXX-WXX-4`.
    pub unanchored: Option<String>,
    pub begin: Option<String>,
    pub end_value: Option<String>,
}

names!(AmountKind {
    Money,
    Percent,
    Count,
    Measure
});

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Amount {
    pub start: u32,
    pub end: u32,
    pub kind: AmountKind,
    /// The number, magnitudes applied: 100000000 for "$100 million". The lower end of a range.
    pub value: Option<f64>,
    /// The upper end of a range.
    pub value_to: Option<f64>,
    /// ISO 4217 code.
    pub currency: Option<String>,
    /// How an ambiguous currency was settled: `sign`, `name`, `context`, `default`.
    pub currency_basis: Option<String>,
    /// The unit as the text gives it, or what is counted.
    pub unit: Option<String>,
    /// The value in SI units, for a measure.
    pub si_value: Option<f64>,
    pub si_unit: Option<String>,
    /// `over`, `about`, `up to`, …
    pub modifier: Option<String>,
    /// `year`, `day`, … for amounts by period.
    pub per: Option<String>,
    /// `up` or `down`, where the amount is a change.
    pub direction: Option<String>,
    /// What a share is of.
    pub of: Option<Span>,
    /// Index in `amounts` of the amount this one restates in another currency or unit.
    pub same_as: Option<u32>,
    /// Units of this amount's currency for one of the other's, where `same_as` ties two currencies.
    pub implied_rate: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    #[serde(rename = "type")]
    pub kind: String,
    pub cameo: Option<String>,
    pub trigger: Span,
    pub actors: Vec<String>,
    pub recipients: Vec<String>,
    pub place: Option<String>,
    pub time: Option<String>,
    pub modality: String,
    pub polarity: Polarity,
    pub confidence: Option<f32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Topic {
    pub code: String,
    pub name: String,
    pub score: Option<f32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Keyphrase {
    pub text: String,
    pub score: Option<f32>,
    pub mentions: Vec<Span>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tone {
    pub score: f32,
    pub label: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fingerprint {
    /// SHA-256 of the normalised text.
    pub text_sha256: String,
    /// 64-bit SimHash, 16 hexadecimal digits.
    pub simhash: String,
    /// MinHash signature, base64 of little-endian 32-bit minima.
    pub minhash: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Duplicates {
    pub cluster: String,
    pub first: Option<String>,
    pub similarity: Option<f32>,
    pub copies: u32,
    pub outlets: u32,
    pub origins: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quality {
    /// Names of what is doubtful about the copy, sorted: `no-date`, `garbled-text`, …
    pub flags: Vec<String>,
}

names!(StageStatus {
    Ok,
    Skipped,
    Failed,
    TimedOut
});

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageReport {
    pub name: String,
    pub status: StageStatus,
    /// Milliseconds the stage took.
    pub ms: f32,
    /// Reason of a skip, or the error.
    pub error: Option<String>,
}

//! The types of the enriched article. Their descriptions are those of its JSON Schema: they are written for
//! whoever reads records.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::Span;

/// Declares an enum of names as records and the configuration write them, in kebab case.
macro_rules! names {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$vmeta])* $variant),+ }
    };
}
pub(crate) use names;

/// One enriched article, as published to the output topic.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct EnrichedArticle {
    /// Version of this schema: `enriched-article/1`.
    pub schema: String,
    /// The id that the message gives for its one article, else the supplier's (guid, urn), else a hash of source and
    /// content. No other article of the same message has it: where two go by one id, a hash of the content stands
    /// behind it.
    pub id: String,
    /// Ordinal of this version of the story, as the supplier counts.
    pub version: Option<u32>,
    /// What kind of new version of the story this is; `null` when the supplier says nothing of one.
    pub version_kind: Option<VersionKind>,
    /// Id, slug or reference of what this article replaces, corrects or kills.
    pub supersedes: Option<String>,
    /// Whether the article may be used. `usable` also where nobody says so.
    pub status: Status,
    /// RFC 3339 time until which the article must not be published; `null` when none is stated.
    pub embargoed_until: Option<String>,
    /// What the supplier tells editors, in its own words; not for publication.
    pub editorial_notes: Vec<String>,
    /// What kind of copy it is, where the supplier says so or its form shows it.
    pub genre: Option<Genre>,
    /// Editorial urgency, 1 (flash) to 9.
    pub urgency: Option<u8>,
    /// The supplier's short name of the story: `ferry-strike`.
    pub slugline: Option<String>,
    /// Keywords as the supplier gives them.
    pub keywords: Vec<String>,
    /// Subjects as the supplier coded them.
    pub subjects: Vec<Subject>,
    /// Other identifiers of the same article: wire sequence numbers, thread keys, the supplier's id where the message
    /// gives another, the id of a message with several articles.
    pub alt_ids: Vec<String>,
    /// Where the raw article came from and how it was read.
    pub ingest: Ingest,
    /// The clean text and its parts.
    pub content: Content,
    /// What was taken out of the document because it is not part of the article.
    pub removed: Vec<Removed>,
    /// The headline, on one line. Of a page: what the rules of its site say, else the `h1` that agrees best with what
    /// the page's data say of its headline, else the first of these that there is: JSON-LD, `og:title`, other meta
    /// tags, `title`; without the site's name. Of other formats: as the supplier gives it.
    pub headline: Option<String>,
    /// Every headline that was seen, as it was written, not only the one chosen.
    pub headlines_seen: Vec<HeadlineSeen>,
    /// The sentence under the headline.
    pub deck: Option<String>,
    /// The byline as it stands: `By Jane Roe and Max Moe, AP`.
    pub byline: Option<String>,
    /// Who wrote it, one by one.
    pub authors: Vec<Author>,
    /// Where and when the text says it was filed.
    pub dateline: Option<Dateline>,
    /// When the article was published, as far as it or its transport says.
    pub published: Option<DateValue>,
    /// When it was last changed, likewise.
    pub modified: Option<DateValue>,
    /// Every date candidate that was seen, not only the winners.
    pub dates_seen: Vec<DateSeen>,
    /// The language of the text; `null` when there is too little text to tell.
    pub language: Option<Language>,
    /// The newspaper, site or service that publishes it.
    pub outlet: Option<Outlet>,
    /// Section of the site or service.
    pub section: Option<String>,
    /// Credit line: `AP`, `Norland Gazette/TNS`.
    pub credit: Option<String>,
    /// Copyright notice.
    pub copyright: Option<String>,
    /// What the supplier says of use.
    pub usage_terms: Option<String>,
    /// The agency or outlet whose copy it is.
    pub origin: Option<Origin>,
    /// Pictures, videos, sounds and embedded posts that belong to the article.
    pub media: Vec<Media>,
    /// The article's own address, where it is read: of a page its `canonical` link, else `og:url`, else where it was
    /// fetched; of a feed's item its link; else as the supplier says. `http` and `https` only. Where the document came
    /// from stands in `ingest.url`.
    pub url: Option<String>,
    /// Addresses that the text links to, each once.
    pub links: Vec<String>,
    /// Whether the page asks for money.
    pub access: Access,
    /// People, organisations, places and other names, with every mention.
    pub entities: Vec<Entity>,
    /// Where the story takes place.
    pub focus: Option<Focus>,
    /// What is quoted, directly and indirectly, with its speaker.
    pub quotes: Vec<Quote>,
    /// Dates, times, durations and recurrences in the text.
    pub times: Vec<TimeExpression>,
    /// Sums of money, percentages, counts and measures in the text.
    pub amounts: Vec<Amount>,
    /// What happens in the story, who does it and to whom, each once; the sentence's main event before others of it.
    /// Empty for a text that is not in English.
    pub events: Vec<Event>,
    /// What it is about, as IPTC Media Topics: the supplier's own where there are any, else what section, keywords
    /// and text tell.
    pub topics: Vec<Topic>,
    /// Phrases that say what it is about, the most telling first, at most ten. Noun phrases and names of the
    /// text; none stands inside another of them. Empty for a text that is not in English.
    pub keyphrases: Vec<Keyphrase>,
    /// The sentences that sum it up, word for word and in their order: the first of the text that can stand on
    /// their own, without a dateline before them. `stages.summary_sentences` says how many at most. A live blog
    /// and a list are summed up by their introduction, else by how their first parts open; an interview in
    /// questions and answers by its introduction; an alert by one sentence. No question, no byline, no caption,
    /// and no quotation whose speaker is not named with it.
    pub summary: Vec<Span>,
    /// How the text reads; `null` where it is not English or has no running text.
    pub tone: Option<Tone>,
    /// What to compare articles by; `null` when the text is empty or the stage did not run.
    pub fingerprint: Option<Fingerprint>,
    /// Copies of this article. `null` where nothing is remembered across articles: `copydesk run` remembers with
    /// `memory.enabled`, `copydesk enrich` the articles of its input. `null`, too, of a page that is no article.
    pub duplicates: Option<Duplicates>,
    /// Id of the first article of the running story it belongs to, its own when it begins one; `null` likewise.
    pub story: Option<String>,
    /// The running story; `null` likewise.
    pub thread: Option<Thread>,
    /// What is doubtful about the copy.
    pub quality: Quality,
    /// Which stage and resource version produced a field.
    pub provenance: BTreeMap<String, String>,
    /// How each stage fared, those that are disabled too.
    pub stages: Vec<StageReport>,
}

names!(
    /// What kind of new version of a story this is.
    VersionKind {
        /// Mends a mistake of an earlier version.
        Correction,
        /// Adds to an earlier version.
        Update,
        /// A new lead, or a write-through, of a running story.
        Lead,
        /// The same text once more.
        Repeat,
        /// The same story sent again under other particulars.
        Refile,
    }
);

names!(
    /// Whether the article may be used.
    Status {
        /// May be published.
        Usable,
        /// Held, embargoed or an advance.
        Withheld,
        /// Killed or withdrawn.
        Canceled,
    }
);

impl Status {
    /// Its name, in ninjs too.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Usable => "usable",
            Status::Withheld => "withheld",
            Status::Canceled => "canceled",
        }
    }
}

names!(
    /// What kind of copy this is.
    Genre {
        /// A news story.
        Article,
        /// A flash, bulletin or other short first word.
        Alert,
        /// A note to editors: a schedule, a list of what is coming.
        Advisory,
        /// A page that grows by dated entries.
        LiveBlog,
        /// The caption of a picture, on its own.
        PhotoCaption,
        /// The life of somebody who has died.
        Obituary,
        /// A column, an editorial, a letter.
        Opinion,
        /// No news at all, but a page: a login, an error, a question about cookies, a check for robots, a paywall
        /// alone, a list of articles. `quality.flags` says which.
        NotArticle,
    }
);

/// A subject as the supplier coded it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// Vocabulary of the code (`medtop`, `iptc-subject-code`, a URI); `null` when the supplier names none.
    pub scheme: Option<String>,
    /// The code: `20000002`, `04000000`.
    pub code: Option<String>,
    /// What it stands for, in the supplier's words.
    pub name: Option<String>,
}

/// Where the raw article came from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ingest {
    /// Kafka topic of the raw article; `null` outside Kafka, as are the four below.
    pub topic: Option<String>,
    /// Partition of that topic.
    pub partition: Option<i32>,
    /// Offset in that partition.
    pub offset: Option<i64>,
    /// RFC 3339 time of the Kafka record.
    pub timestamp: Option<String>,
    /// Key of the Kafka record; bytes that are not UTF-8 are replaced.
    pub key: Option<String>,
    /// The format the document was read as: `html`, `text`, `newsml-g2`, …
    pub format: String,
    /// Character set it was decoded with, in lower case.
    pub charset: String,
    /// Size of the raw document in bytes.
    pub bytes: u64,
    /// SHA-256 of the raw document.
    pub sha256: String,
    /// Address the document was fetched from: a page, a feed, a service.
    pub url: Option<String>,
    /// Feed or outlet as its transport names it.
    pub source: Option<String>,
    /// File it was read from by `copydesk enrich`, by its path there. Absent where it came through Kafka or standard
    /// input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Line of that file or of standard input, the first is 1, where each line is a document. Absent elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

/// The clean text, one block a line.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Content {
    /// The text of all blocks, in reading order, a line each. Every other position in the record is a range
    /// of code points of this.
    pub text: String,
    /// The lines of `text` and what each is.
    pub blocks: Vec<Block>,
    /// Sentences, in order; none reaches over the end of a block.
    pub sentences: Vec<Span>,
    /// `[text_start, raw_start, length]` in code points: where each stretch of text stood in the decoded raw document.
    pub segments: Vec<Segment>,
    /// Words and numbers in the text.
    pub words: u32,
    /// Minutes of reading at 250 words a minute.
    pub reading_minutes: f32,
}

/// A stretch of `content.text` and where it stood in the decoded raw document: `(text_start, raw_start, length)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Segment(pub u32, pub u32, pub u32);

names!(
    /// What a block of the article is.
    BlockKind {
        /// The headline.
        Headline,
        /// The sentence under it.
        Deck,
        /// A heading within the article.
        Crosshead,
        /// A paragraph.
        Paragraph,
        /// An item of a list.
        ListItem,
        /// A quotation set apart.
        Quote,
        /// The caption of a picture or video.
        Caption,
        /// A row of a table.
        Table,
        /// An entry of a live page.
        LiveEntry,
    }
);

/// A line of `content.text` and what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it begins, in code points.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// When the entry of a live page was written, as far as the page says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
}

impl Block {
    /// From its start to its end.
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
        /// Links to other articles.
        RelatedLinks,
        /// A list of what others read.
        MostRead,
        /// An invitation to a newsletter.
        Newsletter,
        /// A question about cookies.
        CookieNotice,
        /// A demand to subscribe or log in.
        PaywallNotice,
        /// Buttons to share the article.
        ShareBar,
        /// Who the author is.
        AuthorBio,
        /// The byline; it stands in `byline`.
        Byline,
        /// The copyright notice; it stands in `copyright`.
        Copyright,
        /// How to reach the newsroom or the sender.
        ContactNote,
        /// Readers' comments.
        Comments,
        /// An advertisement.
        Advertisement,
        /// An invitation to another article in the middle of this one.
        Promo,
        /// An invitation to read on.
        ReadMore,
        /// Menus, breadcrumbs and other ways through a site.
        Navigation,
        /// A caption without its picture, or one told elsewhere.
        Caption,
        /// An agency's standing text.
        AgencyBoilerplate,
        /// A note to editors; it stands in `editorial_notes`.
        EditorialNote,
        /// Initials, places and times at the end of wire copy.
        SignOff,
        /// The mark at the end of wire copy: `(END)`, `###`.
        EndMark,
        /// The line that says which version it is: `1st Ld-Writethru`.
        VersionLine,
        /// The dateline; it stands in `dateline`.
        Dateline,
        /// What the text is not, behind its end: advice, an offer, a guarantee.
        Disclaimer,
        /// A long list of references at the end.
        References,
        /// A line of nothing but signs.
        Separator,
        /// Something else that is not text.
        Other,
    }
);

/// Text taken out of the article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Removed {
    /// Why it was taken out.
    pub kind: RemovedKind,
    /// What was taken out.
    pub text: String,
    /// Where it stood in the decoded raw document, in code points, where that is known.
    pub raw: Option<Span>,
    /// The outlets it names, where it is a list of them.
    #[serde(default)]
    pub outlets: Vec<Outlet>,
}

/// A newspaper, broadcaster, site or service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outlet {
    /// Its usual name.
    pub name: String,
    /// Its site: `norlandgazette.example`.
    pub domain: Option<String>,
}

names!(
    /// What an author did.
    AuthorRole {
        /// Wrote it.
        Writer,
        /// Edited it.
        Editor,
        /// Contributed to it.
        Contributor,
        /// Took its pictures.
        Photographer,
    }
);

/// Somebody named as an author.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Author {
    /// The name as it stands, in its usual order.
    pub name: String,
    /// What this person did.
    pub role: AuthorRole,
    /// Whom this person writes for, where the byline says so.
    pub organization: Option<String>,
}

/// Where and when a story was filed: `NORTHPORT, Norland, Dec 4 (AP) —`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Dateline {
    /// The dateline as it stands, with its dash.
    pub text: String,
    /// The place, without its country.
    pub place: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The day it names: `2025-12-04`, or `--12-04` where no year is given.
    pub date: Option<String>,
    /// The agency it names, as it names it.
    pub source: Option<String>,
}

names!(
    /// How exact a point in time is.
    Precision {
        /// To the second.
        Second,
        /// To the minute.
        Minute,
        /// To the day.
        Day,
    }
);

names!(
    /// Where a date was learnt.
    DateBasis {
        /// A header of the message, or its envelope.
        Header,
        /// A `meta` element of the page.
        Meta,
        /// schema.org data of the page.
        JsonLd,
        /// The item of a feed.
        Feed,
        /// The supplier's metadata: NewsML, NITF, ninjs, a wire's header.
        Wire,
        /// The dateline.
        Dateline,
        /// A line of text about the date.
        Text,
        /// The address of the page.
        Url,
        /// A `time` element of the page.
        Time,
    }
);

/// A point in time as learnt from somewhere; never from the clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DateValue {
    /// RFC 3339 time with its zone as given, or a date (`2025-12-04`) when the precision is a day.
    pub value: String,
    /// How exact it is.
    pub precision: Precision,
    /// Where it was learnt.
    pub basis: DateBasis,
}

names!(
    /// What a date says of the article.
    DateRole {
        /// When it was published.
        Published,
        /// When it was changed.
        Modified,
        /// When it was written.
        Created,
        /// Until when it must not be published.
        Embargo,
        /// Something else.
        Other,
    }
);

/// A candidate for a date of the article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DateSeen {
    /// As `published` has it; as it was written where it cannot be read.
    pub value: String,
    /// Where it was seen.
    pub basis: DateBasis,
    /// What it says of the article.
    pub role: DateRole,
}

names!(
    /// Where a headline was seen.
    HeadlineBasis {
        /// A heading (`h1`) of the page.
        Heading,
        /// schema.org data: `headline`, else `name`, of the article.
        JsonLd,
        /// The Open Graph title of the page.
        OgTitle,
        /// Another `meta` element of the page: `twitter:title`, `dc.title`, …
        Meta,
        /// The `title` element of the page.
        Title,
        /// Where the rules of the page's site (`resources.sites`) say it stands.
        Site,
        /// The item of a feed.
        Feed,
        /// The supplier's metadata: NewsML, NITF, ninjs, a wire's header, the subject of a mail.
        Wire,
        /// A line of the text.
        Text,
    }
);

/// A candidate for the headline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HeadlineSeen {
    /// As it was written, on one line: with the site's name, a kicker or a wire's tags where it has them.
    pub value: String,
    /// Where it was seen.
    pub basis: HeadlineBasis,
}

/// The language of a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Language {
    /// ISO 639-1 code.
    pub code: String,
    /// How sure that is, 0 to 1.
    pub confidence: Option<f32>,
}

names!(
    /// What shows where copy comes from.
    OriginBasis {
        /// The credit line.
        Credit,
        /// The agency in the dateline.
        Dateline,
        /// The copyright notice.
        Copyright,
        /// An earlier copy.
        DuplicateOf,
        /// The outlets an aggregator names.
        OutletList,
        /// The byline, or whom an author writes for.
        Byline,
        /// What the supplier or the transport names as the source.
        Source,
    }
);

/// The agency or outlet the copy comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// Its usual name.
    pub agency: String,
    /// Absent: no corpus says how often each basis is right.
    pub confidence: Option<f32>,
    /// What shows it, the best first.
    pub basis: Vec<OriginBasis>,
}

names!(
    /// What kind of medium it is.
    MediaKind {
        /// A picture.
        Image,
        /// A video.
        Video,
        /// A sound.
        Audio,
        /// A chart, a map, a drawing.
        Graphic,
        /// A post or a frame of another site.
        Embed,
    }
);

/// A picture, video, sound or embedded post of the article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Media {
    /// What it is.
    pub kind: MediaKind,
    /// Its address.
    pub url: Option<String>,
    /// Its caption.
    pub caption: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
}

names!(
    /// Whether a page asks for money.
    Access {
        /// Open to all.
        Free,
        /// Free for so many articles, or to who registers.
        Metered,
        /// For subscribers.
        Paywalled,
        /// The page does not say.
        Unknown,
    }
);

names!(
    /// What a name is the name of.
    EntityType {
        /// A person.
        Person,
        /// A company, authority, party, team, outlet.
        Organization,
        /// A country, region, town, building, river.
        Place,
        /// A people, religion or political camp: `Norlandic`.
        Nationality,
        /// A war, games, a storm.
        Event,
        /// A product, vehicle or weapon.
        Product,
        /// A book, film, song.
        Work,
        /// An act, a treaty.
        Law,
        /// A language.
        Language,
    }
);

/// Somebody or something that has a name, and every place where the article speaks of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Entity {
    /// Id within the record: `e5`.
    pub id: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: EntityType,
    /// `country`, `city`, `region`, `facility`, `company`, `government`, …
    pub subtype: Option<String>,
    /// The fullest name the article gives, or the usual name of a resolved place.
    pub name: String,
    /// Role or title as the text gives it.
    pub role: Option<String>,
    /// What a person belongs to, in the words of the text.
    pub organization: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Share of the article that is about it, 0 to 1.
    pub salience: Option<f32>,
    /// How sure it is, 0 to 1; `null`: not measured.
    pub confidence: Option<f32>,
    /// Where it is known elsewhere.
    pub links: Links,
    /// Where it lies, for a place that is known.
    pub location: Option<Location>,
    /// How the sentences that mention it speak of it; `null` where the text is not English.
    #[serde(default)]
    pub tone: Option<EntityTone>,
    /// Where the article speaks of it, in order.
    pub mentions: Vec<Mention>,
}

/// An entity in other registers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Links {
    /// ISO 3166-1 alpha-2 of a country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iso3166: Option<String>,
    /// GeoNames id of a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geonames: Option<u32>,
    /// Item of Wikidata, `Q142`: countries, bigger cities, and the organisations and people that
    /// `config/gazetteers/wikidata.tsv` has. None where a name may mean several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wikidata: Option<String>,
}

/// A position in WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Location {
    /// Degrees north.
    pub lat: f32,
    /// Degrees east.
    pub lon: f32,
}

names!(
    /// How an entity is mentioned.
    MentionKind {
        /// By its name, or a part of it.
        Name,
        /// By what it is: "the minister".
        Nominal,
        /// By a pronoun: "she".
        Pronoun,
        /// A capital that stands for its government: "to involve Beijing".
        Metonym,
        /// A name that only modifies a participle: "U.S.-led".
        Modifier,
    }
);

/// A place in the text that speaks of an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mention {
    /// Where it begins in `content.text`, in code points.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// How it is mentioned.
    pub kind: MentionKind,
}

impl Mention {
    /// From its start to its end.
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
    /// ISO 3166-1 alpha-2 of the country.
    pub country: Option<String>,
    /// Name of the town or region, where there is one.
    pub place: Option<String>,
    /// How sure that is, 0 to 1; `null`: not measured.
    pub confidence: Option<f32>,
}

names!(
    /// How something is quoted.
    QuoteType {
        /// Word for word, in quotation marks.
        Direct,
        /// In the writer's words.
        Indirect,
        /// In the writer's words with some of the speaker's in quotation marks.
        Mixed,
    }
);

names!(
    /// Whether something is said to be so.
    Polarity {
        /// It is.
        Positive,
        /// It is not.
        Negative,
        /// It might be.
        Hypothetical,
    }
);

/// Something that is quoted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quote {
    /// How it is quoted.
    #[serde(rename = "type")]
    pub kind: QuoteType,
    /// What was said; for a direct quotation with its quotation marks.
    pub content: Span,
    /// The word that says it is: "said".
    pub cue: Option<Span>,
    /// The words that name the speaker.
    pub source: Option<Span>,
    /// Id of the entity that speaks.
    pub speaker: Option<String>,
    /// `negative` for what was not said, `hypothetical` for what might be said.
    pub polarity: Polarity,
    /// Class of the cue: `say`, `claim`, `deny`, `promise`, …
    pub stance: Option<String>,
    /// How sure the speaker is, 0 to 1: the share of speakers found the same way that were right. `null` where there is
    /// no speaker, or where the way was not measured.
    pub confidence: Option<f32>,
}

names!(
    /// TIMEX3's types.
    TimeType {
        /// A day or longer: a date, a month, a year.
        Date,
        /// A time of the day.
        Time,
        /// How long something lasts.
        Duration,
        /// How often something happens.
        Set,
    }
);

/// A temporal expression with its TIMEX3 value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TimeExpression {
    /// Where it begins in `content.text`, in code points.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// What kind of time it is.
    #[serde(rename = "type")]
    pub kind: TimeType,
    /// TIMEX3 value; `null` where it would need a date that is not known, and where no one day is meant.
    pub value: Option<String>,
    /// The underspecified form, as far as the text alone says: `XXXX-WXX-4`.
    pub unanchored: Option<String>,
    /// Where a range begins, the lower end of a length, or the instant that a time with a zone is.
    pub begin: Option<String>,
    /// Where a range ends.
    pub end_value: Option<String>,
}

names!(
    /// What an amount is of.
    AmountKind {
        /// Money.
        Money,
        /// A share in percent.
        Percent,
        /// Things or people.
        Count,
        /// A length, weight, temperature or other measure.
        Measure,
    }
);

/// A number with what it is of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Amount {
    /// Where it begins in `content.text`, in code points.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// What it is of.
    pub kind: AmountKind,
    /// The number, magnitudes applied: 100000000 for "$100 million", -3.5 for "minus 3.5 percent". The lower end of a
    /// range.
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
    /// The SI unit of `si_value`: `m`, `kg`.
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

names!(
    /// Whether something happened, in the eyes of who writes or speaks.
    Modality {
        /// It is told as a fact, past or present.
        Asserted,
        /// It will happen, or somebody says that he will do it.
        Promised,
        /// Somebody wants it, or asks for it.
        Wished,
        /// It may happen or have happened: alleged, feared, conditional, attempted.
        Possible,
    }
);

/// Declares the types of events under the names that PLOVER has for them.
macro_rules! event_types {
    ($($(#[$vmeta:meta])* $variant:ident = $name:literal,)+) => {
        /// A type of event of PLOVER 0.8 (2021).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "UPPERCASE")]
        pub enum EventType { $($(#[$vmeta])* $variant),+ }

        impl EventType {
            /// The one of this name.
            pub fn of_name(name: &str) -> Option<EventType> {
                match name { $($name => Some(EventType::$variant),)+ _ => None }
            }

            /// Its name in PLOVER.
            pub fn name(self) -> &'static str {
                match self { $(EventType::$variant => $name),+ }
            }
        }
    };
}

event_types! {
    /// Agrees, offers or promises to cooperate.
    Agree = "AGREE",
    /// Meets, visits, telephones, negotiates.
    Consult = "CONSULT",
    /// Praises, recognises, signs an agreement with.
    Support = "SUPPORT",
    /// Cooperates: trade, exercises, evidence, extradition.
    Cooperate = "COOPERATE",
    /// Gives money, goods, arms, asylum, protection.
    Aid = "AID",
    /// Yields without giving anything away: lifts restrictions, accepts demands.
    Concede = "CONCEDE",
    /// Gives way: releases, withdraws, lifts sanctions, declares a ceasefire.
    Retreat = "RETREAT",
    /// Asks, appeals or demands.
    Request = "REQUEST",
    /// Accuses, criticises, sues, convicts, investigates.
    Accuse = "ACCUSE",
    /// Rejects, refuses, vetoes, defies.
    Reject = "REJECT",
    /// Threatens, warns, gives an ultimatum.
    Threaten = "THREATEN",
    /// Demonstrates, strikes, riots.
    Protest = "PROTEST",
    /// Reduces relations: stops aid, imposes sanctions, breaks off talks, expels diplomats.
    Sanction = "SANCTION",
    /// Puts forces on alert, deploys them.
    Mobilize = "MOBILIZE",
    /// Represses without killing: arrests, bans, deports, seizes.
    Coerce = "COERCE",
    /// Kills, wounds, attacks, kidnaps.
    Assault = "ASSAULT",
}

names!(
    /// The part somebody has in an event.
    Role {
        /// Does it.
        Actor,
        /// To whom it is done, or whom it is for.
        Recipient,
        /// Brings the others together, without being one of them: mediates, hosts.
        ThirdParty,
    }
);

/// Somebody who takes part in an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Participant {
    /// The part.
    pub role: Role,
    /// Id of the entity; `null` for those who have no name, such as "gunmen".
    pub entity: Option<String>,
    /// The words that name it, without relative clauses.
    pub span: Span,
    /// What it is in PLOVER's codes: `GOV` government, `MIL` armed forces, `COP` police, `REB` rebels, `OPP` opposition and
    /// protesters, `CVL` civilians, `JUD` courts, `LEG` parliaments, `PTY` parties, `ELI` other leaders, `SPY` intelligence,
    /// `CRM` criminals, `UAF` other armed groups, `JRN` media, `MED` health, `EDU` schools, `REL` clergy, `BUS` business,
    /// `LAB` workers, `AGR` farmers, `REF` refugees, `NGO` and `IGO` organisations. `null` where its words do not tell.
    pub sector: Option<String>,
    /// ISO 3166-1 alpha-2 of the country it belongs to, where the text says so.
    pub country: Option<String>,
}

/// Who did what to whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// What happens, as one of PLOVER's types.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// Its CAMEO code, `1121`, where the words tell it; one of `config/events/cameo.tsv` and of the same type.
    pub cameo: Option<String>,
    /// The words that say it.
    pub trigger: Span,
    /// Ids of the entities that do it.
    pub actors: Vec<String>,
    /// Ids of the entities it is done to.
    pub recipients: Vec<String>,
    /// All who take part, those without a name too. Where both sides do the same to each other ("met", "agreed"), each
    /// is actor and recipient.
    #[serde(default)]
    pub participants: Vec<Participant>,
    /// Id of the place where it happens; `null` unless its own clause says so, or it is what the article begins with and
    /// the dateline says so.
    pub place: Option<String>,
    /// TIMEX3 value of when; `null` unless its own clause says so.
    pub time: Option<String>,
    /// Whether it happened, will or might.
    pub modality: Modality,
    /// `negative` where it is said not to happen.
    pub polarity: Polarity,
    /// Whether it is told as what was before: an earlier event, an anniversary, what somebody was convicted of.
    #[serde(default)]
    pub background: bool,
    /// Place in `quotes` of the quotation it stands in, whose speaker says so; `null` where the article itself does.
    #[serde(default)]
    pub quote: Option<u32>,
    /// Where the article tells the same event again, in order.
    #[serde(default)]
    pub mentions: Vec<Span>,
    /// The chance that the text tells an event of PLOVER's types here, as readers judged, 0.35 to 1; what is less sure is
    /// not told. It says nothing of who takes part, nor of modality. `null` in records made before there was one.
    pub confidence: Option<f32>,
}

names!(
    /// Where a topic was learnt.
    TopicBasis {
        /// The supplier's code, its category or its name of a subject.
        Supplied,
        /// The section or the keywords.
        Section,
        /// The text.
        Text,
    }
);

/// What the article is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Topic {
    /// The code of an IPTC Media Topic, `medtop:20000639`. From the text come at most three of level 1
    /// (`medtop:11000000`), and under each at most two deeper ones, the most specific that are likely; what stands
    /// between is implied.
    pub code: String,
    /// Its name, in the language that `output.topic_language` sets.
    pub name: String,
    /// The chance that an editor would accept it, 0.5 to 1; `null` where somebody else chose it (`supplied`, `section`).
    pub score: Option<f32>,
    /// Where it was learnt.
    pub basis: TopicBasis,
}

/// A phrase that says what the article is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Keyphrase {
    /// The phrase as the text has it at its first mention.
    pub text: String,
    /// How much it says, 0 to 1. Phrases of one article are ranked by it; it is no probability.
    pub score: Option<f32>,
    /// Everywhere it stands in `content.text`, in singular or plural.
    pub mentions: Vec<Span>,
}

names!(
    /// Tone in a word.
    ToneLabel {
        /// Rather negative.
        Negative,
        /// Neither, or both alike.
        Neutral,
        /// Rather positive.
        Positive,
    }
);

/// How positive or negative the text reads: an estimate of what twenty readers would say of each sentence,
/// averaged over the sentences of the body. It is about words and what happens: a report of a disaster reads
/// negative, whatever its author thinks. It is not the author's opinion, nor whether the article is for or against
/// anybody, nor whether it is fair. On texts it has not learnt from it correlates with the readers by about 0.7.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tone {
    /// From -1, negative, to 1, positive; two in three articles are within 0.1 of 0, one in a hundred beyond 0.3.
    pub score: f32,
    /// `neutral` where `score` is nearer to 0 than 0.05.
    pub label: ToneLabel,
}

/// How the sentences that mention an entity speak of it: whether it is praised, does well or suffers what one
/// pities, or is blamed, fails or does harm, in the words of the author or of whoever is quoted. It is told for each
/// sentence by its words alone and then averaged. A mean over few sentences says little, and over many it is no
/// attitude of the author: who is quoted against somebody and who speaks for the article is not told apart, and on
/// articles whose author's attitude is known such means agree with it little better than chance. To one sentence in
/// three it gives another label than readers do.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EntityTone {
    /// From -1, negative, to 1, positive: the mean of how likely a sentence is positive toward it less how likely it
    /// is negative.
    pub score: f32,
    /// What is most likely over all of them.
    pub label: ToneLabel,
    /// Sentences that mention it, by name or otherwise.
    pub n: u32,
}

/// What articles are compared by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fingerprint {
    /// SHA-256 of the normalised text.
    pub text_sha256: String,
    /// 64-bit SimHash, 16 hexadecimal digits.
    pub simhash: String,
    /// MinHash signature, base64 of little-endian 32-bit minima.
    pub minhash: String,
}

names!(
    /// What an article is to the one it was taken from.
    CopyRelation {
        /// The first of its text that was seen.
        Original,
        /// The same, word for word.
        Identical,
        /// Nearly the same: words, spelling or sentences were changed.
        Copy,
        /// Some of it was left out.
        Shortened,
        /// Something was added.
        Extended,
        /// Some of it stands in a text that says more of its own.
        Partial,
        /// A new version by its own outlet or supplier, or the kill of one; no copy, and not counted as one.
        Version,
    }
);

/// Copies of an article, as known when it was decided; a later copy changes nothing in the record of an earlier one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Duplicates {
    /// Id of the article that was the first of the cluster to come; its own when it is alone.
    pub cluster: String,
    /// Id of the one that was published first; `null` when it is alone, or no date is known.
    pub first: Option<String>,
    /// How like `of` it is, 0 to 1: estimated Jaccard similarity of runs of four words.
    pub similarity: Option<f32>,
    /// Copies seen so far, this one and the first among them; versions are not counted.
    pub copies: u32,
    /// Outlets that published one.
    pub outlets: u32,
    /// Agencies that they name, at least 1.
    pub origins: u32,
    /// Id of the article it was compared with: the first of the cluster where it is like that, else the one it is
    /// most like. `null` when it is alone.
    pub of: Option<String>,
    /// How many articles of the cluster had come with this one, versions too.
    pub position: u32,
    /// What it is to `of`.
    pub relation: CopyRelation,
    /// Share of this text that stands in `of`, 0 to 1.
    pub contained: Option<f32>,
    /// Share of `of` that stands in this text, 0 to 1.
    pub contains: Option<f32>,
    /// The agencies that articles of the cluster name, in the order in which they came.
    pub agencies: Vec<String>,
    /// Ids of other clusters that it has as much of; it counts in none of them.
    pub joins: Vec<String>,
    /// What was made of `of`; `null` when it is alone.
    pub edits: Option<CopyEdits>,
}

/// What an article made of the text it was taken from. No more is compared than the first 40 sentences of each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CopyEdits {
    /// Whether the headline is another.
    pub headline: bool,
    /// Sentences that stand in both.
    pub kept: u32,
    /// Sentences of the other text that were left out.
    pub removed: u32,
    /// Those of them at its end.
    pub removed_tail: u32,
    /// Sentences that the other text has not, those next to one another as one.
    pub added: Vec<Span>,
    /// Sentences in place of others, likewise.
    pub changed: Vec<Span>,
    /// Numbers in changed sentences: as they were, as they are.
    pub numbers: Vec<[String; 2]>,
}

/// The running story, as known when the article was decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Thread {
    /// How many articles of the story had come with this one.
    pub position: u32,
    /// Texts among them: copies and versions of one count once.
    pub texts: u32,
    /// Outlets that published them.
    pub outlets: u32,
    /// Texts that took nothing from one before.
    pub origins: u32,
    /// RFC 3339 time of the first publication known.
    pub since: Option<String>,
    /// How like the story's texts this one is, 0 to 1; `null` for the first, and for a copy.
    pub similarity: Option<f32>,
    /// Ids of other stories that it would have fitted.
    pub joins: Vec<String>,
}

/// What is doubtful about a copy.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quality {
    /// Names of what is doubtful about the copy, sorted: `truncated`, `no-body`, …; `copydesk schema flags`
    /// says what each means. More may come.
    pub flags: Vec<String>,
    /// How hard the text is to read; `null` where it is not English or has fewer than 100 words.
    #[serde(default)]
    pub readability: Option<Readability>,
}

/// How hard English text is to read, by the length of its words and sentences alone: whether it is well or
/// clearly written, and whether its words are known, these formulas do not see. Headline, crossheads,
/// captions and tables are left out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Readability {
    /// Flesch-Kincaid grade: the American school year that can read it; 8 is easy, 12 usual for news. It may be
    /// below 0 and has no upper end.
    pub grade: f32,
    /// Flesch reading ease: 100 is very easy, 30 hard; it may be above 100 and below 0.
    pub flesch: f32,
    /// Words and figures by sentence.
    pub words_per_sentence: f32,
}

names!(
    /// How a stage fared.
    StageStatus {
        /// It ran to its end.
        Ok,
        /// There was nothing for it to do; `error` says why.
        Skipped,
        /// It failed; its fields are `null` or empty.
        Failed,
        /// It took too long; likewise.
        TimedOut,
    }
);

/// How one stage fared on the article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageReport {
    /// Its name, as `stages.disabled` of the configuration takes it.
    pub name: String,
    /// How it fared.
    pub status: StageStatus,
    /// Milliseconds the stage took.
    pub ms: f32,
    /// Reason of a skip, or the error.
    pub error: Option<String>,
    /// Time of day at which it began, for traces; not in the record.
    #[serde(skip)]
    pub began: Option<std::time::SystemTime>,
}

"""The types of a record, made of its JSON Schema by generate.py: not to be changed by hand.

Positions are code points of ``content.text``, as indices of a Python string are. ``None`` and ``[]``: not found.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Literal, Optional, Tuple

from .record import Article, Placed, Record, Span


# What kind of new version of a story this is.
VersionKind = Literal[
    # Mends a mistake of an earlier version.
    "correction",
    # Adds to an earlier version.
    "update",
    # A new lead, or a write-through, of a running story.
    "lead",
    # The same text once more.
    "repeat",
    # The same story sent again under other particulars.
    "refile",
]


# Whether the article may be used.
Status = Literal[
    # May be published.
    "usable",
    # Held, embargoed or an advance.
    "withheld",
    # Killed or withdrawn.
    "canceled",
]


# What kind of copy this is.
Genre = Literal[
    # A news story.
    "article",
    # A flash, bulletin or other short first word.
    "alert",
    # A note to editors: a schedule, a list of what is coming.
    "advisory",
    # A page that grows by dated entries.
    "live-blog",
    # The caption of a picture, on its own.
    "photo-caption",
    # The life of somebody who has died.
    "obituary",
    # A column, an editorial, a letter.
    "opinion",
    # No news at all, but a page: a login, an error, a question about cookies, a check for robots, a paywall alone, a
    # list of articles. `quality.flags` says which.
    "not-article",
]


# What a block of the article is.
BlockKind = Literal[
    # The headline.
    "headline",
    # The sentence under it.
    "deck",
    # A heading within the article.
    "crosshead",
    # A paragraph.
    "paragraph",
    # An item of a list.
    "list-item",
    # A quotation set apart.
    "quote",
    # The caption of a picture or video.
    "caption",
    # A row of a table.
    "table",
    # An entry of a live page.
    "live-entry",
]


# Why a stretch of the document is not part of the article.
RemovedKind = Literal[
    # Names of outlets or feeds that an aggregator left behind.
    "outlet-list",
    # Links to other articles.
    "related-links",
    # A list of what others read.
    "most-read",
    # An invitation to a newsletter.
    "newsletter",
    # A question about cookies.
    "cookie-notice",
    # A demand to subscribe or log in.
    "paywall-notice",
    # Buttons to share the article.
    "share-bar",
    # Who the author is.
    "author-bio",
    # The byline; it stands in `byline`.
    "byline",
    # The copyright notice; it stands in `copyright`.
    "copyright",
    # How to reach the newsroom or the sender.
    "contact-note",
    # Readers' comments.
    "comments",
    # An advertisement.
    "advertisement",
    # An invitation to another article in the middle of this one.
    "promo",
    # An invitation to read on.
    "read-more",
    # Menus, breadcrumbs and other ways through a site.
    "navigation",
    # A caption without its picture, or one told elsewhere.
    "caption",
    # An agency's standing text.
    "agency-boilerplate",
    # A note to editors; it stands in `editorial_notes`.
    "editorial-note",
    # Initials, places and times at the end of wire copy.
    "sign-off",
    # The mark at the end of wire copy: `(END)`, `###`.
    "end-mark",
    # The line that says which version it is: `1st Ld-Writethru`.
    "version-line",
    # The dateline; it stands in `dateline`.
    "dateline",
    # What the text is not, behind its end: advice, an offer, a guarantee.
    "disclaimer",
    # A long list of references at the end.
    "references",
    # A line of nothing but signs.
    "separator",
    # Something else that is not text.
    "other",
]


# Where a headline was seen.
HeadlineBasis = Literal[
    # A heading (`h1`) of the page.
    "heading",
    # schema.org data: `headline`, else `name`, of the article.
    "json-ld",
    # The Open Graph title of the page.
    "og-title",
    # Another `meta` element of the page: `twitter:title`, `dc.title`, …
    "meta",
    # The `title` element of the page.
    "title",
    # Where the rules of the page's site (`resources.sites`) say it stands.
    "site",
    # The item of a feed.
    "feed",
    # The supplier's metadata: NewsML, NITF, ninjs, a wire's header, the subject of a mail.
    "wire",
    # A line of the text.
    "text",
]


# What an author did.
AuthorRole = Literal[
    # Wrote it.
    "writer",
    # Edited it.
    "editor",
    # Contributed to it.
    "contributor",
    # Took its pictures.
    "photographer",
]


# How exact a point in time is.
Precision = Literal[
    # To the second.
    "second",
    # To the minute.
    "minute",
    # To the day.
    "day",
]


# Where a date was learnt.
DateBasis = Literal[
    # A header of the message, or its envelope.
    "header",
    # A `meta` element of the page.
    "meta",
    # schema.org data of the page.
    "json-ld",
    # The item of a feed.
    "feed",
    # The supplier's metadata: NewsML, NITF, ninjs, a wire's header.
    "wire",
    # The dateline.
    "dateline",
    # A line of text about the date.
    "text",
    # The address of the page.
    "url",
    # A `time` element of the page.
    "time",
]


# What a date says of the article.
DateRole = Literal[
    # When it was published.
    "published",
    # When it was changed.
    "modified",
    # When it was written.
    "created",
    # Until when it must not be published.
    "embargo",
    # Something else.
    "other",
]


# What shows where copy comes from.
OriginBasis = Literal[
    # The credit line.
    "credit",
    # The agency in the dateline.
    "dateline",
    # The copyright notice.
    "copyright",
    # An earlier copy.
    "duplicate-of",
    # The outlets an aggregator names.
    "outlet-list",
    # The byline, or whom an author writes for.
    "byline",
    # What the supplier or the transport names as the source.
    "source",
]


# What kind of medium it is.
MediaKind = Literal[
    # A picture.
    "image",
    # A video.
    "video",
    # A sound.
    "audio",
    # A chart, a map, a drawing.
    "graphic",
    # A post or a frame of another site.
    "embed",
]


# Whether a page asks for money.
Access = Literal[
    # Open to all.
    "free",
    # Free for so many articles, or to who registers.
    "metered",
    # For subscribers.
    "paywalled",
    # The page does not say.
    "unknown",
]


# What a name is the name of.
EntityType = Literal[
    # A person.
    "person",
    # A company, authority, party, team, outlet.
    "organization",
    # A country, region, town, building, river.
    "place",
    # A people, religion or political camp: `Norlandic`.
    "nationality",
    # A war, games, a storm.
    "event",
    # A product, vehicle or weapon.
    "product",
    # A book, film, song.
    "work",
    # An act, a treaty.
    "law",
    # A language.
    "language",
]


# Tone in a word.
ToneLabel = Literal[
    # Rather negative.
    "negative",
    # Neither, or both alike.
    "neutral",
    # Rather positive.
    "positive",
]


# How an entity is mentioned.
MentionKind = Literal[
    # By its name, or a part of it.
    "name",
    # By what it is: "the minister".
    "nominal",
    # By a pronoun: "she".
    "pronoun",
    # A capital that stands for its government: "to involve Beijing".
    "metonym",
    # A name that only modifies a participle: "U.S.-led".
    "modifier",
]


# How something is quoted.
QuoteType = Literal[
    # Word for word, in quotation marks.
    "direct",
    # In the writer's words.
    "indirect",
    # In the writer's words with some of the speaker's in quotation marks.
    "mixed",
]


# Whether something is said to be so.
Polarity = Literal[
    # It is.
    "positive",
    # It is not.
    "negative",
    # It might be.
    "hypothetical",
]


# TIMEX3's types.
TimeType = Literal[
    # A day or longer: a date, a month, a year.
    "date",
    # A time of the day.
    "time",
    # How long something lasts.
    "duration",
    # How often something happens.
    "set",
]


# What an amount is of.
AmountKind = Literal[
    # Money.
    "money",
    # A share in percent.
    "percent",
    # Things or people.
    "count",
    # A length, weight, temperature or other measure.
    "measure",
]


# A type of event of PLOVER 0.8 (2021).
EventType = Literal[
    # Agrees, offers or promises to cooperate.
    "AGREE",
    # Meets, visits, telephones, negotiates.
    "CONSULT",
    # Praises, recognises, signs an agreement with.
    "SUPPORT",
    # Cooperates: trade, exercises, evidence, extradition.
    "COOPERATE",
    # Gives money, goods, arms, asylum, protection.
    "AID",
    # Yields without giving anything away: lifts restrictions, accepts demands.
    "CONCEDE",
    # Gives way: releases, withdraws, lifts sanctions, declares a ceasefire.
    "RETREAT",
    # Asks, appeals or demands.
    "REQUEST",
    # Accuses, criticises, sues, convicts, investigates.
    "ACCUSE",
    # Rejects, refuses, vetoes, defies.
    "REJECT",
    # Threatens, warns, gives an ultimatum.
    "THREATEN",
    # Demonstrates, strikes, riots.
    "PROTEST",
    # Reduces relations: stops aid, imposes sanctions, breaks off talks, expels diplomats.
    "SANCTION",
    # Puts forces on alert, deploys them.
    "MOBILIZE",
    # Represses without killing: arrests, bans, deports, seizes.
    "COERCE",
    # Kills, wounds, attacks, kidnaps.
    "ASSAULT",
]


# The part somebody has in an event.
Role = Literal[
    # Does it.
    "actor",
    # To whom it is done, or whom it is for.
    "recipient",
    # Brings the others together, without being one of them: mediates, hosts.
    "third-party",
]


# Whether something happened, in the eyes of who writes or speaks.
Modality = Literal[
    # It is told as a fact, past or present.
    "asserted",
    # It will happen, or somebody says that he will do it.
    "promised",
    # Somebody wants it, or asks for it.
    "wished",
    # It may happen or have happened: alleged, feared, conditional, attempted.
    "possible",
]


# Where a topic was learnt.
TopicBasis = Literal[
    # The supplier's code, its category or its name of a subject.
    "supplied",
    # The section or the keywords.
    "section",
    # The text.
    "text",
]


# What an article is to the one it was taken from.
CopyRelation = Literal[
    # The first of its text that was seen.
    "original",
    # The same, word for word.
    "identical",
    # Nearly the same: words, spelling or sentences were changed.
    "copy",
    # Some of it was left out.
    "shortened",
    # Something was added.
    "extended",
    # Some of it stands in a text that says more of its own.
    "partial",
    # A new version by its own outlet or supplier, or the kill of one; no copy, and not counted as one.
    "version",
]


# How a stage fared.
StageStatus = Literal[
    # It ran to its end.
    "ok",
    # There was nothing for it to do; `error` says why.
    "skipped",
    # It failed; its fields are `null` or empty.
    "failed",
    # It took too long; likewise.
    "timed-out",
]


@dataclass(frozen=True)
class Subject(Record):
    """A subject as the supplier coded it."""

    #: Vocabulary of the code (`medtop`, `iptc-subject-code`, a URI); `null` when the supplier names none.
    scheme: Optional[str] = None

    #: The code: `20000002`, `04000000`.
    code: Optional[str] = None

    #: What it stands for, in the supplier's words.
    name: Optional[str] = None


@dataclass(frozen=True)
class Ingest(Record):
    """Where the raw article came from."""

    #: The format the document was read as: `html`, `text`, `newsml-g2`, …
    format: str

    #: Character set it was decoded with, in lower case.
    charset: str

    #: Size of the raw document in bytes.
    bytes: int

    #: SHA-256 of the raw document.
    sha256: str

    #: Kafka topic of the raw article; `null` outside Kafka, as are the four below.
    topic: Optional[str] = None

    #: Partition of that topic.
    partition: Optional[int] = None

    #: Offset in that partition.
    offset: Optional[int] = None

    #: RFC 3339 time of the Kafka record.
    timestamp: Optional[str] = None

    #: Key of the Kafka record; bytes that are not UTF-8 are replaced.
    key: Optional[str] = None

    #: Address the document was fetched from: a page, a feed, a service.
    url: Optional[str] = None

    #: Feed or outlet as its transport names it.
    source: Optional[str] = None

    #: File it was read from by `copydesk enrich`, by its path there. Absent where it came through Kafka or standard
    #: input.
    file: Optional[str] = None

    #: Line of that file or of standard input, the first is 1, where each line is a document. Absent elsewhere.
    line: Optional[int] = None


@dataclass(frozen=True)
class Block(Placed):
    """A line of `content.text` and what it is."""

    #: What it is.
    kind: BlockKind

    #: Where it begins, in code points.
    start: int

    #: Where it ends.
    end: int

    #: When the entry of a live page was written, as far as the page says.
    time: Optional[str] = None


@dataclass(frozen=True)
class Content(Record):
    """The clean text, one block a line."""

    #: The text of all blocks, in reading order, a line each. Every other position in the record is a range of code
    #: points of this.
    text: str

    #: Words and numbers in the text.
    words: int

    #: Minutes of reading at 250 words a minute.
    reading_minutes: float

    #: The lines of `text` and what each is.
    blocks: List[Block] = field(default_factory=list)

    #: Sentences, in order; none reaches over the end of a block.
    sentences: List[Span] = field(default_factory=list)

    #: `[text_start, raw_start, length]` in code points: where each stretch of text stood in the decoded raw document.
    segments: List[Tuple[int, int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Outlet(Record):
    """A newspaper, broadcaster, site or service."""

    #: Its usual name.
    name: str

    #: Its site: `norlandgazette.example`.
    domain: Optional[str] = None


@dataclass(frozen=True)
class Removed(Record):
    """Text taken out of the article."""

    #: Why it was taken out.
    kind: RemovedKind

    #: What was taken out.
    text: str

    #: Where it stood in the decoded raw document, in code points, where that is known.
    raw: Optional[Span] = None

    #: The outlets it names, where it is a list of them.
    outlets: List[Outlet] = field(default_factory=list)


@dataclass(frozen=True)
class HeadlineSeen(Record):
    """A candidate for the headline."""

    #: As it was written, on one line: with the site's name, a kicker or a wire's tags where it has them.
    value: str

    #: Where it was seen.
    basis: HeadlineBasis


@dataclass(frozen=True)
class Author(Record):
    """Somebody named as an author."""

    #: The name as it stands, in its usual order.
    name: str

    #: What this person did.
    role: AuthorRole

    #: Whom this person writes for, where the byline says so.
    organization: Optional[str] = None


@dataclass(frozen=True)
class Dateline(Record):
    """Where and when a story was filed: `NORTHPORT, Norland, Dec 4 (AP) —`."""

    #: The dateline as it stands, with its dash.
    text: str

    #: The place, without its country.
    place: Optional[str] = None

    #: ISO 3166-1 alpha-2.
    country: Optional[str] = None

    #: The day it names: `2025-12-04`, or `--12-04` where no year is given.
    date: Optional[str] = None

    #: The agency it names, as it names it.
    source: Optional[str] = None


@dataclass(frozen=True)
class DateValue(Record):
    """A point in time as learnt from somewhere; never from the clock."""

    #: RFC 3339 time with its zone as given, or a date (`2025-12-04`) when the precision is a day.
    value: str

    #: How exact it is.
    precision: Precision

    #: Where it was learnt.
    basis: DateBasis


@dataclass(frozen=True)
class DateSeen(Record):
    """A candidate for a date of the article."""

    #: As `published` has it; as it was written where it cannot be read.
    value: str

    #: Where it was seen.
    basis: DateBasis

    #: What it says of the article.
    role: DateRole


@dataclass(frozen=True)
class Language(Record):
    """The language of a text."""

    #: ISO 639-1 code.
    code: str

    #: How sure that is, 0 to 1.
    confidence: Optional[float] = None


@dataclass(frozen=True)
class Origin(Record):
    """The agency or outlet the copy comes from."""

    #: Its usual name.
    agency: str

    #: Absent: no corpus says how often each basis is right.
    confidence: Optional[float] = None

    #: What shows it, the best first.
    basis: List[OriginBasis] = field(default_factory=list)


@dataclass(frozen=True)
class Media(Record):
    """A picture, video, sound or embedded post of the article."""

    #: What it is.
    kind: MediaKind

    #: Its address.
    url: Optional[str] = None

    #: Its caption.
    caption: Optional[str] = None

    #: Who made it.
    credit: Optional[str] = None


@dataclass(frozen=True)
class Links(Record):
    """An entity in other registers."""

    #: ISO 3166-1 alpha-2 of a country.
    iso3166: Optional[str] = None

    #: GeoNames id of a place.
    geonames: Optional[int] = None

    #: Item of Wikidata, `Q142`: countries, bigger cities, and the organisations and people that
    #: `config/gazetteers/wikidata.tsv` has. None where a name may mean several.
    wikidata: Optional[str] = None


@dataclass(frozen=True)
class Location(Record):
    """A position in WGS 84."""

    #: Degrees north.
    lat: float

    #: Degrees east.
    lon: float


@dataclass(frozen=True)
class EntityTone(Record):
    """How the sentences that mention an entity speak of it: whether it is praised, does well or suffers what
    one pities, or is blamed, fails or does harm, in the words of the author or of whoever is quoted. It is
    told for each sentence by its words alone and then averaged. A mean over few sentences says little, and
    over many it is no attitude of the author: who is quoted against somebody and who speaks for the article
    is not told apart, and on articles whose author's attitude is known such means agree with it little better
    than chance. To one sentence in three it gives another label than readers do.
    """

    #: From -1, negative, to 1, positive: the mean of how likely a sentence is positive toward it less how likely it
    #: is negative.
    score: float

    #: What is most likely over all of them.
    label: ToneLabel

    #: Sentences that mention it, by name or otherwise.
    n: int


@dataclass(frozen=True)
class Mention(Placed):
    """A place in the text that speaks of an entity."""

    #: Where it begins in `content.text`, in code points.
    start: int

    #: Where it ends.
    end: int

    #: How it is mentioned.
    kind: MentionKind


@dataclass(frozen=True)
class Entity(Record):
    """Somebody or something that has a name, and every place where the article speaks of it."""

    #: Id within the record: `e5`.
    id: str

    #: What it is.
    type: EntityType

    #: The fullest name the article gives, or the usual name of a resolved place.
    name: str

    #: Where it is known elsewhere.
    links: Links

    #: `country`, `city`, `region`, `facility`, `company`, `government`, …
    subtype: Optional[str] = None

    #: Role or title as the text gives it.
    role: Optional[str] = None

    #: What a person belongs to, in the words of the text.
    organization: Optional[str] = None

    #: ISO 3166-1 alpha-2.
    country: Optional[str] = None

    #: Share of the article that is about it, 0 to 1.
    salience: Optional[float] = None

    #: How sure it is, 0 to 1; `null`: not measured.
    confidence: Optional[float] = None

    #: Where it lies, for a place that is known.
    location: Optional[Location] = None

    #: How the sentences that mention it speak of it; `null` where the text is not English.
    tone: Optional[EntityTone] = None

    #: Where the article speaks of it, in order.
    mentions: List[Mention] = field(default_factory=list)


@dataclass(frozen=True)
class Focus(Record):
    """The country and place the story is about."""

    #: ISO 3166-1 alpha-2 of the country.
    country: Optional[str] = None

    #: Name of the town or region, where there is one.
    place: Optional[str] = None

    #: How sure that is, 0 to 1; `null`: not measured.
    confidence: Optional[float] = None


@dataclass(frozen=True)
class Quote(Record):
    """Something that is quoted."""

    #: How it is quoted.
    type: QuoteType

    #: What was said; for a direct quotation with its quotation marks.
    content: Span

    #: `negative` for what was not said, `hypothetical` for what might be said.
    polarity: Polarity

    #: The word that says it is: "said".
    cue: Optional[Span] = None

    #: The words that name the speaker.
    source: Optional[Span] = None

    #: Id of the entity that speaks.
    speaker: Optional[str] = None

    #: Class of the cue: `say`, `claim`, `deny`, `promise`, …
    stance: Optional[str] = None

    #: How sure the speaker is, 0 to 1: the share of speakers found the same way that were right. `null` where there
    #: is no speaker, or where the way was not measured.
    confidence: Optional[float] = None


@dataclass(frozen=True)
class TimeExpression(Placed):
    """A temporal expression with its TIMEX3 value."""

    #: Where it begins in `content.text`, in code points.
    start: int

    #: Where it ends.
    end: int

    #: What kind of time it is.
    type: TimeType

    #: TIMEX3 value; `null` where it would need a date that is not known, and where no one day is meant.
    value: Optional[str] = None

    #: The underspecified form, as far as the text alone says: `XXXX-WXX-4`.
    unanchored: Optional[str] = None

    #: Where a range begins, the lower end of a length, or the instant that a time with a zone is.
    begin: Optional[str] = None

    #: Where a range ends.
    end_value: Optional[str] = None


@dataclass(frozen=True)
class Amount(Placed):
    """A number with what it is of."""

    #: Where it begins in `content.text`, in code points.
    start: int

    #: Where it ends.
    end: int

    #: What it is of.
    kind: AmountKind

    #: The number, magnitudes applied: 100000000 for "$100 million", -3.5 for "minus 3.5 percent". The lower end of a
    #: range.
    value: Optional[float] = None

    #: The upper end of a range.
    value_to: Optional[float] = None

    #: ISO 4217 code.
    currency: Optional[str] = None

    #: How an ambiguous currency was settled: `sign`, `name`, `context`, `default`.
    currency_basis: Optional[str] = None

    #: The unit as the text gives it, or what is counted.
    unit: Optional[str] = None

    #: The value in SI units, for a measure.
    si_value: Optional[float] = None

    #: The SI unit of `si_value`: `m`, `kg`.
    si_unit: Optional[str] = None

    #: `over`, `about`, `up to`, …
    modifier: Optional[str] = None

    #: `year`, `day`, … for amounts by period.
    per: Optional[str] = None

    #: `up` or `down`, where the amount is a change.
    direction: Optional[str] = None

    #: What a share is of.
    of: Optional[Span] = None

    #: Index in `amounts` of the amount this one restates in another currency or unit.
    same_as: Optional[int] = None

    #: Units of this amount's currency for one of the other's, where `same_as` ties two currencies.
    implied_rate: Optional[float] = None


@dataclass(frozen=True)
class Participant(Record):
    """Somebody who takes part in an event."""

    #: The part.
    role: Role

    #: The words that name it, without relative clauses.
    span: Span

    #: Id of the entity; `null` for those who have no name, such as "gunmen".
    entity: Optional[str] = None

    #: What it is in PLOVER's codes: `GOV` government, `MIL` armed forces, `COP` police, `REB` rebels, `OPP`
    #: opposition and protesters, `CVL` civilians, `JUD` courts, `LEG` parliaments, `PTY` parties, `ELI` other
    #: leaders, `SPY` intelligence, `CRM` criminals, `UAF` other armed groups, `JRN` media, `MED` health, `EDU`
    #: schools, `REL` clergy, `BUS` business, `LAB` workers, `AGR` farmers, `REF` refugees, `NGO` and `IGO`
    #: organisations. `null` where its words do not tell.
    sector: Optional[str] = None

    #: ISO 3166-1 alpha-2 of the country it belongs to, where the text says so.
    country: Optional[str] = None


@dataclass(frozen=True)
class Event(Record):
    """Who did what to whom."""

    #: What happens, as one of PLOVER's types.
    type: EventType

    #: The words that say it.
    trigger: Span

    #: Whether it happened, will or might.
    modality: Modality

    #: `negative` where it is said not to happen.
    polarity: Polarity

    #: Its CAMEO code, `1121`, where the words tell it; one of `config/events/cameo.tsv` and of the same type.
    cameo: Optional[str] = None

    #: Ids of the entities that do it.
    actors: List[str] = field(default_factory=list)

    #: Ids of the entities it is done to.
    recipients: List[str] = field(default_factory=list)

    #: All who take part, those without a name too. Where both sides do the same to each other ("met", "agreed"), each
    #: is actor and recipient.
    participants: List[Participant] = field(default_factory=list)

    #: Id of the place where it happens; `null` unless its own clause says so, or it is what the article begins with
    #: and the dateline says so.
    place: Optional[str] = None

    #: TIMEX3 value of when; `null` unless its own clause says so.
    time: Optional[str] = None

    #: Whether it is told as what was before: an earlier event, an anniversary, what somebody was convicted of.
    background: Optional[bool] = None

    #: Place in `quotes` of the quotation it stands in, whose speaker says so; `null` where the article itself does.
    quote: Optional[int] = None

    #: Where the article tells the same event again, in order.
    mentions: List[Span] = field(default_factory=list)

    #: The chance that the text tells an event of PLOVER's types here, as readers judged, 0.35 to 1; what is less sure
    #: is not told. It says nothing of who takes part, nor of modality. `null` in records made before there was one.
    confidence: Optional[float] = None


@dataclass(frozen=True)
class Topic(Record):
    """What the article is about."""

    #: The code of an IPTC Media Topic, `medtop:20000639`. From the text come at most three of level 1
    #: (`medtop:11000000`), and under each at most two deeper ones, the most specific that are likely; what stands
    #: between is implied.
    code: str

    #: Its name, in the language that `output.topic_language` sets.
    name: str

    #: Where it was learnt.
    basis: TopicBasis

    #: The chance that an editor would accept it, 0.5 to 1; `null` where somebody else chose it (`supplied`,
    #: `section`).
    score: Optional[float] = None


@dataclass(frozen=True)
class Keyphrase(Record):
    """A phrase that says what the article is about."""

    #: The phrase as the text has it at its first mention.
    text: str

    #: How much it says, 0 to 1. Phrases of one article are ranked by it; it is no probability.
    score: Optional[float] = None

    #: Everywhere it stands in `content.text`, in singular or plural.
    mentions: List[Span] = field(default_factory=list)


@dataclass(frozen=True)
class Tone(Record):
    """How positive or negative the text reads: an estimate of what twenty readers would say of each sentence,
    averaged over the sentences of the body. It is about words and what happens: a report of a disaster reads
    negative, whatever its author thinks. It is not the author's opinion, nor whether the article is for or
    against anybody, nor whether it is fair. On texts it has not learnt from it correlates with the readers by
    about 0.7.
    """

    #: From -1, negative, to 1, positive; two in three articles are within 0.1 of 0, one in a hundred beyond 0.3.
    score: float

    #: `neutral` where `score` is nearer to 0 than 0.05.
    label: ToneLabel


@dataclass(frozen=True)
class Fingerprint(Record):
    """What articles are compared by."""

    #: SHA-256 of the normalised text.
    text_sha256: str

    #: 64-bit SimHash, 16 hexadecimal digits.
    simhash: str

    #: MinHash signature, base64 of little-endian 32-bit minima.
    minhash: str


@dataclass(frozen=True)
class CopyEdits(Record):
    """What an article made of the text it was taken from. No more is compared than the first 40 sentences of
    each.
    """

    #: Whether the headline is another.
    headline: bool

    #: Sentences that stand in both.
    kept: int

    #: Sentences of the other text that were left out.
    removed: int

    #: Those of them at its end.
    removed_tail: int

    #: Sentences that the other text has not, those next to one another as one.
    added: List[Span] = field(default_factory=list)

    #: Sentences in place of others, likewise.
    changed: List[Span] = field(default_factory=list)

    #: Numbers in changed sentences: as they were, as they are.
    numbers: List[List[str]] = field(default_factory=list)


@dataclass(frozen=True)
class Duplicates(Record):
    """Copies of an article, as known when it was decided; a later copy changes nothing in the record of an
    earlier one.
    """

    #: Id of the article that was the first of the cluster to come; its own when it is alone.
    cluster: str

    #: Copies seen so far, this one and the first among them; versions are not counted.
    copies: int

    #: Outlets that published one.
    outlets: int

    #: Agencies that they name, at least 1.
    origins: int

    #: How many articles of the cluster had come with this one, versions too.
    position: int

    #: What it is to `of`.
    relation: CopyRelation

    #: Id of the one that was published first; `null` when it is alone, or no date is known.
    first: Optional[str] = None

    #: How like `of` it is, 0 to 1: estimated Jaccard similarity of runs of four words.
    similarity: Optional[float] = None

    #: Id of the article it was compared with: the first of the cluster where it is like that, else the one it is most
    #: like. `null` when it is alone.
    of: Optional[str] = None

    #: Share of this text that stands in `of`, 0 to 1.
    contained: Optional[float] = None

    #: Share of `of` that stands in this text, 0 to 1.
    contains: Optional[float] = None

    #: The agencies that articles of the cluster name, in the order in which they came.
    agencies: List[str] = field(default_factory=list)

    #: Ids of other clusters that it has as much of; it counts in none of them.
    joins: List[str] = field(default_factory=list)

    #: What was made of `of`; `null` when it is alone.
    edits: Optional[CopyEdits] = None


@dataclass(frozen=True)
class Thread(Record):
    """The running story, as known when the article was decided."""

    #: How many articles of the story had come with this one.
    position: int

    #: Texts among them: copies and versions of one count once.
    texts: int

    #: Outlets that published them.
    outlets: int

    #: Texts that took nothing from one before.
    origins: int

    #: RFC 3339 time of the first publication known.
    since: Optional[str] = None

    #: How like the story's texts this one is, 0 to 1; `null` for the first, and for a copy.
    similarity: Optional[float] = None

    #: Ids of other stories that it would have fitted.
    joins: List[str] = field(default_factory=list)


@dataclass(frozen=True)
class Readability(Record):
    """How hard English text is to read, by the length of its words and sentences alone: whether it is well or
    clearly written, and whether its words are known, these formulas do not see. Headline, crossheads,
    captions and tables are left out.
    """

    #: Flesch-Kincaid grade: the American school year that can read it; 8 is easy, 12 usual for news. It may be below
    #: 0 and has no upper end.
    grade: float

    #: Flesch reading ease: 100 is very easy, 30 hard; it may be above 100 and below 0.
    flesch: float

    #: Words and figures by sentence.
    words_per_sentence: float


@dataclass(frozen=True)
class Quality(Record):
    """What is doubtful about a copy."""

    #: Names of what is doubtful about the copy, sorted: `truncated`, `no-body`, …; `copydesk schema flags` says what
    #: each means. More may come.
    flags: List[str] = field(default_factory=list)

    #: How hard the text is to read; `null` where it is not English or has fewer than 100 words.
    readability: Optional[Readability] = None


@dataclass(frozen=True)
class StageReport(Record):
    """How one stage fared on the article."""

    #: Its name, as `stages.disabled` of the configuration takes it.
    name: str

    #: How it fared.
    status: StageStatus

    #: Milliseconds the stage took.
    ms: float

    #: Reason of a skip, or the error.
    error: Optional[str] = None


@dataclass(frozen=True)
class EnrichedArticle(Article):
    """One enriched article, as published to the output topic."""

    #: Version of this schema: `enriched-article/1`.
    schema: str

    #: The id that the message gives for its one article, else the supplier's (guid, urn), else a hash of source and
    #: content. No other article of the same message has it: where two go by one id, a hash of the content stands
    #: behind it.
    id: str

    #: Whether the article may be used. `usable` also where nobody says so.
    status: Status

    #: Where the raw article came from and how it was read.
    ingest: Ingest

    #: The clean text and its parts.
    content: Content

    #: Whether the page asks for money.
    access: Access

    #: What is doubtful about the copy.
    quality: Quality

    #: Ordinal of this version of the story, as the supplier counts.
    version: Optional[int] = None

    #: What kind of new version of the story this is; `null` when the supplier says nothing of one.
    version_kind: Optional[VersionKind] = None

    #: Id, slug or reference of what this article replaces, corrects or kills.
    supersedes: Optional[str] = None

    #: RFC 3339 time until which the article must not be published; `null` when none is stated.
    embargoed_until: Optional[str] = None

    #: What the supplier tells editors, in its own words; not for publication.
    editorial_notes: List[str] = field(default_factory=list)

    #: What kind of copy it is, where the supplier says so or its form shows it.
    genre: Optional[Genre] = None

    #: Editorial urgency, 1 (flash) to 9.
    urgency: Optional[int] = None

    #: The supplier's short name of the story: `ferry-strike`.
    slugline: Optional[str] = None

    #: Keywords as the supplier gives them.
    keywords: List[str] = field(default_factory=list)

    #: Subjects as the supplier coded them.
    subjects: List[Subject] = field(default_factory=list)

    #: Other identifiers of the same article: wire sequence numbers, thread keys, the supplier's id where the message
    #: gives another, the id of a message with several articles.
    alt_ids: List[str] = field(default_factory=list)

    #: What was taken out of the document because it is not part of the article.
    removed: List[Removed] = field(default_factory=list)

    #: The headline, on one line. Of a page: what the rules of its site say, else the `h1` that agrees best with what
    #: the page's data say of its headline, else the first of these that there is: JSON-LD, `og:title`, other meta
    #: tags, `title`; without the site's name. Of other formats: as the supplier gives it.
    headline: Optional[str] = None

    #: Every headline that was seen, as it was written, not only the one chosen.
    headlines_seen: List[HeadlineSeen] = field(default_factory=list)

    #: The sentence under the headline.
    deck: Optional[str] = None

    #: The byline as it stands: `By Jane Roe and Max Moe, AP`.
    byline: Optional[str] = None

    #: Who wrote it, one by one.
    authors: List[Author] = field(default_factory=list)

    #: Where and when the text says it was filed.
    dateline: Optional[Dateline] = None

    #: When the article was published, as far as it or its transport says.
    published: Optional[DateValue] = None

    #: When it was last changed, likewise.
    modified: Optional[DateValue] = None

    #: Every date candidate that was seen, not only the winners.
    dates_seen: List[DateSeen] = field(default_factory=list)

    #: The language of the text; `null` when there is too little text to tell.
    language: Optional[Language] = None

    #: The newspaper, site or service that publishes it.
    outlet: Optional[Outlet] = None

    #: Section of the site or service.
    section: Optional[str] = None

    #: Credit line: `AP`, `Norland Gazette/TNS`.
    credit: Optional[str] = None

    #: Copyright notice.
    copyright: Optional[str] = None

    #: What the supplier says of use.
    usage_terms: Optional[str] = None

    #: The agency or outlet whose copy it is.
    origin: Optional[Origin] = None

    #: Pictures, videos, sounds and embedded posts that belong to the article.
    media: List[Media] = field(default_factory=list)

    #: The article's own address, where it is read: of a page its `canonical` link, else `og:url`, else where it was
    #: fetched; of a feed's item its link; else as the supplier says. `http` and `https` only. Where the document came
    #: from stands in `ingest.url`.
    url: Optional[str] = None

    #: Addresses that the text links to, each once.
    links: List[str] = field(default_factory=list)

    #: People, organisations, places and other names, with every mention.
    entities: List[Entity] = field(default_factory=list)

    #: Where the story takes place.
    focus: Optional[Focus] = None

    #: What is quoted, directly and indirectly, with its speaker.
    quotes: List[Quote] = field(default_factory=list)

    #: Dates, times, durations and recurrences in the text.
    times: List[TimeExpression] = field(default_factory=list)

    #: Sums of money, percentages, counts and measures in the text.
    amounts: List[Amount] = field(default_factory=list)

    #: What happens in the story, who does it and to whom, each once; the sentence's main event before others of it.
    #: Empty for a text that is not in English.
    events: List[Event] = field(default_factory=list)

    #: What it is about, as IPTC Media Topics: the supplier's own where there are any, else what section, keywords and
    #: text tell.
    topics: List[Topic] = field(default_factory=list)

    #: Phrases that say what it is about, the most telling first, at most ten. Noun phrases and names of the text;
    #: none stands inside another of them. Empty for a text that is not in English.
    keyphrases: List[Keyphrase] = field(default_factory=list)

    #: The sentences that sum it up, word for word and in their order: the first of the text that can stand on their
    #: own, without a dateline before them. `stages.summary_sentences` says how many at most. A live blog and a list
    #: are summed up by their introduction, else by how their first parts open; an interview in questions and answers
    #: by its introduction; an alert by one sentence. No question, no byline, no caption, and no quotation whose
    #: speaker is not named with it.
    summary: List[Span] = field(default_factory=list)

    #: How the text reads; `null` where it is not English or has no running text.
    tone: Optional[Tone] = None

    #: What to compare articles by; `null` when the text is empty or the stage did not run.
    fingerprint: Optional[Fingerprint] = None

    #: Copies of this article. `null` where nothing is remembered across articles: `copydesk run` remembers with
    #: `memory.enabled`, `copydesk enrich` the articles of its input. `null`, too, of a page that is no article.
    duplicates: Optional[Duplicates] = None

    #: Id of the first article of the running story it belongs to, its own when it begins one; `null` likewise.
    story: Optional[str] = None

    #: The running story; `null` likewise.
    thread: Optional[Thread] = None

    #: Which stage and resource version produced a field.
    provenance: Dict[str, str] = field(default_factory=dict)

    #: How each stage fared, those that are disabled too.
    stages: List[StageReport] = field(default_factory=list)

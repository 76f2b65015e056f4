//! Raw articles made up by a seed: several forms, invented names, and some that nobody can read.

use std::collections::BTreeMap;
use std::fmt::Write;

use base64::Engine;

use super::seeded::Seeded;

/// The header that carries an article's number through the worker, in and out.
pub const ID: &str = "id";

/// What must become of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// One record on the output topic.
    Record,
    /// One message on the dead-letter topic.
    DeadLetter,
    /// A message without a value on the output topic.
    Tombstone,
}

/// One message for the input topic.
#[derive(Debug, Clone)]
pub struct Article {
    pub number: u32,
    pub key: Option<Vec<u8>>,
    /// None is a tombstone.
    pub value: Option<Vec<u8>>,
    pub content_type: Option<&'static str>,
    /// Milliseconds since 1970; None for the moment it is sent.
    pub timestamp: Option<i64>,
    pub fate: Fate,
}

/// How many of which articles there are.
#[derive(Debug, Clone)]
pub struct Mix {
    pub seed: u64,
    /// Different keys.
    pub keys: u32,
    /// One in so many cannot be read; 0 for none.
    pub poison_every: u32,
    /// One in so many is a tombstone; 0 for none.
    pub tombstone_every: u32,
    /// Length of the text, in paragraphs.
    pub paragraphs: u64,
    /// Plain text only, instead of several forms: all of about one size.
    pub plain_text: bool,
    /// Articles of a special kind, by number. Each is to be dead-lettered.
    pub special: BTreeMap<u32, Special>,
    /// From this number on other keys are used: a key that was seen before its topic got more
    /// partitions may move to another partition, and its order is then nobody's promise.
    pub other_keys_from: u32,
    /// One in so many has no key; 0 for none.
    pub keyless_every: u32,
    /// The messages' timestamps by number; None for the moment each is sent.
    pub timestamps: Option<fn(u32) -> i64>,
}

/// An article made to hurt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    /// A stage panics on it, by a failpoint.
    Panic,
    /// A stage never ends on it, by a failpoint.
    Loop,
    /// Larger than any document may be.
    Huge,
    /// Its record is larger than an output topic for small ones takes, however it is compressed.
    Long,
}

/// What the failpoints look for in a text.
pub const PANIC_MARKER: &str = "PANIC-AT-THIS-WORD";
pub const LOOP_MARKER: &str = "LOOP-AT-THIS-WORD";

/// Above the default limit of a document, 20 MiB.
const HUGE: usize = 30 << 20;

/// Words of sixteen random letters in a long article: over 20 kB that no compression halves.
const LONG: usize = 1_500;

impl Mix {
    pub fn plain(seed: u64) -> Mix {
        Mix {
            seed,
            keys: 500,
            poison_every: 0,
            tombstone_every: 0,
            paragraphs: 6,
            plain_text: false,
            special: BTreeMap::new(),
            other_keys_from: u32::MAX,
            keyless_every: 0,
            timestamps: None,
        }
    }

    /// With poison and tombstones among the articles.
    pub fn rough(seed: u64) -> Mix {
        Mix {
            poison_every: 97,
            tombstone_every: 151,
            ..Mix::plain(seed)
        }
    }

    /// What must become of the article of this number.
    pub fn fate(&self, number: u32) -> Fate {
        if self.special.contains_key(&number) {
            return Fate::DeadLetter;
        }
        if falls(number, self.poison_every) {
            Fate::DeadLetter
        } else if falls(number, self.tombstone_every) {
            Fate::Tombstone
        } else {
            Fate::Record
        }
    }

    /// The article of this number; the same each time.
    pub fn article(&self, number: u32) -> Article {
        let mut seeded = Seeded::nth(self.seed, u64::from(number));
        let epoch = if number < self.other_keys_from {
            "key"
        } else {
            "later"
        };
        let key = seeded.within(0..u64::from(self.keys));
        let keyless = falls(number, self.keyless_every);
        let key = (!keyless).then(|| format!("{epoch}-{key}").into_bytes());
        let fate = self.fate(number);
        let special = self.special.get(&number);
        let (value, content_type) = match fate {
            Fate::DeadLetter if special.is_some() => (
                special.map(|s| s.value(number, &mut seeded)),
                Some("text/plain"),
            ),
            Fate::Tombstone => (None, None),
            Fate::DeadLetter => (Some(poison(&mut seeded)), None),
            Fate::Record => {
                let story = Story::new(number, self.paragraphs, &mut seeded);
                let form = match self.plain_text {
                    true => 0,
                    false => seeded.within(0..10),
                };
                let (value, content_type) = story.in_form(form, number);
                (Some(value), content_type)
            }
        };
        Article {
            number,
            key,
            value,
            content_type,
            timestamp: self.timestamps.map(|of| of(number)),
            fate,
        }
    }
}

/// Whether a number is the last of so many. Not the first: a fault at the start should meet ordinary articles.
fn falls(number: u32, every: u32) -> bool {
    every > 0 && number % every == every - 1
}

impl Special {
    fn value(self, number: u32, seeded: &mut Seeded) -> Vec<u8> {
        let story = Story::new(number, 2, seeded);
        let marked = |marker: &str| {
            format!(
                "{} {marker}\n\n{}\n",
                story.headline,
                story.paragraphs.join("\n\n")
            )
        };
        match self {
            Special::Panic => marked(PANIC_MARKER).into_bytes(),
            Special::Loop => marked(LOOP_MARKER).into_bytes(),
            Special::Huge => story
                .paragraphs
                .join("\n")
                .into_bytes()
                .into_iter()
                .cycle()
                .take(HUGE)
                .collect(),
            Special::Long => {
                let words = (0..LONG).map(|_| format!("{:016x}", seeded.next()));
                let words = words.collect::<Vec<_>>().join(" ");
                format!("{}\n\n{words}\n", story.headline).into_bytes()
            }
        }
    }
}

/// A message no reader accepts, whatever its form: an envelope that promises base64 and holds none.
fn poison(seeded: &mut Seeded) -> Vec<u8> {
    let nonsense = seeded.next();
    format!(
        r#"{{"encoding": "base64", "content_type": "text/html", "body": "*** {nonsense} ***"}}"#
    )
    .into_bytes()
}

/// The part of its headline that only the article of this number has.
pub fn headline_part(number: u32) -> String {
    format!("report no. {number} on its future")
}

struct Story {
    headline: String,
    paragraphs: Vec<String>,
}

const PEOPLE: [&str; 6] = [
    "Marta Oduya",
    "Jonas Lindqvist",
    "Priya Castellane",
    "Tom Harrowgate",
    "Ines Valcourt",
    "Abdul Rahmani",
];
const PLACES: [&str; 6] = [
    "Porto Verano",
    "Kessel Bay",
    "Northam",
    "Lake Orsino",
    "Drumfell",
    "San Telmar",
];
const BODIES: [&str; 5] = [
    "the harbor authority",
    "the city council",
    "the energy ministry",
    "Orsino Rail",
    "the teachers' union",
];
const DEEDS: [&str; 6] = [
    "approved a plan to rebuild the old ferry terminal",
    "rejected the budget after a night of debate",
    "said the bridge would stay closed until Friday",
    "announced 1,200 new jobs at the northern yard",
    "asked residents to save water as the heat went on",
    "signed a contract worth $48 million with two suppliers",
];

impl Story {
    fn new(number: u32, paragraphs: u64, seeded: &mut Seeded) -> Story {
        let place = seeded.pick(&PLACES);
        let headline = format!("{place} weighs {}", headline_part(number));
        let length = seeded.within(paragraphs - paragraphs / 4..paragraphs + paragraphs / 4 + 1);
        let paragraphs = (0..length)
            .map(|n| {
                let dateline = if n == 0 {
                    format!("{} — ", place.to_uppercase())
                } else {
                    String::new()
                };
                let (who, body) = (seeded.pick(&PEOPLE), seeded.pick(&BODIES));
                let (deed, more) = (seeded.pick(&DEEDS), seeded.pick(&DEEDS));
                let count = seeded.within(3..900);
                format!(
                    "{dateline}{who} of {body} {deed} on Tuesday, according to {count} pages of minutes. \
                     “We have waited for this since last spring,” {who} said. \
                     In {place}, officials {more}, and about {count} people came to hear them."
                )
            })
            .collect();
        Story {
            headline,
            paragraphs,
        }
    }

    /// The story as one of ten messages; some forms have more than one number, being more common.
    fn in_form(&self, form: u64, number: u32) -> (Vec<u8>, Option<&'static str>) {
        let plain = format!("{}\n\n{}\n", self.headline, self.paragraphs.join("\n\n"));
        match form {
            0..3 => (plain.into_bytes(), None),
            3..5 => (plain.into_bytes(), Some("text/plain; charset=utf-8")),
            5 => {
                let envelope = serde_json::json!({
                    "content_type": "text/plain", "source": "kessel-wire", "body": plain,
                });
                (envelope.to_string().into_bytes(), None)
            }
            6 => {
                let body = base64::engine::general_purpose::STANDARD.encode(self.page());
                let envelope = serde_json::json!({
                    "content_type": "text/html; charset=utf-8", "encoding": "base64", "body": body,
                    "url": format!("https://kessel-courier.example/{number}"),
                });
                (envelope.to_string().into_bytes(), None)
            }
            7 => {
                let scraped = serde_json::json!({
                    "title": self.headline, "maintext": self.paragraphs.join("\n"),
                    "authors": ["Marta Oduya"], "date_publish": "2026-03-04 05:06:07",
                    "source_domain": "kessel-courier.example", "language": "en",
                });
                (scraped.to_string().into_bytes(), Some("application/json"))
            }
            _ => (self.page().into_bytes(), Some("text/html; charset=utf-8")),
        }
    }

    fn page(&self) -> String {
        let mut page = format!(
            "<!doctype html><html lang=\"en\"><head><title>{0} | Kessel Courier</title></head><body>\
             <nav><a href=\"/\">Home</a> <a href=\"/local\">Local</a></nav><article><h1>{0}</h1>",
            self.headline
        );
        for paragraph in &self.paragraphs {
            let _ = write!(page, "<p>{paragraph}</p>");
        }
        page.push_str("</article><footer>© Kessel Courier</footer></body></html>");
        page
    }
}

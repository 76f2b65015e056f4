//! Which records are wanted: by their bytes as far as these tell, then by what they say.

use aho_corasick::AhoCorasick;
use memchr::memmem::Finder;

use super::Arguments;
use super::glance::Glance;
use crate::record::Status;

/// Which records are wanted. Texts are in small letters.
#[derive(Debug, Default)]
pub(in crate::cli) struct Filter {
    pub status: Option<Status>,
    pub language: Option<String>,
    pub source: Option<String>,
    pub about: Option<String>,
    pub words: Option<String>,
    /// What the bytes of each wanted record have: most others are told without reading them.
    signs: Vec<Sign>,
}

/// Something that stands in the bytes of a record that is wanted; in others it may stand, too.
#[derive(Debug)]
enum Sign {
    /// Just so.
    Exact(Box<Finder<'static>>),
    /// In capitals or not.
    Letters(AhoCorasick),
}

impl Sign {
    fn is_in(&self, bytes: &[u8]) -> bool {
        match self {
            Sign::Exact(finder) => finder.find(bytes).is_some(),
            Sign::Letters(letters) => letters.is_match(bytes),
        }
    }
}

/// Shortest piece of a text that is worth looking for.
const PIECE: usize = 2;

/// The longest piece of `text`, which is in small letters, that stands in the bytes of every JSON with the text in it, in
/// capitals or not: without what JSON escapes and what is not ASCII, and without `i` and `k`, which are the small letters of
/// characters outside ASCII, too (U+0130 and U+212A).
fn piece(text: &str) -> Option<&str> {
    let is_sure = |c: char| {
        (c.is_ascii_graphic() || c == ' ')
            && !matches!(c, '"' | '\\' | '/' | '<' | '>' | '&' | 'i' | 'k')
    };
    let longest = text
        .split(|c| !is_sure(c))
        .max_by_key(|piece| piece.len())?;
    (longest.len() >= PIECE).then_some(longest)
}

impl Filter {
    pub(super) fn of(arguments: &Arguments) -> Self {
        let small = |text: &Option<String>| text.as_ref().map(|text| text.to_lowercase());
        Filter {
            status: arguments.status,
            language: small(&arguments.lang),
            source: small(&arguments.source),
            about: small(&arguments.about),
            words: small(&arguments.grep),
            signs: Vec::new(),
        }
        .with_signs()
    }

    /// As it is typed: `status:canceled lang:de source:ap about:politics`, and words to be found. What has no key is a word.
    ///
    /// # Errors
    /// When there is no such status.
    pub(in crate::cli) fn typed(text: &str) -> Result<Self, String> {
        let mut filter = Filter::default();
        let mut words = Vec::new();
        for part in text.split_whitespace() {
            let (key, value) = part.split_once(':').unwrap_or_default();
            let small = || Some(value.to_lowercase());
            match key {
                "status" => filter.status = Some(super::status(value)?),
                "lang" => filter.language = small(),
                "source" => filter.source = small(),
                "about" => filter.about = small(),
                _ => words.push(part.to_lowercase()),
            }
        }
        filter.words = (!words.is_empty()).then(|| words.join(" "));
        Ok(filter.with_signs())
    }

    fn with_signs(mut self) -> Self {
        let status = self.status.map(Status::as_str);
        let exact = [status, self.language.as_deref()];
        let exact = exact.into_iter().flatten().map(|value| {
            let quoted = serde_json::Value::from(value).to_string();
            Sign::Exact(Box::new(Finder::new(&quoted).into_owned()))
        });
        let texts = [&self.source, &self.about, &self.words];
        let pieces = texts.into_iter().flatten().filter_map(|text| piece(text));
        let letters = pieces.filter_map(|piece| {
            let mut builder = AhoCorasick::builder();
            let built = builder.ascii_case_insensitive(true).build([piece]);
            built.ok().map(Sign::Letters)
        });
        self.signs = exact.chain(letters).collect();
        self
    }

    pub(in crate::cli) fn takes_all(&self) -> bool {
        let texts = [&self.language, &self.source, &self.about, &self.words];
        self.status.is_none() && texts.iter().all(|text| text.is_none())
    }

    /// Whether a record may be wanted, by its bytes alone.
    pub(in crate::cli) fn may_take(&self, bytes: &[u8]) -> bool {
        self.signs.iter().all(|sign| sign.is_in(bytes))
    }

    pub(in crate::cli) fn takes(&self, record: &Glance<'_>) -> bool {
        let has = |text: &str, wanted: &str| text.to_lowercase().contains(wanted);
        let is_from = |wanted: &String| {
            let outlet = record.outlet.as_ref();
            let names = [
                record.ingest.source.as_deref(),
                outlet.map(|outlet| &*outlet.name),
                outlet.and_then(|outlet| outlet.domain.as_deref()),
                record.credit.as_deref(),
                record.origin.as_ref().map(|origin| &*origin.agency),
            ];
            names.into_iter().flatten().any(|name| has(name, wanted))
        };
        let is_about = |wanted: &String| {
            let mut topics = record.topics.iter();
            topics.any(|topic| topic.code == *wanted || has(&topic.name, wanted))
        };
        let says = |wanted: &String| {
            let headline = record.headline.as_deref().unwrap_or_default();
            has(headline, wanted) || has(&record.content.text, wanted)
        };
        let language = record.language.as_ref().map(|l| &*l.code);
        let is_of_kind = self.status.is_none_or(|status| record.status == status)
            && self
                .language
                .as_ref()
                .is_none_or(|wanted| language == Some(wanted));
        is_of_kind
            && self.source.as_ref().is_none_or(is_from)
            && self.about.as_ref().is_none_or(is_about)
            && self.words.as_ref().is_none_or(says)
    }

    /// Of a dead letter, by what is told of it.
    pub(in crate::cli) fn takes_text(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let wanted = [&self.source, &self.words];
        wanted
            .into_iter()
            .flatten()
            .all(|wanted| text.contains(wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::record;
    use super::*;

    #[test]
    fn conditions_by_status_language_source_topic_and_words() {
        let mut record = record();
        record.language.as_mut().unwrap().code = "en".into();
        record.topics = vec![crate::record::Topic {
            code: "medtop:20000523".into(),
            name: "Labour".into(),
            score: None,
            basis: crate::record::TopicBasis::Supplied,
        }];
        record.content.text +=
            "\n\u{130}stanbul, a \"quoted\" word, 300 \u{212a}elvin, STRASSE und Größe";
        let bytes = serde_json::to_vec(&record).unwrap();
        let takes = |set: &dyn Fn(&mut Filter)| {
            let mut filter = Filter::default();
            set(&mut filter);
            let filter = filter.with_signs();
            let takes = filter.takes(&serde_json::from_slice(&bytes).unwrap());
            assert!(
                filter.may_take(&bytes) || !takes,
                "what is wanted is not told by its bytes: {filter:?}"
            );
            (takes, filter.takes_all())
        };
        assert_eq!(takes(&|_| ()), (true, true));
        assert_eq!(takes(&|f| f.status = Some(Status::Usable)), (true, false));
        assert_eq!(
            takes(&|f| f.status = Some(Status::Canceled)),
            (false, false)
        );
        assert_eq!(takes(&|f| f.language = Some("en".into())), (true, false));
        assert_eq!(takes(&|f| f.language = Some("de".into())), (false, false));
        assert_eq!(takes(&|f| f.source = Some("wire".into())), (true, false));
        assert_eq!(
            takes(&|f| f.source = Some("reuters".into())),
            (false, false)
        );
        assert_eq!(takes(&|f| f.about = Some("labour".into())), (true, false));
        assert_eq!(
            takes(&|f| f.about = Some("medtop:20000523".into())),
            (true, false)
        );
        assert_eq!(takes(&|f| f.about = Some("sport".into())), (false, false));
        for (words, is_there) in [
            ("ferry crews", true),
            ("bus", false),
            ("a \"quoted\" word", true),
            ("300 kelvin", true),
            ("stanbul", true),
            ("strasse", true),
            ("größe", true),
            ("k", true),
        ] {
            let found = takes(&|f| f.words = Some(words.into()));
            assert_eq!(found, (is_there, false), "{words}");
        }
    }

    #[test]
    fn a_filter_is_typed() {
        let filter =
            Filter::typed(" status:canceled source:AP  Ferry strike lang:de about:sport").unwrap();
        assert_eq!(filter.status, Some(Status::Canceled));
        let texts = [
            &filter.source,
            &filter.language,
            &filter.about,
            &filter.words,
        ];
        let texts = texts.map(|text| text.as_deref().unwrap());
        assert_eq!(texts, ["ap", "de", "sport", "ferry strike"]);
        assert!(!filter.may_take(b"{}") && !filter.takes_all());
        assert!(Filter::typed("").unwrap().takes_all());
        assert_eq!(
            Filter::typed("12:30").unwrap().words.as_deref(),
            Some("12:30")
        );
        assert!(Filter::typed("status:killed").is_err());
    }

    #[test]
    fn the_piece_to_look_for_is_one_that_json_writes_as_it_is() {
        assert_eq!(piece("ferry strike"), Some("ferry str"));
        assert_eq!(piece("a \"b"), Some("a "));
        assert_eq!(piece("größe"), Some("gr"));
        assert_eq!(piece("kiki"), None);
        assert_eq!(piece(""), None);
    }
}

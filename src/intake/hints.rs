//! What is known of a document beside its bytes.

use super::dates::{self, machine};
use super::draft::Supplied;
use super::{Draft, Format, supply};
use crate::record::{DateBasis, DateRole, DateSeen, DateValue, Flag};

/// What is known of a document beside its bytes: from Kafka headers, an envelope or the command line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hints {
    pub id: Option<String>,
    pub content_type: Option<String>,
    pub url: Option<String>,
    pub source: Option<String>,
    pub fetched_at: Option<String>,
    pub published_at: Option<String>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// Whether the document holds several articles. What is said of it is then said of none of them: it stands
    /// behind what an article says of itself, and its address is no article's.
    pub several: bool,
}

impl Hints {
    /// Puts the hints on a draft. The time of publication wins over what the document says and has the
    /// basis `header`; address, source and language fill what the document left open. What cannot be read, or
    /// contradicts the document, is flagged.
    pub fn apply(&self, draft: &mut Draft) {
        self.apply_published(draft);
        self.apply_language(draft);
        let supplied = &mut draft.supplied;
        let fill = |slot: &mut Option<String>, hint: &Option<String>| {
            if slot.is_none() {
                slot.clone_from(hint);
            }
        };
        // Any other document was fetched from a service, whose address leads nobody to the article.
        let is_page = matches!(
            draft.format,
            Format::Html | Format::Text | Format::JsonLd | Format::ScraperJson
        );
        if is_page && !self.several {
            fill(&mut supplied.url, &self.url);
        }
        fill(&mut supplied.source, &self.source);
    }

    fn apply_published(&self, draft: &mut Draft) {
        let given = self.published_at.as_deref().map(str::trim);
        let Some(given) = given.filter(|given| !given.is_empty()) else {
            return;
        };
        let supplied = &mut draft.supplied;
        let Some(date) = machine(given, DateBasis::Header) else {
            draft.flags.insert(Flag::UNREADABLE_DATE);
            supplied.add_date(DateSeen {
                value: given.chars().take(LONGEST_DATE).collect(),
                basis: DateBasis::Header,
                role: DateRole::Published,
            });
            return;
        };
        seen(supplied, &date, DateRole::Published);
        if self.several && supplied.published.is_some() {
            return;
        }
        let stamp = |d: &DateValue| dates::parse(&d.value);
        let said = supplied.published.as_ref().and_then(stamp);
        if let (Some(said), Some(given)) = (said, stamp(&date))
            && supply::apart(said, given)
        {
            draft.flags.insert(Flag::DATE_CONTRADICTED);
        }
        supplied.published = Some(date);
    }

    fn apply_language(&self, draft: &mut Draft) {
        let given = self.language.as_deref().map(str::trim);
        let Some(given) = given.filter(|given| !given.is_empty()) else {
            return;
        };
        match &draft.supplied.language {
            None => draft.supplied.language = Some(given.replace('_', "-")),
            Some(said) if !self.several && !supply::same_language(said, given) => {
                draft.flags.insert(Flag::LANGUAGE_CONTRADICTED);
            }
            Some(_) => {}
        }
    }
}

/// Most characters that are kept of a date that cannot be read; any date has fewer.
const LONGEST_DATE: usize = 100;

/// Notes a date among all that were seen, once.
pub fn seen(supplied: &mut Supplied, date: &DateValue, role: DateRole) {
    let candidate = DateSeen {
        value: date.value.clone(),
        basis: date.basis,
        role,
    };
    supplied.add_date(candidate);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(hints: &Hints, published: Option<&str>, language: Option<&str>) -> Draft {
        let mut draft = Draft::new(Format::Text, "utf-8", "x".to_owned().into());
        draft.supplied.published = published.and_then(|d| machine(d, DateBasis::Meta));
        draft.supplied.language = language.map(str::to_owned);
        hints.apply(&mut draft);
        draft
    }

    fn flags(draft: &Draft) -> Vec<&str> {
        draft.flags.iter().map(|flag| flag.as_str()).collect()
    }

    #[test]
    fn a_time_of_publication_wins_and_one_that_cannot_be_read_is_flagged_and_kept() {
        let hints = |at: &str| Hints {
            published_at: Some(at.to_owned()),
            ..Hints::default()
        };
        let draft = applied(&hints("2026-03-02T09:30:00Z"), Some("2026-03-02"), None);
        let published = draft.supplied.published.as_ref().unwrap();
        assert_eq!(published.value, "2026-03-02T09:30:00Z");
        assert!(draft.flags.is_empty());
        let draft = applied(&hints("2026-03-02"), Some("2026-01-02"), None);
        assert_eq!(flags(&draft), ["date-contradicted"]);
        for unreadable in ["yesterday", "2026-13-45", "32/32/2026"] {
            let draft = applied(&hints(unreadable), None, None);
            assert_eq!(flags(&draft), ["unreadable-date"], "{unreadable}");
            assert_eq!(draft.supplied.published, None);
            assert_eq!(draft.supplied.dates_seen[0].value, unreadable);
            let draft = applied(&hints(unreadable), Some("2026-01-02"), None);
            assert_eq!(draft.supplied.published.unwrap().value, "2026-01-02");
        }
        assert!(applied(&hints(" "), None, None).flags.is_empty());
    }

    #[test]
    fn a_language_fills_what_is_open_and_is_flagged_where_the_document_says_another() {
        let hints = |tag: &str| Hints {
            language: Some(tag.to_owned()),
            ..Hints::default()
        };
        let of = |draft: &Draft| draft.supplied.language.clone().unwrap();
        let draft = applied(&hints("pt_BR"), None, None);
        assert_eq!((of(&draft), flags(&draft)), ("pt-BR".to_owned(), vec![]));
        let draft = applied(&hints("pt_BR"), None, Some("PT"));
        assert_eq!((of(&draft), flags(&draft)), ("PT".to_owned(), vec![]));
        let draft = applied(&hints("de"), None, Some("en-GB"));
        assert_eq!(of(&draft), "en-GB");
        assert_eq!(flags(&draft), ["language-contradicted"]);
    }

    #[test]
    fn what_is_said_of_several_articles_stands_behind_what_each_says() {
        let hints = Hints {
            published_at: Some("2026-03-02".to_owned()),
            url: Some("https://news.example/feed.xml".to_owned()),
            source: Some("Norland Gazette".to_owned()),
            language: Some("de".to_owned()),
            several: true,
            ..Hints::default()
        };
        let draft = applied(&hints, Some("2026-01-02"), Some("en"));
        assert_eq!(
            draft.supplied.published.as_ref().unwrap().value,
            "2026-01-02"
        );
        assert_eq!(draft.supplied.url, None);
        assert_eq!(draft.supplied.source.as_deref(), Some("Norland Gazette"));
        assert!(draft.flags.is_empty());
        let draft = applied(&hints, None, None);
        assert_eq!(draft.supplied.published.unwrap().value, "2026-03-02");
        assert_eq!(draft.supplied.language.as_deref(), Some("de"));
    }
}

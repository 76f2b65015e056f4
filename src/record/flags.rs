//! The flags of `quality.flags`: all of them, with what each says.

use std::borrow::Borrow;
use std::fmt;

/// A doubt about the copy, as `quality.flags` names it. There are no others than the constants of this
/// type, and each is set somewhere: the compiler warns of one that nothing uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Flag(&'static str);

/// Declares the flags, each with what it says of the article.
macro_rules! flags {
    ($($(#[doc = $says:literal])+ $constant:ident = $name:literal;)+) => {
        impl Flag {
            $($(#[doc = $says])+ pub(crate) const $constant: Flag = Flag($name);)+

            /// Every flag and what it says, by name.
            pub const ALL: &'static [(&'static str, &'static str)] =
                &[$(($name, concat!($($says),+))),+];
        }
    };
}

flags! {
    /// The page asks for a proof that its reader is no robot, and shows nothing else.
    CHALLENGE_PAGE = "challenge-page";
    /// The document is in another character set than it, or its transport, declares.
    CHARSET_CONTRADICTED = "charset-contradicted";
    /// The transport and the document declare different character sets.
    CHARSET_DECLARATIONS_DIFFER = "charset-declarations-differ";
    /// Two character sets in one document; each stretch was decoded by its own.
    CHARSET_MIXED = "charset-mixed";
    /// Text that had been decoded wrongly upstream (`Ã©`) was put right.
    CHARSET_REPAIRED = "charset-repaired";
    /// Some bytes could not be decoded; U+FFFD stands for them.
    CHARSET_UNDECODABLE_BYTES = "charset-undecodable-bytes";
    /// The page is nothing but a question about cookies.
    CONSENT_WALL = "consent-wall";
    /// Control characters were dropped from the text or from what is said of it.
    CONTROL_CHARACTERS = "control-characters";
    /// The article is dated as modified before it was published, or in two ways more than a day apart.
    DATE_CONTRADICTED = "date-contradicted";
    /// The page says that something was not found or is refused, whatever status the server gave.
    ERROR_PAGE = "error-page";
    /// A word of a sentence is doubled, missing or one too many, as an edit leaves it: "did not say respond".
    GARBLED_TEXT = "garbled-text";
    /// The page shows no text of its article; it was read from a template or from the data of a script.
    HIDDEN_BODY = "hidden-body";
    /// The page is a front page or a section: a list of articles.
    INDEX_PAGE = "index-page";
    /// The document is not valid JSON and was read as what it must have meant.
    JSON_MENDED = "json-mended";
    /// Two statements of the supplier about the language contradict each other; the one nearer the text holds.
    LANGUAGE_CONTRADICTED = "language-contradicted";
    /// The text is in another language than the supplier states; `language` is the text's.
    LANGUAGE_MISMATCH = "language-mismatch";
    /// The page asks who its reader is, and shows nothing else.
    LOGIN_PAGE = "login-page";
    /// The copy says that a program wrote it from a template.
    MACHINE_WRITTEN_TEMPLATE = "machine-written-template";
    /// A quotation is opened by a straight mark and closed by a curly one, or the other way round.
    MISMATCHED_QUOTES = "mismatched-quotes";
    /// The article has neither text nor headline.
    NO_BODY = "no-body";
    /// Nothing says when the article was published: `published` is `null`, and what the text says of times relative
    /// to it has no `value`.
    NO_DATE = "no-date";
    /// The page holds no article; another flag says what it is, where that is known.
    NOT_ARTICLE = "not-article";
    /// The text is a part of the article: it ends where a feed, a paywall or a take of a wire cut it.
    PARTIAL_COPY = "partial-copy";
    /// The page sells subscriptions, and shows nothing else.
    PAYWALL_PAGE = "paywall-page";
    /// Two statements about whether the article may be used contradict each other; the stricter one holds.
    STATUS_CONTRADICTED = "status-contradicted";
    /// The document broke off before its end; what was read is published.
    TRUNCATED = "truncated";
    /// A part of the message does not decode as it says.
    UNDECODABLE_CONTENT = "undecodable-content";
    /// The status is none of the known words; the article is withheld.
    UNKNOWN_STATUS = "unknown-status";
    /// A date, be it of the document, of a header or of the envelope, could not be read; it stands in `dates_seen` as
    /// written.
    UNREADABLE_DATE = "unreadable-date";
    /// A reference to an entity that nothing declares stays in the text as written.
    UNRESOLVED_ENTITY = "unresolved-entity";
    /// There are no rules for names in this language; only gazetteers were asked.
    UNSUPPORTED_LANGUAGE = "unsupported-language";
    /// The page is a video or a sound with little text.
    VIDEO_PAGE = "video-page";
    /// The page has no running text; what its text holds are the lines that stand on it, or cards that lead to other pages.
    WEAK_BODY = "weak-body";
}

impl Flag {
    /// What a page says it is that is no article, and that it is none.
    pub(crate) const NO_ARTICLE: [Flag; 7] = [
        Flag::CHALLENGE_PAGE,
        Flag::CONSENT_WALL,
        Flag::ERROR_PAGE,
        Flag::INDEX_PAGE,
        Flag::LOGIN_PAGE,
        Flag::PAYWALL_PAGE,
        Flag::NOT_ARTICLE,
    ];

    /// The name as records have it.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A set of flags can be asked by name: flags are ordered and compared as their names are.
impl Borrow<str> for Flag {
    fn borrow(&self) -> &str {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_each_its_own() {
        assert!(Flag::ALL.is_sorted_by(|(a, _), (b, _)| a < b));
    }
}

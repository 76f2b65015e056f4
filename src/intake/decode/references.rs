//! Character references in headlines: some systems escape what was escaped already (`&amp;amp;`).

use crate::intake::draft::Draft;
use crate::intake::formats::Format;
use crate::intake::html::entities;

/// Decodes what is left of references in headline, deck and byline. In plain text an ampersand is an ampersand.
pub(crate) fn decode_again(draft: &mut Draft) {
    if draft.format == Format::Text {
        return;
    }
    let s = &mut draft.supplied;
    for line in [&mut s.headline, &mut s.deck, &mut s.byline] {
        let Some(text) = line.as_mut().filter(|text| text.contains('&')) else {
            continue;
        };
        let decoded = entities::decode(text, false);
        if decoded != *text {
            *text = decoded.trim().to_owned();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_escaped_twice_is_read_twice() {
        let read = |format, headline: &str| {
            let mut draft = Draft::new(format, "utf-8", "".into());
            draft.supplied.headline = Some(headline.to_owned());
            decode_again(&mut draft);
            draft.supplied.headline.unwrap()
        };
        assert_eq!(
            read(Format::Html, "Smith &amp; Sons &#8211; &quot;no&quot;"),
            "Smith & Sons – \"no\""
        );
        assert_eq!(read(Format::Html, "R&D at AT&T"), "R&D at AT&T");
        assert_eq!(read(Format::Text, "What &amp; means"), "What &amp; means");
    }
}

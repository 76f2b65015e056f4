//! Content inside a format: NITF or XHTML in an XML container, HTML or plain text in a string.

use super::draft::{DraftBlock, Piece};
use super::html::{self, layout::PageLines, tag::Tag, tree};
use super::outlets::Outlets;
use super::supply::DraftBuilder;
use super::xml::{Body, Element};
use crate::intake::formats::nitf;
use crate::intake::formats::text;
use crate::record::{BlockKind, Media, MediaKind};

/// Reads the content of `inlineXML`, `DataContent` or the like, whatever stands in it.
pub fn xml(container: Element<'_, '_>, builder: &mut DraftBuilder) {
    if let Some(found) = find(container, "nitf") {
        let mut inner = builder.inside();
        nitf::apply(found, &mut inner);
        return builder.absorb(inner);
    }
    if let Some(body) = find(container, "body") {
        let lang = container
            .first("html")
            .and_then(|h| h.attribute("lang").map(|l| l.into_owned()));
        builder.language(lang.as_deref());
        return nitf::elements(body, builder);
    }
    if container.has_elements() {
        return nitf::elements(container, builder);
    }
    match container.only_text() {
        Some((text, at)) if is_markup(text) => return html_text(text, Some(at), builder),
        Some(_) => {}
        None => {
            let text = container.raw_text();
            if is_markup(&text) {
                return html_text(&text, None, builder);
            }
        }
    }
    nitf::plain(container, builder);
}

/// The element itself or the first of this name not more than three levels below.
fn find<'t, 'a>(e: Element<'t, 'a>, name: &str) -> Option<Element<'t, 'a>> {
    let mut level = vec![e];
    for _ in 0..3 {
        let mut next = Vec::new();
        for e in level {
            for child in e.elements() {
                if child.name().eq_ignore_ascii_case(name) {
                    return Some(child);
                }
                next.push(child);
            }
        }
        level = next;
    }
    None
}

/// Whether a string that may be text or HTML is HTML: a closed tag or a known block tag in it.
pub fn is_markup(text: &str) -> bool {
    memchr::memchr_iter(b'<', text.as_bytes())
        .take(50)
        .any(|at| {
            let rest = &text.as_bytes()[at + 1..];
            let rest = rest.strip_prefix(b"/").unwrap_or(rest);
            let end = rest
                .iter()
                .position(|b| !b.is_ascii_alphanumeric())
                .unwrap_or(rest.len());
            end > 0
                && end < rest.len()
                && !matches!(
                    Tag::of(&rest[..end]),
                    Tag::Other | Tag::Text | Tag::Document
                )
        })
}

/// Reads a string of HTML onto the draft; `at` is where it stands in the document, if it stands
/// there as it is.
pub fn html_text(html: &str, at: Option<usize>, builder: &mut DraftBuilder) {
    let Some((typed, from)) = typed_paragraph(html) else {
        return nitf::take_body(html_body(html, at), builder);
    };
    let base = at.map_or(0, |at| at + from);
    let mut blocks = text::lay_out_body(typed, base, None, builder.outlets);
    if at.is_none() {
        blocks.iter_mut().for_each(|b| b.pieces.clear());
    }
    builder.draft.blocks.extend(blocks);
}

/// The text of a string that is one `<p>`, and where it begins, if it has lines of its own: so ANSA sends
/// its copy.
fn typed_paragraph(html: &str) -> Option<(&str, usize)> {
    let open = html.trim_start().strip_prefix("<p")?;
    let inner = open.strip_prefix('>').or_else(|| {
        let attributes = open.strip_prefix(' ')?;
        attributes.split_once('>').map(|(_, inner)| inner)
    })?;
    let text = inner.trim_end().strip_suffix("</p>")?;
    let is_typed = !text.contains('<') && text::has_own_lines(text);
    is_typed.then_some((text, html.len() - inner.len()))
}

/// Reads a string that may be HTML or plain text onto the draft.
pub fn any_text(content: &str, builder: &mut DraftBuilder) {
    if is_markup(content) {
        return html_text(content, None, builder);
    }
    // Escaped once too often.
    if content.contains("&lt;/p&gt;") || content.contains("&lt;br") {
        return html_text(&html::entities::decode(content, false), None, builder);
    }
    let blocks = plain_blocks(content, builder.outlets);
    builder.draft.blocks.extend(blocks);
}

/// Paragraphs of a plain text that does not stand in the document as it is.
pub fn plain_blocks(content: &str, outlets: &Outlets) -> Vec<DraftBlock> {
    // Text from feeds may carry references even where it carries no tags.
    let content = html::entities::decode(content, false);
    // Indented throughout but for its first line it follows the markup around it.
    let indented = |l: &str| l.trim().is_empty() || l.starts_with([' ', '\t']);
    if content.contains('\n') && content.trim().lines().skip(1).all(indented) {
        return text_blocks(&unwrapped(&content), outlets);
    }
    text_blocks(&content, outlets)
}

/// A text without the line ends that the indentation of its markup put into it; those in front of a
/// blank line or a list mark are its own.
fn unwrapped(content: &str) -> String {
    let mut out = String::with_capacity(content.len());
    for line in content.lines().map(str::trim) {
        let own = line.is_empty() || line.starts_with(['-', '•', '*', '–']);
        if !out.is_empty() {
            out.push(if own || out.ends_with('\n') {
                '\n'
            } else {
                ' '
            });
        }
        out.push_str(line);
    }
    out
}

/// [`plain_blocks`] of a text in which an ampersand is an ampersand.
pub fn text_blocks(content: &str, outlets: &Outlets) -> Vec<DraftBlock> {
    let mut blocks = text::lay_out(content, outlets);
    for block in &mut blocks {
        block.pieces.clear();
        if block.kind == BlockKind::Headline {
            block.kind = BlockKind::Paragraph;
        }
    }
    blocks
}

/// A field's text on one line: tags dropped, references decoded.
pub fn one_line(content: &str) -> Option<String> {
    let mut out = String::with_capacity(content.len());
    if content.contains('<') && is_markup(content) {
        for block in html::fragment_blocks(content) {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(&block.text);
        }
    } else {
        for word in html::entities::decode(content, false).split_whitespace() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
    }
    (!out.is_empty()).then_some(out)
}

/// Blocks, media and links of a string of HTML.
pub fn html_body(html: &str, at: Option<usize>) -> Body {
    let tree = tree::Tree::parse(html, html::DEPTH);
    let mut body = Body::default();
    let mut skipped = None;
    let mut begun = false;
    for id in tree.descendants(tree::ROOT) {
        match tree.tag(id) {
            Tag::Text => begun |= is_visible_text(&tree, id),
            Tag::A => body.links.extend(link(&tree, id)),
            // What begins with a first-level heading begins with its headline.
            Tag::H1 if skipped.is_none() && !begun => {
                let text = tree.text_of(id);
                if !text.trim().is_empty() {
                    body.headline = Some(text.trim().to_owned());
                    skipped = Some(id);
                }
            }
            _ => body.media.extend(media(&tree, id)),
        }
    }
    let mut skip =
        |id| Some(id) == skipped || tree.tag(id) == Tag::Header || is_tt_header(&tree, id);
    let parts = |id| tree.tag(id) == Tag::Br || tree.tag(id).is_block();
    let lines = if tree.descendants(tree::ROOT).any(parts) {
        PageLines::of(&tree, tree::ROOT, &mut skip)
    } else {
        PageLines::of_typed(&tree, tree::ROOT, &mut skip)
    };
    body.blocks = lines.lines.iter().map(|line| lines.block(line)).collect();
    for block in &mut body.blocks {
        match at {
            Some(at) => shift(&mut block.pieces, at),
            None => block.pieces.clear(),
        }
    }
    body
}

/// TT heads its HTML with section and source: `<div class="dat">`.
fn is_tt_header(tree: &tree::Tree<'_>, id: tree::Id) -> bool {
    tree.tag(id) == Tag::Div && tree.attribute(id, "class").as_deref() == Some("dat")
}

fn shift(pieces: &mut [Piece], by: usize) {
    for piece in pieces {
        piece.raw += by as u32;
    }
}

/// Whether a node is text that a reader sees.
fn is_visible_text(tree: &tree::Tree<'_>, id: tree::Id) -> bool {
    let is_shown = !tree.is_raw(id) && tree.tag(tree.parent(id)) != Tag::Title;
    is_shown && !tree.raw_text(id).0.trim().is_empty()
}

/// Where a link leads, if that is not in the text itself.
fn link(tree: &tree::Tree<'_>, id: tree::Id) -> Option<String> {
    let address = value(tree, id, "href")?;
    (!address.starts_with('#')).then_some(address)
}

/// An attribute, trimmed; `None` where it is empty.
fn value(tree: &tree::Tree<'_>, id: tree::Id, name: &str) -> Option<String> {
    let value = tree.attribute(id, name)?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// A picture, film, sound or frame in a text; dpa has elements of its own for what is embedded.
fn media(tree: &tree::Tree<'_>, id: tree::Id) -> Option<Media> {
    let kind = match tree.name(id).to_ascii_lowercase().as_str() {
        "img" | "dnl-image" => MediaKind::Image,
        "video" => MediaKind::Video,
        "audio" => MediaKind::Audio,
        "iframe" | "embed" => MediaKind::Embed,
        "dnl-wgchart" => MediaKind::Graphic,
        name if name.starts_with("dnl-") => MediaKind::Embed,
        _ => return None,
    };
    let get = |name: &str| value(tree, id, name);
    let url = ["src", "data-src", "ref"].into_iter().find_map(get)?;
    // One-pixel pictures count readers.
    let is_pixel = |name: &str| get(name).as_deref() == Some("1");
    if is_pixel("width") || is_pixel("height") {
        return None;
    }
    Some(Media {
        kind,
        url: Some(url),
        caption: figure_caption(tree, id)
            .or_else(|| get("caption"))
            .or_else(|| get("alt")),
        credit: get("creditline"),
    })
}

/// The caption of the figure that an element is in, four elements around it being looked at.
fn figure_caption(tree: &tree::Tree<'_>, id: tree::Id) -> Option<String> {
    let figure = tree
        .ancestors(id)
        .take(4)
        .find(|&a| tree.tag(a) == Tag::Figure)?;
    let caption = tree.find_all(figure, Tag::Figcaption).next()?;
    let text = tree.text_of(caption).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_its_markup_wrapped_is_one_paragraph() {
        let read = |text: &str| -> Vec<String> {
            let blocks = plain_blocks(text, Outlets::shipped());
            blocks.into_iter().map(|b| b.text).collect()
        };
        let wide = "A ferry that carried two hundred people and some fifty cars to the islands off the coast";
        assert_eq!(
            read(&format!("{wide}\n        of Westmere sank.\n    ")),
            [format!("{wide} of Westmere sank.")]
        );
        assert_eq!(
            read("What is open:\n    - the bridge\n    - the ferry\n"),
            ["What is open:", "the bridge", "the ferry"]
        );
        assert_eq!(
            read("One line.\nAnother line."),
            ["One line.", "Another line."]
        );
    }

    #[test]
    fn text_with_a_link_in_it_and_no_paragraphs_is_parted_by_its_blank_lines() {
        let texts = |html: &str| -> Vec<String> {
            let blocks = html_body(html, None).blocks;
            blocks.into_iter().map(|b| b.text).collect()
        };
        assert_eq!(
            texts("The <a href='/f'>ferry</a> sank\noff Westmere.\n \nNobody was hurt."),
            ["The ferry sank off Westmere.", "Nobody was hurt."]
        );
        assert_eq!(
            texts("The ferry<br>sank.\n\nNobody was hurt."),
            ["The ferry sank. Nobody was hurt."],
            "line breaks are marked"
        );
    }
}

//! Pictures with their captions, and what is embedded: videos, sounds, posts of social networks.

use super::{ArticlePlace, Sources, absolute, json_ld};
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, Tree};
use crate::record::{Media, MediaKind};
use crate::text::word_lists::word_lists;

word_lists! {
    /// Hosts and classes, as the file explains them.
    WORDS "page/media.tsv" {
        video_host,
        audio_host,
        no_media_host,
        post_class,
        credit_class,
    }
}

/// Most media of a page that are kept; long galleries have some fifty.
const MOST_MEDIA: usize = 60;
/// Largest element that is read as one picture or post, in nodes and in bytes of markup: larger ones are galleries
/// and columns, whose first picture would have all of their text for a caption. Bounds the work too.
const MOST_NODES: Id = 200;
const MOST_MARKUP: usize = 20_000;
/// Most sources of a video or a sound that are looked at: one a file format.
const MOST_SOURCES: usize = 4;

/// The picture the page names as its article's, then what stands from the headline to the article's end.
pub(crate) fn find(tree: &Tree<'_>, sources: &Sources<'_>, place: ArticlePlace<'_>) -> Vec<Media> {
    let mut found: Vec<Media> = picture(sources).into_iter().collect();
    let Some(body) = place.body else {
        return found;
    };
    let from = place.headline.map_or(body, |h| h.min(body));
    let mut until = from;
    for id in from..tree.end(body) {
        if id < until || found.len() >= MOST_MEDIA {
            continue;
        }
        let Some(media) = media(tree, id) else {
            continue;
        };
        // Boxes of other stories have pictures too; a post stands where an author put it.
        if tree.tag(id) != Tag::Blockquote && (place.apart)(id) {
            continue;
        }
        if media.kind == MediaKind::Image {
            until = tree.end(id);
        }
        add(&mut found, media, sources);
    }
    found
}

/// Adds what is not there yet; a picture that is gets the caption it lacks.
fn add(found: &mut Vec<Media>, mut media: Media, sources: &Sources<'_>) {
    media.url = media.url.map(|u| absolute(&u, sources.url.as_deref()));
    let same = found.iter_mut().find(|m| {
        m.kind == media.kind && m.url.as_deref().map(file) == media.url.as_deref().map(file)
    });
    match same {
        Some(there) => {
            there.caption = there.caption.take().or(media.caption);
            there.credit = there.credit.take().or(media.credit);
        }
        None => found.push(media),
    }
}

/// The address without what sets the size of a picture: its query.
fn file(url: &str) -> &str {
    match url.split_once('?') {
        Some((path, _))
            if [".jpg", ".jpeg", ".png", ".webp", ".avif"]
                .iter()
                .any(|e| path.ends_with(e)) =>
        {
            path
        }
        _ => url,
    }
}

/// A medium of which the address is all that is known.
fn bare(kind: MediaKind, url: String) -> Media {
    Media {
        kind,
        url: Some(url),
        caption: None,
        credit: None,
    }
}

/// What an element shows, where that is a picture with a caption or something embedded.
fn media(tree: &Tree<'_>, id: Id) -> Option<Media> {
    match tree.tag(id) {
        Tag::Figure => figure(tree, id),
        Tag::Iframe => frame(tree, id),
        Tag::Blockquote => Some(bare(MediaKind::Embed, post(tree, id)?)),
        Tag::Video => Some(bare(MediaKind::Video, source(tree, id)?)),
        Tag::Audio => Some(bare(MediaKind::Audio, source(tree, id)?)),
        Tag::Other => custom(tree, id),
        _ => None,
    }
}

fn small(tree: &Tree<'_>, id: Id) -> bool {
    tree.end(id) - id <= MOST_NODES && tree.extent(id) <= MOST_MARKUP
}

/// The first of these attributes that holds an address.
fn address(tree: &Tree<'_>, id: Id, names: &[&str]) -> Option<String> {
    names
        .iter()
        .filter_map(|name| tree.attribute(id, name))
        .map(|v| v.trim().to_owned())
        .find(|v| {
            !v.is_empty()
                && !v.starts_with("data:")
                && !v.starts_with("about:")
                && !v.starts_with("javascript:")
        })
}

fn source(tree: &Tree<'_>, id: Id) -> Option<String> {
    address(tree, id, &["src", "data-src"]).or_else(|| {
        tree.children(id)
            .filter(|c| tree.tag(*c) == Tag::Source)
            .take(MOST_SOURCES)
            .find_map(|c| address(tree, c, &["src"]))
    })
}

/// A picture with its caption. What the caption says in an element called a credit is the credit.
fn figure(tree: &Tree<'_>, id: Id) -> Option<Media> {
    if !small(tree, id) {
        return None;
    }
    let is_image =
        |n: Id| tree.tag(n) == Tag::Img || (tree.tag(n) == Tag::Other && tree.name(n) == "amp-img");
    let image = tree.descendants(id).find(|n| is_image(*n))?;
    let url = image_address(tree, image)?;
    let text_of = |n: Id| Some(tree.text_of(n)).filter(|text| !text.is_empty());
    let (mut caption, mut credit) = (None, None);
    for node in tree.descendants(id) {
        if credit.is_none() && is_credit(tree, node) {
            credit = text_of(node);
        }
        if caption.is_none() && tree.tag(node) == Tag::Figcaption {
            caption = text_of(node);
        }
    }
    Some(Media {
        caption: caption.and_then(|text| without_credit(text, credit.as_deref())),
        credit,
        ..bare(MediaKind::Image, url)
    })
}

/// A caption without the credit at its end; none when nothing is left.
fn without_credit(caption: String, credit: Option<&str>) -> Option<String> {
    let Some(rest) = credit.and_then(|name| caption.strip_suffix(name)) else {
        return Some(caption);
    };
    let rest = rest.trim_end_matches([' ', '|', '/', '(', '–', '-']);
    (!rest.is_empty()).then(|| rest.to_owned())
}

/// The address of an image: where it is loaded from once it is scrolled to, its own, the first of several sizes.
fn image_address(tree: &Tree<'_>, image: Id) -> Option<String> {
    let names = ["data-src", "data-original", "data-lazy-src", "src"];
    address(tree, image, &names).or_else(|| {
        let set = address(tree, image, &["srcset", "data-srcset"])?;
        set.split_whitespace().next().map(str::to_owned)
    })
}

/// Whether an element holds the credit of a picture, by its class or by schema.org's microdata.
fn is_credit(tree: &Tree<'_>, id: Id) -> bool {
    tree.is_element(id)
        && tree.attributes(id).any(|(name, value)| match name {
            "class" => {
                let value = value.to_ascii_lowercase();
                WORDS.credit_class.iter().any(|w| value.contains(w))
            }
            "itemprop" => ["copyrightholder", "credittext", "creator"]
                .iter()
                .any(|property| value.eq_ignore_ascii_case(property)),
            _ => false,
        })
}

fn frame(tree: &Tree<'_>, id: Id) -> Option<Media> {
    let url = address(tree, id, &["src", "data-src", "data-lazy-src", "data-url"])?;
    framed(url)
}

/// What a frame holds, by the host it comes from.
fn framed(url: String) -> Option<Media> {
    let has = |hosts: &[&str]| hosts.iter().any(|h| url.contains(h));
    let kind = if has(&WORDS.no_media_host) {
        return None;
    } else if has(&WORDS.video_host) {
        MediaKind::Video
    } else if has(&WORDS.audio_host) {
        MediaKind::Audio
    } else {
        MediaKind::Embed
    };
    Some(bare(kind, url))
}

/// The address of a post of a social network: said, else the last link in it, which is its date's.
fn post(tree: &Tree<'_>, id: Id) -> Option<String> {
    let class = tree.attribute(id, "class")?;
    if !WORDS.post_class.iter().any(|p| class.contains(p)) || !small(tree, id) {
        return None;
    }
    address(
        tree,
        id,
        &[
            "data-instgrm-permalink",
            "data-text-post-permalink",
            "data-embed-url",
            "cite",
        ],
    )
    .or_else(|| address(tree, tree.find_all(id, Tag::A).last()?, &["href"]))
}

/// Embeds that are elements of their own, AMP's and the light ones that load the real one on a click: their name,
/// the attribute with the address or the number, and what stands before a number.
const CUSTOM: [(&str, &str, &str); 11] = [
    (
        "amp-youtube",
        "data-videoid",
        "https://www.youtube.com/watch?v=",
    ),
    (
        "lite-youtube",
        "videoid",
        "https://www.youtube.com/watch?v=",
    ),
    ("amp-vimeo", "data-videoid", "https://vimeo.com/"),
    (
        "amp-dailymotion",
        "data-videoid",
        "https://www.dailymotion.com/video/",
    ),
    (
        "amp-twitter",
        "data-tweetid",
        "https://twitter.com/i/status/",
    ),
    (
        "amp-instagram",
        "data-shortcode",
        "https://www.instagram.com/p/",
    ),
    ("amp-tiktok", "data-src", ""),
    ("amp-facebook", "data-href", ""),
    ("amp-iframe", "src", ""),
    ("amp-video-iframe", "src", ""),
    ("amp-video", "src", ""),
];

fn custom(tree: &Tree<'_>, id: Id) -> Option<Media> {
    let name = tree.name(id);
    let (element, attribute, before) = CUSTOM
        .iter()
        .find(|(element, ..)| name.eq_ignore_ascii_case(element))?;
    let media = framed(format!("{before}{}", address(tree, id, &[*attribute])?))?;
    Some(match *element {
        "amp-video" => Media {
            kind: MediaKind::Video,
            ..media
        },
        _ => media,
    })
}

/// The article's main picture as the page names it: in JSON-LD, then Open Graph's and the Twitter card's.
fn picture(sources: &Sources<'_>) -> Option<Media> {
    let mut picture = picture_of_json(sources).or_else(|| {
        let url = sources.meta.get(&[
            "og:image:secure_url",
            "og:image",
            "twitter:image",
            "twitter:image:src",
        ])?;
        Some(bare(MediaKind::Image, url.to_owned()))
    })?;
    picture.url = picture.url.map(|u| absolute(&u, sources.url.as_deref()));
    Some(picture)
}

/// The first `image` of the article: an address, or an `ImageObject`.
fn picture_of_json(sources: &Sources<'_>) -> Option<Media> {
    let article = sources.json.article()?;
    let value = *article.all("image").first()?;
    let object = value.as_object();
    let first = |keys: &[&str]| {
        let object = object?;
        keys.iter()
            .find_map(|key| json_ld::plain(object.get(*key)?))
    };
    let url = value
        .as_str()
        .map(str::to_owned)
        .or_else(|| first(&["url", "contentUrl"]))?;
    Some(Media {
        caption: first(&["caption", "description"]),
        credit: first(&["creditText", "copyrightHolder", "author"]),
        ..bare(MediaKind::Image, url)
    })
}

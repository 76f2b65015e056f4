//! Pictures with their captions, and what is embedded: videos, sounds, posts of social networks.

use super::{Place, Sources, absolute, json_ld};
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, Tree};
use crate::record::{Media, MediaKind};

/// Most media of a page that are kept; long galleries have some fifty.
const MOST: usize = 60;
/// Largest element that is read as one picture or post, in nodes and in bytes of markup.
const MOST_NODES: Id = 200;
const MOST_MARKUP: usize = 20_000;

/// Hosts of frames that hold a video or a sound. Parts of hosts, so that `player.` and regional ones count.
const VIDEO_HOSTS: [&str; 14] = [
    "youtube",
    "youtu.be",
    "vimeo.",
    "dailymotion.",
    "jwplayer",
    "jwplatform",
    "brightcove",
    "twitch.tv",
    "rutube",
    "bilibili",
    "rumble.com",
    "streamable",
    "megaphone.tv",
    "ooyala",
];
const AUDIO_HOSTS: [&str; 9] = [
    "soundcloud",
    "spotify",
    "podcasts.apple",
    "megaphone.fm",
    "acast",
    "simplecast",
    "omny",
    "anchor.fm",
    "podigee",
];
/// Hosts of frames that hold nothing of the article: advertisements, counters, consent, comments.
const NO_MEDIA: [&str; 14] = [
    "doubleclick",
    "googlesyndication",
    "googletagmanager",
    "google-analytics",
    "adservice",
    "adnxs",
    "amazon-adsystem",
    "taboola",
    "outbrain",
    "recaptcha",
    "consent",
    "disqus",
    "facebook.com/plugins/like",
    "newsletter",
];
/// Classes of quotations that are posts of social networks.
const POSTS: [&str; 8] = [
    "twitter-tweet",
    "twitter-video",
    "instagram-media",
    "tiktok-embed",
    "bluesky-embed",
    "mastodon-embed",
    "reddit-embed",
    "text-post-media",
];

/// The picture the page names as its article's, then what stands from the headline to the article's end.
pub fn find(tree: &Tree<'_>, sources: &Sources<'_>, place: Place<'_>) -> Vec<Media> {
    let mut found: Vec<Media> = picture(sources).into_iter().collect();
    let Some(body) = place.body else {
        return found;
    };
    let from = place.headline.map_or(body, |h| h.min(body));
    let mut until = from;
    for id in from..tree.end(body) {
        if id < until || found.len() >= MOST {
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

/// What an element shows, where that is a picture with a caption or something embedded.
fn media(tree: &Tree<'_>, id: Id) -> Option<Media> {
    let one = |kind, url: Option<String>| {
        Some(Media {
            kind,
            url: Some(url?),
            caption: None,
            credit: None,
        })
    };
    match tree.tag(id) {
        Tag::Figure => figure(tree, id),
        Tag::Iframe => frame(tree, id),
        Tag::Blockquote => one(MediaKind::Embed, post(tree, id)),
        Tag::Video => one(MediaKind::Video, source(tree, id)),
        Tag::Audio => one(MediaKind::Audio, source(tree, id)),
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
            .take(4)
            .find_map(|c| address(tree, c, &["src"]))
    })
}

/// A picture with its caption. What the caption says in an element called a credit is the credit.
fn figure(tree: &Tree<'_>, id: Id) -> Option<Media> {
    if !small(tree, id) {
        return None;
    }
    let image = tree.descendants(id).find(|n| {
        tree.tag(*n) == Tag::Img || (tree.tag(*n) == Tag::Other && tree.name(*n) == "amp-img")
    })?;
    let url = address(
        tree,
        image,
        &["data-src", "data-original", "data-lazy-src", "src"],
    )
    .or_else(|| {
        let set = address(tree, image, &["srcset", "data-srcset"])?;
        set.split_whitespace().next().map(str::to_owned)
    })?;
    let (mut caption, mut credit) = (None, None);
    for node in tree.descendants(id) {
        if credit.is_none() && is_credit(tree, node) {
            credit = Some(tree.text_of(node)).filter(|c| !c.is_empty());
        }
        if caption.is_none() && tree.tag(node) == Tag::Figcaption {
            caption = Some(tree.text_of(node)).filter(|c| !c.is_empty());
        }
    }
    if let (Some(text), Some(name)) = (&caption, &credit)
        && let Some(rest) = text.strip_suffix(name.as_str())
    {
        caption = Some(
            rest.trim_end_matches([' ', '|', '/', '(', '–', '-'])
                .to_owned(),
        )
        .filter(|c| !c.is_empty());
    }
    Some(Media {
        kind: MediaKind::Image,
        url: Some(url),
        caption,
        credit,
    })
}

fn is_credit(tree: &Tree<'_>, id: Id) -> bool {
    tree.is_element(id)
        && tree.attributes(id).any(|(name, value)| match name {
            "class" => {
                let value = value.to_ascii_lowercase();
                [
                    "credit",
                    "copyright",
                    "photographer",
                    "bildnachweis",
                    "image-source",
                ]
                .iter()
                .any(|w| value.contains(w))
            }
            "itemprop" => matches!(
                value.to_ascii_lowercase().as_str(),
                "copyrightholder" | "credittext" | "creator"
            ),
            _ => false,
        })
}

fn frame(tree: &Tree<'_>, id: Id) -> Option<Media> {
    let url = address(tree, id, &["src", "data-src", "data-lazy-src", "data-url"])?;
    framed(url)
}

fn framed(url: String) -> Option<Media> {
    let has = |hosts: &[&str]| hosts.iter().any(|h| url.contains(h));
    if has(&NO_MEDIA) {
        return None;
    }
    let kind = if has(&VIDEO_HOSTS) {
        MediaKind::Video
    } else if has(&AUDIO_HOSTS) {
        MediaKind::Audio
    } else {
        MediaKind::Embed
    };
    Some(Media {
        kind,
        url: Some(url),
        caption: None,
        credit: None,
    })
}

/// The address of a post of a social network: said, else the last link in it, which is its date's.
fn post(tree: &Tree<'_>, id: Id) -> Option<String> {
    let class = tree.attribute(id, "class")?;
    if !POSTS.iter().any(|p| class.contains(p)) || !small(tree, id) {
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

/// Embeds that are elements of their own: AMP's, and the light ones that load the real one on a click.
fn custom(tree: &Tree<'_>, id: Id) -> Option<Media> {
    let name = tree.name(id).to_ascii_lowercase();
    let of = |attribute: &str, before: &str| {
        address(tree, id, &[attribute]).and_then(|v| framed(format!("{before}{v}")))
    };
    match name.as_str() {
        "amp-youtube" => of("data-videoid", "https://www.youtube.com/watch?v="),
        "lite-youtube" => of("videoid", "https://www.youtube.com/watch?v="),
        "amp-vimeo" => of("data-videoid", "https://vimeo.com/"),
        "amp-dailymotion" => of("data-videoid", "https://www.dailymotion.com/video/"),
        "amp-twitter" => of("data-tweetid", "https://twitter.com/i/status/"),
        "amp-instagram" => of("data-shortcode", "https://www.instagram.com/p/"),
        "amp-tiktok" => of("data-src", ""),
        "amp-facebook" => of("data-href", ""),
        "amp-iframe" | "amp-video-iframe" => of("src", ""),
        "amp-video" => of("src", "").map(|m| Media {
            kind: MediaKind::Video,
            ..m
        }),
        _ => None,
    }
}

/// The article's main picture as the page names it.
fn picture(sources: &Sources<'_>) -> Option<Media> {
    let article = sources.json.article();
    let image = article.and_then(|a| {
        let value = *a.all("image").first()?;
        let object = value.as_object();
        let text = |key: &str| object.and_then(|o| o.get(key)).and_then(json_ld::plain);
        let url = value
            .as_str()
            .map(str::to_owned)
            .or_else(|| text("url"))
            .or_else(|| text("contentUrl"))?;
        Some(Media {
            kind: MediaKind::Image,
            url: Some(absolute(&url, sources.url.as_deref())),
            caption: text("caption").or_else(|| text("description")),
            credit: text("creditText")
                .or_else(|| text("copyrightHolder"))
                .or_else(|| text("author")),
        })
    });
    image.or_else(|| {
        let url = sources.meta.get(&[
            "og:image:secure_url",
            "og:image",
            "twitter:image",
            "twitter:image:src",
        ])?;
        Some(Media {
            kind: MediaKind::Image,
            url: Some(absolute(url, sources.url.as_deref())),
            caption: None,
            credit: None,
        })
    })
}

//! Puts the record of an article together from what the stages found.

use crate::record::*;
use crate::stages::Known;
use crate::text::CodePoints;

/// Words a minute of a silent reader of English non-fiction (Brysbaert 2019: 238, rounded to what newsrooms use).
const WORDS_PER_MINUTE: f32 = 250.0;

/// Puts together the record of one article from all that is known about it.
///
/// Takes what each stage found, converts every offset from bytes to code points, and never fails:
/// what was not found is `null` or empty.
pub(super) fn assemble(known: &Known, ingest: Ingest, stages: Vec<StageReport>) -> EnrichedArticle {
    let article = &known.article;
    let s = &article.supplied;
    let to = CodePoints::new(&article.text);
    let raw = article.raw.code_points();
    let mut removed = article.removed.clone();
    removed.iter_mut().for_each(|r| r.raw.relocate(&raw));
    let entity_findings = known.entities().cloned().unwrap_or_default();
    let mut found_entities = entity_findings.entities;
    found_entities.relocate(&to);
    let tones = known.tone().cloned().unwrap_or_default();
    for (entity, tone) in found_entities.iter_mut().zip(tones.entities) {
        entity.tone = tone;
    }
    let mut flags: Vec<String> = article.flags.iter().map(ToString::to_string).collect();
    flags.extend(known.flags());
    flags.sort();
    flags.dedup();
    let mut dateline = s.dateline.clone();
    if let Some(dateline) = &mut dateline {
        dateline.country = dateline.country.take().or(entity_findings.dateline_country);
    }
    EnrichedArticle {
        schema: SCHEMA.into(),
        id: article.id.clone(),
        version: s.version,
        version_kind: s.version_kind,
        supersedes: s.supersedes.clone(),
        status: s.status.unwrap_or(Status::Usable),
        embargoed_until: s.embargoed_until.clone(),
        editorial_notes: s.editorial_notes.clone(),
        genre: s.genre,
        urgency: s.urgency,
        slugline: s.slugline.clone(),
        keywords: s.keywords.clone(),
        subjects: s.subjects.clone(),
        alt_ids: s.alt_ids.clone(),
        ingest,
        content: content(known, &to, &raw),
        removed,
        headline: s.headline.clone(),
        headlines_seen: s.headlines_seen.clone(),
        deck: s.deck.clone(),
        byline: s.byline.clone(),
        authors: s.authors.clone(),
        dateline,
        published: s.published.clone(),
        modified: s.modified.clone(),
        dates_seen: s.dates_seen.clone(),
        language: known.language().cloned(),
        outlet: s.outlet.clone(),
        section: s.section.clone(),
        credit: s.credit.clone(),
        copyright: s.copyright.clone(),
        usage_terms: s.usage_terms.clone(),
        origin: known.origin().cloned(),
        media: s.media.clone(),
        url: s.url.clone().filter(|url| is_web(url)),
        links: s.links.clone(),
        access: s.access.unwrap_or(Access::Unknown),
        entities: found_entities,
        focus: entity_findings.focus,
        quotes: moved(known.quotes(), &to),
        times: moved(known.times(), &to),
        amounts: moved(known.amounts(), &to),
        events: moved(known.events(), &to),
        topics: known.topics().cloned().unwrap_or_default(),
        keyphrases: moved(known.keyphrases(), &to),
        summary: moved(known.summary().map(|summary| &summary.0), &to),
        tone: tones.article,
        fingerprint: known.fingerprint().cloned(),
        duplicates: None,
        story: None,
        thread: None,
        quality: Quality {
            flags,
            readability: known.quality().and_then(|q| q.readability),
        },
        provenance: known.provenance(),
        stages,
    }
}

/// The text with its parts, and where each stretch of it stood in the raw document.
fn content(known: &Known, to: &CodePoints, raw: &CodePoints) -> Content {
    let article = &known.article;
    let segment = |s: &Segment| {
        let start = to.at(s.0);
        Segment(start, raw.at(s.1), to.at(s.0 + s.2) - start)
    };
    let words = known.words();
    Content {
        text: article.text.clone(),
        blocks: moved(Some(&article.blocks), to),
        sentences: moved(known.sentences(), to),
        segments: article.segments.iter().map(segment).collect(),
        words,
        reading_minutes: (words as f32 / WORDS_PER_MINUTE * 100.0).round() / 100.0,
    }
}

/// What was found with its places in code points; nothing where nothing was.
fn moved<T: Relocate + Clone + Default>(found: Option<&T>, to: &CodePoints) -> T {
    let mut found = found.cloned().unwrap_or_default();
    found.relocate(to);
    found
}

/// Whether an address is one that a reader can open.
fn is_web(url: &str) -> bool {
    let scheme = |name: &str| {
        url.get(..name.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(name))
    };
    scheme("http://") || scheme("https://")
}

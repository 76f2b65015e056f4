//! Which place a name means: by what stands beside it, by the other places of the article, and by size.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::people::is_possessive;
use super::{ArticleText, begin_alike, entity, mention, name_key, tidy};
use crate::record::{Entity, EntityType, Links, Location, MentionKind};
use crate::stages::entities::WORDS;
use crate::stages::entities::gazetteer::{
    Country, Gazetteer, LARGE_CITY_POPULATION, Region, Sense,
};
use crate::stages::entities::labels::NameType;
use crate::stages::entities::mentions::Name;
use crate::text::TokenKind;
use crate::text::word_lists::List;

// The weights of places are in powers of ten of a city's people. All of them were set by hand; none is fitted.

/// A country named outright weighs as a city of this many people would, as power of ten.
const COUNTRY_WEIGHT: f32 = 8.3;
/// Likewise a first-level region, and a sea or part of the world.
const REGION_WEIGHT: f32 = 6.9;
const AREA_WEIGHT: f32 = 7.2;
/// A city without people on record.
const LEAST_WEIGHT: f32 = 3.0;
/// What a country adds for being spoken of in the article, times the logarithm of how often.
const COUNTRY_SUPPORT: f32 = 1.3;
/// What a region of the same country adds for being named in the article.
const REGION_SUPPORT: f32 = 1.6;
/// What the dateline's country adds.
const DATELINE_SUPPORT: f32 = 0.8;
/// What a country may add to a city at most: where Geneva is named in American copy, Switzerland's is still meant.
const MOST_COUNTRY_SUPPORT: f32 = 0.95;
/// A city that is written in full and is the seat of its country's government.
const CAPITAL_SUPPORT: f32 = 1.0;
/// What a city adds that lies beside another place of the article, and the distance in km at which nothing is left of it.
const NEAR_SUPPORT: f32 = 1.8;
const NEAR: f32 = 150.0;
/// Places at most that others may lie beside, the first ones: a text may name thousands.
const MOST_SITES: usize = 64;
/// What a city loses that goes by another name now, or elsewhere: Dayton was once called Venice.
const OTHER_NAME: f32 = 2.0;
/// People of a city with fewer of which one far off is hardly meant.
const SMALL: u32 = 50_000;
/// Kilometres of a degree of latitude.
const DEGREE: f32 = 111.0;

/// One place a name may mean.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    sense: Sense,
    weight: f32,
}

/// How often each country and region is spoken of.
#[derive(Debug, Default)]
struct Support<'g> {
    countries: HashMap<&'g str, f32>,
    /// Country and first-level region.
    regions: HashMap<(&'g str, &'g str), f32>,
    /// Cities and regions that some name clearly means, and where they lie.
    sites: Vec<(Sense, Location)>,
}

/// ISO code and first-level code of what a sense means.
fn lies_in(gazetteer: &Gazetteer, sense: Sense) -> (&str, &str) {
    match sense {
        Sense::Country(c) | Sense::Demonym(c) => (gazetteer.countries[c as usize].iso, ""),
        Sense::Region(r) => {
            let r = &gazetteer.regions[r as usize];
            (r.iso, r.admin)
        }
        Sense::City(c) => {
            let c = &gazetteer.cities[c as usize];
            (
                std::str::from_utf8(&c.iso).unwrap_or_default(),
                gazetteer.city_admin(c),
            )
        }
        Sense::Organization(_) | Sense::Group => ("", ""),
    }
}

/// Whether a city's name has a word of what is written, or one that begins like it: "Sudbury" of "Greater Sudbury",
/// "Odessa" of "Odesa".
fn shares_word(name: &str, written: &str) -> bool {
    /// Letters by which two spellings agree.
    const BEGIN: usize = 3;
    let (name, written) = (name_key(name), name_key(written));
    let mut words = written.split(' ');
    words.any(|w| name.split(' ').any(|n| begin_alike(n, w, BEGIN)))
}

/// The places that a name, written so, may mean.
fn candidates(gazetteer: &Gazetteer, n: &Name<'_>, written: &str) -> Vec<Candidate> {
    let Some(known) = n.known else {
        return Vec::new();
    };
    known
        .senses
        .iter()
        .filter_map(|&sense| {
            let weight = match sense {
                Sense::Country(_) => COUNTRY_WEIGHT,
                Sense::Region(r) => match gazetteer.regions[r as usize].kind {
                    "region" | "district" | "facility" => REGION_WEIGHT,
                    _ => AREA_WEIGHT,
                },
                Sense::City(c) => {
                    let city = &gazetteer.cities[c as usize];
                    let weight = (city.population as f32).max(1.0).log10();
                    let is_other = !shares_word(gazetteer.city_name(city), written);
                    weight.max(LEAST_WEIGHT) - if is_other { OTHER_NAME } else { 0.0 }
                }
                Sense::Demonym(_) | Sense::Organization(_) | Sense::Group => return None,
            };
            Some(Candidate { sense, weight })
        })
        .collect()
}

/// The state of the United States whose letters a name is, behind a comma: "Helena, MT".
fn state(article: &ArticleText<'_>, n: &Name<'_>, gazetteer: &Gazetteer) -> Option<Candidate> {
    let before = n.first.checked_sub(1).map_or("", |b| article.word(b));
    let written = n.span.of(article.text);
    if before != "," || !WORDS.state_code.contains(&written) {
        return None;
    }
    let is_it = |r: &Region| r.iso == "US" && r.admin == written;
    let at = gazetteer.regions.iter().position(is_it)?;
    Some(Candidate {
        sense: Sense::Region(at as u16),
        weight: REGION_WEIGHT,
    })
}

/// How much more a sense must weigh than the next for a name to vote for it: ten times the people.
const CLEAR_LEAD: f32 = 1.0;

impl<'g> Support<'g> {
    /// Counts the countries and regions that an article speaks of. `senses` are the places that each of
    /// the `names` may mean, `dateline` is the country of the dateline.
    fn count(
        gazetteer: &'g Gazetteer,
        names: &[Name<'_>],
        senses: &[Vec<Candidate>],
        dateline: Option<&'g str>,
    ) -> Self {
        let mut support = Support::default();
        for (n, candidates) in names.iter().zip(senses) {
            let known = n.known.map(|k| &k.senses[..]).unwrap_or_default();
            if n.kind == NameType::Nationality {
                for &sense in known.iter().filter(|s| matches!(s, Sense::Demonym(_))) {
                    support.vote(lies_in(gazetteer, sense), 1.0);
                }
            }
            if let Some((sense, votes)) = clear_sense(candidates) {
                support.vote(lies_in(gazetteer, sense), votes);
                let is_new = support.sites.len() < MOST_SITES
                    && support.sites.iter().all(|(s, _)| *s != sense);
                let site = site(gazetteer, sense).filter(|_| is_new);
                support.sites.extend(site.map(|site| (sense, site)));
            }
        }
        if let Some(country) = dateline {
            support.vote((country, ""), DATELINE_SUPPORT);
        }
        support
    }

    /// How near a city lies to the nearest of the article's other places: 1 beside it, 0 far off.
    fn nearness(&self, gazetteer: &Gazetteer, sense: Sense) -> f32 {
        let Some(here) = site(gazetteer, sense) else {
            return 0.0;
        };
        let others = self.sites.iter().filter(|(other, _)| *other != sense);
        let distances = others.map(|(_, there)| distance(&here, there));
        let nearest = distances.fold(NEAR, f32::min);
        1.0 - nearest / NEAR
    }

    /// Adds votes to a country and its region, both empty for none.
    fn vote(&mut self, (iso, admin): (&'g str, &'g str), votes: f32) {
        if iso.is_empty() {
            return;
        }
        *self.countries.entry(iso).or_default() += votes;
        if !admin.is_empty() {
            *self.regions.entry((iso, admin)).or_default() += votes;
        }
    }
}

/// Where a city or a region lies; a country is too wide for it.
fn site(gazetteer: &Gazetteer, sense: Sense) -> Option<Location> {
    let (lat, lon) = match sense {
        Sense::City(c) => {
            let c = &gazetteer.cities[c as usize];
            (c.lat, c.lon)
        }
        Sense::Region(r) => {
            let r = &gazetteer.regions[r as usize];
            matches!(r.kind, "region" | "district" | "facility").then_some((r.lat, r.lon))?
        }
        _ => return None,
    };
    Some(Location { lat, lon })
}

/// Kilometres between two places, about: exact enough within some hundred.
fn distance(a: &Location, b: &Location) -> f32 {
    let across = (a.lon - b.lon) * a.lat.to_radians().cos();
    DEGREE * across.hypot(a.lat - b.lat)
}

/// The sense that a name votes for, and its votes: where it surely lies, and by half where it most likely
/// does.
fn clear_sense(candidates: &[Candidate]) -> Option<(Sense, f32)> {
    match candidates {
        [] => None,
        [one] => Some((one.sense, 1.0)),
        many => {
            let mut best = many.to_vec();
            best.sort_by(|a, b| b.weight.total_cmp(&a.weight));
            let clear = best[0].weight > best[1].weight + CLEAR_LEAD;
            clear.then_some((best[0].sense, 0.5))
        }
    }
}

/// The names of places of an article, resolved, one entity a place.
pub(crate) fn places(
    article: &ArticleText<'_>,
    names: &[Name<'_>],
    gazetteer: &Gazetteer,
    dateline: Option<&str>,
) -> Vec<Entity> {
    let senses_of = |n: &Name<'_>| match n.kind {
        NameType::Place if n.known.is_some() => candidates(gazetteer, n, n.span.of(article.text)),
        NameType::Place => state(article, n, gazetteer).into_iter().collect(),
        _ => Vec::new(),
    };
    let senses: Vec<Vec<Candidate>> = names.iter().map(senses_of).collect();
    let dateline = dateline.and_then(|d| gazetteer.country(d)).map(|c| c.iso);
    let support = Support::count(gazetteer, names, &senses, dateline);
    let chosen = resolve(article, names, &senses, &support, gazetteer);
    let mut found: Vec<Entity> = Vec::new();
    let mut index: HashMap<String, usize> = HashMap::new();
    for (i, n) in names.iter().enumerate() {
        if n.kind != NameType::Place {
            continue;
        }
        let written = tidy(n.span.of(article.text));
        let key = chosen[i].map_or_else(|| name_key(&written), |s| format!("={s:?}"));
        let at = *index.entry(key).or_insert_with(|| {
            found.push(place(gazetteer, &written, chosen[i]));
            found.len() - 1
        });
        found[at].mentions.push(mention(n.span, n.mention));
    }
    found
}

/// Whether the next name says where the place of name `i` lies: "Paris, Texas", "Georgia (U.S.)",
/// "Paris in Texas".
fn located_by_next(article: &ArticleText<'_>, names: &[Name<'_>], i: usize) -> bool {
    let n = &names[i];
    let Some(next) = names.get(i + 1) else {
        return false;
    };
    if !article.same_block(n.first, next.first) || next.kind != NameType::Place {
        return false;
    }
    let word = article.word(n.end);
    match next.first.saturating_sub(n.end) {
        1 if word == "," => ends_place(article, next.end),
        1 => matches!(word, "(" | "in"),
        2 => {
            word == "," && matches!(article.word(n.end + 1), "in" | "the")
                || word == "in" && article.word(n.end + 1) == "the"
        }
        3 => word == "," && article.word(n.end + 1) == "in",
        _ => false,
    }
}

/// Whether a place behind a comma is all that stands there: "in Paris, Texas, and", not "in Paris, US officials said".
fn ends_place(article: &ArticleText<'_>, end: usize) -> bool {
    let behind = article.tokens.get(end);
    behind.is_none_or(|t| {
        !article.same_block(end - 1, end)
            || t.kind != TokenKind::Word
            || WORDS.behind_place.contains(&article.word(end))
    })
}

/// The place that each name means, if it means one; `senses` are the places it may mean.
fn resolve(
    article: &ArticleText<'_>,
    names: &[Name<'_>],
    senses: &[Vec<Candidate>],
    support: &Support<'_>,
    gazetteer: &Gazetteer,
) -> Vec<Option<Sense>> {
    let mut chosen: Vec<Option<Sense>> = vec![None; names.len()];
    // one name means one place through an article: what was said beside it once holds everywhere
    let mut settled: HashMap<String, Sense> = HashMap::new();
    // a city of which it is said that it lies where none of that name is known
    let mut unknown = vec![false; names.len()];
    for (i, n) in names.iter().enumerate() {
        if senses[i].is_empty() || !located_by_next(article, names, i) {
            continue;
        }
        match inside(gazetteer, &senses[i], &senses[i + 1]) {
            Some(sense) => {
                settled
                    .entry(name_key(n.span.of(article.text)))
                    .or_insert(sense);
                chosen[i] = Some(sense);
            }
            None => {
                let is_city = |c: &Candidate| matches!(c.sense, Sense::City(_));
                let is_region = |c: &Candidate| matches!(c.sense, Sense::Region(_));
                let region = !senses[i + 1].is_empty() && senses[i + 1].iter().all(is_region);
                unknown[i] = region && senses[i].iter().all(is_city);
            }
        }
    }
    for (i, n) in names.iter().enumerate() {
        if chosen[i].is_some() || senses[i].is_empty() || unknown[i] {
            continue;
        }
        let key = name_key(n.span.of(article.text));
        if let Some(s) = settled.get(&key) {
            chosen[i] = Some(*s);
            continue;
        }
        // a region named after a city is the city's: "Springfield, Illinois" rules out the city of Illinois
        let after_city = i > 0
            && names[i - 1].kind == NameType::Place
            && !senses[i - 1].is_empty()
            && located_by_next(article, names, i - 1);
        let likeliest = likeliest(gazetteer, &senses[i], support, after_city);
        if let Some(sense) = likeliest.filter(|s| !is_far(gazetteer, *s, &senses[i], support)) {
            settled.insert(key, sense);
            chosen[i] = Some(sense);
        }
    }
    chosen
}

/// "Paris, Texas": the likeliest of `candidates` that lies in one of the `wanted` countries or regions.
fn inside(gazetteer: &Gazetteer, candidates: &[Candidate], wanted: &[Candidate]) -> Option<Sense> {
    let lies_inside = |c: &Candidate, w: &Candidate| {
        let (iso, admin) = lies_in(gazetteer, c.sense);
        let (wanted_iso, wanted_admin) = lies_in(gazetteer, w.sense);
        let narrower = match w.sense {
            Sense::Country(_) => !matches!(c.sense, Sense::Country(_)),
            Sense::Region(_) => wanted_admin.is_empty() || wanted_admin == admin,
            _ => false,
        };
        narrower && wanted_iso == iso && !iso.is_empty() && w.sense != c.sense
    };
    candidates
        .iter()
        .filter(|c| wanted.iter().any(|w| lies_inside(c, w)))
        .max_by(|a, b| a.weight.total_cmp(&b.weight))
        .map(|c| c.sense)
}

/// The likeliest of `candidates`; `after_city` says that the name tells where a city before it lies.
fn likeliest(
    gazetteer: &Gazetteer,
    candidates: &[Candidate],
    support: &Support<'_>,
    after_city: bool,
) -> Option<Sense> {
    let scored = candidates.iter().map(|c| {
        let of_city = after_city && !matches!(c.sense, Sense::City(_));
        let city_support = if of_city { COUNTRY_SUPPORT } else { 0.0 };
        (score(gazetteer, c, support) + city_support, c.sense)
    });
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(best.1)
}

/// How likely a name means a place, by its weight and what the article speaks of.
fn score(gazetteer: &Gazetteer, candidate: &Candidate, support: &Support<'_>) -> f32 {
    let (iso, admin) = lies_in(gazetteer, candidate.sense);
    let mentions = support.countries.get(iso);
    let mut score = candidate.weight;
    let of_country = COUNTRY_SUPPORT * mentions.map_or(0.0, |n| (1.0 + n).ln());
    score += match candidate.sense {
        Sense::City(_) => of_country.min(MOST_COUNTRY_SUPPORT),
        _ => of_country,
    };
    let in_region = !admin.is_empty() && support.regions.contains_key(&(iso, admin));
    let of_region = if in_region { REGION_SUPPORT } else { 0.0 };
    if let Sense::City(city) = candidate.sense {
        // what lies in a region lies near it, too
        let of_place = NEAR_SUPPORT * support.nearness(gazetteer, candidate.sense);
        score += of_place.max(of_region);
        let name = gazetteer.city_name(&gazetteer.cities[city as usize]);
        let is_seat = |country: &Country| country.seats.contains(&name);
        if gazetteer.country(iso).is_some_and(is_seat) {
            score += CAPITAL_SUPPORT;
        }
    } else {
        score += of_region;
    }
    score
}

/// Whether the likeliest of several places is a small city of a country that the article does not speak of, though it
/// speaks of others: chance finds a village of any name somewhere, and no place is said then.
fn is_far(
    gazetteer: &Gazetteer,
    sense: Sense,
    candidates: &[Candidate],
    support: &Support<'_>,
) -> bool {
    let Sense::City(city) = sense else {
        return false;
    };
    let (iso, _) = lies_in(gazetteer, sense);
    candidates.len() > 1
        && gazetteer.cities[city as usize].population < SMALL
        && !support.countries.is_empty()
        && !support.countries.contains_key(iso)
}

fn place(gazetteer: &Gazetteer, written: &str, sense: Option<Sense>) -> Entity {
    let mut e = entity(EntityType::Place, written.to_owned());
    match sense {
        Some(Sense::Country(c)) => {
            let c = &gazetteer.countries[c as usize];
            c.name.clone_into(&mut e.name);
            e.subtype = Some("country".to_owned());
            e.country = Some(c.iso.to_owned());
            e.links = Links {
                iso3166: Some(c.iso.to_owned()),
                ..Links::default()
            };
            e.location = Some(Location {
                lat: c.lat,
                lon: c.lon,
            });
        }
        Some(Sense::Region(r)) => {
            let r = &gazetteer.regions[r as usize];
            r.name.clone_into(&mut e.name);
            e.subtype = Some(r.kind.to_owned());
            e.country = (!r.iso.is_empty()).then(|| r.iso.to_owned());
            e.location = Some(Location {
                lat: r.lat,
                lon: r.lon,
            });
        }
        Some(Sense::City(c)) => {
            let c = &gazetteer.cities[c as usize];
            gazetteer.city_name(c).clone_into(&mut e.name);
            e.subtype = Some("city".to_owned());
            e.country = std::str::from_utf8(&c.iso).ok().map(str::to_owned);
            e.links = Links {
                geonames: Some(c.geonames),
                ..Links::default()
            };
            e.location = Some(Location {
                lat: c.lat,
                lon: c.lon,
            });
        }
        _ => {
            e.subtype = facility(written).map(str::to_owned);
        }
    }
    e
}

/// What the last or first word of an unlisted place says of it.
fn facility(written: &str) -> Option<&'static str> {
    let key = name_key(written);
    let words: Vec<&str> = key.split(' ').collect();
    let said_by = |w: &&str| SUBTYPES.iter().find(|(_, list)| list.contains(w));
    let subtype = words
        .last()
        .and_then(said_by)
        .or_else(|| words.first().and_then(said_by))?;
    Some(subtype.0)
}

/// The subtypes that a word of a place's name may tell, with the words of each.
static SUBTYPES: LazyLock<[(&str, List); 5]> = LazyLock::new(|| {
    [
        ("facility", WORDS.facility),
        ("region", WORDS.region),
        ("water", WORDS.water),
        ("area", WORDS.area),
        ("city", WORDS.city),
    ]
});

/// The `names`, and for each that is an organisation by the name of a place, a team or a government, the same name as
/// a metonym of the place: "England beat India".
pub(crate) fn with_metonyms<'g>(names: &[Name<'g>], gazetteer: &Gazetteer) -> Vec<Name<'g>> {
    let mut all = Vec::with_capacity(names.len());
    for n in names {
        all.push(n.clone());
        let senses = n.known.map(|k| &k.senses[..]).unwrap_or_default();
        // a firm that is called as some small town is no metonym of it: Mercedes, Texas
        let is_place = |s: &Sense| match s {
            Sense::Country(_) | Sense::Region(_) => true,
            Sense::City(c) => gazetteer.cities[*c as usize].population >= LARGE_CITY_POPULATION,
            _ => false,
        };
        let is_listed = senses.iter().any(|s| matches!(s, Sense::Organization(_)));
        if n.kind == NameType::Organization && !is_listed && senses.iter().any(is_place) {
            all.push(Name {
                kind: NameType::Place,
                mention: MentionKind::Metonym,
                sureness: None,
                ..n.clone()
            });
        }
    }
    all
}

/// Whether a name is the object of a verb that moves governments: "urged Moscow", not "urged Moscow's".
fn is_moved(article: &ArticleText<'_>, n: &Name<'_>) -> bool {
    let verb = n.first.checked_sub(1).map_or("", |b| article.word(b));
    WORDS.moves_government.contains(&verb) && !is_possessive(article.word(n.end))
}

/// Marks capitals that stand for their government as metonyms: the object of a verb that moves
/// governments, in copy that names the country too.
pub(crate) fn mark_metonyms(
    article: &ArticleText<'_>,
    names: &mut [Name<'_>],
    gazetteer: &Gazetteer,
) {
    let mut countries: Vec<u16> = names
        .iter()
        .filter_map(|n| n.known)
        .flat_map(|k| k.senses.iter())
        .filter_map(|s| match s {
            Sense::Country(c) => Some(*c),
            _ => None,
        })
        .collect();
    countries.sort_unstable();
    countries.dedup();
    for n in names.iter_mut() {
        let written = n.span.of(article.text);
        let is_seat = |c: &u16| gazetteer.countries[*c as usize].seats.contains(&written);
        // The model may have seen the government in it already.
        let fits = matches!(n.kind, NameType::Place | NameType::Organization);
        let is_name = fits && n.mention == MentionKind::Name;
        if is_name && is_moved(article, n) && countries.iter().any(is_seat) {
            n.kind = NameType::Place;
            n.mention = MentionKind::Metonym;
        }
    }
}

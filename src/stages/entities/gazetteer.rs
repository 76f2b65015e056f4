//! The names the world is written with: countries and what their people are called, regions, cities,
//! organisations. Built once from the tables under `config/gazetteers`.

use std::io::Read;
use std::sync::LazyLock;

use super::hash::{self, HashedMap};
use crate::text::data::{DataFile, data_file};
use crate::text::table::{Row, rows};
use crate::text::{Span, Token, tokens::tokenize};

/// Kinds of names, as bits of [`ListedName::kinds`].
pub(super) mod kind {
    pub(crate) const COUNTRY: u16 = 1;
    /// Nationalities, and groups written like them.
    pub(crate) const DEMONYM: u16 = 2;
    pub(crate) const REGION: u16 = 4;
    /// Continents, seas, parts of the world, famous squares.
    pub(crate) const AREA: u16 = 8;
    /// City over 200,000 people, or a capital.
    pub(crate) const LARGE_CITY: u16 = 16;
    pub(crate) const CITY: u16 = 32;
    pub(crate) const ORGANIZATION: u16 = 64;
    pub(crate) const GROUP: u16 = 128;
}

/// Population from which a city counts as large; what worldwide copy names without its country.
pub(super) const LARGE_CITY_POPULATION: u32 = 200_000;

/// Longest name in tokens that is looked for: "Saint Vincent and the Grenadines" has five, names with
/// hyphens and points a few more.
pub(super) const LONGEST_NAME: usize = 7;

/// Bytes of a short form in capitals, `US` or `U.A.E`: written otherwise it is a word.
const SHORT_FORM: usize = 5;

/// What a name can stand for: an index into one of the gazetteer's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    Country(u16),
    Demonym(u16),
    Region(u16),
    City(u32),
    Organization(u16),
    Group,
}

/// Most tokens of a country in front of the name of one of its bodies: "United States Forest Service".
const COUNTRY_TOKENS: usize = 2;

#[derive(Debug)]
pub(super) struct Country {
    pub iso: &'static str,
    pub name: &'static str,
    /// Capitals and seats of government that stand for it.
    pub seats: Vec<&'static str>,
    pub lat: f32,
    pub lon: f32,
}

#[derive(Debug)]
pub(super) struct Region {
    pub name: &'static str,
    /// ISO 3166 code of its country, or empty.
    pub iso: &'static str,
    /// `region`, `continent`, `area`, `water`, `district`, `facility`.
    pub kind: &'static str,
    /// GeoNames' first-level code, where cities carry it.
    pub admin: &'static str,
    pub lat: f32,
    pub lon: f32,
}

#[derive(Debug)]
pub(super) struct City {
    pub name: Span,
    pub iso: [u8; 2],
    pub admin: Span,
    pub population: u32,
    pub lat: f32,
    pub lon: f32,
    pub geonames: u32,
}

#[derive(Debug)]
pub(super) struct Organization {
    pub name: &'static str,
    pub subtype: &'static str,
    pub iso: &'static str,
}

/// What is known of one name.
#[derive(Debug, Clone, Default)]
pub(super) struct ListedName {
    /// Bits of [`kind`]; 0 for what is only the beginning of a longer name.
    pub kinds: u16,
    /// A longer name begins with this one.
    longer: bool,
    /// Short capitals (`US`, `IS`) must be written so: the hash of the exact form.
    exact: u64,
    pub senses: Vec<Sense>,
}

#[derive(Debug)]
pub(super) struct Gazetteer {
    names: HashedMap<ListedName>,
    pub countries: Vec<Country>,
    pub regions: Vec<Region>,
    pub cities: Vec<City>,
    pub organizations: Vec<Organization>,
    city_text: String,
}

fn several(field: &str) -> impl Iterator<Item = &str> {
    field.split('|').map(str::trim).filter(|x| !x.is_empty())
}

/// Countries, regions, organisations, groups of people, cities.
pub(super) const FILES: [DataFile<'static>; 5] = [
    data_file!("gazetteers/countries.tsv"),
    data_file!("gazetteers/regions.tsv"),
    data_file!("gazetteers/organisations.tsv"),
    data_file!("gazetteers/groups.tsv"),
    data_file!("gazetteers/cities.tsv.gz"),
];

impl Gazetteer {
    /// The gazetteer compiled in, built on first use.
    pub(super) fn get() -> &'static Gazetteer {
        static BUILT: LazyLock<Gazetteer> = LazyLock::new(Gazetteer::build);
        &BUILT
    }

    fn build() -> Gazetteer {
        let mut g = Gazetteer {
            names: HashedMap::default(),
            countries: Vec::new(),
            regions: Vec::new(),
            cities: Vec::new(),
            organizations: Vec::new(),
            city_text: String::new(),
        };
        let [countries, regions, organisations, groups, cities] = FILES;
        rows(countries.path, countries.text()).for_each(|row| g.add_country(&row));
        rows(regions.path, regions.text()).for_each(|row| g.add_region(&row));
        rows(organisations.path, organisations.text()).for_each(|row| g.add_organization(&row));
        for row in rows::<2>(groups.path, groups.text()) {
            g.add(row.columns[0], kind::DEMONYM | kind::GROUP, Sense::Group);
        }
        g.add_cities(cities);
        g
    }

    fn add_country(&mut self, row: &Row<'static, 8>) {
        let [iso, _, name, others, demonyms, seats, ..] = row.columns;
        let at = self.countries.len() as u16;
        for n in several(name).chain(several(others)) {
            self.add(n, kind::COUNTRY, Sense::Country(at));
        }
        for n in several(demonyms) {
            self.add(n, kind::DEMONYM, Sense::Demonym(at));
        }
        self.countries.push(Country {
            iso,
            name,
            seats: several(seats).collect(),
            lat: row.number(6),
            lon: row.number(7),
        });
    }

    fn add_region(&mut self, row: &Row<'static, 7>) {
        let [name, others, iso, kind, _, _, admin] = row.columns;
        let at = self.regions.len() as u16;
        let bits = match kind {
            "region" | "district" => kind::REGION,
            _ => kind::AREA,
        };
        for n in several(name).chain(several(others)) {
            self.add(n, bits, Sense::Region(at));
        }
        self.regions.push(Region {
            name,
            iso,
            kind,
            admin,
            lat: row.number(4),
            lon: row.number(5),
        });
    }

    fn add_organization(&mut self, row: &Row<'static, 4>) {
        let [name, others, subtype, iso] = row.columns;
        let at = self.organizations.len() as u16;
        for n in several(name).chain(several(others)) {
            self.add(n, kind::ORGANIZATION, Sense::Organization(at));
        }
        self.organizations.push(Organization { name, subtype, iso });
    }

    fn add_cities(&mut self, file: DataFile<'static>) {
        let mut text = String::new();
        flate2::read::GzDecoder::new(file.bytes())
            .read_to_string(&mut text)
            .unwrap_or_else(|e| panic!("{}: {e}", file.path));
        let base = text.as_ptr() as usize;
        let place = |s: &str| {
            let at = s.as_ptr() as usize - base;
            Span::new(at, at + s.len())
        };
        let mut found = Vec::new();
        for row in rows::<8>(file.path, &text) {
            let [name, others, iso, admin, ..] = row.columns;
            let &[first, second] = iso.as_bytes() else {
                row.fault("not two letters for the country");
            };
            let population = row.number(4);
            let at = self.cities.len() as u32;
            let bits = if population >= LARGE_CITY_POPULATION {
                kind::LARGE_CITY | kind::CITY
            } else {
                kind::CITY
            };
            found.push((place(name), bits, at));
            for other in several(others) {
                found.push((place(other), bits, at));
            }
            self.cities.push(City {
                name: place(name),
                iso: [first, second],
                admin: place(admin),
                population,
                lat: row.number(5),
                lon: row.number(6),
                geonames: row.number(7),
            });
        }
        self.names.reserve(found.len());
        for (name, bits, at) in found {
            self.add(name.of(&text), bits, Sense::City(at));
        }
        self.city_text = text;
    }

    fn add(&mut self, name: &str, bits: u16, sense: Sense) {
        let tokens = tokenize(name, std::iter::once(Span::new(0, name.len())));
        let mut key = 0;
        let mut exact = 0;
        let last = tokens.len().saturating_sub(1);
        for (i, t) in tokens.iter().enumerate().take(LONGEST_NAME) {
            key = hash::fold(key, hash::lower(t.of(name)));
            exact = hash::fold(exact, hash::bytes(t.of(name).as_bytes()));
            let entry = self.names.entry(key).or_default();
            if i < last {
                entry.longer = true;
            } else {
                let short_capitals =
                    name.len() <= SHORT_FORM && !name.chars().any(char::is_lowercase);
                if entry.kinds == 0 {
                    entry.exact = if short_capitals { exact } else { 0 };
                } else if !short_capitals {
                    entry.exact = 0;
                }
                entry.kinds |= bits;
                entry.senses.push(sense);
            }
        }
    }

    /// The longest name that begins at token `at`: its length in tokens and what is known of it.
    /// `lower` and `exact` are the tokens' hashes; `capitals` says that the whole line is in capitals.
    pub(super) fn longest(
        &self,
        at: usize,
        end: usize,
        lower: impl Fn(usize) -> u64,
        exact: impl Fn(usize) -> u64,
        capitals: bool,
    ) -> Option<(usize, &ListedName)> {
        let mut key = 0;
        let mut form = 0;
        let mut best = None;
        for i in at..end.min(at + LONGEST_NAME) {
            key = hash::fold(key, lower(i));
            form = hash::fold(form, exact(i));
            let Some(entry) = self.names.get(&key) else {
                break;
            };
            let cased = entry.exact == 0 || entry.exact == form || capitals && i > at;
            if entry.kinds != 0 && cased {
                best = Some((i + 1 - at, entry));
            }
            if !entry.longer {
                break;
            }
        }
        best
    }

    /// What is known of exactly the name these tokens make.
    pub(super) fn look_up_tokens(&self, text: &str, tokens: &[Token]) -> Option<&ListedName> {
        if tokens.is_empty() || tokens.len() > LONGEST_NAME {
            return None;
        }
        let mut key = 0;
        let mut form = 0;
        for t in tokens {
            key = hash::fold(key, hash::lower(t.of(text)));
            form = hash::fold(form, hash::bytes(t.of(text).as_bytes()));
        }
        self.names
            .get(&key)
            .filter(|e| e.kinds != 0 && (e.exact == 0 || e.exact == form))
    }

    /// The country whose people a name stands for: France for "French".
    pub(super) fn country_of_people(&self, name: &ListedName) -> Option<&Country> {
        name.senses.iter().find_map(|s| match s {
            Sense::Demonym(c) => Some(&self.countries[*c as usize]),
            _ => None,
        })
    }

    /// The code of the country that a place is or lies in: a country, a region, or a large city.
    pub(super) fn country_of_place(&self, name: &ListedName) -> Option<&str> {
        let large = |c: &&City| c.population >= LARGE_CITY_POPULATION;
        let country = name.senses.iter().find_map(|s| match s {
            Sense::Country(c) => Some(self.countries[*c as usize].iso),
            _ => None,
        });
        let cities = name.senses.iter().filter_map(|s| match s {
            Sense::City(c) => Some(&self.cities[*c as usize]),
            _ => None,
        });
        let city = || cities.filter(large).max_by_key(|c| c.population);
        let of_city = || std::str::from_utf8(&city()?.iso).ok();
        let region = || {
            name.senses.iter().find_map(|s| match s {
                Sense::Region(r) => {
                    Some(self.regions[*r as usize].iso).filter(|iso| !iso.is_empty())
                }
                _ => None,
            })
        };
        country.or_else(of_city).or_else(region)
    }

    /// The organisation that a name stands for.
    pub(super) fn organization(&self, name: &ListedName) -> Option<&Organization> {
        name.senses.iter().find_map(|s| match s {
            Sense::Organization(o) => Some(&self.organizations[*o as usize]),
            _ => None,
        })
    }

    /// The organisation that tokens name, or name behind its own country: "U.S. Food and Drug Administration".
    pub(super) fn organization_named(&self, text: &str, tokens: &[Token]) -> Option<&Organization> {
        let named = |tokens| self.organization(self.look_up_tokens(text, tokens)?);
        named(tokens).or_else(|| {
            let (country, rest) = self.behind_country(text, tokens)?;
            named(rest).filter(|o| o.iso == country.iso)
        })
    }

    /// The country at the front of a name, and what stands behind it: two tokens or more.
    pub(super) fn behind_country<'t>(
        &self,
        text: &str,
        tokens: &'t [Token],
    ) -> Option<(&Country, &'t [Token])> {
        (1..=COUNTRY_TOKENS).rev().find_map(|n| {
            let (front, rest) = tokens
                .split_at_checked(n)
                .filter(|(_, rest)| rest.len() > 1)?;
            let senses = self.look_up_tokens(text, front)?.senses.iter();
            let country = senses.into_iter().find_map(|s| match s {
                Sense::Country(c) => Some(&self.countries[*c as usize]),
                _ => None,
            })?;
            Some((country, rest))
        })
    }

    /// The usual name of the organisation that is called `name`.
    pub(super) fn usual_name(&self, name: &str) -> Option<&'static str> {
        let tokens = tokenize(name, std::iter::once(Span::new(0, name.len())));
        self.organization_named(name, &tokens).map(|o| o.name)
    }

    pub(super) fn city_name(&self, city: &City) -> &str {
        city.name.of(&self.city_text)
    }

    pub(super) fn city_admin(&self, city: &City) -> &str {
        city.admin.of(&self.city_text)
    }

    pub(super) fn country(&self, iso: &str) -> Option<&Country> {
        self.countries.iter().find(|c| c.iso == iso)
    }
}

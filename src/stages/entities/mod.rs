//! People, organisations, places and other names: who and where.
//!
//! ```text
//! tokens ─ recognise/   what is seen of each token → features → model, twice over the article → labels
//!        ─ context      what the words beside a name say against the model
//!        ─ repeated     what the article says of the same name elsewhere
//!        ─ dateline     what a dateline names is a place
//!        ─ mentions     labels → names in the text
//!        ─ others       events, products, works and laws told apart
//!        ─ link/        names → entities: people, organisations, places resolved, other names;
//!                       mentions without a name; salience, confidence and focus
//! ```
//!
//! Beside these: `gazetteer` (the tables of `config/gazetteers`), `lexicon` and `model` (the file
//! `config/models/entities.model`), and `train`, which makes that file.

mod context;
mod corrections;
mod dateline;
mod gazetteer;
mod labels;
mod lexicon;
mod link;
mod lists;
mod mentions;
mod model;
mod others;
mod recognise;
mod repeated;
pub mod train;

use std::sync::LazyLock;

pub(super) use link::coreference::{is_office, is_person_noun, nouns_for};
pub(super) use link::institutions::may_be_called;
pub(super) use link::titles::{is_in_a_firm, may_hold, noun_phrase};
pub use model::Model;

use self::gazetteer::Gazetteer;
use self::link::{ArticleText, confidence, coreference, focus, institutions, titles, wikidata};
use super::{Entities, Given, Outcome, Sentences, Stage, StageError, StageOutput, Syntax};
use crate::intake::Article;
use crate::pipeline::Budget;
use crate::record::{Author, AuthorRole, EntityType, Flag, Language};
use crate::text::data::Data;
use crate::text::word_lists::word_lists;
use crate::text::{Tokens, feature_hash as hash};

pub struct EntitiesStage;

word_lists! {
    /// See the comments in the file.
    WORDS "entities/words.tsv" {
        title,
        honorific,
        suffix,
        man,
        woman,
        subject_verb,
        legal_form,
        company,
        government,
        court,
        party,
        university,
        media,
        club,
        ngo,
        religious,
        no_initial,
        facility,
        region,
        water,
        area,
        city,
        behind_place,
        moves_government,
        modifier,
        language_cue,
        unit,
        sport,
        joiner,
        inner,
        says,
        says_helper,
        restricts,
        work_noun,
        work_kind,
        makes,
        player,
        natural,
        rank,
        firm_noun,
        firm_general,
        newspaper,
        korean,
        firm_share,
        firm_staff,
        firm_verb,
        firm_post,
        firm_end,
        building,
        state_code,
        planet,
        planet_lead,
        people_of,
        product,
        competition,
        team_result,
        team_beats,
        team_lifts,
        team_passes,
        event_end,
        firm_object,
        team_verb,
        team_score,
        venue,
        street,
        invested,
        where_at,
        person_verb,
        person_noun,
        parent,
        man_noun,
        woman_noun,
        office,
        title_word,
        title_prefix,
        title_loose,
        relative,
    }
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    Gazetteer::get();
    Model::get();
    load();
    LazyLock::force(&mentions::NO_NAMES);
    LazyLock::force(&titles::ROLES);
    LazyLock::force(&coreference::HEADS);
    LazyLock::force(&institutions::NOUNS);
    LazyLock::force(&wikidata::ITEMS);
    LazyLock::force(&confidence::SHARES);
    let [countries, regions, organisations, groups, cities] = gazetteer::FILES;
    Data::of(&[
        model::FILE,
        countries,
        regions,
        organisations,
        groups,
        cities,
        mentions::NO_NAMES_FILE,
        titles::ROLES_FILE,
        coreference::HEADS_FILE,
        institutions::FILE,
        wikidata::FILE,
        confidence::FILE,
        FILE,
    ])
});

impl Stage for EntitiesStage {
    type Reads = (Tokens, Sentences, Syntax, Language);
    type Finds = Entities;

    fn data(&self) -> Option<&Data> {
        Some(&DATA)
    }

    fn run(
        &self,
        article: &Article,
        (tokens, sentences, syntax, language): Given<'_, Self>,
        budget: &Budget,
    ) -> Result<Outcome<Entities>, StageError> {
        let Some(tokens) = tokens.filter(|t| !t.is_empty()) else {
            return Ok(Outcome::Skipped("no tokens"));
        };
        let model = Model::get();
        let gazetteer = Gazetteer::get();
        let text = &article.text;
        let seen = recognise::observe::observe(text, tokens, &model.lexicon, gazetteer);
        if budget.spent() {
            return Err(StageError::TimedOut);
        }
        let mut flags = Vec::new();
        let mut found = None;
        let mut said = context::Said::default();
        let mut labels = if super::is_unsupported(language, tokens) {
            flags.push(Flag::UNSUPPORTED_LANGUAGE);
            lists::recognise(&seen, gazetteer)
        } else {
            let read = found.insert(recognise::recognise(&seen, model, budget)?);
            let mut labels = read.labels.clone();
            corrections::correct(&seen, &mut labels, gazetteer);
            said = context::correct(text, tokens, &seen, &mut labels);
            repeated::correct(text, tokens, &seen, &mut labels);
            labels
        };
        let dateline_place = dateline::place(article);
        if let Some(place) = dateline_place {
            dateline::correct(article, tokens, &mut labels, place, gazetteer);
        }
        let mut names =
            mentions::names_of(text, tokens, &labels, gazetteer, &said, |name, kind| {
                found.as_ref()?.sureness(&seen, model, name, kind)
            });
        others::sort(&seen, model, &mut names);
        for n in names.iter_mut().filter(|n| said.works.contains(&n.first)) {
            n.other = Some(EntityType::Work);
        }
        let article_text = ArticleText {
            text,
            tokens,
            sentences: sentences.map(|s| &s[..]).unwrap_or_default(),
            syntax,
        };
        let supplied = article.supplied.dateline.as_ref();
        let supplied = supplied.and_then(|d| d.country.as_deref());
        let given = link::Given {
            country: supplied,
            author: author(article),
        };
        let entities = link::link(&article_text, names, given, gazetteer, &model.lexicon);
        let dateline_country = supplied.map(str::to_owned).or_else(|| {
            let Some(place) = dateline_place else {
                return dateline::country_given(article, gazetteer);
            };
            let well_known = dateline::is_well_known(text, tokens, place, gazetteer);
            dateline::country(&entities, place, well_known)
        });
        let focus = focus::focus(&entities, dateline_country.as_deref());
        Ok(Outcome::Found(StageOutput {
            finding: Entities {
                entities,
                focus,
                dateline_country,
            },
            flags,
        }))
    }
}

/// The author of an article with one writer: who says "I" in it.
fn author(article: &Article) -> Option<&str> {
    let writes = |a: &&Author| a.role == AuthorRole::Writer;
    let mut writers = article.supplied.authors.iter().filter(writes);
    let author = writers.next()?;
    writers.next().is_none().then_some(&author.name)
}

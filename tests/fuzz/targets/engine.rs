//! The whole way: any message, in an envelope or not, to its records in all their outputs.
#![no_main]

use std::ops::ControlFlow;
use std::sync::LazyLock;
use std::time::Duration;

use copydesk::engine::Engine;
use copydesk::intake::{Hints, Settings};
use copydesk::pipeline::Deadlines;
use copydesk::record::{EnrichedArticle, Ingest, StageStatus, ninjs};
use copydesk::stages::{StageSettings, registry};
use copydesk::text::Span;
use libfuzzer_sys::fuzz_target;

/// No stage runs out of time here: what takes long is the fuzzer's own time limit to find.
static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let long = Duration::from_secs(3600);
    let deadlines = Deadlines {
        stage: long,
        article: long,
        ..Deadlines::default()
    };
    let settings = Settings::default();
    Engine::with_stages(registry(&StageSettings { outlets: settings.outlets.clone(), ..StageSettings::default() }), settings, deadlines)
        .expect("the stages fit together")
});

fuzz_target!(|bytes: &[u8]| {
    let _ = ENGINE.enrich(
        bytes,
        &Hints::default(),
        &Ingest::default(),
        &mut |record| {
            hold(&record);
            let _ = (ninjs::item(&record), ninjs::sidecar(&record));
            ControlFlow::Continue(())
        },
    );
});

fn hold(record: &EnrichedArticle) {
    for stage in &record.stages {
        let went = matches!(stage.status, StageStatus::Ok | StageStatus::Skipped);
        assert!(went, "{stage:?}");
    }
    let content = &record.content;
    let length = content.text.chars().count() as u32;
    let within = |span: Span| assert!(span.start < span.end && span.end <= length, "{span:?}");
    let ordered = |spans: &mut dyn Iterator<Item = Span>| {
        let mut end = 0;
        for span in spans {
            within(span);
            assert!(end <= span.start, "{span:?} begins before {end}");
            end = span.end;
        }
    };
    ordered(&mut content.blocks.iter().map(|b| b.span()));
    ordered(&mut content.sentences.iter().copied());
    ordered(
        &mut record
            .times
            .iter()
            .map(|t| (t.start as usize..t.end as usize).into()),
    );
    ordered(
        &mut record
            .amounts
            .iter()
            .map(|a| (a.start as usize..a.end as usize).into()),
    );
    for (number, amount) in record.amounts.iter().enumerate() {
        assert!(amount.same_as.is_none_or(|other| (other as usize) < number));
        assert!(
            amount
                .of
                .is_none_or(|of| of.start < of.end && of.end <= length)
        );
        for value in [
            amount.value,
            amount.value_to,
            amount.si_value,
            amount.implied_rate,
        ] {
            assert!(value.is_none_or(f64::is_finite), "{amount:?}");
        }
    }
    for quote in &record.quotes {
        within(quote.content);
        quote.cue.into_iter().for_each(within);
        quote.source.into_iter().for_each(within);
        let known = |id: &String| record.entities.iter().any(|e| e.id == *id);
        assert!(quote.speaker.as_ref().is_none_or(known), "{quote:?}");
    }
    for entity in &record.entities {
        assert!(!entity.mentions.is_empty(), "{entity:?}");
        ordered(&mut entity.mentions.iter().map(|m| m.span()));
        assert!(
            entity.salience.is_none_or(|s| (0.0..=1.0).contains(&s)),
            "{entity:?}"
        );
    }
}

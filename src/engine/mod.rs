//! The engine: one message's way from bytes to records, whatever brings the message and takes the records.
//!
//! [`Engine::enrich`] does it on the caller's thread; [`Engine::work`] on a thread of a pool, where a
//! reader or a stage that hangs costs its own article at most: the stage is recorded as timed out, the
//! article is finished on the thread that takes the place of the one that hangs, and what follows in the
//! same message is read again from there.
//!
//! An article that only waits for calls of its stages holds no thread: reading goes on to the next article of
//! the message, and the records still go out in the order of the articles. See [`message`].

mod article;
mod assemble;
#[cfg(feature = "failpoints")]
mod failpoint;
mod ids;
mod in_order;
mod message;
mod remembering;
mod waiting;

use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

pub use article::finish;
pub use in_order::{Event, InOrder, Render};
pub use message::{Message, Room, Sink};
use sha2::{Digest, Sha256};

use crate::intake;
use crate::intake::decode::envelope;
use crate::intake::{Hints, ReadError};
use crate::memory::{Log, RecordedLink};
use crate::pipeline::{
    self, Calls, Deadlines, Graph, PoolHandle, Progress, Run, StepReport, StepStatus,
};
use crate::record::{EnrichedArticle, Ingest, StageReport, StageStatus};
use crate::stages::{AnyStage, Disabled, Known, StageSettings, registry};
use crate::text::SharedText;
use article::cleaned;
use assemble::assemble;
use ids::Ids;
use message::ArticleRun;
use remembering::FOREVER;
pub use remembering::MEMORY;
use waiting::Waiting;

/// How long past its time a reader or stage may go before its thread is written off: a well-behaved
/// one asks its budget every few milliseconds, so this is some twenty times what it needs.
const GRACE: Duration = Duration::from_millis(100);

/// Everything needed to enrich articles: the stages with their data, and how documents are read.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    stages: Arc<[Box<dyn AnyStage>]>,
    graph: Arc<Graph>,
    settings: intake::Settings,
    /// What `provenance` says of the reading and the cleaning.
    reading: String,
    deadlines: Deadlines,
    limits: Arc<pipeline::Limits>,
    /// Where articles are remembered across processes: the step after all stages, if there is one.
    memory: Option<Arc<dyn Log>>,
    /// Where the calls of stages wait; none when no stage makes calls. Held so that it runs.
    _waiting: Option<Waiting>,
}

impl Engine {
    /// An engine with all stages of the registry and the usual deadlines.
    ///
    /// # Errors
    /// As for [`Engine::with_stages`].
    pub fn new(settings: intake::Settings) -> anyhow::Result<Self> {
        let stages = registry(&StageSettings {
            outlets: Arc::clone(&settings.outlets),
            ..StageSettings::default()
        });
        Engine::with_stages(stages, settings, Deadlines::default())
    }

    /// An engine as the configuration wants it.
    ///
    /// # Errors
    /// As for [`Engine::with_stages`].
    pub fn configured(settings: &crate::config::Settings) -> anyhow::Result<Self> {
        let off = |name: &str| settings.stages.disabled.iter().any(|d| d == name);
        let stages = registry(&settings.stage_settings())
            .into_iter()
            .map(|stage| {
                if off(stage.name()) {
                    Box::new(Disabled(stage))
                } else {
                    stage
                }
            });
        let stages: Vec<_> = stages.collect();
        #[cfg(feature = "failpoints")]
        let stages = [stages, failpoint::stages()]
            .into_iter()
            .flatten()
            .collect();
        let deadlines = settings.pipeline.deadlines.clone();
        Engine::with_stages(stages, settings.intake.clone(), deadlines)
    }

    /// An engine with stages of the caller's choice.
    ///
    /// # Errors
    /// When a stage reads another that is not there, they read each other in a circle, or the system gives
    /// no thread for their calls to wait on.
    pub fn with_stages(
        stages: Vec<Box<dyn AnyStage>>,
        settings: intake::Settings,
        deadlines: Deadlines,
    ) -> anyhow::Result<Self> {
        Engine::build(stages.into(), settings, deadlines, None)
    }

    /// The same engine with a memory across articles that many processes share: the last step of the work on an
    /// article waits for what `log` decides of it, holding no thread, and for as long as that takes.
    ///
    /// # Errors
    /// As for [`Engine::with_stages`].
    pub fn remembering(&self, log: Arc<dyn Log>) -> anyhow::Result<Self> {
        let inner = &self.inner;
        let (settings, deadlines) = (inner.settings.clone(), inner.deadlines.clone());
        Engine::build(Arc::clone(&inner.stages), settings, deadlines, Some(log))
    }

    fn build(
        stages: Arc<[Box<dyn AnyStage>]>,
        settings: intake::Settings,
        deadlines: Deadlines,
        memory: Option<Arc<dyn Log>>,
    ) -> anyhow::Result<Self> {
        // To ask for its data loads a stage, so that the first article does not wait for it.
        for stage in &*stages {
            stage.data();
        }
        let all: Vec<&str> = stages.iter().map(|s| s.name()).collect();
        let mut steps: Vec<(&str, &[&str])> =
            stages.iter().map(|s| (s.name(), s.reads())).collect();
        steps.extend(memory.is_some().then_some((MEMORY, &*all)));
        let graph = Arc::new(Graph::new(&steps)?);
        let time = |name: &str| {
            deadlines
                .stages
                .get(name)
                .copied()
                .unwrap_or(deadlines.stage)
        };
        // As many articles wait for the memory as are in flight: there is no other bound.
        let remembers = memory.is_some().then_some((FOREVER, Some(usize::MAX)));
        let of_stages = stages.iter().map(|s| (time(s.name()), s.calls()));
        let limits_of: Vec<_> = of_stages.chain(remembers).collect();
        let waits = limits_of.iter().any(|(_, calls)| calls.is_some());
        let waiting = waits.then(Waiting::start).transpose()?;
        let calls = |most: Option<usize>| {
            let (runtime, most) = waiting.as_ref().zip(most)?;
            Some(Calls::new(runtime.handle(), most))
        };
        let limits = Arc::new(pipeline::Limits {
            steps: limits_of.iter().map(|(time, _)| *time).collect(),
            whole: deadlines.article,
            grace: GRACE,
            calls: limits_of.iter().map(|(_, most)| calls(*most)).collect(),
        });
        let data = settings.data();
        Ok(Engine {
            inner: Arc::new(Inner {
                stages,
                graph,
                settings,
                reading: format!("intake/1 + data {}", data.digest),
                deadlines,
                limits,
                memory,
                _waiting: waiting,
            }),
        })
    }

    pub fn stages(&self) -> &[Box<dyn AnyStage>] {
        &self.inner.stages
    }

    /// Enriches every article in one message on this thread and hands each record to `emit`. Blocks while
    /// stages wait: not for a thread of tokio's.
    ///
    /// # Errors
    /// When the message, or what follows the records already emitted, cannot be read.
    pub fn enrich(
        &self,
        message: &[u8],
        hints: &Hints,
        ingest: &Ingest,
        emit: &mut dyn FnMut(EnrichedArticle) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let mut next = || ControlFlow::Continue(());
        let names = Names {
            ids: &OnceLock::new(),
            next: &mut next,
        };
        self.inner
            .read(message, hints, ingest, names, &mut |known, ingest| {
                let run = self.inner.run(known, ingest, None);
                match run.finish(None) {
                    Progress::Finished(reports) => emit(self.inner.record(&run.work, reports).0),
                    // Only with a pool.
                    Progress::Parked | Progress::WrittenOff | Progress::Abandoned => {
                        ControlFlow::Break(())
                    }
                }
            })
    }

    /// The decoded document of every article in one message, in their order: what `content.segments` of a record
    /// points into. Articles of one document share it.
    ///
    /// # Errors
    /// When the message, or what follows the articles before, cannot be read.
    pub fn decoded(&self, message: &[u8], hints: &Hints) -> Result<Vec<SharedText>, ReadError> {
        let settings = &self.inner.settings;
        let (document, hints) = envelope::open(message, hints, &settings.fields)?;
        let mut all = Vec::new();
        intake::read(&document, &hints, settings, &mut |draft| {
            all.push(draft.raw);
            ControlFlow::Continue(())
        })?;
        Ok(all)
    }

    /// Enriches every article in one message; `sink` takes what comes of it.
    ///
    /// To be called by a job of `pool`. When it returns, `sink` is done, or others go on: a thread in place of
    /// this one, which has been written off, or whichever is free when what the articles wait for has come.
    pub fn work(&self, pool: &PoolHandle, message: Message, sink: Box<dyn Sink>) {
        message::work(&self.inner, pool, message, sink);
    }
}

/// The reading of a message for the names of its articles.
struct Names<'n> {
    /// What it found; a message that is read again is not read for names again.
    ids: &'n OnceLock<Ids>,
    /// Asked before each article whether to go on.
    next: &'n mut dyn FnMut() -> ControlFlow<()>,
}

impl Inner {
    /// Reads a message and hands on each article in it with what is known of its coming.
    fn read(
        &self,
        message: &[u8],
        hints: &Hints,
        ingest: &Ingest,
        names: Names<'_>,
        each: &mut dyn FnMut(Known, Ingest) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let (document, mut hints) = envelope::open(message, hints, &self.settings.fields)?;
        let ids = names
            .ids
            .get_or_init(|| Ids::of(&document, &hints, &self.settings, names.next));
        hints.several = ids.several;
        let mut given = ids.give();
        let mut sha256 = String::with_capacity(64);
        for byte in Sha256::digest(&document) {
            // Writing to a string does not fail.
            let _ = write!(sha256, "{byte:02x}");
        }
        let base = Ingest {
            bytes: document.len() as u64,
            sha256,
            url: hints.url.clone(),
            source: hints.source.clone(),
            ..ingest.clone()
        };
        intake::read(&document, &hints, &self.settings, &mut |draft| {
            let mut article = cleaned(draft, &self.settings.outlets);
            given.give(&mut article, &hints);
            let mut known = Known::new(article);
            known.credit("intake", self.reading.clone());
            let ingest = Ingest {
                format: known.article.format.name().to_owned(),
                charset: known.article.charset.clone(),
                ..base.clone()
            };
            each(known, ingest)
        })
    }

    fn run(
        self: &Arc<Self>,
        known: Known,
        ingest: Ingest,
        of: Option<message::Place>,
    ) -> Arc<Run<ArticleRun>> {
        let work = ArticleRun {
            known,
            ingest,
            inner: Arc::clone(self),
            of,
            remembered: Mutex::default(),
        };
        Run::new(work, Arc::clone(&self.graph), Arc::clone(&self.limits))
    }

    /// The record of an article all steps of which have ended, and what is to be recorded beside it.
    fn record(
        &self,
        work: &ArticleRun,
        reports: Vec<StepReport>,
    ) -> (EnrichedArticle, Option<RecordedLink>) {
        let names = self.stages.iter().map(|stage| stage.name());
        let names = names.chain(self.memory.is_some().then_some(MEMORY));
        let stages = names.zip(reports).map(|(name, report)| StageReport {
            name: name.to_owned(),
            status: match report.status {
                StepStatus::Ok => StageStatus::Ok,
                StepStatus::Skipped => StageStatus::Skipped,
                StepStatus::Failed => StageStatus::Failed,
                StepStatus::TimedOut => StageStatus::TimedOut,
            },
            ms: report.took.as_secs_f32() * 1000.0,
            error: report.note.map(Into::into),
            began: report.began,
        });
        let stages = stages.collect();
        match work.take_remembered() {
            Some(remembered) => remembered.finish(stages),
            None => (assemble(&work.known, work.ingest.clone(), stages), None),
        }
    }
}

#[cfg(test)]
pub mod tests;

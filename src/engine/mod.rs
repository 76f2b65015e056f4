//! The engine: one message's way from bytes to records, whatever brings the message and takes the records.
//!
//! [`Engine::enrich`] does it on the caller's thread; [`Engine::work`] on a thread of a pool, where a
//! reader or a stage that hangs costs its own article at most: the stage is recorded as timed out, the
//! article is finished on the thread that takes the place of the one that hangs, and what follows in the
//! same message is read again from there.

mod assemble;
mod in_order;

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use in_order::{Event, InOrder, Render};
use sha2::{Digest, Sha256};

use crate::intake;
use crate::intake::clean;
use crate::intake::decode::envelope;
use crate::intake::outlets::Outlets;
use crate::intake::{Article, Draft, ErrorCode, Hints, ReadError};
use crate::pipeline::{
    self, Budget, Deadlines, Done, Graph, Resume, Run, StepReport, StepStatus, Turn, Work, caught,
    clock,
};
use crate::record::{EnrichedArticle, Ingest, StageReport, StageStatus};
use crate::stages::{AnyStage, Disabled, Known, Outcome, StageError, StageOutput, registry};
use assemble::assemble;

/// How long past its time a reader or stage may go before its thread is written off: a well-behaved
/// one asks its budget every few milliseconds, so this is some twenty times what it needs.
const GRACE: Duration = Duration::from_millis(100);

/// One message to work on.
#[derive(Debug)]
pub struct Message {
    pub bytes: Arc<[u8]>,
    pub hints: Hints,
    /// What the transport knows of it; the engine fills in the rest.
    pub ingest: Ingest,
}

/// Takes what comes of one message.
pub trait Sink: Send {
    /// Takes the next record of the message, in the message's order. `Break`: no more, please.
    fn record(&mut self, record: EnrichedArticle) -> ControlFlow<()>;

    /// Called once, last: whether the whole message, or what follows the records taken, could be read.
    fn done(self: Box<Self>, result: Result<(), ReadError>);
}

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
    steps: Arc<pipeline::Limits>,
}

impl Engine {
    /// An engine with all stages of the registry and the usual deadlines.
    ///
    /// # Errors
    /// As for [`Engine::with_stages`].
    pub fn new(settings: impl Into<intake::Settings>) -> anyhow::Result<Self> {
        let settings = settings.into();
        Engine::with_stages(registry(&settings.outlets), settings, Deadlines::default())
    }

    /// An engine as the configuration wants it.
    ///
    /// # Errors
    /// As for [`Engine::with_stages`].
    pub fn configured(settings: &crate::config::Settings) -> anyhow::Result<Self> {
        let off = |name: &str| settings.stages.disabled.iter().any(|d| d == name);
        let stages = registry(&settings.intake.outlets).into_iter().map(|stage| {
            if off(stage.name()) {
                Box::new(Disabled(stage))
            } else {
                stage
            }
        });
        let deadlines = settings.pipeline.deadlines.clone();
        Engine::with_stages(stages.collect(), settings.intake.clone(), deadlines)
    }

    /// An engine with stages of the caller's choice.
    ///
    /// # Errors
    /// When a stage reads another that is not there, or they read each other in a circle.
    pub fn with_stages(
        stages: Vec<Box<dyn AnyStage>>,
        settings: impl Into<intake::Settings>,
        deadlines: Deadlines,
    ) -> anyhow::Result<Self> {
        // To ask for its data loads a stage, so that the first article does not wait for it.
        for stage in &stages {
            stage.data();
        }
        let names: Vec<_> = stages.iter().map(|s| (s.name(), s.reads())).collect();
        let graph = Arc::new(Graph::new(&names)?);
        let time = |name: &str| {
            deadlines
                .stages
                .get(name)
                .copied()
                .unwrap_or(deadlines.stage)
        };
        let steps = Arc::new(pipeline::Limits {
            steps: stages.iter().map(|s| time(s.name())).collect(),
            whole: deadlines.article,
            grace: GRACE,
        });
        let settings = settings.into();
        let data = settings.data();
        Ok(Engine {
            inner: Arc::new(Inner {
                stages: stages.into(),
                graph,
                settings,
                reading: format!("intake/1 + data {}", data.digest),
                deadlines,
                steps,
            }),
        })
    }

    pub fn stages(&self) -> &[Box<dyn AnyStage>] {
        &self.inner.stages
    }

    /// Enriches every article in one message on this thread and hands each record to `emit`.
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
        self.inner
            .read(message, hints, ingest, &mut |known, ingest| {
                let run = self.inner.run(known);
                match run.finish(None, None) {
                    Some(reports) => emit(self.inner.record(&run.work, ingest, reports)),
                    None => ControlFlow::Break(()),
                }
            })
    }

    /// Enriches every article in one message; `sink` takes what comes of it.
    ///
    /// To be called by a job of a pool, in its `turn`. When it returns, either `sink` is done or the
    /// thread has been written off and another one goes on.
    pub fn work(&self, turn: &Turn, message: Message, sink: Box<dyn Sink>) {
        let job = Arc::new(MessageJob {
            inner: Arc::clone(&self.inner),
            message,
            sink: Mutex::new(Some(sink)),
        });
        perform(&job, turn, 0);
    }
}

impl Inner {
    /// Reads a message and hands on each article in it with what is known of its coming.
    fn read(
        &self,
        message: &[u8],
        hints: &Hints,
        ingest: &Ingest,
        each: &mut dyn FnMut(Known, Ingest) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let (document, hints) = envelope::open(message, hints)?;
        let sha256 = hex(&Sha256::digest(&document));
        let base = Ingest {
            bytes: document.len() as u64,
            sha256,
            url: hints.url.clone(),
            source: hints.source.clone(),
            ..ingest.clone()
        };
        intake::read(&document, &hints, &self.settings, &mut |draft| {
            let mut known = Known::new(finish(draft, &hints, &self.settings.outlets));
            known.credit("intake", self.reading.clone());
            let ingest = Ingest {
                format: known.article.format.name().to_owned(),
                charset: known.article.charset.clone(),
                ..base.clone()
            };
            each(known, ingest)
        })
    }

    fn run(&self, known: Known) -> Arc<Run<ArticleRun>> {
        let work = ArticleRun {
            known,
            stages: Arc::clone(&self.stages),
        };
        Run::new(work, Arc::clone(&self.graph), Arc::clone(&self.steps))
    }

    fn record(
        &self,
        work: &ArticleRun,
        ingest: Ingest,
        reports: Vec<StepReport>,
    ) -> EnrichedArticle {
        let stages = self
            .stages
            .iter()
            .zip(reports)
            .map(|(stage, report)| StageReport {
                name: stage.name().to_owned(),
                status: match report.status {
                    StepStatus::Ok => StageStatus::Ok,
                    StepStatus::Skipped => StageStatus::Skipped,
                    StepStatus::Failed => StageStatus::Failed,
                    StepStatus::TimedOut => StageStatus::TimedOut,
                },
                ms: report.took.as_secs_f32() * 1000.0,
                error: report.note.map(Into::into),
            })
            .collect();
        assemble(&work.known, ingest, stages)
    }
}

/// An article with the stages that work on it.
struct ArticleRun {
    known: Known,
    stages: Arc<[Box<dyn AnyStage>]>,
}

impl Work for ArticleRun {
    type Found = StageOutput;

    fn step(&self, step: usize, budget: &Budget) -> Done<StageOutput> {
        #[cfg(feature = "failpoints")]
        if step == 0 {
            crate::pipeline::failpoints::strike(&self.known.article.text);
        }
        match self.stages[step].run(&self.known, budget) {
            Ok(Outcome::Found(output)) => Done::Found(output),
            Ok(Outcome::Skipped(why)) => Done::Skipped(why),
            Err(StageError::TimedOut) => Done::TimedOut,
            Err(StageError::Failed(why)) => Done::Failed(why),
        }
    }

    fn keep(&self, step: usize, output: StageOutput) {
        self.known.keep(&*self.stages[step], output);
    }
}

/// One message under way on the pool.
struct MessageJob {
    inner: Arc<Inner>,
    message: Message,
    sink: Mutex<Option<Box<dyn Sink>>>,
}

impl MessageJob {
    fn emit(&self, record: EnrichedArticle) -> ControlFlow<()> {
        match self.lock().as_mut() {
            Some(sink) => sink.record(record),
            None => ControlFlow::Break(()),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Box<dyn Sink>>> {
        self.sink.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reports the end of a message, unless that has been done.
fn done(job: &Arc<MessageJob>, result: Result<(), ReadError>) {
    let sink = job.lock().take();
    if let Some(sink) = sink {
        sink.done(result);
    }
}

/// Works on a message from its article number `skip` on.
fn perform(job: &Arc<MessageJob>, turn: &Turn, skip: usize) {
    let inner = &job.inner;
    let message = &job.message;
    let watch = || {
        let job = Arc::clone(job);
        turn.arm(
            clock::now() + inner.deadlines.read + GRACE,
            Box::new(move |_| {
                let why = format!("over {:?}", job.inner.deadlines.read);
                done(&job, Err(ReadError::new(ErrorCode::TimedOut, why)));
            }),
        );
    };
    let mut number = 0;
    watch();
    let result = caught(|| {
        inner.read(
            &message.bytes,
            &message.hints,
            &message.ingest,
            &mut |known, ingest| {
                number += 1;
                if number <= skip {
                    return ControlFlow::Continue(());
                }
                if !turn.disarm() {
                    return ControlFlow::Break(());
                }
                let flow = article(job, turn, known, ingest, number);
                if flow.is_continue() {
                    watch();
                }
                flow
            },
        )
    });
    if turn.disarm() {
        let result = result.unwrap_or_else(|said| Err(ReadError::new(ErrorCode::Panicked, said)));
        done(job, result);
    }
}

/// Works on article number `number` of a message and emits its record.
fn article(
    job: &Arc<MessageJob>,
    turn: &Turn,
    known: Known,
    ingest: Ingest,
    number: usize,
) -> ControlFlow<()> {
    let run = job.inner.run(known);
    let resume = resumption(job, &run, &ingest, number);
    match run.finish(Some(turn), Some(&resume)) {
        Some(reports) => job.emit(job.inner.record(&run.work, ingest, reports)),
        None => ControlFlow::Break(()),
    }
}

/// What the thread that takes over does: ends the article, then reads on after it.
fn resumption(
    job: &Arc<MessageJob>,
    run: &Arc<Run<ArticleRun>>,
    ingest: &Ingest,
    number: usize,
) -> Resume {
    let (job, run, ingest) = (Arc::clone(job), Arc::clone(run), ingest.clone());
    Arc::new(move |turn| {
        let again = resumption(&job, &run, &ingest, number);
        let Some(reports) = run.finish(Some(turn), Some(&again)) else {
            return;
        };
        let record = job.inner.record(&run.work, ingest.clone(), reports);
        if job.emit(record).is_continue() {
            perform(&job, turn, number);
        } else {
            done(&job, Ok(()));
        }
    })
}

/// Cleans a draft and gives the article its id: the supplier's, else a hash of source and content.
pub fn finish(mut draft: Draft, hints: &Hints, outlets: &Outlets) -> Article {
    clean::clean(&mut draft, outlets);
    let given = hints.id.clone().or_else(|| draft.supplied.id.clone());
    let mut article = Article::from_draft(draft, String::new());
    article.id = given.unwrap_or_else(|| {
        let mut hash = blake3::Hasher::new();
        hash.update(hints.source.as_deref().unwrap_or("").as_bytes());
        hash.update(&[0]);
        hash.update(article.text.as_bytes());
        // A kill has no body: what it says is in its notes.
        if article.body().next().is_none() {
            for note in &article.supplied.editorial_notes {
                hash.update(&[0]);
                hash.update(note.as_bytes());
            }
        }
        format!("blake3:{}", &hash.finalize().to_hex()[..32])
    });
    article
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]])
        .map(char::from)
        .collect()
}

#[cfg(test)]
mod tests;

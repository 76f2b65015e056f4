//! One message's way on a pool: its articles are read one after the other, and their records go out in that
//! order.
//!
//! As a rule an article is worked on by the thread that read it, before the next is read. One that only waits
//! for calls of its stages is parked: the thread reads on. Records that are ready before their turn are kept.
//! The thread stops reading in two cases, and gives itself back to the pool, as a reader cannot be suspended:
//!
//! - Too much is parked. It is read on when every article begun so far has gone out.
//! - There is no room for another record, and parked articles want a thread. It is read on after those.
//!
//! To read on means to read the message again from its start and to pass over the articles that were begun.
//! Of a document with many articles that is repeated work: once for as many articles as may be parked at a
//! time, and once for each article that hangs.
//!
//! A document that may hold several articles is read for their names first, see [`super::ids`]; the time that reading
//! may take holds there, too. When it is over nothing has been published yet.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use super::ids::Ids;
use super::remembering::Remembered;
use super::{GRACE, Inner, Names};
use crate::intake::{ErrorCode, Hints, ReadError};
use crate::memory::RecordedLink;
use crate::pipeline::{
    Budget, Call, Done, Parking, PoolHandle, Progress, Resumed, Run, Work, caught, clock,
};
use crate::record::{EnrichedArticle, Ingest};
use crate::stages::{Known, Outcome, StageError, StageOutput};

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
    /// Takes the next record of the message, in the message's order, without waiting for anything; `link` is what
    /// is to be recorded beside it, where a memory of many processes decided of it. `Break`: no more, please.
    fn record(&mut self, record: EnrichedArticle, link: Option<RecordedLink>) -> ControlFlow<()>;

    /// What to wait for before the next article is begun; none when there is room for its record.
    fn full(&self) -> Option<Room>;

    /// Called once, last: whether the whole message, or what follows the records taken, could be read. Not
    /// called when the message is given up because the pool closes.
    fn done(self: Box<Self>, result: Result<(), ReadError>);
}

/// Waits for room for so long at most; whether there is some now, or no reason to wait any more.
pub type Room = Box<dyn Fn(Duration) -> bool>;

/// How often who waits for room looks whether parked articles want the thread.
const LOOK: Duration = Duration::from_millis(100);

/// What an article weighs while it is parked: so much by itself, and so much for each byte of its text
/// (the text, its tokens, and what was found in them).
const ARTICLE_BYTES: usize = 8 << 10;
const BYTES_A_BYTE: usize = 16;

fn parked_bytes(text: &str) -> usize {
    ARTICLE_BYTES + BYTES_A_BYTE * text.len()
}

/// Works on a message from its first article on.
pub(super) fn work(inner: &Arc<Inner>, pool: &PoolHandle, message: Message, sink: Box<dyn Sink>) {
    let job = Arc::new(MessageJob {
        inner: Arc::clone(inner),
        message,
        ids: OnceLock::new(),
        line: Mutex::new(Line {
            sink: Some(sink),
            next: 1,
            early: BTreeMap::new(),
            reading: Reading::Goes,
        }),
    });
    read_from(&job, pool, 0);
}

/// One message under way.
pub(super) struct MessageJob {
    inner: Arc<Inner>,
    message: Message,
    /// The names of its articles, once it has been read for them.
    ids: OnceLock<Ids>,
    line: Mutex<Line>,
}

/// An article's message, and its number there; the first is 1.
pub(super) type Place = (Arc<MessageJob>, usize);

/// The records of a message on their way out.
struct Line {
    /// None when nothing more of the message is wanted.
    sink: Option<Box<dyn Sink>>,
    /// Number of the article whose record goes out next.
    next: usize,
    /// Records that are ready before their turn, by the numbers of their articles.
    early: BTreeMap<usize, (Made, Parking)>,
    reading: Reading,
}

/// What comes of an article: its record, and what is to be recorded beside it.
type Made = (EnrichedArticle, Option<RecordedLink>);

/// How far the reading of a message is.
enum Reading {
    /// A thread reads.
    Goes,
    /// It stopped after this article, and goes on when all up to there have gone out.
    Paused(usize),
    /// It came to its end, after so many articles.
    Ended(usize, Result<(), ReadError>),
}

/// Whether the thread that reads goes on to an article.
enum Admission {
    Begin,
    /// Too much is parked.
    Pause,
    /// Parked articles want the thread.
    GiveWay,
    /// Nothing more of the message is wanted.
    Stop,
}

impl Line {
    /// Hands on the record of article `number` and those it was waited for by, or keeps it until its turn.
    fn put(&mut self, number: usize, made: Made, pool: &PoolHandle) -> ControlFlow<()> {
        if number > self.next && self.sink.is_some() {
            let place = pool.park(parked_bytes(&made.0.content.text));
            self.early.insert(number, (made, place));
            return ControlFlow::Continue(());
        }
        self.hand_on(made)?;
        while let Some((made, _)) = self.early.remove(&self.next) {
            self.hand_on(made)?;
        }
        ControlFlow::Continue(())
    }

    fn hand_on(&mut self, (record, link): Made) -> ControlFlow<()> {
        let Some(sink) = &mut self.sink else {
            return ControlFlow::Break(());
        };
        self.next += 1;
        let flow = sink.record(record, link);
        if flow.is_break()
            && let Some(sink) = self.sink.take()
        {
            self.early.clear();
            sink.done(Ok(()));
        }
        flow
    }
}

impl MessageJob {
    fn lock(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether article `number` may be begun now. May wait for room.
    fn admit(&self, number: usize, pool: &PoolHandle) -> Admission {
        // Nothing goes before it that could have filled anything.
        if number == 1 {
            return Admission::Begin;
        }
        let mut line = self.lock();
        let Some(sink) = &line.sink else {
            return Admission::Stop;
        };
        let room = sink.full();
        if number > line.next && !pool.may_park() {
            line.reading = Reading::Paused(number - 1);
            return Admission::Pause;
        }
        drop(line);
        if let Some(room) = room {
            while !room(LOOK) {
                if pool.is_wanted() {
                    return Admission::GiveWay;
                }
            }
        }
        Admission::Begin
    }

    /// Gives the message up; its sink is not told of an end.
    fn abandon(&self) {
        let sink = self.lock().sink.take();
        drop(sink);
    }
}

/// Reads a message and works on its articles, but for the first `skip`, which have been begun.
fn read_from(job: &Arc<MessageJob>, pool: &PoolHandle, skip: usize) {
    let message = &job.message;
    let mut number = 0;
    let mut left_to_others = false;
    watch(job, pool, skip);
    let mut next = || {
        if !pool.disarm() {
            return ControlFlow::Break(());
        }
        watch(job, pool, skip);
        ControlFlow::Continue(())
    };
    let names = Names {
        ids: &job.ids,
        next: &mut next,
    };
    let result = caught(|| {
        job.inner.read(
            &message.bytes,
            &message.hints,
            &message.ingest,
            names,
            &mut |known, ingest| {
                number += 1;
                if !pool.disarm() {
                    return ControlFlow::Break(());
                }
                if number > skip && work_on(job, pool, known, ingest, number).is_break() {
                    left_to_others = true;
                    return ControlFlow::Break(());
                }
                watch(job, pool, number.max(skip));
                ControlFlow::Continue(())
            },
        )
    });
    if !pool.disarm() {
        return;
    }
    if left_to_others {
        // It may have stopped for articles that have all gone out meanwhile.
        return go_on(job, pool);
    }
    let result = result.unwrap_or_else(|said| Err(ReadError::new(ErrorCode::Panicked, said)));
    end(job, pool, number.max(skip), result);
}

/// Has a message read on after its article `skip` when the parked articles that go on now have a thread.
fn read_later(job: &Arc<MessageJob>, pool: &PoolHandle, skip: usize) {
    let job = Arc::clone(job);
    pool.put_off(Box::new(move |pool| read_from(&job, pool, skip)));
}

/// Watches the time until the next article of a message, of which `begun` have been begun, is read.
fn watch(job: &Arc<MessageJob>, pool: &PoolHandle, begun: usize) {
    let job = Arc::clone(job);
    let time = job.inner.deadlines.read;
    pool.arm(
        clock::now() + time + GRACE,
        Box::new(move |pool| {
            let why = format!("over {time:?}");
            end(
                &job,
                pool,
                begun,
                Err(ReadError::new(ErrorCode::TimedOut, why)),
            );
        }),
    );
}

/// Begins an article and works on it as far as it goes. `Break`: this thread is not to read on.
fn work_on(
    job: &Arc<MessageJob>,
    pool: &PoolHandle,
    known: Known,
    ingest: Ingest,
    number: usize,
) -> ControlFlow<()> {
    match job.admit(number, pool) {
        Admission::Begin => {}
        Admission::Pause | Admission::Stop => return ControlFlow::Break(()),
        Admission::GiveWay => {
            read_later(job, pool, number - 1);
            return ControlFlow::Break(());
        }
    }
    let place = Some((Arc::clone(job), number));
    let run = job.inner.run(known, ingest, place);
    finish(&run, job, number, pool)
}

/// Takes an article as far as it goes, and puts its record in the line. `Break`: this thread is not to read on.
fn finish(
    run: &Arc<Run<ArticleRun>>,
    job: &Arc<MessageJob>,
    number: usize,
    pool: &PoolHandle,
) -> ControlFlow<()> {
    match run.finish(Some(pool)) {
        Progress::Finished(reports) => {
            let made = job.inner.record(&run.work, reports);
            job.lock().put(number, made, pool)
        }
        Progress::Parked => ControlFlow::Continue(()),
        Progress::WrittenOff => ControlFlow::Break(()),
        Progress::Abandoned => {
            job.abandon();
            ControlFlow::Break(())
        }
    }
}

/// Notes how the reading of a message ended, after so many articles.
fn end(job: &Arc<MessageJob>, pool: &PoolHandle, articles: usize, result: Result<(), ReadError>) {
    job.lock().reading = Reading::Ended(articles, result);
    go_on(job, pool);
}

/// Does what is to be done once all articles that were begun have gone out: reads on, or tells the end.
fn go_on(job: &Arc<MessageJob>, pool: &PoolHandle) {
    let mut line = job.lock();
    match std::mem::replace(&mut line.reading, Reading::Goes) {
        Reading::Paused(articles) if articles < line.next => {
            drop(line);
            read_later(job, pool, articles);
        }
        Reading::Ended(articles, result) if articles < line.next => {
            let sink = line.sink.take();
            drop(line);
            if let Some(sink) = sink {
                sink.done(result);
            }
        }
        not_yet => line.reading = not_yet,
    }
}

/// An article with the stages that work on it.
pub(super) struct ArticleRun {
    pub known: Known,
    pub ingest: Ingest,
    pub inner: Arc<Inner>,
    /// None where there is no pool, and nobody goes on with it but its caller.
    pub of: Option<Place>,
    /// Its record, once it has been decided where it belongs.
    pub remembered: Mutex<Option<Box<Remembered>>>,
}

/// What a step comes to.
pub(super) enum Found {
    Stage(StageOutput),
    Remembered(Box<Remembered>),
}

impl Work for ArticleRun {
    type Found = Found;

    fn step(&self, step: usize, budget: &Budget) -> Done<Found> {
        #[cfg(feature = "failpoints")]
        if step == 0 {
            crate::pipeline::failpoints::strike(&self.known.article.text);
        }
        match self.inner.stages.get(step) {
            Some(stage) => done(stage.run(&self.known, budget)),
            None => self.remember(),
        }
    }

    fn keep(&self, step: usize, found: Found) {
        match found {
            Found::Stage(output) => self.known.keep(&*self.inner.stages[step], output),
            Found::Remembered(remembered) => self.keep_remembered(remembered),
        }
    }

    fn parked_bytes(&self) -> usize {
        parked_bytes(&self.known.article.text)
    }

    fn resume(run: &Arc<Run<Self>>, pool: &PoolHandle, why: Resumed) {
        let Some((job, number)) = &run.work.of else {
            return;
        };
        let flow = finish(run, job, *number, pool);
        if pool.is_written_off() {
            return;
        }
        // The thread it was read by hangs in it, and reads no further.
        let was_read_by = Resumed::TakenOver { was_parked: false };
        if why == was_read_by && flow.is_continue() {
            read_from(job, pool, *number);
        } else {
            go_on(job, pool);
        }
    }
}

/// What a stage's outcome is to the pipeline.
fn done(outcome: Result<Outcome, StageError>) -> Done<Found> {
    match outcome {
        Ok(Outcome::Found(output)) => Done::Found(Found::Stage(output)),
        Ok(Outcome::Skipped(why)) => Done::Skipped(why),
        Ok(Outcome::Pending(call)) => Done::Pending(Call::new(async { done(call.await) })),
        Err(StageError::TimedOut) => Done::TimedOut,
        Err(StageError::Failed(why)) => Done::Failed(why),
    }
}

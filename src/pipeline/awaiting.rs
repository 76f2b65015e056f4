//! Steps that wait for something outside.
//!
//! Such a step gives a [`Call`]: a future, which is polled on tokio and holds no thread of the pool. How many
//! calls of a step are in flight at a time is bounded by its [`Calls`]; the others wait for their turn in the
//! order they came. A call has the time of its step from its turn on: to wait for the turn is nobody's
//! failure, and ends because the calls before it end.
//!
//! A call that fails, panics, is past its time or is dropped costs its own step. When the pool closes, the
//! calls of its runs are dropped and the runs with them: nobody is told of an end, so that a message in
//! Kafka has not finished and comes again. Until then a shutdown and a rebalance wait for a parked run as for
//! one at work, no longer than they may take.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Semaphore, watch};

use super::clock::{self, Moment};
use super::{Done, Run, Work, caught};

/// What a step waits for, and what comes of it.
///
/// It is made on a thread that works and polled on one of tokio's, where nothing may compute or block.
pub struct Call<T>(Pin<Box<dyn Future<Output = T> + Send>>);

impl<T> Call<T> {
    pub fn new(future: impl Future<Output = T> + Send + 'static) -> Self {
        Call(Box::pin(future))
    }
}

impl<T> Future for Call<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        self.0.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Call")
    }
}

/// Where the calls of a step wait, and how many of them at a time.
#[derive(Debug, Clone)]
pub struct Calls {
    runtime: Handle,
    turns: Arc<Semaphore>,
}

impl Calls {
    /// At most `most` calls in flight. `runtime` must be driven by threads of its own: whoever works on a
    /// run without a pool blocks until its calls have ended.
    pub fn new(runtime: Handle, most: usize) -> Self {
        Calls {
            runtime,
            turns: Arc::new(Semaphore::new(most.clamp(1, Semaphore::MAX_PERMITS))),
        }
    }

    /// Waits for a call of `step`, for no longer than `time` from its turn on, and ends the step. When
    /// `closing` turns true before, the run is abandoned.
    pub(super) fn start<W: Work>(
        &self,
        step: PendingStep<W>,
        call: Call<Done<W::Found>>,
        time: Duration,
        closing: Option<watch::Receiver<bool>>,
    ) {
        let turns = Arc::clone(&self.turns);
        self.runtime.spawn(async move {
            let mut step = step;
            let called = async {
                // The semaphore is never closed.
                let _turn = turns.acquire().await;
                let began = *step.began.insert(clock::now());
                tokio::select! {
                    biased;
                    done = settled(call) => done,
                    () = passed(began + time) => Done::TimedOut,
                }
            };
            let done = tokio::select! {
                biased;
                done = called => Some(done),
                () = closed(closing) => None,
            };
            match done {
                Some(done) => step.end(done),
                None => step.abandon(),
            }
        });
    }
}

/// What a call comes to, those it gives in its turn included.
async fn settled<F>(mut call: Call<Done<F>>) -> Done<F> {
    loop {
        let polled = poll_fn(|context| {
            let polled = caught(|| Pin::new(&mut call).poll(context));
            polled.unwrap_or_else(|said| Poll::Ready(Done::Failed(format!("panicked: {said}"))))
        });
        match polled.await {
            Done::Pending(next) => call = next,
            done => return done,
        }
    }
}

/// Waits until `end` on the working clock, which may stand still while tokio's goes on.
async fn passed(end: Moment) {
    loop {
        let left = end - clock::now();
        if left.is_zero() {
            return;
        }
        tokio::time::sleep(left).await;
    }
}

/// Waits until the pool closes; for ever when there is none, or it is gone.
async fn closed(closing: Option<watch::Receiver<bool>>) {
    if let Some(mut closing) = closing
        && closing.wait_for(|closing| *closing).await.is_ok()
    {
        return;
    }
    std::future::pending().await
}

/// A step that waits. Dropped without an end, as when its runtime shuts down, it has failed.
pub(super) struct PendingStep<W: Work> {
    run: Option<Arc<Run<W>>>,
    step: usize,
    /// When its turn came.
    began: Option<Moment>,
}

impl<W: Work> PendingStep<W> {
    pub(super) fn new(run: Arc<Run<W>>, step: usize) -> Self {
        PendingStep {
            run: Some(run),
            step,
            began: None,
        }
    }

    fn end(&mut self, done: Done<W::Found>) {
        if let Some(run) = self.run.take() {
            let took = self.began.map_or(Duration::ZERO, Moment::elapsed);
            run.end(self.step, done, took);
        }
    }

    fn abandon(&mut self) {
        if let Some(run) = self.run.take() {
            run.abandon();
        }
    }
}

impl<W: Work> Drop for PendingStep<W> {
    fn drop(&mut self) {
        self.end(Done::Failed("cancelled".into()));
    }
}

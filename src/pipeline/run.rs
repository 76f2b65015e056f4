//! One piece of work on its way through the graph of steps.
//!
//! A run has one owner at a time: the thread that is in [`Run::finish`]. Other threads may help with steps that
//! are ready. When nothing is left to do but to wait for calls, the run is parked: its owner lets go of it, and
//! the last thing that came makes a job of the pool of it again. A thread that hangs in a step is written off,
//! and the one in its place owns the run. Both go on in [`Work::resume`].

use std::borrow::Cow;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::awaiting::{Call, Calls, PendingStep};
use super::clock::{self, Moment};
use super::{Budget, Graph, Parking, PoolHandle, caught};

/// What a step came to.
#[derive(Debug)]
pub enum Done<F> {
    Found(F),
    /// It had nothing to do, and why.
    Skipped(&'static str),
    Failed(String),
    /// It saw its budget spent and gave up.
    TimedOut,
    /// It waits for something outside; the end of the call is its own.
    Pending(Call<Done<F>>),
}

impl<F> Done<F> {
    /// Its status, why it is not [`StepStatus::Ok`], and what was found.
    fn parts(self) -> (StepStatus, Option<Cow<'static, str>>, Option<F>) {
        match self {
            Done::Found(found) => (StepStatus::Ok, None, Some(found)),
            Done::Skipped(why) => (StepStatus::Skipped, Some(why.into()), None),
            Done::Failed(why) => (StepStatus::Failed, Some(why.into()), None),
            Done::TimedOut => (StepStatus::TimedOut, Some("over its time".into()), None),
            // A call is waited for, and what it gives in its turn: no step ends so.
            Done::Pending(_) => (StepStatus::Failed, Some("waits for ever".into()), None),
        }
    }
}

/// A piece of work that is done in steps.
pub trait Work: Send + Sync + 'static {
    type Found: Send;

    /// Does step number `step` of the graph.
    fn step(&self, step: usize, budget: &Budget) -> Done<Self::Found>;

    /// Takes what a step found. Not called when the step's time was over before it came back.
    fn keep(&self, step: usize, found: Self::Found);

    /// What it weighs in memory while it waits, in bytes.
    fn parked_bytes(&self) -> usize;

    /// Takes up a run again, on a thread of the pool: calls [`Run::finish`] and goes on from there.
    fn resume(run: &Arc<Run<Self>>, pool: &PoolHandle, why: Resumed)
    where
        Self: Sized;
}

/// Why a run is taken up again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resumed {
    /// Something it waited for has come.
    Woken,
    /// The thread that owned it hangs in a step and was written off. `was_parked`: that thread had itself
    /// taken the run up again.
    TakenOver { was_parked: bool },
}

/// How far a thread came with a run.
#[derive(Debug, PartialEq)]
pub enum Progress {
    /// To its end; the report of each step in the graph's order.
    Finished(Vec<StepReport>),
    /// It waits, and is taken up again without this thread.
    Parked,
    /// This thread was written off in the middle and must end at once; another has the run.
    WrittenOff,
    /// The pool closes and does not wait for what the run waits for.
    Abandoned,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepStatus {
    Ok,
    Skipped,
    Failed,
    TimedOut,
}

/// What became of one step.
#[derive(Debug, Clone, PartialEq)]
pub struct StepReport {
    pub status: StepStatus,
    /// Time of day at which it began; none for one that could not begin.
    pub began: Option<SystemTime>,
    /// In working time, see [`clock`].
    pub took: Duration,
    /// Why it was skipped, failed or cut off.
    pub note: Option<Cow<'static, str>>,
}

/// The time a run and its steps may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// For each step of the graph, in its order. A step that waits has this time to make its call, and once
    /// more from the call's turn on.
    pub steps: Vec<Duration>,
    /// For all steps together, from the start of the run. Time in which the run was parked does not count.
    pub whole: Duration,
    /// How long past its time a step may go before its thread is written off.
    pub grace: Duration,
    /// For each step, how it waits; none for one that does not.
    pub calls: Vec<Option<Calls>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// It waits for steps that it reads, for a thread, or is at work.
    Open,
    /// Its call is under way.
    Pending,
    Finished,
}

/// A run without an owner.
#[derive(Debug)]
struct Parked {
    place: Parking,
    since: Moment,
}

#[derive(Debug)]
struct State {
    needs: Vec<usize>,
    phases: Vec<Phase>,
    began: Vec<Option<SystemTime>>,
    reports: Vec<Option<StepReport>>,
    /// Steps that may start, the next one last.
    ready: Vec<usize>,
    unfinished: usize,
    /// Steps whose calls are under way.
    pending: usize,
    parked: Option<Parked>,
    was_parked: bool,
    /// How long the run was parked.
    waited: Duration,
    /// Whether the pool closes and what the run waits for is not waited for.
    abandoned: bool,
    /// Whether the owner waits for its helpers, so that nobody is woken for nothing.
    awaited: bool,
}

/// One piece of work on its way through the graph.
#[derive(Debug)]
pub struct Run<W> {
    pub work: W,
    graph: Arc<Graph>,
    limits: Arc<Limits>,
    started: Moment,
    state: Mutex<State>,
    moved: Condvar,
}

impl<W: Work> Run<W> {
    pub fn new(work: W, graph: Arc<Graph>, limits: Arc<Limits>) -> Arc<Self> {
        let steps = graph.len();
        let mut ready: Vec<usize> = graph.roots().collect();
        ready.reverse();
        Arc::new(Run {
            work,
            limits,
            started: clock::now(),
            state: Mutex::new(State {
                needs: graph.needs.clone(),
                phases: vec![Phase::Open; steps],
                began: vec![None; steps],
                reports: vec![None; steps],
                ready,
                unfinished: steps,
                pending: 0,
                parked: None,
                was_parked: false,
                waited: Duration::ZERO,
                abandoned: false,
                awaited: false,
            }),
            moved: Condvar::new(),
            graph,
        })
    }

    /// Takes the run as far as it goes, helped by free threads of the pool. Without a pool it blocks while
    /// calls are under way, and comes to its end.
    pub fn finish(self: &Arc<Self>, pool: Option<&PoolHandle>) -> Progress {
        loop {
            if !self.work_off(pool, true) {
                return Progress::WrittenOff;
            }
            let mut state = self.lock();
            while state.ready.is_empty() {
                if state.abandoned {
                    return Progress::Abandoned;
                }
                if state.unfinished == 0 {
                    let reports = state.reports.iter_mut().filter_map(Option::take);
                    return Progress::Finished(reports.collect());
                }
                if let Some(pool) = pool.filter(|_| state.pending > 0) {
                    state.was_parked = true;
                    state.parked = Some(Parked {
                        place: pool.park(self.work.parked_bytes()),
                        since: clock::now(),
                    });
                    return Progress::Parked;
                }
                state.awaited = true;
                state = self
                    .moved
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
                state.awaited = false;
            }
        }
    }

    /// Does steps until none is ready. False when this thread was written off.
    fn work_off(self: &Arc<Self>, pool: Option<&PoolHandle>, is_owner: bool) -> bool {
        while let Some((step, more, end)) = self.start_one() {
            if let Some(pool) = pool.filter(|p| more && p.others_are_free()) {
                let run = Arc::clone(self);
                pool.ask_for_help(Box::new(move |pool| {
                    run.work_off(Some(pool), false);
                }));
            }
            if !self.perform(step, end, pool, is_owner) {
                return false;
            }
        }
        true
    }

    /// Takes the next step that is ready; whether more are, and when the whole run must have ended.
    fn start_one(&self) -> Option<(usize, bool, Moment)> {
        let mut state = self.lock();
        let step = state.ready.pop()?;
        state.began[step] = Some(SystemTime::now());
        let end = self.started + self.limits.whole + state.waited;
        Some((step, !state.ready.is_empty(), end))
    }

    /// Does one step, of a run that must end at `end`. False when this thread was written off while at it.
    fn perform(
        self: &Arc<Self>,
        step: usize,
        end: Moment,
        pool: Option<&PoolHandle>,
        is_owner: bool,
    ) -> bool {
        let start = clock::now();
        let end = end.min(start + self.limits.steps[step]);
        if start >= end {
            self.end(step, Done::TimedOut, Duration::ZERO);
            return true;
        }
        if let Some(pool) = pool {
            let run = Arc::clone(self);
            pool.arm(
                end + self.limits.grace,
                Box::new(move |pool| run.take_over(step, start, pool, is_owner)),
            );
        }
        let budget = Budget::until(end);
        let done = caught(|| self.work.step(step, &budget))
            .unwrap_or_else(|said| Done::Failed(format!("panicked: {said}")));
        if pool.is_some_and(|p| !p.disarm()) {
            return false;
        }
        match done {
            Done::Pending(call) => self.start_call(step, call, pool),
            done => self.end(step, done, start.elapsed()),
        }
        true
    }

    /// Goes on without the step that a thread hangs in, and, if the thread was the owner, in its place.
    fn take_over(self: &Arc<Self>, step: usize, start: Moment, pool: &PoolHandle, was_owner: bool) {
        self.end(step, Done::TimedOut, start.elapsed());
        if was_owner {
            let was_parked = self.lock().was_parked;
            W::resume(self, pool, Resumed::TakenOver { was_parked });
        }
    }

    /// Has a step wait for its call.
    fn start_call(
        self: &Arc<Self>,
        step: usize,
        call: Call<Done<W::Found>>,
        pool: Option<&PoolHandle>,
    ) {
        let Some(calls) = &self.limits.calls[step] else {
            let why = "it waits, and does not say for how many calls at a time";
            return self.end(step, Done::Failed(why.into()), Duration::ZERO);
        };
        let mut state = self.lock();
        state.phases[step] = Phase::Pending;
        state.pending += 1;
        drop(state);
        let pending = PendingStep::new(Arc::clone(self), step);
        let closing = pool.map(PoolHandle::closing);
        calls.start(pending, call, self.limits.steps[step], closing);
    }

    /// Records how a step ended and makes ready what waited for it. The first end of a step stands.
    pub(super) fn end(self: &Arc<Self>, step: usize, done: Done<W::Found>, took: Duration) {
        let (status, note, found) = done.parts();
        let mut state = self.lock();
        if state.phases[step] == Phase::Finished {
            return;
        }
        // With the lock held, so that nobody who reads it starts before, and no later end comes between.
        if let Some(found) = found {
            self.work.keep(step, found);
        }
        let report = StepReport {
            status,
            began: state.began[step],
            took,
            note,
        };
        state.finish(step, report, &self.graph);
        let parked = match state.ready.is_empty() && state.unfinished > 0 {
            true => None,
            false => state.parked.take(),
        };
        let awaited = state.awaited;
        drop(state);
        if awaited {
            self.moved.notify_all();
        }
        if let Some(parked) = parked {
            self.unpark(parked);
        }
    }

    /// Makes a job of the pool of a parked run again.
    fn unpark(self: &Arc<Self>, Parked { place, since }: Parked) {
        let run = Arc::clone(self);
        place.resume(Box::new(move |pool| {
            run.lock().waited += since.elapsed();
            W::resume(&run, pool, Resumed::Woken);
        }));
    }

    /// Gives the run up: what it waits for is not waited for any longer.
    pub(super) fn abandon(&self) {
        let mut state = self.lock();
        state.abandoned = true;
        let parked = state.parked.take();
        drop(state);
        drop(parked);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn finish(&mut self, step: usize, report: StepReport, graph: &Graph) {
        if self.phases[step] == Phase::Pending {
            self.pending -= 1;
        }
        self.phases[step] = Phase::Finished;
        self.reports[step] = Some(report);
        self.unfinished -= 1;
        for &next in graph.dependents[step].iter().rev() {
            self.needs[next] -= 1;
            if self.needs[next] == 0 {
                self.ready.push(next);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::process::{Child, Command, Stdio};
    use std::sync::mpsc;
    use std::thread;

    use super::*;
    use crate::pipeline::{Pool, PoolOptions};

    /// How long a step, and the whole run, may take here: enough for a machine with other work.
    const TIME: Duration = Duration::from_secs(4);

    /// Two steps at the same time: one that asks its budget, and one that does not.
    struct Slow;

    impl Work for Slow {
        type Found = ();

        fn step(&self, step: usize, budget: &Budget) -> Done<()> {
            println!("at work");
            for _ in 0..500 {
                thread::sleep(Duration::from_millis(1));
                if step == 0 && budget.spent() {
                    return Done::TimedOut;
                }
            }
            Done::Found(())
        }

        fn keep(&self, _: usize, (): ()) {}

        fn parked_bytes(&self) -> usize {
            0
        }

        fn resume(_: &Arc<Run<Self>>, _: &PoolHandle, _: Resumed) {
            panic!("no step waits here, and none is written off");
        }
    }

    fn statuses() -> Vec<StepStatus> {
        let graph = Graph::new(&[("asks", &[]), ("does not", &[])]).unwrap();
        let limits = Limits {
            steps: vec![TIME; 2],
            whole: TIME,
            grace: Duration::from_millis(100),
            calls: vec![None; 2],
        };
        let run = Run::new(Slow, Arc::new(graph), Arc::new(limits));
        let pool = Pool::new(PoolOptions {
            threads: 2,
            stuck: 0,
            nice: 0,
            parked_bytes: 0,
            on_halt: Box::new(|why| panic!("{why}")),
        });
        // Both threads must have come to wait before one of them can be free to help.
        thread::sleep(Duration::from_millis(200));
        let (told, hears) = mpsc::channel();
        pool.submit(Box::new(move |pool| {
            told.send(run.finish(Some(pool))).unwrap();
        }));
        let Progress::Finished(reports) = hears.recv().unwrap() else {
            panic!("it waits for nothing");
        };
        assert!(reports.iter().all(|r| r.took < TIME), "{reports:?}");
        reports.iter().map(|r| r.status).collect()
    }

    struct Killed(Child);

    impl Drop for Killed {
        fn drop(&mut self) {
            let _ = self.0.kill();
        }
    }

    #[test]
    fn a_frozen_process_has_all_its_time_when_it_goes_on() {
        const FROZEN: &str = "COPYDESK_TEST_FROZEN";
        if std::env::var_os(FROZEN).is_some() {
            assert_eq!(statuses(), [StepStatus::Ok; 2]);
            return;
        }
        // This test again, in a process of its own.
        let module = module_path!().split_once("::").unwrap().1;
        let name = format!("{module}::a_frozen_process_has_all_its_time_when_it_goes_on");
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", &name, "--nocapture"]);
        command.env(FROZEN, "1").stdout(Stdio::piped());
        let mut child = Killed(command.spawn().unwrap());
        let id = libc::pid_t::try_from(child.0.id()).unwrap();
        let mut lines = BufReader::new(child.0.stdout.take().unwrap()).lines();
        let started = lines.by_ref().map(|line| line.unwrap());
        assert_eq!(started.filter(|l| l.contains("at work")).take(2).count(), 2);
        for (signal, time) in [
            (libc::SIGSTOP, TIME + Duration::from_secs(1)),
            (libc::SIGCONT, Duration::ZERO),
        ] {
            // SAFETY: it takes plain numbers; the child has not been waited for, so that its is its own.
            assert_eq!(unsafe { libc::kill(id, signal) }, 0);
            thread::sleep(time);
        }
        let said: Vec<String> = lines.map(|line| line.unwrap()).collect();
        assert!(child.0.wait().unwrap().success(), "{said:#?}");
    }
}

use std::borrow::Cow;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::clock::{self, Moment};
use super::{Budget, Graph, Turn, caught};

/// What a step came to.
#[derive(Debug)]
pub enum Done<F> {
    Found(F),
    /// It had nothing to do, and why.
    Skipped(&'static str),
    Failed(String),
    /// It saw its budget spent and gave up.
    TimedOut,
}

/// A piece of work that is done in steps.
pub trait Work: Send + Sync + 'static {
    type Found: Send;

    /// Does step number `step` of the graph.
    fn step(&self, step: usize, budget: &Budget) -> Done<Self::Found>;

    /// Takes what a step found. Not called when the step's time was over before it came back.
    fn keep(&self, step: usize, found: Self::Found);
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
    /// In working time, see [`clock`].
    pub took: Duration,
    /// Why it was skipped, failed or cut off.
    pub note: Option<Cow<'static, str>>,
}

/// The time a run and its steps may take.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// For each step of the graph, in its order.
    pub steps: Vec<Duration>,
    /// For all steps together, from the start of the run.
    pub whole: Duration,
    /// How long past its time a step may go before its thread is written off.
    pub grace: Duration,
}

/// Goes on with what the written-off thread of a run's owner would have done.
pub type Resume = Arc<dyn Fn(&Turn) + Send + Sync>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Waiting,
    Running,
    Finished,
}

#[derive(Debug)]
struct State {
    needs: Vec<usize>,
    phases: Vec<Phase>,
    reports: Vec<Option<StepReport>>,
    /// Steps that may start, the next one last.
    ready: Vec<usize>,
    unfinished: usize,
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
                phases: vec![Phase::Waiting; steps],
                reports: vec![None; steps],
                ready,
                unfinished: steps,
                awaited: false,
            }),
            moved: Condvar::new(),
            graph,
        })
    }

    /// Takes the run to its end, helped by free threads of the pool that `turn` belongs to, and
    /// returns the report of each step in the graph's order.
    ///
    /// `None`: this thread was written off in the middle and must give up; `resume` has been called
    /// on the thread that took its place, and owns the run now.
    pub fn finish(
        self: &Arc<Self>,
        turn: Option<&Turn>,
        resume: Option<&Resume>,
    ) -> Option<Vec<StepReport>> {
        loop {
            if !self.work_off(turn, resume) {
                return None;
            }
            let mut state = self.lock();
            while state.unfinished > 0 && state.ready.is_empty() {
                state.awaited = true;
                state = self
                    .moved
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            state.awaited = false;
            if state.unfinished == 0 {
                return Some(state.reports.iter_mut().filter_map(Option::take).collect());
            }
        }
    }

    /// Does steps until none is ready. False when this thread was written off.
    fn work_off(self: &Arc<Self>, turn: Option<&Turn>, resume: Option<&Resume>) -> bool {
        while let Some((step, more)) = self.start_one() {
            if let Some(turn) = turn.filter(|t| more && t.others_are_free()) {
                let run = Arc::clone(self);
                turn.ask_for_help(Box::new(move |turn| {
                    run.work_off(Some(turn), None);
                }));
            }
            if !self.perform(step, turn, resume) {
                return false;
            }
        }
        true
    }

    /// Marks the next ready step as running; whether more are ready.
    fn start_one(&self) -> Option<(usize, bool)> {
        let mut state = self.lock();
        let step = state.ready.pop()?;
        state.phases[step] = Phase::Running;
        Some((step, !state.ready.is_empty()))
    }

    /// Does one step. False when this thread was written off while at it.
    fn perform(
        self: &Arc<Self>,
        step: usize,
        turn: Option<&Turn>,
        resume: Option<&Resume>,
    ) -> bool {
        let start = clock::now();
        let end = (start + self.limits.steps[step]).min(self.started + self.limits.whole);
        if start >= end {
            self.end(step, Done::TimedOut, Duration::ZERO);
            return true;
        }
        if let Some(turn) = turn {
            let (run, resume) = (Arc::clone(self), resume.cloned());
            turn.arm(
                end + self.limits.grace,
                Box::new(move |turn| {
                    run.end(step, Done::TimedOut, start.elapsed());
                    if let Some(resume) = resume {
                        resume(turn);
                    }
                }),
            );
        }
        let budget = Budget::until(end);
        let done = caught(|| self.work.step(step, &budget))
            .unwrap_or_else(|said| Done::Failed(format!("panicked: {said}")));
        if turn.is_some_and(|t| !t.disarm()) {
            return false;
        }
        self.end(step, done, start.elapsed());
        true
    }

    /// Records how a step ended and makes ready what waited for it. The first end of a step stands.
    fn end(&self, step: usize, done: Done<W::Found>, took: Duration) {
        let (status, note, found) = match done {
            Done::Found(found) => (StepStatus::Ok, None, Some(found)),
            Done::Skipped(why) => (StepStatus::Skipped, Some(why.into()), None),
            Done::Failed(why) => (StepStatus::Failed, Some(why.into()), None),
            Done::TimedOut => (StepStatus::TimedOut, Some("over its time".into()), None),
        };
        if let Some(found) = found {
            self.work.keep(step, found);
        }
        let mut state = self.lock();
        if state.phases[step] == Phase::Finished {
            return;
        }
        state.phases[step] = Phase::Finished;
        state.reports[step] = Some(StepReport { status, took, note });
        state.unfinished -= 1;
        for &next in self.graph.dependents[step].iter().rev() {
            state.needs[next] -= 1;
            if state.needs[next] == 0 {
                state.ready.push(next);
            }
        }
        let awaited = state.awaited;
        drop(state);
        if awaited {
            self.moved.notify_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
    }

    fn statuses() -> Vec<StepStatus> {
        let graph = Graph::new(&[("asks", &[]), ("does not", &[])]).unwrap();
        let limits = Limits {
            steps: vec![TIME; 2],
            whole: TIME,
            grace: Duration::from_millis(100),
        };
        let run = Run::new(Slow, Arc::new(graph), Arc::new(limits));
        let pool = Pool::new(PoolOptions {
            threads: 2,
            stuck: 0,
            nice: 0,
            on_halt: Box::new(|why| panic!("{why}")),
        });
        // Both threads must have come to wait before one of them can be free to help.
        thread::sleep(Duration::from_millis(200));
        let (told, hears) = mpsc::channel();
        pool.submit(Box::new(move |turn| {
            told.send(run.finish(Some(turn), None)).unwrap();
        }));
        let reports = hears.recv().unwrap().unwrap();
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

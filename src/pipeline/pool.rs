use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use super::clock::{self, Moment};
use super::{be_nice, caught};

/// A job for a thread of the pool.
pub type Job = Box<dyn FnOnce(&Turn) + Send>;

/// Why a pool gave up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Halted {
    /// More threads hang in work that does not come back than may be replaced.
    TooManyStuck { stuck: usize },
    /// A job itself panicked, outside the work it was to do.
    JobPanicked(String),
    /// The system gives no more threads.
    NoThread(String),
}

impl std::fmt::Display for Halted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Halted::TooManyStuck { stuck } => {
                write!(f, "{stuck} threads hang in work that does not come back")
            }
            Halted::JobPanicked(said) => write!(f, "a job panicked: {said}"),
            Halted::NoThread(said) => write!(f, "a thread could not be started: {said}"),
        }
    }
}

/// How a pool is made.
pub struct PoolOptions {
    /// Number of threads that work at a time.
    pub threads: usize,
    /// Threads that may hang at a time before the pool gives up.
    pub stuck: usize,
    /// How much the threads yield to all others, as `nice` counts: work that can wait must not hold up
    /// what the broker waits for.
    pub nice: i32,
    /// Called once when the pool gives up.
    pub on_halt: Box<dyn Fn(Halted) + Send + Sync>,
}

/// How often the watchdog looks: a hanging step is noticed within this time after its grace.
const WATCH_EVERY: Duration = clock::TICK;

/// Jobs of a run that wait before a thread is woken for them: what a consumer takes in 0.2 ms.
const RUN: usize = 128;

/// Stack of a pool's thread: parsers may nest as deep as their own limits let them.
const STACK_BYTES: usize = 4 << 20;

/// A fixed number of threads that do jobs in the order they came.
pub struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    options: PoolOptions,
    queue: Mutex<Queue>,
    /// Signalled when there is a job, or the pool closes.
    work: Condvar,
    /// Signalled when a thread has ended.
    ended: Condvar,
    /// Threads that wait for a job; changed with the queue locked.
    idle: AtomicUsize,
    stuck: AtomicUsize,
    halted: AtomicBool,
    slots: Mutex<Vec<Arc<Slot>>>,
}

#[derive(Default)]
struct Queue {
    /// Help asked for by a running job; before anything new.
    help: VecDeque<Job>,
    jobs: VecDeque<Job>,
    closed: bool,
    /// Threads that have been woken and have not come yet: for as long as they are under way, further jobs
    /// need not wake anybody again.
    waking: usize,
    /// Threads in service: neither ended nor written off.
    threads: usize,
}

/// What the watchdog knows of one thread.
#[derive(Default)]
struct Slot {
    watch: Mutex<Option<Watch>>,
    written_off: AtomicBool,
}

struct Watch {
    deadline: Moment,
    takeover: Job,
}

/// A thread's turn at a job: how the job speaks to the pool.
pub struct Turn {
    shared: Arc<Shared>,
    slot: Arc<Slot>,
}

impl Pool {
    pub fn new(options: PoolOptions) -> Self {
        let threads = options.threads.max(1);
        let shared = Arc::new(Shared::new(options));
        for _ in 0..threads {
            shared.start_thread(None);
        }
        let watched = Arc::downgrade(&shared);
        let watchdog = thread::Builder::new()
            .name("watchdog".into())
            .spawn(move || watch(&watched));
        if let Err(e) = watchdog {
            shared.halt(Halted::NoThread(e.to_string()));
        }
        Pool { shared }
    }

    pub fn threads(&self) -> usize {
        self.shared.options.threads.max(1)
    }

    /// Hands over a job. Callers bound how many wait.
    pub fn submit(&self, job: Job) {
        self.shared.push(self.shared.lock(), job);
    }

    /// Like [`Pool::submit`], for one of many jobs that come in a run: to wake a sleeping thread for
    /// each costs more than a short job does. They are woken when [`RUN`] wait, by [`Pool::wake`] at the end
    /// of the run, or by the watchdog at its next look.
    pub fn submit_in_run(&self, job: Job) {
        let mut queue = self.shared.lock();
        if queue.jobs.len() + 1 < RUN {
            queue.jobs.push_back(job);
        } else {
            self.shared.push(queue, job);
        }
    }

    /// Wakes sleeping threads for the jobs that wait.
    pub fn wake(&self) {
        self.shared.wake_all();
    }

    /// Threads that hang at this moment.
    pub fn stuck(&self) -> usize {
        self.shared.stuck.load(Ordering::Relaxed)
    }

    /// Jobs that wait for a thread.
    pub fn waiting(&self) -> usize {
        self.shared.lock().jobs.len()
    }

    /// Lets the waiting jobs be done, then ends the threads. True when all had ended by `deadline`;
    /// a thread that hangs is left behind.
    pub fn close(self, deadline: Instant) -> bool {
        let mut queue = self.shared.lock();
        queue.closed = true;
        self.shared.work.notify_all();
        while queue.threads > 0 {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            queue = self
                .shared
                .ended
                .wait_timeout(queue, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        true
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.work.notify_all();
    }
}

impl Turn {
    /// Has the watchdog write this thread off at `deadline` and run `takeover` on the thread that
    /// takes its place, unless [`Turn::disarm`] comes first. A second call moves the watch.
    pub fn arm(&self, deadline: Moment, takeover: Job) {
        *self.slot.lock() = Some(Watch { deadline, takeover });
    }

    /// Ends the watch. False when this thread has been written off: its job must end at once.
    pub fn disarm(&self) -> bool {
        self.slot.lock().take();
        !self.is_written_off()
    }

    pub fn is_written_off(&self) -> bool {
        self.slot.written_off.load(Ordering::Acquire)
    }

    fn shared_idle(&self) -> usize {
        self.shared.idle.load(Ordering::Relaxed)
    }

    /// Whether another thread has nothing to do.
    pub fn others_are_free(&self) -> bool {
        self.shared_idle() > 0
    }

    /// Offers a part of this job to the free threads.
    pub fn ask_for_help(&self, job: Job) {
        let mut queue = self.shared.lock();
        // More offers than free threads would only be found out of date later.
        if queue.help.len() < self.shared_idle() {
            queue.help.push_back(job);
            drop(queue);
            self.shared.work.notify_one();
        }
    }
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, Option<Watch>> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn new(options: PoolOptions) -> Self {
        Shared {
            options,
            queue: Mutex::default(),
            work: Condvar::new(),
            ended: Condvar::new(),
            idle: AtomicUsize::new(0),
            stuck: AtomicUsize::new(0),
            halted: AtomicBool::new(false),
            slots: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, mut queue: MutexGuard<'_, Queue>, job: Job) {
        queue.jobs.push_back(job);
        self.wake(queue, 1);
    }

    /// Wakes as many sleeping threads as there are jobs for, with those that are on their way, and `most` at most.
    fn wake(&self, mut queue: MutexGuard<'_, Queue>, most: usize) {
        let asleep = self.idle.load(Ordering::Relaxed);
        let wake = asleep.min(queue.jobs.len());
        let wake = wake.saturating_sub(queue.waking).min(most);
        queue.waking += wake;
        drop(queue);
        (0..wake).for_each(|_| self.work.notify_one());
    }

    /// Wakes sleeping threads for all jobs that wait.
    fn wake_all(&self) {
        if self.idle.load(Ordering::Relaxed) > 0 {
            self.wake(self.lock(), usize::MAX);
        }
    }

    fn halt(&self, why: Halted) {
        if !self.halted.swap(true, Ordering::AcqRel) {
            (self.options.on_halt)(why);
        }
    }

    /// Starts a thread that first does `job`.
    fn start_thread(self: &Arc<Self>, job: Option<Job>) {
        let slot = Arc::new(Slot::default());
        self.slots().push(Arc::clone(&slot));
        self.lock().threads += 1;
        let turn = Turn {
            shared: Arc::clone(self),
            slot,
        };
        let started = thread::Builder::new()
            .name("compute".into())
            .stack_size(STACK_BYTES)
            .spawn(move || turn.serve(job));
        if let Err(e) = started {
            self.lock().threads -= 1;
            self.halt(Halted::NoThread(e.to_string()));
        }
    }

    fn slots(&self) -> MutexGuard<'_, Vec<Arc<Slot>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes off the threads whose watch ran out.
    fn write_off_overdue(self: &Arc<Self>) {
        let now = clock::now();
        let mut takeovers = Vec::new();
        self.slots().retain(|slot| {
            let mut watch = slot.lock();
            match watch.take_if(|w| w.deadline <= now) {
                Some(overdue) => {
                    slot.written_off.store(true, Ordering::Release);
                    takeovers.push(overdue.takeover);
                    false
                }
                None => true,
            }
        });
        for takeover in takeovers {
            let stuck = self.stuck.fetch_add(1, Ordering::AcqRel) + 1;
            self.lock().threads -= 1;
            if stuck > self.options.stuck {
                self.halt(Halted::TooManyStuck { stuck });
            }
            self.start_thread(Some(takeover));
        }
    }
}

impl Turn {
    fn serve(self, first: Option<Job>) {
        be_nice(self.shared.options.nice);
        let mut next = first;
        while let Some(job) = next.take().or_else(|| self.next_job()) {
            let result = caught(|| job(&self));
            let was_written_off = !self.disarm();
            if was_written_off {
                self.shared.stuck.fetch_sub(1, Ordering::AcqRel);
                return;
            }
            if let Err(said) = result {
                self.shared.halt(Halted::JobPanicked(said));
            }
        }
        self.shared
            .slots()
            .retain(|slot| !Arc::ptr_eq(slot, &self.slot));
        self.shared.lock().threads -= 1;
        self.shared.ended.notify_all();
    }

    /// Waits for a job; none when the pool is closed and has nothing left to do.
    fn next_job(&self) -> Option<Job> {
        let mut queue = self.shared.lock();
        loop {
            if let Some(job) = queue.help.pop_front() {
                return Some(job);
            }
            if let Some(job) = queue.jobs.pop_front() {
                return Some(job);
            }
            if queue.closed {
                return None;
            }
            self.shared.idle.fetch_add(1, Ordering::Relaxed);
            queue = wait(&self.shared.work, queue);
            queue.waking = queue.waking.saturating_sub(1);
            self.shared.idle.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Looks after the threads until the pool is gone.
fn watch(pool: &Weak<Shared>) {
    let _watched = clock::watched();
    loop {
        thread::sleep(WATCH_EVERY);
        let Some(shared) = pool.upgrade() else { return };
        shared.write_off_overdue();
        shared.wake_all();
        if shared.lock().closed && shared.lock().threads == 0 {
            return;
        }
    }
}

fn wait<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    condvar.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> PoolOptions {
        PoolOptions {
            threads: 1,
            stuck: 1,
            nice: 0,
            on_halt: Box::new(|_| {}),
        }
    }

    /// A pool without threads that takes so many to be asleep.
    fn asleep(threads: usize) -> Pool {
        let shared = Arc::new(Shared::new(options()));
        shared.idle.store(threads, Ordering::Relaxed);
        Pool { shared }
    }

    #[test]
    fn a_run_wakes_nobody_until_it_is_long_or_over() {
        let nothing = || Box::new(|_: &Turn| {});
        let waking = |pool: &Pool| pool.shared.lock().waking;
        let long = asleep(2);
        (1..RUN).for_each(|_| long.submit_in_run(nothing()));
        assert_eq!(waking(&long), 0);
        for woken in [1, 2, 2] {
            long.submit_in_run(nothing());
            assert_eq!(waking(&long), woken);
        }
        let over = asleep(2);
        over.wake();
        over.submit_in_run(nothing());
        assert_eq!(waking(&over), 0);
        over.wake();
        over.wake();
        assert_eq!(waking(&over), 1);
    }

    #[test]
    fn a_run_that_nobody_ends_is_done_all_the_same() {
        let pool = Pool::new(options());
        while pool.shared.idle.load(Ordering::Relaxed) == 0 {
            thread::yield_now();
        }
        let (told, hears) = std::sync::mpsc::channel();
        pool.submit_in_run(Box::new(move |_| told.send(()).unwrap()));
        hears.recv_timeout(Duration::from_secs(10)).unwrap();
        assert!(pool.close(Instant::now() + Duration::from_secs(10)));
    }
}

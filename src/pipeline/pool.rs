//! A fixed number of threads, and a watchdog that replaces those which hang.
//!
//! A thread takes jobs in this order: help that a running job asked for, jobs that were parked and go on,
//! new jobs as they came. New ones wait while what is parked weighs as much as it may. A job that may hang
//! arms its thread's deadline ([`PoolHandle::arm`]); past it the watchdog writes the thread off, starts
//! another and has that one do what the job left for the case.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::clock::{self, Moment};
use super::{caught, yield_to_others};

/// A job for a thread of the pool.
pub type Job = Box<dyn FnOnce(&PoolHandle) + Send>;

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
    /// What parked jobs may weigh together, in bytes, before new ones wait.
    pub parked_bytes: usize,
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
    /// The threads in service.
    watched: Mutex<Vec<Arc<WatchedThread>>>,
    /// What parked jobs weigh, in bytes.
    parked: AtomicUsize,
    /// True once the pool closes: what jobs wait for is not waited for any longer.
    closing: watch::Sender<bool>,
}

#[derive(Default)]
struct Queue {
    /// Help asked for by a running job; before anything new.
    help: VecDeque<Job>,
    /// Jobs that were parked and go on.
    resumed: VecDeque<Job>,
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
struct WatchedThread {
    deadline: Mutex<Option<Deadline>>,
    written_off: AtomicBool,
}

/// When a thread is written off, and what is done in its place then.
struct Deadline {
    at: Moment,
    takeover: Job,
}

/// How a job speaks to the pool, and of the thread that does it.
pub struct PoolHandle {
    shared: Arc<Shared>,
    thread: Arc<WatchedThread>,
}

/// The place of a job that has no thread while it waits. What it weighs counts until this is dropped.
pub struct Parking {
    shared: Arc<Shared>,
    bytes: usize,
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

    /// Lets the waiting jobs be done, then ends the threads; parked jobs are dropped. True when all threads
    /// had ended by `deadline`; one that hangs is left behind.
    pub fn close(self, deadline: Instant) -> bool {
        self.shared.begin_to_close();
        let mut queue = self.shared.lock();
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
        self.shared.begin_to_close();
    }
}

impl PoolHandle {
    /// Has the watchdog write this thread off at `deadline` and run `takeover` on the thread that
    /// takes its place, unless [`PoolHandle::disarm`] comes first. A second call moves the deadline.
    pub fn arm(&self, deadline: Moment, takeover: Job) {
        *self.thread.lock() = Some(Deadline {
            at: deadline,
            takeover,
        });
    }

    /// Takes the deadline away. False when this thread has been written off: its job must end at once.
    pub fn disarm(&self) -> bool {
        self.thread.lock().take();
        !self.is_written_off()
    }

    pub fn is_written_off(&self) -> bool {
        self.thread.written_off.load(Ordering::Acquire)
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

    /// Counts a job of so many bytes as parked. It gives its thread back by returning.
    pub fn park(&self, bytes: usize) -> Parking {
        self.shared.parked.fetch_add(bytes, Ordering::AcqRel);
        Parking {
            shared: Arc::clone(&self.shared),
            bytes,
        }
    }

    /// Whether what is parked weighs less than it may.
    pub fn may_park(&self) -> bool {
        !self.shared.is_full()
    }

    /// Hands over the rest of this job, to be done after the parked ones that go on before it.
    pub fn put_off(&self, job: Job) {
        self.shared.resume(job);
    }

    /// Whether a job that was parked waits for a thread: who only waits here must give way.
    pub fn is_wanted(&self) -> bool {
        !self.shared.lock().resumed.is_empty()
    }

    /// Turns true when the pool closes.
    pub fn closing(&self) -> watch::Receiver<bool> {
        self.shared.closing.subscribe()
    }
}

impl Parking {
    /// Has a thread go on with the job, which weighs what it weighs until then. After the pool began to close
    /// the job is dropped instead.
    pub fn resume(self, job: Job) {
        let shared = Arc::clone(&self.shared);
        shared.resume(Box::new(move |pool| {
            drop(self);
            job(pool);
        }));
    }
}

impl Drop for Parking {
    fn drop(&mut self) {
        let was_full = self.shared.is_full();
        self.shared.parked.fetch_sub(self.bytes, Ordering::AcqRel);
        if was_full {
            self.shared.wake_all();
        }
    }
}

impl std::fmt::Debug for Parking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes parked", self.bytes)
    }
}

impl WatchedThread {
    fn lock(&self) -> MutexGuard<'_, Option<Deadline>> {
        self.deadline.lock().unwrap_or_else(PoisonError::into_inner)
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
            watched: Mutex::default(),
            parked: AtomicUsize::new(0),
            closing: watch::Sender::new(false),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, mut queue: MutexGuard<'_, Queue>, job: Job) {
        queue.jobs.push_back(job);
        self.wake(queue, 1);
    }

    /// Takes a job that was parked, unless the pool closes.
    fn resume(&self, job: Job) {
        let mut queue = self.lock();
        if queue.closed {
            // What a job holds may speak to the pool when it is dropped.
            drop(queue);
            return;
        }
        queue.resumed.push_back(job);
        self.wake(queue, 1);
    }

    /// Whether nothing more is to be begun. One job may be parked whatever it weighs.
    fn is_full(&self) -> bool {
        let parked = self.parked.load(Ordering::Acquire);
        parked > 0 && parked >= self.options.parked_bytes
    }

    fn begin_to_close(&self) {
        self.lock().closed = true;
        self.work.notify_all();
        self.closing.send_replace(true);
    }

    /// Wakes as many sleeping threads as there are jobs for, with those that are on their way, and `most` at most.
    fn wake(&self, mut queue: MutexGuard<'_, Queue>, most: usize) {
        let asleep = self.idle.load(Ordering::Relaxed);
        let new = if self.is_full() { 0 } else { queue.jobs.len() };
        let wake = asleep.min(queue.resumed.len() + new);
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
        let thread = Arc::new(WatchedThread::default());
        self.watched().push(Arc::clone(&thread));
        self.lock().threads += 1;
        let handle = PoolHandle {
            shared: Arc::clone(self),
            thread,
        };
        let started = thread::Builder::new()
            .name("compute".into())
            .stack_size(STACK_BYTES)
            .spawn(move || handle.serve(job));
        if let Err(e) = started {
            self.lock().threads -= 1;
            self.halt(Halted::NoThread(e.to_string()));
        }
    }

    fn watched(&self) -> MutexGuard<'_, Vec<Arc<WatchedThread>>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes off the threads that are past their deadline.
    fn write_off_overdue(self: &Arc<Self>) {
        let now = clock::now();
        let mut takeovers = Vec::new();
        self.watched().retain(|thread| {
            let mut deadline = thread.lock();
            match deadline.take_if(|d| d.at <= now) {
                Some(overdue) => {
                    thread.written_off.store(true, Ordering::Release);
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

impl PoolHandle {
    fn serve(self, first: Option<Job>) {
        yield_to_others(self.shared.options.nice);
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
            .watched()
            .retain(|thread| !Arc::ptr_eq(thread, &self.thread));
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
            if let Some(job) = queue.resumed.pop_front() {
                return Some(job);
            }
            if (queue.closed || !self.shared.is_full())
                && let Some(job) = queue.jobs.pop_front()
            {
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
            parked_bytes: 1 << 20,
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
        let nothing = || Box::new(|_: &PoolHandle| {});
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

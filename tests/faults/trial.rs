//! One scenario's run: its topics, its load, its workers, and the check at the end.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::support::admin::Admin;
use crate::support::articles::Mix;
use crate::support::ledger::{Ledger, Verdict};
use crate::support::load::Load;
use crate::support::reader::{Exits, Watch};
use crate::support::seeded::Seeded;
use crate::support::worker::{Delivery, Job, Protocol, Worker};

/// A worker has recovered from a fault when articles come out again; within this they must. How long the
/// rest then takes is a matter of the machine, not of the fault.
const RECOVERY: Duration = Duration::from_secs(60);

/// What workers are told about the time they have to stop, and within what they must be gone.
const SHUTDOWN: Duration = Duration::from_secs(30);
const GONE: Duration = Duration::from_secs(40);

/// What a scenario wants to be put in.
#[derive(Debug, Clone)]
pub struct Plan {
    pub name: String,
    pub delivery: Delivery,
    pub protocol: Protocol,
    pub seed: u64,
    pub mix: Mix,
    pub articles: u32,
    /// Articles a second.
    pub rate: u32,
    pub partitions: i32,
    /// Settings of the dead-letter topic.
    pub dead_letter_settings: Vec<(&'static str, &'static str)>,
}

/// A scenario under way.
pub struct Trial {
    pub admin: Admin,
    pub bootstrap: String,
    pub plan: Plan,
    pub exits: Exits,
    pub input: String,
    pub ledger: Arc<Ledger>,
    /// What every worker of this trial is told to do.
    pub job: Job,
    pub seeded: Seeded,
    watch: Watch,
    /// What was not as it must be.
    pub faults: Vec<String>,
}

impl Trial {
    /// Makes the topics and starts the reader. `bootstrap` is where tests reach the broker directly,
    /// `for_workers` where the workers do.
    pub fn open(bootstrap: &str, for_workers: &str, plan: Plan) -> Result<Trial> {
        let admin = Admin::new(bootstrap)?;
        let (delivery, protocol) = (plan.delivery.name(), plan.protocol.name());
        let name = format!("{}-{delivery}-{protocol}-{}", plan.name, plan.seed);
        let input = format!("{name}.in");
        let exits = Exits {
            output: format!("{name}.out"),
            dead_letters: format!("{name}.dead"),
        };
        admin.create(&input, plan.partitions, &[])?;
        admin.create(&exits.output, plan.partitions, &[])?;
        admin.create(&exits.dead_letters, 1, &plan.dead_letter_settings)?;
        let ledger = Arc::new(Ledger::new(&plan.mix, plan.articles));
        let watch = Watch::start(bootstrap, &exits, Arc::clone(&ledger))?;
        let mut job = Job::new(for_workers, &name, &input, &exits, plan.delivery);
        job.set("kafka.shutdown_ms", &SHUTDOWN.as_millis().to_string())
            .protocol(plan.protocol);
        Ok(Trial {
            admin,
            bootstrap: bootstrap.to_owned(),
            seeded: Seeded::nth(plan.seed, 1),
            input,
            exits,
            ledger,
            job,
            plan,
            watch,
            faults: Vec::new(),
        })
    }

    /// Starts the load; the clock of recovery starts with the first articles that come out.
    pub fn load(&self) -> Result<Load> {
        let load = self.load_part(0..self.plan.articles)?;
        self.ledger.wait_for_share(0.01, RECOVERY);
        self.ledger.start_clock();
        Ok(load)
    }

    /// Starts to produce some of the articles.
    pub fn load_part(&self, numbers: std::ops::Range<u32>) -> Result<Load> {
        Load::start(
            &self.bootstrap,
            &self.input,
            &self.plan.mix,
            numbers,
            self.plan.rate,
        )
    }

    /// Sleeps for a moment of that many milliseconds that the seed chooses.
    pub fn pause(&mut self, milliseconds: std::ops::Range<u64>) {
        std::thread::sleep(self.seeded.moment(milliseconds));
    }

    /// Notes what is not as it must be.
    pub fn check(&mut self, right: bool, fault: impl FnOnce() -> String) {
        if !right {
            self.faults.push(fault());
        }
    }

    /// Tells a worker to stop, and checks that it goes in order.
    pub fn stop(&mut self, worker: &mut Worker) -> Result<()> {
        let (code, took) = worker.terminate(GONE)?;
        self.check(code == Some(0), || {
            format!(
                "exit code {code:?} after SIGTERM, {took:?}\n{}",
                worker.tail()
            )
        });
        Ok(())
    }

    /// Starts a worker again that found itself fenced and left, as it should; whoever runs it does that.
    /// Returns how many times.
    pub fn revive(&mut self, worker: &mut Worker, job: &Job) -> Result<usize> {
        /// Exit code of a worker whose name another took over, or an answer of the broker that was late.
        const FENCED: i32 = 4;
        if worker.is_running() {
            return Ok(0);
        }
        let code = worker.wait(Duration::ZERO)?.code();
        self.check(code == Some(FENCED), || {
            format!("the worker left with {code:?}\n{}", worker.tail())
        });
        *worker = job.start_ready()?;
        Ok(1)
    }

    /// Waits for the load and for everything to be out and committed, stops the workers and gives the
    /// verdict.
    pub fn close(mut self, load: Load, workers: &mut [Worker]) -> Result<(Verdict, Vec<String>)> {
        load.join()?;
        if !self.ledger.wait_while_progress(RECOVERY) {
            let missing = self.ledger.missing();
            let mut fault = format!("{missing} articles are missing, none came for {RECOVERY:?}");
            for worker in workers.iter() {
                fault.push_str(&format!(
                    "\n--- {}\n{}",
                    worker.log_path().display(),
                    worker.tail()
                ));
            }
            self.faults.push(fault);
        } else {
            let caught_up = self
                .admin
                .wait_until_caught_up(&self.job.group, &self.input, RECOVERY);
            if let Err(error) = caught_up {
                self.faults.push(format!("{error:#}"));
            }
        }
        for worker in workers {
            if let Err(error) = self.stop(worker) {
                self.faults.push(format!("{error:#}"));
            }
        }
        let fresh = Ledger::new(&self.plan.mix, self.plan.articles);
        let difference = self.watch.finish(&fresh).context("reading the end")?;
        self.faults.extend(difference);
        let verdict = self.ledger.verdict();
        let kept = match self.plan.delivery {
            Delivery::ExactlyOnce => verdict.exactly_once(),
            Delivery::AtLeastOnce => verdict.nothing_lost(),
        };
        if !kept {
            let Verdict { lost, repeated, .. } = verdict;
            let (astray, disorder) = (verdict.astray, verdict.out_of_order);
            self.faults.push(format!(
                "the promise was not kept: {lost} lost, {repeated} repeated, {disorder} out of order, {astray} astray"
            ));
        }
        if verdict.recovery > RECOVERY {
            self.faults
                .push(format!("recovery took {:?}", verdict.recovery));
        }
        for topic in [&self.input, &self.exits.output, &self.exits.dead_letters] {
            // One topic less on a shared broker; nothing depends on it.
            let _ = self.admin.delete(topic);
        }
        Ok((verdict, self.faults))
    }
}

//! One scenario's run: its topics, its load, its workers, and the check at the end.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};

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

/// Within this a worker must begin to stop once it is told to, whatever it waits for just then.
const OBEYED: Duration = Duration::from_secs(5);

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
    /// Input topics; more than one are subscribed to by a pattern.
    pub topics: u16,
    /// Partitions of each of them and of the output.
    pub partitions: i32,
    /// Settings of the topics.
    pub input_settings: Settings,
    pub output_settings: Settings,
    pub dead_letter_settings: Settings,
}

/// What a trial came to: the ledger's verdict, and what was not as it must be.
pub type Closed = (Verdict, Vec<String>);

pub type Settings = Vec<(&'static str, &'static str)>;

/// A scenario under way.
pub struct Trial {
    pub admin: Admin,
    pub bootstrap: String,
    pub plan: Plan,
    pub exits: Exits,
    /// Its input topics, one as a rule.
    pub inputs: Vec<String>,
    pub ledger: Arc<Ledger>,
    /// What every worker of this trial is told to do.
    pub job: Job,
    pub seeded: Seeded,
    /// Whether records of a key are promised to keep their order at least once; deploy/operating.md says where the
    /// promise ends.
    pub order_is_promised: bool,
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
        let inputs: Vec<String> = match plan.topics {
            1 => vec![format!("{name}.in")],
            many => (0..many).map(|n| format!("{name}.in.{n}")).collect(),
        };
        let exits = Exits {
            output: format!("{name}.out"),
            dead_letters: format!("{name}.dead"),
        };
        for input in &inputs {
            admin.create(input, plan.partitions, &plan.input_settings)?;
        }
        admin.create(&exits.output, plan.partitions, &plan.output_settings)?;
        admin.create(&exits.dead_letters, 1, &plan.dead_letter_settings)?;
        let ledger = Arc::new(Ledger::new(&plan.mix, plan.articles));
        let watch = Watch::start(bootstrap, &exits, Arc::clone(&ledger))?;
        let mut job = Job::new(for_workers, &name, &inputs[0], &exits, plan.delivery);
        if inputs.len() > 1 {
            job.set("kafka.input", &format!("['^{name}[.]in[.].*']"));
        }
        job.set("kafka.shutdown_ms", &SHUTDOWN.as_millis().to_string())
            .protocol(plan.protocol);
        Ok(Trial {
            admin,
            bootstrap: bootstrap.to_owned(),
            seeded: Seeded::nth(plan.seed, 1),
            inputs,
            exits,
            ledger,
            job,
            plan,
            order_is_promised: true,
            watch,
            faults: Vec::new(),
        })
    }

    /// Its input topic; the first when there are more.
    pub fn input(&self) -> &str {
        &self.inputs[0]
    }

    /// Starts the load; the clock of recovery starts with the first articles that come out.
    pub fn load(&self) -> Result<Load> {
        let load = self.load_part(0..self.plan.articles)?;
        let begun = self.ledger.wait_for_share(0.01, RECOVERY);
        ensure!(begun, "nothing comes out");
        self.ledger.start_clock();
        Ok(load)
    }

    /// Starts to produce some of the articles.
    pub fn load_part(&self, numbers: std::ops::Range<u32>) -> Result<Load> {
        let Plan { mix, rate, .. } = &self.plan;
        Load::spread(&self.bootstrap, &self.inputs, mix, numbers, *rate)
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

    /// Tells a worker to stop, and checks that it begins to at once and goes in order. Returns how long it took.
    pub fn stop(&mut self, worker: &mut Worker) -> Result<Duration> {
        let (code, took) = worker.terminate(GONE)?;
        self.check(code == Some(0), || {
            format!(
                "exit code {code:?} after SIGTERM, {took:?}\n{}",
                worker.tail()
            )
        });
        // From when it knows of the signal until what was under way has finished.
        let ends = worker.events("shutdown.end");
        let stopping = ends.iter().filter_map(|end| end["ms"].as_u64()).sum();
        let deaf = took.saturating_sub(Duration::from_millis(stopping));
        self.check(deaf < OBEYED, || {
            format!("deaf to SIGTERM for {deaf:?}\n{}", worker.tail())
        });
        Ok(took)
    }

    /// Checks that no worker has left: nobody took its name, and what it lives through passes. One that did is
    /// started again, so that the rest of the trial says what became of the articles.
    pub fn all_stay(&mut self, workers: &mut [Worker], jobs: &[Job]) -> Result<()> {
        for (worker, job) in workers.iter_mut().zip(jobs) {
            if worker.is_running() {
                continue;
            }
            let status = worker.wait(Duration::ZERO)?;
            self.faults
                .push(format!("the worker left, {status}\n{}", worker.tail()));
            *worker = job.start_ready()?;
        }
        Ok(())
    }

    /// Waits for the load and for everything to be out and committed, stops the workers and gives the
    /// verdict.
    pub fn close(self, load: Load, workers: &mut [Worker]) -> Result<Closed> {
        self.close_after(load, workers, |_| Ok(Vec::new()))
    }

    /// The same; `look` sees the topics once nothing more is written and says what is wrong with them.
    pub fn close_after(
        mut self,
        load: Load,
        workers: &mut [Worker],
        look: impl FnOnce(&Exits) -> Result<Vec<String>>,
    ) -> Result<Closed> {
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
            for input in &self.inputs {
                let group = &self.job.group;
                let caught_up = self.admin.wait_until_caught_up(group, input, RECOVERY);
                if let Err(error) = caught_up {
                    self.faults.push(format!("{error:#}"));
                }
            }
        }
        for worker in workers {
            if let Err(error) = self.stop(worker) {
                self.faults.push(format!("{error:#}"));
            }
        }
        let fresh = Ledger::new(&self.plan.mix, self.plan.articles);
        match self.watch.finish(&fresh) {
            Ok(difference) => self.faults.extend(difference),
            Err(error) => self.faults.push(format!("reading the end: {error:#}")),
        }
        self.faults.extend(look(&self.exits)?);
        let verdict = self.ledger.verdict();
        let kept = match self.plan.delivery {
            Delivery::ExactlyOnce => verdict.exactly_once(),
            Delivery::AtLeastOnce if self.order_is_promised => verdict.nothing_lost(),
            Delivery::AtLeastOnce => verdict.lost == 0 && verdict.astray == 0,
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
        let exits = [&self.exits.output, &self.exits.dead_letters];
        for topic in self.inputs.iter().chain(exits) {
            // One topic less on a shared broker; nothing depends on it.
            let _ = self.admin.delete(topic);
        }
        Ok((verdict, self.faults))
    }
}

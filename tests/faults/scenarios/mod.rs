//! The scenarios, by number.

mod articles;
mod brokers;
mod group;
mod memory;
mod network;
mod refusals;
mod signals;
mod topics;
mod waiting;

use std::time::Instant;

use anyhow::Result;

use crate::ground::Grounds;
use crate::report::{Outcome, Report};
use crate::support::articles::Mix;
use crate::support::ledger::Verdict;
use crate::support::seeded::Seeded;
use crate::support::worker::{Delivery, Protocol};
use crate::trial::{Closed, Plan};
use crate::{BOTH, EXACTLY_ONCE};

/// One row of the table of faults.
pub struct Scenario {
    pub number: u8,
    pub title: &'static str,
    /// Whether it is part of the short form.
    pub short: bool,
    pub modes: &'static [Delivery],
    pub short_modes: &'static [Delivery],
    /// Whether it is about the group too, and so runs on both of its protocols.
    pub protocols: bool,
    /// It breaks its cluster, so it has one of its own and runs when nothing else does.
    pub alone: bool,
    /// About how long it takes, to start the longest first.
    pub seconds: u32,
    run: fn(&Grounds, &Case, u64) -> Result<Done>,
}

/// A scenario in one delivery mode.
#[derive(Clone)]
pub struct Case {
    pub scenario: &'static Scenario,
    pub delivery: Delivery,
    /// The protocol asked for.
    pub protocol: Option<Protocol>,
    pub short: bool,
}

/// What a scenario's run came to.
pub enum Done {
    Ran {
        injected: String,
        verdict: Verdict,
        faults: Vec<String>,
    },
    /// It needs what is not here.
    Skipped(String),
}

fn needs_failpoints() -> Done {
    Done::Skipped("needs a worker with failpoints: --features failpoints".to_owned())
}

/// What several trials of one scenario come to.
#[derive(Default)]
struct Sum {
    verdict: Verdict,
    faults: Vec<String>,
}

impl Sum {
    /// An error on the way is a fault like any other, and no reason to leave out what comes after it.
    fn add(&mut self, trial: &str, closed: Result<Closed>) {
        let (verdict, faults) = match closed {
            Ok(closed) => closed,
            Err(error) => (Verdict::default(), vec![format!("{error:#}")]),
        };
        self.verdict.add(verdict);
        let faults = faults.into_iter();
        self.faults
            .extend(faults.map(|fault| format!("{trial}: {fault}")));
    }

    fn done(self, injected: String) -> Done {
        Done::Ran {
            injected,
            verdict: self.verdict,
            faults: self.faults,
        }
    }
}

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        protocols: true,
        seconds: 40,
        ..shared(1, "kill -9 at random moments", true, BOTH, signals::kill)
    },
    Scenario {
        protocols: true,
        seconds: 20,
        ..shared(2, "SIGTERM under load", true, BOTH, signals::terminate)
    },
    Scenario {
        protocols: true,
        seconds: 30,
        short_modes: EXACTLY_ONCE,
        ..shared(
            3,
            "stopped past the transaction timeout",
            true,
            BOTH,
            signals::stop_past_transaction,
        )
    },
    Scenario {
        protocols: true,
        seconds: 45,
        ..shared(
            4,
            "stopped past session and max.poll",
            false,
            BOTH,
            signals::stop_past_session,
        )
    },
    Scenario {
        protocols: true,
        seconds: 35,
        ..shared(5, "1 → 3 → 1 workers", true, BOTH, group::scale)
    },
    Scenario {
        seconds: 45,
        short_modes: EXACTLY_ONCE,
        ..alone(
            6,
            "broker killed, restarted, failed over",
            true,
            BOTH,
            brokers::broken,
        )
    },
    Scenario {
        seconds: 60,
        ..alone(
            7,
            "connections reset, black hole, delay",
            false,
            BOTH,
            network::bad_weather,
        )
    },
    Scenario {
        seconds: 30,
        short_modes: EXACTLY_ONCE,
        ..alone(
            8,
            "a commit's response is lost",
            true,
            BOTH,
            network::lost_response,
        )
    },
    Scenario {
        seconds: 20,
        ..shared(
            9,
            "two workers, one transactional id",
            true,
            EXACTLY_ONCE,
            group::twins,
        )
    },
    Scenario {
        seconds: 40,
        ..shared(
            10,
            "right withdrawn, topic deleted",
            false,
            BOTH,
            topics::withdrawn,
        )
    },
    Scenario {
        seconds: 25,
        ..shared(
            11,
            "poison, panic, loop, 30 MB, tombstone",
            true,
            BOTH,
            articles::poison,
        )
    },
    Scenario {
        seconds: 20,
        ..shared(
            12,
            "dead-letter topic unwritable",
            true,
            BOTH,
            topics::no_dead_letters,
        )
    },
    Scenario {
        seconds: 20,
        ..shared(13, "partitions added", false, BOTH, topics::more_partitions)
    },
    Scenario {
        seconds: 20,
        ..shared(
            14,
            "retention overtakes the offset",
            false,
            BOTH,
            topics::overtaken,
        )
    },
    Scenario {
        seconds: 30,
        ..shared(
            15,
            "10× burst at the memory cap",
            false,
            BOTH,
            articles::burst,
        )
    },
    Scenario {
        seconds: 40,
        ..shared(
            16,
            "crash between send_offsets and commit",
            false,
            EXACTLY_ONCE,
            signals::crash_before_commit,
        )
    },
    Scenario {
        seconds: 70,
        short_modes: EXACTLY_ONCE,
        ..alone(17, "broker away under load", true, BOTH, brokers::away)
    },
    Scenario {
        seconds: 50,
        ..shared(
            18,
            "input topic deleted and made anew",
            true,
            BOTH,
            topics::recreated,
        )
    },
    Scenario {
        seconds: 25,
        ..shared(
            19,
            "SIGTERM on a backlog with tombstones",
            true,
            BOTH,
            signals::terminate_backlog,
        )
    },
    Scenario {
        seconds: 60,
        ..shared(
            20,
            "old owner restarted in a rebalance",
            true,
            BOTH,
            group::restarted_owner,
        )
    },
    Scenario {
        seconds: 60,
        ..shared(
            21,
            "output refuses for good",
            true,
            BOTH,
            refusals::for_good,
        )
    },
    Scenario {
        seconds: 20,
        ..shared(
            22,
            "messages of 1969 and of 2100",
            false,
            BOTH,
            refusals::skewed,
        )
    },
    Scenario {
        protocols: true,
        seconds: 150,
        ..alone(
            23,
            "200 partitions, workers come and go",
            false,
            BOTH,
            group::many_partitions,
        )
    },
    Scenario {
        seconds: 90,
        ..alone(
            24,
            "broker frozen, then all workers",
            false,
            BOTH,
            brokers::frozen,
        )
    },
    Scenario {
        seconds: 20,
        ..shared(25, "nothing but poison", false, BOTH, articles::flood)
    },
    Scenario {
        seconds: 25,
        ..shared(
            26,
            "retention overtakes a frozen worker",
            false,
            BOTH,
            topics::overtaken_frozen,
        )
    },
    Scenario {
        seconds: 20,
        ..shared(
            27,
            "input ends in control records",
            true,
            BOTH,
            topics::control_records,
        )
    },
    Scenario {
        seconds: 45,
        ..shared(
            28,
            "killed, moved and stopped while many wait",
            true,
            BOTH,
            waiting::interrupted,
        )
    },
    Scenario {
        protocols: true,
        seconds: 60,
        ..shared(
            29,
            "killed, frozen and joined with a memory",
            true,
            BOTH,
            memory::interrupted,
        )
    },
    Scenario {
        seconds: 60,
        ..alone(30, "the memory is away", false, BOTH, memory::away)
    },
];

type Run = fn(&Grounds, &Case, u64) -> Result<Done>;

const fn shared(
    number: u8,
    title: &'static str,
    short: bool,
    modes: &'static [Delivery],
    run: Run,
) -> Scenario {
    Scenario {
        number,
        title,
        short,
        modes,
        short_modes: modes,
        protocols: false,
        alone: false,
        seconds: 30,
        run,
    }
}

const fn alone(
    number: u8,
    title: &'static str,
    short: bool,
    modes: &'static [Delivery],
    run: Run,
) -> Scenario {
    Scenario {
        alone: true,
        ..shared(number, title, short, modes, run)
    }
}

impl Case {
    /// Runs it; an error on the way is a failure like any other.
    pub fn run(&self, grounds: &Grounds, seed: u64) -> Report {
        let start = Instant::now();
        let (injected, verdict, outcome) = match (self.scenario.run)(grounds, self, seed) {
            Ok(Done::Ran {
                injected,
                verdict,
                faults,
            }) => {
                let outcome = match faults.is_empty() {
                    true => Outcome::Passed,
                    false => Outcome::Failed(faults),
                };
                (injected, verdict, outcome)
            }
            Ok(Done::Skipped(why)) => (String::new(), Verdict::default(), Outcome::Skipped(why)),
            Err(error) => {
                let fault = format!("{error:#}");
                (
                    String::new(),
                    Verdict::default(),
                    Outcome::Failed(vec![fault]),
                )
            }
        };
        Report {
            number: self.scenario.number,
            title: self.scenario.title,
            delivery: self.delivery,
            protocol: self.protocol(seed),
            seed,
            injected,
            verdict,
            outcome,
            took: start.elapsed(),
        }
    }

    fn protocol(&self, seed: u64) -> Protocol {
        let chosen = || match Seeded::nth(seed, u64::from(self.scenario.number)).once_in(2) {
            true => Protocol::Consumer,
            false => Protocol::Classic,
        };
        match self.scenario.protocols {
            true => self.protocol.unwrap_or_else(chosen),
            false => Protocol::Classic,
        }
    }

    /// Ordinary articles with some poison and some tombstones, at `rate` a second for `seconds`.
    fn plan(&self, seed: u64, rate: u32, seconds: u32) -> Plan {
        Plan {
            name: format!("faults-{}", self.scenario.number),
            delivery: self.delivery,
            protocol: self.protocol(seed),
            seed,
            mix: Mix {
                paragraphs: 2,
                ..Mix::rough(seed)
            },
            articles: rate * seconds,
            rate,
            topics: 1,
            partitions: 6,
            input_settings: Vec::new(),
            output_settings: Vec::new(),
            dead_letter_settings: Vec::new(),
        }
    }
}

//! One line a scenario, and the table at the end.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::support::ledger::Verdict;
use crate::support::worker::{Delivery, Protocol};

/// What a scenario came to.
#[derive(Debug)]
pub struct Report {
    pub number: u8,
    pub title: &'static str,
    pub delivery: Delivery,
    pub protocol: Protocol,
    pub seed: u64,
    /// What was done to the worker's world, counted.
    pub injected: String,
    pub verdict: Verdict,
    pub outcome: Outcome,
    pub took: Duration,
}

#[derive(Debug)]
pub enum Outcome {
    Passed,
    /// It could not run here, and why.
    Skipped(String),
    /// What was not as it must be.
    Failed(Vec<String>),
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match &self.outcome {
            Outcome::Passed => "ok",
            Outcome::Skipped(_) => "SKIPPED",
            Outcome::Failed(_) => "FAILED",
        };
        let v = &self.verdict;
        write!(
            f,
            "#{:<2} {:<38} {:<13} {:<7} seed {:<6} {:<34} in {:>6} out {:>6} dead-lettered {:>4} lost {} repeated {} out of order {} recovery {:>4.1} s  {word} ({:.0} s)",
            self.number,
            self.title,
            self.delivery.name(),
            self.protocol.name(),
            self.seed,
            self.injected,
            v.injected,
            v.records,
            v.dead_lettered,
            v.lost,
            v.repeated,
            v.out_of_order,
            v.recovery.as_secs_f64(),
            self.took.as_secs_f64(),
        )?;
        match &self.outcome {
            Outcome::Passed => Ok(()),
            Outcome::Skipped(why) => write!(f, "\n      {why}"),
            Outcome::Failed(faults) => {
                for fault in faults.iter().chain(&v.examples) {
                    write!(f, "\n      {fault}")?;
                }
                Ok(())
            }
        }
    }
}

/// Prints the sums of each scenario over all runs.
pub fn summary(reports: &[Report]) {
    let mut rows: BTreeMap<(u8, &str, Protocol), Vec<&Report>> = BTreeMap::new();
    for report in reports {
        let row = (report.number, report.delivery.name(), report.protocol);
        rows.entry(row).or_default().push(report);
    }
    println!(
        "| # | fault | delivery | group protocol | runs | in | out | dead-lettered | lost | repeated | out of order | longest recovery | failed |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    for ((number, delivery, protocol), reports) in rows {
        let sum = |part: fn(&Verdict) -> u64| reports.iter().map(|r| part(&r.verdict)).sum::<u64>();
        let recovery = reports.iter().map(|r| r.verdict.recovery).max();
        let failed = reports
            .iter()
            .filter(|r| matches!(r.outcome, Outcome::Failed(_)));
        println!(
            "| {number} | {} | {delivery} | {} | {} | {} | {} | {} | {} | {} | {} | {:.1} s | {} |",
            reports.first().map_or("", |r| r.title),
            protocol.name(),
            reports.len(),
            sum(|v| v.injected),
            sum(|v| v.records),
            sum(|v| v.dead_lettered),
            sum(|v| v.lost),
            sum(|v| v.repeated),
            sum(|v| v.out_of_order),
            recovery.unwrap_or_default().as_secs_f64(),
            failed.count(),
        );
    }
}

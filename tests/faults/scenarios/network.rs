//! A bad network between the worker and the broker.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::{Case, Done};
use crate::ground::Grounds;
use crate::support::cluster::Cluster;
use crate::support::proxy::Proxy;
use crate::trial::Trial;

/// 7: connections cut, nothing forwarded for a while, everything five seconds late.
pub fn bad_weather(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    let kafka = grounds.own(1, true)?;
    let (mut trial, proxy) = behind_proxy(&kafka, case, seed, 30)?;
    let jobs = [trial.job.clone()];
    let mut workers = [jobs[0].start_ready()?];
    let load = trial.load()?;
    for _ in 0..5 {
        trial.pause(200..1500);
        proxy.reset();
    }
    trial.pause(500..1500);
    proxy.black_hole(true);
    trial.pause(8000..10_000);
    proxy.black_hole(false);
    // What was held goes out after what was sent anew meanwhile: a static member meets its own return.
    trial.pause(2000..3000);
    trial.all_stay(&mut workers, &jobs)?;
    proxy.delay(Duration::from_secs(5));
    trial.pause(12_000..14_000);
    proxy.delay(Duration::ZERO);
    trial.pause(2000..3000);
    trial.all_stay(&mut workers, &jobs)?;
    let (verdict, faults) = trial.close(load, &mut workers)?;
    Ok(Done::Ran {
        injected: "5 cuts, 9 s hole, 5 s delay".to_owned(),
        verdict,
        faults,
    })
}

/// 8: the broker has committed, and the worker never hears of it.
pub fn lost_response(grounds: &Grounds, case: &Case, seed: u64) -> Result<Done> {
    const TIMES: u64 = 4;
    let kafka = grounds.own(1, true)?;
    let (mut trial, proxy) = behind_proxy(&kafka, case, seed, 12)?;
    let mut worker = trial.job.start_ready()?;
    let load = trial.load()?;
    for n in 1..=TIMES {
        trial.pause(300..1200);
        proxy.lose_next_commit_response();
        let deadline = Instant::now() + Duration::from_secs(15);
        while proxy.lost_commit_responses() < n {
            ensure!(
                Instant::now() < deadline,
                "no commit to lose the response of"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    if !worker.is_running() {
        trial.check(false, || format!("the worker left\n{}", worker.tail()));
        worker = trial.job.start()?;
    }
    let (verdict, faults) = trial.close(load, &mut [worker])?;
    Ok(Done::Ran {
        injected: format!("{TIMES} responses lost"),
        verdict,
        faults,
    })
}

fn behind_proxy(kafka: &Cluster, case: &Case, seed: u64, seconds: u32) -> Result<(Trial, Proxy)> {
    let ports = kafka.proxied_ports();
    ensure!(ports.len() == 1, "one broker, one proxy");
    let (listen, forward) = ports[0];
    let proxy = Proxy::start(listen, forward)?;
    let plan = case.plan(seed, 400, seconds);
    let trial = Trial::open(&kafka.bootstrap(), &kafka.proxied_bootstrap(), plan)?;
    Ok((trial, proxy))
}

//! The id of the schema that records go out with: had from the schema registry before anything is taken.

use std::time::{Duration, Instant};

use super::exit::Exit;
use super::shared::Shared;
use crate::config::Faults;
use crate::ops::Event as _;
use crate::ops::events::SchemaRegistered;
use crate::registry::Client;

/// Who tells of the outage.
const REGISTRY: &str = "registry";

/// How long a registry may be away before the worker ends: whoever restarts it then tells somebody.
const PATIENCE: Duration = Duration::from_secs(300);

/// Between two questions, at first and at most.
const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(15);

/// Asks as often as it takes, and meanwhile says so: the worker is not ready, and takes nothing. Ends the worker when
/// the registry stays away.
///
/// # Errors
/// What the registry refuses for good, as faults of the configuration.
pub(super) fn settle(shared: &Shared) -> anyhow::Result<()> {
    let Shared {
        settings,
        stop,
        health,
        ..
    } = shared;
    let Some(registry) = &settings.registry else {
        return Ok(());
    };
    let faults = |fault| Faults(vec![fault]);
    let client = Client::new(registry, settings.output.format).map_err(faults)?;
    let start = Instant::now();
    let mut pause = FIRST;
    while !stop.is_set() {
        let refusal = match client.settle() {
            Ok(registered) => {
                health.outage_of(REGISTRY, None);
                SchemaRegistered {
                    subject: registry.subject.clone(),
                    id: registered.id,
                    url: registered.address.clone(),
                    ms: start.elapsed().as_millis() as u64,
                }
                .emit();
                let _ = shared.registered.set(registered);
                return Ok(());
            }
            Err(refusal) if !refusal.passes => return Err(faults(refusal.fault).into()),
            Err(refusal) => refusal,
        };
        if start.elapsed() >= PATIENCE {
            let why = format!("for {} s, {}", PATIENCE.as_secs(), refusal.fault);
            stop.halt(Exit::Broker, why);
        }
        health.outage_of(REGISTRY, Some(&refusal.fault.to_string()));
        stop.wait(pause);
        pause = (pause * 2).min(LONGEST);
    }
    Ok(())
}

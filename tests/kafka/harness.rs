//! The harness itself: what it says of a worker can be believed only when it is right about itself.

use crate::support::cluster::{Cluster, Setup};

#[test]
fn a_broker_starts_dies_and_comes_back() {
    let Some(kafka) = Cluster::start("the harness", Setup::default()) else {
        return;
    };
    kafka.kill(1).unwrap();
    kafka.restart(1).unwrap();
    kafka.stop(1).unwrap();
    kafka.restart(1).unwrap();
}

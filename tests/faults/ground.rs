//! The clusters scenarios run on, started when the first needs one and shared by those that leave it
//! whole.

use std::sync::OnceLock;

use anyhow::{Context, Result};

use crate::support::cluster::{Cluster, Setup};

/// Name and password of the user whose rights a scenario may take away.
pub const USER: (&str, &str) = ("desk", "kessel-bay-7f3a");

/// One of each kind of cluster.
#[derive(Default)]
pub struct Grounds {
    shared: OnceLock<Option<Cluster>>,
}

impl Grounds {
    /// The broker shared by the scenarios that leave it running. It knows a user and checks rights.
    pub fn shared(&self) -> Result<&Cluster> {
        let cluster = self.shared.get_or_init(|| {
            let setup = Setup {
                users: vec![(USER.0.to_owned(), USER.1.to_owned())],
                authorizer: true,
                heap_megabytes: 512,
                ..Setup::default()
            };
            Cluster::start("the fault suite", setup)
        });
        cluster.as_ref().context("there is no Kafka here")
    }

    /// A cluster for one scenario that breaks it.
    pub fn own(&self, brokers: u16, proxied: bool) -> Result<Cluster> {
        let setup = Setup {
            brokers,
            proxied,
            ..Setup::default()
        };
        Cluster::start("the fault suite", setup).context("there is no Kafka here")
    }
}

//! What the parts of a worker have in common.

use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::{Arc, OnceLock};

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::assignment::Assignment;
use super::gauges::Meters;
use super::in_flight_budget::InFlightBudget;
use super::inspector::InspectorWaker;
use super::memory::SharedMemory;
use super::publisher::{PublisherMessage, SharedKeyQueues};
use super::stop::Stop;
use crate::config::{Delivery, Order, Settings};
#[cfg(feature = "otlp")]
use crate::ops::traces::Traces;
use crate::ops::{Health, Stats};
use crate::registry::Registered;

/// Each part takes what it needs of this when it is made.
pub struct Shared {
    pub settings: Arc<Settings>,
    pub stop: Arc<Stop>,
    pub stats: Arc<Stats>,
    pub health: Arc<Health>,
    pub assignment: Arc<Assignment>,
    pub meters: Arc<Meters>,
    pub budget: Arc<InFlightBudget>,
    pub queues: Arc<SharedKeyQueues>,
    /// To the publisher. The channel has no bound of its own, as the threads that must not wait for the
    /// publisher send to it, the client's among them, on which the publisher itself waits. What is in it belongs
    /// to messages in flight, see [`super::publisher::Outbox::next`].
    pub publisher: Sender<PublisherMessage>,
    /// Drains going on: the publisher does not wait for its window to fill while there are any.
    pub draining: Arc<AtomicUsize>,
    /// Set when partitions have come or gone since the consumer loop last looked.
    pub assignment_changed: Arc<AtomicBool>,
    pub inspector: InspectorWaker,
    /// The schema that records go out with, once it is known, if the configuration names a registry.
    pub registered: OnceLock<Registered>,
    /// The memory across articles, once it is there, if the configuration wants one.
    pub(super) memory: OnceLock<Arc<SharedMemory>>,
    /// Where traces go, if the configuration wants any.
    #[cfg(feature = "otlp")]
    pub traces: OnceLock<Arc<Traces>>,
}

impl Shared {
    /// With the publisher's end of its channel, and the inspector's of what wakes it.
    pub fn new(
        settings: Settings,
        stats: Arc<Stats>,
        stop: Arc<Stop>,
    ) -> (Arc<Self>, Receiver<PublisherMessage>, Receiver<()>) {
        let limits = &settings.limits;
        let budget = InFlightBudget::new(limits.in_flight_articles, limits.in_flight_bytes);
        let assignment = Arc::new(Assignment::default());
        #[allow(
            clippy::disallowed_methods,
            reason = "bounded by what is in flight, see the field"
        )]
        let (publisher, inbox) = unbounded();
        let (inspector, woken) = InspectorWaker::new();
        let shared = Shared {
            settings: Arc::new(settings),
            stop,
            stats,
            health: Arc::default(),
            meters: Arc::new(Meters::new(Arc::clone(&assignment))),
            assignment,
            budget: Arc::new(budget),
            queues: Arc::default(),
            publisher,
            draining: Arc::default(),
            assignment_changed: Arc::default(),
            inspector,
            registered: OnceLock::new(),
            memory: OnceLock::new(),
            #[cfg(feature = "otlp")]
            traces: OnceLock::new(),
        };
        (Arc::new(shared), inbox, woken)
    }

    /// The order that is in force.
    pub fn order(&self) -> Order {
        match self.settings.kafka.delivery {
            Delivery::AtLeastOnce => self.settings.kafka.order,
            // What is committed with the output must be all the output up to there.
            Delivery::ExactlyOnce => Order::Partition,
        }
    }
}

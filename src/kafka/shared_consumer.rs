//! The consuming client, which several threads use and which may be made anew under them.

use std::sync::{Arc, RwLock};

use rdkafka::consumer::Consumer as _;
use rdkafka::error::KafkaResult;

use super::group::GroupConsumer;
use super::sync::recover;

/// Makes a consuming client with the worker's settings; it has subscribed to nothing yet.
pub(super) type ConnectConsumer = Box<dyn Fn() -> KafkaResult<GroupConsumer> + Send + Sync>;

/// The consuming client of this moment. Whoever needs it for one call takes it with [`SharedConsumer::get`];
/// nobody but the thread that polls replaces it.
pub(super) struct SharedConsumer {
    current: RwLock<Arc<GroupConsumer>>,
    connect: ConnectConsumer,
}

impl SharedConsumer {
    /// # Errors
    /// When the client does not take its settings.
    pub(super) fn new(connect: ConnectConsumer) -> KafkaResult<Self> {
        Ok(SharedConsumer {
            current: RwLock::new(Arc::new(connect()?)),
            connect,
        })
    }

    pub(super) fn get(&self) -> Arc<GroupConsumer> {
        let current = recover(self.current.read());
        Arc::clone(&current)
    }

    /// Puts a new client in the place of this one, whose callbacks change nothing from now on. It is closed
    /// on a thread of its own, as that may hang.
    ///
    /// # Errors
    /// When the client does not take its settings; the old one stays then.
    pub(super) fn replace(&self) -> KafkaResult<()> {
        let new = Arc::new((self.connect)()?);
        let mut current = recover(self.current.write());
        let old = std::mem::replace(&mut *current, new);
        drop(current);
        old.context().retire();
        let thread = std::thread::Builder::new().name("discard".into());
        // Without a thread it is closed here and now.
        let _ = thread.spawn(move || drop(old));
        Ok(())
    }
}

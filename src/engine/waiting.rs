//! The runtime on which calls of stages wait.

use tokio::runtime::{Builder, Handle, Runtime};

/// Threads of the runtime. They compute nothing: one passes on tens of thousands of answers a second.
const THREADS: usize = 1;

/// A runtime that may be dropped anywhere: the last who holds an engine can be one of its own threads, on which
/// a runtime must not be waited for.
pub(super) struct Waiting {
    handle: Handle,
    runtime: Option<Runtime>,
}

impl Waiting {
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn start() -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(THREADS)
            .thread_name("waiting")
            .enable_all()
            .build()?;
        Ok(Waiting {
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
        })
    }

    pub(super) fn handle(&self) -> Handle {
        self.handle.clone()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

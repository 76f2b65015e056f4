//! The `copydesk` program: see the library for what it is made of.

use std::process::ExitCode;

/// For the Kafka client too, which is C: one allocator, one heap. Two keep what each has freed for itself.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// The allocator's settings, read by it under this name before `main`.
///
/// What has been freed goes back to the system after a second instead of ten: resident memory follows
/// what is in flight. Two arenas instead of four a core: the threads are few, and each arena keeps pages
/// of its own. A thread keeps a hundred freed pieces of a size instead of twenty: what one thread takes for a
/// message another gives back.
#[unsafe(export_name = "malloc_conf")]
static ALLOCATOR_SETTINGS: &[u8; 75] =
    b"narenas:2,dirty_decay_ms:1000,muzzy_decay_ms:0,tcache_nslots_small_min:100\0";

fn main() -> ExitCode {
    ExitCode::from(copydesk::cli::main())
}

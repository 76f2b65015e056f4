//! Loopback ports that stay free for a process that has yet to be started, or started again.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};

/// Ports are taken below the range from which Linux gives ports to outgoing connections (32768 and
/// up): a broker that is down for a moment must find its port free when it comes back.
const FIRST: u32 = 18_000;
const COUNT: u32 = 14_000;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A port nothing listens on now, and that no later call in this process returns.
pub fn free() -> Result<u16> {
    // Programs that run at the same time start at different places.
    let offset = std::process::id().wrapping_mul(101);
    (0..COUNT)
        .map(|_| {
            let n = NEXT.fetch_add(1, Ordering::Relaxed);
            FIRST + offset.wrapping_add(n) % COUNT
        })
        .filter_map(|port| u16::try_from(port).ok())
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .context("no free loopback port")
}

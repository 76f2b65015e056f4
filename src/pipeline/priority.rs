//! The priority of threads among each other.

/// Has the calling thread yield to all others by so much, as `nice` counts. Linux counts it by thread, other
/// systems by process: there nothing happens.
#[cfg(target_os = "linux")]
pub fn yield_to_others(by: i32) {
    if by > 0 {
        // SAFETY: it takes a number and changes nothing in memory. If it fails the thread stays as it is.
        unsafe { libc::nice(by) };
    }
}

#[cfg(not(target_os = "linux"))]
pub fn yield_to_others(_by: i32) {}

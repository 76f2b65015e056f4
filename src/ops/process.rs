//! What the system says of this process, by the names that Prometheus' own clients use. Linux tells it under
//! `/proc`; elsewhere nothing is known.

/// Unknown is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Usage {
    /// When the process began, in seconds since 1970.
    pub start_seconds: Option<f64>,
    /// Processor time, in user and system mode.
    pub cpu_seconds: Option<f64>,
    pub open_fds: Option<u64>,
    pub max_fds: Option<u64>,
    pub resident_bytes: Option<u64>,
    pub virtual_bytes: Option<u64>,
    pub threads: Option<u64>,
}

#[cfg(target_os = "linux")]
pub(super) fn read() -> Usage {
    let text = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let tick = ticks_a_second();
    let stat = text("/proc/self/stat");
    let field = |n| stat_field(&stat, n);
    let status = text("/proc/self/status");
    let bytes = |name| number_after(&status, name).map(|kib| kib << 10);
    Usage {
        start_seconds: number_after(&text("/proc/stat"), "btime")
            .zip(field(22))
            .map(|(boot, start)| boot as f64 + start as f64 / tick),
        cpu_seconds: field(14)
            .zip(field(15))
            .map(|(user, system)| (user + system) as f64 / tick),
        // The directory that is being read is open itself.
        open_fds: std::fs::read_dir("/proc/self/fd")
            .ok()
            .map(|fds| (fds.count() as u64).saturating_sub(1)),
        max_fds: number_after(&text("/proc/self/limits"), "Max open files"),
        resident_bytes: bytes("VmRSS:"),
        virtual_bytes: bytes("VmSize:"),
        threads: number_after(&status, "Threads:"),
    }
}

#[cfg(not(target_os = "linux"))]
pub fn read() -> Usage {
    Usage::default()
}

/// Field `n` of `/proc/self/stat`, counted from 1 as in proc(5). The second, the program's name, may hold
/// spaces and brackets itself.
#[cfg(target_os = "linux")]
fn stat_field(stat: &str, n: usize) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_ascii_whitespace().nth(n - 3)?.parse().ok()
}

/// The first number on the line that begins with `name`.
#[cfg(target_os = "linux")]
fn number_after(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_ascii_whitespace().next()?.parse().ok()
}

#[cfg(target_os = "linux")]
fn ticks_a_second() -> f64 {
    // SAFETY: it takes a number and returns one.
    let ticks = unsafe { libc::sysconf(libc::_SC_CLK_TCK) };
    if ticks > 0 { ticks as f64 } else { 100.0 }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_behind_a_name_with_brackets() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 10 0 0 0 250 50 0 0 20 0 9 0 8145 1000 20";
        assert_eq!(stat_field(stat, 4), Some(1));
        assert_eq!(
            (stat_field(stat, 14), stat_field(stat, 15)),
            (Some(250), Some(50))
        );
        assert_eq!(stat_field(stat, 22), Some(8145));
        assert_eq!(stat_field("", 22), None);
        let limits = "Max open files            1024                 524288               files";
        assert_eq!(number_after(limits, "Max open files"), Some(1024));
        assert_eq!(
            number_after("Max open files  unlimited", "Max open files"),
            None
        );
    }

    #[test]
    fn this_process_is_as_it_is() {
        let before = read();
        let file = std::fs::File::open("/proc/self/status").unwrap();
        let now = jiff::Timestamp::now().as_second() as f64;
        let start = before.start_seconds.unwrap();
        assert!(
            start <= now + 1.0 && start > now - 86_400.0,
            "{start} of {now}"
        );
        assert!(before.resident_bytes.unwrap() > 1 << 20);
        assert!(before.virtual_bytes > before.resident_bytes);
        assert!(before.threads.unwrap() >= 1);
        assert!(before.open_fds.unwrap() >= 3 && before.open_fds < before.max_fds);
        assert!(read().cpu_seconds >= before.cpu_seconds);
        drop(file);
    }
}

//! Numbers as the screen has them.

use std::time::Duration;

/// `1284` as `1,284`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Of a length of time that is short, its largest unit: `2.9 s`, `41 s`, `3 min`.
pub(super) fn since(time: Duration) -> String {
    match time.as_secs() {
        0..10 if time.subsec_millis() > 0 => format!("{:.1} s", time.as_secs_f64()),
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds @ 7200..172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} d", seconds / 86_400),
    }
}

/// Of a length of time that is long, days, hours and minutes: `4d 02:11`.
pub(super) fn duration(time: Duration) -> String {
    let minutes = time.as_secs() / 60;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match days {
        0 => format!("{hours:02}:{minutes:02}"),
        days => format!("{days}d {hours:02}:{minutes:02}"),
    }
}

/// Milliseconds, to three digits or so.
pub(super) fn milliseconds(ms: f64) -> String {
    match ms {
        ms if ms < 10.0 => format!("{ms:.2}"),
        ms if ms < 100.0 => format!("{ms:.1}"),
        ms => format!("{ms:.0}"),
    }
}

pub(super) fn mebibytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1_048_576.0)
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.0}%", 100.0 * share)
}

/// So much of it full.
pub(super) fn bar(share: f64, width: usize) -> String {
    let full = (share.clamp(0.0, 1.0) * width as f64).round() as usize;
    "▓".repeat(full) + &"░".repeat(width - full)
}

/// The last `width` values as blocks, of which the largest value has the highest; spaces before where there are
/// fewer.
pub(super) fn blocks(values: &[f64], width: usize) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let last = &values[values.len().saturating_sub(width)..];
    let most = last.iter().copied().fold(0.0, f64::max);
    let height = |value: &f64| match most > 0.0 {
        true => (value / most * 7.0).round() as usize,
        false => 0,
    };
    let drawn: String = last.iter().map(|v| BLOCKS[height(v).min(7)]).collect();
    format!("{drawn:>width$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_they_are_shown() {
        assert_eq!(
            [0, 999, 1284, 1_000_000].map(grouped),
            ["0", "999", "1,284", "1,000,000"]
        );
        let seconds = |s| since(Duration::from_secs_f64(s));
        assert_eq!(
            [0.0, 2.94, 41.0, 300.0, 10_000.0, 200_000.0].map(seconds),
            ["0 s", "2.9 s", "41 s", "5 min", "2 h", "2 d"]
        );
        assert_eq!(duration(Duration::from_secs(353_460)), "4d 02:11");
        assert_eq!(
            [0.44, 14.0, 140.4].map(milliseconds),
            ["0.44", "14.0", "140"]
        );
        assert_eq!([bar(0.34, 6), bar(7.0, 2)], ["▓▓░░░░", "▓▓"]);
        assert_eq!(blocks(&[9.0, 0.0, 50.0, 100.0], 3), "▁▅█");
        assert_eq!(blocks(&[0.0], 3), "  ▁");
    }
}

//! Failures the fault tests ask for, in `COPYDESK_FAILPOINT`: `point:action:value`, several separated by
//! commas. Compiled in only with the feature `failpoints`.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The actions asked for at a point, each with its value.
pub fn of(point: &str) -> Vec<(String, String)> {
    all()
        .iter()
        .filter(|(p, ..)| p == point)
        .map(|(_, action, value)| (action.clone(), value.clone()))
        .collect()
}

fn all() -> &'static [(String, String, String)] {
    static ALL: OnceLock<Vec<(String, String, String)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let asked = std::env::var("COPYDESK_FAILPOINT").unwrap_or_default();
        let parse = |one: &str| {
            let mut parts = one.splitn(3, ':').map(str::to_owned);
            Some((
                parts.next()?,
                parts.next()?,
                parts.next().unwrap_or_default(),
            ))
        };
        asked.split(',').filter_map(parse).collect()
    })
}

/// Strikes a step that works on `text`: panics or never comes back where the marker stands in it, or
/// spins for so many microseconds on each.
pub fn strike(text: &str) {
    for (action, marker) in of("stage") {
        if let ("spin", Some(us)) = (&*action, marker.strip_suffix("us")) {
            let end = Instant::now() + Duration::from_micros(us.parse().unwrap_or(0));
            while Instant::now() < end {
                std::hint::spin_loop();
            }
        } else if text.contains(&marker) {
            match action.as_str() {
                "panic" => panic!("asked to, by a failpoint"),
                "loop" => loop {
                    std::hint::spin_loop();
                },
                _ => {}
            }
        }
    }
}

/// Whether messages are to pass through unread.
pub fn relays() -> bool {
    static RELAYS: OnceLock<bool> = OnceLock::new();
    *RELAYS.get_or_init(|| of("stage").iter().any(|(action, _)| action == "relay"))
}

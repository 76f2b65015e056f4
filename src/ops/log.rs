//! Log lines: one JSON object a line, or text on a terminal.
//!
//! [`Event`]s travel through `tracing`, so that whatever else subscribes sees them too; [`Lines`] is the
//! layer that writes them. What other code logs through `tracing` comes out as the event `log`.

use std::collections::HashMap;
use std::fmt;
use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Level, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use super::events::{ErrorsSuppressed, Event};
use crate::config::{LogFormat, LogLevel, REDACTED, Secret};

/// `service` on every line.
const SERVICE: &str = "copydesk";

/// Lines of one event and error code that are written in one window; more are counted.
/// Enough to see a pattern, little enough that a poisoned topic does not fill a disk.
const LINES_A_WINDOW: u64 = 10;

/// Length of the window, and how often what was held back is reported.
pub const WINDOW: Duration = Duration::from_secs(10);

/// Secrets shorter than this are not searched for in lines: they would be found everywhere.
const SHORTEST_SECRET: usize = 4;

/// Who is speaking, on every line.
#[derive(Debug, Clone, Default)]
pub struct Identity {
    pub instance: String,
    pub group: String,
    pub run_id: String,
}

impl Identity {
    /// An identity with a new run id.
    pub fn new(instance: impl Into<String>, group: impl Into<String>) -> Self {
        let seed = format!(
            "{}/{}",
            Timestamp::now().as_nanosecond(),
            std::process::id()
        );
        Identity {
            instance: instance.into(),
            group: group.into(),
            run_id: blake3::hash(seed.as_bytes()).to_hex()[..16].to_owned(),
        }
    }
}

/// How lines are written.
pub struct LogOptions {
    pub format: LogFormat,
    pub level: LogLevel,
    pub identity: Identity,
    /// What must not appear in any line, whoever writes it.
    pub secrets: Vec<Secret>,
}

/// Where lines go.
pub type Writer = Box<dyn Write + Send>;

/// The log of this process; clones are the same log.
#[derive(Clone)]
pub struct Log(Arc<Lines>);

struct Lines {
    json: bool,
    identity: Identity,
    secrets: Vec<String>,
    state: Mutex<State>,
}

struct State {
    writer: Writer,
    /// Lines written and held back in this window, by event and error code; what other code logs by its
    /// target, what a client logs without a code by its facility.
    counts: HashMap<(String, String), (u64, u64)>,
    window_began: Instant,
}

impl Log {
    /// Makes this the process's log on standard error. The first call stands; later ones change nothing.
    pub fn install(options: LogOptions) -> Log {
        let terminal = std::io::stderr().is_terminal();
        let level = level_filter(options.level);
        let log = Log::new(options, terminal, Box::new(std::io::stderr()));
        let subscriber = tracing_subscriber::registry().with(level).with(log.layer());
        let _ = tracing::subscriber::set_global_default(subscriber);
        log
    }

    fn new(options: LogOptions, terminal: bool, writer: Writer) -> Log {
        let json = match options.format {
            LogFormat::Json => true,
            LogFormat::Text => false,
            LogFormat::Auto => !terminal,
        };
        let secrets = options.secrets.iter().map(|s| s.expose().to_owned());
        Log(Arc::new(Lines {
            json,
            identity: options.identity,
            secrets: secrets.filter(|s| s.len() >= SHORTEST_SECRET).collect(),
            state: Mutex::new(State {
                writer,
                counts: HashMap::new(),
                window_began: Instant::now(),
            }),
        }))
    }

    fn layer(&self) -> LinesLayer {
        LinesLayer(Arc::clone(&self.0))
    }

    /// Reports what was held back and begins a new window, if this one is over. To be called on a timer.
    pub fn tick(&self) {
        let mut state = self.0.lock();
        if state.window_began.elapsed() >= WINDOW {
            self.0.turn(&mut state);
        }
    }

    /// Reports what was held back so far, at once.
    pub fn flush(&self) {
        let mut state = self.0.lock();
        self.0.turn(&mut state);
        let _ = state.writer.flush();
    }
}

/// The field of the `tracing` event that holds an [`Event`]'s own fields as JSON. [`emit`] repeats the name:
/// `tracing` takes no constant there.
const FIELDS: &str = "copydesk_fields";

/// The field that says whether the event is [`Event::LIMITED`]; likewise.
const LIMITED: &str = "copydesk_limited";

/// Hands an event to `tracing`.
pub fn emit<E: Event>(event: &E) {
    macro_rules! at {
        ($level:ident) => {
            if tracing::enabled!(target: "copydesk::event", Level::$level) {
                let fields = serde_json::to_string(event).unwrap_or_default();
                tracing::event!(
                    target: "copydesk::event", Level::$level,
                    event = E::NAME, message = %Sentence(event),
                    copydesk_limited = E::LIMITED, copydesk_fields = fields.as_str(),
                );
            }
        };
    }
    match E::LEVEL {
        Level::ERROR => at!(ERROR),
        Level::WARN => at!(WARN),
        Level::INFO => at!(INFO),
        _ => at!(DEBUG),
    }
}

struct Sentence<'a, E>(&'a E);

impl<E: Event> fmt::Display for Sentence<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.sentence(f)
    }
}

fn level_filter(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    }
}

/// What one `tracing` event carries.
#[derive(Default)]
struct Carried {
    name: Option<String>,
    message: String,
    limited: bool,
    fields: Map<String, Value>,
}

impl Visit for Carried {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "event" => self.name = Some(value.to_owned()),
            FIELDS => self.fields = serde_json::from_str(value).unwrap_or_default(),
            "message" => self.message = value.to_owned(),
            name => {
                self.fields.insert(name.to_owned(), value.into());
            }
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        match field.name() {
            LIMITED => self.limited = value,
            name => {
                self.fields.insert(name.to_owned(), value.into());
            }
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

struct LinesLayer(Arc<Lines>);

impl<S: Subscriber> Layer<S> for LinesLayer {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut carried = Carried::default();
        event.record(&mut carried);
        let level = *event.metadata().level();
        if carried.name.is_none() {
            carried
                .fields
                .insert("target".into(), event.metadata().target().into());
            // Nobody knows how thick it comes.
            carried.limited = level <= Level::INFO;
        }
        self.0.take(level, carried);
    }
}

impl Lines {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, level: Level, carried: Carried) {
        let name = carried.name.unwrap_or_else(|| "log".to_owned());
        let mut state = self.lock();
        if carried.limited {
            if state.window_began.elapsed() >= WINDOW {
                self.turn(&mut state);
            }
            let text = |field| carried.fields.get(field).and_then(Value::as_str);
            let parts = ["error_code", "target", "facility"];
            let code = parts.into_iter().filter_map(text).find(|c| !c.is_empty());
            let key = (name.clone(), code.unwrap_or_default().to_owned());
            let (written, held) = state.counts.entry(key).or_default();
            if *written >= LINES_A_WINDOW {
                *held += 1;
                return;
            }
            *written += 1;
        }
        self.write(&mut state, level, &name, &carried.message, carried.fields);
    }

    /// Ends the window: says what was held back in it.
    fn turn(&self, state: &mut State) {
        let window_s = state.window_began.elapsed().as_secs();
        state.window_began = Instant::now();
        let mut held: Vec<_> = state
            .counts
            .drain()
            .filter(|(_, (_, held))| *held > 0)
            .collect();
        held.sort();
        for ((suppressed, error_code), (_, count)) in held {
            let event = ErrorsSuppressed {
                suppressed,
                error_code,
                count,
                window_s,
            };
            let sentence = Sentence(&event).to_string();
            let fields = match serde_json::to_value(&event) {
                Ok(Value::Object(fields)) => fields,
                _ => Map::new(),
            };
            self.write(
                state,
                ErrorsSuppressed::LEVEL,
                ErrorsSuppressed::NAME,
                &sentence,
                fields,
            );
        }
    }

    fn write(
        &self,
        state: &mut State,
        level: Level,
        name: &str,
        message: &str,
        fields: Map<String, Value>,
    ) {
        let now = Timestamp::now();
        let line = if self.json {
            self.json_line(now, level, name, message, fields)
        } else {
            text_line(now, level, name, message)
        };
        // A log that cannot be written is no reason to stop working.
        let _ = state.writer.write_all(self.scrub(line).as_bytes());
    }

    fn json_line(
        &self,
        now: Timestamp,
        level: Level,
        name: &str,
        message: &str,
        fields: Map<String, Value>,
    ) -> String {
        let mut line = Map::new();
        let common: [(&str, &str); 9] = [
            ("ts", &format!("{now:.3}")),
            ("level", &level.as_str().to_ascii_lowercase()),
            ("event", name),
            ("msg", message),
            ("service", SERVICE),
            ("version", env!("CARGO_PKG_VERSION")),
            ("instance", &self.identity.instance),
            ("group", &self.identity.group),
            ("run_id", &self.identity.run_id),
        ];
        line.extend(common.map(|(k, v)| (k.to_owned(), v.into())));
        for (key, value) in fields {
            line.entry(key).or_insert(value);
        }
        let mut text = Value::Object(line).to_string();
        text.push('\n');
        text
    }

    /// Takes secrets out of a line that is to be written, however they came into it.
    fn scrub(&self, mut line: String) -> String {
        for secret in &self.secrets {
            if line.contains(secret) {
                line = line.replace(secret, REDACTED);
            }
        }
        line
    }
}

fn text_line(now: Timestamp, level: Level, name: &str, message: &str) -> String {
    let time = jiff::tz::TimeZone::system()
        .to_datetime(now)
        .strftime("%H:%M:%S")
        .to_string();
    let message = message.replace('\n', " ");
    format!("{time} {:<5} {name:<22} {message}\n", level.as_str())
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Collects what is written.
    #[derive(Clone, Default)]
    pub struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl Buffer {
        pub fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// Runs `work` with a log of its own and returns what was logged.
    pub fn logged(format: LogFormat, level: LogLevel, work: impl FnOnce(&Log)) -> String {
        let buffer = Buffer::default();
        let options = LogOptions {
            format,
            level,
            identity: Identity {
                instance: "desk-1".into(),
                group: "copydesk".into(),
                run_id: "0123456789abcdef".into(),
            },
            secrets: vec![Secret::new("hunter2")],
        };
        let log = Log::new(options, false, Box::new(buffer.clone()));
        let subscriber = tracing_subscriber::registry()
            .with(level_filter(level))
            .with(log.layer());
        tracing::subscriber::with_default(subscriber, || work(&log));
        buffer.text()
    }
}

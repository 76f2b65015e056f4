//! `copydesk top`: the workers at a glance, from their `/metrics` or their log.

mod log;
mod model;
mod numbers;
mod records;
mod scrape;
mod screen;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::look::Look;
use super::tap::{Filter, Row};
use crate::config::Settings;
use log::LogReader;
use model::{Model, Update};
use records::Records;
use scrape::Watch;
use screen::{RecordsView, Screen, View, plain};

/// Shows the workers on the terminal: rates, lag, times of the stages, kinds of records, and what goes wrong.
///
/// It asks each worker's /metrics, or reads their log in JSON. A worker that does not answer is shown as away and asked
/// again. With --records it shows what they publish, too: it reads the topics in no group, and changes nothing. Keys: q
/// quit, p pause, up and down one worker alone, Esc all, s another order of the stages, h help; of records: Tab, up and
/// down one of them, Enter its proof page, / a filter, d dead letters alone.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk top
  copydesk top copydesk-0.copydesk:9464 copydesk-1.copydesk:9464
  copydesk top --records --config copydesk.toml
  copydesk top --log /var/log/copydesk.log
  kubectl logs -f -l app=news | copydesk top --log -
  copydesk top --once desk-1:9464 > state.txt

Exit codes: 0 ended as asked · 1 an error")]
pub(super) struct Arguments {
    /// Workers: host:port of ops.address, or an http address.
    #[arg(
        value_name = "WORKER",
        default_value = "127.0.0.1:9464",
        conflicts_with = "log"
    )]
    workers: Vec<String>,
    /// The log of one worker or of several, a file or - for standard input, instead of /metrics.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Seconds between two looks at /metrics.
    #[arg(long, value_name = "SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=3600))]
    interval: u64,
    /// Prints one screen as text and ends; so does standard output that is no terminal.
    #[arg(long)]
    once: bool,
    /// Shows records and dead letters as well, as they come, from the topics of the configuration.
    #[arg(long, conflicts_with = "once")]
    records: bool,
    /// Configuration file, of --records; see config/copydesk.toml.
    #[arg(long, short, env = "COPYDESK_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Updates that may wait for the screen: a source that is faster waits.
const WAITING: usize = 1024;

/// How often keys and updates are looked for: at most so often the screen is drawn.
const FRAME: Duration = Duration::from_millis(200);

/// The clock on the screen is right to so much.
const CLOCK: Duration = Duration::from_secs(1);

/// How long `--once` waits for a worker beyond two looks, or for a log.
const PATIENCE: Duration = Duration::from_secs(3);

/// Columns and lines of a screen that is printed where there is no terminal.
const PRINTED: (u16, u16) = (120, 40);

pub(super) fn run(arguments: &Arguments, look: Look) -> anyhow::Result<u8> {
    let (sender, inbox) = bounded(WAITING);
    match &arguments.log {
        Some(path) => read_log(path.clone(), sender.clone())?,
        None => watch(arguments, &sender)?,
    }
    let mut view = View {
        is_colored: look.is_colored(),
        ..View::default()
    };
    if arguments.once || !std::io::stdout().is_terminal() {
        let text = once(arguments, &inbox, &view);
        super::quietly(write!(std::io::stdout(), "{text}"))?;
        return Ok(0);
    }
    let records = match arguments.records {
        true => Some(Records::follow(
            Settings::load(arguments.config.as_deref())?,
            sender,
        )?),
        false => None,
    };
    view.records = records.as_ref().map(|_| RecordsView::default());
    let mut terminal = ratatui::try_init().context("the terminal cannot be taken")?;
    let ended = show(&mut terminal, &inbox, records.as_ref(), view);
    ratatui::restore();
    ended?;
    Ok(0)
}

/// Asks each worker on a thread of its own, so that one that hangs holds no other up.
fn watch(arguments: &Arguments, sender: &Sender<Update>) -> anyhow::Result<()> {
    let interval = Duration::from_secs(arguments.interval);
    let watches = arguments.workers.iter().map(|address| Watch::new(address));
    for mut watch in watches
        .collect::<Result<Vec<_>, _>>()
        .map_err(anyhow::Error::msg)?
    {
        let sender = sender.clone();
        let work = move || {
            loop {
                for update in watch.look() {
                    if sender.send(update).is_err() {
                        return;
                    }
                }
                thread::sleep(interval);
            }
        };
        thread::Builder::new().name("watch".into()).spawn(work)?;
    }
    Ok(())
}

fn read_log(path: PathBuf, sender: Sender<Update>) -> anyhow::Result<()> {
    let is_input = path.as_os_str() == "-";
    if is_input && std::io::stdin().is_terminal() {
        bail!("standard input is the keyboard: pipe a log into it, or name a file");
    }
    if !is_input {
        std::fs::File::open(&path).with_context(|| path.display().to_string())?;
    }
    let work = move || {
        let mut reader = LogReader::default();
        let mut each = |line: &str| {
            let mut updates = reader.take(line).into_iter();
            updates.all(|update| sender.send(update).is_ok())
        };
        let said = match is_input {
            true => match log::read_all(&mut std::io::stdin().lock(), &mut each) {
                Ok(_) => "the log has ended".to_owned(),
                Err(error) => format!("the log cannot be read: {error}"),
            },
            false => match log::follow(&path, &mut each) {
                Ok(()) => return,
                Err(error) => format!("{}: {error}", path.display()),
            },
        };
        let _ = sender.send(Update::Source(said));
    };
    thread::Builder::new().name("log".into()).spawn(work)?;
    Ok(())
}

/// One screen, once every worker has been asked twice or is away, or the log has been read to its end.
fn once(arguments: &Arguments, inbox: &Receiver<Update>, view: &View) -> String {
    let mut model = Model::default();
    let mut open: Vec<(String, u32)> = Vec::new();
    let wait = match arguments.log {
        Some(_) => PATIENCE,
        None => PATIENCE + Duration::from_secs(arguments.interval),
    };
    let end = Instant::now() + wait;
    loop {
        let asked = open.len() == arguments.workers.len() && arguments.log.is_none();
        if asked && open.iter().all(|(_, looks)| *looks == 0) {
            break;
        }
        match inbox.recv_deadline(end) {
            Ok(update) => {
                let looks = match &update {
                    Update::Seen { key, .. } => Some((key.clone(), 1)),
                    Update::Away { key, .. } => Some((key.clone(), 0)),
                    _ => None,
                };
                if let Some((key, left)) = looks {
                    match open.iter_mut().find(|(own, _)| *own == key) {
                        Some((_, looks)) => *looks = looks.saturating_sub(1),
                        None => open.push((key, left)),
                    }
                }
                model.take(update, Instant::now());
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    let screen = Screen {
        model: &model,
        view,
        now: Instant::now(),
    };
    let (width, height) = ratatui::crossterm::terminal::size()
        .ok()
        .filter(|_| std::io::stdout().is_terminal())
        .unwrap_or(PRINTED);
    plain(&screen, width, height)
}

/// Draws what comes until whoever looks has seen enough.
fn show(
    terminal: &mut DefaultTerminal,
    inbox: &Receiver<Update>,
    records: Option<&Records>,
    mut view: View,
) -> anyhow::Result<()> {
    let mut model = Model::default();
    let mut is_new = true;
    let mut drawn = Instant::now();
    loop {
        // taken while paused too: a source must not wait, least of all a worker whose log is piped in
        while let Ok(update) = inbox.try_recv() {
            model.take(update, Instant::now());
            is_new |= !view.is_paused;
        }
        is_new |= !view.is_paused && drawn.elapsed() >= CLOCK;
        if std::mem::take(&mut is_new) {
            drawn = Instant::now();
            let screen = Screen {
                model: &model,
                view: &view,
                now: drawn,
            };
            terminal.draw(|frame| frame.render_widget(&screen, frame.area()))?;
        }
        if event::poll(FRAME)? {
            match event::read()? {
                Event::Key(key) if key.kind != KeyEventKind::Release => {
                    match pressed(key, &mut view, &model) {
                        Wish::End => return Ok(()),
                        Wish::Picture => {}
                        Wish::Only(filter) => records.map_or((), |records| records.only(filter)),
                        Wish::Proof(row) => records.map_or((), |records| records.prove(&row)),
                    }
                    is_new = true;
                }
                Event::Resize(..) => is_new = true,
                _ => {}
            }
        }
    }
}

/// What a key wants beside another picture.
#[derive(Debug)]
enum Wish {
    Picture,
    End,
    /// Only the records that fit.
    Only(Filter),
    /// The proof page of a record.
    Proof(Box<Row>),
}

/// Does what a key means for the picture; the rest is said.
fn pressed(key: KeyEvent, view: &mut View, model: &Model) -> Wish {
    if key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL) {
        return Wish::End;
    }
    if let Some(records) = &mut view.records
        && let Some(wish) = pressed_for_records(key.code, records, model)
    {
        return wish;
    }
    let last = model.workers.len().checked_sub(1);
    match key.code {
        KeyCode::Char('q') => return Wish::End,
        KeyCode::Char('p') => view.is_paused = !view.is_paused,
        KeyCode::Char('s') => view.order = view.order.next(),
        KeyCode::Char('h' | '?') => view.shows_help = !view.shows_help,
        KeyCode::Esc => view.chosen = None,
        KeyCode::Down | KeyCode::Char('j') => {
            view.chosen = last.map(|last| view.chosen.map_or(0, |n| (n + 1).min(last)));
        }
        KeyCode::Up | KeyCode::Char('k') => {
            view.chosen = last.map(|last| view.chosen.map_or(last, |n| n.saturating_sub(1)));
        }
        _ => {}
    }
    Wish::Picture
}

/// What a key means for the records; `None` of one that has another meaning.
fn pressed_for_records(code: KeyCode, view: &mut RecordsView, model: &Model) -> Option<Wish> {
    if let Some((mut text, _)) = view.typed.take() {
        return Some(typed(code, &mut text, view));
    }
    match code {
        KeyCode::Char('/') => view.typed = Some((view.filter.clone(), String::new())),
        KeyCode::Char('d') => view.only_dead = !view.only_dead,
        KeyCode::Tab => view.has_arrows = !view.has_arrows,
        KeyCode::Enter if view.has_arrows => {
            let (_, row) = view.chosen(model)?;
            return Some(Wish::Proof(Box::new(row.clone())));
        }
        KeyCode::Esc if view.has_arrows => view.chosen = None,
        KeyCode::Up | KeyCode::Char('k') if view.has_arrows => {
            let (now, _) = view.chosen(model)?;
            let mut before = view
                .of(model)
                .rev()
                .skip_while(|(number, _)| *number >= now);
            view.chosen = Some(before.next().map_or(now, |(number, _)| number));
        }
        KeyCode::Down | KeyCode::Char('j') if view.has_arrows => {
            let (now, _) = view.chosen(model)?;
            let mut behind = view.of(model).skip_while(|(number, _)| *number <= now);
            view.chosen = Some(behind.next().map_or(now, |(number, _)| number));
        }
        _ => return None,
    }
    Some(Wish::Picture)
}

/// Goes on typing a filter.
fn typed(code: KeyCode, text: &mut String, view: &mut RecordsView) -> Wish {
    let mut fault = String::new();
    match code {
        KeyCode::Esc => return Wish::Picture,
        KeyCode::Enter => match Filter::typed(text) {
            Ok(filter) => {
                view.filter = text.trim().to_owned();
                return Wish::Only(filter);
            }
            Err(why) => fault = why,
        },
        KeyCode::Backspace => {
            text.pop();
        }
        KeyCode::Char(c) => text.push(c),
        _ => {}
    }
    view.typed = Some((std::mem::take(text), fault));
    Wish::Picture
}

#[cfg(test)]
mod tests {
    use super::model::Worker;
    use super::*;
    use crate::record::Status;

    #[test]
    fn keys_do_what_the_help_says() {
        let mut view = View::default();
        let mut model = Model::default();
        for name in ["a", "b", "c"] {
            model.workers.insert(name.into(), Worker::default());
        }
        let ends = |wish: &Wish| matches!(wish, Wish::End);
        let mut press = |code: KeyCode| {
            let wish = pressed(KeyEvent::from(code), &mut view, &model);
            (!ends(&wish), view.clone())
        };
        assert_eq!(press(KeyCode::Down).1.chosen, Some(0));
        assert_eq!(press(KeyCode::Char('j')).1.chosen, Some(1));
        assert_eq!(press(KeyCode::Up).1.chosen, Some(0));
        assert_eq!(press(KeyCode::Up).1.chosen, Some(0));
        assert_eq!(press(KeyCode::Esc).1.chosen, None);
        assert_eq!(press(KeyCode::Char('k')).1.chosen, Some(2));
        assert_eq!(press(KeyCode::Down).1.chosen, Some(2));
        assert!(press(KeyCode::Char('p')).1.is_paused);
        assert!(press(KeyCode::Char('h')).1.shows_help);
        assert!(press(KeyCode::Char('c')).0, "c alone");
        assert!(!press(KeyCode::Char('q')).0);
        let interrupt = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert!(ends(&pressed(interrupt, &mut View::default(), &model)));
        let (mut none, nobody) = (View::default(), Model::default());
        pressed(KeyEvent::from(KeyCode::Down), &mut none, &nobody);
        assert_eq!(none.chosen, None);
    }

    #[test]
    fn a_record_is_chosen_and_a_filter_is_typed() {
        let mut model = Model::default();
        for (n, code) in ["malformed", "", "too-large", ""].into_iter().enumerate() {
            let mut row = Row::dead((0, n as i64), None, [code, "news.raw", "why"]);
            row.status = code.is_empty().then_some(Status::Usable);
            model.take(Update::Record(Box::new(row)), Instant::now());
        }
        let mut view = View {
            records: Some(RecordsView::default()),
            ..View::default()
        };
        let mut press = |code: KeyCode| {
            let wish = pressed(KeyEvent::from(code), &mut view, &model);
            (wish, view.records.clone().unwrap_or_default())
        };
        assert!(
            matches!(press(KeyCode::Enter).0, Wish::Picture),
            "the workers have the arrows"
        );
        assert!(press(KeyCode::Tab).1.has_arrows);
        let proved = |wish: Wish| match wish {
            Wish::Proof(row) => row.place.1,
            other => panic!("{other:?}"),
        };
        assert_eq!(proved(press(KeyCode::Enter).0), 3, "the latest");
        assert_eq!(press(KeyCode::Up).1.chosen, Some(2));
        assert_eq!(press(KeyCode::Char('k')).1.chosen, Some(1));
        assert_eq!(press(KeyCode::Down).1.chosen, Some(2));
        assert!(press(KeyCode::Char('d')).1.only_dead);
        assert_eq!(press(KeyCode::Up).1.chosen, Some(0));
        assert_eq!(press(KeyCode::Up).1.chosen, Some(0), "there is none before");
        assert_eq!(proved(press(KeyCode::Enter).0), 0);
        assert_eq!(press(KeyCode::Esc).1.chosen, None);

        for c in "/status:x".chars() {
            press(KeyCode::Char(c));
        }
        let (wish, records) = press(KeyCode::Enter);
        assert!(matches!(wish, Wish::Picture));
        let (text, fault) = records.typed.unwrap();
        assert!(text == "status:x" && fault.contains("canceled"), "{fault}");
        press(KeyCode::Backspace);
        for c in "canceled q".chars() {
            press(KeyCode::Char(c));
        }
        let (wish, records) = press(KeyCode::Enter);
        let Wish::Only(filter) = wish else {
            panic!("{wish:?}");
        };
        assert_eq!(filter.status, Some(Status::Canceled));
        assert_eq!(filter.words.as_deref(), Some("q"));
        assert_eq!(
            (records.filter.as_str(), records.typed),
            ("status:canceled q", None)
        );
        press(KeyCode::Char('/'));
        assert_eq!(press(KeyCode::Esc).1.filter, "status:canceled q");
        assert!(matches!(press(KeyCode::Char('q')).0, Wish::End));
    }
}

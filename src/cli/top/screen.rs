//! The screen: what [`Model`] knows, laid out.

use std::cmp::Reverse;
use std::time::Instant;

use ratatui::buffer::Buffer;
use ratatui::layout::{Alignment, Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::{self, Cell, Paragraph, Table, Widget};

use super::model::{Clears, Counts, Model, Stage, State, Worker, clock, time_of_day};
use super::numbers::{bar, blocks, duration, grouped, mebibytes, milliseconds, percent, since};
use crate::cli::look::{Tint, harmless};
use crate::cli::tap::Row;

/// How it is looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct View {
    pub is_colored: bool,
    /// The worker whose numbers are shown alone, by its row.
    pub chosen: Option<usize>,
    pub order: StageOrder,
    pub is_paused: bool,
    pub shows_help: bool,
    /// How records and dead letters are looked at, where they are read.
    pub records: Option<RecordsView>,
}

/// How the records and dead letters are looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct RecordsView {
    /// Which are wanted, as it was typed.
    pub filter: String,
    /// The filter that is being typed, and what is wrong with it.
    pub typed: Option<(String, String)>,
    /// Only dead letters.
    pub only_dead: bool,
    /// Whether the arrows move among them, not among the workers.
    pub has_arrows: bool,
    /// The number of the one that is chosen.
    pub chosen: Option<u64>,
}

impl RecordsView {
    /// Those that are looked at, the latest last.
    pub(super) fn of<'m>(
        &self,
        model: &'m Model,
    ) -> impl DoubleEndedIterator<Item = (u64, &'m Row)> + use<'m> {
        let only_dead = self.only_dead;
        let all = model.records.iter().map(|(number, row)| (*number, row));
        all.filter(move |(_, row)| !only_dead || row.status.is_none())
    }

    /// The chosen one, else the latest.
    pub(super) fn chosen<'m>(&self, model: &'m Model) -> Option<(u64, &'m Row)> {
        let is_chosen = |(number, _): &(u64, &Row)| self.chosen == Some(*number);
        self.of(model)
            .find(is_chosen)
            .or_else(|| self.of(model).next_back())
    }
}

/// What stages are sorted by, the worst first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum StageOrder {
    #[default]
    Share,
    Slowest,
    Failures,
    Name,
}

impl StageOrder {
    pub(super) fn next(self) -> Self {
        match self {
            StageOrder::Share => StageOrder::Slowest,
            StageOrder::Slowest => StageOrder::Failures,
            StageOrder::Failures => StageOrder::Name,
            StageOrder::Name => StageOrder::Share,
        }
    }

    fn name(self) -> &'static str {
        match self {
            StageOrder::Share => "share",
            StageOrder::Slowest => "p95",
            StageOrder::Failures => "failures",
            StageOrder::Name => "name",
        }
    }
}

/// One picture of it.
pub(super) struct Screen<'a> {
    pub model: &'a Model,
    pub view: &'a View,
    pub now: Instant,
}

/// From this width on the stages stand beside the workers.
const WIDE: u16 = 115;

/// From this height on there is room for everything.
const LOW: u16 = 14;

/// Columns of the workers' table, where the stages stand beside it.
const WORKERS: u16 = 73;

/// Lines that what happened has at least.
const NOTES: u16 = 3;

/// Lines that records and dead letters have at least, where they are read.
const RECORDS: u16 = 6;

const HELP: [&str; 11] = [
    "in, out, dead   messages taken, finished and dead-lettered; DEAD/m is a minute's",
    "lag             committed messages beyond the worker's position; ? while that of a partition is unknown",
    "clears in       when the lag is gone at the pace of the last minute",
    "e2e             from taking a message to its records being written; of several workers the slowest's",
    "SHARE           of the time of all stages together; the log does not say it",
    "FORMATS …       records of the last minute; FLAGS are doubts (copydesk schema flags)",
    "away            does not answer, or has stopped; it is asked again, and is in no sum",
    "↑ ↓ and Esc     one worker alone, all of them; with Tab one record, the latest",
    "/               which records: status:canceled lang:de source:ap about:politics, and words; d dead letters alone",
    "↵               the proof page of the record, beside this call's working folder; top itself changes nothing",
    "dead letters: copydesk dead-letters show, replay; records: --records here, copydesk tap, copydesk proof --topic … --at …",
];

impl Widget for &Screen<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let shown = self.shown();
        let stages = self.stages(&shown);
        let rows = |n: usize| u16::try_from(n).unwrap_or(u16::MAX).saturating_add(1);
        let is_wide = area.width >= WIDE;
        let (workers, of_stages) = (rows(self.model.workers.len()), rows(stages.len()));
        let wanted = match is_wide {
            true => workers.max(of_stages),
            false => workers.saturating_add(of_stages),
        };
        // records and their rule
        let (of_records, of_notes) = match self.view.records {
            Some(_) => (RECORDS + 1, Constraint::Length(NOTES)),
            None => (0, Constraint::Min(1)),
        };
        // head, kinds, keys and four rules
        let others = 3 + 2 + 1 + 4 + NOTES + of_records;
        let room = area.height.saturating_sub(others).max(3);
        // in a low window the workers are worth more than the kinds of what they took
        let of_kinds = match area.height < LOW {
            true => 0,
            false => 2,
        };
        let [head, _, tables, _, kinds, _, records, _, notes, _, keys] = Layout::vertical([
            Constraint::Length(3),
            Constraint::Length(1),
            Constraint::Length(wanted.min(room)),
            Constraint::Length(1),
            Constraint::Length(of_kinds),
            Constraint::Length(of_kinds.min(1)),
            match of_records {
                0 => Constraint::Length(0),
                _ => Constraint::Min(1),
            },
            Constraint::Length(of_records.min(1)),
            of_notes,
            Constraint::Length(1),
            Constraint::Length(1),
        ])
        .areas(area);
        self.head(&shown, head, buffer);
        let split = match is_wide {
            true => {
                Layout::horizontal([Constraint::Length(WORKERS), Constraint::Min(1)]).spacing(2)
            }
            // a worker that is away matters more than a slow stage
            false => Layout::vertical([
                Constraint::Length(workers.min((room / 2).max(3))),
                Constraint::Min(1),
            ]),
        };
        let [left, right] = split.areas(tables);
        self.workers(left, buffer);
        self.stage_table(&stages, right, buffer);
        self.kinds(&shown, kinds, buffer);
        if let Some(view) = &self.view.records {
            self.records(view, records, buffer);
        }
        self.notes(notes, buffer);
        self.keys(keys, buffer);
        let areas = [head, tables, kinds, records, notes];
        for under in areas.into_iter().filter(|area| area.height > 0) {
            let rule = Rect::new(area.x, under.bottom(), area.width, 1).intersection(area);
            let line = "─".repeat(usize::from(rule.width));
            Line::styled(line, self.style(Tint::Faint)).render(rule, buffer);
        }
    }
}

impl Screen<'_> {
    /// The worker that is chosen, or all of them together.
    fn shown(&self) -> Worker {
        let chosen = self.view.chosen;
        let one = chosen.and_then(|n| self.model.by_name().get(n).copied());
        one.cloned().unwrap_or_else(|| self.model.total())
    }

    fn style(&self, tint: Tint) -> Style {
        let style = Style::new();
        if !self.view.is_colored {
            return match tint {
                Tint::Heading | Tint::Bad => style.add_modifier(Modifier::BOLD),
                Tint::Faint | Tint::Good | Tint::Doubtful => style,
            };
        }
        match tint {
            Tint::Heading => style.add_modifier(Modifier::BOLD),
            Tint::Faint => style.fg(Color::DarkGray),
            Tint::Good => style.fg(Color::Green),
            Tint::Doubtful => style.fg(Color::Yellow),
            Tint::Bad => style.fg(Color::Red).add_modifier(Modifier::BOLD),
        }
    }

    fn head(&self, shown: &Worker, area: Rect, buffer: &mut Buffer) {
        let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".into());
        let who = match (self.view.chosen, &shown.state) {
            (Some(_), State::NotReady(why) | State::Away(_, why)) => {
                format!("worker {}, {why}", shown.name)
            }
            (Some(_), _) => format!("worker {}", shown.name),
            (None, _) => match self.model.workers.len() {
                1 => "1 worker".to_owned(),
                several => format!("{several} workers"),
            },
        };
        let mut title = vec![
            "copydesk top".to_owned(),
            format!("group {}", known(&shown.group)),
            who,
            known(&shown.delivery),
        ];
        title.extend(shown.up.map(|up| format!("up {}", duration(up))));
        title.extend(self.model.source.clone().filter(|said| !said.is_empty()));
        let flow = Line::from(vec![
            Span::raw(format!(
                "in {:>7}/s {}   out {:>7}/s   ",
                grouped(shown.in_rate.round() as u64),
                blocks(&self.model.in_rates(), 8),
                grouped(shown.out_rate.round() as u64),
            )),
            Span::styled(
                format!("dead {:.1}/s", shown.dead_rate),
                match shown.dead_rate > 0.0 {
                    true => self.style(Tint::Doubtful),
                    false => Style::new(),
                },
            ),
            Span::raw(format!(
                "   lag {:>7} {} (oldest {})   {}",
                shown.lag.map_or_else(|| "?".into(), grouped),
                blocks(&self.model.lags(), 8),
                since(shown.oldest),
                match self.model.clears() {
                    Clears::In(time) => format!("clears in {}", since(time)),
                    Clears::Grows => "grows".into(),
                    Clears::Unknown => String::new(),
                }
            )),
        ]);
        let times = shown.end_to_end.map_or_else(
            || "e2e –".to_owned(),
            |q| {
                let [p50, p95, p99] = [q.p50, q.p95, q.p99].map(milliseconds);
                format!("e2e p50 {p50} ms  p95 {p95}  p99 {p99}")
            },
        );
        let of = |most: Option<u64>, show: &dyn Fn(u64) -> String| {
            most.map_or_else(String::new, |most| format!(" / {}", show(most)))
        };
        let full = shown
            .most_bytes
            .filter(|most| *most > 0)
            .map(|most| bar(shown.in_flight_bytes as f64 / most as f64, 6));
        let load = format!(
            "{times}   in flight {}{}   MiB {}{} {}   paused {}",
            grouped(shown.in_flight),
            of(shown.most_messages, &grouped),
            mebibytes(shown.in_flight_bytes),
            of(shown.most_bytes, &mebibytes),
            full.unwrap_or_default(),
            percent(shown.paused),
        );
        let title = harmless(&title.join(" ─ "));
        let lines = vec![
            Line::styled(title, self.style(Tint::Heading)),
            flow,
            Line::raw(load),
        ];
        Paragraph::new(lines).render(area, buffer);
        let right = Rect {
            height: area.height.min(1),
            ..area
        };
        Paragraph::new(self.readiness())
            .alignment(Alignment::Right)
            .render(right, buffer);
    }

    /// The time, and whether all workers are ready.
    fn readiness(&self) -> Line<'static> {
        let all = self.model.workers.len();
        let ready = self.model.workers.values();
        let ready = ready.filter(|w| w.state == State::Ready).count();
        let (text, tint) = match ready {
            _ if all == 0 => ("no worker yet".to_owned(), Tint::Doubtful),
            ready if ready == all => ("● READY".to_owned(), Tint::Good),
            ready => (format!("◐ {ready} of {all} READY"), Tint::Bad),
        };
        let paused = if self.view.is_paused { " paused " } else { "" };
        Line::from(vec![
            Span::styled(paused, Style::new().add_modifier(Modifier::REVERSED)),
            Span::raw(format!("  {}  ", time_of_day())),
            Span::styled(text, self.style(tint)),
        ])
    }

    fn workers(&self, area: Rect, buffer: &mut Buffer) {
        let all = self.model.by_name().into_iter().enumerate();
        let rows = all.map(|(n, worker)| {
            let row = widgets::Row::new(self.worker(worker));
            match self.view.chosen == Some(n) {
                true => row.style(Style::new().add_modifier(Modifier::REVERSED)),
                false => row,
            }
        });
        let head = [
            "WORKER", "STATE", "PARTS", "IN/s", "OUT/s", "DEAD/m", "LAG", "MEM", "CPU",
        ];
        let widths = [
            Constraint::Min(11),
            Constraint::Length(11),
            Constraint::Length(7),
            Constraint::Length(6),
            Constraint::Length(6),
            Constraint::Length(6),
            Constraint::Length(8),
            Constraint::Length(5),
            Constraint::Length(5),
        ];
        // the row that is chosen is on the screen, however many there are
        let visible = usize::from(area.height.saturating_sub(1));
        let skipped = self
            .view
            .chosen
            .map_or(0, |n| (n + 1).saturating_sub(visible));
        self.table(
            head.map(|h| (h, !["WORKER", "STATE", "PARTS"].contains(&h)))
                .into(),
            rows.skip(skipped).collect(),
            &widths,
        )
        .render(area, buffer);
    }

    fn worker(&self, worker: &Worker) -> Vec<Cell<'static>> {
        let (state, tint) = match &worker.state {
            State::Unknown => ("? unknown".to_owned(), Tint::Doubtful),
            State::Ready => ("● ready".to_owned(), Tint::Good),
            State::NotReady(_) => ("◐ not ready".to_owned(), Tint::Doubtful),
            State::Away(began, _) => {
                let for_long = self.now.saturating_duration_since(*began);
                (format!("✗ away {}", since(for_long)), Tint::Bad)
            }
        };
        let state = Cell::from(Span::styled(state, self.style(tint)));
        let name = Cell::from(harmless(&worker.name));
        if matches!(worker.state, State::Away(..)) {
            return vec![name, state];
        }
        let number = |text: String| Cell::from(Line::from(text).alignment(Alignment::Right));
        let rate = |rate: f64| number(grouped(rate.round() as u64));
        let parts: Vec<String> = worker.partitions.iter().map(i32::to_string).collect();
        let parts = match parts.len() {
            0..=3 => parts.join(","),
            many => format!("{many}"),
        };
        vec![
            name,
            state,
            Cell::from(parts),
            rate(worker.in_rate),
            rate(worker.out_rate),
            number(format!("{:.0}", worker.dead_rate * 60.0)),
            number(worker.lag.map_or_else(|| "?".into(), grouped)),
            number(
                worker
                    .resident_bytes
                    .map_or_else(|| "–".into(), |b| format!("{}M", b >> 20)),
            ),
            number(worker.cores.map_or_else(|| "–".into(), percent)),
        ]
    }

    /// The stages of what is shown, in the order that was asked for, with their shares of the time of all.
    fn stages(&self, shown: &Worker) -> Vec<(String, Stage, Option<f64>)> {
        let whole: f64 = shown.stages.values().filter_map(|s| s.load).sum();
        let mut stages: Vec<_> = shown
            .stages
            .iter()
            .map(|(name, stage)| {
                let share = stage.load.filter(|_| whole > 0.0).map(|load| load / whole);
                (name.clone(), stage.clone(), share)
            })
            .collect();
        let p95 = |stage: &Stage| stage.times.map_or(0.0, |q| q.p95);
        let down = |a: f64, b: f64| b.total_cmp(&a);
        match self.view.order {
            StageOrder::Name => {}
            StageOrder::Failures => stages.sort_by_key(|(_, stage, _)| Reverse(stage.failures)),
            StageOrder::Slowest => stages.sort_by(|a, b| down(p95(&a.1), p95(&b.1))),
            StageOrder::Share => stages.sort_by(|a, b| {
                let share = |of: Option<f64>| of.unwrap_or(0.0);
                down(share(a.2), share(b.2)).then_with(|| down(p95(&a.1), p95(&b.1)))
            }),
        }
        stages
    }

    fn stage_table(
        &self,
        stages: &[(String, Stage, Option<f64>)],
        area: Rect,
        buffer: &mut Buffer,
    ) {
        let number = |text: String| Cell::from(Line::from(text).alignment(Alignment::Right));
        let rows = stages.iter().map(|(name, stage, share)| {
            let time = |ms: Option<f64>| number(ms.map_or_else(|| "–".into(), milliseconds));
            let failed = Line::from(grouped(stage.failures)).alignment(Alignment::Right);
            let failed = match stage.failures {
                0 => failed,
                _ => failed.style(self.style(Tint::Bad)),
            };
            widgets::Row::new(vec![
                Cell::from(harmless(name)),
                time(stage.times.map(|q| q.p50)),
                time(stage.times.map(|q| q.p95)),
                Cell::from(failed),
                Cell::from(share.map_or_else(String::new, |share| {
                    format!("{:>5} {}", percent(share), bar(share, 6))
                })),
            ])
        });
        let head = vec![
            ("STAGE", false),
            ("p50 ms", true),
            ("p95 ms", true),
            ("FAIL", true),
            ("SHARE", false),
        ];
        let widths = [
            Constraint::Min(12),
            Constraint::Length(6),
            Constraint::Length(6),
            Constraint::Length(5),
            Constraint::Length(12),
        ];
        self.table(head, rows.collect(), &widths)
            .render(area, buffer);
    }

    /// A table whose columns are named `(name, whether they are numbers)`.
    fn table<'t>(
        &self,
        head: Vec<(&'static str, bool)>,
        rows: Vec<widgets::Row<'t>>,
        widths: &[Constraint],
    ) -> Table<'t> {
        let faint = self.style(Tint::Faint);
        let cells = head.into_iter().map(|(name, is_number)| {
            let side = if is_number {
                Alignment::Right
            } else {
                Alignment::Left
            };
            Cell::from(Line::from(name).alignment(side)).style(faint)
        });
        Table::new(rows, widths.iter().copied())
            .header(widgets::Row::new(cells))
            .column_spacing(1)
    }

    fn kinds(&self, shown: &Worker, area: Rect, buffer: &mut Buffer) {
        let all = shown.kinds.statuses.values().sum::<u64>();
        let half = (area.width / 2).max(1);
        let columns = [
            [
                ("FORMATS", &shown.kinds.formats),
                ("LANGS", &shown.kinds.languages),
            ],
            [
                ("STATUS", &shown.kinds.statuses),
                ("FLAGS", &shown.kinds.flags),
            ],
        ];
        for (column, lines) in (0..).zip(columns) {
            for (row, (name, counts)) in (0..).zip(lines) {
                let place = Rect::new(area.x + column * half, area.y + row, half, 1);
                let line = Line::from(vec![
                    Span::styled(format!("{name:8}"), self.style(Tint::Faint)),
                    Span::raw(shares(counts, all, usize::from(half).saturating_sub(9))),
                ]);
                line.render(place.intersection(area), buffer);
            }
        }
    }

    fn notes(&self, area: Rect, buffer: &mut Buffer) {
        let room = usize::from(area.height);
        let lines: Vec<Line<'_>> = if self.view.shows_help {
            HELP.iter()
                .take(room)
                .map(|line| Line::raw(*line))
                .collect()
        } else {
            let notes = &self.model.notes;
            let last = notes.iter().skip(notes.len().saturating_sub(room));
            last.map(|note| {
                let tint = if note.is_bad {
                    Tint::Doubtful
                } else {
                    Tint::Good
                };
                Line::from(vec![
                    Span::styled(note.time.clone(), self.style(Tint::Faint)),
                    Span::raw(format!("  {:14} ", harmless(&note.worker))),
                    Span::styled(harmless(&note.text), self.style(tint)),
                ])
            })
            .collect()
        };
        Paragraph::new(lines).render(area, buffer);
    }

    /// What of the records is looked at, and the last of them, as many as there is room for.
    fn records(&self, view: &RecordsView, area: Rect, buffer: &mut Buffer) {
        let wanted = match (view.filter.as_str(), view.only_dead) {
            (_, true) => "dead letters",
            ("", false) => "all",
            (filter, false) => filter,
        };
        let passed = match self.model.passed_over {
            0 => String::new(),
            passed => format!("   and {} a second that are not shown", grouped(passed)),
        };
        let mut lines = vec![Line::from(vec![
            Span::styled("RECORDS  ", self.style(Tint::Faint)),
            Span::raw(harmless(wanted)),
            Span::styled(passed, self.style(Tint::Faint)),
        ])];
        let chosen = view.chosen.filter(|_| view.has_arrows);
        let room = usize::from(area.height).saturating_sub(1);
        let rows: Vec<_> = view.of(self.model).collect();
        let place = rows.iter().position(|(number, _)| Some(*number) == chosen);
        let latest = rows.len().saturating_sub(room);
        let first = place.map_or(latest, |place| place.saturating_sub(room / 2).min(latest));
        for (number, row) in rows.into_iter().skip(first).take(room) {
            let mut spans = Vec::new();
            for (text, tint) in row.columns(&clock) {
                let style = tint.map_or(Style::new(), |tint| self.style(tint));
                spans.extend([Span::styled(text, style), Span::raw(" ")]);
            }
            spans.push(Span::raw(row.text.as_str()));
            let line = Line::from(spans);
            lines.push(match chosen == Some(number) {
                true => line.reversed(),
                false => line,
            });
        }
        Paragraph::new(lines).render(area, buffer);
    }

    fn keys(&self, area: Rect, buffer: &mut Buffer) {
        let records = self.view.records.as_ref();
        let line = match records.and_then(|view| view.typed.as_ref()) {
            Some((text, fault)) => Line::from(vec![
                Span::raw(format!("/{text}▏")),
                Span::styled(format!("   {fault}"), self.style(Tint::Bad)),
            ]),
            None => {
                let arrows = match records {
                    Some(view) if view.has_arrows => {
                        "↑ ↓ one record   Tab workers   ↵ proof   / filter   d dead letters   "
                    }
                    Some(_) => "↑ ↓ one worker   Tab records   / filter   d dead letters   ",
                    None => "↑ ↓ one worker   ",
                };
                let order = self.view.order.name();
                let keys =
                    format!("q quit   p pause   {arrows}Esc all   s stages by {order}   h help");
                Line::styled(keys, self.style(Tint::Faint))
            }
        };
        line.render(area, buffer);
    }
}

/// `html 61 %  rss 17  ninjs 9`: the shares of `all`, the largest first, as many as fit.
fn shares(counts: &Counts, all: u64, width: usize) -> String {
    let mut sorted: Vec<_> = counts.iter().collect();
    sorted.sort_by_key(|(_, count)| Reverse(**count));
    let mut text = String::new();
    for (name, count) in sorted {
        let share = 100.0 * *count as f64 / all.max(1) as f64;
        let digits = usize::from(share < 9.95);
        let unit = if text.is_empty() { " %" } else { "" };
        let one = format!("{} {share:.digits$}{unit}  ", harmless(name));
        if text.chars().count() + one.trim_end().chars().count() > width {
            break;
        }
        text += &one;
    }
    match text.is_empty() {
        true => "–".into(),
        false => text.trim_end().to_owned(),
    }
}

/// The screen as plain text, for what is no terminal.
pub(super) fn plain(screen: &Screen<'_>, width: u16, height: u16) -> String {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    screen.render(area, &mut buffer);
    let rows = (0..height).map(|y| {
        let row: String = (0..width).map(|x| buffer[(x, y)].symbol()).collect();
        row.trim_end().to_owned() + "\n"
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::model::{Kinds, Note, Update};
    use super::*;
    use crate::ops::Quantiles;

    fn counts(all: &[(&str, u64)]) -> Counts {
        all.iter()
            .map(|(name, n)| ((*name).to_owned(), *n))
            .collect()
    }

    fn model(now: Instant) -> Model {
        let mut model = Model::default();
        let times = Some(Quantiles {
            p50: 0.44,
            p95: 2.1,
            p99: 140.0,
        });
        for (n, name) in ["desk-0", "desk-1", "desk-2"].iter().enumerate() {
            let stage = |load, failures| Stage {
                times,
                load: Some(load),
                failures,
            };
            let worker = Worker {
                name: (*name).into(),
                group: Some("copydesk".into()),
                delivery: Some("exactly-once".into()),
                state: State::Ready,
                up: Some(Duration::from_secs(353_460)),
                partitions: vec![0, 3],
                in_rate: 431.4,
                out_rate: 430.0,
                dead_rate: 0.15,
                lag: Some(1204),
                oldest: Duration::from_millis(2900),
                in_flight: 212,
                in_flight_bytes: 9_500_000,
                most_messages: Some(8000),
                most_bytes: Some(64 << 20),
                end_to_end: times,
                resident_bytes: Some(141 << 20),
                cores: Some(0.93),
                stages: [
                    ("entities".to_owned(), stage(0.61, 0)),
                    ("quotes".to_owned(), stage(0.24, 2)),
                    ("times".to_owned(), stage(0.15, 0)),
                ]
                .into(),
                kinds: Kinds {
                    formats: counts(&[("html", 61), ("rss", 39)]),
                    statuses: counts(&[("usable", 98), ("canceled", 2)]),
                    languages: counts(&[("en", 82), ("de", 18)]),
                    flags: counts(&[("not-article", 1)]),
                },
                ..Worker::default()
            };
            let at = now + Duration::from_secs(2 * n as u64);
            let update = Update::Seen {
                key: (*name).into(),
                worker: Box::new(worker),
            };
            model.take(update, at);
        }
        let away = Update::Away {
            key: "desk-2".into(),
            why: "connection refused".into(),
        };
        model.take(away, now);
        let text = "dead lettered +1 malformed \u{1b}[2J".into();
        model.take(
            Update::Happened(Note::now("desk-0".into(), text, true)),
            now,
        );
        model
    }

    fn drawn(view: &View, width: u16, height: u16) -> String {
        let now = Instant::now();
        let model = model(now);
        let screen = Screen {
            model: &model,
            view,
            now: now + Duration::from_secs(41),
        };
        plain(&screen, width, height)
    }

    #[test]
    fn a_wide_screen_has_everything() {
        let text = drawn(&View::default(), 120, 24);
        for part in [
            "copydesk top ─ group copydesk ─ 3 workers ─ exactly-once ─ up 4d 02:11",
            "◐ 2 of 3 READY",
            "in     863/s",
            "lag   2,408",
            "(oldest 2.9 s)",
            "e2e p50 0.44 ms  p95 2.10  p99 140",
            "in flight 424 / 16,000",
            "MiB 18.1 / 128.0",
            "✗ away 41 s",
            "FORMATS html 61 %  rss 39",
            "STATUS  usable 98 %  canceled 2.0",
            "FLAGS   not-article 1.0 %",
            "dead lettered +1 malformed \u{fffd}[2J",
            "desk-2         away: connection refused",
            "s stages by share",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        let row = text.lines().find(|l| l.starts_with("desk-0")).unwrap();
        let cells: Vec<_> = row.split_whitespace().collect();
        assert_eq!(
            cells,
            [
                "desk-0",
                "●",
                "ready",
                "0,3",
                "431",
                "430",
                "9",
                "1,204",
                "141M",
                "93%",
                "entities",
                "0.44",
                "2.10",
                "0",
                "61%",
                "▓▓▓▓░░"
            ],
            "{text}"
        );
    }

    #[test]
    fn stages_are_sorted_as_it_is_asked_for() {
        let first = |order| {
            let view = View {
                order,
                ..View::default()
            };
            let text = drawn(&view, 120, 24);
            let row = text.lines().find(|l| l.starts_with("desk-0")).unwrap();
            row.split_whitespace().nth(10).unwrap().to_owned()
        };
        assert_eq!(first(StageOrder::Share), "entities");
        assert_eq!(first(StageOrder::Failures), "quotes");
        assert_eq!(first(StageOrder::Name), "entities");
        let mut order = StageOrder::default();
        for _ in 0..4 {
            order = order.next();
        }
        assert_eq!(order, StageOrder::default());
    }

    #[test]
    fn one_worker_alone_and_why_it_is_away() {
        let view = View {
            chosen: Some(2),
            ..View::default()
        };
        let text = drawn(&view, 120, 24);
        let title = "worker desk-2, connection refused ─ exactly-once";
        assert!(text.contains(title), "{text}");
        assert!(text.contains("in     431/s"), "{text}");
    }

    #[test]
    fn no_size_is_too_small() {
        for (width, height) in [(80, 24), (40, 10), (20, 3), (1, 1), (200, 60)] {
            let view = View {
                shows_help: width > 100,
                ..View::default()
            };
            let text = drawn(&view, width, height);
            assert_eq!(text.lines().count(), usize::from(height));
        }
        let narrow = drawn(&View::default(), 80, 24);
        assert!(
            narrow.contains("desk-0") && narrow.contains("entities"),
            "{narrow}"
        );
        assert!(
            drawn(
                &View {
                    shows_help: true,
                    ..View::default()
                },
                120,
                40
            )
            .contains("when the lag is gone")
        );
    }

    #[test]
    fn a_share_says_what_it_is_of() {
        assert_eq!(
            shares(&counts(&[("a", 1), ("b", 99)]), 100, 40),
            "b 99 %  a 1.0"
        );
        assert_eq!(shares(&counts(&[("a", 1), ("b", 99)]), 100, 8), "b 99 %");
        assert_eq!(shares(&Counts::new(), 0, 40), "–");
    }
}

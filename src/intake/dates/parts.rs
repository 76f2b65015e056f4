//! The parts of a date as a reader finds them, and what they make together.

use jiff::civil::Date;

use super::{Stamp, TimeOfDay, year_of_two_digits};

/// A part of a date that is named beside its figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NamedPart {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// Parts of a date and a time, each as the text has it.
#[derive(Default)]
pub(super) struct DateParts {
    pub year: Option<i16>,
    pub month: Option<i8>,
    pub day: Option<i8>,
    pub hour: Option<u8>,
    pub minute: u8,
    pub second: Option<u8>,
    /// Minutes east of Greenwich.
    pub offset: Option<i16>,
    /// Which half of the day the hour is of, where the text says so.
    pub afternoon: Option<bool>,
}

impl DateParts {
    /// What the parts make together; `None` without a year, month and day, or when there is no such
    /// day or time.
    pub(super) fn stamp(self) -> Option<Stamp> {
        let date = Date::new(self.year?, self.month?, self.day?).ok()?;
        let Some(hour) = self.hour else {
            return Some(Stamp { date, time: None });
        };
        // ISO 8601: 24:00 is the midnight at the end of the day.
        let whole = self.minute == 0 && self.second.unwrap_or(0) == 0;
        let (date, hour) = match self.of_24(hour) {
            24 if whole => (date.tomorrow().ok()?, 0),
            hour => (date, hour),
        };
        let time = Some(self.time(hour)?);
        Some(Stamp { date, time })
    }

    /// The time of day with its hour of 24, when there is such a time.
    fn time(&self, hour: u8) -> Option<TimeOfDay> {
        let sound = hour < 24 && self.minute < 60 && self.second.is_none_or(|s| s <= 60);
        sound.then_some(TimeOfDay {
            hour,
            minute: self.minute,
            // A leap second is the last ordinary one.
            second: self.second.map(|s| s.min(59)),
            offset: self.offset,
        })
    }

    /// An hour of the clock of twelve as one of 24; an hour that has no half stays.
    fn of_24(&self, hour: u8) -> u8 {
        match (self.afternoon, hour) {
            (Some(true), 1..=11) => hour + 12,
            (Some(false), 12) => 0,
            _ => hour,
        }
    }

    /// Reads the figure of a part; `None` when it is none.
    pub(super) fn set(&mut self, part: NamedPart, figure: &str) -> Option<()> {
        match part {
            NamedPart::Year => return self.year(figure),
            NamedPart::Month => self.month = Some(figure.parse().ok()?),
            NamedPart::Day => self.day = Some(figure.parse().ok()?),
            NamedPart::Hour => self.hour = Some(figure.parse().ok()?),
            NamedPart::Minute => self.minute = figure.parse().ok()?,
            NamedPart::Second => self.second = Some(figure.parse().ok()?),
        }
        Some(())
    }

    /// `20160116`, `201601161315`, `20160116131559`.
    pub(super) fn basic_date_time(&mut self, digits: &str) -> Option<()> {
        let (date, time) = digits.split_at_checked(8)?;
        self.basic_date(date)?;
        if time.is_empty() {
            return Some(());
        }
        self.basic_time(time)
    }

    /// `20160116`: the basic format of ISO 8601.
    pub(super) fn basic_date(&mut self, digits: &str) -> Option<()> {
        self.year = Some(digits.get(..4)?.parse().ok()?);
        self.month = Some(digits.get(4..6)?.parse().ok()?);
        self.day = Some(digits.get(6..8)?.parse().ok()?);
        Some(())
    }

    /// `1315`, `131559`.
    pub(super) fn basic_time(&mut self, digits: &str) -> Option<()> {
        self.hour = Some(digits.get(..2)?.parse().ok()?);
        self.minute = digits.get(2..4)?.parse().ok()?;
        self.second = match digits.get(4..6) {
            Some(s) => Some(s.parse().ok()?),
            None => None,
        };
        Some(())
    }

    /// A year of two, three or four digits.
    pub(super) fn year(&mut self, digits: &str) -> Option<()> {
        let n: i16 = digits.parse().ok()?;
        self.year = Some(match digits.len() {
            2 => year_of_two_digits(n),
            // RFC 5322, 4.3: three digits count from 1900.
            3 => 1900 + n,
            _ => n,
        });
        Some(())
    }
}

//! The parts of a date as a reader finds them, and what they make together.

use jiff::civil::Date;

use super::{Stamp, TimeOfDay, year_of_two_digits};

/// Parts of a date and a time, each as the text has it.
#[derive(Default)]
pub struct Parts {
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

impl Parts {
    /// What the parts make together; `None` without a year, month and day, or when there is no such
    /// day or time.
    pub fn stamp(self) -> Option<Stamp> {
        let date = Date::new(self.year?, self.month?, self.day?).ok()?;
        let Some(hour) = self.hour else {
            return Some(Stamp { date, time: None });
        };
        // ISO 8601-1, 4.3.8: 24:00 is the midnight at the end of the day.
        let whole = self.minute == 0 && self.second.unwrap_or(0) == 0;
        let (date, hour) = match self.of_24(hour) {
            24 if whole => (date.tomorrow().ok()?, 0),
            hour => (date, hour),
        };
        if hour > 23 || self.minute > 59 {
            return None;
        }
        let time = TimeOfDay {
            hour,
            minute: self.minute,
            // A leap second is the last ordinary one.
            second: match self.second {
                Some(60) => Some(59),
                Some(s) if s > 60 => return None,
                s => s,
            },
            offset: self.offset,
        };
        Some(Stamp {
            date,
            time: Some(time),
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

    /// `20160116`: the basic format of ISO 8601.
    pub fn basic_date(&mut self, digits: &str) -> Option<()> {
        self.year = Some(digits.get(..4)?.parse().ok()?);
        self.month = Some(digits.get(4..6)?.parse().ok()?);
        self.day = Some(digits.get(6..8)?.parse().ok()?);
        Some(())
    }

    /// `1315`, `131559`.
    pub fn basic_time(&mut self, digits: &str) -> Option<()> {
        self.hour = Some(digits.get(..2)?.parse().ok()?);
        self.minute = digits.get(2..4)?.parse().ok()?;
        self.second = match digits.get(4..6) {
            Some(s) => Some(s.parse().ok()?),
            None => None,
        };
        Some(())
    }

    /// A year of two, three or four digits.
    pub fn year(&mut self, digits: &str) -> Option<()> {
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

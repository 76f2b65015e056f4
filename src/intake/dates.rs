//! Dates as suppliers, feeds and pages write them: RFC 3339, ISO 8601 basic, RFC 822 and all the
//! broken forms between.
//!
//! [`parse`] never invents: what is not in the text (a time, a zone, a century of an ambiguous
//! number) is not in the result, and what could be read two ways is not read at all. The clock is
//! never asked.

use std::fmt;

use jiff::civil::Date;

use crate::record::{DateBasis, DateValue, Precision};

/// A moment as a text states it, with no more than it states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    pub date: Date,
    /// Time of day, where one is given.
    pub time: Option<TimeOfDay>,
}

/// A time of day with the zone as given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOfDay {
    pub hour: u8,
    pub minute: u8,
    /// `None` where the text stops at the minute.
    pub second: Option<u8>,
    /// Minutes east of Greenwich; `None` where no zone, or an ambiguous one (`IST`), is given.
    pub offset: Option<i16>,
}

/// How an all-number date such as `04/05/2026` is read when both readings are possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Not at all.
    #[default]
    Unknown,
    DayFirst,
    MonthFirst,
}

impl Stamp {
    pub fn precision(&self) -> Precision {
        match self.time {
            None => Precision::Day,
            Some(TimeOfDay { second: None, .. }) => Precision::Minute,
            Some(_) => Precision::Second,
        }
    }

    /// Seconds since 1970; a stamp without time or zone counts as the start of its day, or as UTC.
    /// Good for putting stamps in order, not for publishing.
    pub fn unix(&self) -> i64 {
        let days = self.date.since(jiff::civil::date(1970, 1, 1));
        let days = days.map_or(0, |span| i64::from(span.get_days()));
        let of_day = self.time.map_or(0, |t| {
            i64::from(t.hour) * 3600 + i64::from(t.minute) * 60 + i64::from(t.second.unwrap_or(0))
                - i64::from(t.offset.unwrap_or(0)) * 60
        });
        days * 86_400 + of_day
    }

    pub fn value(&self, basis: DateBasis) -> DateValue {
        DateValue {
            value: self.to_string(),
            precision: self.precision(),
            basis,
        }
    }
}

/// RFC 3339 where a zone is given, the same without zone where none is, else the date alone.
/// Fractions of a second are dropped; a time to the minute is written with `:00`.
impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let d = self.date;
        write!(f, "{:04}-{:02}-{:02}", d.year(), d.month(), d.day())?;
        let Some(t) = self.time else { return Ok(()) };
        let second = t.second.unwrap_or(0);
        write!(f, "T{:02}:{:02}:{second:02}", t.hour, t.minute)?;
        match t.offset {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(o) => write!(
                f,
                "{}{:02}:{:02}",
                if o < 0 { '-' } else { '+' },
                o.abs() / 60,
                o.abs() % 60
            ),
        }
    }
}

/// Longest text that is looked at: no form of a date with weekday, zone and label is longer.
const LONGEST: usize = 100;
/// Two-digit years below this are of the 2000s (RFC 5322, 4.3).
const CENTURY_PIVOT: i16 = 50;

/// Reads a date, `None` where the text holds none or could be read two ways.
pub fn parse(text: &str) -> Option<Stamp> {
    parse_ordered(text, Order::Unknown)
}

/// [`parse`] for a text whose numeric dates are known to be written in `order`.
pub fn parse_ordered(text: &str, order: Order) -> Option<Stamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return all_digits(text);
    }
    let tokens = tokens(text);
    let mut reader = Reader {
        tokens: &tokens,
        at: 0,
        order,
        found: Found::default(),
    };
    reader.read()?;
    reader.found.stamp()
}

/// [`parse`] straight to a record's value.
pub fn value(text: &str, basis: DateBasis) -> Option<DateValue> {
    parse(text).map(|stamp| stamp.value(basis))
}

/// Seconds or milliseconds since 1970, as JSON sources give them.
pub fn from_unix(number: i64) -> Option<Stamp> {
    /// From here on a number is milliseconds (as seconds it would be the year 5138).
    const MILLISECONDS_FROM: i64 = 100_000_000_000;
    let seconds = if number >= MILLISECONDS_FROM {
        number / 1000
    } else {
        number
    };
    let at = jiff::Timestamp::from_second(seconds).ok()?;
    let at = jiff::tz::Offset::UTC.to_datetime(at);
    Some(Stamp {
        date: at.date(),
        time: Some(TimeOfDay {
            hour: at.hour() as u8,
            minute: at.minute() as u8,
            second: Some(at.second() as u8),
            offset: Some(0),
        }),
    })
}

/// `20160116`, `201601161315`, `20160116131559`, or a Unix time of ten or thirteen digits.
fn all_digits(text: &str) -> Option<Stamp> {
    let mut found = Found::default();
    match text.len() {
        8 | 12 | 14 => {
            found.basic_date(&text[..8])?;
            if text.len() > 8 {
                found.basic_time(&text[8..])?;
            }
            found.stamp()
        }
        // A Unix time of 2001 to 2033 in seconds starts with 1; 19… would be YYYYMMDDHH as well.
        10 | 13 if text.starts_with('1') && !(text.len() == 10 && text.starts_with("19")) => {
            from_unix(text.parse().ok()?)
        }
        _ => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token<'a> {
    Number(&'a str),
    Word(&'a str),
    Sign(char),
    Space,
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::with_capacity(24);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let run = |f: fn(char) -> bool| rest.find(|c| !f(c)).unwrap_or(rest.len());
        let (token, length) = if c.is_ascii_digit() {
            let n = run(|c| c.is_ascii_digit());
            (Token::Number(&rest[..n]), n)
        } else if c.is_alphabetic() {
            let n = run(|c| c.is_alphabetic());
            (Token::Word(&rest[..n]), n)
        } else if c.is_whitespace() {
            (Token::Space, run(char::is_whitespace))
        } else {
            (Token::Sign(c), c.len_utf8())
        };
        out.push(token);
        rest = &rest[length..];
    }
    out
}

#[derive(Default)]
struct Found {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    hour: Option<u8>,
    minute: u8,
    second: Option<u8>,
    offset: Option<i16>,
    afternoon: Option<bool>,
}

impl Found {
    fn stamp(self) -> Option<Stamp> {
        let mut date = Date::new(self.year?, self.month?, self.day?).ok()?;
        let time = match self.hour {
            None => None,
            Some(mut hour) => {
                match self.afternoon {
                    Some(_) if hour == 0 || hour > 12 => {}
                    Some(true) if hour < 12 => hour += 12,
                    Some(false) if hour == 12 => hour = 0,
                    _ => {}
                }
                if hour == 24 && self.minute == 0 && self.second.unwrap_or(0) == 0 {
                    hour = 0;
                    date = date.tomorrow().ok()?;
                }
                if hour > 23 || self.minute > 59 {
                    return None;
                }
                Some(TimeOfDay {
                    hour,
                    minute: self.minute,
                    // A leap second is the last ordinary one.
                    second: match self.second {
                        Some(60) => Some(59),
                        Some(s) if s > 60 => return None,
                        s => s,
                    },
                    offset: self.offset,
                })
            }
        };
        Some(Stamp { date, time })
    }

    fn basic_date(&mut self, digits: &str) -> Option<()> {
        self.year = Some(digits.get(..4)?.parse().ok()?);
        self.month = Some(digits.get(4..6)?.parse().ok()?);
        self.day = Some(digits.get(6..8)?.parse().ok()?);
        Some(())
    }

    fn basic_time(&mut self, digits: &str) -> Option<()> {
        self.hour = Some(digits.get(..2)?.parse().ok()?);
        self.minute = digits.get(2..4)?.parse().ok()?;
        self.second = match digits.get(4..6) {
            Some(s) => Some(s.parse().ok()?),
            None => None,
        };
        Some(())
    }

    fn year(&mut self, digits: &str) -> Option<()> {
        let n: i16 = digits.parse().ok()?;
        self.year = Some(match digits.len() {
            2 if n < CENTURY_PIVOT => 2000 + n,
            // RFC 5322, 4.3: three digits count from 1900.
            2 | 3 => 1900 + n,
            _ => n,
        });
        Some(())
    }
}

struct Reader<'t> {
    tokens: &'t [Token<'t>],
    at: usize,
    order: Order,
    found: Found,
}

impl<'t> Reader<'t> {
    fn peek(&self, ahead: usize) -> Option<Token<'t>> {
        self.tokens.get(self.at + ahead).copied()
    }

    fn number(&self, ahead: usize) -> Option<&'t str> {
        match self.peek(ahead) {
            Some(Token::Number(n)) => Some(n),
            _ => None,
        }
    }

    fn sign(&self, ahead: usize) -> Option<char> {
        match self.peek(ahead) {
            Some(Token::Sign(c)) => Some(c),
            _ => None,
        }
    }

    fn read(&mut self) -> Option<()> {
        /// More words than this that are part of no date, and the text is prose.
        const STRANGERS: usize = 4;
        let mut strangers = 0;
        while let Some(token) = self.peek(0) {
            match token {
                Token::Number(n) => self.on_number(n)?,
                Token::Word(w) => {
                    if !self.on_word(w)? {
                        strangers += 1;
                        if strangers > STRANGERS {
                            return None;
                        }
                    }
                }
                Token::Sign('+' | '-' | '−') if self.found.hour.is_some() => self.on_offset()?,
                // A zone name in brackets repeats the offset: 2026-01-02T10:00+01:00[Europe/Berlin].
                Token::Sign('[') if self.found.offset.is_some() => break,
                Token::Sign(_) | Token::Space => self.at += 1,
            }
        }
        Some(())
    }

    fn on_number(&mut self, n: &'t str) -> Option<()> {
        if let (Some(':'), Some(minute)) = (self.sign(1), self.number(2)) {
            return self.clock(n, minute);
        }
        if self.numeric_date(n)? {
            return Some(());
        }
        if let (Some('.'), Some(minute), true) = (self.sign(1), self.number(2), n.len() <= 2)
            && minute.len() == 2
            && self.found.hour.is_none()
            && self.says_clock(3)
        {
            return self.clock(n, minute);
        }
        if let Some(Token::Word(w)) = self.peek(1) {
            if let Some(role) = cjk_role(w) {
                match role {
                    'y' => self.found.year(n)?,
                    'm' => self.found.month = Some(n.parse().ok()?),
                    'd' => self.found.day = Some(n.parse().ok()?),
                    'h' => self.found.hour = Some(n.parse().ok()?),
                    's' => self.found.second = Some(n.parse().ok()?),
                    _ => self.found.minute = n.parse().ok()?,
                }
                self.at += 2;
                return Some(());
            }
            let lower = w.to_lowercase();
            // French 18h30, Portuguese 18h.
            if matches!(lower.as_str(), "h" | "u" | "hs" | "hrs") && n.len() <= 2 {
                self.found.hour = Some(n.parse().ok()?);
                self.at += 2;
                if let Some(minute) = self.number(0).filter(|m| m.len() == 2) {
                    self.found.minute = minute.parse().ok()?;
                    self.at += 1;
                }
                return Some(());
            }
            // 9am, and Basic ISO: 20160116T131559.
            if matches!(lower.as_str(), "am" | "pm") && n.len() <= 2 && self.found.hour.is_none() {
                self.found.hour = Some(n.parse().ok()?);
                self.at += 1;
                return Some(());
            }
        }
        match n.len() {
            8 if self.found.year.is_none() => self.found.basic_date(n)?,
            12 | 14 if self.found.year.is_none() => {
                self.found.basic_date(&n[..8])?;
                self.found.basic_time(&n[8..])?;
            }
            6 if self.found.day.is_some() && self.found.hour.is_none() => {
                self.found.basic_time(n)?;
                self.fraction();
            }
            4 if self.found.year.is_some() && self.found.hour.is_none() => {
                self.found.basic_time(n)?
            }
            4 if self.found.year.is_none() => self.found.year(n)?,
            1 | 2 if self.found.day.is_none() => self.found.day = Some(n.parse().ok()?),
            2 if self.found.year.is_none() && self.found.month.is_some() => self.found.year(n)?,
            // A number no date has.
            _ => return None,
        }
        self.at += 1;
        Some(())
    }

    /// Whether the words from `ahead` on make the number before them a time of day.
    fn says_clock(&self, ahead: usize) -> bool {
        let next = match self.peek(ahead) {
            Some(Token::Space) => self.peek(ahead + 1),
            other => other,
        };
        match next {
            Some(Token::Word(w)) => {
                let w = w.to_lowercase();
                matches!(w.as_str(), "uhr" | "am" | "pm" | "a" | "p" | "h" | "uur")
                    || zone(&w).is_some()
            }
            None | Some(Token::Sign(')' | ',')) => self.found.day.is_some(),
            _ => false,
        }
    }

    fn clock(&mut self, hour: &str, minute: &str) -> Option<()> {
        if self.found.hour.is_some() || hour.len() > 2 || minute.len() > 2 {
            return None;
        }
        self.found.hour = Some(hour.parse().ok()?);
        self.found.minute = minute.parse().ok()?;
        self.at += 3;
        if let (Some(':' | '.'), Some(second)) = (self.sign(0), self.number(1))
            && second.len() == 2
        {
            self.found.second = Some(second.parse().ok()?);
            self.at += 2;
            self.fraction();
        }
        Some(())
    }

    fn fraction(&mut self) {
        if let (Some('.' | ','), Some(_)) = (self.sign(0), self.number(1)) {
            self.at += 2;
        } else if let (Some(':'), Some(ms)) = (self.sign(0), self.number(1))
            && ms.len() == 3
        {
            self.at += 2;
        }
    }

    /// `2026-01-02`, `02.01.2026`, `01/02/2026`, `2-Jan-2026`.
    fn numeric_date(&mut self, first: &'t str) -> Option<bool> {
        let Some(sep @ ('-' | '/' | '.' | '‐' | '–')) = self.sign(1) else {
            return Some(false);
        };
        if self.found.day.is_some() {
            return Some(false);
        }
        // German writes a space after the dot now and then: 16. 5. 2021.
        let gap = usize::from(sep == '.' && self.peek(2) == Some(Token::Space));
        let (second, sep2) = (self.number(2 + gap), self.sign(3 + gap));
        if let Some(Token::Word(w)) = self.peek(2)
            && sep2 == Some(sep)
            && let (Some(month), Some(year)) = (month(w), self.number(4))
        {
            self.found.day = Some(first.parse().ok()?);
            self.found.month = Some(month);
            self.found.year(year)?;
            self.at += 5;
            return Some(true);
        }
        let gap2 = usize::from(gap == 1 && self.peek(4 + gap) == Some(Token::Space));
        let (Some(second), true, Some(third)) =
            (second, sep2 == Some(sep), self.number(4 + gap + gap2))
        else {
            return Some(false);
        };
        let (a, b): (i8, i8);
        if first.len() == 4 && second.len() <= 2 && third.len() <= 2 {
            self.found.year(first)?;
            self.found.month = Some(second.parse().ok()?);
            self.found.day = Some(third.parse().ok()?);
        } else if matches!(third.len(), 2 | 4) && first.len() <= 2 && second.len() <= 2 {
            (a, b) = (first.parse().ok()?, second.parse().ok()?);
            let day_first = match (sep, self.order) {
                ('.', _) => true,
                _ if a > 12 => true,
                _ if b > 12 => false,
                _ if a == b => true,
                (_, Order::DayFirst) => true,
                (_, Order::MonthFirst) => false,
                (_, Order::Unknown) => return None,
            };
            // 01/02/03 says too little even with an order.
            if third.len() == 2 && sep != '.' && self.order == Order::Unknown {
                return None;
            }
            self.found.year(third)?;
            (self.found.day, self.found.month) = if day_first {
                (Some(a), Some(b))
            } else {
                (Some(b), Some(a))
            };
        } else {
            return Some(false);
        }
        self.at += 5 + gap + gap2;
        Some(true)
    }

    /// `+0100`, `+01:00`, `-5`; the sign is at the current token.
    fn on_offset(&mut self) -> Option<()> {
        let negative = self.sign(0) != Some('+');
        let Some(digits) = self.number(1) else {
            self.at += 1;
            return Some(());
        };
        let (hours, minutes): (i16, i16) = match (digits.len(), self.sign(2), self.number(3)) {
            (1 | 2, Some(':'), Some(m)) if m.len() == 2 => {
                self.at += 2;
                (digits.parse().ok()?, m.parse().ok()?)
            }
            (1 | 2, ..) => (digits.parse().ok()?, 0),
            (4, ..) if self.found.year.is_none() && negative => {
                // 09:12 - 2026 …: a year after a dash.
                self.at += 1;
                return Some(());
            }
            (3 | 4, ..) => {
                let (h, m) = digits.split_at(digits.len() - 2);
                (h.parse().ok()?, m.parse().ok()?)
            }
            _ => {
                self.at += 1;
                return Some(());
            }
        };
        self.at += 2;
        // No zone is further from Greenwich than 14 hours.
        if hours > 14 || minutes > 59 {
            return None;
        }
        let offset = hours * 60 + minutes;
        self.found.offset = Some(if negative { -offset } else { offset });
        Some(())
    }

    /// Whether the word is part of a date.
    fn on_word(&mut self, word: &'t str) -> Option<bool> {
        let lower = word.to_lowercase();
        self.at += 1;
        if let Some(month) = month(&lower) {
            // "mar" is March, and Tuesday in Spanish: a month is not named twice.
            if self.found.month.is_none() {
                self.found.month = Some(month);
            }
            if self.sign(0) == Some('.') {
                self.at += 1;
            }
            return Some(true);
        }
        let half = match lower.as_str() {
            "am" => Some(false),
            "pm" => Some(true),
            "a" | "p"
                if self.sign(0) == Some('.')
                    && matches!(self.peek(1), Some(Token::Word("m" | "M"))) =>
            {
                self.at += 2;
                Some(lower == "p")
            }
            _ => None,
        };
        if half.is_some() {
            self.found.afternoon = half;
            return Some(true);
        }
        if self.found.hour.is_some()
            && let Some(offset) = zone(&lower)
        {
            if self.found.offset.is_none() {
                self.found.offset = offset;
            }
            return Some(true);
        }
        Some(
            matches!(
                lower.as_str(),
                "t" | "st"
                    | "nd"
                    | "rd"
                    | "th"
                    | "uhr"
                    | "de"
                    | "del"
                    | "of"
                    | "at"
                    | "um"
                    | "den"
                    | "kl"
                    | "klo"
                    | "le"
                    | "à"
                    | "às"
            ) || weekday(&lower),
        )
    }
}

fn cjk_role(word: &str) -> Option<char> {
    Some(match word.chars().next()? {
        '年' | '년' => 'y',
        '月' | '월' => 'm',
        '日' | '일' | '号' => 'd',
        '時' | '时' | '시' | '点' => 'h',
        '分' | '분' => 'n',
        '秒' | '초' => 's',
        _ => return None,
    })
}

/// English, German, French, Spanish, Italian, Portuguese, Dutch, the Nordic languages, Polish and
/// Czech abbreviations feeds are seen to use; one line a month.
#[rustfmt::skip]
const MONTHS: [&str; 12] = [
    "jan january januar jänner jaenner janvier janv enero ene gennaio gen janeiro januari janúar tammikuuta tammi stycznia sty ledna leden",
    "feb february februar fevrier février févr fév fevr febrero febbraio fevereiro fev februari febr febrúar helmikuuta helmi lutego lut února únor",
    "mar march märz maerz mär mrz mars marzo março marco maart mrt maaliskuuta maalis marca března březen",
    "apr april avril avr abril abr aprile apríl huhtikuuta huhti kwietnia kwi dubna duben",
    "may mai mayo maggio mag maio mei maj maí toukokuuta touko maja května květen",
    "jun june juni juin junio giugno giu junho júní kesäkuuta kesä czerwca cze června červen",
    "jul july juli juillet juil julio luglio lug julho júlí heinäkuuta heinä lipca lip července červenec",
    "aug august août aout agosto ago augustus augusti ágúst elokuuta elo sierpnia sie srpna srpen",
    "sep sept september septembre septiembre setiembre settembre set setembro syyskuuta syys września wrz září",
    "oct october oktober okt octobre octubre ottobre ott outubro out október lokakuuta loka października paź října říjen",
    "nov november novembre noviembre novembro nóvember marraskuuta marras listopada lis listopad",
    "dec december dezember dez décembre decembre déc diciembre dic dicembre dezembro desember des joulukuuta joulu grudnia gru prosince prosinec",
];

/// The month a word names, 1 to 12.
pub fn month(word: &str) -> Option<i8> {
    let word = word.trim_end_matches('.').to_lowercase();
    if word.len() < 3 {
        return None;
    }
    (1..)
        .zip(MONTHS)
        .find(|(_, names)| names.split(' ').any(|n| n == word))
        .map(|(number, _)| number)
}

#[rustfmt::skip]
fn weekday(lower: &str) -> bool {
    const NAMES: &[&str] = &[
        "mon", "tue", "tues", "wed", "wednes", "thu", "thur", "thurs", "fri", "sat", "sun",
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
        "mo", "di", "mi", "do", "fr", "sa", "so", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonnabend", "sonntag",
        "lun", "mer", "mié", "mie", "jue", "vie", "sáb", "sab", "dom", "jeu", "ven", "sam", "dim", "gio",
        "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
        "lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo",
        "man", "tir", "tor", "ons", "lør", "søn", "lör", "sön", "mån", "tis", "fre", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag",
    ];
    NAMES.contains(&lower)
}

/// Offset of a zone's abbreviation in minutes; `Some(None)` for one that several zones share.
fn zone(lower: &str) -> Option<Option<i16>> {
    Some(Some(match lower {
        "z" | "ut" | "utc" | "gmt" | "wet" => 0,
        "bst" | "cet" | "mez" | "west" => 60,
        "cest" | "mesz" | "eet" | "sast" | "cat" => 120,
        "eest" | "msk" | "trt" | "eat" => 180,
        "gst" => 240,
        "pkt" => 300,
        "wib" | "ict" => 420,
        "hkt" | "sgt" | "awst" | "pht" => 480,
        "jst" | "kst" => 540,
        "aest" => 600,
        "aedt" => 660,
        "nzst" => 720,
        "nzdt" => 780,
        "brt" | "art" => -180,
        "edt" | "clt" => -240,
        "est" | "cdt" => -300,
        // US Central; China calls its time the same, but not in feeds that name zones this way.
        "cst" | "mdt" => -360,
        "mst" | "pdt" => -420,
        "pst" | "akdt" => -480,
        "akst" => -540,
        "hst" => -600,
        // India, Israel, Ireland; Arabia, Atlantic.
        "ist" | "ast" | "adt" | "et" | "ct" | "mt" | "pt" => return Some(None),
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        parse(text).map_or_else(|| "-".to_owned(), |s| format!("{s} {:?}", s.precision()))
    }

    #[test]
    fn the_standards() {
        assert_eq!(
            read("2025-12-04T09:12:00+08:00"),
            "2025-12-04T09:12:00+08:00 Second"
        );
        assert_eq!(
            read("2016-01-02T19:03:39.000Z"),
            "2016-01-02T19:03:39Z Second"
        );
        assert_eq!(read("20160116T131559+0000"), "2016-01-16T13:15:59Z Second");
        assert_eq!(read("20160116T131559Z"), "2016-01-16T13:15:59Z Second");
        assert_eq!(read("20210516T090004"), "2021-05-16T09:00:04 Second");
        assert_eq!(
            read("2000-01-01T12:00+00:00"),
            "2000-01-01T12:00:00Z Minute"
        );
        assert_eq!(read("2021-05-16"), "2021-05-16 Day");
        assert_eq!(read("20210516"), "2021-05-16 Day");
        assert_eq!(
            read("Thu, 13 Aug 2020 06:57:55 -0300"),
            "2020-08-13T06:57:55-03:00 Second"
        );
        assert_eq!(
            read("Fri, 13 Apr 01 19:23 GMT"),
            "2001-04-13T19:23:00Z Minute"
        );
        assert_eq!(
            read("2026-01-02T10:00:00+01:00[Europe/Berlin]"),
            "2026-01-02T10:00:00+01:00 Second"
        );
        assert_eq!(read("1733300000"), "2024-12-04T08:13:20Z Second");
        assert_eq!(read("1733300000123"), "2024-12-04T08:13:20Z Second");
    }

    #[test]
    fn broken_forms() {
        assert_eq!(
            read("Sat, Dec 16 2023 02:02:33 PM"),
            "2023-12-16T14:02:33 Second"
        );
        assert_eq!(
            read("Thu, 06 Feb 2020 00:00:00 PST"),
            "2020-02-06T00:00:00-08:00 Second"
        );
        assert_eq!(
            read("Tue, 15 Nov 2022 20:15:04 Z"),
            "2022-11-15T20:15:04Z Second"
        );
        assert_eq!(
            read("Thu Jan  1 05:30:00 2015"),
            "2015-01-01T05:30:00 Second"
        );
        assert_eq!(read("2021.05.16 09:00:04"), "2021-05-16T09:00:04 Second");
        assert_eq!(read("16.05.2021 09:00"), "2021-05-16T09:00:00 Minute");
        assert_eq!(
            read("December 4, 2025 9:12 a.m. EST"),
            "2025-12-04T09:12:00-05:00 Minute"
        );
        assert_eq!(
            read("4. Dezember 2025, 09.12 Uhr"),
            "2025-12-04T09:12:00 Minute"
        );
        assert_eq!(
            read("4 décembre 2025 à 18h30"),
            "2025-12-04T18:30:00 Minute"
        );
        assert_eq!(
            read("16-May-2021 10:00:00 UTC"),
            "2021-05-16T10:00:00Z Second"
        );
        assert_eq!(read("2025年12月4日 09:12"), "2025-12-04T09:12:00 Minute");
        assert_eq!(
            read("Wed, 02 Oct 2002 24:00:00 GMT"),
            "2002-10-03T00:00:00Z Second"
        );
        assert_eq!(
            read("2023-12-17 00:58:40 -0500"),
            "2023-12-17T00:58:40-05:00 Second"
        );
        assert_eq!(
            read("Mon, 1 Jan 2024 9am GMT+1"),
            "2024-01-01T09:00:00+01:00 Minute"
        );
        assert_eq!(
            read("Published: 12/31/2023 11:59 PM ET"),
            "2023-12-31T23:59:00 Minute"
        );
    }

    #[test]
    fn nothing_is_invented() {
        for text in [
            "",
            "today",
            "2023",
            "04/05/2026",
            "01/02/03",
            "31 February 2020",
            "Monday",
            "12:30",
            "Dec 4",
            "5 apples and 2020 pears were sold on market",
            "0000-00-00",
            "99999999",
        ] {
            assert_eq!(read(text), "-", "{text}");
        }
        let order = parse_ordered("04/05/2026", Order::DayFirst).map(|s| s.to_string());
        assert_eq!(order.as_deref(), Some("2026-05-04"));
    }

    #[test]
    fn order_of_time() {
        let at = |t: &str| parse(t).map(|s| s.unix());
        assert_eq!(at("1970-01-02"), Some(86_400));
        assert_eq!(at("2024-12-04T09:13:20+01:00"), Some(1_733_300_000));
    }
}

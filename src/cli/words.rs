//! Values of a record in words: times, amounts, kinds. What people read holds no `PXDE` and no `100000000.0`.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::LazyLock;

use super::look::harmless;
use crate::record::{Amount, AmountKind, Event, Polarity, TimeExpression, TimeType, name_of};
use crate::text::data::{DataFault, data_file, sound};

/// What a code is called: of one, of several.
type Names = (&'static str, &'static str);

/// What the parts of TIMEX3 values, and the types of events, are called, by list and code.
static NAMES: LazyLock<HashMap<(&str, &str), Names>> = LazyLock::new(|| {
    let rows = data_file!("proof/words.tsv").rows().map(|row| {
        let [list, code, one, many] = row.columns()?;
        Ok(((list, code), (one, many)))
    });
    sound(rows.collect::<Result<_, DataFault>>())
});

fn name(list: &'static str, code: &str) -> Option<Names> {
    NAMES.get(&(list, code)).copied()
}

/// What happens in an event: "accuses", "gives aid (promised)", "not: protests".
pub(super) fn event(event: &Event) -> String {
    let code = event.kind.name();
    let verb = name("event", code).map_or(code, |(verb, _)| verb);
    let modality = name_of(event.modality);
    let how = name("modality", &modality).map_or("", |(how, _)| how);
    let not = match event.polarity {
        Polarity::Positive => "",
        Polarity::Negative => "not: ",
        Polarity::Hypothetical => "perhaps: ",
    };
    match how {
        "" => format!("{not}{verb}"),
        how => format!("{not}{verb} ({how})"),
    }
}

/// `text` on one line, without what a terminal would obey.
pub(super) fn one_line(text: &str) -> String {
    let flat: Vec<&str> = text.split_whitespace().collect();
    harmless(&flat.join(" "))
}

/// What a time means; `None` where its value says no more than the text, or is none.
pub(super) fn time(time: &TimeExpression) -> Option<String> {
    let value = time.value.as_deref().or(time.unanchored.as_deref())?;
    let set = time.kind == TimeType::Set;
    if set {
        return often(value);
    }
    timex(value)
}

/// A TIMEX3 value in English: `PXDE` "some decades", `2025-12-04TMO` "2025-12-04, morning", `XXXX-WXX-4` "Thursday".
/// `None` for what it does not know.
pub(super) fn timex(value: &str) -> Option<String> {
    if let Some((one, _)) = name("reference", value) {
        return Some(one.to_owned());
    }
    if let Some((from, to)) = value.split_once('/') {
        return Some(format!("{} to {}", timex(from)?, timex(to)?));
    }
    match value.split_at_checked(1)? {
        ("-", rest) => Some(format!("{} before publication", stretch(rest)?)),
        ("+", rest) => Some(format!("{} after publication", stretch(rest)?)),
        ("P", "0D") => Some("the day of publication".to_owned()),
        ("P", rest) if rest.starts_with('0') => Some(format!(
            "the {} of publication",
            name("unit", &rest[1..])?.0
        )),
        ("P", _) => stretch(value),
        _ => point(value),
    }
}

/// How often: `P1D` "every day", `XXXX-WXX-7` "every Sunday".
fn often(value: &str) -> Option<String> {
    let what = timex(value)?;
    Some(format!(
        "every {}",
        what.strip_prefix("1 ").unwrap_or(&what)
    ))
}

/// A duration, and a part of the day after it: `P2Y6M` "2 years 6 months", `P1DTNI` "1 day, night".
fn stretch(value: &str) -> Option<String> {
    let body = value.strip_prefix('P')?;
    let (days, clock) = body.split_once('T').unwrap_or((body, ""));
    if let Some((part, _)) = name("part", clock) {
        return Some(format!("{}, {part}", counted(days, "")?));
    }
    let parts = [(days, ""), (clock, "T")];
    let said = parts.iter().filter(|(text, _)| !text.is_empty());
    let said: Option<Vec<_>> = said.map(|(text, before)| counted(text, before)).collect();
    said.filter(|said| !said.is_empty())
        .map(|said| said.join(" "))
}

/// Numbers with their units, `before` the letters of which stands `T` for those of the clock.
fn counted(mut text: &str, before: &str) -> Option<String> {
    let mut said = Vec::new();
    while !text.is_empty() {
        let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == 'X'))?;
        let (number, rest) = text.split_at(end);
        let end = rest.find(|c: char| !c.is_ascii_uppercase() || c == 'X');
        let (unit, rest) = rest.split_at(end.unwrap_or(rest.len()));
        let (one, many) = name("unit", &format!("{before}{unit}"))?;
        said.push(match number {
            "1" => format!("1 {one}"),
            "X" | "XX" => format!("some {many}"),
            "" => return None,
            n => format!("{n} {many}"),
        });
        text = rest;
    }
    (!said.is_empty()).then(|| said.join(" "))
}

/// A point or a stretch of the calendar.
fn point(value: &str) -> Option<String> {
    if let Some(years) = value.strip_prefix("BC") {
        return before_christ(years);
    }
    // The T of a time, not that of "OCT": it stands behind a digit or an X.
    let (day, tail) = match value.split_once('T') {
        Some((day, tail)) => (day, Some(tail)),
        None => (value, None),
    };
    let day = calendar(day)?;
    let Some(tail) = tail else {
        return (!day.is_empty()).then_some(day);
    };
    let tail = match name("part", tail) {
        Some((part, _)) => part.to_owned(),
        None if tail.starts_with(|c: char| c.is_ascii_digit()) => tail.replace('Z', " UTC"),
        None => return None,
    };
    Some(match day.is_empty() {
        true => tail,
        false => format!("{day}, {tail}"),
    })
}

/// `0044` is 44 BC, `04` the 5th century BC.
fn before_christ(years: &str) -> Option<String> {
    Some(match years.len() {
        2 => format!("the {} BC", century(years)?),
        _ => format!("{} BC", years.parse::<u32>().ok()?),
    })
}

/// The part of a value before its time of day; empty where it says nothing.
fn calendar(day: &str) -> Option<String> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = day.split('-').collect();
    let year = parts[0];
    let known = digits(year);
    if !known && !year.bytes().all(|b| b == b'X') {
        return None;
    }
    let of_year = |what: String| match known {
        true => format!("{what} {year}"),
        false => what,
    };
    match parts[1..] {
        [] if !known => Some(String::new()),
        [] => Some(match year.len() {
            2 => format!("the {}", century(year)?),
            3 => format!("the {year}0s"),
            _ => year.to_owned(),
        }),
        ["XX", "XX"] | ["XX"] => Some(of_year(String::new()).trim().to_owned()),
        ["WXX", "WE"] => Some("a weekend".to_owned()),
        ["WXX", weekday] => Some(name("weekday", weekday)?.0.to_owned()),
        [week, "WE"] => Some(of_year(format!(
            "the weekend of week {},",
            number_after('W', week)?
        ))),
        [month, day] if digits(day) => match (known, name("month", month)) {
            (true, _) if digits(month) => Some(format!("{year}-{month}-{day}")),
            (false, Some((month, _))) => Some(format!("{} {month}", day.trim_start_matches('0'))),
            _ => None,
        },
        [month, "XX"] => Some(of_year(name("month", month)?.0.to_owned())),
        [part] => part_of_year(part).map(of_year),
        _ => None,
    }
}

/// A month, week, quarter, half or season.
fn part_of_year(part: &str) -> Option<String> {
    if let Some((name, _)) = name("month", part).or_else(|| name("season", part)) {
        return Some(name.to_owned());
    }
    let kinds = [('W', "week"), ('Q', "quarter"), ('H', "half")];
    let (letter, what) = kinds.iter().find(|(letter, _)| part.starts_with(*letter))?;
    let n = number_after(*letter, part)?;
    Some(match letter {
        'W' => format!("week {n},"),
        _ => format!("{} {what} of", ordinal(n)),
    })
}

fn number_after(letter: char, text: &str) -> Option<u32> {
    text.strip_prefix(letter)?.parse().ok()
}

/// `19` is the 20th century.
fn century(hundreds: &str) -> Option<String> {
    Some(format!(
        "{} century",
        ordinal(hundreds.parse::<u32>().ok()? + 1)
    ))
}

fn ordinal(n: u32) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

/// An amount: `over 300 billion EUR`, `5 to 10 %`, `12 agreements`.
pub(super) fn amount(amount: &Amount) -> String {
    let mut out = String::new();
    for before in [&amount.direction, &amount.modifier].into_iter().flatten() {
        let _ = write!(out, "{before} ");
    }
    out += &match (amount.value, amount.value_to) {
        (Some(from), Some(to)) => format!("{} to {}", number(from), number(to)),
        (Some(value), None) | (None, Some(value)) => number(value),
        (None, None) => "some".to_owned(),
    };
    let unit = match amount.kind {
        AmountKind::Money => amount.currency.as_deref().or(amount.unit.as_deref()),
        AmountKind::Percent => Some(amount.unit.as_deref().unwrap_or("%")),
        AmountKind::Count | AmountKind::Measure => amount.unit.as_deref(),
    };
    if let Some(unit) = unit {
        let _ = write!(out, " {unit}");
    }
    if let Some(per) = &amount.per {
        let _ = write!(out, " a {per}");
    }
    out
}

/// The value of a measure in SI units, where that says something new.
pub(super) fn in_si(amount: &Amount) -> Option<String> {
    let (value, unit) = (amount.si_value?, amount.si_unit.as_deref()?);
    (amount.unit.as_deref() != Some(unit)).then(|| format!("{} {unit}", number(value)))
}

/// What large numbers are told in.
const MAGNITUDES: [(f64, &str); 3] = [(1e12, "trillion"), (1e9, "billion"), (1e6, "million")];

/// A number as a newspaper writes it: 100 million, 12,400, 3.5.
pub(super) fn number(value: f64) -> String {
    let size = value.abs();
    for (magnitude, name) in MAGNITUDES {
        if size >= magnitude && size < 1e15 {
            return format!("{} {name}", short(value / magnitude));
        }
    }
    short(value)
}

/// At most three decimals, thousands set apart.
fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let (sign, digits) = whole.split_at(usize::from(whole.starts_with('-')));
    let mut out = sign.to_owned();
    for (k, digit) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    match decimals.trim_end_matches('0') {
        "" => out,
        decimals => format!("{out}.{decimals}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{EventType, Modality};

    #[test]
    fn every_type_of_event_and_every_doubt_about_one_is_a_verb_in_words() {
        let all = [
            "AGREE",
            "CONSULT",
            "SUPPORT",
            "COOPERATE",
            "AID",
            "CONCEDE",
            "RETREAT",
            "REQUEST",
            "ACCUSE",
            "REJECT",
            "THREATEN",
            "PROTEST",
            "SANCTION",
            "MOBILIZE",
            "COERCE",
            "ASSAULT",
        ];
        for code in all {
            let kind = EventType::of_name(code).unwrap();
            let mut said: Event = serde_json::from_value(serde_json::json!({
                "type": code, "cameo": null, "trigger": [0, 1], "actors": [], "recipients": [], "participants": [],
                "place": null, "time": null, "modality": "asserted", "polarity": "positive", "background": false,
                "quote": null, "mentions": [], "confidence": null,
            }))
            .unwrap();
            let verb = event(&said);
            assert_ne!(verb, kind.name());
            said.modality = Modality::Promised;
            said.polarity = Polarity::Negative;
            assert_eq!(event(&said), format!("not: {verb} (promised)"));
            for modality in [Modality::Wished, Modality::Possible] {
                said.modality = modality;
                assert!(event(&said).ends_with(')'), "{modality:?}");
            }
        }
    }

    #[test]
    fn values_of_timex_are_said_in_english() {
        for (value, said) in [
            ("PXDE", "some decades"),
            ("PAST_REF", "in the past"),
            ("P3D", "3 days"),
            ("P1Y", "1 year"),
            ("P2Y6M", "2 years 6 months"),
            ("PT5H20M", "5 hours 20 minutes"),
            ("P2DT12H", "2 days 12 hours"),
            ("P1.5Y", "1.5 years"),
            ("PXWE", "some weekends"),
            ("P1WE", "1 weekend"),
            ("-P1Y", "1 year before publication"),
            ("+P1D", "1 day after publication"),
            ("-P1DTNI", "1 day, night before publication"),
            ("P0D", "the day of publication"),
            ("P0Y", "the year of publication"),
            ("2026", "2026"),
            ("199", "the 1990s"),
            ("19", "the 20th century"),
            ("20", "the 21st century"),
            ("BC0044", "44 BC"),
            ("BC04", "the 5th century BC"),
            ("2025-12", "December 2025"),
            ("2025-12-04", "2025-12-04"),
            ("2025-12-04TMO", "2025-12-04, morning"),
            ("2026-03-04T14:30", "2026-03-04, 14:30"),
            ("2026-W09", "week 9, 2026"),
            ("2026-W09-WE", "the weekend of week 9, 2026"),
            ("2025-Q3", "3rd quarter of 2025"),
            ("2025-H1", "1st half of 2025"),
            ("2026-SU", "summer 2026"),
            ("XXXX-WXX-4", "Thursday"),
            ("XXXX-WXX-2TNI", "Tuesday, night"),
            ("XXXX-12-25", "25 December"),
            ("XXXX-07", "July"),
            ("XXXX-XX-XXTMO", "morning"),
            ("2019-06-03/2019-06-05", "2019-06-03 to 2019-06-05"),
        ] {
            assert_eq!(timex(value).as_deref(), Some(said), "{value}");
        }
        assert_eq!(often("P1D").as_deref(), Some("every day"));
        assert_eq!(often("P2Y").as_deref(), Some("every 2 years"));
        assert_eq!(often("XXXX-WXX-7").as_deref(), Some("every Sunday"));
    }

    #[test]
    fn what_is_not_known_is_not_said() {
        for value in [
            "",
            "P",
            "PX",
            "P3",
            "PT",
            "P3Ü",
            "X",
            "XXXX",
            "-",
            "ÄXXX",
            "2025-",
            "2025-Ü1",
            "W",
            "T",
            "P0",
            "/",
            "1/",
            "2025-W",
            "PTNI",
            "XXXX-XX-XX",
            "BC",
            "BCX",
        ] {
            assert_eq!(timex(value), None, "{value}");
        }
    }

    /// All values that the times of the test table have are known to it.
    #[test]
    fn values_of_the_times_found_in_news_are_all_said() {
        let mut values = 0;
        for line in include_str!("../../tests/fixtures/times.tsv").lines() {
            let columns: Vec<&str> = line.split('\t').collect();
            let [_, _, _, value] = columns[..] else {
                continue;
            };
            let stated = value.split('|').filter_map(|v| v.split('>').next());
            for value in stated.filter(|value| *value != "-") {
                assert!(timex(value.trim()).is_some(), "{value}: {line}");
                values += 1;
            }
        }
        assert!(values > 200, "{values}");
    }

    #[test]
    fn numbers_as_newspapers_write_them() {
        for (value, said) in [
            (100_000_000.0, "100 million"),
            (2_350_000_000.0, "2.35 billion"),
            (12_400.0, "12,400"),
            (-1_234_567.0, "-1.235 million"),
            (0.5, "0.5"),
            (46.0, "46"),
            (-999.0, "-999"),
            (1e20, "100,000,000,000,000,000,000"),
        ] {
            assert_eq!(number(value), said);
        }
        assert!(!number(f64::NAN).is_empty() && !number(f64::INFINITY).is_empty());
    }

    #[test]
    fn amounts_with_their_units() {
        let said = |json: serde_json::Value| {
            let mut all = serde_json::json!({"start": 0, "end": 1, "value": null, "value_to": null, "currency": null,
                "currency_basis": null, "unit": null, "si_value": null, "si_unit": null, "modifier": null, "per": null,
                "direction": null, "of": null, "same_as": null, "implied_rate": null});
            let (all_fields, given) = (all.as_object_mut().unwrap(), json);
            all_fields.extend(given.as_object().unwrap().clone());
            amount(&serde_json::from_value(all).unwrap())
        };
        let money = serde_json::json!({"type": "money", "kind": "money", "value": 100e6, "currency": "USD"});
        assert_eq!(said(money), "100 million USD");
        let range = serde_json::json!({"kind": "count", "value": 5.0, "value_to": 10.0, "unit": "boats", "per": "day"});
        assert_eq!(said(range), "5 to 10 boats a day");
        let share = serde_json::json!({"kind": "percent", "value": 4.5, "direction": "up", "modifier": "about"});
        assert_eq!(said(share), "up about 4.5 %");
    }
}

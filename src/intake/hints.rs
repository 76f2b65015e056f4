//! What is known of a document beside its bytes.

use super::draft::Supplied;
use super::{Draft, dates, supply};
use crate::record::{DateBasis, DateRole, DateSeen, DateValue, Flag, Precision};

/// What is known of a document beside its bytes: from Kafka headers, an envelope or the command line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hints {
    pub id: Option<String>,
    pub content_type: Option<String>,
    pub url: Option<String>,
    pub source: Option<String>,
    pub fetched_at: Option<String>,
    pub published_at: Option<String>,
}

impl Hints {
    /// Puts the hints on a draft. The time of publication wins over what the document says and has the
    /// basis `header`; address and source fill what the document left open.
    pub fn apply(&self, draft: &mut Draft) {
        let supplied = &mut draft.supplied;
        if let Some(given) = self
            .published_at
            .as_deref()
            .and_then(|v| date(v, DateBasis::Header))
        {
            seen(supplied, &given, DateRole::Published);
            let stamp = |d: &DateValue| dates::parse(&d.value);
            let said = supplied.published.as_ref().and_then(stamp);
            if let (Some(said), Some(given)) = (said, stamp(&given))
                && supply::apart(said, given)
            {
                draft.flags.insert(Flag::DATE_CONTRADICTED);
            }
            supplied.published = Some(given);
        }
        let fill = |slot: &mut Option<String>, hint: &Option<String>| {
            if slot.is_none() {
                slot.clone_from(hint);
            }
        };
        fill(&mut supplied.url, &self.url);
        fill(&mut supplied.source, &self.source);
    }
}

/// Notes a date among all that were seen, once.
pub fn seen(supplied: &mut Supplied, date: &DateValue, role: DateRole) {
    let candidate = DateSeen {
        value: date.value.clone(),
        basis: date.basis,
        role,
    };
    supplied.add_date(candidate);
}

/// A date as RFC 3339, ISO 8601 (basic or extended), RFC 2822, or Unix seconds or milliseconds gives
/// it. The zone stays as given; a time without one stays without one. `None` when it is none of these.
pub fn date(value: &str, basis: DateBasis) -> Option<DateValue> {
    let value = value.trim();
    let made = |value: String, precision| {
        Some(DateValue {
            value,
            precision,
            basis,
        })
    };
    if value.len() >= 10 && value.bytes().all(|b| b.is_ascii_digit()) {
        let number: i64 = value.parse().ok()?;
        let seconds = if value.len() >= 13 {
            number / 1000
        } else {
            number
        };
        let time = jiff::Timestamp::from_second(seconds).ok()?;
        return made(time.to_string(), Precision::Second);
    }
    if let Ok(civil) = value.parse::<jiff::civil::Date>()
        && !value.contains([':', 'T', 't'])
    {
        return made(civil.to_string(), Precision::Day);
    }
    if let Ok(zoned) = jiff::fmt::rfc2822::parse(value) {
        return made(
            zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            Precision::Second,
        );
    }
    // A zone abbreviation in brackets or a blank instead of the T is common in scrapers' output.
    let civil: jiff::civil::DateTime = value.trim_end_matches(['Z', 'z']).parse().ok()?;
    let offset = offset_of(value);
    let precision = if value.matches(':').count()
        - offset.matches(':').count().min(value.matches(':').count())
        >= 2
    {
        Precision::Second
    } else {
        Precision::Minute
    };
    made(
        format!("{}{offset}", civil.strftime("%Y-%m-%dT%H:%M:%S")),
        precision,
    )
}

/// The offset at the end of an ISO 8601 time as RFC 3339 writes it; empty when there is none.
fn offset_of(value: &str) -> String {
    if value.ends_with(['Z', 'z']) {
        return "Z".to_owned();
    }
    let Some(clock) = value.find(':') else {
        return String::new();
    };
    let Some(sign) = value[clock..].find(['+', '-']).map(|s| clock + s) else {
        return String::new();
    };
    let digits: String = value[sign + 1..]
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let sign = &value[sign..=sign];
    match digits.len() {
        2 => format!("{sign}{digits}:00"),
        4 => format!("{sign}{}:{}", &digits[..2], &digits[2..]),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_keep_their_zone_and_precision() {
        for (given, want, precision) in [
            ("2025-12-04", "2025-12-04", Precision::Day),
            (
                "2025-12-04T09:12:00+08:00",
                "2025-12-04T09:12:00+08:00",
                Precision::Second,
            ),
            (
                "2025-12-04T09:12:00Z",
                "2025-12-04T09:12:00Z",
                Precision::Second,
            ),
            (
                "2025-12-04 09:12:00",
                "2025-12-04T09:12:00",
                Precision::Second,
            ),
            (
                "2025-12-04T09:12+0800",
                "2025-12-04T09:12:00+08:00",
                Precision::Minute,
            ),
            (
                "2025-12-04T09:12:00.123Z",
                "2025-12-04T09:12:00Z",
                Precision::Second,
            ),
            (
                "Thu, 04 Dec 2025 09:12:00 +0800",
                "2025-12-04T09:12:00+08:00",
                Precision::Second,
            ),
            ("1764810720", "2025-12-04T01:12:00Z", Precision::Second),
            ("1764810720000", "2025-12-04T01:12:00Z", Precision::Second),
        ] {
            let got = date(given, DateBasis::Header).unwrap_or_else(|| panic!("{given}"));
            assert_eq!(
                (got.value.as_str(), got.precision),
                (want, precision),
                "{given}"
            );
        }
        for bad in ["", "yesterday", "2025-13-40", "::+", "-", "12:00", "+08:00"] {
            assert_eq!(date(bad, DateBasis::Header), None, "{bad}");
        }
    }
}

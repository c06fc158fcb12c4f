//! Whether a text is the day, instant or duration that it should be: the formats of JSON Schema.

use chrono::{DateTime, NaiveDate};

use crate::model::Format;

/// Whether a text has a format.
pub fn fits(format: Format, text: &str) -> bool {
    match format {
        Format::Date => is_date(text),
        Format::DateTime => is_date_time(text),
        Format::Time => is_time(text),
        Format::Duration => is_duration(text),
        Format::Id => is_id(text),
        // Which types there are, the catalog tells.
        Format::RecordType => true,
        Format::Month => text.len() == 7 && is_date(&format!("{text}-01")),
        Format::Currency => text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()),
        Format::Sha256 => {
            text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        }
    }
}

/// How a format is written, with an example.
pub fn example(format: Format) -> &'static str {
    match format {
        Format::Date => "a day of the calendar, written as 2026-01-31",
        Format::DateTime => "an instant with its offset, written as 2026-01-31T14:00:00+01:00",
        Format::Time => "a time of day, written as 14:00",
        Format::Duration => "a duration, written as P1Y, P3M, P14D or PT4H",
        Format::Id => "an id: letters, digits, `.`, `_` and `-`, beginning with a letter or digit",
        Format::RecordType => "the id of a record type, such as incident",
        Format::Month => "a month, written as 2026-03",
        Format::Currency => "a currency by its code of three letters, such as EUR",
        Format::Sha256 => "a SHA-256 digest, 64 digits of 0 to 9 and a to f",
    }
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.is_ascii() && text.parse::<NaiveDate>().is_ok()
}

/// RFC 3339, with `T` between day and time.
fn is_date_time(text: &str) -> bool {
    let separated = text.as_bytes().get(10).is_some_and(|byte| matches!(byte, b'T' | b't'));
    separated && text.get(..10).is_some_and(is_date) && DateTime::parse_from_rfc3339(text).is_ok()
}

fn is_time(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let below =
        |part: &str, limit: u8| part.len() == 2 && part.parse::<u8>().is_ok_and(|value| value < limit);
    match parts[..] {
        [hours, minutes] => below(hours, 24) && below(minutes, 60),
        [hours, minutes, seconds] => below(hours, 24) && below(minutes, 60) && below(seconds, 60),
        _ => false,
    }
}

/// RFC 3339, appendix A: units in order and without gaps, weeks alone.
fn is_duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('P') else { return false };
    let (date, time) = match rest.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (rest, None),
    };
    let consecutive = |text: &str, units: &str| -> Option<usize> {
        let mut count = 0;
        let mut last: Option<usize> = None;
        let mut digits = 0;
        for character in text.chars() {
            if character.is_ascii_digit() {
                digits += 1;
                continue;
            }
            let unit = units.find(character)?;
            if digits == 0 || last.is_some_and(|last| unit != last + 1) {
                return None;
            }
            (last, digits, count) = (Some(unit), 0, count + 1);
        }
        (digits == 0).then_some(count)
    };
    match time {
        Some(time) => {
            consecutive(date, "YMD").is_some() && consecutive(time, "HMS").is_some_and(|count| count > 0)
        }
        None => {
            consecutive(date, "YMD").is_some_and(|count| count > 0)
                || consecutive(date, "W").is_some_and(|count| count > 0)
        }
    }
}

fn is_id(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(format: Format, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(fits(format, text), "{text} is {format}");
        }
        for text in bad {
            assert!(!fits(format, text), "{text} is no {format}");
        }
    }

    #[test]
    fn days_exist_in_the_calendar() {
        all(
            Format::Date,
            &["2026-01-31", "2024-02-29"],
            &["2026-02-30", "2026-2-3", "31.01.2026", "2026-01-31T00:00:00Z", ""],
        );
    }

    #[test]
    fn instants_have_an_offset() {
        let good = ["2026-01-31T14:00:00+01:00", "2026-01-31T14:00:00Z", "2026-01-31T14:00:00.5-05:30"];
        all(
            Format::DateTime,
            &good,
            &["2026-01-31T14:00:00", "2026-01-31 14:00:00Z", "2026-02-30T14:00:00Z", "2026-01-31"],
        );
    }

    #[test]
    fn durations_have_their_units_in_order() {
        let good = ["P1Y", "P1Y6M", "P14D", "P2W", "PT4H", "PT30M", "P1DT12H", "PT1H30M", "P0D"];
        let bad =
            ["P", "PT", "4h", "P1H", "P1Y2D", "PT1H2S", "P1W2D", "1D", "P1.5D", "PT4H ", "P-1D", "P1DT"];
        all(Format::Duration, &good, &bad);
    }

    #[test]
    fn ids_and_times_and_digests_are_plain() {
        all(Format::Id, &["POL-001", "7", "a.b_c-d"], &["-a", "", "POL 1", "é", "a/b"]);
        all(Format::Time, &["08:00", "23:59:59"], &["24:00", "8:00", "08:60", "08"]);
        all(Format::Month, &["2026-03"], &["2026-13", "2026-3", "March"]);
        all(Format::Currency, &["EUR"], &["eur", "euro", "€"]);
        all(Format::Sha256, &[&"0a".repeat(32)], &[&"0A".repeat(32), "0a"]);
    }
}

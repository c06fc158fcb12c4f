//! Days as workbooks have them: counted from an epoch, or written.

use chrono::{Days, NaiveDate};

/// Before this number, programs disagree on which day is meant: some take 1900 for a leap year.
const FIRST: f64 = 61.0;
/// The last day of the year 9999, counted from 1900.
const LAST: f64 = 2_958_465.0;

/// The day of a number; none if it is not a whole day that all programs agree on.
pub(in crate::import) fn counted(number: f64, is_1904: bool) -> Option<NaiveDate> {
    let (epoch, first) = if is_1904 {
        (NaiveDate::from_ymd_opt(1904, 1, 1)?, 0.0)
    } else {
        (NaiveDate::from_ymd_opt(1899, 12, 30)?, FIRST)
    };
    if number.fract() != 0.0 || !(first..=LAST).contains(&number) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was just looked at")]
    epoch.checked_add_days(Days::new(number as u64))
}

/// The day of a text: `2026-01-31`, at midnight if there is a time.
pub(in crate::import) fn written(text: &str) -> Option<NaiveDate> {
    let day = match text.split_once(['T', ' ']) {
        Some((day, time))
            if time.trim_end_matches('Z').split([':', '.']).all(|part| part.trim_matches('0').is_empty()) =>
        {
            day
        }
        Some(_) => return None,
        None => text,
    };
    // No year but of four digits is what a person means.
    if day.len() == 10 { day.parse().ok() } else { None }
}

/// In which order people write the parts of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// 31.1.2026
    DayFirst,
    /// 1/31/2026
    MonthFirst,
}

/// What a text is as a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::import) enum Said {
    Day(NaiveDate),
    /// It can be either of these.
    Either(NaiveDate, NaiveDate),
    None,
}

/// The day of a text as people write it, with dots, strokes or hyphens between its parts. Which of two it is has to be
/// told, unless it can be one alone.
pub(in crate::import) fn said(text: &str, order: Option<Order>) -> Said {
    if let Some(day) = written(text) {
        return Said::Day(day);
    }
    let parts: Vec<&str> = text.split(['.', '/', '-']).map(str::trim).collect();
    let [first, second, year] = parts.as_slice() else { return Said::None };
    let number = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u32>().ok()).flatten()
    };
    // Of which century a year of two digits is, nobody can tell.
    let (Some(first), Some(second), Some(year)) =
        (number(first), number(second), number(year).filter(|_| year.len() == 4))
    else {
        return Said::None;
    };
    let day = |month: u32, day: u32| NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day);
    let (day_first, month_first) = (day(second, first), day(first, second));
    match (order, day_first, month_first) {
        (Some(Order::DayFirst), Some(day), _) | (Some(Order::MonthFirst), _, Some(day)) => Said::Day(day),
        (Some(_), ..) | (None, None, None) => Said::None,
        (None, Some(one), Some(other)) if one != other => Said::Either(one, other),
        (None, Some(day), _) | (None, None, Some(day)) => Said::Day(day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_counted_from_either_epoch() {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        for (number, is_1904, expected) in [
            (46_203.0, false, day("2026-06-30")),
            (44_741.0, true, day("2026-06-30")),
            (61.0, false, day("1900-03-01")),
            (0.0, true, day("1904-01-01")),
            (60.0, false, None),
            (46_203.5, false, None),
            (-1.0, false, None),
            (3e6, false, None),
            (f64::NAN, false, None),
            (f64::INFINITY, true, None),
        ] {
            assert_eq!(counted(number, is_1904), expected, "{number} {is_1904}");
        }
    }

    #[test]
    fn which_of_two_days_it_is_has_to_be_told() {
        let day = |text: &str| Said::Day(text.parse().unwrap());
        let either = Said::Either("2026-04-03".parse().unwrap(), "2026-03-04".parse().unwrap());
        for (text, order, expected) in [
            ("2026-04-03", Some(Order::MonthFirst), day("2026-04-03")),
            ("03.04.2026", None, either),
            ("3/4/2026", Some(Order::DayFirst), day("2026-04-03")),
            ("3/4/2026", Some(Order::MonthFirst), day("2026-03-04")),
            ("31.01.2026", None, day("2026-01-31")),
            ("1/31/2026", None, day("2026-01-31")),
            ("31/1/2026", Some(Order::MonthFirst), Said::None),
            ("4.4.2026", None, day("2026-04-04")),
            ("3.4.26", None, Said::None),
            ("32.1.2026", None, Said::None),
            ("+3.4.2026", None, Said::None),
            ("soon", None, Said::None),
        ] {
            assert_eq!(said(text, order), expected, "{text}");
        }
    }

    #[test]
    fn a_day_is_written_in_one_way() {
        let day = "2026-06-30".parse().ok();
        for text in ["2026-06-30", "2026-06-30T00:00:00", "2026-06-30 00:00:00", "2026-06-30T00:00:00.000Z"] {
            assert_eq!(written(text), day, "{text}");
        }
        for text in
            ["", "30.6.2026", "2026-02-30", "2026-06-30T12:00:00", "2026-6-30", "+12026-06-30", "soon"]
        {
            assert_eq!(written(text), None, "{text}");
        }
    }
}

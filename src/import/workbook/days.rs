//! Days as workbooks have them: counted from an epoch, or written.

use chrono::{Days, NaiveDate};

/// Before this number, programs disagree on which day is meant: some take 1900 for a leap year.
const FIRST: f64 = 61.0;
/// The last day of the year 9999, counted from 1900.
const LAST: f64 = 2_958_465.0;

/// The day of a number; none if it is not a whole day that all programs agree on.
pub(super) fn counted(number: f64, is_1904: bool) -> Option<NaiveDate> {
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
pub(super) fn written(text: &str) -> Option<NaiveDate> {
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

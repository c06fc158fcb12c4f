//! The audit period.

use std::{fmt, str::FromStr};

use chrono::{Days, Months, NaiveDate};

/// A range of days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

/// Why a text is no period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// The two dots are missing.
    #[error("a period is written FROM..TO, such as 2026-01-01..2026-12-31")]
    NoDots,
    /// One of the ends is no day.
    #[error("`{0}` is not a day of the calendar; write it as 2026-01-31")]
    NoDay(String),
    /// It ends before it begins.
    #[error("the period ends on {to}, before it begins on {from}")]
    Reversed {
        /// First day as written.
        from: NaiveDate,
        /// Last day as written.
        to: NaiveDate,
    },
}

impl Period {
    /// The twelve months that end on a day: from the day after the same day a year before.
    pub fn year_to(last: NaiveDate) -> Self {
        let from =
            last.checked_sub_months(Months::new(12)).and_then(|day| day.checked_add_days(Days::new(1)));
        Self { from: from.unwrap_or(NaiveDate::MIN), to: last }
    }

    /// Whether a day lies in the period.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let (from, to) = text.split_once("..").ok_or(PeriodError::NoDots)?;
        let day = |text: &str| text.trim().parse().map_err(|_| PeriodError::NoDay(text.trim().to_owned()));
        let (from, to) = (day(from)?, day(to)?);
        if to < from { Err(PeriodError::Reversed { from, to }) } else { Ok(Self { from, to }) }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}..{}", self.from, self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn both_ends_belong_to_the_period() {
        let period: Period = "2026-01-01..2026-12-31".parse().unwrap();
        assert!(period.contains(day("2026-01-01")) && period.contains(day("2026-12-31")));
        assert!(!period.contains(day("2025-12-31")) && !period.contains(day("2027-01-01")));
    }

    #[test]
    fn a_year_to_a_day_counts_the_day_once() {
        assert_eq!(Period::year_to(day("2026-06-30")).to_string(), "2025-07-01..2026-06-30");
        assert_eq!(Period::year_to(day("2024-02-29")).to_string(), "2023-03-01..2024-02-29");
        assert_eq!(Period::year_to(day("2026-12-31")).to_string(), "2026-01-01..2026-12-31");
    }

    #[test]
    fn what_is_no_period_says_why() {
        let error = |text: &str| text.parse::<Period>().unwrap_err();
        assert_eq!(error("2026"), PeriodError::NoDots);
        assert_eq!(error("2026-02-30..2026-03-01"), PeriodError::NoDay("2026-02-30".into()));
        assert!(matches!(error("2026-12-31..2026-01-01"), PeriodError::Reversed { .. }));
        assert_eq!(
            "2026-01-01 .. 2026-01-01".parse::<Period>().unwrap().to_string(),
            "2026-01-01..2026-01-01"
        );
    }
}

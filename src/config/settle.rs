//! From what is written, the flags and today to the settings of a run.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{FILE_NAME, Written, read::At};
use crate::model::{Level, Origin, Patterns, Period, Settings, Sourced};

/// What the command line says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flags {
    /// `--as-of`
    pub as_of: Option<NaiveDate>,
    /// `--period`
    pub period: Option<Period>,
}

/// Joins what is given: a flag counts before the file, the file before the default. `now` makes
/// the default of the day judged on.
pub fn settle(written: Written, flags: Flags, now: DateTime<Utc>) -> Settings {
    let time_zone = from_file(written.time_zone).unwrap_or(Sourced::default(Tz::UTC, "none is configured"));
    let as_of = from_flag(flags.as_of, "--as-of").or_else(|| from_file(written.as_of)).unwrap_or_else(|| {
        Sourced::default(now.with_timezone(&time_zone.value).date_naive(), "today in the time zone")
    });
    let period =
        from_flag(flags.period, "--period").or_else(|| from_file(written.period)).unwrap_or_else(|| {
            Sourced::default(Period::year_to(as_of.value), "the twelve months to the day judged on")
        });
    let include = from_file(written.include).unwrap_or(Sourced::default(Vec::new(), "all files"));
    let exclude = from_file(written.exclude).unwrap_or(Sourced::default(Vec::new(), "none"));
    Settings {
        organization: from_file(written.organization.map(|(name, at)| (Some(name), at)))
            .unwrap_or(Sourced::default(None, "none is configured")),
        patterns: Patterns::new(&include.value, &exclude.value)
            .expect("each pattern was tried when it was read"),
        include,
        exclude,
        fail_on: from_file(written.fail_on).unwrap_or(Sourced::default(Level::Error, "errors fail a gate")),
        time_zone,
        as_of,
        period,
    }
}

fn from_flag<T>(value: Option<T>, flag: &'static str) -> Option<Sourced<T>> {
    value.map(|value| Sourced { value, origin: Origin::Flag(flag) })
}

fn from_file<T>(value: At<T>) -> Option<Sourced<T>> {
    value.map(|(value, position)| Sourced {
        value,
        origin: Origin::File { path: FILE_NAME.to_owned(), position },
    })
}

//! From what is written, the flags and today to the settings of a run.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{FILE_NAME, Written, read::At};
use crate::model::{Held, HistoryUse, Level, NeededBy, Origin, Patterns, Period, Rung, Settings, Sourced};

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
    let root = match written.folders_up {
        Some(0) => Sourced { value: ".".to_owned(), origin: Origin::Found(FILE_NAME) },
        Some(count) => Sourced { value: vec![".."; count].join("/"), origin: Origin::Found(FILE_NAME) },
        None => Sourced::default(".".to_owned(), "no probity.toml, here or above"),
    };
    let time_zone = from_file(written.time_zone).unwrap_or(Sourced::default(Tz::UTC, "none is configured"));
    let otherwise = from_file(written.as_of).unwrap_or_else(|| {
        Sourced::default(now.with_timezone(&time_zone.value).date_naive(), "today in the time zone")
    });
    let as_of_otherwise = otherwise.value;
    let as_of = from_flag(flags.as_of, "--as-of").unwrap_or(otherwise);
    let period =
        from_flag(flags.period, "--period").or_else(|| from_file(written.period)).unwrap_or_else(|| {
            Sourced::default(Period::year_to(as_of.value), "the twelve months to the day judged on")
        });
    let include = from_file(written.include).unwrap_or(Sourced::default(Vec::new(), "all files"));
    let exclude = from_file(written.exclude).unwrap_or(Sourced::default(Vec::new(), "none"));
    Settings {
        root,
        organization: from_file(written.organization.map(|(name, at)| (Some(name), at)))
            .unwrap_or(Sourced::default(None, "none is configured")),
        language: from_file(written.language).unwrap_or(Sourced::default("en".to_owned(), "English")),
        patterns: Patterns::new(&include.value, &exclude.value)
            .expect("each pattern was tried when it was read"),
        include,
        exclude,
        fail_on: from_file(written.fail_on).unwrap_or(Sourced::default(Level::Error, "errors fail a gate")),
        needed_by: from_file(written.needed_by)
            .unwrap_or(Sourced::default(NeededBy::Neither, "a check does not ask for missing documents")),
        history: from_file(written.history)
            .unwrap_or(Sourced::default(HistoryUse::IfThere, "it is looked at as far as it is there")),
        begins: from_file(written.begins.map(|(name, at)| (Some(name), at)))
            .unwrap_or(Sourced::default(None, "all of it")),
        proof: from_file(written.proof)
            .unwrap_or(Sourced::default(Rung::default(), "minutes or another record of an approval")),
        proofs: written.proofs.into_iter().map(|(name, proof)| (name, sourced(proof))).collect(),
        extended: from_file(written.extended).unwrap_or(Sourced::default(false, "the core rules alone")),
        levels: written.levels.into_iter().map(|(rule, level)| (rule, sourced(level))).collect(),
        own: written.own.into_iter().map(|(name, value)| (name, sourced(value))).collect(),
        time_zone,
        as_of,
        as_of_otherwise,
        period,
        held: Held::WorkTree,
    }
}

fn from_flag<T>(value: Option<T>, flag: &'static str) -> Option<Sourced<T>> {
    value.map(|value| Sourced { value, origin: Origin::Flag(flag) })
}

fn from_file<T>(value: Option<At<T>>) -> Option<Sourced<T>> {
    value.map(sourced)
}

fn sourced<T>((value, position): At<T>) -> Sourced<T> {
    Sourced { value, origin: Origin::File { path: FILE_NAME.to_owned(), position } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Position;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn now(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn at<T>(value: T) -> At<T> {
        (value, Position { line: 1, column: 1 })
    }

    #[test]
    fn today_is_that_of_the_time_zone() {
        let late = now("2026-06-30T22:30:00Z");
        let utc = settle(Written::default(), Flags::default(), late);
        assert_eq!(utc.as_of.value, day("2026-06-30"));
        let written = Written { time_zone: Some(at(Tz::Europe__Berlin)), ..Written::default() };
        let berlin = settle(written, Flags::default(), late);
        assert_eq!(berlin.as_of.value, day("2026-07-01"), "past midnight in Berlin");
        assert_eq!(berlin.as_of.origin.to_string(), "default: today in the time zone");
        assert_eq!(berlin.period.value.to_string(), "2025-07-02..2026-07-01");
    }

    #[test]
    fn a_flag_counts_before_the_file_and_the_file_before_the_default() {
        let written = || Written { as_of: Some(at(day("2026-01-31"))), ..Written::default() };
        let from_file = settle(written(), Flags::default(), now("2026-06-30T12:00:00Z"));
        assert_eq!(from_file.as_of.value, day("2026-01-31"));
        assert_eq!(from_file.as_of.origin.to_string(), "probity.toml:1:1");
        let flags = Flags { as_of: Some(day("2027-03-01")), period: None };
        let from_flag = settle(written(), flags, now("2026-06-30T12:00:00Z"));
        assert_eq!(from_flag.as_of.value, day("2027-03-01"));
        assert_eq!(from_flag.as_of.origin, Origin::Flag("--as-of"));
        assert_eq!(
            from_flag.period.value.to_string(),
            "2026-03-02..2027-03-01",
            "the default follows the day"
        );
    }
}

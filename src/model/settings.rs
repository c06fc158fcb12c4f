//! What a run is judged by, each value with where it comes from.

use std::{collections::BTreeMap, fmt};

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::{
    judged::Judged,
    patterns::Patterns,
    period::Period,
    proof::{ProofAsked, Rung},
    record_type::NeededBy,
    rule::Level,
    snapshot::Held,
};
use crate::text::Position;

/// The effective settings of a run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder whose files are read, seen from where the command was run.
    pub root: Sourced<String>,
    /// Which bytes of its files are read.
    pub held: Held,
    /// The organization whose management system it is.
    pub organization: Sourced<Option<String>>,
    /// The time zone in which its days begin.
    pub time_zone: Sourced<Tz>,
    /// The language of documents that name none.
    pub language: Sourced<String>,
    /// The day judged on, past or future.
    pub as_of: Sourced<NaiveDate>,
    /// The day that would be judged on if no flag named another.
    pub as_of_otherwise: NaiveDate,
    /// The audit period.
    pub period: Sourced<Period>,
    /// Patterns of the files to read; all, if empty.
    pub include: Sourced<Vec<String>>,
    /// Patterns of the files not to read.
    pub exclude: Sourced<Vec<String>>,
    /// What these patterns admit.
    pub patterns: Patterns,
    /// The level from which a finding fails a gate.
    pub fail_on: Sourced<Level>,
    /// The stage of a certification audit by which documents have to be there, for a check to fail without
    /// them; none, if a check does not ask.
    pub needed_by: Sourced<NeededBy>,
    /// Whether the history of the repository is looked at.
    pub history: Sourced<HistoryUse>,
    /// The commit from which on it is looked at, by any name that git has for it; all of it, if none is named.
    pub begins: Sourced<Option<String>>,
    /// How well approvals have to be proved.
    pub proof: Sourced<Rung>,
    /// How well those of some types have to be, by type.
    pub proofs: BTreeMap<String, Sourced<Rung>>,
    /// Whether rules of the extended tier are on.
    pub extended: Sourced<bool>,
    /// Levels that the organization has set, by rule; none switches the rule off.
    pub levels: BTreeMap<String, Sourced<Option<Level>>>,
    /// The organization's own intervals, limits and targets, by name.
    pub own: BTreeMap<String, Sourced<String>>,
}

impl Settings {
    /// What documents are judged by.
    pub fn judged(&self) -> Judged {
        Judged {
            as_of: self.as_of.value,
            period: self.period.value,
            time_zone: self.time_zone.value,
            organization: self.organization.value.clone(),
            language: self.language.value.clone(),
            extended: self.extended.value,
            levels: self.levels.iter().map(|(rule, level)| (rule.clone(), level.value)).collect(),
            own: self.own.iter().map(|(name, own)| (name.clone(), own.value.clone())).collect(),
            proof: ProofAsked {
                usual: self.proof.value,
                of_types: self.proofs.iter().map(|(name, proof)| (name.clone(), proof.value)).collect(),
            },
        }
    }
}

/// Whether the history of the repository is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryUse {
    /// It is not.
    Off,
    /// It is, as far as it is there.
    IfThere,
    /// It is, and a run that cannot look at all of it fails.
    Required,
}

impl HistoryUse {
    /// All.
    pub const ALL: [Self; 3] = [Self::Off, Self::IfThere, Self::Required];
}

impl fmt::Display for HistoryUse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Off => "off",
            Self::IfThere => "if-there",
            Self::Required => "required",
        })
    }
}

/// A value and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Given on the command line, by this flag.
    Flag(&'static str),
    /// Written in a file of the repository.
    File {
        /// Relative to the root.
        path: String,
        /// Of the value.
        position: Position,
    },
    /// Found, by this file in it.
    Found(&'static str),
    /// Not given; how it came about.
    Default(&'static str),
}

impl<T> Sourced<T> {
    /// A value that nobody gave.
    pub fn default(value: T, how: &'static str) -> Self {
        Self { value, origin: Origin::Default(how) }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => formatter.write_str(flag),
            Self::File { path, position } => {
                write!(formatter, "{path}:{}:{}", position.line, position.column)
            }
            Self::Found(file) => write!(formatter, "{file} is there"),
            Self::Default(how) => write!(formatter, "default: {how}"),
        }
    }
}

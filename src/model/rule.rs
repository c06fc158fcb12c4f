//! What a rule is: its name, how much it matters, and what it rests on.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much a finding matters to the tool. Never an audit grade: whether something is a major or
/// a minor nonconformity is for an auditor to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Worth mending.
    Warning,
    /// Has to be mended; fails the gate unless configured otherwise.
    Error,
}

/// What a rule rests on. A custom is never sold as the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Basis {
    /// Failing it can be argued against a clause of the standard.
    Requirement,
    /// The organization's own interval, limit or target is missed.
    OwnRule,
    /// Auditors commonly raise it, though no clause words it so.
    Practice,
    /// The data contradict themselves or cannot be read.
    Integrity,
}

/// What makes a rule fire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Cause {
    /// Somebody wrote it so.
    Content,
    /// A day has passed.
    Time,
    /// The history of the repository shows it.
    History,
}

/// What one finding is an instance of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Unique, stable and never reused: `YAML-06`.
    pub id: String,
    /// The level of its findings unless the organization sets another.
    pub severity: Level,
    /// What it rests on.
    pub basis: Basis,
    /// What makes it fire.
    pub cause: Cause,
    /// What is so when the rule is kept, in one line.
    pub says: String,
    /// Why it matters, an example that breaks it and one that keeps it, in Markdown.
    pub explain: String,
}

macro_rules! shown_as_written {
    ($($type:ty { $($variant:ident => $text:literal),+ $(,)? })+) => {
        $(impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(match self { $(Self::$variant => $text),+ })
            }
        })+
    };
}

shown_as_written! {
    Level { Info => "info", Warning => "warning", Error => "error" }
    Basis {
        Requirement => "requirement",
        OwnRule => "own-rule",
        Practice => "practice",
        Integrity => "integrity",
    }
    Cause { Content => "content", Time => "time", History => "history" }
}

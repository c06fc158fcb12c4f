//! What a rule is: its name, how much it matters, and what it rests on.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::expression::Expression;

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

/// Whether a rule is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// On by default, and proven quiet.
    #[default]
    Core,
    /// On if the organization wants it.
    Extended,
}

/// What a computed rule looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Each document of its type.
    #[default]
    Each,
    /// All documents of its type at once.
    All,
}

/// How a rule is computed from the documents.
#[derive(Clone, Debug, PartialEq)]
pub struct Computed {
    /// The type of the documents it looks at.
    pub record_type: String,
    /// Whether it looks at each of them, or at all at once.
    pub scope: Scope,
    /// The items that it looks at one by one, each called `it`.
    pub items: Option<Expression>,
    /// What has to be so for the rule to apply.
    pub when: Option<Expression>,
    /// Of a rule about items, what of that is the same for all of them and is asked first, and the rest.
    pub before: Option<(Expression, Option<Expression>)>,
    /// What has to be so for the rule to be kept.
    pub assert: Expression,
    /// The way from the document, or from the item, to the field that a finding points at.
    pub at: Vec<String>,
    /// Documents to show beside it.
    pub related: Vec<Expression>,
    /// What makes it matter more, and how much.
    pub escalate: Option<(Expression, Level)>,
    /// What is the case, in one line.
    pub message: Template,
    /// What a person can do about it.
    pub help: Template,
}

/// What came of a rule: what was kept, broken and not testable does not add up to a grade.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RuleTally {
    /// How often it was kept.
    pub kept: usize,
    /// How often it was broken.
    pub broken: usize,
    /// How often the data did not tell.
    pub untestable: usize,
    /// Why they did not, the first time.
    pub reason: Option<String>,
}

impl RuleTally {
    /// Adds what came of the same rule elsewhere.
    pub fn add(&mut self, other: Self) {
        self.kept += other.kept;
        self.broken += other.broken;
        self.untestable += other.untestable;
        self.reason = self.reason.take().into_iter().chain(other.reason).min();
    }
}

/// A text with fields in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// In order.
    pub parts: Vec<Part>,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// As it stands.
    Text(String),
    /// The value of a field of the document, or of `it`.
    Field(Vec<String>),
}

impl Template {
    /// Reads a text in which `{owner}` and `{it.metric}` stand for the values of fields.
    ///
    /// # Errors
    ///
    /// The part that is no field.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('{') {
            let (path, after) = behind.split_once('}').ok_or_else(|| behind.to_owned())?;
            let plain =
                |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if !path.split('.').all(plain) {
                return Err(path.to_owned());
            }
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::Field(path.split('.').map(str::to_owned).collect()));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self { parts })
    }
}

/// Who tells whether a rule is kept that has no findings of its own: its id stays, so that nobody who
/// knows it from elsewhere looks for it in vain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftTo {
    /// Completeness asks for these fields.
    Completeness(Vec<String>),
    /// These rules tell it.
    Rules(Vec<String>),
    /// The history of the repository shows it, once it is read.
    History,
    /// No machine can: a person judges.
    Person,
}

impl fmt::Display for LeftTo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Completeness(_) => "completeness",
            Self::Rules(_) => "rules",
            Self::History => "history",
            Self::Person => "person",
        })
    }
}

/// What one finding is an instance of.
#[derive(Clone, Debug, PartialEq)]
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
    /// Whether it is on.
    pub tier: Tier,
    /// The record type or the category that it is about; none if it looks at more.
    pub about: Option<String>,
    /// How it is computed; none if the program knows it by its id.
    pub computed: Option<Computed>,
    /// Who tells whether it is kept, if it is never told under its own id.
    pub left_to: Option<LeftTo>,
    /// The file of the organization's own that makes it.
    pub own: Option<String>,
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
    Tier { Core => "core", Extended => "extended" }
}

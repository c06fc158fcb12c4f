//! What a standard asks: clauses, the points of each, and what would be evidence of them. In our own
//! words, never in those of the standard.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    names::names,
    record_type::{Condition, Expected, NeededBy},
};
use crate::expression::Expression;

/// A standard for management systems, as the catalog knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Standard {
    /// What its clauses are called by where several are in use: `iso-20000-1`.
    pub id: String,
    /// Its number and year: `ISO/IEC 20000-1:2018`.
    pub title: String,
    /// Which edition.
    pub edition: String,
    /// Amendments that are taken up.
    pub amendments: Vec<String>,
    /// How the words came about.
    pub wording: String,
    /// In the order of the standard.
    pub clauses: Vec<Clause>,
    /// What would be evidence, by name.
    pub artefacts: BTreeMap<String, Artefact>,
    /// The other standards and frameworks that its clauses are compared with, by the name of the map:
    /// `cobit2019`.
    pub crosswalks: BTreeMap<String, Crosswalk>,
    /// Chains of clauses, each of which rests on the one before it.
    pub order: Vec<Vec<String>>,
    /// The steps of a project that leads to certification, in their order.
    pub waves: Vec<Wave>,
    /// What has to be there before each stage of a certification audit.
    pub stages: BTreeMap<String, Vec<Prerequisite>>,
    /// What a management review has to look at.
    pub review_inputs: Vec<ReviewInput>,
}

/// Something that a management review has to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct ReviewInput {
    /// The name that a record of a review gives it: `audit-results`.
    pub input: String,
    /// The letter of the standard.
    pub letter: Option<String>,
    /// What it is.
    pub says: String,
    /// The types of the documents that belong on the table.
    pub types: Vec<String>,
    /// By what one is none of it any more. One is enough.
    pub closed: Vec<Condition>,
}

/// A step of a project that leads to certification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wave {
    /// Its name: `Foundation`.
    pub title: String,
    /// What it is for.
    pub says: String,
    /// The clauses whose points are closed in it, with all their parts. A point belongs to the first wave
    /// that has it.
    pub clauses: Vec<String>,
    /// Only the points that are looked at in this stage of an audit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<u8>,
}

/// Something that has to be there before a stage of a certification audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prerequisite {
    /// What.
    pub says: String,
    /// The artefacts that would show it.
    #[serde(default)]
    pub artefacts: Vec<String>,
    /// The rules whose findings speak against it.
    #[serde(default)]
    pub rules: Vec<String>,
    /// What no machine can tell of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

/// A standard or framework that clauses are compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crosswalk {
    /// Its number and year, or its name: `ISO 9001:2015`.
    pub title: String,
    /// Which edition.
    pub edition: String,
    /// What the names that answer to a clause are: `management practices`.
    pub names: String,
    /// How the pairs came about.
    pub basis: String,
    /// Who else draws the pairs that count as confirmed.
    pub confirmed_by: Option<String>,
    /// What else there is to know.
    pub note: Option<String>,
}

/// A clause.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// Its number: `8.6.1`.
    pub id: String,
    /// Its short title.
    pub title: String,
    /// The clause that it is part of.
    pub parent: Option<String>,
    /// Whether the standard gives a number only, so that the title is ours.
    pub untitled: bool,
    /// Whether what it asks is asked by other clauses as well, which say more of it.
    pub repeats: bool,
    /// How far our words were compared with the standard; none of a heading that asks for nothing.
    pub checked: Option<Checked>,
    /// The amendment that changed it.
    pub amendment: Option<String>,
    /// When it has something to show. Where that is not so, one shows that it is not.
    pub condition: Option<String>,
    /// What else there is to know.
    pub note: Option<String>,
    /// What it asks, one by one.
    pub points: Vec<Point>,
    /// What auditors commonly find.
    pub typical_findings: Vec<TypicalFinding>,
    /// What answers to it elsewhere, by the name of the map. An empty list says that nothing does.
    pub crosswalk: BTreeMap<String, Vec<Answer>>,
}

/// Something in another standard that answers to a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What it is called there: `DSS02`.
    pub name: String,
    /// The clause for which somebody else says so, too: the clause itself, or one that it is part of.
    /// Without it, that it answers is our judgement.
    pub confirmed_for: Option<String>,
}

/// One thing that a clause asks.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Clause and number: `8.6.1/07`. The numbers are ours.
    pub id: String,
    /// The letter of the standard.
    pub letter: Option<String>,
    /// What is asked.
    pub says: String,
    /// Whether the organization gave these words, and not we.
    pub own_words: bool,
    /// Who has compared it with the published standard.
    pub confirmed: Option<Confirmed>,
    /// The amendment that brought it.
    pub source: Option<String>,
    /// The stages of a certification audit in which it is usually looked at.
    pub stage: Vec<u8>,
    /// From 1, a detail, to 3, on which others stand.
    pub weight: u8,
    /// Whether its lack stops a certification audit.
    pub blocker: bool,
    /// Names of artefacts.
    pub evidence: Vec<String>,
    /// Rules whose findings bear on it.
    pub signals: Vec<String>,
    /// What closes it.
    pub remedy: Remedy,
    /// What to ask in an interview.
    pub ask: Vec<String>,
}

/// That somebody of the organization has compared a point with the published standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// The id of a person, or a name.
    pub by: String,
    /// On which day.
    pub date: NaiveDate,
    /// With which edition.
    pub edition: String,
    /// What they want others to know.
    pub note: Option<String>,
    /// The file that says so.
    pub file: String,
}

/// What closes a gap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// What to do.
    #[serde(rename = "do")]
    pub steps: Vec<String>,
    /// How long records have to build up before it counts, as an ISO 8601 duration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<String>,
    /// When an auditor accepts it.
    pub done: String,
}

/// What auditors commonly find.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypicalFinding {
    /// What.
    pub says: String,
    /// How it is usually graded; the grade is the auditor's.
    pub grade: Grade,
}

/// What an artefact is among the documents of a management system.
#[derive(Clone, Debug, PartialEq)]
pub struct Artefact {
    /// Its name: `Major incident procedure`.
    pub title: String,
    /// In what it is looked for, in words, where no record type is made for it. Whether it stands in there, only a
    /// person can read.
    pub looked_for: Option<String>,
    /// The record types that documents of it are of; mostly one.
    pub types: Vec<String>,
    /// Which documents of the type.
    pub condition: Option<Expression>,
    /// The same as it is written.
    pub asks: Option<String>,
    /// The fields that hold what the standard asks of it.
    pub has: Vec<String>,
    /// How many there have to be.
    pub count: usize,
    /// How recent the last one has to be.
    pub within: Option<Within>,
    /// The documents each of which needs one.
    pub covers: Option<Covers>,
    /// Whether the standard itself asks for documented information.
    pub explicit: bool,
    /// Whether it is kept current or kept as proof.
    pub mode: Mode,
    /// Whether its absence means anything.
    pub expected: Expected,
    /// The stage of a certification audit by which it has to be there: what is kept current by the first, if
    /// that is when its type or one of the points is looked at, and the rest by the second.
    pub needed_by: NeededBy,
    /// The points that it would be evidence of: first those of the clauses that its type is for, each in the
    /// order of the standard.
    pub points: Vec<String>,
}

/// How recent the last document of an artefact has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Within {
    /// The interval at which one is due, as an ISO 8601 duration.
    pub interval: String,
    /// The field whose day tells.
    pub dated: String,
    /// The value of the organization's own that takes the place of the interval.
    pub own: String,
}

/// The documents each of which needs an artefact of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Covers {
    /// Their type.
    pub record_type: String,
    /// Which of them.
    pub condition: Option<Expression>,
    /// The field of the artefact that names them.
    pub by: String,
}

names! {
    /// How far the words of a clause were compared with the standard.
    Checked {
        /// Letters and obligations were compared.
        ClauseText = "clause-text",
        /// Number and title were compared.
        Title = "title",
    }
    /// How a finding is usually graded.
    Grade {
        /// A required thing is absent or fails widely.
        Major = "major",
        /// A single lapse.
        Minor = "minor",
        /// An opportunity for improvement.
        Opportunity = "ofi",
    }
    /// How documented information is kept.
    Mode {
        /// Kept current, under version control.
        Maintain = "maintain",
        /// Kept as proof.
        Retain = "retain",
    }
}

/// Whether what a name stands for is in a clause: `8.6.1` and `8.6.1/07` are in `8.6`, and `8.61` is not.
pub fn is_within(name: &str, clause: &str) -> bool {
    name.strip_prefix(clause).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/']))
}

impl Point {
    /// Whether it is of a clause or of a part of one, or is named itself.
    pub fn is_within(&self, wanted: &str) -> bool {
        is_within(&self.id, wanted)
    }
}

impl Standard {
    /// The clause of a number.
    pub fn clause(&self, id: &str) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.id == id)
    }

    /// The point of an id, and the clause that it is of.
    pub fn point(&self, id: &str) -> Option<(&Clause, &Point)> {
        let clause = self.clause(id.split_once('/')?.0)?;
        clause.points.iter().find(|point| point.id == id).map(|point| (clause, point))
    }

    /// Which wave closes a gap at a point, as its place in the list; the last, if none names it.
    pub fn wave(&self, point: &Point) -> usize {
        let has = |wave: &Wave| {
            wave.clauses.iter().any(|wanted| point.is_within(wanted))
                && wave.stage.is_none_or(|stage| point.stage.contains(&stage))
        };
        self.waves.iter().position(has).unwrap_or(self.waves.len().saturating_sub(1))
    }

    /// The clauses that a clause rests on directly.
    pub fn before(&self, clause: &str) -> Vec<&str> {
        let pairs = self.order.iter().flat_map(|chain| chain.iter().zip(chain.iter().skip(1)));
        let mut before: Vec<&str> =
            pairs.filter(|(_, after)| *after == clause).map(|(before, _)| before.as_str()).collect();
        before.dedup();
        before
    }

    /// All points, in the order of the standard.
    pub fn points(&self) -> impl Iterator<Item = &Point> {
        self.clauses.iter().flat_map(|clause| &clause.points)
    }
}

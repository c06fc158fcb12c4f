//! What is held of each point of a standard: what a machine found, what people judged, and what is shown
//! of both. A machine's result and a person's judgement stay apart.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{finding::Place, names::names, rule::Basis, rule::Level};

names! {
    /// What a machine found of something that would be evidence. It never says that this is enough.
    MachineState {
        /// It is there, as far as a machine can tell.
        MaterialFound = "material found",
        /// It is there, and something of it lacks.
        PartlyFound = "partly found",
        /// There is nothing of it.
        NothingFound = "nothing found",
        /// There is nothing of it, and somebody states that nothing happened.
        NoOccurrenceStated = "no occurrence stated",
        /// The data do not tell.
        NotTestable = "not testable",
    }
    /// What a person holds of a point, from best to worst.
    Status {
        /// Written where needed, done, shown, and not without effect.
        Fulfilled = "fulfilled",
        /// One weakness that would be an isolated lapse.
        Mostly = "mostly",
        /// Done or shown in part, or not written where it has to be.
        Partly = "partly",
        /// Not done, or not shown although it should have happened.
        NotFulfilled = "not fulfilled",
    }
    /// What is shown of a point.
    Shown {
        /// Judged so by a person.
        Fulfilled = "fulfilled",
        /// Judged so by a person.
        Mostly = "mostly",
        /// Judged so by a person.
        Partly = "partly",
        /// Judged so by a person.
        NotFulfilled = "not fulfilled",
        /// Judged once, and not to be relied on without a new look: counted as not judged, and apart.
        ToBeConfirmed = "to be confirmed",
        /// Nobody has judged it.
        NotJudged = "not judged",
    }
    /// How sure somebody is who judges.
    Confidence {
        /// One of records, interview and document, or evidence from outside the period.
        Low = "low",
        /// Two of them.
        Medium = "medium",
        /// All three, within the period.
        High = "high",
    }
    /// How far something is the case.
    Degree {
        /// Wholly.
        Full = "full",
        /// In part.
        Partial = "partial",
        /// Not at all.
        None = "none",
        /// It does not have to be.
        NotNeeded = "not-needed",
        /// Nobody knows.
        Unknown = "unknown",
    }
    /// Whether what a point speaks of has happened in the period.
    Occurrence {
        /// It has.
        Occurred = "occurred",
        /// It has not, so that one can only be ready for it.
        NoneYet = "none-yet",
        /// It does not depend on anything that happens.
        NotEventDriven = "not-event-driven",
    }
}

/// What is held of each point of a standard.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// What there is of each artefact, by name.
    pub artefacts: BTreeMap<String, Found>,
    /// One for each point, in the order of the standard.
    pub determinations: Vec<Determination>,
    /// Judgements that count for no point, and why.
    pub unplaced: Vec<(String, String)>,
}

/// What there is of an artefact.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// In one word.
    pub state: MachineState,
    /// How many documents are meant by it.
    pub count: usize,
    /// Of these, stubs: found, and not read.
    pub unread: usize,
    /// The first of them, those of the latest day first.
    pub material: Vec<Material>,
    /// What lacks, or cannot be told: a part of a sentence each.
    pub lacks: Vec<String>,
}

/// A document that something rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Material {
    /// Its number among the documents.
    pub number: u32,
    /// Its id.
    pub id: Option<String>,
    /// Where it stands.
    pub place: Place,
    /// Whether it only stands for something that is kept elsewhere.
    pub stub: bool,
    /// The day that tells how recent it is.
    pub day: Option<NaiveDate>,
}

/// What is held of a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Determination {
    /// The point: `8.6.1/07`.
    pub point: String,
    /// What a machine found.
    pub machine: MachineState,
    /// Findings that bear on it, by rule.
    pub signals: Vec<Signal>,
    /// What people hold of it, the strictest first; what was superseded is left out.
    pub judgements: Vec<Judgement>,
    /// What is shown of it.
    pub shown: Shown,
}

/// Findings of one rule that bear on a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// The rule.
    pub rule: String,
    /// The highest level among them.
    pub level: Level,
    /// What the rule rests on.
    pub basis: Basis,
    /// How many there are.
    pub count: usize,
    /// Of these, those that somebody has accepted for a time.
    pub waived: usize,
    /// What the first of them says.
    pub message: String,
    /// Where the first of them stands.
    pub place: Place,
    /// The fingerprints of those that lower a judgement unless it answers them: errors that rest on the
    /// standard, or on data that contradict themselves.
    pub lowering: Vec<String>,
}

/// What one person holds of a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The document that says so.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// Who judged.
    pub by: String,
    /// On which day.
    pub on: NaiveDate,
    /// What they wrote.
    pub written: Status,
    /// The stricter of what they wrote and what follows from the four facts.
    pub status: Status,
    /// The four facts: documented, implemented, evidenced, effective.
    pub facts: [Option<Degree>; 4],
    /// Whether what the point speaks of has happened in the period.
    pub occurrence: Option<Occurrence>,
    /// How sure they are.
    pub confidence: Option<Confidence>,
    /// What was seen.
    pub evidence: Vec<String>,
    /// The roles that were asked.
    pub interviewees: Vec<String>,
    /// Why the judgement is this and no other.
    pub rationale: Option<String>,
    /// The last day on which it may be relied on.
    pub valid_until: Option<NaiveDate>,
    /// Why it is to be confirmed: a part of a sentence each.
    pub doubts: Vec<String>,
}

impl Shown {
    /// Whether somebody's judgement stands.
    pub fn is_judged(self) -> bool {
        !matches!(self, Self::ToBeConfirmed | Self::NotJudged)
    }
}

impl Status {
    /// From best to worst.
    pub const ALL: [Self; 4] = [Self::Fulfilled, Self::Mostly, Self::Partly, Self::NotFulfilled];

    /// As files have it: `not-fulfilled`.
    pub fn in_files(self) -> &'static str {
        match self {
            Self::Fulfilled => "fulfilled",
            Self::Mostly => "mostly",
            Self::Partly => "partly",
            Self::NotFulfilled => "not-fulfilled",
        }
    }

    /// The status of a name that files have.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.in_files() == name)
    }
}

impl From<Status> for Shown {
    fn from(status: Status) -> Self {
        match status {
            Status::Fulfilled => Self::Fulfilled,
            Status::Mostly => Self::Mostly,
            Status::Partly => Self::Partly,
            Status::NotFulfilled => Self::NotFulfilled,
        }
    }
}

impl Determination {
    /// Whether something is known to lack: a person says so, or nobody stands for it and a machine misses
    /// something.
    pub fn is_gap(&self) -> bool {
        match self.shown {
            Shown::Fulfilled => false,
            Shown::Mostly | Shown::Partly | Shown::NotFulfilled => true,
            Shown::ToBeConfirmed | Shown::NotJudged => {
                matches!(self.machine, MachineState::PartlyFound | MachineState::NothingFound)
            }
        }
    }
}

impl Assessment {
    /// What is held of a point.
    pub fn of(&self, point: &str) -> Option<&Determination> {
        self.determinations.iter().find(|determination| determination.point == point)
    }
}

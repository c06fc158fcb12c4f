//! What people wrote of gaps, and the work that closes them: `gap-finding` and `remediation-action`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::Priority;
use crate::{
    corpus::{Document, Documents, texts},
    model::Determination,
    yaml::Node,
};

/// Gaps that people described, and work packages, by the points that they are about.
#[derive(Debug, Default)]
pub struct Gaps<'a> {
    /// The work packages, in order.
    pub actions: Vec<Action>,
    described: BTreeMap<String, Vec<Described<'a>>>,
    by_point: BTreeMap<String, BTreeSet<usize>>,
}

/// A gap as somebody described it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described<'a> {
    /// Its id.
    pub id: &'a str,
    /// The judgement that it follows from.
    pub assessment: &'a str,
    /// What lacks, in a sentence.
    pub statement: Option<&'a str>,
    /// What follows from it.
    pub effect: Option<&'a str>,
    /// What an auditor would probably make of it; an opinion.
    pub grade: Option<&'a str>,
    /// How soon to go about it, in the opinion of who described it.
    pub priority: Option<Priority>,
}

/// A work package.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Action {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// The role that does the work, or owns it.
    pub responsible: Option<String>,
    /// Where the work stands.
    pub state: Option<String>,
    /// The last day for the work.
    pub due: Option<NaiveDate>,
    /// How long records build up after it, as an ISO 8601 duration.
    pub soak: Option<String>,
    /// What must be done before.
    pub depends_on: Vec<String>,
    /// What it takes, if somebody has said so.
    pub effort: Option<Effort>,
}

/// What work takes, in person-days, as a person said it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Effort {
    /// If all goes well.
    pub low: f64,
    /// To be expected.
    pub likely: f64,
    /// If much goes wrong.
    pub high: f64,
}

impl Action {
    /// Whether there is still something to do.
    pub fn is_open(&self) -> bool {
        !matches!(self.state.as_deref(), Some("done" | "verified" | "dropped"))
    }

    fn read(document: &Document<'_>) -> Self {
        let text = |name: &str| document.get(name).and_then(Node::text).map(str::to_owned);
        let number = |name: &str| text(name).and_then(|text| text.parse::<f64>().ok());
        let likely =
            number("effort_likely").or_else(|| number("effort_high")).or_else(|| number("effort_low"));
        let effort = likely.map(|likely| Effort {
            low: number("effort_low").unwrap_or(likely),
            likely,
            high: number("effort_high").unwrap_or(likely),
        });
        Self {
            id: document.id().map(|(id, _)| id.to_owned()).unwrap_or_default(),
            title: text("title").unwrap_or_default(),
            responsible: text("responsible").or_else(|| text("owner")),
            state: text("state"),
            due: document.day("due_on"),
            soak: text("soak_time"),
            depends_on: texts(document.get("depends_on")).into_iter().map(str::to_owned).collect(),
            effort,
        }
    }
}

impl<'a> Gaps<'a> {
    pub(super) fn read(documents: &'a Documents<'_>) -> Self {
        let mut gaps = Self::default();
        let mut numbers: BTreeMap<u32, usize> = BTreeMap::new();
        for number in documents.of_type("remediation-action") {
            numbers.insert(*number, gaps.actions.len());
            gaps.actions.push(Action::read(documents.at(*number)));
        }
        for number in documents.of_type("gap-finding") {
            let finding = documents.at(*number);
            let text = |name: &str| finding.get(name).and_then(Node::text);
            let assessment = text("assessment").and_then(|id| documents.find(id));
            let point = assessment.and_then(|number| documents.at(number).get("requirement_id")?.text());
            let Some(point) = point else { continue };
            let priority = text("priority").and_then(|name| {
                [Priority::P1, Priority::P2, Priority::P3, Priority::P4]
                    .into_iter()
                    .find(|known| known.name() == name)
            });
            gaps.described.entry(point.to_owned()).or_default().push(Described {
                id: finding.id().map_or("", |(id, _)| id),
                assessment: text("assessment").unwrap_or_default(),
                statement: text("statement"),
                effect: text("effect"),
                grade: text("likely_grade"),
                priority,
            });
            let work = texts(finding.get("remediation")).into_iter().filter_map(|id| documents.find(id));
            let work = work.filter_map(|number| numbers.get(&number).copied());
            gaps.by_point.entry(point.to_owned()).or_default().extend(work);
        }
        gaps
    }

    /// What people described of a gap, as far as the judgement that it follows from still counts.
    pub fn described<'g>(
        &'g self,
        determination: &'g Determination,
    ) -> impl Iterator<Item = &'g Described<'a>> {
        let counts = |described: &&Described<'_>| {
            determination.judgements.iter().any(|judgement| judgement.id == described.assessment)
        };
        self.described.get(&determination.point).into_iter().flatten().filter(counts)
    }

    /// The work that closes the gap at a point.
    pub fn actions_of(&self, point: &str) -> Vec<&Action> {
        self.by_point.get(point).into_iter().flatten().map(|number| &self.actions[*number]).collect()
    }

    /// What all open work takes, and how much of it nobody has estimated.
    pub fn effort(&self) -> (Effort, usize) {
        let open = || self.actions.iter().filter(|action| action.is_open());
        let sum = open().filter_map(|action| action.effort).fold(Effort::default(), |sum, effort| Effort {
            low: sum.low + effort.low,
            likely: sum.likely + effort.likely,
            high: sum.high + effort.high,
        });
        (sum, open().filter(|action| action.effort.is_none()).count())
    }
}

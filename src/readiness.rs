//! Whether one can go into an audit of the certification body, what stands in the way, and which day is the
//! earliest. That something speaks against it can be told; that nothing does is for people to judge.

mod chain;
mod checklist;
mod unknown;

use crate::{
    corpus::{Documents, texts},
    gap::{Gap, PointView},
    model::{Category, Expected, Findings, Judged, MachineState, NeededBy, Shown},
    yaml::Node,
};

pub use chain::{Link, OWN_VALUES, Rest};
pub use checklist::{Item, Standing};

/// The audit that one wants to go into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Target {
    /// The look at the documents.
    #[serde(rename = "stage-1")]
    Stage1,
    /// The look at the work.
    #[serde(rename = "stage-2")]
    Stage2,
    /// The look of every year after certification.
    #[serde(rename = "surveillance")]
    Surveillance,
}

/// What can be said in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Verdict {
    /// Something is known that would stop the audit.
    NotReady,
    /// Nothing is known that would, and too little is judged to tell.
    NotKnown,
    /// Nothing is known that would; whether to go is for people to judge.
    NothingAgainst,
}

/// Whether one can go, and what that rests on.
#[derive(Debug)]
pub struct Readiness<'a> {
    /// The audit.
    pub target: Target,
    /// What is held of the points that it looks at.
    pub gap: &'a Gap<'a>,
    /// What can be said in a word.
    pub verdict: Verdict,
    /// Blockers that are open.
    pub blockers: Vec<Blocker<'a>>,
    /// What has to be there before the audit, by stage.
    pub checklist: Vec<(&'static str, Vec<Item<'a>>)>,
    /// What keeps the audit from being earlier, by day; the last day is the earliest for the audit.
    pub chain: Vec<Link>,
    /// Of the points that are judged to be fulfilled, those with evidence from the audit period, and all.
    pub evidence_in_period: (usize, usize),
    /// What is not known, a sentence each.
    pub unknown: Vec<String>,
}

/// A blocker that is open.
#[derive(Debug)]
pub struct Blocker<'a> {
    /// The point.
    pub view: &'a PointView<'a>,
    /// The role that does the work, or that owns what there is of it.
    pub owner: Option<String>,
}

impl Target {
    /// The stage of which only a part of the points is looked at.
    pub fn stage(self) -> Option<u8> {
        (self == Self::Stage1).then_some(1)
    }

    /// By when documents have to be there.
    pub fn needed_by(self) -> NeededBy {
        match self {
            Self::Stage1 => NeededBy::Stage1,
            Self::Stage2 | Self::Surveillance => NeededBy::Stage2,
        }
    }

    /// What has to be there before it, by the names of the standard's lists.
    fn lists(self) -> &'static [&'static str] {
        match self {
            Self::Stage1 => &["stage-1"],
            Self::Stage2 => &["stage-1", "stage-2"],
            Self::Surveillance => &["surveillance"],
        }
    }

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stage1 => "stage 1",
            Self::Stage2 => "stage 2",
            Self::Surveillance => "surveillance",
        }
    }
}

impl<'a> Readiness<'a> {
    /// From a gap analysis of the points that the audit looks at.
    pub fn new(
        gap: &'a Gap<'a>,
        documents: &Documents<'_>,
        judged: &Judged,
        findings: &'a Findings,
        target: Target,
    ) -> Self {
        let blockers: Vec<Blocker<'_>> = gap
            .open()
            .filter(|view| view.point.blocker)
            .map(|view| Blocker { view, owner: owner(gap, documents, view) })
            .collect();
        let numbers = &gap.numbers;
        let verdict = if !blockers.is_empty() {
            Verdict::NotReady
        } else if numbers.judged * 5 < numbers.points * 4 {
            Verdict::NotKnown
        } else {
            Verdict::NothingAgainst
        };
        Self {
            target,
            gap,
            verdict,
            blockers,
            checklist: target
                .lists()
                .iter()
                .map(|list| (*list, checklist::items(gap, findings, list)))
                .collect(),
            chain: chain::links(gap, documents, judged, target),
            evidence_in_period: evidence_in_period(gap, documents, judged),
            unknown: unknown::sentences(gap, findings),
        }
    }

    /// Whether something is known that would stop the audit, or a document lacks that the standard itself
    /// asks for by then.
    pub fn fails(&self) -> bool {
        let by = self.target.needed_by();
        let lacks = self.gap.standard.artefacts.iter().any(|(name, artefact)| {
            let found = self.gap.assessment.artefacts.get(name);
            artefact.explicit
                && artefact.expected == Expected::Always
                && (by == NeededBy::Stage2 || artefact.needed_by == by)
                && found.is_some_and(|found| found.state == MachineState::NothingFound)
        });
        self.verdict == Verdict::NotReady || lacks
    }
}

/// Who answers for a blocker: whoever does the planned work, or owns what there is.
fn owner(gap: &Gap<'_>, documents: &Documents<'_>, view: &PointView<'_>) -> Option<String> {
    let work = gap.gaps.actions_of(&view.point.id).into_iter().find(|action| action.is_open());
    work.and_then(|action| action.responsible.clone()).or_else(|| {
        let found = view.point.evidence.iter().filter_map(|name| gap.assessment.artefacts.get(name));
        let mut material = found.flat_map(|found| &found.material);
        material.find_map(|material| documents.at(material.number).get("owner")?.text().map(str::to_owned))
    })
}

/// Of the points that are judged to be fulfilled, those whose evidence is from the audit period. Evidence that
/// is no document here is as old as the judgement.
fn evidence_in_period(gap: &Gap<'_>, documents: &Documents<'_>, judged: &Judged) -> (usize, usize) {
    let fulfilled = gap.points().filter(|view| view.determination.shown == Shown::Fulfilled);
    let recent = |view: &&PointView<'_>| {
        let Some(judgement) = view.determination.judgements.first() else { return false };
        let cited = judgement.evidence.iter().filter_map(|id| documents.find(id));
        let mut days = cited.flat_map(|number| event_days(documents, number)).peekable();
        if days.peek().is_none() {
            judged.period.contains(judgement.on)
        } else {
            days.any(|day| judged.period.contains(day))
        }
    };
    let all: Vec<&PointView<'_>> = fulfilled.collect();
    (all.iter().filter(|view| recent(view)).count(), all.len())
}

/// The days on which something happened that a record tells of.
fn event_days(documents: &Documents<'_>, number: u32) -> Vec<chrono::NaiveDate> {
    let document = documents.at(number);
    let Some(record_type) = document.record_type else { return Vec::new() };
    if record_type.category != Category::Record {
        return Vec::new();
    }
    document.event_days().collect()
}

/// The texts of a field that holds one or a list.
fn named<'d>(documents: &'d Documents<'_>, number: u32, field: &str) -> Vec<&'d str> {
    texts(documents.at(number).get(field))
}

/// The text of a field.
fn text<'d>(documents: &'d Documents<'_>, number: u32, field: &str) -> Option<&'d str> {
    documents.at(number).get(field).and_then(Node::text)
}

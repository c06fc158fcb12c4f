//! What the standard asks for and nobody has shown: a view of an assessment, in the order in which one would
//! go about it.

mod actions;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    assess::{Colour, MISSING, Numbers},
    corpus::Documents,
    model::{
        Assessment, Clause, Degree, Determination, Duration, Findings, MachineState, Point, Shown, Standard,
        Tested, Wave,
    },
};

pub use actions::{Action, Described, Effort, Gaps};

/// What is asked of a view.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'w> {
    /// A clause with its parts, or a point; all, if none.
    pub within: Option<&'w str>,
    /// A stage of a certification audit that looks at it.
    pub stage: Option<u8>,
    /// What is shown of it.
    pub shown: Option<Shown>,
    /// What a machine found of it, where nobody has judged.
    pub machine: Option<MachineState>,
}

/// What lacks, by clause.
#[derive(Debug)]
pub struct Gap<'a> {
    /// The standard.
    pub standard: &'a Standard,
    /// What is held of each point, and of each artefact.
    pub assessment: &'a Assessment,
    /// The clauses that ask for something, in the order of the standard.
    pub clauses: Vec<ClauseView<'a>>,
    /// Of all points that are wanted.
    pub numbers: Numbers,
    /// Rules whose findings bear on several clauses, those of most clauses first.
    pub across: Vec<Across>,
    /// What people wrote of gaps, and the work that closes them.
    pub gaps: Gaps<'a>,
    /// What was read and what was not.
    pub tested: Tested,
}

/// A clause, and what is held of its points.
#[derive(Debug)]
pub struct ClauseView<'a> {
    /// The clause.
    pub clause: &'a Clause,
    /// Of its points.
    pub numbers: Numbers,
    /// What they look like from far away.
    pub colour: Colour,
    /// Its points.
    pub points: Vec<PointView<'a>>,
}

/// A point, and what is held of it.
#[derive(Debug)]
pub struct PointView<'a> {
    /// The point.
    pub point: &'a Point,
    /// What is held of it.
    pub determination: &'a Determination,
    /// How soon to go about it; none if nothing is known to lack.
    pub priority: Option<Priority>,
    /// Clauses with gaps of their own on which it rests.
    pub after: Vec<&'a str>,
}

/// How soon to go about a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Priority {
    /// It stops a certification audit, much stands on it, or its records take long to build up.
    P1,
    /// Work that an auditor would hardly overlook.
    P2,
    /// A detail.
    P3,
    /// Worth improving.
    P4,
}

/// A wave in which projects close gaps, and those that are known.
#[derive(Debug)]
pub struct WaveView<'v> {
    /// The wave.
    pub wave: &'v Wave,
    /// Its gaps.
    pub open: Vec<&'v PointView<'v>>,
    /// How many of them come first.
    pub urgent: usize,
    /// The longest time for which records have to build up.
    pub wait: Option<Duration>,
}

/// How many points of a clause are judged to be how much of one thing: documented, implemented, evidenced or effective.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Degrees {
    /// Wholly, or they need not be.
    pub full: usize,
    /// In part.
    pub partial: usize,
    /// Not at all.
    pub none: usize,
    /// Nobody knows, or nobody has said.
    pub unknown: usize,
}

/// A rule whose findings bear on several clauses.
#[derive(Debug, PartialEq, Eq)]
pub struct Across {
    /// The rule.
    pub rule: String,
    /// How many findings it has.
    pub count: usize,
    /// What the first of them says.
    pub message: String,
    /// The clauses.
    pub clauses: Vec<String>,
}

/// Rules about single documents, whatever they are.
const SINGLE: [&str; 1] = ["COMP-01"];

/// Records that take so long to build up are begun first.
const LONG: &str = "P3M";

impl<'a> Gap<'a> {
    /// Of an assessment of documents, as far as it is wanted.
    pub fn new(
        documents: &'a Documents<'_>,
        assessment: &'a Assessment,
        findings: &Findings,
        wanted: Wanted<'_>,
    ) -> Self {
        let standard = documents.catalog.standard();
        let gaps = Gaps::read(documents);
        let open: BTreeSet<&str> = standard
            .clauses
            .iter()
            .filter(|clause| {
                clause.points.iter().any(|point| assessment.of(&point.id).is_some_and(Determination::is_gap))
            })
            .map(|clause| clause.id.as_str())
            .collect();
        let mut clauses = Vec::new();
        for clause in &standard.clauses {
            let points: Vec<PointView<'_>> = clause
                .points
                .iter()
                .filter_map(|point| Some((point, assessment.of(&point.id)?)))
                .filter(|(point, determination)| wanted.has(point, determination))
                .map(|(point, determination)| PointView {
                    point,
                    determination,
                    priority: priority(point, determination, &gaps),
                    after: standard.before(&clause.id).into_iter().filter(|id| open.contains(id)).collect(),
                })
                .collect();
            if !points.is_empty() {
                let numbers = Numbers::of(assessment, points.iter().map(|view| view.point));
                clauses.push(ClauseView { clause, numbers, colour: numbers.colour(), points });
            }
        }
        let points = clauses.iter().flat_map(|clause| clause.points.iter().map(|view| view.point));
        let numbers = Numbers::of(assessment, points);
        let across = across(&clauses, findings);
        Self { standard, assessment, clauses, numbers, across, gaps, tested: findings.tested }
    }

    /// The points, in the order of the standard.
    pub fn points(&self) -> impl Iterator<Item = &PointView<'a>> {
        self.clauses.iter().flat_map(|clause| &clause.points)
    }

    /// The waves in which projects close gaps, in their order.
    pub fn waves(&self) -> impl Iterator<Item = WaveView<'_>> {
        self.standard.waves.iter().enumerate().map(|(number, wave)| {
            let open: Vec<&PointView<'_>> =
                self.open().filter(|view| self.standard.wave(view.point) == number).collect();
            let waits = open.iter().filter_map(|view| Duration::parse(view.point.remedy.wait.as_deref()?));
            WaveView {
                wave,
                urgent: open.iter().filter(|view| view.priority == Some(Priority::P1)).count(),
                wait: waits.max_by_key(|wait| wait.about_seconds()),
                open,
            }
        })
    }

    /// The clauses with material for every point, of which nothing is known to lack and nothing is found fault with.
    pub fn sound(&self) -> impl Iterator<Item = &ClauseView<'a>> {
        self.clauses.iter().filter(|clause| {
            clause.points.iter().all(|view| {
                view.priority.is_none()
                    && view.determination.machine == MachineState::MaterialFound
                    && view.determination.signals.is_empty()
            })
        })
    }

    /// Those of which something is known to lack.
    pub fn open(&self) -> impl Iterator<Item = &PointView<'a>> {
        self.points().filter(|view| view.priority.is_some())
    }
}

impl ClauseView<'_> {
    /// How much of each of its points is documented, implemented, evidenced and effective, as people have judged.
    pub fn degrees(&self) -> [Degrees; 4] {
        let mut degrees = [Degrees::default(); 4];
        for view in self.points.iter().filter(|view| view.determination.shown.is_judged()) {
            let facts = view.determination.judgements.first().map_or([None; 4], |judgement| judgement.facts);
            for (degrees, fact) in degrees.iter_mut().zip(facts) {
                let counter = match fact {
                    Some(Degree::Full | Degree::NotNeeded) => &mut degrees.full,
                    Some(Degree::Partial) => &mut degrees.partial,
                    Some(Degree::None) => &mut degrees.none,
                    Some(Degree::Unknown) | None => &mut degrees.unknown,
                };
                *counter += 1;
            }
        }
        degrees
    }
}

impl Degrees {
    /// What they look like from far away, out of so many points: by the rule of clauses, without blockers.
    pub fn colour(self, points: usize) -> Colour {
        let Self { full, partial, none, unknown } = self;
        match full + partial + none + unknown {
            0 => Colour::Grey,
            _ if none > 0 && none * 4 >= points => Colour::Red,
            _ if full == points => Colour::Green,
            _ => Colour::Amber,
        }
    }
}

impl Wanted<'_> {
    fn has(&self, point: &Point, determination: &Determination) -> bool {
        self.within.is_none_or(|wanted| point.is_within(wanted))
            && self.stage.is_none_or(|stage| point.stage.contains(&stage))
            && self.shown.is_none_or(|shown| determination.shown == shown)
            && self.machine.is_none_or(|machine| {
                determination.machine == machine && determination.shown == Shown::NotJudged
            })
    }
}

impl Priority {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::P1 => "p1",
            Self::P2 => "p2",
            Self::P3 => "p3",
            Self::P4 => "p4",
        }
    }
}

/// How soon to go about a gap: what somebody says who described it, or else one rule for everybody.
fn priority(point: &Point, determination: &Determination, gaps: &Gaps<'_>) -> Option<Priority> {
    if !determination.is_gap() {
        return None;
    }
    if let Some(said) = gaps.described(determination).filter_map(|described| described.priority).min() {
        return Some(said);
    }
    let absent = match determination.shown {
        Shown::NotFulfilled => true,
        Shown::ToBeConfirmed | Shown::NotJudged => determination.machine == MachineState::NothingFound,
        Shown::Fulfilled | Shown::Mostly | Shown::Partly => false,
    };
    let wait = point.remedy.wait.as_deref().and_then(Duration::parse);
    let long = Duration::parse(LONG).zip(wait).is_some_and(|(long, wait)| wait >= long);
    Some(match point.weight {
        _ if point.blocker || absent && (point.weight == 3 || long) => Priority::P1,
        2 | 3 => Priority::P2,
        _ if determination.shown == Shown::Mostly => Priority::P4,
        _ => Priority::P3,
    })
}

/// The rules whose findings bear on two clauses or more: where processes do not join up.
fn across(clauses: &[ClauseView<'_>], findings: &Findings) -> Vec<Across> {
    let mut by_rule: BTreeMap<&str, (BTreeSet<usize>, &str)> = BTreeMap::new();
    for (number, clause) in clauses.iter().enumerate() {
        for signal in clause.points.iter().flat_map(|view| &view.determination.signals) {
            let entry = by_rule.entry(&signal.rule).or_insert_with(|| (BTreeSet::new(), &signal.message));
            entry.0.insert(number);
        }
    }
    let mut across: Vec<Across> = by_rule
        .into_iter()
        .filter(|(rule, (numbers, _))| {
            numbers.len() > 1 && !SINGLE.contains(rule) && !rule.starts_with(MISSING)
        })
        .map(|(rule, (numbers, message))| Across {
            rule: rule.to_owned(),
            count: findings.iter().filter(|finding| finding.rule == rule).count(),
            message: message.to_owned(),
            clauses: numbers.iter().map(|number| clauses[*number].clause.id.clone()).collect(),
        })
        .collect();
    across.sort_by_key(|across| std::cmp::Reverse(across.clauses.len()));
    across
}

//! An assessment for programs: JSON of version 1. Within a version, fields are only added.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{gap::LIMITS, json, table::Table};
use crate::{
    assess::{Colour, Numbers, documented},
    corpus::Documents,
    gap::{Action, Degrees, Described, Gap, PointView, Priority, WaveView},
    model::{
        Basis, Confidence, Degree, Determination, Duration, Found, Judgement, Level, MachineState, Material,
        Mode, Occurrence, Remedy, Settings, Shown, Signal, Status, Tested,
    },
};

/// The four facts of a judgement.
const FACTS: [&str; 4] = ["documented", "implemented", "evidenced", "effective"];

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Probity gap, version 1"))]
pub(super) struct Report<'r> {
    format: &'static str,
    version: u32,
    /// What made it.
    tool: json::Tool,
    /// What has to be known before any number is read.
    limits: &'static str,
    standard: StandardRow<'r>,
    as_of: String,
    period: String,
    /// What was read and what was not.
    tested: Tested,
    numbers: Numbers,
    /// Fulfilled of all points in percent, and the same if all that is not judged were fulfilled.
    range_percent: (usize, usize),
    documents: Documented,
    clauses: Vec<ClauseRow<'r>>,
    /// What there is of each artefact that a point asks for, by name.
    artefacts: BTreeMap<&'r str, ArtefactRow<'r>>,
    across: Vec<AcrossRow<'r>>,
    work: Vec<WorkRow<'r>>,
    /// The waves in which projects close gaps.
    waves: Vec<WaveRow<'r>>,
    /// Clauses with material for every point, of which nothing is known to lack and nothing is found fault with.
    sound: Vec<&'r str>,
    /// Judgements that count for no point, and why.
    unplaced: &'r [(String, String)],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Standard"))]
struct StandardRow<'r> {
    id: &'r str,
    title: &'r str,
    edition: &'r str,
    amendments: &'r [String],
}

/// Documented information that the standard itself asks for.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Documented {
    found: usize,
    asked_for: usize,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Clause"))]
struct ClauseRow<'r> {
    id: &'r str,
    title: &'r str,
    colour: Colour,
    numbers: Numbers,
    /// Documented, implemented, evidenced and effective, as people have judged.
    degrees: Vec<DegreeRow>,
    /// What has to be the case for it to be asked for.
    only_if: Option<&'r str>,
    points: Vec<PointRow<'r>>,
}

/// How much of the points of a clause is judged to be documented, implemented, evidenced or effective.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Degree"))]
struct DegreeRow {
    /// Which of the four.
    of: &'static str,
    colour: Colour,
    points: Degrees,
}

/// A wave in which projects close gaps.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Wave"))]
struct WaveRow<'r> {
    title: &'r str,
    says: &'r str,
    gaps: usize,
    /// Of these, those that come first.
    urgent: usize,
    /// The longest time for which records have to build up, as an ISO 8601 duration.
    wait: Option<String>,
    clauses: Vec<&'r str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Point"))]
struct PointRow<'r> {
    id: &'r str,
    says: &'r str,
    stage: &'r [u8],
    weight: u8,
    blocker: bool,
    shown: Shown,
    /// Why that is shown.
    why: String,
    /// What lacks, by artefact; where a person judged, why.
    lacks: Vec<String>,
    machine: MachineState,
    evidence: &'r [String],
    signals: Vec<SignalRow<'r>>,
    judgements: Vec<JudgementRow<'r>>,
    priority: Option<Priority>,
    after: &'r [&'r str],
    remedy: &'r Remedy,
    work: Vec<&'r str>,
    /// What people described of the gap.
    described: Vec<DescribedRow<'r>>,
}

/// A gap as somebody described it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Described"))]
struct DescribedRow<'r> {
    id: &'r str,
    assessment: &'r str,
    statement: Option<&'r str>,
    effect: Option<&'r str>,
    /// What an auditor would probably make of it; an opinion.
    likely_grade: Option<&'r str>,
    priority: Option<Priority>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Signal"))]
struct SignalRow<'r> {
    rule: &'r str,
    level: Level,
    basis: Basis,
    count: usize,
    waived: usize,
    message: &'r str,
    path: &'r str,
    line: Option<u32>,
    lowering: &'r [String],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Judgement"))]
struct JudgementRow<'r> {
    id: &'r str,
    path: &'r str,
    line: Option<u32>,
    by: &'r str,
    on: String,
    written: Status,
    status: Status,
    documented: Option<Degree>,
    implemented: Option<Degree>,
    evidenced: Option<Degree>,
    effective: Option<Degree>,
    /// Whether what the point speaks of has happened in the period.
    occurrence: Option<Occurrence>,
    confidence: Option<Confidence>,
    evidence: &'r [String],
    /// The roles that were asked.
    interviewees: &'r [String],
    rationale: Option<&'r str>,
    valid_until: Option<String>,
    doubts: &'r [String],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Artefact"))]
struct ArtefactRow<'r> {
    title: &'r str,
    /// In what it is looked for, where no record type is made for it.
    looked_for: Option<&'r str>,
    #[serde(rename = "type")]
    types: &'r [String],
    explicit: bool,
    mode: Mode,
    state: MachineState,
    count: usize,
    unread: usize,
    lacks: &'r [String],
    material: Vec<MaterialRow<'r>>,
}

/// A document that something rests on.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Material"))]
struct MaterialRow<'r> {
    id: Option<&'r str>,
    path: &'r str,
    line: Option<u32>,
    stub: bool,
    day: Option<String>,
    /// Of what an approval is given for; none if it cannot be had.
    digest: Option<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Across"))]
struct AcrossRow<'r> {
    rule: &'r str,
    count: usize,
    message: &'r str,
    clauses: &'r [String],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Work"))]
struct WorkRow<'r> {
    id: &'r str,
    title: &'r str,
    state: Option<&'r str>,
    responsible: Option<&'r str>,
    due: Option<String>,
    soak: Option<&'r str>,
    depends_on: &'r [String],
    /// Whether there is still something to do.
    open: bool,
    /// Person-days: low, likely and high; none if nobody has estimated them.
    effort: Option<[f64; 3]>,
}

/// A gap analysis as JSON with a line feed at the end.
pub fn as_json(gap: &Gap<'_>, documents: &Documents<'_>, settings: &Settings) -> String {
    json::text(&report(gap, documents, settings))
}

/// The points as a table: a row for each.
pub fn as_table(gap: &Gap<'_>, documents: &Documents<'_>, settings: &Settings) -> Table {
    Table::of(&as_json(gap, documents, settings), &["clauses", "points"]).only(&[
        ("points.id", "clause"),
        ("points.title", "title"),
        ("id", "point"),
        ("says", "asks"),
        ("stage", "stage"),
        ("weight", "weight"),
        ("blocker", "blocker"),
        ("shown", "shown"),
        ("machine", "machine"),
        ("priority", "priority"),
        ("why", "why"),
        ("evidence", "evidence"),
        ("lacks", "lacks"),
        ("after", "after"),
        ("remedy.do", "do"),
        ("remedy.wait", "wait"),
        ("remedy.done", "done_when"),
        ("work", "work"),
    ])
}

pub(super) fn report<'r>(gap: &'r Gap<'_>, documents: &Documents<'_>, settings: &Settings) -> Report<'r> {
    let standard = gap.standard;
    let (found, asked_for) = documented(standard, gap.assessment);
    let asked: BTreeSet<&str> =
        gap.points().flat_map(|view| &view.point.evidence).map(String::as_str).collect();
    let artefacts = gap.assessment.artefacts.iter().filter(|(name, _)| asked.contains(name.as_str()));
    Report {
        format: "probity-gap",
        version: 1,
        tool: json::Tool::this(),
        limits: LIMITS,
        standard: StandardRow {
            id: &standard.id,
            title: &standard.title,
            edition: &standard.edition,
            amendments: &standard.amendments,
        },
        as_of: settings.as_of.value.to_string(),
        period: settings.period.value.to_string(),
        tested: gap.tested,
        numbers: gap.numbers,
        range_percent: gap.numbers.range(),
        documents: Documented { found, asked_for },
        clauses: gap
            .clauses
            .iter()
            .map(|view| ClauseRow {
                id: &view.clause.id,
                title: &view.clause.title,
                colour: view.colour,
                numbers: view.numbers,
                degrees: FACTS
                    .into_iter()
                    .zip(view.degrees())
                    .map(|(of, points)| DegreeRow { of, colour: points.colour(view.points.len()), points })
                    .collect(),
                only_if: view.clause.condition.as_deref(),
                points: view.points.iter().map(|view| point(gap, view)).collect(),
            })
            .collect(),
        artefacts: artefacts
            .filter_map(|(name, found)| {
                let artefact = standard.artefacts.get(name)?;
                let Found { state, count, unread, material, lacks } = found;
                let row = ArtefactRow {
                    title: &artefact.title,
                    looked_for: artefact.looked_for.as_deref(),
                    types: &artefact.types,
                    explicit: artefact.explicit,
                    mode: artefact.mode,
                    state: *state,
                    count: *count,
                    unread: *unread,
                    lacks,
                    material: material.iter().map(|material| material_row(documents, material)).collect(),
                };
                Some((name.as_str(), row))
            })
            .collect(),
        across: gap
            .across
            .iter()
            .map(|across| AcrossRow {
                rule: &across.rule,
                count: across.count,
                message: &across.message,
                clauses: &across.clauses,
            })
            .collect(),
        work: gap.gaps.actions.iter().map(work).collect(),
        waves: gap.waves().map(|view| wave(&view)).collect(),
        sound: gap.sound().map(|view| view.clause.id.as_str()).collect(),
        unplaced: &gap.assessment.unplaced,
    }
}

fn wave<'r>(view: &WaveView<'r>) -> WaveRow<'r> {
    let mut clauses: Vec<&str> =
        view.open.iter().filter_map(|view| view.point.id.split('/').next()).collect();
    clauses.dedup();
    WaveRow {
        title: &view.wave.title,
        says: &view.wave.says,
        gaps: view.open.len(),
        urgent: view.urgent,
        wait: view.wait.map(Duration::iso),
        clauses,
    }
}

fn point<'r>(gap: &'r Gap<'_>, view: &'r PointView<'_>) -> PointRow<'r> {
    let PointView { point, determination, priority, after } = view;
    let Determination { machine, signals, judgements, shown, .. } = determination;
    PointRow {
        id: &point.id,
        says: &point.says,
        stage: &point.stage,
        weight: point.weight,
        blocker: point.blocker,
        shown: *shown,
        why: super::gap::why(determination),
        lacks: super::gap::lacks(gap, view),
        machine: *machine,
        evidence: &point.evidence,
        signals: signals.iter().map(signal).collect(),
        judgements: judgements.iter().map(judgement).collect(),
        priority: *priority,
        after,
        remedy: &point.remedy,
        work: gap.gaps.actions_of(&point.id).into_iter().map(|action| action.id.as_str()).collect(),
        described: gap.gaps.described(determination).map(described).collect(),
    }
}

fn described<'r>(described: &'r Described<'_>) -> DescribedRow<'r> {
    DescribedRow {
        id: described.id,
        assessment: described.assessment,
        statement: described.statement,
        effect: described.effect,
        likely_grade: described.grade,
        priority: described.priority,
    }
}

fn signal(signal: &Signal) -> SignalRow<'_> {
    SignalRow {
        rule: &signal.rule,
        level: signal.level,
        basis: signal.basis,
        count: signal.count,
        waived: signal.waived,
        message: &signal.message,
        path: &signal.place.path,
        line: signal.place.range.map(|range| range.start.line),
        lowering: &signal.lowering,
    }
}

fn judgement(judgement: &Judgement) -> JudgementRow<'_> {
    let [documented, implemented, evidenced, effective] = judgement.facts;
    JudgementRow {
        id: &judgement.id,
        path: &judgement.place.path,
        line: judgement.place.range.map(|range| range.start.line),
        by: &judgement.by,
        on: judgement.on.to_string(),
        written: judgement.written,
        status: judgement.status,
        documented,
        implemented,
        evidenced,
        effective,
        occurrence: judgement.occurrence,
        confidence: judgement.confidence,
        evidence: &judgement.evidence,
        interviewees: &judgement.interviewees,
        rationale: judgement.rationale.as_deref(),
        valid_until: judgement.valid_until.map(|day| day.to_string()),
        doubts: &judgement.doubts,
    }
}

fn material_row<'r>(documents: &Documents<'_>, material: &'r Material) -> MaterialRow<'r> {
    MaterialRow {
        id: material.id.as_deref(),
        path: &material.place.path,
        line: material.place.range.map(|range| range.start.line),
        stub: material.stub,
        day: material.day.map(|day| day.to_string()),
        digest: documents.digest(material.number).ok().map(|digest| digest.to_string()),
    }
}

fn work(action: &Action) -> WorkRow<'_> {
    WorkRow {
        id: &action.id,
        title: &action.title,
        state: action.state.as_deref(),
        responsible: action.responsible.as_deref(),
        due: action.due.map(|day| day.to_string()),
        soak: action.soak.as_deref(),
        depends_on: &action.depends_on,
        open: action.is_open(),
        effort: action.effort.map(|effort| [effort.low, effort.likely, effort.high]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_that_of_the_structs() {
        json::published("gap-1", &schemars::schema_for!(Report<'_>));
    }
}

//! Papers for meetings: what a management review has to look at, what an internal audit asks, what a surveillance audit
//! finds changed. JSON of version 1, from which pages are filled. Within a version, fields are only added.

use std::cmp::Reverse;

use chrono::NaiveDate;
use serde::Serialize;

use super::{
    diff::json::{self as diff, BendRow},
    gap::LIMITS,
    json, readiness,
    whole::{DISCLAIMERS, Parts},
};
use crate::{
    corpus::{Documents, Shape},
    gap::PointView,
    model::{Category, Condition, Finding, Grade, Level, MachineState, Period, ReviewInput, Settings, Shown},
    yaml::{Kind, Node},
};

/// So many documents of one input are told, the newest first.
const MATERIAL: usize = 40;
/// So many findings of one input.
const FINDINGS: usize = 10;
/// States in which a nonconformity is settled.
const SETTLED: [&str; 3] = ["verified", "closed", "rejected"];

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Probity paper, version 1"))]
struct Paper<'p> {
    /// Always `probity-paper`.
    #[cfg_attr(test, schemars(extend("const" = "probity-paper")))]
    format: &'static str,
    /// Version of the format.
    #[cfg_attr(test, schemars(extend("const" = 1)))]
    version: u32,
    /// What made it.
    tool: json::Tool,
    /// What has to be known before any number is read.
    limits: &'static str,
    disclaimers: [&'static str; 8],
    /// `management-review`, `internal-audit` or `surveillance`.
    kind: &'static str,
    standard: &'p str,
    organization: Option<&'p str>,
    /// Which bytes were read: `work-tree`, `index` or `commit`.
    snapshot: &'static str,
    commit: Option<&'p str>,
    as_of: json::Value,
    period: json::Value,
    /// Of a management review.
    review: Option<Review>,
    /// Of an internal audit.
    audit: Option<Audit<'p>>,
    /// Of a surveillance audit.
    surveillance: Option<Surveillance<'p>>,
    changed_from_defaults: Vec<BendRow<'p>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Review {
    /// The last one that was held.
    last: Option<Row>,
    /// The day that it set for the next.
    next_on: Option<String>,
    inputs: Vec<Input>,
}

/// Something that a management review has to look at.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Input {
    /// As a record of a review names it.
    #[serde(rename = "input")]
    name: String,
    #[serde(rename = "ref")]
    letter: Option<String>,
    says: String,
    /// What the last review concluded of it.
    concluded: Option<String>,
    /// Where material was looked for, and how much there is.
    looked_for: Vec<LookedFor>,
    /// The newest first.
    material: Vec<Row>,
    /// How many more there are.
    more: usize,
    /// What is wrong with it, the most severe first.
    findings: Vec<Against>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct LookedFor {
    #[serde(rename = "type")]
    record_type: String,
    title: String,
    count: usize,
}

/// A document in a list.
#[derive(Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Document"))]
struct Row {
    id: String,
    title: Option<String>,
    state: Option<String>,
    /// The last day of which it tells.
    day: Option<String>,
    path: String,
    line: u32,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Finding"))]
struct Against {
    rule: String,
    level: Level,
    message: String,
    path: String,
    line: Option<u32>,
}

/// What an internal audit asks, clause by clause.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Audit<'p> {
    clauses: Vec<AuditClause<'p>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Clause"))]
struct AuditClause<'p> {
    id: &'p str,
    title: &'p str,
    /// What auditors commonly find.
    typical: Vec<Typical<'p>>,
    points: Vec<AuditPoint<'p>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Typical<'p> {
    says: &'p str,
    grade: Grade,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Point"))]
struct AuditPoint<'p> {
    id: &'p str,
    says: &'p str,
    blocker: bool,
    ask: &'p [String],
    shown: Shown,
    machine: MachineState,
    look_at: Vec<LookAt>,
    /// What a machine found fault with; where to begin, and no result of an audit.
    signals: Vec<Against>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct LookAt {
    title: String,
    state: MachineState,
    material: Vec<Row>,
    more: usize,
}

/// What has changed since the last audit from outside, and what is open of it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Surveillance<'p> {
    /// The last audit from outside that has ended.
    last: Option<Row>,
    /// Nonconformities that are not settled.
    open: Vec<Row>,
    /// Whether one can go, as `probity ready --for surveillance` tells it.
    ready: readiness::Report<'p>,
    /// What is other than at the end of the last audit, or at the point that was named; none if there is neither, or no
    /// history to look at.
    since: Option<diff::Report<'p>>,
    /// Why that cannot be told; none if it is, or if there is no audit to count from.
    untold: Option<&'p str>,
}

/// For what a paper is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meeting {
    /// Top management looks at how it went, and decides.
    ManagementReview,
    /// Somebody who did not do the work looks at it.
    InternalAudit,
    /// The certification body comes again.
    Surveillance,
}

impl Meeting {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::ManagementReview => "management-review",
            Self::InternalAudit => "internal-audit",
            Self::Surveillance => "surveillance",
        }
    }
}

/// The last day of the last audit from outside that has ended.
pub fn last_audit(documents: &Documents<'_>, as_of: NaiveDate) -> Option<NaiveDate> {
    documents.at(last(documents, "external-audit", "held_to", as_of)?).day("held_to")
}

/// A paper as JSON that pages are filled from; with why it is not known what changed, if that is so.
pub fn as_value(meeting: Meeting, parts: &Parts<'_>, untold: Option<&str>) -> serde_json::Value {
    let Parts { settings, documents, findings, gap, readiness, bends, since } = parts;
    let (snapshot, commit) = json::held(&settings.held);
    let all: Vec<&Finding> = findings.iter().filter(|finding| finding.waived.is_none()).collect();
    let paper = Paper {
        format: "probity-paper",
        version: 1,
        tool: json::Tool::this(),
        limits: LIMITS,
        disclaimers: DISCLAIMERS,
        kind: meeting.name(),
        standard: &gap.standard.title,
        organization: settings.organization.value.as_deref(),
        snapshot,
        commit,
        as_of: json::value(&settings.as_of),
        period: json::value(&settings.period),
        review: (meeting == Meeting::ManagementReview)
            .then(|| review(documents, settings, &gap.standard.review_inputs, &all)),
        audit: (meeting == Meeting::InternalAudit).then(|| Audit {
            clauses: gap
                .clauses
                .iter()
                .map(|clause| AuditClause {
                    id: &clause.clause.id,
                    title: &clause.clause.title,
                    typical: clause
                        .clause
                        .typical_findings
                        .iter()
                        .map(|typical| Typical {
                            says: typical.says.trim_end_matches('.'),
                            grade: typical.grade,
                        })
                        .collect(),
                    points: clause.points.iter().map(|view| audit_point(parts, view)).collect(),
                })
                .collect(),
        }),
        surveillance: (meeting == Meeting::Surveillance).then(|| Surveillance {
            last: last(documents, "external-audit", "held_to", settings.as_of.value)
                .map(|number| row(documents, number)),
            open: open(documents),
            ready: readiness::report(readiness, settings),
            since: since.map(diff::report),
            untold,
        }),
        changed_from_defaults: bends.iter().map(BendRow::from).collect(),
    };
    serde_json::to_value(paper).expect("these structs have names for keys")
}

/// The document of a type with the newest day in a field that has passed.
fn last(documents: &Documents<'_>, record_type: &str, field: &str, as_of: NaiveDate) -> Option<u32> {
    let held = documents.of_type(record_type).iter().filter_map(|number| {
        let day = documents.at(*number).day(field).filter(|day| *day <= as_of)?;
        Some((day, *number))
    });
    held.max().map(|(_, number)| number)
}

fn row(documents: &Documents<'_>, number: u32) -> Row {
    let document = documents.at(number);
    let text = |name: &str| document.get(name).and_then(Node::text).map(str::to_owned);
    Row {
        id: document.id().map_or_else(String::new, |(id, _)| id.to_owned()),
        title: text("title"),
        state: text("state").or_else(|| text("status")),
        day: newest(documents, number).map(|day| day.to_string()),
        path: document.source.name().to_owned(),
        line: document.source.position(document.node.span().start).line,
    }
}

/// The last day on which something happened of which a document tells.
fn newest(documents: &Documents<'_>, number: u32) -> Option<NaiveDate> {
    documents.at(number).event_days().max()
}

/// Nonconformities that are not settled.
fn open(documents: &Documents<'_>) -> Vec<Row> {
    let numbers = documents.of_type("nonconformity").iter();
    let is_open = |number: &&u32| {
        let state = documents.at(**number).get("state").and_then(Node::text);
        state.is_none_or(|state| !SETTLED.contains(&state))
    };
    numbers.filter(is_open).map(|number| row(documents, *number)).collect()
}

fn review(
    documents: &Documents<'_>,
    settings: &Settings,
    inputs: &[ReviewInput],
    findings: &[&Finding],
) -> Review {
    let held = last(documents, "management-review", "held_on", settings.as_of.value);
    let concluded = |input: &str| {
        let Kind::Sequence(list) = documents.at(held?).get("inputs")?.kind() else { return None };
        let of = |entry: &Node<'_>, name: &str| entry.mapping()?.get(name)?.text().map(str::to_owned);
        list.items()
            .find(|entry| of(entry, "input").as_deref() == Some(input))
            .and_then(|entry| of(&entry, "conclusion"))
    };
    let next_on = held.and_then(|number| documents.at(number).get("next_on")?.text().map(str::to_owned));
    Review {
        last: held.map(|number| row(documents, number)),
        next_on,
        inputs: inputs
            .iter()
            .map(|input| {
                let concluded = concluded(&input.input);
                of_input(documents, settings.period.value, input, findings, concluded)
            })
            .collect(),
    }
}

fn of_input(
    documents: &Documents<'_>,
    period: Period,
    input: &ReviewInput,
    findings: &[&Finding],
    concluded: Option<String>,
) -> Input {
    let mut numbers: Vec<u32> = Vec::new();
    let mut looked_for = Vec::new();
    for name in &input.types {
        let of_type: Vec<u32> = documents
            .of_type(name)
            .iter()
            .copied()
            .filter(|number| belongs(documents, *number, period, &input.closed))
            .collect();
        let title = documents.catalog.record_type(name).map_or_else(String::new, |found| found.title.clone());
        looked_for.push(LookedFor { record_type: name.clone(), title, count: of_type.len() });
        numbers.extend(of_type);
    }
    let ids: Vec<&str> = numbers.iter().filter_map(|number| Some(documents.at(*number).id()?.0)).collect();
    let mut against: Vec<&&Finding> = findings
        .iter()
        .filter(|finding| finding.subject.as_deref().is_some_and(|subject| ids.contains(&subject)))
        .collect();
    against.sort_by_key(|finding| Reverse(finding.level));
    numbers.sort_by_key(|number| Reverse(newest(documents, *number)));
    Input {
        name: input.input.clone(),
        letter: input.letter.clone(),
        says: input.says.clone(),
        concluded,
        looked_for,
        material: numbers.iter().take(MATERIAL).map(|number| row(documents, *number)).collect(),
        more: numbers.len().saturating_sub(MATERIAL),
        findings: against.into_iter().take(FINDINGS).map(|finding| of_finding(finding)).collect(),
    }
}

/// Whether a document is on the table: a record of the period, or what is in use, and not closed.
fn belongs(documents: &Documents<'_>, number: u32, period: Period, closed: &[Condition]) -> bool {
    let document = documents.at(number);
    let is_closed = closed.iter().any(|condition| document.meets(condition));
    if document.shape == Shape::Register || documents.has_ended(number) || is_closed {
        return false;
    }
    let is_record = document.record_type.is_some_and(|found| found.category == Category::Record);
    // What is open is on the table however old it is.
    !is_record || !closed.is_empty() || newest(documents, number).is_none_or(|day| period.contains(day))
}

fn of_finding(finding: &Finding) -> Against {
    Against {
        rule: finding.rule.clone(),
        level: finding.level,
        message: finding.message.clone(),
        path: finding.place.path.clone(),
        line: finding.place.range.map(|range| range.start.line),
    }
}

fn audit_point<'p>(parts: &Parts<'p>, view: &'p PointView<'p>) -> AuditPoint<'p> {
    let gap = parts.gap;
    let look_at = view.point.evidence.iter().filter_map(|name| {
        let (artefact, found) = (gap.standard.artefacts.get(name)?, gap.assessment.artefacts.get(name)?);
        let material: Vec<Row> =
            found.material.iter().take(5).map(|material| row(parts.documents, material.number)).collect();
        let more = found.count.saturating_sub(material.len());
        Some(LookAt { title: artefact.title.clone(), state: found.state, material, more })
    });
    let signals = view.determination.signals.iter().map(|signal| Against {
        rule: signal.rule.clone(),
        level: signal.level,
        message: signal.message.clone(),
        path: signal.place.path.clone(),
        line: signal.place.range.map(|range| range.start.line),
    });
    AuditPoint {
        id: &view.point.id,
        says: &view.point.says,
        blocker: view.point.blocker,
        ask: &view.point.ask,
        shown: view.determination.shown,
        machine: view.determination.machine,
        look_at: look_at.collect(),
        signals: signals.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_that_of_the_structs() {
        json::published("paper-1", &schemars::schema_for!(Paper<'_>));
    }
}

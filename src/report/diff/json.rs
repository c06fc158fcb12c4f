//! Two points side by side for programs: JSON of version 1. Within a version, fields are only added.

use serde::Serialize;

use super::verdict;
use crate::{
    assess::Numbers,
    lens::{Approval, Bend, Comparison, DocumentChange, FindingChange, PointChange, Side},
    model::{MachineState, Shown, Tested},
    report::json,
};

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Probity diff, version 1"))]
pub(in crate::report) struct Report<'r> {
    format: &'static str,
    version: u32,
    /// What made it; the same for both points.
    tool: json::Tool,
    before: SideRow<'r>,
    after: SideRow<'r>,
    /// What the change does, in a sentence.
    verdict: String,
    /// What bends the result and is other, what is loosened first.
    bends: Vec<BendRow<'r>>,
    documents: Vec<DocumentRow<'r>>,
    approvals: Vec<ApprovalRow<'r>>,
    new_findings: Vec<FindingRow<'r>>,
    gone_findings: Vec<FindingRow<'r>>,
    points: Vec<PointRow<'r>>,
    /// Findings because of which something could not be tested afterwards.
    untested: Vec<json::FindingReport<'r>>,
}

/// One of the two points.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Side"))]
struct SideRow<'r> {
    /// Which bytes were read: `work-tree`, `index` or `commit`.
    snapshot: &'static str,
    commit: Option<&'r str>,
    as_of: json::Value,
    period: json::Value,
    tested: Tested,
    /// Findings by level, without those waived.
    errors: usize,
    warnings: usize,
    infos: usize,
    numbers: Numbers,
    /// Of the documented information that the standard asks for, what is found, and how much that is.
    documents_found: usize,
    documents_asked_for: usize,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Bend"))]
pub(in crate::report) struct BendRow<'r> {
    name: &'r str,
    before: Option<&'r str>,
    after: Option<&'r str>,
    /// `loosened` or `tightened`; none if it depends.
    direction: Option<&'static str>,
}

impl<'r> From<&'r Bend> for BendRow<'r> {
    fn from(bend: &'r Bend) -> Self {
        Self {
            name: &bend.name,
            before: bend.before.as_deref(),
            after: bend.after.as_deref(),
            direction: bend.direction.told(),
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Document"))]
struct DocumentRow<'r> {
    id: &'r str,
    #[serde(rename = "type")]
    record_type: &'r str,
    /// `added`, `changed`, `moved`, `withdrawn`, `removed` or `not comparable`.
    change: &'static str,
    path: &'r str,
    line: u32,
    moved_from: Option<&'r str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Approval"))]
struct ApprovalRow<'r> {
    /// `voided`: the document is other than what was approved; `dropped`: it no longer says that it is approved;
    /// `gained`.
    change: &'static str,
    id: &'r str,
    #[serde(rename = "type")]
    record_type: &'r str,
    path: &'r str,
    line: u32,
    version: Option<&'r str>,
    /// Who approved, and has to approve again if it is voided.
    by: Option<&'r str>,
    role: Option<&'r str>,
    date: Option<&'r str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "FindingChange"))]
struct FindingRow<'r> {
    /// `data`, `time`, or `data and time`.
    why: &'static str,
    finding: json::FindingReport<'r>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Point"))]
struct PointRow<'r> {
    id: &'r str,
    /// `fell`, `rose` or `turned`.
    turn: &'static str,
    /// `data`, `time`, or `data and time`.
    why: &'static str,
    before: Option<StateRow>,
    after: Option<StateRow>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "State"))]
struct StateRow {
    shown: Shown,
    machine: MachineState,
}

/// With a line feed at the end.
pub fn render(comparison: &Comparison) -> String {
    json::text(&report(comparison))
}

pub(in crate::report) fn report(comparison: &Comparison) -> Report<'_> {
    Report {
        format: "probity-diff",
        version: 1,
        tool: json::Tool::this(),
        before: side(&comparison.before),
        after: side(&comparison.after),
        verdict: verdict(comparison),
        bends: comparison.bends.iter().map(BendRow::from).collect(),
        documents: comparison.documents.iter().map(document).collect(),
        approvals: comparison.approvals.iter().map(approval).collect(),
        new_findings: comparison.new.iter().map(finding).collect(),
        gone_findings: comparison.gone.iter().map(finding).collect(),
        points: comparison.points.iter().map(point).collect(),
        untested: comparison.untested.iter().map(json::finding).collect(),
    }
}

fn side(side: &Side) -> SideRow<'_> {
    let (snapshot, commit) = json::held(&side.held);
    let [errors, warnings, infos] = side.findings;
    SideRow {
        snapshot,
        commit,
        as_of: json::value(&side.as_of),
        period: json::value(&side.period),
        tested: side.tested,
        errors,
        warnings,
        infos,
        numbers: side.numbers,
        documents_found: side.documented.0,
        documents_asked_for: side.documented.1,
    }
}

fn document(change: &DocumentChange) -> DocumentRow<'_> {
    DocumentRow {
        id: &change.id,
        record_type: &change.record_type,
        change: change.change.told(),
        path: &change.path,
        line: change.line,
        moved_from: change.moved_from.as_deref(),
    }
}

fn approval(approval: &Approval) -> ApprovalRow<'_> {
    ApprovalRow {
        change: approval.change.told(),
        id: &approval.id,
        record_type: &approval.record_type,
        path: &approval.path,
        line: approval.line,
        version: approval.version.as_deref(),
        by: approval.by.as_deref(),
        role: approval.role.as_deref(),
        date: approval.date.as_deref(),
    }
}

fn finding(change: &FindingChange) -> FindingRow<'_> {
    FindingRow { why: change.why.told(), finding: json::finding(&change.finding) }
}

fn point(change: &PointChange) -> PointRow<'_> {
    let state = |state: (Shown, MachineState)| StateRow { shown: state.0, machine: state.1 };
    PointRow {
        id: &change.point,
        turn: change.turn.told(),
        why: change.why.told(),
        before: change.before.map(state),
        after: change.after.map(state),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_that_of_the_structs() {
        json::published("diff-1", &schemars::schema_for!(Report<'_>));
    }
}

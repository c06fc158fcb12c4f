//! All there is to say of a point, for programs and as what pages are made from: JSON of version 1. Within a version,
//! fields are only added.

use serde::Serialize;
use serde_json::Value;

use super::{
    diff::json::{self as diff, BendRow},
    gap_json, json, readiness,
};
use crate::{
    corpus::{Documents, texts},
    gap::Gap,
    lens::{Bend, Comparison},
    model::{Basis, Findings, Level, Settings, Tested},
    readiness::Readiness,
};

/// What a reader has to know, and may not be left out.
pub const DISCLAIMERS: [&str; 8] = [
    "This is an aid for a self-assessment. Only an accredited certification body decides on certification; nothing here \
     is a certificate, and nothing predicts one.",
    "Results rest on the data that were given, at the commit and the day that are shown. What was not given was not \
     judged.",
    "Rules check form, consistency and timing. They do not show that work has its effect, or that records are true.",
    "The standard itself is not in here, and you need a copy of your own. What is written of its clauses are our words \
     and no requirements.",
    "Grades, priorities and efforts are opinions of the people named.",
    "An internal audit needs competent and impartial people. Running a program is none.",
    "Who looks at samples can miss something. How much, the numbers beside a sample say.",
    "Redaction and a search for secrets lower a risk and do not remove it.",
];

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Probity report, version 1"))]
struct Report<'r> {
    /// Always `probity-report`.
    #[cfg_attr(test, schemars(extend("const" = "probity-report")))]
    format: &'static str,
    /// Version of the format.
    #[cfg_attr(test, schemars(extend("const" = 1)))]
    version: u32,
    /// What made it.
    tool: json::Tool,
    /// What a reader has to know.
    disclaimers: [&'static str; 8],
    /// Whose management system it is.
    organization: Option<&'r str>,
    /// Which bytes were read: `work-tree`, `index` or `commit`.
    snapshot: &'static str,
    /// The commit whose bytes were read.
    commit: Option<&'r str>,
    as_of: json::Value,
    period: json::Value,
    /// What lacks, clause by clause, as `probity gap` tells it.
    gap: gap_json::Report<'r>,
    /// Whether one can go into the audit, as `probity ready` tells it.
    ready: readiness::Report<'r>,
    check: CheckPart<'r>,
    /// What bends the result away from what the defaults would give.
    changed_from_defaults: Vec<BendRow<'r>>,
    /// Looks at how far the organization is from meeting the standard, the newest first.
    assessments: Vec<AssessmentRow<'r>>,
    /// What is other than at an earlier point, as `probity diff` tells it; none if none is named.
    since: Option<diff::Report<'r>>,
}

/// What is wrong in what is written.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Check"))]
struct CheckPart<'r> {
    tested: Tested,
    /// Findings by level, without those waived.
    error: usize,
    warning: usize,
    info: usize,
    waived: usize,
    /// The rules that were broken, or could not be tested, the most severe first.
    rules: Vec<RuleRow<'r>>,
    /// In canonical order: by path, place and rule.
    findings: Vec<json::FindingReport<'r>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Rule"))]
struct RuleRow<'r> {
    id: &'r str,
    says: &'r str,
    level: Level,
    basis: Basis,
    /// How often it was kept.
    kept: usize,
    /// How many findings it has, without those waived.
    findings: usize,
    /// How often it could not be tested.
    untestable: usize,
    /// Why not, in one case.
    reason: Option<&'r str>,
}

/// A look at how far the organization is, as the document of type `gap-assessment` tells it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Assessment"))]
struct AssessmentRow<'r> {
    id: &'r str,
    title: Option<&'r str>,
    status: Option<&'r str>,
    /// Units, services and sites that were looked at.
    scope: Option<&'r str>,
    from: Option<&'r str>,
    to: Option<&'r str>,
    /// Who judged.
    assessors: Vec<&'r str>,
    /// What was read, who was asked, what samples were drawn.
    method: Option<&'r str>,
    /// What each judgement means.
    scale: Option<&'r str>,
    /// What was not looked at, and why.
    limitations: Option<&'r str>,
}

/// What a report is made of.
#[derive(Debug)]
pub struct Parts<'p> {
    /// What it was judged by.
    pub settings: &'p Settings,
    /// The documents.
    pub documents: &'p Documents<'p>,
    /// What is wrong.
    pub findings: &'p Findings,
    /// What lacks.
    pub gap: &'p Gap<'p>,
    /// Whether one can go.
    pub readiness: &'p Readiness<'p>,
    /// What is other than by the defaults.
    pub bends: &'p [Bend],
    /// What is other than at an earlier point.
    pub since: Option<&'p Comparison>,
}

/// As JSON, from which pages and workbooks are made.
pub fn as_value(parts: &Parts<'_>) -> Value {
    serde_json::to_value(report(parts)).expect("these structs have names for keys")
}

fn report<'p>(parts: &Parts<'p>) -> Report<'p> {
    let Parts { settings, documents, findings, gap, readiness, bends, since } = parts;
    let (snapshot, commit) = json::held(&settings.held);
    Report {
        format: "probity-report",
        version: 1,
        tool: json::Tool::this(),
        disclaimers: DISCLAIMERS,
        organization: settings.organization.value.as_deref(),
        snapshot,
        commit,
        as_of: json::value(&settings.as_of),
        period: json::value(&settings.period),
        gap: gap_json::report(gap, documents, settings),
        ready: readiness::report(readiness, settings),
        check: CheckPart {
            tested: findings.tested,
            error: findings.count(Level::Error),
            warning: findings.count(Level::Warning),
            info: findings.count(Level::Info),
            waived: findings.waived(),
            rules: rules(documents, findings),
            findings: findings.iter().map(json::finding).collect(),
        },
        changed_from_defaults: bends.iter().map(BendRow::from).collect(),
        assessments: assessments(documents),
        since: since.map(diff::report),
    }
}

fn assessments<'r>(documents: &Documents<'r>) -> Vec<AssessmentRow<'r>> {
    let numbers = documents.of_type("gap-assessment").iter();
    let rows = numbers.filter_map(|number| {
        let document = documents.at(*number);
        let text = |name: &str| texts(document.get(name)).first().copied();
        Some(AssessmentRow {
            id: text("id")?,
            title: text("title"),
            status: text("status"),
            scope: text("scope_text"),
            from: text("assessed_from"),
            to: text("assessed_to"),
            assessors: texts(document.get("assessors")),
            method: text("method"),
            scale: text("scale"),
            limitations: text("limitations"),
        })
    });
    let mut rows: Vec<AssessmentRow<'_>> = rows.collect();
    // Days are written so that their order is that of time.
    rows.sort_by(|a, b| b.from.cmp(&a.from).then(a.id.cmp(b.id)));
    rows
}

fn rules<'r>(documents: &Documents<'r>, findings: &'r Findings) -> Vec<RuleRow<'r>> {
    let count =
        |id: &str| findings.iter().filter(|finding| finding.rule == id && finding.waived.is_none()).count();
    let tallied = findings.rules.keys().map(String::as_str);
    let mut ids: Vec<&str> = tallied.chain(findings.iter().map(|finding| finding.rule.as_str())).collect();
    ids.sort_unstable();
    ids.dedup();
    let row = |id: &'r str| {
        let rule = documents.catalog.rule(id)?;
        let tally = findings.rules.get(id);
        let row = RuleRow {
            id,
            says: &rule.says,
            level: findings
                .iter()
                .find(|finding| finding.rule == id)
                .map_or(rule.severity, |found| found.level),
            basis: rule.basis,
            kept: tally.map_or(0, |tally| tally.kept),
            findings: count(id),
            untestable: tally.map_or(0, |tally| tally.untestable),
            reason: tally.and_then(|tally| tally.reason.as_deref()),
        };
        (row.findings > 0 || row.untestable > 0).then_some(row)
    };
    let mut rows: Vec<RuleRow<'_>> = ids.into_iter().filter_map(row).collect();
    rows.sort_by(|a, b| (b.findings > 0, b.level).cmp(&(a.findings > 0, a.level)).then(a.id.cmp(b.id)));
    rows
}

/// Whether this is a report that this version can read.
pub fn is_report(value: &Value) -> bool {
    value["format"] == "probity-report" && value["version"] == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_that_of_the_structs() {
        json::published("report-1", &schemars::schema_for!(Report<'_>));
    }
}

//! Findings for programs: JSON of version 1, whose JSON Schema is `schemas/reports/check-1.json`.
//!
//! Within a version, fields are only added. The structs here are the format; they are kept apart
//! from the model so that the model can change without it.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::Serialize;

use super::diff::json::BendRow;
use crate::{
    lens::{Base, Since},
    model::{
        Basis, Cause, Finding, Findings, Held, Level, Place, RuleTally, Settings, Sourced, Tested, Untested,
        Waived,
    },
    text::is_unsafe,
};

/// The result of a check.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Probity check, version 1"))]
struct CheckReport<'a> {
    /// Always `probity-check`.
    #[cfg_attr(test, schemars(extend("const" = "probity-check")))]
    format: &'static str,
    /// Version of the format.
    #[cfg_attr(test, schemars(extend("const" = 1)))]
    version: u32,
    /// What made it.
    tool: Tool,
    /// Which bytes were read: `work-tree`, `index` or `commit`.
    snapshot: &'static str,
    /// The commit whose bytes were read.
    commit: Option<&'a str>,
    /// The day judged on, as an ISO 8601 date.
    as_of: Value,
    /// The audit period, both ends included, as `FROM..TO`.
    period: Value,
    /// What was read and what was not.
    tested: Tested,
    /// How many findings have which level.
    counts: Counts,
    /// Whether the result passes a gate.
    gate: Gate,
    /// How much of the history was seen; none if it was not looked for, or there is no approval to compare with it.
    history: Option<HistoryReport<'a>>,
    /// What came of each rule that was tried on something, by its id.
    rules: &'a BTreeMap<String, RuleTally>,
    /// In canonical order: by path, place and rule. Of a change, only those that it brought.
    findings: Vec<FindingReport<'a>>,
    /// What was there before the change, and what it loosened; absent unless only new findings are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    new_since: Option<NewSince<'a>>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct NewSince<'a> {
    /// The last commit in common; none if an earlier report is compared with.
    commit: Option<&'a str>,
    /// The name of the file of that report.
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<&'a str>,
    /// How many of the present findings it has too.
    older: usize,
    /// How many of its findings are gone.
    gone: usize,
    /// What the change loosened.
    loosened: Vec<BendRow<'a>>,
    /// Why nothing can be said of that, if nothing can.
    uncompared: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Tool {
    name: &'static str,
    version: &'static str,
}

impl Tool {
    /// This one.
    pub(crate) fn this() -> Self {
        Self { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") }
    }
}

/// A setting and where it comes from.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Value {
    value: String,
    /// A flag, a place in `probity.toml`, or how the default came about.
    origin: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Counts {
    error: usize,
    warning: usize,
    info: usize,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "History"))]
struct HistoryReport<'a> {
    /// The commits that led to what was looked at.
    commits: usize,
    /// The approvals that were compared with it.
    approvals: usize,
    /// Of these, those from before it began.
    before: usize,
    /// Why it was not seen, or not to its end.
    not_seen: Option<&'a str>,
    /// What can be done about that.
    help: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Gate {
    /// The level from which a finding fails the gate.
    fail_on: Level,
    /// Whether no finding has that level or a higher one; of a change also that it loosened nothing, unless that is
    /// allowed. What only time brought fails no change.
    passed: bool,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Finding"))]
pub(super) struct FindingReport<'a> {
    /// The id of the rule, stable and never reused.
    rule: &'a str,
    /// The level for the tool; never an audit grade.
    level: Level,
    /// What the rule rests on.
    basis: Basis,
    /// What made it fire.
    cause: Cause,
    /// What is the case, in one line.
    message: &'a str,
    /// What can be done about it.
    help: Option<&'a str>,
    /// The narrowest place that shows it.
    place: PlaceReport<'a>,
    /// Other places that belong to it.
    related: Vec<PlaceReport<'a>>,
    /// What it rests on.
    facts: Vec<FactReport<'a>>,
    /// What could not be tested because of it.
    untested: Option<Untested>,
    /// Who has accepted it for a time; it fails no gate.
    waived: Option<&'a Waived>,
    /// The same for the same mistake, whatever the lines and the day.
    fingerprint: &'a str,
}

/// A place. Lines and columns count from one; columns count Unicode scalar values; the end is the
/// first column behind the place.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Place"))]
struct PlaceReport<'a> {
    /// Relative to the root, with forward slashes.
    path: &'a str,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
    /// The field: `targets[2].metric`, list items counted from zero.
    field: Option<&'a str>,
    /// What is seen there.
    says: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Fact"))]
struct FactReport<'a> {
    name: &'a str,
    value: &'a str,
}

/// The findings of a check as JSON with a line feed at the end.
pub fn check(findings: &Findings, settings: &Settings, passed: bool, since: Option<&Since>) -> String {
    let (snapshot, commit) = held(&settings.held);
    let report = CheckReport {
        format: "probity-check",
        version: 1,
        tool: Tool::this(),
        snapshot,
        commit,
        as_of: value(&settings.as_of),
        period: value(&settings.period),
        tested: findings.tested,
        counts: Counts {
            error: findings.count(Level::Error),
            warning: findings.count(Level::Warning),
            info: findings.count(Level::Info),
        },
        gate: Gate { fail_on: settings.fail_on.value, passed },
        history: findings.history.as_ref().filter(|seen| seen.approvals > 0 && !seen.is_off()).map(|seen| {
            HistoryReport {
                commits: seen.commits,
                approvals: seen.approvals,
                before: seen.before,
                not_seen: seen.blind.as_ref().map(|blind| blind.reason.as_str()),
                help: seen.blind.as_ref().and_then(|blind| blind.help.as_deref()),
            }
        }),
        rules: &findings.rules,
        findings: findings.iter().map(finding).collect(),
        new_since: since.map(|since| NewSince {
            commit: match &since.base {
                Base::Point(point) => held(point).1,
                Base::Report(_) => None,
            },
            baseline: match &since.base {
                Base::Report(name) => Some(name),
                Base::Point(_) => None,
            },
            older: since.older,
            gone: since.gone,
            loosened: since.loosened.iter().map(BendRow::from).collect(),
            uncompared: since.uncompared.as_deref(),
        }),
    };
    text(&report)
}

/// JSON as all reports are written: indented, with a line feed at the end.
pub fn text<T: Serialize>(report: &T) -> String {
    let mut text = serde_json::to_string_pretty(report).expect("these structs have names for keys");
    text.push('\n');
    // A log shows what programs exchange, and JSON may hold such characters raw. They stand only
    // inside strings, where an escape means the same.
    if text.contains(is_unsafe) {
        text = text.chars().fold(String::with_capacity(text.len() + 16), |mut escaped, character| {
            if is_unsafe(character) {
                let _ = write!(escaped, "\\u{:04x}", u32::from(character));
            } else {
                escaped.push(character);
            }
            escaped
        });
    }
    text
}

/// Which bytes were read, and the commit that has them.
pub(super) fn held(held: &Held) -> (&'static str, Option<&str>) {
    match held {
        Held::WorkTree => ("work-tree", None),
        Held::Index => ("index", None),
        Held::Commit { id, .. } => ("commit", Some(id)),
    }
}

/// A setting as it is told.
pub(super) fn value<T: ToString>(setting: &Sourced<T>) -> Value {
    Value { value: setting.value.to_string(), origin: setting.origin.to_string() }
}

pub(super) fn finding(finding: &Finding) -> FindingReport<'_> {
    FindingReport {
        rule: &finding.rule,
        level: finding.level,
        basis: finding.basis,
        cause: finding.cause,
        message: &finding.message,
        help: finding.help.as_deref(),
        place: place(&finding.place, finding.label.as_deref()),
        related: finding.related.iter().map(|note| place(&note.place, Some(&note.says))).collect(),
        facts: finding.facts.iter().map(|fact| FactReport { name: fact.name, value: &fact.value }).collect(),
        untested: finding.untested,
        waived: finding.waived.as_ref(),
        fingerprint: &finding.fingerprint,
    }
}

fn place<'a>(place: &'a Place, says: Option<&'a str>) -> PlaceReport<'a> {
    PlaceReport {
        path: &place.path,
        line: place.range.map(|range| range.start.line),
        column: place.range.map(|range| range.start.column),
        end_line: place.range.map(|range| range.end.line),
        end_column: place.range.map(|range| range.end.column),
        field: place.field.as_deref(),
        says,
    }
}

/// Holds the schema that is published of a report to its structs. `PROBITY_UPDATE=1 cargo test` writes it anew.
#[cfg(test)]
pub(crate) fn published(name: &str, schema: &schemars::Schema) {
    let text = serde_json::to_string_pretty(schema).unwrap() + "\n";
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/reports/{name}.json"));
    if std::env::var_os("PROBITY_UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "{} is out of date", path.display());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::{Flags, Written, settle},
        model::{Draft, Rule},
        text::{Source, Span},
    };

    #[test]
    fn the_published_schema_is_that_of_the_structs() {
        published("check-1", &schemars::schema_for!(CheckReport<'_>));
    }

    #[test]
    fn a_finding_is_told_in_full() {
        let rule = Rule {
            id: "YAML-06".into(),
            severity: Level::Error,
            basis: Basis::Integrity,
            cause: Cause::Content,
            says: String::new(),
            explain: String::new(),
            tier: crate::model::Tier::Core,
            about: None,
            computed: None,
            left_to: None,
            own: None,
        };
        let source = Source::new("risks.yaml", "名: 1\n名: 2\u{1b}\n");
        let finding = Draft::new(&rule, Place::within(&source, Span::new(7, 10)), "key `名` stands twice")
            .field("名", "名")
            .label(Some("again here".into()))
            .note(Place::within(&source, Span::new(0, 3)), "first here")
            .fact("key", "名\u{1b}")
            .help("keep one".to_owned())
            .finish();
        let flags = Flags { as_of: Some("2026-06-30".parse().unwrap()), period: None };
        let settings = settle(Written::default(), flags, "2026-06-30T12:00:00Z".parse().unwrap());
        let tested = Tested { files: 1, documents: 1, ..Tested::default() };
        let text = check(&Findings::new(vec![finding], tested), &settings, false, None);
        assert!(!text.contains('\u{1b}'), "control characters are escaped");
        insta::assert_snapshot!(text.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    }
}

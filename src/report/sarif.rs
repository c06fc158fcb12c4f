//! Findings as SARIF 2.1.0, the static analysis results interchange format of OASIS, as GitHub's code scanning and
//! editors read it.
//!
//! What could not be tested, or only with a doubt, stands among the notifications of the run: it is no result. What
//! somebody has accepted is suppressed, and a note, since not every reader knows suppressions.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    checked::{Checked, Remark, Topic, sentences, told_line, waiver},
    json,
};
use crate::{
    assess::MISSING,
    model::{Basis, Cause, Finding, Level, Note, Place},
    text::safe,
};

/// GitHub refuses a file with more.
const RESULTS: usize = 25_000;
/// GitHub shows no more places of one result.
const RELATED: usize = 99;
/// The folder that addresses of files begin at.
const ROOT: &str = "%SRCROOT%";

#[derive(Serialize)]
struct Log<'c> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'c>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'c> {
    tool: Tool<'c>,
    invocations: [Invocation; 1],
    original_uri_base_ids: BTreeMap<&'static str, Base>,
    column_kind: &'static str,
    results: Vec<Outcome<'c>>,
}

#[derive(Serialize)]
struct Tool<'c> {
    driver: Driver<'c>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'c> {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    rules: Vec<Described<'c>>,
    notifications: Vec<Named>,
}

/// A rule.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described<'c> {
    id: &'c str,
    short_description: Text,
    full_description: Text,
    help: Text,
    default_configuration: Configuration,
    properties: Properties,
}

/// What a notification is about.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    id: &'static str,
    short_description: Text,
    full_description: Text,
    help: Text,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Properties {
    /// What it rests on, by which readers can filter.
    tags: Vec<String>,
    basis: Basis,
    cause: Cause,
}

#[derive(Serialize)]
struct Text {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    exit_code: u8,
    tool_execution_notifications: Vec<Notification>,
    tool_configuration_notifications: Vec<Notification>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Notification {
    descriptor: Reference,
    #[serde(skip_serializing_if = "Option::is_none")]
    associated_rule: Option<Reference>,
    level: &'static str,
    message: Text,
}

#[derive(Serialize)]
struct Reference {
    id: String,
    index: usize,
}

#[derive(Serialize)]
struct Base {
    description: Text,
}

/// A result, as SARIF calls a finding.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'c> {
    rule_id: &'c str,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: [Spot; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Spot>,
    partial_fingerprints: BTreeMap<&'static str, &'c str>,
    suppressions: Vec<Suppression>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spot {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    status: &'static str,
    justification: String,
}

/// The findings as SARIF, those that matter most first.
pub fn render(checked: &Checked<'_>) -> String {
    let mut findings = checked.worst_first();
    let mut remarks = checked.remarks();
    if findings.len() > RESULTS {
        let says = format!("{} of {} findings are left out here", findings.len() - RESULTS, findings.len());
        remarks.push(Remark { topic: Topic::Cut, about: "", level: Level::Warning, says });
        findings.truncate(RESULTS);
    }
    let (rules, numbers) = rules(checked, &findings, &remarks);
    let (configuration, execution) = remarks.iter().partition::<Vec<&Remark<'_>>, _>(|remark| {
        matches!(remark.topic, Topic::Loosened | Topic::NotCompared)
    });
    let told = |remarks: Vec<&Remark<'_>>| -> Vec<Notification> {
        remarks.into_iter().map(|remark| notification(remark, &numbers)).collect()
    };
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: "Probity",
                version: env!("CARGO_PKG_VERSION"),
                semantic_version: env!("CARGO_PKG_VERSION"),
                rules,
                notifications: Topic::ALL.iter().map(|topic| named(*topic)).collect(),
            },
        },
        invocations: [Invocation {
            execution_successful: true,
            exit_code: u8::from(!checked.passed),
            tool_execution_notifications: told(execution),
            tool_configuration_notifications: told(configuration),
        }],
        original_uri_base_ids: BTreeMap::from([(
            ROOT,
            Base {
                description: plain(
                    "The root of the git repository, or the folder that was checked if it is in none.",
                ),
            },
        )]),
        // The default would be the units of UTF-16.
        column_kind: "unicodeCodePoints",
        results: findings.iter().map(|finding| outcome(checked, finding, &numbers)).collect(),
    };
    let schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
    json::text(&Log { schema, version: "2.1.0", runs: [run] })
}

/// The rules that results and notifications name, by id, with the number of each.
fn rules<'c>(
    checked: &Checked<'c>,
    findings: &[&'c Finding],
    remarks: &[Remark<'c>],
) -> (Vec<Described<'c>>, BTreeMap<&'c str, usize>) {
    let of_findings: BTreeMap<&str, &Finding> =
        findings.iter().map(|finding| (finding.rule.as_str(), *finding)).collect();
    let tried = checked.findings.rules.keys().map(String::as_str);
    let about = remarks.iter().filter(|remark| remark.topic == Topic::NotTestable).map(|remark| remark.about);
    let ids: BTreeSet<&str> = tried.chain(about).chain(of_findings.keys().copied()).collect();
    let described = |id: &&'c str| described(checked, id, of_findings.get(id).copied());
    let numbers = ids.iter().enumerate().map(|(number, id)| (*id, number)).collect();
    (ids.iter().map(described).collect(), numbers)
}

fn described<'c>(checked: &Checked<'c>, id: &'c str, finding: Option<&Finding>) -> Described<'c> {
    if let Some(rule) = checked.rule(id) {
        let explain = safe(&rule.explain).into_owned();
        let first = explain.split("\n\n").next().map(|first| first.replace('\n', " ")).unwrap_or_default();
        let says = sentence(&rule.says);
        return Described {
            id,
            // GitHub takes up to 1,024 characters.
            full_description: plain(&told_line(if first.is_empty() { &says } else { &first })),
            help: Text {
                text: if explain.is_empty() { says.clone() } else { explain.clone() },
                // What somebody else wrote is text, and no markup.
                markdown: (rule.own.is_none() && !explain.is_empty()).then_some(explain),
            },
            short_description: plain(&says),
            default_configuration: Configuration { level: level(rule.severity) },
            properties: Properties::new(rule.basis, rule.cause),
        };
    }
    let point = id.strip_prefix(MISSING).unwrap_or(id);
    let asked = checked.catalog.standard().points().find(|asked| asked.id == point);
    let says = match asked {
        Some(asked) => format!("There is a document for {point}: {}", sentence(&asked.says)),
        None => format!("There is what {point} asks for."),
    };
    let (severity, basis, cause) = finding
        .map_or((Level::Warning, Basis::Practice, Cause::Content), |finding| {
            (finding.level, finding.basis, finding.cause)
        });
    Described {
        id,
        short_description: plain(&says),
        full_description: plain(&says),
        help: plain(&format!("`probity explain {point}` tells what is asked for, and what closes the gap.")),
        default_configuration: Configuration { level: level(severity) },
        properties: Properties::new(basis, cause),
    }
}

/// GitHub asks for all of these, also where they have nothing to add.
fn named(topic: Topic) -> Named {
    let says = || plain(topic.says());
    Named { id: topic.id(), short_description: says(), full_description: says(), help: says() }
}

impl Properties {
    fn new(basis: Basis, cause: Cause) -> Self {
        Self { tags: vec!["iso-20000-1".to_owned(), basis.to_string()], basis, cause }
    }
}

fn notification(remark: &Remark<'_>, numbers: &BTreeMap<&str, usize>) -> Notification {
    let id = remark.topic.id().to_owned();
    let index = Topic::ALL.iter().position(|topic| *topic == remark.topic).unwrap_or_default();
    let rule = numbers.get(remark.about).filter(|_| remark.topic == Topic::NotTestable);
    Notification {
        descriptor: Reference { id, index },
        associated_rule: rule.map(|index| Reference { id: remark.about.to_owned(), index: *index }),
        level: level(remark.level),
        message: message(&match rule {
            Some(_) => sentence(&format!("{} is {}", told_line(remark.about), remark.says)),
            None => sentence(&remark.says),
        }),
    }
}

fn outcome<'c>(checked: &Checked<'_>, finding: &'c Finding, numbers: &BTreeMap<&str, usize>) -> Outcome<'c> {
    let mut text = sentences(finding);
    let more = finding.related.len().saturating_sub(RELATED);
    if more > 0 {
        text = format!("{text} {more} more places are left out here.");
    }
    let related = finding.related.iter().take(RELATED).enumerate();
    Outcome {
        rule_id: &finding.rule,
        rule_index: numbers.get(finding.rule.as_str()).copied().unwrap_or_default(),
        level: if finding.waived.is_some() { level(Level::Info) } else { level(finding.level) },
        message: message(&text),
        locations: [Spot {
            id: None,
            physical_location: physical(checked, &finding.place),
            message: finding.label.as_deref().map(|label| message(&told_line(label))),
        }],
        related_locations: related
            .map(|(number, Note { place, says })| Spot {
                id: Some(number),
                physical_location: physical(checked, place),
                message: Some(message(&told_line(says))),
            })
            .collect(),
        partial_fingerprints: BTreeMap::from([("probity/v1", finding.fingerprint.as_str())]),
        // An empty list says that it is not suppressed; without one, nobody could tell.
        suppressions: waiver(finding)
            .map(|justification| Suppression { kind: "external", status: "accepted", justification })
            .into_iter()
            .collect(),
    }
}

/// A place. GitHub wants a region of each, so that of a whole file it is its beginning.
fn physical(checked: &Checked<'_>, place: &Place) -> Physical {
    let (start_line, start_column, end_line, end_column) = place.range.map_or((1, 1, 1, 1), |range| {
        (range.start.line, range.start.column, range.end.line, range.end.column)
    });
    Physical {
        artifact_location: Artifact { uri: uri(&checked.path(place)), uri_base_id: ROOT },
        region: Region { start_line, start_column, end_line, end_column },
    }
}

/// A path as a relative reference of RFC 3986. Colons are encoded as well: before the first slash, one would end the
/// name of a scheme.
fn uri(path: &str) -> String {
    path.bytes().fold(String::with_capacity(path.len()), |mut uri, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push('%');
            uri.extend(
                [byte >> 4, byte & 15].map(|digit| char::from(b"0123456789ABCDEF"[usize::from(digit)])),
            );
        }
        uri
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

fn plain(text: &str) -> Text {
    Text { text: text.to_owned(), markdown: None }
}

/// The text of a message. What would be read as a link in it is none of ours.
fn message(text: &str) -> Text {
    if text.contains("](") {
        plain(&text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]"))
    } else {
        plain(text)
    }
}

/// A sentence, of what stands alone as a line.
fn sentence(line: &str) -> String {
    let line = told_line(line);
    let mut characters = line.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if line.ends_with(['.', '?', '!', '…']) { "" } else { "." };
    format!("{first}{}{end}", characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_relative_reference_whatever_is_in_it() {
        assert_eq!(uri("policies/a-b_c.d~1.yaml"), "policies/a-b_c.d~1.yaml");
        assert_eq!(uri("a b/100%#?é:\\.yaml"), "a%20b/100%25%23%3F%C3%A9%3A%5C.yaml");
    }

    #[test]
    fn what_would_be_a_link_is_none() {
        assert_eq!(message("list `[a]` of (b)").text, "list `[a]` of (b)");
        assert_eq!(message("see [a](http://x) or \\").text, "see \\[a\\](http://x) or \\\\");
    }
}

//! Findings as a code quality report of GitLab, which shows them in the diff of a merge request.
//!
//! GitLab knows neither waivers nor rules that could not be tested: both are told, with the lowest severity.

use serde::Serialize;

use super::{
    checked::{Checked, Remark, Topic, sentences, told_line},
    json,
};
use crate::{
    config::FILE_NAME,
    model::{Finding, Level, Place},
};

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    /// GitLab shows only the first of several that have the same.
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// The findings as a list of issues, those that matter most first.
pub fn render(checked: &Checked<'_>) -> String {
    let remarks = checked.remarks();
    let (failing, others): (Vec<_>, Vec<_>) = remarks.iter().partition(|remark| remark.level == Level::Error);
    let issues = failing.into_iter().map(|remark| told(checked, remark));
    let issues = issues.chain(checked.worst_first().into_iter().map(|finding| issue(checked, finding)));
    json::text(&issues.chain(others.into_iter().map(|remark| told(checked, remark))).collect::<Vec<_>>())
}

fn issue(checked: &Checked<'_>, finding: &Finding) -> Issue {
    let level = if finding.waived.is_some() { Level::Info } else { finding.level };
    Issue {
        description: sentences(finding),
        check_name: finding.rule.clone(),
        fingerprint: finding.fingerprint.clone(),
        severity: severity(level),
        location: location(checked, &finding.place),
    }
}

fn told(checked: &Checked<'_>, remark: &Remark<'_>) -> Issue {
    let Remark { topic, about, level, says } = remark;
    let about = if about.is_empty() { String::new() } else { format!(" {}", told_line(about)) };
    let check_name = format!("{}{about}", topic.id());
    // Of one setting, more than one value may be loosened.
    let is_setting = *topic == Topic::Loosened;
    Issue {
        description: format!("{says}."),
        fingerprint: if is_setting { format!("{}: {says}", topic.id()) } else { check_name.clone() },
        check_name,
        // Only what fails the check is more than a hint.
        severity: severity(if *level == Level::Error { Level::Error } else { Level::Info }),
        location: location(checked, &Place::file(FILE_NAME)),
    }
}

/// A place. GitLab wants a line of each, so that of a whole file it is the first.
fn location(checked: &Checked<'_>, place: &Place) -> Location {
    Location {
        path: checked.path(place),
        lines: Lines { begin: place.range.map_or(1, |range| range.start.line) },
    }
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "major",
        Level::Warning => "minor",
        Level::Info => "info",
    }
}

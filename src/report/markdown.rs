//! A check as a page of Markdown, short enough for the summary of a step in GitHub Actions or a note at a merge request.
//!
//! Everything that comes from a repository stands between `code` tags.

use std::fmt::Write as _;

use super::{
    checked::{Checked, Topic, start, waiver},
    code::code,
    totals,
    words::counted,
};
use crate::model::{Finding, Level};

/// Findings that are shown, and lines of each other list.
const SHOWN: usize = 25;

/// The verdict, the counts, the findings that matter most, and what could not be tested.
pub fn render(checked: &Checked<'_>) -> String {
    let verdict = if checked.passed { "passed" } else { "failed" };
    let settings = checked.settings;
    let mut text = format!("### Probity: the check {verdict}\n\n");
    let line = |text: &mut String, line: String| {
        let _ = writeln!(text, "{line}\n");
    };
    let gate = settings.fail_on.value;
    line(&mut text, format!("Found: {}. The gate is {gate}.", totals::found(checked.findings)));
    let remarks = checked.remarks();
    // What was found says how many are ignored.
    let is_listed = |topic| !matches!(topic, Topic::NotTestable | Topic::Ignored);
    for level in [Level::Error, Level::Warning, Level::Info] {
        let told = remarks.iter().filter(|remark| is_listed(remark.topic) && remark.level == level);
        let lines: Vec<String> = told.map(|remark| code(&remark.says)).collect();
        list(&mut text, &lines, "");
    }
    let ordered = checked.worst_first();
    let shown: Vec<String> = ordered.iter().map(|finding| told(checked, finding)).collect();
    list(&mut text, &shown, "; <code>probity check -v</code> shows all");
    let untestable: Vec<String> = remarks
        .iter()
        .filter(|remark| remark.topic == Topic::NotTestable)
        .map(|remark| format!("{} {}", code(remark.about), code(&remark.says)))
        .collect();
    if !untestable.is_empty() {
        let rules = counted(untestable.len(), "rule");
        let _ = writeln!(text, "<details><summary>Not testable: {rules}</summary>\n");
        list(&mut text, &untestable, "");
        text.push_str("</details>\n\n");
    }
    line(&mut text, format!("Tested: {}.", totals::tested(&checked.findings.tested)));
    let (as_of, period) = (&settings.as_of, &settings.period);
    let origin = code(&as_of.origin.to_string());
    let _ = writeln!(
        text,
        "{}, judged on {} ({origin}), period {} ({}).",
        first_upper(&settings.held.to_string()),
        as_of.value,
        period.value,
        code(&period.origin.to_string())
    );
    text
}

fn list(text: &mut String, lines: &[String], more: &str) {
    if lines.is_empty() {
        return;
    }
    for line in lines.iter().take(SHOWN) {
        let _ = writeln!(text, "- {line}");
    }
    if lines.len() > SHOWN {
        let _ = writeln!(text, "- and {} more{more}", lines.len() - SHOWN);
    }
    text.push('\n');
}

fn told(checked: &Checked<'_>, finding: &Finding) -> String {
    let place = code(&format!("{}{}", checked.path(&finding.place), start(&finding.place)));
    let waived = waiver(finding).map(|waived| format!(" ({})", code(&waived))).unwrap_or_default();
    format!("{} {} in {place}: {}{waived}", finding.level, code(&finding.rule), code(&finding.message))
}

fn first_upper(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    first + characters.as_str()
}

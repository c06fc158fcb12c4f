//! Two points side by side as the comment of a merge request: what has to be seen at once open, the rest folded.
//!
//! Everything that comes from a repository stands between `code` tags.

use std::fmt::Write as _;

use super::{again, states, verdict};
use crate::{
    lens::{Approval, ApprovalChange, Comparison, DocumentChange, FindingChange, PointChange, Side, Turn},
    model::Level,
    report::{code::code, since::bend_line},
};

/// Characters of a comment. Forges take a few thousand more.
const LIMIT: usize = 60_000;
/// Of these, what is kept for what was left out.
const RESERVE: usize = 1_000;
/// By this line a program finds the comment that it wrote before.
const MARKER: &str = "<!-- probity: diff -->";

/// A list under a heading.
struct Section {
    heading: String,
    lines: Vec<String>,
    folded: bool,
}

/// As a comment. `command` shows what it has to leave out.
pub fn render(comparison: &Comparison, command: &str) -> String {
    let mut sentence = verdict(comparison);
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let Comparison { before, after, .. } = comparison;
    let mut text = format!("{MARKER}\n**{sentence}.**\n\n");
    let _ = writeln!(text, "{} → {}\n", side(before), side(after));
    let (mut used, mut left_out) = (text.chars().count(), 0);
    for section in sections(comparison).into_iter().filter(|section| !section.lines.is_empty()) {
        let Section { heading, lines, folded } = section;
        let (open, close) = if folded {
            (format!("<details><summary>{heading}: {}</summary>\n\n", lines.len()), "\n</details>\n\n")
        } else {
            (format!("**{heading}: {}**\n\n", lines.len()), "\n")
        };
        used += open.chars().count() + close.len();
        if used > LIMIT - RESERVE {
            used -= open.chars().count() + close.len();
            left_out += lines.len();
            continue;
        }
        text.push_str(&open);
        for line in lines {
            let line = format!("- {line}\n");
            let length = line.chars().count();
            if used + length > LIMIT - RESERVE {
                left_out += 1;
            } else {
                used += length;
                text.push_str(&line);
            }
        }
        text.push_str(close);
    }
    if left_out > 0 {
        let _ = writeln!(text, "{left_out} more lines are left out here; {} shows them.", code(command));
    }
    text
}

/// In the order in which they matter.
fn sections(comparison: &Comparison) -> Vec<Section> {
    let open =
        |heading: &str, lines: Vec<String>| Section { heading: heading.to_owned(), lines, folded: false };
    let folded =
        |heading: &str, lines: Vec<String>| Section { heading: heading.to_owned(), lines, folded: true };
    let approvals = |change: ApprovalChange, told: fn(&Approval) -> String| -> Vec<String> {
        comparison.approvals.iter().filter(|found| found.change == change).map(told).collect()
    };
    let findings = |changes: &[FindingChange], wanted: fn(Level) -> bool| -> Vec<String> {
        let mut wanted: Vec<&FindingChange> =
            changes.iter().filter(|change| wanted(change.finding.level)).collect();
        wanted.sort_by_key(|change| std::cmp::Reverse(change.finding.level));
        wanted.into_iter().map(finding).collect()
    };
    let points = |wanted: fn(Turn) -> bool| -> Vec<String> {
        comparison.points.iter().filter(|change| wanted(change.turn)).map(point).collect()
    };
    let bends = comparison
        .bends
        .iter()
        .map(|bend| format!("{} {}", bend.direction.told().unwrap_or("other"), code(&bend_line(bend))));
    let untested = comparison
        .untested
        .iter()
        .map(|finding| format!("{}: {}", code(&finding.place.path), code(&finding.message)));
    vec![
        open("Approvals that no longer hold", approvals(ApprovalChange::Voided, voided)),
        open("Approvals that are no longer claimed", approvals(ApprovalChange::Dropped, gained)),
        open("New findings", findings(&comparison.new, |level| level > Level::Info)),
        open("Requirements that fell", points(|turn| turn == Turn::Fell)),
        open("What bends the result", bends.collect()),
        open("Not tested", untested.collect()),
        folded("Approvals gained", approvals(ApprovalChange::Gained, gained)),
        folded("Other requirements", points(|turn| turn != Turn::Fell)),
        folded("Findings that are gone", findings(&comparison.gone, |_| true)),
        folded("Documents", comparison.documents.iter().map(document).collect()),
        folded("New infos", findings(&comparison.new, |level| level == Level::Info)),
    ]
}

fn side(side: &Side) -> String {
    format!("{}, judged on {} ({})", side.held, side.as_of.value, code(&side.as_of.origin.to_string()))
}

fn of(id: &str, record_type: &str, path: &str, line: u32) -> String {
    format!("{} ({}) in {}", code(id), code(record_type), code(&format!("{path}:{line}")))
}

fn voided(approval: &Approval) -> String {
    let again = again(approval.by.as_deref(), approval.role.as_deref());
    let Approval { id, record_type, path, line, .. } = approval;
    format!("{}; to approve again: {}", of(id, record_type, path, *line), code(&again))
}

fn gained(approval: &Approval) -> String {
    let by = again(approval.by.as_deref(), approval.role.as_deref());
    let Approval { id, record_type, path, line, .. } = approval;
    format!("{}, by {}", of(id, record_type, path, *line), code(&by))
}

fn finding(change: &FindingChange) -> String {
    let FindingChange { finding, why } = change;
    let line = finding.place.range.map(|range| format!(":{}", range.start.line)).unwrap_or_default();
    let place = format!("{}{line}", finding.place.path);
    let waived = if finding.waived.is_some() { ", waived" } else { "" };
    let (rule, message) = (code(&finding.rule), code(&finding.message));
    format!("{} {rule} in {} ({}{waived}): {message}", finding.level, code(&place), why.told())
}

fn point(change: &PointChange) -> String {
    let (before, after) = states(change);
    format!("{} {}: {before} → {after} ({})", change.turn.told(), code(&change.point), change.why.told())
}

fn document(change: &DocumentChange) -> String {
    let DocumentChange { id, record_type, path, line, moved_from, .. } = change;
    let from = moved_from.as_ref().map(|from| format!(", from {}", code(from))).unwrap_or_default();
    format!("{} {}{from}", change.change.told(), of(id, record_type, path, *line))
}

//! Very many findings as a page of causes: each rule with its count, and the places to begin at.
//!
//! A half-done management system breaks the same few rules again and again. Whoever has to mend it wants
//! to know these, and not to scroll.

use std::fmt::Write as _;

use crate::{
    assess::MISSING,
    catalog,
    model::Finding,
    text::{safe, safe_line},
};

/// Lines around those of rules and places: two above, and below how many rules there are more, and how to see all.
const AROUND: usize = 5;

/// Findings of one rule, in their order.
struct Group<'f> {
    rule: &'f str,
    findings: Vec<&'f Finding>,
    /// How many of them are shown.
    shown: usize,
}

/// The causes of findings that are already in the order in which they matter, in so many lines and columns.
pub(super) fn causes(ordered: &[&Finding], room: usize, width: usize) -> String {
    let lines = room.saturating_sub(AROUND);
    let mut groups: Vec<Group<'_>> = Vec::new();
    for finding in ordered {
        // Each missing document has a rule of its own, and all of them one cause.
        let rule = if finding.rule.starts_with(MISSING) { MISSING } else { finding.rule.as_str() };
        match groups.iter_mut().find(|group| group.rule == rule) {
            Some(group) => group.findings.push(finding),
            None => groups.push(Group { rule, findings: vec![finding], shown: 0 }),
        }
    }
    let total = groups.len();
    groups.truncate(lines / 2);
    let mut left = lines - groups.len();
    // One place each, then one more each, as long as there are lines.
    while left > 0 {
        let before = left;
        for group in &mut groups {
            if left > 0 && group.shown < group.findings.len() {
                group.shown += 1;
                left -= 1;
            }
        }
        if left == before {
            break;
        }
    }
    let mut text =
        format!("{} findings against {total} rules, those that matter most first:\n\n", ordered.len());
    for group in &groups {
        let first = group.findings[0];
        let says = match group.rule {
            MISSING => "what the standard asks for is there (`probity list required --missing`)",
            rule => catalog::rule(rule).map_or("", |rule| rule.says.as_str()),
        };
        let count = group.findings.len();
        let name = safe_line(group.rule.trim_end_matches('-'));
        let heading = format!("{count:>5} {:<7}  {name}: {}", first.level, safe_line(says));
        let _ = writeln!(text, "{}", cut(&heading, width));
        // Of one rule, what is named from most places matters most.
        let mut findings = group.findings.clone();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.related.len()));
        for finding in &findings[..group.shown] {
            let at = finding.place.range.map(|range| format!(":{}:{}", range.start.line, range.start.column));
            let place = format!("{}{}", safe_line(&finding.place.path), at.unwrap_or_default());
            let line = format!("               {place}  {}", safe(&finding.message));
            let _ = writeln!(text, "{}", cut(&line, width));
        }
    }
    if total > groups.len() {
        let _ = writeln!(text, "      and {} rules more", total - groups.len());
    }
    text.push_str("show all: probity check -v\n\n");
    text
}

/// A line in so many columns, with a sign that there is more.
fn cut(line: &str, width: usize) -> String {
    let line = line.replace('\n', " ");
    super::listing::cut(&line, width)
}

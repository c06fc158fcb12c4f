//! Two points side by side for a person at a terminal.

use std::fmt::Write as _;

use super::{again, states, verdict};
use crate::{
    lens::{
        Approval, ApprovalChange, Bend, Comparison, DocumentChange, FindingChange, PointChange, Side, Why,
    },
    report::{
        listing::cut,
        since::bend_line,
        terminal::{Detail, Look, SHOWN},
        words::{counted, filled, hanging},
    },
    text::safe_line,
};

/// As a page.
pub fn render(comparison: &Comparison, look: &Look) -> String {
    let Comparison { before, after, .. } = comparison;
    let mut text =
        hanging("from ", &side(before), look.width) + &hanging("to   ", &side(after), look.width) + "\n";
    text.push_str(&filled(&verdict(comparison), look.width));
    text.push('\n');
    if look.detail == Detail::Summary {
        return text;
    }
    let mut page = Page { text, look };
    page.list("what bends the result", comparison.bends.iter().map(bent));
    let approvals = |change: ApprovalChange| {
        comparison.approvals.iter().filter(move |approval| approval.change == change)
    };
    page.list("approvals that no longer hold", approvals(ApprovalChange::Voided).map(voided));
    page.list("approvals that are no longer claimed", approvals(ApprovalChange::Dropped).map(gained));
    page.list("approvals gained", approvals(ApprovalChange::Gained).map(gained));
    page.list("documents", comparison.documents.iter().map(document));
    let ordered = |changes: &[FindingChange]| {
        let mut changes = changes.to_vec();
        changes.sort_by_key(|change| std::cmp::Reverse(change.finding.level));
        changes
    };
    let time = !comparison.is_of_one_day();
    page.list("new findings", ordered(&comparison.new).iter().map(|change| finding(change, time)));
    page.list("findings that are gone", ordered(&comparison.gone).iter().map(|change| finding(change, time)));
    let mut points: Vec<&PointChange> = comparison.points.iter().collect();
    points.sort_by_key(|change| change.turn);
    page.list("requirements", points.into_iter().map(|change| point(change, time)));
    page.list(
        "not tested",
        comparison
            .untested
            .iter()
            .map(|finding| format!("{}  {}", safe_line(&finding.place.path), safe_line(&finding.message))),
    );
    page.text.push_str(&numbers(before, after));
    page.text
}

/// Lists under headings, each cut after so many lines unless all are wanted.
struct Page<'l> {
    text: String,
    look: &'l Look,
}

impl Page<'_> {
    fn list(&mut self, heading: &str, lines: impl Iterator<Item = String>) {
        let lines: Vec<String> = lines.collect();
        if lines.is_empty() {
            return;
        }
        let _ = writeln!(self.text, "\n{heading}: {}", lines.len());
        let shown = if self.look.detail == Detail::All { lines.len() } else { SHOWN };
        for line in lines.iter().take(shown) {
            let _ = writeln!(self.text, "{}", cut(&format!("  {line}"), self.look.width).trim_end());
        }
        if lines.len() > shown {
            let _ = writeln!(self.text, "  and {} more, with -v", lines.len() - shown);
        }
    }
}

fn side(side: &Side) -> String {
    let Side { held, as_of, period, .. } = side;
    format!(
        "{held}, judged on {} ({}), period {}",
        as_of.value,
        safe_line(&as_of.origin.to_string()),
        period.value
    )
}

fn bent(bend: &Bend) -> String {
    let direction = bend.direction.told().unwrap_or("other");
    format!("{direction:<9}  {}", bend_line(bend))
}

fn of(id: &str, record_type: &str) -> String {
    format!("{}  {}", safe_line(id), safe_line(record_type))
}

fn voided(approval: &Approval) -> String {
    let Approval { id, record_type, path, line, .. } = approval;
    let again = again(approval.by.as_deref(), approval.role.as_deref());
    let place = safe_line(path);
    format!("{}  to approve again: {}  {place}:{line}", of(id, record_type), safe_line(&again))
}

fn gained(approval: &Approval) -> String {
    let Approval { id, record_type, path, line, date, .. } = approval;
    let by = again(approval.by.as_deref(), approval.role.as_deref());
    let on = date.as_ref().map(|date| format!(" on {}", safe_line(date))).unwrap_or_default();
    format!("{}  by {}{on}  {}:{line}", of(id, record_type), safe_line(&by), safe_line(path))
}

fn document(change: &DocumentChange) -> String {
    let DocumentChange { id, record_type, path, line, moved_from, .. } = change;
    let from = moved_from.as_ref().map(|from| format!(", from {}", safe_line(from))).unwrap_or_default();
    format!("{:<9}  {}  {}:{line}{from}", change.change.told(), of(id, record_type), safe_line(path))
}

/// What made it so, where days differ.
fn why(why: Why, time: bool) -> String {
    if time { format!("  ({})", why.told()) } else { String::new() }
}

fn finding(change: &FindingChange, time: bool) -> String {
    let FindingChange { finding, why: reason } = change;
    let line = finding.place.range.map(|range| format!(":{}", range.start.line)).unwrap_or_default();
    let waived = if finding.waived.is_some() { " (waived)" } else { "" };
    format!(
        "{:<7}  {}  {}{line}{}  {}{waived}",
        finding.level.to_string(),
        safe_line(&finding.rule),
        safe_line(&finding.place.path),
        why(*reason, time),
        safe_line(&finding.message)
    )
}

fn point(change: &PointChange, time: bool) -> String {
    let (before, after) = states(change);
    format!(
        "{:<6}  {:<9}  {before} → {after}{}",
        change.turn.told(),
        safe_line(&change.point),
        why(change.why, time)
    )
}

fn numbers(before: &Side, after: &Side) -> String {
    let [errors, warnings, _] = before.findings;
    let [errors_now, warnings_now, _] = after.findings;
    let points = counted(after.numbers.points, "point");
    let rows = [
        ("errors", errors, errors_now, String::new()),
        ("warnings", warnings, warnings_now, String::new()),
        ("documents read", before.tested.documents, after.tested.documents, String::new()),
        (
            "asked for by the standard, found",
            before.documented.0,
            after.documented.0,
            format!(" of {}", after.documented.1),
        ),
        ("points judged", before.numbers.judged, after.numbers.judged, format!(" of {points}")),
        ("points judged fulfilled", before.numbers.fulfilled, after.numbers.fulfilled, String::new()),
    ];
    let mut text = "\nnumbers\n".to_owned();
    for (name, then, now, of) in rows {
        let _ = writeln!(text, "  {name:<32}  {then:>5} → {now}{of}");
    }
    text
}

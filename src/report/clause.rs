//! What a clause asks, as a page, and all clauses as a table.

use std::fmt::Write as _;

use comfy_table::Cell;
use serde::Serialize;

use super::{crosswalk, json, record_type, words::hanging};
use crate::{
    model::{Artefact, Clause, Confirmed, Duration, Point, Remedy, Standard, TypicalFinding},
    text::{safe, safe_line},
};

/// A line of the list of clauses.
#[derive(Serialize)]
struct Row<'s> {
    id: &'s str,
    title: &'s str,
    points: Vec<PointRow<'s>>,
}

/// A point as a program gets it.
#[derive(Serialize)]
struct PointRow<'s> {
    id: &'s str,
    letter: Option<&'s str>,
    says: &'s str,
    /// Whether the organization gave these words.
    own_words: bool,
    /// Who has compared it with the published standard.
    confirmed: Option<ConfirmedRow<'s>>,
    stage: &'s [u8],
    weight: u8,
    blocker: bool,
    evidence: &'s [String],
    signals: &'s [String],
    remedy: &'s Remedy,
    ask: &'s [String],
}

#[derive(Serialize)]
struct ConfirmedRow<'s> {
    by: &'s str,
    date: String,
    edition: &'s str,
    note: Option<&'s str>,
    /// The file that says so.
    file: &'s str,
}

impl<'s> ConfirmedRow<'s> {
    fn of(confirmed: &'s Confirmed) -> Self {
        let Confirmed { by, date, edition, note, file } = confirmed;
        Self { by, date: date.to_string(), edition, note: note.as_deref(), file }
    }
}

impl<'s> PointRow<'s> {
    fn of(point: &'s Point) -> Self {
        Self {
            id: &point.id,
            letter: point.letter.as_deref(),
            says: &point.says,
            own_words: point.own_words,
            confirmed: point.confirmed.as_ref().map(ConfirmedRow::of),
            stage: &point.stage,
            weight: point.weight,
            blocker: point.blocker,
            evidence: &point.evidence,
            signals: &point.signals,
            remedy: &point.remedy,
            ask: &point.ask,
        }
    }
}

/// The clauses with their points, as a list of objects.
pub fn list_as_json(standard: &Standard) -> String {
    let rows: Vec<Row<'_>> = standard
        .clauses
        .iter()
        .map(|clause| Row {
            id: &clause.id,
            title: &clause.title,
            points: clause.points.iter().map(PointRow::of).collect(),
        })
        .collect();
    json::text(&rows)
}

/// The clauses as a table in so many columns.
pub fn list_as_table(standard: &Standard, width: usize) -> String {
    let mut table = record_type::table(width, ["clause", "title", "points", "stage 1", "blockers"]);
    for clause in &standard.clauses {
        let count = |wanted: &dyn Fn(&&Point) -> bool| match clause.points.iter().filter(wanted).count() {
            0 => String::new(),
            count => count.to_string(),
        };
        table.add_row([
            Cell::new(&clause.id),
            Cell::new(&clause.title),
            Cell::new(count(&|_| true)),
            Cell::new(count(&|point| point.stage.contains(&1))),
            Cell::new(count(&|point| point.blocker)),
        ]);
    }
    let points = standard.points().count();
    let about = format!(
        "{}: {points} points of this catalogue, split by ourselves, in our own words{}",
        standard.title,
        compared_by_the_organization(standard)
    );
    format!("{}\n\n{}\n", record_type::lines(&table).trim_end(), textwrap::fill(&about, width))
}

/// How many points the organization has compared with the published standard; nothing if none.
fn compared_by_the_organization(standard: &Standard) -> String {
    let compared = standard.points().filter(|point| point.confirmed.is_some()).count();
    let worded = standard.points().filter(|point| point.own_words).count();
    match (compared, worded) {
        (0, _) => String::new(),
        (_, 0) => format!("; the organization has compared {compared} of them with the published standard"),
        (_, _) => format!(
            "; the organization has compared {compared} of them with the published standard, and worded \
             {worded} of these itself"
        ),
    }
}

/// All there is to know about a clause: what it asks and what answers it.
pub fn page(standard: &Standard, clause: &Clause, width: usize) -> String {
    // Words of the organization's own may hold anything.
    safe(&unsafe_page(standard, clause, width)).into_owned()
}

fn unsafe_page(standard: &Standard, clause: &Clause, width: usize) -> String {
    let mut text = head(standard, clause, width);
    let parts = standard.clauses.iter().filter(|part| part.parent.as_deref() == Some(&clause.id));
    let parts: Vec<String> = parts.map(|part| format!("  {:<9}{}\n", part.id, part.title)).collect();
    if !parts.is_empty() {
        let _ = write!(text, "\nParts\n\n{}", parts.concat());
    }
    if !clause.points.is_empty() {
        let own = clause.points.iter().any(|point| point.own_words);
        let except = if own { ", or in the organization's where that is said" } else { "" };
        let _ = write!(text, "\nWhat it asks, in our words{except}\n\n");
        for point in &clause.points {
            let blocker = if point.blocker { "; a blocker" } else { "" };
            let about = format!("weight {}, stage {}{blocker}", point.weight, stages(point));
            let _ = write!(text, "{}", hanging(&format!("  {:<12}", point.id), &point.says, width));
            let line = format!("{about}; {}", named(standard, &point.evidence));
            let _ = write!(text, "{}", hanging(&" ".repeat(14), &line, width));
            if let Some(confirmed) = &point.confirmed {
                let line = compared(point, confirmed);
                let _ = write!(text, "{}", hanging(&" ".repeat(14), &line, width));
            }
        }
    }
    if clause.points.iter().flat_map(|point| &point.evidence).any(|name| is_explicit(standard, name)) {
        text.push_str("\n  * the standard itself asks for it as documented information\n");
    }
    text.push_str(&findings(&clause.typical_findings, width));
    text.push_str(&crosswalk::section(standard, clause, width));
    if let Some(point) = clause.points.first() {
        let _ = writeln!(text, "\n`probity explain {}` tells how to close a gap and what to ask.", point.id);
    }
    text
}

/// All there is to know about a point.
pub fn point_page(standard: &Standard, clause: &Clause, point: &Point, width: usize) -> String {
    safe(&unsafe_point_page(standard, clause, point, width)).into_owned()
}

fn unsafe_point_page(standard: &Standard, clause: &Clause, point: &Point, width: usize) -> String {
    let letter =
        point.letter.as_ref().map(|letter| format!(", {letter} of the standard")).unwrap_or_default();
    let mut text = format!("{}: {} ({}{letter})\n\n", point.id, clause.title, standard.title);
    let _ = writeln!(text, "{}\n", textwrap::fill(&point.says, width));
    if let Some(confirmed) = &point.confirmed {
        let _ = writeln!(text, "{}", textwrap::fill(&compared(point, confirmed), width));
        let _ = writeln!(text, "said in: {}", safe_line(&confirmed.file));
        if let Some(note) = &confirmed.note {
            let _ = writeln!(text, "{}", textwrap::fill(&format!("their note: {note}"), width));
        }
        text.push('\n');
    }
    let blocker = if point.blocker { "; its lack stops a certification audit" } else { "" };
    let _ = writeln!(text, "weight: {} of 3; looked at in stage {}{blocker}", point.weight, stages(point));
    if let Some(condition) = &clause.condition {
        let _ = writeln!(text, "{}", textwrap::fill(&format!("only if: {condition}"), width));
    }
    text.push_str("\nWhat would be evidence\n\n");
    for name in &point.evidence {
        let _ = write!(text, "{}", hanging("  ", &told(standard, name), width));
    }
    text.push_str("\nWhat closes a gap\n\n");
    for step in &point.remedy.steps {
        let _ = write!(text, "{}", hanging("  - ", step, width));
    }
    if let Some(wait) = &point.remedy.wait {
        let wait = Duration::parse(wait).map_or(wait.clone(), |wait| wait.to_string());
        let _ = writeln!(text, "  then records build up for {wait}");
    }
    let _ = write!(text, "{}", hanging("  done when ", &point.remedy.done, width));
    text.push_str("\nWhat to ask\n\n");
    for question in &point.ask {
        let _ = write!(text, "{}", hanging("  - ", question, width));
    }
    if !point.signals.is_empty() {
        text.push_str("\nRules whose findings bear on it\n\n");
        let _ = write!(text, "{}", hanging("  ", &point.signals.join(", "), width));
    }
    text
}

fn head(standard: &Standard, clause: &Clause, width: usize) -> String {
    let mut text = format!("{}: {} ({})\n", clause.id, clause.title, standard.title);
    let mut add = |name: &str, said: Option<&String>| {
        if let Some(said) = said {
            let _ = writeln!(text, "{}", textwrap::fill(&format!("{name}: {said}"), width));
        }
    };
    add("changed by", clause.amendment.as_ref());
    add("has something to show only if", clause.condition.as_ref());
    add("note", clause.note.as_ref());
    if let Some(checked) = clause.checked {
        let _ = writeln!(text, "our words were compared with: {checked}");
    }
    text
}

/// Who has compared a point with the published standard, and whose words it has.
fn compared(point: &Point, confirmed: &Confirmed) -> String {
    let Confirmed { by, date, edition, .. } = confirmed;
    let own = if point.own_words { "; worded by the organization" } else { "" };
    format!("compared with edition {edition} by {} on {date}{own}", safe_line(by))
}

fn is_explicit(standard: &Standard, name: &str) -> bool {
    standard.artefacts.get(name).is_some_and(|artefact| artefact.explicit)
}

/// Artefacts by their names, with a mark on those that the standard itself asks for.
fn named(standard: &Standard, names: &[String]) -> String {
    let title = |name: &String| {
        let title = standard.artefacts.get(name).map_or(name.as_str(), |artefact| &artefact.title);
        format!("{title}{}", if is_explicit(standard, name) { "*" } else { "" })
    };
    names.iter().map(title).collect::<Vec<_>>().join(", ")
}

/// What an artefact is, in words: `Risk register (risk; documented information)`.
fn told(standard: &Standard, name: &str) -> String {
    let Some(Artefact { title, types, explicit, looked_for, within, .. }) = standard.artefacts.get(name)
    else {
        return name.to_owned();
    };
    let explicit = if *explicit { "; the standard asks for it as documented information" } else { "" };
    let instead = looked_for.as_ref().map(|instead| format!("; looked for in {instead}")).unwrap_or_default();
    let recent = within.as_ref().map(|within| {
        let interval =
            Duration::parse(&within.interval).map_or(within.interval.clone(), |time| time.to_string());
        format!(
            "; the last one within {interval}, or within `{}` under `[own]` in `probity.toml`",
            within.own
        )
    });
    format!("{title} (type {}{explicit}{instead}{})", types.join(" or "), recent.unwrap_or_default())
}

fn findings(findings: &[TypicalFinding], width: usize) -> String {
    let mut text = String::new();
    if !findings.is_empty() {
        text.push_str("\nWhat auditors commonly find, and how they mostly grade it\n\n");
    }
    for TypicalFinding { says, grade } in findings {
        let _ = write!(text, "{}", hanging(&format!("  {grade:<7}"), says, width));
    }
    text
}

fn stages(point: &Point) -> String {
    point.stage.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        catalog::Catalog,
        model::{Content, File},
        text::Source,
    };

    #[test]
    fn nothing_that_the_organization_says_reaches_a_terminal_raw() {
        let text = r#"
- point: 8.6.1/07
  ref: "c\e[31m)"
  confirmed: {by: "PER\n\e[31m", date: 2026-11-18, edition: "3"}
  says: "One.\n\nTwo.\e[31m"
  note: "\e[31m"
"#;
        let source = Arc::new(Source::new("probity/standard/a\u{1b}.yaml", text));
        let file = File { path: "a.yaml".into(), content: Content::Text(source) };
        let catalog = Catalog::with_own(&[], &[], &[file]).unwrap();
        let standard = catalog.standard();
        let (clause, point) = standard.point("8.6.1/07").unwrap();
        for shown in [
            page(standard, clause, 80),
            point_page(standard, clause, point, 80),
            list_as_table(standard, 80),
            list_as_json(standard),
        ] {
            assert!(!shown.contains('\u{1b}'));
            assert!(shown.lines().all(|line| line == line.trim_end()));
        }
    }
}

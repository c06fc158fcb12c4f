//! The first sheet: the verdict, the numbers each with what they are out of, what it rests on, and the limits.

use rust_xlsxwriter::XlsxError;
use serde_json::Value;

use super::{
    page::{Cell, Column, Page, items, told},
    points,
    style::Style,
};
use crate::report::whole::DISCLAIMERS;

pub(super) fn page<'s>(report: &Value, style: &'s Style) -> Result<Page<'s>, XlsxError> {
    let mut page = Page::new("Summary", style)?;
    page.widths(&[44.0, 12.0, 12.0, 66.0])?;
    let organization = report["organization"].as_str().unwrap_or("Service management system");
    page.title(&format!("{organization}: gap analysis"))?;
    page.verdict(&told(&report["ready"]["says"]))?;
    page.prose(&told(&report["gap"]["limits"]))?;

    page.heading("Numbers, none of which stands for another")?;
    let columns = [
        Column::new("What", 0.0),
        Column::new("So many", 0.0),
        Column::new("Out of", 0.0),
        Column::new("Of what", 0.0),
    ];
    page.table(&columns, numbers(report).into_iter())?;

    page.heading("What it rests on")?;
    for (name, value) in basis(report) {
        page.fact(name, &value)?;
    }

    page.heading("Changed from the defaults")?;
    if items(&report["changed_from_defaults"]).next().is_none() {
        page.prose("Nothing is: everything is judged as the program does unless it is told otherwise.")?;
    } else {
        let columns = [
            Column::new("What", 0.0),
            Column::new("By default", 0.0),
            Column::new("Here", 0.0),
            Column::new("Which way", 0.0),
        ];
        let rows = items(&report["changed_from_defaults"]).map(|bend| {
            vec![
                Cell::of(&bend["name"]),
                Cell::of(&bend["before"]),
                Cell::of(&bend["after"]),
                Cell::of(&bend["direction"]),
            ]
        });
        page.table(&columns, rows)?;
    }

    page.heading("What is not known")?;
    for sentence in items(&report["ready"]["unknown"]) {
        page.prose(&told(sentence))?;
    }
    page.heading("What a reader has to know")?;
    for sentence in DISCLAIMERS {
        page.prose(sentence)?;
    }
    Ok(page)
}

fn numbers(report: &Value) -> Vec<Vec<Cell<'_>>> {
    let (gap, ready, check) = (&report["gap"], &report["ready"], &report["check"]);
    let (numbers, documents) = (&gap["numbers"], &gap["documents"]);
    let (all, judged) = (&numbers["points"], &numbers["judged"]);
    let row = |name: &'static str, many: &Value, of: &Value, what: &'static str| {
        vec![Cell::text(name), number(many), number(of), Cell::text(what)]
    };
    let read = &check["tested"]["documents"];
    let blockers = points(report).filter(|(_, point)| point["blocker"] == true).count();
    let open = items(&ready["blockers"]).count();
    let percent = |name: &'static str, which: usize, what: &'static str| {
        vec![Cell::text(name), number(&gap["range_percent"][which]), Cell::Number(100.0), Cell::text(what)]
    };
    vec![
        row("Judged by people", judged, all, "points of this catalogue, split by ourselves"),
        row("Fulfilled", &numbers["fulfilled"], judged, "points judged"),
        row("Mostly", &numbers["mostly"], judged, "points judged"),
        row("Partly", &numbers["partly"], judged, "points judged"),
        row("Not fulfilled", &numbers["not_fulfilled"], judged, "points judged"),
        percent(
            "Fulfilled, at least",
            0,
            "percent of all points, if nothing that is not judged is fulfilled",
        ),
        percent("Fulfilled, at most", 1, "percent of all points, if all that is not judged is fulfilled"),
        row(
            "To be confirmed",
            &numbers["to_be_confirmed"],
            all,
            "points; judged once, and counted as not judged",
        ),
        row(
            "Not judged, material found",
            &numbers["material_found"],
            all,
            "points; whether it will do, people judge",
        ),
        row("Not judged, partly found", &numbers["partly_found"], all, "points"),
        row("Not judged, nothing found", &numbers["nothing_found"], all, "points"),
        row("Not judged, no occurrence stated", &numbers["no_occurrence"], all, "points"),
        row("Not judged, not testable", &numbers["not_testable"], all, "points"),
        vec![
            Cell::text("Blockers known to be open"),
            count(open),
            count(blockers),
            Cell::text("points each of which would stop the audit"),
        ],
        row(
            "Documented information found",
            &documents["found"],
            &documents["asked_for"],
            "kinds that the standard itself asks for",
        ),
        row(
            "Fulfilled with evidence from the period",
            &ready["evidence_in_period"]["recent"],
            &ready["evidence_in_period"]["fulfilled"],
            "points judged to be fulfilled",
        ),
        row("Findings: errors", &check["error"], read, "documents that were read"),
        row("Findings: warnings", &check["warning"], read, "documents that were read"),
        row("Findings: notes", &check["info"], read, "documents that were read"),
        row("Findings that are waived for a time", &check["waived"], read, "documents that were read"),
    ]
}

fn number<'v>(value: &Value) -> Cell<'v> {
    value.as_f64().map_or(Cell::EMPTY, Cell::Number)
}

#[expect(clippy::cast_precision_loss, reason = "no catalogue has that many points")]
fn count<'v>(count: usize) -> Cell<'v> {
    Cell::Number(count as f64)
}

fn basis(report: &Value) -> Vec<(&'static str, String)> {
    let (standard, tested) = (&report["gap"]["standard"], &report["check"]["tested"]);
    let amendments = told(&standard["amendments"]).replace('\n', ", ");
    let with = if amendments.is_empty() { String::new() } else { format!(" with amendment {amendments}") };
    let origin = |name: &str| {
        let field = &report[name];
        format!("{} ({})", told(&field["value"]), told(&field["origin"]))
    };
    let files = |name: &str| tested[name].as_u64().unwrap_or_default();
    let untested = [
        (files("untested_files"), "files"),
        (files("untested_documents"), "documents"),
        (files("untested_extracts"), "sealed extracts"),
    ];
    let untested: Vec<String> = untested
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let read = format!(
        "{} documents in {} files",
        files("documents"),
        files("files").saturating_sub(files("untested_files"))
    );
    let read = if untested.is_empty() {
        read
    } else {
        format!("{read}; not all could be read: {} could not be tested", untested.join(", "))
    };
    let from = match (report["commit"].as_str(), report["snapshot"].as_str()) {
        (Some(commit), _) => format!("commit {commit}"),
        (None, Some("index")) => "the files of the next commit".to_owned(),
        (None, _) => "the files on disk, whatever of them is committed".to_owned(),
    };
    vec![
        ("Standard", format!("{}, edition {}{with}", told(&standard["title"]), told(&standard["edition"]))),
        ("Asked about", told(&report["ready"]["for"]).replace('-', " ")),
        ("Judged on", origin("as_of")),
        ("Period", origin("period")),
        ("Read", read),
        ("From", from),
        ("Made by", format!("Probity {}", told(&report["tool"]["version"]))),
    ]
}

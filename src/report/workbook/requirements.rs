//! One row for each point: what is asked, what was found, and what people hold or are to fill in.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Worksheet, XlsxError,
};
use serde_json::Value;

use super::{
    FOUND, SHOWN,
    columns::{Answer, POINT, REQUIREMENTS},
    page::{Cell, Column, Head, Page, Rows, items, told},
    points,
    style::Style,
};

pub(super) fn page<'s>(report: &Value, style: &'s Style) -> Result<Page<'s>, XlsxError> {
    let mut page = Page::new(REQUIREMENTS, style)?;
    let mut columns = found();
    let first = u16::try_from(columns.len()).unwrap_or(u16::MAX);
    columns.extend(Answer::ALL.map(asked));
    let rows = page.whole(&columns, points(report).map(|(clause, point)| row(report, clause, point)))?;
    // On one page side by side nobody could read it.
    page.sheet.set_print_fit_to_pages(3, 0).set_repeat_columns(0, 0)?;
    page.sheet.group_symbols_above(true);
    outline(&mut page.sheet, report, rows)?;
    if let Some((top, bottom)) = rows {
        for (column, answer) in (first..).zip(Answer::ALL) {
            page.sheet.add_data_validation(top, column, bottom, column, &help(answer)?)?;
        }
    }
    Ok(page)
}

/// The columns that the program fills.
fn found() -> Vec<Column> {
    vec![
        Column::new(POINT, 10.0),
        Column::new("Clause", 8.0),
        Column::new("Title", 24.0),
        Column::new("What is asked, in our words", 42.0),
        Column::new("Stage", 7.0),
        Column::new("Weight", 8.0),
        Column::new("Blocker", 8.5),
        Column::new("What was found", 13.0).coloured(&FOUND),
        Column::new("Looked for", 28.0),
        Column::new("Lacks", 28.0),
        Column::new("Signals", 36.0),
        Column::new("State shown", 13.0).coloured(&SHOWN),
        Column::new("Why", 26.0),
        Column::new("Priority", 8.5),
        Column::new("Judgements", 22.0),
    ]
}

fn asked(answer: Answer) -> Column {
    let width = match answer {
        Answer::Evidence | Answer::Interviewees => 26.0,
        Answer::Rationale => 50.0,
        Answer::Occurrence => 16.0,
        Answer::Documented
        | Answer::Implemented
        | Answer::Evidenced
        | Answer::Effective
        | Answer::Status
        | Answer::Confidence
        | Answer::Assessor
        | Answer::Date
        | Answer::ValidUntil => 13.0,
    };
    let is_judged = matches!(
        answer,
        Answer::Documented | Answer::Implemented | Answer::Evidenced | Answer::Effective | Answer::Status
    );
    Column {
        head: Head::Asked,
        coloured: if is_judged { answer.values() } else { Vec::new() },
        grey_if_empty: is_judged,
        ..Column::new(answer.header(), width)
    }
}

fn row<'v>(report: &'v Value, clause: &'v Value, point: &'v Value) -> Vec<Cell<'v>> {
    let artefact = |name: &Value| {
        let artefact = &report["gap"]["artefacts"][name.as_str().unwrap_or_default()];
        match artefact["title"].as_str() {
            Some(title) => format!("{title}: {}", told(&artefact["state"])),
            None => told(name).into_owned(),
        }
    };
    let lines = |lines: Vec<String>| Cell::text(lines.join("\n"));
    let stages = told(&point["stage"]).replace('\n', ", ");
    let mut row = vec![
        Cell::of(&point["id"]),
        Cell::of(&clause["id"]),
        Cell::of(&clause["title"]),
        Cell::of(&point["says"]),
        Cell::text(stages),
        Cell::of(&point["weight"]),
        Cell::text(if point["blocker"] == true { "yes" } else { "" }),
        Cell::of(&point["machine"]),
        lines(items(&point["evidence"]).map(artefact).collect()),
        Cell::of(&point["lacks"]),
        lines(items(&point["signals"]).map(signal).collect()),
        Cell::of(&point["shown"]),
        Cell::of(&point["why"]),
        Cell::of(&point["priority"]),
        lines(items(&point["judgements"]).map(|judgement| told(&judgement["id"]).into_owned()).collect()),
    ];
    row.extend(Answer::ALL.map(|answer| {
        let value = answered(point, answer);
        if answer.is_day() { Cell::day(value) } else { Cell::of(value) }
    }));
    row
}

/// What the judgement says that is shown of a point: of several, the strictest.
pub(super) fn answered(point: &Value, answer: Answer) -> &Value {
    &point["judgements"][0][answer.field()]
}

fn signal(signal: &Value) -> String {
    let place = match (signal["path"].as_str(), signal["line"].as_u64()) {
        (Some(path), Some(line)) => format!(" ({path}:{line})"),
        (Some(path), None) if !path.is_empty() => format!(" ({path})"),
        (Some(_) | None, _) => String::new(),
    };
    let more = match signal["count"].as_u64() {
        Some(count) if count > 1 => format!(" and {} more", count - 1),
        Some(_) | None => String::new(),
    };
    let waived = match signal["waived"].as_u64() {
        Some(count) if count > 0 => format!(", {count} waived"),
        Some(_) | None => String::new(),
    };
    format!(
        "{} {}: {}{place}{more}{waived}",
        told(&signal["level"]),
        told(&signal["rule"]),
        told(&signal["message"])
    )
}

/// Of each clause, all rows but the first can be folded away.
fn outline(sheet: &mut Worksheet, report: &Value, rows: Rows) -> Result<(), XlsxError> {
    let Some((mut next, last)) = rows else { return Ok(()) };
    for clause in items(&report["gap"]["clauses"]) {
        let count = u32::try_from(items(&clause["points"]).count()).unwrap_or(u32::MAX);
        let end = next.saturating_add(count);
        if count > 1 && end - 1 <= last {
            sheet.group_rows(next + 1, end - 1)?;
        }
        next = end;
    }
    Ok(())
}

/// What can be chosen in a cell, and what it is about.
fn help(answer: Answer) -> Result<DataValidation, XlsxError> {
    let values = answer.values();
    let message = answer.says();
    let validation = DataValidation::new().set_input_title(answer.header())?.set_input_message(message)?;
    if answer.is_day() {
        let between = DataValidationRule::Between(
            ExcelDateTime::from_ymd(1990, 1, 1)?,
            ExcelDateTime::from_ymd(2199, 12, 31)?,
        );
        // A day that is written as a text, 2026-01-31, is read as well.
        return validation
            .allow_date(between)
            .set_error_style(DataValidationErrorStyle::Warning)
            .set_error_title("No day")?
            .set_error_message("Write a day, as in 2026-01-31.");
    }
    if values.is_empty() {
        return Ok(validation.allow_any_value());
    }
    let told = format!("It is one of: {}.", values.join(", "));
    validation.allow_list_strings(&values)?.set_error_title("Not one of these")?.set_error_message(told)
}

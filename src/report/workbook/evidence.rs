//! The register of evidence: what was looked for, and each document that was found for it, with its digest.

use rust_xlsxwriter::XlsxError;
use serde_json::Value;

use super::{
    FOUND,
    page::{Cell, Column, Page, items, told},
    points,
    style::Style,
};

pub(super) fn page<'s>(report: &Value, style: &'s Style) -> Result<Page<'s>, XlsxError> {
    let mut page = Page::new("Evidence", style)?;
    let columns = [
        Column::new("What is looked for", 38.0),
        Column::new("Asked for by the standard", 12.0),
        Column::new("What was found", 14.0).coloured(&FOUND),
        Column::new("Documents in all", 11.0),
        Column::new("Lacks", 30.0),
        Column::new("Asked for in", 20.0),
        Column::new("Document", 18.0),
        Column::new("File", 38.0),
        Column::new("Line", 7.0),
        Column::new("Day", 12.0),
        Column::new("Kept elsewhere", 11.0),
        Column::new("Digest", 40.0),
    ];
    let artefacts = report["gap"]["artefacts"].as_object().into_iter().flatten();
    let rows = artefacts.flat_map(|(name, artefact)| {
        let asking: Vec<&str> = points(report)
            .filter(|(_, point)| items(&point["evidence"]).any(|evidence| evidence == name))
            .filter_map(|(_, point)| point["id"].as_str())
            .collect();
        let asking = asking.join(", ");
        let material: Vec<&Value> = match items(&artefact["material"]).collect::<Vec<_>>() {
            none if none.is_empty() => vec![&Value::Null],
            some => some,
        };
        material.into_iter().map(move |material| {
            vec![
                Cell::of(&artefact["title"]),
                Cell::of(&artefact["explicit"]),
                Cell::of(&artefact["state"]),
                Cell::of(&artefact["count"]),
                Cell::of(&artefact["lacks"]),
                Cell::text(asking.clone()),
                Cell::of(&material["id"]),
                Cell::of(&material["path"]),
                Cell::of(&material["line"]),
                Cell::day(&material["day"]),
                Cell::text(if told(&material["stub"]) == "yes" { "yes" } else { "" }),
                Cell::of(&material["digest"]),
            ]
        })
    });
    page.whole(&columns, rows)?;
    Ok(page)
}

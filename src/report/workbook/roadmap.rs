//! The waves in which projects close gaps, and the days before which one cannot go.

use rust_xlsxwriter::XlsxError;
use serde_json::Value;

use super::{
    page::{Cell, Column, Page, items, told},
    style::Style,
};

pub(super) fn page<'s>(report: &Value, style: &'s Style) -> Result<Page<'s>, XlsxError> {
    let mut page = Page::new("Roadmap", style)?;
    page.widths(&[20.0, 52.0, 10.0, 12.0, 14.0, 56.0])?;
    page.heading("Waves")?;
    let columns = [
        Column::new("Wave", 0.0),
        Column::new("What it is about", 0.0),
        Column::new("Gaps", 0.0),
        Column::new("Come first", 0.0),
        Column::new("Longest wait", 0.0),
        Column::new("Clauses", 0.0),
    ];
    let rows = items(&report["gap"]["waves"]).map(|wave| {
        vec![
            Cell::of(&wave["title"]),
            Cell::of(&wave["says"]),
            Cell::of(&wave["gaps"]),
            Cell::of(&wave["urgent"]),
            Cell::of(&wave["wait"]),
            Cell::text(told(&wave["clauses"]).replace('\n', ", ")),
        ]
    });
    page.table(&columns, rows)?;
    page.heading("Why not earlier")?;
    if items(&report["ready"]["chain"]).next().is_none() {
        page.prose("No day stands in the way, or none can be told.")?;
        return Ok(page);
    }
    for link in items(&report["ready"]["chain"]) {
        let rests_on = match link["rests_on"].as_str() {
            Some("requirement") => "the standard asks for it",
            Some("own-plan") => "your own plan",
            Some(_) | None => "practice, no clause",
        };
        let says = format!("{} ({rests_on}; change: {})", told(&link["because"]), told(&link["change"]));
        page.fact(&told(&link["day"]), &says)?;
    }
    Ok(page)
}

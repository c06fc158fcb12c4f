//! Work that somebody has planned.

use rust_xlsxwriter::XlsxError;
use serde_json::Value;

use super::{
    page::{Cell, Column, Page, items},
    points,
    style::Style,
};

pub(super) fn page<'s>(report: &Value, style: &'s Style) -> Result<Page<'s>, XlsxError> {
    let mut page = Page::new("Actions", style)?;
    let columns = [
        Column::new("Action", 12.0),
        Column::new("Title", 48.0),
        Column::new("State", 13.0),
        Column::new("Still to do", 10.0),
        Column::new("Who does it", 14.0),
        Column::new("Due", 12.0),
        Column::new("Records build up for", 12.0),
        Column::new("Depends on", 18.0),
        Column::new("Days, low", 9.0),
        Column::new("Days, likely", 9.0),
        Column::new("Days, high", 9.0),
        Column::new("Closes", 26.0),
    ];
    let rows = items(&report["gap"]["work"]).map(|work| {
        let closes: Vec<&str> = points(report)
            .filter(|(_, point)| items(&point["work"]).any(|id| *id == work["id"]))
            .filter_map(|(_, point)| point["id"].as_str())
            .collect();
        vec![
            Cell::of(&work["id"]),
            Cell::of(&work["title"]),
            Cell::of(&work["state"]),
            Cell::of(&work["open"]),
            Cell::of(&work["responsible"]),
            Cell::day(&work["due"]),
            Cell::of(&work["soak"]),
            Cell::of(&work["depends_on"]),
            Cell::of(&work["effort"][0]),
            Cell::of(&work["effort"][1]),
            Cell::of(&work["effort"][2]),
            Cell::text(closes.join(", ")),
        ]
    });
    page.whole(&columns, rows)?;
    Ok(page)
}

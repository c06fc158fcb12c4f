//! The heat map: of each clause what people judged.

use rust_xlsxwriter::XlsxError;
use serde_json::Value;

use super::{
    COLOURS,
    page::{Cell, Column, Page, items},
    style::Style,
};

pub(super) fn page<'s>(report: &Value, style: &'s Style) -> Result<Page<'s>, XlsxError> {
    let mut page = Page::new("Clauses", style)?;
    let colour = |header| Column::new(header, 13.0).coloured(&COLOURS);
    let number = |header| Column::new(header, 11.0);
    let columns = [
        Column::new("Clause", 9.0),
        Column::new("Title", 48.0),
        colour("All in all"),
        colour("Documented"),
        colour("Implemented"),
        colour("Evidenced"),
        colour("Effective"),
        number("Points"),
        number("Judged"),
        number("Fulfilled"),
        number("To be confirmed"),
        number("Open blockers"),
    ];
    let rows = items(&report["gap"]["clauses"]).map(|clause| {
        let mut row = vec![Cell::of(&clause["id"]), Cell::of(&clause["title"]), Cell::of(&clause["colour"])];
        row.extend((0..4).map(|which| Cell::of(&clause["degrees"][which]["colour"])));
        let numbers = ["points", "judged", "fulfilled", "to_be_confirmed", "blockers"];
        row.extend(numbers.map(|name| Cell::of(&clause["numbers"][name])));
        row
    });
    page.whole(&columns, rows)?;
    Ok(page)
}

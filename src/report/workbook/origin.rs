//! What the workbook was made with: a hidden sheet, by which it shows what a person changed.

use rust_xlsxwriter::XlsxError;
use serde_json::Value;

use super::{
    columns::{Answer, FACTS, FORMAT, ORIGIN, POINT, SIGNALS, VERSION},
    page::{Cell, Column, Page, items, told},
    points,
    requirements::answered,
    style::Style,
};
use crate::model::sha256;

pub(super) fn page<'s>(report: &Value, style: &'s Style) -> Result<Page<'s>, XlsxError> {
    let mut page = Page::new(ORIGIN, style)?;
    let standard = &report["gap"]["standard"];
    let catalogue = format!(
        "{} edition {} {}",
        told(&standard["id"]),
        told(&standard["edition"]),
        told(&standard["amendments"]).replace('\n', " ")
    );
    let values = [
        catalogue.trim_end().to_owned(),
        told(&report["as_of"]["value"]).into_owned(),
        told(&report["commit"]).into_owned(),
        format!("sha256:{}", sha256(report.to_string().as_bytes())),
    ];
    page.line(FORMAT, VERSION)?;
    for (name, value) in FACTS.into_iter().zip(&values) {
        page.line(name, value)?;
    }
    let mut columns = vec![Column::new(POINT, 0.0)];
    columns.extend(Answer::ALL.map(|answer| Column::new(answer.header(), 0.0)));
    let rows = points(report).map(|(_, point)| {
        let mut row = vec![Cell::Text(told(&point["id"]))];
        row.extend(Answer::ALL.map(|answer| Cell::Text(told(answered(point, answer)))));
        let lowering = items(&point["signals"]).map(|signal| told(&signal["lowering"]));
        row.push(Cell::text(lowering.filter(|lowering| !lowering.is_empty()).collect::<Vec<_>>().join("\n")));
        row
    });
    columns.push(Column::new(SIGNALS, 0.0));
    page.table(&columns, rows)?;
    page.sheet.set_very_hidden(true);
    Ok(page)
}

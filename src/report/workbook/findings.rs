//! What is wrong in what is written, one row for each finding.

use rust_xlsxwriter::XlsxError;
use serde_json::Value;

use super::{
    page::{Cell, Column, Page, items, told},
    style::Style,
};

pub(super) fn page<'s>(report: &Value, style: &'s Style) -> Result<Page<'s>, XlsxError> {
    let mut page = Page::new("Findings", style)?;
    let columns = [
        Column::new("Rule", 11.0),
        Column::new("Level", 10.0).coloured(&["error", "warning", "info"]),
        Column::new("Rests on", 14.0),
        Column::new("What is the case", 56.0),
        Column::new("What helps", 46.0),
        Column::new("File", 38.0),
        Column::new("Line", 7.0),
        Column::new("Field", 20.0),
        Column::new("Waived", 24.0),
        Column::new("Fingerprint", 36.0),
    ];
    let rows = items(&report["check"]["findings"]).map(|finding| {
        let waived = match &finding["waived"] {
            Value::Null => Cell::EMPTY,
            waived => {
                let parts = ["by", "until", "because"].map(|name| told(&waived[name]));
                let parts: Vec<&str> =
                    parts.iter().map(AsRef::as_ref).filter(|part| !part.is_empty()).collect();
                Cell::text(if parts.is_empty() { "yes".to_owned() } else { parts.join(", ") })
            }
        };
        vec![
            Cell::of(&finding["rule"]),
            Cell::of(&finding["level"]),
            Cell::of(&finding["basis"]),
            Cell::of(&finding["message"]),
            Cell::of(&finding["help"]),
            Cell::of(&finding["place"]["path"]),
            Cell::of(&finding["place"]["line"]),
            Cell::of(&finding["place"]["field"]),
            waived,
            Cell::of(&finding["fingerprint"]),
        ]
    });
    page.whole(&columns, rows)?;
    Ok(page)
}

//! A sheet of a workbook as rows of cells, and what the workbook hides.

use memchr::memmem;

use super::{CELLS_LIMIT, Cell, NoExport, Row, Visit, too_many_cells};
use crate::{
    import::workbook::{Cells, Held, NoAnswers, all_sheets, parts},
    text::quoted,
};

/// What a workbook keeps from the eye of who looks at it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    /// Rows that are hidden.
    pub rows: usize,
    /// Filters that are set.
    pub filters: usize,
    /// Cells that are joined.
    pub merged: usize,
}

/// The cells of a sheet.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) is_1904: bool,
    pub(super) hidden: Hidden,
    cells: Cells,
}

pub(super) fn read(
    file: &str,
    bytes: &[u8],
    wanted: Option<&str>,
    is_header: &dyn Fn(&[Cell<'_>]) -> bool,
) -> Result<Sheet, NoExport> {
    let broken =
        |why: String, help: Option<String>| NoExport::Broken { file: file.to_owned(), at: None, why, help };
    let no_workbook = |error: NoAnswers| match error {
        NoAnswers::TooMuch { limit } => NoExport::TooMuch { file: file.to_owned(), limit },
        NoAnswers::Broken { why } | NoAnswers::Other { why } | NoAnswers::NoList { why } => broken(why, None),
    };
    let (sheets, is_1904) = all_sheets(bytes, wanted).map_err(no_workbook)?;
    let names: Vec<String> = sheets.iter().map(|(name, _)| quoted(name)).collect();
    let hidden = hidden(bytes).map_err(no_workbook)?;
    let help = || Some(format!("name one with `--sheet`; the sheets are {}", names.join(", ")));
    let mut sheets = sheets.into_iter();
    let found = match wanted {
        Some(wanted) => sheets.find(|(name, _)| name == wanted),
        None => sheets.find(|(_, cells)| {
            let mut rows = cells.rows().take(super::super::records::HEADERS);
            rows.any(|row| is_header(&row_of(cells, row)))
        }),
    };
    match (found, wanted) {
        (Some((name, cells)), _) => Ok(Sheet { name, is_1904, hidden, cells }),
        (None, Some(wanted)) => Err(broken(format!("it has no sheet {}", quoted(wanted)), help())),
        (None, None) => Err(broken("no sheet has a column for the ids of records".to_owned(), help())),
    }
}

/// The cells of a row, from the first column on.
fn row_of(cells: &Cells, row: u32) -> Vec<Cell<'_>> {
    let mut found: Vec<Cell<'_>> = Vec::new();
    for (column, held) in cells.row(row) {
        let column = column as usize;
        if column > CELLS_LIMIT {
            break;
        }
        found.resize(column, Cell::Text(""));
        found.push(match held {
            Held::Text(text) => Cell::Text(text),
            Held::Number(number) | Held::Day(number) => Cell::Number(*number),
            Held::Formula(_) => Cell::Untaken("a formula stands here, and only values are read"),
            Held::Error(_) => Cell::Untaken("the cell holds an error"),
        });
    }
    found
}

impl Sheet {
    pub(super) fn rows(&self, file: &str, visit: &mut Visit<'_>) -> Result<(), NoExport> {
        for row in self.cells.rows() {
            let (cells, line) = (row_of(&self.cells, row), u64::from(row) + 1);
            if self.cells.row(row).any(|(column, _)| column as usize > CELLS_LIMIT) {
                return Err(too_many_cells(file, line));
            }
            if cells.iter().all(|cell| matches!(cell, Cell::Text(text) if text.trim().is_empty())) {
                continue;
            }
            if visit(&Row { line, cells: &cells }).is_break() {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// What the sheets of a workbook hide.
fn hidden(bytes: &[u8]) -> Result<Hidden, NoAnswers> {
    let mut hidden = Hidden::default();
    parts(bytes, &mut |name, part| {
        if !name.starts_with("xl/worksheets/") {
            return;
        }
        let tags = |tag: &'static [u8]| {
            memmem::find_iter(part, tag).map(move |at| {
                let rest = &part[at..];
                &rest[..memchr::memchr(b'>', rest).unwrap_or(rest.len())]
            })
        };
        let is_hidden = |tag: &&[u8]| {
            [&b"hidden=\"1\""[..], b"hidden=\"true\"", b"hidden='1'"]
                .iter()
                .any(|sign| memmem::find(tag, sign).is_some())
        };
        hidden.rows += tags(b"<row ").filter(is_hidden).count();
        hidden.filters += tags(b"<filterColumn").count();
        hidden.merged += tags(b"<mergeCell ").count();
    })?;
    Ok(hidden)
}

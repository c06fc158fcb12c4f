//! The cells of a sheet: what stands in them, never what a formula would make of it. The only user of `calamine`.

use std::{
    collections::BTreeMap,
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};

use super::{NoAnswers, days, hidden, sound};

/// A sheet that is read has no more filled cells than this.
const CELLS: usize = 500_000;
/// Their texts together are no longer than this. One text can stand in many cells.
const TEXTS: usize = 64 * 1024 * 1024;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::import) enum Held {
    Text(String),
    Number(f64),
    /// A number that is shown as a day.
    Day(f64),
    /// A formula, with what it came to when the file was saved, if that was kept.
    Formula(Option<Box<Held>>),
    Error(String),
}

/// Why a cell holds nothing that can be taken, and what can stand there.
pub(in crate::import) type Untaken = (String, Option<&'static str>);

impl Held {
    /// Its text, with line feeds alone and without blanks around it; of a day, as `2026-01-31`.
    pub(in crate::import) fn text(&self, is_day: bool, is_1904: bool) -> Result<String, Untaken> {
        match self {
            Self::Text(text) => Ok(text.replace("\r\n", "\n").trim().to_owned()),
            Self::Number(number) | Self::Day(number) if is_day => {
                days::counted(*number, is_1904).map(|day| day.to_string()).ok_or_else(|| {
                    (format!("{number} is no day"), Some("write a day of the calendar, as in 2026-01-31"))
                })
            }
            Self::Number(number) => Ok(number.to_string()),
            Self::Day(number) => {
                days::counted(*number, is_1904).map(|day| day.to_string()).ok_or_else(|| {
                    (
                        format!("{number} is shown as a day and is none"),
                        Some("write a day, as in 2026-01-31, or a text"),
                    )
                })
            }
            Self::Formula(_) => Err((
                "a formula stands here, and only values are read".to_owned(),
                Some("put the value in its place"),
            )),
            Self::Error(error) => {
                Err((format!("the cell holds the error {error}"), Some("write a value, or empty it")))
            }
        }
    }
}

/// The filled cells of a sheet, by row and column from nought.
#[derive(Debug, Default)]
pub(in crate::import) struct Cells(BTreeMap<(u32, u32), Held>);

impl Cells {
    pub(in crate::import) fn at(&self, row: u32, column: u32) -> Option<&Held> {
        self.0.get(&(row, column))
    }

    /// The rows in which something stands.
    pub(in crate::import) fn rows(&self) -> impl Iterator<Item = u32> {
        let mut last = None;
        self.0.keys().map(|(row, _)| *row).filter(move |row| last.replace(*row) != Some(*row))
    }

    /// The cells of a row.
    pub(in crate::import) fn row(&self, row: u32) -> impl Iterator<Item = (u32, &Held)> {
        self.0.range((row, 0)..=(row, u32::MAX)).map(|((_, column), held)| (*column, held))
    }
}

/// A sheet, with how it is shown.
#[derive(Debug, Default)]
pub(in crate::import) struct Sheet {
    pub(in crate::import) name: String,
    pub(in crate::import) is_visible: bool,
    pub(in crate::import) cells: Cells,
    /// The first and the last cell of those that are shown as one, by row and column.
    pub(in crate::import) merged: Vec<[(u32, u32); 2]>,
    /// The rows that are not shown.
    pub(in crate::import) hidden: Vec<u32>,
}

/// A whole workbook.
#[derive(Debug, Default)]
pub(in crate::import) struct Book {
    pub(in crate::import) sheets: Vec<Sheet>,
    pub(in crate::import) is_1904: bool,
}

/// All sheets of a workbook.
pub(in crate::import) fn book(bytes: &[u8]) -> Result<Book, NoAnswers> {
    sound::look(bytes)?;
    let read = || -> Result<Book, NoAnswers> {
        let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
        let known: Vec<(String, bool)> = workbook
            .sheets_metadata()
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
            .collect();
        let mut book = Book { sheets: Vec::new(), is_1904: workbook.has_1904_epoch() };
        for (name, is_visible) in known {
            let cells = sheet(&mut workbook, &name)?;
            let merged = workbook.merge_cells_by_sheet_name(&name).map_err(|error| broken(&error))?;
            let merged = merged.iter().map(|of| [of.start, of.end]).collect();
            let hidden = hidden::rows(bytes, &name);
            book.sheets.push(Sheet { name, is_visible, cells, merged, hidden });
        }
        Ok(book)
    };
    guarded(read)
}

/// Whatever a file does to its reader, the run goes on and tells it.
fn guarded<T>(read: impl FnOnce() -> Result<T, NoAnswers>) -> Result<T, NoAnswers> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(NoAnswers::Broken { why: "its parts do not fit together".to_owned() }))
}

/// Two sheets of a workbook, and whether it counts days from 1904.
pub(in crate::import) fn sheets(
    bytes: &[u8],
    origin: &str,
    filled: &str,
) -> Result<(Cells, Cells, bool), NoAnswers> {
    sound::look(bytes)?;
    let read = || -> Result<(Cells, Cells, bool), NoAnswers> {
        let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
        for name in [origin, filled] {
            if !workbook.sheet_names().iter().any(|known| known == name) {
                return Err(NoAnswers::Other { why: format!("it has no sheet `{name}`") });
            }
        }
        Ok((sheet(&mut workbook, origin)?, sheet(&mut workbook, filled)?, workbook.has_1904_epoch()))
    };
    guarded(read)
}

/// The sheets of a workbook, or the one that is wanted, and whether it counts days from 1904.
pub(in crate::import) fn all_sheets(
    bytes: &[u8],
    wanted: Option<&str>,
) -> Result<(Vec<(String, Cells)>, bool), NoAnswers> {
    sound::look(bytes)?;
    let read = || -> Result<(Vec<(String, Cells)>, bool), NoAnswers> {
        let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
        let names = workbook.sheet_names();
        let is_wanted = |name: &String| {
            // Where none has the name, all are there to be told of.
            wanted.is_none_or(|wanted| name == wanted || !names.iter().any(|known| known == wanted))
        };
        let mut sheets = Vec::new();
        for name in names.iter().filter(|name| is_wanted(name)) {
            sheets.push((name.clone(), sheet(&mut workbook, name)?));
        }
        Ok((sheets, workbook.has_1904_epoch()))
    };
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(NoAnswers::Broken { why: "its parts do not fit together".to_owned() }))
}

fn sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Cells, NoAnswers> {
    let too_much = |limit: String| NoAnswers::TooMuch { limit };
    let mut reader = workbook.worksheet_cells_reader(name).map_err(|error| broken(&error))?;
    let (mut cells, mut left) = (BTreeMap::new(), TEXTS);
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(|error| broken(&error))? {
        let is_formula = cell.formula.is_some();
        let held = match cell.value {
            DataRef::Empty if is_formula => None,
            DataRef::Empty => continue,
            DataRef::Int(number) => Some(Held::Number(whole(number))),
            DataRef::Float(number) => Some(Held::Number(number)),
            DataRef::DateTime(day) => Some(Held::Day(day.as_f64())),
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                Some(Held::Text(text))
            }
            DataRef::SharedString(text) => Some(Held::Text(text.to_owned())),
            DataRef::Bool(is) => Some(Held::Text(if is { "TRUE" } else { "FALSE" }.to_owned())),
            DataRef::Error(error) => Some(Held::Error(error.to_string())),
        };
        if let Some(Held::Text(text)) = &held {
            left = left
                .checked_sub(text.len())
                .ok_or_else(|| too_much(format!("{} MiB of text on the sheet `{name}`", TEXTS >> 20)))?;
        }
        let held = if is_formula { Some(Held::Formula(held.map(Box::new))) } else { held };
        cells.extend(held.map(|held| (cell.pos, held)));
        if cells.len() > CELLS {
            return Err(too_much(format!("{CELLS} filled cells on the sheet `{name}`")));
        }
    }
    Ok(Cells(cells))
}

#[expect(clippy::cast_precision_loss, reason = "workbooks count in floating point themselves")]
fn whole(number: i64) -> f64 {
    number as f64
}

fn broken(error: &XlsxError) -> NoAnswers {
    NoAnswers::Broken { why: error.to_string() }
}

/// A cell as people name it: `Requirements!M17`.
pub(in crate::import) fn address(sheet: &str, row: u32, column: u32) -> String {
    let (mut letters, mut rest) = (Vec::new(), column + 1);
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
    }
    let letters: String = letters.into_iter().rev().collect();
    format!("{sheet}!{letters}{}", row + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_named_as_programs_name_it() {
        for (row, column, name) in [
            (0, 0, "S!A1"),
            (16, 12, "S!M17"),
            (0, 25, "S!Z1"),
            (0, 26, "S!AA1"),
            (1_048_575, 16_383, "S!XFD1048576"),
        ] {
            assert_eq!(address("S", row, column), name);
        }
    }
}

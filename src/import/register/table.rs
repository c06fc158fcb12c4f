//! The list in a workbook: where it stands, which column is which field, and what its cells hold.

use std::collections::{BTreeMap, HashMap};

use super::Reading;
use crate::{
    import::workbook::{
        NoAnswers, RefusedCell,
        cells::{Book, Cells, Held, Sheet, address, book},
        days,
    },
    model::{Format, Kind, RecordType},
    report::{
        register::{Column, Holds, columns},
        workbook::register::{FACTS, FORMAT, ORIGIN, VERSION},
    },
    text::{nearest, quoted},
};

/// The header stands on one of so many rows.
const HEADERS: u32 = 30;
/// Of so many cells it is said which they are, and of the others how many.
const NAMED: usize = 8;

/// The list in a workbook.
#[derive(Debug)]
pub struct Table<'t> {
    /// The sheet that it stands on.
    pub sheet: String,
    /// The row of its header, as people count.
    pub header: u32,
    /// The fields of the type.
    pub columns: Vec<Column<'t>>,
    /// Those of them that the list has, by number.
    pub read: Vec<usize>,
    /// The headers of columns that are no field.
    pub unread: Vec<String>,
    /// Its rows, from top to bottom.
    pub rows: Vec<Row>,
    /// What its cells held when it was made, if it is one of ours.
    pub origin: Option<Origin>,
    /// What a reader has to know of it.
    pub notes: Vec<String>,
    /// What cannot be taken as it is.
    pub refused: Vec<RefusedCell>,
}

/// A row of a list.
#[derive(Clone, Debug)]
pub struct Row {
    /// Where it begins: `Register!A7`.
    pub at: String,
    /// What its filled cells hold, by the number of their column.
    pub cells: BTreeMap<usize, String>,
    /// Where the cells are, by the number of their column.
    pub places: BTreeMap<usize, String>,
}

impl Row {
    /// Where a cell is; of a column that is not there, where the row is.
    pub fn place(&self, column: usize) -> &str {
        self.places.get(&column).unwrap_or(&self.at)
    }
}

/// What a workbook of ours was made with.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The type.
    pub record_type: String,
    /// The day judged on.
    pub as_of: String,
    /// The commit, if it was made from one.
    pub commit: Option<String>,
    /// What each cell held, by id and path.
    pub rows: BTreeMap<String, HashMap<String, String>>,
}

/// Where a header stands, and which columns it names.
struct Header {
    row: u32,
    /// The column of the sheet, and the number of the field.
    fields: Vec<(u32, usize)>,
    /// Whether it is our row of paths, so that it holds nothing else.
    is_ours: bool,
}

impl<'t> Table<'t> {
    /// The list of documents of a type in a workbook.
    ///
    /// # Errors
    ///
    /// If it is no workbook that can be read, or has no such list.
    pub fn read(bytes: &[u8], record_type: &'t RecordType, reading: &Reading) -> Result<Self, NoAnswers> {
        let book = book(bytes)?;
        let columns = columns(record_type);
        let origin = origin(&book)?;
        if let Some(origin) = origin.as_ref().filter(|origin| origin.record_type != record_type.id) {
            return Err(NoAnswers::NoList {
                why: format!("it is a register of the type {}", quoted(&origin.record_type)),
            });
        }
        let names = Names::of(&columns, reading)?;
        let (sheet, header) = found(&book, &names, reading, origin.is_some(), record_type)?;
        let mut table = Self {
            sheet: sheet.name.clone(),
            header: header.row + 1,
            read: header.fields.iter().map(|(_, field)| *field).collect(),
            unread: Vec::new(),
            rows: Vec::new(),
            origin,
            notes: notes(&book, sheet, header.row),
            refused: Vec::new(),
            columns,
        };
        table.name_columns(sheet, &header, &names);
        table.take_rows(sheet, &header, book.is_1904, reading);
        Ok(table)
    }

    /// The number of a field, if the list has it.
    pub fn column(&self, path: &str) -> Option<usize> {
        self.read.iter().copied().find(|number| self.columns[*number].path == path)
    }

    fn name_columns(&mut self, sheet: &Sheet, header: &Header, names: &Names) {
        for (column, held) in sheet.cells.row(header.row) {
            let Ok(text) = held.text(false, false) else { continue };
            if !text.is_empty() && !header.fields.iter().any(|(known, _)| *known == column) {
                self.unread.push(text);
            }
        }
        let mut met: HashMap<usize, u32> = HashMap::new();
        for (column, field) in &header.fields {
            if let Some(first) = met.insert(*field, *column) {
                self.refused.push(RefusedCell {
                    at: address(&sheet.name, header.row, *column),
                    message: format!(
                        "{} is the field `{}`, as {} is",
                        quoted(&heading(&sheet.cells, header.row, *column)),
                        self.columns[*field].path,
                        address(&sheet.name, header.row, first)
                    ),
                    help: Some("keep one of the columns, or give the other a name of its own".to_owned()),
                });
            }
        }
        for (wanted, path) in &names.unmet(sheet, header.row) {
            self.refused.push(RefusedCell {
                at: format!("{}!{}", sheet.name, header.row + 1),
                message: format!("no column is headed {}, which is to be `{path}`", quoted(wanted)),
                help: nearest(wanted, self.unread.iter().map(String::as_str))
                    .map(|near| format!("did you mean {}?", quoted(near))),
            });
        }
    }

    fn take_rows(&mut self, sheet: &Sheet, header: &Header, is_1904: bool, reading: &Reading) {
        let (mut ended, mut below, mut kept) = (None, Vec::new(), Vec::new());
        let mut last = header.row;
        for number in sheet.cells.rows().filter(|row| *row > header.row) {
            let is_filled = header.fields.iter().any(|(column, _)| {
                sheet.cells.at(number, *column).is_some_and(|held| *held != Held::Text(String::new()))
            });
            // Where somebody else keeps a list, what stands below an empty row is a legend or another list.
            if !header.is_ours && number > last + 1 && ended.is_none() && !self.rows.is_empty() {
                ended = Some(last + 1);
            }
            last = number;
            if !is_filled {
                continue;
            }
            if ended.is_some() {
                below.push(number + 1);
                continue;
            }
            let mut row = Row {
                at: address(&sheet.name, number, header.fields.first().map_or(0, |(column, _)| *column)),
                cells: BTreeMap::new(),
                places: BTreeMap::new(),
            };
            for (column, field) in &header.fields {
                let at = address(&sheet.name, number, *column);
                if let Some(held) = sheet.cells.at(number, *column) {
                    match taken(held, &self.columns[*field], is_1904, reading) {
                        Ok((text, was_formula)) => {
                            if was_formula {
                                kept.push(at.clone());
                            }
                            if !text.is_empty() {
                                row.cells.insert(*field, text);
                            }
                        }
                        Err((message, help)) => {
                            self.refused.push(RefusedCell { at: at.clone(), message, help });
                        }
                    }
                }
                row.places.insert(*field, at);
            }
            if !row.cells.is_empty() {
                self.rows.push(row);
            }
        }
        let rows = header.row..ended.unwrap_or(u32::MAX);
        self.refuse_merged(sheet, header, &rows);
        if !kept.is_empty() {
            self.notes.push(format!(
                "formulas are not run; what they came to when the file was saved is taken from {}",
                some(kept.iter().map(|at| at.rsplit('!').next().unwrap_or(at).to_owned()))
            ));
        }
        if let Some(ended) = ended.filter(|_| !below.is_empty()) {
            self.notes.push(format!(
                "the list ends with the empty row {}; what stands below it is not read: {}",
                ended + 1,
                rows_of(&below)
            ));
        }
        let hidden: Vec<u32> = sheet
            .hidden
            .iter()
            .filter(|row| rows.contains(row) && **row > header.row)
            .map(|row| row + 1)
            .collect();
        if !hidden.is_empty() {
            self.notes.push(format!("hidden, and read like the others: {}", rows_of(&hidden)));
        }
    }

    /// Several cells that are shown as one hold one value, which may be meant for all of them or not.
    fn refuse_merged(&mut self, sheet: &Sheet, header: &Header, rows: &std::ops::Range<u32>) {
        for [first, last] in &sheet.merged {
            let is_within = |column: &u32| (first.1..=last.1).contains(column);
            let columns = header.fields.iter().filter(|(column, _)| is_within(column)).count();
            let is_of_list = first.0 > rows.start && first.0 < rows.end;
            if is_of_list && columns > 0 && (columns > 1 || last.0 > first.0) {
                let end = address(&sheet.name, last.0, last.1);
                self.refused.push(RefusedCell {
                    at: address(&sheet.name, first.0, first.1),
                    message: format!(
                        "the cells down to {} are shown as one, so that nobody can tell which of them the value is for",
                        end.rsplit('!').next().unwrap_or_default()
                    ),
                    help: Some("part them, and write the value into each cell that it is for".to_owned()),
                });
            }
        }
    }
}

/// What a cell holds as a text, and whether a formula came to it.
fn taken(
    held: &Held,
    column: &Column<'_>,
    is_1904: bool,
    reading: &Reading,
) -> Result<(String, bool), (String, Option<String>)> {
    let owned = |(message, help): (String, Option<&'static str>)| (message, help.map(str::to_owned));
    if let Held::Formula(kept) = held {
        return match kept {
            Some(kept) => taken(kept, column, is_1904, reading).map(|(text, _)| (text, true)),
            None => Err((
                "a formula stands here without what it comes to".to_owned(),
                Some(
                    "put the value in its place, or save the file with a program that computes it".to_owned(),
                ),
            )),
        };
    }
    let format = column.schema.format.filter(|_| column.holds == Holds::One);
    let counted = |number: f64| days::counted(number, is_1904);
    let text = match (held, format) {
        (Held::Day(number) | Held::Number(number), Some(Format::Month)) => {
            let month = counted(*number).map(|day| day.format("%Y-%m").to_string());
            month.ok_or_else(|| (format!("{number} is no month"), Some("write it as 2026-03".to_owned())))
        }
        (Held::Day(number), Some(Format::Time)) if (0.0..1.0).contains(number) => {
            let minutes = (number * 24.0 * 60.0).round();
            Ok(format!("{:02}:{:02}", (minutes / 60.0).floor(), minutes % 60.0))
        }
        (Held::Day(_), _) if matches!(column.schema.kind, Kind::Number | Kind::Integer) => {
            Err(("a day stands here, and the field is a number".to_owned(), None))
        }
        (held, _) => held.text(format == Some(Format::Date), is_1904).map_err(owned),
    }?;
    if format != Some(Format::Date) || text.is_empty() {
        return Ok((text, false));
    }
    match days::said(&text, reading.days) {
        days::Said::Day(day) => Ok((day.to_string(), false)),
        days::Said::Either(one, other) => Err((
            format!("{} can be {one} or {other}", quoted(&text)),
            Some(
                "say which with `--dates day-first` or `--dates month-first`, or write it as 2026-01-31"
                    .to_owned(),
            ),
        )),
        // Whether it stood there before is known later.
        days::Said::None => Ok((text, false)),
    }
}

/// By which names a field can be headed.
struct Names {
    /// The simplest form of a name, and the number of the field.
    plain: HashMap<String, usize>,
    /// Paths as they are.
    paths: HashMap<String, usize>,
    /// What was told of headers, with the path that was told.
    told: Vec<(String, String, usize)>,
}

impl Names {
    fn of(columns: &[Column<'_>], reading: &Reading) -> Result<Self, NoAnswers> {
        let mut plain: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, column) in columns.iter().enumerate() {
            let title = format!("{} (shown only)", column.title);
            for name in [&column.path, &column.title, &title] {
                let known = plain.entry(simplest(name)).or_default();
                if !known.contains(&number) {
                    known.push(number);
                }
            }
        }
        let plain = plain.into_iter().filter(|(_, numbers)| numbers.len() == 1);
        let paths: HashMap<String, usize> =
            columns.iter().enumerate().map(|(number, column)| (column.path.clone(), number)).collect();
        let told = reading.columns.iter().map(|(header, path)| match paths.get(path) {
            Some(number) => Ok((simplest(header), path.clone(), *number)),
            None => {
                let near = nearest(path, paths.keys().map(String::as_str));
                let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
                Err(NoAnswers::NoList { why: format!("there is no field {}{near}", quoted(path)) })
            }
        });
        Ok(Self {
            told: told.collect::<Result<_, _>>()?,
            plain: plain.map(|(name, numbers)| (name, numbers[0])).collect(),
            paths,
        })
    }

    fn field(&self, text: &str) -> Option<usize> {
        let simple = simplest(text);
        let told = self.told.iter().find(|(header, ..)| *header == simple).map(|(_, _, number)| *number);
        told.or_else(|| {
            self.plain
                .get(&simple)
                .copied()
                .filter(|number| !self.told.iter().any(|(.., known)| known == number))
        })
    }

    /// What was told of headers that are not there.
    fn unmet(&self, sheet: &Sheet, row: u32) -> Vec<(String, String)> {
        let heads: Vec<String> = sheet
            .cells
            .row(row)
            .filter_map(|(_, held)| held.text(false, false).ok())
            .map(|text| simplest(&text))
            .collect();
        let unmet = self.told.iter().filter(|(header, ..)| !heads.contains(header));
        unmet.map(|(header, path, _)| (header.clone(), path.clone())).collect()
    }
}

/// A name without what people write in different ways.
fn simplest(name: &str) -> String {
    name.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn heading(cells: &Cells, row: u32, column: u32) -> String {
    cells.at(row, column).and_then(|held| held.text(false, false).ok()).unwrap_or_default()
}

/// The sheet and the header that fit best: of several, the first that is shown.
fn found<'b>(
    book: &'b Book,
    names: &Names,
    reading: &Reading,
    is_ours: bool,
    record_type: &RecordType,
) -> Result<(&'b Sheet, Header), NoAnswers> {
    let is_wanted = |sheet: &&Sheet| match &reading.sheet {
        Some(name) => sheet.name == *name,
        None => sheet.name != ORIGIN || !is_ours,
    };
    let sheets: Vec<&Sheet> = book.sheets.iter().filter(is_wanted).collect();
    if let (Some(name), []) = (&reading.sheet, sheets.as_slice()) {
        let near = nearest(name, book.sheets.iter().map(|sheet| sheet.name.as_str()));
        let near = near.map_or(String::new(), |near| format!("; did you mean {}?", quoted(near)));
        return Err(NoAnswers::NoList { why: format!("it has no sheet {}{near}", quoted(name)) });
    }
    let mut best: Option<((usize, bool, bool), &Sheet, Header)> = None;
    for sheet in sheets {
        for row in sheet.cells.rows().take_while(|row| *row < HEADERS) {
            let texts: Vec<(u32, String)> = sheet
                .cells
                .row(row)
                .filter_map(|(column, held)| Some((column, held.text(false, false).ok()?)))
                .collect();
            let paths: Vec<(u32, usize)> =
                texts.iter().filter_map(|(column, text)| Some((*column, *names.paths.get(text)?))).collect();
            let is_path_row =
                is_ours && texts.iter().any(|(_, text)| text == "id") && paths.len() * 2 > texts.len();
            let fields = if is_path_row {
                paths
            } else {
                texts.iter().filter_map(|(column, text)| Some((*column, names.field(text)?))).collect()
            };
            let mut distinct: Vec<usize> = fields.iter().map(|(_, field)| *field).collect();
            distinct.sort_unstable();
            distinct.dedup();
            let names_one = distinct.iter().any(|number| {
                names.paths.get("id") == Some(number) || names.paths.get("title") == Some(number)
            });
            if distinct.len() < 2 || !names_one {
                continue;
            }
            let rank = (distinct.len(), is_path_row, sheet.is_visible);
            if best.as_ref().is_none_or(|(known, ..)| (rank.1, rank.2, rank.0) > (known.1, known.2, known.0))
            {
                best = Some((rank, sheet, Header { row, fields, is_ours: is_path_row }));
            }
        }
    }
    best.map(|(_, sheet, header)| (sheet, header)).ok_or_else(|| NoAnswers::NoList {
        why: format!(
            "no row in the first {HEADERS} of a sheet names two fields of the type `{}` at least, with `id` or `title` among them",
            record_type.id
        ),
    })
}

/// What a reader has to know of the sheets.
fn notes(book: &Book, read: &Sheet, header: u32) -> Vec<String> {
    let mut notes = Vec::new();
    if !read.is_visible {
        notes.push(format!("the sheet {} is hidden, and read", quoted(&read.name)));
    }
    let is_ours = book.sheets.iter().any(|sheet| sheet.name == ORIGIN);
    let others =
        book.sheets.iter().filter(|sheet| sheet.name != read.name && sheet.cells.rows().next().is_some());
    let others: Vec<String> =
        others
            .map(|sheet| {
                if sheet.is_visible {
                    quoted(&sheet.name)
                } else {
                    format!("{} (hidden)", quoted(&sheet.name))
                }
            })
            .collect();
    if !others.is_empty() && !is_ours {
        notes.push(format!("sheets that are not read: {}", some(others.into_iter())));
    }
    if header > 0 && !is_ours {
        let above = read.cells.rows().filter(|row| *row < header).count();
        if above > 0 {
            notes.push(format!("what stands above row {} is not read", header + 1));
        }
    }
    notes
}

/// The first of several, and how many others there are.
fn some(all: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = all.collect();
    let named = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

fn rows_of(rows: &[u32]) -> String {
    let name = if rows.len() == 1 { "row" } else { "rows" };
    format!("{name} {}", some(rows.iter().map(ToString::to_string)))
}

pub(super) fn is_ours(bytes: &[u8]) -> bool {
    book(bytes).is_ok_and(|book| matches!(origin(&book), Ok(Some(_)) | Err(_)))
}

/// What a workbook of ours was made with.
fn origin(book: &Book) -> Result<Option<Origin>, NoAnswers> {
    let Some(sheet) = book.sheets.iter().find(|sheet| sheet.name == ORIGIN) else { return Ok(None) };
    let text = |row: u32, column: u32| heading(&sheet.cells, row, column);
    if text(0, 0) != FORMAT {
        return Ok(None);
    }
    if text(0, 1) != VERSION {
        return Err(NoAnswers::NoList { why: "it was made by another version".to_owned() });
    }
    if (1..).zip(FACTS).any(|(row, name)| text(row, 0) != name) {
        return Err(NoAnswers::NoList { why: "its hidden sheet was changed".to_owned() });
    }
    let header = 1 + u32::try_from(FACTS.len()).unwrap_or_default();
    let heads: Vec<(u32, String)> = sheet
        .cells
        .row(header)
        .filter_map(|(column, held)| Some((column, held.text(false, false).ok()?)))
        .collect();
    let Some((id, _)) = heads.iter().find(|(_, name)| name == "id") else {
        return Err(NoAnswers::NoList { why: "its hidden sheet was changed".to_owned() });
    };
    let row = |row: u32| {
        let cells = heads.iter().map(|(column, name)| (name.clone(), text(row, *column)));
        (text(row, *id), cells.collect())
    };
    Ok(Some(Origin {
        record_type: text(1, 1),
        as_of: text(2, 1),
        commit: Some(text(3, 1)).filter(|commit| !commit.is_empty()),
        rows: sheet.cells.rows().filter(|row| *row > header).map(row).collect(),
    }))
}

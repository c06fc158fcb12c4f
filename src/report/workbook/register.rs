//! A register as a workbook: a row for each document, a column for each field, and what is needed to take it back.

use std::borrow::Cow;

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, DocProperties, ExcelDateTime, Formula,
    Note, Workbook, Worksheet, XlsxError,
};

use super::{
    Edges, WorkbookError,
    page::{self, Cell, Head, Page, Rows, fitting},
    style::Style,
};
use crate::{
    corpus::Documents,
    model::{Format, Kind, RecordType},
    report::{
        register::{self, Column, Fixed, Holds, Row},
        words::counted,
    },
    text::safe_line,
};

/// The sheet with a row for each document.
pub const SHEET: &str = "Register";
/// The hidden sheet that keeps what each cell held.
pub const ORIGIN: &str = "Origin";
/// What stands in the first cell of [`ORIGIN`].
pub const FORMAT: &str = "probity-register";
/// The version of what is read back.
pub const VERSION: &str = "1";
/// What stands on the lines of [`ORIGIN`] before its table, each with its value.
pub const FACTS: [&str; 3] = ["type", "as_of", "commit"];
/// The sheet with what can be chosen.
const CHOICES: &str = "Choices";
/// So many empty rows stand ready for new documents.
const SPARE: u32 = 40;
/// Choices that stand in the cell itself are no longer than this together.
const IN_CELL: usize = 250;
/// So many characters fit beside each other on a printed page.
const PAGE: f64 = 190.0;
/// Fields that every type has, and few documents.
const SELDOM: [&str; 7] =
    ["classification", "personal_data", "source", "held_in", "held_in_sha256", "tags", "note"];

/// What a workbook of a register is made of.
#[derive(Clone, Copy, Debug)]
pub struct Register<'r, 'c> {
    /// The documents.
    pub documents: &'r Documents<'c>,
    /// Their type.
    pub record_type: &'r RecordType,
    /// The organization.
    pub organization: Option<&'r str>,
    /// The day judged on.
    pub as_of: chrono::NaiveDate,
    /// The commit that it is made from, if it is one.
    pub commit: Option<&'r str>,
    /// Whether what tells who somebody is is shown.
    pub names: bool,
}

/// A text as a cell of the register holds it.
pub fn shown(text: &str) -> String {
    fitting(text).replace("\r\n", "\n").trim().to_owned()
}

/// The workbook of a register.
///
/// # Errors
///
/// If it is more than a workbook can hold.
pub fn render(register: &Register<'_, '_>) -> Result<Vec<u8>, WorkbookError> {
    let style = Style::new();
    let (rows, others) = register::rows(register.documents, &register.record_type.id);
    let all = register::columns(register.record_type);
    let untold = if register.names { 0 } else { all.iter().filter(|column| column.is_personal()).count() };
    let columns: Vec<Column<'_>> =
        all.into_iter().filter(|column| register.names || !column.is_personal()).collect();
    let texts: Vec<Vec<String>> = rows
        .iter()
        .map(|row| columns.iter().map(|column| register::text(row.document, column)).collect())
        .collect();
    let edges = edges(register);
    let mut workbook = Workbook::new();
    let made = page::excel(register.as_of)?;
    workbook.set_properties(
        &DocProperties::new().set_title(&edges.title).set_author(&edges.author).set_creation_datetime(&made),
    );
    let choices = Choices::of(register, &columns);
    let sheets = vec![
        about(register, &style, rows.len(), others, untold)?,
        table(&style, &columns, &texts, &choices)?,
        choices.page(&style)?,
        origin(register, &style, &columns, &rows, &texts)?,
    ];
    for (number, Page { mut sheet, .. }) in sheets.into_iter().enumerate() {
        sheet.set_header(&edges.above).set_footer(&edges.below);
        // What a person wants is the list.
        sheet.set_active(number == 1);
        workbook.push_worksheet(sheet);
    }
    Ok(workbook.save_to_buffer()?)
}

fn edges(register: &Register<'_, '_>) -> Edges {
    let organization = register.organization.unwrap_or("Service management system");
    let what = format!("register: {}", register.record_type.title);
    Edges::named(organization, &what, register.commit, &register.as_of.to_string(), env!("CARGO_PKG_VERSION"))
}

fn about<'s>(
    register: &Register<'_, '_>,
    style: &'s Style,
    rows: usize,
    others: usize,
    untold: usize,
) -> Result<Page<'s>, XlsxError> {
    let RecordType { id, title, describes, .. } = register.record_type;
    let mut page = Page::new("About", style)?;
    page.widths(&[26.0, 46.0, 46.0])?;
    page.title(&format!("Register: {title}"))?;
    page.prose(describes)?;
    page.heading("What it is")?;
    page.fact("Organization", register.organization.unwrap_or("Service management system"))?;
    page.fact("Documents", &counted(rows, "document"))?;
    let commit = register.commit.map(|commit| format!("commit {commit}"));
    page.fact("From", commit.as_deref().unwrap_or("the files on disk, whatever of them is committed"))?;
    page.fact("Judged on", &register.as_of.to_string())?;
    page.fact("Made by", concat!("Probity ", env!("CARGO_PKG_VERSION")))?;
    if others > 0 {
        let told = format!("{}, which have no id of their own", counted(others, "document"));
        page.fact("Left out", &told)?;
    }
    if untold > 0 {
        let told =
            format!("{} that can tell who somebody is; `--names` shows them", counted(untold, "column"));
        page.fact("Not shown", &told)?;
    }
    page.heading("How it comes back")?;
    page.prose(&format!(
        "Save it, and run `probity import xlsx FILE --type {id} --dry-run`, which tells what would change; without \
         `--dry-run` it is written into the files. Nothing is written if a single cell cannot be taken."
    ))?;
    for note in NOTES {
        page.prose(note)?;
    }
    Ok(page)
}

const NOTES: [&str; 7] = [
    "A changed cell changes this one field of the document, in the file in which it stands. An emptied cell takes the \
     field out. What is not changed is not touched.",
    "A new row is a new document. Without an id it gets the next that is free.",
    "A row that is taken away deletes nothing: end a document in its file, or by a field that says so.",
    "Rows may be sorted, filtered and hidden, columns moved, hidden or taken away. The grey row below the titles says \
     which field a column is, and stays.",
    "Of a list, each item stands on a line of its own in the cell (Alt and Enter begin a new line).",
    "Grey columns are only shown: they hold more than a cell can say, or belong to the control of a document. Change \
     them in the file.",
    "Columns of fields that seldom hold something are hidden as long as they are empty.",
];

/// How high the rows above the list are, in points.
const HEADS: [f64; 2] = [32.0, 15.0];

fn table<'s>(
    style: &'s Style,
    columns: &[Column<'_>],
    texts: &[Vec<String>],
    choices: &Choices,
) -> Result<Page<'s>, XlsxError> {
    let mut page = Page::new(SHEET, style)?;
    let widths: Vec<f64> = (0..columns.len()).map(|number| width(columns, texts, number)).collect();
    page.widths(&widths)?;
    let titles = columns.iter().map(|column| match column.holds {
        Holds::One | Holds::Several => (Head::Asked, Cow::Borrowed(column.title.as_str())),
        Holds::Fixed(_) => (Head::Found, Cow::Owned(format!("{} (shown only)", column.title))),
    });
    page.head(titles, HEADS[0])?;
    let paths: Vec<page::Column> =
        columns.iter().map(|column| page::Column::new(column.path.clone(), 0.0).with_path()).collect();
    let rows =
        texts.iter().map(|row| row.iter().zip(columns).map(|(text, column)| cell(text, column)).collect());
    let spare = (0..SPARE).map(|_| columns.iter().map(|column| empty(column)).collect());
    let written = page.table(&paths, rows.chain(spare))?;
    page.sheet.set_row_height(1, HEADS[1])?;
    page.sheet.set_freeze_panes(2, 2)?.set_repeat_rows(0, 1)?.set_repeat_columns(0, 0)?;
    let last = u16::try_from(columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    page.sheet.autofilter(1, 0, written.map_or(1, |(_, last)| last), last)?;
    let mut shown = 0.0;
    for (number, column) in (0_u16..).zip(columns) {
        let is_seldom = SELDOM.contains(&column.path.split('.').next().unwrap_or_default());
        if is_seldom && texts.iter().all(|row| row[usize::from(number)].is_empty()) {
            page.sheet.set_column_hidden(number)?;
        } else {
            shown += widths[usize::from(number)];
        }
        note(&mut page.sheet, number, column)?;
        choose(&mut page.sheet, written, number, column, choices)?;
    }
    // On one page side by side nobody could read them.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "no sheet is that wide")]
    let pages = (shown / PAGE).ceil().clamp(1.0, 20.0) as u16;
    page.sheet.set_print_fit_to_pages(pages, 0);
    let rows = u32::try_from(texts.len()).unwrap_or(u32::MAX).min(written.map_or(0, |(_, last)| last - 1));
    page.sheet.set_print_area(0, 0, 1 + rows.max(1), last)?;
    Ok(page)
}

/// How wide a column is: as what it holds, and no wider than one can read.
fn width(columns: &[Column<'_>], texts: &[Vec<String>], number: usize) -> f64 {
    let longest = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap_or_default();
    let column = &columns[number];
    let word = column.title.split(' ').map(|word| word.chars().count()).max().unwrap_or_default() + 3;
    let held = texts.iter().map(|row| longest(&row[number])).max().unwrap_or_default() + 2;
    let widest = if column.path == "title" { 36 } else { 44 };
    let width = word.max(column.path.chars().count().min(18) + 3).max(held).clamp(9, widest);
    f64::from(u32::try_from(width).unwrap_or(u32::MAX))
}

fn cell<'v>(text: &'v str, column: &Column<'_>) -> Cell<'v> {
    let number = || text.parse::<f64>().ok().filter(|number| number.to_string() == text);
    match (column.holds, column.schema.kind, column.schema.format) {
        (Holds::Fixed(_), ..) => Cell::Fixed(Cow::Borrowed(text)),
        (Holds::One, Kind::Number | Kind::Integer, _) if !text.is_empty() => {
            number().map_or(Cell::text(text), Cell::Number)
        }
        (Holds::One, _, Some(Format::Date)) => Cell::day_of(text),
        (Holds::One | Holds::Several, ..) => Cell::text(text),
    }
}

/// A cell that waits for what it holds.
fn empty<'v>(column: &Column<'_>) -> Cell<'v> {
    match (column.holds, column.schema.kind, column.schema.format) {
        (Holds::Fixed(_), ..) => Cell::Fixed(Cow::Borrowed("")),
        (Holds::One, _, Some(Format::Date)) => Cell::Blank(page::Blank::Day),
        (Holds::One, Kind::Number | Kind::Integer, _) => Cell::Blank(page::Blank::Number),
        (Holds::One | Holds::Several, ..) => Cell::Blank(page::Blank::Text),
    }
}

/// What a column is about, beside its title.
fn note(sheet: &mut Worksheet, number: u16, column: &Column<'_>) -> Result<(), XlsxError> {
    let mut text = format!("{}.", column.description.trim_end_matches('.'));
    let more = match column.holds {
        Holds::Fixed(Fixed::Nested) => {
            "Only shown: it holds more than a cell can say. Change it in its file.".to_owned()
        }
        Holds::Fixed(Fixed::Control) => {
            "Only shown: it belongs to the control of the document. `probity approve` or the file changes it."
                .to_owned()
        }
        Holds::One | Holds::Several => {
            let several = if column.holds == Holds::Several { "Each on a line of its own. " } else { "" };
            format!("{several}{}", expected(column))
        }
    };
    if !more.trim().is_empty() {
        text.push('\n');
        text.push_str(more.trim());
    }
    let lines = u32::try_from(text.chars().count() / 34 + 2).unwrap_or(10);
    let note =
        Note::new(text).set_author("Probity").add_author_prefix(false).set_width(240).set_height(lines * 18);
    sheet.insert_note(0, number, &note)?;
    Ok(())
}

/// What can stand in a column, in a sentence; nothing of a text.
fn expected(column: &Column<'_>) -> String {
    let schema = column.schema;
    if !schema.values.is_empty() {
        return format!("One of: {}.", schema.values.join(", "));
    }
    match schema.refers_to.as_slice() {
        [] => {}
        [any] if any == "any" => return "The id of a document.".to_owned(),
        types => return format!("The id of: {}.", types.join(", ")),
    }
    match (schema.kind, schema.format) {
        (Kind::Truth, _) => "yes or no.".to_owned(),
        (Kind::Integer, _) => "A whole number.".to_owned(),
        (Kind::Number, _) => "A number.".to_owned(),
        (_, Some(format)) => format!("{}.", crate::check::example(format)),
        (Kind::Text | Kind::List | Kind::Object, None) => String::new(),
    }
}

/// What can be chosen in the cells of a column.
fn choose(
    sheet: &mut Worksheet,
    rows: Rows,
    number: u16,
    column: &Column<'_>,
    choices: &Choices,
) -> Result<(), XlsxError> {
    let (Some((first, last)), Holds::One) = (rows, column.holds) else { return Ok(()) };
    let schema = column.schema;
    let validation = DataValidation::new();
    let told = short(&expected(column));
    let validation = if schema.kind == Kind::Truth {
        validation.allow_list_strings(&["yes", "no"])?
    } else if !schema.values.is_empty() && schema.values.join(",").len() <= IN_CELL {
        validation.allow_list_strings(&schema.values)?
    } else if let Some(range) = choices.range(&column.path) {
        // What is not there yet may come with the same workbook.
        let style = if schema.values.is_empty() {
            DataValidationErrorStyle::Warning
        } else {
            DataValidationErrorStyle::Stop
        };
        validation.allow_list_formula(Formula::new(range)).set_error_style(style)
    } else {
        match (schema.kind, schema.format) {
            (Kind::Text, Some(Format::Date)) => validation
                .allow_date(DataValidationRule::Between(
                    ExcelDateTime::from_ymd(1990, 1, 1)?,
                    ExcelDateTime::from_ymd(2199, 12, 31)?,
                ))
                .set_error_style(DataValidationErrorStyle::Warning),
            (Kind::Integer | Kind::Number, _) => {
                let lowest = schema.minimum.unwrap_or(-1e12);
                let highest = schema.maximum.unwrap_or(1e12);
                validation.allow_decimal_number(DataValidationRule::Between(lowest, highest))
            }
            _ => return Ok(()),
        }
    };
    let validation = validation.set_error_title("Not one of these")?.set_error_message(told)?;
    sheet.add_data_validation(first, number, last, number, &validation)?;
    Ok(())
}

fn short(text: &str) -> String {
    let mut short: String = text.chars().take(IN_CELL).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// What can be chosen in cells and is too long to stand in them: a column for each.
struct Choices(Vec<(String, Vec<String>)>);

impl Choices {
    fn of(register: &Register<'_, '_>, columns: &[Column<'_>]) -> Self {
        let ids = |types: &[String]| {
            let numbers = types.iter().flat_map(|name| register.documents.of_type(name));
            let ids = numbers.filter_map(|number| register.documents.at(*number).id());
            let mut ids: Vec<String> = ids.map(|(id, _)| safe_line(id).into_owned()).collect();
            ids.sort();
            ids.dedup();
            ids
        };
        let of = |column: &Column<'_>| {
            let schema = column.schema;
            if column.holds != Holds::One {
                return None;
            }
            let is_long = schema.values.join(",").len() > IN_CELL;
            let list = if is_long { schema.values.clone() } else { ids(&schema.refers_to) };
            (!list.is_empty()).then(|| (column.path.clone(), list))
        };
        Self(columns.iter().filter_map(of).collect())
    }

    /// Where the choices of a column stand.
    fn range(&self, path: &str) -> Option<String> {
        let number = self.0.iter().position(|(known, _)| known == path)?;
        let column = rust_xlsxwriter::utility::column_number_to_name(u16::try_from(number).ok()?);
        Some(format!("={CHOICES}!${column}$2:${column}${}", self.0[number].1.len() + 1))
    }

    fn page<'s>(&self, style: &'s Style) -> Result<Page<'s>, XlsxError> {
        let mut page = Page::new(CHOICES, style)?;
        let columns: Vec<page::Column> =
            self.0.iter().map(|(path, _)| page::Column::new(path.clone(), 0.0)).collect();
        let longest = self.0.iter().map(|(_, list)| list.len()).max().unwrap_or_default();
        let rows = (0..longest).map(|row| {
            let cell =
                |(_, list): &(String, Vec<String>)| Cell::text(list.get(row).cloned().unwrap_or_default());
            self.0.iter().map(cell).collect()
        });
        page.table(&columns, rows)?;
        page.sheet.set_hidden(true);
        Ok(page)
    }
}

/// What each cell held: a hidden sheet, by which it shows what a person changed.
fn origin<'s>(
    register: &Register<'_, '_>,
    style: &'s Style,
    columns: &[Column<'_>],
    rows: &[Row<'_, '_>],
    texts: &[Vec<String>],
) -> Result<Page<'s>, XlsxError> {
    let mut page = Page::new(ORIGIN, style)?;
    page.line(FORMAT, VERSION)?;
    let as_of = register.as_of.to_string();
    let values = [register.record_type.id.as_str(), &as_of, register.commit.unwrap_or_default()];
    for (name, value) in FACTS.into_iter().zip(values) {
        page.line(name, value)?;
    }
    let id = columns.iter().position(|column| column.path == "id").unwrap_or_default();
    debug_assert!(rows.iter().zip(texts).all(|(row, texts)| row.id == texts[id]));
    let heads: Vec<page::Column> =
        columns.iter().map(|column| page::Column::new(column.path.clone(), 0.0)).collect();
    page.table(&heads, texts.iter().map(|row| row.iter().map(|text| Cell::text(text.as_str())).collect()))?;
    page.sheet.set_very_hidden(true);
    Ok(page)
}

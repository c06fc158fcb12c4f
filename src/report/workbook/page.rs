//! A sheet that is filled from top to bottom: titles, sentences, and tables that can be filtered.

use std::borrow::Cow;

use chrono::{Datelike as _, NaiveDate};
use rust_xlsxwriter::{
    ConditionalFormatBlank, ConditionalFormatCell, ConditionalFormatCellRule, ExcelDateTime, Format,
    Worksheet, XlsxError,
};
use serde_json::Value;

use super::{
    columns::CUT,
    style::{Style, Tone},
};
use crate::text::{safe, safe_line};

/// So many rows has a sheet.
pub(super) const ROWS: usize = 1_048_576;
/// So long is the text of a cell at most, in units of UTF-16.
const LONGEST: usize = 32_767;
/// So high is a line of text, in points.
const LINE: f64 = 13.0;
/// A row is no higher than this; what does not fit shows when the row is drawn larger.
const HIGHEST: f64 = 200.0;

/// What stands in a cell.
pub(super) enum Cell<'v> {
    /// A text, whatever it begins with.
    Text(Cow<'v, str>),
    /// A text that is only shown.
    Fixed(Cow<'v, str>),
    /// Nothing yet.
    Blank(Blank),
    Number(f64),
    Day(NaiveDate),
}

/// What an empty cell waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blank {
    Text,
    Number,
    Day,
}

impl<'v> Cell<'v> {
    pub(super) fn text(text: impl Into<Cow<'v, str>>) -> Self {
        Self::Text(text.into())
    }

    pub(super) const EMPTY: Self = Self::Text(Cow::Borrowed(""));

    /// What a report says, as a cell; the items of a list stand on lines of their own.
    pub(super) fn of(value: &'v Value) -> Self {
        match value {
            Value::Number(number) => number.as_f64().map_or(Self::EMPTY, Self::Number),
            Value::String(text) => Self::text(text.as_str()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => Self::Text(told(value)),
        }
    }

    /// A day, as one that can be sorted and filtered by.
    pub(super) fn day(value: &'v Value) -> Self {
        value.as_str().map_or(Self::EMPTY, Self::day_of)
    }

    /// A day that is written as a text.
    pub(super) fn day_of(text: &'v str) -> Self {
        match text.parse::<NaiveDate>() {
            // Of the days before, programs disagree on how they are counted.
            Ok(day) if (1901..=9999).contains(&day.year()) => Self::Day(day),
            Ok(_) | Err(_) => Self::text(text),
        }
    }
}

/// What a report says, as a text; the items of a list stand on lines of their own.
pub(super) fn told(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null | Value::Object(_) => Cow::Borrowed(""),
        Value::Bool(is) => Cow::Borrowed(if *is { "yes" } else { "no" }),
        Value::Number(number) => Cow::Owned(number.to_string()),
        Value::String(text) => Cow::Borrowed(text),
        Value::Array(items) => {
            let items = items.iter().map(|item| told(item).replace('\n', " "));
            Cow::Owned(items.collect::<Vec<_>>().join("\n"))
        }
    }
}

/// The items of a list; none if it is something else.
pub(super) fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A text as a cell can hold it: no character that acts, and no more than fits, with a mark where it ends.
pub(super) fn fitting(text: &str) -> Cow<'_, str> {
    let shown = safe(text);
    if shown.len() <= LONGEST || units(&shown) <= LONGEST {
        return shown;
    }
    let mark = format!(" … [cut: {}{CUT}", shown.chars().count());
    let room = LONGEST - units(&mark);
    let mut taken = 0;
    let kept: String = shown
        .chars()
        .take_while(|character| {
            taken += character.len_utf16();
            taken <= room
        })
        .collect();
    Cow::Owned(kept + &mark)
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// What stands above a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// The name of what the program fills in.
    Found,
    /// The name of what a person fills in.
    Asked,
    /// The path of a field.
    Path,
}

/// A column of a table.
pub(super) struct Column {
    pub(super) header: Cow<'static, str>,
    pub(super) width: f64,
    pub(super) head: Head,
    /// The words that have colours here.
    pub(super) coloured: Vec<String>,
    /// Whether nothing has the colour of what nobody has judged.
    pub(super) grey_if_empty: bool,
}

impl Column {
    pub(super) fn new(header: impl Into<Cow<'static, str>>, width: f64) -> Self {
        Self { header: header.into(), width, head: Head::Found, coloured: Vec::new(), grey_if_empty: false }
    }

    pub(super) fn with_path(self) -> Self {
        Self { head: Head::Path, ..self }
    }

    pub(super) fn coloured(self, words: &[&str]) -> Self {
        Self { coloured: words.iter().map(|word| (*word).to_owned()).collect(), ..self }
    }
}

/// A sheet, and the row that comes next.
pub(super) struct Page<'s> {
    pub(super) sheet: Worksheet,
    style: &'s Style,
    row: u32,
    /// How wide the columns are, in characters. Sentences go across all of them.
    widths: Vec<f64>,
}

/// The rows of a table without its header: the first, and the last; none if it is empty.
pub(super) type Rows = Option<(u32, u32)>;

impl<'s> Page<'s> {
    pub(super) fn new(name: &str, style: &'s Style) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        sheet.set_margins(0.4, 0.4, 0.7, 0.6, 0.3, 0.3);
        Ok(Self { sheet, style, row: 0, widths: vec![100.0] })
    }

    /// Gives the columns their widths; sentences go across all of them.
    pub(super) fn widths(&mut self, widths: &[f64]) -> Result<(), XlsxError> {
        for (number, width) in (0..).zip(widths) {
            self.sheet.set_column_width(number, *width)?;
        }
        self.widths = widths.to_vec();
        Ok(())
    }

    fn last_column(&self) -> u16 {
        u16::try_from(self.widths.len().saturating_sub(1)).unwrap_or(u16::MAX)
    }

    pub(super) fn title(&mut self, text: &str) -> Result<(), XlsxError> {
        let title = fitting(&safe_line(text)).into_owned();
        self.sheet.write_string_with_format(self.row, 0, title, &self.style.title)?;
        self.sheet.set_row_height(self.row, 24)?;
        self.row += 1;
        Ok(())
    }

    pub(super) fn heading(&mut self, text: &str) -> Result<(), XlsxError> {
        self.row += 1;
        self.sheet.write_string_with_format(self.row, 0, text, &self.style.heading)?;
        self.row += 1;
        Ok(())
    }

    /// A sentence across all columns.
    pub(super) fn prose(&mut self, text: &str) -> Result<(), XlsxError> {
        self.sentence(text, &self.style.prose, 1.0)
    }

    /// The sentence that matters most.
    pub(super) fn verdict(&mut self, text: &str) -> Result<(), XlsxError> {
        self.sentence(text, &self.style.verdict, 1.3)
    }

    fn sentence(&mut self, text: &str, format: &Format, size: f64) -> Result<(), XlsxError> {
        let (text, width) = (fitting(text), self.widths.iter().sum::<f64>());
        self.sheet.set_row_height(self.row, (height(&text, width / size) * size).min(HIGHEST))?;
        self.sheet.merge_range(self.row, 0, self.row, self.last_column().max(1), &text, format)?;
        self.row += 1;
        Ok(())
    }

    /// A name and what it is, the latter across the rest.
    pub(super) fn fact(&mut self, name: &str, value: &str) -> Result<(), XlsxError> {
        self.put(0, &Cell::text(name))?;
        let (text, width) = (fitting(value), self.widths.iter().skip(1).sum::<f64>());
        self.sheet.set_row_height(self.row, height(&text, width).min(HIGHEST))?;
        self.sheet.merge_range(self.row, 1, self.row, self.last_column().max(2), &text, &self.style.text)?;
        self.row += 1;
        Ok(())
    }

    /// A name and a value in cells of their own.
    pub(super) fn line(&mut self, name: &str, value: &str) -> Result<(), XlsxError> {
        self.put(0, &Cell::text(name))?;
        self.put(1, &Cell::text(value))?;
        self.row += 1;
        Ok(())
    }

    /// A row of names above a table.
    pub(super) fn head<'h>(
        &mut self,
        heads: impl Iterator<Item = (Head, Cow<'h, str>)>,
        height: f64,
    ) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, height)?;
        self.heads(heads)
    }

    fn heads<'h>(&mut self, heads: impl Iterator<Item = (Head, Cow<'h, str>)>) -> Result<(), XlsxError> {
        for (number, (head, text)) in (0..).zip(heads) {
            let format = match head {
                Head::Found => &self.style.header,
                Head::Asked => &self.style.asked,
                Head::Path => &self.style.path,
            };
            self.sheet.write_string_with_format(self.row, number, text, format)?;
        }
        self.row += 1;
        Ok(())
    }

    /// A table from the next row on. What does not fit on the sheet is counted on its last row.
    pub(super) fn table<'v>(
        &mut self,
        columns: &[Column],
        rows: impl Iterator<Item = Vec<Cell<'v>>>,
    ) -> Result<Rows, XlsxError> {
        let header = self.row;
        let heads = columns.iter().map(|column| (column.head, Cow::Borrowed(&*column.header)));
        self.heads(heads)?;
        let mut left = 0_usize;
        for row in rows {
            // One row is kept for what is left out.
            if self.row as usize + 1 >= ROWS {
                left += 1;
                continue;
            }
            let mut highest = 0.0_f64;
            for (number, cell) in (0_u16..).zip(&row) {
                self.put(number, cell)?;
                if let (Cell::Text(text) | Cell::Fixed(text), Some(width)) =
                    (cell, self.widths.get(usize::from(number)))
                {
                    highest = highest.max(height(text, *width));
                }
            }
            // Not every program draws rows as high as what they hold.
            self.sheet.set_row_height(self.row, highest.clamp(height("", 1.0), HIGHEST))?;
            self.row += 1;
        }
        let last = self.row - 1;
        if left > 0 {
            let told =
                format!("and {left} more, for which a sheet has no rows: `--format json` has them all");
            self.put(0, &Cell::text(told))?;
            self.row += 1;
        }
        let rows = (last > header).then_some((header + 1, last));
        if let Some((first, last)) = rows {
            for (number, column) in (0..).zip(columns) {
                self.colours(column, number, first, last)?;
            }
        }
        Ok(rows)
    }

    /// A table that is a sheet of its own: widths, a header that stays, and filters.
    pub(super) fn whole<'v>(
        &mut self,
        columns: &[Column],
        rows: impl Iterator<Item = Vec<Cell<'v>>>,
    ) -> Result<Rows, XlsxError> {
        let widths: Vec<f64> = columns.iter().map(|column| column.width).collect();
        self.widths(&widths)?;
        self.sheet.set_row_height(0, 30)?;
        let rows = self.table(columns, rows)?;
        self.sheet.set_freeze_panes(1, 1)?.set_repeat_rows(0, 0)?;
        self.sheet.autofilter(0, 0, rows.map_or(0, |(_, last)| last), self.last_column())?;
        Ok(rows)
    }

    fn colours(&mut self, column: &Column, number: u16, first: u32, last: u32) -> Result<(), XlsxError> {
        for word in &column.coloured {
            let Some(tone) = Tone::of(word) else { continue };
            let rule = ConditionalFormatCellRule::EqualTo(word.as_str());
            let format = ConditionalFormatCell::new().set_rule(rule).set_format(tone.on(Format::new()));
            self.sheet.add_conditional_format(first, number, last, number, &format)?;
        }
        if column.grey_if_empty {
            let format = ConditionalFormatBlank::new().set_format(Tone::Grey.on(Format::new()));
            self.sheet.add_conditional_format(first, number, last, number, &format)?;
        }
        Ok(())
    }

    fn put(&mut self, column: u16, cell: &Cell<'_>) -> Result<(), XlsxError> {
        let style = self.style;
        match cell {
            Cell::Text(text) => {
                let text = fitting(text);
                let format = if text.starts_with(['=', '+', '-', '@']) { &style.quoted } else { &style.text };
                self.sheet.write_string_with_format(self.row, column, text, format)?
            }
            Cell::Fixed(text) => {
                self.sheet.write_string_with_format(self.row, column, fitting(text), &style.fixed)?
            }
            Cell::Blank(blank) => {
                let format = match blank {
                    Blank::Text => &style.text,
                    Blank::Number => &style.number,
                    Blank::Day => &style.day,
                };
                self.sheet.write_blank(self.row, column, format)?
            }
            Cell::Number(number) => {
                self.sheet.write_number_with_format(self.row, column, *number, &style.number)?
            }
            Cell::Day(day) => {
                let date = excel(*day)?;
                self.sheet.write_datetime_with_format(self.row, column, &date, &style.day)?
            }
        };
        Ok(())
    }
}

/// How high a text is in a column that is so many characters wide.
fn height(text: &str, width: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "widths are small")]
    let room = (width * 1.05) as usize;
    let lines: u32 = text.lines().map(|line| lines(line, room.max(4))).fold(0, u32::saturating_add);
    f64::from(lines.max(1)) * LINE + 3.0
}

/// On so many lines a text stands that is broken between words.
fn lines(text: &str, room: usize) -> u32 {
    let (mut lines, mut taken) = (1_u32, 0);
    for word in text.split(' ') {
        let long = word.chars().count();
        if taken > 0 && taken + 1 + long > room {
            lines = lines.saturating_add(1);
            taken = 0;
        }
        taken += long + usize::from(taken > 0);
        // A word that is longer than a line goes on, on the next.
        lines = lines.saturating_add(u32::try_from(taken.saturating_sub(1) / room).unwrap_or(u32::MAX));
        taken = if taken > room { (taken - 1) % room + 1 } else { taken };
    }
    lines
}

/// A day as workbooks count it.
pub(super) fn excel(day: NaiveDate) -> Result<ExcelDateTime, XlsxError> {
    let small = |number: u32| u8::try_from(number).unwrap_or(1);
    ExcelDateTime::from_ymd(u16::try_from(day.year()).unwrap_or(1900), small(day.month()), small(day.day()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_as_high_as_what_it_holds() {
        for (text, room, expected) in [
            ("", 10, 1),
            ("one two", 7, 1),
            ("one two", 6, 2),
            ("abcdefghijk", 5, 3),
            ("a abcdefghijk a", 5, 4),
        ] {
            assert_eq!(lines(text, room), expected, "{text}");
        }
    }

    #[test]
    fn a_text_that_is_too_long_says_so() {
        assert_eq!(fitting("a\u{7}b"), "a\\u{7}b");
        let long = "x".repeat(10_000);
        assert_eq!(fitting(&long), long);
        for long in ["x".repeat(LONGEST + 1), "🙂".repeat(LONGEST), "é\u{202e}".repeat(LONGEST)] {
            let shown = fitting(&long);
            assert!(units(&shown) <= LONGEST && shown.ends_with(CUT), "{}", units(&shown));
        }
        let exact = "🙂".repeat(LONGEST / 2);
        assert_eq!(fitting(&exact), exact);
    }
}

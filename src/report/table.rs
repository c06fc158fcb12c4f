//! Lists as tables: CSV for spreadsheets and Markdown for notes, made of the same JSON that programs get. A column is a
//! field of that JSON, under its name; fields of a field stand behind a dot.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::code::code;
use crate::text::safe;

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Rows of texts under the names of their columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// The rows of a report in JSON that lie at a path: each step is a field that holds a list. What the fields on the
    /// way hold beside it stands in each of its rows, behind the name of the list and a dot.
    pub fn of(json: &str, path: &[&str]) -> Self {
        let value: Value = serde_json::from_str(json).unwrap_or_default();
        let mut found: Vec<Vec<(String, String)>> = Vec::new();
        rows(&value, path, &Vec::new(), &mut found);
        let mut table = Self::default();
        for (name, _) in found.iter().flatten() {
            if !table.columns.contains(name) {
                table.columns.push(name.clone());
            }
        }
        let of = |row: &[(String, String)], column: &String| {
            row.iter().find(|(name, _)| name == column).map(|(_, text)| text.clone()).unwrap_or_default()
        };
        table.rows =
            found.iter().map(|row| table.columns.iter().map(|column| of(row, column)).collect()).collect();
        table
    }

    /// Only these columns, in this order, under other names. One that no row has stays empty.
    #[must_use]
    pub fn only(&self, columns: &[(&str, &str)]) -> Self {
        let places: Vec<Option<usize>> =
            columns.iter().map(|(name, _)| self.columns.iter().position(|column| column == name)).collect();
        let row = |row: &Vec<String>| {
            places.iter().map(|place| place.map(|place| row[place].clone()).unwrap_or_default()).collect()
        };
        Self {
            columns: columns.iter().map(|(_, name)| (*name).to_owned()).collect(),
            rows: self.rows.iter().map(row).collect(),
        }
    }

    /// As CSV (RFC 4180). A text that a spreadsheet would take for a formula stands behind an apostrophe.
    pub fn as_csv(&self) -> String {
        let mut text = String::new();
        for row in std::iter::once(&self.columns).chain(&self.rows) {
            for (number, cell) in row.iter().enumerate() {
                if number > 0 {
                    text.push(',');
                }
                let is_number = cell.parse::<f64>().is_ok();
                let guard = if cell.starts_with(FORMULA) && !is_number { "'" } else { "" };
                let cell = safe(cell);
                if cell.contains([',', '"', '\n', '\r']) {
                    let _ = write!(text, "\"{guard}{}\"", cell.replace('"', "\"\""));
                } else {
                    let _ = write!(text, "{guard}{cell}");
                }
            }
            text.push_str("\r\n");
        }
        text
    }

    /// As a table in Markdown.
    pub fn as_markdown(&self) -> String {
        let mut text =
            format!("| {} |\n|{}\n", self.columns.join(" | "), " --- |".repeat(self.columns.len()));
        for row in &self.rows {
            for cell in row {
                let shown = if is_plain(cell) { cell.clone() } else { code(cell) };
                let _ = write!(text, "| {shown} ");
            }
            text.push_str("|\n");
        }
        text
    }
}

/// Whether a text is made of signs that are no markup in any renderer, as they stand.
fn is_plain(text: &str) -> bool {
    let plain = |character: char| character.is_alphanumeric() || " .,/-:;()%_".contains(character);
    let is_within_words = text.split('_').all(|part| !part.is_empty() && part.trim() == part);
    text.chars().all(plain) && (is_within_words || !text.contains('_')) && !text.contains("://")
}

fn rows(
    value: &Value,
    path: &[&str],
    around: &Vec<(String, String)>,
    found: &mut Vec<Vec<(String, String)>>,
) {
    match (value, path) {
        (Value::Array(list), _) => list.iter().for_each(|value| rows(value, path, around, found)),
        (Value::Object(fields), [step, rest @ ..]) => {
            let mut around = around.clone();
            // The head of a report is no part of its rows.
            if !fields.contains_key("format") {
                let list = format!("{step}.");
                let beside = fields.iter().filter(|(name, _)| name != step);
                let beside = flat(&beside.map(|(name, value)| (name.clone(), value.clone())).collect());
                around.extend(beside.into_iter().map(|(name, text)| (format!("{list}{name}"), text)));
            }
            rows(fields.get(*step).unwrap_or(&Value::Null), rest, &around, found);
        }
        (Value::Object(fields), []) => {
            let mut row = around.clone();
            row.extend(flat(fields));
            found.push(row);
        }
        _ => {}
    }
}

fn flat(fields: &Map<String, Value>) -> Vec<(String, String)> {
    let mut row = Vec::new();
    for (name, value) in fields {
        match value {
            Value::Object(inner) => {
                row.extend(inner.iter().map(|(key, value)| (format!("{name}.{key}"), cell(value))));
            }
            value => row.push((name.clone(), cell(value))),
        }
    }
    row
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(truth) => if *truth { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(list) if list.iter().all(|item| !item.is_object() && !item.is_array()) => {
            list.iter().map(cell).collect::<Vec<_>>().join("; ")
        }
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = r#"{"format": "x", "version": 1, "clauses": [
        {"id": "4.1", "title": "A", "points": [
            {"id": "4.1/01", "says": "=SUM(1)", "place": {"path": "a|b", "line": 3}, "list": ["x", "y"], "no": null},
            {"id": "4.1/02", "says": "a \"b\",\n<i>c</i>", "yes": true, "less": -1.5}]},
        {"id": "4.2", "title": "B", "points": []}]}"#;

    #[test]
    fn rows_are_found_with_what_stands_around_them() {
        let table = Table::of(JSON, &["clauses", "points"]);
        assert_eq!(
            table.columns,
            [
                "points.id",
                "points.title",
                "id",
                "says",
                "place.path",
                "place.line",
                "list",
                "no",
                "yes",
                "less"
            ]
        );
        assert_eq!(table.rows[0], ["4.1", "A", "4.1/01", "=SUM(1)", "a|b", "3", "x; y", "", "", ""]);
        assert_eq!(Table::of("[]", &[]).as_csv(), "\r\n");
        assert_eq!(Table::of("nothing", &["a"]), Table::default());
    }

    #[test]
    fn no_cell_is_a_formula_and_every_cell_is_one_cell() {
        let table = Table::of(JSON, &["clauses", "points"]).only(&[
            ("id", "point"),
            ("says", "says"),
            ("less", "less"),
        ]);
        assert_eq!(
            table.as_csv(),
            "point,says,less\r\n4.1/01,'=SUM(1),\r\n4.1/02,\"a \"\"b\"\",\n<i>c</i>\",-1.5\r\n"
        );
    }

    #[test]
    fn markdown_is_one_line_a_row_and_nothing_in_it_is_markup() {
        let text = Table::of(JSON, &["clauses", "points"])
            .only(&[("place.path", "path"), ("says", "says")])
            .as_markdown();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..2], ["| path | says |", "| --- | --- |"]);
        assert_eq!(lines.len(), 4);
        assert!(lines.iter().all(|line| line.matches('|').count() == 3), "{text}");
        assert!(!text.contains("<i>"), "{text}");
        assert!(
            is_plain("sla_due_at: 3 %") && !is_plain("_a_") && !is_plain("a _b") && !is_plain("http://a")
        );
    }
}

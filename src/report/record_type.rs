//! A record type as a page, and all of them as a table.

use std::fmt::Write as _;

use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};
use serde::Serialize;

use super::json;
use crate::{
    catalog::Catalog,
    model::{Category, Complete, Condition, Expected, Format, Kind, NeededBy, RecordType, Schema},
    text::safe,
};

/// A line of the list of types.
#[derive(Serialize)]
struct Row<'t> {
    id: &'t str,
    title: &'t str,
    category: Category,
    needed_by: NeededBy,
    expected: Expected,
    clauses: &'t [String],
    /// The file that made the type, or added fields to it, if it is the organization's own.
    own: Option<&'t str>,
}

fn rows(catalog: &Catalog) -> Vec<Row<'_>> {
    catalog
        .record_types()
        .map(|record_type| Row {
            id: &record_type.id,
            title: &record_type.title,
            category: record_type.category,
            needed_by: record_type.needed_by,
            expected: record_type.expected,
            clauses: &record_type.clauses,
            own: record_type.own.as_deref(),
        })
        .collect()
}

/// All types as a list of objects.
pub fn list_as_json(catalog: &Catalog) -> String {
    json::text(&rows(catalog))
}

/// All types as a table in so many columns.
pub fn list_as_table(catalog: &Catalog, width: usize) -> String {
    let mut table = table(width, ["type", "is", "category", "needed by", "expected", "clauses"]);
    for row in rows(catalog) {
        let own = if row.own.is_some() { " (own)" } else { "" };
        table.add_row([
            row.id.to_owned(),
            format!("{}{own}", safe(row.title)),
            row.category.to_string(),
            row.needed_by.to_string(),
            row.expected.to_string(),
            safe(&row.clauses.join(" ")).into_owned(),
        ]);
    }
    lines(&table)
}

/// All there is to know about a type, for a person who has to write one.
pub fn page(record_type: &RecordType, width: usize) -> String {
    // An organization's own type may hold anything.
    safe(&unsafe_page(record_type, width)).into_owned()
}

fn unsafe_page(record_type: &RecordType, width: usize) -> String {
    let describes = textwrap::fill(record_type.describes.trim(), width);
    let mut text = format!("{}: {}\n\n{describes}\n\n", record_type.id, record_type.title);
    let clauses =
        if record_type.clauses.is_empty() { "-".to_owned() } else { record_type.clauses.join(", ") };
    let _ = writeln!(
        text,
        "category: {}; needed by: {}; expected: {}; usually kept in: {}\nclauses: {clauses}\n",
        record_type.category, record_type.needed_by, record_type.expected, record_type.home
    );
    if let Some(own) = &record_type.own {
        let _ = writeln!(text, "of the organization's own: {own}\n");
    }
    if !record_type.smallest.is_empty() {
        let _ = writeln!(text, "The least worth writing:\n\n{}", indented(&record_type.smallest));
    }
    text.push_str(&fields(record_type, width));
    text.push_str(&completeness(record_type, width));
    if !record_type.auditor_test.is_empty() {
        let by_hand = format!("What a person does that no rule can do: {}", record_type.auditor_test);
        let _ = writeln!(text, "\n{}", textwrap::fill(&by_hand, width));
    }
    if !record_type.full.is_empty() {
        let _ = write!(text, "\nWith everything:\n\n{}", indented(&record_type.full));
    }
    text
}

fn fields(record_type: &RecordType, width: usize) -> String {
    let mut table = table(width, ["field", "holds", "meaning"]);
    add_rows(&mut table, "", &record_type.shape);
    lines(&table)
}

fn add_rows(table: &mut Table, before: &str, schema: &Schema) {
    for (name, field) in &schema.fields {
        let inner = field.items.as_deref().unwrap_or(field);
        table.add_row([format!("{before}{name}"), holds(field), field.description.clone()]);
        add_rows(table, &format!("{before}  "), inner);
    }
}

/// What a field holds, in words.
fn holds(field: &Schema) -> String {
    if let Some(items) = &field.items {
        return format!("list of {}", holds(items));
    }
    if !field.values.is_empty() {
        return field.values.join(" | ");
    }
    match field.format {
        Some(Format::RecordType) => return "id of a record type".to_owned(),
        Some(format) => return format.to_string(),
        None => {}
    }
    match (field.refers_to.as_slice(), field.evidence) {
        ([], true) => return "id, path, address or sentence".to_owned(),
        ([], false) => {}
        ([any], _) if any == "any" => return "id of anything".to_owned(),
        (types, _) => return format!("id of {}", types.join(" or ")),
    }
    match field.kind {
        Kind::Text => "text",
        Kind::Number => "number",
        Kind::Integer => "whole number",
        Kind::Truth => "true | false",
        Kind::List => "list",
        Kind::Object => "fields",
    }
    .to_owned()
}

fn completeness(record_type: &RecordType, width: usize) -> String {
    let mut text = String::new();
    if record_type.complete.is_empty() {
        return text;
    }
    let settled: Vec<String> = record_type.settled.iter().map(condition).collect();
    let settled =
        if settled.is_empty() { String::new() } else { format!(", once {}", settled.join(" and ")) };
    let _ = writeln!(text, "\nTo be complete{settled}:\n");
    for Complete { basis, fields, when, unless, or_in_text } in &record_type.complete {
        let mut conditions: Vec<String> = when.iter().map(|when| format!("if {}", condition(when))).collect();
        conditions.extend(unless.iter().map(|unless| format!("unless {}", condition(unless))));
        conditions.extend(or_in_text.then(|| "unless the text of the document says it".to_owned()));
        let conditions =
            if conditions.is_empty() { String::new() } else { format!(" ({})", conditions.join(", ")) };
        let line = format!("{basis}{conditions}: {}", fields.join(", "));
        let options = textwrap::Options::new(width).initial_indent("  ").subsequent_indent("    ");
        let _ = writeln!(text, "{}", textwrap::fill(&line, options));
    }
    text
}

fn condition(condition: &Condition) -> String {
    format!("{} is {}", condition.field, condition.values.join(" or "))
}

/// A table whose first column, which people copy from, is never broken.
pub(super) fn table(width: usize, header: impl Into<comfy_table::Row>) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(u16::MAX))
        .set_header(header);
    if let Some(first) = table.column_mut(0) {
        first.set_constraint(ColumnConstraint::ContentWidth);
    }
    table
}

/// A table as lines without white space at their ends.
pub(super) fn lines(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect()
}

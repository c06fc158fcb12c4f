//! The documents of one type as rows and columns: what goes out as a workbook, and what is compared with one that comes
//! back.
//!
//! A column is a field, or a field within fields, under the path that leads to it. A list has its items on lines of
//! their own. What no cell can hold is shown, and not read back.

use std::collections::HashMap;

use crate::{
    corpus::{Document, Documents, Shape},
    model::{Category, Kind, RecordType, Schema},
    yaml::{self, Form, Node},
};

/// A field, as a column.
#[derive(Clone, Debug)]
pub struct Column<'t> {
    /// The names that lead to it, with dots between them: `source.system`.
    pub path: String,
    /// What stands above it: `Source: system`.
    pub title: String,
    /// What it holds; of a list, what its items do.
    pub schema: &'t Schema,
    /// What it means.
    pub description: &'t str,
    /// How a cell holds it.
    pub holds: Holds,
}

/// How a cell holds a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A single value.
    One,
    /// A list of single values.
    Several,
    /// Something that is shown alone.
    Fixed(Fixed),
}

/// Why a column is shown alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixed {
    /// It holds fields within a list, or whatever somebody likes.
    Nested,
    /// It belongs to the control of a document: `approve` and its file change it.
    Control,
}

impl Column<'_> {
    /// Whether it can tell who somebody is.
    pub fn is_personal(&self) -> bool {
        self.schema.personal
    }
}

/// The fields of a type, as columns.
pub fn columns(record_type: &RecordType) -> Vec<Column<'_>> {
    let mut columns = Vec::new();
    let is_document = record_type.category == Category::Document;
    add(&record_type.shape, None, is_document, false, &mut columns);
    columns
}

fn add<'t>(
    shape: &'t Schema,
    within: Option<(&str, &str)>,
    is_document: bool,
    is_control: bool,
    columns: &mut Vec<Column<'t>>,
) {
    for (name, schema) in &shape.fields {
        // Of a list of one type, it is said once.
        if within.is_none() && name == "type" {
            continue;
        }
        let is_control = is_control || schema.control;
        let (path, title) = match within {
            None => (name.clone(), schema.title.clone()),
            Some((path, title)) => (format!("{path}.{name}"), format!("{title}: {}", lower(&schema.title))),
        };
        let is_single = |schema: &Schema| !matches!(schema.kind, Kind::List | Kind::Object);
        let (schema, holds) = match (schema.kind, schema.items.as_deref()) {
            (Kind::Object, _) if !schema.fields.is_empty() => {
                add(schema, Some((&path, &title)), is_document, is_control, columns);
                continue;
            }
            (Kind::List, Some(items)) if is_single(items) => (items, Holds::Several),
            (Kind::List | Kind::Object, _) => (schema, Holds::Fixed(Fixed::Nested)),
            (Kind::Text | Kind::Number | Kind::Integer | Kind::Truth, _) => (schema, Holds::One),
        };
        let holds = if is_control && is_document { Holds::Fixed(Fixed::Control) } else { holds };
        let description = shape.fields.iter().find(|(known, _)| known == name);
        let description = description.map_or("", |(_, schema)| schema.description.as_str());
        columns.push(Column { path, title, schema, description, holds });
    }
}

fn lower(title: &str) -> String {
    let mut characters = title.chars();
    let first = characters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(characters).collect()
}

/// A document of a register.
#[derive(Clone, Copy, Debug)]
pub struct Row<'d, 'c> {
    /// Its id.
    pub id: &'c str,
    /// The document.
    pub document: &'d Document<'c>,
}

/// The documents of a type that have an id of their own, in order, and how many others there are.
pub fn rows<'d, 'c>(documents: &'d Documents<'c>, record_type: &str) -> (Vec<Row<'d, 'c>>, usize) {
    let numbers = documents.of_type(record_type).iter();
    let written = numbers
        .map(|number| documents.at(*number))
        .filter(|document| matches!(document.shape, Shape::Single | Shape::Entry));
    let mut count: HashMap<&str, usize> = HashMap::new();
    for (id, _) in documents.iter().filter_map(Document::id) {
        *count.entry(id).or_default() += 1;
    }
    let (mut rows, mut others) = (Vec::new(), 0);
    for document in written {
        match document.id().filter(|(id, _)| count.get(id) == Some(&1)) {
            Some((id, _)) => rows.push(Row { id, document }),
            None => others += 1,
        }
    }
    (rows, others)
}

/// What a document holds in a column.
pub fn node<'c>(document: &Document<'c>, path: &str) -> Option<Node<'c>> {
    let mut names = path.split('.');
    let first = document.get(names.next()?)?;
    names.try_fold(first, |holder, name| holder.mapping()?.get(name))
}

/// The text of a column as a cell has it, before anything in it is made safe to show.
pub fn text(document: &Document<'_>, column: &Column<'_>) -> String {
    node(document, &column.path).map(|node| said(node, column)).unwrap_or_default()
}

fn said(node: Node<'_>, column: &Column<'_>) -> String {
    match (node.kind(), column.holds) {
        (yaml::Kind::Scalar(scalar), _) if scalar.is_null() => String::new(),
        (yaml::Kind::Scalar(scalar), Holds::Several) => item(scalar.text),
        (yaml::Kind::Scalar(scalar), Holds::One | Holds::Fixed(_)) => match scalar.form() {
            Form::Bool(is) => truth(is).to_owned(),
            Form::Null | Form::Integer | Form::Float | Form::Text => scalar.text.to_owned(),
        },
        (yaml::Kind::Sequence(list), _) => {
            let items = list.items().map(|node| match node.kind() {
                yaml::Kind::Scalar(scalar) => item(scalar.text),
                yaml::Kind::Sequence(_) | yaml::Kind::Mapping(_) => in_a_line(node),
            });
            items.collect::<Vec<_>>().join("\n")
        }
        (yaml::Kind::Mapping(_), _) => in_a_line(node),
    }
}

/// How a truth value reads.
pub fn truth(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

/// An item on a line of its own. One that would not come back as it is stands in quotes, as in JSON.
fn item(text: &str) -> String {
    let is_plain =
        !text.is_empty() && text.trim() == text && !text.starts_with('"') && text.lines().count() == 1;
    if is_plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

/// The items on the lines of a text.
pub fn items(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let quoted = line.starts_with('"').then(|| serde_json::from_str(line).ok()).flatten();
            quoted.unwrap_or_else(|| line.to_owned())
        })
        .collect()
}

/// Fields within a list, to be read and not to be written.
fn in_a_line(node: Node<'_>) -> String {
    match node.kind() {
        yaml::Kind::Scalar(scalar) => scalar.text.replace(['\n', '\r'], " "),
        yaml::Kind::Sequence(list) => list.items().map(in_a_line).collect::<Vec<_>>().join(", "),
        yaml::Kind::Mapping(fields) => {
            let fields = fields
                .entries()
                .map(|(key, value)| format!("{}: {}", key.text().unwrap_or_default(), in_a_line(value)));
            fields.collect::<Vec<_>>().join("; ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn an_item_comes_back_as_it_is() {
        for list in [&["a", "b c"][..], &["a\nb", " c", "\"d\"", "", "e\r", "\u{202e}"], &["; a, b"]] {
            let text = list.iter().map(|text| item(text)).collect::<Vec<_>>().join("\n");
            assert_eq!(items(&text), list, "{text}");
        }
        assert_eq!(items(" a \n\n\"b\n"), ["a", "\"b"]);
    }

    #[test]
    fn a_column_is_a_field_or_a_field_within_fields() {
        let catalog = Catalog::embedded();
        let shown = |name: &str, path: &str| {
            let columns = columns(catalog.record_type(name).unwrap());
            let column = columns.iter().find(|column| column.path == path);
            column.map(|column| (column.title.clone(), column.holds))
        };
        assert_eq!(shown("risk", "type"), None);
        assert_eq!(shown("risk", "source.system"), Some(("Source: system".to_owned(), Holds::One)));
        assert_eq!(shown("risk", "services"), Some(("Services".to_owned(), Holds::Several)));
        assert_eq!(shown("role", "holders"), Some(("Holders".to_owned(), Holds::Fixed(Fixed::Nested))));
        assert_eq!(shown("risk", "reviewed_on").unwrap().1, Holds::One);
        for path in ["approval.by", "status", "version", "changes", "reviewed_on"] {
            assert_eq!(shown("procedure", path).unwrap().1, Holds::Fixed(Fixed::Control), "{path}");
        }
    }
}

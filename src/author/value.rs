//! What is written of a document: keys with their values, and the lines that these make.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::scalar::{Written, in_brackets, written};

/// Lines are broken here where they can be.
const WIDTH: usize = 108;

/// The keys of a document with their values, in order.
pub type Fields = Vec<(Cow<'static, str>, Value)>;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text, which comes back as just that text.
    Text(String),
    /// A day of the calendar, without quotes.
    Day(NaiveDate),
    /// A number or a truth value, which stands without quotes and is what it says.
    Plain(String),
    /// A list.
    List(Vec<Value>),
    /// Keys with their values.
    Fields(Fields),
}

/// Where the items of a list stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Indents {
    /// The columns before the dash.
    pub(super) dash: usize,
    /// The columns before what it holds.
    pub(super) content: usize,
}

/// The text of a file with one document.
pub fn as_document(fields: &Fields) -> String {
    of_fields(fields, 0).into_iter().map(|line| line + "\n").collect()
}

/// The lines of an item of a list, without their ends.
pub(super) fn item(fields: &Fields, indents: Indents) -> Vec<String> {
    let mut lines = of_fields(fields, indents.content);
    if let Some(first) = lines.first_mut() {
        let content = first.split_off(indents.content);
        *first = format!(
            "{}-{}{content}",
            " ".repeat(indents.dash),
            " ".repeat(indents.content - indents.dash - 1)
        );
    }
    lines
}

/// The lines of a mapping, without their ends.
pub(super) fn of_fields(fields: &Fields, indent: usize) -> Vec<String> {
    fields.iter().flat_map(|(key, value)| of_field(key, value, indent)).collect()
}

/// What stands behind the colon of a key, and on the lines below it.
pub(super) fn behind(key: &str, value: &Value, indent: usize) -> Vec<String> {
    let mut lines = of_field(key, value, indent);
    if let Some(first) = lines.first_mut() {
        *first = first.split_off(indent + key.len() + 1);
    }
    lines
}

fn of_field(key: &str, value: &Value, indent: usize) -> Vec<String> {
    let head = format!("{}{key}:", " ".repeat(indent));
    match value {
        Value::Text(text) => of_text(&head, text, indent + 2),
        Value::Day(day) => vec![format!("{head} {day}")],
        Value::Plain(plain) => vec![format!("{head} {plain}")],
        Value::List(items) => match on_one_line(&head, items) {
            Some(line) => vec![line],
            None => {
                let items = items.iter().flat_map(|value| of_item(value, indent + 2));
                std::iter::once(head).chain(items).collect()
            }
        },
        Value::Fields(fields) => std::iter::once(head).chain(of_fields(fields, indent + 2)).collect(),
    }
}

/// The lines of an item, behind so many columns and a dash.
pub(super) fn of_item(value: &Value, dash: usize) -> Vec<String> {
    let head = format!("{}-", " ".repeat(dash));
    match value {
        Value::Text(text) => of_text(&head, text, dash + 2),
        Value::Day(day) => vec![format!("{head} {day}")],
        Value::Plain(plain) => vec![format!("{head} {plain}")],
        Value::Fields(fields) => item(fields, Indents { dash, content: dash + 2 }),
        Value::List(items) => {
            let items: Vec<String> = items.iter().flat_map(|value| of_item(value, dash + 2)).collect();
            std::iter::once(head).chain(items).collect()
        }
    }
}

fn of_text(head: &str, text: &str, indent: usize) -> Vec<String> {
    let left = |columns: usize| WIDTH.saturating_sub(columns);
    match written(text, left(head.chars().count() + 1), left(indent)) {
        Written::Line(line) => vec![format!("{head} {line}")],
        Written::Block(sign, block) => {
            let indented = block.into_iter().map(|line| {
                // A line of nothing stays empty.
                if line.is_empty() { line } else { format!("{}{line}", " ".repeat(indent)) }
            });
            std::iter::once(format!("{head} {sign}")).chain(indented).collect()
        }
    }
}

/// A list of single values between brackets, if it fits.
fn on_one_line(head: &str, items: &[Value]) -> Option<String> {
    let mut texts = Vec::new();
    for item in items {
        match item {
            Value::Text(text) => texts.push(in_brackets(text)),
            Value::Day(day) => texts.push(day.to_string()),
            Value::Plain(plain) => texts.push(plain.clone()),
            Value::List(_) | Value::Fields(_) => return None,
        }
    }
    let line = format!("{head} [{}]", texts.join(", "));
    (items.is_empty() || line.chars().count() <= WIDTH).then_some(line)
}

/// A value on the line of its key, whatever it is.
pub(super) fn in_flow(value: &Value) -> String {
    match value {
        Value::Text(text) => in_brackets(text),
        Value::Day(day) => day.to_string(),
        Value::Plain(plain) => plain.clone(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(in_flow).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Fields(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(key, value)| format!("{key}: {}", in_flow(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

//! A row that is a new document: its id, and its fields.

use super::{Desk, New, Target, put, refuse_fixed};
use crate::{
    author::{Fields, Value},
    check,
    import::register::{
        Row,
        values::{same, value},
    },
    model::{Category, Format},
    report::{
        register::{self, Column, Holds},
        workbook::register::shown,
    },
    text::{quoted, safe_line},
    yaml::Node,
};

impl Desk<'_> {
    pub(super) fn new_with_id(
        &mut self,
        row: &Row,
        id: &str,
        place: &str,
        target: &Target<'_>,
    ) -> Option<Fields> {
        if let Some(number) = self.documents.find(id) {
            let document = self.documents.at(number);
            let what = document.type_name.map_or("something else", |(name, _)| name);
            let message = if what == self.record_type.id {
                format!("there are several documents {}", quoted(id))
            } else {
                format!("{} is the id of a {}", quoted(id), safe_line(what))
            };
            self.refuse(place, message, Some("give it an id of its own, or none".to_owned()));
            return None;
        }
        let origin = self.table.origin.as_ref().and_then(|origin| origin.rows.get(id));
        if let Some(origin) = origin {
            let columns = &self.table.columns;
            let is_same = self.table.read.iter().all(|number| {
                let given = row.cells.get(number).map_or("", String::as_str);
                same(given, origin.get(&columns[*number].path).map_or("", String::as_str), &columns[*number])
            });
            if !is_same {
                let message = format!("{} is changed here, and is no longer there", quoted(id));
                self.refuse(
                    place,
                    message,
                    Some("take the row out, or empty its id to write it anew".to_owned()),
                );
            }
            return None;
        }
        if !check::fits(Format::Id, id) {
            let help = format!("it is {}", check::example(Format::Id));
            self.refuse(place, format!("{} is not {}", quoted(id), Format::Id.noun()), Some(help));
            return None;
        }
        if !self.ids.take(id) {
            let near =
                self.documents.ids().map(|(known, _)| known).find(|known| known.eq_ignore_ascii_case(id));
            let message = format!(
                "{} differs from {} in capital letters alone",
                quoted(id),
                quoted(near.unwrap_or(id))
            );
            self.refuse(place, message, Some("give it an id of its own, or none".to_owned()));
            return None;
        }
        self.fields(row, id, false, target)
    }

    /// A new document, or the id of one that says the same already.
    pub(super) fn new_without_id(
        &mut self,
        row: &Row,
        rows: &[register::Row<'_, '_>],
        target: &Target<'_>,
    ) -> Option<(Option<Fields>, Option<String>)> {
        let title = self.table.column("title");
        let named = title.and_then(|title| row.cells.get(&title)).map(|title| shown(title));
        let like = rows.iter().find(|other| {
            let held = other.document.get("title").and_then(Node::text).map(shown);
            named.is_some() && held == named
        });
        if let Some(other) = like {
            let columns = &self.table.columns;
            let is_same = self.table.read.iter().all(|number| {
                let given = row.cells.get(number).map_or("", String::as_str);
                let current = shown(&register::text(other.document, &columns[*number]));
                given.is_empty() || same_value(&shown(given), &current, &columns[*number])
            });
            if is_same {
                // Read a second time, a list makes nothing twice.
                return Some((None, Some(other.id.to_owned())));
            }
            let at = title.map_or(row.at.as_str(), |title| row.place(title)).to_owned();
            let message = format!("{} has this title, and other fields differ", quoted(other.id));
            let help = "write its id into the row to change it, or another title if it is another";
            self.refuse(&at, message, Some(help.to_owned()));
            return None;
        }
        let before = self.plan.refused.len();
        let fields = self.fields(row, "", true, target);
        (self.plan.refused.len() == before).then_some((fields, None))
    }

    /// The fields of a new document.
    fn fields(&mut self, row: &Row, id: &str, numbered: bool, target: &Target<'_>) -> Option<Fields> {
        let table = self.table;
        let before = self.plan.refused.len();
        let mut values: Vec<(&str, Value)> = Vec::new();
        for (number, text) in &row.cells {
            let column = &table.columns[*number];
            if column.path == "id" {
                continue;
            }
            let value = refuse_fixed(column).and_then(|()| value(text, column, table.origin.is_some(), self));
            match value {
                Ok(value) => values.push((&column.path, value)),
                Err((message, help)) => self.refuse(row.place(*number), message, help),
            }
        }
        for name in &self.record_type.shape.required {
            let is_said =
                ["type", "id"].contains(&name.as_str()) || values.iter().any(|(path, _)| path == name);
            let is_inherited = target.defaults.is_some_and(|defaults| defaults.get(name).is_some());
            // A new document is a draft until somebody approves it.
            if name == "status"
                && !is_said
                && !is_inherited
                && self.record_type.category == Category::Document
            {
                values.push(("status", Value::Text("draft".to_owned())));
            } else if !is_said && !is_inherited {
                let place = table.column(name).map_or(row.at.as_str(), |number| row.place(number)).to_owned();
                self.refuse(
                    &place,
                    format!("`{name}` is something that each {} has to have", self.record_type.id),
                    None,
                );
            }
        }
        if self.plan.refused.len() > before {
            return None;
        }
        values.retain(|(path, value)| {
            let inherited = target.defaults.and_then(|defaults| defaults.get(path)).and_then(Node::text);
            !matches!(value, Value::Text(text) | Value::Plain(text) if inherited == Some(text))
        });
        let id = if numbered { self.ids.next() } else { id.to_owned() };
        let title = values.iter().find_map(|(path, value)| match value {
            Value::Text(text) if *path == "title" => Some(text.clone()),
            _ => None,
        });
        self.plan.new.push(New { id: id.clone(), title: title.unwrap_or_default(), numbered });
        let mut fields: Fields = vec![("id".into(), Value::Text(id))];
        for (path, value) in values {
            let names: Vec<&str> = path.split('.').collect();
            put(&mut fields, &names, value);
        }
        Some(fields)
    }
}

/// Whether a cell says what a document holds, however it is written.
fn same_value(given: &str, current: &str, column: &Column<'_>) -> bool {
    let plain = |text: &str| text.trim().to_lowercase().replace([' ', '_'], "-");
    let is_chosen = !column.schema.values.is_empty() && plain(given) == plain(current);
    let parts = |text: &str| -> Vec<String> {
        register::items(text)
            .iter()
            .flat_map(|item| item.split(';'))
            .map(|part| part.trim().to_owned())
            .filter(|part| !part.is_empty())
            .collect()
    };
    same(given, current, column)
        || is_chosen
        || column.holds == Holds::Several && parts(given) == parts(current)
}

//! Tables that a tool keeps beside its records, such as the times that were agreed for each.

use std::{collections::HashMap, ops::ControlFlow};

use chrono::{DateTime, FixedOffset};
use serde_json::{Map, Value, json};

use super::{
    Wish,
    columns::{headers, names_one},
    refused::Refusals,
    values::{Clock, instant, is_unknown},
};
use crate::{
    catalog::plain_name,
    import::export::{Cell, Export, NoExport, Row},
    model::Beside,
};

/// What such a table says of a record.
#[derive(Debug, Default)]
struct Told {
    any: bool,
    same: Vec<DateTime<FixedOffset>>,
    says: Vec<(String, String)>,
}

/// What such tables say, by the ids of records.
#[derive(Debug, Default)]
pub(super) struct Tables {
    by_id: HashMap<String, Told>,
    any: Option<String>,
    same: Option<String>,
}

/// The table that an export is, if its header is that of one.
pub(super) fn of_header<'w>(beside: &'w [Beside], cells: &[Cell<'_>]) -> Option<&'w Beside> {
    beside.iter().find(|table| names_one(cells, &table.known_by) && names_one(cells, &table.of))
}

impl Tables {
    /// Reads such a table, and tells how many rows it has.
    pub(super) fn read(
        &mut self,
        export: &Export,
        table: &Beside,
        wish: &Wish<'_>,
        refused: &mut Refusals,
    ) -> Result<u64, NoExport> {
        let (mut heads, mut count): (Option<Vec<String>>, u64) = (None, 0);
        self.any = table.any.as_ref().map(|(field, _)| field.clone());
        self.same = table.same.as_ref().map(|(field, _)| field.clone());
        let clock =
            Clock { order: wish.order, is_1904: export.is_1904, may_be_stored: export.sheet.is_none() };
        let take = &mut |row: &Row<'_>| {
            let Some(heads) = &heads else {
                if of_header(std::slice::from_ref(table), row.cells).is_some() {
                    heads = Some(headers(row.cells).iter().map(|head| plain_name(head)).collect());
                }
                return ControlFlow::Continue(());
            };
            count += 1;
            let find = |names: &[String]| {
                let column =
                    names.iter().find_map(|name| heads.iter().position(|head| *head == plain_name(name)))?;
                match row.cells.get(column)? {
                    Cell::Text(text) if !is_unknown(text, &wish.profile.unknown) => {
                        Some((column, text.trim()))
                    }
                    Cell::Number(_) | Cell::Text(_) | Cell::Untaken(_) => None,
                }
            };
            let Some((_, id)) = find(&table.of) else { return ControlFlow::Continue(()) };
            let (_, name) = find(&table.named).unwrap_or((0, &table.table));
            let name = format!("{} {name}", table.table);
            let told = self.by_id.entry(id.to_owned()).or_default();
            if let Some((names, values)) = &table.without
                && let Some((_, stage)) = find(names)
                && values.iter().any(|value| plain_name(value) == plain_name(stage))
            {
                told.says.push((name, stage.to_owned()));
                return ControlFlow::Continue(());
            }
            if let Some((_, names)) = &table.any
                && let Some((column, text)) = find(names)
            {
                match plain_name(text).as_str() {
                    "true" | "yes" | "1" => {
                        told.any = true;
                        told.says.push((name, "breached".to_owned()));
                    }
                    "false" | "no" | "0" => told.says.push((name, "kept".to_owned())),
                    _ => refused.add(
                        &heads[column],
                        "this is neither true nor false",
                        text,
                        || "true, false, yes, no, 1 and 0 can stand here".to_owned(),
                        || export.place(row.line, column),
                    ),
                }
            }
            if let Some((_, names)) = &table.same
                && let Some((column, text)) = find(names)
            {
                match instant(Cell::Text(text), clock, wish) {
                    Ok((instant, _)) => told.same.push(instant),
                    Err(untaken) => {
                        let help = untaken.help;
                        refused.add(
                            &heads[column],
                            untaken.message,
                            text,
                            || help,
                            || export.place(row.line, column),
                        );
                    }
                }
            }
            ControlFlow::Continue(())
        };
        export.rows(&wish.profile.rows_in, take)?;
        Ok(count)
    }

    /// Adds to a record what they say of it.
    pub(super) fn complete(&self, id: &str, record: &mut Map<String, Value>, says: &mut Vec<Value>) {
        let Some(told) = self.by_id.get(id) else { return };
        if let Some(field) = self.any.as_ref().filter(|_| !told.says.is_empty()) {
            record.insert(field.clone(), Value::Bool(told.any));
        }
        if let (Some(field), Some(first)) = (&self.same, told.same.first())
            && told.same.iter().all(|instant| instant == first)
        {
            record.insert(field.clone(), Value::from(first.to_rfc3339()));
        }
        let mut facts = told.says.clone();
        facts.sort();
        says.extend(facts.iter().map(|(name, value)| json!({"name": name, "value": value})));
    }

    /// The ids that they speak of.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.by_id.keys().map(String::as_str)
    }
}

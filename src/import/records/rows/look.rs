//! The first look at the rows of an export: what its columns show, and which of day and month stands first.

use std::{collections::HashMap, ops::ControlFlow};

use super::{Maker, Shown, Table};
use crate::import::{
    export::{Cell, Export, NoExport, Row},
    records::{
        HEADERS,
        columns::{self, Target, Use, id_names, names_one, of_header},
        times::DayOrder,
        values::{self, Clock, is_java_object, is_raw_key, is_unknown},
    },
};

impl Maker<'_, '_> {
    /// Finds the header, and what stands in the columns.
    pub(super) fn first_look<'e>(
        &mut self,
        export: &'e Export,
        ids: &mut HashMap<String, u32>,
    ) -> Result<Option<Table<'e>>, NoExport> {
        let names = id_names(&self.targets);
        let (mut before, mut first): (Vec<String>, Option<Vec<String>>) = (Vec::new(), None);
        let mut table: Option<Table<'e>> = None;
        let wish = self.wish;
        export.rows(&wish.profile.rows_in, &mut |row: &Row<'_>| {
            match &mut table {
                None if before.len() >= HEADERS => {}
                None if names_one(row.cells, &names) => {
                    let columns = of_header(
                        row.line,
                        row.cells,
                        &self.targets,
                        &self.profile.ordered_by,
                        wish.free_text,
                    );
                    let shown = vec![Shown::default(); columns.uses.len()];
                    table = Some(Table { export, columns, shown, clocks: Vec::new(), rows: 0 });
                }
                None => {
                    first.get_or_insert_with(|| columns::headers(row.cells));
                    before.push(String::new());
                }
                Some(table) => {
                    table.rows += 1;
                    if let Some(id) = self.look(table, row) {
                        *ids.entry(id).or_default() += 1;
                    }
                }
            }
            ControlFlow::Continue(())
        })?;
        if table.is_none() {
            let heads = first.unwrap_or_default().join(", ");
            let near = first_near(&names, &heads);
            self.refused.add(
                "",
                format!("`{}` has no column for the ids of records", export.name),
                &heads,
                || {
                    format!(
                        "{near}the column is headed {}; a profile of your own can name others",
                        names.join(", ")
                    )
                },
                || export.place(1, 0),
            );
        }
        Ok(table)
    }

    /// What the cells of a row show, and its id.
    fn look(&self, table: &mut Table<'_>, row: &Row<'_>) -> Option<String> {
        let mut id = None;
        let clock = Clock { order: None, is_1904: table.export.is_1904, may_be_stored: false };
        for (position, (of, shown)) in table.columns.uses.iter().zip(&mut table.shown).enumerate() {
            let Some(cell) = row.cells.get(position).copied() else { continue };
            let target = match of {
                Use::Taken(target) => Some(&self.targets[*target]),
                Use::Left(_) | Use::Unmapped => None,
            };
            if let Cell::Text(text) = cell {
                let text = text.trim();
                if text.is_empty() {
                    continue;
                }
                if is_unknown(text, &self.wish.profile.unknown) {
                    shown.unknown += 1;
                    continue;
                }
                shown.java_objects += u64::from(text.contains('@') && is_java_object(text));
                shown.raw_keys += u64::from(is_raw_key(text));
                if target.is_some_and(|target| target.name() == "id") {
                    id = Some(text.to_owned());
                }
            } else if let (Cell::Number(number), true) =
                (cell, target.is_some_and(|target| target.name() == "id"))
            {
                id = Some(number.to_string());
            }
            shown.filled += 1;
            let dated = target.is_some_and(Target::is_dated) || table.columns.order == Some(position);
            if !dated {
                continue;
            }
            let (Cell::Text(text), Ok(written)) = (cell, values::written(cell, clock)) else { continue };
            let slot = match written.shows() {
                Some(DayOrder::DayFirst) => &mut shown.shows[0],
                Some(DayOrder::MonthFirst) => &mut shown.shows[1],
                None => {
                    if written.is_ambiguous() && shown.ambiguous.is_none() {
                        shown.ambiguous = Some((row.line, text.trim().to_owned()));
                    }
                    continue;
                }
            };
            slot.get_or_insert_with(|| (row.line, text.trim().to_owned(), 0)).2 += 1;
        }
        id
    }

    /// Decides for each column which number is the day: as somebody says, as the column shows, or as the other columns
    /// of the export do, which one program wrote.
    pub(super) fn decide(&mut self, table: &mut Table<'_>) {
        let shown = |order: usize| table.shown.iter().any(|shown| shown.shows[order].is_some());
        let of_others = match (shown(0), shown(1)) {
            (true, false) => Some(DayOrder::DayFirst),
            (false, true) => Some(DayOrder::MonthFirst),
            _ => None,
        };
        let mut clocks = Vec::new();
        for (position, shown) in table.shown.iter().enumerate() {
            let header = &table.columns.headers[position];
            let own = match (&shown.shows, self.wish.order) {
                ([Some(day), Some(month)], _) => {
                    let first = if day.2 <= month.2 { day } else { month };
                    self.refused.add(
                        header,
                        "in some cells the day stands first, and in others the month",
                        &first.1,
                        || "export the column again, in one form".to_owned(),
                        || table.export.place(first.0, position),
                    );
                    Some(DayOrder::DayFirst)
                }
                ([Some(day), None], Some(DayOrder::MonthFirst))
                | ([None, Some(day)], Some(DayOrder::DayFirst)) => {
                    let said = self.wish.order.map_or_else(String::new, |order| order.to_string());
                    self.refused.add(
                        header,
                        format!("`--dates {said}` is said, and this shows the other order"),
                        &day.1,
                        || "leave `--dates` out: the column shows which is the day".to_owned(),
                        || table.export.place(day.0, position),
                    );
                    self.wish.order
                }
                ([Some(_), None], _) => Some(DayOrder::DayFirst),
                ([None, Some(_)], _) => Some(DayOrder::MonthFirst),
                ([None, None], said) => said.or(of_others),
            };
            clocks.push(Clock {
                order: own,
                is_1904: table.export.is_1904,
                may_be_stored: table.export.sheet.is_none(),
            });
        }
        table.clocks = clocks;
    }
}

fn first_near(names: &[String], heads: &str) -> String {
    let near =
        heads.split(", ").find_map(|head| crate::text::nearest(head, names.iter().map(String::as_str)));
    near.map_or_else(String::new, |near| format!("is `{near}` meant? "))
}

//! The rows of exports, gone through twice: once to see what their columns show, and once to make records of them.

mod fold;
mod look;
mod told;

use std::{
    collections::{BTreeMap, HashMap},
    ops::ControlFlow,
};

use chrono::{DateTime, FixedOffset};
use serde_json::Value;

use super::{
    HEADERS, Import, Record, Seen, Wish, beside,
    columns::{Columns, Target, Use, targets},
    coverage::Counts,
    refused::Refusals,
    values::{self, Clock, Given, Untaken, is_unknown},
};
use crate::{
    import::export::{Cell, Export, NoExport, Row},
    model::{GoesTo, Kind, RecordProfile},
};
use told::finish;

/// What the first look showed of a column.
#[derive(Clone, Debug, Default)]
struct Shown {
    filled: u64,
    unknown: u64,
    java_objects: u64,
    raw_keys: u64,
    /// Times whose day and month could be swapped, and the first of them.
    ambiguous: Option<(u64, String)>,
    /// Times that show which is the day, the first of them, and how many: day first, and month first.
    shows: [Option<(u64, String, u64)>; 2],
}

/// An export with what its columns are.
struct Table<'e> {
    export: &'e Export,
    columns: Columns,
    shown: Vec<Shown>,
    clocks: Vec<Clock>,
    rows: u64,
}

/// A row of a record.
#[derive(Default)]
struct Taken {
    id: Option<String>,
    at: Option<DateTime<FixedOffset>>,
    /// By the number of the target.
    values: Vec<(usize, Vec<Given>)>,
    /// The state in the words of the tool.
    word: Option<String>,
    /// Whether when it was written stands there, and cannot be read.
    is_untimed: bool,
    place: String,
}

struct Maker<'m, 'w> {
    wish: &'m Wish<'w>,
    profile: RecordProfile,
    targets: Vec<Target<'m>>,
    /// The target that is the state.
    state: Option<usize>,
    refused: Refusals,
    counts: Counts,
    tables: beside::Tables,
    records: Vec<Record>,
    /// So many rows are still to come of an id that has several, and those that came.
    waiting: HashMap<String, (u32, Vec<Taken>)>,
    twice: u64,
    folded: u64,
    same: u64,
    unresolved: BTreeMap<String, u64>,
}

pub(super) fn import(exports: &[Export], wish: &Wish<'_>) -> Result<Import, NoExport> {
    let targets = targets(wish.profile, wish.record_type);
    let state = |target: &Target<'_>| target.column.goes_to == GoesTo::Field("state".to_owned());
    let mut maker = Maker {
        wish,
        profile: wish.profile.of(&wish.record_type.id).cloned().unwrap_or_default(),
        state: targets.iter().position(state),
        targets,
        refused: Refusals::default(),
        counts: Counts::default(),
        tables: beside::Tables::default(),
        records: Vec::new(),
        waiting: HashMap::new(),
        twice: 0,
        folded: 0,
        same: 0,
        unresolved: BTreeMap::new(),
    };
    let mut import = Import::default();
    let (mut tables, mut ids): (Vec<Table<'_>>, HashMap<String, u32>) = (Vec::new(), HashMap::new());
    for export in exports {
        if let Some(seen) = maker.table_beside(export)? {
            import.seen.push(seen);
        } else if let Some(table) = maker.first_look(export, &mut ids)? {
            import.seen.push(Seen {
                file: export.name.clone(),
                sha256: export.sha256.clone(),
                table: None,
                rows: table.rows,
                header: table.columns.line,
                told: told_of(export),
            });
            tables.push(table);
        }
    }
    for table in &mut tables {
        maker.decide(table);
    }
    maker.waiting = ids
        .into_iter()
        .filter(|(_, count)| *count > 1)
        .map(|(id, count)| (id, (count, Vec::new())))
        .collect();
    for table in &tables {
        maker.second_look(table)?;
    }
    Ok(finish(maker, &tables, import))
}

/// How an export was read, and what is odd about it.
fn told_of(export: &Export) -> Vec<String> {
    let mut told = export.told.clone();
    match export.delimiter {
        None | Some(',') => {}
        Some('\t') => told.push("cells are separated by tabs".to_owned()),
        Some(sign) => told.push(format!("cells are separated by `{sign}`")),
    }
    if let Some(sheet) = &export.sheet {
        told.push(format!("the sheet {} is read", crate::text::quoted(sheet)));
    }
    let hidden = export.hidden;
    if hidden.rows > 0 {
        let (is, they) = if hidden.rows == 1 { ("row is", "it is") } else { ("rows are", "they are") };
        told.push(format!("{} {is} hidden in the workbook; {they} read as the others", hidden.rows));
    }
    if hidden.filters > 0 {
        told.push("a filter is set in the workbook; what it hides is read as the rest".to_owned());
    }
    if hidden.merged > 0 {
        told.push("cells are joined in the workbook; the first of them holds what stands there".to_owned());
    }
    told
}

impl Maker<'_, '_> {
    /// Reads a table beside the records, if an export is one.
    fn table_beside(&mut self, export: &Export) -> Result<Option<Seen>, NoExport> {
        let (mut found, mut rows_seen, mut header) = (None, 0, 0);
        let tables = std::mem::take(&mut self.profile.beside);
        let look = export.rows(&self.wish.profile.rows_in, &mut |row: &Row<'_>| {
            rows_seen += 1;
            found = beside::of_header(&tables, row.cells).cloned();
            header = row.line;
            if rows_seen == HEADERS || found.is_some() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        self.profile.beside = tables;
        look?;
        let Some(table) = found else { return Ok(None) };
        let rows = self.tables.read(export, &table, self.wish, &mut self.refused)?;
        Ok(Some(Seen {
            file: export.name.clone(),
            sha256: export.sha256.clone(),
            table: Some(table.table),
            rows,
            header,
            told: told_of(export),
        }))
    }

    fn second_look(&mut self, table: &Table<'_>) -> Result<(), NoExport> {
        table.export.rows(&self.wish.profile.rows_in, &mut |row: &Row<'_>| {
            if row.line > table.columns.line {
                self.take(table, row);
            }
            ControlFlow::Continue(())
        })
    }

    /// Whether a row has other cells than the header, which is told.
    fn refuse_width(&mut self, table: &Table<'_>, row: &Row<'_>) -> bool {
        let width = table.columns.headers.len();
        let is_empty = |cell: &Cell<'_>| matches!(cell, Cell::Text(text) if text.trim().is_empty());
        let too_long = row.cells.len() > width && !row.cells[width..].iter().all(is_empty);
        let too_short = row.cells.len() < width && table.export.sheet.is_none();
        if !too_long && !too_short {
            return false;
        }
        let help = "look whether a sign between cells stands in one without quotation marks, and whether the export ends in a \
                    remark";
        self.refused.add(
            "",
            format!("the row has {} cells, and the header {width}", row.cells.len()),
            &row.cells.first().map_or_else(String::new, |cell| shown(*cell)),
            || help.to_owned(),
            || table.export.place(row.line, 0),
        );
        true
    }

    fn refuse_no_id(&mut self, table: &Table<'_>, row: &Row<'_>) {
        let is_id = |of: &Use| matches!(of, Use::Taken(number) if self.targets[*number].name() == "id");
        let position = table.columns.uses.iter().position(is_id).unwrap_or_default();
        // One that is there and cannot be an id was told before.
        if row.cells.get(position).is_none_or(|cell| is_empty_or_unknown(*cell, self.wish)) {
            self.refused.add(
                &table.columns.headers[position],
                "the row has no id",
                "",
                || "a remark below the table has to go; what is a record has an id".to_owned(),
                || table.export.place(row.line, position),
            );
        }
    }

    fn refuse(&mut self, table: &Table<'_>, line: u64, position: usize, cell: Cell<'_>, untaken: Untaken) {
        let Untaken { message, help } = untaken;
        let header = &table.columns.headers[position];
        self.refused.add(header, message, &shown(cell), || help, || table.export.place(line, position));
    }

    fn take_cell(
        &mut self,
        table: &Table<'_>,
        line: u64,
        position: usize,
        cell: Cell<'_>,
        taken: &mut Taken,
    ) {
        let clock = table.clocks[position];
        if table.columns.order == Some(position) && !is_empty_or_unknown(cell, self.wish) {
            match values::instant(cell, clock, self.wish) {
                Ok((at, _)) => taken.at = Some(at),
                Err(untaken) => {
                    taken.is_untimed = true;
                    self.refuse(table, line, position, cell, untaken);
                }
            }
        }
        let Use::Taken(number) = &table.columns.uses[position] else { return };
        if self.state == Some(*number) && !is_empty_or_unknown(cell, self.wish) {
            taken.word = Some(shown(cell));
        }
        let target = &self.targets[*number];
        let given = match values::taken(target, cell, clock, self.wish, &mut self.twice) {
            Ok(given) => given,
            Err(untaken) => return self.refuse(table, line, position, cell, untaken),
        };
        if given.is_empty() {
            return;
        }
        if let (true, Some(Given::Value(Value::String(text)))) = (target.name() == "id", given.first()) {
            taken.id = Some(text.clone());
        }
        let is_field = matches!(target.column.goes_to, GoesTo::Field(_));
        if is_field && given.iter().any(|given| matches!(given, Given::Says(_))) {
            *self.unresolved.entry(target.name().to_owned()).or_default() += 1;
        }
        match taken.values.iter_mut().find(|(known, _)| known == number) {
            Some((_, values)) if target.schema.is_none_or(|schema| schema.kind == Kind::List) => {
                values.extend(given);
            }
            Some((_, values)) if *values == given => {}
            Some(_) => {
                let untaken = Untaken {
                    message: "the column is there more than once, with different values".to_owned(),
                    help: "leave one of them out of the export".to_owned(),
                };
                self.refuse(table, line, position, cell, untaken);
            }
            None => taken.values.push((*number, given)),
        }
    }

    fn take(&mut self, table: &Table<'_>, row: &Row<'_>) {
        if self.refuse_width(table, row) {
            return;
        }
        let mut taken = Taken::default();
        for position in 0..table.columns.uses.len() {
            if let Some(cell) = row.cells.get(position).copied() {
                self.take_cell(table, row.line, position, cell, &mut taken);
            }
        }
        let Some(id) = taken.id.clone() else {
            self.refuse_no_id(table, row);
            return;
        };
        match self.waiting.get_mut(&id) {
            None => self.make(&id, vec![taken]),
            Some((left, rows)) => {
                taken.place = table.export.place(row.line, 0);
                rows.push(taken);
                *left -= 1;
                if *left == 0 {
                    let rows = std::mem::take(rows);
                    self.fold(&id, rows);
                }
            }
        }
    }
}

/// What stands in a cell.
fn shown(cell: Cell<'_>) -> String {
    match cell {
        Cell::Text(text) => text.trim().to_owned(),
        Cell::Number(number) => number.to_string(),
        Cell::Untaken(_) => String::new(),
    }
}

fn is_empty_or_unknown(cell: Cell<'_>, wish: &Wish<'_>) -> bool {
    matches!(cell, Cell::Text(text) if is_unknown(text, &wish.profile.unknown))
}

//! The rows of exports, gone through twice: once to see what their columns show, and once to make records of them.

use std::{
    collections::{BTreeMap, HashMap},
    ops::ControlFlow,
};

use chrono::{DateTime, FixedOffset};
use serde_json::{Map, Value, json};

use super::{
    HEADERS, Import, Record, Seen, Wish, beside,
    columns::{self, Columns, Target, Use, id_names, names_one, of_header, targets},
    coverage::{Counts, cannot_prove},
    refused::Refusals,
    times::DayOrder,
    values::{self, Clock, Given, Untaken, is_java_object, is_raw_key, is_unknown},
};
use crate::{
    import::export::{Cell, Export, NoExport, Row},
    model::{GoesTo, Kind, RecordProfile},
};

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

/// The limits that an export has just reached.
fn limits(table: &Table<'_>, wish: &Wish<'_>) -> Vec<String> {
    let at = wish.profile.limits.iter().filter(|limit| limit.rows == table.rows);
    at.map(|limit| {
        format!(
            "Whether `{}` holds all there was: it has exactly {} rows, and {}",
            table.export.name, limit.rows, limit.says
        )
    })
    .collect()
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

    /// Finds the header, and what stands in the columns.
    fn first_look<'e>(
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
    fn decide(&mut self, table: &mut Table<'_>) {
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

    /// Several rows of one record, in the order in which they were written.
    fn fold(&mut self, id: &str, mut rows: Vec<Taken>) {
        let before = rows.len();
        rows.dedup_by(|one, other| {
            one.values == other.values && one.at == other.at && one.word == other.word
        });
        self.same += (before - rows.len()) as u64;
        if rows.iter().any(|row| row.is_untimed) {
            return;
        }
        if rows.len() > 1 && rows.iter().any(|row| row.at.is_none()) {
            let column = self.profile.ordered_by.first().cloned().unwrap_or_default();
            let help = if column.is_empty() {
                "a profile of your own can name the column that tells when a row was written: `ordered_by`"
                    .to_owned()
            } else {
                format!("export the column `{column}` too, which tells when each was written")
            };
            let (message, place) =
                ("several rows have this id, and nothing tells which of them is later", &rows[1].place);
            self.refused.add("", message, id, || help, || place.clone());
            return;
        }
        rows.sort_by_key(|row| row.at);
        self.folded += u64::from(rows.len() > 1);
        self.make(id, rows);
    }

    /// A record of its rows, the latest last.
    fn make(&mut self, id: &str, rows: Vec<Taken>) {
        let mut latest: BTreeMap<usize, Vec<Given>> = BTreeMap::new();
        let mut history: Vec<(DateTime<FixedOffset>, String, Option<Given>)> = Vec::new();
        let several = rows.len() > 1;
        for row in rows {
            if let (Some(at), Some(word), true) = (row.at, row.word, several)
                && history.last().is_none_or(|(_, last, _)| *last != word)
            {
                let state = row.values.iter().find(|(number, _)| self.state == Some(*number));
                history.push((at, word, state.and_then(|(_, given)| given.first().cloned())));
            }
            latest.extend(row.values);
        }
        let (mut fields, mut says): (Map<String, Value>, Vec<Value>) = (Map::new(), Vec::new());
        for (number, given) in latest {
            let target = &self.targets[number];
            let is_list = target.schema.is_some_and(|schema| schema.kind == Kind::List);
            let mut list = Vec::new();
            for given in given {
                match given {
                    Given::Value(value) if is_list => list.push(value),
                    Given::Value(value) => drop(fields.insert(target.name().to_owned(), value)),
                    Given::Says(value) => says.push(json!({"name": target.name(), "value": value})),
                    Given::Nothing => {}
                }
            }
            if !list.is_empty() {
                fields.insert(target.name().to_owned(), Value::Array(list));
            }
        }
        self.add_holds(&mut fields, &history);
        self.tables.complete(id, &mut fields, &mut says);
        if !fields.contains_key("title") {
            fields.insert("title".to_owned(), Value::from(format!("{} {id}", self.wish.record_type.title)));
        }
        let mut source = Map::new();
        source.insert("system".to_owned(), Value::from(self.wish.profile.title.clone()));
        source.insert("ref".to_owned(), Value::from(id));
        if !says.is_empty() {
            source.insert("says".to_owned(), Value::Array(says));
        }
        if !history.is_empty() {
            let states = history.iter().map(|(at, word, _)| json!({"at": at.to_rfc3339(), "state": word}));
            source.insert("history".to_owned(), Value::Array(states.collect()));
        }
        fields.insert("source".to_owned(), Value::Object(source));
        let mut ordered = Map::new();
        for (field, _) in &self.wish.record_type.shape.fields {
            if let Some(value) = fields.remove(field) {
                ordered.insert(field.clone(), value);
            }
        }
        self.counts.add(id, &ordered, self.wish);
        let line = Value::Object(ordered).to_string();
        self.records.push(Record { id: id.to_owned(), line });
    }

    /// The times in which a record waited, where its history tells them.
    fn add_holds(
        &self,
        fields: &mut Map<String, Value>,
        history: &[(DateTime<FixedOffset>, String, Option<Given>)],
    ) {
        if self.wish.record_type.shape.at("holds.from").is_none() {
            return;
        }
        let is_hold = |state: &Option<Given>| *state == Some(Given::Value(Value::from("on-hold")));
        let mut holds = Vec::new();
        for (number, (at, word, state)) in history.iter().enumerate() {
            if !is_hold(state) {
                continue;
            }
            let mut hold = Map::new();
            hold.insert("from".to_owned(), Value::from(at.to_rfc3339()));
            if let Some((to, _, _)) = history.get(number + 1) {
                hold.insert("to".to_owned(), Value::from(to.to_rfc3339()));
            }
            hold.insert("reason".to_owned(), Value::from(word.clone()));
            holds.push(Value::Object(hold));
        }
        if !holds.is_empty() {
            fields.insert("holds".to_owned(), Value::Array(holds));
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

fn first_near(names: &[String], heads: &str) -> String {
    let near =
        heads.split(", ").find_map(|head| crate::text::nearest(head, names.iter().map(String::as_str)));
    near.map_or_else(String::new, |near| format!("is `{near}` meant? "))
}

fn finish(maker: Maker<'_, '_>, tables: &[Table<'_>], mut import: Import) -> Import {
    let Maker {
        wish,
        targets,
        refused,
        mut counts,
        mut records,
        profile,
        folded,
        same,
        twice,
        unresolved,
        tables: beside,
        ..
    } = maker;
    for table in tables {
        let more = |position: usize| notes(table, position, wish, &targets);
        import.columns.extend(columns::told(table.export, &table.columns, &targets, more));
    }
    records.sort_by(|one, other| one.id.cmp(&other.id));
    import.refused = refused.into_groups();
    import.period = counts.period(wish);
    import.without = counts.without(wish);
    let rows = tables.iter().map(|table| table.rows).sum();
    import.indicators = counts.indicators(records.len(), rows, wish);

    let mut cannot: Vec<String> = tables.iter().flat_map(|table| limits(table, wish)).collect();
    cannot.extend(wish.profile.cannot.iter().chain(&profile.cannot).cloned());
    let used = tables.iter().flat_map(|table| &table.columns.uses).filter_map(|of| match of {
        Use::Taken(target) => Some(*target),
        Use::Left(_) | Use::Unmapped => None,
    });
    let mut used: Vec<usize> = used.collect();
    used.sort_unstable();
    used.dedup();
    let present = used.clone();
    let has_tables = beside.ids().next().is_some();
    for target in used {
        let column = &targets[target].column;
        let is_made_up_for = has_tables && column.goes_to == GoesTo::Says("made_sla".to_owned());
        cannot.extend(column.cannot.clone().filter(|_| !is_made_up_for));
    }
    if twice > 0 {
        cannot.push(format!(
            "Which of two hours is meant in {twice} times at which the clock was put back: the first is taken"
        ));
    }
    cannot.extend(cannot_prove(&import.without, &targets, &present, wish));
    import.cannot = cannot;

    let mut told = Vec::new();
    let of = |count: u64, one: &str, several: &str| {
        if count == 1 { format!("1 {one}") } else { format!("{count} {several}") }
    };
    if folded > 0 {
        let what = of(folded, "record stands in several rows", "records stand in several rows each");
        told.push(format!("{what}, folded into one with its history"));
    }
    if same > 0 {
        let what = of(
            same,
            "row says what the row before it says, and is",
            "rows say what the row before them says, and are",
        );
        told.push(format!("{what} taken once"));
    }
    for (field, count) in unresolved {
        let what = of(count, "row names no id", "rows name no id");
        told.push(format!(
            "`{field}`: {what} of this repository; what stands there is carried as the source says"
        ));
    }
    if counts.outside() > 0 {
        let what = of(counts.outside(), "record", "records");
        told.push(format!("{what} began outside of the days that `--covers` names"));
    }
    let strays = beside
        .ids()
        .filter(|id| records.binary_search_by(|record| record.id.as_str().cmp(id)).is_err())
        .count();
    if strays > 0 {
        let what = of(strays as u64, "record is", "records are");
        told.push(format!("{what} spoken of in a table beside the export, and not in it"));
    }
    import.told = told;
    import.records = records;
    import
}

/// What there is to know of a column.
fn notes(table: &Table<'_>, position: usize, wish: &Wish<'_>, targets: &[Target<'_>]) -> (u64, Vec<String>) {
    let shown = &table.shown[position];
    let mut notes = Vec::new();
    if shown.java_objects > 0 {
        notes.push("holds names of Java objects, which say nothing".to_owned());
    }
    let target = match &table.columns.uses[position] {
        Use::Taken(target) => Some(&targets[*target]),
        Use::Left(_) | Use::Unmapped => None,
    };
    if shown.raw_keys > 0 && target.is_some_and(|target| target.name() != "id") {
        notes.push("holds keys of the tool and not names; export it with displayed values".to_owned());
    }
    let dated = target.is_some_and(Target::is_dated) || table.columns.order == Some(position);
    if dated && wish.order.is_none() {
        let order = table.clocks.get(position).and_then(|clock| clock.order);
        let own = [&shown.shows[0], &shown.shows[1]].into_iter().flatten().next();
        match (order, own, &shown.ambiguous) {
            (Some(order), Some((_, value, _)), _) => notes.push(format!("{order}, as {value} shows")),
            (Some(order), None, Some(_)) => notes.push(format!("{order}, as the other columns show")),
            _ => {}
        }
    }
    (shown.filled, notes)
}

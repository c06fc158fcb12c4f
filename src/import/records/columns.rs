//! Which column of an export is what: by its header, and by nothing else. What is not spoken of is listed, never guessed.

use std::collections::HashMap;

use crate::{
    catalog::{plain_name, shared_fields},
    import::export::{Cell, Export},
    model::{GoesTo, Kind, Profile, ProfileColumn, RecordType, Schema, Take},
};

/// What columns can be: fields of the record, things that the source says, and what is left out.
#[derive(Debug)]
pub(super) struct Target<'w> {
    pub(super) column: ProfileColumn,
    /// Of a field, what it may hold.
    pub(super) schema: Option<&'w Schema>,
}

impl Target<'_> {
    /// What it is called in the record.
    pub(super) fn name(&self) -> &str {
        match &self.column.goes_to {
            GoesTo::Field(name) | GoesTo::Says(name) => name,
            GoesTo::Left(_) => "",
        }
    }

    /// What a single value of it may be.
    pub(super) fn single(&self) -> Option<&Schema> {
        self.schema.map(|schema| schema.items.as_deref().unwrap_or(schema))
    }

    /// Whether it tells a day or an instant.
    pub(super) fn is_dated(&self) -> bool {
        self.single().is_some_and(|schema| schema.date.is_some())
    }

    /// Whether it tells who somebody is.
    pub(super) fn is_personal(&self) -> bool {
        let of_field = |schema: &Schema| schema.personal || schema.refers_to.iter().any(|of| of == "person");
        self.column.personal || self.single().is_some_and(of_field)
    }
}

/// What columns can be for records of a type.
pub(super) fn targets<'w>(profile: &Profile, record_type: &'w RecordType) -> Vec<Target<'w>> {
    let fields = &record_type.shape.fields;
    let schema = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, schema)| schema);
    let mut targets: Vec<Target<'w>> = Vec::new();
    for column in profile.of(&record_type.id).into_iter().flat_map(|record| &record.columns) {
        let schema = match &column.goes_to {
            GoesTo::Field(name) => schema(name),
            GoesTo::Says(_) | GoesTo::Left(_) => None,
        };
        targets.push(Target { column: column.clone(), schema });
    }
    if profile.own_names {
        let shared = shared_fields(record_type.category);
        for (name, schema) in fields {
            let of_type = !shared.contains(name) || ["id", "title", "note"].contains(&name.as_str());
            let single = schema.items.as_deref().unwrap_or(schema);
            let known = targets.iter().any(|target| target.name() == name);
            if !of_type || single.kind == Kind::Object || known {
                continue;
            }
            let column = ProfileColumn {
                goes_to: GoesTo::Field(name.clone()),
                names: vec![name.clone(), schema.title.clone()],
                values: Vec::new(),
                take: Take::Whole,
                between: schema.items.is_some().then(|| ";".to_owned()),
                free_text: false,
                personal: false,
                cannot: None,
            };
            targets.push(Target { column, schema: Some(schema) });
        }
    }
    targets
}

/// What a column of an export is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// One of the targets.
    Taken(usize),
    /// Left out, and why.
    Left(String),
    /// Nothing that the profile speaks of.
    Unmapped,
}

/// Where the header of an export stands, and what its columns are.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) line: u64,
    pub(super) headers: Vec<String>,
    pub(super) uses: Vec<Use>,
    /// The column that tells when a row was written.
    pub(super) order: Option<usize>,
}

/// The header of a row of cells.
pub(super) fn headers(cells: &[Cell<'_>]) -> Vec<String> {
    let text = |cell: &Cell<'_>| match cell {
        Cell::Text(text) => text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_owned(),
        Cell::Number(number) => number.to_string(),
        Cell::Untaken(_) => String::new(),
    };
    cells.iter().map(text).collect()
}

/// Whether a row names a column by one of these names.
pub(super) fn names_one(cells: &[Cell<'_>], names: &[String]) -> bool {
    let is = |cell: &Cell<'_>| match cell {
        Cell::Text(text) => {
            let plain = plain_name(text);
            names.iter().any(|name| plain_name(name) == plain)
        }
        Cell::Number(_) | Cell::Untaken(_) => false,
    };
    cells.iter().any(is)
}

/// The names of the column with the ids of records.
pub(super) fn id_names(targets: &[Target<'_>]) -> Vec<String> {
    let id = targets.iter().filter(|target| target.column.goes_to == GoesTo::Field("id".to_owned()));
    id.flat_map(|target| target.column.names.iter().cloned()).collect()
}

/// What the columns below a header are.
pub(super) fn of_header(
    line: u64,
    cells: &[Cell<'_>],
    targets: &[Target<'_>],
    ordered_by: &[String],
    free_text: bool,
) -> Columns {
    let headers = headers(cells);
    let plain: Vec<String> = headers.iter().map(|header| plain_name(header)).collect();
    let mut known: HashMap<String, (usize, usize)> = HashMap::new();
    for (target, column) in targets.iter().enumerate() {
        for (rank, name) in column.column.names.iter().enumerate() {
            known.entry(plain_name(name)).or_insert((target, rank));
        }
    }
    // Of several columns for one field, the one that is named first in the profile; all that are headed the same.
    let mut best: HashMap<usize, usize> = HashMap::new();
    for (target, rank) in plain.iter().filter_map(|header| known.get(header)) {
        let best = best.entry(*target).or_insert(*rank);
        *best = (*best).min(*rank);
    }
    let uses = plain.iter().map(|header| {
        let Some((target, rank)) = known.get(header) else { return Use::Unmapped };
        let column = &targets[*target].column;
        match &column.goes_to {
            GoesTo::Left(why) => Use::Left(why.clone()),
            GoesTo::Field(_) | GoesTo::Says(_) if best[target] != *rank => Use::Left(format!(
                "`{}` is taken from {}",
                targets[*target].name(),
                column.names[best[target]]
            )),
            GoesTo::Field(_) | GoesTo::Says(_) if column.free_text && !free_text => {
                Use::Left("people write into it what they like; `--text` takes it in".to_owned())
            }
            GoesTo::Field(_) | GoesTo::Says(_) => Use::Taken(*target),
        }
    });
    let uses = uses.collect();
    let order =
        ordered_by.iter().find_map(|name| plain.iter().position(|header| *header == plain_name(name)));
    Columns { line, headers, uses, order }
}

/// What became of a column, for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnTold {
    /// The file.
    pub file: String,
    /// Which column, from one.
    pub position: usize,
    /// Its header.
    pub header: String,
    /// What became of it.
    pub to: ColumnUse,
    /// In so many rows something stands in it.
    pub filled: u64,
    /// Something to know of it.
    pub notes: Vec<String>,
}

/// What becomes of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnUse {
    /// This field.
    Field(String),
    /// Carried as the source says it, under this name.
    Says(String),
    /// Left out; why.
    Left(String),
    /// The profile does not speak of it.
    Unmapped,
}

/// What is told of the columns of an export.
pub(super) fn told(
    export: &Export,
    columns: &Columns,
    targets: &[Target<'_>],
    mut more: impl FnMut(usize) -> (u64, Vec<String>),
) -> Vec<ColumnTold> {
    let told = columns.uses.iter().enumerate().map(|(position, of)| {
        let to = match of {
            Use::Taken(target) => match &targets[*target].column.goes_to {
                GoesTo::Field(name) => ColumnUse::Field(name.clone()),
                GoesTo::Says(name) => ColumnUse::Says(name.clone()),
                GoesTo::Left(why) => ColumnUse::Left(why.clone()),
            },
            Use::Left(_) | Use::Unmapped if columns.order == Some(position) => {
                ColumnUse::Left("it tells which row of a record is later".to_owned())
            }
            Use::Left(why) => ColumnUse::Left(why.clone()),
            Use::Unmapped => ColumnUse::Unmapped,
        };
        let (filled, notes) = more(position);
        let header = columns.headers[position].clone();
        ColumnTold { file: export.name.clone(), position: position + 1, header, to, filled, notes }
    });
    told.collect()
}

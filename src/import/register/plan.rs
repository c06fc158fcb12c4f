//! What a list is to change: compared with the documents that there are, cell by cell.

mod additions;
mod changes;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;

use super::{Row, Table, ids::Ids, values::Known};
use crate::{
    author::{Addition, Fields, Revision, Value},
    corpus::{Document, Documents},
    import::workbook::RefusedCell,
    model::RecordType,
    report::register::{self, Column, Fixed, Holds},
    text::quoted,
    yaml::{Mapping, Node},
};

/// What is to be written, or why it cannot be.
#[derive(Debug, Default)]
pub struct Plan {
    /// Documents that change, by the file in which they stand.
    pub revisions: BTreeMap<String, Vec<Revision>>,
    /// Documents that are new.
    pub addition: Option<(NewIn, Addition)>,
    /// What changes of which document, in the order of rows.
    pub changed: Vec<Changed>,
    /// What is new.
    pub new: Vec<New>,
    /// The ids of documents that have no row, of those that there were when the workbook was made; of another workbook,
    /// of all.
    pub gone: Vec<String>,
    /// Lists that were approved as they were, by id, each with its file.
    pub approved: BTreeSet<(String, String)>,
    /// What cannot be taken as it is.
    pub refused: Vec<RefusedCell>,
}

/// What is wanted of a list beside what stands in it.
#[derive(Clone, Copy, Debug)]
pub struct Goal<'g> {
    /// The file for new documents, relative to the root, if one is named.
    pub into: Option<&'g str>,
    /// The day judged on.
    pub as_of: NaiveDate,
}

/// Where new documents go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIn {
    /// The file, relative to the root.
    pub path: String,
    /// What a new file says of itself.
    pub comment: String,
}

/// A document that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its id.
    pub id: String,
    /// Its file.
    pub path: String,
    /// Its fields, each with what it held and what it is to hold.
    pub fields: Vec<(String, String, String)>,
}

/// A document that is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct New {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether the id was given to it here.
    pub numbered: bool,
}

/// What a list is to change.
pub fn plan(table: &Table<'_>, documents: &Documents<'_>, record_type: &RecordType, goal: &Goal<'_>) -> Plan {
    let (rows, _) = register::rows(documents, &record_type.id);
    let known: HashMap<&str, &Document<'_>> = rows.iter().map(|row| (row.id, row.document)).collect();
    let own = rows.iter().map(|row| row.id);
    let mut desk = Desk {
        table,
        documents,
        record_type,
        as_of: goal.as_of,
        ids: Ids::new(documents.ids().map(|(id, _)| id), own, record_type),
        coming: HashSet::new(),
        plan: Plan { refused: table.refused.clone(), ..Plan::default() },
    };
    let id = table.column("id");
    let id_of = |row: &Row| id.and_then(|id| row.cells.get(&id)).cloned();
    // A row may refer to one that comes with it.
    desk.coming = table.rows.iter().filter_map(id_of).filter(|id| !known.contains_key(id.as_str())).collect();
    let (mut met, mut entries): (HashSet<String>, Vec<Fields>) = (HashSet::new(), Vec::new());
    let target = target(documents, record_type, goal.into);
    for row in &table.rows {
        let place = id.map_or(row.at.as_str(), |id| row.place(id));
        match id_of(row) {
            Some(name) if !met.insert(name.clone()) => {
                let message = format!("{} stands here twice", quoted(&name));
                desk.refuse(place, message, Some("keep one of the rows".to_owned()));
            }
            Some(name) => match known.get(name.as_str()) {
                Some(document) => desk.compare(row, &name, document),
                None => entries.extend(desk.new_with_id(row, &name, place, &target)),
            },
            None => {
                if let Some((fields, same)) = desk.new_without_id(row, &rows, &target) {
                    met.extend(same);
                    entries.extend(fields);
                }
            }
        }
    }
    let there: Vec<&str> = match &table.origin {
        Some(origin) => origin.rows.keys().map(String::as_str).filter(|id| known.contains_key(id)).collect(),
        None => rows.iter().map(|row| row.id).collect(),
    };
    desk.plan.gone = there.into_iter().filter(|id| !met.contains(*id)).map(str::to_owned).collect();
    if !entries.is_empty() {
        let addition = Addition { record_type: record_type.id.clone(), entries, own: &[] };
        desk.plan.addition = Some((target.into, addition));
    }
    desk.plan
}

/// Where new documents go, and what they have from there.
struct Target<'d> {
    into: NewIn,
    defaults: Option<Mapping<'d>>,
}

/// The list of the type with most entries, or a new one.
fn target<'d>(documents: &'d Documents<'_>, record_type: &RecordType, into: Option<&str>) -> Target<'d> {
    let lists = documents
        .collections
        .iter()
        .filter(|list| list.record_type.is_some_and(|of| of.id == record_type.id));
    let entries = |node: Option<Node<'_>>| match node.map(Node::kind) {
        Some(crate::yaml::Kind::Sequence(list)) => list.items().count(),
        Some(crate::yaml::Kind::Scalar(_) | crate::yaml::Kind::Mapping(_)) | None => 0,
    };
    let mut best: Option<(usize, &crate::corpus::Collection<'_>)> = None;
    for list in lists {
        let count = entries(list.fields.get(crate::corpus::ENTRIES));
        let is_wanted = into.is_none_or(|path| list.source.name() == path);
        // Of several lists in a file, the last one grows.
        let is_more =
            best.is_none_or(|(most, known)| count > most || std::ptr::eq(known.source, list.source));
        if is_wanted && is_more {
            best = Some((count, list));
        }
    }
    let path = match (into, best) {
        (Some(path), _) => path.to_owned(),
        (None, Some((_, list))) => list.source.name().to_owned(),
        (None, None) => format!("registers/{}.yaml", record_type.id),
    };
    let defaults = best.and_then(|(_, list)| list.fields.get(crate::corpus::DEFAULTS)?.mapping());
    Target {
        into: NewIn {
            path,
            comment: format!("{}: {}", record_type.title, first_sentence(&record_type.describes)),
        },
        defaults,
    }
}

fn first_sentence(text: &str) -> String {
    let sentence = text.split(['.', ';']).next().unwrap_or(text);
    sentence.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where cells become changes.
struct Desk<'p> {
    table: &'p Table<'p>,
    documents: &'p Documents<'p>,
    record_type: &'p RecordType,
    as_of: NaiveDate,
    ids: Ids,
    /// The ids of documents that come with the list.
    coming: HashSet<String>,
    plan: Plan,
}

impl Desk<'_> {
    fn refuse(&mut self, at: &str, message: impl Into<String>, help: Option<String>) {
        self.plan.refused.push(RefusedCell { at: at.to_owned(), message: message.into(), help });
    }
}

fn refuse_fixed(column: &Column<'_>) -> Result<(), (String, Option<String>)> {
    let (why, help) = match column.holds {
        Holds::One | Holds::Several => return Ok(()),
        Holds::Fixed(Fixed::Nested) => ("it holds more than a cell can say", "change it in its file"),
        Holds::Fixed(Fixed::Control) => {
            ("it belongs to the control of a document", "`probity approve` or the file changes it")
        }
    };
    Err((format!("`{}` is only shown here: {why}", column.path), Some(help.to_owned())))
}

impl Known for Desk<'_> {
    fn is_type(&self, name: &str) -> bool {
        self.documents.catalog.knows(name)
    }

    fn has(&self, id: &str, types: &[String]) -> bool {
        let is_of = |name: &str| types.iter().any(|wanted| wanted == "any" || wanted == name);
        if self.coming.contains(id) {
            return is_of(&self.record_type.id);
        }
        let found = self.documents.find(id).map(|number| self.documents.at(number));
        found.is_some_and(|document| is_of(document.type_name.map_or("", |(name, _)| name)))
    }

    fn ids(&self, types: &[String]) -> Vec<String> {
        let mut ids: Vec<String> = if types.iter().any(|name| name == "any") {
            self.documents.ids().map(|(id, _)| id.to_owned()).collect()
        } else {
            let numbers = types.iter().flat_map(|name| self.documents.of_type(name));
            numbers.filter_map(|number| Some(self.documents.at(*number).id()?.0.to_owned())).collect()
        };
        ids.sort();
        ids
    }
}

/// Puts a value where a path leads, with the fields on the way.
fn put(fields: &mut Fields, names: &[&str], value: Value) {
    let [name, rest @ ..] = names else { return };
    if rest.is_empty() {
        fields.push(((*name).to_owned().into(), value));
        return;
    }
    if !fields.iter().any(|(known, _)| known == name) {
        fields.push(((*name).to_owned().into(), Value::Fields(Fields::new())));
    }
    if let Some((_, Value::Fields(inner))) = fields.iter_mut().find(|(known, _)| known == name) {
        put(inner, rest, value);
    }
}

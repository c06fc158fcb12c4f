//! What a list is to change: compared with the documents that there are, cell by cell.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;

use super::{
    Row, Table,
    ids::Ids,
    values::{Known, Unfit, same, value},
};
use crate::{
    author::{Addition, Change, Fields, Revision, Value},
    check,
    corpus::{Document, Documents},
    import::workbook::RefusedCell,
    model::{Category, Format, RecordType},
    report::{
        register::{self, Column, Fixed, Holds},
        workbook::register::shown,
    },
    text::{quoted, safe_line},
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

    /// What a row changes of its document.
    fn compare(&mut self, row: &Row, id: &str, document: &Document<'_>) {
        let table = self.table;
        let origin = table.origin.as_ref().and_then(|origin| origin.rows.get(id));
        let (mut changes, mut told) = (Vec::new(), Vec::new());
        for number in table.read.iter().copied() {
            let column = &table.columns[number];
            let raw = register::text(document, column);
            let current = shown(&raw);
            let given = row.cells.get(&number).map_or("", String::as_str);
            let seen = shown(given);
            let before = origin.map(|cells| cells.get(&column.path).map_or("", String::as_str));
            let is_said = match before {
                Some(before) => !same(&seen, before, column),
                // Elsewhere, an empty cell says nothing.
                None => !given.is_empty() || table.origin.is_some(),
            };
            if column.path == "id" || !is_said || same(&seen, &current, column) {
                continue;
            }
            let at = row.place(number);
            if let Some(before) = before.filter(|before| !same(before, &current, column)) {
                let told = format!(
                    "{} of {} has changed since the workbook was made: it was {}, is {}, and is {} here",
                    quoted(&column.path),
                    quoted(id),
                    named(before),
                    named(&current),
                    named(given)
                );
                self.refuse(at, told, Some("write here what it is now, or make a new workbook".to_owned()));
                continue;
            }
            match self.change(given, column, document, &raw) {
                Ok(to) => {
                    let change = Change {
                        path: column.path.split('.').map(str::to_owned).collect(),
                        to,
                        behind: self.behind(&column.path),
                    };
                    changes.push(change);
                    told.push((column.path.clone(), current, given.to_owned()));
                }
                Err((message, help)) => self.refuse(at, message, help),
            }
        }
        let changes = match self.with_inherited(changes, row, document) {
            Ok(changes) if changes.is_empty() => return,
            Ok(changes) => changes,
            Err((number, (message, help))) => {
                self.refuse(row.place(number), message, help);
                return;
            }
        };
        let path = document.source.name().to_owned();
        if let Some(list) = document.register.filter(|list| is_approved(list.get("status"))) {
            let id = list.get("id").and_then(Node::text).unwrap_or_default().to_owned();
            self.plan.approved.insert((id, path.clone()));
        }
        let revision = Revision { id: id.to_owned(), changes };
        self.plan.revisions.entry(path.clone()).or_default().push(revision);
        self.plan.changed.push(Changed { id: id.to_owned(), path, fields: told });
    }

    /// Fields within one that the defaults of the list give: the document has to say all of them itself, or none.
    fn with_inherited(
        &self,
        changes: Vec<Change>,
        row: &Row,
        document: &Document<'_>,
    ) -> Result<Vec<Change>, (usize, Unfit)> {
        let inherited = |change: &Change| -> Option<Mapping<'_>> {
            let (first, is_own) = (&change.path[0], document.fields.get(&change.path[0]).is_some());
            document.defaults.filter(|_| change.path.len() > 1 && !is_own)?.get(first)?.mapping()
        };
        let (mut whole, mut done): (Vec<Change>, Vec<String>) = (Vec::new(), Vec::new());
        for change in changes {
            let Some(defaults) = inherited(&change) else {
                whole.push(change);
                continue;
            };
            let first = change.path[0].clone();
            if done.contains(&first) {
                continue;
            }
            let (mut fields, mut met) = (Fields::new(), 0);
            for (number, column) in self.table.columns.iter().enumerate() {
                let Some(rest) = column.path.strip_prefix(&first).and_then(|rest| rest.strip_prefix('.'))
                else {
                    continue;
                };
                let current = register::text(document, column);
                let is_read = self.table.read.contains(&number);
                let given = row.cells.get(&number).cloned().filter(|_| is_read);
                met += usize::from(!current.is_empty());
                let text = if is_read && self.table.origin.is_some() {
                    given.unwrap_or_default()
                } else {
                    given.unwrap_or(current)
                };
                if !text.is_empty() {
                    let value = value(&text, column, self.table.origin.is_some(), self)
                        .map_err(|why| (number, why))?;
                    put(&mut fields, &rest.split('.').collect::<Vec<_>>(), value);
                }
            }
            if met != defaults.entries().count() || fields.is_empty() {
                let number = self.table.column(&change.path.join(".")).unwrap_or_default();
                let message = format!("`{first}` stands in the `defaults` of the list and not in the entry");
                return Err((number, (message, Some("write it into the entry in its file".to_owned()))));
            }
            whole.push(Change {
                path: vec![first.clone()],
                to: Some(Value::Fields(fields)),
                behind: self.behind(&first),
            });
            done.push(first);
        }
        Ok(whole)
    }

    /// What a cell makes of a field that holds something else.
    fn change(
        &self,
        given: &str,
        column: &Column<'_>,
        document: &Document<'_>,
        raw: &str,
    ) -> Result<Option<Value>, (String, Option<String>)> {
        refuse_fixed(column)?;
        if self.record_type.category == Category::Document && is_approved(document.get("status")) {
            let help =
                "change it in its file, with a new version and `status: draft`, and approve that".to_owned();
            return Err((
                format!("{} is approved, and a change would be one that nobody approved", named_id(document)),
                Some(help),
            ));
        }
        if let Some(day) = document.day("sealed_on").filter(|day| *day <= self.as_of) {
            let help = "write what is wrong in it into `corrections`, in its file".to_owned();
            return Err((
                format!("{} is sealed since {day}, and does not change", named_id(document)),
                Some(help),
            ));
        }
        // What a cell cannot show stands in it by its code.
        if shown(raw) != raw.replace("\r\n", "\n").trim() && given.contains("\\u{") {
            return Err((
                "the text holds characters that no cell shows, and would get their codes in their place"
                    .to_owned(),
                Some("write it without `\\u{..}`, or change it in its file".to_owned()),
            ));
        }
        if !given.is_empty() {
            return value(given, column, self.table.origin.is_some(), self).map(Some);
        }
        let first = column.path.split('.').next().unwrap_or_default();
        if self.record_type.shape.required.contains(&column.path) {
            return Err((
                format!("`{}` is something that each {} has to have", column.path, self.record_type.id),
                None,
            ));
        }
        if let Some(value) = document.defaults.and_then(|defaults| defaults.get(first)) {
            let value = value.text().map_or(String::new(), |text| format!(" as {}", quoted(text)));
            return Err((
                format!("`{}` cannot be emptied: the `defaults` of the list say it{value}", column.path),
                Some("write another value, or change the list in its file".to_owned()),
            ));
        }
        Ok(None)
    }

    /// The fields behind which a new one goes, the nearest first.
    fn behind(&self, path: &str) -> Vec<String> {
        let (within, name) =
            path.rsplit_once('.').map_or((None, path), |(within, name)| (Some(within), name));
        let shape = match within {
            None => Some(&self.record_type.shape),
            Some(within) => self.record_type.shape.at(within),
        };
        let fields = shape.map(|shape| shape.fields.as_slice()).unwrap_or_default();
        // A field within others goes where these go.
        let first = path.split('.').next().unwrap_or(path);
        let before = |fields: &[(String, crate::model::Schema)], name: &str| -> Vec<String> {
            fields.iter().map(|(field, _)| field).take_while(|field| *field != name).cloned().collect()
        };
        let mut behind = before(fields, name);
        if within.is_some() {
            behind.splice(0..0, before(&self.record_type.shape.fields, first));
        }
        behind.reverse();
        behind
    }

    fn new_with_id(&mut self, row: &Row, id: &str, place: &str, target: &Target<'_>) -> Option<Fields> {
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
    fn new_without_id(
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

fn is_approved(status: Option<Node<'_>>) -> bool {
    status.and_then(Node::text) == Some("approved")
}

fn named_id(document: &Document<'_>) -> String {
    document.id().map_or_else(|| "it".to_owned(), |(id, _)| quoted(id))
}

fn named(text: &str) -> String {
    if text.is_empty() { "empty".to_owned() } else { quoted(text) }
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

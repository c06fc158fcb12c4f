//! The documents in the files: one mapping, one of a stream, one entry of a collection, the register
//! around it, the front matter of a Markdown file, or a row of a sealed extract.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use chrono::{DateTime, NaiveDate};
use rayon::prelude::*;

use super::{
    Corpus,
    extracts::{EXTRACT, Extract, Sealed},
    references::{self, Reference, Referrer},
    sequence::Sequence,
    values::Single,
};
use crate::{
    catalog::Catalog,
    model::{Attachments, Condition, DateRole, RecordType, Schema},
    text::{Source, Span},
    yaml::{Kind, Mapping, Node, Stream},
};

/// What the key of a collection is called, and the keys beside it.
pub const COLLECTION: &str = "collection";
/// The entries of a collection.
pub const ENTRIES: &str = "entries";
/// What its entries have unless they say otherwise.
pub const DEFAULTS: &str = "defaults";
/// What the list itself is as a controlled document.
pub const REGISTER: &str = "register";

/// Something that has a type and an id.
#[derive(Clone, Copy, Debug)]
pub struct Document<'c> {
    /// The text it stands in.
    pub source: &'c Source,
    /// Its own fields.
    pub fields: Mapping<'c>,
    /// Where it stands.
    pub node: Node<'c>,
    /// What it is.
    pub shape: Shape,
    /// Its type by name, and the place that says so; none if nothing says so.
    pub type_name: Option<(&'c str, Span)>,
    /// Its type, if there is one of that name.
    pub record_type: Option<&'c RecordType>,
    /// What an entry has from its collection.
    pub defaults: Option<Mapping<'c>>,
    /// What the list is as a controlled document that an entry stands in.
    pub register: Option<Mapping<'c>>,
    /// The text behind it, if it is front matter.
    pub body: Option<Span>,
    /// Of a row, the document of the extract that it stands in.
    pub extract: Option<Mapping<'c>>,
}

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A mapping of its own.
    Single,
    /// An entry of a collection.
    Entry,
    /// The list around such entries, as a controlled document. Its entries follow it.
    Register,
    /// A row of a sealed extract.
    Row,
}

/// A collection: a list of entries of one type.
#[derive(Clone, Copy, Debug)]
pub struct Collection<'c> {
    /// The text it stands in.
    pub source: &'c Source,
    /// Where it stands.
    pub node: Node<'c>,
    /// Its keys.
    pub fields: Mapping<'c>,
    /// The name of the type of its entries, and its place.
    pub type_name: Option<(&'c str, Span)>,
    /// That type, if there is one of that name.
    pub record_type: Option<&'c RecordType>,
}

impl<'c> Document<'c> {
    /// The value of a field, its own or from the defaults of its collection.
    pub fn get(&self, name: &str) -> Option<Node<'c>> {
        self.fields.get(name).or_else(|| self.defaults.and_then(|defaults| defaults.get(name)))
    }

    /// The day that a field tells, be it a day or an instant; nested ones with a dot.
    pub fn day(&self, path: &str) -> Option<NaiveDate> {
        let mut names = path.split('.');
        let field = self.get(names.next()?)?;
        let text = names.try_fold(field, |holder, name| holder.mapping()?.get(name))?.text()?;
        text.parse().ok().or_else(|| Some(DateTime::parse_from_rfc3339(text).ok()?.date_naive()))
    }

    /// The days on which something happened of which it tells, in the order of its fields.
    pub fn event_days(&self) -> impl Iterator<Item = NaiveDate> {
        let fields = self.record_type.into_iter().flat_map(|found| &found.shape.fields);
        let events = fields.filter(|(_, field)| field.date == Some(DateRole::Event));
        events.filter_map(|(name, _)| self.day(name))
    }

    /// The fields for which its source has no column, if it is a row of an extract that says so.
    pub fn without(&self) -> Vec<&'c str> {
        texts(self.extract.and_then(|extract| extract.get("without")))
    }

    /// Its id, if it has one that can be one.
    pub fn id(&self) -> Option<(&'c str, Node<'c>)> {
        let node = self.fields.get("id")?;
        node.text().filter(|id| !id.is_empty()).map(|id| (id, node))
    }

    /// Whether it only stands for something that is kept elsewhere.
    pub fn is_stub(&self) -> bool {
        self.get("held_in").is_some_and(|held| !held.is_null())
    }

    /// Whether a field has one of the values.
    pub fn meets(&self, condition: &Condition) -> bool {
        let value = self.get(&condition.field).and_then(Node::text);
        value.is_some_and(|value| condition.values.iter().any(|wanted| wanted == value))
    }

    /// Whether it is in force or finished. What has no such state always is, unless it stands in a
    /// register that is not approved yet.
    pub fn is_settled(&self) -> bool {
        !self.is_in_draft()
            && self
                .record_type
                .is_some_and(|record_type| record_type.settled.iter().all(|condition| self.meets(condition)))
    }

    /// Whether it stands in a register that is not approved yet.
    pub fn is_in_draft(&self) -> bool {
        let status = self.register.and_then(|register| register.get("status")).and_then(Node::text);
        matches!(status, Some("draft" | "in-review"))
    }

    /// Whether it has a text: in a field, behind front matter or in a file of its own.
    pub fn has_text(&self) -> bool {
        let filled =
            |name: &str| self.get(name).and_then(Node::text).is_some_and(|text| !text.trim().is_empty());
        let behind = || self.body.is_some_and(|body| !self.source.slice(body).trim().is_empty());
        filled("body") || filled("body_file") || behind()
    }

    /// The value that says that it is no longer in use, if one does.
    pub fn ended(&self) -> Option<Node<'c>> {
        let ended = self.record_type?.ended.iter().find(|condition| self.meets(condition))?;
        self.get(&ended.field)
    }

    /// The place to point at when something is missing: the type, or else the first key.
    pub fn head(&self) -> Span {
        let own = self.fields.get("type").map(Node::span);
        let first = || self.fields.entries().next().map(|(key, _)| key.span());
        own.filter(|_| self.shape == Shape::Single).or_else(first).unwrap_or(self.node.span())
    }
}

/// All documents of a corpus, known by id and joined by what they refer to.
#[derive(Debug)]
pub struct Documents<'c> {
    /// The types they are of.
    pub catalog: &'c Catalog,
    /// The files that they point to.
    pub attachments: &'c dyn Attachments,
    /// The collections that hold some of them.
    pub collections: Vec<Collection<'c>>,
    list: Vec<Document<'c>>,
    /// Of several with one id, the first.
    by_id: HashMap<&'c str, u32>,
    /// In the order of the documents that refer.
    references: Vec<Reference<'c>>,
    /// The references by what they refer to.
    incoming: OnceLock<HashMap<u32, Vec<u32>>>,
    /// Who refers, by what is referred to and the field: sorted.
    referrers: OnceLock<Vec<Referrer>>,
    /// Documents that follow each other: by type, by the field that they share, and by the date.
    sequences: Mutex<HashMap<[String; 3], Arc<Sequence>>>,
    /// The documents that speak of an extract whose records are not at hand.
    closed: Vec<u32>,
    /// The types of those records.
    closed_types: HashSet<&'c str>,
    /// The documents of each type, in order.
    by_type: HashMap<&'c str, Vec<u32>>,
    /// Of each document, whether it is no longer in use: asked for once for each reference to it.
    ended: Vec<bool>,
}

impl<'c> Documents<'c> {
    /// The documents of all files, in the order of files and places; the rows of an extract follow the
    /// document that speaks of it.
    pub fn of(corpus: &'c Corpus<'_>, catalog: &'c Catalog) -> Self {
        let streams: Vec<(&Stream, Option<Span>)> = corpus.streams().collect();
        let found: Vec<Found<'_>> = streams
            .into_par_iter()
            .map(|(stream, body)| {
                let mut found = Found {
                    catalog,
                    extracts: &corpus.extracts,
                    documents: Vec::new(),
                    collections: Vec::new(),
                };
                found.add_stream(stream, body);
                found
            })
            .collect();
        let (mut list, mut collections) = (Vec::new(), Vec::new());
        for file in found {
            list.extend(file.documents);
            collections.extend(file.collections);
        }
        let mut by_id = HashMap::with_capacity(list.len());
        for (number, document) in list.iter().enumerate() {
            if let Some((id, _)) = document.id() {
                by_id.entry(id).or_insert(index(number));
            }
        }
        let mut by_type: HashMap<&str, Vec<u32>> = HashMap::new();
        for (number, document) in list.iter().enumerate() {
            if let Some(found) = document.record_type {
                by_type.entry(&found.id).or_default().push(index(number));
            }
        }
        let references = list
            .par_iter()
            .enumerate()
            .flat_map_iter(|(number, document)| references_of(index(number), document, &by_id))
            .collect();
        let is_closed = |document: &Document<'_>| {
            sealed(&corpus.extracts, document).is_some_and(|sealed| !matches!(sealed, Sealed::Rows(_)))
        };
        let numbered = list.iter().enumerate();
        let closed = numbered.filter(|(_, document)| is_closed(document)).map(|(number, _)| index(number));
        let closed: Vec<u32> = closed.collect();
        let of = |number: &u32| list[*number as usize].get("of").and_then(Node::text);
        let closed_types = closed.iter().filter_map(of).collect();
        Self {
            catalog,
            attachments: &*corpus.snapshot.attachments,
            closed,
            closed_types,
            ended: list.par_iter().map(|document| document.ended().is_some()).collect(),
            collections,
            list,
            by_id,
            by_type,
            references,
            incoming: OnceLock::new(),
            referrers: OnceLock::new(),
            sequences: Mutex::default(),
        }
    }

    /// The documents that speak of an extract whose records are not at hand.
    pub fn closed_extracts(&self) -> impl Iterator<Item = &Document<'c>> {
        self.closed.iter().map(|number| self.at(*number))
    }

    /// Whether records of a type lie in an extract that is not at hand.
    pub fn is_partly_closed(&self, id: &str) -> bool {
        self.closed_types.contains(id)
    }

    /// In order.
    pub fn iter(&self) -> std::slice::Iter<'_, Document<'c>> {
        self.list.iter()
    }

    /// In order, as a slice.
    pub fn as_slice(&self) -> &[Document<'c>] {
        &self.list
    }

    /// The document of a number that a reference names.
    pub fn at(&self, number: u32) -> &Document<'c> {
        &self.list[number as usize]
    }

    /// The documents of a type, in order.
    pub fn of_type(&self, id: &str) -> &[u32] {
        self.by_type.get(id).map_or(&[], Vec::as_slice)
    }

    /// The types that some document is of.
    pub fn types(&self) -> impl Iterator<Item = &'c str> {
        self.by_type.keys().copied()
    }

    /// Whether a document is no longer in use.
    pub fn has_ended(&self, number: u32) -> bool {
        self.ended[number as usize]
    }

    /// The number of the document with an id; of several, of the first.
    pub fn find(&self, id: &str) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    /// The ids there are, each with the number of its document, in no order.
    pub fn ids(&self) -> impl Iterator<Item = (&'c str, u32)> {
        self.by_id.iter().map(|(id, number)| (*id, *number))
    }

    /// Every reference, in the order of the documents that refer.
    pub fn references(&self) -> &[Reference<'c>] {
        &self.references
    }

    /// What a document refers to.
    pub fn outgoing(&self, number: u32) -> &[Reference<'c>] {
        let start = self.references.partition_point(|reference| reference.from < number);
        let end = self.references.partition_point(|reference| reference.from <= number);
        &self.references[start..end]
    }

    /// What refers to a document.
    pub fn incoming(&self, number: u32) -> impl Iterator<Item = &Reference<'c>> {
        let incoming = self.incoming.get_or_init(|| {
            let mut incoming: HashMap<u32, Vec<u32>> = HashMap::new();
            for (position, reference) in self.references.iter().enumerate() {
                if let Some(to) = reference.to {
                    incoming.entry(to).or_default().push(index(position));
                }
            }
            incoming
        });
        incoming.get(&number).into_iter().flatten().map(|position| &self.references[*position as usize])
    }

    /// The documents that refer to a document by a field, in order. Of a list, the schema is that of its
    /// items.
    pub fn referrers(&self, number: u32, schema: &Schema) -> impl Iterator<Item = u32> {
        let all = self.referrers.get_or_init(|| Referrer::all(&self.references));
        Referrer::to(all, number, schema)
    }

    /// The documents of a type that share the value of a field, in the order of a date.
    pub fn sequence(&self, [name, shared, date]: [&str; 3]) -> Arc<Sequence> {
        let mut known = self.sequences.lock().unwrap_or_else(PoisonError::into_inner);
        let made = known.entry([name, shared, date].map(str::to_owned)).or_insert_with(|| {
            let numbers = self.of_type(name).iter();
            Arc::new(Sequence::of(numbers.map(|number| (*number, self.at(*number))), shared, date))
        });
        Arc::clone(made)
    }

    /// The field in which a reference stands, as a person writes it: `targets[2].kpi`.
    pub fn field_of(&self, reference: &Reference<'_>) -> String {
        let (mut position, mut field) = (0, String::new());
        references::each(self.at(reference.from), &mut |named| {
            if position == reference.position {
                field = named.field.to_string();
            }
            position += 1;
        });
        field
    }

    /// The entries of a register.
    pub fn entries_of(&self, register: u32) -> impl Iterator<Item = (u32, &Document<'c>)> {
        let behind = self.list.iter().enumerate().skip(register as usize + 1);
        let fields = self.at(register).fields;
        let entries =
            behind.take_while(move |(_, document)| document.register.is_some_and(|around| around.is(fields)));
        entries.map(|(number, document)| (index(number), document))
    }
}

/// What is where the extract should be that a document speaks of.
fn sealed<'c>(extracts: &'c [Extract], document: &Document<'_>) -> Option<&'c Sealed> {
    let speaks = document.type_name.is_some_and(|(name, _)| name == EXTRACT);
    let mut own = extracts.iter().filter(|extract| speaks && extract.belongs_to(document));
    own.next().map(|extract| &extract.sealed)
}

impl<'d, 'c> IntoIterator for &'d Documents<'c> {
    type Item = &'d Document<'c>;
    type IntoIter = std::slice::Iter<'d, Document<'c>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

fn references_of<'c>(
    from: u32,
    document: &Document<'c>,
    by_id: &HashMap<&'c str, u32>,
) -> Vec<Reference<'c>> {
    let mut references = Vec::new();
    references::each(document, &mut |named| {
        let to = named.node.text().and_then(|text| by_id.get(text).copied());
        let position = index(references.len());
        let Single { node, schema, past, .. } = named;
        references.push(Reference { node, schema, from, to, past, position });
    });
    references
}

fn index(number: usize) -> u32 {
    u32::try_from(number).expect("the limits on files keep counts far below")
}

/// What a file holds.
struct Found<'c> {
    catalog: &'c Catalog,
    extracts: &'c [Extract],
    documents: Vec<Document<'c>>,
    collections: Vec<Collection<'c>>,
}

impl<'c> Found<'c> {
    fn add_stream(&mut self, stream: &'c Stream, body: Option<Span>) {
        for node in stream.documents() {
            let Some(fields) = node.mapping() else { continue };
            if fields.get(COLLECTION).is_some() {
                self.add_collection(stream.source(), node, fields);
                continue;
            }
            let type_name = named(fields, "type");
            let record_type = type_name.and_then(|(name, _)| self.catalog.record_type(name));
            let source = stream.source();
            let (shape, defaults, register) = (Shape::Single, None, None);
            self.add(Document {
                source,
                fields,
                node,
                shape,
                type_name,
                record_type,
                defaults,
                register,
                body,
                extract: None,
            });
        }
    }

    fn add_collection(&mut self, source: &'c Source, node: Node<'c>, fields: Mapping<'c>) {
        let type_name = named(fields, COLLECTION);
        let record_type = type_name.and_then(|(name, _)| self.catalog.record_type(name));
        self.collections.push(Collection { source, node, fields, type_name, record_type });
        let register = fields.get(REGISTER).and_then(Node::mapping);
        if let (Some(node), Some(fields)) = (fields.get(REGISTER), register) {
            self.add(Document {
                source,
                fields,
                node,
                shape: Shape::Register,
                type_name: None,
                record_type: Some(self.catalog.register()),
                defaults: None,
                register: None,
                body: None,
                extract: None,
            });
        }
        let defaults = fields.get(DEFAULTS).and_then(Node::mapping);
        if let Some(Kind::Sequence(entries)) = fields.get(ENTRIES).map(Node::kind) {
            for node in entries.items() {
                let Some(fields) = node.mapping() else { continue };
                let (shape, body) = (Shape::Entry, None);
                self.add(Document {
                    source,
                    fields,
                    node,
                    shape,
                    type_name,
                    record_type,
                    defaults,
                    register,
                    body,
                    extract: None,
                });
            }
        }
    }

    fn add(&mut self, document: Document<'c>) {
        self.documents.push(document);
        if let Some(Sealed::Rows(rows)) = sealed(self.extracts, &document) {
            self.add_rows(&document, rows);
        }
    }

    /// The records of an extract.
    fn add_rows(&mut self, document: &Document<'c>, rows: &'c Stream) {
        let type_name = document.get("of").and_then(|of| Some((of.text()?, of.span())));
        let record_type = type_name.and_then(|(name, _)| self.catalog.record_type(name));
        let rows = rows.documents().filter_map(|node| {
            Some(Document {
                source: rows.source(),
                fields: node.mapping()?,
                node,
                shape: Shape::Row,
                type_name,
                record_type,
                defaults: None,
                register: None,
                body: None,
                extract: Some(document.fields),
            })
        });
        self.documents.extend(rows);
    }
}

/// What a key names, and its place.
fn named<'c>(fields: Mapping<'c>, key: &str) -> Option<(&'c str, Span)> {
    let node = fields.get(key)?;
    Some((node.text().unwrap_or_default(), node.span()))
}

/// The texts of a field that holds one or a list.
pub fn texts(node: Option<Node<'_>>) -> Vec<&str> {
    match node.map(|node| (node, node.kind())) {
        Some((_, Kind::Sequence(list))) => list.items().filter_map(Node::text).collect(),
        Some((node, Kind::Scalar(_))) => node.text().into_iter().collect(),
        Some((_, Kind::Mapping(_))) | None => Vec::new(),
    }
}

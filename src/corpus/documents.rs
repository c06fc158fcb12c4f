//! The documents in the files: one mapping, one of a stream, one entry of a collection, the register
//! around it, or the front matter of a Markdown file.

use crate::{
    catalog,
    model::RecordType,
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
    pub record_type: Option<&'static RecordType>,
    /// What an entry has from its collection.
    pub defaults: Option<Mapping<'c>>,
}

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A mapping of its own.
    Single,
    /// An entry of a collection.
    Entry,
    /// The list around such entries, as a controlled document.
    Register,
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
}

impl<'c> Document<'c> {
    /// The value of a field, its own or from the defaults of its collection.
    pub fn get(&self, name: &str) -> Option<Node<'c>> {
        self.fields.get(name).or_else(|| self.defaults.and_then(|defaults| defaults.get(name)))
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

    /// The place to point at when something is missing: the type, or else the first key.
    pub fn head(&self) -> Span {
        let own = self.fields.get("type").map(Node::span);
        let first = || self.fields.entries().next().map(|(key, _)| key.span());
        own.filter(|_| self.shape == Shape::Single).or_else(first).unwrap_or(self.node.span())
    }
}

/// The documents and collections of a stream.
pub fn of_stream(stream: &Stream) -> (Vec<Document<'_>>, Vec<Collection<'_>>) {
    let (mut documents, mut collections) = (Vec::new(), Vec::new());
    let source = &**stream.source();
    for root in stream.documents() {
        let Some(fields) = root.mapping() else { continue };
        let named = |key: &str| {
            let node = fields.get(key)?;
            Some((node.text().unwrap_or_default(), node.span()))
        };
        if fields.get(COLLECTION).is_none() {
            let type_name = named("type");
            let record_type = type_name.and_then(|(name, _)| catalog::record_type(name));
            let shape = Shape::Single;
            documents.push(Document {
                source,
                fields,
                node: root,
                shape,
                type_name,
                record_type,
                defaults: None,
            });
            continue;
        }
        let type_name = named(COLLECTION);
        let record_type = type_name.and_then(|(name, _)| catalog::record_type(name));
        collections.push(Collection { source, node: root, fields, type_name });
        let defaults = fields.get(DEFAULTS).and_then(Node::mapping);
        if let Some(node) = fields.get(REGISTER)
            && let Some(register) = node.mapping()
        {
            documents.push(Document {
                source,
                fields: register,
                node,
                shape: Shape::Register,
                type_name: None,
                record_type: Some(catalog::register()),
                defaults: None,
            });
        }
        if let Some(Kind::Sequence(entries)) = fields.get(ENTRIES).map(Node::kind) {
            for node in entries.items() {
                let Some(entry) = node.mapping() else { continue };
                let shape = Shape::Entry;
                documents.push(Document {
                    source,
                    fields: entry,
                    node,
                    shape,
                    type_name,
                    record_type,
                    defaults,
                });
            }
        }
    }
    (documents, collections)
}

//! What documents refer to: every field that takes the id of another document, and every piece of
//! evidence.

use super::{documents::Document, field::Field};
use crate::{
    model::Schema,
    yaml::{Kind, Mapping, Node},
};

/// A value that names another document, or evidence.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'c> {
    /// The value.
    pub node: Node<'c>,
    /// What its field holds.
    pub schema: &'c Schema,
    /// The number of the document that refers.
    pub from: u32,
    /// The number of the document that is referred to; none if there is none of this id.
    pub to: Option<u32>,
    /// Whether it tells of the past, so that what it names may have ended since: who approved, what
    /// was there before.
    pub past: bool,
    /// Which of the references of its document it is.
    pub(super) position: u32,
}

impl<'c> Reference<'c> {
    /// What is written: an id or, of evidence, also a path, an address or a sentence.
    pub fn text(&self) -> &'c str {
        self.node.text().unwrap_or_default()
    }

    /// Whether it is evidence, which may be something else than an id.
    pub fn is_evidence(&self) -> bool {
        self.schema.evidence
    }
}

/// A value that names something, and what there is to know of it.
pub(super) struct Named<'c, 'p> {
    pub(super) node: Node<'c>,
    pub(super) schema: &'c Schema,
    pub(super) field: &'p Field<'p>,
    pub(super) past: bool,
}

/// What is done with each of them.
type Found<'f, 'c> = &'f mut dyn FnMut(Named<'c, '_>);

/// Calls back with every reference of a document, always in the same order.
pub(super) fn each<'c>(document: &Document<'c>, found: Found<'_, 'c>) {
    let Some(record_type) = document.record_type else { return };
    let inherited = document.defaults.into_iter().flat_map(Mapping::entries);
    let inherited =
        inherited.filter(|(key, _)| key.text().is_some_and(|name| document.fields.get(name).is_none()));
    in_fields(document.fields.entries().chain(inherited), &record_type.shape, None, false, found);
}

fn in_fields<'c>(
    fields: impl Iterator<Item = (Node<'c>, Node<'c>)>,
    schema: &'c Schema,
    within: Option<&Field<'_>>,
    past: bool,
    found: Found<'_, 'c>,
) {
    for (key, value) in fields {
        let name = key.text().unwrap_or_default();
        if let Some((_, field)) = schema.fields.iter().find(|(known, _)| known == name) {
            in_value(value, field, &Field::named(name, within), past, found);
        }
    }
}

fn in_value<'c>(value: Node<'c>, schema: &'c Schema, field: &Field<'_>, past: bool, found: Found<'_, 'c>) {
    let past = past || schema.control || schema.history;
    match value.kind() {
        Kind::Scalar(scalar) => {
            let names = !schema.refers_to.is_empty() || schema.evidence;
            if names && !scalar.is_null() && !scalar.text.is_empty() {
                found(Named { node: value, schema, field, past });
            }
        }
        Kind::Sequence(sequence) => {
            if let Some(items) = &schema.items {
                for (index, item) in sequence.items().enumerate() {
                    in_value(item, items, &Field::item(index, field), past, found);
                }
            }
        }
        Kind::Mapping(mapping) => in_fields(mapping.entries(), schema, Some(field), past, found),
    }
}

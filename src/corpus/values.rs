//! Every single value in the fields of a document, with what its field holds: through lists and through
//! fields within fields.

use super::field::Field;
use crate::{
    model::Schema,
    yaml::{Kind, Node},
};

/// A value that is no list and no set of fields, and what there is to know of it.
#[derive(Clone, Copy)]
pub struct Single<'c, 'p> {
    /// The value.
    pub node: Node<'c>,
    /// What its field holds.
    pub schema: &'c Schema,
    /// Its field.
    pub field: &'p Field<'p>,
    /// Whether it tells of the past, or of how the document is kept.
    pub past: bool,
}

/// Calls back with every single value of some fields, always in the same order.
pub fn each_single<'c>(
    fields: impl Iterator<Item = (Node<'c>, Node<'c>)>,
    schema: &'c Schema,
    found: &mut dyn FnMut(Single<'c, '_>),
) {
    in_fields(fields, schema, None, false, found);
}

fn in_fields<'c>(
    fields: impl Iterator<Item = (Node<'c>, Node<'c>)>,
    schema: &'c Schema,
    within: Option<&Field<'_>>,
    past: bool,
    found: &mut dyn FnMut(Single<'c, '_>),
) {
    for (key, value) in fields {
        let name = key.text().unwrap_or_default();
        if let Some((_, field)) = schema.fields.iter().find(|(known, _)| known == name) {
            in_value(value, field, &Field::named(name, within), past, found);
        }
    }
}

fn in_value<'c>(
    node: Node<'c>,
    schema: &'c Schema,
    field: &Field<'_>,
    past: bool,
    found: &mut dyn FnMut(Single<'c, '_>),
) {
    let past = past || schema.control || schema.history;
    match node.kind() {
        Kind::Scalar(_) => found(Single { node, schema, field, past }),
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

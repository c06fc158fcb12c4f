//! Whether every id that a document refers to is there, and of the type that is meant: one finding
//! for each target, with all its places.

use std::collections::BTreeMap;

use super::{field::Field, rule};
use crate::{
    corpus::Document,
    model::{Draft, Finding, Place, Schema},
    text::{nearest, quoted},
    yaml::{Kind, Mapping, Node},
};

/// Where a target is referred to, and what it should be.
struct Reference<'c> {
    place: Place,
    types: &'c [String],
}

/// What is done with each reference: its target, its place, the types that are meant, its field.
type Found<'f, 'c> = &'f mut dyn FnMut(&'c str, Node<'c>, &'static [String], &Field<'_>);

/// The findings about references of all documents.
pub(super) fn unresolved(documents: &[Document<'_>]) -> Vec<Finding> {
    let mut by_id: BTreeMap<&str, &Document<'_>> = BTreeMap::new();
    for document in documents {
        if let Some((id, _)) = document.id() {
            by_id.entry(id).or_insert(document);
        }
    }
    let mut missing: BTreeMap<&str, Vec<Reference<'_>>> = BTreeMap::new();
    let mut wrong: BTreeMap<(&str, &str), Vec<Reference<'_>>> = BTreeMap::new();
    for document in documents {
        let Some(record_type) = document.record_type else { continue };
        let inherited = document.defaults.into_iter().flat_map(Mapping::entries);
        let inherited =
            inherited.filter(|(key, _)| key.text().is_some_and(|name| document.fields.get(name).is_none()));
        let fields = document.fields.entries().chain(inherited);
        each_reference(fields, &record_type.shape, None, &mut |target, node, types, field| {
            // Nearly all are there and of the type that is meant: the place is for those that are not.
            let reference = || {
                let mut place = Place::within(document.source, node.span());
                place.field = Some(field.to_string());
                Reference { place, types }
            };
            match by_id.get(target) {
                None => missing.entry(target).or_default().push(reference()),
                Some(found) if fits(found, types) => {}
                Some(found) => {
                    let name = found.record_type.map_or("", |found| found.id.as_str());
                    wrong.entry((target, name)).or_default().push(reference());
                }
            }
        });
    }
    let absent = missing.into_iter().map(|(target, references)| {
        let wanted = references.first().map_or(&[][..], |reference| reference.types);
        let likely =
            |id: &str, document: &Document<'_>| fits(document, wanted) && numbers(id) == numbers(target);
        let fitting = by_id.iter().filter(|(id, document)| likely(id, document)).map(|(id, _)| *id);
        let help = match nearest(target, fitting) {
            Some(near) => {
                format!("did you mean `{near}`? otherwise write the document, or a stub with `held_in`")
            }
            None => format!(
                "write a document with `id: {}`, or a stub of it with `held_in`",
                crate::text::safe(target)
            ),
        };
        let what = described(&references);
        finding("REF-01", target, &format!("there is no {what} {}", quoted(target)), help, references)
    });
    let misplaced = wrong.into_iter().map(|((target, found), references)| {
        let what = described(&references);
        let message = format!("{} is a {found}, and a {what} is meant", quoted(target));
        finding("REF-02", target, &message, "refer to the document that is meant".to_owned(), references)
    });
    absent.chain(misplaced).collect()
}

/// Whether a document is of one of some types; one whose own type is unknown may be.
fn fits(document: &Document<'_>, types: &[String]) -> bool {
    document.record_type.is_none_or(|found| types.iter().any(|wanted| wanted == "any" || *wanted == found.id))
}

/// The numbers in an id: two ids with different numbers are different things and no slip of the pen.
fn numbers(id: &str) -> Vec<&str> {
    let runs = id.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    runs.map(|run| run.trim_start_matches('0')).collect()
}

fn described(references: &[Reference<'_>]) -> String {
    match references.first().map(|reference| reference.types) {
        Some([only]) if only == "any" => "document".to_owned(),
        Some(types) => types.join(" or "),
        None => "document".to_owned(),
    }
}

fn finding(
    rule_id: &str,
    target: &str,
    message: &str,
    help: String,
    mut references: Vec<Reference<'_>>,
) -> Finding {
    // What all entries of a collection have from its defaults stands in one place.
    references.sort_by(|a, b| a.place.cmp(&b.place));
    references.dedup_by(|a, b| a.place == b.place);
    let count = references.len();
    let mut references = references.into_iter();
    let first = references.next().expect("a target is known by a reference to it").place;
    let field = first.field.clone().unwrap_or_default();
    let message =
        if count > 1 { format!("{message}, referred to in {count} places") } else { message.to_owned() };
    // The field of the first place may change when another document is added before it.
    let mut draft =
        Draft::new(rule(rule_id), first, message).help(help).subject(target).fact("target", target);
    draft = draft.field(field, "");
    for reference in references {
        draft = draft.note(reference.place, "here too");
    }
    draft.finish()
}

/// Calls back with each reference: target, place, types, field.
fn each_reference<'c>(
    fields: impl Iterator<Item = (Node<'c>, Node<'c>)>,
    schema: &'static Schema,
    within: Option<&Field<'_>>,
    found: Found<'_, 'c>,
) {
    for (key, value) in fields {
        let name = key.text().unwrap_or_default();
        if let Some((_, field)) = schema.fields.iter().find(|(known, _)| known == name) {
            in_value(value, field, &Field::named(name, within), found);
        }
    }
}

fn in_value<'c>(value: Node<'c>, schema: &'static Schema, path: &Field<'_>, found: Found<'_, 'c>) {
    match value.kind() {
        Kind::Scalar(scalar)
            if !schema.refers_to.is_empty() && !scalar.is_null() && !scalar.text.is_empty() =>
        {
            found(scalar.text, value, &schema.refers_to, path);
        }
        Kind::Scalar(_) => {}
        Kind::Sequence(sequence) => {
            if let Some(items) = &schema.items {
                for (index, item) in sequence.items().enumerate() {
                    in_value(item, items, &Field::item(index, path), found);
                }
            }
        }
        Kind::Mapping(mapping) => each_reference(mapping.entries(), schema, Some(path), found),
    }
}

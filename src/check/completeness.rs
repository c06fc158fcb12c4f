//! Whether a document that is in force, or a record that is closed, holds all that it should: one
//! finding a document.

use super::{rule, shape};
use crate::{
    corpus::Document,
    model::{Basis, Category, Draft, Finding, Level, Place},
    yaml::{Kind, Node},
};

/// The finding of a document that lacks something.
pub(super) fn of_document(document: &Document<'_>) -> Option<Finding> {
    let record_type = document.record_type?;
    // A record is what it was; the rest may have been written when less was asked for.
    let of_history = record_type.category != Category::Record && document.ended().is_some();
    if document.is_stub() || of_history || !document.is_settled() {
        return None;
    }
    // Where the source has no column, nobody left anything out.
    let without = document.without();
    let asked: Vec<(Basis, &str)> = record_type
        .complete
        .iter()
        // Whether a text says it, no machine can tell.
        .filter(|group| !(group.or_in_text && document.has_text()))
        .filter(|group| {
            group.when.iter().all(|condition| document.meets(condition))
                && !group.unless.iter().any(|condition| document.meets(condition))
        })
        .flat_map(|group| group.fields.iter().map(|field| (group.basis, field.as_str())))
        .filter(|(_, field)| !without.contains(&field.split('.').next().unwrap_or_default()))
        // Of what is missing as a whole, the parts are not counted again.
        .filter(|(_, field)| field.split_once('.').is_none_or(|(whole, _)| is_filled(document, whole)))
        .collect();
    let missing: Vec<(Basis, &str)> =
        asked.iter().copied().filter(|(_, field)| !is_filled(document, field)).collect();
    let (basis, _) = missing.iter().min()?;
    let names: Vec<&str> = missing.iter().map(|(_, field)| *field).collect();
    let message =
        format!("{} lacks {} of {}: {}", shape::of(document), missing.len(), asked.len(), names.join(", "));
    let required = missing.iter().filter(|(basis, _)| *basis == Basis::Requirement);
    let required: Vec<&str> = required.map(|(_, field)| *field).collect();
    let help = if required.is_empty() {
        "auditors commonly expect these".to_owned()
    } else if required.len() == missing.len() {
        "the standard asks for all of these".to_owned()
    } else {
        format!("the standard asks for {}; the rest is what auditors commonly expect", required.join(", "))
    };
    let place =
        Place::within(document.source, document.id().map_or(document.head(), |(_, node)| node.span()));
    let mut draft = Draft::new(rule("COMP-01"), place, message).help(help).fact("missing", names.join(", "));
    if let Some((id, _)) = document.id() {
        draft = draft.subject(id);
    }
    let mut finding = draft.finish();
    finding.basis = *basis;
    finding.level = if *basis == Basis::Requirement { Level::Error } else { Level::Warning };
    Some(finding)
}

/// What a document lacks that it should hold, in a sentence.
pub fn lacks(document: &Document<'_>) -> Option<String> {
    of_document(document).map(|finding| format!("{} ({})", finding.message, finding.basis))
}

/// Whether a field, nested ones with a dot, holds anything; of a list of objects, in each of them.
pub fn is_filled(document: &Document<'_>, field: &str) -> bool {
    let (first, rest) = match field.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (field, None),
    };
    document.get(first).is_some_and(|value| match rest {
        None => holds_something(value),
        Some(rest) => filled_within(value, rest),
    })
}

fn filled_within(value: Node<'_>, name: &str) -> bool {
    match value.kind() {
        Kind::Mapping(mapping) => mapping.get(name).is_some_and(holds_something),
        Kind::Sequence(sequence) => sequence.items().all(|item| filled_within(item, name)),
        Kind::Scalar(_) => false,
    }
}

fn holds_something(value: Node<'_>) -> bool {
    match value.kind() {
        Kind::Scalar(scalar) => !scalar.is_null() && !scalar.text.trim().is_empty(),
        Kind::Sequence(sequence) => sequence.items().next().is_some(),
        Kind::Mapping(mapping) => mapping.entries().next().is_some(),
    }
}

//! Whether every id belongs to one document, also when the case of letters does not count.

use std::collections::BTreeMap;

use super::rule;
use crate::{
    corpus::{Document, Documents},
    model::{Draft, Finding, Place},
    text::quoted,
    yaml::Node,
};

/// A finding for each document whose id another one before it has.
pub(super) fn duplicates(documents: &Documents<'_>) -> Vec<Finding> {
    let mut first: BTreeMap<String, (&Document<'_>, &str, Node<'_>)> = BTreeMap::new();
    let mut findings = Vec::new();
    for document in documents {
        let Some((id, node)) = document.id() else { continue };
        let Some((other, other_id, other_node)) = first.get(&id.to_lowercase()) else {
            first.insert(id.to_lowercase(), (document, id, node));
            continue;
        };
        let (message, help) = if *other_id == id {
            (
                format!("id {} is taken", quoted(id)),
                "give one of the two another id; an id is never used twice",
            )
        } else {
            let message =
                format!("id {} differs from {} only in the case of letters", quoted(id), quoted(other_id));
            (
                message,
                "give one of the two another id; files and links on Windows and macOS cannot tell them apart",
            )
        };
        let draft = Draft::new(rule("ID-01"), Place::within(document.source, node.span()), message)
            .note(Place::within(other.source, other_node.span()), "the other one")
            .help(help.to_owned())
            .subject(id)
            .fact("other", other.source.name());
        findings.push(draft.finish());
    }
    findings
}

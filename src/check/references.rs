//! Whether every id that a document refers to is there, of the type that is meant, and still in use:
//! one finding for each target, with all its places.

use std::collections::BTreeMap;

use super::{extracts, rule};
use crate::{
    corpus::{Document, Documents, Reference},
    model::{Category, Draft, Finding, Place},
    text::{nearest, quoted, safe},
};

/// The findings about references of all documents.
pub(super) fn findings(documents: &Documents<'_>) -> Vec<Finding> {
    let mut missing: BTreeMap<&str, Vec<&Reference<'_>>> = BTreeMap::new();
    let mut wrong: BTreeMap<(&str, &str), Vec<&Reference<'_>>> = BTreeMap::new();
    let mut ended: BTreeMap<u32, Vec<&Reference<'_>>> = BTreeMap::new();
    for reference in documents.references() {
        let Some(to) = reference.to else {
            if !reference.is_evidence() {
                missing.entry(reference.text()).or_default().push(reference);
            }
            continue;
        };
        let target = documents.at(to);
        if !reference.is_evidence() && !fits(target, &reference.schema.refers_to) {
            let name = target.record_type.map_or("", |found| found.id.as_str());
            wrong.entry((reference.text(), name)).or_default().push(reference);
        } else if !reference.past && documents.has_ended(to) && in_use(documents.at(reference.from)) {
            ended.entry(to).or_default().push(reference);
        }
    }
    let mut findings = Vec::new();
    for (target, references) in missing {
        // What is not at hand may well hold it.
        let held = |reference: &&Reference<'_>| extracts::may_hold(documents, reference);
        let references: Vec<&Reference<'_>> = references.into_iter().filter(|found| !held(found)).collect();
        if !references.is_empty() {
            findings.push(unresolved(documents, target, &references));
        }
    }
    for ((target, found), references) in wrong {
        let message = format!("{} is a {found}, and a {} is meant", quoted(target), described(&references));
        let help = "refer to the document that is meant";
        findings.push(told("REF-02", target, &message, help, places(documents, &references)).finish());
    }
    findings.extend(ended.into_iter().map(|(to, references)| not_in_use(documents, to, &references)));
    findings
}

fn unresolved(documents: &Documents<'_>, target: &str, references: &[&Reference<'_>]) -> Finding {
    let wanted = references.first().map_or(&[][..], |reference| &reference.schema.refers_to);
    let help = match likely(documents, target, wanted) {
        Some(near) => {
            format!("did you mean `{near}`? otherwise write the document, or a stub with `held_in`")
        }
        None => format!("write a document with `id: {}`, or a stub of it with `held_in`", safe(target)),
    };
    let message = format!("there is no {} {}", described(references), quoted(target));
    told("REF-01", target, &message, help, places(documents, references)).finish()
}

fn not_in_use(documents: &Documents<'_>, to: u32, references: &[&Reference<'_>]) -> Finding {
    let target = documents.at(to);
    let id = target.id().map_or("", |(id, _)| id);
    let state = target.ended().expect("the target has ended");
    let message = format!("{} is no longer in use (`{}`)", quoted(id), state_of(target));
    let help = match target.get("superseded_by").and_then(crate::yaml::Node::text) {
        Some(successor) => format!("refer to {}, which came after it", quoted(successor)),
        None => "refer to what came after it, or take the reference out".to_owned(),
    };
    let place = Place::within(target.source, state.span());
    told("REF-03", id, &message, help, places(documents, references)).note(place, "it says so here").finish()
}

/// What a document says of its end: `status: withdrawn`.
fn state_of(target: &Document<'_>) -> String {
    let ended =
        target.record_type.and_then(|found| found.ended.iter().find(|condition| target.meets(condition)));
    let (field, value) = match (ended, target.ended()) {
        (Some(condition), Some(value)) => (condition.field.as_str(), value.text().unwrap_or_default()),
        _ => ("status", ""),
    };
    safe(&format!("{field}: {value}")).into_owned()
}

/// Whether what a document says holds today: it is no record of what was, no draft, and not ended.
fn in_use(document: &Document<'_>) -> bool {
    let record = document.record_type.is_none_or(|found| found.category == Category::Record);
    !record && document.is_settled() && document.ended().is_none()
}

/// Whether a document is of one of some types; one whose own type is unknown may be.
fn fits(document: &Document<'_>, types: &[String]) -> bool {
    document.record_type.is_none_or(|found| types.iter().any(|wanted| wanted == "any" || *wanted == found.id))
}

/// The id that was most likely meant, of a document of some types. Two ids with different numbers are
/// different things and no slip of the pen.
pub(super) fn likely<'c>(documents: &Documents<'c>, target: &str, types: &[String]) -> Option<&'c str> {
    let meant = |id: &str, number: u32| fits(documents.at(number), types) && numbers(id) == numbers(target);
    nearest(target, documents.ids().filter(|(id, number)| meant(id, *number)).map(|(id, _)| id))
}

/// The numbers in an id, without zeros before them.
fn numbers(id: &str) -> Vec<&str> {
    let runs = id.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    runs.map(|run| run.trim_start_matches('0')).collect()
}

fn described(references: &[&Reference<'_>]) -> String {
    match references.first().map(|reference| reference.schema.refers_to.as_slice()) {
        Some([only]) if only == "any" => "document".to_owned(),
        Some(types) => types.join(" or "),
        None => "document".to_owned(),
    }
}

/// The places of references.
pub(super) fn places(documents: &Documents<'_>, references: &[&Reference<'_>]) -> Vec<Place> {
    let place = |reference: &&Reference<'_>| {
        let source = documents.at(reference.from).source;
        let field = Some(documents.field_of(reference));
        Place { field, ..Place::within(source, reference.node.span()) }
    };
    references.iter().map(place).collect()
}

/// A finding about a target, at all the places that name it.
pub(super) fn told(
    rule_id: &str,
    target: &str,
    message: &str,
    help: impl Into<String>,
    mut places: Vec<Place>,
) -> Draft {
    // What all entries of a collection have from its defaults stands in one place.
    places.sort();
    places.dedup();
    let message = match places.len() {
        1 => message.to_owned(),
        count => format!("{message}, referred to in {count} places"),
    };
    let mut places = places.into_iter();
    let first = places.next().expect("a target is known by a place that names it");
    let field = first.field.clone().unwrap_or_default();
    // The field of the first place may change when another document is added before it.
    let mut draft = Draft::new(rule(rule_id), first, message)
        .help(help.into())
        .subject(target)
        .fact("target", target)
        .field(field, "");
    for place in places {
        draft = draft.note(place, "here too");
    }
    draft
}

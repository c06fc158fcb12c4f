//! Whether the points and artefacts of the standard that documents name are there.

use super::rule;
use crate::{
    corpus::{Document, Documents},
    model::{Draft, Finding, Place, Standard},
    text::{nearest, quoted},
    yaml::Node,
};

/// The fields that name a point or an artefact, by type.
const FIELDS: [(&str, &str, Named); 3] = [
    ("clause-assessment", "requirement_id", Named::Point),
    ("waiver", "waives.requirement", Named::Point),
    ("nil-return", "artefact", Named::Artefact),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Point,
    Artefact,
}

pub(super) fn findings(documents: &Documents<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (of, field, named) in FIELDS {
        for number in documents.of_type(of) {
            let document = documents.at(*number);
            let Some(node) = field_of(document, field) else { continue };
            let written = node.text().unwrap_or_default();
            let there = match named {
                Named::Point => documents.catalog.has_point(written),
                Named::Artefact => documents.catalog.has_artefact(written),
            };
            if !there {
                findings.push(finding(documents.catalog.standard(), document, field, node, named));
            }
        }
    }
    findings
}

fn field_of<'c>(document: &Document<'c>, path: &str) -> Option<Node<'c>> {
    let mut names = path.split('.');
    let field = document.get(names.next()?)?;
    names.try_fold(field, |holder, name| holder.mapping()?.get(name)).filter(|node| node.text().is_some())
}

fn finding(
    standard: &Standard,
    document: &Document<'_>,
    field: &str,
    node: Node<'_>,
    named: Named,
) -> Finding {
    let written = node.text().unwrap_or_default();
    let prefix = format!("{}:", standard.id);
    let name = written.strip_prefix(prefix.as_str()).unwrap_or(written);
    let what = match named {
        Named::Point => "point",
        Named::Artefact => "artefact",
    };
    let near = match named {
        Named::Point => nearest(name, standard.points().map(|point| point.id.as_str())),
        Named::Artefact => nearest(name, standard.artefacts.keys().map(String::as_str)),
    };
    let clause = name.split('/').next().unwrap_or_default();
    let help = match (near, standard.clause(clause)) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, Some(clause)) => format!("`probity explain {}` lists its points", clause.id),
        (None, None) => {
            "`probity list clauses` lists the clauses, `probity list required` artefacts".to_owned()
        }
    };
    let message = format!("{} has no {what} {}", standard.title, quoted(written));
    let mut draft = Draft::new(rule("REF-05"), Place::within(document.source, node.span()), message)
        .field(field, field)
        .help(help)
        .fact("named", written);
    if let Some((id, _)) = document.id() {
        draft = draft.subject(id);
    }
    draft.finish()
}

//! Documents and references as lists, for a person and for programs.

use serde::Serialize;

use super::{
    json,
    record_type::{lines, table},
};
use crate::{
    corpus::{Document, Documents, Reference, Shape},
    text::{safe, safe_line},
    yaml::Node,
};

/// A line of the list of documents.
#[derive(Debug, Serialize)]
pub struct Row<'c> {
    id: Option<&'c str>,
    #[serde(rename = "type")]
    record_type: Option<&'c str>,
    title: Option<&'c str>,
    /// Where it stands: the value of `status`, `state` or `stage`.
    state: Option<&'c str>,
    /// How it is written: `document`, `entry`, `register` or `row`.
    shape: &'static str,
    /// Whether it only stands for something that is kept elsewhere.
    stub: bool,
    path: &'c str,
    line: u32,
    /// The digest of what an approval is given for; absent unless asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    /// Why it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    no_digest: Option<String>,
}

/// A line of the list of references.
#[derive(Debug, Serialize)]
struct Link<'c> {
    from: Option<&'c str>,
    from_type: Option<&'c str>,
    /// As a person writes it: `targets[2].kpi`.
    field: String,
    /// What is written: an id or, of evidence, also a path, an address or a sentence.
    to: &'c str,
    /// The type of what is referred to; none if there is no such document.
    to_type: Option<&'c str>,
    evidence: bool,
    path: &'c str,
    line: u32,
}

/// Both sides of one document.
#[derive(Serialize)]
struct Sides<'c> {
    id: Option<&'c str>,
    refers_to: Vec<Link<'c>>,
    referred_to_by: Vec<Link<'c>>,
}

/// The documents, of one type or of all, in order.
pub fn documents<'c>(documents: &Documents<'c>, only: Option<&str>, with_digest: bool) -> Vec<Row<'c>> {
    let numbered = (0u32..).zip(documents.iter());
    let wanted = numbered.filter(|(_, document)| only.is_none_or(|only| type_of(document) == Some(only)));
    wanted
        .map(|(number, document)| {
            let digest = with_digest.then(|| documents.digest(number));
            let (digest, no_digest) = match digest {
                None => (None, None),
                Some(Ok(digest)) => (Some(digest.to_string()), None),
                Some(Err(why)) => (None, Some(why.to_string())),
            };
            let field = |name: &str| document.get(name).and_then(Node::text).filter(|text| !text.is_empty());
            Row {
                id: id_of(document),
                record_type: type_of(document),
                title: field("title"),
                state: field("status").or_else(|| field("state")).or_else(|| field("stage")),
                shape: match document.shape {
                    Shape::Single => "document",
                    Shape::Entry => "entry",
                    Shape::Register => "register",
                    Shape::Row => "row",
                },
                stub: document.is_stub(),
                path: document.source.name(),
                line: document.source.position(document.node.span().start).line,
                digest,
                no_digest,
            }
        })
        .collect()
}

fn id_of<'c>(document: &Document<'c>) -> Option<&'c str> {
    document.id().map(|(id, _)| id)
}

fn type_of<'c>(document: &Document<'c>) -> Option<&'c str> {
    match document.shape {
        Shape::Register => Some("register"),
        Shape::Single | Shape::Entry | Shape::Row => document.type_name.map(|(name, _)| name),
    }
}

/// The list of documents as objects.
pub fn documents_as_json(rows: &[Row<'_>]) -> String {
    json::text(&rows)
}

/// The list of documents as a table in so many columns; with digests, as lines of digest, id and place,
/// which are too long for a table.
pub fn documents_as_table(rows: &[Row<'_>], with_digest: bool, width: usize) -> String {
    if with_digest {
        return rows
            .iter()
            .map(|row| {
                let digest = match (&row.digest, &row.no_digest) {
                    (Some(digest), _) => digest.clone(),
                    (None, why) => format!("no digest: {}", safe_line(why.as_deref().unwrap_or_default())),
                };
                format!("{digest}  {}  {}:{}\n", shown(row.id), safe_line(row.path), row.line)
            })
            .collect();
    }
    let mut list = table(width, ["id", "type", "title", "state", "place"]);
    for row in rows {
        let state = if row.stub { format!("{}, stub", shown(row.state)) } else { shown(row.state) };
        list.add_row([
            shown(row.id),
            shown(row.record_type),
            shown(row.title),
            state,
            format!("{}:{}", safe_line(row.path), row.line),
        ]);
    }
    let count = match rows.len() {
        1 => "1 document\n".to_owned(),
        count => format!("{count} documents\n"),
    };
    lines(&list) + &count
}

fn shown(text: Option<&str>) -> String {
    text.map_or_else(|| "-".to_owned(), |text| safe_line(text).into_owned())
}

fn link<'c>(documents: &Documents<'c>, reference: &Reference<'c>) -> Link<'c> {
    let from = documents.at(reference.from);
    let target = reference.to.map(|to| documents.at(to));
    Link {
        from: id_of(from),
        from_type: type_of(from),
        field: documents.field_of(reference),
        to: reference.text(),
        to_type: target.and_then(type_of),
        evidence: reference.is_evidence(),
        path: from.source.name(),
        line: from.source.position(reference.node.span().start).line,
    }
}

/// All references, or those of and to one document, as objects.
pub fn references_as_json(documents: &Documents<'_>, only: Option<u32>) -> String {
    match only {
        None => {
            json::text(&documents.references().iter().map(|found| link(documents, found)).collect::<Vec<_>>())
        }
        Some(number) => json::text(&Sides {
            id: id_of(documents.at(number)),
            refers_to: documents.outgoing(number).iter().map(|found| link(documents, found)).collect(),
            referred_to_by: documents.incoming(number).map(|found| link(documents, found)).collect(),
        }),
    }
}

/// All references, or those of and to one document, as tables in so many columns.
pub fn references_as_table(documents: &Documents<'_>, only: Option<u32>, width: usize) -> String {
    let Some(number) = only else {
        let mut list = table(width, ["from", "field", "to", "which is", "place"]);
        for found in documents.references() {
            let link = link(documents, found);
            list.add_row([
                shown(link.from),
                safe(&link.field).into_owned(),
                written(&link),
                kind(&link),
                place(&link),
            ]);
        }
        return lines(&list);
    };
    let document = documents.at(number);
    let id = shown(id_of(document));
    let mut outgoing = table(width, ["to", "which is", "field", "line"]);
    for found in documents.outgoing(number) {
        let link = link(documents, found);
        outgoing.add_row([
            written(&link),
            kind(&link),
            safe(&link.field).into_owned(),
            link.line.to_string(),
        ]);
    }
    let mut incoming = table(width, ["from", "which is", "field", "place"]);
    for found in documents.incoming(number) {
        let link = link(documents, found);
        incoming.add_row([
            shown(link.from),
            shown(link.from_type),
            safe(&link.field).into_owned(),
            place(&link),
        ]);
    }
    let place = format!(
        "{}:{}",
        safe_line(document.source.name()),
        document.source.position(document.node.span().start).line
    );
    let heading = format!("{id}: {} ({place})\n\n", shown(document.get("title").and_then(Node::text)));
    let side = |says: &str, list: &comfy_table::Table| match list.row_count() {
        0 => format!("{says} nothing\n"),
        _ => format!("{says}\n{}", lines(list)),
    };
    heading + &side("refers to", &outgoing) + "\n" + &side("is referred to by", &incoming)
}

fn written(link: &Link<'_>) -> String {
    const LONGEST: usize = 60;
    let text = safe_line(link.to);
    if text.chars().count() <= LONGEST {
        return text.into_owned();
    }
    text.chars().take(LONGEST).collect::<String>() + "…"
}

fn kind(link: &Link<'_>) -> String {
    match (link.to_type, link.evidence) {
        (Some(name), _) => safe_line(name).into_owned(),
        (None, true) => "evidence".to_owned(),
        (None, false) => "not there".to_owned(),
    }
}

fn place(link: &Link<'_>) -> String {
    format!("{}:{}", safe_line(link.path), link.line)
}

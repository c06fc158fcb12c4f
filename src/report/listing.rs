//! Documents and references as lists, for a person and for programs.

use std::fmt::Write as _;

use serde::Serialize;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::json;
use crate::{
    corpus::{Document, Documents, Reference, Shape},
    text::safe_line,
    yaml::Node,
};

/// Columns that the last cell of a line has however narrow the terminal.
const NARROWEST: usize = 8;

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

/// What is listed of documents.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'w> {
    /// Those of one type only.
    pub record_type: Option<&'w str>,
    /// Their digests.
    pub digest: bool,
    /// The names of people.
    pub names: bool,
}

/// The documents, in order.
pub fn documents<'c>(documents: &Documents<'c>, wanted: Wanted<'_>) -> Vec<Row<'c>> {
    let numbered = (0u32..).zip(documents.iter());
    let of_type =
        |document: &Document<'c>| wanted.record_type.is_none_or(|only| type_of(document) == Some(only));
    numbered
        .filter(|(_, document)| of_type(document))
        .map(|(number, document)| {
            let digest = wanted.digest.then(|| documents.digest(number));
            let (digest, no_digest) = match digest {
                None => (None, None),
                Some(Ok(digest)) => (Some(digest.to_string()), None),
                Some(Err(why)) => (None, Some(why.to_string())),
            };
            let field = |name: &str| document.get(name).and_then(Node::text).filter(|text| !text.is_empty());
            Row {
                id: id_of(document),
                record_type: type_of(document),
                title: title_of(document, wanted.names),
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

/// Its title; of a person, that is a name.
fn title_of<'c>(document: &Document<'c>, names: bool) -> Option<&'c str> {
    let schema = document.record_type.and_then(|found| found.shape.at("title"));
    let shown = names || schema.is_none_or(|title| !title.personal);
    document.get("title").and_then(Node::text).filter(|text| shown && !text.is_empty())
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

/// The list of documents for a person, by file, in so many columns. A digest is as long as a line and
/// gets one of its own.
pub fn documents_as_lines(rows: &[Row<'_>], width: usize) -> String {
    let mut lines = Lines::default();
    for row in rows {
        let state = if row.stub { format!("{} (stub)", shown(row.state)) } else { shown(row.state) };
        let cells = vec![shown(row.id), shown(row.record_type), state, shown(row.title)];
        let below = match (&row.digest, &row.no_digest) {
            (Some(digest), _) => Some(digest.clone()),
            (None, Some(why)) => Some(format!("no digest: {}", safe_line(why))),
            (None, None) => None,
        };
        lines.push(row.path, row.line, cells, below);
    }
    let count = match rows.len() {
        1 => "1 document\n".to_owned(),
        count => format!("{count} documents\n"),
    };
    lines.drawn(width) + &count
}

/// What stands in lines of files, drawn by file: a heading, and below it line numbers and columns, the
/// last of which is cut where the terminal ends.
#[derive(Debug, Default)]
struct Lines {
    list: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    path: String,
    number: String,
    cells: Vec<String>,
    below: Option<String>,
}

impl Lines {
    fn push(&mut self, path: &str, line: u32, cells: Vec<String>, below: Option<String>) {
        let path = safe_line(path).into_owned();
        self.list.push(Line { path, number: line.to_string(), cells, below });
    }

    fn drawn(&self, width: usize) -> String {
        let mut widths: Vec<usize> = Vec::new();
        let numbers = self.list.iter().map(|line| line.number.len()).max().unwrap_or_default();
        for line in &self.list {
            widths.resize(widths.len().max(line.cells.len()), 0);
            for (cell, widest) in line.cells.iter().zip(&mut widths) {
                *widest = (*widest).max(cell.width());
            }
        }
        let mut text = String::new();
        let mut path = "";
        for line in &self.list {
            if line.path != path {
                path = &line.path;
                let _ = writeln!(text, "{path}");
            }
            let mut drawn = format!("  {:>numbers$}", line.number);
            for (cell, widest) in line.cells.iter().zip(&widths) {
                let left = width.saturating_sub(drawn.width() + 2).max(NARROWEST);
                let cell = cut(cell, left);
                let gap = widest.saturating_sub(cell.width());
                let _ = write!(drawn, "  {cell}{}", " ".repeat(gap));
            }
            let _ = writeln!(text, "{}", drawn.trim_end());
            if let Some(below) = &line.below {
                let _ = writeln!(text, "  {}  {below}", " ".repeat(numbers));
            }
        }
        text
    }
}

/// A text in so many columns, with a sign that there is more.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    for character in text.chars() {
        let wider = cut.width() + character.width().unwrap_or_default();
        if wider >= width {
            break;
        }
        cut.push(character);
    }
    cut + "…"
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

/// All references, or those of and to one document, for a person, in so many columns.
pub fn references_as_lines(documents: &Documents<'_>, only: Option<u32>, width: usize) -> String {
    let Some(number) = only else {
        let mut lines = Lines::default();
        for found in documents.references() {
            let link = link(documents, found);
            let cells = vec![shown(link.from), field(&link), kind(&link), safe_line(link.to).into_owned()];
            lines.push(link.path, link.line, cells, None);
        }
        return lines.drawn(width);
    };
    let (mut outgoing, mut incoming) = (Lines::default(), Lines::default());
    for found in documents.outgoing(number) {
        let link = link(documents, found);
        let cells = vec![field(&link), kind(&link), safe_line(link.to).into_owned()];
        outgoing.push(link.path, link.line, cells, None);
    }
    for found in documents.incoming(number) {
        let link = link(documents, found);
        incoming.push(
            link.path,
            link.line,
            vec![shown(link.from), shown(link.from_type), field(&link)],
            None,
        );
    }
    let document = documents.at(number);
    let title = shown(title_of(document, false));
    let side = |says: &str, lines: &Lines| match lines.list.len() {
        0 => format!("{says} nothing\n"),
        _ => format!("{says}\n\n{}", lines.drawn(width)),
    };
    let id = shown(id_of(document));
    format!("{id}: {title}\n\n{}\n{}", side("refers to", &outgoing), side("is referred to by", &incoming))
}

fn field(link: &Link<'_>) -> String {
    safe_line(&link.field).into_owned()
}

/// The type of what is referred to, or what the value is instead.
fn kind(link: &Link<'_>) -> String {
    match (link.to_type, link.evidence) {
        (Some(name), _) => safe_line(name).into_owned(),
        (None, true) => "evidence".to_owned(),
        (None, false) => "not there".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_below_their_file_and_end_where_the_terminal_does() {
        let mut lines = Lines::default();
        lines.push("a.yaml", 1, vec!["X-1".into(), "名前".into(), "a long title of a document".into()], None);
        lines.push(
            "a.yaml",
            12,
            vec!["X-02".into(), "ab".into(), "短い題の文書です".into()],
            Some("below".into()),
        );
        lines.push("b.yaml", 3, vec!["Y".into(), "-".into(), "\u{301}".into()], None);
        let expected = "\
a.yaml
   1  X-1   名前  a long titl…
  12  X-02  ab    短い題の文…
      below
b.yaml
   3  Y     -     \u{301}
";
        assert_eq!(lines.drawn(30), expected);
    }
}

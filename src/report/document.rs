//! One document as business people read it: its fields by their names, its text, and how it is controlled; and what is
//! other in it than at an earlier point. JSON of version 1, from which pages are filled. Within a version, fields are only
//! added.

use std::collections::BTreeMap;

use serde::Serialize;

use super::json;
use crate::{
    control,
    corpus::{Document, Documents, Shape},
    lens::Assessed,
    model::{self, Duration, Format, Rung, Schema, Target},
    yaml::{Kind, Mapping, Node},
};

/// Fields that stand at the head of the page, or are its text.
const HEAD: [&str; 7] = ["type", "id", "title", "version", "status", "body", "body_file"];
/// Beyond so many values, the rest of a document is not told.
const VALUES: usize = 50_000;
/// What is nested more deeply is not told.
const DEPTH: usize = 12;
/// The type whose titles are names of people.
const PERSON: &str = "person";

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Probity document, version 1"))]
struct Report<'r> {
    /// Always `probity-document`.
    #[cfg_attr(test, schemars(extend("const" = "probity-document")))]
    format: &'static str,
    /// Version of the format.
    #[cfg_attr(test, schemars(extend("const" = 1)))]
    version: u32,
    /// What made it.
    tool: json::Tool,
    organization: Option<&'r str>,
    /// Which bytes were read: `work-tree`, `index` or `commit`.
    snapshot: &'static str,
    commit: Option<&'r str>,
    as_of: json::Value,
    document: Page,
    /// What is other than at an earlier point; none if none is named.
    changes: Option<Changes>,
}

/// A document.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Document"))]
pub struct Page {
    id: String,
    title: String,
    #[serde(rename = "type")]
    record_type: String,
    type_title: String,
    version: Option<String>,
    status: Option<String>,
    path: String,
    line: u32,
    /// Of what an approval is given for; none if it cannot be had.
    digest: Option<String>,
    approval: Option<ApprovalRow>,
    /// What it says.
    fields: Vec<Field>,
    /// How it is controlled.
    control: Vec<Field>,
    /// Its text, in Markdown.
    body: Option<String>,
    /// Of a register, its entries.
    entries: Vec<Named>,
    /// Documents that refer to it.
    referred_by: Vec<Named>,
}

/// What is known of its approval.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Approval"))]
struct ApprovalRow {
    by: String,
    role: Option<String>,
    date: Option<String>,
    /// How well it is proved: from `claimed` to `signed`.
    rung: String,
    /// `as-approved`, `changed` or `not-testable`.
    content: &'static str,
}

/// A field with its value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Field {
    name: String,
    title: String,
    value: Value,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum Value {
    /// A text, a number, a day.
    Text {
        text: String,
        /// The document that it names.
        names: Option<Named>,
    },
    /// One after the other.
    List { of: Vec<Value> },
    /// A list of sets of fields.
    Table { columns: Vec<String>, rows: Vec<Vec<Option<Value>>> },
    /// Fields of its own.
    Fields { of: Vec<Field> },
    /// More than is told here.
    More,
}

/// A document by its id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Named {
    id: String,
    /// None for people, who are shown by their ids.
    title: Option<String>,
}

/// What is other than at an earlier point.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Changes {
    /// The commit of that point.
    since: Option<String>,
    /// Whether there was no such document.
    new: bool,
    fields: Vec<Change>,
    /// Paragraphs of the text, in order: `kept`, `gone` or `new`.
    paragraphs: Vec<Paragraph>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Change {
    title: String,
    before: Option<Value>,
    after: Option<Value>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Paragraph {
    turn: &'static str,
    text: String,
}

impl Page {
    /// The document of a number; with the names of people where it refers to them, if these are wanted.
    pub fn of(assessed: &Assessed<'_>, number: u32, with_names: bool) -> Self {
        let Assessed { documents, approvals, .. } = assessed;
        let shown = Names { documents, with_names };
        let document = documents.at(number);
        let id = document.id().map_or("", |(id, _)| id);
        let text = |name: &str| document.get(name).and_then(Node::text).map(str::to_owned);
        let mut told = Told { shown, left: VALUES };
        let (mut fields, mut control) = (Vec::new(), Vec::new());
        let schemas = document.record_type.map(|found| &found.shape);
        let own = document.fields.entries();
        let inherited = document.defaults.into_iter().flat_map(|defaults| {
            defaults
                .entries()
                .filter(|(key, _)| document.fields.get(key.text().unwrap_or_default()).is_none())
        });
        for (key, value) in own.chain(inherited) {
            let name = key.text().unwrap_or_default();
            if HEAD.contains(&name) || value.is_null() {
                continue;
            }
            let schema = schemas.and_then(|schema| field_of(schema, name));
            let list = if schema.is_some_and(|schema| schema.control) { &mut control } else { &mut fields };
            list.push(told.field(name, value, schema, 0));
        }
        let approval = approvals.iter().find(|approval| approval.document == number);
        Self {
            id: id.to_owned(),
            title: text("title").unwrap_or_else(|| id.to_owned()),
            record_type: document
                .type_name
                .map_or_else(|| "register".to_owned(), |(name, _)| name.to_owned()),
            type_title: document.record_type.map_or_else(String::new, |found| found.title.clone()),
            version: text("version"),
            status: text("status"),
            path: document.source.name().to_owned(),
            line: document.source.position(document.node.span().start).line,
            digest: documents.digest(number).ok().map(|digest| digest.to_string()),
            approval: approval.map(approval_row),
            fields,
            control,
            body: body(documents, document),
            entries: entries(shown, number),
            referred_by: referred_by(shown, number),
        }
    }

    /// The id of the document.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What is other in it than in an earlier one.
    fn changes(&self, before: Option<&Self>, since: Option<String>) -> Changes {
        let Some(before) = before else {
            return Changes { since, new: true, fields: Vec::new(), paragraphs: Vec::new() };
        };
        let head = |page: &Self| {
            let field = |name: &str, title: &str, text: &Option<String>| {
                let value = Value::Text { text: text.clone()?, names: None };
                Some(Field { name: name.to_owned(), title: title.to_owned(), value })
            };
            let title = Some(page.title.clone());
            let head = [
                field("title", "Title", &title),
                field("version", "Version", &page.version),
                field("status", "Status", &page.status),
            ];
            head.into_iter()
                .flatten()
                .chain(page.fields.clone())
                .chain(page.control.clone())
                .collect::<Vec<_>>()
        };
        let (then, now) = (head(before), head(self));
        let old: BTreeMap<&str, &Field> = then.iter().map(|field| (field.name.as_str(), field)).collect();
        let mut fields: Vec<Change> = now
            .iter()
            .filter_map(|field| {
                let was = old.get(field.name.as_str()).map(|old| &old.value);
                (was != Some(&field.value)).then(|| Change {
                    title: field.title.clone(),
                    before: was.cloned(),
                    after: Some(field.value.clone()),
                })
            })
            .collect();
        let gone = then.iter().filter(|old| now.iter().all(|field| field.name != old.name));
        fields.extend(gone.map(|old| Change {
            title: old.title.clone(),
            before: Some(old.value.clone()),
            after: None,
        }));
        Changes {
            since,
            new: false,
            fields,
            paragraphs: paragraphs(before.body.as_deref(), self.body.as_deref()),
        }
    }
}

/// A document as JSON that pages are filled from, and what is other in it than at an earlier point, if one is named, by
/// its commit and what the document was there.
pub fn as_value(
    assessed: &Assessed<'_>,
    page: &Page,
    earlier: Option<(Option<&str>, Option<&Page>)>,
) -> serde_json::Value {
    let settings = assessed.settings;
    let (snapshot, commit) = json::held(&settings.held);
    let report = Report {
        format: "probity-document",
        version: 1,
        tool: json::Tool::this(),
        organization: settings.organization.value.as_deref(),
        snapshot,
        commit,
        as_of: json::value(&settings.as_of),
        document: page.clone(),
        changes: earlier.map(|(since, before)| page.changes(before, since.map(str::to_owned))),
    };
    serde_json::to_value(report).expect("these structs have names for keys")
}

fn field_of<'s>(schema: &'s Schema, name: &str) -> Option<&'s Schema> {
    schema.fields.iter().find(|(known, _)| known == name).map(|(_, field)| field)
}

fn approval_row(approval: &control::Approval<'_>) -> ApprovalRow {
    ApprovalRow {
        by: approval.by.to_owned(),
        role: approval.role.map(str::to_owned),
        date: approval.on.map(str::to_owned),
        rung: Rung::to_string(&approval.rung),
        content: match approval.content {
            control::Content::AsApproved => "as-approved",
            control::Content::Changed { .. } => "changed",
            control::Content::Untestable(_) => "not-testable",
        },
    }
}

/// The text of a document, wherever it lies.
fn body(documents: &Documents<'_>, document: &Document<'_>) -> Option<String> {
    let field = document.get("body").and_then(Node::text).map(str::to_owned);
    let behind = || document.body.map(|span| document.source.slice(span).to_owned());
    let beside = || {
        let Target::Path(path) = Target::of(document.get("body_file")?.text()?) else { return None };
        String::from_utf8(documents.attachments.bytes(&path).ok()?).ok()
    };
    field.or_else(behind).or_else(beside).filter(|text| !text.trim().is_empty())
}

/// How other documents are named.
#[derive(Clone, Copy)]
struct Names<'n, 'd> {
    documents: &'n Documents<'d>,
    /// Whether people are named, and not only by their ids.
    with_names: bool,
}

impl Names<'_, '_> {
    fn of(self, number: u32) -> Option<Named> {
        let document = self.documents.at(number);
        let (id, _) = document.id()?;
        let title = document.get("title").and_then(Node::text);
        let title = title.filter(|_| self.with_names || !is_person(document));
        Some(Named { id: id.to_owned(), title: title.map(str::to_owned) })
    }
}

/// Whether a document is about a person, whose name is its title.
pub fn is_person(document: &Document<'_>) -> bool {
    document.type_name.is_some_and(|(name, _)| name == PERSON)
}

fn entries(names: Names<'_, '_>, number: u32) -> Vec<Named> {
    let documents = names.documents;
    if documents.at(number).shape != Shape::Register {
        return Vec::new();
    }
    documents.entries_of(number).filter_map(|(entry, _)| names.of(entry)).collect()
}

fn referred_by(names: Names<'_, '_>, number: u32) -> Vec<Named> {
    let mut from: Vec<Named> = names
        .documents
        .incoming(number)
        .filter(|reference| reference.from != number)
        .filter_map(|reference| names.of(reference.from))
        .collect();
    from.sort();
    from.dedup();
    from
}

/// Tells values, up to a limit.
struct Told<'t, 'd> {
    shown: Names<'t, 'd>,
    left: usize,
}

impl Told<'_, '_> {
    fn field(&mut self, name: &str, node: Node<'_>, schema: Option<&Schema>, depth: usize) -> Field {
        let title = schema.map(|schema| schema.title.clone()).filter(|title| !title.is_empty());
        let title = title.unwrap_or_else(|| name.replace('_', " "));
        Field { name: name.to_owned(), title, value: self.value(node, schema, depth + 1) }
    }

    fn value(&mut self, node: Node<'_>, schema: Option<&Schema>, depth: usize) -> Value {
        if self.left == 0 || depth > DEPTH {
            return Value::More;
        }
        self.left -= 1;
        match node.kind() {
            Kind::Scalar(scalar) => {
                let text = told(scalar.text, schema);
                let refers = schema.is_some_and(|schema| !schema.refers_to.is_empty() || schema.evidence);
                let names = refers.then(|| self.shown.documents.find(&text)).flatten();
                Value::Text { names: names.and_then(|number| self.shown.of(number)), text }
            }
            Kind::Mapping(mapping) => Value::Fields {
                of: mapping
                    .entries()
                    .map(|(key, value)| {
                        let name = key.text().unwrap_or_default();
                        self.field(name, value, schema.and_then(|schema| field_of(schema, name)), depth)
                    })
                    .collect(),
            },
            Kind::Sequence(sequence) => {
                let of = schema.and_then(|schema| schema.items.as_deref());
                let items: Vec<Node<'_>> = sequence.items().collect();
                if !items.is_empty() && items.iter().all(|item| item.mapping().is_some()) {
                    return self.table(&items, of, depth);
                }
                Value::List { of: items.into_iter().map(|item| self.value(item, of, depth + 1)).collect() }
            }
        }
    }

    /// A list of sets of fields, with a column for each field that one of them has.
    fn table(&mut self, items: &[Node<'_>], schema: Option<&Schema>, depth: usize) -> Value {
        let mut names: Vec<&str> = Vec::new();
        for (key, _) in items.iter().filter_map(|item| item.mapping()).flat_map(Mapping::entries) {
            let name = key.text().unwrap_or_default();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let field = |name: &str| schema.and_then(|schema| field_of(schema, name));
        let place = |name: &&str| {
            let known = schema.and_then(|schema| schema.fields.iter().position(|(known, _)| known == name));
            known.unwrap_or(usize::MAX)
        };
        names.sort_by_key(place);
        let rows = items.iter().map(|item| {
            let value = |name: &&str| {
                let value = item.mapping()?.get(name).filter(|value| !value.is_null())?;
                Some(self.value(value, field(name), depth + 1))
            };
            names.iter().map(value).collect()
        });
        let rows = rows.collect();
        let columns = names.iter().map(|name| {
            let title = field(name).map(|schema| schema.title.clone()).filter(|title| !title.is_empty());
            title.unwrap_or_else(|| name.replace('_', " "))
        });
        Value::Table { columns: columns.collect(), rows }
    }
}

/// A single value in words: `P3M` is three months, and `true` is yes.
fn told(text: &str, schema: Option<&Schema>) -> String {
    let duration = || Duration::parse(text).map(|duration| duration.to_string());
    match (schema.and_then(|schema| schema.format), schema.map(|schema| schema.kind), text) {
        (Some(Format::Duration), _, _) => duration().unwrap_or_else(|| text.to_owned()),
        (_, Some(model::Kind::Truth), "true") => "yes".to_owned(),
        (_, Some(model::Kind::Truth), "false") => "no".to_owned(),
        _ => text.to_owned(),
    }
}

/// Two texts paragraph by paragraph, by the longest sequence that they have in common. Texts with very many paragraphs are
/// compared as a whole.
fn paragraphs(before: Option<&str>, after: Option<&str>) -> Vec<Paragraph> {
    const MANY: usize = 2_000;
    let split = |text: Option<&str>| -> Vec<String> {
        let text = text.unwrap_or_default().replace("\r\n", "\n");
        let parts = text.split("\n\n").map(|part| part.trim().to_owned());
        parts.filter(|part| !part.is_empty()).collect()
    };
    let (old, new) = (split(before), split(after));
    let told = |turn: &'static str, text: &String| Paragraph { turn, text: text.clone() };
    if old.len() > MANY || new.len() > MANY {
        let gone = old.iter().map(|text| told("gone", text));
        return gone.chain(new.iter().map(|text| told("new", text))).collect();
    }
    let mut common = vec![vec![0_u16; new.len() + 1]; old.len() + 1];
    for (i, was) in old.iter().enumerate().rev() {
        for (j, is) in new.iter().enumerate().rev() {
            common[i][j] =
                if was == is { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut paragraphs = Vec::new();
    while i < old.len() || j < new.len() {
        match (old.get(i), new.get(j)) {
            (Some(was), Some(is)) if was == is => {
                paragraphs.push(told("kept", is));
                (i, j) = (i + 1, j + 1);
            }
            (Some(was), is) if is.is_none() || common[i + 1][j] >= common[i][j + 1] => {
                paragraphs.push(told("gone", was));
                i += 1;
            }
            (_, Some(is)) => {
                paragraphs.push(told("new", is));
                j += 1;
            }
            (_, None) => break,
        }
    }
    paragraphs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_that_of_the_structs() {
        json::published("document-1", &schemars::schema_for!(Report<'_>));
    }

    #[test]
    fn texts_are_compared_by_paragraphs() {
        let turns = |before: &str, after: &str| -> String {
            let list = paragraphs(Some(before), Some(after));
            list.iter().map(|part| format!("{}{} ", &part.turn[..1], part.text)).collect()
        };
        assert_eq!(turns("a\n\nb\n\nc", "a\n\nx\n\nc\n\nd"), "ka gb nx kc nd ");
        assert_eq!(turns("", "a"), "na ");
        assert_eq!(turns("a\r\n\r\nb", "a\n\nb\n"), "ka kb ");
    }
}

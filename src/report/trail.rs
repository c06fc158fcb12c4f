//! What is joined to a record: as a tree for a person, and for programs as JSON of version 1, whose JSON Schema is
//! `schemas/reports/trail-1.json`. Within a version, fields are only added.

use std::{collections::BTreeSet, fmt::Write as _};

use serde::Serialize;

use super::{
    json,
    words::{counted, hanging},
};
use crate::{
    corpus::{Document, Documents},
    model::{Ask, Sourced, Trail},
    text::safe_line,
    trail::{Followed, Found, RECORDS, state},
    yaml::Node,
};

/// What is shown of a trail.
#[derive(Debug)]
pub struct Shown<'s> {
    /// The records on it.
    pub followed: Followed<'s>,
    /// The documents they are.
    pub documents: &'s Documents<'s>,
    /// The day judged on.
    pub as_of: &'s Sourced<chrono::NaiveDate>,
    /// Whether the names of people are shown.
    pub names: bool,
}

impl<'s> Shown<'s> {
    fn document(&self, found: &Found<'_>) -> Option<&'s Document<'s>> {
        found.number.map(|number| self.documents.at(number))
    }

    /// Its title; that of a person is a name.
    fn title(&self, found: &Found<'_>) -> Option<&'s str> {
        let document = self.document(found)?;
        let schema = document.record_type.and_then(|of| of.shape.at("title"));
        let shown = self.names || schema.is_none_or(|title| !title.personal);
        document.get("title").and_then(Node::text).filter(|title| shown && !title.is_empty())
    }
}

/// Columns that a level of the tree is set in by.
const INDENT: usize = 2;
/// Levels beyond this are not set in any further, so that lines keep their room.
const DEEPEST: usize = 10;

/// As a tree, in so many columns.
pub fn as_text(shown: &Shown<'_>, width: usize) -> String {
    let followed = &shown.followed;
    let mut text = match followed.trail {
        Some(trail) => format!("trail `{}`: {}\n", trail.id, trail.title),
        None => "whatever it names, and what names it\n".to_owned(),
    };
    for found in &followed.records {
        text.push('\n');
        one(shown, found, width, &mut text);
    }
    let missing: usize = followed.records.iter().map(|found| found.missing.len()).sum();
    let untold: usize = followed.records.iter().map(|found| found.not_testable.len()).sum();
    let records: BTreeSet<u32> = followed.records.iter().filter_map(|found| found.number).collect();
    let _ = write!(text, "\n{}, {missing} missing on the way", counted(records.len(), "record"));
    if untold > 0 {
        let _ = write!(text, ", {untold} not testable");
    }
    let _ = writeln!(text, "; as of {}", shown.as_of.value);
    if followed.cut {
        text.push_str(&hanging("", &format!("the limit `records` ended it: {RECORDS} are shown"), width));
    }
    text
}

fn one(shown: &Shown<'_>, found: &Found<'_>, width: usize, text: &mut String) {
    let indent = " ".repeat(INDENT * found.depth.min(DEEPEST));
    let document = shown.document(found);
    let name = document.and_then(|document| document.record_type).map_or("", |of| of.title.as_str());
    let says = found.edge.as_ref().map(|edge| format!("{}: ", edge.says)).unwrap_or_default();
    let title = shown.title(found).map(|title| format!("  {}", safe_line(title))).unwrap_or_default();
    let again = if found.again { "  (see above)" } else { "" };
    let head = format!("{says}{}{}{again}", safe_line(found.id), if found.again { "" } else { &title });
    text.push_str(&hanging(&indent, &head, width));
    let inner = format!("{indent}  ");
    if let Some(document) = document.filter(|_| !found.again) {
        let mut told = vec![name.to_lowercase()];
        told.extend(state(document).map(|state| safe_line(state).into_owned()));
        told.extend(found.dates.iter().map(|(field, day)| format!("{field} {day}")));
        text.push_str(&hanging(&inner, &told.join(", "), width));
        let line = document.source.position(document.node.span().start).line;
        let _ = writeln!(text, "{inner}{}:{line}", safe_line(document.source.name()));
    }
    if let Some(edge) = &found.edge {
        let holder = if edge.incoming { found.id } else { edge.from };
        let (field, holder) = (safe_line(&edge.field), safe_line(holder));
        let told = format!("by `{field}` of {holder} in {}:{}", safe_line(edge.path), edge.line);
        text.push_str(&hanging(&inner, &told, width));
    }
    for missing in &found.missing {
        text.push_str(&hanging(&format!("{inner}missing: "), &safe_line(missing), width));
    }
    for told in &found.not_testable {
        text.push_str(&hanging(&format!("{inner}not testable: "), &safe_line(told), width));
    }
    if found.more > 0 {
        let told = format!("and {} more: the limit `step`; `probity list refs` shows all", found.more);
        text.push_str(&hanging(&indent, &told, width));
    }
}

/// What is joined to a record, for programs.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Probity trail, version 1"))]
struct TrailReport<'s> {
    /// Always `probity-trail`.
    #[cfg_attr(test, schemars(extend("const" = "probity-trail")))]
    format: &'static str,
    /// Version of the format.
    #[cfg_attr(test, schemars(extend("const" = 1)))]
    version: u32,
    /// The day judged on, as an ISO 8601 date.
    as_of: json::Value,
    /// The trail that was followed; none if whatever there is was followed.
    trail: Option<&'s str>,
    /// How many steps were followed at most.
    depth: usize,
    /// Whether the limit `records` ended it.
    cut: bool,
    /// The records, each behind the one that leads to it: with `depth`, a tree.
    records: Vec<RecordReport<'s>>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "TrailRecord"))]
struct RecordReport<'s> {
    /// How many steps lead to it; 0 of the first.
    depth: usize,
    id: &'s str,
    #[serde(rename = "type")]
    record_type: Option<&'s str>,
    /// None of what is shown again, and of people unless names are asked for.
    title: Option<&'s str>,
    /// Where it stands: the value of `status`, `state` or `stage`.
    state: Option<&'s str>,
    /// What happened when, as `FIELD DAY`, in the order of days.
    dates: Vec<String>,
    path: Option<&'s str>,
    line: Option<u32>,
    /// What it is to the one before.
    says: Option<&'s str>,
    /// The id of the one before.
    from: Option<&'s str>,
    /// Whether it names the one before (`in`), or is named by it (`out`).
    direction: Option<&'static str>,
    /// The field that names.
    field: Option<&'s str>,
    field_path: Option<&'s str>,
    field_line: Option<u32>,
    /// Whether it is told further up.
    see_above: bool,
    /// Whether there is a document of this id.
    there: bool,
    /// What is missing here, each with its basis.
    missing: &'s [String],
    /// What cannot be told, each with the reason.
    not_testable: &'s [String],
    /// How many more of the same step are not shown.
    more: usize,
}

/// As an object with a line feed at the end.
pub fn as_json(shown: &Shown<'_>) -> String {
    let record = |found| report(shown, found);
    json::text(&TrailReport {
        format: "probity-trail",
        version: 1,
        as_of: json::value(shown.as_of),
        trail: shown.followed.trail.map(|trail| trail.id.as_str()),
        depth: shown.followed.depth,
        cut: shown.followed.cut,
        records: shown.followed.records.iter().map(record).collect(),
    })
}

fn report<'s>(shown: &'s Shown<'_>, found: &'s Found<'_>) -> RecordReport<'s> {
    let document = shown.document(found);
    let told = document.filter(|_| !found.again);
    let edge = found.edge.as_ref();
    RecordReport {
        depth: found.depth,
        id: found.id,
        record_type: document.and_then(|document| document.record_type).map(|of| of.id.as_str()),
        title: told.and_then(|_| shown.title(found)),
        state: told.and_then(state),
        dates: found.dates.iter().map(|(field, day)| format!("{field} {day}")).collect(),
        path: document.map(|document| document.source.name()),
        line: document.map(|document| document.source.position(document.node.span().start).line),
        says: edge.map(|edge| edge.says),
        from: edge.map(|edge| edge.from),
        direction: edge.map(|edge| if edge.incoming { "in" } else { "out" }),
        field: edge.map(|edge| edge.field.as_str()),
        field_path: edge.map(|edge| edge.path),
        field_line: edge.map(|edge| edge.line),
        see_above: found.again,
        there: found.number.is_some(),
        missing: &found.missing,
        not_testable: &found.not_testable,
        more: found.more,
    }
}

/// All there is to know about a trail, in so many columns.
pub fn page(trail: &Trail, width: usize) -> String {
    let mut text = hanging("", &format!("trail `{}`: {}", trail.id, trail.title), width);
    for part in [
        trail.about.clone(),
        format!("Who follows it: {}", trail.used_by),
        format!(
            "Usual for {}. `probity trail ID` follows it from one of these; `--name {}` follows it from any other \
             record.",
            trail.begins.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
            trail.id
        ),
        "What is followed, and what is told as missing:".to_owned(),
    ] {
        text.push('\n');
        text.push_str(&hanging("", &part, width));
    }
    for from in types(trail) {
        let _ = writeln!(text, "\n  {from}");
        for step in trail.steps.iter().filter(|step| step.from == from) {
            let named = |fields: &[String]| {
                fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(" or ")
            };
            let mut ways = Vec::new();
            if !step.outgoing.is_empty() {
                ways.push(format!("which it names in {}", named(&step.outgoing)));
            }
            if !step.incoming.is_empty() {
                ways.push(format!("which names it in {}", named(&step.incoming)));
            }
            let told = format!("{}: {}, {}", step.says, step.to, ways.join(", or "));
            text.push_str(&hanging("    - ", &told, width));
            if let Some(ask) = &step.expected {
                text.push_str(&asked(ask, "      ", width));
            }
        }
        for ask in trail.asks.iter().filter(|ask| ask.record_type == from) {
            text.push_str(&asked(ask, "    ", width));
        }
    }
    text
}

/// The types that have steps or are asked, those that it begins with first.
fn types(trail: &Trail) -> Vec<&str> {
    let asked = trail.asks.iter().map(|ask| &ask.record_type);
    let all = trail.begins.iter().chain(trail.steps.iter().map(|step| &step.from)).chain(asked);
    let mut types: Vec<&str> = Vec::new();
    for name in all {
        if !types.contains(&name.as_str()) {
            types.push(name);
        }
    }
    types
}

fn asked(ask: &Ask, indent: &str, width: usize) -> String {
    let first = format!("{indent}missing: ");
    hanging(&first, &format!("{} ({}): {}", ask.missing, ask.basis, ask.because), width)
}

/// In a line, the trail that is usual for a record type.
pub fn usual(trail: &Trail, width: usize) -> String {
    let told = format!(
        "An auditor follows from it the trail `{0}`, {1}. `probity trail ID` follows it, and `probity explain {0}` \
         tells its steps.",
        trail.id,
        trail.title.replacen("From", "from", 1)
    );
    hanging("", &told, width)
}

/// The trails that there are, for a person.
pub fn list_as_text(trails: &[Trail], width: usize) -> String {
    let longest = trails.iter().map(|trail| trail.id.len()).max().unwrap_or_default();
    let line = |trail: &Trail| {
        let told = format!("{}; begins with {}", trail.title, trail.begins.join(", "));
        hanging(&format!("{:<longest$}  ", trail.id), &told, width)
    };
    trails.iter().map(line).collect()
}

/// A trail that there is, for programs.
#[derive(Debug, Serialize)]
struct Listed<'s> {
    id: &'s str,
    title: &'s str,
    begins: &'s [String],
    steps: usize,
}

/// The trails that there are, for programs.
pub fn list_as_json(trails: &[Trail]) -> String {
    fn listed(trail: &Trail) -> Listed<'_> {
        Listed { id: &trail.id, title: &trail.title, begins: &trail.begins, steps: trail.steps.len() }
    }
    json::text(&trails.iter().map(listed).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_that_of_the_structs() {
        json::published("trail-1", &schemars::schema_for!(TrailReport<'_>));
    }
}

//! The documents that have to be there, and what there is of each.

use std::fmt::Write as _;

use serde::Serialize;

use super::{
    json,
    words::{counted, hanging},
};
use crate::{
    model::{Artefact, Found, MachineState, Material, Mode, NeededBy},
    text::{safe, safe_line},
};

/// A line of the list of required documents.
#[derive(Serialize)]
struct Row<'r> {
    artefact: &'r str,
    title: &'r str,
    #[serde(rename = "type")]
    types: &'r [String],
    /// Which documents of the type, as a condition in the language of rules.
    #[serde(rename = "where")]
    asks: Option<&'r str>,
    /// Whether the standard itself asks for documented information.
    explicit: bool,
    mode: Mode,
    needed_by: NeededBy,
    points: &'r [String],
    state: MachineState,
    count: usize,
    documents: Vec<MaterialRow<'r>>,
    lacks: &'r [String],
}

/// A document as a program gets it.
#[derive(Serialize)]
pub(super) struct MaterialRow<'r> {
    id: Option<&'r str>,
    path: &'r str,
    line: Option<u32>,
    stub: bool,
    day: Option<String>,
}

impl<'r> MaterialRow<'r> {
    pub(super) fn of(material: &'r Material) -> Self {
        Self {
            id: material.id.as_deref(),
            path: &material.place.path,
            line: material.place.range.map(|range| range.start.line),
            stub: material.stub,
            day: material.day.map(|day| day.to_string()),
        }
    }
}

/// The required documents as a list of objects.
pub fn as_json(required: &[(&str, &Artefact, &Found)]) -> String {
    let rows: Vec<Row<'_>> = required
        .iter()
        .map(|(name, artefact, found)| Row {
            artefact: name,
            title: &artefact.title,
            types: &artefact.types,
            asks: artefact.asks.as_deref().map(str::trim),
            explicit: artefact.explicit,
            mode: artefact.mode,
            needed_by: artefact.needed_by,
            points: &artefact.points,
            state: found.state,
            count: found.count,
            documents: found.material.iter().map(MaterialRow::of).collect(),
            lacks: &found.lacks,
        })
        .collect();
    json::text(&rows)
}

/// The required documents for a person, in so many columns: what it is, and below it what there is of it.
pub fn as_lines(required: &[(&str, &Artefact, &Found)], width: usize) -> String {
    let mut text = String::new();
    let mut any_explicit = false;
    for (_, artefact, found) in required {
        let asked = match artefact.points.as_slice() {
            [] => String::new(),
            [only] => only.clone(),
            [first, rest @ ..] => format!("{first} +{}", rest.len()),
        };
        any_explicit |= artefact.explicit;
        let mark = if artefact.explicit { "*" } else { "" };
        let types = artefact.types.join(" or ");
        let head = format!("{:<14}  {:<7}  {asked:<13}  ", found.state, artefact.needed_by);
        let instead = artefact.looked_for.as_ref().map(|instead| format!(", looked for in {instead}"));
        let said_of = format!("{}{mark} ({types}{})", artefact.title, instead.unwrap_or_default());
        text.push_str(&hanging(&head, &said_of, width));
        text.push_str(&hanging("                  ", &said(found), width));
    }
    let count = |state| required.iter().filter(|(_, _, found)| found.state == state).count();
    let (missing, partly) = (count(MachineState::NothingFound), count(MachineState::PartlyFound));
    let (whole, untold) = (count(MachineState::MaterialFound), count(MachineState::NotTestable));
    if !text.is_empty() {
        text.push('\n');
    }
    if any_explicit {
        text.push_str("* the standard itself asks for it as documented information\n");
    }
    let documents = counted(required.len(), "document");
    let untold = if untold == 0 { String::new() } else { format!(", {untold} not testable") };
    let _ = writeln!(text, "{documents}: {missing} missing, {partly} partly found, {whole} found{untold}");
    text.push_str("That something is found does not say that it will do.\n");
    text
}

/// What there is of an artefact and what of it lacks, in a line.
pub(super) fn said(found: &Found) -> String {
    let mut said: Vec<String> = Vec::new();
    if found.state != MachineState::NothingFound && found.state != MachineState::NoOccurrenceStated {
        said.extend(documents(found));
    }
    said.extend(found.lacks.iter().map(|lack| safe(lack).into_owned()));
    said.join("; ")
}

/// The first documents of an artefact, and how many there are.
pub(super) fn documents(found: &Found) -> Option<String> {
    let first = found.material.first()?;
    let place = first.place.range.map(|range| format!(":{}", range.start.line)).unwrap_or_default();
    let mut text = format!(
        "{} ({}{place})",
        safe_line(first.id.as_deref().unwrap_or("one without id")),
        safe_line(&first.place.path)
    );
    if found.count > 1 {
        let _ = write!(text, " and {} more", found.count - 1);
    }
    match found.unread {
        0 => {}
        unread if unread == found.count => text.push_str(", kept elsewhere and not read"),
        unread => {
            let _ = write!(text, ", {unread} of them kept elsewhere and not read");
        }
    }
    Some(text)
}

//! `probity trail`: what is joined to a record.

use clap::Args;

use super::{CliError, Format, Global, Inputs, Outcome, Output, Read, read};
use crate::{
    corpus::{self, Documents},
    lens,
    model::Trail,
    report::trail::{Shown, as_json, as_text, list_as_json, list_as_text},
    text::{nearest, quoted, safe_line},
    trail,
    yaml::Limits,
};

/// No trail goes further.
const DEEPEST: i64 = 20;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The record, by its id
    #[arg(value_name = "ID", required_unless_present = "list")]
    id: Option<String>,
    /// List the trails that there are, and which records each begins with
    #[arg(long, conflicts_with = "id")]
    list: bool,
    /// Follow this trail, instead of the one that is usual for records of its type
    #[arg(long, value_name = "TRAIL", conflicts_with = "list")]
    name: Option<String>,
    /// Follow whatever the record names and what names it, instead of a trail
    #[arg(long, conflicts_with_all = ["name", "list"])]
    all: bool,
    /// Go so many steps; 6 on a trail and 1 with `--all`, if nothing is said
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(0..=DEEPEST))]
    depth: Option<u8>,
    /// Show the names of people, and not their ids alone
    #[arg(long)]
    names: bool,
    #[command(flatten)]
    inputs: Inputs,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: Format,
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let width = output.look(false, false).width;
    let Some(id) = arguments.id.as_deref() else {
        let catalog = super::catalog(global)?;
        let trails = catalog.trails();
        output.print(&arguments.format.of(&[], || list_as_json(trails), || list_as_text(trails, width)))?;
        return Ok(Outcome::Passed);
    };
    let read = read(global, &arguments.inputs)?;
    let Read { settings, snapshot, catalog, .. } = &read;
    lens::own_values_are_known(settings, catalog)?;
    let named = arguments.name.as_deref().map(|name| found_trail(catalog.trails(), name)).transpose()?;
    let corpus = corpus::read(snapshot, &Limits::default());
    let (documents, judged) = (Documents::of(&corpus, catalog), settings.judged());
    let number = found(&documents, id)?;
    let record_type = documents.at(number).record_type.map_or("", |of| of.id.as_str());
    let usual = || trail::usual(&documents, record_type).filter(|_| !arguments.all);
    let followed_trail = named.or_else(usual);
    let usual_depth = if followed_trail.is_some() { trail::DEPTH } else { 1 };
    let depth = arguments.depth.map_or(usual_depth, usize::from);
    let followed = trail::follow(&documents, &judged, number, followed_trail, depth);
    let shown = Shown { followed, documents: &documents, as_of: &settings.as_of, names: arguments.names };
    output.print(&arguments.format.of(&["records"], || as_json(&shown), || as_text(&shown, width)))?;
    if arguments.format == Format::Terminal && output.is_terminal() {
        output.next(global, &next(&shown.followed, &read, id))?;
    }
    Ok(Outcome::Passed)
}

/// What one would do next: look at where something is missing, or at the life of the record where there is a history.
fn next(followed: &trail::Followed<'_>, read: &Read, id: &str) -> String {
    let lacking = followed.records.iter().find(|found| !found.missing.is_empty());
    match (lacking, followed.trail) {
        (Some(lacking), _) => format!("probity list refs {}", safe_line(lacking.id)),
        (None, _) if read.has_history() => format!("probity log {}", safe_line(id)),
        (None, Some(trail)) => format!("probity explain {}", trail.id),
        (None, None) => "probity trail --list".to_owned(),
    }
}

fn found_trail<'c>(trails: &'c [Trail], name: &str) -> Result<&'c Trail, CliError> {
    trails.iter().find(|trail| trail.id == name).ok_or_else(|| {
        let known: Vec<String> = trails.iter().map(|trail| trail.id.clone()).collect();
        let near = nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
        CliError::UnknownTrail { name: name.to_owned(), near, known }
    })
}

/// The document of an id. What is not there may lie in an extract that is not at hand.
fn found(documents: &Documents<'_>, id: &str) -> Result<u32, CliError> {
    if let Some(number) = documents.find(id) {
        return Ok(number);
    }
    let mut closed: Vec<String> =
        documents.closed_extracts().filter_map(|extract| Some(quoted(extract.id()?.0))).collect();
    closed.sort();
    if !closed.is_empty() {
        return Err(CliError::MayBeAbsent { id: id.to_owned(), extracts: closed });
    }
    let near = nearest(id, documents.ids().map(|(known, _)| known)).map(str::to_owned);
    Err(CliError::UnknownName { what: "document", name: id.to_owned(), near })
}

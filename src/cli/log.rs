//! `probity log`: the life of a document, or of what there is for a clause.

use std::collections::BTreeSet;

use clap::Args;

use super::{CliError, Format, Global, Inputs, Outcome, Output, read};
use crate::{
    control,
    lens::{self, Assessed},
    report::log::{self, Shown},
    text::{nearest, safe},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    inputs: Inputs,
    /// A document by its id, or a clause or one of its points, for the documents that were found for it
    #[arg(value_name = "ID|CLAUSE|POINT")]
    of: String,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: Format,
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let read = read(global, &arguments.inputs)?;
    lens::look(&read, |assessed| {
        let numbers = numbers(assessed, &arguments.of)?;
        let history = read.history()?.map_err(|blind| CliError::Blind { blind: blind.clone() })?;
        let documents = assessed.documents;
        let lives = control::log(documents, history, &numbers);
        let lives = numbers.into_iter().zip(lives).collect();
        let shown = Shown { of: &arguments.of, lives, documents, history };
        let width = output.look(false, false).width;
        output.print(&arguments.format.of(
            &["events"],
            || log::as_json(&shown),
            || log::as_text(&shown, width),
        ))?;
        if arguments.format == Format::Terminal {
            let next = match documents.find(&arguments.of) {
                Some(_) => format!("probity approve verify {}", safe(&arguments.of)),
                None => format!("probity gap --clause {}", safe(&arguments.of)),
            };
            output.next(global, &next)?;
        }
        Ok(Outcome::Passed)
    })
}

/// The documents that are asked for, in order.
fn numbers(assessed: &Assessed<'_>, of: &str) -> Result<Vec<u32>, CliError> {
    let documents = assessed.documents;
    if let Some(number) = documents.find(of) {
        return Ok(vec![number]);
    }
    let standard = documents.catalog.standard();
    if standard.clause(of).is_none() && standard.point(of).is_none() {
        let near = nearest(of, documents.ids().map(|(id, _)| id)).map(str::to_owned);
        return Err(CliError::UnknownName { what: "document, clause or point", name: of.to_owned(), near });
    }
    let points = standard.points().filter(|point| point.is_within(of));
    let found =
        points.flat_map(|point| &point.evidence).filter_map(|name| assessed.assessment.artefacts.get(name));
    let numbers: BTreeSet<u32> =
        found.flat_map(|found| found.material.iter().map(|material| material.number)).collect();
    Ok(numbers.into_iter().collect())
}

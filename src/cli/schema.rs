//! `probity schema`: record types as JSON Schema, for editors and other programs.

use clap::Args;

use super::{CliError, Global, Outcome, Output};
use crate::{report::schema, text::nearest};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The record type
    #[arg(value_name = "TYPE", required_unless_present = "all", conflicts_with = "all")]
    record_type: Option<String>,
    /// One schema for documents of all types, each by its `type`
    #[arg(long)]
    all: bool,
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let catalog = super::catalog(global)?;
    let text = match &arguments.record_type {
        None => schema::of_all(&catalog),
        Some(id) => match catalog.record_type(id) {
            Some(record_type) => schema::of_type(&catalog, record_type),
            None => {
                let near = nearest(id, catalog.type_ids()).map(str::to_owned);
                return Err(CliError::UnknownName { what: "record type", name: id.clone(), near });
            }
        },
    };
    output.print(&text)?;
    Ok(Outcome::Passed)
}

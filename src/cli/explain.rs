//! `probity explain`: what a rule wants and why, or what a record type holds, from the data.

use clap::Args;

use super::{CliError, Global, Outcome, Output};
use crate::{
    catalog::Catalog,
    report::{record_type, rule},
    text::nearest,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The id of a rule, such as YAML-06, or of a record type, such as incident; without one, all
    /// rules are listed
    #[arg(value_name = "RULE|TYPE")]
    name: Option<String>,
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let catalog = super::catalog(global)?;
    let text = match &arguments.name {
        None => rule::list_as_lines(&catalog, None),
        Some(name) => explained(&catalog, name, output.look(false, false).width)?,
    };
    output.print(&text)?;
    Ok(Outcome::Passed)
}

fn explained(catalog: &Catalog, name: &str, width: usize) -> Result<String, CliError> {
    let register = || (name == "register").then(|| catalog.register());
    if let Some(record_type) = catalog.record_type(&name.to_lowercase()).or_else(register) {
        return Ok(record_type::page(record_type, width));
    }
    if let Some(rule) = catalog.rule(&name.to_uppercase()) {
        return Ok(rule::page(rule));
    }
    let rules = catalog.rules();
    let known = rules.iter().map(|rule| rule.id.as_str()).chain(catalog.type_ids());
    let near = nearest(name, known).map(str::to_owned);
    Err(CliError::UnknownName { what: "rule or record type", name: name.to_owned(), near })
}

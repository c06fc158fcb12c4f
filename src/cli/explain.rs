//! `probity explain`: what a rule wants and why, or what a record type holds, from the data.

use std::fmt::Write as _;

use clap::Args;

use super::{CliError, Global, Outcome, Output};
use crate::{
    catalog::{self, Catalog},
    report::record_type,
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
    let text = match &arguments.name {
        None => catalog::rules().fold(String::new(), |mut text, rule| {
            let _ = writeln!(text, "{:<8}  {:<7}  {}", rule.id, rule.severity, rule.says);
            text
        }),
        Some(name) => explained(&super::catalog(global)?, name, output.look(false, false).width)?,
    };
    output.print(&text)?;
    Ok(Outcome::Passed)
}

fn explained(types: &Catalog, name: &str, width: usize) -> Result<String, CliError> {
    let register = || (name == "register").then(|| types.register());
    if let Some(record_type) = types.record_type(&name.to_lowercase()).or_else(register) {
        return Ok(record_type::page(record_type, width));
    }
    if let Some(rule) = catalog::rule(&name.to_uppercase()) {
        return Ok(format!(
            "{}: {}\nlevel: {}; basis: {}; cause: {}\n\n{}",
            rule.id, rule.says, rule.severity, rule.basis, rule.cause, rule.explain
        ));
    }
    let known = catalog::rules().map(|rule| rule.id.as_str()).chain(types.type_ids());
    Err(CliError::UnknownName {
        what: "rule or record type",
        name: name.to_owned(),
        near: nearest(name, known).map(str::to_owned),
    })
}

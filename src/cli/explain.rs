//! `probity explain`: what a rule wants and why, from the data.

use std::fmt::Write as _;

use clap::Args;

use super::{CliError, Outcome, Output};
use crate::{catalog, text::nearest};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The id of a rule, such as YAML-06; without one, all rules are listed
    rule: Option<String>,
}

pub(super) fn run(arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let text = match &arguments.rule {
        None => catalog::rules().fold(String::new(), |mut text, rule| {
            let _ = writeln!(text, "{}  {:<7}  {}", rule.id, rule.severity, rule.says);
            text
        }),
        Some(id) => {
            let Some(rule) = catalog::rule(id).or_else(|| catalog::rule(&id.to_uppercase())) else {
                let near = nearest(id, catalog::rules().map(|rule| rule.id.as_str()));
                return Err(CliError::UnknownRule { id: id.clone(), near });
            };
            format!(
                "{}: {}\nlevel: {}; basis: {}; cause: {}\n\n{}",
                rule.id, rule.says, rule.severity, rule.basis, rule.cause, rule.explain
            )
        }
    };
    output.print(&text)?;
    Ok(Outcome::Passed)
}

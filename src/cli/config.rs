//! `probity config`: the effective settings and where each comes from.

use clap::Args;

use super::{CliError, Format, Global, Outcome, Output, lens};
use crate::report::settings;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How to print the settings
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: Format,
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let settings = lens(global, None)?.settings()?;
    output.print(&match arguments.format {
        Format::Json => settings::as_json(&settings),
        Format::Terminal => settings::as_table(&settings, output.look(false, false).width),
    })?;
    Ok(Outcome::Passed)
}

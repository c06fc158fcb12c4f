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
    let width = output.look(false, false).width;
    output.print(&arguments.format.of(
        &[],
        || settings::as_json(&settings),
        || settings::as_table(&settings, width),
    ))?;
    if arguments.format == Format::Terminal {
        output.next(global, "probity help settings")?;
    }
    Ok(Outcome::Passed)
}

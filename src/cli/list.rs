//! `probity list`: look things up.

use clap::{Args, Subcommand};

use super::{CliError, Format, Outcome, Output};
use crate::report::record_type;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The record types there are
    Types {
        /// How to print the list
        #[arg(long, value_name = "FORMAT", default_value = "terminal")]
        format: Format,
    },
}

pub(super) fn run(arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let What::Types { format } = &arguments.what;
    output.print(&match format {
        Format::Json => record_type::list_as_json(),
        Format::Terminal => record_type::list_as_table(output.look(false, false).width),
    })?;
    Ok(Outcome::Passed)
}

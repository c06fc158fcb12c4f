//! `probity import`: take over what people keep elsewhere.

mod register;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{CliError, Global, Outcome, Output};

#[derive(Debug, Args)]
#[command(after_help = register::HELP)]
pub(super) struct Arguments {
    /// What the file is
    #[arg(value_name = "SOURCE")]
    source: Source,
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The record type of what stands in it
    #[arg(long = "type", value_name = "TYPE")]
    record_type: String,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    register: register::Options,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Source {
    /// A workbook: one of `list documents --format xlsx` that people filled in, or their own
    Xlsx,
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let Arguments { source, file, record_type, dry_run, register } = arguments;
    match source {
        Source::Xlsx => register::run(global, file, record_type, register, *dry_run, output),
    }
}

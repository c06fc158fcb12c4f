//! `probity pack`: evidence packs out, and checked.

mod build;
mod key;
mod verify;

use clap::{Args, Subcommand};

use super::{CliError, Global, Outcome, Output};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a pack of what there is to show for the audit period: a bag (RFC 8493) that anybody can check
    Build(Box<build::Arguments>),
    /// Tell whether a pack is complete, unchanged and signed; nothing is written
    Verify(verify::Arguments),
    /// Make a key, under which people become tokens in redacted packs; keep it to yourself
    Key(key::Arguments),
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    match &arguments.command {
        Command::Build(arguments) => build::run(global, arguments, output),
        Command::Verify(arguments) => verify::run(global, arguments, output),
        Command::Key(arguments) => key::run(arguments, output),
    }
}

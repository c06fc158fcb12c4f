//! `probity completions`: what a shell completes, to be put where it looks for that.

use clap::{Args, CommandFactory as _};
use clap_complete::{Shell, generate};

use super::{Cli, CliError, Global, Outcome, Output};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The shell; with bash: `probity completions bash > ~/.local/share/bash-completion/completions/probity`
    shell: Shell,
}

pub(super) fn run(_: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let mut script = Vec::new();
    generate(arguments.shell, &mut Cli::command(), "probity", &mut script);
    output.write(&script)?;
    Ok(Outcome::Passed)
}

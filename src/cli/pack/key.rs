//! `probity pack key`.

use std::path::PathBuf;

use clap::Args;

use super::super::{CliError, Outcome, Output, files};
use crate::{report::words::hanging, text::safe_line};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// A new file for it
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(in crate::cli) fn run(arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| CliError::NoRandom { reason: error.to_string() })?;
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    files::write_secret(&arguments.file, &(text + "\n"))?;
    let told = format!(
        "wrote {}\nKeep it out of the repository and of every pack: who has it can tell who a token is.",
        safe_line(&arguments.file.to_string_lossy())
    );
    output.print(&hanging("", &told, output.look(false, false).width))?;
    Ok(Outcome::Passed)
}

//! `probity man`: pages for `man`, made of what the commands say of themselves.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};

use super::{Cli, CliError, Global, Outcome, Output, files, help};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Make the page of this command, such as `report` or `approve verify`, instead of the one of the program
    #[arg(value_name = "COMMAND", conflicts_with = "all")]
    command: Vec<String>,
    /// Make the pages of all commands, as files in an empty or new folder
    #[arg(long, requires = "output")]
    all: bool,
    /// Make that folder
    #[arg(short, long, value_name = "FOLDER", requires = "all")]
    output: Option<PathBuf>,
}

pub(super) fn run(_: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let Some(folder) = &arguments.output else {
        output.write(&page(&help::command(&arguments.command)?)?)?;
        return Ok(Outcome::Passed);
    };
    files::is_free(folder)?;
    let mut root = Cli::command();
    root.build();
    let mut pages = Vec::new();
    collect(&root, &mut pages)?;
    files::write_folder(folder, &pages)?;
    Ok(Outcome::Passed)
}

fn collect(command: &clap::Command, pages: &mut Vec<(String, String)>) -> Result<(), CliError> {
    let page = String::from_utf8_lossy(&page(command)?).into_owned();
    pages.push((format!("{}.1", name(command)), page));
    command.get_subcommands().try_for_each(|below| collect(below, pages))
}

/// `probity-approve-verify`, as other programs name their pages.
fn name(command: &clap::Command) -> String {
    command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned()
}

fn page(command: &clap::Command) -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    clap_mangen::Man::new(command.clone())
        .source(concat!("probity ", env!("CARGO_PKG_VERSION")))
        .render(&mut bytes)
        .map_err(|source| CliError::Unwritten { source })?;
    Ok(bytes)
}

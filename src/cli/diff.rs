//! `probity diff`: what changed between two points, and why.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{CliError, Global, Outcome, Output, lens, point};
use crate::{
    lens as points,
    report::diff::{json, markdown, terminal},
    text::safe_line,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What to begin with: a commit, by any name that git has for it, or the last one by the end of a day
    #[arg(value_name = "REV|@DATE")]
    before: String,
    /// What to compare it with [default: the files on disk]
    #[arg(value_name = "REV|@DATE")]
    after: Option<String>,
    /// Look here for the files of sealed extracts that are not where their documents say
    #[arg(long, value_name = "FOLDER")]
    extracts: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: DiffFormat,
}

/// How a comparison is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    /// For a person
    Terminal,
    /// For a program
    Json,
    /// For the comment of a merge request: Markdown
    #[value(alias = "markdown")]
    Md,
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let Arguments { before, after, extracts, format } = arguments;
    let lens = lens(global, extracts.clone())?;
    let settings = lens.settings()?;
    let one = lens.at(&point(before, &settings)?)?;
    let other = match after {
        Some(after) => lens.at(&point(after, &settings)?)?,
        None => lens.on_disk(settings)?,
    };
    let comparison = points::compare(&one, &other)?;
    let look = output.look(global.verbose, global.quiet);
    output.print(&match format {
        DiffFormat::Json => json::render(&comparison),
        DiffFormat::Md => {
            let after = after.as_ref().map(|after| format!(" {after}")).unwrap_or_default();
            markdown::render(&comparison, &format!("probity diff {before}{after} -v"))
        }
        DiffFormat::Terminal => terminal::render(&comparison, &look),
    })?;
    if *format == DiffFormat::Terminal {
        output.next(global, &format!("probity check --new-since {}", safe_line(before)))?;
    }
    Ok(Outcome::Passed)
}

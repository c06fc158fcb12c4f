//! `probity trend`: readiness over history.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use super::{CliError, Format, Global, Outcome, Output, day, lens};
use crate::{
    lens::{self as points, Every, Wish},
    report::trend::{json, table},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What makes a row: the last commit of a month, a tag, or each commit that changes something here; of the
    /// first parents
    #[arg(long, value_name = "WHAT", default_value = "month")]
    per: Per,
    /// Only commits that were made on this day or later
    #[arg(long, value_name = "@DATE", value_parser = since)]
    since: Option<NaiveDate>,
    /// Only so many rows, the youngest
    #[arg(long, value_name = "N")]
    last: Option<usize>,
    /// Look here for the files of sealed extracts that are not where their documents say
    #[arg(long, value_name = "FOLDER")]
    extracts: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Per {
    /// The last commit of each month
    Month,
    /// Each commit that a tag names
    Tag,
    /// Each commit that changes something here
    Commit,
}

fn since(text: &str) -> Result<NaiveDate, String> {
    day(text.strip_prefix('@').unwrap_or(text))
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let lens = lens(global, arguments.extracts.clone())?;
    let wish = Wish {
        every: match arguments.per {
            Per::Month => Every::Month,
            Per::Tag => Every::Tag,
            Per::Commit => Every::Commit,
        },
        since: arguments.since,
        last: arguments.last,
        as_of: global.as_of,
    };
    let trend = points::trend(&lens, wish)?;
    let width = output.look(false, false).width;
    output.print(&arguments.format.of(
        &["rows"],
        || json::render(&trend),
        || table::render(&trend, width),
    ))?;
    if arguments.format == Format::Terminal {
        let next = match trend.rows.first() {
            Some(row) => format!("probity diff {}", row.commit.get(..10).unwrap_or(&row.commit)),
            None => "probity trend --per commit".to_owned(),
        };
        output.next(global, &next)?;
    }
    Ok(Outcome::Passed)
}

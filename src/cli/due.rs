//! `probity due`: what waits for somebody until a day.

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use super::{CliError, Global, Inputs, Outcome, Output, Read, read};
use crate::{
    corpus::{self, Documents},
    due, lens,
    model::Duration,
    report::{
        due::{Shown, icalendar, json, lines},
        table::Table,
    },
    text::nearest,
    yaml::Limits,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Look so far ahead: `30d`, `6w`, `3m`, `1y`, or a duration such as P30D
    #[arg(long, value_name = "TIME", default_value = "90d", value_parser = time)]
    within: Duration,
    /// Only what is overdue
    #[arg(long, conflicts_with = "within")]
    overdue: bool,
    /// Only what documents of a record type wait for
    #[arg(long = "type", value_name = "TYPE")]
    record_type: Option<String>,
    #[command(flatten)]
    inputs: Inputs,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: DueFormat,
}

/// How what is due is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DueFormat {
    /// For a person
    Terminal,
    /// For a program
    Json,
    /// For a calendar: iCalendar, RFC 5545
    Ics,
    /// For a spreadsheet: a row for each, a column for each field of the JSON
    Csv,
    /// For a note: the same as a table in Markdown
    #[value(alias = "md")]
    Markdown,
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let Read { settings, snapshot, catalog, .. } = read(global, &arguments.inputs)?;
    let record_type = arguments.record_type.as_deref();
    if let Some(name) = record_type.filter(|name| !catalog.knows(name) && *name != "register") {
        let near = nearest(name, catalog.type_ids()).map(str::to_owned);
        return Err(CliError::UnknownName { what: "record type", name: name.to_owned(), near });
    }
    lens::own_values_are_known(&settings, &catalog)?;
    let corpus = corpus::read(&snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &catalog);
    let judged = settings.judged();
    let all = due::items(&documents, &judged);
    let of_type = all.into_iter().filter(|item| record_type.is_none_or(|only| item.record_type == only));
    let until = (!arguments.overdue).then(|| arguments.within.after(judged.as_of).unwrap_or(NaiveDate::MAX));
    let (items, rest): (Vec<_>, Vec<_>) =
        of_type.partition(|item| item.is_overdue() || until.is_some_and(|until| item.on <= until));
    let shown = Shown { as_of: &settings.as_of, until, items, later: rest.len(), unread: corpus.unread() };
    match arguments.format {
        DueFormat::Json => output.print(&json::render(&shown))?,
        DueFormat::Csv => output.print(&Table::of(&json::render(&shown), &["items"]).as_csv())?,
        DueFormat::Markdown => output.print(&Table::of(&json::render(&shown), &["items"]).as_markdown())?,
        DueFormat::Ics => output.print(&icalendar::render(&shown))?,
        DueFormat::Terminal => {
            output.print(&lines::render(&shown, output.look(false, false).width))?;
            let explain = shown.items.iter().find_map(|item| item.deadline);
            let next =
                explain.map_or_else(|| "probity check".to_owned(), |id| format!("probity explain {id}"));
            output.next(global, &next)?;
        }
    }
    Ok(Outcome::Passed)
}

/// `30d`, `6w`, `3m` and `1y` beside the durations of ISO 8601.
fn time(text: &str) -> Result<Duration, String> {
    let short = || Duration::parse(&format!("P{}", text.to_ascii_uppercase()));
    Duration::parse(text).or_else(short).ok_or_else(|| {
        "write days, weeks, months or years as `30d`, `6w`, `3m`, `1y`, or a duration such as P30D".to_owned()
    })
}

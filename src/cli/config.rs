//! `probity config`: the effective settings and where each comes from.

use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};

use super::{CliError, Format, Global, Outcome, Output, home};
use crate::{
    model::{Origin, Settings},
    report::json,
    text::safe,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How to print the settings
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: Format,
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let settings = home(global)?.settings;
    let rows = rows(&settings);
    match arguments.format {
        Format::Json => output.print(&json::settings(&rows))?,
        Format::Terminal => output.print(&table(&rows, output.look(false, false).width))?,
    }
    Ok(Outcome::Passed)
}

type Row<'s> = (&'static str, String, &'s Origin);

fn rows(settings: &Settings) -> Vec<Row<'_>> {
    let list = |values: &[String]| if values.is_empty() { "-".to_owned() } else { values.join(", ") };
    vec![
        (
            "organization.name",
            settings.organization.value.clone().unwrap_or_else(|| "-".to_owned()),
            &settings.organization.origin,
        ),
        ("organization.time_zone", settings.time_zone.value.to_string(), &settings.time_zone.origin),
        ("audit.as_of", settings.as_of.value.to_string(), &settings.as_of.origin),
        ("audit.period", settings.period.value.to_string(), &settings.period.origin),
        ("files.include", list(&settings.include.value), &settings.include.origin),
        ("files.exclude", list(&settings.exclude.value), &settings.exclude.origin),
        ("gate.fail_on", settings.fail_on.value.to_string(), &settings.fail_on.origin),
    ]
}

fn table(rows: &[Row<'_>], width: usize) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(u16::MAX))
        .set_header(["setting", "value", "comes from"]);
    for (name, value, origin) in rows {
        table.add_row([(*name).to_owned(), safe(value).into_owned(), origin.to_string()]);
    }
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

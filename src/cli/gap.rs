//! `probity gap`: what the standard asks for and nobody has shown.

use clap::Args;

use super::{Assessed, CliError, Format, Global, Inputs, Outcome, Output, Stage, assessed};
use crate::{
    gap::{Gap, Wanted},
    model::{MachineState, Shown},
    report::{gap as report, gap_json},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    inputs: Inputs,
    /// Only this clause with its parts, each of its points in full, or only this point
    #[arg(long = "clause", value_name = "CLAUSE|POINT")]
    within: Option<String>,
    /// Only what is in this state: fulfilled, mostly, partly, not-fulfilled, to-be-confirmed, not-judged or,
    /// of what nobody has judged, material-found, partly-found, nothing-found, no-occurrence-stated, not-testable
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Option<State>,
    /// Only what a stage of a certification audit looks at
    #[arg(long, value_name = "STAGE")]
    needed_by: Option<Stage>,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: Format,
}

/// What is shown of a point, or what a machine found of it.
#[derive(Clone, Copy, Debug)]
enum State {
    Shown(Shown),
    Machine(MachineState),
}

fn state(text: &str) -> Result<State, String> {
    let value = serde_json::Value::String(text.replace('-', " "));
    let shown = serde_json::from_value(value.clone()).map(State::Shown);
    shown
        .or_else(|_| serde_json::from_value(value).map(State::Machine))
        .map_err(|_| "there is no such state; `probity gap --help` names them".to_owned())
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    assessed(global, &arguments.inputs, |assessed| {
        let Assessed { settings, documents, findings, assessment, .. } = assessed;
        let standard = documents.catalog.standard();
        let within = arguments.within.as_deref();
        if let Some(name) =
            within.filter(|name| standard.clause(name).is_none() && standard.point(name).is_none())
        {
            return Err(CliError::unknown_clause(name, standard));
        }
        let wanted = Wanted {
            within,
            stage: arguments.needed_by.map(Stage::number),
            shown: arguments.state.and_then(|state| match state {
                State::Shown(shown) => Some(shown),
                State::Machine(_) => None,
            }),
            machine: arguments.state.and_then(|state| match state {
                State::Machine(machine) => Some(machine),
                State::Shown(_) => None,
            }),
        };
        let gap = Gap::new(documents, assessment, findings, wanted);
        let look = output.look(global.verbose, global.quiet);
        let text = match arguments.format {
            Format::Json => gap_json::as_json(&gap, documents, settings),
            Format::Csv => gap_json::as_table(&gap, documents, settings).as_csv(),
            Format::Markdown => gap_json::as_table(&gap, documents, settings).as_markdown(),
            Format::Terminal if within.is_some() || arguments.state.is_some() => {
                report::in_full(&gap, settings, look.width)
            }
            Format::Terminal => report::as_text(&gap, settings, &look),
        };
        output.print(&text)?;
        if arguments.format == Format::Terminal {
            let next = gap.open().next().map_or("probity ready --for stage-2".to_owned(), |view| {
                format!("probity explain {}", view.point.id)
            });
            output.next(global, &next)?;
        }
        Ok(())
    })?;
    Ok(Outcome::Passed)
}

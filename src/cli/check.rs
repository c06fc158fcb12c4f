//! `probity check`: what is wrong in what is written.

use clap::Args;

use super::{CliError, Format, Global, Inputs, Outcome, Output, Read, read};
use crate::{
    check,
    corpus::{self, Documents},
    model::Finding,
    report::{json, terminal},
    yaml::Limits,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    inputs: Inputs,
    /// How to print the findings
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: Format,
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let Read { settings, snapshot, catalog } = read(global, &arguments.inputs)?;
    let corpus = corpus::read(&snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &catalog);
    let findings = check::run(&corpus, &documents);
    if findings.tested.files == 0 && findings.is_empty() {
        return Err(CliError::NothingToCheck {
            folder: global.directory.clone().unwrap_or_else(|| ".".into()),
        });
    }
    match arguments.format {
        Format::Json => output.print(&json::check(&findings, &settings))?,
        Format::Terminal => {
            let look = output.look(global.verbose, global.quiet);
            output.print(&terminal::check(&findings, &corpus, &settings, &look))?;
            if output.is_terminal() && !global.quiet {
                let explain = |finding: &Finding| format!("probity explain {}", finding.rule);
                let next = findings.iter().next().map_or_else(|| "probity config".to_owned(), explain);
                output.print(&format!("next: {next}\n"))?;
            }
        }
    }
    let failed = findings.reach(settings.fail_on.value);
    // The process ends here; taking the trees apart node by node would only cost time.
    std::mem::forget(documents);
    std::mem::forget(corpus);
    std::mem::forget(snapshot);
    Ok(if failed { Outcome::Findings } else { Outcome::Passed })
}

//! `probity check`: what is wrong in what is written.

use clap::Args;

use super::{CliError, Format, Global, Outcome, Output, home};
use crate::{
    check, corpus,
    model::Finding,
    report::{json, terminal},
    repository,
    yaml::Limits,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How to print the findings
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: Format,
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let home = home(global)?;
    let snapshot = repository::work_tree_snapshot(&home.root, &home.settings.patterns)?;
    let corpus = corpus::read(&snapshot, &Limits::default());
    let findings = check::run(&snapshot, &corpus);
    if findings.tested.files == 0 && findings.is_empty() {
        return Err(CliError::NothingToCheck {
            folder: global.directory.clone().unwrap_or_else(|| ".".into()),
        });
    }
    match arguments.format {
        Format::Json => output.print(&json::check(&findings, &home.settings))?,
        Format::Terminal => {
            let look = output.look(global.verbose, global.quiet);
            output.print(&terminal::check(&findings, &snapshot, &home.settings, &look))?;
            if output.is_terminal() && !global.quiet {
                let explain = |finding: &Finding| format!("probity explain {}", finding.rule);
                let next = findings.iter().next().map_or_else(|| "probity config".to_owned(), explain);
                output.print(&format!("next: {next}\n"))?;
            }
        }
    }
    let failed = findings.reach(home.settings.fail_on.value);
    // The process ends here; taking the trees apart node by node would only cost time.
    std::mem::forget(corpus);
    std::mem::forget(snapshot);
    Ok(if failed { Outcome::Findings } else { Outcome::Passed })
}

//! `probity check`: what is wrong in what is written.

use clap::Args;

use super::{CliError, Format, Global, Inputs, Outcome, Output, Read, read};
use crate::{
    catalog::Catalog,
    check,
    corpus::{self, Documents},
    model::{Finding, Settings},
    report::{json, terminal},
    text::nearest,
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

/// Whether `probity.toml` speaks of rules that there are, and of values that some rule asks for.
pub(super) fn rules_are_known(settings: &Settings, catalog: &Catalog) -> Result<(), CliError> {
    let unknown = |what, name: &str, known: &[&str]| CliError::SetForNothing {
        what,
        name: name.to_owned(),
        near: nearest(name, known.iter().copied()).map(str::to_owned),
    };
    if let Some(name) = settings.levels.keys().find(|name| catalog.rule(name).is_none()) {
        let known: Vec<&str> = catalog.rules().iter().map(|rule| rule.id.as_str()).collect();
        return Err(unknown("the level of", name, &known));
    }
    let is_left = |name: &&String| catalog.rule(name).is_some_and(|rule| rule.left_to.is_some());
    if let Some(name) = settings.levels.keys().find(is_left) {
        return Err(CliError::NoLevel { rule: name.clone() });
    }
    if settings.own.is_empty() {
        return Ok(());
    }
    let known = catalog.own_values();
    match settings.own.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(unknown("the own value", name, &known)),
        None => Ok(()),
    }
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let Read { settings, snapshot, catalog, .. } = read(global, &arguments.inputs)?;
    let corpus = corpus::read(&snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &catalog);
    let judged = settings.judged();
    rules_are_known(&settings, &catalog)?;
    let findings = check::run(&corpus, &documents, &judged);
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

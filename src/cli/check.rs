//! `probity check`: what is wrong in what is written.

use clap::{Args, ValueEnum};

use super::{CliError, Format, Global, Inputs, Outcome, Output, Read, Stage, looked_back, read};
use crate::{
    assess,
    catalog::Catalog,
    check,
    config::FILE_NAME,
    control,
    corpus::{self, Documents},
    model::{Finding, NeededBy, Origin, Place, Range, Settings, Sourced},
    readiness,
    report::{json, terminal},
    text::{Span, nearest},
    yaml::Limits,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    inputs: Inputs,
    /// Also ask for the documents that have to be there by a stage of a certification audit
    #[arg(long, value_name = "STAGE")]
    needed_by: Option<Stage>,
    /// Only findings of one kind; of missing ones, by the stage that is asked for, or else all
    #[arg(long, value_name = "KIND")]
    only: Option<Only>,
    /// How to print the findings
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: Format,
}

/// A kind of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Only {
    /// Documents that the standard asks for and that are not there
    Missing,
}

fn unknown(what: &'static str, name: &str, known: &[&str]) -> CliError {
    CliError::SetForNothing {
        what,
        name: name.to_owned(),
        near: nearest(name, known.iter().copied()).map(str::to_owned),
    }
}

/// Whether `probity.toml` speaks of rules that there are.
pub(super) fn rules_are_known(settings: &Settings, catalog: &Catalog) -> Result<(), CliError> {
    if let Some(name) = settings.levels.keys().find(|name| catalog.rule(name).is_none()) {
        let known: Vec<&str> = catalog.rules().iter().map(|rule| rule.id.as_str()).collect();
        return Err(unknown("the level of", name, &known));
    }
    let is_left = |name: &&String| catalog.rule(name).is_some_and(|rule| rule.left_to.is_some());
    if let Some(name) = settings.levels.keys().find(is_left) {
        return Err(CliError::NoLevel { rule: name.clone() });
    }
    Ok(())
}

/// Whether `probity.toml` sets values that a rule, a deadline, an assessment or its readiness asks for.
pub(super) fn own_values_are_known(settings: &Settings, catalog: &Catalog) -> Result<(), CliError> {
    if settings.own.is_empty() {
        return Ok(());
    }
    let mut known = catalog.own_values();
    if settings.own.keys().all(|name| known.contains(&name.as_str())) {
        return Ok(());
    }
    known.extend(assess::own_values(catalog.standard()));
    known.extend(readiness::OWN_VALUES);
    known.extend(control::OWN_VALUES);
    match settings.own.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(unknown("the own value", name, &known)),
        None => Ok(()),
    }
}

/// The place in `probity.toml` that asks for documents, or the file if a flag does.
fn asked_at(origin: &Origin) -> Place {
    let mut place = Place::file(FILE_NAME);
    if let Origin::File { position, .. } = origin {
        place.range = Some(Range { span: Span::default(), start: *position, end: *position });
    }
    place
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let Read { mut settings, snapshot, catalog, history, .. } = read(global, &arguments.inputs)?;
    let asked = arguments.needed_by.map(Stage::needed_by);
    if let Some(value) = asked {
        settings.needed_by = Sourced { value, origin: Origin::Flag("--needed-by") };
    } else if arguments.only == Some(Only::Missing) && settings.needed_by.value == NeededBy::Neither {
        settings.needed_by = Sourced { value: NeededBy::Stage2, origin: Origin::Flag("--only missing") };
    }
    let corpus = corpus::read(&snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &catalog);
    let judged = settings.judged();
    rules_are_known(&settings, &catalog)?;
    own_values_are_known(&settings, &catalog)?;
    let (mut findings, _) = looked_back(
        &corpus,
        &documents,
        &settings,
        history.as_ref(),
        check::run(&corpus, &documents, &judged),
    );
    if findings.tested.files == 0 && findings.is_empty() {
        return Err(CliError::NothingToCheck {
            folder: global.directory.clone().unwrap_or_else(|| ".".into()),
        });
    }
    if settings.needed_by.value != NeededBy::Neither {
        let found = assess::look(&documents, &judged);
        findings = findings.and(assess::missing(
            &documents,
            &found,
            settings.needed_by.value,
            &asked_at(&settings.needed_by.origin),
        ));
        check::waive(&documents, &judged, &mut findings);
    }
    if arguments.only == Some(Only::Missing) {
        findings = findings.only(|finding| finding.rule.starts_with(assess::MISSING));
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

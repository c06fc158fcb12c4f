//! `probity check`: what is wrong in what is written.

use clap::{Args, ValueEnum};

use super::{CliError, Format, Global, Inputs, Outcome, Output, Read, Stage, read};
use crate::{
    assess,
    config::FILE_NAME,
    corpus::{self, Documents},
    lens::{self, All, Behind},
    model::{Finding, NeededBy, Origin, Place, Range, Sourced},
    report::{json, terminal},
    text::Span,
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

/// The place in `probity.toml` that asks for documents, or the file if a flag does.
fn asked_at(origin: &Origin) -> Place {
    let mut place = Place::file(FILE_NAME);
    if let Origin::File { position, .. } = origin {
        place.range = Some(Range { span: Span::default(), start: *position, end: *position });
    }
    place
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let mut read = read(global, &arguments.inputs)?;
    let settings = &mut read.settings;
    let asked = arguments.needed_by.map(Stage::needed_by);
    if let Some(value) = asked {
        settings.needed_by = Sourced { value, origin: Origin::Flag("--needed-by") };
    } else if arguments.only == Some(Only::Missing) && settings.needed_by.value == NeededBy::Neither {
        settings.needed_by = Sourced { value: NeededBy::Stage2, origin: Origin::Flag("--only missing") };
    }
    let Read { settings, snapshot, catalog, .. } = &read;
    let corpus = corpus::read(snapshot, &Limits::default());
    let documents = Documents::of(&corpus, catalog);
    let judged = settings.judged();
    lens::settings_are_known(settings, catalog)?;
    let asked_at = asked_at(&settings.needed_by.origin);
    let behind = Behind { patterns: &settings.patterns, history: read.history()? };
    let All { mut findings, .. } =
        lens::findings(&corpus, &documents, &judged, &behind, settings.needed_by.value, &asked_at);
    let is_missing = |finding: &Finding| finding.rule.starts_with(assess::MISSING);
    if findings.tested.files == 0 && findings.iter().all(is_missing) {
        return Err(CliError::NothingToCheck {
            folder: global.directory.clone().unwrap_or_else(|| ".".into()),
        });
    }
    if arguments.only == Some(Only::Missing) {
        findings = findings.only(is_missing);
    }
    match arguments.format {
        Format::Json => output.print(&json::check(&findings, settings))?,
        Format::Terminal => {
            let look = output.look(global.verbose, global.quiet);
            output.print(&terminal::check(&findings, &corpus, settings, &look))?;
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
    std::mem::forget(read);
    Ok(if failed { Outcome::Findings } else { Outcome::Passed })
}

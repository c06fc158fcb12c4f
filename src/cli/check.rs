//! `probity check`: what is wrong in what is written.

use clap::{Args, ValueEnum};

use super::{CliError, Format, Global, Inputs, Outcome, Output, Read, Stage, lens, point, read_through};
use crate::{
    assess,
    config::FILE_NAME,
    corpus::{self, Documents},
    lens::{self as points, All, Behind, Present},
    model::{Finding, NeededBy, Origin, Place, Range, Sourced},
    report::{json, since as report, terminal},
    repository::Wanted,
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
    /// Only findings that the last commit in common with this one does not have; what a change loosened fails it too
    #[arg(long, value_name = "REV|@DATE")]
    new_since: Option<String>,
    /// Let a change pass that loosens the gate, levels or patterns, or adds exceptions
    #[arg(long, requires = "new_since")]
    allow_loosened: bool,
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
    let lens = lens(global, arguments.inputs.extracts.clone())?;
    let read = read_through(&lens, &arguments.inputs)?;
    let Read { settings: written, snapshot, catalog, .. } = &read;
    let mut settings = written.clone();
    let asked = arguments.needed_by.map(Stage::needed_by);
    if let Some(value) = asked {
        settings.needed_by = Sourced { value, origin: Origin::Flag("--needed-by") };
    } else if arguments.only == Some(Only::Missing) && settings.needed_by.value == NeededBy::Neither {
        settings.needed_by = Sourced { value: NeededBy::Stage2, origin: Origin::Flag("--only missing") };
    }
    let corpus = corpus::read(snapshot, &Limits::default());
    let documents = Documents::of(&corpus, catalog);
    let judged = settings.judged();
    points::settings_are_known(&settings, catalog)?;
    let asked_at = asked_at(&settings.needed_by.origin);
    let behind = Behind { patterns: &settings.patterns, history: read.history()? };
    let All { mut findings, .. } =
        points::findings(&corpus, &documents, &judged, &behind, settings.needed_by.value, &asked_at);
    let is_missing = |finding: &Finding| finding.rule.starts_with(assess::MISSING);
    if findings.tested.files == 0 && findings.iter().all(is_missing) {
        return Err(CliError::NothingToCheck {
            folder: global.directory.clone().unwrap_or_else(|| ".".into()),
        });
    }
    let mut since = None;
    if let Some(name) = &arguments.new_since {
        let one = point(name, written)?;
        let other = match arguments.inputs.wanted(written)? {
            Some(Wanted::Index(_)) | None => Wanted::Revision("HEAD".to_owned()),
            Some(wanted) => wanted,
        };
        let present =
            Present { written, settings: &settings, documents: &documents, snapshot, asked_at: &asked_at };
        let (new, found) = points::since(&lens, (&one, &other), present, findings)?;
        (findings, since) = (new, Some(found));
    }
    if arguments.only == Some(Only::Missing) {
        findings = findings.only(is_missing);
    }
    let failed = match &since {
        None => findings.reach(settings.fail_on.value),
        Some(since) => {
            findings.iter().any(|finding| points::fails(finding, settings.fail_on.value))
                || !since.loosened.is_empty() && !arguments.allow_loosened
        }
    };
    match arguments.format {
        Format::Json => output.print(&json::check(&findings, &settings, !failed, since.as_ref()))?,
        Format::Terminal => {
            let look = output.look(global.verbose, global.quiet);
            let mut text = terminal::check(&findings, &corpus, &settings, &look);
            if let Some(since) = &since {
                text = report::before(since, arguments.allow_loosened) + &text + &report::after(since);
            }
            output.print(&text)?;
            if output.is_terminal() && !global.quiet {
                let explain = |finding: &Finding| format!("probity explain {}", finding.rule);
                let next = findings.iter().next().map_or_else(|| "probity config".to_owned(), explain);
                output.print(&format!("next: {next}\n"))?;
            }
        }
    }
    // The process ends here; taking the trees apart node by node would only cost time.
    std::mem::forget(documents);
    std::mem::forget(corpus);
    std::mem::forget(read);
    Ok(if failed { Outcome::Findings } else { Outcome::Passed })
}

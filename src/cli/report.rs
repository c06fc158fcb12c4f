//! `probity report`: all there is to say of a management system, as a page for people or for programs.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{CliError, Global, Inputs, Outcome, Output, files, lens, point, read_through, ready::Audit};
use crate::{
    gap::{Gap, Wanted},
    lens::{self as points, Assessed, Lens, Read, changed_from_defaults},
    model::File,
    readiness::{Readiness, Target},
    report::{
        html,
        paper::{self, Meeting},
        whole::{self, Parts},
        workbook,
    },
    text::safe_line,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    inputs: Inputs,
    /// The audit of the certification body that you want to go into
    #[arg(long = "for", value_name = "AUDIT", default_value = "stage-2")]
    target: Audit,
    /// Also show what is other than at an earlier point
    #[arg(long, value_name = "REV|@DATE")]
    since: Option<String>,
    /// Make a paper for a meeting instead of the whole report
    #[arg(long, value_name = "PAPER")]
    kind: Option<Kind>,
    /// Only this clause with its parts; of a checklist for an internal audit
    #[arg(long, value_name = "CLAUSE|POINT", requires = "kind")]
    clause: Option<String>,
    /// What to make
    #[arg(long, value_name = "FORMAT", default_value = "html")]
    format: ReportFormat,
    /// Write it to this file instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Make it from what `--format json` wrote before, without looking at any document
    #[arg(long, value_name = "FILE", conflicts_with_all = ["since", "at", "staged", "extracts", "target", "kind"])]
    from: Option<PathBuf>,
    /// Print what templates of your own can use, as JSON
    #[arg(long)]
    print_context: bool,
}

/// A paper for a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// What a management review has to look at, with what there is of each
    ManagementReview,
    /// What an internal audit asks and looks at, with room for what is seen
    InternalAudit,
    /// What changed since the last audit from outside, or `--since`, and what is open
    Surveillance,
}

impl From<Kind> for Meeting {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::ManagementReview => Self::ManagementReview,
            Kind::InternalAudit => Self::InternalAudit,
            Kind::Surveillance => Self::Surveillance,
        }
    }
}

/// How a report is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ReportFormat {
    /// For people: one page in one file, for the screen and for paper
    Html,
    /// For a program, and for `--from`
    Json,
    /// For people who judge: a workbook to fill in, which `judge --from-workbook` reads back
    Xlsx,
}

/// A report beyond this is not read.
const LIMIT: u64 = 256 * 1024 * 1024;

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let places = files::places(arguments.output.as_deref().into_iter(), arguments.from.as_deref())?;
    if arguments.output.is_none() && arguments.format == ReportFormat::Xlsx && output.is_terminal() {
        return Err(CliError::NotForTerminals);
    }
    let report = match (&arguments.from, arguments.kind) {
        (Some(file), _) => from_file(global, arguments, file)?,
        (None, Some(kind)) => paper(global, arguments, kind)?,
        (None, None) => from_documents(global, arguments)?,
    };
    let Some(file) = &arguments.output else {
        output.write(&report)?;
        return Ok(Outcome::Passed);
    };
    files::write(&places, &[report])?;
    if output.is_terminal() && !global.quiet {
        output.print(&format!("wrote {}\n", safe_line(&file.to_string_lossy())))?;
    }
    Ok(Outcome::Passed)
}

/// The templates of the organization's own, as they are on disk where a report is made from a file.
fn from_file(global: &Global, arguments: &Arguments, file: &Path) -> Result<Vec<u8>, CliError> {
    let bytes = files::bytes(file, LIMIT)?;
    let report: serde_json::Value = serde_json::from_slice(&bytes).map_err(|_| html::HtmlError::NoReport)?;
    let lens = lens(global, None)?;
    made(&report, &lens.own_templates(), arguments, || String::from_utf8_lossy(&bytes).into_owned())
}

fn from_documents(global: &Global, arguments: &Arguments) -> Result<Vec<u8>, CliError> {
    let lens = lens(global, arguments.inputs.extracts.clone())?;
    let read = read_through(&lens, &arguments.inputs)?;
    let since = arguments.since.as_deref().map(|name| since(&lens, name, &read)).transpose()?;
    points::look(&read, |assessed| {
        let Assessed { settings, documents, judged, findings, assessment, .. } = assessed;
        let target = Target::from(arguments.target);
        let all = Gap::new(documents, assessment, findings, Wanted::default());
        let staged = Wanted { stage: target.stage(), ..Wanted::default() };
        let gap = Gap::new(documents, assessment, findings, staged);
        let readiness = Readiness::new(&gap, documents, judged, findings, target);
        let bends = changed_from_defaults(assessed);
        let parts = Parts {
            settings,
            documents,
            findings,
            gap: &all,
            readiness: &readiness,
            bends: &bends,
            since: since.as_ref(),
        };
        let report = whole::as_value(&parts);
        made(&report, &read.snapshot.own_templates, arguments, || whole::as_json(&parts))
    })
}

/// A paper for a meeting. One for a surveillance audit counts from the last audit from outside, if nothing else is named
/// and the history reaches so far.
fn paper(global: &Global, arguments: &Arguments, kind: Kind) -> Result<Vec<u8>, CliError> {
    let lens = lens(global, arguments.inputs.extracts.clone())?;
    let read = read_through(&lens, &arguments.inputs)?;
    points::look(&read, |assessed| {
        let Assessed { settings, documents, judged, findings, assessment, .. } = assessed;
        let standard = documents.catalog.standard();
        let within = arguments.clause.as_deref();
        if within.is_some() && kind != Kind::InternalAudit {
            return Err(CliError::ClauseOfPaper);
        }
        if let Some(name) =
            within.filter(|name| standard.clause(name).is_none() && standard.point(name).is_none())
        {
            return Err(CliError::unknown_clause(name, standard));
        }
        let target = if kind == Kind::Surveillance { Target::Surveillance } else { arguments.target.into() };
        let gap = Gap::new(documents, assessment, findings, Wanted { within, ..Wanted::default() });
        let staged = Wanted { stage: target.stage(), ..Wanted::default() };
        let ahead = Gap::new(documents, assessment, findings, staged);
        let readiness = Readiness::new(&ahead, documents, judged, findings, target);
        let since = match (&arguments.since, kind) {
            (Some(name), _) => Some(since(&lens, name, &read)?),
            (None, Kind::Surveillance) => {
                let day = paper::last_audit(documents, settings.as_of.value);
                // That there is no such point is told in the paper.
                day.and_then(|day| since(&lens, &format!("@{day}"), &read).ok())
            }
            (None, Kind::ManagementReview | Kind::InternalAudit) => None,
        };
        let bends = changed_from_defaults(assessed);
        let parts = Parts {
            settings,
            documents,
            findings,
            gap: &gap,
            readiness: &readiness,
            bends: &bends,
            since: since.as_ref(),
        };
        let value = paper::as_value(kind.into(), &parts);
        let own = &read.snapshot.own_templates;
        if arguments.print_context {
            return Ok(pretty(&html::paper::context(&value, own)?).into_bytes());
        }
        Ok(match arguments.format {
            ReportFormat::Html => html::paper::render(&value, own)?.into_bytes(),
            ReportFormat::Json => pretty(&value).into_bytes(),
            ReportFormat::Xlsx => return Err(CliError::PaperAsWorkbook),
        })
    })
}

fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).expect("names are texts") + "\n"
}

fn since(lens: &Lens, name: &str, read: &Read) -> Result<points::Comparison, CliError> {
    let before = lens.at(&point(name, &read.settings)?)?;
    Ok(points::compare(&before, read)?)
}

fn made(
    report: &serde_json::Value,
    own: &[File],
    arguments: &Arguments,
    json: impl FnOnce() -> String,
) -> Result<Vec<u8>, CliError> {
    if arguments.print_context {
        let context = html::context(report, own)?;
        return Ok(pretty(&context).into_bytes());
    }
    Ok(match arguments.format {
        ReportFormat::Html => html::render(report, own)?.into_bytes(),
        ReportFormat::Json => json().into_bytes(),
        ReportFormat::Xlsx => workbook::render(report)?,
    })
}

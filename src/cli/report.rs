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
        html, json,
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
    let report = match &arguments.from {
        Some(file) => from_file(global, arguments, file)?,
        None => from_documents(global, arguments)?,
    };
    let Some(file) = &arguments.output else {
        output.write(&report)?;
        return Ok(Outcome::Passed);
    };
    files::write(&places, &[report])?;
    if output.is_terminal() && !global.quiet {
        output.print(&format!("wrote {}\n", safe_line(&file.to_string_lossy())))?;
    }
    output.next(global, "probity judge --interview")?;
    Ok(Outcome::Passed)
}

/// The templates of the organization's own, as they are on disk where a report is made from a file.
fn from_file(global: &Global, arguments: &Arguments, file: &Path) -> Result<Vec<u8>, CliError> {
    let bytes = files::bytes(file, LIMIT)?;
    let report: serde_json::Value = serde_json::from_slice(&bytes).map_err(|_| html::HtmlError::NoReport)?;
    if !whole::is_report(&report) {
        return Err(html::HtmlError::NoReport.into());
    }
    let lens = lens(global, None)?;
    whole_report(&report, &lens.own_templates(), arguments)
}

/// The whole report, or a paper for a meeting. One for a surveillance audit counts from the last audit from outside, if
/// nothing else is named and the history reaches so far.
fn from_documents(global: &Global, arguments: &Arguments) -> Result<Vec<u8>, CliError> {
    let lens = lens(global, arguments.inputs.extracts.clone())?;
    let read = read_through(&lens, &arguments.inputs)?;
    let own = &read.snapshot.own_templates;
    points::look(&read, |assessed| {
        let Assessed { settings, documents, judged, findings, assessment, .. } = assessed;
        let (kind, within) = (arguments.kind, arguments.clause.as_deref());
        let standard = documents.catalog.standard();
        if within.is_some() && kind != Some(Kind::InternalAudit) {
            return Err(CliError::ClauseOfPaper);
        }
        if let Some(name) =
            within.filter(|name| standard.clause(name).is_none() && standard.point(name).is_none())
        {
            return Err(CliError::unknown_clause(name, standard));
        }
        let target = match kind {
            Some(Kind::Surveillance) => Target::Surveillance,
            Some(Kind::ManagementReview | Kind::InternalAudit) | None => Target::from(arguments.target),
        };
        let mut untold = None;
        let since = match (&arguments.since, kind) {
            (Some(name), _) => Some(since(&lens, name, &read)?),
            (None, Some(Kind::Surveillance)) => {
                let day = paper::last_audit(documents, settings.as_of.value);
                // That there is no such point stops no audit, and is told in the paper.
                let since = day.map(|day| since(&lens, &format!("@{day}"), &read));
                since.and_then(|since| since.map_err(|error| untold = Some(error.to_string())).ok())
            }
            (None, Some(Kind::ManagementReview | Kind::InternalAudit) | None) => None,
        };
        let gap = Gap::new(documents, assessment, findings, Wanted { within, ..Wanted::default() });
        let staged = Wanted { stage: target.stage(), ..Wanted::default() };
        let ahead = Gap::new(documents, assessment, findings, staged);
        let readiness = Readiness::new(&ahead, documents, judged, findings, target);
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
        match kind {
            None => whole_report(&whole::as_value(&parts), own, arguments),
            Some(kind) => {
                let paper = paper::as_value(kind.into(), &parts, untold.as_deref());
                paper_of(&paper, own, arguments)
            }
        }
    })
}

fn since(lens: &Lens, name: &str, read: &Read) -> Result<points::Comparison, CliError> {
    let before = lens.at(&point(name, &read.settings)?)?;
    Ok(points::compare(&before, read)?)
}

fn whole_report(
    report: &serde_json::Value,
    own: &[File],
    arguments: &Arguments,
) -> Result<Vec<u8>, CliError> {
    if arguments.print_context {
        return Ok(json::text(&html::context(report, own)?).into_bytes());
    }
    Ok(match arguments.format {
        ReportFormat::Html => html::render(report, own)?.into_bytes(),
        ReportFormat::Json => json::text(report).into_bytes(),
        ReportFormat::Xlsx => workbook::render(report)?,
    })
}

fn paper_of(paper: &serde_json::Value, own: &[File], arguments: &Arguments) -> Result<Vec<u8>, CliError> {
    if arguments.print_context {
        return Ok(json::text(&html::paper::context(paper, own)?).into_bytes());
    }
    Ok(match arguments.format {
        ReportFormat::Html => html::paper::render(paper, own)?.into_bytes(),
        ReportFormat::Json => json::text(paper).into_bytes(),
        ReportFormat::Xlsx => return Err(CliError::PaperAsWorkbook),
    })
}

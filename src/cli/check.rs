//! `probity check`: what is wrong in what is written.

mod watch;

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use clap::{Args, ValueEnum};

use super::{CliError, Global, Inputs, Outcome, Output, Read, Stage, files, lens, point, read_through};
use crate::{
    assess,
    config::FILE_NAME,
    corpus::{self, Documents},
    lens::{self as points, All, Behind, Present, Since},
    model::{Finding, Findings, NeededBy, Origin, Place, Range, Sourced},
    report::{
        checked::Checked,
        earlier, github, gitlab, json, junit, markdown, sarif, since as report,
        table::Table,
        terminal::{self, Look},
    },
    repository::{self, Wanted},
    text::{Span, nearest, quoted},
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
    /// Only findings that an earlier report does not have: a file of `--output json=FILE`
    #[arg(long, value_name = "FILE", conflicts_with = "new_since")]
    baseline: Option<PathBuf>,
    /// Check again whenever a file changes, and show what that changed; Ctrl-C ends it, with the exit code of the last
    /// check
    #[arg(long, conflicts_with_all = ["at", "staged", "new_since", "baseline", "only", "outputs", "format"])]
    watch: bool,
    /// How to print the findings
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: Format,
    /// Also write them to a file, in any of these formats; as often as wanted
    #[arg(long = "output", value_name = "FORMAT=FILE")]
    outputs: Vec<Target>,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person
    Terminal,
    /// For a program: all that there is to know
    Json,
    /// For code scanning and editors: SARIF 2.1.0
    Sarif,
    /// For what shows tests, such as Jenkins and GitLab: XML
    Junit,
    /// For GitHub Actions: annotations
    Github,
    /// For GitLab: a code quality report
    Gitlab,
    /// For the summary of a job or a note: a page of Markdown
    #[value(alias = "md")]
    Markdown,
    /// For a spreadsheet: a row for each finding, a column for each field of the JSON
    Csv,
}

/// A file that a report is to be written to.
#[derive(Clone, Debug)]
struct Target {
    format: Format,
    file: PathBuf,
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let all = || names().map(|name| name.get_name().to_owned()).collect::<Vec<_>>();
        let Some((name, file)) = text.split_once('=').filter(|(_, file)| !file.is_empty()) else {
            return Err(format!(
                "write a format and a file, as in `sarif=probity.sarif`; formats: {}",
                all().join(", ")
            ));
        };
        match Format::from_str(name, false) {
            Ok(format) => Ok(Self { format, file: PathBuf::from(file) }),
            Err(_) => Err(match nearest(name, all().iter().map(String::as_str)) {
                Some(near) => format!("there is no format {}; did you mean `{near}`?", quoted(name)),
                None => format!("there is no format {}; formats: {}", quoted(name), all().join(", ")),
            }),
        }
    }
}

/// A baseline beyond this is not read.
const BASELINE_LIMIT: u64 = 128 * 1024 * 1024;

/// Leaves the findings that an earlier report does not have.
fn beyond(findings: Findings, file: &Path) -> Result<(Findings, Since), CliError> {
    let bytes = files::bytes(file, BASELINE_LIMIT)?;
    let known = earlier::fingerprints(&bytes)
        .map_err(|why| CliError::NoBaseline { file: file.to_path_buf(), why })?;
    // Where it lies is not told, so that the same report gives the same result.
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(points::beyond(findings, &known, name))
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

/// What one would type next: what the finding that is shown first is about, or what lacks.
fn next(findings: &Findings) -> String {
    let explain = |finding: &Finding| format!("probity explain {}", finding.rule);
    terminal::foremost(findings).map_or_else(|| "probity gap".to_owned(), explain)
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    if arguments.watch {
        return watch::run(global, arguments, output);
    }
    let written_to = arguments.outputs.iter().map(|target| target.file.as_path());
    let places = files::places(written_to, arguments.baseline.as_deref())?;
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
    } else if let Some(file) = &arguments.baseline {
        let (new, found) = beyond(findings, file)?;
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
    let formats = || arguments.outputs.iter().map(|target| target.format).chain([arguments.format]);
    let is_known_to_git = |format| !matches!(format, Format::Terminal | Format::Json);
    let prefix = if formats().any(is_known_to_git) { repository::prefix(lens.root()) } else { String::new() };
    let checked = Checked {
        findings: &findings,
        settings: &settings,
        catalog,
        since: since.as_ref(),
        allow_loosened: arguments.allow_loosened,
        passed: !failed,
        prefix: &prefix,
    };
    let render = |format, look: &Look| match format {
        Format::Terminal => {
            let text = terminal::check(&findings, &corpus, &settings, look);
            match &since {
                Some(since) => {
                    report::before(since, arguments.allow_loosened) + &text + &report::after(since)
                }
                None => text,
            }
        }
        Format::Json => json::check(&findings, &settings, !failed, since.as_ref()),
        Format::Sarif => sarif::render(&checked),
        Format::Junit => junit::render(&checked),
        Format::Github => github::render(&checked),
        Format::Gitlab => gitlab::render(&checked),
        Format::Markdown => markdown::render(&checked),
        Format::Csv => {
            let json = json::check(&findings, &settings, !failed, since.as_ref());
            Table::of(&json, &["findings"]).as_csv()
        }
    };
    let look = output.look(global.verbose, global.quiet);
    let in_a_file = |target: &Target| render(target.format, &look.in_a_file());
    let texts: Vec<String> = arguments.outputs.iter().map(in_a_file).collect();
    files::write(&places, &texts)?;
    output.print(&render(arguments.format, &look))?;
    if arguments.format == Format::Terminal {
        output.next(global, &next(&findings))?;
    }
    // The process ends here; taking the trees apart node by node would only cost time.
    std::mem::forget(documents);
    std::mem::forget(corpus);
    std::mem::forget(read);
    Ok(if failed { Outcome::Findings } else { Outcome::Passed })
}

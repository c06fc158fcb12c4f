//! The command line: arguments in, reports out, one file per command.
//!
//! The only floor that prints, asks for the time, and turns outcomes into exit codes.

mod approve;
mod check;
mod config;
mod diff;
mod due;
mod explain;
mod files;
mod gap;
mod judge;
mod list;
mod log;
mod output;
mod ready;
mod render;
mod report;
mod schema;
mod trend;

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use chrono::NaiveDate;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::{
    author::AuthorError,
    catalog::Catalog,
    config::{ConfigError, FILE_NAME, Flags, find},
    import::workbook::{NoAnswers, RefusedCell},
    judge::{NoCampaign, Refused},
    lens::{self, Assessed, Lens, LensError, Read},
    model::{Blind, Mistake, NeededBy, Period, Settings, Standard},
    report::{
        earlier::NoReport,
        html,
        table::Table,
        terminal::{self, Look},
        workbook,
    },
    repository::{self, RepositoryError, Wanted},
    text::{nearest, safe},
};
use approve::Unapproved;
use output::Output;

/// Tell whether an IT service management system kept as YAML is ready for an ISO/IEC 20000-1 audit
#[derive(Debug, Parser)]
#[command(name = "probity", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 nothing at or above the gate; 1 findings at or above it; 2 wrong use or \
    configuration, or nothing to check; 3 input that could not be read"
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct Global {
    /// Run as if started in this folder
    #[arg(short = 'C', long = "directory", global = true, value_name = "FOLDER")]
    directory: Option<PathBuf>,
    /// Judge on this day, past or future, instead of today
    #[arg(long, global = true, value_name = "DATE", value_parser = day)]
    as_of: Option<NaiveDate>,
    /// Take this as the audit period, both days included
    #[arg(long, global = true, value_name = "FROM..TO")]
    period: Option<Period>,
    /// Read this file as well, which need not be in the repository: a register of people
    #[arg(long, global = true, value_name = "FILE")]
    people: Option<PathBuf>,
    /// Print only the summary
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Print every finding in full, however many there are
    #[arg(short, long, global = true, action = ArgAction::SetTrue)]
    verbose: bool,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Colour,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Colour {
    /// On a terminal, unless `NO_COLOR` is set; anywhere if `CLICOLOR_FORCE` is
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write an approval down, and tell what proves those that there are
    Approve(Box<approve::Arguments>),
    /// Find what is wrong in what is written
    Check(check::Arguments),
    /// Show the effective settings and where each comes from
    Config(config::Arguments),
    /// Show what changed between two points, and why
    Diff(diff::Arguments),
    /// Show what waits for somebody: reviews, contracts, waivers, actions, audits, certificates
    Due(due::Arguments),
    /// Explain a rule, a record type, a clause, one of its points or a deadline
    Explain(explain::Arguments),
    /// Show what the standard asks for and nobody has shown, clause by clause
    Gap(gap::Arguments),
    /// Write down what a person holds of a clause or a point: at once, in an interview, or from a workbook
    Judge(Box<judge::Arguments>),
    /// Look things up
    List(list::Arguments),
    /// Show the life of a document, or of what there is for a clause: who changed and approved it, commit by commit
    Log(log::Arguments),
    /// Tell whether one can go into an audit, and when at the earliest
    Ready(ready::Arguments),
    /// Show documents as pages that business people read, with what controls them, and what changed
    Render(render::Arguments),
    /// Make a report of all that there is to say: a page for people, or JSON
    Report(report::Arguments),
    /// Print record types as JSON Schema, for editors and other programs
    Schema(schema::Arguments),
    /// Show readiness over history, month by month, tag by tag or commit by commit
    Trend(trend::Arguments),
}

/// How a list is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person
    Terminal,
    /// For a program
    Json,
    /// For a spreadsheet: a row for each, a column for each field of the JSON
    Csv,
    /// For a note: the same as a table in Markdown
    #[value(alias = "md")]
    Markdown,
}

impl Format {
    /// A report in this format. `rows` leads to what a table shows of the JSON.
    fn of(self, rows: &[&str], json: impl FnOnce() -> String, terminal: impl FnOnce() -> String) -> String {
        match self {
            Self::Terminal => terminal(),
            Self::Json => json(),
            Self::Csv => Table::of(&json(), rows).as_csv(),
            Self::Markdown => Table::of(&json(), rows).as_markdown(),
        }
    }
}

/// How a run ends; the number is the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Passed = 0,
    Findings = 1,
}

/// Why a run cannot go on.
#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error("there is no folder `{}`", folder.display())]
    NoFolder { folder: PathBuf },
    #[error("nothing to check: `{}` holds no YAML file and no Markdown file with front matter", folder.display())]
    NothingToCheck { folder: PathBuf },
    #[error("cannot write the report")]
    Unwritten { source: std::io::Error },
    #[error("cannot write `{}`", safe(&file.display().to_string()))]
    UnwrittenFile { file: PathBuf, source: std::io::Error },
    #[error("`{}` is no file that could be replaced", safe(&file.display().to_string()))]
    InTheWay { file: PathBuf },
    #[error("`{}` is no folder that is new or empty", safe(&folder.display().to_string()))]
    FolderInUse { folder: PathBuf },
    #[error("`{}` is named twice", safe(&file.display().to_string()))]
    NamedTwice { file: PathBuf },
    #[error("`{}` cannot be the baseline: {why}", safe(&file.display().to_string()))]
    NoBaseline { file: PathBuf, why: NoReport },
    #[error("`{}` is larger than {} MiB", safe(&file.display().to_string()), limit >> 20)]
    TooLarge { file: PathBuf, limit: u64 },
    #[error("there is no {what} {}", crate::text::quoted(name))]
    UnknownName { what: &'static str, name: String, near: Option<String> },
    #[error("there is no map {}", crate::text::quoted(name))]
    UnknownMap { name: String, near: Option<String>, known: Vec<String> },
    #[error("only a checklist for an internal audit can be for one clause")]
    ClauseOfPaper,
    #[error("there is no workbook of a paper for a meeting")]
    PaperAsWorkbook,
    #[error("{} is not a day of the calendar", crate::text::quoted(text))]
    NoDay { text: String },
    #[error("the history cannot be looked at: {}", safe(&blind.reason))]
    Blind { blind: Blind },
    #[error("an interview needs a terminal, and there is none")]
    NoTerminal,
    #[error("the terminal cannot be asked")]
    Unasked { source: std::io::Error },
    #[error("cannot read `{}`", file.display())]
    Unread { file: PathBuf, source: std::io::Error },
    #[error("the answers cannot be used as they are")]
    Answers { mistakes: Vec<Mistake> },
    #[error("`{path}` is not read: `include` or `exclude` in `{FILE_NAME}` leaves it out")]
    LeftOut { path: String },
    #[error("`{path}` was written, and is not read")]
    NotRead { path: String },
    #[error(transparent)]
    Html(#[from] html::HtmlError),
    #[error(transparent)]
    Workbook(#[from] workbook::WorkbookError),
    #[error("`{}` cannot be read back: {why}", safe(&file.display().to_string()))]
    NoWorkbook { file: PathBuf, why: NoAnswers },
    #[error(
        "the workbook is about {}, and judged here is {}",
        crate::text::quoted(there),
        crate::text::quoted(here)
    )]
    OtherStandard { there: String, here: String },
    #[error("the workbook cannot be used as it is")]
    Cells { cells: Vec<RefusedCell> },
    #[error("a workbook is nothing to read at a terminal")]
    NotForTerminals,
    #[error(transparent)]
    Campaign(#[from] NoCampaign),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Unapproved(#[from] Unapproved),
    #[error(transparent)]
    Author(#[from] AuthorError),
    #[error(transparent)]
    Lens(#[from] LensError),
}

impl CliError {
    /// There is no clause or point of a name.
    fn unknown_clause(name: &str, standard: &Standard) -> Self {
        let points = standard.points().map(|point| point.id.as_str());
        let known = standard.clauses.iter().map(|clause| clause.id.as_str()).chain(points);
        let near = nearest(name, known).map(str::to_owned);
        Self::UnknownName { what: "clause", name: name.to_owned(), near }
    }

    fn exit_code(&self) -> u8 {
        match self {
            Self::NoFolder { .. }
            | Self::NothingToCheck { .. }
            | Self::UnknownName { .. }
            | Self::UnknownMap { .. }
            | Self::NoTerminal
            | Self::NoDay { .. }
            | Self::ClauseOfPaper
            | Self::PaperAsWorkbook
            | Self::Answers { .. }
            | Self::LeftOut { .. }
            | Self::NotRead { .. }
            | Self::InTheWay { .. }
            | Self::NamedTwice { .. }
            | Self::FolderInUse { .. }
            | Self::NoBaseline { .. }
            | Self::TooLarge { .. }
            | Self::Html(_)
            | Self::Workbook(_)
            | Self::NotForTerminals
            | Self::NoWorkbook { .. }
            | Self::OtherStandard { .. }
            | Self::Cells { .. }
            | Self::Campaign(_)
            | Self::Refused(_)
            | Self::Unapproved(_) => 2,
            Self::Lens(error) => exit_code_of(error),
            Self::Author(error) => {
                if error.is_of_the_disk() {
                    3
                } else {
                    2
                }
            }
            Self::Blind { .. }
            | Self::Unasked { .. }
            | Self::Unread { .. }
            | Self::Unwritten { .. }
            | Self::UnwrittenFile { .. } => 3,
        }
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::NoFolder { .. } => Some("name a folder that exists".to_owned()),
            Self::NothingToCheck { .. } => Some(format!(
                "run it in the folder of the management system; `.gitignore`, and `include` and `exclude` in \
                 `{FILE_NAME}`, can leave files out"
            )),
            Self::UnknownName { near: Some(near), .. } | Self::UnknownMap { near: Some(near), .. } => {
                Some(format!("did you mean `{near}`?"))
            }
            Self::UnknownMap { near: None, known, .. } => Some(format!("it is one of {}", known.join(", "))),
            Self::UnknownName { what, near: None, .. } if what.starts_with("document") => {
                Some("`probity list documents` and `probity list clauses` show those that there are".to_owned())
            }
            Self::UnknownName { near: None, .. } => {
                Some("`probity explain` lists all rules, `probity list types` all record types".to_owned())
            }
            Self::PaperAsWorkbook => Some("use `--format html` or `--format json`, or leave out `--kind`".to_owned()),
            Self::ClauseOfPaper => Some("leave out `--clause`, or ask for `--kind internal-audit`".to_owned()),
            Self::NoDay { .. } => Some("write it as `--at @2026-01-31`".to_owned()),
            Self::NoTerminal => Some("give the answers in a file: `--answers FILE`".to_owned()),
            Self::LeftOut { .. } => Some("admit it there, so that what is written counts".to_owned()),
            Self::NotRead { .. } => {
                Some("`.gitignore` leaves it out; take it out of there, so that what is written counts".to_owned())
            }
            Self::Campaign(_) => Some(
                "use letters, digits, hyphens, dots and underscores, at most 40, as in `2026-11` or `stage-1`"
                    .to_owned(),
            ),
            Self::Refused(refused) => Some(refused.help()),
            Self::Unapproved(unapproved) => Some(unapproved.help()),
            Self::Author(error) => Some(error.help()),
            Self::InTheWay { .. } => Some("name a file; for standard output there is `--format`".to_owned()),
            Self::FolderInUse { .. } => Some("name another, or empty it: nothing is written over".to_owned()),
            Self::NamedTwice { .. } => Some("give each report a file of its own".to_owned()),
            Self::Html(error) => error.help(),
            Self::Workbook(error) => Some(error.help()),
            Self::NotForTerminals => Some("name a file for it: `-o FILE`".to_owned()),
            Self::NoBaseline { .. } => {
                Some("write one with `probity check --output json=FILE`".to_owned())
            }
            Self::Unwritten { source }
            | Self::UnwrittenFile { source, .. }
            | Self::Unasked { source }
            | Self::Unread { source, .. } => Some(source.to_string()),
            Self::Lens(error) => error.help(),
            Self::Blind { blind } if blind.is_wanted => {
                Some("take `history = \"off\"` out of `[gate]` in `probity.toml`".to_owned())
            }
            Self::Blind { blind } => blind.help.clone(),
            Self::NoWorkbook { .. } | Self::OtherStandard { .. } => {
                Some("make one with `probity report --format xlsx -o FILE`, and fill that in".to_owned())
            }
            Self::Answers { .. } | Self::Cells { .. } | Self::TooLarge { .. } => None,
        }
    }
}

fn exit_code_of(error: &LensError) -> u8 {
    match error {
        LensError::Own { .. }
        | LensError::NoBeginning { .. }
        | LensError::SetForNothing { .. }
        | LensError::NoLevel { .. }
        | LensError::Config(ConfigError::Invalid { .. })
        | LensError::Repository(
            RepositoryError::UnknownRevision { .. }
            | RepositoryError::NoCommitBy { .. }
            | RepositoryError::NoMergeBase { shallow: false, .. }
            | RepositoryError::NoRepository { .. },
        ) => 2,
        LensError::Config(ConfigError::Unreadable { .. } | ConfigError::NotText { .. })
        | LensError::NoHistory { .. }
        | LensError::Repository(_) => 3,
    }
}

/// Runs the program with its arguments, and gives its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors, and go to standard output.
            if !error.use_stderr() {
                let _ = error.print();
                return ExitCode::SUCCESS;
            }
            // It repeats what was given.
            Output::new(Colour::Never).error(&safe(&error.render().to_string()));
            return ExitCode::from(2);
        }
    };
    let output = Output::new(cli.global.color);
    let outcome = match &cli.command {
        Command::Approve(arguments) => approve::run(&cli.global, arguments, output),
        Command::Check(arguments) => check::run(&cli.global, arguments, output),
        Command::Config(arguments) => config::run(&cli.global, arguments, output),
        Command::Diff(arguments) => diff::run(&cli.global, arguments, output),
        Command::Due(arguments) => due::run(&cli.global, arguments, output),
        Command::Explain(arguments) => explain::run(&cli.global, arguments, output),
        Command::Gap(arguments) => gap::run(&cli.global, arguments, output),
        Command::Judge(arguments) => judge::run(&cli.global, arguments, output),
        Command::List(arguments) => list::run(&cli.global, arguments, output),
        Command::Log(arguments) => log::run(&cli.global, arguments, output),
        Command::Render(arguments) => render::run(&cli.global, arguments, output),
        Command::Report(arguments) => report::run(&cli.global, arguments, output),
        Command::Ready(arguments) => ready::run(&cli.global, arguments, output),
        Command::Schema(arguments) => schema::run(&cli.global, arguments, output),
        Command::Trend(arguments) => trend::run(&cli.global, arguments, output),
    };
    match outcome {
        Ok(outcome) => ExitCode::from(outcome as u8),
        Err(error) => {
            output.error(&told(&error, &output.look_of_errors()));
            ExitCode::from(error.exit_code())
        }
    }
}

fn told(error: &CliError, look: &Look) -> String {
    let mistakes = match error {
        CliError::Cells { cells } => {
            let told = |cell: &RefusedCell| {
                terminal::error(&format!("{}: {}", cell.at, cell.message), cell.help.as_deref(), look)
            };
            return cells.iter().map(told).collect();
        }
        CliError::Lens(error) => error.mistakes(),
        CliError::Answers { mistakes } => mistakes,
        _ => &[],
    };
    match mistakes {
        [] => terminal::error(&error.to_string(), error.help().as_deref(), look),
        mistakes => terminal::mistakes(mistakes, look),
    }
}

/// A lens on the management system around the folder that the command is run in, or that `-C` names: below the nearest
/// `probity.toml`, or the folder itself if there is none.
fn lens(global: &Global, extracts: Option<PathBuf>) -> Result<Lens, CliError> {
    let start = global.directory.clone().unwrap_or_else(|| PathBuf::from("."));
    if !start.is_dir() {
        return Err(CliError::NoFolder { folder: start });
    }
    if let Some(folder) = extracts.as_ref().filter(|folder| !folder.is_dir()) {
        return Err(CliError::NoFolder { folder: folder.clone() });
    }
    let flags = Flags { as_of: global.as_of, period: global.period };
    #[expect(clippy::disallowed_methods, reason = "this is the place that asks for the time")]
    let now = chrono::Utc::now();
    if let Some(file) = &global.people {
        #[expect(
            clippy::disallowed_methods,
            reason = "what a flag names is looked for before anything is read"
        )]
        std::fs::File::open(file).map_err(|source| CliError::Unread { file: file.clone(), source })?;
    }
    Ok(Lens::new(find(&start), start, extracts, flags, now).with_people(global.people.clone()))
}

/// What a command needs that reads the documents.
#[derive(Debug, Args)]
struct Inputs {
    /// Look here for the files of sealed extracts that are not where their documents say
    #[arg(long, value_name = "FOLDER")]
    extracts: Option<PathBuf>,
    /// Read the files of a commit, by any name that git has for it, or of the last commit that was made by the end
    /// of a day: `v1.2`, `HEAD~3`, `@2026-03-31`
    #[arg(long, value_name = "REV|@DATE", conflicts_with = "staged")]
    at: Option<String>,
    /// Read the files that git's next commit would hold
    #[arg(long)]
    staged: bool,
}

impl Inputs {
    /// The files on disk.
    fn on_disk(extracts: Option<PathBuf>) -> Self {
        Self { extracts, at: None, staged: false }
    }

    /// The point of git that is wanted, if one is. A day ends where the organization is.
    fn wanted(&self, settings: &Settings) -> Result<Option<Wanted>, CliError> {
        let Some(name) = &self.at else {
            // In a hook of `git commit -a` or of a part, git names an index of its own.
            #[expect(clippy::disallowed_methods, reason = "this is the place that looks at the environment")]
            let file = || std::env::var_os("GIT_INDEX_FILE").map(PathBuf::from);
            return Ok(self.staged.then(|| Wanted::Index(file())));
        };
        point(name, settings).map(Some)
    }
}

/// A commit by its name, or by the day on whose end it was the last one, behind an `@`.
fn point(name: &str, settings: &Settings) -> Result<Wanted, CliError> {
    let Some(day) = name.strip_prefix('@') else { return Ok(Wanted::Revision(name.to_owned())) };
    match day.parse() {
        Ok(day) => Ok(Wanted::Day(day, settings.time_zone.value)),
        Err(_) => Err(CliError::NoDay { text: day.to_owned() }),
    }
}

/// The files of the management system and its record types.
fn read(global: &Global, inputs: &Inputs) -> Result<Read, CliError> {
    read_through(&lens(global, inputs.extracts.clone())?, inputs)
}

fn read_through(lens: &Lens, inputs: &Inputs) -> Result<Read, CliError> {
    let settings = lens.settings()?;
    Ok(match inputs.wanted(&settings)? {
        None => lens.on_disk(settings)?,
        Some(wanted) => lens.at(&wanted)?,
    })
}

/// Assesses the management system, and hands on what comes of it.
fn assessed<T>(
    global: &Global,
    inputs: &Inputs,
    then: impl FnOnce(&Assessed<'_>) -> Result<T, CliError>,
) -> Result<T, CliError> {
    lens::look(&read(global, inputs)?, then)
}

/// A stage of a certification audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Stage {
    /// The look at the documents
    #[value(name = "stage-1")]
    One,
    /// The look at the work
    #[value(name = "stage-2")]
    Two,
}

impl Stage {
    fn needed_by(self) -> NeededBy {
        match self {
            Self::One => NeededBy::Stage1,
            Self::Two => NeededBy::Stage2,
        }
    }

    fn number(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
        }
    }
}

/// The types, rules and points of the standard there are in a folder, also where its settings cannot be used.
fn catalog(global: &Global) -> Result<Catalog, CliError> {
    let start = global.directory.clone().unwrap_or_else(|| PathBuf::from("."));
    if !start.is_dir() {
        return Err(CliError::NoFolder { folder: start });
    }
    let root = find(&start).map_or(start, |found| found.root);
    let own = [repository::own_types(&root), repository::own_rules(&root), repository::own_standard(&root)];
    let [types, rules, standard] = &own;
    Catalog::with_own(types, rules, standard).map_err(|mistakes| LensError::Own { mistakes }.into())
}

fn day(text: &str) -> Result<NaiveDate, String> {
    text.parse().map_err(|_| "write a day of the calendar as 2026-01-31".to_owned())
}

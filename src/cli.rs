//! The command line: arguments in, reports out, one file per command.
//!
//! The only floor that prints, asks for the time, and turns outcomes into exit codes.

mod approve;
mod check;
mod completions;
mod config;
mod diff;
mod due;
mod error;
mod explain;
mod files;
mod gap;
mod help;
mod import;
mod init;
mod intake;
mod judge;
mod list;
mod log;
mod man;
mod new;
mod output;
mod pack;
mod ready;
mod render;
mod report;
mod sample;
mod schema;
mod trail;
mod trend;

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf, process::ExitCode, sync::Arc};

use chrono::NaiveDate;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::{
    catalog::Catalog,
    config::{Flags, find},
    import::workbook::RefusedCell,
    lens::{self, Assessed, Lens, LensError, Read},
    model::{Content, File, NeededBy, Period, Settings},
    report::{
        table::Table,
        terminal::{self, Look},
    },
    repository::{self, Wanted},
    sample::SampleError,
    text::{Source, safe},
};
use error::{CliError, NotBegun};
use output::{Output, typed};

/// Tell whether an IT service management system kept as YAML is ready for an ISO/IEC 20000-1 audit
#[derive(Debug, Parser)]
#[command(name = "probity", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(
    after_help = "`probity help` names topics: documents, rules, reports, CI, settings and others\n\nExit codes: 0 nothing at or above the gate; 1 findings at or above it; 2 wrong use or \
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
    /// Print what a shell completes
    Completions(completions::Arguments),
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
    /// Tell about a topic, such as documents, rules or reports, or about a command
    Help(help::Arguments),
    /// Take over what is kept elsewhere: exports of ticket tools as sealed extracts, registers from workbooks
    Import(Box<import::Arguments>),
    /// Begin a management system in a folder: the settings, and a file to fill in the first hour
    Init(init::Arguments),
    /// Turn a folder of existing files into stubs, by way of one list that a person corrects
    Intake(intake::Arguments),
    /// Write down what a person holds of a clause or a point: at once, in an interview, or from a workbook
    Judge(Box<judge::Arguments>),
    /// Look things up
    List(list::Arguments),
    /// Show the life of a document, or of what there is for a clause: who changed and approved it, commit by commit
    Log(log::Arguments),
    /// Print a page for `man`
    Man(man::Arguments),
    /// Write a new document, with what belongs into it as comments
    New(new::Arguments),
    /// Make evidence packs that can be checked without this program, and check them
    Pack(pack::Arguments),
    /// Tell whether one can go into an audit, and when at the earliest
    Ready(ready::Arguments),
    /// Show documents as pages that business people read, with what controls them, and what changed
    Render(render::Arguments),
    /// Make a report of all that there is to say: a page for people, or JSON
    Report(report::Arguments),
    /// Tell what a sample is drawn from, and draw one that anybody can draw again
    Sample(sample::Arguments),
    /// Print record types as JSON Schema, for editors and other programs
    Schema(schema::Arguments),
    /// Show what is joined to a record, as auditors follow it, with what is missing on the way
    Trail(trail::Arguments),
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
        Command::Completions(arguments) => completions::run(&cli.global, arguments, output),
        Command::Config(arguments) => config::run(&cli.global, arguments, output),
        Command::Diff(arguments) => diff::run(&cli.global, arguments, output),
        Command::Due(arguments) => due::run(&cli.global, arguments, output),
        Command::Explain(arguments) => explain::run(&cli.global, arguments, output),
        Command::Gap(arguments) => gap::run(&cli.global, arguments, output),
        Command::Help(arguments) => help::run(&cli.global, arguments, output),
        Command::Import(arguments) => import::run(&cli.global, arguments, output),
        Command::Init(arguments) => init::run(&cli.global, arguments, output),
        Command::Intake(arguments) => intake::run(&cli.global, arguments, output),
        Command::Judge(arguments) => judge::run(&cli.global, arguments, output),
        Command::List(arguments) => list::run(&cli.global, arguments, output),
        Command::Log(arguments) => log::run(&cli.global, arguments, output),
        Command::Man(arguments) => man::run(&cli.global, arguments, output),
        Command::New(arguments) => new::run(&cli.global, arguments, output),
        Command::Pack(arguments) => pack::run(&cli.global, arguments, output),
        Command::Render(arguments) => render::run(&cli.global, arguments, output),
        Command::Report(arguments) => report::run(&cli.global, arguments, output),
        Command::Ready(arguments) => ready::run(&cli.global, arguments, output),
        Command::Sample(arguments) => sample::run(&cli.global, arguments, output),
        Command::Schema(arguments) => schema::run(&cli.global, arguments, output),
        Command::Trail(arguments) => trail::run(&cli.global, arguments, output),
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
        CliError::NotImported(refused) if !refused.cells().is_empty() => {
            let told =
                |(message, help): &(String, String)| terminal::error(message, Some(help.as_str()), look);
            return refused.cells().iter().map(told).collect();
        }
        CliError::Lens(error) => error.mistakes(),
        CliError::Sample(SampleError::Condition { mistake }) => std::slice::from_ref(mistake),
        CliError::Answers { mistakes } => mistakes,
        _ => &[],
    };
    match mistakes {
        [] => terminal::error(&error.to_string(), error.help().as_deref(), look),
        mistakes => terminal::mistakes(mistakes, look),
    }
}

/// Cells from top to bottom, and from left to right.
fn in_order(mut cells: Vec<RefusedCell>) -> Vec<RefusedCell> {
    let place = |cell: &RefusedCell| {
        let name = cell.at.rsplit('!').next().unwrap_or_default();
        let row =
            name.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse::<u32>().unwrap_or_default();
        let column = name.trim_end_matches(|c: char| c.is_ascii_digit());
        (row, column.len(), column.to_owned())
    };
    cells.sort_by_key(place);
    cells
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

/// What would be read if these texts had been written, each by its path.
fn as_if(mut read: Read, drafts: &BTreeMap<String, String>) -> Read {
    for (path, text) in drafts {
        let content = Content::Text(Arc::new(Source::new(path.as_str(), text.as_str())));
        let files = &mut read.snapshot.files;
        match files.binary_search_by(|file| file.path.as_str().cmp(path)) {
            Ok(at) => files[at].content = content,
            Err(at) => files.insert(at, File { path: path.clone(), content }),
        }
    }
    read
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

//! The command line: arguments in, reports out, one file per command.
//!
//! The only floor that prints, asks for the time, and turns outcomes into exit codes.

mod check;
mod config;
mod due;
mod explain;
mod gap;
mod judge;
mod list;
mod output;
mod ready;
mod schema;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::ExitCode,
};

use chrono::NaiveDate;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::{
    assess,
    author::AuthorError,
    catalog::Catalog,
    check as checks,
    config::{ConfigError, FILE_NAME, Flags, Written, find, load, of_bytes, settle},
    control,
    corpus::{self, Corpus, Documents},
    judge::{NoCampaign, Refused},
    model::{
        Assessment, Blind, File, Findings, History, HistoryUse, Judged, Mistake, NeededBy, Period, Place,
        Settings, Snapshot,
    },
    report::terminal::{self, Look},
    repository::{self, RepositoryError, Wanted},
    text::safe,
    yaml::Limits,
};
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
    /// Find what is wrong in what is written
    Check(check::Arguments),
    /// Show the effective settings and where each comes from
    Config(config::Arguments),
    /// Show what waits for somebody: reviews, contracts, waivers, actions, audits, certificates
    Due(due::Arguments),
    /// Explain a rule, a record type, a clause, one of its points or a deadline
    Explain(explain::Arguments),
    /// Show what the standard asks for and nobody has shown, clause by clause
    Gap(gap::Arguments),
    /// Write down what a person holds of a clause or a point, at once or in an interview
    Judge(Box<judge::Arguments>),
    /// Look things up
    List(list::Arguments),
    /// Tell whether one can go into an audit, and when at the earliest
    Ready(ready::Arguments),
    /// Print record types as JSON Schema, for editors and other programs
    Schema(schema::Arguments),
}

/// How a list is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person
    Terminal,
    /// For a program
    Json,
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
    #[error("there is no {what} {}", crate::text::quoted(name))]
    UnknownName { what: &'static str, name: String, near: Option<String> },
    #[error("there is no map {}", crate::text::quoted(name))]
    UnknownMap { name: String, near: Option<String>, known: Vec<String> },
    #[error("`probity.toml` sets {what} {}, and nothing is named so", crate::text::quoted(name))]
    SetForNothing { what: &'static str, name: String, near: Option<String> },
    #[error("`probity.toml` sets the level of `{rule}`, which has no findings of its own")]
    NoLevel { rule: String },
    #[error("what is in `probity/` cannot be used as it is")]
    Own { mistakes: Vec<Mistake> },
    #[error("{} is not a day of the calendar", crate::text::quoted(text))]
    NoDay { text: String },
    #[error("an interview needs a terminal, and there is none")]
    NoTerminal,
    #[error("the terminal cannot be asked")]
    Unasked { source: std::io::Error },
    #[error("cannot read `{}`", file.display())]
    Unread { file: PathBuf, source: std::io::Error },
    #[error("the history cannot be looked at as `[gate] history = \"required\"` wants: {}", safe(&blind.reason))]
    NoHistory { blind: Blind },
    #[error("`[history] begins` names {}, and there is no such commit here", crate::text::quoted(revision))]
    NoBeginning { revision: String },
    #[error("the answers cannot be used as they are")]
    Answers { mistakes: Vec<Mistake> },
    #[error("`{path}` is not read: `include` or `exclude` in `{FILE_NAME}` leaves it out")]
    LeftOut { path: String },
    #[error("`{path}` was written, and is not read")]
    NotRead { path: String },
    #[error(transparent)]
    Campaign(#[from] NoCampaign),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Author(#[from] AuthorError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

impl CliError {
    fn exit_code(&self) -> u8 {
        match self {
            Self::NoFolder { .. }
            | Self::NothingToCheck { .. }
            | Self::UnknownName { .. }
            | Self::UnknownMap { .. }
            | Self::SetForNothing { .. }
            | Self::NoLevel { .. }
            | Self::Own { .. }
            | Self::NoTerminal
            | Self::NoDay { .. }
            | Self::Repository(
                RepositoryError::UnknownRevision { .. }
                | RepositoryError::NoCommitBy { .. }
                | RepositoryError::NoRepository { .. },
            )
            | Self::NoBeginning { .. }
            | Self::Answers { .. }
            | Self::LeftOut { .. }
            | Self::NotRead { .. }
            | Self::Campaign(_)
            | Self::Refused(_)
            | Self::Config(ConfigError::Invalid { .. }) => 2,
            Self::Author(error) => {
                if error.is_of_the_disk() {
                    3
                } else {
                    2
                }
            }
            Self::Config(ConfigError::Unreadable { .. } | ConfigError::NotText { .. })
            | Self::Repository(_)
            | Self::NoHistory { .. }
            | Self::Unasked { .. }
            | Self::Unread { .. }
            | Self::Unwritten { .. } => 3,
        }
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::NoFolder { .. } => Some("name a folder that exists".to_owned()),
            Self::NothingToCheck { .. } => Some(format!(
                "run it in the folder of the management system; `.gitignore`, and `include` and `exclude` in \
                 `{FILE_NAME}`, can leave files out"
            )),
            Self::UnknownName { near: Some(near), .. }
            | Self::UnknownMap { near: Some(near), .. }
            | Self::SetForNothing { near: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::UnknownMap { near: None, known, .. } => Some(format!("it is one of {}", known.join(", "))),
            Self::UnknownName { near: None, .. } => {
                Some("`probity explain` lists all rules, `probity list types` all record types".to_owned())
            }
            Self::NoLevel { rule } => Some(format!("`probity explain {rule}` says who tells of it")),
            Self::SetForNothing { near: None, .. } => Some(
                "`probity list rules` lists the rules; `probity explain RULE` names what it lets you set"
                    .to_owned(),
            ),
            Self::NoDay { .. } => Some("write it as `--at @2026-01-31`".to_owned()),
            Self::Config(ConfigError::NotText { .. }) => Some("save it as UTF-8".to_owned()),
            Self::NoTerminal => Some("give the answers in a file: `--answers FILE`".to_owned()),
            Self::NoHistory { blind } => blind.help.clone(),
            Self::NoBeginning { .. } => {
                Some("name a commit or a tag that is here; a shallow clone lacks most: `git fetch --unshallow`".to_owned())
            }
            Self::LeftOut { .. } => Some("admit it there, so that what is written counts".to_owned()),
            Self::NotRead { .. } => {
                Some("`.gitignore` leaves it out; take it out of there, so that what is written counts".to_owned())
            }
            Self::Campaign(_) => Some(
                "use letters, digits, hyphens, dots and underscores, at most 40, as in `2026-11` or `stage-1`"
                    .to_owned(),
            ),
            Self::Refused(refused) => Some(refused.help()),
            Self::Author(error) => Some(error.help()),
            Self::Unwritten { source }
            | Self::Unasked { source }
            | Self::Unread { source, .. }
            | Self::Config(ConfigError::Unreadable { source, .. })
            | Self::Repository(RepositoryError::Unlistable { source, .. }) => Some(source.to_string()),
            Self::Repository(error) => error.help(),
            Self::Config(ConfigError::Invalid { .. }) | Self::Own { .. } | Self::Answers { .. } => None,
        }
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
        Command::Check(arguments) => check::run(&cli.global, arguments, output),
        Command::Config(arguments) => config::run(&cli.global, arguments, output),
        Command::Due(arguments) => due::run(&cli.global, arguments, output),
        Command::Explain(arguments) => explain::run(&cli.global, arguments, output),
        Command::Gap(arguments) => gap::run(&cli.global, arguments, output),
        Command::Judge(arguments) => judge::run(&cli.global, arguments, output),
        Command::List(arguments) => list::run(&cli.global, arguments, output),
        Command::Ready(arguments) => ready::run(&cli.global, arguments, output),
        Command::Schema(arguments) => schema::run(&cli.global, arguments, output),
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
    match error {
        CliError::Config(ConfigError::Invalid { mistakes })
        | CliError::Own { mistakes }
        | CliError::Answers { mistakes } => terminal::mistakes(mistakes, look),
        other => terminal::error(&other.to_string(), other.help().as_deref(), look),
    }
}

/// The folder of a management system, and its settings.
struct Home {
    root: PathBuf,
    settings: Settings,
}

/// The management system around the folder that the command is run in, or that `-C` names: below
/// the nearest `probity.toml`, or the folder itself if there is none.
fn home(global: &Global) -> Result<Home, CliError> {
    let start = global.directory.clone().unwrap_or_else(|| PathBuf::from("."));
    if !start.is_dir() {
        return Err(CliError::NoFolder { folder: start });
    }
    let (root, written) = match find(&start) {
        Some(found) => {
            let written = load(&found)?;
            (found.root, written)
        }
        None => (start, Written::default()),
    };
    Ok(Home { root, settings: settled(global, written) })
}

/// What is written, joined with the flags and today.
fn settled(global: &Global, written: Written) -> Settings {
    let flags = Flags { as_of: global.as_of, period: global.period };
    #[expect(clippy::disallowed_methods, reason = "this is the place that asks for the time")]
    let now = chrono::Utc::now();
    settle(written, flags, now)
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
        let Some(day) = name.strip_prefix('@') else { return Ok(Some(Wanted::Revision(name.clone()))) };
        match day.parse() {
            Ok(day) => Ok(Some(Wanted::Day(day, settings.time_zone.value))),
            Err(_) => Err(CliError::NoDay { text: day.to_owned() }),
        }
    }
}

/// The documents of a management system, read, with the types they are of and the settings to judge by.
struct Read {
    root: PathBuf,
    settings: Settings,
    snapshot: Snapshot,
    catalog: Catalog,
    history: Result<History, Blind>,
}

/// The history that led to what is held of a folder, or why it cannot be looked at.
///
/// # Errors
///
/// If the settings want it and it is not there as a whole, or they begin it with a commit that is not there.
fn history(root: &Path, settings: &Settings) -> Result<Result<History, Blind>, CliError> {
    let use_of_it = settings.history.value;
    if use_of_it == HistoryUse::Off {
        let reason = "`[gate] history` is `off`".to_owned();
        return Ok(Err(Blind { reason, help: None, is_wanted: true }));
    }
    let history = match repository::history(root, &settings.held, settings.begins.value.as_deref()) {
        Err(RepositoryError::UnknownRevision { revision }) => return Err(CliError::NoBeginning { revision }),
        Err(error) => {
            let help = error.help();
            Err(Blind { reason: error.to_string(), help, is_wanted: false })
        }
        Ok(history) => Ok(history),
    };
    if use_of_it == HistoryUse::Required {
        match &history {
            Err(blind) => return Err(CliError::NoHistory { blind: blind.clone() }),
            Ok(history) if history.is_cut() => return Err(CliError::NoHistory { blind: Blind::shallow() }),
            Ok(_) => {}
        }
    }
    Ok(history)
}

/// Findings with those that the history shows, and what it shows of approvals.
fn looked_back<'c>(
    corpus: &Corpus<'_>,
    documents: &Documents<'c>,
    settings: &Settings,
    history: Result<&History, &Blind>,
    findings: Findings,
) -> (Findings, Vec<control::Approval<'c>>) {
    let judged = settings.judged();
    let control = control::run(documents, &judged, &settings.patterns, history);
    let (found, ignored) = checks::accepted(corpus, &judged, control.findings);
    let mut findings = findings.and(found);
    findings.tested.ignored += ignored;
    for (rule, tally) in control.rules {
        findings.rules.entry(rule).or_default().add(tally);
    }
    findings.history = Some(control.seen);
    checks::waive(documents, &judged, &mut findings);
    (findings, control.approvals)
}

/// The files of the management system and its record types.
fn read(global: &Global, inputs: &Inputs) -> Result<Read, CliError> {
    let Home { root, mut settings } = home(global)?;
    if let Some(folder) = inputs.extracts.as_ref().filter(|folder| !folder.is_dir()) {
        return Err(CliError::NoFolder { folder: folder.clone() });
    }
    let extracts = inputs.extracts.as_deref();
    let snapshot = match inputs.wanted(&settings)? {
        None => repository::work_tree_snapshot(&root, &settings.patterns, extracts)?,
        Some(wanted) => {
            settings = settings_at(global, &root, &settings, &wanted)?;
            repository::snapshot_at(&root, &settings.patterns, extracts, &wanted)?
        }
    };
    settings.held = snapshot.held.clone();
    let catalog = catalog_with(&snapshot.own_types, &snapshot.own_rules, &snapshot.own_standard)?;
    let history = history(&root, &settings)?;
    Ok(Read { root, settings, snapshot, catalog, history })
}

/// The settings that a folder has at a point of git.
fn settings_at(global: &Global, root: &Path, now: &Settings, wanted: &Wanted) -> Result<Settings, CliError> {
    let (bytes, _) = repository::file_at(root, FILE_NAME, wanted)?;
    let written = match bytes {
        Some(bytes) => {
            let folders_up = now.root.value.split('/').filter(|part| *part == "..").count();
            of_bytes(bytes, root.join(FILE_NAME), folders_up)?
        }
        None => Written::default(),
    };
    Ok(settled(global, written))
}

/// What is held of each point of the standard, and what that rests on.
struct Assessed<'a> {
    settings: &'a Settings,
    documents: &'a Documents<'a>,
    judged: &'a Judged,
    /// Those of the check and those of missing documents.
    findings: &'a Findings,
    assessment: &'a Assessment,
}

/// Assesses the management system, and hands on what comes of it.
fn assessed<T>(
    global: &Global,
    inputs: &Inputs,
    then: impl FnOnce(&Assessed<'_>) -> Result<T, CliError>,
) -> Result<T, CliError> {
    assessed_of(&read(global, inputs)?, then)
}

/// Assesses what was read of a management system, and hands on what comes of it.
fn assessed_of<T>(
    read: &Read,
    then: impl FnOnce(&Assessed<'_>) -> Result<T, CliError>,
) -> Result<T, CliError> {
    let Read { settings, snapshot, catalog, history, .. } = read;
    check::rules_are_known(settings, catalog)?;
    check::own_values_are_known(settings, catalog)?;
    let corpus = corpus::read(snapshot, &Limits::default());
    let documents = Documents::of(&corpus, catalog);
    let judged = settings.judged();
    let (findings, found) =
        rayon::join(|| checks::run(&corpus, &documents, &judged), || assess::look(&documents, &judged));
    let (findings, _) = looked_back(&corpus, &documents, settings, history.as_ref(), findings);
    let mut findings =
        findings.and(assess::missing(&documents, &found, NeededBy::Stage2, &Place::file(FILE_NAME)));
    checks::waive(&documents, &judged, &mut findings);
    let assessment = assess::assess(&documents, &judged, found, &findings);
    then(&Assessed {
        settings,
        documents: &documents,
        judged: &judged,
        findings: &findings,
        assessment: &assessment,
    })
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
    catalog_with(
        &repository::own_types(&root),
        &repository::own_rules(&root),
        &repository::own_standard(&root),
    )
}

fn catalog_with(own_types: &[File], own_rules: &[File], own_standard: &[File]) -> Result<Catalog, CliError> {
    Catalog::with_own(own_types, own_rules, own_standard).map_err(|mistakes| CliError::Own { mistakes })
}

fn day(text: &str) -> Result<NaiveDate, String> {
    text.parse().map_err(|_| "write a day of the calendar as 2026-01-31".to_owned())
}
